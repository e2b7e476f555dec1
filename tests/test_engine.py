"""One chart, three ways to walk it: `Chart.step`, the table as a dict, and a machine of the `transitions` library."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from transitions import Machine

from childprotect import Chart, Event, Move
from childprotect.engine import Cursor, fire, machine
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

DOOR = Chart("door", "shut", (Move("shut", "opened", "open"), Move("open", "closed", "shut")), ("shut",))


def stands(live: Machine) -> str:
    """The state in which the machine's cursor stands."""
    cursor: Any = live.model
    return str(cursor.state)


def values_of(chart: Chart, kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """The facts that the chart asks of a kind of event: a value it knows, another one of the vocabulary, or nothing."""
    facts = sorted({move.fact for move in chart.moves if move.event == kind and move.fact})
    closed = STANDARD[kind].values
    return st.fixed_dictionaries({name: st.none() | st.sampled_from(closed[name]) for name in facts})


class EveryWayAgrees(RuleBasedStateMachine):
    """Drives one chart of England by random events, permitted or not, in all three ways at once."""

    @initialize(strand=st.sampled_from(sorted(england.charts)))
    def begin(self, strand: str) -> None:
        """At the initial state."""
        self.chart = england.charts[strand]
        self.state = self.chart.initial
        self.looked_up = self.chart.initial
        self.live = machine(self.chart)

    @rule(data=st.data())
    def happens(self, data: st.DataObject) -> None:
        """Something that this chart knows, or something that it does not."""
        kind = data.draw(st.sampled_from(self.chart.events) | st.sampled_from(sorted(STANDARD)))
        event = Event(kind, "2024-03-01", data.draw(values_of(self.chart, kind)))

        move = self.chart.step(self.state, event)
        before = stands(self.live)
        fired = fire(self.live, event)
        fitting = [m for m in self.chart.table.get((self.looked_up, kind), ()) if m.applies(event)]

        assert fired is (move is not None) is bool(fitting)
        if move is None:
            assert stands(self.live) == before, "a forbidden event changes nothing"
        else:
            self.state, self.looked_up = move.target, fitting[0].target

    @rule(data=st.data())
    def permitted_happens(self, data: st.DataObject) -> None:
        """Something that the chart permits here, so that the walk gets far."""
        permitted = self.chart.permitted(self.state)
        kind = data.draw(st.sampled_from(permitted))
        event = Event(kind, "2024-03-01", data.draw(values_of(self.chart, kind)))
        move = self.chart.step(self.state, event)
        assert fire(self.live, event) is (move is not None)
        if move is not None:
            self.state = self.looked_up = move.target

    @invariant()
    def all_stand_in_the_same_state(self) -> None:
        """And nothing but the permitted events leads out of it."""
        if hasattr(self, "live"):
            assert self.state == self.looked_up == stands(self.live)
            assert set(self.live.get_triggers(self.state)) == set(self.chart.permitted(self.state))


TestEveryWayAgrees = EveryWayAgrees.TestCase


@pytest.mark.parametrize("strand", england.charts)
def test_every_move_of_every_state_is_the_same_in_all_three_ways(strand: str) -> None:
    chart = england.charts[strand]
    for state in chart.states:
        for kind in chart.events:
            facts = sorted({move.fact for move in chart.moves if move.event == kind and move.fact})
            for name in facts or ["nothing"]:
                for value in (None, *STANDARD[kind].values.get(name, ())):
                    event = Event(kind, "2024-03-01", {name: value})
                    live = machine(chart)
                    live.set_state(state)
                    move = chart.step(state, event)
                    assert fire(live, event) is (move is not None)
                    assert stands(live) == (move.target if move else state)


def test_a_forbidden_event_changes_nothing() -> None:
    live = machine(DOOR)
    assert not fire(live, Event("closed", "2024-03-01"))
    assert not fire(live, Event("painted", "2024-03-01"))
    assert stands(live) == "shut"
    assert fire(live, Event("opened", "2024-03-01"))
    assert stands(live) == "open"


def test_there_is_no_back_door_to_a_state() -> None:
    live = machine(DOOR)
    assert not hasattr(live.model, "to_open")
    assert set(live.events) == {"opened", "closed"}


@pytest.mark.parametrize("name", ["trigger", "may_trigger", "is_open"])
def test_an_event_with_the_name_of_a_method_still_fires(name: str) -> None:
    chart = Chart("door", "shut", (Move("shut", name, "open"), Move("open", "closed", "shut")), ("shut",))
    live = machine(chart)
    assert fire(live, Event(name, "2024-03-01"))
    assert stands(live) == "open"


def test_two_machines_of_one_chart_stand_apart() -> None:
    one, other = machine(DOOR), machine(DOOR)
    fire(one, Event("opened", "2024-03-01"))
    assert (stands(one), stands(other)) == ("open", "shut")
    assert one.model is not other.model
    assert isinstance(one.model, Cursor)
    assert isinstance(one, Machine)


def test_callbacks_are_told_of_a_move_and_what_the_chart_says_cannot_be_overridden() -> None:
    seen: list[Event] = []
    live = machine(DOOR, after_state_change=seen.append, initial="open", auto_transitions=True)
    assert stands(live) == "shut"
    assert not hasattr(live.model, "to_open")
    event = Event("opened", "2024-03-01")
    fire(live, event)
    assert seen == [event]
