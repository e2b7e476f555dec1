"""The offices of an authority in SimPy: who has which case, who leaves and who comes, and where cases wait."""

from collections import deque
from collections.abc import Callable
from collections.abc import Generator as Steps
from datetime import date
from typing import Any

import numpy as np
import simpy
from attrs import define, field

from childprotect.simulation.people import Staffing, Team, Worker
from childprotect.simulation.waiting import ALLOCATION, CHAIR, GATES, MANAGER, ROOM, WORKER, Gate

WORKING_YEAR = 253
"""Working days in a year, about."""
_WEEK = 5
_ILL = 3
"""Working days of a spell of sickness, on average."""
Process = Steps[Any, Any, None]
_NEVER = float("inf")
_STAFF = 1
"""Sets the chances of people apart from those of cases."""


@define(eq=False)
class Case:
    """An episode that somebody works on."""

    number: int
    office: "Office"
    worker: "Desk | None" = None
    ready: Any = None
    """Happens when the case has a worker; None before anybody has asked for one."""
    leads_enquiry: bool = False
    entry: int = -1
    """Where the log tells of its present allocation."""
    over: bool = False


@define(eq=False)
class Desk:
    """A social worker: what they have to do, and their cases."""

    name: str
    kind: Worker
    desk: simpy.PriorityResource
    chances: np.random.Generator = field(repr=False)
    """Their own: when they are ill or leave does not depend on what others do."""
    cases: set[Case] = field(factory=set)
    gone: bool = False

    @property
    def free(self) -> int:
        """How many more cases they may hold."""
        return 0 if self.gone else self.kind.caseload - len(self.cases)


@define(eq=False)
class Entries:
    """The log of a gate while it is written."""

    asked: list[float] = field(factory=list)
    began: list[float] = field(factory=list)
    ended: list[float] = field(factory=list)

    def ask(self, now: float) -> int:
        """The place of a new entry."""
        self.asked.append(now)
        self.began.append(_NEVER)
        self.ended.append(_NEVER)
        return len(self.asked) - 1

    def gate(self) -> Gate:
        """What was written, as columns."""
        return Gate(*(np.array(times) for times in (self.asked, self.began, self.ended)))


@define(eq=False)
class Office:
    """A team: its desks, its managers, and the cases that nobody has yet."""

    authority: "Authority"
    team: Team
    managers: simpy.PriorityResource
    desks: list[Desk] = field(factory=list)
    unallocated: deque[Case] = field(factory=deque)

    def ask(self, case: Case) -> None:
        """A case is to have a worker."""
        if case.ready is None or case.ready.triggered:
            case.ready = self.authority.env.event()
        case.entry = self.authority.log[ALLOCATION].ask(self.authority.env.now)
        self.unallocated.append(case)
        self.offer()

    def offer(self) -> None:
        """Whoever has room takes cases, the oldest first; no enquiry is led by the newly qualified."""
        for case in [*self.unallocated]:
            able = [d for d in self.desks if d.free > 0 and not (case.leads_enquiry and d.kind.newly_qualified)]
            if able:
                self.unallocated.remove(case)
                self._give(case, max(able, key=lambda desk: desk.free / desk.kind.caseload))
            elif not any(desk.free > 0 for desk in self.desks):
                return

    def _give(self, case: Case, desk: Desk) -> None:
        entries = self.authority.log[ALLOCATION]
        entries.began[case.entry] = self.authority.env.now
        case.worker = desk
        desk.cases.add(case)
        self.authority.tell(case, "allocated", desk)
        case.ready.succeed()

    def take_back(self, case: Case) -> None:
        """The case is closed, or its worker goes."""
        if case.worker is not None:
            self.authority.log[ALLOCATION].ended[case.entry] = self.authority.env.now
            case.worker.cases.discard(case)
            case.worker = None

    def leave(self, case: Case) -> None:
        """A case is closed: whoever had it has room for another."""
        case.over = True
        if case.worker is None and case in self.unallocated:
            self.unallocated.remove(case)
            self.authority.log[ALLOCATION].ended[case.entry] = self.authority.env.now
        if case.ready is not None and not case.ready.triggered:
            case.ready.succeed()  # what still waits for a worker is not done
        self.take_back(case)
        self.offer()


