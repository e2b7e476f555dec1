"""What audits came to: counts by hand, what nobody can tell, and the table that brings grades back in."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from childprotect import Chronology
from childprotect.chronology import Coverage
from childprotect.desk import Desk, When, worklist_of
from childprotect.desk.audit_tables import COLUMNS, template, with_audits
from childprotect.desk.audits import Audits, Share, audits, told_of
from childprotect.desk.documents import Document
from childprotect.desk.writing import html, markdown
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.periods import months
from childprotect.records import read
from childprotect.rulebooks import england

AS_AT = date(2012, 9, 19)
AUDIT, SET, DONE = "case-audited", "audit-action-set", "audit-action-done"
LATE = {"action": "see the child", "owner": "Secret Owner", "due": date(2012, 9, 10)}


def story(child: str, *events: tuple[Any, ...], **more: Any) -> Chronology:
    """A chronology of one child."""
    return Chronology.of(child, events=events, **more)


def of(*stories: Chronology, **how: Any) -> Audits:
    """The audits of these children."""
    return audits(Desk.of(list(stories), AS_AT), **how)


HAND = (
    # closed and audited afterwards, good, with an outcome; its action was done in time
    story(
        "C-1",
        ("2012-07-02", "case-closed"),
        ("2012-08-01", AUDIT, {"grade": "good", "themes": {"thresholds", "timeliness"}, "outcome": "safer"}),
        ("2012-08-01", SET, {"action": "a", "owner": "Secret", "due": date(2012, 9, 1)}),
        ("2012-08-20", DONE, {"action": "a"}),
    ),
    # inadequate, and nothing asked for; before it was closed
    story(
        "C-2",
        ("2012-08-02", AUDIT, {"grade": "inadequate", "themes": {"thresholds"}, "agency": "police"}),
        ("2012-08-03", "case-closed"),
    ),
    # inadequate, with an action that is overdue and one without owner or day; an enquiry that was audited
    story(
        "C-3",
        ("2012-08-01", "section-47-started"),
        ("2012-09-03", AUDIT, {"grade": "inadequate", "agency": "health", "themes": {"Mrs Secret"}, "outcome": "none"}),
        ("2012-09-03", SET, LATE),
        ("2012-09-03", SET, {"action": "b"}),
    ),
    # an enquiry that nobody audited, and an action before any audit
    story("C-4", ("2012-08-01", "section-47-started"), ("2012-08-02", SET, {"action": "c", "owner": "Secret"})),
)


def test_a_hand_worked_authority() -> None:
    found = of(*HAND)
    assert found.by_grade == {"outstanding": 0, "good": 1, "adequate": 0, "inadequate": 2, "": 0}
    assert found.by_theme == {"thresholds": 2, "another theme": 1, "timeliness": 1}
    assert found.by_month == {
        "2012-08": {"thresholds": 2, "timeliness": 1},
        "2012-09": {"another theme": 1},
    }
    assert found.by_agency == {"": 1, "health": 1, "police": 1}
    assert found.closed == Share(1, 1, 0)
    assert found.enquiries == Share(1, 1, 0)
    assert found.with_outcome == Share(1, 2, 0)
    low, high = found.with_outcome.interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.061, 0.792)  # Wilson's, by hand
    assert [action.child for action in found.actions] == ["C-1", "C-4", "C-3", "C-3"]
    assert [action.child for action in found.overdue] == ["C-3"]
    assert [action.child for action in found.unclear] == ["C-4", "C-3"]
    assert [action.child for action in found.loose] == ["C-4"]
    assert [audit.child for audit in found.led_nowhere] == ["C-2"]
    assert found.untold == ()


def test_a_period_takes_what_falls_into_it_and_nothing_before() -> None:
    found = of(*HAND, period=months(1))
    assert found.since == date(2012, 8, 19)
    assert [audit.child for audit in found.audits] == ["C-3"]
    assert found.closed == found.enquiries == Share(0, 0, 0)
    assert (found.closed.value, found.closed.interval) == (None, None)
    assert found.loose == ()


def test_a_theme_of_your_own_is_shown_where_you_name_it() -> None:
    own = story("C-1", ("2012-08-01", AUDIT, {"themes": {"Trail hunting", "thresholds"}}))
    assert of(own).by_theme == {"another theme": 1, "thresholds": 1}
    assert of(own, themes=["Trail hunting"]).by_theme == {"Trail hunting": 1, "thresholds": 1}


@pytest.mark.parametrize("said", ["no", "None", "not known", "unknown", False])
def test_an_outcome_that_says_that_there_is_none_is_none(said: object) -> None:
    assert of(story("C-1", ("2012-08-01", AUDIT, {"outcome": said}))).with_outcome == Share(0, 1, 0)


def test_an_action_belongs_to_the_last_audit_before_it() -> None:
    found = of(
        story(
            "C-1",
            ("2012-07-01", AUDIT, {"grade": "inadequate"}),
            ("2012-08-01", AUDIT, {"grade": "inadequate"}),
            ("2012-08-09", SET, {"action": "a"}),
        )
    )
    assert [len(audit.actions) for audit in found.audits] == [0, 1]
    assert [audit.day.month for audit in found.led_nowhere] == [7]


# --- what nobody can tell


def test_of_a_source_without_a_place_for_audits_nobody_can_tell() -> None:
    found = of(story("C-1", ("2012-08-01", "case-closed"), covers=Coverage(frozenset({"case-closed"}))))
    assert found.closed == Share(0, 0, 1)
    assert found.untold == ("C-1",)
    assert str(found.closed) == "0 of 0; nobody can tell of 1"


def test_an_audit_that_could_not_be_read_may_have_been_of_the_closed_case() -> None:
    closed = story("C-1", ("2012-08-01", "case-closed"), lost=[Lost(AUDIT, "line 7", "no date")])
    assert of(closed).closed == Share(0, 0, 1)


def test_where_an_action_could_not_be_read_or_has_no_place_an_audit_may_have_led_somewhere() -> None:
    audit = ("2012-08-01", AUDIT, {"grade": "inadequate"})
    lost = of(story("C-1", audit, lost=[Lost(SET, "line 7", "no date")]))
    no_place = of(story("C-1", audit, covers=Coverage(frozenset({AUDIT}), frozenset({"grade"}))))
    for found in (lost, no_place):
        assert [audit.lacks_actions for audit in found.led_nowhere] == [None]
    assert no_place.with_outcome == Share(0, 0, 1)


def test_without_the_rule_nobody_says_that_an_action_is_overdue() -> None:
    found = audits(Desk.of(list(HAND), AS_AT, rulebook=england.rulebook))
    assert found.overdue == ()
    assert {action.status for action in found.actions} == {None}


def test_an_overdue_action_is_on_the_worklist_and_its_owner_is_not() -> None:
    desk = Desk.of(list(HAND), AS_AT)
    tasks = [task for task in worklist_of(desk) if task.rule == "audit-action-done"]
    assert ("C-3", When.OVERDUE, date(2012, 9, 10)) in [(task.child, task.when, task.due) for task in tasks]
    overdue = audits(desk).overdue
    assert {task.child for task in tasks if task.when is When.OVERDUE} == {action.child for action in overdue}
    assert "Secret" not in repr(tasks)


def test_what_audits_came_to_is_told_without_a_name() -> None:
    section = told_of(of(*HAND))
    document = Document("Audits", (), (section,))
    told = markdown(document)
    assert "| inadequate | 2 |" in told
    assert "| closed cases that were audited since | 1 of 2 (50%) |" in told
    assert "Overdue actions: C-3." in told
    assert "Inadequate, and no action: C-2." in told
    for text in (told, html(document), repr(of(*HAND))):
        assert "Secret" not in text and "see the child" not in text
    assert "0 audits up to Wed 19 Sep 2012." in markdown(Document("Audits", (), (told_of(of(HAND[3])),)))


# --- the way back in


def fill(path: Path, *rows: dict[str, str]) -> str:
    """A table of audits that people filled in."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_the_template_is_an_event_table_and_what_is_not_filled_in_is_no_audit(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    table = template(["C-1", "C-2"])
    assert table.splitlines()[:2] == [",".join(COLUMNS), "C-1,case-audited,,,,,,,,,"]
    path.write_text(table, encoding="utf-8")
    with pytest.raises(UnreadableInput, match="no event could be read: the row has no date in 'at'"):
        read(str(path))
    path.write_text(table.replace("C-2,case-audited,,", "C-2,case-audited,2012-09-03,good"), encoding="utf-8")
    source = read(str(path))
    assert [len(story) for story in source] == [0, 1]
    assert source.account.rejected == 1
    closed = [story(child, ("2012-08-01", "case-closed")) for child in ("C-1", "C-2", "C-3")]
    found = audits(Desk.of(with_audits(closed, str(path)), AS_AT))
    assert [(audit.child, audit.grade) for audit in found.audits] == [("C-2", "good")]
    assert found.closed == Share(1, 1, 1), "the first may have been audited: its row is there, and has no date"


