"""The library against the oracles: two answers, worked out apart, on the same days, periods, rules and records.

The oracles are in `tests/oracles`. Where the two disagree, one of them is wrong, and `docs/pairing.md` says which.
"""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from tests.oracle_bridge import (
    Said,
    near_the_limit,
    plain_length,
    plain_rule,
    plain_story,
    said_by_the_library,
    said_by_the_oracle,
)
from tests.oracles import bank_holidays, lengths, working_days
from tests.oracles.bank_holidays import BANK_HOLIDAYS, ONE_DAY

from childprotect import Chronology, Event
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import day_of, england_and_wales
from childprotect.conditions import ALWAYS, NOTHING, Condition, Match, fact, on
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit, hours
from childprotect.requirements import By, Cadence, Limit
from childprotect.rules import AtMost, Before, Every, Order, Rule, Within
from childprotect.spells import During, Spell
from childprotect.versions import Version
from childprotect.vocabulary import STANDARD, EventKind, Vocabulary

EVERY_DAY = tuple(date(1995, 1, 1) + n * ONE_DAY for n in range((date(2026, 12, 31) - date(1995, 1, 1)).days + 1))
SINCE_2006 = tuple(day for day in EVERY_DAY if day.year >= 2006)
"""The days of the law that the library has: enough for every length of a year and of a month, on every weekday."""
LATE_ENOUGH = date(1995, 7, 1)
"""From here on, what is counted back from a day stays in the table of the oracle."""

# --- the oracles themselves


def test_the_oracles_import_nothing_but_dates_and_each_other() -> None:
    modules = sorted((Path(__file__).parent / "oracles").glob("*.py"))
    assert len(modules) >= 9
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.startswith("tests.oracles.") or name in {"collections.abc", "datetime", "typing"}, module


def test_the_table_of_bank_holidays_is_what_the_rules_yield_for_each_year() -> None:
    assert list(BANK_HOLIDAYS) == list(range(1995, 2028))
    for year, written in BANK_HOLIDAYS.items():
        assert written == bank_holidays.by_rule(year), year


def test_the_table_has_eight_weekdays_a_year_and_those_that_were_added() -> None:
    more = {1999: 1, 2002: 1, 2011: 1, 2012: 1, 2022: 2, 2023: 1}
    for year, written in BANK_HOLIDAYS.items():
        assert len(written) == 8 + more.get(year, 0), year
        assert all(day.isoweekday() <= 5 and day.year == year for day in written), year


# --- the calendar


def test_the_two_calendars_agree_on_every_day() -> None:
    ours = england_and_wales()
    for day in EVERY_DAY:
        assert ours.is_working(day) is working_days.is_working(day), day


def test_the_two_calendars_agree_on_the_first_sixty_working_days_after_and_before_every_day() -> None:
    ours = england_and_wales()
    for day in EVERY_DAY:
        after = before = day
        for n in range(1, 61):
            after = working_days.add(after, 1)
            assert ours.add(day, n) == after, (day, n)
            if day >= LATE_ENOUGH:
                before = working_days.subtract(before, 1)
                assert ours.subtract(day, n) == before, (day, n)


def test_the_two_calendars_count_the_working_days_between_alike_from_every_day() -> None:
    ours = england_and_wales()
    for day in EVERY_DAY:
        for gap in (0, 1, 2, 3, 4, 7, 31, -1, -2, -3, -10) if day >= LATE_ENOUGH else ():
            end = day + gap * ONE_DAY
            assert ours.between(day, end) == working_days.between(day, end), (day, end)


_DAYS = st.dates(date(1996, 1, 1), date(2025, 12, 31))


@given(_DAYS, st.integers(1, 250))
def test_the_two_calendars_agree_on_any_number_of_working_days(day: date, n: int) -> None:
    ours = england_and_wales()
    assert ours.add(day, n) == working_days.add(day, n)
    assert ours.subtract(day, n) == working_days.subtract(day, n)


@given(_DAYS, st.integers(-360, 360))
def test_the_two_calendars_agree_on_what_lies_between_any_two_days(day: date, gap: int) -> None:
    end = day + gap * ONE_DAY
    assert england_and_wales().between(day, end) == working_days.between(day, end)


# --- periods


def some_periods() -> Iterator[Period]:
    """Each unit with each way of counting it, and lengths that the law knows."""
    for n in (1, 2, 3, 6, 12):
        for counting in Counting:
            yield from (Period(n, Unit.MONTHS, counting, month_end=end) for end in MonthEnd)
            yield Period(n, Unit.WEEKS, counting)
    for n in (1, 7, 8, 28):
        for counting in Counting:
            yield Period(n, Unit.DAYS, counting)
            yield Period(n, Unit.WORKING_DAYS, counting)
    for roll in (Roll.FORWARD, Roll.BACK):
        yield Period(6, Unit.DAYS, roll=roll)
        yield Period(1, Unit.MONTHS, Counting.BEGINNING_WITH, roll=roll)


