"""What people see: tables and sentences on a terminal, in colour where there is one."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from childprotect.chronology import Chronology
from childprotect.cli.converting import Carried
from childprotect.events import Event
from childprotect.explaining import required
from childprotect.exports import dates
from childprotect.findings import Finding, Report, nested
from childprotect.journeys import Journey
from childprotect.records import Broken, Reader, Rejection, Source
from childprotect.records.reports import Tally
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england
from childprotect.rulebooks.england import dfe_validation
from childprotect.rules import Duty, Rule
from childprotect.statuses import Reason, Status
from childprotect.versions import NotAssessed, Version
from childprotect.vocabulary import STANDARD, printable
from childprotect.wording import counted, day_in_words

_STYLES = {
    Status.MET: "green",
    Status.LATE: "yellow",
    Status.OVERDUE: "bold red",
    Status.BREACHED: "red",
    Status.PENDING: "cyan",
    Status.DISCHARGED: "dim",
    Status.CANNOT_TELL: "magenta",
}
_REJECTIONS_SHOWN = 10
_IN_THE_CENSUS = "In the census: validation rule {} of the Department for Education."


class Page(Console):
    """A console that shows text as it is, and leaves a closed pipe to the command."""

    def __init__(self, file: IO[str] | None = None) -> None:
        super().__init__(file=file, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means a breach here."""
        raise BrokenPipeError


def _status(status: Status) -> Text:
    return Text(status.value.replace("-", " "), _STYLES[status])


def summary(console: Console, book: Rulebook, sources: list[Source], tally: Tally) -> None:
    """Counts by rule and status, the gravest breaches, and what was not read or not judged."""
    for source in sources:
        as_read(console, source)
    console.print()
    console.print(_counts(book, tally, narrow=console.width < _WIDE))
    _worst(console, tally)
    if tally.odd:
        console.print("\nIrregularities, which are not breaches by themselves:")
        for code, n in sorted(tally.odd.items(), key=lambda entry: (-entry[1], entry[0])):
            console.print(f"  {n:>5}  {code.replace('-', ' ')}")
    if tally.elapsed:
        console.print("\nTold and not judged, because no number is set: in days")
        console.print(_durations(book, tally))
    console.print("\nNot assessed:")
    for because, ids in _grouped(_in_order(book, tally.not_assessed)).items():
        console.print(Padding(Text(f"{', '.join(ids)}: {because}", "dim"), (0, 0, 0, 2), expand=False))


def as_read(console: Console, source: Source) -> None:
    """What a source is, what was read of it, and what was rejected."""
    console.print(
        f"{source.path}: {source.format}, {counted(source.children, 'children', 'child')}, "
        f"{counted(source.events, 'events')}, as at {day_in_words(source.as_at)}"
    )
    rows_of(console, source)
    _listed(console, "rejected", source.rejections)
    _listed(console, "in doubt", source.account.doubts)
    for what, names in (("not used", source.account.unused), ("not there", source.account.missing)):
        if names:
            console.print(Padding(Text(f"{what}: {', '.join(sorted(names))}", "dim"), (0, 0, 0, 2), expand=False))


def _listed(console: Console, what: str, entries: Sequence[Rejection]) -> None:
    for entry in entries[:_REJECTIONS_SHOWN]:
        named = entry.child is None or f"child {entry.child}, " in entry.place
        who = "" if named else f" (child {entry.child})"
        console.print(f"  {what}: {entry.place}{who}: {entry.because}", style="yellow")
    if len(entries) > _REJECTIONS_SHOWN:
        console.print(f"  and {len(entries) - _REJECTIONS_SHOWN} more; --format json lists them all")


def doubts(console: Console, sources: Iterable[Source]) -> None:
    """What is in doubt, where nothing else is told of the sources."""
    for source in sources:
        if source.account.doubts:
            console.print(f"{source.path}:")
            _listed(console, "in doubt", source.account.doubts)


