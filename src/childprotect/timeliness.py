"""The check of rules with a clock: was it done in time, and if nobody can tell, what is missing."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from attrs import frozen

from childprotect.calendars import Moment, day_of
from childprotect.case import Case, outside
from childprotect.chronology import Coverage, Event
from childprotect.conditions import NOTHING, Match, Truth
from childprotect.errors import NeedsTime, OutOfRange
from childprotect.findings import Finding, Status
from childprotect.pairing import Clock, Pairing, Repeats, clocks
from childprotect.periods import Unit
from childprotect.rules import Every, NotAssessed, Version, Within, period_of
from childprotect.vocabulary import printable
from childprotect.wording import day_in_words, event_in_words, listed

Judged = Finding | NotAssessed


@frozen
class _Span:
    """The ends of a clock: what starts it, answers it, makes it fall away, and the rule that it belongs to."""

    rule: Within | Every
    start: Match
    end: Match
    discharge: Match
    revived: Match = NOTHING
    first: bool = False


_NEXT = Pairing(Repeats.EACH, later=True)
"""Each occasion waits for the next: another entry of the same day is the same occasion."""


def check_within(rule: Within, case: Case) -> Iterator[Judged]:
    """A finding for every clock that the rule's starts set running."""
    yield from _check(_Span(rule, rule.start, rule.end, rule.discharge, rule.revived), rule.pairing, case)


def check_every(rule: Every, case: Case) -> Iterator[Judged]:
    """A finding for the first, where the rule has one, and for each wait for the next."""
    if rule.opens.patterns:
        yield from _check(_Span(rule, rule.opens, rule.event, rule.stops, first=True), Pairing(), case)
    yield from _check(_Span(rule, rule.again, rule.event, rule.stops), _NEXT, case)


def _check(span: _Span, pairing: Pairing, case: Case) -> Iterator[Judged]:
    starts = case.story.find(span.start)
    if not starts:
        return

    def in_force(event: Event) -> bool:
        return span.rule.version_on(event.day) is not None

    for hit in starts:
        if not in_force(hit.event):
            yield outside(span.rule, hit.event)
    # a start for which there is no version is no start: it must not make a later one a mere repeat
    for clock in clocks(case.story, span.start, span.end, span.discharge, pairing, in_force, span.revived):
        yield _judge(span, clock, case)


def _judge(span: _Span, clock: Clock, case: Case) -> Finding:
    began = clock.began
    version = span.rule.version_on(began.day)
    assert version is not None, "a clock that no version started"

    def cannot_tell(missing: tuple[str, ...], why: str, due: Moment | None = None) -> Finding:
        return Finding(
            case.chronology.child,
            span.rule,
            Status.CANNOT_TELL,
            case.as_at,
            version,
            began,
            due=due,
            missing=missing,
            why=why,
            first=span.first,
        )

    if (why := _not_held(span.end, case.story.covers)) is not None:
        return cannot_tell(span.end.patterns[0][:1], why)
    try:
        due = _due(version, began, span.first)
    except NeedsTime:
        return cannot_tell((f"{began.kind}.at",), "a limit in hours cannot be counted without the time of day")
    except OutOfRange as error:
        return cannot_tell((began.kind,), str(error))
    if clock.start is None:
        what = f"the {event_in_words(began.kind)} on {day_in_words(began.at)}"
        missing = span.start.missing(began, case.story)
        return cannot_tell(missing, f"whether {what} started this clock is not recorded")
    status, why = _verdict(span, clock, due, case)
    if status is None:
        return cannot_tell((f"{span.end.patterns[0][0]}.at",), why, due)
    doubt = _doubt(span, clock, due, status, case)
    if doubt is not None:
        return cannot_tell(*doubt, due)
    ended = clock.discharge.day if clock.discharge is not None and status is Status.OVERDUE else None
    answer = clock.end if status in (Status.MET, Status.LATE) else None
    return Finding(
        case.chronology.child,
        span.rule,
        status,
        case.as_at,
        version,
        began,
        answer,
        due,
        why=why,
        ended=ended,
        first=span.first,
    )


@lru_cache
def _not_held(end: Match, covers: Coverage) -> str | None:
    """In words, that the source can hold none of what would answer the clock; None if it can."""
    if any(covers.holds(kind) for kind in end.kinds):
        return None
    names = dict.fromkeys(event_in_words(kind) for kind, _ in end.patterns)
    return f"this source does not hold any {listed(names, 'or')}"


