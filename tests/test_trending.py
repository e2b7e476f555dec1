"""A measure over time: each period as it is measured alone, the breaks in it, and what is more than chance."""

from datetime import date, timedelta
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measured import Row, told
from tests.test_measured_laws import stories

from childprotect.errors import UnknownName
from childprotect.measures import MEASURES, Told, control, measure, measured, trend, trends
from childprotect.measures.control import Limits
from childprotect.measures.trending import periods

FIRST, LAST = date(2022, 4, 1), date(2024, 3, 31)
SEEN = "plan-visits-child-seen"


def visits(shares: list[tuple[int, int]], team: str = "T1", first: date = FIRST) -> list[Row]:
    """A child with a plan, who in each month was seen on so many of so many visits."""
    child = f"C-{team}"
    rows: list[Row] = [(child, "plan-started", first, {}), (child, "allocated", first, {"team": team})]
    for (begin, _), (seen, n) in zip(periods(first, LAST, "month"), shares, strict=False):
        rows += [(child, "visit", begin + timedelta(days=day % 28), {"child-seen": day < seen}) for day in range(n)]
    return rows


def seen(shares: list[tuple[int, int]]) -> Told:
    """The records of one such child."""
    return told(visits(shares), LAST)


# --- control charts, by hand


def test_the_limits_of_a_share_are_three_standard_deviations_from_the_share_of_all() -> None:
    found = control.of_shares([(9, 10)] * 7 + [(18, 20), (0, 0)])
    few, many = found[0], found[7]
    assert few is not None and many is not None
    assert few.middle == pytest.approx(0.9)
    assert few.upper == 1.0
    assert few.lower == pytest.approx(0.9 - 3 * 0.0948683)  # the root of 0.9 x 0.1 / 10
    assert many.lower == pytest.approx(0.9 - 3 * 0.0670820)  # of 0.9 x 0.1 / 20
    assert found[8] is None
    assert control.of_shares([(9, 10)] * 7 + [(0, 0)]) == [None] * 8


def test_the_limits_of_values_are_266_times_the_mean_difference_of_neighbours_beyond_the_mean() -> None:
    found = control.of_values([10, 12, 10, 12, None, 10, 12, 10, 12])
    assert bounds(found[0]) == pytest.approx((11, 11 - 5.32, 11 + 5.32))
    assert found[4] is None and found[8] == found[0]
    assert bounds(control.of_values([1, 3] * 4)[0]) == pytest.approx((2, 0, 2 + 5.32))
    assert control.of_values([10.0] * 7) == [None] * 7


def bounds(limits: Limits | None) -> tuple[float, float, float]:
    """The middle and the limits."""
    assert limits is not None
    return limits.middle, limits.lower, limits.upper


@pytest.mark.parametrize(
    ("sides", "rows"),
    [
        ([1] * 8, [(0, 7, 1)]),
        ([1] * 7, []),
        ([-1, *[1] * 8, -1], [(1, 8, 1)]),
        ([1] * 4 + [0] + [1] * 4, []),
        ([1] * 4 + [None] + [1] * 4, [(0, 8, 1)]),
        ([*[-1] * 9, *[1] * 8], [(0, 8, -1), (9, 16, 1)]),
        ([None] * 8, []),
        ([], []),
    ],
)
def test_eight_in_a_row_on_one_side_are_a_signal(sides: list[int | None], rows: list[tuple[int, int, int]]) -> None:
    assert list(control.in_rows(sides)) == rows


@given(whole=st.integers(1, 40), part=st.integers(0, 40), percent=st.integers(1, 99))
def test_how_rare_a_count_is_is_what_the_binomial_distribution_says(whole: int, part: int, percent: int) -> None:
    part, p = min(part, whole), percent / 100
    there = range(part, whole + 1) if part > p * whole else range(part + 1)
    chance = sum(comb(whole, n) * p**n * (1 - p) ** (whole - n) for n in there)
    if abs(chance - control.TAIL) > 1e-9:
        assert control.is_rare(part, whole, p) == (chance <= control.TAIL)


