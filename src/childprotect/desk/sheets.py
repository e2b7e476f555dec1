"""Case sheets: what is on record of one child, what the check makes of it, and room for a person to judge the rest.

A sheet holds the identifier of the child and what the vocabulary can show: no name, no date of birth, no prose. A grade
is never computed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from attrs import evolve

from childprotect.calendars import day_of
from childprotect.chronology import Chronology
from childprotect.desk.consequences import consequence_of
from childprotect.desk.desk import Desk
from childprotect.desk.documents import Block, Column, Document, Drawn, Listed, Paragraph, Section, Table, ToJudge
from childprotect.desk.holders import BY, Holder
from childprotect.desk.looking import known
from childprotect.desk.questions import GRADES, OF_THE_CHILD, questions_on
from childprotect.desk.selecting import Selected
from childprotect.errors import UnknownName
from childprotect.events import Event
from childprotect.findings import Finding, Report
from childprotect.plots import timeline
from childprotect.statuses import Status
from childprotect.wording import counted, day_in_words, event_in_words, facts_in_words, sentence

_NO_GRADE = "No grade is computed: what dates and records settle is above, and the rest is for a person."


def sheet(desk: Desk, child: str, why: Sequence[str] = (), *, holder: bool = False) -> Document:
    """The sheet of one child as a document; `why` are the reasons to look at the case.

    Who holds the case is only shown where `holder` asks for it. Raises `UnknownName` for a child who is not there.
    """
    chronology = next(desk.chronologies({child}), None)
    if chronology is None:
        raise UnknownName("child", child)
    return _document(desk, chronology, why, holder)


def sheets(desk: Desk, selected: Selected, *, holder: bool = False) -> Document:
    """The sheets of all cases that were selected, in one document: first which they are, then one after the other."""
    stories: dict[str, list[Chronology]] = {child: [] for child in selected}
    for story in desk.chronologies(frozenset(selected)):
        stories[story.child].append(story)
    sections = [_section(desk, story, selected.why[child], holder) for child, some in stories.items() for story in some]
    return evolve(overview(desk, selected), sections=(_overview(selected), *sections))


def overview(desk: Desk, selected: Selected) -> Document:
    """Which cases were selected and why, without their sheets."""
    lines = (f"As at {day_in_words(desk.as_at)}.", sentence(f"{selected.how}: {selected.count}"), *selected.remarks)
    return Document("Case audit", lines, (_overview(selected),))


def each_sheet(desk: Desk, selected: Selected, *, holder: bool = False) -> Iterator[tuple[str, Document]]:
    """The sheets of all cases that were selected, each a document of its own, with the child's identifier."""
    for chronology in desk.chronologies(frozenset(selected)):
        yield chronology.child, _document(desk, chronology, selected.why[chronology.child], holder)


def _document(desk: Desk, chronology: Chronology, why: Sequence[str], holder: bool) -> Document:
    section = _section(desk, chronology, why, holder)
    first = (Section("Why this case", section.blocks),) if section.blocks else ()
    lines = (f"As at {day_in_words(desk.as_at)}.",)
    return Document(f"Case sheet: child {chronology.child}", lines, (*first, *section.sections))


def _overview(selected: Selected) -> Section:
    rows = tuple((child, " ".join(selected.why[child])) for child in selected.children)
    if not rows:
        return Section("The cases", (Paragraph("No case was selected."),))
    return Section("The cases", (Table("The cases and why each was selected", _columns("child", "why"), rows),))


def _section(desk: Desk, chronology: Chronology, why: Sequence[str], holder: bool) -> Section:
    events = known(desk, chronology)
    report = desk.report(chronology)
    parts = (
        _happened(desk, chronology, events),
        Section("What the check found", tuple(_found(report))),
        Section("For a person to judge: the child", tuple(_of_the_child())),
        Section("For a person to judge: the work", tuple(_of_the_work(events))),
        Section("What is to be done", tuple(_to_be_done())),
    )
    blocks: list[Block] = [Listed(tuple(why))] if why else []
    if holder:
        of = Holder.of(events)
        held = tuple((name, getattr(of, name) or "not on record") for name in BY)
        blocks.append(Table("Who holds the case", _columns("", "as the record says"), held))
    return Section(f"Child {chronology.child}", tuple(blocks), parts, new_page=True)


# --- what happened


