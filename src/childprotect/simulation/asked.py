"""What a scenario says of its population and its staff, read from plain data: every problem, each with its place."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from attrs import Attribute, define, evolve, field, fields

from childprotect.errors import UnknownName
from childprotect.plain_data import day_from_data, of_type, shown
from childprotect.simulation.delays import Band, Delay
from childprotect.simulation.england import pathway
from childprotect.simulation.offices import WORKING_YEAR
from childprotect.simulation.people import AGENCY, NEWLY_QUALIFIED, QUALIFIED, THRESHOLDS, Staffing, Team, Work, Worker
from childprotect.simulation.population import MONTHS, Population
from childprotect.vocabulary import nearest

Value = TypeVar("Value")
LONGEST = 3650
"""Days that a delay of a scenario may take."""
_PARTS = 1e9
_REFERRALS = 2_000_000
"""More than three times those of England."""
_PEOPLE = 10_000
_DAYS_A_YEAR = WORKING_YEAR - 1
_TURNOVER = 50.0
_BAND = re.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?")
_LENGTHS = {"quarters": 4}
WORKERS: Mapping[str, Worker] = {"qualified": QUALIFIED, "newly-qualified": NEWLY_QUALIFIED, "agency": AGENCY}
"""The kinds of social worker that a scenario need not describe."""


def number(value: Any, least: float, most: float, what: str = "a number") -> float:
    """A number between two others. Raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{shown(value)} is not {what} from {least:.10g} to {most:.10g}")
    return float(value)


def whole(value: Any, least: int, most: int) -> int:
    """A whole number between two others. Raises `ValueError`."""
    if isinstance(value, float):
        raise ValueError(f"{shown(value)} is not a whole number")
    return int(number(value, least, most, "a whole number"))


def share(value: Any) -> float:
    """A share of cases. Raises `ValueError`."""
    return number(value, 0, 1, "a share")


def parts(value: Any, known: Iterable[str]) -> dict[str, float]:
    """Parts of any sum, by names of which there are no others. Raises `ValueError`."""
    names, told = list(known), of_type(value, Mapping, "a table of parts")
    wrong = [str(UnknownName("name", n, nearest(n, names), ", ".join(names))) for n in told if n not in names]
    found: dict[str, float] = {}
    for name, part in told.items():
        try:
            found[name] = number(part, 0, _PARTS)
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    if wrong:
        raise ValueError("; ".join(wrong))
    if not sum(found.values()) > 0:
        raise ValueError("no part is above 0")
    return found


def numbers(value: Any, n: int | None = None) -> tuple[float, ...]:
    """Several numbers that are not all 0, and `n` of them if that is said. Raises `ValueError`."""
    told = tuple(number(entry, 0, _PARTS) for entry in of_type(value, list, "a list of numbers"))
    if n is not None and len(told) != n:
        raise ValueError(f"there are {len(told)} numbers; expected {n}")
    if not sum(told) > 0:
        raise ValueError("no number is above 0")
    return told


def delay(value: Any, *, working: bool) -> Delay:
    """A number of days, or the shares of some bands of days as parts of any sum. Raises `ValueError`.

    >>> delay({"0-10": 1, "11-15": 3}, working=True).mean
    11.0
    """
    if not isinstance(value, Mapping):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f'{shown(value)} is neither a number of days nor a table such as {{ "0-10" = 1 }}')
        return Delay.of(whole(value, 0, LONGEST), working=working)
    found: dict[Band, float] = {}
    wrong: list[str] = []
    for name, part in value.items():
        ends = _BAND.fullmatch(name)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if not first <= last <= LONGEST:
            wrong.append(f"{name!r} is no band of days from 0 to {LONGEST}, such as '0-10'")
            continue
        try:
            found[first, last] = found.get((first, last), 0) + number(part, 0, _PARTS)
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    for one, then in pairwise(sorted(found)):
        if then[0] <= one[1]:
            wrong.append(f"the bands {_named(one)} and {_named(then)} overlap")
    if wrong or not sum(found.values()) > 0:
        raise ValueError("; ".join(wrong) or "no share is above 0")
    return Delay.bands(found, working=working)


def _named(band: Band) -> str:
    return f"{band[0]}-{band[1]}"


def key(attribute: "Attribute[Any]") -> str:
    """What a file calls a field."""
    return attribute.name.replace("_", "-")


