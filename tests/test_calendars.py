"""The calendar: every day of it, the days that no rule yields, and the two arrays against a plain walk."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childprotect.calendars import (
    CHILDREN_ACT_IN_FORCE,
    LAST_DAY,
    LAST_PUBLISHED,
    ONE_OFFS,
    WorkingDays,
    bank_holidays,
    bounds_of,
    day_of,
    england_and_wales,
    lasted,
)
from childprotect.errors import OutOfRange
from childprotect.periods import hours

CALENDAR = england_and_wales()
STEP = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
EVERY_DAY = [CALENDAR.first + timedelta(days=n) for n in range((CALENDAR.last - CALENDAR.first).days + 1)]

any_day = st.dates(CALENDAR.first, CALENDAR.last)
day_with_room = st.dates(CALENDAR.first, date(2049, 12, 31))


def easter_sunday(year: int) -> date:
    """Easter by the tables of Butcher, worked out here so that it does not rest on a library."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def walked(start: date, n: int) -> date:
    """The nth working day after `start`, found by walking."""
    day = start
    while n:
        day += STEP
        n -= day.weekday() < 5 and day not in CALENDAR.holidays
    return day


def walked_back(end: date, n: int) -> date:
    """The nth working day before `end`, found by walking."""
    day = end
    while n:
        day -= STEP
        n -= day.weekday() < 5 and day not in CALENDAR.holidays
    return day


def counted(start: date, end: date) -> int:
    """The working days after `start` up to `end`, counted one by one."""
    span = range(1, (end - start).days + 1)
    days = [start + timedelta(days=n) for n in span]
    return sum(day.weekday() < 5 and day not in CALENDAR.holidays for day in days)


# --- every day


def test_the_calendar_runs_from_the_children_act_to_2050() -> None:
    assert (CALENDAR.first, CALENDAR.last) == (date(1991, 10, 14), date(2050, 12, 31))
    assert (CALENDAR.first, CALENDAR.last) == (CHILDREN_ACT_IN_FORCE, LAST_DAY)
    assert len(EVERY_DAY) == 21_629


def test_every_day_is_a_working_day_a_weekend_or_a_named_holiday_and_only_one_of_them() -> None:
    for day in EVERY_DAY:
        weekend, holiday = day.weekday() >= 5, CALENDAR.holiday(day) is not None
        assert [CALENDAR.is_working(day), weekend, holiday].count(True) == 1, day


def test_every_day_counts_one_if_it_is_a_working_day_and_none_if_not() -> None:
    for before, day in pairwise(EVERY_DAY):
        assert CALENDAR.between(before, day) == CALENDAR.is_working(day), day


def test_from_every_day_the_first_working_day_after_it_is_the_next_one_that_is_working() -> None:
    ahead = None
    for day in reversed(EVERY_DAY):
        if ahead is not None:
            assert CALENDAR.add(day, 1) == ahead, day
        if CALENDAR.is_working(day):
            ahead = day


def test_every_year_has_eight_holidays_but_for_jubilees_a_wedding_a_millennium_a_funeral_and_a_coronation() -> None:
    more = {1999: 9, 2002: 9, 2011: 9, 2012: 9, 2022: 10, 2023: 9}
    for year in range(1992, 2051):
        held = [day for day in CALENDAR.holidays if day.year == year]
        assert len(held) == more.get(year, 8), year


@pytest.mark.parametrize("year", range(1992, 2051))
def test_every_year_keeps_easter_the_three_mondays_new_year_and_christmas(year: int) -> None:
    held = set(bank_holidays(year))
    assert easter_sunday(year) - 2 * STEP in held
    assert easter_sunday(year) + STEP in held
    moved = {one_off.instead_of for one_off in ONE_OFFS}
    mondays = [day for day in EVERY_DAY if day.year == year and day.weekday() == 0]
    for month, which in ((5, 0), (5, -1), (8, -1)):
        monday = [day for day in mondays if day.month == month][which]
        assert monday in held or monday in moved, monday
    new_year = [day for day in held if day.month == 1]
    assert new_year == [min(d for d in (date(year, 1, n) for n in (1, 2, 3)) if d.weekday() < 5)]
    festive = sorted(day for day in held if (day.month, day.day) >= (12, 25) and (day.month, day.day) != (12, 31))
    weekdays = [d for d in (date(year, 12, n) for n in range(25, 30)) if d.weekday() < 5]
    assert len(festive) == 2
    assert set(festive) <= set(weekdays)
    assert not any(CALENDAR.is_working(date(year, 12, n)) for n in (25, 26))


