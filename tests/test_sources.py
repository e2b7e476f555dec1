"""What every reader shares, and what is written: which format a file has, what a source counts, reports as files."""

import csv
import io
import json
import locale
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.on_disk import census_child, census_text, tags

import childprotect as cp
from childprotect.findings import Irregularity
from childprotect.records import READERS, Rejection, Source, read
from childprotect.records.event_table import CSV
from childprotect.records.reports import CsvReport, JsonReport, Tally
from childprotect.records.source import Counted, clean_identifier, implausible, open_binary, quoted
from childprotect.rulebooks import england
from childprotect.rulebooks.england.dfe_validation import numbers

TABLE = "child,event,at\nC-101,referral,2024-01-02\n"
LINES = '{"child": "C-101", "event": "referral", "at": "2024-01-02"}\n'
CENSUS = census_text(census_child(tags(CINreferralDate="2024-01-02"), name="C-101"))


def written(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "records.dat"
    path.write_bytes(content)
    return str(path)


def refusal(call: Callable[[str], object], path: str) -> tuple[str, str, str]:
    """The place, the problem and what was expected."""
    with pytest.raises(cp.UnreadableInput) as caught:
        call(path)
    assert caught.value.path == path
    return caught.value.place, caught.value.problem, caught.value.expected


# --- which format a file has


FORMATS = {
    "a table": (TABLE.encode(), "event-table"),
    "lines of JSON": (LINES.encode(), "event-table"),
    "a census": (CENSUS.encode(), "cin-census"),
    "a table that some editor marked": (TABLE.encode("utf-8-sig"), "event-table"),
    "lines of JSON that some editor marked": (LINES.encode("utf-8-sig"), "event-table"),
    "a census that some editor marked": (CENSUS.encode("utf-8-sig"), "cin-census"),
    "a census in UTF-16, the low byte first": (
        b"\xff\xfe" + CENSUS.replace("-8", "-16").encode("utf-16-le"),
        "cin-census",
    ),
    "a census in UTF-16, the high byte first": (
        b"\xfe\xff" + CENSUS.replace("-8", "-16").encode("utf-16-be"),
        "cin-census",
    ),
    "a table in UTF-16": (TABLE.encode("utf-16"), "event-table"),
    "a table in UTF-16, the high byte first": (b"\xfe\xff" + TABLE.encode("utf-16-be"), "event-table"),
    "lines of JSON in UTF-16": (LINES.encode("utf-16"), "event-table"),
    "lines of JSON after blank lines": (f"\n \t\r\n{LINES}".encode(), "event-table"),
    "lines of JSON after many blank lines": (b"\n" * 4095 + LINES.encode(), "event-table"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_first_character_that_is_not_space_decides_the_format(kind: str, tmp_path: Path) -> None:
    content, form = FORMATS[kind]
    source = read(written(tmp_path, content))
    assert [(child.child, [event.kind for event in child]) for child in source] == [("C-101", ["referral"])]
    assert (source.format, source.rejections) == (form, [])


EITHER = "one of: " + "; ".join(reader.title for reader in (*READERS, CSV))
NEITHER = {
    "nothing": (b"", ("", "the file is empty", EITHER)),
    "a mark and nothing": (b"\xff\xfe\n\0", ("", "the file is empty", EITHER)),
    "a page of blanks": (b" " * 4096 + LINES.encode(), ("", "the file is empty", EITHER)),
}


@pytest.mark.parametrize("kind", NEITHER)
def test_what_has_none_of_the_formats_is_refused(kind: str, tmp_path: Path) -> None:
    content, told = NEITHER[kind]
    assert refusal(read, written(tmp_path, content)) == told


@pytest.mark.parametrize(
    "content", [TABLE + "C-101,visit,2024-01-03\n" * 1500, LINES * 1500, CENSUS], ids=["csv", "json", "xml"]
)
def test_the_reading_of_every_format_tells_how_far_it_is(content: str, tmp_path: Path) -> None:
    told: list[int] = []
    assert len(list(read(written(tmp_path, content.encode()), progress=told.append))) == 1
    assert 0 < sum(told) <= len(content)


# --- what cannot be opened


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    assert refusal(open_binary, str(tmp_path / "none")) == (
        "",
        "there is no such file",
        "the path of a file that exists",
    )
    assert refusal(open_binary, str(tmp_path)) == ("", "it is a folder", "a file")
    assert refusal(open_binary, "/dev/null") == ("", "it is a pipe or a device", "a file on disk")
    assert refusal(open_binary, str(tmp_path / ("x" * 300))) == (
        "",
        "it cannot be opened (File name too long)",
        "a file that can be read",
    )


def test_a_file_is_read_as_bytes(tmp_path: Path) -> None:
    with open_binary(written(tmp_path, b"\xff\r\n")) as file:
        assert file.read() == b"\xff\r\n"


# --- what a source says


def test_a_source_counts_what_it_gives_and_what_it_could_not_read() -> None:
    stories = [cp.Chronology.of(f"C-{n}", events=[("2024-01-02", "referral")] * n) for n in range(4)]
    source = Source("records.csv", "event-table", date(2024, 3, 31))
    assert list(source) == []
    source = Source("records.csv", "event-table", date(2024, 3, 31)).give(iter(stories))
    assert [child.child for child in source] == ["C-0", "C-1", "C-2", "C-3"]
    source.recognised = "it is text with a header row"
    for _ in range(9):
        source.account.next_row()
    source.account.reject("line 9", "C-2", "the row names no event")
    source.account.reject("line 9", "C-2", "the row has no date")
    source.account.reject_rows(["line 10", "line 11"], None, "the row names no child")
    source.account.unused["note"] += 1
    source.account.missing.append("team")
    source.account.doubt("line 3", "C-1", "it may be a slip")
    assert source.rejections == [
        Rejection("line 9", "C-2", "the row names no event"),
        Rejection("line 9", "C-2", "the row has no date"),
        Rejection("line 10", None, "the row names no child"),
        Rejection("line 11", None, "the row names no child"),
    ]
    assert source.to_dict() == {
        "path": "records.csv",
        "format": "event-table",
        "recognised": "it is text with a header row",
        "as_at": "2024-03-31",
        "children": 4,
        "events": 6,
        "rows": 11,
        "read": 8,
        "rejected": 3,
        "rejections": [
            {"place": "line 9", "child": "C-2", "because": "the row names no event"},
            {"place": "line 9", "child": "C-2", "because": "the row has no date"},
            {"place": "line 10", "child": None, "because": "the row names no child"},
            {"place": "line 11", "child": None, "because": "the row names no child"},
        ],
        "doubts": [{"place": "line 3", "child": "C-1", "because": "it may be a slip"}],
        "unused": {"note": 1},
        "missing": ["team"],
    }


def test_the_account_of_one_source_is_not_that_of_another() -> None:
    one, other = (Source(name, "event-table", date(2024, 3, 31)) for name in "ab")
    one.account.reject("line 2", None, "it is no row")
    assert (len(one.rejections), len(other.rejections)) == (1, 0)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(1899, 12, 31), "is outside 1900 to 2050"),
        (date(1900, 1, 1), None),
        (date(2050, 12, 31), None),
        (date(2051, 1, 1), "is outside 1900 to 2050"),
    ],
)
def test_a_day_is_meant_if_a_child_of_today_can_have_lived_on_it(day: date, told: str | None) -> None:
    assert implausible(day) == told


