"""One child's records on their way into a chronology, for formats that hold records and not events.

A census, the tables of a case system and the daily API all hold the same kind of thing: an enquiry with the day on
which it began and the day of its conference. A reader says which field dates which event; what is here sees to dates
that cannot be meant, to ends before starts, to parts that lack what the rest of them rests on, and to the account of
all of it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from attrs import define, field

from childprotect.calendars import day_of
from childprotect.chronology import Chronology, Coverage, Expected, Remark
from childprotect.events import Event, Facts, Lost
from childprotect.ordering import in_order
from childprotect.records.source import Account, implausible, quoted

_TIME = re.compile("[T ][0-9:.]+( ?[AP]M)?", re.IGNORECASE)
"""A time of day, of which nothing is used."""
Record = Mapping[str, Any]
"""The fields of one record by name: text, or a date, a datetime, a flag; what is empty or missing is unknown."""

Span = tuple[date, date]
"""The first day and the last."""

FLAGS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
CLOSURES = {
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child-arrangements-order",
    "RC4": "special-guardianship",
    "RC5": "transferred",
    "RC6": "adult-services",
    "RC7": "needs-met",
    "RC8": "no-further-action",
    "RC9": "early-help",
}
"""Reasons for which a case was closed, as the Department for Education numbers them."""


def iso_day(value: object) -> date | None:
    """The day that a value names, or None. Of a moment with a zone it is the day in England; else a time is dropped."""
    if isinstance(value, datetime):
        day = day_of(value) if value.tzinfo is not None else value.date()
    elif isinstance(value, date):
        day = value
    else:
        text = str(value).strip()
        try:
            if text[10:11] not in ("T", " "):
                day = date.fromisoformat(text)
            elif text[-1] == "Z" or "+" in text or "-" in text[10:]:
                day = day_of(datetime.fromisoformat(text))
            elif _TIME.fullmatch(text, 10):
                day = date.fromisoformat(text[:10])
            else:
                return None  # such as `2012-09-03 cancelled`
        except (ValueError, OverflowError):
            return None
    return None if implausible(day) else day


@define
class Telling:
    """One child's records, taken in one after the other.

    `where` names what is being read in messages (a table, a part of the file), before the child's name. `day_of`
    reads the dates of the format. Every problem is listed in the account and marked on the child.
    """

    child: str
    account: Account
    where: str = ""
    day_of: Callable[[object], date | None] = iso_day
    events: list[Event] = field(factory=list)
    lost: list[Lost] = field(factory=list)
    remarks: list[Remark] = field(factory=list)
    plan_starts: set[date | None] = field(factory=set)
    """None for a plan whose start could not be read."""

    def chronology(self, born: date | Expected | None, died: date | None, covers: Coverage) -> Chronology:
        """All that was taken in."""
        events = in_order(self.events, lost=self.lost)
        return Chronology(self.child, born, died, events, covers, tuple(self.lost), tuple(self.remarks))

    def born(self, record: Record, birth: str, expected: str) -> date | Expected | None:
        """The date of birth, or the one that is expected."""
        day = self.date_of(record, birth)
        if day is None:
            due = self.date_of(record, expected)
            return Expected(due) if due else None
        return day

    def died(self, record: Record, death: str) -> date | None:
        """The date of death. One that is there and cannot be read leaves every duty in doubt."""
        day = self.date_of(record, death)
        if day is None and said(record.get(death)):
            self.lost.append(Lost(None, death, "no date that can be read"))
        return day

    def add(
        self,
        kind: str,
        record: Record,
        name: str,
        facts: Mapping[str, object] | None = None,
        not_before: date | None = None,
    ) -> date | None:
        """Add the event that a field dates; its day, or None if there is none that can be read."""
        value = record.get(name)
        if not said(value):
            return None
        day = self.day_of(value)
        if day is None:
            shown = quoted(str(value).strip())
            self.lose(kind, name, f"{name}{shown} is not a date such as 2012-09-03, from 1900 to 2050")
            return None
        if not_before is not None and day < not_before:
            self.lose(kind, name, f"{name} {day} is before the start, {not_before}")
            return None
        held = {fact: value for fact, value in (facts or {}).items() if value is not None}
        self.events.append(Event(kind, day, Facts(held) if held else None))
        return day

    def begin(self, kind: str, record: Record, name: str, facts: Mapping[str, object] | None = None) -> date | None:
        """As `add`, for what the rest of the record rests on: if that says something, but not this, it is lost."""
        if not said(record.get(name)) and any(map(said, record.values())):
            self.lose(kind, name, f"there is no {name}")
        return self.add(kind, record, name, facts)

    def span(
        self, begin: str, end: str, record: Record, first: str, last: str, facts: Mapping[str, object] | None = None
    ) -> date | None:
        """What begins with one event, which has the facts, and ends with another; its first day."""
        started = self.begin(begin, record, first, facts)
        self.add(end, record, last, not_before=started)
        return started

    def conference(
        self, record: Record, name: str, facts: dict[str, object], kind: str = "initial-conference", **more: Any
    ) -> date | None:
        """A conference. A plan starts on the day of its conference, so a plan of that day was its outcome."""
        day = self.day_of(record.get(name)) if said(record.get(name)) else None
        if day in self.plan_starts:
            facts.setdefault("outcome", "plan")
        elif day is not None and not any(start is None or start > day for start in self.plan_starts):
            facts.setdefault("outcome", "no-plan")
        return self.add(kind, record, name, facts, **more)

    def closure(self, record: Record, name: str, code: str, not_before: date | None) -> None:
        """The closure of the case, with the reason that the Department for Education numbers."""
        reason = str(record.get(code) or "").strip()
        closed = self.add("case-closed", record, name, {"reason": CLOSURES.get(reason)}, not_before)
        if closed and reason and reason not in CLOSURES:
            why = f"{code} is no code that we know; it counts as not recorded."
            self.remarks.append(Remark("unreadable-fact", closed, why))

    def date_of(self, record: Record, name: str) -> date | None:
        """The date in a field that dates no event of its own, or None. It may be personal, and is never repeated."""
        value = record.get(name)
        if not said(value):
            return None
        day = self.day_of(value)
        if day is None:
            self.reject(name, f"{name} is no date that can be meant")
        return day

    def flag(self, record: Record, name: str, kind: str) -> bool | None:
        """A flag; None where it says nothing. What is neither true nor false costs the event that it tells of."""
        value = record.get(name)
        if not said(value) or isinstance(value, bool):
            return value if isinstance(value, bool) else None
        flag = FLAGS.get(str(value).strip().casefold())
        if flag is None:
            self.lose(kind, name, f"{name} is neither true nor false")
        return flag

    def keep_apart(self, name: str, spans: Iterable[Span | None]) -> None:
        """Episodes follow one another. Of those that overlap, nobody can tell which work belongs to which."""
        last = date.min
        for start, end in sorted(span for span in spans if span is not None):
            if start < last:
                why = (
                    f"the episode of {start} began before the one before it had ended; their work cannot be told apart"
                )
                self.lose(None, name, why)
            last = max(last, end)

    def lose(self, kind: str | None, name: str, why: str) -> None:
        """Reject a field and remember what it would have been."""
        self.reject(name, why)
        self.lost.append(Lost(kind, name, why))

    def reject(self, name: str, why: str) -> None:
        """List a field that could not be read."""
        self.account.reject(f"{self.where}child {self.child}, {name}", self.child, why)


def span_of(referred: object, closed: object, nothing_further: object) -> Span | None:
    """From when to when a case was open. A closure that cannot be read is lost, and in doubt for that alone."""
    start = iso_day(referred) if said(referred) else None
    if start is None:
        return None
    if said(closed):
        return start, iso_day(closed) or start
    return start, start if FLAGS.get(str(nothing_further).strip().casefold()) else date.max


def said(value: object) -> bool:
    """Whether a field says anything."""
    return value is not None and (not isinstance(value, str) or not value.isspace()) and value != ""
