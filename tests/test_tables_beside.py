"""Columns that are kept beside findings: which there may be, and the value in a child's latest row that is known."""

import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import childprotect as cp
from childprotect import tables
from childprotect.errors import UnwritableOutput
from childprotect.rulebooks import england

AS_AT = date(2024, 8, 1)


def teams(events: Any, as_at: date = AS_AT, known_at: date | None = None) -> dict[str, str | None]:
    """The team of each child: of the whole table, the same of any order of its rows that keeps those of one day."""
    found = tables.check(events, england.rulebook, as_at=as_at, known_at=known_at, besides="team").collect()
    return dict(found.select("child", "team").unique().iter_rows())


def _rows(*rows: tuple[Any, ...], more: tuple[str, ...] = ()) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["child", "event", "at", "team", *more], orient="row")


ROWS = _rows(
    ("A", "strategy-discussion", "2024-06-10", "north"),
    ("A", "referral", "2024-06-03", "south"),
    ("B", "referral", "2024-06-03", "south"),
    ("B", "strategy-discussion", "2024-06-10", None),
    ("C", "referral", "2024-06-03", None),
)
ODD = _rows(("A", "referral-decided", "soon", "west"), ("B", "nonsense", "2024-06-20", "east"), ("C", "x", "?", "west"))


@pytest.mark.parametrize("odd", [False, True], ids=["in columns", "row by row"])
def test_it_is_the_value_of_the_latest_row_that_has_one_wherever_that_stands(odd: bool) -> None:
    told = pl.concat([ROWS, ODD]) if odd else ROWS
    expected = {"A": "north", "B": "east", "C": "west"} if odd else {"A": "north", "B": "south", "C": None}
    for seed in range(8):
        places = list(range(len(told)))
        random.Random(seed).shuffle(places)
        assert teams(told[places]) == expected


@pytest.mark.parametrize("odd", [False, True], ids=["in columns", "row by row"])
def test_of_rows_of_one_day_the_time_decides_and_then_the_order_of_the_table(odd: bool) -> None:
    times = [datetime(2024, 6, 3, hour, tzinfo=UTC) for hour in (15, 15, 9)]
    told = _rows(*(("A", "contact", at, team) for at, team in zip(times, ("north", "west", "south"), strict=True)))
    told = told.with_columns(source=pl.Series(["x", "y", "z"]), ref=pl.Series(["1", "2", "1" if odd else "3"]))
    told = pl.concat([told, told.with_columns(child=pl.lit("B"))[[2, 1, 0]]])
    more = _rows(("A", "referral", times[1], None), ("B", "referral", times[1], None))
    assert teams(pl.concat([told, more], how="diagonal")) == {"A": "west", "B": "north"}
    days = told.with_columns(pl.col("at").dt.date())
    more = more.with_columns(pl.col("at").dt.date())
    assert teams(pl.concat([days, more], how="diagonal")) == {"A": "south", "B": "north"}


@pytest.mark.parametrize("odd", [False, True], ids=["in columns", "row by row"])
def test_what_is_not_known_for_the_check_decides_nothing(odd: bool) -> None:
    told = _rows(
        ("A", "referral", "2024-06-03", "north", "2024-06-03", "1"),
        ("A", "contact", "2024-06-05", "south", "2024-07-20", "2"),
        ("A", "contact", "2024-09-05", "west", "2024-09-05", "2" if odd else "3"),
        more=("recorded", "ref"),
    )
    assert teams(told) == {"A": "south"}
    assert teams(told, known_at=date(2024, 7, 1)) == {"A": "north"}
    assert teams(told, as_at=date(2024, 10, 1)) == {"A": "west"}


def test_pieces_keep_the_same() -> None:
    check = tables.PortableCheck.of(england.rulebook, as_at=AS_AT, besides="team")
    assert {(row["child"], row["team"]) for row in check(ROWS).to_pylist()} >= {("A", "north"), ("B", "south")}


