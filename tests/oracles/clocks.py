"""Within: the end no later than so long after the start, judged as `docs/pairing.md` says, one clock after another."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.oracles.lengths import Length, When, day_in_england, due, hours_between
from tests.oracles.matching import Match, Story, all_that_count

Judgement = tuple[int, str, int, When | None, int | None]
"""The places of the trigger and of what the clock counts from, with the status between; the last day or moment in time;
the place of the answer."""


class Limited(NamedTuple):
    """A length that extensions lengthen, each by so much at most, and so often (None is any number).

    What follows one like it may be `renewed` for another length.
    """

    length: Length
    extension: Length | None = None
    times: int | None = None
    renewed: Length | None = None


class ByFact(NamedTuple):
    """The last day is the date that this fact of the start holds."""

    fact: str


Versions = list[tuple[date, date | None, Any]]
"""From when, to when, and what is required."""


class WithinRule(NamedTuple):
    """The plain description of the rule. `one_a_day` is said of its starts, `itself` of a start that discharges."""

    start: Match
    end: Match
    versions: Versions
    discharge: Match = ()
    revived: Match = ()
    extends: Match = ()
    repeats: str = "keep-first"
    same: str | None = None
    one_a_day: bool = False
    itself: bool = True


def required_on(versions: Versions, day: date) -> Any:
    """What is required on that day; None where nothing is."""
    for first, last, requires in versions:
        if first <= day and (last is None or day <= last):
            return requires
    return None


def is_in_time(length: Any, start: When, end: When, last: When) -> bool | None:
    """Whether the end was in time; None where only the time of day would tell, and it is not recorded."""
    if not (isinstance(length, Length) and length.unit == "hours"):
        return day_in_england(end) <= day_in_england(last)
    allowed = timedelta(hours=length.n)
    shortest, longest, never_so_short = hours_between(start, end)
    if longest <= allowed:
        return True
    if shortest > allowed or (shortest == allowed and never_so_short):
        return False
    return None


class Clocks:
    """A rule and a story on the desk, with what was found of each, so that it need not be looked up again."""

    def __init__(self, rule: WithinRule, story: Story) -> None:
        self.rule, self.story = rule, story
        self.days = [day_in_england(when) for when, _, _ in story]
        self.all_starts = all_that_count(rule.start, story)
        self.starts = [place for place in self.all_starts if required_on(rule.versions, self.days[place])]
        self.ends = all_that_count(rule.end, story)
        self.discharges = all_that_count(rule.discharge, story)
        self.revivals = all_that_count(rule.revived, story)
        self.extensions = all_that_count(rule.extends, story)

    def triggers(self) -> list[int]:
        """The starts that have a clock: of a run of repeats the first or the last, or each."""
        starts = self.starts
        if self.rule.one_a_day:
            starts = [s for s in starts if not any(self.days[o] == self.days[s] for o in starts if o > s)]
        if self.rule.repeats == "each":
            return starts
        over: list[int] = []
        running: list[int] = []
        for start in starts:
            over += [clock for clock in running if self._is_over(clock, start)]
            running = [clock for clock in running if clock not in over]
            repeated = [clock for clock in running if self._agree(clock, start)]
            if not repeated:
                running.append(start)
            elif self.rule.repeats == "restart":
                running = [clock for clock in running if clock not in repeated] + [start]
        return sorted(over + running)

    def closing(self, start: int) -> tuple[int | None, int | None]:
        """What answered a clock, or else what discharged it. Of one day, the answer counts."""
        end, discharge = self._end(start), self._discharge(start)
        if end is not None and discharge is not None:
            return (end, None) if self.days[end] <= self.days[discharge] else (None, discharge)
        return end, discharge

    def _is_over(self, clock: int, by: int) -> bool:
        return any(closing is not None and closing <= by for closing in (self._end(clock), self._discharge(clock)))

    def _end(self, start: int) -> int | None:
        for end in self.ends:
            alike = self.story[end][1] == self.story[start][1] and self.days[end] == self.days[start]
            if end > start and self._agree(start, end) and not (self.rule.one_a_day and alike):
                return end
        return None

    def _agree(self, one: int, other: int) -> bool:
        fact = self.rule.same
        return fact is None or bool(self.story[one][2][fact] == self.story[other][2][fact])

    def _discharge(self, start: int) -> int | None:
        for discharge in self.discharges:
            comes_after = discharge > start or (discharge == start and self.rule.itself)
            if comes_after and not self._taken_back(start, discharge):
                return discharge
        return None

    def _taken_back(self, start: int, discharge: int) -> bool:
        """Also decided the other way since the start: before, on the day, or later with no new start between."""
        for revival in self.revivals:
            if revival < start or revival == discharge or self.story[revival][1] != self.story[discharge][1]:
                continue
            if not any(discharge < another <= revival for another in self.all_starts):
                return True
        return False


def judge_within(rule: WithinRule, story: Story, as_at: date) -> list[Judgement]:
    """What the rule says of the story, which holds nothing after `as_at`."""
    clocks = Clocks(rule, story)
    return [_judged(clocks, start, as_at) for start in clocks.triggers()]


def _judged(clocks: Clocks, start: int, as_at: date) -> Judgement:
    requires = required_on(clocks.rule.versions, clocks.days[start])
    end, discharge = clocks.closing(start)
    if isinstance(requires, Limited):
        return _judged_with_extensions(clocks, start, requires, as_at)
    when = clocks.story[start][0]
    last = clocks.story[start][2][requires.fact] if isinstance(requires, ByFact) else due(requires, when)
    status, answer = become_of(clocks.story, requires, when, last, (end, discharge), as_at)
    return start, status, start, last, answer


def become_of(
    story: Story, length: Any, since: When, last: When, closing: tuple[int | None, int | None], as_at: date
) -> tuple[str, int | None]:
    """The status, and the place of the answer, of a clock that was answered or discharged or is neither."""
    end, discharge = closing
    if end is not None:
        in_time = is_in_time(length, since, story[end][0], last)
        return {True: ("met", end), False: ("late", end), None: ("cannot-tell", None)}[in_time]
    if discharge is not None:
        in_time = is_in_time(length, since, story[discharge][0], last)
        return {True: ("discharged", None), False: ("overdue", None), None: ("cannot-tell", None)}[in_time]
    return ("pending" if as_at <= day_in_england(last) else "overdue"), None


def _judged_with_extensions(clocks: Clocks, start: int, requires: Limited, as_at: date) -> Judgement:
    """Each extension made while the limit still ran adds to it, of one day only one.

    From when one counts that came too late nobody can tell: it may have begun anew on its day.
    """
    when = clocks.story[start][0]
    closing = clocks.closing(start)
    last = due(requires.length, when)
    granted: set[date] = set()
    may_be_last = [last]
    for place in clocks.extensions:
        assert requires.extension is not None
        day = clocks.days[place]
        if place <= start or (closing[0] is not None and place >= closing[0]) or day in granted:
            continue
        if requires.times is not None and len(granted) == requires.times:
            break
        if day <= day_in_england(last):
            granted.add(day)
            last = due(requires.extension, day_in_england(last))
            may_be_last = [last]
        elif requires.times is None:
            may_be_last = [last, due(requires.extension, day)]
            break
    found = [become_of(clocks.story, None, when, each, closing, as_at) for each in may_be_last]
    if len({status for status, _ in found}) > 1:
        return start, "cannot-tell", start, None, None
    return start, found[0][0], start, last, found[0][1]
