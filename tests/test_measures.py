"""DfE's figures, read as they are published and counted as they are defined: each held against a slow count by hand."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.test_simulation_living import populations

from childprotect import Chronology
from childprotect.calendars import england_and_wales
from childprotect.errors import UnreadableInput
from childprotect.measures import BANDS, CELLS, ENGLAND, Published, count, published
from childprotect.simulation import Population, live

HEREFORDSHIRE = "E06000019"
DAY = timedelta(days=1)
Told = tuple[Any, ...]

# --- the slow count, from the definitions of the statistics alone


def working_days(start: date, end: date) -> int:
    """Day 0 is the start: how many working days lie after it, up to the end."""
    calendar, n = england_and_wales(), 0
    while start < end:
        start += DAY
        n += calendar.is_working(start)
    return n


def a_year_later(day: date) -> date:
    """The same day a year later; of 29 February the 28th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def band(days: int, bands: Iterable[tuple[str, int]], beyond: str) -> str:
    """The first band that ends on that day or later."""
    return next((name for name, last in bands if days <= last), beyond)


ASSESSED = [
    ("0", 0), ("1-10", 10), ("11-20", 20), ("21-30", 30), ("31-40", 40), ("41-45", 45), ("46-50", 50), ("51-60", 60)
]  # fmt: skip
CONFERRED = [("0-10", 10), ("11-15", 15), ("16-20", 20)]
LASTED = [("3-months", 91), ("6-months", 182), ("1-year", 364), ("2-years", 729)]
CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference")


