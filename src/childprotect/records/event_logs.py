"""What every event log says of an event: its name, its time in England, and the facts that can be shown.

A log tells events as they are known now. A day without a time of day is its first instant in England, and says so;
what might be personal (a worker, a note, a column that we do not know) is left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from attrs import frozen

from childprotect.calendars import in_england
from childprotect.chronology import Chronology
from childprotect.errors import ChildProtectError
from childprotect.events import Event
from childprotect.vocabulary import STANDARD, Form, form_of, printable

Shown = dict[str, str | bool]
"""Facts that can be shown, by name: a flag as true or false, everything else in words; a date is one of these."""


@frozen
class Told:
    """One child as a log tells it. `name` is the identifier, with a number after it if it was there before."""

    name: str
    events: tuple[Event, ...]


def told(chronologies: Iterable[Chronology]) -> Iterator[Told]:
    """Every child with its events as they are known now, in order.

    Raises `ChildProtectError` for an identifier that is empty or holds control characters, which no log can hold.
    """
    times: Counter[str] = Counter()
    for chronology in chronologies:
        name = chronology.child
        if not name or not name.isprintable():
            raise ChildProtectError(
                "a child whose identifier is empty or holds control characters fits in no event log"
            )
        times[name] += 1
        while times[name] > 1:
            name = f"{name} ({times[name]})"
            times[name] += 1
        yield Told(name, chronology.as_known(date.max))


def not_told(chronology: Chronology) -> Counter[str]:
    """What a log has no place for, by name: entries that were lost or are not current, and facts that are not shown."""
    current = chronology.as_known(date.max)
    left_out = Counter(f"{event.kind}.{fact}" for event in current for fact in event.facts.keys() - shown(event).keys())
    left_out["entries that were lost"] = len(chronology.lost)
    left_out["earlier versions of entries, and withdrawn ones"] = len(chronology) - len(current)
    return +left_out


def instant(event: Event) -> str:
    """When it happened, with the offset of England: the first instant of the day where the time is not known."""
    if isinstance(event.at, datetime):
        return in_england(event.at).isoformat()
    from zoneinfo import ZoneInfo  # slow to import

    return datetime.combine(event.at, time.min, ZoneInfo("Europe/London")).isoformat()


def shown(event: Event) -> Shown:
    """The facts that can be shown, in order of name, and when the event was entered, if that is known."""
    facts: Shown = {}
    for name, value in sorted(event.facts.items()):
        flag = form_of(name) is Form.FLAG
        words = printable(event.kind, name, value) if name in STANDARD.facts else None
        if words is not None and flag is isinstance(value, bool):
            facts[name] = value if isinstance(value, bool) else words
    if event.recorded is not None:
        facts["recorded"] = event.recorded.isoformat()
    facts["time-known"] = event.timed
    return facts