def test_grades_themes_outcomes_and_actions_come_back_in_beside_the_records(tmp_path: Path) -> None:
    path = fill(
        tmp_path / "grades.csv",
        {
            "child": "C-1",
            "event": AUDIT,
            "at": "2012-09-03",
            "grade": "inadequate",
            "themes": "thresholds;Our own",
            "outcome": "She is safer with her aunt",
            "agency": "health",
        },
        {"child": "C-1", "event": SET, "at": "2012-09-03", "action": "see her", "owner": "O", "due": "2012-09-10"},
    )
    records = [story("C-1", ("2012-08-01", "case-closed")), story("C-2", ("2012-08-01", "case-closed"))]
    desk = Desk.of(with_audits(records, path), AS_AT)
    found = audits(desk, themes=["Our own"])
    (audit,) = found.audits
    assert (audit.grade, audit.themes, audit.agency) == ("inadequate", frozenset({"thresholds", "Our own"}), "health")
    assert audit.outcome is True
    assert found.closed == Share(1, 1, 0)
    assert [action.child for action in found.overdue] == ["C-1"]
    assert "audit-action-done" in [task.rule for task in worklist_of(desk)]
    assert "aunt" not in repr(list(desk.chronologies())) + markdown(Document("", (), (told_of(found),)))


