"""The commands. What they print for people is in `screens`; reports for machines are in `records.reports`.

What only some of them need is imported where it is needed: tables for a terminal take as long to import as some hundred
children take to check.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from childprotect.cli.checking import Asked
from childprotect.cli.desk_commands import audit, due, report
from childprotect.cli.inputs import PLAIN, AsAt, How, KnownAt, chronologies, possible, tell_broken, without_secrets
from childprotect.cli.options import Force, Practice, ProfileFile, Records, law
from childprotect.cli.reporting import FORMS, Printed, form_of, tell, tell_tally
from childprotect.compliance import check
from childprotect.errors import ChildProtectError, ProfileError, UnreadableInput
from childprotect.findings import Report
from childprotect.records import Source, broken, readers
from childprotect.records.safely import refuse_input
from childprotect.rulebooks import england

app = App(
    name="childprotect",
    help="Check records of the English child protection process against the law that was in force on each date.",
    version_flags=["--version"],
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
for _command in (audit, due, report):
    app.command(_command)
_SHOWN = 20


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
    except ModuleNotFoundError as error:
        # an extra: each is imported only where it is needed
        return _complain(f"{error.name} is not installed; expected childprotect[all] to be")
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
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in without_secrets(text))
    print(f"childprotect: {line}", file=sys.stderr)
    return status


@app.command(name="check")
def check_files(
    *files: Records,
    as_at: AsAt = None,
    known_at: KnownAt = None,
    profile: ProfileFile = None,
    practice: Practice = False,
    format: Annotated[Printed | None, Parameter(help="What to print: text if nothing is said.")] = None,
    out: Annotated[str | None, Parameter(help="Write the report to this file: .txt, .json, .csv or .parquet.")] = None,
    force: Force = False,
    fail_on_breach: Annotated[bool, Parameter(negative=(), help="Exit with 1 if anything is late or broken.")] = False,
    show: Annotated[int, Parameter(help="How many breaches to list, the gravest first.")] = _SHOWN,
    how: How = PLAIN,
) -> int:
    """Say what is met, late, overdue, breached, pending, discharged, and what the record does not say.

    As at the reference date of a census, or else the last date of the file, unless `--as-at` is given: never today.
    """
    if not files:
        raise UnreadableInput("check", "", "no file was named", "one or more files of records")
    possible(as_at)
    form = form_of(format, out, force, FORMS)
    for read in (*files, profile, how.columns, how.pseudonymise):
        refuse_input(out or "", read or "")
    book = law(profile, practice)
    tell_broken()
    asked = Asked(files, how, book, as_at, known_at)
    if form == "text":
        tally = asked.tally(max(show, 0))
        tell_tally(tally, asked.sources, book, out=out, force=force)
        return int(fail_on_breach and tally.breaches > 0)
    breached = False

    def reports() -> Iterator[Report]:
        nonlocal breached
        for found in asked.reports():
            breached = breached or any(finding.is_breach for finding in found.findings)
            yield found

    tell(reports(), asked.sources, form=form, out=out, force=force)
    return int(fail_on_breach and breached)


@app.command
def explain(
    file: Records,
    child: Annotated[str, Parameter(help="The child's identifier in the file; with a key, the pseudonym does too.")],
    *,
    as_at: AsAt = None,
    known_at: KnownAt = None,
    profile: ProfileFile = None,
    practice: Practice = False,
    how: How = PLAIN,
) -> int:
    """One child: the chronology, where the child stands, every finding in words, and what is due next."""
    from childprotect.cli import screens

    possible(as_at)
    book = law(profile, practice)
    pseudonyms = how.pseudonyms()
    names = {child} if pseudonyms is None else {child, pseudonyms(child)}
    sources: list[Source] = []
    tell_broken()
    seen = 0
    for source, chronology in chronologies(file, how, sources, as_at):
        if chronology.child in names:
            found = check(chronology, book, as_at=source.as_at, known_at=known_at)
            screens.one_child(screens.Page(), chronology, source.as_at, known_at, found)
            seen += 1
    if not seen:
        who = f"there is no child {child!r} in it" if pseudonyms is None else "there is no such child in it"
        raise UnreadableInput(sources[0].path, "", who, "the identifier of a child in the file")
    screens.rows_of(screens.Page(), sources[0])
    return 0


@app.command
def convert(
    file: Records,
    out: Annotated[str, Parameter(help="The file to write; the end of its name says in which format.")],
    *,
    year: Annotated[int | None, Parameter(help="The year of a census to write: the one in which it ends.")] = None,
    force: Force = False,
    how: How = PLAIN,
) -> int:
    """Write records in another format: an event table, an event log for process mining, or a census.

    Says what was recognised, how many rows were read and rejected, and what could not be carried over.
    """
    from childprotect.cli import screens
    from childprotect.cli.converting import converted

    tell_broken()
    source, written, carried = converted(file, out, how, year=year, force=force)
    screens.conversion(screens.Page(), source, out, written.title, carried)
    return 0


@app.command(name="readers")
def list_readers() -> int:
    """Print the formats that can be read, by what each is recognised, and the readers of other packages."""
    from childprotect.cli import screens

    screens.formats(screens.Page(), readers(), broken())
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
    book = law(profile, practice)
    if diff is not None:
        before, after = diff
        print(book.on(after).diff(book.on(before)))
        return 0
    told = book if on is None else book.on(on)
    if format == "text":
        from childprotect.cli import screens

        screens.law(screens.Page(), book, told, on)
    else:
        print(told.export(format), end="")
    return 0


@app.command
def simulate(
    scenario: Annotated[str, Parameter(help="A scenario in TOML: an authority, its people, and which years.")],
    *,
    years: Annotated[int | None, Parameter(help="For so many years, whatever the scenario says.")] = None,
    seed: Annotated[int, Parameter(help="The same seed gives the same authority, on every machine.")] = 0,
    out: Annotated[str | None, Parameter(help="Write the events to this file, an event table: .parquet.")] = None,
    force: Force = False,
) -> int:
    """Let an authority live, and say what became of it: the published figures, and where cases waited.

    Every child is invented. `check` reads what is written.
    """
    from childprotect.cli import simulating

    simulating.simulate(scenario, years=years, seed=seed, out=out, force=force)
    return 0


@app.command(name="compare")
def compare_scenarios(
    first: Annotated[str, Parameter(help="A scenario in TOML.")],
    second: Annotated[str, Parameter(help="Another, of the same days.")],
    *,
    seeds: Annotated[int, Parameter(help="How often each is let live, both from the same chances.")] = 20,
) -> int:
    """Let two scenarios live from the same seeds, and say how their figures differ, with 95 % intervals."""
    from childprotect.cli import simulating

    simulating.compare(first, second, seeds=seeds)
    return 0


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
