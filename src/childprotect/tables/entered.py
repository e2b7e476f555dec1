"""The check of what was recorded and who took part, a column at a time.

What an entry says is judged once a shape: as the story of one event, by the check of one child.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
from attrs import evolve

from childprotect.case import Case
from childprotect.chronology import Chronology, Coverage
from childprotect.conditions import Story
from childprotect.events import Event
from childprotect.findings import Finding
from childprotect.periods import Period
from childprotect.practice import check_attended as attended
from childprotect.practice import check_recorded as recorded
from childprotect.rules import Attended, Recorded
from childprotect.tables import days
from childprotect.tables.batches import Flags, Rows
from childprotect.tables.days import FAR
from childprotect.tables.doubts import Doubt
from childprotect.tables.found import BREACHED, CANNOT_TELL, MET, NOTHING_FOUND, STATUSES, Codes, Found, Told
from childprotect.tables.hits import NOBODY, Seen, asks_of_spells
from childprotect.tables.shapes import Names
from childprotect.versions import Version

_STATUSES = 8
"""More than there are statuses: what is missing and a status make one number."""


def check_attended(rule: Attended, seen: Seen, as_at: date) -> Told:
    """A finding for every such event: were the agencies there that its version requires."""
    return _check(rule, seen)


def check_recorded(rule: Recorded, seen: Seen, as_at: date) -> Told:
    """A finding for every such event: does the record hold what its version requires."""
    if not any(isinstance(version.requires, Period) for version in rule.versions):
        return _check(rule, seen)
    if not seen.batch.covers.holds_fact("recorded"):
        return NOTHING_FOUND, NOBODY
    return _when_recorded(rule, seen)


def _when_recorded(rule: Recorded, seen: Seen) -> Told:
    """Whether each entry was made within the period of its version."""
    batch = seen.batch
    rows, sure, version = _judged(rule, seen)
    found = Found.blank(rows, version)
    if batch.entered is None:
        return found, batch.child[rows]
    day, entered = batch.day[rows], batch.entered[rows]
    doubt = Doubt(found, seen)
    doubt.put_missing(~sure, rule.event, rows)
    doubt.put_named((entered == FAR) | (entered < day), rows, ".recorded")
    due = np.full(len(rows), days.LOST, np.int32)
    for n, period in enumerate(one.requires for one in rule.versions):
        these = (version == n) & ~doubt.put_so_far
        if isinstance(period, Period):
            due[these] = days.due(period, day[these])
            lost = days.elapsed(period, day[these], entered[these]) == days.LOST
            due[these] = np.where(lost, days.LOST, due[these])
    doubt.put_named(due == days.LOST, rows, "")
    found.status = np.where(doubt.put_so_far, CANNOT_TELL, np.where(entered <= due, MET, BREACHED))
    return found, NOBODY


def _judged(rule: Attended | Recorded, seen: Seen) -> tuple[Rows, Flags, Codes]:
    """The events that are judged, whether each certainly counts, and the places of their versions."""
    batch, hits = seen.batch, seen.find(rule.event)
    version = seen.version_on(rule, hits.rows)
    judged = (version >= 0) & (batch.day_of(hits.rows) <= batch.fell[batch.child[hits.rows]])
    return hits.rows[judged], hits.sure[judged], version[judged]


def _check(rule: Attended | Recorded, seen: Seen) -> Told:
    batch = seen.batch
    rows, _, version = _judged(rule, seen)
    if _looks_elsewhere(rule):
        return Found.blank(rows[:0], version[:0]), batch.child[rows]
    found = Found.blank(rows, version)
    for n in np.flatnonzero(np.bincount(version)):
        these = version == n
        worth = _of_one_event(rule, rule.versions[n], batch.covers, batch.shapes.names)
        told = seen.of_shapes(f"entry, {batch.covers}", rule.versions[n], rows[these], worth)
        found.status[these], found.missing[these] = told % _STATUSES, told // _STATUSES
    return found, NOBODY


def _of_one_event(
    rule: Attended | Recorded, version: Version, covers: Coverage, names: Names
) -> Callable[[Event], int]:
    """What becomes of an event that has no others beside it, as a number."""

    def worth(event: Event) -> int:
        assert version.in_force is not None, "a version that something was found under"
        alone = evolve(event, at=version.in_force)
        case = Case(Chronology("", events=(alone,), covers=covers), Story((alone,), covers), alone.day, None)
        judged = attended(rule, case) if isinstance(rule, Attended) else recorded(rule, case)
        finding = next((entry for entry in judged if isinstance(entry, Finding)), None)
        if finding is None:
            return 0  # it does not count
        return names.place(finding.missing) * _STATUSES + STATUSES.index(finding.status)

    return worth


def _looks_elsewhere(rule: Attended | Recorded) -> bool:
    """Whether the entry is judged by more than its facts: by what was open then."""
    conditions = [condition for _, condition in rule.event.patterns]
    conditions += [rule.must] if isinstance(rule, Recorded) else []
    return any(map(asks_of_spells, conditions))
