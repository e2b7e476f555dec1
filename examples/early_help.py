"""Does more early help lower referrals enough to pay for itself in caseload?

Nobody publishes by how much early help lowers referrals, so this does not claim to know. It turns the question round:
if four social workers moved to early help, by how much would referrals have to fall for those who stay to be no
busier than before?
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
from attrs import evolve

from childprotect.plots import beside
from childprotect.simulation import Population, Staffing, Team, Worked, Worker, work

FOLDER = Path(*sys.argv[1:2])
SEEDS = 3
FALLS = (0.0, 0.15, 0.3)
WORKERS, MOVED = 28, 4

people = Population(referrals=1500)


def lived(workers: int, fall: float, seed: int) -> Worked:
    """A year with so many social workers, and referrals lower by a share."""
    anyone = Worker(caseload=40)  # nobody is refused, so that the caseload shows what there is to do
    staff = Staffing(teams=(Team(workers=((anyone, workers),), managers=4),))
    fewer = evolve(people, referrals=people.referrals * (1 - fall))
    return work(fewer, staff, np.random.default_rng(seed), first=date(2023, 4, 1))


def caseload(workers: int, fall: float) -> float:
    """How many cases each social worker has, on average over the year and over seeds."""
    years = [lived(workers, fall, seed) for seed in range(SEEDS)]
    return float(np.mean([[*one.log.by_day("allocation", queue=False).values()] for one in years])) / workers


now = caseload(WORKERS, 0.0)
print(f"Today each of {WORKERS} social workers has {now:.1f} cases.")
loads = {fall: caseload(WORKERS - MOVED, fall) for fall in FALLS}
for fall, cases in loads.items():
    print(f"With {MOVED} of them in early help and {fall:.0%} fewer referrals: {cases:.1f} cases each.")
needed = float(np.interp(-now, [-cases for cases in loads.values()], [*loads]))
print(f"Early help pays for itself in caseload once referrals fall by about {needed:.0%}.")

series = [
    {"cases": lived(workers, fall, 0).log.by_day("allocation", queue=False)}
    for workers, fall in ((WORKERS, 0.0), (WORKERS - MOVED, needed))
]
beside(*series, names=("As it is", "More early help"), what="cases").save(FOLDER / "early-help.svg", force=True)
