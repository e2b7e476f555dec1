"""`childprotect convert`: records in one format written in another. The formats are a table; the suffix chooses."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, TextIO

from attrs import evolve, field, frozen

from childprotect.calendars import LAST_DAY
from childprotect.case import fell_away
from childprotect.chronology import Chronology
from childprotect.cli.inputs import How, chronologies
from childprotect.errors import UnwritableOutput
from childprotect.events import Lost
from childprotect.records import Source
from childprotect.records.event_logs import not_told
from childprotect.records.safely import refuse_existing, refuse_input, written, written_text


@frozen
class Carried:
    """What could not be carried over: how much was left out, by name, and how many children are in doubt, by why.

    `as_at` is the day as at which what was written speaks, where it does so of one.
    """

    left_out: Mapping[str, int]
    in_doubt: Mapping[str, int] = field(factory=dict)
    as_at: date | None = None


Writer = Callable[[Iterable[Chronology], str, int, bool], Carried]
"""Writes chronologies to a file, whole or not at all: the path, the year (of a census), whether to overwrite.

What it needs is imported when it is needed.
"""


@frozen
class Format:
    """A format that chronologies can be written in: the ends of file names that stand for it, and its writer.

    `dated` formats are written for a year.
    """

    suffixes: tuple[str, ...]
    title: str
    write: Writer
    dated: bool = False


def _event_table(form: Literal["csv", "json-lines", "parquet", "arrow"]) -> Writer:
    def write(told: Iterable[Chronology], out: str, year: int, force: bool) -> Carried:
        from childprotect.records.event_table_writer import write_event_table

        with written(out, force=force) as file:
            return Carried(write_event_table(told, file, form).not_held)

    return write


def _census(told: Iterable[Chronology], out: str, year: int, force: bool) -> Carried:
    from childprotect.records.census_doubts import reference_date
    from childprotect.records.census_writer import write_census

    with written(out, force=force) as file:
        said = write_census(told, file, year=year)
    return Carried(said.left_out, said.in_doubt, as_at=reference_date(year))


def _xes(told: Iterable[Chronology], out: str, year: int, force: bool) -> Carried:
    from childprotect.records.xes import write_xes

    return _log(write_xes, told, out, force)


def _ocel(told: Iterable[Chronology], out: str, year: int, force: bool) -> Carried:
    from childprotect.records.ocel import write_ocel

    return _log(write_ocel, told, out, force)


def _log(
    write: Callable[[Iterable[Chronology], TextIO], None], told: Iterable[Chronology], out: str, force: bool
) -> Carried:
    left_out: Counter[str] = Counter()
    with written_text(out, force=force) as file:
        write(_counted(told, left_out), file)
    return Carried(left_out)


def _counted(told: Iterable[Chronology], left_out: Counter[str]) -> Iterator[Chronology]:
    """The same, with a count of what a log leaves out."""
    for chronology in told:
        left_out.update(not_told(chronology))
        yield chronology


FORMATS = (
    Format((".csv",), "an event table (CSV)", _event_table("csv")),
    Format((".jsonl",), "an event table (JSON Lines)", _event_table("json-lines")),
    Format((".parquet",), "an event table (Parquet)", _event_table("parquet")),
    Format((".arrow",), "an event table (Arrow)", _event_table("arrow")),
    Format((".xes",), "an event log (XES)", _xes),
    Format((".jsonocel", ".ocel.json"), "an event log (OCEL 2.0)", _ocel),
    Format((".xml",), "a children in need census", _census, dated=True),
)
"""What can be written, by suffix."""
_YEARS = range(2009, LAST_DAY.year + 1)
"""The census began with the year to March 2009."""


def format_of(out: str, year: int | None) -> Format:
    """The format that a name stands for. Raises `UnwritableOutput`."""
    name = os.path.basename(out).casefold()
    known = next((known for known in FORMATS if name.endswith(known.suffixes)), None)
    if known is None:
        suffixes = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)
        raise UnwritableOutput(out, "its name says no format that can be written", f"a name that ends in {suffixes}")
    if known.dated and year not in _YEARS:
        raise UnwritableOutput(out, "a census is of one year", f"--year, from {_YEARS[0]} to {_YEARS[-1]}")
    if year is not None and not known.dated:
        raise UnwritableOutput(out, "--year is for a census", "a name that ends in .xml, or no --year")
    return known


def converted(what: str, out: str, how: How, *, year: int | None, force: bool) -> tuple[Source, Format, Carried]:
    """Write what is read from `what` to `out`: the source with its account, the format, and what was not carried over.

    Raises `UnreadableInput` and `UnwritableOutput`, and leaves what was there.
    """
    known = format_of(out, year)
    refuse_existing(out, force=force)
    for read in (what, how.columns, how.pseudonymise):
        refuse_input(out, read or "")
    sources: list[Source] = []
    dates: Counter[str] = Counter()
    told = (_without_dates(source, child, dates) for source, child in chronologies(what, how, sources))
    carried = known.write(told, out, year or 0, force)
    return sources[0], known, evolve(carried, left_out={**carried.left_out, **dates})


def _without_dates(source: Source, chronology: Chronology, left_out: Counter[str]) -> Chronology:
    """The chronology without the dates of birth and death, which are personal, and no part of what is written.

    Of a child to whom every duty had fallen away by them, nothing can be told without them.
    """
    if chronology.born is None and chronology.died is None:
        return chronology
    left_out["dates of birth or death"] += 1
    away = fell_away(chronology, source.as_at)
    lost = (Lost(None, "a date of birth or death", "it was left out when the file was made"),) if away else ()
    return evolve(chronology, born=None, died=None, lost=(*chronology.lost, *lost))
