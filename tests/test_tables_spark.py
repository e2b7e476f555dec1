"""The check on Spark: the findings of the same rows on one machine, row by row. `make spark` runs it.

pyspark and Java are half a gigabyte, so they are in an environment of their own; the page of the docs is run there too.
"""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.in_pieces import AS_AT, COLUMNS, Row, messy, one_by_one, rows_of, table

from childprotect import Profile, tables
from childprotect.errors import UnreadableInput
from childprotect.records import Columns, read
from childprotect.rulebooks import england
from childprotect.tables import spark
from childprotect.tables.results import SCHEMA

PAGE = Path(__file__).parents[1] / "docs" / "beyond-one-machine.md"
pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not here: see `make spark`"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java, on which Spark runs"),
    # said of a pandas that is newer than this pyspark; nothing here goes through pandas
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PROFILE = """
id = "ANY"
authority = "Anytown"
[[rule]]
id = "single-assessment"
from = 2013-01-01
requires = "35 working days"
source = "procedures"
"""
CLEAN = ("C-101", "C-102", "C-103", "C-104", "C-105", "C-106", "C-107")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Spark on this machine: two threads, and shuffles into three partitions."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.adaptive.enabled": "false",  # or so few rows would be one partition
        "spark.sql.session.timeZone": "America/New_York",  # which must not matter
        "spark.sql.execution.arrow.maxRecordsPerBatch": "3",  # so that children are cut by batches
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


def spread(session: Any, rows: Sequence[Row], partitions: int = 4) -> Any:
    """Rows in several partitions, so that a child is in more than one."""
    schema = ", ".join("`{}` string".format(name.replace("`", "``")) for name in rows[0])
    several = session.sparkContext.parallelize([tuple(row.values()) for row in rows], partitions)
    return session.createDataFrame(several, schema)


def collected(found: Any) -> list[tuple[Any, ...]]:
    """The findings in a Spark DataFrame, as those of the check of one machine are given."""
    return rows_of(found.toArrow(), 12)


def local(rows: Any, **asked: Any) -> list[tuple[Any, ...]]:
    """The findings of one machine."""
    return rows_of(tables.check(rows, england.rulebook, as_at=AS_AT, **asked).collect().to_arrow(), 12)


# --- the same findings


def test_a_messy_table_gives_the_findings_of_one_machine(session: Any) -> None:
    rows = messy(1, 300, CLEAN)
    for row in rows:
        row["event"] = row["event"] or "visit"
        row["outcome"], row["worker"] = row["outcome"] if row["outcome"] != "C-103" else None, None
        row["event"] = "holiday" if row["event"] == "C-102" else row["event"]
    found = collected(spark.check(spread(session, rows), england.rulebook, as_at=AS_AT))
    assert len(found) > 100
    assert found == local(table(rows))


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_may_be_anybodys_and_odd_identifiers_say_what_they_say_read_one_by_one(
    session: Any, seed: int
) -> None:
    rows = messy(seed, 60)
    found = collected(spark.check(spread(session, rows), england.rulebook, as_at=AS_AT))
    assert found == one_by_one(table(rows), england.rulebook)


def test_a_row_without_a_child_is_told_to_the_child_that_it_names_in_whatever_partition(session: Any) -> None:
    nobodys = {**dict.fromkeys(COLUMNS), "at": "2024-01-03", "worker": "C-104"}
    rows = [{**messy(1, 0)[0], "child": child} for child in CLEAN]
    before = collected(spark.check(spread(session, rows), england.rulebook, as_at=AS_AT))
    after = collected(spark.check(spread(session, [nobodys, *rows]), england.rulebook, as_at=AS_AT))
    assert {row[0] for row in before} == set(CLEAN)
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert {(one[0], other[2]) for one, other in changed} == {("C-104", "cannot-tell")}


def test_corrections_say_what_was_known_on_a_day(session: Any) -> None:
    rows = messy(2, 200, CLEAN)
    known_at = date(2024, 2, 5)
    found = collected(spark.check(spread(session, rows), england.rulebook, as_at=AS_AT, known_at=known_at))
    assert found == one_by_one(table(rows), england.rulebook, known_at)
    assert found != one_by_one(table(rows), england.rulebook)


def test_practice_and_a_profile_are_applied(session: Any) -> None:
    rows = messy(3, 100, CLEAN)
    profile = Profile.parse(PROFILE)
    book = england.rulebook.with_practice()
    found = collected(spark.check(spread(session, rows), book, as_at=AS_AT, profile=profile))
    assert found == one_by_one(table(rows), book | profile)
    assert found != one_by_one(table(rows), book)


def test_columns_of_other_names_are_mapped(session: Any) -> None:
    rows = messy(4, 60, CLEAN)
    theirs = {"child": "Person.ID", "event": "Event type", "at": "When `it` was"}
    columns = Columns(columns=theirs, events={"Home visit": "visit"})
    renamed = [
        {theirs.get(name, name): "Home visit" if value == "visit" else value for name, value in row.items()}
        for row in rows
    ]
    found = collected(spark.check(spread(session, renamed), england.rulebook, as_at=AS_AT, columns=columns))
    assert found == one_by_one(table(rows), england.rulebook)