def _due(version: Version, began: Event, first: bool) -> Moment:
    period = period_of(version, first=first)
    return period.due(began.at if period.unit is Unit.HOURS else began.day)


def _verdict(span: _Span, clock: Clock, due: Moment, case: Case) -> tuple[Status | None, str]:
    """The status if every doubtful event is left out of account, and why."""
    last_day = day_of(due)
    away, why_away = case.fell_away or (date.max, "")
    if clock.end is not None and clock.end.day <= away:
        in_time = _in_time(clock.end, due)
        if in_time is None:
            return None, "it was done on the day of the limit, and the time of day is not recorded"
        return (Status.MET if in_time else Status.LATE), ""
    if clock.discharge is not None and clock.discharge.day <= last_day:
        why = f"{_why_discharged(clock.discharge, span.discharge)}, and the limit ran to {day_in_words(due)}"
        return Status.DISCHARGED, f"nothing was due in the end: {why}"
    if away <= last_day:
        return Status.DISCHARGED, f"nothing was due in the end: {why_away} before the limit of {day_in_words(due)}"
    if clock.end is not None:
        return Status.LATE, ""
    if clock.discharge is not None:
        return (
            Status.OVERDUE,
            f"it was still not done when it fell away: {_why_discharged(clock.discharge, span.discharge)}",
        )
    if case.as_at <= last_day:
        return Status.PENDING, ""
    maybe = clock.maybe_end
    what = f"the {event_in_words(maybe.kind)} on {day_in_words(maybe.at)}" if maybe else ""
    return Status.OVERDUE, f"{what} may have been it, and was after the limit" if maybe else ""


def _in_time(end: Event, due: Moment) -> Truth:
    if not isinstance(due, datetime):
        return end.day <= due
    if isinstance(end.at, datetime):
        return end.at <= due
    return None if end.day == day_of(due) else end.day < day_of(due)


_TELLING = {"reason", "conference-required", "no-further-action"}


def _why_discharged(event: Event, discharge: Match) -> str:
    names = {name for kind, condition in discharge.patterns if kind == event.kind for name in condition.facts()}
    said = {n: printable(event.kind, n, v) for n, v in event.facts.items() if n in names | _TELLING}
    facts = ", ".join(f"{name.replace('-', ' ')}: {text.replace('-', ' ')}" for name, text in said.items() if text)
    return f"{event_in_words(event.kind)} on {day_in_words(event.at)}" + (f" ({facts})" if facts else "")


def _doubt(span: _Span, clock: Clock, due: Moment, status: Status, case: Case) -> tuple[tuple[str, ...], str] | None:
    """What is missing, and why it matters, if a fact that is not recorded could change the status."""
    earlier = clock.maybe_start
    if earlier is not None and earlier is not clock.began and _status_from(earlier, span, clock, case) is not status:
        what = f"the {event_in_words(earlier.kind)} on {day_in_words(earlier.at)}"
        return span.start.missing(earlier, case.story), f"whether {what} started the clock is not recorded"
    done = clock.maybe_end
    undone = status in (Status.LATE, Status.OVERDUE, Status.PENDING)
    if done is not None and undone and _in_time(done, due) is not False:
        what = f"the {event_in_words(done.kind)} on {day_in_words(done.at)}"
        return span.end.missing(
            done, case.story
        ), f"whether {what} was the one required is not recorded{span.end.doubts(done, case.story)}"
    fell = clock.maybe_discharge
    # done late after all, it was still due, unless something since then called for it anew
    unsettled = status is Status.OVERDUE or (status is Status.LATE and clock.renewed is not None)
    if fell is not None and unsettled and fell.day <= day_of(due):
        what = f"the {event_in_words(fell.kind)} on {day_in_words(fell.at)}"
        return span.discharge.missing(
            fell, case.story
        ), f"whether {what} ended the duty is not recorded{span.discharge.doubts(fell, case.story)}"
    return None


def _status_from(start: Event, span: _Span, clock: Clock, case: Case) -> Status | None:
    """The status that the clock would have if it had been started by another event; None if nobody can tell."""
    version = span.rule.version_on(start.day)
    assert version is not None, "a clock that no version started"
    try:
        return _verdict(span, clock, _due(version, start, span.first), case)[0]
    except (NeedsTime, OutOfRange):
        return None
