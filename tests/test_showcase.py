"""The invented pair of authorities: each failing is found where it was put and nowhere else, and in the other none."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from attrs import evolve

import childprotect as cp
from childprotect import records, tables
from childprotect.cli.app import run
from childprotect.errors import DefinitionError, UnwritableOutput
from childprotect.profiles import Profile
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row
from childprotect.simulation.episodes import EPISODES
from childprotect.simulation.failings import FAILINGS, NO_FAILING, UNSHOWN, Failing
from childprotect.simulation.practised import TEAMS
from childprotect.simulation.showcase import PEOPLE, Invented, Showcase, showcase

PROFILE = Path(__file__).parent.parent / "examples" / "profiles" / "herefordshire-2012.toml"
BOOK = england.rulebook.with_practice() | Profile.load(PROFILE)
SOUND = ["discharged", "met", "pending"]


@pytest.fixture(scope="module")
def shown() -> Showcase:
    return showcase()


@pytest.fixture(scope="module")
def judged(shown: Showcase) -> tuple[pl.DataFrame, int]:
    return judgement(shown.failing, shown.as_at)


@pytest.fixture(scope="module")
def found(judged: tuple[pl.DataFrame, int]) -> pl.DataFrame:
    return judged[0]


def judgement(authority: Invented, as_at: date) -> tuple[pl.DataFrame, int]:
    """The findings of all children, and how many irregularities there are."""
    pieces = list(tables.check(authority.table(), BOOK, as_at=as_at).pieces(irregular=True))
    findings = pl.concat(pl.DataFrame(batch) for piece in pieces for batch in piece.findings)
    return findings, sum(batch.num_rows for piece in pieces for batch in piece.irregular)


def not_sound(findings: pl.DataFrame) -> dict[str, frozenset[str]]:
    """By child the rules that are broken, and those of which nobody can tell."""
    amiss = findings.filter(~pl.col("status").cast(str).is_in(SOUND)).group_by("child").agg("rule")
    return {child: frozenset(rules) for child, rules in amiss.iter_rows()}


def test_exactly_the_planted_children_break_exactly_the_stated_rules(shown: Showcase, found: pl.DataFrame) -> None:
    expected = {child: frozenset(f.rules) for f in FAILINGS for child in shown.planted[f.id] if f.rules}
    assert not_sound(found) == expected
    assert "cannot-tell" not in found["status"].cast(str).to_list()


def test_in_the_sound_authority_nothing_is_broken_or_overdue_or_unknown_or_irregular(shown: Showcase) -> None:
    findings, irregular = judgement(shown.sound, shown.as_at)
    assert not_sound(findings) == {}
    assert len(findings) > 100_000
    assert irregular == 0


def test_every_record_with_a_failing_can_be_replayed_since_no_failing_is_a_step_out_of_order(
    judged: tuple[pl.DataFrame, int],
) -> None:
    assert judged[1] == 0


def test_each_failing_is_in_as_many_cases_as_it_says_and_each_child_has_one_at_most(shown: Showcase) -> None:
    assert {id: len(children) for id, children in shown.planted.items()} == {f.id: f.cases for f in FAILINGS}
    every = [child for children in shown.planted.values() for child in children]
    assert len(every) == len(set(every))
    assert {id: len(children) for id, children in shown.episodes.items()} == {e.id: e.cases for e in EPISODES}


def test_both_hold_the_same_children_and_differ_in_those_with_a_failing_alone(shown: Showcase) -> None:
    sound, failing = by_child(shown.sound), by_child(shown.failing)
    assert sound.keys() == failing.keys()
    assert {child for child in sound if sound[child] != failing[child]} == {
        child for children in shown.planted.values() for child in children
    }


def by_child(records: Invented) -> Mapping[str, cp.Chronology]:
    return {story.child: story for story in records.children}


@pytest.mark.parametrize("failing", FAILINGS, ids=lambda failing: failing.id)
def test_a_failing_comes_into_a_sound_record_and_the_check_of_the_child_finds_it(
    failing: Failing, shown: Showcase
) -> None:
    child = shown.planted[failing.id][0]
    before = by_child(shown.sound)[child]
    after = failing.plant(before)
    assert after == by_child(shown.failing)[child]
    assert after is not None
    assert before == by_child(shown.sound)[child]
    report = cp.check(after, BOOK, as_at=shown.as_at)
    assert {f.rule for f in report.findings if f.status.value not in SOUND} == set(failing.rules)
    assert report.irregularities == ()


def test_a_record_of_nothing_has_no_place_for_any_failing_or_episode() -> None:
    nothing = cp.Chronology.of("invented-0")
    assert [f.id for f in FAILINGS if f.plant(nothing) is not None] == []
    assert [e.id for e in EPISODES if e.plant(nothing) is not None] == []


@pytest.mark.parametrize("row", [row for row in england.inspection() if row.judged != "none"], ids=lambda row: row.id)
def test_a_row_that_records_settle_is_shown_by_a_failing_or_says_why_not(row: Row) -> None:
    shown_by = [failing.id for failing in FAILINGS if row.id in failing.rows]
    assert bool(shown_by) != bool(UNSHOWN.get(row.id))


def test_every_rule_that_a_row_names_is_broken_by_a_failing_or_says_why_not() -> None:
    named = {rule for row in england.inspection() for rule in row.rules}
    broken = {rule for failing in FAILINGS for rule in failing.rules}
    assert broken <= named
    assert named - broken == {*NO_FAILING}
    assert all(NO_FAILING.values())


def test_a_rule_that_no_failing_breaks_gave_no_finding_that_could_be_broken(found: pl.DataFrame) -> None:
    assert set(found["rule"].cast(str).unique()).isdisjoint(NO_FAILING)


def test_failings_have_names_of_their_own_and_rows_that_there_are() -> None:
    assert [id for id, n in Counter(f.id for f in FAILINGS).items() if n > 1] == []
    rows = {row.id for row in england.inspection()}
    assert all(f.rows and set(f.rows) <= rows for f in FAILINGS)
    assert len({f.in_words for f in FAILINGS}) == len(FAILINGS)


def test_its_size_is_that_of_the_report(shown: Showcase) -> None:
    assert shown.population == 35864
    referred = [
        event
        for story in shown.sound.children
        for event in story
        if event.kind == "referral" and event.day >= date(2011, 10, 1)
    ]
    assert 1400 < len(referred) < 1600
    assert shown.as_at == date(2012, 9, 30)
    assert max(event.day for story in shown.sound.children for event in story) <= shown.as_at


def test_teams_are_those_of_paragraph_11_and_managers_are_named(shown: Showcase) -> None:
    events = [event for story in shown.sound.children for event in story]
    assert {event.facts["team"] for event in events if event.kind == "allocated"} == {*TEAMS}
    assert all({"worker", "manager"} <= {*event.facts} for event in events if event.kind == "supervision")
    assert all("manager" in event.facts for event in events if event.kind == "management-decision")


def test_both_hold_the_kinds_of_record_that_live_does_not_tell(shown: Showcase) -> None:
    wanted = set(
        """missing found return-interview private-fostering-notified private-fostering-visit probation-notice
        marac mappa information-filed escalation-raised escalation-resolved case-audited audit-action-set
        audit-action-done feedback-received information-requested information-received early-help-started
        new-information legal-advice-sought legal-planning-meeting letter-before-proceedings""".split()
    )
    for authority in (shown.sound, shown.failing):
        assert wanted <= {event.kind for story in authority.children for event in story}


def test_what_is_of_the_whole_is_worse_in_the_authority_with_the_failings(shown: Showcase) -> None:
    whole = {what.id: (what.failing, what.sound) for what in shown.wholes}
    for id in ("enquiries-without-conference", "changes-of-worker", "back-within-60-days"):
        assert whole[id][0] > whole[id][1] > 0
    fell = [whole["plans-in-autumn"][n] / whole["plans-in-spring"][n] for n in (0, 1)]
    assert fell[0] < 0.95 < 1 < fell[1]
    for agency, (invited, came) in shown.failing.training.items():
        assert came <= shown.sound.training[agency][1] <= invited == shown.sound.training[agency][0]


def test_the_file_holds_every_event_and_is_not_written_over(shown: Showcase, tmp_path: Path) -> None:
    path = tmp_path / "failing.parquet"
    shown.failing.write(path)
    with pytest.raises(UnwritableOutput):
        shown.failing.write(path)
    read = {story.child: [(event.kind, event.day) for event in story] for story in records.read(str(path))}
    assert read == {story.child: [(event.kind, event.day) for event in story] for story in shown.failing.children}


def test_the_command_line_reads_both_and_fails_on_the_one_alone(
    shown: Showcase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for authority, status in ((shown.sound, 0), (shown.failing, 1)):
        path = tmp_path / f"{status}.parquet"
        authority.write(path)
        asked = ["check", str(path), "--as-at", shown.as_at.isoformat(), "--profile", str(PROFILE), "--show", "0"]
        assert run([*asked, "--fail-on-breach"]) == status
        told = capsys.readouterr()
        assert told.err == ""
        read = f"{len(authority.children)} children, {sum(map(len, authority.children))} events"
        assert read in " ".join(told.out.split())


def test_nothing_in_the_records_passes_for_a_record_of_somebody(shown: Showcase) -> None:
    assert all(story.child.startswith("invented-") for story in shown.failing.children)
    assert {(story.born, story.died) for story in shown.failing.children} == {(None, None)}


def test_the_same_seed_gives_the_same_records_and_another_seed_others(shown: Showcase) -> None:
    again = showcase(2012)
    assert again.planted == shown.planted
    assert again.failing.children == shown.failing.children
    assert again.sound.children == shown.sound.children
    other = showcase(7)
    assert {id: len(children) for id, children in other.planted.items()} == {f.id: f.cases for f in FAILINGS}
    assert other.planted != shown.planted


def test_an_authority_too_small_for_every_failing_is_refused() -> None:
    with pytest.raises(DefinitionError, match="records have a place for"):
        showcase(people=evolve(PEOPLE, referrals=40))
