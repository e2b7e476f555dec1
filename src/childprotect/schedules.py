"""Dates for a path: the latest that the law permits, and what follows when one of them is overrun.

A schedule is a path so far, each step at a moment, and the clocks that run after it. The latest schedule takes each
step on the last day on which nothing becomes late.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from childprotect.calendars import Moment, day_of
from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.events import Event
from childprotect.findings import Finding, Report
from childprotect.paths import Step
from childprotect.rulebook import Rulebook
from childprotect.statuses import Status

GAP = timedelta(days=30)
"""How long nothing happens where no clock runs."""
_MINUTE = timedelta(minutes=1)
_MORNING = time(9)
_ENGLAND = ZoneInfo("Europe/London")


@frozen
class Running:
    """A clock that runs after a step: of which rule, started by the step of which number, and until when."""

    rule: str
    trigger: int
    due: Moment


@frozen
class Closed:
    """A clock that the step number `step` ended, or whose limit it moved; or, if `doubtful`, may have."""

    clock: Running
    step: int
    doubtful: bool = False


@frozen(eq=False)
class Schedule:
    """A path with moments: the events, the clocks that run now, those that were closed, and what was breached."""

    book: Rulebook
    begin: date
    events: tuple[Event, ...] = ()
    running: tuple[Running, ...] = ()
    closed: tuple[Closed, ...] = ()
    breached: tuple[Finding, ...] = ()

    @property
    def last(self) -> Moment | None:
        """The last moment at which nothing has become late; None where no clock runs."""
        return min((clock.due for clock in self.running), key=_last_moment, default=None)

    def latest(self, step: Step) -> "Schedule":
        """The schedule with one more step, as late as can be."""
        return self.then(step, self._latest(len(self.events)))

    def _latest(self, n: int) -> datetime:
        due = self.last
        if due is None:
            day = day_of(self.events[-1].at) + GAP if self.events else self.begin
            return _on(day, n)
        # several steps on the last day keep their order: by the minute on a day, by the second up to a moment
        return due - timedelta(seconds=100 - n) if isinstance(due, datetime) else _on(due, n)

    def then(self, step: Step, at: datetime) -> "Schedule":
        """The schedule with one more step at a moment, and what the check says up to that day."""
        n = len(self.events)
        made = evolve(self, events=(*self.events, step.at(at)))
        report = made.report(day_of(at))
        places = {event: place for place, event in enumerate(made.events)}
        judged = {(finding.rule, places[finding.trigger]): finding for finding in report.findings if finding.trigger}
        running = tuple(
            Running(rule, trigger, finding.due)
            for (rule, trigger), finding in judged.items()
            if finding.status is Status.PENDING and finding.due is not None
        )
        unsettled = {key for key, finding in judged.items() if finding.status is Status.CANNOT_TELL}
        closed = tuple(
            Closed(clock, n, (clock.rule, clock.trigger) in unsettled) for clock in self.running if clock not in running
        )
        return evolve(made, running=running, closed=(*self.closed, *closed), breached=report.breaches)

    def report(self, as_at: date) -> Report:
        """The check of the events so far."""
        return check(Chronology("path", events=self.events), self.book, as_at=as_at)

    def overruns(self) -> Iterator["Overrun"]:
        """For each clock that was closed: its limit overrun by as little as can be, and what follows from that."""
        for step, due in dict.fromkeys((closed.step, closed.clock.due) for closed in self.closed):
            moved = tuple(self._moved(step, due))
            late = [
                closed
                for closed in self.closed
                if closed.step >= step > closed.clock.trigger and _is_late(moved[closed.step], closed.clock.due)
            ]
            certain, doubtful = ({c.clock for c in late if c.doubtful is doubt} for doubt in (False, True))
            yield Overrun(step, due, evolve(self, events=moved), frozenset(certain), frozenset(doubtful - certain))

    def _moved(self, step: int, due: Moment) -> Iterator[Event]:
        """The events with that step just after the moment, and none that follows it before it."""
        after = due + _MINUTE if isinstance(due, datetime) else _on(due + timedelta(days=1), step)
        for n, event in enumerate(self.events):
            assert isinstance(event.at, datetime)
            yield event if n < step else evolve(event, at=max(event.at, after + (n - step) * _MINUTE))


@frozen(eq=False)
class Overrun:
    """A schedule in which one limit was passed: at which step, which limit, and every clock that is late by it.

    `late` has the clock itself and those that follow: what comes later in the path comes no earlier than the step that
    was late, so a limit that ended before then is passed too.
    """

    step: int
    due: Moment
    schedule: Schedule
    late: frozenset[Running]
    perhaps: frozenset[Running]
    """Clocks of which the path left it open whether they had ended in time."""


def _on(day: date, n: int) -> datetime:
    return datetime.combine(day, _MORNING, _ENGLAND) + n * _MINUTE


def _last_moment(due: Moment) -> datetime:
    return due if isinstance(due, datetime) else datetime.combine(due, time.max, _ENGLAND)


def _is_late(event: Event, due: Moment) -> bool:
    if isinstance(due, datetime):
        assert isinstance(event.at, datetime)
        return event.at > due
    return event.day > due
