"""How long something takes, as a distribution of whole days: drawn in columns, counted by the calendar of England."""

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from childprotect.calendars import england_and_wales
from childprotect.errors import DefinitionError
from childprotect.tables.days import Days, working_days_after

Chances = NDArray[np.float64]
"""Numbers from 0 up to but not including 1."""
Band = tuple[int, int]
"""The first and the last number of days in a band."""
LONGEST = 36525
"""No delay is longer than a century."""
_CLOSE = 1e-9
_EVEN = 0.5


def leaning(n: int, lean: float) -> Chances:
    """Shares of n days, of which the mean lies at `lean` of the way from the first to the last."""
    if not 0 < lean < 1:
        raise DefinitionError("a delay", [f"a lean of {lean}; expected a number between 0 and 1"])
    if lean == _EVEN or n == 1:
        return np.full(n, 1 / n)
    # a geometric series leans as far as one likes, and even at a half
    place = np.arange(n) / max(n - 1, 1)
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        weights = np.exp(middle * (place - (middle > 0)))
        if weights @ place / weights.sum() < lean:
            low = middle
        else:
            high = middle
    weights = np.exp(low * (place - (low > 0)))
    shares: Chances = weights / weights.sum()
    return shares


@frozen(eq=False, slots=False)
class Delay:
    """A number of days from one thing to the next: `shares[n]` is how many in all take n days.

    Days are working days where `working` is true. What would fall on a weekend or a bank holiday is done on the next
    working day, unless it takes no days of any kind. Raises `DefinitionError` for shares that are no distribution.

    >>> Delay.bands({(0, 10): 0.2, (11, 15): 0.8}).mean
    11.4
    """

    shares: NDArray[np.float64]
    working: bool = True
    _upto: Chances = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        shares = np.asarray(self.shares, np.float64)
        if shares.ndim != 1 or not 0 < len(shares) <= LONGEST:
            raise DefinitionError("a delay", [f"expected the shares of 1 to {LONGEST} numbers of days"])
        if not np.isfinite(shares).all() or (shares < 0).any() or abs(shares.sum() - 1) > _CLOSE:
            raise DefinitionError("a delay", [f"the shares are {_few(shares)}; expected none below 0, and a sum of 1"])
        object.__setattr__(self, "shares", shares)
        upto = np.cumsum(shares)
        upto[np.flatnonzero(shares)[-1] :] = 1.0  # rounding leaves nothing beyond the last day that there is
        object.__setattr__(self, "_upto", upto)

    @classmethod
    def of(cls, days: int, *, working: bool = True) -> "Delay":
        """Always so many days."""
        return cls.bands({(days, days): 1.0}, working=working)

    @classmethod
    def bands(
        cls, shares: Mapping[Band, float], *, leans: Mapping[Band, float] | None = None, working: bool = True
    ) -> "Delay":
        """Shares by band of days, the first and the last included, as tables publish them; they are scaled to 1.

        `leans` say where in a band most lie: 0.5 is evenly, more is towards its end, less towards its beginning.
        """
        problems = [f"{first} to {last} days" for first, last in shares if not 0 <= first <= last < LONGEST]
        if problems or not sum(shares.values()) > 0:
            raise DefinitionError("a delay", [f"there are no such bands: {', '.join(problems) or 'no share above 0'}"])
        days = np.zeros(max(last for _, last in shares) + 1)
        for (first, last), share in shares.items():
            lean = (leans or {}).get((first, last), _EVEN)
            days[first : last + 1] += share * leaning(last - first + 1, lean)
        return cls(days / days.sum(), working)

    @cached_property
    def mean(self) -> float:
        """How many days it takes on average."""
        return round(float(self.shares @ np.arange(len(self.shares))), 9)

    @property
    def is_none(self) -> bool:
        """Whether it takes no time at all, not even until the next working day."""
        return len(self.shares) == 1 and not self.working

    def draw(self, chances: Chances) -> Days:
        """The number of days for each chance: the higher, the longer."""
        if len(self.shares) == 1 or self._upto[-2] == 0:
            return np.full(len(chances), len(self.shares) - 1, np.int32)
        return np.searchsorted(self._upto, chances, side="right").astype(np.int32)

    def draw_one(self, chance: float) -> int:
        """The number of days for one chance, as `draw`."""
        return bisect_right(self._ladder, chance)

    @cached_property
    def _ladder(self) -> list[float]:
        upto: list[float] = self._upto.tolist()
        return upto

    def after(self, days: Days, chances: Chances) -> Days:
        """The day on which it is done, for each day on which it began. Raises `OutOfRange` beyond the calendar."""
        if self.is_none:
            return days
        drawn = self.draw(chances)
        calendar = england_and_wales()
        if self.working:
            return working_days_after(calendar, days, drawn)
        return working_days_after(calendar, days + drawn, np.zeros_like(drawn))


def mixed(one: Delay, other: Delay, share: float) -> Delay:
    """One delay, and in this share of cases another of the same days."""
    shares = np.zeros(max(len(one.shares), len(other.shares)))
    shares[: len(one.shares)] += (1 - share) * one.shares
    shares[: len(other.shares)] += share * other.shares
    return Delay(shares / shares.sum(), one.working)


AT_ONCE = Delay.of(0, working=False)
"""On the same day, whatever day that is."""


def _few(shares: Chances) -> str:
    return ", ".join(f"{share:g}" for share in shares[:5]) + (", ..." if len(shares) > 5 else "")
