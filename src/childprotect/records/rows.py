"""The rows of an event table: lines of CSV or JSON, each as cells, or the reason why not.

A bad line costs that line and no other: a quotation mark that does not close would swallow the rows below it, and a
byte that is not text would stop the decoding.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from operator import itemgetter
from typing import Any

from attrs import define, field, frozen

from childprotect.chronology import Coverage
from childprotect.documents import NamedTwice, data_from_json
from childprotect.errors import UnreadableInput
from childprotect.records.entries import undecoded
from childprotect.records.keeping import Layout, count_unused, tidy
from childprotect.records.mapping import REQUIRED, RESERVED
from childprotect.records.texts import Lines
from childprotect.vocabulary import STANDARD
from childprotect.wording import counted

CSV_EXPECTED = "an event table: a header row with child,event,at and a row for every event"
JSON_EXPECTED = "an event table: on every line a JSON object with child, event and at"
NO_OBJECT = "the line is not a JSON object"
CORE = ("child", "ref", "event", "at", "recorded", "withdrawn", "coverage")
_SEPARATORS = ",;\t"
_SEP = re.compile('"?sep=(.)"?', re.IGNORECASE)
"""The line by which a spreadsheet is told the separator."""

_GUARDED = re.compile("'*[=+\\-@\t\r]")
"""What a spreadsheet would take for a formula, and what was guarded against that."""
_UNCLOSED = "the row is not CSV (a quotation mark is not closed)"
_STRINGS = re.compile(r'"((?:[^"\\]++|\\.)*+)("|\\?\Z)|([0-9]+)', re.DOTALL)
"""Possessive, and content with the end of the line, so that a line is gone through once."""
_NUMBERS = re.compile("[0-9]+")


@frozen
class Unread:
    """A line that is no row: why, what stands in it, what stands where the child should be, and what it may have been.

    `kinds` is None where nobody has looked: then what stands in it tells. `names_child` says that it is a row as others
    are, but for its event: then the child is there, though nothing else may be known of that child.
    """

    because: str
    cells: tuple[str, ...] = field(repr=False)
    child: str | None = field(default=None, repr=False)
    kinds: tuple[str | None, ...] | None = None
    names_child: bool = False
    covers: Coverage | None = None
    """What it says of what the source could hold of that child."""


Row = tuple[tuple[Any, ...], tuple[Any, ...], Iterable[Any]]
"""The cells of our columns (see `CORE`), the facts, and all that stands in the row."""
Numbered = Iterator[tuple[int, Row | Unread]]
"""Rows, each with the number of the line on which it begins."""


@define
class CsvTable:
    """The rows of a CSV file: the facts of a row are the cells of `names`."""

    names: tuple[str, ...]
    """The facts that there are columns for."""
    columns: frozenset[str]
    """All our columns that there are."""
    _header: list[str]
    _places: dict[str, int]
    _lines: Lines
    _separator: str
    _kinds: frozenset[str]
    """What an event is called in this file."""

    @classmethod
    def begun(cls, path: str, text: TextIOWrapper, layout: Layout, encoding: str, unused: Counter[str]) -> "CsvTable":
        """With its header read. Raises `UnreadableInput` if that has not our columns."""
        lines = Lines(text)
        said = _before_header(lines, unused)
        separator = layout.columns.separator or said or _separator(lines, layout)
        place = f"line {lines.number + 1}"
        try:
            first = next(csv.reader(lines, delimiter=separator, strict=True), [])
        except csv.Error as error:
            raise UnreadableInput(path, place, f"the header is not CSV ({_printable(error)})", CSV_EXPECTED) from None
        header = _header(path, place, first, layout, encoding)
        places = layout.places(header)
        for name in header:
            if not layout.ours(name) and name.strip():
                count_unused(unused, name)
        names = tuple(name for name in places if name not in RESERVED)
        kinds = frozenset((*STANDARD, *layout.columns.events))
        return cls(names, frozenset(places), header, places, lines, separator, kinds)

    def rows(self) -> Numbered:
        """The rows, which can be gone through once."""
        width, blank = len(self._header), len(self._header)
        core: Any = itemgetter(*(self._places.get(name, blank) for name in CORE))
        facts = _picker([self._places[name] for name in self.names])
        child, event = self._places["child"], self._places["event"]
        lines, taken = self._lines, self._lines.taken
        reader = csv.reader(lines, delimiter=self._separator, strict=True)
        kinds = self._kinds
        all_whole: bool | None = None  # while there is no row yet
        again = 0  # the last line that was put back
        while True:
            taken.clear()
            number = lines.number + 1
            if number <= again and (half := lines.next_if(self._is_half)) is not None:
                yield number, Unread(_UNCLOSED, tuple(half.split(self._separator)), self._cell(half, child))
                continue
            try:
                cells, problem = next(reader), ""
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = [], f"the row is not CSV ({_printable(error)})"
            if len(taken) > 1 or problem:
                first, *more = taken
                if more and (problem or any(self._cell(line, event) in kinds for line in more)):
                    problem = _UNCLOSED
                    again = lines.number
                    lines.put_back(more)
                if problem:
                    there = tuple(first.split(self._separator))
                    yield number, Unread(problem, there, self._cell(first, child))
                    continue
            if len(cells) > width and any(map(str.strip, cells[width:])):
                problem = f"the row has {counted(len(cells), 'cells')}, and the header {width}"
                yield number, Unread(problem, tuple(cells), cells[child].strip())
                continue
            if "'" in taken[0] or len(taken) > 1:
                cells = [_bare(cell) for cell in cells]
            if len(cells) < width and all_whole and not taken[-1].endswith(("\n", "\r")):
                # the file breaks off: what is missing may be that the conference was adjourned
                problem = (
                    f"the file ends within a row, which has {counted(len(cells), 'cells')}, and the header {width}"
                )
                yield number, Unread(problem, tuple(cells), cells[child] if child < len(cells) else None)
                continue
            all_whole = all_whole is not False and len(cells) >= width
            if len(cells) != width:
                cells = cells[:width] + [""] * (width - len(cells))
            cells.append("")
            picked = core(cells)
            # the child is there in most rows, and a row of blanks has none
            if picked[0].strip() or any(map(str.strip, cells)):
                yield number, (picked, facts(cells), cells)

    def _is_half(self, line: str) -> bool:
        """Whether an identifier ends in the line that began in one before it: then it is no row."""
        cells = line.split(self._separator)
        place = self._places["child"]
        return place < len(cells) and cells[place].count('"') % 2 == 1

    def _cell(self, line: str, place: int) -> str | None:
        """One cell of a line that may not be CSV."""
        cells = line.split(self._separator)
        return cells[place].strip(' "\r\n') if place < len(cells) else None


def _printable(error: csv.Error) -> str:
    """What is wrong, in which a tab may be what was expected."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(error))


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it, if a spreadsheet would take it for a formula; reading takes it away."""
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def _picker(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if not places:
        return lambda cells: ()
    if len(places) == 1:
        (only,) = places
        return lambda cells: (cells[only],)
    return itemgetter(*places)


def _separator(lines: Lines, layout: Layout) -> str:
    """What stands between the names of the header: what gives most of ours, and of these most names at all."""
    first = next(lines, None)
    if first is None:
        return ","
    lines.put_back([first])
    split = {separator: [name.strip(' "\r\n') for name in first.split(separator)] for separator in _SEPARATORS}
    return max(split, key=lambda separator: (len(layout.places(split[separator])), len(split[separator])))


def _before_header(lines: Lines, unused: Counter[str]) -> str | None:
    """Pass over what spreadsheets write before the header, and count it; the separator, if a line says one."""
    said = None
    for line in lines:
        if found := _SEP.fullmatch(line.rstrip("\r\n")):
            said = said or found[1]
            unused["sep= before the header"] += 1
        elif not line.strip(f' "\r\n{_SEPARATORS}'):
            unused["blank lines before the header"] += 1
        else:
            lines.put_back([line])
            break
    return said


def _header(path: str, place: str, header: list[str], layout: Layout, encoding: str) -> list[str]:
    if any("\0" in name or undecoded(name) for name in header) and not (set(REQUIRED) <= layout.places(header).keys()):
        raise UnreadableInput(path, place, f"it is not text in {encoding}", CSV_EXPECTED)
    layout.check(header, path, place, CSV_EXPECTED)
    found = layout.places(header)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise UnreadableInput(path, place, f"the header has no column {' or '.join(missing)}", CSV_EXPECTED)
    tidied = [tidy(name) for name in header]
    for n, name in enumerate(tidied, start=1):
        if name and name in tidied[n:]:
            both = f"columns {n} and {n + 1 + tidied[n:].index(name)} of the header have the same name"
            raise UnreadableInput(path, place, both, CSV_EXPECTED)
    return header


@define
class JsonTable:
    """The rows of a file with one JSON object a line: the facts of a row are pairs of a name and a value.

    `columns` grows with the names that occur.
    """

    columns: set[str]
    _text: TextIOWrapper
    _layout: Layout
    _unused: Counter[str]
    seen: dict[str, tuple[str, ...]] = field(factory=dict)
    """The names of theirs that occurred, with ours; as many as can be meant to be columns."""

    def rows(self) -> Numbered:
        """The rows, which can be gone through once."""
        for number, line in enumerate(self._text, start=1):
            text = line.strip()
            if not text:
                continue
            problem = NO_OBJECT
            try:
                read = data_from_json(text)
            except ValueError as error:
                read = None
                problem = str(error) if isinstance(error, NamedTwice) else problem
            if not isinstance(read, dict):
                yield number, Unread(problem, tuple(_strings(text)))
                continue
            row: dict[str, Any] = {}
            twice = len({tidy(name) for name in read}) < len(read)
            for name, value in read.items():
                for ours in self._ours(name):
                    row[ours] = value
            missing = [name for name in REQUIRED if name not in row]
            if missing or twice:
                why = f"the object has no {' or '.join(missing)}" if missing else "the object has a name twice"
                yield number, Unread(why, tuple(_strings(text)))
                continue
            self.columns.update(row)
            core = tuple(map(row.get, CORE))
            facts = tuple((name, value) for name, value in row.items() if name not in RESERVED)
            yield number, (core, facts, [value for value in read.values() if isinstance(value, str)])

    def _ours(self, name: str) -> tuple[str, ...]:
        ours = self.seen.get(name)
        if ours is None:
            ours = self._layout.ours(name)
            if len(self.seen) < _MOST_SEEN:
                self.seen[name] = ours
        if not ours and name.strip():
            count_unused(self._unused, name)
        return ours


_MOST_SEEN = 1000


def _strings(text: str) -> Iterator[str]:
    """What stands in quotation marks, and whole numbers, in a line that may not be JSON."""
    for string, end, number in _STRINGS.findall(text):
        if number or end == '"':
            yield string or number
        else:
            yield from _NUMBERS.findall(string)
