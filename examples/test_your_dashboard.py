"""Does a dashboard count right? Give it an authority of which every answer is known.

A simulated year is an event table like any other, so a council can feed it to its own report. Here the dashboard is a
few lines of Polars as one might write them: it counts calendar weekdays, and so it knows no bank holidays. The library
says how many conferences it calls late that were in time.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from childprotect import check, tables
from childprotect.plots import Waited
from childprotect.rulebooks import england
from childprotect.simulation import Population, live

FOLDER = Path(*sys.argv[1:2])

year = live(Population(referrals=3000), np.random.default_rng(3), first=date(2023, 4, 1))
table = year.table()


def dashboard(events: pl.DataFrame) -> int:
    """Late conferences as a dashboard might count them: more than 15 weekdays after the strategy discussion."""
    events = events.select("child", "at", "decision", event=pl.col("event").cast(pl.String)).sort("at")
    held = events.filter(pl.col("event") == "initial-conference")
    discussed = events.filter(pl.col("event") == "strategy-discussion", pl.col("decision") == "section-47")
    both = held.join_asof(discussed.with_columns(start="at"), on="at", by="child", check_sortedness=False)
    days = both.drop_nulls("start").select(days=pl.business_day_count("start", "at"))
    return days.filter(pl.col("days") > 15).height


findings = tables.check(table, england.rulebook, as_at=year.last).by("rule")
right = next(row for row in findings.to_dicts() if row["rule"] == "initial-conference")
counted = dashboard(pl.DataFrame(table))
print(f"Conferences in the record: {right['all']:,}.")
print(f"The dashboard calls {counted:,} late, the law {right['late']:,}: it does not know the bank holidays.")

every = (one for story in year.chronologies() for one in check(story, england.rulebook, as_at=year.last).findings)
took = Waited.of(every, "initial-conference")
took.picture(title="Working days to conference", what="conferences").save(FOLDER / "dashboard.svg", force=True)
