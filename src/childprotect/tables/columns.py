"""The rows of an event table as numbers: what each says and when, and which children are read row by row.

Every column is first broken down to its different values, and rows to those that say different things; each of these is
read once, by the reader of single rows. What that reader would not simply take as an event (a cell that cannot be read,
an entry that corrects another, a row that names no event of ours) is left to it, with all rows of the child.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field
from numpy.typing import NDArray

from childprotect.calendars import LAST_DAY, day_of
from childprotect.chronology import Coverage
from childprotect.events import Event, Facts
from childprotect.records import event_table_coverage
from childprotect.records.arrow_rows import beyond_calendar, without
from childprotect.records.entries import Entries, text_of
from childprotect.records.event_table_coverage import TableCoverage
from childprotect.records.mapping import PLAIN_COLUMNS
from childprotect.records.source import FIRST_PLAUSIBLE
from childprotect.tables.arranging import Told
from childprotect.tables.arrays import from_arrow, to_arrow
from childprotect.tables.asked import without_unasked
from childprotect.tables.batches import UNTIMED, Flags, Rows, microseconds
from childprotect.tables.beside import When, latest
from childprotect.tables.days import EPOCH, FAR, LOST, Days, number
from childprotect.tables.encoded import Codes, Column, different, is_blank
from childprotect.tables.shapes import Shapes

_UNREAD = -1
_MANY = 2_000
"""How many different things the rows of a chunk say at most, of which everything is a shape."""


@define(eq=False)
class Chunk:
    """Whole children, as read."""

    told: Told
    """The rows of the children who can be checked in columns."""
    names: Any
    """The identifiers of all children of the chunk: an Arrow array."""
    covers: dict[Coverage, Rows]
    """What the source could hold, and of which children."""
    odd: Rows
    """The children who are read row by row."""
    begins: Rows
    """The first row of each child in the chunk, and the number of rows."""
    besides: dict[str, Any]
    """The value of each child in columns that were asked for besides ours, as known for the check, as text."""
    facts: Callable[[int], Facts]
    """All facts of a row that was read in columns."""


@define(eq=False)
class Reader:
    """How the chunks of one table are read: the places of our columns, and what the table can hold."""

    places: dict[str, int]
    entries: Entries
    covers: TableCoverage
    besides: dict[str, int] = field(factory=dict)
    """The places of columns that are kept as they are."""
    shapes: Shapes = field(factory=Shapes)

    def chunk(self, batch: Any, as_at: date, known_at: date | None) -> Chunk:
        """The rows of a record batch of whole children, each child's rows together, to be checked as at these days."""
        names, begins = children_of(batch.column(self.places["child"]))
        names = names.cast(pa.string())
        child = np.repeat(np.arange(len(names)), np.diff(begins))
        facts = [name for name in ("event", "withdrawn", *self.entries.names) if name in self.places]
        columns = {name: Column.of(batch.column(self.places[name])) for name in facts}
        when = self.rows_when(batch)
        day, moment, recorded = when.day, when.moment, when.recorded
        odd = np.zeros(len(names), np.bool_)
        silent = columns["event"].where(is_blank) & (day == FAR)
        silent, covers = self._coverage(batch, child, odd, silent)
        shape, is_all = self._shapes(columns, child, day)
        unread = (shape == _UNREAD) | ~_is_plausible(day)
        if recorded is not None:
            unread |= (recorded != FAR) & ~_is_plausible(recorded)
        odd[child[unread & ~silent]] = True
        odd[self._corrected(batch, child)] = True
        told = Told(shape, day, moment, child, recorded, None if is_all else np.arange(len(shape)))
        if odd.any() or silent.any():
            told = told.these(np.flatnonzero(~silent & ~odd[child]))
        kept = {coverage: own[~odd[own]] for coverage, own in covers.items()}
        besides = self._besides(batch, begins, when, as_at, known_at)
        return Chunk(told, names, kept, np.flatnonzero(odd), begins, besides, partial(self._facts, columns))

    def _besides(self, batch: Any, begins: Rows, when: When, as_at: date, known_at: date | None) -> dict[str, Any]:
        if not self.besides:
            return {}
        known = when.known(as_at, known_at)
        return {name: latest(batch.column(place), begins, when, known) for name, place in self.besides.items()}

    def rows_when(self, batch: Any) -> When:
        """When the rows of a batch are of."""
        return When(*self.when(batch, "at"), self.when(batch, "recorded")[0] if "recorded" in self.places else None)

    def _coverage(self, batch: Any, child: Rows, odd: Flags, silent: Flags) -> tuple[Flags, dict[Coverage, Rows]]:
        """Which of the `silent` rows say what the source could hold of a child, and what that is of all children."""
        nobody = np.zeros(len(child), np.bool_)
        column = Column.of(batch.column(self.places["coverage"])) if "coverage" in self.places else None
        if column is None or column.is_empty:
            odd |= self.covers.is_told  # nobody can tell what could be held of a child of whom no row says it
            return nobody, {self.covers.of_child(None): np.arange(len(odd))}
        there = ~column.where(is_blank)
        only = there & silent
        odd[child[there & ~only]] = True
        said = np.full(len(odd), -1)
        said[child[only]] = column.codes[only]
        odd[child[only & (said[child] != column.codes)]] = True
        odd[said < 0] = True
        found: dict[Coverage, list[Rows]] = {}
        for code in np.unique(said[said >= 0]):
            these = np.flatnonzero(said == code)
            try:
                coverage = event_table_coverage.read(str(column.values[code]).strip())
            except ValueError:
                odd[these] = True
            else:
                found.setdefault(self.covers.of_child(coverage), []).append(these)
        return only, {coverage: np.sort(np.concatenate(parts)) for coverage, parts in found.items()}

    def _shapes(self, columns: dict[str, Column], child: Rows, day: Days) -> tuple[Codes, bool]:
        """What each row says, as the number of a shape; `_UNREAD` where it is not simply an event.

        And whether shapes say all that is told. Where there would be many, they say only what the check asks for.
        """
        there = {name: column for name, column in columns.items() if name == "event" or not column.is_empty}
        codes, firsts = different(list(there.values()))
        is_all = self.shapes.asked is None or len(firsts) <= _MANY
        if self.shapes.asked is not None and not is_all:
            kinds = [self._kind(value) for value in columns["event"].values]
            there = without_unasked(there, kinds, self.shapes.asked, child, day, self._can_be_read)
            codes, firsts = different(list(there.values()))
        cells = [[column.values[code] for code in column.codes[firsts]] for column in there.values()]
        said = [self._shape(dict(zip(there, row, strict=True))) for row in zip(*cells, strict=True)]
        return np.array(said, np.int64)[codes], is_all

    def _shape(self, cells: dict[str, Any]) -> int:
        entry = self._entry(cells)
        return _UNREAD if entry is None else self.shapes.place(entry.kind, entry.facts)

    def _entry(self, cells: dict[str, Any]) -> Event | None:
        """What a row says, of a day that means nothing; None where it is not simply an event."""
        facts = [(name, value) for name, value in cells.items() if name not in ("event", "withdrawn")]
        entry = self.entries.read(cells["event"], EPOCH, None, cells.get("withdrawn"), None, facts)
        return entry if isinstance(entry, Event) and not entry.withdrawn else None

    def _facts(self, columns: dict[str, Column], row: int) -> Facts:
        entry = self._entry({name: column.values[column.codes[row]] for name, column in columns.items()})
        assert entry is not None, "what was read in columns is an event"
        return entry.facts

    def _kind(self, value: Any) -> str:
        return (self.entries.reading.columns or PLAIN_COLUMNS).event(text_of(value) or "") or ""

    def _can_be_read(self, event: Any, name: str, value: Any) -> bool:
        return isinstance(self.entries.read(event, EPOCH, None, None, None, ((name, value),)), Event)

    def when(self, batch: Any, name: str) -> tuple[Days, NDArray[np.int64]]:
        """The day and the moment of each row in a column: `FAR` where there is none, `LOST` where it cannot be read."""
        array = batch.column(self.places[name])
        if (beyond := beyond_calendar(array)) is None:
            return self._when(array, name)
        days, moments = self._when(without(array, beyond), name)
        return np.where(from_arrow(beyond), LOST, days), moments

    def _when(self, array: Any, name: str) -> tuple[Days, NDArray[np.int64]]:
        kind = array.type
        untimed = np.full(len(array), UNTIMED)
        if pa.types.is_date32(kind):
            return _days(array), untimed
        if pa.types.is_timestamp(kind):
            at = array.cast(pa.timestamp("us", kind.tz), safe=False)
            if kind.tz is None:  # the clocks change: a time without a zone is no moment, and only its day is kept
                return _days(at.cast(pa.date32(), safe=False)), untimed
            in_england = pc.local_timestamp(at.cast(pa.timestamp("us", "Europe/London")))
            return _days(in_england.cast(pa.date32(), safe=False)), from_arrow(at.cast(pa.int64()), int(UNTIMED))
        column = Column.of(array)
        told = [self._moment(value, name) for value in column.values]
        return (
            np.array([day for day, _ in told], np.int32)[column.codes],
            np.array([moment for _, moment in told], np.int64)[column.codes],
        )

    def _moment(self, value: Any, name: str) -> tuple[int, int]:
        try:
            at = self.entries.moment(value, name)
        except ValueError:
            return int(LOST), int(UNTIMED)
        return (int(FAR), int(UNTIMED)) if at is None else (number(day_of(at)), microseconds(at))

    def _corrected(self, batch: Any, child: Rows) -> Rows:
        """The children of whom a row corrects another: both have the same `ref`."""
        if "ref" not in self.places:
            return child[:0]
        column = Column.of(batch.column(self.places["ref"]))
        odd = np.array([isinstance(value, str) and bool(self.entries.odd((value,))) for value in column.values])
        named = ~column.where(is_blank)
        key = np.sort((child * len(column.values) + column.codes)[named])
        twice = key[1:][key[1:] == key[:-1]] // max(len(column.values), 1)
        return np.union1d(twice, child[odd[column.codes]])


def children_of(column: Any) -> tuple[Any, Rows]:
    """The identifiers in a column, where each child's rows are together, and the first row of each; then the end."""
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    rows = len(column)
    if not rows:
        return column, np.zeros(1, np.int64)
    new = np.flatnonzero(from_arrow(pc.not_equal(column[1:], column[:-1]), True)) + 1
    begins = np.concatenate([[0], new, [rows]]).astype(np.int64)
    return column.take(to_arrow(begins[:-1])), begins


def _is_plausible(day: Days) -> Flags:
    plausible: Flags = (day >= number(FIRST_PLAUSIBLE)) & (day <= number(LAST_DAY))
    return plausible


def _days(array: Any) -> Days:
    days: Days = from_arrow(array.cast(pa.int32()), int(FAR))
    return days
