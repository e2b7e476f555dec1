"""The children in need census: every spelling and place that it allows, and what it cannot hold."""

import gc
import io
import weakref
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.on_disk import census_child, census_text, judged, only_child, rows_in, statuses, tags, write_census

import childprotect as cp
from childprotect.chronology import Coverage, Remark
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.records import Reading, Rejection, read, read_census
from childprotect.records.census_xml import elements
from childprotect.records.cin_census import FACTS, KINDS, WHOLE
from childprotect.records.source import open_binary
from childprotect.rulebooks import england

REFERRED = tags(CINreferralDate="2023-05-02")
S47 = tags(S47ActualStartDate="2023-06-01")


def told(tmp_path: Path, *episodes: str, identifiers: str = "") -> cp.Chronology:
    return only_child(write_census(tmp_path / "c.xml", census_child(*episodes, identifiers=identifiers)))


def days(story: cp.Chronology, *kinds: str) -> list[str]:
    return [event.day.isoformat() for event in story if event.kind in kinds]


def report(tmp_path: Path, *episodes: str, identifiers: str = "", as_at: str | None = None) -> cp.Report:
    path = write_census(tmp_path / "c.xml", census_child(*episodes, identifiers=identifiers))
    (found,) = judged(path, as_at)[1].values()
    return found


def test_a_full_record(tmp_path: Path) -> None:
    episode = (
        tags(CINreferralDate="2023-05-02", ReferralSource="1A", PrimaryNeedCode="N1")
        + tags(CINclosureDate="2024-03-01", ReasonForClosure="RC7")
        + "<Assessments>"
        + tags(AssessmentActualStartDate="2023-05-03", AssessmentInternalReviewDate="2023-05-20")
        + tags(AssessmentAuthorisationDate="2023-06-30")
        + "<FactorsIdentifiedAtAssessment><AssessmentFactors>1B</AssessmentFactors></FactorsIdentifiedAtAssessment>"
        + "</Assessments><CINPlanDates>"
        + tags(CINPlanStartDate="2023-12-04", CINPlanEndDate="2024-03-01")
        + "</CINPlanDates><Section47>"
        + tags(S47ActualStartDate="2023-06-01", InitialCPCtarget="2023-06-22", DateOfInitialCPC="2023-06-22")
        + tags(ICPCnotRequired="false")
        + "</Section47>"
        + tags(ReferralNFA="false")
        + "<ChildProtectionPlans>"
        + tags(CPPstartDate="2023-06-22", CPPendDate="2023-12-04", InitialCategoryOfAbuse="NEG")
        + tags(LatestCategoryOfAbuse="EMO", NumberOfPreviousCPP="0")
        + f"<Reviews>{tags(CPPreviewDate=['2023-09-20', '2023-12-04'])}</Reviews></ChildProtectionPlans>"
    )
    story = told(tmp_path, episode)
    assert [(event.day.isoformat(), event.kind, dict(event.facts)) for event in story] == [
        ("2023-05-02", "referral", {"no-further-action": False}),
        ("2023-05-03", "assessment-started", {}),
        ("2023-06-01", "section-47-started", {"conference-required": True, "recorded-target": date(2023, 6, 22)}),
        ("2023-06-22", "initial-conference", {"outcome": "plan"}),
        ("2023-06-22", "plan-started", {"categories": frozenset({"neglect"})}),
        ("2023-06-30", "assessment-completed", {}),
        ("2023-09-20", "review-conference", {}),
        ("2023-12-04", "review-conference", {}),
        ("2023-12-04", "plan-ended", {}),
        ("2023-12-04", "child-in-need-plan-started", {}),
        ("2024-03-01", "child-in-need-plan-ended", {}),
        ("2024-03-01", "case-closed", {"reason": "needs-met"}),
    ]
    assert {event.kind for event in story} <= KINDS
    assert {name for event in story for name in event.facts} <= FACTS | {"outcome"}
    assert story.lost == ()


@pytest.mark.parametrize(
    ("text", "meant"), [("true", True), ("1", True), ("True", True), ("false", False), ("0", False), ("FALSE", False)]
)
def test_flags_are_true_and_false_or_1_and_0(text: str, meant: bool, tmp_path: Path) -> None:
    episode = REFERRED + f"<Section47>{S47}{tags(ICPCnotRequired=text)}</Section47>" + tags(ReferralNFA=text)
    story = told(tmp_path, episode)
    assert story.events[0].facts["no-further-action"] is meant
    assert story.events[1].facts["conference-required"] is not meant


def test_an_enquiry_that_needs_no_conference_discharges_it(tmp_path: Path) -> None:
    for text, expected in (("true", "discharged"), ("1", "discharged"), ("false", "overdue"), ("0", "overdue")):
        found = report(tmp_path, f"{REFERRED}<Section47>{S47}{tags(ICPCnotRequired=text)}</Section47>")
        assert statuses([found], "initial-conference") == [expected], text


@pytest.mark.parametrize("element", ["Sex", "GenderCurrent"])
def test_both_words_for_sex_are_passed_over(element: str, tmp_path: Path) -> None:
    plain = told(tmp_path, REFERRED)
    assert told(tmp_path, REFERRED, identifiers=f"<{element}>F</{element}>") == plain


def test_a_conference_under_the_enquiry_answers_its_clock(tmp_path: Path) -> None:
    found = report(tmp_path, f"{REFERRED}<Section47>{S47}{tags(DateOfInitialCPC='2023-06-22')}</Section47>")
    assert statuses([found], "initial-conference") == ["met"]


def test_a_conference_under_the_episode_starts_no_clock(tmp_path: Path) -> None:
    found = report(tmp_path, REFERRED + tags(DateOfInitialCPC="2023-06-22"))
    assert statuses([found], "initial-conference") == []
    assert "initial-conference" not in found.summary


def test_a_conference_under_the_episode_may_or_may_not_be_that_of_an_enquiry(tmp_path: Path) -> None:
    found = report(tmp_path, f"{REFERRED}{tags(DateOfInitialCPC='2023-06-22')}<Section47>{S47}</Section47>")
    (finding,) = [finding for finding in found.findings if finding.rule == "initial-conference"]
    assert finding.status is cp.Status.CANNOT_TELL
    assert "outside any section 47 enquiry" in finding.because


def test_several_conferences_under_one_episode_are_all_kept(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED + tags(DateOfInitialCPC=["2023-06-22", "2023-08-01"]))
    assert days(story, "initial-conference") == ["2023-06-22", "2023-08-01"]


SPELLINGS = {
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "CINplanDates": ("CINplanStartDate", "CINplanEndDate"),
}


@pytest.mark.parametrize("wrapper", SPELLINGS)
@pytest.mark.parametrize("inner", SPELLINGS)
def test_both_spellings_of_the_plan_dates(wrapper: str, inner: str, tmp_path: Path) -> None:
    start, end = SPELLINGS[inner]
    plan = f"<{wrapper}>{tags(**{start: '2023-06-01', end: '2023-07-01'})}</{wrapper}>"
    story = told(tmp_path, REFERRED + plan)
    assert days(story, "child-in-need-plan-started") == ["2023-06-01"]
    assert days(story, "child-in-need-plan-ended") == ["2023-07-01"]


def test_the_pre_proceedings_of_2026(tmp_path: Path) -> None:
    block = tags(PPStartDate="2023-09-09", LBPSentDate="2023-09-20", FGDMMeetingOffer="1", FGDMMeetingFac="1")
    block += tags(InitialPPMeetingDate="2023-09-28", PPOutcome="A", CourtAppDate="2023-12-18")
    story = told(tmp_path, f"{REFERRED}<PreProceedingsandFGDM>{block}</PreProceedingsandFGDM>")
    letter, meeting, court = story.events[1:]
    assert (letter.kind, letter.day) == ("letter-before-proceedings", date(2023, 9, 20))
    assert letter.facts == {"family-group-meeting-offered": True}
    assert (meeting.kind, meeting.day) == ("pre-proceedings-meeting", date(2023, 9, 28))
    assert (court.kind, court.day) == ("proceedings-issued", date(2023, 12, 18))


