"""Columns of whatever type: what cannot be meant spoils its row and no other, and types that mean the same are read."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import childprotect as cp
from childprotect import tables
from childprotect.records import Columns, read
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


# --- the same in other types


FRAME = pl.DataFrame(EVENTS)
TEXTS = FRAME.with_columns(pl.col("at").cast(pl.String))


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["A", "B", "north", "south"])], ids=["categorical", "enum"])
@pytest.mark.parametrize("odd", [False, True], ids=["in columns", "row by row"])
def test_categories_are_text(kind: Any, odd: bool) -> None:
    frame = TEXTS.with_columns(team=pl.Series(["north", "north", "south", "south"]))
    if odd:
        frame = frame.with_columns(at=pl.Series([*TEXTS["at"][:3], "soon"]))
    told = frame.with_columns(pl.col("child", "team").cast(kind), pl.col("event", "outcome").cast(pl.Categorical))
    assert checked(told) == {"A": "met", "B": "cannot-tell" if odd else "late"}
    findings = tables.check(told, england.rulebook, as_at=AS_AT, besides=["team"])
    whole = findings.collect()
    assert dict(whole.select("child", "team").unique().iter_rows()) == {"A": "north", "B": "south"}
    assert findings.explain(whole.row(0, named=True)).child == whole["child"][0]


_KINDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "text": lambda frame: frame.with_columns(pl.col("at").cast(pl.String)),
    "days": lambda frame: frame,
    "milliseconds": lambda frame: frame.with_columns(pl.col("at").cast(pl.Datetime("ms"))),
    "moments": lambda frame: frame.with_columns(pl.col("at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")),
    "nanoseconds": lambda frame: frame.with_columns(
        pl.col("at").cast(pl.Datetime("ns")).dt.replace_time_zone("Europe/London")
    ),
    "categories": lambda frame: frame.with_columns(pl.exclude("at").cast(pl.Categorical)),
    "nothing": lambda frame: frame.with_columns(decision=None),
    "dictionaries": lambda frame: pa.table(
        {name: frame[name].to_arrow().dictionary_encode() for name in frame.columns}
    ),
}


@pytest.mark.parametrize("one", _KINDS)
@pytest.mark.parametrize("other", _KINDS)
@pytest.mark.parametrize("on_disk", [False, True])
def test_several_tables_may_say_the_same_in_different_types(
    one: str, other: str, on_disk: bool, tmp_path: Path
) -> None:
    parts: list[Any] = [_KINDS[one](FRAME[1:3]), _KINDS[other](FRAME[[0, 3]])]
    if on_disk:
        for n, part in enumerate(parts):
            pl.DataFrame(part).write_parquet(tmp_path / f"{n}.parquet")
        parts = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    said = [FRAME[1:3], FRAME[[0, 3]]]
    plain = [
        part.with_columns(decision=pl.lit(None, pl.String)) if kind == "nothing" else part
        for kind, part in zip((one, other), said, strict=True)
    ]
    expected = {"A": "met", "B": "late"} if "nothing" not in (one, other) else checked(pl.concat(plain))
    assert conferences(tables.check(parts, england.rulebook, as_at=AS_AT)) == expected


def test_a_moment_in_one_and_a_day_in_another_keep_what_they_say() -> None:
    late_at_night = pl.datetime(2024, 6, 23, 23, 30, time_zone="UTC")  # which is the next day in England
    moments = FRAME[1:2].with_columns(at=late_at_night)
    found = tables.check([FRAME[[0, 2, 3]], moments], england.rulebook, as_at=AS_AT)
    assert conferences(found) == {"A": "met", "B": "late"}
    (told,) = (row for row in found.collect().rows(named=True) if row["child"] == "A" and row["done"] == MET)
    assert told["done_at"] == datetime(2024, 6, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("form", "wrong"), [("%d/%m/%Y", "late"), ("%d/%m/%y", "cannot-tell")])
def test_days_beside_days_in_a_form_of_theirs_never_become_another_day(form: str, wrong: str) -> None:
    theirs = FRAME[:3].with_columns(pl.col("at").dt.strftime(form))
    late = FRAME[3:].with_columns(at=LATE if form.endswith("Y") else date(2124, 6, 24))
    found = tables.check([theirs, late], england.rulebook, as_at=AS_AT, columns=Columns(dates=form))
    assert conferences(found) == {"A": "met", "B": wrong}


def test_numbers_and_text_identify_the_same_child_and_dates_nobody() -> None:
    numbers = FRAME[:1].with_columns(child=7)
    assert conferences(
        tables.check([numbers, FRAME[1:2].with_columns(child=pl.lit("7"))], england.rulebook, as_at=AS_AT)
    ) == {"7": "met"}
    with pytest.raises(cp.UnreadableInput, match="the column child is of a type in one of them"):
        tables.scan([FRAME, FRAME.with_columns(child=BEGAN)])


def test_a_type_that_no_text_tells_is_refused_at_once() -> None:
    with pytest.raises(cp.UnreadableInput, match="the column outcome is of a type in one of them"):
        tables.scan([FRAME, FRAME.with_columns(outcome=pl.struct("child"))])


def test_a_flag_beside_text_is_the_flag() -> None:
    said = FRAME.with_columns(withdrawn=pl.lit("no"))
    taken_back = FRAME[1:2].with_columns(withdrawn=True)
    found = tables.check([said[[0, 2, 3]], taken_back], england.rulebook, as_at=AS_AT)
    assert conferences(found) == {"A": "overdue", "B": "late"}


# --- as at what


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"as_at": "2024-08-01"}, "as_at: it is a str, and no day; expected a date"),
        ({"as_at": None}, "as_at: it is a NoneType"),
        ({"as_at": datetime(2024, 8, 1, tzinfo=UTC)}, "as_at: it is a datetime, and no day"),
        ({"as_at": AS_AT, "known_at": "2024-08-01"}, "known_at: it is a str"),
    ],
    ids=["text", "none", "a moment", "known as text"],
)
def test_what_is_no_day_is_refused_before_any_work(days: Any, why: str) -> None:
    for check in (
        lambda: tables.check(FRAME, england.rulebook, **days),
        lambda: tables.PortableCheck.of(england.rulebook, **days),
        lambda: cp.check(cp.Chronology.of("A", events=[("2024-06-03", "referral")]), england.rulebook, **days),
    ):
        with pytest.raises(cp.UnreadableInput) as refused:
            check()
        assert str(refused.value).startswith(why)
