"""Event tables taken in by columns: the same findings, row by row, and the same account of rows as read one by one."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from tests.laws.messy import BOOKS, FIRST_DAY, books, events, kinds_together
from tests.strategies import days

from childprotect import Chronology, Rulebook, check, tables
from childprotect.calendars import Moment, day_of
from childprotect.errors import UnreadableInput
from childprotect.events import value_in_words
from childprotect.records import read
from childprotect.records.source import Account
from childprotect.rulebooks import england
from childprotect.tables import intake
from childprotect.tables.batches import microseconds

AS_AT = date(2024, 6, 30)
Row = dict[str, str | None]

# --- what is compared


def assert_same(
    what: Any, book: Rulebook = england.rulebook, known_at: date | None = None, *, whole: Any = None
) -> Account:
    """That a table is in columns what it is row by row: every finding, the account, and each child's record.

    Where `what` is several tables, `whole` is all of their rows as one. The account of the columns is given.
    """
    source = read(what if whole is None else whole)
    stories = list(source)
    findings = tables.check(what, book, as_at=AS_AT, known_at=known_at)
    ours = findings.collect().with_columns(pl.col("^.*_at$").dt.epoch("us")).rows()
    theirs = [row for story in stories for row in _rows(story, book, known_at)]
    assert sorted(ours, key=str) == sorted(theirs, key=str)
    assert findings.account is not None
    _assert_same_account(findings.account, source.account)
    assert {story.child: findings.events.of(story.child) for story in stories} == {s.child: s for s in stories}
    assert findings.events.of("nobody of this name") is None
    assert max(findings.events.last()) == source.as_at
    return findings.account


def _rows(story: Chronology, book: Rulebook, known_at: date | None) -> Iterator[tuple[Any, ...]]:
    for finding in check(story, book, as_at=AS_AT, known_at=known_at).findings:
        version = finding.version
        law = (version.edition, version.force.value, version.evidence.value) if version else (None, None, None)
        days = (_day(at) for at in (finding.started, finding.due, finding.done))
        late = (finding.days_late, finding.unit)
        at = (_instant(at) for at in (finding.started, finding.due, finding.done))
        yield (finding.child, finding.rule, finding.status.value, *days, *late, *law, list(finding.missing), *at)


def _day(at: Moment | None) -> date | None:
    return None if at is None else day_of(at)


def _instant(at: Moment | None) -> int | None:
    return microseconds(at) if isinstance(at, datetime) else None


def _assert_same_account(ours: Account, theirs: Account) -> None:
    assert (ours.rows, ours.read, ours.rejected) == (theirs.rows, theirs.read, theirs.rejected)
    assert sorted(ours.rejections, key=str) == sorted(theirs.rejections, key=str)
    # what is doubtful about the last date is told where that date is asked for
    assert ours.doubts == [doubt for doubt in theirs.doubts if doubt.place != "the last date"]
    assert ours.unused == theirs.unused


# --- messy tables

_TIMED = ("2024-01-04T00:15Z", "2024-01-03T19:15-05:00", "2024-01-04T09:00+09:00", "2024-02-11T10:00+01:00")
"""Times of days that stand there without one too: the first three are one instant."""
_CELLS: dict[str, tuple[str | None, ...]] = {
    "event": tuple(
        """referral referral-decided strategy-discussion section-47-started section-47-completed initial-conference
        plan-started core-group review-conference plan-ended case-closed visit assessment-started assessment-completed
        referral strategy-discussion initial-conference plan-started stratgy-discussion S47 RCPC holiday""".split()
    ),
    "at": (*(f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in (1, 4, 11, 29)), *_TIMED, "yesterday", None),
    "outcome": ("assessment", "plan", "continue", "end", "conference", "no-further-action", "Mr Smith", None, None),
    "decision": ("section-47", "section-47", "child-in-need", None),
    "agencies": ("police;health;social-care", "social-care", "polise", None),
    "type": ("single", "initial", "core", None),
    "child-seen": ("yes", "no", "perhaps", None),
    "recorded": ("2024-01-02", "2024-05-05", "never", None, None, None, None),
    "ref": ("r1", "r2", None, None, None, None, None, None),
    "withdrawn": ("true", "false", None, None, None, None, None, None),
}


@st.composite
def tables_of_events(draw: st.DrawFn) -> list[Row]:
    """Rows of a few children, of which some cells cannot be read; in order of the children or not."""
    columns = ["event", "at", *draw(st.lists(st.sampled_from(sorted(_CELLS)[:]), unique=True, max_size=5))]
    children = draw(st.lists(st.sampled_from(["C-101", "C-102", "C-103", "C-104"]), min_size=1, max_size=24))
    if draw(st.booleans()):
        children.sort()
    rows: list[Row] = [
        {"child": child, **{name: draw(st.sampled_from(_CELLS[name])) for name in dict.fromkeys(columns)}}
        for child in children
    ]
    # one row that can be read, or it would be no event table
    return [{"child": "C-100", **dict.fromkeys(columns), "event": "referral", "at": "2024-01-02"}, *rows]


def _table(rows: Sequence[Row]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})


@given(tables_of_events())
def test_a_messy_table_gives_the_findings_and_the_account_of_its_rows_read_one_by_one(rows: list[Row]) -> None:
    assert_same(_table(rows))


_OFTEN = st.none() | st.sampled_from([(6, -11), (6, 0), (9, 9), (20, 1)])
"""Half of them none; of the others two are one instant, and one is of the day before where it is told."""


@st.composite
def crowded_days(draw: st.DrawFn) -> list[Row]:
    """Many entries of what one rule reads, on a day or two, with facts and times, and children told by turns."""
    kinds, first = draw(kinds_together()), draw(days(FIRST_DAY, date(2024, 6, 20)))
    on = st.sampled_from([first, first, first + timedelta(days=draw(st.integers(1, 9)))])
    few, whose = draw(st.permutations(kinds))[:3], st.sampled_from([101, 101, 101, 102])
    told = draw(st.lists(st.tuples(whose, events(on, few, _OFTEN)), min_size=4, max_size=16))
    names = sorted({name for _, event in told for name in event.facts})
    return [
        {"child": f"C-{child}", "event": event.kind, "at": event.at.isoformat(), "recorded": _words(event.recorded)}
        | {name: _words(event.facts.get(name)) for name in names}
        for child, event in told
    ]


def _words(value: object) -> str | None:
    return None if value is None else value_in_words(value)


@given(crowded_days(), books(), st.booleans())
@settings(max_examples=3 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@example(
    [
        {"child": "C-1", "event": "section-47-started", "at": "2024-03-04", "conference-required": None},
        {"child": "C-1", "event": "section-47-started", "at": "2024-03-03T23:59-05:00", "conference-required": "false"},
    ],
    "national",
    False,
)
@example(
    [
        {"child": "C-1", "event": "section-47-started", "at": "2024-06-20", "conference-required": None},
        {"child": "C-1", "event": "section-47-started", "at": "2024-06-20T00:30+01:00", "conference-required": "false"},
    ],
    "national",
    True,
)
def test_days_on_which_much_happens_are_put_in_order_alike(rows: list[Row], book: str, together: bool) -> None:
    assert_same(_table(sorted(rows, key=lambda row: str(row["child"])) if together else rows), BOOKS[book])


@given(tables_of_events())
def test_a_messy_frame_of_polars_gives_the_same_too(rows: list[Row]) -> None:
    assert_same(pl.DataFrame(_table(rows)))


@given(tables_of_events(), st.sampled_from([date(2024, 1, 15), date(2024, 3, 5), date(2024, 5, 5)]))
def test_what_was_known_on_a_day_is_the_same_in_columns(rows: list[Row], known_at: date) -> None:
    assert_same(_table(rows), known_at=known_at)


@given(tables_of_events())
def test_all_rules_with_practice_say_the_same_of_a_messy_table(rows: list[Row]) -> None:
    assert_same(_table(rows), england.rulebook.with_practice())


@given(tables_of_events(), st.integers(1, 4), st.integers(1, 8))
def test_it_does_not_matter_how_many_rows_are_taken_in_at_once(rows: list[Row], chunk: int, held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "CHUNK", chunk)
        patch.setattr(intake, "HELD", held)
        assert_same(pa.Table.from_batches(_table(rows).to_batches(max_chunksize=chunk)))


@pytest.mark.parametrize("end", [".csv", ".parquet"])
@pytest.mark.parametrize("event", ["referral", "oops"])
def test_every_row_of_a_file_is_read_or_listed_and_every_column_counted_once(
    end: str, event: str, tmp_path: Path
) -> None:
    """Also where a child of whom nothing else is told has all rows read one by one."""
    rows = [("C-1", "referral", "2024-01-02"), ("C-9", event, "2024-01-02"), ("C-1", "visit", "soon")]
    frame = pl.DataFrame([{"child": child, "event": name, "at": at, "Notes": "x"} for child, name, at in rows])
    path = tmp_path / f"t{end}"
    (frame.write_csv if end == ".csv" else frame.write_parquet)(path)
    account = assert_same(path)
    assert account.unused == {"Notes": 1}
    assert len(account.rejections) == account.rejected == (2 if event == "oops" else 1)


def test_a_table_out_of_order_is_taken_in_a_chunk_at_a_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece, two million children were more than the places of a chunk can count: some were overdue for it."""
    monkeypatch.setattr(intake, "CHUNK", 10)
    children = [f"C-{n}" for n in range(101, 141)]
    rows: list[Row] = [
        {"child": child, "event": event, "at": "2024-01-02"}
        for event in ("referral", "referral-decided")
        for child in children
    ]
    pieces = [sum(map(len, piece)) for piece in tables.scan(_table(rows)).pieces() if isinstance(piece, tuple)]
    assert sum(pieces) == len(rows)
    assert max(pieces) <= 2 * intake.CHUNK


