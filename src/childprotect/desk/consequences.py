"""What is at stake when a duty waits: the order of a worklist.

No law and no guidance ranks these duties. The order is this library's, stated here so that it can be argued with, and
replaced: `worklist(..., consequences={...})`.
"""

from collections.abc import Mapping
from enum import IntEnum


class Consequence(IntEnum):
    """What waits while a duty is not done; the gravest first."""

    SAFETY = 1
    """Nobody may have seen whether the child is safe now, or a power over the child may have run out."""
    PROTECTION = 2
    """Whether and how the child is protected has not been decided, carried out or reviewed."""
    HELP = 3
    """What the child needs has not been found out, or help that was agreed has not come."""
    OVERSIGHT = 4
    """Somebody has not been told, or nobody has checked the work."""

    @property
    def words(self) -> str:
        """As a heading."""
        return _WORDS[self]


_WORDS = {
    Consequence.SAFETY: "The child may not be safe",
    Consequence.PROTECTION: "Protection waits to be decided, carried out or reviewed",
    Consequence.HELP: "Needs or help wait",
    Consequence.OVERSIGHT: "Somebody is not told, or work is not checked",
}
_RULES = {
    Consequence.SAFETY: """
        police-protection emergency-protection-order child-assessment-order interim-care-order
        enquiry-after-emergency-action strategy-discussion-held child-seen new-information-answered
        child-protection-visit looked-after-visit-at-home looked-after-visit-at-home-reviewed return-interview
        private-fostering-first-visit probation-notice-filed marac-filed mappa-filed
    """,
    Consequence.PROTECTION: """
        referral-decision section-47-completion initial-conference transfer-in-conference first-core-group core-group
        first-review-conference review-conference new-information-assessment legal-planning-meeting
        letter-before-proceedings pre-proceedings-meeting proceedings-issued care-proceedings
        allocated-to-qualified-worker looked-after-visit looked-after-visit-placed-to-18
        looked-after-visit-long-term-foster looked-after-review private-fostering-visit escalation-resolved
    """,
    Consequence.HELP: """
        initial-assessment core-assessment single-assessment assessment-current first-contact-after-transfer
        child-in-need-visit child-in-need-review plan-action-done information-received
    """,
    Consequence.OVERSIGHT: """
        referral-acknowledgement referrer-informed conference-record-circulated supervision chronology-current
        audit-action-done
    """,
}
CONSEQUENCES: Mapping[str, Consequence] = {
    rule: consequence for consequence, rules in _RULES.items() for rule in rules.split()
}
"""By the id of the rule. A rule that is not here, such as one of a council's own, counts as `PROTECTION`."""


def consequence_of(rule: str, consequences: Mapping[str, Consequence] = CONSEQUENCES) -> Consequence:
    """What is at stake where this rule waits. One that nobody ranked is not put low: it counts as `PROTECTION`."""
    return consequences.get(rule, CONSEQUENCES.get(rule, Consequence.PROTECTION))
