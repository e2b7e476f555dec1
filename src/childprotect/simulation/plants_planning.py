"""What was amiss with plans, core groups, visits and reviews: from a sound record to one with one failing."""

from datetime import date, timedelta

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.periods import months
from childprotect.simulation.plants_assessing import YEAR, Plant, latest
from childprotect.simulation.rewriting import (
    AS_AT,
    SINCE,
    Case,
    apart,
    earlier,
    happened,
    instead,
    later,
    moved,
    retold,
    rewritten,
    those,
)


@frozen(eq=False)
class Plan:
    """A child protection plan in a case: its start, its end or the day of the records, and what was done on it."""

    case: Case
    started: Event
    ended: Event | None

    @property
    def begins(self) -> date:
        """The day of its start."""
        return self.started.day

    @property
    def ends(self) -> date:
        """The day of its end, or that of the records."""
        return self.ended.day if self.ended else AS_AT

    def of(self, *kinds: str, **facts: object) -> list[Event]:
        """What was done while it ran."""
        return [e for e in self.case.of(*kinds, **facts) if self.begins <= e.day <= self.ends]

    @property
    def seen(self) -> list[Event]:
        """The visits while it ran."""
        return self.of("visit", child_seen=True)


def plan(story: Chronology, since: date = date.min, *, still_open: bool = False) -> Plan | None:
    """The plan of the child's last case, if there was one and it ran after that day."""
    case = latest(story)
    started, ended = (case.of("plan-started"), case.of("plan-ended")) if case else ([], [])
    if case is None or len(started) != 1 or len(ended) > 1:
        return None
    found = Plan(case, started[0], ended[0] if ended else None)
    if found.ends < since or (still_open and (found.ended or case.closed)):
        return None
    return found


def no_decision_on_it(story: Chronology) -> Chronology | None:
    """The conference decided on no plan, and one was started."""
    found = plan(story)
    kinds = ("initial-conference", "pre-birth-conference")
    held = [e for e in found.case.of(*kinds, outcome="plan") if YEAR <= e.day == found.begins] if found else []
    return instead(story, (held[0], retold(held[0], outcome="no-plan"))) if held else None


def plan_with(**facts: object) -> Plant:
    """The plan started with other facts."""

    def plant(story: Chronology) -> Chronology | None:
        found = plan(story)
        recent = found is not None and found.begins >= YEAR
        return instead(story, (found.started, retold(found.started, **facts))) if found and recent else None

    return plant


def action_not_measurable(story: Chronology) -> Chronology | None:
    """Nobody owns an action of the plan, and nothing says how its success is seen."""
    found = plan(story, SINCE)
    told = found.of("plan-action-set") if found and found.begins >= YEAR else []
    return instead(story, (told[0], retold(told[0], owner=None, measure=None))) if told else None


def action_not_done(story: Chronology) -> Chronology | None:
    """An action of the plan is long due, and not done."""
    found = plan(story, still_open=True)
    done = [e for e in found.of("plan-action-done") if e.day < earlier(AS_AT, 15)] if found else []
    return rewritten(story, done[-1:]) if done else None


def first_core_group_late(story: Chronology) -> Chronology | None:
    """The first core group met three weeks after the conference."""
    found = plan(story)
    groups = found.of("core-group") if found else []
    if found is None or len(groups) < 2 or found.begins < YEAR:
        return None
    day = later(found.begins, 14)
    return instead(story, (groups[0], moved(groups[0], day))) if later(day, 2) < groups[1].day else None


def no_core_group(story: Chronology) -> Chronology | None:
    """The child has had a plan for months, and no core group has met."""
    found = plan(story, still_open=True)
    if found is None or apart(found.begins, AS_AT) < 25:
        return None
    return rewritten(story, found.of("core-group"))


def core_groups_apart(story: Chronology) -> Chronology | None:
    """Core groups did not meet for months."""
    found = plan(story, SINCE + timedelta(days=90))
    groups = [e for e in found.of("core-group") if e.day >= SINCE] if found else []
    if found is None or len(groups) < 4 or found.ends < later(groups[-1].day, 2):
        return None
    return rewritten(story, groups[1:3]) if apart(groups[0].day, groups[3].day) > 35 else None


