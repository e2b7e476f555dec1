"""Bad input: a clear error, and nothing lost.

A file that cannot be read ends with status 2 and one line that says file, place, what was wrong and what was expected.
A row or an element that cannot be read is counted and listed, its findings are *cannot tell*, and the rest is checked.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.on_disk import census_child, census_text, judged, only_child, statuses, tags, write_census

import childprotect as cp
from childprotect.cli.app import run
from childprotect.records import read

HEADER = "child,event,at,recorded,ref,withdrawn,agencies,decision,outcome,type,categories,conference-required,note"
GOOD = "C-2,referral,2024-01-02"
REFERRED = tags(CINreferralDate="2023-05-02")
ENQUIRY = tags(S47ActualStartDate="2023-06-01")
PLAN = tags(CPPstartDate="2023-06-22", InitialCategoryOfAbuse="NEG")
CLOSED = tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
CENSUS = census_text(census_child(REFERRED))


def written(tmp_path: Path, text: str | bytes, name: str = "records.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    return written(tmp_path, "\n".join((header, *rows)) + "\n")


def checked(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    """The JSON report, which must come with status 0 and nothing on standard error."""
    assert run(["check", str(path), "--format", "json", *options]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    report: dict[str, Any] = json.loads(told.out)
    return report


def rejections(path: Path) -> list[tuple[str, str | None, str]]:
    source = read(str(path))
    list(source)
    return [(entry.place, entry.child, entry.because) for entry in source.rejections]


# --- files that cannot be read -----------------------------------------------------------------------------------

ENTITY = '<?xml version="1.0"?>\n<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE Message [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghij", "bcdefghijk", strict=True))
    + "]>\n"
)
BODY = CENSUS.split("\n", 1)[1]
XML = "<Message> with <Header> and <Children>"
TABLE = "a header row with child,event,at"
UNREADABLE: dict[str, tuple[str | bytes, str, str]] = {
    "an empty file": (b"", "the file is empty", "; an event table (CSV)"),
    "a file of white space": (b" \n\t\r\n ", "the file is empty", "; an event table (CSV)"),
    "a byte order mark and nothing": (b"\xef\xbb\xbf", "the file is empty", "; an event table (CSV)"),
    "a DOCTYPE": ("<!DOCTYPE Message>" + BODY, "line 1: it has a DOCTYPE", "without one"),
    "an external entity": (ENTITY + BODY.replace("C-1", "&x;"), "line 2: it has a DOCTYPE", "without one"),
    "an external DTD": ('<!DOCTYPE m SYSTEM "http://localhost/x.dtd">' + BODY, "it has a DOCTYPE", "without one"),
    "an entity bomb": (BOMB + BODY.replace("C-1", "&k;"), "it has a DOCTYPE", "without one"),
    "an entity bomb in UTF-16": ((BOMB + BODY).encode("utf-16"), "it has a DOCTYPE", "without one"),
    "a web page": ("<!DOCTYPE html>\n<html><body>no</body></html>", "it has a DOCTYPE", "without one"),
    "a DOCTYPE after the root": (CENSUS.replace("<Children>", "<!DOCTYPE x><Children>"), "not well formed", XML),
    "an entity that nothing defines": (CENSUS.replace("C-1", "&nbsp;"), "not well formed", XML),
    "XML that breaks off": (CENSUS[: CENSUS.index("</Child>")], "breaks off", XML),
    "XML that breaks off in a tag": (CENSUS[: CENSUS.index("ferralDate")], "not well formed", XML),
    "XML that breaks off in its declaration": ('<?xml version="1.0"', "not well formed", XML),
    "XML and then something else": (CENSUS + "<Message/>", "not well formed", XML),
    "a tag that is not closed": (CENSUS.replace("</Header>", ""), "not well formed", XML),
    "an unknown encoding": (CENSUS.replace("UTF-8", "klingon"), "its encoding", "UTF-8"),
    "an encoding of several bytes": (CENSUS.replace("UTF-8", "shift_jis"), "its encoding", "UTF-8"),
    "an encoding that is no encoding": (CENSUS.replace("UTF-8", "rot13"), "its encoding", "UTF-8"),
    "bytes that are not of the encoding": (CENSUS.encode().replace(b"NOBT", b"\xe9\xff"), "not well formed", XML),
    "XML of another kind": ("<feed><entry/></feed>", "the root element is not <Message>", XML),
    "a census without a header": ("<Message><Children></Children></Message>", "there is no <Header>", XML),
    "a header after the children": ("<Message><Children/><Header/></Message>", "there is no <Header>", XML),
    "a census without children": ("<Message><Header/></Message>", "there is no <Children>", XML),
    "a header and a date and no children": (
        CENSUS.replace("Children>", "Kinder>"),
        "there is no <Children>",
        XML,
    ),
    "a child outside the children": (CENSUS.replace("<Children>", "<Child/><Children>"), "outside <Children>", XML),
    "a census without any date": (census_text(census_child(), reference=None), "no date of any event", XML),
    "a missing header": ("C-1,referral,2024-01-02\n", "line 1: the header has no column child or event or at", TABLE),
    "a header without a date": (
        "child,event,when\nC-1,referral,2024-01-02\n",
        "line 1: the header has no column at",
        TABLE,
    ),
    "a header with a column twice": (
        "child,event,at,at\nC-1,referral,2024-01-02\n",
        "line 1: columns 3 and 4 of the header have the same name",
        TABLE,
    ),
    "a header that is not CSV": ('"child,event,at\nC-1,referral,2024-01-02\n', "line 1: the header is not CSV", TABLE),
    "a header of one endless word": ("x" * 200_000, "line 1: the header is not CSV", TABLE),
    "bars for commas": ("child|event|at\nC-1|referral|2024-01-02\n", "line 1: the header has no column", TABLE),
    "a table in UTF-16 without a mark": (
        f"{HEADER}\n{GOOD}\n".encode("utf-16-le"),
        "it seems to be text in UTF-16 without a byte order mark",
        "UTF-16 with its mark",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        "line 1: the header has no column",
        TABLE,
    ),
    "an archive": (
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(256)) * 9,
        "it is a zip archive",
        "packed in it",
    ),
    "prose": ("Dear colleagues,\nplease find enclosed nothing.\n", "line 1: the header has no column", TABLE),
    "a header and no rows": (f"{HEADER}\n", "no event could be read: there are no rows", TABLE),
    "only bad rows": (f"{HEADER}\nC-1,oops,2024-01-02\n", "line 2: no event could be read: unknown event", TABLE),
    "a JSON array": ('[{"child": "C-1"}]', "it is a JSON array, and not one of the DfE's daily API", "JSON Lines"),
    "JSON over several lines": (
        '{\n"child": "C-1"\n}\n',
        "the file may be one document over several lines",
        "a JSON object",
    ),
    "JSON of another kind": (
        '{"name": "x"}\n',
        "line 1: no event could be read: the object has no child",
        "with child, event",
    ),
    "a JSON string in braces": (
        "{not json}",
        "line 1: no event could be read: the line is not a JSON object",
        "JSON object",
    ),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_file_that_cannot_be_read_is_one_line(
    kind: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, wrong, expected = UNREADABLE[kind]
    path = written(tmp_path, content, "the file.dat")
    assert run(["check", str(path), "--format", form]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    line = told.err.removesuffix("\n")
    assert line.isprintable()
    head, _, tail = line.partition("; expected ")
    assert head.startswith(f"childprotect: {path}: ")
    assert wrong in head
    assert expected in tail
    assert "Traceback" not in line
    assert "hostname" not in line


@pytest.mark.parametrize("command", ["check", "explain"])
def test_a_missing_file_and_a_folder(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["C-1"] if command == "explain" else []
    assert run([command, str(tmp_path / "none.csv"), *more]) == 2
    assert capsys.readouterr().err == (
        f"childprotect: {tmp_path / 'none.csv'}: there is no such file; expected the path of a file that exists\n"
    )
    assert run([command, str(tmp_path), *more]) == 2
    problem, _, expected = capsys.readouterr().err.partition("; ")
    assert problem == f"childprotect: {tmp_path}: it is a folder without a table of the Standard Safeguarding Dataset"
    assert expected.startswith("expected files such as ssd_cin_episodes.csv in it; or the path of one file")


def test_a_device_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe would lose what was read of it to learn its format."""
    assert run(["check", "/dev/null"]) == 2
    assert capsys.readouterr().err == ("childprotect: /dev/null: it is a pipe or a device; expected a file on disk\n")


