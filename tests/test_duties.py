"""A duty without a number is told and not judged; one with a number is judged as any clock, on the days with one."""

from datetime import date
from typing import Any

from attrs import evolve
from tests.test_waits import only, report, version

from childprotect import Coverage, Status
from childprotect.conditions import on
from childprotect.events import Lost
from childprotect.periods import days
from childprotect.rules import Duty

TIMED = Duty(
    id="interview",
    title="interview",
    start=on("found"),
    end=on("return-interview"),
    discharge=on("case-closed"),
    versions=(version(days(3)),),
)
UNTIL_2023 = evolve(version(None), until=date(2023, 12, 31))
MIXED = evolve(TIMED, versions=(UNTIL_2023, evolve(version(days(3)), in_force=date(2024, 1, 1))))
"""A duty to which a number was given in 2024."""


def holding(*kinds: str) -> Coverage:
    """A source that can hold these kinds of event and no others."""
    return Coverage(frozenset(kinds))


def test_a_duty_with_a_number_is_not_overdue_where_the_source_cannot_hold_what_would_end_it() -> None:
    found: Any = ("2024-03-01", "found")
    finding = only(TIMED, found, covers=holding("found", "return-interview"))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed",))
    whole = holding("found", "return-interview", "case-closed")
    assert only(TIMED, found, covers=whole).status is Status.OVERDUE


def test_a_lost_entry_hides_no_finding_of_a_duty_that_has_a_number_on_some_days() -> None:
    told = [("2023-03-01", "found"), ("2023-03-02", "return-interview"), ("2024-03-01", "found")]
    found = report(MIXED, *told, lost=[Lost("case-closed", "row 7", "no date")])
    assert [finding.status for finding in found.findings] == [Status.CANNOT_TELL]
    assert found.elapsed == ()
    assert [(entry.id, entry.because) for entry in found.not_assessed] == [
        ("interview", "an entry that may have changed it could not be read")
    ]


def test_how_long_it_takes_is_not_told_where_the_source_cannot_hold_the_end() -> None:
    found = report(MIXED, ("2023-03-01", "found"), covers=holding("found", "case-closed"))
    assert found.elapsed == ()
    assert [entry.because for entry in found.not_assessed] == [
        "this source does not include entries of this kind: return interview"
    ]


def test_how_long_it_took_is_told_with_whose_it_is_and_how_it_ended() -> None:
    rule = evolve(TIMED, versions=(UNTIL_2023,))
    (done,) = report(rule, ("2023-03-01", "found"), ("2023-03-08", "return-interview")).elapsed
    assert (done.child, done.days, done.fell_away) == ("C-101", 7, "")
    (closed,) = report(rule, ("2023-03-01", "found"), ("2023-03-08", "case-closed")).elapsed
    assert (closed.days, closed.answer) == (7, None)
    assert closed.fell_away == "the closure of the case on Wed 8 Mar 2023"
    (open_still,) = report(rule, ("2023-03-01", "found"), as_at=date(2023, 3, 9)).elapsed
    assert (open_still.days, open_still.fell_away) == (8, "")


def test_what_ended_on_the_day_on_which_every_duty_fell_away_is_told() -> None:
    rule = evolve(TIMED, versions=(UNTIL_2023,))
    for kind in ("return-interview", "case-closed"):
        (told,) = report(rule, ("2023-03-01", "found"), ("2023-03-08", kind), died=date(2023, 3, 8)).elapsed
        assert told.days == 7


def test_how_long_it_took_until_every_duty_fell_away_is_not_told_and_neither_is_the_day() -> None:
    rule = evolve(TIMED, versions=(UNTIL_2023,))
    found = report(rule, ("2023-03-01", "found"), died=date(2023, 3, 8), as_at=date(2023, 3, 8))
    assert found.elapsed == ()
    entry = found.not_assessed[0]
    assert (entry.id, entry.because) == ("interview", "the duty fell away: the child died")


def test_whether_it_began_or_ended_may_not_be_known_and_then_how_long_it_took_is_not_told() -> None:
    rule = evolve(TIMED, start=on("found", group="x"), versions=(UNTIL_2023,))
    entry = report(rule, ("2023-03-01", "found")).not_assessed[0]
    assert (entry.id, entry.because) == ("interview", "it is not clear whether the return of the child began it")
    rule = evolve(TIMED, end=on("return-interview", group="x"), versions=(UNTIL_2023,))
    for died in (None, date(2023, 3, 2)):
        entry = report(rule, ("2023-03-01", "found"), ("2023-03-02", "return-interview"), died=died).not_assessed[0]
        assert (entry.id, entry.because) == ("interview", "it is not clear whether the return interview fulfils it")


def test_what_the_source_cannot_hold_is_named_with_the_rule() -> None:
    rule = evolve(TIMED, versions=(UNTIL_2023,))
    entry = report(rule, ("2023-03-01", "found"), covers=holding("found", "case-closed")).not_assessed[0]
    assert entry.id == "interview"
