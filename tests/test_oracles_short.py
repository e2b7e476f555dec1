"""Every short record, not a random one: what opens and closes and may have closed, and every policy of repeats."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from tests.oracle_bridge import plain_rule, plain_story, said_by_the_library, said_by_the_oracle
from tests.oracles.bank_holidays import ONE_DAY
from tests.test_oracles import LAW, SIX

from childprotect import Chronology
from childprotect.authority import Evidence
from childprotect.conditions import NOTHING, Match, fact, on
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import days, hours
from childprotect.requirements import Cadence, Limit, Requirement
from childprotect.rules import AtMost, Before, Every, Order, Rule, Within
from childprotect.spells import Spell
from childprotect.versions import Version

FIRST = date(2024, 3, 4)


def short(kinds: str, most: int, *then: str) -> Iterator[Chronology]:
    """Every record of so many events at most, one each day, with two values of a fact where a kind is a capital."""
    happenings = [(kind.lower(), value) for kind in kinds for value in (("p", "q") if kind.isupper() else ("p",))]
    for n in range(most + 1):
        for told in product(happenings, repeat=n):
            story = [*told, *((kind, "p") for kind in then)]
            events = [(FIRST + day * ONE_DAY, kind, {"x": value}) for day, (kind, value) in enumerate(story)]
            yield Chronology.of("C-101", events=events, vocabulary=SIX)


def version(requires: Requirement) -> tuple[Version, ...]:
    """The one version of a rule."""
    return (Version(instrument=LAW, requires=requires, evidence=Evidence.PRIMARY),)


def agree(rule: Rule, story: Chronology) -> None:
    """Assert that both say the same at the end of the record."""
    as_at = max((event.day for event in story), default=FIRST)
    plain = plain_rule(rule)
    said = said_by_the_oracle(plain, plain_story(story, SIX, as_at), as_at)
    assert said_by_the_library(rule, story, SIX, as_at) == said, "; ".join(map(str, story))


@pytest.mark.parametrize(
    "spell",
    [
        Spell("spell", on("a"), on("b"), doubted_by=on("d")),
        Spell("spell", on("a"), on("b"), each=True),
        Spell("spell", on("a"), on("b"), same="x", each=True),
        Spell("spell", on("a"), on("b"), resets=on("d"), each=True),
        Spell("spell", on("a"), on("b"), same="x", resets=on("d")),
    ],
    ids=str,
)
def test_both_say_the_same_of_every_short_record_of_what_must_be_closed(spell: Spell) -> None:
    rule = Order(id="ours", title="ours", then=on("f"), closed=(spell,), versions=version(None))
    for story in short("Abd" if spell.same is None else "ABd", 4, "f"):
        agree(rule, story)


TAKEN_BACK = on("c", where=fact("x", "q"))


@pytest.mark.parametrize(
    ("repeats", "revived"),
    # with RESTART nobody has said what a decision before the start that governs takes back
    [*((repeats, NOTHING) for repeats in Repeats), (Repeats.KEEP_FIRST, TAKEN_BACK), (Repeats.EACH, TAKEN_BACK)],
)
def test_both_say_the_same_of_every_short_record_of_a_clock(repeats: Repeats, revived: Match) -> None:
    rule = Within(
        id="ours",
        title="ours",
        start=on("a"),
        end=on("b"),
        discharge=on("c", where=fact("x", "p")),
        revived=revived,
        pairing=Pairing(repeats),
        versions=version(days(2)),
    )
    for story in short("abC", 5):
        agree(rule, story)


RULES: tuple[Rule, ...] = (
    *(
        Within(
            id=f"extended {times} times",
            title="ours",
            start=on("a"),
            end=on("b"),
            extends=on("d"),
            versions=version(Limit(days(2), days(2), times)),
        )
        for times in (1, 2, None)
    ),
    AtMost(id="lasts", title="ours", start=on("a"), end=on("b"), extends=on("d"), versions=version(Limit(days(2)))),
    AtMost(
        id="renewed",
        title="ours",
        start=on("a"),
        end=on("a", "b"),
        anew=on("d"),
        pairing=Pairing(Repeats.EACH, later=True),
        versions=version(Limit(days(3), renewed=days(1))),
    ),
    AtMost(
        id="counted from another",
        title="ours",
        start=on("a"),
        end=on("b"),
        counted_from=Spell("other", on("d"), on("a", "b")),
        reach=days(2),
        versions=version(Limit(days(2))),
    ),
    *(
        Every(
            id=str(cadence),
            title="ours",
            event=on("a"),
            again=on("a"),
            opens=on("b"),
            stops=on("d"),
            continues=continues,
            versions=version(cadence),
        )
        for continues in (False, True)
        for cadence in (
            Cadence(days(2), first=days(1), second=days(1)),
            Cadence(days(1), first=days(2), later=days(3), after=days(2)),
        )
    ),
    Before(id="before", title="ours", event=on("a"), anchor=on("b"), since=on("d"), versions=version(days(2))),
    Order(id="after", title="ours", then=on("b"), first=on("a"), since=on("d"), versions=version(None)),
    Order(
        id="after, and closed",
        title="ours",
        then=on("b"),
        first=on("a"),
        closed=(Spell("other", on("d"), on("a")),),
        versions=version(None),
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_both_say_the_same_of_every_short_record(rule: Rule) -> None:
    for story in short("abd", 5):
        agree(rule, story)


@pytest.mark.parametrize("day", [date(2024, 3, 29), date(2024, 10, 25), date(2024, 6, 7)], ids=str)
def test_both_reach_as_far_in_hours_while_the_clocks_change(day: date) -> None:
    rule = AtMost(
        id="ours",
        title="ours",
        start=on("a"),
        end=on("b"),
        counted_from=Spell("other", on("d"), on("f")),
        reach=hours(72),
        versions=version(Limit(days(8))),
    )
    for hour, later in product(range(24), (-60, 0, 60, 24 * 60)):
        begun = datetime.combine(day, time(hour, 30), UTC)
        start = begun + timedelta(hours=72, minutes=later)
        for times in ((begun, begun + timedelta(hours=1), start), (begun.date(), begun.date(), start.date())):
            events = list(zip(times, "dfa", strict=True))
            agree(rule, Chronology.of("C-101", events=events, vocabulary=SIX))
