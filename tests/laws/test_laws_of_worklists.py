"""Laws of the worklist: nothing that waits is left out without a reason, and a gap in a record never empties a list.

A wrong "nothing to do" is as bad as a wrong "met".
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, note
from hypothesis import strategies as st
from tests.in_pieces import AS_AT, CELLS, messy, table
from tests.laws.messy import (
    ABOUT,
    BOOKS,
    FACTS,
    Case,
    again,
    books,
    cases,
    days_of,
    events,
    kinds_together,
)

from childprotect import Chronology, Coverage, Finding, Status, check
from childprotect.calendars import day_of
from childprotect.case import fell_away
from childprotect.conditions import Match, Story
from childprotect.desk import HORIZON, Task, When, Worklist, worklist
from childprotect.events import Lost
from childprotect.explaining import wanted
from childprotect.periods import Period, days, hours, months, weeks
from childprotect.records import read
from childprotect.rules import AtMost, Current, Every, Within
from childprotect.vocabulary import STANDARD

HORIZONS = (None, HORIZON, days(1), weeks(6), months(7), hours(72))
OPEN = (Status.OVERDUE, Status.BREACHED)
Kept = tuple[str, Any, Status, Any]


def horizons() -> st.SearchStrategy[Period | None]:
    return st.sampled_from(HORIZONS)


def listed_of(tasks: Worklist) -> set[Kept]:
    return {key(task.finding) for task in tasks}


def key(finding: Finding) -> Kept:
    return finding.rule, finding.trigger, finding.status, finding.due


# --- every finding is on the list, or left out for a reason


def why_not(finding: Finding, story: Chronology, as_at: date, until: date) -> Iterator[str]:
    """The reasons that there are for leaving a finding out, told from the finding and the record alone."""
    due = None if finding.due is None else day_of(finding.due)
    if not isinstance(finding.law, Within | AtMost | Every | Current):
        yield "it judges what is past"
    if fell_away(story, as_at) is not None:
        yield "the child died or grew up"
    if finding.status in (Status.LATE, Status.DISCHARGED):
        yield "it is done, or has fallen away"
    if finding.ended is not None:
        yield "it fell away undone"
    if finding.status is Status.MET and not (isinstance(finding.law, Current) and due is not None and due <= until):
        yield "it is done, or in place until then"
    if finding.status is Status.PENDING and due is not None and due > until:
        yield "it is due later"
    if finding.status is Status.CANNOT_TELL:
        if due is not None and due > until and not any(_begins(finding, lost.kind) for lost in story.lost):
            yield "it is due later however it is"
        if any(_closes(finding, story, as_at)):
            yield "it is done or has fallen away, in time or not"


def _begins(finding: Finding, kind: str | None) -> bool:
    """Whether an entry of that kind, or of any, may call for the same, or make it due sooner."""
    law = finding.law
    match law:
        case Within():
            kinds = law.start.kinds | law.revived.kinds
        case Every():
            kinds = law.opens.kinds | (law.event.kinds if law.continues else frozenset())
        case _:
            kinds = law.reads
    return kind is None or kind in kinds


def _closes(finding: Finding, story: Chronology, as_at: date) -> Iterator[bool]:
    """Whether some event of or after the day of the trigger certainly answers the duty, or makes it fall away."""
    known = Story(story.as_known(as_at), story.covers, frozenset(lost.kind for lost in story.lost))
    closing: tuple[Match, ...] = ()
    match finding.law:
        case Within() as law:
            closing = (law.end, law.discharge)
        case AtMost() as law:
            closing = (law.end,)
        case Every() as law:
            closing = (law.event, law.stops)
    for match in closing:
        for hit in known.find(match):
            yield bool(hit.truth) and finding.trigger is not None and hit.event.day >= finding.trigger.day


@given(cases(), books(), horizons())
def test_every_finding_is_on_the_list_or_left_out_for_a_reason(case: Case, book: str, horizon: Period | None) -> None:
    story, as_at = case
    tasks = worklist([story], as_at, horizon, rulebook=BOOKS[book]) if len(story) else None
    assume(tasks is not None)
    assert tasks is not None
    listed = listed_of(tasks)
    for finding in check(story, BOOKS[book], as_at=as_at).findings:
        if key(finding) not in listed:
            assert list(why_not(finding, story, as_at, tasks.until)), f"{finding} is not on the list"


@given(cases(), books(), horizons())
def test_every_task_is_a_finding_of_the_check_that_waits(case: Case, book: str, horizon: Period | None) -> None:
    story, as_at = case
    assume(len(story) > 0)
    tasks = worklist([story], as_at, horizon, rulebook=BOOKS[book])
    found = {key(finding) for finding in check(story, BOOKS[book], as_at=as_at).findings}
    assert listed_of(tasks) <= found
    for task in tasks:
        assert fell_away(story, as_at) is None
        assert task.because == task.finding.because != ""
        match task.when:
            case When.OVERDUE:
                assert task.finding.status in OPEN and task.finding.ended is None
                assert task.due is None or task.due < as_at
            case When.TODAY:
                assert task.due == as_at and task.days_left == 0
            case When.SOON:
                assert task.due is not None and as_at < task.due <= tasks.until
            case When.UNKNOWN:
                assert task.finding.status is Status.CANNOT_TELL
        assert (task.days_over is None) == (task.when is not When.OVERDUE or task.due is None)


@given(cases(), books(), st.permutations(HORIZONS))
def test_a_longer_horizon_takes_nothing_off_the_list(case: Case, book: str, some: list[Period | None]) -> None:
    story, as_at = case
    assume(len(story) > 0)
    shorter, longer = sorted(
        (worklist([story], as_at, horizon, rulebook=BOOKS[book]) for horizon in some[:2]), key=lambda one: one.until
    )
    assert listed_of(shorter) <= listed_of(longer)
    later = listed_of(longer) - listed_of(shorter)
    assert all(due is not None and shorter.until < day_of(due) <= longer.until for *_, due in later)


# --- a gap in a record never empties the list


def overdue(story: Chronology, as_at: date, book: str) -> set[str]:
    """What is overdue, in words: where a child is placed, for one, decides by which of two rules it is visited."""
    return {task.what for task in _tasks(story, as_at, book) if task.when is When.OVERDUE}


def told(story: Chronology, as_at: date, book: str) -> set[str]:
    """What is on the list, in words, or what a rule asks for of which the check has no finding, and says why.

    Of what must be in place while a case is open, it says nothing where the case is certainly open only from a later
    day, with nothing since that would call for it. Of an entry of which not even the kind is known it only says that it
    was rejected: it may be anything.
    """
    report = check(story, BOOKS[book], as_at=as_at)
    silent = {entry.id for entry in report.not_assessed}
    found = {finding.rule for finding in report.findings}
    anything = any(entry.kind is None for entry in story.lost)
    silent |= {
        rule.id for rule in BOOKS[book].rules if rule.id not in found and (anything or isinstance(rule, Current))
    }
    return {task.what for task in _tasks(story, as_at, book)} | {
        wanted(rule) for rule in BOOKS[book].rules if rule.id in silent
    }


def _tasks(story: Chronology, as_at: date, book: str) -> tuple[Task, ...]:
    return worklist([story], as_at, None, rulebook=BOOKS[book]).tasks if len(story) else ()


@given(cases(whole=True), books(), st.data())
def test_what_is_overdue_is_on_the_list_also_where_an_entry_is_lost(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    assume(len(story) > 0)
    near = data.draw(st.sampled_from([event.kind for event in story]).filter(lambda kind: kind in _READ))
    entry = data.draw(events(days_of(story), data.draw(kinds_together(near))))
    note(f"lost: {entry}")
    lost = Lost(data.draw(st.just(entry.kind) | st.none()), "row 7", "no date")
    torn = again(evolve(story, lost=(lost,)), story.events)
    full = again(story, [*story.events, entry])
    assert overdue(full, as_at, book) <= told(torn, as_at, book)


@given(cases(whole=True), books(), st.data())
def test_what_is_overdue_is_on_the_list_also_where_a_fact_is_missing(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    gaps = [(event, fact) for event in story for fact in FACTS[event.kind] if fact not in {*event.facts, *_COMPARED}]
    assume(gaps)
    event, fact = data.draw(st.sampled_from(gaps))
    filled = evolve(event, facts={**event.facts, fact: data.draw(FACTS[event.kind][fact])})
    full = again(story, [filled if other is event else other for other in story])
    # a fact may put the events of a day in another order, and then it decides
    assume([other.ref for other in full] == [other.ref for other in story])
    note(f"{fact}: {filled.facts[fact]}")
    assert overdue(full, as_at, book) <= told(story, as_at, book)


_READ = {kind for rule in ABOUT for kind in rule.reads}
_COMPARED = {"agency", "action", "worker"}
"""Names are compared where both are written down; without one of them any end may be the one."""


@given(cases(whole=True), books(), st.data())
def test_what_is_overdue_is_on_the_list_also_where_the_source_cannot_hold_a_kind_of_event(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    kinds = sorted({event.kind for event in story})
    assume(len(kinds) > 1)
    kind = data.draw(st.sampled_from(kinds))
    seen = again(evolve(story, covers=Coverage(frozenset(STANDARD) - {kind})), [e for e in story if e.kind != kind])
    note(f"without {kind}")
    judged = {(finding.rule, finding.trigger) for finding in check(seen, BOOKS[book], as_at=as_at).findings}
    late = {(task.rule, task.finding.trigger) for task in _tasks(story, as_at, book) if task.when is When.OVERDUE}
    assert {rule for rule, _ in late & judged} <= {task.rule for task in _tasks(seen, as_at, book)}


# --- a table says the same


@pytest.mark.parametrize(("seed", "known_at"), [*product(range(12), (None, date(2024, 3, 1)))])
def test_a_table_gives_the_list_of_the_same_children_one_by_one(seed: int, known_at: date | None) -> None:
    rows = messy(seed, 60, [child for child in CELLS["child"] if child] if seed % 2 else CELLS["child"])
    how: dict[str, Any] = {"rulebook": BOOKS["local"], "known_at": known_at}
    in_columns = worklist(table(rows), AS_AT, weeks(20), **how)
    by_rows = worklist(list(read(table(rows))), AS_AT, weeks(20), **how)
    assert in_columns == by_rows
    assert len(in_columns) > 0


@given(st.lists(cases(whole=True, personal=False), min_size=1, max_size=3), books(), horizons())
def test_the_list_of_many_is_that_of_each(some: list[Case], book: str, horizon: Period | None) -> None:
    stories = [evolve(story, child=f"C-{n}") for n, (story, _) in enumerate(some, 101) if len(story)]
    assume(stories)
    as_at = some[0][1] + timedelta(days=1)
    whole = worklist(stories, as_at, horizon, rulebook=BOOKS[book])
    alone = [task for story in stories for task in worklist([story], as_at, horizon, rulebook=BOOKS[book])]
    assert sorted(map(repr, whole)) == sorted(map(repr, alone))
    assert [task.when for task in whole.having(*When)] == [task.when for task in whole]
