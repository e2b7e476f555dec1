"""The interval of a share: what it says of itself, worked out another way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childprotect.shares import interval

Z_SQUARED = 3.841458820694124
"""The 95th hundredth of the chi-squared distribution with one degree of freedom, as tables of it give it."""


def away(share: float, part: int, whole: int) -> float:
    """How far a sample is from what a true share lets expect: squared, in its own variance."""
    return (part - whole * share) ** 2 / (whole * share * (1 - share))


@given(st.data(), st.integers(1, 10**7))
def test_a_bound_is_a_true_share_from_which_the_sample_is_just_so_far_away(data: st.DataObject, whole: int) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = interval(part, whole)
    assert 0 <= low < high <= 1
    if part > 0:
        assert away(low, part, whole) == pytest.approx(Z_SQUARED, rel=1e-6)
    else:
        assert low == pytest.approx(0, abs=1e-15)
    if part < whole:
        assert away(high, part, whole) == pytest.approx(Z_SQUARED, rel=1e-6)
    else:
        assert high == pytest.approx(1, abs=1e-15)


def test_of_nothing_there_is_no_share() -> None:
    with pytest.raises(ZeroDivisionError):
        interval(0, 0)
