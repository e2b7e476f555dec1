"""The examples run, and show what they say that they show."""

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import childprotect as cp
from childprotect.rulebooks import england
from childprotect.rulebooks.england.working_together import EDITIONS
from childprotect.vocabulary import Form, form_of

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example as its reader would."""
    command = [sys.executable, "-X", "utf8", *arguments]
    return subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_journey_names_its_one_breach_and_why() -> None:
    ran = run("one_childs_journey.py")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("What went wrong") == 1
    assert "[strategy-discussion-attendance]: breached" in ran.stdout
    assert "Nobody from the police is recorded at the strategy discussion on Mon 21 May 2012" in ran.stdout
    assert "[WT2010, guidance" in ran.stdout


def test_the_journey_shows_the_states_what_may_follow_and_that_the_rest_was_met() -> None:
    told = run("one_childs_journey.py").stdout
    assert "enquiry: enquiring" in told
    assert "initial-conference: enquiry becomes conference-held" in told
    assert "due by 2012-06-13: 15 working days after Mon 21 May 2012, not counting Spring bank holiday and" in told
    assert "case: closed" in told
    assert told.endswith("duties: met\n")


def test_the_data_are_what_the_script_writes() -> None:
    ran = run("data/make_data.py", "--check")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_check_of_the_data_notices_a_change(tmp_path: Path) -> None:
    for script in sorted((EXAMPLES / "data").glob("*.py")):
        (tmp_path / script.name).write_bytes(script.read_bytes())
    (tmp_path / "events.csv").write_text("child,event,at\n")
    ran = run(str(tmp_path / "make_data.py"), "--check")
    assert ran.returncode == 1
    assert "events.csv" in ran.stdout
    assert "census.xml" in ran.stdout
    assert (tmp_path / "events.csv").read_text() == "child,event,at\n"


def _fact(name: str, text: str) -> object:
    match form_of(name):
        case Form.SET:
            return set(text.split(";"))
        case Form.FLAG:
            return text == "true"
    return text


def _chronologies() -> Iterator[cp.Chronology]:
    events: dict[str, list[cp.Event]] = {}
    with (EXAMPLES / "data" / "events.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            child, kind, at, recorded = (row.pop(name) for name in ("child", "event", "at", "recorded"))
            facts = {name: _fact(name, text) for name, text in row.items() if text}
            learned = date.fromisoformat(recorded) if recorded else None
            events.setdefault(child, []).append(cp.Event(kind, at, facts, learned))
    for child in events:
        yield cp.Chronology.of(child, events=events[child])


@pytest.fixture(scope="module")
def stories() -> list[cp.Chronology]:
    return list(_chronologies())


@pytest.fixture(scope="module")
def reports(stories: list[cp.Chronology]) -> list[cp.Report]:
    as_at = max(event.day for story in stories for event in story)
    return [cp.check(story, england.rulebook, as_at=as_at) for story in stories]


def test_there_are_about_300_invented_children(stories: list[cp.Chronology]) -> None:
    assert 280 <= len(stories) <= 320
    assert {story.child[:2] for story in stories} == {"EX"}
    assert max(event.day for story in stories for event in story) == date(2026, 8, 28)


def test_every_status_and_every_rule_occur(reports: list[cp.Report]) -> None:
    found = [finding for report in reports for finding in report.findings]
    assert {finding.status for finding in found} == set(cp.Status)
    assert {finding.rule for finding in found} == set(england.rulebook)


def test_every_edition_decides_something(reports: list[cp.Report]) -> None:
    used = {finding.version.edition for report in reports for finding in report.findings if finding.version}
    assert used >= {edition.id for edition in EDITIONS}


def test_most_rules_occur_with_several_statuses(reports: list[cp.Report]) -> None:
    pairs = {(finding.rule, finding.status) for report in reports for finding in report.findings}
    statuses = Counter(rule for rule, _ in pairs)
    assert min(statuses.values()) >= 2
    assert sum(n >= 3 for n in statuses.values()) > len(statuses) / 2


def test_about_four_conferences_in_five_are_in_time(reports: list[cp.Report]) -> None:
    found = [
        finding.status for report in reports for finding in report.findings if finding.rule == "initial-conference"
    ]
    in_time = found.count(cp.Status.MET) / (found.count(cp.Status.MET) + found.count(cp.Status.LATE))
    assert 0.75 <= in_time <= 0.87


def test_some_records_are_out_of_order(reports: list[cp.Report]) -> None:
    odd = {entry.because for report in reports for entry in report.irregularities}
    assert any(text.startswith("Initial child protection conference") and "stood at 'none'" in text for text in odd)
    assert any(text.startswith("Start of the child protection plan") and "stood at 'open'" in text for text in odd)


def test_the_timed_and_the_late_recorded_rows_are_there(stories: list[cp.Chronology]) -> None:
    events = [event for story in stories for event in story]
    assert any(event.timed for event in events)
    assert any(event.recorded is not None and (event.recorded - event.day).days > 14 for event in events)
