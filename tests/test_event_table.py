"""The event table, as CSV and as JSON Lines: what a cell may look like, and what becomes of it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.on_disk import judged, only_child, statuses, write_lines, write_table

import childprotect as cp
from childprotect.added import facts_of
from childprotect.chronology import Coverage, Remark
from childprotect.conditions import Fact, Stated, parts_of
from childprotect.events import Lost
from childprotect.records import Pseudonyms, Reading, read, read_csv, read_json_lines, spool, texts
from childprotect.records.keeping import OTHERS, RECORDED, digest, kept
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

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


def test_a_column_of_the_name_of_a_fact_holds_it_and_no_other_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "child,event,at,Seen_Alone,team,nick_name\nC-1,visit,2024-01-02,yes,north,Zebedee\n")
    source = read(str(path))
    (told,) = source
    assert dict(told.events[0].facts) == {"seen-alone": True, "team": "north"}
    assert source.account.unused == {"nick_name": 1}


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


# --- what the whole of a source says


def told_of(path: Path) -> tuple[list[tuple[str, str | None, str]], dict[str, tuple[Lost, ...]]]:
    """What was rejected, and what each child lost by it."""
    source = read(str(path))
    lost = {child.child: child.lost for child in source}
    return [(entry.place, entry.child, entry.because) for entry in source.rejections], lost


def test_a_table_covers_the_facts_of_its_columns_and_when_they_were_recorded(tmp_path: Path) -> None:
    header = "child,event,at,recorded,ref,withdrawn,Child_Seen,team"
    covers = table_of(tmp_path, header, "C-1,visit,2024-01-02").covers
    assert covers == Coverage(facts=frozenset({"recorded", "child-seen", "team"}))
    names = ("ref", "seen alone", "Late_Reason", "note")
    rows = ({"child": "C-1", "event": "visit", "at": "2024-01-02", name: "x"} for name in names)
    covers = only_child(write_lines(tmp_path / "x.jsonl", *rows)).covers
    assert covers == Coverage(facts=frozenset({"seen-alone", "late-reason"}))


def test_a_table_speaks_on_the_last_day_of_any_event_as_england_counts_days(tmp_path: Path) -> None:
    rows = ("2024-06-02", "2024-06-03T23:30:00Z", "2024-05-01")
    path = written(tmp_path, "child,event,at\n" + "".join(f"C-{n},visit,{at}\n" for n, at in enumerate(rows)))
    assert read(str(path)).as_at == date(2024, 6, 4)


def test_a_row_becomes_an_event_with_all_that_it_says(tmp_path: Path) -> None:
    row = {
        "child": "C-1",
        "event": " plan-action-set ",
        "at": " 2024-01-02 ",
        "recorded": "2024-01-03T23:30:00+00:00",
        "ref": " r1 ",
        "withdrawn": True,
        "owner": " mother ",
        "due": "2024-02-01",
        "agencies": ["Police ", "", None, 7],
        "categories": "Neglect;multiple",
        "measure": True,
        "team": 3,
        "blacked-out": "XXXX",
        "": "no name",
        "outcome": None,
        "form": "",
    }
    (event,) = only_child(write_lines(tmp_path / "x.jsonl", row))
    assert (event.kind, event.at, event.recorded) == ("plan-action-set", date(2024, 1, 2), date(2024, 1, 3))
    assert (event.ref, event.withdrawn) == ("r1", True)
    assert event.facts == {
        "owner": "mother",
        "due": date(2024, 2, 1),
        "agencies": frozenset({"police", digest("7")}),
        "categories": frozenset({"neglect", "multiple"}),
        "measure": RECORDED,
        "team": "3",
    }


def test_what_a_row_does_not_say_is_not_known(tmp_path: Path) -> None:
    event = table_of(tmp_path, "child,event,at,recorded,ref,withdrawn", "C-1,visit,2024-01-02,, ,").events[0]
    assert (event.recorded, event.ref, event.withdrawn) == (None, None, False)


REMARKS: dict[str, tuple[dict[str, object], str]] = {
    "a flag that is none": ({"child-seen": "perhaps"}, "child-seen of visit is neither true nor false"),
    "a day that is none": ({"due": "2024-02-30"}, "due of visit is not a date"),
    "a flag for a day": ({"due": True}, "due of visit is not a date"),
}


@pytest.mark.parametrize("kind", REMARKS)
def test_a_fact_that_cannot_be_read_is_remarked_upon_and_counts_as_not_recorded(kind: str, tmp_path: Path) -> None:
    facts, why = REMARKS[kind]
    row = {"child": "C-1", "event": "visit", "at": "2024-01-03", **facts, "team": "north"}
    story = only_child(write_lines(tmp_path / "x.jsonl", {**row, "at": "2024-01-02", **dict.fromkeys(facts)}, row))
    assert [dict(event.facts) for event in story] == [{"team": "north"}] * 2
    because = f"line 2: {why}; it counts as not recorded."
    assert story.remarks == (Remark("unreadable-fact", date(2024, 1, 3), because),)
    assert story.lost == ()


def test_a_flag_is_no_date_by_which_an_action_is_due(tmp_path: Path) -> None:
    book = england.rulebook.with_practice()
    for due, expected in (("2024-02-01", "met"), (True, "breached")):
        row = {"child": "C-1", "event": "plan-action-set", "at": "2024-01-02", "owner": "a", "measure": "b", "due": due}
        reports = judged(write_lines(tmp_path / "x.jsonl", row), book=book)[1].values()
        assert statuses(reports, "plan-action-recorded") == [expected]


CATEGORIES: list[tuple[object, str]] = [
    (["neglect"], "met"),
    (None, "breached"),
    ([None], "breached"),
    ([], "breached"),
    ([""], "breached"),
    ({}, "cannot-tell"),
    ({"a": 1}, "cannot-tell"),
    ([[]], "cannot-tell"),
    ([{}], "cannot-tell"),
    (["neglect", ["a"]], "cannot-tell"),
]


@pytest.mark.parametrize(("categories", "expected"), CATEGORIES, ids=str)
def test_a_set_of_json_that_holds_no_name_is_not_on_record(categories: object, expected: str, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"child": "C-1", "event": "initial-conference", "at": "2024-01-22", "outcome": "plan"},
        {"child": "C-1", "event": "plan-started", "at": "2024-01-22", "categories": categories},
    ]
    path = write_lines(tmp_path / "x.jsonl", *rows)
    assert statuses(judged(path)[1].values(), "plan-category") == [expected]
    because = "categories of plan-started is not a list of names"
    lost = expected == "cannot-tell"
    assert told_of(path) == (
        [("line 2", "C-1", because)] if lost else [],
        {"C-1": (Lost("plan-started", "line 2", because),) if lost else ()},
    )


# --- what is lost by a row that cannot be read

MAY_HAVE_BEEN = {
    "refferal": ["referral"],
    "Core_Group": ["core-group"],
    "plan-startd": ["plan-started"],
    "conference-rekwezted": ["conference-requested"],
    "fount": ["found"],
    "zoo": [],
    "our marac form": ["marac"],
    "-supervision-1-": ["supervision"],
    "case review": [
        "case-audited",
        "case-closed",
        "child-in-need-review",
        "looked-after-review",
        "review-conference",
    ],
    "plan-stop": [
        "child-in-need-plan-ended",
        "child-in-need-plan-started",
        "plan-action-done",
        "plan-action-set",
        "plan-ended",
        "plan-started",
        "transfer-notified",
    ],
}


@pytest.mark.parametrize("name", MAY_HAVE_BEEN)
def test_an_unknown_event_may_have_been_what_it_misspells_or_all_that_share_a_word(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"child,event,at\nC-1,referral,2024-01-02\nC-1,{name},2024-01-03\n")
    ((place, child, because),), lost = told_of(path)
    assert (place, child) == ("line 3", "C-1")
    assert because.startswith("unknown event")
    assert lost["C-1"] == tuple(Lost(kind, "line 3", because) for kind in MAY_HAVE_BEEN[name])


LOST = {
    "no event": ("C-1,,2024-01-03,", "the row names no event", None),
    "no date": ("C-1,plan-started,,", "the row has no date in 'at'", "plan-started"),
    "no known date": ("C-1,plan-started,soon,", "'at' is not a date such as 2012-09-03", "plan-started"),
    "too many cells": (" C-1 ,plan-started,2024-01-03,,,x", "the row has 6 cells, and the header 5", "plan-started"),
    "too many cells, and another child in the note": (
        "C-1,plan-started,2024-01-03,C-2,,x",
        "the row has 6 cells, and the header 5",
        "plan-started",
    ),
    "too many cells, of which one more is an event": (
        "C-1,plan-started,2024-01-03,visit,,x",
        "the row has 6 cells, and the header 5",
        None,
    ),
    "a child in the wrong place": (",C-1,plan-started,2024-01-03", "the row names no child", "plan-started"),
    "an open quotation mark": (
        'C-1,plan-started,2024-01-03,"x',
        "the row is not CSV (a quotation mark is not closed)",
        "plan-started",
    ),
    "an open quotation mark before the event": (
        'C-1,"plan-started,2024-01-03,x',
        "the row is not CSV (a quotation mark is not closed)",
        None,
    ),
    "a quotation mark that closes too soon": (
        'C-1,plan-started,2024-01-03,"x"y',
        "the row is not CSV (',' expected after '\"')",
        "plan-started",
    ),
    "a NUL in the event": ("C-1,plan-\0started,2024-01-03,", "the row holds a NUL character", "plan-started"),
    "no event, and one in the note": ("C-1,,2024-01-03,visit", "the row names no event", None),
    "no event, and another child in the note": ("C-1,,2024-01-03,C-2", "the row names no event", None),
    "a NUL in the child, and another child in the note": (
        "C\0-1,plan-started,2024-01-03,C-2",
        "the row holds a NUL character",
        "plan-started",
    ),
    "a NUL in the child": ("C\0-1,plan-started,2024-01-03,", "the row holds a NUL character", "plan-started"),
    "bytes that are no text": (
        "C-1,plan-started,2024-01-03,\udce9",
        "the row holds bytes that are not UTF-8",
        "plan-started",
    ),
    "bytes that are no text in the event": (
        "C-1,plan\udce9,2024-01-03,",
        "the row holds bytes that are not UTF-8",
        None,
    ),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_row_that_cannot_be_read_is_lost_to_its_child_and_to_no_other(kind: str, tmp_path: Path) -> None:
    row, because, lost_kind = LOST[kind]
    good = [f"{child},visit,2024-01-0{n}," for n, child in enumerate(("C-1", "C-2", "XXXX"), start=1)]
    # an é of UTF-8 in a column that nobody reads, so that the file is not taken for Windows-1252
    text = "\n".join(("child,event,at,team,\u00e9", *good, row, "C-2,visit,2024-02-01,", "C-2,,,x", ",visit,,"))
    rejected, lost = told_of(written(tmp_path, text.encode("utf-8", "surrogateescape")))
    assert rejected == [
        ("line 5", "C-1", because),
        ("line 7", "C-2", "the row names no event"),
        ("line 8", None, "the row names no child"),
    ]
    assert lost == {
        "C-1": (Lost(lost_kind, "line 5", because),),
        "C-2": (Lost(None, "line 7", "the row names no event"),),
        "XXXX": (),
    }


def test_all_that_a_child_has_lost_is_kept_and_a_mention_of_another_child_is_no_loss_to_that_one(
    tmp_path: Path,
) -> None:
    rows = ("C-1,visit,2024-01-02,", "C-2,visit,,", "C-2,visits,2024-01-02,C-1", "C-2,,2024-01-03,C-1")
    path = written(tmp_path, "\n".join(("child,event,at,note", *rows)))
    source = read(str(path))
    assert (source.path, source.format) == (str(path), "event-table")
    assert {child.child: child.lost for child in source} == {
        "C-1": (),
        "C-2": (
            Lost("visit", "line 3", "the row has no date in 'at'"),
            Lost("visit", "line 4", "unknown event; perhaps 'visit' was meant"),
            Lost(None, "line 5", "the row names no event"),
        ),
    }


def test_a_row_without_a_child_is_lost_to_every_child_that_it_names(tmp_path: Path) -> None:
    rows = ("C-1,visit,2024-01-02,", "C-2,visit,2024-01-02,", ",C-2,C-1,plan-started")
    rejected, lost = told_of(written(tmp_path, "\n".join(("child,event,at,note", *rows))))
    because = "the row names no child"
    assert rejected == [("line 4", None, because)]
    assert lost == dict.fromkeys(("C-1", "C-2"), (Lost("plan-started", "line 4", because),))


UNKNOWN = "unknown event, like no name that we have"
MISSPELT = "unknown event; perhaps 'referral' was meant"


@pytest.mark.parametrize(
    ("event", "kind", "because"),
    [("oops", None, UNKNOWN), ("refferal", "referral", MISSPELT), ("", None, "the row names no event")],
)
@pytest.mark.parametrize("held", [1, 1000])
def test_a_child_is_there_of_whom_no_event_of_ours_is_told(
    event: str, kind: str | None, because: str, held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where other children are on disk by then."""
    monkeypatch.setattr(spool, "MOST_HELD", held)
    rows = ("C-1,visit,2024-01-02", f"C-9,{event},2024-01-02", "C-2,visit,2024-01-02", f"C-9,{event},2024-01-03")
    rejected, lost = told_of(written(tmp_path, "\n".join(("child,event,at", *rows))))
    assert rejected == [("line 3", "C-9", because), ("line 5", "C-9", because)]
    assert lost == {"C-1": (), "C-2": (), "C-9": (Lost(kind, "line 3", because), Lost(kind, "line 5", because))}


