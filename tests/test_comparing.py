"""Two scenarios compared: the same one does not differ, what differs is found, and the intervals are Student's."""

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from attrs import evolve, fields

from childprotect import check
from childprotect.calendars import england_and_wales
from childprotect.errors import DefinitionError, UnknownName
from childprotect.rulebooks import england
from childprotect.simulation import Comparison, Difference, Ran, Scenario, Worked, compare, figures
from childprotect.simulation.comparing import student
from childprotect.simulation.outcomes import came, late, published, took, waiting, workers_lost
from childprotect.simulation.waiting import MANAGER, Gate

TOLD: dict[str, Any] = {"name": "A", "first": "2023-04-01", "years": 1, "population": {"referrals": 80}}
TEAM: dict[str, Any] = {"workers": {"qualified": 5}, "managers": 1}
SLOW = {kind: {"manager": 1.2} for kind in ("referral-decided", "strategy-discussion")}


def lived(name: str = "A", **population: Any) -> Scenario:
    return Scenario.of({**TOLD, "name": name, "population": {"referrals": 80, **population}})


def worked(name: str = "A", **staff: Any) -> Scenario:
    return Scenario.of({**TOLD, "name": name, "staff": {"team": {"North": TEAM}, **staff}})


@pytest.fixture(scope="module")
def ran() -> Ran:
    return Ran(worked().run(1))


# --- Student's distribution -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "told"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (7, 2.365), (10, 2.228), (19, 2.093), (30, 2.042), (120, 1.980)],
)
def test_the_quantiles_are_those_of_every_table(freedom: int, told: float) -> None:
    assert student(freedom) == pytest.approx(told, abs=5e-4)


@pytest.mark.parametrize("freedom", [1, 2, 5, 8, 19, 40])
def test_the_density_between_the_quantiles_adds_up_to_95_of_100(freedom: int) -> None:
    steps = 200_001
    at = np.linspace(-student(freedom), student(freedom), steps)
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    density = scale * (1 + at**2 / freedom) ** (-(freedom + 1) / 2)
    assert np.trapezoid(density, at) == pytest.approx(0.95, abs=1e-6)


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_run_are_the_published_ones_what_was_late_who_waited_and_the_staff(ran: Ran) -> None:
    told = figures(ran)
    assert {"referrals", "late/referral-decision", "wait/manager", "queue/worker", "caseload"} <= told.keys()
    assert told == {**told, **published(ran), **late(ran), **waiting(ran)}
    assert all(math.isfinite(figure) for figure in told.values())


def test_late_is_the_share_of_the_duties_of_these_years_that_were_not_kept_in_time() -> None:
    ran = Ran(worked(work={"assessment-completed": {"worker": 9}}).run(1))
    statuses = [
        finding.status.value
        for story in ran.lived.chronologies()
        for finding in check(story, england.rulebook, as_at=ran.lived.last).findings
        if finding.rule == "single-assessment" and finding.started is not None
        if str(finding.started)[:10] >= ran.lived.first.isoformat()
    ]
    decided = [status for status in statuses if status in ("met", "late", "overdue", "breached")]
    assert len(decided) > 50
    assert 0.1 < 1 - decided.count("met") / len(decided) < 0.9
    assert late(ran)["late/single-assessment"] == pytest.approx(1 - decided.count("met") / len(decided))


def test_waits_are_those_of_the_years_that_were_asked_for(ran: Ran) -> None:
    assert ran.log is not None
    every, these = ran.log.gates[MANAGER], came(ran.log, MANAGER)
    assert 0 < len(these) < len(every)
    assert (these.asked >= ran.log.first).all()
    assert waiting(ran)["wait/manager"] == pytest.approx(these.waits().mean())


def test_waits_can_be_counted_from_a_day_on_and_who_still_waits_is_told(ran: Ran) -> None:
    assert ran.log is not None
    since = date(2023, 10, 1)  # a Sunday: from the Monday on
    these = came(ran.log, MANAGER, since)
    assert (these.asked == [at for at in ran.log.gates[MANAGER].asked if ran.log.days[int(at)] >= since]).all()
    assert 0 < len(these) < len(came(ran.log, MANAGER))
    never, far = np.inf, np.array([0.0, 1.0, 2.0])
    gate = Gate(far, np.array([1.0, never, never]), np.array([never, 5.0, never]))  # served, given up, waiting
    assert (gate.waiting, len(gate.waits())) == (1, 1)


