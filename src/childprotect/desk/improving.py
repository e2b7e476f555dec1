"""An improvement plan: what is to be better by when, how it stood, how it stands now, and whether it is done.

`HEREFORDSHIRE_2012` has the 21 areas for improvement of the inspection report of September 2012, in words of ours.
Any other plan can be written as TOML, and read by `load_plan`:

    title = "Improvement plan"
    since = 2022-07-22

    [[area]]
    id = "1"
    area = "Strategy discussions include the police and health"
    within = "immediately"       # or a length of time, such as "3 months"
    rules = ["strategy-discussion-attendance"]
    measures = ["conferences-in-15-days"]
    judged = "part"              # "whole" where the records settle it, "none" where no record does
    because = "whether the discussion was a good one a person must read"
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from attrs import field, frozen

from childprotect.calendars import day_of
from childprotect.desk.answers import Answer, Verdict, answers
from childprotect.documents import data_from_toml
from childprotect.errors import DefinitionError, UnknownName, UnreadableInput
from childprotect.measures import MEASURES, Told, Trend, trend
from childprotect.periods import Period, months
from childprotect.plain_data import day_from_data, of_type, shown
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row
from childprotect.vocabulary import nearest
from childprotect.wording import day_in_words, listed

LOOKING_BACK = months(12)
"""How it stood is taken from so long before the plan began."""
LATELY = months(3)
"""How it stands is taken from so long before the day of the report."""
_IMMEDIATELY = "immediately"
_JUDGED = ("whole", "part", "none")


@frozen
class Area:
    """One area for improvement: a row of an inspection, and how soon it is to be better; None is immediately."""

    row: Row
    within: Period | None

    def due(self, since: date) -> date:
        """By which day, in a plan that began on `since`."""
        return since if self.within is None else day_of(self.within.due(since))


@frozen
class Plan:
    """An improvement plan: its areas, and the day from which their times are counted."""

    title: str
    since: date
    areas: tuple[Area, ...] = field(repr=False)


_WITHIN = {"I": None, "T": months(3), "S": months(6)}


def _of_2012() -> Iterator[Area]:
    for row in england.inspection():
        if row.id[0] in _WITHIN:
            yield Area(row, _WITHIN[row.id[0]])


HEREFORDSHIRE_2012 = Plan(
    "Areas for improvement, Ofsted's inspection of Herefordshire, September 2012", date(2012, 9, 19), tuple(_of_2012())
)
"""Times are counted from the last day of the inspection: when the report was published it does not say."""


class State(StrEnum):
    """How an area stands."""

    MET = "met"
    """The records settle all of it, and lately all of it was kept."""
    KEPT_ON_RECORD = "kept on record"
    """What the records can settle was kept lately; the rest is for a person to judge, or has no number."""
    NOT_MET = "not met"
    CANNOT_TELL = "cannot tell"
    TO_JUDGE = "for a person to judge"


@frozen
class Progress:
    """One area: how it stood when the plan began, how it stands, and which way its figures went."""

    area: Area
    due: date
    before: Answer
    """The twelve months before the plan began."""
    lately: Answer
    """The three months before the day of the report."""
    trends: tuple[Trend, ...] = field(repr=False)
    """Its rules and measures by month, from the twelve months before the plan on."""

    @property
    def state(self) -> State:
        """Met only where the records settle the whole of it, and nothing of it is unknown."""
        match self.lately.verdict:
            case Verdict.TO_JUDGE | Verdict.FIGURES:
                return State.TO_JUDGE
            case Verdict.FOUND:
                return State.NOT_MET
            case Verdict.NOT_FOUND:
                whole = self.area.row.judged == "whole" and not self.lately.told_only
                return State.MET if whole else State.KEPT_ON_RECORD
        return State.CANNOT_TELL

    @property
    def is_overdue(self) -> bool:
        """Whether its time is over, and it is known not to be met."""
        return self.state is State.NOT_MET and self.lately.last > self.due

    @property
    def because(self) -> str:
        """How it stands, in a sentence or two."""
        text = self.lately.because
        if self.lately.told_only and self.state is not State.TO_JUDGE:
            text += f" Told and not judged, since no number is set: {listed(self.lately.told_only)}."
        if self.area.row.judged == "part" and self.state is not State.TO_JUDGE:
            text += f" For a person: {self.area.row.because}."
        if self.is_overdue:
            text += f" It was to be done by {day_in_words(self.due)}."
        return text


def progress(plan: Plan, told: Told, rulebook: Rulebook, *, population: int | None = None) -> tuple[Progress, ...]:
    """How each area of a plan stands, as at the day of what is told, in the order of the plan.

    `told` has the findings of a check by `rulebook`. Raises `ValueError` where the plan began after that day.
    """
    if plan.since > told.as_at:
        raise ValueError(f"the plan began on {plan.since}, after {told.as_at}")
    begin = _before(LOOKING_BACK, plan.since)
    rows = [area.row for area in plan.areas]
    before = answers(rows, told, rulebook, begin, plan.since, population=population)
    now = answers(rows, told, rulebook, _before(LATELY, told.as_at), told.as_at, population=population)
    trends: dict[str, Trend] = {}

    def series(answer: Answer) -> Iterator[Trend]:
        for one in answer.figures:
            if one.measure.id not in trends:
                trends[one.measure.id] = trend(one.measure, told, begin, told.as_at, population=population)
            yield trends[one.measure.id]

    return tuple(
        Progress(area, area.due(plan.since), past, present, tuple(series(present)))
        for area, past, present in zip(plan.areas, before, now, strict=True)
    )


def _before(period: Period, day: date) -> date:
    """The first day of a period that ends on a day."""
    return day_of(period.before(day)) + timedelta(days=1)


def load_plan(path: str | PathLike[str], rulebook: Rulebook) -> Plan:
    """A plan from a file of TOML; its rules are those of the rulebook.

    Raises `UnreadableInput` for a file that is none, and `DefinitionError` with every problem at once.
    """
    name = fspath(path)
    try:
        data = data_from_toml(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableInput(name, "", error.strerror or str(error), "a plan in TOML") from None
    except ValueError as error:
        raise UnreadableInput(name, "", str(error), "a plan in TOML, as UTF-8") from None
    return plan_from_data(data, rulebook, name)


def plan_from_data(data: Mapping[str, Any], rulebook: Rulebook, name: str = "a plan") -> Plan:
    """A plan from plain data, as `load_plan`."""
    problems = [str(UnknownName("key", key, nearest(key, _KEYS), ", ".join(_KEYS))) for key in data if key not in _KEYS]
    since = date.min
    try:
        since = day_from_data(data.get("since"))
    except (TypeError, ValueError) as error:
        problems.append(f"since: {error}")
    title = data.get("title", "Improvement plan")
    if not isinstance(title, str):
        problems.append(f"title: {shown(title)} is no text")
    areas: list[Area] = []
    given = data.get("area")
    for n, one in enumerate(given if isinstance(given, list) else [], 1):
        found = list(_area_problems(one, rulebook))
        problems += [f"area {n}: {problem}" for problem in found]
        if not found:
            areas.append(_area(one, n))
    if not given or not isinstance(given, list):
        problems.append("area: there is none; expected one or more tables [[area]]")
    ids = [area.row.id for area in areas]
    problems += [f"area {id}: there are two of that id" for id in dict.fromkeys(ids) if ids.count(id) > 1]
    if problems:
        raise DefinitionError(name, problems)
    return Plan(title, since, tuple(areas))


_KEYS = ("title", "since", "area")
_AREA_KEYS = ("id", "area", "within", "rules", "measures", "judged", "because")


def _area(data: Mapping[str, Any], n: int) -> Area:
    within = data.get("within", _IMMEDIATELY)
    row = Row(
        id=data.get("id", str(n)),
        finding=data["area"],
        judged=data.get("judged", "part"),
        rules=tuple(data.get("rules", ())),
        records=(),
        because=data.get("because", "whether it is better for the children a person must judge"),
        measures=tuple(data.get("measures", ())),
    )
    return Area(row, None if within == _IMMEDIATELY else Period.parse(within))


def _area_problems(data: Any, rulebook: Rulebook) -> Iterator[str]:
    if not isinstance(data, Mapping):
        yield f"{shown(data)} is no table"
        return
    for key in data:
        if key not in _AREA_KEYS:
            yield str(UnknownName("key", key, nearest(key, _AREA_KEYS), ", ".join(_AREA_KEYS)))
    for key in ("id", "area", "because"):
        if key in data and not (isinstance(data[key], str) and data[key].strip()):
            yield f"{key}: {shown(data[key])} is no text"
    if "area" not in data:
        yield "area: it does not say what is to be better"
    if data.get("judged", "part") not in _JUDGED:
        yield f"judged: {shown(data['judged'])}; expected {' or '.join(_JUDGED)}"
    yield from _names(data, "rules", tuple(rulebook))
    yield from _names(data, "measures", tuple(MEASURES))
    if data.get("judged") == "none" and (data.get("rules") or data.get("measures")):
        yield "judged: none; and rules or measures are named"
    if data.get("judged", "part") != "none" and not (data.get("rules") or data.get("measures")):
        yield 'neither rules nor measures are named; expected some, or judged = "none"'
    within = data.get("within", _IMMEDIATELY)
    try:
        if within != _IMMEDIATELY:
            Period.parse(of_type(within, str, "a length of time"))
    except (TypeError, ValueError) as error:
        yield f"within: {error}; expected {_IMMEDIATELY}, or a length of time such as 3 months"


def _names(data: Mapping[str, Any], key: str, known: Sequence[str]) -> Iterator[str]:
    given = data.get(key, [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        yield f"{key}: {shown(given)} is no list of names"
        return
    for name in given:
        if name not in known:
            yield f"{key}: {UnknownName(key.removesuffix('s'), name, nearest(name, known))}"
