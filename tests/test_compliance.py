"""The check: what each kind of rule says, when it can tell, and when it says that it cannot."""

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from childprotect import Chronology, Coverage, Event, Expected, Finding, Report, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.charts import Chart, Move
from childprotect.chronology import Remark
from childprotect.conditions import Doubtful, Match, fact, on, stated
from childprotect.events import Lost
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Period, days, hours, months, working_days
from childprotect.requirements import By, Cadence, Wait
from childprotect.rulebooks import england
from childprotect.rules import Attended, Every, Order, Recorded, Rule, Within
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version
from childprotect.vocabulary import EventKind, Vocabulary
from childprotect.wording import event_in_words

Told = tuple[Any, ...]
LATER = date(2025, 6, 1)
LAW = Instrument("ACT", "An Act", Force.LOCAL, date(2000, 1, 1))
S47 = {"decision": "section-47"}
PLAN = {"outcome": "plan"}


def version(requires: Any = None, **more: Any) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL, **more)


def report(
    *told: Told, rules: tuple[Rule, ...] = (), as_at: date = LATER, known_at: date | None = None, **known: Any
) -> Report:
    """What these rules, or those of England, say of these events."""
    book = Rulebook("ours", rules) if rules else england.rulebook
    return check(Chronology.of("C-1", events=told, **known), book, as_at=as_at, known_at=known_at)


def only(rule: Rule | str, *told: Told, **known: Any) -> Finding:
    """The one thing that a rule says of these events."""
    found = report(*told, **known) if isinstance(rule, str) else report(*told, rules=(rule,), **known)
    name = rule if isinstance(rule, str) else rule.id
    (finding,) = [finding for finding in found.findings if finding.rule == name]
    return finding


def return_interview(requires: Period = days(3), **more: Any) -> Within:
    """A rule with a clock, of our own."""
    start: Match = more.pop("start", on("found"))
    end: Match = more.pop("end", on("return-interview"))
    versions = (version(requires),)
    return Within(id="interview", title="return interview", start=start, end=end, versions=versions, **more)


FOUND = ("2024-03-01", "found")


# --- statuses


@pytest.mark.parametrize(
    ("told", "as_at", "status"),
    [
        ([("2024-03-04", "return-interview")], LATER, Status.MET),
        ([("2024-03-05", "return-interview")], LATER, Status.LATE),
        ([], date(2024, 3, 4), Status.PENDING),
        ([], date(2024, 3, 5), Status.OVERDUE),
        ([("2024-03-04", "case-closed")], LATER, Status.DISCHARGED),
        ([("2024-03-05", "case-closed")], LATER, Status.OVERDUE),
    ],
)
def test_a_rule_with_a_clock_is_met_late_pending_overdue_or_discharged(
    told: list[Told], as_at: date, status: Status
) -> None:
    rule = return_interview(discharge=on("case-closed"))
    finding = only(rule, FOUND, *told, as_at=as_at)
    assert (finding.status, finding.due, finding.started) == (status, date(2024, 3, 4), date(2024, 3, 1))
    assert (finding.done is not None) == (status in (Status.MET, Status.LATE))
    assert finding.is_breach == (status in (Status.LATE, Status.OVERDUE)) == status.is_breach


def test_what_never_began_gives_no_finding() -> None:
    assert report(("2024-03-04", "return-interview"), rules=(return_interview(),)).findings == ()
    assert report().findings == ()


def test_events_after_the_day_of_the_check_are_left_out() -> None:
    told = [FOUND, ("2024-03-04", "return-interview")]
    assert only(return_interview(), *told, as_at=date(2024, 3, 3)).status is Status.PENDING
    assert report(*told, rules=(return_interview(),), as_at=date(2024, 2, 29)).findings == ()


def test_a_recurring_duty_has_a_first_and_a_next() -> None:
    rule = Every(
        id="visits",
        title="visits",
        event=on("visit"),
        again=on("visit", where=~stated("purpose", "last")),
        opens=on("plan-started"),
        stops=on("plan-ended"),
        versions=(version(Cadence(then=days(10), first=days(5))),),
    )
    told = [("2024-03-01", "plan-started"), ("2024-03-06", "visit"), ("2024-03-17", "visit")]
    found = report(*told, rules=(rule,), as_at=date(2024, 4, 1)).findings
    assert [(f.status, f.due, f.wait and f.wait.period == days(5)) for f in found] == [
        (Status.MET, date(2024, 3, 6), True),
        (Status.LATE, date(2024, 3, 16), False),
        (Status.OVERDUE, date(2024, 3, 27), False),
    ]
    ended = report(*told, ("2024-03-20", "plan-ended"), rules=(rule,)).findings
    assert ended[-1].status is Status.DISCHARGED
    last = report(told[0], ("2024-03-06", "visit", {"purpose": "last"}), rules=(rule,)).findings
    assert [f.status for f in last] == [Status.MET]


def test_a_breach_is_late_overdue_or_breached_and_nothing_else() -> None:
    assert {status for status in Status if status.is_breach} == {Status.LATE, Status.OVERDUE, Status.BREACHED}
    assert all(status.meaning for status in Status)


# --- what ends every duty


@pytest.mark.parametrize("born", [None, Expected(date(2024, 3, 2)), date(2024, 1, 1)])
def test_a_child_who_is_unborn_or_young_has_its_duties(born: date | Expected | None) -> None:
    assert only(return_interview(), FOUND, born=born).status is Status.OVERDUE


def test_of_death_and_majority_the_first_counts() -> None:
    both = {"born": date(2006, 3, 2), "died": date(2024, 3, 3)}
    assert "reached 18" in only(return_interview(), FOUND, **both).because
    assert "died" in only(return_interview(), FOUND, **(both | {"died": date(2024, 3, 1)})).because


def test_what_fell_away_after_the_limit_is_overdue_all_the_same() -> None:
    assert only(return_interview(), FOUND, died=date(2024, 3, 5)).status is Status.OVERDUE
    assert only(return_interview(), FOUND, died=date(2024, 3, 4)).status is Status.DISCHARGED


