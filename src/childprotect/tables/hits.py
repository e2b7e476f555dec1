"""Which rows count: matches, conditions and spells, answered for all rows of a batch at once.

The same as `Story.find` and `Spell.open_at`. Conditions on facts are asked once a shape, of the very conditions; what
this module adds is only how answers are joined, and when a spell is open.
"""

from collections.abc import Callable, Iterator
from functools import cache, cached_property

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Match, Not
from childprotect.events import Event
from childprotect.rules import Law
from childprotect.spells import During, Spell
from childprotect.tables.batches import FAR_ROW, Batch, Flags, Rows
from childprotect.tables.days import FAR, Days, number
from childprotect.tables.openings import Openings, Truths, still_open
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN


@define(eq=False, slots=False)
class Hits:
    """The rows that count (`sure`), or may count, in order."""

    rows: Rows
    sure: Flags

    @cached_property
    def certain(self) -> Rows:
        """The rows that count."""
        return self.rows if self.sure.all() else self.rows[self.sure]

    @cached_property
    def doubtful(self) -> Rows:
        """The rows that may count."""
        return self.rows[~self.sure]


NOBODY = np.zeros(0, np.int64)
NO_HITS = Hits(NOBODY, np.zeros(0, np.bool_))


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
            return Hits(rows, np.ones(len(rows), np.bool_))
        told = [self.truths(condition, kind, rows) for condition in conditions]
        truths = told[0] if len(told) == 1 else np.maximum.reduce(told)
        counts = truths != FALSE
        return Hits(rows[counts], truths[counts] == TRUE)

    def truths(self, condition: Condition, kind: str, rows: Rows) -> Truths:
        """Whether a condition holds of rows of a kind."""
        truths: Truths
        if not asks_of_spells(condition):
            table = self.batch.shapes.truths(condition, kind).astype(np.int8)
            truths = table[self.batch.shape[rows]]
            return truths
        if isinstance(condition, During):
            return self.is_open(condition.spell, rows)
        told = [self.truths(part, kind, rows) for part in _parts(condition)]
        match condition:
            case AllOf():
                truths = np.minimum.reduce(told)
            case AnyOf():
                truths = np.maximum.reduce(told)
            case Not():
                truths = TRUE - told[0]
            case Doubtful():
                truths = np.where(told[0] == TRUE, UNKNOWN, TRUE)
        return truths.astype(np.int8)

    def is_open(self, spell: Spell, rows: Rows) -> Truths:
        """Whether a spell is open when each of these rows happens."""
        return self.open_at(spell, rows, self.batch.first_of_child(rows))

    def open_at(self, spell: Spell, places: Rows, first: Rows) -> Truths:
        """Whether a spell is open before each place, of a child whose rows begin at `first`."""
        covers = self.batch.covers
        if not any(map(covers.holds, spell.opens.kinds)):
            return np.full(len(places), UNKNOWN, np.int8)
        since = self._since(spell, places, first)
        if spell.same is not None or spell.each:
            openings = self.openings(spell, places, first)
            truths = np.full(len(places), FALSE, np.int8)
            np.maximum.at(truths, openings.of, openings.truth)
            return truths
        opens, closes = self.find(spell.opens), self.find(spell.closes)
        opened = last_before(opens.certain, places, since)
        begun = np.maximum(opened, last_before(opens.doubtful, places, since))
        # what both closes and opens closes what was open, and not what it opens
        closed = last_before(closes.certain, places, since)
        is_open = (opened >= closed) & (opened >= self._doubted(spell, since, places)) & (opened >= 0)
        if not all(map(covers.holds, spell.closes.kinds)):
            is_open[:] = False
        may_be = (begun >= 0) & (begun >= closed)
        return np.where(is_open, TRUE, np.where(may_be, UNKNOWN, FALSE)).astype(np.int8)

    def opened_by(self, spell: Spell, places: Rows, first: Rows) -> Rows:
        """The first row that certainly opened a spell, where it is open; `FAR_ROW` where it is not certainly open."""
        since = self._since(spell, places, first)
        if spell.same is not None or spell.each:
            openings = self.openings(spell, places, first)
            opened, sure = np.full(len(places), FAR_ROW), openings.truth == TRUE
            np.minimum.at(opened, openings.of[sure], openings.row[sure])
            return opened
        closed = last_before(self.find(spell.closes).certain, places, since)
        after = np.maximum(np.maximum(closed, self._doubted(spell, since, places)), since)
        found = first_after(self.find(spell.opens).certain, after, places, itself=True)
        held = all(map(self.batch.covers.holds, spell.closes.kinds))
        return found if held else np.full(len(places), FAR_ROW)

    def _since(self, spell: Spell, places: Rows, first: Rows) -> Rows:
        """The row after the last reset before each place, else the first of the child."""
        return np.maximum(first, last_before(self.find(spell.resets).certain, places, first) + 1)

    def _doubted(self, spell: Spell, since: Rows, places: Rows) -> Rows:
        """The last row that makes it doubtful whether what was opened before it is still open."""
        closed = last_before(self.find(spell.closes).doubtful, places, since)
        return np.maximum(closed, last_before(self.find(spell.doubted_by).certain, places, since))

    def openings(self, spell: Spell, places: Rows, first: Rows) -> Openings:
        """Every opening before each place, since the last reset, of a child whose rows begin at `first`."""
        since = self._since(spell, places, first)
        opens, closes = self.find(spell.opens), self.find(spell.closes)
        return still_open(
            opens.rows,
            opens.sure,
            closes.rows,
            closes.sure,
            self.find(spell.doubted_by).certain,
            since,
            places,
            _nothing if spell.same is None else self.values(spell.same),
            same=spell.same is not None,
            each=spell.each,
            held=all(map(self.batch.covers.holds, spell.closes.kinds)),
        )

    def by_kind(self, rows: Rows) -> Iterator[tuple[str, Flags]]:
        """The kinds of some rows, each with which of the rows are of it."""
        shapes = self.batch.shapes
        shape = self.batch.shape[rows]
        kinds = shapes.kinds[shape]
        for kind in np.flatnonzero(np.bincount(kinds)):
            these = kinds == kind
            yield shapes.said[shape[np.argmax(these)]].kind, these

    def of_shapes(self, what: str, about: object, rows: Rows, worth: Callable[[Event], int]) -> NDArray[np.int64]:
        """The number that `worth` gives to the shape of each row; `about` is known by its identity."""
        shape = self.batch.shape[rows]
        found = np.zeros(len(rows), np.int64)
        for kind, these in self.by_kind(rows):
            found[these] = self.batch.shapes.table(what, about, kind, worth)[shape[these]]
        return found

    def version_on(self, rule: Law, rows: Rows) -> NDArray[np.int64]:
        """The place of the version in force on the day of each row, among those of the rule; -1 where none was."""
        return version_on(rule, self.batch.day[rows])

    def values(self, fact: str | None) -> Callable[[Rows], NDArray[np.int64]]:
        """The value of a fact in rows, as a number; -1 where it is not recorded."""
        table = self.batch.shapes.numbers(fact or "")
        return lambda rows: table[self.batch.shape[rows]]


def _merged(parts: list[Hits]) -> Hits:
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")
    sure = np.concatenate([part.sure for part in parts])
    return Hits(rows[order], sure[order])


def _nothing(rows: Rows) -> NDArray[np.int64]:
    return np.full(len(rows), -1)


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
    if not len(rows):
        return np.full(len(places), FAR_ROW)
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


def version_on(rule: Law, day: Days) -> NDArray[np.int64]:
    """The place of the version in force on each day, among those of a rule; -1 where none was."""
    dated = [(n, v.in_force, v.until) for n, v in enumerate(rule.versions) if v.in_force is not None]
    if not dated:
        return np.full(len(day), -1, np.int64)
    begins = np.array([number(since) for _, since, _ in dated], np.int32)
    ends = np.array([FAR if until is None else number(until) for _, _, until in dated], np.int32)
    place = np.full(len(day), -1)
    for begin in begins:  # there are few
        place += day >= begin
    there = (place >= 0) & (day <= ends[np.maximum(place, 0)])
    return np.where(there, np.array([n for n, _, _ in dated])[np.maximum(place, 0)], -1)
