"""How far chance may have moved a share: Wilson's interval."""

from math import sqrt

_Z = 1.959963984540054
"""Half the width of an interval that holds 95 of 100, in standard deviations."""


def interval(part: int, whole: int) -> tuple[float, float]:
    """The bounds of Wilson's interval for `part` of `whole`, which holds the true share in 95 of 100 samples.

    `whole` is one or more: of nothing there is no share, which raises `ZeroDivisionError`. Both bounds are from 0 to 1.
    The source is E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), 209-212.

    >>> low, high = interval(17, 20)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.640 to 0.948
    """
    share, width = part / whole, _Z**2 / whole
    middle = (share + width / 2) / (1 + width)
    half = sqrt(share * (1 - share) * width + width**2 / 4) / (1 + width)
    return max(0.0, middle - half), min(1.0, middle + half)