def test_what_was_overdue_when_the_child_died_is_a_breach_whatever_is_recorded_later() -> None:
    for later in ([], [("2024-03-20", "return-interview")], [("2024-03-20", "case-closed")]):
        rule = return_interview(discharge=on("case-closed"))
        assert only(rule, FOUND, *later, died=date(2024, 3, 10)).is_breach


def test_what_was_done_in_time_before_the_child_died_is_met() -> None:
    told = [FOUND, ("2024-03-02", "return-interview")]
    for died in (date(2024, 3, 2), date(2024, 3, 3)):
        assert only(return_interview(), *told, died=died).status is Status.MET


# --- limits that cannot be counted


@pytest.mark.parametrize(
    ("told", "as_at", "status", "missing"),
    [
        ([("2024-03-03", "return-interview")], LATER, Status.MET, ()),
        ([("2024-03-04T00:00:00+00:00", "return-interview")], LATER, Status.MET, ()),
        ([("2024-03-04T12:00:00+00:00", "return-interview")], LATER, Status.CANNOT_TELL, ("found.at",)),
        ([("2024-03-04", "return-interview")], LATER, Status.CANNOT_TELL, ("found.at", "return-interview.at")),
        ([("2024-03-05", "return-interview")], LATER, Status.LATE, ()),
        ([], date(2024, 3, 4), Status.PENDING, ()),
        ([], date(2024, 3, 5), Status.OVERDUE, ()),
    ],
)
def test_hours_from_a_date_are_told_where_every_time_of_that_day_gives_the_same_answer(
    told: list[Told], as_at: date, status: Status, missing: tuple[str, ...]
) -> None:
    finding = only(return_interview(hours(72)), FOUND, *told, as_at=as_at)
    assert (finding.status, finding.missing) == (status, missing)
    assert finding.due == date(2024, 3, 4), "the last day that can be in time"
    assert ("not every time of day is recorded" in finding.because) == bool(missing)


AT_NOON = ("2024-03-01T12:00:00+00:00", "found")


@pytest.mark.parametrize(
    ("interview", "status"),
    [
        ("2024-03-04T12:00:00+00:00", Status.MET),
        ("2024-03-04T12:01:00+00:00", Status.LATE),
        ("2024-03-03", Status.MET),
        ("2024-03-04", Status.CANNOT_TELL),
        ("2024-03-05", Status.LATE),
    ],
)
def test_hours_from_a_moment_are_counted_and_a_date_at_the_end_tells_what_it_can(
    interview: str, status: Status
) -> None:
    finding = only(return_interview(hours(72)), AT_NOON, (interview, "return-interview"))
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        assert finding.missing == ("return-interview.at",)


def test_a_doubtful_start_without_a_time_before_a_certain_one_with_one_cannot_be_told() -> None:
    rule = return_interview(hours(72), start=on("found", group="x"))
    told = [("2024-03-01", "found"), ("2024-03-02T10:00:00+00:00", "found", {"group": "x"})]
    unsure = only(rule, *told, ("2024-03-04T12:00:00+00:00", "return-interview"))
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, ("found.group",)), "50 hours, or from 60 to 84"
    assert only(rule, *told, ("2024-03-03T12:00:00+00:00", "return-interview")).status is Status.MET, "60 at most"
    assert only(rule, *told).status is Status.OVERDUE, "from whichever it is counted"


def test_a_doubtful_start_outside_the_calendar_before_a_certain_one_inside_cannot_be_told() -> None:
    early = Instrument("OLD", "An old Act", Force.STATUTE, date(1900, 1, 1))
    rule = evolve(
        return_interview(working_days(3), start=on("found", group="x")),
        versions=(Version(instrument=early, requires=working_days(3), evidence=Evidence.PRIMARY),),
    )
    told = [("1980-01-01", "found"), ("2024-03-01", "found", {"group": "x"})]
    assert only(rule, *told).status is Status.CANNOT_TELL


def test_a_limit_that_leaves_the_calendar_cannot_be_told() -> None:
    finding = only("initial-conference", ("2050-12-29", "strategy-discussion", S47), as_at=date(2050, 12, 30))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("strategy-discussion",))
    assert "outside the England and Wales calendar" in finding.because


@pytest.mark.parametrize("kind", ["plan-started", "referral", "review-conference"])
@pytest.mark.parametrize("day", ["9999-12-01", "2051-01-01", "2050-12-30", "1066-10-14", "0001-01-01"])
def test_no_date_in_a_record_is_too_strange_to_be_judged_and_told(kind: str, day: str) -> None:
    told = report((day, "initial-conference", PLAN), (day, kind), as_at=date.max)
    assert told.to_dict()["findings"] is not None
    assert all(finding.explain() for finding in told.findings)


@pytest.mark.parametrize("as_at", [date(2050, 12, 31), date(2051, 1, 1), date.max])
def test_no_day_of_the_check_is_too_late_to_be_told(as_at: date) -> None:
    told = report(("2024-03-01", "referral"), ("2050-12-01", "referral"), as_at=as_at)
    assert all(finding.explain() for finding in told.findings)
    assert told.to_dict()


def test_what_was_done_after_the_end_of_the_calendar_is_late() -> None:
    finding = only("referral-decision", ("2024-03-01", "referral"), ("2051-03-01", "referral-decided"), as_at=date.max)
    assert finding.status is Status.LATE
    assert finding.because


def test_a_date_of_birth_at_the_end_of_all_dates_is_no_error() -> None:
    assert only(return_interview(), FOUND, born=date(9990, 1, 1)).status is Status.OVERDUE


# --- doubt

DOUBT = Doubtful(stated("purpose", "?"), "it may not count")


