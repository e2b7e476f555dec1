"""The way back in: a table that people fill in with grades, themes, outcomes and actions, and that is read again.

It is an event table, so that `records.read` reads it, and it may stand beside the records, whatever these are in.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from os import PathLike, fspath
from typing import Any

from attrs import evolve

from childprotect.chronology import Chronology, Coverage
from childprotect.desk.desk import events_in
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.meanings import MEANINGS
from childprotect.records import Columns, Source, read
from childprotect.tables.scanning import Events, held
from childprotect.tables.strays import CHILDREN, Singles
from childprotect.wording import event_in_words, listed

AUDIT_KINDS = ("case-audited", "audit-action-set", "audit-action-done")
_FACTS = tuple(dict.fromkeys(fact for kind in AUDIT_KINDS for fact in MEANINGS[kind].facts))
COLUMNS = ("child", "event", "at", *_FACTS)
"""The columns of the table: `grade`, `themes`, `outcome` and `agency` are of an audit, the rest of an action."""


def template(children: Iterable[str]) -> str:
    """The table to fill in, as CSV: a row for the audit of each child, still without a date, a grade or anything.

    An action is a row of its own, `audit-action-set`, and another, `audit-action-done`, once it is done. A row that
    stays without a date is no audit: when it is read, it is rejected and counted.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((child, AUDIT_KINDS[0], *[""] * (len(COLUMNS) - 2)) for child in children)
    return text.getvalue()


def with_audits(records: Any, *tables: str | PathLike[str] | Source, columns: Columns | None = None) -> Events:
    """Records, and beside them tables of audits: together what `Desk.of` takes.

    `records` and `columns` are as in `Desk.of`. What the records can hold stays as it is, but that all audits are in
    these tables: a child of whom there is none there has had none. Raises `UnreadableInput`, also where a table holds
    anything but audits and their actions.
    """
    events = events_in(records, columns)
    added: dict[str, Chronology] = {}
    facts: set[str] = set()
    for table in tables:
        source = table if isinstance(table, Source) else read(fspath(table))
        for story in source:
            told = _only_audits(story, source.path)
            facts |= set(_held(told.covers))
            before = added.get(story.child)
            added[story.child] = told if before is None else _joined(before, told)

    def stories(children: Collection[str] | None = None) -> Iterator[Chronology]:
        met = set()
        for story in events.told(children):
            met.add(story.child)
            also = added.get(story.child)
            covered = evolve(story, covers=_covering(story.covers, facts))
            yield covered if also is None else _joined(covered, also)
        for child, story in added.items():
            if child not in met and (children is None or child in children):
                # somebody audited a child of whom the records tell nothing
                yield evolve(story, covers=_covering(Coverage(frozenset(), frozenset()), facts))

    def pieces() -> Iterator[Singles]:
        told = stories()
        while some := list(islice(told, CHILDREN)):
            yield Singles(some)

    days = {event.day for story in added.values() for event in story}
    ways = evolve(held(events.name, ()), format=events.format, unused=events.unused, paths=events.paths)
    return evolve(ways, pieces=pieces, told=stories, last=lambda: events.last() | days)


def _only_audits(story: Chronology, path: str) -> Chronology:
    others = {event.kind for event in story} | {lost.kind for lost in story.lost if lost.kind is not None}
    if others := others - set(AUDIT_KINDS):
        what = listed(sorted(map(event_in_words, others)))
        raise UnreadableInput(path, "", f"it holds {what}, which is no audit", f"rows of {listed(AUDIT_KINDS, 'or')}")
    # a row that names no event of ours can only be one of these
    lost = [Lost(kind, one.place, one.because) for one in story.lost for kind in _kinds_of(one)]
    return evolve(story, lost=tuple(lost))


def _kinds_of(lost: Lost) -> Sequence[str]:
    return AUDIT_KINDS if lost.kind is None else (lost.kind,)


def _joined(story: Chronology, also: Chronology) -> Chronology:
    """One chronology with the events of the other; what both tell is told once."""
    there = set(story.events)
    joined = story.add(*(event for event in also if event not in there))
    return evolve(joined, lost=(*story.lost, *also.lost))


def _held(covers: Coverage) -> Iterator[str]:
    """The facts of audits that a table has a place for."""
    for kind in AUDIT_KINDS:
        yield from (f"{kind}.{fact}" for fact in MEANINGS[kind].facts if covers.holds(kind, fact))


def _covering(covers: Coverage, facts: Collection[str]) -> Coverage:
    """What the records can hold, and audits."""
    kinds = None if covers.kinds is None else covers.kinds | set(AUDIT_KINDS)
    return evolve(covers, kinds=kinds, facts=None if covers.facts is None else covers.facts | set(facts))
