"""Case audit: which cases are selected and why, what a sheet says of one, and what audits came to."""

import re
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childprotect import Chronology
from childprotect.chronology import Coverage, Expected
from childprotect.desk import CRITERIA, Criterion, Desk, closed_within, current, riskiest, sample
from childprotect.desk.selecting import shared_out
from childprotect.errors import UnknownName, UnreadableInput
from childprotect.events import Lost

AS_AT = date(2012, 9, 19)
TEAMS = {"North": 12, "South": 5, "West": 1}


def story(child: str, *events: tuple[Any, ...], **more: Any) -> Chronology:
    """A chronology of one child, of whom there is at least a contact."""
    return Chronology.of(child, events=events or [("2010-01-04", "contact")], **more)


def desk(*stories: Chronology, as_at: date = AS_AT) -> Desk:
    """The desk of an authority with these children."""
    return Desk.of(list(stories), as_at)


def teams() -> Desk:
    """Eighteen children in three teams."""
    return desk(
        *(
            story(f"{team}-{n}", ("2012-06-01", "referral"), ("2012-06-02", "allocated", {"team": team}))
            for team, size in TEAMS.items()
            for n in range(size)
        )
    )


# --- closed, and current


def test_all_that_were_closed_within_three_months_are_selected_with_both_ends() -> None:
    days = ("2012-06-18", "2012-06-19", "2012-09-19")
    found = closed_within(
        desk(*(story(day, ("2012-01-02", "referral"), (day, "case-closed")) for day in days), story("open"))
    )
    assert found.children == ("2012-06-19", "2012-09-19")
    assert found.why["2012-06-19"] == ("The case was closed on Tue 19 Jun 2012.",)
    assert (found.of, found.count) == (4, "2 of 4 cases")


def test_a_case_that_was_closed_later_or_taken_up_again_is_told_by_what_was_known_on_the_day() -> None:
    reopened = story("again", ("2012-07-02", "case-closed"), ("2012-08-01", "referral"))
    later = story("later", ("2012-07-02", "referral"), ("2012-09-20", "case-closed"))
    assert closed_within(desk(reopened, later)).children == ("again",)
    assert current(desk(reopened, later)).children == ("again", "later")


@pytest.mark.parametrize(
    "unknown",
    [
        {"covers": Coverage(frozenset({"referral"}))},
        {"lost": [Lost("case-closed", "line 7", "no date")]},
        {"lost": [Lost(None, "line 7", "no event")]},
        {"covers": Coverage(since=date(2012, 9, 1), whole=frozenset({"referral"}))},
    ],
)
def test_a_case_of_which_nobody_can_tell_whether_it_was_closed_is_selected(unknown: dict[str, Any]) -> None:
    found = closed_within(desk(story("C-1", ("2012-06-01", "referral"), **unknown), story("C-2")))
    assert found.children == ("C-1",)
    assert found.why["C-1"][0].startswith("Nobody can tell whether the case was closed")


def test_a_case_is_current_until_it_is_closed_or_where_nobody_can_tell() -> None:
    lost = story("lost", ("2012-06-01", "referral"), lost=[Lost("case-closed", "line 7", "no date")])
    open_, closed = story("open", ("2012-06-01", "referral")), story("closed", ("2012-06-01", "case-closed"))
    found = current(desk(lost, open_, closed))
    assert found.children == ("lost", "open")
    assert found.why["lost"] == ("Nobody can tell whether the case is open.",)


# --- samples


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_records() -> None:
    stories = [story(f"C-{n}", ("2012-06-01", "referral")) for n in range(50)]
    drawn = sample(desk(*stories), 5, 7)
    assert drawn.children == sample(desk(*reversed(stories)), 5, 7).children
    # these are known on this machine, and so on every other
    assert drawn.children == ("C-22", "C-23", "C-32", "C-5", "C-6")
    assert sample(desk(*stories), 5, 8).children != drawn.children
    assert drawn.why["C-5"] == ("Drawn at random: 5 of 50 cases.",)
    assert drawn.how == "5 cases drawn at random, with seed 7"


def test_a_generator_gives_one_seed_which_is_told() -> None:
    drawn = sample(teams(), 5, np.random.default_rng(3))
    again = sample(teams(), 5, np.random.default_rng(3))
    seed = int(re.sub(r".* seed ", "", drawn.how))
    assert drawn.children == again.children == sample(teams(), 5, seed).children


