"""Working days for England and Wales, as two arrays.

A calendar is computed once, by rule plus a short list of dated exceptions with their sources, into a running count of
working days and its inverse. After that "15 working days after" is two reads of a list, and every engine that reads
the same lists agrees about every bank holiday.

A day outside the declared range is an error, never silently "no holiday". Days after the last published year are
computed by the same rule and marked as *projected*: a future government may add or move a bank holiday.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, compress
from types import MappingProxyType

from attrs import field, frozen
from dateutil.easter import easter

from childprotect.errors import OutOfRange, UnreadableInput

CHILDREN_ACT_IN_FORCE = date(1991, 10, 14)
"""The day the Children Act 1989 came into force: no clock of ours can start earlier."""
LAST_DAY = date(2050, 12, 31)
LAST_PUBLISHED = date(2028, 12, 31)
"""The last day for which GOV.UK has published bank holidays, in the list we check against."""

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


Moment = date | datetime
"""A day, or a moment with its time zone."""


def day_of(at: Moment) -> date:
    """The calendar day in England on which a moment falls; a day is itself."""
    if not isinstance(at, datetime):
        return at
    return in_england(at).date()


def in_england(at: datetime) -> datetime:
    """The same moment by the clocks of England."""
    from zoneinfo import ZoneInfo  # only where there are times of day: it is slow to import

    return at.astimezone(ZoneInfo("Europe/London"))


def bounds_of(at: Moment) -> tuple[datetime, datetime]:
    """The first and the last instant that a moment can have been: a day without a time is any time of that day."""
    if isinstance(at, datetime):
        moment = at.astimezone(UTC)  # two moments of one zone are compared by the clock on the wall, which may jump
        return moment, moment
    from zoneinfo import ZoneInfo

    first, last = (datetime.combine(at, t, ZoneInfo("Europe/London")) for t in (time.min, time.max))
    return first.astimezone(UTC), last.astimezone(UTC)


def lasted(start: Moment, end: Moment) -> tuple[timedelta, timedelta]:
    """The shortest and the longest time that can lie between two moments, where a day may be any time of that day.

    The clock going forward or back changes nothing: an hour is an hour.
    """
    (first, last), (earliest, latest) = bounds_of(start), bounds_of(end)
    return max(earliest - last, timedelta(0)), latest - first


@frozen
class OneOff:
    """A bank holiday that no rule yields: added, or moved from `instead_of`. `source` is where the fact was seen."""

    on: date
    name: str
    source: str
    instead_of: date | None = None


_GOV_UK = "GOV.UK bank holidays list (2012 to 2028)"
ONE_OFFS = (
    OneOff(
        date(1995, 5, 8),
        "Early May bank holiday (VE Day)",
        "github.com/azuyalabs/yasumi/pull/160; agrees with the holidays package",
        instead_of=date(1995, 5, 1),
    ),
    OneOff(
        date(1999, 12, 31),
        "Millennium Eve",
        "github.com/peopledoc/workalendar, united_kingdom.py; agrees with the holidays package",
    ),
    OneOff(
        date(2002, 6, 3),
        "Queen’s Golden Jubilee",
        "github.com/peopledoc/workalendar, united_kingdom.py; agrees with the holidays package",
    ),
    OneOff(
        date(2002, 6, 4),
        "Spring bank holiday",
        "github.com/azuyalabs/yasumi/pull/160; agrees with the holidays package",
        instead_of=date(2002, 5, 27),
    ),
    OneOff(
        date(2011, 4, 29),
        "Royal wedding",
        "metacpan.org/release/CLIFFORDJ/Date-Holidays-EnglandWales-0.11/changes; agrees with the holidays package",
    ),
    OneOff(date(2012, 6, 4), "Spring bank holiday", _GOV_UK, instead_of=date(2012, 5, 28)),
    OneOff(date(2012, 6, 5), "Queen’s Diamond Jubilee", _GOV_UK),
    OneOff(
        date(2020, 5, 8),
        "Early May bank holiday (VE Day)",
        f"{_GOV_UK}; Royal Proclamation, thegazette.co.uk/notice/3326938",
        instead_of=date(2020, 5, 4),
    ),
    OneOff(date(2022, 6, 2), "Spring bank holiday", _GOV_UK, instead_of=date(2022, 5, 30)),
    OneOff(date(2022, 6, 3), "Platinum Jubilee bank holiday", _GOV_UK),
    OneOff(date(2022, 9, 19), "State Funeral of Queen Elizabeth II", _GOV_UK),
    OneOff(date(2023, 5, 8), "Coronation of King Charles III", _GOV_UK),
)


def bank_holidays(year: int) -> dict[date, str]:
    """Bank holidays and common-law holidays of England and Wales that fall on a working weekday of `year`.

    By the Banking and Financial Dealings Act 1971 and the yearly proclamations: New Year's Day, Good Friday, Easter
    Monday, the first Monday of May, the last Mondays of May and August, Christmas Day, Boxing Day; a day that falls on
    a weekend is replaced by the next free weekday. Then the dated exceptions of `ONE_OFFS`.
    """
    sunday = easter(year)
    days = {
        _first_free_weekday(date(year, 1, 1)): "New Year’s Day",
        sunday - timedelta(days=2): "Good Friday",
        sunday + _ONE_DAY: "Easter Monday",
        _first_monday(year, 5): "Early May bank holiday",
        _last_monday(year, 5): "Spring bank holiday",
        _last_monday(year, 8): "Summer bank holiday",
    }
    christmas, boxing_day = date(year, 12, 25), date(year, 12, 26)
    if christmas.weekday() == _SATURDAY + 1:  # on a Sunday: replaced after Boxing Day, which keeps the Monday
        days[boxing_day] = "Boxing Day"
        days[date(year, 12, 27)] = "Christmas Day (substitute)"
    else:
        days[_first_free_weekday(christmas)] = "Christmas Day"
        days[_first_free_weekday(boxing_day, taken=days)] = "Boxing Day"
    for one_off in ONE_OFFS:
        if one_off.on.year == year:
            if one_off.instead_of is not None:
                del days[one_off.instead_of]
            days[one_off.on] = one_off.name
    return dict(sorted(days.items()))


def _first_free_weekday(day: date, taken: Mapping[date, str] = MappingProxyType({})) -> date:
    while day.weekday() >= _SATURDAY or day in taken:
        day += _ONE_DAY
    return day


def _first_monday(year: int, month: int) -> date:
    return _first_weekday_from(date(year, month, 1))


def _last_monday(year: int, month: int) -> date:
    return _first_weekday_from(date(year, month, 25))  # months of 31 days: the last Monday is the first from the 25th


def _first_weekday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


@frozen(eq=False, repr=False)
class WorkingDays:
    """A named calendar over a declared range of days.

    `add`, `between` and `is_working` cost a fraction of a microsecond. All raise `OutOfRange` outside `first`..`last`.

    >>> days = england_and_wales()
    >>> days.add(date(2024, 3, 22), 15)
    datetime.date(2024, 4, 16)
    >>> days.holiday(date(2022, 9, 19))
    'State Funeral of Queen Elizabeth II'
    """

    name: str
    first: date
    last: date
    holidays: Mapping[date, str]
    """Every non-working weekday in the range, with its name."""
    published_until: date
    """Days after this one are projected by rule, not published."""
    _count: list[int] = field(init=False)
    """How many working days there are up to and including day i, counted from `first`."""
    _days: list[date] = field(init=False)
    """The working days themselves, in order: the inverse of the running count."""
    _off: list[date] = field(init=False)
    """The days of the holidays, in order."""
    _base: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        off = {day.toordinal() for day in self.holidays}
        ordinals = range(self.first.toordinal(), self.last.toordinal() + 1)
        # the first day of all, ordinal 1, is a Monday
        working = [(ordinal - 1) % 7 < _SATURDAY and ordinal not in off for ordinal in ordinals]
        object.__setattr__(self, "_count", list(accumulate(map(int, working))))
        object.__setattr__(self, "_days", [*map(date.fromordinal, compress(ordinals, working))])
        object.__setattr__(self, "_off", list(self.holidays))
        object.__setattr__(self, "_base", self.first.toordinal())

    def _counted(self, day: date) -> int:
        index = day.toordinal() - self._base
        if index < 0 or index >= len(self._count):
            raise OutOfRange(
                f"{day:%d %B} {day.year} is outside the {self.name} calendar, which runs from "
                f"{self.first:%d %B %Y} to {self.last:%d %B %Y}"
            )
        return self._count[index]

    def add(self, day: date, n: int) -> date:
        """The nth working day after `day`; day 1 is the first working day after it, whatever `day` itself is.

        `n` is 1 or more. Raises `OutOfRange` if either end lies outside the calendar.
        """
        if n < 1:
            raise ValueError(f"the number of working days must be 1 or more, not {n}")
        index = self._counted(day) + n - 1
        if index >= len(self._days):
            raise OutOfRange(f"{_working_days(n)} after {day:%d %B %Y} is outside the {self.name} calendar")
        return self._days[index]

    def subtract(self, day: date, n: int) -> date:
        """The nth working day before `day`; day 1 is the last working day before it, whatever `day` itself is.

        `n` is 1 or more. Raises `OutOfRange` if either end lies outside the calendar.
        """
        if n < 1:
            raise ValueError(f"the number of working days must be 1 or more, not {n}")
        index = self._counted(day - _ONE_DAY) - n
        if index < 0:
            raise OutOfRange(f"{_working_days(n)} before {day:%d %B %Y} is outside the {self.name} calendar")
        return self._days[index]

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first, 0 on the same day."""
        return self._counted(end) - self._counted(start)

    def is_working(self, day: date) -> bool:
        """Whether `day` is a Monday to Friday that is not a holiday of this calendar."""
        self._counted(day)
        return day.weekday() < _SATURDAY and day not in self.holidays

    def is_projected(self, day: date) -> bool:
        """Whether the holidays of that day's year have not been published yet."""
        self._counted(day)
        return day > self.published_until

    def holiday(self, day: date) -> str | None:
        """The name of the holiday on that weekday, if there is one."""
        self._counted(day)
        return self.holidays.get(day)

    def not_counted(self, start: date, end: date) -> tuple[tuple[date, str], ...]:
        """The weekday holidays after `start` up to and including `end`, in order: what made the wait longer."""
        self._counted(start), self._counted(end)
        low, high = bisect_right(self._off, start), bisect_right(self._off, end)
        return tuple((day, self.holidays[day]) for day in self._off[low:high])

    def days(self, start: date, end: date) -> list[date]:
        """The working days from `start` to `end`, both included."""
        self._counted(start), self._counted(end)
        return self._days[bisect_left(self._days, start) : bisect_right(self._days, end)]

    def with_closures(self, name: str, closures: Iterable[tuple[date, str]]) -> "WorkingDays":
        """The same calendar with a council's own closure days taken out too, under a name of its own."""
        holidays = dict(self.holidays)
        for day, why in closures:
            self._counted(day)
            if day.weekday() < _SATURDAY:
                holidays.setdefault(day, why)
        return WorkingDays(name, self.first, self.last, _ordered(holidays), self.published_until)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkingDays):
            return NotImplemented
        ours = (self.name, self.first, self.last, self.published_until, self.holidays)
        return self is other or ours == (other.name, other.first, other.last, other.published_until, other.holidays)

    def __hash__(self) -> int:
        return hash((self.name, self.first, self.last, len(self.holidays)))

    def __repr__(self) -> str:
        return f"WorkingDays({self.name!r}, {self.first} to {self.last})"


