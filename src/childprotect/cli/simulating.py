"""`childprotect simulate` and `compare`: scenarios let live, and what is told of them."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from childprotect.cli.screens import Page
from childprotect.errors import UnreadableInput, UnwritableOutput
from childprotect.measures import CELLS, Published, count
from childprotect.records.safely import refuse_existing, refuse_input
from childprotect.simulation import Log, Ran, Scenario, undecided
from childprotect.simulation import compare as compare_scenarios
from childprotect.simulation.outcomes import came, workers_lost
from childprotect.simulation.waiting import ALLOCATION, GATES
from childprotect.wording import counted, day_in_words

_NINE_IN_TEN = 0.9
_BESIDE = 5
"""As many years as stand beside one another."""


def simulate(path: str, *, years: int | None, seed: int, out: str | None, force: bool) -> None:
    """Let a scenario live, write its events if a file is named, and print what became of it.

    Raises `UnreadableInput`, `ProfileError`, `UnwritableOutput`; what was there before is whole then.
    """
    if seed < 0:
        raise UnreadableInput("--seed", "", f"{seed} is below 0", "a whole number from 0 on")
    if out is not None:
        if not out.casefold().endswith(".parquet"):
            raise UnwritableOutput(out, "its name says nothing of Parquet", "a name that ends in .parquet")
        refuse_existing(out, force=force)
        refuse_input(out, path)
    elif force:
        raise UnreadableInput("--force", "", "no file is written", "--out with the path of a file")
    scenario = _ready(path)
    if years is not None:
        scenario = scenario.lasting(years)
    with _bar(f"simulating {path}") as told:
        ran = Ran(scenario.run(seed, told))
    if out is not None:
        ran.lived.write(out, force=force)
    page = Page()
    _summary(page, scenario, ran, seed)
    if out is not None:
        page.print(f"wrote {out}: {counted(len(ran.lived), 'events')}")


def compare(a: str, b: str, *, seeds: int) -> None:
    """Let two scenarios live from the same seeds, and print how their figures differ. Raises as `simulate`."""
    if seeds < 2:
        raise UnreadableInput("--seeds", "", f"{seeds} tell of no interval", "2 or more")
    first, second = _ready(a), _ready(b)
    with _bar("comparing") as told:
        found = compare_scenarios(first, second, seeds, told=told)
    Page().print(str(found), soft_wrap=True)


def _ready(path: str) -> Scenario:
    """A scenario, calibrated where that is asked for."""
    scenario = Scenario.load(path)
    if scenario.row is not None:
        with _bar(f"calibrating {path}") as told:
            scenario.calibrated(told)  # and remembered
    return scenario


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error that follows how many parts are done of how many, where somebody looks."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    looked_at = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not looked_at) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _summary(page: Page, scenario: Scenario, ran: Ran, seed: int) -> None:
    lived = ran.lived
    page.print(f"{scenario.name}: {day_in_words(lived.first)} to {day_in_words(lived.last)}, seed {seed}")
    page.print(
        f"  {counted(lived.children, 'children', 'child')} and {counted(len(lived), 'events')}, with those before"
    )
    if scenario.row is not None and scenario.row.missing:
        page.print(Padding(Text(_missing(scenario.row), "dim"), (0, 0, 0, 2), expand=False))
        if rest := ", ".join(name.replace("_", "-") for name in undecided(scenario.row)):
            told = f"so these rest on figures of England, in whole or in part: {rest}"
            page.print(Padding(Text(told, "dim"), (0, 0, 0, 2), expand=False))
    for n in range(0, len(ran.years), _BESIDE):
        some = ran.years[n : n + _BESIDE]
        of = f"year to 31 March {some[0]}" if len(some) == 1 else f"years to 31 March {some[0]} to {some[-1]}"
        page.print(f"\nAs published, for the {of}:")
        page.print(_published([count(ran.table, year) for year in some]))
    if not ran.years:
        page.print("\nNo table as published: no year from 1 April to 31 March lies in these days.")
    if ran.log is not None:
        page.print("\nWho waited, in working days:")
        page.print(_waited(ran.log))
        page.print(f"\n{counted(workers_lost(ran), 'changes', 'change')} of a child's social worker, who had left.")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="right" if n else "left", no_wrap=True)
    return table


def _missing(row: Published) -> str:
    """Which figures are not published, and what stands for them."""
    derived = "referrals" in row.missing  # then as many as lead to the assessments that are published
    others = [name for name in row.missing if name != "referrals"]
    told = [f"not published for {row.area}, so as in England: {', '.join(others)}"] if others else []
    if derived:
        told.append(f"not published for {row.area}: referrals; there are as many as lead to its assessments")
    return "\n".join(told)


def _published(rows: Sequence[Published]) -> Table:
    """The figures of one year or of several, each with the share that a part is."""
    one = len(rows) == 1
    headings = ("number", "share") if one else tuple(str(year) for row in rows for year in (row.year, ""))
    table = _table("figure", *headings)
    for cell in CELLS:
        cells: list[str] = []
        for row in rows:
            part = row.share(cell.name)
            cells += (f"{row.numbers[cell.name]:.0f}", "" if part is None else f"{part:.1%}")
        table.add_row(cell.name, *cells)
    return table


def _waited(log: Log) -> Table:
    table = _table("gate", "came", "mean wait", "nine in ten within", "still waiting", "waiting at noon")
    for name in GATES:
        gate = came(log, name)
        waits = gate.waits()
        told = (f"{waits.mean():.2f}", f"{np.quantile(waits, _NINE_IN_TEN):.2f}") if len(waits) else ("", "")
        queue = [*log.by_day(name, queue=True).values()]
        table.add_row(name, str(len(gate)), *told, str(gate.waiting), f"{np.mean(queue):.1f}")
    held = [*log.by_day(ALLOCATION, queue=False).values()]
    table.caption = (
        "Who still waits on the last day is in no wait.\n"
        f"{np.mean(held):.0f} cases had a social worker at noon, on average."
    )
    table.caption_justify = "left"
    return table
