"""DfE's figures of a year counted from an event table: the published tables, from the frames that all measures use."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from childprotect.measures import frames
from childprotect.measures.bands import BANDS
from childprotect.measures.cells import Published
from childprotect.measures.frames import within
from childprotect.measures.told import Told, columns

_KINDS = (
    "referral", "referral-decided", "assessment-started", "assessment-completed", "section-47-started",
    "section-47-completed", *frames.CONFERENCES, "transfer-notified", "plan-started", "plan-ended",
    "review-conference", "case-closed",
)  # fmt: skip


def count(events: Any, year: int, *, area: str = "") -> Published:
    """The figures of the year that ends on 31 March of `year`, from an event table.

    `events` has the columns `child`, `event`, `at`, and of the facts `outcome`, `type`, `reason`, `categories` and
    `conference-required`, as a Polars frame or anything that Polars takes (Arrow, pandas). It must tell all that came
    before the year, too.
    """
    last = date(year, 3, 31)
    first = date(year - 1, 4, 1)
    frame = events if isinstance(events, pl.DataFrame) else pl.DataFrame(events)
    told = Told(columns(frame, last, _KINDS), None, last)
    numbers: dict[str, float] = {}
    for part in (_referrals, _assessments, _enquiries, _plans):
        numbers |= part(told, first, last)
    return Published(area, year, numbers)


def _banded(whole: str, days: pl.Series) -> Iterator[tuple[str, float]]:
    """How many lie in each band of a figure; what is not known lies in none."""
    bands = BANDS[whole]
    places = np.searchsorted([*bands.last.values()], days.drop_nulls().to_numpy())
    counts = np.bincount(places, minlength=len(bands.names))
    yield from ((f"{whole}/{name}", float(n)) for name, n in zip(bands.names, counts.tolist(), strict=True))


def _referrals(told: Told, first: date, last: date) -> dict[str, float]:
    these = within(frames.referrals(told), first, last)
    nothing = (these["decided"] == "no-further-action").fill_null(False)
    return {
        "referrals": len(these),
        "referrals/again": float(these.select(frames.again()).to_series().sum()),
        "referrals/no-further-action": float(nothing.sum()),
        "referrals/not-in-need": float(((these["closed"] == "no-further-action") & ~nothing).sum()),
        "children-referred": these["child"].n_unique(),
    }


def _assessments(told: Told, first: date, last: date) -> dict[str, float]:
    these = within(frames.assessments(told), first, last)
    return {"assessments": len(these), **dict(_banded("assessments", these["days"]))}


def _enquiries(told: Told, first: date, last: date) -> dict[str, float]:
    started = within(told.of_kinds("section-47-started"), first, last)
    held = within(frames.conferences(told), first, last)
    return {
        "section-47s": len(started),
        "children-enquired": started["child"].n_unique(),
        "conferences": len(held),
        "children-conferred": held["child"].n_unique(),
        **dict(_banded("conferences", held["days"])),
    }


def _plans(told: Told, first: date, last: date) -> dict[str, float]:
    plans, still = frames.plans(told), frames.open_plans(told, last)
    started, gone = within(plans, first, last), within(plans, first, last, "end")
    categories = started["categories"].value_counts()
    several = pl.col("categories").str.contains(";")
    found: dict[str, float] = {
        "plans-started": len(started),
        "children-planned": started["child"].n_unique(),
        "plans-ended": len(gone),
        "plans-at-any-point": len(still) + len(gone),
        "plans-open": len(still),
        "plans-started/again": float((started["place"] > 0).sum()),
    }
    by_name = dict(categories.filter(~several).iter_rows())
    for name in ("neglect", "physical", "sexual", "emotional"):
        found[f"plans-started/{name}"] = float(by_name.get(name, 0))
    joint = categories.filter(several | (pl.col("categories") == "multiple"))["count"].sum()
    found["plans-started/multiple"] = float(joint)
    found |= dict(_banded("plans-ended", (gone["end"] - gone["day"]).dt.total_days()))
    found |= dict(_banded("plans-open", still["days"]))
    due = frames.reviewed(told, last)
    return {**found, "plans-to-review": len(due), "plans-to-review/on-time": float(due["kept"].sum())}
