"""Charts: what is wrong with one is said when it is built, and what is right can be drawn and walked."""

import re

import pytest

from childprotect import Chart, ChildProtectError, Coverage, Event, Move, UnknownName
from childprotect.authority import Citation
from childprotect.chronology import EVERYTHING
from childprotect.errors import DefinitionError
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

DOOR = (Move("shut", "opened", "open"), Move("open", "closed", "shut"))


def problems(*moves: Move, initial: str = "shut", final: tuple[str, ...] = ("shut",)) -> tuple[str, ...]:
    """What is wrong with a chart of these moves."""
    with pytest.raises(DefinitionError) as caught:
        Chart("door", initial, moves, final)
    return caught.value.problems


# --- what is refused


def test_a_target_that_no_move_leads_from_is_refused() -> None:
    found = problems(*DOOR, Move("open", "painted", "opne"))
    assert "no move leads from 'opne', to which 'painted' leads" in found


def test_a_state_that_cannot_be_reached_is_refused() -> None:
    assert problems(*DOOR, Move("ajar", "closed", "shut")) == ("state 'ajar' cannot be reached from 'shut'",)


def test_a_trap_is_refused() -> None:
    found = problems(*DOOR, Move("open", "jammed", "stuck"), Move("stuck", "kicked", "stuck"))
    assert found == ("state 'stuck' is a trap: no final state can be reached from it",)


def test_a_final_state_that_nobody_reaches_is_refused() -> None:
    assert problems(*DOOR, final=("shut", "bricked-up")) == ("nobody reaches the final state 'bricked-up'",)


def test_an_initial_state_that_nothing_leads_from_is_refused() -> None:
    assert "state 'open' cannot be reached from 'missing'" in problems(*DOOR, initial="missing")


def test_two_moves_of_one_event_are_ambiguous() -> None:
    assert problems(*DOOR, Move("shut", "opened", "shut")) == ("from 'shut', 'opened' has two moves without a fact",)


def test_two_moves_for_the_same_value_are_ambiguous() -> None:
    wide = Move("shut", "pushed", "open", "how", {"hard", "gently"})
    kicked = Move("shut", "pushed", "shut", "how", {"gently", "not"})
    assert problems(*DOOR, wide, kicked) == ("from 'shut', 'pushed' with how gently has two moves",)


def test_every_value_that_two_of_several_moves_share_is_said_in_order() -> None:
    pushes = (
        Move("shut", "pushed", "open", "how", {"hard", 2}),
        Move("shut", "pushed", "shut", "how", {"gently"}),
        Move("shut", "pushed", "shut", "how", {"hard", 2, "gently"}),
    )
    assert problems(*DOOR, *pushes) == tuple(
        f"from 'shut', 'pushed' with how {value} has two moves" for value in (2, "gently", "hard")
    )


def test_a_move_may_lead_from_several_states() -> None:
    for sources in (["open", "ajar"], ("open", "ajar")):
        chart = Chart(
            "door", "shut", (*DOOR[:1], Move("open", "eased", "ajar"), Move(sources, "closed", "shut")), ("shut",)
        )
        assert chart.moves[-1].sources == ("open", "ajar")
        assert chart.permitted("ajar") == ("closed",)


def test_a_state_of_several_words_is_drawn_by_a_name_without_blanks() -> None:
    chart = Chart(
        "door", "shut", (Move("shut", "opened", "half open-ish"), Move("half open-ish", "closed", "shut")), ("shut",)
    )
    assert 'state "half open-ish" as half_open_ish' in chart.mermaid()


def test_a_final_state_needs_no_move_that_leads_from_it() -> None:
    broken = Chart("door", "shut", (*DOOR, Move("shut", "smashed", "in-pieces")), ("shut", "in-pieces"))
    assert broken.permitted("in-pieces") == ()


def test_two_facts_that_decide_one_event_are_ambiguous() -> None:
    found = problems(*DOOR, Move("shut", "pushed", "open", "how", {"x"}), Move("shut", "pushed", "shut", "by", {"y"}))
    assert found == ("from 'shut', 'pushed' is decided by more than one fact",)


