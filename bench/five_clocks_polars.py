"""The same five clocks by hand, in Polars: what somebody writes who knows one question, one kind of record and no law.

It takes the first of each kind of event, knows no repeats, no discharges, no missing facts, no versions, and explains
nothing. It is the yardstick for speed: python bench/five_clocks_polars.py FILE.parquet 2025-03-31
"""

import sys
from datetime import date, timedelta

import polars as pl

from childprotect.calendars import england_and_wales


def counts(path: str, as_at: date) -> dict[str, dict[str, int]]:
    """How many children are met, late, overdue and pending for each of the five clocks."""
    calendar = england_and_wales()
    working = calendar.days(calendar.first, calendar.last)
    every = [calendar.first + timedelta(days=n) for n in range((calendar.last - calendar.first).days + 1)]
    worked = set(working)
    done = pl.Series([day in worked for day in every]).cum_sum().cast(pl.UInt32)
    nth = pl.Series(working)

    def working_days(start: str, n: int) -> pl.Expr:
        place = (pl.col(start) - pl.lit(calendar.first)).dt.total_days()
        return pl.lit(nth).gather(pl.lit(done).gather(place) + (n - 1))

    at, kind = pl.col("at"), pl.col("event")
    firsts = ("referral", "strategy-discussion", "initial-conference", "core-group", "assessment-completed")
    reviews = at.filter(kind == "review-conference").sort()
    children = (
        pl.scan_parquet(path)
        .select("child", "event", "at")
        .group_by("child")
        .agg(
            *(at.filter(kind == name).min().alias(name) for name in firsts),
            reviews.first().alias("review"),
            reviews.get(1, null_on_oob=True).alias("second review"),
        )
    )
    clocks = {
        "single-assessment": (working_days("referral", 45), "assessment-completed"),
        "initial-conference": (working_days("strategy-discussion", 15), "initial-conference"),
        "first-core-group": (working_days("initial-conference", 10), "core-group"),
        "first-review-conference": (pl.col("initial-conference").dt.offset_by("3mo"), "review"),
        "review-conference": (pl.col("review").dt.offset_by("6mo"), "second review"),
    }
    today = pl.lit(as_at)
    sums = []
    for name, (due, end) in clocks.items():
        ended = pl.col(end)
        sums += [
            (ended <= due).sum().alias(f"{name}|met"),
            (ended > due).sum().alias(f"{name}|late"),
            (ended.is_null() & (due < today)).sum().alias(f"{name}|overdue"),
            (ended.is_null() & (due >= today)).sum().alias(f"{name}|pending"),
        ]
    told = children.select(sums).collect(engine="streaming").row(0, named=True)
    found: dict[str, dict[str, int]] = {}
    for column, n in told.items():
        name, status = column.split("|")
        found.setdefault(name, {})[status] = n
    return found


if __name__ == "__main__":
    print(counts(sys.argv[1], date.fromisoformat(sys.argv[2])))
