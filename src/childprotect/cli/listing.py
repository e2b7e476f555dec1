"""`childprotect due`: what is to be done, as text, CSV, JSON, or a file that a calendar program opens."""

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Literal

from attrs import define, field
from rich.console import Console

from childprotect.cli import screens
from childprotect.cli.inputs import How, Met, is_database, opened, stages
from childprotect.cli.reporting import opened as opened_for_text
from childprotect.desk import Desk, Task, When, Worklist, worklist_of
from childprotect.desk.worklist_files import to_calendar, write_csv, write_json
from childprotect.errors import UnreadableInput
from childprotect.periods import Period
from childprotect.records import Source
from childprotect.records.arrow_table import ARROW, PARQUET
from childprotect.records.event_table import FORMAT
from childprotect.records.recognising import given
from childprotect.records.safely import written
from childprotect.rulebook import Rulebook
from childprotect.tables.scanning import held, scan_columns
from childprotect.tables.stages import CHECKING
from childprotect.wording import counted, day_in_words

Form = Literal["text", "csv", "ics", "json"]
FORMS: dict[str, Form] = {".txt": "text", ".csv": "csv", ".ics": "ics", ".json": "json"}
"""What a worklist is written as, by the end of the name."""
BY = ("team", "worker", "manager", "child")
_A_WHILE = 200_000
"""Rows that take more than a moment in columns."""
_WIDEST = 100
"""Columns beyond which a sentence is hard to read."""
_FEW = 5
"""Up to so many tasks of which nobody can tell for one reason are told one by one."""
_NOBODY = {"team": "No team on record", "worker": "No worker on record", "manager": "No manager on record"}


def horizon_of(text: str) -> Period | None:
    """The period that a text means; None for 0 of anything: today only. Raises `UnreadableInput`."""
    if text.strip().split(" ")[0] == "0":
        text_of_one = f"1{text.strip()[1:]}"
        _period(text_of_one, text)
        return None
    return _period(text, text)


