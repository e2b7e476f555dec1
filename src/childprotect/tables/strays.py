"""The rows of a table that are read one by one, as `records.read` does: the odd ones, and those of whom these concern.

A row that may be anybody's puts in doubt every child whose identifier stands in it. Such rows, all rows of these
children, and of those whose identifiers are odd, are read together; what all other children have said is in columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import pyarrow as pa
from attrs import define, field, frozen

from childprotect.chronology import Chronology
from childprotect.records.arrow_columns import Columnar
from childprotect.records.arrow_rows import encode
from childprotect.records.arrow_table import Batches
from childprotect.records.event_table import Taking, tidied
from childprotect.records.rows import Unread
from childprotect.records.source import Account
from childprotect.tables.batches import Flags
from childprotect.tables.beside import Kept
from childprotect.tables.columns import Reader
from childprotect.tables.gathering import Gathered, batches_of_chronologies
from childprotect.tables.identities import Hashes, Runs, are_among, hashes_of, hashes_of_texts, in_order
from childprotect.tables.shapes import Shapes
from childprotect.tables.surveying import Surveyed

CHILDREN = 2_000
"""Children who are checked at once, where they are read one by one."""


@frozen(eq=False)
class Apart:
    """Which rows are read one by one: those of some children, and those of nobody."""

    children: Hashes
    """In order."""
    nobodys: bool
    """Whether those that name no child are among them."""

    @classmethod
    def of(cls, given: Columnar, found: Mapping[str, int], look: Surveyed, elsewhere: Sequence[Unread]) -> "Apart":
        """Those of a table with our columns at these places, that was looked at; lines from elsewhere are odd too."""
        if not (look.silent or look.has_nobodys or elsewhere):
            return cls(look.unsure, nobodys=False)
        named = in_order(look.named)
        texts = {tidied(text) for line in elsewhere for text in (line.child or "", *line.cells)}
        concerned = [_named(texts, named)]
        silent = in_order(hashes_of_texts(look.silent))
        strays = cls(silent, nobodys=True)
        if look.silent or look.has_nobodys:
            places = sorted(set(found.values()))
            child = places.index(found["child"])
            for batch in given.batches(places, found["child"]):
                these = strays.rows(Runs.of(batch.column(child)))
                if these.any():
                    rows = batch.filter(pa.array(these))
                    cells = {cell for column in rows.columns for cell in encode(column).values}
                    concerned.append(_named({tidied(cell) for cell in cells if isinstance(cell, str)}, named))
        return cls(in_order(silent, look.unsure, *concerned), look.has_nobodys)

    @property
    def is_nothing(self) -> bool:
        """Whether all rows are read in columns."""
        return not self.nobodys and not len(self.children)

    def rows(self, runs: Runs) -> Flags:
        """Those of a batch."""
        nobody = runs.nobody
        return runs.rows((are_among(hashes_of(runs.names), self.children) & ~nobody) | (nobody & self.nobodys))


def _named(texts: set[str], named: Hashes) -> Hashes:
    """Those of the texts that are identifiers of children."""
    hashes = hashes_of_texts(texts)
    return hashes[are_among(hashes, named)]


@define(eq=False)
class OneByOne:
    """Rows that are read one by one, and the children that they make."""

    taking: Taking
    reader: Reader
    """It knows the columns of a batch."""
    kept: Kept = field(init=False, factory=Kept)
    """What they say in columns that are kept as they are."""
    _batches: Batches = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._batches = Batches(self.taking, self.reader.places)

    def take(self, batch: Any, numbers: Any) -> None:
        """Take in rows that have these numbers in the table."""
        self._batches.take(batch, numbers.to_pylist())
        besides = self.reader.besides
        if besides:
            names = Runs.of(batch.column(self.reader.places["child"])).column()
            columns = {name: batch.column(place) for name, place in besides.items()}
            self.kept.add(names, self.reader.rows_when(batch), columns)

    def pieces(self, elsewhere: Sequence[Unread]) -> Iterator["Singles"]:
        """The children, some at a time, when all rows were taken in; with the account of them."""
        chronologies = self.taking.told(self.reader.places, elsewhere)
        while some := list(islice(chronologies, CHILDREN)):
            yield Singles(some, None, self.kept)
        yield Singles([], self.taking.account, self.kept)


@frozen(eq=False)
class Singles:
    """Children who were read one by one; the account of all that were comes with the last of them."""

    chronologies: list[Chronology]
    account: Account | None = None
    kept: Kept = field(factory=Kept)

    def gather(self, shapes: Shapes, as_at: date, known_at: date | None) -> Gathered:
        """Their batches as known for a check."""
        told = self.chronologies
        batches = list(batches_of_chronologies(told, shapes, as_at, known_at, self.kept.of(as_at, known_at)))
        names = pa.array([chronology.child for chronology in told], pa.string())
        return Gathered(batches, self.account or Account(), sum(map(len, told)), names, len(told))
