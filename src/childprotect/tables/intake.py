"""Event tables taken in by columns: whole children, some hundred thousand rows at a time.

The rows of a child may stand anywhere in a table, and in several files. Where each child's stand together, a table is
taken in as it comes; else it is put together first, by way of temporary files where it is large. A table of which not
every row names a child, or in which two identifiers may be one child's, is read row by row.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen
from numpy.typing import NDArray

from childprotect.records.arrow_columns import Columnar
from childprotect.records.event_table import DECIMAL
from childprotect.tables.arrays import to_arrow
from childprotect.tables.columns import Column, children_of
from childprotect.tables.threads import in_turn

CHUNK = 1 << 18
"""Rows that are taken in at once, and the rest of the last child."""
HELD = 1 << 23
"""Rows that are put together in memory."""
_SEED = 1989
Chunk = tuple[Any, ...]
"""Record batches whose rows, one batch after the other, are those of whole children; the last column numbers them."""


@frozen
class Surveyed:
    """What a first look at the children of a table has shown."""

    rows: int
    plain: bool
    """Whether there are rows, and every row names a child, each by one name."""
    together: bool
    """Whether the rows of each child stand together."""


@frozen(eq=False)
class _Named:
    """Whom some rows name: the children in hashes, None if not each by one name, and those of rows without an event."""

    rows: int
    children: pl.Series | None
    unclear: Sequence[str] = ()


def survey(given: Columnar, found: dict[str, int], names_event: Callable[[Any], bool]) -> Surveyed:
    """A first look at a table whose columns are at these places of its schema.

    `names_event` says whether a cell names an event of ours. A row that does not may be anybody's, if nothing else was
    read of the child that it names: then all rows are read one by one.
    """
    child, event, covers = found["child"], found["event"], found.get("coverage")
    asked = sorted({child, event} if covers is None else {child, event, covers})

    def looked(batch: Any) -> _Named:
        column = batch.column(asked.index(child))
        names, _ = children_of(column)
        if not _are_plain(names):
            return _Named(len(column), None)
        silent = ~_that_say(batch, asked, event, covers, names_event)
        unclear = _text(column).filter(pa.array(silent)).to_pylist() if silent.any() else ()
        return _Named(len(column), pl.Series(names.cast(pa.string())).hash(_SEED), unclear)

    rows, last = 0, None
    seen: list[pl.Series] = []
    unclear: set[str] = set()
    for look in in_turn(looked, (batch for batch in given.batches(asked, child) if len(batch))):
        if look.children is None:
            return Surveyed(0, plain=False, together=False)
        seen.append(look.children[1:] if look.children[0] == last else look.children)
        rows, last = rows + look.rows, look.children[-1]
        unclear.update(look.unclear)
    every = pl.concat([pl.Series(dtype=pl.UInt64), *seen])
    for batch in given.batches(asked, child) if unclear else ():
        say = _that_say(batch, asked, event, covers, names_event)
        told = _text(batch.column(asked.index(child))).filter(pa.array(say))
        unclear -= set(told.filter(pc.is_in(told, pa.array(sorted(unclear), pa.string()))).to_pylist())
    return Surveyed(rows, plain=rows > 0 and not unclear, together=every.n_unique() == len(every))


def _text(column: Any) -> Any:
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return column.cast(pa.string())


def _that_say(
    batch: Any, asked: list[int], event: int, covers: int | None, names_event: Callable[[Any], bool]
) -> NDArray[np.bool_]:
    """The rows that name an event of ours, or say what the source could hold."""
    told = batch.column(asked.index(event))
    if pa.types.is_dictionary(told.type) and not told.null_count and all(map(names_event, told.dictionary.to_pylist())):
        return np.ones(len(batch), np.bool_)
    column = Column.of(told)
    say: NDArray[np.bool_] = np.array([names_event(value) for value in column.values], np.bool_)[column.codes]
    if covers is not None and not say.all():
        say |= batch.column(asked.index(covers)).is_valid().to_numpy(zero_copy_only=False)
    return say


def _are_plain(names: Any) -> bool:
    """Whether identifiers are text or whole numbers that need no tidying, and none may be another's."""
    if pa.types.is_integer(names.type):
        return not names.null_count
    if names.null_count or not (pa.types.is_string(names.type) or pa.types.is_large_string(names.type)):
        return False
    odd = pc.or_(pc.not_equal(pc.utf8_trim_whitespace(names), names), pc.invert(pc.utf8_is_printable(names)))
    odd = pc.or_(odd, pc.or_(pc.match_substring(names, "\ufffd"), pc.ends_with(names, DECIMAL)))
    return not pc.any(odd).as_py() and not (pl.Series(names) == "").any()


