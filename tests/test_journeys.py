"""Journeys: lenient where a record is replayed, strict where a step is applied, and the same where both allow it."""

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty
from tests.strategies import READ, chronologies, coverages, events, ways

from childprotect import Chronology, Coverage, Event, Journey, NotPermitted, UnknownName
from childprotect.authority import Citation
from childprotect.charts import Chart, Move
from childprotect.chronology import EVERYTHING
from childprotect.journeys import Permitted, irregularities_of
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD, EventKind

Told = Event | tuple[Any, ...]
PLAN = {"outcome": "plan"}
S47 = {"decision": "section-47"}
CENSUS = Coverage(
    frozenset({"referral", "section-47-started", "initial-conference", "plan-started", "plan-ended", "case-closed"})
)


def replayed(*told: Told, covers: Coverage = EVERYTHING) -> Journey:
    """The journey that these events tell, over the charts of England."""
    return Journey.replay(Chronology.of("C-1", events=told, covers=covers), england.charts)


ORDERLY = (
    ("2024-03-01", "referral"),
    ("2024-03-04", "referral-decided"),
    ("2024-03-05", "strategy-discussion", S47),
    ("2024-03-06", "section-47-started"),
    ("2024-03-20", "section-47-completed", {"outcome": "conference"}),
    ("2024-03-22", "initial-conference", PLAN),
    ("2024-03-22", "plan-started"),
    ("2024-04-02", "core-group"),
    ("2024-06-10", "review-conference", {"outcome": "end"}),
    ("2024-06-10", "plan-ended", {"reason": "no-longer-at-risk"}),
    ("2024-06-20", "case-closed", {"reason": "needs-met"}),
)


# --- replaying


def test_a_journey_on_which_nothing_happened_stands_at_the_start_of_every_strand() -> None:
    journey = Journey.start("C-1", england.charts, born=date(2016, 5, 4))
    assert journey.states == {strand: chart.initial for strand, chart in england.charts.items()}
    assert (journey.trail, journey.irregularities) == ((), ())
    assert journey.chronology.born == date(2016, 5, 4)


def test_an_orderly_record_is_replayed_without_irregularity_and_leaves_nothing_open() -> None:
    journey = replayed(*ORDERLY)
    assert journey.irregularities == ()
    assert all(state in england.charts[strand].final for strand, state in journey.states.items())
    plan = [(step.source, step.event.kind, step.target) for step in journey.trail if step.strand == "plan"]
    assert plan == [
        ("none", "plan-started", "open"),
        ("open", "core-group", "open"),
        ("open", "review-conference", "end-decided"),
        ("end-decided", "plan-ended", "ended"),
    ]


def test_one_event_may_move_several_strands() -> None:
    journey = replayed(("2024-03-01", "referral"))
    assert [(step.strand, step.target) for step in journey.trail] == [("front-door", "referred"), ("case", "open")]


def test_a_journey_is_shown_in_one_line_without_what_stands_in_the_record() -> None:
    journey = replayed(*ORDERLY)
    assert pretty(journey) == repr(journey)
    assert "needs-met" not in repr(journey)


def test_what_does_not_fit_is_an_irregularity_and_the_journey_carries_on_from_what_was_observed() -> None:
    journey = replayed(("2024-03-22", "initial-conference", PLAN), ("2024-03-22", "plan-started"))
    (odd,) = journey.irregularities
    assert (odd.child, odd.code, odd.at) == ("C-1", "out-of-order", date(2024, 3, 22))
    assert odd.because == (
        "Initial child protection conference on Fri 22 Mar 2024, while the enquiry strand stood at 'none'; "
        "expected at 'conference-due', 'conference-held' or 'enquiring'."
    )
    assert journey.states["enquiry"] == "conference-held"
    assert journey.states["plan"] == "open"


@given(chronologies(covers=coverages()))
def test_the_check_finds_the_irregularities_of_the_journey(story: Chronology) -> None:
    found = irregularities_of(story, story.as_known(date.max), england.rulebook.moved_by)
    assert found == Journey.replay(story, england.charts).irregularities


def test_an_event_that_only_keeps_a_state_keeps_it_also_where_it_does_not_fit() -> None:
    journey = replayed(("2024-03-22", "core-group"))
    assert len(journey.irregularities) == 1
    assert journey.states["plan"] == "none"


def test_what_does_not_fit_leads_where_its_facts_say() -> None:
    assert replayed(("2024-06-10", "review-conference", {"outcome": "end"})).states["plan"] == "end-decided"
    assert (
        replayed(("2024-03-05", "section-47-completed", {"outcome": "not-substantiated"})).states["enquiry"]
        == "concluded"
    )


