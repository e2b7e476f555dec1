"""A report laid out as a document: the inspection's sections, the plan, the worklist, the board, the figures."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from childprotect.desk.answers import Answer, Case, Verdict
from childprotect.desk.board import Board, Replies
from childprotect.desk.consequences import Consequence
from childprotect.desk.documents import Block, Cell, Column, Document, Drawn, Link, Paragraph, Section, Table, ToJudge
from childprotect.desk.duties import Kept
from childprotect.desk.improving import Progress, State
from childprotect.desk.judgements import GRADES, JUDGED
from childprotect.desk.report import HELP, LEADERSHIP, OVERALL, PRACTICE, AuthorityReport
from childprotect.desk.worklist import Worklist
from childprotect.measures import Kind, Measured, Trend
from childprotect.plots import load
from childprotect.rulebooks.england.inspection import Row
from childprotect.wording import counted, day_in_words, listed

SHOWN = 10
"""So many more children are named after the cases that have their reasons; the JSON has all."""
TASKS = 40
GRAVEST = 15
_SECTION_OF = dict(zip(JUDGED, (OVERALL, HELP, PRACTICE, LEADERSHIP), strict=True))
_SOURCE = (
    "The findings are those of Ofsted's inspection of Herefordshire, September 2012, paragraph by paragraph, in words "
    "of this library; the headings are the report's own."
)


def document_of(report: AuthorityReport) -> Document:
    """The report as a document."""
    period = f"{day_in_words(report.first)} to {day_in_words(report.as_at)}"
    lines = [
        f"As at {day_in_words(report.as_at)}. Duties and figures are those of {period}.",
        f"Records: {report.name}; {counted(report.children, 'children', 'child')}.",
    ]
    if report.account is not None:
        rows = counted(report.account.rows, "rows")
        lines.append(f"{rows}: {report.account.read} read, {report.account.rejected} rejected in whole or in part.")
    if report.known_at is not None:
        lines.append(f"Only what was known on {day_in_words(report.known_at)} is used.")
    sections = [_at_a_glance(report)]
    sections += [_answered(title, report.of(title), report) for title in (OVERALL, HELP, PRACTICE, LEADERSHIP)]
    if report.progress:
        sections.append(_plan(report))
    sections += [_to_do(report.worklist), _duties(report), _board(report.board), _measures(report)]
    return Document("Report on the protection of children", tuple(lines), tuple(sections), report.warning)


def _at_a_glance(report: AuthorityReport) -> Section:
    counts = [(verdict, len(report.having(verdict))) for verdict in Verdict]
    tasks = report.worklist.counts
    blocks: list[Block] = [
        Paragraph(
            f"Of {len(report.answers)} things that inspectors found in 2012, the records show: "
            + "; ".join(f"{n} {verdict.value}" for verdict, n in counts if n)
            + "."
        ),
        Paragraph("To do: " + ", ".join(f"{n} {when.value}" for when, n in tasks.items()) + "."),
    ]
    failed = sorted((one for one in report.duties if one.cases), key=lambda one: -len(one.cases))
    if failed:
        columns = (Column("duty"), Column("not kept", True), Column("of", True), Column("kept", True))
        rows = tuple(
            (
                Link(one.rule.title, one.rule.id),
                str(len(one.cases)),
                one.figure.text("denominator"),
                _share(one.figure),
            )
            for one in failed[:GRAVEST]
        )
        blocks.append(Table("What was not kept, the most frequent first", columns, rows))
        if len(failed) > GRAVEST:
            blocks.append(Paragraph(f"And {len(failed) - GRAVEST} more duties, in the section on duties.", note=True))
    blocks.append(Paragraph(_SOURCE, note=True))
    return Section("At a glance", tuple(blocks))


def _answered(title: str, some: Sequence[Answer], report: AuthorityReport) -> Section:
    judged = next(name for name, section in _SECTION_OF.items() if section == title)
    grade = report.judgements.grades.get(judged, "")
    limits = [str(limit) for limit in report.judgements.limits if limit.on == judged]
    broken = [text for text in report.judgements.broken() if text.startswith(judged.replace("-", " "))]
    told = " ".join(f"{text}." for text in broken or limits)
    there = {one.rule.id for one in report.duties if one.cases}
    columns = (Column("paragraph"), Column("found in 2012"), Column("these records"), Column("duties not kept"))
    rows = tuple(_answer(answer, there) for answer in some if answer.verdict is not Verdict.TO_JUDGE)
    blocks: list[Block] = [
        Table("What inspectors found in 2012, and what these records show", columns, rows),
        *_for_a_person([answer.row for answer in some]),
        ToJudge(f"{title}: the judgement", told, GRADES, answer=grade),
    ]
    return Section(title, tuple(blocks), new_page=True)


def _answer(answer: Answer, there: Collection[str]) -> tuple[Cell, ...]:
    said = [answer.because]
    if answer.verdict is Verdict.FOUND and answer.unknown:
        said.append(f"Of {counted(answer.unknown, 'more duties', 'more duty')} the records do not say.")
    said += [f"{one.measure.title}: {_value(one)}." for one in answer.figures if one.measure.rule is None]
    if answer.told_only:
        said.append(f"Told and not judged, since no number is set: {listed(answer.told_only)}.")
    if whom := tuple(dict.fromkeys(one.child for one in answer.concerned)):
        said.append(f"Told and not judged, the figures concern {', '.join(whom[:SHOWN])}{_more(len(whom) - SHOWN)}.")
    rules = tuple(Link(rule, rule) for rule in dict.fromkeys(case.rule for case in answer.cases) if rule in there)
    return (answer.row.id, answer.row.finding, " ".join(said), rules)


def _value(one: Measured) -> str:
    if one.measure.kind is Kind.LENGTH:
        return (
            f"median {one.text('median')} {one.measure.unit or ''}".strip() if one.median is not None else one.because
        )
    if one.low is not None:
        return f"{_share(one)} ({one.text('numerator')} of {one.text('denominator')})"
    return one.because or _share(one) or one.text("numerator")


def _share(one: Measured) -> str:
    """A share, in which what is not all is never rounded to all, nor what is not nothing to nothing."""
    text = one.text("share")
    if text == "100.0%" and one.numerator != one.denominator:
        return "under 100%"
    return "over 0%" if text == "0.0%" and one.numerator else text


def _for_a_person(rows: Sequence[Row]) -> Iterator[Block]:
    """What is left for a person of some rows, with room to write."""
    left = tuple((row.id, row.finding, row.because, "") for row in rows if row.judged != "whole")
    if left:
        columns = (
            Column("paragraph"),
            Column("found in 2012"),
            Column("what the records leave open"),
            Column("judged"),
        )
        yield Table("For a person to judge", columns, left)


def _duties(report: AuthorityReport) -> Section:
    kept = [one for one in report.duties if not one.cases]
    failed = [one for one in report.duties if one.cases]
    blocks: list[Block] = [
        Paragraph("Every rule with something to judge in the period. A figure counts what fell due.")
    ]
    if kept:
        blocks.append(_figures("No case in which it was not kept", [one.figure for one in kept]))
    return Section("The duties, rule by rule", tuple(blocks), tuple(_failed(one) for one in failed), new_page=True)


def _failed(one: Kept) -> Section:
    versions = {version.edition: version for version in one.rule.versions}
    blocks: list[Block] = [
        Paragraph(
            f"Not kept in {len(one.cases)}, kept in {one.figure.text('numerator')} of {one.figure.text('denominator')} "
            f"({_share(one.figure)}; 95% interval {one.figure.text('low')} to {one.figure.text('high')}); "
            f"cannot tell in {one.figure.text('cannot_tell')}. Law: {', '.join(versions)}."
        ),
        *_cases(one.rule.id, one.cases, one.reasons),
    ]
    return Section(f"{one.rule.title[:1].upper()}{one.rule.title[1:]} [{one.rule.id}]", tuple(blocks), key=one.rule.id)


def _figures(caption: str, figures: Sequence[Measured]) -> Table:
    columns = (
        Column("figure"), Column("kept", True), Column("of", True), Column("share", True),
        Column("95% interval", True), Column("median", True), Column("cannot tell", True),
    )  # fmt: skip
    return Table(caption, columns, tuple(_figure(one) for one in figures))


def _figure(one: Measured) -> tuple[str, ...]:
    interval = f"{one.text('low')} to {one.text('high')}" if one.low is not None else ""
    middle = f"{one.text('median')} {one.measure.unit}" if one.median is not None and one.measure.unit else ""
    share = _share(one) or one.because
    kept = "" if one.measure.kind is Kind.LENGTH else one.text("numerator")
    return (one.measure.title, kept, one.text("denominator"), share, interval, middle, one.text("cannot_tell"))


def _cases(id: str, cases: Sequence[Case], reasons: Sequence[str]) -> Iterator[Block]:
    columns = (Column("child"), Column("what"), Column("due or arose on"), Column("late by", True), Column("because"))
    rows = tuple(
        (case.child, case.status.value, day_in_words(case.on), _late(case), reason)
        for case, reason in zip(cases, reasons, strict=False)
    )
    yield Table(f"Cases of {id}, the longest overdue first", columns, rows)
    if more := cases[len(rows) :]:
        yield Paragraph(f"And {listed(case.child for case in more[:SHOWN])}{_more(len(more) - SHOWN)}.", note=True)


def _more(n: int) -> str:
    return f", and {n} more, which the JSON of this report lists" if n > 0 else ""


def _late(case: Case) -> str:
    return "" if case.days_late is None else counted(case.days_late, case.unit or "days")


def _plan(report: AuthorityReport) -> Section:
    counts = {state: sum(one.state is state for one in report.progress) for state in State}
    overdue = sum(one.is_overdue for one in report.progress)
    text = "; ".join(f"{n} {state.value}" for state, n in counts.items() if n)
    blocks = (
        Paragraph(f"Since {day_in_words(report.plan.since)}: {text}. Past its time and not met: {overdue}."),
        Paragraph(
            "Before is the twelve months to that day, now is the last three months. An area is met only where the "
            "records settle the whole of it, and all of it was kept.",
            note=True,
        ),
    )
    there = {one.rule.id for one in report.duties if one.cases}
    return Section(report.plan.title, blocks, tuple(_area(one, there) for one in report.progress), new_page=True)


def _area(one: Progress, there: Collection[str]) -> Section:
    links = tuple(Link(rule, rule) for rule in dict.fromkeys(case.rule for case in one.lately.cases) if rule in there)
    blocks: list[Block] = [
        Paragraph(f"{one.state.value.capitalize()}. To be done by {day_in_words(one.due)}. {one.because}"),
    ]
    rows = tuple(
        (trend.measure.title, _of(one.before, trend), _of(one.lately, trend), trend.verdict) for trend in one.trends
    )
    if rows:
        columns = (Column("figure"), Column("before"), Column("now"), Column("by month"))
        blocks.append(Table(f"Progress of {one.area.row.id}", columns, rows))
    if links:
        whose = (Column("children"), Column("rules"))
        blocks.append(Table(f"Cases of {one.area.row.id}", whose, ((_children(one.lately), links),)))
    return Section(f"{one.area.row.id}: {one.area.row.finding}", tuple(blocks))


def _children(answer: Answer) -> str:
    return f"{', '.join(answer.children[:SHOWN])}{_more(len(answer.children) - SHOWN)}"


def _of(answer: Answer, trend: Trend) -> str:
    for one in answer.figures:
        if one.measure.id == trend.measure.id:
            of = f" ({one.text('numerator')} of {one.text('denominator')})" if one.low is not None else ""
            value = one.text("median") if one.measure.kind is Kind.LENGTH else _share(one) or one.text("numerator")
            return f"{value}{of}" if value else one.because
    return "no case"


def _to_do(worklist: Worklist) -> Section:
    sections = []
    left = TASKS
    for consequence in Consequence:
        tasks = [task for task in worklist if task.consequence is consequence]
        some, left = tasks[:left], max(0, left - len(tasks))
        rows = tuple(
            (task.child, task.when.value, day_in_words(task.due) if task.due else "", task.what, task.because)
            for task in some
        )
        if rows:
            columns = (Column("child"), Column("when"), Column("due"), Column("what"), Column("because"))
            sections.append(Section(consequence.words, (Table(f"{consequence.words}: {len(tasks)}", columns, rows),)))
    told = ", ".join(f"{n} {when.value}" for when, n in worklist.counts.items())
    blocks = [Paragraph(f"Up to {day_in_words(worklist.until)}: {told}.")]
    if len(worklist) > TASKS:
        text = f"The gravest {TASKS} are listed; `childprotect due` and the JSON of this report have all."
        blocks.append(Paragraph(text, note=True))
    return Section("What to do now", tuple(blocks), tuple(sections), new_page=True)


def _board(told: Board) -> Section:
    sections = [
        Section("Who took part", tuple(_attendance(told))),
        Section("Reports for conferences", tuple(_counts("Reports shared, by agency", "agency", told.reports))),
        Section("Disagreements taken further", tuple(_replies("Escalations, by agency", told.escalations, told.last))),
        Section("Information asked for", tuple(_replies("Requests, by agency", told.information, told.last))),
        Section("Missing children and private fostering", (_episodes(told),)),
        Section("Kept in time", (_figures("Duties that are a board's business", told.shares),)),
        Section("Feedback", tuple(_counts("Feedback received, by whom", "from", told.feedback))),
        Section("Training", tuple(_training(told))),
        Section("What the records do not say", tuple(_missing(told))),
    ]
    return Section("For the safeguarding board", (), tuple(sections), new_page=True)


def _episodes(told: Board) -> Table:
    titles = ("began", "children", "open", "cannot tell")
    columns = (Column("what"), *(Column(title, number=True) for title in titles))
    rows = tuple((o.what, str(o.begun), str(o.children), str(o.still), str(o.unknown)) for o in told.episodes)
    return Table("What began in the period, and what is open on its last day", columns, rows)


def _attendance(told: Board) -> Iterator[Block]:
    for one in told.attendance:
        if not one.held:
            yield Paragraph(f"There were no {one.meeting} in the period.")
            continue
        unknown = f"; of {one.held - one.recorded} nobody recorded who took part" if one.held > one.recorded else ""
        yield Paragraph(f"{one.meeting.capitalize()}: {one.held} held{unknown}.")
        if one.present:
            columns = (Column("agency"), Column("took part", True), Column("of those recorded", True))
            rows = tuple((agency, str(n), f"{n / one.recorded:.0%}") for agency, n in one.present.items())
            yield Table(f"Who took part in {one.meeting}", columns, rows)


def _counts(caption: str, what: str, counts: Mapping[str, int]) -> Iterator[Block]:
    rows = tuple((name, str(n)) for name, n in counts.items())
    yield Table(caption, (Column(what), Column("number", True)), rows) if rows else Paragraph("None is on record.")


def _replies(caption: str, some: Sequence[Replies], last: date) -> Iterator[Block]:
    if not some:
        yield Paragraph("None is on record.")
        return
    columns = (
        Column("agency"), Column("number", True), Column("answered", True), Column("median days", True),
        Column("not answered", True), Column("longest wait, in days", True), Column("cannot tell", True),
    )  # fmt: skip
    rows = tuple(
        (
            one.agency, str(one.asked), str(one.answered), "" if one.median is None else f"{one.median:g}",
            str(len(one.waiting)), str(one.waiting[0]) if one.waiting else "", str(one.unknown),
        )
        for one in some
    )  # fmt: skip
    yield Table(caption, columns, rows)
    yield Paragraph(f"Waits are to {day_in_words(last)}. No time is set nationally for these.", note=True)


def _training(told: Board) -> Iterator[Block]:
    if not told.training:
        yield ToJudge("Who comes to training?", "Attendance at training was not given; it is in no child's record.")
        return
    rows = tuple(
        (one.agency, str(one.invited), str(one.attended), f"{one.attended / one.invited:.0%}" if one.invited else "")
        for one in told.training
    )
    columns = (Column("agency"), Column("invited", True), Column("attended", True), Column("share", True))
    yield Table("Attendance at training, as given", columns, rows)


def _missing(told: Board) -> Iterator[Block]:
    if not told.missing:
        yield Paragraph("There is no finding of which nobody can tell.")
        return
    columns = (Column("what is missing"), Column("findings", True), Column("children", True), Column("for"))
    rows = tuple((one.what, str(one.findings), str(one.children), ", ".join(one.rules)) for one in told.missing[:20])
    yield Table(f"What is missing, of {told.findings:,} findings", columns, rows)


def _measures(report: AuthorityReport) -> Section:
    shown = [one for one in report.trends if any(point.value is not None for point in one.points)]
    blocks: list[Block] = [_figures("Every measure", report.measures)]
    if any(one.measure.kind is Kind.RATE and one.denominator is None for one in report.measures):
        blocks.append(Paragraph("Rates need the number of children in the area, which was not given.", note=True))
    courses = tuple(Section(one.measure.title, tuple(_course(one))) for one in shown)
    return Section("Figures", tuple(blocks), courses, new_page=True)


def _course(one: Trend) -> Iterator[Block]:
    share = one.measure.kind is Kind.SHARE
    values = {
        point.measured.last: round(100 * point.value, 1) if share else point.value
        for point in one.points
        if point.value is not None
    }
    line, what = ("per cent", "cases in a hundred") if share else ("number", "cases")
    yield Drawn(load({line: values}, title=f"{one.measure.title}, by month", what=what))
    yield Paragraph(f"By month: {one.verdict}.")
    yield from (
        Paragraph(f"From {day_in_words(b.on)} the definition is another: {b.because}.", note=True) for b in one.breaks
    )
