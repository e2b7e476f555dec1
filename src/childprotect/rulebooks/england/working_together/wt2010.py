"""Working Together, March 2010, with the Framework for Assessment of 2000.

The edition in force when Herefordshire was inspected, from 10 to 19 September 2012.
"""

from datetime import date

from attrs import evolve

from childprotect.authority import Evidence, Force, Instrument
from childprotect.periods import months, working_days
from childprotect.rulebooks.england.provisions import (
    CATEGORIES,
    NEXT_REVIEW,
    ONE_DAY,
    OUTCOME,
    POLICE_AND_CARE,
    S_UNDATED,
    M,
    P,
    Provisions,
    S,
    v,
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

PROVISIONS: Provisions = {
    "referral-decision": v(WT2010, ONE_DAY, S, "E03", "E05"),
    "referral-acknowledgement": v(WT2010, ONE_DAY, S, "E03"),
    "referrer-informed": v(WT2010, None, S, "E03-feedback", note="no number in the flow chart"),
    "initial-assessment": v(WT2010, working_days(10), S, "E01", "E02", "E03-initial", "E04"),
    "new-information-assessment": evolve(
        v(
            WT2010,
            working_days(10),
            P,
            "E05-new",
            note="a definition of the Department for Education, not the guidance",
        ),
        force=Force.PRACTICE,
    ),
    "core-assessment": v(
        WT2010,
        working_days(35),
        S,
        "E01",
        "E08",
        note="sources differ on the day it starts; the recorded start is used and never derived",
    ),
    "child-seen": v(WT2010, None, M, note="within a time suited to the concern; no number"),
    "strategy-discussion-held": v(
        WT2010, None, S, "E10b", "E11", "E12", note="whenever there is reasonable cause to suspect"
    ),
    "strategy-discussion-attendance": v(
        WT2010,
        POLICE_AND_CARE,
        S,
        "E10",
        note="by inference: health was brought in for every discussion by the 2013 edition, so before it health came as "
        "appropriate",
    ),
    "section-47-after-strategy-discussion": v(WT2010, None, P, "E49", "E65a"),
    "section-47-completion": v(
        WT2010,
        None,
        S_UNDATED,
        "E33",
        "E81",
        note="no number of its own: carried out through the core assessment, and needed for the conference",
    ),
    "section-47-outcome": v(WT2010, OUTCOME, S_UNDATED, "E82", note="three determinations; the page seen is Welsh"),
    "initial-conference": v(
        WT2010, working_days(15), S, "E09", "E32", note="the manual says 15 days, which means working days"
    ),
    "transfer-in-conference": v(WT2010, working_days(15), S_UNDATED, "E69"),
    "plan-category": v(WT2010, CATEGORIES, S, "E21", "E65d"),
    "first-core-group": v(WT2010, working_days(10), S, "E20", "E21-core"),
    "first-review-conference": v(WT2010, months(3), S, "E17", "E18", "E19"),
    "review-conference": v(WT2010, NEXT_REVIEW, S, "E17", "E18", "E19"),
    "plan-ended-by-review": v(WT2010, None, S, "E68", "E18b"),
}
