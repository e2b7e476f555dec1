"""A piece of a table, read for itself, as the whole is; with what odd rows of other pieces say of its children."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import evolve, frozen

from childprotect.records import Columns
from childprotect.records.recognising import Reading
from childprotect.records.rows import Unread
from childprotect.tables.beside import named
from childprotect.tables.gathering import Gathered
from childprotect.tables.inputs import held_frame
from childprotect.tables.scanning import Table
from childprotect.tables.shapes import Shapes


@frozen
class Pieces:
    """How the pieces of one table are read."""

    columns: Columns | None = None
    besides: tuple[str, ...] = ()
    strays: tuple[Unread, ...] = ()
    """Rows of any piece that may be anybody's."""

    @classmethod
    def of(cls, columns: Columns | None, besides: str | Sequence[str], strays: Any = None) -> "Pieces":
        """The same, with `strays` as a table that has the columns of the pieces. Raises `UnreadableInput`."""
        found: tuple[Unread, ...] = ()
        if strays is not None:
            lines = _table(strays, columns).unread()
            found = tuple(evolve(line, names_child=False) for line in lines)  # its child is in the piece that it is of
        return cls(columns, named(besides), found)

    def gather(self, table: Any, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        """The batches of a piece as known for a check, and the account of its rows. Raises `UnreadableInput`."""
        read = _table(table, self.columns, self.besides, self.strays)
        return Gathered.joined(read.gather(piece, shapes, as_at, known_at) for piece in read.pieces())


def _table(table: Any, columns: Columns | None, besides: Sequence[str] = (), elsewhere: Sequence[Unread] = ()) -> Table:
    reading = Reading(columns=columns)
    return Table.of(held_frame(table, reading), reading, besides, elsewhere)
