"""Columns that are kept beside ours: which there may be, and the value that a child has in one.

It is that of the child's latest row that has one and is known for the check. Not the order in the table decides, but
that in time: by day, of one day by time of day, and of one moment the last in the table. A row without a date that can
be read comes before all others.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field
from numpy.typing import NDArray

from childprotect.errors import UnreadableInput
from childprotect.records.arrow_rows import is_readable
from childprotect.records.findings_table import findings_schema
from childprotect.statuses import Status
from childprotect.tables.arrays import from_arrow, to_arrow
from childprotect.tables.batches import Flags, Rows
from childprotect.tables.days import FAR, LOST, Days, number

_TAKEN = frozenset(
    {
        *findings_schema().names,
        *(status.value for status in Status),
        *("all", "on_time", "decided", "cannot_tell", "share", "low", "high"),
    }
)
"""The names of columns of findings, and of what is counted of them."""
_UNDATED = np.iinfo(np.int64).min


def named(besides: str | Sequence[str]) -> tuple[str, ...]:
    """The columns to keep, each once; text is one column. Raises `UnreadableInput` for a name that findings have."""
    names = tuple(dict.fromkeys([besides] if isinstance(besides, str) else besides))
    for name in names:
        if name in _TAKEN:
            why = f"findings, or counts of them, have a column {name!r} of their own"
            raise UnreadableInput("besides", "", why, "a column of another name: rename it in the events")
    return names


def places_of(names: Sequence[str], schema: Any, what: str) -> dict[str, int]:
    """The places of the columns to keep in an Arrow schema. Raises `UnreadableInput` for what cannot be kept."""
    expected = "columns of the events, each of text, dates, flags or numbers"
    if missing := [name for name in names if name not in schema.names]:
        raise UnreadableInput(what, "the schema", f"there is no column {' or '.join(missing)}", expected)
    for name in names:
        if schema.names.count(name) > 1:
            raise UnreadableInput(what, "the schema", f"there is more than one column {name}", expected)
        kind = schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not is_readable(kind) or pa.types.is_nested(kind):
            raise UnreadableInput(what, "the schema", f"the column {name} holds no single values", expected)
    return {name: schema.get_field_index(name) for name in names}


@define(eq=False)
class When:
    """When rows are of: the day and the time of day of each, and the day on which it was recorded, if that is told."""

    day: Days
    moment: NDArray[np.int64]
    recorded: Days | None

    def known(self, as_at: date, known_at: date | None) -> Flags:
        """The rows that a check as at these days knows; one without a date is known as soon as it was recorded."""
        undated = _none(self.day)
        seen = undated | (self.day <= number(as_at))
        if known_at is not None:
            learned = self.day if self.recorded is None else np.where(_none(self.recorded), self.day, self.recorded)
            seen &= _none(learned) | (learned <= number(known_at))
        return seen

    @property
    def order(self) -> NDArray[np.int64]:
        """The days, of which none is before all others."""
        return np.where(_none(self.day), _UNDATED, self.day.astype(np.int64))


def _none(days: Days) -> Flags:
    flags: Flags = (days == FAR) | (days == LOST)
    return flags


def latest(column: Any, begins: Rows, when: When, known: Flags) -> Any:
    """The value of each child, whose rows are together from `begins` on, as text; null for one who has none."""
    there = from_arrow(column.is_valid().cast(pa.int8())).astype(np.bool_) & known
    first, lengths = begins[:-1], np.diff(begins)
    if not len(first):
        return pa.nulls(0, pa.string())
    for order in (when.order, when.moment, np.arange(len(there))):
        best = np.maximum.reduceat(np.where(there, order, _UNDATED), first)
        there = there & (order == np.repeat(best, lengths))
    row = np.maximum.reduceat(np.where(there, np.arange(len(there)), -1), first)
    return _text(column.take(to_arrow(row, row < 0)))


def _text(column: Any) -> Any:
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return column.cast(pa.string())


@define(eq=False)
class Kept:
    """What rows of children say in columns that are kept, where a child's rows may stand anywhere."""

    names: list[Any] = field(factory=list)
    """Whose each row is, as text: Arrow arrays."""
    whens: list[When] = field(factory=list)
    columns: dict[str, list[Any]] = field(factory=dict)
    _found: dict[tuple[date, date | None], dict[str, dict[str, str | None]]] = field(factory=dict)

    def add(self, names: Any, when: When, columns: Mapping[str, Any]) -> None:
        """Take in some rows more."""
        self.names.append(names)
        self.whens.append(when)
        for name, column in columns.items():
            self.columns.setdefault(name, []).append(_text(column))

    def of(self, as_at: date, known_at: date | None) -> Mapping[str, Mapping[str, str | None]]:
        """Of each column the value of every child as known for a check, by name."""
        asked = as_at, known_at
        if asked not in self._found:
            self._found[asked] = self._latest(as_at, known_at) if self.columns else {}
        return self._found[asked]

    def _latest(self, as_at: date, known_at: date | None) -> dict[str, dict[str, str | None]]:
        encoded = pa.concat_arrays(self.names).dictionary_encode(null_encoding="encode")
        codes = from_arrow(encoded.indices.cast(pa.int64()))
        rows = np.argsort(codes, kind="stable")
        begins = np.searchsorted(codes[rows], np.arange(len(encoded.dictionary) + 1))
        recorded = [when.recorded for when in self.whens if when.recorded is not None]
        when = When(
            np.concatenate([when.day for when in self.whens])[rows],
            np.concatenate([when.moment for when in self.whens])[rows],
            np.concatenate(recorded)[rows] if recorded else None,
        )
        known, names = when.known(as_at, known_at), encoded.dictionary.to_pylist()
        told = {name: pa.concat_arrays(parts).take(to_arrow(rows)) for name, parts in self.columns.items()}
        return {
            name: dict(zip(names, latest(column, begins, when, known).to_pylist(), strict=True))
            for name, column in told.items()
        }
