"""Event tables whose columns have other names: one TOML file says what each is called, and what its values mean.

separator = ";"
encoding = "windows-1252"
dates = "%d/%m/%Y"
holds = ["referral", "visit", "strategy-discussion"]  # the events that they record; without it, all
facts = ["outcome", "visit.child-seen"]  # of the facts that have a column, those that they record; without it, all
since = 2023-04-01     # the first day of which the table tells everything

[columns]              # ours = theirs
child = "PersonID"
event = "Event type"
at = "Event date"
child-seen = "Seen"
our-own-fact = "Team code"

[events]               # theirs = ours
"Strategy meeting" = "strategy-discussion"

[values.outcome]       # theirs = ours
"Plan made" = "plan"
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from childprotect.documents import data_from_toml
from childprotect.errors import ProfileError, UnknownName, UnreadableInput
from childprotect.plain_data import names_from_data, of_type, shown
from childprotect.records.source import implausible, open_binary
from childprotect.vocabulary import STANDARD, Form, form_of, nearest, values_of

REQUIRED = ("child", "event", "at")
RECORDED_AT = "recorded"
RESERVED = (*REQUIRED, RECORDED_AT, "ref", "withdrawn", "coverage")
EXPECTED = "a mapping of columns in TOML"
_KEYS = ("separator", "encoding", "dates", "holds", "facts", "since", "columns", "events", "values")
_MISSPELT = 0.85
"""How like a name of ours another must be, to be a misspelling and no name of the council's own."""
OWN = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""The name of a fact of somebody's own."""
_TRIED = datetime(2012, 9, 3, 16, 40)  # noqa: DTZ001 (a form of dates is tried on it, and no zone is in it)
_FLAGS = ("true", "false")


@frozen(kw_only=True)
class Columns:
    """What an event table calls its columns, kinds of event and values.

    What is not in the mapping is taken as it stands, if it is ours already.
    """

    columns: Mapping[str, str] = field(factory=dict)
    """Our name of a column: theirs. A name that is not ours is that of a fact of their own, which is kept as it is."""
    events: Mapping[str, str] = field(factory=dict)
    """Their name of an event: ours."""
    values: Mapping[str, Mapping[str, str]] = field(factory=dict)
    """For a fact of ours, their value: ours."""
    dates: str | None = None
    """How dates are written as text, as for `datetime.strptime`, and then in no other way; None for 2012-09-03."""
    separator: str | None = None
    """What stands between the cells of a CSV file; None for a comma, a semicolon or a tab, as its header shows."""
    encoding: str | None = None
    holds: frozenset[str] | None = None
    """The kinds of event that they record; None for all. What is not among them is unknown, and not undone."""
    facts: frozenset[str] | None = None
    """Of the facts that have a column those that they record, each for every kind of event (`outcome`) or for one
    (`visit.child-seen`); None for all."""
    since: date | None = None
    """The first day of which the table tells everything, as `Coverage.since`."""
    path: str = ""

    @classmethod
    def load(cls, path: str | Path) -> "Columns":
        """Read a mapping. Raises `UnreadableInput`, or `ProfileError` with all that is wrong in it."""
        with open_binary(str(path)) as file:
            content = file.read()
        try:
            text = content.decode("utf-8-sig")  # some editors begin a file with a mark
        except UnicodeDecodeError:
            raise UnreadableInput(str(path), "", "it is not UTF-8", EXPECTED) from None
        return cls.parse(text, path=str(path))

    @classmethod
    def parse(cls, text: str, *, path: str = "mapping") -> "Columns":
        """As `load`, from text."""
        try:
            data = data_from_toml(text)
        except ValueError as error:
            raise UnreadableInput(path, "", str(error), EXPECTED) from None
        problems = [*_problems(data)]
        if problems:
            raise ProfileError(path, problems, "mapping")
        values = {
            fact: {theirs: _value(ours) for theirs, ours in table.items()}
            for fact, table in data.get("values", {}).items()
        }
        names: dict[str, Any] = {key: frozenset(data[key]) for key in ("holds", "facts") if key in data}
        return cls(**{**data, **names, "values": values, "path": path})

    def event(self, name: str) -> str:
        """Our name of an event that they call so."""
        return self.events.get(name, name)

    def value(self, fact: str, text: str) -> str:
        """Our value of a fact where they write this."""
        table = self.values.get(fact)
        return text if table is None else table.get(text, text)

    @property
    def a_date(self) -> str:
        """A date as they write it, for messages."""
        return _TRIED.strftime(self.dates) if self.dates is not None else _TRIED.date().isoformat()

    def iso(self, text: str) -> str:
        """A date in their form as one of ours. Raises `ValueError` for one that is in any other form."""
        if self.dates is None:
            return text
        read = datetime.strptime(text, self.dates)  # noqa: DTZ007 (with a zone where the form has one)
        return read.isoformat() if read.tzinfo is not None else read.date().isoformat()


PLAIN_COLUMNS = Columns()


