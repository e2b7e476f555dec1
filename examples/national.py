"""A year of England, child by child: from the referral to the plan, and how much of it was in time.

A twentieth of the nation by default, in some seconds; all of it, in a minute or so, with `--all`. The shares that go in
are those that DfE publishes for the year to March 2024; what the children's records then say is counted here.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np

from childprotect import tables
from childprotect.measures import count
from childprotect.plots import funnel
from childprotect.rulebooks import england
from childprotect.simulation import Population, live

FOLDER = Path(*[word for word in sys.argv[1:] if word != "--all"])
PART = 1 if "--all" in sys.argv else 20

year = live(Population(referrals=621_880 / PART), np.random.default_rng(2024), first=date(2023, 4, 1))
year.write(FOLDER / "national.parquet", force=True)
figures = count(year.table(), 2024)
print(f"{year.children:,} children, {len(year):,} events; each stands for {PART}.")

names = {
    "referrals": "referral",
    "section-47s": "section 47 enquiry",
    "conferences": "initial conference",
    "plans-started": "plan",
}
counts = {words: int(figures.numbers[name]) for name, words in names.items()}
for words, n in counts.items():
    print(f"{words}: {n:,}")
for name in ("referrals/again", "plans-started/again", "plans-to-review/on-time"):
    print(f"{name}: {figures.share(name):.1%}")

found = tables.check(FOLDER / "national.parquet", england.rulebook, as_at=year.last).by("rule").to_dicts()
for row in found:
    if row["rule"] in ("single-assessment", "initial-conference", "first-core-group", "first-review-conference"):
        print(f"{row['rule']}: {row['met'] / max(row['met'] + row['late'] + row['overdue'], 1):.0%} in time")

funnel(counts, title="From referral to plan, a simulated year").save(FOLDER / "national.svg", force=True)
