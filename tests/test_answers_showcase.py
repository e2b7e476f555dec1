"""The invented authorities, row by row: each failing shows in the answers to its rows, and in the sound one none is."""

from datetime import date
from pathlib import Path

import pytest

from childprotect.desk import Answer, Desk, Verdict, authority_report, document_of, markdown, plain_report
from childprotect.desk.answers import answers, told_of
from childprotect.desk.laying_out import SHOWN
from childprotect.profiles import Profile
from childprotect.rulebooks import england
from childprotect.simulation.failings import FAILINGS, Failing
from childprotect.simulation.showcase import Invented, Showcase, showcase

PROFILE = Profile.load(Path(__file__).parent.parent / "examples" / "profiles" / "herefordshire-2012.toml")
FIRST = date(2010, 1, 1)
"""Before the first day on which something was due that was not done."""
ALONE = {
    "probation-not-filed": ("21b", "probation-notice-filed"),
    "marac-not-filed": ("21c", "marac-filed"),
    "mappa-not-filed": ("21c", "mappa-filed"),
    "information-not-shared": ("26b", "information-received"),
    "audit-in-form-only": ("44c", "audits-with-outcome"),
    "no-health-report": ("22b", "conferences-with-health-report"),
    "chair-changed": ("36e", "reviews-with-same-chair"),
}
"""Failings that break no rule: the row, and the figure that concerns the children of that failing and no other."""


@pytest.fixture(scope="module")
def shown() -> Showcase:
    return showcase()


def answered(authority: Invented, shown: Showcase) -> dict[str, Answer]:
    """The answer to every row of the inspection."""
    desk = Desk.of(list(authority.children), shown.as_at, profile=PROFILE)
    found = answers(england.inspection(), told_of(desk), desk.rulebook, FIRST, shown.as_at, population=shown.population)
    return {answer.row.id: answer for answer in found}


@pytest.fixture(scope="module")
def failing(shown: Showcase) -> dict[str, Answer]:
    return answered(shown.failing, shown)


@pytest.fixture(scope="module")
def sound(shown: Showcase) -> dict[str, Answer]:
    return answered(shown.sound, shown)


@pytest.mark.parametrize("one", FAILINGS, ids=lambda one: str(one.id))
def test_a_failing_shows_in_each_of_its_rows(one: Failing, shown: Showcase, failing: dict[str, Answer]) -> None:
    planted = set(shown.planted[one.id])
    for id in one.rows:
        answer = failing[id]
        if one.rules:
            assert answer.verdict is Verdict.FOUND, id
            assert planted <= set(answer.children) | {case.child for case in answer.concerned}, id
        else:
            assert answer.verdict in (Verdict.FOUND, Verdict.FIGURES), id
            assert planted <= {case.child for case in answer.concerned}, id


@pytest.mark.parametrize("id", ALONE)
def test_a_figure_without_a_number_concerns_those_children_and_no_other(
    id: str, shown: Showcase, failing: dict[str, Answer], sound: dict[str, Answer]
) -> None:
    row, measure = ALONE[id]
    assert {case.child for case in failing[row].concerned if case.measure == measure} == set(shown.planted[id])
    assert [case for case in sound[row].concerned if case.measure == measure] == []


def test_the_referrals_that_came_weeks_late_stand_first(shown: Showcase, failing: dict[str, Answer]) -> None:
    late = shown.planted["referred-late"]
    first = failing["27b"].concerned[: len(late)]
    assert {case.child for case in first} == set(late)
    assert all((case.amount or 0) > 14 for case in first)


def test_the_report_names_some_of_whom_a_figure_concerns_and_its_plain_data_all(shown: Showcase) -> None:
    desk = Desk.of(list(shown.failing.children), shown.as_at, profile=PROFILE)
    report = authority_report(desk, shown.as_at, population=shown.population)
    plain = {one["id"]: one for one in plain_report(report)["answers"]}
    late = plain["27b"]["concerned"]
    assert {one["child"] for one in late} >= set(shown.planted["referred-late"])
    assert len(late) > 500
    text = markdown(document_of(report))
    (line,) = [line for line in text.splitlines() if line.startswith("| 22b ") and "Told and not judged" in line]
    assert all(child in line for child in shown.planted["no-health-report"])
    (line,) = [line for line in text.splitlines() if line.startswith("| 27b ") and "Told and not judged" in line]
    assert line.count("invented-") == SHOWN
    assert "more, which the JSON of this report lists" in line


def test_in_the_sound_authority_nothing_is_found(sound: dict[str, Answer]) -> None:
    assert [id for id, answer in sound.items() if answer.verdict is Verdict.FOUND] == []
    assert sum(answer.verdict is Verdict.NOT_FOUND for answer in sound.values()) > 30


def test_what_is_of_disabled_children_alone_is_not_found_in_the_records_of_all(failing: dict[str, Answer]) -> None:
    answer = failing["35"]
    assert (answer.verdict, answer.cases, answer.concerned) == (Verdict.FIGURES, (), ())
    assert answer.figures
    assert "nothing on record says who is one of the disabled children" in answer.because
