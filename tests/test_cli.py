"""The command line: what it prints, where, with which status; and that no input makes it fall over."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.commands import Capture, error, out_of
from tests.on_disk import census_child, tags, write_census, write_lines, write_table

from childprotect import Chronology, Status, check
from childprotect.cli.app import run
from childprotect.records.reports import COLUMNS, Tally
from childprotect.rulebooks import england

EXAMPLES = Path(__file__).parent.parent / "examples" / "data"
CONTRACT = """child,event,at,agencies,decision,outcome
C-101,referral,2012-09-03,,,
C-101,strategy-discussion,2012-09-05,social-care;police,section-47,
C-101,initial-conference,2012-09-26,social-care;police;health,,plan
"""
pytestmark = pytest.mark.usefixtures("wide")


@pytest.fixture
def cases(tmp_path: Path) -> str:
    (tmp_path / "cases.csv").write_text(CONTRACT, encoding="utf-8")
    return str(tmp_path / "cases.csv")


@pytest.fixture
def census(tmp_path: Path) -> str:
    enquiry = tags(S47ActualStartDate="2023-06-01")
    episode = tags(CINreferralDate="2023-05-02") + f"<Section47>{enquiry}</Section47>"
    return str(write_census(tmp_path / "census.xml", census_child(episode, name="X-1")))


def report(capsys: Capture, *arguments: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(out_of(capsys, "check", *arguments, "--format", "json"))
    return made


# --- check ---------------------------------------------------------------------------------------------------------


def test_the_example_of_the_contract_gives_the_finding_of_the_contract(cases: str, capsys: Capture) -> None:
    made = report(capsys, cases, "--as-at", "2012-10-31")
    assert made["as_at"] == "2012-10-31"
    (source,) = made["sources"]
    assert {name: source[name] for name in ("path", "format", "children", "events", "rejected")} == {
        "path": cases,
        "format": "event-table",
        "children": 1,
        "events": 3,
        "rejected": 0,
    }
    assert made["summary"]["initial-conference"] == {"met": 1}
    (finding,) = [entry for entry in made["findings"] if entry["rule"] == "initial-conference"]
    because, citations = finding.pop("because"), finding.pop("citations")
    assert finding == {
        "child": "C-101",
        "rule": "initial-conference",
        "status": "met",
        "started": "2012-09-05",
        "due": "2012-09-26",
        "done": "2012-09-26",
        "days_late": 0,
        "unit": "working-days",
        "edition": "WT2010",
        "force": "guidance",
        "evidence": "secondary",
        "carried_over": None,
        "departure": None,
        "illustrative": False,
        "missing": [],
    }
    assert because.startswith("Initial child protection conference on Wed 26 Sep 2012, 15 working days after")
    assert citations
    for citation in citations:
        assert set(citation) == {"instrument", "provision", "url"}
        assert citation["url"]


FINDING = """child rule status started due done days_late unit edition force evidence carried_over departure
illustrative missing because citations""".split()
ELAPSED = "child rule started done days edition evidence because".split()


@pytest.mark.parametrize("name", ["events.csv", "census.xml"])
def test_every_entry_of_the_json_has_the_keys_of_the_contract(name: str, capsys: Capture) -> None:
    made = report(capsys, str(EXAMPLES / name))
    assert set(made) == {"as_at", "sources", "summary", "findings", "irregularities", "not_assessed", "elapsed"}
    assert set(made["sources"][0]) == set(
        "path format recognised as_at children events rows read rejected rejections doubts unused missing".split()
    )
    assert made["findings"]
    assert made["irregularities"]
    assert {frozenset(entry) - {"dfe"} for entry in made["findings"]} == {frozenset(FINDING)}
    assert all(entry["dfe"] for entry in made["findings"] if "dfe" in entry), "only where there is a number"
    assert all(set(entry) == {"child", "code", "at", "because"} for entry in made["irregularities"])
    assert all(set(entry) == {"id", "because"} for entry in made["not_assessed"])
    assert bool(made["elapsed"]) is (name == "events.csv"), "a census holds the end of no duty without a number"
    assert all(set(entry) == set(ELAPSED) for entry in made["elapsed"])
    counted: dict[str, dict[str, int]] = {}
    for entry in made["findings"]:
        row = counted.setdefault(entry["rule"], {})
        row[entry["status"]] = row.get(entry["status"], 0) + 1
    assert made["summary"] == counted
    assert {entry["rule"] for entry in made["findings"]} <= set(england.rulebook)
    # what has no number is told and never judged
    assert {entry["rule"] for entry in made["elapsed"]}.isdisjoint(counted)


def test_the_csv_says_what_the_json_says(capsys: Capture) -> None:
    path = str(EXAMPLES / "census.xml")
    findings = report(capsys, path)["findings"]
    assert run(["check", path, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(findings)
    for row, finding in zip(rows, findings, strict=True):
        told = {name: finding[name] for name in COLUMNS if name != "dfe"}
        told |= {"missing": ";".join(finding["missing"]), "dfe": ";".join(finding.get("dfe", ()))}
        assert row == {name: "" if value is None else str(value) for name, value in told.items()}


@pytest.mark.parametrize("child", ["=1+1", "+1", "-1", "@x"])
def test_a_cell_of_the_csv_is_no_formula(child: str, tmp_path: Path, capsys: Capture) -> None:
    path = write_lines(tmp_path / "x.jsonl", {"child": child, "event": "referral", "at": "2024-01-02"})
    assert run(["check", str(path), "--format", "csv"]) == 0
    for row in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        assert row["child"] == f"'{child}"


def test_the_text_counts_names_the_gravest_and_says_what_is_not_assessed(cases: str, capsys: Capture) -> None:
    assert run(["check", cases, "--as-at", "2012-10-31"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith(f"{cases}: event-table, 1 child, 3 events, as at Wed 31 Oct 2012\n")
    assert "C-101  referral-decision  overdue" in told.out
    assert "initial-conference" in told.out
    assert "Not assessed:" in told.out
    assert "child-protection-visit" in told.out, "no national number stands behind it"
    assert "return-interview" not in told.out, "it has one, and nobody was missing"


def test_the_day_is_the_last_date_of_a_table_and_the_reference_date_of_a_census(
    cases: str, census: str, tmp_path: Path, capsys: Capture
) -> None:
    assert report(capsys, cases)["as_at"] == "2012-09-26"
    assert report(capsys, census)["as_at"] == "2024-03-31"
    undated = write_census(tmp_path / "undated.xml", census_child(tags(CINreferralDate="2023-05-02")), reference=None)
    assert report(capsys, str(undated))["as_at"] == "2023-05-02"


def test_each_of_several_files_is_judged_on_its_own_day(cases: str, census: str, capsys: Capture) -> None:
    both = report(capsys, cases, census)
    assert [source["as_at"] for source in both["sources"]] == ["2012-09-26", "2024-03-31"]
    assert both["as_at"] == "2024-03-31"
    assert both["findings"] == report(capsys, cases)["findings"] + report(capsys, census)["findings"]
    on_one = report(capsys, cases, census, "--as-at", "2025-01-01")
    assert [source["as_at"] for source in on_one["sources"]] == ["2025-01-01"] * 2


def test_one_bad_file_among_several_gives_no_half_report(cases: str, tmp_path: Path, capsys: Capture) -> None:
    for form in ("text", "json", "csv"):
        assert "none.csv" in error(capsys, "check", cases, str(tmp_path / "none.csv"), "--format", form)


def test_as_at_decides_what_is_overdue(cases: str, capsys: Capture) -> None:
    on = {day: report(capsys, cases, "--as-at", day)["summary"] for day in ("2012-09-04", "2012-09-05", "2012-10-31")}
    assert on["2012-09-04"]["referral-decision"] == {"pending": 1}
    assert on["2012-09-05"]["referral-decision"] == {"overdue": 1}
    assert "initial-conference" not in on["2012-09-04"]
    assert on["2012-10-31"]["initial-conference"] == {"met": 1}


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1991-10-13", "2012-09-02"])
def test_before_all_events_there_is_nothing_to_find(day: str, cases: str, capsys: Capture) -> None:
    made = report(capsys, cases, "--as-at", day)
    assert (made["findings"], made["irregularities"]) == ([], [])
    assert run(["explain", cases, "C-101", "--as-at", day]) == 0


def test_the_last_day_of_the_calendar_can_be_asked_for_and_no_later_one(cases: str, capsys: Capture) -> None:
    assert report(capsys, cases, "--as-at", "2050-12-31")["summary"]["referral-decision"] == {"overdue": 1}
    for day in ("2051-01-01", "2099-01-01", "9999-12-31"):
        for arguments in (["check", cases], ["explain", cases, "C-101"]):
            assert "expected a day up to 2050-12-31" in error(capsys, *arguments, "--as-at", day)


def test_known_at_leaves_out_what_was_recorded_later(tmp_path: Path, capsys: Capture) -> None:
    path = write_table(
        tmp_path / "x.csv",
        ("2024-01-05", "referral", {"recorded": "2024-01-05"}),
        ("2024-01-08", "referral-decided", {"recorded": "2024-02-01"}),
    )
    for known_at, expected in (("2024-02-01", "met"), ("2024-01-31", "overdue")):
        made = report(capsys, str(path), "--as-at", "2024-03-01", "--known-at", known_at)
        assert made["summary"]["referral-decision"] == {expected: 1}
        assert run(["explain", str(path), "C-1", "--as-at", "2024-03-01", "--known-at", known_at]) == 0
        assert ("decision on the referral  " in capsys.readouterr().out) is (expected == "met")


def test_fail_on_breach(cases: str, tmp_path: Path, capsys: Capture) -> None:
    kept = str(write_table(tmp_path / "kept.csv", ("2024-01-05", "referral")))
    for form in ("text", "json", "csv"):
        assert run(["check", cases, "--format", form]) == 0
        assert run(["check", cases, "--format", form, "--fail-on-breach"]) == 1
        assert run(["check", kept, "--format", form, "--fail-on-breach"]) == 0
        assert run(["check", kept, cases, "--format", form, "--fail-on-breach"]) == 1
        assert run(["check", str(tmp_path / "none"), "--format", form, "--fail-on-breach"]) == 2
    capsys.readouterr()


def test_what_nobody_can_tell_is_no_breach(census: str, tmp_path: Path, capsys: Capture) -> None:
    unsure = str(write_table(tmp_path / "x.csv", ("2024-01-02", "strategy-discussion"), ("2024-12-02", "supervision")))
    assert set(report(capsys, unsure)["summary"]["initial-conference"]) == {"cannot-tell"}
    assert run(["check", unsure, "--fail-on-breach"]) == 0


def test_show_limits_the_list_and_not_the_count(capsys: Capture) -> None:
    path = str(EXAMPLES / "events.csv")
    lengths = {}
    for show in ("-3", "0", "1", "7", "999999999999999999999"):
        assert run(["check", path, "--show", show]) == 0
        out = capsys.readouterr().out
        total = next(line for line in out.splitlines() if " breaches" in line)
        lengths[show] = (total.split()[0], sum(line.startswith("EX") for line in out.splitlines()))
    assert len({total for total, _ in lengths.values()}) == 1
    assert [shown for _, shown in lengths.values()] == [0, 0, 1, 7, int(lengths["0"][0])]


def test_the_gravest_come_first(tmp_path: Path, capsys: Capture) -> None:
    made = report(capsys, str(EXAMPLES / "events.csv"))
    undone = [
        entry
        for entry in made["findings"]
        if entry["status"] == "overdue" and ", and still not done, at " not in entry["because"]
    ]
    worst = min(undone, key=lambda entry: (date.fromisoformat(entry["due"][:10]), entry["child"]))
    assert run(["check", str(EXAMPLES / "events.csv"), "--show", "1"]) == 0
    assert f"{worst['child']}  {worst['rule']}  overdue" in capsys.readouterr().out


def test_lateness_in_working_days_and_in_days_is_ranked_by_the_calendar() -> None:
    told: list[Any] = [
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-decided", {"outcome": "assessment"}),
        ("2024-05-13", "found"),
        ("2024-06-10", "assessment-completed"),
        ("2024-06-10", "return-interview"),
    ]
    tally = Tally(20)
    tally.add(check(Chronology.of("C-101", events=told), england.rulebook, as_at=date(2024, 7, 1)))
    late = [(finding.rule, finding.days_late) for finding in tally.gravest if finding.status is Status.LATE]
    assert late == [("single-assessment", 22), ("return-interview", 25)]


def test_text_is_shown_as_it_is_and_is_no_markup(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a[").mkdir()
    path = tmp_path / "a[" / "red]:smile:.csv"
    path.write_text(
        'child,event,at\n[/],referral,2024-01-02\n:smile:,referral,2024-01-02\n"[b]",visit,x\n', encoding="utf-8"
    )
    assert run(["check", str(path), "--as-at", "2025-01-01"]) == 0
    out = capsys.readouterr().out
    assert "a[/red]:smile:.csv" in out
    assert "[/]  referral-decision  overdue" in out
    assert ":smile:  referral-decision  overdue" in out
    assert "(child [b])" in out
    assert run(["explain", str(path), "[/]"]) == 0
    assert capsys.readouterr().out.startswith("[/], as at ")


# --- explain -------------------------------------------------------------------------------------------------------


def test_explain_tells_the_whole_story_of_one_child(cases: str, capsys: Capture) -> None:
    assert run(["explain", cases, "C-101", "--as-at", "2012-10-31"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    for words in (
        "C-101, as at Wed 31 Oct 2012",
        "Wed 5 Sep 2012   strategy discussion  (agencies: police, social-care; decision: section-47)",
        "Where the child stands",
        "enquiry     conference-held",
        "Breaches",
        "[referral-decision]: overdue",
        "15 working days",
        "source: ",
        "Due next",
    ):
        assert words in told.out, words


def test_explain_of_every_kind_of_file(census: str, tmp_path: Path, capsys: Capture) -> None:
    lines = write_lines(tmp_path / "x.jsonl", {"child": 7, "event": "referral", "at": "2024-01-02"})
    for path, child in ((census, "X-1"), (str(lines), "7")):
        assert run(["explain", path, child]) == 0
        assert capsys.readouterr().out.startswith(f"{child}, as at ")


def test_explain_of_a_child_who_is_not_there(cases: str, capsys: Capture) -> None:
    assert error(capsys, "explain", cases, "C-999") == (
        f"{cases}: there is no child 'C-999' in it; expected the identifier of a child in the file"
    )


# --- chart ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strand", england.charts)
def test_the_chart_of_a_strand(strand: str, capsys: Capture) -> None:
    assert run(["chart", strand]) == 0
    assert capsys.readouterr().out.rstrip("\n") == england.chart(strand).mermaid().rstrip("\n")
    assert run(["chart", strand, "--format", "dot"]) == 0
    assert capsys.readouterr().out.rstrip("\n") == england.chart(strand).dot().rstrip("\n")


def test_the_chart_of_the_whole_journey(capsys: Capture) -> None:
    assert run(["chart"]) == 0
    assert capsys.readouterr().out.startswith("flowchart ")
    assert run(["chart", "--format", "dot"]) == 0
    assert capsys.readouterr().out.startswith("digraph ")


def test_a_misspelt_strand(capsys: Capture) -> None:
    assert error(capsys, "chart", "enquriy") == "unknown strand 'enquriy'; perhaps 'enquiry' was meant"
    assert "expected front-door" in error(capsys, "chart", "zoo")
    assert "expected front-door" in error(capsys, "chart", "")


# --- misuse --------------------------------------------------------------------------------------------------------

MISUSE = {
    "no file": (["check"], "no file was named"),
    "an unknown command": (["chekc"], "check"),
    "an unknown option": (["check", "{cases}", "--frmat", "json"], "--format"),
    "an unknown format": (["check", "{cases}", "--format", "xml"], "json"),
    "a date in English": (["check", "{cases}", "--as-at", "31/10/2012"], "--as-at"),
    "a day that is none": (["check", "{cases}", "--as-at", "2012-02-30"], "--as-at"),
    "no number": (["check", "{cases}", "--show", "many"], "--show"),
    "explain of nothing": (["explain"], "file"),
    "explain of no child": (["explain", "{cases}"], "child"),
    "one thing too many": (["explain", "{cases}", "C-101", "C-102"], "C-102"),
    "an unknown format of a chart": (["chart", "plan", "--format", "svg"], "mermaid"),
}


@pytest.mark.parametrize("kind", MISUSE)
def test_misuse_is_one_line(kind: str, cases: str, capsys: Capture) -> None:
    arguments, word = MISUSE[kind]
    assert word in error(capsys, *(argument.replace("{cases}", cases) for argument in arguments))


@pytest.mark.parametrize("arguments", [[], ["--help"], ["check", "--help"], ["--version"]])
def test_help_and_version(arguments: list[str], capsys: Capture) -> None:
    assert run(arguments) == 0
    told = capsys.readouterr()
    assert told.out.strip()
    assert told.err == ""


# --- as a process of its own ---------------------------------------------------------------------------------------

MAIN = [sys.executable, "-X", "dev", "-W", "error", "-c", "from childprotect.cli import main; main()"]


def started(*arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
    """The command line as a process whose output is piped."""
    plain = {name: text for name, text in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS")}
    env = {**plain, "TERM": "xterm-256color", **environment}
    return subprocess.Popen([*MAIN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{events}", "--format", "csv"],
        ["check", "{events}", "--format", "json"],
        ["check", "{events}", "--show", "5000"],
        ["explain", "{events}", "EX0001"],
        ["chart"],
    ],
    ids=lambda arguments: "-".join(arguments[::2]),
)
def test_a_closed_pipe_leaves_no_trace(arguments: list[str]) -> None:
    """As `| head -1` closes it; the status must not be 1, which means a breach."""
    process = started(*(argument.replace("{events}", str(EXAMPLES / "events.csv")) for argument in arguments))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_what_is_piped_has_no_colour_and_no_progress_bar(tmp_path: Path) -> None:
    padding = f"<!-- {'x' * 5_000_000} -->"
    path = write_census(tmp_path / "long.xml", padding, census_child(tags(CINreferralDate="2023-05-02")))
    for arguments in (["check", str(path)], ["explain", str(path), "C-1"], ["explain", str(path), "none"]):
        out, err = started(*arguments).communicate()
        assert b"\x1b" not in out + err
        assert b"reading" not in out + err
        assert err.count(b"\n") == ("none" in arguments)


def test_a_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full to stand for a full disk")
    for form in ("text", "json", "csv"):
        command = [*MAIN, "check", str(EXAMPLES / "census.xml"), "--format", form]
        with open("/dev/full", "wb") as full:
            ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        assert ran.returncode == 2
        assert ran.stderr.startswith(b"childprotect: No space left on device")
        assert ran.stderr.count(b"\n") == 1


def test_a_terminal_that_lacks_a_character(tmp_path: Path) -> None:
    child = "\u00d81-\u65e5\U0001f600"
    path = write_lines(tmp_path / "x.jsonl", {"child": child, "event": "referral", "at": "2024-01-02"})
    for form in ("text", "csv", "json"):
        process = started("check", str(path), "--format", form, "--as-at", "2025-01-01", PYTHONIOENCODING="ascii")
        out, err = process.communicate()
        assert (process.returncode, err) == (0, b"")
        if form == "json":
            assert json.loads(out)["findings"][0]["child"] == child
    process = started("explain", str(path), child, PYTHONIOENCODING="ascii")
    assert process.communicate()[1] == b""
    assert process.returncode == 0


def test_a_pipe_is_refused_for_a_file(tmp_path: Path) -> None:
    """Its beginning would be lost in finding out what it is."""
    ran = subprocess.run([*MAIN, "check", "/dev/stdin"], input=CONTRACT.encode(), capture_output=True, check=False)
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert ran.stderr.count(b"\n") == 1
    assert b"expected a file on disk" in ran.stderr


# --- whatever is in the file -----------------------------------------------------------------------------------------


def _beginning(name: str) -> bytes:
    """The first children of an example file, as a whole file."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    if name.endswith(".csv"):
        return "".join(line for line in text.splitlines(keepends=True)[:120]).encode()
    parts = text.split("    </Child>\n")
    return ("    </Child>\n".join([*parts[:10], parts[-1]])).encode()


