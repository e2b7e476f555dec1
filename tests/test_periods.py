"""Periods: the last day that each way of counting permits."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from childprotect.calendars import england_and_wales
from childprotect.errors import NeedsTime, OutOfRange
from childprotect.periods import (
    Counting,
    MonthEnd,
    Period,
    Roll,
    Unit,
    days,
    hours,
    months,
    weeks,
    working_days,
)

CALENDAR = england_and_wales()
LONDON = ZoneInfo("Europe/London")
WITH = Counting.BEGINNING_WITH

some_day = st.dates(date(1992, 1, 1), date(2049, 1, 1))
lengths = st.integers(1, 60)
moments = st.builds(lambda day, at: datetime.combine(day, at, LONDON), some_day, st.times())


# --- worked examples, counted by hand


@pytest.mark.parametrize(
    ("period", "start", "due"),
    [
        (working_days(15), date(2024, 3, 22), date(2024, 4, 16)),
        (working_days(1), date(2024, 3, 22), date(2024, 3, 25)),
        (working_days(1), date(2024, 3, 28), date(2024, 4, 2)),
        (working_days(1), date(2024, 3, 23), date(2024, 3, 25)),
        (working_days(10), date(2022, 9, 9), date(2022, 9, 26)),
        (working_days(1, counting=WITH), date(2024, 3, 22), date(2024, 3, 22)),
        (working_days(1, counting=WITH), date(2024, 3, 23), date(2024, 3, 25)),
        (working_days(15, counting=WITH), date(2024, 3, 22), date(2024, 4, 15)),
        (days(7), date(2012, 9, 3), date(2012, 9, 10)),
        (days(7, counting=WITH), date(2012, 9, 3), date(2012, 9, 9)),
        (weeks(2), date(2012, 9, 3), date(2012, 9, 17)),
        (weeks(2, counting=WITH), date(2012, 9, 3), date(2012, 9, 16)),
        (months(3), date(2012, 9, 3), date(2012, 12, 3)),
        (months(3, counting=WITH), date(2012, 9, 3), date(2012, 12, 2)),
        (months(6), date(2012, 8, 31), date(2013, 2, 28)),
        (months(6), date(2011, 8, 31), date(2012, 2, 29)),
        (months(6, month_end=MonthEnd.ROLL_OVER), date(2012, 8, 31), date(2013, 3, 1)),
        (months(6, month_end=MonthEnd.ROLL_OVER), date(2012, 8, 28), date(2013, 2, 28)),
        (months(1), date(2024, 1, 31), date(2024, 2, 29)),
        (months(12), date(2024, 2, 29), date(2025, 2, 28)),
        (months(3), date(2024, 3, 29), date(2024, 6, 29)),
    ],
    ids=str,
)
def test_the_last_day_in_time(period: Period, start: date, due: date) -> None:
    assert period.due(start) == due


@pytest.mark.parametrize(
    ("roll", "due"),
    [(Roll.NONE, date(2024, 3, 31)), (Roll.FORWARD, date(2024, 4, 2)), (Roll.BACK, date(2024, 3, 28))],
)
def test_a_limit_that_ends_on_easter_sunday_stays_or_moves_as_the_rule_says(roll: Roll, due: date) -> None:
    assert evolve(days(7), roll=roll).due(date(2024, 3, 24)) == due
    assert evolve(days(1), roll=roll).due(date(2024, 3, 24)) == date(2024, 3, 25), "a Monday needs no roll"


def test_guidance_gives_no_extension_for_weekends() -> None:
    assert months(3).roll is Roll.NONE
    sunday = months(3).due(date(2024, 3, 30))
    assert (sunday, sunday.strftime("%a")) == (date(2024, 6, 30), "Sun")


def test_a_moment_counts_from_its_day_in_england() -> None:
    late = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in England
    assert days(1).due(late) == date(2024, 7, 2)
    assert working_days(1).due(late) == date(2024, 7, 2)
    assert months(1).due(late) == date(2024, 8, 1)


def test_a_council_counts_in_its_own_calendar() -> None:
    ours = CALENDAR.with_closures("Anytown", [(date(2024, 12, 27), "closed")])
    assert working_days(1).due(date(2024, 12, 24)) == date(2024, 12, 27)
    assert working_days(1, calendar=ours).due(date(2024, 12, 24)) == date(2024, 12, 30)
    assert working_days(1, calendar=ours).elapsed(date(2024, 12, 24), date(2024, 12, 30)) == 1
    assert evolve(days(3), roll=Roll.FORWARD, calendar=ours).due(date(2024, 12, 24)) == date(2024, 12, 30)


# --- hours


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-03-30T12:00", "2024-03-31T13:00"),  # the clock goes forward: an hour is missing
        ("2024-10-26T12:00", "2024-10-27T11:00"),  # the clock goes back: an hour comes twice
        ("2024-06-01T12:00", "2024-06-02T12:00"),
    ],
)
def test_twenty_four_hours_are_twenty_four_hours_also_when_the_clock_changes(start: str, due: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=LONDON)
    end = hours(24).due(begin)
    assert isinstance(end, datetime)
    assert f"{end:%Y-%m-%dT%H:%M}" == due
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=24)


def test_hours_are_told_in_the_zone_of_the_start() -> None:
    zone = timezone(timedelta(hours=1))
    end = hours(72).due(datetime(2024, 3, 30, 12, tzinfo=zone))
    assert isinstance(end, datetime)
    assert end.isoformat() == "2024-04-02T12:00:00+01:00"


def test_hours_from_a_date_need_the_time_of_day() -> None:
    with pytest.raises(NeedsTime, match="72 hours from 2024-03-30 cannot be counted without the time of day"):
        hours(72).due(date(2024, 3, 30))
    with pytest.raises(ValueError, match="time of day"):
        hours(72).due(date(2024, 3, 30))


@given(moments, lengths)
def test_hours_always_last_as_long_as_they_say(start: datetime, n: int) -> None:
    end = hours(n).due(start)
    assert isinstance(end, datetime)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=n)


# --- counted back from an anchor


@pytest.mark.parametrize(
    ("period", "anchor", "before"),
    [
        (working_days(2), date(2024, 4, 3), date(2024, 3, 28)),  # over Easter
        (working_days(1), date(2024, 3, 25), date(2024, 3, 22)),
        (days(5), date(2024, 3, 25), date(2024, 3, 20)),
        (weeks(2), date(2024, 3, 25), date(2024, 3, 11)),
        (months(1), date(2024, 3, 31), date(2024, 2, 29)),
        (months(3), date(2024, 2, 29), date(2023, 11, 29)),
        (hours(24), date(2024, 3, 25), date(2024, 3, 24)),
        (hours(48), date(2024, 3, 25), date(2024, 3, 23)),
        (hours(49), date(2024, 3, 25), date(2024, 3, 22)),
    ],
    ids=str,
)
def test_the_last_day_that_lies_long_enough_before_an_anchor(period: Period, anchor: date, before: date) -> None:
    assert period.before(anchor) == before


def test_a_council_counts_back_in_its_own_calendar() -> None:
    ours = CALENDAR.with_closures("Anytown", [(date(2024, 3, 28), "closed")])
    assert working_days(2, calendar=ours).before(date(2024, 4, 3)) == date(2024, 3, 27)


def test_counting_back_out_of_the_calendar_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        working_days(2).before(CALENDAR.first + timedelta(days=1))


@given(some_day, lengths)
def test_what_came_just_long_enough_before_reaches_to_the_anchor(anchor: date, n: int) -> None:
    for period in (days(n), weeks(n)):
        assert period.due(period.before(anchor)) == anchor
    back = months(n).before(anchor)
    assert months(n).due(back) <= anchor
    assert (months(n).due(back) == anchor) == (back.day == anchor.day), "a short month never shortens the wait"


@given(some_day.filter(CALENDAR.is_working), lengths)
def test_that_many_working_days_lie_between_what_came_long_enough_before_and_a_working_day(
    anchor: date, n: int
) -> None:
    period = working_days(n)
    assert period.due(period.before(anchor)) == anchor
    assert period.elapsed(period.before(anchor), anchor) == n


@pytest.mark.parametrize("make", [hours, days, weeks, months, working_days])
@given(anchor=some_day, later=st.integers(0, 90), n=lengths)
def test_a_later_anchor_or_a_shorter_lead_never_asks_for_an_earlier_day(
    make: Callable[[int], Period], anchor: date, later: int, n: int
) -> None:
    assert make(n).before(anchor) <= make(n).before(anchor + timedelta(days=later))
    assert make(n + 1).before(anchor) <= make(n).before(anchor) < anchor


@pytest.mark.parametrize(
    ("period", "most"), [(hours(1), 1), (hours(24), 1), (hours(25), 2), (hours(72), 3), (days(5), 5), (weeks(2), 14)]
)
def test_hours_days_and_weeks_are_so_many_days_at_most(period: Period, most: int) -> None:
    assert period.days_at_most == most


@given(some_day, lengths)
def test_days_and_weeks_end_on_the_last_of_their_days(start: date, n: int) -> None:
    for period in (days(n), weeks(n)):
        assert period.due(start) == start + timedelta(days=period.days_at_most)


# --- misuse


@pytest.mark.parametrize("make", [hours, days, weeks, months, working_days])
@pytest.mark.parametrize("n", [0, -1])
def test_a_period_of_nothing_is_refused(make: Callable[[int], Period], n: int) -> None:
    with pytest.raises(ValueError, match=f"1 or more of its unit, not {n}"):
        make(n)


def test_working_days_that_leave_the_calendar_are_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        working_days(15).due(date(2050, 12, 20))
    with pytest.raises(OutOfRange):
        working_days(15).due(date(1991, 10, 13))


def test_rolling_out_of_the_calendar_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        evolve(days(1), roll=Roll.FORWARD).due(date(2050, 12, 31))


@pytest.mark.parametrize(
    ("period", "start"),
    [
        (days(3), date.max),
        (weeks(3), date.max),
        (months(3), date.max),
        (months(1), date(9999, 12, 1)),
        (months(120_000), date(2024, 3, 1)),
        (working_days(3, counting=WITH), date.min),
        (hours(3), datetime.max.replace(tzinfo=UTC)),
    ],
    ids=str,
)
def test_a_limit_that_leaves_the_years_of_the_calendar_is_out_of_range(period: Period, start: date) -> None:
    with pytest.raises(OutOfRange, match=f"^{re.escape(str(period))} from .* leaves the |is outside the"):
        period.due(start)


def test_a_lead_time_that_leaves_the_years_of_the_calendar_is_out_of_range_and_says_so() -> None:
    with pytest.raises(OutOfRange, match=r"^3 months before 0001-02-01 leaves the years that dates can have$"):
        months(3).before(date(1, 2, 1))


def test_months_reach_the_first_and_the_last_of_all_years() -> None:
    assert months(1).due(date(9999, 11, 30)) == date(9999, 12, 30)
    assert months(1).before(date(1, 2, 28)) == date(1, 1, 28)


# --- properties


@given(some_day, lengths)
def test_days_and_weeks_are_plain_addition(start: date, n: int) -> None:
    assert days(n).due(start) == start + timedelta(days=n)
    assert weeks(n).due(start) == days(7 * n).due(start)


@given(some_day, lengths)
def test_beginning_with_the_day_ends_one_day_sooner(start: date, n: int) -> None:
    for make in (days, weeks, months):
        assert make(n, counting=WITH).due(start) == make(n).due(start) - timedelta(days=1)


@given(some_day, lengths)
def test_working_days_beginning_with_the_day_are_those_after_the_day_before(start: date, n: int) -> None:
    assert working_days(n, counting=WITH).due(start) == working_days(n).due(start - timedelta(days=1))


@given(some_day, lengths)
def test_the_last_day_of_working_days_is_one_and_that_many_have_passed(start: date, n: int) -> None:
    last = working_days(n).due(start)
    assert CALENDAR.is_working(last)
    assert working_days(n).elapsed(start, last) == n


@given(some_day, lengths)
def test_months_keep_the_day_or_take_the_last_one_of_the_month(start: date, n: int) -> None:
    last = months(n).due(start)
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == n
    assert last.day == start.day or (last.day < start.day and (last + timedelta(days=1)).day == 1)


@given(st.dates(date(1, 1, 1), date(9900, 1, 1)), st.integers(1, 1000))
def test_months_are_those_of_the_general_library(start: date, n: int) -> None:
    assert months(n).due(start) == start + relativedelta(months=n)


@given(some_day, lengths)
def test_the_last_day_of_a_short_month_never_gives_more_time_than_the_first_of_the_next(start: date, n: int) -> None:
    clamped, rolled = months(n).due(start), months(n, month_end=MonthEnd.ROLL_OVER).due(start)
    assert rolled - clamped == timedelta(days=0 if clamped.day == start.day else 1)


@pytest.mark.parametrize("make", [days, weeks, months, working_days])
@given(start=some_day, later=st.integers(0, 90), n=lengths)
def test_a_later_start_never_gives_an_earlier_limit(
    make: Callable[[int], Period], start: date, later: int, n: int
) -> None:
    assert make(n).due(start) <= make(n).due(start + timedelta(days=later))


@pytest.mark.parametrize("make", [days, weeks, months, working_days])
@given(start=some_day, n=lengths)
def test_a_longer_period_ends_later(make: Callable[[int], Period], start: date, n: int) -> None:
    assert make(n).due(start) < make(n + 1).due(start)
    assert make(n).due(start) > start


@given(some_day, lengths)
def test_rolling_lands_on_the_nearest_working_day_on_its_side(start: date, n: int) -> None:
    stays, forward, back = (evolve(days(n), roll=roll).due(start) for roll in Roll)
    assert back <= stays <= forward
    assert CALENDAR.is_working(forward)
    assert CALENDAR.is_working(back)
    assert CALENDAR.between(stays, forward) == (0 if CALENDAR.is_working(stays) else 1)
    assert CALENDAR.between(back, stays) == 0


@given(some_day, st.integers(-90, 90))
def test_what_has_passed_is_counted_in_the_unit_of_lateness(start: date, n: int) -> None:
    end = start + timedelta(days=n)
    assert working_days(1).elapsed(start, end) == CALENDAR.between(start, end)
    assert working_days(1).lateness_unit == "working-days"
    for period in (hours(1), days(1), weeks(1), months(1)):
        assert period.elapsed(start, end) == n
        assert period.lateness_unit == "days"


# --- words


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (working_days(15), "15 working days"),
        (working_days(1), "1 working day"),
        (hours(72), "72 hours"),
        (weeks(1), "1 week"),
        (months(6), "6 months"),
        (days(8, counting=WITH), "8 days beginning with the day"),
    ],
)
def test_a_period_reads_as_the_law_writes_it(period: Period, words: str) -> None:
    assert str(period) == words


def test_the_calendar_is_that_of_england_and_wales_unless_another_is_given() -> None:
    assert working_days(1).working_calendar is CALENDAR
    assert Period(1, Unit.DAYS).working_calendar is CALENDAR


@given(st.integers(1, 9999), st.sampled_from(Unit), st.sampled_from(Counting))
def test_what_a_period_prints_is_read_back_as_that_period(n: int, unit: Unit, counting: Counting) -> None:
    period = Period(n, unit, counting)
    assert Period.parse(str(period)) == period
    assert Period.parse(f"  {period}\n") == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("15 working days", working_days(15)),
        ("1 working day", working_days(1)),
        ("72 hours", hours(72)),
        ("1 hour", hours(1)),
        ("8 weeks beginning with the day", weeks(8, counting=WITH)),
        ("6 months", months(6)),
        ("1 days", days(1)),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15",
        "working days",
        "15 workingdays",
        "15 working-days",
        "fifteen days",
        "-3 days",
        "1.5 days",
        "3 years",
        "3 days or so",
        "10000 days",
        "3  days",
        "3 days from the next day",
    ],
)
def test_what_is_no_period_is_refused_with_an_example_of_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no period; expected one such as '15 working days' or '72 hours'"):
        Period.parse(text)


def test_no_days_are_no_period_to_read_either() -> None:
    with pytest.raises(ValueError, match="1 or more of its unit, not 0"):
        Period.parse("0 days")
