"""Columns as numbers: each different value once, and for every row the place of its own."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define
from numpy.typing import NDArray

from childprotect.records.arrow_rows import encode
from childprotect.tables.arrays import from_arrow

Codes = NDArray[np.int64]
_COMBINED = 1 << 22
"""How many combinations of values are told apart by looking them up, rather than by sorting."""
_LARGE = 10_000
"""More values than most dictionaries have."""


@define(eq=False)
class Column:
    """A column as numbers: for every row the place of its value among the different ones."""

    codes: Codes
    values: list[Any]

    @classmethod
    def of(cls, array: Any) -> "Column":
        """The column of an Arrow array."""
        if pa.types.is_boolean(array.type):
            return cls(from_arrow(array.cast(pa.int8()).fill_null(2)), [False, True, None])
        kept = pa.types.is_dictionary(array.type) and pa.types.is_string(array.type.value_type)
        # a dictionary of a whole table is not gone through for each of its chunks
        if kept and len(array.dictionary) <= max(len(array), _LARGE):
            # a dictionary may hold a value twice; then one thing has two numbers, which does no harm
            values = array.dictionary.to_pylist()
            codes = array.indices if pa.types.is_int32(array.indices.type) else array.indices.cast(pa.int64())
            return cls(from_arrow(codes, len(values)), [*values, None])
        column = encode(array)
        return cls(from_arrow(column.codes), column.values)

    def where(self, holds: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """The rows of whose value something holds."""
        flags: NDArray[np.bool_] = np.array([holds(value) for value in self.values], np.bool_)[self.codes]
        return flags

    @property
    def is_empty(self) -> bool:
        """Whether no row has a value."""
        return all(map(is_blank, self.values))


def different(columns: Sequence[Column]) -> tuple[Codes, Codes]:
    """For every row the number of what it says in these columns, and for each of these the first row that says it."""
    codes, several = columns[0].codes, len(columns[0].values)
    # codes may be of 32 bits: as few as these combinations are, they hold all of them
    for column in columns[1:]:
        if several * len(column.values) > _COMBINED:
            used, codes = np.unique(codes, return_inverse=True)
            several = len(used)
        codes = codes * len(column.values) + column.codes
        several *= len(column.values)
    if several > _COMBINED:
        _, firsts, codes = np.unique(codes, return_index=True, return_inverse=True)
        return codes, firsts
    first = np.full(several, -1)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    used = np.flatnonzero(first >= 0)
    places = np.zeros(several, np.int64)
    places[used] = np.arange(len(used))
    return places[codes], first[used]


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())
