"""The rows of an event table as numbers: what each says and when, and which children are read row by row.

Every column is first broken down to its different values, and rows to those that say different things; each of these is
read once, by the reader of single rows. What that reader would not simply take as an event (a cell that cannot be read,
an entry that corrects another, a row that names no event of ours) is left to it, with all rows of the child.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field
from numpy.typing import NDArray

from childprotect.calendars import LAST_DAY, day_of
from childprotect.chronology import Coverage
from childprotect.events import Event
from childprotect.records import event_table_coverage
from childprotect.records.arrow_rows import beyond_calendar, encode, without
from childprotect.records.entries import Entries
from childprotect.records.event_table_coverage import TableCoverage
from childprotect.records.source import FIRST_PLAUSIBLE
from childprotect.tables.arranging import Told
from childprotect.tables.arrays import from_arrow, to_arrow
from childprotect.tables.batches import UNTIMED, Flags, Rows, microseconds
from childprotect.tables.beside import When, latest
from childprotect.tables.days import EPOCH, FAR, LOST, Days, number
from childprotect.tables.shapes import Shapes

Codes = NDArray[np.int64]
_COMBINED = 1 << 22
"""How many combinations of values are told apart by looking them up, rather than by sorting."""
_UNREAD = -1


@define(eq=False)
class Column:
    """A column as numbers: for every row the place of its value among the different ones."""

    codes: Codes
    values: list[Any]

    @classmethod
    def of(cls, array: Any) -> "Column":
        """The column of an Arrow array."""
        if pa.types.is_boolean(array.type):
            return cls(from_arrow(array.cast(pa.int8()).fill_null(2)), [False, True, None])
        if pa.types.is_dictionary(array.type) and pa.types.is_string(array.type.value_type):
            # a dictionary may hold a value twice; then one thing has two numbers, which does no harm
            values = array.dictionary.to_pylist()
            codes = array.indices if pa.types.is_int32(array.indices.type) else array.indices.cast(pa.int64())
            return cls(from_arrow(codes, len(values)), [*values, None])
        column = encode(array)
        return cls(from_arrow(column.codes), column.values)

    def where(self, holds: Callable[[Any], bool]) -> Flags:
        """The rows of whose value something holds."""
        flags: Flags = np.array([holds(value) for value in self.values], np.bool_)[self.codes]
        return flags

    @property
    def is_empty(self) -> bool:
        """Whether no row has a value."""
        return all(map(_is_blank, self.values))


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
        silent = columns["event"].where(_is_blank) & (day == FAR)
        silent, covers = self._coverage(batch, child, odd, silent)
        shape = self._shapes(columns)
        unread = (shape == _UNREAD) | ~_is_plausible(day)
        if recorded is not None:
            unread |= (recorded != FAR) & ~_is_plausible(recorded)
        odd[child[unread & ~silent]] = True
        odd[self._corrected(batch, child)] = True
        told = Told(shape, day, moment, child, recorded)
        if odd.any() or silent.any():
            told = told.these(np.flatnonzero(~silent & ~odd[child]))
        kept = {coverage: own[~odd[own]] for coverage, own in covers.items()}
        besides = self._besides(batch, begins, when, as_at, known_at)
        return Chunk(told, names, kept, np.flatnonzero(odd), begins, besides)

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
        there = ~column.where(_is_blank)
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

    def _shapes(self, columns: dict[str, Column]) -> Codes:
        """What each row says, as the number of a shape; `_UNREAD` where it is not simply an event."""
        there = {name: column for name, column in columns.items() if name == "event" or not column.is_empty}
        codes, firsts = different(list(there.values()))
        cells = [[column.values[code] for code in column.codes[firsts]] for column in there.values()]
        said = [self._shape(dict(zip(there, row, strict=True))) for row in zip(*cells, strict=True)]
        return np.array(said, np.int64)[codes]

    def _shape(self, cells: dict[str, Any]) -> int:
        facts = [(name, value) for name, value in cells.items() if name not in ("event", "withdrawn")]
        entry = self.entries.read(cells["event"], EPOCH, None, cells.get("withdrawn"), None, facts)
        if not isinstance(entry, Event) or entry.withdrawn:
            return _UNREAD
        return self.shapes.place(entry.kind, entry.facts)

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
        named = ~column.where(_is_blank)
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


def different(columns: Sequence[Column]) -> tuple[Codes, Rows]:
    """For every row the number of what it says in these columns, and for each of these the first row that says it."""
    codes, several = columns[0].codes, len(columns[0].values)
    # codes may be of 32 bits: as few as these combinations are, they hold all of them
    for column in columns[1:]:
        if several * len(column.values) > _COMBINED:
            used, codes = np.unique(codes, return_inverse=True)
            several = len(used)
        codes = codes * len(column.values) + column.codes
        several *= len(column.values)
    if several > _COMBINED:
        _, firsts, codes = np.unique(codes, return_index=True, return_inverse=True)
        return codes, firsts
    first = np.full(several, -1)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    used = np.flatnonzero(first >= 0)
    places = np.zeros(several, np.int64)
    places[used] = np.arange(len(used))
    return places[codes], first[used]


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_plausible(day: Days) -> Flags:
    plausible: Flags = (day >= number(FIRST_PLAUSIBLE)) & (day <= number(LAST_DAY))
    return plausible


def _days(array: Any) -> Days:
    days: Days = from_arrow(array.cast(pa.int32()), int(FAR))
    return days
