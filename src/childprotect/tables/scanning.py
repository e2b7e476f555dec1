"""Events to be checked as a table, wherever they are: `scan` looks at them, and a check takes them in piece by piece.

What is in columns stays in columns: Parquet, Arrow files and streams, and every DataFrame that gives an Arrow stream.
All else is read as `records.read` does, child by child, and is checked in columns from then on.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import islice
from os import PathLike
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import evolve, field, frozen

from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput
from childprotect.records import Columns, read
from childprotect.records.arrow_columns import EXPECTED, Columnar, opened, readable
from childprotect.records.entries import Entries
from childprotect.records.event_table import FORMAT, Taking, nothing_read
from childprotect.records.event_table_coverage import TableCoverage
from childprotect.records.mapping import PLAIN_COLUMNS, RESERVED
from childprotect.records.recognising import Reading, given
from childprotect.records.rows import Unread
from childprotect.records.source import Account, Source
from childprotect.tables.batches import Flags
from childprotect.tables.beside import named, places_of
from childprotect.tables.columns import Reader
from childprotect.tables.ending import last_days
from childprotect.tables.gathering import Gathered, batches_of
from childprotect.tables.identities import Runs, are_among, hashes_of_texts, in_order
from childprotect.tables.inputs import chained, columnar, each_of, refuse_other_than
from childprotect.tables.intake import Chunk, chunks, joined, numbered
from childprotect.tables.shapes import Shapes
from childprotect.tables.stages import CHECKING, Stage, unseen, watched
from childprotect.tables.strays import CHILDREN, Apart, OneByOne, Singles
from childprotect.tables.surveying import Survey, Surveyed

Piece = Chunk | Singles
"""Whole children, as they are taken in: rows in columns with their numbers, or children who were read one by one."""


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
    told: "Told" = field(repr=False)
    """The records of some children, or of all, one by one; of those who are not there, nothing."""
    last: Callable[[], set[date]] = field(repr=False)
    """The last two days on which anything happened; of what does not tell them, the day as at which it speaks."""
    paths: tuple[str, ...] = field(default=(), repr=False)
    """The files and folders that are read."""

    def of(self, child: str) -> Chronology | None:
        """The record of one child; None for a child who is not there."""
        return next(self.told({child}), None)


Gather = Callable[[Piece, Shapes, date, date | None], Gathered]
Told = Callable[[Collection[str] | None], Iterator[Chronology]]


def scan(events: Any, *, columns: Columns | None = None, besides: str | Sequence[str] = ()) -> Events:
    """Look at events: a path, several paths, or a DataFrame; `columns` says what ours are called there.

    Several are one table: a child may be split over them. A folder of Parquet files is several, and a LazyFrame of
    Polars is worked out and held in memory. `besides` are columns that findings are to have too, such as an authority
    or a team, or the name of one: of each child the value in the latest row that has one and is known for the check, as
    text. They are no facts, and no rule reads them. Raises `UnreadableInput` for what cannot be read or kept, before
    any work is done.
    """
    if columns is not None:
        refuse_other_than("columns", columns, Columns, "Columns, such as Columns.load('names.toml')")
    kept = named(besides)
    reading = Reading(columns=columns)
    several = each_of(events)
    if not several:
        raise UnreadableInput("nothing", "", "there is nothing to read", "a path, several paths, or a DataFrame")
    found = [columnar(one, reading) for one in several]
    told = [one for one in found if one is not None]
    paths = tuple(str(one) for one in several if isinstance(one, str | PathLike))
    if len(told) == len(found):
        return evolve(_not_empty(Table.of(chained(told, reading, kept), reading, kept)), paths=paths)
    if len(several) > 1:
        why = "not all of them are tables in columns"
        raise UnreadableInput("several at once", "", why, "Parquet, Arrow or DataFrames; or check one after the other")
    if kept:
        why = f"{' and '.join(kept)} cannot be kept: only a table in columns has columns"
        raise UnreadableInput(str(given(several[0]).name), "", why, "Parquet, Arrow or a DataFrame")
    return evolve(_one_by_one(several[0], reading), paths=paths)


def scan_columns(path: str, *, columns: Columns | None = None, stage: Stage = unseen) -> Events | None:
    """The events of a Parquet or Arrow file; None for any other format. Raises as `scan` does.

    `stage` is told of each time that the table is gone through, now and later, and when the check itself begins.
    """
    reading = Reading(columns=columns)
    stage("reading", None)
    table = columnar(path, reading)
    return _not_empty(Table.of(table, reading, (), stage=stage)) if table is not None else None


def _not_empty(table: "Table") -> Events:
    if not table.look.rows:
        raise nothing_read(table.given.name, Account(), EXPECTED)
    return table.events()


def events_of(name: str, chronologies: Iterator[Chronology]) -> Events:
    """The events of children who are read one by one, to be checked once."""

    def pieces() -> Iterator[Piece]:
        while some := list(islice(chronologies, CHILDREN)):
            yield Singles(some)

    return Events(name, "", None, {}, (), pieces, _gather_singles, lambda children: iter(()), set)


def held(name: str, chronologies: Sequence[Chronology]) -> Events:
    """The events of children who are held in memory, to be checked as often as you like."""

    def pieces() -> Iterator[Piece]:
        for begin in range(0, len(chronologies), CHILDREN):
            yield Singles(list(chronologies[begin : begin + CHILDREN]))

    def told(children: Collection[str] | None) -> Iterator[Chronology]:
        return (story for story in chronologies if children is None or story.child in children)

    def last() -> set[date]:
        return set(sorted({event.day for story in chronologies for event in story})[-2:])

    return Events(name, "", None, {}, (), pieces, _gather_singles, told, last)


@frozen(eq=False)
class Table:
    """A table in columns: most children are read so, and one by one those whom odd rows or identifiers concern."""

    given: Columnar
    reading: Reading
    source: Source
    found: dict[str, int]
    """The place of each of our columns in the schema."""
    besides: dict[str, int]
    """The places of columns that are kept as they are."""
    elsewhere: Sequence[Unread]
    """Lines that were not read, and may be of any child here."""
    look: Surveyed
    apart: Apart
    """The rows that are read one by one."""
    stage: Stage

    @classmethod
    def of(
        cls,
        given: Columnar,
        reading: Reading,
        besides: Sequence[str],
        elsewhere: Sequence[Unread] = (),
        stage: Stage = unseen,
    ) -> "Table":
        """The table. Raises `UnreadableInput`."""
        source, found = opened(given, reading)
        kept = places_of(besides, given.schema, given.name)
        with readable(given.name):
            look = Survey(found, reading.columns or PLAIN_COLUMNS).of(watched(given, stage, "looking through"))
            apart = Apart.of(watched(given, stage, "looking for odd rows in"), found, look, elsewhere)
        return cls(given, reading, source, found, kept, elsewhere, look, apart, stage)

    def events(self) -> Events:
        """The events that are in it."""
        unused = dict(self.source.account.unused)
        besides = tuple(self.besides)
        ways = self.pieces, self.gather, self._told, self._last
        return Events(self.given.name, FORMAT, self.look.rows, unused, besides, *ways)

    @property
    def _places(self) -> list[int]:
        return sorted({*self.found.values(), *self.besides.values()})

    @property
    def _child(self) -> int:
        return self._places.index(self.found["child"])

    def _batches(self, stage: Stage = unseen) -> Iterator[Any]:
        return numbered(watched(self.given, stage, "sorting").batches(self._places, self.found["child"]))

    def pieces(self) -> Iterator[Piece]:
        """Whole children, some at a time: those in columns, and then those who are read one by one."""
        singly = self._singly(self._reader(Shapes()), Account())
        together = self.look.together(self.apart.children)
        # what is not together is gone through before the first piece of it is there
        batches = self._in_columns(singly, self._batches(unseen if together else self.stage))
        with readable(self.given.name):
            for n, chunk in enumerate(chunks(batches, self._child, self.look.rows, together=together)):
                if not n and not together:
                    self.stage(CHECKING, self.look.rows)
                yield chunk
            if not self.apart.is_nothing:
                yield from singly.pieces(self.elsewhere)

    def _in_columns(self, singly: OneByOne, batches: Iterator[Any]) -> Iterator[Any]:
        """The rows that are read in columns, numbered; all others are taken in one by one."""
        plain = self.apart.is_nothing
        for batch in batches:
            rows = batch
            if not (plain and self.look.is_tidy):
                runs = Runs.of(batch.column(self._child))
                rows = batch if self.look.is_tidy else batch.set_column(self._child, _CHILD, runs.column())
                these = self.apart.rows(runs)
                if these.any():
                    _take(singly, batch, these)
                    rows = rows.filter(pa.array(~these))
            yield rows

    def unread(self) -> list[Unread]:
        """The rows that are put aside when each is read one by one, as they may be anybody's."""
        singly = self._singly(self._reader(Shapes()), Account())
        for batch in self._batches():
            _take(singly, batch, _all(batch))
        return [line for _, line in singly.taking.unread]

    def _told(self, children: Collection[str] | None) -> Iterator[Chronology]:
        named = in_order(hashes_of_texts(children or ()))
        asked = Apart(named, nobodys=False)
        # a row that may be a child's is told to that child only together with all others of its kind
        if are_among(named, self.apart.children).any():
            asked = Apart(in_order(named, self.apart.children), self.apart.nobodys)
        singly = self._singly(self._reader(Shapes()), Account())
        with readable(self.given.name):
            for batch in self._batches():
                these = asked.rows(Runs.of(batch.column(self._child))) if children is not None else _all(batch)
                if these.any():
                    _take(singly, batch, these)
            for piece in singly.pieces(self.elsewhere):
                yield from (story for story in piece.chronologies if children is None or story.child in children)

    def _reader(self, shapes: Shapes) -> Reader:
        places, besides = (
            {name: self._places.index(place) for name, place in some.items()} for some in (self.found, self.besides)
        )
        entries = Entries(tuple(name for name in self.found if name not in RESERVED), self.reading)
        covers = TableCoverage.of(self.found, self.reading.columns or PLAIN_COLUMNS)
        return Reader(places, entries, covers, besides, shapes)

    def _singly(self, reader: Reader, account: Account) -> OneByOne:
        taking = Taking(evolve(self.source, account=account), self.reading, reader.entries)
        return OneByOne(taking, reader)

    def _last(self) -> set[date]:
        with readable(self.given.name):
            return last_days(
                watched(self.given, self.stage, "looking for the last day in").batches(self._places, None),
                self._reader(Shapes()),
                self.reading,
            )

    def gather(self, piece: Piece, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        """The batches of a piece as known for a check. Raises `UnreadableInput` for cells that nobody can read."""
        if isinstance(piece, Singles):
            return piece.gather(shapes, as_at, known_at)
        with readable(self.given.name):
            return self._gather(piece, shapes, as_at, known_at)

    def _gather(self, piece: Chunk, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        batch, numbers = joined(piece)
        reader = self._reader(shapes)
        chunk = reader.chunk(batch, as_at, known_at)
        account = Account()
        batches = list(batches_of(chunk, shapes, as_at, known_at))
        events = len(chunk.told.shape)
        if len(chunk.odd):
            rows = pa.array([n for child in chunk.odd for n in range(chunk.begins[child], chunk.begins[child + 1])])
            singly = self._singly(reader, account)
            singly.take(batch.take(rows), numbers.take(rows))
            for some in singly.pieces(()):
                gathered = some.gather(shapes, as_at, known_at)
                batches += gathered.batches
                events += gathered.events
        account.rows = len(batch)
        return Gathered(batches, account, events, chunk.names, sum(batch.children for batch in batches))


_CHILD = "child"


def _all(batch: Any) -> Flags:
    return np.ones(len(batch), np.bool_)


def _take(singly: OneByOne, batch: Any, these: Flags) -> None:
    """Take in some rows of a batch, the last column of which numbers them."""
    rows = batch.filter(pa.array(these))
    last = rows.num_columns - 1
    singly.take(rows.remove_column(last), rows.column(last))


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
            yield Singles(some)
        yield Singles([], told.account)

    def chronologies_of(children: Collection[str] | None) -> Iterator[Chronology]:
        return (story for story in opened_anew() if children is None or story.child in children)

    name = what if isinstance(what, str | PathLike) else source.path
    return Events(
        str(name),
        source.format,
        None,
        dict(source.account.unused),
        (),
        pieces,
        _gather_singles,
        chronologies_of,
        lambda: {source.as_at},
    )


def _gather_singles(piece: Piece, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
    assert isinstance(piece, Singles), "they are read one by one"
    return piece.gather(shapes, as_at, known_at)
