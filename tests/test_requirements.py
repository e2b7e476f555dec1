"""What a version can require: how each prints itself, how a clock waits for it, and which of two is the looser."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from childprotect import Chronology, Event, Finding, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import bounds_of, england_and_wales
from childprotect.conditions import on
from childprotect.errors import OutOfRange
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit, days, hours, months, weeks, working_days
from childprotect.requirements import (
    By,
    Cadence,
    Limit,
    Quorum,
    Requirement,
    Wait,
    is_looser,
    periods_of,
    with_periods,
)
from childprotect.rules import Within
from childprotect.versions import Version

WITH = Counting.BEGINNING_WITH
LAW = Instrument("ACT", "An Act", Force.LOCAL, date(2000, 1, 1))
LATER = date(2025, 6, 1)
CLOSED = england_and_wales().with_closures("Anytown", [(date(2016, 12, 29), "closed")])
"""The calendar of a council that closed on one day more."""


def version(requires: Requirement) -> Version:
    """A version that requires it."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL)


# --- words


def named(requirement: object) -> str:
    """The same name in every process: the order in which a set prints is not."""
    return " and ".join(sorted(requirement)) if isinstance(requirement, frozenset) else str(requirement)


@pytest.mark.parametrize(
    ("requires", "words"),
    [
        (Cadence(weeks(6)), "every 6 weeks at most"),
        (Cadence(weeks(6), first=weeks(1)), "first within 1 week, then every 6 weeks at most"),
        (
            Cadence(months(6), first=working_days(20), second=months(3)),
            "first within 20 working days, again within 3 months, then every 6 months at most",
        ),
        (Cadence(months(6), second=months(3)), "again within 3 months, then every 6 months at most"),
        (
            Cadence(weeks(6), first=weeks(1), later=months(3), after=months(12)),
            "first within 1 week, then every 6 weeks at most, every 3 months at most after 12 months",
        ),
        (Limit(hours(72)), "at most 72 hours"),
        (Limit(weeks(8), renewed=weeks(4)), "at most 8 weeks, 4 weeks when renewed"),
        (Limit(days(8), extension=days(7), times=1), "at most 8 days, extended once by 7 days at most"),
        (Limit(days(8), extension=days(7), times=3), "at most 8 days, extended 3 times by 7 days at most"),
        (
            Limit(weeks(26, counting=WITH), extension=weeks(8)),
            "at most 26 weeks beginning with the day, extended as often as needed by 8 weeks at most",
        ),
        (By("due"), "by the date recorded as due"),
        (Quorum(frozenset({"police", "health"}), 2), "health, police and at least 2 more"),
        (Wait(days(8)), "8 days"),
        (Wait(days(8), None, 1, days(7)), "8 days, extended by 7 days"),
        (Wait(weeks(26), None, 2, weeks(8)), "26 weeks, extended twice, by 8 weeks each time"),
        (Wait(By("due")), "the date set for it"),
    ],
    ids=named,
)
def test_a_requirement_reads_as_words(requires: object, words: str) -> None:
    assert str(requires) == words


# --- the waits of a cadence


def test_each_wait_of_a_cadence_is_the_first_the_second_or_the_usual_one() -> None:
    plain = Cadence(months(6))
    assert [plain.wait(n) for n in range(3)] == [months(6)] * 3
    full = Cadence(months(6), first=working_days(20), second=months(3))
    assert [full.wait(n) for n in range(4)] == [working_days(20), months(3), months(6), months(6)]
    assert [Cadence(weeks(6), first=weeks(1)).wait(n) for n in range(3)] == [weeks(1), weeks(6), weeks(6)]


def test_it_matters_which_event_opened_the_duty_only_where_a_wait_is_counted_from_there() -> None:
    assert not Cadence(weeks(6)).depends_on_opening
    assert not Cadence(weeks(6), first=weeks(1)).depends_on_opening
    assert Cadence(weeks(6), second=weeks(3)).depends_on_opening
    assert Cadence(weeks(6), later=weeks(12), after=months(12)).depends_on_opening


