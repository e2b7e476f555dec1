"""The event table: one row an event, as CSV or as JSON Lines.

Columns `child`, `event` and `at`; where there are any, `recorded`, `ref` and `withdrawn`; every further column is a
fact of that name. Sets are separated by `;`, an empty cell is unknown, and true/false, yes/no and 1/0 are read alike.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from io import TextIOWrapper
from typing import Any, BinaryIO

from attrs import define, field

from childprotect.calendars import day_of
from childprotect.chronology import (
    Chronology,
    Coverage,
    Event,
    Facts,
    Lost,
    Remark,
    in_order,
    parse_moment,
)
from childprotect.errors import UnknownName, UnreadableInput
from childprotect.records.source import Progress, Source, clean_identifier, implausible, open_binary, quoted
from childprotect.vocabulary import STANDARD, Form, form_of, nearest

REQUIRED = ("child", "event", "at")
RESERVED = (*REQUIRED, "recorded", "ref", "withdrawn")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EXPECTED = "an event table: a header row with child,event,at and a row for every event"

Row = Mapping[str, Any]
Numbered = Iterator[tuple[int, Row | str]]
"""Line numbers with rows, or with the reason why there is no row."""


def read_csv(path: str, progress: Progress | None = None) -> Source:
    """Read a CSV event table. Raises `UnreadableInput` if it is not one; bad rows are rejected, counted and listed."""
    return _read(path, _csv_rows, progress)


def read_json_lines(path: str, progress: Progress | None = None) -> Source:
    """Read an event table with one JSON object a line. As `read_csv` otherwise."""
    return _read(path, _json_rows, progress)


def _read(path: str, rows_of: Callable[[str, BinaryIO, set[str]], Numbered], progress: Progress | None) -> Source:
    source = Source(path, "event-table", date.min)
    columns: set[str] = set()
    children: dict[str, _Child] = {}
    with open_binary(path) as file:
        try:
            for line, row in rows_of(path, file, columns):
                if progress is not None and line % 1000 == 0:
                    progress(file.tell())
                _take(line, row, children, source)
        except UnicodeDecodeError as error:
            problem = f"byte {error.start} of a block is not UTF-8"
            raise UnreadableInput(path, "", problem, "an event table in UTF-8") from None
    days = [day_of(event.at) for child in children.values() for event in child.events]
    if not days:
        reason = source.rejections[0].because if source.rejections else "it has no rows"
        raise UnreadableInput(path, "", f"no event could be read: {reason}", _EXPECTED)
    source.as_at = max(days)
    covers = Coverage(facts=frozenset(columns - set(RESERVED)))
    source._chronologies = (_chronology(name, child, covers) for name, child in children.items())
    return source


@define
class _Child:
    events: list[Event] = field(factory=list)
    lost: list[Lost] = field(factory=list)
    remarks: list[Remark] = field(factory=list)


def _chronology(name: str, child: _Child, covers: Coverage) -> Chronology:
    return Chronology(
        name, events=in_order(child.events), covers=covers, lost=tuple(child.lost), remarks=tuple(child.remarks)
    )


def _csv_rows(path: str, file: BinaryIO, columns: set[str]) -> Numbered:
    reader = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=False)
    header = [_column(name) for name in next(reader, [])]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise UnreadableInput(path, "line 1", f"the header has no column {' or '.join(missing)}", _EXPECTED)
    twice = {name for name in header if header.count(name) > 1 and name}
    if twice:
        raise UnreadableInput(path, "line 1", f"the header has {sorted(twice)[0]!r} twice", _EXPECTED)
    columns.update(header)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, f"the row is not CSV ({error})"
            continue
        if not any(cells):
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            yield reader.line_num, f"the row has {len(cells)} cells, and the header {len(header)}"
        else:
            yield reader.line_num, dict(zip(header, cells, strict=False))


def _column(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


def _json_rows(path: str, file: BinaryIO, columns: set[str]) -> Numbered:
    expected = "an event table: on every line a JSON object with child, event and at"
    for number, raw in enumerate(file, start=1):
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        if not text:
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            row = {_column(name): value for name, value in row.items()}
            columns.update(row)
            missing = [name for name in REQUIRED if name not in row]
            if missing and number == 1:
                raise UnreadableInput(path, "line 1", f"the object has no {' or '.join(missing)}", expected)
            yield number, row
        elif number == 1:
            raise UnreadableInput(path, "line 1", "it is not a JSON object", expected)
        else:
            yield number, "the line is not a JSON object"


def _take(line: int, row: Row | str, children: dict[str, _Child], source: Source) -> None:
    place = f"line {line}"
    if isinstance(row, str):
        source.reject(place, None, row)
        return
    if any(isinstance(value, str) and "\0" in value for value in row.values()):
        name = clean_identifier(_text(row.get("child")))
        _lose(place, name, _known(row), "the row holds a NUL character", children, source)
        return
    name = clean_identifier(_text(row.get("child")))
    if name is None:
        source.reject(place, None, "the row names no child")
        return
    child = children.setdefault(name, _Child())
    kind = _text(row.get("event")) or ""
    if kind not in STANDARD:
        probably = nearest(kind, STANDARD) if kind else None
        why = (
            f"unknown event {kind!r}; perhaps {probably!r} was meant"
            if probably
            else "an unknown event, like no name we have"
        )
        if not kind:
            why = "the row names no event"
        source.reject(place, name, why)
        if probably or not kind:
            child.lost.append(Lost(probably, place, why))
        return
    try:
        child.events.append(_event(kind, row, place, child))
    except ValueError as error:
        _lose(place, name, kind, str(error), children, source)


def _known(row: Row) -> str | None:
    kind = _text(row.get("event"))
    return kind if kind in STANDARD else None


def _lose(
    place: str, name: str | None, kind: str | None, why: str, children: dict[str, _Child], source: Source
) -> None:
    source.reject(place, name, why)
    if name is not None:
        children.setdefault(name, _Child()).lost.append(Lost(kind, place, why))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).strip()


def _event(kind: str, row: Row, place: str, child: _Child) -> Event:
    at = _moment(_text(row.get("at")), "at")
    if at is None:
        raise ValueError("the row has no date in 'at'")
    recorded = _moment(_text(row.get("recorded")), "recorded")
    facts = {}
    for name, value in row.items():
        if name in RESERVED or not name or value is None or value == "":
            continue
        read = _fact(kind, name, value, at, place, child)
        if read is not None:
            facts[name] = read
    return Event(
        kind,
        at,
        Facts(facts),
        day_of(recorded) if recorded is not None else None,
        _text(row.get("ref")) or None,
        _FLAGS.get((_text(row.get("withdrawn")) or "").casefold(), False),
    )


def _moment(text: str | None, column: str) -> date | datetime | None:
    if not text:
        return None
    try:
        moment = parse_moment(text)
        why = implausible(day_of(moment))
    except (ValueError, OverflowError):
        raise ValueError(f"{column!r}{quoted(text)} is not a date such as 2012-09-03") from None
    if why:
        raise ValueError(f"{column!r}{quoted(text)} {why}")
    return moment


def _fact(kind: str, name: str, value: Any, at: date | datetime, place: str, child: _Child) -> Any:
    """The value of a fact in its form; None, with a remark, where it cannot be read."""
    form = form_of(name)
    if form is Form.SET:
        names = value if isinstance(value, list) else str(value).split(";")
        return frozenset(tidy for tidy in (str(part).strip().casefold() for part in names) if tidy) or None
    if isinstance(value, bool) and form is not Form.TEXT:
        return value
    text = _text(value)
    if not text:
        return None
    if form is Form.FLAG:
        return _FLAGS.get(text.casefold(), text)
    if form is Form.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return _remark(f"{name} of {kind} is not a date", at, place, child)
    try:
        STANDARD.check_fact(kind, name, text)
    except UnknownName as error:
        hint = f"; perhaps {error.probably!r} was meant" if error.probably else ""
        return _remark(f"{name} of {kind} is not a value that we know{hint}", at, place, child)
    return text


def _remark(why: str, at: date | datetime, place: str, child: _Child) -> None:
    child.remarks.append(Remark("unreadable-fact", at, f"{place}: {why}; it counts as not recorded."))
