"""Scenarios: an authority in one TOML file, which is let live from a seed.

    name = "A small authority"
    first = 2023-04-01
    years = 1

    [population]           # any field of `Population`; what is not said is as in England
    referrals = 400
    conference-needed = 0.4
    conferring = { "0-10" = 0.1, "11-15" = 0.7, "16-20" = 0.2 }

    [staff]                # without it nobody is busy, and delays are drawn
    chairs = 2

    [staff.team.North]
    workers = { qualified = 6, newly-qualified = 2 }
    managers = 1

`like = "other.toml"` begins with what another file says. `[calibrate]` puts an authority's published figures in first.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from childprotect.documents import data_from_toml
from childprotect.errors import DefinitionError, ProfileError, UnreadableInput
from childprotect.measures import ENGLAND, Published, published
from childprotect.plain_data import day_from_data, of_type, shown
from childprotect.records.source import open_binary
from childprotect.simulation.arriving import FIRST, LAST, anniversary
from childprotect.simulation.asked import Desk, whole
from childprotect.simulation.calibrating import ROUNDS, calibrate
from childprotect.simulation.drawing import Told
from childprotect.simulation.england import pathway
from childprotect.simulation.living import Lived, live
from childprotect.simulation.people import Staffing
from childprotect.simulation.population import Population
from childprotect.simulation.possible import beyond_all, never
from childprotect.simulation.working import Worked, work

EXPECTED = "a scenario in TOML"
_YEARS = 40
_ROUNDS = 1000
_KEYS = ("name", "first", "years", "like", "calibrate", "population", "staff")
_BY_NAME = ("team", "worker", "work")
"""Tables of the staff that hold tables with names of their own."""
_SAID = "name", "first", "years"


@frozen(kw_only=True, eq=False, slots=False)
class Scenario:
    """An authority that may be let live: its figures, its staff if they are to be busy, and which years.

    `Scenario.load` reads one. Where there is a row of published figures the population is calibrated to it when it is
    first asked for, which takes about half a minute; what the scenario changes is put on top.
    """

    name: str
    first: date
    years: int
    changes: Mapping[str, Any] = field(factory=dict)
    """What is said of the population, by field."""
    row: Published | None = None
    rounds: int = ROUNDS
    """Those of the calibration: with fewer it is there sooner, and comes less near."""
    staffing: Staffing | None = None

    @classmethod
    def load(cls, path: str | Path) -> "Scenario":
        """Read a scenario. Raises `UnreadableInput` for what is no TOML, `ProfileError` with all that is wrong."""
        return _made(*_read(Path(path), ()), str(path))

    @classmethod
    def of(cls, data: Mapping[str, Any], *, folder: str | Path = ".") -> "Scenario":
        """As `load`, from plain data: files that it names are looked for in the folder."""
        return _made(*_whole(data, Path(folder), ()), "scenario")

    def lasting(self, years: int) -> "Scenario":
        """The same for so many years. Raises `ProfileError` for a number that is not possible."""
        desk = Desk()
        told = desk.read("years", lambda n: whole(n, 1, _YEARS), years, 1)
        desk.problems += _ends(self.first, told)
        if desk.problems:
            raise ProfileError(self.name, desk.problems, "scenario")
        return evolve(self, years=told)

    @property
    def last(self) -> date:
        """The last day."""
        return anniversary(self.first, self.years) - timedelta(days=1)

    @cached_property
    def population(self) -> Population:
        """The figures of the authority, calibrated where that is asked for."""
        return self.calibrated()

    def calibrated(self, told: Told | None = None) -> Population:
        """The same; `told` is called after each round of a calibration, unless it was done before."""
        base = Population() if self.row is None else _calibrated(_Row.of(self.row, told), self.rounds)
        return evolve(base, **self.changes)

    def run(self, seed: int, told: Told | None = None) -> Lived | Worked:
        """The authority let live: with staff `Worked`, without `Lived`. The same seed gives the same on every machine.

        `told` is called while it goes on, as those of `live` and `work` are. Raises `OutOfRange` where what is still
        open at the end leaves the calendar of working days.
        """
        chances = np.random.default_rng(seed)
        if self.staffing is None:
            return live(self.population, chances, first=self.first, years=self.years, told=told)
        return work(self.population, self.staffing, chances, first=self.first, years=self.years, told=told)


@frozen
class _Row:
    """Published figures as a value that can be looked up, and who is told of their calibration."""

    area: str
    year: int
    numbers: tuple[tuple[str, float], ...]
    told: Told | None = field(default=None, eq=False)

    @classmethod
    def of(cls, row: Published, told: Told | None) -> "_Row":
        return cls(row.area, row.year, tuple(row.numbers.items()), told)


@lru_cache(maxsize=8)
def _calibrated(row: _Row, rounds: int) -> Population:
    """Two scenarios on the same figures are calibrated once."""
    return calibrate(Published(row.area, row.year, dict(row.numbers)), rounds=rounds, told=row.told)


def _ends(first: date, years: int) -> list[str]:
    last = anniversary(first, years) - timedelta(days=1)
    return [] if last <= LAST else [f"years: {years} from {first} end on {last}; expected no later than {LAST}"]


# --- files


def _read(path: Path, before: tuple[Path, ...]) -> tuple[dict[str, Any], list[str]]:
    """What a file says, with what it is like; and what is wrong in the files that it is like."""
    with open_binary(str(path)) as file:
        content = file.read()
    try:
        data = data_from_toml(content.decode("utf-8-sig"))  # some editors begin a file with a mark
    except UnicodeDecodeError:
        raise UnreadableInput(str(path), "", "it is not UTF-8", EXPECTED) from None
    except ValueError as error:
        raise UnreadableInput(str(path), "", str(error), EXPECTED) from None
    return _whole(data, path.parent, (*before, path.resolve()))


def _whole(data: Mapping[str, Any], folder: Path, before: tuple[Path, ...]) -> tuple[dict[str, Any], list[str]]:
    """The data laid over those that they are like, with folders as they are seen from here."""
    own = {name: value for name, value in data.items() if name != "like"}
    row = own.get("calibrate")
    if isinstance(row, Mapping) and isinstance(row.get("folder"), str):
        own["calibrate"] = {**row, "folder": str(folder / row["folder"])}
    if "like" not in data:
        return own, []
    if not isinstance(data["like"], str):
        return own, [f"like: {shown(data['like'])} is not the name of a file"]
    path = folder / data["like"]
    if path.resolve() in before:
        return own, [f"like: {data['like']!r} is like this file itself"]
    try:
        base, wrong = _read(path, before)
    except UnreadableInput as error:
        return own, [f"like: {error}"]
    problems = [*wrong, *(f"like {data['like']!r}: {problem}" for problem in _not_among(wrong, _structured(base)[1]))]
    base.pop("name", None)
    return _laid_over(own, base), problems


def _laid_over(own: Mapping[str, Any], base: Mapping[str, Any], place: tuple[str, ...] = ()) -> dict[str, Any]:
    """Tables of settings are laid over one another; bands and other tables that are one value take its place."""
    found = dict(base)
    for name, value in own.items():
        here, other = (*place, name), base.get(name)
        if isinstance(value, Mapping) and isinstance(other, Mapping) and _holds_settings(here):
            value = _laid_over(value, other, here)
        found[name] = value
    return found


def _holds_settings(place: tuple[str, ...]) -> bool:
    if len(place) == 1:
        return place[0] in ("population", "calibrate", "staff")
    return place[0] == "staff" and place[1] in _BY_NAME and len(place) <= 3


# --- values


def _made(data: Mapping[str, Any], problems: list[str], path: str) -> Scenario:
    scenario, wrong = _structured(data)
    told = [*problems, *_not_among(problems, wrong)]
    if told or scenario is None:
        raise ProfileError(path, told, "scenario")
    return scenario


def _not_among(told: list[str], problems: list[str]) -> list[str]:
    """The problems that were not told of another file, from which they come."""
    return [problem for problem in problems if not any(other.endswith(f": {problem}") for other in told)]


def _structured(data: Mapping[str, Any]) -> tuple[Scenario | None, list[str]]:
    """The scenario, and what is wrong; None where something is."""
    desk = Desk()
    told = desk.table("", data, _KEYS)
    desk.problems += [f"{name} is missing" for name in _SAID if name not in told]
    name = desk.read("name", _name, told.get("name", "scenario"), "scenario")
    first = desk.read("first", _day, told.get("first", FIRST), FIRST)
    years = desk.read("years", lambda n: whole(n, 1, _YEARS), told.get("years", 1), 1)
    desk.problems += _ends(first, years)
    changes = desk.population(told.get("population", {}))
    row, rounds = _row(desk, told["calibrate"]) if "calibrate" in told else (None, ROUNDS)
    if "calibrate" not in told and "referrals" not in changes:
        desk.problems.append("population.referrals is missing; expected how many children are referred in a year")
    staffing = desk.staffing(told["staff"]) if "staff" in told else None
    if not desk.problems:
        desk.problems += _impossible(changes, row, staffing)
    if desk.problems:
        return None, desk.problems
    made = Scenario(name=name, first=first, years=years, changes=changes, row=row, rounds=rounds, staffing=staffing)
    return made, []


def _impossible(changes: Mapping[str, Any], row: Published | None, staffing: Staffing | None) -> list[str]:
    """What the charts do not permit of episodes with such delays, and what nobody could ever do."""
    known = {} if row is None else {"referrals": row.numbers.get("referrals", row.numbers.get("assessments"))}
    population = Population(**{**known, **changes})
    impossible = [*never(population), *(beyond_all(population, staffing) if staffing else ())]
    if impossible:
        return impossible
    try:
        for one_assessment in (True, False):
            pathway(population, one_assessment=one_assessment)
    except DefinitionError as error:
        return [f"population: {problem}" for problem in error.problems]
    return []


def _name(value: Any) -> str:
    told: str = of_type(value, str, "text")
    if not told.strip() or not told.isprintable():
        raise ValueError(f"{shown(value)} is no name on one line")
    return told


def _day(value: Any) -> date:
    day = day_from_data(value)
    if not FIRST <= day <= LAST:
        raise ValueError(f"{day} is no day from {FIRST} to {LAST}")
    return day


def _row(desk: Desk, data: Any) -> tuple[Published | None, int]:
    told = desk.table("calibrate", data, ("folder", "area", "year", "rounds"))
    desk.problems += [f"calibrate.{name} is missing" for name in ("folder", "year") if name not in told]
    before = len(desk.problems)
    folder = desk.read("calibrate.folder", lambda text: of_type(text, str, "text"), told.get("folder", ""), "")
    area = desk.read("calibrate.area", lambda text: of_type(text, str, "text"), told.get("area", ENGLAND), "")
    year = desk.read("calibrate.year", lambda n: whole(n, 2000, LAST.year), told.get("year", 2000), 2000)
    rounds = desk.read("calibrate.rounds", lambda n: whole(n, 1, _ROUNDS), told.get("rounds", ROUNDS), ROUNDS)
    if len(desk.problems) > before or not {"folder", "year"} <= told.keys():
        return None, rounds
    row = desk.read("calibrate", lambda folder: published(folder, area=area, year=year), folder, None)
    if row is not None and not {"referrals", "assessments"} & row.numbers.keys():
        desk.problems.append(f"calibrate: neither referrals nor assessments of {area!r} are published in {year}")
    return row, rounds
