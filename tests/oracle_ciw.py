"""Compare waiting times with those of Ciw, on a model that both can express.

`make oracle` runs it, in an environment of its own: Ciw brings a package called `tests`, which would hide ours.
Referrals come at random and a manager takes always as long to decide, so that it is M/D/c, with five in six of the
managers' time taken. Exits with 1 if mean waits or the share of those who wait are further apart than two runs of one
model are.
"""

import sys
from datetime import date

import ciw  # type: ignore[import-not-found]
import numpy as np

from childprotect.simulation import QUALIFIED, Population, Staffing, Team, Work, work

CASES = ((2, 0.1, 4000.0), (5, 0.3, 3300.0))
"""Managers, the days that a decision takes, and referrals in a year."""
YEARS = 4
MEAN, SHARE = 0.12, 0.03
"""How far mean waits may be apart, for one; and the shares of those who wait."""


def ours(managers: int, days: float, per_year: float) -> tuple[np.ndarray, float, float]:
    """The waits in an authority where managers decide on referrals, and nobody does anything else; rate and end."""
    population = Population(
        referrals=per_year, families=(1.0,), no_further_action=1.0, moved_in=0.0, day_off=0.0, again=0.0, known=0.0
    )
    team = Team(workers=((QUALIFIED, 1),), managers=managers)
    staff = Staffing(teams=(team,), work={"referral-decided": Work(manager=days)}, supervision=0, leave=0, sickness=0)
    log = work(population, staff, np.random.default_rng(1), first=date(2023, 4, 1), years=YEARS).log
    gate, end = log.gates["manager"], float(len(log.days))
    return gate.waits(), len(gate) / end, end


def theirs(managers: int, days: float, rate: float, end: float) -> np.ndarray:
    """The waits in Ciw."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Deterministic(days)],
        number_of_servers=[managers],
    )
    ciw.seed(3)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(end)
    return np.array([record.waiting_time for record in simulation.get_all_records()])


def main() -> int:
    """Print what was compared; 1 if it differs."""
    differ = 0
    for managers, days, per_year in CASES:
        here, rate, end = ours(managers, days, per_year)
        there = theirs(managers, days, rate, end)
        print(
            f"{managers} managers, {days} days: {len(here):,} waits of {here.mean():.4f} days, "
            f"{(here > 0).mean():.1%} wait; Ciw {ciw.__version__}: {len(there):,} of {there.mean():.4f} days, "
            f"{(there > 0).mean():.1%}"
        )
        apart = abs(here.mean() / there.mean() - 1) > MEAN or abs((here > 0).mean() - (there > 0).mean()) > SHARE
        differ |= apart or min(len(here), len(there)) < 10_000
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
