"""Scenarios: what a file says is what lives, and all that is wrong with one is told at once, each with its place."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import fields

from childprotect.errors import ProfileError, UnreadableInput
from childprotect.measures import CELLS
from childprotect.simulation import (
    NEWLY_QUALIFIED,
    QUALIFIED,
    SCHOOL_HOLIDAYS,
    Delay,
    Lived,
    Population,
    Scenario,
    Worked,
    live,
)
from childprotect.simulation.asked import delay

SCENARIOS = Path(__file__).parent.parent / "examples" / "scenarios"
FIRST = date(2023, 4, 1)
TEAM = {"workers": {"qualified": 6}, "managers": 1}
PLAIN: dict[str, Any] = {"name": "A council", "first": FIRST, "years": 1, "population": {"referrals": 60}}


def said(*, population: Mapping[str, Any] | None = None, **changes: Any) -> Scenario:
    """The plain scenario with some changes."""
    people = {**PLAIN["population"], **(population or {})}
    return Scenario.of({**PLAIN, "population": people, **changes})


def staffed(**changes: Any) -> Scenario:
    return said(staff={"team": {"North": TEAM}, **changes})


def problems(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(ProfileError) as caught:
        said(**changes)
    return caught.value.problems


def of_population(**told: Any) -> tuple[str, ...]:
    return problems(population={name.replace("_", "-"): value for name, value in told.items()})


def of_staff(**told: Any) -> tuple[str, ...]:
    return problems(staff={"team": {"North": TEAM}, **{name.replace("_", "-"): value for name, value in told.items()}})


# --- what a file says -----------------------------------------------------------------------------------------------


def test_a_scenario_without_staff_is_what_live_gives_from_the_same_seed() -> None:
    scenario = said(population={"conference-needed": 0.9})
    lived = scenario.run(3)
    wanted = live(Population(referrals=60, conference_needed=0.9), np.random.default_rng(3), first=FIRST)
    assert isinstance(lived, Lived)
    assert np.array_equal(lived.numbers, wanted.numbers)
    assert (lived.first, lived.last) == (FIRST, scenario.last) == (FIRST, date(2024, 3, 31))


def test_a_scenario_with_staff_is_worked_and_the_same_seed_gives_the_same() -> None:
    scenario = staffed()
    one, same, other = (scenario.run(seed) for seed in (1, 1, 2))
    assert isinstance(one, Worked) and isinstance(same, Worked) and isinstance(other, Worked)
    assert np.array_equal(one.lived.numbers, same.lived.numbers)
    assert not np.array_equal(one.lived.numbers, other.lived.numbers)


@pytest.mark.parametrize("scenario", [said(), staffed()], ids=["lived", "worked"])
def test_who_looks_on_is_told_how_far_it_is_and_changes_nothing(scenario: Scenario) -> None:
    seen: list[tuple[int, int]] = []
    runs = scenario.run(1, lambda done, of: seen.append((done, of))), scenario.run(1)
    one, other = (run.lived if isinstance(run, Worked) else run for run in runs)
    ((parts),) = {of for _, of in seen}
    assert [done for done, _ in seen] == list(range(1, parts + 1))
    assert np.array_equal(one.numbers, other.numbers)


@pytest.mark.parametrize("name", [a.name for a in fields(Population)])
def test_every_field_of_a_population_can_be_said(name: str) -> None:
    standard = getattr(Population(), name)
    told: Any = {int: 77, float: 0.25, tuple: [1.0, *standard[1:]] if isinstance(standard, tuple) else None}.get(
        type(standard)
    )
    if name == "referrals":
        told = 77
    elif name in ("first_review", "reviews"):
        told = {"1-3": 2, "7": 6}
    elif name == "past":
        told = [0.9, 1.1]
    elif isinstance(standard, Delay):
        told = {"1-3": 2, "7": 6}
    elif isinstance(standard, dict):
        told = {next(iter(standard)): 5}
    found = getattr(said(population={name.replace("_", "-"): told}).population, name)
    if isinstance(found, Delay):
        assert found.working == standard.working
        assert found.mean == 0.25 * 2 + 0.75 * 7
    elif isinstance(found, tuple):
        assert list(found) == told
    else:
        assert found == told


def test_months_may_have_the_name_of_a_pattern() -> None:
    assert said(population={"months": "school-holidays"}).population.months == SCHOOL_HOLIDAYS


def test_what_is_wrong_with_a_field_is_told_with_all_other_mistakes() -> None:
    told = of_population(moved_in=1, plan_lasts=0, planned=2)
    assert [problem.split(":")[0] for problem in told] == [
        f"population.{n}" for n in ("moved-in", "plan-lasts", "planned")
    ]


def test_bands_are_parts_of_any_sum_and_a_number_of_days_is_one_band() -> None:
    assert np.allclose(delay({"0-1": 30, "5": 10}, working=True).shares, [0.375, 0.375, 0, 0, 0, 0.25])
    assert delay(4, working=False).mean == 4
    assert not delay(4, working=False).working


def test_people_are_what_is_said_and_what_is_not_said_stays() -> None:
    scenario = staffed(
        team={
            "North": {
                "workers": {"qualified": 2, "newly-qualified": 1, "part-time": 3},
                "managers": 2,
                "managers-leave": [FIRST],
                "shares": {"no-further-action": 0.3},
            }
        },
        worker={"part-time": {"caseload": 9}, "newly-qualified": {"turnover": 0.5}},
        work={"visit": {"worker": 0.5, "ahead": 2}},
        recruiting={"10": 1},
        leave=20,
    )
    staff = scenario.staffing
    assert staff is not None
    (team,) = staff.teams
    (some, n), (new, m), (half, k) = team.workers
    assert (team.name, team.managers, team.managers_leave, n, m, k) == ("North", 2, (FIRST,), 2, 1, 3)
    assert (some, new.turnover, new.caseload, half.caseload) == (QUALIFIED, 0.5, NEWLY_QUALIFIED.caseload, 9)
    assert new.newly_qualified
    assert team.shares == {"no_further_action": 0.3}
    assert (staff.work["visit"].worker, staff.work["visit"].ahead.mean, staff.work["visit"].urgency) == (0.5, 2, 1)
    assert staff.work["core-group"].worker == 0.3
    assert (staff.recruiting.mean, staff.leave, staff.sickness, staff.chairs) == (10, 20, 10, 2)


def test_the_examples_differ_in_the_managers_alone() -> None:
    small, fewer = (Scenario.load(SCENARIOS / name) for name in ("small.toml", "two-managers-leave.toml"))
    assert small.staffing is not None and fewer.staffing is not None
    (one,), (other,) = small.staffing.teams, fewer.staffing.teams
    assert one.managers == other.managers == 3
    assert (len(one.managers_leave), len(other.managers_leave)) == (0, 2)
    assert one.workers == other.workers
    assert (small.first, small.years, small.staffing.chairs) == (fewer.first, fewer.years, fewer.staffing.chairs)
    assert small.changes == fewer.changes
    assert (small.name, fewer.name) == ("One team, three managers", "Two managers leave")


@pytest.mark.parametrize("name", ["small.toml", "two-managers-leave.toml"])
def test_the_page_shows_the_examples(name: str) -> None:
    page = (SCENARIOS.parent.parent / "docs" / "simulation.md").read_text(encoding="utf-8")
    assert f"```toml\n{(SCENARIOS / name).read_text(encoding='utf-8')}```" in page


def test_years_can_be_said_anew() -> None:
    assert said().lasting(3).last == date(2026, 3, 31)
    with pytest.raises(ProfileError, match="years: 0 is not a whole number from 1 to 40"):
        said().lasting(0)
    with pytest.raises(ProfileError, match="years: 30 from 2023-04-01 end on 2053-03-31"):
        said().lasting(30)


# --- like another ---------------------------------------------------------------------------------------------------


def toml(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


BASE = """name = "Base"
first = 2023-04-01
years = 1
[population]
referrals = 60
conferring = { "0-10" = 1, "11-15" = 1 }
[staff.team.North]
workers = { qualified = 6, agency = 1 }
managers = 2
"""


def test_settings_are_laid_over_and_what_is_one_value_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    toml(tmp_path, "base.toml", BASE)
    (tmp_path / "deeper").mkdir()
    path = toml(
        tmp_path / "deeper",
        "own.toml",
        'name = "Own"\nlike = "../base.toml"\n[population]\nconferring = { "3" = 1 }\nplanned = 0.5\n'
        "[staff.team.North]\nworkers = { qualified = 3 }\n[staff.team.South]\nworkers = { agency = 1 }\nmanagers = 1\n",
    )
    own = Scenario.load(path)
    assert own.name == "Own"
    assert (own.population.conferring.mean, own.population.planned, own.population.referrals) == (3, 0.5, 60)
    assert own.staffing is not None
    assert [(team.name, team.size, team.managers) for team in own.staffing.teams] == [("North", 3, 2), ("South", 1, 1)]


def test_a_file_that_is_like_another_has_a_name_of_its_own(tmp_path: Path) -> None:
    toml(tmp_path, "base.toml", BASE)
    with pytest.raises(ProfileError, match="name is missing"):
        Scenario.load(toml(tmp_path, "own.toml", 'like = "base.toml"\n'))


def test_what_is_wrong_in_both_files_is_told_at_once_and_once(tmp_path: Path) -> None:
    toml(tmp_path, "first.toml", BASE.replace("managers = 2", "managers = 0"))
    toml(tmp_path, "second.toml", 'name = "B"\nlike = "first.toml"\n[population]\nplanned = 7\n')
    path = toml(tmp_path, "third.toml", 'name = "C"\nlike = "second.toml"\nyear = 2\n[population]\nreferrals = 5\n')
    with pytest.raises(ProfileError) as caught:
        Scenario.load(path)
    assert sorted(caught.value.problems) == [
        "like 'first.toml': staff.team.North.managers: 0 is not a whole number from 1 to 10000",
        "like 'second.toml': population.planned: 7 is not a share from 0 to 1",
        "unknown key 'year'; perhaps 'years' was meant",
    ]


@pytest.mark.parametrize(
    ("like", "why"),
    [
        ('"own.toml"', "like: 'own.toml' is like this file itself"),
        ('"round.toml"', "like: 'own.toml' is like this file itself"),
        ('"none.toml"', "none.toml: there is no such file; expected the path of a file that exists"),
        ('"torn.toml"', "torn.toml: it is no TOML"),
        ("7", "like: 7 is not the name of a file"),
    ],
)
def test_a_file_that_cannot_be_like_another_says_why(like: str, why: str, tmp_path: Path) -> None:
    toml(tmp_path, "round.toml", 'name = "R"\nlike = "own.toml"\n')
    toml(tmp_path, "torn.toml", "name = ")
    with pytest.raises(ProfileError) as caught:
        Scenario.load(toml(tmp_path, "own.toml", f"like = {like}\n{BASE.replace('years = 1', 'years = 2')}"))
    assert any(why in problem for problem in caught.value.problems), caught.value.problems


# --- published figures ----------------------------------------------------------------------------------------------


def tables(folder: Path, *, without: frozenset[str] = frozenset()) -> Path:
    """DfE's tables with one area, in which every figure is 40, and some are suppressed."""
    for file in dict.fromkeys(cell.file for cell in CELLS):
        cells = [cell for cell in CELLS if cell.file == file]
        with (folder / f"{file}_invented.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["time_period", "new_la_code", "la_name", *(cell.column for cell in cells)])
            writer.writerow(["2024", "E06000019", "Somewhere", *("c" if c.name in without else "40" for c in cells)])
    return folder


def calibrated(folder: str, /, **told: Any) -> dict[str, Any]:
    row = {"folder": folder, "area": "E06000019", "year": 2024, **told}
    return {**PLAIN, "population": {"planned": 0.5}, "calibrate": row}


def test_figures_are_found_beside_the_file_and_those_that_are_missing_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "dfe").mkdir()
    tables(tmp_path / "dfe", without=frozenset({"referrals", "plans-started/sexual"}))
    scenario = Scenario.of(calibrated("dfe"), folder=tmp_path)
    assert scenario.row is not None
    assert scenario.row.missing == {"referrals": "c", "plans-started/sexual": "c"}
    assert scenario.row.numbers["assessments"] == 40


