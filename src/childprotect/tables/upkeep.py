"""The check of what must be in place or up to date on the day of a check: the verdicts of `standing.check_current`."""

from datetime import date

import numpy as np
from attrs import define

from childprotect.conditions import Match
from childprotect.periods import Period
from childprotect.rules import Current
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.days import FAR, LOST, number
from childprotect.tables.doubts import Doubt
from childprotect.tables.found import BREACHED, CANNOT_TELL, MET, NO_NUMBER, NOTHING_FOUND, OVERDUE, Found, Told
from childprotect.tables.hits import NOBODY, Seen, first_after, last_before
from childprotect.tables.missing import missing_at
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN


def check_current(rule: Current, seen: Seen, as_at: date) -> Told:
    """At most one finding a child: is that which must be in place there, and not out of date."""
    version = next((n for n, version in enumerate(rule.versions) if version.covers(as_at)), None)
    batch, covers = seen.batch, seen.batch.covers
    wanted = rule.held.opens.kinds if rule.held else rule.event.kinds | rule.behind.kinds
    if version is None or not all(map(covers.holds, wanted)):
        return NOTHING_FOUND, NOBODY
    began = seen.find(rule.while_.opens).rows
    child = np.flatnonzero(np.bincount(batch.child[began]))
    child = child[batch.fell[child] == FAR]
    first, end = batch.begins[child], batch.begins[child + 1]
    running = seen.open_at(rule.while_, end, first)
    unclear = running == UNKNOWN
    perhaps = _perhaps_open(rule, seen, began, first[unclear], end[unclear])
    open_ = running == TRUE
    child, first, end = child[open_], first[open_], end[open_]
    opened = seen.opened_by(rule.while_, end, first)
    standing = _Standing(rule, seen, as_at, first, end, opened)
    if rule.held is not None:
        found = standing.in_place()
    elif rule.behind.patterns:
        found = standing.behind()
    else:
        found = standing.fresh(rule.versions[version].requires)
    found = Found.joined([perhaps, found])
    found.version[:] = version
    return found, NOBODY


def _perhaps_open(rule: Current, seen: Seen, began: Rows, first: Rows, end: Rows) -> Found:
    """That nobody can tell whether it is still open, from what certainly opened it, or the last that may have."""
    opened = seen.opened_by(rule.while_, end, first)
    found = _blank(np.where(opened < FAR_ROW, opened, last_before(began, end, first)))
    found.missing = missing_at(seen, rule.while_, end, first)
    return found


@define(eq=False)
class _Standing:
    """The children with something open: where their rows begin and end, and what certainly opened it."""

    rule: Current
    seen: Seen
    as_at: date
    first: Rows
    end: Rows
    opened: Rows

    def in_place(self) -> Found:
        """Whether another spell is open too."""
        assert self.rule.held is not None
        batch = self.seen.batch
        held = self.seen.open_at(self.rule.held, self.end, self.first)
        # nothing is wanting on the day on which it began
        told = (held != FALSE) | (batch.day[self.opened] < number(self.as_at))
        found = _blank(self.opened[told])
        found.status = np.select([held[told] == TRUE, held[told] == FALSE], [MET, BREACHED], CANNOT_TELL)
        found.missing = missing_at(self.seen, self.rule.held, self.end[told], self.first[told])
        return found

    def behind(self) -> Found:
        """Whether the event is no older than what calls for it."""
        seen, batch, rule = self.seen, self.seen.batch, self.rule
        events, behind = seen.find(rule.event), seen.find(rule.behind)
        last = last_before(events.certain, self.end, self.opened + 1)
        there = last >= 0
        since = np.where(there, batch.day_ends[np.maximum(last, 0)], self.opened + 1)
        # what happened on the day of the check calls for nothing yet
        newest = self.end - 1
        today = batch.day[newest] == number(self.as_at)
        until = np.where(today, batch.day_begins[newest], self.end)
        newer = last_before(behind.certain, until, since)
        calls = newer >= 0
        perhaps_newer = first_after(behind.rows, since - 1, until)
        from_ = np.where(calls, np.maximum(batch.day_begins[np.maximum(newer, 0)], self.opened + 1), FAR_ROW)
        maybe = first_after(events.doubtful, from_, self.end, itself=True)
        may_be = maybe < FAR_ROW
        may_call = ~may_be & ~calls & (perhaps_newer < FAR_ROW)
        trigger = np.select([may_be, may_call, calls, there], [maybe, perhaps_newer, newer, last], FAR_ROW)
        told = trigger < FAR_ROW
        found = _blank(trigger[told])
        calls, may_be, may_call = calls[told], may_be[told], may_call[told]
        doubt = Doubt(found, seen)
        doubt.put_missing(may_be, rule.event, found.trigger)
        doubt.put_missing(may_call, rule.behind, found.trigger)
        self._lacking(rule.event, calls, doubt)
        self._lacking(rule.behind, ~calls, doubt)
        found.status = np.where(doubt.put_so_far, CANNOT_TELL, np.where(calls, BREACHED, MET))
        return found

    def fresh(self, period: object) -> Found:
        """Whether the last event is no older than the period."""
        assert isinstance(period, Period)
        seen, batch, rule = self.seen, self.seen.batch, self.rule
        events = seen.find(rule.event)
        last = last_before(events.certain, self.end, self.opened + 1)
        there = last >= 0
        since = np.where(there, batch.day_ends[np.maximum(last, 0)], self.opened + 1)
        maybe = last_before(events.doubtful, self.end, since)
        due = np.full(len(last), LOST, np.int32)
        due[there] = days.due(period, batch.day[last[there]])
        lost = there & (due == LOST)
        fresh = there & (number(self.as_at) <= due)
        doubtful = ~fresh & (maybe >= 0) & ~lost
        trigger = np.select([lost, doubtful, there], [self.opened, maybe, last], FAR_ROW)
        told = trigger < FAR_ROW
        found = _blank(trigger[told])
        lost, doubtful, fresh, due = lost[told], doubtful[told], fresh[told], due[told]
        doubt = Doubt(found, seen)
        doubt.put(lost, batch.shapes.names.place(rule.event.patterns[0][:1]))
        doubt.put_missing(doubtful, rule.event, found.trigger)
        self._lacking(rule.event, ~fresh, doubt)
        clear = ~doubt.put_so_far
        found.status = np.where(clear, np.where(fresh, MET, OVERDUE), CANNOT_TELL)
        found.answer = np.where(clear & fresh, found.trigger, FAR_ROW)
        found.due = np.where(clear, due, NO_NUMBER)
        passed = days.elapsed(period, due, np.full(len(due), number(self.as_at), np.int32))
        passed = np.where(fresh, 0, np.where(passed == LOST, NO_NUMBER, passed))
        found.late = np.where(clear, passed, NO_NUMBER)
        found.working[:] = period.lateness_unit == "working-days"
        return found

    def _lacking(self, match: Match, these: Flags, doubt: Doubt) -> None:
        """That the source may lack such events after the triggers."""
        covers, batch = self.seen.batch.covers, self.seen.batch
        if lacks := covers.may_lack(match.kinds, date.min):
            assert covers.since is not None, "what may be lacking is older than some day"
            old = batch.day[doubt.found.trigger] < number(covers.since)
            doubt.put(these & old, batch.shapes.names.place(lacks))


def _blank(trigger: Rows) -> Found:
    return Found.blank(trigger, np.zeros(len(trigger), np.int64))
