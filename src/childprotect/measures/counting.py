"""DfE's figures counted from an event table, in columns."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from childprotect.calendars import england_and_wales
from childprotect.measures.bands import BANDS
from childprotect.measures.cells import Published
from childprotect.periods import Period, Unit
from childprotect.tables.days import elapsed

_CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference")
_FIRST_REVIEW, _NEXT_REVIEW = 91, 182
_KINDS = (
    "referral", "referral-decided", "assessment-started", "assessment-completed", "section-47-started",
    *_CONFERENCES, "transfer-notified", "plan-started", "plan-ended", "review-conference", "case-closed",
)  # fmt: skip


def count(events: Any, year: int, *, area: str = "") -> Published:
    """The figures of the year that ends on 31 March of `year`, from an event table.

    `events` has the columns `child`, `event`, `at`, and of the facts `outcome`, `type`, `reason` and `categories`, as a
    Polars frame or anything that Polars takes (Arrow, pandas). It must tell all that came before the year, too.
    """
    last = date(year, 3, 31)
    first = date(year - 1, 4, 1)
    frame = _frame(events, last)
    numbers: dict[str, float] = {}
    for part in (_referrals, _assessments, _enquiries, _plans):
        numbers |= part(frame, first, last)
    return Published(area, year, numbers)


def _frame(events: Any, last: date) -> pl.DataFrame:
    """The events up to a day that figures count, by child, day and the order in which they stand."""
    frame = events if isinstance(events, pl.DataFrame) else pl.DataFrame(events)
    for fact in ("outcome", "type", "reason", "categories"):
        if fact not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(fact))
    day = pl.col("at").cast(pl.Date)
    return (
        frame.lazy()
        .filter(pl.col("event").cast(pl.String).is_in(_KINDS) & (day <= last))
        .select(
            "child", pl.col("event").cast(pl.String), day.alias("day"),
            *(pl.col(fact).cast(pl.String) for fact in ("outcome", "type", "reason", "categories")),
        )
        .sort("child", "day", maintain_order=True)
        .collect()
    )  # fmt: skip


def _of(frame: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    return frame.filter(pl.col("event").is_in(kinds))


def _within(frame: pl.DataFrame, first: date, last: date, column: str = "day") -> pl.DataFrame:
    return frame.filter(pl.col(column).is_between(first, last))


def _working_days(frame: pl.DataFrame, start: str, end: str) -> Any:
    calendar = england_and_wales()
    inside = frame.filter(pl.col(start).is_between(calendar.first, calendar.last))
    days = (inside[name].cast(pl.Int32).to_numpy() for name in (start, end))
    return elapsed(Period(1, Unit.WORKING_DAYS), *days)


def _banded(whole: str, days: Any) -> Iterator[tuple[str, float]]:
    """How many lie in each band of a figure; what is below nothing lies in none."""
    bands = BANDS[whole]
    counts = np.bincount(np.searchsorted([*bands.last.values()], days[days >= 0]), minlength=len(bands.names))
    yield from ((f"{whole}/{name}", float(n)) for name, n in zip(bands.names, counts.tolist(), strict=True))


def _referrals(frame: pl.DataFrame, first: date, last: date) -> dict[str, float]:
    referrals = _of(frame, "referral").unique(["child", "day"], keep="first", maintain_order=True)
    before = pl.col("day").shift(1).over("child")
    told = referrals.select("child", "day", again=before.dt.offset_by("1y") >= pl.col("day"))
    decided = _of(frame, "referral-decided").select("child", pl.col("day"), decided="outcome")
    closed = _of(frame, "case-closed").select("child", pl.col("day"), closed="reason")
    told = told.join_asof(decided, on="day", by="child", strategy="forward", check_sortedness=False)
    told = told.join_asof(closed, on="day", by="child", strategy="forward", check_sortedness=False)
    these = _within(told, first, last)
    nothing = these["decided"] == "no-further-action"
    return {
        "referrals": len(these),
        "referrals/again": float(these["again"].fill_null(False).sum()),
        "referrals/no-further-action": float(nothing.sum()),
        "referrals/not-in-need": float(((these["closed"] == "no-further-action") & ~nothing.fill_null(False)).sum()),
        "children-referred": these["child"].n_unique(),
    }


def _assessments(frame: pl.DataFrame, first: date, last: date) -> dict[str, float]:
    """Of each child and type the first end answers the first start, and so on."""
    place = pl.int_range(pl.len()).over("child", "type")
    kind = pl.col("type").fill_null("")
    begun = _of(frame, "assessment-started").select("child", kind, start="day").with_columns(place=place)
    ended = _of(frame, "assessment-completed").select("child", kind, end="day").with_columns(place=place)
    both = _within(ended.join(begun, on=["child", "type", "place"]), first, last, "end")
    counted = len(_within(ended, first, last, "end"))
    return {
        "assessments": counted,
        **dict(_banded("assessments", _working_days(both, "start", "end"))),
    }


def _enquiries(frame: pl.DataFrame, first: date, last: date) -> dict[str, float]:
    started = _within(_of(frame, "section-47-started"), first, last)
    held = _within(_of(frame, *_CONFERENCES), first, last)
    begins = _of(frame, "section-47-started", "transfer-notified").select("child", "day", start="day")
    both = (
        held.sort("day").join_asof(begins.sort("day"), on="day", by="child", check_sortedness=False).drop_nulls("start")
    )
    return {
        "section-47s": len(started),
        "children-enquired": started["child"].n_unique(),
        "conferences": len(held),
        "children-conferred": held["child"].n_unique(),
        **dict(_banded("conferences", _working_days(both, "start", "day"))),
    }


def _plans(frame: pl.DataFrame, first: date, last: date) -> dict[str, float]:
    place = pl.int_range(pl.len()).over("child")
    begun = _of(frame, "plan-started").select("child", "categories", start="day").with_columns(place=place)
    ended = _of(frame, "plan-ended").select("child", end="day").with_columns(place=place)
    plans = begun.join(ended, on=["child", "place"], how="left")
    some = plans.filter(pl.col("end").is_null() | (pl.col("end") >= first))
    started, gone = _within(plans, first, last, "start"), _within(plans, first, last, "end")
    still = plans.filter(pl.col("end").is_null())
    ages = (last - still["start"]).dt.total_days().to_numpy()
    categories = started["categories"].value_counts()
    several = pl.col("categories").str.contains(";")
    found: dict[str, float] = {
        "plans-started": len(started),
        "children-planned": started["child"].n_unique(),
        "plans-ended": len(gone),
        "plans-at-any-point": len(some),
        "plans-open": len(still),
        "plans-started/again": float((started["place"] > 0).sum()),
    }
    by_name = dict(categories.filter(~several).iter_rows())
    for name in ("neglect", "physical", "sexual", "emotional"):
        found[f"plans-started/{name}"] = float(by_name.get(name, 0))
    joint = categories.filter(several | (pl.col("categories") == "multiple"))["count"].sum()
    found["plans-started/multiple"] = float(joint)
    lasted = (gone["end"] - gone["start"]).dt.total_days().to_numpy()
    found |= dict(_banded("plans-ended", lasted))
    found |= dict(_banded("plans-open", ages))
    old = still.filter(pl.col("start") <= last - timedelta(days=_FIRST_REVIEW))
    return {**found, "plans-to-review": len(old), "plans-to-review/on-time": float(_reviewed(old, frame, last))}


def _reviewed(plans: pl.DataFrame, frame: pl.DataFrame, last: date) -> int:
    """How many of these plans, which are open, have had all their reviews in time."""
    reviews = _of(frame, "review-conference").select("child", "day")
    told = plans.select("child", "start").join(reviews, on="child", how="left")
    told = told.filter(pl.col("day").is_null() | (pl.col("day") >= pl.col("start")))
    days = pl.concat(
        [
            plans.select("child", "start", day="start", limit=pl.lit(0)),
            told.drop_nulls("day").select("child", "start", "day", limit=pl.lit(_NEXT_REVIEW)),
            plans.select("child", "start", day=pl.lit(last), limit=pl.lit(_NEXT_REVIEW)),
        ]
    ).sort("child", "day", "limit")
    place = pl.int_range(pl.len()).over("child")
    gap = (pl.col("day") - pl.col("day").shift(1).over("child")).dt.total_days()
    limit = pl.when(place == 1).then(_FIRST_REVIEW).otherwise(pl.col("limit"))
    late = days.with_columns(late=gap > limit).group_by("child").agg(pl.col("late").any())
    return int((~late["late"].fill_null(False)).sum())
