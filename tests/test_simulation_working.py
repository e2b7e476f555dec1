"""An authority whose people are busy: queues obey their laws, nobody has more cases than they may, nothing hangs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
import simpy
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.test_simulation_living import BOOK, ERAS, KEPT, ONE_ASSESSMENT, odd, populations

from childprotect import Chronology, tables
from childprotect.calendars import england_and_wales
from childprotect.errors import DefinitionError, OutOfRange
from childprotect.simulation import (
    AGENCY,
    NEWLY_QUALIFIED,
    QUALIFIED,
    Delay,
    Gate,
    Population,
    Staffing,
    Team,
    Work,
    Worked,
    Worker,
    work,
)
from childprotect.simulation.offices import Authority, Case
from childprotect.simulation.waiting import ALLOCATION, CHAIR, GATES, MANAGER, ROOM, WORKER

STEADY = Worker(turnover=0.0)
SINGLE = (1.0,)
"""No siblings: each case is of one child."""


def a_year(
    population: Population, staffing: Staffing, first: date = ONE_ASSESSMENT, seed: int = 1, years: int = 1
) -> Worked:
    """A year of an authority with these people."""
    return work(population, staffing, np.random.default_rng(seed), first=first, years=years)


def staffed(*workers: tuple[Worker, int], managers: int = 3, **other: Any) -> Staffing:
    """One team, with enough managers, chairs and rooms unless it is told otherwise."""
    return Staffing(teams=(Team(workers=workers, managers=managers),), **{"chairs": 5, "rooms": 5, **other})


ABUNDANT = staffed((STEADY, 60), managers=20, chairs=20, rooms=20, leave=0, sickness=0)
BUSY = staffed((QUALIFIED, 5), (NEWLY_QUALIFIED, 3), (AGENCY, 2), managers=2)
TOO_FEW = staffed((evolve(QUALIFIED, caseload=7), 6), (NEWLY_QUALIFIED, 2), managers=1, chairs=1)
RESTLESS = staffed((Worker(turnover=8.0), 9), (Worker(turnover=12.0, newly_qualified=True, caseload=6), 4))
"""Nobody stays for long."""


# --- no journey is impossible


@st.composite
def staffs(draw: st.DrawFn) -> Staffing:
    """Few people and many, who stay or go."""

    def team(n: int) -> Team:
        turnover, caseload = draw(st.sampled_from([0.0, 1.0, 30.0])), draw(st.integers(0, 20))
        kinds = (Worker(turnover=turnover, caseload=caseload), evolve(NEWLY_QUALIFIED, turnover=turnover))
        sizes = draw(st.integers(1, 6)), draw(st.integers(0, 3))
        return Team(name=f"Team {n}", workers=tuple(zip(kinds, sizes, strict=True)), managers=draw(st.integers(1, 3)))

    return Staffing(
        teams=tuple(team(n) for n in range(draw(st.integers(1, 2)))),
        chairs=draw(st.integers(1, 3)),
        rooms=draw(st.integers(1, 3)),
        leave=draw(st.sampled_from([0.0, 30.0, 200.0])),
        sickness=draw(st.sampled_from([0.0, 10.0])),
        recruiting=draw(st.sampled_from([Delay.of(0), Delay.of(1), Delay.of(90)])),
        supervised=draw(st.sampled_from([3, 20])),
        supervision=draw(st.sampled_from([0.0, 0.15])),
    )


@given(populations(), staffs(), st.sampled_from(ERAS), st.integers(0, 2**32 - 1))
@settings(max_examples=settings().max_examples // 7)
def test_whoever_is_there_every_child_replays_without_an_irregularity(
    population: Population, staffing: Staffing, first: date, seed: int
) -> None:
    worked = a_year(population, staffing, first, seed)
    assert [line for story in worked.lived.chronologies() for line in odd(story)] == []
    assert all(story.events[-1].day <= worked.lived.last for story in worked.lived.chronologies())


@pytest.mark.parametrize("first", ERAS)
@pytest.mark.parametrize("seed", [1, 2])
def test_where_nobody_stays_and_many_come_back_every_child_replays_without_an_irregularity(
    first: date, seed: int
) -> None:
    worked = a_year(Population(referrals=250, again=0.8, again_within=150), RESTLESS, first, seed)
    assert [line for story in worked.lived.chronologies() for line in odd(story)] == []


def test_a_child_who_is_not_born_is_seen_by_nobody_however_busy_they_are() -> None:
    worked = a_year(Population(referrals=400, unborn=0.3, discussed=0.7), BUSY)
    unborn = [s for s in worked.lived.chronologies() if any(e.kind == "pre-birth-conference" for e in s.events)]
    assert len(unborn) > 10
    for story in unborn:
        (day,) = (e.day for e in story.events if e.kind == "pre-birth-conference")
        assert not any(e.facts["child-seen"] for e in story.events if e.kind == "visit" and e.day <= day)
        assert list(odd(story)) == []


# --- queues


def area(times: Any, at: Any) -> float:
    """The area below a number that changes at some times, up to the last of them."""
    edges = np.unique(times)
    middles = (edges[1:] + edges[:-1]) / 2
    return float(at(middles) @ np.diff(edges))


@pytest.mark.parametrize("gate", GATES)
def test_littles_law_holds_at_every_gate(gate: str) -> None:
    """The time-average of the queue is the rate at which cases come times the mean wait."""
    # who has a chair waits for a room where there are fewer rooms than chairs, and never where there are not
    worked = a_year(Population(referrals=300), evolve(TOO_FEW, rooms=1, chairs=3 if gate == ROOM else 1))
    entries, end = worked.log.gates[gate], float(len(worked.log.days))
    left = np.minimum(np.minimum(entries.began, entries.ended), end)
    waits = left - entries.asked
    assert len(entries) > 100
    assert (waits >= 0).all()
    queue = area([0.0, end, *entries.asked, *left], entries.queue) / end
    assert queue == pytest.approx(len(entries) / end * waits.mean())
    assert queue > 0
    begun = np.isfinite(entries.began)
    began, ended = entries.began[begun], np.minimum(entries.ended[begun], end)
    served = area([0.0, end, *began, *ended], entries.served) / end
    assert served == pytest.approx(len(began) / end * (ended - began).mean())


def test_a_gate_by_hand() -> None:
    """Three come at 0, 1 and 2; the first is served from 1 to 3, the second from 3 on; the third is given up at 4."""
    never = np.inf
    gate = Gate(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, never]), np.array([3.0, never, 4.0]))
    at = np.array([0.5, 1.5, 2.5, 3.5, 4.5])
    assert gate.queue(at).tolist() == [1, 1, 2, 1, 0]
    assert gate.served(at).tolist() == [0, 1, 1, 1, 1]
    assert gate.waits().tolist() == [1.0, 2.0]
    assert len(gate) == 3


def test_what_is_given_up_when_a_case_is_closed_waits_no_longer() -> None:
    worked = a_year(Population(referrals=300), RESTLESS)
    given_up = 0
    for name, gate in worked.log.gates.items():
        never = ~np.isfinite(gate.began)
        given_up += int((never & np.isfinite(gate.ended)).sum())
        assert (gate.asked <= gate.ended).all()
        at_the_end = gate.queue(np.array([float(len(worked.log.days))]))
        assert at_the_end == [(never & ~np.isfinite(gate.ended)).sum()], name
    assert given_up > 0


def test_the_queue_by_day_is_that_at_noon_of_each_working_day_of_the_years_that_were_asked_for() -> None:
    worked = a_year(Population(referrals=300), BUSY)
    by_day = worked.log.by_day(ALLOCATION, queue=False)
    assert [*by_day] == england_and_wales().days(date(2023, 4, 1), date(2024, 3, 31))
    gate, n = worked.log.gates[ALLOCATION], worked.log.days.index(date(2023, 10, 2)) + 0.5
    assert by_day[date(2023, 10, 2)] == sum((gate.began <= n) & (gate.ended > n))
    queue = worked.log.by_day(ALLOCATION, queue=True)
    assert queue[date(2023, 10, 2)] == sum((gate.asked <= n) & (gate.began > n))


def decisions_alone(per_year: float, managers: int, days: float) -> tuple[Population, Staffing]:
    """An authority in which managers decide on referrals, and nobody does anything else."""
    population = Population(
        referrals=per_year, families=SINGLE, no_further_action=1.0, moved_in=0.0, day_off=0.0, again=0.0, known=0.0
    )
    work_of = {"referral-decided": Work(manager=days)}
    return population, staffed((STEADY, 1), managers=managers, work=work_of, supervision=0, leave=0, sickness=0)


def test_whoever_comes_to_a_manager_who_is_free_does_not_wait_and_has_them_as_long_as_it_takes() -> None:
    worked = a_year(*decisions_alone(100, 10, 0.25))
    gate = worked.log.gates[MANAGER]
    assert gate.waits().tolist() == [0.0] * len(gate)
    took = (gate.ended - gate.began)[np.isfinite(gate.ended)]
    assert took.tolist() == [pytest.approx(0.25)] * len(took)


def test_the_work_for_a_family_is_that_for_one_child_and_a_part_for_each_other() -> None:
    population, staffing = decisions_alone(100, 10, 0.25)
    gate = a_year(evolve(population, families=(0.0, 0.0, 1.0)), evolve(staffing, siblings=0.5)).log.gates[MANAGER]
    took = (gate.ended - gate.began)[np.isfinite(gate.ended)]
    assert took.tolist() == [pytest.approx(0.5)] * len(took)


# --- who has which case


END = ("end", date.max, None)


def held(worked: Worked) -> Iterator[tuple[Chronology, list[tuple[str, date, Any]]]]:
    """Of each child, who had the case and when it was closed."""
    kinds = ("allocated", "deallocated", "case-closed")
    for story in worked.lived.chronologies():
        yield story, [(e.kind, e.day, e.facts.get("worker")) for e in story.events if e.kind in kinds]


def test_nobody_has_more_cases_than_they_may_and_who_is_busy_has_as_many() -> None:
    kinds = {"W": evolve(STEADY, caseload=9), "N": Worker(turnover=0.0, newly_qualified=True, caseload=4)}
    worked = a_year(Population(referrals=150, families=SINGLE), staffed((kinds["W"], 3), (kinds["N"], 2)))
    changes: dict[str, Counter[date]] = defaultdict(Counter)
    limits: dict[str, int] = {}
    for story, told in held(worked):
        for event in story.events:
            if event.kind == "allocated":
                limits[event.facts["worker"]] = 4 if event.facts["newly-qualified"] else 9
        worker = None
        for kind, day, who in told:
            if kind == "allocated":
                worker = who
                changes[who][day] += 1
            elif worker is not None:
                changes[worker][day] -= 1
                worker = None
    assert sorted(limits.values()) == [4, 4, 9, 9, 9]
    for name, by_day in changes.items():
        loads = np.cumsum([by_day[day] for day in sorted(by_day)])
        # those whose case was closed before the years that were asked for are not there
        assert limits[name] - 2 <= loads.max() <= limits[name]
    assert max(worked.log.by_day(ALLOCATION, queue=False).values()) == 35


def test_the_newly_qualified_lead_no_enquiry_and_have_other_cases() -> None:
    worked = a_year(Population(referrals=300, families=SINGLE), RESTLESS)
    by_decision: dict[Any, Counter[bool]] = defaultdict(Counter)
    for story in worked.lived.chronologies():
        decision = None
        for event in story.events:
            if event.kind in ("referral", "transfer-notified"):
                decision = None
            if event.kind == "referral-decided":
                decision = event.facts["outcome"]
            if event.kind == "allocated":
                by_decision[decision][event.facts["newly-qualified"]] += 1
    assert by_decision["strategy-discussion"][True] == 0
    assert by_decision["strategy-discussion"][False] > 50
    assert by_decision["assessment"][True] > 50


def test_a_case_whose_worker_leaves_is_given_up_and_given_to_another_on_a_later_day() -> None:
    worked = a_year(Population(referrals=300, families=SINGLE), RESTLESS)
    left: dict[Any, set[date]] = defaultdict(set)
    stories = [*held(worked)]
    for _, told in stories:
        for kind, day, who in told:
            if kind == "deallocated":
                left[who].add(day)
    assert len(left) > 20
    assert all(len(days) == 1 for days in left.values()), "a worker leaves once"
    again = 0
    for story, told in stories:
        for (kind, day, who), (then, later, other) in pairwise([*told, END]):
            if kind == "allocated":
                # until the case is closed or given up, and it is given up on the day on which the worker leaves
                assert then in ("deallocated", "case-closed", "end"), story.child
                assert then != "deallocated" or (other == who and day < later)
                assert all(later <= gone for gone in left[who] if gone > day) or then == "end"
            if kind == "deallocated":
                assert then in ("allocated", "case-closed", "end")
                if then == "allocated":
                    assert later > day
                    assert other != who
                    again += 1
        last_kind, last_day, last_who = told[-1] if told else ("", date.min, None)
        assert last_kind != "allocated" or not any(last_day < gone for gone in left[last_who]), story.child
    assert again > 100


def test_nobody_who_has_gone_gets_a_case_or_is_supervised() -> None:
    worked = a_year(Population(referrals=300, families=SINGLE), RESTLESS)
    events = [e for story in worked.lived.chronologies() for e in story.events if "worker" in e.facts]
    gone = {e.facts["worker"]: e.day for e in events if e.kind == "deallocated"}
    late = [e for e in events if e.kind != "deallocated" and e.day > gone.get(e.facts["worker"], date.max)]
    assert gone
    assert late == []


def test_what_waited_for_somebody_who_is_gone_waits_for_whoever_has_the_case_next() -> None:
    """One thing is being done for five days, another waits; on day 2 the case is taken back, on day 20 given again."""
    env, told = simpy.Environment(), list[tuple[float, str]]()
    staffing = staffed((STEADY, 1), leave=0, sickness=0, supervision=0)
    authority = Authority(env, staffing, 1, lambda case, kind, desk: told.append((env.now, kind)), lambda day: 0.0)
    (office,) = authority.offices
    case = Case(0, office)
    office.ask(case)
    for days in (5.0, 1.0):
        env.process(authority.worked(case, days, 1))
    env.run(until=2)
    office.take_back(case)
    case.ready = env.event()
    env.run(until=20)
    office.ask(case)
    env.run(until=30)
    gate = authority.log[WORKER]
    assert told == [(0, "allocated"), (20, "allocated")]
    assert (gate.began, gate.ended) == ([0, 20], [5, 21])


def test_changes_of_worker_are_counted_and_where_nobody_leaves_there_are_none() -> None:
    for staffing, changes in ((BUSY, True), (ABUNDANT, False)):
        worked = a_year(Population(referrals=200), staffing)
        kinds = Counter(kind for _, told in held(worked) for kind, *_ in told)
        assert (kinds["deallocated"] > 0) == changes
        assert kinds["allocated"] > 100


def test_each_case_is_talked_about_once_in_so_many_days() -> None:
    staffing = evolve(ABUNDANT, supervised=20, supervision=0.1)
    worked = a_year(Population(referrals=100), staffing)
    months = Counter(
        (story.child, event.day.year, event.day.month)
        for story in worked.lived.chronologies()
        for event in story.events
        if event.kind == "supervision"
    )
    assert set(months.values()) <= {1, 2}
    without = a_year(Population(referrals=100), evolve(staffing, supervision=0))
    assert "supervision" not in pl.DataFrame(without.lived.table())["event"].cast(pl.String).to_list()


def test_a_supervision_takes_its_time_of_the_manager_and_of_the_worker() -> None:
    """Nobody is referred, and there are managers enough: nothing else is done."""
    staffing = staffed((STEADY, 3), leave=0, sickness=0, supervised=20, supervision=0.5)
    log = a_year(Population(referrals=0), staffing).log
    begun = [log.gates[gate].began[np.isfinite(log.gates[gate].ended)] for gate in (MANAGER, WORKER)]
    ended = [log.gates[gate].ended[np.isfinite(log.gates[gate].ended)] for gate in (MANAGER, WORKER)]
    assert len(begun[0]) > 3 * 30
    assert abs(len(begun[0]) - len(begun[1])) <= 3
    for first, last in zip(begun, ended, strict=True):
        assert last - first == pytest.approx(0.5)


def test_the_more_supervision_the_longer_work_waits_for_the_workers() -> None:
    waits = [
        np.mean([cases_wait(evolve(staffed((STEADY, 9), managers=20), supervision=days), seed) for seed in range(3)])
        for days in (0.0, 1.0, 5.0)
    ]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 1.5


def test_the_oftener_children_are_visited_the_longer_work_waits_for_the_workers() -> None:
    often = Population(referrals=150, visits=Delay.of(2), need_visits=Delay.of(4))
    staffing = staffed((STEADY, 6), managers=20)
    waits = [mean_wait(people, staffing, WORKER) for people in (Population(referrals=150), often)]
    assert waits[1] > 1.2 * waits[0]


def cases_wait(staffing: Staffing, seed: int) -> float:
    """The mean wait of what is done for cases by their workers: it takes another time than a supervision."""
    gate = a_year(Population(referrals=150), staffing, seed=seed).log.gates[WORKER]
    some = np.isfinite(gate.ended) & np.isfinite(gate.began)
    asked, began, ended = gate.asked[some], gate.began[some], gate.ended[some]
    of_cases = ~np.isclose(ended - began, staffing.supervision)
    return float((began - asked)[of_cases].mean())


def test_teams_may_differ_in_their_thresholds_and_others_are_as_the_population_says() -> None:
    high = evolve(ABUNDANT.teams[0], name="High", shares={"enquired": 0.1, "conference_needed": 0.1})
    low = evolve(ABUNDANT.teams[0], name="Low", shares={"enquired": 1.0, "conference_needed": 0.9})
    worked = a_year(Population(referrals=900, discussed=0.8), evolve(ABUNDANT, teams=(high, low)))
    told: dict[Any, Counter[str]] = defaultdict(Counter)
    for story in worked.lived.chronologies():
        team = None
        for event in story.events:
            team = event.facts.get("team", team)
            told[team][f"{event.kind}: {event.facts.get('decision', '')}"] += 1
    discussed = ("strategy-discussion: section-47", "strategy-discussion: child-in-need")
    # a record names a team by a digest
    (few, strict), (many, lax) = sorted(
        (n[discussed[0]] / sum(n[kind] for kind in discussed), n) for name, n in told.items() if name
    )
    assert few < 0.35
    assert many > 0.8
    assert lax["initial-conference: "] > 5 * strict["initial-conference: "]


def test_teams_with_the_same_thresholds_as_the_authority_change_nothing() -> None:
    own = evolve(BUSY.teams[0], shares={"enquired": Population().enquired})
    one, other = (a_year(Population(referrals=60), s) for s in (BUSY, evolve(BUSY, teams=(own,))))
    assert one.lived.table().equals(other.lived.table())


def test_a_threshold_that_is_none_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(DefinitionError) as caught:
        Team(shares={"enquird": 0.5, "planned": 1.5})
    assert len(caught.value.problems) == 2


# --- more people, fewer people


def mean_wait(population: Population, staffing: Staffing, *gates: str) -> float:
    """The mean wait at some gates over some years that differ by chance alone, up to the end at most."""
    told = []
    for seed in range(3):
        log = a_year(population, staffing, seed=seed).log
        for gate in (log.gates[name] for name in gates):
            told += (np.minimum(np.minimum(gate.began, gate.ended), len(log.days)) - gate.asked).tolist()
    return float(np.mean(told))


@pytest.mark.parametrize(
    ("gates", "staffs_of"),
    [
        ((ALLOCATION, WORKER), [staffed((QUALIFIED, n)) for n in (2, 4, 6, 20)]),
        ((MANAGER,), [staffed((QUALIFIED, 12), managers=n) for n in (1, 2, 10)]),
        ((CHAIR, ROOM), [staffed((QUALIFIED, 12), chairs=n, rooms=n) for n in (1, 2, 10)]),
    ],
)
def test_fewer_people_never_make_waits_shorter(gates: tuple[str, ...], staffs_of: list[Staffing]) -> None:
    waits = [mean_wait(Population(referrals=150), staffing, *gates) for staffing in staffs_of]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > 2 * waits[-1]


def late(worked: Worked) -> set[str]:
    """The rules that were not kept in the years that were asked for, or of which nobody can tell."""
    rows = tables.check(tables.scan(worked.lived.table()), BOOK, as_at=worked.lived.last).collect()
    rows = rows.filter(pl.col("started").is_null() | (pl.col("started") >= worked.lived.first))
    return set(rows.filter(~pl.col("status").cast(pl.String).is_in(KEPT))["rule"].cast(pl.String))


@pytest.mark.parametrize("first", ERAS)
def test_where_nobody_is_busy_nothing_is_late_and_where_everybody_is_much_is(first: date) -> None:
    population = Population(referrals=200, moved_in=0.05, unborn=0.0)
    assert late(a_year(population, ABUNDANT, first)) == set()
    few = late(a_year(population, staffed((STEADY, 2), managers=1, chairs=1, rooms=1), first))
    assert {"initial-assessment" if first.year == 2011 else "single-assessment"} <= few


def test_where_nobody_is_busy_only_the_delays_that_are_planned_ahead_pass() -> None:
    worked = a_year(Population(referrals=200), ABUNDANT)
    for name, gate in worked.log.gates.items():
        assert gate.waits().mean() < 0.1, name


def test_a_failing_of_practice_is_there_however_many_people_there_are() -> None:
    worked = a_year(Population(referrals=200, without_police=0.3, unborn=0.0), ABUNDANT)
    assert late(worked) == {"strategy-discussion-attendance"}


def test_a_manager_who_leaves_makes_the_others_busier_from_that_day_on() -> None:
    day = date(2023, 10, 2)
    population, staffing = decisions_alone(4000, 2, 0.09)
    teams = (evolve(staffing.teams[0], managers_leave=(day,)),)
    with_both, with_one = (a_year(population, s).log for s in (staffing, evolve(staffing, teams=teams)))
    queues = [
        [
            np.mean([n for d, n in log.by_day(MANAGER, queue=True).items() if (d >= day) == after])
            for after in (False, True)
        ]
        for log in (with_both, with_one)
    ]
    assert queues[0][0] == queues[1][0]
    assert queues[1][1] > 20 * queues[0][1] + 1


# --- the same seed, and what is none


def test_the_same_seed_gives_the_same_authority_and_another_another() -> None:
    a, b, c = (a_year(Population(referrals=60), BUSY, seed=seed) for seed in (1, 1, 2))
    assert a.lived.table().equals(b.lived.table())
    assert all(np.array_equal(a.log.gates[g].ended, b.log.gates[g].ended) for g in GATES)
    assert not a.lived.table().equals(c.lived.table())


@pytest.mark.parametrize("years", [1, 3])
def test_as_many_are_referred_as_the_population_says(years: int) -> None:
    worked = a_year(Population(referrals=1000, families=SINGLE, moved_in=0.0), ABUNDANT, years=years)
    frame = pl.DataFrame(worked.lived.table()).filter(pl.col("event").cast(pl.String) == "referral")
    referred = frame.filter(pl.col("at") >= worked.lived.first)
    assert len(referred) == pytest.approx(1000 * years, abs=5 * (1000 * years) ** 0.5)
    assert worked.lived.last == date(2023 + years, 3, 31)


@pytest.mark.parametrize(
    "staffing",
    [
        staffed((Worker(caseload=0), 3)),
        staffed((Worker(turnover=200.0), 3), recruiting=Delay.of(0)),
        staffed((Worker(turnover=50.0), 1), recruiting=Delay.of(300)),
        staffed((NEWLY_QUALIFIED, 4)),
        staffed((QUALIFIED, 4), leave=250, sickness=250),
        staffed((QUALIFIED, 4), supervised=1, supervision=5),
        staffed((QUALIFIED, 4), work={}),
    ],
    ids=["no cases", "nobody stays", "nobody comes", "nobody for an enquiry", "always away", "only talk", "no work"],
)
def test_nothing_hangs_whoever_is_there(staffing: Staffing) -> None:
    """The authority lives to its last day: cases come in to the end, and those that nobody has wait for somebody."""
    worked = a_year(Population(referrals=150), staffing)
    assert worked.log.days[-1] == date(2024, 3, 28)
    frame = pl.DataFrame(worked.lived.table()).filter(pl.col("event").cast(pl.String) == "referral")
    assert frame["at"].max() >= date(2024, 3, 15)  # type: ignore[operator]
    gate = worked.log.gates[ALLOCATION]
    assert gate.asked.max() > len(worked.log.days) - 15
    kinds = [kind for team in staffing.teams for kind, _ in team.workers]
    if not any(kind.caseload for kind in kinds):
        assert not np.isfinite(gate.began).any()


def test_a_year_in_which_nobody_is_referred_is_empty() -> None:
    worked = a_year(Population(referrals=0), BUSY)
    assert len(worked.lived) == 0
    assert len(worked.log.gates[ALLOCATION]) == 0


@pytest.mark.parametrize("years", [0, -2])
def test_no_years_are_refused(years: int) -> None:
    with pytest.raises(DefinitionError, match=f"{years} years; expected 1 or more"):
        a_year(Population(referrals=10), BUSY, years=years)


@pytest.mark.parametrize(("first", "years"), [(date(1950, 4, 1), 1), (date(2049, 4, 1), 3), (date(2120, 4, 1), 1)])
def test_years_beyond_the_calendar_of_working_days_are_refused(first: date, years: int) -> None:
    with pytest.raises(OutOfRange):
        a_year(Population(referrals=10), BUSY, first, years=years)


def test_the_last_year_of_the_calendar_can_be_lived() -> None:
    worked = a_year(Population(referrals=100), BUSY, date(2049, 12, 1))
    assert worked.lived.last == date(2050, 11, 30)


def test_what_are_no_people_are_refused() -> None:
    wrong: Any = Team()
    with pytest.raises(DefinitionError, match="the staff are of the type Team; expected a Staffing"):
        a_year(Population(referrals=10), wrong)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"teams": ()}, "there is no team"),
        ({"teams": (Team(workers=()),)}, "'Team 1' has no social worker"),
        ({"teams": (Team(managers=0),)}, "'Team 1' has no manager"),
        ({"teams": (Team(managers=1, managers_leave=(date(2023, 6, 1),)),)}, "'Team 1' has no manager, or none stays"),
        ({"teams": (Team(), Team())}, "two teams are called 'Team 1'"),
        ({"chairs": 0}, "there is no chair or no room"),
        ({"rooms": 0}, "there is no chair or no room"),
        ({"leave": -1}, "leave is -1; expected 0 or more"),
        ({"siblings": float("nan")}, "siblings is nan; expected 0 or more"),
    ],
)
def test_people_who_are_none_are_refused(changes: dict[str, Any], because: str) -> None:
    with pytest.raises(DefinitionError, match=because):
        Staffing(**changes)


def test_all_that_is_wrong_with_the_people_is_told_at_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        Staffing(teams=(Team(name="A", workers=(), managers=0), Team(name="B", workers=())), chairs=0)
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("of", "name"), [(Worker, "caseload"), (Worker, "turnover"), (Work, "chair"), (Team, "managers")]
)
def test_a_number_below_nothing_is_refused_by_name(of: Any, name: str) -> None:
    with pytest.raises(DefinitionError, match=f"{name} is -1; expected 0 or more"):
        of(**{name: -1})
