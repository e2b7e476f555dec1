"""The inspection of September 2012 row by row, and the reference of timescales row by row: what answers each.

Two files hold the rows. Nothing is silently left out: what no rule and no record answers says why, and tests hold both
files to the rulebook and to the documents that they stand for.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from childprotect.versions import NotAssessed


@frozen
class Row:
    """One bullet or paragraph of the inspection, in a few words, and what answers it.

    `judged` is `whole`, `part` or `none`: how much of it dates and records can settle. `rules` and `records` name what
    does; `because` says what is left for a person to judge. `measures` name figures of `childprotect.measures` that
    show it beside the rules. `whom` says of whom alone the row tells, where no record does; figures of all children
    are then no answer to it.
    """

    id: str
    finding: str
    judged: str
    rules: tuple[str, ...]
    records: tuple[str, ...]
    because: str
    measures: tuple[str, ...] = ()
    whom: str = ""


@frozen
class Timescale:
    """One row of the reference of timescales, and what carries it: rules, or facts of the vocabulary; else why not."""

    section: str
    id: str
    rules: tuple[str, ...]
    vocabulary: tuple[str, ...]
    left_out: str


def _rows(name: str) -> list[dict[str, Any]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["row"]
    return [{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()} for row in rows]


@cache
def inspection() -> tuple[Row, ...]:
    """Every row of the inspection, in its order."""
    return tuple(Row(**row) for row in _rows("inspection.toml"))


@cache
def timescales() -> tuple[Timescale, ...]:
    """Every row of the reference of timescales, in its order."""
    return tuple(Timescale(**row) for row in _rows("timescales.toml"))


def not_computable() -> tuple[NotAssessed, ...]:
    """The rows of the inspection that no computer can judge, each with its reason."""
    return tuple(
        NotAssessed(f"inspection-{row.id}", f"{row.finding}: {row.because}")
        for row in inspection()
        if row.judged == "none"
    )
