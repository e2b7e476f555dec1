"""What `check` finds, as text, JSON, CSV or Parquet: printed, or written to a file whose name says which."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Literal, TypeVar

from attrs import frozen

from childprotect.errors import UnreadableInput, UnwritableOutput
from childprotect.findings import Report
from childprotect.records import Source
from childprotect.records.reports import CsvReport, JsonReport, Tally
from childprotect.records.safely import refuse_existing, written, written_text
from childprotect.rulebook import Rulebook

Printed = Literal["text", "json", "csv"]
Form = Literal["text", "json", "csv", "parquet"]
Named = TypeVar("Named", bound=str)
FORMS: dict[str, Form] = {".txt": "text", ".json": "json", ".csv": "csv", ".parquet": "parquet"}
"""What a report is, by the end of its name."""


def form_of(format: Any, out: str | None, force: bool, forms: Mapping[str, Named]) -> Named:
    """What is to be told, by what was asked for or by the name of the file. Raises if that may not be written."""
    if out is None:
        if force:
            raise UnreadableInput("--force", "", "no file is written", "--out with the path of a file")
        return format or forms[".txt"]
    named = forms.get(os.path.splitext(out)[1].casefold())
    if named is None or format not in (None, named):
        asked = f", and --format is {format}" if named else ""
        ends = ", ".join(forms)
        raise UnwritableOutput(out, f"its name says {named or 'no report that we write'}{asked}", f"one of {ends}")
    refuse_existing(out, force=force)
    return named


def tell(reports: Iterable[Report], sources: list[Source], *, form: Form, out: str | None, force: bool) -> None:
    """Take in the reports and tell them; `sources` are complete once the reports are. Nothing is told of half of them.

    Raises `UnwritableOutput`, and what the reports raise.
    """
    _WRITERS[form](_Asked(reports, sources, out, force))
    if out is None and form != "csv":
        return
    from childprotect.cli import screens  # only where it is needed: it is slow to import

    if out is not None:
        screens.read_and_written(screens.Page(), sources, out)
    else:  # CSV: it has no place for what is in doubt
        screens.doubts(screens.Page(sys.stderr), sources)


def tell_tally(tally: Tally, sources: list[Source], book: Rulebook, *, out: str | None, force: bool) -> None:
    """Tell what was found at a glance, as text. Raises `UnwritableOutput`."""
    from childprotect.cli import screens

    with opened(out, force) as file:
        screens.summary(screens.Page(file), book, sources, tally)
    if out is not None:
        screens.read_and_written(screens.Page(), sources, out)


@frozen
class _Asked:
    """What is to be told, and where."""

    reports: Iterable[Report]
    sources: list[Source]
    out: str | None
    force: bool


def opened(out: str | None, force: bool) -> contextlib.AbstractContextManager[IO[str]]:
    """Where text goes: the file, or standard output."""
    return contextlib.nullcontext(sys.stdout) if out is None else written_text(out, force=force)


def _whole(made: type[JsonReport] | type[CsvReport]) -> Callable[[_Asked], None]:
    def write(asked: _Asked) -> None:
        with contextlib.closing(made()) as whole:
            for report in asked.reports:
                whole.add(report)
            with opened(asked.out, asked.force) as file:
                whole.finish(asked.sources, file)

    return write


def _parquet(asked: _Asked) -> None:
    from childprotect.records.findings_table import write_findings

    assert asked.out is not None, "Parquet is for a file"
    with written(asked.out, force=asked.force) as file:
        write_findings(asked.reports, file)


_WRITERS: dict[Form, Callable[[_Asked], None]] = {
    "json": _whole(JsonReport),
    "csv": _whole(CsvReport),
    "parquet": _parquet,
}
