"""The check of tables over a population, against the same five clocks by hand: ratios in one run.

    python bench/nation.py                       a million children
    python bench/nation.py --children 7000000    every child in England for ten years, 101 million events

Each way runs in a process of its own, three times, alternating; medians are printed, of the clock on the wall and of
the processors. Both must say of every child and clock the same, and as often as that was planted. What rows may say
besides (whose case it is, a date, some words) must not change what is found, and not slow it down by more than a limit.
The whole is also checked of a quarter of the children, to see that the time grows with their number and no faster. A
run that exceeds a limit exits with 1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))
import make_population

_HERE = Path(__file__).parent
AS_AT = str(make_population.AS_AT)
RUNS = 3
Show = Callable[[str, float, float, str], None]
"""Prints a measure with its limit, and its unit."""
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
_STATUSES = """
import sys
from datetime import date
from five_clocks_polars import statuses
statuses(sys.argv[1], date.fromisoformat(sys.argv[2])).sink_parquet(sys.argv[3])
"""
_LAVISH = """
import sys
import polars as pl
row = pl.int_range(pl.len())
pl.scan_parquet(sys.argv[1]).with_columns(
    ("w" + (row // 14 % 5000).cast(pl.String)).alias("worker"),
    pl.col("at").dt.offset_by("30d").alias("due"),
    ("what is to be done, " + row.cast(pl.String)).alias("action"),
).collect().write_parquet(sys.argv[2])
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


def _agree(runs: dict[str, list[Ran]], planted: dict[str, dict[str, int]]) -> None:
    """Everybody finds what was planted, as often."""
    for way in ("by hand", "five clocks"):
        for run in runs[way]:
            found = {rule: {s: row[s] for s in make_population.PLANTED} for rule, row in json.loads(run.said).items()}
            if found != planted:
                raise SystemExit(f"{way}: {found} where {planted} were planted")


def _agree_on_each(by_hand: str, findings: str) -> None:
    """Both say the same of every child and clock."""
    for rule in make_population.CLOCKS:
        status = pl.col(rule).replace_strict(range(4), make_population.PLANTED, return_dtype=pl.String)
        hand = pl.scan_parquet(by_hand).filter(pl.col(rule).is_not_null()).select("child", status.alias("status"))
        ours = pl.scan_parquet(findings).filter(pl.col("rule") == rule).select("child", "status")
        one, other = (frame.cast(pl.String).sort("child").collect() for frame in (hand, ours))
        if not one.equals(other):
            raise SystemExit(f"{rule}: the two ways do not say the same of every child")


def _lavish(show: Show, folder: str, children: int) -> None:
    """The whole rulebook over a table of which every row says something else, against the same without that."""
    paths = [str(Path(folder) / name) for name in ("plain.parquet", "lavish.parquet")]
    make_population.write(Path(paths[0]), min(children, 200_000))
    ran(_LAVISH, *paths)
    outs = [str(Path(folder) / name) for name in ("findings.parquet", "odd.parquet")]
    runs: list[list[Ran]] = [[], []]
    for _ in range(RUNS):
        for path, some in zip(paths, runs, strict=True):
            some.append(ran(_ALL, path, AS_AT, *outs))
    if json.loads(runs[0][0].said)["findings"] != json.loads(runs[1][0].said)["findings"]:
        raise SystemExit("what nobody asks for changes what is found")
    plain, lavish = (median(some, "cpu") for some in runs)
    print(f"  a worker, a date and a text in each row: {lavish:.2f} s of the processors, and {plain:.2f} s without")
    show("each row says something else, against the same without", lavish / plain, 3, "times")
    show("its memory, against that", median(runs[1], "memory") / median(runs[0], "memory"), 3, "times")


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
            runs["all, a quarter"].append(ran(_ALL, quarter, AS_AT, str(Path(folder) / "other.parquet"), odd))
        _agree(runs, planted)
        by_hand = str(Path(folder) / "by_hand.parquet")
        ran(_STATUSES, path, AS_AT, by_hand)
        _agree_on_each(by_hand, out)
        told = json.loads(runs["all"][0].said)
        size = Path(path).stat().st_size / 1e6
        print(
            f"{asked.children} children, {told['rows']} events, {size:.0f} MB of Parquet, {told['findings']} findings"
        )
        for way, some in runs.items():
            wall, cpu, memory = (median(some, what) for what in ("wall", "cpu", "memory"))
            print(f"  {way:<14} {wall:7.2f} s on the wall, {cpu:7.2f} s of the processors, {memory:5.2f} GiB")
        five, hand = median(runs["five clocks"], "wall"), median(runs["by hand"], "wall")
        # not kept yet: docs/speed.md says why
        show("five clocks, against the same by hand in Polars", five / hand, 1.5, "times")
        larger, smaller = (median(runs[way], "cpu") for way in ("all", "all, a quarter"))
        show("four times the children, in seconds of the processors", larger / smaller, 4.6, "times")
        nation = median(runs["all"], "wall") * 7_000_000 / asked.children
        show("the whole rulebook with order, for 7 million children", nation, 60, "s")
        show("its memory", median(runs["all"], "memory"), 8, "GiB")
        _lavish(show, folder, asked.children)
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
