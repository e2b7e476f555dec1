"""Chronologies out, as an event table: CSV, JSON Lines, Parquet or Arrow, of which any can be read back.

What an event table holds reads back equal: kinds, days and moments, facts, when it was recorded, refs and withdrawals.
An entry that was lost is written as a row without a date, so that it is lost again and no finding becomes *met* by it.
What a source could not hold is written in the column `coverage`, in a row of its own for every child. What the table
has no place for is counted in `Written.not_held`. Children's dates of birth and death stay behind.
"""

import csv
import json
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from io import TextIOWrapper
from os import PathLike, fspath, unlink
from typing import IO, Any, BinaryIO, Literal

from attrs import define, field, frozen

from childprotect.chronology import Chronology, Coverage
from childprotect.errors import UnknownName
from childprotect.events import Event, value_in_words
from childprotect.records import event_table_coverage
from childprotect.records.event_table_coverage import facts_of
from childprotect.records.extras import arrow
from childprotect.records.mapping import RECORDED_AT, REQUIRED, RESERVED
from childprotect.records.rows import guarded
from childprotect.vocabulary import STANDARD, Form, form_of, nearest

Format = Literal["csv", "json-lines", "parquet", "arrow"]
_BATCH = 1 << 16
_TYPES = {Form.FLAG: bool, Form.SET: frozenset, Form.DATE: date, Form.TEXT: str}


@frozen
class Written:
    """What was written, and, for what the table has no place for, of how many children it was left out.

    `not_held` may name `revision`, `remarks`, and `children` of whom nothing is told at all.
    """

    children: int
    rows: int
    not_held: Mapping[str, int] = field(factory=dict)


def write_event_table(
    chronologies: Iterable[Chronology], out: str | PathLike[str] | BinaryIO, format: Format = "csv"
) -> Written:
    """Write chronologies to a file that is open for bytes, or to a new file of that name.

    The columns for facts are those that any of the sources can hold, and those of which an event has a value. Raises
    `FileExistsError` for a name that is taken, `UnknownName` for a format that there is not.
    """
    if (write := _WRITERS.get(format)) is None:
        raise UnknownName("format", format, nearest(format, _WRITERS), ", ".join(_WRITERS))
    with tempfile.TemporaryFile() as spool:
        columns = _Spooled.of(chronologies, spool)
        with _opened(out) as file:
            write(columns, file)
    return Written(columns.children, columns.rows, dict(columns.not_held))


@contextmanager
def _opened(out: str | PathLike[str] | BinaryIO) -> Iterator[IO[bytes]]:
    if not isinstance(out, str | PathLike):
        yield out
        return
    with open(out, "xb") as file:
        try:
            yield file
        except BaseException:
            unlink(fspath(out))
            raise


@define
class _Spooled:
    """The rows, on disk until it is known which columns and types they need."""

    spool: IO[bytes]
    children: int = 0
    rows: int = 0
    is_timed: bool = False
    covers: set[Coverage] = field(factory=set)
    """What the sources can hold, each once."""
    found: set[str] = field(factory=set)
    mixed: set[str] = field(factory=set)
    """Facts of which a value has not the form that its name says."""
    used: set[str] = field(factory=set)
    """Which of `recorded`, `ref` and `withdrawn` any row needs."""
    told: int = 0
    """Children of whom there is a row with what their source covers."""
    is_unnamed: bool = False
    """Whether there is a child of whom no row names an event: only the row with what its source covers tells of it."""
    columns: tuple[str, ...] = ()
    not_held: Counter[str] = field(factory=Counter)

    @classmethod
    def of(cls, chronologies: Iterable[Chronology], spool: IO[bytes]) -> "_Spooled":
        made = cls(spool)
        batch: list[dict[str, Any]] = []
        for chronology in chronologies:
            batch += made._rows(chronology)
            if len(batch) >= _BATCH:
                pickle.dump(batch, spool)
                batch = []
        pickle.dump(batch, spool)
        made.settle()
        return made

    def _rows(self, chronology: Chronology) -> Iterator[dict[str, Any]]:
        self.children += 1
        self.covers.add(chronology.covers)
        for name, lacks in (
            ("revision", any(event.revision for event in chronology)),
            ("remarks", bool(chronology.remarks)),
            ("children", not chronology.events and not chronology.lost),
        ):
            self.not_held.update([name] if lacks else [])
        if chronology.events or chronology.lost:
            self.told += 1
            yield {"child": chronology.child, "coverage": event_table_coverage.written(chronology.covers)}
            self.is_unnamed |= not chronology.events and not any(lost.kind for lost in chronology.lost)
        for event in chronology:
            yield self._row(chronology.child, event)
        for lost in chronology.lost:
            self.rows += 1
            yield {"child": chronology.child, "event": lost.kind, "at": None}

    def _row(self, child: str, event: Event) -> dict[str, Any]:
        self.rows += 1
        self.is_timed = self.is_timed or event.timed
        row: dict[str, Any] = {"child": child, "event": event.kind, "at": event.at, **event.facts}
        for name, value in (("recorded", event.recorded), ("ref", event.ref), ("withdrawn", event.withdrawn or None)):
            if value is not None:
                row[name] = value
                self.used.add(name)
        for name, value in event.facts.items():
            self.found.add(name)
            if type(value) is not _TYPES[form_of(name)]:
                self.mixed.add(name)
        return row

    def settle(self) -> None:
        """Settle the columns, when all rows are there."""
        held = frozenset(fact for covers in self.covers for fact in _facts(covers))
        used = self.used | (held & {RECORDED_AT})
        columns = (
            *REQUIRED,
            *(name for name in RESERVED if name in used),
            *sorted((self.found | held) - set(RESERVED)),
        )
        plain = facts_of(columns)
        if self.is_unnamed or any(covers not in (Coverage(), Coverage(facts=plain)) for covers in self.covers):
            columns = (*REQUIRED, "coverage", *columns[len(REQUIRED) :])
            self.rows += self.told
        self.columns = columns

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """The rows, some at a time; those of the coverage only if the columns do not say all of it."""
        end = self.spool.tell()
        self.spool.seek(0)
        while self.spool.tell() < end:
            batch = pickle.load(self.spool)
            yield batch if "coverage" in self.columns else [row for row in batch if "coverage" not in row]


