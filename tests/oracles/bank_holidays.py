"""The bank holidays of England and Wales on weekdays, 1995 to 2027, as dates; and the rules to check them by."""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)

_WRITTEN_OUT = """
1995: 01-02 04-14 04-17 05-08 05-29 08-28 12-25 12-26
1996: 01-01 04-05 04-08 05-06 05-27 08-26 12-25 12-26
1997: 01-01 03-28 03-31 05-05 05-26 08-25 12-25 12-26
1998: 01-01 04-10 04-13 05-04 05-25 08-31 12-25 12-28
1999: 01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31
2000: 01-03 04-21 04-24 05-01 05-29 08-28 12-25 12-26
2001: 01-01 04-13 04-16 05-07 05-28 08-27 12-25 12-26
2002: 01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26
2003: 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26
2004: 01-01 04-09 04-12 05-03 05-31 08-30 12-27 12-28
2005: 01-03 03-25 03-28 05-02 05-30 08-29 12-26 12-27
2006: 01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26
2007: 01-01 04-06 04-09 05-07 05-28 08-27 12-25 12-26
2008: 01-01 03-21 03-24 05-05 05-26 08-25 12-25 12-26
2009: 01-01 04-10 04-13 05-04 05-25 08-31 12-25 12-28
2010: 01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28
2011: 01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27
2012: 01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26
2013: 01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26
2014: 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26
2015: 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28
2016: 01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27
2017: 01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26
2018: 01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26
2019: 01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26
2020: 01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28
2021: 01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28
2022: 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27
2023: 01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26
2024: 01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26
2025: 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26
2026: 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28
2027: 01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28
"""


def _read(written: str) -> dict[int, frozenset[date]]:
    found = {}
    for line in written.split("\n"):
        if line:
            year, _, days = line.partition(": ")
            found[int(year)] = frozenset(date.fromisoformat(f"{year}-{day}") for day in days.split())
    return found


BANK_HOLIDAYS = _read(_WRITTEN_OUT)

MOVED_OR_ADDED: dict[int, tuple[tuple[str | None, str], ...]] = {
    1995: (("05-01", "05-08"),),  # fifty years since the end of the war in Europe
    1999: ((None, "12-31"),),  # the eve of the millennium
    2002: (("05-27", "06-04"), (None, "06-03")),  # Golden Jubilee
    2011: ((None, "04-29"),),  # a royal wedding
    2012: (("05-28", "06-04"), (None, "06-05")),  # Diamond Jubilee
    2020: (("05-04", "05-08"),),  # seventy-five years since the end of the war in Europe
    2022: (("05-30", "06-02"), (None, "06-03"), (None, "09-19")),  # Platinum Jubilee; the Queen's funeral
    2023: ((None, "05-08"),),  # a coronation
}
"""What was proclaimed for one year: instead of which day, and the day."""

_PASCHAL_FULL_MOONS = (
    "04-14 04-03 03-23 04-11 03-31 04-18 04-08 03-28 04-16 04-05 03-25 04-13 04-02 03-22 04-10 03-30 04-17 04-07 03-27"
).split()
"""The table of the Book of Common Prayer for 1900 to 2199: the full moon of each golden number, 1 to 19."""


def easter(year: int) -> date:
    """The Sunday after the paschal full moon, found by walking."""
    day = date.fromisoformat(f"{year}-{_PASCHAL_FULL_MOONS[year % 19]}") + ONE_DAY
    while day.isoweekday() != 7:
        day += ONE_DAY
    return day


def by_rule(year: int) -> frozenset[date]:
    """The holidays of a year as the Banking and Financial Dealings Act and the proclamations have them."""
    sunday = easter(year)
    found = {sunday - 2 * ONE_DAY, sunday + ONE_DAY}
    mays = [day for day in _month(year, 5) if day.isoweekday() == 1]
    augusts = [day for day in _month(year, 8) if day.isoweekday() == 1]
    found |= {mays[0], mays[-1], augusts[-1]}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.isoweekday() > 5 or day in found:
            day += ONE_DAY
        found.add(day)
    for instead_of, on in MOVED_OR_ADDED.get(year, ()):
        if instead_of:
            found.remove(date.fromisoformat(f"{year}-{instead_of}"))
        found.add(date.fromisoformat(f"{year}-{on}"))
    return frozenset(found)


def _month(year: int, month: int) -> list[date]:
    day, found = date(year, month, 1), []
    while day.month == month:
        found.append(day)
        day += ONE_DAY
    return found
