"""What can become of a duty, and explanations as trees of sentences."""

from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen


class Status(StrEnum):
    """What became of a duty, as at a date."""

    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    BREACHED = "breached"
    PENDING = "pending"
    DISCHARGED = "discharged"
    CANNOT_TELL = "cannot-tell"

    @property
    def is_breach(self) -> bool:
        """Whether the law was not kept: late, overdue or breached."""
        return self in _BREACHES

    @property
    def meaning(self) -> str:
        """One plain sentence."""
        return _MEANINGS[self]


_BREACHES = frozenset({Status.LATE, Status.OVERDUE, Status.BREACHED})
_MEANINGS = {
    Status.MET: "done by the due date",
    Status.LATE: "done, after the due date",
    Status.OVERDUE: "not done, and the due date has passed",
    Status.BREACHED: "a rule without a clock is broken",
    Status.PENDING: "not done, not yet due",
    Status.DISCHARGED: "the duty fell away before it fell due",
    Status.CANNOT_TELL: "the record does not say",
}


@frozen
class Reason:
    """One step of an explanation, with the steps that it rests on."""

    text: str
    parts: tuple["Reason", ...] = ()

    def lines(self, indent: str = "") -> Iterator[str]:
        """The reason and its parts, one a line, indented by two spaces a level."""
        yield indent + self.text
        for part in self.parts:
            yield from part.lines(indent + "  ")

    def __str__(self) -> str:
        return "\n".join(self.lines())
