"""The command line and scenarios: what became of one, what is written, and what is said where it cannot be."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from tests.commands import Capture, complaints, error, out_of
from tests.test_scenarios import tables

from childprotect.measures import count
from childprotect.records import read
from childprotect.simulation import Ran, Scenario, Worked, came

pytestmark = pytest.mark.usefixtures("wide")
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of this kind are those of POSIX")
HEAD = 'name = "A council"\nfirst = 2023-04-01\nyears = 1\n[population]\nreferrals = 60\n'
STAFF = "[staff.team.North]\nworkers = { qualified = 5, agency = 2 }\nmanagers = 1\n"


@pytest.fixture
def plain(tmp_path: Path) -> str:
    (tmp_path / "plain.toml").write_text(HEAD, encoding="utf-8")
    return str(tmp_path / "plain.toml")


@pytest.fixture
def staffed(tmp_path: Path) -> str:
    (tmp_path / "staffed.toml").write_text(HEAD.replace("A council", "A busy one") + STAFF, encoding="utf-8")
    return str(tmp_path / "staffed.toml")


def test_a_scenario_without_staff_is_told_as_it_is_published(plain: str, capsys: Capture) -> None:
    told = out_of(capsys, "simulate", plain, "--seed", "3").splitlines()
    lived = Scenario.load(plain).run(3)
    assert not isinstance(lived, Worked)
    assert told[0] == "A council: Sat 1 Apr 2023 to Sun 31 Mar 2024, seed 3"
    assert told[1] == f"  {lived.children} children and {len(lived)} events, with those before"
    assert "As published, for the year to 31 March 2024:" in told
    assert sum(line.startswith("plans-ended/") for line in told) == 5
    assert not any("waited" in line for line in told)


def test_a_scenario_with_staff_is_told_with_who_waited_and_the_changes_of_worker(staffed: str, capsys: Capture) -> None:
    told = out_of(capsys, "simulate", staffed)
    assert "Who waited, in working days:" in told
    for gate in ("allocation", "worker", "manager", "chair", "room"):
        assert f"\n{gate} " in told
    assert "cases had a social worker at noon, on average." in told
    assert "of a child's social worker, who had left." in told


def test_the_same_seed_prints_the_same_and_another_does_not(staffed: str, capsys: Capture) -> None:
    one, same, other = (out_of(capsys, "simulate", staffed, "--seed", seed) for seed in ("5", "5", "6"))
    assert one == same != other


def test_every_year_is_told_five_beside_one_another(plain: str, capsys: Capture) -> None:
    told = out_of(capsys, "simulate", plain, "--years", "6")
    assert told.startswith("A council: Sat 1 Apr 2023 to Sat 31 Mar 2029, seed 0\n")
    assert "\nAs published, for the years to 31 March 2024 to 2028:\n" in told
    assert "\nAs published, for the year to 31 March 2029:\n" in told
    table = Ran(Scenario.load(plain).lasting(6).run(0)).table
    first, second = (line.split()[1:] for line in told.splitlines() if line.startswith("referrals "))
    assert [*first, *second] == [f"{count(table, year).numbers['referrals']:.0f}" for year in range(2024, 2030)]


def test_who_still_waits_is_told_beside_the_wait(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "slow.toml"
    path.write_text(HEAD + STAFF + "[staff.work.referral-decided]\nmanager = 3.5\n", encoding="utf-8")
    told = out_of(capsys, "simulate", str(path))
    ran = Ran(Scenario.load(path).run(0))
    assert ran.log is not None
    gate = came(ran.log, "manager")
    (line,) = (line for line in told.splitlines() if line.startswith("manager "))
    assert 0 < gate.waiting < len(gate) - 10
    assert line.split()[:2] + line.split()[4:5] == ["manager", str(len(gate)), str(gate.waiting)]
    assert "Who still waits on the last day is in no wait." in told


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ("referrals", "not published for Somewhere: referrals; there are as many as lead to its assessments\n"),
        ("conferences", "not published for Somewhere, so as in England: conferences\n"),
    ],
)
def test_what_stands_for_a_figure_that_is_not_published_is_told(
    without: str, told: str, tmp_path: Path, capsys: Capture
) -> None:
    """Referrals that are not published follow from the assessments that are."""
    (tmp_path / "dfe").mkdir()
    tables(tmp_path / "dfe", without=frozenset({without}))
    path = tmp_path / "s.toml"
    path.write_text(
        'name = "A"\nfirst = 2023-04-01\nyears = 1\n'
        '[calibrate]\nfolder = "dfe"\narea = "E06000019"\nyear = 2024\nrounds = 1\n',
        encoding="utf-8",
    )
    said = out_of(capsys, "simulate", str(path))
    assert told in said
    assert said.count("not published") == 1


def test_days_without_a_published_year_have_no_such_table(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.toml"
    path.write_text(HEAD.replace("04-01", "05-01"), encoding="utf-8")
    told = out_of(capsys, "simulate", str(path))
    assert "No table as published: no year from 1 April to 31 March lies in these days." in told
    assert "referrals/again" not in told


def test_what_is_written_is_an_event_table_that_check_reads(staffed: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "events.parquet"
    told = out_of(capsys, "simulate", staffed, "--seed", "2", "--out", str(out))
    ran = Scenario.load(staffed).run(2)
    assert isinstance(ran, Worked)
    assert told.endswith(f"wrote {out}: {len(ran.lived)} events\n")
    assert pl.read_parquet(out).height == len(ran.lived)
    source = read(str(out))
    assert sum(1 for _ in source) == ran.lived.children
    assert "0 rejected" in out_of(capsys, "check", str(out))


def test_a_file_that_exists_is_left_unless_force_is_said(plain: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "events.parquet"
    out.write_text("old", encoding="utf-8")
    line = error(capsys, "simulate", plain, "--out", str(out))
    assert line.endswith("it exists already; expected another name, or --force to overwrite it")
    assert out.read_text(encoding="utf-8") == "old"
    out_of(capsys, "simulate", plain, "--out", str(out), "--force")
    assert pl.read_parquet(out).height > 100


MISUSE: dict[str, tuple[list[str], str]] = {
    "a name that says nothing": (["--out", "events.csv"], "events.csv: its name says nothing of Parquet; expected"),
    "force without a file": (["--force"], "--force: no file is written; expected --out with the path of a file"),
    "a seed below zero": (["--seed=-1"], "--seed: -1 is below 0; expected a whole number from 0 on"),
    "no years": (["--years", "0"], "years: 0 is not a whole number from 1 to 40"),
    "years in words": (["--years", "two"], 'Invalid value for --years: unable to convert "two" into int.'),
    "years beyond the calendar": (["--years", "30"], "years: 30 from 2023-04-01 end on 2053-03-31; expected no later"),
}


@pytest.mark.parametrize("kind", MISUSE)
def test_misuse_is_one_line(kind: str, plain: str, capsys: Capture) -> None:
    arguments, why = MISUSE[kind]
    line = error(capsys, "simulate", plain, *arguments)
    assert why in line


def test_the_scenario_is_not_overwritten(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.parquet"
    path.write_text(HEAD, encoding="utf-8")
    line = error(capsys, "simulate", str(path), "--out", str(path), "--force")
    assert "it is what is to be read, and would be lost" in line
    assert path.read_text(encoding="utf-8") == HEAD


@pytest.mark.parametrize("command", [["simulate", "{}"], ["compare", "{}", "{}"]], ids=lambda command: command[0])
def test_every_mistake_of_a_file_is_a_line_with_its_place(command: list[str], tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.toml"
    path.write_text(HEAD + "planned = 2\nclosing = -1\n" + STAFF.replace("= 1", "= 0"), encoding="utf-8")
    lines = complaints(capsys, *(word.format(path) for word in command))
    assert lines == [
        f"scenario {path}: population.planned: 2 is not a share from 0 to 1",
        f"scenario {path}: population.closing: -1 is not a whole number from 0 to 3650",
        f"scenario {path}: staff.team.North.managers: 0 is not a whole number from 1 to 10000",
    ]


def test_a_file_that_is_no_scenario_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    line = error(capsys, "simulate", str(tmp_path / "none.toml"))
    assert line.endswith("none.toml: there is no such file; expected the path of a file that exists")


def test_two_scenarios_are_compared(plain: str, tmp_path: Path, capsys: Capture) -> None:
    other = tmp_path / "more.toml"
    other.write_text('name = "More"\nlike = "plain.toml"\n[population]\nreferrals = 240\n', encoding="utf-8")
    told = out_of(capsys, "compare", plain, str(other), "--seeds", "3").splitlines()
    assert told[:3] == ["A: A council", "B: More", "means over 3 seeds, a year"]
    (line,) = (line for line in told if line.startswith("referrals "))
    assert line.endswith(" *")


def test_two_scenarios_of_other_days_or_one_seed_are_refused(plain: str, tmp_path: Path, capsys: Capture) -> None:
    other = tmp_path / "later.toml"
    other.write_text('name = "Later"\nlike = "plain.toml"\nyears = 2\n', encoding="utf-8")
    line = error(capsys, "compare", plain, str(other))
    assert "the first is from 2023-04-01 to 2024-03-31, the second from 2023-04-01 to 2025-03-31" in line
    line = error(capsys, "compare", plain, plain, "--seeds", "1")
    assert line == "--seeds: 1 tell of no interval; expected 2 or more"


@POSIX
def test_an_interrupt_leaves_the_old_file_and_nothing_else(staffed: str, tmp_path: Path) -> None:
    """Once the bar is seen on the terminal the simulation runs, and 17 years of it take longer than we do."""
    out = tmp_path / "events.parquet"
    out.write_text("old", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    ours, theirs = os.openpty()
    # whoever runs the tests may ignore interrupts, and hands that down
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from childprotect.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "simulate", staffed, "--years", "17", "--out", str(out), "--force"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    while b"simulating" not in shown:
        shown += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate()
    os.close(ours)
    assert (process.returncode, told) == (130, b"")
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == before


@POSIX
def test_an_interrupt_while_it_is_being_loaded_is_one_line() -> None:
    """The signal comes when the module that reads the arguments is looked for."""
    code = (
        "import importlib.abc, os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'childprotect.cli.app':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from childprotect.cli import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code, "readers"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "childprotect: interrupted\n")
