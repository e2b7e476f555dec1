"""The cases that figures are counted from, each kind worked out once: referrals, assessments, enquiries and so on.

Every frame has a row for each case that the records tell of, whatever the period; measures choose by its days. What
ended while nothing was open is the end of nothing on record.
"""

from datetime import date
from typing import Any

import polars as pl

from childprotect.calendars import england_and_wales
from childprotect.measures.told import Told
from childprotect.periods import Period, Unit
from childprotect.tables.days import elapsed

ENQUIRED = ("initial-conference", "pre-birth-conference")
CONFERENCES = (*ENQUIRED, "transfer-in-conference")
_NO_CONFERENCE = ("not-substantiated", "substantiated-no-continuing-risk")
FIRST_REVIEW, NEXT_REVIEW = 91, 182
"""In days. Only the 91 is known to be DfE's; that "6 months" are 182 is how it is read here."""


def working_days(frame: pl.DataFrame, start: str, end: str) -> pl.Series:
    """How many working days each end is past its start, which is day 0 and never later: the column `days`.

    Null where one of them is not known, or lies outside the calendar of England and Wales.
    """
    calendar = england_and_wales()
    inside = [pl.col(name).is_between(calendar.first, calendar.last).fill_null(False) for name in (start, end)]
    numbers = [pl.col(name).cast(pl.Int32).fill_null(0) for name in (start, end)]
    told = frame.select(known=inside[0] & inside[1], begin=numbers[0], end=numbers[1])
    days = elapsed(Period(1, Unit.WORKING_DAYS), told["begin"].to_numpy(), told["end"].to_numpy())
    counted = told.with_columns(days=pl.Series(days, dtype=pl.Int32))
    return counted.select(days=pl.when("known").then("days"))["days"]


