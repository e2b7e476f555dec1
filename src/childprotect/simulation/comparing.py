"""Two scenarios side by side: each let live from the same seeds, and how their figures differ, with intervals."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import asdict, field, frozen

from childprotect.errors import DefinitionError, UnknownName
from childprotect.simulation.drawing import Told
from childprotect.simulation.outcomes import MEASURES, SHARE, Measure, Ran, figures
from childprotect.simulation.scenarios import Scenario
from childprotect.vocabulary import nearest

LEVEL = 0.95
_HALVINGS = 60
_ROUNDED = 1e-12


@frozen
class Difference:
    """One figure of two scenarios: the mean of each, and by how much the second is more, with a 95 % interval.

    `pairs` is of how many seeds: those from which both scenarios have the figure.
    """

    name: str
    pairs: int
    first: float
    second: float
    difference: float
    low: float
    high: float

    @classmethod
    def of(cls, name: str, pairs: Iterable[tuple[float, float]]) -> "Difference":
        """The difference of a figure of your own, from two pairs or more: of each seed, what both scenarios have.

        The interval is Student's for the mean of the paired differences. Raises `DefinitionError` for fewer than two.
        """
        every = np.array([*pairs], np.float64).reshape(-1, 2)
        n = len(every)
        if n < 2:
            raise DefinitionError("a difference", [f"{n} pairs; expected 2 or more, or no interval can be told"])
        first, second = every.T
        # what differs only in how it was rounded does not differ
        differences = np.where(np.isclose(first, second, rtol=_ROUNDED, atol=_ROUNDED), 0.0, second - first)
        mean = float(differences.mean())
        half = student(n - 1) * float(differences.std(ddof=1)) / math.sqrt(n)
        return cls(name, n, float(first.mean()), float(second.mean()), mean, mean - half, mean + half)

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that there is no difference; of twenty that do by chance one does."""
        return not self.low <= 0 <= self.high


@frozen
class Comparison:
    """How two scenarios differ: every figure that both have, in the order of the measures."""

    names: tuple[str, str]
    seeds: tuple[int, ...]
    figures: tuple[Difference, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Difference:
        for figure in self.figures:
            if figure.name == name:
                return figure
        names = [figure.name for figure in self.figures]
        raise UnknownName("figure", name, nearest(name, names), "a figure that both scenarios have")

    def __str__(self) -> str:
        """Every figure in a line, with its unit; of a part that has a share, the share and not the number."""
        names = {one.name for one in self.figures}
        rows = [("figure", "A", "B", "B - A", "95 % interval")]
        rows += [_row(one) for one in self.figures if SHARE + one.name not in names]
        widths = [max(len(row[n]) for row in rows) for n in range(4)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:4], widths[1:], strict=True))])
            + f"  {row[4]}"
            for row in rows
        ]
        head = [f"A: {self.names[0]}", f"B: {self.names[1]}", f"means over {len(self.seeds)} seeds, a year", ""]
        foot = [
            "* leaves out 0; by chance alone one in twenty does",
            "Shares are in %, and differ by percentage points. Who still waits on the last day is in no wait.",
        ]
        return "\n".join([*head, *lines, "", *foot])

    def to_frame(self) -> Any:
        """The figures as a Polars frame: the columns are the fields of a `Difference`."""
        types = {"name": pl.String, "pairs": pl.Int64}
        columns = dict.fromkeys(("first", "second", "difference", "low", "high"), pl.Float64)
        return pl.DataFrame([asdict(one) for one in self.figures], schema={**types, **columns})


def compare(
    a: Scenario,
    b: Scenario,
    seeds: int = 20,
    measures: Sequence[Measure] = MEASURES,
    *,
    told: Told | None = None,
) -> Comparison:
    """How `b` differs from `a`: each let live from the seeds 0, 1, 2 ..., and the figures of each seed paired.

    The interval is Student's for the mean of the paired differences. From one seed both scenarios draw the same chances
    in the same order, and with staff each case, and each who works there, has chances of its own. So what is coupled
    is, without staff, all that comes before the first draw that one makes and the other does not; with staff, when
    families come and how many children they have, which ways each case takes, how long things last by their nature,
    and who is ill or leaves when. Not coupled is who comes back to be referred again, and what is done again and again
    in a case (visits, core groups, reviews) once one of them was late; and with another number of people, those who
    came last. What is coupled narrows the intervals; they hold without it too. Raises `DefinitionError` for fewer than
    two seeds, and for scenarios of other days.
    """
    problems = [] if seeds >= 2 else [f"{seeds} seeds; expected 2 or more, or no interval can be told"]
    if (a.first, a.last) != (b.first, b.last):
        problems.append(f"the first is from {a.first} to {a.last}, the second from {b.first} to {b.last}; expected one")
    if problems:
        raise DefinitionError("a comparison", problems)
    found: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    for seed in range(seeds):
        for n, (scenario, told_of) in enumerate(zip((a, b), found, strict=True), 1):
            told_of.append(figures(Ran(scenario.run(seed)), tuple(measures)))
            if told is not None:
                told(seed * 2 + n, seeds * 2)
    names = dict.fromkeys(name for one in found[0] for name in one)
    pairs = {
        name: [(x[name], y[name]) for x, y in zip(*found, strict=True) if name in x and name in y] for name in names
    }
    differing = tuple(Difference.of(name, some) for name, some in pairs.items() if len(some) > 1)
    return Comparison((a.name, b.name), tuple(range(seeds)), differing)


def student(freedom: int) -> float:
    """How many standard errors to either side of a mean hold 95 of 100, with so many degrees of freedom, 1 or more.

    >>> f"{student(1):.3f} {student(19):.3f} {student(1000):.3f}"
    '12.706 2.093 1.962'
    """
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _held(middle, freedom) < LEVEL else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _held(angle: float, freedom: int) -> float:
    """How much Student's distribution holds between two values, the same to either side of 0.

    The values are the tangent of the angle times the root of the degrees of freedom: for whole degrees the share is a
    finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4).
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = total = (cosine if odd else 1.0) if freedom > 1 else 0.0
    for n in range(2 + odd, freedom - 1, 2):
        term *= cosine**2 * (n - 1) / n
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


_UNITS = {"wait": "working days", "queue": "waiting at noon", "caseload": "cases", "changes-of-worker": "a year"}
_PERCENT = 100.0


def _row(one: Difference) -> tuple[str, str, str, str, str]:
    """What a figure is called, with its unit, and its numbers, all with as many decimals."""
    kind = one.name.partition("/")[0]
    clear = " *" if one.is_clear else ""
    if kind in ("late", "share"):
        first, second, more, low, high = (
            _said(_PERCENT * figure, 1) for figure in (one.first, one.second, one.difference, one.low, one.high)
        )
        name = one.name.removeprefix(SHARE)
        return name, f"{first}%", f"{second}%", f"{more} points", f"{low} to {high}{clear}"
    size = max(abs(one.first), abs(one.second))
    decimals = next(n for n, least in enumerate((1000, 10, 1, 0)) if size >= least)
    first, second, more, low, high = (
        _said(figure, decimals) for figure in (one.first, one.second, one.difference, one.low, one.high)
    )
    unit = f", {_UNITS[kind]}" if kind in _UNITS else ""
    return one.name + unit, first, second, more, f"{low} to {high}{clear}"


def _said(figure: float, decimals: int) -> str:
    told = f"{figure:,.{decimals}f}"
    return told if any(digit in told for digit in "123456789") else told.removeprefix("-")
