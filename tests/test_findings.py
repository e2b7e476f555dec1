"""Findings: the sentence, the trace and the JSON, all made from the same few facts."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from tests.strategies import cases

from childprotect import Chronology, Finding, Report, Rulebook, Status, check
from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.explaining import required
from childprotect.findings import Irregularity, nested, summarised
from childprotect.periods import Counting, days, hours, working_days
from childprotect.rulebooks import england
from childprotect.rules import Attended, Order, Recorded, Within
from childprotect.statuses import Reason
from childprotect.versions import NotAssessed, Version
from childprotect.wording import agencies_in_words, counted, day_in_words, listed, sentence

Told = tuple[Any, ...]
JUNE = date(2024, 6, 3)
DISCUSSED = ("2024-03-22", "strategy-discussion", {"decision": "section-47"})
LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1))


def only(rule: str, *told: Told, as_at: date = JUNE, **known: Any) -> Finding:
    """The one thing that a rule of England says of these events."""
    found = check(Chronology.of("C-1", events=told, **known), england.rulebook, as_at=as_at).findings
    (finding,) = [finding for finding in found if finding.rule == rule]
    return finding


def conference(*told: Told, as_at: date = JUNE) -> Finding:
    """What is said of the conference after a discussion on 22 March 2024, due on 16 April."""
    return only("initial-conference", DISCUSSED, *told, as_at=as_at)


def held(day: str) -> Told:
    """A conference that made a plan."""
    return (day, "initial-conference", {"outcome": "plan"})


# --- sentences


def test_what_was_done_in_time_says_how_long_it_took_and_how_long_it_might_have() -> None:
    assert conference(held("2024-04-15")).because == (
        "Initial child protection conference on Mon 15 Apr 2024, 14 working days after the strategy discussion on "
        "Fri 22 Mar 2024. The limit is 15 working days, which ended on Tue 16 Apr 2024."
    )


def test_what_was_done_late_says_how_late() -> None:
    assert conference(held("2024-04-17")).because.endswith("which ended on Tue 16 Apr 2024: 1 working day late.")
    assert conference(held("2024-04-18")).because.endswith(": 2 working days late.")


def test_what_is_overdue_says_since_when() -> None:
    assert conference().because == (
        "No initial or pre-birth child protection conference is on record since the strategy discussion on "
        "Fri 22 Mar 2024. It was due by Tue 16 Apr 2024 (15 working days): 32 working days overdue as at "
        "Mon 3 Jun 2024."
    )


def test_what_was_overdue_when_it_fell_away_is_counted_to_that_day() -> None:
    finding = conference(("2024-05-02", "case-closed", {"reason": "transferred"}))
    assert finding.days_late == 12
    assert finding.because == (
        "No initial or pre-birth child protection conference is on record from the strategy discussion on "
        "Fri 22 Mar 2024 to Thu 2 May 2024. It was due by Tue 16 Apr 2024 (15 working days): 12 working days overdue, "
        "and still not done, at the closure of the case on Thu 2 May 2024 (reason: transferred)."
    )


def test_what_is_not_due_yet_says_until_when() -> None:
    assert conference(as_at=date(2024, 4, 15)).because == (
        "Not due yet: initial or pre-birth child protection conference, due by Tue 16 Apr 2024, in 1 working day as at "
        "Mon 15 Apr 2024. From the strategy discussion on Fri 22 Mar 2024 the limit is 15 working days."
    )
    assert conference(as_at=date(2024, 4, 16)).because.startswith("Due today, Tue 16 Apr 2024: initial or pre-birth")


def test_what_was_discharged_says_by_what() -> None:
    finding = conference(("2024-04-02", "section-47-completed", {"outcome": "not-substantiated"}))
    assert finding.because == (
        "No initial or pre-birth child protection conference was due by Tue 16 Apr 2024 after all, because of the end "
        "of the section 47 enquiry on Tue 2 Apr 2024 (outcome: not substantiated)."
    )
    needless = conference(("2024-04-02", "section-47-completed", {"conference-required": False}))
    assert "(conference required: no)" in needless.because


def test_what_cannot_be_told_says_why() -> None:
    finding = only("initial-conference", ("2024-03-22", "strategy-discussion"))
    assert finding.because == (
        "Cannot tell whether the limit is counted from the strategy discussion on Fri 22 Mar 2024: the decision is not "
        "recorded."
    )


def test_a_duty_that_its_own_kind_of_event_began_wants_a_further_one() -> None:
    told = [("2024-03-01", "plan-started"), ("2024-03-29", "review-conference", {"outcome": "continue"})]
    finding = only("review-conference", *told, as_at=date(2024, 10, 1))
    assert finding.because.startswith("No further review child protection conference is on record since")
    assert finding.because.endswith("It was due by Sun 29 Sep 2024 (6 months): 2 days overdue as at Tue 1 Oct 2024.")


def test_a_rule_without_a_clock_says_what_it_saw() -> None:
    finding = only("strategy-discussion-attendance", ("2024-03-22", "strategy-discussion", {"agencies": {"police"}}))
    assert finding.because == (
        "Nobody from health or social care is recorded at the strategy discussion on Fri 22 Mar 2024, only the police."
    )
    assert (finding.due, finding.days_late, finding.unit, finding.deadline) == (None, None, None, None)
    assert finding.wanted == "who takes part in a strategy discussion"


def test_a_doubtful_end_after_the_limit_is_named() -> None:
    finding = only(
        "initial-assessment", ("2012-09-03", "referral"), ("2012-11-01", "assessment-completed"), as_at=date(2013, 1, 1)
    )
    assert finding.status is Status.OVERDUE
    assert finding.because == (
        "No completed assessment (type: initial) is on record from the referral on Mon 3 Sep 2012 to Mon 17 Sep 2012. "
        "It was due by Mon 17 Sep 2012 (10 working days): 73 working days overdue as at Tue 1 Jan 2013. The completed "
        "assessment on Thu 1 Nov 2012 may have been what was due, and was after the limit."
    )


# --- how late


@pytest.mark.parametrize(
    ("told", "as_at", "days_late"),
    [
        ([held("2024-04-16")], JUNE, 0),
        ([held("2024-04-17")], JUNE, 1),
        ([held("2024-04-22")], JUNE, 4),
        ([], date(2024, 4, 16), 0),
        ([], date(2024, 4, 17), 1),
        ([("2024-04-02", "case-closed")], JUNE, 0),
    ],
)
def test_lateness_is_counted_in_the_unit_of_the_rule(told: list[Told], as_at: date, days_late: int) -> None:
    finding = conference(*told, as_at=as_at)
    assert (finding.days_late, finding.unit) == (days_late, "working-days")


def test_lateness_of_a_limit_in_months_is_in_days_and_of_what_cannot_be_told_is_nothing() -> None:
    late = only("first-review-conference", held("2024-03-01"), ("2024-06-03", "review-conference"))
    assert (late.days_late, late.unit, late.status) == (2, "days", Status.LATE)
    untold = only("initial-conference", ("2024-03-22", "strategy-discussion"))
    assert (untold.days_late, untold.unit) == (None, None)


# --- the trace


def test_the_trace_holds_the_sentence_the_law_the_source_and_the_counting() -> None:
    finding = conference(held("2024-04-17"))
    lines = finding.explain().splitlines()
    assert lines[0] == "initial child protection conference [initial-conference]: late"
    assert lines[1] == f"  {finding.because}"
    assert lines[2] == (
        "  law: initial child protection conference: 15 working days [WT2023, guidance, evidence: secondary (S)]"
    )
    assert (
        "    in force from Fri 15 Dec 2023 to Tue 17 Mar 2026, chosen by the date of the strategy discussion" in lines
    )
    assert any(
        line.startswith("    source: Working Together to Safeguard Children, December 2023 (seen at") for line in lines
    )
    counting = lines.index(
        "  due by Tue 16 Apr 2024: 15 working days after Fri 22 Mar 2024, not counting Good Friday and Easter Monday"
    )
    assert lines[counting + 1 :] == [
        "    counted from the next day",
        "    not counted: 8 days of weekends, Good Friday (Fri 29 Mar 2024) and Easter Monday (Mon 1 Apr 2024)",
    ]


def test_the_trace_names_what_is_missing() -> None:
    assert (
        only("initial-conference", ("2024-03-22", "strategy-discussion"))
        .explain()
        .endswith("\n  missing: strategy-discussion.decision")
    )


def test_the_trace_says_what_could_not_be_verified_and_what_is_projected() -> None:
    future = only("initial-conference", ("2029-04-03", "strategy-discussion", DISCUSSED[2]), as_at=date(2029, 5, 1))
    told = future.explain()
    assert "evidence: carried over from WT2023, unverified (M)" in told
    assert "source: none that could be verified" in told
    assert "and current, chosen by" in told
    assert "the bank holidays of that year are projected: they have not been published" in told
    assert "projected" not in conference().explain()


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ("2024-03-01", "    not counted: 2 days of weekends"),
        ("2024-03-02", "    not counted: 1 day of a weekend"),
        ("2024-03-04", None),
    ],
)
def test_days_of_weekends_are_told_where_there_are_any(found: str, line: str | None) -> None:
    rule = Within(
        id="a",
        title="a",
        start=on("found"),
        end=on("return-interview"),
        versions=(Version(instrument=LAW, requires=working_days(1), evidence=Evidence.PRIMARY),),
    )
    story = Chronology.of("C-1", events=[(found, "found")])
    (finding,) = check(story, Rulebook("ours", (rule,)), as_at=date(2024, 3, 4)).findings
    told = [said for said in finding.explain().splitlines() if "not counted" in said]
    assert told == [line] if line else told == []


def test_the_lines_of_a_reason_are_indented_by_what_they_rest_on() -> None:
    reason = Reason("a", (Reason("b", (Reason("c"),)), Reason("d")))
    assert str(reason) == "a\n  b\n    c\n  d"
    assert list(reason.lines("> ")) == ["> a", ">   b", ">     c", ">   d"]


@pytest.mark.parametrize(
    ("law", "requires", "words"),
    [
        (
            Attended(id="a", title="t", event=on("visit"), versions=()),
            frozenset({"police", "health"}),
            "taking part: health and the police",
        ),
        (
            Recorded(id="a", title="t", event=on("visit"), versions=()),
            ("outcome", "grade"),
            "on record: outcome and grade",
        ),
        (Order(id="a", title="one before the other", then=on("visit"), versions=()), None, "one before the other"),
        (Within(id="a", title="t", start=on("visit"), end=on("visit"), versions=()), days(3), "t: 3 days"),
    ],
    ids=["attended", "recorded", "order", "within"],
)
def test_what_a_version_requires_reads_as_words(law: Any, requires: Any, words: str) -> None:
    assert required(law, Version(instrument=LAW, requires=requires, evidence=Evidence.PRIMARY)) == words


def test_the_deadline_of_a_finding_is_the_one_that_it_was_judged_by() -> None:
    limit = conference().deadline
    assert limit is not None
    assert (limit.on, limit.starts) == (date(2024, 4, 16), date(2024, 3, 22))
    timed = ("2024-03-22T16:40:00+00:00", *DISCUSSED[1:])
    assert only("initial-conference", timed).deadline is not None
    assert only("initial-conference", timed).due == date(2024, 4, 16), "a limit in days has no time"


def test_a_limit_in_hours_is_told_to_the_minute() -> None:
    rule = Within(
        id="a",
        title="interview",
        start=on("found"),
        end=on("return-interview"),
        versions=(Version(instrument=LAW, requires=hours(72), evidence=Evidence.PRIMARY),),
    )
    story = Chronology.of(
        "C-1",
        events=[("2024-03-01T12:00:00+00:00", "found"), ("2024-03-06T09:00:00+00:00", "return-interview")],
    )
    (finding,) = check(story, Rulebook("ours", (rule,)), as_at=JUNE).findings
    assert finding.because == (
        "Return interview on Wed 6 Mar 2024 at 09:00, 117 hours after the return of the child on Fri 1 Mar 2024 at "
        "12:00. The limit is 72 hours, which ended on Mon 4 Mar 2024 at 12:00: 45 hours late."
    )
    assert (finding.days_late, finding.unit) == (2, "days"), "a day that has begun is a day"
    assert finding.deadline is not None
    assert str(finding.deadline) == "72 hours after Fri 1 Mar 2024 at 12:00"
    assert finding.to_dict()["due"] == "2024-03-04T12:00:00+00:00"


def test_a_count_beginning_with_the_day_says_so() -> None:
    rule = Within(
        id="a",
        title="interview",
        start=on("found"),
        end=on("return-interview"),
        versions=(
            Version(instrument=LAW, requires=days(7, counting=Counting.BEGINNING_WITH), evidence=Evidence.PRIMARY),
        ),
    )
    story = Chronology.of("C-1", events=[("2024-03-01", "found")])
    (finding,) = check(story, Rulebook("ours", (rule,)), as_at=JUNE).findings
    assert "    counted beginning with the day" in finding.explain().splitlines()
    assert "It was due by Thu 7 Mar 2024 (7 days, counting the first day)" in finding.because


# --- JSON

KEYS = [
    "child",
    "rule",
    "status",
    "started",
    "due",
    "done",
    "days_late",
    "unit",
    "edition",
    "force",
    "evidence",
    "missing",
    "because",
    "citations",
]
"""The keys of a finding in the contract, in its order."""


def test_a_finding_has_the_shape_of_the_contract() -> None:
    told = [("2012-09-03", "referral"), ("2012-09-05", *DISCUSSED[1:]), held("2012-09-26")]
    finding = only("initial-conference", *told, as_at=date(2012, 10, 31))
    shown = finding.to_dict()
    assert [key for key in shown if key in KEYS] == KEYS
    assert set(shown) - set(KEYS) == {"carried_over", "departure", "illustrative"}
    assert (shown["departure"], shown["illustrative"]) == (None, False)
    assert {key: shown[key] for key in KEYS[:12]} == {
        "child": "C-1",
        "rule": "initial-conference",
        "status": "met",
        "started": "2012-09-05",
        "due": "2012-09-26",
        "done": "2012-09-26",
        "days_late": 0,
        "unit": "working-days",
        "edition": "WT2010",
        "force": "guidance",
        "evidence": "secondary",
        "missing": [],
    }
    assert shown["because"] == finding.because
    assert shown["citations"]
    for citation in shown["citations"]:
        assert list(citation) == ["instrument", "provision", "url"]


def test_a_report_has_the_shape_of_the_contract() -> None:
    story = Chronology.of("C-1", events=[("2024-03-01", "plan-ended")])
    shown = check(story, england.rulebook, as_at=JUNE).to_dict()
    assert list(shown) == ["as_at", "summary", "findings", "irregularities", "not_assessed", "elapsed"]
    assert shown["as_at"] == "2024-06-03"
    assert [list(entry) for entry in shown["irregularities"]] == [["child", "code", "at", "because"]]
    assert all(list(entry) == ["id", "because"] for entry in shown["not_assessed"])


@given(cases())
def test_a_report_survives_json_and_its_summary_counts_its_findings(case: tuple[Chronology, date]) -> None:
    story, as_at = case
    report = check(story, england.rulebook, as_at=as_at)
    shown = report.to_dict()
    assert json.loads(json.dumps(shown)) == shown
    assert sum(n for counts in shown["summary"].values() for n in counts.values()) == len(report.findings)
    for finding in report.findings:
        assert shown["summary"][finding.rule][finding.status.value] > 0


# --- what is never printed


def test_nothing_that_might_be_personal_is_ever_printed() -> None:
    name = "Jo Bloggs"
    told = [
        ("2024-03-01", "referral", {"source": name, "priority": name}),
        ("2024-03-22", "strategy-discussion", {"agencies": {"police", name}, "decision": "section-47", "worker": name}),
        ("2024-03-25", "section-47-started", {"lead": name}),
        ("2024-04-02", "section-47-completed", {"outcome": "not-substantiated", "worker": name, "reason": name}),
        ("2024-04-03", "plan-started", {"categories": {name}}),
        ("2024-04-04", "plan-ended", {"reason": "no-longer-at-risk", "owner": name}),
        ("2024-04-05", "case-closed", {"worker": name, "team": name}),
    ]
    story = Chronology.of("C-1", born=date(2015, 2, 28), died=date(2024, 5, 30), events=told)
    report = check(story, england.rulebook, as_at=JUNE)
    assert len(report.findings) > 8
    for text in (str(report), repr(report), str(report.to_dict()), *(finding.explain() for finding in report.findings)):
        assert "Jo" not in text
        assert "2015" not in text
        assert "30 May" not in text
        assert "2024-05-30" not in text


def test_the_same_record_is_judged_the_same_whenever_it_is_judged() -> None:
    told = [DISCUSSED, ("2024-03-01", "referral")]
    story = Chronology.of("C-1", events=told)
    first, second = (check(story, england.rulebook, as_at=JUNE) for _ in range(2))
    assert first == second
    assert first.to_dict() == second.to_dict()


# --- reports


def finding(rule: str, status: Status) -> Finding:
    """A finding with nothing but a rule and a status."""
    law = Recorded(id=rule, title="t", event=on("visit"), versions=())
    return Finding("C-1", law, status, JUNE, why="it is so")


FINDINGS = (
    finding("b", Status.MET),
    finding("a", Status.LATE),
    finding("b", Status.MET),
    finding("a", Status.OVERDUE),
    finding("a", Status.BREACHED),
    finding("c", Status.CANNOT_TELL),
    finding("c", Status.PENDING),
)


def test_a_report_picks_out_breaches_and_what_cannot_be_told_and_counts_by_rule() -> None:
    report = Report(JUNE, FINDINGS)
    assert report.breaches == (FINDINGS[1], FINDINGS[3], FINDINGS[4])
    assert report.cannot_tell == (FINDINGS[5],)
    assert report.having(Status.MET, Status.PENDING) == (FINDINGS[0], FINDINGS[2], FINDINGS[6])
    assert report.summary == summarised(FINDINGS)
    assert report.summary == {
        "b": {"met": 2},
        "a": {"late": 1, "overdue": 1, "breached": 1},
        "c": {"cannot-tell": 1, "pending": 1},
    }
    assert list(report.summary) == ["b", "a", "c"]
    assert nested({("a", "met"): 1, ("a", "late"): 2}) == {"a": {"met": 1, "late": 2}}


def test_a_report_prints_its_day_its_counts_and_its_findings() -> None:
    report = Report(JUNE, FINDINGS[4:6])
    assert str(report) == (
        "As at Mon 3 Jun 2024: 2 findings, 1 breach\n"
        "  C-1 a breached: It is so.\n"
        "  C-1 c cannot-tell: Cannot tell: it is so."
    )


def test_a_finding_without_a_version_has_neither_edition_nor_citation() -> None:
    bare = finding("a", Status.CANNOT_TELL)
    shown = bare.to_dict()
    assert (shown["edition"], shown["force"], shown["evidence"], shown["carried_over"]) == (None,) * 4
    assert (bare.citations, shown["citations"], bare.started, bare.done) == ((), [], None, None)
    assert bare.explain() == "t [a]: cannot tell\n  Cannot tell: it is so."
    assert repr(bare).startswith("Finding(child='C-1', law='a', status=")


def test_irregularities_and_citations_show_themselves() -> None:
    assert Irregularity("C-1", "odd", None, "It is.").to_dict()["at"] is None
    assert NotAssessed("a", "b").to_dict() == {"id": "a", "because": "b"}
    assert Citation("An Act", "https://example.org").to_dict()["provision"] is None


# --- words


def test_days_lists_and_counts_in_words() -> None:
    assert day_in_words(date(2024, 3, 2)) == "Sat 2 Mar 2024"
    assert day_in_words(datetime(2024, 3, 2, 9, 5, tzinfo=UTC)) == "Sat 2 Mar 2024 at 09:05"
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a", "b"], "or") == "a or b"
    assert [counted(n, "working-days") for n in (0, 1, 2)] == ["0 working days", "1 working day", "2 working days"]
    assert [sentence(text) for text in ("it is", "It is.", "")] == ["It is.", "It is.", "."]


def test_agencies_in_words_count_what_might_be_a_name() -> None:
    assert agencies_in_words({"police", "social-care", "health"}) == "health, the police and social care"
    assert agencies_in_words({"police", "health"}, "or") == "health or the police"
    assert agencies_in_words({"police", "Jo", "Jim"}) == "the police and 2 others whose agency is not known"
    assert agencies_in_words(()) == "nobody"
