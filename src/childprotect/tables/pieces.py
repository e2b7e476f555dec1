"""A piece of a table, read for itself: most children in columns, and row by row those whom odd rows may concern.

A row that names no child, or no event of ours, may be anybody's: every child whose identifier stands in it is in doubt.
Children by whose identifiers two may be one are in doubt as well. Both are read here as `records.read` reads a table.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import evolve, frozen

from childprotect.chronology import Chronology
from childprotect.records import Columns
from childprotect.records.arrow_columns import of_frame, opened, readable
from childprotect.records.arrow_rows import Rows, is_text
from childprotect.records.entries import Entries, identifier_of, text_of
from childprotect.records.event_table import DECIMAL, Taking, chronology, give_back, tidied
from childprotect.records.event_table_coverage import TableCoverage
from childprotect.records.mapping import PLAIN_COLUMNS, RESERVED
from childprotect.records.recognising import Reading
from childprotect.records.rows import Unread
from childprotect.records.source import Account, Rejection, Source, clean_identifier
from childprotect.tables.batches import Flags
from childprotect.tables.columns import Column
from childprotect.tables.gathering import batches_of_chronologies
from childprotect.tables.scanning import Gathered, scan
from childprotect.tables.shapes import Shapes
from childprotect.vocabulary import STANDARD

_PLACE = "a row"
"""Where something stands: rows of a piece have no numbers that mean anything beyond it."""
_ELSEWHERE = "a row of another piece"


@frozen
class Pieces:
    """How the pieces of one table are read."""

    columns: Columns | None = None
    besides: tuple[str, ...] = ()
    strays: tuple[Unread, ...] = ()
    """Rows of any piece that may be anybody's."""

    @classmethod
    def of(cls, columns: Columns | None, besides: Sequence[str], strays: Any = None) -> "Pieces":
        """The same, with `strays` as a table that has the columns of the pieces. Raises `UnreadableInput`."""
        found: tuple[Unread, ...] = ()
        if strays is not None:
            piece = _Piece.of(strays, Reading(columns=columns))
            lines = (line for _, line in piece.taken(np.ones(len(piece.batch), np.bool_)).unread)
            found = tuple(evolve(line, names_child=False) for line in lines)  # its child is in the piece that it is of
        return cls(columns, tuple(besides), found)

    def gather(self, table: Any, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        """The batches of a piece as known for a check, and the account of its rows. Raises `UnreadableInput`."""
        piece = _Piece.of(table, Reading(columns=self.columns))
        apart = piece.apart(self.strays)
        whole = Gathered([], Account(), 0, pa.array([], pa.string()), 0)
        for part in self._in_columns(piece, ~apart, shapes, as_at, known_at) if not apart.all() else ():
            whole = _joined(whole, part)
        if not apart.any():
            return whole
        taking = piece.taken(apart)
        single = list(_children(taking, piece.found, self.strays))
        kept = piece.last_of_each(self.besides, apart)
        batches = list(batches_of_chronologies(single, shapes, as_at, known_at, kept))
        names = pa.array([story.child for story in single], pa.string())
        return _joined(whole, Gathered(batches, taking.account, sum(map(len, single)), names, len(single)))

    def _in_columns(
        self, piece: "_Piece", these: Flags, shapes: Shapes, as_at: date, known_at: date | None
    ) -> Iterator[Gathered]:
        rows = piece.batch if these.all() else piece.batch.filter(pa.array(these))
        events = scan(rows, columns=self.columns, besides=self.besides)
        for part in events.pieces():
            yield events.gather(part, shapes, as_at, known_at)


def _joined(one: Gathered, other: Gathered) -> Gathered:
    one.account.add(other.account)
    batches, names = [*one.batches, *other.batches], pa.concat_arrays([one.names, other.names.cast(pa.string())])
    return Gathered(batches, one.account, one.events + other.events, names, one.children + other.children)


@frozen(eq=False)
class _Piece:
    batch: Any
    """All rows, as one record batch."""
    found: dict[str, int]
    """The place of each of our columns."""
    reading: Reading
    source: Source
    child: Column
    names: list[str | None]
    """For each value of the column of children who that is; None for what is no identifier."""

    @classmethod
    def of(cls, table: Any, reading: Reading) -> "_Piece":
        """The piece that is in a table. Raises `UnreadableInput`."""
        given = of_frame(table, reading)
        source, found = opened(given, reading)
        with readable(given.name):
            told = pa.Table.from_batches(given.batches(range(len(given.schema)), None), given.schema)
            told = told.unify_dictionaries().combine_chunks()
            batches = told.to_batches() or [pa.RecordBatch.from_pylist([], told.schema)]
            child = Column.of(batches[0].column(found["child"]))
        return cls(
            batches[0],
            found,
            reading,
            source,
            child,
            [clean_identifier(identifier_of(value)) for value in child.values],
        )

    def apart(self, strays: Sequence[Unread]) -> Flags:
        """The rows that are read one by one: those of no child, and of all whom odd rows or identifiers concern."""
        kind = self.batch.schema.field(self.found["child"]).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (pa.types.is_integer(kind) or is_text(kind) or pa.types.is_string_view(kind)):
            return np.ones(len(self.batch), np.bool_)
        told = zip(self.child.values, self.names, strict=True)
        odd = {name for value, name in told if name is None or name != str(value) or name.endswith(DECIMAL)}
        odd |= {name.removesuffix(DECIMAL) for name in odd if name is not None}
        known = {name for name in self.names if name is not None}
        mentioned = {tidied(text) for line in strays for text in (line.child or "", *line.cells)}
        odd |= self._concerned(known) | (mentioned & known)
        return self._of(odd)

    def _of(self, names: set[str | None]) -> Flags:
        """The rows of these children."""
        flags: Flags = np.array([name in names for name in self.names], np.bool_)[self.child.codes]
        return flags

    def _concerned(self, known: set[str]) -> set[str | None]:
        """The children whom rows of this piece name that may be anybody's, and those whose these rows seem to be."""
        columns = self.reading.columns or PLAIN_COLUMNS
        event = Column.of(self.batch.column(self.found["event"]))
        silent = np.array([columns.event(text_of(value) or "") not in STANDARD for value in event.values], np.bool_)
        rows = np.flatnonzero(silent[event.codes] | self._of({None}))
        if not len(rows):
            return set()
        concerned: set[str | None] = set()
        own = self.child.codes[rows]
        for name, place in self.found.items():
            cells = Column.of(self.batch.column(place).take(pa.array(rows)))
            # the child that a row names is no other one, unless its identifier is none
            texts = [tidied(value) if isinstance(value, str) else "" for value in cells.values]
            names = np.array([text in known for text in texts], np.bool_)[cells.codes]
            if name == "child":
                names &= np.array([self.names[code] is None for code in own], np.bool_)
            concerned |= {texts[code] for code in np.unique(cells.codes[names])}
            concerned |= {self.names[code] for code in np.unique(own[names])}
        return concerned

    def taken(self, these: Flags) -> Taking:
        """Some of the rows, read one by one."""
        entries = Entries(tuple(name for name in self.found if name not in RESERVED), self.reading)
        taking = Taking(evolve(self.source, account=Account()), self.reading, entries)
        rows = Rows.of(self.batch.filter(pa.array(these)), self.found, entries)
        for place in range(len(rows.codes)):
            taking.account.rows += 1
            taking.entry(_PLACE, *rows.cells_of(place))
        return taking

    def last_of_each(self, besides: Sequence[str], these: Flags) -> dict[str, dict[str, str | None]]:
        """The last value that there is of each child in columns besides ours, among some of the rows."""
        rows = np.flatnonzero(these)
        names = [self.names[code] for code in self.child.codes[rows]]
        kept: dict[str, dict[str, str | None]] = {}
        for column in besides:
            cells = self.batch.column(self.batch.schema.get_field_index(column)).take(pa.array(rows))
            cells = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
            told = zip(names, cells.cast(pa.string()).to_pylist(), strict=True)
            last: dict[str, str | None] = {name: None for name in names if name is not None}
            last.update({name: text for name, text in told if name is not None and text is not None})
            kept[column] = last
        return kept


def _children(taking: Taking, columns: dict[str, int], strays: Sequence[Unread]) -> Iterator[Chronology]:
    """The children of whom rows were taken, with what the rows of other pieces put in doubt."""
    account = taking.account
    own = len(account.rejections)
    others = [Rejection(_ELSEWHERE, None, line.because) for line in strays]
    every = [*account.rejections, *others]
    give_back([*taking.unread, *enumerate(strays, own)], taking.held, every)
    account.rejections[:] = every[:own]
    taking.doubt_decimals()
    covers = TableCoverage.of(columns, taking.reading.columns or PLAIN_COLUMNS)
    return (chronology(name, told, covers) for name, told in taking.held.children())
