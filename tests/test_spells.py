"""Spells: whether one is open at a place in a story, since when, and what would settle it where nobody can tell."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import clusters, events

from childprotect import Chronology, Coverage, Event
from childprotect.chronology import EVERYTHING
from childprotect.conditions import NOTHING, Story, Truth, on
from childprotect.events import Lost
from childprotect.spells import During, Spell, agree

Told = tuple[Any, ...]
MOVED, LEFT = "placement-started", "looked-after-ended"
PLACEMENT = Spell("placement", opens=on(MOVED), closes=on(MOVED, LEFT))
"""A new placement ends the one before and begins itself."""
PLAN = Spell("plan", opens=on("plan-started", kind_="full"), closes=on("plan-ended", reason="moved"))
WORK = Spell(
    "assessment",
    opens=on("assessment-started"),
    closes=on("assessment-completed"),
    same="type",
    each=True,
    resets=on("case-closed"),
)
WORKER = Spell("worker", opens=on("allocated"), closes=on("deallocated"), same="worker", doubted_by=on("case-closed"))


def story_of(*told: Told | Event, covers: Coverage = EVERYTHING, lost: tuple[str | None, ...] = ()) -> Story:
    """The story that these events make."""
    entries = [Lost(kind, "row 7", "no date") for kind in lost]
    chronology = Chronology.of("C-101", events=told, covers=covers, lost=entries)
    return Story(chronology.events, covers, frozenset(lost))


def at_the_end(spell: Spell, story: Story) -> tuple[Truth, str | None, tuple[str, ...]]:
    """Whether it is open after the last event, since which day, and what is missing."""
    end = len(story.events)
    opened = spell.opened_by(end, story)
    return spell.open_at(end, story), str(opened.day) if opened else None, spell.missing_at(end, story)


FIRST, SECOND = ("2024-03-01", MOVED), ("2024-05-01", MOVED)


# --- open at a place


def test_a_spell_is_open_at_every_place_between_its_opening_and_its_closing() -> None:
    story = story_of(
        ("2024-02-01", "visit"), FIRST, ("2024-04-01", "visit"), ("2024-06-03", LEFT), ("2024-07-01", "visit")
    )
    assert [PLACEMENT.open_at(place, story) for place in range(6)] == [False, False, True, True, False, False]
    assert [PLACEMENT.is_open(event, story) for event in story.events] == [False, False, True, True, False]


def test_the_event_at_a_place_neither_opens_nor_closes_what_is_asked_about_there() -> None:
    story = story_of(FIRST, ("2024-06-03", LEFT))
    assert PLACEMENT.open_at(0, story) is False
    assert PLACEMENT.open_at(1, story) is True
    assert PLACEMENT.open_at(2, story) is False


def test_an_event_that_both_closes_and_opens_closes_what_was_open_and_opens_its_own() -> None:
    story = story_of(FIRST, SECOND)
    assert at_the_end(PLACEMENT, story) == (True, "2024-05-01", ())
    assert PLACEMENT.opened_by(1, story) == story.events[0]
    assert at_the_end(PLACEMENT, story_of(FIRST, SECOND, ("2024-06-03", LEFT))) == (False, None, ())
    assert at_the_end(PLACEMENT, story_of(("2024-03-01", MOVED), ("2024-03-01", MOVED, {"x": "y"})))[0] is True


def test_of_several_openings_of_one_spell_the_first_that_is_still_open_is_since_when() -> None:
    case = Spell("case", opens=on("referral"), closes=on("case-closed"))
    told = [
        ("2024-01-08", "referral"),
        ("2024-02-01", "case-closed"),
        ("2024-03-01", "referral"),
        ("2024-04-01", "referral"),
    ]
    assert at_the_end(case, story_of(*told)) == (True, "2024-03-01", ())


def test_one_that_only_may_have_opened_is_since_nothing() -> None:
    doubtful = story_of(("2024-03-01", "plan-started"))
    assert at_the_end(PLAN, doubtful) == (None, None, ("plan-started.kind",))
    both = story_of(("2024-03-01", "plan-started"), ("2024-03-08", "plan-started", {"kind": "full"}))
    assert at_the_end(PLAN, both) == (True, "2024-03-08", ())
    ended = story_of(("2024-03-08", "plan-started", {"kind": "full"}), ("2024-04-01", "plan-ended"))
    assert at_the_end(PLAN, ended) == (None, None, ("plan-ended.reason",))


def test_two_events_agree_unless_both_record_the_fact_and_differ() -> None:
    one, same, other, bare = (Event("visit", "2024-03-01", facts) for facts in ({"a": 1}, {"a": 1}, {"a": 2}, {}))
    assert agree(one, same, "a")
    assert not agree(one, other, "a")
    assert agree(one, bare, "a")
    assert agree(bare, other, "a")
    assert agree(one, other, None), "no fact to agree on"


# --- each closing ends one opening

BEGUN, FINISHED = "assessment-started", "assessment-completed"
CORE, INITIAL = {"type": "core"}, {"type": "initial"}


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ([("2024-03-01", BEGUN, CORE), ("2024-04-01", FINISHED, CORE)], False),
        ([("2024-03-01", BEGUN, CORE), ("2024-03-02", BEGUN, CORE), ("2024-04-01", FINISHED, CORE)], None),
        (
            [
                ("2024-03-01", BEGUN, CORE),
                ("2024-03-02", BEGUN, CORE),
                ("2024-04-01", FINISHED, CORE),
                ("2024-04-02", FINISHED, CORE),
            ],
            False,
        ),
        ([("2024-03-01", BEGUN, CORE), ("2024-03-02", BEGUN, INITIAL), ("2024-04-01", FINISHED, CORE)], True),
        (
            [
                ("2024-03-01", BEGUN, CORE),
                ("2024-03-02", BEGUN, CORE),
                ("2024-03-03", BEGUN, INITIAL),
                ("2024-04-01", FINISHED, CORE),
                ("2024-04-02", FINISHED, INITIAL),
            ],
            None,
        ),
        ([("2024-03-01", BEGUN, CORE), ("2024-03-02", BEGUN, INITIAL), ("2024-04-01", FINISHED)], None),
        ([("2024-03-01", BEGUN, CORE), ("2024-04-01", FINISHED)], False),
        ([("2024-03-01", BEGUN, CORE), ("2024-04-01", FINISHED, CORE), ("2024-05-01", BEGUN, CORE)], True),
    ],
)
def test_where_each_closing_ends_one_opening_more_openings_than_closings_may_leave_one_open(
    told: list[Told], answer: Truth
) -> None:
    assert at_the_end(WORK, story_of(*told))[0] is answer
    assert bool(at_the_end(WORK, story_of(*told))[2]) == (answer is None)


def test_what_resets_a_spell_ends_all_that_was_open_and_forgets_what_was_closed() -> None:
    told = [("2024-03-01", BEGUN, CORE), ("2024-03-02", BEGUN, CORE), ("2024-04-01", "case-closed")]
    assert at_the_end(WORK, story_of(*told))[0] is False
    assert at_the_end(WORK, story_of(*told, ("2024-05-01", BEGUN, CORE))) == (True, "2024-05-01", ())
    assert WORK.open_at(2, story_of(*told)) is True


def test_one_who_is_not_named_may_be_another() -> None:
    named, other = {"worker": "a"}, {"worker": "b"}
    two = [("2024-03-01", "allocated", named), ("2024-03-02", "allocated", other)]
    assert at_the_end(WORKER, story_of(*two, ("2024-04-01", "deallocated", named))) == (True, "2024-03-02", ())
    assert at_the_end(WORKER, story_of(*two, ("2024-04-01", "deallocated")))[0] is None
    assert at_the_end(WORKER, story_of(two[0], ("2024-04-01", "deallocated")))[0] is False
    both = [("2024-04-01", "deallocated"), ("2024-04-02", "deallocated")]
    assert at_the_end(WORKER, story_of(*two, *both))[0] is False


def test_what_makes_it_doubtful_whether_it_is_still_open_neither_closes_it_nor_leaves_it_open() -> None:
    told = [("2024-03-01", "allocated"), ("2024-04-01", "case-closed")]
    assert at_the_end(WORKER, story_of(*told)) == (None, None, ("deallocated",))
    assert WORKER.open_at(1, story_of(*told)) is True
    assert at_the_end(WORKER, story_of(*told, ("2024-05-01", "allocated"))) == (True, "2024-05-01", ())
    before = [("2024-02-01", "case-closed"), told[0]]
    assert at_the_end(WORKER, story_of(*before)) == (True, "2024-03-01", ())


# --- what cannot be known


@pytest.mark.parametrize("lost", [MOVED, LEFT, None])
def test_a_lost_opening_or_closing_leaves_it_unknown(lost: str | None) -> None:
    story = story_of(FIRST, lost=(lost,))
    missing = tuple(sorted(PLACEMENT.kinds)) if lost is None else (lost,)
    assert at_the_end(PLACEMENT, story) == (None, None, missing)


def test_a_lost_opening_leaves_it_unknown_whether_something_that_never_opened_is_open() -> None:
    case = Spell("case", opens=on("referral"), closes=on("case-closed"))
    assert at_the_end(case, story_of(lost=("referral",))) == (None, None, ("referral",))
    assert at_the_end(case, story_of(lost=("case-closed",))) == (False, None, ())
    assert at_the_end(case, story_of(("2024-03-01", "referral"), lost=("referral",)))[0] is True
    closed = [("2024-03-01", "referral"), ("2024-04-01", "case-closed")]
    assert at_the_end(case, story_of(*closed, lost=("case-closed",)))[0] is False, "closed is closed"
    assert at_the_end(case, story_of(*closed, lost=("visit",)))[0] is False


def test_a_lost_reset_leaves_it_unknown_whether_what_was_open_is() -> None:
    begun = ("2024-03-01", BEGUN, CORE)
    assert at_the_end(WORK, story_of(begun, lost=("case-closed",))) == (None, None, ("case-closed",))


def test_a_source_that_cannot_hold_every_closing_leaves_it_unknown() -> None:
    covers = Coverage(frozenset({MOVED, "visit"}))
    assert at_the_end(PLACEMENT, story_of(FIRST, covers=covers)) == (None, None, (LEFT,))
    blind = Coverage(frozenset({LEFT, "visit"}))
    assert at_the_end(PLACEMENT, story_of(covers=blind)) == (None, None, (MOVED,))
    assert at_the_end(PLACEMENT, story_of(covers=covers)) == (False, None, ())


def test_a_spell_reads_all_that_opens_closes_resets_or_doubts_it() -> None:
    assert PLACEMENT.kinds == {MOVED, LEFT}
    assert WORK.kinds == {BEGUN, FINISHED, "case-closed"}
    assert WORKER.kinds == {"allocated", "deallocated", "case-closed"}


# --- laws

SPELLS = (
    PLACEMENT,
    PLAN,
    WORK,
    evolve(WORK, each=False),
    WORKER,
    evolve(WORKER, doubted_by=NOTHING),
)
_FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "plan-started": {"kind": st.sampled_from(["full", "part"])},
    "plan-ended": {"reason": st.sampled_from(["moved", "died"])},
    BEGUN: {"type": st.sampled_from(["core", "initial"])},
    FINISHED: {"type": st.sampled_from(["core", "initial"])},
    "allocated": {"worker": st.sampled_from("ab")},
    "deallocated": {"worker": st.sampled_from("ab")},
}


@st.composite
def told_of(draw: st.DrawFn, spell: Spell) -> tuple[Event, ...]:
    """Events that open and close a spell, crowded together."""
    some = st.sampled_from(draw(st.lists(clusters(date(2024, 1, 2)), min_size=1, max_size=5, unique=True)))
    told = []
    for event in draw(st.lists(events(some, [*sorted(spell.kinds), "visit"]), max_size=8)):
        facts = {name: draw(values) for name, values in _FACTS.get(event.kind, {}).items() if draw(st.integers(0, 3))}
        told.append(evolve(event, facts=facts))
    return Chronology.of("C-101", events=told).events


cases = st.sampled_from(SPELLS).flatmap(lambda spell: told_of(spell).map(lambda told: (spell, told)))
Case = tuple[Spell, tuple[Event, ...]]


@given(cases)
def test_what_is_missing_is_named_exactly_where_it_is_unknown_and_since_when_only_where_it_is_open(case: Case) -> None:
    spell, told = case
    story = Story(told, EVERYTHING)
    for place in range(len(told) + 1):
        truth, opened = spell.open_at(place, story), spell.opened_by(place, story)
        assert bool(spell.missing_at(place, story)) == (truth is None)
        assert (opened is not None) == (truth is True)
        if opened is not None:
            assert story.place(opened) < place
            assert opened.kind in spell.opens.kinds


@given(cases)
def test_what_comes_later_changes_nothing_at_a_place(case: Case) -> None:
    spell, told = case
    whole = Story(told, EVERYTHING)
    for place in range(len(told) + 1):
        cut = Story(told[:place], EVERYTHING)
        assert spell.open_at(place, cut) is spell.open_at(place, whole)
        assert spell.opened_by(place, cut) == spell.opened_by(place, whole)
        if place < len(told):
            assert During(spell).holds(told[place], whole) is spell.open_at(place, whole)
            assert During(spell).missing(told[place], whole) == spell.missing_at(place, whole)


@given(cases, st.none() | st.sampled_from(sorted({kind for spell in SPELLS for kind in spell.kinds})))
def test_a_lost_entry_makes_things_unknown_and_turns_nothing(case: Case, kind: str | None) -> None:
    spell, told = case
    whole, torn = Story(told, EVERYTHING), Story(told, EVERYTHING, frozenset({kind}))
    for place in range(len(told) + 1):
        assert spell.open_at(place, torn) in (None, spell.open_at(place, whole))


@given(cases, st.data())
def test_a_source_that_holds_less_makes_things_unknown_and_turns_nothing(case: Case, data: st.DataObject) -> None:
    spell, told = case
    covers = Coverage(
        frozenset({*(event.kind for event in told), *data.draw(st.sets(st.sampled_from(sorted(spell.kinds))))})
    )
    whole, less = Story(told, EVERYTHING), Story(told, covers)
    for place in range(len(told) + 1):
        assert spell.open_at(place, less) in (None, spell.open_at(place, whole))


def test_without_each_one_closing_ends_all_that_it_agrees_with() -> None:
    rule = evolve(WORK, each=False)
    told = [("2024-03-01", BEGUN, CORE), ("2024-03-02", BEGUN, CORE), ("2024-04-01", FINISHED, CORE)]
    assert at_the_end(rule, story_of(*told))[0] is False


def test_a_condition_on_a_spell_reads_as_words() -> None:
    assert str(During(PLACEMENT)) == "while the placement is open"
