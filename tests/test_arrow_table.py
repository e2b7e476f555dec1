"""Event tables as columns, and files too long for memory: the same rows say the same, whatever holds them."""

import contextlib
import io
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from tests.on_disk import statuses

import childprotect as cp
from childprotect.chronology import Coverage
from childprotect.errors import UnknownName
from childprotect.events import Lost
from childprotect.records import Pseudonyms, Reading, Source, arrow_columns, arrow_table, event_table, read, spool
from childprotect.records.event_table_writer import Format, Written, write_event_table
from childprotect.records.keeping import RECORDED, digest
from childprotect.rulebooks import england

ROWS: list[dict[str, Any]] = [
    {"child": "C-102", "event": "referral", "at": "2024-03-01", "recorded": "2024-03-02"},
    {"child": "C-102", "event": "referral-decided", "at": "2024-03-04", "outcome": "assessment"},
    {
        "child": "C-102",
        "event": "strategy-discussion",
        "at": "2024-03-05",
        "decision": "section-47",
        "agencies": "police;social-care",
    },
    {"child": "C-102", "event": "visit", "at": "2024-03-06", "child-seen": "true", "recorded": "2024-03-06"},
    {"child": "C-101", "event": "plan-action-set", "at": "2024-03-06", "action": "Tidy up", "due": "2024-04-01"},
    {"child": "C-101", "event": "initial-conference", "at": "2024-03-26", "outcome": "plan", "ref": "r1"},
    {"child": "C-101", "event": "initial-conference", "at": "2024-03-27", "outcome": "plan", "ref": "r1"},
    {"child": "C-102", "event": "visit", "at": "2024-03-07", "child-seen": "false", "withdrawn": "true", "ref": "r2"},
]
NAMES = "child event at recorded ref withdrawn outcome decision agencies child-seen action due note".split()


def column(name: str, convert: Callable[[str], Any] = str, kind: Any = None) -> pa.Array:
    cells = [row.get(name) for row in ROWS]
    return pa.array([convert(cell) if cell is not None else None for cell in cells], kind or pa.string())


def texts() -> pa.Table:
    return pa.table({name: column(name) for name in NAMES})


