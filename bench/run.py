"""Speed and memory, as ratios in one run: these figures can be compared between machines, seconds cannot.

Each command runs in a process of its own, three times, alternating with the bare parse of the same file; medians are
printed. Times are of the processor, start of Python included, so that what else the machine does counts as little as
can be. The limits are those of the project: a run that exceeds one exits with 1.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import make_census
import make_events

_BARE = """
import sys
from xml.etree.ElementTree import iterparse
for _, element in iterparse(sys.argv[1]):
    if element.tag == "Child":
        element.clear()
"""
_CHECK = "import sys; from childprotect.cli import main; sys.argv = ['childprotect', *sys.argv[1:]]; main()"
_TIMED = """
import gc, json, sys, time
import csv, ijson, pyarrow.parquet as parquet
from collections import Counter
from datetime import date
from pathlib import Path
from childprotect.records import read
from childprotect.rulebooks import england
from childprotect.tables import check, scan
from childprotect.tables.shapes import Shapes
from childprotect.records.keeping import PLAIN_LAYOUT
from childprotect.records.rows import CsvTable
from childprotect.records.texts import open_text
path, how = sys.argv[1:]
def csv_rows():
    for part in sorted(Path(path).iterdir()) if Path(path).is_dir() else [path]:
        with open(part, encoding="utf-8", newline="") as file:
            sum(1 for _ in csv.reader(file))
def csv_cells():
    _, text, encoding = open_text(path)
    with text:
        return sum(1 for _ in CsvTable.begun(path, text, PLAIN_LAYOUT, encoding, Counter()).rows())
def columns():
    with parquet.ParquetFile(path) as file:
        return sum(batch.num_rows for batch in file.iter_batches(1 << 17))
def json_events():
    with open(path, "rb") as file:
        return sum(1 for _ in ijson.basic_parse(file, use_float=True))
def json_values():
    with open(path, "rb") as file:
        return len(json.load(file))
def chronologies():
    return sum(len(story) for story in read(path))
def batches():  # ready to be checked, every row accounted for
    events, shapes = scan(path), Shapes()
    taken = (events.gather(piece, shapes, date.max, None) for piece in events.pieces())
    return sum(batch.rows for one in taken for batch in one.batches)
def checked():
    return sum(map(len, check(path, england.rulebook, as_at=date(2024, 6, 30)).batches()))
run = {
    "csv-rows": csv_rows,
    "csv-cells": csv_cells,
    "columns": columns,
    "json-events": json_events,
    "json-values": json_values,
    "chronologies": chronologies,
    "batches": batches,
    "checked": checked,
}[how]
run()
gc.collect()
start = time.process_time()
run()
print(time.process_time() - start)
"""
_EXPLAINED = """
import gc, sys, time
from datetime import date
import naive_loop
from make_population import CLOCKS
from childprotect import check
from childprotect.records import read
from childprotect.rulebooks import england
as_at = date(2025, 3, 31)
children, stories = list(read(sys.argv[1])), naive_loop.stories(sys.argv[1])
books = england.rulebook - [rule for rule in england.rulebook if rule not in CLOCKS], england.rulebook
def explained(book):
    for child in children:
        check(child, book, as_at=as_at)
def seconds(run, *what):
    gc.collect()
    start = time.process_time()
    run(*what)
    return time.process_time() - start
for _ in range(int(sys.argv[2])):
    print(seconds(naive_loop.counts, stories, as_at), *(seconds(explained, book) for book in books))