@pytest.mark.parametrize("name", [*tables.check(ROWS, england.rulebook, as_at=AS_AT).schema.names, "because"])
def test_a_name_of_a_column_of_findings_is_refused_at_once(name: str) -> None:
    told = ROWS.with_columns(pl.col("team").alias(name)) if name != "child" else ROWS
    with pytest.raises(cp.UnreadableInput, match=f"besides: findings, or counts of them, have a column '{name}'"):
        tables.check(told, england.rulebook, as_at=AS_AT, besides=[name])


def test_so_is_a_name_of_a_count() -> None:
    found = tables.check(ROWS, england.rulebook, as_at=AS_AT)
    for name in (*found.by().columns, *found.on_time().columns):
        for asked in (
            lambda besides: tables.scan(ROWS, besides=besides),
            lambda besides: tables.PortableCheck.of(england.rulebook, as_at=AS_AT, besides=besides),
        ):
            with pytest.raises(cp.UnreadableInput, match="rename it in the events"):
                asked([name])


def test_text_is_the_name_of_one_column_and_a_name_twice_is_one_column() -> None:
    for besides in ("team", ["team"], ("team", "team")):
        found = tables.check(ROWS, england.rulebook, as_at=AS_AT, besides=besides)
        assert found.schema.names[-2:] == ["done_at", "team"]
        assert found.by("team", "team").equals(found.by("team"))
        assert found.on_time("team", "team").equals(found.on_time("team"))


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (pl.Series([1, 2, 3, None, 5]), "1"),
        (pl.Series([True, False] * 2 + [None]), "true"),
        (pl.Series([date(2024, 1, 2)] * 5), "2024-01-02"),
        (pl.Series(["x"] * 5, dtype=pl.Categorical), "x"),
        (pl.Series([None] * 5), None),
    ],
    ids=["numbers", "flags", "dates", "categories", "nothing"],
)
def test_values_of_any_single_type_are_kept_as_text(column: pl.Series, shown: str | None) -> None:
    assert teams(ROWS.with_columns(column.alias("team")))["A"] == shown


@pytest.mark.parametrize(
    "column", [pl.Series([[1]] * 5), pl.Series([{"a": 1}] * 5), pl.Series([b"x"] * 5)], ids=["list", "record", "bytes"]
)
def test_what_holds_no_single_values_is_refused_at_once(column: pl.Series) -> None:
    with pytest.raises(cp.UnreadableInput, match="the column desk holds no single values; expected columns of the eve"):
        tables.scan(ROWS.with_columns(column.alias("desk")), besides="desk")


def test_of_two_columns_of_a_name_none_can_be_kept() -> None:
    told = pa.table([*ROWS.to_arrow().columns, ROWS["team"].to_arrow()], names=[*ROWS.columns[:3], "desk", "desk"])
    with pytest.raises(cp.UnreadableInput, match="more than one column desk"):
        tables.scan(told, besides="desk")


def test_what_is_scanned_has_its_columns_already() -> None:
    with pytest.raises(cp.UnreadableInput, match="it is scanned already"):
        tables.check(tables.scan(ROWS), england.rulebook, as_at=AS_AT, besides="team")


# --- what is written


def test_a_file_is_not_written_over_what_is_read_nor_twice(tmp_path: Path) -> None:
    for n in range(2):
        ROWS.write_parquet(tmp_path / f"{n}.parquet")
    (tmp_path / "link").symlink_to(tmp_path / "1.parquet")
    read = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    before = [path.read_bytes() for path in read]
    findings = tables.check(read, england.rulebook, as_at=AS_AT)
    new = str(tmp_path / "new.parquet")
    for path, irregular in ((read[1], None), (tmp_path / "link", None), (new, str(read[0]))):
        with pytest.raises(UnwritableOutput, match="it is what is to be read"):
            findings.write(str(path), irregular=irregular, force=True)
    for name in (new, f"{tmp_path}/../{tmp_path.name}/new.parquet"):
        with pytest.raises(UnwritableOutput, match="it is to be written twice; expected another name"):
            findings.write(new, irregular=name)
    assert [path.read_bytes() for path in read] == before
    assert not Path(new).exists()
