"""The rows of an event table: lines of CSV or JSON, each as a mapping from columns to values, or the reason why not.

A bad line costs that line and no other: a quotation mark that does not close would swallow the rows below it, and a
byte that is not UTF-8 would stop the decoding.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from typing import Any, BinaryIO

from attrs import define, field, frozen

from childprotect.documents import NamedTwice, data_from_json
from childprotect.errors import UnreadableInput
from childprotect.vocabulary import STANDARD

REQUIRED = ("child", "event", "at")
CSV_EXPECTED = "an event table: a header row with child,event,at and a row for every event"
JSON_EXPECTED = "an event table: on every line a JSON object with child, event and at"

Row = Mapping[str, Any]

_UNCLOSED = "the row is not CSV (a quotation mark is not closed)"
_UNDECODED = re.compile("[\ud800-\udfff]")
_STRINGS = re.compile(r'"((?:[^"\\]++|\\.)*+)("|\\?\Z)|([0-9]+)', re.DOTALL)
"""Possessive, and content with the end of the line, so that a line is gone through once."""
_NUMBERS = re.compile("[0-9]+")


@frozen
class Unread:
    """A line that is no row: why, what stands in it, what stands where the child should be, and what it may have been.

    `kinds` is None where nobody has looked: then what stands in it tells.
    """

    because: str
    cells: tuple[str, ...] = field(repr=False)
    child: str | None = field(default=None, repr=False)
    kinds: tuple[str | None, ...] | None = None


Numbered = Iterator[tuple[int, Row | Unread]]
"""Rows, each with the number of the line on which it begins."""


@define
class _Lines:
    """Lines of text, numbered, of which the last ones taken can be put back."""

    lines: Iterator[str]
    number: int = 0
    taken: list[str] = field(factory=list)
    _again: list[str] = field(factory=list)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self.lines)
        self.number += 1
        self.taken.append(line)
        return line

    def put_back(self, lines: list[str]) -> None:
        self.number -= len(lines)
        self._again += reversed(lines)


def csv_rows(path: str, file: BinaryIO, columns: set[str]) -> Numbered:
    """The rows of a CSV file; `columns` is filled from the header. Raises `UnreadableInput` if it has not ours."""
    with TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True)
        header = _header(path, reader)
        columns.update(header)
        yield from _csv_records(lines, reader, header)


def _csv_records(lines: _Lines, reader: Iterator[list[str]], header: list[str]) -> Numbered:
    child, event = header.index("child"), header.index("event")
    while True:
        lines.taken.clear()
        number = lines.number + 1
        try:
            cells, problem = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = [], f"the row is not CSV ({error})"
        first, *more = lines.taken
        if more and (problem or any(_cell(line, event) in STANDARD for line in more)):
            problem = _UNCLOSED
            lines.put_back(more)
        if problem:
            yield number, Unread(problem, tuple(first.split(",")), _cell(first, child))
        elif any(map(str.strip, cells[len(header) :])):
            problem = f"the row has {len(cells)} cells, and the header {len(header)}"
            yield number, Unread(problem, tuple(cells), cells[child].strip())
        elif any(map(str.strip, cells)):
            yield number, dict(zip(header, cells, strict=False))


def _header(path: str, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [_column(name) for name in next(reader, [])]
    except csv.Error as error:
        raise UnreadableInput(path, "line 1", f"the header is not CSV ({error})", CSV_EXPECTED) from None
    missing = [name for name in REQUIRED if name not in header]
    if missing and any("\0" in name or _UNDECODED.search(name) for name in header):
        raise UnreadableInput(path, "line 1", "it is not text in UTF-8", CSV_EXPECTED)
    if missing:
        raise UnreadableInput(path, "line 1", f"the header has no column {' or '.join(missing)}", CSV_EXPECTED)
    for n, name in enumerate(header, start=1):
        if name and name in header[n:]:
            both = f"columns {n} and {n + 1 + header[n:].index(name)} of the header have the same name"
            raise UnreadableInput(path, "line 1", both, CSV_EXPECTED)
    return header


def _cell(line: str, place: int) -> str | None:
    """One cell of a line that may not be CSV."""
    cells = line.split(",")
    return cells[place].strip(' "\r\n') if place < len(cells) else None


def _column(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


def json_rows(path: str, file: BinaryIO, columns: set[str]) -> Numbered:
    """The rows of a file with one JSON object a line; `columns` is filled with the names that occur."""
    for number, raw in enumerate(file, start=1):
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape").strip()
        if not text:
            continue
        problem = "the line is not a JSON object"
        try:
            read = data_from_json(text)
        except ValueError as error:
            read = None
            problem = str(error) if isinstance(error, NamedTwice) else problem
        if not isinstance(read, dict):
            yield number, Unread(problem, tuple(_strings(text)))
            continue
        row = {_column(name): value for name, value in read.items()}
        missing = [name for name in REQUIRED if name not in row]
        if missing or len(row) < len(read):
            why = f"the object has no {' or '.join(missing)}" if missing else "the object has a name twice"
            yield number, Unread(why, tuple(_strings(text)))
            continue
        columns.update(row)
        yield number, row


def _strings(text: str) -> Iterator[str]:
    """What stands in quotation marks, and whole numbers, in a line that may not be JSON."""
    for string, end, number in _STRINGS.findall(text):
        if number or end == '"':
            yield string or number
        else:
            yield from _NUMBERS.findall(string)


def undecoded(text: str) -> bool:
    """Whether the text holds bytes that are not UTF-8."""
    return not text.isascii() and _UNDECODED.search(text) is not None
