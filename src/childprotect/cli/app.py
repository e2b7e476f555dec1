"""The commands. What they print for people is in `screens`; reports for machines are in `records.reports`."""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from childprotect.calendars import LAST_DAY
from childprotect.chronology import Chronology
from childprotect.cli import screens
from childprotect.compliance import check
from childprotect.errors import ChildProtectError, ProfileError, UnreadableInput
from childprotect.profiles import Profile
from childprotect.records import Source, read
from childprotect.records.reports import CsvReport, JsonReport, Tally
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england

app = App(
    name="childprotect",
    help="Check records of the English child protection process against the law that was in force on each date.",
    version_flags=["--version"],
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
)
_SHOWN = 20
_LONG_INPUT = 4 * 1024 * 1024

ProfileFile = Annotated[str | None, Parameter(name="--profile", help="A local profile in TOML, laid over the law.")]
Practice = Annotated[
    bool, Parameter(negative=(), help="Check what inspectors asked of the record too, which is no law of its own.")
]
Day = Annotated[date | None, Parameter(help="A date such as 2012-10-31.")]


def run(arguments: list[str]) -> int:
    """Run one command; its exit status: 0 it ran, 1 it found a breach and was asked to fail on one, 2 it could not."""
    try:
        status = app(arguments)
        sys.stdout.flush()
    except CycloptsError as error:
        return _complain(" ".join(str(error).split()))
    except ProfileError as error:
        return max(_complain(f"{error.what}: {problem}") for problem in error.problems)
    except ChildProtectError as error:
        return _complain(str(error))
    except BrokenPipeError:
        # the reader of our output has gone, as `head` does: leave quietly
        _abandon_output()
        return 0
    except OSError as error:
        _abandon_output()
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        why = f"{where}{error.strerror or error}"
        return _complain(f"{why}; expected files that can be read and output that can be written")
    except KeyboardInterrupt:
        return _complain("interrupted", status=130)
    return int(status or 0)


def _abandon_output() -> None:
    """Let no flush at exit complain about what cannot be written."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, status: int = 2) -> int:
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    print(f"childprotect: {line}", file=sys.stderr)
    return status


@app.command(name="check")
def check_files(
    *files: Annotated[str, Parameter(help="Event tables (CSV, JSON Lines) or children in need censuses (XML).")],
    as_at: Day = None,
    known_at: Day = None,
    profile: ProfileFile = None,
    practice: Practice = False,
    format: Annotated[Literal["text", "json", "csv"], Parameter(help="What to print.")] = "text",
    fail_on_breach: Annotated[bool, Parameter(negative=(), help="Exit with 1 if anything is late or broken.")] = False,
    show: Annotated[int, Parameter(help="How many breaches to list, the gravest first.")] = _SHOWN,
) -> int:
    """Say what is met, late, overdue, breached, pending, discharged, and what the record does not say.

    As at the reference date of a census, or else the last date of the file, unless `--as-at` is given: never today.
    """
    if not files:
        raise UnreadableInput("check", "", "no file was named", "one or more files of records")
    _possible(as_at)
    book = _law(profile, practice)
    tally = Tally(max(show, 0))
    breached = False
    sources: list[Source] = []
    with contextlib.ExitStack() as stack:
        report: JsonReport | CsvReport | None = None
        if format != "text":
            report = stack.enter_context(contextlib.closing(JsonReport() if format == "json" else CsvReport()))
        for path in files:
            for source, chronology in _children(path, sources, as_at):
                found = check(chronology, book, as_at=source.as_at, known_at=known_at)
                breached = breached or any(finding.is_breach for finding in found.findings)
                (report or tally).add(found)
        if report is None:
            screens.summary(screens.Page(), book, sources, tally)
        else:
            report.finish(sources, sys.stdout)
    return int(fail_on_breach and breached)


@app.command
def explain(
    file: Annotated[str, Parameter(help="An event table or a census.")],
    child: Annotated[str, Parameter(help="The child's identifier in the file.")],
    *,
    as_at: Day = None,
    known_at: Day = None,
    profile: ProfileFile = None,
    practice: Practice = False,
) -> int:
    """One child: the chronology, where the child stands, every finding in words, and what is due next."""
    _possible(as_at)
    book = _law(profile, practice)
    seen = 0
    for source, chronology in _children(file, [], as_at):
        if chronology.child == child:
            found = check(chronology, book, as_at=source.as_at, known_at=known_at)
            screens.one_child(screens.Page(), chronology, source.as_at, known_at, found)
            seen += 1
    if not seen:
        raise UnreadableInput(file, "", f"there is no child {child!r} in it", "the identifier of a child in the file")
    return 0


@app.command
def rules(
    *,
    on: Annotated[date | None, Parameter(help="The law of this day only; without it, every version.")] = None,
    profile: ProfileFile = None,
    practice: Practice = False,
    format: Annotated[Literal["text", "json", "toml", "markdown"], Parameter(help="What to print.")] = "text",
    diff: Annotated[tuple[date, date] | None, Parameter(help="What changed between two days.")] = None,
) -> int:
    """Print the law of a day, with sources and grades, or what changed between two days."""
    if diff is not None and (on is not None or format != "text"):
        what = "--on" if on is not None else f"--format {format}"
        raise UnreadableInput("--diff", "", f"what changed is told of two days, as text, not with {what}", "it alone")
    book = _law(profile, practice)
    if diff is not None:
        before, after = diff
        print(book.on(after).diff(book.on(before)))
        return 0
    told = book if on is None else book.on(on)
    if format == "text":
        screens.law(screens.Page(), book, told, on)
    else:
        print(told.export(format), end="")
    return 0


def _law(profile: str | None, practice: bool) -> Rulebook:
    """The national law, with a local profile on top, and what inspectors asked for."""
    book: Rulebook = england.rulebook.with_practice() if practice else england.rulebook
    return book if profile is None else book | Profile.load(profile, book=book)


@app.command
def chart(
    strand: Annotated[str | None, Parameter(help="A strand, such as enquiry; without one, the whole journey.")] = None,
    *,
    format: Annotated[Literal["mermaid", "dot"], Parameter(help="The language of the diagram.")] = "mermaid",
) -> int:
    """Print the state chart of a strand, or the picture of the whole journey, as text that other tools draw."""
    if strand is None:
        print(england.journey_picture(format), end="")
        return 0
    drawn = england.chart(strand)
    print(drawn.mermaid() if format == "mermaid" else drawn.dot(), end="")
    return 0


def _possible(as_at: date | None) -> None:
    if as_at is not None and as_at > LAST_DAY:
        raise UnreadableInput("--as-at", "", f"{as_at} is beyond the calendar", f"a day up to {LAST_DAY}")


def _children(path: str, sources: list[Source], as_at: date | None) -> Iterator[tuple[Source, Chronology]]:
    """Read a file child by child, with a progress bar on standard error if the input is long and someone looks."""
    size = os.path.getsize(path) if os.path.isfile(path) else 0
    with contextlib.ExitStack() as stack:
        progress = None
        if size > _LONG_INPUT and sys.stderr.isatty():
            progress = stack.enter_context(screens.progress_bar(path, size))
        source = read(path, progress=progress)
        sources.append(source)
        if as_at is not None:
            source.as_at = as_at
        for chronology in source:
            yield source, chronology
