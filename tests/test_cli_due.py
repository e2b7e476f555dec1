"""`childprotect due`: files on disk, every form read back, nobody named unasked, and what is said where it fails."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from icalendar import Calendar
from tests.planted import FORMATS as PLANTED
from tests.planted import leaks

from childprotect.cli.app import run
from childprotect.desk import worklist
from childprotect.desk.worklist_files import COLUMNS
from childprotect.records import read
from childprotect.rulebooks import england

Capture = pytest.CaptureFixture[str]
ROWS = """child,event,at,outcome,worker,team,manager
C-1,referral,2024-03-25,,,,
C-1,referral-acknowledged,2024-03-25,,,,
C-1,allocated,2024-03-25,,Ann Amberley,North and East,
C-1,supervision,2024-03-26,,,,Mo Marsh
C-2,referral,2024-03-28,,,,
C-2,allocated,2024-03-28,,Ben Birch,South,
C-3,referral,2024-03-28,,,,
C-3,referral-decided,2024-03-28,no-further-action,,,
C-3,referral-acknowledged,2024-03-28,,,,
"""
BY_LAW = [
    ("overdue", "C-1", "referral-decision"),
    ("due soon", "C-2", "referral-decision"),
    ("due soon", "C-2", "referral-acknowledgement"),
]
"""What is to be done on Good Friday, 29 March 2024, by law alone."""


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def cases(tmp_path: Path) -> str:
    return written(tmp_path, "cases.csv", ROWS)


@pytest.fixture
def key(tmp_path: Path) -> str:
    return written(tmp_path, "key", "0123456789abcdef0123456789abcdef")


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def due(capsys: Capture, *arguments: str, on: str = "2024-03-29") -> tuple[str, str]:
    """What the command prints on its two outputs."""
    assert run(["due", *arguments, "--as-at", on]) == 0, capsys.readouterr().err
    told = capsys.readouterr()
    return told.out, told.err


def error(capsys: Capture, *arguments: str) -> str:
    """The one line that a command says which cannot run."""
    assert run(["due", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("childprotect: ")
    return line.removeprefix("childprotect: ")


def tasks_of(text: str) -> list[tuple[str, str, str]]:
    return [(row["when"], row["child"], row["rule"]) for row in csv.DictReader(io.StringIO(text))]


# --- as text


def test_the_list_as_a_team_manager_reads_it(cases: str, capsys: Capture) -> None:
    out, err = due(capsys, cases, "--law-only")
    assert err == ""
    path, told = out.split("\n", 1)
    assert path == f"{cases}: event-table, 3 children, 9 events, as at Fri 29 Mar 2024"[: len(path)]
    assert told[told.index("To do") :] == TEXT


TEXT = """\
To do as at Fri 29 Mar 2024, with what is due by Mon 15 Apr 2024:
  1 overdue, 0 due today, 2 due soon, 0 cannot tell; of 2 children

Protection waits to be decided, carried out or reviewed
  C-1: overdue by 2 working days (due Tue 26 Mar 2024): decision on the referral
      No decision on the referral is on record since the referral on Mon 25 Mar
        2024. It was due by Tue 26 Mar 2024 (1 working day): 2 working days
        overdue as at Fri 29 Mar 2024. [WT2023]
  C-2: due Tue 2 Apr 2024, in 1 working day: decision on the referral
      Not due yet: decision on the referral, due by Tue 2 Apr 2024, in 1 working
        day as at Fri 29 Mar 2024. From the referral on Thu 28 Mar 2024 the
        limit is 1 working day. [WT2023]

Somebody is not told, or work is not checked
  C-2: due Tue 2 Apr 2024, in 1 working day: acknowledgement of the referral
      Not due yet: acknowledgement of the referral, due by Tue 2 Apr 2024, in 1
        working day as at Fri 29 Mar 2024. From the referral on Thu 28 Mar 2024
        the limit is 1 working day. [WT2023]
