"""Every measure against a table that was worked out by hand; what holds of all measures; groups, and small numbers."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.measured import Row, chronologies_of, frame_of, rows_of, tables

from childprotect.errors import DefinitionError
from childprotect.measures import (
    CELLS,
    MEASURES,
    Kind,
    Measure,
    Published,
    Told,
    behind,
    count,
    measured,
    of_rule,
    of_rulebook,
)
from childprotect.rulebooks import england
from childprotect.rules import Duty
from childprotect.simulation import Population, live
from childprotect.tables import check

TABLES = tables()
_SAID = {True: "kept", False: "not kept", None: "cannot tell"}
_COUNTS = ("numerator", "denominator", "cannot_tell", "left_out")


def said(row: dict[str, Any]) -> str:
    """What became of a case, in the words of the tables."""
    return "left out" if row["left_out"] is not None else _SAID[row["kept"]]


def test_every_measure_has_a_table_that_was_worked_out_by_hand() -> None:
    assert {table["measure"] for table in TABLES} == MEASURES.keys()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table["measure"]))
@pytest.mark.parametrize("way", ["in columns", "one by one"])
def test_each_case_is_what_the_table_says_and_the_figure_is_their_sum(table: dict[str, Any], way: str) -> None:
    rows, as_at = list(rows_of(table)), table.get("as_at", table["last"])
    one = MEASURES[table["measure"]]
    checked = england.rulebook if one.rule else None
    if way == "in columns":
        records = Told.of(frame_of(rows), as_at=as_at, rulebook=checked)
    else:
        records = Told.of_chronologies(chronologies_of(rows), as_at=as_at, rulebook=checked)
    cases = behind(one, records, table["first"], table["last"]).sort("child", "day", maintain_order=True)
    for n, child in enumerate(table["child"], 1):
        own = cases.filter(pl.col("child") == f"C-{n}").to_dicts()
        assert [said(row) for row in own] == child["expect"], child["because"]
        if "days" in child:
            assert [row["days"] for row in own] == child["days"], child["because"]
    (whole,) = measured(one, records, table["first"], table["last"], population=table.get("population"))
    expected = {name: table.get(name) for name in _COUNTS}
    expected |= {name: table.get(name, 0) for name in ("cannot_tell", "left_out")}
    assert {name: getattr(whole, name) for name in _COUNTS} == expected
    if one.kind is Kind.SHARE:
        assert whole.share == table["numerator"] / table["denominator"]
        assert whole.low is not None and whole.high is not None
        assert whole.low <= table["numerator"] / table["denominator"] <= whole.high
    if "share" in table:
        assert whole.share == pytest.approx(table["share"], abs=1e-5)
    if one.kind is Kind.LENGTH:
        assert whole.median == table["median"]
        assert {name: n for name, n in whole.bands.items() if n} == table["bands"]


# --- every rule is a measure


def rows() -> list[Row]:
    """Two open cases, one of which a qualified worker has."""
    day = date(2012, 5, 1)
    opened: list[Row] = [("C-1", "referral", day, {}), ("C-2", "referral", day, {})]
    return [*opened, ("C-1", "allocated", day, {"worker": "W1", "qualified": True})]


def test_every_rule_that_can_be_met_is_a_measure_in_the_order_of_the_rulebook() -> None:
    book = england.rulebook.with_practice()
    measures = of_rulebook(book)
    told_only = {rule.id for rule in book.applied if isinstance(rule, Duty) and rule.only_told}
    assert [one.rule for one in measures] == [rule.id for rule in book.applied if rule.id not in told_only]
    assert told_only
    with pytest.raises(DefinitionError, match="the rule has no number"):
        of_rule(book[min(told_only)])


def test_the_grade_of_a_rule_as_a_measure_is_that_of_its_least_known_edition() -> None:
    decision = of_rule(england.rulebook["referral-decision"])
    assert (decision.id, decision.evidence.letter) == ("referral-decision", "M")
    assert "WT2010" in decision.source and decision.left_open


def test_what_is_in_place_is_told_of_the_last_day_only() -> None:
    book = england.rulebook.with_practice()
    one = of_rule(book["allocated-to-qualified-worker"])
    records = Told.of(frame_of(rows()), as_at=date(2012, 9, 30), rulebook=book)
    (now,) = measured(one, records, date(2012, 9, 1), date(2012, 9, 30))
    assert (now.numerator, now.denominator) == (1, 2)
    (before,) = measured(one, records, date(2012, 5, 1), date(2012, 5, 31))
    assert (before.denominator, before.because) == (0, "there is no case to take a share of")
    assert one.at_end


@pytest.mark.parametrize("rule", of_rulebook(england.rulebook), ids=lambda one: str(one.id))
def test_a_rule_has_as_many_on_time_as_its_findings_say_of_what_was_due_by_then(rule: Measure) -> None:
    records = Told.of(LIVED, as_at=LAST, findings=FOUND)
    (whole,) = measured(rule, records, date(2000, 1, 1), LAST)
    due = [row["status"] for row in FOUND.to_dicts() if row["rule"] == rule.rule and (row["due"] or FIRST) <= LAST]
    decided = [status for status in due if status in ("met", "late", "overdue", "breached")]
    assert (whole.numerator, whole.denominator) == (decided.count("met"), len(decided))
    assert whole.cannot_tell == due.count("cannot-tell")
    assert whole.left_out == due.count("pending") + due.count("discharged")


FIRST = date(2000, 1, 1)
LAST = date(2024, 3, 31)
LIVED = live(Population(referrals=300), np.random.default_rng(3), first=date(2022, 4, 1), years=2).table()
FOUND = check(LIVED, england.rulebook, as_at=LAST).collect()


# --- beside what is published


def test_a_measure_is_held_against_the_figure_that_dfe_publishes_for_it() -> None:
    told = Published(
        "Somewhere", 2024, {"conferences": 8.0, "conferences/0-10": 2.0, "conferences/11-15": 4.0, "referrals": 0}
    )
    assert MEASURES["conferences-in-15-days"].published_in(told) == 0.75
    assert MEASURES["conferences"].published_in(told) == 8
    assert MEASURES["referrals-again"].published_in(told) is None
    assert MEASURES["plans-again"].published_in(told) is None
    assert MEASURES["changes-of-worker"].published_in(told) is None
    without = Published("Somewhere", 2024, {"conferences": 8.0, "conferences/0-10": 2.0}, {"conferences/11-15": "c"})
    assert MEASURES["conferences-in-15-days"].published_in(without) is None


def test_what_is_published_is_counted_alike_by_measure_and_by_table() -> None:
    """The tables of `count` and the measures are from the same frames, so a year is the same year in both."""
    records, table = Told.of(LIVED, as_at=LAST), count(LIVED, 2024)
    for one in MEASURES.values():
        if not one.cells:
            continue
        (whole,) = measured(one, records, date(2023, 4, 1), LAST)
        assert whole.numerator == sum(table.numbers[cell] for cell in one.cells), one.id
        assert set(one.cells) <= {cell.name for cell in CELLS}
