"""In which order the rows of a child happened, and which were known: `ordering.in_order` and `as_known`, in columns.

Within a day the time decides where all rows of it have one, and else the order of the process. A day on which something
ends and begins again, or on which some rows have a time and others do not, is put in order for its child alone.
"""

from datetime import date

import numpy as np
from attrs import define
from numpy.typing import NDArray

from childprotect.ordering import tie
from childprotect.tables.batches import UNTIMED, Flags, Rows
from childprotect.tables.days import FAR, Days, number
from childprotect.tables.shapes import Shapes, Table
from childprotect.vocabulary import STANDARD

_DAYS = 22
"""Bits that hold any day."""
_SHAPES = 22
"""Bits that hold more shapes than a table has."""
_CHILDREN = 63 - _DAYS - _SHAPES
"""Bits that are left for the children of a chunk, which are far fewer."""


@define(eq=False)
class Told:
    """Rows of whole children as they were told: what each says, when, whose it is, and when it was recorded."""

    shape: NDArray[np.int64]
    day: Days
    moment: NDArray[np.int64]
    """Microseconds since 1970 UTC, `UNTIMED` where only the day is told."""
    child: Rows
    recorded: Days | None = None
    """The day on which each was recorded, `FAR` where that is not told; None where it is told of none."""
    row: Rows | None = None
    """Which row of the chunk each is, where shapes do not say all that is told; None where they do."""

    def these(self, which: Flags | Rows | slice) -> "Told":
        """Some of the rows, or all in another order."""
        recorded = None if self.recorded is None else self.recorded[which]
        row = None if self.row is None else self.row[which]
        return Told(self.shape[which], self.day[which], self.moment[which], self.child[which], recorded, row)


def known(told: Told, as_at: date, known_at: date | None) -> Told:
    """The rows up to `as_at` that were known on `known_at`, where none corrects another.

    What does not say when it was recorded counts as known when it happened.
    """
    seen = told.day <= number(as_at)
    if known_at is not None:
        learned = told.day if told.recorded is None else np.where(told.recorded == FAR, told.day, told.recorded)
        seen &= learned <= number(known_at)
    return told if seen.all() else told.these(seen)


def arranged(told: Told, shapes: Shapes) -> tuple[Told, Rows]:
    """The rows in order, and the children whose order columns do not tell."""
    if not len(told.child):
        return told, told.child
    assert told.child[-1] < 1 << _CHILDREN, "more children than are taken in at once"
    key = told.child << _DAYS
    key += told.day + (1 << _DAYS - 1)
    key <<= _SHAPES
    key += _ranks(shapes, told.shape)
    if not (key[1:] >= key[:-1]).all():
        order = np.argsort(key, kind="stable")
        told, key = told.these(order), key[order]
    day = key >> _SHAPES
    another = day[1:] != day[:-1]
    begins = np.flatnonzero(np.append(True, another))
    odd = _renewed(told, shapes, begins)
    twice = _unlike_twins(told, shapes, np.flatnonzero(~another) + 1) if told.recorded is not None else told.child[:0]
    child = told.child[begins]
    timed = told.moment != UNTIMED
    if timed.any():
        some, all_ = np.logical_or.reduceat(timed, begins), np.logical_and.reduceat(timed, begins)
        odd |= some & ~all_
        lengths = np.diff(np.append(begins, len(day)))
        at = np.flatnonzero(np.repeat(all_ & ~odd & (lengths > 1), lengths))
        places = np.arange(len(day))
        places[at] = at[np.lexsort((told.moment[at], day[at]))]
        told = told.these(places) if len(at) else told
    return told, np.union1d(child[odd], twice)


def _ranks(shapes: Shapes, shape: Table) -> Table:
    """The place of each row within a day: by the order of the process, then as `ordering.tie` says."""
    ranks = STANDARD.ranks
    used = np.flatnonzero(np.bincount(shape))
    assert len(used) <= 1 << _SHAPES, "more different things are told than can be put in order"
    order = sorted(used.tolist(), key=lambda n: (ranks[shapes.said[n].kind], tie(shapes.said[n], STANDARD)))
    found = np.zeros(len(shapes.said), np.int64)
    found[order] = np.arange(len(order))
    return found[shape]


def _renewed(told: Told, shapes: Shapes, days: Rows) -> Flags:
    """The days, by their first rows, on which something may have ended and begun again."""
    spells = sorted({spell for kind in STANDARD.kinds for spell in (kind.opens, kind.closes) if spell})
    bits = {spell: 1 << n for n, spell in enumerate(spells)} | {None: 0}
    kinds = [STANDARD[event.kind] for event in shapes.said]
    n = len(spells)
    told_of = np.array([bits[kind.opens] | bits[kind.closes] << n for kind in kinds], np.int32)[told.shape]
    any_of = np.bitwise_or.reduceat(told_of, days)
    both: Flags = (any_of & any_of >> n) > 0
    # a row that has its day for itself is in no order
    both &= np.diff(np.append(days, len(told_of))) > 1
    return both


def _unlike_twins(told: Told, shapes: Shapes, after: Rows) -> Rows:
    """The children with two rows of one kind and day that were recorded on different days: it may tell their order.

    `after` are the rows that follow another of their day.
    """
    assert told.recorded is not None, "of nothing that was recorded is there nothing to tell"
    kind = shapes.kinds[told.shape]
    twins = (kind[after] == kind[after - 1]) & (told.recorded[after] != told.recorded[after - 1])
    return np.unique(told.child[after[twins]])
