"""The exhaustive check can fail, and what it leaves to an argument holds: every rule has its strands in one group.

The whole of it is `make proof`; here the smallest groups are walked.
"""

import importlib.util
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from childprotect import Event
from childprotect.rulebooks import england

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def proof() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("exhaustive", ROOT / "proof" / "exhaustive.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exhaustive"] = module
    spec.loader.exec_module(module)
    return module


def task(proof: Any, *group: str, edition: str = "WT2018", repeats: int = 1) -> Any:
    """A group of strands in an edition."""
    return next(t for t in proof.tasks(repeats, edition) if t.group == group)


def test_every_rule_has_all_that_it_reads_in_one_of_the_groups(proof: Any) -> None:
    assert [rule.id for rule in proof.JUDGED if None in proof._groups_of(rule)] == []


def test_every_strand_that_a_rule_reads_is_in_a_group(proof: Any) -> None:
    walked = {"case", *(strand for group in proof.GROUPS for strand in group)}
    read = frozenset[str]().union(*(rule.reads for rule in proof.JUDGED))
    assert {strand for strand, chart in england.charts.items() if not read.isdisjoint(chart.event_set)} <= walked


@pytest.mark.parametrize("group", [("missing",), ("private-fostering",), ("front-door", "assessment")])
def test_every_path_of_a_small_group_can_be_kept_and_every_overrun_is_found(proof: Any, group: tuple[str, ...]) -> None:
    result = proof.prove(task(proof, *group))
    assert result.failures == []
    assert result.counts["kept"] > 0
    assert (
        result.counts["kept"] + sum(n for rule, n in result.broken.items() if "never" in rule) >= result.counts["paths"]
    )
    assert result.counts["overruns"] > 0
    assert result.untold == {}


def overruns(proof: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """The result of a task, and every overrun of its schedules, each with the schedule."""
    small = task(proof, "missing")
    found: list[tuple[Any, Any]] = []

    def extend(schedule: Any, step: Any) -> Any:
        return schedule.latest(step)

    charts = [england.charts[strand] for strand in ("case", "missing")]
    begin = proof.Schedule(england.rulebook, small.begin)
    for schedule in proof.walk(
        charts, small.steps, proof.JUDGED, begin, extend, first=small.beginning, last=proof.CLOSED, repeats=0
    ):
        found += ((schedule, overrun) for overrun in schedule.overruns())
    return proof.Result(small), found


def test_a_check_that_misses_a_breach_is_a_counterexample_in_one_sentence(proof: Any) -> None:
    result, found = overruns(proof)
    schedule, overrun = next(pair for pair in found if {c.rule for c in pair[1].late} == {"return-interview"})
    later = overrun.schedule.events[-1].day.replace(year=2030)
    assert list(proof._judge(result, schedule, overrun, later)) == []
    blind = evolve(overrun, schedule=evolve(overrun.schedule, book=england.rulebook - {"return-interview"}))
    (sentence,) = proof._judge(result, schedule, blind, later)
    assert sentence.startswith("WT2018: referral on 2018-07-18, then referral-acknowledged on ")
    assert "overrun at step 8, " in sentence
    assert sentence.endswith(": return-interview from step 7 was late, and the check does not say so")


def test_a_check_that_finds_a_breach_too_many_is_a_counterexample(proof: Any) -> None:
    result, found = overruns(proof)
    schedule, overrun = next(pair for pair in found if {c.rule for c in pair[1].late} == {"return-interview"})
    later = overrun.schedule.events[-1].day.replace(year=2030)
    innocent = evolve(overrun, late=frozenset())
    (sentence,) = proof._judge(result, schedule, innocent, later)
    assert sentence.endswith(": return-interview from step 7 was not late, and the check says that it was")


def test_two_occasions_that_an_overrun_brings_onto_one_day_are_one(proof: Any) -> None:
    def schedule(*days: int) -> Any:
        events = tuple(Event("looked-after-review", date(2019, 5, day)) for day in days)
        return proof.Schedule(england.rulebook, date(2019, 5, 1), events)

    assert proof._fell_together(schedule(21, 22), schedule(22, 22), 1)
    assert not proof._fell_together(schedule(22, 22), schedule(23, 23), 1), "they were one before"
    assert not proof._fell_together(schedule(21, 23), schedule(22, 23), 1)


def test_the_page_holds_every_figure_and_their_sums(proof: Any) -> None:
    results = [proof.prove(task(proof, "missing")), proof.prove(task(proof, "private-fostering"))]
    page = proof.page(results, 1)
    total = sum(result.counts["checks"] for result in results)
    assert f"| {total:,} |" in page
    assert "* `return-interview (never done)`: " in page
