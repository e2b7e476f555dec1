"""An authority set up to fail as the inspection of Herefordshire describes: what does the checker find in it?

The children are invented. The staff is too small, a third of it from agencies, and many leave; managers decide without
writing it down; the police are often not asked; each team has a threshold of its own. All shares are assumed. What
is found of one year stands beside the report's words, quoted from "Inspection of local authority arrangements for the
protection of children: Herefordshire", Ofsted, inspected 10 to 19 September 2012, Crown copyright 2012.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from attrs import evolve

from childprotect import tables
from childprotect.plots import load
from childprotect.rulebooks import england
from childprotect.simulation import AGENCY, NEWLY_QUALIFIED, QUALIFIED, Population, Staffing, Team, work

FOLDER, FIRST = Path(*sys.argv[1:2]), date(2011, 10, 1)
WORDS = {
    "13a": "lack of timeliness in a significant proportion of assessments",
    "17h": "decisions to close cases inappropriately",
    "30e": "strategy discussions not involving the police",
    "36a": "The timeliness of initial child protection conferences has improved",
    "37b": "Contingency planning is not routinely in place",
    "38a": "significant gaps in the recording of management oversight",
    "40c": "the chronologies are not always up to date",
}
people = Population(  # of referrals there were 1,509 in the year to March 2013; the rest is invented
    referrals=1500, without_police=0.4, without_contingency=0.6, unauthorised=0.3,
    chronology_behind=0.5, closed_early=0.05,
)  # fmt: skip
# turnover: how many leave in a year for each who is there; unless it is said, 0.15, 0.1 and 1
kinds = ((QUALIFIED, 0.4, 4), (NEWLY_QUALIFIED, 0.4, 3), (AGENCY, 2.0, 4))
workers = tuple((evolve(kind, turnover=turnover), number) for kind, turnover, number in kinds)
asks = {"Referral and assessment": 0.3, "North": 0.15, "South": 0.5}  # thresholds: how many need a strategy discussion
teams = tuple(Team(name=name, workers=workers, shares={"discussed": part}) for name, part in asks.items())
authority = work(people, Staffing(teams=teams), np.random.default_rng(2012), first=FIRST)
table, last = authority.lived.table(), authority.lived.last

found = tables.check(table, england.rulebook.with_practice(), as_at=last).by("rule", "started")
found = found.filter(pl.col("started") >= FIRST).group_by("rule").agg(pl.exclude("started").sum())
rules = {row["rule"]: row for row in found.to_dicts()}
print(f"What began from {FIRST} to {last}, beside Ofsted's words of September 2012 (Crown copyright):")
for row in (row for row in england.inspection() if row.id in WORDS):
    print(f'\nParagraph {row.id.rstrip("abcdefgh")}: "{WORDS[row.id]}"')
    for name in (name for name in row.rules if name in rules):
        wrong = sum(rules[name][status] for status in ("late", "overdue", "breached"))
        print(f"  {name}: not kept in {wrong:,} of {wrong + rules[name]['met']:,}")

events = pl.DataFrame(table).filter(pl.col("event").cast(pl.String) == "deallocated", pl.col("at") >= FIRST)
lost = events["child"].value_counts()["count"]
print('\nParagraph 17: "frequent changes in social worker"')
print(f"  {len(lost):,} children lost theirs in the year, {(lost > 1).sum():,} of them more than once")
queue = {"waiting for a social worker": authority.log.by_day("worker", queue=True)}
load(queue, what="pieces of work", title="What nobody saw").save(FOLDER / "herefordshire-2012.svg", force=True)
