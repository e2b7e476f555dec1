"""Every rule fires from a file: a breach and its absence, read from CSV and from census XML as they lie on disk.

A rule that is right about objects may still never fire because its reader writes a date or a flag in another form.
"""

from pathlib import Path

import pytest
from tests.on_disk import Row, census_child, judged, statuses, tags, write_census, write_table

from childprotect.records import read
from childprotect.rulebooks import england

ALL = "social-care;police;health"
DISCUSSED: Row = ("2024-01-08", "strategy-discussion", {"decision": "section-47", "agencies": ALL})
PLANNED: Row = ("2024-01-22", "initial-conference", {"outcome": "plan"})
LATEST: Row = ("2025-01-31", "supervision")

TABLES: dict[str, tuple[list[Row], list[Row]]] = {
    "referral-decision": (
        [("2024-01-05", "referral"), ("2024-01-09", "referral-decided", {"outcome": "assessment"})],
        [("2024-01-05", "referral"), ("2024-01-08", "referral-decided", {"outcome": "assessment"})],
    ),
    "referral-acknowledgement": (
        [("2024-01-05", "referral"), ("2024-01-09", "referral-acknowledged")],
        [("2024-01-05", "referral"), ("2024-01-08", "referral-acknowledged")],
    ),
    "initial-assessment": (
        [("2011-09-01", "referral"), ("2011-09-16", "assessment-completed", {"type": "initial"})],
        [("2011-09-01", "referral"), ("2011-09-15", "assessment-completed", {"type": "initial"})],
    ),
    "core-assessment": (
        [
            ("2011-09-01", "assessment-started", {"type": "core"}),
            ("2011-10-21", "assessment-completed", {"type": "core"}),
        ],
        [
            ("2011-09-01", "assessment-started", {"type": "core"}),
            ("2011-10-20", "assessment-completed", {"type": "core"}),
        ],
    ),
    "single-assessment": (
        [("2024-01-08", "referral"), ("2024-03-12", "assessment-completed", {"type": "single"})],
        [("2024-01-08", "referral"), ("2024-03-11", "assessment-completed", {"type": "single"})],
    ),
    "new-information-assessment": (
        [
            ("2011-09-01", "referral"),
            ("2011-10-03", "new-information"),
            ("2011-10-18", "assessment-completed", {"type": "initial"}),
        ],
        [
            ("2011-09-01", "referral"),
            ("2011-10-03", "new-information"),
            ("2011-10-17", "assessment-completed", {"type": "initial"}),
        ],
    ),
    "strategy-discussion-attendance": (
        [("2024-01-08", "strategy-discussion", {"decision": "section-47", "agencies": "social-care;health"})],
        [("2024-01-08", "strategy-discussion", {"decision": "section-47", "agencies": ALL})],
    ),
    "section-47-after-strategy-discussion": (
        [("2024-01-08", "section-47-started"), ("2024-01-09", "strategy-discussion", {"decision": "section-47"})],
        [DISCUSSED, ("2024-01-09", "section-47-started")],
    ),
    "section-47-outcome": (
        [DISCUSSED, ("2024-01-19", "section-47-completed", {"outcome": ""})],
        [DISCUSSED, ("2024-01-19", "section-47-completed", {"outcome": "not-substantiated"})],
    ),
    "initial-conference": (
        [DISCUSSED, ("2024-01-30", "initial-conference", {"outcome": "plan"})],
        [DISCUSSED, ("2024-01-29", "initial-conference", {"outcome": "plan"})],
    ),
    "transfer-in-conference": (
        [("2024-01-08", "transfer-notified"), ("2024-01-30", "transfer-in-conference", {"outcome": "plan"})],
        [("2024-01-08", "transfer-notified"), ("2024-01-29", "transfer-in-conference", {"outcome": "plan"})],
    ),
    "plan-from-conference": (
        [("2024-01-22", "initial-conference", {"outcome": "no-plan"}), ("2024-01-22", "plan-started")],
        [PLANNED, ("2024-01-22", "plan-started")],
    ),
    "plan-category": (
        [PLANNED, ("2024-01-22", "plan-started", {"categories": ""})],
        [PLANNED, ("2024-01-22", "plan-started", {"categories": "neglect;emotional"})],
    ),
    "first-core-group": (
        [PLANNED, ("2024-02-06", "core-group", {"agencies": ALL})],
        [PLANNED, ("2024-02-05", "core-group", {"agencies": ALL})],
    ),
    "first-review-conference": (
        [PLANNED, ("2024-04-23", "review-conference", {"outcome": "continue"})],
        [PLANNED, ("2024-04-22", "review-conference", {"outcome": "continue"})],
    ),
    "review-conference": (
        [
            PLANNED,
            ("2024-04-22", "review-conference", {"outcome": "continue"}),
            ("2024-10-23", "review-conference", {"outcome": "end"}),
        ],
        [
            PLANNED,
            ("2024-04-22", "review-conference", {"outcome": "continue"}),
            ("2024-10-22", "review-conference", {"outcome": "end"}),
        ],
    ),
    "plan-ended-by-review": (
        [PLANNED, ("2024-04-22", "plan-ended", {"reason": "no-longer-at-risk", "by": "manager"})],
        [
            PLANNED,
            ("2024-04-22", "review-conference", {"outcome": "end"}),
            ("2024-04-22", "plan-ended", {"reason": "no-longer-at-risk", "by": "review-conference"}),
        ],
    ),
    "closed-with-open-work": (
        [PLANNED, ("2024-04-22", "case-closed", {"reason": "needs-met"})],
        [
            PLANNED,
            ("2024-04-22", "plan-ended", {"reason": "moved"}),
            ("2024-04-22", "case-closed", {"reason": "transferred"}),
        ],
    ),
}