def _facts(covers: Coverage) -> Iterator[str]:
    """The facts that need a column, of those that are known by name."""
    for fact in STANDARD.facts | {RECORDED_AT} if covers.facts is None else covers.facts:
        yield fact.rpartition(".")[2]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value_in_words(value)


def _csv(rows: _Spooled, file: IO[bytes]) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    columns = rows.columns
    writer.writerow(columns)
    for batch in rows.batches():
        writer.writerows([guarded(_text(row.get(name))) for name in columns] for row in batch)
    text.detach()


def _json_lines(rows: _Spooled, file: IO[bytes]) -> None:
    # a reader learns from the names in the lines what the table can hold
    always = dict.fromkeys(name for name in rows.columns if name in (*REQUIRED, "coverage"))
    every: dict[str, Any] = dict.fromkeys(rows.columns)
    for batch in rows.batches():
        for row in batch:
            file.write(json.dumps({**every, **row}, default=_json, ensure_ascii=False).encode() + b"\n")
            every = always


def _json(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()


def _tables(rows: _Spooled) -> tuple[Any, Iterator[Any]]:
    """The Arrow schema of the rows, and batches of them."""
    pa = arrow("the event table")
    name = pa.dictionary(pa.int32(), pa.string())
    types = {Form.FLAG: pa.bool_(), Form.SET: pa.list_(pa.string()), Form.DATE: pa.date32(), Form.TEXT: name}
    fixed = {
        "child": pa.string(),
        "event": name,
        "at": pa.string() if rows.is_timed else pa.date32(),
        "recorded": pa.date32(),
        "ref": pa.string(),
        "withdrawn": pa.bool_(),
        "coverage": name,
    }
    mixed = rows.mixed
    kinds = {n: fixed.get(n) or (pa.string() if n in mixed else types[form_of(n)]) for n in rows.columns}
    texts = {n for n in kinds if n in mixed or (n == "at" and rows.is_timed)}
    schema = pa.schema(list(kinds.items()))

    def batches() -> Iterator[Any]:
        for batch in rows.batches():
            columns = [[_cell(row.get(n), n in texts) for row in batch] for n in kinds]
            arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds.values(), strict=True)]
            yield pa.record_batch(arrays, schema=schema)

    return schema, batches()


def _cell(value: Any, as_text: bool) -> Any:
    if value is None:
        return None
    if as_text:
        return _text(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _parquet(rows: _Spooled, file: IO[bytes]) -> None:
    schema, batches = _tables(rows)
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _arrow(rows: _Spooled, file: IO[bytes]) -> None:
    schema, batches = _tables(rows)
    pa = arrow("the event table")
    # dictionaries may grow from batch to batch in a stream, and not in a file
    with pa.ipc.new_stream(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


_WRITERS: dict[str, Callable[[_Spooled, IO[bytes]], None]] = {
    "csv": _csv,
    "json-lines": _json_lines,
    "parquet": _parquet,
    "arrow": _arrow,
}