def test_every_case_is_drawn_about_as_often_as_any_other() -> None:
    people = desk(*(story(f"C-{n}", ("2012-06-01", "referral")) for n in range(20)))
    drawn = Counter(child for seed in range(400) for child in sample(people, 5, seed))
    assert len(drawn) == 20
    # of 400 draws 100 are expected, with a standard deviation below 9
    assert all(60 < n < 140 for n in drawn.values())


def test_a_stratified_sample_has_some_of_each_in_proportion() -> None:
    drawn = sample(teams(), 6, 1, by="team")
    assert Counter(child.partition("-")[0] for child in drawn) == {"North": 4, "South": 1, "West": 1}
    assert drawn.why["West-0"] == ("Drawn at random: 1 of 1 case of its team.",)
    assert drawn.remarks == ()


def test_strata_that_have_no_place_in_a_small_sample_are_told() -> None:
    drawn = sample(teams(), 2, 1, by="team")
    assert {child.partition("-")[0] for child in drawn} == {"North", "South"}
    assert drawn.remarks == ("There are 3 strata, the largest first: 1 of them has no case in the sample.",)


def test_where_more_are_asked_for_than_there_are_all_come_and_that_is_said() -> None:
    drawn = sample(teams(), 99, 1, by="team")
    assert len(drawn) == drawn.of == 18
    assert drawn.remarks == ("Of 99 cases asked for there are 18: all of them are here.",)


def test_a_sample_by_standing_knows_where_each_child_stands() -> None:
    planned = story("plan", ("2012-06-01", "referral"), ("2012-06-20", "plan-started"))
    asked = story("enquiry", ("2012-06-01", "referral"), ("2012-09-10", "section-47-started"))
    gone = story("gone", ("2012-06-01", "referral"), ("2012-06-20", "case-closed"))
    unknown = story("unknown", ("2012-06-01", "referral"), covers=Coverage(frozenset({"referral"})))
    drawn = sample(desk(planned, asked, gone, unknown), 4, 1, by="standing")
    assert set(drawn.why.values()) == {("Drawn at random: 1 of 1 case that stand where it does.",)}


def test_a_sample_can_be_of_cases_that_were_selected_before_and_keeps_why() -> None:
    people = desk(*(story(f"C-{n}", ("2012-07-02", "case-closed")) for n in range(9)), story("open"))
    drawn = sample(people, 2, 1, among=closed_within(people))
    assert drawn.of == 9
    assert all(drawn.why[child][1] == "The case was closed on Mon 2 Jul 2012." for child in drawn)
    assert "of all cases that were closed within 3 months" in drawn.how


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(UnknownName, match="unknown stratum 'teem'; perhaps 'team' was meant"):
        sample(teams(), 1, 1, by="teem")
    with pytest.raises(UnreadableInput, match="0 cases are none; expected 1 or more"):
        sample(teams(), 0, 1)
    with pytest.raises(UnreadableInput, match="0 cases are none; expected 1 or more"):
        riskiest(teams(), 0)


@given(st.integers(1, 60), st.dictionaries(st.text(max_size=3), st.integers(1, 40), min_size=1, max_size=8))
def test_what_is_shared_out_adds_up_and_none_has_more_than_its_size_or_is_forgotten(
    n: int, sizes: dict[str, int]
) -> None:
    seats = shared_out(n, sizes)
    assert seats.keys() == sizes.keys()
    assert sum(seats.values()) == min(n, sum(sizes.values()))
    assert all(0 <= seats[name] <= size for name, size in sizes.items())
    if n >= len(sizes):
        assert min(seats.values()) >= 1
    for name, size in sizes.items():
        assert all(seats[name] >= seats[other] - 1 for other in sizes if sizes[other] <= size)
    assert shared_out(n, dict(reversed(sizes.items()))) == seats


# --- the riskiest

