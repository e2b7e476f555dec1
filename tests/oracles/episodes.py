"""AtMost: the longest that an episode may last, as `docs/pairing.md` says of episodes, one after another."""

from datetime import date
from typing import NamedTuple

from tests.oracles.bank_holidays import BANK_HOLIDAYS, ONE_DAY
from tests.oracles.clocks import Judgement, Limited, Versions, become_of, required_on
from tests.oracles.lengths import Length, When, day_in_england, due, last_moment
from tests.oracles.matching import Doubt, Match, Spell, Story, all_that_count, is_open, whether_it_counts

Possible = list[tuple[int, When]]
"""What the limit may be: the place that it is counted from, and the last day or moment."""
NO_END = date.max


class AtMostRule(NamedTuple):
    """The plain description of the rule. Each version requires a `Limited`."""

    start: Match
    end: Match
    versions: Versions
    extends: Match = ()
    anew: Match = ()
    counted_from: tuple[Spell, ...] = ()
    reach: Length | None = None
    holidays: bool = False
    each: bool = False
    one_a_day: bool = False


class Episodes:
    """A rule and a story on the desk."""

    def __init__(self, rule: AtMostRule, story: Story) -> None:
        self.rule, self.story = rule, story
        self.days = [day_in_england(when) for when, _, _ in story]
        self.all_starts = all_that_count(rule.start, story)
        self.starts = [place for place in self.all_starts if required_on(rule.versions, self.days[place])]
        self.ends = all_that_count(rule.end, story)
        self.extensions = all_that_count(rule.extends, story)
        self.anew = {place: whether_it_counts(rule.anew, story, place) for place in range(len(story))}

    def all(self) -> list[tuple[int, int | None]]:
        """Where each episode starts and ends. What starts while the limit runs and nothing has ended is a repeat."""
        starts = self.starts
        if self.rule.one_a_day:
            starts = [s for s in starts if not any(self.days[o] == self.days[s] for o in starts if o > s)]
        if self.rule.each:
            return [(start, self._end(start)) for start in starts]
        begun: list[int] = []
        for start in starts:
            if not begun or self._is_over(begun[-1], start):
                begun.append(start)
        found: list[tuple[int, int | None]] = []
        for start in begun:
            end, following = self._end(start), next((later for later in begun if later > start), None)
            of_the_next = end is not None and following is not None and end > following
            found.append((start, None if of_the_next else end))
        return found

    def _end(self, start: int) -> int | None:
        for end in self.ends:
            again = self.story[end][1] == self.story[start][1] and self.days[end] == self.days[start]
            if end > start and not (self.rule.one_a_day and again):
                return end
        return None

    def _is_over(self, start: int, by: int) -> bool:
        end = self._end(start)
        if end is not None and end <= by:
            return True
        limited: Limited = required_on(self.rule.versions, self.days[start])
        last = due(limited.length, self.story[start][0])
        for _ in range(limited.times or 0):
            assert limited.extension is not None
            last = due(limited.extension, day_in_england(last))
        return self.days[by] > day_in_england(last)

    def limits(self, start: int, end: int | None) -> Possible:
        """What the limit of an episode may be; one alone where that is settled."""
        limited: Limited = required_on(self.rule.versions, self.days[start])
        possible = self._renewal(start, limited) if limited.renewed else self._counted(start, limited.length)
        until = next(
            last for first, last, _ in self.rule.versions if required_on([(first, last, True)], self.days[start])
        )
        if until is not None and any(self._outlasts(until, last) for _, last in possible):
            return [*possible, (start, NO_END)]
        if len(possible) > 1:
            return possible
        return self._extended(start, end, limited, *possible[0])

    def _outlasts(self, until: date, last: When) -> bool:
        return day_in_england(last) > until and required_on(self.rule.versions, day_in_england(last)) is None

    def _renewal(self, start: int, limited: Limited) -> Possible:
        """Of a renewal; nobody saw whether one that is made early may run to the end of the first."""
        assert limited.renewed is not None
        since = max([place for place, sure in self.anew.items() if sure and place < start], default=-1)
        earlier = [s for s in self.all_starts if since < s < start and self.days[s] < self.days[start]]
        if not earlier:
            return [(start, due(limited.length, self.story[start][0]))]
        short = start, due(limited.renewed, self.story[start][0])
        if any(sure is None and earlier[-1] < place < start for place, sure in self.anew.items()):
            return [short, (start, due(limited.length, self.story[start][0]))]
        rest = earlier[0], due(limited.length, self.story[earlier[0]][0])
        return [short, rest] if last_moment(short[1]) < last_moment(rest[1]) else [short]

    def _counted(self, start: int, length: Length) -> Possible:
        """From the start, or from the opening of what it follows, if that was no longer ago than the reach."""
        alone = start, due(length, self.story[start][0])
        for spell in self.rule.counted_from:
            assert self.rule.reach is not None
            openings = [place for place in all_that_count(spell["opens"], self.story) if place < start]
            reached = [due(self.rule.reach, self.story[place][0]) for place in openings]
            near = [o for o, last in zip(openings, reached, strict=True) if self.days[start] <= day_in_england(last)]
            if near:
                return [(near[0], due(length, self.story[near[0]][0]))]
            running = is_open(spell, self.story, start)
            if running is None:
                raise Doubt(f"what is open on {self.days[start]}")
            if running:
                return [alone, (openings[-1], due(length, self.story[openings[-1]][0]))]
        return [alone]

    def _extended(self, start: int, end: int | None, limited: Limited, since: int, last: When) -> Possible:
        """With each extension made while the limit ran, of one day one. A last day that is free may be none."""
        granted: set[date] = set()
        for place in self.extensions if limited.extension else ():
            assert limited.extension is not None
            day = self.days[place]
            if place <= start or (end is not None and place >= end) or day in granted:
                continue
            if limited.times is not None and len(granted) == limited.times:
                break
            if day <= day_in_england(last):
                granted.add(day)
                last = due(limited.extension, day_in_england(last))
            elif self.rule.holidays and not granted and day <= _free(day_in_england(last)):
                most = last
                for _ in range(limited.times or 0):
                    most = due(limited.extension, day_in_england(most))
                return [(since, last), (since, most if limited.times else NO_END)]
            elif limited.times is None:
                return [(since, last), (place, due(limited.extension, day))]
        free = _free(day_in_england(last))
        if self.rule.holidays and not granted and free != day_in_england(last):
            return [(since, last), (since, free)]
        return [(since, last)]


def _free(day: date) -> date:
    """The first day from then on that is neither a Sunday nor a bank holiday."""
    while day.isoweekday() == 7 or day in BANK_HOLIDAYS[day.year]:
        day += ONE_DAY
    return day


def judge_at_most(rule: AtMostRule, story: Story, as_at: date) -> list[Judgement]:
    """What the rule says of the story, which holds nothing after `as_at`."""
    episodes = Episodes(rule, story)
    said: list[Judgement] = []
    for start, end in episodes.all():
        limited: Limited = required_on(rule.versions, episodes.days[start])
        possible = episodes.limits(start, end)
        found = []
        for since, last in possible:
            when = story[since][0]
            # what was lengthened, be it by nobody knows how much, ends with a day, whatever the length is counted in
            length = limited.length if last == due(limited.length, when) else None
            found.append(become_of(story, length, when, last, (end, None), as_at))
        if len(possible) > 1 and len({status for status, _ in found}) > 1:
            said.append((start, "cannot-tell", start, None, None))
        else:
            (status, answer), (since, last) = found[0], possible[0]
            said.append((start, status, since, last, answer))
    return said
