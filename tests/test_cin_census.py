"""The children in need census: every spelling and place that it allows, and what it cannot hold."""

from datetime import date
from pathlib import Path

import pytest
from tests.on_disk import census_child, census_text, judged, only_child, statuses, tags, write_census

import childprotect as cp
from childprotect.chronology import Lost
from childprotect.errors import UnreadableInput
from childprotect.records import read, read_census
from childprotect.records.cin_census import FACTS, KINDS
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
    source = read_census(str(path), done.append)
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


def test_a_child_who_is_in_the_file_twice_is_not_judged_by_half_a_record(tmp_path: Path) -> None:
    plan = f"<ChildProtectionPlans>{tags(CPPstartDate='2023-06-22')}</ChildProtectionPlans>"
    closed = REFERRED + tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
    path = write_census(tmp_path / "c.xml", census_child(REFERRED + plan), census_child(closed))
    source = read(str(path))
    reports = [cp.check(child, england.rulebook, as_at=source.as_at) for child in source]
    assert "met" not in statuses(reports, "closed-with-open-work")
    assert [rejection.child for rejection in source.rejections] == ["C-1"]
    assert "before" in source.rejections[0].because


def test_what_stands_between_the_children_is_not_lost_in_silence(tmp_path: Path) -> None:
    source, reports = judged(
        write_census(tmp_path / "c.xml", census_child(REFERRED), "<child/>", census_child(REFERRED))
    )
    assert source.rejections[0].because == "it is not a <Child>"
    assert source.children == 2
    assert set(reports) == {"C-1"}


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
