"""Case sheets: what they say of a case, what they leave to a person, and what they never show."""

import re
from datetime import date
from typing import Any

import pytest

from childprotect import Chronology
from childprotect.desk import Desk, closed_within
from childprotect.desk.documents import Document, Drawn, Section, Table, ToJudge
from childprotect.desk.questions import GRADES, NOT_OF_ONE_CASE, OF_THE_CHILD, OF_THE_WORK, Question, questions_on
from childprotect.desk.sheets import each_sheet, sheet, sheets
from childprotect.desk.writing import html, markdown
from childprotect.errors import UnknownName
from childprotect.events import Lost
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

AS_AT = date(2012, 9, 19)
STORY: tuple[tuple[Any, ...], ...] = (
    ("2012-05-01", "referral", {"source": "Mrs Secret of Elm Street"}),
    ("2012-05-02", "referral-decided", {"outcome": "assessment", "decided-by": "Secret Manager"}),
    ("2012-05-03", "allocated", {"worker": "Secret Worker", "team": "Secret Team", "qualified": True}),
    ("2012-05-10", "visit", {"child-seen": True, "seen-alone": True, "our-note": "Secret"}),
    ("2012-06-01", "plan-started", {"categories": {"neglect"}}),
    ("2012-08-01", "case-closed", {"reason": "needs-met"}),
)


def desk(*events: tuple[Any, ...], **more: Any) -> Desk:
    """The desk of an authority with one child."""
    return Desk.of([Chronology.of("C-1", events=events or STORY, **more)], AS_AT)


def parts(document: Document) -> dict[str, Section]:
    """The sections by their titles."""
    return {section.title: section for _, _, section in document.numbered()}


