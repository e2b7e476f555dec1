"""Lengths of time and the last day that each permits: months walked one by one, hours counted in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from tests.oracles.bank_holidays import ONE_DAY
from tests.oracles.working_days import add, is_working, subtract

When = date | datetime
Unit = Literal["hours", "days", "weeks", "months", "working-days"]


class Length(NamedTuple):
    """So many of a unit. `beginning_with` makes the day itself day 1; the rest is said by its name."""

    n: int
    unit: Unit
    beginning_with: bool = False
    short_month: Literal["its last day", "the next day"] = "its last day"
    not_working: Literal["stays", "forward", "back"] = "stays"


def due(length: Length, start: When) -> When:
    """The last day in time, or for hours the last moment; for hours from a day without a time the last day possible."""
    if length.unit == "hours":
        if isinstance(start, datetime):
            return start.astimezone(UTC) + timedelta(hours=length.n)
        return day_in_england(_midnight_after(start) - timedelta.resolution + timedelta(hours=length.n))
    last = _counted(length, day_in_england(start))
    while length.not_working != "stays" and not is_working(last):
        last += ONE_DAY if length.not_working == "forward" else -ONE_DAY
    return last


def _counted(length: Length, start: date) -> date:
    if length.unit == "working-days":
        if length.beginning_with:
            return add(start - ONE_DAY, length.n)
        return add(start, length.n)
    if length.unit == "months":
        last = months_later(start, length.n, length.short_month)
    else:
        last = start
        for _ in range(length.n * (7 if length.unit == "weeks" else 1)):
            last += ONE_DAY
    return last - ONE_DAY if length.beginning_with else last


def before(length: Length, anchor: When) -> When:
    """The last day that lies so long before the anchor, or for hours the last moment.

    Hours before a day without a time count as whole days, and one that is begun is one.
    """
    if length.unit == "hours" and isinstance(anchor, datetime):
        return anchor.astimezone(UTC) - timedelta(hours=length.n)
    day = day_in_england(anchor)
    if length.unit == "working-days":
        return subtract(day, length.n)
    if length.unit == "months":
        return months_earlier(day, length.n, length.short_month)
    hours = length.n if length.unit == "hours" else 0
    while hours > 0:
        day -= ONE_DAY
        hours -= 24
    if length.unit == "hours":
        return day
    return day - length.n * (7 if length.unit == "weeks" else 1) * ONE_DAY


def months_later(day: date, n: int, short_month: str = "its last day") -> date:
    """The same day so many months later."""
    year, month = day.year, day.month
    for _ in range(n):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return _in_month(year, month, day.day, short_month)


def months_earlier(day: date, n: int, short_month: str = "its last day") -> date:
    """The same day so many months earlier."""
    year, month = day.year, day.month
    for _ in range(n):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return _in_month(year, month, day.day, short_month)


def _in_month(year: int, month: int, wanted: int, short_month: str) -> date:
    last = date(year, month, 28)
    while (last + ONE_DAY).month == month:
        last += ONE_DAY
    if wanted <= last.day:
        return date(year, month, wanted)
    return last if short_month == "its last day" else last + ONE_DAY


# --- the clocks of England since 1996: an hour ahead from the last Sunday of March to that of October, at 1 o'clock UTC


def _last_sunday(year: int, month: int) -> datetime:
    day = date(year, month, 31)
    while day.isoweekday() != 7:
        day -= ONE_DAY
    return datetime.combine(day, time(1), UTC)


def hours_ahead(moment: datetime) -> timedelta:
    """By how much the clocks of England are ahead of UTC then."""
    year = moment.astimezone(UTC).year
    summer = _last_sunday(year, 3) <= moment < _last_sunday(year, 10)
    return timedelta(hours=1 if summer else 0)


def day_in_england(when: When) -> date:
    """The day that it is in England."""
    if isinstance(when, datetime):
        return (when.astimezone(UTC) + hours_ahead(when)).date()
    return when


def _midnight_before(day: date) -> datetime:
    """When the day begins in England. The clocks never change at midnight."""
    midnight = datetime.combine(day, time(0), UTC)
    return midnight - hours_ahead(midnight)


def _midnight_after(day: date) -> datetime:
    return _midnight_before(day + ONE_DAY)


def hours_between(start: When, end: When) -> tuple[timedelta, timedelta, bool]:
    """The shortest and the longest time that can lie between, and whether the shortest is only approached.

    A day without a time is any time of that day, up to the midnight after it, which is none of its times.
    """
    start_by, start_from = (
        (start, start) if isinstance(start, datetime) else (_midnight_after(start), _midnight_before(start))
    )
    end_from, end_by = (end, end) if isinstance(end, datetime) else (_midnight_before(end), _midnight_after(end))
    return max(end_from - start_by, timedelta(0)), end_by - start_from, not isinstance(start, datetime)


def last_moment(when: When) -> datetime:
    """The moment, or the last of a day."""
    return when if isinstance(when, datetime) else _midnight_after(when) - timedelta.resolution