# --- one clock

DAY = Event("found", "2024-03-01")
NOON = Event("found", "2024-03-01T12:00:00+00:00")
SET = Event("plan-action-set", "2024-03-01", {"due": date(2024, 4, 2)})


@pytest.mark.parametrize(
    ("wait", "trigger", "due"),
    [
        (Wait(days(3)), DAY, date(2024, 3, 4)),
        (Wait(days(3)), NOON, date(2024, 3, 4)),
        (Wait(working_days(3)), DAY, date(2024, 3, 6)),
        (Wait(hours(72)), NOON, datetime(2024, 3, 4, 12, tzinfo=UTC)),
        (Wait(hours(72)), DAY, date(2024, 3, 4)),
        (Wait(hours(30)), DAY, date(2024, 3, 3)),
        (Wait(days(3), since=Event("missing", "2024-02-20")), DAY, date(2024, 2, 23)),
        (Wait(days(3), None, 1, days(2)), DAY, date(2024, 3, 6)),
        (Wait(days(3), None, 2, days(2)), DAY, date(2024, 3, 8)),
        (Wait(days(3), Event("missing", "2024-02-20"), 1, days(2)), DAY, date(2024, 2, 25)),
        (Wait(hours(72), None, 1, days(2)), NOON, date(2024, 3, 6)),
        (Wait(By("due")), SET, date(2024, 4, 2)),
        (Wait(By("due"), since=SET), DAY, date(2024, 4, 2)),
        (Wait(By("due")), DAY, None),
        (Wait(By("due")), Event("plan-action-set", "2024-03-01", {"due": "soon"}), None),
    ],
    ids=named,
)
def test_a_wait_ends_on_a_day_or_at_a_moment_or_nobody_knows_when(
    wait: Wait, trigger: Event, due: date | datetime | None
) -> None:
    assert wait.due(trigger) == due


def test_a_wait_that_leaves_the_calendar_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        Wait(working_days(3)).due(Event("found", "2050-12-30"))
    with pytest.raises(OutOfRange):
        Wait(days(3), None, 1, working_days(3)).due(Event("found", "2050-12-27"))


def test_a_wait_knows_its_unit_and_whether_the_time_of_day_matters() -> None:
    assert [Wait(p).unit for p in (working_days(1), days(1), hours(1), months(1), By("due"))] == [
        "working-days",
        *["days"] * 4,
    ]
    assert [Wait(p).in_hours for p in (hours(1), days(1), By("due"))] == [True, False, False]


def test_what_has_passed_is_counted_in_the_unit_of_the_wait() -> None:
    start, end = date(2024, 3, 28), date(2024, 4, 3)
    assert Wait(working_days(9)).elapsed(start, end) == 2
    assert Wait(months(1)).elapsed(start, end) == Wait(By("due")).elapsed(start, end) == 6


def test_a_version_knows_the_wait_of_every_start_only_where_there_is_one() -> None:
    assert version(days(3)).wait == Wait(days(3))
    assert version(By("due")).wait == Wait(By("due"))
    for requires in (None, Limit(days(3)), Cadence(days(3)), ("outcome",), frozenset({"police"})):
        assert version(requires).wait is None


# --- by a date that stands on the record

ACTION = Within(
    id="action",
    title="action done by its date",
    start=on("plan-action-set"),
    end=on("plan-action-done"),
    discharge=on("plan-ended"),
    versions=(version(By("due")),),
)


def action(*told: tuple[Any, ...], due: object = date(2024, 4, 2), as_at: date = LATER) -> Finding:
    """What is said of an action set on 1 March 2024."""
    story = Chronology.of("C-101", events=[("2024-03-01", "plan-action-set", {"due": due}), *told])
    (finding,) = check(story, Rulebook("ours", (ACTION,)), as_at=as_at).findings
    return finding


