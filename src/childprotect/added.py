"""Rules of a council's own: read from its profile, and refused where a name is misspelt or they could say nothing.

A rule that speaks of an event or a fact that no record can hold finds nothing, and nobody would notice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import fields

from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated
from childprotect.errors import UnknownName
from childprotect.forms import Forms
from childprotect.pairing import Pairing
from childprotect.plain_data import plain
from childprotect.requirements import By
from childprotect.rules import Current, Order, Rule, Within
from childprotect.vocabulary import Vocabulary, nearest

_Named = tuple[str, str, frozenset[Any]]
"""A kind of event, a fact of it, and the values that are asked for."""


_MISSPELT = 0.85
"""How like a fact of ours another must be, to be a misspelling and no fact of the council's own."""


def added_rules(
    entries: Sequence[Mapping[str, Any]], known: Sequence[Rule], vocabulary: Vocabulary
) -> Iterator[tuple[Rule | None, tuple[str, ...]]]:
    """The rule that each entry of a profile adds to those that are known; or none, and what is wrong with it."""
    if not entries:
        return
    forms = Forms()
    for rule in known:
        forms.rule_to_data(rule)  # so that the spells of the book can be named
    facts = vocabulary.facts | facts_of(known)
    for entry in entries:
        yield _added(entry, forms, vocabulary, facts)


def _added(
    entry: Mapping[str, Any], forms: Forms, vocabulary: Vocabulary, facts: frozenset[str]
) -> tuple[Rule | None, tuple[str, ...]]:
    if "version" in entry:
        return None, ("an added rule has no version; its figure is a [[rule]]",)
    try:
        rule = forms.rule_from_data({**entry, "version": []})
    except Exception as error:
        return None, tuple(plain(error))
    problems = [*_empty(rule), *_misspelt(rule, vocabulary, facts)]
    return (None if problems else rule), tuple(dict.fromkeys(problems))


def facts_of(rules: Iterable[Rule]) -> frozenset[str]:
    """The facts that some rules read, by name."""
    return frozenset(
        name
        for rule in rules
        for name in (
            *(fact for _, fact, _ in _named(rule)),
            *(name for version in rule.versions for name in _required(version.requires)),
        )
    )


def misspelt_facts(names: Iterable[str], facts: frozenset[str]) -> Iterator[str]:
    """In words, each name that is none of the facts and close to one. Any other is a column of theirs."""
    for name in names:
        if name not in facts and (probably := nearest(name, facts, _MISSPELT)) is not None:
            yield str(UnknownName("fact", name, probably))


def _required(requires: object) -> tuple[str, ...]:
    return (requires.fact,) if isinstance(requires, By) else requires if isinstance(requires, tuple) else ()


def _empty(rule: Rule) -> Iterator[str]:
    """In words, what leaves the rule nothing to say."""
    for name in ("id", "title"):
        if not getattr(rule, name).strip():
            yield f"{name} is empty"
    if isinstance(rule, Order) and not (rule.first.patterns or rule.closed):
        yield "an order needs first, what must come before, or closed, what must not be open"
    if isinstance(rule, Current) and not (rule.event.patterns or rule.held):
        yield "a current rule needs event, what is there and not out of date, or held, a spell that is open"


def _misspelt(rule: Rule, vocabulary: Vocabulary, facts: frozenset[str]) -> Iterator[str]:
    """In words, each kind of event, fact and value that the vocabulary does not have."""
    for kind in dict.fromkeys(kind for match in _matches(rule) for kind, _ in match.patterns):
        if kind not in vocabulary:
            yield str(UnknownName("event", kind, nearest(kind, vocabulary), "a kind of event of the vocabulary"))
    for kind, fact, values in _named(rule):
        yield from misspelt_facts([fact], facts)
        for value in sorted(values, key=str) if kind in vocabulary else ():
            try:
                vocabulary.check_fact(kind, fact, value)
            except UnknownName as error:
                yield str(error)


def _matches(rule: Rule) -> list[Match]:
    values = [getattr(rule, attribute.name) for attribute in fields(type(rule))]
    return [value for value in values if isinstance(value, Match)]


def _named(rule: Rule) -> Iterator[_Named]:
    """Every fact that the rule reads itself, apart from those of the spells that it speaks of."""
    for match in _matches(rule):
        for kind, condition in match.patterns:
            yield from _facts(kind, condition)
    for kind in rule.triggers:
        yield from _facts(kind, getattr(rule, "must", ALWAYS))
    pairing = getattr(rule, "pairing", Pairing())
    more = (rule.recorded_due, rule.late_reason) if isinstance(rule, Within) else ()
    for fact in filter(None, (pairing.same, *more)):
        yield "", fact, frozenset()


def _facts(kind: str, condition: Condition) -> Iterator[_Named]:
    match condition:
        case Fact(name, values) | Stated(name, values):
            yield kind, name, values
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _facts(kind, part)
        case Not(part):
            yield from _facts(kind, part)
        case Doubtful(of, _, settled_by):
            yield from _facts(kind, of)
            if settled_by is not None:
                yield kind, settled_by, frozenset()