def core_group_unrecorded(story: Chronology) -> Chronology | None:
    """The record of a core group does not say who was there."""
    found = plan(story, SINCE)
    groups = found.of("core-group") if found else []
    return instead(story, (groups[-1], retold(groups[-1], agencies=None))) if groups else None


def not_visited_on_a_plan(story: Chronology) -> Chronology | None:
    """A child with a plan was not seen for a month."""
    found = plan(story, SINCE + timedelta(days=60))
    visits = [v for v in found.seen if v.day > max(SINCE, later(found.begins, 20))] if found else []
    if found is None or len(visits) < 5:
        return None
    gone = visits[1:3]
    return _unvisited(story, found.case, gone) if apart(visits[0].day, visits[3].day) > 14 else None


def not_visited_in_need(story: Chronology) -> Chronology | None:
    """A child in need was not seen for two months."""
    case = latest(story)
    spells = [*case.spells("child-in-need-plan-started", "child-in-need-plan-ended")] if case else []
    if case is None or len(spells) != 1 or case.of("plan-started"):
        return None
    begins, ends = spells[0]
    visits = [v for v in case.of("visit") if max(begins, SINCE) < v.day < ends]
    if len(visits) < 5:
        return None
    return _unvisited(story, case, visits[1:4]) if apart(visits[0].day, visits[4].day) > 30 else None


def _unvisited(story: Chronology, case: Case, gone: list[Event]) -> Chronology | None:
    """The record without these visits, if no other rule asks for them."""
    first, last = gone[0].day, gone[-1].day
    asked = case.of("section-47-started", "section-47-completed", "allocated", "referral", "new-information")
    near = [e for e in asked if earlier(first, 12) <= e.day <= later(last, 2)]
    return None if near else rewritten(story, gone)


def visit_unrecorded(story: Chronology) -> Chronology | None:
    """The record of a visit does not say whether the child was seen alone."""
    case = latest(story)
    visits = [v for v in case.of("visit") if v.day >= SINCE] if case else []
    if case is None or not visits:
        return None
    over = case.of("section-47-completed")
    free = [v for v in visits if not any(earlier(e.day, 15) <= v.day <= e.day for e in over)]
    return instead(story, (free[-1], retold(free[-1], seen_alone=None))) if free else None


def first_review_late(story: Chronology) -> Chronology | None:
    """The first review was held more than three months after the conference."""
    found = plan(story)
    reviews = found.of("review-conference") if found else []
    if found is None or len(reviews) < 2 or reviews[0].day < date(2011, 1, 1):
        return None
    day = later(_due(found.begins, 3), 8)
    return _review_on(story, found, reviews[0], day, reviews[1].day)


def review_late(story: Chronology) -> Chronology | None:
    """A review was held more than six months after the one before."""
    found = plan(story, date(2011, 10, 1))
    reviews = found.of("review-conference") if found else []
    if found is None or len(reviews) < 3:
        return None
    day = later(_due(reviews[-3].day, 6), 8)
    return _review_on(story, found, reviews[-2], day, reviews[-1].day)


def review_not_held(story: Chronology) -> Chronology | None:
    """The last review is long due, and was not held."""
    found = plan(story, still_open=True)
    reviews = found.of("review-conference") if found else []
    if found is None or len(reviews) < 2 or _due(reviews[-2].day, 6) > earlier(AS_AT, 4):
        return None
    return rewritten(story, [reviews[-1], *_reports(found, reviews[-1])])


def _due(day: date, n: int) -> date:
    due = months(n).due(day)
    assert isinstance(due, date)
    return due


def _reports(found: Plan, review: Event) -> list[Event]:
    return [e for e in found.of("conference-report-shared") if earlier(review.day, 6) <= e.day <= review.day]


