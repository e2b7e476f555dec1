"""`childprotect audit`: cases are selected, and each has a sheet, with a table in which grades come back.

A name that ends in .html or .md is one file with all sheets, and the table stands beside it; any other is a folder with
a page for each case.
"""

import contextlib
import csv
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date

from attrs import frozen

from childprotect.cli import screens
from childprotect.cli.inputs import How, opened
from childprotect.desk import Desk, Selected, closed_within, current, riskiest, sample, sheets, template, with_audits
from childprotect.desk.audit_tables import COLUMNS
from childprotect.desk.documents import Document
from childprotect.desk.sheets import each_sheet, overview
from childprotect.desk.writing import html, markdown
from childprotect.errors import UnreadableInput, UnwritableOutput
from childprotect.periods import Period
from childprotect.records import Source, read
from childprotect.records.safely import refuse_existing, refuse_input, written_text
from childprotect.rulebook import Rulebook
from childprotect.tables.scanning import held
from childprotect.wording import counted, sentence

_WRITERS: dict[str, Callable[[Document], str]] = {".html": html, ".md": markdown}
"""What all sheets in one file are written as, by the end of its name."""
_SHOWN = 20
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
"""An identifier that may be part of a name of a file in any system."""
_GRADES = "grades.csv"
_CASES = "cases.html"


@frozen
class Choice:
    """Which cases are asked for: closed within a time or current, and of these a sample or the riskiest."""

    closed: str | None = None
    current: bool = False
    sample: int | None = None
    seed: int = 0
    by: str | None = None
    riskiest: int | None = None

    def check(self) -> Period | None:
        """The period of `closed`, if there is one. Raises `UnreadableInput` for what cannot be asked together."""
        if self.closed is None and not self.current and self.sample is None and self.riskiest is None:
            raise _cannot("audit", "no cases were chosen", "--closed, --current, --sample or --riskiest")
        if self.closed is not None and self.current:
            raise _cannot("--current", "a case that is current is not closed", "--closed or --current")
        if self.sample is not None and self.riskiest is not None:
            raise _cannot("--riskiest", "a random sample is not of the riskiest", "--sample or --riskiest")
        if self.by is not None and self.sample is None:
            raise _cannot("--by", "only a sample has strata", "--sample with a number")
        for option, n in (("--sample", self.sample), ("--riskiest", self.riskiest)):
            if n is not None and n < 1:
                raise _cannot(option, f"{n} cases are none", "1 or more")
        if self.closed is None:
            return None
        try:
            return Period.parse(self.closed)
        except ValueError:
            said = f"{self.closed!r} is no period"
            raise _cannot("--closed", said, "a period such as '3 months' or '20 working days'") from None

    def of(self, desk: Desk) -> Selected:
        """The cases."""
        period = self.check()
        among = closed_within(desk, period) if period is not None else current(desk) if self.current else None
        if self.sample is not None:
            return sample(desk, self.sample, self.seed, self.by, among=among)
        if self.riskiest is not None:
            return riskiest(desk, self.riskiest, among=among)
        assert among is not None, "something was chosen"
        return among


def _cannot(what: str, problem: str, expected: str) -> UnreadableInput:
    return UnreadableInput(what, "", problem, expected)


def audit(
    file: str,
    choice: Choice,
    book: Rulebook,
    *,
    out: str,
    audits: Sequence[str],
    as_at: date | None,
    known_at: date | None,
    holder: bool,
    force: bool,
    how: How,
) -> None:
    """Select cases, write their sheets and the table for grades, and print which they are.

    Raises `UnreadableInput` and `UnwritableOutput`; what was there before is whole then.
    """
    choice.check()
    place = Place.of(out, force, (file, *audits, *filter(None, (how.columns, how.pseudonymise))))
    with opened(file, how, [], as_at) as (source, done):
        stories = []
        for story in source:
            stories.append(story)
            done(len(story))
    tables = [read(table) for table in audits]
    events = held(source.path, stories)
    events = with_audits(events, *tables) if tables else events
    desk = Desk.of(events, source.as_at, known_at=known_at, rulebook=book)
    selected = choice.of(desk)
    place.write(desk, selected, holder)
    _tell((source, *tables), selected, place)