def test_what_was_late_and_how_long_it_took_can_be_counted_from_a_day_on() -> None:
    ran, since = Ran(worked(work=SLOW).run(1)), date(2023, 10, 1)
    found = [
        finding
        for story in ran.lived.chronologies()
        for finding in check(story, england.rulebook, as_at=ran.lived.last).findings
        if finding.rule == "referral-decision" and finding.trigger is not None and finding.trigger.day >= since
    ]
    days = england_and_wales()
    next_day = timedelta(days=1)
    took_days = [len(days.days(f.trigger.day + next_day, f.answer.day)) for f in found if f.trigger and f.answer]
    assert len(took_days) > 20
    assert sum(took_days) > 0
    everything = took(ran, "referral-decision", date.min)
    assert sorted(took(ran, "referral-decision", since)) == sorted(took_days)
    assert len(everything) > len(took(ran, "referral-decision")) > len(took_days)
    decided = [f.status.value for f in found if f.status.value in ("met", "late", "overdue", "breached")]
    assert late(ran, since)["late/referral-decision"] == pytest.approx(1 - decided.count("met") / len(decided))
    assert late(ran, since) != late(ran)
    with pytest.raises(UnknownName, match="referral-decision"):
        took(ran, "referral-decisions")


def test_changes_of_worker_are_those_of_the_years_that_were_asked_for(ran: Ran) -> None:
    table = pl.DataFrame(ran.table).filter(pl.col("event").cast(pl.String) == "deallocated")
    assert workers_lost(ran) == len(table.filter(pl.col("at") >= ran.lived.first)) < len(table)


def test_a_year_of_several_is_told_on_average_and_one_that_is_not_whole_is_not() -> None:
    long = lived().lasting(3).run(1)
    assert not isinstance(long, Worked)
    assert Ran(long).years == (2024, 2025, 2026)
    assert 60 < published(Ran(long))["referrals"] < 100
    other = Scenario.of({**TOLD, "first": "2023-04-02"}).run(1)
    assert Ran(other).years == ()
    assert published(Ran(other)) == {}


def test_nobody_waits_where_nobody_is_busy() -> None:
    told = figures(Ran(lived().run(1)))
    assert not any(name.startswith(("wait/", "queue/", "caseload", "changes")) for name in told)


# --- two scenarios --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [lived(), worked()], ids=["lived", "worked"])
def test_a_scenario_does_not_differ_from_itself(scenario: Scenario) -> None:
    found = compare(scenario, evolve(scenario, name="B"), seeds=2)
    assert len(found.figures) > 40
    for one in found.figures:
        assert (one.difference, one.low, one.high, one.is_clear) == (0, 0, 0, False)
        assert one.first == one.second


def test_slower_managers_make_people_wait_for_them_and_the_seeds_are_paired() -> None:
    found = compare(worked(), worked("B", work=SLOW), seeds=3, measures=[waiting, published])
    assert found["wait/manager"].is_clear
    assert found["wait/manager"].difference > 0.3
    started = found["section-47s"]
    apart = [published(Ran(worked().run(seed)))["section-47s"] for seed in range(3)]
    assert started.high - started.low < 2 * student(2) * float(np.std(apart, ddof=1)) * math.sqrt(2 / 3)


def test_more_referrals_are_found_where_nobody_is_busy() -> None:
    found = compare(lived(), lived("B", referrals=160), seeds=4)
    assert found["referrals"].is_clear
    assert found["referrals"].low < 80 < found["referrals"].high
    assert found.names == ("A", "B")
    assert found.seeds == (0, 1, 2, 3)


def by_seed(first: Mapping[int, float], second: Mapping[int, float]) -> Difference:
    """The difference of a figure that is given for each seed: nothing else is asked of the runs."""
    runs = iter([some.get(seed) for seed in range(4) for some in (first, second)])

    def given(_: Ran) -> Mapping[str, float]:
        figure = next(runs)
        return {} if figure is None else {"own": figure}

    return compare(lived(), lived("B"), seeds=4, measures=[given])["own"]


def test_a_measure_of_ones_own_is_paired_and_its_interval_is_student_s() -> None:
    one = by_seed({0: 1, 1: 2, 2: 3, 3: 4}, {0: 2, 1: 4, 2: 4, 3: 6})
    assert (one.pairs, one.first, one.second, one.difference) == (4, 2.5, 4, 1.5)
    half = 3.182446 * math.sqrt(1 / 3) / 2
    assert (one.low, one.high) == pytest.approx((1.5 - half, 1.5 + half), abs=1e-5)
    assert one.is_clear


