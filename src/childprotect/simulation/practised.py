"""An invented record brought to good practice: who has the case, supervision, visits, reports in time, actions done.

`live` tells what the law asks. What local procedures ask besides is put in here, at a pace that no procedure that was
seen would call slow: no figure of anybody's is taken for a rule, and whoever checks brings the figures along.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.simulation.rewriting import AS_AT, Case, apart, cases, earlier, happened, later, moved, retold, those

FRONT = "referral-and-assessment"
IN_NEED = ("children-in-need-1", "children-in-need-2")
DISABILITIES = "children-with-disabilities"
TEAMS = (FRONT, *IN_NEED, DISABILITIES)
"""As the report has them in paragraph 11."""
_SHORT = {FRONT: "RA", IN_NEED[0]: "CN1", IN_NEED[1]: "CN2", DISABILITIES: "CD"}
_WORKERS = {FRONT: 8, IN_NEED[0]: 7, IN_NEED[1]: 7, DISABILITIES: 4}
_TOGETHER = 12
"""Two reviews are at least so many working days apart."""
_REPORTED = 4
_SUPERVISED = 17
_VISITED = 15
_CORE_GROUPS = 26
_UPDATED = 200
_UPDATING = 20
_TRANSFERRED = 2
_LONG = 30
"""A case that lasts so long after its assessment goes to another team."""
_AT_CONFERENCE = frozenset({"social-care", "police", "health", "education"})
_AT_CORE_GROUP = frozenset({"social-care", "health", "education"})
_CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference", "review-conference")
_AGENCIES_TELL = {"police": "police", "health": "health", "schools": "education", "education": "education"}


def practised(story: Chronology) -> Chronology:
    """The record of the same child as good practice would have left it."""
    number = int(story.child.rpartition("-")[2])
    events = _told(_reported(_reviewed(list(story))), number)
    whole = Chronology.of(story.child, events=events)
    added = [event for case in cases(whole) for event in _besides(case, number)]
    return Chronology.of(story.child, events=[*events, *added])


def team_of(number: int) -> str:
    """The team that has a case after its assessment."""
    return DISABILITIES if number % 10 == 0 else IN_NEED[number % 2]


def worker_of(team: str, number: int) -> str:
    """A social worker of that team, by a code."""
    return f"{_SHORT[team]}-{number % _WORKERS[team] + 1}"


def manager_of(team: str) -> str:
    """The manager of that team, by a code."""
    return f"{_SHORT[team]}-manager"


def _reviewed(events: list[Event]) -> list[Event]:
    """No review so soon after another that there is no time for a report between them."""
    reviews = those(events, "review-conference")
    close = {
        id(one): moved(one, earlier(one.day, _TOGETHER))
        for one, other in pairwise(reviews)
        if apart(one.day, other.day) < _TOGETHER
    }
    return [close.get(id(event), event) for event in events]


def _reported(events: list[Event]) -> list[Event]:
    """The parents see the report for a review some days before it."""
    reviews = those(events, "review-conference")
    before = {id(event) for event in those(events, "conference-report-shared") if _for_a_review(event, events)}
    kept = [event for event in events if id(event) not in before]
    return kept + [
        happened("conference-report-shared", earlier(review.day, _REPORTED), with_="parents") for review in reviews
    ]


def _for_a_review(report: Event, events: list[Event]) -> bool:
    conferences = [event for event in events if event.kind in _CONFERENCES[:3]]
    planned = those(events, "plan-started", "plan-ended", "case-closed")
    before = [event for event in planned if event.day < report.day]
    on_plan = bool(before) and before[-1].kind == "plan-started"
    return on_plan and not any(c.day > report.day and c.day <= later(report.day, 10) for c in conferences)


def _told(events: Iterable[Event], number: int) -> list[Event]:
    """The events with what was recorded of each."""
    return [moved(_detailed(event, number), event.day) for event in events]


def _detailed(event: Event, number: int) -> Event:
    manager = manager_of(FRONT)
    match event.kind:
        case "referral":
            source = str(event.facts.get("source"))
            police = source == "police"
            told = {"agency": _AGENCIES_TELL[source]} if source in _AGENCIES_TELL else {}
            incident = earlier(event.day, 1) if told else None
            return retold(event, incident_date=incident, domestic_abuse=(police and number % 2 == 0) or None, **told)
        case "referral-decided":
            urgent = event.facts.get("outcome") == "strategy-discussion"
            return retold(event, decided_by=manager, priority="high" if urgent else "standard")
        case "allocated":
            worker = worker_of(FRONT, number)
            return retold(event, worker=worker, team=FRONT, newly_qualified=False, agency_staff=False)
        case "assessment-completed":
            return retold(event, authorised_by=manager, worker=worker_of(FRONT, number))
        case "management-decision":
            return retold(event, manager=manager)
        case "core-group":
            return retold(event, agencies=_AT_CORE_GROUP)
        case "visit":
            return retold(event, announced=event.day.day % 3 > 0)
        case kind if kind in _CONFERENCES:
            return retold(event, agencies=_AT_CONFERENCE, chair=f"chair-{number % 3 + 1}", child_participation=True)
    return event


def _besides(case: Case, number: int) -> Iterator[Event]:
    """What good practice adds to a case."""
    for decided in case.of("referral-decided"):
        yield happened("referrer-informed", min(later(decided.day, 1), case.ends))
    taken_up = not case.of("referral-decided", outcome="no-further-action")
    if taken_up and not case.of("allocated"):
        yield allocation(case.begins, FRONT, worker_of(FRONT, number))  # whoever came in the last days has somebody
    visits = [event.day for event in case.of("visit", child_seen=True)]
    if taken_up and case.of("referral-decided"):
        first = later(case.begins, 3)
        if first < case.ends and not any(day <= first for day in visits):
            yield visit(first)
            visits.append(first)
    updates = list(_updates(case, number))
    yield from updates
    moves = list(_transfer(case, number))
    yield from moves
    visits += [event.day for event in those(moves, "visit")]
    for begins, ends in case.spells("child-in-need-plan-started", "child-in-need-plan-ended"):
        yield from map(visit, between(visits, begins, ends, _VISITED))
    for begins, ends in case.spells("plan-started", "plan-ended"):
        groups = [event.day for event in case.of("core-group") if begins <= event.day <= ends]
        for day in between(groups, min(groups, default=begins), ends, _CORE_GROUPS):
            yield happened("core-group", day, agencies=_AT_CORE_GROUP, plan_updated=True)
        yield from _actions(begins, ends)
    if taken_up:
        changed = those(moves, "allocated")
        for day in between([], case.begins, case.ends, _SUPERVISED):
            team = team_of(number) if changed and changed[0].day <= day else FRONT
            yield happened("supervision", day, worker=worker_of(team, number), manager=manager_of(team))


def visit(day: date) -> Event:
    """A visit on which the child was seen, and alone."""
    announced = day.day % 3 > 0
    return happened("visit", day, child_seen=True, seen_alone=True, interpreter="none", announced=announced)


def between(days: Iterable[date], begins: date, ends: date, pace: int) -> Iterator[date]:
    """Further days, so that from the beginning to the end never more working days than that pass without one."""
    last = begins
    for day in [*sorted(day for day in days if begins < day < ends), ends]:
        while apart(last, day) > pace:
            last = later(last, pace)
            if last >= ends:
                return
            yield last
        last = day


def _transfer(case: Case, number: int) -> Iterator[Event]:
    """The case goes to the team that keeps it, which sees the child at once."""
    assessed = case.of("assessment-completed", type="core")
    if not assessed or apart(assessed[0].day, case.ends) < _LONG:
        return
    day = later(assessed[0].day, _TRANSFERRED)
    team = team_of(number)
    yield happened("deallocated", day, worker=worker_of(FRONT, number))
    yield allocation(day, team, worker_of(team, number))
    yield visit(later(day, 2))


def allocation(day: date, team: str, worker: str) -> Event:
    """A qualified social worker takes the case."""
    return happened(
        "allocated", day, worker=worker, team=team, qualified=True, newly_qualified=False, agency_staff=False
    )


def _updates(case: Case, number: int) -> Iterator[Event]:
    """A core assessment brought up to date, as long as the case is open."""
    team = team_of(number)
    done = [event.day for event in case.of("assessment-completed", type="core")]
    day = later(max(done), _UPDATED) if done else case.ends
    while later(day, _UPDATING) < case.ends or (day < case.ends and case.closed is None):
        yield happened("assessment-started", day, type="core", reason="update")
        finished = later(day, _UPDATING)
        if finished <= AS_AT:
            told = {"authorised_by": manager_of(team), "worker": worker_of(team, number)}
            yield happened("assessment-completed", finished, type="core", child_seen=True, **told)
        day = later(finished, _UPDATED)


def _actions(begins: date, ends: date) -> Iterator[Event]:
    """What the plan says is to be done, and that it was."""
    for n, (owner, pace) in enumerate((("social-care", 30), ("health", 60)), start=1):
        name = f"{begins.isoformat()}-{n}"
        due, done = later(begins, pace), later(begins, pace - 6)
        yield happened("plan-action-set", begins, action=name, owner=owner, due=due, measure="agreed-at-the-conference")
        if done < ends:
            yield happened("plan-action-done", done, action=name)
