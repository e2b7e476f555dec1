"""A live state machine for a chart, run by the `transitions` library. The one module that imports it.

Use it where an application wants callbacks and guards while a case is worked on. To judge records, use
`Journey.replay`: it steps a dict, some two hundred times faster, and a Hypothesis test holds the two equal.
"""

from typing import Any

from transitions import Machine

from childprotect.charts import Chart, Move
from childprotect.events import Event


class Cursor:
    """What a machine moves: compared by identity, because `transitions` silently drops a second model that is equal."""

    state: str


def machine(chart: Chart, **options: Any) -> Machine:
    """A `transitions.Machine` over a new `Cursor`, in the chart's initial state.

    `options` go to `Machine` (callbacks, `queued`, ...). Fire events with `fire`. There are no automatic
    transitions: no back door to a state.

    >>> from childprotect.charts import Move
    >>> door = Chart("door", "shut", (Move("shut", "opened", "open"), Move("open", "closed", "shut")), ("shut",))
    >>> live = machine(door)
    >>> fire(live, Event("opened", "2024-03-01")), live.model.state
    (True, 'open')
    """
    fixed = {"initial": chart.initial, "auto_transitions": False, "send_event": False}
    live = Machine(model=Cursor(), states=list(chart.states), **(options | fixed))
    for (source, kind), moves in chart.table.items():
        for move in moves:
            live.add_transition(kind, source, move.target, conditions=_guard(move))
    return live


def _guard(move: Move) -> Any:
    return lambda event: move.applies(event)


def fire(live: Machine, event: Event) -> bool:
    """Fire the event; False, and no change, if it is not permitted where the machine stands."""
    cursor: Any = live.model
    if event.kind not in live.events or cursor.state not in live.events[event.kind].transitions:
        return False
    return bool(live.events[event.kind].trigger(cursor, event))
