"""Tables with odd rows and identifiers, checked in columns: nothing is said that is not said of them row by row."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from tests.test_tables_intake import AS_AT, STORY, Row, assert_same

from childprotect import tables
from childprotect.errors import UnreadableInput
from childprotect.records import read
from childprotect.rulebooks import england
from childprotect.tables import intake, strays
from childprotect.tables.strays import Singles

HOLDS = "holds: all | facts: all | whole: all | since: always"
LITTLE = "holds: referral visit | facts: outcome | whole: visit | since: 2024-02-01"


def table(rows: Sequence[Row]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})


def row(child: str | None, event: str | None, outcome: str | None = None, at: str | None = "2024-01-05") -> Row:
    return {"child": child, "event": event, "at": at, "outcome": outcome}


# --- worked examples

ODD: dict[str, list[Row]] = {
    "a row of nobody": [row(None, "visit")],
    "a row of nobody that names a child elsewhere": [row(None, "plan-ended", "C-101")],
    "a row with a spoilt identifier": [row("C-10\x071", "plan-ended")],
    "a spoilt identifier that is one without what spoils it": [row("C-101\0", "plan-ended")],
    "an unknown event of a child who is known": [row("C-101", "S47")],
    "an unknown event of one who is not, which names one who is": [row("C-999", "S47", "C-101")],
    "no event of one who is not known, which names two who are": [
        row("C-999", None, " C-101 "),
        row("C-9", "", "C-102"),
    ],
    "an unknown event of one who is not known, without a date": [row("C-999", "S47", "C-101", None)],
    "a name like none of ours": [row("C-999", "holiday", "C-101")],
    "an identifier with space around it": [row(" C-101", "visit"), row("C-101\u2003", "plan-ended")],
    "only identifiers with space around them": [row(" C-7", "referral"), row(" C-7", "visit")],
    "a child with .0 and without": [row("12", "referral"), row("12.0", "visit"), row("13.0", "visit")],
    "a name with .0 and without": [row("v1", "referral"), row("v1.0", "visit")],
    "a child with .0, known only by what may be anybody's": [row("12", "S47"), row("12.0", "referral")],
    "an identifier of other letters": [row("Ž-1", "referral"), row("Ž-1\u200b", "visit")],
    "an identifier that is an event": [row("visit", "referral"), row(None, "visit")],
    "a date that is none": [row("C-101", "visit", None, "soon"), row("C-55", "visit", None, "soon")],
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [0, 5, 7, 10])
def test_odd_rows_say_the_same_wherever_they_stand(odd: str, place: int) -> None:
    assert_same(table([*STORY[:place], *ODD[odd], *STORY[place:]]))


def test_all_of_them_together_do_too() -> None:
    account = assert_same(table([*STORY, *(one for some in ODD.values() for one in some)]))
    assert len(account.doubts) == 2
    assert account.rejected > 10


COVERED: dict[str, tuple[Row, str | None]] = {
    "nothing at all": (row("C-999", None, "C-101", None), None),
    "nothing but blanks": (row("C-999", " ", "C-101", ""), " "),
    "what is covered": (row("C-999", None, "C-101", None), HOLDS),
    "what is covered, spoilt": (row("C-999", None, "C-101", None), "spoilt"),
    "what is covered, and a date": (row("C-999", None, "C-101"), HOLDS),
    "what is covered, and an unknown event": (row("C-999", "S47", "C-101", None), HOLDS),
    "what is covered, spoilt, and an unknown event": (row("C-999", "S47", "C-101", None), "spoilt"),
    "what is covered, and an unknown event of one who is known": (row("C-102", "S47", "C-101"), LITTLE),
    "what is covered, of nobody": (row(None, None, "C-101", None), HOLDS),
}


@pytest.mark.parametrize("says", COVERED)
def test_so_do_odd_rows_of_a_table_that_says_what_it_holds(says: str) -> None:
    holds: list[Row] = [{**row(child, None, None, None), "coverage": HOLDS} for child in ("C-101", "C-102")]
    odd, coverage = COVERED[says]
    assert_same(table([*holds, *({**one, "coverage": None} for one in STORY), {**odd, "coverage": coverage}]))


@pytest.mark.parametrize(
    "kind",
    ["int", "float", "long float", "decimal", "float text", "pandas", "dictionary", "large text", "views", "Parquet"],
)
def test_they_do_in_every_kind_of_column(kind: str, tmp_path: Path) -> None:
    numbers = [*[7] * 5, *[8] * 5, None, 9, 7]
    eight = "1000000000000008" if kind == "long float" else "8"
    odd = [row(None, "visit", eight), row(None, "S47", eight), row(None, "visit")]
    told = table([*STORY, *odd]).drop_columns(["child"])
    text = pa.array(numbers, pa.int64()).cast(pa.string())
    columns: dict[str, Any] = {
        "int": pa.array(numbers, pa.int32()),
        "float": pa.array(numbers, pa.float64()),
        "long float": pa.array([None if n is None else float(10**15 + n) for n in numbers]),
        "decimal": pa.array(numbers, pa.int64()).cast(pa.decimal128(21, 2)),
        "float text": pa.array([None if n is None else f"{n}.0" for n in numbers]),
        "dictionary": text.dictionary_encode(),
        "large text": text.cast(pa.large_string()),
        "views": text.cast(pa.string_view()),
    }
    what: Any = told.append_column("child", columns.get(kind, text))
    if kind == "pandas":
        what = pd.DataFrame({**told.to_pydict(), "child": pd.Series(numbers, dtype="float64")})
    if kind == "Parquet":
        parquet.write_table(what, tmp_path / "events.parquet")
        what = tmp_path / "events.parquet"
    account = assert_same(what)
    assert account.rejected == 2


@pytest.mark.parametrize("column", [pa.array([True] * 2), pa.array([date(2024, 1, 1)] * 2), pa.nulls(2), [["7"]] * 2])
def test_a_column_that_can_name_no_child_is_refused_as_it_is_elsewhere(column: Any) -> None:
    told = pa.table({"child": column, "event": ["referral"] * 2, "at": ["2024-01-02"] * 2})
    with pytest.raises(UnreadableInput) as refusal:
        read(told)
    with pytest.raises(UnreadableInput) as ours:
        tables.check(told, england.rulebook, as_at=AS_AT).collect()
    assert str(ours.value) == str(refusal.value)


# --- messy tables

_CHILDREN = (
    *("C-101", "C-102", "C-103", "C-101", "C-102", "12", "12.0", "13", "v1", "v1.0"),
    *(" C-101", "C-102\t", " 12 ", "12.0 ", "", "  ", None, None, "C-\x07", "C-101\0", "Ž-1", "visit", "9.5", "14.0"),
)
_CELLS: dict[str, tuple[str | None, ...]] = {
    "event": (
        *"referral referral-decided strategy-discussion initial-conference plan-started visit case-closed".split(),
        *("referral", "plan-started", "plan-ended", "S47", "holiday", "C-102", " visit", "", None),
    ),
    "at": (*(f"2024-{month:02}-{day:02}" for month in (1, 2) for day in (1, 11, 29)), "yesterday", "", None),
    "outcome": ("assessment", "plan", "C-101", " C-103 ", "12", "12.0", "Mr Smith", None, None, None),
    "worker": ("W-1", "C-102", "13", "visit", "plan-ended", None),
    "recorded": ("2024-01-02", "never", None, None, None),
    "ref": ("r1", "C-101", None, None, None),
    "coverage": (HOLDS, HOLDS, LITTLE, "spoilt", "", " ", None, None, None),
}
_DRAWN = [name for name in _CELLS if name not in ("event", "at")]


@st.composite
def messy_tables(draw: st.DrawFn) -> list[Row]:
    """Rows of which much is odd. The first can be read, or it would be no event table."""
    columns = ["event", "at", *draw(st.lists(st.sampled_from(_DRAWN), unique=True))]
    children = draw(st.lists(st.sampled_from(_CHILDREN), max_size=16))
    if draw(st.booleans()):
        children.sort(key=lambda child: (child or "").strip())
    rows = [{"child": child, **{name: draw(st.sampled_from(_CELLS[name])) for name in columns}} for child in children]
    return [{"child": "C-100", **dict.fromkeys(columns), "event": "referral", "at": "2024-01-02"}, *rows]


def _with_dictionaries(told: pa.Table) -> pa.Table:
    columns = [column.combine_chunks().dictionary_encode() for column in told.columns]
    return pa.table(columns, names=told.column_names)


def _large(told: pa.Table) -> pa.Table:
    return told.cast(pa.schema([(name, pa.large_string()) for name in told.column_names]))


_FORMS: tuple[Callable[[pa.Table], Any], ...] = (lambda told: told, _with_dictionaries, _large, pl.DataFrame)


@given(messy_tables(), st.sampled_from(_FORMS), st.sampled_from([None, date(2024, 1, 15)]))
def test_a_table_of_odd_rows_says_what_it_says_row_by_row(
    rows: list[Row], form: Callable[[pa.Table], Any], known_at: date | None
) -> None:
    assert_same(form(table(rows)), known_at=known_at)


@given(messy_tables(), st.lists(st.tuples(st.integers(0, 16), st.sampled_from(_FORMS)), min_size=1, max_size=3))
def test_so_do_several_tables_over_which_children_are_split(
    rows: list[Row], cuts: list[tuple[int, Callable[[pa.Table], Any]]]
) -> None:
    whole = table(rows)
    ends = sorted(min(end, len(rows)) for end, _ in cuts)
    forms = [*(form for _, form in cuts), pa.table]
    parts = zip([0, *ends], [*ends, len(rows)], forms, strict=True)
    several = [form(whole.slice(begin, end - begin)) for begin, end, form in parts]
    assert_same(several, whole=whole)


@given(messy_tables(), st.integers(1, 3), st.integers(1, 6))
def test_so_does_one_that_is_taken_in_a_few_rows_and_children_at_a_time(rows: list[Row], chunk: int, held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "CHUNK", chunk)
        patch.setattr(intake, "HELD", held)
        patch.setattr(strays, "CHILDREN", 1)
        assert_same(pa.Table.from_batches(table(rows).to_batches(max_chunksize=chunk)))


@given(messy_tables(), st.lists(st.sampled_from([7, 8, 9, None]), min_size=17, max_size=17), st.booleans())
def test_so_does_one_of_which_children_have_numbers(rows: list[Row], numbers: list[int | None], whole: bool) -> None:
    kind = pa.int16() if whole else pa.float64()
    told = table([{**one, "child": None} for one in rows])
    ours = pa.array([7, *numbers[1 : len(rows)]], kind)
    assert_same(told.set_column(0, "child", ours))


@given(messy_tables(), st.lists(st.sampled_from(["north", "south", None]), min_size=17, max_size=17))
def test_of_each_child_the_last_value_is_kept_in_columns_besides(rows: list[Row], teams: list[str | None]) -> None:
    told = [{**one, "team": team} for one, team in zip(rows, teams, strict=False)]
    found = tables.check(table(told), england.rulebook, as_at=AS_AT, besides=["team"]).collect()
    last: dict[str, str | None] = {}
    for one in told:
        last.update({(one["child"] or "").strip(): one["team"]} if one["team"] else {})
    assert {(child, team) for child, team in found.select("child", "team").iter_rows()} == {
        (child, last.get(child)) for child in found["child"]
    }


# --- how much is read one by one


def _singly(what: Any) -> set[str]:
    pieces = list(tables.scan(what).pieces())
    return {story.child for piece in pieces if isinstance(piece, Singles) for story in piece.chronologies}


def test_only_those_are_read_one_by_one_whom_odd_rows_may_concern() -> None:
    assert _singly(table([*STORY, *ODD["a row of nobody"]])) == set()
    assert _singly(table([*STORY, *ODD["a row of nobody that names a child elsewhere"]])) == {"C-101"}
    assert _singly(table([*STORY, *ODD["an unknown event of a child who is known"]])) == set()
    apart = table([*STORY, *ODD["an unknown event of a child who is known"]]).to_batches(max_chunksize=10)
    assert _singly(pa.Table.from_batches(apart)) == set()
    assert _singly(table([*STORY, *ODD["only identifiers with space around them"]])) == set()
    assert _singly(table([*STORY, *ODD["an identifier with space around it"]])) == {"C-101"}
    assert _singly(table([*STORY, *ODD["a child with .0 and without"]])) == {"12", "12.0"}


def test_an_odd_row_among_those_of_a_child_does_not_put_the_table_out_of_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_put_together", None)  # it would fail
    told = table([*STORY[:3], row(None, "visit"), row("C-999", "S47"), *STORY[3:]])
    assert_same(told)
    assert_same(pa.Table.from_batches(told.to_batches(max_chunksize=2)))


# --- numbers and files


def test_rows_have_the_numbers_that_they_have_in_the_table() -> None:
    odd = [row(None, "S47", "C-101"), row("C-102", "visit", None, "soon"), row(None, "visit")]
    told = table([*STORY[:2], odd[0], *STORY[2:7], odd[1], *STORY[7:], odd[2]])
    assert sorted(entry.place for entry in assert_same(told).rejections) == ["row 13", "row 3", "row 9"]
    events = tables.scan(told)
    for child, places in (("C-101", ["row 3"]), ("C-102", ["row 9"])):
        story = events.of(child)
        assert story is not None
        assert [lost.place for lost in story.lost] == places


def test_a_child_of_whom_nothing_could_be_read_can_be_explained() -> None:
    findings = tables.check(table([*STORY, row("C-55", "referral", None, "soon")]), england.rulebook, as_at=AS_AT)
    found = findings.collect().filter(pl.col("child") == "C-55")
    assert "row 11" in findings.explain(found.row(0, named=True)).because


def test_several_files_with_rows_of_nobody_are_one_table(tmp_path: Path) -> None:
    odd = row(None, "plan-ended", "C-101")
    parquet.write_table(table(STORY[:3]), tmp_path / "a.parquet")
    parquet.write_table(table([*STORY[3:], odd]).select(["at", "outcome", "child", "event"]), tmp_path / "b.parquet")
    account = assert_same([tmp_path / "a.parquet", tmp_path / "b.parquet"], whole=table([*STORY, odd]))
    assert [entry.place for entry in account.rejections] == ["row 11"]


def test_children_may_have_numbers_in_one_file_and_text_in_another() -> None:
    """pandas makes numbers with fractions of whole ones as soon as one of them is missing."""
    rows = [{**one, "child": "7"} for one in STORY[:5]]
    ints = table(rows[:2]).set_column(0, "child", pa.array([7, 7]))
    floats = pd.DataFrame([{**one, "child": 7.0} for one in rows[2:4]] + [{**rows[0], "child": np.nan}])
    nobody = {**rows[0], "child": None}
    assert_same([ints, floats, table(rows[4:])], whole=table([*rows[:4], nobody, *rows[4:]]))


def test_a_column_that_is_empty_in_one_file_is_that_of_the_others() -> None:
    """pandas gives a column without a value no type."""
    nothing = table(STORY[:5]).set_column(3, "outcome", pa.nulls(5))
    assert_same(
        [nothing, _with_dictionaries(table(STORY[5:]))],
        whole=pa.concat_tables([table(STORY[:5]).set_column(3, "outcome", pa.nulls(5, pa.string())), table(STORY[5:])]),
    )


def test_a_column_that_nobody_reads_may_be_of_another_type_in_each_file() -> None:
    notes = [table(STORY).append_column("Notes", pa.array([note] * 10)) for note in ("x", {"by": 1})]
    both = tables.check(notes, england.rulebook, as_at=AS_AT)
    assert len(both.collect())
    with pytest.raises(UnreadableInput, match="of a type in one of them"):
        tables.scan(notes, besides=["Notes"])
