"""Whether charts permit all that a pathway may write, whatever happens first of what runs side by side.

Each chart is asked by itself, and of the stages only those that bear on it. What is done again and again may come any
number of times while it may come at all, each of its steps by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter

from attrs import evolve, frozen

from childprotect.charts import Chart
from childprotect.errors import DefinitionError
from childprotect.events import Facts
from childprotect.paths import Step
from childprotect.simulation.stages import BEGIN, Kept, Stage, Way
from childprotect.vocabulary import Vocabulary

_SOME_DAY = date(2024, 1, 3)


@frozen
class _Happening:
    """What happens in one episode, in one chart's eyes: `after` has the places of what came before it.

    True is for what came on an earlier day, false for what may have been on the same one. `again` is what may come any
    number of times.
    """

    step: Step | None
    after: tuple[tuple[int, bool], ...]
    again: bool = False


_Episode = tuple[_Happening, ...]
_Ways = tuple[tuple[str, int], ...]
"""The places of the ways that were taken, by name."""


def impossible(stages: Sequence[Stage | Kept], charts: Iterable[Chart], vocabulary: Vocabulary) -> Iterator[str]:
    """What the charts do not permit of some stages, in words, each once."""
    in_turn = _InTurn.of(stages, vocabulary)
    for chart in charts:
        found: dict[str, None] = {}
        episodes = _episodes(_bearing_on(stages, partial(_seen, chart=chart), _staying(chart)))
        begins = [chart.initial]
        for state in begins:  # grows while it is walked: a later episode begins where one has ended
            for episode in episodes:
                for end in _ends(chart, state, episode, in_turn, found):
                    if end not in begins:
                        begins.append(end)
        yield from (f"{chart.strand}: {problem}" for problem in found)


def _bearing_on(
    stages: Sequence[Stage | Kept],
    seen_of: Callable[[Iterable[Step]], tuple[Step, ...]],
    staying: frozenset[str] = frozenset(),
) -> list[Stage | Kept]:
    """The stages with those events alone that somebody sees, and those on which these depend.

    Events that are `staying` change nothing for others, so of ways that differ only in them the fullest stands for all.
    """
    kept: list[Stage | Kept] = []
    asked: set[str] = set()
    for stage in reversed(stages):
        if isinstance(stage, Kept):
            if seen := seen_of(stage.steps):
                kept.append(evolve(stage, steps=seen))
                asked |= {*stage.after, *stage.until}
            continue
        ways = [evolve(way, steps=seen_of(way.steps)) for way in stage.ways if way.share > 0]
        if any(way.steps or way.name in asked for way in ways):
            alike: dict[tuple[str, tuple[Step, ...]], float] = {}
            for way in ways:
                alike[way.name, way.steps] = alike.get((way.name, way.steps), 0) + way.share
            kept.append(evolve(stage, ways=tuple(_fullest(alike, staying))))
            asked |= {*stage.after, *stage.no_later, *stage.unless}
    return kept[::-1]


def _fullest(alike: Mapping[tuple[str, tuple[Step, ...]], float], staying: frozenset[str]) -> Iterator[Way]:
    """The ways with their shares, without those that lack only what another has besides."""
    groups: dict[tuple[str, tuple[Step, ...]], dict[tuple[Step, ...], float]] = {}
    for (name, steps), share in alike.items():
        core = tuple(step for step in steps if step.kind not in staying)
        groups.setdefault((name, core), {})[steps] = share
    for (name, _), shares in groups.items():
        fullest = max(shares, key=len)
        if all(set(steps) <= set(fullest) for steps in shares):
            yield Way(name, fullest, sum(shares.values()))
        else:
            yield from (Way(name, steps, share) for steps, share in shares.items())


def _seen(steps: Iterable[Step], chart: Chart) -> tuple[Step, ...]:
    """The steps that a chart knows, with the facts that it asks for."""
    known = [step for step in steps if step.kind in chart.event_set]
    asked = {(move.event, move.fact) for move in chart.moves}
    return tuple(
        Step(step.kind, Facts({name: value for name, value in step.facts.items() if (step.kind, name) in asked}))
        for step in known
    )


def _episodes(stages: Sequence[Stage | Kept]) -> list[_Episode]:
    """Every episode that may be, as its events and which comes after which."""
    found: dict[tuple[_Episode, _Ways], None] = {((_Happening(None, ()),), ((BEGIN, 0),)): None}
    for stage in stages:
        found = dict.fromkeys(one for episode, ways in found for one in _grown(episode, ways, stage))
    return list(dict.fromkeys(episode for episode, _ in found))


def _grown(episode: _Episode, ways: _Ways, stage: Stage | Kept) -> Iterator[tuple[_Episode, _Ways]]:
    taken = dict(ways)
    at = next((taken[name] for name in stage.after if name in taken), None)
    if at is None or (isinstance(stage, Stage) and not taken.keys().isdisjoint(stage.unless)):
        yield episode, ways
    elif isinstance(stage, Kept):
        end = next((taken[name] for name in stage.until if name in taken), None)
        if end is None:
            raise DefinitionError("a pathway", [f"{stage.steps[0].kind} is done again and again, and may never end"])
        yield episode, ways
        if at == end or end in _all_before(episode)[at]:
            return  # it has ended before it begins
        later = (stage.first or stage.again).shares[0] == 0
        told = (*episode, *(_Happening(step, ((at, later),), again=True) for step in stage.steps))
        for place in range(len(episode), len(told)):
            told = _before(told, place, end, True)
        yield told, ways
    else:
        if not stage.is_sure:
            yield episode, ways
        bound = next((taken[name] for name in stage.no_later if name in taken), None)
        # what is to be no later than something may be done without any delay
        later = stage.delay.shares[0] == 0 and bound is None
        if bound is not None and at not in _all_before(episode)[bound]:
            bound = None  # which may have come before it could begin
        for way in stage.ways:
            place = len(episode)
            others = range(place) if stage.last else [at]
            told = (*episode, _Happening(None, tuple((other, later and other == at) for other in others)))
            for step in way.steps:
                told = (*told, _Happening(step, ((len(told) - 1, False),)))
            if bound is not None:
                told = _before(told, len(told) - 1, bound, False)
            yield told, (*ways, (way.name, len(told) - 1))


def _before(episode: _Episode, place: int, end: int, later: bool) -> _Episode:
    """The episode in which what is at one place comes before what is at another."""
    told = evolve(episode[end], after=(*episode[end].after, (place, later)))
    return (*episode[:end], told, *episode[end + 1 :])


def _ends(chart: Chart, begin: str, episode: _Episode, in_turn: "_InTurn", problems: dict[str, None]) -> Iterator[str]:
    """The states in which an episode may leave the chart; what it does not permit is added to the problems."""
    came = in_turn.came(episode)
    staying = _staying(chart)
    moving, loops = list[int](), list[int]()
    for n, one in enumerate(episode):
        if one.step is not None:
            (loops if one.again or one.step.kind in staying else moving).append(n)
    everything = frozenset(moving)
    queue = [(frozenset[int](), begin)]
    known = {*queue}

    def permitted(n: int, state: str) -> str | None:
        step = episode[n].step
        assert step is not None
        move = chart.step(state, step.at(_SOME_DAY))
        if move is None:
            problems[f"{step} may come while it stands at {state!r}"] = None
        return None if move is None else move.target

    for done, state in queue:  # grows while it is walked
        if done == everything:
            yield state
        for n in (*loops, *(everything - done)):
            possible = came[n] & everything <= done and not any(n in came[other] for other in done)
            target = permitted(n, state) if possible else None
            if target is not None and (then := (done | ({n} & everything), target)) not in known:
                known.add(then)
                queue.append(then)


def _staying(chart: Chart) -> frozenset[str]:
    """The kinds of event that never change the state: where they come does not matter to the others."""
    return frozenset(
        kind
        for kind in chart.events
        if all((move.target,) == move.sources for move in chart.moves if move.event == kind)
    )


@frozen
class _InTurn:
    """What comes in turn on one day, where the order of the process decides, whatever came first in truth.

    Where a spell of `renewed` ends and begins anew on a day, what belongs to its beginning comes after all else.
    """

    vocabulary: Vocabulary
    renewed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, stages: Sequence[Stage | Kept], vocabulary: Vocabulary) -> "_InTurn":
        kinds = {step.kind for stage in stages for step in stage.steps}
        spells = {vocabulary[kind].opens for kind in kinds} & {vocabulary[kind].closes for kind in kinds}
        return cls(vocabulary, frozenset(s for s in spells if s is not None and _may_renew(s, stages, vocabulary)))

    def came(self, episode: _Episode) -> list[frozenset[int]]:
        """For each place all that surely comes before it, as a chronology has it."""
        return [
            frozenset(other for other, earlier in before.items() if earlier or self._comes(episode[other], one))
            for one, before in zip(episode, _all_before(episode), strict=True)
        ]

    def _comes(self, one: _Happening, other: _Happening) -> bool:
        if one.step is None or other.step is None or one.step == other.step:
            return True
        first, second = self.vocabulary[one.step.kind], self.vocabulary[other.step.kind]
        # two of one kind are put in order by their facts
        before = self.vocabulary.ranks[first.name] < self.vocabulary.ranks[second.name]
        return before and first.begins & self.renewed <= second.begins


def _may_renew(spell: str, stages: Sequence[Stage | Kept], vocabulary: Vocabulary) -> bool:
    """Whether a spell that is open in the morning may end and begin anew on that day."""
    opens, closes = (
        {kind.name for kind in vocabulary.kinds if spell == told(kind)}
        for told in (attrgetter("opens"), attrgetter("closes"))
    )
    episodes = _episodes(
        _bearing_on(stages, lambda steps: tuple(Step(s.kind) for s in steps if s.kind in opens | closes))
    )
    stays_open = on_one_day = False
    for episode in episodes:
        begin, end = (
            [n for n, one in enumerate(episode) if one.step and one.step.kind in of] for of in (opens, closes)
        )
        came, before = _InTurn(vocabulary).came(episode), _all_before(episode)
        stays_open |= len(begin) > 1 or any(episode[n].again or not any(n in came[m] for m in end) for n in begin)
        on_one_day |= any(not before[n].get(m) and not before[m].get(n) for n in begin for m in end)
    return stays_open and on_one_day


def _all_before(episode: _Episode) -> list[dict[int, bool]]:
    """For each place all that comes before it, and whether on an earlier day."""
    found: dict[int, dict[int, bool]] = {}

    def of(place: int) -> dict[int, bool]:
        if place not in found:
            every: dict[int, bool] = {}
            for other, later in episode[place].after:
                for further, earlier in (*of(other).items(), (other, False)):
                    every[further] = every.get(further, False) or later or earlier
            found[place] = every
        return found[place]

    return [of(place) for place in range(len(episode))]
