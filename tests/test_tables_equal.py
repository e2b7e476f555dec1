"""The check of a batch says exactly what the check of one child says, in every column of the report."""

import runpy
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from tests.in_tables import assert_equal, in_columns, one_source, rows_of, tabled
from tests.laws.messy import BOOKS, FIRST_DAY, books, cases, events, in_lines, kinds_together, records
from tests.strategies import days
from tests.test_law import CASES
from tests.test_law import Case as WorkedCase

from childprotect import Chronology, Event, Rulebook, rules
from childprotect.authority import Evidence, Force, Instrument
from childprotect.chronology import Coverage
from childprotect.conditions import fact, on
from childprotect.periods import Period, hours, working_days
from childprotect.requirements import Cadence, Limit
from childprotect.rulebooks import england
from childprotect.rules import KINDS, AtMost, Before, Current, Every, Law, Order
from childprotect.spells import Spell
from childprotect.tables import checking
from childprotect.testing import breach_of, chronologies, profiles, rulebooks
from childprotect.versions import Version
from childprotect.vocabulary import STANDARD

Some = tuple[list[Chronology], date]
"""Children of one source, and a day on which to judge them."""
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
READ_BY_BOTH = ("assessment-completed", "case-closed", "referral", "visit")
KNOWN = st.none() | st.integers(-100, 400)
"""How many days before the check what was known counts; None is all."""


@st.composite
def batches(draw: st.DrawFn, one: st.SearchStrategy[Chronology]) -> Some:
    """Some children of one source, and a day on which to judge them: often soon after something happened."""
    stories = one_source(draw(st.lists(one, min_size=1, max_size=5)))
    there = sorted({event.day for story in stories for event in story}) or [date(2024, 9, 11)]
    as_at = draw(st.sampled_from(there)) + timedelta(days=draw(st.integers(0, 30) | st.integers(0, 400)))
    for story in stories:
        note(f"{story.child} as at {as_at}, born {story.born}, died {story.died}\n{in_lines(story)}")
    return stories, as_at


@st.composite
def crowds(draw: st.DrawFn) -> Chronology:
    """Many entries of what one rule reads, on so few days that each meets all others."""
    start = draw(days(FIRST_DAY, date(2026, 6, 30)))
    few = draw(st.lists(st.integers(0, 60), min_size=1, max_size=4))
    on = st.sampled_from([start + timedelta(days=gap) for gap in few])
    return Chronology.of("C-101", events=draw(st.lists(events(on, draw(kinds_together())), max_size=20)))


def known_at(as_at: date, known: int | None) -> date | None:
    """The day by whose knowledge a check is made."""
    return None if known is None else as_at - timedelta(days=known)


def told_of(some: list[Event]) -> Chronology:
    """The record of these events."""
    return Chronology.of("C-101", events=some)


# --- random records


@given(batches(records() | cases().map(lambda case: case[0])), books(), KNOWN)
@settings(SLOW, max_examples=3 * settings().max_examples)
def test_tables_say_of_messy_records_what_the_check_of_one_child_says(some: Some, book: str, known: int | None) -> None:
    stories, as_at = some
    assert_equal(stories, BOOKS[book], as_at, known_at(as_at, known))


@given(batches(records(whole=True, personal=False) | crowds()), books())
@settings(SLOW, max_examples=3 * settings().max_examples)
def test_tables_say_of_whole_and_crowded_records_what_the_check_of_one_child_says(some: Some, book: str) -> None:
    stories, as_at = some
    assert_equal(stories, BOOKS[book], as_at)


@given(rulebooks(BOOKS["local"]).flatmap(lambda book: st.tuples(st.just(book), batches(chronologies(book)))), KNOWN)
@SLOW
def test_tables_know_any_rulebook_that_the_check_of_one_child_knows(
    drawn: tuple[Rulebook, Some], known: int | None
) -> None:
    book, (stories, as_at) = drawn
    assert_equal(stories, book, as_at, known_at(as_at, known))


@given(profiles(BOOKS["national"]), batches(records() | chronologies()))
@SLOW
def test_tables_know_any_local_profile_that_the_check_of_one_child_knows(profile: Any, some: Some) -> None:
    stories, as_at = some
    assert_equal(stories, BOOKS["national"] | profile, as_at)


