"""Random records of a child in England: messy on purpose, and mostly about what the rules read.

Dates come in clusters, because that is where clocks, repeats and discharges meet. Facts are often missing. Some events
have a time of day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import product
from typing import Any

from hypothesis import strategies as st

from childprotect import Chronology, Coverage, Event, Expected
from childprotect.chronology import EVERYTHING
from childprotect.events import Lost
from childprotect.rulebooks import england
from childprotect.vocabulary import AGENCIES, CATEGORIES, STANDARD

FIRST, LAST = date(2006, 1, 1), date(2027, 12, 31)

IRRELEVANT = (
    "audit-action-done",
    "audit-action-set",
    "case-audited",
    "escalation-raised",
    "escalation-resolved",
    "feedback-received",
    "information-filed",
    "information-received",
    "information-requested",
    "mappa",
    "marac",
    "probation-notice",
)
"""Kinds of event that no rule reads and no chart knows."""

_FLAG = st.booleans()


def _closed(kind: str, fact: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(STANDARD[kind].values[fact])


def _some_of(names: Sequence[str]) -> st.SearchStrategy[Any]:
    return st.frozensets(st.sampled_from(names), max_size=4)


_CONFERENCE = {"outcome": _closed("initial-conference", "outcome"), "recorded-under": st.just("episode")}
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "referral": {"no-further-action": _FLAG},
    "referral-acknowledged": {},
    "referral-decided": {"outcome": _closed("referral-decided", "outcome")},
    "assessment-started": {"type": _closed("assessment-started", "type")},
    "assessment-completed": {"type": _closed("assessment-completed", "type")},
    "new-information": {},
    "strategy-discussion": {
        "decision": st.just("section-47") | _closed("strategy-discussion", "decision"),
        "agencies": _some_of(AGENCIES[:4]),
    },
    "section-47-started": {"transferred-in": _FLAG, "conference-required": _FLAG},
    "section-47-completed": {"outcome": _closed("section-47-completed", "outcome"), "conference-required": _FLAG},
    "initial-conference": _CONFERENCE,
    "pre-birth-conference": _CONFERENCE,
    "transfer-notified": {},
    "transfer-in-conference": {"outcome": _closed("transfer-in-conference", "outcome")},
    "plan-started": {"categories": _some_of(CATEGORIES)},
    "core-group": {},
    "review-conference": {"outcome": _closed("review-conference", "outcome")},
    "plan-ended": {"reason": st.just("no-longer-at-risk") | _closed("plan-ended", "reason")},
    "case-closed": {"reason": _closed("case-closed", "reason")},
}
"""The kinds of event that the rules read, with the facts that they read."""

READ = tuple(FACTS)


def days(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    """Any day of the years that the tests tell stories about."""
    return st.dates(first, last)


def moment(day: date, hour: int, offset: int = 0) -> datetime:
    """That hour of that day by universal time, as a clock shows it that is so many hours ahead."""
    return datetime.combine(day, time(hour), UTC).astimezone(timezone(timedelta(hours=offset)))


Clock = tuple[int, int]
"""An hour far enough from midnight to be of the same day in England, and how many hours the clock is ahead."""


def clocks() -> st.SearchStrategy[Clock]:
    """Hours of a day by clocks of several zones: one instant is written in several ways, by some on another day."""
    return st.tuples(st.integers(6, 20), st.sampled_from([0, 1, -11, 9]))


@st.composite
def events(
    draw: st.DrawFn,
    on: st.SearchStrategy[date] | None = None,
    kinds: Sequence[str] = READ,
    timed: bool = True,
) -> Event:
    """An event of one of the kinds, each of its facts there or missing, with a time of day now and then."""
    kind = draw(st.sampled_from(kinds))
    day = draw(on if on is not None else days())
    at = moment(day, *draw(clocks())) if timed and draw(st.integers(0, 4)) == 0 else day
    facts = {name: draw(values) for name, values in FACTS.get(kind, {}).items() if draw(st.integers(0, 3))}
    return Event(kind, at, facts)


def clusters(start: date) -> st.SearchStrategy[date]:
    """Days after a start: often within a fortnight, sometimes much later."""
    gaps = st.integers(0, 14) | st.integers(0, 70) | st.integers(0, 400)
    return gaps.map(lambda gap: start + timedelta(days=gap))


@st.composite
def event_lists(
    draw: st.DrawFn,
    starts: st.SearchStrategy[date] | None = None,
    kinds: Sequence[str] = READ,
    timed: bool = True,
    max_size: int = 12,
) -> list[Event]:
    """Events of a few kinds, on a few days that crowd together, so that they meet."""
    start = draw(starts if starts is not None else days(FIRST, date(2026, 6, 30)))
    few_kinds = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6, unique=True))
    few_days = draw(st.lists(clusters(start), min_size=1, max_size=6, unique=True))
    return draw(st.lists(events(st.sampled_from(few_days), few_kinds, timed), max_size=max_size))


def coverages() -> st.SearchStrategy[Coverage]:
    """A source that holds everything, or one that holds some kinds and facts, perhaps from some day only."""
    part = st.builds(
        Coverage,
        kinds=st.none() | st.frozensets(st.sampled_from(READ), min_size=4),
        facts=st.none() | st.frozensets(st.sampled_from(["outcome", "decision", "type", "agencies", "categories"])),
        since=st.none() | days(),
    )
    return st.just(EVERYTHING) | part


@st.composite
def chronologies(
    draw: st.DrawFn,
    starts: st.SearchStrategy[date] | None = None,
    kinds: Sequence[str] = READ,
    timed: bool = True,
    covers: st.SearchStrategy[Coverage] = st.just(EVERYTHING),
    personal: bool = True,
) -> Chronology:
    """One child's record. With `personal`, sometimes a date of birth or of death."""
    born = draw(st.none() | days(date(1990, 1, 1)) | days().map(Expected)) if personal else None
    died = draw(st.none() | days()) if personal and draw(st.integers(0, 4)) == 0 else None
    told = draw(event_lists(starts, kinds, timed))
    return Chronology.of("C-1", born=born, died=died, events=told, covers=draw(covers))