def test_where_all_were_kept_there_is_no_chance_and_nothing_is_out_of_the_ordinary() -> None:
    assert not control.is_rare(5, 5, 1.0) and not control.is_rare(0, 5, 0.0)
    assert control.is_rare(4, 5, 1.0)
    assert trend(measure(SEEN), seen([(10, 10)] * 24), FIRST, LAST).verdict == "no more than chance"


def test_chance_alone_seldom_sends_anybody_after_it() -> None:
    generator = np.random.default_rng(8)
    beyond = 0
    for _ in range(200):
        counts = [(int(n), 4) for n in generator.binomial(4, 0.9, 24)]
        middle = sum(part for part, _ in counts) / (4 * 24)
        limits = control.of_shares(counts)
        beyond += sum(
            limit is not None and control.is_beyond(part / n, limit) and control.is_rare(part, n, middle)
            for (part, n), limit in zip(counts, limits, strict=True)
        )
    # of 4800 points three standard deviations would leave 13 outside, and limits for many cases alone far more
    assert beyond <= 13


# --- verdicts


def test_a_share_that_rises_is_higher_since_then() -> None:
    found = trend(measure(SEEN), seen([(12, 20)] * 12 + [(18, 20)] * 12), FIRST, LAST)
    assert found.verdict == "higher since Sat 1 Apr 2023: 12 in a row on that side of the middle"
    assert [point.signal for point in found.points] == ["in a row"] * 24
    assert found.points[0].value == 0.6


def test_one_month_out_of_the_ordinary_is_named() -> None:
    shares = [(18, 20), (17, 20), (19, 20), (18, 20)] * 6
    shares[20] = (6, 20)
    found = trend(measure(SEEN), seen(shares), FIRST, LAST)
    assert found.verdict == "lower than chance explains in the period from Fri 1 Dec 2023"
    assert [n for n, point in enumerate(found.points) if point.signal == "beyond the limits"] == [20]
    shares[21] = (5, 20)
    assert trend(measure(SEEN), seen(shares), FIRST, LAST).verdict == (
        "lower than chance explains in the period from Mon 1 Jan 2024, and 1 more before"
    )


def test_what_goes_up_and_down_is_chance_and_one_of_one_is_no_news() -> None:
    assert trend(measure(SEEN), seen([(18, 20), (17, 20), (19, 20)] * 8), FIRST, LAST).verdict == "no more than chance"
    few = [(20, 20), (20, 20), (20, 20), (19, 20)] * 5 + [(20, 20)] * 3 + [(0, 1)]
    found = trend(measure(SEEN), seen(few), FIRST, LAST)
    assert found.verdict == "no more than chance"
    assert found.points[-1].value == 0.0
    limits = found.points[-1].limits
    assert limits is not None and control.is_beyond(0.0, limits), "the limits alone would have sent somebody after it"


def test_a_row_that_is_over_is_told_as_such() -> None:
    shares = [(12, 20)] * 9 + [(17, 20), (12, 20), (17, 20)] * 5
    found = trend(measure(SEEN), seen(shares), FIRST, LAST)
    assert found.verdict == "no more than chance at the end, after a row on one side of the middle"


def test_with_few_periods_nobody_can_tell() -> None:
    found = trend(measure(SEEN), seen([(18, 20)] * 7), FIRST, LAST)
    assert found.verdict == "too few periods to tell: 7 with a figure, and 8 are needed"
    assert {point.limits for point in found.points} == {None}
    assert found.points[-1].measured.because == "there is no case to take a share of"


def test_what_stands_at_the_end_of_each_period_is_not_judged() -> None:
    found = trend(measure("plans-open"), seen([(1, 1)] * 24), FIRST, LAST)
    assert found.verdict.startswith("not judged")
    assert {point.limits for point in found.points} == {None}
    assert [point.value for point in found.points] == [1] * 24


