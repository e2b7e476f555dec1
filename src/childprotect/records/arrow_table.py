"""The event table as columns: Parquet, Arrow files and streams, and any object that gives itself as an Arrow stream.

pandas, Polars and DuckDB do, so a table need not be written to be read. Columns come as text or with a type of their
own; the same rows give the same chronologies, whatever holds them. Nothing is done row by row that can be done once
for all rows that say the same: a batch is first broken down to its different rows, and each of these is read once.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from attrs import define, frozen

from childprotect.chronology import Chronology
from childprotect.errors import ChildProtectError, UnreadableInput
from childprotect.events import Event
from childprotect.records import spool
from childprotect.records.arrow_rows import Rows, is_readable, is_text
from childprotect.records.entries import Entries, Entry
from childprotect.records.event_table import DECIMAL, FORMAT, Taking, chronology, contained
from childprotect.records.event_table_coverage import NOTHING, TableCoverage
from childprotect.records.extras import arrow
from childprotect.records.keeping import Layout, count_unused
from childprotect.records.mapping import PLAIN_COLUMNS, REQUIRED, RESERVED
from childprotect.records.recognising import PLAIN, Given, Reading, begins, of_file
from childprotect.records.source import Source, open_binary
from childprotect.records.spool import Held, Told

EXPECTED = "an event table: columns child, event and at, and a row for every event"
BATCH = 1 << 17
"""Rows that are read at once."""


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """What pyarrow cannot read is an `UnreadableInput`; what it says of it may hold a value, and is not repeated."""
    pa = arrow(path)
    try:
        yield
    except ChildProtectError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, ArithmeticError) as error:
        # also a text that is no UTF-8, a day that is none of Python's, a list of lists
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> UnreadableInput:
    what = f"it is damaged, or holds what we cannot read ({type(error).__name__})"
    return UnreadableInput(path, "", what, EXPECTED)


@frozen
class _Columns:
    """Something that gives its batches, with as many rows as it is known to have; again, if it can be read twice."""

    name: str
    schema: Any
    batches: Callable[[Sequence[int]], Iterator[Any]]
    rows: int | None = None


def read_parquet(path: str, reading: Reading = PLAIN) -> Source:
    """Read a Parquet event table. Raises `UnreadableInput` if it is not one; bad rows are rejected and listed."""
    arrow(path)
    import pyarrow.parquet as parquet

    open_binary(path).close()
    with _readable(path):
        file = parquet.ParquetFile(path)
        schema = file.schema_arrow

    def batches(places: Sequence[int]) -> Iterator[Any]:
        names = [schema.field(place).name for place in places]
        # most values come again and again, and most files hold each of them once
        texts = [name for place, name in zip(places, names, strict=True) if is_text(schema.field(place).type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as again:
            yield from again.iter_batches(BATCH, columns=names)

    rows = file.metadata.num_rows
    file.close()
    return _read(_Columns(path, schema, batches, rows), reading)


def read_arrow(path: str, reading: Reading = PLAIN) -> Source:
    """Read an event table in an Arrow file (also called Feather) or stream. As `read_parquet` otherwise."""
    pa = arrow(path)
    with open_binary(path) as file:
        is_file = file.read(6) == b"ARROW1"
    with _readable(path), pa.OSFile(path) as opened:
        schema = (pa.ipc.open_file if is_file else pa.ipc.open_stream)(opened).schema

    def batches(places: Sequence[int]) -> Iterator[Any]:
        with pa.OSFile(path) as again:
            if is_file:
                made = pa.ipc.open_file(again)
                several: Iterator[Any] = (made.get_batch(n) for n in range(made.num_record_batches))
            else:
                several = iter(pa.ipc.open_stream(again))
            for batch in several:
                asked = batch.select(list(places))
                asked.validate(full=True)  # Arrow takes what a file says for the size of a text, and dies of it
                yield from _sliced(asked)

    return _read(_Columns(path, schema, batches), reading)


def read_frame(frame: Any, reading: Reading = PLAIN, name: str = "") -> Source:
    """Read an object that has `__arrow_c_stream__`: a DataFrame, a relation, an Arrow table. As `read_parquet`."""
    name = name or f"a {type(frame).__module__}.{type(frame).__qualname__}"
    pa = arrow(name)
    _refuse_mixed(frame, name, Layout(reading.columns or PLAIN_COLUMNS))
    try:
        stream = pa.RecordBatchReader.from_stream(frame)
    except Exception as error:  # it is somebody else's object, and may raise anything, with a value in what it says
        raise _unreadable(name, error) from None

    def batches(places: Sequence[int]) -> Iterator[Any]:
        while True:
            try:
                batch = next(stream)
            except StopIteration:
                return
            except Exception as error:
                raise _unreadable(name, error) from None
            yield from _sliced(batch.select(list(places)))

    return _read(_Columns(name, stream.schema, batches), reading)


def _refuse_mixed(frame: Any, name: str, layout: Layout) -> None:
    """pandas gives moments without a zone as UTC where others in their column have one, so that a day could move."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(frame, pandas.DataFrame):
        return
    for place, (column, kind) in enumerate(zip(frame.columns, frame.dtypes, strict=True)):
        if str(kind) == "object" and isinstance(column, str) and (ours := layout.ours(column)):
            moments = (
                value for value in frame.iloc[:, place] if isinstance(value, datetime) and not pandas.isna(value)
            )
            if len({value.tzinfo is None for value in moments}) > 1:
                why = f"the column {ours[0]} holds moments with a time zone and without one"
                raise UnreadableInput(name, "", why, "a zone for all of them or for none, or text")


def _sliced(batch: Any) -> Iterator[Any]:
    for begin in range(0, batch.num_rows, BATCH):
        yield batch.slice(begin, BATCH)


