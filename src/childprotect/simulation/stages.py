"""The stages of an episode as values: what follows what, in which share of cases, after how long."""

from collections.abc import Iterable

from attrs import field, frozen

from childprotect.paths import Step
from childprotect.simulation.delays import AT_ONCE, Delay

BEGIN = "begin"
"""What the first stages follow: the beginning of an episode."""
NEARLY = 1e-9
"""Shares that sum up to so much less than 1 do sum up to 1."""


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _steps(steps: "Step | Iterable[Step] | None") -> tuple[Step, ...]:
    return () if steps is None else (steps,) if isinstance(steps, Step) else tuple(steps)


@frozen
class Way:
    """One way in which a stage may turn out: what happens, and in which share of cases.

    Ways may have the same name: what follows one follows all of them. All its
    `steps` happen on one day, in this order; without any nothing is written down.
    """

    name: str
    steps: tuple[Step, ...] = field(default=(), converter=_steps)
    share: float = 1.0


@frozen
class Stage:
    """What follows ways that were taken before, after a delay: one of several ways, if not none.

    It is done `no_later` than the first of these ways that was taken. The `last` stage waits for all, and is not done
    where one of the ways was taken that it has `unless`.
    """

    after: tuple[str, ...] = field(converter=_names)
    ways: tuple[Way, ...]
    delay: Delay = AT_ONCE
    no_later: tuple[str, ...] = field(default=(), converter=_names)
    last: bool = False
    unless: tuple[str, ...] = field(default=(), converter=_names)

    @property
    def is_sure(self) -> bool:
        """Whether one of the ways is always taken."""
        return sum(way.share for way in self.ways) > 1 - NEARLY

    @property
    def steps(self) -> tuple[Step, ...]:
        """What may happen."""
        return tuple(step for way in self.ways for step in way.steps)


@frozen
class Kept:
    """What is done again and again, from ways that were taken until others are: first after a delay, then another.

    All `steps` are done on one day.
    """

    steps: tuple[Step, ...]
    after: tuple[str, ...] = field(converter=_names)
    until: tuple[str, ...] = field(converter=_names)
    again: Delay
    first: Delay | None = None
    """The first delay, where it is another."""
