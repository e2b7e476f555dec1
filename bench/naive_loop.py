"""The same five clocks in a plain loop over children, with a set of holidays: what a careful analyst writes in Python.

It explains nothing, and takes the first event of each kind. It is the yardstick for the explained check.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from childprotect.calendars import england_and_wales

Story = list[tuple[str, date]]
_DAY = timedelta(days=1)


def working_days_later(day: date, n: int, holidays: set[date]) -> date:
    """The nth working day after a day, counted one by one."""
    while n:
        day += _DAY
        if day.weekday() < 5 and day not in holidays:
            n -= 1
    return day


def counts(children: Iterable[Story], as_at: date) -> Counter[tuple[str, str]]:
    """How many children are met, late, overdue and pending for each of the five clocks."""
    holidays = set(england_and_wales().holidays)
    found: Counter[tuple[str, str]] = Counter()
    for story in children:
        first: dict[str, date] = {}
        reviews = []
        for kind, at in story:
            first.setdefault(kind, at)
            if kind == "review-conference":
                reviews.append(at)
        referral, discussion = first.get("referral"), first.get("strategy-discussion")
        conference = first.get("initial-conference")
        clocks = []
        if referral:
            due = working_days_later(referral, 45, holidays)
            clocks.append(("single-assessment", due, first.get("assessment-completed")))
        if discussion:
            clocks.append(("initial-conference", working_days_later(discussion, 15, holidays), conference))
        if conference:
            due = working_days_later(conference, 10, holidays)
            clocks.append(("first-core-group", due, first.get("core-group")))
            review = reviews[0] if reviews else None
            clocks.append(("first-review-conference", conference + relativedelta(months=3), review))
        for review, after in pairwise(reviews):
            clocks.append(("review-conference", review + relativedelta(months=6), after))
        for name, due, end in clocks:
            status = ("pending" if as_at <= due else "overdue") if end is None else "met" if end <= due else "late"
            found[name, status] += 1
    return found


def stories(path: str) -> list[Story]:
    """The children of a Parquet file, each as its events."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(path, columns=["child", "event", "at"])
    columns = (table.column(name).to_pylist() for name in ("child", "event", "at"))
    told: list[Story] = []
    last = None
    for child, event, at in zip(*columns, strict=True):
        if child != last:
            told.append([])
            last = child
        told[-1].append((event, at))
    return told


if __name__ == "__main__":
    print(counts(stories(sys.argv[1]), date.fromisoformat(sys.argv[2])))