@pytest.mark.parametrize(
    ("told", "as_at", "status", "late"),
    [
        ([("2024-04-02", "plan-action-done")], LATER, Status.MET, 0),
        ([("2024-04-03", "plan-action-done")], LATER, Status.LATE, 1),
        ([], date(2024, 4, 2), Status.PENDING, 0),
        ([], date(2024, 4, 12), Status.OVERDUE, 10),
        ([("2024-04-02", "plan-ended")], LATER, Status.DISCHARGED, 0),
        ([("2024-04-05", "plan-ended")], LATER, Status.OVERDUE, 3),
    ],
)
def test_an_action_is_due_on_the_day_that_was_set_for_it_weekend_or_not(
    told: list[tuple[Any, ...]], as_at: date, status: Status, late: int
) -> None:
    finding = action(*told, as_at=as_at)
    assert (finding.status, finding.due, finding.days_late) == (status, date(2024, 4, 2), late)
    assert finding.unit == "days"


@pytest.mark.parametrize("due", [None, "soon"])
@pytest.mark.parametrize("told", [[], [("2024-03-08", "plan-action-done")], [("2024-03-08", "plan-ended")]])
def test_an_action_without_a_date_cannot_be_told_whatever_became_of_it(due: object, told: list[Any]) -> None:
    finding = action(*told, due=due)
    assert (finding.status, finding.missing, finding.due) == (Status.CANNOT_TELL, ("plan-action-set.due",), None)
    assert finding.because == (
        "Cannot tell: the date by which it is due is not recorded for the setting of the action in the plan on "
        "Fri 1 Mar 2024."
    )


def test_an_action_whose_date_is_before_the_day_on_which_it_was_set_was_due_then() -> None:
    finding = action(("2024-03-01", "plan-action-done"), due=date(2024, 2, 1))
    assert (finding.status, finding.days_late) == (Status.LATE, 29)
    assert action(due=date(2024, 2, 1), as_at=date(2024, 3, 1)).status is Status.OVERDUE


def test_of_several_actions_one_that_is_not_named_may_be_any_of_them() -> None:
    rule = evolve(ACTION, pairing=Pairing(Repeats.EACH, same="action"))
    due = date(2024, 4, 2)
    told = [("2024-03-01", "plan-action-set", {"due": due, "action": name}) for name in ("a", "b")]

    def said(*done: tuple[Any, ...]) -> list[tuple[Status, tuple[str, ...]]]:
        story = Chronology.of("C-101", events=[*told, *done])
        return [(f.status, f.missing) for f in check(story, Rulebook("ours", (rule,)), as_at=LATER).findings]

    unnamed = ("2024-03-08", "plan-action-done")
    assert said(unnamed) == [(Status.CANNOT_TELL, ("plan-action-done.action",))] * 2
    assert said((*unnamed, {"action": "a"})) == [(Status.MET, ()), (Status.OVERDUE, ())]


def test_an_action_says_by_when_it_was_set() -> None:
    finding = action(("2024-04-03", "plan-action-done"))
    assert finding.because == (
        "Completion of the action in the plan on Wed 3 Apr 2024. It was due by Tue 2 Apr 2024, the date set for it on "
        "Fri 1 Mar 2024: 1 day late."
    )
    assert "due by Tue 2 Apr 2024: the date set for it, with the start on Fri 1 Mar 2024" in finding.explain()
    assert action(as_at=date(2024, 3, 8)).because == (
        "Not due yet: completion of the action in the plan, due by Tue 2 Apr 2024, in 25 days as at Fri 8 Mar 2024. "
        "That is the date set for it on Fri 1 Mar 2024."
    )


# --- which of two is the looser


