"""What was amiss with strategy discussions, enquiries and conferences: from a sound record to one with one failing."""

from datetime import date

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.simulation.plants_assessing import YEAR, latest, newest
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
    long_without,
    moved,
    retold,
    rewritten,
)

_CONFERENCES = ("initial-conference", "pre-birth-conference")


@frozen(eq=False)
class Enquiry:
    """An enquiry in a case: the discussion that began it, its start and its end."""

    case: Case
    discussion: Event
    started: Event
    completed: Event

    @property
    def visits(self) -> list[Event]:
        """The visits while it ran."""
        return [v for v in self.case.of("visit") if self.started.day <= v.day <= self.completed.day]

    @property
    def outcome(self) -> object:
        """What it found."""
        return self.completed.facts.get("outcome")


def enquiry(story: Chronology, since: date = YEAR) -> Enquiry | None:
    """The last enquiry of a child that is over, if it began on that day or later."""
    for case in reversed(cases(story)):
        started, completed = case.of("section-47-started"), case.of("section-47-completed")
        if not started or len(started) != len(completed) or started[-1].day < since:
            continue
        held = [e for e in case.of("strategy-discussion", decision="section-47") if e.day == started[-1].day]
        if held:
            return Enquiry(case, held[-1], started[-1], completed[-1])
    return None


def without_police(story: Chronology) -> Chronology | None:
    """The police took no part in the strategy discussion."""
    found = enquiry(story)
    if found is None:
        return None
    agencies = frozenset({"social-care", "health"})
    return instead(story, (found.discussion, retold(found.discussion, agencies=agencies)))


def discussed_late(story: Chronology) -> Chronology | None:
    """Harm was suspected, and the agencies talked of it only days later."""
    found = enquiry(story, SINCE)
    decided = found.case.of("referral-decided", outcome="strategy-discussion") if found else []
    if found is None or not decided or decided[0].day < SINCE or len(found.case.of("section-47-started")) != 1:
        return None
    case, day = found.case, later(decided[0].day, 3)
    if found.completed.day < later(day, 2) or day > later(case.begins, 4):
        return None
    noted = [e for e in case.of("chronology-updated") if e.day == found.started.day]
    early = [visit for visit in found.visits if visit.day < day]
    return instead(story, *((e, moved(e, day)) for e in (found.discussion, found.started, *noted, *early)))


def not_decided_on(story: Chronology) -> Chronology | None:
    """An enquiry began on which no strategy discussion had decided."""
    found = enquiry(story)
    if found is None:
        return None
    return instead(story, (found.discussion, retold(found.discussion, decision="further-discussion")))


def child_not_seen(story: Chronology) -> Chronology | None:
    """The enquiry ended, and nobody had seen the child in it."""
    found = enquiry(story)
    if found is None or not found.visits:
        return None
    begun, over = found.started.day, found.completed.day
    assessed = [e for e in found.case.of("assessment-completed") if begun <= e.day <= over]
    seen = [v.day for v in found.case.of("visit") if v not in found.visits]
    early = found.case.begins >= earlier(begun, 8) or any(
        earlier(begun, 6) <= e.day <= over for e in found.case.of("allocated")
    )
    for begins, ends in found.case.spells("child-in-need-plan-started", "child-in-need-plan-ended"):
        early = early or long_without(seen, begins, ends, 20)
    for begins, ends in found.case.spells("plan-started", "plan-ended"):
        early = early or long_without(seen, begins, ends, 10)
    return None if assessed or early else instead(story, *((v, _unseen(v)) for v in found.visits))


def _unseen(visit: Event) -> Event:
    return retold(visit, child_seen=False, seen_alone=False)


def not_seen_alone(story: Chronology) -> Chronology | None:
    """The child was seen in the enquiry, and never alone."""
    found = enquiry(story)
    if found is None or not found.visits:
        return None
    return instead(story, *((visit, retold(visit, seen_alone=False)) for visit in found.visits))


def no_outcome(story: Chronology) -> Chronology | None:
    """The record does not say what the enquiry found."""
    found = enquiry(story)
    if found is None or found.outcome != "conference" or not found.case.of(*_CONFERENCES):
        return None
    return instead(story, (found.completed, retold(found.completed, outcome=None)))


