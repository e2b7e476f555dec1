"""Periods of time as the law writes them, and the last day that each permits.

"Within 15 working days after", "within three months of", "seven days beginning with": how a period is counted is part
of the rule, so it is part of the value. Day 0 is the day of the trigger unless the words are "beginning with", which
make it day 1.
"""

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from enum import Enum, StrEnum

from attrs import field, frozen

from childprotect.calendars import Moment, WorkingDays, day_of, england_and_wales, in_england
from childprotect.errors import NeedsTime, OutOfRange


class Unit(StrEnum):
    """What a period is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    WORKING_DAYS = "working-days"


class Counting(Enum):
    """Which day is day 1."""

    FROM_NEXT_DAY = "from the next day"
    """The day of the trigger is day 0: the usual reading of "within n days of"."""
    BEGINNING_WITH = "beginning with the day"
    """The day of the trigger is day 1: a statute's "beginning with the day on which"."""


class MonthEnd(Enum):
    """What a month later means when that month is too short: 31 August plus six months."""

    CLAMP = "the last day of the month"
    """28 or 29 February. No source was found that settles it; this is the reading that never gives extra time."""
    ROLL_OVER = "the first day of the next month"
    """1 March."""


class Roll(Enum):
    """What happens when the last day is not a working day."""

    NONE = "stays"
    """The limit stands, weekend or not. Guidance on child protection gives no extension."""
    FORWARD = "moves to the next working day"
    BACK = "moves to the working day before"


# looking up a member of an enum would take a fifth of the time of a due date
_WORKING_DAYS, _HOURS, _MONTHS = Unit.WORKING_DAYS, Unit.HOURS, Unit.MONTHS
_BEGINNING_WITH, _STAYS = Counting.BEGINNING_WITH, Roll.NONE
_PERIOD = re.compile(
    r"(?P<n>\d{1,4}) (?P<unit>(?:hour|day|week|month|working day)s?)(?P<inclusive> beginning with the day)?"
)


