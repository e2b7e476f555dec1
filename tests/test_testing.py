"""What `childprotect.testing` gives to other people's tests, and that it holds the library itself to account."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from childprotect import Chronology, Event, Profile, Rulebook, Status, check, testing
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.conditions import on
from childprotect.journeys import Journey
from childprotect.periods import Period, Unit, days, hours, working_days
from childprotect.rulebooks import england
from childprotect.rules import KINDS, Before, Duty, Law, Recorded, Rule, Within
from childprotect.testing import (
    assert_conforms,
    assert_explained,
    breach_of,
    cases_near,
    chronologies,
    dates,
    events,
    journeys,
    periods,
    profiles,
    rulebooks,
    working_days_calendars,
)
from childprotect.testing.stories import PLAIN
from childprotect.versions import Version

LAW = Instrument("ACT", "An Act", Force.LOCAL, date(2007, 1, 1))
BOOK = england.rulebook.with_practice()
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large])
ONCE = settings(max_examples=2000, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def simplest(strategy: st.SearchStrategy[Any], such: Callable[[Any], bool] = lambda _: True) -> Any:
    """What the strategy shrinks to."""
    return find(strategy, such, settings=ONCE)


def version(requires: Any) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL)


def judges(rule: Rule) -> bool:
    """Whether the rule can judge anything."""
    return any(v.in_force for v in rule.versions) and not (isinstance(rule, Duty) and rule.only_told)


JUDGED = [rule for rule in BOOK.applied if judges(rule)]
SHARED = Before(
    id="shared",
    title="report shared",
    event=on("conference-report-shared"),
    anchor=on("initial-conference"),
    versions=(version(working_days(2)),),
)
SHARED_HOURS = evolve(SHARED, id="shared-hours", versions=(version(hours(30)),))
ENTERED = Recorded(id="entered", title="entered", event=on("visit"), versions=(version(working_days(2)),))
INTERVIEWED = Within(
    id="interviewed", title="interviewed", start=on("found"), end=on("return-interview"), versions=(version(days(3)),)
)


# --- what everything shrinks to


def test_everything_shrinks_to_one_child_one_event_one_rule_on_a_plain_wednesday() -> None:
    assert simplest(dates()) == PLAIN == date(2024, 9, 11)
    assert PLAIN.strftime("%A") == "Wednesday"
    assert simplest(events()) == Event("referral", PLAIN)
    assert [event.day for event in simplest(chronologies())] == [PLAIN]
    assert [(event.kind, event.day) for event in simplest(chronologies(compliant=True))] == [("referral", PLAIN)]
    assert len(simplest(chronologies(compliant=False))) == 1
    assert len(simplest(rulebooks())) == 1
    assert len(simplest(profiles()).rules) == 1
    assert simplest(working_days_calendars()) is england_and_wales()
    assert str(simplest(periods())) == "1 working day"
    assert simplest(journeys()).chronology.events == ()


def test_a_failing_date_shrinks_to_one_near_the_plain_wednesday() -> None:
    assert abs(simplest(dates(), lambda day: day.weekday() == 6) - PLAIN) < timedelta(days=30)


# --- days and periods


@given(st.data(), dates(), st.integers(0, 5000))
def test_dates_keep_to_their_bounds(data: st.DataObject, first: date, more: int) -> None:
    last = first + timedelta(days=more)
    assert first <= data.draw(dates(first=first, last=last)) <= last


@pytest.mark.parametrize(
    ("edge", "such"),
    [
        ("a bank holiday", lambda day: england_and_wales().holiday(day) is not None),
        ("29 February", lambda day: (day.month, day.day) == (2, 29)),
        ("the day on which the clock goes forward", lambda day: day.month == 3 and day.weekday() == 6 and day.day > 24),
        ("the last day of a month", lambda day: (day + timedelta(days=1)).day == 1),
    ],
)
def test_dates_find_the_edges(edge: str, such: Callable[[date], bool]) -> None:
    assert such(simplest(dates(), such)), edge


def test_dates_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="last 2024-01-01 is before first 2024-01-02"):
        dates(first=date(2024, 1, 2), last=date(2024, 1, 1))


@given(periods(units=[Unit.MONTHS, Unit.HOURS]))
def test_periods_are_in_the_units_asked_for_and_can_be_written_and_read(period: Period) -> None:
    assert period.unit in (Unit.MONTHS, Unit.HOURS)
    assert Period.parse(str(period)).n == period.n


def test_periods_without_a_unit_are_refused() -> None:
    with pytest.raises(ValueError, match="periods needs one unit at least"):
        simplest(periods(units=[]))


@given(working_days_calendars(closures=2))
def test_calendars_close_no_more_days_than_asked_for(calendar: WorkingDays) -> None:
    more = calendar.holidays.keys() - england_and_wales().holidays.keys()
    assert len(more) <= 2
    assert not any(map(calendar.is_working, more))


# --- records


@given(events(kinds={"visit", "missing"}, on=st.just(PLAIN)))
def test_events_are_of_the_kinds_and_on_the_days_asked_for(event: Event) -> None:
    assert (event.kind in {"visit", "missing"}, event.day) == (True, PLAIN)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [("strategy-discussion", "agencies"), ("visit", "child-seen"), ("plan-action-set", "due"), ("referral", "source")],
)
def test_events_have_the_facts_that_the_rules_read(kind: str, fact: str) -> None:
    if fact == "source":
        assert fact not in simplest(events(kinds={kind})).facts
    else:
        assert fact in simplest(events(kinds={kind}), lambda event: fact in event.facts).facts


@SLOW
@given(chronologies())
def test_nothing_that_a_chronology_says_makes_the_check_raise(story: Chronology) -> None:
    for as_at in (story.events[0].day, date(2027, 12, 31)):
        assert_explained(check(story, BOOK, as_at=as_at))


@SLOW
@given(chronologies(compliant=True))
def test_a_compliant_chronology_has_no_breach_on_the_day_of_its_last_event(story: Chronology) -> None:
    assert check(story, england.rulebook, as_at=story.events[-1].day).breaches == ()
    assert Journey.replay(story, england.charts).irregularities == ()


@SLOW
@given(chronologies(compliant=False))
def test_one_that_is_not_compliant_has_a_breach_from_the_day_after_its_last_event_on(story: Chronology) -> None:
    for more in (1, 300):
        assert check(story, england.rulebook, as_at=story.events[-1].day + timedelta(days=more)).breaches


@SLOW
@given(journeys())
def test_every_step_of_a_journey_is_permitted(journey: Journey) -> None:
    assert journey.irregularities == ()
    assert Journey.replay(journey.chronology, england.charts).states == journey.states


# --- rulebooks and profiles


@SLOW
@given(rulebooks(), chronologies())
def test_a_generated_rulebook_judges_by_its_own_rules_only(book: Rulebook, story: Chronology) -> None:
    assert {finding.rule for finding in check(story, book, as_at=date(2027, 1, 1)).findings} <= set(book)


@SLOW
@given(profiles())
def test_a_generated_profile_can_be_laid_over_the_law(profile: Profile) -> None:
    book = england.rulebook | profile
    assert {entry.id for entry in profile.rules} <= set(book)


# --- cases


@pytest.mark.hypothesis
@pytest.mark.parametrize("rule", [*JUDGED, SHARED, SHARED_HOURS, ENTERED], ids=lambda rule: rule.id)
def test_the_check_says_of_every_case_at_the_edges_of_a_rule_what_the_case_expects(rule: Rule) -> None:
    seen: set[Status] = set()

    @settings(max_examples=settings().max_examples * 3 // 10, suppress_health_check=list(HealthCheck))
    @given(cases_near(rule))
    def every(case: testing.Case) -> None:
        assert case.finding.status is case.expected, case.finding.because
        assert case.rule.id == rule.id
        seen.add(case.expected)

    every()
    assert any(status.is_breach for status in seen)
    assert any(not status.is_breach for status in seen)


@pytest.mark.parametrize("rule", [INTERVIEWED, SHARED, ENTERED, BOOK["plan-category"]], ids=lambda rule: rule.id)
def test_a_case_can_be_asked_to_be_a_breach_or_none(rule: Rule) -> None:
    for breach in (True, False):
        case = simplest(cases_near(rule, breach=breach))
        assert case.expected.is_breach is breach


def test_cases_shrink_to_the_last_day_in_time_from_a_plain_wednesday() -> None:
    case = simplest(cases_near(INTERVIEWED))
    assert (case.chronology.events[0].day, case.past) == (PLAIN, 0)


@SLOW
@given(breach_of(BOOK["closed-with-open-work"]))
def test_a_breach_is_planted_in_the_words_of_the_rule(story: Chronology) -> None:
    report = check(story, england.rulebook, as_at=story.events[-1].day + timedelta(days=1))
    assert "closed-with-open-work" in {finding.rule for finding in report.breaches}


@pytest.mark.parametrize("rule", ["child-seen", "core-group", "family-group-meeting-offered"])
def test_of_a_rule_that_can_judge_nothing_there_is_no_case(rule: str) -> None:
    with pytest.raises(ValueError, match=f"rule '{rule}' can judge nothing"):
        cases_near(england.rulebook[rule])


# --- assertions


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_rule_conforms(kind: type[Law]) -> None:
    assert_conforms(kind, examples=[rule for rule in (SHARED, ENTERED) if type(rule) is kind])


def test_a_kind_that_is_none_of_ours_does_not_conform() -> None:
    with pytest.raises(AssertionError, match=r"Law is not among rules\.KINDS"):
        assert_conforms(Law)


def test_a_finding_that_names_the_child_or_nothing_that_is_missing_is_not_explained() -> None:
    story = Chronology.of("C-101", events=[("2024-03-01", "found")])
    (finding,) = check(story, Rulebook("ours", (INTERVIEWED,)), as_at=date(2024, 6, 1)).findings
    assert_explained(finding)
    for wrong, why in (
        (
            evolve(finding, status=Status.CANNOT_TELL, missing=(), why="it is not known"),
            "does not name what is missing",
        ),
        (evolve(finding, ended=date(2024, 6, 1), why="the end of C-101"), "it names the child"),
        (evolve(finding, version=None), "it is a breach of no law"),
    ):
        with pytest.raises(AssertionError, match=why):
            assert_explained(wrong)


def test_the_assertions_need_no_hypothesis_and_from_type_needs_no_import_of_ours() -> None:
    told = "import sys; from childprotect.testing import assert_explained; print('hypothesis' in sys.modules)"
    registered = (
        "import warnings; warnings.simplefilter('error')\n"
        "from hypothesis import strategies as st, find, settings\n"
        "from childprotect import Event\n"
        "print(find(st.from_type(Event), lambda _: True, settings=settings(database=None)))"
    )
    for code, said in ((told, "False"), (registered, "2024-09-11 referral")):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == said
