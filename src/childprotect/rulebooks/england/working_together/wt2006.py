"""Working Together, April 2006, with the Framework for Assessment of 2000.

Most of it was replaced before anyone whose page we could read wrote it down.
"""

from datetime import date

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
    Provisions,
    S,
    v,
)

WT2006 = Instrument(
    "WT2006",
    "Working Together to Safeguard Children, April 2006, with the Framework for Assessment 2000",
    Force.GUIDANCE,
    in_force=date(2006, 4, 1),
    until=date(2010, 3, 16),
    dated=Evidence.MEMORY,
    dated_note="the year is sourced; the month, and the day on which the next edition replaced it, are not",
)

PROVISIONS: Provisions = {
    "referral-decision": v(WT2006, ONE_DAY, M),
    "initial-assessment": v(
        WT2006,
        working_days(7),
        S,
        "E04",
        note="the 2010 edition is quoted as raising the limit from 7 working days to 10",
    ),
    "core-assessment": v(WT2006, working_days(35), S_UNDATED, "E08"),
    "strategy-discussion-attendance": v(WT2006, POLICE_AND_CARE, M),
    "section-47-after-strategy-discussion": v(WT2006, None, M),
    "section-47-outcome": v(WT2006, OUTCOME, M),
    "initial-conference": v(
        WT2006, working_days(15), M, note="which of several strategy discussions counts is not settled"
    ),
    "transfer-in-conference": v(WT2006, working_days(15), M),
    "plan-category": v(WT2006, CATEGORIES, M, note="the child protection register became the plan in this period"),
    "first-core-group": v(WT2006, working_days(10), M),
    "first-review-conference": v(WT2006, months(3), M),
    "review-conference": v(WT2006, NEXT_REVIEW, M),
    "plan-ended-by-review": v(WT2006, None, M),
}
