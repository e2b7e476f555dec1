"""Counts and shares of findings: how many of each status, and how much was done on time, with its interval."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from childprotect.statuses import Status

_DECIDED = (Status.MET, Status.LATE, Status.OVERDUE, Status.BREACHED)
"""The statuses of duties of which the time had come: they were kept, or they were not."""
_Z = 1.959963984540054
"""Half the width of an interval that holds 95 of 100, in standard deviations."""


def counted(batches: Iterable[Any], by: Sequence[str]) -> pl.DataFrame:
    """How many findings there are of each status, a column each, and of all, for every value of the columns `by`."""
    parts = [
        pl.DataFrame(batch).with_columns(pl.col(*by, "status").cast(pl.String)).group_by(*by, "status").len()
        for batch in batches
    ]
    statuses = [status.value for status in Status]
    if not parts:
        parts = [pl.DataFrame(schema={**dict.fromkeys((*by, "status"), pl.String), "len": pl.UInt32})]
    sums = [pl.col("len").filter(pl.col("status") == status).sum().cast(pl.Int64).alias(status) for status in statuses]
    whole = pl.concat(parts)
    found = whole.group_by(*by).agg(*sums) if by else whole.select(*sums)
    found = found.with_columns(pl.sum_horizontal(*statuses).alias("all"))
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
    share = pl.col("on_time") / decided
    width = _Z**2 / decided
    middle = (share + width / 2) / (1 + width)
    half = (share * (1 - share) * width + width**2 / 4).sqrt() / (1 + width)
    return told.with_columns(share.alias("share"), (middle - half).alias("low"), (middle + half).alias("high"))
