"""An authority that lives: the events of all its children over some years, as an event table."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from os import PathLike, fspath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen
from numpy.random import Generator
from numpy.typing import NDArray
from pyarrow import parquet

from childprotect.chronology import Chronology
from childprotect.paths import Step
from childprotect.records import read
from childprotect.records.safely import written
from childprotect.simulation.arriving import Episodes, Families, anniversary, deal, demand, starts, within_calendar
from childprotect.simulation.drawing import Chance, Told, draw, one_by_one
from childprotect.simulation.england import HELD, ONE_ASSESSMENT, pathway
from childprotect.simulation.population import Population
from childprotect.simulation.unborn import NOT_TOLD, places_before_birth, with_those_before_birth
from childprotect.tables.days import FAR, Days, number
from childprotect.vocabulary import STANDARD, Form, form_of

BEFORE = 5
"""So many years are lived through before the first: plans that are open then began in them."""
_PIECE = 1 << 20
"""Events that are made into a table at once."""
_DIGITS = 7
_DAYS, _STEPS = 1 << 20, 1 << 14
"""More days than there are in a life, and more steps than in a pathway: an event is one number."""
_Events = tuple[NDArray[np.int64], Days, NDArray[np.int64]]
"""Of which episode, on which day, which step."""


@frozen(eq=False)
class Lived:
    """What happened to the children of an authority from `first` to `last`, and to the same children before."""

    first: date
    last: date
    steps: tuple[Step, ...] = field(repr=False)
    """The steps that the events are: their place in each number is that of the step."""
    numbers: NDArray[np.int64] = field(repr=False)
    """The events by child, day and the order of the process, each in one number."""
    children: int

    @classmethod
    def of(
        cls,
        first: date,
        last: date,
        *,
        steps: tuple[Step, ...],
        events: list[_Events],
        families: Families,
        closed: Days,
    ) -> "Lived":
        """All that happened up to `last` to the families that had a case on `first` or later.

        `closed` is the last day of each episode; the events name their steps by their places among `steps`, which have
        those that stand for them before a birth too.
        """
        seen = np.zeros(len(families.sizes), np.bool_)
        seen[families.of[closed >= number(first)]] = True
        numbers = _numbered(events, families, seen, number(last), places_before_birth(steps))
        return cls(first, last, steps, numbers, int(families.sizes[seen].sum()))

    def __len__(self) -> int:
        return len(self.numbers)

    def tables(self) -> Iterator[Any]:
        """The event table in pieces, as Arrow tables: `child`, `event`, `at`, and a column for each fact."""
        facts = _facts(self.steps)
        begin = 0
        while begin < len(self.numbers):
            end = self._whole(begin + _PIECE)
            yield _table(self.numbers[begin:end], self.steps, facts)
            begin = end
        if not len(self.numbers):
            yield _table(self.numbers, self.steps, facts)

    def _whole(self, end: int) -> int:
        """The first place from there on at which another child begins."""
        if end >= len(self.numbers):
            return len(self.numbers)
        child = self.numbers[end - 1] // (_DAYS * _STEPS)
        return int(np.searchsorted(self.numbers, (child + 1) * _DAYS * _STEPS))

    def table(self) -> Any:
        """The whole event table, as one Arrow table."""
        return pa.concat_tables(list(self.tables()))

    def chronologies(self) -> Iterator[Chronology]:
        """The children one by one, each with all that the authority knows of it."""
        if len(self):
            yield from read(self.table())

    def write(self, path: "str | PathLike[str]", *, force: bool = False) -> None:
        """The event table as Parquet, piece by piece; the file is there when it is whole.

        Raises `UnwritableOutput`; without `force`, also where the file exists.
        """
        with written(fspath(path), force=force) as file:
            pieces = self.tables()
            first = next(pieces)
            with parquet.ParquetWriter(file, first.schema, compression="zstd") as writer:
                writer.write_table(first)
                for piece in pieces:
                    writer.write_table(piece)


def live(
    population: Population,
    generator: Generator,
    *,
    first: date,
    years: int = 1,
    even: bool = False,
    told: Told | None = None,
) -> Lived:
    """An authority that lives for some years from `first` on, as the population says.

    The same generator in the same state gives the same authority on every machine. Where it is `even`, all shares are
    met as nearly as whole children permit; else they vary as they do between years. `told` is called after each stage
    of the pathway. Raises `DefinitionError`, with all that is wrong, and `OutOfRange` where the years leave the
    calendar of working days: from 1997 to 2040 they never do.
    """
    demand(population, generator, first, years)
    with within_calendar(first, years):
        return _lived(population, Chance(generator, even), first, years, told)


def _lived(population: Population, chance: Chance, first: date, years: int, told: Told | None) -> Lived:
    past = population.past or (1.0,)
    factors = {n: 1.0 if n >= 0 else past[min(-n, len(past)) - 1] for n in range(-BEFORE, years)}
    begun = np.concatenate(
        [
            starts(population, anniversary(first, n), factor, chance, population.quarters if n == 0 else (1.0,))
            for n, factor in factors.items()
        ]
    )
    last = anniversary(first, years) - timedelta(days=1)
    steps, events, episodes = _episodes(population, begun, chance, told)
    families = deal(population, episodes, chance)
    return Lived.of(first, last, steps=steps, events=events, families=families, closed=episodes.closed)


def _episodes(
    population: Population, begun: Days, chance: Chance, told: Told | None
) -> tuple[tuple[Step, ...], list[_Events], Episodes]:
    """What happened, as events and by episode."""
    turn = int(np.searchsorted(begun, number(ONE_ASSESSMENT)))
    parts = ((begun[:turn], False), (begun[turn:], True))
    ways = [pathway(population, one_assessment=one_assessment) for _, one_assessment in parts]
    given = {step: n for n, step in enumerate(with_those_before_birth(step for way in ways for step in way.steps))}
    steps, places = in_process_order(given)
    done = one_by_one(told, sum(len(way.stages) for way in ways))
    events: list[_Events] = []
    closed, planned = begun.copy(), np.zeros(len(begun), np.bool_)
    conferred, enquired_once = np.full(len(begun), FAR, np.int32), np.ones(len(begun), np.bool_)
    for way, (some, one_assessment) in zip(ways, parts, strict=True):
        drawn = draw(way, some, chance, done)
        offset = turn if one_assessment else 0
        closed[offset : offset + len(some)] = drawn.closed
        planned[drawn.ways["plan"][0] + offset] = True
        for name in chain(*HELD):
            some, when = drawn.ways[name]
            conferred[some + offset], enquired_once[some + offset] = when, name in HELD[0]
        code = places[[given[step] for step in way.steps]][drawn.step]
        events.append((drawn.episode.astype(np.int64) + offset, drawn.day, code))
    return steps, events, Episodes(begun, closed, planned, conferred, enquired_once)


def in_process_order(places: Mapping[Step, int]) -> tuple[tuple[Step, ...], NDArray[np.int64]]:
    """Steps in the order in which they come on one day; and for each place that they had before, the one they have."""
    ranks = STANDARD.ranks
    steps = tuple(sorted(places, key=lambda step: ranks[step.kind]))
    found = np.zeros(len(places), np.int64)
    found[[places[step] for step in steps]] = np.arange(len(steps))
    return steps, found


def _numbered(
    events: list[_Events], families: Families, seen: NDArray[np.bool_], last: int, unborn: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The events up to a last day of the children of some families, each as one number, in order.

    `unborn` has for each step the place of the one that is written down before a birth.
    """
    sizes = np.where(seen, families.sizes, 0)
    first_child = np.cumsum(sizes) - sizes
    found = [np.zeros(0, np.int64)]
    for episode, when, code in events:
        family = families.of[episode]
        known = np.flatnonzero(seen[family] & (when <= last))
        family, episode, day, code = family[known], episode[known], when[known].astype(np.int64), code[known]
        born = np.where(day < families.birth[episode], families.unborn[episode], 0)
        for n in range(1, int(sizes.max(initial=0)) + 1):
            told = np.where(born == n, unborn[code], code)
            these = (sizes[family] >= n) & (told != NOT_TOLD)
            child = first_child[family[these]] + n - 1
            found.append(child * (_DAYS * _STEPS) + day[these] * _STEPS + told[these])
    numbers = np.concatenate(found)
    numbers.sort()
    return numbers