def rows_of(console: Console, source: Source) -> None:
    """The account of a source: every row is either read or rejected."""
    account = source.account
    rows = counted(account.rows, "rows")
    console.print(f"  {rows}: {account.read} read, {account.rejected} rejected in whole or in part")


def read_and_written(console: Console, sources: Iterable[Source], out: str) -> None:
    """The account of what went into a file."""
    for source in sources:
        as_read(console, source)
    console.print(f"wrote {out}")


def conversion(console: Console, source: Source, out: str, title: str, carried: Carried) -> None:
    """What was recognised, what was read, what was written, and how much of what could not be carried over."""
    as_read(console, source)
    console.print(f"  recognised: {source.recognised}")
    console.print(f"wrote {out}: {title}")
    if any(carried.left_out.values()):
        told = ", ".join(f"{n} of {name}" for name, n in sorted(carried.left_out.items()) if n)
        console.print(Padding(Text(f"left out: {told}"), (0, 0, 0, 2), expand=False))
    if carried.as_at is not None and source.as_at < carried.as_at:
        days = f"{day_in_words(source.as_at)}, and it speaks as at {day_in_words(carried.as_at)}"
        told = f"the records end on {days}: it says that nothing has happened in between"
        console.print(Padding(Text(told, "yellow"), (0, 0, 0, 2), expand=False))
    if carried.in_doubt:
        console.print("  in doubt, so that all of it is cannot tell:", style="yellow")
    for why, n in sorted(carried.in_doubt.items()):
        told = f"{counted(n, 'children', 'child')}: {why}"
        console.print(Padding(Text(told, "yellow"), (0, 0, 0, 4), expand=False))


