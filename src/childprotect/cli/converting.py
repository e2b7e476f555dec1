"""`childprotect convert`: records in one format written in another. The formats are a table; the suffix chooses."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import IO

from attrs import evolve, frozen

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
class Format:
    """A format that chronologies can be written in: the ends of file names that stand for it, and its writer.

    The writer is imported when it is needed. It is given chronologies and a file: of `text`, or of bytes. `dated`
    formats are written for a year. `left_out` names the field of what the writer returns that counts, by name, what the
    format has no place for.
    """

    suffixes: tuple[str, ...]
    title: str
    module: str
    function: str
    arguments: tuple[str, ...] = ()
    text: bool = False
    dated: bool = False
    left_out: str = ""

    def write(self, told: Iterable[Chronology], out: str, *, year: int | None, force: bool) -> dict[str, int]:
        """Write chronologies to a file, whole or not at all; what was left out, by name."""
        write = getattr(import_module(self.module), self.function)
        more = {"year": year} if self.dated else {}
        opened: AbstractContextManager[IO[str] | IO[bytes]]
        opened = written_text(out, force=force) if self.text else written(out, force=force)
        left_out: Counter[str] = Counter()
        with opened as file:
            said = write(_counted(told, left_out) if self.text else told, file, *self.arguments, **more)
        return dict(getattr(said, self.left_out)) if self.left_out else dict(left_out)


def _counted(told: Iterable[Chronology], left_out: Counter[str]) -> Iterator[Chronology]:
    """The same, with a count of what a log leaves out."""
    for chronology in told:
        left_out.update(not_told(chronology))
        yield chronology


def _table(suffix: str, title: str, form: str) -> Format:
    module = "childprotect.records.event_table_writer"
    return Format((suffix,), f"an event table ({title})", module, "write_event_table", (form,), left_out="not_held")


def _log(suffixes: tuple[str, ...], title: str, name: str) -> Format:
    return Format(suffixes, f"an event log ({title})", f"childprotect.records.{name}", f"write_{name}", text=True)


_CENSUS = Format(
    (".xml",),
    "a children in need census",
    "childprotect.records.census_writer",
    "write_census",
    dated=True,
    left_out="left_out",
)
FORMATS = (
    _table(".csv", "CSV", "csv"),
    _table(".jsonl", "JSON Lines", "json-lines"),
    _table(".parquet", "Parquet", "parquet"),
    _table(".arrow", "Arrow", "arrow"),
    _log((".xes",), "XES", "xes"),
    _log((".jsonocel", ".ocel.json"), "OCEL 2.0", "ocel"),
    _CENSUS,
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


def converted(what: str, out: str, how: How, *, year: int | None, force: bool) -> tuple[Source, Format, dict[str, int]]:
    """Write what is read from `what` to `out`: the source with its account, the format, and what was left out.

    Raises `UnreadableInput` and `UnwritableOutput`, and leaves what was there.
    """
    known = format_of(out, year)
    refuse_existing(out, force=force)
    for read in (what, how.columns, how.pseudonymise):
        refuse_input(out, read or "")
    sources: list[Source] = []
    dates: Counter[str] = Counter()
    told = (_without_dates(source, child, dates) for source, child in chronologies(what, how, sources))
    left_out = known.write(told, out, year=year, force=force)
    return sources[0], known, {**left_out, **dates}


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
