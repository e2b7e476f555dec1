"""Deadlines: the last day that a version of a rule permits, and how it was counted."""

from datetime import date, timedelta
from typing import Protocol

from attrs import field, frozen

from childprotect.calendars import Moment, day_of
from childprotect.events import Event
from childprotect.periods import Counting, Period
from childprotect.requirements import By, Cadence, Limit, Wait
from childprotect.versions import Version
from childprotect.wording import day_in_words, listed


class Named(Protocol):
    """Anything with the id of a rule."""

    @property
    def id(self) -> str:
        """The id."""
        ...


@frozen
class Deadline:
    """The last day that a version of a rule permits, and how it was counted. Prints its own counting.

    `days_not_counted` are the holidays that a count in working days left out; weekends go without saying.
    """

    rule: Named = field(repr=lambda rule: repr(rule.id))
    version: Version = field(repr=lambda version: repr(version.edition))
    wait: Wait
    starts: Moment
    on: Moment
    days_not_counted: tuple[tuple[date, str], ...] = ()

    @property
    def period(self) -> Period | By:
        """The period that was counted, or where the date was read."""
        return self.wait.period

    def __str__(self) -> str:
        if isinstance(self.period, By):
            return f"{self.wait}, with the start on {day_in_words(self.starts)}"
        text = f"{self.wait} after {day_in_words(self.starts)}"
        if self.period.counting is not Counting.FROM_NEXT_DAY:
            text = f"{self.wait}, from {day_in_words(self.starts)}"
        if self.days_not_counted:
            text += f", not counting {listed(name for _, name in self.days_not_counted)}"
        return text


def deadline(rule: Named, version: Version, start: Moment) -> Deadline:
    """The deadline under one version; for a cadence the next after `start`, for a limit without its extensions."""
    requires = version.requires
    period = requires.then if isinstance(requires, Cadence) else requires
    period = period.period if isinstance(period, Limit) else period
    if not isinstance(period, Period):
        raise TypeError(f"{version.edition} sets no period here, but {requires!r}")
    on = period.due(start)
    return Deadline(rule, version, Wait(period), start, on, _skipped(period, start, on))


def deadline_of(rule: Named, version: Version, wait: Wait, trigger: Event, due: Moment) -> Deadline:
    """The deadline of a clock that was counted before."""
    start = wait.since or trigger
    at = start.at if wait.in_hours else start.day
    skipped = _skipped(wait.period, at, due) if isinstance(wait.period, Period) else ()
    return Deadline(rule, version, wait, at, due, skipped)


def _skipped(period: Period, start: Moment, on: Moment) -> tuple[tuple[date, str], ...]:
    if period.lateness_unit != "working-days":
        return ()
    begin = day_of(start)
    if period.counting is not Counting.FROM_NEXT_DAY:
        begin -= timedelta(days=1)
    return period.working_calendar.not_counted(begin, day_of(on))
