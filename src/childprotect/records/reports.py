"""Reports out: findings as JSON and as CSV, written as they come, so that memory stays flat.

Everything goes to a spool first and to the output last: input that breaks off in the middle leaves no half report.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from childprotect.calendars import day_of
from childprotect.findings import Finding, Report, nested
from childprotect.records.rows import guarded
from childprotect.records.source import Source
from childprotect.rulebooks.england import dfe_validation
from childprotect.versions import NotAssessed

COLUMNS = (
    "child",
    "rule",
    "status",
    "started",
    "due",
    "done",
    "days_late",
    "unit",
    "edition",
    "force",
    "evidence",
    "missing",
    "because",
    "dfe",
)
Numbers = Callable[[Finding], Sequence[str]]
"""Which validation rules of the Department for Education match a finding, by number."""
_SPOOL = 4 * 1024 * 1024
_BLOCK = 64 * 1024
_ODD = frozenset("=+-@\t\r'")
"""How a cell begins that may have to be guarded."""


class CsvReport:
    """One row a finding. Cells that a spreadsheet would take for a formula are prefixed with an apostrophe."""

    def __init__(self, numbers: Numbers = dfe_validation.numbers) -> None:
        self._numbers = numbers
        self._spool = _spool()
        self._lines = io.StringIO()  # the spool is slow to write to row by row
        self._writer = csv.writer(self._lines, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, report: Report) -> None:
        """Take in the report on one child."""
        self._writer.writerows([_row(finding, self._numbers(finding)) for finding in report.findings])
        if self._lines.tell() > _BLOCK:
            self._empty()

    def _empty(self) -> None:
        self._spool.write(self._lines.getvalue())
        self._lines.seek(0)
        self._lines.truncate()

    def finish(self, sources: Iterable[Source], out: IO[str]) -> None:
        """Write everything."""
        self._empty()
        _copy(self._spool, out)

    def close(self) -> None:
        """Give up the spool."""
        self._spool.close()


def _row(finding: Finding, numbers: Sequence[str]) -> list[Any]:
    version = finding.version
    started, due, done = finding.started, finding.due, finding.done
    return [
        _safe(finding.child),
        _safe(finding.law.id),
        finding.status,  # these three are texts already: the value of a member is slow to look up
        started.isoformat() if started else "",
        due.isoformat() if due else "",
        done.isoformat() if done else "",
        finding.days_late,
        finding.unit,
        _safe(version.instrument.id) if version is not None else "",
        version.force if version is not None else "",
        version.evidence if version is not None else "",
        _safe(";".join(finding.missing)) if finding.missing else "",
        _safe(finding.because),
        _safe(";".join(numbers)) if numbers else "",
    ]


def _safe(text: str) -> str:
    return guarded(text) if text[:1] in _ODD else text


class JsonReport:
    """The JSON report of the contract. A finding that matches validation rules of the DfE has their numbers too."""

    def __init__(self, numbers: Numbers = dfe_validation.numbers) -> None:
        self._numbers = numbers
        self._spool = _spool()
        self._odd = _spool()
        self._elapsed = _spool()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._not_assessed: dict[NotAssessed, None] = {}

    def add(self, report: Report) -> None:
        """Take in the report on one child."""
        for finding in report.findings:
            matching = self._numbers(finding)
            told_of = finding.to_dict() | ({"dfe": list(matching)} if matching else {})
            self._spool.write(("  " if not self._counts else ",\n  ") + json.dumps(told_of))
            self._counts[finding.rule, finding.status] += 1
        for entry in report.irregularities:
            self._odd.write(("  " if not self._odd.tell() else ",\n  ") + json.dumps(entry.to_dict()))
        for told in report.elapsed:
            self._elapsed.write(("  " if not self._elapsed.tell() else ",\n  ") + json.dumps(told.to_dict()))
        self._not_assessed |= dict.fromkeys(report.not_assessed)

    def finish(self, sources: Iterable[Source], out: IO[str]) -> None:
        """Write everything."""
        made = [source.to_dict() for source in sources]
        as_at = max((entry["as_at"] for entry in made), default=None)
        out.write("{")
        out.write(f'"as_at": {json.dumps(as_at)},\n"sources": {json.dumps(made)},\n')
        out.write(f'"summary": {json.dumps(nested(self._counts))},\n"findings": [\n')
        _copy(self._spool, out)
        out.write('\n],\n"irregularities": [\n')
        _copy(self._odd, out)
        silent = [entry.to_dict() for entry in self._not_assessed]
        out.write(f'\n],\n"not_assessed": {json.dumps(silent)},\n"elapsed": [\n')
        _copy(self._elapsed, out)
        out.write("\n]}\n")

    def close(self) -> None:
        """Give up the spools."""
        self._spool.close()
        self._odd.close()
        self._elapsed.close()


def _spool() -> SpooledTemporaryFile[str]:
    return SpooledTemporaryFile(_SPOOL, "w+", encoding="utf-8", newline="")


def _copy(spool: IO[str], out: IO[str]) -> None:
    spool.seek(0)
    while block := spool.read(1 << 20):
        out.write(block)


class Tally:
    """What a person wants to see at a glance: counts, and the worst of the breaches, in bounded memory."""

    def __init__(self, keep: int) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.odd: Counter[str] = Counter()
        self.missing: Counter[tuple[str, str]] = Counter()
        self.not_assessed: dict[NotAssessed, None] = {}
        self.elapsed: dict[str, tuple[Counter[int], Counter[int]]] = {}
        """For each duty without a number, by days: how many took so long, and how many were not done for so long."""
        self.worst: list[Finding] = []
        self.breaches = 0
        self.keep = keep

    def add(self, report: Report) -> None:
        """Take in the report on one child."""
        self.count(report)
        self.odd.update(entry.code for entry in report.irregularities)
        self.breaches += len(report.breaches)
        self.weigh(report.breaches)

    def count(self, report: Report) -> None:
        """Count what a report finds and tells, and list what was not assessed; no more."""
        for finding in report.findings:
            self.counts[finding.rule, finding.status] += 1
            for name in finding.missing:
                self.missing[finding.rule, name] += 1
        self.not_assessed |= dict.fromkeys(report.not_assessed)
        for told in report.elapsed:
            self.took(told.rule, told.answer is not None, Counter((told.days,)))

    def took(self, rule: str, done: bool, days: Mapping[int, int]) -> None:
        """Take in how often a duty without a number took so many days, or was not done for so many."""
        self.elapsed.setdefault(rule, (Counter(), Counter()))[not done].update(days)

    def weigh(self, breaches: Iterable[Finding]) -> None:
        """Keep breaches that are graver than those kept."""
        self.worst += breaches
        if len(self.worst) > 4 * self.keep:
            self._trim()

    def join(self, other: "Tally") -> None:
        """Take in what was counted of other children."""
        self.counts.update(other.counts)
        self.odd.update(other.odd)
        self.missing.update(other.missing)
        self.not_assessed |= other.not_assessed
        for rule, (done, undone) in other.elapsed.items():
            self.took(rule, True, done)
            self.took(rule, False, undone)
        self.breaches += other.breaches
        self.weigh(other.worst)

    def _trim(self) -> None:
        self.worst.sort(key=gravity)
        del self.worst[self.keep :]

    @property
    def gravest(self) -> list[Finding]:
        """What is still undone first, longest overdue first; then what never was done, was broken, and was late."""
        self._trim()
        return self.worst


GRAVITY = {"overdue": 0, "breached": 2, "late": 3}
"""The order of breaches by status; one that was overdue when it fell away comes between the first two."""


def gravity(finding: Finding) -> tuple[int, int, str]:
    """Where a breach stands among all, the gravest first.

    By what is to be done about it, then by calendar days: ten working days late are more than eleven days.
    """
    fell_away = finding.status.value == "overdue" and finding.ended is not None
    last = finding.answer.day if finding.answer else finding.ended or finding.as_at
    past = (last - day_of(finding.due)).days if finding.due is not None else 0
    return GRAVITY[finding.status.value] + fell_away, -past, finding.child