@st.composite
def cases(
    draw: st.DrawFn,
    kinds: Sequence[str] = READ,
    covers: st.SearchStrategy[Coverage] = st.just(EVERYTHING),
    personal: bool = True,
) -> tuple[Chronology, date]:
    """A record, and a day on which to judge it: often soon after one of its events."""
    story = draw(chronologies(kinds=kinds, covers=covers, personal=personal))
    some = st.sampled_from(sorted({event.day for event in story})) if len(story) else days()
    gap = st.integers(0, 30) | st.integers(0, 300)
    return story, draw(some) + timedelta(days=draw(gap))


def days_of(story: Chronology) -> st.SearchStrategy[date]:
    """One of the days on which something is on record, or any day."""
    there = sorted({event.day for event in story})
    return st.sampled_from(there) | days() if there else days()


def lost_entries() -> st.SearchStrategy[list[Lost]]:
    """Entries that could not be read, of a kind that is known or not."""
    entry = st.builds(Lost, kind=st.none() | st.sampled_from(READ), place=st.just("row 7"), because=st.just("no date"))
    return st.lists(entry, min_size=1, max_size=2)


def ways(kind: str) -> list[dict[str, Any]]:
    """Every set of facts of such an event that can make a difference to a chart of England, unknown ones left out."""
    asked: dict[str, list[Any]] = {}
    for chart in england.charts.values():
        for move in chart.moves:
            if move.event == kind and move.fact is not None:
                asked[move.fact] = [None, *STANDARD[kind].values.get(move.fact, (True, False))]
    return [dict(zip(asked, values, strict=True)) for values in product(*asked.values())]
