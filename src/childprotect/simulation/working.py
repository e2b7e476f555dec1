"""An authority whose people are busy: the same pathway, where each step waits for somebody to do it.

What lasts by its nature is drawn, as it is where nobody waits. What could be done at once is planned ahead as the
staff plan it, and done when whoever does it has time: so late work comes from waiting, and from nothing else.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import numpy as np
import simpy
from attrs import define, evolve, field, frozen
from numpy.random import Generator

from childprotect.calendars import england_and_wales
from childprotect.events import Facts
from childprotect.paths import Step
from childprotect.simulation.arriving import Episodes, anniversary, deal, demand, mean_family, starts, within_calendar
from childprotect.simulation.carrying import Course, Plan, Turn
from childprotect.simulation.delays import Delay
from childprotect.simulation.drawing import Chance, Told
from childprotect.simulation.england import HELD, ONE_ASSESSMENT, pathway
from childprotect.simulation.living import Lived, in_process_order
from childprotect.simulation.offices import Authority, Case, Desk, Process
from childprotect.simulation.people import Staffing, Work
from childprotect.simulation.population import Population
from childprotect.simulation.stages import BEGIN
from childprotect.simulation.unborn import with_those_before_birth
from childprotect.simulation.waiting import MANAGER, Log
from childprotect.tables.days import FAR, number

BEFORE = 2
"""So many years fill the authority before the first: longer plans than that are not open when it begins."""


@frozen(eq=False)
class Worked:
    """What happened to the children of an authority, and where they waited."""

    lived: Lived
    log: Log


@define(eq=False)
class _Episode(Case):
    """A case as it goes on: the ways that were taken, what is done and what is not yet, and the events."""

    course: Course | None = None
    begun: int = 0
    """The day on which it began."""
    taken: set[str] = field(factory=set)
    done: dict[int, Any] = field(factory=dict)
    stopped: set[int] = field(factory=set)
    running: int = 0
    at_rest: Any = None
    told: list[tuple[int, int]] = field(factory=list)
    chances: Generator | None = None
    """Its own: what befalls it does not depend on who else draws before it."""
    drawn: list[float] = field(factory=list)
    """Three chances for each plan: of how long it takes, how it turns out, and how long ahead that is planned."""
    shut: bool = False
    """Whether the end of the case has been written down."""


@define(eq=False)
class _Run:
    """The simulation while it runs."""

    env: simpy.Environment
    authority: Authority
    key: int
    """What the chances of all episodes are made from."""
    days: list[int]
    """The working days, as numbers."""
    place_of: list[int]
    """For each day from the first working day on, the place of the first working day from then on."""
    effort: float
    """What the work for a family takes, for one that it takes for a child."""
    code: Callable[[Step], int]

    def live(self, episodes: Iterable["_Episode"], begins: Iterable[float]) -> Process:
        """The episodes, each from its time on."""
        for episode, begin in zip(episodes, begins, strict=True):
            yield self.env.timeout(max(begin - self.env.now, 0.0))
            self.env.process(self._case(episode))

    def _case(self, episode: "_Episode") -> Process:
        course = episode.course
        assert course is not None
        episode.chances = np.random.default_rng((self.key, episode.number))
        episode.drawn = episode.chances.random(3 * course.size).tolist()
        self._take(episode, BEGIN)
        while episode.running:
            episode.at_rest = self.env.event()
            yield episode.at_rest
        for plan in course.last:
            if not episode.taken.isdisjoint(plan.after) and episode.taken.isdisjoint(plan.unless):
                yield from self._perform(episode, plan)
        episode.office.leave(episode)

    def _take(self, episode: "_Episode", name: str) -> None:
        """A way is taken: what follows it begins."""
        course = episode.course
        assert course is not None
        episode.taken.add(name)
        for plan in course.kept.get(name, ()):
            self.env.process(self._keep(episode, plan))
        for plan in course.follows.get(name, ()):
            episode.running += 1
            self.env.process(self._followed(episode, plan))

    def _stop(self, episode: "_Episode", name: str) -> None:
        """What is kept until this way is taken is done no more, and not once more on the day of its end."""
        assert episode.course is not None
        for plan in episode.course.ended.get(name, ()):
            episode.stopped.add(plan.number)
            today, codes = self._today(), plan.turns[0].codes
            episode.told = [(day, code) for day, code in episode.told if day != today or code not in codes]

    def _followed(self, episode: "_Episode", plan: Plan) -> Process:
        yield from self._perform(episode, plan)
        episode.running -= 1
        if not episode.running:
            episode.at_rest.succeed()

    def _perform(self, episode: "_Episode", plan: Plan) -> Process:
        lasting, turning, ahead = episode.drawn[3 * plan.number : 3 * plan.number + 3]
        yield from self._after(plan.delay, lasting)
        turned = bisect_right(plan.upto, turning)
        if turned < len(plan.turns):
            turn = plan.turns[turned]
            if turn.is_allocation:
                episode.leads_enquiry = "looked-into" in episode.taken
                if episode.ready is None:
                    episode.office.ask(episode)
                yield episode.ready
            else:
                yield from self._after(turn.work.ahead, ahead)
                for other in plan.waits_for:
                    if other.number not in episode.done and not episode.taken.isdisjoint(other.after):
                        episode.done[other.number] = self.env.event()
                    if (waited := episode.done.get(other.number)) is not None and not waited.triggered:
                        yield waited
                yield from self._work(episode, turn.work)
                self._stop(episode, turn.name)
                self._write(episode, turn)
            self._take(episode, turn.name)
        done = episode.done.setdefault(plan.number, self.env.event())
        if not done.triggered:
            done.succeed()

    def _keep(self, episode: "_Episode", plan: Plan) -> Process:
        (turn,) = plan.turns
        delay = plan.first
        while True:
            assert episode.chances is not None
            yield from self._after(delay, episode.chances.random())
            if plan.number not in episode.stopped:
                yield from self._work(episode, turn.work)
            if plan.number in episode.stopped:
                return
            self._write(episode, turn)
            delay = plan.delay

    def _work(self, episode: "_Episode", work: Work) -> Process:
        effort, urgency = self.effort, work.urgency
        if work.manager:
            yield from self.authority.served(MANAGER, episode.office.managers, work.manager * effort, urgency)
        if work.chair:
            yield from self.authority.confer(work.chair * effort, urgency)
        if work.worker:
            yield from self.authority.worked(episode, work.worker * effort, urgency)

    def _after(self, delay: Delay, chance: float) -> Process:
        """A time that passes whatever anybody does."""
        if delay.mean == 0:
            return
        drawn = delay.draw_one(chance)
        now = self.env.now
        if delay.working:
            yield self.env.timeout(drawn)
        elif drawn:
            day = min(self.days[int(now)] + drawn, self.days[-1])  # what lies beyond the calendar is never reached
            yield self.env.timeout(max(self.place_of[day - self.days[0]] + 0.5 - now, 0.0))

    def _today(self) -> int:
        return self.days[int(self.env.now)]

    def _write(self, episode: "_Episode", turn: Turn) -> None:
        today = self._today() if len(episode.taken) > 1 else episode.begun
        episode.told += [(today, code) for code in turn.codes]
        episode.shut |= turn.closes

    def tell(self, case: Case, kind: str, desk: Desk) -> None:
        """Writes down who has a case, unless it is closed."""
        assert isinstance(case, _Episode)
        if not case.shut:
            case.told.append((self._today(), self.code(_staff_step(kind, case, desk))))


def _staff_step(kind: str, case: Case, desk: Desk) -> Step:
    facts: dict[str, Any] = {"worker": desk.name}
    if kind == "allocated":
        who = desk.kind
        facts |= {"qualified": who.qualified, "newly-qualified": who.newly_qualified, "agency-staff": who.agency_staff}
        facts["team"] = case.office.team.name
    return Step(kind, Facts(facts))


def work(
    population: Population,
    staffing: Staffing,
    generator: Generator,
    *,
    first: date,
    years: int = 1,
    told: Told | None = None,
) -> Worked:
    """An authority with these people that lives for some years from `first` on.

    The delays of the population that are waits are left out: what is not done at once waits for somebody. The same
    generator in the same state gives the same authority on every machine. `told` is called after each working day, with
    those before the first too. Raises `DefinitionError`, with all that is wrong, and `OutOfRange` where the years leave
    the calendar of working days: from 1997 to 2040 they never do.
    """
    demand(population, generator, first, years, *_no_people(staffing))
    with within_calendar(first, years):
        return _worked(population, staffing, generator, first, years, told)


def _no_people(staffing: Any) -> tuple[str, ...]:
    known = isinstance(staffing, Staffing)
    return () if known else (f"the staff are of the type {type(staffing).__name__}; expected a Staffing",)


def _worked(
    population: Population, staffing: Staffing, generator: Generator, first: date, years: int, told: Told | None
) -> Worked:
    chance, key = Chance(generator), int(generator.integers(1 << 62))
    origin, end = anniversary(first, -BEFORE), anniversary(first, years)
    begun = np.concatenate([starts(population, anniversary(first, n), 1.0, chance) for n in range(-BEFORE, years)])
    steps: dict[Step, int] = {}

    def code(step: Step) -> int:
        return steps.setdefault(step, len(steps))

    calendar = england_and_wales()
    working = calendar.days(origin, calendar.last)
    days = [number(day) for day in working]
    place_of = np.searchsorted(days, np.arange(days[0], days[-1] + 1)).tolist()
    env = simpy.Environment()

    def time_of(day: date) -> float:
        return float(place_of[min(max(number(day) - days[0], 0), len(place_of) - 1)])

    authority = Authority(env, staffing, key, lambda case, kind, desk: run.tell(case, kind, desk), time_of)
    effort = 1 + staffing.siblings * (mean_family(population) - 1)
    run = _Run(env, authority, key, days, place_of, effort, code)
    people = population.at_once()
    offices = authority.offices
    courses = _courses(people, staffing, code)
    episodes = [
        _Episode(n, office, course=courses[office.team.name][day >= number(ONE_ASSESSMENT)], begun=day)
        for n, (day, office) in enumerate(zip(begun.tolist(), cycle(offices), strict=False))
    ]
    # whoever comes on a day off is seen when the next working day begins
    times = np.array([place_of[max(day - days[0], 0)] for day in begun.tolist()], np.float64)
    times += generator.random(len(begun)) * np.isin(begun, days)
    order = np.argsort(times, kind="stable").tolist()
    env.process(run.live([episodes[n] for n in order], times[order].tolist()))
    until = place_of[number(end) - days[0]]
    for day in range(1, until + 1):
        env.run(until=day)
        if told is not None:
            told(day, until)
    lived = _lived(population, episodes, steps, first, end, key)
    gates = {name: entries.gate() for name, entries in authority.log.items()}
    return Worked(lived, Log(gates, tuple(working[:until]), place_of[number(first) - days[0]]))


def _courses(people: Population, staffing: Staffing, code: Callable[[Step], int]) -> dict[str, tuple[Course, Course]]:
    """By team the course of a case until 14 April 2013, and that from then on; teams alike have the same."""
    found: dict[tuple[tuple[str, float], ...], tuple[Course, Course]] = {}
    by_team = {}
    for team in staffing.teams:
        key = tuple(sorted(team.shares.items()))
        if key not in found:
            shares: dict[str, Any] = dict(team.shares)
            own = evolve(people, **shares)
            before, now = (Course.of(pathway(own, one_assessment=one), staffing, code) for one in (False, True))
            found[key] = before, now
        by_team[team.name] = found[key]
    return by_team


def _lived(
    population: Population, episodes: list[_Episode], steps: dict[Step, int], first: date, end: date, key: int
) -> Lived:
    """The events of all episodes, given to children."""
    begun = np.array([episode.begun for episode in episodes], np.int32)
    closed = np.array([max(day for day, _ in e.told) if e.over else FAR for e in episodes], np.int32)
    planned = np.array(["plan" in episode.taken for episode in episodes], np.bool_)
    chances = np.random.default_rng(key)
    sizes = chances.random(len(begun))
    once, twice = ([not episode.taken.isdisjoint(names) for episode in episodes] for names in HELD)
    held = {code for step, code in steps.items() if step.kind == "initial-conference"}
    conferred = [min((day for day, code in e.told if code in held), default=int(FAR)) for e in episodes]
    of_first = np.array(once, np.bool_) & ~np.array(twice, np.bool_)
    dealt = Episodes(begun, closed, planned, np.array(conferred, np.int32), of_first)
    families = deal(population, dealt, Chance(chances), sizes)
    told = [(n, day, code) for n, episode in enumerate(episodes) for day, code in episode.told]
    episode, day, code = np.array(told, np.int64).reshape(-1, 3).T
    every = with_those_before_birth(sorted(steps, key=lambda step: steps[step]))
    ordered, places = in_process_order({step: n for n, step in enumerate(every)})
    return Lived.of(
        first,
        end - timedelta(days=1),
        steps=ordered,
        events=[(episode, day.astype(np.int32), places[code])],
        families=families,
        closed=closed,
    )