def _review_on(story: Chronology, found: Plan, review: Event, day: date, following: date) -> Chronology | None:
    """The record with the review, its report and what was noted of it on another day, before the following review."""
    if day > later(following, 0) or apart(day, following) < 8 or day <= review.day:
        return None
    reports = [(e, moved(e, earlier(day, 4))) for e in _reports(found, review)]
    return instead(story, (review, moved(review, day)), *reports)


def ended_by_a_manager(story: Chronology) -> Chronology | None:
    """A manager ended the plan, and no review had met."""
    found = plan(story, date(2011, 10, 1))
    if found is None or found.ended is None:
        return None
    reviews = found.of("review-conference")
    last = [e for e in reviews if e.day == found.ends]
    before = [e for e in reviews if e.day < found.ends]
    due = _due(before[-1].day, 6) if before else _due(found.begins, 3)
    if len(last) != 1 or due < found.ends:
        return None
    by_hand = (found.ended, retold(found.ended, by="manager"))
    return instead(rewritten(story, [*last, *_reports(found, last[0])]), by_hand)


def ended_early(story: Chronology) -> Chronology | None:
    """A review of the summer ended the plan, and the case was closed within the week."""
    found = plan(story, still_open=True)
    reviews = [e for e in found.of("review-conference") if e.day >= SINCE] if found else []
    if found is None or not reviews or reviews[-1].day > earlier(AS_AT, 10):
        return None
    case, day = found.case, reviews[-1].day
    begun, done = (case.of(f"assessment-{what}") for what in ("started", "completed"))
    if any(e.day > earlier(day, 1) for e in (*begun, *done)) or len(begun) != len(done):
        return None
    closing = later(day, 3)
    after = [e for e in case.events if e.day >= closing or (e.day > day and e.kind not in ("supervision", "visit"))]
    ended = [
        happened("plan-ended", day, reason="no-longer-at-risk", by="review-conference"),
        happened("management-decision", closing, manager="RA-manager"),
        happened("case-closed", closing, reason="needs-met"),
    ]
    if any(e.day == day for e in case.of("plan-action-set", "plan-action-done")):
        return None  # what is done on that day comes after the review in the order of the process
    if those(after, "new-information", "missing", "private-fostering-notified", "escalation-raised", "allocated"):
        return None
    return instead(rewritten(story, after, ended), (reviews[-1], retold(reviews[-1], outcome="end")))


def review_report_late(story: Chronology) -> Chronology | None:
    """The parents saw the report on the eve of the review."""
    found = _reviewed(story)
    return instead(story, (found[0], moved(found[0], earlier(found[1].day, 1)))) if found else None


def review_report_missing(story: Chronology) -> Chronology | None:
    """The parents never saw the report for the review."""
    found = _reviewed(story)
    return rewritten(story, [found[0]]) if found else None


def _reviewed(story: Chronology) -> tuple[Event, Event] | None:
    """The parents' report for the last review, and that review."""
    found = plan(story, SINCE)
    reviews = [e for e in found.of("review-conference") if e.day > later(SINCE, 10)] if found else []
    own = _reports(found, reviews[-1]) if found and reviews else []
    return (own[0], reviews[-1]) if len(own) == 1 else None


def conference_told(**facts: object) -> Plant:
    """The last conference of the half year told with other facts."""

    def plant(story: Chronology) -> Chronology | None:
        case = latest(story)
        held = [e for e in case.of("initial-conference") if e.day >= SINCE] if case else []
        return instead(story, (held[-1], retold(held[-1], **facts))) if held else None

    return plant


def chair_changed(story: Chronology) -> Chronology | None:
    """Every review of the plan had another chair."""
    found = plan(story, SINCE)
    reviews = found.of("review-conference") if found else []
    if len(reviews) < 2:
        return None
    return instead(story, *((e, retold(e, chair=f"chair-{n + 4}")) for n, e in enumerate(reviews)))


def always_announced(story: Chronology) -> Chronology | None:
    """All visits of a plan were announced."""
    found = plan(story, SINCE)
    visits = [v for v in found.case.of("visit") if v.facts.get("announced") is False] if found else []
    return instead(story, *((v, retold(v, announced=True)) for v in visits)) if len(visits) > 3 else None
