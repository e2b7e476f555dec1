"""What happens in an episode of a case, one stage after the other: how often, and how long it takes.

A pathway adds to the charts what they do not know. They say what may follow; it says what does. When it is made it is
held against them: whatever ways are taken, in whatever order things that run side by side happen to come, in a first
episode and in a later one, every step must be one that the charts permit.
"""

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from childprotect.charts import Chart
from childprotect.errors import DefinitionError
from childprotect.paths import Step
from childprotect.simulation.orders import impossible
from childprotect.simulation.stages import BEGIN, NEARLY, Kept, Stage
from childprotect.vocabulary import STANDARD, Vocabulary


@frozen
class Pathway:
    """The stages of an episode, in an order in which each comes after those that it follows.

    Raises `DefinitionError`, with every problem: a stage that follows nothing, shares above 1, and any order of events
    that the charts do not permit.
    """

    stages: tuple[Stage | Kept, ...]
    charts: Mapping[str, Chart] = field(repr=False, eq=False)
    vocabulary: Vocabulary = field(default=STANDARD, repr=False, eq=False)
    steps: tuple[Step, ...] = field(init=False, repr=False)
    """Every step, in the order in which they come on one day."""

    def __attrs_post_init__(self) -> None:
        problems = list(_problems(self.stages))
        if not problems:
            told = dict.fromkeys(step for stage in self.stages for step in stage.steps)
            object.__setattr__(self, "steps", tuple(sorted(told, key=lambda step: self.vocabulary.ranks[step.kind])))
            problems = list(impossible(self.stages, self.charts.values(), self.vocabulary))
        if problems:
            raise DefinitionError("a pathway", problems)


def _problems(stages: Iterable[Stage | Kept]) -> Iterator[str]:
    known, ended = {BEGIN}, False
    for stage in stages:
        name = "/".join(step.kind for step in stage.steps) or "a stage without events"
        asked = [*stage.after]
        if isinstance(stage, Kept):
            asked += stage.until
            if stage.again.shares[0] > 0:
                yield f"{name} may be done again on the same day"
        else:
            asked += (*stage.no_later, *stage.unless)
            if stage.unless and not stage.last:
                yield f"{name} is not the last stage, and so nobody knows yet what else was done"
            total = sum(way.share for way in stage.ways)
            if any(not 0 <= way.share <= 1 for way in stage.ways) or total > 1 + NEARLY:
                shares = ", ".join(f"{way.share:g}" for way in stage.ways)
                yield f"the shares of {name} are {shares}; expected 0 to 1, and no more than 1 in all"
            if ended and not stage.last:
                yield f"{name} comes after the last stage"
            names = {way.name for way in stage.ways}
            yield from (f"two stages lead to {name!r}" for name in sorted(names & known))
            known |= names
            ended = stage.last
        yield from (
            f"{name} follows {other!r}, which no stage before it leads to" for other in asked if other not in known
        )
