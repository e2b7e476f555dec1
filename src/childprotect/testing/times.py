"""Days, calendars and periods, with the edges on which counting goes wrong more often than chance would have them."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from hypothesis import strategies as st

from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit
from childprotect.testing.stories import PLAIN

T = TypeVar("T")
FIRST, LAST = date(2006, 4, 1), date(2027, 12, 31)
"""The days of the rulebook of England, with a little of what has not come yet."""
_ONE_DAY = timedelta(days=1)
_SUNDAY = 6


def drawn(name: str, make: Callable[[st.DrawFn], T]) -> st.SearchStrategy[T]:
    """A strategy of whatever `make` draws, printed as its name: a rulebook printed whole would fill the screen."""

    def strategy(draw: st.DrawFn) -> T:
        return make(draw)

    strategy.__name__ = name
    return st.composite(strategy)()


def dates(*, first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    """Days from `first` to `last`; often beside a bank holiday, the end of a month, 29 February or a clock change.

    Shrinks to a plain Wednesday, 11 September 2024, where that is among them, else to the day nearest to it. Raises
    `ValueError` if `last` is before `first`.
    """
    if last < first:
        raise ValueError(f"last {last} is before first {first}")
    plain = min(max(PLAIN, first), last)
    near = st.integers((first - plain).days, (last - plain).days).map(lambda n: plain + timedelta(days=n))
    edges = [[day for day in kind if first <= day <= last] for kind in _edges(first.year, last.year)]
    return st.one_of(near, *(st.sampled_from(kind) for kind in edges if kind))


@lru_cache
def _edges(first: int, last: int) -> tuple[tuple[date, ...], ...]:
    """Days beside which something changes and the days before and after them, nearest to the plain Wednesday first."""
    years = range(first, last + 1)
    kinds = (
        [day for day in england_and_wales().holidays if first <= day.year <= last],
        [date(year, month, 1) for year in years for month in range(1, 13)],
        [_last_sunday(year, month) for year in years for month in (3, 10)],
        [date(year, 3, 1) - _ONE_DAY for year in years],
    )
    around = ({day + n * _ONE_DAY for day in kind for n in (-1, 0, 1)} for kind in kinds)
    return tuple(tuple(sorted(kind, key=lambda day: abs(day - PLAIN))) for kind in around)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - (last.weekday() - _SUNDAY) % 7 * _ONE_DAY


def working_days_calendars(*, closures: int = 5) -> st.SearchStrategy[WorkingDays]:
    """The calendar of England and Wales with at most so many closure days of an invented council.

    Shrinks to the calendar without any.
    """
    days = st.lists(dates().map(lambda day: (day, "closed")), max_size=closures, unique=True)
    return days.map(lambda found: england_and_wales().with_closures("Anytown", found) if found else england_and_wales())


_MOST = {Unit.WORKING_DAYS: 65, Unit.DAYS: 120, Unit.WEEKS: 26, Unit.MONTHS: 12, Unit.HOURS: 240}
"""The longest period of each unit: a little more than any that the law of England has."""


@st.composite
def periods(draw: st.DrawFn, *, units: Collection[Unit] = tuple(_MOST)) -> Period:
    """Periods in these units, counted from the day or beginning with it, and now and then rounded.

    Shrinks to 1 of the first unit, a working day if it is among them. Raises `ValueError` where there is no unit.
    """
    if not units:
        raise ValueError("periods needs one unit at least")
    unit = draw(st.sampled_from(sorted(units, key=list(_MOST).index)))
    n = draw(st.integers(1, _MOST[unit]))
    # drawn for every unit: what needs fewer draws counts as simpler, and the first unit is to be the simplest
    counting, roll, month_end = draw(
        st.tuples(st.sampled_from(Counting), st.sampled_from(Roll), st.sampled_from(MonthEnd))
    )
    if unit is Unit.HOURS:
        return Period(n, unit)
    return Period(
        n,
        unit,
        counting,
        roll=Roll.NONE if unit is Unit.WORKING_DAYS else roll,
        month_end=month_end if unit is Unit.MONTHS else MonthEnd.CLAMP,
    )
