"""What the sentences say is so: nothing is said not to be on record that is, and no name of data is said."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from tests.strategies import cases, coverages
from tests.test_law import CASES
from tests.test_law import Case as Worked

from childprotect import Chronology, Event, Finding, Rulebook, Status, check
from childprotect.calendars import day_of
from childprotect.conditions import ALWAYS, Doubtful, Match, Story, fact, on, stated
from childprotect.phrases import either, lacking, none_between, quorum_in_words
from childprotect.requirements import Quorum
from childprotect.rulebooks import england
from childprotect.rules import Before, Every, Order, Within
from childprotect.spells import During, Spell, agree

BOOK = england.rulebook.with_practice()
_BETWEEN = re.compile(r"^No .* is on record between the .*? on (\w{3} \d+ \w{3} \d{4})(?: at \d\d:\d\d)? and the ")


def _untrue(story: Chronology, as_at: date, book: Rulebook) -> Iterator[str]:
    """The sentences of a check that say that something is not on record which is."""
    events = story.as_known(as_at, vocabulary=book.vocabulary)
    told = Story(events, story.covers)
    for finding in check(story, book, as_at=as_at).findings:
        if (stretch := _said_to_be_empty(finding)) is None:
            continue
        wants, since, until = stretch
        assert either(wants) in finding.because
        same = finding.law.pairing.same if isinstance(finding.law, Within) else None
        there = [e for e in events if since < e.day <= until and wants.truth(e, told) and _alike(finding, e, same)]
        if there:
            yield f"{finding.because} {[str(event) for event in there]}"


def _alike(finding: Finding, event: Event, same: str | None) -> bool:
    return finding.trigger is None or agree(finding.trigger, event, same)


def _said_to_be_empty(finding: Finding) -> tuple[Match, date, date] | None:
    """What is said not to be on record, and on which days: after the one and up to the other."""
    law, trigger = finding.law, finding.trigger
    if not finding.because.startswith("No ") or trigger is None:
        return None
    if isinstance(law, Within | Every) and finding.status is Status.OVERDUE:
        assert finding.due is not None and finding.started is not None
        until = day_of(finding.due) if finding.perhaps else finding.ended or finding.as_at
        return law.wants, day_of(finding.started), until
    if (isinstance(law, Order) and finding.status is Status.BREACHED) or isinstance(law, Before):
        between = _BETWEEN.match(finding.because)
        since = datetime.strptime(between[1], "%a %d %b %Y").replace(tzinfo=UTC).date() if between else date.min
        before = date.fromordinal(trigger.day.toordinal() - 1)
        return (law.first if isinstance(law, Order) else law.event), since, before
    return None


@given(cases(covers=coverages()))
def test_what_is_said_not_to_be_on_record_is_not(case: tuple[Chronology, date]) -> None:
    assert list(_untrue(*case, BOOK)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_worked_case_says_what_its_record_denies_and_none_says_a_name_of_data(case: Worked) -> None:
    if case.known_at is None and not case.unreadable:
        assert list(_untrue(case.chronology, case.as_at, case.book)) == []
    for finding in case.report.findings:
        names = {name for name in finding.missing if "." in name}
        assert not [name for name in names if name in finding.because], finding.because


# --- the phrases that they are made of


@pytest.mark.parametrize(
    ("match", "words"),
    [
        (on("visit"), "visit to the child"),
        (on("visit", child_seen=True, seen_alone=False), "visit to the child (child seen, child not seen alone)"),
        (on("strategy-discussion", decision="section-47"), "strategy discussion (decision: section 47 enquiry)"),
        (on("initial-conference", "pre-birth-conference"), "initial or pre-birth child protection conference"),
        (on("conference-report-shared", with_="parents"), "sharing of the conference report (with the parents)"),
        (on("information-filed", where=~stated("about", "marac")), "filing of the information (not about: MARAC)"),
        (
            on("return-interview") | on("return-interview-offered", where=Doubtful(ALWAYS, "it may be too little")),
            "return interview",
        ),
        (on("found", where=Doubtful(ALWAYS, "it may be too little")), "return of the child"),
        (
            on("visit", where=During(Spell("plan", on("plan-started"), on("plan-ended")))),
            "visit to the child (one that counts)",
        ),
        (on("visit", where=fact("a", "x") | fact("b", "y")), "visit to the child (one that counts)"),
    ],
)
def test_what_would_do_is_named_with_what_a_rule_asks_of_it(match: Match, words: str) -> None:
    assert either(match) == words


@pytest.mark.parametrize(
    ("missing", "doubts", "words"),
    [
        (("visit.child-seen",), "", "whether the child was seen is not recorded"),
        (("visit.next-step", "visit.owner"), "", "the next step and who owns it are not recorded"),
        (("visit.purpose",), "", "the purpose is not recorded for a visit to the child"),
        (
            ("initial-conference.outcome", "case-closed"),
            "it may be too little",
            "the outcome is not recorded for an initial child protection conference; the record does not say enough "
            "about the closure of the case; it may be too little",
        ),
        (("visit",), "", "the record does not say"),
    ],
)
def test_what_a_record_lacks_is_told_in_words(missing: tuple[str, ...], doubts: str, words: str) -> None:
    assert lacking(missing, Event("visit", date(2024, 3, 1), {"purpose": "x"}), doubts) == words


def test_of_two_events_of_one_day_no_order_is_claimed_that_is_not_known() -> None:
    morning, noon = "2024-03-01T09:00:00+00:00", "2024-03-01T12:00:00+00:00"
    for first, bound, ending in (
        ("2024-02-29", "2024-03-01", "came before that"),
        ("2024-03-01", "2024-03-01", "is taken to have come before that"),
        (morning, "2024-03-01", "is taken to have come before that"),
        (morning, noon, "came before that"),
    ):
        told = none_between("visit", "the end", Event("referral", bound), Event("visit", first))
        assert told.endswith(ending)
    assert none_between("visit", "the end", Event("referral", noon), None) == "no visit is on record before the end"


def test_a_quorum_counts_the_other_agencies() -> None:
    assert quorum_in_words(Quorum(frozenset({"police"}), 1)) == "the police and at least 1 other agency"
    assert quorum_in_words(Quorum(frozenset({"police"}), 2)) == "the police and at least 2 other agencies"