def _read(given: _Columns, reading: Reading) -> Source:
    layout = Layout(reading.columns or PLAIN_COLUMNS)
    with _readable(given.name):
        names = given.schema.names
    layout.check(names, given.name, "the schema", EXPECTED)
    found = layout.places(names)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise UnreadableInput(given.name, "the schema", f"there is no column {' or '.join(missing)}", EXPECTED)
    _refuse_twice(given, layout, found)
    for name, place in found.items():
        if not is_readable(given.schema.field(place).type):
            why = f"the column {name} is of a type that holds neither text nor a date, a flag, a number or a list"
            raise UnreadableInput(given.name, "the schema", why, EXPECTED)
    source = Source(given.name, FORMAT, date.min)
    for name in names:
        if not layout.ours(name):
            count_unused(source.account.unused, name)
    taking = Taking(source, reading, Entries(tuple(name for name in found if name not in RESERVED), reading))
    places = sorted(set(found.values()))
    table = _Batches(taking, {name: places.index(place) for name, place in found.items()})
    with _readable(given.name):
        if given.rows is not None and given.rows > spool.MOST_HELD and (days := table.days_if_grouped(given, places)):
            source.as_at = source.account.last_of(days)
            return source.give(_streamed(table, given, places, found))
        for batch in given.batches(places):
            table.take(batch)
    return taking.finished(found, EXPECTED)


def _refuse_twice(given: _Columns, layout: Layout, found: dict[str, int]) -> None:
    seen: dict[str, int] = {}
    for place, name in enumerate(given.schema.names):
        for ours in layout.ours(name):
            if ours in seen:
                both = f"columns {seen[ours] + 1} and {place + 1} have the same name"
                raise UnreadableInput(given.name, "the schema", both, EXPECTED)
            seen[ours] = place


@define
class _Batches:
    """Batches on their way into chronologies."""

    taking: Taking
    places: dict[str, int]
    """The place of each of our columns in a batch."""

    def take(self, batch: Any) -> None:
        """Take in the rows of a batch."""
        rows = Rows.of(batch, self.places, self.taking.entries)
        taking, account = self.taking, self.taking.account
        before = account.rows
        events, odd = rows.events(taking.ref)
        all_known = rows.are_all_known
        for name, begin, end in rows.groups():
            if name is not None:
                own = [event for n in rows.order[begin:end] if (event := events[n]) is not None]
                # a child without events has its place among the others too: the last one may go on in the next batch
                if own or all_known:
                    taking.of(name, len(own)).events += own
        for place in odd:
            entry, name = rows.said[rows.codes[place]], rows.names[rows.children[place]]
            if name is not None and isinstance(entry, Entry) and entry.is_coverage and not entry.because:
                taking.of(name).cover(entry.covers or NOTHING)  # every child has such a row, so it is to be quick
                continue
            account.rows = before + place + 1
            taking.entry(f"row {account.rows}", *rows.cells_of(place))
        account.rows = before + len(rows.codes)
        taken = events if odd else rows.said  # every entry is that of some row
        taking.days |= {entry.day for entry in taken if type(entry) is Event}

    def days_if_grouped(self, given: _Columns, places: Sequence[int]) -> set[date] | None:
        """The days of all events, if the rows of every child are together, and it is known of every row whose it is.

        Children in order of their names are together for certain. A row of which nobody knows whose it is may be of any
        child, and two identifiers may be of one, so that all have to be read before the first can be given out.
        """
        greatest, days = "", set[date]()
        for batch in given.batches(places):
            rows = Rows.of(batch, self.places, self.taking.entries)
            names = [name for name in rows.names if name is not None]
            following = names[1:] if names[:1] == [greatest] else names
            ordered = all(one < other for one, other in pairwise([greatest, *following]))
            known = rows.are_all_known and not any(name.endswith(DECIMAL) for name in names)
            if not (rows.is_in_order and known and ordered):
                return None
            greatest = names[-1] if names else greatest
            days |= rows.days_said()
        return days


def _streamed(table: _Batches, given: _Columns, places: Sequence[int], columns: Iterable[str]) -> Iterator[Chronology]:
    """The children one by one, as their rows are read: the last of a batch may go on in the next."""
    taking = table.taking
    covers = TableCoverage.of(columns, taking.reading.columns or PLAIN_COLUMNS)
    carried: tuple[str, Told] | None = None
    with _readable(given.name):
        for batch in given.batches(places):
            told = len(taking.account.rejections)
            taking.held = Held()
            if carried is not None:
                taking.held.put(*carried)
            table.take(batch)
            *children, carried = taking.held.children()
            taking.rename(told)
            for name, read in children:
                yield chronology(str(taking.reading.child(name)), read, covers)
    if carried is not None:
        yield chronology(str(taking.reading.child(carried[0])), carried[1], covers)


_PARQUET = {b"PAR1": "it begins with PAR1"}
_ARROW = {
    b"ARROW1": "it begins with ARROW1",
    b"\xff\xff\xff\xff": "it begins as an Arrow stream does",  # a mark of its own, and the length of its schema
}


def _frame(given: Given) -> str | None:
    return "it has __arrow_c_stream__" if given.path is None and hasattr(given.what, "__arrow_c_stream__") else None


PARQUET = contained("Parquet", begins(_PARQUET), of_file(read_parquet), by="the first four bytes of a Parquet file")
ARROW = contained(
    "Arrow file or stream", begins(_ARROW), of_file(read_arrow), by="the first bytes of an Arrow file or stream"
)
FRAME = contained(
    "a DataFrame, or another object that gives an Arrow stream",
    _frame,
    lambda given, reading: read_frame(given.what, reading, given.name),
    by="an object with `__arrow_c_stream__`: pandas, Polars, DuckDB, pyarrow",
)
