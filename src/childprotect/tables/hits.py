"""Which rows count: matches, conditions and spells, answered for all rows of a batch at once.

The same as `Story.find` and `Spell.open_at`. Conditions on facts are asked once a shape, of the very conditions; what
this module adds is only how answers are joined, and when a spell is open.
"""

from collections.abc import Callable
from functools import cache, cached_property

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Match, Not
from childprotect.events import Event
from childprotect.rules import Law
from childprotect.spells import During, Spell
from childprotect.tables.batches import FAR_ROW, Batch, Flags, Rows
from childprotect.tables.days import FAR, number
from childprotect.tables.shapes import FALSE, NO_STORY, TRUE, UNKNOWN

Truths = NDArray[np.int8]
Answer = tuple[Truths, Rows]
"""Truth values, and the children of whom columns cannot tell."""
Missing = Callable[[Rows], tuple[NDArray[np.int64], Rows]]
"""For rows, what would settle whether they count, and the children of whom columns cannot tell it."""


@define(eq=False, slots=False)
class Hits:
    """The rows that count (`sure`), or may count, in order."""

    rows: Rows
    sure: Flags
    beyond: Rows
    """Children of whom columns cannot tell which rows count, because a spell is not simple."""

    @cached_property
    def certain(self) -> Rows:
        """The rows that count."""
        return self.rows if self.sure.all() else self.rows[self.sure]

    @cached_property
    def doubtful(self) -> Rows:
        """The rows that may count."""
        return self.rows[~self.sure]


NOBODY = np.zeros(0, np.int64)
NO_HITS = Hits(NOBODY, np.zeros(0, np.bool_), NOBODY)


@define(eq=False)
class Seen:
    """A batch with what was found in it: rules share their matches."""

    batch: Batch
    _found: dict[int, tuple[Match, Hits]] = field(factory=dict)

    def find(self, match: Match) -> Hits:
        """Every row that counts, or may count."""
        if (known := self._found.get(id(match))) is not None:
            return known[1]
        parts = [self._of_kind(match, kind) for kind in sorted(match.kinds) if len(self.batch.of_kind(kind))]
        hits = parts[0] if len(parts) == 1 else _merged(parts) if parts else NO_HITS
        self._found[id(match)] = match, hits
        return hits

    def _of_kind(self, match: Match, kind: str) -> Hits:
        rows = self.batch.of_kind(kind)
        conditions = [condition for name, condition in match.patterns if name == kind]
        if ALWAYS in conditions:
            return Hits(rows, np.ones(len(rows), np.bool_), NOBODY)
        answers = [self.truths(condition, kind, rows) for condition in conditions]
        truths = np.maximum.reduce([truths for truths, _ in answers])
        counts = truths != FALSE
        return Hits(rows[counts], truths[counts] == TRUE, np.concatenate([beyond for _, beyond in answers]))

    def truths(self, condition: Condition, kind: str, rows: Rows) -> Answer:
        """Whether a condition holds of rows of a kind."""
        if not asks_of_spells(condition):
            table = self.batch.shapes.truths(condition, kind)
            return table[self.batch.shape[rows]].astype(np.int8), NOBODY
        if isinstance(condition, During):
            return self.is_open(condition.spell, rows)
        answers = [self.truths(part, kind, rows) for part in _parts(condition)]
        told = [truths for truths, _ in answers]
        match condition:
            case AllOf():
                truths = np.minimum.reduce(told)
            case AnyOf():
                truths = np.maximum.reduce(told)
            case Not():
                truths = TRUE - told[0]
            case Doubtful():
                truths = np.where(told[0] == TRUE, UNKNOWN, TRUE)
        return truths.astype(np.int8), np.concatenate([beyond for _, beyond in answers])

    def is_open(self, spell: Spell, rows: Rows) -> Answer:
        """Whether a spell is open when each of these rows happens."""
        return self.open_at(spell, rows, self.batch.begins[self.batch.child[rows]])

    def open_at(self, spell: Spell, places: Rows, first: Rows) -> Answer:
        """Whether a spell is open before each place, of a child whose rows begin at `first`."""
        batch, covers = self.batch, self.batch.covers
        opens, closes = self.find(spell.opens), self.find(spell.closes)
        resets, doubts = self.find(spell.resets), self.find(spell.doubted_by)
        beyond = [opens.beyond, closes.beyond, resets.beyond, doubts.beyond]
        if not any(map(covers.holds, spell.opens.kinds)):
            return np.full(len(places), UNKNOWN, np.int8), np.concatenate(beyond)
        since = np.maximum(first, last_before(resets.certain, places, first) + 1)
        opened = last_before(opens.certain, places, since)
        perhaps_opened = last_before(opens.doubtful, places, since)
        if spell.same is not None:
            several = count_between(opens.rows, since, places) > 1
            beyond.append(np.unique(batch.child[first[several]]))
            closed, perhaps_closed = self._agreeing(spell, np.maximum(opened, perhaps_opened), places, opens, closes)
        else:
            closed = last_before(closes.certain, places, since)
            perhaps_closed = last_before(closes.doubtful, places, since)
            if spell.each:
                several = (closed >= 0) & (count_between(opens.rows, since, places) > 1)
                beyond.append(np.unique(batch.child[first[several]]))
        # what both closes and opens closes what was open, and not what it opens
        begun = np.maximum(opened, perhaps_opened)
        may_be = (begun >= 0) & (begun >= closed)
        doubted = np.maximum(perhaps_closed, last_before(doubts.certain, places, since))
        held = all(map(covers.holds, spell.closes.kinds))
        is_open = (opened >= 0) & (opened >= closed) & (opened >= doubted) & held
        truths = np.where(is_open, TRUE, np.where(may_be, UNKNOWN, FALSE)).astype(np.int8)
        return truths, np.concatenate(beyond)

    def _agreeing(self, spell: Spell, opened: Rows, places: Rows, opens: Hits, closes: Hits) -> tuple[Rows, Rows]:
        """Of one opening each: the first row that closes it, and that may close it, before each place."""
        found = []
        for rows in (closes.certain, closes.doubtful):
            after = first_after(rows, np.maximum(opened, 0), places, ok=self.agreement(spell.same, opens, closes))
            found.append(np.where((opened >= 0) & (after < places), after, -1))
        return found[0], found[1]

    def agreement(self, fact: str | None, *hits: Hits) -> Callable[[Rows, Rows], Flags]:
        """Whether two rows agree on a fact where both record it."""
        numbers = self.values(fact)

        def agree(some: Rows, others: Rows) -> Flags:
            one, other = numbers(some), numbers(others)
            agrees: Flags = (one == other) | (one < 0) | (other < 0)
            return agrees

        return agree

    def kinds_of(self, rows: Rows) -> set[str]:
        """The kinds of some rows."""
        batch = self.batch
        return {batch.shapes.said[shape].kind for shape in np.unique(batch.shape[rows])}

    def of_shapes(self, what: str, about: object, rows: Rows, worth: Callable[[Event], int]) -> NDArray[np.int64]:
        """The number that `worth` gives to the shape of each row; `about` is known by its identity."""
        shapes = self.batch.shapes
        shape = self.batch.shape[rows]
        found = np.zeros(len(rows), np.int64)
        kinds = shapes.kinds[shape]
        for kind in np.unique(kinds):
            these = kinds == kind
            name = shapes.said[shape[np.argmax(these)]].kind
            found[these] = shapes.table(what, about, name, worth)[shape[these]]
        return found

    def missing(self, match: Match) -> Missing:
        """What would settle whether rows count for a match."""
        names = self.batch.shapes.names
        unclear = {kind for kind, condition in match.patterns if asks_of_spells(condition)}

        def told(rows: Rows) -> tuple[NDArray[np.int64], Rows]:
            found = self.of_shapes(
                "missing",
                match,
                rows,
                lambda event: -1 if event.kind in unclear else names.place(match.missing(event, NO_STORY)),
            )
            return found, np.unique(self.batch.child[rows[found < 0]])

        return told

    def version_on(self, rule: Law, rows: Rows) -> NDArray[np.int64]:
        """The place of the version in force on the day of each row, among those of the rule; -1 where none was."""
        dated = [(n, v.in_force, v.until) for n, v in enumerate(rule.versions) if v.in_force is not None]
        if not dated:
            return np.full(len(rows), -1, np.int64)
        day = self.batch.day[rows]
        begins = np.array([number(since) for _, since, _ in dated])
        ends = np.array([FAR if until is None else number(until) for _, _, until in dated])
        place = np.searchsorted(begins, day, side="right") - 1
        there = (place >= 0) & (day <= ends[np.maximum(place, 0)])
        return np.where(there, np.array([n for n, _, _ in dated])[np.maximum(place, 0)], -1)

    def values(self, fact: str | None) -> Callable[[Rows], NDArray[np.int64]]:
        """The value of a fact in rows, as a number; -1 where it is not recorded."""
        table = self.batch.shapes.numbers(fact or "")
        return lambda rows: table[self.batch.shape[rows]]


