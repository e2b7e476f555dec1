"""Messy records for the whole rulebook: facts missing, entries corrected and lost, sources that hold only a part.

Each record is drawn around one rule: a few of the kinds of event that it reads, on a few days that crowd together.
Books are drawn by name, so that a failure prints short.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import note
from hypothesis import strategies as st
from tests.strategies import FACTS as GUIDANCE_FACTS
from tests.strategies import Clock, clocks, days, moment

from childprotect import Chronology, Coverage, Event, Expected, Finding, Profile, Rulebook, check
from childprotect.chronology import EVERYTHING
from childprotect.events import Lost
from childprotect.profiles import LocalRule
from childprotect.rulebooks import england
from childprotect.testing import Case as Edge
from childprotect.testing import cases_near, dates
from childprotect.vocabulary import AGENCIES, STANDARD

Case = tuple[Chronology, date]
"""A record, and a day on which to judge it."""
FIRST_DAY = date(2006, 4, 1)
STEP = timedelta(days=1)

# --- books

_FIGURES = {
    "strategy-discussion-held": "24 hours",
    "child-seen": "72 hours",
    "section-47-completion": "15 working days",
    "child-protection-visit": {"every": "10 working days"},
    "child-in-need-visit": {"every": "6 weeks", "second": "2 weeks"},
    "child-in-need-review": {"every": "3 months"},
    "core-group": {"every": "6 weeks"},
    "core-group-quorum": {"agencies": ["social-care"], "others": 2},
    "conference-quorum": {"agencies": ["social-care", "police"], "others": 1},
    "conference-report-shared": "2 working days",
    "review-report-shared": "48 hours",
    "conference-record-circulated": "20 working days",
    "supervision": {"every": "1 month"},
    "assessment-current": "12 months",
    "recording-lag": "2 working days",
    "first-contact-after-transfer": "5 working days",
    "information-received": "10 working days",
    "escalation-resolved": "10 working days",
}
"""A figure for every rule that has no national number, and for some duties."""
ANYTOWN = Profile(
    id="ANYTOWN",
    authority="Anytown",
    practice=True,
    rules=tuple(LocalRule(id=name, from_=FIRST_DAY, requires=figure) for name, figure in _FIGURES.items()),
)
BOOKS: dict[str, Rulebook] = {
    "national": england.rulebook.with_practice(),
    "local": england.rulebook | ANYTOWN,
}
"""The whole national rulebook with practice; and that with a figure for every rule that has none."""


def books() -> st.SearchStrategy[str]:
    """The name of one of the books."""
    return st.sampled_from(sorted(BOOKS))


# --- events

_FLAG, _NAME, _SOMEONE = st.booleans(), st.sampled_from("ab"), st.just("manager")
_DUE = days(FIRST_DAY, date(2027, 1, 1))
_AGENCIES = st.frozensets(st.sampled_from(AGENCIES[:5]), max_size=4)
_INTERPRETER = st.sampled_from(STANDARD["visit"].values["interpreter"])
_MEETING = {"agencies": _AGENCIES, "quorate": _FLAG}
_CONFERENCE = {**_MEETING, "parents-attended": _FLAG, "child-participation": _FLAG, "interpreter": _INTERPRETER}
_MORE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "referral-decided": {"decided-by": _SOMEONE},
    "assessment-completed": {"child-seen": _FLAG, "authorised-by": _SOMEONE, "late-reason": _SOMEONE},
    "strategy-discussion": {"recorded-target": _DUE},
    "section-47-started": {"lead-qualified": _FLAG, "recorded-target": _DUE},
    "visit": {"child-seen": _FLAG, "seen-alone": _FLAG, "interpreter": _INTERPRETER},
    "initial-conference": _CONFERENCE,
    "pre-birth-conference": _CONFERENCE,
    "transfer-in-conference": _CONFERENCE,
    "review-conference": _CONFERENCE,
    "conference-report-shared": {"with": st.sampled_from(["parents", "chair"])},
    "plan-started": {"contingency": _FLAG, "exit-criteria": _FLAG},
    "core-group": _MEETING,
    "plan-action-set": {"owner": _SOMEONE, "due": _DUE, "measure": _SOMEONE, "action": _NAME},
    "plan-action-done": {"action": _NAME},
    "letter-before-proceedings": {"family-group-meeting-offered": _FLAG},
    "placement-started": {
        "placement": st.sampled_from(
            "residential parents-interim-order temporary-connected-person long-term-foster".split()
        ),
        "until-18": _FLAG,
    },
    "information-filed": {"about": st.sampled_from(["marac", "mappa", "probation-notice"])},
    "information-requested": {"agency": _NAME},
    "information-received": {"agency": _NAME},
    "escalation-raised": {"agency": _NAME},
    "escalation-resolved": {"agency": _NAME},
    "audit-action-set": {"due": _DUE, "action": _NAME},
    "audit-action-done": {"action": _NAME},
    "allocated": {"qualified": _FLAG, "worker": _NAME},
    "deallocated": {"worker": _NAME},
}
FACTS = {kind: {**GUIDANCE_FACTS.get(kind, {}), **_MORE.get(kind, {})} for kind in STANDARD}
"""Every kind of event, with every fact of it that a rule reads."""


_SOME_FACTS = {kind: st.fixed_dictionaries({}, optional=facts) for kind, facts in FACTS.items()}
_HOUR = st.none() | st.none() | st.none() | clocks()
_LAG = st.none() | st.integers(0, 9)


def _event(draw: st.DrawFn, kind: str, day: date, hour: Clock | None, lag: int | None) -> Event:
    recorded = None if lag is None else day + timedelta(days=lag)
    return Event(kind, day if hour is None else moment(day, *hour), draw(_SOME_FACTS[kind]), recorded)


@st.composite
def events(
    draw: st.DrawFn,
    on: st.SearchStrategy[date],
    kinds: Sequence[str] = tuple(STANDARD),
    clock: st.SearchStrategy[Clock | None] = _HOUR,
) -> Event:
    """An event with some of its facts, now and then with a time of day and the day of its entry."""
    return _event(draw, draw(st.sampled_from(kinds)), draw(on), draw(clock), draw(_LAG))


# --- records

ABOUT = tuple(rule for rule in BOOKS["local"].rules if len(rule.reads) < len(STANDARD))
"""The rules that records are drawn around: all but the one that reads everything."""

_TOGETHER = {
    kind: st.sampled_from([sorted(rule.reads) for rule in ABOUT if kind is None or kind in rule.reads])
    for kind in (None, *STANDARD)
}


def kinds_together(kind: str | None = None) -> st.SearchStrategy[list[str]]:
    """The kinds of event that one rule reads; with `kind`, a rule that reads it."""
    return _TOGETHER[kind]


_SUBSET = st.sets(st.integers(0, 30), max_size=8)
_SINCE = st.none() | days()


def _sources(draw: st.DrawFn, kinds: Sequence[str]) -> Coverage:
    """A source that cannot hold some kinds or facts, perhaps whole from some day only."""
    facts = sorted({fact for kind in kinds for fact in FACTS[kind]} | {"recorded"})
    held, said = (
        frozenset(name for n, name in enumerate(names) if n not in without) if without else None
        for names, without in ((kinds, draw(_SUBSET)), (facts, draw(_SUBSET)))
    )
    return Coverage(held, said, draw(_SINCE))


_CORRECTIONS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(0, 3)), max_size=3)


def _corrected(draw: st.DrawFn, story: Chronology, kinds: Sequence[str]) -> Chronology:
    """The record with the versions that some of its entries had later; some of them were withdrawn."""
    refs = [str(event.ref) for event in story]
    for which, after, how in draw(_CORRECTIONS) if refs else ():
        ref = refs[which % len(refs)]
        latest = max((event for event in story if event.ref == ref), key=lambda event: event.revision)
        noticed = max(latest.day, latest.recorded or latest.day) + timedelta(days=after)
        if how == 3:
            story = story.correct(ref, recorded=noticed, withdrawn=True)
        else:
            day = latest.day + timedelta(days=draw(st.integers(-30, 30)))
            other = _event(draw, draw(st.sampled_from(kinds)), day, draw(_HOUR), None)
            story = story.correct(ref, recorded=noticed, kind=other.kind, at=other.at, facts=other.facts)
    return story


_START = dates(first=FIRST_DAY, last=date(2026, 6, 30))
_GAP = st.integers(0, 14) | st.integers(0, 70) | st.integers(0, 400)
_CROWD = st.lists(_GAP, min_size=1, max_size=6)
_FEW = st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True)
_ENTRY = st.tuples(st.integers(0, 5), st.integers(0, 5), _HOUR, _LAG)
"""Which of the few kinds, which of the few days, the hour, and how long until it was recorded."""
_ENTRIES = st.lists(_ENTRY, max_size=10)
_BORN = st.none() | days(date(1990, 1, 1)) | days().map(Expected)
_DIED = st.none() | st.none() | days()
_LOST: st.SearchStrategy[list[int | None]] = st.just([]) | st.lists(st.none() | st.integers(0, 60), max_size=2)


@st.composite
def records(draw: st.DrawFn, /, *, whole: bool = False, personal: bool = True) -> Chronology:
    """One child's record. A `whole` one comes from a source that holds everything, with nothing lost or corrected."""
    kinds = draw(kinds_together())
    few_kinds = [kinds[n % len(kinds)] for n in draw(_FEW)]
    start, gaps = draw(_START), draw(_CROWD)
    told = [
        _event(draw, few_kinds[kind % len(few_kinds)], start + timedelta(days=gaps[gap % len(gaps)]), hour, lag)
        for kind, gap, hour, lag in draw(_ENTRIES)
    ]
    born, died = (draw(_BORN), draw(_DIED)) if personal else (None, None)
    story = Chronology.of(
        "C-101", born=born, died=died, events=[evolve(event, ref=f"entry {n}") for n, event in enumerate(told)]
    )
    if whole:
        return story
    lost = [None if n is None else kinds[n % len(kinds)] for n in draw(_LOST)]
    torn = evolve(
        story,
        covers=_sources(draw, kinds) if draw(st.booleans()) else EVERYTHING,
        lost=tuple(Lost(kind, "row 7", "no date") for kind in lost),
    )
    return _corrected(draw, again(torn, torn.events), kinds)


