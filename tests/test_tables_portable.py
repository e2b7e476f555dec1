"""The check of pieces of a table, each for itself: the same findings as those of the table read one by one."""

import pickle
import sys
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.in_pieces import AS_AT, Row, messy, one_by_one, rows_of, table

from childprotect import Chronology, check
from childprotect.errors import UnreadableInput
from childprotect.records import Columns
from childprotect.rulebooks import england
from childprotect.tables import PortableCheck, spark

KNOWN = ("C-101", "C-102", "C-103", "C-104", "C-105")
SENT: PortableCheck = pickle.loads(pickle.dumps(PortableCheck.of(england.rulebook, as_at=AS_AT)))
PLAIN = PortableCheck.of(england.rulebook, as_at=AS_AT)
STORY: list[Row] = [
    {"child": "C-101", "event": "referral", "at": "2024-01-02", "outcome": None, "team": "north"},
    {"child": "C-101", "event": "referral-decided", "at": "2024-01-03", "outcome": "assessment", "team": None},
    {"child": "C-102", "event": "referral", "at": "2024-01-02", "outcome": None, "team": "south"},
]
NOBODYS: Row = {"child": None, "event": None, "at": "2024-01-03", "outcome": "C-101", "team": None}


def _statuses(asked: PortableCheck, rows: Sequence[Row], child: str = "C-101") -> dict[str, str]:
    found = asked(table(rows)).to_pylist()
    return {row["rule"]: row["status"] for row in found if row["child"] == child}


@given(st.integers(0, 1 << 20), st.integers(1, 40))
def test_a_messy_table_in_one_piece_gives_the_findings_of_its_rows_read_one_by_one(seed: int, rows: int) -> None:
    told = table(messy(seed, rows))
    assert rows_of(SENT(told)) == one_by_one(told, england.rulebook)


def test_a_rulebook_says_the_same_of_a_child_when_it_was_pickled_or_copied() -> None:
    story = Chronology.of("C-101", events=[("2024-01-02", "referral"), ("2024-01-29", "plan-started")])
    report = check(story, england.rulebook.with_practice(), as_at=AS_AT)
    for again in (pickle.loads(pickle.dumps(england.rulebook)), deepcopy(england.rulebook)):
        assert check(story, again.with_practice(), as_at=AS_AT).to_dict() == report.to_dict()


@given(st.integers(0, 1 << 20), st.integers(1, 40), st.sampled_from([date(2024, 2, 5), date(2024, 5, 5)]))
def test_so_does_what_was_known_on_a_day(seed: int, rows: int, known_at: date) -> None:
    told = table(messy(seed, rows))
    asked = PortableCheck.of(england.rulebook, as_at=AS_AT, known_at=known_at)
    assert rows_of(asked(told)) == one_by_one(told, england.rulebook, known_at)


@given(st.integers(0, 1 << 20), st.integers(1, 40), st.integers(1, 4))
def test_pieces_of_whole_children_give_what_the_table_gives(seed: int, rows: int, parts: int) -> None:
    told = messy(seed, rows, KNOWN)
    told[0]["child"] = "C-101"
    for row in told:  # a row that may be anybody's is told to all of them: see below
        row["event"] = row["event"] if row["event"] in england.rulebook.vocabulary else "referral"
    pieces = [[row for row in told if KNOWN.index(row["child"] or "") % parts == part] for part in range(parts)]
    found = [finding for piece in pieces if piece for finding in rows_of(PLAIN(table(piece)))]
    assert sorted(found, key=str) == one_by_one(table(told), england.rulebook)


def test_a_row_that_may_be_anybodys_puts_in_doubt_whom_it_names() -> None:
    assert _statuses(PLAIN, STORY)["referral-decision"] == "met"
    assert set(_statuses(PLAIN, [*STORY, NOBODYS]).values()) == {"cannot-tell"}
    assert "cannot-tell" not in _statuses(PLAIN, [*STORY, NOBODYS], "C-102").values()


def test_it_does_so_from_another_piece_where_it_is_told() -> None:
    asked = PortableCheck.of(england.rulebook, as_at=AS_AT, strays=table([NOBODYS]))
    assert _statuses(asked, STORY) == _statuses(PLAIN, [*STORY, NOBODYS])
    assert _statuses(asked, STORY, "C-102") == _statuses(PLAIN, STORY, "C-102")


def test_it_gives_the_same_when_it_was_pickled() -> None:
    asked = PortableCheck.of(
        england.rulebook,
        as_at=AS_AT,
        columns=Columns(columns={"child": "person"}),
        besides=["team"],
        strays=table([NOBODYS]).rename_columns(["person", "event", "at", "outcome", "team"]),
    )
    told = table(STORY).rename_columns(["person", "event", "at", "outcome", "team"])
    before = asked(told)
    again = pickle.loads(pickle.dumps(asked))
    assert again(told).to_pylist() == before.to_pylist()
    assert {row["team"] for row in before.to_pylist()} == {"north", "south"}


def test_a_piece_without_an_event_gives_no_finding_and_no_error() -> None:
    nothing = table(STORY).slice(0, 0)
    assert PLAIN(nothing).num_rows == 0
    assert PLAIN(nothing).schema == PLAIN.schema
    assert PLAIN(table([NOBODYS])).num_rows == 0


def test_a_child_of_whom_nothing_could_be_read_in_its_piece_is_still_in_doubt() -> None:
    lost: Row = {"child": "C-103", "event": "referral", "at": "soon", "outcome": None, "team": None}
    told = _statuses(PLAIN, [lost], "C-103")
    assert set(told.values()) == {"cannot-tell"}
    assert told == {row[1]: row[2] for row in one_by_one(table([*STORY, lost]), england.rulebook) if row[0] == "C-103"}


def test_a_piece_without_a_needed_column_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="no column at"):
        PLAIN(table(STORY).drop_columns(["at"]))


@pytest.mark.parametrize("kind", [pl.DataFrame, lambda told: told.to_pandas(), lambda told: told.to_batches()[0]])
def test_whatever_gives_an_arrow_stream_is_a_piece(kind: Any) -> None:
    assert rows_of(PLAIN(kind(table(STORY)))) == rows_of(PLAIN(table(STORY)))


def test_children_by_numbers_with_a_fraction_of_nothing_are_whole_numbers() -> None:
    told = table(STORY).set_column(0, "child", pa.array([7.0, 7.0, 8.0]))
    assert {row[0] for row in rows_of(PLAIN(told))} == {"7", "8"}
    assert rows_of(PLAIN(told)) == one_by_one(told, england.rulebook)


def test_without_pyspark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)  # as if it were not installed
    with pytest.raises(UnreadableInput, match=r"needs pyspark.* pip install 'childprotect\[spark\]'"):
        spark.check(table(STORY), england.rulebook, as_at=AS_AT)
