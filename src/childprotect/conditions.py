"""A small algebra of conditions on an event: total, aware of the unknown, and printable.

Each condition answers True, False or None, where None is "the record does not say". `&`, `|` and `~` follow Kleene's
three-valued logic: unknown wins unless the other side settles it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import attrs
from attrs import field, frozen

from childprotect.chronology import Coverage
from childprotect.events import Event, value_in_words

Truth = bool | None


class Condition:
    """What all conditions share: the operators. Use the functions of this module to make one."""

    __slots__ = ()

    def holds(self, event: Event, story: "Story") -> Truth:
        """Whether the condition holds of an event in its story; None where that is unknown."""
        raise AssertionError("a condition without a meaning")

    def facts(self) -> tuple[str, ...]:
        """The facts of the event that it reads, by name."""
        return ()

    def missing(self, event: Event, story: "Story") -> tuple[str, ...]:
        """What the record would have to say to settle it, as `kind` or `kind.fact`; empty if it is settled."""
        return tuple(f"{event.kind}.{name}" for name in self.facts() if name not in event.facts)

    def doubts(self, event: Event, story: "Story") -> tuple[str, ...]:
        """In words, what besides missing facts makes it unknown."""
        return ()

    def __and__(self, other: "Condition") -> "Condition":
        return AllOf((self, other))

    def __or__(self, other: "Condition") -> "Condition":
        return AnyOf((self, other))

    def __invert__(self) -> "Condition":
        return Not(self)


@frozen
class _Always(Condition):
    def holds(self, event: Event, story: "Story") -> Truth:
        return True

    def __str__(self) -> str:
        return "always"

    def __reduce__(self) -> str:
        return "ALWAYS"  # it is asked whether a condition is this one, also after it was pickled or copied


ALWAYS = _Always()


@frozen
class Fact(Condition):
    """The fact has one of the values. Unknown where the fact is not recorded."""

    name: str
    values: frozenset[Any]

    def holds(self, event: Event, story: "Story") -> Truth:
        """Unknown, or whether the recorded value is among `values`."""
        value = event.facts.get(self.name)
        return None if value is None else value in self.values

    def facts(self) -> tuple[str, ...]:
        """The one fact."""
        return (self.name,)

    def __str__(self) -> str:
        return f"{self.name} is {' or '.join(sorted(map(value_in_words, self.values)))}"


@frozen
class Stated(Condition):
    """The fact is recorded with one of the values. Never unknown: an exception counts only when it is written down."""

    name: str
    values: frozenset[Any]

    def holds(self, event: Event, story: "Story") -> Truth:
        """Whether the value is recorded and among `values`."""
        return event.facts.get(self.name) in self.values

    def __str__(self) -> str:
        return f"{self.name} is recorded as {' or '.join(sorted(map(value_in_words, self.values)))}"


@frozen
class Doubtful(Condition):
    """Unknown where the other condition holds, true elsewhere: the record hints that the event may not count.

    `settled_by` is the fact that would settle it, if there is one.
    """

    of: Condition
    because: str
    settled_by: str | None = None

    def holds(self, event: Event, story: "Story") -> Truth:
        """None or True."""
        return None if self.of.holds(event, story) else True

    def missing(self, event: Event, story: "Story") -> tuple[str, ...]:
        """The fact that would settle it, or the event as a whole."""
        if not self.of.holds(event, story):
            return ()
        return (f"{event.kind}.{self.settled_by}" if self.settled_by else event.kind,)

    def doubts(self, event: Event, story: "Story") -> tuple[str, ...]:
        """The hint, in words."""
        return (self.because,) if self.of.holds(event, story) else ()

    def __str__(self) -> str:
        return f"doubtful if {self.of} ({self.because})"


@frozen
class _Joined(Condition):
    parts: tuple[Condition, ...]

    def facts(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.facts())

    def missing(self, event: Event, story: "Story") -> tuple[str, ...]:
        return _missing_of(self.parts, event, story)

    def doubts(self, event: Event, story: "Story") -> tuple[str, ...]:
        return tuple(doubt for part in self.parts for doubt in part.doubts(event, story))


@frozen
class AllOf(_Joined):
    """Every part holds. `&` makes one."""

    def holds(self, event: Event, story: "Story") -> Truth:
        truth: Truth = True
        for part in self.parts:
            if not (known := part.holds(event, story)):
                if known is False:
                    return False
                truth = None
        return truth

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts)


@frozen
class AnyOf(_Joined):
    """One of the parts holds. `|` makes one."""

    def holds(self, event: Event, story: "Story") -> Truth:
        truth: Truth = False
        for part in self.parts:
            if known := part.holds(event, story):
                return True
            truth = None if known is None else truth
        return truth

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


@frozen
class Not(Condition):
    """The part does not hold. `~` makes one."""

    part: Condition

    def holds(self, event: Event, story: "Story") -> Truth:
        truth = self.part.holds(event, story)
        return None if truth is None else not truth

    def facts(self) -> tuple[str, ...]:
        return self.part.facts()

    def missing(self, event: Event, story: "Story") -> tuple[str, ...]:
        return self.part.missing(event, story)

    def __str__(self) -> str:
        return f"not ({self.part})"


def _missing_of(parts: tuple[Condition, ...], event: Event, story: "Story") -> tuple[str, ...]:
    """What would settle the parts that are unknown."""
    unknown = (part for part in parts if part.holds(event, story) is None)
    return tuple(dict.fromkeys(name for part in unknown for name in part.missing(event, story)))


def fact(name: str, *values: Any) -> Fact:
    """The fact has one of the values; unknown where it is not recorded."""
    return Fact(name, frozenset(values))


def stated(name: str, *values: Any) -> Stated:
    """The fact is recorded with one of the values; false where it is not recorded."""
    return Stated(name, frozenset(values))


@frozen(cache_hash=True)
class Match:
    """Which events count: kinds, each with a condition. `on(...)` makes one, `|` joins two.

    >>> start = on("strategy-discussion", decision="section-47") | on("section-47-started")
    >>> print(start)
    strategy-discussion where decision is section-47, or section-47-started
    """

    patterns: tuple[tuple[str, Condition], ...]
    kinds: frozenset[str] = field(init=False, eq=False, repr=False)
    tests: tuple[tuple[str, Condition], ...] = field(init=False, eq=False, repr=False)
    """Each kind once, with what is asked of it."""
    _conditions: dict[str, tuple[Condition, ...]] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_kind: dict[str, tuple[Condition, ...]] = {}
        for kind, condition in self.patterns:
            by_kind[kind] = (*by_kind.get(kind, ()), condition)
        object.__setattr__(self, "kinds", frozenset(by_kind))
        object.__setattr__(self, "tests", tuple((kind, _any_of(parts)) for kind, parts in by_kind.items()))
        object.__setattr__(self, "_conditions", by_kind)

    def __or__(self, other: "Match") -> "Match":
        return Match(self.patterns + other.patterns)

    def truth(self, event: Event, story: "Story") -> Truth:
        """Whether the event counts: the best answer that any of its patterns gives."""
        return next((test.holds(event, story) for kind, test in self.tests if kind == event.kind), False)

    def missing(self, event: Event, story: "Story") -> tuple[str, ...]:
        """What would settle whether the event counts, as `kind` or `kind.fact`."""
        return _missing_of(self._conditions.get(event.kind, ()), event, story)

    def doubts(self, event: Event, story: "Story") -> str:
        """In words, what makes it doubtful whether the event counts; nothing where only facts are missing."""
        doubts = [doubt for c in self._conditions.get(event.kind, ()) for doubt in c.doubts(event, story)]
        return "; ".join(dict.fromkeys(doubts))

    def __str__(self) -> str:
        return ", or ".join(kind if c is ALWAYS else f"{kind} where {c}" for kind, c in self.patterns)


def _any_of(conditions: tuple[Condition, ...]) -> Condition:
    return conditions[0] if len(conditions) == 1 else AnyOf(conditions)


NOTHING = Match(())


def on(kind: str, *more: str, where: Condition = ALWAYS, **facts: Any) -> Match:
    """Events of a kind (or of several), with a condition or with facts that they must have.

    Keyword facts are written with underscores: `on("section-47-completed", conference_required=False)`; one after the
    name of a Python word, as in `with_`, is dropped. A tuple lists several values.
    """
    condition = where
    for name, value in facts.items():
        values: Iterable[Any] = value if isinstance(value, tuple) else (value,)
        test = Fact(name.strip("_").replace("_", "-"), frozenset(values))
        condition = test if condition is ALWAYS else condition & test
    return Match(tuple((name, condition) for name in (kind, *more)))


def matches_in(value: object) -> Iterator[Match]:
    """Every match in a rule, a spell or a condition, however deep."""
    if isinstance(value, Match):
        yield value
        value = tuple(condition for _, condition in value.patterns)
    if isinstance(value, tuple):
        for part in value:
            yield from matches_in(part)
    for part in parts_of(value):
        yield from matches_in(part)


def parts_of(value: object) -> Iterator[object]:
    """The values of the fields of one of our values."""
    kind: type[Any] = type(value)
    if attrs.has(kind):
        yield from (getattr(value, attribute.name) for attribute in attrs.fields(kind) if attribute.init)


class Hit(NamedTuple):
    """An event that counts (`truth` True) or may count (None), with its place in the story."""

    # a tuple, as `Clock`: one is made for every event of every child
    place: int
    event: Event
    truth: Truth


@frozen(eq=False)
class Story:
    """The events that a check may see, indexed by kind, with what the source is able to hold."""

    events: Sequence[Event]
    covers: Coverage
    lost: frozenset[str | None] = frozenset()
    """The kinds of entry that could not be read; None among them where even the kind is unknown."""
    _by_kind: dict[str, list[Hit]] = field(init=False)
    _places: dict[int, int] = field(init=False, factory=dict)
    _found: dict[int, tuple[Match, list[Hit]]] = field(init=False, factory=dict)
    """What was found before: rules share their matches, and looking each up once makes a check twice as fast.

    By the identity of the match, as its hash would be a call of its own; the match is kept, so that no other gets it.
    """

    @_by_kind.default
    def _indexed(self) -> dict[str, list[Hit]]:
        by_kind: dict[str, list[Hit]] = {}
        for place, event in enumerate(self.events):
            hit = Hit(place, event, True)
            if (of_kind := by_kind.get(event.kind)) is None:
                by_kind[event.kind] = [hit]
            else:
                of_kind.append(hit)
        return by_kind

    @property
    def kinds(self) -> Iterable[str]:
        """The kinds of event that occur."""
        return self._by_kind.keys()

    def lost_of(self, kinds: frozenset[str]) -> tuple[str, ...]:
        """Which of these kinds an entry that could not be read may have been."""
        if not self.lost:
            return ()
        return tuple(sorted(kinds if None in self.lost else kinds & self.lost))

    def place(self, event: Event) -> int:
        """The place of one of the story's own events."""
        if not self._places:  # most stories are never asked
            self._places.update(zip(map(id, self.events), range(len(self.events)), strict=True))
        return self._places[id(event)]

    def find(self, match: Match) -> list[Hit]:
        """Every event that counts, or may count, in order. It is the story's own list: change nothing in it."""
        if (known := self._found.get(id(match))) is not None:
            return known[1]
        parts, by_kind = [], self._by_kind
        for kind, test in match.tests:
            if kind in by_kind:
                parts.append(by_kind[kind] if test is ALWAYS else self._tested(test, by_kind[kind]))
        hits = parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts))
        self._found[id(match)] = match, hits
        return hits

    def _tested(self, test: Condition, of_kind: list[Hit]) -> list[Hit]:
        found: list[Hit] = []
        for hit in of_kind:
            truth = test.holds(hit.event, self)
            if truth:
                found.append(hit)
            elif truth is None:
                found.append(hit._replace(truth=None))
        return found
