"""The report on an authority, by hand: small records with the figures and sentences that a person would write of them.

On Monday 15 April 2024 three children are referred, and each decision is due on the Tuesday. C-1 is decided on the
Thursday, two working days late. C-2 is decided in time. Of C-3 no decision is on record, and by Friday 28 June it is
51 working days overdue: 10 of April, 21 of May without two bank holidays, 20 of June.
"""

import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from attrs import evolve

from childprotect import Chronology, Coverage, Event
from childprotect.desk import (
    HEREFORDSHIRE_2012,
    AuthorityReport,
    Judgements,
    Limit,
    Plan,
    Progress,
    State,
    Trained,
    Verdict,
    authority_report,
    document_of,
    html,
    markdown,
    plain_report,
)
from childprotect.desk.documents import Document, Link, Paragraph, Section, Table, ToJudge
from childprotect.desk.improving import plan_from_data
from childprotect.desk.laying_out import _share
from childprotect.desk.report import SECTIONS, section_of
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.periods import days, months
from childprotect.rulebooks import england
from childprotect.wording import day_in_words

AS_AT = date(2024, 6, 28)
BOOK = england.rulebook
NOTHING_MORE = {"outcome": "no-further-action"}
LATE = (
    ("2024-04-15", "referral"),
    ("2024-04-15", "referral-acknowledged"),
    ("2024-04-18", "referral-decided", NOTHING_MORE),
)
IN_TIME = (*LATE[:2], ("2024-04-16", "referral-decided", NOTHING_MORE))
NEVER = LATE[:2]


def story(child: str, *events: tuple[Any, ...], **more: Any) -> Chronology:
    return Chronology.of(child, events=list(events), **more)


THREE = [story("C-1", *LATE), story("C-2", *IN_TIME), story("C-3", *NEVER)]


def report(*stories: Chronology, on: date = AS_AT, **how: Any) -> AuthorityReport:
    """The report on some children by law alone."""
    how.setdefault("rulebook", BOOK)
    return authority_report(list(stories), on, **how)


@pytest.fixture(scope="module")
def three() -> AuthorityReport:
    return report(*THREE, name="a small authority")


def sections(document: Document) -> dict[str, Section]:
    """Every section by its title."""
    return {section.title: section for _, _, section in document.numbered()}


def words(section: Section) -> str:
    """All paragraphs of a section."""
    return " ".join(block.text for block in section.blocks if isinstance(block, Paragraph))


def rows(section: Section, n: int = 0) -> list[tuple[Any, ...]]:
    """The rows of the n-th table of a section."""
    return list([block for block in section.blocks if isinstance(block, Table)][n].rows)


