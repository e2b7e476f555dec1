"""The check of rules with a clock: was it done in time, and if nobody can tell, what is missing."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from childprotect.calendars import Moment, day_of, lasted
from childprotect.case import Case, outside
from childprotect.conditions import Hit, Match, Truth
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.explaining import hours_between
from childprotect.findings import Elapsed, Finding
from childprotect.pairing import Clock, Run, clocks
from childprotect.phrases import either, incomplete, lacking, read_by
from childprotect.requirements import By, Wait
from childprotect.rules import AtMost, Duty, Every, Within
from childprotect.statuses import Status
from childprotect.versions import NotAssessed, Version
from childprotect.waits import Unsettled, longest, wait_at_most, wait_every, wait_first, wait_within
from childprotect.wording import day_in_words, event_in_words, facts_in_words, not_held, question, the_event

Judged = Finding | NotAssessed | Elapsed
_Timed = Within | AtMost | Every
_WAITS: dict[tuple[type, bool], Callable[[Any, Event, Version, Clock, Case], Wait | Unsettled]] = {
    (Within, False): wait_within,
    (Duty, False): wait_within,
    (AtMost, False): wait_at_most,
    (Every, True): wait_first,
    (Every, False): wait_every,
}
"""How long a clock runs, by the kind of rule, and whether it is the wait for the first of many."""
# a member of an enum takes longer to look up than a comparison of two days
_MET, _LATE, _OVERDUE, _PENDING = Status.MET, Status.LATE, Status.OVERDUE, Status.PENDING
_DISCHARGED, _CANNOT_TELL = Status.DISCHARGED, Status.CANNOT_TELL
_HELD_WHOLE = (AtMost, Duty)
"""The kinds of rule of which the source must hold every way to end."""


def check_timed(rule: _Timed, case: Case) -> list[Judged]:
    """A finding for every clock that the rule's starts set running; for a duty without a number, how long it took."""
    judged: list[Judged] = []
    for run in rule.runs:
        if starts := case.story.find(run.start):
            _check(rule, run, starts, case, judged)
    return judged


def told_only(rule: Duty, case: Case) -> Iterator[tuple[Event, Elapsed | NotAssessed]]:
    """Every clock of a duty without a number: what began it, and how long it took, or why nobody can tell."""
    for run in rule.runs:
        starts = case.story.find(run.start)
        without = [hit.event for hit in starts if rule.version_on(hit.event.day) is None]
        if len(without) == len(starts):
            continue
        for clock in clocks(case.story, run.start, run.end, run.discharge, run.pairing, without, None, run.revived):
            version = rule.version_on(clock.began.day)
            assert version is not None and version.requires is None, "only for duties without a number"
            yield clock.began, _elapsed(rule, run, clock, version, case)


def _check(rule: _Timed, run: Run, starts: list[Hit], case: Case, judged: list[Judged]) -> None:
    without = [hit.event for hit in starts if rule.version_on(hit.event.day) is None]
    if without:
        judged += [outside(rule, event) for event in without]
        if len(without) == len(starts):
            return
    # a start for which there is no version is no start: it must not make a later one a mere repeat
    until = longest(rule) if isinstance(rule, AtMost) else None
    for clock in clocks(case.story, run.start, run.end, run.discharge, run.pairing, without, until, run.revived):
        version = rule.version_on(clock.began.day)
        assert version is not None, "a clock that no version started"
        if version.requires is None:
            judged.append(_elapsed(rule, run, clock, version, case))
        else:
            judged.append(_judge(rule, run, clock, version, case))


