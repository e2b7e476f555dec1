"""A population of N children as one Parquet file, for the benchmarks: 14.4 events each, a fifth with one breach.

Children are in order and each one's events too, as a warehouse gives them. Of every child the five clocks that the
benchmarks compare are known: which is broken, if one is, is drawn first, and the dates are made to fit. Half of these
are answered late and half never, so that what follows from the answer is not there. Some children began within the last
year, and what comes after the last day is not there either. Days are counted with the calendar of the library, so that
a breach is late by one day or more and never in doubt.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from childprotect.periods import Period, months, working_days
from childprotect.tables import days
from childprotect.vocabulary import STANDARD

CLOCKS = {
    "single-assessment": working_days(45),
    "initial-conference": working_days(15),
    "first-core-group": working_days(10),
    "first-review-conference": months(3),
    "review-conference": months(6),
}
"""The five clocks, by the id of their rule."""
SHARE = 0.2
"""Of how many children one of the five is broken."""
KINDS = (
    "referral referral-acknowledged referral-decided assessment-started strategy-discussion section-47-started visit "
    "section-47-completed assessment-completed initial-conference plan-started core-group review-conference "
    "review-conference plan-ended"
).split()
OPTIONAL = ("referral-acknowledged", "section-47-started", "visit")
"""What may be missing."""
FACTS: dict[str, dict[str, str]] = {
    "referral-decided": {"outcome": "assessment"},
    "assessment-started": {"type": "single"},
    "assessment-completed": {"type": "single"},
    "strategy-discussion": {"decision": "section-47", "agencies": "health;police;social-care"},
    "section-47-completed": {"outcome": "conference"},
    "initial-conference": {"outcome": "plan", "agencies": "health;social-care"},
    "plan-started": {"categories": "neglect"},
    "core-group": {"agencies": "health;social-care"},
    "plan-ended": {"reason": "no-longer-at-risk", "by": "review-conference"},
}
COLUMNS = ("outcome", "type", "decision", "agencies", "categories", "reason", "by", "child-seen")
PLANTED = ("met", "late", "overdue", "pending")
"""What is known of a clock."""
AS_AT = date(2025, 3, 31)
"""The last day of the table, as at which it is checked."""
_FIRST, _LAST = 16_500, 19_500
"""The first days of most children: March 2015 to May 2023."""
_RECENT = 0.03
"""How many children began within the last year."""
_LEFT_OUT = 0.09
"""How often an event is missing that may be."""
_AT_ONCE = 100_000

Days = NDArray[np.int32]


def write(path: Path, children: int, seed: int = 1) -> dict[str, dict[str, int]]:
    """Write a population; gives how often each of the five clocks has each status of `PLANTED`."""
    chance = np.random.default_rng(seed)
    planted = {name: dict.fromkeys(PLANTED, 0) for name in CLOCKS}
    schema = pa.schema([("child", pa.string()), ("event", _TEXT), ("at", pa.date32()), *((n, _TEXT) for n in COLUMNS)])
    with parquet.ParquetWriter(path, schema, use_dictionary=["event", *COLUMNS]) as writer:
        for first in range(0, children, _AT_ONCE):
            n = min(_AT_ONCE, children - first)
            which = np.where(chance.random(n) < SHARE, chance.integers(0, len(CLOCKS), n), -1)
            undone = np.where(chance.random(n) < 0.5, which, -1)
            writer.write_table(_table(chance, first, n, which, undone, schema, planted))
    return planted


_TEXT = pa.dictionary(pa.int32(), pa.string())


def _table(
    chance: np.random.Generator,
    first: int,
    n: int,
    which: NDArray[np.int64],
    undone: NDArray[np.int64],
    schema: pa.Schema,
    planted: dict[str, dict[str, int]],
) -> pa.Table:
    """Some children, one of whose clocks is broken if `which` names one, and never answered if `undone` does.

    What is known of the five clocks is added to `planted`.
    """

    def after(start: Days, least: int, most: int) -> Days:
        return (start + chance.integers(least, most + 1, n)).astype(np.int32)

    def answered(name: str, start: Days, least: Days) -> Days:
        """A day on which the clock is answered: in time, and not before `least`, or some days late."""
        due = days.due(_period(name), start)
        in_time = np.maximum(due - chance.integers(0, 6, n), least)
        late = due + chance.integers(1, 15, n)
        return np.where(which == list(CLOCKS).index(name), late, in_time).astype(np.int32)

    today = days.number(AS_AT)
    recent = chance.random(n) < _RECENT
    begun = np.where(recent, chance.integers(today - 365, today, n), chance.integers(_FIRST, _LAST, n))
    referral = begun.astype(np.int32)
    discussion = after(referral, 1, 7)
    enquired = after(discussion, 1, 9)
    conference = answered("initial-conference", discussion, enquired)
    assessed = answered("single-assessment", referral, after(referral, 1, 20))
    met = answered("first-core-group", conference, after(conference, 1, 3))
    reviewed = answered("first-review-conference", conference, after(conference, 40, 60))
    ended = answered("review-conference", reviewed, after(reviewed, 60, 120))
    table = {
        "referral": referral,
        "referral-acknowledged": referral,
        "referral-decided": referral,
        "assessment-started": referral,
        "strategy-discussion": discussion,
        "section-47-started": discussion,
        "visit": after(discussion, 0, 1),
        "section-47-completed": enquired,
        "assessment-completed": assessed,
        "initial-conference": conference,
        "plan-started": conference,
        "core-group": met,
        "plan-ended": ended,
    }
    day = np.stack([table.get(kind, reviewed) for kind in KINDS], axis=1)
    day[:, _SECOND_REVIEW] = ended
    there = day <= today
    for kind in OPTIONAL:
        there[:, KINDS.index(kind)] &= chance.random(n) >= _LEFT_OUT
    for code, name in enumerate(CLOCKS):
        there[np.ix_(undone == code, _AFTER[name])] = False
        start, answer = _STARTS[name], _AFTER[name][0]
        due = days.due(_period(name), day[:, start])
        running, done, late, past = there[:, start], there[:, answer], day[:, answer] > due, due < today
        told = (done & ~late, done & late, ~done & past, ~done & ~past)
        for status, flags in zip(PLANTED, told, strict=True):
            planted[name][status] += int((running & flags).sum())
    order = np.argsort(day.astype(np.int64) * len(STANDARD) + _RANKS, axis=1, kind="stable")
    rows = np.repeat(np.arange(n), len(KINDS)).reshape(day.shape)
    place, day, there, rows = (
        np.take_along_axis(column, order, axis=1).ravel()
        for column in (np.broadcast_to(np.arange(len(KINDS)), day.shape), day, there, rows)
    )
    place, day, rows = place[there], day[there], rows[there]
    names = pa.array([f"P{number:08}" for number in range(first, first + n)])
    columns = {name: _fact(name) for name in ("event", *COLUMNS)}
    arrays = [names.take(pa.array(rows)), columns["event"].take(pa.array(place)), pa.array(day).cast(pa.date32())]
    arrays += [columns[name].take(pa.array(place)) for name in COLUMNS]
    return pa.table(arrays, schema=schema)


_RANKS = np.array([STANDARD.ranks[kind] for kind in KINDS])
_SECOND_REVIEW = len(KINDS) - 2
_STARTS = dict(
    zip(
        CLOCKS,
        map(
            KINDS.index, "referral strategy-discussion initial-conference initial-conference review-conference".split()
        ),
        strict=True,
    )
)
"""Which of `KINDS` sets each clock running."""
_AFTER = {
    "single-assessment": [KINDS.index("assessment-completed")],
    "initial-conference": list(range(KINDS.index("initial-conference"), len(KINDS))),
    "first-core-group": [KINDS.index("core-group")],
    "first-review-conference": list(range(_SECOND_REVIEW - 1, len(KINDS))),
    "review-conference": list(range(_SECOND_REVIEW, len(KINDS))),
}
"""Which of `KINDS` answers each clock, and what does not happen without it."""


def _period(name: str) -> Period:
    return CLOCKS[name]


def _fact(name: str) -> pa.Array:
    """What each of `KINDS` says in a column."""
    if name == "event":
        return pa.array(KINDS, _TEXT)
    told = [FACTS.get(kind, {}).get(name) for kind in KINDS]
    if name == "outcome":
        told[_SECOND_REVIEW - 1], told[_SECOND_REVIEW] = "continue", "end"
    if name == "child-seen":
        told[KINDS.index("visit")] = "true"
    return pa.array(told, _TEXT)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])))
