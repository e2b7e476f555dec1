"""The last days on which paths are scheduled are those that the oracles work out: a sample of what `make proof` asks.

There it is asked of every path, after every step. Here of each group of strands without repetitions in one edition, and
of the small ones in every edition.
"""

from functools import cache

import pytest
from attrs import evolve
from proof.exhaustive import CLOSED, GROUPS, JUDGED, MAIN, Task, tasks
from tests.oracle_paths import Reckoning, has_clocks

from childprotect import Rulebook
from childprotect.paths import Step, walk
from childprotect.periods import Period
from childprotect.requirements import with_periods
from childprotect.rulebooks import england
from childprotect.schedules import Schedule

EDITIONS = ("WT2006", "WT2010", "WT2013", "WT2015", "WT2018", "WT2023", "WT2026")
SMALL = (("missing",), ("private-fostering",), ("protective-powers",), ("protective-powers", "court"))
LARGE = {
    ("court", "care"): "WT2010",
    ("front-door", "assessment"): "WT2010",
    ("enquiry", "conference"): "WT2023",
    ("conference", "plan"): "WT2018",
    MAIN: "WT2015",
}
SAMPLE = [
    task for edition in EDITIONS for task in tasks(0, edition) if task.group in SMALL or LARGE[task.group] == edition
]


@cache
def compared(task: Task, book: Rulebook = england.rulebook) -> tuple[list[str], Reckoning]:
    """What is different on the paths of a task, scheduled by a book, and what was asked."""
    reckoning = Reckoning.of(JUDGED)
    found: list[str] = []

    def extend(schedule: Schedule, step: Step) -> Schedule | None:
        made = schedule.latest(step)
        found.extend(reckoning.differences(schedule, made))
        return None if made.breached else made

    charts = [england.charts[strand] for strand in ("case", *task.group)]
    begin = Schedule(book, task.begin)
    for _ in walk(charts, task.steps, JUDGED, begin, extend, first=task.beginning, last=CLOSED, repeats=task.repeats):
        pass
    return found, reckoning


@pytest.mark.parametrize("task", SAMPLE, ids=lambda task: f"{task.edition}: {', '.join(task.group)}")
def test_the_clocks_of_every_path_are_those_of_the_oracles(task: Task) -> None:
    found, reckoning = compared(task)
    assert found == []
    assert reckoning.counts["clocks compared"] > 0
    assert reckoning.counts["not compared"] == 0


def test_the_sample_has_every_group_and_asks_of_every_rule_that_has_a_clock() -> None:
    assert {task.group for task in SAMPLE} == {*GROUPS, MAIN}
    asked = {key[0] for task in SAMPLE for key in compared(task)[1].known}
    assert asked == {rule.id for rule in JUDGED if has_clocks(rule)}


def _longer(period: Period) -> Period:
    return evolve(period, n=period.n + 1)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("referral-acknowledgement", "missing"),
        ("return-interview", "missing"),
        ("private-fostering-visit", "private-fostering"),
        ("police-protection", "protective-powers"),
    ],
)
def test_a_last_day_that_is_too_late_is_a_difference(name: str, group: str) -> None:
    task = next(task for task in SAMPLE if task.group == (group,) and task.edition == "WT2018")
    rule = england.rulebook[name]
    longer = [evolve(version, requires=with_periods(version.requires, _longer)) for version in rule.versions]
    rules = [evolve(rule, versions=tuple(longer)) if each is rule else each for each in england.rulebook.rules]
    found, _ = compared(task, evolve(england.rulebook, rules=tuple(rules)))
    assert found[0].startswith(f"{name} runs from step ")
    assert " and should run from step " in found[0]
    assert all(name in difference for difference in found)


def test_a_clock_that_does_not_run_is_a_difference() -> None:
    task = next(task for task in SAMPLE if task.group == ("missing",) and task.edition == "WT2018")
    found, _ = compared(task, england.rulebook - {"return-interview"})
    assert found
    assert all(d.startswith("return-interview runs nowhere and should run from step ") for d in found)
