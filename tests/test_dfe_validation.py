"""The numbers of the census's validation rules: beside which findings they stand, and beside which they do not."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from tests.on_disk import census_child, judged, tags, write_census
from tests.strategies import cases

import childprotect as cp
from childprotect.calendars import england_and_wales
from childprotect.profiles import Profile
from childprotect.rulebooks import england
from childprotect.rulebooks.england.dfe_validation import RULES, numbers

BOOK = england.rulebook.with_practice()
END = date(2024, 3, 31)
"""The end of a census year."""


def shown(*events: tuple[Any, ...], as_at: date = END) -> dict[str, tuple[str, ...]]:
    """The findings beside which a number stands, by rule."""
    found = cp.check(cp.Chronology.of("C-101", events=events), BOOK, as_at=as_at).findings
    return {finding.rule: numbers(finding) for finding in found if numbers(finding)}


REQUIRED = {"conference-required": True}


def test_an_enquiry_without_a_conference_is_8675q_when_more_than_15_working_days_have_passed() -> None:
    """Good Friday fell on 29 March 2024: 15 working days before 31 March are counted back to 8 March."""
    for day, numbered in (("2024-03-07", True), ("2024-03-08", False), ("2024-03-11", False)):
        found = shown(("2024-03-01", "referral"), (day, "section-47-started", REQUIRED))
        assert found.get("initial-conference", ()) == (("8675Q",) if numbered else ()), day


def test_a_conference_that_was_held_late_is_no_validation_rule() -> None:
    late = (
        ("2024-01-08", "section-47-started", REQUIRED),
        ("2024-03-01", "initial-conference", {"outcome": "no-plan"}),
    )
    (finding,) = [
        f
        for f in cp.check(cp.Chronology.of("C-101", events=late), BOOK, as_at=END).findings
        if f.rule == "initial-conference"
    ]
    assert finding.status is cp.Status.LATE
    assert numbers(finding) == ()


def test_an_enquiry_that_needs_no_conference_has_no_number() -> None:
    assert shown(("2024-01-08", "section-47-started", {"conference-required": False})) == {}


def test_an_enquiry_of_an_earlier_year_is_8740_too() -> None:
    for day, expected in (("2023-03-31", ("8675Q", "8740")), ("2023-04-01", ("8675Q",))):
        assert shown((day, "section-47-started", REQUIRED))["initial-conference"] == expected


def test_an_assessment_that_has_not_ended_is_8670q_after_45_working_days() -> None:
    started = ("2024-01-25", "assessment-started")
    assert shown(("2024-01-24", "referral"), started)["single-assessment"] == ("8670Q",)
    assert shown(("2024-01-26", "referral"), ("2024-01-26", "assessment-started")) == {}
    assert shown(("2024-01-08", "referral"), started, ("2024-03-28", "assessment-completed")) == {}


LOCAL = """
id = "ANYTOWN"
authority = "Anytown"
title = "our own figures"

