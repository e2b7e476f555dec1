"""Tables in which every row says something else: what nobody asks for is left out, and nothing else changes."""

import runpy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from childprotect import check, tables
from childprotect.events import Facts
from childprotect.rulebooks import england
from childprotect.tables.asked import asked_by
from childprotect.tables.shapes import Shapes, Spare

EQUAL = runpy.run_path(str(Path(__file__).parent.parent / "proof" / "equal.py"))
ROW = pl.int_range(pl.len())


def lavish(events: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Each row has facts that no other has; of some, cells cannot be read, or are of no value that is ours."""
    at, kind = pl.col("at").str.to_date("%Y-%m-%d", strict=False), pl.col("event")
    part = (ROW * 7919 + seed) % 1000
    actions = {"visit": "plan-action-set", "supervision": "plan-action-done", "management-decision": "audit-action-set"}
    return events.with_columns(
        kind.replace(actions).alias("event"),
        ("w" + (ROW % 700).cast(pl.String)).alias("worker"),
        pl.when(part == 1).then(pl.lit("soon")).otherwise(at.dt.offset_by("30d").cast(pl.String)).alias("due"),
        pl.when(part == 2)
        .then(pl.lit("bytes \ufffd"))
        .when(part < 300)
        .then("what is to be done " + (ROW // 14).cast(pl.String))
        .otherwise("what is to be done " + ROW.cast(pl.String))
        .alias("action"),
        pl.when(part < 5).then("form " + ROW.cast(pl.String)).otherwise(pl.lit(None)).alias("type of form"),
        pl.when(part == 3).then(pl.lit("perhaps")).otherwise(pl.lit("true")).alias("chair-present"),
        pl.when(part == 4).then(pl.lit("another grade")).otherwise(pl.lit(None)).alias("grade"),
        at.dt.offset_by("45d").alias("recorded-due"),
    )


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_table_of_which_every_row_says_something_else_is_checked_as_its_children_are(seed: int) -> None:
    events = lavish(EQUAL["messy"](300, seed), seed)
    known_at = EQUAL["KNOWN_AT"] if seed % 2 else None
    for ours, theirs in zip(EQUAL["in_tables"](events, known_at), EQUAL["one_by_one"](events, known_at), strict=True):
        assert ours == theirs


def test_of_two_of_a_kind_and_day_a_fact_that_nobody_asks_for_decides_which_comes_first() -> None:
    # by what was to be done the plan was to end and then went on; by the outcomes alone it went on and was to end
    story = [
        ("initial-conference", 1, None, "plan"),
        ("plan-started", 1, None, None),
        ("review-conference", 9, "a", "end"),
        ("review-conference", 9, "b", "continue"),
    ]
    events = pl.DataFrame(
        [
            (f"C-{child:04}", kind, date(2019, 3, day), None if to_do is None else f"{to_do}{child}", outcome)
            for child in range(1500)
            for kind, day, to_do, outcome in story
        ],
        schema={"child": pl.String, "event": pl.String, "at": pl.Date, "action": pl.String, "outcome": pl.String},
        orient="row",
    )
    ours, theirs = (EQUAL[way](events, None) for way in ("in_tables", "one_by_one"))
    assert ours == theirs
    swapped = events.with_columns(pl.col("action").str.replace("a", "c"))
    assert EQUAL["in_tables"](swapped, None) != ours


def test_a_finding_explains_itself_with_all_that_its_row_says() -> None:
    events = lavish(EQUAL["messy"](300, 1), 1)
    found = tables.check(events, england.rulebook, as_at=EQUAL["AS_AT"])
    row = found.collect().filter(pl.col("rule") == "initial-conference").row(0, named=True)
    trigger = found.explain(row).trigger
    assert trigger is not None
    assert "worker" in trigger.facts


def test_a_child_of_a_table_is_told_with_all_that_its_rows_say() -> None:
    events = lavish(EQUAL["messy"](300, 1), 1)
    told: dict[str, Any] = {}

    def kept(checked: Any) -> None:
        for child in range(0, checked.batch.children, 7):
            story = checked.batch.tell(child)
            told[story.child] = story

    findings = tables.check(events, england.rulebook, as_at=EQUAL["AS_AT"])
    for _ in findings.parts(kept):
        pass
    assert len(told) > 40
    for child, story in told.items():
        whole = findings.events.of(child)
        assert whole is not None
        said = [
            [(event.kind, event.at, event.facts) for event in one.as_known(EQUAL["AS_AT"])] for one in (story, whole)
        ]
        assert said[0] == said[1]
        both = [check(one, england.rulebook, as_at=EQUAL["AS_AT"]).findings for one in (story, whole)]
        assert [str(finding) for finding in both[0]] == [str(finding) for finding in both[1]]


def shapes_of(events: pl.DataFrame, book: Any) -> int:
    """How many shapes a check of a table makes."""
    found = tables.check(events, book, as_at=EQUAL["AS_AT"])
    shapes = Shapes(asked_by(book))
    for piece in found.events.pieces():
        found.events.gather(piece, shapes, found.as_at, None)
    return len(shapes.said)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(lambda: ("w" + ROW.cast(pl.String)).alias("worker"), id="worker"),
        pytest.param(lambda: pl.date(1990, 1, 1).dt.offset_by(ROW.cast(pl.String) + "d").alias("due"), id="due"),
        pytest.param(lambda: ("a" + ROW.cast(pl.String)).alias("action"), id="action"),
    ],
)
def test_what_nobody_asks_for_makes_no_shapes(told: Callable[[], pl.Expr]) -> None:
    events = EQUAL["messy"](500, 3).filter(~pl.col("event").is_in(["allocated", "deallocated"]))
    plain = shapes_of(events, england.rulebook)
    rows = len(events)
    assert shapes_of(events.with_columns(told()), england.rulebook) < plain + rows / 10


def test_shapes_are_forgotten_where_there_are_too_many_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("childprotect.tables.shapes._KEPT", 2)
    spare = Spare({})
    shapes = spare.take()
    spare.put_back(shapes)
    assert spare.take() is shapes
    for kind in ("referral", "visit", "core-group"):
        shapes.place(kind, Facts())
    spare.put_back(shapes)
    assert spare.take() is not shapes