def test_a_population_is_calibrated_once_to_what_is_there_and_then_changed(tmp_path: Path) -> None:
    """A calibration of two rounds: of a row in which all is suppressed but how many there are."""
    every = frozenset(cell.name for cell in CELLS)
    scenario = Scenario.of(calibrated(str(tables(tmp_path, without=every - {"assessments"})), rounds=2))
    people = scenario.population
    assert people.planned == 0.5
    assert people.categories == Population().categories
    assert people.enquired == Population().enquired
    assert people.referrals != Population().referrals
    assert abs(people.referrals - 40) < 12
    assert scenario.lasting(2).population.referrals == people.referrals


def test_who_looks_on_is_told_of_every_round_of_a_calibration(tmp_path: Path) -> None:
    every = frozenset(cell.name for cell in CELLS)
    scenario = Scenario.of(calibrated(str(tables(tmp_path, without=every - {"assessments"})), rounds=3))
    seen: list[tuple[int, int]] = []
    people = scenario.calibrated(lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert scenario.calibrated(lambda done, of: seen.append((done, of))) == scenario.population == people
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (
            {"area": "E99999999"},
            "there is no figure of the area 'E99999999' in 2024; expected an area's code and a year",
        ),
        ({"year": 2011}, "there is no figure of the area 'E06000019' in 2011"),
        ({"year": "2024"}, "calibrate.year: '2024' is not a whole number"),
        ({"folder": "nowhere"}, "no file of DfE's table C1; expected one file c1_....csv"),
        ({"rounds": 0}, "calibrate.rounds: 0 is not a whole number from 1 to 1000"),
        ({"folder": 3}, "calibrate.folder: 3 is not text"),
        ({"aera": "E06000019"}, "calibrate: unknown key 'aera'; perhaps 'area' was meant"),
    ],
)
def test_figures_that_are_not_there_are_told_with_their_place(told: dict[str, Any], why: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        Scenario.of(calibrated(str(tables(tmp_path)), **told))
    (problem,) = caught.value.problems
    assert problem.startswith("calibrate")
    assert why in problem


def test_a_row_that_tells_not_how_many_children_there_are_is_refused(tmp_path: Path) -> None:
    folder = tables(tmp_path, without=frozenset({"referrals", "assessments"}))
    with pytest.raises(ProfileError, match="calibrate: neither referrals nor assessments of 'E06000019' are published"):
        Scenario.of(calibrated(str(folder)))


def test_a_calibration_says_where_and_when(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        Scenario.of({**PLAIN, "calibrate": {}}, folder=tmp_path)
    assert caught.value.problems == ("calibrate.folder is missing", "calibrate.year is missing")


# --- bad input ------------------------------------------------------------------------------------------------------


def test_everything_is_told_at_once() -> None:
    with pytest.raises(ProfileError) as caught:
        Scenario.of(
            {
                "first": "yesterday",
                "years": 0,
                "nam": "x",
                "population": {"enquired": 1.2, "closing": -1},
                "staff": {"chairs": 0, "team": {"North": {}}},
            }
        )
    assert str(caught.value).startswith("scenario scenario is declared wrongly: ")
    assert caught.value.problems == (
        "unknown key 'nam'; perhaps 'name' was meant",
        "name is missing",
        "first: 'yesterday' is no date such as 2013-04-15",
        "years: 0 is not a whole number from 1 to 40",
        "population.enquired: 1.2 is not a share from 0 to 1",
        "population.closing: -1 is not a whole number from 0 to 3650",
        "population.referrals is missing; expected how many children are referred in a year",
        "staff.chairs: 0 is not a whole number from 1 to 10000",
        "staff.team.North: it has no workers; expected workers = { qualified = 6 }",
        "staff.team.North: it has no managers; expected managers = 1",
    )


POPULATION: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"no_further_acton": 0.1}, "population: unknown key 'no-further-acton'; perhaps"),
    "a share over 1": ({"planned": 1.01}, "population.planned: 1.01 is not a share from 0 to 1"),
    "a share below 0": ({"planned": -0.01}, "population.planned: -0.01 is not a share from 0 to 1"),
    "a share that is no number": ({"planned": float("nan")}, "population.planned: nan is not a share from 0 to 1"),
    "a share that is true": ({"planned": True}, "population.planned: true is not a share from 0 to 1"),
    "a share in words": ({"planned": "half"}, "population.planned: 'half' is not a share from 0 to 1"),
    "a negative rate": ({"referrals": -5}, "population.referrals: -5 is not a number from 1 to 2000000"),
    "a rate without end": ({"referrals": float("inf")}, "population.referrals: inf is not a number from 1"),
    "a rate beyond all": ({"referrals": 10**30}, "is not a number from 1 to 2000000"),
    "part of a day": ({"again_within": 30.5}, "population.again-within: 30.5 is not a whole number"),
    "a delay below zero": ({"closing": -3}, "population.closing: -3 is not a whole number from 0 to 3650"),
    "a band below zero": ({"closing": {"-3-1": 1}}, "population.closing: '-3-1' is no band of days from 0 to 3650"),
    "a band backwards": ({"closing": {"9-3": 1}}, "population.closing: '9-3' is no band of days"),
    "a band in words": ({"closing": {"a week": 1}}, "population.closing: 'a week' is no band of days"),
    "a band beyond ten years": ({"closing": {"0-4000": 1}}, "population.closing: '0-4000' is no band of days"),
    "bands that overlap": ({"closing": {"0-5": 1, "5-9": 1}}, "population.closing: the bands 0-5 and 5-9 overlap"),
    "a negative share of a band": ({"closing": {"0-5": -1, "6": 2}}, "population.closing: 0-5: -1 is not a number"),
    "bands of nothing": ({"closing": {"0-5": 0}}, "population.closing: no share is above 0"),
    "no bands": ({"closing": {}}, "population.closing: no share is above 0"),
    "a delay in words": ({"closing": "soon"}, "population.closing: 'soon' is neither a number of days nor a table"),
    "half a day": ({"closing": 0.5}, "population.closing: 0.5 is neither a number of days nor a table"),
    "a category that is none": ({"categories": {"neglekt": 1}}, "unknown name 'neglekt'; perhaps 'neglect' was meant"),
    "a negative part": ({"categories": {"neglect": -1}}, "population.categories: neglect: -1 is not a number"),
    "parts of nothing": ({"sources": {"police": 0}}, "population.sources: no part is above 0"),
    "months that are no list": ({"months": 1}, "population.months: 1 is not a list of numbers"),
    "a pattern that is none": ({"months": "school-holiday"}, "population.months: unknown pattern of months 'school-ho"),
    "all move in": ({"moved_in": 1}, "population.moved-in: 1; expected less: nobody would be referred"),
    "a plan of no day": ({"plan_lasts": 0}, "population.plan-lasts: 0; expected no less than 1 day"),
    "the same day again": ({"until_again": {"0-3": 1}}, "population.until-again: {'0-3': 1}; expected no less than 1"),
    "a review too late": ({"reviews": 130}, "population.reviews: 130; expected working days, and no more than 117"),
    "eleven months": ({"months": [1] * 11}, "population.months: there are 11 numbers; expected 12"),
    "families of nobody": ({"families": [0, 0]}, "population.families: no number is above 0"),
    "more not in need than there are": ({"not_in_need": 0.9}, "population.not-in-need: 0.9 of the referrals; expected"),
}


