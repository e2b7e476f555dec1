"""What became of an authority that was let live, in figures: the published ones, what was late, and who waited.

A measure takes what a run led to and gives figures by name, each for a year on average. One of your own is a function
from a `Ran` to a mapping of names to numbers.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from childprotect import tables
from childprotect.measures import CELLS, count
from childprotect.periods import Period, Unit
from childprotect.rulebooks import england
from childprotect.simulation.living import Lived
from childprotect.simulation.waiting import ALLOCATION, GATES, Gate, Log
from childprotect.simulation.working import Worked
from childprotect.tables.days import elapsed
from childprotect.tables.measuring import shares

SHARE = "share/"
"""What the name of a published share begins with."""
_DAYS_A_YEAR = 365.25
_WORKING_DAY = Period(1, Unit.WORKING_DAYS)


@frozen(eq=False, slots=False)
class Ran:
    """What a run of a scenario led to, with its event table."""

    result: Lived | Worked

    @property
    def lived(self) -> Lived:
        """What happened to the children."""
        return self.result.lived if isinstance(self.result, Worked) else self.result

    @property
    def log(self) -> Log | None:
        """Where cases waited; None where nobody is busy."""
        return self.result.log if isinstance(self.result, Worked) else None

    @cached_property
    def table(self) -> Any:
        """All events, as one Arrow table."""
        return self.lived.table()

    @property
    def years(self) -> tuple[int, ...]:
        """The published years, each by the one in which it ends on 31 March, that lie in the simulated days."""
        first, last = self.lived.first, self.lived.last
        every = range(first.year, last.year + 1)
        return tuple(y for y in every if first <= date(y - 1, 4, 1) and date(y, 3, 31) <= last)


Measure = Callable[[Ran], Mapping[str, float]]
"""What gives figures of a run, by name. A figure that a run does not have is left out."""


def published(ran: Ran) -> dict[str, float]:
    """The figures of DfE's tables, of each published year on average; none where there is no such year.

    A part such as `referrals/again` is a number; `share/referrals/again` is its share of the whole, where there is one.
    """
    every = [count(ran.table, year).numbers for year in ran.years]
    found = {cell.name: float(np.mean([year[cell.name] for year in every])) for cell in CELLS} if every else {}
    parts = [(cell.name, cell.whole) for cell in CELLS if cell.whole is not None and found.get(cell.whole)]
    return found | {SHARE + name: found[name] / found[whole] for name, whole in parts}


def late(ran: Ran, since: date | None = None) -> dict[str, float]:
    """For each rule of the national rulebook, `late/referral-decision`: the share of its duties not kept in time.

    Of those that began on the day `since` or later, the first of the simulated years where none is given, and of which
    the time had come by the last day.
    """
    if not len(ran.lived):
        return {}
    counts = tables.check(ran.table, england.rulebook, as_at=ran.lived.last).by("rule", "started")
    began = pl.col("started") >= (since or ran.lived.first)
    within = counts.filter(began).group_by("rule").agg(pl.exclude("started").sum())
    told = shares(within, ["rule"]).filter(pl.col("decided") > 0).sort("rule")
    return {f"late/{row['rule']}": 1 - row["share"] for row in told.iter_rows(named=True)}


def waiting(ran: Ran) -> dict[str, float]:
    """For each gate `wait/manager`, the mean wait in working days of those who came in these years; `queue/manager`.

    Who still waits at the end is in the queue, and not in the mean wait. A queue is that at noon, on average.
    """
    if ran.log is None:
        return {}
    found: dict[str, float] = {}
    for name in GATES:
        waits = came(ran.log, name).waits()
        if len(waits):
            found[f"wait/{name}"] = float(waits.mean())
        found[f"queue/{name}"] = _mean(ran.log.by_day(name, queue=True))
    return found


def took(ran: Ran, rule: str, since: date | None = None) -> NDArray[np.int64]:
    """How many working days each duty of a rule of the national rulebook took, of those that were done.

    Of those that began on the day `since` or later, the first of the simulated years where none is given. What is not
    done by the last day is not here, however long it has waited; if it is overdue, `late` counts it. Raises
    `UnknownName` for a rule that is not there.
    """
    rule = england.rule(rule).id
    found = tables.check(ran.table, england.rulebook, as_at=ran.lived.last).lazy()
    began = pl.col("started") >= (since or ran.lived.first)
    mine = found.filter((pl.col("rule").cast(pl.String) == rule) & began & pl.col("done").is_not_null())
    days = mine.select(pl.col("started", "done").cast(pl.Int32)).collect()
    return elapsed(_WORKING_DAY, days["started"].to_numpy(), days["done"].to_numpy()).astype(np.int64)


def came(log: Log, gate: str, since: date | None = None) -> Gate:
    """Those who came to a gate on the day `since` or later: in the years that were asked for, where none is given."""
    every = log.gates[gate]
    these = every.asked >= (log.first if since is None else bisect_left(log.days, since))
    return Gate(every.asked[these], every.began[these], every.ended[these])


def staff(ran: Ran) -> dict[str, float]:
    """`caseload`, how many cases have a social worker at noon, and `changes-of-worker` in a year.

    A case is that of all children of a family who were referred together. A change is that of one child, whose worker
    has left.
    """
    if ran.log is None:
        return {}
    gone = workers_lost(ran)
    days = (ran.lived.last - ran.lived.first).days + 1
    caseload = _mean(ran.log.by_day(ALLOCATION, queue=False))
    return {"caseload": caseload, "changes-of-worker": gone * _DAYS_A_YEAR / days}


def workers_lost(ran: Ran) -> int:
    """How many children lost their social worker in these years, because that one left."""
    lost = pl.DataFrame(ran.table.select(["event", "at"])).filter(
        (pl.col("event").cast(pl.String) == "deallocated") & (pl.col("at") >= ran.lived.first)
    )
    return len(lost)


def _mean(by_day: Mapping[date, int]) -> float:
    return float(np.mean([*by_day.values()]))


MEASURES: tuple[Measure, ...] = (published, late, waiting, staff)
"""All measures there are."""


def figures(ran: Ran, measures: tuple[Measure, ...] = MEASURES) -> dict[str, float]:
    """What all measures say of a run."""
    return {name: float(figure) for measure in measures for name, figure in measure(ran).items()}
