"""The summary that `check` prints is the same text whether children were checked one by one or in columns."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from pyarrow import parquet
from tests.test_tables_intake import Row, tables_of_events

from childprotect.cli import app, screens
from childprotect.cli.checking import Asked
from childprotect.cli.inputs import How
from childprotect.errors import UnreadableInput
from childprotect.profiles import Profile
from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england

EXAMPLES = Path(__file__).parent.parent / "examples"
EVENTS = EXAMPLES / "data" / "events.csv"
COMMAND = [sys.executable, "-c", "from childprotect.cli import main; main()"]
PLAIN = How()


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "150")


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("events") / "events.parquet"
    pl.read_csv(EVENTS, infer_schema=False).write_parquet(path)
    return str(path)


def text_of(
    files: Sequence[str],
    in_columns: bool,
    *,
    book: Rulebook = england.rulebook,
    as_at: date | None = None,
    known_at: date | None = None,
    how: How = PLAIN,
    show: int = 20,
) -> str:
    """What is printed, one way or the other."""
    asked = Asked(files, how, book, as_at, known_at)
    tally = asked.tally(show, in_columns=in_columns)
    out = io.StringIO()
    screens.summary(screens.Page(out), book, asked.sources, tally)
    return out.getvalue()


def same(*files: object, **more: object) -> str:
    """The text, which must be the same both ways."""
    names = list(map(str, files))
    theirs = text_of(names, False, **more)  # type: ignore[arg-type]
    ours = text_of(names, True, **more)  # type: ignore[arg-type]
    assert ours == theirs
    return ours


def written(rows: Sequence[Row], path: Path) -> str:
    """The rows as a Parquet file."""
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})
    parquet.write_table(table, path)
    return str(path)


def row(child: str, event: str, at: str | None, **facts: str | None) -> Row:
    """One event, with as many columns as all of them have."""
    return {"child": child, "event": event, "at": at, "outcome": None, "decision": None, "ref": None, **facts}


# --- the same text


def test_a_file_of_parquet_gives_the_same_summary(events: str) -> None:
    told = same(events)
    assert "breaches; the gravest 20:" in told
    assert "Told and not judged" in told


@pytest.mark.parametrize("show", [0, 1, 3, 1000])
def test_the_gravest_breaches_are_the_same_however_many_are_shown(events: str, show: int) -> None:
    same(events, show=show)


def test_a_long_text_that_is_checked_in_columns_gives_the_same_summary() -> None:
    same(EVENTS)


@pytest.mark.parametrize("day", [date(2012, 6, 30), date(2016, 3, 31), date(2024, 3, 31), date(2027, 1, 1)])
def test_another_day_of_the_check_gives_the_same_summary(events: str, day: date) -> None:
    same(events, as_at=day)
    same(events, known_at=day)


def test_practice_gives_the_same_summary(events: str) -> None:
    same(events, book=england.rulebook.with_practice())


@pytest.mark.parametrize("profile", sorted((EXAMPLES / "profiles").glob("*.toml")), ids=lambda path: path.name)
def test_a_local_profile_gives_the_same_summary(events: str, profile: Path) -> None:
    book = england.rulebook.with_practice()
    same(events, book=book | Profile.load(str(profile), book=book))


def test_what_columns_are_called_is_said_for_both(events: str, tmp_path: Path) -> None:
    pl.read_parquet(events).rename({"child": "Whose", "at": "When"}).write_parquet(tmp_path / "named.parquet")
    (tmp_path / "columns.toml").write_text('[columns]\nchild = "Whose"\nat = "When"\n', encoding="utf-8")
    same(tmp_path / "named.parquet", how=How(columns=str(tmp_path / "columns.toml")))


def test_two_files_with_a_child_in_both_give_the_same_doubts(events: str, tmp_path: Path) -> None:
    frame = pl.read_parquet(events)
    for n, some in enumerate((frame.head(700), frame.slice(500))):
        some.write_parquet(tmp_path / f"{n}.parquet")
    told = same(tmp_path / "0.parquet", tmp_path / "1.parquet", EVENTS)
    assert "in doubt: in two files" in told


@given(tables_of_events())
def test_a_messy_table_gives_the_same_summary(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = written(rows, tmp_path_factory.mktemp("messy") / "messy.parquet")
    same(path, book=england.rulebook.with_practice())
    same(path, known_at=date(2024, 2, 1))


def test_an_entry_that_was_lost_is_told_the_same_way(tmp_path: Path) -> None:
    rows = [
        row("C-102", "strategy-discussion", "2024-01-04"),
        row("C-102", "initial-conference", "soon", outcome="plan"),
        row("C-101", "referral", "2024-01-02"),
        row("C-101", "stratgy-discussion", "2024-01-04"),
        row("C-102", "child-missing", "2024-02-02"),
    ]
    told = same(written(rows, tmp_path / "lost.parquet"))
    assert "5 rows: 3 read, 2 rejected" in told or "rejected: row 2" in told


# --- the last day


def test_a_last_date_far_from_all_others_is_in_doubt_both_ways(tmp_path: Path) -> None:
    rows = [row("C-101", "referral", "2024-01-02"), row("C-101", "referral-decided", "2042-01-03")]
    told = same(written(rows, tmp_path / "slip.parquet"))
    assert "as at Fri 3 Jan 2042" in told
    assert "more than a year after every other date" in told


@pytest.mark.parametrize("event", ["holiday", None])
def test_a_day_on_which_nothing_happened_is_not_the_last(tmp_path: Path, event: str | None) -> None:
    rows = [row("C-101", "referral", "2024-01-02"), {**row("C-101", "", "2042-01-03"), "event": event}]
    assert "as at Tue 2 Jan 2024" in same(written(rows, tmp_path / "none.parquet"))


# --- the command


def test_the_command_takes_columns_for_parquet_and_fails_on_a_breach_as_ever(
    events: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["check", events]) == 0
    assert capsys.readouterr().out == text_of([events], False)
    assert app.run(["check", events, "--fail-on-breach"]) == 1
    assert app.run(["check", events, "--fail-on-breach", "--as-at", "1990-01-01"]) == 0


def test_without_what_columns_need_the_command_goes_child_by_child(
    events: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)  # as if it were not installed
    for name in [name for name in sys.modules if name.startswith("childprotect.tables")]:
        monkeypatch.setitem(sys.modules, name, None)
    assert app.run(["check", events]) == 0
    assert capsys.readouterr().out == text_of([events], False)


def test_a_short_text_does_not_wait_for_what_columns_need(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("child,event,at\nC-101,referral,2024-01-02\n", encoding="utf-8")
    code = "import sys; from childprotect.cli import app; app.run(sys.argv[1:]); sys.exit('polars' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code, "check", str(path)], stdout=subprocess.PIPE, check=False)
    assert b"1 child, 1 event," in ran.stdout
    assert ran.returncode == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.drop("at"),
        lambda frame: frame.with_columns(at=pl.lit("soon")),
        lambda frame: frame.head(0),
        lambda frame: frame.with_columns(child=pl.lit(None, pl.String)),
    ],
    ids=["no column", "no day", "no row", "no child"],
)
def test_a_table_that_cannot_be_read_is_refused_in_the_same_words(events: str, tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(pl.read_parquet(events)).write_parquet(tmp_path / "spoilt.parquet")
    messages = []
    for in_columns in (False, True):
        with pytest.raises(UnreadableInput) as refused:
            text_of([str(tmp_path / "spoilt.parquet")], in_columns)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_a_damaged_file_is_refused_in_the_same_words(events: str, tmp_path: Path) -> None:
    whole = Path(events).read_bytes()
    (tmp_path / "damaged.parquet").write_bytes(whole[:200] + bytes(400) + whole[600:])
    messages = []
    for in_columns in (False, True):
        with pytest.raises(UnreadableInput) as refused:
            text_of([str(tmp_path / "damaged.parquet")], in_columns)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


# --- the progress bar


def _many(path: Path, children: int, *, shuffled: bool) -> str:
    """Several events of each child, as Parquet; gives the path."""
    names = pl.DataFrame({"child": [f"C-{n:06}" for n in range(children)]})
    steps = pl.DataFrame(
        {
            "event": ["referral", "referral-decided", "assessment-started", "assessment-completed"] * 2,
            "at": [f"2024-0{month}-{day:02}" for month in (1, 6) for day in (2, 3, 4, 25)],
        }
    )
    rows = names.join(steps, how="cross")
    (rows.sample(fraction=1, shuffle=True, seed=1) if shuffled else rows).write_parquet(path)
    return str(path)


def _looked_at(arguments: list[str], until: bytes = b"never shown", columns: int = 200) -> tuple[int, str]:
    """The status of a command whose errors go to a terminal, and what that shows; it is interrupted at some words."""
    pty = pytest.importorskip("pty", reason="a system without terminals of this kind")
    ours, theirs = pty.openpty()
    wide = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=theirs, env=wide) as process:
        os.close(theirs)
        shown = b""
        interrupted = False
        with suppress(OSError):  # Linux says so when the other end is gone
            while some := os.read(ours, 4096):
                shown += some
                if not interrupted and re.search(until, shown):
                    process.send_signal(signal.SIGINT)
                    interrupted = True
    os.close(ours)
    return process.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def _stages(shown: str, path: str) -> dict[str, list[tuple[str, ...]]]:
    """The stages that were shown, in their order, each with how much was done of how much."""
    stages: dict[str, list[tuple[str, ...]]] = {}
    for name, told in re.findall(rf"([a-z ]+) {re.escape(path)} \S+ ([^\n\r]*?(?:rows|B|bytes))\b", shown):
        stages.setdefault(name.strip(), []).append(tuple(told.split(" ")[0].split("/")))
    return stages


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_the_bar_on_a_terminal_names_each_stage_and_counts_its_rows(shuffled: bool, tmp_path: Path) -> None:
    path = _many(tmp_path / "m", 200_000, shuffled=shuffled)  # seven pieces
    status, shown = _looked_at(["check", path])
    stages = _stages(shown, path)
    assert status == 0
    expected = ["looking through", "looking for the last day in", *["sorting"][: int(shuffled)], "checking"]
    assert [name for name in stages if name in expected] == sorted(expected, key=list(stages).index)
    assert set(stages) >= {*expected}
    for name in expected:
        assert {total for _, total in stages[name]} == {"1600000"}
        done = [int(n) for n, _ in stages[name]]
        assert done == sorted(done)
    assert len({n for n, _ in stages["checking"]}) > 2


def test_on_a_narrow_terminal_the_bar_is_one_line_in_which_the_name_is_cut_and_no_number(tmp_path: Path) -> None:
    path = _many(tmp_path / "a-name-that-is-by-far-too-long-for-a-line-of-eighty-characters", 40_000, shuffled=False)
    status, shown = _looked_at(["check", path], columns=80)
    lines = {line.strip() for line in re.split(r"[\r\n]+", shown) if line.strip()}
    assert status == 0
    assert any(re.fullmatch(r"looking through \S+… \S+ +\d+/320000 rows.*", line) for line in lines), lines
    assert all(re.match(r"[a-z ]+ (\S+… |…)", line) for line in lines), "none is the rest of another"


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_a_report_of_a_small_file_with_many_rows_has_a_bar_too_which_moves_while_it_is_read(
    shuffled: bool, tmp_path: Path
) -> None:
    path = _many(tmp_path / "m", 40_000, shuffled=shuffled)
    status, shown = _looked_at(["check", path, "--format", "csv"])
    stages = _stages(shown, path)
    assert status == 0
    assert list(stages) == ["reading", "working through"]
    assert len({n for n, _ in stages["working through"]}) > 2
    assert {total for _, total in stages["working through"]} == {"320000"}


def test_an_interrupt_is_one_line_and_ends_the_work(tmp_path: Path) -> None:
    path = _many(tmp_path / "m", 150_000, shuffled=False)
    for more in ([], ["--format", "json"]):
        status, shown = _looked_at(["check", path, *more], rb"(checking|working through)")
        assert status == 130
        assert shown.count("childprotect: interrupted") == 1
        assert "Traceback" not in shown