@pytest.mark.parametrize(
    ("year", "christmas", "boxing_day"),
    [
        (2015, "Fri 25", "Mon 28"),
        (2021, "Mon 27", "Tue 28"),
        (2022, "Tue 27", "Mon 26"),
        (2023, "Mon 25", "Tue 26"),
    ],
)
def test_christmas_and_boxing_day_on_a_weekend_are_replaced_by_the_next_free_weekday(
    year: int, christmas: str, boxing_day: str
) -> None:
    found = {name: f"{day:%a %d}" for day, name in bank_holidays(year).items()}
    assert next(day for name, day in found.items() if name.startswith("Christmas Day")) == christmas
    assert found["Boxing Day"] == boxing_day


def test_every_holiday_has_its_name_and_the_names_are_those_of_the_government() -> None:
    assert {f"{day:%a %d %b}": name for day, name in bank_holidays(2024).items()} == {
        "Mon 01 Jan": "New Year’s Day",
        "Fri 29 Mar": "Good Friday",
        "Mon 01 Apr": "Easter Monday",
        "Mon 06 May": "Early May bank holiday",
        "Mon 27 May": "Spring bank holiday",
        "Mon 26 Aug": "Summer bank holiday",
        "Wed 25 Dec": "Christmas Day",
        "Thu 26 Dec": "Boxing Day",
    }


def test_the_holidays_of_a_year_come_in_order() -> None:
    assert list(bank_holidays(2012)) == sorted(bank_holidays(2012))
    assert list(CALENDAR.holidays) == sorted(CALENDAR.holidays)


# --- against what was published


def test_every_day_from_2012_to_2028_is_a_holiday_if_and_only_if_the_government_says_so(shared: Path) -> None:
    (listing,) = sorted((shared / "data" / "bank_holidays").glob("govuk_bank_holidays_*.json"))
    published = json.loads(listing.read_text(encoding="utf-8"))["england-and-wales"]["events"]
    theirs = {date.fromisoformat(event["date"]) for event in published}
    assert (min(theirs).year, max(theirs).year) == (2012, 2028)
    for day in EVERY_DAY:
        if 2012 <= day.year <= 2028:
            assert (CALENDAR.holiday(day) is not None) == (day in theirs), day


ONE_BY_ONE = [
    (date(1995, 5, 8), "Early May bank holiday (VE Day)", date(1995, 5, 1)),
    (date(1999, 12, 31), "Millennium Eve", None),
    (date(2002, 6, 3), "Queen’s Golden Jubilee", None),
    (date(2002, 6, 4), "Spring bank holiday", date(2002, 5, 27)),
    (date(2011, 4, 29), "Royal wedding", None),
    (date(2012, 6, 4), "Spring bank holiday", date(2012, 5, 28)),
    (date(2012, 6, 5), "Queen’s Diamond Jubilee", None),
    (date(2020, 5, 8), "Early May bank holiday (VE Day)", date(2020, 5, 4)),
    (date(2022, 6, 2), "Spring bank holiday", date(2022, 5, 30)),
    (date(2022, 6, 3), "Platinum Jubilee bank holiday", None),
    (date(2022, 9, 19), "State Funeral of Queen Elizabeth II", None),
    (date(2023, 5, 8), "Coronation of King Charles III", None),
]


@pytest.mark.parametrize(("day", "name", "instead_of"), ONE_BY_ONE, ids=lambda value: str(value))
def test_a_day_that_no_rule_yields_is_a_holiday_and_the_one_it_replaced_is_not(
    day: date, name: str, instead_of: date | None
) -> None:
    assert CALENDAR.holiday(day) == name
    assert not CALENDAR.is_working(day)
    assert instead_of is None or CALENDAR.is_working(instead_of)


