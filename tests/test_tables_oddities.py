"""What is odd in what findings rest on: the same of a batch as of each child, and the same words."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.messy import BOOKS, books, cases
from tests.strategies import moment

from childprotect import Chronology, Coverage, check
from childprotect.calendars import day_of
from childprotect.chronology import EVERYTHING
from childprotect.events import Lost
from childprotect.findings import Irregularity
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england
from childprotect.tables.batches import Batch
from childprotect.tables.checking import check as check_batch
from childprotect.tables.days import day
from childprotect.tables.oddities import CODES, Odd, odd_in

AS_AT = date(2024, 12, 31)
DISCUSSED = ("2024-03-01", "strategy-discussion", {"decision": "section-47", "agencies": {"police", "health"}})


def odd_of(stories: Sequence[Chronology], as_at: date = AS_AT, book: Rulebook = england.rulebook) -> Odd:
    """What is odd about the children of a batch."""
    batch = Batch.of(stories, as_at, vocabulary=book.vocabulary)
    return odd_in(check_batch(batch, book, as_at=as_at), book, as_at=as_at)


def in_columns(odd: Odd) -> list[tuple[str, str, date]]:
    """The columns, as a reader would show them."""
    columns = zip(odd.child.tolist(), odd.code.tolist(), odd.day.tolist(), strict=True)
    return [(odd.batch.name(child), CODES[code], day(on)) for child, code, on in columns]


def one_by_one(stories: Sequence[Chronology], as_at: date, book: Rulebook) -> list[Irregularity]:
    """The same from a check of each child."""
    reports = [check(story, book, as_at=as_at) for story in stories]
    return [entry for report in reports for entry in report.irregularities if entry.code in CODES]


def child(n: int, *told: tuple[Any, ...], **known: Any) -> Chronology:
    """The record of an invented child."""
    return Chronology.of(f"C-{n}", events=told, **known)


def discussed_with(target: Any) -> tuple[Any, ...]:
    """A strategy discussion for which the source holds a target of its own."""
    at, kind, facts = DISCUSSED
    return at, kind, {**facts, "recorded-target": target}


def test_a_target_on_the_record_that_differs_from_ours_is_odd_and_one_that_does_not_is_not() -> None:
    ours, theirs = date(2024, 3, 22), date(2024, 3, 25)
    stories = [child(n, discussed_with(target)) for n, target in enumerate((theirs, ours, "three weeks", None), 101)]
    odd = odd_of(stories)
    on = date(2024, 3, 1)
    assert in_columns(odd) == [("C-101", CODES[0], on), ("C-103", CODES[0], on)]
    first, second = odd.told()
    assert first.because.startswith(
        "The recorded target of Mon 25 Mar 2024 for the initial child protection conference is not the computed one"
    )
    assert "The recorded target of another form" in second.because


def test_an_assessment_that_was_late_without_a_reason_is_odd_where_the_source_has_a_place_for_one() -> None:
    def assessed(n: int, on: str, covers: Coverage = EVERYTHING, **facts: str) -> Chronology:
        done = {name.replace("_", "-"): value for name, value in facts.items()}
        return child(n, ("2024-03-01", "referral"), (on, "assessment-completed", done), covers=covers)

    late = "2024-06-28"
    stories = [assessed(101, late), assessed(102, late, late_reason="illness"), assessed(103, "2024-03-20")]
    assert in_columns(odd_of(stories)) == [("C-101", CODES[1], date(2024, 6, 28))]
    no_place = Coverage(facts=frozenset({"type"}))
    assert in_columns(odd_of([assessed(101, late, no_place)])) == []


def test_what_is_not_counted_at_all_differs_from_no_target() -> None:
    at, kind, _ = DISCUSSED
    assert in_columns(odd_of([child(101, (at, kind, {"recorded-target": "2024-03-25"}))])) == []


def test_a_clock_that_runs_on_from_before_its_start_is_told_from_where_it_runs() -> None:
    at_home = {"placement": "parents-interim-order"}
    due = {"recorded-due": "next week"}
    story = child(
        101,
        ("2024-01-08", "looked-after-started"),
        ("2024-01-08", "placement-started", at_home),
        ("2024-01-10", "looked-after-visit"),
        ("2024-01-15", "looked-after-visit"),
        ("2024-01-17", "looked-after-review"),
        ("2024-01-31", "looked-after-visit", due),
    )
    theirs = one_by_one([story], AS_AT, england.rulebook)
    assert in_columns(odd_of([story])) == [(entry.child, entry.code, entry.at) for entry in theirs]
    assert date(2024, 1, 15) in {entry.at for entry in theirs}


def test_a_target_in_hours_is_a_moment_which_no_day_on_the_record_is() -> None:
    on = date(2024, 3, 1)
    due = {"day": on + timedelta(days=1), "moment": moment(on + timedelta(days=1), 9)}

    def told(n: int, hour: int | None, target: date) -> Chronology:
        held = ("2024-03-01", "strategy-discussion", {**DISCUSSED[2], "recorded-due": target, "recorded-target": on})
        suspected = (on if hour is None else moment(on, hour), "referral-decided", {"outcome": "strategy-discussion"})
        return child(n, suspected, held)

    stories = [told(101, 9, due["day"]), told(102, 9, due["moment"]), told(103, None, due["day"])]
    local = BOOKS["local"]
    odd = odd_of(stories, book=local)
    assert list(odd.told()) == one_by_one(stories, AS_AT, local)
    # the target of the conference differs for all three
    assert in_columns(odd) == [(name, CODES[0], on) for name in ("C-101", "C-101", "C-102", "C-103")]


def test_what_is_odd_is_told_child_by_child_whoever_of_them_was_looked_at_alone() -> None:
    late = (("2024-03-01", "referral"), ("2024-06-28", "assessment-completed"))
    lost = [Lost("visit", "row 7", "no date")]
    stories = [child(101, *late), child(102, discussed_with("soon"), lost=lost), child(103, discussed_with("soon"))]
    odd = odd_of(stories)
    assert odd.batch.alone.tolist() == [False, True, False]
    assert [(name, code) for name, code, _ in in_columns(odd)] == [
        ("C-101", CODES[1]),
        ("C-102", CODES[0]),
        ("C-103", CODES[0]),
    ]


def test_a_batch_of_nobody_has_nothing_odd() -> None:
    assert len(odd_of([])) == 0


_DAYS_LATER = st.integers(0, 60).map(timedelta)
_TARGETS = {
    name: st.none() | _DAYS_LATER | st.sampled_from(["soon", moment(AS_AT, 10)])
    for name in ("recorded-due", "recorded-target")
}
_SAID = st.fixed_dictionaries({**_TARGETS, "late-reason": st.sampled_from([None, "illness"])})


@st.composite
def populations(draw: st.DrawFn) -> tuple[list[Chronology], date]:
    """Messy records of one source that holds targets of its own, and a day on which to judge them."""
    drawn = draw(st.lists(cases(), min_size=1, max_size=4))
    covers = draw(st.sampled_from([EVERYTHING, drawn[0][0].covers]))
    stories = []
    for n, (story, _) in enumerate(drawn):
        told = []
        for event in story:
            said = {k: event.day + v if isinstance(v, timedelta) else v for k, v in draw(_SAID).items()}
            told.append(evolve(event, facts={**event.facts, **{k: v for k, v in said.items() if v is not None}}))
        known = Chronology.of(f"C-{n}", events=told, covers=covers, lost=story.lost)
        stories.append(evolve(known, born=story.born, died=story.died))
    return stories, drawn[0][1]


@given(populations(), books())
def test_what_is_odd_about_children_together_is_what_is_odd_about_each(
    population: tuple[list[Chronology], date], book: str
) -> None:
    stories, as_at = population
    theirs = one_by_one(stories, as_at, BOOKS[book])
    odd = odd_of(stories, as_at, BOOKS[book])
    assert list(odd.told()) == theirs
    expected = Counter((entry.child, entry.code, day_of(entry.at)) for entry in theirs if entry.at is not None)
    assert Counter(in_columns(odd)) == expected
