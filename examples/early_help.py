"""Does more early help lower referrals enough to pay for itself in caseload?

Nobody publishes by how much early help lowers referrals, so this does not claim to know. It turns the question round:
if two of fourteen social workers moved to early help, by how much would referrals have to fall for those who stay to
have no more cases each than before? All authorities live through the same chances, seed by seed.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np

from childprotect.plots import beside
from childprotect.simulation import Difference, Population, Staffing, Team, Worker, work

FOLDER = Path(*sys.argv[1:2])
SEEDS = range(5)
FALLS = (0.0, 0.15, 0.3)
WORKERS, MOVED = 14, 2


def cases_each(workers: int, fall: float, seed: int) -> dict[date, float]:
    """How many cases each social worker has on each working day of a year, with referrals lower by a share."""
    anyone = Worker(caseload=40)  # nobody is refused, so that the caseload shows what there is to do
    staff = Staffing(teams=(Team(workers=((anyone, workers),), managers=2),))
    fewer = Population(referrals=750 * (1 - fall))
    year = work(fewer, staff, np.random.default_rng(seed), first=date(2023, 4, 1))
    return {day: cases / workers for day, cases in year.log.by_day("allocation", queue=False).items()}


def mean(year: dict[date, float]) -> float:
    return float(np.mean([*year.values()]))


today = [cases_each(WORKERS, 0.0, seed) for seed in SEEDS]
moved = {fall: [cases_each(WORKERS - MOVED, fall, seed) for seed in SEEDS] for fall in FALLS}
print(f"Today each of {WORKERS} social workers has {np.mean([*map(mean, today)]):.1f} cases.")
for fall, years in moved.items():
    found = Difference.of("cases each", zip(map(mean, today), map(mean, years), strict=True))
    told = (
        ("more than today" if found.difference > 0 else "fewer than today") if found.is_clear else "no clear difference"
    )
    print(f"With {MOVED} in early help and {fall:.0%} fewer referrals: {found.second:.1f} each,", end=" ")
    print(f"{found.difference:+.1f} (95 % interval {found.low:+.1f} to {found.high:+.1f}): {told}.")

# where the line through the caseloads of a seed meets that seed's caseload today
even = [float(np.interp(-mean(now), [-mean(moved[fall][n]) for fall in FALLS], FALLS)) for n, now in enumerate(today)]
needed = Difference.of("fall", ((0.0, fall) for fall in even))
print(f"It pays for itself in caseload if referrals fall by about {needed.difference:.0%} ", end="")
print(f"(95 % interval {max(needed.low, 0):.0%} to {needed.high:.0%}) or more.")

beside(
    *({"each social worker": year} for year in (today[0], moved[FALLS[1]][0])),
    names=("Today", f"{MOVED} in early help, {FALLS[1]:.0%} fewer referrals"), what="cases",
    title="Does early help pay for itself in caseload?",
).save(FOLDER / "early-help.svg", force=True)  # fmt: skip
