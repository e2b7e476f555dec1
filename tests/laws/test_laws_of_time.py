"""Laws of limits and of the day of the check: what time can do to a finding, and what it never can."""

from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.messy import BOOKS, Case, again, books, cases, days_of, events, judged, kinds_together
from tests.strategies import days

from childprotect import Chronology, Event, Finding, Profile, Rulebook, Status, check
from childprotect.calendars import day_of, england_and_wales
from childprotect.periods import Period, Unit
from childprotect.profiles import Closure, LocalCalendar
from childprotect.requirements import Cadence, Limit, Quorum, Requirement, periods_of
from childprotect.rules import Before, Current, Rule

# --- tightening


def tightened(rulebook: Rulebook) -> Rulebook:
    """The rulebook asking for more: shorter limits, longer leads, more agencies, more facts.

    A date on the record stays what it is.
    """

    def tighter(requires: Requirement, lead: bool) -> Any:
        match requires:
            case Period():
                return evolve(requires, n=requires.n + 1 if lead else max(1, requires.n - 1))
            case Cadence() | Limit():
                parts: dict[str, Any] = {n: tighter(p, lead) for n, p in periods_of(requires) if n != "after"}
                if isinstance(requires, Limit) and requires.times is not None:
                    parts["times"] = max(1, requires.times - 1)
                return evolve(requires, **parts)
            case Quorum():
                return Quorum(requires.agencies | {"probation"}, requires.others + 1)
            case frozenset():
                return requires | {"probation"}
            case tuple():
                return (*requires, "a-fact-that-nobody-records")
        return requires

    def tight(rule: Rule) -> Rule:
        lead = isinstance(rule, Before)
        versions = tuple(evolve(version, requires=tighter(version.requires, lead)) for version in rule.versions)
        return evolve(rule, versions=versions)

    return evolve(rulebook, rules=tuple(map(tight, rulebook.rules)))


TIGHT = {name: tightened(book) for name, book in BOOKS.items()}


@given(cases(), books())
def test_tightening_never_rescues(case: Case, book: str) -> None:
    story, as_at = case
    tight = judged(story, as_at, TIGHT[book])
    for key, finding in judged(story, as_at, BOOKS[book]).items():
        if finding.is_breach:
            assert tight[key].is_breach, tight[key].because


@given(cases(), books())
def test_tightening_never_makes_a_deadline_later(case: Case, book: str) -> None:
    story, as_at = case
    tight = judged(story, as_at, TIGHT[book])
    for key, finding in judged(story, as_at, BOOKS[book]).items():
        due = tight[key].due
        assert finding.due is None or due is None or due <= finding.due


CLOSED_FOR_A_WEEK = Profile(
    id="CLOSED",
    authority="Anytown",
    calendar=LocalCalendar(
        closures=tuple(Closure(day=date(year, 7, n), name="closed") for year in range(2006, 2028) for n in range(1, 8)),
        guidance=True,
    ),
)
CLOSED = {name: book | CLOSED_FOR_A_WEEK for name, book in BOOKS.items()}


@given(cases(), books())
def test_closing_the_office_only_ever_gives_time(case: Case, book: str) -> None:
    story, as_at = case
    closed = judged(story, as_at, CLOSED[book])
    for key, finding in judged(story, as_at, BOOKS[book]).items():
        if not isinstance(finding.law, Before) and finding.due is not None:
            due = closed[key].due
            assert due is None or due >= finding.due
            assert not (finding.status is Status.MET and closed[key].is_breach), closed[key].because


# --- the day of the check


@given(cases(), books(), st.integers(0, 500))
def test_a_breach_never_becomes_met_and_met_stays_met_as_as_at_grows(case: Case, book: str, later: int) -> None:
    story, as_at = case
    then = judged(story, as_at + timedelta(days=later), BOOKS[book])
    for key, finding in judged(story, as_at, BOOKS[book]).items():
        if isinstance(finding.law, Current) or key not in then:
            continue  # what is in place is asked of one day only; a child of age has no duties
        assert not (finding.is_breach and then[key].status is Status.MET), then[key].because
        assert finding.status is not Status.MET or then[key].status is Status.MET, then[key].because


@given(cases(), books())
def test_what_comes_after_the_day_of_the_check_has_no_say(case: Case, book: str) -> None:
    story, as_at = case
    latest = {event.ref: event for event in sorted(story, key=lambda event: event.revision)}
    cut = again(story, [event for event in story if latest[event.ref].day <= as_at])
    if story.died is not None and story.died > as_at:
        cut = evolve(cut, died=None)
    whole, short = (check(s, BOOKS[book], as_at=as_at) for s in (story, cut))
    assert short == whole