def told(path: Path, rule: str) -> list[str]:
    return statuses(judged(path)[1].values(), rule)


def broken(found: list[str]) -> bool:
    return not {"late", "overdue", "breached"}.isdisjoint(found)


def test_every_rule_has_its_tables() -> None:
    assert set(TABLES) == set(england.rulebook)


@pytest.mark.parametrize("rule", TABLES)
def test_a_rule_fires_from_a_table_on_disk(rule: str, tmp_path: Path) -> None:
    found = told(write_table(tmp_path / "broken.csv", *TABLES[rule][0], LATEST), rule)
    assert len(found) == 1
    assert broken(found)


@pytest.mark.parametrize("rule", TABLES)
def test_a_rule_that_is_kept_does_not_fire_from_a_table_on_disk(rule: str, tmp_path: Path) -> None:
    assert told(write_table(tmp_path / "kept.csv", *TABLES[rule][1], LATEST), rule) == ["met"]


@pytest.mark.parametrize("rule", TABLES)
def test_a_table_differs_from_its_pair_in_little(rule: str) -> None:
    """So that nothing but what the rule is about can have made the difference."""
    before, after = TABLES[rule]
    assert sum(row not in after for row in before) <= 2


S47 = "2023-06-01"
ENQUIRED = tags(S47ActualStartDate=S47, InitialCPCtarget="2023-06-22")
HELD = "2023-06-22"


def enquiry(**values: str) -> str:
    return f"<Section47>{ENQUIRED}{tags(**values)}<ICPCnotRequired>false</ICPCnotRequired></Section47>"


def plan(*reviews: str, start: str = HELD, end: str = "", category: str = "NEG") -> str:
    told = tags(CPPstartDate=start, CPPendDate=end, InitialCategoryOfAbuse=category)
    return f"<ChildProtectionPlans>{told}<Reviews>{tags(CPPreviewDate=reviews)}</Reviews></ChildProtectionPlans>"


