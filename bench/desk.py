"""The desk of an authority: from the file to the list of what is to be done, and to the report, as a user waits for it.

    python bench/desk.py                    20,000 children, open and closed, and twice as many

The children are invented: `live` lets an authority live for a year. Each is made by the command line in a process of
its own, start of Python included, the list three times and the report once; medians, in seconds of the processors: two
of them take less on the wall. The list is made as at the last day, and as at half a year later: as if nobody had
entered anything since, so that every open case is overdue. A run that exceeds a limit exits with 1.
"""

import argparse
import csv
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from childprotect.simulation import Population, live
from run import Limits, measured

RUNS = 3
REFERRALS = 0.79
"""Referrals in the last year for each child of whom something is known."""
FIRST = date(2023, 4, 1)
LAST, LATER = "2024-03-31", "2024-09-30"
_RUN = "import sys; from childprotect.cli import main; sys.argv[0] = 'childprotect'; main()"


def write(path: Path, children: int) -> tuple[int, int]:
    """The events of about so many children as Parquet: how many children and events there are."""
    lived = live(Population(referrals=round(children * REFERRALS)), np.random.default_rng(1), first=FIRST)
    lived.write(path)
    return lived.children, len(lived)


def due(path: Path, as_at: str) -> tuple[float, int]:
    """Processor seconds of a list, the median of several, and how many tasks are on it."""
    out = path.with_suffix(".due.csv")
    times = [measured(_RUN, "due", str(path), "--as-at", as_at, "--out", str(out), "--force")[0] for _ in range(RUNS)]
    with open(out, encoding="utf-8", newline="") as file:
        return statistics.median(times), sum(1 for _ in csv.DictReader(file))


def report(path: Path, as_at: str) -> float:
    """Processor seconds of a report as one page of HTML."""
    out = path.with_suffix(".html")
    return measured(_RUN, "report", str(path), "--as-at", as_at, "--out", str(out), "--force")[0]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--children", type=int, default=20_000)
    options = parser.parse_args()
    limits = Limits()
    with tempfile.TemporaryDirectory() as folder:
        each, reports = [], []
        for n in (options.children, 2 * options.children):
            path = Path(folder) / f"{n}.parquet"
            children, events = write(path, n)
            print(f"{children:,} children, {events:,} events")
            taken, tasks = due(path, LAST)
            each.append(taken / children)
            reported = report(path, LAST)
            reports.append(reported / children)
            if n == options.children:
                limits.show(f"the worklist from Parquet, {tasks:,} tasks", taken, 5, "s")
                taken, tasks = due(path, LATER)
                limits.show(f"half a year neglected, {tasks:,} tasks", taken, 5, "s")
                limits.show("the report", reported, 60, "s")
                table = path.with_suffix(".csv")
                pl.read_parquet(path).write_csv(table)
                taken, tasks = due(table, LAST)
                print(f"  the worklist from CSV, {tasks:,} tasks: {taken:.2f} s")
                table.unlink()
            path.unlink()
        limits.show("time for a child, of twice as many", each[1] / each[0], 1.25, "times")
        limits.show("the same of the report", reports[1] / reports[0], 1.25, "times")
    sys.exit(int(limits.failed))


if __name__ == "__main__":
    main()
