"""Which rules a source can decide: told beforehand, from what the rule reads and what the source is able to hold.

The check decides finding by finding. This says what it can come to at best, without a record at hand, so that a council
can see which of the sources that it has is worth asking. It keeps to what the check does: `timeliness`, `practice`,
`standing` and `spells` say *cannot tell* where a source has no place for what would answer.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from attrs import frozen

from childprotect.chronology import Coverage
from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated, parts_of
from childprotect.periods import Period
from childprotect.phrases import read_by
from childprotect.requirements import By, Quorum
from childprotect.rules import AtMost, Attended, Before, Current, Duty, Every, Order, Recorded, Rule, Within
from childprotect.spells import During, Spell
from childprotect.wording import event_in_words, listed, question


class Decidable(StrEnum):
    """How far a source can decide a rule."""

    DECIDABLE = "decidable"
    PARTLY = "partly"
    CANNOT_TELL = "cannot-tell"

    @property
    def meaning(self) -> str:
        """One plain sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Decidable.DECIDABLE: "the source has a place for everything that the rule reads",
    Decidable.PARTLY: "some findings come out, and others are cannot tell",
    Decidable.CANNOT_TELL: "never met, late, overdue, breached or discharged: there is no finding, or cannot tell",
}


@frozen(order=True)
class Place:
    """Something that a source may have a place for: a kind of event, or a fact of it."""

    kind: str
    fact: str = ""

    def held_by(self, covers: Coverage) -> bool:
        """Whether the source has the place."""
        if self.fact == "recorded":  # when an entry was made is known of all kinds, or of none
            return covers.holds(self.kind) and covers.holds_fact(self.fact)
        return covers.holds(self.kind, self.fact or None)


def decidable(rule: Rule, covers: Coverage) -> Decidable:
    """Whether a source can decide a rule: every finding of it, some, or none.

    >>> from childprotect.rulebooks import england
    >>> decidable(england.rulebook["core-group"], Coverage(frozenset({"referral"})))
    <Decidable.CANNOT_TELL: 'cannot-tell'>
    """
    if _silent(rule, covers):
        return Decidable.CANNOT_TELL
    if lacking(rule, covers) or _reaches_back(rule, covers):
        return Decidable.PARTLY
    return Decidable.DECIDABLE


def why_not(rule: Rule, covers: Coverage) -> str:
    """In words, why a source cannot decide every finding of a rule; nothing if it can."""
    if silent := _silent(rule, covers):
        return silent
    absent = set(lacking(rule, covers))
    parts = []
    for role, places in _roles(rule):
        if here := sorted(absent & set(places)):
            parts.append(f"{role}: {_named(here)}")
            absent -= set(here)
    if _reaches_back(rule, covers):
        parts.append("what came before the first day of which the source tells everything")
    return "; ".join(parts)


@lru_cache(maxsize=4096)
def lacking(rule: Rule, covers: Coverage) -> tuple[Place, ...]:
    """What the rule reads and the source has no place for; of a kind that is not held, not its facts as well."""
    return _not_held(reads(rule), covers)


def _not_held(places: Iterable[Place], covers: Coverage) -> tuple[Place, ...]:
    absent = {place for place in places if not place.held_by(covers)}
    gone = {place.kind for place in absent if not place.fact}
    return tuple(sorted(place for place in absent if not place.fact or place.kind not in gone))


@lru_cache(maxsize=1024)
def reads(rule: Rule) -> frozenset[Place]:
    """Every kind of event, and every fact of one, that can change a finding of the rule."""
    return frozenset(place for _, places in _roles(rule) for place in places)


_ROLES = {
    "start": "what sets it running",
    "opens": "what sets it running",
    "again": "what sets it running",
    "anchor": "what it must come before",
    "then": "what it is about",
    "while_": "how long it is asked for",
    "end": "what answers it",
    "event": "what is asked for",
    "first": "what must have come before",
    "held": "what must be there",
    "behind": "what calls for another",
    "closed": "what must not be open",
    "discharge": "what makes it fall away",
    "stops": "what makes it fall away",
    "revived": "what takes that back",
    "extends": "what lengthens the limit",
    "counted_from": "from when it counts",
    "anew": "what begins it anew",
    "since": "what begins it anew",
}
"""What the parts of a rule are for, by the name of the field."""
_CIRCUMSTANCES = "the circumstances that it depends on"


