"""Events to be checked as a table, wherever they are: `scan` looks at them, and a check takes them in piece by piece.

What is in columns stays in columns: Parquet, Arrow files and streams, and every DataFrame that gives an Arrow stream.
All else is read as `records.read` does, child by child, and is checked in columns from then on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from os import PathLike
from typing import Any

import polars as pl
import pyarrow as pa
from attrs import evolve, field, frozen

from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput
from childprotect.records import Columns, read, read_frame
from childprotect.records.arrow_columns import EXPECTED, Columnar, of_arrow, of_frame, of_parquet, opened, readable
from childprotect.records.arrow_rows import Rows
from childprotect.records.arrow_table import ARROW, FRAME, PARQUET
from childprotect.records.entries import Entries, text_of
from childprotect.records.event_table import FORMAT, Taking, chronology, give_back
from childprotect.records.event_table_coverage import TableCoverage
from childprotect.records.mapping import PLAIN_COLUMNS, RESERVED
from childprotect.records.recognising import Reading, given
from childprotect.records.source import Account, Source
from childprotect.records.spool import Held
from childprotect.tables.batches import Batch
from childprotect.tables.columns import Reader
from childprotect.tables.ending import last_days
from childprotect.tables.gathering import batches_of, batches_of_chronologies
from childprotect.tables.intake import Surveyed, chunks, joined, survey
from childprotect.tables.shapes import Shapes
from childprotect.vocabulary import STANDARD

CHILDREN = 5_000
"""Children who are checked at once, where they are read one by one."""
Piece = Any
"""Whole children, as they are taken in: rows in columns with their numbers, or chronologies."""


@frozen(eq=False)
class Events:
    """Events of many children, ready to be checked, as often as you like. `scan` makes it.

    `name` says where they are, `format` what they are in, `rows` how many there are, where that is known beforehand.
    """

    name: str
    format: str
    rows: int | None
    unused: dict[str, int] = field(repr=False)
    """Columns that nobody reads, by name."""
    besides: tuple[str, ...] = field(repr=False)
    """Columns that are kept beside ours."""
    pieces: Callable[[], Iterator[Piece]] = field(repr=False)
    """Whole children, some at a time."""
    gather: "Gather" = field(repr=False)
    of: Callable[[str], Chronology | None] = field(repr=False)
    """The record of one child; None for a child who is not there."""
    last: Callable[[], set[date]] = field(repr=False)
    """The last two days on which anything happened; of what does not tell them, the day as at which it speaks."""


@frozen(eq=False)
class Gathered:
    """The batches of one piece as known for a check, the account of its rows, and how many of them are events."""

    batches: list[Batch]
    account: Account
    events: int
    names: Any
    """The children, in the order in which they are named: an Arrow array."""
    children: int


Gather = Callable[[Piece, Shapes, date, date | None], Gathered]


def scan(events: Any, *, columns: Columns | None = None, besides: Sequence[str] = ()) -> Events:
    """Look at events: a path, several paths, or a DataFrame; `columns` says what ours are called there.

    Several are one table: a child may be split over them. `besides` are columns that findings are to have too, such as
    an authority or a team: of each child the last value, as text. They are no facts, and no rule reads them. Raises
    `UnreadableInput` for what cannot be read, before any work is done.
    """
    reading = Reading(columns=columns)
    several = list(events) if isinstance(events, list | tuple) else [events]
    if not several:
        raise UnreadableInput("nothing", "", "there is nothing to read", "a path, several paths, or a DataFrame")
    found = [_columnar(one, reading) for one in several]
    told = [one for one in found if one is not None]
    if len(told) == len(found):
        table = _Table.of(_chained(told), reading, besides)
        if table is not None:
            return table.events()
    if len(several) > 1:
        why = "not all of them are tables in columns that name a child in every row"
        raise UnreadableInput("several at once", "", why, "Parquet, Arrow or DataFrames; or check one after the other")
    if besides:
        why = f"{' and '.join(besides)} cannot be kept: only a table in columns has columns"
        raise UnreadableInput(str(given(several[0]).name), "", why, "Parquet, Arrow or a DataFrame")
    return _one_by_one(several[0], reading)


def scan_columns(path: str, *, columns: Columns | None = None) -> Events | None:
    """The events of a Parquet or Arrow file; None for what is to be read one by one. Raises as `scan` does."""
    reading = Reading(columns=columns)
    table = _columnar(path, reading)
    found = _Table.of(table, reading, ()) if table is not None else None
    return found.events() if found is not None else None


def events_of(name: str, chronologies: Iterator[Chronology]) -> Events:
    """The events of children who are read one by one, to be checked once."""

    def pieces() -> Iterator[Piece]:
        while some := list(islice(chronologies, CHILDREN)):
            yield some, None

    return Events(name, "", None, {}, (), pieces, _gather_singly, lambda child: None, set)


def _columnar(what: Any, reading: Reading) -> Columnar | None:
    """What gives itself as columns; None for any other format."""
    asked = given(what)
    if PARQUET.recognise(asked):
        return of_parquet(str(asked.path))
    if ARROW.recognise(asked):
        return _held(of_arrow(str(asked.path)))
    return _held(of_frame(what, reading, asked.name)) if FRAME.recognise(asked) else None


def _held(given: Columnar) -> Columnar:
    """The table in memory, where it is or where it can be read only once."""
    if given.rows is not None:
        return given
    with readable(given.name):
        batches = list(given.batches(range(len(given.schema)), None))

    def again(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        return (batch.select(list(places)) for batch in batches)

    return Columnar(given.name, given.schema, again, sum(map(len, batches)))


def _chained(several: Sequence[Columnar]) -> Columnar:
    """Several tables as one: their columns may be in any order, and must be the same."""
    first, *others = several
    if not others:
        return first
    for other in others:
        if set(other.schema.names) != set(first.schema.names):
            raise UnreadableInput(other.name, "the schema", f"its columns are not those of {first.name}", EXPECTED)

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        names = [first.schema.field(place).name for place in places]
        for table in several:
            own = [table.schema.get_field_index(name) for name in names]
            yield from table.batches(own, None if besides is None else own[list(places).index(besides)])

    rows = [table.rows for table in several]
    total = None if None in rows else sum(n for n in rows if n is not None)
    return Columnar(f"{first.name} and {len(others)} more", first.schema, batches, total)


@frozen(eq=False)
class _Table:
    """A table in columns."""

    given: Columnar
    reading: Reading
    source: Source
    found: dict[str, int]
    """The place of each of our columns in the schema."""
    besides: dict[str, int]
    """The places of columns that are kept as they are."""
    look: Surveyed

    @classmethod
    def of(cls, given: Columnar, reading: Reading, besides: Sequence[str]) -> "_Table | None":
        """The table; None where its rows are to be read one by one."""
        source, found = opened(given, reading)
        if missing := [name for name in besides if name not in given.schema.names]:
            raise UnreadableInput(given.name, "the schema", f"there is no column {' or '.join(missing)}", EXPECTED)
        kept = {name: given.schema.get_field_index(name) for name in besides}
        with readable(given.name):
            columns = reading.columns or PLAIN_COLUMNS
            look = survey(given, found, lambda value: columns.event(text_of(value) or "") in STANDARD)
        return cls(given, reading, source, found, kept, look) if look.plain else None

    def events(self) -> Events:
        """The events that are in it."""
        unused = dict(self.source.account.unused)
        besides = tuple(self.besides)
        ways = self._pieces, self._gather, self._of, self._last
        return Events(self.given.name, FORMAT, self.look.rows, unused, besides, *ways)

    @property
    def _places(self) -> list[int]:
        return sorted({*self.found.values(), *self.besides.values()})

    def _pieces(self) -> Iterator[Piece]:
        places = self._places
        with readable(self.given.name):
            yield from chunks(self.given, places, places.index(self.found["child"]), self.look)

    def _of(self, child: str) -> Chronology | None:
        name = self.given.schema.field(self.found["child"]).name
        with readable(self.given.name):
            frames = map(pl.DataFrame, self.given.batches(range(len(self.given.schema)), None))
            own = [rows for rows in (f.filter(pl.col(name).cast(pl.String) == child) for f in frames) if len(rows)]
        return next(iter(read_frame(pl.concat(own), self.reading))) if own else None

    def _reader(self, shapes: Shapes) -> Reader:
        places, besides = (
            {name: self._places.index(place) for name, place in some.items()} for some in (self.found, self.besides)
        )
        entries = Entries(tuple(name for name in self.found if name not in RESERVED), self.reading)
        covers = TableCoverage.of(self.found, self.reading.columns or PLAIN_COLUMNS)
        return Reader(places, entries, covers, besides, shapes)

    def _last(self) -> set[date]:
        with readable(self.given.name):
            return last_days(self.given.batches(self._places, None), self._reader(Shapes()), self.reading)

    def _gather(self, piece: Piece, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        batch, numbers = joined(piece)
        reader = self._reader(shapes)
        entries, covers, places = reader.entries, reader.covers, reader.places
        chunk = reader.chunk(batch)
        account = Account()
        batches = list(batches_of(chunk, shapes, as_at, known_at))
        events = len(chunk.told.shape)
        if len(chunk.odd):
            rows = pa.array([n for child in chunk.odd for n in range(chunk.begins[child], chunk.begins[child + 1])])
            taking = Taking(evolve(self.source, account=account), self.reading, entries, Held())
            single = _read_singly(taking, batch.take(rows), numbers.take(rows).to_pylist(), places, covers)
            odd = pa.array(chunk.odd)
            names = chunk.names.take(odd).to_pylist()
            kept = {
                name: dict(zip(names, column.take(odd).to_pylist(), strict=True))
                for name, column in chunk.besides.items()
            }
            batches += batches_of_chronologies(single, shapes, as_at, known_at, kept)
            events += sum(map(len, single))
        account.rows = len(batch)
        return Gathered(batches, account, events, chunk.names, sum(batch.children for batch in batches))


def _read_singly(
    taking: Taking, batch: Any, numbers: list[int], places: dict[str, int], covers: TableCoverage
) -> list[Chronology]:
    """Children row by row, as `records.read` does."""
    rows = Rows.of(batch, places, taking.entries)
    for place, number in enumerate(numbers):
        taking.account.rows = number
        taking.entry(f"row {number}", *rows.cells_of(place))
    give_back(taking.unread, taking.held, taking.account.rejections)
    return [chronology(name, told, covers) for name, told in taking.held.children()]


def _one_by_one(what: Any, reading: Reading) -> Events:
    """What is read child by child."""

    def opened_anew() -> Source:
        return read(what, columns=reading.columns)

    first = [opened_anew()]
    source = first[0]

    def pieces() -> Iterator[Piece]:
        told = first.pop() if first else opened_anew()
        chronologies = iter(told)
        while some := list(islice(chronologies, CHILDREN)):
            yield some, None
        yield [], told.account

    def of(child: str) -> Chronology | None:
        return next((chronology for chronology in opened_anew() if chronology.child == child), None)

    name = what if isinstance(what, str | PathLike) else source.path
    return Events(
        str(name),
        source.format,
        None,
        dict(source.account.unused),
        (),
        pieces,
        _gather_singly,
        of,
        lambda: {source.as_at},
    )


def _gather_singly(piece: Piece, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
    chronologies, account = piece
    batches = list(batches_of_chronologies(chronologies, shapes, as_at, known_at))
    names = pa.array([chronology.child for chronology in chronologies], pa.string())
    return Gathered(batches, account or Account(), sum(map(len, chronologies)), names, len(chronologies))
