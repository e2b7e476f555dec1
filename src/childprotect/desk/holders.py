"""Who holds a case: the worker, the team and the manager that its record names.

A record may name people. They are asked for by whoever needs them, and no output shows them unasked.
"""

from collections.abc import Sequence

from attrs import frozen

from childprotect.events import Event

BY = ("worker", "team", "manager")
"""What a worklist can be told by."""


@frozen
class Holder:
    """Who holds a case, as far as the record says."""

    worker: str | None = None
    team: str | None = None
    manager: str | None = None

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Holder":
        """The worker and the team of the last allocation that has not ended; the manager who was last named.

        `events` are those of one child, in order, as known for the check. The closure of the case ends all.
        """
        holder, manager = cls(), None
        for event in events:
            manager = _text(event, "manager") or manager
            if event.kind == "allocated":
                holder = cls(_text(event, "worker"), _text(event, "team"))
            elif event.kind == "deallocated" and _text(event, "worker") in (None, holder.worker):
                holder = cls()
            elif event.kind == "case-closed":
                holder, manager = cls(), None
        return cls(holder.worker, holder.team, manager)


def _text(event: Event, fact: str) -> str | None:
    value = event.facts.get(fact)
    return value if isinstance(value, str) and value else None