@pytest.mark.parametrize("text", ["2024-02-30", "9999-12-31", "2024-01-02T25:00", "2024-01-02 10:00:00.123456+01:00"])
def test_what_looks_like_a_date_is_repeated(text: str) -> None:
    assert quoted(text) == f" '{text}'"


@pytest.mark.parametrize("text", ["02/01/2024", "20240102", "2024-01-02 Zebedee", "on 2024-01-02", "07700 900461", ""])
def test_what_might_be_anything_is_not_repeated(text: str) -> None:
    assert quoted(text) == ""


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        (" C-101\n", "C-101"),
        ("C 1", "C 1"),
        ("", None),
        (" \t", None),
        (None, None),
        ("C\x07", None),
        ("C\ufffd1", None),
    ],
)
def test_an_identifier_can_be_printed(text: str | None, identifier: str | None) -> None:
    assert clean_identifier(text) == identifier


def test_a_file_that_is_counted_tells_every_byte_once_and_hides_nul() -> None:
    told: list[int] = []
    file = Counted(io.BytesIO(b"ab\0cd"), told.append)
    assert [file.read(3), file.read(1), file.read(), file.read()] == [b"ab\xef\xbf\xbd", b"c", b"d", b""]
    assert told == [3, 1, 1, 0]
    assert Counted(io.BytesIO(b"a\0b"), None).read() == b"a\xef\xbf\xbdb"
    assert Counted(io.BytesIO(b"a\0b"), None, hide_nul=False).read() == b"a\0b"


