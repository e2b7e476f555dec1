"""DfE's tables on children in need, as the Department publishes them: a folder of CSV files."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from os import PathLike, fspath
from pathlib import Path

from childprotect.errors import UnreadableInput
from childprotect.measures.cells import CELLS, Published
from childprotect.records.source import open_binary

ENGLAND = "E92000001"
_CODES = ("new_la_code", "region_code", "country_code")
"""The columns that name the area of a row: the first that is filled does."""
_EXPECTED = "a table of DfE's open data as it is downloaded, CSV in UTF-8"


def published(folder: "str | PathLike[str]", *, area: str = ENGLAND, year: int) -> Published:
    """The figures of an area, by its code (`E06000019`), and a year, the one that ends on its 31 March.

    `folder` holds the CSV files of the open data as they are downloaded. Raises `UnreadableInput` for a folder without
    them, for one that is not CSV in UTF-8, and for an area and year on which they say nothing.
    """
    path = fspath(folder)
    numbers: dict[str, float] = {}
    missing: dict[str, str] = {}
    name = ""
    for file in dict.fromkeys(cell.file for cell in CELLS):
        row = next((row for row in _rows(path, file) if _is_of(row, area, year)), {})
        name = row.get("la_name") or row.get("region_name") or row.get("country_name") or name
        for cell in CELLS:
            if cell.file == file:
                told = (row.get(cell.column, "no row") or "").strip()  # of a line that ends early there is None
                try:
                    numbers[cell.name] = float(told)
                except ValueError:
                    missing[cell.name] = told
    if not numbers:
        raise UnreadableInput(
            path, "", f"there is no figure of the area {area!r} in {year}", "an area's code and a year"
        )
    return Published(name, year, numbers, missing)


def _is_of(row: Mapping[str, str], area: str, year: int) -> bool:
    code = next((row[column] for column in _CODES if row.get(column)), "")
    return code == area and row.get("time_period") == str(year)


def _rows(folder: str, prefix: str) -> Iterator[dict[str, str]]:
    files = sorted(Path(folder).glob(f"{prefix}_*.csv"))
    if len(files) != 1:
        found = "no file" if not files else f"{len(files)} files"
        raise UnreadableInput(folder, "", f"{found} of DfE's table {prefix.upper()}", f"one file {prefix}_....csv")
    path = str(files[0])
    with open_binary(path) as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(path, f"line {line}", "it is not UTF-8", _EXPECTED) from None
    reader = csv.DictReader(StringIO(text, newline=""))
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableInput(path, f"line {reader.line_num}", f"it is not CSV ({error})", _EXPECTED) from None