def test_a_row_that_may_be_anybodys_puts_in_doubt_the_child_whose_identifier_stands_in_it() -> None:
    stray: Row = {"child": "visit", "event": None, "at": "2024-01-05", "outcome": "C-101"}
    account = assert_same(_table([*STORY, stray]))
    assert [(one.child, one.because) for one in account.rejections] == [("visit", "the row names no event")]


@pytest.mark.parametrize("event", ["oops", "refferal", None])
def test_a_child_of_whom_no_event_of_ours_is_told_is_there_in_columns_too(event: str | None) -> None:
    alone: Row = {"child": "C-901", "event": event, "at": "2024-01-05", "outcome": None}
    table = _table([*STORY, alone, alone])
    account = assert_same(table)
    assert [one.child for one in account.rejections] == ["C-901"] * 2
    assert account.rejected == 2
    findings = tables.check(table, england.rulebook, as_at=AS_AT).collect()
    told = findings.filter(pl.col("child") == "C-901")
    assert set(told["status"]) == ({"cannot-tell"} if event == "refferal" else set())


def test_pandas_is_not_imported_for_a_check_of_parquet(tmp_path: Path) -> None:
    """pyarrow imports it by itself, if it is installed; that takes longer than the check of some thousand children."""
    path = tmp_path / "events.parquet"
    parquet.write_table(_table(STORY), path)
    code = """
import sys
from datetime import date, datetime, timedelta
from childprotect import tables
from childprotect.rulebooks import england
findings = tables.check(sys.argv[1], england.rulebook, as_at=date(2024, 6, 30))
findings.by("rule")
findings.write(sys.argv[2], irregular=sys.argv[3])
sys.exit("pandas" in sys.modules)
"""
    paths = [str(path), str(tmp_path / "findings.parquet"), str(tmp_path / "odd.parquet")]
    assert not subprocess.run([sys.executable, "-c", code, *paths], check=False).returncode


