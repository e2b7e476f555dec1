"""Between the library and the oracles: a rule of ours as a plain description, and what ours say in the same form."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from attrs import evolve
from tests.oracles.clocks import ByFact, Limited, WithinRule, judge_within
from tests.oracles.episodes import AtMostRule, judge_at_most
from tests.oracles.lead import BeforeRule, judge_before
from tests.oracles.lengths import Length, When
from tests.oracles.matching import Condition as Plain
from tests.oracles.matching import Match as PlainMatch
from tests.oracles.matching import Spell as PlainSpell
from tests.oracles.matching import Story
from tests.oracles.one_day import Process, put_in_order
from tests.oracles.recurring import Cadence as PlainCadence
from tests.oracles.recurring import EveryRule, judge_every
from tests.oracles.sequence import OrderRule, judge_order

from childprotect import Chronology, Rulebook, check
from childprotect.calendars import day_of
from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated
from childprotect.pairing import Repeats
from childprotect.periods import Counting, MonthEnd, Period, Roll
from childprotect.requirements import By, Cadence, Limit, Requirement, periods_of
from childprotect.rules import AtMost, Before, Every, Order, Rule, Within
from childprotect.spells import During, Spell
from childprotect.vocabulary import Vocabulary

_ROLLS: dict[Roll, Any] = {Roll.NONE: "stays", Roll.FORWARD: "forward", Roll.BACK: "back"}
_MONTH_ENDS: dict[MonthEnd, Any] = {MonthEnd.CLAMP: "its last day", MonthEnd.ROLL_OVER: "the next day"}
_REPEATS = {Repeats.KEEP_FIRST: "keep-first", Repeats.RESTART: "restart", Repeats.EACH: "each"}


def plain_length(period: Period) -> Length:
    """A period as the oracles know it."""
    assert period.calendar is None
    beginning = period.counting is Counting.BEGINNING_WITH
    return Length(period.n, period.unit.value, beginning, _MONTH_ENDS[period.month_end], _ROLLS[period.roll])


def plain_condition(condition: Condition) -> Plain:
    """A condition as the oracles know it."""
    match condition:
        case Fact(name, values):
            return ("fact", name, values)
        case Stated(name, values):
            return ("stated", name, values)
        case Not(part):
            return ("not", plain_condition(part))
        case AllOf(parts):
            return ("all", [plain_condition(part) for part in parts])
        case AnyOf(parts):
            return ("any", [plain_condition(part) for part in parts])
        case During(spell):
            return ("during", plain_spell(spell))
        case Doubtful(part):
            return ("doubtful", plain_condition(part))
    assert condition is ALWAYS
    return ("always",)


def plain_match(match: Match) -> PlainMatch:
    """A match as the oracles know it."""
    return tuple((kind, plain_condition(condition)) for kind, condition in match.patterns)


def plain_spell(spell: Spell) -> PlainSpell:
    """A spell as the oracles know it."""
    matches = {name: plain_match(getattr(spell, name)) for name in ("opens", "closes", "resets", "doubted_by")}
    return {**matches, "same": spell.same, "each": spell.each}


def plain_requirement(requires: Requirement) -> Any:
    """What a version requires, as the oracles know it; True where it is nothing but the order."""
    match requires:
        case Period():
            return plain_length(requires)
        case By(fact):
            return ByFact(fact)
        case Limit(period, extension, times, renewed):
            more = plain_length(extension) if extension else None
            return Limited(plain_length(period), more, times, plain_length(renewed) if renewed else None)
        case Cadence():
            waits = {name: plain_length(period) for name, period in periods_of(requires)}
            return PlainCadence(**waits)
    assert requires is None
    return True


PlainRule = WithinRule | AtMostRule | BeforeRule | EveryRule | OrderRule


def plain_rule(rule: Rule) -> PlainRule:
    """A rule as the oracles know it: one of the five kinds. A version that is not in force yet is none."""
    in_force = [(version.in_force, version) for version in rule.versions if version.in_force is not None]
    versions = [(from_, version.until, plain_requirement(version.requires)) for from_, version in in_force]
    match rule:
        case Within():
            return WithinRule(
                start=plain_match(rule.start),
                end=plain_match(rule.end),
                versions=versions,
                discharge=plain_match(rule.discharge),
                revived=plain_match(rule.revived),
                extends=plain_match(rule.extends),
                repeats=_REPEATS[rule.pairing.repeats],
                same=rule.pairing.same,
                one_a_day=rule.pairing.later,
                itself=rule.pairing.itself,
            )
        case AtMost():
            assert rule.pairing.same is None
            return AtMostRule(
                start=plain_match(rule.start),
                end=plain_match(rule.end),
                versions=versions,
                extends=plain_match(rule.extends),
                anew=plain_match(rule.anew),
                counted_from=(plain_spell(rule.counted_from),) if rule.counted_from else (),
                reach=plain_length(rule.reach) if rule.reach else None,
                holidays=rule.holidays,
                each=rule.pairing.repeats is Repeats.EACH,
                one_a_day=rule.pairing.later,
            )
        case Before():
            return BeforeRule(plain_match(rule.event), plain_match(rule.anchor), versions, plain_match(rule.since))
        case Every():
            return EveryRule(
                event=plain_match(rule.event),
                again=plain_match(rule.again),
                versions=versions,
                opens=plain_match(rule.opens),
                stops=plain_match(rule.stops),
                continues=rule.continues,
            )
    assert isinstance(rule, Order)
    return OrderRule(
        then=plain_match(rule.then),
        versions=versions,
        first=plain_match(rule.first),
        since=plain_match(rule.since),
        closed=tuple(plain_spell(spell) for spell in rule.closed),
        same_day=rule.same_day,
        doubt_earlier=rule.doubt_earlier,
    )


@cache
def plain_process(vocabulary: Vocabulary) -> Process:
    """The order of the process, as the oracles know it."""
    kinds = vocabulary.kinds
    return Process(
        [kind.name for kind in kinds],
        {kind.name: kind.opens for kind in kinds if kind.opens},
        {kind.name: kind.closes for kind in kinds if kind.closes},
        {kind.name: set(kind.begins) for kind in kinds},
    )


Said = tuple[int, str, When | None, When | None, int | None]
"""Of one finding: the place of its trigger in the story, its status, from when it counts, when it is due, and the place
of its answer."""


def said_by_the_oracle(rule: PlainRule, story: Story, as_at: date) -> list[Said]:
    """What the oracle of that kind of rule says."""
    match rule:
        case WithinRule():
            found = judge_within(rule, story, as_at)
        case AtMostRule():
            found = judge_at_most(rule, story, as_at)
        case BeforeRule():
            found = judge_before(rule, story)
        case EveryRule():
            found = judge_every(rule, story, as_at)
        case OrderRule():
            found = judge_order(rule, story)
    return [(place, status, story[since][0], last, answer) for place, status, since, last, answer in found]


def said_by_the_library(rule: Rule, story: Chronology, vocabulary: Vocabulary, as_at: date) -> list[Said]:
    """What a check by the rule alone says."""
    told = story.as_known(as_at, vocabulary=vocabulary)
    places = {id(event): place for place, event in enumerate(told)}
    said = []
    for finding in check(story, Rulebook("one rule", (rule,), vocabulary=vocabulary), as_at=as_at).findings:
        answer = places[id(finding.answer)] if finding.answer else None
        said.append((places[id(finding.trigger)], finding.status.value, finding.started, finding.due, answer))
    return sorted(said, key=lambda one: one[0])


def plain_story(story: Chronology, vocabulary: Vocabulary, as_at: date) -> Story:
    """What a chronology tells up to a day: where no time of day is known, in the order that the oracle puts it in."""
    events = story.as_known(as_at, vocabulary=vocabulary)
    told: Story = [(event.at, event.kind, dict(event.facts)) for event in events]
    return told if any(event.timed for event in events) else put_in_order(told, plain_process(vocabulary))


_TABLE_ENDS = date(2026, 6, 30)
"""From here on the clocks of a record may run beyond the table of bank holidays."""


def near_the_limit(story: Chronology, vocabulary: Vocabulary, said: list[Said]) -> Iterator[tuple[Chronology, date]]:
    """The same record on the last day of its first limit and on the day after it; and with an event moved to them.

    That is the one that answered it, or else the last.
    """
    limits = [(last, answer) for _, _, _, last, answer in said if last is not None and day_of(last) <= _TABLE_ENDS]
    for last, answer in limits[:1]:
        day, next_day = day_of(last), day_of(last) + timedelta(days=1)
        yield story, day
        yield story, next_day
        events = list(story.events)
        event = events.pop(-1 if answer is None else answer)
        for at in (last, last + timedelta(minutes=1) if isinstance(last, datetime) else next_day):
            told = [*events, evolve(event, at=at)]
            yield Chronology.of("C-101", events=told, vocabulary=vocabulary), max(next_day, *(e.day for e in told))