@pytest.mark.parametrize(
    ("tight", "loose"),
    [
        (days(3), days(4)),
        (days(3, counting=WITH), days(3)),
        (working_days(10), working_days(11)),
        (days(7), weeks(2)),
        (months(3), days(93)),
        (days(89), months(3)),
        (days(10), working_days(10)),
        (working_days(4), days(12)),
        (hours(24), hours(25)),
        (working_days(7), working_days(7, calendar=CLOSED)),
        (months(3), evolve(months(3), roll=Roll.FORWARD)),
        (evolve(months(3), roll=Roll.BACK), months(3)),
        (months(6), months(6, month_end=MonthEnd.ROLL_OVER)),
        (Cadence(weeks(6)), Cadence(weeks(7))),
        (Cadence(weeks(6), first=weeks(1)), Cadence(weeks(6), first=weeks(2))),
        (Cadence(weeks(6), first=weeks(1)), Cadence(weeks(6))),
        (Cadence(weeks(6), second=weeks(3)), Cadence(weeks(6))),
        (Cadence(weeks(6), second=weeks(3)), Cadence(weeks(6), second=weeks(4))),
        (Cadence(weeks(6)), Cadence(weeks(6), second=weeks(7))),
        (Cadence(weeks(6)), Cadence(weeks(6), later=weeks(12), after=months(12))),
        (
            Cadence(weeks(6), later=weeks(11), after=months(12)),
            Cadence(weeks(6), later=weeks(12), after=months(12)),
        ),
        (
            Cadence(weeks(6), later=weeks(12), after=months(12)),
            Cadence(weeks(6), later=weeks(12), after=months(11)),
        ),
        (Cadence(weeks(6)), Cadence(weeks(6), later=weeks(7), after=months(12))),
        (Cadence(weeks(6), later=weeks(12), after=months(12)), Cadence(weeks(13))),
        (Cadence(weeks(3), later=weeks(6), after=months(12)), Cadence(weeks(6))),
        (Limit(days(8)), Limit(days(9))),
        (Limit(days(8)), Limit(days(8), extension=days(1))),
        (Limit(days(8), extension=days(6)), Limit(days(8), extension=days(7))),
        (Limit(days(8), extension=days(7), times=1), Limit(days(8), extension=days(7), times=2)),
        (Limit(days(8), extension=days(7), times=9), Limit(days(8), extension=days(7))),
        (Limit(weeks(8), renewed=weeks(4)), Limit(weeks(8), renewed=weeks(5))),
        (Limit(weeks(8), renewed=weeks(4)), Limit(weeks(8))),
        (frozenset({"police", "health"}), frozenset({"police"})),
        (Quorum(frozenset({"police"}), 2), Quorum(frozenset({"police"}), 1)),
        (Quorum(frozenset({"police"}), 2), Quorum(frozenset(), 2)),
        (("outcome", "categories"), ("outcome",)),
    ],
    ids=named,
)
def test_the_looser_of_two_permits_what_the_other_does_not(tight: Requirement, loose: Requirement) -> None:
    assert is_looser(loose, tight)
    assert not is_looser(tight, loose)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (days(7), weeks(1)),
        (months(12), months(12)),
        (Cadence(weeks(6), first=weeks(6)), Cadence(days(42))),
        (Cadence(weeks(6), second=weeks(6)), Cadence(weeks(6))),
        (Cadence(weeks(6), later=weeks(6), after=months(1)), Cadence(weeks(6))),
        (Limit(days(7)), Limit(weeks(1))),
        (("a", "b"), ("b", "a")),
        (By("due"), By("due")),
        (None, None),
    ],
    ids=named,
)
def test_two_that_permit_the_same_are_neither_of_them_looser(one: Requirement, other: Requirement) -> None:
    assert not is_looser(one, other)
    assert not is_looser(other, one)