@frozen
class Period:
    """A length of time and the way it is counted. Build one with `hours`, `days`, `weeks`, `months`, `working_days`.

    >>> print(working_days(15).due(date(2024, 3, 22)))
    2024-04-16
    >>> print(months(6).due(date(2012, 8, 31)))
    2013-02-28
    >>> print(days(7, counting=Counting.BEGINNING_WITH).due(date(2012, 9, 3)))
    2012-09-09
    """

    n: int = field()
    unit: Unit
    counting: Counting = Counting.FROM_NEXT_DAY
    calendar: WorkingDays | None = field(default=None, repr=False)
    """The calendar of working days; None is England and Wales."""
    roll: Roll = Roll.NONE
    month_end: MonthEnd = MonthEnd.CLAMP
    length: str = field(init=False, eq=False, repr=False)
    """The length alone, in words: `8 days`."""
    lateness_unit: str = field(init=False, eq=False, repr=False)
    """The unit that `elapsed` counts in: `working-days` or `days`."""

    @length.default
    def _length(self) -> str:
        words = f"{self.n} {self.unit.replace('-', ' ')}"
        return words[:-1] if self.n == 1 else words

    @lateness_unit.default
    def _lateness_unit(self) -> str:
        return "working-days" if self.unit is Unit.WORKING_DAYS else "days"

    @n.validator
    def _at_least_one(self, _: object, value: int) -> None:
        if value < 1:
            raise ValueError(f"a period is 1 or more of its unit, not {value}")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period that a text such as `15 working days` or `7 days beginning with the day` means: as one prints.

        Raises `ValueError`, which says what was expected.
        """
        found = _PERIOD.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no period; expected one such as '15 working days' or '72 hours'")
        unit = Unit(found["unit"].removesuffix("s").replace(" ", "-") + "s")
        counting = Counting.BEGINNING_WITH if found["inclusive"] else Counting.FROM_NEXT_DAY
        return cls(int(found["n"]), unit, counting)

    @property
    def working_calendar(self) -> WorkingDays:
        """The calendar that working days, and rolling, are counted in."""
        return self.calendar if self.calendar is not None else england_and_wales()

    def due(self, start: Moment) -> Moment:
        """The last day (or, for hours, the last moment) on which the thing is still in time.

        `start` is a date, or an aware datetime. A period in hours needs the time of day and gives a datetime in UTC
        hours, so that the clock going forward or back changes nothing; the other units give a date.

        Raises `NeedsTime` for hours from a date, `OutOfRange` when working days leave the calendar or the result
        leaves the years 1 to 9999.
        """
        try:
            if self.unit is _WORKING_DAYS:
                return self._due_in_working_days(start)
            if self.unit is _HOURS:
                return self._due_in_hours(start)
            day = day_of(start)
            if self.unit is _MONTHS:
                last = self._months_from(day, self.n)
            else:
                last = day + timedelta(days=self.n * (7 if self.unit is Unit.WEEKS else 1))
            if self.counting is _BEGINNING_WITH:
                last -= timedelta(days=1)
            return last if self.roll is _STAYS else self._rolled(last)
        except OverflowError:
            raise OutOfRange(f"{self} from {start} leaves the years that dates can have") from None

    def _due_in_working_days(self, start: Moment) -> date:
        calendar = self.calendar if self.calendar is not None else england_and_wales()
        day = day_of(start)
        if self.counting is _BEGINNING_WITH:
            day -= timedelta(days=1)
        return calendar.add(day, self.n)

    def _due_in_hours(self, start: Moment) -> datetime:
        if not isinstance(start, datetime):
            raise NeedsTime(f"{self} from {start} cannot be counted without the time of day")
        return (start.astimezone(UTC) + timedelta(hours=self.n)).astimezone(start.tzinfo)

    def _months_from(self, day: date, n: int) -> date:
        # written out because it is the commonest sum of a check, and eight times as fast as the general library;
        # a test holds it to dateutil's relativedelta
        year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError
        if day.day <= 28 or day.day <= (last_of_month := monthrange(year, month + 1)[1]):
            return date(year, month + 1, day.day)
        clamped = date(year, month + 1, last_of_month)
        return clamped if self.month_end is MonthEnd.CLAMP else clamped + timedelta(days=1)

    def _rolled(self, day: date) -> date:
        calendar = self.working_calendar
        step = timedelta(days=1 if self.roll is Roll.FORWARD else -1)
        while not calendar.is_working(day):
            day += step
        return day

    def before(self, anchor: Moment) -> Moment:
        """The last day that lies at least this long before the anchor: "two working days before the conference".

        For hours it is the last moment; from a day without a time they count as whole days. Raises `OutOfRange` as
        `due` does.
        """
        try:
            return self._before(anchor)
        except OverflowError:
            raise OutOfRange(f"{self} before {anchor} leaves the years that dates can have") from None

    def _before(self, anchor: Moment) -> Moment:
        day = day_of(anchor)
        match self.unit:
            case Unit.WORKING_DAYS:
                return self.working_calendar.subtract(day, self.n)
            case Unit.MONTHS:
                return self._months_from(day, -self.n)
            case Unit.HOURS if isinstance(anchor, datetime):
                return in_england(anchor.astimezone(UTC) - timedelta(hours=self.n))
        return day - timedelta(days=self.days_at_most)

    @property
    def days_at_most(self) -> int:
        """The length in calendar days, for hours, days and weeks: 72 hours touch no more than the third day after."""
        return {Unit.HOURS: -(-self.n // 24), Unit.WEEKS: 7 * self.n}.get(self.unit, self.n)

    def elapsed(self, start: date, end: date) -> int:
        """How far `end` is past `start`, in working days for a period of working days and in days for any other."""
        if self.unit is Unit.WORKING_DAYS:
            return self.working_calendar.between(start, end)
        return (end - start).days

    def __str__(self) -> str:
        return self.length if self.counting is Counting.FROM_NEXT_DAY else f"{self.length} {self.counting.value}"


def hours(n: int) -> Period:
    """n hours, from a moment."""
    return Period(n, Unit.HOURS)


def days(n: int, *, counting: Counting = Counting.FROM_NEXT_DAY) -> Period:
    """n calendar days."""
    return Period(n, Unit.DAYS, counting)


def weeks(n: int, *, counting: Counting = Counting.FROM_NEXT_DAY) -> Period:
    """n weeks of seven days."""
    return Period(n, Unit.WEEKS, counting)


def months(n: int, *, counting: Counting = Counting.FROM_NEXT_DAY, month_end: MonthEnd = MonthEnd.CLAMP) -> Period:
    """n calendar months: the same day of a later month, or `month_end` where there is none."""
    return Period(n, Unit.MONTHS, counting, month_end=month_end)


def working_days(n: int, *, counting: Counting = Counting.FROM_NEXT_DAY, calendar: WorkingDays | None = None) -> Period:
    """n working days, in the calendar of England and Wales unless another is given."""
    return Period(n, Unit.WORKING_DAYS, counting, calendar)
