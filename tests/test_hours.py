"""Limits in hours: an hour is an hour when the clock changes, and a day without a time is any time of that day.

With times on both sides the answer is how many hours passed. Without them it must hold whatever the times were.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from childprotect import Chronology, Event, Finding, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import Moment, bounds_of, lasted
from childprotect.conditions import on
from childprotect.explaining import hours_between
from childprotect.periods import days, hours
from childprotect.requirements import Limit
from childprotect.rulebooks import england
from childprotect.rules import AtMost, Rule, Within
from childprotect.versions import Version

LONDON = ZoneInfo("Europe/London")
LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1))
LATER = date(2030, 6, 1)
SPRING, AUTUMN = date(2024, 3, 31), date(2024, 10, 27)
"""The days of 2024 on which the clock goes forward, and back."""
INSTANT = timedelta(microseconds=1)


def with_offset(at: datetime) -> datetime:
    """The same moment as a source writes it: with the offset of England at that time."""
    return datetime.fromisoformat(at.astimezone(LONDON).isoformat())


def in_london(text: str) -> datetime:
    """That time by the clocks of England."""
    return with_offset(datetime.fromisoformat(text).replace(tzinfo=LONDON))


# --- the time that a day may have been


@pytest.mark.parametrize(
    ("day", "first", "next_first", "length"),
    [
        (date(2024, 2, 29), "2024-02-29T00:00+00:00", "2024-03-01T00:00+00:00", 24),
        (date(2024, 7, 1), "2024-06-30T23:00+00:00", "2024-07-01T23:00+00:00", 24),
        (SPRING, "2024-03-31T00:00+00:00", "2024-03-31T23:00+00:00", 23),
        (AUTUMN, "2024-10-26T23:00+00:00", "2024-10-28T00:00+00:00", 25),
    ],
)
def test_a_day_without_a_time_is_any_time_of_that_day_by_the_clocks_of_england(
    day: date, first: str, next_first: str, length: int
) -> None:
    start, end = bounds_of(day)
    assert start == datetime.fromisoformat(first)
    assert end == datetime.fromisoformat(next_first) - INSTANT
    assert end + INSTANT - start == timedelta(hours=length)
    assert start.tzinfo is end.tzinfo is UTC, "so that what lies between is what passed"


def test_a_moment_is_itself() -> None:
    moment = in_london("2024-03-01T12:00")
    assert bounds_of(moment) == (moment, moment)


@pytest.mark.parametrize(
    ("start", "end", "shortest", "longest"),
    [
        ("2024-03-01T12:00+00:00", "2024-03-02T12:30+00:00", "24:30", "24:30"),
        ("2024-03-01T12:00+00:00", "2024-03-02", "12:00", "36:00"),
        ("2024-03-01", "2024-03-02T12:00+00:00", "12:00", "36:00"),
        ("2024-03-01", "2024-03-02", "0:00", "48:00"),
        ("2024-03-01", "2024-03-01", "0:00", "24:00"),
        ("2024-03-01", "2024-03-04", "48:00", "96:00"),
        ("2024-03-30T12:00+00:00", "2024-03-31T12:00+01:00", "23:00", "23:00"),
        ("2024-10-26T12:00+01:00", "2024-10-27T12:00+00:00", "25:00", "25:00"),
        ("2024-03-30", "2024-04-01", "23:00", "71:00"),
        ("2024-10-26", "2024-10-28", "25:00", "73:00"),
        ("2024-03-31", "2024-03-31", "0:00", "23:00"),
        ("2024-10-27", "2024-10-27", "0:00", "25:00"),
    ],
)
def test_what_lies_between_two_moments_is_the_shortest_and_the_longest_time_that_passed(
    start: str, end: str, shortest: str, longest: str
) -> None:
    def length(text: str) -> timedelta:
        h, m = text.split(":")
        return timedelta(hours=int(h), minutes=int(m))

    a, b = Event("found", start).at, Event("found", end).at
    least, most = lasted(a, b)
    days = [at for at in (a, b) if not isinstance(at, datetime)]
    # a day ends an instant before the next begins
    assert timedelta(0) <= least - length(shortest) <= INSTANT * len(days)
    assert timedelta(0) <= length(longest) - most <= INSTANT * len(days)
    assert (least == most) == (not days)


around_a_change = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.integers(-4, 4).map(lambda n: day + timedelta(days=n))
)
some_day = around_a_change | st.dates(date(2006, 4, 1), date(2026, 12, 31))


@st.composite
def times_of(draw: st.DrawFn, day: date) -> datetime:
    """A time of that day by the clocks of England; one that comes twice is either of the two."""
    fold = draw(st.integers(0, 1))
    at = datetime.combine(day, draw(st.times()), LONDON).replace(fold=fold)
    there = at.astimezone(UTC)  # a time that the clock leaves out is the one that it shows instead
    assume(there.astimezone(LONDON).date() == day)
    return with_offset(there)


@given(st.data(), some_day)
def test_every_time_of_a_day_lies_within_its_bounds_and_both_bounds_are_of_that_day(
    data: st.DataObject, day: date
) -> None:
    first, last = bounds_of(day)
    assert first <= data.draw(times_of(day)).astimezone(UTC) <= last
    assert first.astimezone(LONDON).date() == last.astimezone(LONDON).date() == day
    assert (first - INSTANT).astimezone(LONDON).date() == day - timedelta(days=1)
    assert (last + INSTANT).astimezone(LONDON).date() == day + timedelta(days=1)


@given(st.data(), some_day, st.integers(0, 5))
def test_whatever_the_times_were_as_much_passed_as_the_shortest_and_as_little_as_the_longest(
    data: st.DataObject, day: date, n: int
) -> None:
    start, end = (data.draw(times_of(d)).astimezone(UTC) for d in (day, day + timedelta(days=n)))
    assume(start <= end)
    for a, b in product((start, day), (end, day + timedelta(days=n))):
        shortest, longest = lasted(a, b)
        assert shortest <= end - start <= longest
    first, last = bounds_of(day), bounds_of(day + timedelta(days=n))
    assert lasted(day, day + timedelta(days=n)) == (max(last[0] - first[1], timedelta(0)), last[1] - first[0])


# --- 72 hours


def interview(n: int = 72) -> Within:
    """A rule that gives so many hours from when the child was found."""
    version = Version(instrument=LAW, requires=hours(n), evidence=Evidence.PRIMARY)
    return Within(id="interview", title="t", start=on("found"), end=on("return-interview"), versions=(version,))


def episode(n: int = 72) -> AtMost:
    """A rule that lets something last so many hours."""
    version = Version(instrument=LAW, requires=Limit(hours(n)), evidence=Evidence.PRIMARY)
    return AtMost(id="episode", title="t", start=on("found"), end=on("return-interview"), versions=(version,))


def judged(rule: Rule, start: Moment, end: Moment | None = None, as_at: date = LATER) -> Finding:
    """What the rule says of a child found then, and interviewed then."""
    told: list[Any] = [Event("found", start), *([Event("return-interview", end)] if end is not None else [])]
    (finding,) = check(Chronology.of("C-101", events=told), Rulebook("ours", (rule,)), as_at=as_at).findings
    return finding


@pytest.mark.parametrize("rule", [interview(), episode()], ids=lambda rule: rule.id)
@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2024-03-01T12:00+00:00", "2024-03-04T12:00+00:00"),
        ("2024-03-29T12:00+00:00", "2024-04-01T13:00+01:00"),  # an hour is missing: an hour later by the clock
        ("2024-10-25T12:00+01:00", "2024-10-28T11:00+00:00"),  # an hour comes twice: an hour earlier by the clock
        ("2024-03-31T00:59:59+00:00", "2024-04-03T01:59:59+01:00"),
        ("2024-10-27T01:30+01:00", "2024-10-30T00:30+00:00"),  # the first half past one
        ("2024-10-27T01:30+00:00", "2024-10-30T01:30+00:00"),  # the second
    ],
)
def test_the_last_moment_of_72_hours_is_in_time_and_the_next_is_not(rule: Rule, start: str, last: str) -> None:
    begin, end = datetime.fromisoformat(start), datetime.fromisoformat(last)
    met = judged(rule, begin, end)
    assert (met.status, met.due, met.days_late) == (Status.MET, end, 0)
    late = judged(rule, begin, end + INSTANT)
    assert (late.status, late.due, late.days_late) == (Status.LATE, end, 1)
    assert late.unit == "days"


@pytest.mark.parametrize("rule", [interview(), episode()], ids=lambda rule: rule.id)
def test_of_a_day_without_a_time_the_first_instant_is_tried_too(rule: Rule) -> None:
    assert judged(rule, date(2024, 3, 1), in_london("2024-03-04T00:00")).status is Status.MET
    after = in_london("2024-03-04T00:00") + INSTANT
    assert judged(rule, date(2024, 3, 1), after).status is Status.CANNOT_TELL


@pytest.mark.parametrize(("more", "days_late"), [(1, 1), (24, 1), (25, 2), (48, 2), (49, 3)])
def test_a_day_of_lateness_that_has_begun_is_a_day(more: int, days_late: int) -> None:
    start = in_london("2024-03-01T12:00")
    assert judged(interview(), start, start + timedelta(hours=72 + more)).days_late == days_late


def test_what_is_late_within_a_day_that_the_clock_made_longer_is_a_day_late() -> None:
    # a day found on the eve of the change has until 23 hours of the longer day, whatever its time
    finding = judged(interview(24), AUTUMN - timedelta(days=1), in_london("2024-10-27T23:30"))
    assert (finding.status, finding.due, finding.days_late) == (Status.LATE, AUTUMN, 1)


def test_a_child_found_before_midnight_in_england_was_found_on_that_day_whatever_the_zone_of_the_entry() -> None:
    start = datetime.fromisoformat("2024-06-30T23:30+00:00")  # half past midnight on 1 July in England
    assert judged(interview(), start, as_at=date(2024, 7, 4)).status is Status.PENDING
    assert judged(interview(), start, as_at=date(2024, 7, 5)).status is Status.OVERDUE


@given(st.data(), some_day, st.timedeltas(timedelta(0), timedelta(days=6)), st.integers(1, 100))
@example(None, SPRING, timedelta(hours=1), 1)
def test_with_times_the_answer_is_whether_so_many_hours_passed(
    data: st.DataObject | None, day: date, passed: timedelta, n: int
) -> None:
    start = data.draw(times_of(day)) if data else in_london("2024-03-31T00:30")
    end = with_offset(start.astimezone(UTC) + passed)
    status = Status.MET if passed <= timedelta(hours=n) else Status.LATE
    for rule in (interview(n), episode(n)):
        finding = judged(rule, start, end)
        assert finding.status is status
        assert isinstance(finding.due, datetime)
        assert finding.due.astimezone(UTC) == start.astimezone(UTC) + timedelta(hours=n)


def choices(at: Moment, *more: datetime) -> list[datetime]:
    """Times that a day without a time may have been: its first, its last, some between, and those of `more` in it."""
    if isinstance(at, datetime):
        return [at]
    first, last = bounds_of(at)
    return [first, *(first + (last - first) * n / 4 for n in (1, 2, 3)), last, *(m for m in more if first <= m <= last)]


@given(st.data(), some_day, st.integers(0, 5), st.booleans(), st.booleans(), st.integers(1, 100))
def test_without_times_the_answer_is_the_one_that_all_times_give_and_there_is_none_if_they_differ(
    data: st.DataObject, day: date, gap: int, start_known: bool, end_known: bool, n: int
) -> None:
    later = day + timedelta(days=gap)
    start: Moment = data.draw(times_of(day)) if start_known else day
    end: Moment = data.draw(times_of(later)) if end_known else later
    # where the answer turns: at once, at the end of the hours, and just after
    turns = [timedelta(0), timedelta(hours=n), timedelta(hours=n) + INSTANT]
    starts = choices(start, *(at - turn for at in choices(end) for turn in turns))
    ends = choices(end, *(at + turn for at in starts for turn in turns))
    pairs = [(a, b) for a, b in product(starts, ends) if a <= b]
    assume(pairs)
    untimed = tuple(
        f"{kind}.at" for kind, known in (("found", start_known), ("return-interview", end_known)) if not known
    )
    for rule in (interview(n), episode(n)):
        possible = {judged(rule, a, b).status for a, b in pairs}
        finding = judged(rule, start, end)
        if len(possible) == 1:
            assert finding.status in possible
            assert finding.missing == ()
        else:
            assert (finding.status, finding.missing) == (Status.CANNOT_TELL, untimed)
        assert finding.due is not None


# the clock goes forward on no day of these years between April and February
no_change = st.dates(date(2006, 4, 1), date(2026, 12, 31)).filter(lambda day: 4 <= day.month <= 9 or day.month > 10)


@given(no_change, st.integers(0, 8), st.integers(1, 4))
def test_what_was_not_done_is_overdue_only_if_it_is_whatever_the_time_was_and_pending_as_long_as_it_may_be(
    day: date, gap: int, n: int
) -> None:
    as_at = day + timedelta(days=gap)
    finding = judged(interview(24 * n), day, as_at=as_at)
    possible = {judged(interview(24 * n), start, as_at=as_at).status for start in choices(day)}
    assert finding.status is (Status.OVERDUE if possible == {Status.OVERDUE} else Status.PENDING)
    assert finding.due == day + timedelta(days=n)


# --- in England


def england_says(rule: str, *told: tuple[Any, ...], as_at: date = LATER) -> list[str]:
    """What the law of England says of these events."""
    found = check(Chronology.of("C-101", events=told), england.rulebook, as_at=as_at).findings
    return [finding.status.value for finding in found if finding.rule == rule]


@pytest.mark.parametrize(
    ("start", "last", "after"),
    [
        ("2024-03-29T12:00+00:00", "2024-04-01T13:00+01:00", "2024-04-01T13:01+01:00"),
        ("2024-10-25T12:00+01:00", "2024-10-28T11:00+00:00", "2024-10-28T11:01+00:00"),
        ("2024-03-01", "2024-03-03", "2024-03-05"),
    ],
)
def test_police_protection_and_the_return_interview_have_72_hours_when_the_clock_changes_too(
    start: str, last: str, after: str
) -> None:
    for rule, began, ended in (
        ("police-protection", "police-protection-started", "police-protection-ended"),
        ("return-interview", "found", "return-interview"),
    ):
        assert england_says(rule, (start, began), (last, ended)) == ["met"]
        assert england_says(rule, (start, began), (after, ended)) == ["late"]


# --- words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-03-01T12:00+00:00", "2024-03-04T12:00+00:00", "72 hours"),
        ("2024-03-01T12:00+00:00", "2024-03-04T12:30+00:00", "72 hours and 30 minutes"),
        ("2024-03-01T12:00+00:00", "2024-03-01T13:01+00:00", "1 hour and 1 minute"),
        ("2024-03-01T12:00+00:00", "2024-03-01T12:45+00:00", "45 minutes"),
        ("2024-03-01T12:00+00:00", "2024-03-01T12:00+00:00", "0 hours"),
        ("2024-03-29T12:00+00:00", "2024-04-01T12:00+01:00", "71 hours"),
        ("2024-03-01", "2024-03-04", "more than 48 and less than 96 hours"),
        ("2024-03-01T12:30+00:00", "2024-03-02", "more than 11 and less than 36 hours"),
        ("2024-10-26", "2024-10-27", "less than 49 hours"),
    ],
)
def test_hours_in_words_say_between_what_they_lie_where_a_time_is_not_known(start: str, end: str, words: str) -> None:
    assert hours_between(Event("found", start).at, Event("found", end).at) == words


def test_a_finding_in_hours_says_how_many_passed_and_how_many_too_many() -> None:
    start, end = in_london("2024-03-01T12:00"), in_london("2024-03-04T12:30")
    assert judged(interview(), start, end).because == (
        "Return interview on Mon 4 Mar 2024 at 12:30, 72 hours and 30 minutes after the return of the child on "
        "Fri 1 Mar 2024 at 12:00. The limit is 72 hours, which ended on Mon 4 Mar 2024 at 12:00: 30 minutes late."
    )
    untimed = judged(interview(), date(2024, 3, 1), date(2024, 3, 4))
    assert untimed.because == (
        "Cannot tell: the return interview on Mon 4 Mar 2024 came more than 48 and less than 96 hours after the return "
        "of the child on Fri 1 Mar 2024; the limit is 72 hours, and not every time of day is recorded."
    )
    late = judged(interview(), date(2024, 3, 1), date(2024, 3, 6))
    assert (late.days_late, late.due) == (2, date(2024, 3, 4))
    assert late.because.endswith(
        "The limit is 72 hours, which ended on Mon 4 Mar 2024: more than 24 and less than 72 hours late."
    )


def test_the_deadline_of_a_limit_in_hours_keeps_the_time() -> None:
    limit = judged(interview(), in_london("2024-03-29T12:00")).deadline
    assert limit is not None
    assert str(limit) == "72 hours after Fri 29 Mar 2024 at 12:00"
    assert limit.on == in_london("2024-04-01T13:00")


# --- what falls away while hours run, and the ends of all dates


@pytest.mark.parametrize(
    ("closed", "status"),
    [
        ("2024-03-02T11:00:00+00:00", Status.DISCHARGED),
        ("2024-03-02T18:00:00+00:00", Status.OVERDUE),
        ("2024-03-02", Status.CANNOT_TELL),
        ("2024-03-03", Status.OVERDUE),
    ],
)
def test_a_closure_after_the_last_moment_discharges_nothing_though_it_is_of_the_same_day(
    closed: str, status: Status
) -> None:
    rule = evolve(interview(24), discharge=on("case-closed"))
    story = Chronology.of("C-101", events=[("2024-03-01T12:00:00+00:00", "found"), (closed, "case-closed")])
    (finding,) = check(story, Rulebook("ours", (rule,)), as_at=LATER).findings
    assert finding.status is status
    assert finding.missing == (("case-closed.at",) if status is Status.CANNOT_TELL else ())


@pytest.mark.parametrize("told", [[("9999-12-31", "found")], [("9999-12-28", "found"), ("9999-12-31", "missing")]])
def test_hours_at_the_end_of_all_dates_cannot_be_told_and_are_no_error(told: list[Any]) -> None:
    (finding,) = check(
        Chronology.of("C-101", events=told), Rulebook("ours", (interview(100),)), as_at=date.max
    ).findings
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("found",))


def test_an_extension_in_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="an extension is counted in days, not 48 hours"):
        Limit(days(8), extension=hours(48))