def test_a_doubtful_end_in_time_matters_only_where_no_certain_one_was() -> None:
    rule = return_interview(end=on("return-interview", where=DOUBT))
    doubtful, sure, late = (
        ("2024-03-02", "return-interview", {"purpose": "?"}),
        ("2024-03-03", "return-interview"),
        ("2024-03-09", "return-interview"),
    )
    assert only(rule, FOUND, doubtful, sure).status is Status.MET
    unsure = only(rule, FOUND, doubtful, late)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, ("return-interview",))
    assert only(rule, FOUND, doubtful).status is Status.CANNOT_TELL
    assert only(rule, FOUND, doubtful, as_at=date(2024, 3, 3)).status is Status.CANNOT_TELL
    after = ("2024-03-08", "return-interview", {"purpose": "?"})
    overdue = only(rule, FOUND, after)
    assert (overdue.status, overdue.perhaps) == (Status.OVERDUE, Event("return-interview", "2024-03-08", after[2]))
    assert (only(rule, FOUND, after, late).status, only(rule, FOUND, after, late).perhaps) == (Status.LATE, None)


def test_a_doubtful_discharge_matters_only_where_the_duty_is_overdue_and_it_came_in_time() -> None:
    rule = return_interview(discharge=on("case-closed", where=DOUBT))
    closed = ("2024-03-03", "case-closed", {"purpose": "?"})
    unsure = only(rule, FOUND, closed)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, ("case-closed",))
    assert only(rule, FOUND, closed, as_at=date(2024, 3, 3)).status is Status.PENDING
    assert only(rule, FOUND, ("2024-03-09", "case-closed", {"purpose": "?"})).status is Status.OVERDUE
    assert only(rule, FOUND, ("2024-03-02", "return-interview"), closed).status is Status.MET


def test_what_was_done_late_after_all_was_still_due_whatever_may_have_ended_the_duty() -> None:
    rule = return_interview(discharge=on("case-closed", where=DOUBT))
    closed, late = ("2024-03-03", "case-closed", {"purpose": "?"}), ("2024-03-09", "return-interview")
    assert only(rule, FOUND, closed, late).status is Status.LATE


def test_whether_a_doubtful_discharge_came_within_hours_is_counted_from_the_start() -> None:
    rule = return_interview(hours(72), discharge=on("case-closed", where=DOUBT))
    asked = {"purpose": "?"}
    assert only(rule, AT_NOON, ("2024-03-04T11:00:00+00:00", "case-closed", asked)).status is Status.CANNOT_TELL
    assert only(rule, AT_NOON, ("2024-03-04T13:00:00+00:00", "case-closed", asked)).status is Status.OVERDUE


def test_a_doubtful_discharge_without_a_time_matters_if_it_can_have_come_in_time() -> None:
    rule = return_interview(hours(72), discharge=on("case-closed", where=DOUBT))
    for day, status in (("2024-03-03", Status.CANNOT_TELL), ("2024-03-05", Status.OVERDUE)):
        assert only(rule, AT_NOON, (day, "case-closed", {"purpose": "?"})).status is status


def test_what_was_done_on_the_day_that_begins_with_the_last_moment_may_have_been_in_time() -> None:
    at_midnight = ("2024-03-01T00:00:00+00:00", "found")
    assert (
        only(return_interview(hours(72)), at_midnight, ("2024-03-04", "return-interview")).status is Status.CANNOT_TELL
    )


def test_a_doubtful_start_for_which_no_date_was_set_leaves_open_what_a_certain_one_calls_for() -> None:
    rule = Within(
        id="action",
        title="action",
        start=on("plan-action-set", owner="x"),
        end=on("plan-action-done"),
        versions=(version(By("due")),),
    )
    told = [
        ("2024-03-01", "plan-action-set"),
        ("2024-03-04", "plan-action-set", {"owner": "x", "due": date(2024, 3, 9)}),
        ("2024-03-08", "plan-action-done"),
    ]
    finding = only(rule, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("plan-action-set.owner",))


@pytest.mark.parametrize("part", ["start", "end", "discharge"])
def test_why_something_may_not_count_may_be_about_a_stretch_of_time(part: str) -> None:
    stay = Spell("stay", opens=on("placement-started"), closes=on("looked-after-ended"))
    kinds = {"start": "found", "end": "return-interview", "discharge": "case-closed"}
    parts: dict[str, Any] = {part: on(kinds[part], where=Doubtful(During(stay), "the child was away"))}
    told = [("2024-01-05", "placement-started"), FOUND]
    told += [("2024-03-02", kinds[part])] if part != "start" else []
    finding = only(evolve(return_interview(), **parts), *told)
    assert finding.status is Status.CANNOT_TELL
    assert "the child was away" in finding.because


def test_what_ended_the_duty_within_hours_or_not_is_told_with_the_hours_that_passed() -> None:
    rule = return_interview(hours(72), discharge=on("case-closed"))
    finding = only(rule, AT_NOON, ("2024-03-04", "case-closed"))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed.at",))
    assert "the closure of the case on Mon 4 Mar 2024 came at least 60 and less than 84 hours after" in finding.because
    assert "the limit is 72 hours" in finding.because


@pytest.mark.parametrize("part", ["start", "end", "discharge"])
def test_what_would_settle_a_clock_may_be_about_a_stretch_of_time(part: str) -> None:
    stay = Spell("stay", opens=on("placement-started"), closes=on("looked-after-ended", reason="moved"))
    away = [("2024-01-05", "placement-started"), ("2024-02-05", "looked-after-ended")]
    kinds = {"start": "found", "end": "return-interview", "discharge": "case-closed"}
    parts: dict[str, Any] = {part: on(kinds[part], where=During(stay))}
    rule = evolve(return_interview(), **parts)
    told = [FOUND] if part == "start" else [FOUND, ("2024-03-02", kinds[part])]
    finding = only(rule, *away, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))
    assert finding.wait == Wait(days(3))


def test_an_earlier_start_that_may_count_may_be_about_a_stretch_of_time_too() -> None:
    stay = Spell("stay", opens=on("placement-started"), closes=on("looked-after-ended", reason="moved"))
    away = [("2024-01-05", "placement-started"), ("2024-02-05", "looked-after-ended")]
    rule = return_interview(start=on("missing", where=During(stay)) | on("found"))
    told = [("2024-02-20", "missing"), FOUND, ("2024-03-04", "return-interview")]
    finding = only(rule, *away, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))


