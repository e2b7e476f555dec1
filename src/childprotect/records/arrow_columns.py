"""What gives an event table as columns: Parquet, Arrow files and streams, and any object that gives an Arrow stream."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from attrs import define, field, frozen

from childprotect.errors import ChildProtectError, UnreadableInput
from childprotect.records.arrow_rows import is_list, is_readable, is_text
from childprotect.records.event_table import FORMAT
from childprotect.records.extras import arrow
from childprotect.records.keeping import Layout, count_unused
from childprotect.records.mapping import PLAIN_COLUMNS, REQUIRED
from childprotect.records.recognising import PLAIN, Reading
from childprotect.records.source import Progress, Source, open_binary

EXPECTED = "an event table: columns child, event and at, and a row for every event"
BATCH = 1 << 17
"""Rows that are read at once."""


@contextmanager
def readable(path: str) -> Iterator[None]:
    """What pyarrow cannot read is an `UnreadableInput`; what it says of it may hold a value, and is not repeated."""
    pa = arrow(path)
    try:
        yield
    except ChildProtectError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, ArithmeticError) as error:
        # also a text that is no UTF-8, a day that is none of Python's, a list of lists
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> UnreadableInput:
    what = f"it is damaged, or holds what we cannot read ({type(error).__name__})"
    return UnreadableInput(path, "", what, EXPECTED)


def _schema_without_views(schema: Any) -> Any:
    import pyarrow as pa

    for place, column in enumerate(schema):
        kind = column.type
        if pa.types.is_string_view(kind):
            schema = schema.set(place, column.with_type(pa.large_string()))
        elif pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
            # what is in a dictionary is short
            schema = schema.set(place, column.with_type(pa.dictionary(kind.index_type, pa.string())))
    return schema


@frozen
class Columnar:
    """A table that gives its batches: record batches of the columns at some places of its schema.

    Text that comes again and again is given as a dictionary, except that of a column that is named besides. None is
    given in views. Where `rows` is known it can be read again; else only once.
    """

    name: str
    schema: Any = field(converter=_schema_without_views)
    batches: Callable[[Sequence[int], int | None], Iterator[Any]]
    rows: int | None = None


@define
class _Position:
    """How much of a file was read, as it is told: no part of it twice, if the file is gone through again."""

    size: int
    progress: Progress | None
    _told: int = 0

    def at(self, position: int) -> None:
        """It was read up to this byte."""
        if self.progress is not None and position > self._told:
            self.progress(position - self._told)
            self._told = position


def of_parquet(path: str, progress: Progress | None = None) -> Columnar:
    """The table in a Parquet file. Raises `UnreadableInput` if it is none.

    `progress` is called with the bytes of the file that belong to the rows read since the last call, on average.
    """
    arrow(path)
    import pyarrow.parquet as parquet

    open_binary(path).close()
    with readable(path):
        file = parquet.ParquetFile(path)
        schema = file.schema_arrow

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        names = [schema.field(place).name for place in places]
        # most values come again and again, and most files hold each of them once
        texts = [schema.field(n).name for n in places if n != besides and is_text(schema.field(n).type)]
        done = 0
        with parquet.ParquetFile(path, read_dictionary=texts) as again:
            for batch in again.iter_batches(BATCH, columns=names):
                yield without_views(batch)
                done += len(batch)
                position.at(position.size * done // rows)

    rows = file.metadata.num_rows
    file.close()
    position = _Position(os.path.getsize(path), progress)
    return Columnar(path, schema, batches, rows)


def of_arrow(path: str, progress: Progress | None = None) -> Columnar:
    """The table in an Arrow file (also called Feather) or stream. As `of_parquet` otherwise."""
    pa = arrow(path)
    with open_binary(path) as file:
        is_file = file.read(6) == b"ARROW1"
    with readable(path), pa.OSFile(path) as opened:
        schema = (pa.ipc.open_file if is_file else pa.ipc.open_stream)(opened).schema

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        with pa.OSFile(path) as again:
            if is_file:
                made = pa.ipc.open_file(again)
                several: Iterator[Any] = (made.get_batch(n) for n in range(made.num_record_batches))
            else:
                several = iter(pa.ipc.open_stream(again))
            for batch in several:
                asked = batch.select(list(places))
                asked.validate(full=True)  # Arrow takes what a file says for the size of a text, and dies of it
                yield from _sliced(without_views(asked))
                position.at(again.tell())
            position.at(position.size)

    position = _Position(os.path.getsize(path), progress)
    return Columnar(path, schema, batches)


def of_frame(frame: Any, reading: Reading = PLAIN, name: str = "") -> Columnar:
    """The table of an object that has `__arrow_c_stream__`: a DataFrame, a relation, an Arrow table."""
    name = name or f"a {type(frame).__module__}.{type(frame).__qualname__}"
    pa = arrow(name)
    _refuse_mixed(frame, name, Layout(reading.columns or PLAIN_COLUMNS))
    try:
        stream = pa.RecordBatchReader.from_stream(frame)
    except Exception as error:  # it is somebody else's object, and may raise anything, with a value in what it says
        _refuse_mixed_types(frame, name)
        raise _unreadable(name, error) from None

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        while True:
            try:
                batch = next(stream)
            except StopIteration:
                return
            except Exception as error:
                raise _unreadable(name, error) from None
            yield from _sliced(without_views(batch.select(list(places))))

    return Columnar(name, stream.schema, batches)


def _refuse_mixed(frame: Any, name: str, layout: Layout) -> None:
    """pandas gives moments without a zone as UTC where others in their column have one, so that a day could move."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(frame, pandas.DataFrame):
        return
    for place, (column, kind) in enumerate(zip(frame.columns, frame.dtypes, strict=True)):
        if str(kind) == "object" and isinstance(column, str) and (ours := layout.ours(column)):
            moments = (
                value for value in frame.iloc[:, place] if isinstance(value, datetime) and not pandas.isna(value)
            )
            if len({value.tzinfo is None for value in moments}) > 1:
                why = f"the column {ours[0]} holds moments with a time zone and without one"
                raise UnreadableInput(name, "", why, "a zone for all of them or for none, or text")