[[rule]]
id = "single-assessment"
from = 2015-01-01
requires = "35 working days"
evidence = "L"
source = "https://example.org/procedures"
quote = "within 35 working days"
"""


def test_the_limit_of_a_local_profile_does_not_change_the_number() -> None:
    book = england.rulebook | Profile.parse(LOCAL)
    last = england_and_wales().subtract(END, 45)
    for referred, expected in ((last, ()), (last - timedelta(days=1), ("8670Q",))):
        child = cp.Chronology.of("C-101", events=[(referred, "referral"), (referred, "assessment-started")])
        found = cp.check(child, book, as_at=END).findings
        (finding,) = [finding for finding in found if finding.rule == "single-assessment"]
        assert (finding.status, numbers(finding)) == (cp.Status.OVERDUE, expected)


def test_a_case_that_closes_with_an_open_assessment_is_8867_and_with_an_open_enquiry_8868() -> None:
    referred, closed = ("2024-01-08", "referral"), ("2024-03-01", "case-closed", {"reason": "needs-met"})
    assessment, enquiry = ("2024-01-09", "assessment-started"), ("2024-01-10", "section-47-started", REQUIRED)
    for parts, expected in (
        ((assessment,), ("8867",)),
        ((enquiry,), ("8868",)),
        ((assessment, enquiry), ("8867", "8868")),
    ):
        found = shown(referred, *parts, closed)
        assert found["closed-with-open-work"] == found["closed-with-nothing-open"] == expected
    assert "closed-with-open-work" not in shown(referred, ("2024-01-09", "plan-started"), closed)
    assert "closed-with-open-work" not in shown(referred, assessment, ("2024-02-01", "assessment-completed"), closed)


def test_a_case_that_closes_because_the_child_died_has_no_number_of_ours() -> None:
    events = (("2024-01-08", "referral"), ("2024-01-09", "assessment-started"))
    assert shown(*events, ("2024-03-01", "case-closed", {"reason": "died"})) == {}


def test_a_plan_that_starts_on_another_day_than_its_conference_is_2885() -> None:
    held = ("2024-01-08", "initial-conference", {"outcome": "plan"})
    category = {"categories": {"neglect"}}
    assert shown(held, ("2024-01-08", "plan-started", category)) == {}
    assert shown(held, ("2024-01-09", "plan-started", category)) == {"plan-from-conference": ("2885",)}
    assert shown(("2024-01-09", "plan-started", category)) == {"plan-from-conference": ("2885",)}
    assert shown(("2023-03-31", "plan-started", category)) == {}  # of an earlier census year


def test_a_plan_without_a_category_is_8905() -> None:
    held = ("2024-01-08", "initial-conference", {"outcome": "plan"})
    assert shown(held, ("2024-01-08", "plan-started")) == {"plan-category": ("8905",)}


def test_the_numbers_stand_beside_the_findings_of_a_census(tmp_path: Path) -> None:
    enquiry = f"<Section47>{tags(S47ActualStartDate='2024-01-08', ICPCnotRequired='false')}</Section47>"
    assessment = f"<Assessments>{tags(AssessmentActualStartDate='2024-01-09')}</Assessments>"
    plan = f"<ChildProtectionPlans>{tags(CPPstartDate='2024-02-01')}</ChildProtectionPlans>"
    episode = tags(CINreferralDate="2024-01-08") + assessment + enquiry + plan
    path = write_census(tmp_path / "c.xml", census_child(episode))
    (report,) = judged(path)[1].values()
    found = {finding.rule: numbers(finding) for finding in report.findings if numbers(finding)}
    assert found == {
        "single-assessment": ("8670Q",),
        "initial-conference": ("8675Q",),
        "plan-category": ("8905",),
        "plan-from-conference": ("2885",),
    }


@given(cases())
def test_a_number_stands_only_beside_its_own_rules_and_never_where_nobody_can_tell(
    case: tuple[cp.Chronology, date],
) -> None:
    story, as_at = case
    by_number = {rule.number: rule for rule in RULES}
    for finding in cp.check(story, BOOK, as_at=as_at).findings:
        for number in numbers(finding):
            assert finding.rule in by_number[number].rules
            assert finding.is_breach or (number == "2885" and finding.status is cp.Status.MET)
            if number in ("8670Q", "8675Q"):
                assert finding.trigger is not None
                longest = {"8670Q": 45, "8675Q": 15}[number]
                assert england_and_wales().between(finding.trigger.day, as_at) > longest - 1
                assert as_at - finding.trigger.day > timedelta(longest)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_every_validation_rule_names_rules_that_there_are_and_says_how_it_differs(rule: Any) -> None:
    for rule_id in rule.rules:
        assert england.rule(rule_id).id == rule_id
    assert rule.number in rule.url and rule.url.startswith("https://")
    assert rule.differs.endswith(".") and rule.when and rule.message
    assert rule.kind.startswith("a query" if rule.number.endswith("Q") else "an error")


def test_the_validation_rules_are_in_order_and_each_is_there_once() -> None:
    assert [rule.number for rule in RULES] == sorted({rule.number for rule in RULES})
