"""`childprotect convert`: records in one format written in another. The formats are a table; the suffix chooses."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.cli.inputs import How, chronologies
from childprotect.errors import UnwritableOutput
from childprotect.records import Source
from childprotect.records.safely import refuse_existing, written

Chronologies = Iterable[Chronology]


@frozen
class Format:
    """A format that chronologies can be written in: the ends of file names that stand for it, and its writer.

    The writer is imported when it is needed. `dated` formats are written for a year.
    """

    suffixes: tuple[str, ...]
    title: str
    module: str
    function: str
    arguments: tuple[str, ...] = ()
    dated: bool = False

    def writer(self, year: int | None) -> Callable[[Chronologies, BinaryIO], Any]:
        """A function that writes chronologies to a binary file."""
        write = getattr(import_module(self.module), self.function)
        if self.dated:
            return partial(write, year=year)
        return lambda told, out: write(told, out, *self.arguments)


_TABLE = ("childprotect.records.event_table_writer", "write_event_table")
FORMATS = (
    Format((".csv",), "an event table (CSV)", *_TABLE, ("csv",)),
    Format((".jsonl",), "an event table (JSON Lines)", *_TABLE, ("jsonl",)),
    Format((".parquet",), "an event table (Parquet)", *_TABLE, ("parquet",)),
    Format((".arrow", ".feather"), "an event table (Arrow)", *_TABLE, ("arrow",)),
    Format((".xes",), "an event log (XES)", "childprotect.records.xes", "write_xes"),
    Format((".jsonocel", ".ocel.json"), "an event log (OCEL 2.0)", "childprotect.records.ocel", "write_ocel"),
    Format((".xml",), "a children in need census", "childprotect.records.census_writer", "write_census", dated=True),
)
"""What can be written, by suffix."""
SUFFIXES = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)


def format_of(out: str, year: int | None) -> Format:
    """The format that a name stands for. Raises `UnwritableOutput`."""
    name = os.path.basename(out).casefold()
    known = next((known for known in FORMATS if name.endswith(known.suffixes)), None)
    if known is None:
        raise UnwritableOutput(out, "its name says no format that can be written", f"a name that ends in {SUFFIXES}")
    if known.dated and year is None:
        raise UnwritableOutput(out, "a census is of one year", "--year, such as --year 2024")
    if year is not None and not known.dated:
        raise UnwritableOutput(out, "--year is for a census", "a name that ends in .xml, or no --year")
    return known


def converted(what: str, out: str, how: How, *, year: int | None, force: bool) -> tuple[Source, Format, Any]:
    """Write what is read from `what` to `out`: the source with its account, the format, and what the writer says.

    Raises `UnreadableInput` and `UnwritableOutput`, and leaves what was there.
    """
    known = format_of(out, year)
    refuse_existing(out, force=force)
    sources: list[Source] = []
    try:
        write = known.writer(year)
        with written(out, force=force) as file:
            said = write(_told(what, how, sources), file)
    except ModuleNotFoundError as error:
        why = f"{known.title} needs {error.name}, which is not installed"
        raise UnwritableOutput(out, why, "the extra: install childprotect[formats]") from None
    return sources[0], known, said


def _told(what: str, how: How, sources: list[Source]) -> Iterator[Chronology]:
    for _, chronology in chronologies(what, how, sources):
        yield chronology
