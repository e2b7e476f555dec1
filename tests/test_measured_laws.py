"""What holds of all measures and any records: sums, parts, months of a year, and what a suppressed table gives away."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measured import Row, chronologies_of, frame_of, told

from childprotect.conditions import Story
from childprotect.measures import MEASURES, Kind, Measure, Measured, Told, behind, measured
from childprotect.measures.frames import conferences, enquiries
from childprotect.measures.open_cases import open_cases
from childprotect.measures.suppressing import Sum, hidden_in
from childprotect.measures.trending import periods
from childprotect.rulebooks.england.matches import OPEN_CASE

FIRST, LAST = date(2023, 4, 1), date(2024, 3, 31)
NOTHING = pl.DataFrame(schema={"child": pl.String, "event": pl.String, "at": pl.Date})
FACTS: Mapping[str, Mapping[str, list[Any]]] = {
    "referral": {"no-further-action": [True, False]},
    "referral-decided": {"outcome": ["no-further-action", "assessment", "early-help"]},
    "allocated": {"worker": ["W1", "W2"], "team": ["T1", "T2"], "qualified": [True, False]},
    "deallocated": {"worker": ["W1", "W2"]},
    "new-information": {},
    "assessment-started": {"type": ["initial", "core", "single"], "reason": ["new-information"]},
    "assessment-completed": {"type": ["initial", "core", "single"]},
    "strategy-discussion": {"decision": ["section-47", "child-in-need"]},
    "section-47-started": {},
    "section-47-completed": {"outcome": ["not-substantiated", "conference"], "conference-required": [True, False]},
    "initial-conference": {"outcome": ["plan", "adjourned"]},
    "transfer-notified": {},
    "transfer-in-conference": {},
    "plan-started": {},
    "plan-ended": {},
    "review-conference": {},
    "visit": {"child-seen": [True, False], "seen-alone": [True, False]},
    "case-closed": {"reason": ["needs-met", "no-further-action"]},
}


@st.composite
def stories(draw: st.DrawFn) -> list[Row]:
    """A few children, of whom anything may be on record in any order, with facts or without."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, 30))):
        event = draw(st.sampled_from(sorted(FACTS)))
        day = date(2022, 1, 1) + timedelta(days=draw(st.integers(0, 820)))
        some = {name: draw(st.sampled_from([None, *values])) for name, values in FACTS[event].items()}
        facts = {name: value for name, value in some.items() if value is not None}
        rows.append((draw(st.sampled_from(["C-1", "C-2", "C-3"])), event, day, facts))
    return rows


SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def whole(id: str, records: Told, first: date = FIRST, last: date = LAST) -> Measured:
    """The figure of a whole authority."""
    return measured(MEASURES[id], records, first, last, population=1000)[0]


@SLOW
@given(rows=stories())
def test_plans_at_any_point_are_those_open_at_the_end_and_those_that_ended(rows: list[Row]) -> None:
    records = told(rows, LAST)
    n = {id: whole(id, records).numerator or 0 for id in ("plans-at-any-point", "plans-open", "plans-ended")}
    assert n["plans-at-any-point"] == n["plans-open"] + n["plans-ended"]
    before = whole("plans-open", records, FIRST - timedelta(days=365), FIRST - timedelta(days=1)).numerator or 0
    started = whole("plans-started", records).numerator or 0
    assert before + started == n["plans-at-any-point"]


@SLOW
@given(rows=stories())
def test_bands_add_up_shares_are_parts_and_groups_add_up_to_the_whole(rows: list[Row]) -> None:
    records = told(rows, LAST, checked=bool(rows))
    for one in MEASURES.values():
        if one.rule and records.findings is None:
            continue
        for by in ("team", "worker"):
            found, *groups = measured(one, records, FIRST, LAST, by=by, population=1000)
            if one.kind is Kind.SHARE and found.denominator is not None:
                assert 0 <= (found.numerator or 0) <= found.denominator
                assert (found.share is None) == (found.denominator == 0) == bool(found.because)
            if one.bands is not None and found.denominator is not None:
                assert sum(n or 0 for n in found.bands.values()) == found.denominator
            for name in ("numerator", "cannot_tell", "left_out", *(["denominator"] * (one.kind is not Kind.RATE))):
                of_groups = [getattr(group, name) for group in groups if getattr(group, name) is not None]
                assert sum(of_groups) == (getattr(found, name) or 0)


