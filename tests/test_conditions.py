"""Conditions: Kleene's logic of the unknown, what a match counts, and which spells are open."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import READ, coverages, event_lists

from childprotect import Chronology, Coverage, Event
from childprotect.chronology import EVERYTHING
from childprotect.conditions import (
    ALWAYS,
    NOTHING,
    Condition,
    Doubtful,
    Match,
    Story,
    Truth,
    fact,
    on,
    stated,
)
from childprotect.spells import During, Spell

TRUTHS: tuple[Truth, ...] = (True, False, None)


def story_of(*events: Event, covers: Coverage = EVERYTHING) -> Story:
    """A story with these events in it, in order."""
    return Story(Chronology.of("C-1", events=events).events, covers)


def event_where(**known: Truth) -> Event:
    """An event of which these facts are true, false, or not recorded."""
    return Event("visit", "2024-03-01", known)


def holds(condition: Condition, event: Event) -> Truth:
    """What a condition says of an event that stands alone."""
    return condition.holds(event, story_of(event))


A, B, C = (fact(name, True) for name in "abc")


# --- Kleene's tables


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_and_and_or_follow_kleene(a: Truth, b: Truth, both: Truth, either: Truth) -> None:
    event = event_where(a=a, b=b)
    assert holds(A & B, event) is both
    assert holds(A | B, event) is either


@pytest.mark.parametrize(("a", "denied"), [(True, False), (False, True), (None, None)])
def test_not_turns_true_and_false_and_leaves_the_unknown(a: Truth, denied: Truth) -> None:
    assert holds(~A, event_where(a=a)) is denied


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_de_morgan(a: Truth, b: Truth) -> None:
    event = event_where(a=a, b=b)
    assert holds(~(A & B), event) is holds(~A | ~B, event)
    assert holds(~(A | B), event) is holds(~A & ~B, event)


@pytest.mark.parametrize(("a", "b", "c"), list(product(TRUTHS, repeat=3)))
def test_the_algebra_is_a_lattice(a: Truth, b: Truth, c: Truth) -> None:
    event = event_where(a=a, b=b, c=c)
    for one, other in (
        (A & B, B & A),
        (A | B, B | A),
        ((A & B) & C, A & (B & C)),
        ((A | B) | C, A | (B | C)),
        (A & (B | C), (A & B) | (A & C)),
        (A | (B & C), (A | B) & (A | C)),
        (A & (A | B), A),
        (A | (A & B), A),
        (~~A, A),
        (A & ALWAYS, A),
        (A | ~ALWAYS, A),
    ):
        assert holds(one, event) is holds(other, event), (str(one), str(other))


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_learning_a_fact_never_turns_a_certain_answer(a: Truth, b: Truth, settled: bool) -> None:
    for condition in (A & B, A | B, ~A & B, A | ~B):
        before = holds(condition, event_where(a=a, b=b))
        after = holds(condition, event_where(a=settled if a is None else a, b=b))
        assert before is None or after is before


# --- the conditions


def test_a_fact_is_unknown_where_it_is_not_recorded_and_a_statement_is_not() -> None:
    nothing, yes, no = (event_where(a=truth) for truth in (None, True, False))
    assert [holds(fact("a", True), event) for event in (nothing, yes, no)] == [None, True, False]
    assert [holds(stated("a", True), event) for event in (nothing, yes, no)] == [False, True, False]


def test_a_fact_may_have_one_of_several_values() -> None:
    either = fact("outcome", "plan", "adjourned")
    seen = [Event("initial-conference", "2024-03-01", {"outcome": o}) for o in ("plan", "adjourned", "no-plan")]
    assert [holds(either, event) for event in seen] == [True, True, False]


def test_a_doubt_makes_what_it_is_about_unknown_and_leaves_the_rest_true() -> None:
    doubt = Doubtful(fact("a", True), "it may not count")
    assert [holds(doubt, event_where(a=truth)) for truth in TRUTHS] == [None, True, True]


def test_always_holds() -> None:
    assert holds(ALWAYS, event_where()) is True


def test_a_condition_says_which_facts_it_reads() -> None:
    assert (A & B | ~C).facts() == ("a", "b", "c")
    assert stated("a", True).facts() == ALWAYS.facts() == Doubtful(A, "x").facts() == ()


def missing(condition: Condition, event: Event) -> tuple[str, ...]:
    """What would settle the condition."""
    return condition.missing(event, story_of(event))


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_what_is_missing_is_named_exactly_where_the_answer_is_unknown(a: Truth, b: Truth) -> None:
    event = event_where(a=a, b=b)
    for condition in (A, ~A, A & B, A | B, ~(A & B), ~A | B, A & ALWAYS, Doubtful(A, "x"), Doubtful(A, "x") & B):
        assert bool(missing(condition, event)) or holds(condition, event) is not None, str(condition)
    assert missing(A & B, event) == tuple(f"visit.{name}" for name, truth in (("a", a), ("b", b)) if truth is None)
    assert missing(A & A, event) == missing(A, event), "each once"
    assert missing(ALWAYS, event) == missing(stated("a", True), event) == ()


def test_a_doubt_names_what_would_settle_it_and_says_why() -> None:
    plain, settled = Doubtful(A, "it may not count"), Doubtful(A, "it may not count", settled_by="purpose")
    yes, no = event_where(a=True), event_where(a=False)
    assert (missing(plain, yes), missing(settled, yes)) == (("visit",), ("visit.purpose",))
    assert missing(plain, no) == missing(settled, no) == ()
    for condition in (plain, plain & B, B | plain):
        assert condition.doubts(yes, story_of(yes)) == ("it may not count",)
        assert condition.doubts(no, story_of(no)) == ()
    assert A.doubts(yes, story_of(yes)) == ()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (fact("outcome", "plan", "adjourned"), "outcome is adjourned or plan"),
        (stated("outcome", "end"), "outcome is recorded as end"),
        (A & B, "a is true and b is true"),
        (A | B, "a is true or b is true"),
        ((A | B) & C, "(a is true or b is true) and c is true"),
        (~A, "not (a is true)"),
        (ALWAYS, "always"),
        (Doubtful(A, "it may not count"), "doubtful if a is true (it may not count)"),
        (During(Spell("case", on("referral"), on("case-closed"))), "while the case is open"),
    ],
)
def test_a_condition_reads_as_words(condition: Condition, words: str) -> None:
    assert str(condition) == words


def test_a_bare_condition_has_no_meaning() -> None:
    with pytest.raises(AssertionError):
        holds(Condition(), event_where())


# --- matches


def test_a_match_is_of_kinds_each_with_its_condition() -> None:
    match = on("strategy-discussion", decision="section-47") | on("section-47-started")
    assert str(match) == "strategy-discussion where decision is section-47, or section-47-started"
    assert match.kinds == {"strategy-discussion", "section-47-started"}
    assert str(NOTHING) == ""


def test_keyword_facts_have_underscores_and_a_tuple_lists_several_values() -> None:
    match = on("section-47-completed", conference_required=False, outcome=("legal-action", "conference"))
    assert str(match) == (
        "section-47-completed where conference-required is false and outcome is conference or legal-action"
    )
    both = on("initial-conference", "pre-birth-conference", where=stated("a", True), outcome="plan")
    assert len(both.patterns) == 2
    assert str(both.patterns[1][1]) == "a is recorded as true and outcome is plan"


def test_the_best_answer_of_several_patterns_counts() -> None:
    match = on("visit", a=True) | on("visit", b=True) | on("referral")
    for a, b in product(TRUTHS, repeat=2):
        event = event_where(a=a, b=b)
        assert match.truth(event, story_of(event)) is holds(A | B, event)
    assert NOTHING.truth(event_where(), story_of()) is False


def test_what_would_settle_a_match_is_what_its_patterns_of_that_kind_miss() -> None:
    match = on("visit", b=True, a=True) | on("referral", c=True)
    for event, names in (
        (event_where(), ("visit.b", "visit.a")),
        (event_where(a=True), ("visit.b",)),
        (event_where(a=True, b=True), ()),
        (Event("referral", "2024-03-01"), ("referral.c",)),
        (Event("core-group", "2024-03-01"), ()),
    ):
        assert match.missing(event, story_of(event)) == names


def test_a_match_says_in_words_what_is_doubtful_besides_missing_facts() -> None:
    match = on("visit", where=Doubtful(A, "one")) | on("visit", where=Doubtful(A, "one") & Doubtful(B, "two"))
    for event, words in (
        (event_where(a=True, b=True), "one; two"),
        (event_where(b=True), "two"),
        (event_where(), ""),
    ):
        assert match.doubts(event, story_of(event)) == words
    other = Event("referral", "2024-03-01", {"a": True})
    assert match.doubts(other, story_of(other)) == ""


@given(event_lists(), st.sampled_from(READ), st.sampled_from(READ))
def test_a_story_finds_every_event_that_counts_or_may_count_in_order(told: list[Event], one: str, two: str) -> None:
    story = story_of(*told)
    match = on(one, outcome="plan") | on(two)
    hits = story.find(match)
    assert [hit.event for hit in hits] == [e for e in story.events if match.truth(e, story) is not False]
    assert all(story.events[hit.place] is hit.event and hit.truth is match.truth(hit.event, story) for hit in hits)
    assert set(story.kinds) == {event.kind for event in told}


# --- spells

CASE = Spell("case", opens=on("referral"), closes=on("case-closed"))
PLAN = Spell("plan", opens=on("initial-conference", outcome="plan"), closes=on("plan-ended", reason="moved"))
WORK = Spell("assessment", opens=on("assessment-started"), closes=on("assessment-completed"), same="type")
NOW = Event("new-information", "2024-06-01")
PLAN_MADE = {"outcome": "plan"}


def is_open(
    spell: Spell, *told: tuple[str, str] | tuple[str, str, dict[str, str]], covers: Coverage = EVERYTHING
) -> Truth:
    """Whether the spell is open on 1 June, by these events."""
    events = [Event(entry[1], entry[0], entry[2] if len(entry) > 2 else {}) for entry in told]
    story = Story(Chronology.of("C-1", events=[*events, NOW]).events, covers)
    return spell.is_open(next(event for event in story.events if event == NOW), story)


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ([], False),
        ([("2024-05-01", "referral")], True),
        ([("2024-05-01", "referral"), ("2024-05-02", "case-closed")], False),
        ([("2024-05-01", "case-closed"), ("2024-05-02", "referral")], True),
        ([("2024-05-01", "referral"), ("2024-07-01", "case-closed")], True),
        ([("2024-07-01", "referral")], False),
        ([("2024-05-01", "referral"), ("2024-05-02", "referral"), ("2024-05-03", "case-closed")], False),
    ],
)
def test_a_spell_is_open_from_its_opening_until_its_closing(told: list[tuple[str, str]], answer: Truth) -> None:
    assert is_open(CASE, *told) is answer


def test_an_opening_that_may_count_leaves_it_unknown() -> None:
    assert is_open(PLAN, ("2024-05-01", "initial-conference")) is None
    assert is_open(PLAN, ("2024-05-01", "initial-conference", {"outcome": "no-plan"})) is False
    assert is_open(PLAN, ("2024-05-01", "initial-conference", {"outcome": "plan"})) is True


def test_a_closing_that_may_count_leaves_it_unknown() -> None:
    opened = ("2024-05-01", "initial-conference", {"outcome": "plan"})
    assert is_open(PLAN, opened, ("2024-05-02", "plan-ended")) is None
    assert is_open(PLAN, opened, ("2024-05-02", "plan-ended", {"reason": "died"})) is True
    assert is_open(PLAN, opened, ("2024-05-02", "plan-ended", {"reason": "moved"})) is False


def test_a_closing_closes_only_what_it_agrees_with() -> None:
    initial = ("2024-05-01", "assessment-started", {"type": "initial"})
    assert is_open(WORK, initial, ("2024-05-02", "assessment-completed", {"type": "core"})) is True
    assert is_open(WORK, initial, ("2024-05-02", "assessment-completed", {"type": "initial"})) is False
    assert is_open(WORK, initial, ("2024-05-02", "assessment-completed")) is False
    assert is_open(WORK, ("2024-05-01", "assessment-started"), ("2024-05-02", "assessment-completed")) is False


def test_a_source_that_cannot_hold_the_opening_or_the_closing_leaves_it_unknown() -> None:
    no_closing = Coverage(frozenset({"referral", "new-information"}))
    assert is_open(CASE, ("2024-05-01", "referral"), covers=no_closing) is None
    assert is_open(CASE, covers=no_closing) is False
    assert is_open(CASE, covers=Coverage(frozenset({"case-closed", "new-information"}))) is None


def whats_missing(spell: Spell, *told: tuple[str, str], covers: Coverage = EVERYTHING) -> tuple[str, ...]:
    """What would settle whether the spell is open on 1 June."""
    story = Story(Chronology.of("C-1", events=[*told, NOW]).events, covers)
    event = next(event for event in story.events if event == NOW)
    assert During(spell).missing(event, story) == spell.missing(event, story)
    return spell.missing(event, story)


def test_a_spell_names_what_would_settle_whether_it_is_open() -> None:
    conference, ended = ("2024-05-01", "initial-conference"), ("2024-05-02", "plan-ended")
    assert whats_missing(PLAN, conference) == ("initial-conference.outcome",)
    assert whats_missing(PLAN, conference, ended) == ("initial-conference.outcome", "plan-ended.reason")
    no_end = Coverage(frozenset({"initial-conference", "new-information"}))
    assert whats_missing(PLAN, conference, covers=no_end) == ("initial-conference.outcome", "plan-ended")
    no_start = Coverage(frozenset({"plan-ended", "new-information"}))
    assert whats_missing(PLAN, covers=no_start) == ("initial-conference",)
    assert whats_missing(CASE, ("2024-05-01", "referral")) == ()
    assert whats_missing(CASE) == ()


def test_an_event_neither_opens_nor_closes_the_spell_that_is_asked_about_it() -> None:
    story = story_of(Event("referral", "2024-05-01"), Event("case-closed", "2024-05-02"))
    referral, closing = story.events
    assert CASE.is_open(referral, story) is False
    assert CASE.is_open(closing, story) is True


def test_a_spell_that_is_certainly_open_misses_nothing_whatever_else_is_doubtful() -> None:
    doubtful, sure = Event("initial-conference", "2024-05-01"), Event("initial-conference", "2024-05-02", PLAN_MADE)
    story = story_of(doubtful, sure, NOW)
    assert PLAN.is_open(NOW, story) is True
    assert PLAN.missing(NOW, story) == ()


@given(event_lists(kinds=READ), coverages())
def test_a_spell_names_what_is_missing_exactly_where_it_is_unknown(told: list[Event], covers: Coverage) -> None:
    story = Story(Chronology.of("C-1", events=told).events, covers)
    for spell in (CASE, PLAN, WORK):
        for event in story.events:
            assert bool(spell.missing(event, story)) == (spell.is_open(event, story) is None)


@given(event_lists(kinds=["referral", "case-closed", "new-information"]), coverages())
def test_an_event_during_a_spell_is_in_it_exactly_where_the_spell_is_open(told: list[Event], covers: Coverage) -> None:
    story = Story(Chronology.of("C-1", events=told).events, covers)
    for event in story.events:
        assert During(CASE).holds(event, story) is CASE.is_open(event, story)


def test_a_match_is_a_value() -> None:
    assert on("referral") == Match((("referral", ALWAYS),))
    assert on("visit", a=True) == on("visit", where=A)
    assert len({on("referral"), on("referral"), on("case-closed")}) == 2
    assert date(2024, 6, 1) == NOW.day