def in_words(page: str) -> str:
    """What a reader of a page of HTML reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page[page.index("<body>") :])).split())


# --- figures and sentences


def test_the_duty_is_counted_by_hand(three: AuthorityReport) -> None:
    told = {one.rule.id: one for one in three.duties}
    assert sorted(told) == ["referral-acknowledgement", "referral-decision", "single-assessment"]
    decision = told["referral-decision"]
    assert (decision.figure.numerator, decision.figure.denominator, decision.figure.cannot_tell) == (1, 3, 0)
    # Wilson's interval for 1 of 3 with z = 1.96, by a pocket calculator: (1/3 + 0.6402 -+ 0.8333...) / 2.2805
    assert decision.figure.low == pytest.approx(0.0615, abs=5e-4)
    assert decision.figure.high == pytest.approx(0.7923, abs=5e-4)
    assert [(case.child, case.status.value, str(case.on), case.days_late) for case in decision.cases] == [
        ("C-3", "overdue", "2024-04-16", 51),
        ("C-1", "late", "2024-04-16", 2),
    ]
    assert decision.reasons[1] == (
        "Decision on the referral on Thu 18 Apr 2024, 3 working days after the referral on Mon 15 Apr 2024. The limit "
        "is 1 working day, which ended on Tue 16 Apr 2024: 2 working days late."
    )
    assert (told["referral-acknowledgement"].figure.numerator, told["referral-acknowledgement"].cases) == (3, ())


def test_what_is_said_at_a_glance(three: AuthorityReport) -> None:
    document = document_of(three)
    assert document.lines == (
        "As at Fri 28 Jun 2024. Duties and figures are those of Thu 29 Jun 2023 to Fri 28 Jun 2024.",
        "Records: a small authority; 3 children.",
    )
    glance = document.sections[0]
    assert "To do: 2 overdue, 0 due today, 0 due soon, 0 cannot tell." in words(glance)
    assert rows(glance) == [
        (Link("decision on a referral", "referral-decision"), "2", "3", "33.3%"),
        (Link("assessment from the point of referral", "single-assessment"), "1", "1", "0.0%"),
    ]
    verdicts = words(glance).partition(" To do")[0]
    numbers = [int(n) for n in re.findall(r"\d+", verdicts.partition("show: ")[2])]
    assert sum(numbers) == len(three.answers)


def test_the_sections_are_those_of_the_inspection_in_its_order(three: AuthorityReport) -> None:
    titles = [section.title for section in document_of(three).sections]
    assert titles[1:5] == [*SECTIONS]
    assert titles[5:] == [
        HEREFORDSHIRE_2012.title, "What to do now", "The duties, rule by rule", "For the safeguarding board", "Figures",
    ]  # fmt: skip
    numbers = {answer.row.id: section_of(answer.row) for answer in three.answers}
    assert [numbers[id] for id in ("12a", "16b", "17a", "25a", "26a", "40a", "42")] == [
        SECTIONS[0], SECTIONS[0], SECTIONS[1], SECTIONS[1], SECTIONS[2], SECTIONS[2], SECTIONS[3],
    ]  # fmt: skip
    assert sum(len(three.of(title)) for title in SECTIONS) == len(three.answers)


def test_a_question_is_answered_by_figures_and_their_cases(three: AuthorityReport) -> None:
    answer = next(answer for answer in three.answers if answer.row.id == "27a")
    assert answer.verdict is Verdict.FOUND
    assert answer.because == "Found: 2 of 3 duties not kept, in the records of 2 children."
    assert answer.children == ("C-3", "C-1")
    practice = sections(document_of(three))[SECTIONS[2]]
    (row,) = [row for row in rows(practice) if row[0] == "27a"]
    assert row[2:] == (answer.because, (Link("referral-decision", "referral-decision"),))


def test_a_question_that_no_record_settles_is_left_open_with_room(three: AuthorityReport) -> None:
    left = {answer.row.id for answer in three.having(Verdict.TO_JUDGE)}
    assert {"13b", "19", "27c"} <= left
    for title in SECTIONS:
        section = sections(document_of(three))[title]
        answered = {row[0] for row in rows(section)}
        for answer in three.of(title):
            assert (answer.row.id in answered) == (answer.row.id not in left)
            if answer.row.judged != "whole":
                assert (answer.row.id, answer.row.finding, answer.row.because, "") in rows(section, 1)


def test_a_duty_has_its_cases_below_it(three: AuthorityReport) -> None:
    section = sections(document_of(three))["Decision on a referral [referral-decision]"]
    assert words(section).startswith(
        "Not kept in 2, kept in 1 of 3 (33.3%; 95% interval 6.1% to 79.2%); cannot tell in 0. Law: WT"
    )
    assert [row[:4] for row in rows(section)] == [
        ("C-3", "overdue", "Tue 16 Apr 2024", "51 working days"),
        ("C-1", "late", "Tue 16 Apr 2024", "2 working days"),
    ]


@pytest.mark.parametrize(
    ("kept", "of", "said"),
    [
        (2000, 2000, "100.0%"),
        (1999, 2000, "under 100%"),
        (1998, 2000, "99.9%"),
        (1, 2001, "over 0%"),
        (0, 2000, "0.0%"),
    ],
)
def test_what_is_not_all_is_never_rounded_to_all(three: AuthorityReport, kept: int, of: int, said: str) -> None:
    (one,) = [one.figure for one in three.duties if one.rule.id == "referral-decision"]
    assert _share(evolve(one, numerator=kept, denominator=of, share=kept / of)) == said


def test_what_is_to_do_is_in_it(three: AuthorityReport) -> None:
    told = sections(document_of(three))
    assert words(told["What to do now"]) == "Up to Fri 12 Jul 2024: 2 overdue, 0 due today, 0 due soon, 0 cannot tell."
    assert [(task.child, task.rule) for task in three.worklist] == [
        ("C-3", "referral-decision"),
        ("C-3", "single-assessment"),
    ]


def test_only_what_falls_into_the_period_counts() -> None:
    short = report(*THREE, period=months(2))
    assert short.first == date(2024, 4, 29)
    assert [one.rule.id for one in short.duties] == ["single-assessment"]
    assert [task.rule for task in short.worklist] == ["referral-decision", "single-assessment"]
    on_the_day = report(*THREE, on=date(2024, 4, 16), period=days(1))
    assert on_the_day.first == date(2024, 4, 16)


def test_only_what_was_known_is_used() -> None:
    """The decision of 16 April was entered on 20 May: whoever looked on the 19th saw none."""
    entered = Event("referral-decided", date(2024, 4, 16), facts=NOTHING_MORE, recorded=date(2024, 5, 20))
    late = Chronology.of("C-1", events=[*NEVER, entered])
    for known_at, kept in ((date(2024, 5, 19), 0), (date(2024, 5, 20), 1)):
        told = report(late, known_at=known_at)
        (one,) = [one.figure for one in told.duties if one.rule.id == "referral-decision"]
        assert (one.numerator, one.denominator) == (kept, 1)
        assert f"Only what was known on {day_in_words(known_at)} is used." in document_of(told).lines


# --- what is written


def test_the_three_forms_say_the_same(three: AuthorityReport) -> None:
    document = document_of(three)
    plain = json.loads(json.dumps(plain_report(three)))
    page, text = in_words(html(document)), markdown(document)
    for sentence in (
        "Found: 2 of 3 duties not kept, in the records of 2 children.",
        "To do: 2 overdue, 0 due today, 0 due soon, 0 cannot tell.",
        "a small authority; 3 children.",
    ):
        assert sentence in page
        assert sentence in text
    assert plain["children"] == 3
    assert plain["as_at"] == "2024-06-28"
    assert plain["period"] == ["2023-06-29", "2024-06-28"]
    (answer,) = [one for one in plain["answers"] if one["id"] == "27a"]
    assert (answer["verdict"], answer["cases"], answer["children"]) == ("found", 2, ["C-3", "C-1"])
    assert plain["worklist"]["counts"] == {"overdue": 2, "due today": 0, "due soon": 0, "cannot tell": 0}
    (decision,) = [one for one in plain["duties"] if one["rule"] == "referral-decision"]
    assert decision["cases"][1] == {
        "child": "C-1", "status": "late", "on": "2024-04-16", "days_late": 2, "unit": "working-days",
    }  # fmt: skip


def test_a_page_asks_for_nothing_and_every_link_leads_somewhere(three: AuthorityReport) -> None:
    page = html(document_of(three))
    assert "<script" not in page
    assert not re.search(r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""", page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labels = re.findall(r' aria-label="([^"]+)"', page)
    assert len(labels) == len(set(labels)) > 10
    assert set(re.findall(r'href="#([^"]+)"', page)) <= {*ids}


