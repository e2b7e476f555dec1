"""What the board sees, by hand: who came and who was not recorded, who answered and after how long, who is missing."""

from datetime import date
from typing import Any

import pytest

from childprotect import Chronology, Coverage
from childprotect.desk import Board, Desk, authority_report, document_of, markdown
from childprotect.desk.answers import told_of
from childprotect.desk.board import Attendance, Episodes, Replies, board
from childprotect.events import Lost
from childprotect.rulebooks import england

FIRST, LAST = date(2024, 1, 1), date(2024, 6, 28)


def story(child: str, *events: tuple[Any, ...], **more: Any) -> Chronology:
    return Chronology.of(child, events=list(events), **more)


def seen(*stories: Chronology, first: date = FIRST, last: date = LAST) -> Board:
    """What the board sees of some children."""
    desk = Desk.of(list(stories), last, rulebook=england.rulebook.with_practice())
    return board(desk, told_of(desk), first, last)


def met(*agencies: str) -> dict[str, Any]:
    return {"agencies": frozenset(agencies)}


# --- who took part


def test_attendance_is_a_share_of_the_meetings_that_say_who_took_part() -> None:
    """Four core groups in the period: the police at two of the three of which it is known, health at one."""
    told = seen(
        story(
            "C-1",
            ("2023-12-31", "core-group", met("police")),
            ("2024-01-01", "core-group", met("police", "health")),
            ("2024-02-01", "core-group", met("police")),
            ("2024-03-01", "core-group"),
        ),
        story("C-2", ("2024-06-28", "core-group", met("social-care"))),
    )
    assert told.attendance[3] == Attendance("core groups", 4, 3, {"police": 2, "health": 1, "social-care": 1})
    assert [one.held for one in told.attendance[:3]] == [0, 0, 0]


def test_the_share_is_of_those_recorded_and_the_rest_is_said() -> None:
    stories = [story("C-1", ("2024-01-01", "core-group", met("police")), ("2024-03-01", "core-group"))]
    text = markdown(document_of(authority_report(stories, LAST)))
    assert "Core groups: 2 held; of 1 nobody recorded who took part." in text
    assert "| police | 1 | 100% |" in text
    assert "There were no review conferences in the period." in text


def test_of_meetings_of_which_nothing_is_recorded_there_is_no_share() -> None:
    stories = [story("C-1", ("2024-03-01", "core-group"))]
    text = markdown(document_of(authority_report(stories, LAST)))
    assert "Core groups: 1 held; of 1 nobody recorded who took part." in text
    assert "Who took part in core groups" not in text


def test_a_meeting_that_nobody_came_to_is_recorded() -> None:
    (told,) = [one for one in seen(story("C-1", ("2024-03-01", "core-group", met()))).attendance if one.held]
    assert (told.held, told.recorded, dict(told.present)) == (1, 1, {})


def test_every_kind_of_initial_conference_is_one() -> None:
    kinds = ("initial-conference", "pre-birth-conference", "transfer-in-conference")
    told = seen(*(story(f"C-{n}", ("2024-03-01", kind, met("health"))) for n, kind in enumerate(kinds)))
    assert told.attendance[1] == Attendance("initial conferences", 3, 3, {"health": 3})


def test_reports_are_counted_by_agency() -> None:
    told = seen(
        story(
            "C-1",
            ("2024-03-01", "conference-report-shared", {"agency": "health"}),
            ("2024-03-02", "conference-report-shared", {"agency": "health"}),
            ("2024-03-02", "conference-report-shared"),
            ("2024-03-02", "conference-report-shared", {"agency": "Mrs Patmore of the clinic"}),
            ("2023-03-02", "conference-report-shared", {"agency": "police"}),
        )
    )
    assert dict(told.reports) == {"another": 1, "health": 2, "not recorded": 1}


# --- who answered


def asked(*events: tuple[Any, ...], **more: Any) -> dict[str, Replies]:
    """The requests for information, by agency."""
    return {one.agency: one for one in seen(story("C-1", *events, **more)).information}


POLICE, HEALTH = {"agency": "police"}, {"agency": "health"}


def test_an_answer_is_counted_from_its_question_and_without_one_the_wait_goes_on() -> None:
    """The police answer after 10 and 20 days and owe one of 1 June, 27 days ago; health has not answered for 58."""
    told = asked(
        ("2024-03-01", "information-requested", POLICE),
        ("2024-03-11", "information-received", POLICE),
        ("2024-04-01", "information-requested", POLICE),
        ("2024-04-21", "information-received", POLICE),
        ("2024-06-01", "information-requested", POLICE),
        ("2024-05-01", "information-requested", HEALTH),
    )
    assert told == {
        "health": Replies("health", 1, 0, 0, None, (58,)),
        "police": Replies("police", 3, 2, 0, 15.0, (27,)),
    }


