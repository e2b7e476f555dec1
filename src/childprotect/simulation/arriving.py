"""When episodes begin, and whose they are: referrals by day, families, and those who come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from childprotect.calendars import england_and_wales
from childprotect.errors import DefinitionError, OutOfRange
from childprotect.simulation.delays import Chances
from childprotect.simulation.drawing import Chance
from childprotect.simulation.population import Population
from childprotect.tables.days import FAR, Days, day, number

YEAR = 365
_SLICE = 28
"""Those who come back are matched so many days at a time."""
NOBODY = -1


FIRST, LAST = date(1997, 1, 1), date(2040, 12, 31)
"""Years between these days can be lived: those before them, and what is still open then, are in the calendar too."""


def demand(population: Any, generator: Any, first: Any, years: Any, *also: str) -> None:
    """Raises `DefinitionError`, with all of it, where an authority cannot be let live with these."""
    problems = [*also]
    if not isinstance(population, Population):
        problems.append(f"the population is of the type {type(population).__name__}; expected a Population")
    if not isinstance(generator, np.random.Generator):
        example = "expected a numpy.random.Generator, such as numpy.random.default_rng(1)"
        problems.append(f"the generator is of the type {type(generator).__name__}; {example}")
    if not isinstance(first, date) or isinstance(first, datetime):
        problems.append(f"the first day is {first!r}; expected a date, from {FIRST} on")
    if isinstance(years, bool) or not isinstance(years, Integral) or years < 1:
        problems.append(f"{years!r} years; expected 1 or more, and a whole number")
    if problems:
        raise DefinitionError("a simulation", problems)


@contextmanager
def within_calendar(first: date, years: int) -> Iterator[None]:
    """What leaves the calendar says which days can be lived. Raises `OutOfRange`."""
    try:
        if not england_and_wales().first <= first or first.year + years > england_and_wales().last.year + 1:
            raise OutOfRange(f"it is declared from {england_and_wales().first} to {england_and_wales().last}")
        yield
    except OutOfRange as error:
        raise OutOfRange(
            f"{years} years from {first} leave the calendar of working days: {error}; expected years between {FIRST} "
            f"and {LAST}: those before them, and what is still open then, are needed too"
        ) from None


def anniversary(first: date, years: int) -> date:
    """The day so many years later; of 29 February the 28th."""
    leap = (first.month, first.day) == (2, 29)
    return first.replace(year=first.year + years, day=28 if leap else first.day)


def starts(
    population: Population, begins: date, factor: float, chance: Chance, quarters: tuple[float, ...] = (1.0,)
) -> Days:
    """The days on which families come to notice in the year that begins then, in order.

    So many children are referred as the population says, times the factor, unless chance has more or fewer come;
    `quarters`, or parts of the year as long as each other, may have more than others.
    """
    days = np.arange(number(begins), number(anniversary(begins, 1)), dtype=np.int32)
    parts = np.array(quarters)[np.arange(len(days)) * len(quarters) // len(days)]
    weights = np.cumsum(parts * [_weight(population, day(n)) for n in days.tolist()])
    families = population.referrals * factor / (1 - population.moved_in) / mean_family(population)
    if chance.even:
        n = int(families + chance.generator.random())
        places = (np.arange(n) + chance.generator.random(n)) / max(n, 1)
    else:
        n = int(chance.generator.poisson(families))
        places = np.sort(chance.generator.random(n))
    found: Days = days[np.searchsorted(weights, places * weights[-1], side="right")]
    return found


def _weight(population: Population, on: date) -> float:
    return population.months[on.month - 1] * (1.0 if england_and_wales().is_working(on) else population.day_off)


def mean_family(population: Population) -> float:
    """How many children of a family are referred together."""
    sizes = np.array(population.families)
    return float(sizes @ np.arange(1, len(sizes) + 1) / sizes.sum())


@frozen(eq=False)
class Families:
    """Whose each episode is: the number of a family, and how many children each family has."""

    of: NDArray[np.int64]
    sizes: NDArray[np.int64]
    unborn: NDArray[np.int64]
    """For each episode, which child of the family is not born when it begins: 1 is the first, 0 is none."""
    birth: Days
    """For each episode, the day on which that child is born."""


@frozen(eq=False)
class Episodes:
    """Episodes in order of their start: when each began and ended, and whether there was a plan in it."""

    start: Days
    closed: Days
    planned: NDArray[np.bool_]
    conferred: Days
    """The day of the initial conference, and `FAR` where there is none."""
    enquired_once: NDArray[np.bool_]
    """Whether that conference was of the first enquiry."""


def deal(population: Population, episodes: Episodes, chance: Chance, sizes: Chances | None = None) -> Families:
    """Episodes given to families: some to such as were known before.

    `sizes` has a chance for each episode, of how large its family is if that comes for the first time.

    A family comes back when its last case is closed, and so that the shares of those referred again within a year, and
    of those with a second plan, are those of the population. One child of a family may be unborn, in the first episode.
    """
    start, closed, planned = episodes.start, episodes.closed, episodes.planned
    n = len(start)
    again = chance.of(n) < population.again
    known = chance.of(n) < population.known
    second = np.zeros(n, np.bool_)
    second[planned] = chance.of(int(planned.sum())) < population.planned_again
    before = np.full(n, NOBODY, np.int64)
    last, had_plan = np.ones(n, np.bool_), planned.copy()
    for low, high in _slices(start):
        begin, end = int(start[low]), int(start[high - 1])
        pool = np.flatnonzero(last[:low] & (closed[:low] < begin))
        recent, old = pool[start[pool] > end - population.again_within], pool[start[pool] < begin - YEAR]
        these = np.arange(low, high)
        plan, come = planned[low:high], again[low:high]
        for some, candidates in (
            (these[come & second[low:high]], recent[had_plan[recent]]),
            (these[come & plan & ~second[low:high]], recent[~had_plan[recent]]),
            (these[come & ~plan], recent),
            (these[~come & second[low:high]], old[had_plan[old]]),
            (these[~come & known[low:high] & plan & ~second[low:high]], old[~had_plan[old]]),
            (these[~come & known[low:high] & ~plan], old),
        ):
            free = candidates[last[candidates]]
            found = chance.generator.permutation(free)[: len(some)]
            some = some[: len(found)]  # the others come for the first time, where nobody is left to come back
            before[some], last[found] = found, False
            had_plan[some] |= had_plan[found]
    new = before == NOBODY
    if sizes is None:
        sizes = np.zeros(n)
        for some in (new & planned, new & ~planned):  # so that even chances are even among plans too
            sizes[some] = chance.of(int(some.sum()))
    of, children = _families(population, before, new, sizes[new])
    unborn, birth = _unborn(population, episodes, before, children[of], chance)
    return Families(of, children, unborn, birth)


def _unborn(
    population: Population, episodes: Episodes, before: NDArray[np.int64], sizes: NDArray[np.int64], chance: Chance
) -> tuple[NDArray[np.int64], Days]:
    """Which child of each episode is not born when it begins, and when they are.

    Of so many families that come for the first time the last child is unborn that of the children with a conference
    as many are as the population says, if there are enough such families. Who comes back is born by then.
    """
    new = before == NOBODY
    conferred = episodes.conferred < FAR
    able = np.flatnonzero(new & conferred & episodes.enquired_once)
    wanted = population.unborn * sizes[conferred].sum()
    found = able[chance.of(len(able)) < wanted / max(len(able), 1)]
    unborn, birth = np.zeros(len(new), np.int64), np.zeros(len(new), np.int32)
    unborn[found] = sizes[found]
    days = episodes.conferred[found]
    back = np.full(len(new), FAR, np.int32)
    back[before[~new]] = episodes.start[~new]
    birth[found] = np.minimum(np.maximum(population.born.after(days, chance.of(len(found))), days + 1), back[found])
    return unborn, birth


def _slices(start: Days) -> Iterator[tuple[int, int]]:
    if len(start):
        bounds = np.searchsorted(start, np.arange(start[0], start[-1] + _SLICE, _SLICE)).tolist()
        yield from ((low, high) for low, high in pairwise([*bounds, len(start)]) if high > low)


def _families(
    population: Population, before: NDArray[np.int64], new: NDArray[np.bool_], chances: Chances
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    family = np.zeros(len(before), np.int64)
    family[new] = np.arange(new.sum())
    # an episode comes after the one before it, so a few rounds find the first of each family
    first = np.where(new, np.arange(len(before)), before)
    while not new[first].all():
        first = first[first]
    shares = np.cumsum(population.families) / np.sum(population.families)
    sizes = np.searchsorted(shares, chances, side="right") + 1
    return family[first], sizes