def test_an_event_that_no_chart_knows_moves_nothing() -> None:
    journey = replayed(("2024-03-01", "marac"))
    assert (journey.trail, journey.irregularities) == ((), ())
    assert len(journey.chronology) == 1


def test_a_withdrawn_entry_is_not_replayed() -> None:
    story = Chronology.of("C-1", events=[Event("referral", "2024-03-01", ref="a")])
    gone = story.correct("a", recorded=date(2024, 3, 2), withdrawn=True)
    assert Journey.replay(gone, england.charts).trail == ()


@given(chronologies(covers=coverages()))
def test_every_record_can_be_replayed_and_every_step_is_accounted_for(story: Chronology) -> None:
    journey = Journey.replay(story, england.charts)
    here = {strand: chart.initial for strand, chart in england.charts.items()}
    for step in journey.trail:
        assert step.source == here[step.strand]
        here[step.strand] = step.target
        chart = england.charts[step.strand]
        assert step.target in chart.states
        assert set(step.assumed) <= set(chart.states)
    assert here == journey.states
    for odd in journey.irregularities:
        assert odd.code == "out-of-order"
        assert odd.because.endswith(".")


# --- what a source cannot hold


def test_a_source_that_cannot_hold_strategy_discussions_is_bridged() -> None:
    journey = replayed(("2024-03-01", "referral"), ("2024-03-06", "section-47-started"), covers=CENSUS)
    assert journey.irregularities == ()
    step = next(step for step in journey.trail if step.strand == "enquiry")
    assert (step.source, step.target) == ("none", "enquiring")
    assert step.assumed
    assert step.assumed[-1] in ("discussed", "enquiring")
    assert step.event == Event("section-47-started", "2024-03-06")


def test_a_source_that_can_hold_them_is_not() -> None:
    told = (("2024-03-01", "referral"), ("2024-03-06", "section-47-started"))
    (odd,) = replayed(*told).irregularities
    assert odd.because.startswith("Start of the section 47 enquiry on Wed 6 Mar 2024")
    holds = Coverage(frozenset({"referral", "section-47-started", "strategy-discussion"}))
    assert len(replayed(*told, covers=holds).irregularities) == 1


def test_a_source_is_bridged_only_over_what_it_cannot_hold() -> None:
    journey = replayed(("2024-06-10", "plan-ended", {"reason": "moved"}), covers=CENSUS)
    assert len(journey.irregularities) == 1, "the census can hold the start of a plan"


def test_a_step_that_fits_assumes_nothing() -> None:
    journey = replayed(("2024-03-22", "plan-started"), covers=CENSUS)
    assert [step.assumed for step in journey.trail if step.strand == "plan"] == [()]


@given(chronologies())
def test_a_source_that_could_hold_less_changes_nothing_in_a_record_that_fits(story: Chronology) -> None:
    fitting: list[Event] = []
    for event in story:
        if not replayed(*fitting, event).irregularities:
            fitting.append(event)
    less = Coverage(frozenset({event.kind for event in story}))
    bridged, plain = replayed(*fitting, covers=less), replayed(*fitting)
    assert (bridged.states, bridged.trail, bridged.irregularities) == (plain.states, plain.trail, ())


# --- applying


def test_what_is_applied_is_in_the_new_journey_and_the_old_one_is_unchanged() -> None:
    before = replayed(("2024-03-01", "referral"))
    after = before.apply("referral-decided", at="2024-03-04", outcome="assessment", decided_by="manager")
    assert (len(before.chronology), len(after.chronology)) == (1, 2)
    assert (before.states["front-door"], after.states["front-door"]) == ("referred", "decided")
    assert after.chronology.events[-1].facts["decided-by"] == "manager"
    assert len(before.trail) + 1 == len(after.trail)


def test_what_is_not_permitted_is_refused_with_where_it_stands_and_what_may_follow() -> None:
    journey = replayed(("2024-03-01", "referral"))
    with pytest.raises(NotPermitted) as caught:
        journey.apply("plan-ended", at=date(2024, 3, 4))
    error = caught.value
    assert (error.strand, error.state, error.event) == ("plan", "none", "plan-ended")
    assert error.permitted == ("plan-started",)
    assert str(error) == "'plan-ended' cannot follow while the plan is 'none'; permitted there: plan-started"
    assert isinstance(error, ValueError)
    assert len(journey.chronology) == 1


