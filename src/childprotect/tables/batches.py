"""Whole children as columns: what a batch of records says, row by row.

A row is an event. Its day is a number, and what it says is a shape. Rows of a child stand together, in the order in
which they happened, so that "the first conference after it" is one search in a sorted column.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field
from numpy.typing import NDArray

from childprotect.calendars import Moment
from childprotect.case import fell_away
from childprotect.chronology import Chronology, Coverage, Remark
from childprotect.events import Event
from childprotect.tables.days import FAR, Days, number
from childprotect.tables.shapes import Shapes
from childprotect.vocabulary import STANDARD, Vocabulary

Rows = NDArray[np.int64]
"""Places of rows in a batch."""
FAR_ROW = np.int64(1 << 60)
"""A place after all others, which stands for no row."""
Flags = NDArray[np.bool_]
UNTIMED = np.int64(-(1 << 63))
"""No time of day."""


def microseconds(at: Moment) -> int:
    """A moment in microseconds since 1970 UTC; `UNTIMED` for a day."""
    return (at - _EPOCH) // _MICROSECOND if isinstance(at, datetime) else int(UNTIMED)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@define(eq=False, slots=False)
class Batch:
    """Whole children of one source, as known for a check: `children` of them, in `rows` rows.

    `day`, `moment` and `child` have one more element, for no row: `FAR`, `UNTIMED`, and the number of children.
    """

    shapes: Shapes
    shape: NDArray[np.int64]
    day: Days
    moment: NDArray[np.int64]
    """Microseconds since 1970 UTC, `UNTIMED` where only the day is known."""
    child: NDArray[np.int64]
    begins: NDArray[np.int64]
    """The first row of each child, then the number of rows twice."""
    fell: Days
    """The last day on which any duty is owed to each child; `FAR` where they have not fallen away."""
    alone: Flags
    """The children of whom columns cannot tell: an entry is lost, or a time of day decides what came first."""
    covers: Coverage
    names: Any
    """The identifiers of the children: an Arrow array of text."""
    tell: Callable[[int], Chronology]
    """The record of one of the children, as a check of one child reads it."""
    told_singly: Sequence[Chronology] = ()
    """The records themselves, where they were read one by one: only such have remarks."""
    besides: Mapping[str, Any] = field(factory=dict)
    """Columns of the table that were asked for besides ours: the value of each child, as Arrow arrays of text."""
    entered: Days | None = None
    """The day on which each entry was first made, `FAR` where that is not told; None where nobody has looked."""

    def name(self, child: int) -> str:
        """The identifier of a child."""
        return str(self.names[child].as_py())

    def remarks(self, child: int) -> tuple[Remark, ...]:
        """What the source remarked on a child."""
        return self.told_singly[child].remarks if self.told_singly else ()

    @property
    def rows(self) -> int:
        """How many rows there are, which is also the place of none."""
        return len(self.shape)

    @property
    def children(self) -> int:
        """How many children there are."""
        return len(self.begins) - 2

    @cached_property
    def timed(self) -> Flags:
        """Whether the time of day is known."""
        known: Flags = self.moment != UNTIMED
        return known

    @cached_property
    def _of_kind(self) -> Mapping[str, Rows]:
        names = sorted({event.kind for event in self.shapes.said})
        codes = {name: n for n, name in enumerate(names)}
        kinds = np.array([codes[event.kind] for event in self.shapes.said], np.int16)
        kind = kinds[self.shape] if len(kinds) else np.zeros(0, np.int16)
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(len(names) + 1))
        return {name: order[bounds[n] : bounds[n + 1]] for n, name in enumerate(names)}

    def of_kind(self, kind: str) -> Rows:
        """The rows of a kind of event."""
        return self._of_kind.get(kind, np.zeros(0, np.int64))

    @cached_property
    def _new_day(self) -> Rows:
        """The rows that are the first of a child's day, and the number of rows."""
        child, day = self.child[:-1], self.day[:-1]
        new = (child[1:] != child[:-1]) | (day[1:] != day[:-1])
        return np.concatenate([[0] if len(child) else [], np.flatnonzero(new) + 1, [self.rows]]).astype(np.int64)

    @cached_property
    def day_begins(self) -> Rows:
        """For each row the first row of its day."""
        return np.repeat(self._new_day[:-1], np.diff(self._new_day))

    @cached_property
    def day_ends(self) -> Rows:
        """For each row one more than the last row of its day."""
        return np.repeat(self._new_day[1:], np.diff(self._new_day))

    def day_of(self, rows: Rows) -> Days:
        """The day of each row; `FAR` for none."""
        found: Days = self.day[np.minimum(rows, self.rows)]
        return found

    def first_of_child(self, rows: Rows) -> Rows:
        """The first row of the child of each row."""
        found: Rows = self.begins[self.child[rows]]
        return found

    def last_of_child(self, rows: Rows) -> Rows:
        """One more than the last row of the child of each row."""
        found: Rows = self.begins[self.child[rows] + 1]
        return found

    @classmethod
    def of(
        cls,
        chronologies: Sequence[Chronology],
        as_at: date,
        known_at: date | None = None,
        *,
        shapes: Shapes | None = None,
        vocabulary: Vocabulary = STANDARD,
    ) -> "Batch":
        """The batch of chronologies of one source: all of them can hold the same."""
        shapes = shapes if shapes is not None else Shapes()
        told = [chronology.as_known(as_at, known_at, vocabulary=vocabulary) for chronology in chronologies]
        events = [event for known in told for event in known]
        ends = [fell_away(chronology, as_at) for chronology in chronologies]
        lengths = np.array([len(known) for known in told], np.int64)
        n = len(events)
        return cls(
            shapes,
            np.array([shapes.place(e.kind, shapes.asked_of(e.kind, e.facts)) for e in events], np.int64),
            np.array([*(number(event.day) for event in events), FAR], np.int32),
            np.array([*(microseconds(event.at) for event in events), UNTIMED], np.int64),
            np.append(np.repeat(np.arange(len(told)), lengths), len(told)),
            np.concatenate([[0], np.cumsum(lengths), [n]]).astype(np.int64),
            np.array([number(end[0]) if end is not None else FAR for end in ends], np.int32),
            np.array([bool(chronology.lost) for chronology in chronologies], np.bool_),
            chronologies[0].covers if chronologies else Coverage(),
            pa.array([chronology.child for chronology in chronologies], pa.string()),
            lambda place: chronologies[place],
            told_singly=chronologies,
            entered=np.array(
                [day for c, t in zip(chronologies, told, strict=True) for day in _entered(c, t)], np.int32
            ),
        )


def _entered(chronology: Chronology, known: Sequence[Event]) -> Iterator[int]:
    """The day on which the entry of each event was first made."""
    firsts: dict[str, int] = {}
    for event in chronology.events:
        if event.ref is not None:
            made = _UNTOLD if event.recorded is None else number(event.recorded)
            firsts[event.ref] = min(made, firsts.get(event.ref, made))
    for event in known:
        made = _UNTOLD if event.recorded is None else number(event.recorded)
        made = firsts.get(event.ref, made) if event.ref is not None else made
        yield int(FAR) if made == _UNTOLD else made


_UNTOLD = -(1 << 31)
"""Earlier than any day: where one version of an entry does not tell when it was made, it may have been the first."""