# --- kinds of table

STORY: list[Row] = [
    {"child": child, "event": event, "at": at, "outcome": outcome}
    for child in ("C-101", "C-102")
    for event, at, outcome in (
        ("referral", "2024-01-02", None),
        ("referral-decided", "2024-01-03", "assessment"),
        ("strategy-discussion", "2024-01-04", None),
        ("initial-conference", "2024-02-20", "plan"),
        ("plan-started", "2024-02-20", None),
    )
]


def _typed(rows: Sequence[Row]) -> pa.Table:
    table = _table(rows)
    return table.set_column(2, "at", table.column("at").cast(pa.date32()))


def _with_times(rows: Sequence[Row]) -> pa.Table:
    table = _table(rows)
    return table.set_column(2, "at", table.column("at").cast(pa.timestamp("us")).cast(pa.timestamp("ms", "UTC")))


def _parquet(folder: Path) -> Any:
    parquet.write_table(_typed(STORY), folder / "events.parquet")
    return str(folder / "events.parquet")


def _arrow(folder: Path) -> Any:
    with pa.OSFile(str(folder / "events.arrow"), "wb") as file, pa.ipc.new_file(file, _typed(STORY).schema) as writer:
        writer.write_table(_typed(STORY))
    return folder / "events.arrow"


def _csv(folder: Path) -> Any:
    pl.DataFrame(STORY).write_csv(folder / "events.csv")
    return folder / "events.csv"


