"""The Standard Safeguarding Dataset as a folder of CSV or Parquet files, each put in the order of the children.

SQLite sorts them in a temporary database, so that memory stays flat: what does not fit into its cache is in a file that
has no name and goes with the process. Lines of CSV are read here: in SQL engines that read them a quotation mark that
does not close would cost every line below it, and a file in big-endian UTF-16 would be an empty one.
"""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from attrs import define, field

from childprotect.errors import UnreadableInput
from childprotect.records.extras import arrow, library
from childprotect.records.source import Progress, open_binary
from childprotect.records.ssd_tables import EXPECTED, TABLES, Broken, Row, Tables, person_in
from childprotect.records.texts import Lines, open_text
from childprotect.wording import counted

if TYPE_CHECKING:
    import sqlite3

_KINDS = (".csv", ".parquet")
_AT_A_TIME = 10_000
"""Rows that are put into the database at once."""
_CACHE = 4 << 10
"""How much of the database, and of what is being sorted, is held in memory, in KiB."""
_WHOLE = re.compile(r"\s*([0-9]+)\.0\s*")
_BUFFER = 1 << 16
"""How much of a column of Parquet is read at once, in bytes."""
_NO_TEXT = "\ufffd"
_EPOCH = date(1970, 1, 1).toordinal()
_DELIMITERS = ",;\t|"


def table_files(path: str, schema: str | None = None) -> dict[str, list[str]]:
    """The files of a folder that hold tables of ours, by table; only those of a schema, if one is named.

    `SSD_CP_PLANS.csv` and `dbo.ssd_cp_plans.parquet` are both ssd_cp_plans, the latter of the schema dbo.
    """
    found: dict[str, list[str]] = {}
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        why = f"it cannot be opened ({error.strerror})"
        raise UnreadableInput(path, "", why, "a folder that can be read") from None
    for name in names:
        stem, kind = os.path.splitext(name.casefold())
        prefix, _, table = stem.rpartition(".")
        file = os.path.join(path, name)
        if kind in _KINDS and table in TABLES and schema in (None, prefix) and os.path.isfile(file):
            found.setdefault(table, []).append(file)
    return found


