"""The examples run, and show what they say that they show."""

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

import childprotect as cp
from childprotect.ordering import in_order
from childprotect.profiles import Profile
from childprotect.records import read
from childprotect.records.keeping import kept
from childprotect.rulebooks import england
from childprotect.rulebooks.england.working_together import EDITIONS
from childprotect.rules import Duty, Rule
from childprotect.vocabulary import Form, form_of

EXAMPLES = Path(__file__).parent.parent / "examples"
INSPECTED = date(2012, 9, 19)
"""The last day of the inspection that the rules of practice come from."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example as its reader would."""
    command = [sys.executable, "-X", "utf8", *arguments]
    return subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_journey_names_its_one_breach_and_why(tmp_path: Path) -> None:
    ran = run("one_childs_journey.py", str(tmp_path))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("What went wrong") == 1
    assert "[strategy-discussion-attendance]: breached" in ran.stdout
    assert "Nobody from the police is recorded at the strategy discussion on Mon 21 May 2012" in ran.stdout
    assert "[WT2010, guidance" in ran.stdout


def test_the_journey_shows_the_states_what_may_follow_and_that_the_rest_was_met(tmp_path: Path) -> None:
    told = run("one_childs_journey.py", str(tmp_path)).stdout
    assert "enquiry: enquiring" in told
    assert "initial-conference: enquiry becomes conference-held" in told
    assert "due by 2012-06-13: 15 working days after Mon 21 May 2012, not counting Spring bank holiday and" in told
    assert "case: closed" in told
    assert told.endswith("duties: met\n")


SIMULATED = {
    "herefordshire_2012": ("Crown copyright", "plan-contingency: not kept in", "lost theirs in the year"),
    "what_if_two_managers_leave": ("Of what began from 2022-10-03 to 2024-03-31:", "that still wait at the end"),
    "early_help": ("It pays for itself in caseload if referrals fall by about", "95 % interval"),
    "test_your_dashboard": ("It counts bank holidays as working days", "It leaves out", "It sees only conferences"),
    "national": ("Not calibrated", "conference: ", "plans-to-review/on-time: ", "most of which then needed none"),
}
"""The examples of the simulation, and some of what each prints."""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, Path]]:
    """What an example prints, and the folder that it writes to; each is run once."""

    @cache
    def ran(name: str) -> tuple[str, Path]:
        folder = tmp_path_factory.mktemp(name)
        told = run(f"{name}.py", str(folder))
        assert (told.returncode, told.stderr) == (0, "")
        return told.stdout, folder

    return ran


@pytest.mark.parametrize("name", SIMULATED)
def test_an_example_of_the_simulation_prints_a_result_and_writes_a_picture(
    name: str, simulated: Callable[[str], tuple[str, Path]]
) -> None:
    told, folder = simulated(name)
    for words in SIMULATED[name]:
        assert words in told
    (picture,) = folder.glob("*.svg")
    assert "<desc" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


def test_managers_who_leave_make_decisions_wait(simulated: Callable[[str], tuple[str, Path]]) -> None:
    told = simulated("what_if_two_managers_leave")[0]
    days, late, waits = (
        [float(number) for number in re.findall(pattern, told)]
        for pattern in (r"takes (\S+) working days; ", r"(\d+)% of decisions", r"waits (\S+) working days")
    )
    assert days[1] > days[0] + 0.5
    assert late[1] > late[0] + 20
    assert waits[1] > waits[0] + 5


def test_the_report_of_2012_is_quoted_to_the_letter(shared: Path, simulated: Callable[[str], tuple[str, Path]]) -> None:
    """Each quotation stands in the paragraph that it names."""
    report = (shared / "law" / "herefordshire-2012-inspection.txt").read_text(encoding="utf-8")
    quoted = re.findall(r'Paragraph (\d+): "(.*)"', simulated("herefordshire_2012")[0])
    assert len(quoted) == 8
    for paragraph, words in quoted:
        text = report.partition(f"\n{paragraph}. ")[2].partition(f"\n{int(paragraph) + 1}. ")[0]
        assert words in text


def test_what_is_set_up_to_fail_is_found_in_the_year_that_was_asked_for(
    simulated: Callable[[str], tuple[str, Path]],
) -> None:
    """About as many as were put in: contingency is in no plan of six in ten, the police at six in ten discussions."""
    told = simulated("herefordshire_2012")[0]
    assert "from 2011-10-01 to 2012-09-30" in told
    counts = {
        rule: (int(wrong.replace(",", "")), int(of.replace(",", "")))
        for rule, wrong, of in re.findall(r"(\S+): not kept in (\S+) of (\S+)", told)
    }
    for rule, share in (
        ("plan-contingency", 0.6),
        ("strategy-discussion-attendance", 0.4),
        ("closure-authorised", 0.3),
    ):
        wrong, of = counts[rule]
        assert of > 100
        assert abs(wrong / of - share) < 0.12, rule
    (lost,) = re.findall(r"(\S+) children lost theirs in the year", told)
    assert int(lost.replace(",", "")) > 100