def test_a_refusal_carries_the_citations_of_the_move() -> None:
    law = Citation("Doors Act", "https://example.org")
    door = Chart(
        "door",
        "none",
        (Move("none", "plan-started", "open"), Move("open", "plan-ended", "none", provision="Doors", citations=(law,))),
        ("none",),
    )
    journey = Journey.start("C-1", {"door": door})
    with pytest.raises(NotPermitted) as caught:
        journey.apply("plan-ended", at="2024-03-01")
    assert caught.value.citations == (law,)
    assert journey.permitted == (Permitted("plan-started", "door", "open", ""),)
    assert str(journey.permitted[0]) == "plan-started: door becomes open"
    (may,) = journey.apply("plan-started", at="2024-03-01").permitted
    assert (str(may), may.citations) == ("plan-ended: door becomes none (Doors)", (law,))


@pytest.mark.parametrize(("kind", "facts"), [("plan-strated", {}), ("initial-conference", {"outcome": "paln"})])
def test_an_unknown_name_is_refused_before_anything_moves(kind: str, facts: dict[str, str]) -> None:
    with pytest.raises(UnknownName, match="was meant"):
        replayed(("2024-03-01", "referral")).apply(kind, at="2024-03-04", **facts)


def test_an_event_that_no_chart_knows_may_always_be_applied() -> None:
    journey = Journey.start("C-1", england.charts)
    assert journey.may("marac")
    assert len(journey.apply("marac", at="2024-03-01").chronology) == 1


def test_a_registered_kind_of_event_may_be_applied_to_a_story_that_knows_it() -> None:
    journey = replayed(("2024-03-01", "referral"))
    timed = journey.apply_event(Event("marac", "2024-03-01T10:00:00+00:00", {"agency": "police"}))
    assert len(timed.chronology) == 2


OURS = STANDARD.extended(
    [
        EventKind("panel", "ours", "panel", {"outcome": ("yes", "no")}),
        EventKind("decided-by-panel", "ours", "decision of the panel"),
    ]
)
PANEL = Chart("panel", "none", (Move("none", "panel", "open"), Move("open", "decided-by-panel", "none")), ("none",))


def test_a_kind_of_our_own_has_its_place_in_the_order_wherever_it_is_put_in() -> None:
    story = Chronology.of("C-1", events=[("2024-03-09", "referral")], vocabulary=OURS)
    journey = Journey.replay(story, {"panel": PANEL}, vocabulary=OURS)
    for kind, at in (("panel", "2024-03-05"), ("decided-by-panel", "2024-03-05"), ("panel", "2024-03-07")):
        journey = journey.apply(kind, at=at)
    assert [step.event.kind for step in journey.trail] == ["panel", "decided-by-panel", "panel"], "not by the alphabet"
    assert journey.vocabulary is OURS
    taken_back = Event("panel", "2024-03-04", ref="a", withdrawn=True)
    again = Journey.replay(journey.chronology.add(taken_back, vocabulary=OURS), {"panel": PANEL}, vocabulary=OURS)
    assert (again.trail, again.irregularities) == (journey.trail, ())
    assert journey.apply_event(taken_back).trail == journey.trail
    told: list[Told] = [("2024-03-09", "referral"), ("2024-03-05", "panel"), ("2024-03-05", "decided-by-panel")]
    closed = Journey.replay(
        Chronology.of("C-1", events=[*told, taken_back], vocabulary=OURS), {"panel": PANEL}, vocabulary=OURS
    )
    assert closed.apply("panel", at="2024-03-07").states == {"panel": "open"}
    with pytest.raises(NotPermitted):
        journey.apply("panel", at="2024-03-08", outcome="yes")
    with pytest.raises(UnknownName):
        journey.apply("decided-by-panel", at="2024-03-08", outcome="no such").apply(
            "panel", at="2024-03-08", outcome="x"
        )


def test_a_fact_that_bears_the_name_of_a_word_of_python_is_given_with_a_line_after_it() -> None:
    journey = Journey.start("C-1", england.charts).apply("contact", at="2024-03-05", from_="police", _given="x")
    (event,) = journey.chronology
    assert dict(event.facts) == {"from": "police", "-given": "x"}


def test_an_event_that_makes_room_for_a_later_one_and_does_not_fit_itself_is_refused() -> None:
    moves = (Move("locked", "referral", "shut"), Move("shut", "contact", "open"), Move("open", "case-closed", "shut"))
    charts = {"door": Chart("door", "locked", moves, ("shut",))}
    told = Chronology.of("C-1", events=[("2024-03-05", "case-closed")])
    journey = Journey.replay(told, charts)
    assert len(journey.irregularities) == 1
    with pytest.raises(NotPermitted) as caught:
        journey.apply("contact", at="2024-03-01")
    assert (caught.value.state, caught.value.permitted) == ("locked", ("referral",))