def _roles(rule: Rule) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """The parts of the rule in words, each with what it reads itself; then what their conditions read."""
    nested: list[Place] = []
    for name, role in _ROLES.items():
        part = getattr(rule, name, None)
        if part is None:
            continue
        matches = [part] if isinstance(part, Match) else [m for spell in _spells(part) for m in _matches_of(spell)]
        yield role, tuple(place for match in matches for place in _places(match))
        for spell in _spells(part):
            nested += (place for match in _matches_of(spell) for place in _places(match))
            nested += (Place(kind, spell.same) for kind in _sides(spell) if spell.same)
    yield "what is required of it", tuple(_required(rule))
    yield _CIRCUMSTANCES, tuple(nested)


def _places(match: Match) -> Iterator[Place]:
    for kind, condition in match.patterns:
        yield Place(kind)
        yield from (Place(kind, name) for name in read_by(condition))


def _spells(value: object) -> Iterator[Spell]:
    """Every spell in a part of a rule, however deep."""
    if isinstance(value, Spell):
        yield value
    parts: Iterable[Any] = value if isinstance(value, tuple) else parts_of(value)
    for part in parts:
        if not isinstance(part, str):
            yield from _spells(part)


def _matches_of(spell: Spell) -> tuple[Match, ...]:
    return spell.opens, spell.closes, spell.resets, spell.doubted_by


def _sides(spell: Spell) -> frozenset[str]:
    return spell.opens.kinds | spell.closes.kinds


def _required(rule: Rule) -> Iterator[Place]:
    """The facts that the versions of a rule require, and that its start and end must agree on."""
    if isinstance(rule, Within | AtMost) and rule.pairing.same:
        yield from (Place(kind, rule.pairing.same) for kind in rule.start.kinds | rule.end.kinds)
    if isinstance(rule, Recorded):
        yield from (Place(kind, name) for kind in rule.event.kinds for name in read_by(rule.must))
    if isinstance(rule, Attended):
        yield from (Place(kind, "agencies") for kind in rule.event.kinds)
    for version in rule.versions:
        match version.requires:
            case Quorum():
                names: tuple[str, ...] = ("quorate",)
            case tuple():
                names = version.requires
            case By(fact):
                names = (fact,)
            case Period() if isinstance(rule, Recorded):
                names = ("recorded",)
            case _:
                names = ()
        yield from (Place(kind, name) for kind in rule.triggers for name in names)


def _reaches_back(rule: Rule, covers: Coverage) -> bool:
    """Whether the rule looks for what came before, or for what the source may lack of older cases."""
    if covers.since is None:
        return False
    before = isinstance(rule, Before) or (isinstance(rule, Order) and bool(rule.first.kinds))
    return before or bool(covers.may_lack(rule.reads - rule.triggers, date.min))


# --- rules of which nothing comes out ---------------------------------------------------------------------------------


def _silent(rule: Rule, covers: Coverage) -> str:
    """In words, why no finding of the rule can be more than *cannot tell*; nothing if one can."""
    if not any(map(covers.holds, rule.triggers)):
        return f"it has no place for {_kinds(rule.triggers)}"
    match rule:
        case Within() | AtMost() | Every() | Duty():
            starts = rule.again | rule.opens if isinstance(rule, Every) else rule.start
            return _never_certain(starts, covers) or _never_answered(rule.wants, covers)
        case Before():
            return _absent(rule.event.kinds, covers) or _never_certain(rule.anchor, covers)
        case Current():
            wanted = rule.held.opens.kinds if rule.held else rule.event.kinds | rule.behind.kinds
            return _absent(wanted, covers) or ("" if _may_be_open(rule.while_, covers) else _UNKNOWN_SPELL)
        case Order():
            return _never_ordered(rule, covers)
        case Attended():
            return _never_certain(rule.event, covers) or _no_place_for(rule, covers)
        case Recorded():
            return _never_certain(rule.event, covers) or _no_place_for(rule, covers)


_UNKNOWN_SPELL = "it has no place for what would say how long it is asked for"