def test_a_name_with_a_line_end_stays_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path / "a\nb\x1b[31m.csv")]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "a\\nb\\x1b[31m.csv" in told


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    """The DOCTYPE is refused as such, so that no entity is ever expanded, however small."""
    for text in (BOMB, ENTITY, '<!DOCTYPE Message [<!ENTITY x "C-1">]>'):
        with pytest.raises(cp.UnreadableInput, match="DOCTYPE"):
            read(str(written(tmp_path, text + BODY.replace("C-1", "&x;"))))


def test_the_error_is_of_the_library_and_carries_its_parts(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, header="child,event")
    with pytest.raises(cp.UnreadableInput) as caught:
        read(str(path))
    assert isinstance(caught.value, ValueError)
    assert (caught.value.path, caught.value.place) == (str(path), "line 1")
    assert caught.value.problem == "the header has no column at"


def test_input_that_breaks_off_leaves_no_half_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    children = [census_child(REFERRED, name=f"C-{n}") for n in range(500)]
    path = written(tmp_path, census_text(*children).replace("</Children>", ""), "long.xml")
    for form in ("text", "json", "csv"):
        assert run(["check", str(path), "--format", form]) == 2
        assert capsys.readouterr().out == ""


# --- rows that cannot be read ------------------------------------------------------------------------------------

