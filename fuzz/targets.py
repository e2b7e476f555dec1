"""What is fuzzed: for each target how an input is made, how it is tried, and what must be true of what comes of it.

To be refused with a documented error is as good as to be read. Anything else is a fault: another exception, a message
that names no file or no place or speaks of Python, an entry that is lost in silence, and above all a personal value
that comes out.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from random import Random
from zlib import crc32

from attrs import field, frozen

from childprotect import Chronology, Profile, ProfileError, Rulebook, UnreadableInput, check
from childprotect.cli.app import run as command
from childprotect.errors import DefinitionError
from childprotect.records import read, read_census, read_csv, read_json_lines
from childprotect.records.reports import COLUMNS
from childprotect.rulebooks import england
from fuzz import laws, records, sources
from fuzz.attempts import mapping, parquet, payload, tables
from fuzz.truths import must, plain, private, reading

# --- the command line over them


class _Terminal(io.TextIOWrapper):
    """Standard output or error, as the command line sets it up."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", "backslashreplace", newline="", write_through=True)

    @property
    def text(self) -> str:
        """What was printed."""
        self.seek(0)
        return self.read()


def _run(arguments: list[str]) -> tuple[int, str, str]:
    out, err = _Terminal(), _Terminal()
    with redirect_stdout(out), redirect_stderr(err):
        status = command(arguments)
    return status, out.text, err.text


_PROFILE = str(records.EXAMPLES / "profiles" / "template.toml")
_WAYS = (
    *(["--format", format] for format in ("text", "json", "csv", "json", "csv")),
    ["--format", "json", "--practice"],
    ["--format", "csv", "--as-at", "2024-06-01", "--known-at", "2023-01-01", "--fail-on-breach"],
    ["--format", "text", "--as-at", "1950-01-01", "--show", "0"],
    ["--format", "json", "--as-at", "2050-12-31"],
    ["--format", "json", "--practice", "--profile", _PROFILE],
)


def _checking(path: Path) -> bool:
    """`check` in one of several ways, which the bytes of the file choose; now and then `explain` for each child."""
    chosen = crc32(path.read_bytes())
    way = _WAYS[chosen % len(_WAYS)]
    try:
        names = [child.child for child in read(str(path))]
    except UnreadableInput:
        names = []
    status, out, err = _run(["check", str(path), *way])
    private([out, err], names)
    if status == 2:
        must(out == "", "a refusal has printed a report")
        must(
            re.fullmatch(rf"childprotect: {re.escape(str(path))}: .*; expected .*\n", err),
            "a refusal is not one line that says what was expected",
            err,
        )
        return False
    must(status == 0 or (status == 1 and "--fail-on-breach" in way), f"exit status {status}", err)
    doubtful = way[1] == "csv" and re.match(r".+?:\n  in doubt: ", err, re.DOTALL)  # a long path is wrapped
    must(err == "" or doubtful, "standard error says something else than what is in doubt", err)
    _report(way[1], out)
    if chosen % 7 == 0:
        for name in dict.fromkeys(names):
            status, out, err = _run(["explain", str(path), "--", name])
            must(status == 0, f"explain exits with {status}", err)
            private([out, err], names)
    return True


def _report(format: str, out: str) -> None:
    if format == "json":
        report = json.loads(out)
        told = sum(n for statuses in report["summary"].values() for n in statuses.values())
        must(told == len(report["findings"]), "the summary has another number of findings")
        for text in (entry["because"] for part in ("findings", "irregularities", "elapsed") for entry in report[part]):
            plain(text)
    elif format == "csv":
        header, *rows = csv.reader(io.StringIO(out))
        must(tuple(header) == COLUMNS, "the header of the report is another")
        must(all(len(row) == len(COLUMNS) for row in rows), "a row of the report is too long or too short")


# --- profiles and rulebooks


_STORY = Chronology.of(
    "C-101",
    born=date(2016, 5, 4),
    events=[
        ("2024-03-01", "referral"),
        ("2024-03-04", "allocated"),
        ("2024-03-22", "strategy-discussion", {"agencies": {"police", "social-care"}, "decision": "section-47"}),
        ("2024-03-22", "section-47-started"),
        ("2024-04-20", "initial-conference", {"outcome": "plan"}),
        ("2024-04-20", "plan-started", {"categories": {"neglect"}}),
        ("2024-05-01", "visit", {"child-seen": True}),
        ("2024-07-01", "review-conference"),
        ("2024-12-01", "plan-ended"),
        ("2024-12-01", "case-closed"),
    ],
)


