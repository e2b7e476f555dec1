"""Records rewritten: an event left out, told otherwise, moved to another day or put in; and the cases of a child.

Chronologies go in and others come out; nothing is changed in place. An event that moves is entered in the record by its
new day, so that a move makes nothing late that it does not mean to.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import evolve, frozen

from childprotect.calendars import england_and_wales
from childprotect.chronology import Chronology
from childprotect.events import Event, Facts

AS_AT = date(2012, 9, 30)
"""The records are told as they stood on this day, after the inspectors had left."""
SINCE = date(2012, 4, 1)
"""What is amiss is so in the half year from this day on, which the inspectors looked at; else in the year before it."""
_NEXT_DAY = frozenset({"visit", "core-group", "supervision"})
"""What is entered on the next working day."""


def later(day: date, n: int) -> date:
    """The day so many working days later."""
    return england_and_wales().add(day, n) if n else day


def earlier(day: date, n: int) -> date:
    """The day so many working days earlier."""
    return england_and_wales().subtract(day, n)


def apart(day: date, other: date) -> int:
    """How many working days lie after the one day, up to the other."""
    return england_and_wales().between(day, other)


def happened(event: str, day: date, /, **facts: Any) -> Event:
    """An event of that day, entered when such things are; `child_seen` is the fact `child-seen`, `with_` is `with`."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in facts.items()}
    return Event(event, day, named, recorded=_entered(event, day))


def _entered(kind: str, day: date) -> date:
    return max(day, min(later(day, 1), AS_AT)) if kind in _NEXT_DAY else day


def moved(event: Event, day: date) -> Event:
    """The event on another day."""
    return Event(event.kind, day, event.facts, recorded=_entered(event.kind, day))


def retold(event: Event, **facts: Any) -> Event:
    """The event with other facts; a fact that is None is left out."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in facts.items()}
    whole = {**event.facts, **named}
    return evolve(event, facts=Facts({name: value for name, value in whole.items() if value is not None}))


def rewritten(story: Chronology, without: Collection[Event] = (), put_in: Iterable[Event] = ()) -> Chronology:
    """The record without some of its events, and with others."""
    gone = {id(event) for event in without}
    kept = [event for event in story if id(event) not in gone]
    return Chronology.of(story.child, events=[*kept, *put_in])


def instead(story: Chronology, *pairs: tuple[Event, Event]) -> Chronology:
    """The record with other events in the place of some."""
    return rewritten(story, [old for old, _ in pairs], [new for _, new in pairs])


def those(events: Iterable[Event], *kinds: str, **facts: Any) -> list[Event]:
    """The events of these kinds, of which these facts are told."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in facts.items()}
    return [
        event
        for event in events
        if event.kind in kinds and all(event.facts.get(name) == value for name, value in named.items())
    ]


@frozen(eq=False)
class Case:
    """The events of one case of a child, from the first to its closure, if it is closed."""

    events: tuple[Event, ...]

    @property
    def begins(self) -> date:
        """The day of the referral, or of the notice that the child moves in."""
        return self.events[0].day

    @property
    def closed(self) -> Event | None:
        """The closure, where there is one."""
        return self.events[-1] if self.events[-1].kind == "case-closed" else None

    @property
    def ends(self) -> date:
        """The day of the closure, or that of the records."""
        return self.closed.day if self.closed else AS_AT

    def of(self, *kinds: str, **facts: Any) -> list[Event]:
        """Its events of these kinds, of which these facts are told."""
        return those(self.events, *kinds, **facts)

    def spells(self, begins: str, ends: str) -> Iterator[tuple[date, date]]:
        """From each beginning to its end, or to that of the case: of a plan, an enquiry."""
        over = self.of(ends)
        for begun in self.of(begins):
            yield begun.day, min((event.day for event in over if event.day >= begun.day), default=self.ends)


def cases(story: Chronology) -> list[Case]:
    """The cases of a child in turn. What lies between two of them belongs to none."""
    found: list[Case] = []
    running: list[Event] = []
    for event in story:
        if running or event.kind in ("referral", "transfer-notified"):
            running.append(event)
        if running and event.kind == "case-closed":
            found.append(Case(tuple(running)))
            running = []
    return [*found, Case(tuple(running))] if running else found


def last_case(story: Chronology) -> Case:
    """The case that is open, or was the last. Raises `IndexError` where there is none."""
    return cases(story)[-1]


def closed_on(story: Chronology, case: Case, day: date) -> Chronology:
    """The record with its last case closed on that day by a manager, and nothing after it."""
    after = [event for event in case.events if event.day >= day]
    manager = next((e.facts.get("manager") for e in reversed(case.of("supervision"))), None)
    decided = happened("management-decision", day, manager=manager)
    return rewritten(story, after, [decided, happened("case-closed", day, reason="needs-met")])


def long_without(days: Iterable[date], begins: date, ends: date, most: int) -> bool:
    """Whether more working days than that pass from the beginning, or one of the days, to the next or to the end."""
    inside = sorted({begins, ends, *(day for day in days if begins < day < ends)})
    return any(apart(one, other) > most for one, other in pairwise(inside))