def _refuse_mixed_types(frame: Any, name: str) -> None:
    """The column of pandas in which values of several types stand, which no column of Arrow can hold."""
    import pyarrow as pa

    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(frame, pandas.DataFrame):
        return
    for place, column in enumerate(frame.columns):
        try:
            pa.array(frame.iloc[:, place], from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            why = f"the column {str(column)!r} holds values of several types"
            raise UnreadableInput(name, "", why, "values of one type, or text") from None


def without_views(batch: Any) -> Any:
    """The batch with views of text as text, in dictionaries too: Arrow cannot take rows out of views yet."""
    import pyarrow as pa

    given = batch.schema
    schema = _schema_without_views(given)
    if schema is given:
        return batch
    columns = [_cast(column, field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=schema.names)


def _cast(column: Any, kind: Any) -> Any:
    import pyarrow as pa

    if column.type == kind:
        return column
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    return pa.DictionaryArray.from_arrays(column.indices, column.dictionary.cast(kind.value_type))


def _sliced(batch: Any) -> Iterator[Any]:
    for begin in range(0, batch.num_rows, BATCH):
        yield batch.slice(begin, BATCH)


def opened(given: Columnar, reading: Reading) -> tuple[Source, dict[str, int]]:
    """A source that has nothing to give yet, and the places of our columns. Raises `UnreadableInput`."""
    layout = Layout(reading.columns or PLAIN_COLUMNS)
    with readable(given.name):
        names = given.schema.names
    layout.check(names, given.name, "the schema", EXPECTED)
    found = layout.places(names)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise UnreadableInput(given.name, "the schema", f"there is no column {' or '.join(missing)}", EXPECTED)
    _refuse_twice(given, layout, found)
    for name, place in found.items():
        kind = given.schema.field(place).type
        if name in REQUIRED and is_list(kind):
            raise UnreadableInput(given.name, "the schema", f"the column {name} holds lists", EXPECTED)
        if not is_readable(kind):
            why = f"the column {name} is of a type that holds neither text nor a date, a flag, a number or a list"
            raise UnreadableInput(given.name, "the schema", why, EXPECTED)
    source = Source(given.name, FORMAT, date.min)
    for name in names:
        if not layout.ours(name):
            count_unused(source.account.unused, name)
    return source, found


def _refuse_twice(given: Columnar, layout: Layout, found: dict[str, int]) -> None:
    seen: dict[str, int] = {}
    for place, name in enumerate(given.schema.names):
        for ours in layout.ours(name):
            if ours in seen:
                both = f"columns {seen[ours] + 1} and {place + 1} have the same name"
                raise UnreadableInput(given.name, "the schema", both, EXPECTED)
            seen[ours] = place
