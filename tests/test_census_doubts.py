"""No census settles what the records leave open: what is read from it is what the records say, or *cannot tell*."""

import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws.messy import records
from tests.test_coverage import FULL, SETTLED, seen_through
from tests.test_law import BOOK

import childprotect as cp
from childprotect import Chronology, Coverage
from childprotect.calendars import day_of
from childprotect.chronology import EVERYTHING
from childprotect.records import READERS, Reader, read
from childprotect.records.census_enquiries import CONFERENCES
from childprotect.records.census_writer import Written, write_census
from childprotect.records.cin_census import KINDS, WHOLE
from childprotect.testing import chronologies

Duty = tuple[str, str, str]
"""Child, rule, and the day on which it began."""
YEARS = (2009, 2013, 2020, 2025, 2026)


def written(path: Path, stories: Iterable[Chronology], year: int) -> tuple[list[Chronology], Written]:
    """What is read from the census that is written of them."""
    out = io.BytesIO()
    told = write_census(stories, out, year=year)
    path.write_bytes(out.getvalue())
    return list(read(path)), told


def said(stories: Iterable[Chronology], year: int) -> dict[Duty, set[str]]:
    """What is said of every duty on the reference date."""
    told: defaultdict[Duty, set[str]] = defaultdict(set)
    for story in stories:
        for finding in cp.check(story, BOOK, as_at=date(year, 3, 31)).findings:
            told[story.child, finding.rule, str(finding.started and day_of(finding.started))].add(finding.status.value)
    return told


def third(before: list[Chronology], after: list[Chronology], year: int) -> set[tuple[str, str, str, str]]:
    """What a census settles, and the records settle otherwise or not at all: rule, before, after, child."""
    settled = {status.value for status in SETTLED}
    records, census = said(before, year), said(after, year)
    return {
        (rule, was, now, child)
        for (child, rule, began), all_ in census.items()
        for now in all_ & settled - records.get((child, rule, began), set())
        for was in records.get((child, rule, began), {"nothing"})
    }


HARMLESS = {
    ("initial-assessment", "met", "discharged"): "an assessment without a type, and then a closure in time",
    ("review-conference", "nothing", "discharged"): "a review that ended the plan, and its end: the first is not said",
}
"""What a census says otherwise, and wrongs nobody: nothing was left to do."""


def harmful(found: set[tuple[str, str, str, str]]) -> set[tuple[str, str, str, str]]:
    return {one for one in found if one[:3] not in HARMLESS}


def seen_by(covers: Coverage) -> list[Chronology]:
    """The records of the worked cases of law, as a source that holds so much has them."""
    return [evolve(seen_through(case, covers), child=f"C-{n}") for n, case in enumerate(FULL)]


@pytest.mark.parametrize("year", YEARS)
def test_of_the_worked_cases_of_law_a_census_settles_nothing_else(tmp_path: Path, year: int) -> None:
    stories = seen_by(EVERYTHING)
    again, told = written(tmp_path / "c.xml", stories, year)
    assert harmful(third(stories, again, year)) == set()
    assert told.children == len(again) == len(stories)
    assert sum(told.in_doubt.values()) < len(stories) / 5


LACKS = {
    **{f"no {kind}": Coverage(KINDS - {kind} | {"section-47-completed"}) for kind in sorted(KINDS)},
    "no category": Coverage(facts=frozenset({"no-further-action", "conference-required", "outcome", "reason"})),
    "since lately": Coverage(since=date(2025, 5, 5)),
    "of older cases a part": Coverage(since=date(2024, 4, 1), whole=WHOLE - {"plan-started"}),
}


