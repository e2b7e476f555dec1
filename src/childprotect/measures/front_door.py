"""The measures of referrals and assessments."""

from datetime import date

import polars as pl

from childprotect.authority import Evidence
from childprotect.measures import frames
from childprotect.measures.bands import BANDS
from childprotect.measures.cells import METHOD, TABLES
from childprotect.measures.frames import within, working_days
from childprotect.measures.measure import Break, Kind, Measure, framed
from childprotect.measures.told import Told

_SINGLE = Break(
    date(2013, 4, 1),
    "DfE publishes single assessments from the year from April 2013 on, of which it has 175,290 in England, and "
    "550,810 of the next: authorities did not all begin at once; initial and core assessments are not in this series",
)
_OTHERS = "an initial or a core assessment"


def _referrals(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(within(frames.referrals(told), first, last), kept=pl.lit(True))


def _again(told: Told, first: date, last: date) -> pl.DataFrame:
    these = within(frames.referrals(told), first, last)
    return framed(these, kept=pl.when(told.covers_the_year_before()).then(frames.again()))


def _nothing(told: Told, first: date, last: date) -> pl.DataFrame:
    these = within(frames.referrals(told), first, last)
    decided = pl.col("decided") == "no-further-action"
    return framed(these, kept=pl.when(decided | pl.col("nothing")).then(True).otherwise(decided))


def _assessed(told: Told, first: date, last: date) -> pl.DataFrame:
    """The assessments that ended; one whose type is not recorded is taken to be a single one."""
    others = pl.col("type").is_in(("initial", "core"))
    these = within(frames.assessments(told), first, last)
    return these.with_columns(left_out=pl.when(others).then(pl.lit(_OTHERS)))


def _assessed_in_45(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(_assessed(told, first, last), kept=pl.col("days") <= 45)


def _assessed_for(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(_assessed(told, first, last), kept=pl.when(pl.col("days").is_not_null()).then(True))


def _initial_in_10(told: Told, first: date, last: date) -> pl.DataFrame:
    """From the referral before the start; of one that new information set off, from that."""
    begun = told.of_kinds("assessment-started").filter(pl.col("type") == "initial")
    reasons = begun.select("child", start="day", reason="reason").unique(["child", "start"], keep="last")
    these = within(frames.assessments(told), first, last).filter(pl.col("type") == "initial")
    these = these.join(reasons, on=["child", "start"], how="left").with_columns(
        since=pl.coalesce("start", "day"), reason=pl.col("reason").fill_null("")
    )
    for kind, name in (("referral", "referred"), ("new-information", "informed")):
        days = told.of_kinds(kind).select("child", since="day", **{name: "day"}).sort("since")
        these = these.sort("since").join_asof(days, on="since", by="child", check_sortedness=False)
    informed = pl.col("reason") == "new-information"
    these = these.with_columns(begin=pl.when(informed).then(pl.col("informed")).otherwise(pl.col("referred")))
    return framed(these.with_columns(working_days(these, "begin", "day")), kept=pl.col("days") <= 10)


def _core_in_35(told: Told, first: date, last: date) -> pl.DataFrame:
    these = within(frames.assessments(told), first, last).filter(pl.col("type") == "core")
    return framed(these, kept=pl.col("days") <= 35)


_NO_START = "Of one that has no start on record before its end, nobody can tell."
_ONE_DAY = "Several referrals of a child on one day are one."
_NOT_NI = (
    "The national indicator of those years is not in any source that was read: whether it was counted by the end of "
    "the assessment or by the referral, and of what, is open. Here it is of those that ended in the period."
)

REFERRALS = Measure(
    id="referrals",
    title="Referrals",
    kind=Kind.COUNT,
    numerator="referrals in the period",
    exclusions=_ONE_DAY,
    source=f"{METHOD}; {TABLES}, notes to C5",
    evidence=Evidence.PRIMARY,
    left_open=(
        "A second report on an open case is no referral by definition; what is recorded as a referral is counted."
    ),
    cases=_referrals,
    cells=("referrals",),
)
REFERRALS_PER_CHILD = Measure(
    id="referrals-per-10000",
    title="Referrals per 10,000 children",
    kind=Kind.RATE,
    numerator="referrals in the period",
    denominator="children under 18 of the authority, as the user gives them",
    exclusions=_ONE_DAY,
    source=METHOD,
    evidence=Evidence.PRIMARY,
    left_open=(
        "DfE takes the population in the middle of the year, revised back. A rate is of its period, not of a year."
    ),
    cases=_referrals,
)
REFERRALS_AGAIN = Measure(
    id="referrals-again",
    title="Re-referrals within 12 months",
    kind=Kind.SHARE,
    numerator="those of a child who was referred in the twelve months before, the same day a year ago included",
    denominator="referrals in the period",
    exclusions=_ONE_DAY,
    source=f"{METHOD}, re-referrals; {TABLES}, A1 note 7",
    evidence=Evidence.PRIMARY,
    left_open=(
        "DfE includes re-referrals after 0 days, and counts several of one day as one: which pairs after 0 days are "
        "left is not published, and here there are none. That the referral before is of the same authority is "
        "assumed."
    ),
    breaks=(
        Break(
            date(2017, 4, 1),
            "since the release of 2018 re-referrals after 0 days are counted; whether the years before were revised "
            "was not found",
            published=True,
        ),
    ),
    cases=_again,
    better="lower",
    cells=("referrals/again",),
)
REFERRALS_NOTHING = Measure(
    id="referrals-no-further-action",
    title="Referrals that end in no further action",
    kind=Kind.SHARE,
    numerator="those decided so",
    denominator="referrals in the period of which the decision is on record",
    exclusions=_ONE_DAY,
    source=f"{TABLES}, C1",
    evidence=Evidence.PRIMARY,
    left_open="DfE divides by all referrals; those without a recorded decision are counted here as cannot tell.",
    cases=_nothing,
    cells=("referrals/no-further-action",),
)
ASSESSMENTS_IN_45 = Measure(
    id="assessments-in-45-days",
    title="Assessments within 45 working days of their start",
    kind=Kind.SHARE,
    numerator="those that ended within 45 working days of their recorded start, which is day 0",
    denominator="single assessments that ended in the period, and whose start is on record",
    exclusions=f"Initial and core assessments. {_NO_START}",
    source=f"{TABLES}, C2 notes 1 and 2",
    evidence=Evidence.PRIMARY,
    left_open=(
        "From the start of the assessment, not from the referral: see the rule single-assessment for that. DfE does "
        "not say what a working day is; here it is that of England and Wales."
    ),
    breaks=(_SINGLE,),
    cases=_assessed_in_45,
    unit="working days",
    better="higher",
    cells=tuple(f"assessments/{band}" for band, end in BANDS["assessments"].last.items() if end <= 45),
)
ASSESSMENT_DAYS = Measure(
    id="assessment-days",
    title="How long assessments took",
    kind=Kind.LENGTH,
    numerator="",
    denominator="single assessments that ended in the period, and whose start is on record",
    exclusions=f"Initial and core assessments. {_NO_START}",
    source=f"{TABLES}, C2 notes 1 and 2",
    evidence=Evidence.PRIMARY,
    left_open="As in assessments-in-45-days.",
    breaks=(_SINGLE,),
    cases=_assessed_for,
    unit="working days",
    bands=BANDS["assessments"],
)
INITIAL_IN_10 = Measure(
    id="initial-assessments-in-10-days",
    title="Initial assessments within 10 working days of the referral",
    kind=Kind.SHARE,
    numerator="those that ended within 10 working days of the referral, or of the new information that set them off",
    denominator="initial assessments that ended in the period, and before which there is a referral",
    exclusions=_NO_START,
    source="Community Care, 12 June 2012: within 10 working days of a referral; Working Together 2010",
    evidence=Evidence.SECONDARY,
    left_open=(
        f"{_NOT_NI} Those that are overdue and have not ended are in the findings of the rule initial-assessment only."
    ),
    cases=_initial_in_10,
    unit="working days",
    better="higher",
)
CORE_IN_35 = Measure(
    id="core-assessments-in-35-days",
    title="Core assessments within 35 working days of their start",
    kind=Kind.SHARE,
    numerator="those that ended within 35 working days of their recorded start, which is day 0",
    denominator="core assessments that ended in the period, and whose start is on record",
    exclusions=_NO_START,
    source="Community Care, 12 June 2012: core assessments within 35 working days; Framework for Assessment 2000",
    evidence=Evidence.SECONDARY,
    left_open=f"{_NOT_NI} Sources differ on when the 35 days begin; the rule core-assessment says how it reads that.",
    cases=_core_in_35,
    unit="working days",
    better="higher",
)
MEASURES = (
    REFERRALS,
    REFERRALS_PER_CHILD,
    REFERRALS_AGAIN,
    REFERRALS_NOTHING,
    ASSESSMENTS_IN_45,
    ASSESSMENT_DAYS,
    INITIAL_IN_10,
    CORE_IN_35,
)
"""In the order of the process."""