@pytest.mark.parametrize(
    ("local", "national", "looser"),
    [
        # what becomes shorter later is looser the later it does
        (
            Cadence(weeks(12), later=weeks(6), after=months(24)),
            Cadence(weeks(12), later=weeks(6), after=months(12)),
            True,
        ),
        (
            Cadence(weeks(12), later=weeks(6), after=months(12)),
            Cadence(weeks(12), later=weeks(6), after=months(24)),
            False,
        ),
        (Cadence(weeks(12)), Cadence(weeks(12), later=weeks(6), after=months(12)), True),
        (Cadence(weeks(12), later=weeks(6), after=months(12)), Cadence(weeks(12)), False),
        (
            Cadence(weeks(6), later=weeks(12), after=months(6)),
            Cadence(weeks(6), later=weeks(12), after=months(12)),
            True,
        ),
        (
            Cadence(weeks(6), later=weeks(12), after=months(18)),
            Cadence(weeks(6), later=weeks(12), after=months(12)),
            False,
        ),
        (
            Cadence(weeks(6), later=weeks(13), after=months(12)),
            Cadence(weeks(6), later=weeks(12), after=months(12)),
            True,
        ),
    ],
    ids=named,
)
def test_a_cadence_that_changes_is_compared_wait_by_wait(local: Cadence, national: Cadence, looser: bool) -> None:
    assert is_looser(local, national) is looser


@pytest.mark.parametrize(
    ("local", "national", "looser"),
    [
        (days(2), days(5), True),
        (days(5), days(5), False),
        (days(9), days(5), False),
        (weeks(1), days(7), False),
        (weeks(1), days(8), True),
        (working_days(2), days(2), False),
        (days(2), working_days(2), True),
        (hours(47), hours(48), True),
        (hours(48), hours(48), False),
        (hours(49), hours(48), False),
        (hours(48), days(2), True),  # over the night on which the clock goes back they may end a day before
        (hours(73), days(2), False),
        (days(2), hours(48), True),  # two days before may be late in the evening
        (days(4), hours(48), False),
        (months(1), hours(48), False),
    ],
    ids=named,
)
def test_a_lead_time_is_looser_when_it_is_shorter(local: Period, national: Period, looser: bool) -> None:
    assert is_looser(local, national, lead=True) is looser


def test_the_periods_of_a_requirement_are_known_by_name_and_can_be_changed() -> None:
    assert list(periods_of(days(3))) == [("", days(3))]
    assert dict(periods_of(Cadence(weeks(6), first=weeks(1)))) == {"then": weeks(6), "first": weeks(1)}
    assert dict(periods_of(Limit(days(8), days(7), 1))) == {"period": days(8), "extension": days(7)}

    def double(period: Period) -> Period:
        return evolve(period, n=2 * period.n)

    assert with_periods(days(3), double) == days(6)
    assert with_periods(Cadence(weeks(6), first=weeks(1)), double) == Cadence(weeks(12), first=weeks(2))
    assert with_periods(Limit(days(8), days(7), 1), double) == Limit(days(16), days(14), 1)
    for other in (None, By("due"), ("outcome",), frozenset({"police"}), Quorum(frozenset({"police"}), 2)):
        assert with_periods(other, double) == other


KINDS: list[Requirement] = [
    days(3),
    Cadence(days(3)),
    Limit(days(3)),
    By("due"),
    frozenset({"police"}),
    ("outcome",),
]


@pytest.mark.parametrize("one", KINDS, ids=named)
def test_two_of_different_kinds_cannot_be_compared_and_count_as_looser(one: Requirement) -> None:
    for other in KINDS:
        assert is_looser(one, other) is (other is not one)
    assert is_looser(None, one), "nothing instead of something"
    assert not is_looser(one, None), "something where nothing is required"


@pytest.mark.parametrize(
    ("local", "national", "looser"),
    [
        (days(3), hours(72), True),  # to the end of that day
        (days(1), hours(72), False),
        (hours(72), days(3), True),  # when the clock goes forward they may reach the fourth day
        (hours(71), days(3), False),
        (hours(24), days(2), False),
        (months(1), hours(72), True),
        (hours(72), months(1), False),
    ],
    ids=named,
)
def test_hours_are_compared_with_days_by_what_they_can_permit(local: Period, national: Period, looser: bool) -> None:
    assert is_looser(local, national) is looser
    assert is_looser(Limit(local), Limit(national)) is looser


