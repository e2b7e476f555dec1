"""How long clocks run, a column at a time: what `waits` says of one start, of many at once.

What lengthens a limit, a renewal of an order, and what an order may have followed are left to the check of one child:
there are few of them, and what the record must say of each is a story of its own.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
from attrs import define

from childprotect.calendars import day_of, england_and_wales
from childprotect.events import Event
from childprotect.periods import Period, Unit
from childprotect.requirements import By, Cadence, Limit, Requirement
from childprotect.rules import AtMost, Every, Within
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, UNTIMED, Flags, Rows, microseconds
from childprotect.tables.days import LOST, Days
from childprotect.tables.found import NO_NUMBER, Codes
from childprotect.tables.hits import Seen, first_after, last_before, version_on
from childprotect.tables.moments import Instants, days_of, days_past, hours_later, last_instants, within_hours
from childprotect.tables.shapes import FALSE, TRUE

UNDATED = LOST + 1
"""That no date is recorded where one should be."""
_SUNDAY = 6
_THURSDAY = 3


@define(eq=False)
class Lengths:
    """How long the clocks from some starts run."""

    seen: Seen
    starts: Rows
    since: Rows
    """What each is counted from, where that is not its start; else `FAR_ROW`."""
    due: Days
    """The last day in time; `LOST` beyond the calendar, `UNDATED` where the record does not hold the date."""
    due_at: Instants
    """The last instant in time, where that is known; else `UNTIMED`."""
    periods: list[Period | By]
    period: Codes
    """The place of each one's period among these."""
    ask: Flags
    """Of which the check of one child must tell how long it runs."""
    doubted: Rows
    """What may have opened the duty, where it is that which makes it doubtful how long a clock runs; else `FAR_ROW`."""

    @classmethod
    def of(cls, seen: Seen, starts: Rows) -> "Lengths":
        """Of these starts, of which nothing is told yet."""
        n = len(starts)
        due = np.full(n, LOST, np.int32)
        none, untimed = np.full(n, FAR_ROW), np.full(n, UNTIMED)
        return cls(seen, starts, none, due, untimed, [], np.full(n, -1), np.zeros(n, np.bool_), none.copy())

    @property
    def counted(self) -> Rows:
        """The row that each is counted from."""
        return np.where(self.since < FAR_ROW, self.since, self.starts)

    def run(self, flags: Flags, period: Period | By) -> None:
        """That these run for a period, or to a date on the record."""
        if not flags.any():
            return
        these = slice(None) if flags.all() else flags
        if period not in self.periods:
            self.periods.append(period)
        self.period[these] = self.periods.index(period)
        batch, counted = self.seen.batch, self.counted[these]
        self.due_at[these] = UNTIMED
        if isinstance(period, By):
            self.due[these], self.due_at[these] = _dates(self.seen, period.fact, counted)
        elif period.unit is Unit.HOURS:
            last = hours_later(batch, counted, period.n)
            self.due[these] = days_of(last)
            self.due_at[these] = np.where(batch.timed[counted], last, UNTIMED)
        else:
            self.due[these] = days.due(period, batch.day[counted])

    def in_time(self, ends: Rows) -> Codes:
        """Whether each clock's end was in time, as a truth value; false where there is no end."""
        batch = self.seen.batch
        told = np.where(batch.day_of(ends) <= self.due, TRUE, FALSE)
        for n, period in enumerate(self.periods):
            if isinstance(period, Period) and period.unit is Unit.HOURS:
                these = (self.period == n) & (ends < FAR_ROW)
                told[these] = within_hours(batch, self.counted[these], ends[these], period.n)
        return told

    def late(self, these: Flags, answers: Rows, until: Days) -> tuple[Days, Flags]:
        """How far these were past due until a day, and of which of all it is counted in working days.

        A limit in hours counts to its answer, where there is one.
        """
        late, working = np.zeros(len(self.starts), np.int32), np.zeros(len(self.starts), np.bool_)
        for n, period in enumerate(self.periods):
            alike = self.period == n
            if isinstance(period, Period) and period.unit is Unit.WORKING_DAYS:
                working |= alike
            if not (alike := alike & these).any():
                continue
            passed = days.elapsed(period if isinstance(period, Period) else None, self.due[alike], until[alike])
            late[alike] = np.where(passed == LOST, NO_NUMBER, passed)
            if isinstance(period, Period) and period.unit is Unit.HOURS:
                alike &= answers < FAR_ROW
                last = last_instants(self.seen.batch, self.counted[alike], period.n)
                late[alike] = days_past(last, self.seen.batch, answers[alike])
        return late, working


def _required(rule: Within | Every | AtMost, version: Codes) -> Iterator[tuple[Requirement, Flags]]:
    """What the versions of a rule require, each different thing once, with the clocks that run under it."""
    required = [one.requires for one in rule.versions]
    for n, one in enumerate(required):
        if one is not None and required.index(one) == n:
            # the last is of no version, -1
            yield one, np.array([*(other == one for other in required), False])[version]


