"""Findings as a table: what a batch gave, in the columns of the report.

`started`, `due` and `done` are days in England; where a time of day is known, `started_at`, `due_at` and `done_at` are
the moments. `days_late` counts what `unit` says.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define
from numpy.typing import NDArray

from childprotect.calendars import Moment, day_of
from childprotect.findings import Finding, Report
from childprotect.records.findings_table import findings_schema, findings_table
from childprotect.rulebook import Rulebook
from childprotect.tables.arrays import lists, texts, to_arrow
from childprotect.tables.batches import FAR_ROW, UNTIMED, Batch, Flags, Rows, microseconds
from childprotect.tables.checking import Checked
from childprotect.tables.days import number
from childprotect.tables.found import NO_NUMBER, STATUSES, Found
from childprotect.versions import Version

SCHEMA = pa.schema([column for column in findings_schema() if column.name not in ("because", "dfe")])
"""The columns: those of the report without the sentence, which `explain` gives."""


def schema_with(besides: Iterable[str]) -> Any:
    """The columns, and those of the events that were asked for besides."""
    return pa.schema([*SCHEMA, *map(_beside, besides)])


def _beside(name: str) -> Any:
    return pa.field(name, pa.dictionary(pa.int32(), pa.string()))


def of_row(row: Mapping[str, Any], report: Report) -> Finding | None:
    """The finding of a child's report that a row of the table tells, by all columns of ours that the row has.

    Values may be those of Arrow, Polars, pandas or NumPy, which all say in their own way that there is none. Of
    findings that are alike in every column, the first. None where there is none, or where the row lacks what tells two
    apart.
    """
    ours = findings_table([report]).select(SCHEMA.names)
    names = [name for name in SCHEMA.names if name in row]
    try:
        asked = [_plain(pa.array([_told(row[name])], SCHEMA.field(name).type, from_pandas=True)) for name in names]
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None  # what no column of ours could hold
    there = zip(*(_plain(ours[name]) for name in names), strict=True)
    alike = [n for n, cells in enumerate(there) if list(cells) == [value for (value,) in asked]]
    several = ours.take(pa.array(alike, pa.int64())).to_pylist()
    return report.findings[alike[0]] if alike and all(one == several[0] for one in several) else None


def _told(value: Any) -> Any:
    """A value as Arrow takes it, which of NumPy's days and moments takes few."""
    return value.astype("datetime64[us]").item() if isinstance(value, np.datetime64) else value


