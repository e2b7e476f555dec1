"""What gives itself as columns, and several of these as one table."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from childprotect.errors import UnreadableInput
from childprotect.records.arrow_columns import EXPECTED, Columnar, of_arrow, of_frame, of_parquet, readable
from childprotect.records.arrow_rows import encode, is_readable, is_text
from childprotect.records.arrow_table import ARROW, FRAME, PARQUET
from childprotect.records.keeping import Layout
from childprotect.records.mapping import PLAIN_COLUMNS, Columns
from childprotect.records.recognising import Reading, given
from childprotect.records.ssd import READER as SSD

_NAMED = 5
"""Columns that an error names at most."""


def columnar(what: Any, reading: Reading) -> Columnar | None:
    """What gives itself as columns; None for any other format."""
    asked = given(what)
    if PARQUET.recognise(asked):
        return of_parquet(str(asked.path))
    if ARROW.recognise(asked):
        return _held(of_arrow(str(asked.path)))
    return _held(of_frame(what, reading, asked.name)) if FRAME.recognise(asked) else None


def _held(given: Columnar) -> Columnar:
    """The table in memory, where it is or where it can be read only once."""
    if given.rows is not None:
        return given
    with readable(given.name):
        batches = list(given.batches(range(len(given.schema)), None))

    def again(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        return (batch.select(list(places)) for batch in batches)

    return Columnar(given.name, given.schema, again, sum(map(len, batches)))


def refuse_other_than(name: str, what: object, kind: type, expected: str) -> None:
    """Refuse an argument that is not of its kind, before any work. Raises `UnreadableInput`, which names it."""
    if not isinstance(what, kind):
        why = f"it is a {type(what).__name__}, and no {kind.__name__}"
        raise UnreadableInput(name, "", why, expected)


def each_of(events: Any) -> list[Any]:
    """The tables of several, or the one: a folder of Parquet files is several, and a lazy frame is worked out.

    Raises `UnreadableInput` where a lazy frame cannot be worked out, and for a pattern of paths, which is no path.
    """
    several = list(events) if isinstance(events, list | tuple) else [events]
    return [part for one in several for part in _parts(one)]


def _parts(one: Any) -> list[Any]:
    if isinstance(one, pl.LazyFrame):
        try:
            return [one.collect(engine="streaming")]
        except Exception as error:  # it is somebody else's, and may raise anything, with a value in what it says
            why = f"it cannot be worked out ({type(error).__name__})"
            raise UnreadableInput("a polars.LazyFrame", "", why, EXPECTED) from None
    if not isinstance(one, str | PathLike):
        return [one]
    path = Path(one)
    if any(sign in path.name for sign in "*?[") and not path.exists():
        raise UnreadableInput(str(one), "", "it is a pattern, and no path", "a list of paths: sorted(Path().glob(...))")
    # a dataset of several tables may be a folder of Parquet files too
    if not path.is_dir() or SSD.recognise(given(one)):
        return [one]
    return sorted(map(str, path.glob("*.parquet"))) or [one]


def held_frame(table: Any, reading: Reading) -> Columnar:
    """The table of an object that gives an Arrow stream, in memory. Raises `UnreadableInput`."""
    return _held(of_frame(table, reading))


def chained(several: Sequence[Columnar], reading: Reading, besides: Sequence[str]) -> Columnar:
    """Several tables as one: their columns may be in any order, and must be the same.

    A column that is of one type in one of them and of another type in another is read as text, of which each cell says
    what it said: dates are often text in one file, and identifiers numbers. Raises `UnreadableInput`.
    """
    first, *others = several
    if not others:
        return first
    name = f"{first.name} and {len(others)} more"
    for other in others:
        if set(other.schema.names) != set(first.schema.names):
            differ = sorted(set(other.schema.names) ^ set(first.schema.names))
            named = ", ".join(map(repr, differ[:_NAMED])) + (" and others" if len(differ) > _NAMED else "")
            why = f"only one of it and {first.name} has {named}"
            raise UnreadableInput(
                other.name, "the schema", why, "the same columns in all, empty where nothing is known"
            )
    columns, schema = reading.columns or PLAIN_COLUMNS, first.schema
    layout = Layout(columns)
    asked = [n for n, name in enumerate(schema.names) if layout.ours(name) or name in besides]
    for n in asked:
        field = schema.field(n)
        places = [table.schema.get_field_index(field.name) for table in several]
        if -1 in places:
            continue  # two columns have this name, which is refused as soon as the table is opened
        kinds = [table.schema.field(place).type for table, place in zip(several, places, strict=True)]
        ours = layout.ours(field.name)
        kind = _common(kinds, _identifies if "child" in ours else _is_told_as_text)
        if kind is None:
            which = f"the column {ours[0]}" if ours else "a column that is to be kept"
            why = f"{which} is of a type in one of them that does not mean the same in another"
            raise UnreadableInput(name, "the schema", why, EXPECTED)
        schema = schema.set(n, field.with_type(kind))

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        fields = [schema.field(place) for place in places]
        names = [field.name for field in fields]
        for table in several:
            own = [table.schema.get_field_index(name) for name in names]
            for batch in table.batches(own, None if besides is None else own[list(places).index(besides)]):
                cast = [_cast(column, field.type, columns) for column, field in zip(batch.columns, fields, strict=True)]
                yield pa.RecordBatch.from_arrays(cast, names=names)

    rows = [table.rows for table in several]
    total = None if None in rows else sum(n for n in rows if n is not None)
    return Columnar(name, schema, batches, total)


def _common(kinds: Sequence[Any], is_told: Callable[[Any], bool]) -> Any:
    """The type that a column has in several tables, whether or not in dictionaries; None if there is none for all.

    Of those that are not the same it is text, if text tells what is in each.
    """
    plain = {_plain(kind) for kind in kinds} - {pa.null()}
    if len(plain) < 2:
        return plain.pop() if plain else pa.null()
    return pa.string() if all(map(is_told, plain)) else None


def _plain(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_told_as_text(kind: Any) -> bool:
    return is_readable(kind) and not pa.types.is_nested(kind)


def _identifies(kind: Any) -> bool:
    """Whether it is of text or numbers: a date or a flag identifies nobody."""
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return bool(number or is_text(kind))


def _cast(column: Any, kind: Any, columns: Columns) -> Any:
    """A column in a type that it has in several tables; in a dictionary still if that is of this type."""
    there = _plain(column.type)
    if there == _plain(kind):
        return column
    if is_text(there):
        in_dictionary = pa.types.is_dictionary(column.type)
        texts = (column.dictionary if in_dictionary else column).cast(kind)
        return pa.DictionaryArray.from_arrays(column.indices, texts) if in_dictionary else texts
    told = encode(column)
    return pa.array([_text(value, columns) for value in told.values], kind).take(told.codes)


def _text(value: Any, columns: Columns) -> str | None:
    """A cell as text would hold it: a day in the form that their text has."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, date):
        return None if value is None else str(value)
    # a time without a zone is no moment, and only its day is kept
    at = value.date() if isinstance(value, datetime) and value.tzinfo is None else value
    text = at.isoformat()
    if columns.dates is None:
        return text
    theirs = at.strftime(columns.dates)
    # two figures of a year, or a form without a zone, do not tell all of it: what they would tell is another day
    return theirs if columns.iso(theirs) == text else text