def test_every_one_off_is_tested_and_names_where_it_was_seen() -> None:
    assert [(one.on, one.name, one.instead_of) for one in ONE_OFFS] == ONE_BY_ONE
    assert all(one.source for one in ONE_OFFS)


def test_days_after_the_last_published_year_are_projected() -> None:
    assert date(2028, 12, 31) == LAST_PUBLISHED == CALENDAR.published_until
    assert not CALENDAR.is_projected(date(2028, 12, 31))
    assert CALENDAR.is_projected(date(2029, 1, 1))
    assert CALENDAR.holiday(date(2029, 12, 25)) == "Christmas Day"


# --- outside the range

FIRST, LAST = CALENDAR.first, CALENDAR.last


@pytest.mark.parametrize("outside", [FIRST - STEP, LAST + STEP, date.min, date.max])
def test_a_day_outside_the_range_is_an_error_and_never_silently_a_working_day(outside: date) -> None:
    for ask in (
        lambda: CALENDAR.add(outside, 1),
        lambda: CALENDAR.between(outside, FIRST),
        lambda: CALENDAR.between(FIRST, outside),
        lambda: CALENDAR.is_working(outside),
        lambda: CALENDAR.not_counted(FIRST, outside),
        lambda: CALENDAR.not_counted(outside, LAST),
        lambda: CALENDAR.days(FIRST, outside),
        lambda: CALENDAR.days(outside, LAST),
        lambda: CALENDAR.with_closures("x", [(outside, "closed")]),
    ):
        with pytest.raises(OutOfRange, match="outside the England and Wales calendar"):
            ask()


@pytest.mark.parametrize("outside", [FIRST, LAST + 2 * STEP, date.max])
def test_a_day_whose_eve_is_outside_the_range_cannot_be_counted_back_from(outside: date) -> None:
    with pytest.raises(OutOfRange, match="outside the England and Wales calendar"):
        CALENDAR.subtract(outside, 1)


@pytest.mark.parametrize("outside", [date(1990, 12, 25), date(2060, 12, 25)])
def test_a_christmas_outside_the_range_is_an_error_and_never_silently_no_holiday(outside: date) -> None:
    with pytest.raises(OutOfRange):
        CALENDAR.holiday(outside)


def test_out_of_range_says_the_range_and_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"01 January 2051 .* runs from 14 October 1991 to 31 December 2050"):
        CALENDAR.is_working(date(2051, 1, 1))


def test_a_limit_that_leaves_the_range_is_an_error() -> None:
    assert CALENDAR.add(date(2050, 12, 29), 1) == date(2050, 12, 30)
    with pytest.raises(OutOfRange, match="2 working days after 29 December 2050"):
        CALENDAR.add(date(2050, 12, 29), 2)


def test_a_count_back_that_leaves_the_range_is_an_error() -> None:
    assert CALENDAR.subtract(date(1991, 10, 15), 1) == FIRST
    with pytest.raises(OutOfRange, match="2 working days before 15 October 1991"):
        CALENDAR.subtract(date(1991, 10, 15), 2)


@pytest.mark.parametrize("n", [0, -1])
def test_no_working_days_or_fewer_is_an_error(n: int) -> None:
    for count in (CALENDAR.add, CALENDAR.subtract):
        with pytest.raises(ValueError, match="1 or more"):
            count(date(2024, 3, 22), n)


# --- the two arrays against a plain walk


@given(day_with_room, st.integers(1, 60))
def test_adding_agrees_with_walking(day: date, n: int) -> None:
    assert CALENDAR.add(day, n) == walked(day, n)


