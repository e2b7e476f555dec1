"""Before: so long before an anchor at least, each with one of its own."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tests.oracles.clocks import Judgement, Versions, required_on
from tests.oracles.lengths import Length, When, before, day_in_england, hours_between
from tests.oracles.matching import Match, Story, all_that_count


class BeforeRule(NamedTuple):
    """The plain description of the rule. Each version requires a `Length`."""

    event: Match
    anchor: Match
    versions: Versions
    since: Match = ()


def judge_before(rule: BeforeRule, story: Story) -> list[Judgement]:
    """What the rule says of the story, whatever the day on which it is asked."""
    days = [day_in_england(when) for when, _, _ in story]
    anchors = all_that_count(rule.anchor, story)
    parting = anchors + all_that_count(rule.since, story)
    events = all_that_count(rule.event, story)
    said: list[Judgement] = []
    for anchor in anchors:
        length = required_on(rule.versions, days[anchor])
        if length is None:
            continue
        bound = max([place for place in parting if days[place] < days[anchor]], default=-1)
        own = [place for place in events if bound < place < anchor]
        last = before(length, story[anchor][0])
        if not own:
            said.append((anchor, "overdue", anchor, last, None))
            continue
        in_time = _is_in_time(length, story[own[-1]][0], story[anchor][0], last)
        if in_time is None:
            said.append((anchor, "cannot-tell", anchor, None, None))
        else:
            said.append((anchor, "met" if in_time else "late", anchor, last, own[-1]))
    return said


def _is_in_time(length: Length, event: When, anchor: When, last: When) -> bool | None:
    if length.unit != "hours":
        return day_in_england(event) <= day_in_england(last)
    shortest, longest, _ = hours_between(event, anchor)
    lead = timedelta(hours=length.n)
    if shortest >= lead:
        return True
    never_so_long = not isinstance(anchor, datetime)  # the midnight after a day is none of its times
    return None if longest > lead or (longest == lead and not never_so_long) else False