def slowly(stories: Iterable[Chronology], year: int) -> Counter[str]:
    """The figures of a year, child by child and event by event."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    found: Counter[str] = Counter()
    for story in stories:
        events = [event for event in story.events if event.day <= last]
        in_year = [event for event in events if event.day >= first]
        found.update(_referrals(events, first))
        assessments: dict[Any, list[date]] = defaultdict(list)
        begun: date | None = None
        for event in events:
            kind, day = event.kind, event.day
            if kind == "assessment-started":
                assessments[event.facts.get("type")].append(day)
            if kind == "assessment-completed":
                started = assessments[event.facts.get("type")].pop(0)
                if day >= first:
                    found["assessments"] += 1
                    found[f"assessments/{band(working_days(started, day), ASSESSED, '61')}"] += 1
            if kind in ("section-47-started", "transfer-notified"):
                begun = day
            if kind == "section-47-started" and day >= first:
                found["section-47s"] += 1
            if kind in CONFERENCES and day >= first:
                found["conferences"] += 1
                if begun is not None:
                    found[f"conferences/{band(working_days(begun, day), CONFERRED, '21')}"] += 1
        kinds = {event.kind for event in in_year}
        found["children-enquired"] += "section-47-started" in kinds
        found["children-conferred"] += not kinds.isdisjoint(CONFERENCES)
        found["children-planned"] += "plan-started" in kinds
        found.update(_plans(events, first, last))
    return found


def _referrals(events: list[Any], first: date) -> Iterator[str]:
    """Each referral of the year by the names of the figures that it counts in."""
    days = sorted({event.day for event in events if event.kind == "referral"})
    for n, day in enumerate(days):
        if day < first:
            continue
        yield "referrals"
        if n and a_year_later(days[n - 1]) >= day:
            yield "referrals/again"
        after = [event for event in events if day <= event.day]
        decided = next((e.facts.get("outcome") for e in after if e.kind == "referral-decided"), None)
        closed = next((e.facts.get("reason") for e in after if e.kind == "case-closed"), None)
        if decided == "no-further-action":
            yield "referrals/no-further-action"
        elif closed == "no-further-action":
            yield "referrals/not-in-need"
    if any(day >= first for day in days):
        yield "children-referred"


def _plans(events: list[Any], first: date, last: date) -> Iterator[str]:
    """Each plan by the names of the figures that it counts in."""
    starts = [event for event in events if event.kind == "plan-started"]
    ends = [event.day for event in events if event.kind == "plan-ended"]
    reviews = [event.day for event in events if event.kind == "review-conference"]
    for n, started in enumerate(starts):
        begin, end = started.day, ends[n] if n < len(ends) else None
        if begin >= first:
            categories = started.facts.get("categories", frozenset())
            yield "plans-started"
            yield from ["plans-started/again"] * (n > 0)
            name = "multiple" if len(categories) > 1 else next(iter(categories), "")
            yield f"plans-started/{name}"
        if end is None or end >= first:
            yield "plans-at-any-point"
        if end is not None and end >= first:
            yield "plans-ended"
            yield f"plans-ended/{band((end - begin).days, LASTED, 'longer')}"
        if end is None:
            yield "plans-open"
            yield f"plans-open/{band((last - begin).days, LASTED, 'longer')}"
            if (last - begin).days >= 91:
                yield "plans-to-review"
                due, in_time = begin + 91 * DAY, True
                for review in [day for day in reviews if day >= begin] + [last]:
                    in_time &= review <= due
                    due = review + 182 * DAY
                yield from ["plans-to-review/on-time"] * in_time


NAMES = {cell.name for cell in CELLS}


def assert_same(stories: list[Chronology], table: Any, year: int) -> Mapping[str, float]:
    """Hold the figures of a table against the slow count of the same children; the former."""
    told = count(table, year).numbers
    slow = slowly(stories, year)
    assert set(told) == NAMES
    assert {name: n for name, n in slow.items() if n and name in NAMES} == {name: n for name, n in told.items() if n}
    return told


@given(populations(), st.integers(2010, 2026), st.integers(0, 2**32 - 1))
@settings(max_examples=settings().max_examples // 5)
def test_the_figures_of_any_authority_are_those_of_the_slow_count(population: Population, year: int, seed: int) -> None:
    lived = live(population, np.random.default_rng(seed), first=date(year - 1, 4, 1))
    assert_same([*lived.chronologies()], lived.table(), year)


def test_the_figures_of_an_ordinary_authority_are_those_of_the_slow_count_and_none_is_nothing() -> None:
    people = Population(referrals=900, again=0.4, planned_again=0.4, discussed=0.6, conference_needed=0.6)
    lived = live(people, np.random.default_rng(4), first=date(2022, 4, 1), years=2)
    stories = [*lived.chronologies()]
    told = assert_same(stories, lived.table(), 2024)
    # events after the year are not counted in it, and those of the year before not again
    earlier = assert_same(stories, lived.table(), 2023)
    assert told != earlier
    assert {name for name, n in told.items() if n == 0} == set()


def test_plans_at_any_point_are_those_at_the_end_and_those_that_ended() -> None:
    lived = live(Population(referrals=900), np.random.default_rng(4), first=date(2023, 4, 1))
    told = count(lived.table(), 2024).numbers
    assert told["plans-at-any-point"] == told["plans-open"] + told["plans-ended"] > 0
    for whole, parts in (("plans-open", 5), ("plans-ended", 5), ("assessments", 9), ("plans-started", 5)):
        some = [n for name, n in told.items() if name.startswith(f"{whole}/") and name != "plans-started/again"]
        assert len(some) == parts
        assert sum(some) == told[whole]


# --- worked cases


def counted(*told: Told, year: int = 2024) -> dict[str, float]:
    """The figures that are not 0, of children of whom this is told: child, day, event, facts."""
    rows = [
        {"child": child, "at": date.fromisoformat(at), "event": event, **(facts[0] if facts else {})}
        for child, at, event, *facts in told
    ]
    columns = {"outcome": pl.String, "type": pl.String, "reason": pl.String, "categories": pl.String}
    schema = {"child": pl.String, "at": pl.Date, "event": pl.String, **columns}
    numbers = count(pl.DataFrame(rows, schema=schema), year).numbers
    assert set(numbers) == NAMES
    return {name: n for name, n in numbers.items() if n}


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ("2023-05-10", 1),  # exactly twelve months
        ("2023-05-09", 0),  # a day more
        ("2024-05-09", 1),
    ],
)
def test_a_referral_within_twelve_months_of_another_is_one_again(before: str, again: int) -> None:
    told = counted(("C-1", before, "referral"), ("C-1", "2024-05-10", "referral"), year=2025)
    assert told.get("referrals/again", 0) == again
    assert told["referrals"] == 1 + (before >= "2024-04-01")
    assert told["children-referred"] == 1


def test_a_year_after_29_february_is_28_february() -> None:
    told = counted(("C-1", "2024-02-29", "referral"), ("C-1", "2025-02-28", "referral"), year=2025)
    assert told["referrals/again"] == 1
    told = counted(("C-1", "2024-02-29", "referral"), ("C-1", "2025-03-01", "referral"), year=2025)
    assert "referrals/again" not in told


def test_several_referrals_of_a_child_on_one_day_are_one_and_none_is_one_again() -> None:
    told = counted(
        ("C-1", "2024-01-10", "referral"), ("C-1", "2024-01-10", "referral"), ("C-2", "2024-01-10", "referral")
    )
    assert told == {"referrals": 2, "children-referred": 2}


def test_a_referral_on_the_day_on_which_the_one_before_was_closed_is_one_again() -> None:
    told = counted(
        ("C-1", "2024-01-10", "referral"), ("C-1", "2024-01-12", "case-closed", {"reason": "needs-met"}),
        ("C-1", "2024-01-12", "referral"),
    )  # fmt: skip
    assert told == {"referrals": 2, "referrals/again": 1, "children-referred": 1}


def test_what_became_of_a_referral_is_what_came_next_of_the_child() -> None:
    nothing, needless = {"outcome": "no-further-action"}, {"reason": "no-further-action"}
    told = counted(
        ("C-1", "2023-06-01", "referral"), ("C-1", "2023-06-02", "referral-decided", nothing),
        ("C-1", "2023-06-05", "case-closed", needless),
        ("C-2", "2023-06-01", "referral"), ("C-2", "2023-06-01", "referral-decided", {"outcome": "assessment"}),
        ("C-2", "2023-07-05", "case-closed", needless),
        ("C-3", "2023-06-01", "referral"), ("C-3", "2023-06-01", "referral-decided", {"outcome": "assessment"}),
        ("C-3", "2023-07-05", "case-closed", {"reason": "needs-met"}),
        ("C-4", "2023-06-01", "referral"),
    )  # fmt: skip
    assert told == {
        "referrals": 4, "children-referred": 4, "referrals/no-further-action": 1, "referrals/not-in-need": 1
    }  # fmt: skip


def test_the_first_and_the_last_day_are_days_of_the_year_and_those_beside_them_are_not() -> None:
    days = ("2023-03-31", "2023-04-01", "2024-03-31", "2024-04-01")
    told = counted(*((f"C-{n}", day, "referral") for n, day in enumerate(days)))
    assert told == {"referrals": 2, "children-referred": 2}


# 2024: Good Friday on 29 March and Easter Monday on 1 April; Monday 8 January is a working day
@pytest.mark.parametrize(
    ("start", "end", "in_band"),
    [
        ("2024-01-08", "2024-01-08", "0"),
        ("2024-01-05", "2024-01-07", "0"),  # no working day lies after that Friday
        ("2024-01-05", "2024-01-08", "1-10"),
        ("2024-01-08", "2024-01-22", "1-10"),
        ("2024-01-08", "2024-01-23", "11-20"),
        ("2023-12-22", "2024-01-09", "1-10"),  # Christmas Day, Boxing Day and New Year's Day do not count
        ("2024-01-08", "2024-03-11", "41-45"),
        ("2024-01-08", "2024-03-12", "46-50"),
    ],
)
def test_an_assessment_lies_in_the_band_of_the_working_days_from_its_start_to_its_end(
    start: str, end: str, in_band: str
) -> None:
    told = counted(("C-1", start, "assessment-started"), ("C-1", end, "assessment-completed"))
    assert told == {"assessments": 1, f"assessments/{in_band}": 1}


def test_an_assessment_that_ended_before_it_started_or_never_started_is_counted_and_in_no_band() -> None:
    told = counted(
        ("C-1", "2024-01-08", "assessment-completed"), ("C-1", "2024-01-09", "assessment-started"),
        ("C-2", "2024-01-08", "assessment-completed"),
    )  # fmt: skip
    assert told == {"assessments": 2}


def test_of_two_assessments_side_by_side_each_is_counted_by_its_own_type() -> None:
    initial, core = {"type": "initial"}, {"type": "core"}
    told = counted(
        ("C-1", "2012-05-01", "assessment-started", initial), ("C-1", "2012-05-02", "assessment-started", core),
        ("C-1", "2012-05-02", "assessment-completed", core), ("C-1", "2012-05-31", "assessment-completed", initial),
        year=2013,
    )  # fmt: skip
    assert told == {"assessments": 2, "assessments/0": 1, "assessments/21-30": 1}


@pytest.mark.parametrize(
    ("start", "held", "in_band"),
    [
        ("2024-01-08", "2024-01-22", "0-10"),
        ("2024-01-08", "2024-01-23", "11-15"),
        ("2024-01-08", "2024-01-29", "11-15"),
        ("2024-01-08", "2024-01-30", "16-20"),
        ("2024-01-08", "2024-02-05", "16-20"),
        ("2024-01-08", "2024-02-06", "21"),
    ],
)
@pytest.mark.parametrize("kind", ["initial-conference", "pre-birth-conference"])
def test_a_conference_lies_in_the_band_of_the_working_days_from_the_start_of_the_enquiry(
    kind: str, start: str, held: str, in_band: str
) -> None:
    told = counted(("C-1", start, "section-47-started"), ("C-1", held, kind))
    assert told == {
        "section-47s": 1, "children-enquired": 1, "conferences": 1, "children-conferred": 1,
        f"conferences/{in_band}": 1,
    }  # fmt: skip


def test_a_conference_before_its_enquiry_is_counted_and_left_out_of_the_bands() -> None:
    told = counted(("C-1", "2024-01-08", "initial-conference"), ("C-1", "2024-01-09", "section-47-started"))
    assert told == {"section-47s": 1, "children-enquired": 1, "conferences": 1, "children-conferred": 1}


@pytest.mark.parametrize(
    "older",
    [
        [("C-1", "2023-04-10", "initial-conference")],
        [("C-1", "2023-04-10", "section-47-completed", {"outcome": "not-substantiated"})],
        [("C-1", "2023-04-10", "case-closed")],
    ],
    ids=["which had its conference", "which ended without one", "whose case was closed"],
)
def test_a_conference_before_its_own_enquiry_is_not_that_of_an_older_one(older: list[Told]) -> None:
    told = counted(
        ("C-1", "2023-04-03", "section-47-started"), *older,
        ("C-1", "2024-01-08", "initial-conference"), ("C-1", "2024-01-09", "section-47-started"),
    )  # fmt: skip
    bands = {name: n for name, n in told.items() if name.startswith("conferences/")}
    assert bands == ({"conferences/0-10": 1} if older[0][2] == "initial-conference" else {})
    assert told["conferences"] == 1 + len(bands)


def test_the_conference_of_a_child_who_moves_in_is_counted_from_the_notice() -> None:
    told = counted(("C-1", "2024-01-08", "transfer-notified"), ("C-1", "2024-01-24", "transfer-in-conference"))
    assert told == {"conferences": 1, "children-conferred": 1, "conferences/11-15": 1}


def test_two_enquiries_and_two_conferences_of_a_child_are_two_and_of_one_child() -> None:
    told = counted(
        ("C-1", "2023-05-01", "section-47-started"), ("C-1", "2023-05-10", "initial-conference"),
        ("C-1", "2024-01-08", "section-47-started"), ("C-1", "2024-01-30", "initial-conference"),
    )  # fmt: skip
    assert told == {
        "section-47s": 2, "children-enquired": 1, "conferences": 2, "children-conferred": 1,
        "conferences/0-10": 1, "conferences/16-20": 1,
    }  # fmt: skip


def test_a_second_plan_is_one_however_long_ago_the_first_was() -> None:
    told = counted(
        ("C-1", "2005-05-01", "plan-started"), ("C-1", "2006-05-01", "plan-ended"),
        ("C-1", "2023-05-01", "plan-started", {"categories": "neglect"}), ("C-1", "2023-06-01", "plan-ended"),
        ("C-2", "2023-05-01", "plan-started", {"categories": "emotional;neglect"}), ("C-2", "2023-05-02", "plan-ended"),
        ("C-3", "2023-05-01", "plan-started", {"categories": "multiple"}), ("C-3", "2023-05-02", "plan-ended"),
    )  # fmt: skip
    assert told == {
        "plans-started": 3, "plans-started/again": 1, "children-planned": 3, "plans-started/neglect": 1,
        "plans-started/multiple": 2, "plans-ended": 3, "plans-ended/3-months": 3, "plans-at-any-point": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "in_band"),
    [
        (0, "3-months"), (91, "3-months"), (92, "6-months"), (182, "6-months"), (183, "1-year"), (364, "1-year"),
        (365, "2-years"), (729, "2-years"), (730, "longer"),
    ],
)  # fmt: skip
def test_a_plan_lies_in_the_band_of_its_days(days: int, in_band: str) -> None:
    end = date(2024, 3, 31)
    start = (end - days * DAY).isoformat()
    ended = counted(("C-1", start, "plan-started"), ("C-1", end.isoformat(), "plan-ended"))
    assert ended[f"plans-ended/{in_band}"] == ended["plans-ended"] == ended["plans-at-any-point"] == 1
    assert "plans-open" not in ended
    still = counted(("C-1", start, "plan-started"), ("C-1", "2024-04-01", "plan-ended"))
    assert still[f"plans-open/{in_band}"] == still["plans-open"] == still["plans-at-any-point"] == 1
    assert "plans-ended" not in still


def test_a_plan_that_ended_on_the_eve_of_the_year_was_open_on_no_day_of_it() -> None:
    assert counted(("C-1", "2022-05-01", "plan-started"), ("C-1", "2023-03-31", "plan-ended")) == {}


REVIEWED: list[tuple[str, list[str], int | None]] = [
    # the year ends on Sunday 31 March 2024, and 91 days before it is Sunday 31 December 2023
    ("2024-01-01", [], None),
    ("2023-12-31", [], 1),  # 91 days: to be reviewed by that day, and nobody can say that it was late
    ("2023-12-30", [], 0),
    ("2023-12-30", ["2024-03-30"], 1),  # 91 days after the start
    ("2023-12-30", ["2024-03-31"], 0),
    ("2023-06-01", ["2023-08-31", "2024-02-29"], 1),  # 91 and 182 days
    ("2023-06-01", ["2023-09-01", "2024-02-29"], 0),
    ("2023-06-01", ["2023-08-31", "2024-03-01"], 0),
    ("2023-06-01", ["2023-08-31"], 0),  # 213 days without a review, up to the last day
    ("2023-07-10", ["2023-10-01"], 1),  # 182 days without one
    ("2023-07-10", ["2023-09-30"], 0),
]


@pytest.mark.parametrize(("start", "reviews", "in_time"), REVIEWED)
def test_a_plan_is_reviewed_in_time_within_91_days_and_then_each_182_days(
    start: str, reviews: list[str], in_time: int | None
) -> None:
    told = counted(("C-1", start, "plan-started"), *(("C-1", day, "review-conference") for day in reviews))
    assert told.get("plans-to-review") == (None if in_time is None else 1)
    assert told.get("plans-to-review/on-time") == (in_time or None)


def test_the_reviews_of_an_earlier_plan_are_none_of_the_present_one() -> None:
    told = counted(
        ("C-1", "2022-01-10", "plan-started"), ("C-1", "2022-04-10", "review-conference"),
        ("C-1", "2022-05-10", "plan-ended"),
        ("C-1", "2023-10-02", "plan-started"), ("C-1", "2023-12-20", "review-conference"),
        ("C-2", "2023-10-02", "plan-started"),
    )  # fmt: skip
    assert (told["plans-to-review"], told["plans-to-review/on-time"]) == (2, 1)


def test_a_table_without_facts_and_one_without_rows_are_counted() -> None:
    rows = [("C-1", "plan-started", date(2023, 6, 1)), ("C-1", "referral", date(2023, 5, 1))]
    bare = pl.DataFrame(rows, schema=["child", "event", "at"], orient="row")
    told = count(bare, 2024, area="Somewhere")
    assert (told.area, told.year, dict(told.missing)) == ("Somewhere", 2024, {})
    assert (told.numbers["plans-started"], told.numbers["plans-started/neglect"], told.numbers["referrals"]) == (
        1,
        0,
        1,
    )
    assert set(count(bare.clear(), 2024).numbers.values()) == {0}


def test_the_order_of_the_rows_of_different_days_does_not_matter_nor_what_holds_them() -> None:
    lived = live(Population(referrals=200), np.random.default_rng(1), first=date(2023, 4, 1))
    arrow = lived.table()
    frame = pl.DataFrame(arrow)
    whole = count(arrow, 2024)
    assert count(frame, 2024) == whole
    assert count(frame.sort("at", maintain_order=True), 2024) == whole
    assert count(frame.to_pandas(), 2024) == whole


# --- shares


TOLD = Published(
    "Somewhere", 2024, {"conferences": 8.0, "conferences/0-10": 2.0, "conferences/11-15": 4.0, "referrals": 0}
)


def test_a_figure_is_a_share_of_what_it_is_a_part_of() -> None:
    assert TOLD.share("conferences/0-10") == 0.25
    assert TOLD.share("conferences") is None
    assert TOLD.share("conferences/21") is None
    assert TOLD.share("referrals/again") is None
    assert TOLD.parts("conferences", ("0-10", "11-15")) == {"0-10": 2, "11-15": 4}
    assert TOLD.parts("conferences", ("0-10", "21")) is None


def test_no_figure_is_a_part_of_nothing_and_no_two_have_a_name() -> None:
    assert len(NAMES) == len(CELLS)
    assert {cell.whole for cell in CELLS} - {None} <= NAMES
    assert len({(cell.file, cell.column) for cell in CELLS}) == len(CELLS)


@pytest.mark.parametrize("whole", BANDS)
def test_the_bands_of_a_figure_are_its_parts_in_the_order_of_the_tables(whole: str) -> None:
    assert [f"{whole}/{name}" for name in BANDS[whole].names] == [cell.name for cell in CELLS if cell.whole == whole]
    lasts = [*BANDS[whole].last.values()]
    assert lasts == sorted(set(lasts))


# --- as published

FILES = sorted({cell.file for cell in CELLS})
AREA = ["time_period", "country_code", "country_name", "region_code", "region_name", "new_la_code", "la_name"]
COUNTRY = {"country_code": ENGLAND, "country_name": "England"}
REGION = {**COUNTRY, "region_code": "E12000005", "region_name": "West Midlands"}
AUTHORITY = {**REGION, "new_la_code": HEREFORDSHIRE, "la_name": "Herefordshire, County of"}


def folder(path: Path, changes: Mapping[str, str], without: Iterable[str] = ()) -> Path:
    """DfE's tables with a row for England, a region and an authority in 2024: each figure is its place in `CELLS`."""
    for file in FILES:
        columns = [cell.column for cell in CELLS if cell.file == file]
        with (path / f"{file}_some_table_2013_to_2024.csv").open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, [*AREA, *columns])
            writer.writeheader()
            for factor, area in ((100, COUNTRY), (10, REGION), (1, AUTHORITY)):
                told = {c.column: str(factor * n) for n, c in enumerate(CELLS, 1) if c.file == file}
                if factor == 1:
                    told |= {c.column: changes[c.name] for c in CELLS if c.file == file and c.name in changes}
                if file not in without:
                    writer.writerow({"time_period": "2024", **area, **told})
    return path


