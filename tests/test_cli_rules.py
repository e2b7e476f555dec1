"""The command `rules`, and the options --profile and --practice of every command that takes them."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.commands import Capture, complaints, out_of

from childprotect import Profile, Rulebook
from childprotect.cli.app import run
from childprotect.rulebooks import england

LAW = england.rulebook

ANYTOWN = """id = "ANYTOWN"
authority = "Anytown"

[[rule]]
id = "initial-conference"
from = 2014-01-01
until = 2015-03-25
requires = "20 working days"
evidence = "P"
source = "https://procedures.example/conferences"

[[rule]]
id = "core-group"
from = 2014-01-01
requires = { every = "6 weeks" }
illustrative = true

[[set-aside]]
id = "first-core-group"
from = 2014-01-01
because = "the group meets with the conference"
"""
CASES = """child,event,at,agencies,decision,outcome,child-seen
C-101,referral,2014-03-03,,,,
C-101,strategy-discussion,2014-03-05,social-care;police;health,section-47,,
C-101,initial-conference,2014-03-31,social-care;police;health,,plan,
C-101,plan-started,2014-03-31,,,,
C-101,core-group,2014-04-08,social-care,,,
C-101,core-group,2014-08-08,social-care,,,
"""
DEPARTURE = "20 working days, where WT2013 requires 15 working days"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "2000")  # so that no sentence is broken


@pytest.fixture
def anytown(tmp_path: Path) -> str:
    return write(tmp_path, ANYTOWN)


@pytest.fixture
def cases(tmp_path: Path) -> str:
    return write(tmp_path, CASES, "cases.csv")


def write(folder: Path, text: str | bytes, name: str = "anytown.toml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def part(text: str, rule: str) -> list[str]:
    """What the text says of one rule, line by line."""
    lines = [line.strip() for line in text.splitlines()]
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{rule}  "))
    return lines[start : lines.index("", start)]


# --- the law of a day, for people


def test_the_law_of_a_day_is_told_with_its_figure_its_dates_its_source_and_its_grade(capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--on", "2012-09-19")
    assert text.startswith(f"{len(LAW.on(date(2012, 9, 19)))} rules on Wed 19 Sep 2012\n")
    assert part(text, "initial-assessment")[:3] == [
        "initial-assessment  initial assessment",
        "10 working days  (Wed 17 Mar 2010 to Sun 14 Apr 2013)",
        "Working Together to Safeguard Children, March 2010, with the Framework for Assessment 2000; guidance; "
        "evidence: secondary (S)",
    ]
    version = LAW["initial-assessment"].version_on(date(2012, 9, 19))
    assert version is not None
    seen = [line for line in part(text, "initial-assessment") if line.startswith("seen at ")]
    assert seen == [f"seen at {citation.url}" for citation in version.citations]
    assert part(text, "strategy-discussion-attendance")[1].startswith("taking part: the police and social care  (")
    assert part(text, "section-47-outcome")[1].startswith("on record: outcome  (")
    assert part(text, "child-seen")[1].startswith("no number  (")
    assert "no source that could be verified" in part(text, "child-seen")


def test_every_rule_of_the_day_is_told_once_and_every_other_with_the_reason(capsys: Capture) -> None:
    day = date(2012, 9, 19)
    text = out_of(capsys, "rules", "--on", str(day))
    told, _, rest = text.partition("Not in force or not judged:")
    for id, rule in LAW.items():
        in_force = rule.version_on(day) is not None
        assert (f"\n{id}  {rule.title}\n" in told) is in_force, id
        if not in_force:
            assert any(id in line.partition(": ")[0].split(", ") for line in map(str.strip, rest.splitlines())), id
    assert "single-assessment: before 2013 there were initial and core assessments" in rest
    assert "no national number stands behind it; it is off until a local profile sets one" in rest
    assert "plan-contingency" in rest


def test_without_a_day_every_version_is_told(capsys: Capture) -> None:
    text = out_of(capsys, "rules")
    assert text.startswith(f"{len(LAW.applied)} rules in every version\n")
    lines = part(text, "initial-assessment")
    assert [line for line in lines if line.endswith(")") and "working days" in line] == [
        "7 working days  (Sat 1 Apr 2006 to Tue 16 Mar 2010)",
        "10 working days  (Wed 17 Mar 2010 to Sun 14 Apr 2013)",
    ]
    assert "carried over from WT2023, unverified (M)" in text
    assert part(text, "family-group-meeting-offered")[1].endswith("(not in force)")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-01-01", "2006-03-31"])
def test_before_the_first_day_there_are_no_rules(day: str, capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--on", day)
    assert text.startswith("0 rules on ")
    assert "no version of it was in force" in text


def test_the_last_day_that_there_is_can_be_asked_for(capsys: Capture) -> None:
    assert out_of(capsys, "rules", "--on", "9999-12-31").startswith(f"{len(LAW.on(date.max))} rules on Fri 31 Dec 9999")


def test_practice_is_told_when_it_is_asked_for(capsys: Capture) -> None:
    without = out_of(capsys, "rules", "--on", "2012-09-19")
    whole = out_of(capsys, "rules", "--on", "2012-09-19", "--practice")
    for rule in england.practice.rules:
        assert f"\n{rule.id}  {rule.title}\n" in whole
        assert f"\n{rule.id}  " not in without
    assert "applied on request" in without
    assert "applied on request" not in whole


# --- the other formats


def read_back(text: str) -> Rulebook:
    return Rulebook.load(text)


@pytest.mark.parametrize("format", ["toml", "json"])
def test_the_law_in_toml_and_json_can_be_read_back(format: str, capsys: Capture) -> None:
    assert read_back(out_of(capsys, "rules", "--format", format)) == LAW
    assert read_back(out_of(capsys, "rules", "--format", format, "--practice")) == LAW.with_practice()
    day = date(2012, 9, 19)
    assert read_back(out_of(capsys, "rules", "--format", format, "--on", str(day))) == LAW.on(day)
    assert out_of(capsys, "rules", "--format", format) == LAW.export(format)


@pytest.mark.parametrize(("format", "loads"), [("toml", tomllib.loads), ("json", json.loads)])
def test_the_law_in_toml_and_json_is_one_document(
    format: str, loads: Callable[[str], dict[str, Any]], capsys: Capture
) -> None:
    data = loads(out_of(capsys, "rules", "--format", format, "--on", "2012-09-19"))
    assert data["name"] == "england on 2012-09-19"
    (rule,) = [entry for entry in data["rule"] if entry["id"] == "initial-assessment"]
    (version,) = rule["version"]
    assert (version["edition"], version["requires"], version["evidence"]) == ("WT2010", "10 working days", "S")
    assert all(source["url"] for source in version["source"])


def test_the_law_in_markdown_has_a_table_for_every_rule(anytown: str, capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--format", "markdown", "--on", "2014-06-01", "--profile", anytown)
    book = (LAW | Profile.parse(ANYTOWN)).on(date(2014, 6, 1))
    assert [line[4:-1] for line in text.splitlines() if line.startswith("## ")] == list(book)
    assert (
        "| ANYTOWN | 20 working days | Wed 1 Jan 2014 to Wed 25 Mar 2015 | local | primary (P) | "
        f"https://procedures.example/conferences | local departure: {DEPARTURE} |"
    ) in text.splitlines()
    assert "first-core-group" not in text


# --- a profile


def test_the_law_of_a_day_with_a_profile_on_top(anytown: str, capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--on", "2014-06-01", "--profile", anytown)
    assert part(text, "initial-conference") == [
        "initial-conference  initial child protection conference",
        "20 working days  (Wed 1 Jan 2014 to Wed 25 Mar 2015)",
        "Anytown: local procedures; local; evidence: primary (P)",
        f"local departure: {DEPARTURE}",
        "seen at https://procedures.example/conferences",
    ]
    assert part(text, "core-group")[1:] == [
        "every 6 weeks at most  (Wed 1 Jan 2014 to now)",
        "Anytown: local procedures; local; evidence: an illustrative figure, memory (M)",
        "no source that could be verified",
    ]
    assert "\nfirst-core-group  " not in text
    assert "first-core-group: set aside by Anytown from Wed 1 Jan 2014 on: the group meets with the conference" in text
    before = out_of(capsys, "rules", "--on", "2013-12-31", "--profile", anytown)
    assert "ANYTOWN" not in before
    assert part(before, "initial-conference")[1].startswith("15 working days  (Mon 15 Apr 2013 to Tue 31 Dec 2013)")


def test_a_profile_and_practice_go_together(anytown: str, capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--on", "2014-06-01", "--profile", anytown, "--practice")
    assert "\nplan-contingency  " in text
    assert part(text, "initial-conference")[1].startswith("20 working days")


def test_the_profiles_that_are_shipped_are_good_ones(capsys: Capture) -> None:
    for path in sorted((Path(__file__).parent.parent / "examples" / "profiles").glob("*.toml")):
        assert out_of(capsys, "rules", "--profile", str(path))


def test_the_errors_of_a_profile_are_told_one_on_a_line_for_every_command(
    tmp_path: Path, cases: str, capsys: Capture
) -> None:
    text = ANYTOWN.replace("initial-conference", "inital-conference").replace('"6 weeks"', '"6 wks"') + "zzz = 1\n"
    path = write(tmp_path, text)
    expected = [
        f"profile {path}: line 4, rule 1 (inital-conference): unknown rule 'inital-conference'; "
        "perhaps 'initial-conference' was meant",
        f"profile {path}: line 12, rule 2 (core-group): '6 wks' is no period; expected one such as '15 working days' "
        "or '72 hours'",
        f"profile {path}: line 18, set-aside 1 (first-core-group): unknown key zzz",
    ]
    for arguments in (
        ["rules"],
        ["rules", "--on", "2014-06-01", "--format", "json"],
        ["rules", "--diff", "2012-09-19", "2014-01-01"],
        ["check", cases],
        ["check", cases, "--format", "csv", "--fail-on-breach"],
        ["explain", cases, "C-101"],
    ):
        assert sorted(complaints(capsys, *arguments, "--profile", path)) == sorted(expected)


def test_control_characters_of_a_profile_are_shown_and_not_sent(tmp_path: Path, capsys: Capture) -> None:
    text = ANYTOWN.replace('"initial-conference"', '"\\u001b[31mred\\nline"')
    (line,) = complaints(capsys, "rules", "--profile", write(tmp_path, text))
    assert "\\x1b[31mred" in line


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00", ANYTOWN.encode("utf-16"), b"child,event,at\n", b'{"id": 1}', b"id = \x00\n"]
)
def test_a_file_that_is_no_toml_is_one_line(data: bytes, tmp_path: Path, cases: str, capsys: Capture) -> None:
    path = write(tmp_path, data)
    for arguments in (["rules"], ["check", cases], ["explain", cases, "C-101"]):
        (line,) = complaints(capsys, *arguments, "--profile", path)
        assert line.startswith(f"{path}: it is no")
        assert line.endswith("; expected a profile in TOML")


def test_a_profile_that_cannot_be_opened_is_one_line(tmp_path: Path, cases: str, capsys: Capture) -> None:
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "loop.toml"):
        for arguments in (["rules"], ["check", cases], ["explain", cases, "C-101"]):
            (line,) = complaints(capsys, *arguments, "--profile", str(path))
            assert line.startswith(f"{path}: ")


def test_an_empty_profile_is_two_lines(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, "")
    assert complaints(capsys, "rules", "--profile", path) == [
        f"profile {path}: id is missing",
        f"profile {path}: authority is missing",
    ]


def test_a_profile_that_says_nothing_changes_nothing(tmp_path: Path, cases: str, capsys: Capture) -> None:
    path = write(tmp_path, 'id = "ANYTOWN"\nauthority = "Anytown"\n')
    for arguments in (["rules"], ["rules", "--on", "2014-06-01"], ["check", cases], ["explain", cases, "C-101"]):
        assert out_of(capsys, *arguments, "--profile", path) == out_of(capsys, *arguments)


# --- what changed


def test_what_changed_between_two_days(capsys: Capture) -> None:
    lines = out_of(capsys, "rules", "--diff", "2012-09-19", "2014-01-01").splitlines()
    assert lines[0] == "From england on 2012-09-19 to england on 2014-01-01:"
    assert [line[2] for line in lines[1:]] == list("+------~")
    assert lines[1] == "  + single-assessment: 45 working days [WT2013, guidance]"
    assert "  - initial-assessment: 10 working days [WT2010, guidance]" in lines
    assert lines[-1].endswith(
        "the police and social care [WT2010, guidance] became taking part: health, the police and social care "
        "[WT2013, guidance]"
    )
    back = out_of(capsys, "rules", "--diff", "2014-01-01", "2012-09-19").splitlines()
    assert [line[2] for line in back[1:]] == list("++++++-~")


def test_what_changed_is_told_as_text_and_of_two_days(capsys: Capture) -> None:
    days = ("rules", "--diff", "2012-09-19", "2014-01-01")
    for more in ("--format json", "--format toml", "--on 2014-01-01"):
        (line,) = complaints(capsys, *days, *more.split())
        what = more.removesuffix(" 2014-01-01")
        assert line == f"--diff: what changed is told of two days, as text, not with {what}; expected it alone"


def test_nothing_changes_in_a_day(capsys: Capture) -> None:
    text = out_of(capsys, "rules", "--diff", "2014-01-01", "2014-01-02")
    assert text == "No difference between england on 2014-01-01 and england on 2014-01-02.\n"


def test_what_a_profile_and_practice_change_is_told_with_the_rest(anytown: str, capsys: Capture) -> None:
    days = ("--diff", "2013-12-31", "2014-01-01")
    assert out_of(capsys, "rules", *days).startswith("No difference")
    assert out_of(capsys, "rules", *days, "--profile", anytown).splitlines() == [
        "From england | ANYTOWN on 2013-12-31 to england | ANYTOWN on 2014-01-01:",
        "  + core-group: every 6 weeks at most [ANYTOWN, local]",
        "  - first-core-group: 10 working days [WT2013, guidance]",
        "  ~ initial-conference: 15 working days [WT2013, guidance] became 20 working days [ANYTOWN, local, "
        f"local departure: {DEPARTURE}]",
    ]
    # a lead practitioner who is no social worker may lead work since the edition of December 2023
    days = ("--diff", "2023-12-14", "2023-12-15")
    assert "allocated-to-qualified-worker" not in out_of(capsys, "rules", *days)
    assert "  - allocated-to-qualified-worker: " in out_of(capsys, "rules", *days, "--practice")


# --- misuse

MISUSE = {
    "a day that is none": (["rules", "--on", "2014-02-30"], "--on"),
    "a word for a day": (["rules", "--on", "today"], "--on"),
    "one day of two": (["rules", "--diff", "2014-01-01"], "--diff"),
    "a word for one of two days": (["rules", "--diff", "2014-01-01", "now"], "--diff"),
    "another format": (["rules", "--format", "yaml"], '"text", "json", "toml", "markdown"'),
    "a file": (["rules", "cases.csv"], "cases.csv"),
    "a profile without a name": (["rules", "--profile"], "--profile"),
    "an option that is not known": (["rules", "--profil", "x"], "--profil"),
    "practice with a value": (["rules", "--practice=maybe"], "--practice"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_one_line(case: str, capsys: Capture) -> None:
    arguments, told = MISUSE[case]
    (line,) = complaints(capsys, *arguments)
    assert told in line


# --- check and explain


def checked(capsys: Capture, *arguments: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(out_of(capsys, "check", *arguments, "--format", "json"))
    return made


def of(report: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [entry for entry in report["findings"] if entry["rule"] == rule]


def test_a_check_with_a_profile_judges_by_it(cases: str, anytown: str, capsys: Capture) -> None:
    national = checked(capsys, cases, "--as-at", "2014-10-01")
    ours = checked(capsys, cases, "--as-at", "2014-10-01", "--profile", anytown)
    (late,), (met,) = of(national, "initial-conference"), of(ours, "initial-conference")
    assert (late["status"], late["edition"], late["departure"]) == ("late", "WT2013", None)
    assert (met["status"], met["edition"], met["departure"]) == ("met", "ANYTOWN", DEPARTURE)
    assert (met["force"], met["evidence"]) == ("local", "primary")
    assert met["citations"] == [
        {"instrument": "Anytown: local procedures", "provision": None, "url": "https://procedures.example/conferences"}
    ]
    assert of(national, "core-group") == []
    assert [(entry["status"], entry["illustrative"]) for entry in of(ours, "core-group")] == [
        ("late", True),
        ("overdue", True),
    ]
    assert of(national, "first-core-group")
    assert of(ours, "first-core-group") == []
    told = {entry["id"]: entry["because"] for entry in ours["not_assessed"]}
    assert told["first-core-group"].startswith("set aside by Anytown")
    assert "core-group" not in told


def test_a_check_with_practice_judges_what_inspectors_asked(cases: str, capsys: Capture) -> None:
    without, whole = checked(capsys, cases), checked(capsys, cases, "--practice")
    assert not {entry["rule"] for entry in without["findings"]} & set(england.practice)
    assert {entry["rule"] for entry in whole["findings"]} & set(england.practice) >= {
        "plan-contingency",
        "report-before-conference",
        "core-group-recorded",
    }
    assert [entry for entry in whole["findings"] if entry["rule"] not in england.practice] == without["findings"]


def test_the_text_and_the_csv_say_what_departs_and_what_is_nobodys(cases: str, anytown: str, capsys: Capture) -> None:
    arguments = (cases, "--as-at", "2014-10-01", "--profile", anytown)
    text = out_of(capsys, "check", *arguments)
    assert "C-101  core-group  late" in text
    assert "The figure is an illustration and not a local rule that was seen." in text
    assert "first-core-group: set aside by Anytown from Wed 1 Jan 2014 on" in text
    rows = out_of(capsys, "check", *arguments, "--format", "csv").splitlines()
    (conference,) = [row for row in rows if ",initial-conference," in row]
    assert ",met," in conference and f"Local departure: {DEPARTURE}." in conference


def test_failing_on_a_breach_follows_the_profile(tmp_path: Path, anytown: str, capsys: Capture) -> None:
    rows = [
        row for row in CASES.splitlines() if "core-group" not in row and "referral" not in row and "plan-" not in row
    ]
    path = write(tmp_path, "\n".join(rows) + "\n", "few.csv")
    # the conference was late by the guidance and in time by the profile
    for as_at, more, status in (("2014-04-01", (), 1), ("2014-04-01", ("--profile", anytown), 0)):
        assert run(["check", path, "--as-at", as_at, "--fail-on-breach", *more]) == status
    assert run(["check", path, "--fail-on-breach", "--profile", path]) == 2
    capsys.readouterr()


def test_explain_with_a_profile_and_practice(cases: str, anytown: str, capsys: Capture) -> None:
    arguments = ("explain", cases, "C-101", "--as-at", "2014-10-01")
    plain, ours = out_of(capsys, *arguments), out_of(capsys, *arguments, "--profile", anytown)
    assert "[initial-conference]: late" in plain
    assert "[initial-conference]: late" not in ours
    assert f"Local departure: {DEPARTURE}." in ours
    assert "[core-group]: overdue" in ours
    assert (
        "core groups after the first: every 6 weeks at most [ANYTOWN, local, evidence: an illustrative figure" in ours
    )
    assert "[ANYTOWN, " not in plain
    assert "plan-contingency" not in ours
    assert "plan-contingency" in out_of(capsys, *arguments, "--profile", anytown, "--practice")
