"""Order at scale: charts as dense tables, and all children of a batch replayed with them at once.

A chart tells few things apart, its symbols: a kind of event, and which of the moves for that kind its facts allow.
Where each symbol leads from each state, and whether it was permitted there, is asked once of the code that replays one
child. Then the first rows of all children are stepped together, the second rows, and so on: the work grows with the
rows, and the loop only with the longest record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from childprotect.charts import Chart
from childprotect.chronology import Coverage
from childprotect.events import Event, Facts
from childprotect.findings import Irregularity
from childprotect.journeys import Journey, observed, out_of_order
from childprotect.tables import days
from childprotect.tables.batches import Batch, Flags, Rows
from childprotect.tables.days import EPOCH, Days
from childprotect.vocabulary import STANDARD, Vocabulary

Places = NDArray[np.integer[Any]]
"""States of one chart, each by its place among them."""
_Key = tuple[str, tuple[bool, ...]]
_ANOTHER_VALUE = object()


@frozen(eq=False)
class Dense:
    """A chart under what a source can hold, as a table of symbols by states. `dense` makes one.

    >>> from childprotect.charts import Move
    >>> door = Chart("door", "shut", (Move("shut", "opened", "open"), Move("open", "closed", "shut")), ("shut",))
    >>> print(dense(door, Coverage()))
            shut    open
    opened  open    (open)
    closed  (shut)  shut
    """

    chart: Chart
    states: tuple[str, ...]
    """The states of the chart, the initial one first: the columns."""
    symbols: tuple[str, ...]
    """What the chart tells apart, in words: the rows."""
    leads: Places
    """Where each symbol leads from each state, also where it is not permitted."""
    permitted: Flags
    _places: Mapping[_Key, int] = field(repr=False)

    def symbol(self, event: Event) -> int:
        """The place of the symbol that an event of a kind that the chart knows is."""
        return self._places[_key(self.chart, event)]

    def __str__(self) -> str:
        """The table, with what is not permitted in brackets."""
        cells = [["", *self.states]]
        for n, symbol in enumerate(self.symbols):
            led = [self.states[place] for place in self.leads[n]]
            allowed = self.permitted[n]
            cells.append([symbol, *(to if ok else f"({to})" for to, ok in zip(led, allowed, strict=True))])
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


@cache
def dense(chart: Chart, covers: Coverage) -> Dense:
    """The table of a chart for sources that hold `covers`."""
    states = chart.states
    events = {_key(chart, event): event for kind in chart.events for event in _samples(chart, kind)}
    steps = [[observed(chart, state, event, covers) for state in states] for event in events.values()]
    leads = [[states.index(target) for target, _ in led] for led in steps]
    permitted = [[allowed for _, allowed in led] for led in steps]
    shape = len(events), len(states)
    return Dense(
        chart,
        states,
        tuple(_label(chart, key) for key in events),
        np.array(leads, np.min_scalar_type(len(states))).reshape(shape),
        np.array(permitted, np.bool_).reshape(shape),
        {key: n for n, key in enumerate(events)},
    )


def _key(chart: Chart, event: Event) -> _Key:
    """What a chart sees of an event."""
    return event.kind, tuple([move.applies(event) for move in chart.moves if move.event == event.kind])


def _samples(chart: Chart, kind: str) -> list[Event]:
    """An event for each thing that a chart tells apart in a kind, those with a fact that it asks for first."""
    asked: dict[str, list[object]] = {}
    for move in chart.moves:
        if move.event == kind and move.fact is not None:
            asked.setdefault(move.fact, [_ANOTHER_VALUE]).extend(move.values)
    # a value that no move names is as good as none, unless a move names that there is none
    told = [dict(zip(asked, values, strict=True)) for values in product(*asked.values())]
    events = [Event(kind, EPOCH, Facts({k: v for k, v in facts.items() if v is not None})) for facts in told]
    by_key = {_key(chart, event): event for event in events}
    return [by_key[key] for key in sorted(by_key, reverse=True)]


def _label(chart: Chart, key: _Key) -> str:
    kind, applies = key
    moves = [move for move in chart.moves if move.event == kind]
    labels = [move.label for move, ok in zip(moves, applies, strict=True) if ok and move.fact is not None]
    return " / ".join(dict.fromkeys(labels)) or kind


@frozen(eq=False)
class Replayed:
    """The journeys of all children of a batch: where each stands in every strand, and what was out of order.

    What was out of order is in columns, by child, row and strand: `row`, its `day` and `child`, the place of the
    `strand`, and the place of the `state` in which that stood. The words are made when they are asked for.
    """

    batch: Batch
    tables: tuple[Dense, ...]
    """One for each strand, in the order of the charts."""
    stands: tuple[Places, ...]
    """For each strand the state in which every child stands at the end."""
    row: Rows
    """For children who were looked at one by one, the place in their record counts from their first row."""
    strand: Rows
    state: Rows
    _known: Callable[[int], tuple[Event, ...]]

    def __len__(self) -> int:
        return len(self.row)

    def __iter__(self) -> Iterator[Irregularity]:
        return map(self.irregularity, range(len(self)))

    @property
    def child(self) -> Rows:
        """The child of each."""
        return self.batch.child[self.row]

    @property
    def day(self) -> Days:
        """The day of each."""
        return self.batch.day[self.row]

    def irregularity(self, n: int) -> Irregularity:
        """One of them, as the replay of that child says it."""
        batch, row = self.batch, int(self.row[n])
        child, table = int(batch.child[row]), self.tables[self.strand[n]]
        if batch.alone[child] or batch.timed[row]:  # columns hold no time of day
            event = self._known(child)[row - int(batch.begins[child])]
        else:
            event = evolve(batch.shapes.said[batch.shape[row]], at=days.day(batch.day[row]))
        return out_of_order(batch.name(child), table.chart, table.states[self.state[n]], event)

    def states_of(self, child: int) -> dict[str, str]:
        """Where one child stands in every strand, as `Journey.states`."""
        both = zip(self.tables, self.stands, strict=True)
        return {table.chart.strand: table.states[stands[child]] for table, stands in both}

    def standing(self, strand: str, *states: str) -> Flags:
        """Which children stand in one of these states; raises `KeyError` for a strand that there is not."""
        place = {table.chart.strand: n for n, table in enumerate(self.tables)}[strand]
        wanted = [n for n, state in enumerate(self.tables[place].states) if state in states]
        return np.isin(self.stands[place], wanted)


def replay(
    batch: Batch,
    charts: Mapping[str, Chart],
    *,
    as_at: date,
    known_at: date | None = None,
    vocabulary: Vocabulary = STANDARD,
) -> Replayed:
    """Replay all children of a batch, which was made as at these days.

    The children of whom columns cannot tell the order are replayed one by one.

    >>> from childprotect.chronology import Chronology
    >>> from childprotect.rulebooks import england
    >>> told = [("2024-03-22", "initial-conference"), ("2024-03-22", "plan-started")]
    >>> day = date(2024, 3, 31)
    >>> batch = Batch.of([Chronology.of("C-101", events=told)], day)
    >>> replayed = replay(batch, england.charts, as_at=day)
    >>> [odd.because for odd in replayed]  # doctest: +NORMALIZE_WHITESPACE
    ["Initial child protection conference on Fri 22 Mar 2024, while the enquiry strand stood at 'none';
    expected at 'conference-due', 'conference-held' or 'enquiring'."]
    >>> int(replayed.standing("plan", "open", "end-decided").sum())
    1
    """

    def known(child: int) -> tuple[Event, ...]:
        return batch.tell(child).as_known(as_at, known_at, vocabulary=vocabulary)

    tables = tuple(dense(chart, batch.covers) for chart in charts.values())
    walked = [_walked(batch, table) for table in tables]
    stands = tuple(ends for ends, _, _ in walked)
    rows = [rows for _, rows, _ in walked]
    strands = [np.full(len(rows), n) for n, (_, rows, _) in enumerate(walked)]
    states = [states for _, _, states in walked]
    for child in np.flatnonzero(batch.alone).tolist():
        story = evolve(batch.tell(child), events=known(child))
        journey = Journey.replay(story, charts, vocabulary=vocabulary)
        places = {id(event): int(batch.begins[child]) + n for n, event in enumerate(story.events)}
        for n, (strand, table) in enumerate(zip(charts, tables, strict=True)):
            stands[n][child] = table.states.index(journey.states[strand])
            odd = [step for step in journey.odd_steps if step.strand == strand]
            rows.append(np.array([places[id(step.event)] for step in odd], np.int64))
            strands.append(np.full(len(odd), n))
            states.append(np.array([table.states.index(step.source) for step in odd], np.int64))
    row, strand_, state = (_joined(column) for column in (rows, strands, states))
    order = np.argsort(row, kind="stable")  # the columns stand by strand
    return Replayed(batch, tables, stands, row[order], strand_[order], state[order], known)


def _joined(columns: Sequence[NDArray[np.int64]]) -> Rows:
    return np.concatenate([np.zeros(0, np.int64), *columns])


def _walked(batch: Batch, table: Dense) -> tuple[Places, Rows, Rows]:
    """Where every child stands in one strand at the end; the rows out of order, and in which state it stood then."""
    n_states = len(table.states)
    stands = np.zeros(batch.children, table.leads.dtype)
    rows = _rows(batch, table.chart)
    if not len(rows):
        return stands, rows, rows
    child = batch.child[rows]
    begins = np.flatnonzero(np.append(True, child[1:] != child[:-1]))
    lengths = np.diff(np.append(begins, len(rows)))
    begins = begins[np.argsort(-lengths, kind="stable")]
    # how many children have a first row, a second, and so on; the longest records come first
    active = len(lengths) - np.cumsum(np.bincount(lengths))[:-1]
    ends = np.cumsum(active)
    steps = list(zip((ends - active).tolist(), ends.tolist(), strict=True))
    place = np.empty(len(rows), np.int64)
    for n, (first, end) in enumerate(steps):
        np.add(begins[: end - first], n, out=place[first:end])
    # a cell of the table is a symbol and a state: the symbols are there, and the states are added step by step
    symbols = (_symbols(batch, table) * n_states).astype(np.min_scalar_type(table.leads.size))
    cells = symbols[batch.shape[rows]][place]
    leads, state = table.leads.ravel(), np.zeros(len(begins), table.leads.dtype)
    for first, end in steps:
        now = cells[first:end]
        now += state[: end - first]
        state[: end - first] = leads[now]
    stands[child[begins]] = state
    odd = np.flatnonzero(~table.permitted.ravel()[cells])
    return stands, rows[place[odd]], cells[odd].astype(np.int64) % n_states


def _rows(batch: Batch, chart: Chart) -> Rows:
    """The rows that move a strand, without those of children who are looked at one by one."""
    moves = np.zeros(batch.rows, np.bool_)
    for kind in chart.event_set:
        moves[batch.of_kind(kind)] = True
    rows = np.flatnonzero(moves)
    return rows[~batch.alone[batch.child[rows]]] if batch.alone.any() else rows


def _symbols(batch: Batch, table: Dense) -> NDArray[np.int64]:
    """The symbol of each shape; what the chart does not know has that of the first."""
    shapes = batch.shapes
    found: NDArray[np.int64] = np.zeros(len(shapes.said), np.int64)
    for kind in table.chart.event_set:
        found += shapes.table("symbol", table, kind, table.symbol)
    return found
