"""`childprotect report`: files on disk, the three forms read back, and what is said of all that is given wrong."""

import json
import re
from pathlib import Path

import pytest
from tests.commands import Capture, complaints, error, out_of
from tests.planted import FORMATS, leaks

pytestmark = pytest.mark.usefixtures("wide")
ROWS = """child,event,at,outcome
C-1,referral,2024-04-15,
C-1,referral-acknowledged,2024-04-15,
C-1,referral-decided,2024-04-18,no-further-action
C-2,referral,2024-04-15,
C-2,referral-acknowledged,2024-04-15,
C-2,referral-decided,2024-04-16,no-further-action
C-3,referral,2024-04-15,
C-3,referral-acknowledged,2024-04-15,
C-3,visit,2024-13-45,
"""


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


@pytest.fixture
def cases(tmp_path: Path) -> str:
    return written(tmp_path, "cases.csv", ROWS)


def report(capsys: Capture, file: str, out: Path, *arguments: str, on: str = "2024-06-28") -> str:
    """The report that is written."""
    printed = out_of(capsys, "report", file, "--out", str(out), "--as-at", on, "--law-only", *arguments)
    assert printed.splitlines()[-1] == f"wrote {out}"
    return out.read_text(encoding="utf-8")


def refused(capsys: Capture, cases: str, out: Path, *arguments: str) -> list[str]:
    """What it says when it cannot run; nothing is written then."""
    said = complaints(capsys, "report", cases, "--out", str(out), "--as-at", "2024-06-28", *arguments)
    assert not out.exists()
    return said


# --- the three forms


FOUND = "Found: 2 of 3 duties not kept, in the records of 2 children."


@pytest.mark.parametrize("name", ["report.html", "report.md", "report.json", "REPORT.HTML"])
def test_each_form_is_written_by_the_end_of_its_name(cases: str, tmp_path: Path, capsys: Capture, name: str) -> None:
    text = report(capsys, cases, tmp_path / name, "--name", "a small authority")
    assert FOUND in text
    begins = {"html": "<!DOCTYPE html>", "md": "# Report on the protection of children\n", "json": "{\n"}
    assert text.startswith(begins[name.rpartition(".")[2].lower()])
    assert "a small authority" in text


def test_it_says_what_became_of_the_rows(cases: str, tmp_path: Path, capsys: Capture) -> None:
    assert "9 rows: 8 read, 1 rejected in whole or in part." in report(capsys, cases, tmp_path / "r.md")
    plain = json.loads(report(capsys, cases, tmp_path / "r.json"))
    assert (plain["rows"]["read"], plain["rows"]["rejected"]) == (8, 1)
    assert plain["name"] == cases
    assert plain["as_at"] == "2024-06-28"


def test_the_same_records_give_the_same_report(cases: str, tmp_path: Path, capsys: Capture) -> None:
    for end in ("html", "md", "json"):
        first = report(capsys, cases, tmp_path / f"a.{end}")
        assert report(capsys, cases, tmp_path / f"b.{end}") == first


def test_without_a_day_it_is_as_at_the_last_of_the_file(cases: str, tmp_path: Path, capsys: Capture) -> None:
    out_of(capsys, "report", cases, "--out", str(tmp_path / "r.json"))
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["as_at"] == "2024-04-18"


