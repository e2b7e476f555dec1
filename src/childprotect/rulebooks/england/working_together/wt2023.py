"""Working Together, December 2023: the same figures."""

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

WT2023 = Instrument(
    "WT2023",
    "Working Together to Safeguard Children, December 2023",
    Force.GUIDANCE,
    in_force=date(2023, 12, 15),
    until=date(2026, 3, 17),
    dated=Evidence.MEMORY,
    dated_note="December 2023 is sourced; the 15th is not",
)

PROVISIONS: Provisions = {
    "referral-decision": v(WT2023, ONE_DAY, S, "E81"),
    "referral-acknowledgement": v(WT2023, ONE_DAY, S_UNDATED, "E29b"),
    "single-assessment": v(
        WT2023, working_days(45), S, "E81", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-held": v(
        WT2023, None, S_UNDATED, "E35b", note="before immediate action or as soon as possible after it; no number"
    ),
    "strategy-discussion-attendance": v(WT2023, WITH_HEALTH, S, "E34", note="a minimum"),
    "section-47-after-strategy-discussion": v(WT2023, None, S, "E32b"),
    "section-47-completion": v(WT2023, None, S, "E81", note="no number of its own"),
    "section-47-outcome": v(WT2023, OUTCOME, S_UNDATED, "E37"),
    "initial-conference": v(WT2023, working_days(15), S, "E32b"),
    "transfer-in-conference": v(WT2023, working_days(15), S_UNDATED, "E69"),
    "plan-category": v(WT2023, CATEGORIES, M),
    "first-core-group": v(WT2023, working_days(10), S_UNDATED, "E67b"),
    "first-review-conference": v(WT2023, months(3), S_UNDATED, "E18"),
    "review-conference": v(WT2023, NEXT_REVIEW, S_UNDATED, "E18"),
    "plan-ended-by-review": v(WT2023, None, S_UNDATED, "E68"),
}
