"""What rows say apart from when: each different thing once, with what follows from it alone.

A *shape* is a kind of event with its facts. A country has some hundreds of them, so whatever depends on the facts of an
event alone is worked out once a shape, by the same code that judges one child.
"""

from collections.abc import Callable, Iterable, Mapping
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from childprotect.chronology import Coverage
from childprotect.conditions import Condition, Story
from childprotect.events import Event, Facts
from childprotect.tables.days import EPOCH

Table = NDArray[np.int64]
"""A number for every shape."""
Asked = Mapping[str, frozenset[str]]
"""By kind of event the facts that a check may ask for."""
FALSE, UNKNOWN, TRUE = 0, 1, 2
"""The three truth values, so that `and` is the least of several and `or` the greatest."""
NO_STORY = Story((), Coverage())
"""What a condition on facts is asked in: it does not look."""


def truth_number(truth: bool | None) -> int:
    """A truth value as a number."""
    return UNKNOWN if truth is None else TRUE if truth else FALSE


@define(eq=False)
class Names:
    """Tuples of names, each once, by a number: 0 is the empty one."""

    told: list[tuple[str, ...]] = field(factory=lambda: [()])
    _places: dict[tuple[str, ...], int] = field(factory=lambda: {(): 0})

    def place(self, names: Iterable[str]) -> int:
        """The number of a tuple."""
        names = tuple(names)
        known = self._places.get(names)
        if known is None:
            known = self._places[names] = len(self.told)
            self.told.append(names)
        return known


@define(eq=False)
class Shapes:
    """The shapes that were met so far. They only grow, so that what was worked out stays."""

    asked: Asked | None = None
    """The facts that the check asks for, where others may be left out; None where all may be asked for."""
    said: list[Event] = field(factory=list)
    """Each shape as an event, of a day that means nothing."""
    names: Names = field(factory=Names)
    _places: dict[tuple[str, Facts], int] = field(factory=dict)
    _of_kind: dict[str, list[int]] = field(factory=dict)
    _tables: dict[tuple[str, int, str], tuple[object, Table, int]] = field(factory=dict)
    _values: dict[str, tuple[dict[Any, int], Table, int]] = field(factory=dict)

    def place(self, kind: str, facts: Facts) -> int:
        """The number of a shape."""
        known = self._places.get((kind, facts))
        if known is None:
            known = self._places[kind, facts] = len(self.said)
            self.said.append(Event(kind, EPOCH, facts))
            self._of_kind.setdefault(kind, []).append(known)
        return known

    def asked_of(self, kind: str, facts: Facts) -> Facts:
        """Of the facts of an event those that the check asks for."""
        if self.asked is None:
            return facts
        asked = self.asked.get(kind, ())
        return facts if all(name in asked for name in facts) else Facts({n: v for n, v in facts.items() if n in asked})

    @property
    def kinds(self) -> Table:
        """The kind of each shape, as a number."""
        return self.numbers("")

    def table(self, what: str, about: object, kind: str, worth: Callable[[Event], int]) -> Table:
        """For each shape of a kind the number that `worth` gives it; 0 for the others.

        `what` is asked `about` something that is known by its identity. Each shape is asked once.
        """
        of_kind = self._of_kind.get(kind, [])
        key = (what, id(about), kind)
        _, known, done = self._tables.get(key, (about, np.zeros(0, np.int64), 0))
        if len(known) < len(self.said):
            table = np.zeros(len(self.said), np.int64)
            table[: len(known)] = known
            for place in of_kind[done:]:
                table[place] = worth(self.said[place])
            # what is asked about is kept, so that nothing else gets its identity
            self._tables[key] = about, table, len(of_kind)
            return table
        return known

    def truths(self, condition: Condition, kind: str) -> Table:
        """Whether a condition on facts holds of the shapes of a kind."""
        return self.table("truth", condition, kind, lambda event: truth_number(condition.holds(event, NO_STORY)))

    def numbers(self, fact: str) -> Table:
        """The value of a fact as a number, for every shape; -1 where it is not recorded. No fact is the kind."""
        values, numbers, done = self._values.get(fact, ({}, np.zeros(0, np.int64), 0))
        if done < len(self.said):
            more = [event.facts.get(fact) if fact else event.kind for event in self.said[done:]]
            told = [-1 if value is None else values.setdefault(value, len(values)) for value in more]
            numbers = np.concatenate([numbers, np.array(told, np.int64)])
            self._values[fact] = values, numbers, len(self.said)
        return numbers


@define(eq=False)
class Spare:
    """The shapes that no thread is at: what was worked out of them serves the next piece of the same check."""

    asked: Asked
    _shapes: "SimpleQueue[Shapes]" = field(factory=SimpleQueue)

    def take(self) -> Shapes:
        """Shapes for one thread alone."""
        try:
            return self._shapes.get_nowait()
        except Empty:
            return Shapes(self.asked)

    def put_back(self, shapes: Shapes) -> None:
        """They are done with. Where there are too many to be kept, they are forgotten: memory does not grow."""
        if len(shapes.said) <= _KEPT:
            self._shapes.put(shapes)


_KEPT = 1 << 15
"""How many shapes are kept for the next piece, of some kilobytes each."""