def _facts(steps: tuple[Step, ...]) -> dict[str, Any]:
    """For each fact that a step has, an Arrow array with its value in every step."""
    names = sorted({name for step in steps for name in step.facts})
    return {name: _told([step.facts.get(name) for step in steps], form_of(name)) for name in names}


def _told(values: list[Any], form: Form) -> Any:
    if form is Form.FLAG:
        return pa.array(values, pa.bool_())
    told = [";".join(sorted(value)) if isinstance(value, frozenset) else value for value in values]
    return pa.array(told, pa.string()).dictionary_encode()


def _table(numbers: NDArray[np.int64], steps: tuple[Step, ...], facts: Mapping[str, Any]) -> Any:
    child, rest = np.divmod(numbers, _DAYS * _STEPS)
    when, code = np.divmod(rest, _STEPS)
    places = pa.array(code)
    kinds = pa.array([step.kind for step in steps], pa.string()).dictionary_encode()
    names = pc.binary_join_element_wise("C", pc.utf8_lpad(pa.array(child + 1).cast(pa.string()), _DIGITS, "0"), "-")
    columns = {
        "child": names,
        "event": kinds.take(places),
        "at": pa.array(when.astype(np.int32)).cast(pa.date32()),
        **{name: values.take(places) for name, values in facts.items()},
    }
    return pa.table(columns)
