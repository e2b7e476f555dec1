"""The order of events that happened on one day, where no time of day is known."""

from typing import NamedTuple

from tests.oracles.lengths import day_in_england
from tests.oracles.matching import Happening, Story


class Process(NamedTuple):
    """The kinds of event in the order of the process, and what each opens, closes and belongs to the beginning of."""

    order: list[str]
    opens: dict[str, str]
    closes: dict[str, str]
    begins: dict[str, set[str]]


def put_in_order(told: Story, process: Process) -> Story:
    """The story by day; within a day by the order of the process, and what ends before what begins again.

    Two of one kind and day stay as they were told.
    """
    story: Story = []
    open_now: set[str] = set()
    for day in sorted({day_in_england(happening[0]) for happening in told}):
        today = [happening for happening in told if day_in_england(happening[0]) == day]
        closed_today = {process.closes[kind] for _, kind, _ in today if kind in process.closes}
        opened_today = {process.opens[kind] for _, kind, _ in today if kind in process.opens}
        ended_and_begun_again = open_now & closed_today & opened_today
        of_the_old: Story = []
        of_the_new: Story = []
        for happening in today:
            belongs = process.begins.get(happening[1], set()) & ended_and_begun_again
            (of_the_new if belongs else of_the_old).append(happening)
        for part in (of_the_old, of_the_new):
            for happening in _by_process(part, process):
                story.append(happening)
                if happening[1] in process.closes:
                    open_now.discard(process.closes[happening[1]])
                if happening[1] in process.opens:
                    open_now.add(process.opens[happening[1]])
    return story


def _by_process(some: Story, process: Process) -> list[Happening]:
    return [happening for kind in process.order for happening in some if happening[1] == kind]