def test_early_help_pays_for_itself_where_each_has_no_more_cases(simulated: Callable[[str], tuple[str, Path]]) -> None:
    """Two in fourteen less need about a seventh fewer referrals, as each who stays has a sixth more to do."""
    told = simulated("early_help")[0]
    more = [float(number) for number in re.findall(r"each, (\S+) \(95", told)]
    assert more == sorted(more, reverse=True)
    assert "more than today" in told.splitlines()[1]
    assert "fewer than today" in told.splitlines()[3]
    (about, low, high) = map(int, re.findall(r"(\d+)%", told.splitlines()[4].replace("95 %", "")))
    assert low < about < high
    assert low <= 100 / 7 <= high


def test_the_nation_tells_why_the_rule_and_the_published_figure_differ(
    simulated: Callable[[str], tuple[str, Path]],
) -> None:
    told = simulated("national")[0]
    (by_rule,) = re.findall(r"initial-conference: (\d+)% in time", told)
    (published,) = re.findall(r"were held (\d+)% came within", told)
    assert int(by_rule) + 5 < int(published)


def test_a_dashboard_that_is_mended_agrees_with_the_law(simulated: Callable[[str], tuple[str, Path]]) -> None:
    """Each fault has its own number, and together they are all the difference."""
    law, dashboard, holidays, unborn, unseen, in_time = (
        [int(n.replace(",", "")) for n in re.findall(r"(?<![\d,])\d[\d,]*(?!\.)", line)]
        for line in simulated("test_your_dashboard")[0].splitlines()
    )
    held, late = law
    counted, called_late = dashboard
    were_in_time, mended = holidays
    left_out, left_out_late, right = unborn
    assert min(were_in_time, left_out, left_out_late, unseen[0], in_time[0]) > 0
    assert mended == called_late - were_in_time
    assert (counted + left_out, right) == (held, mended + left_out_late) == (held, late)


def test_the_demo_shows_every_command_and_ends_with_the_council_inspected() -> None:
    ran = run("demo.py")
    assert (ran.returncode, ran.stderr) == (0, "")
    commands = [line for line in ran.stdout.splitlines() if line.startswith("$ ")]
    assert [command.split()[2] for command in commands] == ["check", "check", "explain", "check"]
    told, _, last = ran.stdout.rpartition("$ childprotect")
    assert "as at Wed 19 Sep 2012" in last
    for rule in ("child-protection-visit", "plan-contingency", "allocated-to-qualified-worker"):
        assert f"\n{rule} " in last
        assert f"\n{rule} " not in told


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
        case Form.DATE:
            return date.fromisoformat(text)
        case Form.TEXT:
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


def judged(stories: list[cp.Chronology], book: cp.Rulebook, as_at: date) -> list[cp.Report]:
    return [cp.check(story, book, as_at=as_at) for story in stories]


def findings(reports: list[cp.Report]) -> list[cp.Finding]:
    return [finding for report in reports for finding in report.findings]


@pytest.fixture(scope="module")
def reports(stories: list[cp.Chronology]) -> list[cp.Report]:
    """By the national law and by what inspectors asked for, as at the last day of the file."""
    as_at = max(event.day for story in stories for event in story)
    return judged(stories, england.rulebook.with_practice(), as_at)


@pytest.fixture(scope="module")
def inspected(stories: list[cp.Chronology]) -> list[cp.Report]:
    """The same on the last day of the inspection."""
    return judged(stories, england.rulebook.with_practice(), INSPECTED)


def test_there_are_about_300_invented_children(stories: list[cp.Chronology]) -> None:
    assert 280 <= len(stories) <= 320
    assert {story.child[:2] for story in stories} == {"EX"}
    assert max(event.day for story in stories for event in story) == date(2026, 8, 28)


def kept_of(story: cp.Chronology) -> tuple[cp.Event, ...]:
    """The events with what a reader keeps of their facts: no prose."""
    facts = [{n: kept(n, v, None) if isinstance(v, str) else v for n, v in event.facts.items()} for event in story]
    return in_order([evolve(event, facts=told) for event, told in zip(story, facts, strict=True)])


def test_the_reader_reads_every_row(stories: list[cp.Chronology]) -> None:
    source = read(str(EXAMPLES / "data" / "events.csv"))
    assert {story.child: story.events for story in source} == {story.child: kept_of(story) for story in stories}
    assert source.rejections == []
    assert (EXAMPLES / "data" / "events.csv").stat().st_size < 1_500_000


def _has_a_number(rule: Rule) -> bool:
    """Whether a version that is in force can be kept or broken: a duty without a number is told and not judged."""
    in_force = [version for version in rule.versions if version.in_force is not None]
    return any(version.requires is not None or not isinstance(rule, Duty) for version in in_force)


def test_every_status_occurs(reports: list[cp.Report]) -> None:
    assert {finding.status for finding in findings(reports)} == set(cp.Status)


def test_every_rule_with_a_national_version_occurs(reports: list[cp.Report]) -> None:
    judged_here = {finding.rule for finding in findings(reports)} - set(england.practice)
    assert judged_here == {rule.id for rule in england.rulebook.rules if _has_a_number(rule)}
    told = {entry.rule for report in reports for entry in report.elapsed} - set(england.practice)
    assert told == {rule.id for rule in england.rulebook.rules if isinstance(rule, Duty) and rule.versions}


