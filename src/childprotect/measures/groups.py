"""Who had a case on a day: the team, the worker, or what a column of the table says of the child."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from childprotect.errors import UnknownName
from childprotect.measures.told import Told
from childprotect.vocabulary import nearest

NONE = ""
"""The group of cases of which none is known."""
HOLDERS = ("team", "worker")
_SCHEMA = {
    "child": pl.String,
    "day": pl.Date,
    "worker": pl.String,
    "team": pl.String,
    "qualified": pl.Boolean,
    "held": pl.Boolean,
}


def with_group(cases: pl.DataFrame, told: Told, by: str) -> pl.DataFrame:
    """The cases with the column `group`: who had each on its day, or `""` where that is not known.

    `team` and `worker` are those of the latest `allocated` event on or before the day that no `deallocated` event since
    has ended; who leaves a case still has it on that day. Any other name is a column of the events, of which the
    child's latest value on or before the day is taken. Raises `UnknownName` for a column that there is not.
    """
    if by in HOLDERS:
        values = holders(told).select("child", "day", group=by)
    elif by in told.events.columns and by not in ("child", "event", "day"):
        values = told.events.filter(pl.col(by).is_not_null()).select("child", "day", group=pl.col(by).cast(pl.String))
    else:
        possible = [name for name in told.events.columns if name not in ("child", "event", "day")]
        raise UnknownName("column", by, nearest(by, possible), expected=" or ".join(possible))
    return (
        cases.sort("day")
        .join_asof(values.sort("day"), on="day", by="child", check_sortedness=False)
        .with_columns(pl.col("group").fill_null(NONE))
    )


def holders(told: Told) -> pl.DataFrame:
    """Who had the case of each child, from a day on until the next row of that child.

    Columns `child`, `day`, `held` (whether anybody had it), `worker`, `team`, `qualified`; by child and day.
    """
    return told.made("holders", _holders)


def _holders(told: Told) -> pl.DataFrame:
    events = told.of_kinds("allocated", "deallocated")
    left = events.select("child", "event", "worker", "team", "qualified", day=_from())
    rows = left.sort("child", "day", maintain_order=True).select("child", "day", "event", "worker", "team", "qualified")
    return pl.DataFrame(_told(rows.iter_rows()), schema=_SCHEMA, orient="row")


def _from() -> pl.Expr:
    """The day from which an event counts: who leaves a case on a day has it until its end."""
    leaves = pl.col("event") == "deallocated"
    return pl.when(leaves).then(pl.col("day") + timedelta(days=1)).otherwise(pl.col("day"))


def _told(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, date, Any, Any, Any, bool]]:
    """After each event who has the case: the last who was given it and has not left it."""
    whose: str | None = None
    having: list[tuple[Any, Any, Any]] = []
    for child, day, event, worker, team, qualified in rows:
        if child != whose:
            whose, having = child, []
        if event == "allocated":
            having.append((worker, team, qualified))
        elif worker is None:
            having = having[:-1]  # it is not told who left: the last who came
        else:
            having = [one for one in having if one[0] != worker]
        yield (child, day, *(having[-1] if having else (None, None, None)), bool(having))
