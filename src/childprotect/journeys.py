"""A child's journey: the fold of a chronology over the charts.

`Journey.replay` is lenient: real records hold conferences with no enquiry before them, so it notes an irregularity and
carries on from what was observed. `Journey.apply` is strict: it refuses what the charts do not permit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from childprotect.authority import Citation
from childprotect.calendars import Moment
from childprotect.charts import Chart, Move, MovedBy, moved_by
from childprotect.chronology import Chronology, Coverage
from childprotect.errors import NotPermitted
from childprotect.events import Event
from childprotect.findings import Irregularity
from childprotect.vocabulary import STANDARD, Vocabulary
from childprotect.wording import day_in_words, event_in_words, listed


@frozen
class Step:
    """One move of one strand. `assumed` names states passed through unseen, because the source cannot hold them."""

    strand: str
    source: str
    event: Event
    target: str
    assumed: tuple[str, ...] = ()


@frozen
class Permitted:
    """An event that may follow, in which strand, where it would lead, and what lays it down."""

    event: str
    strand: str
    target: str
    provision: str
    citations: tuple[Citation, ...] = ()

    def __str__(self) -> str:
        source = f" ({self.provision})" if self.provision else ""
        return f"{self.event}: {self.strand} becomes {self.target}{source}"


@frozen
class Journey:
    """Where a child stands in every strand, and how it came to that.

    >>> from childprotect.rulebooks import england
    >>> story = Chronology.of("C-1", events=[("2024-03-01", "referral"), ("2024-03-04", "referral-decided")])
    >>> Journey.replay(story, england.charts).states["front-door"]
    'decided'
    """

    chronology: Chronology
    charts: Mapping[str, Chart] = field(repr=False, eq=False)
    states: dict[str, str]
    trail: tuple[Step, ...] = field(default=(), repr=False)
    irregularities: tuple[Irregularity, ...] = ()
    vocabulary: Vocabulary = field(default=STANDARD, repr=False, eq=False)

    @classmethod
    def start(cls, child: str, charts: Mapping[str, Chart], **known: Any) -> "Journey":
        """A journey on which nothing has happened yet. `known` goes to `Chronology.of` (`born`, ...)."""
        return cls.replay(Chronology.of(child, **known), charts)

    @classmethod
    def replay(
        cls, chronology: Chronology, charts: Mapping[str, Chart], *, vocabulary: Vocabulary = STANDARD
    ) -> "Journey":
        """The journey that a record tells, whatever it tells: what does not fit is an irregularity, never an error."""
        moves = list(_walk(chronology, chronology.as_known(date.max, vocabulary=vocabulary), moved_by(charts)))
        states = {strand: chart.initial for strand, chart in charts.items()}
        states |= {strand: target for strand, *_, target, _ in moves}
        trail = [
            Step(chart.strand, state, event, target, assumed or ()) for _, chart, state, event, target, assumed in moves
        ]
        return cls(chronology, charts, states, tuple(trail), _irregularities(chronology, moves), vocabulary)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # notebooks and Hypothesis would print every field

    @property
    def permitted(self) -> tuple[Permitted, ...]:
        """What may follow now, strand by strand, each with its provision."""
        found: dict[tuple[str, str, str], Permitted] = {}
        for strand, chart in self.charts.items():
            for move in _open_to(chart, self.states[strand], self.chronology.covers):
                may = Permitted(move.event, strand, move.target, move.provision, move.citations)
                found.setdefault((may.event, may.strand, may.target), may)
        return tuple(found.values())

    def may(self, kind: str) -> bool:
        """Whether every strand that knows this kind of event permits it now, for some facts of it."""
        open_to = {may.strand for may in self.permitted if may.event == kind}
        return all(strand in open_to for strand, chart in self.charts.items() if kind in chart.event_set)

    def apply(self, kind: str, /, *, at: str | Moment, **facts: Any) -> "Journey":
        """A new journey with the event in it; this one is unchanged.

        Facts are keywords with underscores; one after the name of a Python word, as in `from_`, is dropped. An event
        that lies before the last one is put in its place, and the whole order is judged again. Raises `NotPermitted`
        where a strand does not allow it, `UnknownName` for an unknown kind of event or value.
        """
        event = Event(kind, at, {name.rstrip("_").replace("_", "-"): value for name, value in facts.items()})
        return self.apply_event(event)

    def apply_event(self, event: Event) -> "Journey":
        """As `apply`, for an `Event` that is already made."""
        told = Chronology.of("", events=[event], vocabulary=self.vocabulary).events[0]  # checks the names
        chronology = self.chronology.add(told, vocabulary=self.vocabulary)
        known = self._known(chronology)
        if known != (*self._known(self.chronology), told):
            return self._put_in(chronology, known, told)
        states, trail = dict(self.states), list(self.trail)
        for strand, chart in self.charts.items():
            if told.kind in chart.event_set:
                found = _step(chart, states[strand], told, chronology.covers)
                if found is None:
                    raise _refusal(chart, states[strand], told.kind)
                trail.append(Step(chart.strand, states[strand], told, *found))
                states[strand] = found[0]
        return evolve(self, chronology=chronology, states=states, trail=tuple(trail))

    def _known(self, chronology: Chronology) -> tuple[Event, ...]:
        return chronology.as_known(date.max, vocabulary=self.vocabulary)

    def _put_in(self, chronology: Chronology, known: tuple[Event, ...], event: Event) -> "Journey":
        # what was corrected since has no say in what came before
        place = next((n for n, other in enumerate(known) if other is event), None)
        then = Journey.replay(evolve(chronology, events=known[:place]), self.charts, vocabulary=self.vocabulary)
        for strand, chart in self.charts.items() if place is not None else ():
            if event.kind in chart.event_set and _step(chart, then.states[strand], event, chronology.covers) is None:
                raise _refusal(chart, then.states[strand], event.kind)
        journey = Journey.replay(chronology, self.charts, vocabulary=self.vocabulary)
        if len(journey.irregularities) > len(self.irregularities):
            # it fits where it stands, but what was told of later days does not fit after it
            odd, before = journey.odd_steps, self.odd_steps
            upset = next((step.strand for step in odd if step not in before), odd[-1].strand)
            raise _refusal(self.charts[upset], then.states[upset], event.kind)
        return journey

    @property
    def odd_steps(self) -> tuple[Step, ...]:
        """The steps that did not fit where they came, one for each irregularity."""
        covers = self.chronology.covers
        return tuple([s for s in self.trail if _step(self.charts[s.strand], s.source, s.event, covers) is None])


def observed(chart: Chart, state: str, event: Event, covers: Coverage) -> tuple[str, bool]:
    """Where an event of a kind that the chart knows leads from a state, and whether it was permitted."""
    found = _step(chart, state, event, covers)
    return (found[0], True) if found is not None else (_carry_on(chart, state, event), False)


def irregularities_of(chronology: Chronology, events: Sequence[Event], movers: MovedBy) -> tuple[Irregularity, ...]:
    """The irregularities of `Journey.replay` alone, for events of the chronology, in less time.

    `movers` are the charts that each kind of event moves: `charts.moved_by`.
    """
    return _irregularities(chronology, _walk(chronology, events, movers))


_Move = tuple[str, Chart, str, Event, str, tuple[str, ...] | None]
"""Of which strand, its chart, from which state, by which event, to which state, and what was passed through unseen.