@pytest.mark.parametrize(
    ("day", "n", "before"),
    [
        (date(2024, 4, 16), 15, date(2024, 3, 22)),  # over Easter
        (date(2024, 4, 2), 1, date(2024, 3, 28)),  # Tuesday after Easter Monday
        (date(2024, 3, 25), 1, date(2024, 3, 22)),  # Monday
        (date(2024, 3, 24), 1, date(2024, 3, 22)),  # Sunday
        (date(2024, 3, 23), 1, date(2024, 3, 22)),  # Saturday
        (date(2024, 3, 22), 1, date(2024, 3, 21)),
    ],
)
def test_the_nth_working_day_before_a_day_never_counts_the_day_itself(day: date, n: int, before: date) -> None:
    assert CALENDAR.subtract(day, n) == before


day_with_a_past = st.dates(date(1992, 6, 1), CALENDAR.last)


@given(day_with_a_past, st.integers(1, 60))
def test_subtracting_agrees_with_walking_back(day: date, n: int) -> None:
    assert CALENDAR.subtract(day, n) == walked_back(day, n)


@given(day_with_a_past.filter(CALENDAR.is_working), st.integers(1, 60))
def test_from_a_working_day_back_and_forth_is_where_one_began(day: date, n: int) -> None:
    assert CALENDAR.add(CALENDAR.subtract(day, n), n) == day
    assert CALENDAR.between(CALENDAR.subtract(day, n), day) == n


@given(day_with_a_past, st.integers(0, 60), st.integers(1, 60))
def test_counted_back_from_a_later_day_one_never_comes_to_an_earlier_one(day: date, later: int, n: int) -> None:
    end = min(day + timedelta(days=later), CALENDAR.last)
    assert CALENDAR.subtract(day, n) <= CALENDAR.subtract(end, n)
    assert CALENDAR.subtract(day, n + 1) < CALENDAR.subtract(day, n) < day


@given(any_day, st.integers(0, 120))
def test_counting_agrees_with_walking(day: date, span: int) -> None:
    end = min(day + timedelta(days=span), CALENDAR.last)
    assert CALENDAR.between(day, end) == counted(day, end)


@given(any_day, st.integers(0, 120))
def test_what_is_not_counted_is_each_weekday_holiday_after_the_start_up_to_the_end(day: date, span: int) -> None:
    end = min(day + timedelta(days=span), CALENDAR.last)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    holidays = [d for d in between if d.weekday() < 5 and not CALENDAR.is_working(d)]
    assert CALENDAR.not_counted(day, end) == tuple((d, CALENDAR.holidays[d]) for d in holidays)
    assert CALENDAR.between(day, end) == sum(d.weekday() < 5 for d in between) - len(holidays)


@given(any_day, st.integers(0, 120))
def test_the_working_days_of_a_span_are_those_that_a_walk_finds(day: date, span: int) -> None:
    end = min(day + timedelta(days=span), CALENDAR.last)
    walk = [day + timedelta(days=n) for n in range((end - day).days + 1)]
    assert CALENDAR.days(day, end) == [d for d in walk if CALENDAR.is_working(d)]


@given(day_with_room, st.integers(1, 200))
def test_adding_and_counting_are_inverse(day: date, n: int) -> None:
    assert CALENDAR.between(day, CALENDAR.add(day, n)) == n


@given(any_day, any_day)
def test_counting_backwards_is_counting_forwards_with_the_sign_changed(a: date, b: date) -> None:
    assert CALENDAR.between(a, b) == -CALENDAR.between(b, a)


@given(any_day, any_day, any_day)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)


@given(day_with_room, st.integers(0, 60), st.integers(1, 60))
def test_a_later_start_never_gives_an_earlier_limit(day: date, later: int, n: int) -> None:
    assert CALENDAR.add(day, n) <= CALENDAR.add(day + timedelta(days=later), n)


@given(day_with_room, st.integers(1, 60))
def test_one_more_working_day_is_always_later(day: date, n: int) -> None:
    assert CALENDAR.add(day, n) < CALENDAR.add(day, n + 1)
    assert CALENDAR.is_working(CALENDAR.add(day, n))


# --- a council's own closures

CLOSURES = [(date(2024, 12, 27), "Council closed"), (date(2024, 12, 28), "Council closed"), (date(2024, 12, 25), "?")]


