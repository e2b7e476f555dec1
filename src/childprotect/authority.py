"""Where a rule comes from, how strongly it binds, and how well we know it.

Nothing in the rulebook is a bare number: each version of a rule names its instrument, its force and the grade of the
evidence, and a number that rests on memory carries no citation at all, so that it can never look like one.
"""

from datetime import date, timedelta
from enum import StrEnum

from attrs import field, frozen


class Evidence(StrEnum):
    """How well a statement of law is supported. `letter` is the code used in the project's reference on timescales."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SECONDARY_UNDATED = "secondary-undated"
    LOCAL = "local"
    MEMORY = "memory"

    @property
    def letter(self) -> str:
        """P, S, S?, L or M."""
        return _LETTERS[self]

    @property
    def meaning(self) -> str:
        """One plain sentence for a reader of a report."""
        return _MEANINGS[self]


_LETTERS = {
    Evidence.PRIMARY: "P",
    Evidence.SECONDARY: "S",
    Evidence.SECONDARY_UNDATED: "S?",
    Evidence.LOCAL: "L",
    Evidence.MEMORY: "M",
}
_MEANINGS = {
    Evidence.PRIMARY: "the primary text was seen",
    Evidence.SECONDARY: "seen in a secondary source of that edition's time that states the rule",
    Evidence.SECONDARY_UNDATED: "seen in a secondary source that does not name the edition; believed unchanged",
    Evidence.LOCAL: "seen as local practice only",
    Evidence.MEMORY: "not verified against any source",
}


class Force(StrEnum):
    """How strongly a rule binds."""

    STATUTE = "statute"
    """An Act or regulations."""
    GUIDANCE = "guidance"
    """Statutory guidance: to be followed unless there is an exceptional reason."""
    PRACTICE = "national-practice"
    """National but not statutory: a census rule, an indicator, what inspectors ask."""
    LOCAL = "local"
    """A council's or a safeguarding partnership's own figure."""


@frozen
class Instrument:
    """An edition of guidance, an Act, a set of regulations or a national definition, with the days it governed.

    `until` is the last day, or None while it is current. `dated` grades the dates themselves, which are not always
    known to the day; `dated_note` says what is uncertain.
    """

    id: str
    title: str
    force: Force
    in_force: date | None = None
    """None for an instrument that is not in force yet."""
    until: date | None = None
    dated: Evidence = Evidence.PRIMARY
    dated_note: str = ""

    @property
    def begins(self) -> date:
        """The first day. Raises `ValueError` for an instrument that is not in force yet."""
        if self.in_force is None:
            raise ValueError(f"{self.id} is not in force until someone sets a date")
        return self.in_force

    @property
    def eve(self) -> date:
        """The day before the first: the last without it. Raises as `begins` does."""
        return self.begins - timedelta(days=1)

    def covers(self, day: date) -> bool:
        """Whether the instrument was in force on that day."""
        return self.in_force is not None and self.in_force <= day and (self.until is None or day <= self.until)

    def __str__(self) -> str:
        return self.title


@frozen
class Citation:
    """One place where a rule was seen. `provision` is None where no paragraph number could be verified."""

    instrument: str
    url: str
    provision: str | None = None
    quote: str = field(default="", repr=False)
    """At most 25 words."""

    def __str__(self) -> str:
        where = f", {self.provision}" if self.provision else ""
        words = f": “{self.quote}”" if self.quote else ""
        return f"{self.instrument}{where} (seen at {self.url}){words}"

    def to_dict(self) -> dict[str, str | None]:
        """The citation as the JSON report shows it."""
        return {"instrument": self.instrument, "provision": self.provision, "url": self.url}