def test_an_event_before_the_last_one_is_put_in_its_place_and_the_order_is_judged_again() -> None:
    journey = replayed(ORDERLY[0], ORDERLY[2])
    put_in = journey.apply("referral-decided", at="2024-03-04")
    assert [event.kind for event in put_in.chronology] == ["referral", "referral-decided", "strategy-discussion"]
    assert put_in == replayed(ORDERLY[0], ORDERLY[1], ORDERLY[2])


def test_an_event_before_the_last_one_that_does_not_fit_there_is_refused() -> None:
    journey = replayed(("2024-03-05", "referral"))
    with pytest.raises(NotPermitted):
        journey.apply("referral-decided", at="2024-03-01")
    assert len(journey.chronology) == 1


def test_a_refusal_of_an_earlier_event_says_where_the_strand_stood_then() -> None:
    journey = replayed(("2024-03-05", "referral"))
    with pytest.raises(NotPermitted) as caught:
        journey.apply("referral-decided", at="2024-03-01")
    assert (caught.value.strand, caught.value.state) == ("front-door", "none")
    assert "referral-decided" not in caught.value.permitted


def test_an_event_that_no_chart_knows_may_be_put_in_anywhere() -> None:
    told = [("2024-01-01", "referral"), ("2024-03-01", "referral"), ("2024-03-01", "case-closed")]
    journey = replayed(*told)
    for hour in (1, 10, 23):
        assert len(journey.apply("marac", at=f"2024-03-01T{hour:02}:00:00+00:00").chronology) == 4


@given(chronologies(kinds=READ), events())
def test_an_event_is_applied_exactly_where_replaying_with_it_finds_nothing_new_out_of_order(
    story: Chronology, event: Event
) -> None:
    journey = Journey.replay(story, england.charts)
    longer = story.add(event)
    whole = Journey.replay(longer, england.charts)
    place = longer.events.index(event)
    before = Journey.replay(evolve(longer, events=longer.events[:place]), england.charts)
    there = Journey.replay(evolve(longer, events=longer.events[: place + 1]), england.charts)
    # an event that does not fit is refused even where it makes room for one that stood out of order
    fits = len(there.irregularities) == len(before.irregularities)
    if not fits or len(whole.irregularities) > len(journey.irregularities):
        with pytest.raises(NotPermitted) as caught:
            journey.apply_event(event)
        assert caught.value.event == event.kind
    else:
        assert journey.apply_event(event) == whole


# --- applying to a record that was corrected


def test_what_was_corrected_has_no_say_in_what_may_be_applied() -> None:
    story = Chronology.of("C-1", events=[Event("child-in-need-plan-started", "2024-02-01", ref="a")])
    moved = story.correct("a", recorded=date(2024, 2, 5), kind="contact", at="2024-03-02")
    journey = Journey.replay(moved, england.charts)
    again = journey.apply("child-in-need-plan-started", at="2024-03-01")
    assert again.states["child-in-need"] == "open"
    assert again == Journey.replay(again.chronology, england.charts)


def test_an_event_that_puts_the_others_of_its_day_in_another_order_is_replayed_with_them() -> None:
    told = [("2024-06-03", "plan-started"), ("2024-06-04", "strategy-discussion", S47)]
    before = replayed(*told, ("2024-06-10", "conference-requested"), ("2024-06-10", "plan-ended"))
    journey = before.apply("initial-conference", at="2024-06-10")
    assert [e.kind for e in journey.chronology][2:] == ["plan-ended", "conference-requested", "initial-conference"]
    assert journey == Journey.replay(journey.chronology, england.charts)


def test_an_event_with_the_ref_of_an_entry_replaces_it() -> None:
    journey = Journey.replay(Chronology.of("C-1", events=[Event("referral", "2024-03-01", ref="a")]), england.charts)
    later = journey.apply_event(Event("contact", "2024-03-02", recorded=date(2024, 3, 4), ref="a"))
    assert later.states["front-door"] == "contact"
    assert later == Journey.replay(later.chronology, england.charts)
    gone = journey.apply_event(Event("referral", "2024-03-01", recorded=date(2024, 3, 4), ref="a", withdrawn=True))
    assert gone.states["front-door"] == "none"
    assert len(gone.trail) == 0