def of_within(seen: Seen, rule: Within, starts: Rows, version: Codes) -> Lengths:
    """The period of each version, or the date that the start names."""
    lengths = Lengths.of(seen, starts)
    for requires, these in _required(rule, version):
        if isinstance(requires, Limit):
            lengths.run(these, requires.period)
        elif isinstance(requires, Period | By):
            lengths.run(these, requires)
    lengths.ask |= _extended(seen, rule, starts)
    return lengths


def of_first(seen: Seen, rule: Every, starts: Rows, version: Codes) -> Lengths:
    """The wait for the first; one that continues another duty counts from the last such event before."""
    lengths = Lengths.of(seen, starts)
    if rule.continues:
        first = seen.batch.first_of_child(starts)
        stopped = last_before(seen.find(rule.stops).rows, starts, first)
        last = last_before(seen.find(rule.event).certain, starts, np.maximum(first, stopped + 1))
        lengths.since = np.where(last >= 0, last, FAR_ROW)
    for requires, these in _required(rule, version):
        if isinstance(requires, Cadence):
            lengths.run(these, requires.wait(0))
    return lengths


def of_next(seen: Seen, rule: Every, starts: Rows, version: Codes) -> Lengths:
    """The wait for the next: it may depend on how many there were, and for how long the duty has run."""
    lengths = Lengths.of(seen, starts)
    for requires, these in _required(rule, version):
        if isinstance(requires, Cadence):
            lengths.run(these, requires.then)
            if requires.depends_on_opening:
                _since_opening(lengths, rule, requires, these)
    return lengths


def _since_opening(lengths: Lengths, rule: Every, cadence: Cadence, these: Flags) -> None:
    seen, batch, starts = lengths.seen, lengths.seen.batch, lengths.starts
    opens, events = seen.find(rule.opens), seen.find(rule.event)
    first = batch.first_of_child(starts)
    opening = last_before(opens.rows, starts + 1, first)
    opened = these & (opening >= 0)
    unclear = opened & (opening > last_before(opens.certain, starts + 1, first))
    lengths.doubted = np.where(unclear, opening, lengths.doubted)
    begun = np.maximum(opening, 0)
    if cadence.later is not None and cadence.after is not None:
        after = days.due(cadence.after, batch.day[begun])
        lengths.run(opened & (after != LOST) & (batch.day[starts] >= after), cadence.later)
        opened &= (after != LOST) & (batch.day[starts] < after)
    oldest = first_after(events.rows, begun, starts + 1)
    newest = last_before(events.rows, starts + 1, begun + 1)
    lengths.run(opened & (oldest == FAR_ROW), cadence.wait(0))
    # those of one day are one
    lengths.run(opened & (newest >= 0) & (batch.day_of(oldest) == batch.day[newest]), cadence.wait(1))


def of_episodes(seen: Seen, rule: AtMost, starts: Rows, version: Codes) -> Lengths:
    """The limit of the only episode of a child. Where it is not plain how long that may last, the child is asked."""
    lengths = Lengths.of(seen, starts)
    for requires, these in _required(rule, version):
        if isinstance(requires, Limit):
            lengths.run(these, requires.period)
            if requires.renewed is None and rule.counted_from is not None and rule.reach is not None:
                opens = rule.counted_from.opens
                followed = last_before(seen.find(opens).rows, starts, seen.batch.first_of_child(starts)) >= 0
                unheld = not any(map(seen.batch.covers.holds, opens.kinds))
                lengths.ask |= these & (followed | unheld)
    lengths.ask |= _extended(seen, rule, starts)
    # the law that set the limit may be no more on its last day
    lengths.ask |= (lengths.due != LOST) & (version_on(rule, lengths.due) < 0)
    if rule.holidays:
        holidays = np.array([days.number(day) for day in england_and_wales().holidays], np.int32)
        lengths.ask |= ((lengths.due + _THURSDAY) % 7 == _SUNDAY) | np.isin(lengths.due, holidays)
    return lengths


def _extended(seen: Seen, rule: Within | AtMost, starts: Rows) -> Flags:
    """The starts whose limit may have been extended."""
    extends = rule.extends
    if not extends.patterns:
        return np.zeros(len(starts), np.bool_)
    if not all(map(seen.batch.covers.holds, extends.kinds)):
        return np.ones(len(starts), np.bool_)
    found: Flags = first_after(seen.find(extends).rows, starts, seen.batch.last_of_child(starts)) < FAR_ROW
    return found


def _dates(seen: Seen, fact: str, rows: Rows) -> tuple[Days, Instants]:
    """The date that stands on the record as a fact; and the moment, where it is one."""

    def date_of(event: Event) -> int:
        recorded = event.facts.get(fact)
        return days.number(day_of(recorded)) if isinstance(recorded, date) else int(UNDATED)

    def moment_of(event: Event) -> int:
        recorded = event.facts.get(fact)
        return microseconds(recorded) if isinstance(recorded, date) else int(UNTIMED)

    told = seen.of_shapes(f"date {fact}", fact, rows, date_of)
    return told.astype(np.int32), seen.of_shapes(f"moment {fact}", fact, rows, moment_of)
