"""The English child protection process: its charts, its rules in every edition since 2006, and what it cannot judge.

>>> from datetime import date
>>> limit = rule("initial-conference").due(date(2024, 3, 22))
>>> limit.on
datetime.date(2024, 4, 16)
>>> print(limit)
15 working days after Fri 22 Mar 2024, not counting Good Friday and Easter Monday
"""

from childprotect.charts import Chart
from childprotect.errors import UnknownName
from childprotect.rulebooks.england.charts import CHARTS
from childprotect.rulebooks.england.instruments import EDITIONS as editions
from childprotect.rulebooks.england.picture import picture
from childprotect.rulebooks.england.rules import NOT_ASSESSED, RULES
from childprotect.rules import Rule, Rulebook
from childprotect.vocabulary import nearest

charts = CHARTS
"""The charts by strand."""
rulebook = Rulebook("england", RULES, CHARTS, NOT_ASSESSED)
"""The national law, with nothing local in it."""


def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises `UnknownName`, which says which one was probably meant."""
    return rulebook.rule(rule_id)


def chart(strand: str) -> Chart:
    """The chart of that strand. Raises `UnknownName`, which says which one was probably meant."""
    try:
        return CHARTS[strand]
    except KeyError:
        raise UnknownName("strand", strand, nearest(strand, CHARTS), ", ".join(CHARTS)) from None


def journey_picture(format: str = "mermaid") -> str:
    """The whole journey from referral to closure as a Mermaid flowchart, or as a Graphviz graph (`dot`)."""
    return picture(rulebook, format)


__all__ = ["chart", "charts", "editions", "journey_picture", "rule", "rulebook"]