def _ordered(holidays: dict[date, str]) -> Mapping[date, str]:
    return MappingProxyType(dict(sorted(holidays.items())))


@cache
def england_and_wales() -> WorkingDays:
    """The calendar of England and Wales from the Children Act (14 October 1991) to 2050.

    Built once, when it is first asked for, in some tens of milliseconds.
    """
    holidays: dict[date, str] = {}
    for year in range(CHILDREN_ACT_IN_FORCE.year, LAST_DAY.year + 1):
        holidays |= {d: n for d, n in bank_holidays(year).items() if CHILDREN_ACT_IN_FORCE <= d <= LAST_DAY}
    return WorkingDays("England and Wales", CHILDREN_ACT_IN_FORCE, LAST_DAY, _ordered(holidays), LAST_PUBLISHED)


def refuse_other_than_days(as_at: object, known_at: object = None) -> None:
    """Refuse what a check cannot be made as at: what is no day, such as text or a moment.

    A day beyond the calendar is one. Raises `UnreadableInput`, which names the argument.
    """
    for name, day in (("as_at", as_at), ("known_at", known_at)):
        if type(day) is not date and not (day is None and name == "known_at"):
            what = type(day).__name__
            raise UnreadableInput(name, "", f"it is a {what}, and no day", "a date, such as date(2024, 3, 31)")


def _working_days(n: int) -> str:
    return "1 working day" if n == 1 else f"{n} working days"