def midnight(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00")


def typed(at: Any = None) -> pa.Table:
    days = {name: column(name, date.fromisoformat, pa.date32()) for name in ("at", "recorded", "due")}
    flags = {name: column(name, lambda text: text == "true", pa.bool_()) for name in ("withdrawn", "child-seen")}
    sets = {"agencies": column("agencies", lambda text: text.split(";"), pa.list_(pa.string()))}
    names = {name: column(name).dictionary_encode() for name in ("event", "outcome")}
    more = {"note": pa.nulls(len(ROWS)), "ref": column("ref", kind=pa.large_string()), "decision": column("decision")}
    told = {**{"child": column("child"), "action": column("action")}, **days, **flags, **sets, **names, **more}
    return pa.table({name: at if name == "at" and at is not None else told[name] for name in NAMES})


def as_csv(tmp_path: Path) -> Path:
    path = tmp_path / "plain.csv"
    lines = [",".join(row.get(name) or "" for name in NAMES) for row in ROWS]
    path.write_text("\n".join([",".join(NAMES), *lines]), encoding="utf-8")
    return path


def as_parquet(table: pa.Table, path: Path, **options: Any) -> Path:
    parquet.write_table(table, path, **options)
    return path


def as_file(table: pa.Table, path: Path, stream: bool = False) -> Path:
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    return path


def in_utc(name: str) -> pa.Array:
    return column(name, lambda text: midnight(text).replace(tzinfo=UTC), pa.timestamp("ms", "UTC"))


CONTAINERS: dict[str, Callable[[Path], Any]] = {
    "parquet of text": lambda path: as_parquet(texts(), path / "x.parquet"),
    "parquet with types": lambda path: as_parquet(typed(), path / "x.parquet"),
    "parquet of many row groups": lambda path: as_parquet(typed(), path / "x.parquet", row_group_size=2),
    "an arrow file": lambda path: as_file(typed(), path / "x.feather"),
    "an arrow stream": lambda path: as_file(typed(), path / "x.arrows", stream=True),
    "an arrow table": lambda _: typed(),
    "an arrow table of text": lambda _: texts(),
    "batches": lambda _: pa.RecordBatchReader.from_batches(typed().schema, typed().to_batches(max_chunksize=2)),
    "midnights": lambda _: typed(column("at", midnight, pa.timestamp("ns"))),
    "times without a zone": lambda _: typed(
        column("at", lambda text: datetime.fromisoformat(f"{text}T16:40:59"), pa.timestamp("us"))
    ),
    "text of another width": lambda _: typed().set_column(0, "child", column("child", kind=pa.string_view())),
    "columns that are dictionaries": lambda _: typed().set_column(0, "child", column("child").dictionary_encode()),
    "pandas": lambda _: typed().to_pandas(),
    "pandas with objects": lambda _: pd.DataFrame([{name: row.get(name) for name in NAMES} for row in ROWS]),
    "polars": lambda _: pl.DataFrame(typed()),
    "duckdb": lambda _: duckdb.from_arrow(typed()),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_the_same_rows_give_the_same_chronologies_whatever_holds_them(kind: str, tmp_path: Path) -> None:
    plain = read(as_csv(tmp_path))
    source = read(CONTAINERS[kind](tmp_path))
    assert list(source) == list(plain)
    assert (source.as_at, source.account.rows, source.rejections) == (date(2024, 3, 27), 8, [])
    assert (source.format, plain.format) == ("event-table", "event-table")
    assert source.account.unused == {"note": 1} or "__index_level_0__" in source.account.unused
    assert (source.children, source.events) == (2, 8)


def test_a_moment_with_a_zone_is_a_moment(tmp_path: Path) -> None:
    """Half past eleven in the evening of universal time is the next day in an English summer."""
    late = datetime(2024, 6, 3, 23, 30, tzinfo=UTC)
    for kind in (pa.timestamp("ns", "UTC"), pa.timestamp("s", "Europe/London"), pa.timestamp("us", "+05:00")):
        table = pa.table({"child": ["C-1"], "event": ["visit"], "at": pa.array([late], kind)})
        ((event,),) = read(table)
        assert (event.at, event.day, event.timed) == (late, date(2024, 6, 4), True)


def test_whole_numbers_are_identifiers_also_where_a_gap_made_fractions_of_them() -> None:
    frame = pd.DataFrame({"child": [101, None, 103], "event": "visit", "at": "2024-01-02"})
    source = read(frame)
    assert [story.child for story in source] == ["101", "103"]
    assert [(entry.place, entry.because) for entry in source.rejections] == [("row 2", "the row names no child")]
    numbers = pa.table({"child": pa.array([7], pa.int64()), "event": ["visit"], "at": ["2024-01-02"]})
    assert [story.child for story in read(numbers)] == ["7"]
    halves = pa.table({"child": [7.5, 8.0], "event": ["visit"] * 2, "at": ["2024-01-02"] * 2})
    assert [story.child for story in read(halves)] == ["7.5", "8"]


BAD: list[dict[str, Any]] = [
    {"child": "C-2", "event": "visit", "at": "2024-01-02", "outcome": None, "child-seen": "perhaps"},
    {"child": "C-1", "event": "visit", "at": "soon", "outcome": None, "child-seen": None},
    {"child": None, "event": "plan-started", "at": "2024-01-02", "outcome": "C-2", "child-seen": None},
    {"child": "C-1", "event": "refferal", "at": "2024-01-02", "outcome": None, "child-seen": None},
    {"child": "C-1", "event": "initial-conference", "at": "2024-01-02", "outcome": "plan?", "child-seen": None},
    {"child": "C-1", "event": "visit", "at": "2024-01-0\0", "outcome": None, "child-seen": None},
    {"child": "C-3", "event": None, "at": "2024-01-02", "outcome": None, "child-seen": None},
    {"child": "C-1", "event": "visit", "at": "2024-02-02", "outcome": None, "child-seen": None},
]


def told_of(source: Source) -> tuple[Any, ...]:
    stories = list(source)
    rejected = [(entry.place.split()[1], entry.child, entry.because) for entry in source.rejections]
    lost = {story.child: [(lost.kind, lost.because) for lost in story.lost] for story in stories}
    remarks = {story.child: [remark.code for remark in story.remarks] for story in stories}
    events = {story.child: story.events for story in stories}
    return rejected, lost, remarks, events, source.account.rows, source.account.rejected


def test_bad_rows_cost_the_same_in_every_container(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(BAD)
    path = tmp_path / "x.csv"
    # rows are numbered as lines would be without the header
    path.write_text(
        "child,event,at,outcome,child-seen\n" + "".join(",".join(row[name] or "" for name in row) + "\n" for row in BAD)
    )
    rejected, *rest = told_of(read(table))
    as_lines, *same = told_of(read(path))
    assert [(str(int(place) + 1), *why) for place, *why in rejected] == as_lines
    assert rest == same
    assert [place for place, *_ in rejected] == ["2", "3", "4", "5", "6", "7"]
    lost, remarks, events, rows, spoilt = rest
    assert [kind for kind, _ in lost["C-1"]] == ["visit", "initial-conference", "visit", "referral"]
    assert [kind for kind, _ in lost["C-2"]] == ["plan-started"]
    assert remarks == {"C-1": [], "C-2": ["unreadable-fact"], "C-3": []}
    assert lost["C-3"] == [(None, "the row names no event")]
    assert (rows, spoilt, len(events["C-1"])) == (8, 6, 1)


NO_TABLE = {
    "no column for the day": (pa.table({"child": ["C-1"], "event": ["visit"]}), "there is no column at"),
    "a child of bytes": (
        pa.table({"child": [b"C-1"], "event": ["visit"], "at": ["2024-01-02"]}),
        "the column child is of a type that holds neither text nor a date, a flag, a number or a list",
    ),
    "a column twice": (
        pa.table([["C-1"], ["visit"], ["2024-01-02"], ["2024-01-02"]], names=["child", "event", "at", "At"]),
        "columns 3 and 4 have the same name",
    ),
    "no rows": (
        pa.table({name: pa.array([], pa.string()) for name in ("child", "event", "at")}),
        "no event could be read: there are no rows",
    ),
    "objects of many types": (
        pd.DataFrame({"child": ["Zebedee", 1, b"x"], "event": "visit", "at": "2024-01-02"}),
        "the column 'child' holds values of several types",
    ),
}


@pytest.mark.parametrize("kind", NO_TABLE)
def test_what_is_no_event_table_is_refused(kind: str) -> None:
    what, because = NO_TABLE[kind]
    with pytest.raises(cp.UnreadableInput) as caught:
        read(what)
    assert caught.value.problem.startswith(because)
    assert "Zebedee" not in str(caught.value)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    for name, mark in (("x.parquet", b"PAR1"), ("x.feather", b"ARROW1\0\0"), ("x.arrows", b"\xff\xff\xff\xff")):
        path = tmp_path / name
        path.write_bytes(mark + b"Zebedee" * 40)
        with pytest.raises(cp.UnreadableInput) as caught:
            read(path)
        assert caught.value.path == str(path)
        assert caught.value.problem.startswith("it is damaged")


# --- more than memory holds


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST_HELD", 4)
    monkeypatch.setattr(arrow_columns, "BATCH", 3)


def by_child(source: Iterable[cp.Chronology]) -> dict[str, cp.Chronology]:
    told = {story.child: story for story in source}
    assert told
    return told


MANY = [
    {"child": f"C-{n % 7}", "event": kind, "at": f"2024-0{1 + n % 9}-{10 + n}", "outcome": outcome, "ref": ref}
    for n, (kind, outcome, ref) in enumerate(
        [("visit", None, None), ("initial-conference", "plan", "r1"), ("initial-conference", "sun", None)] * 6
    )
]


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_table_that_is_long_says_the_same_as_one_that_is_held_in_memory(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [{"child": None, "event": "core-group", "at": "2024-01-02", "outcome": "C-3", "ref": "C-99"}]
    path = tmp_path / "x"
    table = pa.Table.from_pylist([*MANY, *more])
    if form == "csv":
        header = "child,event,at,outcome,ref\n"
        path.write_text(header + "".join(",".join(v or "" for v in row.values()) + "\n" for row in [*MANY, *more]))
    elif form == "json":
        frame = pl.DataFrame(table)
        frame.write_ndjson(path)
    else:
        parquet.write_table(table, path)
    held, spread = read(path), None
    short = by_child(held)
    monkeypatch.setattr(spool, "MOST_HELD", 4)
    monkeypatch.setattr(arrow_columns, "BATCH", 3)
    spread = read(path)
    assert by_child(spread) == short
    assert [lost.kind for lost in short["C-3"].lost if lost.kind == "core-group"] == ["core-group"]
    assert (spread.account.to_dict(), spread.as_at) == (held.account.to_dict(), held.as_at)


@pytest.mark.usefixtures("small_memory")
def test_nothing_that_is_not_kept_is_written_to_the_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[io.BytesIO] = []

    def opened() -> io.BytesIO:
        files.append(Kept())
        return files[-1]

    class Kept(io.BytesIO):
        def close(self) -> None:
            pass

    monkeypatch.setattr(tempfile, "TemporaryFile", opened)
    path = tmp_path / "x.csv"
    rows = "".join(f"C-{n % 5},plan-action-set,2024-01-02,Visit Zebedee,Zebedee,W-1\n" for n in range(20))
    path.write_text(f"child,event,at,action,note,owner\n{rows}")
    assert len(by_child(read(path))) == 5
    (file,) = files
    assert b"W-1" in file.getvalue()
    assert b"Zebedee" not in file.getvalue()


@pytest.mark.usefixtures("small_memory")
def test_a_long_table_in_order_of_children_is_given_out_as_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a temporary file; a child whose rows go over the end of a batch is one child."""

    def refused() -> None:
        raise AssertionError("a temporary file was opened")

    rows = sorted(MANY, key=lambda row: str(row["child"]))
    path = as_parquet(pa.Table.from_pylist(rows), tmp_path / "x.parquet", row_group_size=5)
    monkeypatch.setattr(spool, "MOST_HELD", 10**6)
    short = read(path)
    expected = list(short)
    monkeypatch.setattr(spool, "MOST_HELD", 12)
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "TemporaryFile", refused)
        source = read(path, pseudonyms=None)
        assert source.as_at == short.as_at
        first = next(iter(source))
        assert source.account.rows < len(rows)
        assert [first, *source] == expected
    assert source.account.to_dict() == short.account.to_dict()


@pytest.mark.usefixtures("small_memory")
@pytest.mark.parametrize("spoilt", [{"child": None}, {"event": "visitation"}, {"child": "C-0"}])
def test_a_long_table_of_which_it_is_not_known_whose_a_row_is_is_read_whole_first(
    spoilt: Mapping[str, Any], tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = sorted(MANY, key=lambda row: str(row["child"]))
    rows[-1] = {**rows[-1], "outcome": None, **spoilt}
    path = as_parquet(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    source = read(path)
    assert source.account.rows == len(rows)
    assert by_child(source) == by_child(read(pa.Table.from_pylist(rows)))


@pytest.mark.usefixtures("small_memory")
@pytest.mark.parametrize("ordered", [True, False])
def test_under_pseudonyms_no_name_of_a_child_of_staff_or_of_an_entry_is_left(ordered: bool, tmp_path: Path) -> None:
    names = Pseudonyms(b"only for this example")
    rows = [{**row, "worker": "Ottoline", "agencies": "Zebedee"} for row in MANY]
    rows = sorted(rows, key=lambda row: str(row["child"])) if ordered else rows
    path = as_parquet(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    source = read(path, pseudonyms=names)
    told = by_child(source)
    assert set(told) == {names(f"C-{n}") for n in range(7)}
    events = [event for story in told.values() for event in story]
    assert {event.ref for event in events} == {None, names("r1")}
    assert {event.facts["worker"] for event in events} == {names("Ottoline")}
    assert {event.facts["agencies"] for event in events} == {frozenset({digest("zebedee", names)})}
    assert {entry.child for entry in source.rejections} <= set(told)
    assert source.rejections


# --- out


def test_a_table_is_written_and_read_back(tmp_path: Path) -> None:
    stories = list(read(as_csv(tmp_path)))
    names: tuple[Format, ...] = ("csv", "json-lines", "parquet", "arrow")
    for name in names:
        path = tmp_path / name
        told = write_event_table(stories, path, name)
        assert told == Written(children=2, rows=8)
        assert list(read(path)) == stories
        with pytest.raises(FileExistsError):
            write_event_table(stories, path, "csv")
    with pytest.raises(UnknownName, match="unknown format 'parqet'; perhaps 'parquet' was meant"):
        write_event_table(stories, tmp_path / "y", "parqet")  # type: ignore[arg-type]
    assert not (tmp_path / "y").exists()


def test_what_was_lost_is_lost_again_and_makes_nothing_met(tmp_path: Path) -> None:
    """The referral was decided on in time; but of another referral nothing could be read."""
    events = [("2024-03-01", "referral"), ("2024-03-04", "referral-decided")]
    story = cp.Chronology.of("C-101", events=events, lost=[Lost("referral", "line 2", "no date")])
    doubtful = cp.Chronology.of("C-102", events=events, lost=[Lost(None, "line 9", "no event")])
    out = io.BytesIO()
    assert write_event_table([story, doubtful], out).rows == 6
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue())
    back = by_child(read(path))
    assert [[lost.kind for lost in told.lost] for told in back.values()] == [["referral"], [None]]
    for told, was in zip(back.values(), (story, doubtful), strict=True):
        reports = [cp.check(of, england.rulebook, as_at=date(2024, 6, 1)) for of in (told, was)]
        for rule in {finding.rule for finding in reports[0].findings}:
            assert statuses(reports[:1], rule) == statuses(reports[1:], rule)


def test_what_the_table_has_no_place_for_is_counted() -> None:
    story = cp.Chronology.of(
        "C-101", events=[("2024-03-01", "referral")], covers=Coverage(frozenset({"referral"}), None, date(2024, 1, 1))
    )
    told = write_event_table([story, cp.Chronology.of("C-102")], io.BytesIO())
    assert told.not_held == {"children": 1}


def test_a_file_that_cannot_be_written_to_its_end_is_not_left_behind(tmp_path: Path) -> None:
    story = cp.Chronology.of("C-101", events=[cp.Event("visit", "2024-01-02", {"owner": "\ud800"})])
    with pytest.raises(UnicodeEncodeError):
        write_event_table([story], tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


FORMULAS = ["=1+1", "-1", "+1", "@x", "'=1", "''-1", "'x", "C'"]


def test_a_spreadsheet_takes_no_cell_for_a_formula_and_what_is_read_back_is_the_same(tmp_path: Path) -> None:
    stories = [
        cp.Chronology.of(name, events=[cp.Event("allocated", "2024-01-02", {"worker": name}, None, name)])
        for name in FORMULAS
    ]
    path = tmp_path / "x.csv"
    write_event_table(stories, path)
    cells = [cell for line in path.read_text().splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    back = by_child(read(path))
    assert [(name, back[name].events[0].ref, back[name].events[0].facts["worker"]) for name in FORMULAS] == [
        (name, name, name) for name in FORMULAS
    ]


WORDS = st.text("abcXYZ0189 ,;\"'=+-@\u00e9\u65e5/", min_size=1, max_size=8).map(str.strip).filter(bool)
DAYS = st.dates(date(2020, 1, 1), date(2024, 12, 31))
MOMENTS = st.one_of(
    DAYS,
    st.datetimes(datetime(2020, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "child-seen": st.booleans(),
    "agencies": st.frozensets(st.sampled_from(["police", "health", "~0123456789ab"]), min_size=1),
    "due": DAYS,
    "owner": WORDS,
    "measure": st.just(RECORDED),
    "action": WORDS.map(digest),
    "placement": st.sampled_from(["foster", "with-grandparents"]),
}
EVENTS = st.builds(
    cp.Event,
    st.sampled_from(["visit", "plan-action-set", "core-group", "placement-started"]),
    MOMENTS,
    st.fixed_dictionaries({}, optional=FACTS),
    st.none() | DAYS,
    st.none() | WORDS,
    st.booleans(),
)


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(
    told=st.dictionaries(WORDS, st.lists(EVENTS, min_size=1, max_size=5), min_size=1, max_size=4),
    form=st.sampled_from(["csv", "json-lines", "parquet", "arrow"]),
)
def test_what_is_written_reads_back_equal(
    told: dict[str, list[cp.Event]], form: Format, tmp_path_factory: pytest.TempPathFactory
) -> None:
    covers = Coverage(facts=frozenset({*FACTS, "recorded"}))
    stories = [cp.Chronology.of(name, events=events, covers=covers) for name, events in told.items()]
    path = tmp_path_factory.mktemp("out") / "x"
    write_event_table(iter(stories), path, form)
    source = read(path)
    assert list(source) == stories
    assert source.rejections == []


def test_events_that_are_shared_between_children_are_spread_and_found_again() -> None:
    held = spool.Held()
    event = cp.Event("visit", "2024-01-02", {"child-seen": True}, date(2024, 1, 3), "r1", True)
    for name in ("C-1", "C-2"):
        held.told(name).events.append(event)
    parts = spool._Parts()
    parts.take(held._children)
    found = {name: told.events for part in parts.parts() for name, told in part.items()}
    assert found == {"C-1": [event], "C-2": [event]}
    assert parts.known({"C-2", "C-3"}) == {"C-2"}
    assert pickle.loads(pickle.dumps(event.facts)) == event.facts


def test_reading_of_columns_can_be_asked_for_by_name(tmp_path: Path) -> None:
    path = as_parquet(typed(), tmp_path / "x.parquet")
    feather = as_file(typed(), tmp_path / "x.feather")
    plain = list(event_table.read_csv(str(as_csv(tmp_path))))
    assert list(arrow_table.read_parquet(str(path), Reading())) == plain
    assert list(arrow_table.read_arrow(str(feather))) == plain
    assert list(arrow_table.read_frame(typed())) == plain


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_parquet(typed(), tmp_path / "x.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for what in (path, typed()):
        with pytest.raises(cp.UnreadableInput, match="pyarrow, which is not installed") as caught:
            read(what)
        assert "childprotect[formats]" in caught.value.expected


class Foreign:
    """An object of somebody else's library, whose stream fails and says a value in what it says."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise RuntimeError("cannot cast Zebedee Quillfeather to a date")


def test_what_another_library_raises_is_unreadable_input_and_is_not_repeated() -> None:
    with pytest.raises(cp.UnreadableInput) as caught:
        read(Foreign())
    assert "RuntimeError" in caught.value.problem
    assert "Zebedee" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[["visit"]]]),
        pa.array([2**62], pa.timestamp("us")),
        pa.Array.from_buffers(pa.string(), 1, [None, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff")]),
    ],
    ids=["a list of lists", "a day that is none", "bytes that are no text"],
)
def test_what_a_column_cannot_mean_is_refused_or_rejected_and_never_a_traceback(column: pa.Array) -> None:
    made = pa.table({"child": ["C-1"], "event": ["visit"], "at": column})
    with contextlib.suppress(cp.UnreadableInput):
        source = read(made)
        assert [len(child) for child in source] in ([], [0])
        assert source.account.rejected == 1