def _happened(desk: Desk, chronology: Chronology, events: Sequence[Event]) -> Section:
    picture = timeline(chronology, desk.rulebook, desk.as_at, known_at=desk.known_at)
    blocks: list[Block] = [Drawn(picture)]
    if events:
        blocks.append(Table("The chronology", _columns("day", "what is on record"), tuple(_days(events))))
    else:
        blocks.append(Paragraph("Nothing is on record up to this day."))
    lost = tuple(dict.fromkeys(f"{one.place} could not be read: {one.because}." for one in chronology.lost))
    if lost:
        blocks += [Paragraph("What could not be read, and may change any of this:"), Listed(lost)]
    return Section("What happened", tuple(blocks))


_UNBROKEN = "\N{NO-BREAK SPACE}"


def _days(events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """A row for each day, or each time of it that is known."""
    for when, some in groupby(events, key=lambda event: day_in_words(event.at)):
        yield when.replace(" ", _UNBROKEN), "; ".join(map(_told, some))


def _told(event: Event) -> str:
    late = f", recorded on {day_in_words(event.recorded)}" if event.recorded and event.recorded != event.day else ""
    return f"{sentence(event_in_words(event.kind))[:-1]}{facts_in_words(event, event.facts)}{late}"


# --- what was found


def _found(report: Report) -> Iterator[Block]:
    grave = sorted(report.breaches, key=_place)
    unknown = sorted(report.cannot_tell, key=_place)
    if grave:
        yield _judged("Not kept, the gravest first", grave)
    else:
        yield Paragraph("No breach was found.")
    if unknown:
        yield _judged("Nobody can tell, the gravest first", unknown)
    if pending := sorted(report.having(Status.PENDING), key=_place):
        yield _judged("Not done, and not yet due", pending)
    yield Paragraph(_kept(report.having(Status.MET, Status.DISCHARGED)))
    if report.elapsed:
        yield Paragraph("How long it took, where no number says how long it may take:")
        yield Listed(tuple(entry.because for entry in report.elapsed))
    if report.irregularities:
        yield Paragraph("Odd in the record, and no breach by itself:")
        yield Listed(tuple(entry.because for entry in report.irregularities))


def _place(finding: Finding) -> tuple[int, str, str]:
    started = finding.started
    return consequence_of(finding.rule), "" if started is None else day_of(started).isoformat(), finding.rule


def _judged(caption: str, findings: Iterable[Finding]) -> Table:
    """A table with a row for each duty and status, however often."""
    alike: dict[tuple[str, Status, str], list[str]] = {}
    for finding in findings:
        edition = "" if finding.version is None else finding.version.edition
        alike.setdefault((finding.law.title, finding.status, edition), []).append(finding.because)
    rows = tuple(
        (sentence(title)[:-1], _standing(status, len(why)), " ".join(why), edition)
        for (title, status, edition), why in alike.items()
    )
    return Table(caption, _columns("duty", "status", "why", "by"), rows)


def _standing(status: Status, times: int) -> str:
    words = status.replace("-", " ")
    return words if times == 1 else f"{words}, {times} times"


def _kept(findings: Collection[Finding]) -> str:
    counts = Counter(finding.status for finding in findings)
    kept = f"Kept in time: {counted(counts[Status.MET], 'duties', 'duty')}."
    return f"{kept} Fell away before it was due: {counts[Status.DISCHARGED]}." if counts[Status.DISCHARGED] else kept


def _columns(*titles: str) -> tuple[Column, ...]:
    return tuple(map(Column, titles))


# --- what a person judges


def _of_the_child() -> Iterator[Block]:
    yield Paragraph(_NO_GRADE, note=True)
    for question in OF_THE_CHILD:
        yield from question.to_judge()


def _of_the_work(events: Sequence[Event]) -> Iterator[Block]:
    for question in questions_on({event.kind for event in events}):
        yield from question.to_judge()
    yield ToJudge("How good was the work in this case, all in all?", grades=GRADES)


def _to_be_done() -> Iterator[Block]:
    yield ToJudge("What is this case about: its themes, in a word or two each?", lines=2)
    yield ToJudge("What is to be done, by whom, by which day, and by what will it be seen to have worked?", lines=6)
    yield Paragraph(
        "Grade, themes, outcome and actions come back in the table that was made with this sheet.", note=True
    )