def _lines(name: str) -> bytes:
    header, *rows = csv.reader(io.StringIO(_beginning(name).decode()))
    told = [{key: cell for key, cell in zip(header, row, strict=True) if cell} for row in rows]
    return "".join(json.dumps(row) + "\n" for row in told).encode()


def _flip(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(8)


def _delete(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    del data[place : place + chance.choice((1, 2, 10, 300))]


_ODD = """ " ' , ; < & { [ ]]> --> 99999999999999999999 0000 -0 9999-12-31 0001-01-01 2024-02-30 T25:00 +99:00 NaN true
<!DOCTYPE> <![CDATA[ </Child> <Child> &lt; \\ud800 \U0001f600""".encode().split()
_ODD += [b"\0", b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80"]


def _insert(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    data[place:place] = chance.choice(_ODD)


def _insert_in_date(data: bytearray, chance: random.Random) -> None:
    place = data.find(b"20", chance.randrange(len(data)))
    data[place : place + chance.randrange(5)] = chance.choice(_ODD)


def _double_line(data: bytearray, chance: random.Random) -> None:
    lines = data.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    lines.insert(chance.randrange(len(lines)), lines[place])
    data[:] = b"".join(lines)


def _drop_line(data: bytearray, chance: random.Random) -> None:
    lines = data.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    data[:] = b"".join(lines)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _swap_cells(data: bytearray, chance: random.Random) -> None:
    lines = bytes(data).split(b"\n")
    place = chance.randrange(len(lines))
    cells = lines[place].split(b",")
    chance.shuffle(cells)
    lines[place] = b",".join(cells)
    data[:] = b"\n".join(lines)


MUTATIONS: list[Callable[[bytearray, random.Random], None]] = [
    _flip,
    _delete,
    _insert,
    _insert_in_date,
    _double_line,
    _drop_line,
    _cut,
    _swap_cells,
]
BEGINNINGS: dict[str, Callable[[], bytes]] = {
    "events.csv": lambda: _beginning("events.csv"),
    "census.xml": lambda: _beginning("census.xml"),
    "events.jsonl": lambda: _lines("events.csv"),
}
CHUNKS, A_CHUNK = 8, 20


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", BEGINNINGS)
def test_no_file_makes_it_fall_over(name: str, chunk: int, tmp_path: Path, capsys: Capture) -> None:
    whole = BEGINNINGS[name]()
    for seed in range(chunk * A_CHUNK, (chunk + 1) * A_CHUNK):
        chance = random.Random(f"{name} {seed}")
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            if data:
                chance.choice(MUTATIONS)(data, chance)
        path = tmp_path / f"{seed}-{name}"
        path.write_bytes(data)
        form = chance.choice(("text", "json", "csv"))
        status = run(["check", str(path), "--format", form, "--fail-on-breach"])
        told = capsys.readouterr()
        assert status in (0, 1, 2), seed
        assert told.err.count("\n") == (status == 2), seed
        assert bool(told.out) is (status != 2), seed
        assert "Traceback" not in told.out + told.err
        if status == 2:
            assert told.err.startswith(f"childprotect: {path}: ")
            assert "; expected " in told.err
        elif form == "json":
            assert json.loads(told.out)["sources"][0]["children"] >= 0
        status = run(["explain", str(path), chance.choice(("EX0001", "EX0004", "CX0004"))])
        told = capsys.readouterr()
        assert status in (0, 2), seed
        assert told.err.count("\n") == (status == 2), seed


def test_the_files_that_are_spoilt_are_good_ones(tmp_path: Path, capsys: Capture) -> None:
    for name, beginning in BEGINNINGS.items():
        (tmp_path / name).write_bytes(beginning())
        made = report(capsys, str(tmp_path / name))
        assert made["sources"][0]["rejected"] == 0
        assert made["sources"][0]["children"] >= 5
        assert len(made["findings"]) > 50


# --- words --------------------------------------------------------------------------------------------------------


def test_the_package_is_the_command(cases: str, capsys: Capture) -> None:
    asked = ["check", cases, "--format", "csv"]
    ran = subprocess.run([sys.executable, "-m", "childprotect", *asked], capture_output=True, check=False)
    assert run(asked) == 0
    assert (ran.returncode, ran.stderr, ran.stdout.decode()) == (0, b"", capsys.readouterr().out)
    ran = subprocess.run([sys.executable, "-m", "childprotect", "check", "none.csv"], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"childprotect: none.csv: there is no such file")


ONE_OF_EACH = (
    "{}: event-table, 1 child, 1 event, as at Tue 2 Jan 2024\n  1 row: 1 read, 0 rejected in whole or in part\n"
)


def test_one_of_a_thing_is_not_told_in_the_plural(tmp_path: Path, capsys: Capture) -> None:
    path = str(write_table(tmp_path / "x.csv", ("2024-01-02", "referral")))
    assert run(["check", path]) == 0
    assert capsys.readouterr().out.startswith(ONE_OF_EACH.format(path))
    alone = str(write_table(tmp_path / "y.csv", ("2024-01-02", "referral"), ("2024-01-03", "referral-decided")))
    for more, told in ((), "\n1 breach:\n"), (("--show", "0"), "\n1 breach.\n"):
        assert run(["check", alone, "--as-at", "2024-01-08", *more]) == 0
        assert told in capsys.readouterr().out
    for show, gravest in ((), "the gravest 2:"), (("--show", "1"), "the gravest:"):
        assert run(["check", path, "--as-at", "2024-01-08", *show]) == 0
        assert f"\n2 breaches; {gravest}\n" in capsys.readouterr().out


def test_a_child_is_named_once_in_a_line(tmp_path: Path, capsys: Capture) -> None:
    plans = tags(CINreferralDate="2023-05-02") + f"<Section47>{tags(S47ActualStartDate='soon')}</Section47>"
    census = str(write_census(tmp_path / "c.xml", census_child(plans, name="C-10")))
    table = str(write_table(tmp_path / "x.csv", ("2024-01-02", "referral"), ("soon", "visit"), child="C-10"))
    for path, start in ((census, "  rejected: child C-10, S47"), (table, "  rejected: line 3 (child C-10): ")):
        assert run(["check", path]) == 0
        (line,) = [line for line in capsys.readouterr().out.splitlines() if "rejected: " in line]
        assert line.startswith(start)
        assert line.count("C-10") == 1


def test_what_was_not_used_and_what_is_not_there_are_two_lines(tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "x.csv"
    table.write_text("child,event,at,Notes\nC-1,referral,2024-01-02,\n", encoding="utf-8")
    assert run(["check", str(table)]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if "not used" in line] == ["  not used: Notes"]
    folder = tmp_path / "ssd"
    folder.mkdir()
    (folder / "ssd_contacts.csv").write_text("cont_person_id,cont_contact_date\nC-1,2024-01-02\n", encoding="utf-8")
    assert run(["check", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "not used" not in told
    assert "  not there: ssd_cin_assessments, ssd_cin_episodes, ssd_contacts.cont_contact_id, ssd_cp_plans," in told


def test_the_two_days_of_a_check_are_told_apart_in_its_help(capsys: Capture) -> None:
    for command in ("check", "explain"):
        assert run([command, "--help"]) == 0
        out = capsys.readouterr().out
        judged, known = (
            next(line for line in out.splitlines() if f" {name} DATE" in line) for name in ("--as-at", "--known-at")
        )
        assert "as things stood on this day" in judged
        assert "had been recorded by this day" in known


def test_a_child_of_whom_no_event_of_ours_is_told_is_explained(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "x.csv"
    path.write_text("child,event,at\nC-1,visit,2024-01-02\nC-9,refferal,2024-01-02\n", encoding="utf-8")
    assert run(["explain", str(path), "C-9"]) == 0
    told = capsys.readouterr().out
    assert "line 3 could not be read: unknown event; perhaps 'referral' was meant" in told
    assert "[referral-decision]: cannot tell" in told
    assert run(["check", str(path)]) == 0
    assert "2 children, 1 event," in capsys.readouterr().out
