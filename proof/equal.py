"""The check of tables against the check of one child, on generated children: no difference in any column.

    python proof/equal.py                    a million children
    python proof/equal.py --children 20000   fewer

The children are those of the benchmarks, made messy: rows lost and doubled, facts missing, dates moved, kinds of event
that do not belong, times of day by clocks of several zones, also beside entries of the same kind and day that have
none, entries that correct others or take them back, cells that cannot be read. Both checks read the same table, with
every rule, and are compared finding by finding and irregularity by irregularity. Exits with 1 at the first piece that
differs, and says how.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
import make_population
from childprotect import check, tables
from childprotect.calendars import day_of
from childprotect.records import read
from childprotect.rulebooks import england
from childprotect.tables.batches import microseconds

BOOK = england.rulebook.with_practice()
_ZONES = ((0, "+00:00"), (1, "+01:00"), (-11, "-11:00"), (9, "+09:00"))
"""By how many hours a clock is ahead of universal time, and how that is written. By some it is another day."""
AS_AT = date(2020, 3, 31)
KNOWN_AT = date(2020, 1, 31)
PIECE = 5_000
_OTHER_KINDS = (
    "case-closed referral section-47-completed strategy-discussion visit supervision allocated deallocated "
    "child-in-need-plan-started child-in-need-plan-ended looked-after-started placement-started looked-after-visit "
    "looked-after-ended new-information management-decision missing found return-interview police-protection-started "
    "police-protection-ended emergency-protection-order-made interim-care-order-made proceedings-issued holiday"
).split()


def messy(children: int, seed: int) -> pl.DataFrame:
    """The events of some children, messy."""
    chance = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        make_population.write(path, children, seed)
        events = pl.read_parquet(path).with_columns(pl.col("event").cast(pl.String))
    n = len(events)

    def some(share: float) -> pl.Series:
        return pl.Series(chance.random(n) < share)

    other = pl.Series(chance.choice(_OTHER_KINDS, n))
    by = pl.Series(chance.integers(-60, 120, n)).cast(pl.String) + "d"
    moved = pl.col("at").dt.offset_by(pl.lit(by))
    events = events.with_columns(
        pl.when(some(0.06)).then(other).otherwise(pl.col("event")).alias("event"),
        pl.when(some(0.08)).then(moved).otherwise(pl.col("at")).alias("at"),
        *_without(0.05, some),
        pl.when(some(0.3)).then(pl.col("at").dt.offset_by("3d")).otherwise(None).alias("recorded"),
        pl.when(some(0.02)).then(pl.lit("r1")).otherwise(None).alias("ref"),
        pl.when(some(0.003)).then(pl.lit("true")).otherwise(None).alias("withdrawn"),
        pl.lit(value=False).alias("again"),
    ).filter(~some(0.05))
    n = len(events)
    again = events.with_columns(*_without(0.3, some), pl.lit(value=True).alias("again")).filter(some(0.02))
    events = pl.concat([events, again])
    n = len(events)
    hours = pl.Series(chance.integers(6, 20, n))
    zone = chance.integers(0, len(_ZONES), n)
    ahead, offset = (pl.Series([part[z] for z in zone]) for part in zip(*_ZONES, strict=True))
    moment = pl.col("at").cast(pl.Datetime) + pl.duration(hours=pl.lit(hours + ahead))
    timed = moment.dt.to_string("%Y-%m-%dT%H:30:00") + offset
    # what is told again is told with a time half the times: then one of two of a kind and day has none
    has_time = some(0.05) | (pl.col("again") & some(0.5))
    at = pl.when(has_time).then(timed).when(some(0.0005)).then(pl.lit("soon")).otherwise(pl.col("at").cast(pl.String))
    told = events.with_columns(at.alias("at"), pl.col("recorded").cast(pl.String)).drop("again")
    return told.sort("child", maintain_order=True)


def _without(share: float, some: Callable[[float], pl.Series]) -> Iterator[pl.Expr]:
    """The facts, some of which are missing."""
    for name in make_population.COLUMNS:
        yield pl.when(some(share)).then(None).otherwise(pl.col(name).cast(pl.String)).alias(name)


Row = tuple[Any, ...]


def in_tables(events: pl.DataFrame, known_at: date | None) -> tuple[Counter[Row], Counter[Row]]:
    """What the check of tables says."""
    found = tables.check(events, BOOK, as_at=AS_AT, known_at=known_at)
    in_numbers = pl.col("^.*_at$").dt.epoch("us")
    findings = found.collect().with_columns(pl.col("missing").list.join(";"), in_numbers).iter_rows()
    odd = found.irregularities().select("child", "code", "at").iter_rows()
    return Counter(findings), Counter(odd)


def one_by_one(events: pl.DataFrame, known_at: date | None) -> tuple[Counter[Row], Counter[Row]]:
    """What the check of one child says, of one after the other."""
    findings: Counter[Row] = Counter()
    odd: Counter[Row] = Counter()
    for story in read(events):
        report = check(story, BOOK, as_at=AS_AT, known_at=known_at)
        for finding in report.findings:
            moments = (finding.started, finding.due, finding.done)
            days = (None if at is None else day_of(at) for at in moments)
            instants = (microseconds(at) if isinstance(at, datetime) else None for at in moments)
            version = finding.version
            law = (version.edition, version.force.value, version.evidence.value) if version else (None, None, None)
            told = (finding.child, finding.rule, finding.status.value, *days, finding.days_late, finding.unit)
            findings[*told, *law, ";".join(finding.missing), *instants] += 1
        for entry in report.irregularities:
            odd[entry.child, entry.code, None if entry.at is None else day_of(entry.at)] += 1
    return findings, odd


def compared(seed: int, children: int) -> tuple[int, list[str]]:
    """How many findings were compared, and what differs."""
    events = messy(children, seed)
    known_at = KNOWN_AT if seed % 3 == 0 else None
    n, differences = 0, []
    for ours, theirs in zip(in_tables(events, known_at), one_by_one(events, known_at), strict=True):
        n += theirs.total()
        differences += [f"in tables only: {row}" for row in ours - theirs]
        differences += [f"one by one only: {row}" for row in theirs - ours]
    return n, differences


def _pieces(children: int) -> Iterator[tuple[int, int]]:
    for seed, first in enumerate(range(0, children, PIECE), 1):
        yield seed, min(PIECE, children - first)


def main() -> None:
    """Compare, and say what was found."""
    parser = argparse.ArgumentParser(description="The check of tables against the check of one child.")
    parser.add_argument("--children", type=int, default=1_000_000)
    asked = parser.parse_args()
    done = found = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        seeds, sizes = zip(*_pieces(asked.children), strict=True)
        for size, (n, differences) in zip(sizes, pool.map(compared, seeds, sizes), strict=True):
            if differences:
                pool.shutdown(cancel_futures=True)
                raise SystemExit("\n".join([f"{len(differences)} differences:", *differences[:20]]))
            done, found = done + size, found + n
            if done % 100_000 == 0:
                print(f"{done} children, {found} findings and irregularities: no difference", flush=True)
    print(f"{done} children, {found} findings and irregularities: no difference in any column")


if __name__ == "__main__":
    main()