_OPEN = ("2012-06-01", "referral")
_PLANNED = (_OPEN, ("2012-06-20", "plan-started"))
_SEEN = ("visit", {"child-seen": True})
_WORKER = ("2012-06-01", "allocated", {"worker": "A", "qualified": True})
CASES: dict[str, tuple[Chronology, Chronology, Chronology | None]] = {
    # by criterion: a case of which it holds, one of which it does not, and one of which nobody can tell
    "safety-waits": (
        story("yes", _OPEN, ("2012-09-01", "police-protection-started")),
        story("no", _OPEN, ("2012-09-01", "police-protection-started"), ("2012-09-02", "police-protection-ended")),
        story(
            "unknown",
            _OPEN,
            ("2012-09-01", "police-protection-started"),
            lost=[Lost("police-protection-ended", "line 7", "no date")],
        ),
    ),
    "closed-with-open-work": (
        story("yes", *_PLANNED, ("2012-07-02", "case-closed")),
        story("no", *_PLANNED, ("2012-07-01", "plan-ended"), ("2012-07-02", "case-closed")),
        story("unknown", *_PLANNED, ("2012-07-02", "case-closed"), lost=[Lost("plan-ended", "line 7", "no date")]),
    ),
    "protection-waits": (
        story("yes", _OPEN),
        story("no", _OPEN, ("2012-06-01", "referral-decided", {"outcome": "no-further-action"})),
        story("unknown", _OPEN, lost=[Lost("referral-decided", "line 7", "no date")]),
    ),
    "new-information": (
        story("yes", _OPEN, ("2012-08-01", "new-information")),
        story("no", _OPEN, ("2012-08-01", "new-information"), ("2012-08-02", "strategy-discussion")),
        story(
            "unknown", _OPEN, ("2012-08-01", "new-information"), lost=[Lost("strategy-discussion", "line 7", "no date")]
        ),
    ),
    "not-seen": (
        story("yes", *_PLANNED, ("2012-08-07", *_SEEN)),
        story("no", *_PLANNED, ("2012-08-08", *_SEEN)),
        story("unknown", *_PLANNED, ("2012-09-01", "visit")),
    ),
    "no-qualified-worker": (
        story("yes", _OPEN, ("2012-06-01", "allocated", {"worker": "A", "qualified": False})),
        story("no", _OPEN, _WORKER),
        story("unknown", _OPEN, ("2012-06-01", "allocated", {"worker": "A"})),
    ),
    "safety-failed": (
        story("yes", ("2012-03-01", "police-protection-started"), ("2012-03-09", "police-protection-ended")),
        story("no", ("2011-03-01", "police-protection-started"), ("2011-03-09", "police-protection-ended")),
        story(
            "unknown",
            ("2012-03-01", "police-protection-started"),
            lost=[Lost("police-protection-ended", "line 7", "no date")],
        ),
    ),
    "back-within-a-year": (
        story("yes", ("2011-06-01", "referral"), ("2011-07-01", "case-closed"), ("2012-07-01", "referral")),
        story("no", ("2011-06-01", "referral"), ("2011-07-01", "case-closed"), ("2012-07-02", "referral")),
        story("unknown", ("2012-07-01", "referral"), lost=[Lost("referral", "line 7", "no date")]),
    ),
    "help-waits": (
        story("yes", _OPEN, ("2012-06-01", "referral-decided", {"outcome": "assessment"})),
        story("no", _OPEN, ("2012-06-05", "assessment-completed", {"type": "initial"})),
        story("unknown", _OPEN, lost=[Lost("assessment-completed", "line 7", "no date")]),
    ),
    "audit-left": (
        story("yes", ("2012-08-01", "audit-action-set", {"action": "a", "due": date(2012, 9, 1)})),
        story("no", ("2012-08-01", "audit-action-set", {"action": "a", "due": date(2012, 10, 1)})),
        story("unknown", ("2012-08-01", "audit-action-set", {"action": "a"})),
    ),
    "second-plan": (
        story("yes", ("2010-06-20", "plan-started"), ("2010-09-20", "plan-ended"), *_PLANNED),
        story("no", *_PLANNED),
        story("unknown", *_PLANNED, covers=Coverage(since=date(2012, 4, 1), whole=frozenset())),
    ),
    "very-young": (
        story("yes", born=date(2011, 9, 20)),
        story("no", born=date(2011, 9, 18)),
        None,
    ),
    "long-plan": (
        story("yes", ("2010-09-18", "plan-started")),
        story("no", ("2010-09-19", "plan-started")),
        story("unknown", ("2010-09-18", "plan-started"), lost=[Lost("plan-ended", "line 7", "no date")]),
    ),
    "changes-of-worker": (
        story("yes", *((f"2012-0{n}-01", "allocated", {"worker": f"W-{n}"}) for n in (1, 2, 3))),
        story("no", *((f"2012-0{n}-01", "allocated", {"worker": "W"}) for n in (1, 2, 3))),
        story("unknown", *((f"2012-0{n}-01", "allocated") for n in (1, 2, 3))),
    ),
    "unread": (story("yes", lost=[Lost(None, "line 7", "no event")]), story("no"), None),
}


