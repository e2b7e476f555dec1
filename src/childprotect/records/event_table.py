"""The event table: one row an event, as CSV or as JSON Lines.

Columns `child`, `event` and `at`; where there are any, `recorded`, `ref` and `withdrawn`; every further column is a
fact of that name. Sets are separated by `;`, an empty cell is unknown, and true/false, yes/no and 1/0 are read alike.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, BinaryIO

from attrs import define, evolve, field

from childprotect.calendars import day_of
from childprotect.chronology import Chronology, Coverage, Remark
from childprotect.errors import UnknownName, UnreadableInput
from childprotect.events import Event, Facts, Lost, parse_moment
from childprotect.ordering import in_order
from childprotect.records.recognising import PLAIN, Given, Reader, Reading
from childprotect.records.rows import (
    CSV_EXPECTED,
    JSON_EXPECTED,
    REQUIRED,
    Numbered,
    Row,
    Unread,
    csv_rows,
    json_rows,
    undecoded,
)
from childprotect.records.source import (
    Account,
    Rejection,
    Source,
    clean_identifier,
    implausible,
    open_binary,
    quoted,
)
from childprotect.vocabulary import STANDARD, Form, form_of, nearest

FORMAT = "event-table"
RESERVED = (*REQUIRED, "recorded", "ref", "withdrawn")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DECISIVE = frozenset({"conference-required", "no-further-action", "transferred-in", "until-18"})
"""Flags that by themselves make a duty fall away."""
_MISSPELT = 0.85
"""How like a name of ours an unknown one must be, to be that name and no other."""
_ODD = re.compile("[\0\ud800-\udfff]")


def read_csv(path: str, reading: Reading = PLAIN) -> Source:
    """Read a CSV event table. Raises `UnreadableInput` if it is not one; bad rows are rejected, counted and listed."""
    return _read(path, csv_rows, CSV_EXPECTED, reading)


def read_json_lines(path: str, reading: Reading = PLAIN) -> Source:
    """Read an event table with one JSON object a line. As `read_csv` otherwise."""
    return _read(path, json_rows, JSON_EXPECTED, reading)


def _read(path: str, rows_of: Callable[[str, BinaryIO, set[str]], Numbered], expected: str, reading: Reading) -> Source:
    source = Source(path, FORMAT, date.min)
    account, progress = source.account, reading.progress
    columns: set[str] = set()
    children: dict[str, _Child] = {}
    unread: list[tuple[int, Unread]] = []
    told = 0
    with open_binary(path) as file:
        for line, row in rows_of(path, file, columns):
            if progress is not None and line % 1000 == 0:
                progress(file.tell() - told)
                told = file.tell()
            account.next_row()
            problem = row if isinstance(row, Unread) else _take(f"line {line}", row, children, account)
            if problem is not None:
                unread.append((len(account.rejections), problem))
                account.reject(f"line {line}", None, problem.because)
    days = [day_of(event.at) for child in children.values() for event in child.events]
    if not days:
        first = account.rejections[0] if account.rejections else None
        reason = f"no event could be read: {first.because if first else 'there are no rows'}"
        raise UnreadableInput(path, first.place if first else "", reason, expected)
    _give_back(unread, children, account.rejections)
    if reading.pseudonyms is not None:
        account.rejections[:] = [evolve(r, child=reading.child(r.child)) for r in account.rejections]
    source.as_at = max(days)
    # when an entry was made is no fact of the event, but a rule may ask for it
    covers = Coverage(facts=frozenset(columns - (set(RESERVED) - {"recorded"})))
    return source.give(_chronology(str(reading.child(name)), child, covers) for name, child in children.items())


def _give_back(
    unread: Iterable[tuple[int, Unread]], children: dict[str, "_Child"], rejections: list[Rejection]
) -> None:
    """Mark lines that were not read on the children whose they were: a known child in its place, else all named.

    Only children of whom another row was read are known: what stands in a line that was not might be anything.
    """
    for n, line in unread:
        cells = {_ODD.sub("", cell).strip() for cell in line.cells}
        owners = ({_ODD.sub("", line.child or "").strip()} & children.keys()) or (cells & children.keys())
        kinds = line.kinds
        if kinds is None:
            seen = tuple(cells & STANDARD.keys())
            kinds = seen if len(seen) == 1 else (None,)
        rejection = rejections[n]
        if len(owners) == 1:
            rejections[n] = evolve(rejection, child=min(owners))
        for name in owners:
            children[name].lost += [Lost(kind, rejection.place, rejection.because) for kind in kinds]


@define
class _Child:
    events: list[Event] = field(factory=list)
    lost: list[Lost] = field(factory=list)
    remarks: list[Remark] = field(factory=list)


def _chronology(name: str, child: _Child, covers: Coverage) -> Chronology:
    return Chronology(
        name,
        events=in_order(child.events, lost=child.lost),
        covers=covers,
        lost=tuple(child.lost),
        remarks=tuple(child.remarks),
    )


def _take(place: str, row: Row, children: dict[str, _Child], account: Account) -> Unread | None:
    """Take in a row; one that names no child, or no event of ours, is given back, with the reason."""
    identifier = _identifier(row.get("child"))
    name = clean_identifier(identifier)
    kind = _text(row.get("event")) or ""
    texts = tuple(value for value in row.values() if isinstance(value, str))
    if any("\0" in text for text in texts):
        odd = "the row holds a NUL character"
    else:
        odd = "the row holds bytes that are not UTF-8" if any(map(undecoded, texts)) else ""
    if name is None:
        return Unread(odd or "the row names no child", texts, identifier)
    if kind not in STANDARD:
        if odd or not kind:
            return Unread(odd or "the row names no event", texts, name, None if odd else (None,))
        probably = nearest(kind, STANDARD)
        hint = f"; perhaps {probably!r} was meant" if probably else ", like no name that we have"
        return Unread(f"unknown event{hint}", texts, name, _may_have_been(kind, probably))
    child = children.setdefault(name, _Child())
    try:
        if odd:
            raise ValueError(odd)
        child.events.append(_event(kind, row, place, child))
    except ValueError as error:
        account.reject(place, name, str(error))
        child.lost.append(Lost(kind, place, str(error)))
    return None


def _identifier(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _may_have_been(name: str, probably: str | None) -> tuple[str, ...]:
    """What an unknown event may have been: the one that it misspells, or all that share a word with it."""
    if probably and SequenceMatcher(None, probably, name).ratio() >= _MISSPELT:
        return (probably,)
    words = set(re.split("[^a-z0-9]+", name.casefold()))
    return tuple(
        sorted({kind for kind in STANDARD if words & set(kind.split("-"))} | ({probably} if probably else set()))
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).strip()


def _event(kind: str, row: Row, place: str, child: _Child) -> Event:
    at = _moment(_text(row.get("at")), "at")
    if at is None:
        raise ValueError("the row has no date in 'at'")
    recorded = _moment(_text(row.get("recorded")), "recorded")
    withdrawn = _FLAGS.get((_text(row.get("withdrawn")) or "no").casefold())
    if withdrawn is None:
        raise ValueError("'withdrawn' is neither true nor false")
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
        withdrawn,
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
    """The value of a fact in its form; None, with a remark, where it cannot be read.

    Raises `ValueError` where the event cannot be understood without it: not to know whether a conference was adjourned
    is not the same as to have recorded nothing of it.
    """
    form = form_of(name)
    if form is Form.FLAG and isinstance(value, bool):
        return value
    parts = value if form is Form.SET and isinstance(value, list) else [value]
    if any(isinstance(part, list | dict) for part in parts):
        known = name if name in STANDARD.facts else "a fact"  # the name of a column may be personal, as a value may
        raise ValueError(f"{known} of {kind} is not {'a list of names' if form is Form.SET else 'one value'}")
    if form is Form.SET:
        names = parts if isinstance(value, list) else str(value).split(";")
        return frozenset(tidy for tidy in ((_text(part) or "").casefold() for part in names) if tidy) or None
    text = _text(value)
    if not text:
        return None
    if form is Form.FLAG:
        flag = _FLAGS.get(text.casefold())
        if flag is None and name in _DECISIVE:
            raise ValueError(f"{name} of {kind} is neither true nor false")
        return flag if flag is not None else _remark(f"{name} of {kind} is neither true nor false", at, place, child)
    if form is Form.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return _remark(f"{name} of {kind} is not a date", at, place, child)
    try:
        STANDARD.check_fact(kind, name, text)
    except UnknownName as error:
        hint = f"; perhaps {error.probably!r} was meant" if error.probably else ""
        raise ValueError(f"{name} of {kind} is not a value that we know{hint}") from None
    return text


def _remark(why: str, at: date | datetime, place: str, child: _Child) -> None:
    child.remarks.append(Remark("unreadable-fact", at, f"{place}: {why}; it counts as not recorded."))


def _json_lines(given: Given) -> str | None:
    return "its first line is a JSON object" if given.first == "{" else None


def _csv(given: Given) -> str | None:
    return "it is text with a header row" if given.first not in ("", "[") and not given.is_folder else None


JSON_LINES = Reader(
    FORMAT,
    "an event table (JSON Lines)",
    _json_lines,
    lambda given, reading: read_json_lines(str(given.path), reading),
    by="a JSON object on every line",
)
CSV = Reader(
    FORMAT,
    "an event table (CSV)",
    _csv,
    lambda given, reading: read_csv(str(given.path), reading),
    by="any other text; its header row has child, event and at",
)