"""
_READ = "import sys; from childprotect.records import read; print(sum(1 for _ in read(sys.argv[1])))"
RUNS = 3


def measured(code: str, *arguments: str) -> tuple[float, float]:
    """Processor seconds, and peak memory in MiB, of a Python process of its own."""
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} exited with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def timed(path: Path, how: str) -> float:
    """Processor seconds of one way to read a file, the second time, in a process of its own: without imports."""
    command = [sys.executable, "-c", _TIMED, str(path), how]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Limits:
    """Figures with their limits."""

    def __init__(self) -> None:
        self.failed = False

    def show(self, what: str, value: float, limit: float, unit: str) -> None:
        """Print a figure and whether it keeps its limit."""
        kept = value <= limit
        self.failed = self.failed or not kept
        print(f"  {what:<58} {value:>8.2f} {unit:<6} {'ok' if kept else 'ABOVE'}, limit {limit:g}")


def made(module: str, writer: str, path: Path, n: int) -> None:
    """Write what is to be read, in a process of its own: what this one holds counts for all that it starts."""
    code = f"import sys, {module}; from pathlib import Path; {module}.{writer}(Path(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(path), str(n)], check=True, cwd=Path(__file__).parent)


def medians(ways: list[tuple[Path, str]]) -> list[float]:
    """Processor seconds of ways to read, one after the other, and again."""
    runs = [[timed(path, how) for path, how in ways] for _ in range(RUNS)]
    return [statistics.median(times) for times in zip(*runs, strict=True)]


def growth(
    limits: Limits, what: str, each: str, path: Path, write: Callable[[Path, int], None], sizes: tuple[int, int]
) -> None:
    """What grows from one size to a larger one: the time that each takes, and the memory that all take."""
    peaks, times = [], []
    for n in sizes:
        write(path, n)
        seconds, peak = measured(_READ, str(path))
        peaks.append(peak)
        times.append(seconds / n)
    limits.show(f"{what}time {each}, {sizes[1]} against {sizes[0]}", times[1] / times[0], 1.25, "times")
    limits.show(f"{what}peak memory, {sizes[1]} against {sizes[0]}", peaks[1] / peaks[0], 1.25, "times")
    print(f"  (peak memory {peaks[1]:.0f} MiB)")
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def census(limits: Limits, folder: Path, sizes: tuple[int, int]) -> None:
    """The check of a census against a bare parse of it, and how it grows."""
    times: dict[int, float] = {}
    memory: dict[int, float] = {}
    for n in sizes:
        path = folder / f"census-{n}.xml"
        make_census.write(path, n)
        pairs = [
            (measured(_BARE, str(path)), measured(_CHECK, "check", str(path), "--format", "csv")) for _ in range(RUNS)
        ]
        reading = statistics.median(measured(_READ, str(path))[0] / bare[0] for bare, _ in pairs)
        ratio = statistics.median(check[0] / bare[0] for bare, check in pairs)
        times[n] = statistics.median(check[0] for _, check in pairs)
        memory[n] = max(check[1] for _, check in pairs)
        size = path.stat().st_size / 1e6
        print(
            f"{n} full census records, {size:.0f} MB: bare iterparse {statistics.median(b[0] for b, _ in pairs):.2f} s"
        )
        limits.show("read, against bare iterparse", reading, 8, "times")
        limits.show("read, checked, written as CSV, against bare iterparse", ratio, 20, "times")
        path.unlink()
    small, large = sizes
    limits.show(f"time a child, {large} against {small}", times[large] / large / (times[small] / small), 1.25, "times")
    limits.show(f"peak memory, {large} against {small}", memory[large] / memory[small], 1.25, "times")
    print(f"  (peak memory {memory[large]:.0f} MiB)")


def million(limits: Limits, folder: Path, n: int) -> None:
    """The memory that reading a census takes, beside that of one with 10,000 children: what each child costs."""
    memory: dict[int, float] = {}
    for size in (10_000, n):
        path = folder / f"small-{size}.xml"
        make_census.write(path, size, small=True)
        seconds, memory[size] = measured(_READ, str(path))
        print(f"{size} small census records, {path.stat().st_size / 1e6:.0f} MB: read in {seconds:.1f} s")
        print(f"  (peak memory {memory[size]:.1f} MiB)")
        path.unlink()
    limits.show("memory for every further child", (memory[n] - memory[10_000]) * 2**20 / (n - 10_000), 16, "bytes")


def event_tables(limits: Limits, folder: Path, rows: int, sizes: tuple[int, int]) -> None:
    """The same events as CSV and as Parquet, and what grows with the length of a table."""
    table, columns = folder / "events.csv", folder / "events.parquet"
    make_events.write_csv(table, rows)
    made("make_events", "write_parquet", columns, rows)
    ways = [(table, how) for how in ("csv-rows", "csv-cells", "chronologies")]
    ways += [(columns, how) for how in ("columns", "chronologies", "batches")]
    bare, cells, read, decoded, shared, taken = medians(ways)
    print(f"{rows} events, {table.stat().st_size / 1e6:.0f} MB of CSV: bare csv.reader {bare:.2f} s")
    limits.show("CSV to chronologies, against bare csv.reader", read / bare, 18, "times")
    limits.show("Parquet decoded to columns, against CSV to rows of cells", decoded / cells, 0.3, "times")
    limits.show("Parquet to chronologies, against CSV to chronologies", shared / read, 0.75, "times")
    limits.show("Parquet taken in to be checked, against CSV to chronologies", taken / read, 0.1, "times")
    print(f"  (Parquet to columns against bare csv.reader: {decoded / bare:.2f} times)")
    ways_in = (("CSV", read), ("Parquet", shared), ("Parquet taken in", taken))
    print(f"  (µs an event: {', '.join(f'{what} {seconds / rows * 1e6:.2f}' for what, seconds in ways_in)})")
    one_stray(limits, folder, sizes[0])
    spoilt = partial(make_events.write_csv, bad=sizes[0] // 2)  # one line in the middle of a million is no CSV
    for path, write in ((table, spoilt), (columns, partial(made, "make_events", "write_parquet"))):
        growth(limits, f"{path.suffix[1:]}: ", "an event", path, write, sizes)


def one_stray(limits: Limits, folder: Path, rows: int) -> None:
    """The check of a long table of which one row may be anybody's, against that of the same without."""
    clean, stray = folder / "clean.parquet", folder / "stray.parquet"
    made("make_events", "write_parquet", clean, rows)
    made("make_events", "write_with_stray", stray, rows)
    without, with_it = medians([(clean, "checked"), (stray, "checked")])
    print(f"{rows} events in Parquet, scanned and checked: {without:.2f} s; with one stray row {with_it:.2f} s")
    limits.show("checked with one stray row, against without", with_it / without, 2, "times")
    clean.unlink()
    stray.unlink()