EPISODES = (
    tags(CINreferralDate="2023-04-03", CINclosureDate="2023-05-31", ReasonForClosure="RC7"),
    tags(CINreferralDate="2023-07-03")
    + f"<Section47>{tags(S47ActualStartDate='2023-07-04', ICPCnotRequired='1')}</Section47>"
    + f"<Section47>{tags(S47ActualStartDate='2023-08-01', DateOfInitialCPC='2023-08-22')}</Section47>"
    + f"<ChildProtectionPlans>{tags(CPPstartDate='2023-08-22', CPPendDate='2023-11-20')}"
    + f"<Reviews>{tags(CPPreviewDate='2023-11-20')}</Reviews></ChildProtectionPlans>"
    + f"<ChildProtectionPlans>{tags(CPPstartDate='2024-01-15')}<Reviews/></ChildProtectionPlans>",
)


def test_several_episodes_enquiries_plans_and_reviews(tmp_path: Path) -> None:
    story = told(tmp_path, *EPISODES)
    assert days(story, "referral") == ["2023-04-03", "2023-07-03"]
    assert days(story, "section-47-started") == ["2023-07-04", "2023-08-01"]
    assert days(story, "plan-started") == ["2023-08-22", "2024-01-15"]
    assert statuses([report(tmp_path, *EPISODES)], "initial-conference") == ["discharged", "met"]
    assert statuses([report(tmp_path, *EPISODES)], "first-review-conference") == ["met", "pending"]


def test_the_order_of_the_elements_does_not_matter(tmp_path: Path) -> None:
    parts = [
        tags(CINreferralDate="2023-07-03"),
        f"<Section47>{tags(S47ActualStartDate='2023-07-04', ICPCnotRequired='1')}</Section47>",
        f"<Section47>{tags(DateOfInitialCPC='2023-08-22', S47ActualStartDate='2023-08-01')}</Section47>",
        f"<ChildProtectionPlans><Reviews>{tags(CPPreviewDate=['2024-02-20', '2023-11-20'])}</Reviews>"
        + f"{tags(CPPstartDate='2023-08-22')}</ChildProtectionPlans>",
        tags(ReferralNFA="0"),
    ]
    assert told(tmp_path, "".join(parts)) == told(tmp_path, "".join(reversed(parts)))
    assert told(tmp_path, *EPISODES) == told(tmp_path, *reversed(EPISODES))


def test_the_recorded_target_is_compared_with_the_computed_one(tmp_path: Path) -> None:
    """15 working days after Thursday 2 June 2022, itself a bank holiday, as Friday 3 June is: Friday 24 June."""
    for target, differs in (("2022-06-24", False), ("2022-06-23", True)):
        enquiry = tags(S47ActualStartDate="2022-06-02", InitialCPCtarget=target, DateOfInitialCPC="2022-06-17")
        found = report(tmp_path, f"{tags(CINreferralDate='2022-06-01')}<Section47>{enquiry}</Section47>")
        odd = [entry for entry in found.irregularities if entry.code == "recorded-target-differs"]
        assert bool(odd) is differs
        assert all(entry.child == "C-1" and "Thu 23 Jun 2022" in entry.because for entry in odd)
        assert all("Fri 24 Jun 2022" in entry.because for entry in odd)
        assert statuses([found], "initial-conference") == ["met"]


RULES_OF_WHAT_IS_NOT_HELD = [
    "referral-decision",
    "referral-acknowledgement",
    "first-core-group",
    "plan-ended-by-review",
]


@pytest.mark.parametrize("rule", RULES_OF_WHAT_IS_NOT_HELD)
def test_what_the_census_cannot_hold_is_cannot_tell(rule: str, tmp_path: Path) -> None:
    found = report(tmp_path, *EPISODES, as_at="2026-12-31")
    assert set(statuses([found], rule)) == {"cannot-tell"}
    assert all(finding.missing for finding in found.findings if finding.rule == rule)


def test_attendance_is_never_judged_from_a_census(tmp_path: Path) -> None:
    assert "strategy-discussion-attendance" not in report(tmp_path, *EPISODES).summary
    assert not told(tmp_path, *EPISODES).covers.holds("strategy-discussion")
    assert not told(tmp_path, *EPISODES).covers.holds("core-group")
    assert not told(tmp_path, *EPISODES).covers.holds("initial-conference", "agencies")


def test_the_plan_of_the_day_was_the_outcome_of_its_conference(tmp_path: Path) -> None:
    held = f"<Section47>{S47}{tags(DateOfInitialCPC='2023-06-22')}</Section47>"
    plans = {"2023-06-22": {"outcome": "plan"}, "2023-06-20": {"outcome": "no-plan"}, "2023-07-20": {}}
    for start, facts in plans.items():
        plan = f"<ChildProtectionPlans>{tags(CPPstartDate=start)}</ChildProtectionPlans>"
        (conference,) = [e for e in told(tmp_path, REFERRED + held + plan) if e.kind == "initial-conference"]
        assert conference.facts == facts, start


def test_a_plan_whose_start_cannot_be_read_leaves_the_outcome_of_the_conference_open(tmp_path: Path) -> None:
    held = f"<Section47>{S47}{tags(DateOfInitialCPC='2023-06-22')}</Section47>"
    for start in ("2023-02-30", ""):
        plan = f"<ChildProtectionPlans>{tags(CPPstartDate=start, InitialCategoryOfAbuse='NEG')}</ChildProtectionPlans>"
        story = told(tmp_path, REFERRED + held + plan)
        assert [dict(event.facts) for event in story if event.kind == "initial-conference"] == [{}]
        assert [lost.kind for lost in story.lost] == ["plan-started"]


