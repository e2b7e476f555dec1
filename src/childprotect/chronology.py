"""What happened to a child, as it was recorded: events, and the chronology they make.

The past is never edited. Every event has two times: `at`, when it happened, and `recorded`, when it was learned. A
correction adds a later version of the same entry, and a check can ask what was known on any day. A chronology also
knows what its source is able to hold, because what a source cannot hold is unknown and not undone.

What happened is in the events; who the child is stays out. The only personal facts are `born` and `died`, which rules
may use and nothing ever prints.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import combinations
from typing import Any

from attrs import evolve, field, frozen

from childprotect.calendars import Moment, day_of
from childprotect.errors import ChildProtectError
from childprotect.vocabulary import STANDARD, Vocabulary, printable


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
    if isinstance(facts, Facts):
        return facts
    if not facts:
        return _NO_FACTS
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
class Expected:
    """The date on which an unborn child is expected."""

    on: date


@frozen(cache_hash=True)
class Coverage:
    """What a source is able to hold. What it cannot hold is unknown, never undone.

    `kinds` and `facts` are None where the source can hold all of them; `facts` is then a set of fact names. `since` is
    the first day of which the source tells everything. What it holds of an older plan or enquiry it holds whole, but
    what had to come before that may be missing from it.
    """

    kinds: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    since: date | None = None

    def holds(self, kind: str, fact: str | None = None) -> bool:
        """Whether the source could have recorded such an event, and such a fact of it."""
        if self.kinds is not None and kind not in self.kinds:
            return False
        return fact is None or self.holds_fact(fact)

    def holds_fact(self, fact: str) -> bool:
        """Whether the source has a place for such a fact."""
        return self.facts is None or fact in self.facts


EVERYTHING = Coverage()


@frozen
class Lost:
    """An entry of the source that could not be read. What it would have changed, nobody can tell.

    `kind` is the kind of event it was, or probably was; None where even that is unknown.
    """

    kind: str | None
    place: str
    because: str


@frozen
class Remark:
    """Something odd in the source that changes no finding by itself, such as a target date that differs from ours."""

    code: str
    at: Moment
    because: str


@frozen
class Chronology:
    """Everything that a source says of one child: sorted, immutable, and correctable by adding.

    `Chronology.of` is the way to build one. Events are in order of day; within a day by time where it is known, else
    by the order of the process.

    >>> story = Chronology.of("C-101", events=[("2024-03-01", "referral"), ("2024-03-04", "referral-decided")])
    >>> [event.kind for event in story]
    ['referral', 'referral-decided']
    """

    child: str
    born: date | Expected | None = field(default=None, repr=False)
    died: date | None = field(default=None, repr=False)
    events: tuple[Event, ...] = ()
    covers: Coverage = EVERYTHING
    lost: tuple[Lost, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @classmethod
    def of(
        cls,
        child: str,
        *,
        born: date | Expected | None = None,
        died: date | None = None,
        events: Iterable[Event | tuple[Any, ...]] = (),
        covers: Coverage = EVERYTHING,
        lost: Iterable[Lost] = (),
        remarks: Iterable[Remark] = (),
        vocabulary: Vocabulary = STANDARD,
    ) -> "Chronology":
        """A chronology of events, each an `Event` or a tuple `(at, kind)` or `(at, kind, facts)`.

        Raises `UnknownName` for a kind of event, or a value of a closed fact, that the vocabulary does not have.
        """
        made = [entry if isinstance(entry, Event) else _event(*entry) for entry in events]
        for event in made:
            vocabulary.kind(event.kind)
            for fact, value in event.facts.items():
                vocabulary.check_fact(event.kind, fact, value)
        lost = tuple(lost)
        return cls(child, born, died, in_order(made, vocabulary, lost), covers, lost, tuple(remarks))

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def add(self, *events: Event, vocabulary: Vocabulary = STANDARD) -> "Chronology":
        """The chronology with more events in it."""
        return evolve(self, events=in_order([*self.events, *events], vocabulary, self.lost))

    def correct(self, ref: str, *, recorded: date, vocabulary: Vocabulary = STANDARD, **changes: Any) -> "Chronology":
        """The chronology with a later version of the entry `ref`, as learned on `recorded`. Nothing is edited.

        `changes` are fields of `Event`: `at`, `kind`, `facts` (which replace the old ones), or `withdrawn=True`.
        """
        versions = [event for event in self.events if event.ref == ref]
        if not versions:
            raise ChildProtectError(f"there is no entry {ref!r} to correct; give events a ref to correct them later")
        latest = max(versions, key=_version)
        changes = {"recorded": recorded, "revision": latest.revision + 1, **changes}
        return self.add(evolve(latest, **changes), vocabulary=vocabulary)

    def as_known(
        self, as_at: date, known_at: date | None = None, *, vocabulary: Vocabulary = STANDARD
    ) -> tuple[Event, ...]:
        """The events up to `as_at` as they were known on `known_at`: the latest version of each entry, in order.

        `known_at=None` is everything that the chronology now says.
        """
        events = self.events
        if known_at is not None:
            events = tuple(event for event in events if (event.recorded or event.day) <= known_at)
        latest: dict[str, Event] = {}
        for event in events:
            if event.ref is not None and (event.ref not in latest or _version(event) > _version(latest[event.ref])):
                latest[event.ref] = event
        told = tuple(
            event
            for event in events
            if event.day <= as_at and not event.withdrawn and (event.ref is None or latest[event.ref] is event)
        )
        # what is not told has no say in the order of the rest
        return told if len(told) == len(self.events) else in_order(told, vocabulary, self.lost)


def _event(at: str | Moment, kind: str, facts: Mapping[str, Any] | None = None) -> Event:
    return Event(kind, at, facts)


def _version(event: Event) -> tuple[date, int, bool]:
    """What orders the versions of one entry."""
    return event.recorded or date.min, event.revision, event.withdrawn


def in_order(
    events: Iterable[Event], vocabulary: Vocabulary = STANDARD, lost: Iterable[Lost] = ()
) -> tuple[Event, ...]:
    """Events sorted by day; within a day as `_one_day` says. The order in which they were given does not matter.

    A spell that an entry which was `lost` may have begun counts as open from the first.
    """
    kinds = (vocabulary.get(entry.kind or "") for entry in lost)
    open_spells = {kind.opens for kind in kinds if kind is not None and kind.opens}
    ordered: list[Event] = []
    for today in _by_day(_each_its_own(events)):
        if len(today) > 1:
            today = _one_day(today, open_spells, vocabulary)
        ordered += today
        for event in today:
            _note_spells(event, open_spells, vocabulary)
    return tuple(ordered)


def unsettled(
    ordered: Iterable[Event], lost: Iterable[Lost], vocabulary: Vocabulary = STANDARD
) -> list[tuple[set[str], set[str]]]:
    """Kinds of event, and kinds that may belong before or after them on some day, because of an entry that was `lost`.

    It may have begun or ended a spell, that day or before. Or it had a time of day, and what has none belongs after it.
    """
    gone = {kind for entry in lost if (kind := vocabulary.get(entry.kind or "")) is not None}
    earliest = min((vocabulary.ranks[kind.name] for kind in gone), default=len(vocabulary) + 1)
    unsure = {spell for kind in gone for spell in (kind.opens, kind.closes)}
    begun = {kind.opens for kind in gone}
    found: list[tuple[set[str], set[str]]] = []
    for today in _by_day(ordered):
        kinds = {vocabulary[event.kind] for event in today if event.kind in vocabulary}
        opened, closed = {kind.opens for kind in kinds | gone}, {kind.closes for kind in kinds | gone}
        renewed = (begun & opened & closed) - {None}
        parts = {kind.begins & renewed for kind in kinds} if not renewed.isdisjoint(unsure) else set()
        groups = [{kind.name for kind in kinds if kind.begins & renewed == part} for part in parts]
        pairs = list(combinations(groups, 2))
        last = max((n for n, event in enumerate(today) if event.timed), default=0)
        for n, event in enumerate(today[:last]):
            if not event.timed and (renewed or earliest < vocabulary.ranks.get(event.kind, len(vocabulary))):
                pairs.append(({event.kind}, {other.kind for other in today[n:] if other.timed}))
        if pairs:
            unsure |= {spell for kind in kinds for spell in (kind.opens, kind.closes)}
        found += pairs
        begun |= {kind.opens for kind in kinds}
    return found


def _by_day(events: Iterable[Event]) -> list[list[Event]]:
    by_day: dict[date, list[Event]] = {}
    for event in events:
        by_day.setdefault(event.day, []).append(event)
    return [by_day[day] for day in sorted(by_day)]


def _each_its_own(events: Iterable[Event]) -> Iterator[Event]:
    """The events; one that was given twice is two entries, each of which has a place of its own."""
    seen: set[int] = set()
    for event in events:
        yield evolve(event) if id(event) in seen else event
        seen.add(id(event))


def _note_spells(event: Event, open_spells: set[str], vocabulary: Vocabulary) -> None:
    kind = vocabulary.get(event.kind)
    if kind is not None and kind.opens:
        open_spells.add(kind.opens)
    if kind is not None and kind.closes:
        open_spells.discard(kind.closes)


def _one_day(today: list[Event], open_spells: set[str], vocabulary: Vocabulary) -> list[Event]:
    """Order one day's events: by time where it is known, else by the order of the process.

    If something that was open that morning ends and begins again on the day (a case closed and referred again), then
    what ends comes before what begins: the work completed that day belongs to the case that was closed.
    """
    ranks, unknown = vocabulary.ranks, len(vocabulary)
    kinds = [vocabulary[event.kind] for event in today if event.kind in vocabulary]
    renewed = open_spells & {kind.opens for kind in kinds} & {kind.closes for kind in kinds}

    alike = len({event.kind for event in today}) < len(today)

    def place(event: Event) -> tuple[object, ...]:
        begins = bool(renewed) and event.kind in vocabulary and not renewed.isdisjoint(vocabulary[event.kind].begins)
        return (begins, ranks.get(event.kind, unknown), event.kind, _tie(event, vocabulary) if alike else ())

    today = sorted(today, key=place)
    if not any(event.timed for event in today):
        return today
    places = {id(event): n for n, event in enumerate(today)}
    timed = sorted((event for event in today if event.timed), key=lambda event: event.at)
    for event in [event for event in today if not event.timed]:
        earlier = [n for n, other in enumerate(timed) if places[id(other)] < places[id(event)]]
        timed.insert(earlier[-1] + 1 if earlier else 0, event)
    return timed


def _tie(event: Event, vocabulary: Vocabulary) -> tuple[object, ...]:
    """What decides between two events of one kind and day: an initial assessment comes before a core one."""
    closed = vocabulary[event.kind].values if event.kind in vocabulary else {}
    facts = [
        (name, closed[name].index(value) if value in closed.get(name, ()) else -1, value_in_words(value))
        for name, value in sorted(event.facts.items())
    ]
    return (event.at.isoformat(), str(event.recorded), event.revision, event.withdrawn, facts, str(event.ref))
