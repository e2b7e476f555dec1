"""Event tables taken in by columns: whole children, some hundred thousand rows at a time.

The rows of a child may stand anywhere in a table, and in several files. Where each child's stand together, a table is
taken in as it comes; else it is put together first, by way of temporary files where it is large.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from childprotect.tables.arrays import to_arrow

CHUNK = 1 << 18
"""Rows that are taken in at once, and the rest of the last child. Of a quarter of these the whole takes half as long
again; so many take about a tenth of a second, which is soon enough for whoever watches."""
HELD = 1 << 23
"""Rows that are put together in memory."""
_SEED = 1989
Chunk = tuple[Any, ...]
"""Record batches whose rows, one batch after the other, are those of whole children; the last column numbers them."""


def chunks(numbered: Iterator[Any], child: int, rows: int, *, together: bool) -> Iterator[Chunk]:
    """The rows of whole children, each child's together, some at a time.

    `child` is the place of the children in batches that are `numbered`. `rows` is how many there are, which need not be
    known of what has the rows of each child `together`.
    """
    if together:
        yield from _whole(numbered, child)
    elif rows <= HELD:
        yield from _whole(_put_together(numbered, child), child)
    else:
        yield from _by_way_of_files(numbered, child, rows)


def numbered(batches: Iterator[Any]) -> Iterator[Any]:
    """The batches, each with a last column: the numbers of its rows, from 1 on."""
    rows = 0
    for batch in batches:
        numbers = to_arrow(np.arange(rows + 1, rows + len(batch) + 1))
        rows += len(batch)
        yield batch.append_column(_NUMBER, numbers)


_NUMBER = "number of the row"


def _whole(batches: Iterator[Any], child: int) -> Iterator[Chunk]:
    """The rows in larger pieces, none of which ends within a child."""
    held: list[Any] = []
    rows = 0
    for batch in (part for whole in batches for part in _sliced(whole)):
        held.append(batch)
        rows += len(batch)
        if rows >= CHUNK and (begin := _begin_of_last(batch.column(child))):
            yield (*held[:-1], batch.slice(0, begin))
            held, rows = [batch.slice(begin)], len(batch) - begin
    if rows:
        yield tuple(held)


def _sliced(batch: Any) -> Iterator[Any]:
    return (batch.slice(begin, CHUNK) for begin in range(0, len(batch), CHUNK))


def _begin_of_last(column: Any) -> int:
    """The first row of the last child of a column. Only its end is looked at, as there most children are short."""
    last, end, some = column[-1].as_py(), len(column), 256
    while end:
        start = max(0, end - some)
        piece = column.slice(start, end - start)
        piece = piece.dictionary_decode() if pa.types.is_dictionary(piece.type) else piece
        # most often they are few: to compare them one by one takes less than to begin with a column of them
        for place, cell in zip(range(end - 1, start - 1, -1), reversed(piece.to_pylist()), strict=True):
            if cell != last:
                return place + 1
        end, some = start, 16 * some
    return 0


def joined(chunk: Chunk) -> tuple[Any, Any]:
    """The rows of a chunk as one record batch, and the number of each in the table."""
    piece = chunk[0]
    if len(chunk) > 1:
        (piece,) = _table(chunk).combine_chunks().to_batches()
    return piece.remove_column(piece.num_columns - 1), piece.column(piece.num_columns - 1)


def _table(batches: Sequence[Any]) -> Any:
    """Batches as one table; of several files one may have in a dictionary what another has not."""
    schema = batches[0].schema
    places: Sequence[int] = range(len(schema))
    if all(batch.schema == schema for batch in batches):
        places = [n for n in places if _is_lavish([batch.column(n) for batch in batches])]
    if places:
        batches = [_without_dictionaries(batch, places) for batch in batches]
    return pa.Table.from_batches(batches).unify_dictionaries()


def _is_lavish(parts: Sequence[Any]) -> bool:
    """Whether hardly any value of a column comes again: to join its dictionaries takes far longer than to drop them."""
    if not pa.types.is_dictionary(parts[0].type):
        return False
    return sum(len(part.dictionary) for part in parts) > sum(map(len, parts)) / 4


def _put_together(batches: Iterator[Any], child: int) -> Iterator[Any]:
    """The rows, those of a child together, in the order in which the children are first named."""
    held = [batch for batch in batches if len(batch)]
    if not held:
        return
    table = _table(held).combine_chunks()
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
            batch = _without_dictionaries(batch, range(batch.num_columns))
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


def _without_dictionaries(batch: Any, places: Sequence[int]) -> Any:
    """A batch with the columns at some places as they are without a dictionary."""
    columns = [
        column.dictionary_decode() if n in places and pa.types.is_dictionary(column.type) else column
        for n, column in enumerate(batch.columns)
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
