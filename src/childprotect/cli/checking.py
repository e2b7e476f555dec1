"""`childprotect check`: what is named on the command line, checked child by child, or in columns where that pays.

Both say the same. Columns need the extra `tables`, and give no sentences: they serve the summary.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from importlib.util import find_spec
from itertools import islice
from typing import Any

from attrs import define, field

from childprotect.cli.inputs import How, Met, chronologies, is_database, opened, stages
from childprotect.compliance import check
from childprotect.findings import Report
from childprotect.records import Source
from childprotect.records.arrow_table import ARROW, PARQUET
from childprotect.records.event_table import FORMAT
from childprotect.records.recognising import given
from childprotect.records.reports import Tally
from childprotect.records.source import Account
from childprotect.rulebook import Rulebook

_MANY = 30_000
"""Rows from which on columns pay for an event table that is read row by row: Polars takes a while to be loaded."""
_AT_A_TIME = 128
"""Children that are read, then checked, then written: what each of these needs stays near, a tenth of the time."""
_A_WHILE = 200_000
"""Rows that take more than a moment in columns, where the records are intricate."""


@define
class Asked:
    """What is to be checked, and how. `sources` has what was read, once all of it was."""

    files: Sequence[str]
    how: How
    book: Rulebook
    as_at: date | None = None
    known_at: date | None = None
    sources: list[Source] = field(factory=list)
    _met: Met = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._met = Met(several=len(self.files) > 1)

    def reports(self) -> Iterator[Report]:
        """The report on every child. Raises `UnreadableInput`."""
        for path in self.files:
            yield from self._reports(path)

    def tally(self, keep: int, *, in_columns: bool | None = None) -> Tally:
        """All of it at a glance, with so many breaches. Raises `UnreadableInput`.

        Where nothing is said, columns are taken for Parquet and Arrow, and for event tables that are long.
        """
        tally = Tally(keep)
        possible = all(map(find_spec, ("numpy", "polars", "pyarrow"))) if in_columns is None else in_columns
        many = _MANY if in_columns is None else 0
        for path in self.files:
            if not possible or not self.how.is_plain or is_database(path):
                for report in self._reports(path):
                    tally.add(report)
            elif not self._add_columns(path, tally):
                self._add_long(path, tally, many)
        return tally

    def _reports(self, path: str) -> Iterator[Report]:
        told = chronologies(path, self.how, self.sources, self.as_at)
        while some := list(islice(told, _AT_A_TIME)):
            for source, chronology in some:
                self._met.one(chronology.child, len(self.sources), source)
            yield from [check(story, self.book, as_at=source.as_at, known_at=self.known_at) for source, story in some]

    def _add_columns(self, path: str, tally: Tally) -> bool:
        """Take in an event table that is in columns; whether it is one."""
        asked = given(path)
        if not PARQUET.recognise(asked) and not ARROW.recognise(asked):
            return False  # what columns need takes a while to be loaded
        from childprotect.tables.scanning import scan_columns
        from childprotect.tables.stages import CHECKING

        with ExitStack() as stack:
            stage = stages(path, _A_WHILE, stack)
            events = scan_columns(path, columns=self.how.layout(), stage=stage)
            if events is None or not (days := events.last()):
                return False  # the reader of rows says what is wrong with it
            source = Source(events.name, FORMAT, date.min)
            source.as_at = source.account.last_of(days)
            if self.as_at is not None:
                source.as_at = self.as_at
            self.sources.append(source)
            done = stage(CHECKING, events.rows)
            account, source.children, source.events = self._take_in(events, source, tally, done)
        source.account.add(account)
        return True

    def _add_long(self, path: str, tally: Tally, many: int) -> None:
        """Take in what is read child by child: in columns if it is a long event table."""
        with opened(path, self.how, self.sources, self.as_at) as (source, done):
            told = iter(source)
            if source.format == FORMAT and source.account.rows >= many:
                from childprotect.tables.scanning import events_of

                self._take_in(events_of(source.path, told), source, tally, done)
                return
            for chronology in told:
                self._met.one(chronology.child, len(self.sources), source)
                tally.add(check(chronology, self.book, as_at=source.as_at, known_at=self.known_at))
                done(len(chronology))

    def _take_in(
        self, events: Any, source: Source, tally: Tally, done: Callable[[int], None]
    ) -> tuple[Account, int, int]:
        """Take in events in columns: the account of their rows, and how many children and events there are."""
        from childprotect.tables.checking import Checked
        from childprotect.tables.lazily import Findings
        from childprotect.tables.tallying import tallied

        day, known_at, keep = source.as_at, self.known_at, tally.keep
        findings = Findings(events, self.book, day, known_at)

        def made(checked: Checked) -> tuple[Tally, list[str]]:
            part = tallied(checked, self.book, as_at=day, known_at=known_at, keep=keep)
            return part, checked.batch.names.to_pylist() if self._met.several else []

        children = n_events = 0
        for gathered, parts in findings.parts(made, done):
            told: set[str] = set()
            for part, names in parts:
                tally.join(part)
                told.update(names)
            children, n_events = children + gathered.children, n_events + gathered.events
            for name in gathered.names.to_pylist() if told else ():
                if name in told:
                    self._met.one(name, len(self.sources), source)
        assert findings.account is not None, "all of it was asked for"
        return findings.account, children, n_events