# --- worked cases


def alike() -> Iterator[list[WorkedCase]]:
    """The worked cases of law in batches: those of one source, judged on one day by one book."""
    by: dict[object, list[WorkedCase]] = defaultdict(list)
    for case in CASES:
        local = (case.rule.id, repr(case.local)) if case.local is not None else None
        by[case.chronology.covers, case.as_at, case.known_at, local, repr(case.commencing)].append(case)
    yield from by.values()


def test_tables_say_of_every_worked_case_of_law_what_the_check_of_one_child_says() -> None:
    for some in alike():
        stories = one_source(case.chronology for case in some)
        assert_equal(stories, some[0].book, some[0].as_at, some[0].known_at)


# --- what is hardly there, and what is far away

NOTHING: list[list[Chronology]] = [
    [],
    [Chronology.of("C-101")],
    [Chronology.of("C-101"), Chronology.of("C-102", events=[("2024-03-01", "referral")]), Chronology.of("C-103")],
    [Chronology.of("C-101", events=[("2024-03-01", "case-closed")], died=date(2020, 1, 1))],
    [Chronology.of("C-101", events=[("2030-03-01", "referral")])],
    [Chronology.of("C-101", events=[("0001-01-01", "referral"), ("0001-01-02", "strategy-discussion")])],
    [Chronology.of("C-101", events=[("9999-12-31", "referral"), ("9999-12-31T23:30:00+00:00", "missing")])],
]


@pytest.mark.parametrize("stories", NOTHING, ids=range(len(NOTHING)))
@pytest.mark.parametrize("as_at", [date(2024, 9, 11), date.min, date.max])
def test_tables_take_what_says_little_or_nothing(stories: list[Chronology], as_at: date) -> None:
    for book in BOOKS.values():
        assert_equal(stories, book, as_at)


def test_children_do_not_touch_each_other() -> None:
    stories = one_source(evolve(case.chronology, covers=Coverage(), lost=()) for case in CASES[::9])
    as_at = date(2026, 1, 1)
    together = rows_of(tabled(stories, BOOKS["local"], as_at))
    apart = Counter(row for story in stories for row in rows_of(tabled([story], BOOKS["local"], as_at)).elements())
    assert together == apart


SHARED = {"with": "parents"}
HOURS = [
    ("2024-03-29", "2024-04-01"),
    ("2024-03-29T09:00:00+00:00", "2024-04-01"),
    ("2024-03-29", "2024-04-01T09:00:00+01:00"),
    ("2024-03-29T09:00:00+00:00", "2024-04-01T10:00:00+01:00"),  # the clocks went forward: 72 hours
    ("2024-03-29T09:00:00+00:00", "2024-04-01T10:00:00.000001+01:00"),
    ("2024-10-25T09:00:00+01:00", "2024-10-28T08:00:00+00:00"),  # the clocks went back: 72 hours
    ("2024-10-25T09:00:00+01:00", "2024-10-28T08:00:01+00:00"),
    ("2024-06-30T22:30:00+00:00", "2024-07-03T22:30:00+00:00"),  # half past eleven at night in England
    ("2024-06-30T23:30:00+00:00", "2024-07-04"),
]


@pytest.mark.parametrize(("began", "ended"), HOURS)
def test_limits_in_hours_are_told_in_columns_wherever_the_clock_goes(began: str, ended: str) -> None:
    stories = [
        Chronology.of("C-101", events=[(began, "police-protection-started"), (ended, "police-protection-ended")]),
        Chronology.of("C-102", events=[(began, "found"), (ended, "return-interview")]),
        Chronology.of("C-103", events=[(began, "police-protection-started")]),
        Chronology.of("C-104", events=[(began, "referral"), (ended, "visit", {"child-seen": True})]),
        Chronology.of("C-105", events=[(began, "conference-report-shared", SHARED), (ended, "review-conference")]),
    ]
    for as_at in (date(2024, 4, 1), date(2024, 4, 2), date(2024, 7, 3), date(2024, 10, 28), date(2024, 12, 1)):
        checked = assert_equal(stories, BOOKS["local"], as_at)
        assert checked.asked == []


