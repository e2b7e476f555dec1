"""Long work in columns: what whoever looks is told of it, and how it ends when it is interrupted."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event

import polars as pl
import pytest

from childprotect import tables
from childprotect.rulebooks import england
from childprotect.tables import intake, strays
from childprotect.tables.scanning import scan_columns
from childprotect.tables.threads import in_turn

AS_AT = date(2024, 8, 1)


class Interrupt(BaseException):
    """As an interrupt of the keyboard is one."""


def test_after_an_interrupt_no_piece_is_begun_and_nobody_waits_for_those_that_are() -> None:
    begun: list[int] = []
    ended: list[int] = []
    go = Event()

    def work(piece: int) -> int:
        begun.append(piece)
        go.wait(60)
        ended.append(piece)
        return piece

    def pieces() -> Iterator[int]:
        yield 1
        raise Interrupt

    with pytest.raises(Interrupt):
        list(in_turn(work, pieces()))
    assert not ended
    go.set()
    assert begun in ([], [1])


def _rows(children: int) -> pl.DataFrame:
    names = pl.DataFrame({"child": [f"C-{n:03}" for n in range(children)]})
    steps = pl.DataFrame({"event": ["referral", "referral-decided"], "at": ["2024-06-03", "2024-06-04"]})
    return names.join(steps, how="cross")


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("shuffled", [False, True])
def test_every_time_that_a_table_is_gone_through_is_a_stage_of_all_its_rows(
    shuffled: bool, odd: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 16)
    monkeypatch.setattr(strays, "CHILDREN", 3)
    rows = _rows(50)
    if odd:  # a row of nobody, of which the first ten children may be
        nobody = pl.DataFrame({"child": [None] * 10, "event": [f"C-{n:03}" for n in range(10)], "at": ["x"] * 10})
        rows = pl.concat([rows, nobody.with_columns(pl.col("child").cast(pl.String))])
    rows = rows.sample(fraction=1, shuffle=True, seed=1) if shuffled else rows
    rows.write_parquet(tmp_path / "events.parquet")
    stages: list[tuple[str, int | None]] = []
    done: dict[str, list[int]] = {}

    def stage(name: str, n: int | None) -> Callable[[int], None]:
        stages.append((name, n))
        return done.setdefault(name, []).append

    events = scan_columns(str(tmp_path / "events.parquet"), stage=stage)
    assert events is not None
    assert events.last() == {date(2024, 6, 3), date(2024, 6, 4)}
    progress: list[int] = []
    tables.check(events, england.rulebook, as_at=AS_AT).collect()
    for _ in tables.check(events, england.rulebook, as_at=AS_AT).batches(progress.append):
        pass
    assert sum(progress) == len(rows)
    assert min(progress) > 0
    assert max(progress) < len(rows) / 2
    names = [name for name, _ in stages]
    sorting = ["sorting", "checking"] if shuffled else []
    looking = ["looking through", *["looking for odd rows in"][: int(odd)], "looking for the last day in"]
    assert names == ["reading", *looking, *sorting, *sorting]
    assert {n for name, n in stages if name != "reading"} == {len(rows)}
    for name in (*looking, *sorting[:1]):
        assert sum(done[name]) == len(rows) * (2 if name == "sorting" else 1)