def _plain(column: Any) -> list[Any]:
    """The values of a column; moments as numbers, since one hour of the year comes twice."""
    plain: list[Any] = (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
    return plain


_UNITS = ("", "days", "working-days")
_Worth = Callable[[Batch, Found], NDArray[Any]]
_PARTS: dict[str, _Worth] = {
    "child": lambda batch, found: batch.child[found.trigger],
    "status": lambda batch, found: found.status,
    "started": lambda batch, found: batch.day[_counted(found)],
    "due": lambda batch, found: found.due,
    "done": lambda batch, found: batch.day[np.minimum(found.answer, batch.rows)],
    "days_late": lambda batch, found: found.late,
    "unit": lambda batch, found: np.where(found.due == NO_NUMBER, 0, 1 + found.working),
    "missing": lambda batch, found: found.missing,
    "started_at": lambda batch, found: batch.moment[_counted(found)],
    "due_at": lambda batch, found: found.due_at,
    "done_at": lambda batch, found: batch.moment[np.minimum(found.answer, batch.rows)],
}
"""The parts of a finding as numbers, of those that columns gave."""


def _counted(found: Found) -> Rows:
    """The rows that clocks are counted from."""
    return np.where(found.since < FAR_ROW, found.since, found.trigger)


@define(eq=False)
class Book:
    """A rulebook as numbers: its rules, and the versions of all of them."""

    rules: tuple[str, ...]
    versions: tuple[Version, ...]
    first: dict[str, int]
    """The place of the first version of each rule among all of them."""
    place: dict[int, int]
    """The place of each version, by its identity."""

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

    def table(self, checked: Checked, names: Collection[str] | None = None) -> Any:
        """The findings of a batch as an Arrow record batch of `schema_with`, or some of its columns.

        All columns are by child, then in the order of the rulebook, then of time; some are in any order.
        """
        numbers = _Numbers(self, checked)
        if names is None:
            numbers.put_in_order()
        besides = checked.batch.besides
        ours = [column for column in SCHEMA if names is None or column.name in names]
        others = [name for name in besides if names is None or name in names]
        arrays = [self._column(column.name, numbers) for column in ours]
        arrays += [_kept(numbers["child"], besides[name]) for name in others]
        return pa.record_batch(arrays, schema=pa.schema([*ours, *map(_beside, others)]))

    def _column(self, name: str, numbers: "_Numbers") -> Any:
        batch = numbers.checked.batch
        if name in _OF_THE_LAW:
            return _looked_up(numbers["law"], [_OF_THE_LAW[name](version) for version in self.versions])
        codes = numbers[name]
        match name:
            case "child":
                return _dictionary(codes, batch.names)
            case "rule":
                return _dictionary(codes, texts(self.rules))
            case "status":
                return _dictionary(codes, texts([status.value for status in STATUSES]))
            case "unit":
                return _dictionary(codes - 1, texts(_UNITS[1:]), codes == 0)
            case "missing":
                return lists(batch.shapes.names.told).take(to_arrow(codes))
            case "days_late":
                return to_arrow(codes.astype(np.int32), codes == NO_NUMBER)
            case "started" | "due" | "done":
                return _days(codes)
        return _moments(codes)


_OF_THE_LAW: dict[str, Callable[[Version], str]] = {
    "edition": lambda version: version.edition,
    "force": lambda version: version.force.value,
    "evidence": lambda version: version.evidence.value,
}


@define(eq=False)
class _Numbers:
    """Findings as numbers, by part: those of the columns and those of single children alike.

    `child`, `rule` and `law` are places: among the children of the batch, the rules that the rulebook applies, and the
    versions of all of them, -1 for none. Only what is asked for is made.
    """

    book: Book
    checked: Checked
    _order: Rows | None = None

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        parts = [self._of_columns(name, rule.id, found) for rule, found in self.checked.columns if len(found)]
        if self.checked.asked or not parts:
            single = [self._of_single(name, child, finding) for child, finding in self.checked.asked]
            parts.append(np.array(single, np.int64))
        joined = np.concatenate(parts)
        return joined if self._order is None else joined[self._order]

    def put_in_order(self) -> None:
        """From here on by child, then in the order of the rulebook, then of time."""
        self._order = np.argsort(self["child"] * len(self.book.rules) + self["rule"], kind="stable")

    def _of_columns(self, name: str, rule: str, found: Found) -> NDArray[Any]:
        if name == "rule":
            return np.full(len(found), self.book.rules.index(rule))
        return self.book.first[rule] + found.version if name == "law" else _PARTS[name](self.checked.batch, found)

    def _of_single(self, name: str, child: int, finding: Finding) -> int:
        match name:
            case "child":
                return child
            case "rule":
                return self.book.rules.index(finding.rule)
            case "status":
                return STATUSES.index(finding.status)
            case "law":
                return self.book.place.get(id(finding.version), -1)
            case "days_late":
                return int(NO_NUMBER) if finding.days_late is None else finding.days_late
            case "unit":
                return _UNITS.index(finding.unit or "")
            case "missing":
                return self.checked.batch.shapes.names.place(finding.missing)
        at: Moment | None = getattr(finding, name.removesuffix("_at"))
        return _instant(at) if name.endswith("_at") else _day(at)


def _day(at: Moment | None) -> int:
    return int(NO_NUMBER) if at is None else number(day_of(at))


def _instant(at: Moment | None) -> int:
    return int(UNTIMED) if at is None else microseconds(at)


def _dictionary(codes: NDArray[Any], values: Any, none: Flags | None = None) -> Any:
    return pa.DictionaryArray.from_arrays(to_arrow(codes.astype(np.int32), none), values)


def _kept(children: NDArray[Any], values: Any) -> Any:
    """What is kept of each child, in a dictionary that has every value once, as pandas asks."""
    encoded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(to_arrow(children)), encoded.dictionary)


def _looked_up(law: NDArray[np.int64], told: Sequence[str]) -> Any:
    """Which text belongs to each version, each different text once; none to what has no version."""
    different = sorted(set(told))
    place = np.array([*(different.index(text) for text in told), 0], np.int32)
    return _dictionary(place[law], texts(different), law < 0)


def _days(days: NDArray[np.int64]) -> Any:
    return to_arrow(days.astype(np.int32), days == NO_NUMBER).cast(pa.date32())


def _moments(instants: NDArray[np.int64]) -> Any:
    moments = to_arrow(instants, instants == UNTIMED).cast(pa.timestamp("us", "UTC"))
    return moments.cast(pa.timestamp("us", "Europe/London"))