def _merged(parts: list[Hits]) -> Hits:
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")
    sure = np.concatenate([part.sure for part in parts])
    return Hits(rows[order], sure[order], np.concatenate([part.beyond for part in parts]))


@cache
def asks_of_spells(condition: Condition) -> bool:
    """Whether a condition asks for more than the facts of an event."""
    return isinstance(condition, During) or any(map(asks_of_spells, _parts(condition)))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case Doubtful(of):
            return (of,)
    return ()


def first_after(
    rows: Rows,
    places: Rows,
    limits: Rows,
    *,
    itself: bool = False,
    ok: Callable[[Rows, Rows], Flags] | None = None,
) -> Rows:
    """The first of `rows` after each place, or at it if `itself`, and before the limit; a great number where none is.

    With `ok`, the first of which that holds, given the numbers of the places and the rows.
    """
    padded = np.append(rows, FAR_ROW)
    index = np.searchsorted(rows, places, side="left" if itself else "right")
    found = padded[index]
    found[found >= limits] = FAR_ROW
    if ok is None:
        return found
    open_ = np.flatnonzero(found != FAR_ROW)
    while len(open_):
        bad = open_[~ok(places[open_], found[open_])]
        index[bad] += 1
        found[bad] = padded[index[bad]]
        found[bad[found[bad] >= limits[bad]]] = FAR_ROW
        open_ = bad[found[bad] != FAR_ROW]
    return found


def last_before(rows: Rows, places: Rows, first: Rows) -> Rows:
    """The last of `rows` before each place, and not before `first`; -1 where none is."""
    if not len(rows):
        return np.full(len(places), -1, np.int64)
    index = np.searchsorted(rows, places, side="left") - 1
    found = rows[np.maximum(index, 0)]
    return np.where((index >= 0) & (found >= first), found, -1)


def count_between(rows: Rows, first: Rows, places: Rows) -> NDArray[np.int64]:
    """How many of `rows` there are from `first` on and before each place."""
    counted: NDArray[np.int64] = np.searchsorted(rows, places, side="left") - np.searchsorted(rows, first, side="left")
    return counted
