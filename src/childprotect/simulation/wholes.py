"""What was amiss with the whole and not with a child, as figures of both authorities."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.simulation.rewriting import AS_AT, cases, those

Attendance = tuple[int, int]
"""How many of an agency were invited to training, and how many came."""
TRAINED: dict[str, Attendance] = {
    "social-care": (60, 54),
    "health": (40, 35),
    "police": (25, 21),
    "education": (50, 44),
}
TRAINED_LESS: dict[str, Attendance] = {
    "social-care": (60, 49), "health": (40, 17), "police": (25, 7), "education": (50, 41),
}  # fmt: skip
"""Paragraph 45: some agencies were rarely at training. All figures are invented."""
_YEAR = date(2011, 10, 1)
_SPRING = date(2012, 3, 31)
_Stories = Sequence[Chronology]


@frozen
class Measured:
    """A figure of an authority: the rows of the inspection that it is about, and how it is counted."""

    id: str
    rows: tuple[str, ...]
    in_words: str
    count: Callable[[_Stories], float]


@frozen
class Whole:
    """A figure of the authority with the failings, and of the one without."""

    id: str
    rows: tuple[str, ...]
    in_words: str
    failing: float
    sound: float

    @classmethod
    def of(cls, what: Measured, failing: _Stories, sound: _Stories) -> "Whole":
        """The figure counted in both."""
        return cls(what.id, what.rows, what.in_words, what.count(failing), what.count(sound))


def _without_conference(stories: _Stories) -> float:
    over = [e for story in stories for e in those(story, "section-47-completed") if e.day >= _YEAR]
    none = [e for e in over if e.facts.get("outcome") in ("not-substantiated", "substantiated-no-continuing-risk")]
    return len(none) / len(over)


def _changes(stories: _Stories) -> float:
    return sum(len([e for e in those(story, "deallocated") if e.day >= _YEAR]) for story in stories)


def _plans_on(day: date) -> Callable[[_Stories], float]:
    def count(stories: _Stories) -> float:
        spells = [
            spell for story in stories for case in cases(story) for spell in case.spells("plan-started", "plan-ended")
        ]
        return sum(begins <= day < ends or (begins <= day == ends == AS_AT) for begins, ends in spells)

    return count


def _back(stories: _Stories) -> float:
    n = 0
    for story in stories:
        found = cases(story)
        n += sum(0 <= (b.begins - a.ends).days <= 60 and b.begins >= _YEAR for a, b in pairwise(found))
    return n


WHOLES: tuple[Measured, ...] = (
    Measured("enquiries-without-conference", ("17b",), "share of the year's enquiries that ended without a conference",
             _without_conference),
    Measured("changes-of-worker", ("S1", "17f", "33d"), "changes of social worker in the year", _changes),
    Measured("plans-in-spring", ("26a", "45d"), "plans on 31 March 2012", _plans_on(_SPRING)),
    Measured("plans-in-autumn", ("26a", "45d"), "plans on 30 September 2012", _plans_on(AS_AT)),
    Measured("back-within-60-days", ("17h",), "children referred within 60 days of a closure in the year", _back),
)  # fmt: skip