@pytest.mark.parametrize(
    ("area", "name", "factor"),
    [(ENGLAND, "England", 100), ("E12000005", "West Midlands", 10), (HEREFORDSHIRE, "Herefordshire, County of", 1)],
)
def test_the_figures_of_a_country_a_region_and_an_authority_are_read_by_its_code(
    tmp_path: Path, area: str, name: str, factor: int
) -> None:
    told = published(folder(tmp_path, {}), area=area, year=2024)
    assert (told.area, told.year, dict(told.missing)) == (name, 2024, {})
    assert told.numbers == {cell.name: factor * n for n, cell in enumerate(CELLS, 1)}


def test_without_an_area_the_figures_are_those_of_england(tmp_path: Path) -> None:
    assert published(str(folder(tmp_path, {})), year=2024).area == "England"


def test_suppressed_and_unreliable_figures_are_missing_and_said_to_be(tmp_path: Path) -> None:
    changes = {"referrals": "u", "conferences/21": "c", "plans-to-review": "z", "plans-ended": "", "plans-open": " 12 "}
    told = published(folder(tmp_path, changes), area=HEREFORDSHIRE, year=2024)
    assert told.missing == {"referrals": "u", "conferences/21": "c", "plans-to-review": "z", "plans-ended": ""}
    assert told.numbers.keys() == NAMES - told.missing.keys()
    assert told.numbers["plans-open"] == 12
    assert told.share("referrals/again") is None


