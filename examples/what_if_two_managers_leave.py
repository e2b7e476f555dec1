"""What happens to a county's work when two of its four managers leave, and nobody comes after them?

Both authorities live through the same years, with the same families at the door. Managers decide on every referral,
take part in every strategy discussion, sign off every enquiry and every closure, and supervise every social worker:
with half of them, what waits?
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
from attrs import evolve

from childprotect import tables
from childprotect.plots import beside
from childprotect.rulebooks import england
from childprotect.simulation import NEWLY_QUALIFIED, QUALIFIED, Population, Staffing, Team, Work, Worked, work

FOLDER = Path(*sys.argv[1:2])
BOOK = england.rulebook

people = Population(referrals=1500)
# a decision on a referral takes a manager an hour and a half with reading; a strategy discussion half a day
takes = {
    **Staffing().work,
    "referral-decided": Work(manager=0.2, urgency=0),
    "strategy-discussion": Work(manager=0.5, urgency=0),
}


def lived(*leave: date) -> Worked:
    """Two years of the county, where in each of two teams one of two managers leaves on some day, or none does."""
    team = Team(workers=((QUALIFIED, 12), (NEWLY_QUALIFIED, 3)), managers=2, managers_leave=leave)
    staff = Staffing(teams=(evolve(team, name="East"), evolve(team, name="West")), work=takes)
    return work(people, staff, np.random.default_rng(7), first=date(2022, 4, 1), years=2)


def late(authority: Worked, rule: str) -> str:
    """The share of a rule's findings that are late or overdue."""
    found = tables.check(authority.lived.table(), BOOK, as_at=authority.lived.last).by("rule").to_dicts()
    row = next(row for row in found if row["rule"] == rule)
    return f"{(row['late'] + row['overdue']) / row['all']:.0%}"


before, after = lived(), lived(date(2022, 10, 3))
for name, authority in (("four managers", before), ("two of them gone in October 2022", after)):
    wait = authority.log.gates["manager"].waits().mean()
    print(f"With {name} a decision waits {wait:.1f} working days.", end=" ")
    print(f"Late: {late(authority, 'referral-decision')} of decisions on a referral,", end=" ")
    print(f"{late(authority, 'initial-conference')} of conferences.")

series = [{"waiting for a manager": one.log.by_day("manager", queue=True)} for one in (before, after)]
beside(*series, names=("All stay", "Two leave"), what="decisions").save(FOLDER / "two-managers-leave.svg", force=True)