def test_closure_codes_and_categories_are_translated(tmp_path: Path) -> None:
    reasons = """adopted died child-arrangements-order special-guardianship transferred adult-services needs-met
        no-further-action early-help""".split()
    for n, reason in enumerate(reasons, start=1):
        closed = told(tmp_path, REFERRED + tags(CINclosureDate="2023-09-01", ReasonForClosure=f"RC{n}")).events[-1]
        assert closed.facts == {"reason": reason}
    for code, category in {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional"}.items():
        plan = f"<ChildProtectionPlans>{tags(CPPstartDate='2023-06-22', InitialCategoryOfAbuse=code)}"
        assert told(tmp_path, f"{REFERRED}{plan}</ChildProtectionPlans>").events[-1].facts == {
            "categories": frozenset({category})
        }


def test_death_and_the_eighteenth_birthday_end_the_duties(tmp_path: Path) -> None:
    enquiry = f"{REFERRED}<Section47>{S47}</Section47>"
    assert statuses([report(tmp_path, enquiry)], "initial-conference") == ["overdue"]
    for identifiers in (tags(PersonDeathDate="2023-06-10"), tags(PersonBirthDate="2005-06-10")):
        assert statuses([report(tmp_path, enquiry, identifiers=identifiers)], "initial-conference") == ["discharged"]


def test_an_unborn_child(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED, identifiers=tags(ExpectedPersonBirthDate="2023-08-01"))
    assert story.born == cp.Expected(date(2023, 8, 1))
    born = told(
        tmp_path, REFERRED, identifiers=tags(PersonBirthDate="2023-07-30", ExpectedPersonBirthDate="2023-08-01")
    )
    assert born.born == date(2023, 7, 30)


def test_the_reference_date_is_the_day_of_the_check(tmp_path: Path) -> None:
    source, _ = judged(write_census(tmp_path / "c.xml", census_child(REFERRED), reference="2023-07-21"))
    assert source.as_at == date(2023, 7, 21)
    assert only_child(tmp_path / "c.xml").covers.since == date(2022, 7, 22)


@pytest.mark.parametrize("reference", [None, "", "2024-02-30", "31/03/2024", "9999-12-31"])
def test_without_a_reference_date_it_is_the_last_date_of_the_file(reference: str | None, tmp_path: Path) -> None:
    path = write_census(
        tmp_path / "c.xml", census_child(REFERRED), census_child(*EPISODES, name="B"), reference=reference
    )
    source, _ = judged(path)
    assert source.as_at == date(2024, 1, 15)
    assert len(source.rejections) == bool(reference)


FORMS = {
    "no declaration": lambda text: text.split("\n", 1)[1].encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "Latin-1": lambda text: text.replace("UTF-8", "ISO-8859-1").replace("NOBT", "\u00e9").encode("latin-1"),
    "carriage returns and line feeds": lambda text: text.replace("\n", "\r\n").encode(),
    "a namespace": lambda text: text.replace("<Message", '<Message xmlns="urn:census"').encode(),
    "a namespace with a prefix": lambda text: (
        (text.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:").replace("<c:?", "<?"))
        .replace("<c:Message", '<c:Message xmlns:c="urn:census"')
        .encode()
    ),
    "comments and instructions": lambda text: (
        text.replace("<Children>", "<!-- all --><Children><?go on?>")
        .replace("2023-06-22", "2023<!-- June -->-06-22")
        .encode()
    ),
    "attributes": lambda text: text.replace("<Child>", '<Child id="7" Child="Child">').encode(),
    "character references": lambda text: text.replace("2023-06-22", "2023&#45;06&#x2D;22").encode(),
    "sections of character data": lambda text: text.replace("2023-06-22", "<![CDATA[2023-06-22]]>").encode(),
    "white space": lambda text: text.replace("2023-06-22", "\n  2023-06-22\t").encode(),
    "a time of day": lambda text: text.replace("2023-06-22", "2023-06-22T00:00:00").encode(),
}
SAMPLE = census_text(
    census_child(f"{REFERRED}<Section47>{S47}{tags(DateOfInitialCPC='2023-06-22')}</Section47>"),
    census_child(*EPISODES, name="C-2"),
)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_census_in_another_form_says_the_same(form: str, tmp_path: Path) -> None:
    (tmp_path / "plain.xml").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "other.xml").write_bytes(FORMS[form](SAMPLE))
    (plain, expected), (other, found) = judged(tmp_path / "plain.xml"), judged(tmp_path / "other.xml")
    assert (other.children, other.events, other.rejections) == (plain.children, plain.events, [])
    assert found == expected
    assert statuses(found.values(), "initial-conference") == ["met", "discharged", "met"]


def test_the_reading_is_streamed(tmp_path: Path) -> None:
    """The first child is there before the file has been read to its end, which here is broken."""
    text = census_text(*(census_child(REFERRED, name=f"C-{n}") for n in range(3000)))
    path = tmp_path / "long.xml"
    path.write_text(text.replace("</Children></Message>", ""), encoding="utf-8")
    done: list[int] = []
    source = read_census(str(path), Reading(progress=done.append))
    story = iter(source)
    assert next(story).child == "C-0"
    assert sum(done) < path.stat().st_size / 2
    with pytest.raises(UnreadableInput, match="breaks off"):
        list(story)
    assert source.children > 2900


def test_the_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", *(census_child(REFERRED, name=f"C-{n}") for n in range(2000)))
    done: list[int] = []
    assert len(list(read(str(path), progress=done.append))) == 2000
    assert len(done) > 2
    assert sum(done) == path.stat().st_size


@pytest.mark.parametrize(
    ("referred", "assessed", "status"),
    [
        ("2021-06-01", None, "cannot-tell"),  # the assessment of 2021 is in no census of 2023-24
        ("2021-06-01", "2023-07-03", "cannot-tell"),  # this may be the second
        ("2023-03-20", "2023-05-26", "met"),
        ("2023-04-03", None, "overdue"),
    ],
)
def test_of_a_case_older_than_the_census_an_assessment_may_be_missing(
    referred: str, assessed: str | None, status: str, tmp_path: Path
) -> None:
    done = block("Assessments", tags(AssessmentAuthorisationDate=assessed)) if assessed else ""
    path = write_census(tmp_path / "c.xml", census_child(tags(CINreferralDate=referred) + done))
    source = read(str(path))
    reports = [cp.check(child, england.rulebook, as_at=source.as_at) for child in source]
    assert statuses(reports, "single-assessment") == [status]


def test_the_plan_of_an_older_case_is_judged_with_its_reviews(tmp_path: Path) -> None:
    """It was reviewed in September 2022 and in March 2023, and not again: that is seen, whichever year it is of."""
    reviews = block("Reviews", tags(CPPreviewDate="2022-09-01")) + block("Reviews", tags(CPPreviewDate="2023-02-20"))
    plan = block("ChildProtectionPlans", tags(CPPstartDate="2022-06-22") + reviews)
    path = write_census(tmp_path / "c.xml", census_child(tags(CINreferralDate="2022-06-01") + plan))
    source = read(str(path))
    reports = [cp.check(child, england.rulebook, as_at=source.as_at) for child in source]
    assert statuses(reports, "first-review-conference") == ["met"]
    assert statuses(reports, "review-conference") == ["met", "overdue"]


def test_nothing_on_record_left_open_is_not_nothing_left_open(tmp_path: Path) -> None:
    """The census has no strategy discussions, and one of them may have decided on an enquiry."""
    path = write_census(
        tmp_path / "c.xml", census_child(REFERRED + CLOSED), census_child(REFERRED + S47_OPEN, name="2")
    )
    source = read(str(path))
    reports = [cp.check(child, england.rulebook, as_at=source.as_at) for child in source]
    assert sorted(statuses(reports, "closed-with-open-work")) == ["cannot-tell", "cannot-tell"]
    assert {
        name for report in reports for f in report.findings if f.rule == "closed-with-open-work" for name in f.missing
    } == {
        "strategy-discussion",
        "section-47-completed",
    }


def test_a_child_who_is_in_the_file_twice_is_not_judged_by_half_a_record(tmp_path: Path) -> None:
    plan = f"<ChildProtectionPlans>{tags(CPPstartDate='2023-06-22')}</ChildProtectionPlans>"
    closed = REFERRED + tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
    path = write_census(tmp_path / "c.xml", census_child(REFERRED + plan), census_child(closed))
    source = read(str(path))
    reports = [cp.check(child, england.rulebook, as_at=source.as_at) for child in source]
    assert "met" not in statuses(reports, "closed-with-open-work")
    assert [rejection.child for rejection in source.rejections] == ["C-1", "C-1"]
    assert "more than once" in source.rejections[0].because


def test_what_stands_between_the_children_is_not_lost_in_silence(tmp_path: Path) -> None:
    source, reports = judged(
        write_census(tmp_path / "c.xml", census_child(REFERRED), "<child/>", census_child(REFERRED, name="C-2"))
    )
    assert source.rejections[0].because == "it is not a <Child>"
    assert source.children == 2
    assert set(reports) == {"C-1", "C-2"}


def test_a_child_without_details_is_a_child_without_events(tmp_path: Path) -> None:
    source, reports = judged(write_census(tmp_path / "c.xml", census_child()))
    assert (source.children, source.events, source.rejections) == (1, 0, [])
    assert reports["C-1"].findings == ()


def test_empty_blocks_say_nothing(tmp_path: Path) -> None:
    story = told(
        tmp_path,
        REFERRED + "<Assessments/><Section47> </Section47><ChildProtectionPlans><Reviews/></ChildProtectionPlans>",
    )
    assert [event.kind for event in story] == ["referral"]
    assert story.lost == ()


STARTS = {
    "Section47": ("section-47-started", tags(DateOfInitialCPC="2023-06-22")),
    "Assessments": ("assessment-started", tags(AssessmentAuthorisationDate="2023-06-22")),
    "ChildProtectionPlans": ("plan-started", tags(InitialCategoryOfAbuse="NEG")),
}


@pytest.mark.parametrize("block", STARTS)
def test_a_block_without_its_start_has_lost_it(block: str, tmp_path: Path) -> None:
    kind, inside = STARTS[block]
    closed = tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
    story = told(tmp_path, f"{REFERRED}<{block}>{inside}</{block}>{closed}")
    assert [lost.kind for lost in story.lost] == [kind]
    assert isinstance(story.lost[0], Lost)
    assert "met" not in statuses([cp.check(story, england.rulebook, as_at=date(2024, 3, 31))], "closed-with-open-work")


# --- what cannot be read, and what is said of it


def block(name: str, *inside: str) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


NO_DATE = "is not a date such as 2012-09-03, from 1900 to 2050"
NO_FLAG = "is neither true nor false"
SPOILT: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a date that is none": (
        tags(CINreferralDate="2023-02-30"),
        [("referral", "CINreferralDate", f"CINreferralDate '2023-02-30' {NO_DATE}")],
    ),
    "a date that is no date of ours": (
        REFERRED + tags(CINclosureDate="31/12/2023"),
        [("case-closed", "CINclosureDate", f"CINclosureDate {NO_DATE}")],
    ),
    "a date with something else": (
        REFERRED + tags(CINclosureDate="2023-12-31,10:00"),
        [("case-closed", "CINclosureDate", f"CINclosureDate {NO_DATE}")],
    ),
    "a year that nobody means": (
        REFERRED + tags(DateOfInitialCPC="2051-01-01"),
        [("initial-conference", "DateOfInitialCPC", f"DateOfInitialCPC '2051-01-01' {NO_DATE}")],
    ),
    "no date of referral": (
        tags(ReferralSource="1A"),
        [("referral", "CINreferralDate", "there is no CINreferralDate")],
    ),
    "an unclear flag of the referral": (
        REFERRED + tags(ReferralNFA="perhaps"),
        [("referral", "ReferralNFA", f"ReferralNFA {NO_FLAG}")],
    ),
    "a closure before the referral": (
        REFERRED + tags(CINclosureDate="2023-05-01"),
        [("case-closed", "CINclosureDate", "CINclosureDate 2023-05-01 is before the start, 2023-05-02")],
    ),
    "an assessment without its start": (
        REFERRED + block("Assessments", tags(AssessmentAuthorisationDate="2023-06-01")),
        [("assessment-started", "AssessmentActualStartDate", "there is no AssessmentActualStartDate")],
    ),
    "an assessment that ends before it starts": (
        REFERRED
        + block("Assessments", tags(AssessmentActualStartDate="2023-05-03", AssessmentAuthorisationDate="2023-05-02")),
        [
            (
                "assessment-completed",
                "AssessmentAuthorisationDate",
                "AssessmentAuthorisationDate 2023-05-02 is before the start, 2023-05-03",
            )
        ],
    ),
    "a child in need plan that cannot be read": (
        REFERRED + block("CINplanDates", tags(CINplanStartDate="x", CINPlanEndDate="y")),
        [
            ("child-in-need-plan-started", "CINPlanStartDate", f"CINPlanStartDate {NO_DATE}"),
            ("child-in-need-plan-ended", "CINPlanEndDate", f"CINPlanEndDate {NO_DATE}"),
        ],
    ),
    "a child in need plan that ends before it starts": (
        REFERRED + block("CINPlanDates", tags(CINPlanStartDate="2023-06-02", CINPlanEndDate="2023-06-01")),
        [
            (
                "child-in-need-plan-ended",
                "CINPlanEndDate",
                "CINPlanEndDate 2023-06-01 is before the start, 2023-06-02",
            )
        ],
    ),
    "an enquiry without its start": (
        REFERRED + block("Section47", tags(ICPCnotRequired="1")),
        [("section-47-started", "S47ActualStartDate", "there is no S47ActualStartDate")],
    ),
    "an unclear flag of the enquiry": (
        REFERRED + block("Section47", S47, tags(ICPCnotRequired="perhaps")),
        [("section-47-started", "ICPCnotRequired", f"ICPCnotRequired {NO_FLAG}")],
    ),
    "a conference before the enquiry": (
        REFERRED + block("Section47", S47, tags(DateOfInitialCPC="2023-05-31")),
        [
            (
                "initial-conference",
                "DateOfInitialCPC",
                "DateOfInitialCPC 2023-05-31 is before the start, 2023-06-01",
            )
        ],
    ),
    "a plan without its start": (
        REFERRED + block("ChildProtectionPlans", tags(CPPendDate="2023-06-22")),
        [("plan-started", "CPPstartDate", "there is no CPPstartDate")],
    ),
    "an unknown category": (
        REFERRED + block("ChildProtectionPlans", tags(CPPstartDate="2023-06-22", InitialCategoryOfAbuse="XYZ")),
        [("plan-started", "InitialCategoryOfAbuse", "InitialCategoryOfAbuse is no code that we know")],
    ),
    "a plan that ends before it starts": (
        REFERRED + block("ChildProtectionPlans", tags(CPPstartDate="2023-06-22", CPPendDate="2023-06-21")),
        [("plan-ended", "CPPendDate", "CPPendDate 2023-06-21 is before the start, 2023-06-22")],
    ),
    "a review before the plan and one that is none": (
        REFERRED
        + block(
            "ChildProtectionPlans",
            tags(CPPstartDate="2023-06-22"),
            block("Reviews", tags(CPPreviewDate=["2023-06-21", "soon"], Reviewed="never")),
        ),
        [
            ("review-conference", "CPPreviewDate", "CPPreviewDate 2023-06-21 is before the start, 2023-06-22"),
            ("review-conference", "CPPreviewDate", f"CPPreviewDate {NO_DATE}"),
        ],
    ),
    "an unclear offer and steps that cannot be read": (
        REFERRED
        + block(
            "PreProceedingsandFGDM",
            tags(LBPSentDate="a", FGDMMeetingOffer="b", InitialPPMeetingDate="c", CourtAppDate="d"),
        ),
        [
            ("letter-before-proceedings", "FGDMMeetingOffer", f"FGDMMeetingOffer {NO_FLAG}"),
            ("letter-before-proceedings", "LBPSentDate", f"LBPSentDate {NO_DATE}"),
            ("pre-proceedings-meeting", "InitialPPMeetingDate", f"InitialPPMeetingDate {NO_DATE}"),
            ("proceedings-issued", "CourtAppDate", f"CourtAppDate {NO_DATE}"),
        ],
    ),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_what_cannot_be_read_is_listed_by_child_and_element_and_is_lost(kind: str, tmp_path: Path) -> None:
    episode, lost = SPOILT[kind]
    source = read(str(write_census(tmp_path / "c.xml", census_child(episode))))
    (story,) = source
    assert story.lost == tuple(Lost(*entry) for entry in lost)
    assert source.rejections == [Rejection(f"child C-1, {element}", "C-1", why) for _, element, why in lost]