def test_every_criterion_has_its_cases() -> None:
    assert [criterion.name for criterion in CRITERIA] == list(CASES)


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)
def test_a_criterion_holds_does_not_hold_or_nobody_can_tell(criterion: Criterion) -> None:
    yes, no, unknown = CASES[criterion.name]
    others = [unknown] if unknown is not None else []
    found = riskiest(desk(yes, no, *others), 9, (criterion,))
    assert found.children == tuple(one.child for one in (yes, *others))
    if not criterion.personal:
        assert found.why["yes"] == (criterion.sentence,)
        assert all(found.why[one.child] == (f"Nobody can tell: {criterion.sentence}",) for one in others)


def test_the_age_of_a_child_weighs_and_is_never_printed() -> None:
    found = riskiest(desk(story("C-1", born=Expected(date(2012, 12, 1))), story("C-2", born=date(2001, 1, 1))), 2)
    assert found.children == ("C-1",)
    told = f"{found} {found.why} {found.remarks}"
    assert "A circumstance of the child that is not printed." in told
    assert not re.search("born|age|young|year old|2012-12", told)


def test_the_weightiest_come_first_then_the_more_certain_then_by_identifier() -> None:
    heavy = Criterion("heavy", "Heavy.", lambda case: "h" in case.child or (None if "?" in case.child else False), 3)
    light = Criterion("light", "Light.", lambda case: "l" in case.child)
    people = desk(*(story(child) for child in ("l1", "h2", "h1", "?1", "hl", "x")))
    found = riskiest(people, 9, (light, heavy))
    assert found.children == ("hl", "h1", "h2", "?1", "l1")
    assert found.why["hl"] == ("Heavy.", "Light.")
    assert found.remarks == ("Of 9 cases asked for something speaks for 5: all of these are here.",)
    few = riskiest(people, 2, (light, heavy))
    assert few.children == ("hl", "h1")
    assert few.remarks == ("As much weight as on the last one here is on 2 cases more.",)


def test_what_nobody_can_tell_of_any_case_is_told_once_and_leaves_none_out() -> None:
    people = desk(*(story(f"C-{n}", *_PLANNED) for n in range(3)), story("C-9"))
    silent = Criterion("silent", "Silent.", lambda case: None, 9)
    planned = Criterion("planned", "Planned.", lambda case: len(case.events) > 1)
    found = riskiest(people, 4, (silent, planned))
    assert found.children == ("C-0", "C-1", "C-2", "C-9")
    assert found.why["C-0"] == ("Planned.",)
    assert found.why["C-9"] == ("Nobody can tell: Silent.",)
    assert found.remarks == ("Nobody can tell of any case: Silent.",)


def test_of_no_case_at_all_none_is_selected() -> None:
    people = desk(story("C-1"))
    none = closed_within(people)
    assert none.children == ()
    assert sample(people, 3, 1, among=none).children == ()
    assert riskiest(people, 3, among=none).children == ()
    assert riskiest(people, 3).children == ()


def test_the_sentences_of_the_criteria_are_sentences_and_say_their_numbers() -> None:
    for criterion in CRITERIA:
        assert re.fullmatch(r"[A-Z].*\.", criterion.sentence), criterion.name
    assert "6 weeks" in next(one.sentence for one in CRITERIA if one.name == "not-seen")


def test_of_a_child_of_whom_there_are_two_records_either_is_a_reason() -> None:
    first, second = story("C-1", ("2012-07-02", "case-closed")), story("C-1", ("2012-08-02", "case-closed"))
    assert closed_within(desk(first, second)).why == {
        "C-1": ("The case was closed on Mon 2 Jul 2012.", "The case was closed on Thu 2 Aug 2012.")
    }
    july = Criterion("july", "In July.", lambda case: case.events[0].day.month == 7)
    perhaps = Criterion("perhaps", "Perhaps.", lambda case: None if case.events[0].day.month == 7 else False)
    for stories in ((first, second), (second, first)):
        found = riskiest(desk(*stories, story("C-2")), 2, (july, perhaps))
        assert found.why == {"C-1": ("In July.", "Nobody can tell: Perhaps.")}


def test_a_referral_soon_after_another_is_one_again_without_a_closure_and_one_of_the_same_day_too() -> None:
    (again,) = (criterion for criterion in CRITERIA if criterion.name == "back-within-a-year")
    twice = story("twice", ("2011-10-01", "referral"), ("2012-05-01", "referral"))
    same_day = story("same-day", ("2012-05-01", "referral"), ("2012-05-01", "referral", {"source": "x"}))
    closed_at_once = story("once", ("2012-05-01", "referral"), ("2012-05-01", "case-closed"))
    assert riskiest(desk(twice, same_day, closed_at_once), 9, (again,)).children == ("same-day", "twice")