def _tell(sources: Sequence[Source], selected: Selected, place: "Place") -> None:
    page = screens.Page()
    for source in sources:
        screens.as_read(page, source)
    page.print(f"\n{sentence(f'{selected.how}: {selected.count}')}", soft_wrap=True)
    for remark in selected.remarks:
        page.print(remark, soft_wrap=True)
    for child in selected.children[:_SHOWN]:
        page.print(f"  {child}: {' '.join(selected.why[child])}", soft_wrap=True)
    if len(selected) > _SHOWN:
        page.print(f"  and {len(selected) - _SHOWN} more")
    told = f"wrote {place.out}: {counted(len(selected), 'sheets')}, to be graded in {place.grades}"
    page.print(f"\n{told}", soft_wrap=True)


# --- where it goes


@frozen
class Place:
    """Where sheets and the table for grades go: one file and one beside it, or a folder."""

    out: str
    grades: str
    is_folder: bool
    force: bool

    @classmethod
    def of(cls, out: str, force: bool, reads: Sequence[str]) -> "Place":
        """The place of that name. Raises `UnwritableOutput` for what may not be written, before any work."""
        stem, end = os.path.splitext(out)
        is_folder = end.casefold() not in _WRITERS
        if is_folder and (out in ("", "-") or (end and not os.path.isdir(out))):
            raise UnwritableOutput(
                out or "the output", "its name says no sheet that we write", "a folder, .html or .md"
            )
        grades = os.path.join(out, _GRADES) if is_folder else f"{stem}-{_GRADES}"
        _refuse_filled_in(grades)
        if is_folder:
            _refuse_folder(out, force)
        else:
            for path in (out, grades):
                refuse_existing(path, force=force)
                for one in reads:
                    refuse_input(path, one)
        return cls(out, grades, is_folder, force)

    def write(self, desk: Desk, selected: Selected, holder: bool) -> None:
        """Write them: each file whole or not at all, and a new folder too."""
        if self.is_folder:
            with _folder(self.out) as folder:
                self._write_each(folder, desk, selected, holder)
            return
        written = _WRITERS[os.path.splitext(self.out)[1].casefold()](sheets(desk, selected, holder=holder))
        self._put(self.out, written)
        self._put(self.grades, template(selected))

    def _write_each(self, folder: str, desk: Desk, selected: Selected, holder: bool) -> None:
        numbers = {child: n for n, child in enumerate(selected, 1)}
        taken: set[str] = set()
        for child, document in each_sheet(desk, selected, holder=holder):
            name = f"{numbers[child]:03d}-{child}" if _PLAIN.fullmatch(child) else f"{numbers[child]:03d}"
            while name in taken:  # two records of one child
                name += "-again"
            taken.add(name)
            self._put(os.path.join(folder, f"{name}.html"), html(document))
        self._put(os.path.join(folder, _CASES), html(overview(desk, selected)))
        self._put(os.path.join(folder, _GRADES), template(selected))

    def _put(self, path: str, text: str) -> None:
        with written_text(path, force=self.force) as file:
            file.write(text)


def _refuse_filled_in(path: str) -> None:
    """What people have filled in is not overwritten, not even where that is asked for."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            header, *rows = [*csv.reader(file)] or [[]]
        if tuple(header) != COLUMNS or any(any(row[2:]) for row in rows):
            raise UnwritableOutput(path, "it has been filled in, and would be lost", "another name for the sheets")


def _refuse_folder(out: str, force: bool) -> None:
    if os.path.lexists(out) and not os.path.isdir(out):
        raise UnwritableOutput(out, "it is no folder", "another name")
    if os.path.isdir(out) and os.listdir(out) and not force:
        raise UnwritableOutput(out, "the folder has something in it", "another name, or --force to write into it")
    try:  # whether anything can be made here, before long work is begun
        refuse_existing(os.path.join(out if os.path.isdir(out) else os.path.dirname(out.rstrip("/\\")) or ".", _PROBE))
    except UnwritableOutput as error:
        raise UnwritableOutput(out, error.problem, error.expected) from None


_PROBE = ".childprotect-audit"
"""A file that never comes to be."""


@contextlib.contextmanager
def _folder(out: str) -> Iterator[str]:
    """The folder to write into: what is new takes its name only once all of it is there."""
    if os.path.isdir(out) and os.listdir(out):
        yield out
        return
    parent, name = os.path.split(os.path.abspath(out))
    unfinished = os.path.join(parent, f".{name[:50]}.unfinished-{secrets.token_hex(4)}")
    try:
        os.mkdir(unfinished)
        yield unfinished
        if os.path.isdir(out):
            os.rmdir(out)
        os.rename(unfinished, out)
    except OSError as error:
        why = error.strerror or "the system refuses it"
        raise UnwritableOutput(out, f"it cannot be written ({why})", "a folder that can be written to") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