def test_an_area_that_one_table_does_not_have_has_no_row_there(tmp_path: Path) -> None:
    told = published(folder(tmp_path, {}, without=["d6", "c2"]), area=HEREFORDSHIRE, year=2024)
    assert set(told.missing.values()) == {"no row"}
    assert told.missing.keys() == {cell.name for cell in CELLS if cell.file in ("d6", "c2")}
    assert told.area == "Herefordshire, County of"


@pytest.mark.parametrize(("area", "year"), [("E06000099", 2024), ("", 2024), (ENGLAND, 2012), (HEREFORDSHIRE, 2025)])
def test_an_area_or_a_year_of_which_nothing_is_told_is_an_error(tmp_path: Path, area: str, year: int) -> None:
    with pytest.raises(UnreadableInput, match=f"there is no figure of the area '{area}' in {year}"):
        published(folder(tmp_path, {}), area=area, year=year)


def test_a_folder_without_a_table_and_one_with_two_of_it_are_errors_that_name_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no file of DfE's table C1"):
        published(tmp_path / "nowhere", year=2024)
    whole = folder(tmp_path, {})
    (whole / "d6_another_2013_to_2023.csv").write_text("time_period\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="2 files of DfE's table D6"):
        published(whole, year=2024)
    for file in whole.glob("d6_*"):
        file.unlink()
    with pytest.raises(UnreadableInput, match="no file of DfE's table D6"):
        published(whole, year=2024)


def lines_of(table: Path) -> list[bytes]:
    return table.read_bytes().splitlines(keepends=True)


def test_a_table_that_is_not_utf_8_is_an_error_that_names_the_file_and_the_line(tmp_path: Path) -> None:
    (table,) = folder(tmp_path, {}).glob("d1_*")
    header, country, region, authority = lines_of(table)
    table.write_bytes(header + country + region + authority.replace(b"Herefordshire", "Hérefordshire".encode("cp1252")))
    with pytest.raises(UnreadableInput, match="line 4: it is not UTF-8; expected a table of DfE's open data") as caught:
        published(tmp_path, area=HEREFORDSHIRE, year=2024)
    assert caught.value.path == str(table)
    table.write_bytes(b"\xff\xfe" + table.read_text(encoding="cp1252").encode("utf-16-le"))
    with pytest.raises(UnreadableInput, match="line 1: it is not UTF-8"):
        published(tmp_path, year=2024)


def test_a_table_with_a_field_without_an_end_is_an_error_that_names_the_file_and_the_line(tmp_path: Path) -> None:
    (table,) = folder(tmp_path, {}).glob("d1_*")
    header, country, *_ = lines_of(table)
    table.write_bytes(header + b'"' + country * 4000)
    with pytest.raises(UnreadableInput, match=r"line \d+: it is not CSV") as caught:
        published(tmp_path, year=2024)
    assert caught.value.path == str(table)


def test_what_a_line_that_ends_early_does_not_tell_is_missing(tmp_path: Path) -> None:
    (table,) = folder(tmp_path, {}).glob("d1_*")
    whole = published(tmp_path, area=HEREFORDSHIRE, year=2024)
    *others, authority = lines_of(table)
    table.write_bytes(b"".join(others) + authority.rpartition(b",")[0])
    last = [cell.name for cell in CELLS if cell.file == "d1"][-1]
    told = published(tmp_path, area=HEREFORDSHIRE, year=2024)
    assert told.missing == {last: ""}
    assert told.numbers == {name: n for name, n in whole.numbers.items() if name != last}


def test_the_published_figures_of_england_and_herefordshire_are_read(shared: Path) -> None:
    figures = shared / "data" / "dfe_stats"
    if not figures.is_dir():
        pytest.skip("the published figures are not here: there is no directory 'data/dfe_stats' in the reference data")
    england = published(figures, year=2024)
    assert (england.area, england.missing) == ("England", {})
    assert england.numbers["referrals"] == 621880
    assert england.share("plans-to-review/on-time") == pytest.approx(0.898, abs=0.0005)
    for whole in ("plans-started", "plans-ended", "plans-open"):
        parts = [
            n for name, n in england.numbers.items() if name.startswith(f"{whole}/") and not name.endswith("again")
        ]
        assert sum(parts) == pytest.approx(england.numbers[whole], rel=0.002)
    ours = published(figures, area=HEREFORDSHIRE, year=2024)
    assert ours.missing["referrals"] == "u"
    assert ours.numbers["plans-open"] > 0
    before = published(figures, area=HEREFORDSHIRE, year=2013)
    # assessments are published from 2014 on
    assert {name for name, sign in before.missing.items() if sign == "no row"} >= {"assessments"}
