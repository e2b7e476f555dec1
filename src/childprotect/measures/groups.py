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

    `team` and `worker` are those of the latest `allocated` event on or before the day that no `deallocated` event,
    and no closing of the case, has ended since; who leaves a case still has it on that day. Any other name is a
    column of the events, of which the child's latest value on or before the day is taken. Raises `UnknownName` for a
    column that there is not.
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
    events = told.of_kinds("allocated", "deallocated", "case-closed").select("child", "day", *_ALLOCATION, "event")
    left = events.with_columns(since=_since()).sort("child", "since", maintain_order=True)
    return pl.DataFrame(_having(left.iter_rows()), schema=_SCHEMA, orient="row")


_ALLOCATION = ("worker", "team", "qualified")


def _since() -> pl.Expr:
    """The day from which an event counts: who leaves a case on a day has it until its end."""
    comes = pl.col("event") == "allocated"
    return pl.when(comes).then(pl.col("day")).otherwise(pl.col("day") + timedelta(days=1))


def _having(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, date, Any, Any, Any, bool]]:
    """After each event who has the case: the last who was given it and has not left it."""
    whose: str | None = None
    having: list[tuple[date, tuple[Any, ...]]] = []
    for child, day, *allocation, event, since in rows:
        if child != whose:
            whose, having = child, []
        if event == "allocated":
            having.append((day, tuple(allocation)))
        elif event == "case-closed":
            having = []
        else:
            having = _without(allocation[0], day, having)
        worker, team, qualified = having[-1][1] if having else (None, None, None)
        yield child, since, worker, team, qualified, bool(having)


def _without(
    worker: str | None, day: date, having: list[tuple[date, tuple[Any, ...]]]
) -> list[tuple[date, tuple[Any, ...]]]:
    """Who still has a case after a worker left it on a day; if it is not told who, the last who came.

    Who left it and was given it on one day has it anew, as is recorded of a move to another team; who came on that day
    only and left on it has not.
    """
    own = [one for one in having if worker is None or one[1][0] == worker]
    gone = [one for one in own if one[0] < day] or own
    return [one for one in having if one not in (gone if worker is not None else gone[-1:])]
