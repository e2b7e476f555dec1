"""Working Together, March 2013: one assessment instead of two; health at every strategy discussion."""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument
from childprotect.periods import months, working_days
from childprotect.rulebooks.england.provisions import (
    CATEGORIES,
    NEXT_REVIEW,
    ONE_DAY,
    OUTCOME,
    S_UNDATED,
    WITH_HEALTH,
    M,
    Provisions,
    S,
    v,
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

PROVISIONS: Provisions = {
    "referral-decision": v(WT2013, ONE_DAY, S, "E25"),
    "referral-acknowledgement": v(WT2013, ONE_DAY, M),
    "single-assessment": v(
        WT2013, working_days(45), S, "E22", "E23", "E24", note="a reason must be recorded if the limit is exceeded"
    ),
    "child-seen": v(WT2013, None, M, note="judged by the social worker; no number"),
    "strategy-discussion-attendance": v(WT2013, WITH_HEALTH, S, "E26", "E10", "E26b"),
    "section-47-after-strategy-discussion": v(WT2013, None, M),
    "section-47-outcome": v(WT2013, OUTCOME, M),
    "initial-conference": v(WT2013, working_days(15), S_UNDATED, "E09"),
    "transfer-in-conference": v(WT2013, working_days(15), M),
    "plan-category": v(WT2013, CATEGORIES, M),
    "first-core-group": v(WT2013, working_days(10), M),
    "first-review-conference": v(WT2013, months(3), M),
    "review-conference": v(WT2013, NEXT_REVIEW, M),
    "plan-ended-by-review": v(WT2013, None, S_UNDATED, "E18b", "E68"),
}
