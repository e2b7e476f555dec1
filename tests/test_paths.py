"""Paths: the steps that can be told apart, every order that the charts permit, and the latest schedule of one."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from childprotect import Rulebook, Status
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import day_of
from childprotect.charts import Chart, Move
from childprotect.conditions import on, stated
from childprotect.events import Facts
from childprotect.paths import Step, alphabet, cones, walk
from childprotect.periods import days, hours, working_days
from childprotect.rulebooks import england
from childprotect.rules import Attended, Order, Recorded, Rule, Within
from childprotect.schedules import Running, Schedule
from childprotect.spells import During, Spell
from childprotect.versions import Version

LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1))
CLOSED = Step("case-closed")


def version(requires: object = None) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.PRIMARY)  # type: ignore[arg-type]


def step(kind: str, **facts: object) -> Step:
    """A step with facts."""
    return Step(kind, Facts(facts))


DOOR = Chart(
    "door",
    "none",
    (
        Move(("none", "decided"), "referral", "referred"),
        Move("referred", "referral-decided", "decided"),
        Move("decided", "referrer-informed", "decided"),
        Move(("referred", "decided"), "case-closed", "none"),
    ),
    ("none",),
)
SAFE = Chart(
    "safe",
    "none",
    (Move("none", "missing", "missing"), Move("missing", "found", "none")),
    ("none",),
)
DECIDED = Within(
    id="decided",
    title="decided",
    start=on("referral"),
    end=on("referral-decided"),
    versions=(version(working_days(1)),),
)
INTERVIEWED = Within(
    id="interviewed", title="found again", start=on("missing"), end=on("found"), versions=(version(hours(72)),)
)


def paths(charts: tuple[Chart, ...], rules: tuple[Rule, ...], repeats: int) -> list[tuple[str, ...]]:
    """The kinds of the steps of every path from a referral to the closure."""
    steps = (*(s for s in alphabet(charts, rules) if s.kind != "case-closed"), CLOSED)
    begin: tuple[str, ...] = ()
    made = walk(
        charts,
        steps,
        rules,
        begin,
        lambda path, step: (*path, step.kind),
        first=[Step("referral")],
        last="case-closed",
        repeats=repeats,
    )
    return list(made)


# --- the alphabet


def test_values_that_no_chart_and_no_rule_tells_apart_are_one_step() -> None:
    rule = Within(
        id="a",
        title="a",
        start=on("referral"),
        end=on("referral-decided", outcome=("assessment", "strategy-discussion")),
        discharge=on("referral-decided", where=stated("outcome", "early-help")),
        versions=(version(days(1)),),
    )
    decided = [dict(s.facts)["outcome"] for s in alphabet([DOOR], [rule]) if s.kind == "referral-decided"]
    assert decided == ["no-further-action", "early-help", "assessment"]


def test_a_condition_inside_a_spell_tells_values_apart_too() -> None:
    spell = Spell("taken up", opens=on("referral-decided", outcome="assessment"), closes=on("case-closed"))
    rule = Within(
        id="a",
        title="a",
        start=on("referrer-informed", where=During(spell)),
        end=on("case-closed"),
        versions=(version(days(1)),),
    )
    assert [str(s) for s in alphabet([DOOR], [rule])] == [
        "referral",
        "referral-decided (outcome: no-further-action)",
        "referral-decided (outcome: assessment)",
        "referrer-informed",
        "case-closed",
    ]


def test_what_nobody_reads_is_no_step_unless_it_is_on_the_way_to_what_somebody_reads() -> None:
    found = Within(id="a", title="a", start=on("found"), end=on("found"), versions=(version(days(1)),))
    assert {s.kind for s in alphabet([DOOR, SAFE], [DECIDED])} == {"referral", "referral-decided"}
    assert {s.kind for s in alphabet([SAFE], [found])} == {"missing", "found"}


def test_two_kinds_of_event_that_nobody_tells_apart_are_one_step() -> None:
    charts = [england.charts["enquiry"], england.charts["conference"]]
    kinds = {s.kind for s in alphabet(charts, [england.rulebook["initial-conference"]])}
    assert "initial-conference" in kinds
    assert "pre-birth-conference" not in kinds


def test_a_step_has_what_the_rules_require_to_be_recorded_of_it() -> None:
    attended = Attended(id="a", title="a", event=on("referral"), versions=(version(frozenset({"police"})),))
    recorded = Recorded(
        id="b", title="b", event=on("referral"), versions=(version(("decided-by", "categories", "quorate")),)
    )
    (referral,) = (s for s in alphabet([DOOR], [attended, recorded]) if s.kind == "referral")
    assert dict(referral.facts) == {
        "agencies": frozenset({"police"}),
        "decided-by": "recorded",
        "categories": frozenset({"recorded"}),
        "quorate": True,
    }


# --- the walk


def test_every_order_that_the_charts_permit_is_walked() -> None:
    assert paths((DOOR,), (DECIDED,), 0) == [
        ("referral", "referral-decided", "case-closed"),
        ("referral", "case-closed"),
    ]


@pytest.mark.parametrize("repeats", [0, 1, 2, 3])
def test_no_more_steps_are_of_a_kind_that_came_before_than_are_allowed_and_as_many_are(repeats: int) -> None:
    walked = paths((DOOR,), (DECIDED,), repeats)
    again = [len(path) - len(set(path)) for path in walked]
    assert max(again) == repeats
    assert len(set(walked)) == len(walked)


def test_of_orders_that_differ_only_in_steps_that_nothing_connects_one_is_walked() -> None:
    both = paths((DOOR, SAFE), (DECIDED, INTERVIEWED), 0)
    assert (
        sum(
            sorted(path) == sorted(("referral", "referral-decided", "missing", "found", "case-closed")) for path in both
        )
        == 1
    )
    apart = {kind for cone in cones((DECIDED, INTERVIEWED)) for kind in cone}
    assert apart == {"referral", "referral-decided", "missing", "found"}


def test_steps_that_a_rule_reads_together_are_walked_in_every_order() -> None:
    joined = Order(
        id="o", title="o", then=on("referral-decided"), first=on("found"), since=on("missing"), versions=(version(),)
    )
    walked = paths((DOOR, SAFE), (joined,), 0)
    middles = {path[1:-1] for path in walked if len(path) == 5}
    orders = permutations(("referral-decided", "missing", "found"))
    assert middles == {order for order in orders if order.index("missing") < order.index("found")}


def test_a_path_ends_only_where_nothing_is_left_open() -> None:
    walked = paths((DOOR, SAFE), (DECIDED, INTERVIEWED), 0)
    assert all(("missing" in path) == ("found" in path) for path in walked)


def test_a_beginning_that_the_charts_do_not_permit_is_an_error() -> None:
    begin: tuple[str, ...] = ()
    with pytest.raises(ValueError, match="found is not permitted in 'safe' at 'none'"):
        list(
            walk(
                (SAFE,),
                [Step("found")],
                (),
                begin,
                lambda path, _: path,
                first=[Step("found")],
                last="found",
                repeats=0,
            )
        )


# --- schedules

BOOK = Rulebook("ours", (DECIDED, INTERVIEWED))
FRIDAY = date(2024, 3, 22)


def test_a_step_is_taken_on_the_last_day_on_which_nothing_is_late() -> None:
    referred = Schedule(BOOK, FRIDAY).latest(Step("referral"))
    assert referred.running == (Running("decided", 0, date(2024, 3, 25)),)
    decided = referred.latest(Step("referral-decided"))
    assert [event.day for event in decided.events] == [FRIDAY, date(2024, 3, 25)]
    assert decided.report(date(2030, 1, 1)).findings[0].status is Status.MET


def test_hours_are_kept_to_the_moment() -> None:
    schedule = Schedule(BOOK, FRIDAY).latest(Step("missing")).latest(Step("found"))
    first, last = (event.at for event in schedule.events)
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    passed = last.astimezone(UTC) - first.astimezone(UTC)
    assert timedelta(hours=71, minutes=58) < passed < timedelta(hours=72)


def test_where_no_clock_runs_a_month_passes() -> None:
    schedule = Schedule(BOOK, FRIDAY).latest(Step("missing")).latest(Step("found")).latest(CLOSED)
    assert schedule.events[2].day - schedule.events[1].day == timedelta(days=30)


def test_an_overrun_makes_late_what_it_overran_and_what_can_come_no_earlier_and_nothing_else() -> None:
    schedule = Schedule(BOOK, FRIDAY)
    for kind in ("missing", "referral", "referral-decided", "found"):
        schedule = schedule.latest(Step(kind))
    assert [closed.step for closed in schedule.closed] == [2, 3]
    first, second = schedule.overruns()
    assert {clock.rule for clock in first.late} == {"decided", "interviewed"}
    assert {clock.rule for clock in second.late} == {"interviewed"}
    for overrun in (first, second):
        breaches = overrun.schedule.report(date(2030, 1, 1)).breaches
        assert {finding.rule for finding in breaches} == {clock.rule for clock in overrun.late}
        assert day_of(overrun.due) <= overrun.schedule.events[overrun.step].day


def test_a_clock_that_may_have_ended_is_closed_with_a_doubt() -> None:
    rule = Within(
        id="a",
        title="a",
        start=on("referral"),
        end=on("referral-decided", outcome="assessment"),
        versions=(version(days(5)),),
    )
    schedule = Schedule(Rulebook("ours", (rule,)), FRIDAY).latest(Step("referral")).latest(Step("referral-decided"))
    assert [closed.doubtful for closed in schedule.closed] == [True]
    (overrun,) = schedule.overruns()
    assert (overrun.late, len(overrun.perhaps)) == (frozenset(), 1)
