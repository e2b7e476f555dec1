"""What was amiss at the front door and with assessments: pure functions from a sound record to one with one failing.

Each gives None where the record has no place for its failing, or where anything else would break with it.
"""

from collections.abc import Callable
from datetime import date

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.simulation.rewriting import (
    AS_AT,
    SINCE,
    Case,
    apart,
    cases,
    earlier,
    happened,
    instead,
    later,
    moved,
    retold,
    rewritten,
    those,
)

Plant = Callable[[Chronology], Chronology | None]
YEAR = date(2011, 10, 1)
"""The inspectors looked at the year from then on."""
_SEEN_WITHIN = 5


def newest(story: Chronology, since: date = YEAR) -> Case | None:
    """The last case of the child, if it began on that day or later."""
    found = cases(story)
    return found[-1] if found and found[-1].begins >= since else None


def latest(story: Chronology) -> Case | None:
    """The last case of the child, whenever it began."""
    found = cases(story)
    return found[-1] if found else None


def with_other_facts(
    kind: str, which: Callable[[Event], bool] = lambda event: True, *, since: date = YEAR, **facts: object
) -> Plant:
    """The last event of that kind, of those that are meant, told with other facts."""

    def plant(story: Chronology) -> Chronology | None:
        found = [event for event in those(story, kind) if event.day >= since and which(event)]
        return instead(story, (found[-1], retold(found[-1], **facts))) if found else None

    return plant


def decided_late(story: Chronology) -> Chronology | None:
    """The decision on a referral came days late, and the assessment began no sooner."""
    case = newest(story)
    decided = case.of("referral-decided", outcome="assessment") if case else []
    if case is None or not decided:
        return None
    day = later(case.begins, 4)
    informed, first = case.of("referrer-informed"), case.of("assessment-completed", type="initial")
    waiting = [*case.of("allocated")[:1], *case.of("assessment-started", type="initial")[:1]]
    if not first or not informed or len(waiting) < 2 or first[0].day <= day or later(day, 1) > case.ends:
        return None
    moves = [(event, moved(event, day)) for event in (*decided, *waiting)]
    return instead(story, *moves, (informed[0], moved(informed[0], later(day, 1))))


def never_acknowledged(story: Chronology) -> Chronology | None:
    """The referrer never heard that the referral had arrived."""
    case = newest(story)
    told = case.of("referral-acknowledged") if case else []
    return rewritten(story, told) if told and told[0].day < earlier(AS_AT, 5) else None


def referred_late(story: Chronology) -> Chronology | None:
    """An agency referred weeks after what had happened."""
    case = newest(story)
    referred = [e for e in case.of("referral") if "incident-date" in e.facts] if case else []
    if not referred:
        return None
    return instead(story, (referred[0], retold(referred[0], incident_date=earlier(referred[0].day, 15))))


def first_assessment_late(story: Chronology) -> Chronology | None:
    """The initial assessment took three weeks, and the core one began after it."""
    case = newest(story)
    return _first_assessment_on(story, case, later(case.begins, 15)) if case and case.of("referral") else None


def _first_assessment_on(story: Chronology, case: Case, day: date) -> Chronology | None:
    done = case.of("assessment-completed", type="initial")
    begun, ended = case.of("assessment-started", type="core"), case.of("assessment-completed", type="core")
    if len(done) != 1 or not begun or not ended or ended[0].day < later(day, 2):
        return None
    return instead(story, (done[0], moved(done[0], day)), (begun[0], moved(begun[0], later(day, 1))))


def first_assessment_open(story: Chronology) -> Chronology | None:
    """The initial assessment is still open, long overdue, and nobody has gone on with the case."""
    case = newest(story, SINCE)
    if case is None or apart(case.begins, AS_AT) < 15 or not case.of("referral-decided", outcome="assessment"):
        return None
    done = case.of("assessment-completed", type="initial")
    if case.closed or not done or apart(case.begins, AS_AT) > 40:
        return None
    kept = {"supervision", "referrer-informed", "referral-acknowledged", "chronology-updated"}
    seen = [visit for visit in case.of("visit") if visit.day <= later(case.begins, _SEEN_WITHIN)]
    after = [event for event in case.events if event.day >= done[0].day and event.kind not in kept]
    return rewritten(story, [event for event in after if event not in seen]) if seen else None


def further_assessment_late(story: Chronology) -> Chronology | None:
    """The core assessment took ten weeks."""
    case = newest(story)
    begun, done = (
        (case.of(f"assessment-{what}", type="core") for what in ("started", "completed")) if case else ([], [])
    )
    if case is None or len(begun) != 1 or len(done) != 1 or later(begun[0].day, 51) >= case.ends:
        return None
    day = later(begun[0].day, 50)
    if any(event.day <= day for event in case.of("new-information")) or case.of("legal-advice-sought"):
        return None
    return instead(story, (done[0], moved(done[0], day)))


