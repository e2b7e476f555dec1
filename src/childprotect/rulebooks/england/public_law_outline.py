"""The Public Law Outline and its statutory guidance: the steps before an application. They have no number of days.

Sourced dates: 1 April 2008, 6 April 2010, 22 April 2014; it was relaunched in January 2023. The time that each step took
is told, and judged only where a local profile sets a number.
"""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.matches import CASE_CLOSED
from childprotect.rulebooks.england.provisions import S, v
from childprotect.rules import Duty, Rule
from childprotect.versions import Absence, Version

PLO2008 = Instrument(
    "PLO2008",
    "Public Law Outline and statutory guidance on court orders, 1 April 2008",
    Force.GUIDANCE,
    in_force=date(2008, 4, 1),
    until=date(2010, 4, 5),
    dated=Evidence.SECONDARY,
)
PLO2010 = Instrument(
    "PLO2010",
    "Public Law Outline, revised 6 April 2010",
    Force.GUIDANCE,
    in_force=date(2010, 4, 6),
    until=date(2014, 4, 21),
    dated=Evidence.SECONDARY,
)
PLO2014 = Instrument(
    "PLO2014",
    "Public Law Outline, 22 April 2014, relaunched January 2023",
    Force.GUIDANCE,
    in_force=date(2014, 4, 22),
    dated=Evidence.SECONDARY,
)
_ABSENT = (Absence(FIRST_DAY, PLO2008.eve, "the Public Law Outline began on 1 April 2008"),)


def _versions() -> tuple[Version, ...]:
    note = "no number of days"
    return (
        v(PLO2008, None, S, "E60", note=note),
        v(PLO2010, None, S, "E60b", note=note),
        v(PLO2014, None, S, "E60b", note=note),
    )


RULES: tuple[Rule, ...] = (
    Duty(
        id="letter-before-proceedings",
        title="letter before proceedings after a legal planning meeting",
        start=on("legal-planning-meeting"),
        end=on("letter-before-proceedings", "proceedings-issued"),
        discharge=CASE_CLOSED,
        versions=_versions(),
        absent=_ABSENT,
    ),
    Duty(
        id="pre-proceedings-meeting",
        title="meeting with the parents after the letter before proceedings",
        start=on("letter-before-proceedings"),
        end=on("pre-proceedings-meeting"),
        discharge=CASE_CLOSED | on("proceedings-issued"),
        versions=_versions(),
        absent=_ABSENT,
    ),
    Duty(
        id="proceedings-issued",
        title="issue of proceedings after the letter before proceedings",
        start=on("letter-before-proceedings"),
        end=on("proceedings-issued"),
        discharge=CASE_CLOSED,
        versions=_versions(),
        absent=_ABSENT,
    ),
)
INSTRUMENTS = (PLO2008, PLO2010, PLO2014)
