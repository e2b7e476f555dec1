"""What a row of an event table says: an event, or why it is none. Rows that say the same are read once.

Cells are text, as in CSV, or values that have a type, as in JSON and Parquet; both are read alike.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from attrs import evolve, field, frozen

from childprotect.calendars import day_of
from childprotect.chronology import Coverage
from childprotect.errors import UnknownName
from childprotect.events import Event, Facts, parse_moment
from childprotect.other_names import may_mean
from childprotect.records import event_table_coverage
from childprotect.records.event_table_coverage import NOTHING
from childprotect.records.keeping import PRESENCE, kept, member_kept
from childprotect.records.mapping import PLAIN_COLUMNS, Columns
from childprotect.records.recognising import Reading
from childprotect.records.source import implausible, quoted
from childprotect.vocabulary import STANDARD, Form, form_of, nearest

FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
DECISIVE = frozenset({"conference-required", "no-further-action", "transferred-in", "until-18"})
"""Flags that by themselves make a duty fall away."""
_UNDECODED = re.compile("[\ud800-\udfff\ufffd]")
_REMEMBERED = 50_000
"""How many different rows are remembered: beyond that, all are forgotten, so that memory stays flat."""


@frozen
class Entry:
    """A row that is not simply an event.

    `because` says why it is none; where its `kind` is known, an event of that kind is lost, else it may have been any
    of `kinds` (None: what stands in the row tells). Or there is an `event`, of which `remarks` say what was not read.
    A row may also say what its source `covers` of the child: `is_coverage` if it says only this, or was to. Of a row
    of no known kind `is_dated` says whether a date stands where it belongs: then the child does so too.
    """

    because: str = ""
    kind: str | None = None
    kinds: tuple[str | None, ...] | None = None
    event: Event | None = None
    remarks: tuple[str, ...] = ()
    covers: Coverage | None = None
    is_dated: bool = False
    is_coverage: bool = False


@frozen
class Entries:
    """Rows as entries, for columns with these names: `names` are the facts, in the order of their cells."""

    names: tuple[str, ...]
    reading: Reading
    encoding: str = "UTF-8"
    _known: dict[Hashable, Event | Entry] = field(factory=dict, repr=False)

    def of(
        self, event: Any, at: Any, recorded: Any, withdrawn: Any, coverage: Any, facts: tuple[Any, ...]
    ) -> Event | Entry:
        """The entry of a row; its cells can be hashed, and each column is of one type."""
        key = (event, at, recorded, withdrawn, coverage, facts)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            named = zip(self.names, facts, strict=True)
            known = self._known[key] = self.read(event, at, recorded, withdrawn, coverage, named)
        return known

    def read(
        self, event: Any, at: Any, recorded: Any, withdrawn: Any, coverage: Any, facts: Iterable[tuple[str, Any]]
    ) -> Event | Entry:
        """The entry of a row whose cells may be of any type."""
        if coverage is None or text_of(coverage) == "":
            return self._read(event, at, recorded, withdrawn, facts)
        try:
            covers, because = event_table_coverage.read(text_of(coverage) or ""), ""
        except ValueError as error:
            covers, because = NOTHING, str(error)
        if not text_of(event) and not text_of(at):
            return Entry(because, covers=covers, is_coverage=True)
        entry = self._read(event, at, recorded, withdrawn, facts)
        if isinstance(entry, Entry) and entry.kind is None:
            # what names no event of ours is no row of a coverage either, and may be anybody's
            return evolve(entry, kinds=(None,)) if because else evolve(entry, covers=covers)
        if because:
            return Entry(because, covers=covers, is_coverage=True)
        return Entry(event=entry, covers=covers) if isinstance(entry, Event) else evolve(entry, covers=covers)

    def _read(
        self, event: Any, at: Any, recorded: Any, withdrawn: Any, facts: Iterable[tuple[str, Any]]
    ) -> Event | Entry:
        facts = tuple(facts)
        odd = self.odd((event, at, recorded, withdrawn, *(value for _, value in facts)))
        columns = self.reading.columns or PLAIN_COLUMNS
        kind = columns.event(text_of(event) or "")
        if kind not in STANDARD:
            dated = self._is_date(at)
            if odd or not kind:
                return Entry(odd or "the row names no event", kinds=None if odd else (None,), is_dated=dated)
            return Entry(_unknown(kind), kinds=may_mean(kind), is_dated=dated)
        try:
            if odd:
                raise ValueError(odd)
            return self._event(kind, at, recorded, withdrawn, facts)
        except ValueError as error:
            return Entry(str(error), kind)

    def odd(self, cells: Iterable[Any]) -> str:
        """Why cells are no text, or nothing."""
        texts = [cell for cell in cells if isinstance(cell, str)]
        if any("\0" in text for text in texts):
            return "the row holds a NUL character"
        return f"the row holds bytes that are not {self.encoding}" if any(map(undecoded, texts)) else ""

    def _event(
        self, kind: str, at: Any, recorded: Any, withdrawn: Any, facts: Iterable[tuple[str, Any]]
    ) -> Event | Entry:
        moment = self.moment(at, "at")
        if moment is None:
            raise ValueError("the row has no date in 'at'")
        learned = self.moment(recorded, "recorded")
        taken_back = FLAGS.get((text_of(withdrawn) or "no").casefold())
        if taken_back is None:
            raise ValueError("'withdrawn' is neither true nor false")
        values: dict[str, Any] = {}
        remarks: list[str] = []
        for name, value in facts:
            if value is not None and value != "":
                read = self._fact(kind, name, value, remarks)
                if read is not None:
                    values[name] = read
        event = Event(
            kind, moment, Facts(values), day_of(learned) if learned is not None else None, withdrawn=taken_back
        )
        return Entry(event=event, remarks=tuple(remarks)) if remarks else event

    def _is_date(self, at: Any) -> bool:
        try:
            return self.moment(at, "at") is not None
        except ValueError:
            return False

    def moment(self, value: Any, column: str) -> date | datetime | None:
        if isinstance(value, datetime):
            moment: date | datetime = value if value.tzinfo is not None else value.date()
        elif isinstance(value, date):
            moment = value
        else:
            written = text_of(value)
            if not written:
                return None
            columns = self.reading.columns or PLAIN_COLUMNS
            try:
                text = columns.iso(written)
            except ValueError:
                raise ValueError(f"{column!r}{quoted(written)} is not a date such as {columns.a_date}") from None
            return _parsed(text, column)
        why = implausible(day_of(moment))
        if why:
            raise ValueError(f"{column!r} {moment.isoformat()!r} {why}")
        return moment

    def _fact(self, kind: str, name: str, value: Any, remarks: list[str]) -> Any:
        """The value of a fact in its form; None, with a remark, where it cannot be read.

        Raises `ValueError` where the event cannot be understood without it: not to know whether a conference was
        adjourned is not the same as to have recorded nothing of it.
        """
        columns = self.reading.columns or PLAIN_COLUMNS
        form = form_of(name)
        if form is Form.FLAG and isinstance(value, bool):
            return value
        parts: Sequence[Any] = value if form is Form.SET and isinstance(value, list | tuple) else (value,)
        if any(isinstance(part, list | tuple | dict) for part in parts):
            raise ValueError(f"{name} of {kind} is not {'a list of names' if form is Form.SET else 'one value'}")
        if form is Form.SET:
            return self._set(kind, name, parts if parts is value else str(value).split(";"))
        text = text_of(value)
        if not text:
            return None
        text = columns.value(name, text)
        if form is Form.FLAG:
            flag = FLAGS.get(text.casefold())
            if flag is None and name in DECISIVE:
                raise ValueError(f"{name} of {kind} is neither true nor false")
            if flag is None:
                remarks.append(f"{name} of {kind} is neither true nor false")
            return flag
        if form is Form.DATE:
            try:
                return _day(value, text, columns)
            except (ValueError, OverflowError):
                remarks.append(f"{name} of {kind} is not a date")
                return None
        _check(kind, name, text)
        if name in PRESENCE and FLAGS.get(text.casefold()) is False:
            return None
        return kept(name, text, self.reading.pseudonyms)

    def _set(self, kind: str, name: str, parts: Iterable[Any]) -> frozenset[str] | None:
        columns = self.reading.columns or PLAIN_COLUMNS
        told = [columns.value(name, tidy) for tidy in (text_of(part) or "" for part in parts) if tidy]
        # what they call by one name may be several of ours
        members = [tidy for text in told for tidy in (part.strip() for part in text.split(";")) if tidy]
        return frozenset(member_kept(name, member.casefold(), self.reading.pseudonyms) for member in members) or None


def _day(value: Any, text: str, columns: Columns) -> date:
    """The day that a fact names. Raises `ValueError`; what is no date in a calendar may also raise `OverflowError`."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.date()
    return day_of(value if isinstance(value, date) else parse_moment(columns.iso(text)))