@pytest.mark.parametrize("covers", LACKS.values(), ids=LACKS)
def test_of_a_source_that_holds_less_a_census_settles_nothing_else(tmp_path: Path, covers: Coverage) -> None:
    stories = seen_by(covers)
    again, told = written(tmp_path / "c.xml", stories, 2026)
    assert harmful(third(stories, again, 2026)) == set()
    lacks_conferences_only = covers.kinds is not None and KINDS - covers.kinds <= set(CONFERENCES[1:])
    if not lacks_conferences_only:
        assert max(told.in_doubt.values()) == len(stories), "every child is in doubt"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.format)
def test_of_what_any_reader_holds_a_census_settles_nothing_else(tmp_path: Path, reader: Reader) -> None:
    for year in (2013, 2026):
        stories = seen_by(evolve(reader.covers, since=reader.covers.since or date(year - 1, 4, 1)))
        again, _ = written(tmp_path / "c.xml", stories, year)
        assert harmful(third(stories, again, year)) == set()


@given(
    st.lists(chronologies() | chronologies(compliant=True) | records(), min_size=1, max_size=3), st.sampled_from(YEARS)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_of_any_records_a_census_settles_nothing_else(tmp_path: Path, stories: list[Chronology], year: int) -> None:
    named = [evolve(story, child=f"C-{n}") for n, story in enumerate(stories)]
    again, _ = written(tmp_path / "c.xml", named, year)
    assert harmful(third(named, again, year)) == set()


REFERRED = ("2024-05-01", "referral")
WHY: dict[str, list[tuple[Any, ...]]] = {
    "a conference was adjourned": [
        REFERRED,
        ("2024-05-02", "section-47-started"),
        ("2024-05-20", "initial-conference", {"outcome": "adjourned"}),
    ],
    "the outcome of a conference is not what the dates of plans say": [
        REFERRED,
        ("2024-05-20", "initial-conference", {"outcome": "plan"}),
    ],
    "an enquiry ended, and it is not said whether a conference was needed": [
        REFERRED,
        ("2024-05-02", "section-47-started"),
        ("2024-05-20", "section-47-completed"),
    ],
    "a review ended a plan that has no end": [
        REFERRED,
        ("2024-05-20", "plan-started"),
        ("2024-08-20", "review-conference", {"outcome": "end"}),
    ],
    "times of day put a day's events in another order than a census would": [
        REFERRED,
        ("2024-05-02T09:00:00+01:00", "case-closed", {"reason": "needs-met"}),
        ("2024-05-02T10:00:00+01:00", "assessment-started"),
    ],
    "a decision on a referral led to no assessment, or does not say to what it led": [
        REFERRED,
        ("2024-05-02", "referral-decided", {"outcome": "no-further-action"}),
    ],
    "an initial or a core assessment is on record in years of single ones": [
        REFERRED,
        ("2024-05-02", "assessment-started"),
        ("2024-05-20", "assessment-completed", {"type": "core"}),
    ],
    "an event has no place in a census, such as an end of what did not begin": [
        REFERRED,
        ("2024-05-20", "assessment-completed"),
    ],
}


@pytest.mark.parametrize(("why", "events"), WHY.items(), ids=WHY)
def test_it_is_said_why_a_child_is_in_doubt(tmp_path: Path, why: str, events: list[tuple[Any, ...]]) -> None:
    doubtful = Chronology.of("C-101", events=events)
    plain = Chronology.of("C-102", events=events[:-1])
    (of_101, of_102), told = written(tmp_path / "c.xml", [doubtful, plain], 2025)
    assert told.in_doubt == {why: 1}
    assert [entry.kind for entry in of_101.lost] == [None]
    assert of_102.lost == ()


def test_what_a_source_does_not_hold_is_named(tmp_path: Path) -> None:
    covers = Coverage(KINDS - {"review-conference", "plan-ended"}, since=date(2024, 6, 3))
    _, told = written(tmp_path / "c.xml", [Chronology.of("C-101", events=[REFERRED], covers=covers)], 2025)
    assert told.in_doubt == {
        "the records have no place for plan-ended, review-conference": 1,
        "the records tell everything only since 2024-06-03": 1,
    }
