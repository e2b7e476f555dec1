"""What happened, or was entered: an event on a day or at a moment, with what is known of it.

Every event has two times: `at`, when it happened, and `recorded`, when it was learned.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from childprotect.calendars import Moment, day_of
from childprotect.vocabulary import printable


def parse_moment(text: str) -> Moment:
    """Read `2012-09-03` or `2012-09-03T16:40:00+01:00`.

    A time without an offset is not a moment, since the clocks change: only its day is kept. Raises `ValueError`.
    """
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.date()


class Facts(Mapping[str, Any]):
    """The facts of an event: a mapping that cannot change, so that an event can be hashed and shared."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a fact, or `default` where it is unknown."""
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"<Facts: {', '.join(self._values) or 'none'}>"  # the names only: a value might be personal


_NO_FACTS = Facts()


def _to_moment(at: str | Moment) -> Moment:
    at = parse_moment(at) if isinstance(at, str) else at
    if isinstance(at, datetime) and at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} needs a time zone, for instance {at.isoformat()}+00:00; or give the date")
    return at


def _to_facts(facts: Mapping[str, Any] | None) -> Facts:
    if facts is None:
        return _NO_FACTS
    if isinstance(facts, Facts):
        return facts
    return Facts({name: _to_value(name, value) for name, value in facts.items() if value is not None})


_SCALARS = (str, bool, int, float, date)


def _to_value(name: str, value: object) -> object:
    """A value that can be compared and shared. Never prints the value: it might be personal."""
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, set | frozenset | list | tuple) and all(isinstance(member, _SCALARS) for member in value):
        return frozenset(value)
    found = "a set of other things" if isinstance(value, set | frozenset | list | tuple) else type(value).__name__
    raise ValueError(f"fact {name!r} is a text, a flag, a number, a date or a set of these, not {found}")


@frozen
class Event:
    """Something that happened on a day, or at a moment, with what is known of it.

    `facts` maps fact names to text, a flag, a number, a date or a set of these; a fact that is not there is unknown.
    `recorded` is the day on which it was learned, None where the source does not say (then it counts as known when it
    happened).
    `ref` identifies the entry, so that a later entry with the same `ref` replaces it; `withdrawn` takes it back.

    >>> Event("strategy-discussion", "2024-03-22", {"agencies": {"police", "health", "social-care"}}).day
    datetime.date(2024, 3, 22)
    """

    kind: str
    at: Moment = field(converter=_to_moment)
    facts: Facts = field(default=_NO_FACTS, converter=_to_facts)
    recorded: date | None = None
    ref: str | None = field(default=None, repr=False)
    withdrawn: bool = False
    revision: int = 0
    """Which version of the entry this is: it decides between two that were recorded on one day."""
    day: date = field(init=False, eq=False, repr=False)
    """The day in England on which it happened."""

    @day.default
    def _day(self) -> date:
        return day_of(self.at)

    @property
    def timed(self) -> bool:
        """Whether the time of day is known."""
        return isinstance(self.at, datetime)

    def __str__(self) -> str:
        shown = {name: printable(self.kind, name, value) for name, value in self.facts.items()}
        facts = ", ".join(f"{name}: {text}" for name, text in shown.items() if text)
        return f"{self.at.isoformat()} {self.kind}" + (f" ({facts})" if facts else "")


def value_in_words(value: object) -> str:
    """A fact's value as text: sets sorted and joined with `;`, flags as true and false."""
    if isinstance(value, frozenset):
        return ";".join(sorted(map(str, value)))
    return str(value).lower() if isinstance(value, bool) else str(value)


@frozen
class Lost:
    """An entry of the source that could not be read. What it would have changed, nobody can tell.

    `kind` is the kind of event it was, or probably was; None where even that is unknown.
    """

    kind: str | None
    place: str
    because: str