def fixed(moment: datetime) -> datetime:
    """The moment with the offset that holds then, in place of a time zone: so that two compare as moments."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta())) if moment.tzinfo is not None else moment


def text_of(value: Any) -> str | None:
    """A cell as text, without space around it; None for what is no single value."""
    if type(value) is str:
        return value.strip()
    if value is None or isinstance(value, list | tuple | dict):
        return None
    return str(value).strip()


def identifier_of(value: Any) -> str | None:
    """What may identify a child: text or a whole number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def undecoded(text: str) -> bool:
    """Whether the text holds bytes that are not of the encoding."""
    return not text.isascii() and _UNDECODED.search(text) is not None


@lru_cache(maxsize=1 << 15)
def _parsed(text: str, column: str) -> date | datetime:
    try:
        moment = parse_moment(text)
        why = implausible(day_of(moment))
    except (ValueError, OverflowError):
        raise ValueError(f"{column!r}{quoted(text)} is not a date such as 2012-09-03") from None
    if why:
        raise ValueError(f"{column!r}{quoted(text)} {why}")
    return moment


def _check(kind: str, name: str, value: str) -> None:
    try:
        STANDARD.check_fact(kind, name, value)
    except UnknownName as error:
        hint = f"; perhaps {error.probably!r} was meant" if error.probably else ""
        raise ValueError(f"{name} of {kind} is not a value that we know{hint}") from None


@lru_cache(maxsize=1 << 12)
def _unknown(name: str) -> str:
    """Why an unknown event is none, and which of ours it may be, some by name."""
    probably, kinds = nearest(name, STANDARD), may_mean(name)
    if not kinds:
        return "unknown event, like no name that we have"
    named = [repr(kind) for kind in ([probably] if probably else kinds[: 3 if len(kinds) > 4 else 4])]
    more = [f"{len(kinds) - len(named)} more of ours"] if len(kinds) > len(named) else []
    if probably:
        return f"unknown event; perhaps {named[0]} was meant{', or one of ' + more[0] if more else ''}"
    *others, last = [*named, *more]
    return f"unknown event, which may be {', '.join(others)}{' or ' if others else ''}{last}"