def test_a_clock_that_is_met_late_or_pending_says_so_by_its_dates_alone() -> None:
    for told, as_at in (
        ([("2024-03-04", "return-interview")], LATER),
        ([("2024-03-05", "return-interview")], LATER),
        ([], date(2024, 3, 4)),
        ([], date(2024, 3, 5)),
    ):
        assert only(return_interview(), FOUND, *told, as_at=as_at).why == ""
    assert only(return_interview(), FOUND, ("2024-03-07", "return-interview"), died=date(2024, 3, 6)).why == ""


def test_a_doubtful_start_on_a_day_without_a_version_is_left_out_of_account() -> None:
    later = Instrument("NEW", "A new Act", Force.STATUTE, date(2024, 3, 2))
    new = Version(instrument=later, requires=days(3), evidence=Evidence.PRIMARY)
    rule = evolve(return_interview(start=on("found", group="x")), versions=(new,))
    told = [FOUND, ("2024-03-04", "found", {"group": "x"}), ("2024-03-06", "return-interview")]
    assert only(rule, *told).status is Status.MET


def test_with_restart_a_doubtful_repeat_matters_if_it_would_give_another_status() -> None:
    rule = return_interview(start=on("found", group="x"), pairing=Pairing(Repeats.RESTART))
    told = [("2024-03-01", "found", {"group": "x"}), ("2024-03-04", "found")]
    assert only(rule, *told, ("2024-03-06", "return-interview")).status is Status.CANNOT_TELL
    assert only(rule, *told, ("2024-03-20", "return-interview")).status is Status.LATE


@pytest.mark.parametrize("as_at", [date(2024, 3, 2), LATER])
def test_a_source_that_cannot_hold_the_end_cannot_tell(as_at: date) -> None:
    rule = return_interview(end=on("return-interview") | on("return-interview-offered"))
    finding = only(rule, FOUND, as_at=as_at, covers=Coverage(frozenset({"found"})))
    assert (finding.status, finding.missing, finding.due) == (Status.CANNOT_TELL, ("return-interview",), None)
    assert "does not include entries of these kinds: return interview; offer of a return interview" in finding.because
    some = Coverage(frozenset({"found", "return-interview-offered"}))
    assert only(rule, FOUND, covers=some).status is Status.OVERDUE


# --- entries that could not be read


def lost(kind: str | None) -> list[Lost]:
    """An entry that could not be read, of this kind."""
    return [Lost(kind, "row 7", "the date is '31/02/2024'")]


@pytest.mark.parametrize("kind", ["found", "case-closed"])
def test_a_lost_entry_of_a_kind_that_the_rule_reads_makes_its_findings_unclear(kind: str) -> None:
    rule = return_interview(discharge=on("case-closed"))
    finding = only(rule, FOUND, ("2024-03-02", "return-interview"), lost=lost(kind))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (kind,))
    assert finding.because == (
        f"Cannot tell: row 7, which may be an entry of this kind: {event_in_words(kind)}, could not be read "
        "(the date is '31/02/2024')."
    )


def test_what_was_certainly_done_in_time_stays_done_where_another_entry_of_its_kind_was_lost() -> None:
    in_time, late = ("2024-03-04", "return-interview"), ("2024-03-05", "return-interview")
    assert only(return_interview(), FOUND, in_time, lost=lost("return-interview")).status is Status.MET
    for told in ([FOUND, late], [FOUND]):
        finding = only(return_interview(), *told, lost=lost("return-interview"))
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("return-interview",))
        assert finding.done is None
    both = [*lost("return-interview"), *lost("found")]
    assert only(return_interview(), FOUND, in_time, lost=both).status is Status.CANNOT_TELL


def test_what_was_certainly_done_in_time_stays_done_for_a_recurring_duty_unless_the_entry_could_be_a_trigger() -> None:
    told = [("2024-03-01", "plan-started"), ("2024-03-05", "core-group")]
    rule = Every(
        id="groups",
        title="groups",
        event=on("core-group"),
        again=on("review-conference"),
        opens=on("plan-started"),
        versions=(version(Cadence(then=days(10), first=days(5))),),
    )
    assert only(rule, *told, lost=lost("core-group")).status is Status.MET
    assert only(rule, *told, lost=lost("review-conference")).status is Status.CANNOT_TELL


def test_a_lost_trigger_gives_a_finding_although_nothing_began() -> None:
    finding = only(return_interview(), lost=lost("found"))
    assert (finding.status, finding.missing, finding.trigger) == (Status.CANNOT_TELL, ("found",), None)
    assert (finding.as_at, finding.child) == (LATER, "C-1")
    assert finding.because == (
        "Cannot tell: row 7, which may be an entry of this kind: return of the child, could not be read "
        "(the date is '31/02/2024')."
    )
    assert (finding.due, finding.started, finding.done, finding.days_late, finding.unit) == (None,) * 5
    assert report(rules=(return_interview(),), lost=lost("return-interview")).findings == ()


def test_every_lost_entry_that_matters_is_named_once() -> None:
    gone = [Lost("found", "row 7", "it is no date"), Lost("found", "row 8", "it is no date"), *lost("visit")]
    finding = only(return_interview(), FOUND, lost=[*gone, gone[0]])
    kind = "which may be an entry of this kind: return of the child"
    both = f"row 7, {kind}, could not be read (it is no date); row 8, {kind}, could not be read (it is no date)"
    assert finding.because == f"Cannot tell: {both}."


def test_a_lost_entry_of_another_kind_changes_nothing() -> None:
    told = [FOUND, ("2024-03-02", "return-interview")]
    assert only(return_interview(), *told, lost=lost("visit")) == only(return_interview(), *told)