def formats(console: Console, readers: Iterable[Reader], broken: Iterable[Broken]) -> None:
    """The formats that can be read, in the order in which they are asked for, and readers that cannot be used."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("format", "what it is", "recognised by"):
        table.add_column(heading)
    for reader in readers:
        table.add_row(reader.format, reader.title, reader.by)
    console.print(table)
    for entry in broken:
        console.print(str(entry), style="yellow")


_WIDE = 100
_NARROW = {
    Status.OVERDUE: "over\ndue",
    Status.BREACHED: "breach\ned",
    Status.PENDING: "pend\ning",
    Status.DISCHARGED: "dis\ncharged",
    Status.CANNOT_TELL: "cannot\ntell",
}
"""Headings that leave room for the names of the rules on a terminal of 80 columns."""


def _heading(status: Status, narrow: bool) -> str:
    words = status.value.replace("-", " ")
    return _NARROW.get(status, words) if narrow else words


def _counts(book: Rulebook, tally: Tally, narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1 if narrow else 2, 0, 0), header_style="bold")
    table.add_column("rule", no_wrap=True, vertical="bottom")
    for status in Status:
        table.add_column(_heading(status, narrow), justify="right", style=_STYLES[status])
    counts = nested(tally.counts)
    for rule in book:
        if rule in counts:
            table.add_row(rule, *(str(counts[rule].get(status.value, "")) for status in Status))
    totals = [sum(row.get(status.value, 0) for row in counts.values()) for status in Status]
    table.add_section()
    table.add_row("all", *map(str, totals), style="bold")
    return table


def _durations(book: Rulebook, tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("duty", no_wrap=True, vertical="bottom")
    for heading in ("done", "median", "longest", "not\ndone", "longest\nso far"):
        table.add_column(heading, justify="right", vertical="bottom")
    for rule in book:
        done, undone = tally.elapsed.get(rule, _NONE)
        took = (str(done.total()), str(_median(done)), str(max(done))) if done else ("", "", "")
        wait = (str(undone.total()), str(max(undone))) if undone else ("", "")
        if done or undone:
            table.add_row(rule, *took, *wait)
    return table


_NONE: tuple[Counter[int], Counter[int]] = Counter(), Counter()


def _median(counts: Counter[int]) -> int:
    """The median of what was counted, the higher of two: there are many, and few that differ."""
    before = 0
    for value in sorted(counts):
        before += counts[value]
        if before > counts.total() // 2:
            return value
    raise ValueError("there is no median of nothing")


def _worst(console: Console, tally: Tally) -> None:
    worst = tally.gravest
    if not tally.breaches:
        console.print("\nNo breach was found.")
        return
    breaches = counted(tally.breaches, "breaches", "breach")
    gravest = "; the gravest" + (f" {len(worst)}" if len(worst) > 1 else "") if tally.breaches > 1 else ""
    console.print(f"\n{breaches}{gravest}:" if worst else f"\n{breaches}.")
    for finding in worst:
        line = Text.assemble((finding.child, "bold"), "  ", finding.rule, "  ", _status(finding.status))
        console.print(line)
        console.print(Padding(Text(finding.because), (0, 0, 0, 4), expand=False))
        for number in dfe_validation.numbers(finding):
            _indented(console, _IN_THE_CENSUS.format(number), 4)
    console.print("\nFor one child in full: childprotect explain FILE CHILD", style="dim")


def _in_order(book: Rulebook, entries: Collection[NotAssessed]) -> list[NotAssessed]:
    """What the records brought about, rule by rule, then what is never judged: whichever child came first."""
    never = dict.fromkeys(book.not_assessed)
    place = {rule: n for n, rule in enumerate(book)}
    here = sorted((e for e in entries if e not in never), key=lambda e: (place[e.id], e.because))
    return [*here, *(entry for entry in never if entry in entries)]


_INSPECTION = "inspection-"
_NOT_COMPUTABLE = "findings of the inspection of September 2012 that no date or record can settle"


def _grouped(entries: Iterable[NotAssessed]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for entry in entries:
        inspected = entry.id.startswith(_INSPECTION)
        groups.setdefault(_NOT_COMPUTABLE if inspected else entry.because, []).append(
            entry.id.removeprefix(_INSPECTION)
        )
    return groups


def law(console: Console, book: Rulebook, told: Rulebook, day: date | None) -> None:
    """Every rule with what it requires, its source and its grade; then what holds not, and why."""
    when = f"on {day_in_words(day)}" if day else "in every version"
    console.print(Text(f"{counted(len(told.applied), 'rules')} {when}", "bold"))
    for rule in told.applied:
        console.print(Text.assemble("\n", (rule.id, "bold"), "  ", (rule.title, "dim")))
        for version in rule.versions:
            _one_version(console, rule, version)
    silent = [NotAssessed(rule.id, _why_not(rule, day)) for rule in book.applied if rule.id not in told]
    console.print("\nNot in force or not judged:", style="bold")
    for because, ids in _grouped(dict.fromkeys((*silent, *book.not_assessed))).items():
        console.print(Padding(Text(f"{', '.join(ids)}: {because}", "dim"), (0, 0, 0, 2), expand=False))


def _one_version(console: Console, rule: Rule, version: Version) -> None:
    what = required(rule, version).removeprefix(f"{rule.title}: ")
    number = "no number" if version.requires is None and isinstance(rule, Duty) else what
    console.print(Padding(Text.assemble((number, "cyan"), f"  ({dates(version)})"), (0, 0, 0, 2), expand=False))
    force = version.force.value.replace("-", " ")
    told = [f"{version.instrument.title}; {force}; evidence: {version.grade}"]
    told += [f"local departure: {version.departure}"] if version.departure else []
    told += [version.note] if version.note else []
    told += [f"seen at {citation.url}" for citation in version.citations] or ["no source that could be verified"]
    for line in told:
        console.print(Padding(Text(line, "dim"), (0, 0, 0, 4), expand=False))


def _why_not(rule: Rule, day: date | None) -> str:
    covering = (a for a in rule.absent if day is not None and a.since <= day and (a.until is None or day <= a.until))
    return next((absence.because for absence in covering), "no version of it was in force")


def one_child(console: Console, chronology: Chronology, as_at: date, known_at: date | None, report: Report) -> None:
    """A child's chronology, states, findings in full, and what is due next."""
    events = chronology.as_known(as_at, known_at)
    console.print(Text(f"{chronology.child}, as at {day_in_words(as_at)}", "bold"))
    console.print("\nChronology", style="bold underline")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    for event in events:
        table.add_row(f"  {day_in_words(event.at)}", _event(event))
    console.print(table)
    for place, because in dict.fromkeys((lost.place, lost.because) for lost in chronology.lost):
        console.print(f"  {place} could not be read: {because}", style="yellow")
    console.print("\nWhere the child stands", style="bold underline")
    told = Chronology(chronology.child, events=events, covers=chronology.covers)
    states = Journey.replay(told, england.charts).states
    table = Table(box=None, show_header=False, pad_edge=False)
    for strand, state in states.items():
        if state != england.charts[strand].initial:
            table.add_row(f"  {strand}", Text(state, "cyan"))
    console.print(table)
    _section(console, "Breaches", report.breaches)
    _section(console, "Cannot tell", report.cannot_tell)
    _section(console, "In order", report.having(Status.MET, Status.DISCHARGED), brief=True)
    _due_next(console, report)
    if report.elapsed:
        console.print("\nHow long it took", style="bold underline")
        for entry in report.elapsed:
            console.print(Padding(Text.assemble((entry.rule, "cyan"), "  ", entry.because), (0, 0, 0, 2), expand=False))
    if report.irregularities:
        console.print("\nIrregularities", style="bold underline")
        for odd in report.irregularities:
            console.print(Padding(Text(f"{odd.code}: {odd.because}"), (0, 0, 0, 2), expand=False))