def test_a_quorum_and_a_list_of_agencies_are_compared_by_who_must_be_there() -> None:
    police, both = frozenset({"police"}), frozenset({"police", "health"})
    assert not is_looser(Quorum(police, 1), police)
    assert is_looser(Quorum(police, 9), both)
    assert not is_looser(both, Quorum(police, 1))
    assert is_looser(both, Quorum(police, 2))
    assert is_looser(frozenset({"health", "legal"}), Quorum(police, 1))


def test_an_extension_or_a_quorum_of_a_senseless_number_is_refused() -> None:
    with pytest.raises(ValueError, match="times is 1 or more, not 0"):
        Limit(days(8), extension=days(7), times=0)
    with pytest.raises(ValueError, match="others is 0 or more, not -1"):
        Quorum(frozenset(), -1)
    with pytest.raises(ValueError, match="times says how many extensions count, and there is no extension"):
        Limit(days(8), times=1)


def test_a_later_wait_says_after_how_long_and_the_other_way_round() -> None:
    for later, after in ((weeks(12), None), (None, months(12))):
        with pytest.raises(ValueError, match="later says what replaces the wait, and after says when"):
            Cadence(weeks(6), later=later, after=after)


def test_two_dates_on_the_record_are_as_loose_as_each_other_only_if_they_are_the_same() -> None:
    assert is_looser(By("due"), By("recorded-target"))
    assert is_looser(By("recorded-target"), By("due"))


_counted = st.builds(
    Period,
    st.integers(1, 40),
    st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.WORKING_DAYS]),
    st.just(Counting.FROM_NEXT_DAY) | st.sampled_from(Counting),
    st.none() | st.just(CLOSED),
)
counted_in_days = _counted | st.builds(
    evolve, _counted, roll=st.sampled_from(Roll), month_end=st.sampled_from(MonthEnd)
)
starts = st.dates(date(2006, 1, 1), date(2035, 12, 1))


@given(counted_in_days, counted_in_days, starts)
def test_a_period_that_is_not_looser_never_ends_later(local: Period, national: Period, start: date) -> None:
    if not is_looser(local, national):
        assert local.due(start) <= national.due(start)


@given(counted_in_days, counted_in_days)
def test_of_two_periods_of_which_one_always_ends_later_that_one_is_looser(one: Period, other: Period) -> None:
    every_day = [date(2022, 6, 1) + timedelta(days=n) for n in range(0, 500, 7)]
    if all(one.due(day) > other.due(day) for day in every_day):
        assert is_looser(one, other)


@given(st.integers(1, 400), st.integers(1, 400))
def test_of_two_limits_in_hours_the_one_with_more_is_looser(local: int, national: int) -> None:
    assert is_looser(hours(local), hours(national)) is (local > national)


@given(st.integers(1, 200), st.integers(1, 9), starts, st.times())
@example(72, 3, date(2024, 3, 29), time(23, 30))
@example(25, 1, date(2024, 10, 26), time(23, 59))
def test_hours_that_are_not_looser_never_end_on_a_later_day_nor_do_days_that_are_not_looser_than_hours(
    n: int, m: int, day: date, clock: time
) -> None:
    start = datetime.combine(day, clock, ZoneInfo("Europe/London"))
    runs_out = start.astimezone(UTC) + timedelta(hours=n)
    last_day = day + timedelta(days=m)
    if not is_looser(hours(n), days(m)):
        assert runs_out.astimezone(ZoneInfo("Europe/London")).date() <= last_day
    if not is_looser(days(m), hours(n)):
        assert bounds_of(last_day)[1] <= runs_out


