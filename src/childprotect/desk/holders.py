"""Who holds a case: the worker, the team and the manager that its record names.

A record may name people. They are asked for by whoever needs them, and no output shows them unasked.
"""

from collections.abc import Sequence

from attrs import frozen

from childprotect.events import Event

BY = ("worker", "team", "manager")
"""What a worklist can be told by, besides by child."""


@frozen
class Holder:
    """Who holds a case, as far as the record says."""

    worker: str | None = None
    team: str | None = None
    manager: str | None = None

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Holder":
        """The worker and the team of the last allocation that has not ended; the manager who was last named.

        `events` are those of one child, in order, as known for the check. A deallocation ends the allocation of the
        worker whom it names, or the last one where it names nobody. A manager named before the case came to the team
        that has it is of another team, and not told. The closure of the case ends all.
        """
        held: list[Holder] = []
        manager = None
        for event in events:
            one = cls(_text(event, "worker"), _text(event, "team"))
            team = held[-1].team if held else None
            match event.kind:
                case "allocated":
                    held = [other for other in held if one.worker is None or other.worker != one.worker] + [one]
                case "deallocated":
                    _end(held, one)
                case "case-closed":
                    held, manager = [], None
            if team is not None and held and held[-1].team != team:
                manager = None
            if event.kind != "case-closed":
                manager = _text(event, "manager") or manager
        last = held[-1] if held else cls()
        return cls(last.worker, last.team, manager)


def _end(held: list[Holder], named: Holder) -> None:
    """Take away the last of the allocations that a deallocation may speak of: those it names, or else any it may."""
    same = [one for one in held if named.worker is not None and one.worker == named.worker]
    may = [one for one in held if _may_be(one.worker, named.worker) and _may_be(one.team, named.team)]
    for one in (same or may)[-1:]:
        held.remove(one)


def _may_be(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _text(event: Event, fact: str) -> str | None:
    value = event.facts.get(fact)
    return value if isinstance(value, str) and value else None