DATES = {
    "29 February of no leap year": ("2099-02-29", "'at' '2099-02-29' is not a date such as 2012-09-03"),
    "the year 1": ("0001-01-01", "'at' '0001-01-01' is outside 1900 to 2050"),
    "the year 9999": ("9999-12-31", "'at' '9999-12-31' is outside 1900 to 2050"),
    "a day past the calendar": ("2051-01-01", "'at' '2051-01-01' is outside 1900 to 2050"),
    "a day before 1900": ("1899-12-31", "'at' '1899-12-31' is outside 1900 to 2050"),
    "a moment past the years": (
        "9999-12-31T23:59:59-23:59",
        "'at' '9999-12-31T23:59:59-23:59' is not a date such as 2012-09-03",
    ),
    "a moment before the years": (
        "0001-01-01T00:00:00+23:59",
        "'at' '0001-01-01T00:00:00+23:59' is not a date such as 2012-09-03",
    ),
    "an offset of four days": (
        "2024-01-02T10:00:00+99:00",
        "'at' '2024-01-02T10:00:00+99:00' is not a date such as 2012-09-03",
    ),
    "an hour of no day": ("2024-01-02T25:00", "'at' '2024-01-02T25:00' is not a date such as 2012-09-03"),
    "the English way of writing": ("02/01/2024", "'at' is not a date such as 2012-09-03"),
    "a number": ("45293", "'at' is not a date such as 2012-09-03"),
    "a word": ("yesterday", "'at' is not a date such as 2012-09-03"),
    "other digits": ("\uff12\uff10\uff12\uff14-01-02", "'at' is not a date such as 2012-09-03"),
    "nothing": ("", "the row has no date in 'at'"),
}


@pytest.mark.parametrize("kind", DATES)
def test_an_impossible_date_costs_its_row_and_no_other(kind: str, tmp_path: Path) -> None:
    text, why = DATES[kind]
    path = table(tmp_path, f"C-1,referral,{text}", GOOD)
    assert rejections(path) == [("line 2", "C-1", why)]
    source, reports = judged(path, "2024-06-01")
    assert (source.children, source.events) == (2, 1)
    assert statuses([reports["C-2"]], "referral-decision") == ["overdue"]
    assert statuses([reports["C-1"]], "referral-decision") == ["cannot-tell"]
    assert reports["C-1"].findings[0].missing == ("referral",)