def chunks(given: Columnar, places: Sequence[int], child: int, look: Surveyed) -> Iterator[Chunk]:
    """The rows of whole children, each child's together, some at a time.

    `child` is the place of the children among `places`.
    """
    numbered = _numbered(given, places, places[child])
    if look.together:
        yield from _whole(numbered, child)
    elif look.rows <= HELD:
        yield from _whole(_put_together(numbered, child), child)
    else:
        yield from _by_way_of_files(numbered, child, look.rows)


def _numbered(given: Columnar, places: Sequence[int], child: int) -> Iterator[Any]:
    """The batches, each with a last column: the numbers of its rows, from 1 on."""
    rows = 0
    for batch in given.batches(places, child):
        numbers = to_arrow(np.arange(rows + 1, rows + len(batch) + 1))
        rows += len(batch)
        yield without_views(batch).append_column(_NUMBER, numbers)


_NUMBER = "number of the row"


def without_views(batch: Any) -> Any:
    """The batch with views of text as text: Arrow cannot take rows out of views yet."""
    if not any(pa.types.is_string_view(kind) for kind in batch.schema.types):
        return batch
    columns = [c.cast(pa.large_string()) if pa.types.is_string_view(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _whole(batches: Iterator[Any], child: int) -> Iterator[Chunk]:
    """The rows in larger pieces, none of which ends within a child."""
    held: list[Any] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += len(batch)
        if rows >= CHUNK and (begin := _begin_of_last(batch.column(child))):
            yield (*held[:-1], batch.slice(0, begin))
            held, rows = [batch.slice(begin)], len(batch) - begin
    if rows:
        yield tuple(held)


def _begin_of_last(column: Any) -> int:
    """The first row of the last child of a column. Only its end is looked at, as there most children are short."""
    last, end, some = column[-1].as_py(), len(column), 256
    while end:
        start = max(0, end - some)
        others = (pl.Series(_text(column.slice(start, end - start))) != str(last)).to_numpy()
        if others.any():
            return start + int(np.flatnonzero(others)[-1]) + 1
        end, some = start, 16 * some
    return 0


def joined(chunk: Chunk) -> tuple[Any, Any]:
    """The rows of a chunk as one record batch, and the number of each in the table."""
    piece = chunk[0]
    if len(chunk) > 1:
        (piece,) = pa.Table.from_batches(chunk).unify_dictionaries().combine_chunks().to_batches()
    return piece.remove_column(piece.num_columns - 1), piece.column(piece.num_columns - 1)


def _put_together(batches: Iterator[Any], child: int) -> Iterator[Any]:
    """The rows, those of a child together, in the order in which the children are first named."""
    table = pa.Table.from_batches(list(batches)).unify_dictionaries().combine_chunks()
    if not len(table):
        return
    column = table.column(child).combine_chunks()
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    codes = column.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    # in pieces: places within a chunk are counted in few bits
    yield from table.take(pa.array(np.argsort(codes, kind="stable"))).combine_chunks().to_batches(CHUNK)


def _by_way_of_files(batches: Iterator[Any], child: int, rows: int) -> Iterator[Chunk]:
    """The same, with no more than a part of the rows in memory: each child's are in one of several files."""
    parts = -(-rows // HELD) * 2
    with tempfile.TemporaryDirectory(prefix="childprotect-") as folder:
        paths = [Path(folder) / f"{part}.arrow" for part in range(parts)]
        writers: list[Any] = [None] * parts
        for batch in batches:
            batch = _without_dictionaries(batch)
            names = pl.Series(pl.from_arrow(batch.column(child).cast(pa.string())))
            part_of = (names.hash(_SEED).to_numpy() % np.uint64(parts)).astype(np.int64)
            for part in np.unique(part_of):
                if writers[part] is None:
                    writers[part] = pa.ipc.new_file(str(paths[part]), batch.schema)
                writers[part].write_batch(batch.take(pa.array(np.flatnonzero(part_of == part))))
        for path, writer in zip(paths, writers, strict=True):
            if writer is not None:
                writer.close()
                with pa.OSFile(str(path)) as file:
                    again = pa.ipc.open_file(file)
                    told = (again.get_batch(n) for n in range(again.num_record_batches))
                    yield from _whole(_put_together(told, child), child)
                path.unlink()


def _without_dictionaries(batch: Any) -> Any:
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