def test_a_lost_entry_of_another_kind_that_may_have_turned_the_order_of_a_day_makes_its_findings_unclear() -> None:
    told = [("2024-03-01", "strategy-discussion", S47), ("2024-03-01T10:00:00+00:00", "section-47-started")]
    late = ("2024-03-01T12:00:00+00:00", "referral")
    rule = return_interview(start=on("strategy-discussion"), end=on("section-47-started"))
    assert only(rule, *told).status is Status.MET
    # a discussion without a time of day comes after its referral, and so after the start of the enquiry
    assert only(rule, *told, late).status is Status.OVERDUE
    finding = only(rule, *told, lost=lost("referral"))
    assert (finding.status, finding.missing, finding.answer) == (Status.CANNOT_TELL, ("referral",), None)
    assert finding.because == (
        "Cannot tell: row 7, which may be an entry of this kind: referral, could not be read "
        "(the date is '31/02/2024')."
    )
    assert only(rule, *told, lost=lost("visit")).status is Status.MET
    only_one = return_interview(start=on("strategy-discussion"), end=on("review-conference"))
    assert only(only_one, *told, lost=lost("referral")).status is Status.OVERDUE


def test_a_lost_end_that_may_have_turned_the_order_of_a_day_leaves_nothing_done_in_time() -> None:
    told = [("2024-03-01", "contact"), ("2024-03-01T10:00:00+00:00", "referral-decided")]
    rule = return_interview(start=on("contact"), end=on("referral-decided") | on("early-help-started"))
    assert only(rule, *told).status is Status.MET
    assert only(rule, *told, lost=lost("early-help-started")).status is Status.MET
    start = return_interview(start=on("referral"), end=on("referral-decided") | on("contact"))
    told[0] = ("2024-03-01", "referral")
    assert only(start, *told).status is Status.MET
    assert only(start, *told, lost=lost("contact")).status is Status.CANNOT_TELL


def test_a_lost_entry_of_no_known_kind_makes_every_finding_unclear_and_invents_none() -> None:
    finding = only(return_interview(), FOUND, ("2024-03-02", "return-interview"), lost=lost(None))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ())
    assert report(rules=(return_interview(),), lost=lost(None)).findings == ()


def test_a_lost_entry_hides_nothing_of_what_is_not_assessed() -> None:
    told = [("2012-03-01", "referral"), ("2012-03-02", "referral-decided")]
    whole, torn = report(*told), report(*told, lost=lost("referral-decided"))
    assert set(whole.not_assessed) <= set(torn.not_assessed)
    more = set(torn.not_assessed) - set(whole.not_assessed)
    # what is only told is told no more, and says why
    assert {entry.id for entry in more} == {"child-seen", "referrer-informed", "strategy-discussion-held"}
    assert {entry.because for entry in more} == {"an entry that may have changed it could not be read"}
    assert {entry.rule for entry in whole.elapsed} >= {"child-seen", "referrer-informed"}
    assert not {entry.rule for entry in torn.elapsed} & {entry.id for entry in more}


# --- rules without a clock


def order(**more: Any) -> Order:
    """A plan comes after a conference that decided it."""
    first: Match = more.pop("first", on("initial-conference", outcome="plan"))
    return Order(id="order", title="order", then=on("plan-started"), first=first, versions=(version(),), **more)


STARTED = ("2024-03-22", "plan-started")


def test_a_step_in_order_is_met_and_names_what_it_followed() -> None:
    finding = only(order(), ("2024-03-22", "initial-conference", PLAN), STARTED)
    assert (finding.status, finding.done, finding.due) == (Status.MET, date(2024, 3, 22), None)
    assert finding.because == (
        "The initial child protection conference on Fri 22 Mar 2024 (outcome: plan) is on record on the day of the "
        "start of the child protection plan on Fri 22 Mar 2024."
    )


def test_a_step_out_of_order_is_breached() -> None:
    for told in (
        [],
        [("2024-03-25", "initial-conference", PLAN)],
        [("2024-03-20", "initial-conference", {"outcome": "no-plan"})],
    ):
        finding = only(order(), *told, STARTED)
        assert (finding.status, finding.done, finding.missing) == (Status.BREACHED, None, ())
        assert (
            "No initial child protection conference (outcome: plan) is on record before the start of" in finding.because
        )


def test_of_several_that_it_may_rest_on_the_last_is_named() -> None:
    told = [("2024-03-01", "initial-conference", PLAN), ("2024-03-20", "initial-conference", PLAN), STARTED]
    assert only(order(), *told).done == date(2024, 3, 20)


def test_a_first_step_that_may_count_cannot_be_told() -> None:
    finding = only(order(), ("2024-03-20", "initial-conference"), STARTED)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("initial-conference.outcome",))
    sure = [("2024-03-19", "initial-conference", PLAN), ("2024-03-20", "initial-conference"), STARTED]
    assert only(order(), *sure).status is Status.MET


def test_a_step_that_may_not_count_cannot_be_told_unless_it_is_in_order_anyhow() -> None:
    rule = evolve(order(), then=on("plan-started", source="us"))
    finding = only(rule, STARTED)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("plan-started.source",))
    assert only(rule, ("2024-03-20", "initial-conference", PLAN), STARTED).status is Status.MET


def test_a_source_that_cannot_hold_the_first_step_cannot_tell() -> None:
    covers = Coverage(frozenset({"plan-started"}))
    finding = only(order(), STARTED, covers=covers)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("initial-conference",))


def test_before_the_first_day_of_which_the_source_tells_everything_it_cannot_tell() -> None:
    finding = only(order(), STARTED, covers=Coverage(since=date(2024, 4, 1)))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("initial-conference",))
    assert "is complete only from Mon 1 Apr 2024, and may lack what came before the start of" in finding.because


def test_each_step_needs_a_first_of_its_own_since_the_last() -> None:
    rule = order(since=on("plan-ended"))
    conference = ("2024-03-20", "initial-conference", PLAN)
    again = ("2024-06-03", "plan-started")

    def statuses(*told: Told) -> list[Status]:
        return [finding.status for finding in report(*told, rules=(rule,)).findings]

    assert statuses(conference, STARTED, again) == [Status.MET, Status.BREACHED]
    assert statuses(conference, ("2024-05-01", "plan-ended"), again) == [Status.BREACHED]
    assert statuses(conference, STARTED, ("2024-06-03", "initial-conference", PLAN), again) == [Status.MET] * 2


