"""A pathway writes nothing that the charts do not permit: what could is refused when it is made, and says where."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from childprotect import Chart, Chronology, Journey
from childprotect.charts import Move
from childprotect.errors import DefinitionError
from childprotect.events import Facts
from childprotect.paths import Step
from childprotect.simulation import Delay
from childprotect.simulation.delays import AT_ONCE
from childprotect.simulation.drawing import Chance, draw
from childprotect.simulation.pathway import Pathway
from childprotect.simulation.stages import BEGIN, Kept, Stage, Way
from childprotect.tables.days import day, number
from childprotect.vocabulary import EventKind, Vocabulary

TOLD = Vocabulary(tuple(EventKind(name, "door", name) for name in ("knock", "open", "talk", "shut")))
"""On one day a knock comes before the opening of the door, that before a talk, and that before it is shut."""
HOUSE = frozenset({"house"})
AT_HOME = Vocabulary(
    (
        EventKind("knock", "door", "knock"),
        EventKind("open", "door", "open", opens="house", begins=HOUSE),
        EventKind("talk", "door", "talk", begins=HOUSE),
        EventKind("shut", "door", "shut", closes="house"),
    )
)
"""The same, with a spell: where the house is shut and opened again on one day, it is shut first."""
DOOR = Chart(
    "door",
    "closed",
    (
        Move("closed", "knock", "closed"),
        Move("closed", "open", "ajar"),
        Move("ajar", "talk", "ajar"),
        Move("ajar", "shut", "closed"),
    ),
    ("closed",),
)
NEXT_DAY = Delay.of(1)
ONE_TO_THREE = Delay.bands({(1, 3): 1})


def way(name: str, *kinds: str, share: float = 1.0) -> Way:
    """A way on which these events happen."""
    return Way(name, tuple(Step(kind) for kind in kinds), share)


def made(*stages: Stage | Kept, chart: Chart = DOOR, vocabulary: Vocabulary = TOLD) -> Pathway:
    """A pathway that is held against the chart of the door."""
    return Pathway(stages, {chart.strand: chart}, vocabulary)


OPENED, SHUT = Stage(BEGIN, (way("opened", "open"),)), Stage("opened", (way("shut", "shut"),), NEXT_DAY)


def test_a_door_that_is_opened_and_shut_and_opened_again_is_a_pathway() -> None:
    assert [step.kind for step in made(OPENED, SHUT).steps] == ["open", "shut"]


REFUSED: dict[str, tuple[tuple[Stage | Kept, ...], str]] = {
    "shut before it is opened": (
        (Stage(BEGIN, (way("shut", "shut"),)), Stage("shut", (way("opened", "open"),), NEXT_DAY)),
        "door: shut may come while it stands at 'closed'",
    ),
    "side by side, in an order that nobody decides": (
        (OPENED, SHUT, Stage("opened", (way("talked", "talk"),), ONE_TO_THREE)),
        "door: talk may come while it stands at 'closed'",
    ),
    "shut on the day of the knock that follows: a knock comes before all else on a day": (
        (
            OPENED,
            Stage("opened", (way("shut", "shut"),), NEXT_DAY),
            Stage("shut", (way("knocked", "knock"),)),
        ),
        "door: knock may come while it stands at 'ajar'",
    ),
    "left open: a later episode opens it once more": ((OPENED,), "door: open may come while it stands at 'ajar'"),
    "sometimes left open": (
        (OPENED, Stage("opened", (way("shut", "shut", share=0.9),), NEXT_DAY)),
        "door: open may come while it stands at 'ajar'",
    ),
    "a talk again and again that nothing ends": (
        (
            OPENED,
            SHUT,
            Stage("opened", (way("tired", share=0.5),)),
            Kept((Step("talk"),), "opened", "tired", NEXT_DAY),
        ),
        "talk is done again and again, and may never end",
    ),
    "a talk again and again that goes on when the door is shut": (
        (
            OPENED,
            SHUT,
            Stage("opened", (way("tired"),), Delay.of(5)),
            Kept((Step("talk"),), "opened", "tired", NEXT_DAY),
        ),
        "door: talk may come while it stands at 'closed'",
    ),
    "a talk again and again on one day": (
        (OPENED, SHUT, Kept((Step("talk"),), "opened", "shut", Delay.bands({(0, 1): 1}))),
        "talk may be done again on the same day",
    ),
    "a way that no stage leads to": (
        (OPENED, SHUT, Stage("climbed", (way("fell", "shut"),))),
        "shut follows 'climbed', which no stage before it leads to",
    ),
    "a way that only a later stage leads to": (
        (SHUT, OPENED),
        "shut follows 'opened', which no stage before it leads to",
    ),
    "no later than what nobody knows": (
        (OPENED, Stage("opened", (way("shut", "shut"),), no_later=("night",))),
        "shut follows 'night', which no stage before it leads to",
    ),
    "kept until what nobody knows": (
        (OPENED, SHUT, Kept((Step("talk"),), "opened", "night", NEXT_DAY)),
        "talk follows 'night', which no stage before it leads to",
    ),
    "two stages to one way": (
        (OPENED, SHUT, Stage("opened", (way("shut", "talk"),))),
        "two stages lead to 'shut'",
    ),
    "shares above 1": (
        (Stage(BEGIN, (way("opened", "open", share=0.75), way("not", share=0.5))), SHUT),
        "the shares of open are 0.75, 0.5; expected 0 to 1, and no more than 1 in all",
    ),
    "a share below 0": (
        (Stage(BEGIN, (way("opened", share=-0.25),)),),
        "the shares of a stage without events are -0.25; expected 0 to 1, and no more than 1 in all",
    ),
    "a share that is no number": (
        (Stage(BEGIN, (way("opened", "open", share=float("nan")),)),),
        "the shares of open are nan",
    ),
    "something after the last": (
        (
            OPENED,
            Stage("opened", (way("shut", "shut"),), last=True),
            Stage("shut", (way("knocked", "knock"),), NEXT_DAY),
        ),
        "knock comes after the last stage",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_pathway_that_may_go_wrong_is_refused_and_the_error_says_what_and_where(why: str) -> None:
    stages, because = REFUSED[why]
    with pytest.raises(DefinitionError, match="a pathway") as caught:
        made(*stages)
    assert because in str(caught.value)


def test_every_problem_of_a_pathway_is_told_at_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        made(Stage("nowhere", (way("opened", "open", share=2.0),)), Stage("elsewhere", (way("opened", "shut"),)))
    assert len(caught.value.problems) == 4


# --- what only a closer look finds


def test_what_is_to_be_no_later_may_come_at_once_and_so_before_what_it_follows() -> None:
    """The knock is to come a day after the opening, or by the shutting: on one day, a knock comes before both."""
    chart = Chart(
        "door",
        "closed",
        (Move("closed", "open", "ajar"), Move("ajar", "knock", "ajar"), Move("ajar", "shut", "closed")),
        ("closed",),
    )
    shut = Stage("opened", (way("shut", "shut"),))
    knock = Stage("opened", (way("knocked", "knock"),), NEXT_DAY, no_later=("shut",))
    with pytest.raises(DefinitionError, match="knock may come while it stands at 'closed'"):
        made(OPENED, shut, knock, chart=chart)
    unbound = Stage("opened", (way("knocked", "knock"),), NEXT_DAY)
    assert odd_in(made(OPENED, unbound, Stage("opened", (way("shut", "shut"),), last=True), chart=chart)) is None


def test_what_may_have_come_before_it_could_begin_bounds_nothing() -> None:
    """The talk is done no later than the knock, which came long ago: so it is done at once, after the knock."""
    chart = Chart(
        "door",
        "still",
        (Move("still", "talk", "told"), Move("told", "knock", "still"), Move("told", "shut", "still")),
        ("still",),
    )
    stages = (
        Stage(BEGIN, (way("knocked", "knock"),), NEXT_DAY),
        Stage(BEGIN, (way("woken"),), Delay.of(2)),
        Stage("woken", (way("talked", "talk"),), no_later=("knocked",)),
    )
    with pytest.raises(DefinitionError, match="knock may come while it stands at 'still'"):
        made(*stages, chart=chart)


def test_two_of_a_kind_on_one_day_are_put_in_order_by_their_facts_not_by_what_follows_what() -> None:
    moves = (Move("none", "talk", "half", "source", {"b"}), Move("half", "talk", "none", "source", {"a"}))
    chart, (a, b) = Chart("door", "none", moves, ("none",)), (Step("talk", Facts({"source": s})) for s in "ab")
    with pytest.raises(DefinitionError, match=r"talk \(source: a\) may come while it stands at 'none'"):
        made(Stage(BEGIN, (Way("first", b),)), Stage("first", (Way("second", a),)), chart=chart)
    assert (
        odd_in(made(Stage(BEGIN, (Way("first", b),)), Stage("first", (Way("second", a),), NEXT_DAY), chart=chart))
        is None
    )


def test_what_is_permitted_twice_and_not_a_third_time_cannot_be_done_again_and_again() -> None:
    counting = Chart(
        "door",
        "0",
        (
            *(Move(str(n), "talk", str(n + 1)) for n in range(3)),
            Move(tuple("0123"), "shut", "0"),
        ),
        ("0",),
    )
    stages = (Stage(BEGIN, (way("end", "shut"),), Delay.of(9)), Kept((Step("talk"),), BEGIN, "end", NEXT_DAY))
    with pytest.raises(DefinitionError, match="talk may come while it stands at '3'"):
        made(*stages, chart=counting)


def test_a_spell_that_is_left_open_turns_the_order_of_a_day_on_which_it_ends_and_begins_anew() -> None:
    """Somebody opens, talks and shuts on one day. Was it open that morning, it is shut before it is opened."""
    always = Move(("closed", "ajar"), "open", "ajar")
    chart = Chart("door", "closed", (always, Move("ajar", "talk", "ajar"), Move("ajar", "shut", "closed")), ("closed",))
    day_out = (
        Stage(BEGIN, (way("in", "open", share=0.5), way("in-and-out", "open"))),
        Stage("in-and-out", (way("talked", "talk"),)),
        Stage("talked", (way("out", "shut"),)),
    )
    left_open = Stage(BEGIN, (way("in", "open", share=0.5), way("in-and-out", "open", share=0.5)))
    made(left_open, *day_out[1:], chart=chart)
    with pytest.raises(DefinitionError, match="talk may come while it stands at"):
        made(left_open, *day_out[1:], chart=chart, vocabulary=AT_HOME)
    always_shut = Stage(BEGIN, (way("in-and-out", "open"),))
    assert odd_in(made(always_shut, *day_out[1:], chart=chart, vocabulary=AT_HOME)) is None


PERMITTED: dict[str, tuple[Stage | Kept, ...]] = {
    "a talk that comes no later than the door is shut": (
        OPENED,
        SHUT,
        Stage("opened", (way("talked", "talk"),), ONE_TO_THREE, no_later=("shut",)),
    ),
    "a talk again and again until it is shut": (
        OPENED,
        Stage("opened", (way("shut", "shut"),), Delay.bands({(0, 9): 1})),
        Kept((Step("talk"),), "opened", "shut", NEXT_DAY, Delay.of(0)),
    ),
    "a talk again and again until something that came before": (
        OPENED,
        Kept((Step("talk"),), "opened", BEGIN, NEXT_DAY),
        Stage("opened", (way("shut", "shut"),), Delay.of(3)),
        Kept((Step("talk"),), "shut", "opened", NEXT_DAY),
    ),
    "the last stage waits for all": (
        OPENED,
        Stage("opened", (way("talked", "talk"),), ONE_TO_THREE),
        Stage("opened", (way("shut", "shut"),), last=True),
    ),
    "a way that nobody takes may lead anywhere": (
        OPENED,
        SHUT,
        Stage("opened", (way("broken", "open", share=0.0), way("whole"))),
    ),
    "all on one day, in the order of the process": (
        Stage(BEGIN, (way("in", "knock", "open", "talk"),)),
        Stage("in", (way("out", "shut"),)),
    ),
}


@pytest.mark.parametrize("what", PERMITTED)
def test_what_cannot_go_wrong_is_permitted(what: str) -> None:
    assert odd_in(made(*PERMITTED[what])) is None


# --- the check is complete: what is permitted never goes wrong

STARTS = np.repeat(np.arange(number(date(2024, 3, 27)), number(date(2024, 4, 8)), dtype=np.int32), 12)
"""Before, on and after the days off at Easter."""
CHAINED = 4
"""So many episodes of a child come one after the other."""


Told = tuple[tuple[int, Step], ...]
"""Steps, each with the number of its day among the days on which something happens."""


def told_by(path: Pathway, seed: int = 0) -> Iterator[Told]:
    """The journeys that chance makes of a pathway, each once."""
    drawn = draw(path, STARTS, Chance(np.random.default_rng(seed)))
    found: dict[Told, None] = {}
    for episode in range(len(STARTS)):
        rows = np.flatnonzero(drawn.episode == episode)
        days = np.unique(drawn.day[rows])
        places = np.searchsorted(days, drawn.day[rows])
        events = zip(places.tolist(), (path.steps[code] for code in drawn.step[rows].tolist()), strict=True)
        found[tuple(sorted(events, key=str))] = None
    yield from found


def odd_in(path: Pathway) -> str | None:
    """The first irregularity that chance makes of a pathway, in a first episode or in a later one."""
    journeys = [*told_by(path)]
    (chart,) = path.charts.values()
    ways: dict[object, Told] = {chart.initial: ()}
    for _ in range(CHAINED):
        for before in [*ways.values()]:
            for journey in journeys:
                after = 1 + max((day for day, _ in before), default=-1)
                told = (*before, *((after + day, step) for day, step in journey))
                journey_of = replay(told, path)
                if journey_of.irregularities:
                    return str(journey_of.irregularities[0])
                ways.setdefault((journey_of.states[chart.strand], open_after(journey_of)), told)
    return None


def open_after(journey: Journey) -> frozenset[str | None]:
    """The spells that are open at the end: they too decide what comes first on a day."""
    found: set[str | None] = set()
    for told in journey.chronology.events:
        kind = journey.vocabulary[told.kind]
        found = (found | {kind.opens}) - {kind.closes}
    return frozenset(found - {None})


def replay(told: Told, path: Pathway) -> Journey:
    """The journey of a child of whom this is told."""
    begin = number(date(2024, 1, 1))
    events = [(day(begin + n).isoformat(), step.kind, dict(step.facts)) for n, step in told]
    story = Chronology.of("C-1", events=events, vocabulary=path.vocabulary)
    return Journey.replay(story, path.charts, vocabulary=path.vocabulary)


KINDS = tuple(TOLD)
DELAYS = (AT_ONCE, Delay.of(0), Delay.of(0), NEXT_DAY, Delay.of(2), Delay.bands({(0, 1): 1}), ONE_TO_THREE)
SOURCES: tuple[dict[str, str], ...] = ({}, {}, {"source": "a"}, {"source": "b"})
STEPS = st.builds(Step, st.sampled_from(KINDS), st.sampled_from(SOURCES).map(Facts))


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Charts of up to four states that permit most things."""
    states = ["s0", "s1", "s2", "s3"][: draw(st.integers(1, 4))]
    moves = []
    for source in states:
        for kind in KINDS:
            target = draw(st.sampled_from([source, *states, None]))
            if target is not None and draw(st.integers(0, 3)) == 0:
                other = draw(st.sampled_from(states))
                moves.append(Move(source, kind, other, "source", frozenset({"b"})))
            if target is not None:
                moves.append(Move(source, kind, target))
    alive = {"s0"}
    for _ in states:
        alive |= {m.target for m in moves if not alive.isdisjoint(m.sources)}
    return Chart("door", "s0", tuple(m for m in moves if not alive.isdisjoint(m.sources)), tuple(sorted(alive)))