def test_a_table_beside_records_that_hold_little_holds_nothing_but_audits(tmp_path: Path) -> None:
    path = fill(tmp_path / "grades.csv", {"child": "C-1", "event": AUDIT, "at": "2012-09-03", "grade": "good"})
    few = Coverage(frozenset({"referral", "plan-started"}), frozenset({"referral.source"}))
    records = [story("C-1", ("2012-05-01", "referral"), ("2012-05-02", "plan-started"), covers=few)]
    before, after = Desk.of(records, AS_AT), Desk.of(with_audits(records, path), AS_AT)
    told = after.findings.filter(after.findings["rule"].cast(str) != "audit-action-done")
    assert told.equals(before.findings), "what the records cannot hold stays unknown"
    (joined,) = after.chronologies({"C-1"})
    assert joined.covers.holds(AUDIT, "grade")
    assert not joined.covers.holds("visit")


def test_what_both_tell_is_told_once_and_a_child_of_the_table_alone_is_there(tmp_path: Path) -> None:
    row = {"child": "C-1", "event": AUDIT, "at": "2012-09-03", "grade": "good"}
    path = fill(tmp_path / "grades.csv", row, {**row, "child": "C-9"})
    records = [story("C-1", ("2012-09-03", AUDIT, {"grade": "good"}))]
    desk = Desk.of(with_audits(records, path, read(path)), AS_AT)
    assert [audit.child for audit in audits(desk).audits] == ["C-1", "C-9"]
    assert [one.child for one in desk.chronologies({"C-9"})] == ["C-9"]


def test_a_table_with_anything_but_audits_is_refused_and_a_slip_in_a_row_costs_that_row(tmp_path: Path) -> None:
    other = fill(tmp_path / "other.csv", {"child": "C-1", "event": "visit", "at": "2012-09-03"})
    with pytest.raises(UnreadableInput, match=r"other\.csv: it holds visit to the child, which is no audit"):
        with_audits([HAND[0]], other)
    row = {"child": "C-4", "event": "case-odited", "at": "2012-09-03"}
    slip = fill(tmp_path / "slip.csv", row, {"child": "C-1", "event": AUDIT, "at": "2012-09-04"})
    found = audits(Desk.of(with_audits(HAND, slip), AS_AT))
    assert found.untold == ("C-4",)
    assert found.enquiries == Share(1, 0, 1)


def test_a_row_that_names_nothing_that_we_know_may_be_any_audit_or_action(tmp_path: Path) -> None:
    row = {"child": "C-4", "event": "zzzz", "at": "2012-09-03"}
    path = fill(tmp_path / "grades.csv", row, {"child": "C-9", "event": AUDIT, "at": "2012-09-04"})
    desk = Desk.of(with_audits([*HAND, story("C-5", ("2012-09-01", "section-47-started"))], path), AS_AT)
    assert audits(desk).enquiries == Share(1, 1, 1)
    (joined,) = desk.chronologies({"C-4"})
    assert {lost.kind for lost in joined.lost} == {AUDIT, SET, DONE}