WORK = Spell("plan", opens=on("plan-started"), closes=on("plan-ended", reason="moved"))
OTHER = Spell("visit plan", opens=on("visit", purpose="x"), closes=on("visit", purpose="y"))
CLOSING = Order(id="closing", title="closing", then=on("case-closed"), closed=(WORK, OTHER), versions=(version(),))


@pytest.mark.parametrize(
    ("told", "status", "missing"),
    [
        ([], Status.MET, ()),
        ([STARTED], Status.BREACHED, ()),
        ([STARTED, ("2024-04-01", "plan-ended", {"reason": "moved"})], Status.MET, ()),
        ([STARTED, ("2024-04-01", "plan-ended")], Status.CANNOT_TELL, ("plan-ended.reason",)),
        ([("2024-04-01", "visit")], Status.CANNOT_TELL, ("visit.purpose",)),
        ([STARTED, ("2024-04-01", "visit")], Status.BREACHED, ()),
    ],
)
def test_a_case_closes_with_nothing_open(told: list[Told], status: Status, missing: tuple[str, ...]) -> None:
    finding = only(CLOSING, *told, ("2024-06-03", "case-closed"))
    assert (finding.status, finding.missing) == (status, missing)


def test_what_the_source_cannot_hold_is_named_where_it_leaves_open_whether_something_is() -> None:
    covers = Coverage(frozenset({"case-closed", "plan-started", "visit"}))
    finding = only(CLOSING, STARTED, ("2024-06-03", "case-closed"), covers=covers)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("plan-ended",))


FULL = evolve(CLOSING, first=on("management-decision"))


@pytest.mark.parametrize(
    ("told", "status", "missing"),
    [
        ([], Status.BREACHED, ()),
        ([("2024-05-31", "management-decision")], Status.MET, ()),
        ([("2024-05-31", "management-decision"), STARTED], Status.BREACHED, ()),
        ([STARTED], Status.BREACHED, ()),
        ([("2024-05-31", "management-decision"), ("2024-04-01", "visit")], Status.CANNOT_TELL, ("visit.purpose",)),
        ([("2024-04-01", "visit")], Status.BREACHED, ()),
    ],
)
def test_a_sequence_may_ask_both_for_what_comes_first_and_for_nothing_left_open(
    told: list[Told], status: Status, missing: tuple[str, ...]
) -> None:
    finding = only(FULL, *told, ("2024-06-03", "case-closed"))
    assert (finding.status, finding.missing) == (status, missing)


def test_where_both_are_wanting_the_finding_says_both() -> None:
    because = only(FULL, STARTED, ("2024-06-03", "case-closed")).because
    assert because == (
        "No management decision is on record before the closure of the case on Mon 3 Jun 2024; still open at the "
        "closure of the case on Mon 3 Jun 2024: plan."
    )


def test_two_spells_of_one_name_are_two_spells() -> None:
    rule = evolve(CLOSING, closed=(WORK, evolve(OTHER, name=WORK.name)))
    assert only(rule, STARTED, ("2024-06-03", "case-closed")).status is Status.BREACHED


def test_what_was_left_open_at_a_step_that_may_not_count_cannot_be_told() -> None:
    rule = evolve(CLOSING, then=on("case-closed", reason="transferred"))
    finding = only(rule, STARTED, ("2024-06-03", "case-closed"))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed.reason",))
    assert only(rule, ("2024-06-03", "case-closed")).status is Status.MET
    assert only(rule, STARTED, ("2024-06-03", "case-closed", {"reason": "transferred"})).status is Status.BREACHED


ATTENDED = Attended(
    id="there", title="there", event=on("strategy-discussion"), versions=(version(frozenset({"police", "health"})),)
)


@pytest.mark.parametrize(
    ("agencies", "status"),
    [
        ({"police", "health"}, Status.MET),
        ({"police", "health", "education"}, Status.MET),
        ({"police"}, Status.BREACHED),
        (set(), Status.BREACHED),
        (None, Status.CANNOT_TELL),
    ],
)
def test_who_must_take_part_took_part_or_is_missing_or_is_not_recorded(
    agencies: set[str] | None, status: Status
) -> None:
    finding = only(ATTENDED, ("2024-03-01", "strategy-discussion", {"agencies": agencies}))
    assert finding.status is status
    assert finding.missing == (("strategy-discussion.agencies",) if agencies is None else ())
    assert ("nobody from" in finding.because.lower()) == (status is Status.BREACHED)


RECORDED = Recorded(
    id="said", title="said", event=on("section-47-completed"), versions=(version(("outcome", "decided-by")),)
)


@pytest.mark.parametrize(
    ("facts", "facts_held", "status", "missing"),
    [
        ({"outcome": "conference", "decided-by": "x"}, None, Status.MET, ()),
        ({"outcome": "conference"}, None, Status.BREACHED, ()),
        ({"outcome": "conference", "decided-by": ""}, None, Status.BREACHED, ()),
        ({"outcome": "conference", "decided-by": frozenset()}, None, Status.BREACHED, ()),
        ({"outcome": "conference"}, {"outcome"}, Status.CANNOT_TELL, ("section-47-completed.decided-by",)),
        ({}, {"outcome"}, Status.BREACHED, ()),
        ({"decided-by": "x"}, {"decided-by"}, Status.CANNOT_TELL, ("section-47-completed.outcome",)),
    ],
)
def test_what_must_be_recorded_is_or_is_not_or_could_not_have_been(
    facts: dict[str, Any], facts_held: set[str] | None, status: Status, missing: tuple[str, ...]
) -> None:
    covers = Coverage(facts=frozenset(facts_held) if facts_held is not None else None)
    finding = only(RECORDED, ("2024-03-01", "section-47-completed", facts), covers=covers)
    assert (finding.status, finding.missing) == (status, missing)