def test_a_fact_a_flag_and_a_fallback_are_not_ambiguous() -> None:
    gentle = Move("shut", "pushed", "open", "hard", {True})
    firm = Move("shut", "pushed", "shut", "hard", {False})
    chart = Chart("door", "shut", (*DOOR, Move("shut", "pushed", "shut"), gentle, firm), ("shut",))
    for hard, target in ((True, "open"), (False, "shut"), (None, "shut")):
        move = chart.step("shut", Event("pushed", "2024-03-01", {"hard": hard}))
        assert move is not None
        assert move.target == target


def test_every_problem_is_said_at_once_and_the_error_is_a_value_error() -> None:
    moves = (*DOOR, Move("ajar", "closed", "shut"), Move("shut", "opened", "shut"))
    with pytest.raises(ValueError, match="chart 'door' is declared wrongly") as caught:
        Chart("door", "shut", moves, ("shut", "bricked-up"))
    assert isinstance(caught.value, ChildProtectError)
    assert isinstance(caught.value, DefinitionError)
    assert caught.value.what == "chart 'door'"
    assert len(caught.value.problems) == 3
    assert all(problem in str(caught.value) for problem in caught.value.problems)


# --- walking one

LAW = Citation("Doors Act", "https://example.org")
SMALL = Chart(
    "small-door",
    "not-built",
    (
        Move("not-built", "built", "shut", provision="plans", citations=(LAW,)),
        Move(("shut", "open"), "pushed", "open", "how", {"hard", "gently"}),
        Move(("shut", "open"), "pushed", "shut"),
        Move(["open"], "closed", "shut"),
        Move("open", "slammed", "shut"),
    ),
    final=("not-built", "shut"),
    title="A small door",
)


def test_a_chart_knows_its_states_and_events_in_the_order_of_its_moves() -> None:
    assert SMALL.states == ("not-built", "shut", "open")
    assert SMALL.events == ("built", "pushed", "closed", "slammed")
    assert SMALL.event_set == frozenset(SMALL.events)
    assert SMALL.permitted("open") == ("pushed", "closed", "slammed")
    assert SMALL.permitted("nowhere") == ()


def test_a_step_takes_the_move_whose_fact_is_recorded_and_else_the_one_without() -> None:
    for how, target in (("hard", "open"), ("gently", "open"), ("not", "shut"), (None, "shut")):
        move = SMALL.step("shut", Event("pushed", "2024-03-01", {"how": how}))
        assert move is not None
        assert move.target == target


def test_a_step_that_is_not_permitted_is_none() -> None:
    assert SMALL.step("not-built", Event("closed", "2024-03-01")) is None
    assert SMALL.step("shut", Event("painted", "2024-03-01")) is None
    assert SMALL.step("nowhere", Event("built", "2024-03-01")) is None


def test_a_move_without_a_fallback_needs_its_fact() -> None:
    chart = Chart(
        "door", "shut", (Move("shut", "pushed", "open", "how", {"hard"}), Move("open", "closed", "shut")), ("shut",)
    )
    assert chart.step("shut", Event("pushed", "2024-03-01", {"how": "gently"})) is None
    assert chart.step("shut", Event("pushed", "2024-03-01")) is None


def test_the_table_tries_the_moves_with_a_fact_first() -> None:
    assert [move.fact for move in SMALL.table["shut", "pushed"]] == ["how", None]
    assert set(SMALL.table) == {
        ("not-built", "built"),
        ("shut", "pushed"),
        ("open", "pushed"),
        ("open", "closed"),
        ("open", "slammed"),
    }


def test_what_a_source_cannot_hold_may_have_been_passed_through_unseen() -> None:
    blind = Coverage(kinds=frozenset({"closed"}))
    assert SMALL.unseen_from("not-built", blind) == ("shut", "open")
    assert SMALL.unseen_from("shut", blind) == ("open",)
    assert SMALL.unseen_from("not-built", Coverage(kinds=frozenset({"pushed"}))) == ("shut",)
    assert SMALL.unseen_from("not-built", EVERYTHING) == ()


# --- drawing one

MERMAID = """\
stateDiagram-v2
    state "not-built" as not_built
    [*] --> not_built
    not_built --> shut: built
    shut --> open: pushed (how gently / hard)
    open --> open: pushed (how gently / hard)
    shut --> shut: pushed
    open --> shut: pushed / closed / slammed
    not_built --> [*]
    shut --> [*]
"""

