"""Findings as columns: the same as the CSV report says, with types, and as DataFrames take them."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
from pyarrow import parquet

import childprotect as cp
from childprotect.records import findings_table as made
from childprotect.records.findings_table import findings_schema, findings_table, write_findings
from childprotect.records.reports import COLUMNS
from childprotect.rulebooks import england


def report(child: str = "C-101") -> cp.Report:
    told: list[Any] = [
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-decided", {"outcome": "assessment"}),
        ("2024-04-02T09:00:00Z", "police-protection-started"),
        ("2024-04-08T23:30:00Z", "police-protection-ended"),
        ("2024-05-14", "strategy-discussion", {"decision": "section-47"}),
    ]
    return cp.check(cp.Chronology.of(child, events=told), england.rulebook, as_at=date(2024, 7, 1))


def numbers(finding: cp.Finding) -> tuple[str, ...]:
    return ("8670Q", "8840Q") if finding.rule == "police-protection" else ()


def test_the_columns_are_those_of_the_csv_with_a_type_each_and_the_moments() -> None:
    schema = findings_schema()
    assert tuple(schema.names) == (*COLUMNS, "started_at", "due_at", "done_at")
    name = pa.dictionary(pa.int32(), pa.string())
    assert {schema.field(column).type for column in ("child", "rule", "status", "unit", "force")} == {name}
    assert {schema.field(column).type for column in ("started", "due", "done")} == {pa.date32()}
    assert {schema.field(column).type for column in ("missing", "dfe")} == {pa.list_(pa.string())}
    assert schema.field("days_late").type == pa.int32()
    assert schema.field("due_at").type == pa.timestamp("us", "Europe/London")


def test_every_finding_is_a_row_that_says_what_the_finding_says() -> None:
    reports = [report("C-101"), report("C-102")]
    rows = findings_table(reports, numbers).to_pylist()
    findings = [finding for told in reports for finding in told.findings]
    assert len(rows) == len(findings) > 10
    for row, finding in zip(rows, findings, strict=True):
        told = finding.to_dict()
        for name in ("child", "rule", "status", "days_late", "unit", "edition", "force", "evidence", "missing"):
            assert row[name] == told[name]
        assert row["because"] == finding.because
        assert row["dfe"] == list(numbers(finding))
        for name in ("started", "due", "done"):
            at = getattr(finding, name)
            timed = isinstance(at, datetime)
            assert row[f"{name}_at"] == (at if timed else None)
            assert timed or row[name] == at


def test_a_limit_in_hours_has_moments_and_the_days_of_england() -> None:
    (row,) = [row for row in findings_table([report()]).to_pylist() if row["rule"] == "police-protection"]
    assert row["done_at"] == datetime(2024, 4, 8, 23, 30, tzinfo=UTC)
    assert (row["started"], row["due"], row["done"]) == (date(2024, 4, 2), date(2024, 4, 5), date(2024, 4, 9))
    assert row["due_at"] == datetime(2024, 4, 5, 9, tzinfo=UTC)


def test_pandas_and_polars_take_the_table() -> None:
    table = findings_table([report()])
    frame = pl.DataFrame(table)
    late = frame.filter(pl.col("status") == "late")
    assert late["rule"].to_list() == ["police-protection"]
    assert frame.schema["due"] == pl.Date
    counts = pd.DataFrame.from_arrow(table).groupby("status", observed=True).size()
    assert counts["late"] == 1
    assert int(counts.sum()) == len(report().findings)


def test_findings_are_written_as_parquet_some_at_a_time(monkeypatch: Any) -> None:
    monkeypatch.setattr(made, "_BATCH", 3)
    out = io.BytesIO()
    reports = [report(f"C-{n}") for n in range(101, 105)]
    rows = write_findings(iter(reports), out, numbers)
    read = parquet.ParquetFile(io.BytesIO(out.getvalue()))
    assert rows == read.metadata.num_rows == sum(len(told.findings) for told in reports)
    assert read.metadata.num_row_groups > 3
    assert read.read().to_pylist() == findings_table(reports, numbers).to_pylist()


def test_no_findings_are_a_table_without_rows() -> None:
    assert findings_table([]).num_rows == 0
    assert findings_table([]).schema == findings_schema()
    assert write_findings([], io.BytesIO()) == 0
