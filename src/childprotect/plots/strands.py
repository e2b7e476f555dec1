"""Events as rows of points by strand, with as many names beside them as there is room for."""

from collections import Counter
from collections.abc import Callable, Iterable

from attrs import frozen

from childprotect.events import Event
from childprotect.rulebook import Rulebook
from childprotect.wording import event_in_words

SEPARATE = 3
"""As many events of one kind in a strand as are named each; of more only the first is, with their number."""
_LEVELS = 6
"""Lines of names above a strand."""


@frozen
class Flag:
    """A name beside a point: where the point is along the axis, and which line of names it stands in."""

    at: float
    words: str
    level: int


@frozen
class Strand:
    """The events of one strand, in order."""

    name: str
    events: tuple[Event, ...]

    def names(self, separate: int = SEPARATE) -> list[tuple[Event, str]]:
        """The events to name, with their names: `core group (9 times)` for the first of more than `separate`.

        Of events of one kind on one day there is one name.
        """
        often = Counter(event.kind for event in self.events)
        by_day = Counter((event.kind, event.day) for event in self.events)
        named: dict[object, tuple[Event, str]] = {}
        for event in self.events:
            apart = often[event.kind] <= separate
            n = by_day[event.kind, event.day] if apart else often[event.kind]
            words = event_in_words(event.kind).replace(" child protection", "")
            key = (event.kind, event.day) if apart else event.kind
            named.setdefault(key, (event, f"{words} ({n} times)" if n > 1 else words))
        return list(named.values())


def strands_of(events: Iterable[Event], rulebook: Rulebook) -> list[Strand]:
    """The strands in which anything happened: those of the charts in their order, then any other."""
    found: dict[str, list[Event]] = {strand: [] for strand in rulebook.charts}
    for event in events:
        found.setdefault(_strand(event, rulebook), []).append(event)
    return [Strand(strand.replace("-", " "), tuple(some)) for strand, some in found.items() if some]


def _strand(event: Event, rulebook: Rulebook) -> str:
    """The chart that the event moves; of several the one of its own strand, else the first."""
    kind = rulebook.vocabulary.get(event.kind)
    own = kind.strand if kind is not None else "other"
    moved = [strand for strand, _ in rulebook.moved_by.get(event.kind, ())]
    return own if own in moved or not moved else moved[0]


def flags(strand: Strand, place: Callable[[Event], float], width: Callable[[str], float]) -> tuple[list[Flag], int]:
    """Names in lines, so that none lies upon another or on the line that leads to one; and how many had no room.

    `place` says where an event is along the axis, and `width` how much of it words need. Where there is no room for
    each, a kind of event is named once.
    """
    placed, left = _placed([(place(event), words) for event, words in strand.names()], width)
    if not left:
        return placed, 0
    return _placed([(place(event), words) for event, words in strand.names(1)], width)


def _placed(names: list[tuple[float, str]], width: Callable[[str], float]) -> tuple[list[Flag], int]:
    """A name stands to the right of its point, so each is put above all that begin within it."""
    placed: list[Flag] = []
    for at, words in sorted(names, key=lambda name: name[0], reverse=True):
        level = 1 + max((flag.level for flag in placed if flag.at <= at + width(words)), default=-1)
        if level < _LEVELS:
            placed.append(Flag(at, words, level))
    return placed, len(names) - len(placed)