@SLOW
@given(rows=stories())
def test_the_cases_of_a_year_are_those_of_its_months_unless_they_are_those_of_its_end(rows: list[Row]) -> None:
    records = told(rows, LAST)
    for one in MEASURES.values():
        if one.rule or one.at_end:
            continue
        year = behind(one, records, FIRST, LAST)
        months = [behind(one, records, *span) for span in periods(FIRST, LAST, "month")]
        assert year.sort(pl.all()).equals(pl.concat(months).sort(pl.all())), one.id


@SLOW
@given(rows=stories())
def test_columns_and_children_one_by_one_are_measured_alike(rows: list[Row]) -> None:
    columns, singly = told(rows, LAST), Told.of_chronologies(chronologies_of(rows), as_at=LAST)
    for one in MEASURES.values():
        if not one.rule:
            assert measured(one, columns, FIRST, LAST) == measured(one, singly, FIRST, LAST), one.id


@SLOW
@given(rows=stories())
def test_a_conference_is_of_one_enquiry_before_it_and_none_is_of_two(rows: list[Row]) -> None:
    records = told(rows, LAST)
    held = conferences(records)
    assert held.filter(pl.col("start") > pl.col("day")).is_empty()
    own = held.filter(pl.col("start").is_not_null() & (pl.col("event") == "initial-conference"))
    days = enquiries(records).select("child", start="day")
    notices = records.of_kinds("transfer-notified").select("child", start="day")
    assert own.join(pl.concat([days, notices]), on=["child", "start"], how="anti").is_empty()


@SLOW
@given(rows=stories())
def test_a_case_is_open_where_the_rules_on_current_cases_say_so(rows: list[Row]) -> None:
    ours = set(open_cases(told(rows, LAST), LAST)["child"])
    for child in chronologies_of(rows):
        events = child.as_known(LAST)
        truth = OPEN_CASE.open_at(len(events), Story(events, child.covers))
        assert truth is None or truth == (child.child in ours)


def solutions(counts: Mapping[tuple[int, str], int], sums: list[Sum], hidden: frozenset[Any]) -> list[dict[Any, int]]:
    """Every way to fill in what is hidden, so that all sums are right: by trying all numbers."""
    cells = sorted(hidden)
    most = max(counts.values(), default=0)
    found = []
    for numbers in product(range(most + 1), repeat=len(cells)):
        filled = {**counts, **dict(zip(cells, numbers, strict=True))}
        if all(filled[one.whole] == sum(filled[part] for part in one.parts) for one in sums):
            found.append(filled)
    return found