DOT = r"""digraph "small-door" {
    rankdir=LR; node [shape=box, style=rounded];
    "not-built" [peripheries=2];
    "shut" [peripheries=2];
    "open";
    "" [shape=point]; "" -> "not-built";
    "not-built" -> "shut" [label="built"];
    "shut" -> "open" [label="pushed (how gently / hard)"];
    "open" -> "open" [label="pushed (how gently / hard)"];
    "shut" -> "shut" [label="pushed"];
    "open" -> "shut" [label="pushed\nclosed\nslammed"];
}
"""


def test_a_chart_is_drawn_in_mermaid() -> None:
    assert SMALL.mermaid() == MERMAID


def test_a_chart_is_drawn_in_dot() -> None:
    assert SMALL.dot() == DOT


# --- the charts of England


@pytest.mark.parametrize("strand", england.charts)
def test_a_chart_of_england_has_four_to_eight_states_and_is_named_after_its_strand(strand: str) -> None:
    chart = england.charts[strand]
    assert chart.strand == strand
    assert 3 <= len(chart.states) <= 8
    assert chart.initial in chart.final, "a child to whom nothing has happened has nothing left open"
    assert chart.title
    assert Chart(chart.strand, chart.initial, chart.moves, chart.final, chart.title) == chart


@pytest.mark.parametrize("strand", england.charts)
def test_every_event_of_a_chart_is_in_the_vocabulary_and_so_is_every_value_that_it_asks_for(strand: str) -> None:
    for move in england.charts[strand].moves:
        STANDARD.kind(move.event)
        if move.fact is not None:
            assert move.fact in STANDARD[move.event].values, move.label
            for value in move.values:
                STANDARD.check_fact(move.event, move.fact, value)


@pytest.mark.parametrize("strand", england.charts)
def test_a_chart_of_england_draws_every_state_and_every_event(strand: str) -> None:
    chart = england.charts[strand]
    drawn, dot = chart.mermaid(), chart.dot()
    for state in chart.states:
        assert re.search(rf"\b{state.replace('-', '_')}\b", drawn)
        assert f'"{state}"' in dot
    for event in chart.events:
        assert event in drawn
        assert event in dot
    assert dot.count("{") == dot.count("}")


def test_a_chart_is_found_by_its_strand() -> None:
    assert england.chart("enquiry") is england.charts["enquiry"]
    with pytest.raises(UnknownName, match="unknown strand 'enquriy'; perhaps 'enquiry' was meant"):
        england.chart("enquriy")
    with pytest.raises(UnknownName, match="expected front-door, case"):
        england.chart("zzz")


def test_the_whole_journey_is_drawn_with_the_limit_of_every_clock() -> None:
    drawn, dot = england.journey_picture(), england.journey_picture("dot")
    assert drawn.startswith("flowchart TD\n")
    assert dot.startswith("digraph journey {\n")
    assert dot.endswith("}\n")
    for start, limit, end in (
        ("referral", "within 1 working day", "referral-decided"),
        ("referral", "within 45 working days", "assessment-completed"),
        ("strategy-discussion", "within 15 working days", "initial-conference"),
        ("initial-conference", "within 10 working days", "core-group"),
        ("initial-conference", "within 3 months", "review-conference"),
        ("review-conference", "within 6 months", "review-conference"),
    ):
        a, b = (kind.replace("-", "_") for kind in (start, end))
        assert any(re.fullmatch(rf"{a} \S+ {limit} \S+ {b}", line.strip()) for line in drawn.splitlines())
        assert any(line.strip().startswith(f'"{start}" -> "{end}" [label="{limit}"') for line in dot.splitlines())
    assert "within 35" not in drawn, "the core assessment ended in 2013"


def test_every_event_that_a_rule_of_the_law_reads_has_its_place_in_a_chart() -> None:
    known = {event for chart in england.charts.values() for event in chart.events}
    read = frozenset[str]().union(*(rule.reads for rule in england.rulebook.applied))
    assert read - known == set()


def test_only_what_is_shared_with_others_or_checked_afterwards_has_no_place_in_a_chart() -> None:
    known = {event for chart in england.charts.values() for event in chart.events}
    # it may come at any time, so there is no order to chart; rules on request, and local ones, read it
    anytime = {name for name, kind in STANDARD.items() if kind.strand in ("sharing", "assurance")}
    assert set(STANDARD) - known == anytime