@pytest.mark.parametrize("period", tuple(some_periods()), ids=repr)
def test_both_find_the_same_last_day_from_every_day(period: Period) -> None:
    length = plain_length(period)
    for day in SINCE_2006:
        assert period.due(day) == lengths.due(length, day), day


_IN_DAYS = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.WORKING_DAYS)


@pytest.mark.parametrize("unit", _IN_DAYS)
@pytest.mark.parametrize("n", [1, 2, 6, 12])
def test_both_find_the_same_last_day_before_every_day(n: int, unit: Unit) -> None:
    for end in MonthEnd:
        period = Period(n, unit, month_end=end)
        length = plain_length(period)
        for day in SINCE_2006:
            assert period.before(day) == lengths.before(length, day), day


@given(_DAYS, st.integers(1, 24), st.sampled_from(_IN_DAYS), st.sampled_from(Counting), st.sampled_from(Roll))
def test_both_find_the_same_last_day_of_any_period(
    day: date, n: int, unit: Unit, counting: Counting, roll: Roll
) -> None:
    for end in MonthEnd:
        period = Period(n, unit, counting, roll=roll, month_end=end)
        assert period.due(day) == lengths.due(plain_length(period), day)


def test_both_find_the_same_last_moment_and_its_day_from_every_day_through_every_change_of_the_clocks() -> None:
    for day in SINCE_2006:
        for hour in (0, 1, 12, 23):
            start = datetime.combine(day, time(hour, 30), UTC)
            assert day_of(start) == lengths.day_in_england(start), start
            for n in (1, 24, 72):
                last = Period(n, Unit.HOURS).due(start)
                assert last == lengths.due(lengths.Length(n, "hours"), start), (start, n)
                assert day_of(last) == lengths.day_in_england(last), last


# --- rules of a vocabulary of six kinds of event: two begin or end a spell, so that the order of one day matters

_SPELL = frozenset({"spell"})
SIX = Vocabulary(
    (
        EventKind("a", "ours", "a"),
        EventKind("b", "ours", "b", opens="spell", begins=_SPELL),
        EventKind("c", "ours", "c", begins=_SPELL),
        EventKind("d", "ours", "d"),
        EventKind("e", "ours", "e", closes="spell"),
        EventKind("f", "ours", "f"),
    )
)
Case = tuple[Rule, Chronology, date]
FIRST = date(2024, 1, 20)
LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1))
_KINDS, _VALUES = "aabbcdef", ("p", "q")

_NARROWED = st.sampled_from(_VALUES).map(lambda value: fact("x", value))
_PATTERNS = st.tuples(st.sampled_from(_KINDS), st.just(ALWAYS) | _NARROWED)
_PLAIN_MATCHES = st.lists(_PATTERNS, min_size=1, max_size=2).map(tuple).map(Match)


@st.composite
def spells(draw: st.DrawFn, doubt: bool = False) -> Spell:
    """A stretch of time; nothing that opens it ends all of its kind. Perhaps one that may be open, nobody can tell."""
    opens, closes = draw(_PLAIN_MATCHES), draw(_PLAIN_MATCHES)
    resets = draw(st.lists(_PATTERNS.filter(lambda pattern: pattern[0] not in opens.kinds), max_size=1))
    same, name = draw(st.sampled_from([None, "x"])), draw(st.sampled_from(["one", "other"]))
    each = doubt and draw(st.booleans())
    doubted = draw(_PLAIN_MATCHES) if doubt and not each else NOTHING
    return Spell(name, opens, closes, same, each, Match(tuple(resets)), doubted)


_SPELLS = spells()


def _with(condition: Condition, match: Match) -> Match:
    return Match(tuple((kind, condition if c is ALWAYS else c & condition) for kind, c in match.patterns))


_DURING = _SPELLS.map(During) | _SPELLS.map(lambda spell: ~During(spell))
_MATCHES = _PLAIN_MATCHES | _PLAIN_MATCHES | st.builds(_with, _DURING, _PLAIN_MATCHES)
_PERHAPS = st.just(NOTHING) | _MATCHES
_OFTEN = st.sampled_from([True, True, False])
_COUNTINGS, _ROLLS = st.sampled_from(Counting), st.sampled_from(Roll)
_SHORT = st.builds(Period, st.integers(1, 20), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]), _COUNTINGS, roll=_ROLLS)
_LONG = st.builds(Period, st.integers(1, 3), st.sampled_from([Unit.WEEKS, Unit.MONTHS]), _COUNTINGS, roll=_ROLLS)
_HOURS = st.builds(Period, st.integers(1, 100), st.just(Unit.HOURS))
PERIODS = _SHORT | _LONG | _HOURS
LIMITS = st.builds(Limit, _SHORT | _LONG, _SHORT | _LONG, st.sampled_from([1, 2, None]))


