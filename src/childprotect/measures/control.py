"""Control charts: which points of a series are more than the chance that is always in it.

Of shares a p-chart: the middle is the share of all periods together, and the limits of a period are three standard
deviations of a share of as many cases. Because that is too narrow for few cases, a point beyond them is a signal only
if the binomial distribution, too, gives a count so far out a chance of 0.00135 or less, which is that of three standard
deviations. Of counts, rates and medians a chart of individual values (XmR): the middle is their mean, and the limits
lie 2.66 times the mean difference of neighbours beyond it. 2.66 is 3 / 1.128, as the difference of two values of a
normal distribution is 1.128 standard deviations in the mean.

A signal is a point beyond the limits, or eight or more in a row on one side of the middle. A point on the middle ends a
row, a period without a figure neither ends nor prolongs it.

Sources: W. A. Shewhart, "Economic control of quality of manufactured product" (1931), for the limits; Western Electric,
"Statistical quality control handbook" (1956), for eight in a row.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp, lgamma, log, log1p, sqrt

from attrs import frozen

SIGMAS = 3
"""How many standard deviations from the middle the limits are."""
TAIL = 0.00135
"""The chance of a value beyond three standard deviations, on one side, in a normal distribution."""
MOVING = 2.66
"""What the mean difference of neighbours is multiplied by: 3 / 1.128."""
ROW = 8
"""How many in a row on one side of the middle are a signal."""
FEWEST = 8
"""The fewest periods with a figure from which a middle and limits are taken: a convention of ours, as many as a row."""


@frozen
class Limits:
    """The middle of a series, and between which limits chance alone moves one of its points."""

    middle: float
    lower: float
    upper: float


def of_shares(counts: Sequence[tuple[int, int]]) -> list[Limits | None]:
    """The limits of each share, `part` of `whole`; None for a share of nothing, and for all where they are too few."""
    wholes = sum(whole for _, whole in counts)
    if sum(whole > 0 for _, whole in counts) < FEWEST:
        return [None] * len(counts)
    middle = sum(part for part, _ in counts) / wholes
    limits: list[Limits | None] = []
    for _, whole in counts:
        half = SIGMAS * sqrt(middle * (1 - middle) / whole) if whole else 0.0
        limits.append(Limits(middle, max(0.0, middle - half), min(1.0, middle + half)) if whole else None)
    return limits


def of_values(values: Sequence[float | None]) -> list[Limits | None]:
    """The limits of each value, which are the same for all; a value that is less than nothing there is not."""
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return [None] * len(values)
    middle = sum(known) / len(known)
    half = MOVING * sum(abs(b - a) for a, b in pairwise(known)) / (len(known) - 1)
    limits = Limits(middle, max(0.0, middle - half), middle + half)
    return [None if value is None else limits for value in values]


def sides(values: Sequence[float | None], limits: Sequence[Limits | None]) -> list[int | None]:
    """On which side of the middle each value lies, 1 above and -1 below it, 0 on it; None where there is no value."""
    return [
        None if value is None or limit is None else (value > limit.middle) - (value < limit.middle)
        for value, limit in zip(values, limits, strict=True)
    ]


def in_rows(sides: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """The rows of `ROW` or more on one side: the places of the first and the last, and the side."""
    begin, last, n, side = 0, 0, 0, 0
    for place, now in enumerate([*sides, 0]):
        if now is None:
            continue
        if now and now == side:
            last, n = place, n + 1
            continue
        if n >= ROW:
            yield begin, last, side
        begin, last, n, side = place, place, int(now != 0), now


def is_beyond(value: float, limits: Limits) -> bool:
    """Whether a value lies beyond its limits."""
    return value < limits.lower or value > limits.upper


def is_rare(part: int, whole: int, middle: float) -> bool:
    """Whether so many of the whole, or more on that side, have a chance of `TAIL` or less where each has `middle`."""
    if middle in (0.0, 1.0):
        return part != middle * whole
    there = range(part, whole + 1) if part > middle * whole else range(part + 1)
    return sum(_chance(n, whole, middle) for n in there) <= TAIL


def _chance(part: int, whole: int, middle: float) -> float:
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return exp(ways + part * log(middle) + (whole - part) * log1p(-middle))
