"""Order at scale: children replayed together come out as each does alone, to the last word."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.messy import FACTS, events, records
from tests.strategies import days, moment

from childprotect import Chronology, Coverage, Event, Journey
from childprotect.charts import Chart, Move
from childprotect.chronology import EVERYTHING
from childprotect.events import Lost
from childprotect.findings import Irregularity
from childprotect.rulebooks import england
from childprotect.tables.batches import Batch
from childprotect.tables.replaying import Replayed, dense, replay
from childprotect.tables.shapes import Shapes
from childprotect.vocabulary import STANDARD, EventKind

Charts = Mapping[str, Chart]
Said = list[tuple[dict[str, str], tuple[Irregularity, ...]]]
LATER = date(2030, 1, 1)
IN_CHARTS = sorted({kind for chart in england.charts.values() for kind in chart.events})


def together(stories: Sequence[Chronology], charts: Charts = england.charts, as_at: date = LATER) -> Replayed:
    """The children of one batch, replayed."""
    return replay(Batch.of(stories, as_at), charts, as_at=as_at)


def said_of_each(replayed: Replayed) -> Said:
    """Where every child stands, and what was out of order, child by child."""
    odd: list[list[Irregularity]] = [[] for _ in range(replayed.batch.children)]
    for child, entry in zip(replayed.child.tolist(), replayed, strict=True):
        odd[child].append(entry)
    return [(replayed.states_of(child), tuple(entries)) for child, entries in enumerate(odd)]


def one_by_one(
    stories: Iterable[Chronology], charts: Charts = england.charts, as_at: date = LATER, known_at: date | None = None
) -> Said:
    """The same from a replay of each child."""
    known = (evolve(story, events=story.as_known(as_at, known_at)) for story in stories)
    journeys = [Journey.replay(story, charts) for story in known]
    return [(journey.states, journey.irregularities) for journey in journeys]


def child(n: int, *told: tuple[Any, ...], **known: Any) -> Chronology:
    """The record of an invented child."""
    return Chronology.of(f"C-{n}", events=told, **known)


# --- a chart as a table


def test_a_chart_as_a_table_says_where_everything_that_it_tells_apart_leads_from_each_state() -> None:
    plan = england.charts["plan"]
    assert str(dense(plan, EVERYTHING)).splitlines() == [
        "                                 none           open         end-decided    ended",
        "plan-started                     open           (open)       (open)         open",
        "core-group                       (none)         open         (end-decided)  (ended)",
        "plan-action-set                  (none)         open         (end-decided)  (ended)",
        "plan-action-done                 (none)         open         (end-decided)  (ended)",
        "review-conference (outcome end)  (end-decided)  end-decided  (end-decided)  (end-decided)",
        "review-conference                (none)         open         (end-decided)  (ended)",
        "plan-ended                       (ended)        ended        ended          (ended)",
    ]


def test_what_a_source_cannot_hold_is_passed_through_unseen_in_the_table_too() -> None:
    no_start = Coverage(frozenset(IN_CHARTS) - {"plan-started"})
    started, core_group, *_ = str(dense(england.charts["plan"], no_start)).splitlines()[1:]
    assert core_group.split() == ["core-group", "open", "open", "open", "open"]
    assert started.split() == ["plan-started", "open", "(open)", "open", "open"]


def test_facts_of_a_kind_by_which_a_chart_tells_nothing_apart_are_one_symbol() -> None:
    table = dense(england.charts["plan"], EVERYTHING)
    ended, continued, unknown, odd = (
        Event("review-conference", "2024-03-01", facts)
        for facts in ({"outcome": "end"}, {"outcome": "continue", "quorate": True}, {}, {"outcome": "no such"})
    )
    assert table.symbol(continued) == table.symbol(unknown) == table.symbol(odd) != table.symbol(ended)


def test_a_chart_may_ask_different_facts_of_one_kind_in_different_states() -> None:
    door = Chart(
        "door",
        "shut",
        (
            Move("shut", "pushed", "open", "hard", {True}),
            Move("open", "pushed", "shut", "back", {True}),
            Move("open", "pushed", "open"),
        ),
        ("shut",),
    )
    assert str(dense(door, EVERYTHING)).splitlines() == [
        "                                         shut    open",
        "pushed (hard true) / pushed (back true)  open    shut",
        "pushed (hard true)                       open    open",
        "pushed (back true)                       (shut)  shut",
        "pushed                                   (shut)  open",
    ]
