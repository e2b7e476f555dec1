"""Which end answers which start, for all children of a batch at once: the policy of `pairing`, a column at a time.

The first run of starts of every child is looked at together; then the second runs, and so on, until no child has a
start left.
"""

from collections.abc import Callable

import numpy as np
from attrs import define

from childprotect.pairing import Pairing, Repeats
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.hits import Hits, Seen, first_after, last_before

Ok = Callable[[Rows, Rows], Flags]
"""Whether something holds of the rows at some places and others, one by one."""


@define(eq=False)
class Clocks:
    """Running clocks, a column for each part of `pairing.Clock`: rows, or `FAR_ROW` for none."""

    began: Rows
    sure: Flags
    """Whether it certainly began; else it only may have."""
    maybe_start: Rows
    end: Rows
    maybe_end: Rows
    discharge: Rows
    maybe_discharge: Rows
    renewed: Rows

    def these(self, which: Flags) -> "Clocks":
        """Some of the clocks."""
        columns = ("began", "sure", "maybe_start", "end", "maybe_end", "discharge", "maybe_discharge", "renewed")
        return Clocks(*(getattr(self, name)[which] for name in columns))


def clocks(
    seen: Seen,
    starts: Hits,
    begun: Rows,
    ends: Hits,
    discharges: Hits,
    revivals: Hits,
    pairing: Pairing,
) -> Clocks:
    """Every clock that the starts set running, in order of their beginning.

    `begun` are all starts, with those that are none for want of a version.
    """
    if pairing.later:
        starts = one_a_day(seen, starts)
    closings = Closings(seen, starts, begun, ends, discharges, revivals, pairing)
    if pairing.repeats is Repeats.EACH:
        none = np.full(len(starts.rows), FAR_ROW)
        return closings.clocks(starts.rows, starts.sure, np.where(starts.sure, none, starts.rows), none)
    return _in_runs(closings)


def _in_runs(closings: "Closings") -> Clocks:
    """The clocks of starts of which repeats set none of their own running."""
    seen, starts = closings.seen, closings.starts
    child = seen.batch.child
    restarts = closings.pairing.repeats is Repeats.RESTART
    found: list[tuple[Rows, Flags, Rows, Rows]] = []
    left, sure = starts.rows, starts.sure
    while len(left):
        of = child[left]
        opening = np.append(True, of[1:] != of[:-1])
        begins = np.flatnonzero(opening)
        stop, renewed = closings.stop(left[begins], left[sure])
        in_run = opening | (left < np.repeat(stop, np.diff(np.append(begins, len(left)))))
        ends = begins + np.add.reduceat(in_run, begins, dtype=np.int64)
        certain = np.flatnonzero(sure & in_run)
        if restarts:
            outermost = ends - 1
            governing = last_before(certain, ends, begins)
        else:
            outermost = begins
            governing = first_after(certain, begins, ends, itself=True)
        there = (governing >= 0) & (governing < FAR_ROW)
        governing = np.where(there, governing, outermost)
        maybe = np.where(sure[outermost], FAR_ROW, left[outermost])
        found.append((left[governing], sure[governing], maybe, renewed))
        left, sure = left[~in_run], sure[~in_run]
    if not found:
        return closings.clocks(starts.rows, starts.sure, starts.rows, starts.rows)
    began, is_sure, maybe, renewed = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(began, kind="stable")
    return closings.clocks(began[order], is_sure[order], maybe[order], renewed[order])


def one_a_day(seen: Seen, hits: Hits) -> Hits:
    """Of those of one day the last that is certain; where none is, the last."""
    rows, sure, batch = hits.rows, hits.sure, seen.batch
    if len(rows) < 2:
        return hits
    child, day = batch.child[rows], batch.day[rows]
    opening = np.append(True, (child[1:] != child[:-1]) | (day[1:] != day[:-1]))
    begins = np.flatnonzero(opening)
    if len(begins) == len(rows):
        return hits
    lasts = np.append(begins[1:], len(rows)) - 1
    certain = np.maximum.reduceat(np.where(sure, np.arange(len(rows)), -1), begins)
    kept = np.where(certain >= 0, certain, lasts)
    return Hits(rows[kept], sure[kept])


