"""Statutory guidance on children who run away or go missing from home or care: the return interview."""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import ALWAYS, Doubtful, on
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import hours
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.provisions import M, S, v
from childprotect.rules import Rule, Within
from childprotect.versions import Absence

MISSING_2014 = Instrument(
    "MISSING-2014",
    "Statutory guidance on children who run away or go missing from home or care, January 2014",
    Force.GUIDANCE,
    in_force=date(2014, 1, 31),
    dated=Evidence.MEMORY,
    dated_note="January 2014 is sourced; the day is not, so its last day is used",
)
MISSING_2009 = Instrument(
    "MISSING-2009",
    "Statutory guidance on children who run away and go missing from home or care, 2009",
    Force.GUIDANCE,
    in_force=date(2010, 1, 1),
    until=MISSING_2014.eve,
    dated=Evidence.MEMORY,
    dated_note="2009 is sourced; the day is not, so the first day of 2010 is used",
)

# "The interview should be conducted within 72 hours of their return"
RETURN_INTERVIEW = Within(
    id="return-interview",
    title="independent return interview",
    start=on("found"),
    end=on("return-interview")
    | on(
        "return-interview-offered",
        where=Doubtful(ALWAYS, "an offer that was refused may be all that could be done"),
    ),
    pairing=Pairing(Repeats.EACH),
    versions=(
        v(MISSING_2009, hours(72), M, note="that this guidance said 72 hours is not sourced"),
        v(MISSING_2014, hours(72), S, "E59", "E59-2014"),
    ),
    absent=(Absence(FIRST_DAY, MISSING_2009.eve, "no source was seen for this step before the guidance of 2009"),),
)

RULES: tuple[Rule, ...] = (RETURN_INTERVIEW,)
INSTRUMENTS = (MISSING_2009, MISSING_2014)
