"""All measures, by id; and what cannot be counted from events by its definition, with the reason."""

from collections.abc import Mapping

from childprotect.errors import UnknownName
from childprotect.measures import front_door, inspected, practice, protection
from childprotect.measures.measure import Measure
from childprotect.measures.of_rules import of_rule
from childprotect.rulebooks import england
from childprotect.vocabulary import nearest

_BY_RULE = {
    "initial-assessment": ("initial-assessments-by-rule", "Initial assessments within the days of the guidance"),
    "core-assessment": ("core-assessments-by-rule", "Core assessments within the days of the guidance"),
    "single-assessment": (
        "assessments-in-45-days-of-referral", "Assessments within 45 working days of the referral, as guidance has it"
    ),
    "initial-conference": (
        "conferences-in-15-days-of-discussion",
        "Conferences within 15 working days of the strategy discussion, as guidance has it",
    ),
}  # fmt: skip
_OF_RULES = tuple(of_rule(england.rulebook[rule], id=id, title=title) for rule, (id, title) in _BY_RULE.items())

MEASURES: Mapping[str, Measure] = {
    one.id: one
    for one in (*front_door.MEASURES, *protection.MEASURES, *_OF_RULES, *practice.MEASURES, *inspected.MEASURES)
}
"""Every measure by its id, in the order of the process. Each rule of a rulebook is one more: `of_rule`."""

NOT_COUNTED: Mapping[str, str] = {
    "children-in-need": "DfE derives episodes of need from its census, and the derivation is not in any "
    "source that was "
    "read: which events begin and end one cannot be said",
}
"""What is published and not counted here, with the reason."""


def measure(id: str) -> Measure:
    """The measure of that id. Raises `UnknownName`, which says why where it is known and cannot be counted."""
    if id in MEASURES:
        return MEASURES[id]
    raise UnknownName("measure", id, nearest(id, MEASURES), expected=NOT_COUNTED.get(id, "one of MEASURES"))
