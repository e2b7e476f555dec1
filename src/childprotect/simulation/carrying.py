"""A pathway as people carry it out: what follows each way, what is kept from it on, and what it takes of whom."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from attrs import evolve, frozen

from childprotect.paths import Step
from childprotect.simulation.delays import Delay
from childprotect.simulation.pathway import Pathway
from childprotect.simulation.people import Staffing, Work
from childprotect.simulation.stages import Kept, Stage

_NOTHING = Work()


@frozen(eq=False)
class Turn:
    """One way of a stage, or all that is done again: the places of its steps, and what they take."""

    name: str
    codes: tuple[int, ...]
    work: Work
    is_allocation: bool = False
    closes: bool = False


@frozen(eq=False)
class Plan:
    """A stage as it is carried out."""

    number: int
    after: tuple[str, ...]
    until: tuple[str, ...]
    turns: tuple[Turn, ...]
    upto: tuple[float, ...]
    delay: Delay
    first: Delay
    last: bool
    unless: tuple[str, ...]
    waits_for: tuple["Plan", ...]
    """The stages that are done before this one, if they are to be done at all."""


@frozen(eq=False)
class Course:
    """A pathway as it is carried out: what follows each way, what is kept from it on, and what it ends."""

    follows: Mapping[str, tuple[Plan, ...]]
    kept: Mapping[str, tuple[Plan, ...]]
    ended: Mapping[str, tuple[Plan, ...]]
    last: tuple[Plan, ...]
    size: int
    """How many plans there are."""

    @classmethod
    def of(cls, pathway: Pathway, staffing: Staffing, code: Callable[[Step], int]) -> "Course":
        """The pathway, with the work of each step; `code` gives the place of a step among all."""
        plans: list[Plan] = []
        for n, stage in enumerate(pathway.stages):
            if isinstance(stage, Kept):
                turns: tuple[Turn, ...] = (_turn("", stage.steps, staffing, code),)
                upto: tuple[float, ...] = (1.0,)
                until, last, unless = stage.until, False, tuple[str, ...]()
                delay, first = stage.again, stage.first or stage.again
            else:
                turns = tuple(_turn(w.name, w.steps, staffing, code) for w in stage.ways)
                upto = tuple(np.cumsum([way.share for way in stage.ways]).tolist())
                until, last, unless = (), stage.last, stage.unless
                delay = first = stage.delay
            plans.append(Plan(n, stage.after, until, turns, upto, delay, first, last, unless, ()))
        for n, plan in enumerate(plans):
            names = {turn.name for turn in plan.turns} - {""}
            bound = tuple(
                other
                for other, stage in zip(plans, pathway.stages, strict=True)
                if isinstance(stage, Stage) and names & {*stage.no_later}
            )
            plans[n] = evolve(plan, waits_for=bound)
        by_after = _by_name(plans, lambda plan: plan.after)
        return cls(
            {name: tuple(p for p in some if not p.until and not p.last) for name, some in by_after.items()},
            {name: tuple(p for p in some if p.until) for name, some in by_after.items()},
            _by_name([plan for plan in plans if plan.until], lambda plan: plan.until),
            tuple(plan for plan in plans if plan.last),
            len(plans),
        )


def _turn(name: str, steps: tuple[Step, ...], staffing: Staffing, code: Callable[[Step], int]) -> Turn:
    works = [_work_of(step, staffing) for step in steps]
    work = Work(
        worker=sum(work.worker for work in works),
        manager=sum(work.manager for work in works),
        chair=sum(work.chair for work in works),
        ahead=max((work.ahead for work in works), key=lambda ahead: ahead.mean, default=_NOTHING.ahead),
        urgency=min((work.urgency for work in works), default=_NOTHING.urgency),
    )
    kinds = {step.kind for step in steps}
    return Turn(name, tuple(map(code, steps)), work, "allocated" in kinds, "case-closed" in kinds)


def _work_of(step: Step, staffing: Staffing) -> Work:
    by_kind = staffing.work.get(step.kind, _NOTHING)
    return staffing.work.get(f"{step.kind}: {step.facts['type']}", by_kind) if "type" in step.facts else by_kind


def _by_name(plans: Iterable[Plan], names: Callable[[Plan], tuple[str, ...]]) -> dict[str, tuple[Plan, ...]]:
    found: dict[str, tuple[Plan, ...]] = {}
    for plan in plans:
        for name in names(plan):
            found[name] = (*found.get(name, ()), plan)
    return found
