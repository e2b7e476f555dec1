"""The Standard Safeguarding Dataset as a folder of CSV or Parquet files, put into DuckDB in memory to be sorted.

What does not fit into memory is put on disk for as long as it is read, in a folder that nobody else can open. Lines of
CSV are read here and not by DuckDB: there a quotation mark that does not close would cost every line below it, and a
file in big-endian UTF-16 would be an empty one.
"""

import csv
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from tempfile import mkdtemp
from typing import Any

from attrs import define, field

from childprotect.errors import UnreadableInput
from childprotect.records.source import Progress
from childprotect.records.ssd_tables import EXPECTED, TABLES, Broken, Row, Tables, person_in
from childprotect.records.texts import Lines, open_text

_KINDS = (".csv", ".parquet")
_LOADED_AT_A_TIME = 20_000
_FETCHED_AT_A_TIME = 1000  # of every table at once
_MEMORY = "256MB"
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
    try:
        import duckdb
        import pyarrow  # noqa: F401
    except ImportError:
        needed = "the extra `formats`: pip install childprotect[formats]"
        raise UnreadableInput(path, "", "reading it needs packages that are not installed", needed) from None
    files = table_files(path, schema.casefold() if schema else None)
    for table, several in files.items():
        if len(several) > 1:
            raise UnreadableInput(path, table, f"{len(several)} files hold it", "one file a table, or name a schema")
    spill = mkdtemp(prefix="childprotect-")
    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": 2,  # each needs memory of its own
        "temp_directory": spill,
        "autoinstall_known_extensions": False,  # nothing is fetched from anywhere
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(config=config)

    def close() -> None:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)

    def ask(sql: str) -> Iterator[Row]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                while rows := cursor.fetchmany(_FETCHED_AT_A_TIME):
                    yield from rows
        except duckdb.Error as error:
            raise _unreadable(path, error) from None

    columns: dict[str, Mapping[str, str]] = {}
    broken: list[Broken] = []
    try:
        for table, (file,) in files.items():
            held = (
                _load_csv(connection, table, file, broken, progress)
                if file.casefold().endswith(".csv")
                else _load_parquet(connection, table, file)
            )
            columns[table] = {column: column for column in held}
        return Tables(path, columns, {table: table for table in columns}, ask, broken, close, in_order=True)
    except duckdb.Error as error:
        close()
        raise _unreadable(path, error) from None
    except BaseException:
        close()
        raise


def _unreadable(path: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(path, "", f"its tables cannot be read ({type(error).__name__})", EXPECTED)


def _sort(connection: Any, table: str, source: str) -> None:
    """A table in the order of the children. One is sorted after the other: each at a time needs memory of its own.

    A gap in a column of whole numbers makes fractions of them, as pandas does: 101.0 is 101.
    """
    person = TABLES[table][0]
    whole = rf"regexp_replace({person}, '^\s*(\d+)\.0\s*$', '\1')"
    asked = f"SELECT * REPLACE ({whole} AS {person}) FROM ({source})"
    connection.execute(f"CREATE TABLE {table} AS {asked} ORDER BY {person_in(person)}")


def _load_parquet(connection: Any, table: str, path: str) -> tuple[str, ...]:
    """A table of the columns of ours, as text; that of a moment with a zone has its offset from UTC."""
    import duckdb

    literal = re.sub(r"[*?[]", r"[\g<0>]", path).replace("'", "''")  # the name of one file, and no pattern
    try:
        connection.execute(f"SELECT * FROM read_parquet('{literal}') LIMIT 0")
        said = [str(column[0]) for column in connection.description]
        held = _held(path, "its columns", table, [name.casefold() for name in said])
        asked = ", ".join(f'CAST("{said[place]}" AS VARCHAR) AS {column}' for column, place in held.items())
        _sort(connection, table, f"SELECT {asked} FROM read_parquet('{literal}')")
    except duckdb.Error:
        raise UnreadableInput(path, "", "it is not Parquet, or broken", "a table in Parquet") from None
    return tuple(held)


def _held(path: str, place: str, table: str, header: list[str]) -> dict[str, int]:
    """Which columns of ours a file has, and where."""
    for column in TABLES[table]:
        if header.count(column) > 1:
            raise UnreadableInput(path, place, f"there is more than one column {column}", EXPECTED)
    if TABLES[table][0] not in header:
        raise UnreadableInput(path, place, f"there is no column {TABLES[table][0]}", EXPECTED)
    return {column: header.index(column) for column in TABLES[table] if column in header}


def _load_csv(
    connection: Any, table: str, path: str, broken: list[Broken], progress: Progress | None
) -> tuple[str, ...]:
    """A table of the columns of ours; lines that are no rows are put with the `broken` ones."""
    import pyarrow as pa

    raw, text, _ = open_text(path, errors="replace")
    with text:
        first = next(text, "")
        delimiter = max(_DELIMITERS, key=first.count)
        try:
            header = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter), [])]
        except csv.Error:
            header = []
        held = _held(path, "line 1", table, header)
        connection.execute(f"CREATE TABLE raw ({', '.join(f'{column} VARCHAR' for column in held)})")
        types = pa.schema([(column, pa.string()) for column in held])
        rows = _good(csv_rows(text, delimiter, len(header)), table, path, broken)
        done = 0
        while batch := list(islice(rows, _LOADED_AT_A_TIME)):
            turned = list(zip(*batch, strict=True))
            data = pa.table([turned[place] for place in held.values()], schema=types)
            connection.register("batch", data)
            connection.execute("INSERT INTO raw SELECT * FROM batch")
            connection.unregister("batch")
            if progress is not None:
                progress(raw.tell() - done)
                done = raw.tell()
    _sort(connection, table, "SELECT * FROM raw")
    connection.execute("DROP TABLE raw")
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
            problem = f"the row has {len(cells)} cells, and the header {width}"
        if problem:
            yield number, Unread(problem, frozenset(map(str.strip, cells)))
        else:
            yield number, cells[:width]


def _is_row(line: str, delimiter: str, width: int) -> bool:
    """Whether a line within quotation marks would be a row by itself."""
    return line.count('"') % 2 == 0 and len(next(csv.reader([line], delimiter=delimiter), ())) == width
