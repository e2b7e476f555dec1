"""An authority set up to fail as the inspection of Herefordshire describes: what does the checker find in it?

The children are invented. The staff is too small, much of it from agencies, and leaves; managers decide without
writing it down; the police are often not asked. Every share here is an assumption, chosen to be seen. What comes out
is put beside what the inspectors found in September 2012.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np

from childprotect import tables
from childprotect.plots import load
from childprotect.rulebooks import england
from childprotect.simulation import AGENCY, NEWLY_QUALIFIED, QUALIFIED, Population, Staffing, Team, work

FOLDER = Path(*sys.argv[1:2])

people = Population(
    referrals=1500,  # as in the year to March 2013: 1,509
    without_police=0.4,
    without_contingency=0.6,
    unauthorised=0.3,
    not_seen_alone=0.2,
    chronology_behind=0.5,
    closed_early=0.05,
)
staff = Staffing(
    teams=tuple(
        Team(name=name, workers=((QUALIFIED, 4), (NEWLY_QUALIFIED, 3), (AGENCY, 4)))
        for name in ("Referral and assessment", "North", "South")
    )
)
authority = work(people, staff, np.random.default_rng(2012), first=date(2011, 10, 1))
table = authority.lived.table()

found = tables.check(table, england.rulebook.with_practice(), as_at=date(2012, 9, 30)).by("rule")
wrong = {row["rule"]: row["late"] + row["overdue"] + row["breached"] for row in found.to_dicts()}
every = {row["rule"]: row["all"] for row in found.to_dicts()}

print(f"{authority.lived.children:,} children, {len(authority.lived):,} events\n")
for paragraph in ("13a", "17f", "17h", "30e", "33a", "36a", "37b", "38a", "40c"):
    finding = next(row for row in england.inspection() if row.id == paragraph)
    print(f"Paragraph {paragraph}: {finding.finding}.")
    for rule in (rule for rule in finding.rules if wrong.get(rule)):
        print(f"  {rule}: not kept in {wrong[rule]:,} of {every[rule]:,}")

waiting = authority.log.by_day("worker", queue=True)
changes = sum(event == "deallocated" for event in table["event"].to_pylist())
print(f"\nCases changed their social worker {changes:,} times in three years.")
load({"work that waits for a social worker": waiting}, title="What nobody saw").save(
    FOLDER / "herefordshire-2012.svg", force=True
)
