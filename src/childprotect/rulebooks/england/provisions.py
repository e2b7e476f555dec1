"""What each edition of Working Together requires, edition by edition, in the order of the process.

Each entry is one version of a rule: the figure, the grade of the evidence, and where it was seen. Paragraph numbers
could not be verified in any edition, so none is given. The shape of each rule is in `rules.py`; it is written once.
"""

from attrs import evolve

from childprotect.authority import Evidence, Force, Instrument
from childprotect.periods import months, working_days
from childprotect.rulebooks.england.instruments import (
    CIN_CENSUS,
    OFSTED_2012,
    WT2006,
    WT2010,
    WT2013,
    WT2015,
    WT2018,
    WT2023,
    WT2026,
)
from childprotect.rulebooks.england.sources import seen
from childprotect.rules import Cadence, Requirement, Version

P, S, S_UNDATED, M = Evidence.PRIMARY, Evidence.SECONDARY, Evidence.SECONDARY_UNDATED, Evidence.MEMORY

ONE_DAY = working_days(1)
POLICE_AND_CARE = frozenset({"social-care", "police"})
WITH_HEALTH = POLICE_AND_CARE | {"health"}
NEXT_REVIEW = Cadence(then=months(6))
OUTCOME = ("outcome",)
CATEGORIES = ("categories",)

Provisions = dict[str, Version]


def _v(instrument: Instrument, requires: Requirement, evidence: Evidence, *codes: str, note: str = "") -> Version:
    return Version(
        instrument=instrument, requires=requires, evidence=evidence, citations=seen(instrument, *codes), note=note
    )


# Working Together 2006: most of it was replaced before anyone whose page we could read wrote it down.
_2006: Provisions = {
    "referral-decision": _v(WT2006, ONE_DAY, M),
    "initial-assessment": _v(
        WT2006,
        working_days(7),
        S,
        "E04",
        note="the 2010 edition is quoted as raising the limit from 7 working days to 10",
    ),
    "core-assessment": _v(WT2006, working_days(35), S_UNDATED, "E08"),
    "strategy-discussion-attendance": _v(WT2006, POLICE_AND_CARE, M),
    "section-47-after-strategy-discussion": _v(WT2006, None, M),
    "section-47-outcome": _v(WT2006, OUTCOME, M),
    "initial-conference": _v(
        WT2006, working_days(15), M, note="which of several strategy discussions counts is not settled"
    ),
    "transfer-in-conference": _v(WT2006, working_days(15), M),
    "plan-category": _v(WT2006, CATEGORIES, M, note="the child protection register became the plan in this period"),
    "first-core-group": _v(WT2006, working_days(10), M),
    "first-review-conference": _v(WT2006, months(3), M),
    "review-conference": _v(WT2006, NEXT_REVIEW, M),
    "plan-ended-by-review": _v(WT2006, None, M),
}

# Working Together 2010: the edition in force when Herefordshire was inspected, 10 to 19 September 2012.
_2010: Provisions = {
    "referral-decision": _v(WT2010, ONE_DAY, S, "E03", "E05"),
    "referral-acknowledgement": _v(WT2010, ONE_DAY, S, "E03"),
    "initial-assessment": _v(WT2010, working_days(10), S, "E01", "E02", "E03", "E04", "E05"),
    "new-information-assessment": evolve(
        _v(
            WT2010,
            working_days(10),
            P,
            "E05-new",
            note="a definition of the Department for Education, not the guidance",
        ),
        force=Force.PRACTICE,
    ),
    "core-assessment": _v(
        WT2010,
        working_days(35),
        S,
        "E01",
        "E06",
        "E08",
        note="sources differ on the day it starts; the recorded start is used and never derived",
    ),
    "strategy-discussion-attendance": _v(
        WT2010,
        POLICE_AND_CARE,
        S,
        "E10",
        note="by inference: health was brought in for every discussion by the 2013 edition, so before it health came as "
        "appropriate",
    ),
    "section-47-after-strategy-discussion": _v(WT2010, None, P, "E49", "E65a"),
    "section-47-outcome": _v(WT2010, OUTCOME, S_UNDATED, "E82", note="three determinations; the page seen is Welsh"),
    "initial-conference": _v(
        WT2010, working_days(15), S, "E09", "E20", "E32", note="the manual says 15 days, which means working days"
    ),
    "transfer-in-conference": _v(WT2010, working_days(15), S_UNDATED, "E69"),
    "plan-category": _v(WT2010, CATEGORIES, S, "E21", "E65d"),
    "first-core-group": _v(WT2010, working_days(10), S, "E20", "E21-core"),
    "first-review-conference": _v(WT2010, months(3), S, "E17", "E18", "E19"),
    "review-conference": _v(WT2010, NEXT_REVIEW, S, "E17", "E18", "E19"),
    "plan-ended-by-review": _v(WT2010, None, S, "E68", "E69", "E18b"),
}

