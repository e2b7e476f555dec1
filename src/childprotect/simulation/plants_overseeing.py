"""What was amiss with allocation, supervision, closure and sharing: from a sound record to one with one failing."""

from datetime import date

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.simulation.plants_assessing import YEAR, Plant, latest, newest
from childprotect.simulation.practised import allocation, visit
from childprotect.simulation.rewriting import (
    AS_AT,
    SINCE,
    Case,
    apart,
    closed_on,
    earlier,
    happened,
    instead,
    later,
    long_without,
    moved,
    retold,
    rewritten,
    those,
)


def unqualified(story: Chronology) -> Chronology | None:
    """Nobody who has the case is a qualified social worker."""
    case = latest(story)
    taken = case.of("allocated") if case else []
    if case is None or case.closed or not taken or taken[-1].day > earlier(AS_AT, 5):
        return None
    return instead(story, (taken[-1], retold(taken[-1], qualified=False)))


def unallocated(story: Chronology) -> Chronology | None:
    """The social worker left, and nobody has had the case since."""
    case = latest(story)
    taken = case.of("allocated") if case else []
    if case is None or case.closed or not taken or taken[-1].day > earlier(AS_AT, 60):
        return None
    left = happened("deallocated", earlier(AS_AT, 20), worker=taken[-1].facts.get("worker"))
    return rewritten(story, put_in=[left])


def many_workers(story: Chronology) -> Chronology | None:
    """The child had four more social workers in half a year, each of whom came at once."""
    case = latest(story)
    if case is None or case.closed or case.begins > date(2012, 2, 1) or len(case.of("allocated")) != 2:
        return None
    last = case.of("allocated")[-1]
    who, team = str(last.facts.get("worker")), str(last.facts.get("team"))
    told: list[Event] = []
    for n in range(4):
        day = later(SINCE, 12 + 25 * n)
        new = f"agency-{n + 1}"
        told += [happened("deallocated", day, worker=who), retold(allocation(day, team, new), agency_staff=True)]
        told.append(visit(later(day, 2)))
        who = new
    return rewritten(story, put_in=told) if last.day < SINCE else None


def unsupervised(story: Chronology) -> Chronology | None:
    """Nobody talked with the social worker about the case for three months."""
    case = latest(story)
    held = [e for e in case.of("supervision") if e.day >= SINCE] if case else []
    return rewritten(story, held[1:4]) if len(held) > 4 else None


def slow_after_transfer(story: Chronology) -> Chronology | None:
    """The team that took the case over did not see the child for weeks."""
    case = newest(story)
    taken = [e for e in case.of("allocated")[1:] if e.day >= SINCE] if case else []
    if case is None or len(taken) != 1 or case.of("plan-started") or apart(taken[0].day, case.ends) < 25:
        return None
    day = taken[0].day
    until = later(day, 7)
    gone = [v for v in case.of("visit") if day <= v.day <= until]
    seen = [v.day for v in case.of("visit") if v not in gone]
    needed = [(a, b) for a, b in case.spells("child-in-need-plan-started", "child-in-need-plan-ended")]
    asked = [e for e in case.of("section-47-completed") if earlier(day, 2) <= e.day <= later(until, 10)]
    if asked or any(long_without(seen, begins, ends, 20) for begins, ends in needed):
        return None
    return rewritten(story, gone) if gone and len(needed) == 1 else None


def closed_by_nobody(story: Chronology) -> Chronology | None:
    """The case was closed, and no manager had decided on it."""
    case = newest(story)
    decided = case.of("management-decision") if case else []
    if case is None or case.closed is None or len(decided) != 1 or decided[0].day != case.closed.day:
        return None
    return rewritten(story, decided)


def closed_on_a_plan(story: Chronology) -> Chronology | None:
    """The case was closed while the child protection plan was open."""
    case, day = latest(story), earlier(AS_AT, 18)
    if case is None or case.closed or len(case.of("plan-started")) != 1 or case.of("plan-ended"):
        return None
    if case.of("plan-started")[0].day > earlier(day, 20) or _busy(case, day):
        return None
    return closed_on(story, case, day)


def closed_while_assessed(story: Chronology) -> Chronology | None:
    """The case was closed while the core assessment was open."""
    case = newest(story)
    begun = case.of("assessment-started", type="core") if case else []
    if case is None or len(begun) != 1 or case.of("section-47-started"):
        return None
    day = later(begun[0].day, 6)
    done = case.of("assessment-completed", type="core")
    return closed_on(story, case, day) if done and later(day, 1) < done[0].day and later(day, 1) < case.ends else None


