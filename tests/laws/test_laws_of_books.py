"""Laws of rulebooks: joined, cut to a day, laid under a profile, asked rule by rule."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, note
from hypothesis import strategies as st
from tests.laws.messy import (
    BOOKS,
    FIRST_DAY,
    Case,
    again,
    books,
    cases,
    days_of,
    events,
    in_lines,
    judged,
)

from childprotect import Chronology, Event, Finding, Profile, Rulebook, Status, check
from childprotect.authority import Force
from childprotect.figures import requirement_to_data
from childprotect.ordering import unsettled
from childprotect.profiles import LocalRule, SetAside
from childprotect.rulebooks import england
from childprotect.rules import KINDS, Current, Rule
from childprotect.vocabulary import STANDARD


def test_every_rule_that_has_no_national_number_has_one_here() -> None:
    local = BOOKS["local"]
    assert local.applied == local.rules
    assert {type(rule) for rule in local.rules} == set(KINDS)
    assert len(BOOKS["national"].applied) > 60


# --- joining


@given(cases(), books(), st.data())
def test_the_union_of_rulebooks_gives_the_union_of_findings(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    whole = BOOKS[book]
    some = data.draw(st.sets(st.sampled_from(sorted(whole))))
    left, right = whole - some, whole - (set(whole) - some)
    both = check(story, left | right, as_at=as_at)
    one, other = (check(story, part, as_at=as_at) for part in (left, right))
    assert len(both.findings) == len(one.findings) + len(other.findings)
    assert set(both.findings) == {*one.findings, *other.findings}
    assert set(both.elapsed) == {*one.elapsed, *other.elapsed}
    assert set(both.not_assessed) == {*one.not_assessed, *other.not_assessed}
    assert set(both.findings) == set(check(story, whole, as_at=as_at).findings)


@given(cases(), books())
def test_joining_an_empty_rulebook_or_an_empty_profile_changes_nothing(case: Case, book: str) -> None:
    story, as_at = case
    whole = BOOKS[book]
    report = check(story, whole, as_at=as_at)
    for joined in (whole | Rulebook("nothing", ()), whole | Profile(id="NONE", authority="Anytown")):
        assert joined == whole
        assert check(story, joined, as_at=as_at) == report


# --- which events a rule reads


@given(cases(), books(), st.data())
def test_an_irrelevant_event_changes_nothing_since_a_rule_depends_only_on_the_kinds_that_it_reads(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    more = data.draw(st.lists(events(days_of(story)), max_size=3))
    story = again(story, [*story.events, *(evolve(event, ref=f"more {n}") for n, event in enumerate(more))])
    note(in_lines(story))
    known = story.as_known(as_at)
    whole = check(story, BOOKS[book], as_at=as_at)
    for rule in BOOKS[book].rules:
        read = {event.ref for event in story.as_known(date.max) if event.kind in rule.reads}
        part = again(story, [event for event in story if event.ref in read])
        if part.as_known(as_at) != tuple(event for event in known if event.ref in read):
            continue  # the other events of a day may put those that it reads in another order
        if _may_be_turned(rule, known, story) != _may_be_turned(rule, part.as_known(as_at), story):
            continue  # and so may an entry that was lost, together with others of the day
        alone = check(part, Rulebook("one", (rule,)), as_at=as_at)
        assert [f for f in whole.findings if f.rule == rule.id] == list(alone.findings), rule.id
        assert [e for e in whole.elapsed if e.rule == rule.id] == list(alone.elapsed), rule.id


def _may_be_turned(rule: Rule, told: tuple[Event, ...], story: Chronology) -> bool:
    """Whether an entry that was lost may have put events that the rule reads in another order."""
    pairs = unsettled(told, story.lost, STANDARD)
    return any(all(not rule.reads.isdisjoint(kinds) for kinds in pair) for pair in pairs)


@given(cases(), books())
def test_nothing_but_its_triggers_can_call_for_a_finding_by_a_rule(case: Case, book: str) -> None:
    story, as_at = case
    report = check(story, BOOKS[book], as_at=as_at)
    for finding in report.findings:
        if not isinstance(finding.law, Current):
            assert finding.trigger is None or finding.trigger.kind in finding.law.triggers
    for rule in BOOKS[book].applied:
        silent = again(evolve(story, lost=()), [event for event in story if event.kind not in rule.triggers])
        alone = check(silent, Rulebook("one", (rule,)), as_at=as_at)
        assert (alone.findings, alone.elapsed) == ((), ())


# --- the law of a day


@given(cases(), books(), st.data())
def test_the_law_of_a_day_judges_what_began_on_it_as_the_whole_law_does(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    assume(len(story) > 0)
    day = data.draw(st.sampled_from(sorted({event.day for event in story})))
    then = judged(story, as_at, BOOKS[book].on(day))
    for key, finding in judged(story, as_at, BOOKS[book]).items():
        _, trigger = key
        if trigger is None or trigger.day != day or isinstance(finding.law, Current):
            continue
        if len({finding.law.version_on(e.day) for e in story if e.kind in finding.law.triggers}) > 1:
            continue  # what began under another edition is no repeat in the law of the day
        other = then[key]
        assert other.status in (finding.status, Status.CANNOT_TELL), other.because
        assert (other.due, other.version) == (finding.due, finding.version)


# --- profiles


def as_it_is(book: Rulebook) -> Profile:
    """A profile that repeats every figure of guidance as it stands."""
    rules = [
        LocalRule(
            id=rule.id,
            from_=version.in_force,
            until=version.until,
            requires=requirement_to_data(version.requires, {}),
        )
        for rule in book.rules
        for version in rule.versions
        if version.in_force is not None and version.requires is not None
    ]
    return Profile(id="SAME", authority="Anytown", rules=tuple(rules))


REPEATED = england.rulebook.with_practice() | as_it_is(england.rulebook.with_practice())


@given(cases())
def test_a_profile_that_repeats_the_national_figures_changes_no_verdict_and_departs_from_nothing(case: Case) -> None:
    story, as_at = case
    national, local = (check(story, book, as_at=as_at).findings for book in (BOOKS["national"], REPEATED))
    assert [_verdict(finding) for finding in local] == [_verdict(finding) for finding in national]
    assert not any(finding.version.departure for finding in local if finding.version)


def _verdict(finding: Finding) -> tuple[Any, ...]:
    return finding.rule, finding.status, finding.trigger, finding.answer, finding.due, finding.missing


@given(cases(), st.data())
def test_a_rule_that_is_set_aside_falls_silent_and_no_other_does(case: Case, data: st.DataObject) -> None:
    story, as_at = case
    book = BOOKS["local"]
    whole = check(story, book, as_at=as_at)
    laws = {f.rule for f in whole.findings if all(v.force is not Force.STATUTE for v in f.law.versions)}
    assume(laws)
    rule = data.draw(st.sampled_from(sorted(laws)))
    aside = SetAside(id=rule, from_=FIRST_DAY, because="not followed here")
    less = check(story, book | Profile(id="LESS", authority="Anytown", set_aside=(aside,)), as_at=as_at)
    assert less.findings == tuple(finding for finding in whole.findings if finding.rule != rule)


# --- every run, every seed

ROOT = Path(__file__).resolve().parents[2]
_CHECKS = """
import json, pickle, sys
from childprotect import check
from tests.laws.messy import BOOKS
while True:
    story, as_at = pickle.load(sys.stdin.buffer)
    print(json.dumps([check(story, book, as_at=as_at).to_dict() for book in BOOKS.values()]), flush=True)
"""


def started(seed: int) -> subprocess.Popen[bytes]:
    """A process with that hash seed that answers every record with what the check says of it."""
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.Popen([sys.executable, "-c", _CHECKS], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.fixture(scope="module")
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes, each with a hash seed of its own."""
    both = [started(seed) for seed in (0, 7)]
    yield both
    for process in both:
        process.kill()
        process.communicate()


def answered(process: subprocess.Popen[bytes], case: Case) -> bytes:
    """What the process says of a record."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(pickle.dumps(case))
    process.stdin.flush()
    return process.stdout.readline()


@given(case=cases())
def test_a_report_is_the_same_in_every_process_and_for_every_hash_seed(
    processes: list[subprocess.Popen[bytes]], case: Case
) -> None:
    one, other = (answered(process, case) for process in processes)
    assert one.startswith(b"[")
    assert other == one
