"""Order: one after the other, each with one of its own, and never while something is open."""

from datetime import datetime
from typing import NamedTuple

from tests.oracles.clocks import Judgement, Versions, required_on
from tests.oracles.lengths import day_in_england
from tests.oracles.matching import Match, Spell, Story, all_that_count, is_open


class OrderRule(NamedTuple):
    """The plain description of the rule. Its versions require the order and nothing else: each says True."""

    then: Match
    versions: Versions
    first: Match = ()
    since: Match = ()
    closed: tuple[Spell, ...] = ()
    same_day: bool = False
    doubt_earlier: bool = False


def judge_order(rule: OrderRule, story: Story) -> list[Judgement]:
    """What the rule says of the story, whatever the day on which it is asked."""
    days = [day_in_england(when) for when, _, _ in story]
    thens = all_that_count(rule.then, story)
    firsts = all_that_count(rule.first, story)
    anew = all_that_count(rule.since, story)
    said: list[Judgement] = []
    for then in thens:
        if not required_on(rule.versions, days[then]):
            continue
        bounds = [place for place in thens if days[place] < days[then]] + [place for place in anew if place < then]
        own = [place for place in firsts if place > max(bounds, default=-1)]
        own = [place for place in own if place < then or (rule.same_day and _nobody_knows(story, place, then))]
        sure = [place for place in own if not rule.doubt_earlier or days[place] == days[then]]
        still_open = [is_open(spell, story, then) for spell in rule.closed]
        if True in still_open or (rule.first and not own):
            said.append((then, "breached", then, None, None))
        elif None in still_open or (rule.first and not sure):
            said.append((then, "cannot-tell", then, None, None))
        else:
            said.append((then, "met", then, None, sure[-1] if sure else None))
    return said


def _nobody_knows(story: Story, one: int, other: int) -> bool:
    """Whether two happenings are of one day, and not of both the time is known."""
    when, then = story[one][0], story[other][0]
    timed = isinstance(when, datetime) and isinstance(then, datetime)
    return day_in_england(when) == day_in_england(then) and not timed