# Working Together 2013: one assessment instead of two; health at every strategy discussion.
_2013: Provisions = {
    "referral-decision": _v(WT2013, ONE_DAY, S, "E25"),
    "referral-acknowledgement": _v(WT2013, ONE_DAY, M),
    "single-assessment": _v(
        WT2013, working_days(45), S, "E22", "E23", "E24", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": _v(WT2013, WITH_HEALTH, S, "E26", "E10", "E26b"),
    "section-47-after-strategy-discussion": _v(WT2013, None, M),
    "section-47-outcome": _v(WT2013, OUTCOME, M),
    "initial-conference": _v(WT2013, working_days(15), S_UNDATED, "E09"),
    "transfer-in-conference": _v(WT2013, working_days(15), M),
    "plan-category": _v(WT2013, CATEGORIES, M),
    "first-core-group": _v(WT2013, working_days(10), M),
    "first-review-conference": _v(WT2013, months(3), M),
    "review-conference": _v(WT2013, NEXT_REVIEW, M),
    "plan-ended-by-review": _v(WT2013, None, S_UNDATED, "E18b", "E68"),
}

# Working Together 2015, and its update of February 2017, which changed no timing.
_2015: Provisions = {
    "referral-decision": _v(WT2015, ONE_DAY, S_UNDATED, "E29"),
    "referral-acknowledgement": _v(WT2015, ONE_DAY, M),
    "single-assessment": _v(
        WT2015, working_days(45), S, "E23", "E24", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": _v(WT2015, WITH_HEALTH, S, "E28"),
    "section-47-after-strategy-discussion": _v(WT2015, None, M),
    "section-47-outcome": _v(WT2015, OUTCOME, M),
    "initial-conference": _v(WT2015, working_days(15), M),
    "transfer-in-conference": _v(WT2015, working_days(15), M),
    "plan-category": _v(WT2015, CATEGORIES, M),
    "first-core-group": _v(WT2015, working_days(10), M),
    "first-review-conference": _v(WT2015, months(3), M),
    "review-conference": _v(WT2015, NEXT_REVIEW, M),
    "plan-ended-by-review": _v(WT2015, None, S_UNDATED, "E18b", "E68"),
}

# Working Together 2018, and its update of December 2020, which is not reported to have changed any timing.
_2018: Provisions = {
    "referral-decision": _v(WT2018, ONE_DAY, S_UNDATED, "E29", "E29b"),
    "referral-acknowledgement": _v(WT2018, ONE_DAY, S_UNDATED, "E29b"),
    "single-assessment": _v(
        WT2018, working_days(45), S, "E24b", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": _v(
        WT2018,
        WITH_HEALTH,
        S_UNDATED,
        "E34",
        "E35",
        note="a minimum; the pages seen are of the time of the 2023 edition",
    ),
    "section-47-after-strategy-discussion": _v(WT2018, None, S, "E32"),
    "section-47-outcome": _v(WT2018, OUTCOME, S, "E37", note="two headed outcomes instead of three"),
    "initial-conference": _v(WT2018, working_days(15), S, "E32"),
    "transfer-in-conference": _v(WT2018, working_days(15), S_UNDATED, "E69"),
    "plan-category": _v(WT2018, CATEGORIES, M),
    "first-core-group": _v(WT2018, working_days(10), S_UNDATED, "E67b"),
    "first-review-conference": _v(WT2018, months(3), S, "E18"),
    "review-conference": _v(WT2018, NEXT_REVIEW, S, "E18"),
    "plan-ended-by-review": _v(WT2018, None, S, "E68", "E68b"),
}

# Working Together 2023: the same figures.
_2023: Provisions = {
    "referral-decision": _v(WT2023, ONE_DAY, S, "E81"),
    "referral-acknowledgement": _v(WT2023, ONE_DAY, S_UNDATED, "E29b"),
    "single-assessment": _v(
        WT2023, working_days(45), S, "E81", note="a reason must be recorded if the limit is exceeded"
    ),
    "strategy-discussion-attendance": _v(WT2023, WITH_HEALTH, S, "E34", note="a minimum"),
    "section-47-after-strategy-discussion": _v(WT2023, None, S, "E32b"),
    "section-47-outcome": _v(WT2023, OUTCOME, S_UNDATED, "E37"),
    "initial-conference": _v(WT2023, working_days(15), S, "E32b"),
    "transfer-in-conference": _v(WT2023, working_days(15), S_UNDATED, "E69"),
    "plan-category": _v(WT2023, CATEGORIES, M),
    "first-core-group": _v(WT2023, working_days(10), S_UNDATED, "E67b"),
    "first-review-conference": _v(WT2023, months(3), S_UNDATED, "E18"),
    "review-conference": _v(WT2023, NEXT_REVIEW, S_UNDATED, "E18"),
    "plan-ended-by-review": _v(WT2023, None, S_UNDATED, "E68"),
}

# Working Together 2026: it exists and is in force, but none of its figures was seen.
_2026: Provisions = {
    rule_id: Version(
        instrument=WT2026,
        requires=version.requires,
        evidence=M,
        carried_over="WT2023",
        note="this edition was not seen; the figure is carried over from WT2023 and unverified",
    )
    for rule_id, version in _2023.items()
}

# National practice: not the guidance, and not tied to an edition of it.
_PRACTICE: Provisions = {
    "plan-from-conference": _v(
        CIN_CENSUS, None, P, "E65m", note="the census holds that a plan starts on the date of its conference"
    ),
    "closed-with-open-work": Version(
        instrument=OFSTED_2012,
        evidence=P,
        citations=seen(OFSTED_2012, "OFSTED-17", provision="paragraph 17, and the first area for improvement"),
    ),
}

BY_INSTRUMENT: tuple[Provisions, ...] = (_2006, _2010, _2013, _2015, _2018, _2023, _2026, _PRACTICE)


def versions_of(rule_id: str) -> tuple[Version, ...]:
    """Every version of a rule, oldest first."""
    return tuple(provisions[rule_id] for provisions in BY_INSTRUMENT if rule_id in provisions)