"""


@pytest.mark.parametrize("by", ["team", "worker", "manager", "child"])
def test_nothing_is_wider_than_the_terminal(by: str, capsys: Capture) -> None:
    out, _ = due(capsys, "examples/data/events.csv", "--by", by, on="2026-08-31")
    assert max(map(len, out.splitlines())) <= 80
    assert len(out.splitlines()) > 100


def test_a_list_by_team_has_a_heading_for_each_and_names_those_that_none_is_on_record_for(
    cases: str, capsys: Capture
) -> None:
    out, _ = due(capsys, cases, "--law-only", "--by", "team")
    heads = [line for line in out.splitlines() if re.match(r"(North and East|South|No team)", line)]
    assert heads == [
        "North and East: 1 overdue, 0 due today, 0 due soon, 0 cannot tell; of 1 child",
        "South: 0 overdue, 0 due today, 2 due soon, 0 cannot tell; of 1 child",
    ]
    manager, _ = due(capsys, cases, "--law-only", "--by", "manager")
    assert "No manager on record: 0 overdue, 0 due today, 2 due soon" in manager
    assert "Mo Marsh: 1 overdue" in manager


def test_an_empty_list_says_so(cases: str, tmp_path: Path, capsys: Capture) -> None:
    done = written(tmp_path, "done.csv", "".join(ROWS.splitlines(keepends=True)[i] for i in (0, 7, 8, 9)))
    out, _ = due(capsys, done, "--law-only")
    assert "Nothing is to be done, as far as these records say." in out
    assert "  0 overdue, 0 due today, 0 due soon, 0 cannot tell; of 0 children" in out
    out, _ = due(capsys, cases, on="2024-01-31")
    assert "No duty that is judged had begun by then." in out


def test_so_many_are_shown_and_the_rest_is_counted(cases: str, capsys: Capture) -> None:
    out, _ = due(capsys, cases, "--law-only", "--show", "1")
    assert "C-1: overdue" in out and "C-2" not in out
    assert out.endswith("and 2 more: --show 3 shows all, and so does --out FILE.csv\n")
    out, _ = due(capsys, cases, "--law-only", "--by", "team", "--show", "2")
    assert out.count("[WT2023]") == 2
    out, _ = due(capsys, cases, "--law-only", "--show", "0")
    assert "  1 overdue, 0 due today, 2 due soon" in out and "WT2023" not in out


def test_what_was_rejected_is_told_and_what_it_puts_in_doubt_is_on_the_list(tmp_path: Path, capsys: Capture) -> None:
    path = written(tmp_path, "cases.csv", ROWS + "C-3,referral,2024-13-28,,,,\n")
    out, _ = due(capsys, path, "--law-only")
    assert "10 rows: 9 read, 1 rejected in whole or in part" in out
    assert "0 due today, 2 due soon, 4 cannot tell; of 3 children" in out
    flat = " ".join(out.split())
    assert "rejected: line 11 (child C-3): 'at' '2024-13-28' is not a date" in flat
    assert "C-3: cannot tell: completed assessment Cannot tell: line 11, which may be an entry of this kind" in flat
    _, err = due(capsys, path, "--format", "csv")
    assert "rejected: line 11 (child C-3)" in " ".join(err.split())


def test_what_a_source_cannot_hold_of_many_children_is_told_once(capsys: Capture) -> None:
    """A census has no place for an acknowledgement: that is no task of each of three hundred children."""
    census = "examples/data/census.xml"
    out, _ = due(capsys, census, on="2025-03-31")
    assert "  3 overdue, 0 due today, 7 due soon, 520 cannot tell; of 315 children" in out
    told_once = "times cannot tell: acknowledgement of the referral\n      Cannot tell: this source does not include"
    assert f"  153 {told_once}" in out and f"  164 {told_once}" in out, "of open cases, and of closed ones"
    assert len(out.splitlines()) < 80
    told, _ = due(capsys, census, "--format", "csv", on="2025-03-31")
    assert sum(when == "cannot tell" for when, *_ in tasks_of(told)) == 520


# --- the day, the horizon, the law


def test_it_is_as_at_the_last_day_of_the_file_and_never_today(cases: str, capsys: Capture) -> None:
    assert run(["due", cases]) == 0
    assert "To do as at Thu 28 Mar 2024" in capsys.readouterr().out


def test_a_horizon_can_be_given_and_none(cases: str, capsys: Capture) -> None:
    for within, last, n in (("0 days", "Fri 29 Mar", 1), ("3 months", "Sat 29 Jun", 5), ("72 hours", "Mon 1 Apr", 1)):
        out, _ = due(capsys, cases, "--law-only", "--within", within)
        assert f"with what is due by {last} 2024:" in out
        out, _ = due(capsys, cases, "--law-only", "--within", within, "--format", "csv")
        assert len(tasks_of(out)) == n


def test_inspectors_asked_for_more_than_the_law(tmp_path: Path, capsys: Capture) -> None:
    more = "C-2,new-information,2024-03-28,,,,\nC-3,chronology-updated,2024-03-28,,,,\n"
    path = written(tmp_path, "cases.csv", ROWS + more)
    by_law, all_of_it = (tasks_of(due(capsys, path, *only, "--format", "csv")[0]) for only in (["--law-only"], []))
    assert by_law == BY_LAW
    assert set(all_of_it) - set(by_law) == {("overdue", "C-2", "chronology-current")}


def test_a_local_profile_sets_limits_of_its_own(cases: str, tmp_path: Path, capsys: Capture) -> None:
    profile = (
        'id = "ANYTOWN"\nauthority = "Anytown"\n[[rule]]\nid = "child-seen"\nfrom = 2020-01-01\nrequires = "3 days"\n'
    )
    out, _ = due(
        capsys, cases, "--law-only", "--profile", written(tmp_path, "anytown.toml", profile), "--format", "csv"
    )
    assert tasks_of(out)[:2] == [("overdue", "C-1", "child-seen"), ("due soon", "C-2", "child-seen")]


def test_what_was_recorded_later_can_be_left_out(tmp_path: Path, capsys: Capture) -> None:
    rows = "child,event,at,recorded\nC-1,referral,2024-03-25,2024-03-25\nC-1,referral-decided,2024-03-26,2024-04-09\n"
    path = written(tmp_path, "late.csv", rows)
    known, _ = due(capsys, path, "--law-only", "--known-at", "2024-03-29", "--format", "csv")
    now, _ = due(capsys, path, "--law-only", "--format", "csv")
    assert {rule for *_, rule in tasks_of(known)} - {rule for *_, rule in tasks_of(now)} == {"referral-decision"}


# --- for other programs


def test_every_form_tells_the_same_tasks(cases: str, tmp_path: Path, capsys: Capture) -> None:
    assert tasks_of(due(capsys, cases, "--law-only", "--format", "csv")[0]) == BY_LAW
    told = json.loads(due(capsys, cases, "--law-only", "--format", "json")[0])
    assert [(task["when"], task["child"], task["rule"]) for task in told["tasks"]] == BY_LAW
    assert [(source["path"], source["rows"], source["children"]) for source in told["sources"]] == [(cases, 9, 3)]
    printed, err = due(capsys, cases, "--law-only", "--format", "ics")
    assert [str(entry["summary"]) for entry in entries(printed)] == [
        "C-1: decision on the referral, overdue since Wed 27 Mar 2024",
        "C-2: decision on the referral",
        "C-2: acknowledgement of the referral",
    ]
    assert "not in it" not in err
    for name, form in (("list.csv", "csv"), ("list.json", "json"), ("list.ICS", "ics"), ("list.txt", "text")):
        out, _ = due(capsys, cases, "--law-only", "--out", str(tmp_path / name))
        assert f"wrote {tmp_path / name}" in out.replace("\n", "") and "  1 overdue, 0 due today, 2 due soon" in out
        printed, _ = due(capsys, cases, "--law-only", "--format", form)
        assert (tmp_path / name).read_bytes() == printed.encode()


def entries(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_of_a_calendar_it_is_said_how_many_have_no_day(tmp_path: Path, capsys: Capture) -> None:
    path = written(tmp_path, "cases.csv", ROWS + "C-3,referral,2024-13-28,,,,\n")
    printed, err = due(capsys, path, "--law-only", "--format", "ics")
    assert len(entries(printed)) == 3
    assert "not in it: 4 tasks of which nobody can tell the day" in err
    out, _ = due(capsys, path, "--law-only", "--out", str(tmp_path / "list.ics"))
    assert "not in it: 4 tasks of which nobody can tell the day" in out


def test_parquet_gives_the_list_of_the_same_rows_as_csv(cases: str, tmp_path: Path, capsys: Capture) -> None:
    parquet, arrow = str(tmp_path / "cases.parquet"), str(tmp_path / "cases.arrow")
    pl.read_csv(cases).write_parquet(parquet)
    pl.read_csv(cases).write_ipc(arrow)
    for more in ([], ["--by", "team", "--format", "csv"], ["--format", "ics", "--by", "worker"]):
        first, *others = (due(capsys, path, *more)[0] for path in (cases, parquet, arrow))
        # the account of each file, which is told as text, names it
        told = [text[text.index("To do") :] if not more else text for text in (first, *others)]
        assert told[0] == told[1] == told[2] != ""


def test_the_list_is_that_of_python(cases: str, capsys: Capture) -> None:
    tasks = worklist(list(read(cases)), date(2024, 3, 29), rulebook=england.rulebook)
    assert [(task.when.value, task.child, task.rule) for task in tasks] == BY_LAW


def test_several_files_are_one_list_and_a_child_in_two_is_in_doubt(cases: str, tmp_path: Path, capsys: Capture) -> None:
    other = written(tmp_path, "other.csv", "child,event,at\nC-0,referral,2024-03-28\nC-3,referral,2024-03-28\n")
    out, err = due(capsys, cases, other, "--law-only", "--format", "csv")
    assert tasks_of(out) == [
        ("overdue", "C-1", "referral-decision"),
        *[("due soon", child, "referral-decision") for child in ("C-0", "C-2", "C-3")],
        *[("due soon", child, "referral-acknowledgement") for child in ("C-0", "C-2", "C-3")],
    ]
    assert "in doubt: in two files (child C-3): is in another of the files too" in " ".join(err.split())


# --- nobody is named unasked


@pytest.mark.parametrize("form", ["text", "csv", "json", "ics"])
def test_a_worker_a_team_and_a_manager_are_named_only_where_the_list_is_by_them(
    form: str, cases: str, key: str, capsys: Capture
) -> None:
    names = {"worker": "Ann Amberley", "team": "North and East", "manager": "Mo Marsh"}
    for by in (None, "child", *names):
        more = [] if by is None else ["--by", by]
        out, err = due(capsys, cases, "--format", form, *more)
        flat = " ".join((out.replace("\r\n ", "") + err).split())
        assert {what for what, name in names.items() if name in flat} == ({by} & set(names)), by
        out, err = due(capsys, cases, "--format", form, *more, "--pseudonymise", key)
        flat = " ".join((out.replace("\r\n ", "") + err).split())
        assert not any(name in flat for name in (*names.values(), "C-1", "C-2"))
    out, _ = due(capsys, cases, "--format", "csv")
    assert next(csv.reader(io.StringIO(out))) == list(COLUMNS)


def test_with_a_key_a_worker_is_the_same_pseudonym_everywhere(cases: str, key: str, capsys: Capture) -> None:
    out, _ = due(capsys, cases, "--by", "worker", "--pseudonymise", key, "--format", "csv")
    named = {row["worker"] for row in csv.DictReader(io.StringIO(out))}
    assert len(named) == 2 and all(re.fullmatch(r"[a-z2-7]{24}", name) for name in named)


@pytest.mark.parametrize("kind", PLANTED)
def test_nothing_personal_gets_out(kind: str, tmp_path: Path, key: str, capsys: Capture) -> None:
    path = str(PLANTED[kind](tmp_path))
    for day in ("2023-06-01", "2026-01-01"):
        for form in ("text", "csv", "json", "ics"):
            for more in ([], ["--pseudonymise", key, "--by", "worker"]):
                out, err = due(capsys, path, "--format", form, "--within", "6 months", *more, on=day)
                assert leaks(out.replace("\r\n ", "") + err) == []


# --- errors


NO_FILE = "there is no such file; expected the path of a file that exists"
MISUSE: dict[str, tuple[list[str], str]] = {
    "no file": ([], "due: no file was named; expected one or more files of records"),
    "a file that is not there": (["nothing.csv"], f"nothing.csv: {NO_FILE}"),
    "a list by nothing we know": (["FILE", "--by", "teem"], 'Invalid value "teem" for --by'),
    "a horizon that is none": (
        ["FILE", "--within", "soon"],
        "--within: 'soon' is no period; expected a period such as",
    ),
    "a horizon of nothing": (
        ["FILE", "--within", "0 moons"],
        "--within: '0 moons' is no period; expected a period such",
    ),
    "a horizon beyond the calendar": (
        ["FILE", "--within", "9999 months"],
        "is beyond the calendar, which ends on 2050",
    ),
    "a day beyond it": (["FILE", "--as-at", "2051-01-01"], "--as-at: 2051-01-01 is beyond the calendar"),
    "a file that is no list": (["FILE", "--out", "list.parquet"], "its name says no report that we write"),
    "a name that says another form": (["FILE", "--out", "a.csv", "--format", "ics"], "and --format is ics"),
    "a folder that is not there": (["FILE", "--out", "none/list.csv"], "none/list.csv: it cannot be written"),
    "the file that is read": (["FILE", "--out", "FILE", "--force"], "it is what is to be read, and would be lost"),
    "force without a file": (["FILE", "--force"], "--force: no file is written"),
    "a profile that is not there": (["FILE", "--profile", "none.toml"], "none.toml"),
    "nothing to read": (["EMPTY"], "no event could be read: there are no rows"),
    "nothing that can be read": (["BAD"], "line 2: no event could be read"),
    "files of two days": (["FILE", "OTHER"], "it speaks as at 2024-03-31, and"),
}


@pytest.mark.parametrize("what", MISUSE)
def test_misuse_is_one_line(
    what: str, cases: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "FILE": cases,
        "EMPTY": written(tmp_path, "empty.csv", "child,event,at\n"),
        "BAD": written(tmp_path, "bad.csv", "child,event,at\nC-1,referral,soon\n"),
        "OTHER": written(tmp_path, "other.csv", "child,event,at\nC-9,referral,2024-03-31\n"),
    }
    arguments, why = MISUSE[what]
    assert why in error(capsys, *(files.get(one, one) for one in arguments))
    assert Path(cases).read_text(encoding="utf-8") == ROWS


def test_a_file_is_overwritten_only_by_force_and_never_left_half(cases: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "list.ics"
    due(capsys, cases, "--out", str(out))
    before = out.read_bytes()
    assert "exists already; expected another name, or --force" in error(capsys, cases, "--out", str(out))
    bad = written(tmp_path, "bad.csv", "child,event,at\nC-1,referral,soon\n")
    error(capsys, cases, bad, "--out", str(out), "--force")
    assert out.read_bytes() == before
    due(capsys, cases, "--out", str(out), "--force", "--within", "3 months")
    assert out.read_bytes() != before
    assert {path.name for path in tmp_path.iterdir()} == {"cases.csv", "bad.csv", "list.ics"}