def test_closures_take_weekdays_out_under_a_name_of_their_own_and_leave_the_calendar_as_it_was() -> None:
    ours = CALENDAR.with_closures("Anytown", CLOSURES)
    assert repr(ours) == "WorkingDays('Anytown', 1991-10-14 to 2050-12-31)"
    assert ours.holiday(date(2024, 12, 27)) == "Council closed"
    assert ours.holiday(date(2024, 12, 28)) is None, "a Saturday is no holiday"
    assert ours.holiday(date(2024, 12, 25)) == "Christmas Day", "a bank holiday keeps its name"
    assert ours.published_until == CALENDAR.published_until
    assert ours.add(date(2024, 12, 24), 1) == date(2024, 12, 30)
    assert CALENDAR.add(date(2024, 12, 24), 1) == date(2024, 12, 27)
    assert ours.not_counted(date(2024, 12, 24), date(2024, 12, 30))[-1] == (date(2024, 12, 27), "Council closed")


@given(st.sets(st.dates(date(2024, 1, 1), date(2024, 12, 31)), max_size=10), st.dates(date(2024, 1, 1)), st.data())
def test_a_closure_never_makes_a_limit_earlier(closed: set[date], day: date, data: st.DataObject) -> None:
    day = min(day, date(2024, 12, 31))
    n = data.draw(st.integers(1, 40))
    ours = CALENDAR.with_closures("Anytown", [(d, "closed") for d in closed])
    assert ours.add(day, n) >= CALENDAR.add(day, n)
    assert not any(ours.is_working(d) for d in closed)


def test_two_calendars_of_one_name_and_the_same_days_are_equal_and_no_others() -> None:
    closed = [(date(2024, 12, 27), "closed")]
    one, same = (CALENDAR.with_closures("Anytown", closed) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, CALENDAR}) == 2
    for other in (
        CALENDAR.with_closures("Elsewhere", closed),
        CALENDAR.with_closures("Anytown", [(date(2024, 12, 27), "open")]),
        CALENDAR.with_closures("Anytown", [(date(2024, 12, 30), "closed")]),
    ):
        assert one != other
    assert one != "Anytown"


def test_a_calendar_of_a_few_days_ends_with_its_last_day() -> None:
    few = WorkingDays("few", date(2024, 3, 25), date(2024, 4, 3), CALENDAR.holidays, date(2024, 3, 29))
    assert few.add(date(2024, 3, 28), 2) == date(2024, 4, 3)
    assert few.is_working(date(2024, 4, 3))
    with pytest.raises(OutOfRange):
        few.add(date(2024, 3, 28), 3)
    with pytest.raises(OutOfRange):
        few.is_working(date(2024, 4, 4))
    assert not few.is_projected(date(2024, 3, 29))
    assert few.is_projected(date(2024, 3, 30))


def test_calendars_of_different_names_hash_differently() -> None:
    assert len({hash(CALENDAR.with_closures(f"Council {n}", [])) for n in range(50)}) > 40


# --- moments


def test_a_moment_falls_on_its_day_in_england() -> None:
    assert day_of(date(2024, 6, 30)) == date(2024, 6, 30)
    assert day_of(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == date(2024, 7, 1), "summer time"
    assert day_of(datetime(2024, 12, 31, 23, 30, tzinfo=UTC)) == date(2024, 12, 31), "winter time"


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/New_York"])
def test_two_moments_lie_as_far_apart_whatever_the_clock_of_the_machine(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        try:
            before, after = (datetime(2024, 10, 27, hour, 30, tzinfo=LONDON) for hour in (0, 2))
            assert before < after
            assert lasted(before, after) == (timedelta(hours=3), timedelta(hours=3)), "the clock goes back at two"
            assert bounds_of(before) == (before, before)
            assert {moment.tzinfo for moment in bounds_of(before)} == {UTC}
            assert hours(3).due(before) == after
            assert hours(3).before(after) == before
        finally:
            patched.undo()
            time.tzset()


def test_the_calendar_is_built_once() -> None:
    assert england_and_wales() is CALENDAR
    assert isinstance(CALENDAR, WorkingDays)