@given(st.integers(1, 100), st.integers(1, 6), starts, st.times())
@example(48, 2, date(2024, 10, 28), time(23, 30))
@example(48, 3, date(2024, 4, 2), time(0, 0))
def test_a_lead_in_hours_that_is_not_looser_never_ends_on_a_later_day_nor_days_later_than_hours(
    n: int, m: int, day: date, clock: time
) -> None:
    anchor = datetime.combine(day, clock, ZoneInfo("Europe/London"))
    runs_out = anchor.astimezone(UTC) - timedelta(hours=n)
    last_day = day - timedelta(days=m)
    if not is_looser(hours(n), days(m), lead=True):
        assert runs_out.astimezone(ZoneInfo("Europe/London")).date() <= last_day
    if not is_looser(days(m), hours(n), lead=True):
        assert bounds_of(last_day)[1] <= runs_out


cadences = st.builds(
    Cadence,
    then=counted_in_days,
    first=st.none() | counted_in_days,
    second=st.none() | counted_in_days,
)


@given(cadences, cadences, starts, st.integers(0, 4))
def test_a_cadence_that_is_not_looser_never_waits_longer(
    local: Cadence, national: Cadence, start: date, n: int
) -> None:
    if not is_looser(local, national) and (n or national.first):
        assert local.wait(n).due(start) <= national.wait(n).due(start)


in_weeks = st.integers(1, 9).map(weeks)
slower = st.builds(
    lambda then, more, after: Cadence(then, later=evolve(then, n=then.n + more), after=months(after)),
    in_weeks,
    st.integers(0, 6),
    st.integers(1, 18),
)


@given(slower | st.builds(Cadence, in_weeks), slower | st.builds(Cadence, in_weeks), starts, st.integers(0, 900))
def test_a_cadence_that_grows_slower_and_is_not_looser_never_waits_longer(
    local: Cadence, national: Cadence, opened: date, gap: int
) -> None:
    def wait(cadence: Cadence) -> Period:
        day = opened + timedelta(days=gap)
        slow = cadence.later is not None and cadence.after is not None and day >= cadence.after.due(opened)
        return cadence.later if slow and cadence.later else cadence.then

    if not is_looser(local, national):
        assert wait(local).n <= wait(national).n


limits = st.builds(
    Limit, counted_in_days, extension=st.none() | counted_in_days, renewed=st.none() | counted_in_days
) | st.builds(Limit, counted_in_days, counted_in_days, st.integers(1, 3), st.none() | counted_in_days)


@given(limits, limits, starts, st.integers(0, 4), st.booleans())
def test_a_limit_that_is_not_looser_never_ends_later_renewed_or_extended(
    local: Limit, national: Limit, start: date, asked: int, renewal: bool
) -> None:
    def end(limit: Limit) -> date:
        granted = min(asked, limit.times if limit.times is not None else asked)
        period = limit.renewed if renewal and limit.renewed else limit.period
        due = Wait(period, None, granted, limit.extension).due(Event("found", start))
        assert due is not None
        return due

    if not is_looser(local, national):
        assert end(local) <= end(national)


agencies = st.frozensets(st.sampled_from(["police", "health", "education", "legal"]))
quorums = st.builds(Quorum, agencies, st.integers(1, 3))


@given(quorums, quorums, agencies)
def test_who_meets_a_quorum_that_is_not_looser_meets_the_other_too(
    local: Quorum, national: Quorum, there: frozenset[str]
) -> None:
    def met(quorum: Quorum) -> bool:
        return quorum.agencies <= there and len(there - quorum.agencies) >= quorum.others

    if not is_looser(local, national) and met(local):
        assert met(national)


@given(st.sampled_from(KINDS) | counted_in_days | cadences | limits | quorums | agencies)
def test_nothing_is_looser_than_itself(requires: Requirement) -> None:
    assert not is_looser(requires, requires)