def closed_in_need(story: Chronology) -> Chronology | None:
    """The case was closed while the plan of the child in need was open."""
    case, day = newest(story), earlier(AS_AT, 15)
    if case is None or case.closed or case.of("plan-started", "section-47-started"):
        return None
    started = case.of("child-in-need-plan-started")
    if (
        len(started) != 1
        or case.of("child-in-need-plan-ended")
        or started[0].day > earlier(day, 10)
        or _busy(case, day)
    ):
        return None
    return closed_on(story, case, day)


def _busy(case: Case, day: date) -> bool:
    """Whether something else is open on that day, or is told of later."""
    others = ("section-47-started", "assessment-started", "allocated")
    quiet = not [e for e in case.of(*others) if e.day > earlier(day, 25)]
    besides = "new-information missing private-fostering-notified escalation-raised legal-advice-sought".split()
    sharing = "probation-notice marac mappa information-requested case-audited feedback-received".split()
    return not quiet or bool(case.of(*besides, *sharing))


def legal_planning_late(story: Chronology) -> Chronology | None:
    """The legal planning meeting was held weeks after advice was sought."""
    sought, planned = those(story, "legal-advice-sought"), those(story, "legal-planning-meeting")
    if not sought or not planned:
        return None
    return instead(story, (planned[0], moved(planned[0], later(sought[0].day, 15))))


def legal_planning_not_held(story: Chronology) -> Chronology | None:
    """Advice was sought, and no legal planning meeting followed."""
    steps = those(story, "legal-planning-meeting", "letter-before-proceedings", "pre-proceedings-meeting")
    return rewritten(story, steps) if steps else None


def not_told(*kinds: str, about: str | None = None, only_open: bool = False) -> Plant:
    """All events of these kinds are missing: what was asked for, agreed or owed was not done."""

    def plant(story: Chronology) -> Chronology | None:
        found = those(story, *kinds, **({"about": about} if about else {}))
        case = latest(story)
        return rewritten(story, found) if found and case and not (only_open and case.closed) else None

    return plant


def no_feedback(story: Chronology) -> Chronology | None:
    """Nobody asked the family what they thought."""
    return not_told("feedback-received")(story)


def audited_in_form_only(story: Chronology) -> Chronology | None:
    """The audit has no theme, and nothing came of it for the child."""
    audits = those(story, "case-audited")
    return instead(story, *((e, retold(e, themes=None, outcome=None)) for e in audits)) if audits else None


def first_fostering_visit_late(story: Chronology) -> Chronology | None:
    """The first visit to a privately fostered child came after three weeks."""
    noticed, visits = those(story, "private-fostering-notified"), those(story, "private-fostering-visit")
    if not noticed or len(visits) < 2:
        return None
    return instead(story, (visits[0], moved(visits[0], later(noticed[0].day, 14))))


def fostering_visits_apart(story: Chronology) -> Chronology | None:
    """A privately fostered child was not visited for months."""
    visits = those(story, "private-fostering-visit")
    return rewritten(story, visits[1:2]) if len(visits) > 2 else None


def interview_late(story: Chronology) -> Chronology | None:
    """A child who had been missing was talked to only after a week."""
    talks = those(story, "return-interview", "return-interview-offered")
    return instead(story, *((e, moved(e, later(e.day, 6))) for e in talks)) if talks else None


def with_child_as_interpreter(story: Chronology) -> Chronology | None:
    """A child interpreted on a visit."""
    visits = those(story, "visit", interpreter="professional")
    return instead(story, (visits[-1], retold(visits[-1], interpreter="child"))) if visits else None


def referred_again(story: Chronology) -> Chronology | None:
    """The case was closed on the day after the first assessment, and the child referred again within a month."""
    case = newest(story, YEAR)
    return None if case is None else _closed_and_back(story, case)


def _closed_and_back(story: Chronology, case: Case) -> Chronology | None:
    core = case.of("assessment-completed", type="core")
    if (
        case.closed is None
        or not core
        or case.ends > date(2012, 8, 20)
        or case.of("referral") != case.of("referral")[:1]
    ):
        return None
    day = later(case.ends, 12)
    back = [
        happened("referral", day, source="schools", agency="education", incident_date=earlier(day, 1)),
        happened("referral-acknowledged", day),
        happened("chronology-updated", day),
        happened("referral-decided", later(day, 1), outcome="no-further-action", decided_by="RA-manager"),
        happened("referrer-informed", later(day, 1)),
        happened("management-decision", later(day, 3), manager="RA-manager"),
        happened("case-closed", later(day, 3), reason="no-further-action"),
    ]
    return rewritten(story, put_in=back)
