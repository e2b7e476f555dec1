"""What was read of many children, until all of it was: in memory, or on disk where it is much.

Rows of one child may stand anywhere in a table, so nothing can be given out before all is read. Beyond `MOST_HELD`
entries they are spread by child over the parts of one temporary file, which has no name and goes with the process, and
are given out part by part. Memory then is that of one part. What is written there is what is kept of a row, no more.
"""

import pickle
import tempfile
import weakref
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import IO, Any
from zlib import crc32

from attrs import define, field

from childprotect.chronology import Coverage, Remark
from childprotect.events import Event, Facts, Lost
from childprotect.records.event_table_coverage import both

MOST_HELD = 300_000
"""How many entries are held in memory."""
PARTS = 256
_PROTOCOL = 5


@define
class Told:
    """What was read of one child."""

    events: list[Event] = field(factory=list)
    lost: list[Lost] = field(factory=list)
    remarks: list[Remark] = field(factory=list)
    covers: Coverage | None = None
    """What its source holds of the child, as far as that is told."""

    def cover(self, covers: Coverage) -> None:
        """Take in what a row says of it: where two differ, what they have in common."""
        self.covers = covers if self.covers is None else both(self.covers, covers)


@define
class Held:
    """What was read of children, by name."""

    _children: dict[str, Told] = field(factory=dict)
    _entries: int = 0
    _parts: "_Parts | None" = None
    _given_back: dict[str, list[Lost]] = field(factory=dict)

    def told(self, name: str, entries: int = 1) -> Told:
        """What was read of a child, to which so many entries are about to be added."""
        if self._entries >= MOST_HELD:
            self._spread()
        self._entries += entries
        told = self._children.get(name)
        if told is None:
            told = self._children[name] = Told()
        return told

    def put(self, name: str, told: Told) -> None:
        """Hold what was read of a child before."""
        self._children[name] = told
        self._entries += len(told.events)

    def known(self, names: Collection[str]) -> set[str]:
        """Those of the names that are children of whom something was read."""
        found = self._children.keys() & set(names)
        return found if self._parts is None else found | self._parts.known(set(names))

    def give_back(self, name: str, lost: list[Lost]) -> None:
        """Mark entries on a child that were not known to be that child's when they were read."""
        self._given_back.setdefault(name, []).extend(lost)

    def children(self) -> Iterator[tuple[str, Told]]:
        """Every child with all that was read; in the order in which they were first named, unless there are many."""
        if self._parts is None:
            yield from map(self._whole, self._children.items())
            return
        self._spread()
        for part in self._parts.parts():
            yield from map(self._whole, part.items())

    def _whole(self, child: tuple[str, Told]) -> tuple[str, Told]:
        child[1].lost += self._given_back.get(child[0], ())
        return child

    def _spread(self) -> None:
        self._parts = self._parts or _Parts()
        self._parts.take(self._children)
        self._children = {}
        self._entries = 0


_Packed = tuple[str, list[tuple[Any, ...]], list[Lost], list[Remark], Coverage | None]


class _Parts:
    """One temporary file with the blocks of many parts, and where they begin."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as what was read)
        weakref.finalize(self, self._file.close)
        self._blocks: list[list[tuple[int, int]]] = [[] for _ in range(PARTS)]

    def take(self, children: dict[str, Told]) -> None:
        """Write what was read of children to the parts that are theirs."""
        parts: list[list[_Packed]] = [[] for _ in range(PARTS)]
        for name, told in children.items():
            parts[_part(name)].append((name, list(map(_packed, told.events)), told.lost, told.remarks, told.covers))
        for blocks, part in zip(self._blocks, parts, strict=True):
            if part:
                begin = self._file.seek(0, 2)
                pickle.dump([name for name, *_ in part], self._file, _PROTOCOL)
                middle = self._file.tell()
                pickle.dump(part, self._file, _PROTOCOL)
                blocks.append((begin, middle))

    def known(self, names: set[str]) -> set[str]:
        """Those of the names that are in any part."""
        found: set[str] = set()
        for part in {_part(name) for name in names}:
            for begin, _ in self._blocks[part]:
                found.update(names.intersection(self._loaded(begin)))
        return found

    def parts(self) -> Iterator[dict[str, Told]]:
        """The children of each part."""
        for blocks in self._blocks:
            children: dict[str, Told] = {}
            for _, begin in blocks:
                for name, events, lost, remarks, covers in self._loaded(begin):
                    told = children.setdefault(name, Told())
                    told.events += map(_unpacked, events)
                    told.lost += lost
                    told.remarks += remarks
                    if covers is not None:
                        told.cover(covers)
            yield children

    def _loaded(self, begin: int) -> Any:
        self._file.seek(begin)
        return pickle.load(self._file)


def _part(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass")) % PARTS


def _packed(event: Event) -> tuple[Any, ...]:
    """The fields of an event as values that are quick to write: a day as its number."""
    at = event.at if isinstance(event.at, datetime) else event.at.toordinal()
    recorded = event.recorded.toordinal() if event.recorded is not None else None
    return event.kind, at, dict(event.facts), recorded, event.ref, event.withdrawn


def _unpacked(packed: tuple[Any, ...]) -> Event:
    kind, at, facts, recorded, ref, withdrawn = packed
    moment = date.fromordinal(at) if isinstance(at, int) else at
    learned = date.fromordinal(recorded) if recorded is not None else None
    return Event(kind, moment, Facts(facts), learned, ref, withdrawn)