@st.composite
def versions(draw: st.DrawFn, requirements: st.SearchStrategy[Any]) -> tuple[Version, ...]:
    """One version, or two, perhaps with days between for which there is none."""

    def version(in_force: date | None, until: date | None) -> Version:
        requires = draw(requirements)
        return Version(instrument=LAW, requires=requires, evidence=Evidence.PRIMARY, in_force=in_force, until=until)

    if draw(st.booleans()):
        return (version(LAW.in_force, None),)
    until = FIRST + draw(st.integers(0, 40)) * ONE_DAY
    return version(LAW.in_force, until), version(until + draw(st.sampled_from([1, 10])) * ONE_DAY, None)


def _rule(kind: Callable[..., Rule], requirements: st.SearchStrategy[Any], **parts: Any) -> st.SearchStrategy[Any]:
    return st.builds(kind, id=st.just("ours"), title=st.just("ours"), versions=versions(requirements), **parts)


_PAIRINGS = st.builds(Pairing, st.sampled_from(Repeats), st.sampled_from([None, "x"]), st.booleans(), st.booleans())


@st.composite
def within_rules(draw: st.DrawFn) -> Within:
    """A clock, perhaps one that may be extended; often what discharges it can be taken back by its like."""
    discharge, revived = draw(_PERHAPS), draw(_PERHAPS)
    if draw(st.booleans()):
        kind = draw(st.sampled_from(_KINDS))
        discharge, revived = (Match(((kind, fact("x", value)),)) for value in _VALUES)
    extended, pairing = draw(st.booleans()), draw(_PAIRINGS)
    if pairing.repeats is Repeats.RESTART:  # nobody has said what a decision before the start that governs takes back
        revived = NOTHING
    extends = Match(((draw(st.sampled_from(_KINDS)), ALWAYS),)) if extended else NOTHING
    parts = {"discharge": discharge, "revived": revived, "extends": extends, "pairing": pairing}
    requirements = LIMITS if extended else PERIODS | st.just(By("by"))
    rule: Within = draw(_rule(Within, requirements, start=_MATCHES, end=_MATCHES, **_just(parts)))
    return rule


BEFORE = _rule(Before, PERIODS, event=_MATCHES, anchor=_MATCHES, since=_PERHAPS)


@st.composite
def at_most_rules(draw: st.DrawFn) -> AtMost:
    """The length of an episode: renewed, or extended, or counted from an earlier one, or none of these."""
    renewed = draw(st.none() | _SHORT)
    extended = renewed is None and draw(st.booleans())
    limits = st.builds(
        Limit,
        PERIODS,
        _SHORT if extended else st.none(),
        st.sampled_from([None, 1, 2]) if extended else st.none(),
        st.just(renewed),
    )
    follows = renewed is None and draw(st.booleans())
    parts = {
        "extends": draw(_PLAIN_MATCHES) if extended else NOTHING,
        "anew": draw(_PERHAPS) if renewed else NOTHING,
        "counted_from": draw(_SPELLS) if follows else None,
        "reach": draw(_HOURS | _SHORT) if follows else None,
        "pairing": Pairing(draw(st.sampled_from([Repeats.KEEP_FIRST, Repeats.EACH])), None, draw(st.booleans())),
    }
    rule: AtMost = draw(_rule(AtMost, limits, start=_MATCHES, end=_MATCHES, holidays=st.booleans(), **_just(parts)))
    return rule


@st.composite
def every_rules(draw: st.DrawFn) -> Every:
    """A recurring duty; what opens it is of other kinds than what answers it."""
    event = draw(_MATCHES)
    others, least = _PATTERNS.filter(lambda pattern: pattern[0] not in event.kinds), int(draw(_OFTEN))
    openings = draw(st.lists(others, min_size=least, max_size=2))
    second, later = (draw(st.none() | _SHORT | _SHORT) if openings else None for _ in range(2))
    cadence = st.builds(
        Cadence,
        PERIODS,
        first=PERIODS if openings else st.none(),
        second=st.just(second),
        later=st.just(later),
        after=st.builds(Period, st.integers(1, 5), st.just(Unit.DAYS)) if later else st.none(),
    )
    parts = {"event": st.just(event), "opens": st.just(Match(tuple(openings))), "stops": _PERHAPS}
    again = st.just(event) | st.builds(_with, _NARROWED | _DURING, st.just(event))
    every: Every = draw(_rule(Every, cadence, again=again, continues=_OFTEN, **parts))
    return every