def test_a_warning_stands_above_everything(three: AuthorityReport) -> None:
    told = report(*THREE, warning="All of this is invented.")
    assert in_words(html(document_of(told))).index("All of this is invented.") < 40
    assert markdown(document_of(told)).splitlines()[2] == "> **All of this is invented.**"
    assert plain_report(told)["warning"] == "All of this is invented."
    assert 'class="warning"' not in html(document_of(three))


# --- judgements


def judged(told: AuthorityReport) -> list[ToJudge]:
    """The boxes for judgements on the four-point scale."""
    blocks = [block for _, _, section in document_of(told).numbered() for block in section.blocks]
    return [block for block in blocks if isinstance(block, ToJudge) and block.grades]


GRADES = ("outstanding", "good", "adequate", "inadequate")


def test_no_judgement_is_ever_made(three: AuthorityReport) -> None:
    boxes = judged(three)
    assert [box.question for box in boxes] == [f"{title}: the judgement" for title in SECTIONS]
    assert all(box.answer == "" and box.grades == GRADES for box in boxes)
    text = markdown(document_of(three))
    for grade in GRADES:
        assert text.count(f"* [ ] {grade}") == len(SECTIONS)
    assert "Recorded:" not in text
    assert "Recorded:" not in html(document_of(three))
    assert plain_report(three)["judgements"] == {"grades": {}, "limits": [], "broken": []}


