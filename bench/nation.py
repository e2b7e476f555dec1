"""The check of tables over a population, against the same five clocks by hand: ratios in one run.

    python bench/nation.py                       a million children
    python bench/nation.py --children 7000000    every child in England for ten years, 98 million events

Each way runs in a process of its own, three times, alternating; medians are printed, of the clock on the wall and of
the processors. All must find the breaches that were planted, no more and no fewer. The whole is also checked of a
quarter of the children, to see that the time grows with their number and no faster. A run that exceeds a limit exits
with 1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))
import make_population

_HERE = Path(__file__).parent
AS_AT = "2025-03-31"
RUNS = 3
_BY_HAND = """
import json, sys
from datetime import date
from five_clocks_polars import counts
print(json.dumps(counts(sys.argv[1], date.fromisoformat(sys.argv[2]))))
"""
_FIVE = """
import json, sys
from datetime import date
from make_population import CLOCKS
from childprotect import tables
from childprotect.rulebooks import england
book = england.rulebook - [rule for rule in england.rulebook if rule not in CLOCKS]
found = tables.check(sys.argv[1], book, as_at=date.fromisoformat(sys.argv[2])).by("rule")
print(json.dumps({row["rule"]: row for row in found.to_dicts()}))
"""
_ALL = """
import json, sys
from datetime import date
from childprotect import tables
from childprotect.rulebooks import england
findings = tables.check(sys.argv[1], england.rulebook, as_at=date.fromisoformat(sys.argv[2]))
rows = findings.write(sys.argv[3], irregular=sys.argv[4], force=True)
print(json.dumps({"findings": rows, "rows": findings.account.rows, "rejected": findings.account.rejected}))
"""
_DECODED = """
import sys
import pyarrow.parquet as parquet
with parquet.ParquetFile(sys.argv[1], read_dictionary=["event"]) as file:
    print(sum(batch.num_rows for batch in file.iter_batches(1 << 18)))
"""


@frozen
class Ran:
    """One process: seconds on the wall and of the processors, its most memory in GiB, and what it printed."""

    wall: float
    cpu: float
    memory: float
    said: str


def ran(code: str, *arguments: str, python: str = sys.executable) -> Ran:
    """Run code in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_HERE), os.environ.get("PYTHONPATH", "")])}
    begin = time.perf_counter()
    process = subprocess.Popen([python, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None, "its output was asked for"
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"it exited with {process.returncode}")
    return Ran(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, said)


def median(runs: list[Ran], what: str) -> float:
    """The median of the runs."""
    return float(statistics.median(getattr(run, what) for run in runs))


def _agree(runs: dict[str, list[Ran]], planted: dict[str, int]) -> None:
    """Everybody finds the breaches that were planted."""
    for way in ("by hand", "five clocks"):
        for run in runs[way]:
            found = {rule: row["late"] + row["overdue"] for rule, row in json.loads(run.said).items()}
            if found != planted:
                raise SystemExit(f"{way}: {found} where {planted} were planted")


def main() -> None:
    """Run everything and print the ratios."""
    parser = argparse.ArgumentParser(description="The check of tables over a population.")
    parser.add_argument("--children", type=int, default=1_000_000)
    parser.add_argument("--folder", help="Where the files go: some gigabytes for seven million children.")
    asked = parser.parse_args()
    failed = False

    def show(what: str, value: float, limit: float, unit: str) -> None:
        nonlocal failed
        failed = failed or value > limit
        print(f"  {what:<62} {value:>8.2f} {unit:<6} {'ok' if value <= limit else 'ABOVE'}, limit {limit:g}")

    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        path = str(Path(folder) / "events.parquet")
        out, odd = str(Path(folder) / "findings.parquet"), str(Path(folder) / "odd.parquet")
        planted = make_population.write(Path(path), asked.children)
        quarter = str(Path(folder) / "quarter.parquet")
        make_population.write(Path(quarter), asked.children // 4)
        ways = {"decoded": _DECODED, "by hand": _BY_HAND, "five clocks": _FIVE, "all": _ALL}
        runs: dict[str, list[Ran]] = {way: [] for way in (*ways, "all, a quarter")}
        for _ in range(RUNS):
            for way, code in ways.items():
                runs[way].append(ran(code, path, AS_AT, out, odd))
            runs["all, a quarter"].append(ran(_ALL, quarter, AS_AT, out, odd))
        _agree(runs, planted)
        told = json.loads(runs["all"][0].said)
        size = Path(path).stat().st_size / 1e6
        print(
            f"{asked.children} children, {told['rows']} events, {size:.0f} MB of Parquet, {told['findings']} findings"
        )
        for way, some in runs.items():
            wall, cpu, memory = (median(some, what) for what in ("wall", "cpu", "memory"))
            print(f"  {way:<14} {wall:7.2f} s on the wall, {cpu:7.2f} s of the processors, {memory:5.2f} GiB")
        five, hand = median(runs["five clocks"], "wall"), median(runs["by hand"], "wall")
        show("five clocks, against the same by hand in Polars", five / hand, 1.5, "times")
        larger, smaller = (median(runs[way], "cpu") for way in ("all", "all, a quarter"))
        show("four times the children, in seconds of the processors", larger / smaller, 4.6, "times")
        nation = median(runs["all"], "wall") * 7_000_000 / asked.children
        show("the whole rulebook with order, for 7 million children", nation, 60, "s")
        show("its memory", median(runs["all"], "memory"), 8, "GiB")
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