def test_a_report_is_not_written_over(cases: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "report.md"
    out.write_text("mine", encoding="utf-8")
    assert "exists" in error(capsys, "report", cases, "--out", str(out))
    assert out.read_text(encoding="utf-8") == "mine"
    assert FOUND in report(capsys, cases, out, "--force")
    assert "exists" in error(capsys, "report", cases, "--out", str(out))


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.html.txt"])
def test_another_end_of_the_name_is_refused(cases: str, tmp_path: Path, capsys: Capture, name: str) -> None:
    (said,) = refused(capsys, cases, tmp_path / name)
    assert said.endswith("expected one of .html, .md, .json")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_form_holds_anything_personal(kind: str, tmp_path: Path, capsys: Capture) -> None:
    path = FORMATS[kind](tmp_path)
    for end in ("html", "md", "json"):
        text = report(capsys, str(path), tmp_path / f"r.{end}", on="2024-06-01")
        assert re.search(r"\d child|\"children\": \d", text)
        assert leaks(text) == []


def test_with_a_key_no_form_names_a_child(cases: str, tmp_path: Path, capsys: Capture) -> None:
    key = written(tmp_path, "key", "0123456789abcdef0123456789abcdef")
    for end in ("html", "md", "json"):
        text = report(capsys, cases, tmp_path / f"r.{end}", "--pseudonymise", key)
        assert FOUND in text
        assert not re.search(r"\bC-[123]\b", text)


# --- what is given besides


PLAN = """title = "Better by the summer"
since = 2024-04-01

[[area]]
id = "1"
area = "Decisions are made in time"
within = "2 months"
rules = ["referral-decision"]
judged = "whole"

[[area]]
id = "2"
area = "Referrers hear from us"
rules = ["referral-acknowledgement"]
judged = "whole"
"""


def test_a_plan_of_ones_own_takes_the_place_of_the_areas_of_2012(cases: str, tmp_path: Path, capsys: Capture) -> None:
    plan = written(tmp_path, "plan.toml", PLAN)
    text = report(capsys, cases, tmp_path / "r.md", "--plan", plan)
    assert "Since Mon 1 Apr 2024: 1 met; 1 not met. Past its time and not met: 1." in text
    assert "Areas for improvement, Ofsted" not in text
    areas = json.loads(report(capsys, cases, tmp_path / "r.json", "--plan", plan))["plan"]["areas"]
    assert [(one["id"], one["due"], one["state"], one["overdue"]) for one in areas] == [
        ("1", "2024-06-01", "not met", True),
        ("2", "2024-04-01", "met", False),
    ]


def test_every_mistake_in_a_plan_is_told_at_once_with_its_place(cases: str, tmp_path: Path, capsys: Capture) -> None:
    plan = written(
        tmp_path,
        "plan.toml",
        """titel = "x"
since = "soon"
[[area]]
id = "1"
area = "one"
rules = ["referral-descision"]
within = "a while"
[[area]]
id = "2"
measures = ["plans-opened"]
judged = "wholly"
[[area]]
id = "3"
area = "three"
[[area]]
id = "4"
area = "four"
judged = "none"
rules = ["referral-decision"]
[[area]]
id = 5
area = ""
rules = "referral-decision"
reason = "x"
[[area]]
id = "6"
area = "six"
rules = ["referral-decision"]
[[area]]
id = "6"
area = "seven"
rules = ["referral-decision"]
""",
    )
    said = refused(capsys, cases, tmp_path / "r.md", "--plan", plan)
    text = "\n".join(said)
    assert plan in text
    for wanted in (
        "titel",
        "since: 'soon' is no date such as 2013-04-15",
        "area 1: rules: ",
        "area 1: within: ",
        "area 2: area: it does not say what is to be better",
        "area 2: measures: ",
        "area 2: judged: 'wholly'; expected whole or part or none",
        "area 3: neither rules nor measures are named",
        "area 4: judged: none; and rules or measures are named",
        "area 5: id: 5 is no text",
        "area 5: area: '' is no text",
        "area 5: rules: ",
        "reason",
        "area 6: there are two of that id",
    ):
        assert wanted in text, wanted
    assert "perhaps 'referral-decision'" in text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("since = ", "it is no TOML"),
        ("", "area: there is none"),
        ("since = 2024-01-01\narea = 3\n", "area: there is none"),
        ("since = 2024-01-01\narea = [3]\n", "area 1: 3 is no table"),
        (PLAN.replace("2024-04-01", "2024-07-01"), "the plan began on 2024-07-01, after 2024-06-28"),
        (PLAN.replace("2024-04-01", "0001-01-01"), "12 months before 0001-01-01 leaves the years"),
    ],
)
def test_a_plan_that_is_none_is_refused(cases: str, tmp_path: Path, capsys: Capture, text: str, wanted: str) -> None:
    plan = written(tmp_path, "plan.toml", text)
    assert wanted in "\n".join(refused(capsys, cases, tmp_path / "r.md", "--plan", plan))


JUDGED = """overall = "adequate"
help-and-protection = "inadequate"
[[limit]]
on = "overall"
by = "help-and-protection"
source = "a framework, paragraph 1"
"""


def test_a_judgement_is_shown_where_it_was_recorded_and_nowhere_else(
    cases: str, tmp_path: Path, capsys: Capture
) -> None:
    judgements = written(tmp_path, "judged.toml", JUDGED)
    text = report(capsys, cases, tmp_path / "r.md", "--judgements", judgements)
    assert text.count("Recorded: ") == 2
    assert "it is recorded as adequate, and the other as inadequate" in text
    assert "Recorded: " not in report(capsys, cases, tmp_path / "s.md")


