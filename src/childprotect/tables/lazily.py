"""A check of events as a lazy table of findings: nothing is worked out before it is asked for, and little is held.

>>> import polars as pl
>>> from datetime import date
>>> from childprotect import tables
>>> from childprotect.rulebooks import england
>>> events = pl.DataFrame({
...     "child": ["C-101", "C-101", "C-102"],
...     "event": ["referral", "referral-decided", "referral"],
...     "at": [date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 1)],
... })
>>> findings = tables.check(events, england.rulebook, as_at=date(2024, 3, 31))
>>> findings.collect().filter(pl.col("rule") == "referral-decision")["status"].to_list()
['met', 'overdue']
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Any, Generic, TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet
from attrs import define, evolve, field, frozen
from polars.io.plugins import register_io_source

from childprotect.calendars import refuse_other_than_days
from childprotect.compliance import check as check_one
from childprotect.errors import UnknownName, UnreadableInput, UnwritableOutput
from childprotect.findings import Finding
from childprotect.profiles import Profile
from childprotect.records import Columns
from childprotect.records.arrow_columns import EXPECTED
from childprotect.records.event_table import nothing_read
from childprotect.records.safely import refuse_input, refuse_same, written
from childprotect.records.source import Account, Rejection
from childprotect.rulebook import Rulebook
from childprotect.tables.asked import asked_by
from childprotect.tables.checking import Checked
from childprotect.tables.checking import check as check_batch
from childprotect.tables.gathering import Gathered
from childprotect.tables.inputs import refuse_other_than
from childprotect.tables.irregular import SCHEMA as irregular_schema
from childprotect.tables.irregular import irregular as irregular_in
from childprotect.tables.measuring import Values, counted, counts, shares
from childprotect.tables.results import Book, of_row, schema_with
from childprotect.tables.scanning import Events, scan
from childprotect.tables.shapes import Spare
from childprotect.tables.threads import in_turn
from childprotect.vocabulary import nearest

Made = TypeVar("Made")
Progress = Callable[[int], None]
"""Called with the number of rows that were checked since the last call."""


def check(
    events: Any,
    rulebook: Rulebook,
    *,
    as_at: date,
    known_at: date | None = None,
    profile: Profile | None = None,
    columns: Columns | None = None,
    besides: str | Sequence[str] = (),
) -> "Findings":
    """The findings of all children in `events`, as things stood on `as_at`, with what was known on `known_at`.

    `events` is what `scan` takes, with `columns` and `besides`, or what it gives. Row by row the findings are those of
    `childprotect.check`. Raises `UnreadableInput` for what is no table of events, and for an argument of another kind,
    before any work is done.
    """
    refuse_other_than_days(as_at, known_at)
    refuse_other_than("rulebook", rulebook, Rulebook, "a rulebook, such as childprotect.rulebooks.england.rulebook")
    if profile is not None:
        refuse_other_than("profile", profile, Profile, "a profile, such as Profile.load('anytown.toml')")
    if isinstance(events, Events) and (besides or columns is not None):
        raise UnreadableInput(events.name, "", "it is scanned already", "columns and besides where it is: tables.scan")
    found = events if isinstance(events, Events) else scan(events, columns=columns, besides=besides)
    return Findings(found, rulebook if profile is None else rulebook | profile, as_at, known_at)


@define(eq=False)
class Findings:
    """The findings of a check, a table that is worked out when it is asked for; each time anew.

    Columns: `child`, `rule`, `status`, `started`, `due`, `done`, `days_late`, `unit`, `edition`, `force`, `evidence`,
    `missing`, and the moments `started_at`, `due_at`, `done_at` where a time of day is known. Rows are by child, then
    in the order of the rulebook, then of time. Any library that takes an Arrow stream takes it as it is.
    """

    events: Events
    rulebook: Rulebook
    as_at: date
    known_at: date | None = None
    account: Account | None = field(default=None, init=False)
    """What became of every row, once all findings were asked for."""

    @property
    def schema(self) -> Any:
        """The Arrow schema of the table."""
        return schema_with(self.events.besides)

    def batches(self, progress: Progress | None = None) -> Iterator[Any]:
        """The findings as Arrow record batches, as they come. Raises `UnreadableInput` where no row is an event."""
        for piece in self.pieces(progress=progress):
            yield from piece.findings

    def pieces(self, *, irregular: bool = False, progress: Progress | None = None) -> Iterator["Piece"]:
        """What is found in some children after the other; with what is odd in their records, if that is asked for."""
        book, as_at, known_at = Book.of(self.rulebook), self.as_at, self.known_at

        def made(checked: Checked) -> tuple[Any, Any]:
            odd = irregular_in(checked, self.rulebook, as_at=as_at, known_at=known_at) if irregular else None
            return book.table(checked), odd

        for gathered, parts in self.parts(made, progress):
            yield Piece([found for found, _ in parts], [odd for _, odd in parts if odd is not None], gathered)

    def parts(
        self, make: Callable[[Checked], Made], progress: Progress | None = None
    ) -> Iterator[tuple[Gathered, list[Made]]]:
        """What `make` makes of the batches of some children after the other, in several threads."""
        account, events, told = Account(), 0, 0
        for gathered, made in in_turn(_Work(self, make), self.events.pieces()):
            account.add(gathered.account)
            events += gathered.events
            # of what is read one by one, rows are on the account only when all of them are
            done = max(account.rows, events)
            if progress is not None and done > told:
                progress(done - told)
                told = done
            yield gathered, made
        account.unused |= Counter(self.events.unused)  # of what is read one by one, its account has them already
        account.rejections.sort(key=_row)
        if not events:
            raise nothing_read(self.events.name, account, EXPECTED)
        self.account = account

    def irregularities(self) -> pl.DataFrame:
        """What is odd in the records, and no breach by itself: columns `child`, `code`, `at`, `strand`, `state`.

        Steps out of order, with the strand and the state in which it stood; recorded targets that differ from ours;
        lateness without a reason; what the source remarked. They are those of `childprotect.check`.
        """
        found = [batch for piece in self.pieces(irregular=True) for batch in piece.irregular]
        return _frame(pa.Table.from_batches(found, irregular_schema))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, self.batches())
        return reader.__arrow_c_stream__(requested_schema)

    def collect(self) -> pl.DataFrame:
        """All findings in memory."""
        return _frame(pa.Table.from_batches(self.batches(), self.schema))

    def lazy(self) -> pl.LazyFrame:
        """The findings as a lazy frame, of which only what is asked for is held."""

        def source(
            with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
        ) -> Iterator[pl.DataFrame]:
            for batch in self.batches():
                frame = pl.DataFrame(batch)
                frame = frame if predicate is None else frame.filter(predicate)
                frame = frame if with_columns is None else frame.select(with_columns)
                yield frame if n_rows is None else frame.head(n_rows)
                if n_rows is not None and (n_rows := n_rows - len(frame)) <= 0:
                    return

        return register_io_source(source, schema=pl.DataFrame(self.schema.empty_table()).schema)

    def write(
        self, path: str, *, irregular: str | None = None, force: bool = False, progress: Progress | None = None
    ) -> int:
        """Write the findings to a Parquet file, and what is odd to another if it is named, whole or not at all.

        Their names end in `.parquet`, and a file that exists is only overwritten with `force`.

        How many findings there are. Raises `UnwritableOutput` before any work, also for a file that is read, and what
        `batches` raises.
        """
        for name in (path, irregular):
            for read in self.events.paths:
                refuse_input(name or "", read)
        if irregular is not None:
            refuse_same(irregular, path)
        for name in filter(None, (path, irregular)):
            if not str(name).casefold().endswith(".parquet"):
                raise UnwritableOutput(name, "its name says nothing of Parquet", "a name that ends in .parquet")
        rows = 0
        with ExitStack() as stack:

            def opened(name: str, schema: Any) -> Any:
                return stack.enter_context(
                    parquet.ParquetWriter(stack.enter_context(written(name, force=force)), schema)
                )

            writer = opened(path, self.schema)
            odd = [opened(irregular, irregular_schema)] if irregular is not None else []
            for piece in self.pieces(irregular=bool(odd), progress=progress):
                for batch in piece.findings:
                    writer.write_batch(batch)
                    rows += batch.num_rows
                for batch in piece.irregular:
                    odd[0].write_batch(batch)
        return rows

    def by(self, *columns: str) -> pl.DataFrame:
        """How many findings there are of each status, for every value of these columns: `"rule"`, `"authority"`.

        Raises `UnknownName` for a column that there is not, or that holds what is counted.
        """
        columns = tuple(dict.fromkeys(columns))
        possible = [name for name in self.schema.names if name not in ("status", "missing")]
        for name in columns:
            if name not in possible:
                raise UnknownName("column", name, nearest(name, possible), expected=" or ".join(possible))
        book, asked = Book.of(self.rulebook), (*columns, "status")

        def made(checked: Checked) -> Counter[Values]:
            return counts(book.table(checked, asked), asked)

        return counted((some for _, parts in self.parts(made) for some in parts), columns)

    def on_time(self, *columns: str) -> pl.DataFrame:
        """The share of duties kept in time, with its interval, for every value of these columns: see `shares`."""
        return shares(self.by(*columns), tuple(dict.fromkeys(columns)))

    def explain(self, row: Mapping[str, Any]) -> Finding:
        """The finding of one row, as the check of that child gives it, with its reasons.

        A row is a mapping of columns to values: `frame.row(5, named=True)` of Polars, `frame.iloc[5].to_dict()` of
        pandas. Columns may be left out, as long as no two findings that differ are left. Raises `UnknownName` where
        there is no such child, or no one finding, and `UnreadableInput` for what is no mapping.
        """
        refuse_other_than("row", row, Mapping, "a row of the findings, such as frame.row(0, named=True)")
        child = str(row.get("child"))
        chronology = self.events.of(child)
        if chronology is None:
            raise UnknownName("child", child)
        report = check_one(chronology, self.rulebook, as_at=self.as_at, known_at=self.known_at)
        finding = of_row({**row, "child": child}, report)
        if finding is None:
            raise UnknownName("finding", f"{row.get('rule')} of {child}", expected="a row of this table, whole")
        return finding


def _frame(table: Any) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


@frozen(eq=False)
class Piece:
    """What is found in some children: findings, and what is odd, as Arrow record batches; and what was taken in."""

    findings: list[Any]
    irregular: list[Any]
    gathered: Gathered


def _row(entry: Rejection) -> int:
    """The number of the row of which something was rejected; 0 where it is no row of a table in columns."""
    kind, _, row = entry.place.partition(" ")
    return int(row) if kind == "row" and row.isdecimal() else 0


@define(eq=False)
class _Work(Generic[Made]):
    """The check of one piece after the other; several threads may be at it."""

    asked: Findings
    make: Callable[[Checked], Made]
    _spare: Spare = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._spare = Spare(asked_by(self.asked.rulebook))

    def __call__(self, taken: Any) -> tuple[Gathered, list[Made]]:
        shapes = self._spare.take()
        book, as_at, known_at = self.asked.rulebook, self.asked.as_at, self.asked.known_at
        gathered = self.asked.events.gather(taken, shapes, as_at, known_at)
        made = [self.make(check_batch(batch, book, as_at=as_at, known_at=known_at)) for batch in gathered.batches]
        self._spare.put_back(shapes)
        return evolve(gathered, batches=[]), made
