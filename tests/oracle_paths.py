"""The clocks that run on a path, worked out a second time: their starts and their last days are those of the oracles.

`proof/exhaustive.py` puts every path on the last days that the library gives. Here the oracles say what these are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from tests.oracle_bridge import PlainRule, plain_rule, said_by_the_oracle
from tests.oracles.clocks import WithinRule, required_on
from tests.oracles.lengths import Length, When, day_in_england, due
from tests.oracles.matching import Doubt, Story

from childprotect import Event
from childprotect.rules import AtMost, Before, Duty, Every, Rule, Within
from childprotect.schedules import Schedule

Clocks = frozenset[tuple[int, When]]
"""The place of the step that started each, and its last day or moment."""
Said = tuple[Clocks, frozenset[int]] | None
"""Of one rule: the clocks that run, and the starts of those that are late; None where the oracle cannot tell."""


def has_clocks(rule: Rule) -> bool:
    """Whether the rule starts clocks that the oracles can work out: a duty without a number has none."""
    return isinstance(rule, Within | AtMost | Before | Every) and not (isinstance(rule, Duty) and rule.only_told)


@frozen
class _Asked:
    """A rule, as a path asks for it."""

    id: str
    plain: PlainRule
    reads: frozenset[str]
    starts: frozenset[str]
    """What may set a clock of it running, or running again."""


@frozen
class Reckoning:
    """The rules as the oracles know them, what was asked already, and how often what was compared."""

    rules: Mapping[str, Sequence[_Asked]]
    """The rules that read a kind of event."""
    counts: Counter[str] = field(factory=Counter)
    known: dict[tuple[Any, ...], Said] = field(factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Reckoning":
        """A reckoning by these rules, as far as they have clocks."""
        by_kind: dict[str, list[_Asked]] = {}
        for rule in filter(has_clocks, rules):
            revived = rule.revived.kinds if isinstance(rule, Within) else frozenset()
            asked = _Asked(rule.id, plain_rule(rule), rule.reads, rule.triggers | revived)
            for kind in rule.reads:
                by_kind.setdefault(kind, []).append(asked)
        return cls(by_kind)

    def differences(self, before: Schedule, after: Schedule) -> Iterator[str]:
        """In words, where the clocks that run after one more step, or those that are late, are not the oracles'.

        The clocks of a rule that does not read the step, or of which none runs and none can have been set running, are
        those that were compared before it.
        """
        step = after.events[-1]
        running = {clock.rule for clock in (*before.running, *after.running)}
        for rule in self.rules.get(step.kind, ()):
            if rule.id not in running and step.kind not in rule.starts:
                continue
            ours = frozenset((clock.trigger, clock.due) for clock in after.running if clock.rule == rule.id)
            late = frozenset(f.trigger for f in after.breached if f.rule == rule.id and f.trigger)
            theirs = self._said(rule, after.events)
            if theirs is not None:
                self.counts["clocks compared"] += len(theirs[0])
                if ours != theirs[0]:
                    yield f"{rule.id} runs {_told(ours)} and should run {_told(theirs[0])}"
                if late != {after.events[place] for place in theirs[1]}:
                    yield f"{rule.id} is late from {len(late)} steps and should be from {len(theirs[1])}"
            else:
                yield from self._by_their_starts(rule, after.events, ours)

    def _said(self, rule: _Asked, events: Sequence[Event]) -> Said:
        """What the oracle says of a rule; the same events with other events between them are asked once."""
        places = [place for place, event in enumerate(events) if event.kind in rule.reads]
        story = [events[place] for place in places]
        key = (rule.id, *((event.kind, event.at, event.facts) for event in story))
        if key not in self.known:
            told: Story = [(event.at, event.kind, dict(event.facts)) for event in story]
            self.known[key] = _work_out(rule.plain, told)
        said = self.known[key]
        if said is None:
            return None
        return frozenset((places[n], last) for n, last in said[0]), frozenset(places[n] for n in said[1])

    def _by_their_starts(self, rule: _Asked, events: Sequence[Event], ours: Clocks) -> Iterator[str]:
        """Where the oracle cannot tell which clocks run, at least the last day of each that the library has."""
        for place, last in sorted(ours, key=str):
            when = events[place].at
            required: Any = required_on(rule.plain.versions, day_in_england(when))
            if not (isinstance(rule.plain, WithinRule) and isinstance(required, Length)):
                self.counts["not compared"] += 1
                continue
            self.counts["compared by their start"] += 1
            if last != due(required, when):
                yield f"{rule.id} runs {_told({(place, last)})} and should run until {due(required, when)}"


def _work_out(rule: PlainRule, story: Story) -> Said:
    try:
        found = said_by_the_oracle(rule, story, day_in_england(story[-1][0]))
    except Doubt:
        return None
    running = frozenset((place, last) for place, status, _, last, _ in found if status == "pending" and last)
    return running, frozenset(place for place, status, *_ in found if status in ("late", "overdue"))


def _told(clocks: Iterable[tuple[int, When]]) -> str:
    told = [f"from step {place + 1} until {last}" for place, last in sorted(clocks, key=str)]
    return ", ".join(told) or "nowhere"
