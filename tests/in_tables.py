"""The findings of a batch and of the same children one by one, as the same rows: to be held against each other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from attrs import evolve

from childprotect import Chronology, Finding, Rulebook, check
from childprotect.calendars import Moment, day_of
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, UNTIMED, Batch, microseconds
from childprotect.tables.checking import Checked
from childprotect.tables.checking import check as check_tables
from childprotect.tables.found import NO_NUMBER, STATUSES
from childprotect.versions import Version


class Row(NamedTuple):
    """A finding, as the columns of the report have it."""

    child: str
    rule: str
    status: str
    started: date | None
    due: date | None
    done: date | None
    days_late: int | None
    unit: str | None
    edition: str | None
    force: str | None
    evidence: str | None
    missing: tuple[str, ...]
    started_at: int
    due_at: int
    done_at: int


def one_source(stories: Iterable[Chronology]) -> list[Chronology]:
    """The records as those of different children, from the source of the first."""
    told = list(stories)
    return [evolve(story, child=f"C-{n}", covers=told[0].covers) for n, story in enumerate(told, 101)]


def tabled(stories: Sequence[Chronology], book: Rulebook, as_at: date, known_at: date | None = None) -> Checked:
    """What the check of tables gives for these children in one batch."""
    batch = Batch.of(stories, as_at, known_at, vocabulary=book.vocabulary)
    return check_tables(batch, book, as_at=as_at, known_at=known_at)


def rows_of(checked: Checked) -> Counter[Row]:
    """The findings of a batch, those of the columns and those of the children who were asked."""
    return Counter([*in_columns(checked), *(_row(finding) for _, finding in checked.asked)])


def in_columns(checked: Checked) -> Iterable[Row]:
    """The findings that columns could tell."""
    batch = checked.batch
    names = batch.shapes.names.told
    for rule, found in checked.columns:
        for n in range(len(found)):
            trigger = int(found.trigger[n])
            began = int(found.since[n]) if found.since[n] < FAR_ROW else trigger
            version, due, late = rule.versions[found.version[n]], int(found.due[n]), int(found.late[n])
            unit = "working-days" if found.working[n] else "days"
            yield Row(
                batch.name(int(batch.child[trigger])),
                rule.id,
                STATUSES[found.status[n]].value,
                days.day(batch.day[began]),
                None if due == NO_NUMBER else days.day(due),
                days.day(batch.day[found.answer[n]]) if found.answer[n] < FAR_ROW else None,
                None if late == NO_NUMBER else late,
                None if due == NO_NUMBER else unit,
                *_law(version),
                names[found.missing[n]],
                int(batch.moment[began]),
                int(found.due_at[n]),
                int(batch.moment[min(int(found.answer[n]), batch.rows)]),
            )


def one_by_one(
    stories: Sequence[Chronology], book: Rulebook, as_at: date, known_at: date | None = None
) -> Counter[Row]:
    """The findings of the same children, each checked by itself."""
    reports = [check(story, book, as_at=as_at, known_at=known_at) for story in stories]
    return Counter(_row(finding) for report in reports for finding in report.findings)


def _row(finding: Finding) -> Row:
    return Row(
        finding.child,
        finding.rule,
        finding.status.value,
        _day(finding.started),
        _day(finding.due),
        _day(finding.done),
        finding.days_late,
        finding.unit,
        *_law(finding.version),
        finding.missing,
        *(int(UNTIMED) if at is None else microseconds(at) for at in (finding.started, finding.due, finding.done)),
    )


def _law(version: Version | None) -> tuple[str | None, str | None, str | None]:
    if version is None:
        return None, None, None
    return version.edition, version.force.value, version.evidence.value


def _day(at: Moment | None) -> date | None:
    return None if at is None else day_of(at)


def assert_equal(stories: Sequence[Chronology], book: Rulebook, as_at: date, known_at: date | None = None) -> Checked:
    """Both checks say the same of these children, in every column. Gives what the tables said."""
    checked = tabled(stories, book, as_at, known_at)
    ours, theirs = rows_of(checked), one_by_one(stories, book, as_at, known_at)
    assert ours == theirs, "\n".join(
        [f"tables: {row}" for row in ours - theirs] + [f"one by one: {row}" for row in theirs - ours]
    )
    return checked
