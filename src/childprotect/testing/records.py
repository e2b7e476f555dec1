"""Events, chronologies and journeys: as messy as real records, or such that a rulebook has nothing to find."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from childprotect.calendars import day_of
from childprotect.charts import Chart
from childprotect.chronology import EVERYTHING, Chronology, Coverage, Expected
from childprotect.compliance import check
from childprotect.events import Event, Lost
from childprotect.journeys import Journey
from childprotect.paths import Asked, Step, alphabet, facts_asked
from childprotect.requirements import Quorum, Requirement
from childprotect.rulebook import Rulebook
from childprotect.schedules import Schedule
from childprotect.testing.cases import breach_of
from childprotect.testing.times import dates, drawn
from childprotect.vocabulary import AGENCIES, CATEGORIES, STANDARD, Form, Vocabulary, form_of

_SETS: dict[str, tuple[str, ...]] = {"agencies": tuple(AGENCIES), "categories": tuple(CATEGORIES)}
_ZONES = st.sampled_from([timezone(timedelta(hours=ahead)) for ahead in (0, 1, -11, 9)])
_LONGEST = 12
"""The most events of a generated chronology: more find no more faults, and take longer to read."""


@st.composite
def events(
    draw: st.DrawFn,
    *,
    kinds: Collection[str] | None = None,
    on: st.SearchStrategy[date] | None = None,
    vocabulary: Vocabulary = STANDARD,
) -> Event:
    """Events of these kinds on such days, each of the facts that the vocabulary lists there or missing.

    One in five has a time of day, told by the clock of some zone; one in five was recorded some days later. Shrinks to
    a referral on a plain Wednesday with no facts; to the first of the kinds if referrals are not among them.
    """
    possible_kinds = [name for name in vocabulary if kinds is None or name in kinds]
    kind = draw(st.sampled_from(sorted(possible_kinds, key=lambda name: name != "referral")))
    day = draw(dates() if on is None else on)
    # far enough from midnight to be the same day in England
    hour = draw(st.none() | st.integers(6, 20)) if draw(st.integers(0, 4)) == 4 else None
    at = day if hour is None else datetime.combine(day, time(hour), UTC).astimezone(draw(_ZONES))
    # a list of names, so that a kind with many facts is as simple as one with none
    possible = _facts(kind, vocabulary)
    names = draw(st.lists(st.sampled_from(sorted(possible) or [""]), max_size=4, unique=True))
    facts = {name: draw(possible[name]) for name in names if name in possible}
    lag = draw(st.none() | st.integers(0, 30)) if draw(st.integers(0, 4)) == 4 else None
    return Event(kind, at, facts, None if lag is None else day + timedelta(days=lag))


@lru_cache
def _facts(kind: str, vocabulary: Vocabulary) -> Mapping[str, st.SearchStrategy[Any]]:
    """The facts of a kind of event: those with listed values; flags, sets and dates that a rule of England reads."""
    made: dict[str, st.SearchStrategy[Any]] = {
        name: st.sampled_from(values) for name, values in vocabulary[kind].values.items()
    }
    for name in sorted(facts_read(kind) - made.keys()):
        match form_of(name):
            case Form.FLAG:
                made[name] = st.booleans()
            case Form.SET:
                made[name] = st.frozensets(st.sampled_from(_SETS.get(name, ("other",))), max_size=4)
            case Form.DATE:
                made[name] = dates()
    return made


def facts_read(kind: str) -> set[str]:
    """The facts of a kind of event that some rule of England asks for or requires."""
    from childprotect.rulebooks import england

    asked = _asked_in_england()
    required = {
        name
        for rule in england.rulebook.with_practice().rules
        if kind in rule.triggers
        for version in rule.versions
        for name in _named(version.requires)
    }
    return {*asked.get(kind, {}), *required}


@lru_cache
def _asked_in_england() -> Asked:
    from childprotect.rulebooks import england

    return facts_asked(england.rulebook.with_practice().rules)


def _named(requires: Requirement) -> tuple[str, ...]:
    if isinstance(requires, tuple):
        return requires
    return ("agencies",) if isinstance(requires, frozenset | Quorum) else ()


def chronologies(
    rulebook: Rulebook | None = None, *, compliant: bool | None = None, covers: Coverage = EVERYTHING
) -> st.SearchStrategy[Chronology]:
    """Chronologies of one child: messy; or with `compliant`, such that the rulebook finds no breach, or finds one.

    Messy ones have events on a few days that crowd together, doubtful and missing facts, corrections, entries that
    could not be read, dates of birth and death. A compliant one is a walk through the charts of the rulebook on which
    nothing is late up to the day of its last event; one that is not has a breach from the day after its last event on.
    The rulebook is that of England unless it is given. Shrinks to one child with one event on a plain Wednesday.
    """
    from childprotect.rulebooks import england

    book = england.rulebook if rulebook is None else rulebook
    if compliant is None:
        return drawn("messy_chronologies", lambda draw: _messy(draw, book, covers))
    if compliant:
        return drawn("compliant_chronologies", lambda draw: _compliant(draw, book, covers))
    rules = [rule.id for rule in book.applied if _breakable(rule.id, book)]
    return (
        st.sampled_from(rules)
        .flatmap(lambda rule: breach_of(book[rule]))
        .map(lambda story: evolve(story, covers=covers))
        .filter(lambda story: bool(check(story, book, as_at=story.events[-1].day + timedelta(days=1)).breaches))
    )


def _breakable(rule_id: str, book: Rulebook) -> bool:
    try:
        breach_of(book[rule_id])
    except ValueError:
        return False
    return True


def _messy(draw: st.DrawFn, book: Rulebook, covers: Coverage) -> Chronology:
    read = sorted(frozenset[str]().union(*(rule.reads for rule in book.applied)) & set(book.vocabulary))
    start = draw(dates())
    gaps = st.integers(0, 14) | st.integers(0, 70) | st.integers(0, 400)
    crowd = draw(st.lists(gaps.map(lambda n: start + timedelta(days=n)), min_size=1, max_size=6))
    few = draw(st.lists(st.sampled_from(read), min_size=1, max_size=6, unique=True)) if read else None
    on = st.sampled_from(crowd)
    told = draw(st.lists(events(kinds=few, on=on, vocabulary=book.vocabulary), min_size=1, max_size=_LONGEST))
    numbered = [evolve(event, ref=f"E{n}") for n, event in enumerate(told)]
    corrected = draw(st.lists(st.sampled_from(numbered), max_size=2)) if draw(st.booleans()) else []
    again = [
        evolve(
            event,
            recorded=(event.recorded or event.day) + timedelta(days=10),
            withdrawn=draw(st.booleans()),
            revision=n,
        )
        for n, event in enumerate(corrected, 1)
    ]
    born = draw(st.none() | dates(first=date(1995, 1, 1)) | dates().map(Expected))
    lost = draw(
        st.lists(
            st.builds(Lost, st.none() | st.sampled_from(read or ["referral"]), st.just("row 7"), st.just("no date")),
            max_size=1,
        )
    )
    return Chronology.of(
        "C-101",
        born=born,
        events=[*numbered, *again],
        covers=covers,
        lost=lost if draw(st.integers(0, 9)) == 9 else (),
        vocabulary=book.vocabulary,
    )


def _compliant(draw: st.DrawFn, book: Rulebook, covers: Coverage) -> Chronology:
    charts = book.charts
    steps = _alphabet(book)
    begin = draw(dates(last=date(2025, 12, 31)))
    schedule = Schedule(book, begin).latest(Step("referral"))
    states = {strand: chart.initial for strand, chart in charts.items()}
    _enter(charts, states, schedule.events[0])
    for _ in range(draw(st.integers(0, _LONGEST))):
        may = [step for step in steps if _permitted(charts, states, step.at(begin))]
        step = draw(st.sampled_from(may))
        latest = schedule.latest(step)
        earlier = latest.events[-1].at
        before = schedule.events[-1].at
        assert isinstance(earlier, datetime)
        spare = (day_of(earlier) - day_of(before)).days
        # sooner than the latest moment is as compliant; shrinks to the latest
        at = earlier - timedelta(days=draw(st.integers(0, max(spare - 1, 0))))
        then = schedule.then(step, at)
        if not then.breached:
            schedule = then
            _enter(charts, states, then.events[-1])
    return Chronology.of("C-101", events=schedule.events, covers=covers)


@lru_cache(maxsize=20)
def _alphabet(book: Rulebook) -> tuple[Step, ...]:
    return alphabet(book.charts.values(), book.applied, book.vocabulary)


def _permitted(charts: Mapping[str, Chart], states: Mapping[str, str], event: Event) -> bool:
    known = [(strand, chart) for strand, chart in charts.items() if event.kind in chart.event_set]
    return all(chart.step(states[strand], event) is not None for strand, chart in known)


def _enter(charts: Mapping[str, Chart], states: dict[str, str], event: Event) -> None:
    for strand, chart in charts.items():
        move = chart.step(states[strand], event) if event.kind in chart.event_set else None
        if move is not None:
            states[strand] = move.target


def journeys(charts: Mapping[str, Chart] | None = None) -> st.SearchStrategy[Journey]:
    """Journeys through the charts, every step permitted, on days that never go back. Those of England by default.

    Shrinks to a journey on which nothing has happened.
    """
    from childprotect.rulebooks import england

    known = england.charts if charts is None else charts
    return drawn("journeys", lambda draw: _journey(draw, known))


def _journey(draw: st.DrawFn, charts: Mapping[str, Chart]) -> Journey:
    journey = Journey.start("C-101", charts)
    day = draw(dates(last=date(2025, 12, 31)))
    for _ in range(draw(st.integers(0, _LONGEST))):
        moves = [
            (move.event, {} if move.fact is None else {move.fact: value})
            for strand, chart in charts.items()
            for move in chart.moves
            if journey.states[strand] in move.sources
            for value in sorted(move.values, key=str) or [None]
        ]
        possible = [
            Event(kind, day, facts)
            for kind, facts in moves
            if _permitted(charts, journey.states, Event(kind, day, facts))
        ]
        if not possible:
            break
        journey = journey.apply_event(draw(st.sampled_from(possible)))
        day += timedelta(days=draw(st.integers(1, 60)))
    return journey