ROWS = {
    "a misspelt event": ("C-1,refferal,2024-01-02", "unknown event; perhaps 'referral' was meant"),
    "capitals": ("C-1,Referral,2024-01-02", "unknown event; perhaps 'referral' was meant"),
    "an underscore": ("C-1,core_group,2024-01-02", "unknown event; perhaps 'core-group' was meant"),
    "an event like none": ("C-1,zoo,2024-01-02", "unknown event, like no name that we have"),
    "no event": ("C-1,,2024-01-02", "the row names no event"),
    "only a child": ("C-1", "the row names no event"),
    "a NUL": ("C-1,referral,2024-01-02,,,a\0b", "the row holds a NUL character"),
    "a NUL in the event": ("C-1,refer\0ral,2024-01-02", "the row holds a NUL character"),
    "a date of recording that is none": (
        "C-1,referral,2024-01-02,2024-02-30",
        "'recorded' '2024-02-30' is not a date such as 2012-09-03",
    ),
    "an unclear withdrawal": ("C-1,referral,2024-01-02,,,maybe", "'withdrawn' is neither true nor false"),
    "an unknown outcome": (
        "C-1,initial-conference,2024-01-02,,,,,,plam",
        "outcome of initial-conference is not a value that we know; perhaps 'plan' was meant",
    ),
    "an unknown type": (
        "C-1,assessment-started,2024-01-02,,,,,,,xyz",
        "type of assessment-started is not a value that we know",
    ),
    "an unclear need of a conference": (
        "C-1,section-47-completed,2024-01-02,,,,,,,,,perhaps",
        "conference-required of section-47-completed is neither true nor false",
    ),
    "too many cells": ("C-1,referral,2024-01-02" + "," * 11 + "x", "the row has 14 cells, and the header 13"),
    "a quotation mark that stays open": (
        'C-1,referral,2024-01-02,,,,,,,,,,"x',
        "the row is not CSV (a quotation mark is not closed)",
    ),
    "a quotation mark that closes too soon": (
        'C-1,referral,2024-01-02,,,,,,,,,,"x"y',
        "the row is not CSV (',' expected after '\"')",
    ),
    "an endless cell": (
        "C-1,referral,2024-01-02,,,,,,,,,," + "x" * 200_000,
        "the row is not CSV (field larger than field limit (131072))",
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_bad_row_is_listed_with_its_line_and_child_and_the_rest_is_checked(kind: str, tmp_path: Path) -> None:
    row, why = ROWS[kind]
    path = table(tmp_path, "C-1,supervision,2023-12-01", row, "C-1,supervision,2024-02-01", GOOD)
    (found,) = rejections(path)
    assert found == ("line 3", "C-1", why)
    source, _ = judged(path)
    assert (source.children, source.events) == (2, 3)


def test_bytes_that_are_not_text_cost_their_row(tmp_path: Path) -> None:
    """In a file that is UTF-8 elsewhere; bytes in a column that nobody reads cost nothing."""
    rows = (
        f"{HEADER}\nC-1,referral,2024-01-02,,,,,Jos\u00e9\n".encode("latin-1") + f"{GOOD},,,,,,,,,,Jos\u00e9\n".encode()
    )
    rows += "C-2,visit,2024-01-03,,,,,,,,,,Jos\u00e9\n".encode("latin-1")
    assert rejections(written(tmp_path, rows)) == [("line 2", "C-1", "the row holds bytes that are not UTF-8")]
    rows = (
        b'{"child": "C-1", "event": "referral", "at": "2024-01-02"}\n{"child": "C-1", "event": "visit", "at": "\xff"}'
    )
    ((place, child, _),) = rejections(written(tmp_path, rows))
    assert (place, child) == ("line 2", "C-1")


def test_what_is_rejected_is_counted_and_listed_in_every_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path, "C-1,stratgy-discussion,2024-01-02", "C-1,referral,2024-02-30", GOOD)
    (source,) = checked(path, capsys)["sources"]
    assert source["rejected"] == 2
    assert [entry["place"] for entry in source["rejections"]] == ["line 2", "line 3"]
    assert "perhaps 'strategy-discussion' was meant" in source["rejections"][0]["because"]
    assert run(["check", str(path)]) == 0
    text = capsys.readouterr().out
    assert "3 rows: 1 read, 2 rejected" in text
    assert "line 2 (child C-1)" in text
    assert run(["explain", str(path), "C-1"]) == 0
    assert "line 2 could not be read" in capsys.readouterr().out


def test_many_rejections_are_counted_and_the_first_ten_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path, GOOD, *(f"C-{n},referral,2024-02-30" for n in range(100, 125)))
    assert run(["check", str(path)]) == 0
    text = capsys.readouterr().out
    assert "26 rows: 1 read, 25 rejected" in text
    assert text.count("rejected: line ") == 10
    assert "and 15 more" in text
    assert len(checked(path, capsys)["sources"][0]["rejections"]) == 25


# --- a row whose loss must not make another finding wrongly met ------------------------------------------------------

