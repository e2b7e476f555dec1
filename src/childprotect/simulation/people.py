"""Who does the work: teams of social workers and their managers, conference chairs and rooms, and what each step takes.

All figures here are assumptions: nobody publishes how long a visit or a conference takes. They are there to be changed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import Attribute, Factory, field, frozen

from childprotect.errors import DefinitionError
from childprotect.simulation.delays import AT_ONCE, Delay


def _positive(of: Any, attribute: "Attribute[Any]", value: float) -> None:
    if not value >= 0:
        raise DefinitionError(type(of).__name__, [f"{attribute.name} is {value}; expected 0 or more"])


THRESHOLDS = ("no_further_action", "not_in_need", "discussed", "enquired", "conference_needed", "planned")
"""Shares in which teams may differ: how much it takes until something is done."""


def _thresholds(_: Any, attribute: "Attribute[Any]", value: Mapping[str, float]) -> None:
    problems = [
        f"{attribute.name} has {name!r}; expected one of {', '.join(THRESHOLDS)}"
        for name in value
        if name not in THRESHOLDS
    ]
    problems += [
        f"{attribute.name}: {name} is {share}; expected a share from 0 to 1"
        for name, share in value.items()
        if not 0 <= share <= 1
    ]
    if problems:
        raise DefinitionError("a team", problems)


@frozen(kw_only=True)
class Worker:
    """A kind of social worker: how many cases one of them holds at most, and which facts an allocation records."""

    caseload: int = field(default=18, validator=_positive)
    qualified: bool = True
    newly_qualified: bool = False
    """Who is newly qualified holds fewer cases, and leads no enquiry."""
    agency_staff: bool = False
    turnover: float = field(default=0.15, validator=_positive)
    """How many of them leave in a year, for one who is there."""


QUALIFIED = Worker()
NEWLY_QUALIFIED = Worker(caseload=12, newly_qualified=True, turnover=0.1)
AGENCY = Worker(agency_staff=True, turnover=1.0)


@frozen(kw_only=True)
class Team:
    """Social workers, and the managers who decide for them."""

    name: str = "Team 1"
    workers: tuple[tuple[Worker, int], ...] = ((QUALIFIED, 6), (NEWLY_QUALIFIED, 2), (AGENCY, 1))
    managers: int = field(default=1, validator=_positive)
    shares: Mapping[str, float] = field(factory=dict, validator=_thresholds)
    """The team's own thresholds, by field of a `Population` (those in `THRESHOLDS`); the others are the authority's."""
    managers_leave: tuple[date, ...] = ()
    """Days on which one of the managers leaves, and nobody comes after them."""

    @property
    def size(self) -> int:
        """How many social workers it has when nobody is missing."""
        return sum(n for _, n in self.workers)


@frozen(kw_only=True)
class Work:
    """What a step takes of whom, in working days, and how long ahead it is planned.

    What is more urgent, by a lower number, is done first by those who have several things to do.
    """

    worker: float = field(default=0.0, validator=_positive)
    manager: float = field(default=0.0, validator=_positive)
    chair: float = field(default=0.0, validator=_positive)
    """Of a conference chair, and of a room."""
    ahead: Delay = AT_ONCE
    urgency: int = 2


_WORK: Mapping[str, Work] = {
    "referral-decided": Work(manager=0.05, urgency=0),
    "strategy-discussion": Work(manager=0.15, ahead=Delay.bands({(0, 2): 1}), urgency=0),
    "section-47-completed": Work(worker=1.0, ahead=Delay.bands({(3, 8): 1}), urgency=0),
    "assessment-completed": Work(worker=2.0, ahead=Delay.bands({(10, 30): 1})),
    "assessment-completed: initial": Work(worker=0.7, ahead=Delay.bands({(2, 6): 1})),
    "assessment-completed: core": Work(worker=2.0, ahead=Delay.bands({(10, 25): 1})),
    "conference-report-shared": Work(worker=0.3, ahead=Delay.bands({(3, 8): 1}), urgency=1),
    "initial-conference": Work(worker=0.5, chair=0.4, ahead=Delay.bands({(8, 11): 1}), urgency=1),
    "transfer-in-conference": Work(worker=0.5, chair=0.4, ahead=Delay.bands({(8, 11): 1}), urgency=1),
    "review-conference": Work(worker=0.4, chair=0.3, urgency=1),
    "core-group": Work(worker=0.3, ahead=Delay.bands({(0, 3): 1}), urgency=1),
    "visit": Work(worker=0.25, urgency=1),
    "child-in-need-review": Work(worker=0.2, urgency=3),
    "management-decision": Work(manager=0.03, urgency=1),
}


@frozen(kw_only=True)
class Staffing:
    """The people of an authority."""

    teams: tuple[Team, ...] = (Team(),)
    chairs: int = field(default=2, validator=_positive)
    rooms: int = field(default=2, validator=_positive)
    work: Mapping[str, Work] = field(default=Factory(lambda: dict(_WORK)))
    """By kind of event, or by kind and type (`assessment-completed: core`); what is not there takes nobody any time."""
    leave: float = field(default=30.0, validator=_positive)
    """Working days of leave that each has in a year, taken by the week."""
    sickness: float = field(default=10.0, validator=_positive)
    """Working days of sickness that each has in a year."""
    recruiting: Delay = field(default=Factory(lambda: Delay.bands({(30, 90): 1})))
    """From the day on which somebody leaves to that on which another one comes."""
    supervised: int = field(default=20, validator=_positive)
    """Working days from one supervision of a worker to the next."""
    supervision: float = field(default=0.15, validator=_positive)
    """Working days that a supervision takes of both, of the manager and then of the worker."""
    siblings: float = field(default=0.5, validator=_positive)
    """What the work for each further child of a family takes, for one that the first takes."""

    def __attrs_post_init__(self) -> None:
        names = [team.name for team in self.teams]
        problems = [f"two teams are called {name!r}" for name in sorted({n for n in names if names.count(n) > 1})]
        problems += [f"{team.name!r} has no social worker" for team in self.teams if not team.size]
        left = {team.name: team.managers - len(team.managers_leave) for team in self.teams}
        problems += [f"{name!r} has no manager, or none stays" for name, managers in left.items() if managers < 1]
        if not self.teams:
            problems.append("there is no team")
        if not self.chairs or not self.rooms:
            problems.append("there is no chair or no room for a conference")
        if problems:
            raise DefinitionError("the staff of an authority", problems)