def _profile_refused(error: UnreadableInput | ProfileError) -> bool:
    problems = error.problems if isinstance(error, ProfileError) else (error.problem,)
    must(problems, "a profile is refused without a problem")
    for problem in problems:
        must(problem.strip(), "an empty problem")
        plain(problem)
    return False


def _profile(path: Path) -> bool:
    """A profile by itself: from the file and from its text the same."""
    try:
        profile = Profile.load(path)
    except (UnreadableInput, ProfileError) as error:
        return _profile_refused(error)
    again = Profile.parse(path.read_text(encoding="utf-8-sig"), path=str(path))
    must(repr(again) == repr(profile), "load and parse differ")  # by their looks, since no nan is another
    return True


def _overlay(path: Path) -> bool:
    """A profile over the law of England: what `load` finds with the book is what keeps it from being applied."""
    try:
        profile = Profile.load(path)
    except (UnreadableInput, ProfileError) as error:
        return _profile_refused(error)
    try:
        ours = england.rulebook | profile
    except ProfileError as error:
        return _profile_refused(error)
    chosen = crc32(path.read_bytes())
    if chosen % 4 == 0:
        must(
            Profile.load(path, book=england.rulebook) == profile,
            "a profile that can be applied is another with the book",
        )
    _works(ours, chosen)
    return True


def _rulebook(path: Path) -> bool:
    """A rulebook from a document."""
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        book = Rulebook.load(text)
    except DefinitionError as error:
        for problem in error.problems:
            must(problem.strip(), "an empty problem")
            plain(problem)
        return False
    _works(book, crc32(text.encode("utf-8", "replace")))
    return True


def _works(book: Rulebook, chosen: int) -> None:
    """A book that was taken can be used: checked with, printed, compared, written and read back."""
    report = check(_STORY, book, as_at=date(2026, 1, 1))
    json.dumps(report.to_dict())
    for finding in report.findings:
        plain(finding.explain())
    if chosen % 8 == 0:
        str(book.on(date(2024, 4, 1)).diff(england.rulebook))
        book.export("markdown")
        book.unverified()
    if chosen % 8 == 1:
        format = "toml" if chosen % 16 == 1 else "json"
        must(Rulebook.load(book.export(format)) == book, f"the book is another when it is read back from {format}")


# --- the table


@frozen
class Target:
    """One thing that is fuzzed. `share` is its part of all inputs; `attempt` says whether an input was accepted."""

    name: str
    suffix: str
    share: int
    make: Callable[[Random], bytes] = field(repr=False)
    attempt: Callable[[Path], bool] = field(repr=False)

    def input(self, seed: int, n: int) -> bytes:
        """The nth input of a seed: always the same."""
        return self.make(Random(f"{self.name} {seed} {n}"))


def _made(format: str) -> Callable[[Random], bytes]:
    return lambda rng: records.record_file(format, rng)


TARGETS = {
    target.name: target
    for target in (
        Target("csv", ".csv", 310, _made("csv"), reading("csv", read_csv)),
        Target("json-lines", ".jsonl", 310, _made("json-lines"), reading("json-lines", read_json_lines)),
        Target("census", ".xml", 240, _made("census"), reading("census", read_census)),
        Target("read", ".dat", 70, records.any_record_file, reading("", read)),
        Target("check", ".dat", 20, records.any_record_file, _checking),
        Target("profile", ".toml", 40, laws.profile_file, _profile),
        Target("overlay", ".toml", 10, laws.overlay_file, _overlay),
        Target("rulebook", ".txt", 15, laws.book_file, _rulebook),
        Target("api", ".json", 150, sources.payload_file, payload),
        Target("mapping", ".toml", 40, sources.mapping_file, mapping),
        Target("tables", ".txt", 10, sources.tables_file, tables),
        Target("parquet", ".parquet", 60, sources.parquet_file, parquet),
    )
}
