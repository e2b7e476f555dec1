"""The check of a batch says exactly what the check of one child says, in every column of the report."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.in_tables import assert_equal, one_source
from tests.laws.messy import BOOKS, books, cases, in_lines, records
from tests.test_law import CASES
from tests.test_law import Case as WorkedCase

from childprotect import Chronology

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def batches(draw: st.DrawFn, story: st.SearchStrategy[Chronology]) -> tuple[list[Chronology], date]:
    """Some children of one source, and a day on which to judge them: often soon after something happened."""
    stories = one_source(draw(st.lists(story, min_size=1, max_size=5)))
    there = sorted({event.day for story in stories for event in story}) or [date(2024, 9, 11)]
    as_at = draw(st.sampled_from(there)) + timedelta(days=draw(st.integers(0, 30) | st.integers(0, 400)))
    for story in stories:
        note(f"{story.child} as at {as_at}, born {story.born}, died {story.died}\n{in_lines(story)}")
    return stories, as_at


@given(batches(records() | cases().map(lambda case: case[0])), books(), st.none() | st.integers(-100, 400))
@SLOW
def test_tables_say_of_messy_records_what_the_check_of_one_child_says(
    batch: tuple[list[Chronology], date], book: str, known: int | None
) -> None:
    stories, as_at = batch
    assert_equal(stories, BOOKS[book], as_at, None if known is None else as_at - timedelta(days=known))


@pytest.mark.parametrize("cases", [1])
def test_tables_say_of_the_worked_cases_of_law_what_the_check_of_one_child_says(cases: int) -> None:
    alike: dict[Any, list[WorkedCase]] = defaultdict(list)
    for case in CASES:
        key = (
            case.chronology.covers,
            case.as_at,
            case.known_at,
            repr(case.local),
            repr(case.commencing),
            case.rule.id if case.local else "",
        )
        alike[key].append(case)
    for some in alike.values():
        stories = one_source(case.chronology for case in some)
        assert_equal(stories, some[0].book, some[0].as_at, some[0].known_at)