def referred(day: str, *more: str, nfa: str = "0", closed: str = "") -> str:
    end = tags(CINclosureDate=closed, ReasonForClosure="RC7") if closed else ""
    return f"{tags(CINreferralDate=day)}{end}{''.join(more)}{tags(ReferralNFA=nfa)}"


def assessed(start: str, end: str) -> str:
    return f"<Assessments>{tags(AssessmentActualStartDate=start, AssessmentAuthorisationDate=end)}</Assessments>"


CONFERRED = enquiry(DateOfInitialCPC=HELD)
CENSUSES: dict[str, tuple[str, str]] = {
    "single-assessment": (
        referred("2023-05-02", assessed("2023-05-02", "2023-07-07")),
        referred("2023-05-02", assessed("2023-05-02", "2023-07-06")),
    ),
    "initial-assessment": (referred("2011-09-01", nfa="false"), referred("2011-09-01", nfa="true")),
    "initial-conference": (
        referred("2023-05-02", enquiry(DateOfInitialCPC="2023-06-23")),
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD)),
    ),
    "plan-from-conference": (
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD), plan(start="2023-06-20")),
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD), plan()),
    ),
    "plan-category": (
        referred("2023-05-02", CONFERRED, plan(category="")),
        referred("2023-05-02", CONFERRED, plan(category="PHY")),
    ),
    "first-review-conference": (
        referred("2023-05-02", CONFERRED, plan("2023-09-23")),
        referred("2023-05-02", CONFERRED, plan("2023-09-22")),
    ),
    "review-conference": (
        referred("2023-05-02", CONFERRED, plan("2023-09-22", "2024-03-23")),
        referred("2023-05-02", CONFERRED, plan("2023-09-22", "2024-03-22")),
    ),
    "closed-with-open-work": (
        referred("2023-05-02", CONFERRED, plan(), closed="2023-12-01"),
        referred("2023-05-02", CONFERRED, plan(end="2023-12-01"), closed="2023-12-01"),
    ),
}
NOT_HELD = set(TABLES) - set(CENSUSES)
"""The census has no place for decisions on referrals, core groups, who took part, types, outcomes or reasons."""


@pytest.mark.parametrize("rule", CENSUSES)
def test_a_rule_fires_from_a_census_on_disk(rule: str, tmp_path: Path) -> None:
    assert broken(told(write_census(tmp_path / "broken.xml", census_child(CENSUSES[rule][0])), rule))


@pytest.mark.parametrize("rule", CENSUSES)
def test_a_rule_that_is_kept_does_not_fire_from_a_census_on_disk(rule: str, tmp_path: Path) -> None:
    found = told(write_census(tmp_path / "kept.xml", census_child(CENSUSES[rule][1])), rule)
    assert found
    assert set(found) <= {"met", "pending", "discharged"}
    assert rule == "initial-assessment" or "met" in found


def test_what_a_census_cannot_hold_is_never_judged_from_one(tmp_path: Path) -> None:
    """Not even where everything that it does hold is there: never met, late, overdue or breached."""
    examples = Path(__file__).parent.parent / "examples" / "data" / "census.xml"
    made = [census_child(text, name=f"C-{n}") for n, pair in enumerate(CENSUSES.values()) for text in pair]
    for path in (examples, write_census(tmp_path / "all.xml", *made)):
        reports = judged(path)[1].values()
        for rule in NOT_HELD:
            assert set(statuses(reports, rule)) <= {"cannot-tell"}, rule
        assert statuses(reports, "first-core-group")
        assert statuses(reports, "referral-decision")


def test_the_format_is_told_by_the_content_and_not_by_the_name(tmp_path: Path) -> None:
    table = write_table(tmp_path / "records.xml", *TABLES["plan-category"][0])
    census = write_census(tmp_path / "records.csv", census_child(CENSUSES["plan-category"][0]))
    assert read(str(table)).format == "event-table"
    assert read(str(census)).format == "cin-census"