LIMIT = Limit("overall", "help-and-protection", "a framework, paragraph 1")


def test_what_people_judged_is_shown_and_nothing_else() -> None:
    told = report(story("C-1", *LATE), judgements=Judgements({"help-and-protection": "inadequate"}, (LIMIT,)))
    assert [box.answer for box in judged(told)] == ["", "inadequate", "", ""]
    assert judged(told)[0].because == ("overall can be no better than help and protection (a framework, paragraph 1).")
    assert "Recorded: inadequate" in markdown(document_of(told))
    assert "Recorded: inadequate" in in_words(html(document_of(told)))
    assert plain_report(told)["judgements"]["broken"] == []


@pytest.mark.parametrize(("overall", "broken"), [("good", True), ("adequate", True), ("inadequate", False)])
def test_a_limit_that_is_not_kept_to_is_said(overall: str, broken: bool) -> None:
    grades = {"overall": overall, "help-and-protection": "inadequate"}
    told = report(story("C-1", *LATE), judgements=Judgements(grades, (LIMIT,)))
    box = judged(told)[0]
    assert box.answer == overall
    said = f"it is recorded as {overall}, and the other as inadequate"
    assert (said in box.because) == broken
    assert bool(plain_report(told)["judgements"]["broken"]) == broken


# --- the improvement plan


def plan(*areas: dict[str, Any], since: date = date(2024, 1, 1)) -> Plan:
    return plan_from_data({"title": "Better", "since": since, "area": list(areas)}, BOOK)


DECISIONS = {"id": "1", "area": "decisions in time", "rules": ["referral-decision"], "judged": "whole"}


UNHELD = story("C-4", *NEVER, covers=Coverage(frozenset({"referral"})))
"""As a source tells it that cannot hold a decision."""
UNREAD = story("C-4", *NEVER, lost=(Lost("referral-decided", "line 4", "its date is none"),))


def stands(*stories: Chronology, on: date = AS_AT, **area: Any) -> Progress:
    """How one area stands."""
    (one,) = report(*stories, on=on, plan=plan({**DECISIONS, **area})).progress
    return one


def test_an_area_is_met_where_all_of_it_was_judged_and_kept() -> None:
    one = stands(story("C-2", *IN_TIME))
    assert one.state is State.MET
    assert one.because == "Not found: what there was in the period was kept (1 duty)."


def test_an_area_that_the_records_settle_in_part_is_never_met() -> None:
    one = stands(story("C-2", *IN_TIME), judged="part", because="whether they were right")
    assert one.state is State.KEPT_ON_RECORD
    assert (
        one.because
        == "Not found: what there was in the period was kept (1 duty). For a person: whether they were right."
    )


def test_an_area_with_a_rule_that_is_only_told_is_never_met() -> None:
    """How soon a strategy discussion is to be held no law says: it is told, and nobody can say that it was kept."""
    one = stands(story("C-2", *IN_TIME), rules=["referral-decision", "strategy-discussion-held"])
    assert one.state is State.KEPT_ON_RECORD
    assert one.because.endswith("Told and not judged, since no number is set: strategy-discussion-held.")


def test_an_area_is_not_met_where_one_case_was_not_kept() -> None:
    one = stands(story("C-1", *LATE), story("C-2", *IN_TIME))
    assert one.state is State.NOT_MET
    assert one.because.startswith("Found: 1 of 2 duties not kept, in the records of 1 child.")


@pytest.mark.parametrize(
    ("within", "due", "overdue"),
    [
        ("immediately", "2024-01-01", True),
        ("3 months", "2024-04-01", True),
        ("178 days", "2024-06-27", True),
        ("179 days", "2024-06-28", False),  # the last day is the day of the report
        ("6 months", "2024-07-01", False),
    ],
)
def test_an_area_is_overdue_after_its_last_day(within: str, due: str, overdue: bool) -> None:
    one = stands(story("C-1", *LATE), within=within)
    assert str(one.due) == due
    assert one.is_overdue is overdue
    assert ("It was to be done by" in one.because) is overdue
    assert not stands(story("C-2", *IN_TIME), within=within).is_overdue