@define(eq=False)
class Authority:
    """All offices, with the chairs and rooms that they share."""

    env: simpy.Environment
    staffing: Staffing
    key: int
    """What the chances of all who work there are made from."""
    tell: Callable[[Case, str, Desk], None]
    """Writes down who has a case, gives it up, or talks about it."""
    time_of: Callable[[date], float]
    """The time at which a day begins."""
    offices: list[Office] = field(init=False)
    chairs: simpy.PriorityResource = field(init=False)
    rooms: simpy.PriorityResource = field(init=False)
    log: dict[str, Entries] = field(init=False)
    _hired: int = 0

    def __attrs_post_init__(self) -> None:
        staff, env = self.staffing, self.env
        self.log = {gate: Entries() for gate in GATES}
        self.chairs, self.rooms = simpy.PriorityResource(env, staff.chairs), simpy.PriorityResource(env, staff.rooms)
        self.offices = [Office(self, team, simpy.PriorityResource(env, team.managers)) for team in staff.teams]
        for office in self.offices:
            for day in office.team.managers_leave:
                env.process(self._lost(office.managers, self.time_of(day)))
            for kind, n in office.team.workers:
                for _ in range(n):
                    self._hire(office, kind)

    def _lost(self, managers: simpy.PriorityResource, at: float) -> Process:
        """One manager fewer from a time on, for good."""
        yield self.env.timeout(max(at, 0.0))
        yield managers.request(priority=-2)

    def _hire(self, office: Office, kind: Worker) -> None:
        self._hired += 1
        chances = np.random.default_rng((self.key, _STAFF, self._hired))
        desk = Desk(f"W-{self._hired:03d}", kind, simpy.PriorityResource(self.env, 1), chances)
        office.desks.append(desk)
        self.env.process(self._stay(office, desk))
        for days, spell in ((self.staffing.leave, _WEEK), (self.staffing.sickness, _ILL)):
            if days:
                self.env.process(self._away(desk, WORKING_YEAR * spell / days - spell, spell))
        if self.staffing.supervision:
            self.env.process(self._supervised(office, desk))
        office.offer()

    def _stay(self, office: Office, desk: Desk) -> Process:
        """A worker stays for a time, and somebody else comes after them."""
        if not desk.kind.turnover:
            return
        yield self.env.timeout(desk.chances.exponential(WORKING_YEAR / desk.kind.turnover))
        desk.gone = True
        office.desks.remove(desk)
        yield self.env.timeout(1)  # nobody takes on a case and gives it up on one day
        cases = sorted(desk.cases, key=lambda case: case.number)
        for case in cases:
            office.take_back(case)
            case.ready = self.env.event()
            self.tell(case, "deallocated", desk)
        yield self.env.timeout(1)  # nobody gives up a case and gets it back on one day
        for case in cases:
            if not case.over:
                office.ask(case)
        vacant = self.staffing.recruiting.draw(desk.chances.random(1))[0]
        yield self.env.timeout(float(vacant))
        self._hire(office, desk.kind)

    def _away(self, desk: Desk, every: float, spell: float) -> Process:
        """Leave and sickness, before any work."""
        while True:
            yield self.env.timeout(desk.chances.exponential(max(every, 1.0)))
            if desk.gone:
                return
            with desk.desk.request(priority=-1) as turn:
                yield turn
                yield self.env.timeout(spell)

    def _supervised(self, office: Office, desk: Desk) -> Process:
        """A manager talks about all cases with a worker, once a month or whenever there is time.

        Each gives the time when they have it: neither stands idle in the queue of the other.
        """
        staff = self.staffing
        yield self.env.timeout(staff.supervised * desk.chances.random())
        while not desk.gone:
            yield from self.served(MANAGER, office.managers, staff.supervision, 2)
            yield from self.served(WORKER, desk.desk, staff.supervision, 2)
            if desk.gone:
                return
            for case in sorted(desk.cases, key=lambda case: case.number):
                self.tell(case, "supervision", desk)
            yield self.env.timeout(staff.supervised)

    def served(self, gate: str, whom: simpy.PriorityResource, days: float, urgency: int) -> Process:
        """Wait for somebody, and have them for so many days."""
        entries, env = self.log[gate], self.env
        place = entries.ask(env.now)
        with whom.request(priority=urgency) as turn:
            yield turn
            entries.began[place] = env.now
            yield env.timeout(days)
        entries.ended[place] = env.now

    def confer(self, days: float, urgency: int) -> Process:
        """Wait for a chair and a room, and have both."""
        chairs, rooms, env = self.log[CHAIR], self.log[ROOM], self.env
        place = chairs.ask(env.now)
        with self.chairs.request(priority=urgency) as chair:
            yield chair
            chairs.began[place], room_place = env.now, rooms.ask(env.now)
            with self.rooms.request(priority=urgency) as room:
                yield room
                rooms.began[room_place] = env.now
                yield env.timeout(days)
            rooms.ended[room_place] = chairs.ended[place] = env.now

    def worked(self, case: Case, days: float, urgency: int) -> Process:
        """Wait for the worker of a case, whoever that is by then, and have them for so many days.

        What still waits when the case is over is not done.
        """
        entries, env = self.log[WORKER], self.env
        place = entries.ask(env.now)
        while not case.over:
            if case.worker is None:
                if case.ready is None:
                    case.office.ask(case)
                yield case.ready
                continue
            desk = case.worker
            with desk.desk.request(priority=urgency) as turn:
                yield turn
                if desk is case.worker:
                    entries.began[place] = env.now
                    yield env.timeout(days)
                    entries.ended[place] = env.now
                    return
        entries.ended[place] = env.now
