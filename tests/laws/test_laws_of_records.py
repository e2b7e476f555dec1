"""Laws of the record: what changes nothing, what a correction is, and that a journey and its plans add up."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from attrs import evolve
from hypothesis import example, given, note
from hypothesis import strategies as st
from tests.laws.messy import BOOKS, STEP, Case, again, books, cases, days_of, events, in_lines, kinds_together, records
from tests.strategies import days, moment

from childprotect import Chronology, Event, Journey, Report, check
from childprotect.chronology import EVERYTHING
from childprotect.conditions import Story, on
from childprotect.rulebooks import england
from childprotect.spells import Spell
from childprotect.testing import chronologies
from childprotect.vocabulary import STANDARD

IN_CHARTS = tuple(kind for kind in STANDARD if any(kind in chart.event_set for chart in england.charts.values()))
BESIDE_THE_CHARTS = tuple(kind for kind in STANDARD if kind not in IN_CHARTS)

# --- what changes nothing


@given(cases(), books(), st.data())
def test_the_order_in_which_entries_were_made_changes_nothing(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    shuffled = again(story, data.draw(st.permutations(story.events)))
    assert shuffled == story
    assert check(shuffled, BOOKS[book], as_at=as_at) == check(story, BOOKS[book], as_at=as_at)


@given(st.data(), st.dates(date(2006, 4, 1), date(2026, 1, 1)), books())
def test_permuting_the_events_of_one_crowded_day_changes_nothing(data: st.DataObject, day: date, book: str) -> None:
    on = st.just(day) | st.just(day + STEP)
    crowd = data.draw(st.lists(events(on, data.draw(kinds_together())), min_size=2, max_size=8))
    story, shuffled = (Chronology.of("C-101", events=told) for told in (crowd, data.draw(st.permutations(crowd))))
    assert shuffled == story
    as_at = day + timedelta(days=100)
    assert check(shuffled, BOOKS[book], as_at=as_at) == check(story, BOOKS[book], as_at=as_at)


@given(cases(), st.data())
def test_an_event_that_no_chart_knows_puts_nothing_out_of_order(case: Case, data: st.DataObject) -> None:
    story, _ = case
    extra = data.draw(st.lists(events(days_of(story), BESIDE_THE_CHARTS), min_size=1, max_size=3))
    longer = again(story, [*story.events, *extra])
    one, other = (Journey.replay(s, england.charts) for s in (story, longer))
    assert (other.states, other.trail, other.irregularities) == (one.states, one.trail, one.irregularities)


@given(cases(), books())
def test_another_name_for_the_child_changes_nothing_but_the_name(case: Case, book: str) -> None:
    story, as_at = case
    report, renamed = (check(s, BOOKS[book], as_at=as_at) for s in (story, evolve(story, child="C-202")))
    for ours, theirs in (
        (report.findings, renamed.findings),
        (report.irregularities, renamed.irregularities),
        (report.elapsed, renamed.elapsed),
    ):
        assert {entry.child for entry in theirs} <= {"C-202"}
        assert [evolve(entry, child="C-202") for entry in ours] == list(theirs)
    assert renamed.not_assessed == report.not_assessed
    assert [f.because for f in renamed.findings] == [f.because for f in report.findings]


@given(cases(), books())
def test_a_check_is_a_function_of_what_it_is_given(case: Case, book: str) -> None:
    story, as_at = case
    assert check(story, BOOKS[book], as_at=as_at) == check(story, BOOKS[book], as_at=as_at)


# --- corrections


def without_refs(report: Report) -> list[str]:
    """What a report says, in an order of its own and without the refs of entries."""
    said = [str(finding.to_dict()) for finding in report.findings] + [str(e.to_dict()) for e in report.elapsed]
    return sorted(said + [str(entry) for entry in (*report.irregularities, *report.not_assessed)])


@given(cases(personal=False), books(), st.data())
def test_correcting_an_entry_equals_never_having_erred_for_known_at_after_it(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    right = evolve(data.draw(events(days_of(story), data.draw(kinds_together()))), ref="x")
    first = right.recorded or right.day
    erred = evolve(data.draw(events(st.just(right.day), data.draw(kinds_together()))), ref="x", recorded=right.recorded)
    corrected = again(story, [*story.events, erred])
    noticed = first
    for _ in range(data.draw(st.integers(0, 2))):
        noticed += timedelta(days=data.draw(st.integers(0, 30)))
        wrong = data.draw(events(st.just(right.day), [right.kind]))
        corrected = corrected.correct("x", recorded=noticed, kind=wrong.kind, at=wrong.at, facts=wrong.facts)
    noticed += timedelta(days=data.draw(st.integers(0, 30)))
    corrected = corrected.correct("x", recorded=noticed, kind=right.kind, at=right.at, facts=right.facts)
    note(in_lines(corrected))
    never_erred = again(story, [*story.events, right])
    for known_at in (None, noticed, noticed + timedelta(days=1000)):
        now, then = (check(s, BOOKS[book], as_at=as_at, known_at=known_at) for s in (corrected, never_erred))
        assert without_refs(now) == without_refs(then)


@given(cases(personal=False), books(), st.data())
def test_a_correction_changes_nothing_for_known_at_before_it(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    wrong = evolve(data.draw(events(days_of(story))), ref="x", recorded=None)
    right = data.draw(events(days_of(story)))
    noticed = wrong.day + timedelta(days=data.draw(st.integers(1, 60)))
    erred = again(story, [*story.events, wrong])
    corrected = erred.correct("x", recorded=noticed, kind=right.kind, at=right.at, facts=right.facts)
    known_at = noticed - STEP
    now, then = (check(s, BOOKS[book], as_at=as_at, known_at=known_at) for s in (corrected, erred))
    assert now == then


@given(cases(personal=False), books(), st.data())
def test_withdrawing_an_entry_equals_never_having_made_it(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    mistaken = evolve(data.draw(events(days_of(story))), ref="x")
    noticed = (mistaken.recorded or mistaken.day) + timedelta(days=data.draw(st.integers(0, 9)))
    withdrawn = again(story, [*story.events, mistaken]).correct("x", recorded=noticed, withdrawn=True)
    assert check(withdrawn, BOOKS[book], as_at=as_at) == check(story, BOOKS[book], as_at=as_at)


# --- journeys


def that_fits(told: Iterable[Event]) -> list[Event]:
    """Of these events those that fit after the ones before, in their order."""
    fitting: list[Event] = []
    for event in Chronology.of("C-101", events=told):
        longer = Chronology.of("C-101", events=[*fitting, event])
        if not Journey.replay(longer, england.charts).irregularities:
            fitting = list(longer.events)
    return fitting


@given(
    records(whole=True)
    | chronologies(compliant=True)
    | st.lists(events(st.dates(date(2024, 3, 1), date(2024, 3, 9)), IN_CHARTS), max_size=20),
    st.integers(0, 20),
)
@example([Event("referral", "2024-03-01"), Event("referral-decided", "2024-03-04")], 1)
@example([Event("referral", "2024-03-01"), Event("referral-decided", moment(date(2024, 3, 1), 9))], 1)
def test_replaying_a_prefix_and_applying_the_rest_equals_replaying_all(told: Iterable[Event], cut: int) -> None:
    permitted = that_fits(told)
    whole = Journey.replay(Chronology.of("C-101", events=permitted), england.charts)
    journey = Journey.replay(Chronology.of("C-101", events=permitted[:cut]), england.charts)
    for event in permitted[cut:]:
        journey = journey.apply_event(event)
    assert journey == whole


_PLAN = Spell("plan", opens=on("plan-started"), closes=on("plan-ended"))
_OF_A_PLAN = ("plan-started", "core-group", "review-conference", "plan-ended")


@given(
    st.lists(events(days(date(2023, 1, 1), date(2024, 12, 31)), _OF_A_PLAN), max_size=12),
    days(date(2023, 1, 1), date(2023, 12, 31)),
)
def test_plans_at_any_point_in_a_year_are_plans_at_its_end_and_plans_ended_in_it(
    told: list[Event], first: date
) -> None:
    last = first + timedelta(days=365)
    known = Chronology.of("C-101", events=that_fits(told)).as_known(last)
    there = Story(known, EVERYTHING)
    is_open = [_PLAN.open_at(place, there) for place in range(len(known) + 1)]
    begins = sum(event.day < first for event in known)
    begun_in_it = sum(bool(after and not before) for before, after in pairwise(is_open[begins:]))
    journey = Journey.replay(Chronology.of("C-101", events=known), england.charts)
    ended = [s for s in journey.trail if s.strand == "plan" and s.target == "ended" and first <= s.event.day]
    at_its_end = journey.states["plan"] not in ("none", "ended")
    assert bool(is_open[begins]) + begun_in_it == at_its_end + len(ended)