# --- reports


def story(child: str = "C-101") -> cp.Chronology:
    """Something of everything: in time, late, overdue, nobody can tell, out of order, without a number."""
    told: list[Any] = [
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-decided", {"outcome": "assessment"}),
        ("2024-04-02T09:00:00Z", "police-protection-started"),
        ("2024-04-08T09:00:00Z", "police-protection-ended"),
        ("2024-05-13", "found"),
        ("2024-05-14", "strategy-discussion", {"decision": "section-47"}),
        ("2024-06-10", "return-interview"),
        ("2024-06-12", "plan-ended"),
    ]
    return cp.Chronology.of(child, events=told)


def report_on(child: str = "C-101", as_at: date = date(2024, 7, 1)) -> cp.Report:
    return cp.check(story(child), england.rulebook, as_at=as_at)


def finding_of(report: cp.Report, rule: str) -> cp.Finding:
    (found,) = [finding for finding in report.findings if finding.rule == rule]
    return found


SOURCES = [Source(f"{year}.csv", "event-table", date(year, 3, 31)) for year in (2023, 2024, 2022)]


def as_csv(*reports: cp.Report) -> str:
    out = io.StringIO()
    with closing(CsvReport()) as made:
        for report in reports:
            made.add(report)
        made.finish(SOURCES, out)
    return out.getvalue()


def as_json(*reports: cp.Report) -> str:
    out = io.StringIO()
    with closing(JsonReport()) as made:
        for report in reports:
            made.add(report)
        made.finish(SOURCES if reports else [], out)
    return out.getvalue()


def test_a_finding_is_a_row_of_the_csv() -> None:
    header, *rows = csv.reader(io.StringIO(as_csv(report_on("C-101"), report_on("C-102"))))
    assert " ".join(header) == (
        "child rule status started due done days_late unit edition force evidence missing because dfe"
    )
    assert [row[0] for row in rows] == ["C-101"] * 8 + ["C-102"] * 8
    by_rule = {row[1]: row for row in rows[:8]}
    late = finding_of(report_on(), "police-protection")
    assert by_rule["police-protection"] == [
        "C-101",
        "police-protection",
        "late",
        "2024-04-02T09:00:00+00:00",
        "2024-04-05T10:00:00+01:00",
        "2024-04-08T09:00:00+00:00",
        "3",
        "days",
        "CA1989",
        "statute",
        "secondary",
        "",
        late.because,
        "",
    ]
    assert by_rule["referral-acknowledgement"][3:8] == ["2024-03-01", "2024-03-04", "", "81", "working-days"]
    assert by_rule["strategy-discussion-attendance"][3:8] == ["2024-05-14", "", "", "", ""]
    assert by_rule["strategy-discussion-attendance"][11] == "strategy-discussion.agencies"


def test_what_is_missing_is_separated_by_semicolons_and_what_has_no_version_has_no_edition() -> None:
    bare = evolve(
        finding_of(report_on(), "single-assessment"),
        version=None,
        wait=None,
        trigger=None,
        due=None,
        missing=("a", "b"),
    )
    (row,) = list(csv.reader(io.StringIO(as_csv(cp.Report(date(2024, 7, 1), (bare,))))))[1:]
    assert row[3:12] == ["", "", "", "", "", "", "", "", "a;b"]


@pytest.mark.parametrize("first", "= + - @ \t \r\n".split(" "))
def test_no_spreadsheet_takes_a_child_for_a_formula(first: str) -> None:
    child = f"{first}1+1".encode().decode("unicode_escape")
    rows = list(csv.reader(io.StringIO(as_csv(report_on(child)), newline="")))
    assert {row[0] for row in rows[1:]} == {f"'{child}"}


