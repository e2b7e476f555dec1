"""The names that records, rules and reports share: every one of the contract exists and means what it says."""

import re
from datetime import date
from pathlib import Path

import pytest

from childprotect import Chronology, UnknownName
from childprotect.rulebooks import england
from childprotect.vocabulary import (
    AGENCIES,
    CATEGORIES,
    STANDARD,
    EventKind,
    Form,
    Vocabulary,
    form_of,
    nearest,
    printable,
)
from childprotect.wording import event_in_words

# The event table of the contract: kinds of event, and the values of their facts where the contract lists them.
_CONFERENCE = {"outcome": "plan no-plan adjourned"}
CONTRACT: dict[str, dict[str, str]] = {
    "contact": {},
    "early-help-started": {"plan": "caf early-help"},
    "early-help-ended": {"outcome": "step-up needs-met closed"},
    "referral": {},
    "referral-acknowledged": {},
    "referrer-informed": {},
    "referral-decided": {"outcome": "no-further-action early-help assessment strategy-discussion immediate-protection"},
    "assessment-started": {
        "type": "initial core single",
        "reason": "referral new-information strategy-discussion update",
    },
    "assessment-completed": {"type": "initial core single"},
    "new-information": {},
    "strategy-discussion": {
        "decision": "section-47 child-in-need no-further-action immediate-protection further-discussion"
    },
    "section-47-started": {},
    "section-47-completed": {"outcome": "not-substantiated substantiated-no-continuing-risk conference legal-action"},
    "conference-requested": {},
    "conference-report-shared": {"with": "parents child chair"},
    "initial-conference": _CONFERENCE,
    "transfer-notified": {},
    "transfer-in-conference": _CONFERENCE,
    "pre-birth-conference": _CONFERENCE,
    "conference-record-circulated": {},
    "plan-started": {},
    "core-group": {},
    "review-conference": {"outcome": "continue end"},
    "plan-ended": {
        "reason": "no-longer-at-risk moved reached-18 left-uk looked-after died",
        "by": "review-conference manager",
    },
    "plan-action-set": {},
    "plan-action-done": {},
    "child-in-need-plan-started": {},
    "child-in-need-review": {},
    "child-in-need-plan-ended": {},
    "visit": {"interpreter": "none professional family-adult child"},
    "police-protection-started": {},
    "police-protection-ended": {},
    "emergency-protection-order-made": {},
    "emergency-protection-order-extended": {},
    "emergency-protection-order-ended": {},
    "child-assessment-order-made": {},
    "child-assessment-order-ended": {},
    "legal-advice-sought": {},
    "legal-planning-meeting": {},
    "letter-before-proceedings": {},
    "pre-proceedings-meeting": {},
    "proceedings-issued": {},
    "interim-care-order-made": {},
    "proceedings-concluded": {},
    "looked-after-started": {},
    "placement-started": {},
    "looked-after-visit": {},
    "looked-after-review": {},
    "looked-after-ended": {},
    "private-fostering-notified": {},
    "private-fostering-known": {},
    "private-fostering-visit": {},
    "private-fostering-ended": {},
    "missing": {},
    "found": {},
    "return-interview-offered": {},
    "return-interview": {},
    "allocated": {},
    "deallocated": {},
    "supervision": {},
    "management-decision": {},
    "chronology-updated": {},
    "case-closed": {
        "reason": "adopted died child-arrangements-order special-guardianship transferred adult-services needs-met "
        "no-further-action early-help"
    },
    "probation-notice": {"kind": "release-date licence-conditions"},
    "marac": {},
    "mappa": {},
    "information-filed": {},
    "information-requested": {},
    "information-received": {},
    "case-audited": {"grade": "outstanding good adequate inadequate"},
    "audit-action-set": {},
    "audit-action-done": {},
    "escalation-raised": {},
    "escalation-resolved": {},
    "feedback-received": {},
}
OURS = {
    "proceedings-extended": "section 32 lets the court extend the 26 weeks; one must have a name to count",
}
"""Kinds of event beyond the contract, each with the reason why a rule cannot do without it."""
_AGENCIES = "social-care police health education probation housing adult-services voluntary legal referrer"
_CATEGORIES = "neglect physical sexual emotional"
_FLAGS = (
    "domestic-abuse child-seen seen-alone announced lead-qualified transferred-in conference-required quorate "
    "parents-attended child-participation contingency exit-criteria plan-updated family-group-meeting-offered "
    "qualified newly-qualified agency-staff"
)

