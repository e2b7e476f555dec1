"""Which facts a check asks for, and the rows of a chunk without those that nobody asks for.

What a table says of a worker, of a date or in a few words may differ from row to row, and each different thing is
looked at by every rule. So, where there are many, cells are left out that nothing in a check asks for: no rule, no
chart, and nothing that tells what is odd. Cells stay that spoil their row, and those of rows beside which another of
the same child, kind and day stands: what both say decides which comes first.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from childprotect.compliance import RECORDED_DUE
from childprotect.conditions import matches_in
from childprotect.coverage import reads
from childprotect.phrases import read_by
from childprotect.records.entries import undecoded
from childprotect.rulebook import Rulebook
from childprotect.rules import Every, Within
from childprotect.tables.batches import Flags, Rows
from childprotect.tables.days import Days
from childprotect.tables.encoded import Codes, Column
from childprotect.tables.shapes import Asked
from childprotect.vocabulary import NEAR, STANDARD, Form, form_of

_DAYS, _KINDS = 22, 10
"""Bits that hold any day, and any kind of event."""
CanBeRead = Callable[[Any, str, Any], bool]
"""Whether an event can be read, from the cell that names it, that has a fact in a cell that says this."""


def asked_by(rulebook: Rulebook) -> Asked:
    """The facts that a check by this rulebook may ask for, by kind of event."""
    asked: dict[str, set[str]] = {}
    for rule in rulebook.applied:
        for place in reads(rule):
            asked.setdefault(place.kind, set()).add(place.fact)
        for kind, condition in (pattern for match in matches_in(rule) for pattern in match.patterns):
            asked.setdefault(kind, set()).update(read_by(condition))
        # what is odd is told of the same events
        odd = {RECORDED_DUE} if isinstance(rule, Within | Every) else set()
        odd |= {rule.recorded_due or "", rule.late_reason or ""} if isinstance(rule, Within) else set()
        for kind in rule.reads:
            asked.setdefault(kind, set()).update(odd)
    for chart in rulebook.charts.values():
        for move in chart.moves:
            if move.fact is not None:
                asked.setdefault(move.event, set()).add(move.fact)
    return {kind: frozenset(names) for kind, names in asked.items()}


def without_unasked(
    columns: Mapping[str, Column], kinds: list[str], asked: Asked, child: Rows, day: Days, can_be_read: CanBeRead
) -> dict[str, Column]:
    """The columns of a chunk without the cells that nobody asks for and that spoil nothing.

    `kinds` is the kind of event that each value in the column of events names; rows that name none stay as they are.
    """
    events = columns["event"]
    alone = ~_beside_another(kinds, events.codes, child, day)
    found = dict(columns)
    for name, column in columns.items():
        if name not in ("event", "withdrawn"):
            unasked = np.array([kind in STANDARD and name not in asked.get(kind, ()) for kind in kinds], np.bool_)
            out = alone & unasked[events.codes]
            out[out] = _readable(name, column, events, kinds, out, can_be_read)
            found[name] = _without(column, out)
    return found


def _beside_another(kinds: list[str], event: Codes, child: Rows, day: Days) -> Flags:
    """The rows of a child that has another of the same kind and day."""
    places = {kind: n for n, kind in enumerate(STANDARD, start=1)}
    key = (child << _DAYS) + (day.astype(np.int64) + (1 << _DAYS - 1)) << _KINDS
    key += np.array([places.get(kind, 0) for kind in kinds], np.int64)[event]
    order = np.argsort(key, kind="stable")
    same = key[order[1:]] == key[order[:-1]]
    flags = np.zeros(len(key), np.bool_)
    flags[order[1:][same]] = flags[order[:-1][same]] = True
    return flags


def _readable(
    name: str, column: Column, events: Column, kinds: list[str], rows: Flags, can_be_read: CanBeRead
) -> Flags:
    """Of which of these rows the cell of a fact spoils nothing."""
    event, codes, values = events.codes[rows], column.codes[rows], column.values
    # what a cell may say depends on the kind only where that has values of its own
    groups = [kind if kind in STANDARD and name in STANDARD[kind].values else "" for kind in kinds]
    if not any(groups) and _is_free(name) and not _are_odd(values):
        return np.ones(len(codes), np.bool_)
    several = sorted(set(groups))
    pairs = np.array([several.index(group) for group in groups], np.int64)[event] * len(values) + codes
    _, firsts, place = np.unique(pairs, return_index=True, return_inverse=True)
    told = [(events.values[event[row]], values[codes[row]]) for row in firsts.tolist()]
    return np.array([can_be_read(theirs, name, value) for theirs, value in told], np.bool_)[place]


def _is_free(name: str) -> bool:
    """Whether a fact may be any text at all."""
    return form_of(name) is Form.TEXT and name not in NEAR


def _are_odd(values: list[Any]) -> bool:
    """Whether any value is no text, or text that cannot be read."""
    if not all(value is None or type(value) is str for value in values):
        return True
    text = "".join(filter(None, values))
    return "\0" in text or undecoded(text)


def _without(column: Column, out: Flags) -> Column:
    """A column without some of its cells, and with no value that no row has."""
    codes = np.where(out, len(column.values), column.codes)
    used = np.zeros(len(column.values) + 1, np.bool_)
    used[codes] = True
    places: NDArray[np.int64] = np.cumsum(used) - 1
    values = [*column.values, None]
    return Column(places[codes], [values[place] for place in np.flatnonzero(used).tolist()])