def test_what_ends_on_the_day_on_which_it_began_is_read(tmp_path: Path) -> None:
    day = "2023-06-01"
    episode = (
        tags(CINreferralDate=day, CINclosureDate=day)
        + block("Assessments", tags(AssessmentActualStartDate=day, AssessmentAuthorisationDate=day))
        + block("CINPlanDates", tags(CINPlanStartDate=day, CINPlanEndDate=day))
        + block("Section47", tags(S47ActualStartDate=day, DateOfInitialCPC=day))
        + block("ChildProtectionPlans", tags(CPPstartDate=day, CPPendDate=day), "<Reviews>", tags(CPPreviewDate=day))
    ).replace("</ChildProtectionPlans>", "</Reviews></ChildProtectionPlans>")
    story = told(tmp_path, episode)
    assert story.lost == ()
    assert {(event.kind, event.day) for event in story} == {
        (kind, date(2023, 6, 1))
        for kind in """referral case-closed assessment-started assessment-completed child-in-need-plan-started
        child-in-need-plan-ended section-47-started initial-conference plan-started plan-ended
        review-conference""".split()
    }


def test_a_child_in_need_plan_may_be_open_or_have_begun_nobody_knows_when(tmp_path: Path) -> None:
    dates = {"CINPlanStartDate": "child-in-need-plan-started", "CINPlanEndDate": "child-in-need-plan-ended"}
    for element, kind in dates.items():
        story = told(tmp_path, REFERRED + block("CINPlanDates", tags(**{element: "2023-06-01"})))
        assert [event.kind for event in story] == ["referral", kind]
        assert story.lost == ()


def test_a_plan_whose_start_cannot_be_read_ends_before_the_next_begins(tmp_path: Path) -> None:
    ended, begun = tags(CPPstartDate="2023-02-30", CPPendDate="2023-09-01"), tags(CPPstartDate="2023-09-01")
    for blocks in ((ended, begun), (begun, ended)):
        plans = "".join(block("ChildProtectionPlans", inside) for inside in blocks)
        assert [event.kind for event in told(tmp_path, REFERRED + plans)] == ["referral", "plan-ended", "plan-started"]


