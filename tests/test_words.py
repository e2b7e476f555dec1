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
from childprotect.conditions import Match, Story
from childprotect.phrases import either
from childprotect.rulebooks import england
from childprotect.rules import Before, Every, Order, Within
from childprotect.spells import agree

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
