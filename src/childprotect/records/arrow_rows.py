"""A batch of rows as columns, broken down to the rows that differ: each of these is read once."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isnan
from typing import Any

from attrs import frozen

from childprotect.events import Event
from childprotect.records.entries import Entries, Entry, fixed, identifier_of
from childprotect.records.event_table import with_ref
from childprotect.records.source import clean_identifier

_CORE = ("event", "at", "recorded", "withdrawn", "coverage")
_MOST_CODES = 1 << 40
_EXACT = 2.0**53
"""Below it a number with a fraction is exact."""
_EPOCH = date(1970, 1, 1)
_OF_A_DAY = timedelta(days=2)
"""What no time zone moves a moment by."""
_IN_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


class Beyond(Enum):
    """What a cell holds in place of a day or a moment that Python's calendar does not have."""

    CALENDAR = "a day beyond the calendar"

    def __str__(self) -> str:
        return self.value


@frozen
class _Column:
    """A column as codes into its different values: for every row, the place of its value among them."""

    codes: Any
    """An Arrow array of 64-bit integers, without nulls."""
    values: list[Any]


@frozen
class Rows:
    """The rows of a batch."""

    codes: list[int]
    """For every row, the place of its entry in `said`."""
    said: list[Event | Entry]
    children: list[int]
    """For every row, the place of its child in `names`."""
    names: list[str | None]
    """The children, in the order in which they are first named; None for what is none."""
    order: list[int]
    """The rows in the order of their children."""
    entries: Entries
    columns: dict[str, _Column]

    @classmethod
    def of(cls, batch: Any, places: dict[str, int], entries: Entries) -> "Rows":
        """The rows of an Arrow record batch."""
        columns = {name: encode(batch.column(place)) for name, place in places.items()}
        codes, firsts = _different([columns[name] for name in (*_CORE, *entries.names) if name in columns])
        event, at, recorded, withdrawn, coverage = (_at(columns.get(name), firsts) for name in _CORE)
        cells = [_at(columns[name], firsts) for name in entries.names]
        facts: Iterable[tuple[Any, ...]] = zip(*cells, strict=True) if cells else [()] * len(firsts)
        said = list(map(entries.of, event, at, recorded, withdrawn, coverage, facts))
        child = columns["child"]
        names = [clean_identifier(identifier_of(value)) for value in child.values]
        children = _ints(child.codes)
        order = range(len(children)) if _rises(child.codes) else _ints(_order(child.codes))
        return cls(codes, said, children, names, list(order), entries, columns)

    @property
    def is_in_order(self) -> bool:
        """Whether the rows of every child are together, and no two children have the same name."""
        return _rises(self.columns["child"].codes) and len(set(self.names)) == len(self.names)

    @property
    def are_all_known(self) -> bool:
        """Whether it is known of every row whose it is, and of what kind the event is or was to be."""
        known = (isinstance(entry, Event) or entry.event or entry.kind or entry.is_coverage for entry in self.said)
        return None not in self.names and all(known)

    def events(self, ref: Callable[[Any], str | None]) -> tuple[list[Event | None], list[int]]:
        """For every row its event, if it is simply that; and the rows that are not."""
        said: list[Event | None] = [entry if type(entry) is Event else None for entry in self.said]
        events = list(map(said.__getitem__, self.codes))
        refs = self.columns.get("ref")
        spoilt: set[int] = set()
        if refs is not None and any(value is not None for value in refs.values):
            spoilt = {n for n, value in enumerate(refs.values) if self.entries.odd((value,))}
            names = [None if n in spoilt else ref(value) for n, value in enumerate(refs.values)]
            codes = _ints(refs.codes)
            events = [
                None if event is None or code in spoilt else with_ref(event, names[code])
                for event, code in zip(events, codes, strict=True)
            ]
        if None in self.names:
            nobody = {n for n, name in enumerate(self.names) if name is None}
            events = [None if child in nobody else event for event, child in zip(events, self.children, strict=True)]
        odd = [n for n, event in enumerate(events) if event is None] if None in events else []
        return events, odd

    def groups(self) -> Iterator[tuple[str | None, int, int]]:
        """Each child with the part of `order` that is its own."""
        begin, children, order = 0, self.children, self.order
        end = len(order)
        while begin < end:
            child, last = children[order[begin]], begin + 1
            while last < end and children[order[last]] == child:
                last += 1
            yield self.names[child], begin, last
            begin = last

    def cells_of(self, place: int) -> tuple[Any, Any, Event | Entry, list[Any]]:
        """The child, the ref, the entry and all the cells of a row."""
        cells = {name: column.values[column.codes[place].as_py()] for name, column in self.columns.items()}
        return cells["child"], cells.get("ref"), self.said[self.codes[place]], [*cells.values()]

    def days_said(self) -> set[date]:
        """The days of the events."""
        events = (entry if isinstance(entry, Event) else entry.event for entry in self.said)
        return {event.day for event in events if event is not None}


def is_readable(kind: Any) -> bool:
    """Whether a column of an Arrow type can hold what stands in an event table."""
    import pyarrow.types as types

    if types.is_dictionary(kind) or is_list(kind):
        return is_readable(kind.value_type)
    number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    when = types.is_date(kind) or types.is_timestamp(kind)
    return bool(
        is_text(kind) or types.is_string_view(kind) or number or when or types.is_boolean(kind) or types.is_null(kind)
    )


