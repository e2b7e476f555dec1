"""Counts and shares of findings: how many of each status, and how much was done on time, with its interval."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from childprotect.shares import interval
from childprotect.statuses import Status
from childprotect.tables.encoded import Column, different

Values = tuple[Any, ...]
"""What columns hold in a row."""
_DECIDED = (Status.MET, Status.LATE, Status.OVERDUE, Status.BREACHED)
"""The statuses of duties of which the time had come: they were kept, or they were not."""


def counts(batch: Any, by: Sequence[str]) -> Counter[Values]:
    """How often each combination of values of these columns occurs in an Arrow record batch."""
    columns = [Column.of(batch.column(name)) for name in by]
    codes, firsts = different(columns)
    told = zip(*([column.values[code] for code in column.codes[firsts]] for column in columns), strict=True)
    found: Counter[Values] = Counter()
    for key, n in zip(told, np.bincount(codes, minlength=len(firsts)).tolist(), strict=True):
        found[key] += n  # a dictionary may hold a value twice
    return found


def counted(parts: Iterable[Counter[Values]], by: Sequence[str]) -> pl.DataFrame:
    """How many findings there are of each status, a column each, and of all, for every value of the columns `by`.

    `parts` are counts by these columns and the status, added up.
    """
    statuses = [status.value for status in Status]
    counts: Counter[Values] = Counter()
    for part in parts:
        counts.update(part)
    rows: dict[tuple[Any, ...], dict[str, int]] = {}
    for (*values, status), n in counts.items():
        row = rows.setdefault(tuple(values), dict.fromkeys(statuses, 0))
        row[status] += n
    told_of = [{**dict(zip(by, values, strict=True)), **row, "all": sum(row.values())} for values, row in rows.items()]
    if not told_of and not by:
        told_of = [dict.fromkeys((*statuses, "all"), 0)]
    types = dict.fromkeys((*statuses, "all"), pl.Int64)
    schema = {**dict.fromkeys(by, pl.String), **types} if not told_of else None
    found = pl.DataFrame(told_of, schema=schema, schema_overrides=types, infer_schema_length=None)
    return found.sort(*by, nulls_last=True) if by else found


def shares(counts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """From counts, the share of duties that were kept in time among those of which the time had come.

    `on_time` of `decided` were; `low` and `high` are the bounds of Wilson's interval, which holds the true share in 95
    of 100 samples. What is pending, was discharged, or of which nobody can tell, is in neither; `cannot_tell` counts
    the last. Without anything decided there is no share.
    """
    n = pl.sum_horizontal(*(status.value for status in _DECIDED)).alias("decided")
    told = counts.select(
        *by,
        pl.col(Status.MET.value).alias("on_time"),
        n,
        pl.col(Status.CANNOT_TELL.value).alias("cannot_tell"),
    )
    decided = pl.when(pl.col("decided") > 0).then(pl.col("decided"))
    pairs = told.select("on_time", "decided").iter_rows()
    bounds = [interval(kept, whole) if whole else (None, None) for kept, whole in pairs]
    found = pl.DataFrame(bounds, schema={"low": pl.Float64, "high": pl.Float64}, orient="row")
    return told.with_columns((pl.col("on_time") / decided).alias("share"), *found)
