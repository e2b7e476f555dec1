"""What happened to a child, as it was recorded: the events of one child, and what their source is able to hold.

The past is never edited. A correction adds a later version of the same entry, and a check can ask what was known on any
day. A chronology also knows what its source is able to hold, because what a source cannot hold is unknown and not
undone.

What happened is in the events; who the child is stays out. The only personal facts are `born` and `died`, which rules
may use and nothing ever prints.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from childprotect.calendars import Moment
from childprotect.errors import ChildProtectError
from childprotect.events import Event, Lost
from childprotect.ordering import in_order
from childprotect.vocabulary import STANDARD, Vocabulary


@frozen
class Expected:
    """The date on which an unborn child is expected."""

    on: date


@frozen(cache_hash=True)
class Coverage:
    """What a source is able to hold. What it cannot hold is unknown, never undone.

    `kinds` and `facts` are None where the source can hold all of them. `facts` otherwise names facts, each for every
    kind of event (`agencies`) or for one (`section-47-completed.outcome`). `since` is the first day of which the source
    tells everything. What it holds of an older plan or enquiry it holds whole, but what had to come before that may be
    missing from it. `whole` are the kinds of which it holds older events too, of whatever case, enquiry or plan it
    holds; None where that is so of all. A referral of years ago may be there, and its assessment may not.

    >>> covers = Coverage(frozenset({"visit", "review-conference"}), frozenset({"visit.child-seen"}))
    >>> covers.holds("visit", "child-seen"), covers.holds("visit", "seen-alone"), covers.holds("core-group")
    (True, False, False)
    """

    kinds: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    since: date | None = None
    whole: frozenset[str] | None = None

    def holds(self, kind: str, fact: str | None = None) -> bool:
        """Whether the source could have recorded such an event, and such a fact of it."""
        if self.kinds is not None and kind not in self.kinds:
            return False
        return fact is None or self.holds_fact(fact) or f"{kind}.{fact}" in (self.facts or ())

    def holds_fact(self, fact: str) -> bool:
        """Whether the source has a place for such a fact, whatever the kind of event."""
        return self.facts is None or fact in self.facts

    def holds_any(self, kinds: Collection[str]) -> bool:
        """Whether the source could have recorded an event of one of these kinds."""
        return bool(kinds) if self.kinds is None else not self.kinds.isdisjoint(kinds)

    def absent(self, kinds: frozenset[str]) -> tuple[str, ...]:
        """Which of these kinds of event the source could not have recorded."""
        if self.kinds is None or kinds <= self.kinds:
            return ()
        return tuple(sorted(kinds - self.kinds))

    def may_lack(self, kinds: Iterable[str], after: date) -> tuple[str, ...]:
        """Which of these kinds it holds, and not from `after` on: one of them may have happened and be missing."""
        if self.since is None or self.whole is None or after >= self.since:
            return ()
        return tuple(sorted(kind for kind in kinds if kind not in self.whole and self.holds(kind)))


EVERYTHING = Coverage()


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
        told = [
            event
            for event in events
            if event.day <= as_at and not event.withdrawn and (event.ref is None or latest[event.ref] is event)
        ]
        # what is not told has no say in the order of the rest
        return self.events if len(told) == len(self.events) else in_order(told, vocabulary, self.lost)


def _event(at: str | Moment, kind: str, facts: Mapping[str, Any] | None = None) -> Event:
    return Event(kind, at, facts)


def _version(event: Event) -> tuple[date, int, bool]:
    """What orders the versions of one entry."""
    return event.recorded or date.min, event.revision, event.withdrawn