def is_text(kind: Any) -> bool:
    """Whether an Arrow type is text, of which Arrow can make a dictionary."""
    import pyarrow.types as types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def is_list(kind: Any) -> bool:
    """Whether an Arrow type is of lists."""
    import pyarrow.types as types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def encode(array: Any) -> _Column:
    """A column as codes into its different values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        if (made := _recoded(array)) is not None:
            return made
        array = array.dictionary.take(array.indices)
        kind = array.type
    if is_list(kind):
        places: dict[Any, int] = {}
        lists = [None if value is None else tuple(value) for value in array.to_pylist()]
        codes = pa.array([places.setdefault(value, len(places)) for value in lists], pa.int64())
        return _Column(codes, list(places))
    if (beyond := beyond_calendar(array)) is not None:
        rest = encode(without(array, beyond))
        codes = pc.if_else(beyond, len(rest.values), rest.codes)
        return _Column(codes, [*rest.values, Beyond.CALENDAR])
    if pa.types.is_timestamp(kind):
        array = array.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_null(kind):
        array = array.cast(pa.string())
    encoded = array.dictionary_encode(null_encoding="encode")
    return _Column(encoded.indices.cast(pa.int64()), list(map(_value, encoded.dictionary.to_pylist())))


def beyond_calendar(array: Any) -> Any:
    """Which cells of a column hold a day or a moment that Python has none for, as flags in Arrow; None if none does.

    These are left out before a moment is counted in finer units: it would come round to a day that looks like any.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_date32(kind):
        numbers, in_a_day = array.view(pa.int32()), 1
    elif pa.types.is_date64(kind) or pa.types.is_timestamp(kind):
        numbers, in_a_day = array.view(pa.int64()), _IN_A_DAY[getattr(kind, "unit", "ms")]
    else:
        return None
    first, last = ((day - _EPOCH).days * in_a_day for day in (date.min + _OF_A_DAY, date.max - _OF_A_DAY))
    least, most = (bound.as_py() for bound in pc.min_max(numbers).values())
    if least is None or (first <= least and most <= last):
        return None
    flags = pa.nulls(len(array), pa.bool_()).fill_null(False)
    for below, bound in ((True, first), (False, last)):
        if -(2**63) <= bound < 2**63:  # else no number of this kind is beyond it
            flags = pc.or_(flags, (pc.less if below else pc.greater)(numbers, bound).fill_null(False))
    return flags


def without(array: Any, flags: Any) -> Any:
    """A column without the cells that are flagged."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(flags, pa.scalar(None, array.type), array)


def _recoded(array: Any) -> _Column | None:
    """A dictionary of text with its codes in the order of the rows; None where it is of something else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = array.dictionary
    if not is_text(values.type):
        return None
    indices = array.indices.cast(pa.int64())
    if indices.null_count:
        indices = pc.fill_null(indices, len(values))
    encoded = indices.dictionary_encode()
    there = encoded.dictionary
    used = values.take(pc.if_else(pc.less(there, len(values)), there, None)).to_pylist()
    # Arrow does not see to it that a dictionary has every value once
    return _Column(encoded.indices.cast(pa.int64()), used) if len(set(used)) == len(used) else None


def _value(value: Any) -> Any:
    """A value as a row of JSON would hold it: whole numbers that came with a fraction of nothing are whole."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return fixed(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        if isnan(number):
            return None
        return int(value) if abs(number) < _EXACT and value == int(value) else str(value)
    return value


def _different(columns: list[_Column]) -> tuple[list[int], Any]:
    """For every row the number of the row that it is like, and for each of these the first that is so."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first, *others = columns
    codes, several = first.codes, max(len(first.values), 1)
    for column in others:
        if len(column.values) < 2:
            continue
        if several * len(column.values) > _MOST_CODES:
            encoded = codes.dictionary_encode()
            codes, several = encoded.indices.cast(pa.int64()), max(len(encoded.dictionary), 1)
        codes = pc.add(pc.multiply(codes, len(column.values)), column.codes)
        several *= len(column.values)
    indices = codes.dictionary_encode().indices.cast(pa.int64())
    numbered = pa.table({"like": indices, "row": pa.array(range(len(indices)), pa.int64())})
    firsts = numbered.group_by("like", use_threads=False).aggregate([("row", "min")]).sort_by("like")
    return _ints(indices), firsts.column("row_min").combine_chunks()


def _at(column: _Column | None, rows: Any) -> list[Any]:
    """What stands in some rows of a column; nothing where there is no such column."""
    if column is None:
        return [None] * len(rows)
    return list(map(column.values.__getitem__, _ints(column.codes.take(rows))))


def _rises(codes: Any) -> bool:
    """Whether no code comes after a greater one."""
    import pyarrow.compute as pc

    return len(codes) < 2 or bool(pc.all(pc.less_equal(codes[:-1], codes[1:])).as_py())


def _order(codes: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.array_sort_indices(codes).cast(pa.int64())


def _ints(array: Any) -> list[int]:
    """An Arrow array of 64-bit integers without nulls as a list; by far quicker than one by one."""
    if not len(array):
        return []
    held = memoryview(array.buffers()[1]).cast("q")
    numbers: list[int] = held[array.offset : array.offset + len(array)].tolist()
    return numbers
