"""Does a dashboard count right? Give it an authority of which every answer is known.

A simulated year is an event table like any other, so a council can feed it to its own report. Here the dashboard is a
few lines of Polars as one might write them, to count the conferences that came late. It has three faults: two are
mended one after the other, until it agrees with the library's own count, and the third is told.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from childprotect import check, tables
from childprotect.calendars import england_and_wales
from childprotect.plots import Waited
from childprotect.rulebooks import england
from childprotect.simulation import Population, live

FOLDER = Path(*sys.argv[1:2])

year = live(Population(referrals=3000), np.random.default_rng(3), first=date(2023, 4, 1))
table = year.table()
events = pl.DataFrame(table).select("child", "at", "decision", event=pl.col("event").cast(pl.String)).sort("at")
calendar = england_and_wales()
DAYS = pl.date_range(calendar.first, calendar.last, eager=True)
HOLIDAYS = [day for day in DAYS if day.weekday() < 5 and not calendar.is_working(day)]


def dashboard(kinds: list[str], holidays: list[date]) -> tuple[int, int]:
    """How many conferences, and how many more than 15 weekdays after the strategy discussion that led to them."""
    held = events.filter(pl.col("event").is_in(kinds))
    discussed = events.filter(pl.col("event") == "strategy-discussion", pl.col("decision") == "section-47")
    both = held.join_asof(discussed.with_columns(start="at"), on="at", by="child", check_sortedness=False)
    days = both.select(days=pl.business_day_count("start", "at", holidays=holidays))
    return len(held), days.filter(pl.col("days") > 15).height


found = tables.check(table, england.rulebook, as_at=year.last).by("rule").to_dicts()
law = next(row for row in found if row["rule"] == "initial-conference")
print(f"By the law: {law['met'] + law['late']:,} conferences were held, and {law['late']:,} of them were late.")

first, late = dashboard(["initial-conference"], [])
print(f"The dashboard: {first:,} conferences, {late:,} of them late.")
_, mended = dashboard(["initial-conference"], HOLIDAYS)
print(f"1. It counts bank holidays as working days: {late - mended:,} were in time. Mended: {mended:,} late.")
every, late = dashboard(["initial-conference", "pre-birth-conference"], HOLIDAYS)
print(
    f"2. It leaves out {every - first:,} pre-birth conferences, {late - mended:,} of them late. Mended: {late:,} late."
)
print(
    f"3. It sees only conferences: {law['overdue']:,} times the limit passed without one, which is in no figure above."
)
print(f"({law['discharged']:,} enquiries ended within the limit and needed no conference: they count nowhere.)")

every_one = (one for story in year.chronologies() for one in check(story, england.rulebook, as_at=year.last).findings)
took = Waited.of(every_one, "initial-conference")
took.picture(title="Working days to conference", what="conferences").save(FOLDER / "dashboard.svg", force=True)
