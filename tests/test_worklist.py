"""The worklist by hand: what a team manager would write down, for small records, and who holds each case."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from icalendar import Calendar

from childprotect import Chronology, Event, Expected, Profile
from childprotect.desk import CONSEQUENCES, Consequence, Desk, Holder, When, Worklist, worklist
from childprotect.desk.consequences import _RULES, consequence_of
from childprotect.desk.worklist import CLOCKS
from childprotect.desk.worklist_files import COLUMNS, rows, to_calendar, write_csv, write_json
from childprotect.errors import OutOfRange, UnknownName, UnreadableInput
from childprotect.events import Lost
from childprotect.periods import days, hours, months, working_days
from childprotect.profiles import LocalRule
from childprotect.records import read
from childprotect.rulebooks import england

Line = tuple[str, str, str | None, str]
"""The child, when, the last day, and what is to be done."""


def story(child: str, *events: tuple[Any, ...], **more: Any) -> Chronology:
    return Chronology.of(child, events=list(events), **more)


def lines(tasks: Worklist) -> list[Line]:
    return [
        (task.child, task.when.value, task.due.isoformat() if task.due is not None else None, task.what)
        for task in tasks
    ]


def due(*stories: Chronology, on: str = "2024-03-29", **how: Any) -> list[Line]:
    """The list of some children by law alone."""
    how.setdefault("rulebook", england.rulebook)
    return lines(worklist(list(stories), date.fromisoformat(on), **how))


REFERRED = ("2024-03-01", "referral"), ("2024-03-04", "referral-acknowledged")
DECIDED = ("2024-03-04", "referral-decided", {"outcome": "assessment"})
ASSESSED = ("2024-03-20", "assessment-completed", {"type": "single"})
ENQUIRED = ("2024-03-08", "strategy-discussion", {"decision": "section-47"}), ("2024-03-08", "section-47-started")
MET = ("2024-03-20", "initial-conference", {"outcome": "plan"}), ("2024-03-20", "plan-started")


# --- a list by hand


def test_the_list_of_a_team_on_a_friday() -> None:
    """Good Friday, 29 March 2024: Monday is a bank holiday too, and ten working days end on Monday 15 April.

    C-1 was referred and nothing was done. C-2 has an enquiry whose conference was due on 2 April. C-3 was met, and its
    first core group is due on 5 April. C-4 is closed. Of C-5, found on the 27th, somebody must hear until midnight of
    the 30th.
    """
    team = [
        story("C-1", ("2024-03-25", "referral")),
        story("C-2", *REFERRED, DECIDED, *ENQUIRED),
        story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED),
        story("C-4", *REFERRED, DECIDED, ASSESSED, ("2024-03-21", "case-closed", {"reason": "needs-met"})),
        story("C-5", ("2024-03-25", "missing"), ("2024-03-27T10:00+00:00", "found")),
    ]
    assert due(*team) == [
        ("C-5", "due soon", "2024-03-30", "return interview"),
        ("C-1", "overdue", "2024-03-26", "decision on the referral"),
        ("C-2", "due soon", "2024-04-02", "initial child protection conference"),
        ("C-3", "due soon", "2024-04-05", "core group"),
        ("C-1", "overdue", "2024-03-26", "acknowledgement of the referral"),
    ]
    assert due(*team, horizon=None) == [
        ("C-1", "overdue", "2024-03-26", "decision on the referral"),
        ("C-1", "overdue", "2024-03-26", "acknowledgement of the referral"),
    ]


def test_a_child_found_three_days_ago_is_to_be_heard_today() -> None:
    found = story("C-5", ("2024-03-25", "missing"), ("2024-03-26T10:00+00:00", "found"))
    assert due(found) == [("C-5", "due today", "2024-03-29", "return interview")]
    assert due(found, on="2024-03-30") == [("C-5", "overdue", "2024-03-29", "return interview")]


def test_what_is_overdue_is_counted_in_the_unit_of_its_rule() -> None:
    tasks = worklist([story("C-1", ("2024-03-25", "referral"))], date(2024, 4, 3))
    over = {task.rule: (task.days_over, task.days_left, task.finding.unit) for task in tasks}
    assert over["referral-decision"] == (4, None, "working-days")  # 27, 28 March; 2, 3 April
    tasks = worklist([story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED)], date(2024, 3, 28))
    left = {task.rule: (task.days_over, task.days_left, task.finding.unit) for task in tasks}
    assert left["first-core-group"] == (None, 4, "working-days")  # 2 to 5 April


def test_a_task_says_why_and_by_which_law() -> None:
    (task, _) = worklist([story("C-1", ("2024-03-25", "referral"))], date(2024, 3, 27), rulebook=england.rulebook)
    assert task.because == (
        "No decision on the referral is on record since the referral on Mon 25 Mar 2024. It was due by Tue 26 Mar 2024 "
        "(1 working day): 1 working day overdue as at Wed 27 Mar 2024."
    )
    assert task.source.startswith(
        "Working Together to Safeguard Children, December 2023 (WT2023; evidence secondary (S)): Working Together to "
    )
    assert task.edition == "WT2023"


# --- the horizon


@pytest.mark.parametrize(
    ("horizon", "until"),
    [
        (None, "2024-03-29"),
        (days(1), "2024-03-30"),
        (hours(1), "2024-03-30"),
        (hours(72), "2024-04-01"),
        (hours(73), "2024-04-02"),
        (months(1), "2024-04-29"),
        (working_days(1), "2024-04-02"),
    ],
)
def test_a_horizon_counts_from_the_day_of_the_list(horizon: Any, until: str) -> None:
    assert worklist([story("C-1", *REFERRED)], date(2024, 3, 29), horizon).until == date.fromisoformat(until)


@pytest.mark.parametrize("horizon", [months(1000), working_days(9999), days(99_999_999), hours(10**9)])
def test_a_horizon_beyond_the_calendar_is_refused(horizon: Any) -> None:
    with pytest.raises(OutOfRange, match=r"calendar|leaves the years|31 December 2050|2050"):
        worklist([story("C-1", *REFERRED)], date(2024, 3, 29), horizon)


def test_before_anything_has_happened_there_is_nothing_to_do() -> None:
    assert due(story("C-1", *REFERRED), on="2024-02-29") == []


# --- what nobody can tell


def test_what_is_certainly_done_is_not_on_the_list_though_nobody_can_tell_whether_in_time() -> None:
    """Found on the 20th and heard on the 23rd: 72 hours may have passed or not, and nothing is left to do."""
    heard = story("C-5", ("2024-03-18", "missing"), ("2024-03-20", "found"), ("2024-03-23", "return-interview"))
    report = worklist([heard], date(2024, 3, 29))
    assert [finding["status"] for finding in _found(heard, "return-interview")] == ["cannot-tell"]
    assert len(report) == 0


def test_what_may_be_done_is_on_the_list() -> None:
    """An offer that was refused may be all that could be done, and may not."""
    offered = story(
        "C-5", ("2024-03-18", "missing"), ("2024-03-20", "found"), ("2024-03-21", "return-interview-offered")
    )
    assert due(offered) == [("C-5", "cannot tell", "2024-03-23", "return interview")]


def test_a_doubt_needs_no_case_that_is_open() -> None:
    """There is no referral on record, and it is no less unknown whether the child may still be held."""
    row = Lost("police-protection-ended", "row 7", "no date")
    held = story("C-6", ("2024-03-27T10:00+00:00", "police-protection-started"), lost=[row])
    assert due(held, on="2024-03-31") == [("C-6", "cannot tell", "2024-03-30", "end of police protection")]


def test_a_row_that_may_have_called_for_something_is_on_the_list_once_where_all_else_is_done() -> None:
    twice = story("C-7", *_decided("2024-02-01"), *_decided("2024-03-01"), lost=[Lost("referral", "row 7", "no date")])
    what = [what for _, when, _, what in due(twice) if when == "cannot tell"]
    assert Counter(what)["decision on the referral"] == 1
    done = evolve(twice, lost=(Lost("referral-decided", "row 7", "no date"),))
    assert "decision on the referral" not in [what for *_, what in due(done)]


def _decided(day: str) -> list[tuple[Any, ...]]:
    none = {"outcome": "no-further-action"}
    return [(day, "referral"), (day, "referral-decided", none), (day, "referral-acknowledged")]


def test_what_is_due_after_the_horizon_however_it_is_is_not_on_the_list() -> None:
    """Whether the review was held is unknown; if it was not, it is due in June."""
    plan = story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED, lost=[Lost("review-conference", "row 7", "x")])
    assert _of("first-review-conference", plan) == []
    ((when, day),) = _of("first-review-conference", plan, horizon=months(3))
    assert (when, day) == (When.UNKNOWN, date(2024, 6, 20))
    assert _of("review-conference", plan) == [(When.UNKNOWN, None)], "the review that was lost calls for the next"


def test_what_may_have_begun_before_is_on_the_list_though_it_is_not_yet_due_by_what_is_certain() -> None:
    """A row that may be an earlier referral may have called for the assessment that is otherwise due in May."""
    referred = story("C-1", *REFERRED, DECIDED, lost=[Lost("referral", "row 7", "no date")])
    assert ("C-1", "cannot tell", "2024-05-08", "completed assessment") in due(referred)
    rows = [Lost(None, "row 7", "no event"), Lost("review-conference", "row 8", "no date")]
    plan = story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED, lost=rows)
    assert _of("first-review-conference", plan) == [(When.UNKNOWN, date(2024, 6, 20))]
    dues = [date(2024, 4, 1), date(2025, 1, 1)]
    actions = [("2024-03-21", "plan-action-set", {"action": str(day), "due": day}) for day in dues]
    rows = [Lost(None, "row 7", "no event"), Lost("plan-action-done", "row 8", "no date")]
    plan = story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED, *actions, lost=rows)
    assert _of("plan-action-done", plan) == [(When.UNKNOWN, day) for day in dues]
    assert _of("plan-action-done", evolve(plan, lost=tuple(rows[1:]))) == [(When.UNKNOWN, dues[0])]


def _of(rule: str, one: Chronology, **how: Any) -> list[tuple[When, date | None]]:
    return [(task.when, task.due) for task in worklist([one], date(2024, 3, 29), **how) if task.rule == rule]


def _found(one: Chronology, rule: str) -> list[dict[str, Any]]:
    found = Desk.of([one], date(2024, 3, 29)).findings.filter(pl.col("rule").cast(pl.String) == rule)
    return found.with_columns(pl.col("status").cast(pl.String)).to_dicts()


# --- what nobody can do any more


@pytest.mark.parametrize("gone", [{"died": date(2024, 3, 27)}, {"born": date(2006, 3, 27)}])
def test_a_child_who_died_or_grew_up_is_not_on_the_list(gone: dict[str, Any]) -> None:
    undecided = story("C-1", ("2024-03-20", "referral"), **gone)
    assert _found(undecided, "referral-decision")[0]["status"] == "overdue"
    assert due(undecided) == []


def test_an_unborn_child_is() -> None:
    unborn = story("C-1", ("2024-03-20", "referral"), born=Expected(date(2024, 6, 1)))
    assert [what for *_, what in due(unborn)] == ["decision on the referral", "acknowledgement of the referral"]


def test_a_duty_that_fell_away_undone_is_not() -> None:
    """The decision was never made, and the case was closed: that is in the report, and nothing to be done."""
    moved = story("C-1", *REFERRED, ("2024-03-20", "case-closed", {"reason": "transferred"}))
    assert _found(moved, "referral-decision")[0]["status"] == "overdue"
    assert due(moved) == []


CLOSED = ("2024-03-20", "case-closed", {"reason": "needs-met"})


def test_what_was_left_undone_in_a_case_that_is_closed_comes_last() -> None:
    """Police protection without an end is the gravest thing on a list, and this one was closed with it."""
    held = story("C-6", ("2024-03-01", "emergency-protection-order-made"), *REFERRED, CLOSED)
    tasks = worklist([held, story("C-1", ("2024-03-25", "referral"))], date(2024, 3, 29), rulebook=england.rulebook)
    assert [(task.child, task.rule, task.closed) for task in tasks] == [
        ("C-1", "referral-decision", None),
        ("C-1", "referral-acknowledgement", None),
        ("C-6", "emergency-protection-order", date(2024, 3, 20)),
    ]
    again = story(
        "C-6", ("2024-03-01", "emergency-protection-order-made"), *REFERRED, CLOSED, ("2024-03-28", "referral")
    )
    assert {task.closed for task in worklist([again], date(2024, 3, 29))} == {None}


def test_the_action_of_an_audit_is_due_whether_or_not_the_case_is_open() -> None:
    audit = ("2024-03-19", "audit-action-set", {"action": "train", "due": date(2024, 3, 25)})
    (task,) = worklist([story("C-8", *REFERRED, DECIDED, ASSESSED, CLOSED, audit)], date(2024, 3, 29))
    assert (task.rule, task.when, task.due, task.closed) == ("audit-action-done", When.OVERDUE, date(2024, 3, 25), None)


def test_actions_of_a_plan_are_due_on_the_day_that_the_record_sets() -> None:
    actions = [
        ("2024-03-21", "plan-action-set", {"action": action, **({"due": day} if day else {})})
        for action, day in (("a", date(2024, 3, 28)), ("b", date(2024, 4, 1)), ("c", None), ("d", date(2025, 1, 1)))
    ]
    done = ("2024-03-22", "plan-action-done", {"action": "a"})
    plan = story("C-3", *REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED, *actions, done)
    tasks = [task for task in worklist([plan], date(2024, 3, 29)) if task.rule == "plan-action-done"]
    assert [(task.when, task.due) for task in tasks] == [(When.SOON, date(2024, 4, 1)), (When.UNKNOWN, None)]


# --- what must be in place


def test_an_open_case_without_a_qualified_worker_is_overdue_and_has_no_day() -> None:
    """Since December 2023 a lead practitioner need be no social worker; before, the case had to have one."""
    (task,) = [
        task
        for task in worklist([story("C-1", ("2012-09-03", "referral"), DECIDED_IN_2012)], date(2012, 9, 10))
        if task.rule == "allocated-to-qualified-worker"
    ]
    assert (task.when, task.due, task.days_over, task.days_left) == (When.OVERDUE, None, None, None)


DECIDED_IN_2012 = ("2012-09-04", "referral-decided", {"outcome": "assessment"})
YEARLY = Profile(
    id="ANYTOWN",
    authority="Anytown",
    rules=(LocalRule(id="assessment-current", from_=date(2020, 1, 1), requires="12 months"),),
)


def test_what_is_up_to_date_is_to_be_renewed() -> None:
    assessed = story("C-1", ("2023-03-01", "referral"), ("2023-04-05", "assessment-completed", {"type": "single"}))
    for day, when in (("2024-03-29", "due soon"), ("2024-04-05", "due today"), ("2024-04-06", "overdue")):
        told = [line for line in due(assessed, on=day, profile=YEARLY) if line[3] == "completed assessment"]
        assert told == [("C-1", when, "2024-04-05", "completed assessment")]


# --- what was known


def test_what_was_recorded_later_was_not_known() -> None:
    late = Event("referral-decided", date(2024, 3, 26), {"outcome": "assessment"}, recorded=date(2024, 4, 9))
    decided = Chronology.of("C-1", events=[("2024-03-25", "referral"), late])
    assert "decision on the referral" not in [line[3] for line in due(decided)]
    assert "decision on the referral" in [line[3] for line in due(decided, known_at=date(2024, 3, 29))]


# --- who holds the case


def allocated(day: int, worker: str | None = None, team: str | None = None, **more: str) -> tuple[Any, ...]:
    return _about(day, "allocated", worker, team, **more)


def deallocated(day: int, worker: str | None = None, team: str | None = None) -> tuple[Any, ...]:
    return _about(day, "deallocated", worker, team)


def _about(day: int, kind: str, worker: str | None, team: str | None, **more: str) -> tuple[Any, ...]:
    facts = {"worker": worker, "team": team, **more}
    return f"2024-03-{day:02}", kind, {name: value for name, value in facts.items() if value is not None}


def supervised(day: int, manager: str) -> tuple[Any, ...]:
    return f"2024-03-{day:02}", "supervision", {"manager": manager}


OVER = ("2024-03-20", "case-closed")
HELD: dict[str, tuple[list[tuple[Any, ...]], tuple[str | None, str | None, str | None]]] = {
    "nobody": ([], (None, None, None)),
    "one worker": ([allocated(1, "Ann", "North")], ("Ann", "North", None)),
    "the last of two": ([allocated(1, "Ann", "North"), allocated(5, "Ben", "South")], ("Ben", "South", None)),
    "the first again, once the last has gone": (
        [allocated(1, "Ann", "North"), allocated(5, "Ben", "North"), deallocated(7, "Ben")],
        ("Ann", "North", None),
    ),
    "the last, though another has gone": (
        [allocated(1, "Ann", "North"), allocated(5, "Ben", "North"), deallocated(7, "Ann")],
        ("Ben", "North", None),
    ),
    "the one who is there, though one who never was has gone": (
        [allocated(1, "Ann", "North"), deallocated(7, "Ben")],
        ("Ann", "North", None),
    ),
    "nobody, where it is not said who has gone": ([allocated(1, "Ann", "North"), deallocated(7)], (None, None, None)),
    "the first, where it is not said which of two has gone": (
        [allocated(1, "Ann", "North"), allocated(5, "Ben", "North"), deallocated(7)],
        ("Ann", "North", None),
    ),
    "a team without a worker": ([allocated(1, team="North")], (None, "North", None)),
    "a team without a worker after a worker of another has gone": (
        [allocated(1, "Ann", "North"), allocated(5, team="South"), deallocated(7, "Ann", "North")],
        (None, "South", None),
    ),
    "a team, where the worker who has gone is one of it": (
        [allocated(1, "Ann", "North"), allocated(5, team="North"), deallocated(7, "Ann")],
        (None, "North", None),
    ),
    "the team that waits, though a worker of another team has gone": (
        [allocated(5, team="South"), deallocated(7, "Ann", "North")],
        (None, "South", None),
    ),
    "nobody, where the team's own worker has gone": ([allocated(5, team="South"), deallocated(7, "Ann")], (None,) * 3),
    "one who came again, once": (
        [allocated(1, "Ann", "North"), allocated(5, "Ann", "South"), deallocated(7, "Ann")],
        (None, None, None),
    ),
    "nobody, of a case that is closed": ([allocated(1, "Ann", "North"), supervised(2, "Mo"), OVER], (None,) * 3),
    "whoever had it after it was opened again": (
        [allocated(1, "Ann", "North"), supervised(2, "Mo"), OVER, allocated(22, "Ben")],
        ("Ben", None, None),
    ),
    "the manager who was last named": (
        [supervised(1, "Mo"), allocated(2, "Ann", "North"), supervised(3, "Lou")],
        ("Ann", "North", "Lou"),
    ),
    "no manager of the team that had it before": (
        [allocated(1, "Ann", "North"), supervised(3, "Lou"), allocated(5, "Ben", "South")],
        ("Ben", "South", None),
    ),
    "the manager, where another worker of the team has it": (
        [allocated(1, "Ann", "North"), supervised(3, "Lou"), allocated(5, "Ben", "North")],
        ("Ben", "North", "Lou"),
    ),
    "the manager who is named with the new team": (
        [allocated(1, "Ann", "North", manager="Lou"), allocated(5, "Ben", "South", manager="Kit")],
        ("Ben", "South", "Kit"),
    ),
}


@pytest.mark.parametrize("what", HELD)
def test_a_case_is_held_by(what: str) -> None:
    told, (worker, team, manager) = HELD[what]
    assert Holder.of(story("C-1", *told).events) == Holder(worker, team, manager)


def test_a_list_is_told_by_whoever_holds_the_case() -> None:
    stories = [
        story("C-1", ("2024-03-25", "referral"), allocated(25, "Ann", "North")),
        story("C-2", ("2024-03-25", "referral"), allocated(25, "Ben", "South")),
        story("C-3", ("2024-03-25", "referral")),
    ]
    tasks = worklist(stories, date(2024, 3, 29), rulebook=england.rulebook)
    assert {team: {task.child for task in part} for team, part in tasks.by("team").items()} == {
        "": {"C-3"},
        "North": {"C-1"},
        "South": {"C-2"},
    }
    assert [*tasks.by("worker")] == ["", "Ann", "Ben"]
    assert [*tasks.by("manager")] == [""]
    assert [*tasks.by("child")] == ["C-1", "C-2", "C-3"]
    parts = tasks.by("team").values()
    assert sum(map(len, parts)) == len(tasks)
    assert all(part.until == tasks.until and list(part) == [t for t in tasks if t in list(part)] for part in parts)
    with pytest.raises(UnknownName, match="teem"):
        tasks.by("teem")
    assert "Ann" not in repr(tasks), "nobody is named unasked"


# --- several of one child


def test_of_a_child_who_is_told_twice_each_record_is_judged_by_itself() -> None:
    """One source knows of the decision, and the other does not: the task is there, and somebody will see why."""
    one, other = story("C-1", *REFERRED, DECIDED, ASSESSED), story("C-1", ("2024-03-25", "referral"))
    assert due(one, other) == due(other)
    assert len(due(other, other)) == 2 * len(due(other))


def test_two_lists_of_a_day_are_one() -> None:
    first, second = (
        worklist([story(child, ("2024-03-25", "referral"))], date(2024, 3, 29), rulebook=england.rulebook)
        for child in ("C-2", "C-1")
    )
    assert lines(first.with_those_of(second)) == due(
        story("C-1", ("2024-03-25", "referral")), story("C-2", ("2024-03-25", "referral"))
    )


# --- what is at stake


def test_every_rule_with_a_clock_is_ranked_once_and_no_other() -> None:
    clocks = {rule.id for rule in england.rulebook.with_practice().rules if isinstance(rule, CLOCKS)}
    assert clocks == set(CONSEQUENCES)
    named = [rule for names in _RULES.values() for rule in names.split()]
    assert len(named) == len(set(named)), "one rank for each"


def test_the_order_can_be_argued_with() -> None:
    """A council for which an acknowledgement is the gravest, and its own rule of no rank counts as protection."""
    referred = story("C-1", ("2024-03-25", "referral"))
    ours = {"referral-acknowledgement": Consequence.SAFETY}
    assert due(referred, consequences=ours)[0][3] == "acknowledgement of the referral"
    assert consequence_of("our-own") is Consequence.PROTECTION
    assert consequence_of("referral-decision", ours) is Consequence.PROTECTION
    assert consequence_of("our-own", {"our-own": Consequence.HELP}) is Consequence.HELP
    assert min(Consequence).words == "The child may not be safe"


# --- where records come from


def test_records_of_every_kind_give_the_same_list() -> None:
    stories = [story("C-1", ("2024-03-25", "referral")), story("C-2", *REFERRED, DECIDED)]
    frame = pl.DataFrame(
        [{"child": one.child, "event": event.kind, "at": event.day, **event.facts} for one in stories for event in one]
    )
    expected = due(*stories)
    for records in (frame, iter(stories), read(frame), Desk.of(stories, date(2024, 3, 29)).events):
        assert lines(worklist(records, date(2024, 3, 29), rulebook=england.rulebook)) == expected
    desk = Desk.of(frame, date(2024, 3, 29))
    assert (desk.names, desk.n_events, desk.account.rows) == (frozenset({"C-1", "C-2"}), 4, 4)
    with pytest.raises(UnreadableInput):
        worklist([], date(2024, 3, 29))


# --- for other programs


def small() -> Worklist:
    """One task overdue, one today, one soon, one unknown, and one without a day."""
    stories = [
        story("C-1", ("2024-03-25", "referral"), ("2024-03-25", "referral-acknowledged"), allocated(25, "Ann", "=N")),
        story("C-5", ("2024-03-25", "missing"), ("2024-03-26T10:00+00:00", "found")),
        story("+C-2", *REFERRED, DECIDED, *ENQUIRED),
        story("C-6", ("2024-03-18", "missing"), ("2024-03-20", "found"), ("2024-03-21", "return-interview-offered")),
    ]
    return worklist(stories, date(2024, 3, 29), rulebook=england.rulebook)


def test_rows_are_plain_values() -> None:
    told = rows(small())
    assert [row["child"] for row in told] == ["C-5", "C-6", "C-1", "+C-2"]
    assert all(tuple(row) == COLUMNS for row in told)
    assert told[2] == {
        "when": "overdue",
        "consequence": "protection",
        "child": "C-1",
        "rule": "referral-decision",
        "what": "decision on the referral",
        "started": "2024-03-25",
        "due": "2024-03-26",
        "days_over": 2,
        "days_left": None,
        "unit": "working-days",
        "edition": "WT2023",
        "evidence": "secondary",
        "missing": [],
        "closed": None,
        "because": small().tasks[2].because,
        "source": small().tasks[2].source,
    }
    assert [row["team"] for row in rows(small(), "team")] == [None, None, "=N", None]
    assert rows(small(), "child") == told
    with pytest.raises(UnknownName):
        rows(small(), "teem")


def test_a_csv_reads_back_and_holds_no_formula() -> None:
    out = io.StringIO()
    write_csv(small(), out, "team")
    told = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["child"] for row in told] == ["C-5", "C-6", "C-1", "'+C-2"]
    assert [row["team"] for row in told] == ["", "", "'=N", ""]
    assert (told[1]["when"], told[1]["missing"], told[1]["due"]) == (
        "cannot tell",
        "return-interview-offered",
        "2024-03-23",
    )
    assert (told[2]["days_over"], told[2]["days_left"]) == ("2", "")
    assert "Ann" not in out.getvalue()


def test_json_reads_back() -> None:
    out = io.StringIO()
    write_json(small(), out, "worker", sources=[{"path": "cases.csv"}])
    told = json.loads(out.getvalue())
    assert [*told] == ["as_at", "until", "sources", "counts", "tasks"]
    assert told["tasks"] == rows(small(), "worker")
    assert told["counts"] == {"overdue": 1, "due today": 1, "due soon": 1, "cannot tell": 1}
    assert (told["as_at"], told["until"]) == ("2024-03-29", "2024-04-15")


def entries_of(tasks: Worklist) -> list[Any]:
    """The entries of the calendar that a list makes, read back."""
    return list(Calendar.from_ical(to_calendar(tasks)).walk("VEVENT"))


def test_a_calendar_has_an_entry_on_the_day_on_which_each_is_due() -> None:
    told: Any = Calendar.from_ical(to_calendar(small()))
    assert (told["version"], told["prodid"], told["method"]) == ("2.0", "-//childprotect//worklist//EN", "PUBLISH")
    entries = entries_of(small())
    assert [(str(entry["summary"]), entry["dtstart"].dt, entry["dtend"].dt) for entry in entries] == [
        ("C-5: return interview", date(2024, 3, 29), date(2024, 3, 30)),
        ("C-1: decision on the referral, overdue since Wed 27 Mar 2024", date(2024, 3, 29), date(2024, 3, 30)),
        ("+C-2: initial child protection conference", date(2024, 4, 2), date(2024, 4, 3)),
    ]
    assert [entry["categories"].cats for entry in entries] == [["safety"], ["protection"], ["protection"]]
    assert {entry["dtstamp"].dt for entry in entries} == {datetime(2024, 3, 29, tzinfo=UTC)}
    task = small().tasks[2]
    assert str(entries[1]["description"]) == f"{task.because}\n{task.source}"
    assert not told.errors and all(not entry.errors for entry in entries)


def test_what_has_no_day_is_on_the_day_of_the_list() -> None:
    tasks = worklist([story("C-1", ("2012-09-03", "referral"), DECIDED_IN_2012)], date(2012, 9, 10))
    (entry,) = [one for one in entries_of(tasks) if "not in place" in one["summary"]]
    assert entry["dtstart"].dt == date(2012, 9, 10)


def test_a_calendar_keeps_the_rules_of_its_format() -> None:
    """RFC 5545: lines end with CR LF and have 75 octets at most; each component ends; UIDs are there once."""
    text = to_calendar(small(), "team")
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"") and b"\r" not in text.replace(b"\r\n", b"")
    folded = text.split(b"\r\n")
    assert max(map(len, folded)) <= 75 and any(line.startswith(b" ") for line in folded)
    logical = text.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    assert [line for line in logical if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR",
        *["BEGIN:VEVENT", "END:VEVENT"] * 3,
        "END:VCALENDAR",
    ]
    for needed in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"):
        assert sum(line.startswith(f"{needed}:") for line in logical) == 3, needed
    uids = [line for line in logical if line.startswith("UID:")]
    assert len(set(uids)) == 3
    assert "team: =N" in text.replace(b"\r\n ", b"").decode() and b"Ann" not in text


def test_a_later_list_replaces_the_entries_of_an_earlier_one() -> None:
    """The same duty has the same UID on every day, and the entry of the later day a higher SEQUENCE."""
    referred = story("C-1", ("2024-03-25", "referral"), ("2024-03-25", "referral-acknowledged"))
    before, after = (
        {str(entry["uid"]): entry for entry in entries_of(_list(referred, day))}
        for day in (date(2024, 3, 25), date(2024, 3, 27))
    )
    assert [*before] == [*after] and len(before) == 1
    (uid,) = before
    assert after[uid]["sequence"] > before[uid]["sequence"]
    assert to_calendar(_list(referred, date(2024, 3, 25))) == to_calendar(_list(referred, date(2024, 3, 25)))


def _list(one: Chronology, day: date) -> Worklist:
    return worklist([one], day, rulebook=england.rulebook)


def test_duties_that_are_alike_have_entries_of_their_own_and_one_that_is_done_takes_no_other_ones() -> None:
    """Three actions set on one day: two of one name, and one of another that is still the same once they are done."""
    actions = [
        ("2024-03-21", "plan-action-set", {"action": action, "due": date(2024, 4, day)})
        for action, day in (("a", 1), ("a", 2), ("b", 3))
    ]
    before = (*REFERRED, DECIDED, *ENQUIRED, *MET, ASSESSED, *actions)
    plan, done = story("C-3", *before), story("C-3", *before, ("2024-03-22", "plan-action-done", {"action": "a"}))
    first, second = (
        {str(entry["uid"]): entry["dtstart"].dt for entry in entries_of(tasks)}
        for tasks in (worklist([one], date(2024, 3, 29)) for one in (plan, done))
    )
    assert {date(2024, 4, 1), date(2024, 4, 2), date(2024, 4, 3)} <= set(first.values())
    assert {uid: day for uid, day in first.items() if day == date(2024, 4, 3)}.items() <= second.items()


def test_an_empty_list_is_a_file_without_entries() -> None:
    nothing = _list(story("C-1", *REFERRED), date(2024, 2, 29))
    assert entries_of(nothing) == []
    out = io.StringIO()
    write_csv(nothing, out)
    assert out.getvalue() == ",".join(COLUMNS) + "\n"
    assert rows(nothing) == []
