"""What happens to a county's work when two of its four managers leave, and nobody comes after them?

Both authorities live through the same years, with the same families at the door. Managers decide on every referral,
take part in every strategy discussion, sign off every enquiry and every closure, and supervise every social worker:
with half of them, what waits? Only what began after they left is counted; before that nothing differs.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
from attrs import evolve

from childprotect import simulation
from childprotect.plots import beside
from childprotect.simulation import NEWLY_QUALIFIED, QUALIFIED, Population, Ran, Staffing, Team, Work, Worked, work

FOLDER = Path(*sys.argv[1:2])
LEAVE = date(2022, 10, 3)

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


before, after = lived(), lived(LEAVE)
print(f"Of what began from {LEAVE} to {before.lived.last}:\n")
for name, authority in (("four managers", before), ("two managers", after)):
    ran = Ran(authority)
    decided, late = simulation.took(ran, "referral-decision", LEAVE), simulation.late(ran, LEAVE)
    gate = simulation.came(authority.log, "manager", LEAVE)
    print(f"With {name} a decision on a referral takes {decided.mean():.1f} working days; ", end="")
    print(f"{late['late/referral-decision']:.0%} of decisions are late.")
    print(
        f"  In {late['late/initial-conference']:.0%} of enquiries that led to a conference or outlasted its limit ",
        end="",
    )
    print("it was late or not held.")
    print(f"  Everything that needs a manager waits {gate.waits().mean():.1f} working days on average, ", end="")
    print(f"not counting {gate.waiting:,} that still wait at the end.")

series = [{"waiting for a manager": one.log.by_day("manager", queue=True)} for one in (before, after)]
picture = beside(*series, names=("All stay", "Two leave"), what="pieces of work", title="Two of four managers leave")
picture.save(FOLDER / "two-managers-leave.svg", force=True)
