"""Working Together, July 2018, and its update of December 2020, which is not reported to have changed any timing."""

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

WT2018 = Instrument(
    "WT2018",
    "Working Together to Safeguard Children, July 2018, updated December 2020",
    Force.GUIDANCE,
    in_force=date(2018, 7, 4),
    until=date(2023, 12, 14),
    dated=Evidence.SECONDARY,
    dated_note="the first day is sourced; the day on which the next edition replaced it is not",
)

PROVISIONS: Provisions = {
    "referral-decision": v(WT2018, ONE_DAY, S_UNDATED, "E29", "E29b"),
    "referral-acknowledgement": v(WT2018, ONE_DAY, S_UNDATED, "E29b"),
    "strategy-discussion-held": v(
        WT2018, None, S, "E35b", note="before immediate action or as soon as possible after it; no number"
    ),
    "single-assessment": v(
        WT2018, working_days(45), S, "E24b", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": v(
        WT2018,
        WITH_HEALTH,
        S_UNDATED,
        "E34",
        "E35",
        note="a minimum; the pages seen are of the time of the 2023 edition",
    ),
    "section-47-after-strategy-discussion": v(WT2018, None, S, "E32"),
    "section-47-outcome": v(WT2018, OUTCOME, S, "E37", note="two headed outcomes instead of three"),
    "initial-conference": v(WT2018, working_days(15), S, "E32"),
    "transfer-in-conference": v(WT2018, working_days(15), S_UNDATED, "E69"),
    "plan-category": v(WT2018, CATEGORIES, M),
    "first-core-group": v(WT2018, working_days(10), S_UNDATED, "E67b"),
    "first-review-conference": v(WT2018, months(3), S, "E18"),
    "review-conference": v(WT2018, NEXT_REVIEW, S, "E18"),
    "plan-ended-by-review": v(WT2018, None, S, "E68", "E68b"),
}
