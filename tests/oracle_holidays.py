"""Compare the calendar, weekday by weekday, with the `holidays` package.

`make oracle` runs it, in an environment that has only childprotect and that package. Exits with 1, and the differences,
if the two disagree about a single day.
"""

import sys
from datetime import date, timedelta

import holidays  # type: ignore[import-not-found]

from childprotect.calendars import england_and_wales


def differences() -> tuple[int, list[str]]:
    """How many weekdays were compared, and the ones on which the two disagree, in words."""
    ours = england_and_wales()
    theirs = holidays.country_holidays("GB", subdiv="ENG", years=range(ours.first.year, ours.last.year + 1))
    compared, found = 0, []
    for n in range((ours.last - ours.first).days + 1):
        day = ours.first + timedelta(days=n)
        if day.weekday() < 5:
            compared += 1
            if (ours.holiday(day) is not None) != (day in theirs):
                found.append(f"{day:%a} {day}: ours {ours.holiday(day)!r}, theirs {theirs.get(day)!r}")
    return compared, found


def main() -> int:
    """Print what was compared and what differs."""
    ours = england_and_wales()
    compared, found = differences()
    span = f"{ours.first} to {ours.last}"
    print(f"{compared} weekdays compared, {span}, with holidays {holidays.__version__}: {len(found)} differences")
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found or compared != weekdays(ours.first, ours.last) else 0


def weekdays(first: date, last: date) -> int:
    """How many Mondays to Fridays there are, so that a comparison of nothing cannot pass."""
    whole_weeks, rest = divmod((last - first).days + 1, 7)
    return whole_weeks * 5 + sum((first.weekday() + n) % 7 < 5 for n in range(rest))


if __name__ == "__main__":
    sys.exit(main())