def test_an_entry_on_which_others_rest_is_not_replaced() -> None:
    told = [Event("referral", "2024-03-01", ref="a"), Event("referral-decided", "2024-03-04")]
    journey = replayed(*told)
    with pytest.raises(NotPermitted) as caught:
        journey.apply_event(Event("marac", "2024-03-02", recorded=date(2024, 3, 5), ref="a"))
    assert (caught.value.strand, caught.value.event) == ("front-door", "marac")
    assert journey == replayed(*told)


def test_a_refusal_of_an_earlier_event_names_the_strand_that_it_would_upset() -> None:
    moved, ended = "placement-started", "looked-after-ended"
    calm = Chart("calm", "a", (Move("a", moved, "a"),), ("a",))
    upset = Chart("upset", "a", (Move("a", moved, "b"), Move("a", ended, "c")), ("b", "c"))
    journey = Journey.start("C-1", {"calm": calm, "upset": upset}).apply(ended, at="2024-03-05")
    with pytest.raises(NotPermitted) as caught:
        journey.apply(moved, at="2024-03-01")
    assert (caught.value.strand, caught.value.state) == ("upset", "a")


def test_what_was_out_of_order_before_is_not_what_an_earlier_event_upsets() -> None:
    moved, ended = "placement-started", "looked-after-ended"
    odd = Chart("odd", "a", (Move("a", "referral", "b"), Move("b", ended, "b"), Move("a", moved, "a")), ("a", "b"))
    upset = Chart("upset", "a", (Move("a", moved, "b"), Move("a", ended, "c")), ("b", "c"))
    story = Chronology.of("C-1", events=[("2024-03-05", ended)])
    journey = Journey.replay(story, {"odd": odd, "upset": upset})
    assert [irregularity.code for irregularity in journey.irregularities] == ["out-of-order"]
    with pytest.raises(NotPermitted) as caught:
        journey.apply(moved, at="2024-03-01")
    assert (caught.value.strand, caught.value.state) == ("upset", "a")


def test_an_entry_that_was_taken_back_may_be_told_wherever_it_stood() -> None:
    journey = Journey.start("C-1", england.charts).apply("referral", at="2024-03-01")
    taken_back = Event("plan-ended", "2024-03-02", ref="a", withdrawn=True)
    assert journey.apply_event(taken_back).states == journey.states


# --- what may follow


def test_what_may_follow_names_its_strand_its_target_and_its_provision() -> None:
    journey = replayed(("2024-03-05", "strategy-discussion", S47))
    may = {(p.event, p.strand, p.target): p for p in journey.permitted}
    held = may["initial-conference", "enquiry", "conference-held"]
    assert held.provision
    assert str(held) == f"initial-conference: enquiry becomes conference-held ({held.provision})"
    assert len(may) == len(journey.permitted), "each once"


def test_an_event_may_follow_only_where_every_strand_that_knows_it_permits_it() -> None:
    journey = replayed(("2024-03-01", "referral"))
    assert journey.may("referral-decided")
    assert not journey.may("plan-ended")
    assert not journey.may("initial-conference"), "the conference strand permits it; the enquiry strand does not"


@given(chronologies(), st.sampled_from(READ))
def test_what_may_not_follow_is_refused_whatever_its_facts(story: Chronology, kind: str) -> None:
    journey = Journey.replay(story, england.charts)
    named = {p.event for p in journey.permitted}
    if not journey.may(kind):
        with pytest.raises(NotPermitted):
            journey.apply(kind, at="2030-01-01")
    else:
        assert kind in named


@given(
    chronologies(covers=coverages()),
    st.sampled_from(sorted({move.event for c in england.charts.values() for move in c.moves})),
)
@example(Chronology.of("C-1", covers=CENSUS), "section-47-started")
def test_may_and_permitted_say_exactly_what_is_taken_whatever_the_source_can_hold(story: Chronology, kind: str) -> None:
    journey = Journey.replay(story, england.charts)
    after = max((event.day for event in story), default=date(2024, 3, 1)) + timedelta(days=1)
    possible = [Event(kind, after, facts) for facts in ways(kind)]

    def leads_to(event: Event, *strands: str) -> dict[str, str]:
        charts = {strand: england.charts[strand] for strand in strands}
        try:
            return dict(evolve(journey, charts=charts).apply_event(event).states)
        except NotPermitted:
            return {}

    knowing = [strand for strand, chart in england.charts.items() if kind in chart.event_set]
    assert journey.may(kind) is any(leads_to(event, *knowing) for event in possible)
    taken = {(s, states[s]) for s in knowing for event in possible if (states := leads_to(event, s))}
    assert {(p.strand, p.target) for p in journey.permitted if p.event == kind} == taken
