"""The pairing policy: each sentence of `docs/pairing.md` as a test, in its order."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import IRRELEVANT, event_lists, events

from childprotect import Chronology, Coverage, Event, Finding, Status, check
from childprotect.chronology import EVERYTHING
from childprotect.conditions import NOTHING, Match, Story, on
from childprotect.events import Lost
from childprotect.pairing import Clock, Pairing, Repeats, clocks
from childprotect.periods import months
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england
from childprotect.rules import Within

Told = tuple[Any, ...]
LATER = date(2025, 6, 1)
S47 = {"decision": "section-47"}
PLAN = {"outcome": "plan"}


def found(rule: str, *told: Told, as_at: date = LATER, **known: Any) -> list[Finding]:
    """What the rule says of these events."""
    story = Chronology.of("C-1", events=told, **known)
    return [finding for finding in check(story, england.rulebook, as_at=as_at).findings if finding.rule == rule]


def statuses(rule: str, *told: Told, as_at: date = LATER, **known: Any) -> list[str]:
    """The statuses of what the rule says of these events."""
    return [finding.status.value for finding in found(rule, *told, as_at=as_at, **known)]


def only(rule: str, *told: Told, as_at: date = LATER, **known: Any) -> Finding:
    """The one thing that the rule says of these events."""
    (finding,) = found(rule, *told, as_at=as_at, **known)
    return finding


# --- the clock


def test_day_0_is_the_day_of_the_start() -> None:
    assert only("initial-conference", ("2024-03-22", "strategy-discussion", S47)).due == date(2024, 4, 16)


def test_a_clock_is_answered_by_the_first_end_that_does_not_come_before_the_start() -> None:
    told = [
        ("2024-03-01", "strategy-discussion", S47),
        ("2024-03-08", "initial-conference", PLAN),
        ("2024-03-15", "initial-conference", PLAN),
    ]
    assert only("initial-conference", *told).done == date(2024, 3, 8)


def test_an_end_on_the_day_of_the_start_answers_it() -> None:
    finding = only("referral-decision", ("2024-03-01", "referral"), ("2024-03-01", "referral-decided"))
    assert (finding.status, finding.done) == (Status.MET, date(2024, 3, 1))


def test_an_end_before_the_start_answers_nothing_however_near() -> None:
    told = [("2024-02-29", "initial-conference", PLAN), ("2024-03-01", "strategy-discussion", S47)]
    assert statuses("initial-conference", *told) == ["overdue"]


def test_a_clock_is_discharged_by_what_makes_the_duty_fall_away() -> None:
    start = ("2024-03-01", "strategy-discussion", S47)
    assert statuses("initial-conference", start, ("2024-03-08", "case-closed")) == ["discharged"]
    no_need = ("2024-03-08", "section-47-completed", {"outcome": "not-substantiated"})
    assert statuses("initial-conference", start, no_need) == ["discharged"]
    plan = ("2024-03-01", "plan-started")
    assert statuses("first-core-group", plan, ("2024-03-08", "plan-ended", {"reason": "moved"})) == ["discharged"]


def test_a_start_that_says_itself_that_nothing_is_due_discharges_its_own_clock() -> None:
    told = ("2024-03-01", "section-47-started", {"conference-required": False})
    assert statuses("initial-conference", told) == ["discharged"]
    assert statuses("single-assessment", ("2024-03-01", "referral", {"no-further-action": True})) == ["discharged"]
    assert statuses("single-assessment", ("2024-03-01", "referral", {"no-further-action": False})) == ["overdue"]


def test_a_discharge_after_the_limit_discharges_nothing() -> None:
    start, last = ("2024-03-01", "strategy-discussion", S47), date(2024, 3, 22)
    assert only("initial-conference", start).due == last
    on_the_last = (str(last), "case-closed")
    the_day_after = (str(last + timedelta(days=1)), "case-closed")
    assert statuses("initial-conference", start, on_the_last) == ["discharged"]
    for as_at in (LATER, LATER + timedelta(days=1000)):
        assert statuses("initial-conference", start, the_day_after, as_at=as_at) == ["overdue"]


def test_if_the_end_and_the_discharge_fall_on_one_day_the_end_counts() -> None:
    told = [("2024-03-01", "referral"), ("2024-03-04", "referral-decided"), ("2024-03-04", "case-closed")]
    assert statuses("referral-decision", *told) == ["met"]
    times = [("2024-03-01", "referral"), ("2024-03-04T09:00:00+00:00", "case-closed")]
    assert statuses("referral-decision", *times, ("2024-03-04T10:00:00+00:00", "referral-decided")) == ["met"]


def test_an_end_after_a_discharge_answers_nothing() -> None:
    told = [
        ("2022-03-01", "strategy-discussion", S47),
        ("2022-06-01", "case-closed"),
        ("2024-03-01", "initial-conference", PLAN),
    ]
    finding = only("initial-conference", *told)
    assert (finding.status, finding.done) == (Status.OVERDUE, None)
    in_time = [("2024-03-01", "strategy-discussion", S47), ("2024-03-04", "case-closed")]
    assert statuses("initial-conference", *in_time, ("2024-03-05", "initial-conference", PLAN)) == ["discharged"]


@pytest.mark.parametrize("personal", [{"died": date(2024, 3, 10)}, {"born": date(2006, 3, 10)}])
def test_death_and_the_eighteenth_birthday_discharge_every_duty_that_had_not_fallen_due(
    personal: dict[str, date],
) -> None:
    told = [("2024-03-01", "referral"), ("2024-03-01", "strategy-discussion", S47)]
    assert statuses("referral-decision", *told, **personal) == ["overdue"], "due on 4 March"
    assert statuses("initial-conference", *told, **personal) == ["discharged"], "due on 22 March"
    assert statuses("single-assessment", *told, **personal) == ["discharged"]
    assert statuses("single-assessment", *told, as_at=date(2024, 3, 9), **personal) == ["pending"]


@pytest.mark.parametrize("personal", [{"died": date(2024, 3, 10)}, {"born": date(2006, 3, 10)}])
def test_a_duty_that_death_or_majority_discharged_is_not_overdue_because_the_case_was_closed_later(
    personal: dict[str, date],
) -> None:
    told = [("2024-03-01", "strategy-discussion", S47), ("2024-09-01", "case-closed")]
    assert statuses("initial-conference", *told, **personal) == ["discharged"]


@pytest.mark.parametrize("personal", [{"died": date(2024, 3, 10)}, {"born": date(2006, 3, 10)}])
def test_a_duty_that_death_or_majority_discharged_is_not_late_because_something_was_held_later(
    personal: dict[str, date],
) -> None:
    told = [("2024-03-01", "strategy-discussion", S47), ("2024-09-01", "initial-conference", PLAN)]
    assert statuses("initial-conference", *told, **personal) == ["discharged"]


@pytest.mark.parametrize(
    ("personal", "words"),
    [({"died": date(2024, 3, 10)}, "the child died"), ({"born": date(2006, 3, 10)}, "the child reached 18")],
)
def test_neither_date_is_ever_printed(personal: dict[str, date], words: str) -> None:
    finding = only("initial-conference", ("2024-03-01", "strategy-discussion", S47), **personal)
    assert words in finding.because
    for text in (finding.because, finding.explain(), str(finding.to_dict()), repr(finding)):
        assert "10 Mar" not in text
        assert "-03-10" not in text


def test_the_status_follows_from_the_due_date() -> None:
    start = ("2024-03-01", "strategy-discussion", S47)
    due = date(2024, 3, 22)
    assert statuses("initial-conference", start, (str(due), "initial-conference", PLAN)) == ["met"]
    assert statuses("initial-conference", start, ("2024-03-25", "initial-conference", PLAN)) == ["late"]
    assert statuses("initial-conference", start, as_at=due) == ["pending"]
    assert statuses("initial-conference", start, as_at=due + timedelta(days=1)) == ["overdue"]


def test_a_trigger_on_a_day_without_a_version_starts_nothing_and_is_listed_as_not_assessed() -> None:
    before, after = ("2013-04-12", "referral"), ("2013-04-22", "referral")
    assert [f.started for f in found("single-assessment", before, after)] == [date(2013, 4, 22)]
    story = Chronology.of("C-1", events=[before, after])
    silent = {entry.id: entry.because for entry in check(story, england.rulebook, as_at=LATER).not_assessed}
    assert silent["single-assessment"] == "before 2013 there were initial and core assessments"


# --- repeats

START = on("strategy-discussion", decision="section-47")
END = on("initial-conference", outcome="plan")
STOP = on("case-closed", reason="transferred")


def run(
    told: list[Event], repeats: Repeats, same: str | None = None, start: Match = START, end: Match = END
) -> list[Clock]:
    """The clocks that these events start."""
    story = Story(Chronology.of("C-1", events=told).events, EVERYTHING)
    return clocks(story, start, end, STOP, Pairing(repeats, same))


def discussed(day: str, decided: bool = True) -> Event:
    """A strategy discussion that decided on an enquiry, or whose decision is not known."""
    return Event("strategy-discussion", day, S47 if decided else {})


def held(day: str, known: bool = True) -> Event:
    """A conference that made a plan, or of which that is not known."""
    return Event("initial-conference", day, PLAN if known else {})


def closed(day: str, known: bool = True) -> Event:
    """A closure that discharges, or of which that is not known."""
    return Event("case-closed", day, {"reason": "transferred"} if known else {})


TWICE = [discussed("2024-03-01"), discussed("2024-03-08"), held("2024-03-20")]


def starts(made: list[Clock]) -> list[int]:
    """The days of March on which the clocks began."""
    return [clock.began.day.day for clock in made]


def test_with_keep_first_the_first_start_governs_and_a_repeat_changes_nothing() -> None:
    (clock,) = run(TWICE, Repeats.KEEP_FIRST)
    assert (clock.start, clock.end) == (TWICE[0], TWICE[2])
    assert starts(run([TWICE[0], TWICE[2]], Repeats.KEEP_FIRST)) == [1]


def test_with_restart_the_last_start_governs() -> None:
    (clock,) = run(TWICE, Repeats.RESTART)
    assert (clock.start, clock.end) == (TWICE[1], TWICE[2])


def test_with_each_every_start_has_a_clock_and_one_end_may_answer_several() -> None:
    made = run(TWICE, Repeats.EACH)
    assert starts(made) == [1, 8]
    assert [clock.end for clock in made] == [TWICE[2], TWICE[2]]


def test_once_a_clock_was_answered_or_discharged_the_next_start_begins_a_new_one() -> None:
    for over in (held("2024-03-05"), closed("2024-03-05")):
        for repeats in Repeats:
            made = run([discussed("2024-03-01"), over, discussed("2024-03-08")], repeats)
            assert starts(made) == [1, 8], repeats
            assert made[1].end is made[1].discharge is None


def test_no_start_no_clock() -> None:
    assert run([held("2024-03-01")], Repeats.KEEP_FIRST) == []
    assert run([], Repeats.EACH) == []


def test_without_an_end_every_later_start_is_a_repeat() -> None:
    assert starts(run(TWICE[:2], Repeats.KEEP_FIRST)) == [1]
    assert starts(run(TWICE[:2], Repeats.RESTART)) == [8]


def test_start_and_end_agree_on_a_fact_where_both_record_it() -> None:
    start, end = on("assessment-started"), on("assessment-completed")
    begun = Event("assessment-started", "2024-03-01", {"type": "core"})
    initial = Event("assessment-completed", "2024-03-05", {"type": "initial"})
    untyped, core = (Event("assessment-completed", "2024-03-08", facts) for facts in ({}, {"type": "core"}))
    for others, answer in (([initial, core], core), ([initial, untyped], untyped), ([initial], None)):
        (clock,) = run([begun, *others], Repeats.KEEP_FIRST, "type", start, end)
        assert clock.end == answer
        (clock,) = run([begun, *others], Repeats.KEEP_FIRST, None, start, end)
        assert clock.end == initial


@pytest.mark.parametrize("repeats", Repeats)
def test_starts_that_differ_in_what_start_and_end_agree_on_are_no_repeats_of_each_other(repeats: Repeats) -> None:
    start, end = on("assessment-started"), on("assessment-completed")
    core, initial, again = (
        Event("assessment-started", day, {"type": kind})
        for day, kind in (("2024-03-01", "core"), ("2024-03-04", "initial"), ("2024-03-05", "core"))
    )
    done = Event("assessment-completed", "2024-03-08", {"type": "core"})
    made = run([core, initial, again, done], repeats, "type", start, end)
    governing = {Repeats.KEEP_FIRST: [core, initial], Repeats.RESTART: [initial, again]}
    assert [clock.start for clock in made] == governing.get(repeats, [core, initial, again])
    assert all(clock.end == (None if clock.start is initial else done) for clock in made)


def test_a_policy_reads_as_words() -> None:
    assert str(Pairing()) == "the first start governs; a repeat changes nothing"
    assert str(Pairing(Repeats.EACH, "type")).endswith("; start and end agree on type")


@pytest.mark.parametrize(
    ("rule", "repeats"),
    [
        ("initial-conference", Repeats.KEEP_FIRST),
        ("initial-assessment", Repeats.KEEP_FIRST),
        ("core-assessment", Repeats.KEEP_FIRST),
        ("single-assessment", Repeats.KEEP_FIRST),
        ("first-core-group", Repeats.KEEP_FIRST),
        ("first-review-conference", Repeats.KEEP_FIRST),
        ("referral-decision", Repeats.EACH),
        ("referral-acknowledgement", Repeats.EACH),
        ("new-information-assessment", Repeats.EACH),
    ],
)
def test_each_rule_uses_the_policy_that_the_page_names(rule: str, repeats: Repeats) -> None:
    law = england.rule(rule)
    assert isinstance(law, Within)
    assert law.pairing.repeats is repeats


def test_no_national_rule_restarts() -> None:
    assert all(law.pairing.repeats is not Repeats.RESTART for law in england.rulebook.rules if isinstance(law, Within))


# --- repeats in England


def test_the_clock_runs_from_the_discussion_that_initiated_the_enquiry() -> None:
    told = [
        ("2024-03-01", "strategy-discussion", {"decision": "further-discussion"}),
        ("2024-03-04", "strategy-discussion", S47),
        ("2024-03-11", "strategy-discussion", S47),
    ]
    assert only("initial-conference", *told).started == date(2024, 3, 4)


def test_restart_is_kept_for_those_who_count_from_the_last_discussion() -> None:
    law = england.rule("initial-conference")
    assert isinstance(law, Within)
    theirs = Rulebook("ours", (evolve(law, pairing=Pairing(Repeats.RESTART)),))
    told = [("2024-03-04", "strategy-discussion", S47), ("2024-03-11", "strategy-discussion", S47)]
    (finding,) = check(Chronology.of("C-1", events=told), theirs, as_at=LATER).findings
    assert finding.started == date(2024, 3, 11)


def test_a_discussion_and_a_recorded_start_are_the_same_trigger_and_the_discussion_governs() -> None:
    discussion, recorded = ("2024-03-01", "strategy-discussion", S47), ("2024-03-04", "section-47-started")
    assert only("initial-conference", discussion, recorded).started == date(2024, 3, 1)
    assert only("initial-conference", recorded).started == date(2024, 3, 4)
    same_day = only("initial-conference", discussion, ("2024-03-01", "section-47-started"))
    assert same_day.trigger is not None
    assert same_day.trigger.kind == "strategy-discussion"


def test_the_second_enquiry_has_its_own_clock_once_the_first_was_answered() -> None:
    told = [
        ("2024-03-01", "strategy-discussion", S47),
        ("2024-03-08", "initial-conference", {"outcome": "no-plan"}),
        ("2024-06-03", "strategy-discussion", S47),
    ]
    assert statuses("initial-conference", *told) == ["met", "overdue"]


def test_while_an_assessment_is_due_a_second_referral_does_not_start_a_second_one() -> None:
    told = [("2024-03-01", "referral"), ("2024-03-08", "referral")]
    assert [f.started for f in found("single-assessment", *told)] == [date(2024, 3, 1)]
    assert [f.started for f in found("referral-decision", *told)] == [date(2024, 3, 1), date(2024, 3, 8)]
    assert [f.started for f in found("referral-acknowledgement", *told)] == [date(2024, 3, 1), date(2024, 3, 8)]


def test_each_plan_has_its_own_first_core_group_and_first_review() -> None:
    told = [
        ("2024-03-01", "initial-conference", PLAN),
        ("2024-03-08", "core-group"),
        ("2024-05-01", "review-conference", {"outcome": "end"}),
        ("2024-05-02", "plan-ended", {"reason": "no-longer-at-risk"}),
        ("2024-09-02", "initial-conference", PLAN),
    ]
    assert statuses("first-core-group", *told) == ["met", "overdue"]
    assert statuses("first-review-conference", *told) == ["met", "overdue"]


def test_the_conference_that_made_the_plan_starts_them_and_a_recorded_start_without_one_starts_them_too() -> None:
    conference, start = ("2024-03-01", "initial-conference", PLAN), ("2024-03-01", "plan-started")
    for told in ([conference], [start], [conference, start]):
        assert [f.started for f in found("first-core-group", *told)] == [date(2024, 3, 1)]


def test_a_later_decision_that_nothing_is_needed_does_not_end_the_duty_to_assess() -> None:
    told = [
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-decided", {"outcome": "assessment"}),
        ("2024-03-11", "referral"),
        ("2024-03-12", "referral-decided", {"outcome": "no-further-action"}),
    ]
    assert statuses("single-assessment", *told) == ["overdue"]
    assert statuses("single-assessment", told[0], told[3]) == ["discharged"]


def test_a_decision_on_a_new_referral_takes_nothing_back_though_no_version_was_in_force_on_its_day() -> None:
    told = [
        ("2013-04-10", "referral"),
        ("2013-04-11", "referral-decided", {"outcome": "no-further-action"}),
        ("2013-04-16", "referral"),
        ("2013-04-17", "referral-decided", {"outcome": "assessment"}),
    ]
    assert statuses("initial-assessment", *told) == ["discharged"], "the second referral is for a single assessment"
    assert statuses("single-assessment", *told) == ["overdue"]
    assert statuses("initial-assessment", *told[:2], told[3]) == ["overdue"], "on one referral it was taken back"


def test_a_recorded_start_before_the_discussion_governs() -> None:
    told = [("2024-03-01", "section-47-started"), ("2024-03-04", "strategy-discussion", S47)]
    assert only("initial-conference", *told).started == date(2024, 3, 1)


@pytest.mark.parametrize("kind", ["initial-conference", "pre-birth-conference", "transfer-in-conference"])
def test_the_recorded_start_that_follows_the_conference_is_that_plan_and_no_second_one(kind: str) -> None:
    told = [("2024-03-01", kind, PLAN), ("2024-03-08", "core-group"), ("2024-03-11", "plan-started")]
    assert statuses("first-core-group", *told) == ["met"]


def test_a_plan_is_over_when_a_review_decided_to_end_it() -> None:
    told = [("2024-03-01", "initial-conference", PLAN), ("2024-03-11", "review-conference", {"outcome": "end"})]
    assert statuses("first-core-group", *told) == ["discharged"]


def test_each_review_starts_the_wait_for_the_next_from_its_own_day_unless_it_ended_the_plan() -> None:
    told = [
        ("2024-03-01", "initial-conference", PLAN),
        ("2024-05-10", "review-conference", {"outcome": "continue"}),
        ("2024-11-08", "review-conference", {"outcome": "end"}),
    ]
    finding = only("review-conference", *told)
    assert (finding.started, finding.due, finding.status) == (date(2024, 5, 10), date(2024, 11, 10), Status.MET)


def test_a_plan_that_is_never_reviewed_again_gives_one_overdue_finding() -> None:
    told = [("2020-03-02", "initial-conference", PLAN), ("2020-05-11", "review-conference", {"outcome": "continue"})]
    assert statuses("review-conference", *told, as_at=date(2024, 5, 11)) == ["overdue"]


def test_on_the_day_of_closure_and_re_referral_the_closure_came_first() -> None:
    told = [("2024-01-02", "referral"), ("2024-03-01", "case-closed"), ("2024-03-01", "referral")]
    assert statuses("single-assessment", *told, as_at=date(2024, 3, 2)) == ["discharged", "pending"]


# --- facts that are missing


def test_a_doubtful_start_that_no_certain_one_follows_cannot_be_told() -> None:
    finding = only("initial-conference", ("2024-03-01", "strategy-discussion"))
    assert finding.status is Status.CANNOT_TELL
    assert finding.missing == ("strategy-discussion.decision",)
    plan = only("first-core-group", ("2024-03-01", "initial-conference"))
    assert (plan.status, plan.missing) == (Status.CANNOT_TELL, ("initial-conference.outcome",))


def test_a_doubtful_start_before_a_certain_one_matters_only_if_it_would_give_another_status() -> None:
    told = [("2024-03-01", "strategy-discussion"), ("2024-03-08", "strategy-discussion", S47)]
    early, between, late = ((day, "initial-conference", PLAN) for day in ("2024-03-15", "2024-03-26", "2024-06-03"))
    assert statuses("initial-conference", *told, early) == ["met"]
    assert only("initial-conference", *told, early).started == date(2024, 3, 8)
    unsure = only("initial-conference", *told, between)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, ("strategy-discussion.decision",))
    assert statuses("initial-conference", *told, late) == ["late"]


def test_a_doubtful_end_does_not_matter_if_a_certain_one_was_in_time() -> None:
    start = ("2012-09-03", "referral")
    doubtful = ("2012-09-05", "assessment-completed")
    sure = ("2012-09-10", "assessment-completed", {"type": "initial"})
    late = ("2012-11-05", "assessment-completed", {"type": "initial"})
    assert statuses("initial-assessment", start, doubtful, sure) == ["met"]
    unsure = only("initial-assessment", start, doubtful, late)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, ("assessment-completed.type",))
    assert statuses("initial-assessment", start, doubtful) == ["cannot-tell"]
    assert statuses("initial-assessment", start, ("2012-11-01", "assessment-completed")) == ["overdue"]


def test_an_adjourned_conference_is_a_doubtful_end() -> None:
    start, adjourned = (
        ("2024-03-01", "strategy-discussion", S47),
        ("2024-03-15", "initial-conference", {"outcome": "adjourned"}),
    )
    finding = only("initial-conference", start, adjourned)
    assert finding.status is Status.CANNOT_TELL
    assert "an adjourned conference decided nothing" in finding.because
    assert statuses("initial-conference", start, adjourned, ("2024-03-22", "initial-conference", PLAN)) == ["met"]


def test_a_doubtful_discharge_makes_an_overdue_duty_one_that_cannot_be_told() -> None:
    start = ("2024-03-01", "strategy-discussion", S47)
    finding = only("initial-conference", start, ("2024-03-15", "section-47-completed"))
    assert finding.status is Status.CANNOT_TELL
    assert "section-47-completed.outcome" in finding.missing
    assert statuses("initial-conference", start, ("2024-06-03", "section-47-completed")) == ["overdue"]


def test_a_source_that_cannot_hold_the_end_cannot_tell_whatever_the_date() -> None:
    census = Coverage(frozenset({"plan-started"}))
    for as_at in (date(2024, 3, 2), LATER):
        finding = only("first-core-group", ("2024-03-01", "plan-started"), as_at=as_at, covers=census)
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("core-group",))


def test_what_had_to_come_before_an_older_plan_may_be_missing_from_the_source_but_not_what_followed() -> None:
    covers = Coverage(since=date(2024, 4, 1))
    older, newer = ("2024-01-05", "plan-started"), ("2024-04-03", "plan-started")
    assert statuses("plan-from-conference", older, covers=covers) == ["cannot-tell"]
    assert statuses("plan-from-conference", newer, covers=covers) == ["breached"]
    assert statuses("first-review-conference", older, covers=covers) == ["overdue"]


def test_an_entry_that_could_not_be_read_makes_every_finding_that_it_could_have_changed_one_that_cannot_be_told() -> (
    None
):
    told = [("2024-03-01", "referral"), ("2024-03-06", "referral-decided")]
    for kind in ("referral-decided", "case-closed", "referral"):
        lost = [Lost(kind, "row 7", "no date")]
        assert only("referral-decision", *told, lost=lost).missing == (kind,)
        assert statuses("referral-decision", *told, lost=lost) == ["cannot-tell"]
    lost = [Lost("core-group", "row 7", "no date")]
    assert statuses("referral-decision", *told, lost=lost) == ["late"]
    assert statuses("referral-decision", *told, lost=[Lost(None, "row 7", "no kind")]) == ["cannot-tell"]


def test_what_another_entry_shows_to_have_been_done_in_time_stays_met() -> None:
    told = [("2024-03-01", "referral"), ("2024-03-04", "referral-decided")]
    assert statuses("referral-decision", *told, lost=[Lost("referral-decided", "row 7", "no date")]) == ["met"]
    assert statuses("referral-decision", *told, lost=[Lost("case-closed", "row 7", "no date")]) == ["cannot-tell"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [({}, "met"), ({"type": "single"}, "met"), ({"type": "initial"}, "overdue"), ({"type": "core"}, "cannot-tell")],
)
def test_from_2013_an_assessment_without_a_type_is_the_single_assessment(facts: dict[str, str], status: str) -> None:
    told = [("2024-03-01", "referral"), ("2024-03-20", "assessment-completed", facts)]
    assert statuses("single-assessment", *told) == [status]


# --- order


def test_an_enquiry_needs_a_discussion_of_its_own() -> None:
    rule = "section-47-after-strategy-discussion"
    discussion, enquiry = ("2024-03-01", "strategy-discussion", S47), ("2024-03-04", "section-47-started")
    assert statuses(rule, discussion, enquiry) == ["met"]
    assert statuses(rule, enquiry) == ["breached"]
    assert statuses(rule, discussion, enquiry, ("2024-06-03", "section-47-started")) == ["met", "breached"]
    reopened = [
        discussion,
        ("2024-03-02", "case-closed"),
        ("2024-03-05", "referral"),
        ("2024-03-06", "section-47-started"),
    ]
    assert statuses(rule, *reopened) == ["breached"]


def test_an_entry_made_twice_does_not_bring_back_what_an_earlier_one_rested_on() -> None:
    rule = "section-47-after-strategy-discussion"
    discussion, enquiry = ("2024-03-01", "strategy-discussion", S47), ("2024-03-01", "section-47-started")
    again = ("2024-03-20", "section-47-started")
    assert statuses(rule, discussion, enquiry, enquiry) == ["met", "met"]
    assert statuses(rule, discussion, enquiry, again, again) == ["met", "breached", "breached"]
    assert statuses(rule, discussion, enquiry, enquiry, again, again, again) == ["met"] * 2 + ["breached"] * 3


def test_a_plan_needs_a_conference_since_the_last_plan_and_since_its_end() -> None:
    rule = "plan-from-conference"
    conference, plan = ("2024-03-01", "initial-conference", PLAN), ("2024-03-01", "plan-started")
    again = ("2024-09-02", "plan-started")
    assert statuses(rule, conference, plan) == ["met"]
    assert statuses(rule, conference, plan, again) == ["met", "breached"]
    assert statuses(rule, conference, ("2024-04-01", "plan-ended", {"reason": "moved"}), again) == ["breached"]
    assert statuses(rule, conference, plan, ("2024-09-02", "initial-conference", PLAN), again) == ["met", "met"]


def test_an_end_of_the_plan_because_the_risk_has_gone_needs_a_review_since_the_plan_was_made() -> None:
    rule = "plan-ended-by-review"
    ended = ("2024-06-03", "plan-ended", {"reason": "no-longer-at-risk"})
    review = ("2024-06-03", "review-conference", {"outcome": "end"})
    assert statuses(rule, ("2024-03-01", "plan-started"), review, ended) == ["met"]
    assert statuses(rule, ("2024-03-01", "plan-started"), ended) == ["breached"]
    assert statuses(
        rule, ("2023-06-01", "review-conference", {"outcome": "end"}), ("2024-03-01", "plan-started"), ended
    ) == ["breached"]
    assert statuses(rule, ("2024-03-01", "plan-started"), ("2024-06-03", "plan-ended", {"reason": "moved"})) == []


OPEN = {
    "plan": [("2024-02-01", "initial-conference", PLAN)],
    "enquiry": [("2024-02-01", "strategy-discussion", S47)],
    "assessment": [("2024-02-01", "assessment-started", {"type": "core"})],
}


@pytest.mark.parametrize("work", OPEN)
def test_a_case_closes_with_no_plan_enquiry_or_assessment_open(work: str) -> None:
    closing = ("2024-06-03", "case-closed", {"reason": "needs-met"})
    finding = only("closed-with-open-work", *OPEN[work], closing)
    assert finding.status is Status.BREACHED
    assert finding.because.startswith("Still open at the closure of the case on Mon 3 Jun 2024: ")
    assert finding.because.endswith(f"{work}.")
    assert statuses("closed-with-open-work", closing) == ["met"]


@pytest.mark.parametrize(
    ("work", "ending"),
    [
        ("plan", ("2024-05-01", "plan-ended", {"reason": "moved"})),
        ("plan", ("2024-05-01", "review-conference", {"outcome": "end"})),
        ("enquiry", ("2024-05-01", "section-47-completed")),
        ("enquiry", ("2024-05-01", "initial-conference", {"outcome": "no-plan"})),
        ("assessment", ("2024-05-01", "assessment-completed", {"type": "core"})),
    ],
)
def test_work_is_over_when_it_is_recorded_as_ended_or_was_decided_to_end(work: str, ending: Told) -> None:
    told = [*OPEN[work], ending, ("2024-06-03", "case-closed", {"reason": "needs-met"})]
    assert statuses("closed-with-open-work", *told) == ["met"]


def test_an_assessment_is_over_only_when_one_of_the_same_type_was_completed() -> None:
    told = [*OPEN["assessment"], ("2024-05-01", "assessment-completed", {"type": "initial"})]
    assert statuses("closed-with-open-work", *told, ("2024-06-03", "case-closed")) == ["breached"]


def test_a_review_whose_outcome_is_not_recorded_ends_nothing() -> None:
    told = [*OPEN["plan"], ("2024-05-01", "review-conference"), ("2024-06-03", "case-closed")]
    assert statuses("closed-with-open-work", *told) == ["breached"]


def test_if_the_source_cannot_hold_what_would_have_closed_it_it_cannot_be_told() -> None:
    covers = Coverage(frozenset({"assessment-started", "case-closed", "strategy-discussion", "plan-started"}))
    finding = only("closed-with-open-work", *OPEN["assessment"], ("2024-06-03", "case-closed"), covers=covers)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("assessment-completed",))


# --- events of one day, and what a clock is not


def test_events_of_one_day_are_put_in_the_order_of_the_process() -> None:
    day = "2024-03-01"
    told = [
        (day, "initial-conference", PLAN),
        (day, "referral-decided"),
        (day, "strategy-discussion", S47),
        (day, "referral"),
    ]
    assert statuses("referral-decision", *told) == ["met"]
    assert statuses("initial-conference", *told) == ["met"]


def test_what_ends_takes_with_it_whatever_else_was_completed_that_day() -> None:
    told = [
        ("2024-01-02", "referral"),
        ("2024-03-01", "referral"),
        ("2024-03-01", "assessment-completed"),
        ("2024-03-01", "case-closed"),
    ]
    assert statuses("single-assessment", *told) == ["met", "overdue"]


def test_where_times_are_known_they_decide() -> None:
    told = [("2024-03-01T09:00:00+00:00", "referral-decided"), ("2024-03-01T11:00:00+00:00", "referral")]
    assert statuses("referral-decision", *told) == ["overdue"]


def test_a_limit_of_months_that_ends_on_a_sunday_ends_on_that_sunday() -> None:
    finding = only("first-review-conference", ("2024-03-30", "initial-conference", PLAN))
    assert finding.due == date(2024, 6, 30)
    assert date(2024, 6, 30).strftime("%A") == "Sunday"


def test_where_the_day_does_not_exist_the_last_day_of_the_month_is_taken() -> None:
    review = ("2012-08-31", "review-conference", {"outcome": "continue"})
    told = [("2012-06-01", "initial-conference", PLAN), review]
    assert only("review-conference", *told, as_at=date(2012, 12, 1)).due == date(2013, 2, 28)


def test_the_limit_is_that_of_the_edition_in_force_on_the_day_of_the_start() -> None:
    before, after = ("2010-03-16", "referral"), ("2010-03-17", "referral")
    assert [f.version.edition for f in found("initial-assessment", before) if f.version] == ["WT2006"]
    assert [f.version.edition for f in found("initial-assessment", after) if f.version] == ["WT2010"]
    old = only("initial-assessment", before, ("2010-03-26", "assessment-completed", {"type": "initial"}))
    assert (old.status, old.due) == (Status.LATE, date(2010, 3, 25)), "7 working days, though 10 were allowed by then"


# --- properties

repeats = st.sampled_from(Repeats)
KINDS = ("strategy-discussion", "initial-conference", "case-closed")


@given(event_lists(kinds=KINDS), repeats)
def test_an_end_is_never_before_its_start_and_never_after_a_discharge(told: list[Event], policy: Repeats) -> None:
    for clock in run(told, policy):
        for closing in (clock.end, clock.maybe_end, clock.discharge, clock.maybe_discharge):
            assert closing is None or closing.day >= clock.began.day
        assert clock.end is None or clock.discharge is None


@given(event_lists(kinds=KINDS))
def test_with_keep_first_an_end_answers_at_most_one_clock(told: list[Event]) -> None:
    for policy in (Repeats.KEEP_FIRST, Repeats.RESTART):
        answers = [id(clock.end) for clock in run(told, policy) if clock.end is not None]
        assert len(answers) == len(set(answers))


@given(event_lists(kinds=KINDS))
def test_every_start_that_certainly_counts_is_the_start_of_a_clock_or_a_repeat_of_one(told: list[Event]) -> None:
    each, kept = run(told, Repeats.EACH), run(told, Repeats.KEEP_FIRST)
    assert {id(clock.began) for clock in kept} <= {id(clock.began) for clock in each}
    assert [clock.began.day for clock in kept] == sorted(clock.began.day for clock in kept)
    assert bool(each) == bool(kept)
    started = [
        event
        for event in told
        if event.kind == "strategy-discussion" and event.facts.get("decision") in (None, "section-47")
    ]
    assert len(each) == len(started)


@given(event_lists(kinds=KINDS), repeats)
def test_clocks_of_one_rule_do_not_run_at_the_same_time(told: list[Event], policy: Repeats) -> None:
    if policy is not Repeats.EACH:
        made = run(told, policy)
        for clock, following in pairwise(made):
            over = [e.day for e in (clock.end, clock.discharge, clock.renewed) if e is not None]
            assert over, "a clock that certainly still runs leaves no room for another"
            assert min(over) <= following.began.day
            if clock.renewed is not None:
                assert clock.maybe_discharge is not None, "only what may have ended it makes room"


@given(event_lists(kinds=KINDS), st.lists(events(kinds=IRRELEVANT, timed=False), max_size=4), repeats)
def test_an_irrelevant_event_changes_nothing(told: list[Event], more: list[Event], policy: Repeats) -> None:
    def shown(made: list[Clock]) -> list[tuple[Event | None, ...]]:
        return [(c.start, c.maybe_start, c.end, c.maybe_end, c.discharge, c.maybe_discharge) for c in made]

    told = [event for event in told if not event.timed]
    assert shown(run([*told, *more], policy)) == shown(run(told, policy))


@given(st.data(), event_lists(kinds=KINDS, timed=False))
def test_with_keep_first_a_repeat_never_moves_a_deadline_later(data: st.DataObject, told: list[Event]) -> None:
    kept = run([discussed("2024-03-01"), *told], Repeats.KEEP_FIRST)
    clock = data.draw(st.sampled_from([clock for clock in kept if clock.start is not None]))
    over = [event.day for event in (clock.end, clock.discharge, clock.maybe_discharge) if event is not None]
    while_it_runs = st.dates(clock.began.day, min(over, default=clock.began.day + timedelta(days=99)))
    repeat = Event("strategy-discussion", data.draw(while_it_runs), S47)
    after = run([discussed("2024-03-01"), *told, repeat], Repeats.KEEP_FIRST)
    assert [other.began.day for other in after] == [other.began.day for other in kept]
    assert [other.end for other in after] == [other.end for other in kept]


@given(event_lists(kinds=KINDS), events(kinds=KINDS[:1]))
def test_the_three_policies_agree_where_nothing_is_repeated(told: list[Event], start: Event) -> None:
    once = [start, *(event for event in told if event.kind != "strategy-discussion")]
    kept, restarted, each = ([(c.start, c.end, c.discharge) for c in run(once, policy)] for policy in Repeats)
    assert kept == restarted == each


def test_nothing_discharges_unless_the_rule_says_so() -> None:
    story = Story((discussed("2024-03-01"), closed("2024-03-02")), EVERYTHING)
    (clock,) = clocks(story, START, END)
    assert clock.discharge is None
    assert NOTHING.kinds == frozenset()
    assert months(3).due(clock.began.day) == date(2024, 6, 1)


# --- one event that is two things: what each part of a clock is, and is not

YES, NO = {"x": "yes"}, {"x": "no"}


def running(*told: Told, start: Match, end: Match, discharge: Match = NOTHING, **more: Any) -> list[Clock]:
    """The clocks of invented patterns over events of the standard vocabulary."""
    events_told = Chronology.of("C-1", events=told).events
    return clocks(Story(events_told, EVERYTHING), start, end, discharge, **more)


@pytest.mark.parametrize("policy", Repeats)
def test_a_certain_start_is_no_doubtful_one(policy: Repeats) -> None:
    (clock,) = running(("2024-03-01", "found"), start=on("found"), end=on("visit"), pairing=Pairing(policy))
    assert (clock.start, clock.maybe_start) == (Event("found", "2024-03-01"), None)
    (clock,) = running(("2024-03-01", "found"), start=on("found", x="yes"), end=on("visit"), pairing=Pairing(policy))
    assert (clock.start, clock.maybe_start) == (None, Event("found", "2024-03-01"))


def test_what_may_have_answered_a_start_that_does_not_govern_answers_nothing() -> None:
    told = [("2024-03-01", "found"), ("2024-03-04", "visit"), ("2024-03-08", "found", YES)]
    (clock,) = running(*told, start=on("found", x="yes"), end=on("visit", x="yes"))
    assert (clock.start, clock.maybe_start) == (Event("found", "2024-03-08", YES), Event("found", "2024-03-01"))
    assert clock.maybe_end is None


def test_what_certainly_answers_does_not_perhaps_end_the_duty_too() -> None:
    told = [("2024-03-01", "found"), ("2024-03-04", "visit")]
    (clock,) = running(*told, start=on("found"), end=on("visit"), discharge=on("visit", x="yes"))
    assert (clock.end, clock.maybe_discharge) == (Event("visit", "2024-03-04"), None)


def test_what_certainly_ends_the_duty_does_not_perhaps_answer_it_too() -> None:
    told = [("2024-03-01", "found"), ("2024-03-04", "visit")]
    (clock,) = running(*told, start=on("found"), end=on("visit", x="yes"), discharge=on("visit"))
    assert (clock.discharge, clock.maybe_end) == (Event("visit", "2024-03-04"), None)


def test_a_repeat_that_answers_the_duty_does_not_call_for_it_anew() -> None:
    told = [("2024-03-01", "found"), ("2024-03-04", "visit"), ("2024-03-05", "missing")]
    calls = on("found") | on("missing")
    first, second = running(*told, start=calls, end=on("missing"), discharge=on("visit", x="yes"))
    assert (first.end, first.renewed) == (Event("missing", "2024-03-05"), None)
    assert second.start == Event("missing", "2024-03-05")


def test_a_start_that_says_itself_that_nothing_is_due_may_be_taken_back() -> None:
    told = [("2024-03-01", "found", NO), ("2024-03-04", "found", YES)]
    started, not_due, after_all = on("found", x="no"), on("found", x="no"), on("found", x="yes")
    itself = Pairing(itself=True)
    (clock,) = running(*told, start=started, end=on("visit"), discharge=not_due, pairing=itself, revived=after_all)
    assert clock.discharge is None
    (clock,) = running(told[0], start=started, end=on("visit"), discharge=not_due, pairing=itself, revived=after_all)
    assert clock.discharge == Event("found", "2024-03-01", NO)


def test_a_decision_that_calls_for_another_takes_nothing_back_of_the_one_before() -> None:
    told = [("2024-03-01", "found"), ("2024-03-04", "visit", NO), ("2024-03-06", "visit", YES)]
    calls, after_all = on("found") | on("visit", x="yes"), on("visit", x="yes")
    first, second = running(*told, start=calls, end=on("missing"), discharge=on("visit", x="no"), revived=after_all)
    assert (first.discharge, first.start) == (Event("visit", "2024-03-04", NO), Event("found", "2024-03-01"))
    assert second.start == Event("visit", "2024-03-06", YES)
