"""The event table, as CSV and as JSON Lines: what a cell may look like, and what becomes of it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.on_disk import judged, only_child, statuses, write_lines, write_table

import childprotect as cp
from childprotect.records import read, read_csv, read_json_lines
from childprotect.rulebooks import england

CONTRACT = """child,event,at,agencies,decision,outcome
C-101,referral,2012-09-03,,,
C-101,strategy-discussion,2012-09-05,social-care;police,section-47,
C-101,initial-conference,2012-09-26,social-care;police;health,,plan
"""


def written(tmp_path: Path, text: str | bytes, name: str = "cases.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table_of(tmp_path: Path, header: str, *rows: str) -> cp.Chronology:
    return only_child(written(tmp_path, "\n".join((header, *rows)) + "\n"))


def test_the_example_of_the_contract_reads_as_three_events(tmp_path: Path) -> None:
    source = read(str(written(tmp_path, CONTRACT)))
    (told,) = source
    assert (source.format, source.children, source.events, source.rejections) == ("event-table", 1, 3, [])
    assert source.as_at == date(2012, 9, 26)
    assert told.child == "C-101"
    assert [(event.kind, event.at) for event in told] == [
        ("referral", date(2012, 9, 3)),
        ("strategy-discussion", date(2012, 9, 5)),
        ("initial-conference", date(2012, 9, 26)),
    ]
    assert told.events[1].facts == {"agencies": frozenset({"social-care", "police"}), "decision": "section-47"}
    assert told.events[2].facts == {"agencies": frozenset({"social-care", "police", "health"}), "outcome": "plan"}


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    header, *rows = CONTRACT.splitlines()
    backwards = "\n".join([header, *reversed(rows)])
    assert only_child(written(tmp_path, backwards)) == only_child(written(tmp_path, CONTRACT, "other.csv"))


def test_rows_of_several_children_may_be_mixed(tmp_path: Path) -> None:
    text = "child,event,at\nB,referral,2024-01-02\nA,referral,2024-01-03\nB,referral-decided,2024-01-03\n"
    told = {child.child: [event.kind for event in child] for child in read(str(written(tmp_path, text)))}
    assert told == {"B": ["referral", "referral-decided"], "A": ["referral"]}


@pytest.mark.parametrize(
    ("text", "meant"),
    [(text, meant) for text, meant in zip("true TRUE True 1 yes Yes".split(), [True] * 6, strict=True)]
    + [(text, meant) for text, meant in zip("false FALSE False 0 no No".split(), [False] * 6, strict=True)],
)
def test_flags_are_read_alike(text: str, meant: bool, tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at,child-seen", f"C-1,visit,2024-01-02,{text}")
    assert told.events[0].facts["child-seen"] is meant
    told = only_child(
        write_lines(tmp_path / "x.jsonl", {"child": "C-1", "event": "visit", "at": "2024-01-02", "child-seen": text})
    )
    assert told.events[0].facts["child-seen"] is meant


@pytest.mark.parametrize(("value", "meant"), [(True, True), (False, False), (1, True), (0, False)])
def test_flags_of_json_need_no_quotes(value: object, meant: bool, tmp_path: Path) -> None:
    row = {"child": "C-1", "event": "visit", "at": "2024-01-02", "child-seen": value}
    assert only_child(write_lines(tmp_path / "x.jsonl", row)).events[0].facts["child-seen"] is meant


def test_an_empty_cell_is_unknown(tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at,child-seen,agencies,outcome", "C-1,visit,2024-01-02,, ,")
    assert dict(told.events[0].facts) == {}


def test_a_row_may_end_early(tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at,outcome,agencies", "C-1,referral,2024-01-02")
    assert [event.kind for event in told] == ["referral"]


@pytest.mark.parametrize("cell", ["police;health", " police ; health ", "Police;HEALTH;", ";police;;health"])
def test_sets_are_separated_by_semicolons(cell: str, tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at,agencies", f"C-1,strategy-discussion,2024-01-02,{cell}")
    assert told.events[0].facts["agencies"] == {"police", "health"}


def test_sets_of_json_may_be_lists(tmp_path: Path) -> None:
    row = {"child": "C-1", "event": "strategy-discussion", "at": "2024-01-02", "agencies": ["police", "health"]}
    assert only_child(write_lines(tmp_path / "x.jsonl", row)).events[0].facts["agencies"] == {"police", "health"}


def test_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    header, *rows = [line.split(",") for line in CONTRACT.splitlines()]
    lines = [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in rows]
    table, other = (
        judged(written(tmp_path, CONTRACT))[1]["C-101"],
        judged(write_lines(tmp_path / "x.jsonl", *lines))[1]["C-101"],
    )
    assert other.findings == table.findings
    assert table.findings


MOMENTS: Mapping[str, date] = {
    "2012-09-03": date(2012, 9, 3),
    "2012-09-03T16:40:00+01:00": datetime.fromisoformat("2012-09-03T16:40:00+01:00"),
    "2012-09-03T15:40:00Z": datetime.fromisoformat("2012-09-03T15:40:00+00:00"),
    "2012-09-03T16:40:00": date(2012, 9, 3),
    "2012-09-03 23:59": date(2012, 9, 3),
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_day_and_a_moment_are_read_and_a_time_without_an_offset_is_no_moment(text: str, tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at", f"C-1,referral,{text}")
    assert told.events[0].at == MOMENTS[text]
    assert told.events[0].timed is isinstance(MOMENTS[text], datetime)


def test_a_moment_late_in_the_evening_of_universal_time_is_the_next_day_in_england(tmp_path: Path) -> None:
    """23:30 in universal time on Monday 3 June is 00:30 on Tuesday: one working day too late."""
    rows = [("2024-05-31", "referral"), ("2024-06-03T23:30:00Z", "referral-decided")]
    late = judged(write_table(tmp_path / "late.csv", *rows))[1].values()
    assert statuses(late, "referral-decision") == ["late"]
    rows = [("2024-05-31", "referral"), ("2024-06-03T23:30:00+01:00", "referral-decided")]
    met = judged(write_table(tmp_path / "met.csv", *rows))[1].values()
    assert statuses(met, "referral-decision") == ["met"]


def test_every_further_column_is_a_fact_of_that_name(tmp_path: Path) -> None:
    told = table_of(tmp_path, "child,event,at,Seen_Alone,team", "C-1,visit,2024-01-02,yes,north")
    assert dict(told.events[0].facts) == {"seen-alone": True, "team": "north"}


def test_a_fact_that_no_column_holds_is_unknown_and_not_missing(tmp_path: Path) -> None:
    """With the column, an empty cell is an omission; without it the table cannot hold the category."""
    conference = ("2024-01-22", "initial-conference", {"outcome": "plan"})
    without = judged(write_table(tmp_path / "a.csv", conference, ("2024-01-22", "plan-started")))[1].values()
    with_it = judged(write_table(tmp_path / "b.csv", conference, ("2024-01-22", "plan-started", {"categories": ""})))
    assert statuses(without, "plan-category") == ["cannot-tell"]
    assert statuses(with_it[1].values(), "plan-category") == ["breached"]


def test_what_was_recorded_later_is_not_yet_known(tmp_path: Path) -> None:
    rows = "C-1,referral,2024-01-05,2024-01-05\nC-1,referral-decided,2024-01-08,2024-03-01\n"
    path = written(tmp_path, f"child,event,at,recorded\n{rows}")
    told = only_child(path)
    assert told.events[1].recorded == date(2024, 3, 1)
    as_at = date(2024, 4, 1)
    now = cp.check(told, england.rulebook, as_at=as_at)
    then = cp.check(told, england.rulebook, as_at=as_at, known_at=date(2024, 2, 1))
    assert statuses([now, then], "referral-decision") == ["met", "overdue"]


def test_an_entry_can_be_corrected_and_withdrawn_by_its_ref(tmp_path: Path) -> None:
    header = "child,event,at,recorded,ref,withdrawn"
    first = "C-1,initial-conference,2024-01-22,2024-01-22,r1,"
    corrected = "C-1,initial-conference,2024-02-22,2024-02-23,r1,no"
    told = table_of(tmp_path, header, first, corrected)
    assert [event.day for event in told.as_known(date(2024, 12, 31))] == [date(2024, 2, 22)]
    for yes in ("1", "true", "Yes"):
        gone = table_of(tmp_path, header, first, f"C-1,initial-conference,2024-01-22,2024-02-23,r1,{yes}")
        assert gone.as_known(date(2024, 12, 31)) == ()


ODD_FORMS = {
    "a byte order mark": b"\xef\xbb\xbf" + CONTRACT.encode(),
    "carriage returns and line feeds": CONTRACT.replace("\n", "\r\n").encode(),
    "carriage returns only": CONTRACT.replace("\n", "\r").encode(),
    "no line end at the end": CONTRACT.rstrip().encode(),
    "blank lines": CONTRACT.replace("\n", "\n\n").encode(),
    "rows of commas and of spaces": CONTRACT.replace("\n", "\n,,,,,\n   \n").encode(),
    "capitals in the header": CONTRACT.replace("child,event,at,agencies", "Child,EVENT,At,Agencies").encode(),
    "spaces in the header": CONTRACT.replace("child,event,at,agencies", " child , event , at , agencies ").encode(),
    "spaces in the cells": CONTRACT.replace("C-101,", " C-101 , ").replace(",2012", ", 2012").encode(),
    "quoted cells": CONTRACT.replace("C-101", '"C-101"').replace("2012-09-26", '"2012-09-26"').encode(),
    "a column without a name": CONTRACT.replace("outcome\n", "outcome,\n").encode(),
}


@pytest.mark.parametrize("form", ODD_FORMS)
def test_the_same_table_in_another_form_says_the_same(form: str, tmp_path: Path) -> None:
    plain = judged(written(tmp_path, CONTRACT, "plain.csv"))
    odd = judged(written(tmp_path, ODD_FORMS[form], "odd.csv"))
    assert odd[0].rejections == []
    assert odd[1]["C-101"].findings == plain[1]["C-101"].findings


def test_a_cell_may_hold_commas_quotation_marks_and_line_ends(tmp_path: Path) -> None:
    note = '"said ""no"", then\nleft; came back\n\n"'
    path = written(tmp_path, f"child,event,at,note,outcome\nC-1,referral,2024-01-02,{note},\nC-1,oops,2024-01-03\n")
    source = read(str(path))
    (told,) = source
    assert [event.kind for event in told] == ["referral"]
    assert [rejection.place for rejection in source.rejections] == ["line 6"]


IDENTIFIERS = ["C 1", "O'Brien/7", "=1+1", "-1", "[red]", "[/]", "%s{0}", ":smile:", "日本", "Ø1", "x" * 3000, "0007"]


@pytest.mark.parametrize("child", IDENTIFIERS)
def test_an_identifier_may_be_any_text_that_can_be_printed(child: str, tmp_path: Path) -> None:
    row = {"child": child, "event": "referral", "at": "2024-01-02"}
    assert only_child(write_lines(tmp_path / "x.jsonl", row)).child == child
    assert table_of(tmp_path, "child,event,at", f"{child},referral,2024-01-02").child == child


def test_an_identifier_of_json_may_be_a_whole_number(tmp_path: Path) -> None:
    row = {"child": 101, "event": "referral", "at": "2024-01-02"}
    assert only_child(write_lines(tmp_path / "x.jsonl", row)).child == "101"


@pytest.mark.parametrize("child", ["NaN", "Infinity", "1.5", "true", "null", "[1]", '{"a": 1}', '""', '"\\ud800"'])
def test_what_is_no_identifier_names_no_child(child: str, tmp_path: Path) -> None:
    """Else the rows of many children would be put together as one."""
    good = {"child": "C-1", "event": "referral", "at": "2024-01-02"}
    bad = f'{{"child": {child}, "event": "referral", "at": "2024-01-02"}}\n'
    source = read(str(written(tmp_path, json.dumps(good) + "\n" + bad, "x.jsonl")))
    assert [told.child for told in source] == ["C-1"]
    assert [rejection.place for rejection in source.rejections] == ["line 2"]


def test_each_reader_can_be_named(tmp_path: Path) -> None:
    row: dict[str, Any] = {"child": "C-101", "event": "referral", "at": "2012-09-03"}
    assert read_csv(str(written(tmp_path, CONTRACT))).events == 0
    assert sum(len(child) for child in read_csv(str(written(tmp_path, CONTRACT)))) == 3
    assert sum(len(child) for child in read_json_lines(str(write_lines(tmp_path / "x.jsonl", row)))) == 1


def test_the_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    rows = "".join(f"C-{n},referral,2024-01-02\n" for n in range(5000))
    path = written(tmp_path, f"child,event,at\n{rows}")
    told: list[int] = []
    assert len(list(read(str(path), progress=told.append))) == 5000
    assert told
    assert sum(told) <= path.stat().st_size