def numbered(found: pl.DataFrame, start: str, *keys: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The starts and the ends among events, with `place`: the same for a start and the end that answers it.

    The first end answers the first start that is open, and so on. The place of an end while nothing was open is null.
    """
    begins = pl.col("event") == start
    told = found.with_columns(_open=pl.when(begins).then(1).otherwise(-1).cum_sum().over(keys))
    told = told.with_columns(_least=pl.col("_open").cum_min().shift(1).over(keys).fill_null(0))
    of_nothing = ~begins & (pl.col("_open") < pl.min_horizontal("_least", 0))
    told = told.with_columns(place=pl.when(~of_nothing).then(1).cum_sum().over(*keys, "event") - 1)
    told = told.drop("_open", "_least")
    return told.filter(begins), told.filter(~begins)


def referrals(told: Told) -> pl.DataFrame:
    """Referrals, those of a child on one day as one: `child`, `day`, `before`, `decided`, `closed`, `nothing`.

    `before` is the day of the child's referral before this one; `decided` what was decided about it, and `closed` why
    the case was closed, both up to the next referral; `nothing` whether the referral itself says that nothing followed.
    """
    return told.made("referrals", _referrals)


def _referrals(told: Told) -> pl.DataFrame:
    found = (
        told.of_kinds("referral")
        .unique(["child", "day"], keep="first", maintain_order=True)
        .with_columns(before=pl.col("day").shift(1).over("child"), next=pl.col("day").shift(-1).over("child"))
        .select("child", "day", "before", "next", nothing="no-further-action")
    )
    for kind, name, fact in (("referral-decided", "decided", "outcome"), ("case-closed", "closed", "reason")):
        after = told.of_kinds(kind).select("child", "day", pl.col(fact).alias(name), on="day")
        found = found.join_asof(after, on="day", by="child", strategy="forward", check_sortedness=False)
        own = pl.col("next").is_null() | (pl.col("on") <= pl.col("next"))
        found = found.with_columns(pl.when(own).then(pl.col(name)).alias(name)).drop("on")
    return found.drop("next")


def assessments(told: Told) -> pl.DataFrame:
    """Assessments that ended: `child`, `type`, `start`, `day` (of the end), `days` (working, from the start).

    Each is answered by its own type; `start` is null where none is on record.
    """
    return told.made("assessments", _assessments)


def _assessments(told: Told) -> pl.DataFrame:
    found = told.of_kinds("assessment-started", "assessment-completed").with_columns(pl.col("type").fill_null(""))
    begun, ended = numbered(found, "assessment-started", "child", "type")
    starts = begun.select("child", "type", "place", start="day")
    both = ended.join(starts, on=["child", "type", "place"], how="left", maintain_order="left")
    return both.select("child", "type", "start", "day").with_columns(working_days(both, "start", "day"))


def enquiries(told: Told) -> pl.DataFrame:
    """Section 47 enquiries: `child`, `day` (of the start), `before` (the last earlier day of another), `conferred`.

    `conferred` is whether a conference was held that is of this enquiry: see `conferences`.
    """
    return told.made("enquiries", _enquiries)


def _enquiries(told: Told) -> pl.DataFrame:
    started = told.of_kinds("section-47-started").select("child", "day")
    days = started.unique(maintain_order=True).with_columns(before=pl.col("day").shift(1).over("child"))
    held = conferences(told).filter(pl.col("event").is_in(ENQUIRED)).select("child", day="start").drop_nulls("day")
    led = held.unique().with_columns(conferred=pl.lit(True))
    found = started.join(days, on=["child", "day"], how="left", maintain_order="left")
    found = found.join(led, on=["child", "day"], how="left", maintain_order="left")
    return found.with_columns(pl.col("conferred").fill_null(False))


def conferences(told: Told) -> pl.DataFrame:
    """Initial conferences: `child`, `event`, `day`, `start`, `days` (working, from the start).

    `start` is the day of the child's latest recorded enquiry up to that day; of a transfer-in conference, of the latest
    notice that the child moves in; of either the other, where there is none of its own. It is null where there is
    nothing that the conference can be of. An enquiry or a notice is done with once a conference was held, an enquiry
    also once it ended without any (`section-47-completed`), and both once the case was closed: what is held after that,
    and before the next enquiry is recorded, is a conference before its own section 47.
    """
    return told.made("conferences", _conferences)


def _conferences(told: Told) -> pl.DataFrame:
    begins = ("section-47-started", "transfer-notified")
    events = told.of_kinds(*begins, *CONFERENCES, "section-47-completed", "case-closed")
    held, ended = pl.col("event").is_in(CONFERENCES), pl.col("event") == "section-47-completed"
    outcome = pl.col("outcome").fill_null("")
    needed = pl.col("conference-required").fill_null(~outcome.is_in(_NO_CONFERENCE))
    done = (held & (outcome != "adjourned")) | (pl.col("event") == "case-closed")
    enquiry = _before(events, pl.col("event") == begins[0], done | (ended & ~needed))
    notice = _before(events, pl.col("event") == begins[1], done)
    both = events.with_columns(enquiry=enquiry, notice=notice).filter(held)
    own = pl.when(pl.col("event") == "transfer-in-conference")
    start = own.then(pl.coalesce("notice", "enquiry")).otherwise(pl.coalesce("enquiry", "notice"))
    found = both.select("child", "event", "day", start=start)
    return found.with_columns(working_days(found, "start", "day"))


def _before(events: pl.DataFrame, begins: pl.Expr, done: pl.Expr) -> pl.Series:
    """The day of the last beginning before each event that nothing was done with since; null where there is none."""
    # what is done with is carried on like a beginning, as a day before all others
    day = pl.when(begins).then(pl.col("day")).when(done).then(pl.lit(date.min))
    carried = events.select("child", begun=day.forward_fill().over("child"))
    before = carried.select(begun=pl.col("begun").shift(1).over("child"))
    return before.select(pl.when(pl.col("begun") > date.min).then("begun"))["begun"]


def plans(told: Told) -> pl.DataFrame:
    """Child protection plans: `child`, `day` (of the start), `end`, `place` (how many came before), `categories`.

    The first end answers the first plan that is open, and so on; `end` is null while none has.
    """
    return told.made("plans", _plans)


def _plans(told: Told) -> pl.DataFrame:
    begun, ended = numbered(told.of_kinds("plan-started", "plan-ended"), "plan-started", "child")
    ends = ended.drop_nulls("place").select("child", "place", end="day")
    both = begun.join(ends, on=["child", "place"], how="left", maintain_order="left")
    return both.select("child", "day", "end", "place", "categories")


def open_plans(told: Told, on: date) -> pl.DataFrame:
    """The plans that are open at the end of a day, with `days`, how many they have lasted."""
    still = pl.col("end").is_null() | (pl.col("end") > on)
    return plans(told).filter((pl.col("day") <= on) & still).with_columns(days=(on - pl.col("day")).dt.total_days())


def reviewed(told: Told, last: date) -> pl.DataFrame:
    """The plans open on a day, for 91 days or more: `child`, `day` (of the start), `kept`.

    `kept` is whether all their reviews were in time: one within 91 days of the start, and each further one within 182
    days of the one before, up to that day. A review on the day of the start is none of this plan.
    """
    old = open_plans(told, last).filter(pl.col("days") >= FIRST_REVIEW)
    reviews = told.of_kinds("review-conference").filter(pl.col("day") <= last).select("child", held="day")
    alone = old.select("child", "day").unique()
    own = alone.join(reviews, on="child").filter(pl.col("held") > pl.col("day"))
    steps = pl.concat(
        [
            alone.select("child", "day", held="day", limit=pl.lit(0)),
            own.select("child", "day", "held", limit=pl.lit(NEXT_REVIEW)),
            alone.select("child", "day", held=pl.lit(last), limit=pl.lit(NEXT_REVIEW)),
        ]
    ).sort("child", "day", "held", "limit")
    of = ("child", "day")
    gap = (pl.col("held") - pl.col("held").shift(1).over(of)).dt.total_days()
    limit = pl.when(pl.int_range(pl.len()).over(of) == 1).then(FIRST_REVIEW).otherwise(pl.col("limit"))
    late = steps.with_columns(late=gap > limit).group_by(of).agg(kept=~pl.col("late").any())
    return old.select("child", "day").join(late, on=of, how="left", maintain_order="left")


def within(frame: pl.DataFrame, first: date, last: date, column: str = "day") -> pl.DataFrame:
    """The rows whose day lies in a period."""
    return frame.filter(pl.col(column).is_between(first, last))


def again(before: str = "before", day: str = "day") -> Any:
    """Whether a day is within twelve months of the one before: on it, or up to the same day a year later."""
    return (pl.col(before).dt.offset_by("1y") >= pl.col(day)).fill_null(False)
