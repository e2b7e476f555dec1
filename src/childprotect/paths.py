"""Every path through the charts: the steps that a child's journey can take, one after the other, without dates.

What can be told apart is finite: a chart asks for some values of some facts, a rule for others, and two values that
nobody asks about are one. `alphabet` lists the steps that differ, `walk` takes them in every order that the charts
permit. Of orders that differ only in steps that no chart and no rule connects, one is walked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, product
from typing import Any, TypeVar

from attrs import field, frozen

from childprotect.calendars import Moment
from childprotect.charts import Chart
from childprotect.conditions import Fact, Match, Stated, matches_in, parts_of
from childprotect.events import Event, Facts, value_in_words
from childprotect.requirements import Quorum
from childprotect.rules import Order, Rule
from childprotect.vocabulary import STANDARD, Form, Vocabulary, form_of

T = TypeVar("T")


@frozen
class Step:
    """An event of a path: its kind and its facts, on no day yet."""

    kind: str
    facts: Facts = field(factory=Facts)

    def at(self, moment: Moment) -> Event:
        """The event, on a day or at a moment."""
        return Event(self.kind, moment, self.facts)

    def __str__(self) -> str:
        facts = [f"{name}: {value_in_words(value)}" for name, value in sorted(self.facts.items())]
        return self.kind + (f" ({', '.join(facts)})" if facts else "")


def alphabet(charts: Iterable[Chart], rules: Iterable[Rule], vocabulary: Vocabulary = STANDARD) -> tuple[Step, ...]:
    """The steps that the charts know and the rules read, one for each that some chart or rule tells from the others.

    Where a chart does not come by these steps alone to what the rules read, the steps of a shortest way there are too.
    Of the values of a fact that the vocabulary lists, those that nobody tells apart are one; of kinds of event that
    nobody tells apart, one is there. Every step has the agencies and the facts that the rules require of it.
    """
    charts, rules = tuple(charts), tuple(rules)
    read = frozenset[str]().union(*(rule.reads for rule in rules))
    kinds = dict.fromkeys(kind for chart in charts for kind in _needed(chart, read))
    matches = [match for rule in rules for match in matches_in(rule)]
    apart: dict[object, str] = {}
    for kind in kinds:
        apart.setdefault(_marks(kind, charts, matches), kind)
    made, asked = [], facts_asked(rules)
    for kind in apart.values():
        tests = asked.get(kind, {})
        for move in (move for chart in charts for move in chart.moves if move.event == kind and move.fact is not None):
            assert move.fact is not None
            tests.setdefault(move.fact, []).append(move.values)
        known = vocabulary[kind].values if kind in vocabulary else {}
        choices = [
            [(fact, value) for value in told_apart(known[fact], tests[fact])] for fact in sorted(tests) if fact in known
        ]
        given = required_of(kind, rules, known)
        made += [Step(kind, Facts({**given, **dict(chosen)})) for chosen in product(*choices)]
    return tuple(made)


def _needed(chart: Chart, read: frozenset[str]) -> Iterator[str]:
    wanted = set(chart.event_set & read)
    while short := [kind for kind in chart.events if kind in wanted - _possible(chart, wanted)]:
        wanted |= _way(chart, {source for move in chart.moves if move.event == short[0] for source in move.sources})
    yield from (kind for kind in chart.events if kind in wanted)


def _possible(chart: Chart, kinds: set[str]) -> set[str]:
    """The kinds of event that can happen where only these do."""
    reached = {chart.initial}
    for _ in chart.states:
        reached |= {move.target for move in chart.moves if move.event in kinds and not reached.isdisjoint(move.sources)}
    return {move.event for move in chart.moves if not reached.isdisjoint(move.sources)}


def _way(chart: Chart, states: set[str]) -> frozenset[str]:
    """The kinds of event on a shortest way to one of the states."""
    ways = {chart.initial: frozenset[str]()}
    for here in (queue := [chart.initial]):  # grows while it is walked: breadth first
        if here in states:
            return ways[here]
        for move in chart.moves:
            if here in move.sources and move.target not in ways:
                ways[move.target] = ways[here] | {move.event}
                queue.append(move.target)
    raise AssertionError("a chart has a way to each of its states")


def _marks(kind: str, charts: tuple[Chart, ...], matches: Sequence[Match]) -> object:
    """All that charts and rules say of a kind of event: two kinds with the same marks are one by another name."""
    moves = [
        (chart.strand, move.sources, move.target, move.fact, move.values)
        for chart in charts
        for move in chart.moves
        if move.event == kind
    ]
    asked = [tuple(condition for name, condition in match.patterns if name == kind) for match in matches]
    return frozenset(moves), tuple(asked)


Asked = dict[str, dict[str, list[frozenset[Any]]]]
"""For each kind of event the facts that are asked for, each with every set of values that somebody asks for."""


def facts_asked(rules: Iterable[Rule]) -> Asked:
    """What some rules ask of events, in their conditions and their spells."""
    asked: Asked = {}
    for rule in rules:
        for match in matches_in(rule):
            for kind, condition in match.patterns:
                for fact, values in _asked(condition):
                    asked.setdefault(kind, {}).setdefault(fact, []).append(values)
    return asked


def _asked(condition: object) -> Iterator[tuple[str, frozenset[Any]]]:
    """Each fact that a condition asks for, with the values, at any depth."""
    if isinstance(condition, Fact | Stated):
        yield condition.name, condition.values
    elif isinstance(condition, tuple):
        for part in condition:
            yield from _asked(part)
    elif not isinstance(condition, Match):
        for part in parts_of(condition):
            yield from _asked(part)


def told_apart(values: Iterable[Any], tests: Sequence[frozenset[Any]]) -> list[Any]:
    """Of values that every test takes alike, the first."""
    classes: dict[tuple[bool, ...], Any] = {}
    for value in values:
        classes.setdefault(tuple(value in test for test in tests), value)
    return list(classes.values())


def required_of(kind: str, rules: Iterable[Rule], known: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What the rules require to be recorded of it: agencies, and facts with a value that will do."""
    given: dict[str, Any] = {}
    for rule in rules:
        if kind not in rule.triggers:
            continue
        for version in rule.versions:
            wanted = version.requires.agencies if isinstance(version.requires, Quorum) else version.requires
            if isinstance(wanted, frozenset):
                given["agencies"] = given.get("agencies", frozenset()) | wanted
            elif isinstance(wanted, tuple):
                given |= {fact: _some_value(fact, known) for fact in wanted}
    return given


