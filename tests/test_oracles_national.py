"""The law of England and a council's practice, translated for the oracles: both say the same of invented records.

Rules with a number, of the kinds that the oracles know. Every fact that a rule reads is on record, so that
nothing is doubtful but what a rule calls so: an example in which something is, is drawn again.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, note, reject, settings
from hypothesis import strategies as st
from tests.oracle_bridge import (
    Said,
    near_the_limit,
    plain_rule,
    plain_story,
    said_by_the_library,
    said_by_the_oracle,
)
from tests.oracles.lengths import Length
from tests.oracles.matching import Condition, Doubt, Spell

from childprotect import Chronology, Event, Profile
from childprotect.profiles import LocalRule
from childprotect.rulebooks import england
from childprotect.rules import AtMost, Before, Duty, Every, Order, Rule, Within
from childprotect.vocabulary import STANDARD, Form, form_of

FIGURES: dict[str, str | dict[str, str]] = {
    "strategy-discussion-held": "24 hours",
    "child-seen": "72 hours",
    "section-47-completion": "15 working days",
    "child-protection-visit": {"every": "10 working days"},
    "child-in-need-visit": {"every": "6 weeks", "second": "2 weeks"},
    "child-in-need-review": {"every": "6 months", "first": "3 months"},
    "core-group": {"every": "6 weeks"},
    "conference-report-shared": "2 working days",
    "review-report-shared": "48 hours",
    "conference-record-circulated": "20 working days",
    "supervision": {"every": "1 month"},
    "escalation-resolved": "10 working days",
}
_SINCE = date(2006, 4, 1)
BOOK = england.rulebook | Profile(
    id="ANYTOWN",
    authority="Anytown",
    practice=True,
    rules=tuple(LocalRule(id=name, from_=_SINCE, requires=figure) for name, figure in FIGURES.items()),
)
"""The law, what inspectors asked for, and figures for what has no national number."""
KINDS = Within | AtMost | Before | Every | Order
JUDGED = tuple(
    rule
    for rule in BOOK.applied
    if isinstance(rule, KINDS)
    and not (isinstance(rule, Duty) and any(version.requires is None for version in rule.versions))
)
"""The rules that the oracles can judge: a duty without a number is only told."""

Pattern = tuple[str, Condition]


def patterns(part: Any) -> Iterator[Pattern]:
    """Every pattern of a match or of a spell, and of the spells that its conditions speak of."""
    if isinstance(part, dict):
        for name in ("opens", "closes", "resets", "doubted_by"):
            yield from patterns(part[name])
    else:
        for kind, condition in part:
            yield kind, condition
            for spell in spells_in(condition):
                yield from patterns(spell)


def spells_in(condition: Condition) -> Iterator[Spell]:
    """The spells that a condition speaks of."""
    match condition:
        case ("during", spell):
            yield spell
        case ("not" | "doubtful", part):
            yield from spells_in(part)
        case ("all" | "any", parts):
            for part in parts:
                yield from spells_in(part)


def asked_by(condition: Condition) -> Iterator[tuple[str, frozenset[Any], bool]]:
    """The facts that a condition reads, with the values it asks for, and whether one that is missing leaves a doubt."""
    match condition:
        case ("fact" | "stated" as how, name, values):
            yield name, values, how == "fact"
        case ("not" | "doubtful", part):
            yield from asked_by(part)
        case ("all" | "any", parts):
            for part in parts:
                yield from asked_by(part)


class Scenes:
    """What may happen in a record that a rule reads."""

    def __init__(self, rule: Rule) -> None:
        self.rule = plain = plain_rule(rule)
        matches = [part for part in plain if isinstance(part, tuple) and not isinstance(part, Length)]
        spells = [spell for part in matches for spell in part if isinstance(spell, dict)]
        matches = [part for part in matches if part and not isinstance(part[0], dict)]
        self.patterns = [pattern for part in (*matches, *spells) for pattern in patterns(part)]
        self.calls = [pattern for pattern in self.patterns if pattern[0] in rule.triggers]
        spells += [spell for _, condition in self.patterns for spell in spells_in(condition)]
        sames = {getattr(plain, "same", None), *(spell["same"] for spell in spells)} - {None}
        self.facts: dict[str, dict[str, list[Any]]] = {kind: {} for kind, _ in self.patterns}
        for kind, condition in self.patterns:
            for name, values, needed in asked_by(condition):
                known = self.facts[kind].setdefault(name, [*_vocabulary(kind, name), *([] if needed else [None, None])])
                known += [value for value in sorted(values) if value not in known]
        for same in sorted(sames):
            for kind, facts in self.facts.items():
                facts.setdefault(same, _vocabulary(kind, same))

    def one(self, draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
        """An event: half of them what a finding is about, and most with the facts that a pattern asks for."""
        kind, condition = draw(st.sampled_from(self.calls) | st.sampled_from(self.patterns))
        facts = {name: draw(st.sampled_from(values)) for name, values in self.facts[kind].items()}
        if draw(st.integers(0, 2)):
            facts |= {name: draw(st.sampled_from(sorted(values))) for name, values, _ in asked_by(condition)}
        return kind, facts


def _vocabulary(kind: str, name: str) -> list[Any]:
    return [True, False] if form_of(name) is Form.FLAG else list(STANDARD[kind].values.get(name, ("x", "y")))


SCENES = {rule.id: Scenes(rule) for rule in JUDGED}
LAST_START = date(2026, 6, 30)
"""From here on the clocks of a record may run beyond the table of bank holidays."""
_NEAR = st.integers(-12, 12)
_GAPS = st.integers(0, 12) | st.integers(0, 60) | st.integers(0, 400)


@st.composite
def cases(draw: st.DrawFn, rule: Rule) -> tuple[Chronology, date]:
    """A record of what a rule reads, around the first or last day of one of its versions, and a day to judge it on."""
    dated = [day for version in rule.versions for day in (version.in_force, version.until) if day]
    start = min(draw(st.sampled_from(dated)) + timedelta(days=draw(_NEAR | st.integers(-30, 400))), LAST_START)
    some_days = [start + timedelta(days=gap) for gap in draw(st.lists(_GAPS, min_size=1, max_size=4))]
    timed = draw(st.sampled_from([False, False, False, True]))
    told = []
    for _ in range(draw(st.integers(1, 8))):
        kind, facts = SCENES[rule.id].one(draw)
        day = draw(st.sampled_from(some_days))
        at = datetime.combine(day, time(draw(st.integers(6, 20))), UTC) if timed else day
        told.append(Event(kind, at, {**facts, "due": day + timedelta(days=draw(st.integers(0, 30)))}))
    told += [evolve(event) for event in draw(st.lists(st.sampled_from(told), max_size=2))]
    as_at = draw(st.sampled_from(some_days)) + timedelta(days=draw(_GAPS))
    return Chronology.of("C-101", events=told), as_at


def test_the_oracles_judge_every_rule_of_their_kinds_that_has_a_number_in_every_edition() -> None:
    left = [rule for rule in BOOK.applied if isinstance(rule, KINDS) and rule not in JUDGED]
    assert all(isinstance(rule, Duty) and rule.only_told for rule in left)
    assert {type(rule) for rule in JUDGED} == {Within, Duty, AtMost, Before, Every, Order}
    editions = {version.edition for rule in JUDGED for version in rule.versions}
    assert {f"WT{year}" for year in (2006, 2010, 2013, 2015, 2018, 2023, 2026)} < editions


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.id)
@settings(max_examples=settings().max_examples // 5)
@given(st.data())
def test_the_oracle_says_the_same_of_records_in_each_edition(rule: Rule, data: st.DataObject) -> None:
    story, as_at = data.draw(cases(rule))
    try:
        said = agree_on(rule, story, as_at)
    except Doubt:
        reject()
    for told, on in near_the_limit(story, STANDARD, said):
        with suppress(Doubt):
            agree_on(rule, told, on)


def agree_on(rule: Rule, story: Chronology, as_at: date) -> list[Said]:
    """Assert that the library and the oracle say the same, and give it."""
    said = said_by_the_oracle(SCENES[rule.id].rule, plain_story(story, STANDARD, as_at), as_at)
    note(f"{as_at}: {'; '.join(map(str, story))}")
    assert said_by_the_library(rule, story, STANDARD, as_at) == said
    return said