@define
class Desk:
    """Plain data read; what is wrong goes to `problems`, and what could be read is given all the same."""

    problems: list[str] = field(factory=list)

    def read(self, place: str, how: Callable[[Any], Value], data: Any, otherwise: Value) -> Value:
        """What is read from the data, or the other value and a problem."""
        try:
            return how(data)
        except (ValueError, UnknownName) as error:
            self.problems.append(f"{place}: {error}")
            return otherwise

    def table(self, place: str, data: Any, known: Iterable[str] | None = None) -> dict[str, Any]:
        """A table, without the keys that are not known; where nothing is said of them, with all."""
        told: dict[str, Any] = dict(self.read(place, lambda data: of_type(data, Mapping, "a table"), data, {}))
        if known is None:
            return told
        names = list(known)
        where = f"{place}: " if place else ""
        for name in [name for name in told if name not in names]:
            self.problems.append(f"{where}{UnknownName('key', name, nearest(name, names), ', '.join(names))}")
            del told[name]
        return told

    def changed(self, place: str, data: Any, of: Any, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """What a table says of some fields of a value, by their names in Python."""
        found: dict[str, Any] = {}
        for name, value in self.table(place, data, readers).items():
            field_name = name.replace("-", "_")
            found[field_name] = self.read(f"{place}.{name}", readers[name], value, getattr(of, field_name))
        return found

    def population(self, data: Any) -> dict[str, Any]:
        """The fields of a population that are given."""
        standard = Population()
        readers = {key(a): _checked(a, _reader(a.name, getattr(standard, a.name))) for a in fields(Population)}
        found = self.changed("population", data, standard, readers)
        if {"not_in_need", "no_further_action", "discussed"} & found.keys():
            people = Population(**found)
            assessed = (1 - people.no_further_action) * (1 - people.discussed)
            if people.not_in_need > assessed + 1e-9:
                self.problems.append(
                    f"population.not-in-need: {people.not_in_need:g} of the referrals; expected no more than the "
                    f"{assessed:.3g} that are assessed without a strategy discussion"
                )
        return found

    def staffing(self, data: Any) -> Staffing | None:
        """The people of an authority; None where they cannot be."""
        before = len(self.problems)
        standard = Staffing()
        told = self.table("staff", data, (*_STAFF, "team", "worker", "work"))
        plain = {name: value for name, value in told.items() if name in _STAFF}
        found = self.changed("staff", plain, standard, _STAFF)
        away = found.get("leave", standard.leave) + found.get("sickness", standard.sickness)
        if away > _DAYS_A_YEAR:
            self.problems.append(
                f"staff.leave: {away:g} days a year with those of sickness; expected less than the {WORKING_YEAR} "
                "working days of a year"
            )
        kinds = self._kinds(told.get("worker", {}))
        found["work"] = {**standard.work, **self._work(told.get("work", {}), standard.work)}
        if "team" not in told:
            self.problems.append("staff.team is missing; expected a table such as [staff.team.North]")
        teams = self.table("staff.team", told.get("team", {}))
        if "team" in told and not teams and len(self.problems) == before:
            self.problems.append("staff.team: there is no team")
        found["teams"] = tuple(self._team(name, data, kinds) for name, data in teams.items())
        return Staffing(**found) if len(self.problems) == before else None

    def _kinds(self, data: Any) -> dict[str, Worker]:
        kinds = dict(WORKERS)
        for name, told in self.table("staff.worker", data).items():
            of = kinds.get(name, Worker())
            kinds[name] = evolve(of, **self.changed(f"staff.worker.{name}", told, of, _WORKER))
        return kinds

    def _work(self, data: Any, standard: Mapping[str, Work]) -> dict[str, Work]:
        if data == {}:
            return {}
        kinds = sorted({step.kind for one in (True, False) for step in pathway(Population(), one_assessment=one).steps})
        found = {}
        for kind, told in self.table("staff.work", data, kinds).items():
            of = standard.get(kind, Work())
            found[kind] = evolve(of, **self.changed(f"staff.work.{kind}", told, of, _WORK))
        return found

    def _team(self, name: str, data: Any, kinds: Mapping[str, Worker]) -> Team:
        place = f"staff.team.{name}"
        told = self.table(place, data, ("workers", "managers", "managers-leave", "shares"))
        for asked, example in (("workers", "{ qualified = 6 }"), ("managers", "1")):
            if asked not in told:
                self.problems.append(f"{place}: it has no {asked}; expected {asked} = {example}")
        managers = self.read(f"{place}.managers", lambda n: whole(n, 1, _PEOPLE), told.get("managers", 1), 1)
        standard = Team()
        leave = self.read(
            f"{place}.managers-leave", _some_days, told.get("managers-leave", []), standard.managers_leave
        )
        if leave and len(leave) >= managers:
            self.problems.append(f"{place}.managers-leave: {len(leave)} of {managers} leave; expected one to stay")
        before = len(self.problems)
        counts = {
            kind: self.read(f"{place}.workers.{kind}", lambda n: whole(n, 0, _PEOPLE), n, 0)
            for kind, n in self.table(f"{place}.workers", told.get("workers", {}), kinds).items()
        }
        workers = tuple((kinds[kind], n) for kind, n in counts.items() if n)
        if "workers" in told and len(self.problems) == before:
            if not workers:
                self.problems.append(f"{place}.workers: nobody is in the team; expected 1 or more")
            elif all(kind.newly_qualified for kind, _ in workers):
                self.problems.append(
                    f"{place}.workers: all are newly qualified, so that an enquiry would wait for ever; expected "
                    "somebody who may lead one"
                )
        shares = self.changed(f"{place}.shares", told.get("shares", {}), Population(), _THRESHOLDS)
        return Team(name=name, workers=workers, managers=managers, managers_leave=leave, shares=shares)


def _checked(attribute: "Attribute[Any]", read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A reader that takes what the field may hold, and nothing else."""

    def checked(value: Any) -> Any:
        found = read(value)
        if (expected := attribute.metadata["check"](found)) is not None:
            raise ValueError(f"{shown(value)}; expected {expected}")
        return found

    return checked


def _months(value: Any) -> tuple[float, ...]:
    """Twelve numbers, or the name of a pattern. Raises `ValueError`."""
    if not isinstance(value, str):
        return numbers(value, 12)
    if value not in MONTHS:
        raise ValueError(str(UnknownName("pattern of months", value, nearest(value, MONTHS), ", ".join(MONTHS))))
    return MONTHS[value]


def _reader(name: str, standard: Any) -> Callable[[Any], Any]:
    """How a field of a population is read, by what it is."""
    if name == "months":
        return _months
    if name == "referrals":
        return lambda value: number(value, 1, _REFERRALS)
    if name == "again_within":
        return lambda value: whole(value, 1, LONGEST)
    if isinstance(standard, Delay):
        return lambda value: delay(value, working=standard.working)
    if isinstance(standard, Mapping):
        return lambda value: parts(value, standard)
    if isinstance(standard, tuple):
        return lambda value: numbers(value, _LENGTHS.get(name))
    return share


def _flag(value: Any) -> bool:
    told: bool = of_type(value, bool, "true or false")
    return told


def _days(value: Any) -> float:
    return number(value, 0, _DAYS_A_YEAR, "a number of days")


def _some_days(value: Any) -> tuple[date, ...]:
    return tuple(map(day_from_data, of_type(value, list, "a list of days")))


def _of_working(value: Any) -> Delay:
    return delay(value, working=True)


_WORKER: Mapping[str, Callable[[Any], Any]] = {
    "caseload": lambda value: whole(value, 1, _PEOPLE),
    "qualified": _flag,
    "newly-qualified": _flag,
    "agency-staff": _flag,
    "turnover": lambda value: number(value, 0, _TURNOVER),
}
_WORK: Mapping[str, Callable[[Any], Any]] = {
    "worker": _days,
    "manager": _days,
    "chair": _days,
    "ahead": _of_working,
    "urgency": lambda value: whole(value, 0, 9),
}
_THRESHOLDS: Mapping[str, Callable[[Any], Any]] = {name.replace("_", "-"): share for name in THRESHOLDS}
_STAFF: Mapping[str, Callable[[Any], Any]] = {
    "chairs": lambda value: whole(value, 1, _PEOPLE),
    "rooms": lambda value: whole(value, 1, _PEOPLE),
    "leave": _days,
    "sickness": _days,
    "recruiting": _of_working,
    "supervised": lambda value: whole(value, 1, _DAYS_A_YEAR),
    "supervision": _days,
    "siblings": lambda value: number(value, 0, 1),
}
