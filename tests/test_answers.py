"""What the records show of a row of the inspection: each verdict by records of a few days, worked out by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from childprotect import Chronology, Coverage, Rulebook
from childprotect.desk import Answer, Desk, Verdict
from childprotect.desk.answers import Concerned, answers, told_of
from childprotect.desk.improving import Area, Plan, State, progress
from childprotect.errors import DefinitionError
from childprotect.events import Lost
from childprotect.measures import MEASURES, Told, behind, measured, of_duty
from childprotect.periods import months
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row

FIRST, LAST = date(2012, 4, 1), date(2012, 9, 30)
BOOK = england.rulebook.with_practice()
REFERRED = [("2012-05-14", "referral")]
"""A Monday: the decision is due on the Tuesday."""
IN_TIME = [*REFERRED, ("2012-05-15", "referral-decided", {"outcome": "no-further-action"})]
LATE = [*REFERRED, ("2012-05-17", "referral-decided", {"outcome": "no-further-action"})]
MARAC = [("2012-05-14", "marac")]
FILED = [*MARAC, ("2012-05-21", "information-filed", {"about": "marac"})]


def row(*rules: str, judged: str = "whole", measures: Sequence[str] = (), whom: str = "") -> Row:
    """A row of an inspection that names these rules."""
    return Row("1", "a finding", judged, tuple(rules), (), "a person must read it", tuple(measures), whom)


def children(*records: Sequence[Any], covers: Coverage | None = None) -> list[Chronology]:
    """Children C-1, C-2 and so on."""
    coverage = covers or Coverage()
    return [Chronology.of(f"C-{n}", events=events, covers=coverage) for n, events in enumerate(records, 1)]


def answer(asked: Row, records: Sequence[Chronology], book: Rulebook = BOOK, **period: Any) -> Answer:
    """What these records show of a row."""
    desk = Desk.of(list(records), LAST, rulebook=book)
    (found,) = answers([asked], told_of(desk), book, period.get("first", FIRST), period.get("last", LAST))
    return found


DECISION = row("referral-decision")
FILING = row("marac-filed")


def test_what_was_not_kept_is_found_with_its_children() -> None:
    found = answer(DECISION, children(IN_TIME, LATE, REFERRED))
    assert found.verdict is Verdict.FOUND
    told = [(case.child, case.status.value, case.on.isoformat()) for case in found.cases]
    assert told == [("C-3", "overdue", "2012-05-15"), ("C-2", "late", "2012-05-15")]
    assert found.because == "Found: 2 of 3 duties not kept, in the records of 2 children."


def test_what_was_kept_throughout_is_not_found() -> None:
    found = answer(DECISION, children(IN_TIME, IN_TIME))
    assert (found.verdict, found.cases, found.unknown) == (Verdict.NOT_FOUND, (), 0)
    assert found.because == "Not found: what there was in the period was kept (2 duties)."


def test_what_was_due_outside_the_period_is_not_of_it() -> None:
    assert answer(DECISION, children(LATE), first=date(2012, 5, 16)).verdict is Verdict.NO_CASE
    assert answer(DECISION, children(LATE), last=date(2012, 5, 14)).verdict is Verdict.NO_CASE
    assert answer(DECISION, children(LATE), first=date(2012, 5, 15)).verdict is Verdict.FOUND


def test_a_single_case_of_which_nobody_can_tell_keeps_the_rest_from_being_enough() -> None:
    asked = row("section-47-lead-qualified")
    known = [("2012-05-14", "section-47-started", {"lead-qualified": True})]
    assert answer(asked, children(known)).verdict is Verdict.NOT_FOUND
    found = answer(asked, children(known, [("2012-05-14", "section-47-started")]))
    assert (found.verdict, found.unknown) == (Verdict.CANNOT_TELL, 1)
    assert found.because == "Cannot tell: of 1 case the records do not say; what could be judged was kept (1 duty)."


def test_without_a_number_nobody_can_tell_until_a_profile_gives_one() -> None:
    asked = row("core-group")
    groups = [("2012-05-14", "plan-started"), ("2012-05-21", "core-group")]
    found = answer(asked, children(groups))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.unjudged == ("no number is set for core-group, which a local profile would give",)


def test_where_the_source_cannot_hold_what_a_rule_reads_nobody_can_tell() -> None:
    held = Coverage(kinds=frozenset({"visit"}))
    found = answer(DECISION, children([("2012-05-14", "visit")], covers=held))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.unjudged == ("the records cannot hold what referral-decision reads (referral)",)


def test_without_a_case_nothing_can_be_said() -> None:
    found = answer(DECISION, children([("2012-05-14", "visit")]))
    assert (found.verdict, found.figures, found.concerned) == (Verdict.NO_CASE, (), ())
    assert answer(FILING, children([("2012-05-14", "visit")])).verdict is Verdict.NO_CASE


def test_what_no_record_settles_is_for_a_person() -> None:
    found = answer(row(judged="none"), children(LATE))
    assert (found.verdict, found.because) == (
        Verdict.TO_JUDGE,
        "For a person to judge: a person must read it.",
    )


def test_a_duty_without_a_number_is_a_figure_that_concerns_those_of_whom_it_was_not_done() -> None:
    found = answer(FILING, children(FILED, MARAC))
    assert (found.verdict, found.cases, found.told_only) == (Verdict.FIGURES, (), ("marac-filed",))
    assert found.concerned == (Concerned("C-2", "marac-filed", date(2012, 5, 14), None),)
    (figure,) = found.figures
    assert (figure.numerator, figure.denominator, figure.median) == (1, 2, 7.0)
    assert answer(FILING, children(FILED, FILED)).concerned == ()


def test_it_is_told_beside_what_is_judged_and_changes_no_verdict() -> None:
    both = row("referral-decision", "marac-filed")
    found = answer(both, children(IN_TIME, MARAC))
    assert found.verdict is Verdict.NOT_FOUND
    assert [case.child for case in found.concerned] == ["C-2"]
    assert found.because == "Not found: what can be judged of the period was kept (1 duty)."
    assert answer(both, children(LATE, MARAC)).verdict is Verdict.FOUND


def test_of_records_in_columns_nobody_can_tell_how_long_such_a_duty_took() -> None:
    desk = Desk.of(children(FILED), LAST, rulebook=BOOK)
    told = Told.of_chronologies(desk.chronologies(), as_at=LAST, findings=desk.findings)
    assert told.duties is None
    (found,) = answers([FILING], told, BOOK, FIRST, LAST)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.because == "Cannot tell: how long marac-filed took was not worked out."
    (figure,) = measured(of_duty(BOOK["marac-filed"]), told, FIRST, LAST)
    assert (figure.numerator, figure.denominator) == (None, None)
    assert figure.because.startswith("the records were not read child by child")


def test_where_nobody_can_tell_of_any_such_duty_no_figure_is_told() -> None:
    held = Coverage(kinds=frozenset({"marac"}))
    found = answer(FILING, children(MARAC, covers=held))
    assert (found.verdict, found.unknown, found.concerned) == (Verdict.CANNOT_TELL, 1, ())


def test_a_measure_of_a_row_is_a_figure_with_whom_it_concerns() -> None:
    asked = row(measures=["audits-with-outcome"])
    audited = [("2012-05-14", "case-audited", {"outcome": "plan-changed"})]
    found = answer(asked, children(audited, [("2012-05-14", "case-audited")]))
    assert found.verdict is Verdict.FIGURES
    assert [case.child for case in found.concerned] == ["C-2"]
    none = answer(asked, children([("2012-05-14", "case-audited")]))
    assert (none.verdict, none.unknown) == (Verdict.CANNOT_TELL, 1)


def test_a_length_concerns_the_longest_first_and_not_those_of_no_days() -> None:
    def referred(day: str) -> list[Any]:
        return [("2012-05-14", "referral", {"incident-date": date.fromisoformat(day)})]

    asked = row(measures=["incident-to-referral-days"])
    found = answer(asked, children(referred("2012-05-14"), referred("2012-05-11"), referred("2012-04-23")))
    assert [(case.child, case.amount) for case in found.concerned] == [("C-3", 21), ("C-2", 3)]


def test_a_row_of_some_children_alone_is_not_answered_by_the_records_of_all() -> None:
    found = answer(row("referral-decision", whom="disabled children"), children(LATE))
    assert (found.verdict, found.cases, found.concerned) == (Verdict.FIGURES, (), ())
    assert [figure.numerator for figure in found.figures] == [0]
    assert "nothing on record says who is one of the disabled children" in found.because


def test_what_is_not_in_place_is_a_case_of_the_last_day_however_old_it_is() -> None:
    asked = row("allocated-to-qualified-worker")
    opened = [("2011-05-16", "referral"), ("2011-05-17", "referral-decided", {"outcome": "assessment"})]
    found = answer(asked, children(opened))
    assert (found.verdict, found.children) == (Verdict.FOUND, ("C-1",))
    assert answer(asked, children(opened), last=date(2012, 9, 29)).verdict is Verdict.NO_CASE


# --- the duties without a number


def told_of_them(*records: Sequence[Any], as_at: date = LAST) -> Told:
    """What is told of the duties of these children."""
    return Told.of_chronologies(children(*records), as_at=as_at, rulebook=BOOK)


def test_such_a_duty_is_told_clock_by_clock() -> None:
    asked = [("2012-05-01", "information-requested", {"agency": agency}) for agency in ("health", "police")]
    replied = [("2012-05-08", "information-received", {"agency": "health"})]
    duties = told_of_them([*asked, *replied]).duties
    assert duties is not None
    rows = duties.select("child", "rule", "started", "done", "days", "fell_away", "unclear").rows()
    of = ("C-1", "information-received", date(2012, 5, 1))
    assert rows == [(*of, date(2012, 5, 8), 7, "", ""), (*of, None, 152, "", "")]


def test_a_reply_of_no_known_agency_leaves_it_open_which_request_it_answers() -> None:
    asked = [("2012-05-01", "information-requested", {"agency": agency}) for agency in ("health", "police")]
    told = told_of_them([*asked, ("2012-05-08", "information-received")])
    (figure,) = measured(of_duty(BOOK["information-received"]), told, FIRST, LAST)
    assert (figure.numerator, figure.denominator, figure.cannot_tell) == (0, 0, 2)


def test_what_was_done_after_the_period_was_not_done_by_its_last_day() -> None:
    told = told_of_them(FILED)
    one = of_duty(BOOK["marac-filed"])
    assert behind(one, told, FIRST, date(2012, 5, 20))["kept"].to_list() == [False]
    assert behind(one, told, FIRST, date(2012, 5, 21))["kept"].to_list() == [True]
    assert len(behind(one, told, date(2012, 5, 15), LAST)) == 0


def test_what_fell_away_is_left_out_from_the_day_on_which_it_did() -> None:
    began = ("2012-05-14", "section-47-started")
    told = told_of_them([("2012-05-11", "referral"), began, ("2012-05-21", "case-closed")])
    one = of_duty(BOOK["section-47-completion"])
    assert behind(one, told, FIRST, LAST)["left_out"].to_list() == ["the duty fell away before it was done"]
    assert behind(one, told, FIRST, date(2012, 5, 20))["left_out"].to_list() == [None]


def test_an_entry_that_could_not_be_read_leaves_it_open() -> None:
    lost = Lost("information-filed", "row 3", "its day is no day")
    story = Chronology.of("C-1", events=MARAC, lost=[lost])
    told = Told.of_chronologies([story], as_at=LAST, rulebook=BOOK)
    assert told.duties is not None
    assert told.duties["unclear"].to_list() == ["an entry that may have changed it could not be read"]


def test_a_rule_with_a_number_is_no_duty_without_one() -> None:
    with pytest.raises(DefinitionError, match="the rule has a number"):
        of_duty(BOOK["referral-decision"])


def test_an_area_of_a_plan_that_rests_on_such_a_duty_is_left_to_a_person() -> None:
    desk = Desk.of(children(MARAC, [("2012-08-14", "marac")]), LAST, rulebook=BOOK)
    plan = Plan("a plan", date(2012, 6, 1), (Area(FILING, months(3)),))
    (one,) = progress(plan, told_of(desk), BOOK)
    assert (one.before.verdict, one.lately.verdict) == (Verdict.FIGURES, Verdict.FIGURES)
    assert [case.child for case in one.before.concerned + one.lately.concerned] == ["C-1", "C-2"]
    assert one.state is State.TO_JUDGE
    assert [trend.measure.id for trend in one.trends] == ["marac-filed"]


@pytest.mark.parametrize("one", england.inspection(), ids=lambda one: str(one.id))
def test_every_measure_that_a_row_names_exists(one: Row) -> None:
    assert set(one.measures) <= MEASURES.keys()
    assert one.judged != "none" or one.measures == ()