def _kinds(kinds: Iterable[str]) -> str:
    return listed(sorted(set(map(event_in_words, kinds))), "or")


def _named(places: Iterable[Place]) -> str:
    """Kinds, and then facts with the kinds that they are of: `visit, whether the child was seen (visit, found)`."""
    by_fact: dict[str, list[str]] = {}
    for place in places:
        by_fact.setdefault(place.fact, []).append(event_in_words(place.kind))
    kinds = ", ".join(by_fact.pop("", []))
    return ", ".join(filter(None, (kinds, *(f"{question(fact)} ({', '.join(of)})" for fact, of in by_fact.items()))))


def _absent(kinds: Iterable[str], covers: Coverage) -> str:
    absent = [kind for kind in kinds if not covers.holds(kind)]
    return f"it has no place for {_kinds(absent)}" if absent else ""


def _never_certain(match: Match, covers: Coverage) -> str:
    if any(covers.holds(kind) and _may(condition, kind, covers, True) for kind, condition in match.patterns):
        return ""
    wanting = {place for place in _places(match) if place.fact and covers.holds(place.kind)}
    wanting |= {place for spell in _spells(match) for side in _matches_of(spell) for place in _places(side)}
    absent = _not_held(wanting, covers)
    return f"it has no place for {_named(absent)}" if absent else "whether it applies is never certain"


def _never_answered(end: Match, covers: Coverage) -> str:
    """As `timeliness` has it: what answers only doubtfully is no answer, unless there is no other."""
    answers = [kind for kind, condition in end.patterns if not isinstance(condition, Doubtful)] or sorted(end.kinds)
    return "" if any(map(covers.holds, answers)) else f"it has no place for {_kinds(answers)}"


def _never_ordered(rule: Order, covers: Coverage) -> str:
    may_be_open = any(_may_be_open(spell, covers) for spell in rule.closed)
    all_closed = bool(rule.closed) and all(covers.holds(kind) for spell in rule.closed for kind in spell.opens.kinds)
    if not rule.first.patterns:
        names = listed([spell.name for spell in rule.closed], "or")
        return "" if may_be_open or all_closed else f"it has no place for what would say whether any {names} is open"
    before = any(map(covers.holds, rule.first.kinds))
    return "" if before or may_be_open else f"it has no place for {_kinds(rule.first.kinds)}"


def _no_place_for(rule: Attended | Recorded, covers: Coverage) -> str:
    """Of what is required of an event, the source must have a place for something."""
    held = [kind for kind in rule.event.kinds if covers.holds(kind)]
    if isinstance(rule, Recorded) and rule.must is not ALWAYS:
        told = any(_may(rule.must, kind, covers, truth) for kind in held for truth in (True, False))
    else:
        # a rule that waits for a local profile has nothing that is required yet
        wanted = [place for place in _required(rule) if place.fact != "quorate"]
        told = not wanted or any(place.held_by(covers) for place in wanted)
    return "" if told else f"it has no place for {_named(p for p in sorted(_required(rule)) if p.kind in held)}"


def _may_be_open(spell: Spell, covers: Coverage) -> bool:
    """Whether the record can say that the spell is open: what opens it, and everything that could have closed it."""
    opened = not _never_certain(spell.opens, covers)
    return opened and all(map(covers.holds, spell.closes.kinds))


def _may_be_closed(spell: Spell, covers: Coverage) -> bool:
    return any(map(covers.holds, spell.opens.kinds))


def _may(condition: Condition, kind: str, covers: Coverage, truth: bool) -> bool:
    """Whether the source can say of an event of the kind that the condition holds, or that it does not."""
    match condition:
        case Fact(name):
            return covers.holds(kind, name)
        case Stated(name):
            return covers.holds(kind, name) or not truth
        case Doubtful():
            return truth
        case AllOf(parts) | AnyOf(parts):
            every = isinstance(condition, AllOf) is truth
            return (all if every else any)(_may(part, kind, covers, truth) for part in parts)
        case Not(part):
            return _may(part, kind, covers, not truth)
        case During(spell):
            return _may_be_open(spell, covers) if truth else _may_be_closed(spell, covers)
    return truth
