"""A batch at a glance: the counts and the gravest breaches that the check of one child after the other gives."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from childprotect.compliance import check as check_one
from childprotect.records.reports import GRAVITY, Tally, gravity
from childprotect.rulebook import Rulebook
from childprotect.tables.batches import FAR_ROW, Batch, Rows
from childprotect.tables.checking import Checked
from childprotect.tables.days import number
from childprotect.tables.found import NO_NUMBER, STATUSES, Found
from childprotect.tables.irregular import irregular
from childprotect.tables.unjudged import unjudged

_BREACHES = np.array([status.is_breach for status in STATUSES], np.bool_)
_GRAVITY = np.array([GRAVITY.get(status.value, 0) for status in STATUSES], np.int64)
_DAYS = 1 << 32
"""More than there are days."""


def tallied(checked: Checked, rulebook: Rulebook, *, as_at: date, known_at: date | None, keep: int) -> Tally:
    """What was found in a batch that was checked by this rulebook, as at these days; with the gravest breaches.

    The children with the gravest are checked by themselves, so that their findings can explain themselves.
    """
    tally = Tally(keep)
    for _, report in checked.reports:
        tally.count(report)
    for rule, found in checked.columns:
        for status, n in zip(STATUSES, np.bincount(found.status, minlength=len(STATUSES)).tolist(), strict=True):
            if n:
                tally.counts[rule.id, status] += n
        for code, n in zip(*np.unique(found.missing, return_counts=True), strict=True):
            for name in checked.batch.shapes.names.told[code]:
                tally.missing[rule.id, name] += int(n)
    silent = unjudged(checked, as_at)
    tally.not_assessed |= dict.fromkeys((*silent.not_assessed, *rulebook.not_assessed))
    for done, by_rule in ((True, silent.done), (False, silent.undone)):
        for rule_id, days in by_rule.items():
            if days:
                tally.took(rule_id, done, days)
    odd = irregular(checked, rulebook, as_at=as_at, known_at=known_at)
    for entry in pc.value_counts(odd.column("code")).to_pylist():
        tally.odd[entry["values"]] += entry["counts"]
    child, grave = _breaches(checked, as_at)
    tally.breaches = len(child)
    for place in _gravest(checked.batch, child, grave, keep).tolist():
        report = check_one(checked.batch.tell(place), rulebook, as_at=as_at, known_at=known_at)
        tally.weigh(report.breaches)
    return tally


def _breaches(checked: Checked, as_at: date) -> tuple[Rows, NDArray[np.int64]]:
    """The child of every breach, and its gravity without the child as a number."""
    children, graver = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for _, found in checked.columns:
        some = found.these(_BREACHES[found.status])
        children.append(checked.batch.child[some.trigger])
        graver.append(_gravity(some, checked.batch, as_at))
    asked = [(child, gravity(finding)) for child, finding in checked.asked if finding.is_breach]
    children.append(np.array([child for child, _ in asked], np.int64))
    graver.append(np.array([order * _DAYS + past for _, (order, past, _) in asked], np.int64))
    return np.concatenate(children), np.concatenate(graver)


def _gravity(found: Found, batch: Batch, as_at: date) -> NDArray[np.int64]:
    """The same as `reports.gravity`, of columns."""
    fell = found.ended != NO_NUMBER
    undone = np.where(fell, found.ended, number(as_at))
    last = np.where(found.answer < FAR_ROW, batch.day_of(found.answer), undone).astype(np.int64)
    past = np.where(found.due != NO_NUMBER, last - found.due, 0)
    graver: NDArray[np.int64] = (_GRAVITY[found.status] + fell) * _DAYS - past
    return graver


def _gravest(batch: Batch, child: Rows, grave: NDArray[np.int64], keep: int) -> Rows:
    """The children with the gravest breaches, of which so many are kept."""
    if not keep or not len(child):
        return child[:0]
    if keep < len(grave):
        least = np.partition(grave, keep - 1)[keep - 1]
        child, grave = child[grave <= least], grave[grave <= least]
    # where breaches are as grave, it is by the name of the child
    told = pa.table({"grave": grave, "name": batch.names.take(pa.array(child)).cast(pa.string()), "child": child})
    first = told.sort_by([("grave", "ascending"), ("name", "ascending")]).column("child").to_numpy()[:keep]
    return np.unique(first)