def tables(limits: Limits, folder: Path, children: int, sizes: tuple[int, int]) -> None:
    """The Standard Safeguarding Dataset as a folder of CSV and of Parquet."""
    texts, columns = folder / "ssd-csv", folder / "ssd-parquet"
    ways = [(texts, partial(made, "make_ssd", "write_csv")), (columns, partial(made, "make_ssd", "write_parquet"))]
    for path, write in ways:
        write(path, children)
    bare, read, shared = medians([(texts, "csv-rows"), (texts, "chronologies"), (columns, "chronologies")])
    size = sum(file.stat().st_size for file in texts.iterdir()) / 1e6
    print(f"tables of {children} children, {size:.1f} MB of CSV: bare csv.reader {bare:.2f} s")
    limits.show("tables in CSV to chronologies, against bare csv.reader", read / bare, 50, "times")
    limits.show("tables in Parquet to chronologies, against those in CSV", shared / read, 1.1, "times")
    for path, write in ways:
        growth(limits, f"{path.name}: ", "a child", path, write, sizes)


def payloads(limits: Limits, folder: Path, children: int, sizes: tuple[int, int]) -> None:
    """A payload of the daily API against bare parses of it, and how it grows."""
    path = folder / "payload.json"
    write = partial(made, "make_payload", "write")
    write(path, children)
    bare, values, read = medians([(path, how) for how in ("json-events", "json-values", "chronologies")])
    size = path.stat().st_size / 1e6
    print(
        f"payload of {children} children, {size:.1f} MB: bare ijson {bare:.2f} s, all at once with json {values:.2f} s"
    )
    limits.show("payload to chronologies, against bare ijson", read / bare, 30, "times")
    growth(limits, "payload: ", "a child", path, write, sizes)


def explained(limits: Limits, folder: Path, children: int) -> None:
    """The explained check of one child after the other, against a plain loop that says a status and no more."""
    path = folder / "population.parquet"
    made("make_population", "write", path, children)
    command = [sys.executable, "-c", _EXPLAINED, str(path), str(2 * RUNS + 1)]
    sources = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": sources}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    runs = [[float(seconds) for seconds in line.split()] for line in said.splitlines()]
    naive, five, whole = (statistics.median(times) / children * 1e6 for times in zip(*runs, strict=True))
    print(f"{children} children of a population: plain loop {naive:.1f} µs a child, explained check {five:.1f} µs")
    limits.show("five clocks explained, against a plain loop", five / naive, 7, "times")
    limits.show(f"the whole rulebook explained ({whole:.0f} µs a child), against five clocks", whole / five, 3, "times")


def start_up(limits: Limits) -> None:
    """The cost of `import childprotect`, over that of starting Python."""
    bare = statistics.median(measured("pass")[0] for _ in range(9))
    loaded = statistics.median(measured("import childprotect")[0] for _ in range(9))
    limits.show("import childprotect", (loaded - bare) * 1000, 80, "ms")


def due_dates(limits: Limits) -> None:
    """One due date, and the same by the usual ways."""
    from childprotect.periods import months, working_days

    start, n = date(2024, 3, 22), 100_000
    for period in (working_days(15), months(3)):
        seconds = min(timeit.repeat(lambda p=period: p.due(start), number=n, repeat=5))  # type: ignore[misc]
        limits.show(f"a due date, {period}", seconds / n * 1e6, 2, "µs")


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, nargs=2, default=(10_000, 100_000), help="two sizes of census")
    parser.add_argument(
        "--million",
        type=int,
        nargs="?",
        const=1_000_000,
        metavar="N",
        help="only the memory of a million children, or N",
    )
    parser.add_argument("--rows", type=int, nargs=2, default=(1_000_000, 3_000_000), help="two sizes of event table")
    parser.add_argument(
        "--tables", type=int, nargs=2, default=(12_000, 48_000), help="two sizes of tables and payloads"
    )
    options = parser.parse_args()
    limits = Limits()
    if options.million:
        with tempfile.TemporaryDirectory() as folder:
            million(limits, Path(folder), options.million)
        sys.exit(int(limits.failed))
    start_up(limits)
    due_dates(limits)
    with tempfile.TemporaryDirectory() as folder:
        event_tables(limits, Path(folder), 200_000, tuple(options.rows))
        tables(limits, Path(folder), 5000, tuple(options.tables))
        payloads(limits, Path(folder), 5000, tuple(options.tables))
        explained(limits, Path(folder), 4000)
        census(limits, Path(folder), tuple(options.children))
    sys.exit(int(limits.failed))


if __name__ == "__main__":
    main()