@st.composite
def order_rules(draw: st.DrawFn) -> Order:
    """A sequence; what must come first is of other kinds than what it comes before, and what begins it anew."""
    then, since = draw(_MATCHES), draw(_PERHAPS)
    kinds = then.kinds | since.kinds
    others, least = _PATTERNS.filter(lambda pattern: pattern[0] not in kinds), int(draw(_OFTEN))
    first = draw(st.lists(others, min_size=least, max_size=2))
    closed = draw(st.lists(spells(True), min_size=int(draw(_OFTEN)) if first else 1, max_size=1 if first else 2))
    parts = {"first": Match(tuple(first)), "since": since, "closed": tuple(closed)}
    order: Order = draw(_rule(Order, st.none(), then=st.just(then), same_day=_OFTEN, **_just(parts)))
    return order


def _just(parts: dict[str, Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.just(part) for name, part in parts.items()}


@st.composite
def stories(draw: st.DrawFn, rule: Rule) -> Chronology:
    """Events that crowd on a few days, most of kinds that the rule reads and with every fact; perhaps with times."""
    some_days = draw(st.lists(st.integers(0, 12) | st.integers(0, 90), min_size=1, max_size=5))
    timed = draw(st.sampled_from([0, 0, 1, 2]))
    kinds = st.sampled_from(sorted(rule.reads))
    told = []
    for _ in range(draw(st.sampled_from([12, 9, 7, 5, 4, 3, 2, 1, 0]))):
        day = FIRST + draw(st.sampled_from(some_days)) * ONE_DAY
        with_time = timed == 2 or (timed == 1 and draw(st.booleans()))
        at = datetime.combine(day, time(draw(st.integers(0, 23)), 30), UTC) if with_time else day
        by = day + draw(st.integers(0, 30)) * ONE_DAY
        facts = {"x": draw(st.sampled_from(_VALUES)), "by": by}
        told.append(Event(draw(kinds | kinds | st.sampled_from(_KINDS)), at, facts))
    return Chronology.of("C-101", events=told, vocabulary=SIX)


@st.composite
def cases(draw: st.DrawFn, rules: st.SearchStrategy[Any]) -> Case:
    """A rule, a record to judge by it, and the day of the check."""
    rule = draw(rules)
    return rule, draw(stories(rule)), FIRST + timedelta(days=draw(st.integers(90, 150) | st.integers(0, 150)))


def agree(rule: Rule, story: Chronology, as_at: date) -> None:
    """Assert that the library and the oracle say the same of a rule, on this day and about the end of the limit."""
    for told, day in near_the_limit(story, SIX, agree_on(rule, story, as_at)):
        agree_on(rule, told, day)


def agree_on(rule: Rule, story: Chronology, as_at: date) -> list[Said]:
    """Assert that both say the same, and give it."""
    plain = plain_rule(rule)
    note(f"{as_at}: {'; '.join(map(str, story))}")
    note(str(plain))
    said = said_by_the_oracle(plain, plain_story(story, SIX, as_at), as_at)
    assert said_by_the_library(rule, story, SIX, as_at) == said
    return said


@given(cases(within_rules()))
def test_the_oracle_says_the_same_of_every_clock(case: Case) -> None:
    agree(*case)


@given(cases(at_most_rules()))
def test_the_oracle_says_the_same_of_every_episode(case: Case) -> None:
    agree(*case)


@given(cases(BEFORE))
def test_the_oracle_says_the_same_of_every_lead_time(case: Case) -> None:
    agree(*case)


@given(cases(every_rules()))
def test_the_oracle_says_the_same_of_every_recurring_duty(case: Case) -> None:
    agree(*case)


@given(cases(order_rules()))
def test_the_oracle_says_the_same_of_every_sequence(case: Case) -> None:
    agree(*case)


@pytest.mark.parametrize(
    ("report", "review", "said"),
    [
        (date(2024, 3, 4), date(2024, 3, 5), "late"),  # from the first to the last moment: a little less than 48 hours
        (date(2024, 3, 4), datetime(2024, 3, 6, tzinfo=UTC), "cannot-tell"),
        (date(2024, 3, 4), date(2024, 3, 6), "cannot-tell"),
        (date(2024, 3, 4), date(2024, 3, 7), "met"),
    ],
)
def test_forty_eight_hours_before_are_kept_where_every_time_of_the_two_days_keeps_them(
    report: date, review: date, said: str
) -> None:
    rule = Before(
        id="r",
        title="r",
        event=on("early-help-started"),
        anchor=on("early-help-ended"),
        versions=(Version(instrument=LAW, requires=hours(48), evidence=Evidence.LOCAL),),
    )
    story = Chronology.of("C-101", events=[Event("early-help-started", report), Event("early-help-ended", review)])
    on_that_day = date(2024, 4, 1)
    by_hand = said_by_the_oracle(plain_rule(rule), plain_story(story, STANDARD, on_that_day), on_that_day)
    assert [status for _, status, *_ in by_hand] == [said]
    assert said_by_the_library(rule, story, STANDARD, on_that_day) == by_hand
