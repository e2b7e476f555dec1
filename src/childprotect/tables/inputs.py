"""What gives itself as columns, and several of these as one table."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from childprotect.errors import UnreadableInput
from childprotect.records.arrow_columns import EXPECTED, Columnar, of_arrow, of_frame, of_parquet, readable
from childprotect.records.arrow_rows import encode, is_text
from childprotect.records.arrow_table import ARROW, FRAME, PARQUET
from childprotect.records.keeping import Layout
from childprotect.records.mapping import PLAIN_COLUMNS
from childprotect.records.recognising import Reading, given


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


def held_frame(table: Any, reading: Reading) -> Columnar:
    """The table of an object that gives an Arrow stream, in memory. Raises `UnreadableInput`."""
    return _held(of_frame(table, reading))


def chained(several: Sequence[Columnar], reading: Reading, besides: Sequence[str]) -> Columnar:
    """Several tables as one: their columns may be in any order, and must be the same.

    A column of text in one and of numbers in another is of text: identifiers are often so. Other types must agree in
    our columns, and in those that are kept `besides`. Raises `UnreadableInput`.
    """
    first, *others = several
    if not others:
        return first
    name = f"{first.name} and {len(others)} more"
    for other in others:
        if set(other.schema.names) != set(first.schema.names):
            raise UnreadableInput(other.name, "the schema", f"its columns are not those of {first.name}", EXPECTED)
    layout, schema = Layout(reading.columns or PLAIN_COLUMNS), first.schema
    asked = [n for n, name in enumerate(schema.names) if layout.ours(name) or name in besides]
    for n in asked:
        field = schema.field(n)
        places = [table.schema.get_field_index(field.name) for table in several]
        if -1 in places:
            continue  # two columns have this name, which is refused as soon as the table is opened
        kind = _common([table.schema.field(place).type for table, place in zip(several, places, strict=True)])
        if kind is None:
            why = "a column is of a type in one of them that it has not in another"
            raise UnreadableInput(name, "the schema", why, EXPECTED)
        schema = schema.set(n, field.with_type(kind))

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        fields = [schema.field(place) for place in places]
        names = [field.name for field in fields]
        for table in several:
            own = [table.schema.get_field_index(name) for name in names]
            for batch in table.batches(own, None if besides is None else own[list(places).index(besides)]):
                columns = [_cast(column, field.type) for column, field in zip(batch.columns, fields, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, names=names)

    rows = [table.rows for table in several]
    total = None if None in rows else sum(n for n in rows if n is not None)
    return Columnar(name, schema, batches, total)


def _common(kinds: Sequence[Any]) -> Any:
    """The type that a column has in several tables, whether or not in dictionaries; None if there is none for all."""
    plain = {_plain(kind) for kind in kinds} - {pa.null()}
    if len(plain) < 2:
        return plain.pop() if plain else pa.null()
    return pa.string() if all(_is_text(kind) or _is_number(kind) for kind in plain) else None


def _plain(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: Any) -> bool:
    return is_text(kind) or bool(pa.types.is_string_view(kind))


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cast(column: Any, kind: Any) -> Any:
    """A column in a type that it has in several tables; in a dictionary still if that is of this type."""
    there = _plain(column.type)
    if there == _plain(kind):
        return column
    if _is_text(there):
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        return column.cast(kind)
    told = encode(column)  # of nothing, or of numbers, of which one that came with a fraction of nothing is whole
    return pa.array([None if value is None else str(value) for value in told.values], kind).take(told.codes)
