"""Many episodes drawn at once, a stage at a time, in columns: what happened in which episode on which day."""

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
from attrs import field, frozen
from numpy.random import Generator
from numpy.typing import NDArray

from childprotect.simulation.delays import Chances
from childprotect.simulation.pathway import Pathway
from childprotect.simulation.stages import BEGIN, Kept, Stage, Way
from childprotect.tables.days import FAR, Days

Told = Callable[[int, int], None]
"""Called again and again while something takes its time: with how many parts of it are done, and how many there are."""
_BLOCK = 16
"""Of so many cases that come one after the other, the shares are met as nearly as they can be."""


@frozen(eq=False)
class Drawn:
    """What happened, in no order: of which `episode`, on which `day`, which of the pathway's steps.

    `closed` has the last day of each episode.
    """

    episode: NDArray[np.int32]
    day: Days
    step: NDArray[np.int16]
    closed: Days
    ways: dict[str, tuple[NDArray[np.int32], Days]] = field(repr=False)
    """The episodes in which each way was taken, and when."""


@frozen(eq=False)
class Chance:
    """Where the chances come from. The same seed gives the same chances on every machine.

    Where it is `even`, every share is met as nearly as whole cases permit, among cases that come one after the other:
    figures that were put in come out, and two runs differ less than two real years would.
    """

    generator: Generator
    even: bool = False

    def of(self, n: int) -> Chances:
        """That many chances, from 0 up to but not including 1."""
        chances = self.generator.random(n)
        if not self.even or n < 2:
            return chances
        # in each block every sixteenth part of the range has its one chance, in random order
        blocks = -(-n // _BLOCK)
        places = np.argsort(self.generator.random((blocks, _BLOCK)), axis=1).ravel()[:n]
        return (places + chances) / _BLOCK


def one_by_one(told: Told | None, of: int) -> Callable[[], None]:
    """What is to be called when another part is done."""
    done = count(1)

    def one() -> None:
        if told is not None:
            told(next(done), of)

    return one


_Episodes = NDArray[np.int32]


def draw(pathway: Pathway, starts: Days, chance: Chance, done: Callable[[], None] = lambda: None) -> Drawn:
    """Episodes that begin on these days; `done` is called after each stage of the pathway.

    Raises `OutOfRange` where a day leaves the calendar of working days.
    """
    starts = starts.astype(np.int32)
    closed = starts.copy()
    ways: dict[str, tuple[_Episodes, Days]] = {BEGIN: (np.arange(len(starts), dtype=np.int32), starts)}
    codes = {step: np.int16(code) for code, step in enumerate(pathway.steps)}
    told: list[tuple[_Episodes, Days, np.int16]] = []
    for stage in pathway.stages:
        episodes, days = _taken(ways, stage.after, len(starts))
        if isinstance(stage, Kept):
            ends, end = _taken(ways, stage.until, len(starts))
            until = np.zeros(len(starts), np.int32)
            until[ends] = end
            for some, when in _again(stage, episodes, days, until, chance):
                told += [(some, when, codes[step]) for step in stage.steps]
            done()
            continue
        bound = None
        if stage.no_later:
            bound = np.full(len(starts), FAR, np.int32)
            some, when = _taken(ways, stage.no_later, len(starts))
            bound[some] = when
        if stage.unless:
            left = np.isin(episodes, _taken(ways, stage.unless, len(starts))[0], invert=True)
            episodes, days = episodes[left], days[left]
        since = closed[episodes] if stage.last else days
        for way, some, when in _staged(stage, episodes, since, bound, chance):
            closed[some] = np.maximum(closed[some], when)
            before = ways.get(way.name)
            ways[way.name] = (some, when) if before is None else _put(before, (some, when))
            told += [(some, when, codes[step]) for step in way.steps]
        done()
    nothing = [(np.zeros(0, np.int32), np.zeros(0, np.int32), np.int16(0))]
    episode, day, code = zip(*(told or nothing), strict=True)
    step = np.repeat(np.array(code, np.int16), [len(some) for some in episode])
    return Drawn(np.concatenate(episode), np.concatenate(day), step, closed, ways)


def _taken(ways: dict[str, tuple[_Episodes, Days]], names: tuple[str, ...], n: int) -> tuple[_Episodes, Days]:
    """The episodes in which one of these ways was taken, and when; where several were, the first of the names."""
    if len(names) == 1:
        return ways[names[0]]
    day = np.full(n, FAR, np.int32)
    for name in reversed(names):
        some, when = ways[name]
        day[some] = when
    episodes = np.flatnonzero(day < FAR).astype(np.int32)
    return episodes, day[episodes]


def _put(one: tuple[_Episodes, Days], other: tuple[_Episodes, Days]) -> tuple[_Episodes, Days]:
    episodes, days = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.argsort(episodes)
    return episodes[order], days[order]


def _staged(
    stage: Stage,
    episodes: _Episodes,
    days: Days,
    bound: Days | None,
    chance: Chance,
) -> Iterator[tuple[Way, _Episodes, Days]]:
    """How a stage turned out: each way, the episodes that took it, and when."""
    when = days if stage.delay.is_none else stage.delay.after(days, chance.of(len(days)))
    if bound is not None:
        when = np.minimum(when, np.maximum(bound[episodes], days))
    if len(stage.ways) == 1 and stage.is_sure:
        (way,) = stage.ways
        yield way, episodes, when
        return
    upto = np.cumsum([way.share for way in stage.ways])
    if stage.is_sure:
        upto[-1] = 1.0
    turned = np.searchsorted(upto, chance.of(len(episodes)), side="right")
    for n, way in enumerate(stage.ways):
        these = np.flatnonzero(turned == n)
        yield way, episodes[these], when[these]


def _again(
    stage: Kept, episodes: _Episodes, days: Days, until: Days, chance: Chance
) -> Iterator[tuple[_Episodes, Days]]:
    """The episodes and days of each time that something was done, before the day on which it ends."""
    delay = stage.first or stage.again
    while len(episodes):
        days = delay.after(days, chance.of(len(days)))
        before = days < until[episodes]
        episodes, days = episodes[before], days[before]
        yield episodes, days
        delay = stage.again