def test_a_part_of_the_child_that_cannot_be_read_is_listed_and_not_repeated(tmp_path: Path) -> None:
    identifiers = tags(PersonBirthDate="30/02/2015", ExpectedPersonBirthDate="soon", PersonDeathDate="2023-06-31")
    episode = REFERRED + block("Section47", S47, tags(InitialCPCtarget="2023-06-31"))
    source = read(str(write_census(tmp_path / "c.xml", census_child(episode, identifiers=identifiers))))
    (story,) = source
    elements = ("PersonBirthDate", "ExpectedPersonBirthDate", "PersonDeathDate", "InitialCPCtarget")
    assert source.rejections == [
        Rejection(f"child C-1, {element}", "C-1", f"{element} is no date that can be meant") for element in elements
    ]
    assert story.lost == (Lost(None, "PersonDeathDate", "no date that can be read"),)
    assert (story.born, story.died) == (None, None)


def test_birth_and_death_are_read(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED, identifiers=tags(PersonBirthDate="2015-02-28", PersonDeathDate="2023-06-30"))
    assert (story.born, story.died, story.lost) == (date(2015, 2, 28), date(2023, 6, 30), ())


CLOSURES: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "with a reason": (tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7"), {"reason": "needs-met"}, []),
    "without a reason": (tags(CINclosureDate="2023-12-01"), {}, []),
    "with a reason that nobody knows": (
        tags(CINclosureDate="2023-12-01", ReasonForClosure="RC99"),
        {},
        ["ReasonForClosure is no code that we know; it counts as not recorded."],
    ),
}


@pytest.mark.parametrize("kind", CLOSURES)
def test_a_case_is_closed(kind: str, tmp_path: Path) -> None:
    closed, facts, remarks = CLOSURES[kind]
    story = told(tmp_path, REFERRED + closed)
    assert (story.events[-1].kind, dict(story.events[-1].facts)) == ("case-closed", facts)
    assert story.remarks == tuple(Remark("unreadable-fact", date(2023, 12, 1), because) for because in remarks)
    assert story.lost == ()


def test_a_reason_without_a_closure_says_nothing(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED + tags(ReasonForClosure="RC99"))
    assert ([event.kind for event in story], story.remarks, story.lost) == (["referral"], (), ())


def test_a_conference_knows_where_it_was_recorded_and_what_came_of_it(tmp_path: Path) -> None:
    """Whatever stands first in the file: the plan here stands in another episode, and after the conferences."""
    conferences = tags(DateOfInitialCPC=["2023-06-22", "2023-07-03"])
    plan = block("ChildProtectionPlans", tags(CPPstartDate="2023-06-22", InitialCategoryOfAbuse="MUL"))
    first = REFERRED + conferences + block("Section47", S47, conferences)
    story = told(tmp_path, first, tags(CINreferralDate="2023-08-01") + plan)
    found = [(event.day.isoformat(), dict(event.facts)) for event in story if event.kind == "initial-conference"]
    assert sorted(found, key=str) == [
        ("2023-06-22", {"outcome": "plan"}),
        ("2023-06-22", {"recorded-under": "episode", "outcome": "plan"}),
        ("2023-07-03", {"outcome": "no-plan"}),
        ("2023-07-03", {"recorded-under": "episode", "outcome": "no-plan"}),
    ]
    (started,) = [event for event in story if event.kind == "plan-started"]
    assert started.facts == {"categories": frozenset({"multiple"})}


def test_the_names_of_blocks_may_be_in_any_case(tmp_path: Path) -> None:
    episode = (
        REFERRED
        + block("ASSESSMENTS", tags(AssessmentActualStartDate="2023-05-03"))
        + block("section47", S47)
        + tags(dateofinitialcpc="2023-06-22")
        + block("PREPROCEEDINGSANDFGDM", tags(CourtAppDate="2023-07-03"))
    )
    assert [event.kind for event in told(tmp_path, episode)] == [
        "referral",
        "assessment-started",
        "section-47-started",
        "initial-conference",
        "proceedings-issued",
    ]


def test_a_flag_that_says_nothing_is_not_recorded(tmp_path: Path) -> None:
    episode = REFERRED + tags(ReferralNFA=" ") + block("Section47", S47, tags(ICPCnotRequired=""))
    story = told(tmp_path, episode + block("PreProceedingsandFGDM", tags(LBPSentDate="2023-07-03")))
    assert [dict(event.facts) for event in story] == [{}, {}, {}]
    assert story.lost == ()


NAMELESS = "it has no LAchildID that can be read"


def test_what_is_no_child_and_who_has_no_name_are_told_by_their_place(tmp_path: Path) -> None:
    path = write_census(
        tmp_path / "c.xml",
        census_child(REFERRED),
        "<Kind/>",
        "<Child/>",
        "<Child><ChildIdentifiers/></Child>",
        census_child(REFERRED, name=" "),
        census_child(REFERRED),
        census_child(REFERRED),
    )
    source = read(str(path))
    stories = list(source)
    twice = "the file names this child more than once, and each part is judged without the others"
    assert source.rejections == [
        Rejection("child C-1, LAchildID", "C-1", twice),
        Rejection("element 2 of <Children>", None, "it is not a <Child>"),
        Rejection("child 3 of the file", None, NAMELESS),
        Rejection("child 4 of the file", None, NAMELESS),
        Rejection("child 5 of the file", None, NAMELESS),
        Rejection("child 5 of the file, CINdetails", None, NAMELESS),
        Rejection("child C-1, LAchildID", "C-1", twice),
        Rejection("child C-1, LAchildID", "C-1", twice),
    ]
    lost = (Lost(None, "LAchildID", twice),)
    assert [(story.child, story.lost) for story in stories] == [("C-1", lost)] * 3


REFERENCES = {
    "2024-02-30": "ReferenceDate '2024-02-30' cannot be meant; the last date of the file is taken",
    "31/03/2024": "ReferenceDate cannot be meant; the last date of the file is taken",
}


