"""Tells Hypothesis, when somebody's test imports it, how to make our values: `from_type(Event)` works.

Only the values are imported here; the strategies are when the first of them is asked for.
"""

from typing import Any


def register() -> None:
    """The entry point of the group `hypothesis`."""
    from hypothesis import strategies as st

    from childprotect import testing
    from childprotect.calendars import WorkingDays
    from childprotect.chronology import Chronology
    from childprotect.events import Event
    from childprotect.periods import Period

    made = {Chronology: "chronologies", Event: "events", Period: "periods", WorkingDays: "working_days_calendars"}

    def later(name: str) -> Any:
        return lambda _: getattr(testing, name)()

    for kind, name in made.items():
        st.register_type_strategy(kind, later(name))