LAW = Instrument("ACT", "An Act", Force.LOCAL, FIRST_DAY)
BOTH = Order(
    id="both",
    title="A case is closed after an initial assessment, and with no visit outstanding.",
    versions=(Version(instrument=LAW, evidence=Evidence.LOCAL),),
    then=on("case-closed", where=~fact("reason", "other")),
    first=on("assessment-completed", type="initial"),
    since=on("referral", no_further_action=False),
    closed=(Spell("visit", on("visit", child_seen=False), on("visit", child_seen=True)),),
)


@given(batches(st.lists(events(days(FIRST_DAY, FIRST_DAY + timedelta(days=9)), READ_BY_BOTH), max_size=9).map(told_of)))
def test_an_order_that_asks_for_two_things_says_the_graver(some: Some) -> None:
    stories, as_at = some
    assert assert_equal(stories, Rulebook("both", (BOTH,)), as_at).asked == []


def own(requires: Any = None, until: date | None = None) -> tuple[Version, ...]:
    """The only version of a rule of our own."""
    return (Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL, until=until),)


SEEN, MAYBE_CALLED = on("visit", child_seen=True) | on("core-group"), on("review-conference", quorate=True)
PLANNED = Spell("plan", on("plan-started"), on("plan-ended"))
OWN = Rulebook(
    "own",
    (
        Before(id="before", title="Lead.", versions=own(working_days(2)), event=SEEN, anchor=MAYBE_CALLED),
        Before(
            id="hours", title="Lead.", versions=own(hours(50)), event=SEEN, anchor=on("plan-ended"), since=MAYBE_CALLED
        ),
        Current(id="behind", title="Kept.", versions=own(), while_=PLANNED, event=SEEN, behind=MAYBE_CALLED),
        Current(id="fresh", title="Kept.", versions=own(Period.parse("5 days")), while_=PLANNED, event=SEEN),
        Current(id="held", title="Kept.", versions=own(), while_=PLANNED, held=Spell("sight", SEEN, MAYBE_CALLED)),
        AtMost(
            id="most",
            title="No longer.",
            versions=own(Limit(hours(72)), FIRST_DAY + timedelta(days=6)),
            start=on("plan-started"),
            end=on("plan-ended"),
        ),
        Every(
            id="every",
            title="Again.",
            versions=own(Cadence(Period.parse("4 days"), first=Period.parse("2 days"), second=Period.parse("1 day"))),
            event=SEEN | on("plan-started"),
            again=SEEN | on("plan-started"),
            opens=on("plan-started"),
            stops=on("plan-ended"),
        ),
    ),
)
"""Rules that are not in the law, for what no rule of the law happens to ask."""
READ_BY_OWN = ("core-group", "plan-started", "plan-ended", "review-conference", "visit")


@given(batches(st.lists(events(days(FIRST_DAY, FIRST_DAY + timedelta(days=9)), READ_BY_OWN), max_size=9).map(told_of)))
@settings(SLOW, max_examples=3 * settings().max_examples)
def test_tables_know_what_no_rule_of_the_law_happens_to_ask(some: Some) -> None:
    stories, as_at = some
    assert_equal(stories, OWN, as_at)


@pytest.mark.parametrize("day", range(10, 18))
def test_a_lead_that_begins_before_the_calendar_is_not_counted(day: int) -> None:
    shared = (f"1991-10-{day}", "conference-report-shared", SHARED)
    story = Chronology.of("C-101", events=[shared, ("2007-03-01", "initial-conference")])
    checked = assert_equal([story], BOOKS["local"], date(2007, 4, 1))
    (row,) = [row for row in in_columns(checked) if row.rule == "conference-report-shared"]
    assert row.status == ("met" if day > 14 else "cannot-tell")


@pytest.mark.parametrize(("days_before", "status"), [(0, "met"), (1, "cannot-tell"), (2, "cannot-tell")])
def test_an_entry_that_was_made_before_it_happened_tells_nothing(days_before: int, status: str) -> None:
    day = date(2024, 3, 6)
    told = Event("visit", day, recorded=day - timedelta(days=days_before))
    checked = assert_equal([told_of([told])], BOOKS["local"], date(2024, 4, 1))
    assert [row.status for row in in_columns(checked) if row.rule == "recording-lag"] == [status]


