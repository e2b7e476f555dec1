"""The simulation against what it cannot do without: ratios in one run.

    python bench/simulation.py              a million journeys, a year of a county with queues
    python bench/simulation.py --england    a year of England written as Parquet, too

Journeys are drawn against NumPy drawing as many random delays. An authority with queues is run against an empty SimPy
model of the same shape: as many processes, turns at a resource and times that pass, and nothing else. Medians of three,
alternating, of the processor. A run that exceeds a limit exits with 1.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import simpy

sys.path.insert(0, str(Path(__file__).parent))
from childprotect.simulation import NEWLY_QUALIFIED, QUALIFIED, Population, Staffing, Team, live, work
from childprotect.simulation.drawing import Chance, draw
from childprotect.simulation.england import pathway
from childprotect.tables.days import number
from run import Limits

RUNS = 3
FIRST = date(2023, 4, 1)
COUNTY = Population(referrals=1500)
STAFF = Staffing(
    teams=tuple(Team(name=f"Team {n}", workers=((QUALIFIED, 8), (NEWLY_QUALIFIED, 2))) for n in range(1, 4))
)


class Counted(simpy.Environment):
    """Counts what happens in a simulation."""

    happened = 0

    def step(self) -> None:
        """One event more."""
        self.happened += 1
        super().step()


def timed(*ways: Callable[[], object]) -> list[float]:
    """The median time of each way, all in turn."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(RUNS):
        for way, taken in zip(ways, times, strict=True):
            begin = time.process_time()
            way()
            taken.append(time.process_time() - begin)
    return [statistics.median(taken) for taken in times]


def journeys(limits: Limits, n: int) -> None:
    """Many episodes drawn, against as many random numbers as there are events."""
    way = pathway(Population())
    starts = np.sort(np.random.default_rng(1).integers(number(date(2018, 4, 1)), number(date(2024, 4, 1)), n))
    events = len(draw(way, starts.astype(np.int32), Chance(np.random.default_rng(2))).day)

    def delays() -> None:
        np.random.default_rng(3).gamma(2.0, 5.0, events)

    drawn, bare = timed(lambda: draw(way, starts.astype(np.int32), Chance(np.random.default_rng(2))), delays)
    print(f"{n:,} journeys, {events:,} events: {drawn:.2f} s; as many random delays: {bare:.2f} s")
    limits.show("journeys drawn, against random delays", drawn / bare, 20, "times")


def queues(limits: Limits) -> None:
    """A county with queues, against an empty model of the same shape."""
    patched = simpy.Environment
    counted: list[Counted] = []

    def counting() -> Counted:
        counted.append(Counted())
        return counted[-1]

    simpy.Environment = counting  # type: ignore[misc, assignment]
    try:
        work(COUNTY, STAFF, np.random.default_rng(1), first=FIRST)
    finally:
        simpy.Environment = patched  # type: ignore[misc]
    happened = counted[0].happened

    def empty() -> None:
        # six events: a process begins, time passes, it has its turn, works, gives it back, and ends
        env = simpy.Environment()
        desks = [simpy.PriorityResource(env, 1) for _ in range(STAFF.teams[0].size * len(STAFF.teams))]

        def turn(n: int) -> object:
            yield env.timeout(n % 700)
            with desks[n % len(desks)].request(priority=1) as mine:
                yield mine
                yield env.timeout(0.001)

        for n in range(happened // 6):
            env.process(turn(n))  # type: ignore[arg-type]
        env.run()

    ours, bare = timed(lambda: work(COUNTY, STAFF, np.random.default_rng(1), first=FIRST), empty)
    print(f"three years of a county, {happened:,} events of SimPy: {ours:.2f} s; an empty model: {bare:.2f} s")
    limits.show("with queues, against an empty model", ours / bare, 2, "times")


def county(limits: Limits) -> None:
    """A year of a county the size of Herefordshire, without queues."""
    (taken,) = timed(lambda: live(COUNTY, np.random.default_rng(1), first=FIRST).table())
    limits.show("a year of a county", taken, 1, "s")


def england(limits: Limits) -> None:
    """A year of England, written as Parquet."""
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        year = live(Population(), np.random.default_rng(1), first=FIRST)
        year.write(Path(folder) / "england.parquet")
    taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{len(year):,} events of {year.children:,} children: {taken:.1f} s, {peak:.1f} GiB")
    limits.show("a year of England", taken, 60, "s")
    limits.show("memory for it", peak, 4, "GiB")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--journeys", type=int, default=1_000_000)
    parser.add_argument("--england", action="store_true")
    options = parser.parse_args()
    limits = Limits()
    county(limits)
    journeys(limits, options.journeys)
    queues(limits)
    if options.england:
        england(limits)
    sys.exit(int(limits.failed))


if __name__ == "__main__":
    main()
