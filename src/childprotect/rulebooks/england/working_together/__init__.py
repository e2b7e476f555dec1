"""The editions of Working Together to Safeguard Children since 2006, one module each, and their figures by rule.

No edition was seen to carry a transitional rule, so the day of the trigger chooses the edition. Paragraph numbers could
not be verified in any edition, so none is given.
"""

from childprotect.rulebooks.england.working_together import wt2006, wt2010, wt2013, wt2015, wt2018, wt2023, wt2026
from childprotect.versions import Version

EDITIONS = (
    wt2006.WT2006,
    wt2010.WT2010,
    wt2013.WT2013,
    wt2015.WT2015,
    wt2018.WT2018,
    wt2023.WT2023,
    wt2026.WT2026,
)
_BY_EDITION = tuple(edition.PROVISIONS for edition in (wt2006, wt2010, wt2013, wt2015, wt2018, wt2023, wt2026))


def versions_of(rule_id: str) -> tuple[Version, ...]:
    """Every version of a rule in the guidance, oldest first."""
    return tuple(provisions[rule_id] for provisions in _BY_EDITION if rule_id in provisions)
