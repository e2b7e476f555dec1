"""An authority's records on a day, read and checked once: what everything on the desk is made from."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
from attrs import field, frozen

from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.findings import Report
from childprotect.profiles import Profile
from childprotect.records import Columns, Source
from childprotect.records.source import Account
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england
from childprotect.tables import check as check_all
from childprotect.tables.lazily import Progress
from childprotect.tables.scanning import Events, held, scan


@frozen(eq=False)
class Desk:
    """The records of an authority as at a day, with what was known on `known_at`, and all findings on them.

    `Desk.of` makes it. `findings` is the table of `childprotect.tables.check`, in memory: of 20,000 children some tens
    of megabytes.
    """

    events: Events = field(repr=lambda events: repr(events.name))
    rulebook: Rulebook = field(repr=False)
    as_at: date
    known_at: date | None
    findings: pl.DataFrame = field(repr=False)
    account: Account = field(repr=False)
    """What became of every row; of records that were read before, their source has it."""
    names: frozenset[str] = field(repr=False)
    """The children of whom something was read."""
    n_events: int

    @classmethod
    def of(
        cls,
        records: Any,
        as_at: date,
        *,
        known_at: date | None = None,
        rulebook: Rulebook | None = None,
        profile: Profile | None = None,
        columns: Columns | None = None,
        progress: Progress | None = None,
    ) -> "Desk":
        """Read records and check them.

        `records` is a path in any format that can be read, several paths of event tables in columns, a DataFrame, a
        `Source`, or chronologies. Of a child of whom there are two, as two sources tell it, each is judged by itself.
        `rulebook` is the national law with what inspectors asked for, unless another is given; `profile` goes on top.
        `progress` is told of the rows as they are checked. Raises `UnreadableInput`.
        """
        book = rulebook if rulebook is not None else england.rulebook.with_practice()
        book = book if profile is None else book | profile
        events = events_in(records, columns)
        checked = check_all(events, book, as_at=as_at, known_at=known_at)
        found: list[Any] = []
        names: set[str] = set()
        n_events = 0
        for piece in checked.pieces(progress=progress):
            found += piece.findings
            names.update(piece.gathered.names.to_pylist())
            n_events += piece.gathered.events
        assert checked.account is not None, "all of it was asked for"
        table = pl.DataFrame(pa.Table.from_batches(found, checked.schema))
        return cls(events, book, as_at, known_at, table, checked.account, frozenset(names), n_events)

    def chronologies(self, children: Collection[str] | None = None) -> Iterator[Chronology]:
        """The records of some children, or of all, one by one."""
        return self.events.told(children)

    def report(self, chronology: Chronology) -> Report:
        """The check of one child, with its reasons."""
        return check(chronology, self.rulebook, as_at=self.as_at, known_at=self.known_at)

    def children_with(self, these: pl.Expr) -> list[str]:
        """The children of whom some findings are, in the order of the findings."""
        return (
            self.findings.lazy()
            .filter(these)
            .select(pl.col("child").unique(maintain_order=True))
            .collect()["child"]
            .to_list()
        )


def events_in(records: Any, columns: Columns | None = None) -> Events:
    """Records as events that can be checked, whatever of those that `Desk.of` takes they are."""
    if isinstance(records, Events):
        return records
    if isinstance(records, Source):
        return held(records.path, list(records))
    if _are_chronologies(records):
        return held("chronologies", list(records))
    return scan(records, columns=columns)


def _are_chronologies(records: Any) -> bool:
    if isinstance(records, Sequence) and not isinstance(records, str):
        return bool(records) and all(isinstance(one, Chronology) for one in records)
    return isinstance(records, Iterable) and isinstance(records, Iterator)
