"""Columns of Arrow as arrays of NumPy, and the other way round.

pyarrow imports pandas, where it is installed, as soon as it turns Python's values or NumPy's arrays into its own, or
gives some away: a third of a second, which is more than many a check takes. Polars and buffers do the same without it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray


def from_arrow(array: Any, none: int = 0) -> Any:
    """An Arrow array of numbers or flags in NumPy, with a value where it has none. It may not be written to."""
    series = pl.Series(array)
    return (series.fill_null(none) if array.null_count else series).to_numpy()


def to_arrow(values: NDArray[Any], none: NDArray[np.bool_] | None = None) -> Any:
    """An array of numbers in Arrow; `none` flags those that are none. Flags will not do: Arrow packs them in bits."""
    assert values.dtype.kind in "iuf", "numbers"
    there = None if none is None else pa.py_buffer(np.packbits(~none, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [there, data])


def texts(values: Sequence[str]) -> Any:
    """Texts in Arrow."""
    return pl.Series(values, dtype=pl.String).to_arrow(compat_level=_PLAIN).cast(pa.string())


def lists(values: Sequence[Sequence[str]]) -> Any:
    """Lists of texts in Arrow."""
    series = pl.Series(list(map(list, values)), dtype=pl.List(pl.String))
    return series.to_arrow(compat_level=_PLAIN).cast(pa.list_(pa.string()))


_PLAIN = pl.CompatLevel.oldest()
"""Texts in Arrow's first form, which every reader knows."""
