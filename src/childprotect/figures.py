"""What a version requires, as plain data and back: a period as a text, anything else as a small table."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from childprotect.calendars import WorkingDays
from childprotect.errors import DefinitionError
from childprotect.periods import MonthEnd, Period, Roll
from childprotect.plain_data import named, names_from_data, of_type, shown
from childprotect.requirements import By, Cadence, Limit, Quorum, Requirement

Calendars = dict[str, WorkingDays]
"""The calendars that are spoken of by name."""
_ROLLS = {roll.name.lower(): roll for roll in Roll}
_MONTH_ENDS = {end.name.lower().replace("_", "-"): end for end in MonthEnd}


def period_to_data(period: Period, calendars: Calendars) -> Any:
    """A text, or a table if it has a calendar or a rounding of its own. The calendar is named from now on."""
    special: dict[str, Any] = {}
    if (calendar := period.calendar) is not None:
        if calendars.setdefault(calendar.name, calendar) != calendar:
            raise DefinitionError(f"calendar {calendar.name!r}", ["two calendars have this name"])
        special["calendar"] = calendar.name
    if period.roll is not Roll.NONE:
        special["roll"] = period.roll.name.lower()
    if period.month_end is not MonthEnd.CLAMP:
        special["month-end"] = "roll-over"
    return {"period": str(period), **special} if special else str(period)


def period_from_data(data: Any, calendars: Mapping[str, WorkingDays]) -> Period:
    """A period, from a text or from a table with a calendar or a rounding. Raises `ValueError`."""
    if isinstance(data, str):
        return Period.parse(data)
    if not isinstance(data, Mapping) or "period" not in data:
        raise ValueError(f"{shown(data)} is no period; expected for instance '15 working days'")
    if unknown := set(data) - {"period", "calendar", "roll", "month-end"}:
        raise ValueError(f"a period knows no {', '.join(sorted(unknown))}")
    period = Period.parse(of_type(data["period"], str, "a period such as '15 working days'"))
    if "calendar" in data:
        period = evolve(period, calendar=named(data["calendar"], calendars, "calendar"))
    if "roll" in data:
        period = evolve(period, roll=named(data["roll"], _ROLLS, "rounding"))
    if "month-end" in data:
        period = evolve(period, month_end=named(data["month-end"], _MONTH_ENDS, "end of a month"))
    return period


def requirement_to_data(requires: Requirement, calendars: Calendars) -> Any:
    """What `requirement_from_data` reads back."""

    def named_periods(*names: str) -> dict[str, Any]:
        values = {name: getattr(requires, name) for name in names}
        return {name: period_to_data(value, calendars) for name, value in values.items() if value is not None}

    match requires:
        case Cadence():
            return {
                "every": period_to_data(requires.then, calendars),
                **named_periods("first", "second", "later", "after"),
            }
        case Limit():
            times = {"times": requires.times} if requires.times is not None else {}
            return {
                "at-most": period_to_data(requires.period, calendars),
                **named_periods("extension", "renewed"),
                **times,
            }
        case By():
            return {"by": requires.fact}
        case Quorum():
            return {"agencies": sorted(requires.agencies), "others": requires.others}
        case frozenset():
            return {"agencies": sorted(requires)}
        case tuple():
            return {"facts": list(requires)}
    assert isinstance(requires, Period), "what requires nothing is not written"
    return period_to_data(requires, calendars)


_REQUIREMENTS = {
    "every": {"first", "second", "later", "after"},
    "at-most": {"extension", "renewed", "times"},
    "by": set[str](),
    "agencies": {"others"},
    "facts": set[str](),
}


def requirement_from_data(data: Any, calendars: Mapping[str, WorkingDays]) -> Requirement:
    """What a version requires: a period, or a table with one of `every`, `at-most`, `by`, `agencies`, `facts`.

    Raises `ValueError` for anything else.
    """
    if data is None:
        return None
    if isinstance(data, str) or (isinstance(data, Mapping) and "period" in data):
        return period_from_data(data, calendars)
    main = next((name for name in _REQUIREMENTS if name in data), None) if isinstance(data, Mapping) else None
    if main is None:
        expected = f"a period, or a table with one of {', '.join(_REQUIREMENTS)}"
        raise ValueError(f"a requirement is {expected}, not {shown(data)}")
    if unknown := set(data) - {main} - _REQUIREMENTS[main]:
        raise ValueError(f"a requirement knows no {', '.join(sorted(unknown))}")
    match main:
        case "by":
            return By(of_type(data["by"], str, "the name of a fact"))
        case "facts":
            return tuple(names_from_data(data["facts"], "facts"))
        case "agencies":
            agencies = frozenset(names_from_data(data["agencies"], "agencies"))
            return Quorum(agencies, _whole(data["others"], "others")) if "others" in data else agencies
    periods = {name: period_from_data(value, calendars) for name, value in data.items() if name != "times"}
    if main == "every":
        return Cadence(then=periods.pop("every"), **periods)
    times = _whole(data["times"], "times") if "times" in data else None
    return Limit(periods.pop("at-most"), times=times, **periods)


def _whole(value: Any, name: str) -> int:
    number: int = of_type(value, int, f"a whole number of {name}")
    return number