OPEN_PLAN = ("C-1,referral,2024-01-02", "C-1,plan-started,2024-02-01,,,,,,,,neglect")
CASE_CLOSED = "C-1,case-closed,2024-03-01"
LOST_PLANS = {
    "a bad date": "C-1,plan-started,2024-02-31,,,,,,,,neglect",
    "a misspelt event": "C-1,plan-startd,2024-02-01,,,,,,,,neglect",
    "a name of the council's own": "C-1,child-protection-plan-started,2024-02-01,,,,,,,,neglect",
    "another such name": "C-1,protection plan made,2024-02-01",
    "too many cells": "C-1,plan-started,2024-02-01,,,,,,,,neglect,,a,b",
    "cells moved to the right": ",C-1,plan-started,2024-02-01,,,,,,,,neglect",
    "a NUL in the identifier": "C-1\0,plan-started,2024-02-01",
    "a NUL": "C-1,plan-started,2024-02-01,,,,,,,,neglect\0,,",
    "a quotation mark": 'C-1,plan-started,2024-02-01,,,,,,,,neglect,,"oops',
    "an unclear withdrawal": "C-1,plan-started,2024-02-01,,p1,perhaps",
    "no event": "C-1,,2024-02-01",
}


@pytest.mark.parametrize("kind", LOST_PLANS)
def test_a_lost_plan_does_not_let_a_case_be_closed_in_order(kind: str, tmp_path: Path) -> None:
    _, whole = judged(table(tmp_path, *OPEN_PLAN, CASE_CLOSED))
    assert statuses(whole.values(), "closed-with-open-work") == ["breached"]
    path = table(tmp_path, OPEN_PLAN[0], LOST_PLANS[kind], GOOD, CASE_CLOSED)
    source, found = judged(path)
    assert len(source.rejections) == 1
    assert statuses([found["C-1"]], "closed-with-open-work") == ["cannot-tell"]
    assert statuses([found["C-2"]], "referral-decision") == ["overdue"]


def test_an_event_that_shares_no_word_with_ours_changes_nothing(tmp_path: Path) -> None:
    plain = judged(table(tmp_path, OPEN_PLAN[0], CASE_CLOSED))[1]["C-1"]
    source, found = judged(table(tmp_path, OPEN_PLAN[0], "C-1,telephone,2024-02-01", CASE_CLOSED))
    assert len(source.rejections) == 1
    assert found["C-1"] == plain


def test_a_stray_quotation_mark_swallows_no_rows(tmp_path: Path) -> None:
    """The cell would go on over the plan of another child, to a second stray mark, and be good CSV."""
    rows = (
        'C-2,referral,2024-01-02,,,,,,,,,,"oops',
        *OPEN_PLAN,
        'C-2,referral-decided,2024-01-03,,,,,,,,,,oops"',
        CASE_CLOSED,
    )
    source, found = judged(table(tmp_path, *rows))
    assert [entry.place for entry in source.rejections] == ["line 2"]
    assert statuses([found["C-1"]], "closed-with-open-work") == ["breached"]
    assert statuses([found["C-2"]], "referral-decision") == ["cannot-tell"]
    rows = (*rows[:3], "C-2,referral-decided,2024-01-03", CASE_CLOSED)
    source, found = judged(table(tmp_path, *rows))
    assert [entry.place for entry in source.rejections] == ["line 2"]
    assert statuses([found["C-1"]], "closed-with-open-work") == ["breached"]


NOT_MET = {
    "a misspelt type": ("single-assessment", ["referral,2024-01-02"], "assessment-completed,2024-01-20,,,,,,,intial"),
    "a misspelt outcome": (
        "initial-conference",
        ["strategy-discussion,2024-01-02,,,,,section-47"],
        "initial-conference,2024-01-10,,,,,,ajourned",
    ),
    "an unclear withdrawal": (
        "initial-conference",
        ["strategy-discussion,2024-01-02,,,,,section-47"],
        "initial-conference,2024-01-10,,r1,Y,,,plan",
    ),
    "an unclear need": (
        "initial-conference",
        ["section-47-started,2024-01-02", "supervision,2024-12-01"],
        "section-47-completed,2024-01-10,,,,,,not-substantiated,,,y",
    ),
}


@pytest.mark.parametrize("kind", NOT_MET)
def test_a_word_that_cannot_be_read_settles_nothing(kind: str, tmp_path: Path) -> None:
    """An assessment of type `intial` is no assessment of unknown type: it would not count, could it be read."""
    rule, rows, odd = NOT_MET[kind]
    _, found = judged(table(tmp_path, *(f"C-1,{row}" for row in (*rows, odd))))
    assert statuses(found.values(), rule) == ["cannot-tell"]


def test_a_flag_that_no_duty_hangs_on_costs_only_itself(tmp_path: Path) -> None:
    path = table(tmp_path, "C-1,visit,2024-01-02,perhaps", header="child,event,at,child-seen")
    source, found = judged(path)
    assert (source.events, source.rejections) == (1, [])
    assert "unreadable-fact" in [entry.code for entry in found["C-1"].irregularities]
    assert dict(only_child(path).events[0].facts) == {}