@pytest.mark.parametrize("rule", [ATTENDED, RECORDED], ids=lambda rule: rule.id)
def test_a_rule_that_may_not_apply_to_the_event_cannot_be_told(rule: Attended | Recorded) -> None:
    (kind,) = rule.event.kinds
    some = evolve(rule, event=on(kind, group="x"))
    finding = only(some, ("2024-03-01", kind, {"agencies": {"police"}}))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{kind}.group",))
    assert only(some, ("2024-03-01", kind, {"agencies": {"police"}, "group": "x"})).status is Status.BREACHED
    assert report(("2024-03-01", kind, {"group": "y"}), rules=(some,)).findings == ()


def test_a_flag_that_is_false_is_recorded() -> None:
    rule = evolve(RECORDED, versions=(version(("conference-required",)),))
    assert only(rule, ("2024-03-01", "section-47-completed", {"conference-required": False})).status is Status.MET


# --- days without a version

GAP = Absence(date(1990, 1, 1), date(1999, 12, 31), "there was no Act")
OLD = [
    ("1995-03-01", "found"),
    ("1995-03-01", "plan-started"),
    ("1995-03-01", "strategy-discussion"),
    ("1995-03-01", "section-47-completed"),
]


@pytest.mark.parametrize("rule", [return_interview(), order(), ATTENDED, RECORDED], ids=lambda rule: rule.id)
def test_a_day_without_a_version_gives_no_finding_but_says_that_it_was_not_assessed(rule: Rule) -> None:
    told = report(*OLD, *OLD, rules=(rule,))
    assert told.findings == ()
    assert told.not_assessed == (
        NotAssessed(rule.id, "triggers on days for which this rulebook has no version of the rule"),
    )
    reasoned = report(*OLD, rules=(evolve(rule, absent=(GAP,)),))
    assert reasoned.not_assessed == (NotAssessed(rule.id, "there was no Act"),)
    elsewhere = evolve(GAP, until=date(1994, 12, 31))
    assert report(*OLD, rules=(evolve(rule, absent=(elsewhere,)),)).not_assessed == told.not_assessed
    for_good = evolve(GAP, until=None)
    assert report(*OLD, rules=(evolve(rule, absent=(for_good,)),)).not_assessed == reasoned.not_assessed


def test_an_assessment_of_2024_is_not_judged_by_a_rule_that_ended_in_2013() -> None:
    told = report(("2024-03-01", "referral"))
    assert "initial-assessment" not in told.summary
    assert (
        NotAssessed("initial-assessment", "the 2013 edition removed the requirement; a local profile may keep it")
        in told.not_assessed
    )
    assert told.not_assessed[-len(england.rulebook.not_assessed) :] == england.rulebook.not_assessed


# --- two times


def test_the_check_can_ask_what_was_known_on_a_day() -> None:
    late = Event("return-interview", "2024-03-03", recorded=date(2024, 5, 1))
    story = Chronology.of("C-1", events=[FOUND, late])
    book = Rulebook("ours", (return_interview(),))

    def status(known_at: date | None) -> Status:
        return check(story, book, as_at=date(2024, 4, 1), known_at=known_at).findings[0].status

    assert status(date(2024, 4, 30)) is Status.OVERDUE
    assert status(date(2024, 5, 1)) is Status.MET
    assert status(None) is Status.MET


def test_a_correction_counts_from_the_day_on_which_it_was_made() -> None:
    story = Chronology.of("C-1", events=[FOUND, Event("return-interview", "2024-03-03", ref="a")])
    moved = story.correct("a", recorded=date(2024, 3, 10), at="2024-03-08")
    book = Rulebook("ours", (return_interview(),))
    before, after = (
        check(moved, book, as_at=LATER, known_at=day).findings[0] for day in (date(2024, 3, 9), date(2024, 3, 10))
    )
    assert (before.status, before.done) == (Status.MET, date(2024, 3, 3))
    assert (after.status, after.done) == (Status.LATE, date(2024, 3, 8))


# --- kinds of event of somebody's own

_OURS = Vocabulary(
    (
        EventKind("panel", "ours", "panel"),
        EventKind("meeting", "ours", "meeting"),
        EventKind("decision", "ours", "decision"),
    )
)


def test_kinds_of_our_own_are_put_in_the_order_of_their_own_process() -> None:
    rule = Order(id="after", title="after", first=on("panel"), then=on("decision"), versions=(version(),))
    chart = Chart("ours", "none", (Move("none", "panel", "met"), Move("met", "decision", "none")), ("none",))
    book = Rulebook("ours", (rule,), {"ours": chart}, vocabulary=_OURS)
    told = [("2024-03-01", "decision"), ("2024-03-01", "panel"), ("2026-01-01", "panel")]
    story = Chronology.of("C-1", events=told, vocabulary=_OURS)
    found = check(story, book, as_at=LATER)
    assert [finding.status for finding in found.findings] == [Status.MET]
    assert found.irregularities == ()


def test_a_lost_entry_of_a_kind_of_our_own_may_have_turned_the_order_of_a_day() -> None:
    told = [("2024-03-01", "meeting"), ("2024-03-01T10:00:00+00:00", "decision")]
    rule = Order(id="after", title="after", first=on("meeting"), then=on("decision"), versions=(version(),))
    book = Rulebook("ours", (rule,), vocabulary=_OURS)
    for gone, status in ([], Status.MET), (lost("panel"), Status.CANNOT_TELL):
        story = Chronology.of("C-1", events=told, lost=gone, vocabulary=_OURS)
        assert [finding.status for finding in check(story, book, as_at=LATER).findings] == [status]


# --- what else a report holds


def test_a_report_holds_what_is_out_of_order_and_what_was_odd_in_the_source() -> None:
    remark = Remark("odd", date(2024, 3, 1), "It is odd.")
    told = report(("2024-03-01", "plan-ended"), remarks=[remark])
    assert [(odd.code, odd.at) for odd in told.irregularities] == [
        ("out-of-order", date(2024, 3, 1)),
        ("odd", date(2024, 3, 1)),
    ]
    assert told.irregularities[1].to_dict() == {
        "child": "C-1",
        "code": "odd",
        "at": "2024-03-01",
        "because": "It is odd.",
    }


