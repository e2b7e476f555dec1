"""What the record would have to say of rows that may count: `Match.missing` and `Spell.missing_at`, in columns.

Answers are places among the names of the shapes; `ASK` where several entries of a child are doubtful at once, and the
check of one child puts together what each of them lacks.
"""

from collections.abc import Sequence

import numpy as np

from childprotect.conditions import AllOf, AnyOf, Condition, Doubtful, Match, Not
from childprotect.events import Event
from childprotect.spells import During, Spell
from childprotect.tables.batches import Rows
from childprotect.tables.found import Codes
from childprotect.tables.hits import Seen, asks_of_spells, first_after
from childprotect.tables.shapes import NO_STORY, TRUE, UNKNOWN, Names

ASK = -1


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
    found = np.full(len(places), names.place(unheld or sorted(spell.closes.kinds)))
    closes = seen.find(spell.closes)
    lacking = closes.rows[missing_of(seen, spell.closes, closes.rows) != 0]
    for rows in (seen.find(spell.opens).doubtful, lacking):
        found[first_after(rows, first, places, itself=True) < places] = ASK
    found[seen.open_at(spell, places, first) != UNKNOWN] = 0
    return found


def together(names: Names, codes: Sequence[Codes]) -> Codes:
    """All that is missing, in order and each once, where several things are unknown."""
    if len(codes) == 1:
        return codes[0]
    different, places = np.unique(np.array(codes), axis=1, return_inverse=True)
    told = [
        ASK if ASK in column else names.place(dict.fromkeys(name for code in column for name in names.told[code]))
        for column in different.T.tolist()
    ]
    return np.array(told, np.int64)[places.reshape(-1)]


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