None is for an event that was not permitted there.
"""


def _walk(chronology: Chronology, events: Sequence[Event], movers: MovedBy) -> Iterator[_Move]:
    """Every move that the events make. After one that is not permitted it carries on from what was observed."""
    states: dict[str, str] = {}
    for event in events:
        for strand, chart in movers.get(event.kind, ()):
            state = states.get(strand, chart.initial)
            found = _step(chart, state, event, chronology.covers)
            states[strand], assumed = found or (_carry_on(chart, state, event), None)
            yield strand, chart, state, event, states[strand], assumed


def _irregularities(chronology: Chronology, moves: Iterable[_Move]) -> tuple[Irregularity, ...]:
    odd = [(chart, state, event) for _, chart, state, event, _, assumed in moves if assumed is None]
    return tuple(out_of_order(chronology.child, *one) for one in odd)


def _unseen(chart: Chart, state: str, covers: Coverage) -> tuple[str, ...]:
    return () if covers.kinds is None else chart.unseen_from(state, covers)


def _open_to(chart: Chart, state: str, covers: Coverage) -> Iterator[Move]:
    """The moves that may follow in a state, or in one that was reached unseen."""
    settled: set[str] = set()
    for here in (state, *_unseen(chart, state, covers)):
        moves = [move for move in chart.moves if here in move.sources and move.event not in settled]
        yield from moves
        # such an event moves on from here whatever its facts are
        settled |= {move.event for move in moves if move.fact is None}


def _step(chart: Chart, state: str, event: Event, covers: Coverage) -> tuple[str, tuple[str, ...]] | None:
    """Where the event leads, and the states that were passed through unseen; None if it is not permitted."""
    move = chart.step(state, event)
    if move is not None:
        return move.target, ()
    passed: list[str] = []
    for unseen in _unseen(chart, state, covers):
        passed.append(unseen)
        move = chart.step(unseen, event)
        if move is not None:
            return move.target, tuple(passed)
    return None


def _carry_on(chart: Chart, state: str, event: Event) -> str:
    """Where an event leads that was not permitted: where it would have led from a state that permits it.

    An event that changes no state anywhere (a core group) changes none here.
    """
    fitting = [move for move in chart.moves if move.event == event.kind and move.applies(event)]
    fitting.sort(key=lambda move: move.fact is None)
    changing = [move.target for move in fitting if set(move.sources) != {move.target}]
    return changing[0] if changing else state


def out_of_order(child: str, chart: Chart, state: str, event: Event) -> Irregularity:
    """What is said of an event that was not permitted in the state in which the strand stood."""
    usual = sorted({source for move in chart.moves if move.event == event.kind for source in move.sources})
    text = (
        f"{event_in_words(event.kind)} on {day_in_words(event.at)}, while the {chart.strand} strand stood at "
        f"'{state}'; expected at {listed([f'{name!r}' for name in usual], 'or')}"
    )
    return Irregularity(child, "out-of-order", event.at, f"{text[:1].upper()}{text[1:]}.")


def _refusal(chart: Chart, state: str, kind: str) -> NotPermitted:
    moves = [move for move in chart.moves if move.event == kind]
    citations = [citation for move in moves for citation in move.citations]
    return NotPermitted(chart.strand, state, kind, chart.permitted(state), dict.fromkeys(citations))
