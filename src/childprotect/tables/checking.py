"""The check of a batch: every rule, a column at a time, and the children one by one of whom columns cannot tell.

The two interpreters share every value: rules, matches, conditions, periods, versions. Where a record is intricate, the
check of one child is asked, so that both say the same of it by construction. That are children with an entry that could
not be read, or a day that no calendar has; and by single rules, orders of a court that were renewed, extended or
followed another, and several starts of which an end says by a fact which it answers.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen

from childprotect.compliance import check as check_one
from childprotect.findings import Finding, Report
from childprotect.rulebook import Rulebook
from childprotect.rules import KINDS, AtMost, Attended, Before, Current, Duty, Every, Order, Recorded, Rule, Within
from childprotect.tables.batches import Batch, Flags
from childprotect.tables.clocked import check_timed
from childprotect.tables.entered import check_attended, check_recorded
from childprotect.tables.found import Found, Told
from childprotect.tables.hits import Seen
from childprotect.tables.leads import check_before
from childprotect.tables.moments import EARLIEST, LATEST
from childprotect.tables.stepped import check_order
from childprotect.tables.upkeep import check_current

_Check = Callable[[Any, Seen, date], Told]


_CHECKS: dict[type, _Check] = {
    Within: check_timed,
    Duty: check_timed,
    AtMost: check_timed,
    Before: check_before,
    Every: check_timed,
    Current: check_current,
    Order: check_order,
    Attended: check_attended,
    Recorded: check_recorded,
}
if unlike := set(KINDS) ^ set(_CHECKS):
    raise TypeError(f"rules and their checks in tables differ in {', '.join(sorted(kind.__name__ for kind in unlike))}")


@frozen(eq=False, slots=False)
class Checked:
    """What a batch gave: columns by rule, and the findings of the children who were looked at one by one."""

    seen: Seen
    columns: list[tuple[Rule, Found]]
    reports: list[tuple[int, Report]]
    """What the check of one child says, each with the place of its child; of some rules only, or of all."""
    beyond: dict[str, Flags]
    """The children of whom columns do not tell, by rule."""

    @property
    def batch(self) -> Batch:
        """The children."""
        return self.seen.batch

    @cached_property
    def asked(self) -> list[tuple[int, Finding]]:
        """The findings of children who were looked at one by one, each with the place of its child."""
        return [(child, finding) for child, report in self.reports for finding in report.findings]


def check(batch: Batch, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Checked:
    """Judge all children of a batch by a rulebook."""
    seen = Seen(batch)
    columns: list[tuple[Rule, Found]] = []
    beyond: dict[str, Flags] = {}
    day = batch.day[:-1]
    alone = batch.alone.copy()
    alone[batch.child[:-1][(day < EARLIEST) | (day > LATEST)]] = True
    ask: dict[int, set[str] | None] = {int(child): None for child in np.flatnonzero(alone)}
    for rule in rulebook.triggered_by({event.kind for event in batch.shapes.said}):
        found, others = _CHECKS[type(rule)](rule, seen, as_at)
        for child in others:
            if (rules := ask.setdefault(int(child), set())) is not None:
                rules.add(rule.id)
        asked = alone.copy()
        asked[others] = True
        beyond[rule.id] = asked
        if asked.any():
            found = found.these(~asked[batch.child[found.trigger]])
        columns.append((rule, found))
    return Checked(seen, columns, list(_asked(batch, ask, rulebook, as_at, known_at)), beyond)


def _asked(
    batch: Batch, ask: dict[int, set[str] | None], rulebook: Rulebook, as_at: date, known_at: date | None
) -> Iterator[tuple[int, Report]]:
    """The reports on the children and rules of whom columns cannot tell; None is every rule."""
    books: dict[frozenset[str], Rulebook] = {}
    for child in sorted(ask):
        book = rulebook
        if (rules := ask[child]) is not None:
            few = frozenset(rules)
            if few not in books:
                some = tuple(rule for rule in rulebook.applied if rule.id in few)
                books[few] = Rulebook(rulebook.name, some, vocabulary=rulebook.vocabulary)
            book = books[few]
        yield child, check_one(batch.tell(child), book, as_at=as_at, known_at=known_at)