@pytest.mark.parametrize(
    ("children", "area", "said"),
    [
        ((), {"rules": ["referral-decision", "child-protection-visit"]}, "no number is set for child-protection-visit"),
        (
            (UNHELD,),
            {},
            "of 1 case the records do not say; what could be judged was kept (1 duty)",
        ),
        (
            (story("C-4", *NEVER, lost=(Lost("referral-decided", "line 4", "its date is none"),)),),
            {},
            "of 1 case the records do not say",
        ),
    ],
)
def test_an_area_of_which_something_is_unknown_is_never_met(
    children: tuple[Chronology, ...], area: dict[str, Any], said: str
) -> None:
    one = stands(story("C-2", *IN_TIME), *children, **area)
    assert one.state is State.CANNOT_TELL
    assert said in one.because
    assert not one.is_overdue


def test_an_area_without_a_case_is_neither_met_nor_not_met() -> None:
    one = stands(story("C-2", *IN_TIME), rules=["review-conference"])
    assert (one.state, one.lately.verdict) == (State.CANNOT_TELL, Verdict.NO_CASE)
    assert one.because == "Nothing can be said: the records of the period have no case of it."


@pytest.mark.parametrize(
    "area",
    [
        {"rules": [], "judged": "none", "because": "how good it is"},
        {"rules": [], "measures": ["referrals"], "judged": "part", "because": "how good it is"},
    ],
)
def test_what_has_no_right_value_is_left_to_a_person(area: dict[str, Any]) -> None:
    assert stands(story("C-2", *IN_TIME), **area).state is State.TO_JUDGE


def test_before_is_the_year_to_the_plan_and_now_is_the_last_three_months() -> None:
    before = story("C-9", ("2023-05-15", "referral"), ("2023-05-19", "referral-decided", NOTHING_MORE))
    one = stands(before, story("C-2", *IN_TIME))
    assert (one.before.first, one.before.last) == (date(2023, 1, 2), date(2024, 1, 1))
    assert (one.lately.first, one.lately.last) == (date(2024, 3, 29), AS_AT)
    assert (one.before.verdict, one.state) == (Verdict.FOUND, State.MET)
    told = sections(document_of(report(before, story("C-2", *IN_TIME), plan=plan(DECISIONS))))
    assert words(told["Better"]).startswith("Since Mon 1 Jan 2024: 1 met. Past its time and not met: 0.")
    area = told["1: decisions in time"]
    assert (
        words(area) == "Met. To be done by Mon 1 Jan 2024. Not found: what there was in the period was kept (1 duty)."
    )
    ((title, past, now, _),) = rows(area)
    assert (title, past, now) == ("In time: decision on a referral", "0.0% (0 of 1)", "100.0% (1 of 1)")


def test_the_plan_of_2012_has_its_twenty_one_areas_and_three_deadlines() -> None:
    due = [str(area.due(HEREFORDSHIRE_2012.since)) for area in HEREFORDSHIRE_2012.areas]
    assert len(due) == 21
    assert sorted(set(due)) == ["2012-09-19", "2012-12-19", "2013-03-19"]


def test_a_plan_that_has_not_begun_tells_nothing() -> None:
    told = report(story("C-2", *IN_TIME), plan=plan(DECISIONS, since=date(2024, 7, 1)))
    assert told.progress == ()
    assert "Better" not in sections(document_of(told))
    assert plain_report(told)["plan"]["areas"] == []


# --- little, and nothing


NUMBER_OF_NOTHING = re.compile(r"\bnan\b|\binf\b|% \(0 of 0\)|\bNone\b(?! is on record)")


def everything(told: AuthorityReport) -> list[str]:
    """The report in every form."""
    document = document_of(told)
    return [in_words(html(document)), markdown(document), json.dumps(plain_report(told), allow_nan=False)]


@pytest.mark.parametrize(
    "stories",
    [
        [story("C-1", *LATE)],
        [story("C-1", ("2019-04-15", "referral"), ("2019-04-16", "referral-decided", NOTHING_MORE))],
        [story("C-1", ("2025-04-15", "referral"))],
    ],
    ids=["one child", "an empty period", "nothing until that day"],
)
def test_of_little_nothing_is_made_up(stories: list[Chronology]) -> None:
    told = report(*stories)
    assert told.children in (0, 1)
    for text in everything(told)[:2]:
        assert not NUMBER_OF_NOTHING.search(text)
    for one in (*told.measures, *told.board.shares, *(kept.figure for kept in told.duties)):
        if not one.denominator:
            assert (one.share, one.low, one.high) == (None, None, None)