# --- how much is told in columns


Judged = tuple[list[Chronology], date, date | None, Rulebook]
"""Children of one source, the day on which to judge them, what was known when, and by which book."""


def shares(some: Iterable[Judged]) -> dict[str, float]:
    """For each rule the share of its findings for which the check of one child had to be asked, where it was.

    Children with an entry that could not be read do not count: they are always asked.
    """
    asked, found = Counter[str](), Counter[str]()
    for stories, as_at, known, book in some:
        checked = tabled([story for story in stories if not story.lost], book, as_at, known)
        asked.update(finding.rule for _, finding in checked.asked)
        found.update(row.rule for row in in_columns(checked))
    return {rule: round(n / (n + found[rule]), 2) for rule, n in asked.most_common()}


def drawn(strategy: st.SearchStrategy[Some], n: int, book: Rulebook) -> list[Judged]:
    """Some examples: the same on every run of the same tests, others beside other tests.

    Hypothesis tries the constants of whatever modules are loaded, so that no share can be promised of what it draws.
    """
    found: list[Judged] = []

    @settings(SLOW, max_examples=n, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def collect(some: Some) -> None:
        found.append((*some, None, book))

    collect()
    return found


def _breaches() -> Iterator[st.SearchStrategy[Some]]:
    for rule in england.rulebook.applied:
        with suppress(ValueError):  # a rule may judge nothing, or have no story of its own
            story = breach_of(rule)
            yield st.tuples(story, st.integers(0, 90)).map(
                lambda told: ([told[0]], told[0].events[-1].day + timedelta(days=told[1]))
            )


COURT = {
    "care-proceedings": 0.55,
    "child-assessment-order": 0.2,
    "emergency-protection-order": 0.65,
    "interim-care-order": 0.7,
    "police-protection": 0.1,
}
"""Orders that may be extended, renewed, or follow one another: what share of their findings in the worked cases of law,
which are full of such, may be asked for."""
SAME = {"information-received", "escalation-resolved"}
"""Rules by which an end says which of several starts it answers, where there are several."""


def test_of_clean_records_columns_tell_all_but_orders_of_a_court() -> None:
    plain = chronologies(compliant=True).filter(lambda story: len(story) > 0)
    kept = plain.map(lambda story: ([story], story.events[-1].day + timedelta(days=30)))
    breaches = st.sampled_from(list(_breaches())).flatmap(lambda breach: breach)
    told = shares(drawn(breaches, 150, england.rulebook) + drawn(kept, 50, england.rulebook))
    assert told.keys() <= COURT.keys(), told


def test_of_messy_records_columns_tell_all_but_orders_of_a_court_and_which_of_several_is_meant() -> None:
    told = shares(drawn(batches(records()), 400, BOOKS["local"]))
    assert told.keys() <= COURT.keys() | SAME, told


def test_of_the_worked_cases_columns_tell_all_but_what_is_said_here() -> None:
    told = shares(
        (one_source(case.chronology for case in some), some[0].as_at, some[0].known_at, some[0].book)
        for some in alike()
    )
    assert {rule: share for rule, share in told.items() if share > COURT.get(rule, 0)} == {}, told


def test_of_a_source_that_holds_only_a_part_columns_tell_as_much() -> None:
    told = [case.chronology for case in CASES[::17]]
    for kind in STANDARD:
        stories = one_source([evolve(told[0], covers=Coverage(frozenset(STANDARD) - {kind})), *told[1:]])
        assert shares([(stories, date(2026, 1, 1), None, BOOKS["national"])]).keys() <= COURT.keys()


# --- what both know


def test_a_kind_of_rule_that_tables_do_not_know_fails_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "KINDS", (*KINDS, Law))
    with pytest.raises(TypeError, match="Law"):
        runpy.run_path(checking.__file__)


def test_a_kind_of_rule_that_only_tables_know_fails_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "KINDS", tuple(kind for kind in KINDS if kind is not Before))
    with pytest.raises(TypeError, match="Before"):
        runpy.run_path(checking.__file__)