def _period(text: str, said: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        expected = "a period such as '10 working days', '2 weeks', '72 hours' or '0 days'"
        raise UnreadableInput("--within", "", f"{said!r} is no period", expected) from None


@define
class Asked:
    """Of which files a worklist is to be made, and how. `sources` has what was read, once all of it was."""

    files: Sequence[str]
    how: How
    book: Rulebook
    horizon: Period | None
    as_at: date | None = None
    known_at: date | None = None
    sources: list[Source] = field(factory=list)
    begun: bool = False
    """Whether any duty had begun by then."""

    def worklist(self) -> Worklist:
        """One list of all files. Raises `UnreadableInput`, also for files that speak as at different days."""
        met = Met(several=len(self.files) > 1)
        lists = []
        for n, path in enumerate(self.files):
            desk = self._in_columns(path) or self._by_rows(path)
            for child in desk.names:
                met.one(child, n, self.sources[-1])
            self.begun = self.begun or not desk.findings.is_empty()
            lists.append(worklist_of(desk, self.horizon))
        return reduce(Worklist.with_those_of, lists)

    def _in_columns(self, path: str) -> Desk | None:
        """The desk of a file that is in columns; None for any other."""
        asked = given(path)
        if is_database(path) or not self.how.is_plain or not (PARQUET.recognise(asked) or ARROW.recognise(asked)):
            return None
        with ExitStack() as stack:
            stage = stages(path, _A_WHILE, stack)
            events = scan_columns(path, columns=self.how.layout(), stage=stage)
            if events is None or not (days := events.last()):
                return None  # the reader of rows says what is wrong with it
            source = Source(events.name, FORMAT, date.min)
            source.as_at = self.as_at or source.account.last_of(days)
            self._add(source)
            desk = Desk.of(
                events,
                source.as_at,
                known_at=self.known_at,
                rulebook=self.book,
                progress=stage(CHECKING, events.rows),
            )
        source.account.add(desk.account)
        source.children, source.events = len(desk.names), desk.n_events
        return desk

    def _by_rows(self, path: str) -> Desk:
        """The desk of what is read child by child."""
        with opened(path, self.how, [], self.as_at) as (source, done):
            self._add(source)
            stories = []
            for story in source:
                stories.append(story)
                done(len(story))
        return Desk.of(held(source.path, stories), source.as_at, known_at=self.known_at, rulebook=self.book)

    def _add(self, source: Source) -> None:
        if self.sources and source.as_at != self.sources[0].as_at:
            first = self.sources[0]
            why = f"it speaks as at {source.as_at}, and {first.path} as at {first.as_at}: a worklist is of one day"
            raise UnreadableInput(source.path, "", why, "--as-at with a day")
        self.sources.append(source)


def tell(asked: Asked, *, form: Form, by: str | None, out: str | None, force: bool, show: int | None) -> None:
    """Make the worklist and tell it, printed or in a file. Raises `UnreadableInput` and `UnwritableOutput`."""
    worklist, sources = asked.worklist(), asked.sources
    if form == "ics" and out is not None:
        with written(out, force=force) as file:
            file.write(to_calendar(worklist, by))
    elif form == "ics":
        print(to_calendar(worklist, by).decode(), end="")
    else:
        with opened_for_text(out, force) as text:
            if form == "csv":
                write_csv(worklist, text, by)
            elif form == "json":
                write_json(worklist, text, by, sources=[source.to_dict() for source in sources])
            else:
                _tell_in_words(screens.Page(text), worklist, asked, by, show)
    if out is not None:
        screens.read_and_written(screens.Page(), sources, out)
        screens.Page().print(_counts(worklist))
    elif form in ("csv", "ics"):  # they have no place for what was rejected, or is in doubt
        for source in sources:
            screens.as_read(screens.Page(sys.stderr), source)
    if form == "ics" and (unknown := worklist.counts[When.UNKNOWN]):
        page = screens.Page(sys.stderr if out is None else None)
        page.print(f"not in it: {counted(unknown, 'tasks')} of which nobody can tell the day")


def _tell_in_words(page: Console, worklist: Worklist, asked: Asked, by: str | None, show: int | None) -> None:
    for source in asked.sources:
        screens.as_read(page, source)
    page.print()
    page.print(f"To do as at {day_in_words(worklist.as_at)}, with what is due by {day_in_words(worklist.until)}:")
    page.print(_counts(worklist))
    if not asked.begun:
        page.print("No duty that is judged had begun by then.")
    elif not len(worklist):
        page.print("Nothing is to be done, as far as these records say.")
    left = show = len(worklist) if show is None else max(show, 0)
    if by is None:
        _by_consequence(page, worklist.tasks[:left], 0)
    else:
        for name, part in worklist.by(by).items():
            if left <= 0:
                break
            page.print()
            page.print(f"{name or _NOBODY[by]}: {_counts(part).strip()}", style="bold")
            _by_consequence(page, part.tasks[:left], 2)
            left -= len(part)
    if len(worklist) > show:
        page.print(f"\nand {len(worklist) - show} more: --show {len(worklist)} shows all, and so does --out FILE.csv")


def _counts(worklist: Worklist) -> str:
    told = ", ".join(f"{n} {when}" for when, n in worklist.counts.items())
    children = len({task.child for task in worklist})
    return f"  {told}; of {counted(children, 'children', 'child')}"


def _by_consequence(page: Console, tasks: Sequence[Task], indent: int) -> None:
    for heading, some in groupby(tasks, key=_heading):
        page.print()
        page.print(" " * indent + heading, style="bold")
        for line in _under_heading(list(some), indent + 2, min(page.width, _WIDEST)):
            page.print(line, soft_wrap=True)


def _under_heading(tasks: Sequence[Task], indent: int, width: int) -> Iterator[str]:
    """Each task; but what nobody can tell for one reason of many children, as of a source that holds no such thing."""
    why = Counter((task.what, task.because) for task in tasks if task.when is When.UNKNOWN)
    many = {reason: n for reason, n in why.items() if n > _FEW}
    single = [task for task in tasks if task.when is not When.UNKNOWN or (task.what, task.because) not in many]
    for _, alike in groupby(single, key=lambda task: (task.child, _when(task), task.because)):
        yield from _lines(list(alike), indent, width)
    for (what, because), n in many.items():
        yield from _wrapped(f"{n} times cannot tell: {what}", indent, width)
        yield from _wrapped(f"{because} CSV and JSON have each.", indent + 4, width)


def _heading(task: Task) -> str:
    return task.consequence.words if task.closed is None else "Left undone in a case that is closed"


def _lines(alike: Sequence[Task], indent: int, width: int) -> Iterator[str]:
    """Tasks with one reason as lines that fit: who, when and what; then why, and by which law."""
    task, what = alike[0], "; ".join(dict.fromkeys(task.what for task in alike))
    closed = f" (case closed on {day_in_words(task.closed)})" if task.closed is not None else ""
    yield from _wrapped(f"{task.child}: {_when(task)}: {what}{closed}", indent, width)
    edition = f" [{task.edition}]" if task.edition is not None else ""
    yield from _wrapped(f"{task.because}{edition}", indent + 4, width)


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _when(task: Task) -> str:
    unit = task.finding.unit or "days"
    match task.when:
        case When.OVERDUE if task.due is None:
            return "not in place"
        case When.OVERDUE:
            assert task.due is not None, "it was due on a day"
            over = f" by {counted(task.days_over, unit)}" if task.days_over else ""
            return f"overdue{over} (due {day_in_words(task.due)})"
        case When.SOON:
            assert task.due is not None, "it is due on a day"
            left = f", in {counted(task.days_left, unit)}" if task.days_left is not None else ""
            return f"due {day_in_words(task.due)}{left}"
    return task.when.value