@pytest.mark.parametrize("kind", POPULATION)
def test_a_population_that_cannot_be_is_refused_with_its_place(kind: str) -> None:
    told, why = POPULATION[kind]
    (problem,) = of_population(**told)
    assert why in problem


STAFF: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"chair": 2}, "staff: unknown key 'chair'; perhaps 'chairs' was meant"),
    "no chair": ({"chairs": 0}, "staff.chairs: 0 is not a whole number from 1"),
    "no room": ({"rooms": 0}, "staff.rooms: 0 is not a whole number from 1"),
    "always on leave": ({"leave": 250}, "staff.leave: 260 days a year with those of sickness; expected less than"),
    "leave below zero": ({"leave": -1}, "staff.leave: -1 is not a number of days from 0"),
    "recruiting below zero": ({"recruiting": -5}, "staff.recruiting: -5 is not a whole number from 0"),
    "supervised without end": ({"supervised": 0}, "staff.supervised: 0 is not a whole number from 1"),
    "no team": ({"team": {}}, "staff.team: there is no team"),
    "a team that is a number": ({"team": {"North": 3}}, "staff.team.North: 3 is not a table"),
    "nobody": ({"team": {"North": {**TEAM, "workers": {}}}}, "staff.team.North.workers: nobody is in the team"),
    "nobody of a kind": (
        {"team": {"North": {**TEAM, "workers": {"agency": 0}}}},
        "staff.team.North.workers: nobody is in the team",
    ),
    "no manager": ({"team": {"North": {**TEAM, "managers": 0}}}, "staff.team.North.managers: 0 is not a whole number"),
    "no manager who stays": (
        {"team": {"North": {**TEAM, "managers-leave": [FIRST]}}},
        "staff.team.North.managers-leave: 1 of 1 leave; expected one to stay",
    ),
    "managers who leave some day": (
        {"team": {"North": {**TEAM, "managers-leave": ["soon"]}}},
        "staff.team.North.managers-leave: 'soon' is no date such as 2013-04-15",
    ),
    "a threshold that is none": (
        {"team": {"North": {**TEAM, "shares": {"enquird": 0.5}}}},
        "staff.team.North.shares: unknown key 'enquird'; perhaps 'enquired' was meant",
    ),
    "a threshold over 1": (
        {"team": {"North": {**TEAM, "shares": {"planned": 1.5}}}},
        "staff.team.North.shares.planned: 1.5 is not a share from 0 to 1",
    ),
    "nobody for an enquiry": (
        {"team": {"North": {**TEAM, "workers": {"newly-qualified": 4}}}},
        "staff.team.North.workers: all are newly qualified, so that an enquiry would wait for ever",
    ),
    "a kind of worker that is none": (
        {"team": {"North": {**TEAM, "workers": {"qualifed": 4}}}},
        "staff.team.North.workers: unknown key 'qualifed'; perhaps 'qualified' was meant",
    ),
    "half a worker": (
        {"team": {"North": {**TEAM, "workers": {"agency": 0.5}}}},
        "staff.team.North.workers.agency: 0.5 is not a whole number",
    ),
    "no cases": ({"worker": {"agency": {"caseload": 0}}}, "staff.worker.agency.caseload: 0 is not a whole number"),
    "negative turnover": ({"worker": {"agency": {"turnover": -1}}}, "staff.worker.agency.turnover: -1 is not a number"),
    "perhaps qualified": ({"worker": {"agency": {"qualified": "yes"}}}, "qualified: 'yes' is not true or false"),
    "work that nobody does": ({"work": {"visits": {}}}, "staff.work: unknown key 'visits'; perhaps 'visit' was meant"),
    "work that never comes": ({"work": {"missing": {}}}, "staff.work: unknown key 'missing'; expected allocated"),
    "negative work": (
        {"work": {"visit": {"worker": -1}}},
        "staff.work.visit.worker: -1 is not a number of days from 0",
    ),
    "work behind": ({"work": {"visit": {"ahead": -1}}}, "staff.work.visit.ahead: -1 is not a whole number from 0"),
}


