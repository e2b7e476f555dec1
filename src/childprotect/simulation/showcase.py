"""Herefordshire, September 2012, invented: an authority with the failings of the inspection report, and one without.

Nothing here is a record of anybody. Children are drawn with a seed and called `invented-1`, `invented-2`, ...; only the
size is that of the report. Both authorities hold the same children. In the one, each failing that a computer can find
was put into a stated number of cases; in the other nothing is amiss.

The records are sound by the law and by any local figures that are not stricter than the pace of `practised`. Nobody's
local figures are in here: who checks brings them, as `rulebook | Profile.load(...)`, since figures that are nobody's
must not come to stand behind a rule because a showcase needs them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from os import PathLike, fspath
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from pyarrow import parquet

from childprotect.chronology import Chronology
from childprotect.errors import DefinitionError
from childprotect.records.event_table_writer import write_event_table
from childprotect.records.safely import written
from childprotect.simulation.delays import Delay
from childprotect.simulation.episodes import EPISODES
from childprotect.simulation.failings import FAILINGS
from childprotect.simulation.living import live
from childprotect.simulation.population import Population
from childprotect.simulation.practised import practised
from childprotect.simulation.rewriting import AS_AT
from childprotect.simulation.wholes import TRAINED, TRAINED_LESS, WHOLES, Attendance, Whole

CHILDREN = 35864
"""Children of 0 to 17 years in the area, by paragraph 9 of the report."""
_FIRST = date(2011, 10, 1)
PEOPLE = Population(
    referrals=1500,
    acknowledging=Delay.bands({(0, 1): 1}),
    deciding=Delay.bands({(0, 1): 1}),
    allocating=Delay.bands({(0, 1): 1}),
    assessing_first=Delay.bands({(2, 4): 1}),
    assessing_further=Delay.bands({(10, 33): 1}),
    discussing=Delay.bands({(0, 1): 1}),
    enquiring=Delay.bands({(5, 10): 1}),
    conferring=Delay.bands({(11, 15): 1}),
    visiting=Delay.bands({(0, 2): 1}),
    reporting=Delay.bands({(5, 8): 1}),
    receiving=Delay.bands({(6, 14): 1}),
    gathering=Delay.bands({(4, 9): 1}),
    closing=Delay.bands({(0, 5): 1}),
    plan_lasts=Delay.bands({(80, 91): 0.1, (92, 182): 0.25, (183, 364): 0.35, (365, 729): 0.3}, working=False),
    reviewed_late=0.0,
    conference_needed=0.5,
    # of a child who is not born yet, rules on having been seen ask too much
    unborn=0.0,
)
"""About as many are referred as in the year to March 2013, and everything is in time. All else is assumed."""


@frozen(eq=False)
class Invented:
    """The records of an authority that there is not: chronologies by child, and what the board knows of training."""

    name: str
    children: Sequence[Chronology] = field(repr=False)
    training: Mapping[str, Attendance] = field(repr=False)

    def table(self) -> Any:
        """The event table, as one Arrow table."""
        out = BytesIO()
        write_event_table(self.children, out, "parquet")
        out.seek(0)
        return parquet.read_table(out)

    def write(self, path: "str | PathLike[str]", *, force: bool = False) -> None:
        """The event table as Parquet. Raises `UnwritableOutput`; without `force`, also where the file exists."""
        with written(fspath(path), force=force) as file:
            write_event_table(self.children, file, "parquet")


@frozen(eq=False)
class Showcase:
    """The two authorities, and what is amiss in the one: by failing, the children that have it."""

    failing: Invented
    sound: Invented
    planted: Mapping[str, tuple[str, ...]]
    """By the id of a failing, in the order of `FAILINGS`, the children in whose records it was put."""
    episodes: Mapping[str, tuple[str, ...]]
    """By the id of an episode, the children to whom it happened in both authorities."""
    wholes: tuple[Whole, ...]
    """What is of the whole, and not of a child: figures of both."""
    as_at: date = AS_AT
    population: int = CHILDREN


def showcase(seed: int = 2012, people: Population = PEOPLE) -> Showcase:
    """The two invented authorities. The same seed gives the same records on every machine.

    Raises `DefinitionError` where the children of that seed do not have places enough for every failing: where too few
    are referred. That nothing is amiss besides holds for people who do everything in time, as these do.
    """
    generator = np.random.default_rng(seed)
    lived = live(people, generator, first=_FIRST)
    told = [practised(evolve(story, child=_named(story.child))) for story in lived.chronologies()]
    order = [told[n].child for n in generator.permutation(len(told))]
    sound = {story.child: story for story in told}
    happened = _put_in(sound, order, EPISODES)
    failing = dict(sound)
    planted = _put_in(failing, order, FAILINGS)
    ours, theirs = tuple(failing.values()), tuple(sound.values())
    return Showcase(
        Invented("an invented authority with the failings of the report", ours, TRAINED_LESS),
        Invented("an invented authority without them", theirs, TRAINED),
        planted,
        happened,
        tuple(Whole.of(what, ours, theirs) for what in WHOLES),
    )


def _named(child: str) -> str:
    return f"invented-{int(child.rpartition('-')[2])}"


def _put_in(stories: dict[str, Chronology], order: Sequence[str], things: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """Rewrite the first records that have a place for each thing, each at most once; gives whose they are, by thing."""
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for thing in things:
        children: list[str] = []
        for child in order:
            if len(children) == thing.cases:
                break
            if child not in taken and (changed := thing.plant(stories[child])) is not None:
                stories[child] = changed
                children.append(child)
                taken.add(child)
        if len(children) < thing.cases:
            raise DefinitionError("a showcase", [f"{len(children)} records have a place for {thing.id!r}"])
        found[thing.id] = tuple(children)
    return found
