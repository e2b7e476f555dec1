"""From the rows of a chunk to batches that can be checked: one for each thing that a source could hold of children."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from childprotect.chronology import Chronology, Coverage
from childprotect.events import Event, Facts
from childprotect.records.source import Account
from childprotect.tables.arranging import Told, arranged, known
from childprotect.tables.arrays import to_arrow
from childprotect.tables.batches import UNTIMED, Batch, Rows
from childprotect.tables.columns import Chunk
from childprotect.tables.days import FAR, day
from childprotect.tables.shapes import Shapes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(eq=False)
class Gathered:
    """The batches of one piece as known for a check, the account of its rows, and how many of them are events."""

    batches: list[Batch]
    account: Account
    events: int
    names: Any
    """The children, in the order in which they are named: an Arrow array."""
    children: int

    @classmethod
    def joined(cls, parts: Iterable["Gathered"]) -> "Gathered":
        """Several, as one."""
        whole = cls([], Account(), 0, pa.array([], pa.string()), 0)
        for part in parts:
            whole.account.add(part.account)
            names = pa.concat_arrays([whole.names, part.names.cast(pa.string())])
            batches, events = [*whole.batches, *part.batches], whole.events + part.events
            whole = cls(batches, whole.account, events, names, whole.children + part.children)
        return whole


def batches_of(chunk: Chunk, shapes: Shapes, as_at: date, known_at: date | None) -> Iterator[Batch]:
    """The children of a chunk who can be checked in columns, as known for a check."""
    for covers, children in chunk.covers.items():
        if len(children):
            told = chunk.told
            if len(chunk.covers) > 1 or len(children) < len(chunk.names):
                place = np.full(len(chunk.names), -1)
                place[children] = np.arange(len(children))
                told = told.these(place[told.child] >= 0)
                told.child = place[told.child]
            yield _batch(told, chunk, children, covers, shapes, as_at, known_at)


def _batch(
    told: Told, chunk: Chunk, children: Rows, covers: Coverage, shapes: Shapes, as_at: date, known_at: date | None
) -> Batch:
    seen, intricate = arranged(known(told, as_at, known_at), shapes)
    n = len(children)
    alone = np.zeros(n, np.bool_)
    alone[intricate] = True
    rows = len(seen.shape)
    begins = _begins(seen.child, n)
    all_begins = begins if rows == len(told.shape) else _begins(told.child, n)
    names = chunk.names if n == len(chunk.names) else chunk.names.take(to_arrow(children))

    def tell(child: int) -> Chronology:
        own = told.these(slice(all_begins[child], all_begins[child + 1]))
        return Chronology.of(names[child].as_py(), events=_events(own, shapes, chunk.facts), covers=covers)

    return Batch(
        shapes,
        seen.shape,
        np.append(seen.day, FAR).astype(np.int32),
        np.append(seen.moment, UNTIMED),
        np.append(seen.child, n),
        np.append(begins, rows),
        np.full(n, FAR, np.int32),
        alone,
        covers,
        names,
        tell,
        besides={name: column.take(to_arrow(children)) for name, column in chunk.besides.items()},
        entered=seen.recorded,
    )


def _begins(child: Rows, n: int) -> Rows:
    """The first row of each of n children, and the number of rows."""
    return np.append(0, np.cumsum(np.bincount(child, minlength=n)))


def _events(told: Told, shapes: Shapes, facts: Callable[[int], Facts]) -> Iterator[Event]:
    for n, place in enumerate(told.shape):
        shape = shapes.said[place]
        at = day(told.day[n])
        moment = at if told.moment[n] == UNTIMED else _EPOCH + timedelta(microseconds=int(told.moment[n]))
        learned = None if told.recorded is None or told.recorded[n] == FAR else day(told.recorded[n])
        yield Event(shape.kind, moment, shape.facts if told.row is None else facts(int(told.row[n])), learned)


def batches_of_chronologies(
    chronologies: Iterable[Chronology],
    shapes: Shapes,
    as_at: date,
    known_at: date | None,
    besides: Mapping[str, Mapping[str, str | None]] = MappingProxyType({}),
) -> Iterator[Batch]:
    """The batches of chronologies, each of those of whom a source could hold the same.

    `besides` are columns that were asked for besides ours: of each, the value of every child, by its name.
    """
    by_coverage: dict[Coverage, list[Chronology]] = {}
    for chronology in chronologies:
        by_coverage.setdefault(chronology.covers, []).append(chronology)
    for same in by_coverage.values():
        batch = Batch.of(same, as_at, known_at, shapes=shapes)
        batch.besides = {
            name: pa.array([values[chronology.child] for chronology in same], pa.string())
            for name, values in besides.items()
        }
        yield batch
