"""In which order the events of a child happened: by day, within a day by time, else by the order of the process."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from operator import attrgetter

from attrs import evolve

from childprotect.calendars import bounds_of
from childprotect.events import Event, Lost, value_in_words
from childprotect.vocabulary import STANDARD, Vocabulary

_DAY = attrgetter("day")


def in_order(
    events: Iterable[Event], vocabulary: Vocabulary = STANDARD, lost: Iterable[Lost] = ()
) -> tuple[Event, ...]:
    """Events sorted by day; within a day as `_one_day` says. The order in which they were given does not matter.

    A spell that an entry which was `lost` may have begun counts as open from the first.
    """
    kinds = (vocabulary.get(entry.kind or "") for entry in lost)
    open_spells = {kind.opens for kind in kinds if kind is not None and kind.opens}
    ordered = sorted(events, key=_DAY)
    days = [event.day for event in ordered]
    if len(set(days)) == len(days):
        return tuple(ordered)
    first = noted = 0
    for last, day in enumerate((*days[1:], None), start=1):
        if day == days[first]:
            continue
        if last - first > 1:
            for event in ordered[noted:first]:
                _note_spells(event, open_spells, vocabulary)
            ordered[first:last] = _one_day([*_each_its_own(ordered[first:last])], open_spells, vocabulary)
            noted = first
        first = last
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
    renewed: set[str] = set()
    if open_spells:
        kinds = [vocabulary[event.kind] for event in today if event.kind in vocabulary]
        renewed = open_spells & {kind.opens for kind in kinds if kind.opens} & {kind.closes for kind in kinds}
    alike = len({event.kind for event in today}) < len(today)

    def place(event: Event) -> tuple[object, ...]:
        begins = bool(renewed) and event.kind in vocabulary and not renewed.isdisjoint(vocabulary[event.kind].begins)
        return (begins, ranks.get(event.kind, unknown), event.kind, tie(event, vocabulary) if alike else ())

    today = sorted(today, key=place)
    if not any(event.timed for event in today):
        return today
    places = {id(event): n for n, event in enumerate(today)}
    timed = sorted((event for event in today if event.timed), key=lambda event: bounds_of(event.at))
    for event in [event for event in today if not event.timed]:
        earlier = [n for n, other in enumerate(timed) if places[id(other)] < places[id(event)]]
        timed.insert(earlier[-1] + 1 if earlier else 0, event)
    return timed


def tie(event: Event, vocabulary: Vocabulary) -> tuple[object, ...]:
    """What decides between two events of one kind and day: an initial assessment comes before a core one.

    A time of day has no part in it. Of two that have one, the times decide before this is asked. Where one has none,
    nobody can tell which came first, and the time of the other is no evidence of it: what they say decides, as where
    neither has a time. So the answer does not depend on which of them has one, nor on the offset in which it is
    written. Only of two that are alike in all else does the one without a time come first.
    """
    closed = vocabulary[event.kind].values if event.kind in vocabulary else {}
    facts = [
        (name, closed[name].index(value) if value in closed.get(name, ()) else -1, value_in_words(value))
        for name, value in sorted(event.facts.items())
    ]
    return (str(event.recorded), event.revision, event.withdrawn, facts, event.timed, str(event.ref))