VALUES = [(kind, fact, value) for kind, facts in CONTRACT.items() for fact in facts for value in facts[fact].split()]


@pytest.mark.parametrize("kind", CONTRACT)
def test_every_event_of_the_contract_exists_and_reads_as_words(kind: str) -> None:
    assert STANDARD.kind(kind).name == kind
    words = event_in_words(kind)
    assert words
    assert "-" not in words.replace("pre-", "").replace("transfer-in", "").replace("looked-after", "")


def test_there_is_no_event_beyond_the_contract_but_those_that_a_rule_cannot_do_without() -> None:
    assert set(STANDARD) - set(CONTRACT) == set(OURS)
    for kind, why in OURS.items():
        assert why
        assert event_in_words(kind)
        assert any(kind in rule.reads for rule in england.rulebook.applied), kind


@pytest.mark.parametrize(("kind", "fact", "value"), VALUES)
def test_every_value_of_the_contract_is_accepted(kind: str, fact: str, value: str) -> None:
    story = Chronology.of("C-1", events=[("2024-03-01", kind, {fact: value})])
    assert story.events[0].facts[fact] == value


def test_a_closed_fact_has_the_values_of_the_contract_and_no_others() -> None:
    for kind, facts in CONTRACT.items():
        for fact, values in STANDARD[kind].values.items():
            assert set(values) == set(facts[fact].split()), (kind, fact)


def test_agencies_and_categories_are_those_of_the_contract() -> None:
    assert set(AGENCIES) == set(_AGENCIES.split())
    assert set(CATEGORIES) == set(_CATEGORIES.split())


def test_facts_are_read_in_the_form_in_which_they_are_written() -> None:
    assert {fact for fact in _FLAGS.split() if form_of(fact) is not Form.FLAG} == set()
    assert form_of("agencies") is form_of("categories") is form_of("themes") is Form.SET
    assert form_of("due") is form_of("incident-date") is Form.DATE
    assert form_of("outcome") is form_of("worker") is form_of("anything") is Form.TEXT


def test_the_transcription_is_that_of_the_contract(shared: Path) -> None:
    text = (shared / "design" / "vocabulary.md").read_text(encoding="utf-8")
    table = text[text.index("## Events") : text.index("## Rules")]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row[2])}
    assert named == set(CONTRACT)
    facts = " ".join(row[3] for row in rows if len(row) > 3)
    for _, fact, value in VALUES:
        assert fact in facts
        assert value in facts
    line = next(line for line in table.splitlines() if line.startswith("`agencies` is a set of:"))
    assert set(re.findall(r"[a-z-]+", line.split(":")[1])) == set(_AGENCIES.split())


def test_an_unknown_name_says_which_was_meant() -> None:
    with pytest.raises(UnknownName, match="unknown event 'Core_Group'; perhaps 'core-group' was meant") as caught:
        STANDARD.kind("Core_Group")
    assert isinstance(caught.value, LookupError)
    assert (caught.value.what, caught.value.name, caught.value.probably) == ("event", "Core_Group", "core-group")
    with pytest.raises(UnknownName, match=r"unknown event 'zzzz'$"):
        STANDARD.kind("zzzz")


def test_an_unknown_value_lists_the_values_where_none_is_near() -> None:
    with pytest.raises(UnknownName, match="outcome of review-conference 'zzz'; expected continue or end"):
        STANDARD.check_fact("review-conference", "outcome", "zzz")
    STANDARD.check_fact("review-conference", "outcome", "end")
    STANDARD.check_fact("review-conference", "anything", "zzz")
    STANDARD.check_fact("review-conference", "outcome", True)


