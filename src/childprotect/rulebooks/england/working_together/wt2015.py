"""Working Together, March 2015, and its update of February 2017, which changed no timing."""

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

WT2015 = Instrument(
    "WT2015",
    "Working Together to Safeguard Children, March 2015, updated February 2017",
    Force.GUIDANCE,
    in_force=date(2015, 3, 26),
    until=date(2018, 7, 3),
    dated=Evidence.MEMORY,
    dated_note="March 2015 is sourced; the 26th is not",
)

PROVISIONS: Provisions = {
    "referral-decision": v(WT2015, ONE_DAY, S_UNDATED, "E29"),
    "referral-acknowledgement": v(WT2015, ONE_DAY, M),
    "single-assessment": v(
        WT2015, working_days(45), S, "E23", "E24", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": v(WT2015, WITH_HEALTH, S, "E28"),
    "section-47-after-strategy-discussion": v(WT2015, None, M),
    "section-47-outcome": v(WT2015, OUTCOME, M),
    "initial-conference": v(WT2015, working_days(15), M),
    "transfer-in-conference": v(WT2015, working_days(15), M),
    "plan-category": v(WT2015, CATEGORIES, M),
    "first-core-group": v(WT2015, working_days(10), M),
    "first-review-conference": v(WT2015, months(3), M),
    "review-conference": v(WT2015, NEXT_REVIEW, M),
    "plan-ended-by-review": v(WT2015, None, S_UNDATED, "E18b", "E68"),
}
