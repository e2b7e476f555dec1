"""The Standard Safeguarding Dataset: what its rows say, what comes of them, what is refused, what never gets out."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attrs import evolve
from tests.on_disk import statuses
from tests.planted import leaks
from tests.ssd_files import Data, Row, fill, write_csv, write_parquet

import childprotect as cp
from childprotect.chronology import Coverage
from childprotect.errors import UnreadableInput
from childprotect.records import Source, read
from childprotect.records.ssd import COVERS, FACTS_OF, HOLDS
from childprotect.records.ssd_tables import TABLES
from childprotect.records.telling import iso_day
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

REFERRAL: Row = {"cine_person_id": "C-101", "cine_referral_id": "1", "cine_referral_date": "2024-02-26"}
ENQUIRY: Row = {"s47e_person_id": "C-101", "s47e_s47_enquiry_id": "2", "s47e_s47_start_date": "2024-03-01"}
CONFERENCE: Row = {
    "icpc_person_id": "C-101",
    "icpc_icpc_id": "3",
    "icpc_s47_enquiry_id": "2",
    "icpc_icpc_transfer_in": "N",
    "icpc_icpc_target_date": "2024-03-22",
    "icpc_icpc_date": "2024-03-22",
    "icpc_icpc_outcome_cp_flag": "Y",
}
PLAN: Row = {
    "cppl_person_id": "C-101",
    "cppl_cp_plan_id": "4",
    "cppl_cp_plan_start_date": "2024-03-22",
    "cppl_cp_plan_initial_category": "Neglect",
}
REVIEW: Row = {
    "cppr_person_id": "C-101",
    "cppr_cp_review_id": "5",
    "cppr_cp_plan_id": "4",
    "cppr_cp_review_due": "2024-06-22",
    "cppr_cp_review_date": "2024-06-19",
    "cppr_cp_review_outcome_continue_cp": "Y",
    "cppr_cp_review_quorate": "Y",
}
VISIT: Row = {
    "cppv_person_id": "C-101",
    "cppv_cp_visit_id": "6",
    "cppv_cp_visit_date": "2024-04-02",
    "cppv_cp_visit_seen": "Y",
    "cppv_cp_visit_seen_alone": "N",
}
LETTER: Row = {"prep_person_id": "C-101", "prep_table_id": "7", "prep_pre_pro_letter_date": "05/09/2024"}
ASSESSMENT: Row = {
    "cina_person_id": "C-101",
    "cina_assessment_id": "8",
    "cina_assessment_start_date": "2024-02-26",
    "cina_assessment_auth_date": "2024-03-28",
    "cina_assessment_child_seen": "Y",
}
ELSEWHERE: Row = {"cine_person_id": "C-900", "cine_referral_id": "9", "cine_referral_date": "2024-01-08"}
EVERY: dict[str, Row] = {
    "ssd_cin_episodes": REFERRAL,
    "ssd_cin_assessments": ASSESSMENT,
    "ssd_s47_enquiry": ENQUIRY,
    "ssd_initial_cp_conference": CONFERENCE,
    "ssd_cp_plans": PLAN,
    "ssd_cp_reviews": REVIEW,
    "ssd_cp_visits": VISIT,
    "ssd_pre_proceedings": LETTER,
}


def tables(*rows: Row, without: str = "") -> dict[str, list[Row]]:
    """All tables but those `without`, empty but for these rows, each put where its person belongs."""
    return {
        table: [row for row in rows if columns[0] in row]
        for table, columns in TABLES.items()
        if table not in without.split()
    }


def read_all(data: Data) -> tuple[Source, dict[str, cp.Chronology]]:
    """A source that was read to its end, and its children."""
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, data)
        source = read(connection)
        return source, {child.child: child for child in source}


def told(*rows: Row, without: str = "") -> cp.Chronology:
    return read_all(tables(*rows, without=without))[1]["C-101"]


def report(*rows: Row, as_at: str = "2024-06-28", without: str = "", book: cp.Rulebook = england.rulebook) -> cp.Report:
    return cp.check(told(*rows, without=without), book, as_at=date.fromisoformat(as_at))


def changed(row: Row, **said: object) -> Row:
    return {**row, **said}


def events(child: cp.Chronology) -> list[tuple[str, str, Mapping[str, object]]]:
    return [(event.day.isoformat(), event.kind, dict(event.facts)) for event in child]


# What comes of it


@pytest.mark.parametrize(
    ("status", "rows"),
    [
        ("met", [ENQUIRY, CONFERENCE]),
        ("late", [ENQUIRY, changed(CONFERENCE, icpc_icpc_date="2024-03-25")]),
        ("overdue", [ENQUIRY]),
        ("overdue", [ENQUIRY, changed(CONFERENCE, icpc_icpc_date=None, icpc_icpc_outcome_cp_flag="N")]),
        ("overdue", [ENQUIRY, changed(CONFERENCE, icpc_icpc_transfer_in="Y")]),
        ("discharged", [changed(ENQUIRY, s47e_s47_end_date="2024-03-15", s47e_s47_nfa="Y")]),
        ("overdue", [changed(ENQUIRY, s47e_s47_nfa="Y")]),
        ("cannot-tell", [changed(ENQUIRY, s47e_s47_end_date="2024-03-15")]),
        ("cannot-tell", [changed(ENQUIRY, s47e_s47_start_date="last Friday"), CONFERENCE]),
        ("cannot-tell", [changed(ENQUIRY, s47e_s47_start_date=None), CONFERENCE]),
        ("cannot-tell", [ENQUIRY, changed(CONFERENCE, icpc_icpc_date="22/03/2024")]),
        ("cannot-tell", [ENQUIRY, changed(CONFERENCE, icpc_icpc_date="2024-02-22")]),
        ("cannot-tell", [ENQUIRY, changed(CONFERENCE, icpc_icpc_date=None)]),
        ("cannot-tell", [ENQUIRY, changed(CONFERENCE, icpc_icpc_transfer_in=None, icpc_s47_enquiry_id=None)]),
        ("cannot-tell", [ENQUIRY, changed(CONFERENCE, icpc_icpc_transfer_in="perhaps")]),
        ("met", [ENQUIRY, changed(CONFERENCE, icpc_icpc_transfer_in=None)]),
    ],
)
def test_an_initial_conference_is_due_15_working_days_after_the_enquiry_began(status: str, rows: list[Row]) -> None:
    assert statuses([report(*rows)], "initial-conference") == [status]


@pytest.mark.parametrize("missing", ["ssd_initial_cp_conference"])
def test_without_the_table_of_conferences_nobody_can_tell(missing: str) -> None:
    assert statuses([report(ENQUIRY, without=missing)], "initial-conference") == ["cannot-tell"]


@pytest.mark.parametrize(
    ("status", "rows"),
    [
        ("met", [REVIEW]),
        ("late", [changed(REVIEW, cppr_cp_review_date="2024-06-24")]),
        ("overdue", []),
        (
            "overdue",
            [
                changed(
                    REVIEW, cppr_cp_review_date=None, cppr_cp_review_outcome_continue_cp="N", cppr_cp_review_quorate="N"
                )
            ],
        ),
        ("cannot-tell", [changed(REVIEW, cppr_cp_review_date=None)]),
        ("cannot-tell", [changed(REVIEW, cppr_cp_review_date="2024-02-19")]),
        ("cannot-tell", [REVIEW, changed(REVIEW, cppr_cp_review_id="6", cppr_cp_review_date="in June")]),
    ],
)
def test_the_first_review_is_due_three_months_after_the_conference(status: str, rows: list[Row]) -> None:
    assert statuses([report(ENQUIRY, CONFERENCE, PLAN, *rows)], "first-review-conference") == [status]


@pytest.mark.parametrize(
    ("status", "date_of_second"), [("met", "2024-12-19"), ("late", "2024-12-20"), ("overdue", None)]
)
def test_later_reviews_are_due_within_six_months(status: str, date_of_second: str | None) -> None:
    second = changed(
        REVIEW,
        cppr_cp_review_id="6",
        cppr_cp_review_date=date_of_second,
        cppr_cp_review_outcome_continue_cp="N",
        cppr_cp_review_quorate=None,
    )
    plan = changed(PLAN, cppl_cp_plan_end_date=date_of_second)
    found = report(CONFERENCE, plan, REVIEW, second, as_at="2024-12-31")
    assert statuses([found], "review-conference") == [status]


def test_a_review_that_ended_a_plan_which_went_on_leaves_the_next_in_doubt() -> None:
    over = changed(REVIEW, cppr_cp_review_outcome_continue_cp="N")
    assert statuses([report(CONFERENCE, PLAN, over, as_at="2025-01-31")], "review-conference") == ["cannot-tell"]
    ended = changed(PLAN, cppl_cp_plan_end_date="2024-06-19")
    assert statuses([report(CONFERENCE, ended, over, as_at="2025-01-31")], "review-conference") == []
    again = changed(REVIEW, cppr_cp_review_id="6", cppr_cp_review_date="2024-09-02")
    ended = changed(PLAN, cppl_cp_plan_end_date="2024-09-02")
    child = told(CONFERENCE, ended, over, again)
    assert [entry.kind for entry in child.lost] == ["review-conference"]
    assert "went on" in child.lost[0].because


def test_a_plan_of_another_authority_is_neither_ours_nor_none() -> None:
    theirs = changed(PLAN, cppl_cp_plan_ola="Y", cppl_cp_plan_start_date="2023-11-01")
    found = report(REFERRAL, theirs, changed(REFERRAL, cine_referral_id="7", cine_close_date="2024-05-01"))
    assert {entry.status.value for entry in found.findings if entry.rule == "plan-from-conference"} == {"cannot-tell"}
    assert statuses([found], "closed-with-open-work") == ["cannot-tell"]
    assert not [event for event in told(theirs, ENQUIRY) if event.kind.startswith("plan")]


def test_a_transfer_in_conference_makes_a_plan_whose_review_is_due() -> None:
    moved = changed(CONFERENCE, icpc_icpc_transfer_in="Y", icpc_s47_enquiry_id=None, icpc_icpc_target_date=None)
    found = report(moved, PLAN, REVIEW)
    assert statuses([found], "plan-from-conference") == ["met"]
    assert statuses([found], "first-review-conference") == ["met"]
    assert statuses([found], "initial-conference") == []
    # no field tells when the move was notified, so nothing is said of the days since
    assert statuses([found], "transfer-in-conference") == []


def test_the_discussion_before_an_enquiry_is_not_made_up_from_its_date() -> None:
    found = report(ENQUIRY, CONFERENCE)
    assert statuses([found], "section-47-after-strategy-discussion") == ["cannot-tell"]
    assert statuses([found], "strategy-discussion-attendance") == []


def test_core_groups_are_not_in_the_tables() -> None:
    assert statuses([report(CONFERENCE, PLAN)], "first-core-group") == ["cannot-tell"]


@pytest.mark.parametrize(
    ("status", "row"),
    [
        ("met", ASSESSMENT),
        ("late", changed(ASSESSMENT, cina_assessment_auth_date="2024-05-20")),
        ("overdue", changed(ASSESSMENT, cina_assessment_auth_date=None)),
        ("cannot-tell", changed(ASSESSMENT, cina_assessment_auth_date="2014-03-28")),
    ],
)
def test_an_assessment_is_due_45_working_days_after_the_referral(status: str, row: Row) -> None:
    assert statuses([report(REFERRAL, row)], "single-assessment") == [status]


VISITS = cp.Profile.parse(
    """