def _event(event: Event) -> Text:
    kind = STANDARD.get(event.kind)
    facts = [f"{name}: {said}" for name, value in event.facts.items() if (said := printable(event.kind, name, value))]
    late = f"recorded {day_in_words(event.recorded)}" if event.recorded and event.recorded != event.day else ""
    detail = "; ".join([*facts, late] if late else facts)
    words = kind.words if kind else event.kind
    return Text.assemble(words, (f"  ({detail})" if detail else "", "dim"))


def _section(console: Console, title: str, findings: tuple[Finding, ...], brief: bool = False) -> None:
    """The findings, those of one rule that rest on the same law together; `brief` leaves the law out."""
    if not findings:
        return
    console.print(f"\n{title}", style="bold underline")
    for (head, law), run in groupby(findings, lambda finding: (finding.reason.text, _law_of(finding))):
        alike = list(run)
        console.print(Padding(Text(head, _STYLES[alike[0].status]), (0, 0, 0, 2), expand=False))
        for finding in alike:
            _indented(console, finding.because, 4)
            for number in dfe_validation.numbers(finding):
                _indented(console, _IN_THE_CENSUS.format(number), 6)
            for reason in () if brief else finding.reason.parts[1:]:
                for line in reason.lines() if reason != law else ():
                    _indented(console, line, 6)
        for line in law.lines() if law and not brief else ():
            _indented(console, line, 4)


def _law_of(finding: Finding) -> Reason | None:
    """The part of the explanation that names the law."""
    return finding.reason.parts[1] if finding.version is not None else None


def _indented(console: Console, line: str, indent: int) -> None:
    indent += len(line) - len(line.lstrip())
    console.print(Padding(Text(line.strip()), (0, 0, 0, indent), expand=False))


def _due_next(console: Console, report: Report) -> None:
    console.print("\nDue next", style="bold underline")
    pending = sorted(report.having(Status.PENDING), key=lambda finding: str(finding.due))
    for finding in pending:
        assert finding.due is not None
        console.print(
            Padding(
                Text.assemble((day_in_words(finding.due), "bold cyan"), "  ", finding.because),
                (0, 0, 0, 2),
                expand=False,
            )
        )
    if not pending:
        console.print("  Nothing.")