@pytest.mark.parametrize("kind", STAFF)
def test_staff_that_cannot_be_is_refused_with_its_place(kind: str) -> None:
    told, why = STAFF[kind]
    found = of_staff(**told)
    assert any(why in problem for problem in found), found
    assert len(found) == (3 if kind == "a team that is a number" else 1)


def test_staff_without_teams_is_told_what_one_looks_like() -> None:
    assert problems(staff={"chairs": 2}) == ("staff.team is missing; expected a table such as [staff.team.North]",)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"first": date(1990, 1, 1)}, "first: 1990-01-01 is no day from 1997-01-01 to 2040-12-31"),
        ({"first": 2023}, "first: 2023 is no date such as 2013-04-15"),
        ({"years": 20}, "years: 20 from 2023-04-01 end on 2043-03-31; expected no later than 2040-12-31"),
        ({"years": True}, "years: true is not a whole number from 1 to 40"),
        ({"name": " "}, "name: ' ' is no name on one line"),
        ({"name": 7}, "name: 7 is not text"),
        ({"staff": []}, "staff: [] is not a table"),
    ],
)
def test_a_head_that_cannot_be_is_refused_with_its_place(changes: dict[str, Any], why: str) -> None:
    assert why in problems(**changes)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"name = ", "it is no TOML"), (b"\xff", "it is not UTF-8"), (None, "there is no such file")],
)
def test_what_is_no_scenario_is_one_line(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableInput, match=why):
        Scenario.load(path)