@settings(max_examples=60, deadline=None)
@given(groups=st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_no_small_number_of_a_suppressed_column_can_be_worked_out(groups: list[int]) -> None:
    cells = {(n, "n"): count for n, count in enumerate(groups, 1)}
    counts = {(0, "n"): sum(groups), **cells}
    sums = [Sum((0, "n"), tuple(cells))]
    hidden = hidden_in(counts, sums)
    small = {cell for cell, n in counts.items() if 0 < n <= 5}
    assert small <= hidden
    ways = solutions(counts, sums, hidden)
    for cell in small:
        # one of a group and the whole alone are one number, of which all that is told is that it is small
        assert len({way[cell] for way in ways}) > 1
    shown = sum(n for cell, n in counts.items() if cell in cells and cell not in hidden)
    if (0, "n") not in hidden and small:
        assert counts[0, "n"] - shown > 5, "what is hidden comes to a small number together"


@settings(max_examples=150, deadline=None)
@given(table=st.lists(st.tuples(*[st.integers(0, 7)] * 2), min_size=2, max_size=2))
def test_nor_can_it_where_rows_and_columns_have_sums(table: list[tuple[int, int]]) -> None:
    counts = {(n, str(place)): count for n, row in enumerate(table, 1) for place, count in enumerate(row)}
    counts |= {(n, "all"): sum(row) for n, row in enumerate(table, 1)}
    names = ("0", "1", "all")
    counts |= {(0, name): sum(counts[n, name] for n in (1, 2)) for name in names}
    sums = [Sum((0, name), ((1, name), (2, name))) for name in names]
    sums += [Sum((n, "all"), ((n, "0"), (n, "1"))) for n in (0, 1, 2)]
    hidden = hidden_in(counts, sums)
    small = {cell for cell, n in counts.items() if 0 < n <= 5}
    assert small <= hidden
    ways = fillings(counts, hidden)
    for cell in small:
        assert len({way[cell] for way in ways}) > 1


def fillings(counts: Mapping[tuple[int, str], int], hidden: frozenset[Any]) -> list[dict[Any, int]]:
    """Every table of two rows and two columns that agrees with all that is shown."""
    inner = [(n, name) for n in (1, 2) for name in ("0", "1")]
    most = [1 + (counts[cell] if cell not in hidden else 15) for cell in inner]
    least = [counts[cell] if cell not in hidden else 0 for cell in inner]
    found = []
    for a, b, c, d in product(*(range(low, high) for low, high in zip(least, most, strict=True))):
        rows = {(1, "0"): a, (1, "1"): b, (1, "all"): a + b, (2, "0"): c, (2, "1"): d, (2, "all"): c + d}
        told = {**rows, (0, "0"): a + c, (0, "1"): b + d, (0, "all"): a + b + c + d}
        if all(told[cell] == n for cell, n in counts.items() if cell not in hidden):
            found.append(told)
    return found


def test_a_table_without_small_numbers_is_shown_whole_and_zero_is_no_small_number() -> None:
    counts = {(0, "n"): 20, (1, "n"): 14, (2, "n"): 6, (3, "n"): 0}
    assert hidden_in(counts, [Sum((0, "n"), ((1, "n"), (2, "n"), (3, "n")))]) == frozenset()


def test_with_one_small_number_the_smallest_other_is_hidden_too() -> None:
    counts = {(0, "n"): 30, (1, "n"): 3, (2, "n"): 8, (3, "n"): 19}
    assert hidden_in(counts, [Sum((0, "n"), ((1, "n"), (2, "n"), (3, "n")))]) == {(1, "n"), (2, "n")}


@pytest.mark.parametrize("other", [2, 4])
def test_two_that_come_to_a_small_number_together_hide_a_third(other: int) -> None:
    counts = {(0, "n"): 18 + other, (1, "n"): 1, (2, "n"): other, (3, "n"): 17, (4, "n"): 0}
    sums = [Sum((0, "n"), ((1, "n"), (2, "n"), (3, "n"), (4, "n")))]
    assert hidden_in(counts, sums) == {(1, "n"), (2, "n"), (3, "n")}


def visits(team: str, seen: int, unseen: int) -> list[Row]:
    """A child of a team with a plan and some visits."""
    child = f"C-{team}"
    plan = [(child, "plan-started", FIRST, {}), (child, "allocated", FIRST, {"team": team, "worker": f"W-{team}"})]
    told_of = [True] * seen + [False] * unseen
    days = (FIRST + timedelta(days=n) for n in range(len(told_of)))
    return [*plan, *((child, "visit", day, {"child-seen": one}) for day, one in zip(days, told_of, strict=True))]


def test_a_suppressed_figure_says_c_wherever_it_could_be_worked_out() -> None:
    records = told([*visits("A", 3, 20), *visits("B", 8, 20), *visits("C", 19, 20)], LAST)
    one = MEASURES["plan-visits-child-seen"]
    open_to_all = measured(one, records, FIRST, LAST, by="team")
    assert [(g.group, g.numerator, g.denominator) for g in open_to_all] == [
        (None, 30, 90), ("A", 3, 23), ("B", 8, 28), ("C", 19, 39)
    ]  # fmt: skip
    found = measured(one, records, FIRST, LAST, by="team", suppress=True)
    shown = [[g.text(name) for name in ("numerator", "denominator", "share", "low", "high")] for g in found]
    assert shown[0] == ["30", "90", "33.3%", "24.5%", "43.6%"]
    assert shown[1] == ["c", "23", "c", "c", "c"]
    assert shown[2] == ["c", "28", "c", "c", "c"]
    assert shown[3] == ["19", "39", "48.7%", "33.9%", "63.8%"]
    assert (found[1].numerator, found[1].share, found[1].value) == (None, None, None)
    by_choice = measured(one, records, FIRST, LAST, by="team", suppress=True, small=2)
    assert by_choice == open_to_all


def test_bands_and_the_median_of_few_are_suppressed() -> None:
    rows: list[Row] = []
    for n in range(10):
        days = 30 if n < 8 else 200
        rows += [
            (f"C-{n}", "plan-started", FIRST, {}), (f"C-{n}", "plan-ended", FIRST + timedelta(days=days), {})
        ]  # fmt: skip
    (found,) = measured(MEASURES["plans-ended-days"], told(rows, LAST), FIRST, LAST, suppress=True)
    assert [found.text(name) for name in found.bands] == ["c", "0", "c", "0", "0"]
    assert (found.text("denominator"), found.text("median")) == ("10", "30.0")
    (few,) = measured(MEASURES["plans-ended-days"], told(rows[:6], LAST), FIRST, LAST, suppress=True)
    assert [few.text(name) for name in ("denominator", "median", "3-months", "6-months")] == ["c", "c", "c", "0"]


@pytest.mark.parametrize("one", MEASURES.values(), ids=lambda one: str(one.id))
def test_of_nothing_there_is_no_share_and_it_is_said(one: Measure) -> None:
    records = Told.of(NOTHING, as_at=LAST, findings=pl.DataFrame(schema=_FINDINGS))
    for found in measured(one, records, FIRST, LAST, by="team", suppress=True):
        assert found.numerator in (0, None)
        assert (found.share, found.low, found.high, found.median) == (None, None, None, None)
        assert (found.cannot_tell, found.left_out) == (0, 0)
        assert bool(found.because) == (one.kind is not Kind.COUNT)


_FINDINGS = {
    **dict.fromkeys(("child", "rule", "status", "unit"), pl.String),
    **dict.fromkeys(("started", "due", "done"), pl.Date),
}


@pytest.mark.parametrize(
    "id", ["plan-visits-child-seen", "cases-without-qualified-worker", "section-47s-to-conference"]
)
def test_where_none_of_what_it_turns_on_is_on_record_nobody_can_tell(id: str) -> None:
    day = FIRST + timedelta(days=30)
    rows: list[Row] = [("C-1", kind, day, {}) for kind in ("referral", "section-47-started", "plan-started")]
    found = whole(id, told(rows, LAST))
    assert (found.numerator, found.denominator, found.share) == (None, None, None)
    assert "is on record at all" in found.because
    held = Told.of(frame_of([*rows, ("C-1", "visit", day, {"child-seen": True})]), as_at=LAST, kinds={"referral"})
    assert whole("plan-visits-child-seen", held).because == "no visit is on record at all"


@pytest.mark.parametrize(
    ("id", "since", "cannot_tell"),
    [
        ("referrals-again", date(2022, 4, 1), 0),
        ("referrals-again", date(2023, 1, 1), 1),
        ("section-47s-again", date(2023, 1, 1), 1),
        ("plans-again", date(2000, 1, 1), 2),
    ],
)
def test_what_may_lie_before_the_records_begin_cannot_be_told(id: str, since: date, cannot_tell: int) -> None:
    kind = {"referrals-again": "referral", "section-47s-again": "section-47-started"}.get(id, "plan-started")
    rows: list[Row] = [("C-1", kind, date(2023, 5, 1), {}), ("C-1", kind, date(2024, 2, 1), {})]
    found = whole(id, told(rows, LAST, since=since))
    assert found.cannot_tell == cannot_tell
    assert (found.numerator or 0) + (found.denominator or 0) > 0 or cannot_tell == 2
