"""The event table as columns: Parquet, Arrow files and streams, and any object that gives itself as an Arrow stream.

pandas, Polars and DuckDB do, so a table need not be written to be read. Columns come as text or with a type of their
own; the same rows give the same chronologies, whatever holds them. Nothing is done row by row that can be done once
for all rows that say the same: a batch is first broken down to its different rows, and each of these is read once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import define

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.records import spool
from childprotect.records.arrow_columns import EXPECTED, Columnar, of_arrow, of_frame, of_parquet, opened, readable
from childprotect.records.arrow_rows import Rows
from childprotect.records.entries import Entries, Entry
from childprotect.records.event_table import DECIMAL, Taking, chronology, contained
from childprotect.records.event_table_coverage import NOTHING, TableCoverage
from childprotect.records.mapping import PLAIN_COLUMNS, RESERVED
from childprotect.records.recognising import PLAIN, Given, Reading, begins, given, of_file
from childprotect.records.source import Source
from childprotect.records.spool import Held, Told


def read_parquet(path: str, reading: Reading = PLAIN) -> Source:
    """Read a Parquet event table. Raises `UnreadableInput` if it is not one; bad rows are rejected and listed."""
    return _read(of_parquet(path, reading.progress), reading)


def read_arrow(path: str, reading: Reading = PLAIN) -> Source:
    """Read an event table in an Arrow file (also called Feather) or stream. As `read_parquet` otherwise."""
    return _read(of_arrow(path, reading.progress), reading)


def read_frame(frame: Any, reading: Reading = PLAIN, name: str = "") -> Source:
    """Read an object that has `__arrow_c_stream__`: a DataFrame, a relation, an Arrow table. As `read_parquet`."""
    return _read(of_frame(frame, reading, name), reading)


def _read(given: Columnar, reading: Reading) -> Source:
    source, found = opened(given, reading)
    taking = Taking(source, reading, Entries(tuple(name for name in found if name not in RESERVED), reading))
    places = sorted(set(found.values()))
    table = Batches(taking, {name: places.index(place) for name, place in found.items()})
    with readable(given.name):
        if given.rows is not None and given.rows > spool.MOST_HELD and (days := table.days_if_grouped(given, places)):
            source.as_at = source.account.last_of(days)
            return source.give(_streamed(table, given, places, found))
        for batch in given.batches(places, None):
            table.take(batch)
    return taking.finished(found, EXPECTED)


@define
class Batches:
    """Batches on their way into chronologies."""

    taking: Taking
    places: dict[str, int]
    """The place of each of our columns in a batch."""

    def take(self, batch: Any, numbers: Sequence[int] | None = None) -> None:
        """Take in the rows of a batch; `numbers` are those that they have in the table, if some rows are left out."""
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
            account.rows = before + place + 1 if numbers is None else numbers[place]
            taking.entry(f"row {account.rows}", *rows.cells_of(place))
        account.rows = before + len(rows.codes)
        taken = events if odd else rows.said  # every entry is that of some row
        taking.days |= {entry.day for entry in taken if type(entry) is Event}

    def days_if_grouped(self, given: Columnar, places: Sequence[int]) -> set[date] | None:
        """The days of all events, if the rows of every child are together, and it is known of every row whose it is.

        Children in order of their names are together for certain. A row of which nobody knows whose it is may be of any
        child, and two identifiers may be of one, so that all have to be read before the first can be given out.
        """
        greatest, days = "", set[date]()
        for batch in given.batches(places, None):
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


def _streamed(table: Batches, given: Columnar, places: Sequence[int], columns: Iterable[str]) -> Iterator[Chronology]:
    """The children one by one, as their rows are read: the last of a batch may go on in the next."""
    taking = table.taking
    covers = TableCoverage.of(columns, taking.reading.columns or PLAIN_COLUMNS)
    carried: tuple[str, Told] | None = None
    with readable(given.name):
        for batch in given.batches(places, None):
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


def rows_of(what: Any) -> int | None:
    """How many rows a Parquet file has, which need not be read for that; None for anything else."""
    asked = given(what)
    return of_parquet(str(asked.path)).rows if PARQUET.recognise(asked) else None


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
