"""The instruments that the English rules come from, and when each governed.

No edition was seen to carry a transitional rule, so the day of the trigger chooses the edition.
"""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument

WT2006 = Instrument(
    "WT2006",
    "Working Together to Safeguard Children, April 2006, with the Framework for Assessment 2000",
    Force.GUIDANCE,
    in_force=date(2006, 4, 1),
    until=date(2010, 3, 16),
    dated=Evidence.MEMORY,
    dated_note="the year is sourced; the month, and the day on which the next edition replaced it, are not",
)
WT2010 = Instrument(
    "WT2010",
    "Working Together to Safeguard Children, March 2010, with the Framework for Assessment 2000",
    Force.GUIDANCE,
    in_force=date(2010, 3, 17),
    until=date(2013, 4, 14),
    dated=Evidence.MEMORY,
    dated_note="March 2010 is sourced; the 17th is not",
)
WT2013 = Instrument(
    "WT2013",
    "Working Together to Safeguard Children, March 2013",
    Force.GUIDANCE,
    in_force=date(2013, 4, 15),
    until=date(2015, 3, 25),
    dated=Evidence.SECONDARY,
    dated_note="published in March, in force on 15 April 2013; the day on which the next edition replaced it is not sourced",
)
WT2015 = Instrument(
    "WT2015",
    "Working Together to Safeguard Children, March 2015, updated February 2017",
    Force.GUIDANCE,
    in_force=date(2015, 3, 26),
    until=date(2018, 7, 3),
    dated=Evidence.MEMORY,
    dated_note="March 2015 is sourced; the 26th is not",
)
WT2018 = Instrument(
    "WT2018",
    "Working Together to Safeguard Children, July 2018, updated December 2020",
    Force.GUIDANCE,
    in_force=date(2018, 7, 4),
    until=date(2023, 12, 14),
    dated=Evidence.SECONDARY,
    dated_note="the first day is sourced; the day on which the next edition replaced it is not",
)
WT2023 = Instrument(
    "WT2023",
    "Working Together to Safeguard Children, December 2023",
    Force.GUIDANCE,
    in_force=date(2023, 12, 15),
    until=date(2026, 3, 17),
    dated=Evidence.MEMORY,
    dated_note="December 2023 is sourced; the 15th is not",
)
WT2026 = Instrument(
    "WT2026",
    "Working Together to Safeguard Children, 2026",
    Force.GUIDANCE,
    in_force=date(2026, 3, 18),
    dated=Evidence.SECONDARY,
    dated_note="no timescale of this edition was seen; its figures are carried over from WT2023",
)
EDITIONS = (WT2006, WT2010, WT2013, WT2015, WT2018, WT2023, WT2026)

CIN_CENSUS = Instrument(
    "CIN-CENSUS",
    "Definitions of the children in need census and its validation rules, Department for Education",
    Force.PRACTICE,
    in_force=date(2006, 4, 1),
    dated=Evidence.MEMORY,
    dated_note="the definitions are sourced; the day from which each applied is not, so the first day of this rulebook is used",
)
OFSTED_2012 = Instrument(
    "OFSTED-2012",
    "Inspection of local authority arrangements for the protection of children, Herefordshire, Ofsted, September 2012",
    Force.PRACTICE,
    in_force=date(2006, 4, 1),
    dated=Evidence.PRIMARY,
    dated_note="no clause of guidance was seen; this is what inspectors looked for in September 2012, checked for every day "
    "of this rulebook",
)
