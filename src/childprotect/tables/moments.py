"""Moments of many rows at once: the first and the last instant that each can have been, and limits in hours.

An instant is a number of microseconds since 1970 UTC, so that the clock going forward or back changes nothing.
"""

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from childprotect.calendars import bounds_of
from childprotect.tables.batches import Batch, Rows, microseconds
from childprotect.tables.days import Days, day, number
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN

Instants = NDArray[np.int64]
A_DAY = 24 * 3600 * 1_000_000
_AN_HOUR = 3600 * 1_000_000
EARLIEST, LATEST = number(date(1900, 1, 1)), number(date(9000, 1, 1))
"""The days that columns can count with. A child of whom something else is told is checked alone."""


def bounds(batch: Batch, rows: Rows) -> tuple[Instants, Instants]:
    """The first and the last instant that each row can have been: a day without a time is any time of that day."""
    first, last = bounds_of_days(batch.day[rows])
    timed, moment = batch.timed[rows], batch.moment[rows]
    return np.where(timed, moment, first), np.where(timed, moment, last)


def bounds_of_days(days: Days) -> tuple[Instants, Instants]:
    """The first and the last instant of each day in England; of a day beyond the years of a check, of the nearest."""
    days = np.clip(days, EARLIEST, LATEST)
    different, places = np.unique(days, return_inverse=True)
    told = np.array([_bounds(int(number)) for number in different], np.int64).reshape(-1, 2)
    return told[places, 0], told[places, 1]


@lru_cache(maxsize=1 << 15)
def _bounds(number: int) -> tuple[int, int]:
    first, last = bounds_of(day(number))
    return microseconds(first), microseconds(last)


def days_of(instants: Instants) -> Days:
    """The day in England of each instant, in the years since 1900."""
    days = (instants // A_DAY).astype(np.int32)
    # the day in England is that of Greenwich, or has begun an hour before it
    begins, _ = bounds_of_days(days + np.int32(1))
    found: Days = (days + (instants >= begins)).astype(np.int32)
    return found


def lasted(start: tuple[Instants, Instants], end: tuple[Instants, Instants]) -> tuple[Instants, Instants]:
    """The shortest and the longest time that can lie between two rows, by the bounds of both."""
    return np.maximum(end[0] - start[1], 0), end[1] - start[0]


def within_hours(batch: Batch, starts: Rows, ends: Rows, hours: int) -> NDArray[np.int8]:
    """Whether each end came within so many hours of its start, as far as the record can say."""
    shortest, longest = lasted(bounds(batch, starts), bounds(batch, ends))
    limit = hours * _AN_HOUR
    return np.where(longest <= limit, TRUE, np.where(shortest <= limit, UNKNOWN, FALSE)).astype(np.int8)


def hours_later(batch: Batch, starts: Rows, hours: int) -> Instants:
    """The last instant that a limit in hours can permit, from each start."""
    return bounds(batch, starts)[1] + hours * _AN_HOUR


def last_instants(batch: Batch, starts: Rows, hours: int) -> Instants:
    """The last instant that is in time: of a start without a time of day, the end of the last day that can be."""
    later = hours_later(batch, starts, hours)
    return np.where(batch.timed[starts], later, bounds_of_days(days_of(later))[1])


def days_past(due: Instants, batch: Batch, ends: Rows) -> Days:
    """How many days each end was past the last instant in time: one that has begun counts."""
    past = np.maximum(bounds(batch, ends)[0] - due, 0)
    late: Days = np.maximum(-(-past // A_DAY), 1).astype(np.int32)
    return late


def lead_in_hours(batch: Batch, events: Rows, anchors: Rows, hours: int) -> NDArray[np.int8]:
    """Whether each event came so many hours before its anchor, as far as the record can say."""
    shortest, longest = lasted(bounds(batch, events), bounds(batch, anchors))
    lead = hours * _AN_HOUR
    return np.where(shortest >= lead, TRUE, np.where(longest >= lead, UNKNOWN, FALSE)).astype(np.int8)


def hours_before(batch: Batch, anchors: Rows, hours: int) -> Instants:
    """The last instant that lies so many hours before each anchor; before a day without a time, whole days."""
    whole_days = bounds_of_days(batch.day[anchors] - np.int32(-(-hours // 24)))[1]
    return np.where(batch.timed[anchors], batch.moment[anchors] - hours * _AN_HOUR, whole_days)
