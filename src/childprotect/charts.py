"""State charts of the process as data: what may follow what. Charts are order; they never know a date.

One child, many strands: a child can be on a plan, looked after and in proceedings at once, so there are several small
charts, each drawable on a page, and one chronology feeds them all. A chart is checked when it is built: a misspelt
target, a state that cannot be reached or left, a final state that nobody reaches, two moves that could both apply.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from childprotect.authority import Citation
from childprotect.chronology import Coverage
from childprotect.errors import DefinitionError
from childprotect.events import Event, value_in_words

Table = Mapping[tuple[str, str], tuple["Move", ...]]


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _values(values: Iterable[Any]) -> frozenset[Any]:
    return frozenset(values)


@frozen
class Move:
    """From any of `sources`, the event leads to `target`; with `fact`, only when it is recorded as one of `values`.

    A move without a fact applies where no move with one does, also when the fact is unknown. `provision` says in a few
    words what lays the step down; `citations` where that was seen.
    """

    sources: tuple[str, ...] = field(converter=_names)
    event: str
    target: str
    fact: str | None = None
    values: frozenset[Any] = field(default=frozenset(), converter=_values)
    provision: str = ""
    citations: tuple[Citation, ...] = ()

    def applies(self, event: Event) -> bool:
        """Whether the facts of the event allow the move."""
        return self.fact is None or event.facts.get(self.fact) in self.values

    @property
    def label(self) -> str:
        """The event, and the fact that it needs, as drawn beside an arrow."""
        if self.fact is None:
            return self.event
        return f"{self.event} ({self.fact} {' / '.join(sorted(map(value_in_words, self.values)))})"


@frozen
class Chart:
    """The chart of one strand. Raises `DefinitionError`, with every problem, if it does not hold together.

    >>> door = Chart("door", "shut", (Move("shut", "opened", "open"), Move("open", "closed", "shut")), ("shut",))
    >>> door.permitted("shut")
    ('opened',)
    """

    strand: str
    initial: str
    moves: tuple[Move, ...]
    final: tuple[str, ...]
    """The states in which nothing is left open."""
    title: str = ""
    event_set: frozenset[str] = field(init=False, eq=False, repr=False)
    """The kinds of event that the chart knows, for a quick look."""
    _table: Table = field(init=False, eq=False, repr=False)
    _unseen: dict[tuple[str, Coverage], tuple[str, ...]] = field(init=False, eq=False, repr=False, factory=dict)
    """What `unseen_from` has answered: all children of a source ask the same."""

    def __attrs_post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise DefinitionError(f"chart {self.strand!r}", problems)
        object.__setattr__(self, "_table", compile_moves(self.moves))
        object.__setattr__(self, "event_set", frozenset(self.events))

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the moves name them, the initial one first."""
        names = [self.initial]
        for move in self.moves:
            names += [*move.sources, move.target]
        return tuple(dict.fromkeys(names))

    @property
    def events(self) -> tuple[str, ...]:
        """Every kind of event that moves this strand."""
        return tuple(dict.fromkeys(move.event for move in self.moves))

    @property
    def table(self) -> Table:
        """The chart as a dict: (state, event) to the moves to try, in order."""
        return self._table

    def step(self, state: str, event: Event) -> Move | None:
        """The move that the event makes from a state, or None if it is not permitted there."""
        for move in self._table.get((state, event.kind), ()):
            if move.applies(event):
                return move
        return None

    def permitted(self, state: str) -> tuple[str, ...]:
        """The kinds of event that may follow in that state."""
        return tuple(dict.fromkeys(move.event for move in self.moves if state in move.sources))

    def unseen_from(self, state: str, covers: Coverage) -> tuple[str, ...]:
        """The states that the strand may have reached from `state` by events that the source cannot hold.

        Nearest first, without `state` itself: a census knows no strategy discussion, so an enquiry that it shows may
        have passed through one.
        """
        if (known := self._unseen.get((state, covers))) is not None:
            return known
        reached = [state]
        for here in reached:  # grows while it is walked: breadth first
            for move in self.moves:
                if here in move.sources and move.target not in reached and not covers.holds(move.event):
                    reached.append(move.target)
        return self._unseen.setdefault((state, covers), tuple(reached[1:]))

    def mermaid(self) -> str:
        """The chart as a Mermaid state diagram."""
        names = {state: _identifier(state) for state in self.states}
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{state}" as {name}' for state, name in names.items() if state != name]
        lines.append(f"    [*] --> {names[self.initial]}")
        lines += [f"    {names[a]} --> {names[b]}: {label}" for a, b, label in self.arrows()]
        lines += [f"    {names[state]} --> [*]" for state in self.final]
        return "\n".join(lines) + "\n"

    def dot(self) -> str:
        """The chart as a Graphviz graph."""
        lines = [f'digraph "{self.strand}" {{', "    rankdir=LR; node [shape=box, style=rounded];"]
        lines += [f'    "{state}"{" [peripheries=2]" if state in self.final else ""};' for state in self.states]
        lines.append(f'    "" [shape=point]; "" -> "{self.initial}";')
        lines += [f'    "{a}" -> "{b}" [label="{label}"];' for a, b, label in self.arrows(newline="\\n")]
        return "\n".join([*lines, "}"]) + "\n"

    def arrows(self, newline: str = " / ") -> Iterator[tuple[str, str, str]]:
        """Each arrow once, as (source, target, label): the events that make the same move share an arrow."""
        labels: dict[tuple[str, str], list[str]] = {}
        for move in self.moves:
            for source in move.sources:
                labels.setdefault((source, move.target), []).append(move.label)
        for (source, target), parts in labels.items():
            yield source, target, newline.join(dict.fromkeys(parts))


