"""What is odd in what the findings of a batch rest on, a column at a time: the same as `compliance.oddities`.

A target on the record that differs from ours, and no reason for having been late. Columns hold for which child, of
which code and on which day; the sentence needs the whole counting, and is that of the check of one child. So is the
answer where ours may be a moment, and a target is recorded: there are few.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
from attrs import frozen

from childprotect.calendars import day_of
from childprotect.compliance import RECORDED_DUE, oddities
from childprotect.compliance import check as check_one
from childprotect.conditions import parts_of
from childprotect.events import Event
from childprotect.findings import Irregularity, Report
from childprotect.periods import Period, Unit
from childprotect.requirements import By
from childprotect.rulebook import Rulebook
from childprotect.rules import Every, Within
from childprotect.tables.batches import FAR_ROW, Batch, Flags, Rows
from childprotect.tables.checking import Checked
from childprotect.tables.days import LOST, Days, number
from childprotect.tables.found import LATE, NO_NUMBER, Found
from childprotect.tables.hits import Seen

CODES = ("recorded-target-differs", "late-without-reason")
OTHER_TARGET, NO_REASON = range(len(CODES))
_NOT_RECORDED, _NO_DAY = int(LOST), int(LOST) + 1


@frozen(eq=False)
class Odd:
    """What is odd, in columns, by child and code: the place of the `child`, of the code in `CODES`, and the day."""

    batch: Batch
    child: Rows
    code: Rows
    day: Days
    _report: Callable[[int], Report]

    def __len__(self) -> int:
        return len(self.child)

    def told(self) -> Iterator[Irregularity]:
        """All of them in words, child by child: each child is checked by itself."""
        for child in np.unique(self.child).tolist():
            yield from (entry for entry in self._report(child).irregularities if entry.code in CODES)


def odd_in(checked: Checked, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Odd:
    """What is odd in what the findings of a batch rest on; it was checked by this rulebook, as at these days."""
    batch = checked.batch

    def report(child: int) -> Report:
        return check_one(batch.tell(child), rulebook, as_at=as_at, known_at=known_at)

    asked = [(child, e) for child, finding in checked.asked for e in oddities([finding], batch.covers)]
    parts: list[tuple[Rows, Rows, Days]] = []
    for rule, found in checked.columns:
        if isinstance(rule, Within | Every) and len(found):
            beyond = _beyond(rule, found, Seen(batch))
            told = found.these(~np.isin(batch.child[found.trigger], beyond)) if len(beyond) else found
            parts += _of_rule(rule, told, Seen(batch))
            for child in beyond.tolist():
                findings = [finding for finding in report(child).findings if finding.rule == rule.id]
                asked += [(child, entry) for entry in oddities(findings, batch.covers)]
    parts.append(
        (
            np.array([child for child, _ in asked], np.int64),
            np.array([CODES.index(entry.code) for _, entry in asked], np.int64),
            np.array([number(day_of(entry.at)) if entry.at is not None else NO_NUMBER for _, entry in asked], np.int32),
        )
    )
    child, code, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, code, child))
    return Odd(batch, child[order], code[order], day[order], report)


def _beyond(rule: Within | Every, found: Found, seen: Seen) -> Rows:
    """The children of whom columns cannot tell: ours may be a moment, which a day on the record is not."""
    by_moment = np.array([_to_a_moment(version.requires) for version in rule.versions], np.bool_)
    some = found.these(by_moment[found.version])
    recorded = [there & (days != _NOT_RECORDED) for there, days in _targets(rule, some, seen)]
    return np.unique(seen.batch.child[some.trigger[np.logical_or.reduce(recorded)]])


def _to_a_moment(value: object) -> bool:
    """Whether what a version requires can be due at a time of day."""
    hours = isinstance(value, By) or (isinstance(value, Period) and value.unit is Unit.HOURS)
    return hours or any(map(_to_a_moment, parts_of(value)))


def _of_rule(rule: Within | Every, found: Found, seen: Seen) -> Iterator[tuple[Rows, Rows, Days]]:
    """The children, codes and days of what is odd about the findings of one rule."""
    batch = seen.batch
    child = batch.child[found.trigger]
    started = batch.day_of(np.where(found.since < FAR_ROW, found.since, found.trigger))
    for there, recorded in _targets(rule, found, seen):
        differs = there & (recorded != _NOT_RECORDED) & (found.due != NO_NUMBER) & (recorded != found.due)
        yield child[differs], np.full(differs.sum(), OTHER_TARGET), started[differs]
    if isinstance(rule, Within) and rule.late_reason is not None:
        silent = (found.answer < FAR_ROW) & (found.status == LATE)
        silent[silent] = _silent(rule, rule.late_reason, found.answer[silent], batch)
        yield child[silent], np.full(silent.sum(), NO_REASON), batch.day_of(found.answer[silent])


def _targets(rule: Within | Every, found: Found, seen: Seen) -> Iterator[tuple[Flags, Rows]]:
    """Which findings have an event that may name a target, and the day that it names, for each such event."""
    answered = found.answer < FAR_ROW
    yield answered, _recorded(RECORDED_DUE, np.where(answered, found.answer, found.trigger), seen)
    if isinstance(rule, Within) and rule.recorded_due is not None:
        yield np.ones(len(found), np.bool_), _recorded(rule.recorded_due, found.trigger, seen)


def _recorded(fact: str, rows: Rows, seen: Seen) -> Rows:
    """The day that a fact of each row names."""

    def named(event: Event) -> int:
        value: Any = event.facts.get(fact)
        if value is None:
            return _NOT_RECORDED
        # a moment is no day, also where it is of that day
        return number(value) if isinstance(value, date) and not isinstance(value, datetime) else _NO_DAY

    return seen.of_shapes(f"recorded {fact}", fact, rows, named)


def _silent(rule: Within, fact: str, rows: Rows, batch: Batch) -> Flags:
    """Which of what was done late gives no reason, where the source has a place for it."""
    silent: Rows = np.zeros(len(batch.shapes.said), np.int64)
    for kind in rule.end.kinds:
        if batch.covers.holds(kind, fact):
            silent += batch.shapes.table(f"no {fact}", fact, kind, lambda event: int(not event.facts.get(fact)))
    flags: Flags = silent[batch.shape[rows]] > 0
    return flags