def rows(section: Section, caption: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of a section."""
    table = next(block for block in section.blocks if isinstance(block, Table) and block.caption == caption)
    return tuple(tuple(str(cell) for cell in row) for row in table.rows)


def asked(document: Document) -> list[str]:
    """What a person is asked, in order."""
    return [block.question for _, _, part in document.numbered() for block in part.blocks if isinstance(block, ToJudge)]


# --- the questions


def test_every_row_that_is_not_settled_is_behind_one_question_or_about_the_organisation() -> None:
    behind = [name for question in (*OF_THE_CHILD, *OF_THE_WORK) for name in question.rows]
    assert len(behind) == len(set(behind))
    unsettled = {row.id for row in england.inspection() if row.judged != "whole"}
    assert {*behind, *NOT_OF_ONE_CASE} == unsettled
    assert NOT_OF_ONE_CASE.isdisjoint(behind)


@pytest.mark.parametrize("question", [*OF_THE_CHILD, *OF_THE_WORK], ids=lambda question: question.rows[0])
def test_a_question_asks_of_what_is_on_record_and_has_room_for_a_grade(question: Question) -> None:
    assert question.asks.endswith("?")
    assert set(question.kinds) <= set(STANDARD)
    assert bool(question.kinds) is (question in OF_THE_WORK)
    first, *more = question.to_judge()
    assert first.grades == GRADES == ("outstanding", "good", "adequate", "inadequate")
    assert first.answer == ""
    assert f"Inspection of September 2012: {question.rows[0]}" in first.because
    assert all(room.lines and not room.grades for room in more)


def test_only_questions_on_what_the_record_has_are_asked_but_those_of_the_child_always() -> None:
    few = questions_on({"referral", "case-closed"})
    assert "Was it right to close the case?" in [question.asks for question in few]
    assert "Were core groups rigorous?" not in [question.asks for question in few]
    told = asked(sheet(desk(("2012-05-01", "contact")), "C-1"))
    assert told[0] == "What is life like for this child, and what does the child say?"
    assert told[1].startswith("In words: what is life like")
    assert {question.asks for question in OF_THE_CHILD} < set(told)
    assert told.index("What has become better or worse for the child through this work?") < 4


# --- the sheet


def test_a_sheet_has_the_picture_the_chronology_and_what_the_check_found() -> None:
    document = sheet(desk(), "C-1", ["The case was closed on Wed 1 Aug 2012."])
    assert document.title == "Case sheet: child C-1"
    told = parts(document)
    happened = told["What happened"]
    assert isinstance(happened.blocks[0], Drawn)
    assert happened.blocks[0].picture.title.startswith("Child C-1: what happened")
    days = {day.replace("\N{NO-BREAK SPACE}", " "): said for day, said in rows(happened, "The chronology")}
    assert days["Thu 10 May 2012"] == "Visit to the child (child seen, child seen alone)"
    found = told["What the check found"]
    broken = rows(found, "Not kept, the gravest first")
    assert any("A child protection plan was still open" in " ".join(row) or "plan" in row[2] for row in broken)
    assert all(row[1] in ("late", "overdue", "breached") for row in broken)
    unknown = rows(found, "Nobody can tell, the gravest first")
    assert {row[1] for row in unknown} == {"cannot tell"}
    report = desk().report(next(desk().chronologies()))
    assert len(broken) == len(report.breaches)
    assert len(unknown) == len(report.cannot_tell)


def test_no_grade_is_computed_and_every_box_is_left_open() -> None:
    document = sheet(desk(), "C-1")
    boxes = [b for _, _, part in document.numbered() for b in part.blocks if isinstance(b, ToJudge)]
    assert len(boxes) > 10
    assert not any(box.answer for box in boxes)
    assert "No grade is computed" in markdown(document)


def test_nothing_personal_is_on_a_sheet_and_who_holds_the_case_only_where_it_is_asked_for() -> None:
    born = desk(born=date(2011, 12, 24))
    document = sheet(born, "C-1")
    for text in (html(document), markdown(document), repr(document)):
        assert "Secret" not in text
        assert "2011" not in text and "24 Dec" not in text
        assert "our-note" not in text and "our note" not in text
    shown = markdown(sheet(born, "C-1", holder=True))
    assert "Who holds the case" in shown
    assert "not on record" in shown  # the case is closed
    open_ = Desk.of([Chronology.of("C-1", events=STORY[:-1])], AS_AT)
    assert "| worker | Secret Worker |" in markdown(sheet(open_, "C-1", holder=True))
    assert "Secret" not in markdown(sheet(open_, "C-1"))


def test_what_could_not_be_read_is_on_the_sheet() -> None:
    lost = desk(lost=[Lost("visit", "line 7", "'at' is not a date such as 2012-09-03")])
    told = markdown(sheet(lost, "C-1"))
    assert "What could not be read, and may change any of this:" in told
    assert "line 7 could not be read: 'at' is not a date such as 2012-09-03." in told


def test_only_what_was_known_on_the_day_is_on_the_sheet() -> None:
    stories = [Chronology.of("C-1", events=[("2012-05-01", "referral"), ("2012-09-20", "visit")])]
    assert "Visit" not in markdown(sheet(Desk.of(stories, AS_AT), "C-1"))
    assert "Visit" in markdown(sheet(Desk.of(stories, date(2012, 9, 20)), "C-1"))


def test_a_child_with_no_event_up_to_the_day_has_a_sheet_that_says_so() -> None:
    stories = [Chronology.of("C-1", events=[("2012-10-01", "referral")]), Chronology.of("C-2", events=STORY)]
    told = markdown(sheet(Desk.of(stories, AS_AT), "C-1"))
    assert "Nothing is on record up to this day." in told
    assert "No breach was found." in told
    assert "Kept in time: 0 duties." in told


def test_a_child_who_is_not_there_has_no_sheet() -> None:
    with pytest.raises(UnknownName, match="unknown child 'C-9'"):
        sheet(desk(), "C-9")


# --- many sheets


def test_many_sheets_are_one_document_that_says_first_which_cases_and_why() -> None:
    stories = [Chronology.of(f"C-{n}", events=STORY) for n in (2, 1)] + [Chronology.of("open", events=STORY[:-1])]
    people = Desk.of(stories, AS_AT)
    selected = closed_within(people)
    document = sheets(people, selected)
    assert [section.title for section in document.sections] == ["The cases", "Child C-1", "Child C-2"]
    assert rows(document.sections[0], "The cases and why each was selected") == (
        ("C-1", "The case was closed on Wed 1 Aug 2012."),
        ("C-2", "The case was closed on Wed 1 Aug 2012."),
    )
    assert "2 of 3 cases" in document.lines[1]
    assert all(section.new_page for section in document.sections[1:])
    page = html(document)
    ids = re.findall(r"\bid=['\"]([^'\"]+)", page)
    assert len(ids) == len(set(ids)), "an id is the only one of its name, also in the pictures"
    apart = dict(each_sheet(people, selected))
    assert set(apart) == {"C-1", "C-2"}
    assert apart["C-1"].title == "Case sheet: child C-1"


def test_of_two_records_of_one_child_each_has_its_sheet() -> None:
    people = Desk.of([Chronology.of("C-1", events=STORY), Chronology.of("C-1", events=STORY[:-1])], AS_AT)
    document = sheets(people, closed_within(people))
    assert [section.title for section in document.sections] == ["The cases", "Child C-1", "Child C-1"]


def test_where_no_case_was_selected_the_document_says_so() -> None:
    people = Desk.of([Chronology.of("open", events=STORY[:-1])], AS_AT)
    assert "No case was selected." in markdown(sheets(people, closed_within(people)))
