"""`childprotect audit`: sheets and the table for grades, in a file or a folder; nothing that was filled in is lost."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from tests.commands import Capture, error, out_of
from tests.planted import FORMATS, leaks, text_of

from childprotect import Chronology
from childprotect.cli.auditing import Place
from childprotect.desk import Desk, Selected
from childprotect.desk.audit_tables import COLUMNS

pytestmark = pytest.mark.usefixtures("wide")
ROWS = """child,event,at,worker,team,outcome,reason
C-1,referral,2012-05-01,,,,
C-1,allocated,2012-05-02,Secret Worker,North,,
C-1,case-closed,2012-08-01,,,,needs-met
C-2,referral,2012-05-01,,,,
C-2,allocated,2012-05-02,Secret Worker,South,,
C-3,referral,2012-09-17,,,,
C-3,allocated,2012-09-18,Secret Worker,North,,
C/4,case-closed,2012-09-01,,,,
C-5,visit,2012-13-45,,,,
C-5,visit,2012-09-03,,,,
"""


@pytest.fixture
def cases(tmp_path: Path) -> str:
    (tmp_path / "cases.csv").write_text(ROWS, encoding="utf-8")
    return str(tmp_path / "cases.csv")


def audit(capsys: Capture, *arguments: str) -> str:
    """What the command prints when it runs."""
    return out_of(capsys, "audit", *arguments, "--as-at", "2012-09-19")


def refused(capsys: Capture, *arguments: str) -> str:
    """What it says when it cannot run."""
    return error(capsys, "audit", *arguments)


def grades_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table for grades."""
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_the_cases_that_were_closed_lately_have_a_sheet_each_in_one_file(
    cases: str, tmp_path: Path, capsys: Capture
) -> None:
    told = audit(capsys, cases, "--closed", "3 months", "--out", str(tmp_path / "sheets.html"))
    assert "All cases that were closed within 3 months, from Tue 19 Jun 2012 to Wed 19 Sep 2012: 2 of 5 cases." in told
    assert "  C-1: The case was closed on Wed 1 Aug 2012." in told
    assert f"wrote {tmp_path / 'sheets.html'}: 2 sheets, to be graded in {tmp_path / 'sheets-grades.csv'}" in told
    assert "9 read, 1 rejected" in told
    page = (tmp_path / "sheets.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
    assert "Child C-1" in page and "Child C/4" in page and "Child C-2" not in page
    assert "Secret" not in page + told
    assert [row["child"] for row in grades_of(tmp_path / "sheets-grades.csv")] == ["C-1", "C/4"]


def test_a_folder_has_a_page_for_each_case_named_by_what_any_system_can_name(
    cases: str, tmp_path: Path, capsys: Capture
) -> None:
    audit(capsys, cases, "--closed", "3 months", "--out", str(tmp_path / "audit"))
    names = sorted(os.listdir(tmp_path / "audit"))
    assert names == ["001-C-1.html", "002.html", "cases.html", "grades.csv"]
    assert "Case sheet: child C/4" in (tmp_path / "audit" / "002.html").read_text("utf-8")
    assert "The case was closed on Wed 1 Aug 2012." in (tmp_path / "audit" / "cases.html").read_text("utf-8")
    assert sorted(os.listdir(tmp_path)) == ["audit", "cases.csv"]


def test_markdown_samples_and_the_riskiest_and_who_holds_the_case_on_request(
    cases: str, tmp_path: Path, capsys: Capture
) -> None:
    told = audit(capsys, cases, "--sample", "2", "--seed", "3", "--by", "team", "--out", str(tmp_path / "a.md"))
    assert "2 cases drawn at random by team, with seed 3: 2 of 5 cases." in told
    again = audit(capsys, cases, "--sample", "2", "--seed", "3", "--by", "team", "--out", str(tmp_path / "b.md"))
    assert again.replace("b.md", "a.md").replace("b-", "a-") == told
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()
    told = audit(capsys, cases, "--riskiest", "1", "--current", "--holder", "--out", str(tmp_path / "c.md"))
    assert "of all cases that were open on Wed 19 Sep 2012" in told
    assert "| worker | Secret Worker |" in (tmp_path / "c.md").read_text("utf-8")
    assert "Secret" not in told


def test_grades_come_back_and_what_they_ask_for_is_read_with_the_records(
    cases: str, tmp_path: Path, capsys: Capture
) -> None:
    audit(capsys, cases, "--closed", "3 months", "--out", str(tmp_path / "audit"))
    grades = tmp_path / "audit" / "grades.csv"
    rows = grades_of(grades)
    rows[0] |= {"at": "2012-09-03", "grade": "inadequate", "themes": "closure"}
    rows.append(dict.fromkeys(COLUMNS, "") | {"child": "C-1", "event": "audit-action-set", "at": "2012-09-03"})
    rows[-1] |= {"action": "see the child", "owner": "Secret Owner", "due": "2012-09-10"}
    with grades.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    out = str(tmp_path / "again.md")
    told = audit(capsys, cases, "--audits", str(grades), "--riskiest", "9", "--out", out)
    assert f"{grades}: event-table, 2 children, 2 events" in told
    assert "rejected: line 3" in told
    sheet = (tmp_path / "again.md").read_text("utf-8")
    assert "Audit of the case (grade: inadequate, themes: closure)" in sheet
    assert "An audit action done by its date | overdue" in sheet
    assert "Secret" not in sheet + told


def test_what_people_filled_in_is_never_overwritten(cases: str, tmp_path: Path, capsys: Capture) -> None:
    asked = (cases, "--closed", "3 months", "--out", str(tmp_path / "audit"))
    audit(capsys, *asked)
    assert "the folder has something in it; expected another name, or --force" in refused(capsys, *asked)
    audit(capsys, *asked, "--force")
    grades = tmp_path / "audit" / "grades.csv"
    grades.write_text(grades.read_text("utf-8").replace("C-1,case-audited,", "C-1,case-audited,2012-09-03"), "utf-8")
    before = grades.read_bytes()
    line = refused(capsys, *asked, "--force")
    assert "grades.csv: it has been filled in, and would be lost; expected another name" in line
    assert grades.read_bytes() == before
    (tmp_path / "one-grades.csv").write_text("anything else", "utf-8")
    line = refused(capsys, cases, "--current", "--out", str(tmp_path / "one.html"), "--force")
    assert "one-grades.csv: it has been filled in" in line
    assert not (tmp_path / "one.html").exists()


def test_no_file_is_overwritten_without_force_and_no_input_at_all(cases: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "there.html").write_text("mine", "utf-8")
    line = refused(capsys, cases, "--current", "--out", str(tmp_path / "there.html"))
    assert "it exists already" in line
    assert (tmp_path / "there.html").read_text("utf-8") == "mine"
    audit(capsys, cases, "--current", "--out", str(tmp_path / "there.html"), "--force")
    page = tmp_path / "page.html"
    page.write_text(ROWS, "utf-8")
    assert "it is what is to be read" in refused(capsys, str(page), "--current", "--out", str(page), "--force")
    assert page.read_text("utf-8") == ROWS


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "audit: no cases were chosen; expected --closed, --current, --sample or --riskiest"),
        (("--closed", "soon"), "--closed: 'soon' is no period; expected a period such as '3 months'"),
        (("--closed", "3 months", "--current"), "--current: a case that is current is not closed"),
        (("--sample", "3", "--riskiest", "3"), "--riskiest: a random sample is not of the riskiest"),
        (("--riskiest", "3", "--by", "team"), "--by: only a sample has strata"),
        (("--sample", "0"), "--sample: 0 cases are none; expected 1 or more"),
        (("--riskiest", "-1"), "--riskiest: -1 cases are none; expected 1 or more"),
        (("--current", "--out", "sheets.pdf"), "sheets.pdf: its name says no sheet that we write"),
        (("--current", "--out", "no/such/folder"), "no/such/folder: it cannot be written (No such file or directory)"),
        (("--current", "--out", "cases.csv/x"), "cases.csv/x: it cannot be written (Not a directory)"),
        (("--current", "--audits", "cases.csv"), "cases.csv: it holds "),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_one_line_and_nothing_is_written(
    arguments: tuple[str, ...], says: str, cases: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = () if "--out" in arguments else ("--out", "new")
    assert refused(capsys, cases, *arguments, *out).startswith(says)
    assert os.listdir(tmp_path) == ["cases.csv"]


def test_a_folder_is_whole_or_not_there(
    cases: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    audit(capsys, cases, "--closed", "3 months", "--out", "empty")
    assert "grades.csv" in os.listdir("empty")
    # a name too long for any system: of the first page all is well, and the folder cannot take its name
    long = "x" * 300
    assert "File name too long" in refused(capsys, cases, "--closed", "3 months", "--out", long)
    assert sorted(os.listdir(tmp_path)) == ["cases.csv", "empty"]


def test_where_no_case_is_chosen_the_command_says_so(cases: str, tmp_path: Path, capsys: Capture) -> None:
    told = audit(capsys, cases, "--closed", "1 day", "--out", str(tmp_path / "none.html"))
    assert ": 0 of 5 cases." in told
    assert "0 sheets" in told
    assert grades_of(tmp_path / "none-grades.csv") == []


def test_the_help_says_what_there_is(capsys: Capture) -> None:
    told = out_of(capsys, "audit", "--help")
    for option in (
        "--closed",
        "--current",
        "--sample",
        "--seed",
        "--by",
        "--riskiest",
        "--audits",
        "--holder",
        "--out",
    ):
        assert option in told


def test_a_folder_that_cannot_be_finished_is_not_begun(tmp_path: Path) -> None:
    stories = [Chronology.of(child, events=[("2012-05-01", "referral")]) for child in ("C-1", "C-2")]
    half = Selected("Two cases, of one of which nothing is known", ("C-1", "C-2"), {"C-1": ()}, 2)
    place = Place.of(str(tmp_path / "audit"), False, ())
    with pytest.raises(KeyError):
        place.write(Desk.of(stories, date(2012, 9, 19)), half, False)
    assert os.listdir(tmp_path) == []


def test_an_identifier_is_no_markup_no_path_and_no_other_cell(tmp_path: Path, capsys: Capture) -> None:
    child = '../<b>"C|1",x'
    with (tmp_path / "odd.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("child", "event", "at"), (child, "case-closed", "2012-09-01")])
    for out in ("audit", "one.html", "one.md"):
        audit(capsys, str(tmp_path / "odd.csv"), "--closed", "3 months", "--out", str(tmp_path / out), "--force")
    assert sorted(os.listdir(tmp_path)) == ["audit", "odd.csv", "one-grades.csv", "one.html", "one.md"]
    assert sorted(os.listdir(tmp_path / "audit")) == ["001.html", "cases.html", "grades.csv"]
    assert "<b>" not in (tmp_path / "one.html").read_text("utf-8")
    assert [row["child"] for row in grades_of(tmp_path / "one-grades.csv")] == [child]


def test_with_a_key_only_pseudonyms_are_told(cases: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "key").write_text("0123456789abcdef0123", "utf-8")
    out = tmp_path / "one.html"
    told = audit(capsys, cases, "--closed", "3 months", "--out", str(out), "--pseudonymise", str(tmp_path / "key"))
    rows = grades_of(tmp_path / "one-grades.csv")
    assert len(rows) == 2
    assert all(len(row["child"]) == 24 and row["child"] in told for row in rows)
    assert "C-1" not in told.replace("rejected: line", "") + out.read_text("utf-8")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_sheet_no_table_and_no_screen_holds_anything_personal(kind: str, tmp_path: Path, capsys: Capture) -> None:
    path = FORMATS[kind](tmp_path)
    assert len(leaks(text_of(path))) >= 6, "the values are planted"
    for n, choice in enumerate((("--riskiest", "99"), ("--sample", "99", "--by", "worker"))):
        told = out_of(
            capsys, "audit", str(path), *choice, "--as-at", "2026-01-01", "--out", str(tmp_path / f"{n}.html")
        )
        grades = (tmp_path / f"{n}-grades.csv").read_text("utf-8")
        assert leaks(told + grades + (tmp_path / f"{n}.html").read_text("utf-8")) == []
        assert "C-1" in grades
