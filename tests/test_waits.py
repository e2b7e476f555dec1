"""How long a clock runs: what may last at most so long, what lengthens it, and what comes again and again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import IRRELEVANT, clusters, days_of, events

from childprotect import Chronology, Coverage, Event, Finding, Report, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.chronology import EVERYTHING
from childprotect.conditions import Doubtful, on, stated
from childprotect.events import Lost
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, Period, days, hours, months, weeks, working_days
from childprotect.requirements import Cadence, Limit
from childprotect.rules import AtMost, Every, Rule, Within
from childprotect.spells import During, Spell
from childprotect.versions import Version

Told = tuple[Any, ...]
LATER = date(2026, 6, 1)
LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1))
MADE, ENDED, EXTENDED = (f"emergency-protection-order-{what}" for what in ("made", "ended", "extended"))
HELD, FREED = "police-protection-started", "police-protection-ended"


def version(requires: Any) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.PRIMARY)


def order(limit: Limit = Limit(days(8)), **more: Any) -> AtMost:
    """An order that may last so long."""
    return AtMost(
        id="order", title="length of the order", start=on(MADE), end=on(ENDED), versions=(version(limit),), **more
    )


def report(rule: Rule, *told: Told | Event, as_at: date = LATER, **known: Any) -> Report:
    """What the rule says of these events."""
    return check(Chronology.of("C-101", events=told, **known), Rulebook("ours", (rule,)), as_at=as_at)


def only(rule: Rule, *told: Told | Event, as_at: date = LATER, **known: Any) -> Finding:
    """The one thing that the rule says of these events."""
    (finding,) = report(rule, *told, as_at=as_at, **known).findings
    return finding


def dues(rule: Rule, *told: Told | Event, as_at: date = LATER) -> list[date]:
    """The last days in time of every clock."""
    return [finding.due for finding in report(rule, *told, as_at=as_at).findings if finding.due is not None]


# --- what may last at most so long


@pytest.mark.parametrize(
    ("told", "as_at", "status", "late"),
    [
        ([("2024-03-09", ENDED)], LATER, Status.MET, 0),
        ([("2024-03-10", ENDED)], LATER, Status.LATE, 1),
        ([], date(2024, 3, 9), Status.PENDING, 0),
        ([], date(2024, 3, 12), Status.OVERDUE, 3),
        ([("2024-03-01", ENDED)], LATER, Status.MET, 0),
    ],
)
def test_an_episode_ended_in_time_or_late_or_still_lasts(
    told: list[Told], as_at: date, status: Status, late: int
) -> None:
    finding = only(order(), ("2024-03-01", MADE), *told, as_at=as_at)
    assert (finding.status, finding.due, finding.days_late) == (status, date(2024, 3, 9), late)
    assert finding.started == date(2024, 3, 1)


def test_a_limit_beginning_with_the_day_counts_that_day() -> None:
    limit = Limit(days(8, counting=Counting.BEGINNING_WITH))
    assert dues(order(limit), ("2024-03-01", MADE)) == [date(2024, 3, 8)]


def test_nothing_but_its_end_ends_an_episode_not_even_the_closure_of_the_case() -> None:
    assert only(order(), ("2024-03-01", MADE), ("2024-03-04", "case-closed")).status is Status.OVERDUE


def test_the_death_of_the_child_ends_what_had_not_run_out() -> None:
    made = ("2024-03-01", MADE)
    assert only(order(), made, died=date(2024, 3, 9)).status is Status.DISCHARGED
    assert only(order(), made, died=date(2024, 3, 10)).status is Status.OVERDUE


def test_an_entry_made_twice_is_one_episode_and_a_later_one_is_another() -> None:
    told = [("2024-03-01", MADE), ("2024-03-04", MADE), ("2024-03-08", ENDED), ("2024-06-01", MADE)]
    assert dues(order(), *told) == [date(2024, 3, 9), date(2024, 6, 9)]


def test_an_episode_of_which_it_is_not_known_whether_it_began_cannot_be_told() -> None:
    finding = only(evolve(order(), start=on(MADE, scope="full")), ("2024-03-01", MADE))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{MADE}.scope",))


def test_a_source_that_cannot_hold_the_end_cannot_tell_how_long_it_lasted() -> None:
    finding = only(order(), ("2024-03-01", MADE), covers=Coverage(frozenset({MADE})))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (ENDED,))


def test_an_entry_after_the_longest_that_an_episode_can_last_is_another_one_and_the_end_is_its_end() -> None:
    told = [("2024-03-01", MADE), ("2024-03-10", MADE), ("2024-03-15", ENDED)]
    first, second = report(order(), *told).findings
    assert (first.status, first.done) == (Status.OVERDUE, None)
    assert (second.status, second.done) == (Status.MET, date(2024, 3, 15))
    before_its_end = [told[0], ("2024-03-09", MADE), told[2]]
    (only_one,) = report(order(), *before_its_end).findings
    assert (only_one.status, only_one.done) == (Status.LATE, date(2024, 3, 15))


# --- what lengthens it

ONCE = Limit(days(8), extension=days(7), times=1)
OFTEN = Limit(days(8), extension=days(7))
LENGTHENED = order(ONCE, extends=on(EXTENDED))
COURT = Within(
    id="court",
    title="proceedings",
    start=on("proceedings-issued"),
    end=on("proceedings-concluded"),
    extends=on("proceedings-extended"),
    versions=(version(Limit(weeks(26), extension=weeks(8))),),
)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ([], date(2024, 3, 9)),
        (["2024-03-05"], date(2024, 3, 16)),
        (["2024-03-01"], date(2024, 3, 16)),
        (["2024-03-09"], date(2024, 3, 16)),  # on its last day
        (["2024-03-10"], date(2024, 3, 9)),  # it had run out
        (["2024-03-05", "2024-03-06"], date(2024, 3, 16)),  # only one counts
        (["2024-02-28"], date(2024, 3, 9)),  # of another order
    ],
)
def test_an_extension_counts_if_it_was_made_while_the_order_ran_and_as_often_as_the_law_says(
    told: list[str], due: date
) -> None:
    assert dues(LENGTHENED, ("2024-03-01", MADE), *((day, EXTENDED) for day in told)) == [due]


def test_each_extension_is_added_to_the_last_day_that_the_one_before_it_gave() -> None:
    rule = evolve(LENGTHENED, versions=(version(OFTEN),))
    told = [("2024-03-01", MADE), ("2024-03-05", EXTENDED), ("2024-03-15", EXTENDED)]
    assert dues(rule, *told) == [date(2024, 3, 23)]
    assert dues(rule, *told, ("2024-03-24", EXTENDED)) == [date(2024, 3, 23)], "a day after it had run out"
    assert dues(rule, *told, ("2024-03-23", EXTENDED), ("2024-03-30", EXTENDED)) == [date(2024, 4, 6)]
    # the second came after the first alone would have run out, and before both had
    assert dues(evolve(rule, versions=(version(evolve(OFTEN, times=2)),)), *told, ("2024-03-20", EXTENDED)) == [
        date(2024, 3, 23)
    ]


def test_an_extension_entered_twice_is_one() -> None:
    rule = evolve(LENGTHENED, versions=(version(OFTEN),))
    told = [("2024-03-01", MADE), ("2024-03-05", EXTENDED), ("2024-03-05", EXTENDED, {"by": "court"})]
    assert dues(rule, *told) == [date(2024, 3, 16)]


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        ("2024-03-09", Status.MET),
        ("2024-03-10", Status.CANNOT_TELL),
        ("2024-03-16", Status.CANNOT_TELL),
        ("2024-03-17", Status.LATE),
    ],
)
def test_where_the_source_cannot_hold_extensions_only_what_needs_none_or_comes_after_all_can_be_told(
    ended: str, status: Status
) -> None:
    covers = Coverage(frozenset({MADE, ENDED}))
    finding = only(LENGTHENED, ("2024-03-01", MADE), (ended, ENDED), covers=covers)
    assert finding.status is status
    assert finding.missing == ((EXTENDED,) if status is Status.CANNOT_TELL else ())
    if status is Status.CANNOT_TELL:
        assert "extension of the emergency protection order" in finding.because
    without = evolve(LENGTHENED, versions=(version(Limit(days(8))),))
    assert only(without, ("2024-03-01", MADE), ("2024-03-10", ENDED), covers=covers).status is Status.LATE


def test_an_extension_without_end_may_have_been_given_often_enough_by_a_court_that_the_source_does_not_hold() -> None:
    rule = evolve(LENGTHENED, versions=(version(OFTEN),))
    covers = Coverage(frozenset({MADE, ENDED}))
    assert only(rule, ("2024-03-01", MADE), ("2024-06-01", ENDED), covers=covers).status is Status.CANNOT_TELL


def test_what_was_extended_after_it_had_ended_was_not_lengthened() -> None:
    told = [("2024-03-01", MADE), ("2024-03-04", ENDED), ("2024-03-05", EXTENDED)]
    finding = only(LENGTHENED, *told)
    assert (finding.status, finding.due) == (Status.MET, date(2024, 3, 9))


def test_an_extension_where_the_law_knows_none_changes_nothing() -> None:
    rule = order(Limit(days(8)), extends=on(EXTENDED))
    assert dues(rule, ("2024-03-01", MADE), ("2024-03-05", EXTENDED)) == [date(2024, 3, 9)]


def test_an_extension_of_which_it_is_not_known_whether_it_counts_leaves_the_length_unknown() -> None:
    rule = evolve(LENGTHENED, extends=on(EXTENDED, by="court"))
    finding = only(rule, ("2024-03-01", MADE), ("2024-03-05", EXTENDED), ("2024-03-12", ENDED))
    assert (finding.status, finding.missing, finding.due) == (Status.CANNOT_TELL, (f"{EXTENDED}.by",), None)
    assert (
        "whether the extension of the emergency protection order on Tue 5 Mar 2024 extended the limit"
        in finding.because
    )
    assert "is not recorded" in finding.because
    sure = [("2024-03-01", MADE), ("2024-03-04", EXTENDED, {"by": "court"}), ("2024-03-05", EXTENDED)]
    assert dues(rule, *sure) == [date(2024, 3, 16)], "only one counts, and one is certain"
    assert dues(rule, sure[0], ("2024-03-05", EXTENDED, {"by": "nobody"})) == [date(2024, 3, 9)]


def test_an_extended_limit_says_so() -> None:
    told = [("2024-03-01", MADE), ("2024-03-05", EXTENDED)]
    finding = only(LENGTHENED, *told, ("2024-03-18", ENDED))
    assert (finding.status, finding.days_late) == (Status.LATE, 2)
    assert finding.because.endswith(
        "The limit is 8 days, extended by 7 days, which ended on Sat 16 Mar 2024: 2 days over the limit."
    )
    assert "due by Sat 16 Mar 2024: 8 days, extended by 7 days after Fri 1 Mar 2024" in finding.explain()
    assert "law: length of the order: at most 8 days, extended once by 7 days at most" in finding.explain()


def test_proceedings_are_extended_as_a_duty_is() -> None:
    told = [("2024-03-04", "proceedings-issued"), ("2024-08-05", "proceedings-extended")]
    assert dues(COURT, told[0]) == [date(2024, 9, 2)]
    assert dues(COURT, *told) == [date(2024, 10, 28)]
    assert only(COURT, *told, ("2024-10-28", "proceedings-concluded")).status is Status.MET
    assert only(COURT, *told, ("2024-10-29", "proceedings-concluded")).status is Status.LATE


@pytest.mark.parametrize(
    ("concluded", "status"),
    [("2024-09-20", Status.CANNOT_TELL), ("2024-11-11", Status.CANNOT_TELL), ("2024-11-12", Status.LATE)],
)
def test_an_extension_that_a_court_gave_after_the_limit_may_count_from_its_own_day(
    concluded: str, status: Status
) -> None:
    told = [("2024-03-04", "proceedings-issued"), ("2024-09-16", "proceedings-extended")]
    finding = only(COURT, *told, (concluded, "proceedings-concluded"))
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        assert finding.missing == ("proceedings-extended.at",)
        assert "was made after the limit, and this rulebook does not know from when it counts" in finding.because
    assert only(COURT, *told, as_at=date(2024, 12, 2)).status is Status.OVERDUE, "from whichever it counts"


HOLIDAYS = order(holidays=True)


@pytest.mark.parametrize(
    ("made", "ended", "status"),
    [
        ("2024-03-02", "2024-03-10", Status.MET),  # the last day is a Sunday
        ("2024-03-02", "2024-03-11", Status.CANNOT_TELL),
        ("2024-03-02", "2024-03-12", Status.LATE),
        ("2024-03-01", "2024-03-10", Status.LATE),  # a Saturday is neither
        ("2024-03-21", "2024-03-30", Status.CANNOT_TELL),  # Good Friday
        ("2024-03-23", "2024-04-02", Status.CANNOT_TELL),  # Easter Sunday, then Easter Monday
        ("2024-03-23", "2024-04-03", Status.LATE),
    ],
)
def test_a_last_day_that_is_a_sunday_or_a_holiday_may_have_moved_on_and_then_it_cannot_be_told(
    made: str, ended: str, status: Status
) -> None:
    finding = only(HOLIDAYS, (made, MADE), (ended, ENDED))
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        day = "bank holiday" if made == "2024-03-21" else "Sunday"
        assert f"was a {day}, and the court may have let the emergency protection order on" in finding.because
    assert only(order(), (made, MADE), (ended, ENDED)).status is (Status.MET if status is Status.MET else Status.LATE)


def test_a_doubtful_order_whose_length_is_not_settled_leaves_open_what_a_certain_one_began() -> None:
    rule = evolve(HOLIDAYS, start=on(MADE, scope="full"))
    certain = ("2024-03-04", MADE, {"scope": "full"})
    unsure = only(rule, ("2024-03-02", MADE), certain, ("2024-03-12", ENDED))
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, (f"{MADE}.scope",))
    assert only(rule, certain, ("2024-03-12", ENDED)).status is Status.MET


def test_a_doubtful_order_that_may_have_been_lengthened_leaves_it_open_too() -> None:
    rule = evolve(LENGTHENED, start=on(MADE, scope="full"), extends=on(EXTENDED, by="court"))
    certain = [("2024-03-05", MADE, {"scope": "full"}), ("2024-03-12", ENDED)]
    unsure = only(rule, ("2024-03-01", MADE), ("2024-03-03", EXTENDED), *certain)
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, (f"{MADE}.scope",))
    assert only(rule, ("2024-03-03", EXTENDED), *certain).status is Status.MET


def test_the_last_day_of_an_order_that_was_extended_does_not_move() -> None:
    rule = evolve(LENGTHENED, holidays=True)
    assert dues(rule, ("2024-03-02", MADE), ("2024-03-05", EXTENDED)) == [date(2024, 3, 17)], "a Sunday"


# --- from when it counts

PROTECTION = Spell("police protection", opens=on(HELD), closes=on(FREED, MADE))
AFTER_POLICE = order(Limit(days(8)), counted_from=PROTECTION, reach=hours(72))


def test_what_follows_something_that_may_still_have_run_is_counted_from_its_beginning() -> None:
    finding = only(AFTER_POLICE, ("2024-03-01", HELD), ("2024-03-03", MADE), ("2024-03-10", ENDED))
    assert (finding.due, finding.started, finding.status) == (date(2024, 3, 9), date(2024, 3, 1), Status.LATE)
    assert finding.trigger is not None
    assert finding.trigger.kind == MADE
    assert "9 days after the start of police protection on Fri 1 Mar 2024" in finding.because
    ended = [("2024-03-01", HELD), ("2024-03-03", FREED), ("2024-03-04", MADE)]
    assert dues(AFTER_POLICE, *ended) == [date(2024, 3, 9)], "72 hours reach to the third day after"


def test_it_is_counted_from_the_first_of_several_entries_and_only_of_those_within_reach() -> None:
    again = [("2024-03-01", HELD), ("2024-03-03", HELD), ("2024-03-03", MADE)]
    assert dues(AFTER_POLICE, *again) == [date(2024, 3, 9)]
    before = [("2024-02-01", HELD), ("2024-02-03", FREED), ("2024-03-01", HELD), ("2024-03-03", MADE)]
    assert dues(AFTER_POLICE, *before) == [date(2024, 3, 9)]


def test_what_follows_something_that_was_over_long_before_is_counted_from_its_own_beginning() -> None:
    told = [("2024-03-01", HELD), ("2024-03-02", FREED), ("2024-03-05", MADE)]
    finding = only(AFTER_POLICE, *told)
    assert (finding.due, finding.started) == (date(2024, 3, 13), date(2024, 3, 5))
    assert dues(AFTER_POLICE, told[2]) == [date(2024, 3, 13)]
    assert dues(AFTER_POLICE, told[2], ("2024-03-06", HELD)) == [date(2024, 3, 13)], "it came after"
    without = evolve(AFTER_POLICE, counted_from=None)
    assert dues(without, ("2024-03-04", HELD), told[2]) == [date(2024, 3, 13)]


def test_seventy_two_hours_over_the_night_in_march_in_which_the_clocks_go_forward_reach_the_fourth_day() -> None:
    held = Event(HELD, datetime(2024, 3, 29, 23, 45, tzinfo=UTC))
    made = Event(MADE, datetime(2024, 4, 1, 23, 15, tzinfo=UTC))  # a quarter past midnight in England
    freed = Event(FREED, datetime(2024, 4, 1, 22, 0, tzinfo=UTC))
    for told in ([held, made], [held, freed, made], [(str(e.day), e.kind) for e in (held, freed, made)]):
        assert dues(AFTER_POLICE, *told) == [date(2024, 4, 6)]


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        ("2024-03-09", Status.MET),
        ("2024-03-10", Status.CANNOT_TELL),
        ("2024-03-13", Status.CANNOT_TELL),
        ("2024-03-14", Status.LATE),
    ],
)
def test_what_cannot_have_run_so_long_has_an_end_that_is_missing_and_both_limits_are_tried(
    ended: str, status: Status
) -> None:
    finding = only(AFTER_POLICE, ("2024-03-01", HELD), ("2024-03-05", MADE), (ended, ENDED))
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        assert finding.missing == (FREED,)
        assert "the police protection cannot have lasted until the emergency protection order on" in finding.because


def test_what_may_have_begun_before_leaves_it_open_from_when_it_counts() -> None:
    spell = evolve(PROTECTION, opens=on(HELD, kept=True))
    rule = evolve(AFTER_POLICE, counted_from=spell)
    told = [("2024-03-01", HELD), ("2024-03-03", MADE)]
    assert only(rule, *told, ("2024-03-09", ENDED)).status is Status.MET, "from whichever it counts"
    assert only(rule, *told, ("2024-03-10", ENDED)).status is Status.CANNOT_TELL
    assert only(rule, *told, ("2024-03-12", ENDED)).status is Status.LATE


def test_whether_there_was_something_before_may_be_unknown_and_then_so_is_the_limit() -> None:
    blind = Coverage(frozenset({MADE, ENDED}))
    finding = only(AFTER_POLICE, ("2024-03-03", MADE), covers=blind)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (HELD,))
    assert (
        "whether there was police protection before the emergency protection order on Sun 3 Mar 2024" in finding.because
    )


def test_hours_that_count_from_something_earlier_are_counted_from_there() -> None:
    rule = evolve(AFTER_POLICE, versions=(version(Limit(hours(96))),))
    made = ("2024-03-03T12:00:00+00:00", MADE)
    timed = [("2024-03-01T12:00:00+00:00", HELD), made]
    assert only(rule, *timed, ("2024-03-05T12:00:00+00:00", ENDED)).status is Status.MET
    assert only(rule, *timed, ("2024-03-05T12:01:00+00:00", ENDED)).status is Status.LATE
    unsure = only(rule, ("2024-03-01", HELD), made, ("2024-03-05T12:00:00+00:00", ENDED))
    assert (unsure.status, unsure.missing) == (Status.CANNOT_TELL, (f"{HELD}.at",))
    assert "more than 84 and at most 108 hours after the start of police protection on" in unsure.because


def test_an_extension_lengthens_what_is_counted_from_something_earlier_too() -> None:
    rule = evolve(AFTER_POLICE, extends=on(EXTENDED), versions=(version(ONCE),))
    told = [("2024-03-01", HELD), ("2024-03-03", MADE)]
    assert dues(rule, *told, ("2024-03-09", EXTENDED)) == [date(2024, 3, 16)]
    assert dues(rule, *told, ("2024-03-10", EXTENDED)) == [date(2024, 3, 9)], "it had run out"


# --- a law that changes


@pytest.mark.parametrize(
    ("ended", "status"),
    [("2024-03-09", Status.MET), ("2024-03-10", Status.CANNOT_TELL), ("2024-06-01", Status.CANNOT_TELL)],
)
def test_an_order_that_ran_beyond_the_law_that_limited_it_is_told_only_if_it_kept_the_old_limit(
    ended: str, status: Status
) -> None:
    old = evolve(order(), versions=(evolve(version(Limit(days(8))), until=date(2024, 3, 8)),))
    finding = only(old, ("2024-03-01", MADE), (ended, ENDED))
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        assert finding.missing == (f"{MADE}.at",)
        assert "the law changed while the emergency protection order on Fri 1 Mar 2024 was in force" in finding.because
    assert only(old, ("2024-02-28", MADE), ("2024-03-09", ENDED)).status is Status.LATE, "due on the last of its days"


def test_what_begins_the_next_episode_may_end_the_one_before() -> None:
    rule = evolve(order(), end=on(MADE, ENDED))
    for second, status in (("2024-03-05", Status.MET), ("2024-03-09", Status.MET), ("2024-03-10", Status.LATE)):
        first, again = report(rule, ("2024-03-01", MADE), (second, MADE), as_at=date(2024, 3, 11)).findings
        assert (first.status, again.status) == (status, Status.PENDING)


def test_a_limit_in_hours_that_was_extended_ends_with_a_day() -> None:
    rule = order(Limit(hours(72), extension=days(7), times=1), extends=on(EXTENDED))
    told = [("2024-03-01", MADE), ("2024-03-04", EXTENDED)]
    for ended, status in (("2024-03-11", Status.MET), ("2024-03-12", Status.LATE)):
        finding = only(rule, *told, (ended, ENDED))
        assert (finding.due, finding.status) == (date(2024, 3, 11), status)
        assert "hours after" not in finding.because


def test_a_limit_in_hours_may_be_outlasted_by_what_it_limited_too() -> None:
    old = evolve(order(), versions=(evolve(version(Limit(hours(72))), until=date(2024, 3, 2)),))
    for ended, status in (("2024-03-03", Status.MET), ("2024-03-06", Status.CANNOT_TELL)):
        assert only(old, ("2024-03-01", MADE), (ended, ENDED)).status is status


# --- renewals

INTERIM, ISSUED, CONCLUDED = "interim-care-order-made", "proceedings-issued", "proceedings-concluded"
RENEWED = AtMost(
    id="interim",
    title="length of an interim order",
    start=on(INTERIM),
    end=on(INTERIM, CONCLUDED),
    anew=on(ISSUED, CONCLUDED),
    pairing=Pairing(Repeats.EACH, later=True),
    versions=(version(Limit(weeks(8), renewed=weeks(4))),),
)


def test_an_order_that_follows_another_is_a_renewal_and_shorter() -> None:
    told = [("2012-03-01", ISSUED), ("2012-03-05", INTERIM), ("2012-04-30", INTERIM), ("2012-05-28", INTERIM)]
    assert dues(RENEWED, *told) == [date(2012, 4, 30), date(2012, 5, 28), date(2012, 6, 25)]


def test_two_entries_of_one_day_are_one_order_and_neither_renews_the_other() -> None:
    told = [("2012-03-05", INTERIM), ("2012-03-05", INTERIM, {"court": "x"})]
    assert dues(RENEWED, *told) == [date(2012, 4, 30)]
    one_may_not_count = evolve(RENEWED, start=on(INTERIM, court="x"))
    assert dues(one_may_not_count, *told) == [date(2012, 4, 30)]


@pytest.mark.parametrize(
    ("concluded", "status"),
    [
        ("2012-04-16", Status.MET),
        ("2012-04-17", Status.CANNOT_TELL),
        ("2012-04-30", Status.CANNOT_TELL),
        ("2012-05-01", Status.LATE),
    ],
)
def test_a_renewal_made_early_may_run_to_the_end_of_the_first_period(concluded: str, status: Status) -> None:
    first, again = report(RENEWED, ("2012-03-05", INTERIM), ("2012-03-19", INTERIM), (concluded, CONCLUDED)).findings
    assert first.status is Status.MET
    assert again.status is status
    if status is Status.CANNOT_TELL:
        assert again.missing == (f"{INTERIM}.at",)
        assert "could run to the end of them: this rulebook does not know" in again.because


@pytest.mark.parametrize(
    ("concluded", "status"),
    [("2012-05-28", Status.MET), ("2012-06-25", Status.CANNOT_TELL), ("2012-06-26", Status.LATE)],
)
def test_what_may_have_begun_it_anew_leaves_it_open_which_limit_holds(concluded: str, status: Status) -> None:
    rule = evolve(RENEWED, anew=on(ISSUED, court="county"))
    told = [("2012-03-05", INTERIM), ("2012-04-30", ISSUED), ("2012-04-30", INTERIM), (concluded, CONCLUDED)]
    finding = report(rule, *told).findings[-1]
    assert finding.status is status
    if status is Status.CANNOT_TELL:
        assert finding.missing == (ISSUED,)
        assert "whether the issue of proceedings on Mon 30 Apr 2012 began new proceedings" in finding.because
    earlier = [("2012-03-01", ISSUED), told[0], told[2], ("2012-06-25", CONCLUDED)]
    assert report(rule, *earlier).findings[-1].status is Status.LATE, "it was before the order that is renewed"


def test_a_first_period_in_hours_and_a_renewal_in_days_are_compared_by_their_last_moments() -> None:
    rule = evolve(RENEWED, versions=(version(Limit(hours(36), renewed=days(1, counting=Counting.BEGINNING_WITH))),))
    for hour, status in ((11, Status.LATE), (13, Status.CANNOT_TELL)):
        first = Event(INTERIM, datetime(2012, 3, 5, hour, tzinfo=UTC))
        again = Event(INTERIM, datetime(2012, 3, 6, 9, tzinfo=UTC))
        done = Event(CONCLUDED, datetime(2012, 3, 7, 0, 30, tzinfo=UTC))
        assert report(rule, first, again, done).findings[-1].status is status


def test_where_the_source_cannot_hold_what_begins_it_anew_an_order_may_be_a_first_one() -> None:
    covers = Coverage(frozenset({INTERIM, CONCLUDED}))
    told = [("2012-03-05", INTERIM), ("2012-04-30", INTERIM)]
    for ended, status, missing in (
        ("2012-05-28", Status.MET, ()),
        ("2012-06-25", Status.CANNOT_TELL, (ISSUED,)),
        ("2012-06-26", Status.LATE, ()),
    ):
        finding = report(RENEWED, *told, (ended, CONCLUDED), covers=covers).findings[-1]
        assert (finding.status, finding.missing) == (status, missing)
        assert ("issue of proceedings" in finding.because) == bool(missing)


def test_an_order_may_end_on_the_day_on_which_it_was_made_but_not_by_itself() -> None:
    ended, again = report(RENEWED, ("2012-03-05", INTERIM), ("2012-03-05", CONCLUDED), ("2012-04-02", INTERIM)).findings
    assert (ended.status, ended.done) == (Status.MET, date(2012, 3, 5))
    assert again.due == date(2012, 5, 28), "and what comes after is the first again"


@pytest.mark.parametrize("anew", [ISSUED, CONCLUDED])
def test_after_something_that_begins_it_anew_an_order_is_the_first_again(anew: str) -> None:
    told = [("2012-03-05", INTERIM), ("2012-04-02", anew), ("2012-04-30", INTERIM), ("2012-05-28", INTERIM)]
    assert dues(RENEWED, *told) == [date(2012, 4, 30), date(2012, 6, 25), date(2012, 6, 25)]


def test_without_a_limit_for_renewals_every_order_has_the_same() -> None:
    rule = evolve(RENEWED, versions=(version(Limit(weeks(8))),))
    assert dues(rule, ("2012-03-05", INTERIM), ("2012-04-30", INTERIM)) == [date(2012, 4, 30), date(2012, 6, 25)]


# --- again and again

REVIEW, BEGUN, OVER = "looked-after-review", "looked-after-started", "looked-after-ended"


def reviews(cadence: Cadence, **more: Any) -> Every:
    """Reviews while a child is looked after."""
    parts: dict[str, Any] = {"opens": on(BEGUN), "event": on(REVIEW), "again": on(REVIEW), "stops": on(OVER)} | more
    return Every(id="reviews", title="reviews", versions=(version(cadence),), **parts)


THREE = reviews(Cadence(months(6), first=working_days(20), second=months(3)))


def test_the_first_the_second_and_every_later_one_have_waits_of_their_own() -> None:
    told = [("2024-01-02", BEGUN), ("2024-01-30", REVIEW), ("2024-04-30", REVIEW), ("2024-10-30", REVIEW)]
    found = report(THREE, *told).findings
    assert [finding.due for finding in found] == [
        date(2024, 1, 30),
        date(2024, 4, 30),
        date(2024, 10, 30),
        date(2025, 4, 30),
    ]
    assert [finding.status for finding in found] == [*[Status.MET] * 3, Status.OVERDUE]
    assert [str(finding.wait) for finding in found] == ["20 working days", "3 months", "6 months", "6 months"]


def test_two_entries_of_one_day_are_one_occasion_and_count_as_one() -> None:
    told = [("2024-01-02", BEGUN), ("2024-01-30", REVIEW), ("2024-01-30", REVIEW, {"chair": "x"})]
    assert dues(THREE, *told) == [date(2024, 1, 30), date(2024, 4, 30)]


def test_what_opens_the_duty_again_begins_the_count_again() -> None:
    told = [("2023-01-02", BEGUN), ("2023-01-30", REVIEW), ("2023-02-01", OVER), ("2024-01-02", BEGUN)]
    assert dues(THREE, *told, ("2024-01-30", REVIEW))[-1] == date(2024, 4, 30)


def test_one_before_any_opening_on_record_waits_as_the_later_ones_do() -> None:
    assert dues(THREE, ("2024-01-30", REVIEW)) == [date(2024, 7, 30)]
    assert dues(THREE, ("2024-01-30", REVIEW), ("2024-02-05", BEGUN)) == [date(2024, 3, 4), date(2024, 7, 30)]


def test_an_opening_of_which_it_is_not_known_whether_it_counts_leaves_the_wait_unknown() -> None:
    rule = evolve(THREE, opens=on(BEGUN, basis="section-20"))
    first, after = report(rule, ("2024-01-02", BEGUN), ("2024-01-30", REVIEW)).findings
    assert (first.status, first.missing) == (Status.CANNOT_TELL, (f"{BEGUN}.basis",))
    assert (after.status, after.missing) == (Status.CANNOT_TELL, (f"{BEGUN}.basis",))
    assert (
        "whether the start of the looked-after period on Tue 2 Jan 2024 began the duty: the basis is not"
        in after.because
    )
    plain = reviews(Cadence(months(6), first=working_days(20)), opens=on(BEGUN, basis="section-20"))
    assert dues(plain, ("2024-01-02", BEGUN), ("2024-01-30", REVIEW)) == [date(2024, 7, 30)], "the same in either case"


YEARLY = reviews(Cadence(weeks(6), first=weeks(1), later=months(3), after=months(12)))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2024-06-03", date(2024, 7, 15)),
        ("2025-01-01", date(2025, 2, 12)),  # the last day of the first year
        ("2025-01-02", date(2025, 4, 2)),
        ("2025-06-02", date(2025, 9, 2)),
    ],
)
def test_after_the_first_year_they_may_be_further_apart(day: str, due: date) -> None:
    assert dues(YEARLY, ("2024-01-02", BEGUN), (day, REVIEW))[-1] == due


def test_a_new_opening_begins_a_first_year_of_its_own() -> None:
    told = [("2024-01-02", BEGUN), ("2025-03-03", OVER), ("2025-03-03", BEGUN), ("2025-03-10", REVIEW)]
    assert dues(YEARLY, *told)[-1] == date(2025, 4, 21)


def test_a_year_that_leaves_the_calendar_never_ends() -> None:
    far = reviews(Cadence(weeks(6), first=weeks(1), later=months(3), after=working_days(250)))
    told = [("2050-06-01", BEGUN), ("2050-06-08", REVIEW)]
    assert dues(far, *told, as_at=date(2050, 7, 1))[-1] == date(2050, 7, 20)


PLACED = "placement-started"
PLACES = Every(
    id="places",
    title="visits to a placement",
    opens=on(PLACED),
    event=on("looked-after-visit"),
    again=on("looked-after-visit"),
    stops=on(PLACED, OVER),
    versions=(version(Cadence(weeks(6), first=weeks(1))),),
)


def test_what_opens_a_duty_may_stop_the_one_before_and_never_stops_itself() -> None:
    told = [("2024-03-01", PLACED), ("2024-03-05", PLACED), ("2024-03-08", "looked-after-visit")]
    found = report(PLACES, *told, as_at=date(2024, 3, 20)).findings
    assert [(finding.started, finding.status) for finding in found] == [
        (date(2024, 3, 1), Status.DISCHARGED),
        (date(2024, 3, 5), Status.MET),
        (date(2024, 3, 8), Status.PENDING),
    ]


def test_the_wait_for_the_first_may_count_from_the_last_of_another_duty() -> None:
    rule = evolve(PLACES, opens=on(REVIEW), continues=True, versions=(version(Cadence(weeks(4), first=weeks(4))),))
    told = [("2024-03-01", PLACED), ("2024-03-08", "looked-after-visit"), ("2024-03-20", REVIEW)]

    def first(*told: Told) -> Finding:
        """What is said of the first that is due after the review."""
        (finding,) = [f for f in report(rule, *told).findings if f.trigger is not None and f.trigger.kind == REVIEW]
        return finding

    assert (first(*told).due, first(*told).started) == (date(2024, 4, 5), date(2024, 3, 8))
    twice = [told[0], ("2024-03-04", "looked-after-visit"), *told[1:]]
    assert first(*twice).due == date(2024, 4, 5), "the last of them"
    assert (first(told[0], told[2]).due, first(told[0], told[2]).started) == (date(2024, 4, 17), date(2024, 3, 20))
    before = first(("2024-02-20", "looked-after-visit"), told[0], told[2])
    assert before.due == date(2024, 4, 17), "that visit was to another placement"


def test_where_the_source_cannot_hold_what_stops_a_duty_nothing_is_overdue() -> None:
    covers = Coverage(frozenset({BEGUN, REVIEW}))
    told = [("2024-01-02", BEGUN), ("2024-01-31", REVIEW)]
    first, after = report(THREE, *told, covers=covers).findings
    assert first.status is Status.LATE, "it was done, so it was due"
    assert (after.status, after.missing) == (Status.CANNOT_TELL, (OVER,))
    assert report(THREE, *told, covers=covers, as_at=date(2024, 4, 1)).findings[1].status is Status.PENDING


def test_where_the_source_cannot_hold_all_ways_in_which_an_episode_ends_none_is_too_long() -> None:
    rule = evolve(order(), end=on(ENDED, INTERIM))
    covers = Coverage(frozenset({MADE, ENDED}))
    for told in ([], [("2024-03-12", ENDED)]):
        finding = only(rule, ("2024-03-01", MADE), *told, covers=covers)
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (INTERIM,))
    assert only(rule, ("2024-03-01", MADE), ("2024-03-08", ENDED), covers=covers).status is Status.MET


def test_of_what_makes_a_duty_fall_away_the_source_need_hold_only_one() -> None:
    rule = evolve(COURT, discharge=on("case-closed", OVER))
    issued = ("2024-03-04", "proceedings-issued")
    held = {"proceedings-issued", "proceedings-concluded", "proceedings-extended"}
    finding = only(rule, issued, covers=Coverage(frozenset(held)))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("case-closed", OVER))
    assert only(rule, issued, covers=Coverage(frozenset({*held, OVER}))).status is Status.OVERDUE


def test_what_ends_the_duty_ends_the_wait() -> None:
    told = [("2024-01-02", BEGUN), ("2024-01-30", REVIEW)]
    assert report(THREE, *told, ("2024-04-30", OVER)).findings[-1].status is Status.DISCHARGED
    assert report(THREE, *told, ("2024-05-01", OVER)).findings[-1].status is Status.OVERDUE


def test_a_last_one_that_calls_for_no_other_ends_the_waiting() -> None:
    rule = reviews(THREE.versions[0].requires, again=on(REVIEW, where=~stated("outcome", "end")))  # type: ignore[arg-type]
    assert len(report(rule, ("2024-01-02", BEGUN), ("2024-01-30", REVIEW, {"outcome": "end"})).findings) == 1


# --- entries that could not be read


@pytest.mark.parametrize(
    ("rule", "told", "kind", "status"),
    [
        (order(), [("2024-03-01", MADE), ("2024-03-04", ENDED)], ENDED, Status.MET),  # an earlier end is in time too
        (order(), [("2024-03-01", MADE), ("2024-03-04", ENDED)], MADE, Status.CANNOT_TELL),
        (LENGTHENED, [("2024-03-01", MADE), ("2024-03-04", ENDED)], EXTENDED, Status.MET),
        (AFTER_POLICE, [("2024-03-01", MADE), ("2024-03-04", ENDED)], HELD, Status.CANNOT_TELL),
        (AFTER_POLICE, [("2024-03-01", MADE), ("2024-03-04", ENDED)], FREED, Status.CANNOT_TELL),
        (RENEWED, [("2012-03-05", INTERIM), ("2012-04-02", CONCLUDED)], CONCLUDED, Status.CANNOT_TELL),
        (RENEWED, [("2012-03-05", INTERIM), ("2012-04-02", CONCLUDED)], INTERIM, Status.CANNOT_TELL),
        (THREE, [("2024-01-02", BEGUN), ("2024-01-09", REVIEW)], REVIEW, Status.MET),
        (THREE, [("2024-01-02", BEGUN), ("2024-01-09", REVIEW)], OVER, Status.CANNOT_TELL),
        (
            evolve(THREE, opens=on(REVIEW, kind_="first") | on(BEGUN)),
            [("2024-01-02", BEGUN), ("2024-01-09", REVIEW, {"kind": "other"})],
            REVIEW,
            Status.CANNOT_TELL,
        ),
    ],
)
def test_what_was_in_time_stays_so_only_where_the_lost_entry_could_do_nothing_but_end_or_lengthen_it(
    rule: Rule, told: list[Told], kind: str, status: Status
) -> None:
    assert report(rule, *told).findings[0].status is Status.MET
    finding = report(rule, *told, lost=[Lost(kind, "row 7", "no date")]).findings[0]
    assert finding.status is status
    assert finding.missing == ((kind,) if status is Status.CANNOT_TELL else ())


# --- laws

ORDERS = order(OFTEN, extends=on(EXTENDED), counted_from=PROTECTION, reach=hours(72))
RULES: tuple[Rule, ...] = (LENGTHENED, ORDERS, RENEWED, COURT, THREE, YEARLY)
KINDS = (MADE, ENDED, EXTENDED, HELD, FREED, INTERIM, ISSUED, CONCLUDED, "proceedings-extended", REVIEW, BEGUN, OVER)


@st.composite
def stories(draw: st.DrawFn, rule: Rule, covers: Coverage = EVERYTHING) -> Chronology:
    """A record that crowds together what one rule reads."""
    near = draw(st.dates(date(2011, 1, 1), date(2024, 12, 31)))
    some = draw(st.lists(clusters(near), min_size=1, max_size=6, unique=True))
    told = draw(st.lists(events(st.sampled_from(some), sorted(rule.reads)), max_size=9))
    return Chronology.of("C-101", events=told, covers=covers)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, Chronology, date]:
    """A rule, a record that it reads, and a day on which to judge it."""
    rule = draw(st.sampled_from(RULES))
    story = draw(stories(rule))
    first = min((event.day for event in story), default=date(2024, 1, 1))
    return rule, story, first + timedelta(days=draw(st.integers(0, 60) | st.integers(0, 900)))


Case = tuple[Rule, Chronology, date]


def judged(rule: Rule, story: Chronology, as_at: date) -> dict[tuple[str, Event | None], Finding]:
    """What the rule says, by trigger; triggers that are alike to the last fact count as one."""
    found = check(story, Rulebook("ours", (rule,)), as_at=as_at).findings
    return {(finding.rule, finding.trigger): finding for finding in found}


def with_more(story: Chronology, *more: Event) -> Chronology:
    """The same record with more in it."""
    return evolve(story, events=Chronology.of("C-101", events=[*story.events, *more]).events)


@given(cases(), st.integers(0, 900))
def test_a_breach_never_becomes_met_and_what_was_met_stays_met_as_as_at_grows(case: Case, later: int) -> None:
    rule, story, as_at = case
    then = judged(rule, story, as_at + timedelta(days=later))
    for key, finding in judged(rule, story, as_at).items():
        if finding.is_breach:
            assert then[key].status is not Status.MET, then[key].because
        if finding.status is Status.MET:
            assert then[key].status is Status.MET, then[key].because


def shorter(rule: Any) -> Any:
    """The rule with every figure one unit shorter."""

    def cut(requires: Any) -> Any:
        match requires:
            case Period():
                return evolve(requires, n=max(1, requires.n - 1))
            case Cadence():
                return evolve(requires, **{n: cut(getattr(requires, n)) for n in ("then", "first", "second", "later")})
            case Limit():
                return evolve(requires, **{n: cut(getattr(requires, n)) for n in ("period", "extension", "renewed")})
        return requires

    return evolve(rule, versions=tuple(evolve(v, requires=cut(v.requires)) for v in rule.versions))


@given(cases())
def test_tightening_never_rescues_and_never_makes_a_deadline_later(case: Case) -> None:
    rule, story, as_at = case
    tight = judged(shorter(rule), story, as_at)
    for key, finding in judged(rule, story, as_at).items():
        other = tight[key]
        if finding.is_breach and other.status is not Status.CANNOT_TELL:
            assert other.is_breach, other.because
        assert other.status is not Status.MET or finding.status is Status.MET
        if finding.due is not None and other.due is not None:
            assert other.due <= finding.due


@given(st.sampled_from([LENGTHENED, COURT]), st.data())
def test_an_extension_never_makes_a_deadline_earlier_and_one_that_came_too_late_changes_nothing(
    rule: AtMost | Within, data: st.DataObject
) -> None:
    (kind,) = rule.extends.kinds
    story = data.draw(stories(rule))
    more = Event(kind, data.draw(days_of(story)))
    before, after = (judged(rule, s, LATER) for s in (story, with_more(story, more)))
    assert before.keys() == after.keys()
    for key, finding in before.items():
        other = after[key]
        if other.status is Status.CANNOT_TELL and rule is COURT:
            continue  # how often a court may extend, and from when a late extension counts, is not known
        assert (finding.due is None) == (other.due is None)
        if finding.due is None or other.due is None:
            continue
        assert other.due >= finding.due
        if more.day > finding.due or (key[1] is not None and more.day < key[1].day):
            assert other == finding


@given(cases(), st.data())
def test_adding_an_irrelevant_event_changes_nothing(case: Case, data: st.DataObject) -> None:
    rule, story, as_at = case
    more = data.draw(st.lists(events(days_of(story), IRRELEVANT, timed=False), min_size=1, max_size=3))
    assert judged(rule, with_more(story, *more), as_at) == judged(rule, story, as_at)


@given(cases(), st.data())
def test_the_order_in_which_entries_were_made_changes_nothing(case: Case, data: st.DataObject) -> None:
    rule, story, as_at = case
    shuffled = Chronology.of("C-101", events=data.draw(st.permutations(story.events)))
    assert judged(rule, shuffled, as_at) == judged(rule, story, as_at)


@given(cases(), st.none() | st.sampled_from(KINDS))
def test_a_lost_entry_turns_nothing_into_met_and_nothing_into_a_breach(case: Case, kind: str | None) -> None:
    rule, story, as_at = case
    torn = judged(rule, evolve(story, lost=(Lost(kind, "row 7", "no date"),)), as_at)
    for key, finding in judged(rule, story, as_at).items():
        assert torn[key].status in (finding.status, Status.CANNOT_TELL)
        if kind is None or (kind in rule.reads and finding.is_breach):
            assert torn[key].status is Status.CANNOT_TELL


@given(cases(), st.sampled_from(KINDS))
def test_a_source_that_cannot_hold_the_answer_never_gives_a_breach(case: Case, left_out: str) -> None:
    rule, story, as_at = case
    ends = rule.wants.kinds
    held = Coverage(frozenset(KINDS) - ends)
    blind = Chronology.of("C-101", events=[event for event in story if event.kind not in ends], covers=held)
    assert not any(finding.is_breach or finding.status is Status.MET for finding in judged(rule, blind, as_at).values())


@given(cases())
def test_whatever_cannot_be_told_names_what_is_missing_and_everything_explains_itself(case: Case) -> None:
    rule, story, as_at = case
    for finding in judged(rule, story, as_at).values():
        assert bool(finding.missing) == (finding.status is Status.CANNOT_TELL)
        assert finding.explain().startswith(rule.title)
        assert "None" not in finding.explain()


def test_a_limit_that_leaves_the_calendar_cannot_be_told_and_a_second_entry_is_a_repeat() -> None:
    rule = order(Limit(working_days(8)))
    finding = only(rule, ("2050-12-28", MADE), ("2050-12-30", MADE), as_at=date(2050, 12, 31))
    assert finding.status is Status.CANNOT_TELL
    assert "outside the England and Wales calendar" in finding.because


# --- what may have lengthened it, where that matters and where it does not


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([("2024-03-20", EXTENDED)], Status.OVERDUE),
        ([("2024-03-03", EXTENDED), ("2024-03-05", ENDED)], Status.MET),
        ([("2024-03-03", EXTENDED), ("2024-03-14", ENDED)], Status.CANNOT_TELL),
        ([("2024-03-03", EXTENDED), ("2024-03-03", EXTENDED, {"by": "court"}), ("2024-03-14", ENDED)], Status.MET),
    ],
    ids=["it came too late", "it was not needed", "it decides", "a certain one of that day decides"],
)
def test_a_doubtful_extension_leaves_open_only_what_depends_on_it(told: list[Told], status: Status) -> None:
    assert only(evolve(LENGTHENED, extends=on(EXTENDED, by="court")), ("2024-03-01", MADE), *told).status is status


@pytest.mark.parametrize(
    ("extended", "status"),
    [("2024-03-08", Status.MET), ("2024-03-11", Status.CANNOT_TELL), ("2024-03-12", Status.LATE)],
    ids=["on the Friday", "on the Monday to which it may have run on", "on the Tuesday"],
)
def test_an_order_whose_last_day_is_a_sunday_may_have_been_extended_on_the_monday(
    extended: str, status: Status
) -> None:
    rule = order(Limit(days(8, counting=Counting.BEGINNING_WITH), days(7), 1), extends=on(EXTENDED), holidays=True)
    finding = only(rule, ("2024-03-03", MADE), (extended, EXTENDED), ("2024-03-15", ENDED))
    assert finding.status is status
    why = "extended the limit: the order may not have run on until then."
    assert finding.because.endswith(why) == (status is Status.CANNOT_TELL)


@pytest.mark.parametrize("doubtful", ["2024-01-30T09:00:00+00:00", "2024-01-30T15:00:00+00:00"])
def test_a_certain_occasion_of_a_day_stands_before_a_doubtful_one(doubtful: str) -> None:
    held = on(REVIEW, held=True)
    rule = reviews(Cadence(months(6), first=months(1)), again=held, event=held)
    certain = ("2024-01-30T12:00:00+00:00", REVIEW, {"held": True})
    assert (
        report(rule, ("2024-01-02", BEGUN), (doubtful, REVIEW), certain, as_at=date(2024, 3, 1)).findings[-1].status
        is Status.PENDING
    )


# --- one event that is two things

HOME = Spell("stay", opens=on("placement-started"), closes=on("looked-after-ended", reason="moved"))
PERHAPS_AWAY = [("2024-01-05", "placement-started"), ("2024-02-05", "looked-after-ended")]


def test_an_extension_on_the_monday_after_a_sunday_is_too_late_where_no_court_can_let_the_duty_run_on() -> None:
    rule = Within(
        id="court",
        title="court",
        start=on("proceedings-issued"),
        end=on("proceedings-concluded"),
        extends=on("proceedings-extended"),
        versions=(version(Limit(days(6), days(7), 1)),),
    )
    told = [("2024-03-04", "proceedings-issued"), ("2024-03-11", "proceedings-extended")]
    finding = only(rule, *told, ("2024-03-12", "proceedings-concluded"))
    assert (finding.status, finding.due) == (Status.LATE, date(2024, 3, 10)), "a Sunday"


def test_what_would_settle_the_length_may_be_about_a_stretch_of_time() -> None:
    rule = evolve(LENGTHENED, extends=on(EXTENDED, where=During(HOME)))
    finding = only(rule, *PERHAPS_AWAY, ("2024-03-01", MADE), ("2024-03-05", EXTENDED), ("2024-03-12", ENDED))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))
    opened = reviews(Cadence(months(6), first=working_days(20), second=months(3)), opens=on(BEGUN, where=During(HOME)))
    told = [*PERHAPS_AWAY, ("2024-03-01", BEGUN), ("2024-03-20", REVIEW)]
    finding = report(opened, *told).findings[-1]
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("looked-after-ended.reason",))


def test_a_beginning_that_was_lost_leaves_it_open_whether_something_ran_though_it_ran_later() -> None:
    gone = [Lost(HELD, "row 7", "no date")]
    finding = only(AFTER_POLICE, ("2024-03-03", MADE), ("2024-03-08", HELD), lost=gone)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (HELD,))


def test_an_order_does_not_follow_itself() -> None:
    rule = evolve(AFTER_POLICE, counted_from=Spell("order", opens=on(MADE), closes=on(ENDED)))
    finding = only(rule, ("2024-03-03", MADE))
    assert finding.wait is not None
    assert finding.wait.since is None


def test_what_ended_another_duty_is_not_the_last_of_it_that_counts() -> None:
    visit = "looked-after-visit"
    rule = evolve(
        PLACES,
        opens=on(REVIEW),
        event=on(visit) | on(PLACED),
        continues=True,
        versions=(version(Cadence(weeks(4), first=weeks(4))),),
    )
    told = [("2024-03-01", PLACED), ("2024-03-20", REVIEW)]
    finding = next(f for f in report(rule, *told).findings if f.trigger and f.trigger.kind == REVIEW)
    assert finding.started == date(2024, 3, 20)


def test_what_begins_a_duty_that_goes_on_neither_ends_it_nor_is_the_last_of_it() -> None:
    visit = "looked-after-visit"
    weekly = (version(Cadence(weeks(4), first=weeks(4))),)
    rule = evolve(PLACES, opens=on(REVIEW), continues=True, versions=weekly)
    told = [("2024-03-01", PLACED), ("2024-03-08", visit), ("2024-03-20", REVIEW)]
    for one in evolve(rule, stops=on(PLACED, REVIEW)), evolve(rule, event=on(visit, REVIEW), again=on(visit)):
        finding = next(f for f in report(one, *told).findings if f.trigger and f.trigger.kind == REVIEW)
        assert (finding.started, finding.due) == (date(2024, 3, 8), date(2024, 4, 5))


def test_what_opens_a_duty_is_not_the_first_of_those_that_are_counted() -> None:
    rule = reviews(Cadence(months(6), first=working_days(20), second=months(3)), event=on(REVIEW, BEGUN))
    told = [("2024-01-02", BEGUN), ("2024-01-30", REVIEW)]
    assert report(rule, *told).findings[-1].due == date(2024, 4, 30), "the second wait"


def test_what_opens_a_duty_may_be_what_the_next_wait_is_counted_from() -> None:
    rule = reviews(Cadence(months(6), first=working_days(20), second=months(3)), again=on(BEGUN, REVIEW))
    old = [("2023-01-03", BEGUN), ("2023-01-30", REVIEW), ("2023-04-28", REVIEW), ("2023-08-02", OVER)]
    found = report(rule, *old, ("2024-01-02", BEGUN)).findings
    begun = [finding for finding in found if finding.trigger == Event(BEGUN, "2024-01-02")]
    assert [finding.due for finding in begun] == [date(2024, 1, 30)] * 2, "none was held since"


def test_an_order_that_may_be_extended_without_end_goes_on_until_it_is_ended() -> None:
    told = [("2024-03-01", MADE), ("2024-06-03", MADE)]
    assert dues(evolve(LENGTHENED, versions=(version(OFTEN),)), *told) == [date(2024, 3, 9)]
    assert dues(LENGTHENED, *told) == [date(2024, 3, 9), date(2024, 6, 11)], "one extension does not reach so far"


def test_a_lost_end_that_may_have_ended_what_the_limit_is_counted_from_leaves_nothing_in_time() -> None:
    told = [("2024-03-01", HELD), ("2024-03-03", MADE), ("2024-03-08", ENDED)]
    gone = [Lost(ENDED, "row 7", "no date")]
    assert only(AFTER_POLICE, *told, lost=gone).status is Status.MET
    rule = evolve(AFTER_POLICE, counted_from=evolve(PROTECTION, closes=on(FREED, MADE, ENDED)))
    assert only(rule, *told, lost=gone).status is Status.CANNOT_TELL


def test_why_something_may_not_begin_an_order_anew_may_be_about_a_stretch_of_time() -> None:
    away = on(ISSUED, where=Doubtful(During(HOME), "the child was away"))
    told = [PERHAPS_AWAY[0], ("2024-03-05", INTERIM), ("2024-04-29", ISSUED), ("2024-04-30", INTERIM)]
    finding = report(evolve(RENEWED, anew=away), *told, ("2024-06-24", CONCLUDED)).findings[-1]
    assert finding.status is Status.CANNOT_TELL
    assert "the child was away" in finding.because
