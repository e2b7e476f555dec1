"""The check of lead time, a column at a time: the verdicts of `standing.check_before`."""

from datetime import date

import numpy as np

from childprotect.periods import Period, Unit
from childprotect.rules import Before
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, UNTIMED, Flags, Rows
from childprotect.tables.days import LOST, number
from childprotect.tables.doubts import Doubt
from childprotect.tables.found import CANNOT_TELL, LATE, MET, NO_NUMBER, OVERDUE, Codes, Found, Told
from childprotect.tables.hits import NOBODY, Seen, last_before
from childprotect.tables.missing import gathered, missing_of
from childprotect.tables.moments import days_of, days_past, hours_before, lead_in_hours
from childprotect.tables.openings import between
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN


def check_before(rule: Before, seen: Seen, as_at: date) -> Told:
    """A finding for every anchor: did an event of its own come long enough before it."""
    batch, covers, names = seen.batch, seen.batch.covers, seen.batch.shapes.names
    anchors, events, since = map(seen.find, (rule.anchor, rule.event, rule.since))
    version = seen.version_on(rule, anchors.rows)
    judged = (version >= 0) & (batch.day_of(anchors.rows) <= batch.fell[batch.child[anchors.rows]])
    anchor, sure, version = anchors.rows[judged], anchors.sure[judged], version[judged]
    found = Found.blank(anchor, version)
    doubt = Doubt(found, seen)
    if absent := tuple(sorted(kind for kind in rule.event.kinds if not covers.holds(kind))):
        doubt.put(np.ones(len(anchor), np.bool_), names.place(absent))
        return found, NOBODY
    doubt.put_missing(~sure, rule.anchor, anchor)

    # two anchors of one day share what came before; what came before a rival may be that one's
    first, that_day = batch.first_of_child(anchor), batch.day_begins[anchor]
    bound = np.maximum(last_before(anchors.certain, that_day, first), last_before(since.certain, that_day, first))
    rival = np.maximum(last_before(anchors.doubtful, that_day, first), last_before(since.doubtful, that_day, first))
    own = np.maximum(first, bound + 1)
    last = last_before(events.certain, anchor, np.maximum(own, rival + 1))
    there = last >= 0
    later = np.where(there, batch.day_ends[np.maximum(last, 0)], own)
    unclear = np.where(there, last_before(events.doubtful, anchor, later), last_before(events.rows, anchor, own)) >= 0

    led = _Led(rule, seen, anchor, version, np.maximum(last, 0), there)
    doubt.put_named(led.due == LOST, anchor, "")
    unclear &= ~doubt.put_so_far & (~there | (led.in_time == TRUE))
    if unclear.any():
        missing = np.zeros(len(anchor), np.int64)
        missing[unclear] = _lacking(rule, seen, later[unclear], anchor[unclear], rival[unclear])
        doubt.put(unclear, missing)
    if lacks := covers.may_lack(rule.event.kinds, date.min):
        assert covers.since is not None, "what may be lacking is older than some day"
        old = (bound < 0) | (batch.day_of(np.maximum(bound, 0)) < number(covers.since))
        doubt.put(~there & old, names.place(lacks))
    if covers.since is not None:
        doubt.put(~there & (led.due < number(covers.since)), names.place(rule.event.patterns[0][:1]))
    doubt.put_named(there & led.uncounted, led.last, "")
    doubt.put_untimed(there & (led.in_time == UNKNOWN), led.last, anchor)
    told = ~doubt.put_so_far
    status = np.where(there, np.where(led.in_time == TRUE, MET, LATE), OVERDUE)
    found.status = np.where(told, status, CANNOT_TELL)
    found.answer = np.where(told & there, led.last, FAR_ROW)
    found.due = np.where(told, led.due, NO_NUMBER)
    found.due_at = np.where(told, led.due_at, UNTIMED)
    found.late = np.where(told, led.late, NO_NUMBER)
    found.working = led.working
    found.ended = np.where(found.status == OVERDUE, batch.day[anchor], NO_NUMBER)
    return found, NOBODY


def _lacking(rule: Before, seen: Seen, from_: Rows, anchor: Rows, rival: Rows) -> Codes:
    """What would settle which of several events counts, and whether a rival is another anchor."""
    of, events = between(seen.find(rule.event).rows, from_, anchor)
    there = np.flatnonzero(rival >= 0)
    codes = [missing_of(seen, rule.event, events), missing_of(seen, rule.anchor | rule.since, rival[there])]
    return gathered(seen.batch.shapes.names, len(anchor), np.concatenate([of, there]), np.concatenate(codes))


class _Led:
    """By when each anchor's event had to come, and how far past that it came."""

    def __init__(self, rule: Before, seen: Seen, anchor: Rows, version: Codes, last: Rows, there: Flags) -> None:
        batch, n = seen.batch, len(anchor)
        self.last = last
        self.due, self.due_at = np.full(n, LOST, np.int32), np.full(n, UNTIMED)
        self.in_time = np.full(n, FALSE)
        self.late = np.zeros(n, np.int32)
        self.working, self.uncounted = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        until = np.where(there, batch.day[last], batch.day[anchor]).astype(np.int32)
        for place, period in enumerate(one.requires for one in rule.versions):
            if not isinstance(period, Period) or not (these := version == place).any():
                continue
            self.working |= these & (period.unit is Unit.WORKING_DAYS)
            self.due[these] = days.before(period, batch.day[anchor[these]])
            if period.unit is Unit.HOURS:
                timed = these & batch.timed[anchor]
                self.due_at[timed] = hours_before(batch, anchor[timed], period.n)
                self.due[timed] = days_of(self.due_at[timed])
                self.in_time[these] = lead_in_hours(batch, last[these], anchor[these], period.n)
            else:
                in_time = batch.day[last[these]] <= self.due[these]
                self.in_time[these] = np.where(in_time, TRUE, FALSE)
                # the days from the event to the eve of the anchor are those that a lead is made of
                lead = days.elapsed(period, batch.day[last[these]] - 1, batch.day[anchor[these]] - 1)
                self.uncounted[these] = lead == LOST
            passed = days.elapsed(period, self.due[these], until[these])
            passed = np.where(passed == LOST, NO_NUMBER, passed)
            if period.unit is Unit.HOURS:
                due = hours_before(batch, anchor[these], period.n)
                passed = np.where(there[these], days_past(due, batch, last[these]), passed)
            self.late[these] = np.where(there[these] & (self.in_time[these] == TRUE), 0, passed)