LINES = {
    "a broken line": '{"child": "C-1", "event": "plan-started", "at": "2024-02',
    "a line that is no object": '["C-1", "plan-started", "2024-02-01"]',
    "an object without a date": '{"child": "C-1", "event": "plan-started"}',
    "a name twice": '{"child": "C-1", "event": "plan-started", "at": "2024-02-01", "At": "2024-02-02"}',
    "a nested date": '{"child": "C-1", "event": "plan-started", "at": {"day": "2024-02-01"}}',
    "a nested event": '{"child": "C-1", "event": ["plan-started"], "at": "2024-02-01"}',
    "a nested fact": '{"child": "C-1", "event": "plan-started", "at": "2024-02-01", "by": {"a": [1]}, "outcome": [2]}',
    "an integer without end": '{"child": "C-1", "event": "plan-started", "at": ' + "9" * 5000 + "}",
    "nesting without end": '{"child": "C-1", "event": "plan-started", "at": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "a number for a date": '{"child": "C-1", "event": "plan-started", "at": 1704153600}',
    "NaN for a date": '{"child": "C-1", "event": "plan-started", "at": NaN}',
    "a NUL": '{"child": "C-1", "event": "plan-started", "at": "2024-02-01", "team": "\\u0000"}',
    "half a character": '{"child": "C-1", "event": "plan-started", "at": "2024-02-01", "team": "\\ud800"}',
}


@pytest.mark.parametrize("kind", LINES)
def test_a_bad_line_of_json_is_listed_and_puts_its_child_in_doubt(kind: str, tmp_path: Path) -> None:
    good = [
        json.dumps({"child": child, "event": event, "at": at})
        for child, event, at in (
            ("C-1", "referral", "2024-01-02"),
            ("C-1", "case-closed", "2024-03-01"),
            ("C-2", "referral", "2024-01-02"),
        )
    ]
    path = written(tmp_path, "\n".join([good[0], LINES[kind], *good[1:]]) + "\n", "x.jsonl")
    ((place, child, _),) = rejections(path)
    assert (place, child) == ("line 2", "C-1")
    _, found = judged(path)
    assert statuses([found["C-1"]], "closed-with-open-work") == ["cannot-tell"]
    assert statuses([found["C-2"]], "referral-decision") == ["overdue"]


# --- elements of a census that cannot be read --------------------------------------------------------------------


def block(name: str, *inside: str) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