def _some_value(fact: str, known: Mapping[str, tuple[str, ...]]) -> Any:
    if fact in known:
        return frozenset(known[fact][:1]) if form_of(fact) is Form.SET else known[fact][0]
    return True if form_of(fact) is Form.FLAG else frozenset({"recorded"}) if form_of(fact) is Form.SET else "recorded"


def cones(rules: Iterable[Rule]) -> tuple[frozenset[str], ...]:
    """For each rule, the kinds of event that can change one of its findings; for each spell that it closes, its own."""
    found: list[frozenset[str]] = []
    for rule in rules:
        if isinstance(rule, Order) and rule.closed:
            found += [spell.kinds | rule.then.kinds for spell in rule.closed]
        else:
            found.append(rule.reads)
    return tuple(dict.fromkeys(found))


def walk(
    charts: Iterable[Chart],
    steps: Sequence[Step],
    rules: Iterable[Rule],
    begin: T,
    extend: Callable[[T, Step], T | None],
    *,
    first: Sequence[Step],
    last: str,
    repeats: int,
) -> Iterator[T]:
    """Whatever `extend` makes of each path that begins with `first` and ends with a step of the kind `last`.

    No more than `repeats` steps are of a kind that came before: with 1, every loop is taken twice. A path may end when
    every chart is in a final state. `extend` takes what was made of a path and one more step; where it gives None,
    nobody goes on from there. Raises `ValueError` if the charts do not permit the beginning.
    """
    charts = tuple(charts)
    strands = {step.kind: [n for n, chart in enumerate(charts) if step.kind in chart.event_set] for step in steps}
    dummies = [step.at(_SOME_DAY) for step in steps]
    free = _independent(steps, strands, cones(rules))
    states = [chart.initial for chart in charts]
    made = begin
    for step in first:
        for n, chart in enumerate(charts):
            if step.kind in chart.event_set:
                move = chart.step(states[n], step.at(_SOME_DAY))
                if move is None:
                    raise ValueError(f"{step} is not permitted in {chart.strand!r} at {states[n]!r}")
                states[n] = move.target
        extended = extend(made, step)
        if extended is None:
            raise ValueError(f"nothing can be made of a beginning with {step}")
        made = extended
    taken: list[int] = []

    def on(made: T, kinds: frozenset[str], repeats: int) -> Iterator[T]:
        for n, step in enumerate(steps):
            ends = step.kind == last
            left = repeats - (step.kind in kinds)
            if left < 0 or (not ends and _out_of_turn(n, taken, free)):
                continue
            before = tuple(states)
            if not all(_moved(charts[strand], strand, states, dummies[n]) for strand in strands[step.kind]):
                states[:] = before
                continue
            if not ends or all(state in chart.final for state, chart in zip(states, charts, strict=True)):
                extended = extend(made, step)
                if extended is not None and ends:
                    yield extended
                elif extended is not None:
                    taken.append(n)
                    yield from on(extended, kinds | {step.kind}, left)
                    taken.pop()
            states[:] = before

    yield from on(made, frozenset(step.kind for step in first), repeats)


_SOME_DAY = date(2024, 1, 3)


def _moved(chart: Chart, strand: int, states: list[str], event: Event) -> bool:
    move = chart.step(states[strand], event)
    if move is None:
        return False
    states[strand] = move.target
    return True


def _independent(
    steps: Sequence[Step], strands: Mapping[str, list[int]], cones: Iterable[frozenset[str]]
) -> list[list[bool]]:
    """For each pair of steps whether no chart and no rule connects them."""
    joined = {pair for cone in cones for pair in combinations(sorted(cone), 2)}
    return [
        [
            a.kind != b.kind
            and not set(strands[a.kind]) & set(strands[b.kind])
            and (min(a.kind, b.kind), max(a.kind, b.kind)) not in joined
            for b in steps
        ]
        for a in steps
    ]


def _out_of_turn(n: int, taken: Sequence[int], free: Sequence[Sequence[bool]]) -> bool:
    """Whether the step could as well have come before one that stands later in the alphabet: that path is another's."""
    for earlier in reversed(taken):
        if not free[n][earlier]:
            return False
        if n < earlier:
            return True
    return False
