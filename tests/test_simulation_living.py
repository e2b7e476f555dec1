"""An authority whose children live: no journey is impossible, what goes in comes out, and the same seed is the same."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import polars as pl
import pytest
from attrs import evolve
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from childprotect import Chronology, Journey, check, tables
from childprotect.calendars import day_of, england_and_wales
from childprotect.errors import DefinitionError, OutOfRange, UnwritableOutput
from childprotect.periods import Period, Unit
from childprotect.rulebooks import england
from childprotect.simulation import SCHOOL_HOLIDAYS, Delay, Lived, Population, live
from childprotect.simulation.drawing import Chance, Drawn, draw
from childprotect.simulation.england import pathway
from childprotect.simulation.stages import Kept
from childprotect.tables.days import elapsed, number

TWO_ASSESSMENTS, ONE_ASSESSMENT = date(2011, 4, 1), date(2023, 4, 1)
ERAS = (TWO_ASSESSMENTS, ONE_ASSESSMENT)
BOOK = england.rulebook.with_practice()
KEPT = {"met", "pending", "discharged"}
SHARES = tuple(a.name for a in attrs.fields(Population) if "failing" in a.metadata)
FAILINGS = tuple(a.name for a in attrs.fields(Population) if a.metadata.get("failing"))
WAITS = tuple(a.name for a in attrs.fields(Population) if a.metadata.get("wait"))
OFTEN_DONE = tuple(a.name for a in attrs.fields(Population) if a.metadata.get("often"))
MOST_DAYS = {"first_review": 57, "reviews": 117}
LASTING = tuple(a.name for a in attrs.fields(Population) if a.metadata.get("wait") is False)


def changed(population: Population, **changes: Any) -> Population:
    """The same authority, with other numbers."""
    return evolve(population, **changes)


def a_year(population: Population, first: date = ONE_ASSESSMENT, seed: int = 1, **other: Any) -> Lived:
    """A year of an authority."""
    return live(population, np.random.default_rng(seed), first=first, **other)


def odd(story: Chronology) -> Iterator[str]:
    """What does not fit in the record of a child."""
    yield from map(str, Journey.replay(story, england.charts).irregularities)


def found(lived: Lived) -> Counter[tuple[str, str]]:
    """How many findings there are, by rule and status."""
    rows = tables.check(tables.scan(lived.table()), BOOK, as_at=lived.last).collect()
    return Counter({(rule, status): n for rule, status, n in rows.group_by("rule", "status").len().iter_rows()})


def kinds(story: Chronology) -> list[str]:
    """What happened to a child, by kind."""
    return [event.kind for event in story.events]


def not_kept(lived: Lived) -> set[str]:
    """The rules that were not kept, or of which nobody can tell."""
    return {rule for rule, status in found(lived) if status not in KEPT}


# --- no journey is impossible

SHARE = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)


@st.composite
def delays(draw: st.DrawFn, least: int = 0) -> Delay:
    """Short and long, in working days and others."""
    working = draw(st.booleans())
    low = draw(st.sampled_from([least, least, 1, 7, 40]))
    return Delay.bands({(low, low + draw(st.sampled_from([0, 1, 10, 200]))): 1.0}, working=working)


@st.composite
def populations(draw: st.DrawFn) -> Population:
    """Any population: some shares and delays at random, the others as in England."""
    changes: dict[str, Any] = {name: draw(SHARE) for name in draw(st.sets(st.sampled_from(SHARES), max_size=12))}
    changes |= {name: draw(delays()) for name in draw(st.sets(st.sampled_from(WAITS)))}
    # the others are of at least one day: a plan that ends on the day on which it starts is refused, see below
    changes |= {name: draw(delays(1)) for name in draw(st.sets(st.sampled_from(LASTING)))}
    for name in draw(st.sets(st.sampled_from(OFTEN_DONE), max_size=3)):
        low = draw(st.sampled_from([1, 3, 40]))
        changes[name] = Delay.bands({(low, min(low + draw(st.sampled_from([0, 100])), MOST_DAYS.get(name, 200))): 1.0})
    if "moved_in" in changes:
        changes["moved_in"] = min(changes["moved_in"], 0.5)
    return Population(referrals=draw(st.integers(0, 60)), **changes)


@given(populations(), st.sampled_from(ERAS), st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=settings().max_examples // 3)
def test_whatever_the_shares_and_delays_every_child_replays_without_an_irregularity(
    population: Population, first: date, seed: int, even: bool
) -> None:
    lived = a_year(population, first, seed, even=even)
    assert [line for story in lived.chronologies() for line in odd(story)] == []


@pytest.mark.parametrize("first", ERAS)
def test_every_child_of_an_ordinary_authority_replays_without_an_irregularity(first: date) -> None:
    # many come back, and soon; nothing is lost on the way: there are as many children as it says
    lived = a_year(Population(referrals=400, again=0.9, again_within=120, conference_needed=0.8), first)
    stories = [*lived.chronologies()]
    assert [line for story in stories for line in odd(story)] == []
    assert len(stories) == lived.children
    assert sum(len(story.events) for story in stories) == len(lived)


OFTEN = Population(referrals=200, again=0.9, planned_again=0.9, discussed=0.9, conference_needed=0.5)


@pytest.mark.parametrize("name", ["needed", "stepped_down"])
def test_help_that_lasts_no_day_fits(name: str) -> None:
    lived = a_year(changed(OFTEN, **{name: Delay.of(0)}))
    assert [line for story in lived.chronologies() for line in odd(story)] == []


@pytest.mark.parametrize("name", ["plan_lasts", "until_again"])
def test_a_plan_that_lasts_no_day_and_another_enquiry_on_the_same_day_are_refused(name: str) -> None:
    # such a plan may end and begin anew on a day, and nobody can tell which comes first
    with pytest.raises(DefinitionError, match=f"{name} is 0 to 0 working days; expected no less than 1 day"):
        changed(OFTEN, **{name: Delay.of(0)})


# --- what is done at once, and with nothing left out, is kept


FIRSTS = st.builds(lambda era, days: era + timedelta(days=days), st.sampled_from(ERAS), st.integers(0, 20))
"""Years that end on any day of the week, and on days off at Easter."""


@given(populations(), FIRSTS, st.integers(0, 2**32 - 1))
@settings(max_examples=settings().max_examples // 4)
def test_an_authority_that_does_at_once_whatever_it_can_keeps_every_rule(
    population: Population, first: date, seed: int
) -> None:
    lived = a_year(population.prompt(), first, seed)
    stories = [*lived.chronologies()]
    findings = [(story, f) for story in stories for f in check(story, BOOK, as_at=lived.last).findings]
    event("some findings" if findings else "none")
    odd_ones = [(story, f) for story, f in findings if f.status not in KEPT]
    # an assessment that ended before the child was born does not say that the child was seen
    unborn = [
        f for story, f in odd_ones if f.rule == "assessment-child-seen" and "pre-birth-conference" in kinds(story)
    ]
    assert {f.status for f in unborn} <= {"cannot-tell"}
    assert [str(f) for _, f in odd_ones if f not in unborn] == []


@pytest.mark.parametrize("first", [date(2012, 3, 29) + timedelta(days=n) for n in range(8)])
def test_who_comes_on_the_last_day_is_seen_on_it_where_all_is_done_at_once(first: date) -> None:
    """Good Friday was on 29 March 2013: years that end on working days, on a weekend, on bank holidays between them."""
    people = Population(referrals=1500, moved_in=0.5, day_off=1.0, families=(1.0,), no_further_action=0.0, unborn=0.0)
    lived = a_year(people.prompt(), first)
    last = pl.DataFrame(lived.table()).filter(pl.col("at") == lived.last)["event"].cast(pl.String).to_list()
    assert last.count("allocated") == last.count("referral") + last.count("transfer-notified") > 0
    assert not_kept(lived) == set()


MOST = Population(
    referrals=80, discussed=0.7, conference_needed=0.7, moved_in=0.1, assessed_again=0.5, unborn=0.0
)  # fmt: skip
"""An authority in which much happens, and every child can be seen."""
ON_PLANS = {"first-review-conference", "review-conference"}
BROKEN_BY: dict[str, tuple[set[str], set[str]]] = {
    "reviewed_late": (ON_PLANS, ON_PLANS),
    "without_police": ({"strategy-discussion-attendance"},) * 2,
    "without_contingency": ({"plan-contingency"},) * 2,
    "closed_early": ({"closed-with-open-work", "closed-with-nothing-open"},) * 2,
    "not_seen_alone": ({"enquiry-child-seen-alone"},) * 2,
    "unauthorised": ({"closure-authorised", "section-47-outcome-authorised"},) * 2,
    "without_report": ({"report-before-conference"},) * 2,
    "chronology_behind": ({"chronology-current"},) * 2,
    # from December 2023 on, a lead practitioner need not be a social worker
    "unqualified": ({"allocated-to-qualified-worker"}, set()),
}
"""By share of failings, the rules that it breaks, where there are two assessments and where there is one."""


@pytest.mark.parametrize("era", [0, 1])
@pytest.mark.parametrize("name", FAILINGS)
def test_a_share_of_failings_breaks_the_rules_that_it_is_about_and_no_others(name: str, era: int) -> None:
    # an assessment takes some days: one that is done at once cannot be open when its case is closed
    people = evolve(MOST.prompt(), assessing=Delay.of(10), assessing_further=Delay.of(10))
    assert not_kept(a_year(people, ERAS[era])) == set()
    assert not_kept(a_year(changed(people, **{name: 0.5}), ERAS[era])) == BROKEN_BY[name][era]


def test_where_nothing_is_late_and_nothing_fails_but_a_share_all_cases_fail_where_the_share_is_all() -> None:
    told = found(a_year(evolve(MOST.prompt(), without_police=1.0)))
    rule = "strategy-discussion-attendance"
    assert {status for name, status in told if name == rule} == {"breached"}


LATE_BY: dict[str, tuple[set[str], set[str]]] = {
    "acknowledging": ({"referral-acknowledgement"},) * 2,
    "deciding": (
        # who is not yet allocated has no social worker
        {"referral-decision", "initial-assessment", "allocated-to-qualified-worker"},
        {"referral-decision", "single-assessment"},
    ),
    "allocating": ({"initial-assessment", "allocated-to-qualified-worker"}, {"single-assessment"}),
    "assessing": (set(), {"single-assessment"}),
    "assessing_first": ({"initial-assessment"}, set()),
    "assessing_further": ({"core-assessment"}, set()),
    # no rule with a number says how soon there is a discussion, a visit, or the end of a case
    "discussing": (set(), set()),
    "visiting": (set(), set()),
    "reporting": (set(), set()),
    "closing": (set(), set()),
    # until it is known that there is to be a conference, its clock runs
    "enquiring": ({"initial-conference"},) * 2,
    "conferring": ({"initial-conference"},) * 2,
    "receiving": ({"transfer-in-conference"},) * 2,
    "gathering": ({"first-core-group"},) * 2,
}
"""By wait, the rules that are late where it takes sixty working days."""


@pytest.mark.parametrize("era", [0, 1])
@pytest.mark.parametrize("name", WAITS)
def test_a_wait_makes_late_what_it_is_about_and_nothing_else(name: str, era: int) -> None:
    people = MOST.prompt()
    assert not_kept(a_year(changed(people, **{name: Delay.of(60)}), ERAS[era])) == LATE_BY[name][era]


# --- the same seed, the same bytes

SMALL = Population(referrals=40)
SEEN = "255ac000ed5863bfa0d2f2105af32b52a83c7d5f92056a7ef1c753a8ff7c48f3"
"""The table of a small authority. It may change when what a population draws is changed on purpose: another pathway,
another share or delay to begin with, another use of chance. It may not change with the machine, the day, the versions
of NumPy and PyArrow, or because of a change that is to leave the simulation as it is."""


def digest(table: Any) -> str:
    """Of all rows as text, so that it does not depend on how Arrow lays them out."""
    return hashlib.sha256(pl.DataFrame(table).write_csv().encode()).hexdigest()


def test_the_same_seed_gives_the_same_authority_everywhere() -> None:
    assert digest(a_year(SMALL, seed=7).table()) == SEEN


def test_the_same_seed_gives_the_same_bytes_and_another_another_authority(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        a_year(SMALL, seed=seed).write(tmp_path / name)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


def test_a_generator_that_was_used_goes_on_where_it_stands() -> None:
    generator = np.random.default_rng(7)
    one, other = (live(SMALL, generator, first=ONE_ASSESSMENT) for _ in range(2))
    assert digest(one.table()) == SEEN != digest(other.table())


# --- one authority, in several forms


def test_what_is_written_is_the_table(tmp_path: Path) -> None:
    lived = a_year(SMALL)
    lived.write(tmp_path / "events.parquet")
    assert parquet.read_table(tmp_path / "events.parquet").equals(lived.table())
    with pytest.raises(UnwritableOutput):
        lived.write(tmp_path / "events.parquet")
    lived.write(str(tmp_path / "events.parquet"), force=True)


def test_a_table_in_pieces_is_the_whole_table_and_no_child_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    lived = a_year(SMALL)
    whole = lived.table()
    monkeypatch.setattr("childprotect.simulation.living._PIECE", 100)
    pieces = [pl.DataFrame(piece) for piece in lived.tables()]
    assert len(pieces) > 3
    assert pl.concat(pieces).equals(pl.DataFrame(whole))
    children = [set(piece["child"]) for piece in pieces]
    assert sum(map(len, children)) == len(set[str]().union(*children)) == lived.children


def test_the_chronologies_hold_the_rows_of_the_table() -> None:
    lived = a_year(SMALL)
    rows = sorted(pl.DataFrame(lived.table()).select("child", "at", pl.col("event").cast(pl.String)).iter_rows())
    told = sorted((story.child, e.day, e.kind) for story in lived.chronologies() for e in story.events)
    assert told == rows
    assert len(lived) == len(rows)


def test_the_events_of_a_child_stand_in_the_order_in_which_they_happened() -> None:
    frame = pl.DataFrame(a_year(SMALL).table())
    assert frame.select("child", "at").equals(frame.select("child", "at").sort("child", "at", maintain_order=True))


def test_facts_are_of_the_form_that_the_vocabulary_gives_them() -> None:
    schema = pl.DataFrame(a_year(SMALL).table()).schema
    assert schema["at"] == pl.Date
    assert schema["quorate"] == pl.Boolean
    told = {e.facts["categories"] for s in a_year(SMALL).chronologies() for e in s.events if "categories" in e.facts}
    assert told
    assert all(isinstance(value, frozenset) for value in told)


def test_an_authority_to_which_nobody_is_referred_has_an_empty_table(tmp_path: Path) -> None:
    lived = a_year(Population(referrals=0))
    lived.write(tmp_path / "nobody.parquet")
    assert (len(lived), lived.children, [*lived.chronologies()]) == (0, 0, [])
    assert parquet.read_table(tmp_path / "nobody.parquet").column_names[:3] == ["child", "event", "at"]


# --- years


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2023, 4, 1), 1, date(2024, 3, 31)),
        (date(2023, 4, 1), 3, date(2026, 3, 31)),
        (date(2024, 2, 29), 1, date(2025, 2, 27)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
        (date(2020, 1, 1), 2, date(2021, 12, 31)),
    ],
)
def test_years_end_on_the_day_before_the_anniversary(first: date, years: int, last: date) -> None:
    lived = a_year(SMALL, first, years=years)
    assert (lived.first, lived.last) == (first, last)
    days = pl.DataFrame(lived.table())["at"]
    assert days.max() <= last  # type: ignore[operator]
    # whoever was there in the years that were asked for is told of from the first, and nobody else
    of_children = pl.DataFrame(lived.table()).group_by("child").agg(pl.col("at").min().alias("a"), pl.col("at").max())
    assert of_children["a"].min() < first  # type: ignore[operator]


def test_only_who_was_known_in_the_years_that_were_asked_for_is_there() -> None:
    lived = a_year(Population(referrals=300, again=0.0, known=0.0, planned_again=0.0, closing=Delay.of(0)))
    ends = pl.DataFrame(lived.table()).group_by("child").agg(pl.col("at").max())["at"]
    assert ends.min() >= lived.first  # type: ignore[operator]


def test_each_year_has_as_many_referrals_as_the_population_says() -> None:
    population = Population(referrals=3000, families=(1.0,), past=(0.5, 2.0))
    lived = a_year(population, years=2, even=True)
    days = pl.DataFrame(lived.table()).filter(pl.col("event").cast(pl.String) == "referral")["at"].to_list()
    for n in range(2):
        begins, ends = date(2023 + n, 4, 1), date(2024 + n, 4, 1)
        assert sum(begins <= day < ends for day in days) == pytest.approx(3000, abs=30)


def test_the_years_before_have_the_part_of_the_referrals_that_the_population_says() -> None:
    # with everybody open for years, all who ever came are there
    long = Delay.bands({(3000, 3001): 1}, working=False)
    population = Population(
        referrals=1000, families=(1.0,), past=(0.5, 2.0), no_further_action=0.0, not_in_need=0.0, discussed=0.0,
        needed=long, again=0.0, known=0.0, moved_in=0.0,
    )  # fmt: skip
    days = pl.DataFrame(a_year(population, even=True).table()).filter(pl.col("event").cast(pl.String) == "referral")
    told = Counter((day.year if day.month > 3 else day.year - 1) for day in days["at"].to_list())
    wanted = {2023: 1000, 2022: 500, 2021: 2000, 2020: 2000, 2019: 2000, 2018: 2000}
    assert {year: told[year] for year in wanted} == {year: pytest.approx(n, abs=2) for year, n in wanted.items()}


# --- what is none


@pytest.mark.parametrize("years", [0, -1])
def test_no_years_are_refused(years: int) -> None:
    with pytest.raises(DefinitionError, match=f"{years} years; expected 1 or more"):
        a_year(SMALL, years=years)


@pytest.mark.parametrize("first", [date(1, 1, 1), date(1950, 4, 1), date(2049, 4, 1), date(2120, 4, 1), date.max])
def test_years_beyond_the_calendar_of_working_days_are_refused_and_those_that_can_be_are_told(first: date) -> None:
    with pytest.raises(OutOfRange, match=f"3 years from {first} leave .* years between 1997-01-01 and 2040-12-31"):
        a_year(SMALL, first, years=3)


@pytest.mark.parametrize("first", [date(1997, 1, 1), date(2040, 1, 1)])
def test_the_first_and_the_last_year_that_can_be_lived_are(first: date) -> None:
    assert len(a_year(Population(referrals=300), first)) > 0


def test_all_that_is_wrong_with_a_simulation_is_told_at_once() -> None:
    wrong: Any = {"population": None, "generator": 1, "first": "2023-04-01", "years": 1.5}
    with pytest.raises(DefinitionError) as caught:
        live(wrong["population"], wrong["generator"], first=wrong["first"], years=wrong["years"])
    assert caught.value.problems == (
        "the population is of the type NoneType; expected a Population",
        "the generator is of the type int; expected a numpy.random.Generator, such as numpy.random.default_rng(1)",
        "the first day is '2023-04-01'; expected a date, from 1997-01-01 on",
        "1.5 years; expected 1 or more, and a whole number",
    )


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_what_is_no_share_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(DefinitionError, match=f"{name} is {value}; expected a share from 0 to 1"):
        changed(SMALL, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "because"),
    [
        ("referrals", -3, "referrals is -3; expected 0 or more"),
        ("referrals", float("inf"), "referrals is inf"),
        ("past", (1.0, -1.0), "past are 1, -1; expected numbers of 0 or more"),
        ("past", "long", "past are 'long'; expected numbers of 0 or more"),
        ("closing", 3, "closing is 3; expected a Delay, such as"),
        ("planned", None, "planned is None; expected a share from 0 to 1"),
        ("planned", True, "planned is True; expected a share"),
        ("referrals", "many", "referrals is 'many'; expected 0 or more"),
        ("families", None, "families are None; expected several numbers"),
        ("sources", {"police": "all"}, "sources are 'all'; expected"),
        ("reviews", Delay.of(118), "reviews is 118 to 118 working days; expected working days, and no more than 117"),
        ("first_review", Delay.of(58), "first_review is 58 to 58 working days; expected"),
        ("first_review", Delay.of(57, working=False), "first_review is 57 to 57 calendar days; expected working days"),
        ("visits", Delay.bands({(0, 3): 1}), "visits is 0 to 3 working days; expected no less than 1 day"),
        ("again_within", -5, "again_within is -5"),
        ("moved_in", 1.0, "moved_in is 1; expected less"),
        ("families", (), "families are none; expected several numbers from 0 on"),
        ("families", (0.0, 0.0), "families are 0, 0; expected"),
        ("quarters", (-1.0, 2.0), "quarters are -1, 2; expected"),
        ("months", (1.0,) * 11, "expected 12 numbers from 0 on"),
        ("categories", {}, "categories are none"),
        ("sources", {"police": -1.0, "health": 2.0}, "sources are -1, 2"),
    ],
)
def test_numbers_that_no_authority_has_are_refused_by_name(name: str, value: Any, because: str) -> None:
    with pytest.raises(DefinitionError, match=because):
        changed(SMALL, **{name: value})


def test_all_that_is_wrong_with_a_population_is_told_at_once() -> None:
    wrong: dict[str, Any] = {"planned": 1.2, "closing": -3, "again": -1, "months": (1.0,)}
    with pytest.raises(DefinitionError) as caught:
        Population(**wrong)
    assert len(caught.value.problems) == 4
    assert {problem.split()[0] for problem in caught.value.problems} == set(wrong)


def test_what_is_assumed_and_what_is_published_are_told_apart() -> None:
    assumed = set(Population.assumed())
    assert {"discussed", "months", "closing", "visiting"} <= assumed
    assert assumed.isdisjoint({"referrals", "again", "assessing", "conferring", "plan_lasts", "categories"})


# --- delays


def test_a_delay_takes_as_many_days_as_its_shares_say() -> None:
    delay = Delay.bands({(0, 4): 0.5, (10, 10): 0.5})
    assert delay.mean == 6
    drawn = delay.draw((np.arange(10_000) + 0.5) / 10_000)
    assert Counter(drawn.tolist()) == {**dict.fromkeys(range(5), 1000), 10: 5000}
    assert [delay.draw_one(chance) for chance in (0.0, 0.45, 0.5, 0.999999)] == [0, 4, 10, 10]


@example([0.0, 0.5, 0.5], 0.0)
@example([0.5, 0.5, 0.0], 0.5)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30).filter(lambda shares: sum(shares) > 0), st.floats(0, 0.999))
def test_one_chance_and_many_give_the_same_delay_and_none_that_has_no_share(shares: list[float], chance: float) -> None:
    delay = Delay(np.array(shares) / sum(shares))
    drawn = int(delay.draw(np.array([chance]))[0])
    assert drawn == delay.draw_one(chance)
    assert shares[drawn] > 0


@pytest.mark.parametrize("lean", [0.03, 0.2, 0.5, 0.75, 0.97])
def test_a_band_leans_as_far_as_it_is_told(lean: float) -> None:
    assert Delay.bands({(100, 200): 1}, leans={(100, 200): lean}).mean == pytest.approx(100 + 100 * lean, abs=0.01)


# Good Friday was on 29 March 2024, so after Thursday 28 March the next working day is Tuesday 2 April
@pytest.mark.parametrize(
    ("delay", "begins", "done"),
    [
        (Delay.of(0), date(2024, 3, 28), date(2024, 3, 28)),
        (Delay.of(0), date(2024, 3, 29), date(2024, 4, 2)),
        (Delay.of(0, working=False), date(2024, 3, 29), date(2024, 3, 29)),
        (Delay.of(1), date(2024, 3, 28), date(2024, 4, 2)),
        (Delay.of(1), date(2024, 3, 30), date(2024, 4, 2)),
        (Delay.of(2), date(2024, 3, 28), date(2024, 4, 3)),
        (Delay.of(1, working=False), date(2024, 3, 28), date(2024, 4, 2)),
        (Delay.of(7, working=False), date(2024, 3, 28), date(2024, 4, 4)),
    ],
)
def test_what_would_fall_on_a_day_off_is_done_on_the_next_working_day(delay: Delay, begins: date, done: date) -> None:
    after = delay.after(np.array([number(begins)], np.int32), np.array([0.5]))
    assert after.tolist() == [number(done)]


@pytest.mark.parametrize(
    ("shares", "because"),
    [
        ([], "expected the shares of 1 to"),
        ([0.5, 0.4], "expected none below 0, and a sum of 1"),
        ([1.5, -0.5], "expected none below 0, and a sum of 1"),
        ([float("nan"), 1.0], "expected none below 0, and a sum of 1"),
    ],
)
def test_shares_that_are_no_distribution_are_refused(shares: list[float], because: str) -> None:
    with pytest.raises(DefinitionError, match=because):
        Delay(np.array(shares))


@pytest.mark.parametrize("bands", [{}, {(3, 1): 1.0}, {(-1, 1): 1.0}, {(0, 1): 0.0}, {(0, 10**9): 1.0}])
def test_bands_that_are_none_are_refused(bands: dict[tuple[int, int], float]) -> None:
    with pytest.raises(DefinitionError, match="there are no such bands"):
        Delay.bands(bands)


@pytest.mark.parametrize("lean", [0.0, 1.0, -1.0])
def test_a_lean_that_is_none_is_refused(lean: float) -> None:
    with pytest.raises(DefinitionError, match="expected a number between 0 and 1"):
        Delay.bands({(0, 5): 1}, leans={(0, 5): lean})


# --- what goes in comes out

CASES = 20_000
BLOCK = 16
"""Of so many cases that follow one another an even chance meets each share."""
SIGMAS = 5
"""Chance strays further than that once in a million times."""


def episodes(population: Population, *, even: bool = False, seed: int = 5) -> Drawn:
    """Many episodes that begin on working days and others."""
    begins = number(date(2022, 1, 1)) + np.arange(CASES, dtype=np.int32) % 365
    return draw(pathway(population), np.sort(begins), Chance(np.random.default_rng(seed), even))


SHARES_OF: dict[str, tuple[str, str, float]] = {
    "no_further_action": ("nothing-further", "referred", 1.0),
    "enquired": ("discussed: enquiry", "looked-into", 1.0),
    "conference_needed": ("to-conference: enquiry", "enquiring: enquiry", 1.0),
    "planned": ("plan: enquiry", "to-conference: enquiry", 1.0),
    "assessed_again": ("news", "in-need", 1.0),
    "enquired_again": ("discussed: another", "no-conference: enquiry", Population().enquired),
    "closed_early": ("left: assessing: assessed", "assessing: assessed", 1.0),
    "moved_in": ("moves-in", "begin", 1.0),
}
"""By share, the way that it is of another way; and what else decides."""


def within(n: int, of: int, share: float) -> bool:
    """Whether chance makes so many of a share."""
    return abs(n - of * share) <= SIGMAS * math.sqrt(of * share * (1 - share)) + 1e-9


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.9])
@pytest.mark.parametrize("name", SHARES_OF)
def test_a_share_that_goes_in_comes_out(name: str, share: float) -> None:
    way, of, besides = SHARES_OF[name]
    drawn = episodes(changed(Population(), **{name: share}))
    part, whole = len(drawn.ways[way][0]), len(drawn.ways[of][0])
    assert whole > 300
    assert within(part, whole, share * besides)


@pytest.mark.parametrize("name", sorted(SHARES_OF.keys() - {"planned"}))  # a plan is two ways: before birth, and after
def test_where_it_is_even_a_share_comes_out_but_for_one_in_each_block(name: str) -> None:
    way, of, besides = SHARES_OF[name]
    drawn = episodes(changed(Population(), **{name: 0.4}), even=True)
    whole, part = drawn.ways[of][0], set(drawn.ways[way][0].tolist())
    blocks = [whole[n : n + BLOCK] for n in range(0, len(whole) - BLOCK + 1, BLOCK)]
    wanted = BLOCK * 0.4 * besides
    assert all(abs(sum(e in part for e in block.tolist()) - wanted) < 1 for block in blocks)


def test_a_share_of_failings_comes_out() -> None:
    population = Population(without_police=0.25, unqualified=0.5)
    drawn, steps = episodes(population), pathway(population).steps
    told = Counter(steps[code] for code in drawn.step.tolist())
    discussions = {step.facts["agencies"]: 0 for step in told if step.kind == "strategy-discussion"}
    for step, n in told.items():
        if step.kind == "strategy-discussion":
            discussions[step.facts["agencies"]] += n
    without = sum(n for agencies, n in discussions.items() if "police" not in agencies)
    assert within(without, sum(discussions.values()), 0.25)
    allocated = {step.facts["qualified"]: n for step, n in told.items() if step.kind == "allocated"}
    assert within(allocated[False], sum(allocated.values()), 0.5)


def test_the_shares_of_sources_and_categories_come_out() -> None:
    population = Population(sources={"police": 3.0, "health": 1.0}, categories={"neglect": 1.0, "sexual": 4.0})
    drawn, steps = episodes(population), pathway(population).steps
    told = Counter(steps[code] for code in drawn.step.tolist())
    sources = {step.facts["source"]: n for step, n in told.items() if step.kind == "referral"}
    assert within(sources["police"], sum(sources.values()), 0.75)
    plans = {step.facts["categories"]: n for step, n in told.items() if step.kind == "plan-started"}
    assert within(plans[frozenset({"sexual"})], sum(plans.values()), 0.8)


DELAYS_OF = {
    "assessing": ("assessing: assessed", "in-need"),
    "conferring": ("to-conference: enquiry", "plan: enquiry"),
    "discussing": ("looked-into", "discussed: enquiry"),
    "deciding": ("referred", "assessed"),
    "acknowledging": ("referred", "acknowledged"),
}
"""By delay, from which way to which it passes."""


@pytest.mark.parametrize("name", DELAYS_OF)
def test_a_delay_that_goes_in_comes_out(name: str) -> None:
    delay = Delay.bands({(2, 4): 0.5, (7, 7): 0.3, (30, 40): 0.2})
    drawn = episodes(changed(Population(), **{name: delay}))
    begins, ends = (dict(zip(*(c.tolist() for c in drawn.ways[way]), strict=True)) for way in DELAYS_OF[name])
    days = [np.array([some[n] for n in ends], np.int32) for some in (begins, ends)]
    took = Counter(elapsed(Period(1, Unit.WORKING_DAYS), *days).tolist())
    whole = len(ends)
    assert whole > 500
    assert set(took) <= {2, 3, 4, 7, *range(30, 41)}
    assert within(sum(took[n] for n in (2, 3, 4)), whole, 0.5)
    assert within(took[7], whole, 0.3)


def test_a_review_that_is_late_is_late_by_law_and_others_are_not() -> None:
    for share, rules in ((0.0, set()), (1.0, ON_PLANS)):
        lived = a_year(evolve(MOST.prompt(), reviewed_late=share))
        assert not_kept(lived) == rules


REVIEWS: tuple[tuple[str, Callable[[Kept], Delay | None], Callable[[Any], Period]], ...] = (
    ("first-review-conference", lambda reviews: reviews.first, lambda limit: limit),
    ("review-conference", lambda reviews: reviews.again, lambda cadence: cadence.then),
)


@pytest.mark.parametrize(("rule", "delay_of", "period_of"), REVIEWS, ids=[rule for rule, *_ in REVIEWS])
def test_the_time_to_a_review_is_within_the_law_or_beyond_it_wherever_it_begins(
    rule: str, delay_of: Callable[[Kept], Delay | None], period_of: Callable[[Any], Period]
) -> None:
    calendar = england_and_wales()
    starts = [calendar.first + timedelta(days=n) for n in range((calendar.last - calendar.first).days - 366)]
    delays = []
    for share in (0.0, 1.0):
        stages = pathway(Population(reviewed_late=share)).stages
        (reviews,) = [s for s in stages if isinstance(s, Kept) and "review-conference" in {one.kind for one in s.steps}]
        delay = delay_of(reviews)
        assert delay is not None and delay.working
        delays.append(np.flatnonzero(delay.shares))
    in_time, late = delays
    for period in {period_of(version.requires) for version in england.rule(rule).versions}:
        dues = [number(day_of(period.due(start))) for start in starts]
        permitted = elapsed(Period(1, Unit.WORKING_DAYS), np.array([*map(number, starts)]), np.array(dues))
        assert in_time.max() <= permitted.min()
        assert permitted.max() < late.min()


# --- families, and who comes back


def told_of(lived: Lived, kind: str) -> pl.DataFrame:
    """The events of a kind in the years that were asked for."""
    frame = pl.DataFrame(lived.table()).with_columns(pl.col("event").cast(pl.String))
    return frame.filter((pl.col("event") == kind) & pl.col("at").is_between(lived.first, lived.last))


def test_the_children_of_a_family_are_referred_together_and_have_the_same_journey() -> None:
    lived = a_year(Population(referrals=600, families=(0.0, 0.0, 1.0), unborn=0.0))
    journeys = Counter(tuple((e.day, e.kind) for e in story.events) for story in lived.chronologies())
    assert lived.children % 3 == 0
    assert all(n % 3 == 0 for n in journeys.values())


def test_families_are_as_large_as_the_population_says() -> None:
    lived = a_year(Population(referrals=20_000, families=(0.5, 0.3, 0.0, 0.2), again=0.0, known=0.0, unborn=0.0))
    # the children of a family have names that follow one another, and the same events
    frame = pl.DataFrame(lived.table()).group_by("child", maintain_order=True).agg(pl.struct("at", "event").hash())
    stories = [tuple(story) for story in frame["at"].to_list()]
    sizes, n = Counter[int](), 1
    for one, other in zip(stories, [*stories[1:], ()], strict=True):
        if one == other:
            n += 1
        else:
            sizes[n] += 1
            n = 1
    whole = sum(sizes.values())
    # two small families may look alike; that is rare
    for size, share in ((1, 0.5), (2, 0.3), (4, 0.2)):
        assert sizes[size] / whole == pytest.approx(share, abs=0.03)


# --- children who are not born yet

MANY_UNBORN = Population(referrals=1500, unborn=0.25, discussed=0.7, again=0.5, known=0.3, planned_again=0.5)


@pytest.mark.parametrize("first", ERAS)
def test_before_the_birth_nobody_is_seen_and_after_it_there_is_no_pre_birth_conference(first: date) -> None:
    lived = a_year(MANY_UNBORN, first)
    found, seen_later = 0, 0
    for story in lived.chronologies():
        held = [e.day for e in story.events if e.kind == "pre-birth-conference"]
        if not held:
            # a pre-birth conference may be after the last day
            seen = all(e.facts["child-seen"] for e in story.events if e.kind == "visit")
            assert seen or "initial-conference" not in kinds(story), story.child
            continue
        found += 1
        (day,) = held
        begun = [e.day for e in story.events if e.kind in ("referral", "transfer-notified")]
        assert begun[0] <= day, "in the first episode"
        assert begun[1:] == [] or day < begun[1]
        for e in story.events:
            if e.kind in ("visit", "assessment-completed") and e.day <= day:
                assert not e.facts.get("child-seen") and not e.facts.get("seen-alone"), story.child
        assert all(e.day > day for e in story.events if e.kind in ("initial-conference", "section-47-completed"))
        visits = [(e.day, e.facts["seen-alone"]) for e in story.events if e.kind == "visit"]
        assert [alone for _, alone in sorted(visits)] == sorted(alone for _, alone in visits), "born once"
        assert all(alone for when, alone in visits if when > day + timedelta(days=100))
        seen_later += any(alone for _, alone in visits)
    assert found > 100
    assert seen_later > 50


def test_of_a_family_no_more_than_one_is_unborn_and_the_others_have_an_ordinary_conference() -> None:
    lived = a_year(evolve(MANY_UNBORN, families=(0.0, 0.0, 1.0), unborn=1.0, again=0.0, known=0.0, planned_again=0.0))
    stories = [*lived.chronologies()]
    sizes = Counter[int]()
    for n in range(0, len(stories), 3):
        told = [
            [k for k in kinds(story) if k.endswith("birth-conference") or k == "initial-conference"]
            for story in stories[n : n + 3]
        ]
        sizes[sum("pre-birth-conference" in some for some in told)] += 1
        assert len({len(some) for some in told}) == 1
    assert set(sizes) == {0, 1}
    assert sizes[1] > 50


@pytest.mark.parametrize("share", [0.0, 0.06, 0.2])
def test_of_the_children_with_a_conference_as_many_are_unborn_as_the_population_says(share: float) -> None:
    told = Counter(pl.DataFrame(a_year(Population(referrals=12_000, unborn=share)).table())["event"].cast(pl.String))
    found = told["pre-birth-conference"] / (told["pre-birth-conference"] + told["initial-conference"])
    assert found == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("again", [0.0, 0.1, 0.3])
def test_as_many_are_referred_again_within_a_year_as_the_population_says(again: float) -> None:
    lived = a_year(Population(referrals=4000, families=(1.0,), again=again), even=True)
    frame = pl.DataFrame(lived.table()).filter(pl.col("event").cast(pl.String) == "referral").sort("child", "at")
    gap = (pl.col("at") - pl.col("at").shift(1).over("child")).dt.total_days()
    these = frame.with_columns(gap=gap).filter(pl.col("at") >= lived.first)
    # a few who are meant to come back are not free to: their case is still open
    assert (these["gap"] <= 365).sum() / len(these) == pytest.approx(again, abs=0.03)


def test_nobody_who_is_to_come_for_the_first_time_has_come_before() -> None:
    lived = a_year(Population(referrals=500, again=0.0, known=0.0, planned_again=0.0))
    referred = pl.DataFrame(lived.table()).filter(pl.col("event").cast(pl.String) == "referral")
    assert referred["child"].n_unique() == len(referred)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6])
def test_as_many_plans_are_second_ones_as_the_population_says(share: float) -> None:
    lived = a_year(Population(referrals=12_000, families=(1.0,), planned_again=share), even=True)
    frame = pl.DataFrame(lived.table()).filter(pl.col("event").cast(pl.String) == "plan-started").sort("child", "at")
    ranked = frame.with_columns(place=pl.int_range(pl.len()).over("child")).filter(pl.col("at") >= lived.first)
    assert len(ranked) > 1000
    assert (ranked["place"] > 0).mean() == pytest.approx(share, abs=0.05)


def test_nobody_is_referred_while_a_case_is_open() -> None:
    lived = a_year(Population(referrals=500, again=0.9))
    for story in lived.chronologies():
        opened = [e for e in story.events if e.kind in ("referral", "transfer-notified", "case-closed")]
        kinds = ["end" if e.kind == "case-closed" else "begin" for e in opened]
        assert kinds == [("begin", "end")[n % 2] for n in range(len(kinds))]
        assert all(a.day < b.day for a, b in zip(opened[1::2], opened[2::2], strict=False))


# --- how often, how it ends, how it came out

TWICE_AS_OFTEN = {"visits": ((7, 10), (3, 5)), "core_groups": ((20, 30), (10, 15)), "need_visits": ((15, 30), (8, 14))}


@pytest.mark.parametrize("name", TWICE_AS_OFTEN)
def test_what_is_done_twice_as_often_is_there_about_twice(name: str) -> None:
    kind = "core-group" if name == "core_groups" else "visit"
    known = Population(referrals=1500, visits=Delay.of(200), need_visits=Delay.of(200))
    told = [
        len(told_of(a_year(changed(known, **{name: Delay.bands({band: 1.0})})), kind)) for band in TWICE_AS_OFTEN[name]
    ]
    assert 1.6 < told[1] / told[0] < 2.2


def test_a_child_who_moves_away_leaves_the_plan_without_a_review_and_the_case_is_transferred() -> None:
    lived = a_year(Population(referrals=2000, moved_away=0.5, planned_again=0.0))
    ended = told_of(lived, "plan-ended")["reason"].cast(pl.String).to_list()
    assert within(ended.count("moved"), len(ended), 0.5)
    moved = [s for s in lived.chronologies() if any(e.facts.get("reason") == "moved" for e in s.events)]
    assert len(moved) > 30
    for story in moved:
        (left,) = (e.day for e in story.events if e.facts.get("reason") == "moved")
        closed = [e for e in story.events if e.kind == "case-closed" and e.day >= left]
        assert not closed or closed[0].facts["reason"] == "transferred"
        assert not any(e.kind == "child-in-need-plan-started" and e.day == left for e in story.events)
    none = a_year(Population(referrals=2000, moved_away=0.0))
    assert set(told_of(none, "plan-ended")["reason"].cast(pl.String)) == {"no-longer-at-risk"}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_of_the_enquiries_without_a_conference_as_many_found_nothing_as_the_population_says(share: float) -> None:
    told = told_of(a_year(Population(referrals=6000, unsubstantiated=share)), "section-47-completed")["outcome"]
    counts = Counter(told.cast(pl.String).to_list())
    without = counts["not-substantiated"] + counts["substantiated-no-continuing-risk"]
    assert without > 500
    assert within(counts["not-substantiated"], without, share)


# --- seasons and weekends


def test_fewer_are_referred_in_the_summer_where_months_are_those_of_school_holidays() -> None:
    assert np.mean(SCHOOL_HOLIDAYS) == pytest.approx(1)
    days = told_of(a_year(Population(referrals=12_000, months=SCHOOL_HOLIDAYS), even=True), "referral")["at"].to_list()
    by_month = Counter(day.month for day in days)
    assert by_month[8] < 0.8 * min(by_month[7], by_month[9], by_month[10])


def test_a_month_without_referrals_has_none_and_one_with_twice_as_many_has_twice_as_many() -> None:
    months = [1.0] * 12
    months[7], months[8] = 0.0, 2.0
    days = told_of(a_year(Population(referrals=12_000, months=tuple(months)), even=True), "referral")["at"]
    by_month = Counter(day.month for day in days.to_list())
    assert by_month[8] == 0
    working = {m: sum(england_and_wales().is_working(d) for d in _days_of(m)) for m in (9, 10)}
    off = {m: len(_days_of(m)) - working[m] for m in (9, 10)}
    weight = {m: working[m] + 0.15 * off[m] for m in (9, 10)}
    assert by_month[9] / by_month[10] == pytest.approx(2 * weight[9] / weight[10], rel=0.06)


def _days_of(month: int) -> list[date]:
    begin = date(2023, month, 1)
    days = (begin + timedelta(n) for n in range(31))
    return [day for day in days if day.month == month]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_days_off_have_the_share_of_referrals_that_the_population_says(share: float) -> None:
    days = told_of(a_year(Population(referrals=12_000, day_off=share), even=True), "referral")["at"].to_list()
    calendar = england_and_wales()
    every = [ONE_ASSESSMENT + timedelta(n) for n in range(366)]
    working = sum(map(calendar.is_working, every))
    off = len(every) - working
    found = sum(not calendar.is_working(day) for day in days)
    assert found / len(days) == pytest.approx(share * off / (share * off + working), abs=0.01)


def test_what_people_do_is_done_on_working_days() -> None:
    calendar = england_and_wales()
    frame = pl.DataFrame(a_year(Population(referrals=2000)).table())
    # only what happens to people, and what is noted at once, is on other days
    done = frame.filter(~pl.col("event").cast(pl.String).is_in(["referral", "chronology-updated"]))
    assert all(calendar.is_working(day) for day in done["at"].unique().to_list())


def test_quarters_of_the_first_year_have_the_referrals_that_the_population_says() -> None:
    population = Population(referrals=12_000, quarters=(0.0, 1.0, 1.0, 2.0))
    days = told_of(a_year(population, even=True), "referral")["at"].to_list()
    quarters = Counter((day - ONE_ASSESSMENT).days * 4 // 366 for day in days)
    assert quarters[0] == 0
    assert quarters[3] / quarters[2] == pytest.approx(2, rel=0.05)
