"""One child's journey as it is lived: what fits and what does not, entries made late, entries corrected.

Beside the live `Journey` stands a machine of `transitions` for each chart, and after every step the record is replayed
from its first event. All three must stand in the same states. What is refused must leave all three as they were.

How to read a failure. Hypothesis prints the shortest story that it found, one step a line, as calls of the rules below:
`what` is the event with its facts, `after` how many days after the step before, `ago` how many days before the entry,
`hour` the time of day in UTC, `nth` the entry meant, the oldest first. Above each call a note says what became of it:
taken, refused, corrected, withdrawn. The last call is the one that went wrong, and the assertion that failed says how:
in a rule, what was taken or refused wrongly; in the invariant, which two of journey, machines and replay disagree.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.strategies import moment, ways
from transitions import Machine

from childprotect import Chronology, Event, Journey, NotPermitted, check
from childprotect.charts import Chart
from childprotect.engine import fire, machine
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

CHARTS = england.charts
BOOK = england.rulebook.with_practice()
What = tuple[str, Mapping[str, Any]]
"""A kind of event, with facts of it."""


# --- machines


def stands(live: Machine) -> str:
    """The state in which a machine's cursor stands."""
    cursor: Any = live.model
    return str(cursor.state)


def knowing(kind: str) -> list[tuple[str, Chart]]:
    """The charts that know such an event."""
    return [(strand, chart) for strand, chart in CHARTS.items() if kind in chart.event_set]


_PROBES = {strand: machine(chart) for strand, chart in CHARTS.items()}


def led_to(strand: str, state: str, event: Event) -> str | None:
    """Where a machine of that strand goes from a state; None where it refuses."""
    probe = _PROBES[strand]
    probe.set_state(state)
    return stands(probe) if fire(probe, event) else None


def walked(journey: Journey) -> dict[str, Machine]:
    """New machines that walk the trail of a journey; one that refuses is put where the journey carried on."""
    machines = {strand: machine(chart) for strand, chart in CHARTS.items()}
    refused = 0
    for step in journey.trail:
        live = machines[step.strand]
        assert stands(live) == step.source
        if not fire(live, step.event):
            refused += 1
            live.set_state(step.target)
        assert stands(live) == step.target
    assert refused == len(journey.irregularities), "a step is out of order exactly where a machine refuses it"
    return machines


# --- what is drawn


def whats(kinds: st.SearchStrategy[str]) -> st.SearchStrategy[What]:
    """An event of one of the kinds, with facts that can make a difference to a chart."""
    return kinds.flatmap(lambda kind: st.tuples(st.just(kind), st.sampled_from(ways(kind))))


def at_hour(day: date, hour: int | None) -> date:
    """The day, or that hour of it."""
    return day if hour is None else moment(day, hour)


ANYTHING = whats(st.sampled_from(tuple(STANDARD)))
AFTER = st.integers(0, 30)
HOUR = st.none() | st.integers(6, 20)
NTH = st.integers(0, 30)


