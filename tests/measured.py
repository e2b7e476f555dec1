"""Tables of measures worked out by hand, read from tests/measures: what each says, and of which records."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from childprotect import Chronology
from childprotect.measures import Told
from childprotect.measures.told import DAYS
from childprotect.rulebooks import england

FOLDER = Path(__file__).parent / "measures"
Row = tuple[str, str, date, dict[str, Any]]
_VALUES = {"true": True, "false": False}


def tables() -> list[dict[str, Any]]:
    """All tables, with the file that each is in."""
    return [
        {**table, "file": path.name}
        for path in sorted(FOLDER.glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["table"]
    ]


def rows_of(table: dict[str, Any]) -> Iterator[Row]:
    """The events of a table: child, event, day, facts. Children are C-1, C-2 and so on, in its order."""
    for n, child in enumerate(table["child"], 1):
        for line in child["events"]:
            day, event, *facts = line.split()
            pairs = (fact.split("=") for fact in facts)
            yield f"C-{n}", event, date.fromisoformat(day), {name: _value(name, text) for name, text in pairs}


def _value(name: str, text: str) -> Any:
    return date.fromisoformat(text) if name in DAYS else _VALUES.get(text, text)


def frame_of(rows: Iterable[Row]) -> pl.DataFrame:
    """The rows as an event table, with a column for each fact."""
    told = [{"child": child, "event": event, "at": at, **facts} for child, event, at, facts in rows]
    return pl.DataFrame(told or {"child": [], "event": [], "at": []}, infer_schema_length=None)


def chronologies_of(rows: Iterable[Row]) -> list[Chronology]:
    """The rows as children who were read one by one."""
    events: dict[str, list[tuple[Any, ...]]] = {}
    for child, event, at, facts in rows:
        events.setdefault(child, []).append((at, event, facts))
    return [Chronology.of(child, events=own) for child, own in events.items()]


def told(rows: Iterable[Row], as_at: date, *, checked: bool = False, since: date | None = None) -> Told:
    """What is told by rows, as a table."""
    book = england.rulebook if checked else None
    return Told.of(frame_of(rows), as_at=as_at, rulebook=book, since=since)
