"""Messy tables of events, and their findings as read and checked one by one: what pieces of them are held against."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

import pyarrow as pa

from childprotect import Rulebook, check
from childprotect.calendars import Moment, day_of
from childprotect.records import read

AS_AT = date(2024, 6, 30)
Row = dict[str, str | None]
COLUMNS = "child event at outcome decision agencies child-seen worker recorded ref withdrawn team".split()
TIMED = ("2024-01-04T00:15Z", "2024-01-03T19:15-05:00", "2024-02-11T10:00+01:00")
"""Times of days that stand there without one too: the first two are one instant."""
CELLS: dict[str, tuple[str | None, ...]] = {
    "child": (
        "C-101",
        "C-102",
        "C-103",
        "C-104",
        "C-105",
        " C-101",
        "7",
        "7.0",
        "8",
        "8.0",
        "visit",
        None,
        "",
        "C-\x07",
    ),
    "event": (
        *"referral referral-decided strategy-discussion section-47-started section-47-completed".split(),
        *"initial-conference plan-started core-group review-conference plan-ended case-closed visit".split(),
        *"assessment-started assessment-completed referral initial-conference plan-started".split(),
        *("stratgy-discussion", "holiday", "C-102", " visit", None),
    ),
    "at": (*(f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in (1, 4, 11, 29)), *TIMED, "yesterday", None),
    "outcome": ("assessment", "plan", "continue", "end", "conference", "no-further-action", "C-103", None, None),
    "decision": ("section-47", "section-47", "child-in-need", None),
    "agencies": ("police;health;social-care", "social-care", "polise", None),
    "child-seen": ("yes", "no", "perhaps", None),
    "worker": ("W-1", "W-2", "C-104", None),
    "recorded": ("2024-01-02", "2024-05-05", "never", None, None, None, None),
    "ref": ("r1", "r2", *[None] * 6),
    "withdrawn": ("true", *[None] * 8),
    "team": ("north", "south", None),
}


def messy(seed: int, rows: int, children: Sequence[str | None] = CELLS["child"]) -> list[Row]:
    """Rows of a few children in any order, of which much cannot be read; the first one can."""
    chance = Random(seed)
    told: list[Row] = [{name: chance.choice(CELLS[name]) for name in COLUMNS} for _ in range(rows)]
    for row in told:
        row["child"] = chance.choice(children)
    first = {**dict.fromkeys(COLUMNS), "child": "C-100", "event": "referral", "at": "2024-01-02"}
    return [first, *told]


def table(rows: Sequence[Row]) -> Any:
    """Rows as an Arrow table of text."""
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})


def one_by_one(what: Any, book: Rulebook, known_at: date | None = None) -> list[tuple[Any, ...]]:
    """The findings of all children, each read row by row and checked by itself, as the columns have them; sorted."""
    rows = []
    for story in read(what):
        for finding in check(story, book, as_at=AS_AT, known_at=known_at).findings:
            version = finding.version
            law = (version.edition, version.force.value, version.evidence.value) if version else (None, None, None)
            days = (_day(at) for at in (finding.started, finding.due, finding.done))
            late = (finding.days_late, finding.unit)
            rows.append((finding.child, finding.rule, finding.status.value, *days, *late, *law, [*finding.missing]))
    return sorted(rows, key=str)


def _day(at: Moment | None) -> date | None:
    return None if at is None else day_of(at)


def rows_of(found: Any, columns: int = 12) -> list[tuple[Any, ...]]:
    """The findings in an Arrow table, sorted; the first columns of it, or others."""
    cells = [column.to_pylist() for column in found.columns[:columns]]
    return sorted(zip(*cells, strict=True), key=str)
