"""Columns of whatever type: what cannot be meant spoils its row and no other, and types that mean the same are read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

import childprotect as cp
from childprotect import tables
from childprotect.records import read
from childprotect.rulebooks import england

AS_AT = date(2024, 8, 1)
MET, LATE = date(2024, 6, 24), date(2024, 6, 25)
BEGAN = date(2024, 6, 3)
EVENTS = {
    "child": ["A", "A", "B", "B"],
    "event": ["strategy-discussion", "initial-conference"] * 2,
    "at": [BEGAN, MET, BEGAN, LATE],
    "decision": ["section-47", None] * 2,
    "outcome": [None, "plan"] * 2,
}


def conferences(found: Any) -> dict[str, str]:
    """The status of the conference of each child, by tables."""
    told = found.collect().rows(named=True)
    return {row["child"]: row["status"] for row in told if row["rule"] == "initial-conference"}


def checked(events: Any, **asked: Any) -> dict[str, str]:
    """The status of the conference of each child, in columns; and the same of one child after the other."""
    if not isinstance(events, list):
        singly = {
            story.child: finding.status.value
            for story in read(events)
            for finding in cp.check(story, england.rulebook, as_at=AS_AT).findings
            if finding.rule == "initial-conference"
        }
        assert conferences(tables.check(events, england.rulebook, as_at=AS_AT)) == singly
    return conferences(tables.check(events, england.rulebook, as_at=AS_AT, **asked))


def _dated(at: Any) -> pa.Table:
    return pa.table({**EVENTS, "at": at})


_IN_A_DAY = {"s": 86_400, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}


def _days(kind: Any) -> Iterable[int]:
    epoch = date(1970, 1, 1)
    per_day = 1 if pa.types.is_date32(kind) else _IN_A_DAY[getattr(kind, "unit", "ms")]
    return [(day - epoch).days * per_day for day in (BEGAN, MET, BEGAN, LATE)]


def _comes_round(kind: Any) -> int:
    """A number that, counted in microseconds of 64 bits, comes round to the day on which the conference was due."""
    return (((MET - date(1970, 1, 1)).days * 86_400 * 10**6) + 2**64) * _IN_A_DAY[kind.unit] // _IN_A_DAY["us"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *(
            (kind, _comes_round(kind))
            for unit in ("s", "ms")
            for kind in (pa.timestamp(unit), pa.timestamp(unit, "UTC"))
        ),
        (pa.timestamp("s"), -(2**63)),
        (pa.timestamp("us", "Europe/London"), 2**63 - 1),
        (pa.date32(), 2_000_000_000),
        (pa.date32(), 2**31 - 1),
        (pa.date32(), -(2**31)),
        (pa.date64(), 2**62 - 2**62 % 86_400_000),
        (pa.date64(), (19_898 + 2**32) * 86_400_000),
    ],
    ids=str,
)
@pytest.mark.parametrize("in_dictionary", [False, True])
def test_a_day_that_no_calendar_has_spoils_its_row_only_and_never_comes_round(
    kind: Any, number: int, in_dictionary: bool
) -> None:
    began, _, began_too, late = _days(kind)
    width = pa.int32() if pa.types.is_date32(kind) else pa.int64()
    at = pa.array([began, number, began_too, late], width).cast(kind)
    told = _dated(at.dictionary_encode() if in_dictionary else at)
    assert checked(told) == {"A": "cannot-tell", "B": "late"}
    source = read(told)
    assert len(list(source)) == 2
    assert [(entry.place, entry.child) for entry in source.rejections] == [("row 2", "A")]
    findings = tables.check(told, england.rulebook, as_at=AS_AT)
    findings.collect()
    assert findings.account is not None
    assert findings.account.rejections == source.rejections


def test_a_day_of_learning_that_no_calendar_has_spoils_its_row_too() -> None:
    recorded = pa.array([None, _comes_round(pa.timestamp("s")), None, None], pa.timestamp("s"))
    assert checked(pa.table({**EVENTS, "recorded": recorded})) == {"A": "cannot-tell", "B": "late"}


def test_a_fact_that_no_calendar_has_counts_as_not_recorded() -> None:
    dates = pa.array([2_000_000_000, None, None, None], pa.int32()).cast(pa.date32())
    told = pa.table({**EVENTS, "incident-date": dates})
    assert checked(told) == {"A": "met", "B": "late"}
    (first, _) = read(told)
    assert [remark.code for remark in first.remarks] == ["unreadable-fact"]


def test_an_identifier_that_is_such_a_day_is_none() -> None:
    days = pa.array([2_000_000_000] * 4, pa.int32()).cast(pa.date32())
    with pytest.raises(cp.UnreadableInput, match="no event could be read"):
        read(pa.table({**EVENTS, "child": days}))