def test_an_event_like_none_of_ours_is_no_loss_to_a_child_of_whom_more_is_told(tmp_path: Path) -> None:
    rejected, lost = told_of(written(tmp_path, "child,event,at\nC-1,visit,2024-01-02\nC-1,oops,2024-01-02\n"))
    assert (rejected, lost) == ([("line 3", "C-1", UNKNOWN)], {"C-1": ()})


@pytest.mark.parametrize("row", ["Zebedee,,", "Zebedee,C-1,referral", "Zebedee,oops,someday"])
def test_a_row_without_a_date_in_its_place_may_have_anything_in_place_of_the_child(row: str, tmp_path: Path) -> None:
    rejected, lost = told_of(written(tmp_path, f"child,event,at\nC-1,visit,2024-01-02\n{row}\n"))
    assert [child for _, child, _ in rejected] == (["C-1"] if "C-1" in row else [None])
    assert lost.keys() == {"C-1"}


def test_a_child_who_is_known_by_an_unknown_event_keeps_the_loss_of_another_that_the_row_names(tmp_path: Path) -> None:
    rejected, lost = told_of(written(tmp_path, "child,event,at,note\nC-1,visit,2024-01-02,\nC-9,plan,2024-01-02,C-1\n"))
    assert [(place, child) for place, child, _ in rejected] == [("line 3", "C-9")]
    assert lost["C-1"] == lost["C-9"] != ()


