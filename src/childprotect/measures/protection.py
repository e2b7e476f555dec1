"""The measures of section 47 enquiries, initial conferences and child protection plans."""

from datetime import date

import polars as pl

from childprotect.authority import Evidence
from childprotect.measures import frames
from childprotect.measures.bands import BANDS
from childprotect.measures.cells import METHOD, TABLES
from childprotect.measures.frames import within, working_days
from childprotect.measures.measure import Break, Cases, Kind, Measure, framed
from childprotect.measures.told import Told

_CLOCK = Break(
    date(2012, 4, 1),
    "until March 2012 the clock began on the day that the timescale for completing the enquiries began, which was "
    "not always the day on which they started; since then it begins on the recorded start of the section 47 enquiry",
)
_OWN = "a measure of ours: no published definition was found"
_TOO_NEW = "it began less than 15 working days before the day of the records"
_BEFORE = "it was held before its section 47 enquiry"
_TWO_YEARS = 1 + BANDS["plans-ended"].last["2-years"]


def _enquiries(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(within(frames.enquiries(told), first, last), kept=pl.lit(True))


def _enquired_again(told: Told, first: date, last: date) -> pl.DataFrame:
    these = within(frames.enquiries(told), first, last)
    return framed(these, kept=pl.when(told.covers_the_year_before()).then(frames.again()))


def _conferred(told: Told, first: date, last: date) -> pl.DataFrame:
    these = within(frames.enquiries(told), first, last).with_columns(as_at=pl.lit(told.as_at))
    aged = these.with_columns(age=working_days(these, "day", "as_at"))
    return framed(aged, kept=pl.col("conferred"), left_out=pl.when(pl.col("age") < 15).then(pl.lit(_TOO_NEW)))


def _conferences(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(within(frames.conferences(told), first, last), kept=pl.lit(True))


def _held(told: Told, first: date, last: date) -> pl.DataFrame:
    """Conferences with a section 47 enquiry; one without is before it, if one began later, or has none on record."""
    these = within(frames.conferences(told), first, last)
    later = told.of_kinds("section-47-started").select("child", "day", later="day").sort("day")
    these = these.sort("day").join_asof(later, on="day", by="child", strategy="forward", check_sortedness=False)
    before = pl.col("start").is_null() & pl.col("later").is_not_null()
    return these.with_columns(left_out=pl.when(before).then(pl.lit(_BEFORE)))


def _held_in_15(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(_held(told, first, last), kept=pl.col("days") <= 15)


def _held_for(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(_held(told, first, last), kept=pl.when(pl.col("days").is_not_null()).then(True))


def _started(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(within(frames.plans(told), first, last), kept=pl.lit(True))


def _started_again(told: Told, first: date, last: date) -> pl.DataFrame:
    again = pl.col("place") > 0 if told.since is None else pl.lit(None)
    return framed(within(frames.plans(told), first, last), kept=again)


def _ended(kept: pl.Expr) -> Cases:
    def cases(told: Told, first: date, last: date) -> pl.DataFrame:
        gone = within(frames.plans(told), first, last, "end")
        return framed(gone.select("child", day="end", days=(pl.col("end") - pl.col("day")).dt.total_days()), kept=kept)

    return cases


def _open(kept: pl.Expr) -> Cases:
    def cases(told: Told, first: date, last: date) -> pl.DataFrame:
        return framed(frames.open_plans(told, last).select("child", "days", day=pl.lit(last)), kept=kept)

    return cases


def _any_point(told: Told, first: date, last: date) -> pl.DataFrame:
    there = (pl.col("day") <= last) & (pl.col("end").is_null() | (pl.col("end") >= first))
    return framed(frames.plans(told).filter(there).select("child", day=pl.lit(last)), kept=pl.lit(True))


def _reviewed(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(frames.reviewed(told, last).select("child", "kept", day=pl.lit(last)))


_PER_CHILD = "children under 18 of the authority, as the user gives them"
_OF_A_PERIOD = (
    "DfE takes the population in the middle of the year, revised back. A rate is of its period, not of a year."
)
_EVER = (
    "Of what the records do not tell, such as years before they begin, or the register of another authority, nobody "
    "can tell. DfE is taken to read this from a number that authorities send, not from plans on record."
)
_ONLY_91 = (
    "That 3 months are 91 days in these tables is inferred from them, and strongly; that 2 years are 730 is how it "
    "is read here."
)

ENQUIRIES = Measure(
    id="section-47s",
    title="Section 47 enquiries",
    kind=Kind.COUNT,
    numerator="enquiries that began in the period, of each child",
    exclusions="None: two of a child that began on one day are two.",
    source=f"{TABLES}, A2 note 5",
    evidence=Evidence.PRIMARY,
    cases=_enquiries,
    cells=("section-47s",),
)
ENQUIRIES_PER_CHILD = Measure(
    id="section-47s-per-10000",
    title="Section 47 enquiries per 10,000 children",
    kind=Kind.RATE,
    numerator="enquiries that began in the period, of each child",
    denominator=_PER_CHILD,
    source=METHOD,
    evidence=Evidence.PRIMARY,
    left_open=_OF_A_PERIOD,
    cases=_enquiries,
)
ENQUIRIES_AGAIN = Measure(
    id="section-47s-again",
    title="Repeat section 47 enquiries within 12 months",
    kind=Kind.SHARE,
    numerator="those of a child of whom another enquiry began in the twelve months before, on an earlier day",
    denominator="enquiries that began in the period, of each child",
    source=_OWN,
    evidence=Evidence.MEMORY,
    left_open="Two that began on one day are not a repeat of each other, as they may be one that was entered twice.",
    cases=_enquired_again,
    concerns=True,
)
CONVERSION = Measure(
    id="section-47s-to-conference",
    title="Section 47 enquiries that lead to a conference",
    kind=Kind.SHARE,
    numerator="those of which an initial or pre-birth conference was held up to the day of the records",
    denominator="enquiries that began in the period, of each child",
    exclusions=(
        "Those that began less than 15 working days before the day of the records, whether or not there was a "
        "conference: their time is not over."
    ),
    source=f"{_OWN}; DfE publishes both numbers, and not which led to which",
    evidence=Evidence.MEMORY,
    left_open=(
        "A conference is of the child's latest enquiry before it that was not done with: by an earlier conference "
        "that was not adjourned, by its end without the need for one, or by the closing of the case. No right value "
        "is known."
    ),
    cases=_conferred,
    concerns=False,
    needs=frozenset({"initial-conference"}),
)
CONFERENCES = Measure(
    id="conferences",
    title="Initial child protection conferences",
    kind=Kind.COUNT,
    numerator="initial, pre-birth and transfer-in conferences held in the period, of each child",
    exclusions="None: those before their section 47 enquiry are counted too.",
    source=f"{TABLES}, C4 note 2",
    evidence=Evidence.PRIMARY,
    cases=_conferences,
    cells=("conferences",),
)
_BANDED = "conferences held in the period, of each child, with a section 47 enquiry, or a notice, before them"
_NOT_BANDED = "Conferences before their section 47 enquiry, which are in no band of DfE's."
CONFERENCES_IN_15 = Measure(
    id="conferences-in-15-days",
    title="Conferences within 15 working days of the recorded section 47 enquiry",
    kind=Kind.SHARE,
    numerator="those held within 15 working days of the recorded start of the enquiry, which is day 0; of a child who "
    "moves in, of the notice",
    denominator=_BANDED,
    exclusions=_NOT_BANDED,
    source=f"{TABLES}, C4 notes 2 and 3",
    evidence=Evidence.PRIMARY,
    left_open=(
        "DfE publishes the bands (0 to 10 and 11 to 15), not the share. Divided by all conferences, in a band or "
        "not, it was 0.7 points lower in England in 2013, and at most 0.1 since. Guidance counts from the strategy "
        "discussion, and so does the rule initial-conference. Events do not say of which enquiry a conference is: "
        "of several that are not done with the latest is taken."
    ),
    breaks=(_CLOCK,),
    cases=_held_in_15,
    unit="working days",
    better="higher",
    cells=("conferences/0-10", "conferences/11-15"),
)
CONFERENCE_DAYS = Measure(
    id="conference-days",
    title="How long it took from the section 47 enquiry to the conference",
    kind=Kind.LENGTH,
    numerator="",
    denominator=_BANDED,
    exclusions=_NOT_BANDED,
    source=f"{TABLES}, C4 notes 2 and 3",
    evidence=Evidence.PRIMARY,
    breaks=(_CLOCK,),
    cases=_held_for,
    unit="working days",
    bands=BANDS["conferences"],
)
PLANS_STARTED = Measure(
    id="plans-started",
    title="Child protection plans that started",
    kind=Kind.COUNT,
    numerator="plans that started in the period",
    source=f"{TABLES}, D1",
    evidence=Evidence.PRIMARY,
    cases=_started,
    cells=("plans-started",),
)
PLANS_AGAIN = Measure(
    id="plans-again",
    title="Second or subsequent child protection plans",
    kind=Kind.SHARE,
    numerator="those of a child who had a plan before, however long ago",
    denominator="plans that started in the period",
    source="LG Inform Plus, metric 100 (NI 65)",
    evidence=Evidence.PRIMARY,
    left_open=_EVER,
    cases=_started_again,
    better="lower",
    cells=("plans-started/again",),
)
PLANS_ENDED = Measure(
    id="plans-ended",
    title="Child protection plans that ended",
    kind=Kind.COUNT,
    numerator="plans that ended in the period; of a child with two, two",
    source=f"{TABLES}, D7 note 1",
    evidence=Evidence.PRIMARY,
    cases=_ended(pl.lit(True)),
    concerns=True,
    cells=("plans-ended",),
)
PLANS_ENDED_DAYS = Measure(
    id="plans-ended-days",
    title="How long plans that ended had lasted",
    kind=Kind.LENGTH,
    numerator="",
    denominator="plans that ended in the period; of a child with two, two",
    source=f"{TABLES}, D7 note 1",
    evidence=Evidence.PRIMARY,
    left_open=_ONLY_91,
    cases=_ended(pl.lit(True)),
    unit="days",
    bands=BANDS["plans-ended"],
)
PLANS_ENDED_SOON = Measure(
    id="plans-ended-within-3-months",
    title="Plans that ended after 3 months or less",
    kind=Kind.SHARE,
    numerator="those that ended 91 days or less after their start",
    denominator="plans that ended in the period",
    source=f"{TABLES}, D7",
    evidence=Evidence.PRIMARY,
    left_open=_ONLY_91,
    cases=_ended(pl.col("days") <= BANDS["plans-ended"].last["3-months"]),
    unit="days",
    cells=("plans-ended/3-months",),
)
PLANS_ENDED_LATE = Measure(
    id="plans-ended-after-2-years",
    title="Plans that ended after 2 years or more",
    kind=Kind.SHARE,
    numerator=f"those that ended {_TWO_YEARS} days or more after their start",
    denominator="plans that ended in the period",
    source=f"{TABLES}, D7",
    evidence=Evidence.PRIMARY,
    left_open=_ONLY_91,
    cases=_ended(pl.col("days") >= _TWO_YEARS),
    unit="days",
    better="lower",
    cells=("plans-ended/longer",),
)
PLANS_AT_ANY_POINT = Measure(
    id="plans-at-any-point",
    title="Child protection plans at any point",
    kind=Kind.COUNT,
    numerator="plans open on some day of the period: those open at its end, and those that ended in it",
    source=f"{TABLES}, D1",
    evidence=Evidence.PRIMARY,
    cases=_any_point,
    at_end=True,
    cells=("plans-at-any-point",),
)
_STILL = "plans that are open at the end of the last day"
PLANS_OPEN = Measure(
    id="plans-open",
    title="Child protection plans open",
    kind=Kind.COUNT,
    numerator=_STILL,
    source=f"{TABLES}, D1",
    evidence=Evidence.PRIMARY,
    cases=_open(pl.lit(True)),
    at_end=True,
    cells=("plans-open",),
)
PLANS_PER_CHILD = Measure(
    id="plans-per-10000",
    title="Child protection plans open, per 10,000 children",
    kind=Kind.RATE,
    numerator=_STILL,
    denominator=_PER_CHILD,
    source=METHOD,
    evidence=Evidence.PRIMARY,
    left_open="DfE takes the population in the middle of the year, revised back.",
    cases=_open(pl.lit(True)),
    at_end=True,
)
PLANS_OPEN_DAYS = Measure(
    id="plans-open-days",
    title="How long open plans have lasted",
    kind=Kind.LENGTH,
    numerator="",
    denominator=_STILL,
    source=f"{TABLES}, D5 note 1",
    evidence=Evidence.PRIMARY,
    left_open=_ONLY_91,
    cases=_open(pl.lit(True)),
    at_end=True,
    unit="days",
    bands=BANDS["plans-open"],
)
PLANS_OPEN_LONG = Measure(
    id="plans-open-for-2-years",
    title="Open plans that have lasted 2 years or more",
    kind=Kind.SHARE,
    numerator=f"those that began {_TWO_YEARS} days or more before the last day",
    denominator=_STILL,
    source=f"{TABLES}, D5 note 1",
    evidence=Evidence.PRIMARY,
    left_open=_ONLY_91,
    cases=_open(pl.col("days") >= _TWO_YEARS),
    at_end=True,
    unit="days",
    better="lower",
    cells=("plans-open/longer",),
)
PLANS_REVIEWED = Measure(
    id="plans-reviewed-in-time",
    title="Child protection plans reviewed within the required times",
    kind=Kind.SHARE,
    numerator=(
        "those with a review within 91 days of the start, and each further one within 182 days, up to the last day"
    ),
    denominator="plans open at the end of the last day that have lasted 91 days or more",
    exclusions="Plans that are younger. One with no review on record is not in time, as in DfE's tables.",
    source=f"{TABLES}, D6 and A2 note 4",
    evidence=Evidence.PRIMARY,
    left_open=(
        "Who is in the denominator is inferred from the tables, strongly. How late a review may be is not "
        "published: that 3 months are 91 days here too, that 6 months are 182, and that the time from the last "
        "review to the last day counts, is how it is read here. The rules first-review-conference and "
        "review-conference count in months."
    ),
    cases=_reviewed,
    at_end=True,
    better="higher",
    cells=("plans-to-review/on-time",),
)
MEASURES = (
    ENQUIRIES,
    ENQUIRIES_PER_CHILD,
    ENQUIRIES_AGAIN,
    CONVERSION,
    CONFERENCES,
    CONFERENCES_IN_15,
    CONFERENCE_DAYS,
    PLANS_STARTED,
    PLANS_AGAIN,
    PLANS_AT_ANY_POINT,
    PLANS_OPEN,
    PLANS_PER_CHILD,
    PLANS_OPEN_DAYS,
    PLANS_OPEN_LONG,
    PLANS_REVIEWED,
    PLANS_ENDED,
    PLANS_ENDED_DAYS,
    PLANS_ENDED_SOON,
    PLANS_ENDED_LATE,
)
"""In the order of the process."""