def test_a_break_parts_the_series_and_each_phase_is_judged_by_itself() -> None:
    rows: list[Row] = []
    for month, (begin, _) in enumerate(periods(date(2011, 4, 1), date(2013, 3, 31), "month")):
        for n in range(10):
            child, late = f"C-{month}-{n}", n < (8 if month < 12 else 1)
            rows.append((child, "section-47-started", begin, {}))
            rows.append((child, "initial-conference", begin + timedelta(days=27 if late else 7), {}))
    records = told(rows, date(2013, 3, 31))
    found = trend(measure("conferences-in-15-days"), records, date(2011, 4, 1), date(2013, 3, 31))
    assert [one.on for one in found.breaks] == [date(2012, 4, 1)]
    assert [point.phase for point in found.points] == [0] * 12 + [1] * 12
    middles = {point.limits.middle for point in found.points if point.limits is not None}
    assert middles == {0.2, 0.9}
    assert found.verdict == "no more than chance"
    unbroken = trend(measure("conferences-in-15-days"), records, date(2012, 4, 1), date(2013, 3, 31))
    assert unbroken.breaks == ()


def test_a_break_in_what_is_published_alone_does_not_part_what_is_counted_here() -> None:
    again = measure("referrals-again")
    assert [one.published for one in again.breaks] == [True]
    records = told([("C-1", "referral", date(2017, 3, 1), {})], date(2018, 3, 31))
    assert trend(again, records, date(2016, 4, 1), date(2018, 3, 31)).breaks == ()


def test_a_last_period_that_is_cut_short_is_shown_and_not_judged() -> None:
    found = trend(measure(SEEN), seen([(18, 20)] * 24), FIRST, date(2024, 3, 20))
    assert [point.whole for point in found.points] == [True] * 23 + [False]
    last = found.points[-1]
    assert (last.limits, last.signal, last.measured.last) == (None, "", date(2024, 3, 20))


# --- periods and groups


@given(
    first=st.dates(date(2011, 1, 1), date(2013, 12, 31)),
    days=st.integers(0, 900),
    every=st.sampled_from(["month", "quarter", "year"]),
)
def test_periods_follow_each_other_without_a_gap(first: date, days: int, every: str) -> None:
    last = first + timedelta(days=days)
    spans = list(periods(first, last, every))  # type: ignore[arg-type]
    assert (spans[0][0], spans[-1][1]) == (first, last)
    assert all(begin <= end for begin, end in spans)
    assert all(after == end + timedelta(days=1) for (_, end), (after, _) in pairwise(spans))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=stories())
def test_a_point_is_what_is_measured_of_its_period_alone(rows: list[Row]) -> None:
    records = told(rows, LAST, checked=bool(rows))
    for one in MEASURES.values():
        if one.rule and records.findings is None:
            continue
        for every in ("quarter", "year"):
            whole, *groups = trends(one, records, FIRST, LAST, every, by="team", population=100)
            for point in whole.points:
                alone = measured(one, records, point.measured.first, point.measured.last, population=100)
                assert point.measured == alone[0]
            for group in groups:
                for point in group.points:
                    found = measured(one, records, point.measured.first, point.measured.last, by="team", population=100)
                    assert point.measured in (*found, point.measured if not point.value else None)


def test_each_group_has_its_own_trend_and_all_have_all_periods() -> None:
    rows = [*visits([(18, 20)] * 24, "A"), *visits([(0, 0)] * 12 + [(10, 20)] * 12, "B")]
    whole, a, b = trends(measure(SEEN), told(rows, LAST), FIRST, LAST, by="team")
    assert (whole.group, a.group, b.group) == (None, "A", "B")
    assert [point.measured.group for point in b.points] == ["B"] * 24
    assert [point.measured.denominator for point in b.points] == [0] * 12 + [20] * 12
    assert [point.measured.denominator for point in whole.points] == [20] * 12 + [40] * 12


def test_another_length_of_period_and_one_that_is_not_told_of_are_errors() -> None:
    records = seen([(1, 1)])
    with pytest.raises(UnknownName, match="unknown period 'week'; expected month or quarter or year"):
        trend(measure(SEEN), records, FIRST, LAST, "week")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="before it begins"):
        trend(measure(SEEN), records, LAST, FIRST)
    with pytest.raises(ValueError, match="nothing is told"):
        trend(measure(SEEN), records, FIRST, date(2025, 3, 31))