@define(eq=False)
class Closings:
    """The ends and discharges of a batch, and how they close a clock."""

    seen: Seen
    starts: Hits
    begun: Rows
    ends: Hits
    discharges: Hits
    revivals: Hits
    pairing: Pairing

    def stop(self, first: Rows, certain: Rows) -> tuple[Rows, Rows]:
        """The row at which the clock of each first start stops running, and the certain start that renews it."""
        stop = np.minimum(self.end(first), self.discharge(first))
        maybe = self.discharge(first, certain=False)
        limit = np.minimum(stop, self.seen.batch.last_of_child(first))
        renewed = np.full(len(first), FAR_ROW)
        some = maybe < limit
        if some.any():
            renewed[some] = first_after(certain, maybe[some], limit[some])
        return np.minimum(stop, renewed), renewed

    def clocks(self, began: Rows, sure: Flags, maybe_start: Rows, renewed: Rows) -> Clocks:
        """The clocks that run from `began`."""
        day = self.seen.batch.day
        end, discharge = self.end(began), self.discharge(began)
        rows = self.seen.batch.rows
        both = (end < FAR_ROW) & (discharge < FAR_ROW)
        # what was done on the day of the discharge was still done
        too_late = both & (day[np.minimum(discharge, rows)] < day[np.minimum(end, rows)])
        end, discharge = np.where(too_late, FAR_ROW, end), np.where(both & ~too_late, FAR_ROW, discharge)
        before = np.minimum(end, discharge)
        maybe_end, maybe_discharge = self.end(began, certain=False), self.discharge(began, certain=False)
        return Clocks(
            began,
            sure,
            maybe_start,
            end,
            np.where(maybe_end < before, maybe_end, FAR_ROW),
            discharge,
            np.where(maybe_discharge < before, maybe_discharge, FAR_ROW),
            renewed,
        )

    def end(self, starts: Rows, certain: bool = True) -> Rows:
        """The first row that answers each start; or the first that may."""
        if self.pairing.same is not None:
            return self._first(self.ends.rows, starts, ok=lambda s, e: self._answers(s, e, certain))
        rows = self.ends.certain if certain else self.ends.doubtful
        return self._first(rows, starts, ok=self._not_too_soon if self.pairing.later else None)

    def _first(self, rows: Rows, starts: Rows, *, itself: bool = False, ok: Ok | None = None) -> Rows:
        """The first of `rows` after each start, of the same child."""
        if not len(rows):
            return np.full(len(starts), FAR_ROW)
        return first_after(rows, starts, self.seen.batch.last_of_child(starts), itself=itself, ok=ok)

    def _not_too_soon(self, starts: Rows, ends: Rows) -> Flags:
        """Whether what answers another of its kind is of a later day."""
        batch = self.seen.batch
        kinds = batch.shapes.kinds
        again = kinds[batch.shape[starts]] == kinds[batch.shape[ends]]
        apart: Flags = ~again | (batch.day[starts] != batch.day[ends])
        return apart

    def _answers(self, starts: Rows, ends: Rows, certain: bool) -> Flags:
        """Whether an end is one, and of this start: doubtful if it does not say of which of several."""
        batch, rows = self.seen.batch, self.starts.rows
        value = self.seen.values(self.pairing.same)
        some, others = value(starts), value(ends)
        agree = (some == others) | (some < 0) | (others < 0)
        first, last = batch.begins[batch.child[starts]], batch.last_of_child(starts)
        only = np.searchsorted(rows, last, side="left") - np.searchsorted(rows, first, side="left") == 1
        sure = self.ends.sure[np.searchsorted(self.ends.rows, ends)] & (only | ((some >= 0) & (others >= 0)))
        apart = self._not_too_soon(starts, ends) if self.pairing.later else True
        found: Flags = agree & (sure == certain) & apart
        return found

    def discharge(self, starts: Rows, certain: bool = True) -> Rows:
        """The first row that ends the duty of each start; or the first that may."""
        # the start itself may say that nothing is due: an enquiry recorded as needing no conference
        itself = self.pairing.itself
        if len(self.revivals.rows):
            rows = self.discharges.rows
            return self._first(rows, starts, itself=itself, ok=lambda s, d: self._holds(s, d, certain))
        rows = self.discharges.certain if certain else self.discharges.doubtful
        return self._first(rows, starts, itself=itself)

    def _holds(self, starts: Rows, discharges: Rows, certain: bool) -> Flags:
        """Whether a discharge stands, or may: a decision may have taken it back."""
        batch = self.seen.batch
        kinds = batch.shapes.kinds
        until = first_after(self.begun, discharges, batch.last_of_child(discharges))
        until = np.minimum(until, batch.last_of_child(discharges))
        kind = kinds[batch.shape[discharges]]
        revived = self._rivals(self.revivals.certain, kind, starts, discharges, until)
        perhaps = self._rivals(self.revivals.doubtful, kind, starts, discharges, until)
        sure = self.discharges.sure[np.searchsorted(self.discharges.rows, discharges)]
        if certain:
            return ~revived & ~perhaps & sure
        return ~revived & (perhaps | ~sure)

    def _rivals(self, revivals: Rows, kind: Rows, starts: Rows, discharges: Rows, until: Rows) -> Flags:
        """Whether something else of that kind takes it back, from the start on and before the next."""
        batch = self.seen.batch
        kinds = batch.shapes.kinds[batch.shape[revivals]]
        found = np.zeros(len(starts), np.bool_)
        for one in np.unique(kinds):
            rows = revivals[kinds == one]
            last = last_before(rows, until, starts)
            # the discharge itself does not count: is there one besides it?
            last = np.where(last == discharges, last_before(rows, discharges, starts), last)
            found |= (last >= 0) & (kind == one)
        return found
