"""Lead time before an anchor, and what must be in place or up to date on the day of the check."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import IRRELEVANT, clusters, days_of, events

from childprotect import Chronology, Coverage, Event, Finding, Report, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.chronology import EVERYTHING
from childprotect.conditions import Doubtful, on, stated
from childprotect.errors import DefinitionError
from childprotect.events import Lost
from childprotect.periods import Period, days, hours, months, weeks, working_days
from childprotect.requirements import Wait
from childprotect.rules import Before, Current
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version

Told = tuple[Any, ...]
LATER = date(2025, 6, 1)
LAW = Instrument("ACT", "An Act", Force.LOCAL, date(2000, 1, 1))


def version(requires: Any = None) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL)


def report(rule: Before | Current, *told: Told | Event, as_at: date = LATER, **known: Any) -> Report:
    """What the rule says of these events."""
    return check(Chronology.of("C-101", events=told, **known), Rulebook("ours", (rule,)), as_at=as_at)


def only(rule: Before | Current, *told: Told | Event, as_at: date = LATER, **known: Any) -> Finding:
    """The one thing that the rule says of these events."""
    (finding,) = report(rule, *told, as_at=as_at, **known).findings
    return finding


def statuses(rule: Before | Current, *told: Told | Event, **known: Any) -> list[Status]:
    """The statuses of what the rule says of these events."""
    return [finding.status for finding in report(rule, *told, **known).findings]


# --- lead time

SHARED, HELD = "conference-report-shared", "initial-conference"


def shared(period: Period = working_days(2), **more: Any) -> Before:
    """A report is shared so long before a conference."""
    parts = {"event": on(SHARED), "anchor": on(HELD)} | more
    return Before(id="shared", title="report shared before the conference", versions=(version(period),), **parts)


MEETING = ("2024-04-03", HELD)  # Wednesday after Easter; two working days before it is Thursday 28 March


@pytest.mark.parametrize(
    ("told", "status", "late"),
    [
        (["2024-03-28"], Status.MET, 0),
        (["2024-03-01"], Status.MET, 0),
        (["2024-04-02"], Status.LATE, 1),
        (["2024-04-03"], Status.LATE, 2),
        ([], Status.OVERDUE, 2),
        (["2024-04-04"], Status.OVERDUE, 2),
        (["2024-03-20", "2024-04-02"], Status.LATE, 1),  # the last decides
        (["2024-03-20", "2024-03-27"], Status.MET, 0),
    ],
)
def test_what_must_come_before_came_long_enough_before_or_late_or_not_at_all(
    told: list[str], status: Status, late: int
) -> None:
    finding = only(shared(), *((day, SHARED) for day in told), MEETING)
    assert (finding.status, finding.due, finding.days_late) == (status, date(2024, 3, 28), late)
    assert (finding.started, finding.unit) == (date(2024, 4, 3), "working-days")
    assert finding.done == (date.fromisoformat(told[-1]) if status is not Status.OVERDUE else None)


@pytest.mark.parametrize(
    ("period", "last"),
    [(days(5), "2024-03-29"), (months(1), "2024-03-03"), (working_days(1), "2024-04-02"), (hours(48), "2024-03-31")],
    ids=str,
)
def test_the_lead_is_counted_back_from_the_anchor(period: Period, last: str) -> None:
    after = date.fromisoformat(last) + timedelta(days=1)
    assert only(shared(period), (last, SHARED), MEETING).status is Status.MET
    assert only(shared(period), (str(after), SHARED), MEETING).status is not Status.MET


@pytest.mark.parametrize(
    ("event", "anchor", "status", "missing"),
    [
        ("2024-03-01T12:00:00+00:00", "2024-03-03T12:00:00+00:00", Status.MET, ()),
        ("2024-03-01T12:01:00+00:00", "2024-03-03T12:00:00+00:00", Status.LATE, ()),
        ("2024-03-29T12:00:00+00:00", "2024-03-31T13:00:00+01:00", Status.MET, ()),  # an hour is missing
        ("2024-03-29T12:00:00+00:00", "2024-03-31T12:59:00+01:00", Status.LATE, ()),
        ("2024-02-29", "2024-03-03", Status.MET, ()),
        ("2024-03-01", "2024-03-03", Status.CANNOT_TELL, (f"{SHARED}.at", f"{HELD}.at")),
        ("2024-03-01T12:00:00+00:00", "2024-03-03", Status.CANNOT_TELL, (f"{HELD}.at",)),
        ("2024-03-01", "2024-03-03T12:00:00+00:00", Status.CANNOT_TELL, (f"{SHARED}.at",)),
        ("2024-03-02", "2024-03-03", Status.LATE, ()),
    ],
)
def test_a_lead_in_hours_is_told_where_every_time_of_day_gives_the_same_answer(
    event: str, anchor: str, status: Status, missing: tuple[str, ...]
) -> None:
    finding = only(shared(hours(48)), (event, SHARED), (anchor, HELD))
    assert (finding.status, finding.missing) == (status, missing)
    assert ("not every time of day is recorded" in finding.because) == bool(missing)


def test_each_anchor_needs_an_event_of_its_own_and_two_of_one_day_share_it() -> None:
    told = [("2024-03-01", SHARED), ("2024-03-08", HELD), ("2024-03-15", HELD)]
    assert statuses(shared(), *told) == [Status.MET, Status.OVERDUE]
    assert statuses(shared(), *told, ("2024-03-12", SHARED)) == [Status.MET] * 2
    assert statuses(shared(), told[0], told[1], ("2024-03-08", HELD, {"outcome": "plan"})) == [Status.MET] * 2


def test_whether_an_event_or_an_anchor_counts_may_not_be_known() -> None:
    rule = shared(event=on(SHARED, with_="parents"))
    parents = {"with": "parents"}
    early, late = ("2024-03-22", SHARED, parents), ("2024-04-02", SHARED, parents)
    for told, missing in (
        ([("2024-03-22", SHARED)], (f"{SHARED}.with",)),
        ([early, ("2024-03-25", SHARED)], (f"{SHARED}.with",)),
        ([early, ("2024-04-02", SHARED)], (f"{SHARED}.with",)),
    ):
        finding = only(rule, *told, MEETING)
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, missing)
        assert finding.because.endswith(
            "counts for the initial child protection conference on Wed 3 Apr 2024: with whom it was shared is not "
            "recorded."
        )
    assert only(rule, ("2024-03-20", SHARED), early, MEETING).status is Status.MET, "the last is certain"
    assert only(rule, ("2024-03-20", SHARED), late, MEETING).status is Status.LATE
    assert only(rule, late, ("2024-04-03", SHARED), MEETING).status is Status.LATE, "the doubtful one is later still"
    assert only(rule, early, ("2024-04-02", SHARED, {"with": "chair"}), MEETING).status is Status.MET
    unsure = only(shared(anchor=on(HELD, outcome="plan")), ("2024-03-22", SHARED), MEETING)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, (f"{HELD}.outcome",))
    assert unsure.because == (
        "Cannot tell whether the rule applies to the initial child protection conference on Wed 3 Apr 2024: the "
        "outcome is not recorded."
    )


def test_a_source_that_cannot_hold_the_event_cannot_tell_whether_it_came_before() -> None:
    finding = only(shared(), MEETING, covers=Coverage(frozenset({HELD})))
    assert (finding.status, finding.missing, finding.due) == (Status.CANNOT_TELL, (SHARED,), None)
    assert "does not include entries of this kind: sharing of the conference report" in finding.because


def test_before_the_first_day_of_which_the_source_tells_everything_nothing_is_missing() -> None:
    since = Coverage(since=date(2024, 4, 4))
    finding = only(shared(), MEETING, covers=since)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (SHARED,))
    assert "this source is complete only from Thu 4 Apr 2024" in finding.because
    assert only(shared(), ("2024-03-28", SHARED), MEETING, covers=since).status is Status.MET
    # by when it had to be shared is what counts, not the day of the conference
    assert only(shared(), MEETING, covers=Coverage(since=date(2024, 3, 29))).status is Status.CANNOT_TELL
    assert only(shared(), MEETING, covers=Coverage(since=date(2024, 3, 28))).status is Status.OVERDUE


def test_a_count_back_that_leaves_the_calendar_cannot_be_told() -> None:
    early = Instrument("OLD", "An old Act", Force.STATUTE, date(1900, 1, 1))
    rule = evolve(shared(), versions=(evolve(version(working_days(2)), instrument=early, in_force=early.in_force),))
    finding = only(rule, ("1991-10-14", HELD))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (HELD,))
    assert "outside the England and Wales calendar" in finding.because


def test_what_came_before_the_calendar_begins_cannot_be_told() -> None:
    early = Instrument("OLD", "An old Act", Force.STATUTE, date(1900, 1, 1))
    rule = evolve(shared(), versions=(evolve(version(working_days(2)), instrument=early, in_force=early.in_force),))
    finding = only(rule, ("1985-03-01", SHARED), ("1992-03-04", HELD))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (SHARED,))
    assert finding.because == (
        "Cannot tell: 28 February 1985 is outside the England and Wales calendar, which runs from 14 October 1991 to "
        "31 December 2050."
    )


def test_an_anchor_after_every_duty_fell_away_is_listed_and_one_before_is_judged() -> None:
    found = report(shared(), ("2024-03-08", HELD), MEETING, died=date(2024, 3, 20))
    assert [finding.started for finding in found.findings] == [date(2024, 3, 8)]
    assert found.not_assessed == (NotAssessed("shared", "the duty fell away: the child died"),)
    assert statuses(shared(), MEETING, died=date(2024, 4, 3)) == [Status.OVERDUE], "on that day it was held"


def test_something_else_may_separate_an_anchor_from_what_came_before_it() -> None:
    rule = shared(since=on("review-conference"))
    told = [("2024-03-01", SHARED), ("2024-03-04", "review-conference")]
    assert statuses(rule, *told, MEETING) == [Status.OVERDUE]
    assert statuses(rule, told[1], ("2024-03-05", SHARED), MEETING) == [Status.MET]
    of_that_day = shared(since=on("strategy-discussion"))
    assert statuses(of_that_day, told[0], ("2024-04-03", "strategy-discussion"), MEETING) == [Status.MET]


def test_an_anchor_on_a_day_without_a_version_is_listed_and_still_has_an_event_of_its_own() -> None:
    gap = Absence(date(1990, 1, 1), date(1999, 12, 31), "there was no Act")
    rule = evolve(shared(), absent=(gap,))
    told = [("1999-12-20", SHARED), ("1999-12-30", HELD), ("2000-01-20", HELD)]
    found = report(rule, *told)
    assert [finding.status for finding in found.findings] == [Status.OVERDUE]
    assert found.not_assessed == (NotAssessed("shared", "there was no Act"),)


def test_lead_time_in_words() -> None:
    late = only(shared(), ("2024-04-02", SHARED), MEETING)
    assert late.because == (
        "The sharing of the conference report on Tue 2 Apr 2024 was 1 working day before the initial child "
        "protection conference on Wed 3 Apr 2024; the limit was Thu 28 Mar 2024 (2 working days before)."
    )
    none = only(shared(), MEETING)
    assert none.because == (
        "No sharing of the conference report is on record before the initial child protection conference on "
        "Wed 3 Apr 2024; the limit was Thu 28 Mar 2024 (2 working days before)."
    )
    timed = only(shared(hours(48)), ("2024-04-02T12:00:00+01:00", SHARED), ("2024-04-03T13:30:00+01:00", HELD))
    assert "was 25 hours and 30 minutes before the initial child protection conference" in timed.because
    assert late.deadline is None, "it is not counted forward from a start"
    assert "law: report shared before the conference: at least 2 working days before [ACT" in late.explain()


# --- in place today

CASE = Spell("case", opens=on("referral"), closes=on("case-closed"))
WORKER = Spell(
    "qualified worker",
    opens=on("allocated", qualified=True),
    closes=on("deallocated") | on("allocated", qualified=False),
    same="worker",
)
ALLOCATED = Current(id="worker", title="a case has a worker", while_=CASE, held=WORKER, versions=(version(),))
OPENED = ("2024-03-01", "referral")
YES, NO = {"qualified": True}, {"qualified": False}


@pytest.mark.parametrize(
    ("told", "status", "missing"),
    [
        ([], Status.BREACHED, ()),
        ([("2024-03-04", "allocated", YES)], Status.MET, ()),
        ([("2024-02-01", "allocated", YES)], Status.MET, ()),  # allocated before, and still
        ([("2024-03-04", "allocated", NO)], Status.BREACHED, ()),
        ([("2024-03-04", "allocated", YES), ("2024-04-04", "deallocated")], Status.BREACHED, ()),
        ([("2024-03-04", "allocated")], Status.CANNOT_TELL, ("allocated.qualified",)),
        ([("2024-03-04", "allocated"), ("2024-03-05", "allocated", YES)], Status.MET, ()),
        (
            [
                ("2024-03-04", "allocated", {**YES, "worker": "a"}),
                ("2024-04-04", "deallocated", {"worker": "b"}),
            ],
            Status.MET,
            (),
        ),
    ],
)
def test_while_something_is_open_another_thing_is_in_place_or_not_on_the_day_of_the_check(
    told: list[Told], status: Status, missing: tuple[str, ...]
) -> None:
    finding = only(ALLOCATED, OPENED, *told)
    assert (finding.status, finding.missing, finding.started) == (status, missing, date(2024, 3, 1))
    assert (finding.due, finding.days_late, finding.deadline) == (None, None, None)


def test_the_past_is_not_judged_and_another_day_may_be_asked_about() -> None:
    told = [OPENED, ("2024-03-11", "allocated", YES), ("2024-04-04", "deallocated")]
    days_and_statuses = {
        date(2024, 3, 10): Status.BREACHED,
        date(2024, 3, 11): Status.MET,
        date(2024, 4, 3): Status.MET,
        date(2024, 4, 4): Status.BREACHED,
    }
    assert {day: only(ALLOCATED, *told, as_at=day).status for day in days_and_statuses} == days_and_statuses


def test_a_case_that_is_referred_again_is_open_since_the_first_referral() -> None:
    told = [OPENED, ("2024-05-01", "referral")]
    finding = only(ALLOCATED, *told, as_at=date(2024, 5, 1))
    assert (finding.status, finding.started) == (Status.BREACHED, date(2024, 3, 1))
    behind = only(UP_TO_DATE, OPENED, ("2024-03-05", UPDATED), ("2024-03-08", "missing"), told[1])
    assert behind.status is Status.BREACHED


def test_on_the_day_on_which_it_opened_nothing_is_wanting_yet() -> None:
    assert statuses(ALLOCATED, OPENED, as_at=date(2024, 3, 1)) == []
    assert statuses(ALLOCATED, OPENED, ("2024-03-01", "allocated", YES), as_at=date(2024, 3, 1)) == [Status.MET]


def test_whether_the_case_itself_is_open_may_not_be_known() -> None:
    covers = Coverage(frozenset({"referral", "allocated", "deallocated"}))
    finding = only(ALLOCATED, OPENED, covers=covers)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed",))
    assert "Cannot tell whether the case was still open on Sun 1 Jun 2025" in finding.because


def test_whether_it_is_still_in_place_may_not_be_known() -> None:
    covers = Coverage(frozenset({"referral", "allocated", "case-closed"}))
    finding = only(ALLOCATED, OPENED, ("2024-03-04", "allocated", YES), covers=covers)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("deallocated",))


def test_a_source_that_cannot_hold_what_must_be_in_place_is_not_assessed() -> None:
    found = report(ALLOCATED, OPENED, covers=Coverage(frozenset({"referral", "case-closed"})))
    assert found.findings == ()
    assert found.not_assessed == (
        NotAssessed("worker", "this source does not include entries of this kind: allocation of the case"),
    )


def test_what_is_in_place_is_told_in_words() -> None:
    met = only(ALLOCATED, OPENED, ("2024-03-04", "allocated", YES))
    assert met.because == (
        "The case has been open since the referral on Fri 1 Mar 2024; on Sun 1 Jun 2025 there was a qualified worker."
    )
    breached = only(ALLOCATED, OPENED)
    assert breached.because.endswith("; on Sun 1 Jun 2025 there was no qualified worker.")
    unsure = only(ALLOCATED, OPENED, ("2024-03-04", "allocated"))
    assert unsure.because == (
        "Cannot tell whether there was a qualified worker on Sun 1 Jun 2025: whether the worker is a qualified social "
        "worker is not recorded for an allocation of the case; the case has been open since the referral on "
        "Fri 1 Mar 2024."
    )


# --- not behind the last event that counts

UPDATED = "chronology-updated"
UP_TO_DATE = Current(
    id="chronology",
    title="a chronology up to date",
    while_=CASE,
    event=on(UPDATED),
    behind=on("strategy-discussion", "missing"),
    versions=(version(),),
)


@pytest.mark.parametrize(
    ("told", "status", "trigger"),
    [
        ([("2024-03-05", UPDATED)], Status.MET, UPDATED),
        ([("2024-03-05", "missing"), ("2024-03-08", UPDATED)], Status.MET, UPDATED),
        ([("2024-03-05", UPDATED), ("2024-03-05", "missing")], Status.MET, UPDATED),  # of one day
        ([("2024-03-05", UPDATED), ("2024-03-08", "missing")], Status.BREACHED, "missing"),
        ([("2024-03-05", "missing")], Status.BREACHED, "missing"),
        (
            [("2024-03-05", UPDATED), ("2024-03-08", "missing"), ("2024-03-09", "strategy-discussion")],
            Status.BREACHED,
            "strategy-discussion",
        ),
    ],
)
def test_what_is_kept_up_to_date_is_not_older_than_the_last_event_that_counts(
    told: list[Told], status: Status, trigger: str
) -> None:
    finding = only(UP_TO_DATE, OPENED, *told)
    assert finding.status is status
    assert finding.trigger is not None
    assert finding.trigger.kind == trigger


def test_where_nothing_happened_since_the_case_opened_nothing_is_behind() -> None:
    assert statuses(UP_TO_DATE, OPENED) == []
    assert statuses(UP_TO_DATE, ("2024-02-01", "missing"), OPENED) == [], "it was before the case"
    assert statuses(UP_TO_DATE, ("2024-02-01", UPDATED), OPENED) == []


def test_what_happened_on_the_day_of_the_check_may_be_entered_tomorrow() -> None:
    told = [OPENED, ("2024-03-05", UPDATED), ("2024-03-08", "missing")]
    assert statuses(UP_TO_DATE, *told, as_at=date(2024, 3, 8)) == [Status.MET]
    assert statuses(UP_TO_DATE, *told, as_at=date(2024, 3, 9)) == [Status.BREACHED]


DOUBT = Doubtful(stated("purpose", "?"), "it may not count")
UNSURE = evolve(UP_TO_DATE, event=on(UPDATED, where=DOUBT), behind=on("missing", where=DOUBT))
ASK = {"purpose": "?"}


@pytest.mark.parametrize(
    ("told", "status", "missing"),
    [
        ([("2024-03-05", UPDATED, ASK)], None, ()),
        ([("2024-03-05", "missing"), ("2024-03-08", UPDATED, ASK)], Status.CANNOT_TELL, (UPDATED,)),
        ([("2024-03-08", "missing"), ("2024-03-08", UPDATED, ASK)], Status.CANNOT_TELL, (UPDATED,)),
        ([("2024-03-08", UPDATED, ASK), ("2024-03-09", "missing")], Status.BREACHED, ()),
        ([("2024-03-05", "missing", ASK)], Status.CANNOT_TELL, ("missing",)),
        ([("2024-03-05", "missing", ASK), ("2024-03-08", UPDATED)], Status.MET, ()),
        ([("2024-03-05", UPDATED), ("2024-03-08", "missing", ASK)], Status.CANNOT_TELL, ("missing",)),
        ([("2024-03-05", "missing"), ("2024-03-08", "missing", ASK)], Status.BREACHED, ()),
    ],
)
def test_what_may_count_matters_only_where_it_could_change_the_answer(
    told: list[Told], status: Status | None, missing: tuple[str, ...]
) -> None:
    found = report(UNSURE, OPENED, *told).findings
    assert [(finding.status, finding.missing) for finding in found] == ([(status, missing)] if status else [])


def test_what_is_behind_is_told_in_words() -> None:
    told = [OPENED, ("2024-03-05", UPDATED), ("2024-03-08", "missing")]
    assert only(UP_TO_DATE, *told).because == (
        "The last update of the chronology, on Tue 5 Mar 2024, was before the report that the child was missing on "
        "Fri 8 Mar 2024."
    )
    assert only(UP_TO_DATE, OPENED, told[2]).because == (
        "No update of the chronology is on record since the referral on Fri 1 Mar 2024, and the report that the child "
        "was missing on Fri 8 Mar 2024 calls for one."
    )
    assert only(UP_TO_DATE, *told[:2]).because == (
        "No event that calls for another is on record between the update of the chronology on Tue 5 Mar 2024 and "
        "Sun 1 Jun 2025."
    )
    unsure = only(UNSURE, OPENED, ("2024-03-05", "missing", ASK))
    assert unsure.because == (
        "Cannot tell whether the report that the child was missing on Tue 5 Mar 2024 calls for an update of the "
        "chronology: it may not count."
    )
    unsure = only(UNSURE, OPENED, ("2024-03-05", "missing"), ("2024-03-08", UPDATED, ASK))
    assert unsure.because == (
        "Cannot tell whether the update of the chronology on Fri 8 Mar 2024 counts as an update of the chronology: it "
        "may not count."
    )


# --- not too old

DONE = "assessment-completed"


def fresh(period: Period = months(6), **more: Any) -> Current:
    """An assessment that is not older than so long while the case is open."""
    parts = {"event": on(DONE)} | more
    return Current(id="fresh", title="an assessment not out of date", while_=CASE, versions=(version(period),), **parts)


@pytest.mark.parametrize(
    ("as_at", "status", "late"),
    [
        (date(2024, 3, 31), Status.MET, 0),
        (date(2024, 9, 30), Status.MET, 0),
        (date(2024, 10, 1), Status.OVERDUE, 1),
        (date(2024, 10, 11), Status.OVERDUE, 11),
    ],
)
def test_what_must_be_fresh_is_current_to_its_last_day_and_out_of_date_after_it(
    as_at: date, status: Status, late: int
) -> None:
    finding = only(fresh(), OPENED, ("2024-03-31", DONE), as_at=as_at)
    assert (finding.status, finding.due, finding.days_late) == (status, date(2024, 9, 30), late)
    assert finding.started == date(2024, 3, 31)
    assert finding.deadline is None
    assert finding.wait == Wait(months(6))


def test_the_last_one_counts_and_where_there_is_none_the_rules_on_the_first_speak() -> None:
    told = [OPENED, ("2024-03-05", DONE), ("2024-08-05", DONE)]
    assert only(fresh(), *told, as_at=date(2024, 12, 2)).due == date(2025, 2, 5)
    assert statuses(fresh(), OPENED) == []
    assert statuses(fresh(days(3)), *told, as_at=date(2024, 8, 9)) == [Status.OVERDUE]


def test_one_that_may_count_matters_only_where_no_certain_one_is_fresh() -> None:
    rule = fresh(days(10), event=on(DONE, type="single"))
    sure, unsure = ("2024-03-05", DONE, {"type": "single"}), ("2024-03-12", DONE)
    assert only(rule, OPENED, sure, unsure, as_at=date(2024, 3, 15)).status is Status.MET
    for told in ([sure, unsure], [unsure]):
        finding = only(rule, OPENED, *told, as_at=date(2024, 3, 16))
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{DONE}.type",))
        assert finding.because == (
            "Cannot tell whether the completed assessment on Tue 12 Mar 2024 counts as a completed assessment (type: "
            "single): the type is not recorded."
        )
    before = ("2024-03-04", DONE)
    assert only(rule, OPENED, before, sure, as_at=date(2024, 3, 16)).status is Status.OVERDUE, "an older one is no help"


def test_one_from_before_the_case_opened_is_not_the_one_that_is_kept_fresh() -> None:
    assert statuses(fresh(), ("2024-02-20", DONE), OPENED) == []
    again = [("2024-01-08", "referral"), ("2024-02-01", DONE), ("2024-02-20", "case-closed"), OPENED]
    assert statuses(fresh(), *again) == []
    assert statuses(fresh(), *again, ("2024-03-20", DONE), as_at=date(2024, 4, 2)) == [Status.MET]


def test_a_freshness_that_leaves_the_calendar_cannot_be_told() -> None:
    rule = fresh(working_days(9))
    finding = only(rule, OPENED, ("2050-12-29", DONE), as_at=date(2051, 3, 1))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (DONE,))
    assert (finding.law, finding.version, finding.trigger) == (rule, rule.versions[0], Event(*OPENED[::-1]))
    assert finding.because.startswith("Cannot tell: 9 working days after 29 December 2050 is outside")


def test_hours_are_no_measure_of_freshness() -> None:
    with pytest.raises(DefinitionError, match="which this kind of rule cannot check"):
        fresh(hours(72))


# --- whatever the form

RULES = (ALLOCATED, UP_TO_DATE, UNSURE, fresh(), fresh(working_days(10)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_day_without_a_version_is_listed(rule: Current) -> None:
    old = Absence(date(1990, 1, 1), date(1999, 12, 31), "there was no Act")
    found = report(evolve(rule, absent=(old,)), ("1999-03-01", "referral"), as_at=date(1999, 6, 1))
    assert found.findings == ()
    assert found.not_assessed == (NotAssessed(rule.id, "there was no Act"),)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("personal", [{"died": date(2024, 5, 1)}, {"born": date(2006, 5, 1)}])
def test_nothing_must_be_in_place_for_a_child_who_died_or_came_of_age(rule: Current, personal: dict[str, date]) -> None:
    told = [OPENED, ("2024-03-05", DONE), ("2024-03-08", "missing")]
    assert statuses(rule, *told, **personal) == []


# --- laws

KINDS = ("referral", "case-closed", "allocated", "deallocated", UPDATED, "strategy-discussion", "missing", DONE)
_FLAG = st.booleans()
_FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "allocated": {"qualified": _FLAG, "worker": st.sampled_from("ab")},
    "deallocated": {"worker": st.sampled_from("ab")},
    SHARED: {"with": st.sampled_from(["parents", "chair"])},
    HELD: {"outcome": st.sampled_from(["plan", "no-plan"])},
    UPDATED: {"purpose": st.just("?")},
    "missing": {"purpose": st.just("?")},
}
LEADS = (
    shared(),
    shared(days(5), event=on(SHARED, with_="parents")),
    shared(months(1)),
    shared(hours(48), event=on(SHARED, with_="parents")),
)
EITHER: tuple[Before | Current, ...] = (*LEADS, *RULES)


@st.composite
def stories(draw: st.DrawFn, kinds: tuple[str, ...], covers: Coverage = EVERYTHING) -> Chronology:
    """A record that crowds together a few kinds of event, with or without their facts."""
    near = draw(st.dates(date(2012, 1, 1), date(2024, 12, 31)))
    some = st.sampled_from(draw(st.lists(clusters(near), min_size=1, max_size=6, unique=True)))
    told = []
    for event in draw(st.lists(events(some, kinds), max_size=9)):
        facts = {name: draw(values) for name, values in _FACTS.get(event.kind, {}).items() if draw(st.integers(0, 3))}
        told.append(evolve(event, facts=facts))
    return Chronology.of("C-101", events=told, covers=covers)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Before | Current, Chronology, date]:
    """A rule, a record that it reads, and a day on which to judge it."""
    rule = draw(st.sampled_from(EITHER))
    story = draw(stories((SHARED, HELD) if isinstance(rule, Before) else KINDS))
    last = max((event.day for event in story), default=date(2024, 1, 1))
    return rule, story, last + timedelta(days=draw(st.integers(-30, 30) | st.integers(0, 400)))


Case = tuple[Before | Current, Chronology, date]


def judged(rule: Before | Current, story: Chronology, as_at: date) -> list[Finding]:
    """What the rule says of the record."""
    return list(check(story, Rulebook("ours", (rule,)), as_at=as_at).findings)


def with_more(story: Chronology, *more: Event) -> Chronology:
    """The same record with more in it."""
    return evolve(story, events=Chronology.of("C-101", events=[*story.events, *more]).events)


@given(st.sampled_from(LEADS), stories((SHARED, HELD)), st.data(), st.integers(0, 99))
def test_lead_time_is_judged_the_same_whatever_comes_later_but_another_anchor(
    rule: Before, story: Chronology, data: st.DataObject, gap: int
) -> None:
    last = max((event.day for event in story), default=date(2024, 1, 1))
    later = st.just(last + timedelta(days=1 + gap))
    more = data.draw(st.lists(events(later, [SHARED, "visit", "case-closed"]), max_size=3))
    for as_at in (last, last + timedelta(days=200)):
        before, after = (judged(rule, s, as_at) for s in (story, with_more(story, *more)))
        assert [evolve(f, as_at=LATER) for f in after] == [evolve(f, as_at=LATER) for f in before]


@given(st.sampled_from(LEADS), stories((SHARED, HELD)))
def test_a_longer_lead_never_rescues_and_never_asks_for_a_later_day(rule: Before, story: Chronology) -> None:
    (usual_one,) = rule.versions
    lead = usual_one.requires
    assert isinstance(lead, Period)
    longer = evolve(rule, versions=(evolve(usual_one, requires=evolve(lead, n=lead.n + 1)),))
    found = judged(rule, story, date(2030, 1, 1))
    assert len(found) == sum(event.kind == HELD for event in story), "one for every anchor"
    for usual, tight in zip(found, judged(longer, story, date(2030, 1, 1)), strict=True):
        assert tight.status is not Status.MET or usual.status is Status.MET
        assert not usual.is_breach or tight.is_breach
        if usual.due is not None and tight.due is not None:
            assert tight.due <= usual.due


@given(cases())
def test_nothing_is_said_while_nothing_is_open_and_at_most_one_thing_while_something_is(case: Case) -> None:
    rule, story, as_at = case
    found = judged(rule, story, as_at)
    if isinstance(rule, Current):
        known = [event.kind for event in story if event.day <= as_at and event.kind in ("referral", "case-closed")]
        assert len(found) <= 1
        assert not found or known[-1] == "referral"
    else:
        assert all(finding.trigger and finding.trigger.kind == HELD for finding in found)


@given(cases(), st.data())
def test_adding_an_irrelevant_event_changes_nothing(case: Case, data: st.DataObject) -> None:
    rule, story, as_at = case
    more = data.draw(st.lists(events(days_of(story), IRRELEVANT, timed=False), min_size=1, max_size=3))
    assert judged(rule, with_more(story, *more), as_at) == judged(rule, story, as_at)


@given(cases(), st.data())
def test_the_order_in_which_entries_were_made_changes_nothing(case: Case, data: st.DataObject) -> None:
    rule, story, as_at = case
    shuffled = Chronology.of("C-101", events=data.draw(st.permutations(story.events)))
    assert judged(rule, shuffled, as_at) == judged(rule, story, as_at)


@given(cases(), st.none() | st.sampled_from([*KINDS, SHARED, HELD]))
def test_a_lost_entry_turns_nothing_into_met_and_nothing_into_a_breach(case: Case, kind: str | None) -> None:
    rule, story, as_at = case
    whole, torn = (judged(rule, evolve(story, lost=lost), as_at) for lost in ((), (Lost(kind, "row 7", "no date"),)))
    if kind is None or kind in rule.reads:
        assert {finding.status for finding in torn} <= {Status.CANNOT_TELL}
        assert len(torn) >= len(whole)
    else:
        # it may have put the events of a day in another order
        assert all(now == then or now.status is Status.CANNOT_TELL for now, then in zip(torn, whole, strict=True))


def seen_by(covers: Coverage, story: Chronology) -> Chronology:
    """The record as a source tells it that can hold no more than that."""
    return Chronology.of("C-101", events=[event for event in story if covers.holds(event.kind)], covers=covers)


@given(cases())
def test_a_source_that_cannot_hold_the_answer_gives_neither_a_breach_nor_met(case: Case) -> None:
    rule, story, as_at = case
    answers = rule.held.opens.kinds if isinstance(rule, Current) and rule.held else rule.wants.kinds
    blind = seen_by(Coverage(frozenset([*KINDS, SHARED, HELD]) - answers), story)
    assert {finding.status for finding in judged(rule, blind, as_at)} <= {Status.CANNOT_TELL}


@given(st.sampled_from(RULES), stories(KINDS), st.integers(0, 400))
def test_a_source_that_cannot_hold_the_closure_of_a_case_cannot_tell_what_an_open_one_wants(
    rule: Current, story: Chronology, gap: int
) -> None:
    blind = seen_by(Coverage(frozenset(KINDS) - {"case-closed"}), story)
    found = judged(rule, blind, max((event.day for event in story), default=date(2024, 1, 1)) + timedelta(days=gap))
    assert {finding.status for finding in found} <= {Status.CANNOT_TELL}
    assert bool(found) == any(event.kind == "referral" for event in blind)


@given(cases())
def test_whatever_cannot_be_told_names_what_is_missing_and_everything_explains_itself(case: Case) -> None:
    rule, story, as_at = case
    for finding in judged(rule, story, as_at):
        assert bool(finding.missing) == (finding.status is Status.CANNOT_TELL)
        assert finding.explain().startswith(rule.title)
        assert "None" not in finding.explain()


# --- what lead time says where days do not count, where an anchor may be none, and at the ends of all dates


def test_what_may_be_an_anchor_may_have_taken_what_came_before_it() -> None:
    rule = shared(anchor=on(HELD, outcome="plan"))
    told = [("2024-03-01", SHARED), ("2024-03-05", HELD), ("2024-03-08", HELD, {"outcome": "plan"})]
    finding = report(rule, *told).findings[-1]
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{HELD}.outcome",))
    later = report(rule, *told[:2], ("2024-03-06", SHARED), told[2]).findings[-1]
    assert later.status is Status.MET, "one since then is certainly its own"


def test_what_may_separate_an_anchor_from_what_came_before_it_leaves_it_open() -> None:
    rule = shared(since=on("case-closed", reason="moved-away"))
    told = [("2024-03-01", SHARED), ("2024-03-05", "case-closed"), ("2024-03-08", HELD)]
    finding = only(rule, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed.reason",))


@pytest.mark.parametrize(
    ("event", "anchor", "n", "words", "status"),
    [
        ("2024-03-01", "2024-03-03", 1, "1 working day", Status.MET),  # Friday, Sunday
        ("2024-03-02", "2024-03-04", 1, "less than a working day", Status.LATE),  # Saturday, Monday
        ("2024-03-29", "2024-04-03", 2, "1 working day", Status.LATE),  # Good Friday, Wednesday
    ],
)
def test_the_working_days_that_are_told_are_those_that_decide(
    event: str, anchor: str, n: int, words: str, status: Status
) -> None:
    finding = only(shared(working_days(n)), (event, SHARED), (anchor, HELD))
    assert finding.status is status
    assert f" was {words} before " in finding.because


def test_a_lead_in_hours_between_times_names_its_last_moment() -> None:
    rule = shared(hours(30))
    finding = only(rule, ("2024-03-01T02:00:00+00:00", SHARED), ("2024-03-02T10:00:00+00:00", HELD))
    assert finding.status is Status.MET
    assert finding.due == datetime(2024, 3, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("period", [days(5), weeks(1), months(2), working_days(2), hours(48)], ids=str)
def test_lead_time_at_the_beginning_of_all_dates_cannot_be_told(period: Period) -> None:
    old = Instrument("OLD", "An old Act", Force.LOCAL, date(1, 1, 1))
    rule = evolve(shared(period), versions=(evolve(version(period), instrument=old, in_force=old.in_force),))
    assert only(rule, ("0001-01-01", HELD)).status is Status.CANNOT_TELL


def test_what_was_shared_on_the_first_of_all_days_is_no_error() -> None:
    assert only(shared(), ("0001-01-01", SHARED), ("2024-03-04", HELD)).status is Status.CANNOT_TELL


def test_the_law_of_what_must_be_current_is_that_of_the_day_of_the_check() -> None:
    assert "chosen by the day of the check" in only(fresh(), OPENED, ("2025-01-01", DONE)).explain()


# --- one event that is two things, and others of its day

HOME = Spell("placement", opens=on("placement-started"), closes=on("looked-after-ended", reason="moved"))
PERHAPS_AWAY = [("2024-01-05", "placement-started"), ("2024-02-05", "looked-after-ended")]


def test_of_two_that_may_separate_an_anchor_from_what_came_before_it_the_later_counts() -> None:
    rule = shared(since=on("case-closed", reason="moved-away"))
    told = [("2024-03-01", "case-closed"), ("2024-03-04", SHARED), ("2024-03-05", "case-closed"), ("2024-03-08", HELD)]
    assert only(rule, *told).status is Status.CANNOT_TELL
    assert only(rule, *told[:2], told[3]).status is Status.MET


def test_what_separates_an_anchor_from_what_came_before_did_not_itself_come_before() -> None:
    rule = shared(event=on(SHARED) | on("case-closed"), since=on("case-closed"))
    assert only(rule, ("2024-03-01", "case-closed"), ("2024-03-08", HELD)).status is Status.OVERDUE


def test_an_anchor_does_not_come_before_itself() -> None:
    rule = shared(event=on(SHARED) | on(HELD))
    assert only(rule, ("2024-03-08", HELD)).status is Status.OVERDUE


def test_what_may_itself_separate_is_not_certainly_what_came_before() -> None:
    rule = shared(event=on(SHARED), since=on(SHARED, to="court"))
    finding = only(rule, ("2024-03-01", SHARED), ("2024-03-08", HELD))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{SHARED}.to",))


def test_a_doubtful_one_of_the_day_of_a_certain_one_changes_nothing() -> None:
    rule = shared(event=on(SHARED, to="parents"))
    told = [("2024-03-01", SHARED, {"to": "parents"}), ("2024-03-01", SHARED), ("2024-03-08", HELD)]
    assert only(rule, *told).status is Status.MET


def test_a_source_that_holds_no_more_than_the_two_can_tell_how_long_before() -> None:
    covers = Coverage(frozenset({SHARED, HELD}))
    assert only(shared(), ("2024-03-01", SHARED), ("2024-03-08", HELD), covers=covers).status is Status.MET


def test_what_is_missing_may_be_about_a_stretch_of_time() -> None:
    home = During(HOME)
    told = [*PERHAPS_AWAY, ("2024-03-01", SHARED), ("2024-03-08", HELD)]
    for rule in (
        shared(event=on(SHARED, where=home)),
        shared(anchor=on(HELD, where=home)),
    ):
        finding = only(rule, *told)
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))
    rule = shared(since=on("visit", where=home))
    finding = only(rule, *told[:3], ("2024-03-04", "visit"), told[3])
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (fresh(days(3), event=on(DONE, where=During(HOME))), [("2024-03-05", DONE)]),
        (evolve(UP_TO_DATE, behind=on("missing", where=During(HOME))), [("2024-03-05", "missing")]),
        (
            evolve(UP_TO_DATE, event=on(UPDATED, where=During(HOME))),
            [("2024-03-05", "missing"), ("2024-03-06", UPDATED)],
        ),
    ],
)
def test_what_would_settle_what_is_up_to_date_may_be_about_a_stretch_of_time(rule: Current, told: list[Told]) -> None:
    finding = only(rule, ("2024-01-03", "referral"), *PERHAPS_AWAY, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))
    assert (finding.law, finding.version, finding.trigger) == (rule, rule.versions[0], Event(told[-1][1], told[-1][0]))


AT_HOME = Doubtful(During(HOME), "the child may have been at home")


@pytest.mark.parametrize(
    ("rule", "told", "whether"),
    [
        (
            fresh(days(3), event=on(DONE, where=AT_HOME)),
            [("2024-03-05", DONE)],
            "the completed assessment on Tue 5 Mar 2024 counts as a completed assessment",
        ),
        (
            evolve(UP_TO_DATE, behind=on("missing", where=AT_HOME)),
            [("2024-03-05", "missing")],
            "the report that the child was missing on Tue 5 Mar 2024 calls for an update of the chronology",
        ),
        (
            shared(event=on(SHARED, where=AT_HOME)),
            [("2024-03-01", SHARED), ("2024-03-08", HELD)],
            "the sharing of the conference report on Fri 1 Mar 2024 counts for the initial child protection conference "
            "on Fri 8 Mar 2024",
        ),
    ],
)
def test_a_doubt_may_be_about_a_stretch_of_time(rule: Before | Current, told: list[Told], whether: str) -> None:
    finding = only(rule, ("2024-01-03", "referral"), ("2024-01-05", "placement-started"), *told)
    assert finding.because == f"Cannot tell whether {whether}: the child may have been at home."


def test_everything_that_is_missing_about_what_came_before_is_named() -> None:
    rule = shared(event=on(SHARED, to="parents"), since=on("case-closed", reason="moved-away"))
    told = [("2024-03-01", SHARED), ("2024-03-04", "case-closed"), ("2024-03-08", HELD)]
    finding = only(rule, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{SHARED}.to", "case-closed.reason"))


def test_what_opens_the_case_is_neither_its_update_nor_what_it_is_behind_of() -> None:
    opening = evolve(UP_TO_DATE, event=on("referral") | on(UPDATED))
    assert statuses(opening, OPENED) == []
    assert statuses(evolve(UP_TO_DATE, behind=on("referral")), OPENED) == []
    assert statuses(fresh(event=on("referral") | on(DONE)), OPENED) == []


def test_a_doubtful_one_of_the_day_of_the_last_is_no_fresher() -> None:
    rule = fresh(days(10), event=on(DONE, type="single"))
    told = [OPENED, ("2024-03-05", DONE, {"type": "single"}), ("2024-03-05", DONE)]
    assert only(rule, *told, as_at=date(2024, 3, 16)).status is Status.OVERDUE
