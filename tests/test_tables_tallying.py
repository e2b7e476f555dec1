"""A batch at a glance is the sum of the reports on its children: counts, reasons, durations, the gravest breaches."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.in_tables import tabled
from tests.laws.messy import BOOKS, books, cases, records
from tests.test_tables_equal import KNOWN, SLOW, Some, batches, known_at

from childprotect import Chronology, Coverage, Rulebook, check
from childprotect.records.reports import Tally
from childprotect.rulebooks import england
from childprotect.rules import Before
from childprotect.tables.tallying import tallied
from childprotect.testing import chronologies, profiles, rulebooks

AS_AT = date(2024, 12, 31)


def assert_same(
    stories: Sequence[Chronology], book: Rulebook, as_at: date = AS_AT, known: date | None = None, keep: int = 5
) -> Tally:
    """Hold the tally of a batch against that of the reports on its children; the latter."""
    theirs = Tally(keep)
    for story in stories:
        theirs.add(check(story, book, as_at=as_at, known_at=known))
    ours = tallied(tabled(stories, book, as_at, known), book, as_at=as_at, known_at=known, keep=keep)
    for name in ("counts", "missing", "odd", "elapsed", "breaches"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert set(ours.not_assessed) == set(theirs.not_assessed)
    assert [str(finding) for finding in ours.gravest] == [str(finding) for finding in theirs.gravest]
    return theirs


@given(batches(records() | cases().map(lambda case: case[0])), books(), KNOWN, st.integers(0, 8))
@settings(SLOW, max_examples=3 * settings().max_examples)
def test_the_tally_of_messy_records_is_that_of_their_reports(
    some: Some, book: str, known: int | None, keep: int
) -> None:
    stories, as_at = some
    assert_same(stories, BOOKS[book], as_at, known_at(as_at, known), keep)


@given(rulebooks(BOOKS["local"]).flatmap(lambda book: st.tuples(st.just(book), batches(chronologies(book)))))
@SLOW
def test_the_tally_by_any_rulebook_is_that_of_the_reports(drawn: tuple[Rulebook, Some]) -> None:
    book, (stories, as_at) = drawn
    assert_same(stories, book, as_at)


@given(profiles(BOOKS["national"]), batches(records() | chronologies()))
@SLOW
def test_the_tally_by_any_local_profile_is_that_of_the_reports(profile: Any, some: Some) -> None:
    stories, as_at = some
    assert_same(stories, BOOKS["national"] | profile, as_at)


# --- what is told and not judged, each in a story of its own


def child(n: int, *told: tuple[Any, ...], **known: Any) -> Chronology:
    """The record of an invented child."""
    return Chronology.of(f"C-{n}", events=told, **known)


DISCUSSED = ("2024-03-01", "strategy-discussion", {"decision": "section-47"})
BEGAN = ("2024-03-01", "section-47-started")


def test_how_long_a_duty_without_a_number_took_is_counted_with_those_that_are_not_done() -> None:
    told = assert_same(
        [
            child(101, BEGAN, ("2024-03-11", "section-47-completed")),
            child(102, BEGAN, ("2024-03-11", "section-47-completed")),
            child(103, BEGAN, ("2024-03-21", "case-closed")),
            child(104, BEGAN),
        ],
        england.rulebook,
    )
    done, undone = told.elapsed["section-47-completion"]
    assert (done, undone) == ({10: 2}, {20: 1, 305: 1})


@pytest.mark.parametrize(
    ("covers", "known", "because"),
    [
        (Coverage(kinds=frozenset({"section-47-started"})), {}, "does not include entries"),
        (Coverage(since=date(2024, 6, 1), whole=frozenset({"section-47-started"})), {}, "complete only from"),
        (Coverage(), {"died": date(2024, 4, 1)}, "the duty fell away: the child died"),
    ],
)
def test_why_it_is_not_told_how_long_a_duty_took_is_listed(
    covers: Coverage, known: dict[str, Any], because: str
) -> None:
    told = assert_same([child(101, BEGAN, covers=covers, **known)], england.rulebook)
    reasons = [entry.because for entry in told.not_assessed if entry.id == "section-47-completion"]
    assert any(because in reason for reason in reasons)
    assert "section-47-completion" not in told.elapsed


def test_what_came_before_every_version_and_after_every_duty_is_listed() -> None:
    told = assert_same(
        [
            child(101, ("1985-03-01", "referral"), ("1985-03-04", "initial-conference")),
            child(102, DISCUSSED, ("2024-05-01", "initial-conference"), died=date(2024, 4, 1)),
        ],
        BOOKS["local"],
    )
    reasons = {entry.because for entry in told.not_assessed}
    assert "the duty fell away: the child died" in reasons
    assert len(reasons) > len({entry.because for entry in BOOKS["local"].not_assessed}) + 1


def test_breaches_that_are_as_grave_as_others_are_named_by_child() -> None:
    told = assert_same([child(n, DISCUSSED) for n in (105, 103, 109, 101)], england.rulebook, keep=2)
    assert told.breaches > 2
    assert {finding.child for finding in told.gravest} <= {"C-101", "C-103"}


def only(*ids: str, book: Rulebook = BOOKS["local"]) -> Rulebook:
    """The rulebook with these rules alone."""
    return book - [rule for rule in book if rule not in ids]


LATELY = child(109, ("2024-12-01", "strategy-discussion", {"decision": "section-47"}))
"""Overdue for some days."""


def test_what_is_still_undone_is_graver_than_what_fell_away_long_overdue() -> None:
    no_further = ("2024-09-02", "section-47-completed", {"outcome": "not-substantiated"})
    told = assert_same([child(101, DISCUSSED, no_further), LATELY], only("initial-conference"), keep=1)
    assert told.breaches == 2
    assert [finding.child for finding in told.gravest] == ["C-109"]


def test_what_never_came_before_an_event_is_late_by_the_days_up_to_it() -> None:
    lead = next(rule for rule in BOOKS["local"].applied if isinstance(rule, Before) and rule.versions[-1].in_force)
    anchor = sorted(lead.anchor.kinds)[0]
    book = only(lead.id, "initial-conference")
    told = assert_same([child(101, ("2024-01-10", anchor)), LATELY], book, keep=1)
    assert told.breaches == 2
    assert [finding.child for finding in told.gravest] == ["C-109"]


def test_a_duty_that_fell_away_before_all_duties_did_is_told_up_to_that_day() -> None:
    stories = [
        child(101, BEGAN, ("2024-03-21", "case-closed"), died=date(2024, 4, 1)),
        child(102, BEGAN, ("2024-03-11", "section-47-completed"), died=date(2024, 4, 1)),
        child(103, BEGAN, ("2024-04-11", "section-47-completed"), died=date(2024, 4, 1)),
    ]
    told = assert_same(stories, only("section-47-completion", book=england.rulebook))
    assert told.elapsed == {"section-47-completion": ({10: 1}, {20: 1})}


def test_what_may_have_fulfilled_a_duty_without_a_number_leaves_it_untold() -> None:
    told = assert_same(
        [child(101, ("2013-03-01", "referral"), ("2013-03-05", "visit"))], only("child-seen", book=england.rulebook)
    )
    assert any("fulfils it" in entry.because for entry in told.not_assessed)
    assert told.elapsed == {}
