"""What the record would have to say of rows that may count: `Match.missing` and `Spell.missing_at`, in columns.

Answers are places among the names of the shapes.
"""

from collections.abc import Sequence

import numpy as np

from childprotect.conditions import AllOf, AnyOf, Condition, Doubtful, Match, Not
from childprotect.events import Event
from childprotect.spells import During, Spell
from childprotect.tables.batches import Rows
from childprotect.tables.found import Codes
from childprotect.tables.hits import Seen, asks_of_spells
from childprotect.tables.shapes import NO_STORY, TRUE, UNKNOWN, Names


def missing_of(seen: Seen, match: Match, rows: Rows, same: str | None = None) -> Codes:
    """What would settle whether rows count for a match; if that is nothing, the fact on which they must agree."""
    names = seen.batch.shapes.names
    found = np.zeros(len(rows), np.int64)
    for kind, these in seen.by_kind(rows):
        conditions = [condition for name, condition in match.patterns if name == kind]
        told = _unknown_parts(seen, conditions, kind, rows[these])
        if same is not None:
            told[told == 0] = names.place((f"{kind}.{same}",))
        found[these] = told
    return found


def missing_at(seen: Seen, spell: Spell, places: Rows, first: Rows) -> Codes:
    """What would settle whether a spell is open before each place, of a child whose rows begin at `first`."""
    names, covers = seen.batch.shapes.names, seen.batch.covers
    if not any(map(covers.holds, spell.opens.kinds)):
        return np.full(len(places), names.place(sorted(spell.opens.kinds)))
    unheld = sorted(kind for kind in spell.closes.kinds if not covers.holds(kind))
    found = np.zeros(len(places), np.int64)
    unknown = np.flatnonzero(seen.open_at(spell, places, first) == UNKNOWN)
    openings = seen.openings(spell, places[unknown], first[unknown])
    vague = np.flatnonzero(openings.truth == UNKNOWN)
    doubtful = np.isin(openings.row[vague], seen.find(spell.opens).doubtful)
    theirs = np.isin(openings.pair, vague)
    which = np.concatenate([vague, openings.pair[theirs], vague])
    codes = [
        np.where(doubtful, missing_of(seen, spell.opens, openings.row[vague]), 0),
        missing_of(seen, spell.closes, openings.closing[theirs]),
        np.full(len(vague), names.place(unheld)),
    ]
    # of one opening after the other: what it lacks itself, what its closings lack, what the source does
    order = np.argsort(which, kind="stable")
    lacks = gathered(names, len(unknown), openings.of[which[order]], np.concatenate(codes)[order])
    found[unknown] = np.where(lacks == 0, names.place(sorted(spell.closes.kinds)), lacks)
    return found


def gathered(names: Names, n: int, of: Rows, codes: Codes) -> Codes:
    """Of each of `n`, all names of its codes, in their order and each once; `of` says whose each code is."""
    by: list[list[int]] = [[] for _ in range(n)]
    for place, code in zip(of.tolist(), codes.tolist(), strict=True):
        by[place].append(code)
    told = [names.place(dict.fromkeys(name for code in own for name in names.told[code])) for own in by]
    return np.array(told, np.int64)


def together(names: Names, codes: Sequence[Codes]) -> Codes:
    """All that is missing, in order and each once, where several things are unknown."""
    if len(codes) == 1:
        return codes[0]
    different, places = np.unique(np.array(codes), axis=1, return_inverse=True)
    n, width = len(codes), different.shape[1]
    told = gathered(names, width, np.tile(np.arange(width), n), different.reshape(-1))
    return told[places.reshape(-1)]


def _unknown_parts(seen: Seen, parts: Sequence[Condition], kind: str, rows: Rows) -> Codes:
    codes = [np.where(seen.truths(part, kind, rows) == UNKNOWN, _missing(seen, part, kind, rows), 0) for part in parts]
    return together(seen.batch.shapes.names, codes) if codes else np.zeros(len(rows), np.int64)


def _missing(seen: Seen, condition: Condition, kind: str, rows: Rows) -> Codes:
    batch, names = seen.batch, seen.batch.shapes.names
    if not asks_of_spells(condition):

        def worth(event: Event) -> int:
            return names.place(condition.missing(event, NO_STORY))

        return batch.shapes.table("missing", condition, kind, worth)[batch.shape[rows]]
    match condition:
        case During(spell):
            return missing_at(seen, spell, rows, batch.first_of_child(rows))
        case AllOf(parts) | AnyOf(parts):
            return _unknown_parts(seen, parts, kind, rows)
        case Not(part):
            return _missing(seen, part, kind, rows)
        case Doubtful(of, _, fact):
            named = names.place((f"{kind}.{fact}" if fact else kind,))
            return np.where(seen.truths(of, kind, rows) == TRUE, named, 0)
    raise AssertionError("a condition without a meaning")
