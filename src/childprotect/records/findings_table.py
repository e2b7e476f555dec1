"""Findings as columns: an Arrow table, which every DataFrame library takes, or Parquet written as they come.

>>> import childprotect as cp
>>> from childprotect.rulebooks import england
>>> from datetime import date
>>> story = cp.Chronology.of("C-101", events=[("2024-03-01", "referral"), ("2024-03-04", "referral-decided")])
>>> report = cp.check(story, england.rulebook, as_at=date(2024, 3, 31))
>>> table = findings_table([report])
>>> table.schema.field("due").type, table.schema.field("missing").type
(DataType(date32[day]), ListType(list<item: string>))

pandas and Polars read it without a copy in between:

>>> import pandas, polars
>>> frame = pandas.DataFrame.from_arrow(table)
>>> frame.loc[frame["rule"] == "referral-decision", "status"].tolist()
['met']
>>> polars.DataFrame(table).filter(polars.col("rule") == "referral-decision")["days_late"].to_list()
[0]
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from childprotect.calendars import Moment, day_of
from childprotect.findings import Finding, Report
from childprotect.records.extras import arrow
from childprotect.records.reports import COLUMNS, Numbers
from childprotect.rulebooks.england import dfe_validation

_MOMENTS = ("started", "due", "done")
_NAMES = frozenset({"child", "rule", "status", "unit", "edition", "force", "evidence"})
_BATCH = 1 << 14
_ZONE = "Europe/London"


def findings_schema() -> Any:
    """The Arrow schema of findings: the columns of the CSV report, with a type each.

    `started`, `due` and `done` are the days in England; where a time of day is known, `started_at`, `due_at` and
    `done_at` are the moments. `days_late` counts what `unit` says.
    """
    pa = arrow("the table of findings")
    types = {
        **dict.fromkeys(_NAMES, pa.dictionary(pa.int32(), pa.string())),
        **dict.fromkeys(_MOMENTS, pa.date32()),
        "days_late": pa.int32(),
        **dict.fromkeys(("missing", "dfe"), pa.list_(pa.string())),
        "because": pa.string(),
    }
    moments = [(f"{name}_at", pa.timestamp("us", _ZONE)) for name in _MOMENTS]
    return pa.schema([*((name, types[name]) for name in COLUMNS), *moments])


def findings_batches(reports: Iterable[Report], numbers: Numbers = dfe_validation.numbers) -> Iterator[Any]:
    """The findings of reports as Arrow record batches of `findings_schema`, as they come."""
    pa = arrow("the table of findings")
    schema = findings_schema()
    findings = (finding for report in reports for finding in report.findings)
    while some := list(islice(findings, _BATCH)):
        rows = [_row(finding, numbers) for finding in some]
        arrays = [pa.array(column, kind.type) for column, kind in zip(zip(*rows, strict=True), schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def findings_table(reports: Iterable[Report], numbers: Numbers = dfe_validation.numbers) -> Any:
    """The findings of reports as a `pyarrow.Table`; `numbers` gives the validation rules that a finding matches."""
    table = arrow("the table of findings").Table.from_batches(findings_batches(reports, numbers), findings_schema())
    return table.unify_dictionaries().combine_chunks()


def write_findings(reports: Iterable[Report], file: BinaryIO, numbers: Numbers = dfe_validation.numbers) -> int:
    """Write the findings of reports as Parquet to a file that is open for bytes, in flat memory; how many there are."""
    arrow("the table of findings")
    import pyarrow.parquet as parquet

    rows = 0
    with parquet.ParquetWriter(file, findings_schema()) as writer:
        for batch in findings_batches(reports, numbers):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _row(finding: Finding, numbers: Numbers) -> list[Any]:
    version = finding.version
    moments: list[Moment | None] = [finding.started, finding.due, finding.done]
    days = dict(zip(_MOMENTS, (day_of(at) if at is not None else None for at in moments), strict=True))
    cells = {
        "child": finding.child,
        "rule": finding.rule,
        "status": finding.status.value,
        **days,
        "days_late": finding.days_late,
        "unit": finding.unit,
        "edition": version.edition if version else None,
        "force": version.force.value if version else None,
        "evidence": version.evidence.value if version else None,
        "missing": list(finding.missing),
        "because": finding.because,
        "dfe": list(numbers(finding)),
    }
    return [*(cells[name] for name in COLUMNS), *(at if isinstance(at, datetime) else None for at in moments)]