def test_the_first_and_the_last_days_that_are_permitted_can_be_lived_and_worked() -> None:
    """With delays as long as they may be: nothing leaves the calendar."""
    long = {"plan-lasts": 3650, "conference-needed": 1, "discussed": 0.6}
    for first in (date(1997, 1, 1), date(2040, 1, 1)):
        assert isinstance(said(first=first, population={"discussed": 0.6, "conference-needed": 1}).run(1), Lived)
        worked = said(first=first, population=long, staff={"team": {"North": TEAM}})
        assert isinstance(worked.run(1), Worked)


NEVER: dict[str, tuple[dict[str, Any], str]] = {
    "a core group after every plan": (
        {"population": {"gathering": 3650}},
        "population.gathering: 3650 working days or more, and no plan lasts longer than 1001: no core group would ever",
    ),
    "200 days for a decision": (
        {
            "population": {"referrals": 600},
            "staff": {"team": {"North": TEAM}, "work": {"referral-decided": {"manager": 200}}},
        },
        "staff.work.referral-decided.manager: decisions on referrals take",
    ),
    "200 days for an assessment": (
        {
            "population": {"referrals": 600},
            "staff": {"team": {"North": TEAM}, "work": {"assessment-completed": {"worker": 200}}},
        },
        "staff.work.assessment-completed.worker: assessments take",
    ),
    "one case for each worker": (
        {
            "population": {"referrals": 3000},
            "staff": {"team": {"North": TEAM}, "worker": {"qualified": {"caseload": 1}}},
        },
        "staff.worker: cases that are held while they are assessed take",
    ),
}


@pytest.mark.parametrize("kind", NEVER)
def test_what_nobody_could_ever_do_is_refused_with_its_place(kind: str) -> None:
    changes, why = NEVER[kind]
    (problem,) = problems(**changes)
    assert why in problem


def test_people_who_are_too_few_and_not_by_far_are_let_live() -> None:
    assert said(population={"referrals": 1500, "gathering": 60}, staff={"team": {"North": TEAM}}).staffing is not None
