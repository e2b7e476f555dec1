"""The English child protection process: its charts, its rules in every edition since 2006, and what it cannot judge.

>>> from datetime import date
>>> limit = rule("initial-conference").due(date(2024, 3, 22))
>>> limit.on
datetime.date(2024, 4, 16)
>>> print(limit)
15 working days after Fri 22 Mar 2024, not counting Good Friday and Easter Monday
"""

from childprotect.rulebooks.england.charts import CHARTS as charts
from childprotect.rulebooks.england.instruments import EDITIONS as editions
from childprotect.rulebooks.england.rules import NOT_ASSESSED, RULES
from childprotect.rules import Rule, Rulebook

rulebook = Rulebook("england", RULES, charts, NOT_ASSESSED)
"""The national law, with nothing local in it."""


def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises `UnknownName`, which says which one was probably meant."""
    return rulebook.rule(rule_id)


__all__ = ["charts", "editions", "rule", "rulebook"]