@pytest.mark.parametrize(
    ("target", "differs"), [(date(2024, 3, 4), False), (None, False), (date(2024, 3, 5), True), ("2024-03-05", True)]
)
def test_a_due_date_of_the_source_that_differs_from_ours_is_an_irregularity(target: object, differs: bool) -> None:
    rule = return_interview(recorded_due="recorded-target")
    told = report(("2024-03-01", "found", {"recorded-target": target}), rules=(rule,))
    odd = [entry for entry in told.irregularities if entry.code == "recorded-target-differs"]
    assert len(odd) == differs
    if differs:
        assert (odd[0].child, odd[0].at) == ("C-1", date(2024, 3, 1))
        said = "Tue 5 Mar 2024" if isinstance(target, date) else "another form"
        assert odd[0].because == (
            f"The recorded target of {said} for the return interview is not the computed one: "
            "Mon 4 Mar 2024 is 3 days after Fri 1 Mar 2024."
        )
        assert told.findings[0].due == date(2024, 3, 4), "ours counts"


@pytest.mark.parametrize(
    ("done", "facts", "covers", "odd"),
    [
        ("2024-03-05", {}, Coverage(), True),
        ("2024-03-05", {}, Coverage(facts=frozenset({"why-late"})), True),
        ("2024-03-05", {"why-late": "the child was ill"}, Coverage(), False),
        ("2024-03-05", {}, Coverage(facts=frozenset({"given-by"})), False),
        ("2024-03-05", {}, Coverage(kinds=frozenset({"found", "return-interview"})), True),
        ("2024-03-04", {}, Coverage(), False),
    ],
)
def test_what_was_late_without_a_reason_on_record_is_an_irregularity_where_the_source_could_hold_one(
    done: str, facts: dict[str, str], covers: Coverage, odd: bool
) -> None:
    rule = return_interview(late_reason="why-late")
    told = report(FOUND, (done, "return-interview", facts), rules=(rule,), covers=covers)
    assert [(entry.child, entry.code, entry.at, entry.because) for entry in told.irregularities] == [
        (
            "C-1",
            "late-without-reason",
            date(2024, 3, 5),
            "The return interview was late, and no reason for passing the limit is on record.",
        )
    ] * odd


@pytest.mark.parametrize(("due", "differs"), [(date(2024, 3, 4), False), (None, False), (date(2024, 3, 6), True)])
def test_a_due_date_that_the_source_gives_with_what_was_done_is_compared_too(due: date | None, differs: bool) -> None:
    told = report(FOUND, ("2024-03-04", "return-interview", {"recorded-due": due}), rules=(return_interview(),))
    assert [(entry.code, entry.at, entry.because) for entry in told.irregularities] == [
        (
            "recorded-target-differs",
            date(2024, 3, 1),
            "The recorded target of Wed 6 Mar 2024 for the return interview is not the computed one: "
            "Mon 4 Mar 2024 is 3 days after Fri 1 Mar 2024.",
        )
    ] * differs
    assert [finding.status for finding in told.findings] == [Status.MET], "ours counts"


def test_a_target_is_compared_only_where_the_rule_names_the_fact() -> None:
    told = report(("2024-03-01", "found", {"recorded-target": date(2024, 3, 9)}), rules=(return_interview(),))
    assert told.irregularities == ()


def test_the_rulebook_of_england_judges_a_story_from_referral_to_closure() -> None:
    told = report(
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-acknowledged"),
        ("2024-03-04", "referral-decided", {"outcome": "strategy-discussion"}),
        ("2024-03-05", "strategy-discussion", {**S47, "agencies": {"social-care", "police", "health"}}),
        ("2024-03-06", "section-47-started"),
        ("2024-03-20", "section-47-completed", {"outcome": "conference"}),
        ("2024-03-22", "initial-conference", PLAN),
        ("2024-03-22", "plan-started", {"categories": {"neglect"}}),
        ("2024-04-04", "core-group"),
        ("2024-03-04", "assessment-started", {"type": "single"}),
        ("2024-04-30", "assessment-completed", {"type": "single"}),
        ("2024-06-20", "review-conference", {"outcome": "continue"}),
        ("2024-12-10", "review-conference", {"outcome": "end"}),
        ("2024-12-10", "plan-ended", {"reason": "no-longer-at-risk"}),
        ("2025-01-10", "case-closed", {"reason": "needs-met"}),
    )
    assert (told.breaches, told.cannot_tell, told.irregularities) == ((), (), ())
    assert {status for counts in told.summary.values() for status in counts} == {"met"}
    from_referral_to_closure = {
        "referral-decision",
        "referral-acknowledgement",
        "single-assessment",
        "strategy-discussion-attendance",
        "section-47-after-strategy-discussion",
        "section-47-outcome",
        "initial-conference",
        "plan-from-conference",
        "plan-category",
        "first-core-group",
        "first-review-conference",
        "review-conference",
        "plan-ended-by-review",
        "closed-with-open-work",
    }
    assert set(told.summary) == from_referral_to_closure
    took = {entry.rule: entry.days for entry in told.elapsed}
    assert took == {"strategy-discussion-held": 1, "section-47-completion": 15}


def test_new_information_starts_a_clock_only_on_an_open_case() -> None:
    new = ("2012-06-01", "new-information")
    assert only("new-information-assessment", ("2012-05-01", "referral"), new).due == date(2012, 6, 19)
    assert not [f for f in report(new).findings if f.rule == "new-information-assessment"]


def test_a_custom_condition_can_name_several_facts_as_missing() -> None:
    rule = return_interview(start=on("found", where=fact("a", True) & fact("b", True)))
    assert only(rule, FOUND).missing == ("found.a", "found.b")


def test_months_are_judged_to_the_day() -> None:
    rule = return_interview(months(1))
    assert only(rule, FOUND, ("2024-04-01", "return-interview")).status is Status.MET
    assert only(rule, FOUND, ("2024-04-02", "return-interview")).days_late == 1
    assert date(2024, 4, 1) + timedelta(days=1) == date(2024, 4, 2)
