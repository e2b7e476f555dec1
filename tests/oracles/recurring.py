"""Every: again and again, the next no later than so long after the last."""

from datetime import date
from typing import NamedTuple

from tests.oracles.clocks import Judgement, Versions, become_of, required_on
from tests.oracles.lengths import Length, day_in_england, due
from tests.oracles.matching import Match, Story, all_that_count


class Cadence(NamedTuple):
    """The wait for the first, the one after the first, every other; and what replaces it once how much has passed."""

    then: Length
    first: Length | None = None
    second: Length | None = None
    later: Length | None = None
    after: Length | None = None


class EveryRule(NamedTuple):
    """The plain description of the rule. Each version requires a `Cadence`."""

    event: Match
    again: Match
    versions: Versions
    opens: Match = ()
    stops: Match = ()
    continues: bool = False


class Round:
    """A rule and a story on the desk."""

    def __init__(self, rule: EveryRule, story: Story) -> None:
        self.rule, self.story = rule, story
        self.days = [day_in_england(when) for when, _, _ in story]
        self.events = all_that_count(rule.event, story)
        self.again = all_that_count(rule.again, story)
        self.opens = all_that_count(rule.opens, story)
        self.stops = all_that_count(rule.stops, story)

    def triggers(self) -> list[int]:
        """What opens the duty, unless the first is still awaited; and of each day the last that calls for a next."""
        found: list[int] = []
        awaited_since: int | None = None
        for place in range(len(self.story)):
            if required_on(self.rule.versions, self.days[place]) is None:
                continue
            if place in self.opens:
                closings = self.events + self.stops
                if awaited_since is None or any(awaited_since < closing <= place for closing in closings):
                    found.append(place)
                    awaited_since = place
            elif place in self.again and not any(self._one_day(place, other) for other in self.again if other > place):
                found.append(place)
        return found

    def wait(self, place: int) -> Length:
        """Chosen on the day from which it is counted: by how many there were since the opening, and how long ago."""
        cadence: Cadence = required_on(self.rule.versions, self.days[place])
        openings = [opening for opening in self.opens if opening <= place]
        if not openings:
            return cadence.then
        if openings[-1] == place:
            assert cadence.first is not None
            return cadence.first
        opened = self.days[openings[-1]]
        if cadence.later and cadence.after and self.days[place] >= day_in_england(due(cadence.after, opened)):
            return cadence.later
        so_far = {self.days[event] for event in self.events if openings[-1] < event <= place}
        return cadence.second if cadence.second and len(so_far) == 1 else cadence.then

    def counted_from(self, place: int) -> int:
        """The trigger; or, for an opening that continues another duty, the last event before it since the last stop."""
        if not self.rule.continues or place not in self.opens:
            return place
        stopped = max([stop for stop in self.stops if stop < place], default=-1)
        return max([event for event in self.events if stopped < event < place], default=place)

    def closing(self, place: int) -> tuple[int | None, int | None]:
        """The next event, or else what stopped the duty. Of one day, the event counts."""
        event = next((e for e in self.events if e > place and not self._one_occasion(place, e)), None)
        stop = next((s for s in self.stops if s > place), None)
        if event is not None and stop is not None and self.days[stop] < self.days[event]:
            event = None
        return event, stop

    def _one_day(self, place: int, other: int) -> bool:
        return self.days[place] == self.days[other]

    def _one_occasion(self, place: int, event: int) -> bool:
        alike = self.story[place][1] == self.story[event][1] and self.days[place] == self.days[event]
        return alike and place not in self.opens


def judge_every(rule: EveryRule, story: Story, as_at: date) -> list[Judgement]:
    """What the rule says of the story, which holds nothing after `as_at`."""
    round_ = Round(rule, story)
    said: list[Judgement] = []
    for place in round_.triggers():
        length, since = round_.wait(place), round_.counted_from(place)
        when = story[since][0]
        last = due(length, when)
        status, answer = become_of(story, length, when, last, round_.closing(place), as_at)
        said.append((place, status, since, last, answer))
    return said
