"""Shares in words, each with the interval that says how far chance may have moved it."""

from attrs import frozen

from childprotect.plots.given import Number
from childprotect.shares import interval


@frozen
class Share:
    """`part` of `whole`, with the bounds of Wilson's interval, which holds the true share in 95 of 100 samples.

    >>> print(Share.of(17, 20))
    17 of 20 (85%; 95% interval 64% to 95%)
    """

    part: int
    whole: int
    low: float
    high: float

    @classmethod
    def of(cls, part: int, whole: int) -> "Share":
        """The share of one or more, as the findings of tables have it."""
        return cls(part, whole, *interval(part, whole))

    def __str__(self) -> str:
        interval = f"95% interval {percent(self.low)} to {percent(self.high)}"
        return f"{self.part:,} of {self.whole:,} ({percent(self.part / self.whole)}; {interval})"


def percent(share: float) -> str:
    """`76%`; what is neither nothing nor all is never rounded to either."""
    if 0 < share <= 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share:.0%}"


def of_before(n: Number, before: Number) -> str:
    """`61%` of the step before; in words where there is no share."""
    if before == 0:
        return "none before" if n == 0 else "more than before"
    return percent(n / before)