def test_columns_that_are_kept_besides_have_the_latest_value_of_each_child(session: Any) -> None:
    rows = [row for row in messy(5, 200, CLEAN) if row["child"] != "C-100"]
    found = spark.check(spread(session, rows), england.rulebook, as_at=AS_AT, besides=["team"])
    here = tables.check(pa.Table.from_pylist(rows), england.rulebook, as_at=AS_AT, besides=["team"]).collect()
    kept = set(here.select("child", "team").iter_rows())
    assert {(row["child"], row["team"]) for row in found.collect()} == kept
    assert len({team for _, team in kept}) > 1


# --- types


def test_days_moments_flags_and_lists_are_read_as_they_are(session: Any) -> None:
    london = [datetime(2024, 7, 1, 23, 30, tzinfo=UTC), datetime(2024, 7, 3, 9, tzinfo=UTC)]
    told = pa.table(
        {
            "child": pa.array([7, 7, 7]),
            "event": ["referral", "strategy-discussion", "visit"],
            "at": pa.array([london[0], *[london[1]] * 2], pa.timestamp("us", "UTC")),
            "agencies": pa.array([None, ["police", "health", "social-care"], None], pa.list_(pa.string())),
            "child-seen": pa.array([None, None, True]),
            "recorded": pa.array([None, date(2024, 7, 4), None], pa.date32()),
        }
    )
    as_at = date(2024, 12, 31)
    ours = spark.check(session.createDataFrame(told), england.rulebook, as_at=as_at).toArrow()
    theirs = tables.check(told, england.rulebook, as_at=as_at).collect().to_arrow()
    assert rows_of(ours, 15) == rows_of(theirs, 15)
    row = ours.to_pylist()[0]
    assert (row["started"], row["started_at"]) == (date(2024, 7, 2), london[0])  # it was past midnight in England


def test_a_time_without_a_zone_is_no_moment(session: Any) -> None:
    told = session.sql("select 'C-101' child, 'referral' event, timestamp_ntz '2024-07-01 23:30:00' at")
    row = spark.check(told, england.rulebook, as_at=AS_AT.replace(month=12)).first()
    assert (row["started"], row["started_at"]) == (date(2024, 7, 1), None)


def test_the_columns_are_those_of_the_findings_of_one_machine(session: Any) -> None:
    found = spark.check(spread(session, messy(1, 5)), england.rulebook, as_at=AS_AT, besides=["team"])
    ours = tables.check(table(messy(1, 5, CLEAN)), england.rulebook, as_at=AS_AT, besides=["team"])
    assert found.columns == ours.schema.names
    types = dict(found.dtypes)
    assert (types["child"], types["due"], types["missing"], types["due_at"], types["team"]) == (
        "string",
        "date",
        "array<string>",
        "timestamp",
        "string",
    )


# --- what could not be read


def test_what_was_rejected_is_listed(session: Any) -> None:
    rows = messy(6, 100, (*CLEAN, "7", "7.0"))
    found = spark.rejected(spread(session, rows)).collect()
    account = read(table(rows)).account
    assert sorted(row["because"] for row in found if row["what"] == "rejected") == sorted(
        entry.because for entry in account.rejections
    )
    assert {row["child"] for row in found if row["what"] == "in doubt"} == {"7", "7.0"}


def refused(what: Any, **more: Any) -> str:
    with pytest.raises(UnreadableInput) as refusal:
        spark.check(what, england.rulebook, as_at=AS_AT, **more)
    return str(refusal.value)


def test_what_is_no_table_of_events_is_refused_before_any_work(session: Any) -> None:
    told = spread(session, messy(1, 5))
    assert "no column at" in refused(told.drop("at"))
    assert "no column authority" in refused(told, besides=["authority"])
    assert "the column outcome is of a type" in refused(told.selectExpr("child", "event", "at", "map(1, 2) outcome"))
    assert "it is no Spark DataFrame" in refused(table(messy(1, 5)))


@pytest.mark.parametrize("rows", [0, 3])
def test_a_table_without_an_event_is_refused(session: Any, rows: int) -> None:
    told = spread(session, [{"child": "C-101", "event": "holiday", "at": "2024-01-01"}] * 3).limit(rows)
    assert "no event could be read" in refused(told)


# --- the page


def block(engine: str, folder: Path) -> str:
    """The snippet of the page under a heading, with its files in a folder."""
    under = PAGE.read_text(encoding="utf-8").partition(f"## {engine}\n")[2]
    found = re.search("```py\n(.*?)```", under, re.DOTALL)
    assert found is not None
    return re.sub(r'"(\w+\.parquet)"', lambda name: repr(str(folder / name[1])), found[1])


@pytest.mark.parametrize("engine", ["Spark", "Dask", "Ray"])
@pytest.mark.filterwarnings("ignore")  # of other people's libraries about each other
def test_the_snippets_of_the_page_give_the_findings_of_one_machine(
    session: Any, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for row in messy(7, 80, CLEAN) if row["event"] in england.rulebook.vocabulary]
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    parquet.write_table(table(rows), tmp_path / "events.parquet", row_group_size=11)
    exec(block(engine, tmp_path), {"session": session, "as_at": AS_AT})
    found = parquet.read_table(tmp_path / "findings.parquet").select(SCHEMA.names)
    assert len(found) > 20
    assert rows_of(found) == local(table(rows))
