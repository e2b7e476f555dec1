"""The check as a function of a piece of a table, which can be sent to wherever the piece is.

A *piece* is a table of whole children: all rows of each child are in it. What is found of a piece does not depend on
any other, so that an engine which puts the rows of a child in one place can check a country, a piece at a time.

>>> import pickle, polars as pl
>>> from datetime import date
>>> from childprotect.rulebooks import england
>>> check = PortableCheck.of(england.rulebook, as_at=date(2024, 3, 31))
>>> piece = pl.DataFrame({"child": ["C-101"], "event": ["referral"], "at": [date(2024, 3, 1)]})
>>> pickle.loads(pickle.dumps(check))(piece).column("status").to_pylist()
['overdue', 'overdue', 'pending']
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import define, field

from childprotect.calendars import refuse_other_than_days
from childprotect.profiles import Profile
from childprotect.records import Columns
from childprotect.rulebook import Rulebook
from childprotect.tables.asked import asked_by
from childprotect.tables.checking import check as check_batch
from childprotect.tables.pieces import Pieces
from childprotect.tables.results import Book, schema_with
from childprotect.tables.shapes import Spare


@define(eq=False)
class PortableCheck:
    """A check of pieces, each for itself. Call it with a piece: anything that gives an Arrow stream.

    Gives a `pyarrow.Table` of findings, in the columns of `Findings`. Of a piece in which no row is an event it gives
    none, and raises nothing: another may have some. Raises `UnreadableInput` for what is no table of events. It can be
    pickled. What it works out of one piece serves the next, in as many threads as there are.
    """

    rulebook: Rulebook
    as_at: date
    known_at: date | None
    pieces: Pieces
    _book: Book = field(init=False)
    _spare: Spare = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._book = Book.of(self.rulebook)
        self._spare = Spare(asked_by(self.rulebook))

    @classmethod
    def of(
        cls,
        rulebook: Rulebook,
        *,
        as_at: date,
        known_at: date | None = None,
        profile: Profile | None = None,
        columns: Columns | None = None,
        besides: str | Sequence[str] = (),
        strays: Any = None,
    ) -> "PortableCheck":
        """The check that `tables.check` makes of a whole table, for pieces of it.

        A row that names no child, or no event of ours, may be anybody's: it puts in doubt those whose identifiers stand
        in it. `strays` is a table of such rows, wherever they are; without it, those of a piece concern that piece.
        """
        refuse_other_than_days(as_at, known_at)
        book = rulebook if profile is None else rulebook | profile
        return cls(book, as_at, known_at, Pieces.of(columns, besides, strays))

    @property
    def schema(self) -> Any:
        """The Arrow schema of the findings."""
        return schema_with(self.pieces.besides)

    def __call__(self, piece: Any) -> Any:
        shapes = self._spare.take()
        gathered = self.pieces.gather(piece, shapes, self.as_at, self.known_at)
        found = []
        for batch in gathered.batches:
            checked = check_batch(batch, self.rulebook, as_at=self.as_at, known_at=self.known_at)
            found.append(self._book.table(checked))
        self._spare.put_back(shapes)
        return pa.Table.from_batches(found, self.schema).unify_dictionaries()

    def __reduce__(self) -> tuple[Any, ...]:
        # what was worked out stays where it is
        return PortableCheck, (self.rulebook, self.as_at, self.known_at, self.pieces)