def test_the_child_of_a_row_that_is_not_csv_is_found_in_its_column(tmp_path: Path) -> None:
    """And not the other child whom the row mentions."""
    header = "event,note,child,at,more"
    rows = ("visit,, X-1 ,2024-01-02,", "visit,,C-2,2024-01-02,", 'plan-started,C-2, "X-1" ,2024-01-03,"x')
    rejected, lost = told_of(written(tmp_path, "\r\n".join((header, *rows))))
    because = "the row is not CSV (unexpected end of data)"
    assert rejected == [("line 4", "X-1", because)]
    assert [entry.kind for entry in lost["X-1"]] == ["plan-started"]
    assert lost["C-2"] == ()


def test_lines_are_counted_on_after_quotation_marks_that_stay_open(tmp_path: Path) -> None:
    rows = (
        'C-1,visit,2024-01-02,"oops',
        "C-2,visit,2024-01-02,",
        "C-2,,2024-01-02,",
        'C-1,visit,2024-01-02,oops"',
        "C-1,,2024-01-02,",
        'C-1,visit,2024-01-02,"of two',
        'lines"',
        "C-2,,2024-01-03,",
        'C-1,visit,2024-01-02,"oops again',
        "C-1,,2024-01-04,",
    )
    rejected, _ = told_of(written(tmp_path, "\n".join(("child,event,at,note", *rows)) + "\n"))
    assert [(place, child) for place, child, _ in rejected] == [
        ("line 2", "C-1"),
        ("line 4", "C-2"),
        ("line 6", "C-1"),
        ("line 9", "C-2"),
        ("line 10", "C-1"),
        ("line 11", "C-1"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_line_ends_within_a_cell_stay_as_they_are(end: str, tmp_path: Path) -> None:
    text = f'child,event,at,owner{end}C-1,visit,2024-01-02,"one{end}two"{end}C-1,,2024-01-03,{end}'
    (event,) = only_child(written(tmp_path, text))
    assert event.facts == {"owner": f"one{end}two"}
    assert told_of(tmp_path / "cases.csv")[0] == [("line 4", "C-1", "the row names no event")]


def test_cells_without_a_column_may_be_empty(tmp_path: Path) -> None:
    rejected, lost = told_of(written(tmp_path, "child,event,at\nC-1,visit,2024-01-02,, ,\n"))
    assert (rejected, lost) == ([], {"C-1": ()})


# --- headers and lines of JSON


HEADERS = {
    "C-1,visit": "the header has no column child or event or at",
    "event,note": "the header has no column child or at",
    "child,event,at,note,Event": "columns 2 and 5 of the header have the same name",
    "a_b,child,a b,event,at": "columns 1 and 3 of the header have the same name",
    "child,event,at,\0": "",
    "child,event,\0": "it is not text in UTF-8",
    "child,event,\udce9": "the header has no column at",
    "child,event,\udce9,\u00e9": "it is not text in UTF-8",
    "child,event,,at,": "",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_names_what_every_row_needs_and_nothing_twice(header: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{header}\nC-1,visit,2024-01-02,2024-01-02\n".encode("utf-8", "surrogateescape"))
    if not HEADERS[header]:
        assert sum(len(child) for child in read_csv(str(path))) == 1
        return
    with pytest.raises(cp.UnreadableInput) as caught:
        read_csv(str(path))
    expected = "an event table: a header row with child,event,at and a row for every event"
    assert caught.value.args == cp.UnreadableInput(str(path), "line 1", HEADERS[header], expected).args


def test_a_table_or_a_file_of_lines_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    for reader, text, because, expected in (
        (read_csv, "", "the header has no column child or event or at", "a header row with child,event,at"),
        (read_csv, "child,event,at\n", "no event could be read: there are no rows", "a header row with child,event,at"),
        (read_json_lines, "\n\n", "no event could be read: there are no rows", "on every line a JSON object"),
        (
            read_json_lines,
            "1\n2",
            "no event could be read: the line is not a JSON object, "
            "and the file may be one document over several lines",
            "on every line a JSON object",
        ),
    ):
        path = str(written(tmp_path, text))
        with pytest.raises(cp.UnreadableInput) as caught:
            reader(path)
        assert caught.value.problem == because
        assert caught.value.place == ("" if "no rows" in because else "line 1")
        assert caught.value.expected.startswith("an event table: ")
        assert expected in caught.value.expected


VISIT = '{"child": "101", "event": "visit", "at": "2024-01-02"}'
NO_OBJECT = "the line is not a JSON object"
LINES_LOST = {
    "a mark in the middle of the file": (f"\ufeff{VISIT}", "101", NO_OBJECT, "visit"),
    "a line that breaks off": (
        '{"child": 101, "event": "plan-started", "at": "2024-02',
        "101",
        NO_OBJECT,
        "plan-started",
    ),
    "a line that breaks off in the child": (
        '{"event": "plan-started", "child": "101',
        "101",
        NO_OBJECT,
        "plan-started",
    ),
    "a line without quotation marks": ("{child: 101}", "101", NO_OBJECT, None),
    "text": ('"101"', "101", NO_OBJECT, None),
    "nothing": ("null", None, NO_OBJECT, None),
    "no date": ('{"child": "101", "event": "visit"}', "101", "the object has no at", "visit"),
    "no event and no date": ('{"Child": "101"}', "101", "the object has no event or at", None),
    "nothing that is needed": ("{}", None, "the object has no child or event or at", None),
    "a name twice": (VISIT.replace("}", ', "at": "x"}'), "101", "the object has a name twice", "visit"),
    "a name in two spellings": (VISIT.replace("}", ', "At": "x"}'), "101", "the object has a name twice", "visit"),
    "a nested fact": (
        VISIT.replace("}", ', "outcome": [1]}'),
        "101",
        "outcome of visit is not one value",
        "visit",
    ),
    "a nested note of staff": (
        VISIT.replace("}", ', "worker": {"a": 1}}'),
        "101",
        "worker of visit is not one value",
        "visit",
    ),
    "a flag for a child": (VISIT.replace('"101"', "true"), None, "the row names no child", "visit"),
}


@pytest.mark.parametrize("kind", LINES_LOST)
def test_a_line_of_json_that_cannot_be_read_is_lost_to_its_child(kind: str, tmp_path: Path) -> None:
    line, child, because, lost_kind = LINES_LOST[kind]
    text = f"\ufeff{VISIT}\n\n{line}\n{VISIT.replace('101', 'C-2')}\n{VISIT.replace('101', 'XXXX')}\n"
    rejected, lost = told_of(written(tmp_path, text, "x.jsonl"))
    assert rejected == [("line 3", child, because)]
    assert lost == {"101": (Lost(lost_kind, "line 3", because),) if child else (), "C-2": (), "XXXX": ()}


def test_the_reading_of_lines_tells_how_far_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, f"{VISIT}\n" * 5999, "x.jsonl")
    told: list[int] = []
    assert len(list(read_json_lines(str(path), Reading(progress=told.append)))) == 1
    assert len(told) == 5
    assert 0.8 * path.stat().st_size < sum(told) <= path.stat().st_size


# --- what is kept

CONTRACT_FACTS = """source plan outcome priority domestic-abuse incident-date decided-by threshold type reason
authorised-by late-reason child-seen agencies decision form lead-qualified transferred-in conference-required with
agency quorate parents-attended child-participation interpreter chair categories contingency exit-criteria plan-updated
category by action owner due measure seen-alone announced purpose family-group-meeting-offered placement worker
qualified newly-qualified agency-staff team manager actions kind grade themes from""".split()
"""Every fact that the contract of names lists."""


def test_every_fact_of_the_contract_and_every_fact_that_a_rule_reads_is_known_by_name() -> None:
    assert set(CONTRACT_FACTS) <= STANDARD.facts
    book = england.rulebook.with_practice()
    assert facts_of(book.rules) <= STANDARD.facts


def test_every_value_that_a_rule_asks_for_is_kept_as_it_is() -> None:
    """Else a rule would find a digest where the record has its word for it."""
    asked = [*_asked(england.rulebook.with_practice().rules)]
    assert len(asked) > 30
    for fact, value in asked:
        if isinstance(value, str):
            assert kept(fact, value, None) == value, fact


def _asked(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Fact | Stated):
        yield from ((value.name, asked) for asked in value.values)
    if isinstance(value, tuple):
        for part in value:
            yield from _asked(part)
    for part in parts_of(value):
        yield from _asked(part)


KEPT = {
    ("outcome", "plan"): "plan",
    ("outcome", "Zebedee cried"): digest("Zebedee cried"),
    ("agency", "police"): "police",
    ("agency", "PC Quartermaine"): digest("PC Quartermaine"),
    ("placement", "with-an-aunt"): "with-an-aunt",
    ("placement", "with Aunt Ottoline"): digest("with Aunt Ottoline"),
    ("action", "tidy-up"): digest("tidy-up"),
    ("late-reason", "Ottoline was ill"): RECORDED,
    ("measure", "x"): RECORDED,
    ("purpose", RECORDED): RECORDED,
    ("worker", "W. Featherstonehaugh"): "W. Featherstonehaugh",
    ("our-own", "As it is"): "As it is",
}


@pytest.mark.parametrize(("fact", "text"), KEPT)
def test_of_prose_only_what_rules_ask_of_it_is_kept(fact: str, text: str) -> None:
    told = kept(fact, text, None)
    assert told == KEPT[fact, text]
    assert kept(fact, told, None) == told


def test_a_digest_tells_actions_apart_and_nothing_of_them() -> None:
    assert digest("Visit Zebedee") == digest("Visit Zebedee") != digest("Visit Zebedee ")
    assert len(digest("x" * 5000)) == 13
    assert digest("x", Pseudonyms(b"only for this example")) != digest("x")


def test_an_action_is_done_by_its_date_only_if_it_is_the_same(tmp_path: Path) -> None:
    book = england.rulebook.with_practice()
    for done, expected in (("Visit Zebedee", "met"), ("visit Ottoline", "overdue")):
        rows = f"C-1,plan-action-set,2024-01-02,Visit Zebedee,2024-02-01\nC-1,plan-action-done,2024-01-20,{done},\n"
        path = written(tmp_path, f"child,event,at,action,due\n{rows}C-1,visit,2024-03-01,,\n", f"{expected}.csv")
        assert statuses(judged(path, book=book)[1].values(), "plan-action-done") == [expected]


@pytest.mark.parametrize("text", ["no", "False", "0"])
def test_that_there_is_no_reason_is_no_reason(text: str, tmp_path: Path) -> None:
    assert dict(table_of(tmp_path, "child,event,at,late-reason", f"C-1,visit,2024-01-02,{text}").events[0].facts) == {}


def test_names_of_columns_that_nobody_reads_are_counted_if_they_look_like_names(tmp_path: Path) -> None:
    odd = {"x" * 41: 1, 'said "no"': 1, "Jos\u00e9": 1, "fine_name-1a": 1}
    row = {"child": "C-1", "event": "visit", "at": "2024-01-02"}
    source = read(str(write_lines(tmp_path / "x.jsonl", {**row, **odd}, {**row, **odd})))
    assert source.account.unused == {"fine_name-1a": 2, OTHERS: 6}
    many = {f"column-{n}": 1 for n in range(80)}
    unused = read(str(write_lines(tmp_path / "y.jsonl", {**row, **many}))).account.unused
    assert (len(unused), unused[OTHERS]) == (61, 20)


# --- encodings

ACCENTED = 'child,event,at,owner\nC-1,allocated,2024-01-02,Ren\u00e9e \u2013 "A"\nC-\u00d81,allocated,2024-01-02,x\n'
ENCODED = {
    "utf-8": ("utf-8", ""),
    "utf-8 with a mark": ("utf-8-sig", ""),
    "utf-16 with a mark": ("utf-16", "; its encoding is UTF-16"),
    "windows-1252": ("windows-1252", "; its encoding is Windows-1252"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("kind", ENCODED)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_encoding_is_recognised_and_told(form: str, kind: str, end: str, tmp_path: Path) -> None:
    codec, told = ENCODED[kind]
    text = ACCENTED
    if form == "jsonl":
        header, *rows = [line.split(",") for line in ACCENTED.splitlines()]
        cells = [dict(zip(header, row, strict=True)) for row in rows]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in cells)
    source = read(str(written(tmp_path, text.replace("\n", end).encode(codec), f"x.{form}")))
    one, other = source
    assert one.events[0].facts["owner"] == 'Ren\u00e9e \u2013 "A"'
    assert (one.child, other.child) == ("C-1", "C-\u00d81")
    assert source.recognised.endswith(told)
    assert ("encoding" in source.recognised) is bool(told)
    assert source.rejections == []


def test_one_broken_line_in_the_middle_of_a_long_file_costs_that_line(tmp_path: Path) -> None:
    """And a character of UTF-8 that only comes after it says what the file is."""
    rows = [f"C-{n % 50},visit,2024-01-02,W-1" for n in range(20_000)]
    rows[10_000] = "C-7,vi\udce9sit,2024-01-02,W-1"
    rows[19_999] = "C-7,visit,2024-01-02,Ren\u00e9e"
    text = "\n".join(["child,event,at,owner", *rows])
    source = read(str(written(tmp_path, text.encode("utf-8", "surrogateescape"))))
    assert sum(len(story) for story in source) == 19_999
    assert [(entry.place, entry.child) for entry in source.rejections] == [("line 10002", "C-7")]
    assert (source.account.rows, source.account.read, source.account.rejected) == (20_000, 19_999, 1)


def test_a_byte_that_windows_does_not_have_costs_its_row(tmp_path: Path) -> None:
    text = b"child,event,at,owner\nC-1,visit,2024-01-02,Ren\xe9e\nC-1,visit,2024-01-03,\x81\n"
    source = read(str(written(tmp_path, text)))
    assert [len(story) for story in source] == [1]
    assert [entry.because for entry in source.rejections] == ["the row holds bytes that are not Windows-1252"]


def test_a_character_of_utf_8_over_the_end_of_a_block_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_BLOCK", 7)
    for text, name in (("abcdef\u00e9", "UTF-8"), ("abcde\u65e5", "UTF-8"), ("abcdef\udce9x", "Windows-1252")):
        path = written(tmp_path, text.encode("utf-8", "surrogateescape"))
        assert texts.encoding_of(str(path)) == name


@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_separator_is_that_of_the_header(separator: str, tmp_path: Path) -> None:
    text = CONTRACT.replace("social-care;police;health", '"social-care;police;health"')
    text = text.replace("social-care;police,", '"social-care;police",').replace(",", separator)
    assert only_child(written(tmp_path, text)) == only_child(written(tmp_path, CONTRACT, "other.csv"))
    source = read(str(written(tmp_path, text.replace("referral", 'referral"x'))))
    assert [entry.place for entry in source.rejections] == ["line 2"]