@given(cases(), books())
def test_no_finding_rests_on_an_event_after_the_day_of_the_check(case: Case, book: str) -> None:
    story, as_at = case
    report = check(story, BOOKS[book], as_at=as_at)
    for finding in report.findings:
        assert finding.trigger is None or finding.trigger.day <= as_at
        assert finding.answer is None or finding.answer.day <= as_at
    for entry in report.elapsed:
        assert 0 <= entry.days <= (as_at - entry.trigger.day).days


@given(cases(), books(), st.data())
def test_what_was_recorded_later_has_no_say_in_what_was_known(case: Case, book: str, data: st.DataObject) -> None:
    story, as_at = case
    known_at = data.draw(days_of(story))
    known = again(story, [event for event in story if (event.recorded or event.day) <= known_at])
    whole, short = check(story, BOOKS[book], as_at=as_at, known_at=known_at), check(known, BOOKS[book], as_at=as_at)
    assert short == whole


@given(cases(), books())
def test_met_and_late_are_decided_by_the_due_date_alone(case: Case, book: str) -> None:
    story, as_at = case
    for finding in check(story, BOOKS[book], as_at=as_at).findings:
        due, done = finding.due, finding.done
        if due is None:
            continue
        in_days = not (finding.wait and finding.wait.in_hours)
        if finding.status is Status.MET and not isinstance(finding.law, Current):
            assert finding.answer is not None and done is not None
            assert not in_days or finding.answer.day <= due
        if finding.status is Status.LATE:
            assert finding.answer is not None
            assert not in_days or finding.answer.day > due
        if finding.status is Status.PENDING:
            assert not in_days or as_at <= due
        if finding.status is Status.OVERDUE:
            assert not in_days or as_at > due or isinstance(finding.law, Before)


# --- moving a whole story

STRETCHES = {"summer": ((6, 14), (8, 20)), "autumn": ((9, 8), (12, 20))}
"""Days between which there is mostly no bank holiday; in the summer the clocks do not change either."""
A_YEAR_LESS_A_DAY = timedelta(days=364)


def same_law(year: int) -> bool:
    """Whether every rule has one version from the summer of that year to the end of the next."""
    first, last = date(year, 6, 6), date(year + 1, 12, 31)
    return all(rule.version_on(first) == rule.version_on(last) for rule in BOOKS["local"].rules)


def without_holidays(year: int, stretch: str) -> bool:
    """Whether there is none in the stretch, nor in the week before it: in 2022 there was one in September."""
    first, last = (date(year, *day) for day in STRETCHES[stretch])
    return not any(first - timedelta(days=7) <= day <= last for day in england_and_wales().holidays)


STRETCHES_OF = [
    (year, stretch)
    for year in range(2006, 2027)
    for stretch in STRETCHES
    if same_law(year) and without_holidays(year, stretch) and without_holidays(year + 1, stretch)
]


def moves_with_it(finding: Finding, stretch: str) -> bool:
    """Months follow the calendar: a year less a day is not twelve of them. Hours follow the clocks."""
    requires = finding.version.requires if finding.version else None
    units = {period.unit for _, period in periods_of(requires)}
    return Unit.MONTHS not in units and (stretch == "summer" or Unit.HOURS not in units)


def later(event: Event) -> Event:
    """The event 364 days later, with every day that it names."""
    moved = {name: value + A_YEAR_LESS_A_DAY for name, value in event.facts.items() if isinstance(value, date)}
    recorded = event.recorded and event.recorded + A_YEAR_LESS_A_DAY
    return evolve(event, at=event.at + A_YEAR_LESS_A_DAY, facts={**event.facts, **moved}, recorded=recorded)


def test_there_are_years_to_move_a_story_in() -> None:
    assert {stretch for _, stretch in STRETCHES_OF} == set(STRETCHES)
    years = {year for year, _ in STRETCHES_OF}
    assert len(years) >= 6
    assert 2012 not in years, "the law changed in April 2013"


@given(st.data(), st.sampled_from(STRETCHES_OF), books())
def test_moving_a_whole_story_by_364_days_inside_a_stretch_without_holidays_moves_every_due_date_by_364(
    data: st.DataObject, when: tuple[int, str], book: str
) -> None:
    year, stretch = when
    first, last = (date(year, *day) for day in STRETCHES[stretch])
    told = data.draw(st.lists(events(days(first, last), data.draw(kinds_together())), max_size=10))
    as_at = data.draw(days(first, last))
    story = Chronology.of("C-101", events=told)
    moved = again(story, [later(event) for event in story])
    before, after = (
        check(s, BOOKS[book], as_at=d).findings for s, d in ((story, as_at), (moved, as_at + A_YEAR_LESS_A_DAY))
    )
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        assert (old.rule, old.missing) == (new.rule, new.missing)
        if moves_with_it(old, stretch):
            assert old.status is new.status
            if old.due is not None and day_of(old.due) <= last:
                assert new.due == old.due + A_YEAR_LESS_A_DAY
                assert old.days_late == new.days_late
