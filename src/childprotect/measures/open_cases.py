"""Which cases were open on a day, as the rules on current cases read it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from childprotect.measures.told import Told

_TO_ASSESS = ("assessment", "strategy-discussion", "immediate-protection")
_NOTHING = ("no-further-action", "early-help")
_KINDS = (
    "referral", "transfer-notified", "section-47-started", "plan-started", "strategy-discussion", "referral-decided",
    "case-closed",
)  # fmt: skip
_SCHEMA = {"child": pl.String, "day": pl.Date, "end": pl.Date}


def open_cases(told: Told, on: date) -> pl.DataFrame:
    """The children with a case that is open at the end of a day: `child`, `day` (of the opening), `end`.

    A case is opened by a referral that is not said to lead to nothing, the notice that a child moves in, the start of
    an enquiry or a plan, or a strategy discussion that decides on an enquiry. It ends when it is closed, or when
    nothing, or only early help, is decided about a referral that was not to be assessed.
    """
    cases = told.made("open cases", _cases)
    return cases.filter((pl.col("day") <= on) & (pl.col("end").is_null() | (pl.col("end") > on)))


def open_cases_within(told: Told, first: date, last: date) -> pl.DataFrame:
    """The cases that were open on a day of a period, that of their end included: `child`, `day`, `end`."""
    ends = pl.col("end").is_null() | (pl.col("end") >= first)
    return told.made("open cases", _cases).filter((pl.col("day") <= last) & ends)


def _cases(told: Told) -> pl.DataFrame:
    events = told.of_kinds(*_KINDS).select("child", "day", "event", "outcome", "decision", "no-further-action")
    return pl.DataFrame(_spells(events.iter_rows()), schema=_SCHEMA, orient="row")


def _spells(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, date, date | None]]:
    """One spell after the other, child by child."""
    whose, opened, taken_on = "", None, False
    for child, day, event, outcome, decision, nothing in rows:
        if child != whose:
            if opened is not None:
                yield whose, opened, None
            whose, opened, taken_on = child, None, False
        match event:
            case "case-closed" | "referral-decided" if event == "case-closed" or (outcome in _NOTHING and not taken_on):
                if opened is not None:
                    yield child, opened, day
                opened = None
                taken_on = taken_on and event != "case-closed"
            case "referral-decided":
                taken_on = taken_on or outcome in _TO_ASSESS
            case "strategy-discussion" if decision != "section-47":
                pass
            case "referral" if nothing:
                pass
            case _:
                opened = opened or day
    if opened is not None:
        yield whose, opened, None
