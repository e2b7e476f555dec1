"""Findings as a table: what a batch gave, in the columns of the report.

`started`, `due` and `done` are days in England; where a time of day is known, `started_at`, `due_at` and `done_at` are
the moments. `days_late` counts what `unit` says.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, fields
from numpy.typing import NDArray

from childprotect.calendars import Moment, day_of
from childprotect.findings import Finding
from childprotect.records.findings_table import findings_schema
from childprotect.rulebook import Rulebook
from childprotect.tables.batches import FAR_ROW, UNTIMED, Batch, Flags, Rows, microseconds
from childprotect.tables.checking import Checked
from childprotect.tables.days import Days, number
from childprotect.tables.found import NO_NUMBER, STATUSES, Found
from childprotect.tables.shapes import Names
from childprotect.versions import Version

SCHEMA = pa.schema([column for column in findings_schema() if column.name not in ("because", "dfe")])
"""The columns: those of the report without the sentence, which `explain` gives."""


def schema_with(besides: Iterable[str]) -> Any:
    """The columns, and those of the events that were asked for besides."""
    return pa.schema([*SCHEMA, *(pa.field(name, pa.dictionary(pa.int32(), pa.string())) for name in besides)])


_UNITS = (None, "days", "working-days")


@define(eq=False)
class Numbers:
    """Findings as numbers, a column each: those of the columns and those of single children alike."""

    child: Rows
    """The place of the child among those of the batch."""
    rule: NDArray[np.int64]
    """The place of the rule among those that the rulebook applies."""
    status: NDArray[np.int64]
    law: NDArray[np.int64]
    """The place of the version among all of the rulebook; -1 for none."""
    started: Days
    due: Days
    done: Days
    late: Days
    unit: NDArray[np.int64]
    missing: NDArray[np.int64]
    started_at: NDArray[np.int64]
    due_at: NDArray[np.int64]
    done_at: NDArray[np.int64]

    def these(self, which: Any) -> "Numbers":
        """Some of the findings, by flags or places."""
        return Numbers(*(getattr(self, column.name)[which] for column in fields(Numbers)))


@define(eq=False)
class Book:
    """A rulebook as numbers: its rules, and the versions of all of them."""

    rules: tuple[str, ...]
    versions: tuple[Version, ...]
    _first: dict[str, int]
    _place: dict[int, int]

    @classmethod
    def of(cls, rulebook: Rulebook) -> "Book":
        """The numbers of a rulebook."""
        versions: list[Version] = []
        first: dict[str, int] = {}
        for rule in rulebook.applied:
            first[rule.id] = len(versions)
            versions += rule.versions
        rules = tuple(rule.id for rule in rulebook.applied)
        return cls(rules, tuple(versions), first, {id(version): n for n, version in enumerate(versions)})

    def numbers(self, checked: Checked) -> Numbers:
        """The findings of a batch as numbers, by child, then in the order of the rulebook, then of time."""
        parts = [self._of_columns(checked.batch, rule.id, found) for rule, found in checked.columns if len(found)]
        parts.append(self._of_single(checked.asked, checked.batch.shapes.names))
        joined = Numbers(
            *(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Numbers))
        )
        return joined.these(np.argsort(joined.child * len(self.rules) + joined.rule, kind="stable"))

    def _of_columns(self, batch: Batch, rule: str, found: Found) -> Numbers:
        n = len(found)
        counted = np.where(found.since < FAR_ROW, found.since, found.trigger)
        done = np.minimum(found.answer, batch.rows)
        return Numbers(
            batch.child[found.trigger],
            np.full(n, self.rules.index(rule)),
            found.status,
            self._first[rule] + found.version,
            batch.day[counted],
            found.due,
            batch.day[done],
            found.late,
            np.where(found.due == NO_NUMBER, 0, 1 + found.working),
            found.missing,
            batch.moment[counted],
            found.due_at,
            batch.moment[done],
        )

    def _of_single(self, asked: Sequence[tuple[int, Finding]], names: Names) -> Numbers:
        told = [
            (
                child,
                self.rules.index(finding.rule),
                STATUSES.index(finding.status),
                self._place.get(id(finding.version), -1),
                _day(finding.started),
                _day(finding.due),
                _day(finding.done),
                int(NO_NUMBER) if finding.days_late is None else finding.days_late,
                _UNITS.index(finding.unit),
                names.place(finding.missing),
                *map(_instant, (finding.started, finding.due, finding.done)),
            )
            for child, finding in asked
        ]
        columns = np.array(told, np.int64).reshape(-1, len(fields(Numbers))).T
        return Numbers(*columns)

    def table(self, checked: Checked) -> Any:
        """The findings of a batch as an Arrow record batch of `schema_with`."""
        batch = checked.batch
        numbers = self.numbers(checked)
        laws = [(v.edition, v.force.value, v.evidence.value) for v in self.versions]
        law = pa.array(numbers.law, mask=numbers.law < 0)
        unit = numbers.unit - 1
        columns = {
            "child": _dictionary(numbers.child, batch.names),
            "rule": _dictionary(numbers.rule, pa.array(self.rules, pa.string())),
            "status": _dictionary(numbers.status, pa.array([status.value for status in STATUSES], pa.string())),
            "started": _days(numbers.started),
            "due": _days(numbers.due),
            "done": _days(numbers.done),
            "days_late": pa.array(numbers.late.astype(np.int32), mask=numbers.late == NO_NUMBER),
            "unit": _dictionary(unit, pa.array(_UNITS[1:], pa.string()), unit < 0),
            **{
                name: _looked_up(law, [told[n] for told in laws])
                for n, name in enumerate(("edition", "force", "evidence"))
            },
            "missing": _lists(numbers.missing, batch.shapes.names),
            **{name: _moments(getattr(numbers, name)) for name in ("started_at", "due_at", "done_at")},
        }
        arrays = [columns[column.name] for column in SCHEMA]
        arrays += [_dictionary(numbers.child, column) for column in batch.besides.values()]
        return pa.record_batch(arrays, schema=schema_with(batch.besides))


def _day(at: Moment | None) -> int:
    return int(NO_NUMBER) if at is None else number(day_of(at))


def _instant(at: Moment | None) -> int:
    return int(UNTIMED) if at is None else microseconds(at)


def _dictionary(codes: NDArray[Any], values: Any, none: Flags | None = None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=none), values)


def _looked_up(law: Any, texts: Sequence[str]) -> Any:
    """Which text belongs to each version, each different text once."""
    different = sorted(set(texts))
    place = np.array([different.index(text) for text in texts], np.int32)
    codes = place[law.fill_null(0).to_numpy(zero_copy_only=False)] if len(place) else np.zeros(len(law), np.int32)
    none = law.is_null().to_numpy(zero_copy_only=False)
    return _dictionary(codes, pa.array(different, pa.string()), none)


def _lists(codes: NDArray[np.int64], names: Names) -> Any:
    lists = pa.array([list(told) for told in names.told], pa.list_(pa.string()))
    return lists.take(pa.array(codes))


def _days(days: Days) -> Any:
    return pa.array(days.astype(np.int32), mask=days == NO_NUMBER).cast(pa.date32())


def _moments(instants: NDArray[np.int64]) -> Any:
    return (
        pa.array(instants, mask=instants == UNTIMED)
        .cast(pa.timestamp("us", "UTC"))
        .cast(pa.timestamp("us", "Europe/London"))
    )