@st.composite
def stages(draw: st.DrawFn) -> tuple[Stage | Kept, ...]:
    """Up to five stages that hang together, whatever they write."""
    known, found = [BEGIN], list[Stage | Kept]()
    for n in range(draw(st.integers(1, 4))):
        after = draw(st.sampled_from(known) | st.lists(st.sampled_from(known), min_size=1, max_size=2).map(tuple))
        if n and draw(st.integers(0, 3)) == 0:
            steps = tuple(draw(st.lists(STEPS, min_size=1, max_size=2)))
            again = draw(st.sampled_from([NEXT_DAY, Delay.bands({(1, 2): 1})]))
            first = draw(st.sampled_from([None, *DELAYS]))
            found.append(Kept(steps, after, draw(st.sampled_from(known)), again, first))
            continue
        shares = draw(st.sampled_from([(1.0,), (1.0,), (0.5,), (0.5, 0.5), (0.25, 0.5)]))
        names = [f"w{n}" if draw(st.integers(0, 4)) == 0 else f"w{n}{m}" for m in range(len(shares))]
        ways = tuple(
            Way(name, tuple(draw(st.lists(STEPS, max_size=2))), share)
            for name, share in zip(names, shares, strict=True)
        )
        no_later = draw(st.sampled_from([(), (), *((name,) for name in known)]))
        found.append(Stage(after, ways, draw(st.sampled_from(DELAYS)), no_later))
        known += list(dict.fromkeys(names))
    if draw(st.booleans()):
        ways = (Way("end", tuple(draw(st.lists(STEPS, min_size=1, max_size=2)))),)
        found.append(Stage(draw(st.sampled_from(known)), ways, draw(st.sampled_from(DELAYS)), last=True))
    return tuple(found)


@given(charts(), stages(), st.sampled_from([TOLD, AT_HOME]))
@settings(max_examples=6 * settings().max_examples)
def test_a_pathway_that_was_permitted_never_makes_an_irregular_journey(
    chart: Chart, some: tuple[Stage | Kept, ...], vocabulary: Vocabulary
) -> None:
    try:
        path = Pathway(some, {"door": chart}, vocabulary)
    except DefinitionError:
        event("refused")
        return
    event("permitted")
    assert odd_in(path) is None