MovedBy = Mapping[str, tuple[tuple[str, Chart], ...]]
"""For each kind of event, the charts that it moves, with their names."""


def moved_by(charts: Mapping[str, Chart]) -> MovedBy:
    """The charts by the kinds of event that move them, in their order."""
    kinds = dict.fromkeys(kind for chart in charts.values() for kind in chart.events)
    return {kind: tuple(entry for entry in charts.items() if kind in entry[1].event_set) for kind in kinds}


def compile_moves(moves: Iterable[Move]) -> Table:
    """Moves as a dict from (state, event) to the moves to try: those with a fact first, then the one without."""
    table: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        for source in move.sources:
            table.setdefault((source, move.event), []).append(move)
    return {key: tuple(sorted(found, key=lambda move: move.fact is None)) for key, found in table.items()}


def _identifier(state: str) -> str:
    return state.replace("-", "_").replace(" ", "_")


def _problems(chart: Chart) -> Iterator[str]:
    sources = {state for move in chart.moves for state in move.sources}
    yield from (
        f"no move leads from {state!r}, to which {event!r} leads" for state, event in _dead_ends(chart, sources)
    )
    reached = _closure({chart.initial}, [(s, move.target) for move in chart.moves for s in move.sources])
    for state in sorted(sources - reached):
        yield f"state {state!r} cannot be reached from {chart.initial!r}"
    for state in chart.final:
        if state not in reached:
            yield f"nobody reaches the final state {state!r}"
    alive = _closure(set(chart.final), [(move.target, s) for move in chart.moves for s in move.sources])
    for state in sorted(reached - alive):
        yield f"state {state!r} is a trap: no final state can be reached from it"
    yield from _ambiguities(chart)


def _dead_ends(chart: Chart, sources: set[str]) -> Iterator[tuple[str, str]]:
    known = sources | set(chart.final) | {chart.initial}
    for move in chart.moves:
        if move.target not in known:
            yield move.target, move.event


def _closure(start: set[str], edges: list[tuple[str, str]]) -> set[str]:
    reached = set(start)
    grown = True
    while grown:
        new = {target for source, target in edges if source in reached} - reached
        reached |= new
        grown = bool(new)
    return reached


def _ambiguities(chart: Chart) -> Iterator[str]:
    for (state, event), moves in compile_moves(chart.moves).items():
        if len({move.fact for move in moves if move.fact}) > 1:
            yield f"from {state!r}, {event!r} is decided by more than one fact"
        seen: set[Any] = set()
        for move in moves:
            if move.fact is None and move is not moves[-1]:
                yield f"from {state!r}, {event!r} has two moves without a fact"
            for value in sorted(move.values & seen, key=str):
                yield f"from {state!r}, {event!r} with {move.fact} {value_in_words(value)} has two moves"
            seen |= move.values