def further_assessment_open(story: Chronology) -> Chronology | None:
    """The core assessment is still open, and overdue."""
    case = newest(story)
    begun, done = (
        (case.of(f"assessment-{what}", type="core") for what in ("started", "completed")) if case else ([], [])
    )
    if case is None or case.closed or len(begun) != 1 or len(done) != 1 or apart(begun[0].day, AS_AT) < 45:
        return None
    return rewritten(story, done) if not case.of("new-information") else None


def assessment_out_of_date(story: Chronology) -> Chronology | None:
    """The core assessment of a case that is open has not been brought up to date for more than a year."""
    case = latest(story)
    if case is None or case.closed:
        return None
    done = case.of("assessment-completed", type="core")
    if not done or apart(done[0].day, AS_AT) < 260:
        return None
    updates = [*case.of("assessment-started", reason="update"), *done[1:]]
    return rewritten(story, updates) if updates else None


def child_seen_late(story: Chronology) -> Chronology | None:
    """Nobody saw the child until the assessment was nearly over."""
    case = newest(story, SINCE)
    if case is None or not case.of("referral-decided", outcome="assessment"):
        return None
    limit = later(case.begins, _SEEN_WITHIN)
    visits = [visit for visit in case.of("visit") if visit.day <= limit]
    done = case.of("assessment-completed", type="initial")
    day = later(case.begins, 9)
    if len(visits) != 1 or not done or any(later(limit, 1) <= v.day < day for v in case.of("visit")):
        return None
    changed = rewritten(story, visits)
    found = newest(changed, SINCE)
    return _first_assessment_on(changed, found, day) if found else None


def news_unanswered(story: Chronology) -> Chronology | None:
    """What was newly known of a child on an open case led to nothing."""
    case = newest(story)
    answer = _answer(case) if case else []
    return rewritten(story, answer) if answer else None


def news_answered_late(story: Chronology) -> Chronology | None:
    """New information led to an assessment only after weeks."""
    case = newest(story)
    answer = _answer(case) if case else []
    return instead(story, (answer[-1], moved(answer[-1], later(answer[-1].day, 10)))) if answer else None


def news_only_discussed(story: Chronology) -> Chronology | None:
    """New information was talked about in time, and not assessed."""
    case = newest(story)
    answer = _answer(case) if case else []
    if case is None or not answer:
        return None
    day = answer[0].day
    near = [e for e in case.of("section-47-started", "section-47-completed") if earlier(day, 30) <= e.day]
    agencies = frozenset({"social-care", "police"})
    held = [
        happened("strategy-discussion", day, decision="child-in-need", agencies=agencies),
        happened("chronology-updated", day),
    ]
    return None if near else rewritten(story, answer, held)


def _answer(case: Case) -> list[Event]:
    """The assessment that answers new information, if that came in the half year before."""
    news = case.of("new-information")
    begun = case.of("assessment-started", reason="new-information")
    done = [e for e in case.of("assessment-completed", type="initial") if begun and e.day >= begun[0].day]
    if not news or news[-1].day < SINCE or len(done) != 1:
        return []
    others = case.of("strategy-discussion", "review-conference", "initial-conference", "pre-birth-conference")
    return [*begun, *done] if all(e.day < news[-1].day for e in others) else []


def chronology_behind(story: Chronology) -> Chronology | None:
    """The chronology of an open case has not been kept since the last thing that mattered."""
    case = newest(story)
    if case is None or case.closed:
        return None
    updated = case.of("chronology-updated")
    matters = case.of("section-47-completed", "plan-started", "review-conference", "new-information")
    if not matters or not updated or updated[0].day >= matters[-1].day or matters[-1].day > earlier(AS_AT, 5):
        return None
    return rewritten(story, [event for event in updated if event.day >= matters[-1].day])


def recorded_late(story: Chronology) -> Chronology | None:
    """A visit was entered in the record two weeks later."""
    found = [event for event in those(story, "visit") if event.day >= SINCE and event.day < earlier(AS_AT, 15)]
    if not found:
        return None
    visit = found[len(found) // 2]
    return instead(story, (visit, Event(visit.kind, visit.day, visit.facts, recorded=later(visit.day, 10))))


def led_to_nothing(story: Chronology) -> Chronology | None:
    """The assessment found the child in need, and no plan, no help and no closure followed."""
    case = newest(story)
    done = case.of("assessment-completed", type="core") if case else []
    if case is None or case.closed or len(done) != 1 or case.of("section-47-started", "new-information"):
        return None
    helped = case.of("child-in-need-plan-started", "child-in-need-plan-ended", "child-in-need-review")
    return rewritten(story, helped) if len(case.of("child-in-need-plan-started")) == 1 else None