@pytest.mark.parametrize("said", REFERENCES)
def test_a_reference_date_that_cannot_be_meant_is_told_once(said: str, tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", census_child(REFERRED), "<Kind/>", census_child(name="C-2"), reference=said)
    source = read(str(path))
    assert source.as_at == date(2023, 5, 2)
    (story, _) = source
    assert source.rejections == [
        Rejection("<Header>", None, REFERENCES[said]),
        Rejection("element 2 of <Children>", None, "it is not a <Child>"),
    ]
    assert story.covers == Coverage(KINDS, FACTS, since=date(2022, 5, 3), whole=WHOLE)


def test_the_reference_date_may_have_a_time_and_blanks(tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", census_child(REFERRED), reference="\n 2024-03-31T00:00:00 ")
    source, _ = judged(path)
    assert (source.as_at, source.path, source.format) == (date(2024, 3, 31), str(path), "cin-census")
    assert source.rejections == []


# --- what is no census

HEAD = f"<Header>{tags(ReferenceDate='2024-03-31')}</Header>"
CHILDREN = f"<Children>{census_child(REFERRED)}</Children>"
BROKEN = "the XML breaks off or is not well formed ({})"
A_CENSUS = "a children in need census: <Message> with <Header> and <Children>"
NO_CENSUS: dict[str, tuple[str, tuple[str, str]]] = {
    "another root": (f"<Nachricht>{HEAD}{CHILDREN}</Nachricht>", ("", "the root element is not <Message>")),
    "nothing in it": ("<Message/>", ("", "there is no <Header>")),
    "no header": (f"<Message>{CHILDREN}</Message>", ("before <Children>", "there is no <Header>")),
    "a header within something else": (
        f"<Message><Box>{HEAD}</Box>{CHILDREN}</Message>",
        ("before <Children>", "there is no <Header>"),
    ),
    "a header that comes too late": (
        f"<Message>{CHILDREN}{HEAD}</Message>",
        ("before <Children>", "there is no <Header>"),
    ),
    "no children": (f"<Message>{HEAD}</Message>", ("", "there is no <Children>")),
    "children within something else": (
        f"<Message>{HEAD}<Box>{CHILDREN}</Box></Message>",
        ("", "there is no <Children>"),
    ),
    "a child before the children": (
        f"<Message>{HEAD}<Child/>{CHILDREN}</Message>",
        ("<Child>", "a child stands outside <Children>"),
    ),
    "a child after the children": (
        f"<Message>{HEAD}{CHILDREN}<Child/></Message>",
        ("<Child>", "a child stands outside <Children>"),
    ),
    "a child after the children, in a namespace": (
        f'<Message xmlns="urn:census">{HEAD}{CHILDREN}<Child/></Message>',
        ("<Child>", "a child stands outside <Children>"),
    ),
    "no date at all": (
        "<Message><Header/><Children><Child/></Children></Message>",
        ("<Header>", "there is no <ReferenceDate>, and no date of any event"),
    ),
    "a child that breaks off": (
        f"<Message>{HEAD}\n<Children><Child></Children>",
        ("line 2, column 19", BROKEN.format("mismatched tag")),
    ),
    "a file that breaks off": (f"<Message>{HEAD}\n", ("line 2, column 0", BROKEN.format("no element found"))),
    "no element": ("<!-- nothing -->\n", ("line 2, column 0", BROKEN.format("no element found"))),
    "no XML": ("<\n", ("line 1, column 1", BROKEN.format("not well-formed (invalid token)"))),
}


@pytest.mark.parametrize("kind", NO_CENSUS)
def test_what_is_no_census_is_refused_with_the_place(kind: str, tmp_path: Path) -> None:
    text, wrong = NO_CENSUS[kind]
    (tmp_path / "c.xml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput) as caught:
        list(read(str(tmp_path / "c.xml")))
    assert (caught.value.path, caught.value.expected) == (str(tmp_path / "c.xml"), A_CENSUS)
    assert (caught.value.place, caught.value.problem) == wrong
    files = [thing for thing in gc.get_objects() if isinstance(thing, io.FileIO) and thing.name == caught.value.path]
    assert all(file.closed for file in files), "though the error, and with it all that led to it, is still here"


BEFORE = {
    "nothing": "",
    "some comments": "<!-- a comment -->\n" * 9,
    "many comments": "<!-- a comment -->\n" * 20_000,
    # after half of a long comment, expat 2.6 and later wait for more than comes
    "a long comment": f"<!-- {'x' * 65_600} -->\n",
}


@pytest.mark.parametrize("before", BEFORE)
def test_a_doctype_is_refused_with_its_line_however_late_it_comes(before: str, tmp_path: Path) -> None:
    lines = BEFORE[before].count("\n")
    text = BEFORE[before] + f"<!DOCTYPE Message><Message>{HEAD}{CHILDREN}</Message>"
    (tmp_path / "c.xml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput) as caught:
        read(str(tmp_path / "c.xml"))
    assert caught.value.args == (
        f"{tmp_path / 'c.xml'}: line {lines + 1}: it has a DOCTYPE, which could define entities; "
        "expected a census without one",
    )


def test_a_census_may_begin_with_many_comments(tmp_path: Path) -> None:
    text = "<!-- a comment -->\n" * 20_000 + f"<Message>{HEAD}{CHILDREN}</Message>"
    (tmp_path / "c.xml").write_text(text, encoding="utf-8")
    assert only_child(tmp_path / "c.xml").child == "C-1"


@pytest.mark.parametrize("encoding", ["klingon", "shift_jis", "rot13"])
def test_an_encoding_that_cannot_be_read_is_told(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "c.xml"
    path.write_text(SAMPLE.replace("UTF-8", encoding), encoding="utf-8")
    with pytest.raises(UnreadableInput) as caught:
        read(str(path))
    assert caught.value.args == (f"{path}: line 1: its encoding is not one that can be read; expected XML in UTF-8",)


PLACES = {
    "another header and more children": f"<Message>{HEAD}<Header><ReferenceDate>2020-03-31</ReferenceDate></Header>"
    f"{CHILDREN}<Children>{census_child(name='C-2')}</Children></Message>",
    "children in the header": f"<Message><Header>{tags(ReferenceDate='2024-03-31')}<Children><Child/></Children>"
    f"<Child/></Header>{CHILDREN}<Children>{census_child(name='C-2')}</Children></Message>",
    "things between the two": f"<Message>{HEAD}<Box><Child/></Box><Children>{census_child(REFERRED)}"
    f"{census_child(name='C-2')}</Children><Box><Child/></Box></Message>",
}


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("root", ["<Message>", '<Message xmlns="urn:census">'])
def test_children_are_those_in_the_children_of_the_message(kind: str, root: str, tmp_path: Path) -> None:
    (tmp_path / "c.xml").write_text(PLACES[kind].replace("<Message>", root), encoding="utf-8")
    source = read(str(tmp_path / "c.xml"))
    assert [story.child for story in source] == ["C-1", "C-2"]
    assert (source.as_at, source.rejections) == (date(2024, 3, 31), [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_nul_of_utf_16_is_no_nul_and_one_of_utf_8_is_no_text(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "c.xml"
    path.write_bytes(SAMPLE.replace("UTF-8", "UTF-16").encode(encoding))
    assert [story.child for story in read(str(path))] == ["C-1", "C-2"]
    path.write_bytes(SAMPLE.replace("C-2", "C-\0").encode())
    source = read(str(path))
    assert [story.child for story in source] == ["C-1"]
    assert source.rejections[0] == Rejection("child 2 of the file", None, NAMELESS)
    assert {entry.place.partition(",")[0] for entry in source.rejections} == {"child 2 of the file"}


def test_what_has_been_read_is_let_go(tmp_path: Path) -> None:
    """So that a file may be longer than the memory."""
    path = str(write_census(tmp_path / "c.xml", *(census_child(REFERRED, name=f"C-{n}") for n in range(50))))
    stream = elements(path, open_binary(path), None, Counter())
    seen = [weakref.ref(element) for element in stream]
    assert len(seen) == 51
    gc.collect()
    assert sum(element() is not None for element in seen) == 0
    stream = elements(path, open_binary(path), None, Counter())
    _, *alive = (weakref.ref(element) for element, _ in zip(stream, range(40), strict=False))
    gc.collect()
    assert sum(element() is not None for element in alive) <= 1


def test_a_file_of_which_a_part_was_read_is_closed(tmp_path: Path) -> None:
    path = str(write_census(tmp_path / "c.xml", *(census_child(REFERRED, name=f"C-{n}") for n in range(50))))
    file = open_binary(path)
    stream = elements(path, file, None, Counter())
    next(stream)
    assert not file.closed
    stream.close()
    assert file.closed


# --- what contradicts itself: never a wrong met, and nothing lost in silence

CLOSED = tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
PLAN = block("ChildProtectionPlans", tags(CPPstartDate="2023-06-22", InitialCategoryOfAbuse="NEG"))
S47_OPEN = block("Section47", S47) + CLOSED
ASSESSED = block("Assessments", tags(AssessmentActualStartDate="2023-05-03", AssessmentAuthorisationDate="2023-06-01"))


def met(path: Path) -> set[str]:
    """The rules of which some finding is met."""
    _, reports = judged(path)
    found = (finding for report in reports.values() for finding in report.findings)
    return {finding.rule for finding in found if finding.status is cp.Status.MET}


@pytest.mark.parametrize("last", [False, True])
def test_neither_of_two_children_with_one_identifier_is_judged_by_half_a_record(last: bool, tmp_path: Path) -> None:
    """The first is judged before the second is read, so that there are two is found out before."""
    halves = [census_child(REFERRED + ASSESSED + CLOSED), census_child(REFERRED + PLAN, name=" C-1\n")]
    others = [census_child(REFERRED + CLOSED, name=f"C-{n}") for n in range(10, 400)]
    path = write_census(tmp_path / "c.xml", *(reversed(halves) if last else halves), *others)
    source = read(str(path))
    told = [(story.child, bool(story.lost)) for story in source]
    assert [child for child, lost in told if lost] == ["C-1", "C-1"]
    assert [rejection.child for rejection in source.rejections] == ["C-1", "C-1"]
    assert source.account.rejected == 2
    alone = write_census(tmp_path / "alone.xml", halves[0])
    assert met(alone) == {"single-assessment"}
    assert met(write_census(tmp_path / "both.xml", *halves)) == set()


def test_the_identifier_of_a_child_is_the_first_that_it_says(tmp_path: Path) -> None:
    """Whose records those of the second are, nobody knows: both children are in doubt."""
    strange = (
        "<Child><ChildIdentifiers><LAchildID/><LAchildID>C-1</LAchildID><LAchildID>C-2</LAchildID></ChildIdentifiers>"
    )
    path = write_census(
        tmp_path / "c.xml",
        f"{strange}<CINdetails>{REFERRED}</CINdetails></Child>",
        census_child(REFERRED, name="C-2"),
        "<Child><ChildIdentifiers><LAchildID>C-3</LAchildID></ChildIdentifiers><ChildIdentifiers/></Child>",
        census_child(REFERRED, name="C<!-- - -->-4"),
        census_child(REFERRED, name="<![CDATA[C-4]]>"),
    )
    stories = list(read(str(path)))
    assert [(story.child, [lost.place for lost in story.lost]) for story in stories] == [
        ("C-1", ["LAchildID"]),
        ("C-2", ["LAchildID"]),
        ("C-3", ["ChildIdentifiers"]),
        ("C-4", ["LAchildID"]),
        ("C-4", ["LAchildID"]),
    ]


OVERLAPS = {
    "the second began before the first ended": [
        tags(CINreferralDate="2023-05-02", CINclosureDate="2023-09-01"),
        tags(CINreferralDate="2023-08-31"),
    ],
    "the first never ended": [tags(CINreferralDate="2023-05-02"), tags(CINreferralDate="2023-08-31")],
    "the second is within the first": [
        tags(CINreferralDate="2023-05-02", CINclosureDate="2023-09-01"),
        tags(CINreferralDate="2023-06-01", CINclosureDate="2023-06-20"),
        tags(CINreferralDate="2023-10-01"),
    ],
    "both began on one day": [
        tags(CINreferralDate="2023-05-02", CINclosureDate="2023-09-01"),
        tags(CINreferralDate="2023-05-02", CINclosureDate="2023-09-01", ReferralSource="1A"),
    ],
}


@pytest.mark.parametrize("kind", OVERLAPS)
@pytest.mark.parametrize("turned", [False, True])
def test_episodes_that_overlap_leave_all_in_doubt(kind: str, turned: bool, tmp_path: Path) -> None:
    """The assessment of the last would answer the first referral, though it was of another case."""
    episodes = OVERLAPS[kind]
    episodes = [*episodes[:-1], episodes[-1] + ASSESSED]
    path = write_census(tmp_path / "c.xml", census_child(*(reversed(episodes) if turned else episodes)))
    source = read(str(path))
    (story,) = source
    assert [(lost.kind, lost.place) for lost in story.lost] == [(None, "CINdetails")]
    assert "began before the one before it had ended" in story.lost[0].because
    assert (source.account.rejected, len(source.rejections)) == (1, 1)
    assert met(path) == set()


APART = {
    "one ends before the next begins": (tags(CINclosureDate="2023-08-30"), "2023-08-31"),
    "one ends on the day on which the next begins": (tags(CINclosureDate="2023-08-31"), "2023-08-31"),
    "nothing further was done on the first": (tags(ReferralNFA="True"), "2023-08-31"),
    "both began and one ended on one day": (tags(CINclosureDate="2023-05-02"), "2023-05-02"),
}


@pytest.mark.parametrize("kind", APART)
def test_episodes_that_follow_one_another_are_in_no_doubt(kind: str, tmp_path: Path) -> None:
    first, second = APART[kind]
    assert told(tmp_path, REFERRED + first, tags(CINreferralDate=second)).lost == ()
    assert told(tmp_path, tags(CINreferralDate=second), REFERRED + first).lost == ()


def test_an_episode_whose_days_cannot_be_read_is_in_doubt_for_those_alone(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED + tags(CINclosureDate="2023-02-30"), tags(CINreferralDate="2023-08-31"))
    assert [lost.kind for lost in story.lost] == ["case-closed"]
    story = told(tmp_path, tags(CINreferralDate="2023-02-30"), tags(CINreferralDate="2023-08-31"))
    assert [lost.kind for lost in story.lost] == ["referral"]


TWICE: dict[str, tuple[list[str], int]] = {
    "an episode": ([REFERRED + PLAN + CLOSED] * 2, 2),
    "an episode, differently spaced": ([REFERRED + PLAN + CLOSED, f"\n {REFERRED}\n{PLAN}  {CLOSED}\n"], 2),
    "an assessment": ([REFERRED + ASSESSED * 2 + CLOSED], 1),
    "an assessment of two episodes": (
        [REFERRED + ASSESSED + CLOSED, tags(CINreferralDate="2024-01-02") + ASSESSED],
        1,
    ),
    "an enquiry": ([REFERRED + block("Section47", S47) * 3 + CLOSED], 2),
    "a plan with its reviews": (
        [
            REFERRED
            + PLAN.replace("</Ch", f"{block('Reviews', tags(CPPreviewDate=['2023-09-01', '2023-10-02']))}</Ch") * 2
        ],
        3,
    ),
    "a review": (
        [REFERRED + PLAN.replace("</Ch", f"{block('Reviews', tags(CPPreviewDate=['2023-09-01'] * 3))}</Ch")],
        2,
    ),
    "a child in need plan": ([REFERRED + block("CINPlanDates", tags(CINPlanStartDate="2023-09-01")) * 2], 1),
    "a letter": ([REFERRED + block("PreProceedingsandFGDM", tags(LBPSentDate="2023-09-01")) * 2], 1),
}


@pytest.mark.parametrize("kind", TWICE)
def test_a_record_that_is_there_twice_is_read_once_and_rejected_once(kind: str, tmp_path: Path) -> None:
    episodes, rejected = TWICE[kind]
    path = write_census(tmp_path / "c.xml", census_child(*episodes))
    source = read(str(path))
    (story,) = source
    assert story.lost == ()
    assert len(set(story.events)) == len(story.events)
    assert source.account.rejected == len(source.rejections) == rejected
    assert {rejection.because for rejection in source.rejections} == {"the same is there before; it is read once"}
    assert source.account.rows == rows_in(path)


def test_records_that_differ_are_two(tmp_path: Path) -> None:
    other = ASSESSED.replace("2023-06-01", "2023-06-02")
    story = told(tmp_path, REFERRED + ASSESSED + other)
    assert days(story, "assessment-completed") == ["2023-06-01", "2023-06-02"]
    assert story.lost == ()


def test_what_an_element_says_twice_and_differently_leaves_all_in_doubt(tmp_path: Path) -> None:
    again = tags(CINclosureDate=["2023-12-01", "2023-12-02"], ReferralSource=["1A", "1B"])
    source = read(str(write_census(tmp_path / "c.xml", census_child(REFERRED + again))))
    (story,) = source
    assert story.lost == (
        Lost(None, "CINclosureDate", "CINclosureDate is there more than once, and says different things"),
    )
    assert days(story, "case-closed") == ["2023-12-01"]
    assert source.rejections[0].child == "C-1"
    assert met(tmp_path / "c.xml") == set()


def test_what_an_element_says_twice_alike_it_says_once(tmp_path: Path) -> None:
    story = told(tmp_path, REFERRED + tags(CINclosureDate=["2023-12-01", " 2023-12-01\n", ""]))
    assert (days(story, "case-closed"), story.lost) == (["2023-12-01"], ())


# --- every record is counted once

BROKEN_CHILDREN = {
    "all is well": [census_child(*EPISODES)],
    "no identifier": [census_child(*EPISODES, name=" "), census_child(*EPISODES)],
    "no child": ["<Kind><CINdetails><Assessments/></CINdetails></Kind>", census_child(*EPISODES)],
    "one child twice": [census_child(*EPISODES), census_child(*EPISODES)],
    "episodes that overlap": [census_child(*EPISODES, *EPISODES, REFERRED, EPISODES[0] + PLAN)],
    "empty records": [census_child("<Assessments/><Section47/><ChildProtectionPlans/><CINplanDates/>", "", "")],
    "records in other capitals": [census_child("<ASSESSMENTS/><section47/><PREPROCEEDINGSandFGDM/>" + REFERRED)],
    "records in wrong places": [
        census_child(*EPISODES, REFERRED + "<Assessments><Section47/></Assessments><CPPreviewDate/>"),
        f"<Child><Box>{PLAN}</Box>{census_child(*EPISODES).removeprefix('<Child>')}",
    ],
    **{kind: [census_child(episode), census_child(episode, name="C-2")] for kind, (episode, _) in SPOILT.items()},
}


@pytest.mark.parametrize("kind", BROKEN_CHILDREN)
def test_every_record_of_a_file_is_read_or_rejected_and_counted_once(kind: str, tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", *BROKEN_CHILDREN[kind])
    source = read(str(path))
    lost = [entry for story in source for entry in story.lost]
    account = source.account
    assert account.rows == rows_in(path)
    assert account.read + account.rejected == account.rows
    assert len(account.rejections) >= max(account.rejected, len(lost))


def test_every_record_of_the_example_is_counted_once() -> None:
    path = Path(__file__).parent.parent / "examples" / "data" / "census.xml"
    source = read(str(path))
    assert len(list(source)) == 318
    assert (source.account.rows, source.account.rejected, source.account.unused) == (rows_in(path), 0, {})


def test_each_record_with_a_fault_is_rejected_once(tmp_path: Path) -> None:
    """The conference of the episode has a fault of its own, and not of the record that stands before it."""
    wrong = block("Assessments", tags(AssessmentActualStartDate="soon")) + tags(DateOfInitialCPC="never")
    path = write_census(tmp_path / "c.xml", census_child(REFERRED + wrong + block("Section47", S47)))
    source = read(str(path))
    list(source)
    assert (source.account.rows, source.account.rejected, len(source.rejections)) == (5, 2, 2)


# --- encodings

ENCODED = {
    "UTF-8": ("UTF-8", b"", "utf-8"),
    "UTF-8 with a mark": ("UTF-8", b"\xef\xbb\xbf", "utf-8"),
    "UTF-16, little end first": ("UTF-16", b"\xff\xfe", "utf-16-le"),
    "UTF-16, big end first": ("UTF-16", b"\xfe\xff", "utf-16-be"),
    "Windows-1252": ("Windows-1252", b"", "cp1252"),
    "ISO-8859-1": ("iso-8859-1", b"", "latin-1"),
}


@pytest.mark.parametrize("lines", ["\n", "\r\n"])
@pytest.mark.parametrize("form", ENCODED)
def test_a_child_has_one_name_in_every_encoding(form: str, lines: str, tmp_path: Path) -> None:
    """And two that have it are found, whatever the encoding."""
    declared, mark, codec = ENCODED[form]
    text = census_text(*(census_child(EPISODES[1], name=name) for name in ("Zo\u00eb-1", "C-2", "Zo\u00eb-1")))
    text = text.replace("UTF-8", declared).replace("\n", lines).replace("NOBT", "\u00e9")
    (tmp_path / "c.xml").write_bytes(mark + text.encode(codec))
    source = read(str(tmp_path / "c.xml"))
    told = [(story.child, len(story), bool(story.lost)) for story in source]
    assert told == [("Zo\u00eb-1", 8, True), ("C-2", 8, False), ("Zo\u00eb-1", 8, True)]
    assert len(source.rejections) == 2


def test_the_dash_of_windows_1252_is_no_control_character(tmp_path: Path) -> None:
    text = census_text(census_child(REFERRED, name="C\u20131")).replace("UTF-8", "windows-1252")
    (tmp_path / "c.xml").write_bytes(text.encode("cp1252"))
    assert only_child(tmp_path / "c.xml").child == "C\u20131"


WRONG = {
    "Windows-1252 that says it is UTF-8": census_text(census_child(REFERRED, name="Zo\u00eb")).encode("cp1252"),
    "UTF-16 that says it is UTF-8": census_text(census_child(REFERRED)).encode("utf-16"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_in_another_encoding_than_it_says_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "c.xml").write_bytes(WRONG[kind])
    with pytest.raises(UnreadableInput, match="is not well formed") as caught:
        list(read(str(tmp_path / "c.xml")))
    assert caught.value.place.startswith("line ")


@pytest.mark.parametrize("prefix", ["", "c:"])
def test_a_repeated_child_is_found_in_a_namespace_and_before_a_break(prefix: str, tmp_path: Path) -> None:
    child = census_child(REFERRED)
    text = census_text(child, child, census_child(REFERRED, name="C-2")).split("\n", 1)[1]
    text = text.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    name = prefix.removesuffix(":")
    text = text.replace("Message>", f'Message xmlns{":" if name else ""}{name}="urn:census">', 1)
    for content in (text, text.removesuffix(f"</{prefix}Children></{prefix}Message>\n") + "<broken"):
        (tmp_path / "c.xml").write_text(content, encoding="utf-8")
        stories = iter(read(str(tmp_path / "c.xml")))
        assert [bool(next(stories).lost) for _ in range(3)] == [True, True, False]
    with pytest.raises(UnreadableInput, match="breaks off"):
        next(stories)


HIDDEN = {
    "plain": ("<LAchildID>C-1</LAchildID>", True),
    "with space around it": ("<LAchildID> C-1\r\n</LAchildID>", True),
    "in other capitals": ("<lachildid>C-1</lachildid>", True),
    "with space in the tag": ("<LAchildID >C-1</LAchildID >", True),
    "with an attribute": ("<LAchildID kind='a'>C-1</LAchildID>", True),
    "as characters by number": ("<LAchildID>C&#45;1</LAchildID>", True),
    "in CDATA": ("<LAchildID><![CDATA[C-1]]></LAchildID>", True),
    "with a comment in it": ("<LAchildID>C-<!-- -->1</LAchildID>", True),
    "with an instruction in it": ("<LAchildID>C-<?here?>1</LAchildID>", True),
    "only in a comment": ("<LAchildID>C-3</LAchildID><!-- <LAchildID>C-1</LAchildID> -->", False),
    "only in an instruction": ("<LAchildID>C-3</LAchildID><?here <LAchildID>C-1</LAchildID>?>", False),
    "only as the text of another": ("<LAchildID>C-3</LAchildID><UPN>LAchildID C-1</UPN>", False),
    "not at all": ("<LAchildID>C-3</LAchildID>", False),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize("how", HIDDEN)
def test_a_repeated_child_is_found_however_its_identifier_is_written(how: str, encoding: str, tmp_path: Path) -> None:
    """Most files can be searched for identifiers byte by byte; what only a parser would find is found too."""
    named, repeated = HIDDEN[how]
    other = census_child(REFERRED, name="C-2").replace("<LAchildID>C-2</LAchildID>", named)
    text = census_text(census_child(REFERRED), other, census_child(REFERRED, name="Zo\u00eb"))
    text = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    (tmp_path / "c.xml").write_bytes(text.encode(encoding))
    stories = list(read(str(tmp_path / "c.xml")))
    assert [story.child for story in stories] == ["C-1", "C-1" if repeated else "C-3", "Zo\u00eb"]
    assert [bool(story.lost) for story in stories] == [repeated, repeated, False]


@pytest.mark.parametrize("filler", [0, 1, 2, 3, 5, 8, 13, 21, 34])
def test_a_repeated_child_is_found_across_the_blocks_in_which_a_file_is_read(filler: int, tmp_path: Path) -> None:
    """Half a mebibyte of children, so that the seams of the blocks fall elsewhere for each length of a name."""
    names = [f"C-{n:06}{'x' * filler}" for n in range(2400)]
    children = [census_child(REFERRED, name=name) for name in (*names, *names[::7])]
    write_census(tmp_path / "c.xml", *children)
    doubted = [story.child for story in read(str(tmp_path / "c.xml")) if story.lost]
    assert doubted == [*names[::7], *names[::7]]


def test_a_review_without_a_date_was_held_on_some_day(tmp_path: Path) -> None:
    """An element that is there and empty is no proof that no review was held."""
    plan = tags(CPPstartDate="2023-05-02", InitialCategoryOfAbuse="NEG")
    reviews = {"empty": "<CPPreviewDate/><CPPreviewDate> </CPPreviewDate>", "none": ""}
    said = {}
    for name, review in reviews.items():
        episode = REFERRED + block("ChildProtectionPlans", plan, block("Reviews", review))
        source, found = judged(write_census(tmp_path / f"{name}.xml", census_child(episode)))
        said[name] = statuses(found.values(), "first-review-conference"), source.account.rejected
    assert said == {"empty": (["cannot-tell"], 2), "none": (["overdue"], 0)}