def open_folder(path: str, schema: str | None, progress: Progress | None) -> Tables:
    """The tables of a folder. Raises `UnreadableInput`, which names the file."""
    files = table_files(path, schema.casefold() if schema else None)
    for table, several in files.items():
        if len(several) > 1:
            raise UnreadableInput(path, table, f"{len(several)} files hold it", "one file a table, or name a schema")
    sqlite3 = library("sqlite3", path, "a folder of tables", instead="a Python that was built with it")
    # without a name: a file that is there only while it is open. It is closed by whatever thread has it last
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)

    def ask(sql: str) -> Iterator[Row]:
        try:
            for row in connection.execute(sql):  # noqa: UP028 (it would close the cursor after the connection)
                yield row
        except GeneratorExit:  # where Python ends before all was read, sqlite3 may be gone, and could not be named
            return
        except sqlite3.Error as error:
            raise _unreadable(path, error) from None

    columns: dict[str, Mapping[str, str]] = {}
    broken: list[Broken] = []
    try:
        connection.create_function("whole", 1, _whole)
        for pragma in (f"cache_size = -{_CACHE}", "temp_store = FILE", "journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for table, (file,) in files.items():
            held = (
                _load_csv(connection, table, file, broken, progress)
                if file.casefold().endswith(".csv")
                else _load_parquet(connection, table, file)
            )
            columns[table] = {column: column for column in held}
        return Tables(path, columns, {table: table for table in columns}, ask, broken, connection.close, in_order=True)
    except sqlite3.Error as error:
        connection.close()
        raise _unreadable(path, error) from None
    except BaseException:
        connection.close()
        raise


def _unreadable(path: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(path, "", f"its tables cannot be read ({type(error).__name__})", EXPECTED)


def _sort(
    connection: "sqlite3.Connection", table: str, columns: Iterable[str], batches: Iterable[Iterable[Row]]
) -> None:
    """A table with its rows, the person first, in the order of the children; those of one child as they come."""
    names = tuple(columns)
    connection.execute("BEGIN")
    connection.execute(f"CREATE TABLE raw ({', '.join(f'{name} TEXT' for name in names)})")
    for rows in batches:
        connection.executemany(f"INSERT INTO raw VALUES ({', '.join('?' * len(names))})", rows)
    connection.execute(f"UPDATE raw SET {names[0]} = whole({names[0]}) WHERE INSTR({names[0]}, '.0')")
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM raw ORDER BY {person_in(names[0])}, rowid")
    connection.execute("DROP TABLE raw")
    connection.execute("COMMIT")


def _whole(identifier: str) -> str:
    """A gap in a column of whole numbers makes fractions of them, as pandas does: 101.0 is 101."""
    whole = _WHOLE.fullmatch(identifier)
    return whole[1] if whole else identifier


def _load_parquet(connection: "sqlite3.Connection", table: str, path: str) -> tuple[str, ...]:
    """A table of the columns of ours, as text."""
    pa = arrow(path)
    import pyarrow.parquet as parquet

    open_binary(path).close()
    try:
        with parquet.ParquetFile(path, buffer_size=_BUFFER) as file:
            names = file.schema_arrow.names
            held = _held(path, "its columns", table, [name.casefold() for name in names])
            asked = [names[place] for place in held.values()]
            batches = file.iter_batches(_AT_A_TIME, columns=asked, use_threads=False)
            rows = (zip(*(_texts(batch.column(name)) for name in asked), strict=True) for batch in batches)
            _sort(connection, table, held, rows)
    except UnreadableInput:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, ArithmeticError):  # also a text that is no UTF-8
        raise UnreadableInput(path, "", "it is not Parquet, or broken", "a table in Parquet") from None
    return tuple(held)


def _texts(column: Any) -> list[str | None]:
    """A column of Arrow as text. A number with a fraction of nothing has it, as in CSV; what is not one is nothing.

    Of what is there and is no text that could be used, such as a record, U+FFFD is left: no identifier, and no date.
    """
    import pyarrow as pa
    import pyarrow.types as types

    kind = column.type
    if types.is_dictionary(kind):
        return _texts(column.dictionary_decode())
    if types.is_nested(kind):
        return [_NO_TEXT if there else None for there in column.is_valid().to_pylist()]
    if types.is_date(kind) or types.is_timestamp(kind):
        return _moments(column)
    if types.is_floating(kind) or isinstance(kind, pa.BaseExtensionType):  # such as a UUID
        return [None if value is None or value != value else str(value) for value in column.to_pylist()]
    if "binary" in str(kind):
        return [None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()]
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    return texts


def _moments(column: Any) -> list[str | None]:
    """Dates and moments as text, those with a zone in UTC. Arrow takes a year of six figures for one of four."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, end, in_a_day = column.type, "", 1
    if pa.types.is_date64(kind):
        column = column.cast(pa.date32(), safe=False)
    elif pa.types.is_timestamp(kind):
        in_a_day = 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
        if kind.tz is not None:
            column, end = column.cast(pa.timestamp(kind.unit)), "Z"  # to drop a zone, no list of them is needed
    numbers = column.cast(pa.int32() if pa.types.is_date(kind) else pa.int64()).cast(pa.int64())
    begins, ends = (date(year, 1, 1).toordinal() - _EPOCH for year in (1000, 3000))
    meant = pc.and_(
        pc.greater_equal(numbers, max(begins * in_a_day, -(2**63))), pc.less(numbers, min(ends * in_a_day, 2**63 - 1))
    )
    texts = pc.if_else(meant, column.cast(pa.string()), _NO_TEXT).to_pylist()
    return [text and text + end for text in texts]


def _held(path: str, place: str, table: str, header: list[str]) -> dict[str, int]:
    """Which columns of ours a file has, and where."""
    for column in TABLES[table]:
        if header.count(column) > 1:
            raise UnreadableInput(path, place, f"there is more than one column {column}", EXPECTED)
    if TABLES[table][0] not in header:
        raise UnreadableInput(path, place, f"there is no column {TABLES[table][0]}", EXPECTED)
    return {column: header.index(column) for column in TABLES[table] if column in header}


def _load_csv(
    connection: "sqlite3.Connection", table: str, path: str, broken: list[Broken], progress: Progress | None
) -> tuple[str, ...]:
    """A table of the columns of ours; lines that are no rows are put with the `broken` ones."""
    raw, text, _ = open_text(path, errors="replace")
    with text:
        first = next(text, "")
        delimiter = max(_DELIMITERS, key=first.count)
        try:
            header = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter), [])]
        except csv.Error:
            header = []
        held = _held(path, "line 1", table, header)
        rows = _good(csv_rows(text, delimiter, len(header)), table, path, broken)

        def batches() -> Iterator[Iterable[Row]]:
            done = 0
            while batch := list(islice(rows, _AT_A_TIME)):
                yield ([row[place] for place in held.values()] for row in batch)
                if progress is not None:
                    progress(raw.tell() - done)
                    done = raw.tell()

        _sort(connection, table, held, batches())
    return tuple(held)


def _good(
    rows: "Iterable[tuple[int, list[str] | Unread]]", table: str, path: str, broken: list[Broken]
) -> Iterator[list[str]]:
    for number, row in rows:
        if isinstance(row, Unread):
            broken.append(Broken(table, f"{os.path.basename(path)}, line {number}", row.because, row.cells))
        else:
            yield row


@define
class Unread:
    """A line that is no row: why, and what stands in it."""

    because: str
    cells: frozenset[str] = field(repr=False)


def csv_rows(text: Iterator[str], delimiter: str, width: int) -> Iterator[tuple[int, list[str] | Unread]]:
    """The rows below the header, each with the number of its first line; a bad line costs that line and no other.

    A quotation mark that does not close is told by a line within it that would be a row by itself.
    """
    lines = Lines(text, number=1)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        number = lines.number + 1
        cells: list[str] | None
        try:
            cells, problem = next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            cells, problem = [], "the row is not CSV"
        first, *more = lines.taken
        if more and (problem or any(_is_row(line, delimiter, width) for line in more)):
            problem = "the row is not CSV (a quotation mark is not closed)"
            lines.put_back(more)
        if problem:
            cells = [cell.strip(' "\r\n') for cell in first.split(delimiter)]
        elif not any(map(str.strip, cells)):
            continue
        elif len(cells) < width or any(map(str.strip, cells[width:])):
            problem = f"the row has {counted(len(cells), 'cells')}, and the header {width}"
        if problem:
            yield number, Unread(problem, frozenset(map(str.strip, cells)))
        else:
            yield number, cells[:width]


def _is_row(line: str, delimiter: str, width: int) -> bool:
    """Whether a line within quotation marks would be a row by itself."""
    return line.count('"') % 2 == 0 and len(next(csv.reader([line], delimiter=delimiter), ())) == width
