"""Dated versions of a rule: what an instrument requires, from when to when, and how well that is known.

Also why a rule has no version for some days, and what is not judged at all: no gap is silent.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from attrs import field, frozen

from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.errors import DefinitionError
from childprotect.periods import Period
from childprotect.requirements import By, Requirement, Wait


@frozen(kw_only=True)
class Version:
    """One dated version of a rule: what one instrument requires, how strongly, and how well that is known.

    Force and dates are the instrument's unless given. `carried_over` names the edition whose figure is assumed to
    continue because the text of this one was not seen. A version that rests on memory has no citations. A version
    without `in_force` is not in force until someone sets a date.
    """

    instrument: Instrument
    requires: Requirement = None
    evidence: Evidence
    citations: tuple[Citation, ...] = field(default=())
    force: Force = field()
    in_force: date | None = field()
    until: date | None = field()
    carried_over: str | None = None
    note: str = ""
    departure: str = ""
    """For a local version: in words, what of the national law it loosens. Every finding under it says so."""
    replaces: "tuple[Version, ...]" = field(default=(), eq=False, repr=False)
    """For a version that a profile has set or changed: the national ones that it stands in for, in order, however many
    profiles lie between."""
    illustrative: bool = False
    """Whether the figure is an example and nobody's."""
    wait: Wait | None = field(init=False, eq=False, repr=False)
    """What a clock waits for, where that is the same for every start."""

    @force.default
    def _(self) -> Force:
        return self.instrument.force

    @in_force.default
    def _(self) -> date | None:
        return self.instrument.in_force

    @until.default
    def _(self) -> date | None:
        return self.instrument.until

    @wait.default
    def _(self) -> Wait | None:
        return Wait(self.requires) if isinstance(self.requires, Period | By) else None

    @citations.validator
    def _no_borrowed_dignity(self, _: object, citations: tuple[Citation, ...]) -> None:
        if citations and self.evidence is Evidence.MEMORY:
            raise DefinitionError(f"version {self.edition}", ["it rests on memory, so it cannot carry a citation"])

    @property
    def edition(self) -> str:
        """The id of the instrument: `WT2018`."""
        return self.instrument.id

    def covers(self, day: date) -> bool:
        """Whether this version was in force on that day."""
        return self.in_force is not None and self.in_force <= day and (self.until is None or day <= self.until)

    @property
    def grade(self) -> str:
        """The evidence in words: `secondary (S)`, or that the figure is carried over or an example."""
        if self.carried_over:
            return f"carried over from {self.carried_over}, unverified ({self.evidence.letter})"
        made_up = "an illustrative figure, " if self.illustrative else ""
        return f"{made_up}{self.evidence.value} ({self.evidence.letter})"


@frozen
class Absence:
    """Why a rule has no version for some days, so that no gap is silent."""

    since: date
    until: date | None = None
    because: str = "no reason is given"


def version_problems(versions: tuple[Version, ...]) -> Iterator[str]:
    """In words, what is wrong with the dates of these versions of one rule."""
    dated = [version for version in versions if version.in_force is not None]
    for version in dated:
        if version.until is not None and version.in_force is not None and version.until < version.in_force:
            yield f"version {version.edition} ends before it begins"
    for before, after in pairwise(dated):
        assert after.in_force is not None
        if before.until is None or before.until >= after.in_force:
            yield f"versions {before.edition} and {after.edition} overlap or are out of order"


@frozen(cache_hash=True)
class NotAssessed:
    """Something that is not judged, and why: listed, never hidden."""

    id: str
    because: str

    def to_dict(self) -> dict[str, str]:
        """As the JSON report shows it."""
        return {"id": self.id, "because": self.because}