def test_no_spreadsheet_takes_any_cell_for_a_formula_and_the_numbers_of_validation_rules_are_told() -> None:
    finding = evolve(finding_of(report_on(), "police-protection"), missing=("=cmd", "b"))
    with closing(CsvReport(numbers=lambda found: ("8670Q", f"@{found.rule}"))) as made:
        made.add(cp.Report(date(2024, 7, 1), (finding,)))
        out = io.StringIO()
        made.finish(SOURCES, out)
    (row,) = list(csv.reader(io.StringIO(out.getvalue())))[1:]
    assert row[11] == "'=cmd;b"
    assert row[13] == "8670Q;@police-protection"
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_a_line_end_within_a_cell_of_the_csv_stays_as_it_was() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(report_on("C\r\n1\r2")), newline="")))
    assert {row[0] for row in rows[1:]} == {"C\r\n1\r2"}
    assert "\r" not in as_csv(report_on())


def as_told(entry: Any) -> dict[str, Any]:
    """An entry as the report has it: a finding with the numbers of validation rules, where it matches any."""
    told: dict[str, Any] = entry.to_dict()
    matching = numbers(entry) if isinstance(entry, cp.Finding) else ()
    return told | ({"dfe": list(matching)} if matching else {})


def test_the_json_is_what_the_reports_say() -> None:
    both = [report_on("C-101"), report_on("C-102")]
    told = as_json(*both)
    assert json.loads(told) == {
        "as_at": "2024-03-31",
        "sources": [source.to_dict() for source in SOURCES],
        "summary": {
            rule: {status: 2 * n for status, n in counts.items()}
            for rule, counts in both[0].to_dict()["summary"].items()
        },
        "findings": [as_told(entry) for report in both for entry in report.findings],
        "irregularities": [entry.to_dict() for report in both for entry in report.irregularities],
        "not_assessed": [entry.to_dict() for entry in both[0].not_assessed],
        "elapsed": [entry.to_dict() for report in both for entry in report.elapsed],
    }


def test_every_entry_of_the_json_is_a_line_of_its_own() -> None:
    both = [report_on("C-101"), report_on("C-102")]
    lines = [line.removesuffix(",") for line in as_json(*both).splitlines()]
    assert [line for line in lines if line.startswith(" ")] == [
        f"  {json.dumps(as_told(entry))}"
        for part in ("findings", "irregularities", "elapsed")
        for report in both
        for entry in getattr(report, part)
    ]


def test_a_report_of_nothing_is_a_report() -> None:
    empty: dict[str, Any] = {"sources": [], "findings": [], "irregularities": [], "not_assessed": [], "elapsed": []}
    assert json.loads(as_json()) == {"as_at": None, "summary": {}, **empty}
    assert len(as_csv().splitlines()) == 1


def test_a_report_does_not_hang_on_the_language_of_the_machine() -> None:
    child = "\u00d81-\u65e5"
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        rows = list(csv.reader(io.StringIO(as_csv(report_on(child)))))
        made = json.loads(as_json(report_on(child)))
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    assert {row[0] for row in rows[1:]} == {child}
    assert {entry["child"] for entry in made["findings"]} == {child}


LONG = "x" * 5_000_000
"""More than is kept in memory."""
PARTS: dict[str, cp.Report] = {
    "findings": cp.Report(date(2024, 7, 1), tuple(evolve(entry, child=LONG) for entry in report_on().findings[:1])),
    "irregularities": cp.Report(date(2024, 7, 1), irregularities=(Irregularity(LONG, "odd", None, ""),)),
    "elapsed": cp.Report(
        date(2024, 7, 1), elapsed=tuple(evolve(entry, child=LONG) for entry in report_on().elapsed[:1])
    ),
}


FORMS_AND_PARTS = [(CsvReport, "findings"), *((JsonReport, part) for part in PARTS)]


