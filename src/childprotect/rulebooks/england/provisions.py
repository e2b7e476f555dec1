"""How a provision is written down, and the figures that several editions share."""

from childprotect.authority import Evidence, Instrument
from childprotect.periods import months, working_days
from childprotect.requirements import Cadence, Requirement
from childprotect.rulebooks.england.sources import seen
from childprotect.versions import Version

P, S, S_UNDATED, M = Evidence.PRIMARY, Evidence.SECONDARY, Evidence.SECONDARY_UNDATED, Evidence.MEMORY

ONE_DAY = working_days(1)
POLICE_AND_CARE = frozenset({"social-care", "police"})
WITH_HEALTH = POLICE_AND_CARE | {"health"}
NEXT_REVIEW = Cadence(then=months(6))
OUTCOME = ("outcome",)
CATEGORIES = ("categories",)

Provisions = dict[str, Version]


def v(
    instrument: Instrument,
    requires: Requirement,
    evidence: Evidence,
    *codes: str,
    provision: str | None = None,
    note: str = "",
) -> Version:
    """One version of a rule: the figure, the grade of the evidence, where it was seen."""
    citations = seen(instrument, *codes, provision=provision)
    return Version(instrument=instrument, requires=requires, evidence=evidence, citations=citations, note=note)