_KINDS: dict[str, Callable[[Path], Any]] = {
    "Parquet": _parquet,
    "an Arrow file": _arrow,
    "CSV": _csv,
    "an Arrow table": lambda _: _typed(STORY),
    "text with dictionaries": lambda _: _table(STORY).set_column(
        0, "child", _table(STORY)["child"].dictionary_encode()
    ),
    "moments": lambda _: _with_times(STORY),
    "Polars": lambda _: pl.DataFrame(_typed(STORY)),
    "pandas": lambda _: pd.DataFrame(STORY),
    "children by number": lambda _: _typed(STORY).set_column(0, "child", pa.array([7] * 5 + [8] * 5)),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_of_table_gives_the_same_as_read_one_by_one(kind: str, tmp_path: Path) -> None:
    account = assert_same(_KINDS[kind](tmp_path))
    assert account.rows == account.read == 10


def test_a_child_split_over_two_files_is_one_child(tmp_path: Path) -> None:
    parquet.write_table(_typed(STORY[:3]), tmp_path / "a.parquet")
    parquet.write_table(_typed(STORY[3:]).select(["at", "child", "event", "outcome"]), tmp_path / "b.parquet")
    both = tables.check([tmp_path / "a.parquet", tmp_path / "b.parquet"], england.rulebook, as_at=AS_AT).collect()
    assert both.equals(tables.check(_typed(STORY), england.rulebook, as_at=AS_AT).collect())


def test_columns_that_are_kept_besides_have_the_last_value_of_each_child() -> None:
    rows = [{**row, "team": team} for row, team in zip(STORY, ["north", None, "south", *[None] * 7], strict=True)]
    found = tables.check(_table(rows), england.rulebook, as_at=AS_AT, besides=["team"]).by("team", "rule")
    teams = dict(found.group_by("team").agg(pl.col("all").sum()).iter_rows())
    assert teams["south"] == teams[None] > 0


def test_counts_are_those_of_the_rows() -> None:
    rows = [{**row, "team": team} for row, team in zip(STORY, ["north"] * 10, strict=True)]
    found = tables.check(_table(rows), england.rulebook, as_at=AS_AT, besides=["team"])
    whole = found.collect()
    assert found.by()["all"].to_list() == [len(whole)]
    assert found.by("team")["all"].to_list() == [len(whole)]
    for rule, status, n in whole.group_by("rule", "status").len().iter_rows():
        assert found.by("rule").filter(pl.col("rule") == rule)[status].to_list() == [n]


# --- what is no table


def _refused(what: Any, **more: Any) -> str:
    with pytest.raises(UnreadableInput) as refusal:
        tables.scan(what, **more)
    return str(refusal.value)


def test_a_table_without_a_needed_column_is_refused_before_any_work() -> None:
    assert "no column at" in _refused(_table(STORY).drop_columns(["at"]))


def test_a_column_to_keep_that_is_not_there_is_refused() -> None:
    assert "no column team" in _refused(_table(STORY), besides=["team"])


def test_files_with_other_columns_are_no_one_table(tmp_path: Path) -> None:
    parquet.write_table(_typed(STORY), tmp_path / "a.parquet")
    parquet.write_table(_typed(STORY).drop_columns(["outcome"]), tmp_path / "b.parquet")
    assert "a.parquet has 'outcome'; expected the same columns in all" in _refused(
        [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    )


def test_an_empty_table_is_refused_as_it_is_elsewhere() -> None:
    empty = _table(STORY).slice(0, 0)
    with pytest.raises(UnreadableInput) as refusal:
        read(empty)
    assert _refused(empty) == str(refusal.value)


def test_a_table_of_which_no_row_can_be_read_is_refused_as_it_is_elsewhere() -> None:
    spoilt = _table([{**row, "at": "soon"} for row in STORY])
    with pytest.raises(UnreadableInput) as refusal:
        read(spoilt)
    with pytest.raises(UnreadableInput) as ours:
        tables.check(spoilt, england.rulebook, as_at=AS_AT).collect()
    assert str(ours.value) == str(refusal.value)