@st.composite
def days_of(draw: st.DrawFn, story: Chronology) -> date:
    """One of the days on which something is on record, or a day near it."""
    there = sorted({event.day for event in story}) or [FIRST_DAY]
    return there[draw(st.integers(0, len(there) - 1))] + timedelta(days=draw(_NEAR))


_NEAR = st.just(0) | st.integers(-3, 14) | _GAP
_SOON = st.integers(0, 30) | st.integers(0, 400)


def _edges() -> Iterator[st.SearchStrategy[Edge]]:
    for rule in BOOKS["local"].applied:
        with suppress(ValueError):  # a rule may judge nothing, or have no story of its own
            yield cases_near(rule)


_EDGES = st.sampled_from(list(_edges())).flatmap(lambda edges: edges)
"""A record just in time by one of the rules, or just too late."""


@st.composite
def cases(draw: st.DrawFn, /, **wanted: Any) -> Case:
    """A record and a day on which to judge it: as `records` draws it, soon after an event; or at the edge of a rule."""
    if draw(st.integers(0, 2)) == 2:
        edge = draw(_EDGES)
        told = [evolve(event, ref=f"entry {n}") for n, event in enumerate(edge.chronology)]
        story, as_at = evolve(edge.chronology, events=tuple(told)), edge.as_at
    else:
        story = draw(records(**wanted))
        there = sorted({event.day for event in story}) or [FIRST_DAY]
        as_at = there[draw(st.integers(0, len(there) - 1))] + timedelta(days=draw(_SOON))
    note(f"as at {as_at}\n{in_lines(story)}")
    return story, as_at


def in_lines(story: Chronology) -> str:
    """Everything that a record holds, an entry a line, with the facts that may not be printed elsewhere."""
    lines = [f"  from {story.covers}"] if story.covers != EVERYTHING else []
    lines += [f"  lost: {entry.kind}" for entry in story.lost]
    for event in story:
        facts = ", ".join(
            f"{name}: {sorted(value) if isinstance(value, frozenset) else value}" for name, value in event.facts.items()
        )
        was = " withdrawn" if event.withdrawn else ""
        lines.append(f"  {event.at} {event.kind} ({facts}) {event.ref or ''} recorded {event.recorded}{was}")
    return "\n".join(lines)


# --- what is asked of them


def again(story: Chronology, told: Sequence[Event]) -> Chronology:
    """The same child and source with other events."""
    return evolve(story, events=Chronology.of(story.child, events=told, lost=story.lost).events)


def judged(story: Chronology, as_at: date, book: Rulebook, known_at: date | None = None) -> dict[Any, Finding]:
    """The findings by rule and trigger. Triggers that are alike to the last fact count as one."""
    return {(f.rule, f.trigger): f for f in check(story, book, as_at=as_at, known_at=known_at).findings}