def test_the_answer_of_one_agency_is_not_that_of_another() -> None:
    told = asked(("2024-06-18", "information-requested", POLICE), ("2024-06-20", "information-received", HEALTH))
    assert told == {"police": Replies("police", 1, 0, 0, None, (10,))}


def test_a_question_before_the_period_is_not_of_it() -> None:
    assert asked(("2023-12-31", "information-requested", POLICE)) == {}


def test_where_the_source_cannot_hold_an_answer_nobody_can_tell() -> None:
    told = asked(("2024-06-18", "information-requested", POLICE), covers=Coverage(frozenset({"information-requested"})))
    assert told == {"police": Replies("police", 1, 0, 1, None, ())}


def test_a_disagreement_is_taken_further_until_it_is_resolved() -> None:
    told = seen(
        story("C-1", ("2024-06-03", "escalation-raised", POLICE), ("2024-06-10", "escalation-resolved", POLICE)),
        story("C-2", ("2024-06-18", "escalation-raised", POLICE)),
    )
    assert told.escalations == (Replies("police", 2, 1, 0, 7, (10,)),)


# --- who is missing


def missing(*events: tuple[Any, ...]) -> Episodes:
    """The spells of children missing."""
    return seen(story("C-1", ("2023-12-01", "referral"), *events)).episodes[0]


@pytest.mark.parametrize(
    ("events", "begun", "still"),
    [
        ([("2024-06-20", "missing")], 1, 1),
        ([("2024-06-20", "missing"), ("2024-06-21", "found")], 1, 0),
        ([("2024-06-20", "missing"), ("2024-06-21", "found"), ("2024-06-25", "missing")], 2, 1),
        ([("2023-12-20", "missing")], 0, 1),  # from before the period, and not found
        ([("2023-12-20", "missing"), ("2024-06-28", "found")], 0, 0),
        ([("2024-06-20", "missing"), ("2024-06-20", "found")], 1, 0),
        ([("2024-06-20", "found")], 0, 0),
        (
            [
                ("2024-06-20T09:00+01:00", "missing"),
                ("2024-06-20T12:00+01:00", "found"),
                ("2024-06-20T23:00+01:00", "missing"),
            ],
            2,
            1,  # found at noon, and gone again the same night
        ),
        ([("2024-06-30", "missing")], 0, 0),  # after the day of the report
    ],
)
def test_who_is_missing_is_missing_until_found(events: list[tuple[Any, ...]], begun: int, still: int) -> None:
    told = missing(*events)
    assert (told.begun, told.children, told.still) == (begun, min(begun, 1), still)


def test_children_are_counted_once_and_spells_each() -> None:
    twice = [("2024-02-01", "missing"), ("2024-02-02", "found"), ("2024-06-20", "missing")]
    told = seen(story("C-1", *twice), story("C-2", *twice))
    assert told.episodes[0] == Episodes("children missing", 4, 2, 2)


@pytest.mark.parametrize(
    "how",
    [
        {"covers": Coverage(frozenset({"referral", "missing"}))},
        {"lost": [Lost("found", "row 3", "no date")]},
    ],
    ids=["a source that holds no return", "a return that could not be read"],
)
def test_nobody_can_tell_whether_a_child_is_missing_whose_return_may_not_be_there_to_read(how: dict[str, Any]) -> None:
    gone = Chronology.of("C-1", events=[("2024-06-20", "missing")], **how)
    told = seen(gone).episodes[0]
    assert (told.begun, told.still, told.unknown) == (1, 0, 1)


def test_private_fostering_is_open_until_it_ends() -> None:
    known, ended = ("2024-02-01", "private-fostering-known"), ("2024-03-01", "private-fostering-ended")
    told = seen(story("C-1", known, ended), story("C-2", known))
    assert told.episodes[1] == Episodes("private fostering arrangements", 2, 2, 1)


# --- what is not on record


def test_what_is_missing_from_the_record_is_counted_by_what_hangs_on_it() -> None:
    """Two strategy discussions do not say who took part, so of either nobody can tell whether the police did."""
    silent = ("2024-03-01", "strategy-discussion", {"decision": "section-47"})
    told = seen(story("C-1", ("2024-02-28", "referral"), silent), story("C-2", ("2024-02-28", "referral"), silent))
    (one,) = [one for one in told.missing if one.what == "strategy-discussion.agencies"]
    assert (one.findings, one.children, one.rules) == (2, 2, ("strategy-discussion-attendance",))
    assert told.missing[0].findings == max(one.findings for one in told.missing)


def test_from_whom_feedback_came() -> None:
    told = seen(
        story(
            "C-1",
            ("2024-03-01", "feedback-received", {"from": "child"}),
            ("2024-03-02", "feedback-received", {"from": "child"}),
            ("2024-03-03", "feedback-received"),
            ("2024-03-03", "feedback-received", {"from": "Grandmother Rose"}),
        )
    )
    assert dict(told.feedback) == {"another": 1, "child": 2, "not recorded": 1}