def test_of_no_children_there_is_no_report() -> None:
    with pytest.raises(UnreadableInput, match="no event could be read"):
        report(story("C-1"))


# --- nobody is named


NAMED = {
    "worker": "Wilhelmina Worker",
    "manager": "Montague Manager",
    "team": "Team Tangerine",
    "chair": "Chauncey Chair",
    "note": "smelt of kerosene",
    "decided-by": "Delphine Decider",
    "by": "Barnaby By",
}


def named(*events: tuple[str, str, dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Events with names of people and free text in every fact that can hold one."""
    return [(at, kind, {**NAMED, **facts}) for at, kind, facts in events]


ASKED = frozenset({"police", "Dr Quentin Quack's surgery"})
FULL = named(
    ("2024-04-15", "referral", {"source": "Mrs Ethel Neighbour"}),
    ("2024-04-18", "referral-decided", {"outcome": "assessment", "reason": "Reginald Reason"}),
    ("2024-04-19", "allocated", {}),
    ("2024-04-19", "strategy-discussion", {"decision": "section-47", "agencies": ASKED}),
    ("2024-04-19", "section-47-started", {}),
    ("2024-05-31", "initial-conference", {"outcome": "plan", "agencies": ASKED}),
    ("2024-05-31", "plan-started", {"categories": frozenset({"neglect"})}),
    ("2024-05-30", "conference-report-shared", {"agency": "Miss Agatha Agency"}),
    ("2024-06-03", "escalation-raised", {"agency": "Sergeant Esau Escalate"}),
    ("2024-06-03", "information-requested", {"agency": "Igor Informant"}),
    ("2024-06-04", "feedback-received", {"from": "Aunt Fenella Feedback"}),
    ("2024-06-05", "missing", {}),
    ("2024-06-06", "case-audited", {"grade": "good", "auditor": "Audrey Auditor", "themes": frozenset({"Thea Theme"})}),
    ("2024-06-07", "audit-action-set", {"action": "Achilles Action", "owner": "Olga Owner"}),
    ("2024-06-10", "supervision", {}),
    ("2024-06-11", "management-decision", {}),
)
SECRET = re.compile(
    r"Wilhelmina|Montague|Tangerine|Chauncey|kerosene|Delphine|Barnaby|Quentin|Quack|Ethel|Reginald|Agatha|Esau|Igor"
    r"|Fenella|Audrey|Thea|Achilles|Olga"
)


def test_no_form_of_it_names_a_worker_a_chair_or_an_unknown_agency_or_holds_free_text() -> None:
    told = authority_report([story("C-1", *FULL), story("C-2", *FULL[:6])], AS_AT)
    assert SECRET.search(repr(FULL))
    for text in (*everything(told), repr(told)):
        assert "C-1" in text or text.startswith("AuthorityReport")
        assert not SECRET.search(text)
    assert dict(told.board.attendance[0].present) == {"another": 2, "police": 2}
    assert dict(told.board.reports) == {"another": 1}
    assert dict(told.board.feedback) == {"another": 1}


def test_what_is_given_for_markup_is_text_in_every_form() -> None:
    child = "<b>C-1</b>|*x*"
    told = report(story(child, *LATE), name="<script>alert(1)</script>", warning="<i>none</i>")
    page, text = html(document_of(told)), markdown(document_of(told))
    assert "<script" not in page
    assert "<b>" not in page
    assert child in in_words(page)
    assert "\\<b\\>C-1\\</b\\>\\|\\*x\\*" in text


# --- training


def test_training_is_told_as_it_was_given() -> None:
    told = report(story("C-1", *LATE), training=[Trained("police", 20, 15), Trained("health", 0, 0)])
    section = sections(document_of(told))["Training"]
    assert rows(section) == [("police", "20", "15", "75%"), ("health", "0", "0", "")]
    assert plain_report(told)["board"]["training"][0] == {"agency": "police", "invited": 20, "attended": 15}


def test_without_training_the_question_is_left_open(three: AuthorityReport) -> None:
    (block,) = sections(document_of(three))["Training"].blocks
    assert isinstance(block, ToJudge)
    assert not block.grades
