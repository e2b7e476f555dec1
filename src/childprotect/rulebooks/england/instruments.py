"""The first day of this rulebook, and national practice that is neither Act nor guidance."""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument

FIRST_DAY = date(2006, 4, 1)
"""The first day of the first edition in this rulebook. What was in force before that day is held from it on."""

CIN_CENSUS = Instrument(
    "CIN-CENSUS",
    "Definitions of the children in need census and its validation rules, Department for Education",
    Force.PRACTICE,
    in_force=FIRST_DAY,
    dated=Evidence.MEMORY,
    dated_note="the definitions are sourced; the day from which each applied is not, so the first day of this rulebook is used",
)
OFSTED_2012 = Instrument(
    "OFSTED-2012",
    "Inspection of local authority arrangements for the protection of children, Herefordshire, Ofsted, September 2012",
    Force.PRACTICE,
    in_force=FIRST_DAY,
    dated=Evidence.PRIMARY,
    dated_note="no clause of guidance was seen; this is what inspectors looked for in September 2012, checked for every day "
    "of this rulebook",
)