def test_a_figure_of_ones_own_has_the_same_interval_without_a_run() -> None:
    pairs = [(1.0, 2.0), (2.0, 4.0), (3.0, 4.0), (4.0, 6.0)]
    assert Difference.of("own", iter(pairs)) == by_seed(
        {n: a for n, (a, _) in enumerate(pairs)}, {n: b for n, (_, b) in enumerate(pairs)}
    )
    for some in ([], pairs[:1]):
        with pytest.raises(DefinitionError, match=f"{len(some)} pairs; expected 2 or more"):
            Difference.of("own", some)


def test_seeds_from_which_only_one_has_the_figure_are_left_out() -> None:
    one = by_seed({0: 1, 2: 3, 3: 4}, {0: 2, 1: 9, 2: 4})
    assert (one.pairs, one.difference, one.low, one.high) == (2, 1, 1, 1)


def test_a_figure_of_fewer_than_two_pairs_is_not_told() -> None:
    with pytest.raises(UnknownName, match="unknown figure 'own'"):
        by_seed({0: 1}, {0: 2, 1: 3})


def test_a_comparison_is_a_table_for_people_and_one_for_programs() -> None:
    found = compare(lived(), lived("Another"), seeds=2)
    head, *lines = str(found).splitlines()
    assert head == "A: A"
    assert lines[0] == "B: Another"
    assert any(line.startswith("figure ") and line.endswith("95 % interval") for line in lines)
    assert len([line for line in lines if line.startswith("referrals ")]) == 1
    frame = found.to_frame()
    assert frame.columns == [field.name for field in fields(Difference)]
    assert frame.rows() == [tuple(getattr(one, name) for name in frame.columns) for one in found.figures]


def lines_of(**figures: tuple[float, float]) -> dict[str, str]:
    """The lines of a comparison of these figures, each of two pairs, by what they begin with."""
    some = tuple(
        Difference.of(name.replace("__", "/").replace("_", "-"), [(a, b), (a, b + (b - a) / 2)])
        for name, (a, b) in figures.items()
    )
    lines = str(Comparison(("A", "B"), (0, 1), some)).splitlines()
    return {line.split("  ")[0]: line for line in lines if line}


def test_a_comparison_tells_shares_in_percent_and_what_is_counted() -> None:
    told = lines_of(
        late__first_core_group=(0.1, 0.125),
        wait__worker=(1.5, 1.7),
        caseload=(140.0, 150.0),
        referrals=(1600.0, 1500.0),
    )
    assert re.search(r" 10\.0% +13\.1% +3\.1 points  -4\.8 to 11\.1$", told["late/first-core-group"])
    assert "1.50" in told["wait/worker, working days"]
    assert "140.0" in told["caseload, cases"]
    assert re.search(r" 1,600 +1,475 +-125 ", told["referrals"])


def test_a_part_is_told_by_its_share_where_there_is_one() -> None:
    told = lines_of(referrals__again=(20.0, 22.0), share__referrals__again=(0.2, 0.22), own__part=(3.0, 4.0))
    assert "20.0%" in told["referrals/again"]
    assert "own/part" in told


def test_what_differs_by_rounding_does_not_differ() -> None:
    whole = 0.1 + 0.2
    one = Difference.of("late/own", [(0.3, whole), (0.3, whole), (0.5, 0.5)])
    assert whole != 0.3
    assert (one.difference, one.low, one.high, one.is_clear) == (0, 0, 0, False)
    told = lines_of(own=(1.0, 1.0 - 1e-9))["own"]
    assert "-0.00" not in told
    assert "e-" not in told


def test_published_shares_are_those_of_the_published_numbers(ran: Ran) -> None:
    told = published(ran)
    assert told["share/referrals/again"] == pytest.approx(told["referrals/again"] / told["referrals"])
    assert "share/referrals" not in told


def test_a_figure_that_is_not_there_names_the_nearest() -> None:
    found = compare(lived(), lived("B"), seeds=2)
    with pytest.raises(UnknownName, match="perhaps 'late/referral-decision' was meant"):
        found["late/referral-decisions"]


def test_who_looks_on_is_told_of_every_run() -> None:
    seen: list[tuple[int, int]] = []
    compare(lived(), lived("B"), seeds=2, told=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_cannot_be_compared_is_told_at_once() -> None:
    later = Scenario.of({**TOLD, "first": "2022-04-01"})
    with pytest.raises(DefinitionError) as caught:
        compare(lived(), later, seeds=1)
    assert caught.value.problems == (
        "1 seeds; expected 2 or more, or no interval can be told",
        "the first is from 2023-04-01 to 2024-03-31, the second from 2022-04-01 to 2023-03-31; expected one",
    )
