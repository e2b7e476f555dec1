"""What a rule asks for, and what the record lacks, in words.

What a rule asks for is law and can always be shown. What the record says of an event is shown only as far as
`vocabulary.printable` allows.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated
from childprotect.events import Event
from childprotect.requirements import Quorum
from childprotect.wording import (
    agencies_in_words,
    day_in_words,
    event_in_words,
    fact_in_words,
    facts_in_words,
    listed,
    question,
    the_event,
    value_said,
    with_article,
    without_in_words,
)

_CONFERENCE = " child protection conference"


def read_by(condition: Condition) -> Iterator[str]:
    """Every fact that a condition reads, whether or not it may be missing."""
    match condition:
        case Fact(name) | Stated(name):
            yield name
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from read_by(part)
        case Not(part) | Doubtful(part):
            yield from read_by(part)


def asked(condition: Condition) -> Iterator[tuple[str, str]]:
    """The facts that a condition asks for, each with its values in words. A doubt asks for nothing."""
    match condition:
        case Fact(name, values) | Stated(name, values):
            yield name, _values(name, values)
        case AllOf(parts):
            for part in parts:
                yield from asked(part)


def _values(name: str, values: Iterable[object]) -> str:
    return listed(sorted(value_said(name, value) for value in values), "or")


def _asks(condition: Condition) -> Iterator[str]:
    """What a condition asks for, in words."""
    match condition:
        case Fact() | Stated():
            yield from (fact_in_words(name, said) for name, said in asked(condition))
        case Not(Fact() | Stated() as refused):
            yield from (without_in_words(name, said) for name, said in asked(refused))
        case AllOf(parts):
            for part in parts:
                yield from _asks(part)
        case Doubtful():
            return
        case _ if condition is not ALWAYS:
            yield "one that counts"


@lru_cache(maxsize=4096)
def either(match: Match) -> str:
    """The events that would do: `visit to the child (child seen) or completed assessment (child seen)`.

    What can never be more than a doubt is left out.
    """
    certain = [(kind, c) for kind, c in match.patterns if not (isinstance(c, Doubtful) and c.of is ALWAYS)]
    alike: dict[str, list[str]] = {}
    for kind, condition in certain or match.patterns:
        facts = ", ".join(_asks(condition))
        alike.setdefault(f" ({facts})" if facts else "", []).append(event_in_words(kind))
    return listed([words + facts for facts, kinds in alike.items() for words in _conferences_together(kinds)], "or")


def _conferences_together(words: list[str]) -> Iterator[str]:
    """Of more conferences than one: `initial or pre-birth child protection conference`."""
    conferences = [word.removesuffix(_CONFERENCE) for word in words if word.endswith(_CONFERENCE)]
    yield from (word for word in words if not word.endswith(_CONFERENCE))
    if conferences:
        yield listed(conferences, "or") + _CONFERENCE


def the_one(event: Event, match: Match) -> str:
    """The event, with what the match asks of it: `the visit to the child on Thu 6 Sep 2012 (child seen)`."""
    names = _asked_of(match, event.kind)
    return the_event(event) + facts_in_words(event, names) if names else the_event(event)


@lru_cache(maxsize=4096)
def _asked_of(match: Match, kind: str) -> tuple[str, ...]:
    """The facts that a match asks of events of a kind."""
    return tuple(dict.fromkeys(name for of, c in match.patterns if of == kind for name, _ in asked(c)))


def lacking(missing: Iterable[str], event: Event, doubts: str = "") -> str:
    """Why something about the event is unknown: `whether the child was seen is not recorded`.

    `missing` are names as a finding has them, `kind` or `kind.fact`; `doubts` is what besides makes it doubtful.
    """
    own, parts, kinds = [], [], []
    for name in missing:
        kind, _, fact = name.partition(".")
        if fact and kind == event.kind and fact not in event.facts:
            own.append(question(fact))
        elif fact:
            parts.append(f"{question(fact)} is not recorded for {with_article(event_in_words(kind))}")
        elif kind != event.kind:
            kinds.append(f"the {event_in_words(kind)}")
    if own:
        parts.insert(0, not_recorded(own))
    if kinds:
        parts.append(f"the record does not say enough about {listed(kinds, 'or')}")
    if doubts:
        parts.append(doubts)
    return "; ".join(parts) or "the record does not say"


def not_recorded(questions: list[str]) -> str:
    """`the outcome is not recorded`, `the outcome and the grade are not recorded`."""
    return f"{listed(questions)} {'is' if len(questions) == 1 else 'are'} not recorded"


def incomplete(since: date | None, kinds: Iterable[str]) -> str:
    """That a source tells everything only from a day on, and may lack events of these kinds from before it."""
    assert since is not None, "a source that tells everything"
    missing = listed([with_article(event_in_words(kind)) for kind in kinds], "or")
    return f"this source is complete only from {day_in_words(since)}, and may lack {missing} from before that"


def none_between(wanted: str, what: str, bound: Event | None, left_out: Event | None) -> str:
    """That nothing that would do came before `what`.

    `left_out` is the last such event that is of what went before the `bound`, if there is one. Of events of one day
    nobody may know the order.
    """
    if bound is None or left_out is None:
        return f"no {wanted} is on record before {what}"
    none = f"no {wanted} is on record between {the_event(bound)} and {what}"
    if left_out.day < bound.day or (left_out.timed and bound.timed):
        return f"{none}; {the_event(left_out)} came before that"
    return f"{none}; {the_event(left_out)} is taken to have come before that"


def quorum_in_words(quorum: Quorum) -> str:
    """`social care and at least 2 other agencies`."""
    others = "1 other agency" if quorum.others == 1 else f"{quorum.others} other agencies"
    return f"{agencies_in_words(quorum.agencies)} and at least {others}"
