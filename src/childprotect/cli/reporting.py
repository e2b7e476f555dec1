"""What `check` finds, as text, JSON, CSV or Parquet: printed, or written to a file whose name says which."""

import contextlib
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import IO, Literal

from childprotect.errors import UnreadableInput, UnwritableOutput
from childprotect.findings import Report
from childprotect.records import Source
from childprotect.records.reports import CsvReport, JsonReport, Tally
from childprotect.records.safely import refuse_existing, written, written_text
from childprotect.rulebook import Rulebook

Printed = Literal["text", "json", "csv"]
Form = Literal["text", "json", "csv", "parquet"]
FORMS: dict[str, Form] = {".txt": "text", ".json": "json", ".csv": "csv", ".parquet": "parquet"}
"""What a report is, by the end of its name."""


def form_of(format: Printed | None, out: str | None, force: bool) -> Form:
    """What the report is, by what was asked for or by the name of the file. Raises if that may not be written."""
    if out is None:
        if force:
            raise UnreadableInput("--force", "", "no file is written", "--out with the path of a file")
        return format or "text"
    named = FORMS.get(os.path.splitext(out)[1].casefold())
    if named is None or format not in (None, named):
        asked = f", and --format is {format}" if named else ""
        ends = ", ".join(FORMS)
        raise UnwritableOutput(out, f"its name says {named or 'no report that we write'}{asked}", f"one of {ends}")
    refuse_existing(out, force=force)
    return named


def tell(
    reports: Iterable[Report],
    sources: list[Source],
    book: Rulebook,
    *,
    form: Form,
    out: str | None,
    force: bool,
    show: int,
) -> None:
    """Take in the reports and tell them; `sources` are complete once the reports are. Nothing is told of half of them.

    Raises `UnwritableOutput`, and what the reports raise.
    """
    if form == "parquet":
        assert out is not None, "Parquet is for a file"
        write = import_module("childprotect.records.findings_table").write_findings
        with written(out, force=force) as binary:
            write(reports, binary)
    elif form == "text":
        tally = Tally(show)
        for report in reports:
            tally.add(report)
        from childprotect.cli import screens

        with _opened(out, force) as file:
            screens.summary(screens.Page(file), book, sources, tally)
    else:
        with contextlib.closing(JsonReport() if form == "json" else CsvReport()) as whole:
            for report in reports:
                whole.add(report)
            with _opened(out, force) as file:
                whole.finish(sources, file)
    if out is not None:
        from childprotect.cli import screens

        screens.read_and_written(screens.Page(), sources, out)


def _opened(out: str | None, force: bool) -> contextlib.AbstractContextManager[IO[str]]:
    return contextlib.nullcontext(sys.stdout) if out is None else written_text(out, force=force)