def _wait(rule: _Timed, run: Run, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    return version.wait or _WAITS[type(rule), run.first](rule, start, version, clock, case)


def _elapsed(rule: _Timed, run: Run, clock: Clock, version: Version, case: Case) -> NotAssessed | Elapsed:
    """How long it took, where the record says that it began, and the source could hold every way of its end."""
    if absent := case.story.covers.absent(run.end.kinds):
        return NotAssessed(rule.id, not_held(absent))
    if lacks := _may_lack(run, clock, case):
        return NotAssessed(rule.id, incomplete(case.story.covers.since, lacks))
    until, fell = case.as_at, ""
    away, why_away = case.fell_away or (date.max, "")
    if clock.start is None:
        return NotAssessed(rule.id, f"it is not clear whether the {event_in_words(clock.began.kind)} began it")
    if clock.maybe_end is not None and clock.maybe_end.day <= away:
        return NotAssessed(rule.id, f"it is not clear whether the {event_in_words(clock.maybe_end.kind)} fulfils it")
    if clock.end is not None and clock.end.day <= away:
        until = clock.end.day
    elif clock.discharge is not None and clock.discharge.day <= away:
        until, fell = clock.discharge.day, _why_discharged(clock.discharge, run.discharge)
    elif away <= case.as_at:
        # how long it took until then would tell the day
        return NotAssessed(rule.id, f"the duty fell away: {why_away}")
    return Elapsed(case.chronology.child, rule, version, clock.start, clock.end, until, fell)


def _judge(rule: _Timed, run: Run, clock: Clock, version: Version, case: Case) -> Finding:
    """What became of one clock. Where its length is unsettled, it is told only if every length comes to the same."""
    if not case.story.covers.holds_any(run.answers):
        return _cannot_tell(rule, clock, version, case, run.end.patterns[0][:1], not_held(run.answers))
    wait = _wait(rule, run, clock.began, version, clock, case)
    if isinstance(wait, Wait):
        return _judged(rule, run, clock, version, wait, case)
    found = [_judged(rule, run, clock, version, possible, case) for possible in wait.waits]
    if found and len({finding.status for finding in found}) == 1:
        return found[0]
    return _cannot_tell(rule, clock, version, case, wait.missing, wait.because)


def _cannot_tell(
    rule: _Timed,
    clock: Clock,
    version: Version,
    case: Case,
    missing: tuple[str, ...],
    why: str,
    due: Moment | None = None,
    wait: Wait | None = None,
) -> Finding:
    return Finding(
        case.chronology.child,
        rule,
        _CANNOT_TELL,
        case.as_at,
        version,
        clock.began,
        due=due,
        missing=missing,
        why=why,
        wait=wait,
    )


def _judged(rule: _Timed, run: Run, clock: Clock, version: Version, wait: Wait, case: Case) -> Finding:
    began = clock.began
    status, due, why, doubt = _told(rule, run, clock, wait, case)
    if doubt is not None:
        return _cannot_tell(rule, clock, version, case, *doubt, due, wait)
    assert status is not None
    return Finding(
        case.chronology.child,
        rule,
        status,
        case.as_at,
        version,
        began,
        clock.end if status is _MET or status is _LATE else None,
        due,
        (),
        why,
        clock.discharge.day if status is _OVERDUE and clock.discharge is not None else None,
        wait,
        clock.maybe_end if status is _OVERDUE else None,
    )


_Doubt = tuple[tuple[str, ...], str]
"""What is missing, and why that matters."""


def _told(
    rule: _Timed, run: Run, clock: Clock, wait: Wait, case: Case
) -> tuple[Status | None, Moment | None, str, _Doubt | None]:
    """The status, when it was due, and why; and the doubt, if there is one, for which nobody can tell."""
    began = clock.began
    try:
        due = wait.due(began)
    except OutOfRange as error:
        return None, None, "", ((began.kind,), str(error))
    if due is None:
        assert isinstance(wait.period, By), "a period always gives a date"
        fact = wait.period.fact
        lacks = f"{question(fact)} is not recorded for {the_event(began)}"
        return None, None, "", ((f"{began.kind}.{fact}",), lacks)
    if clock.start is None:
        return None, None, "", _may_not_begin(run, began, case)
    status, why = _verdict(rule, run, clock, wait, due, case)
    if status is None:
        return None, due, "", (_untimed(wait.since or began, clock), why)
    doubt = _doubt(rule, run, clock, wait, due, status, case)
    # what is on record in time was in time, whatever else there was
    if doubt is None and status is not _MET and status is not _DISCHARGED:
        doubt = _unheld(rule, run, status, case) or _too_old(run, clock, case)
    return status, due, why, doubt


def _may_not_begin(run: Run, began: Event, case: Case) -> tuple[tuple[str, ...], str]:
    """What is missing, and why it matters, where it is doubtful whether the clock runs from an event."""
    missing = run.start.missing(began, case.story)
    why = lacking(missing, began, run.start.doubts(began, case.story))
    return missing, f"whether the limit is counted from {the_event(began)}: {why}"


def _unheld(rule: _Timed, run: Run, status: Status, case: Case) -> _Doubt | None:
    """What the source cannot hold, and would have to, before a breach can be told.

    An episode, or a duty that the law sets no number for, may have ended in any of its ways, and a recurring duty may
    have stopped in any of its own. Of a duty that can fall away, the source must hold one way at least.
    """
    if status is _PENDING:
        return None
    absent: tuple[str, ...] = ()
    if isinstance(rule, _HELD_WHOLE):
        absent = case.story.covers.absent(run.end.kinds)
    if not absent and status is _OVERDUE:
        absent = case.story.covers.absent(run.discharge.kinds)
        if isinstance(rule, Within) and len(absent) < len(run.discharge.kinds):
            return None  # one way is enough
    return (absent, not_held(absent)) if absent else None


def _too_old(run: Run, clock: Clock, case: Case) -> _Doubt | None:
    """What the source may lack, where the clock began before the first day of which the source tells everything.

    What is on record and too late may be the second.
    """
    lacks = _may_lack(run, clock, case)
    return (lacks, incomplete(case.story.covers.since, lacks)) if lacks else None


def _may_lack(run: Run, clock: Clock, case: Case) -> tuple[str, ...]:
    return case.story.covers.may_lack(run.end.kinds | run.discharge.kinds, clock.began.day)


def _untimed(start: Event, clock: Clock) -> tuple[str, ...]:
    """Which of the two ends of a clock in hours has no time of day."""
    ends = [event for event in (start, clock.end or clock.discharge) if event is not None and not event.timed]
    return tuple(f"{event.kind}.at" for event in ends)


def _verdict(rule: _Timed, run: Run, clock: Clock, wait: Wait, due: Moment, case: Case) -> tuple[Status | None, str]:
    """The status if every doubtful event is left out of account, and why; None if only the time of day would tell."""
    away, why_away = case.fell_away or (date.max, "")
    start = wait.since or clock.began
    if clock.end is not None and clock.end.day <= away:
        in_time = _in_time(start, clock.end, wait, due)
        if in_time is None:
            return None, _too_close(start, clock.end, the_event(clock.end), wait)
        return (_MET if in_time else _LATE), ""
    last_day = day_of(due)
    if clock.discharge is not None and clock.discharge.day <= last_day:
        in_time = _in_time(start, clock.discharge, wait, due)
        fell = _why_discharged(clock.discharge, run.discharge)
        if in_time is None:
            return None, _too_close(start, clock.discharge, fell, wait)
        if in_time:
            why = f"no {either(run.end)} was due by {day_in_words(due)} after all, because of {fell}"
            again = isinstance(rule, Every) and rule.opens.truth(clock.discharge, case.story)
            return _DISCHARGED, f"{why}, from which the next is counted" if again else why
    if away <= last_day:
        return _DISCHARGED, f"the duty ended when {why_away}, before the limit of {day_in_words(due)} had passed"
    if clock.end is not None:
        return _LATE, ""
    if clock.discharge is not None:
        return _OVERDUE, _why_discharged(clock.discharge, run.discharge)
    return (_PENDING if case.as_at <= last_day else _OVERDUE), ""


def _too_close(start: Event, end: Event, what: str, wait: Wait) -> str:
    """That nobody can tell on which side of a limit in hours it was."""
    passed = f"{what} came {hours_between(start.at, end.at)} after {the_event(start)}"
    return f"{passed}; the limit is {wait}, and not every time of day is recorded"


def _in_time(start: Event, end: Event, wait: Wait, due: Moment) -> Truth:
    if not wait.in_hours:
        return end.day <= day_of(due)
    if isinstance(due, datetime) and isinstance(end.at, datetime):
        return lasted(due, end.at)[0] == timedelta(0)
    assert not isinstance(wait.period, By)
    least, most = lasted(start.at, end.at)
    limit = timedelta(hours=wait.period.n)
    return True if most <= limit else None if least <= limit else False


_TELLING = {"reason", "conference-required", "no-further-action"}


def _why_discharged(event: Event, discharge: Match) -> str:
    read = {name for kind, condition in discharge.patterns if kind == event.kind for name in read_by(condition)}
    return the_event(event) + facts_in_words(event, [name for name in event.facts if name in read | _TELLING])


def _doubt(rule: _Timed, run: Run, clock: Clock, wait: Wait, due: Moment, status: Status, case: Case) -> _Doubt | None:
    """What is missing, and why it matters, if a fact that is not recorded could change the status."""
    earlier = clock.maybe_start
    if (
        earlier is not None
        and earlier is not clock.began
        and _status_from(earlier, rule, run, clock, case) is not status
    ):
        return _may_not_begin(run, earlier, case)
    done = clock.maybe_end
    if (
        done is not None
        and status in (_LATE, _OVERDUE, _PENDING)
        and _in_time(wait.since or clock.began, done, wait, due) is not False
    ):
        missing = run.end.missing(done, case.story)
        why = f"whether {the_event(done)} fulfils the duty"
        if missing or (same := _same(rule)) is None:
            return missing, f"{why}: {lacking(missing, done, run.end.doubts(done, case.story))}"
        # by this the event would say which of several it belongs to
        return (f"{done.kind}.{same}",), f"{why}: the {same} is not recorded wherever it would have to be"
    fell = clock.maybe_discharge
    # done late after all, it was still due, unless something since then called for it anew
    unsettled = status is _OVERDUE or (status is _LATE and clock.renewed is not None)
    if fell is not None and unsettled and _in_time(wait.since or clock.began, fell, wait, due) is not False:
        missing = run.discharge.missing(fell, case.story)
        why = lacking(missing, fell, run.discharge.doubts(fell, case.story))
        return missing, f"whether {the_event(fell)} ended the duty: {why}"
    return None


def _same(rule: Within | AtMost | Every) -> str | None:
    return None if isinstance(rule, Every) else rule.pairing.same


def _status_from(start: Event, rule: _Timed, run: Run, clock: Clock, case: Case) -> Status | None:
    """The status that the clock would have if it had been started by another event; None if nobody can tell."""
    version = rule.version_on(start.day)
    assert version is not None, "a clock that no version started"
    wait = _wait(rule, run, start, version, clock, case)
    if isinstance(wait, Unsettled):
        return None
    try:
        due = wait.due(start)
    except OutOfRange:
        return None
    return None if due is None else _verdict(rule, run, clock._replace(began=start, start=start), wait, due, case)[0]