def _value(ours: str | bool) -> str:
    return str(ours).lower() if isinstance(ours, bool) else ours


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    """All that is wrong in a mapping, each with its place."""
    for key in data:
        if key not in _KEYS:
            yield str(UnknownName("key", key, nearest(key, _KEYS), ", ".join(_KEYS)))
    for key, check in (("separator", _separator), ("encoding", _encoding), ("dates", _dates)):
        if key in data:
            yield from _told(key, check, data[key])
    own = data.get("columns")
    facts = {*STANDARD.facts, RECORDED_AT, *(own if isinstance(own, dict) else ())} - (set(RESERVED) - {RECORDED_AT})
    for key, name in (("holds", STANDARD.kind), ("facts", lambda name: _held_fact(name, facts))):
        if key in data:
            yield from _list(key, data[key], name)
    if "since" in data:
        yield from _told("since", _since, data["since"])
    for key, entry in (("columns", _column), ("events", _event)):
        yield from _table(key, data.get(key, {}), entry)
    yield from _values(data)


def _told(place: str, check: Any, *values: Any) -> Iterator[str]:
    try:
        check(*values)
    except (ValueError, UnknownName) as error:
        yield f"{place}: {error}"


def _list(place: str, data: Any, check: Any) -> Iterator[str]:
    try:
        names = names_from_data(data, "names")
    except ValueError as error:
        yield f"{place}: {error}"
        return
    for name in names:
        yield from _told(place, check, name)


def _table(place: str, table: Any, check: Any) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{place}: {shown(table)} is not a table"
        return
    for key, value in table.items():
        yield from _told(f"{place}.{key}", check, key, value)


def _separator(value: Any) -> None:
    if len(of_type(value, str, "text")) != 1 or value in '"\r\n\0':
        raise ValueError(f"{shown(value)} is not one character that can stand between cells")


def _encoding(value: Any) -> None:
    name = of_type(value, str, "text")
    try:
        "".encode(name)
        codecs.lookup(name)
    except (LookupError, ValueError):  # of these the latter for a NUL, and for the one that is called undefined
        raise ValueError(f"{shown(value)} is no encoding that we know, such as utf-8 or windows-1252") from None


def _dates(value: Any) -> None:
    try:
        day = datetime.strptime(_TRIED.strftime(of_type(value, str, "text")), value).date()  # noqa: DTZ007
    except (ValueError, re.error):
        day = None
    if day != _TRIED.date():
        raise ValueError(f"{shown(value)} does not say day, month and year, as %d/%m/%Y does")


def _column(ours: str, theirs: Any) -> None:
    of_type(theirs, str, "text")
    if not theirs.strip():
        raise ValueError("the name of the column is empty")
    if ours in RESERVED or ours in STANDARD.facts:
        return
    known = (*RESERVED, *STANDARD.facts)
    if (probably := nearest(ours, known, _MISSPELT)) is not None:
        raise UnknownName("column", ours, probably)
    if not OWN.fullmatch(ours):
        raise ValueError("a fact of one's own has a name such as our-own-fact")


def _held_fact(name: str, facts: set[str]) -> None:
    kind, _, fact = name.rpartition(".")
    if kind:
        STANDARD.kind(kind)
    if fact not in facts:
        raise UnknownName("fact", fact, nearest(fact, facts), "a fact of the vocabulary, or of [columns]")


def _since(value: Any) -> None:
    if type(value) is not date:
        raise ValueError(f"{shown(value)} is no date such as 2023-04-01, without quotation marks")
    if why := implausible(value):
        raise ValueError(f"{shown(value)} {why}")


def _event(_: str, ours: Any) -> None:
    STANDARD.kind(of_type(ours, str, "text"))


def _values(data: Mapping[str, Any]) -> Iterator[str]:
    tables, columns = data.get("values", {}), data.get("columns", {})
    if not isinstance(tables, dict):
        yield f"values: {shown(tables)} is not a table"
        return
    own = columns if isinstance(columns, dict) else {}
    for fact, table in tables.items():
        known = STANDARD.facts | (own.keys() - RESERVED)
        if fact not in known:
            yield f"values.{fact}: {UnknownName('fact', fact, nearest(fact, known), 'a fact of the vocabulary')}"
        else:
            yield from _table(f"values.{fact}", table, lambda _, ours, fact=fact: _fact_value(fact, ours))


def _fact_value(fact: str, ours: Any) -> None:
    if form_of(fact) is Form.FLAG:
        if not isinstance(ours, bool) and ours not in _FLAGS:
            raise ValueError(f"{shown(ours)} is neither true nor false")
        return
    known = values_of(fact)
    if of_type(ours, str, "text") not in known and form_of(fact) is Form.TEXT and known:
        raise UnknownName(f"value of {fact}", ours, nearest(ours, known), " or ".join(sorted(known)))
    if form_of(fact) is Form.SET and known:
        for name in filter(None, map(str.strip, ours.split(";"))):
            if name not in known:
                raise UnknownName(f"value of {fact}", name, nearest(name, known), " or ".join(sorted(known)))
