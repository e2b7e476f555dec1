"""Whom the rows of a table name, as it is known when they are read one by one, but a column at a time."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen
from numpy.typing import NDArray

from childprotect.records.arrow_rows import encode, is_text
from childprotect.records.entries import identifier_of
from childprotect.records.source import clean_identifier
from childprotect.tables.arrays import from_arrow, to_arrow
from childprotect.tables.batches import Flags, Rows
from childprotect.tables.columns import children_of

Hashes = NDArray[np.uint64]
"""Hashes of identifiers, of 64 bits: of a million tables of seven million children one has two that share a hash."""
_SEED = 1989


@frozen(eq=False)
class Runs:
    """The rows of a batch in stretches, all rows of each of which name one child."""

    names: Any
    """Who that is, an Arrow array of text or whole numbers; null for what is no identifier."""
    cells: Any
    """What stands in the cells of each."""
    begins: Rows
    """The first row of each, and the number of rows."""
    is_tidy: bool
    """Whether each child is named as the cells do."""

    @classmethod
    def of(cls, column: Any) -> "Runs":
        """Those of the column of children."""
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        if not (number or is_text(kind)):
            nobody = pa.nulls(min(len(column), 1), pa.string())
            return cls(nobody, nobody, np.unique([0, len(column)]), is_tidy=True)
        cells, begins = children_of(column)
        if pa.types.is_integer(kind):
            return cls(cells, cells, begins, is_tidy=True)
        if number:
            names = _clean(cells)
            return cls(names, names, begins, is_tidy=False)
        names = _tidied(cells)
        return cls(names, cells, begins, names is cells or bool(pc.all(pc.equal(names, cells), min_count=0).as_py()))

    @property
    def nobody(self) -> Flags:
        """The stretches that name no child."""
        flags: Flags = from_arrow(self.names.is_null())
        return flags

    def rows(self, flags: Flags) -> Flags:
        """The rows of some stretches."""
        return np.repeat(flags, np.diff(self.begins))

    def column(self) -> Any:
        """The children row by row, as text."""
        stretch = np.repeat(np.arange(len(self.names)), np.diff(self.begins))
        return self.names.cast(pa.string()).take(to_arrow(stretch))


def _tidied(cells: Any) -> Any:
    """Identifiers as they are when each cell is looked at by itself, which is done where it may change one."""
    plain = pc.and_(pc.ascii_is_printable(cells), pc.equal(pc.ascii_trim_whitespace(cells), cells))
    odd = ~from_arrow(plain, True) | (pl.Series(cells) == "").fill_null(False).to_numpy()
    if not odd.any():
        return cells
    return pc.replace_with_mask(cells, pa.array(odd), _clean(cells.filter(pa.array(odd))).cast(cells.type))


def _clean(cells: Any) -> Any:
    column = encode(cells)
    names = [clean_identifier(identifier_of(value)) for value in column.values]
    return pa.array(names, pa.string()).take(column.codes)


def hashes_of(names: Any) -> Hashes:
    """The hashes of identifiers, which are text or whole numbers, as text: an Arrow array."""
    hashes: Hashes = pl.Series(names.cast(pa.string())).hash(_SEED).to_numpy()
    return hashes


def hashes_of_texts(texts: Iterable[str]) -> Hashes:
    """The same of texts; in any order."""
    hashes: Hashes = pl.Series(list(texts), dtype=pl.String).hash(_SEED).to_numpy()
    return hashes


def are_among(hashes: Hashes, some: Hashes) -> Flags:
    """Which of the hashes are among some others, which are in order."""
    if not len(some):
        return np.zeros(len(hashes), np.bool_)
    flags: Flags = some[np.minimum(np.searchsorted(some, hashes), len(some) - 1)] == hashes
    return flags


def in_order(*several: Hashes) -> Hashes:
    """All of the hashes, in order and each once."""
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *several]))