def test_every_mistake_in_judgements_is_told_at_once(cases: str, tmp_path: Path, capsys: Capture) -> None:
    judgements = written(
        tmp_path,
        "judged.toml",
        'overal = "good"\npractice = "fair"\nleadership = 3\n[[limit]]\non = "overall"\nby = "all"\nsource = "x"\n'
        '[[limit]]\non = "overall"\n',
    )
    text = "\n".join(refused(capsys, cases, tmp_path / "r.md", "--judgements", judgements))
    for wanted in ("perhaps 'overall'", "practice: 'fair' is no grade", "leadership: 3", "limit 1: ", "limit 2: "):
        assert wanted in text


def test_training_is_told_as_given(cases: str, tmp_path: Path, capsys: Capture) -> None:
    training = written(tmp_path, "training.csv", "agency,invited,attended\npolice,20,15\n\nhealth,8,8\n")
    text = report(capsys, cases, tmp_path / "r.md", "--training", training)
    assert "| police | 20 | 15 | 75% |" in text
    assert "| health | 8 | 8 | 100% |" in text


@pytest.mark.parametrize(
    ("text", "place", "wanted"),
    [
        ("", "line 1", "there is no column agency, invited and attended"),
        ("agency,invited\npolice,3\n", "line 1", "there is no column attended"),
        ("agency,invited,attended\npolice,20,15\n\nhealth,eight,8\n", "line 4", "invited is no number"),
        ("agency,invited,attended\npolice,20,-1\n", "line 2", "attended is no number"),
        ("agency,invited,attended\npolice,20\n", "line 2", "a field is missing"),
        ("agency,invited,attended\nPC Quartermaine,20,3\n", "line 2", "its agency is none of ours"),
        ("agency,invited,attended\npolice,3,20\n", "line 2", "more attended than were invited"),
        ('agency,invited,attended\n"' + "x" * 200_000 + '",3,2\n', "", "it is no CSV"),
    ],
)
def test_training_that_cannot_be_read_is_refused_with_its_line(
    cases: str, tmp_path: Path, capsys: Capture, text: str, place: str, wanted: str
) -> None:
    training = written(tmp_path, "training.csv", text)
    (said,) = refused(capsys, cases, tmp_path / "r.md", "--training", training)
    assert wanted in said
    assert place in said
    assert leaks(said) == []


def test_a_file_that_is_no_text_is_refused(cases: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "odd").write_bytes(b"\xff\xfe\x00")
    for option in ("--plan", "--training", "--judgements"):
        assert "UTF-8" in refused(capsys, cases, tmp_path / "r.md", option, str(tmp_path / "odd"))[0]
        assert "No such file" in refused(capsys, cases, tmp_path / "r.md", option, str(tmp_path / "none"))[0]


def test_nothing_that_is_read_is_written_over(cases: str, tmp_path: Path, capsys: Capture) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN, encoding="utf-8")
    said = error(capsys, "report", cases, "--out", str(plan), "--plan", str(plan), "--force")
    assert str(plan) in said
    assert plan.read_text(encoding="utf-8") == PLAN


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--period", "a year"], "'a year' is no period"),
        (["--period", "0 days"], "--period"),
        (["--period", "99999 months"], "--period"),
        (["--population", "0"], "--population"),
        (["--population", "-5"], "--population"),
        (["--as-at", "0001-02-01"], "12 months before 0001-02-01 leaves the years"),
    ],
)
def test_a_period_or_number_that_cannot_be_is_refused(
    cases: str, tmp_path: Path, capsys: Capture, arguments: list[str], wanted: str
) -> None:
    (said,) = complaints(capsys, "report", cases, "--out", str(tmp_path / "r.md"), *arguments)
    assert wanted in said


def test_of_no_children_there_is_no_report(tmp_path: Path, capsys: Capture) -> None:
    nobody = written(tmp_path, "nobody.csv", "child,event,at\n")
    said = error(capsys, "report", nobody, "--out", str(tmp_path / "r.md"))
    assert nobody in said
    assert not (tmp_path / "r.md").exists()


def test_rates_are_told_of_a_population_alone(cases: str, tmp_path: Path, capsys: Capture) -> None:
    without = report(capsys, cases, tmp_path / "a.md")
    assert "Rates need the number of children in the area, which was not given." in without
    given = json.loads(report(capsys, cases, tmp_path / "a.json", "--population", "10000"))
    (rate,) = [one for one in given["measures"] if one["id"] == "referrals-per-10000"]
    assert (rate["numerator"], rate["denominator"]) == (3, 10000)
