"""The English child protection process: its charts, its law on every day since April 2006, and what it cannot judge.

`rulebook` is the national law. `practice` is what inspectors asked of the record in 2012, to put beside it:
`rulebook | practice`, or `rulebook.with_practice()`. Rules without a national number are in the book, and off until a local profile gives one.

>>> from datetime import date
>>> limit = rule("initial-conference").due(date(2024, 3, 22))
>>> limit.on
datetime.date(2024, 4, 16)
>>> print(limit)
15 working days after Fri 22 Mar 2024, not counting Good Friday and Easter Monday
"""

from childprotect.charts import Chart
from childprotect.errors import UnknownName
from childprotect.rulebook import Rulebook
from childprotect.rulebooks.england import (
    care_planning_2010,
    children_act_1989,
    local,
    missing_children,
    private_fostering_2005,
    public_law_outline,
    wellbeing_and_schools_act_2026,
)
from childprotect.rulebooks.england import practice as _practice
from childprotect.rulebooks.england import rules as _rules
from childprotect.rulebooks.england.charts import CHARTS
from childprotect.rulebooks.england.inspection import inspection, not_computable, timescales
from childprotect.rulebooks.england.instruments import CIN_CENSUS, OFSTED_2012
from childprotect.rulebooks.england.picture import picture
from childprotect.rulebooks.england.working_together import EDITIONS as editions
from childprotect.rules import Rule
from childprotect.versions import NotAssessed
from childprotect.vocabulary import nearest

charts = CHARTS
"""The charts by strand."""
_ACTS = (
    children_act_1989,
    public_law_outline,
    care_planning_2010,
    private_fostering_2005,
    missing_children,
    wellbeing_and_schools_act_2026,
)
instruments = (*editions, *(one for act in _ACTS for one in act.INSTRUMENTS), CIN_CENSUS, OFSTED_2012)
"""Every instrument that the rules come from."""
_SILENT = (
    NotAssessed("quality-of-judgement", "whether an assessment, a plan or a decision was a good one is not a date"),
    *not_computable(),
)
rulebook = Rulebook(
    "england",
    (*_rules.RULES, *(rule for act in _ACTS for rule in act.RULES), *local.RULES),
    CHARTS,
    _SILENT,
    on_request=_practice.RULES,
)
"""The national law, with nothing local in it; `rulebook.with_practice()` applies what inspectors asked for too."""
practice = Rulebook("practice", _practice.RULES)
"""What inspectors asked of the record in September 2012, as rules without numbers."""


def rule(rule_id: str) -> Rule:
    """The rule of that id, of the law or of practice. Raises `UnknownName`, which says which one was probably meant."""
    return practice[rule_id] if rule_id in practice else rulebook.rule(rule_id)


def chart(strand: str) -> Chart:
    """The chart of that strand. Raises `UnknownName`, which says which one was probably meant."""
    try:
        return CHARTS[strand]
    except KeyError:
        raise UnknownName("strand", strand, nearest(strand, CHARTS), ", ".join(CHARTS)) from None


def journey_picture(format: str = "mermaid") -> str:
    """The whole journey from referral to closure as a Mermaid flowchart, or as a Graphviz graph (`dot`)."""
    return picture(rulebook, format)


__all__ = [
    "chart",
    "charts",
    "editions",
    "inspection",
    "instruments",
    "journey_picture",
    "practice",
    "rule",
    "rulebook",
    "timescales",
]
