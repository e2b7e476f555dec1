"""One record that stands there as it was and as it was corrected: nobody can tell which is right, so nothing is met."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from tests.ssd_files import Row, fill, write_csv

import childprotect as cp
from childprotect.records import Source, read
from childprotect.records.same_record import WHICH, WHOSE, number_of
from childprotect.records.ssd_tables import TABLES
from childprotect.rulebooks import england

BOOK = england.rulebook.with_practice()
AS_AT = date(2024, 9, 30)
ROWS: Mapping[str, Row] = {
    "ssd_contacts": {"cont_person_id": "C-101", "cont_contact_id": "K-1", "cont_contact_date": "2024-02-29"},
    "ssd_cin_episodes": {"cine_person_id": "C-101", "cine_referral_id": "R-1", "cine_referral_date": "2024-03-01"},
    "ssd_cin_assessments": {
        "cina_person_id": "C-101",
        "cina_assessment_id": "A-1",
        "cina_assessment_start_date": "2024-03-01",
        "cina_assessment_auth_date": "2024-04-10",
    },
    "ssd_s47_enquiry": {
        "s47e_person_id": "C-101",
        "s47e_s47_enquiry_id": "E-1",
        "s47e_s47_start_date": "2024-03-04",
        "s47e_s47_end_date": "2024-03-20",
    },
    "ssd_initial_cp_conference": {
        "icpc_person_id": "C-101",
        "icpc_icpc_id": "I-1",
        "icpc_s47_enquiry_id": "E-1",
        "icpc_icpc_transfer_in": "N",
        "icpc_icpc_date": "2024-03-22",
        "icpc_icpc_outcome_cp_flag": "Y",
    },
    "ssd_cp_plans": {
        "cppl_person_id": "C-101",
        "cppl_cp_plan_id": "P-1",
        "cppl_cp_plan_start_date": "2024-03-22",
        "cppl_cp_plan_initial_category": "Neglect",
    },
    "ssd_cp_reviews": {
        "cppr_person_id": "C-101",
        "cppr_cp_review_id": "V-1",
        "cppr_cp_plan_id": "P-1",
        "cppr_cp_review_date": "2024-06-19",
        "cppr_cp_review_quorate": "Y",
    },
    "ssd_cp_visits": {
        "cppv_person_id": "C-101",
        "cppv_cp_visit_id": "W-1",
        "cppv_cp_visit_date": "2024-04-02",
        "cppv_cp_visit_seen": "Y",
    },
    "ssd_pre_proceedings": {
        "prep_person_id": "C-101",
        "prep_table_id": "L-1",
        "prep_pre_pro_decision_date": "01/08/2024",
        "prep_initial_pre_pro_meeting_date": "20/08/2024",
        "prep_pre_pro_letter_date": "05/08/2024",
    },
}
"""A child whose record is in order, with one row in each table."""
CHANGED: Mapping[str, tuple[str, str]] = {
    "ssd_contacts": ("cont_contact_date", "2024-02-28"),
    "ssd_cin_episodes": ("cine_referral_date", "2024-03-02"),
    "ssd_cin_assessments": ("cina_assessment_auth_date", "2024-05-13"),
    "ssd_s47_enquiry": ("s47e_s47_start_date", "2024-02-20"),
    "ssd_initial_cp_conference": ("icpc_icpc_date", "2024-04-05"),
    "ssd_cp_plans": ("cppl_cp_plan_start_date", "2024-03-01"),
    "ssd_cp_reviews": ("cppr_cp_review_date", "2024-07-04"),
    "ssd_cp_visits": ("cppv_cp_visit_date", "2024-06-02"),
    "ssd_pre_proceedings": ("prep_pre_pro_letter_date", "19/08/2024"),
}
"""For each table, what the corrected version of the row says instead."""


def data(*more: Row) -> dict[str, list[Row]]:
    """The tables of that child, with more rows, each put where its person belongs."""
    return {
        table: [*([ROWS[table]] if table in ROWS else []), *(row for row in more if person in row)]
        for table, (person, *_) in TABLES.items()
    }


def taken(tables: Mapping[str, Sequence[Row]]) -> tuple[Source, dict[str, cp.Chronology]]:
    with closing(connect(":memory:")) as connection:
        fill(connection, tables)
        source = read(connection)
        children = {child.child: child for child in source}
    assert source.account.read + source.account.rejected == source.account.rows
    return source, children


def found(child: cp.Chronology) -> dict[tuple[str, str], str]:
    """The findings on a child that can be told, by rule and start."""
    findings = cp.check(child, BOOK, as_at=AS_AT).findings
    return {(f.rule, str(f.started)): f.status.value for f in findings if f.status is not cp.Status.CANNOT_TELL}


def corrected(table: str, **more: object) -> Row:
    column, value = CHANGED[table]
    return {**ROWS[table], column: value, **more}


@pytest.mark.parametrize("table", CHANGED)
def test_of_two_versions_of_one_row_neither_makes_anything_met(table: str) -> None:
    """Whichever version is right, nothing is said that the other would not say too."""
    as_they_were, as_corrected = data(), {**data(), table: [corrected(table)]}
    either = [found(taken(tables)[1]["C-101"]).items() for tables in (as_they_were, as_corrected)]
    for rows in ([ROWS[table], corrected(table)], [corrected(table), ROWS[table]]):
        source, children = taken({**data(), table: rows})
        child = children["C-101"]
        assert found(child).items() <= (either[0] & either[1])
        assert (source.account.rows, source.account.rejected) == (len(ROWS) + 1, 2)
        column = TABLES[table][1]
        place = f"{table}, child C-101, {column}"
        assert [(entry.place, entry.because) for entry in source.rejections] == [(place, WHICH)] * 2
        assert {entry.kind for entry in child.lost} - {None}, "no kind of event is in doubt"


def test_the_earlier_date_of_an_assessment_and_of_a_review_does_not_make_late_work_met(tmp_path: Path) -> None:
    tables = data(corrected("ssd_cin_assessments"), corrected("ssd_cp_reviews"))
    (child,) = read(write_csv(tmp_path / "ssd", tables))
    judged = {f.rule: f.status.value for f in cp.check(child, BOOK, as_at=AS_AT).findings}
    assert (judged["single-assessment"], judged["first-review-conference"]) == ("cannot-tell", "cannot-tell")
    assert judged["initial-conference"] == "met"


@pytest.mark.parametrize("table", CHANGED)
def test_rows_without_a_number_or_with_a_filler_are_not_one_record(table: str) -> None:
    number = TABLES[table][1]
    for nothing in (None, "", " ", "PLACEHOLDER_DATA", "null"):
        rows = [{**ROWS[table], number: nothing}, corrected(table, **{number: nothing})]
        source, _ = taken({**data(), table: rows})
        assert WHICH not in {entry.because for entry in source.rejections}


@pytest.mark.parametrize("number", ["a-1", "A-1 ", "A-1.0"])
def test_a_number_that_is_written_in_another_way_is_the_same_number(number: str) -> None:
    source, _ = taken(data(corrected("ssd_cin_assessments", cina_assessment_id=number)))
    assert source.account.rejected == 2
    same = {**ROWS["ssd_cin_assessments"], "cina_assessment_id": number}
    source, children = taken(data(same))
    assert (source.account.rejected, children["C-101"].lost) == (1, ())


def test_a_third_row_that_is_like_the_first_does_not_settle_which_is_right() -> None:
    assessment = ROWS["ssd_cin_assessments"]
    source, children = taken(data(corrected("ssd_cin_assessments"), assessment))
    assert source.account.rejected == 3
    assert not any(event.kind.startswith("assessment") for event in children["C-101"])


def test_an_episode_of_which_there_are_two_versions_leaves_every_duty_in_doubt() -> None:
    other = corrected("ssd_cin_episodes", cine_close_date="2024-03-02")
    assert found(taken(data(other))[1]["C-101"]) == {}


def test_the_number_of_one_table_says_nothing_in_another() -> None:
    source, children = taken(data({**ROWS["ssd_cp_visits"], "cppv_cp_visit_id": "A-1"}))
    assert (source.account.rejected, children["C-101"].lost) == (0, ())


@pytest.mark.parametrize("other", ["C-102", "B-9", "", None, "placeholder_data"])
@pytest.mark.parametrize("table", CHANGED)
def test_a_row_whose_number_is_under_another_child_too_is_read_of_neither(
    table: str, other: str | None, tmp_path: Path
) -> None:
    person, number = TABLES[table][:2]
    tables = data({**ROWS[table], person: other}, {"cppv_person_id": "C-103", "cppv_cp_visit_date": "2024-04-02"})
    whole = found(taken(data())[1]["C-101"]).items()
    source, children = taken(tables)
    on_disk = {child.child: child for child in read(write_csv(tmp_path / "ssd", tables))}
    assert {name: (child.events, child.lost) for name, child in on_disk.items()} == {
        name: (child.events, child.lost) for name, child in children.items()
    }
    named = {"C-101"} | ({other} if other in ("C-102", "B-9") else set())
    assert children.keys() == named | {"C-103"}
    for name in named:
        assert {(entry.place, entry.because) for entry in children[name].lost} == {(number, WHOSE)}
        assert found(children[name]).items() <= whole
    assert children["C-103"].lost == ()
    assert source.account.rejected == 2


def test_numbers_that_are_not_filled_are_under_every_child_and_of_none() -> None:
    rows = [
        {"cppv_person_id": f"C-{n}", "cppv_cp_visit_id": nothing, "cppv_cp_visit_date": "2024-04-02"}
        for n, nothing in enumerate(["placeholder_data", "PLACEHOLDER_DATA", "null", "NULL", "", None, " ", None])
    ]
    source, children = taken(data(*rows))
    assert (source.account.rejected, len(children)) == (0, 9)


# The daily API

Json = dict[str, Any]
PARTS: Mapping[str, tuple[str, Json, Json]] = {
    "child_and_family_assessments": (
        "child_and_family_assessment_id",
        {"start_date": "2024-03-01", "authorisation_date": "2024-04-10"},
        {"authorisation_date": "2024-05-13"},
    ),
    "child_in_need_plans": ("child_in_need_plan_id", {"start_date": "2024-04-15"}, {"start_date": "2024-06-15"}),
    "section_47_assessments": (
        "section_47_assessment_id",
        {"start_date": "2024-03-04", "icpc_required_flag": True, "icpc_date": "2024-03-22", "end_date": "2024-03-20"},
        {"icpc_date": "2024-04-05"},
    ),
    "child_protection_plans": ("child_protection_plan_id", {"start_date": "2024-03-22"}, {"start_date": "2024-03-01"}),
    "child_looked_after_placements": (
        "child_looked_after_placement_id",
        {"start_date": "2024-05-01", "start_reason": "S"},
        {"start_date": "2024-05-20"},
    ),
}
"""By array: what its records are known by, a record, and what the corrected version of it says instead."""


def part(array: str, *, is_corrected: bool = False) -> Json:
    number, said, instead = PARTS[array]
    return {number: f"{array}-1", **said, **(instead if is_corrected else {})}


def episode(**changes: Any) -> Json:
    parts = {array: [part(array)] for array in PARTS}
    return {"social_care_episode_id": "R-1", "referral_date": "2024-03-01", **parts, **changes}


def payload_of(folder: Path, *episodes: Json) -> tuple[Source, cp.Chronology]:
    path = folder / "payload.json"
    path.write_text(json.dumps([{"la_child_id": "C1", "social_care_episodes": episodes}]), encoding="utf-8")
    source = read(path)
    (child,) = source
    assert source.account.read + source.account.rejected == source.account.rows
    return source, child


@pytest.mark.parametrize("array", PARTS)
def test_of_two_versions_of_one_record_in_a_payload_neither_makes_anything_met(array: str, tmp_path: Path) -> None:
    first, second = part(array), part(array, is_corrected=True)
    either = [found(payload_of(tmp_path, episode(**{array: [one]}))[1]).items() for one in (first, second)]
    assert either[0] | either[1]
    for versions in ([first, second], [second, first]):
        source, child = payload_of(tmp_path, episode(**{array: versions}))
        assert found(child).items() <= (either[0] & either[1])
        assert source.account.rejected == 2
        assert {(entry.place, entry.because) for entry in source.rejections} == {(f"child C1, {array}", WHICH)}
        assert {entry.because for entry in child.lost} == {WHICH}


@pytest.mark.parametrize("array", PARTS)
def test_versions_that_stand_in_different_episodes_are_in_doubt_too(array: str, tmp_path: Path) -> None:
    earlier = {"referral_date": "2023-11-01", "closure_date": "2023-12-01", array: [part(array)]}
    second = episode(**{array: [part(array, is_corrected=True)]})
    source, child = payload_of(tmp_path, earlier, second)
    assert [entry.because for entry in source.rejections] == [WHICH, WHICH]
    again = payload_of(tmp_path, earlier, episode())
    assert [entry.because for entry in again[0].rejections] == ["the same is there before; it is read once"]
    assert again[1].lost == () and len(again[1]) > len(child)


@pytest.mark.parametrize("array", PARTS)
def test_a_record_that_is_to_be_purged_and_is_there_all_the_same_is_in_doubt(array: str, tmp_path: Path) -> None:
    _, child = payload_of(tmp_path, episode(**{array: [{**part(array), "purge": True}, part(array)]}))
    assert {entry.because for entry in child.lost} == {WHICH}


@pytest.mark.parametrize("array", PARTS)
@pytest.mark.parametrize("nothing", [None, "", " ", "placeholder_data", ["x"], {"x": "y"}, True])
def test_records_of_a_payload_without_a_number_are_not_one_record(array: str, nothing: Any, tmp_path: Path) -> None:
    number = PARTS[array][0]
    records = [{**part(array), number: nothing}, {**part(array, is_corrected=True), number: nothing}]
    source, child = payload_of(tmp_path, episode(**{array: records}))
    assert (source.account.rejected, child.lost) == (0, ())


def test_the_order_of_fields_and_fields_that_are_empty_make_no_other_version(tmp_path: Path) -> None:
    array = "section_47_assessments"
    again = {**dict(reversed(part(array).items())), "purge": None}
    source, child = payload_of(tmp_path, episode(**{array: [part(array), again]}))
    assert (source.account.rejected, child.lost) == (1, ())


def test_an_episode_of_a_payload_in_two_versions_leaves_every_duty_in_doubt(tmp_path: Path) -> None:
    other = {"social_care_episode_id": "R-1", "referral_date": "2023-11-01", "closure_date": "2023-12-01"}
    source, child = payload_of(tmp_path, episode(), other)
    assert found(child) == {} and len(child) > 0
    assert [entry.because for entry in source.rejections] == [WHICH, WHICH]


@pytest.mark.parametrize(
    ("value", "number"), [(101, "101"), (101.0, "101"), (" 101.0", "101"), ("R-1", "r-1"), (0, "0"), (False, None)]
)
def test_what_a_record_is_known_by_is_compared_as_text(value: object, number: str | None) -> None:
    assert number_of(value) == number
