"""The shortest stories in which a rule has something to say, found by trying every step that the rule tells apart.

No story is written by hand, so a rule that somebody adds has its stories too.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.conditions import ALWAYS, Match
from childprotect.events import Event, Facts
from childprotect.paths import Step, facts_asked, required_of, told_apart
from childprotect.requirements import By
from childprotect.rulebook import Rulebook
from childprotect.rules import AtMost, Current, Every, Recorded, Rule, Within
from childprotect.statuses import Status
from childprotect.versions import Version
from childprotect.vocabulary import STANDARD, Form, form_of

PLAIN = date(2024, 9, 11)
"""A Wednesday with no bank holiday, no end of a month and no change of the clock for weeks around it."""
_LONGEST = 3
_MINUTE = timedelta(minutes=1)
_MORNING = time(9, tzinfo=ZoneInfo("Europe/London"))


@frozen
class Story:
    """Steps, the last of which is what a rule says something about; and where it has a clock, what fulfils it."""

    steps: tuple[Step, ...]
    answer: Step | None = None


def moment(day: date, n: int) -> datetime:
    """A moment of that day in the morning, later for each n: what is told on one day keeps its order."""
    return datetime.combine(day, _MORNING) + n * _MINUTE


def told(steps: tuple[Step, ...], day: date) -> tuple[Event, ...]:
    """The steps as events of one morning."""
    return tuple(step.at(moment(day, n)) for n, step in enumerate(steps))


def one_rule(rule: Rule, version: Version | None = None) -> Rulebook:
    """A book of one rule; with a version, of that alone, in force for ever."""
    if version is None:
        return Rulebook(rule.id, (rule,))
    always = evolve(version, in_force=date(1990, 1, 1), until=None)
    return Rulebook(rule.id, (evolve(rule, versions=(always,), absent=()),))


@lru_cache(maxsize=1000)
def shortest(rule: Rule, version: Version, status: Status) -> Story | None:
    """The shortest story, told on one morning, of which a version of a rule says that; None if there is none.

    What must be current is asked about on the day after: nothing is wanting on the day on which it began.
    """
    book = one_rule(rule, version)
    as_at = PLAIN + timedelta(days=isinstance(rule, Current))
    letters = steps_of(rule, version)
    for length in range(1, _LONGEST + 1):
        for steps in product(letters, repeat=length):
            found = check(Chronology("C-101", events=told(steps, PLAIN)), book, as_at=as_at).findings
            if found and found[-1].status is status:
                return Story(steps)
    return None


@lru_cache(maxsize=1000)
def clock(rule: Rule, version: Version) -> Story | None:
    """The shortest story that sets a clock of the rule running, and what fulfils it; None where it has no clock."""
    if not isinstance(rule, Within | AtMost | Every) or version.requires is None:
        return None
    begun = shortest(rule, version, Status.PENDING)
    if begun is None:
        return None
    book = one_rule(rule, version)
    events = told(begun.steps, PLAIN)
    (*_, waiting) = check(Chronology("C-101", events=events), book, as_at=PLAIN).findings
    # rather by what can do nothing else: an order is ended by its end before it is by another order
    for letter in sorted(steps_of(rule, version), key=lambda step: step.kind in rule.triggers):
        for day in (PLAIN, PLAIN + timedelta(days=1)):  # some must be of a later day than what they answer
            answered = (*events, letter.at(moment(day, len(events))))
            found = check(Chronology("C-101", events=answered), book, as_at=day).findings
            if any(f.trigger == waiting.trigger and f.status is Status.MET for f in found):
                return evolve(begun, answer=letter)
    return begun


@lru_cache(maxsize=1000)
def steps_of(rule: Rule, version: Version) -> tuple[Step, ...]:
    """Every step that a version of the rule tells apart, facts that are missing too, in the order of the process."""
    rule = evolve(rule, versions=(version,))
    kinds = sorted(rule.reads, key=lambda kind: STANDARD.ranks.get(kind, len(STANDARD)))
    return tuple(step for kind in kinds for step in _steps(kind, rule))


def _steps(kind: str, rule: Rule) -> Iterator[Step]:
    known = STANDARD[kind].values if kind in STANDARD else {}
    asked = facts_asked((rule,)).get(kind, {})
    if isinstance(rule, Recorded) and kind in rule.triggers and rule.must is not ALWAYS:
        for fact, values in _must(rule).items():
            asked.setdefault(fact, []).extend(values)
    options: dict[str, list[Any]] = {
        fact: [None, *told_apart(_domain(fact, known, tests), tests)] for fact, tests in asked.items()
    }
    for fact, value in required_of(kind, (rule,), known).items():
        partly = [value - {name} for name in sorted(value)[:1]] if isinstance(value, frozenset) else []
        options[fact] = [value, *options.get(fact, [None]), *partly]
    for name in _dates(kind, rule):
        options[name] = [PLAIN + timedelta(days=10)]
    for chosen in product(*options.values()):
        facts = {name: value for name, value in zip(options, chosen, strict=True) if value is not None}
        yield Step(kind, Facts(facts))


def _must(rule: Recorded) -> dict[str, list[frozenset[Any]]]:
    return facts_asked((evolve(rule, event=Match((("", rule.must),))),)).get("", {})


def _domain(fact: str, known: Any, tests: list[frozenset[Any]]) -> list[Any]:
    """Every value that the fact may have, as far as anybody asks."""
    if fact in known:
        return list(known[fact])
    if form_of(fact) is Form.FLAG:
        return [True, False]
    return [*sorted({value for test in tests for value in test}, key=str), "something else"]


def _dates(kind: str, rule: Rule) -> list[str]:
    """The facts of a kind of event in which a version of the rule looks for a date."""
    if kind not in rule.triggers:
        return []
    return [version.requires.fact for version in rule.versions if isinstance(version.requires, By)]
