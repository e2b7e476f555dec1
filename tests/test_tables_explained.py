"""Each row of the findings of a table is explained by the very finding that it tells, wherever the row comes from."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.messy import BOOKS
from tests.test_tables_intake import Row, crowded_days

from childprotect import Finding, records, tables
from childprotect.calendars import Moment, day_of
from childprotect.errors import UnknownName
from childprotect.rulebooks import england
from childprotect.tables.lazily import Findings

AS_AT = date(2024, 6, 30)
PRACTICE = england.rulebook.with_practice()


def findings_in(*rows: tuple[Any, ...], names: str = "child event at", **more: Any) -> Findings:
    """The findings of an event table with these rows."""
    frame = pl.DataFrame(list(rows), schema=names.split(), orient="row")
    return tables.check(frame, BOOKS["local"], as_at=AS_AT, **more)


def told_of(finding: Finding) -> tuple[Any, ...]:
    """A finding as its row has it."""
    moments: list[Moment | None] = [finding.started, finding.due, finding.done]
    days = (None if at is None else day_of(at) for at in moments)
    law = finding.version
    said = (law.edition, law.force.value, law.evidence.value) if law else (None, None, None)
    late = (finding.days_late, finding.unit)
    instants = (at if isinstance(at, datetime) else None for at in moments)
    return finding.child, finding.rule, finding.status.value, *days, *late, *said, [*finding.missing], *instants


def assert_explained(findings: Findings) -> None:
    """Every row is explained by a finding that says what the row says."""
    for row in findings.collect().iter_rows(named=True):
        assert told_of(findings.explain(row)) == tuple(row.values())


@given(crowded_days())
@settings(max_examples=settings().max_examples // 4)
def test_every_row_is_explained_by_the_finding_that_it_tells(rows: list[Row]) -> None:
    assert_explained(tables.check(pa.Table.from_pylist(rows, _text(rows)), BOOKS["local"], as_at=AS_AT))


@given(crowded_days(), st.data())
@settings(max_examples=settings().max_examples // 4)
def test_the_records_of_some_children_are_those_that_a_reader_tells(rows: list[Row], data: st.DataObject) -> None:
    table = pa.Table.from_pylist(rows, _text(rows))
    told = {story.child: story for story in records.read(table)}
    events = tables.scan(table)
    assert {story.child: story for story in events.told(None)} == told
    some = data.draw(st.sets(st.sampled_from([*told, "nobody"])))
    assert {story.child: story for story in events.told(some)} == {name: told[name] for name in some & set(told)}


def _text(rows: list[Row]) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in rows[0]])


def test_a_child_of_whom_nothing_could_be_read_is_explained() -> None:
    findings = findings_in(("A", "referral", "2024-06-03"), ("B", "strategy-discussion", "31/12/2023"))
    rows = findings.collect().filter(pl.col("child") == "B")
    assert set(rows["status"]) == {"cannot-tell"}
    assert_explained(findings)


def test_two_findings_that_differ_in_what_is_missing_or_in_the_hour_are_told_apart() -> None:
    rows = [
        ("A", "referral", "2024-03-04T09:00:00+00:00", None),
        ("A", "referral-decided", "2024-03-04", None),
        ("A", "found", "2024-05-06T09:00:00+01:00", None),
        ("A", "found", "2024-05-06T17:00:00+01:00", None),
    ]
    findings = findings_in(*rows, names="child event at recorded")
    lag = findings.collect().filter(pl.col("rule") == "recording-lag")
    assert len({row[:6] for row in lag.rows()}) < len(lag), "some are alike in rule, status and days"
    assert_explained(findings)


def test_a_row_that_leaves_open_which_of_two_it_is_is_not_explained() -> None:
    findings = findings_in(("A", "referral", "2024-03-04"), ("A", "referral", "2024-04-15"))
    row = findings.collect().filter(pl.col("rule") == "referral-decision").row(0, named=True)
    with pytest.raises(UnknownName, match="unknown finding 'referral-decision of A'; expected a row of this table"):
        findings.explain({"child": "A", "rule": "referral-decision"})
    assert findings.explain({name: row[name] for name in ("child", "rule", "started")}).started == row["started"]


@pytest.mark.parametrize(
    "spoilt", [{"child": "Z"}, {"started": date(2024, 3, 5)}, {"status": 7}, {"due": "soon"}], ids=str
)
def test_a_row_of_another_table_is_not_explained(spoilt: Row) -> None:
    findings = findings_in(("A", "referral", "2024-03-04"))
    with pytest.raises(UnknownName):
        findings.explain({**findings.collect().row(0, named=True), **spoilt})


STORY = [
    ("A", "referral", "2024-03-04T09:00:00+00:00"),
    ("A", "referral-decided", "2024-03-11"),
    ("A", "found", "2024-05-06T09:00:00+01:00"),
    ("A", "return-interview", "2024-05-08T09:00:00+01:00"),
]


@pytest.mark.parametrize("dates", ["objects", "datetimes"])
def test_rows_of_pandas_are_explained(dates: str) -> None:
    findings = findings_in(*STORY)
    frame = pa.table(findings).to_pandas(date_as_object=dates == "objects")
    whole = findings.collect()
    assert frame["days_late"].isna().any() == whole["days_late"].is_null().any()
    for n, row in enumerate(whole.rows()):
        assert told_of(findings.explain(frame.iloc[n].to_dict())) == row


def test_scalars_of_numpy_and_what_pandas_says_for_none_are_read() -> None:
    findings = findings_in(*STORY)
    for row in findings.collect().iter_rows(named=True):
        strange = {
            **{name: np.str_(row[name]) for name in ("child", "rule", "status")},
            **{name: np.datetime64("NaT") if row[name] is None else np.datetime64(row[name], "ns") for name in _DAYS},
            **{f"{name}_at": pd.Timestamp(row[f"{name}_at"]) for name in _DAYS},
            "days_late": pd.NA if row["days_late"] is None else np.int64(row["days_late"]),
            "unit": np.nan if row["unit"] is None else row["unit"],
            "missing": np.array(row["missing"], object),
        }
        assert told_of(findings.explain(strange)) == tuple(row.values())


_DAYS = ("started", "due", "done")


def test_only_columns_that_are_read_are_loaded_to_explain() -> None:
    day = pa.array([date(2024, 3, 4)])
    own = {"child": ["A"], "event": ["referral"], "at": day}
    others = {
        "amount": pa.array([Decimal(1)], pa.decimal256(60, 2)),
        "lasted": pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
        "seen": day.cast(pa.timestamp("us", "+05:30")),
    }
    for table in (pa.table(own | others), pa.table(own | {"at": others["seen"]})):
        findings = tables.check(table, PRACTICE, as_at=AS_AT)
        (row,) = (row for row in pa.table(findings).to_pylist() if row["rule"] == "referral-decision")
        assert findings.explain(row).rule == "referral-decision"