@pytest.mark.parametrize(
    ("written", "meant"), [("Review Conference", "review-conference"), (" plan_ended ", "plan-ended"), ("qqq", None)]
)
def test_underscores_spaces_and_capitals_are_forgiven_in_a_hint(written: str, meant: str | None) -> None:
    assert nearest(written, STANDARD) == meant


def test_a_vocabulary_is_a_mapping_in_the_order_of_the_process() -> None:
    assert STANDARD["referral"].strand == "front-door"
    assert len(STANDARD) == len(list(STANDARD)) == len(STANDARD.kinds)
    assert repr(STANDARD) == f"<Vocabulary of {len(CONTRACT) + len(OURS)} kinds of event>"
    assert [STANDARD.ranks[kind] for kind in STANDARD] == list(range(len(STANDARD)))
    with pytest.raises(KeyError):
        STANDARD["nothing"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("contact", "referral"),
        ("referral", "referral-decided"),
        ("referral-decided", "assessment-started"),
        ("assessment-started", "assessment-completed"),
        ("strategy-discussion", "section-47-started"),
        ("section-47-started", "section-47-completed"),
        ("section-47-completed", "initial-conference"),
        ("initial-conference", "plan-started"),
        ("plan-started", "core-group"),
        ("review-conference", "plan-ended"),
        ("plan-ended", "case-closed"),
        ("missing", "found"),
        ("found", "return-interview"),
    ],
)
def test_the_order_of_the_process_puts_a_step_before_what_follows_it(before: str, after: str) -> None:
    assert STANDARD.ranks[before] < STANDARD.ranks[after]


def test_each_spell_that_something_begins_something_ends() -> None:
    begun = {kind.opens for kind in STANDARD.kinds if kind.opens}
    ended = {kind.closes for kind in STANDARD.kinds if kind.closes}
    assert begun == ended
    assert {"case", "plan", "missing", "looked-after"} <= begun
    for kind in STANDARD.kinds:
        assert kind.begins <= begun
        assert kind.opens is None or kind.opens in kind.begins
        assert kind.closes is None or kind.closes not in kind.begins


@pytest.mark.parametrize(
    ("kind", "fact", "value", "shown"),
    [
        ("visit", "child-seen", True, "yes"),
        ("visit", "child-seen", False, "no"),
        ("referral", "incident-date", date(2024, 3, 1), "2024-03-01"),
        ("strategy-discussion", "agencies", frozenset({"police", "health", "Jo"}), "health, police"),
        ("strategy-discussion", "agencies", frozenset({"Jo"}), None),
        ("plan-started", "categories", frozenset({"neglect", "multiple"}), "multiple, neglect"),
        ("review-conference", "outcome", "end", "end"),
        ("review-conference", "outcome", "Jo", None),
        ("visit", "worker", "Jo", None),
        ("local-panel", "outcome", "end", None),
        ("visit", "purpose", 7, None),
    ],
)
def test_a_value_is_shown_only_if_it_is_one_of_ours(kind: str, fact: str, value: object, shown: str | None) -> None:
    assert printable(kind, fact, value) == shown


def test_a_vocabulary_can_be_extended_and_the_standard_one_stays_as_it_was() -> None:
    panel = EventKind("panel", "local", "meeting of the panel")
    more = STANDARD.extended([panel])
    assert isinstance(more, Vocabulary)
    assert more.kind("panel") is panel
    assert more.ranks["panel"] == len(STANDARD)
    assert "panel" not in STANDARD


def test_an_event_that_is_not_in_the_vocabulary_is_named_by_its_kind() -> None:
    assert event_in_words("local-panel") == "local panel"


def test_an_agency_that_is_nearly_one_of_ours_was_meant_and_is_refused() -> None:
    with pytest.raises(UnknownName, match="'polcie'; perhaps 'police' was meant"):
        STANDARD.check_fact("strategy-discussion", "agencies", frozenset({"polcie", "health"}))
    STANDARD.check_fact("strategy-discussion", "agencies", frozenset({"police", "a-church-group"}))
