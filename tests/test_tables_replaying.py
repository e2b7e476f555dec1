"""Order at scale: children replayed together come out as each does alone, to the last word."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.laws.messy import events, records
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
        "                                 none           ended          open         end-decided",
        "plan-started                     open           open           (open)       (open)",
        "core-group                       (none)         (ended)        open         (end-decided)",
        "plan-action-set                  (none)         (ended)        open         (end-decided)",
        "plan-action-done                 (none)         (ended)        open         (end-decided)",
        "review-conference (outcome end)  (end-decided)  (end-decided)  end-decided  (end-decided)",
        "review-conference                (none)         (ended)        open         (end-decided)",
        "plan-ended                       (ended)        (ended)        ended        ended",
    ]


def test_what_a_source_cannot_hold_is_passed_through_unseen_in_the_table_too() -> None:
    no_start = Coverage(frozenset(IN_CHARTS) - {"plan-started"})
    started, core_group, *_ = str(dense(england.charts["plan"], no_start)).splitlines()[1:]
    assert core_group.split() == ["core-group", "open", "open", "open", "(end-decided)"]
    assert started.split() == ["plan-started", "open", "open", "(open)", "(open)"]


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


def test_a_move_for_what_is_not_recorded_is_told_apart_from_one_for_any_other_value() -> None:
    moves = (Move("shut", "visit", "open", "key", {None}), Move("open", "visit", "shut"))
    charts = {"door": Chart("door", "shut", moves, ("shut",))}
    stories = [child(101, ("2024-03-01", "visit")), child(102, ("2024-03-01", "visit", {"key": "lost"}))]
    assert said_of_each(together(stories, charts)) == one_by_one(stories, charts)
    assert together(stories, charts).child.tolist() == [1]


# --- worked examples


def test_the_steps_of_several_children_that_were_out_of_order_are_told_by_child_row_and_strand() -> None:
    replayed = together(
        [
            child(101, ("2024-03-01", "referral"), ("2024-03-04", "referral-decided")),
            child(102, ("2024-05-02", "core-group"), ("2024-05-01", "transfer-in-conference")),
            child(103),
            child(104, ("2024-03-22", "initial-conference", {"outcome": "plan"}), ("2024-03-22", "plan-started")),
        ]
    )
    assert replayed.child.tolist() == [1, 1, 3]
    assert replayed.row.tolist() == [2, 3, 4]
    assert [entry.to_dict() for entry in replayed] == [
        {
            "child": "C-102",
            "code": "out-of-order",
            "at": "2024-05-01",
            "because": "Transfer-in child protection conference on Wed 1 May 2024, while the conference strand "
            "stood at 'none'; expected at 'transfer-notified'.",
        },
        {
            "child": "C-102",
            "code": "out-of-order",
            "at": "2024-05-02",
            "because": "Core group on Thu 2 May 2024, while the plan strand stood at 'none'; expected at 'open'.",
        },
        {
            "child": "C-104",
            "code": "out-of-order",
            "at": "2024-03-22",
            "because": "Initial child protection conference on Fri 22 Mar 2024, while the enquiry strand stood at "
            "'none'; expected at 'conference-due', 'conference-held' or 'enquiring'.",
        },
    ]


def test_an_event_out_of_order_in_two_strands_is_told_in_the_order_of_the_charts() -> None:
    first = Chart("first", "none", (Move("none", "contact", "there"), Move("there", "referral", "none")), ("none",))
    second = evolve(first, strand="second")
    for charts in ((first, second), (second, first)):
        by_strand = {chart.strand: chart for chart in charts}
        stories = [child(101, ("2024-03-01", "referral"), ("2024-03-02", "contact"), ("2024-03-03", "contact"))]
        replayed = together(stories, by_strand)
        assert [replayed.tables[strand].chart for strand in replayed.strand] == [*charts, *charts]
        assert said_of_each(replayed) == one_by_one(stories, by_strand)


def test_how_many_children_stand_where_is_counted_from_columns() -> None:
    started, ended = ("2024-03-22", "plan-started"), ("2024-09-20", "plan-ended")
    review = ("2024-06-10", "review-conference", {"outcome": "end"})
    replayed = together([child(101, started), child(102, started, ended), child(103), child(104, started, review)])
    assert replayed.standing("plan", "open").tolist() == [True, False, False, False]
    assert replayed.standing("plan", "open", "end-decided").sum() == 2
    assert replayed.standing("plan", "none").tolist() == [False, False, True, False]
    assert not replayed.standing("court", "proceedings").any()
    with pytest.raises(KeyError):
        replayed.standing("no such strand", "open")


def test_only_what_had_happened_by_the_day_of_the_check_is_replayed() -> None:
    story = child(101, ("2024-03-22", "plan-started"), ("2024-05-01", "child-in-need-review"))
    assert len(together([story], as_at=date(2024, 4, 30))) == 0
    assert together([story], as_at=date(2024, 5, 1)).day.tolist() == [(date(2024, 5, 1) - date(1970, 1, 1)).days]


def test_a_step_of_which_the_hour_is_known_is_told_with_the_hour() -> None:
    replayed = together([child(101, ("2024-03-20", "contact"), (moment(date(2024, 3, 22), 10), "core-group"))])
    (odd,) = replayed
    assert odd.at == moment(date(2024, 3, 22), 10)
    assert odd.because.startswith("Core group on Fri 22 Mar 2024 at 10:00, while the plan strand stood at 'none'")


def test_a_child_of_whom_columns_cannot_tell_the_order_is_replayed_alone_and_told_in_its_place() -> None:
    core_group = ("2024-03-22", "core-group")
    lost = [Lost("visit", "row 7", "no date")]
    stories = [child(101, core_group), child(102, core_group, ("2024-03-25", "plan-started"), lost=lost)]
    stories.append(child(103, core_group))
    replayed = together(stories)
    assert replayed.batch.alone.tolist() == [False, True, False]
    assert [entry.child for entry in replayed] == ["C-101", "C-102", "C-103"]
    assert replayed.standing("plan", "open").tolist() == [False, True, False]
    assert said_of_each(replayed) == one_by_one(stories)


def test_of_a_child_replayed_alone_the_record_counts_and_not_the_order_of_the_rows() -> None:
    told = [("2024-03-22", "core-group"), ("2024-03-22", "plan-started"), ("2024-03-22", "visit")]
    batch = Batch.of([child(100, *told), child(101, *told)], LATER)
    batch.shape[3:] = batch.shape[3:][::-1].copy()
    batch.alone[1] = True
    replayed = replay(batch, england.charts, as_at=LATER)
    assert said_of_each(replayed) == one_by_one([batch.tell(0), batch.tell(1)])
    assert replayed.row.tolist() == [0, 3]


def test_a_child_replayed_alone_is_replayed_as_was_known_on_the_day() -> None:
    noticed, before = date(2024, 5, 1), date(2024, 4, 30)
    entry = Event("core-group", "2024-03-22", ref="a", recorded=date(2024, 3, 22))
    story = Chronology.of("C-101", events=[entry], lost=[Lost("visit", "row 7", "no date")])
    story = story.correct("a", recorded=noticed, kind="plan-started")
    for known_at, stands in ((before, "none"), (noticed, "open")):
        batch = Batch.of([story], LATER, known_at)
        replayed = replay(batch, england.charts, as_at=LATER, known_at=known_at)
        assert said_of_each(replayed) == one_by_one([story], known_at=known_at)
        assert replayed.standing("plan", stands).all()


def test_a_batch_of_nobody_and_children_of_whom_nothing_is_known_are_replayed() -> None:
    assert len(together([])) == 0
    replayed = together([child(101), child(102)])
    start = {strand: chart.initial for strand, chart in england.charts.items()}
    assert said_of_each(replayed) == [(start, ()), (start, ())]


def test_shapes_that_are_met_after_a_chart_was_compiled_are_replayed_too() -> None:
    shapes, stories = Shapes(), [child(101, ("2024-03-01", "referral"))]
    started, review = Event("plan-started", "2024-03-22"), Event("review-conference", "2024-03-23", {"outcome": "end"})
    for more in ((), (started,), (review,)):
        stories = [stories[0].add(*more)]
        batch = Batch.of(stories, LATER, shapes=shapes)
        assert said_of_each(replay(batch, england.charts, as_at=LATER)) == one_by_one(stories)
    assert len(shapes.said) == 3


def test_one_long_record_among_short_ones_is_replayed_to_its_end() -> None:
    first = date(2020, 1, 1)
    visits = [(first + timedelta(days=n), "visit") for n in range(600)]
    long = child(102, (first, "referral"), *visits, (first + timedelta(days=700), "case-closed"))
    stories = [child(101, (first, "visit")), long, child(103, (first, "referral"), (first, "referral-decided"))]
    assert said_of_each(together(stories)) == one_by_one(stories)
    assert together(stories).standing("case", "closed").tolist() == [False, True, False]


def test_events_of_a_vocabulary_of_our_own_are_replayed_in_its_order() -> None:
    ours = STANDARD.extended(
        [EventKind("panel", "ours", "panel"), EventKind("decided", "ours", "decision of the panel")]
    )
    moves = (Move("none", "panel", "met"), Move("met", "decided", "none"))
    charts = {"panel": Chart("panel", "none", moves, ("none",))}
    told = [("2024-03-01", "decided"), ("2024-03-01", "panel"), (LATER + timedelta(days=1), "panel")]
    story = Chronology.of("C-101", events=told, lost=[Lost(None, "row 7", "no date")], vocabulary=ours)
    batch = Batch.of([story], LATER, vocabulary=ours)
    replayed = replay(batch, charts, as_at=LATER, vocabulary=ours)
    assert said_of_each(replayed) == [({"panel": "none"}, ())]


# --- the same as each child alone


@st.composite
def populations(draw: st.DrawFn) -> list[Chronology]:
    """Messy records from one source: crowded days, hours, corrections, entries lost; of any kind that a chart knows."""
    about_rules = draw(st.lists(records(), min_size=1, max_size=3))
    crowds = draw(st.lists(st.lists(events(days(last=date(2007, 1, 1)), IN_CHARTS), max_size=14), max_size=3))
    stories = about_rules + [Chronology.of("C-101", events=crowd) for crowd in crowds]
    covers = draw(st.just(about_rules[0].covers) | st.builds(Coverage, st.frozensets(st.sampled_from(IN_CHARTS))))
    return [evolve(story, child=f"C-{n}", covers=covers) for n, story in enumerate(stories)]


@given(populations(), days(), st.none() | days())
def test_children_replayed_together_stand_and_are_told_as_each_alone(
    stories: list[Chronology], as_at: date, known_at: date | None
) -> None:
    batch = Batch.of(stories, as_at, known_at)
    replayed = replay(batch, england.charts, as_at=as_at, known_at=known_at)
    assert said_of_each(replayed) == one_by_one(stories, as_at=as_at, known_at=known_at)
    assert replayed.row.tolist() == sorted(replayed.row)


@given(populations(), days())
def test_whether_a_child_is_replayed_in_columns_or_alone_makes_no_difference(
    stories: list[Chronology], as_at: date
) -> None:
    batch = Batch.of(stories, as_at)
    ways = []
    for alone in (np.ones, np.zeros):
        batch.alone = alone(batch.children, np.bool_)
        replayed = replay(batch, england.charts, as_at=as_at)
        columns: list[NDArray[Any]] = [replayed.row, replayed.day, replayed.strand, replayed.state, *replayed.stands]
        ways.append(([column.tolist() for column in columns], list(replayed)))
    assert ways[0] == ways[1]


KINDS = ("contact", "referral", "visit", "core-group")
VALUES: list[Any] = [None, 0, 1, 2]


@st.composite
def invented_charts(draw: st.DrawFn, strand: str) -> Chart:
    """A chart of up to four states, which a ring of moves joins, with moves that ask a fact, several, or none."""
    states = "abcd"[: draw(st.integers(1, 4))]
    state = st.sampled_from(states)
    moves = [Move(here, "contact", there) for here, there in zip(states, states[1:] + states[0], strict=True)]
    for here in states:
        for kind in KINDS[1:]:
            fact, targets = draw(st.sampled_from(["one", "other"])), draw(st.lists(state, max_size=2))
            moves += [Move(here, kind, target, fact, {value}) for value, target in enumerate(targets)]
            moves += [Move(here, kind, target) for target in draw(st.lists(state, max_size=1))]
    return Chart(strand, states[0], tuple(draw(st.permutations(moves))), (states[0],))


@st.composite
def _invented_events(draw: st.DrawFn) -> Event:
    day = date(2024, 3, 1) + timedelta(days=draw(st.integers(0, 9)))
    facts = {fact: draw(st.sampled_from(VALUES)) for fact in ("one", "other")}
    hour = draw(st.none() | st.integers(6, 20))
    return Event(draw(st.sampled_from(KINDS)), day if hour is None else moment(day, hour), facts)


_RECORDS = st.lists(st.lists(_invented_events(), max_size=12), min_size=1, max_size=5)
_SOURCES = st.builds(Coverage, st.none() | st.frozensets(st.sampled_from(KINDS)))


@given(st.tuples(invented_charts("x"), invented_charts("y")), _RECORDS, _SOURCES)
def test_charts_of_any_form_are_replayed_together_as_alone(
    charts: tuple[Chart, ...], told: list[list[Event]], covers: Coverage
) -> None:
    by_strand = {chart.strand: chart for chart in charts}
    stories = [Chronology.of(f"C-{n}", events=some, covers=covers) for n, some in enumerate(told)]
    assert said_of_each(together(stories, by_strand)) == one_by_one(stories, by_strand)