def test_every_rule_of_practice_has_something_to_say(reports: list[cp.Report], inspected: list[cp.Report]) -> None:
    """One of them ended in 2023, so two days are asked."""
    both = [*reports, *inspected]
    said = {finding.rule for finding in findings(both)} | {entry.rule for report in both for entry in report.elapsed}
    assert said >= set(england.practice)
    assert {finding.rule for finding in findings(reports)} >= {
        rule.id for rule in england.practice.rules if not isinstance(rule, Duty)
    } - {"allocated-to-qualified-worker"}


def test_every_figure_of_the_profile_judges_somebody(stories: list[cp.Chronology]) -> None:
    profile = Profile.load(EXAMPLES / "profiles" / "herefordshire-2012.toml", book=england.rulebook)
    local = [f for f in findings(judged(stories, england.rulebook | profile, date(2016, 9, 30))) if f.version]
    ours = {f.rule for f in local if f.version and f.version.edition == profile.id}
    assert ours == {entry.id for entry in profile.rules}
    assert any(f.is_breach for f in local if f.rule in ours)


def test_letters_before_proceedings_would_be_judged_by_the_act_of_2026(stories: list[cp.Chronology]) -> None:
    """As if it were in force since 2025: no day is known."""
    book = england.rulebook.commencing("CWSA2026-1", date(2025, 1, 1))
    found = [f for f in findings(judged(stories, book, date(2026, 8, 28))) if f.rule == "family-group-meeting-offered"]
    assert {finding.status for finding in found} == {cp.Status.MET, cp.Status.BREACHED}


def test_every_edition_decides_something(reports: list[cp.Report]) -> None:
    used = {finding.version.edition for report in reports for finding in report.findings if finding.version}
    assert used >= {edition.id for edition in EDITIONS}


def test_rules_occur_with_several_statuses(reports: list[cp.Report], inspected: list[cp.Report]) -> None:
    pairs = {(finding.rule, finding.status) for finding in findings([*reports, *inspected])}
    statuses = Counter(rule for rule, _ in pairs)
    assert {rule: n for rule, n in statuses.items() if n < 2} == {}
    assert sum(n >= 3 for n in statuses.values()) > len(statuses) / 2


def test_about_four_conferences_in_five_are_in_time(reports: list[cp.Report]) -> None:
    found = [finding.status for finding in findings(reports) if finding.rule == "initial-conference"]
    in_time = found.count(cp.Status.MET) / (found.count(cp.Status.MET) + found.count(cp.Status.LATE))
    assert 0.75 <= in_time <= 0.87


def test_a_good_part_of_the_children_has_a_full_record(stories: list[cp.Chronology]) -> None:
    for kind, share in (
        ("supervision", 0.3),
        ("management-decision", 0.5),
        ("chronology-updated", 0.3),
        ("visit", 0.5),
    ):
        assert sum(any(event.kind == kind for event in story) for story in stories) > share * len(stories), kind


def test_the_orders_are_there_in_every_form(stories: list[cp.Chronology]) -> None:
    kinds = [[event.kind for event in story] for story in stories]
    order, extended = "emergency-protection-order-made", "emergency-protection-order-extended"
    alone = [told for told in kinds if order in told and "police-protection-started" not in told]
    after = [told for told in kinds if order in told and "police-protection-started" in told]
    for some in (alone, after):
        assert any(extended in told for told in some)
        assert any(extended not in told for told in some)
    ordered = [event.day for story in stories for event in story if event.kind == "interim-care-order-made"]
    assert min(ordered) < date(2014, 4, 22) <= max(ordered)
    assert any("proceedings-extended" in told for told in kinds)


def test_every_kind_of_placement_is_there(stories: list[cp.Chronology]) -> None:
    placed = [event for story in stories for event in story if event.kind == "placement-started"]
    kinds = {event.facts["placement"] for event in placed}
    assert kinds >= {"foster", "residential", "long-term-foster", "parents-interim-order", "temporary-connected-person"}
    assert any(event.facts.get("until-18") for event in placed)


@pytest.mark.parametrize("kind", ["police-protection-started", "found", "return-interview"])
def test_some_have_a_time_and_some_have_none(kind: str, stories: list[cp.Chronology]) -> None:
    assert {event.timed for story in stories for event in story if event.kind == kind} == {True, False}


def test_some_records_are_out_of_order(reports: list[cp.Report]) -> None:
    odd = {entry.because for report in reports for entry in report.irregularities}
    assert any(text.startswith("Initial child protection conference") and "stood at 'none'" in text for text in odd)
    assert any(text.startswith("Start of the child protection plan") and "stood at 'open'" in text for text in odd)


def test_the_timed_and_the_late_recorded_rows_are_there(stories: list[cp.Chronology]) -> None:
    events = [event for story in stories for event in story]
    assert any(event.timed for event in events)
    assert any(event.recorded is not None and (event.recorded - event.day).days > 14 for event in events)
