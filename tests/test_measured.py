"""Every measure against a table that was worked out by hand; what holds of all measures; groups, and small numbers."""

from typing import Any

import polars as pl
import pytest
from tests.measured import chronologies_of, frame_of, rows_of, tables

from childprotect.measures import MEASURES, Kind, Told, behind, measured
from childprotect.rulebooks import england

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