PLANNED = block("ChildProtectionPlans", PLAN)
ELEMENTS = {
    "a date that is none": (REFERRED + block("Section47", tags(S47ActualStartDate="2023-02-29")), "section-47-started"),
    "the year 1": (REFERRED + block("Section47", tags(S47ActualStartDate="0001-01-01")), "section-47-started"),
    "the year 9999": (REFERRED + block("Section47", tags(S47ActualStartDate="9999-12-31")), "section-47-started"),
    "a word for a date": (REFERRED + block("Section47", tags(S47ActualStartDate="soon")), "section-47-started"),
    "a closure before the referral": (REFERRED + tags(CINclosureDate="2023-05-01"), "case-closed"),
    "a plan that ends before it starts": (
        REFERRED + block("ChildProtectionPlans", PLAN, tags(CPPendDate="2023-06-21")),
        "plan-ended",
    ),
    "a review before the plan": (
        REFERRED + block("ChildProtectionPlans", PLAN, block("Reviews", tags(CPPreviewDate="2023-06-21"))),
        "review-conference",
    ),
    "a conference before the enquiry": (
        REFERRED + block("Section47", ENQUIRY, tags(DateOfInitialCPC="2023-05-31")),
        "initial-conference",
    ),
    "an assessment that ends before it starts": (
        REFERRED
        + block("Assessments", tags(AssessmentActualStartDate="2023-05-03", AssessmentAuthorisationDate="2023-05-02")),
        "assessment-completed",
    ),
    "an unknown category": (
        REFERRED + block("ChildProtectionPlans", tags(CPPstartDate="2023-06-22", InitialCategoryOfAbuse="XYZ")),
        "plan-started",
    ),
    "an unclear flag of the referral": (REFERRED + tags(ReferralNFA="perhaps"), "referral"),
    "an unclear flag of the enquiry": (
        REFERRED + block("Section47", ENQUIRY, tags(ICPCnotRequired="perhaps")),
        "section-47-started",
    ),
    "no date of referral": (tags(ReferralSource="1A"), "referral"),
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_a_bad_element_is_listed_and_puts_what_it_told_of_in_doubt(kind: str, tmp_path: Path) -> None:
    episode, lost = ELEMENTS[kind]
    path = write_census(tmp_path / "c.xml", census_child(episode), census_child(REFERRED, name="C-2"))
    source, found = judged(path)
    assert source.children == 2
    assert [(entry.child, entry.place.startswith("child C-1, ")) for entry in source.rejections] == [("C-1", True)]
    first = next(iter(read(str(path))))
    assert [entry.kind for entry in first.lost] == [lost]
    assert statuses([found["C-2"]], "single-assessment") == ["overdue"]


def test_a_lost_element_does_not_let_a_case_be_closed_in_order(tmp_path: Path) -> None:
    for start in ("2023-06-22", "2023-06-31", "", "9999-01-01"):
        plan = block("ChildProtectionPlans", tags(CPPstartDate=start, InitialCategoryOfAbuse="NEG"))
        path = write_census(tmp_path / "c.xml", census_child(REFERRED + plan + CLOSED))
        expected = "breached" if start == "2023-06-22" else "cannot-tell"
        assert statuses(judged(path)[1].values(), "closed-with-open-work") == [expected], start


def test_a_flag_that_cannot_be_read_discharges_nothing(tmp_path: Path) -> None:
    read, not_read = dict.fromkeys(("true", "y"), "discharged"), dict.fromkeys(("perhaps", "2"), "cannot-tell")
    for flag, expected in (read | not_read).items():
        episode = REFERRED + block("Section47", ENQUIRY, tags(ICPCnotRequired=flag))
        found = judged(write_census(tmp_path / "c.xml", census_child(episode)))[1].values()
        assert statuses(found, "initial-conference") == [expected], flag


def test_a_date_of_death_that_cannot_be_read_leaves_every_duty_in_doubt(tmp_path: Path) -> None:
    episode = REFERRED + block("Section47", ENQUIRY)
    path = write_census(tmp_path / "c.xml", census_child(episode, identifiers=tags(PersonDeathDate="2023-06-31")))
    source, found = judged(path)
    assert len(source.rejections) == 1
    assert statuses(found.values(), "initial-conference") == ["cannot-tell"]


def test_other_unreadable_dates_are_listed(tmp_path: Path) -> None:
    identifiers = tags(PersonBirthDate="2015-02-30")
    episode = REFERRED + block("Section47", ENQUIRY, tags(InitialCPCtarget="2023-06-31"))
    path = write_census(tmp_path / "c.xml", census_child(episode, identifiers=identifiers))
    assert [place for place, _, _ in rejections(path)] == ["child C-1, PersonBirthDate", "child C-1, InitialCPCtarget"]


def test_an_unknown_reason_for_closure_is_an_irregularity(tmp_path: Path) -> None:
    episode = REFERRED + tags(CINclosureDate="2023-12-01", ReasonForClosure="RC99")
    (found,) = judged(write_census(tmp_path / "c.xml", census_child(episode)))[1].values()
    assert "unreadable-fact" in [entry.code for entry in found.irregularities]


@pytest.mark.parametrize("identifier", ["", "   ", "a\u200bb\u202e", "\ufffd"])
def test_a_child_without_an_identifier_is_rejected_and_the_next_is_read(identifier: str, tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", census_child(REFERRED, name=identifier), census_child(REFERRED, name="C-2"))
    source, found = judged(path)
    assert set(found) == {"C-2"}
    because = "it has no LAchildID that can be read"
    assert rejections(path) == [
        ("child 1 of the file", None, because),
        ("child 1 of the file, CINdetails", None, because),
    ]
    assert source.children == 1


def test_a_nul_in_a_census_costs_its_element(tmp_path: Path) -> None:
    text = census_text(census_child(REFERRED), census_child(REFERRED, name="C-2"))
    path = written(tmp_path, text.replace("2023-05-02", "2023-05-\0", 1), "c.xml")
    source, found = judged(path)
    assert [entry.child for entry in source.rejections] == ["C-1"]
    assert statuses([found["C-1"]], "single-assessment") == ["cannot-tell"]
    assert statuses([found["C-2"]], "single-assessment") == ["overdue"]


def test_a_lost_referral_does_not_put_what_began_on_the_day_of_a_closure_before_it(tmp_path: Path) -> None:
    """A case that was open that morning, closed and referred again: what begins that day begins in the new case.

    Whether it was open can be seen only from the first referral, which is the entry that was lost.
    """
    first = "C-1,referral,2009-11-03"
    day = [f"C-1,{rest}" for rest in ("case-closed,2009-11-09", "referral,2009-11-09", "supervision,2010-06-01")]
    core = "C-1,assessment-started,2009-11-09,,,,,,,core"
    for row, expected in ((first, "overdue"), (first.replace("2009-11-03", "2009-11-31"), "overdue or cannot-tell")):
        found = judged(table(tmp_path, row, *day, core))[1].values()
        (status,) = statuses(found, "core-assessment")
        assert status in expected.split(" or "), row


# --- every row and every element, one at a time ------------------------------------------------------------------

EXAMPLES = Path(__file__).parent.parent / "examples" / "data"
AS_AT = "2026-08-28"
SPOILT: dict[str, Callable[[list[str]], list[str]]] = {
    "the date": lambda cells: [*cells[:2], "2024-02-30", *cells[3:]],
    "the event": lambda cells: [cells[0], cells[1][:3] + cells[1][4:], *cells[2:]],
    "the event, in words of the council's own": lambda cells: [cells[0], f"our-{cells[1]}-form", *cells[2:]],
    "no event": lambda cells: [cells[0], "", *cells[2:]],
    "too many cells": lambda cells: [*cells, "x", "y"],
    "a quotation mark": lambda cells: [*cells[:-1], '"oops'],
    "every fact": lambda cells: [*cells[:4], *(cell and f"{cell}zz" for cell in cells[4:])],
}


Key = tuple[str, str]


def found_of(reports: Iterable[cp.Report]) -> dict[Key, set[cp.Status]]:
    """What was said of each duty, by rule and start."""
    found: dict[Key, set[cp.Status]] = {}
    for report in reports:
        for finding in report.findings:
            found.setdefault((finding.rule, str(finding.started)), set()).add(finding.status)
    return found


def hidden(whole: dict[Key, set[cp.Status]], spoilt: dict[Key, set[cp.Status]]) -> list[Key]:
    """What came to be met, or what was a breach and fell away, by nothing but the loss of an entry."""
    made_up = [key for key, found in spoilt.items() if cp.Status.MET in found - whole.get(key, set())]
    excused = [
        key
        for key, found in spoilt.items()
        if cp.Status.DISCHARGED in found - whole.get(key, set()) and any(s.is_breach for s in whole.get(key, ()))
    ]
    return made_up + excused


@pytest.mark.parametrize("how", SPOILT)
def test_no_row_that_is_lost_makes_anything_met(how: str, tmp_path: Path) -> None:
    header, *rows = (EXAMPLES / "events.csv").read_text(encoding="utf-8").splitlines()
    children = [[row for row in rows if row.startswith(f"EX{n:04},")] for n in range(1, 16)]
    lost = 0
    for told in children:
        whole = found_of(judged(table(tmp_path, *told, header=header), AS_AT)[1].values())
        for n, row in enumerate(told):
            spoilt = ",".join(SPOILT[how](row.split(",")))
            source, found = judged(table(tmp_path, *told[:n], spoilt, *told[n + 1 :], header=header), AS_AT)
            assert hidden(whole, found_of(found.values())) == [], spoilt
            lost += len(source.rejections)
    assert lost > 30


def test_no_element_that_is_lost_makes_anything_met(tmp_path: Path) -> None:
    text = (EXAMPLES / "census.xml").read_text(encoding="utf-8")
    children = re.findall(r"    <Child>\n.*?    </Child>\n", text, flags=re.DOTALL)
    head, tail = text[: text.index(children[0])], "  </Children>\n</Message>\n"
    lost = 0
    for child in children[:40]:
        whole = found_of(judged(written(tmp_path, head + child + tail))[1].values())
        for value in re.finditer(r"<(\w+)>([0-9]{4}-[0-9]{2}-[0-9]{2}|true|false|0|1|[A-Z]{3}|RC[0-9])</\1>", child):
            spoilt = child[: value.start(2)] + "x" + child[value.end(2) :]
            source, found = judged(written(tmp_path, head + spoilt + tail))
            assert hidden(whole, found_of(found.values())) == [], value.group()
            lost += len(source.rejections)
    assert lost > 100
