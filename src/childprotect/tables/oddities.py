"""What is odd in what the findings of a batch rest on, a column at a time: the same as `compliance.oddities`.

A target on the record that differs from ours, and no reason for having been late. Columns hold for which child, of
which code and on which day; the sentence needs the whole counting, and is that of the check of one child.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
from attrs import frozen

from childprotect.calendars import day_of
from childprotect.compliance import RECORDED_DUE, oddities
from childprotect.compliance import check as check_one
from childprotect.events import Event
from childprotect.findings import Irregularity
from childprotect.rulebook import Rulebook
from childprotect.rules import Every, Rule, Within
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

    def __len__(self) -> int:
        return len(self.child)

    def told(self, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Iterator[Irregularity]:
        """All of them in words, child by child: each child is checked by itself."""
        for child in np.unique(self.child).tolist():
            report = check_one(self.batch.tell(child), rulebook, as_at=as_at, known_at=known_at)
            yield from (entry for entry in report.irregularities if entry.code in CODES)


def odd_in(checked: Checked) -> Odd:
    """What is odd in what the findings of a batch rest on."""
    batch = checked.batch
    parts = [part for rule, found in checked.columns for part in _of_rule(rule, found, Seen(batch))]
    asked = [(child, e) for child, finding in checked.asked for e in oddities([finding], batch.covers)]
    parts.append(
        (
            np.array([child for child, _ in asked], np.int64),
            np.array([CODES.index(entry.code) for _, entry in asked], np.int64),
            np.array([number(day_of(entry.at)) if entry.at is not None else NO_NUMBER for _, entry in asked], np.int32),
        )
    )
    child, code, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, code, child))
    return Odd(batch, child[order], code[order], day[order])


def _of_rule(rule: Rule, found: Found, seen: Seen) -> Iterator[tuple[Rows, Rows, Days]]:
    """The children, codes and days of what is odd about the findings of one rule."""
    batch = seen.batch
    if not isinstance(rule, Within | Every) or not len(found):
        return
    child = batch.child[found.trigger]
    started = batch.day_of(np.where(found.since < FAR_ROW, found.since, found.trigger))
    answered = found.answer < FAR_ROW
    targets = [(found.answer, answered, RECORDED_DUE)]
    if isinstance(rule, Within) and rule.recorded_due is not None:
        targets.append((found.trigger, np.ones(len(found), np.bool_), rule.recorded_due))
    for rows, there, fact in targets:
        differs = there & (found.due != NO_NUMBER)
        recorded = _recorded(fact, rows[differs], seen)
        differs[differs] = (recorded != _NOT_RECORDED) & (recorded != found.due[differs])
        yield child[differs], np.full(differs.sum(), OTHER_TARGET), started[differs]
    if isinstance(rule, Within) and rule.late_reason is not None:
        silent = answered & (found.status == LATE)
        silent[silent] = _silent(rule, rule.late_reason, found.answer[silent], batch)
        yield child[silent], np.full(silent.sum(), NO_REASON), batch.day_of(found.answer[silent])


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
