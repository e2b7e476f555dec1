"""A year of England, child by child: from the referral to the plan, and how much of it was in time.

A twentieth of the nation by default, in some seconds; all of it, in a minute or so, with `--all`. The shares that go in
are those of a `Population` as it is without calibration: near the year to March 2024, and not DfE's table. `calibrate`
makes one that gives the table, from DfE's files, in about half a minute.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from childprotect import tables
from childprotect.measures import count
from childprotect.plots import funnel
from childprotect.rulebooks import england
from childprotect.simulation import Population, live

FIRST = date(2023, 4, 1)
FOLDER = Path(*[word for word in sys.argv[1:] if word != "--all"])
PART = 1 if "--all" in sys.argv else 20

year = live(Population(referrals=621_880 / PART), np.random.default_rng(2024), first=FIRST)
year.write(FOLDER / "national.parquet", force=True)
figures = count(year.table(), 2024)
print(f"{year.children:,} children, {len(year):,} events; each stands for {PART}. Not calibrated: not DfE's own table.")

names = {"referrals": "referral", "section-47s": "enquiry", "conferences": "conference", "plans-started": "plan"}
counts = {words: int(figures.numbers[name]) for name, words in names.items()}
for words, n in counts.items():
    print(f"{words}: {n:,}")
for name in ("referrals/again", "plans-started/again", "plans-to-review/on-time"):
    print(f"{name}: {figures.share(name):.1%}")

found = tables.check(FOLDER / "national.parquet", england.rulebook, as_at=year.last).by("rule", "started")
found = found.filter(pl.col("started") >= FIRST).group_by("rule").agg(pl.exclude("started").sum())
rules = {row["rule"]: row for row in found.to_dicts()}
for name in ("single-assessment", "initial-conference", "first-core-group", "first-review-conference"):
    row = rules[name]
    print(f"{name}: {row['met'] / (row['met'] + row['late'] + row['overdue']):.0%} in time, by the rule")

row = rules["initial-conference"]
in_time = sum(figures.share(name) or 0.0 for name in ("conferences/0-10", "conferences/11-15"))
print(
    f"Of the conferences that were held {in_time:.0%} came within 15 working days: so DfE counts. The rule counts too"
)
print(f"{row['overdue']:,} enquiries that ran past the limit without a conference, most of which then needed none.")

picture = funnel(counts, title="From referral to plan, a simulated year", what="events")
picture.save(FOLDER / "national.svg", force=True)