def outcome_unauthorised(story: Chronology) -> Chronology | None:
    """No manager decided on what the enquiry found."""
    found = enquiry(story)
    if found is None:
        return None
    decided = [e for e in found.case.of("management-decision") if found.started.day <= e.day <= found.completed.day]
    alone = len(decided) == 1 and (found.case.closed is None or found.case.closed.day > found.completed.day)
    return rewritten(story, decided) if alone else None


def decided_not_begun(story: Chronology) -> Chronology | None:
    """The discussion decided on an enquiry, and none was begun."""
    found = enquiry(story)
    if found is None or found.case.closed or found.outcome == "conference":
        return None
    if apart(found.started.day, AS_AT) < 18 or found.case.of(*_CONFERENCES):
        return None
    decided = [e for e in found.case.of("management-decision") if e.day == found.completed.day]
    return rewritten(story, [found.started, found.completed, *decided])


def conference_late(story: Chronology) -> Chronology | None:
    """The initial conference was held four weeks after the enquiry had begun, and the plan no sooner."""
    found = enquiry(story)
    held = [c for c in found.case.of(*_CONFERENCES) if c.day >= found.started.day] if found else []
    if found is None or len(held) != 1:
        return None
    case, old, day = found.case, held[0].day, later(found.started.day, 21)
    of_the_day = [e for e in case.events if e.day == old and e.kind in _OF_A_CONFERENCE]
    groups = [e for e in case.of("core-group") if old <= e.day < day]
    ends = [e.day for e in case.of("review-conference")]
    if day > earlier(AS_AT, 2) or day >= case.ends or any(later(day, 12) > e for e in ends):
        return None
    moves = [(e, moved(e, day)) for e in of_the_day] + [(e, moved(e, later(day, 3))) for e in groups]
    return instead(story, *moves)


_OF_A_CONFERENCE = (*_CONFERENCES, "plan-started", "plan-action-set", "chronology-updated")


def conference_report_late(story: Chronology) -> Chronology | None:
    """The parents saw the report on the eve of the initial conference."""
    found = _reported(story)
    return instead(story, (found[0], moved(found[0], earlier(found[1].day, 1)))) if found else None


def conference_report_missing(story: Chronology) -> Chronology | None:
    """The parents never saw the report for the initial conference."""
    found = _reported(story)
    return rewritten(story, [found[0]]) if found else None


def _reported(story: Chronology) -> tuple[Event, Event] | None:
    """The parents' report for an initial conference, and that conference."""
    found = enquiry(story, SINCE)
    held = [c for c in found.case.of(*_CONFERENCES) if c.day >= found.started.day] if found else []
    if found is None or len(held) != 1:
        return None
    shared = found.case.of("conference-report-shared", with_="parents")
    own = [e for e in shared if found.started.day <= e.day < held[0].day]
    return (own[0], held[0]) if len(own) == 1 else None


def no_reports_of_agencies(story: Chronology) -> Chronology | None:
    """The health services brought no report to the conference."""
    case = newest(story) or latest(story)
    told = case.of("conference-report-shared", with_="chair", agency="health") if case else []
    return rewritten(story, told) if told else None


def ended_without_conference(story: Chronology) -> Chronology | None:
    """An enquiry that had to lead to a conference ended without one, and the case was closed."""
    found = enquiry(story)
    if found is None or found.outcome != "conference" or found.case.ends != cases(story)[-1].ends:
        return None
    case = found.case
    held = [c for c in case.of(*_CONFERENCES) if c.day >= found.started.day]
    core = case.of("assessment-completed", type="core")[:1]
    begun = case.of("assessment-started", type="core")[:1]
    if not held or not core or len(case.of("section-47-started")) != 1:
        return None
    last = max(core[0].day, found.completed.day)
    day = later(last, 3)
    if day >= case.ends:
        return None
    stays = ("supervision", "visit", "chronology-updated", "referrer-informed")
    conference = (*_CONFERENCES, "conference-report-shared", "plan-started", "plan-action-set")

    def is_gone(event: Event) -> bool:
        after = event.day > found.completed.day and event.kind not in stays and event not in (*begun, *core)
        return after or event.kind in conference or event.day >= day or event is found.completed

    ended = retold(found.completed, outcome="substantiated-no-continuing-risk")
    closing = [
        happened("management-decision", day, manager="RA-manager"),
        happened("case-closed", day, reason="needs-met"),
    ]
    return rewritten(story, [event for event in case.events if is_gone(event)], [ended, *closing])