@pytest.mark.parametrize(("form", "part"), FORMS_AND_PARTS, ids=str)
def test_a_long_report_waits_on_disk_and_not_in_memory(
    form: type[CsvReport] | type[JsonReport], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, closing(form()) as made:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        made.add(report_on())
        with pytest.raises(FileNotFoundError):
            made.add(PARTS[part])


class Pieces(io.StringIO):
    """Text that is written away, of which only the lengths of the pieces are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def write(self, text: str) -> int:
        self.lengths.append(len(text))
        return len(text)


@pytest.mark.parametrize("form", [CsvReport, JsonReport])
def test_a_long_report_is_written_piece_by_piece(form: type[CsvReport] | type[JsonReport]) -> None:
    out = Pieces()
    with closing(form()) as made:
        made.add(PARTS["findings"])
        made.finish([], out)
    assert sum(out.lengths) > len(LONG)
    assert max(out.lengths) <= 1024 * 1024


@pytest.mark.parametrize(("form", "part"), FORMS_AND_PARTS, ids=str)
def test_a_report_that_is_closed_keeps_nothing(form: type[CsvReport] | type[JsonReport], part: str) -> None:
    made = form()
    made.add(PARTS[part])
    made.close()
    with pytest.raises(ValueError, match="closed file"):
        made.add(PARTS[part])


def test_a_tally_counts() -> None:
    tally = Tally(3)
    for child in ("C-101", "C-102"):
        tally.add(report_on(child))
    report = report_on()
    assert dict(tally.counts) == {(finding.rule, finding.status.value): 2 for finding in report.findings}
    assert dict(tally.odd) == {"out-of-order": 4}
    assert dict(tally.missing) == {
        ("strategy-discussion-attendance", "strategy-discussion.agencies"): 2,
        ("plan-ended-by-review", "plan-ended.reason"): 2,
    }
    assert list(tally.not_assessed) == list(report.not_assessed)
    assert tally.elapsed == {
        "section-47-completion": ({}, {48: 2}),
        "enquiry-after-emergency-action": ({42: 2}, {}),
        "strategy-discussion-held": ({42: 2}, {}),
    }
    assert tally.breaches == 10


def test_every_report_adds_what_it_did_not_assess() -> None:
    """A child whose record ends before a rule came into force is told of other rules than the next."""
    reports = [evolve(report_on(), not_assessed=report_on().not_assessed[n : n + 2]) for n in (0, 1)]
    names = [entry.id for entry in report_on().not_assessed[:3]]
    assert [entry["id"] for entry in json.loads(as_json(*reports))["not_assessed"]] == names
    tally = Tally(3)
    for report in reports:
        tally.add(report)
    assert [entry.id for entry in tally.not_assessed] == names


def test_the_gravest_are_those_that_are_still_undone_and_longest_overdue() -> None:
    """Then what fell away undone, what was broken, and what was late; children in the order of their names."""
    report = report_on()
    overdue = finding_of(report, "single-assessment")
    shorter = finding_of(report, "initial-conference")
    fell_away = evolve(finding_of(report, "referral-acknowledgement"), ended=date(2024, 6, 1))
    told: list[Any] = [("2024-05-14", "strategy-discussion", {"agencies": {"police"}, "decision": "section-47"})]
    broken = finding_of(
        cp.check(cp.Chronology.of("C-101", events=told), england.rulebook, as_at=date(2024, 7, 1)),
        "strategy-discussion-attendance",
    )
    late = finding_of(report, "return-interview")
    less_late = finding_of(report, "police-protection")
    first = evolve(overdue, child="C-100")
    by_a_day = evolve(late, child="C-102", status=cp.Status.BREACHED, due=date(2024, 6, 9))
    expected = [first, overdue, shorter, fell_away, by_a_day, broken, late, less_late]
    for turned in (expected, expected[::-1], expected[3:] + expected[:3]):
        tally = Tally(8)
        tally.add(cp.Report(date(2024, 7, 1), tuple(turned)))
        assert [(entry.child, entry.rule) for entry in tally.gravest] == [
            (entry.child, entry.rule) for entry in expected
        ]
    tally = Tally(2)
    tally.add(cp.Report(date(2024, 7, 1), tuple(expected[::-1])))
    assert tally.gravest == expected[:2]
    assert tally.breaches == 8


def test_a_tally_keeps_few_breaches_and_the_gravest_of_all() -> None:
    overdue = finding_of(report_on(), "single-assessment")
    tally = Tally(2)
    for n in range(50):
        tally.add(cp.Report(date(2024, 7, 1), (evolve(overdue, child=f"C-{n * 7 % 50:02}"),)))
        assert len(tally.worst) <= 8
    assert [finding.child for finding in tally.gravest] == ["C-00", "C-01"]
    assert tally.breaches == 50
    none = Tally(0)
    none.add(report_on())
    assert (none.gravest, none.worst, none.breaches) == ([], [], 5)
