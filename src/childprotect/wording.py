"""Dates, lists and events in plain English, for sentences that people act on."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from childprotect.calendars import in_england
from childprotect.events import Event
from childprotect.vocabulary import AGENCIES, STANDARD

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORDS = {name: kind.words for name, kind in STANDARD.items()}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=20_000)
def day_in_words(day: date) -> str:
    """`Fri 22 Mar 2024`, or `Fri 22 Mar 2024 at 16:40` by the clocks of England; the same in every locale."""
    day = in_england(day) if isinstance(day, datetime) else day
    words = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{words} at {day:%H:%M}" if isinstance(day, datetime) else words


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, final = list(words) or [""]
    return f"{', '.join(most)} {last} {final}" if most else final


def counted(n: int, unit: str) -> str:
    """`1 working day`, `3 working days`, `0 days`."""
    words = unit.replace("-", " ")
    return f"{n} {words[:-1] if n == 1 else words}"


def event_in_words(kind: str) -> str:
    """How a sentence names a kind of event."""
    return _WORDS.get(kind) or kind.replace("-", " ")


def the_event(event: Event) -> str:
    """`the strategy discussion on Mon 5 Sep 2012`."""
    return f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"


def not_held(kinds: Iterable[str]) -> str:
    """`this source does not hold any core group or review conference`."""
    return f"this source does not hold any {listed(dict.fromkeys(map(event_in_words, kinds)), 'or')}"


def days_in_words(since: date, until: date | None) -> str:
    """`from Mon 15 Apr 2013 to Fri 30 Sep 2016`, or `from Mon 15 Apr 2013 on`."""
    return f"from {day_in_words(since)} {f'to {day_in_words(until)}' if until else 'on'}"


def agencies_in_words(agencies: Iterable[str], last: str = "and") -> str:
    """`health, the police and social care`. A name that is none of ours might be a person's, and is only counted."""
    known = sorted(set(agencies) & set(AGENCIES))
    others = len(set(agencies)) - len(known)
    words = ["the police" if name == "police" else name.replace("-", " ") for name in known]
    words += [f"{others} not known by name"] if others else []
    return listed(words, last) if words else "nobody"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