class OneChildsJourney(RuleBasedStateMachine):
    """The journey of one child, day by day, with what is true of the child kept by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.journey = Journey.start("C-101", CHARTS)
        self.machines = walked(self.journey)
        self.today = date(2024, 3, 1)
        self.truth: dict[str, Event] = {}
        """The entries as they would stand if nobody had ever erred, by their ref."""
        self.known: dict[date, tuple[Event, ...]] = {}
        """What was known at the end of each day that is over."""

    @rule(what=st.runner().flatmap(lambda child: whats(st.sampled_from(child.may_follow))), after=AFTER, hour=HOUR)
    def it_goes_on(self, what: What, after: int, hour: int | None) -> None:
        """Something happens that may follow, with some facts of it."""
        self.pass_days(after)
        self.is_told(what, at_hour(self.today, hour))

    @rule(what=ANYTHING, after=AFTER, hour=HOUR)
    def anything_happens(self, what: What, after: int, hour: int | None) -> None:
        """Something happens, be it permitted or not."""
        self.pass_days(after)
        self.is_told(what, at_hour(self.today, hour))

    @rule(what=ANYTHING, ago=st.integers(1, 60), hour=HOUR)
    def it_is_recorded_late(self, what: What, ago: int, hour: int | None) -> None:
        """Something is entered that happened some days ago."""
        self.is_told(what, at_hour(self.today - timedelta(days=ago), hour))

    @precondition(lambda self: self.truth)
    @rule(nth=NTH, what=ANYTHING, moved=st.integers(-30, 30), hour=HOUR, after=AFTER)
    def an_entry_is_corrected(self, nth: int, what: What, moved: int, hour: int | None, after: int) -> None:
        """It turns out that an entry was of another event, or of another day."""
        self.pass_days(after)
        ref = list(self.truth)[nth % len(self.truth)]
        kind, facts = what
        self.is_corrected(ref, kind=kind, at=at_hour(self.truth[ref].day + timedelta(days=moved), hour), facts=facts)

    @precondition(lambda self: self.truth)
    @rule(nth=NTH, after=AFTER)
    def an_entry_is_withdrawn(self, nth: int, after: int) -> None:
        """It turns out that what was entered never happened."""
        self.pass_days(after)
        self.is_corrected(list(self.truth)[nth % len(self.truth)], withdrawn=True)

    @rule(kind=st.sampled_from(tuple(STANDARD)))
    def it_is_asked_what_may_follow(self, kind: str) -> None:
        """`may` and `permitted` say exactly what `apply` takes, and where that leads."""
        tomorrow = max([self.today, *(event.day for event in self.journey.chronology)]) + timedelta(days=1)
        possible = [Event(kind, tomorrow, facts) for facts in ways(kind)]
        assert self.journey.may(kind) is any(map(self.takes, possible))
        leads = {
            (strand, target)
            for strand, _ in knowing(kind)
            for event in possible
            if (target := led_to(strand, self.journey.states[strand], event))
        }
        assert {(may.strand, may.target) for may in self.journey.permitted if may.event == kind} == leads

    @invariant()
    def journey_machines_and_replay_agree(self) -> None:
        """In every part; a correction equals never having erred; what was known on a day stays what it was."""
        assert self.journey == Journey.replay(self.journey.chronology, CHARTS)
        assert {strand: stands(live) for strand, live in self.machines.items()} == self.journey.states
        never_erred = Journey.replay(Chronology.of("C-101", events=self.truth.values()), CHARTS)
        assert never_erred.states == self.journey.states
        assert never_erred.trail == self.journey.trail
        assert never_erred.irregularities == self.journey.irregularities
        for day, known in self.known.items():
            assert self.journey.chronology.as_known(date.max, day) == known

    def teardown(self) -> None:
        """At the end the check finds what it would find if nobody had ever erred."""
        never_erred = Chronology.of("C-101", events=self.truth.values())
        found, true = (check(s, BOOK, as_at=self.today) for s in (self.journey.chronology, never_erred))
        assert found == true

    # --- how

    @property
    def may_follow(self) -> list[str]:
        """The kinds of event that some chart knows and that may follow now."""
        return [kind for kind in dict.fromkeys(may.event for may in self.journey.permitted) if self.journey.may(kind)]

    def pass_days(self, days: int) -> None:
        """Go on some days, and remember what was known on the day that is over."""
        if days:
            self.known[self.today] = self.journey.chronology.as_known(date.max, self.today)
        self.today += timedelta(days=days)

    def takes(self, event: Event) -> bool:
        """Whether the event can be applied."""
        try:
            self.journey.apply_event(event)
        except NotPermitted:
            return False
        return True

    def is_told(self, what: What, at: date) -> None:
        """Apply an event: it is taken where every machine takes it, and nothing that was told of later is upset."""
        kind, facts = what
        event = Event(kind, at, facts, self.today, f"entry {len(self.journey.chronology)}")
        longer = self.journey.chronology.add(event)
        told = longer.as_known(date.max)
        place = next(n for n, other in enumerate(told) if other is event)
        then = Journey.replay(Chronology.of("C-101", events=told[:place]), CHARTS)
        fits = all(led_to(strand, then.states[strand], event) for strand, _ in knowing(kind))
        whole = Journey.replay(longer, CHARTS)
        before, old = self.everything(), self.journey
        if fits and len(whole.irregularities) <= len(old.irregularities):
            note(f"taken: {event}")
            self.journey = old.apply_event(event)
            assert self.journey == whole
            self.truth[str(event.ref)] = event
            if place == len(told) - 1:
                assert all(fire(self.machines[strand], event) for strand, _ in knowing(kind))
            else:
                self.machines = walked(self.journey)
            assert parts_of(old) == before[0], "the old journey is unchanged"
        else:
            note(f"refused: {event}")
            with pytest.raises(NotPermitted) as refused:
                old.apply_event(event)
            assert refused.value.event == kind
            assert self.everything() == before

    def is_corrected(self, ref: str, **changes: Any) -> None:
        """Add a later version of an entry, and replay the record."""
        chronology = self.journey.chronology.correct(ref, recorded=self.today, **changes)
        latest = max((event for event in chronology if event.ref == ref), key=lambda event: event.revision)
        del self.truth[ref]
        if latest.withdrawn:
            note(f"withdrawn: {latest}")
        else:
            note(f"corrected: {latest}")
            self.truth[ref] = latest
        self.journey = Journey.replay(chronology, CHARTS)
        self.machines = walked(self.journey)

    def everything(self) -> tuple[Any, ...]:
        """All that a refused event must leave as it was, by value."""
        return parts_of(self.journey), {strand: stands(live) for strand, live in self.machines.items()}


def parts_of(journey: Journey) -> tuple[Any, ...]:
    """A journey by value."""
    return journey.chronology, dict(journey.states), journey.trail, journey.irregularities


TestOneChildsJourney = OneChildsJourney.TestCase
TestOneChildsJourney.settings = settings(stateful_step_count=15)