id = "anytown"
authority = "Anytown"

[[rule]]
id = "child-protection-visit"
from = 2020-01-01
requires = { every = "10 working days" }
"""
)


@pytest.mark.parametrize(
    ("status", "row", "without"),
    [
        ("met", VISIT, ""),
        ("late", changed(VISIT, cppv_cp_visit_date="2024-04-16"), ""),
        ("overdue", changed(VISIT, cppv_cp_visit_seen="N"), ""),
        ("cannot-tell", changed(VISIT, cppv_cp_visit_seen=None), ""),
        ("cannot-tell", changed(VISIT, cppv_cp_visit_seen="-"), ""),
        ("cannot-tell", changed(VISIT, cppv_cp_visit_date=None), ""),
        ("cannot-tell", VISIT, "ssd_cp_visits"),
    ],
)
def test_visits_are_judged_by_a_profile(status: str, row: Row, without: str) -> None:
    found = report(CONFERENCE, PLAN, row, as_at="2024-04-16", without=without, book=england.rulebook | VISITS)
    assert statuses([found], "child-protection-visit")[0] == status


@pytest.mark.parametrize(("target", "differs"), [("2024-03-22", False), ("2024-03-21", True), (None, False)])
def test_a_target_that_is_not_the_computed_one_is_an_irregularity(target: str | None, differs: bool) -> None:
    odd = report(ENQUIRY, changed(CONFERENCE, icpc_icpc_target_date=target)).irregularities
    assert ("recorded-target-differs" in {entry.code for entry in odd}) is differs


@pytest.mark.parametrize(("due", "differs"), [("2024-06-22", False), ("2024-06-30", True), (None, False)])
def test_the_due_date_of_a_review_is_compared_too(due: str | None, differs: bool) -> None:
    found = report(CONFERENCE, PLAN, changed(REVIEW, cppr_cp_review_due=due))
    odd = [entry for entry in found.irregularities if entry.code == "recorded-target-differs"]
    assert len(odd) == differs
    if differs:
        assert odd[0].because == (
            "The recorded target of Sun 30 Jun 2024 for the review child protection conference is not the computed "
            "one: Sat 22 Jun 2024 is 3 months after Fri 22 Mar 2024."
        )
    assert statuses([found], "first-review-conference") == ["met"]


# What the fields say


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Neglect", {"neglect"}),
        ("EMOTIONAL ABUSE", {"emotional"}),
        ("Sexual abuse", {"sexual"}),
        ("PHY", {"physical"}),
        ("Multiple", {"multiple"}),
        ("Multiple: [Neglect, Physical abuse]", {"neglect", "physical"}),
        ("PLACEHOLDER_DATA", None),
        ("", None),
    ],
)
def test_categories_of_abuse(text: str, said: set[str] | None) -> None:
    child = told(changed(PLAN, cppl_cp_plan_initial_category=text))
    assert child.events[0].facts.get("categories") == said
    assert child.lost == ()


def test_a_category_that_we_do_not_know_is_lost_and_not_left_out() -> None:
    for text in ("Zebedee", "Multiple: Neglect, Zebedee"):
        found = report(changed(PLAN, cppl_cp_plan_initial_category=text))
        assert statuses([found], "plan-category") == ["cannot-tell"]


def json_flags(*names: str, no: str = "") -> str:
    pairs = [f'"{name}": "Y"' for name in names] + [f'"{name}": "N"' for name in no.split()]
    return "{" + ", ".join([*pairs, '"TOTAL_NO_OF_OUTCOMES": ""', '"OUTCOME_COMMENTS": "kerosene"']) + "}"


@pytest.mark.parametrize(
    ("outcome", "nothing", "facts"),
    [
        (json_flags("CP_CONFERENCE_FLAG"), None, {"outcome": "conference", "conference-required": True}),
        (json_flags("LEGAL_ACTION_FLAG", no="CP_CONFERENCE_FLAG"), None, {"outcome": "legal-action"}),
        (json_flags("NFA_FLAG"), "Y", {"conference-required": False}),
        (json_flags("NFA_CONTINUE_SINGLE_FLAG"), "N", {"conference-required": False}),
        (json_flags("MONITOR_FLAG", no="CP_CONFERENCE_FLAG"), None, {"conference-required": False}),
        (json_flags("MONITOR_FLAG"), None, {}),
        (json_flags(no="CP_CONFERENCE_FLAG NFA_FLAG"), None, {}),
        (f"[{json_flags('CP_CONFERENCE_FLAG')}]", None, {"outcome": "conference", "conference-required": True}),
        ("Initial CP Conference", None, {"outcome": "conference", "conference-required": True}),
        ("Other Agency to Monitor Child's Welfare", None, {}),
        ("No Further Action", None, {"conference-required": False}),
        ("Initiate Legal Action", None, {"outcome": "legal-action"}),
        (None, "Y", {"conference-required": False}),
        (None, "N", {}),
        (None, None, {}),
        ("PLACEHOLDER_DATA", None, {}),
    ],
)
def test_outcomes_of_an_enquiry(outcome: str | None, nothing: str | None, facts: dict[str, object]) -> None:
    row = changed(ENQUIRY, s47e_s47_end_date="2024-03-20", s47e_s47_outcome_json=outcome, s47e_s47_nfa=nothing)
    child = told(row)
    assert events(child)[1] == ("2024-03-20", "section-47-completed", facts)
    assert child.lost == ()
    # an outcome that is recorded in other words than ours is not one that is missing
    expected = "met" if "outcome" in facts else "cannot-tell"
    assert statuses([report(row)], "section-47-outcome") == [expected]


@pytest.mark.parametrize(
    ("outcome", "nothing"),
    [
        (json_flags("CP_CONFERENCE_FLAG"), "Y"),
        (json_flags("CP_CONFERENCE_FLAG", "NFA_FLAG"), None),
        (json_flags("NFA_FLAG"), "N"),
        ("{", None),
        ("{}{}", None),
        ("[1, 2]", None),
        ("Zebedee", None),
        ('{"CP_CONFERENCE_FLAG": "Zebedee"}', None),
        (None, "Zebedee"),
    ],
)
def test_an_outcome_that_says_two_things_or_none_leaves_the_end_of_the_enquiry_in_doubt(
    outcome: str | None, nothing: str | None
) -> None:
    row = changed(ENQUIRY, s47e_s47_end_date="2024-03-20", s47e_s47_outcome_json=outcome, s47e_s47_nfa=nothing)
    assert {entry.kind for entry in told(row).lost} == {"section-47-completed"}
    assert statuses([report(row)], "initial-conference") == ["cannot-tell"]


@pytest.mark.parametrize(
    ("outcome", "nothing", "fact"),
    [
        (None, "Y", True),
        (None, "N", False),
        (None, None, None),
        (json_flags("NFA_FLAG"), None, True),
        (json_flags("SINGLE_ASSESSMENT_FLAG", no="NFA_FLAG"), None, False),
        ("No Further Action", None, True),
        ("Other", None, None),
    ],
)
def test_what_became_of_a_referral(outcome: str | None, nothing: str | None, fact: bool | None) -> None:
    child = told(changed(REFERRAL, cine_referral_outcome_json=outcome, cine_referral_nfa=nothing))
    assert child.events[0].facts.get("no-further-action") is fact
    assert child.lost == ()


@pytest.mark.parametrize(
    ("outcome", "nothing"), [(json_flags("NFA_FLAG"), "N"), (json_flags("SINGLE_ASSESSMENT_FLAG"), "Y")]
)
def test_a_referral_that_came_to_nothing_and_to_something_is_in_doubt(outcome: str, nothing: str) -> None:
    row = changed(REFERRAL, cine_referral_outcome_json=outcome, cine_referral_nfa=nothing)
    assert statuses([report(row)], "single-assessment") == ["cannot-tell"]


@pytest.mark.parametrize(("flag", "said"), [("Y", "plan"), ("N", "no-plan"), ("1", "plan"), ("no", "no-plan")])
def test_the_outcome_of_a_conference_is_that_of_its_flag(flag: str, said: str) -> None:
    child = told(changed(CONFERENCE, icpc_icpc_outcome_cp_flag=flag))
    assert child.events[0].facts["outcome"] == said


def test_where_the_flag_is_empty_a_plan_of_the_day_was_the_outcome_and_none_says_nothing() -> None:
    silent = changed(CONFERENCE, icpc_icpc_outcome_cp_flag=None)
    assert told(silent, PLAN).events[0].facts["outcome"] == "plan"
    assert "outcome" not in told(silent).events[0].facts
    assert told(changed(silent, icpc_icpc_outcome_json='{"CP_FLAG": "N"}')).events[0].facts["outcome"] == "no-plan"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-09-05", "2024-09-05"),
        ("2024-09-05 00:00:00", "2024-09-05"),
        ("2024-09-05T13:30:00.000", "2024-09-05"),
        ("05/09/2024", "2024-09-05"),
        ("05/09/2024 00:00:00", "2024-09-05"),
    ],
)
def test_dates_about_proceedings_may_be_british(text: str, day: str) -> None:
    assert events(told(changed(LETTER, prep_pre_pro_letter_date=text))) == [(day, "letter-before-proceedings", {})]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-31 23:30:00+00", date(2024, 6, 1)),
        ("2024-05-31T23:30:00Z", date(2024, 6, 1)),
        ("2024-06-01 00:30:00.000 +01:00", None),
        ("2024-06-01T00:30:00+01:00", date(2024, 6, 1)),
        ("2024-05-31T19:30:00-05:00", date(2024, 6, 1)),
        (datetime(2024, 5, 31, 23, 30, tzinfo=UTC), date(2024, 6, 1)),
        ("2024-05-31 23:30:00", date(2024, 5, 31)),
        ("2024-05-31 11:30:00 PM", date(2024, 5, 31)),
        ("2024-05-31 cancelled", None),
        ("9999-12-31T23:30:00-05:00", None),
    ],
)
def test_of_a_moment_with_a_zone_the_day_is_that_of_england(text: object, day: date | None) -> None:
    assert iso_day(text) == day


def test_dates_elsewhere_may_not_because_nobody_defined_that_they_are() -> None:
    child = told(changed(REFERRAL, cine_referral_date="05/09/2024"), VISIT)
    assert [event.kind for event in child] == ["visit"]
    assert [entry.kind for entry in child.lost] == ["referral"]


def test_what_nobody_has_filled_says_nothing() -> None:
    empty = dict.fromkeys(TABLES["ssd_pre_proceedings"][1:], "PLACEHOLDER_DATA")
    source, children = read_all(tables(REFERRAL, {"prep_person_id": "C-101", **empty}))
    assert [event.kind for event in children["C-101"]] == ["referral"]
    assert (children["C-101"].lost, source.account.rejected) == ((), 0)
    assert not children["C-101"].covers.holds("letter-before-proceedings")
    assert "ssd_pre_proceedings.prep_pre_pro_letter_date (not filled)" in source.account.missing


def test_closures_have_the_reasons_that_the_department_numbers() -> None:
    closed = changed(REFERRAL, cine_close_date="2024-05-01", cine_close_reason="RC8")
    assert events(told(closed))[1] == ("2024-05-01", "case-closed", {"reason": "no-further-action"})


# What it can hold


def test_every_column_of_ours_is_of_a_table_and_every_name_is_of_the_vocabulary() -> None:
    columns = {column for columns in TABLES.values() for column in columns}
    assert {*HOLDS, *FACTS_OF} <= columns
    assert len(columns) == sum(map(len, TABLES.values()))
    assert COVERS.kinds is not None and COVERS.kinds <= set(STANDARD)
    assert COVERS.facts is not None
    for name in COVERS.facts:
        kind, fact = name.split(".")
        assert COVERS.holds(kind, fact)
        assert fact in STANDARD.facts | {"recorded-target"}


def test_the_columns_are_those_of_the_definitions(shared: Path) -> None:
    """The definitions of the data set are beside the repository; of ssd_person there is none, but of its key."""
    definitions = shared / "data" / "ssd"
    if not definitions.is_dir():
        pytest.skip("the definitions are not here: there is no directory 'shared/data/ssd'")
    for table, columns in TABLES.items():
        if table != "ssd_person":
            defined = re.findall(r"^  - name: (\w+)$", (definitions / f"{table}.yml").read_text("utf-8"), re.MULTILINE)
            assert set(columns) <= set(defined), table
    assert "pers_person_id" in (definitions / "relationships.yml").read_text("utf-8")


@pytest.mark.parametrize("column", [*HOLDS, *FACTS_OF])
def test_a_column_that_is_not_there_is_named_and_cannot_be_told(column: str) -> None:
    (table,) = [table for table, columns in TABLES.items() if column in columns]
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, tables(ELSEWHERE) if column != "cine_referral_date" else tables(ELSEWHERE, VISIT))
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        source = read(connection)
        children = list(source)
    assert (source.account.missing, source.account.unused) == ([f"{table}.{column}"], {})
    covers = children[0].covers
    assert not any(covers.holds(kind) for kind in HOLDS.get(column, ()))
    others = {fact for other, facts in FACTS_OF.items() if other != column for fact in facts}
    assert covers.facts == frozenset(others)


def test_a_table_that_is_not_there_is_named_once() -> None:
    source, children = read_all(tables(ELSEWHERE, without="ssd_cp_visits ssd_person"))
    assert source.account.missing == ["ssd_person", "ssd_cp_visits"]
    assert not children["C-900"].covers.holds("visit")
    assert children["C-900"].covers.holds("review-conference", "quorate")


def test_all_tables_hold_all_that_is_declared() -> None:
    assert told(*EVERY.values()).covers == COVERS == evolve(COVERS)
    assert isinstance(COVERS, Coverage)


# Bad input


def test_every_row_is_accounted_for() -> None:
    bad = changed(VISIT, cppv_cp_visit_id="7", cppv_cp_visit_date="soon")
    nobody = changed(REVIEW, cppr_person_id=None, cppr_cp_review_id="8")
    source, _ = read_all(tables(*EVERY.values(), bad, nobody, VISIT))
    account = source.account
    assert (account.rows, account.read, account.rejected) == (len(EVERY) + 3, len(EVERY), 3)
    assert [entry.place for entry in account.rejections] == [
        "ssd_cp_reviews, row 1 of 1 without an identifier",
        "ssd_cp_visits, child C-101, cppv_cp_visit_date",
        "ssd_cp_visits, child C-101, cppv_cp_visit_id",
    ]


def test_a_last_date_that_stands_alone_is_in_doubt() -> None:
    slip = changed(REFERRAL, cine_person_id="C-102", cine_referral_id="9", cine_referral_date="2042-04-02")
    source, _ = read_all(tables(REFERRAL, slip))
    (doubt,) = source.account.doubts
    assert source.as_at == date(2042, 4, 2)
    assert (doubt.place, doubt.child) == ("the last date", None)
    assert doubt.because.startswith("2042-04-02 is more than a year after every other date")
    assert read_all(tables(REFERRAL))[0].account.doubts == []


@pytest.mark.parametrize("who", [None, "", "  ", "PLACEHOLDER_DATA", "C-1\n01"])
def test_rows_without_an_identifier_are_counted(who: str | None) -> None:
    rows = [changed(VISIT, cppv_person_id=who), changed(VISIT, cppv_person_id=who, cppv_cp_visit_id="x")]
    source, children = read_all(tables(REFERRAL, *rows))
    assert (source.account.rows, source.account.rejected, set(children)) == (3, 2, {"C-101"})
    assert [(entry.place, entry.because) for entry in source.rejections] == [
        (f"ssd_cp_visits, row {n} of 2 without an identifier", "it has no cppv_person_id that can be read")
        for n in (1, 2)
    ]


def test_a_row_that_is_there_twice_counts_once() -> None:
    child = told(REFERRAL, REFERRAL)
    assert (len(child), child.lost) == (1, ())
    other = changed(REFERRAL, cine_referral_id="10", cine_referral_date="2024-05-02")
    assert len(told(REFERRAL, other)) == 2
    assert len(told(changed(VISIT, cppv_cp_visit_id=None), changed(VISIT, cppv_cp_visit_id=None))) == 2


def test_white_space_that_sql_leaves_around_an_identifier_puts_the_child_in_doubt() -> None:
    source, children = read_all(tables(changed(ENQUIRY, s47e_person_id="C-101\t")))
    assert [entry.kind for entry in children["C-101"].lost] == [None]
    assert (source.account.rows, source.account.rejected) == (1, 1)


@pytest.mark.parametrize(
    ("other", "doubt"),
    [
        ({"pers_dob": "2016-04-02"}, True),
        ({"pers_dob": None}, True),
        ({"pers_dob": "2015-04-01", "pers_death_date": "2024-06-01"}, True),
        ({"pers_dob": "2015-04-01 00:00:00"}, False),
        ({"pers_dob": "2015-04-01"}, False),
    ],
)
def test_two_rows_of_a_person_that_differ_leave_every_duty_in_doubt(other: Row, doubt: bool) -> None:
    first: Row = {"pers_person_id": "C-101", "pers_dob": "2015-04-01"}
    found = report(ENQUIRY, CONFERENCE, first, {"pers_person_id": "C-101", **other})
    assert statuses([found], "initial-conference") == ["cannot-tell" if doubt else "met"]


def test_a_death_that_cannot_be_read_leaves_every_duty_in_doubt() -> None:
    person: Row = {"pers_person_id": "C-101", "pers_death_date": "in May"}
    assert statuses([report(ENQUIRY, CONFERENCE, person)], "initial-conference") == ["cannot-tell"]


BAD_LINES = {
    "a cell too many": "C-101,3,2024-03-02,x,y",
    "a cell too few": "C-101,3",
    "a quotation mark that does not close": 'C-101,3,"2024-03-02',
    "something behind a quotation mark": 'C-101,"3" and,2024-03-02',
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_costs_that_line_and_no_other_and_leaves_its_child_in_doubt(bad: str, tmp_path: Path) -> None:
    lines = [f"C-{n},{n},2024-03-01" for n in range(1000, 3000)]
    lines[1000:1000] = [bad]
    header = "s47e_person_id,s47e_s47_enquiry_id,s47e_s47_start_date"
    (tmp_path / "ssd_s47_enquiry.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    write_csv(tmp_path, {"ssd_cin_episodes": [REFERRAL]})
    source = read(tmp_path)
    children = {child.child: child for child in source}
    assert len(children) == 2001
    assert all(len(child) == 1 for child in children.values())
    assert (source.account.rows, source.account.read, source.account.rejected) == (2002, 2001, 1)
    assert [entry.place for entry in source.rejections] == ["ssd_s47_enquiry.csv, line 1002"]
    assert [entry.kind for entry in children["C-101"].lost] == ["section-47-started", "section-47-completed"]
    assert not children["C-1000"].lost


def test_a_cell_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    text = 'cont_person_id,cont_contact_date,cont_note\nC-1,2024-03-01,"one,\ntwo\n\nand, three"\nC-2,2024-03-01,\n'
    (tmp_path / "ssd_contacts.csv").write_text(text, encoding="utf-8")
    source = read(tmp_path)
    assert ([child.child for child in source], source.account.rejected) == (["C-1", "C-2"], 0)


UNREADABLE = {
    "no column of the person": (b"cine_referral_date\n2024-01-01\n", "line 1: there is no column cine_person_id"),
    "a column twice": (b"cine_person_id,cine_person_id\n1,2\n", "more than one column cine_person_id"),
    "an empty file": (b"", "line 1: there is no column cine_person_id"),
    "no date at all": (b"cine_person_id,cine_referral_date\n1,\n", "no date of any event"),
    "bytes of something else": (bytes(range(256)) * 20, "line 1: there is no column cine_person_id"),
}


@pytest.mark.parametrize(("content", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_table_is_refused_by_name(content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "ssd_cin_episodes.csv").write_bytes(content)
    with pytest.raises(UnreadableInput, match=problem) as refused:
        read(tmp_path)
    assert str(tmp_path) in refused.value.path


@pytest.mark.parametrize("content", [b"", b"PAR1", b"cine_person_id,cine_referral_date\n1,2024-01-01\n"])
def test_a_file_that_is_no_parquet_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "ssd_cin_episodes.parquet").write_bytes(content)
    with pytest.raises(UnreadableInput, match="it is not Parquet, or broken") as refused:
        read(tmp_path)
    assert refused.value.path.endswith("ssd_cin_episodes.parquet")


def test_a_parquet_file_that_is_broken_in_the_middle_is_refused_by_name(tmp_path: Path) -> None:
    write_parquet(tmp_path, {"ssd_cin_episodes": [REFERRAL] * 1000})
    file = tmp_path / "ssd_cin_episodes.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + bytes(200) + whole[204:])
    with pytest.raises(UnreadableInput, match="it is not Parquet, or broken") as refused:
        read(tmp_path)
    assert refused.value.path == str(file)


def test_a_folder_without_tables_of_ours_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "ssd_other.csv").write_text("a\n1\n")
    with pytest.raises(UnreadableInput, match="a folder without a table of the Standard"):
        read(tmp_path)
    write_csv(tmp_path, {"ssd_person": [{"pers_person_id": "C-1"}]})
    with pytest.raises(UnreadableInput, match="it has no table of ours"):
        read(tmp_path)


def test_both_forms_of_one_table_are_one_too_many(tmp_path: Path) -> None:
    write_csv(tmp_path, {"ssd_cin_episodes": [REFERRAL]})
    write_parquet(tmp_path, {"ssd_cin_episodes": [REFERRAL]})
    with pytest.raises(UnreadableInput, match="2 files hold it"):
        read(tmp_path)


# Privacy

BORN = {"pers_dob": "2017-11-23", "pers_death_date": "2023-08-19"}
ABOUT = {
    "forename": "Zebedee",
    "surname": "Quartermaine",
    "upn": "X817200110042",
    "ethnicity": "MWBA",
    "disability": "HAND",
    "postcode": "ZZ9 9ZZ",
    "phone": "07700 900461",
    "nhs": "943 476 5919",
    "worker_id": "Ottoline Featherstonehaugh",
    "comments": "kerosene",
}


def planted() -> dict[str, list[Row]]:
    """Every table with personal columns besides; then a child for each of our columns with what is personal in it.

    The column of the person is left out: whatever a council puts there is what the child is called by.
    """
    data: dict[str, list[Row]] = {table: [] for table in TABLES}
    data["ssd_person"].append({"pers_person_id": "C-101", **BORN, **ABOUT})
    number = 1000
    for table, row in {"ssd_person": BORN, **EVERY}.items():
        data[table].append({TABLES[table][0]: "C-102", **row, **ABOUT})
        for column in TABLES[table][1:]:
            # where dates are defined to be British, this would be one of the process
            british = [] if table == "ssd_pre_proceedings" else ["23/11/2017"]
            for value in (*ABOUT.values(), *british, '{"CP_FLAG": "Zebedee", "Zebedee_FLAG": "x"}', "Zebedee: MWBA"):
                number += 1
                data[table].append({**row, TABLES[table][0]: f"C-{number}", **ABOUT, column: value})
    return data


@pytest.mark.parametrize("form", ["csv", "parquet", "sqlite"])
def test_nothing_personal_gets_out_of_any_column(form: str, tmp_path: Path) -> None:
    data = planted()
    if form == "sqlite":
        source, by_name = read_all(data)
        children = list(by_name.values())
    else:
        source = read((write_csv if form == "csv" else write_parquet)(tmp_path / "in", data))
        children = list(source)
    assert len(children) > 300
    reports = [cp.check(child, england.rulebook, as_at=date(2024, 6, 28)) for child in children]
    shown = [repr(children), *(str(event) for child in children for event in child)]
    shown += [repr(reports), *(str(found.to_dict()) for found in reports)]
    shown += [repr(source), str(source.to_dict())]
    assert [value for text in shown for value in leaks(text)] == []
    facts = {value for child in children for event in child for value in event.facts.values()}
    assert [value for value in facts if leaks(str(value))] == []
    assert len(source.rejections) > 200, "what was planted was seen to be wrong"


def test_a_bad_line_repeats_nothing_of_it(tmp_path: Path) -> None:
    header = "cont_person_id,cont_contact_date"
    lines = ["C-1,2024-03-01", "C-1,Zebedee,X817200110042", '"Zebedee" Q,kerosene', 'C-1,"ZZ9 9ZZ']
    (tmp_path / "ssd_contacts.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    source = read(tmp_path)
    (child,) = source
    assert (source.account.rows, source.account.rejected) == (4, 3)
    assert leaks(repr([source, source.to_dict(), child, child.lost])) == []


@pytest.mark.parametrize("value", ["Zebedee Quartermaine", "ZZ9 9ZZ", "X817200110042"])
def test_an_error_names_no_value(value: str, tmp_path: Path) -> None:
    (tmp_path / "ssd_cin_episodes.csv").write_text(f"{value},cine_referral_date\n{value},{value}\n", encoding="utf-8")
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path)
    assert leaks(str(refused.value)) == []
