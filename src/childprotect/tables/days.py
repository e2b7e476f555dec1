"""Days as numbers, and deadlines of many starts at once: the same counting as `periods`, a column at a time.

A day is a 32-bit integer, the days since 1 January 1970, as Arrow and NumPy count them. `FAR` is later than any day,
and stands for "never"; `LOST` stands for a day that cannot be computed, because it leaves the calendar.
"""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from childprotect.calendars import WorkingDays
from childprotect.errors import OutOfRange
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit

Days = NDArray[np.int32]

EPOCH = date(1970, 1, 1)
_ORDINAL = EPOCH.toordinal()
FAR = np.int32(2**31 - 1)
LOST = np.int32(-(2**31))
_FIRST, _LAST = date.min.toordinal() - _ORDINAL, date.max.toordinal() - _ORDINAL


def number(day: date) -> int:
    """A day as a number."""
    return day.toordinal() - _ORDINAL


def day(number: int) -> date:
    """A number as a day."""
    return EPOCH + timedelta(days=int(number))


@lru_cache
def _running_count(calendar: WorkingDays) -> tuple[int, NDArray[np.int32], Days]:
    """The first day of a calendar, its running count of working days, and the working days themselves."""
    working = np.array([number(day) for day in calendar.days(calendar.first, calendar.last)], np.int32)
    first, last = number(calendar.first), number(calendar.last)
    count = np.searchsorted(working, np.arange(first, last + 1, dtype=np.int32), side="right").astype(np.int32)
    return first, count, working


def due(period: Period, starts: Days) -> Days:
    """The last day that `period.due` permits, for each start; `LOST` where it would raise `OutOfRange`.

    Periods in hours are not counted here: they need the time of day.
    """
    assert period.unit is not Unit.HOURS, "hours are counted from moments"
    first, last = (int(starts.min()), int(starts.max())) if len(starts) else (0, 0)
    if last - first >= len(starts):
        return _due(period, starts)
    # many starts fall on few days: each day is counted once
    return _due(period, np.arange(first, last + 1, dtype=np.int32))[starts - first]


def _due(period: Period, starts: Days) -> Days:
    if period.unit is Unit.WORKING_DAYS:
        return _working_days_later(period, starts)
    if period.unit is Unit.MONTHS:
        last = _months_later(starts, period.n, period.month_end)
    else:
        last = _valid(starts.astype(np.int64) + period.n * (7 if period.unit is Unit.WEEKS else 1))
    if period.counting is Counting.BEGINNING_WITH:
        last = np.where(last == LOST, LOST, last - 1).astype(np.int32)
    return last if period.roll is Roll.NONE else _rolled(period, last)


def working_days_after(calendar: WorkingDays, days: Days, n: Days) -> Days:
    """The nth working day after each day; for 0 the day itself if it is one, else the next.

    Raises `OutOfRange` if a day or an answer lies outside the calendar.
    """
    first, count, working = _running_count(calendar)
    place, inside = _places(days, first, len(count))
    # what begins on a day off begins as if it were the next working day, if it is done at once
    index = count[place] + n - 1
    index[n == 0] = np.where(place > 0, count[place - 1], 0)[n == 0]
    if not inside.all() or (index >= len(working)).any():
        raise OutOfRange(f"a day lies outside the {calendar.name} calendar, {calendar.first} to {calendar.last}")
    found: Days = working[index]
    return found


def before(period: Period, anchors: Days) -> Days:
    """The last day that lies at least a period before each anchor, as `Period.before`; hours count as whole days."""
    if period.unit is Unit.WORKING_DAYS:
        first, count, working = _running_count(period.working_calendar)
        place, inside = _places(anchors - 1, first, len(count))
        index = count[place] - period.n
        found = working[np.maximum(index, 0)]
        return np.where(inside & (index >= 0), found, LOST).astype(np.int32)
    if period.unit is Unit.MONTHS:
        return _months_later(anchors, -period.n, period.month_end)
    return _valid(anchors.astype(np.int64) - period.days_at_most)


def elapsed(period: Period | None, starts: Days, ends: Days) -> Days:
    """How far the ends are past the starts, as `Period.elapsed`; `LOST` where they leave the calendar.

    None is a date that stood on the record, from which calendar days are counted.
    """
    if period is None or period.unit is not Unit.WORKING_DAYS:
        return (ends - starts).astype(np.int32)
    first, count, _ = _running_count(period.working_calendar)
    begin, starts_inside = _places(starts, first, len(count))
    end, ends_inside = _places(ends, first, len(count))
    return np.where(starts_inside & ends_inside, count[end] - count[begin], LOST).astype(np.int32)


def _places(days: Days, first: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The places of days in a calendar, and which of them it holds."""
    places = days.astype(np.int64) - first
    inside = (places >= 0) & (places < length)
    return np.where(inside, places, 0), inside


def _working_days_later(period: Period, starts: Days) -> Days:
    first, count, working = _running_count(period.working_calendar)
    begin = starts if period.counting is Counting.FROM_NEXT_DAY else starts - 1
    place, inside = _places(begin, first, len(count))
    index = count[place] + (period.n - 1)
    reached = index < len(working)
    return np.where(inside & reached, working[np.where(reached, index, 0)], LOST).astype(np.int32)


def _months_later(starts: Days, n: int, month_end: MonthEnd) -> Days:
    days = starts.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day_of_month = (days - months.astype("datetime64[D]")).astype(np.int64)
    later = months + n
    begins = later.astype("datetime64[D]").astype(np.int64)
    length = (later + 1).astype("datetime64[D]").astype(np.int64) - begins
    too_short = day_of_month >= length
    past = length - 1 if month_end is MonthEnd.CLAMP else length
    return _valid(begins + np.where(too_short, past, day_of_month))


def _valid(days: NDArray[np.int64]) -> Days:
    """The days, `LOST` where they leave the years 1 to 9999."""
    return np.where((days >= _FIRST) & (days <= _LAST), days, LOST).astype(np.int32)


def _rolled(period: Period, days: Days) -> Days:
    first, count, working = _running_count(period.working_calendar)
    place, inside = _places(days, first, len(count))
    # the running count of the day before is the place of the first working day from then on
    up_to = count[place] if period.roll is Roll.BACK else np.where(place > 0, count[place - 1], 0) + 1
    reached = (up_to > 0) & (up_to <= len(working))
    return np.where(inside & reached, working[np.where(reached, up_to - 1, 0)], LOST).astype(np.int32)
