"""The check of tables against the check of one child, on generated children: no difference in any column.

    python proof/equal.py                    a million children
    python proof/equal.py --children 20000   fewer

The children are those of the benchmarks, made messy: rows lost and doubled, facts missing, dates moved, kinds of event
that do not belong, times of day, entries that correct others or take them back, cells that cannot be read. Both checks
read the same table, with every rule, and are compared finding by finding and irregularity by irregularity. Exits with
1 at the first piece that differs, and says how.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
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

BOOK = england.rulebook.with_practice()
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
    hour = pl.Series(chance.integers(6, 20, n)).cast(pl.Int32)
    events = events.with_columns(
        pl.when(some(0.06)).then(other).otherwise(pl.col("event")).alias("event"),
        pl.when(some(0.08)).then(moved).otherwise(pl.col("at")).alias("at"),
        *(
            pl.when(some(0.05)).then(None).otherwise(pl.col(name).cast(pl.String)).alias(name)
            for name in make_population.COLUMNS
        ),
        pl.when(some(0.3)).then(pl.col("at").dt.offset_by("3d")).otherwise(None).alias("recorded"),
        pl.when(some(0.02)).then(pl.lit("r1")).otherwise(None).alias("ref"),
        pl.when(some(0.003)).then(pl.lit("true")).otherwise(None).alias("withdrawn"),
    )
    written = pl.col("at").cast(pl.String)
    timed = written + "T" + hour.cast(pl.String).str.zfill(2) + ":30:00+00:00"
    at = pl.when(some(0.05)).then(timed).when(some(0.0005)).then(pl.lit("soon")).otherwise(written)
    doubled = events.with_columns(at.alias("at"), pl.col("recorded").cast(pl.String)).filter(~some(0.05))
    again = doubled.sample(fraction=0.02, seed=seed)
    return pl.concat([doubled, again]).sort("child", maintain_order=True)


Row = tuple[Any, ...]


def in_tables(events: pl.DataFrame, known_at: date | None) -> tuple[Counter[Row], Counter[Row]]:
    """What the check of tables says."""
    found = tables.check(events, BOOK, as_at=AS_AT, known_at=known_at)
    findings = found.collect().with_columns(pl.col("missing").list.join(";")).iter_rows()
    odd = found.irregularities().select("child", "code", "at").iter_rows()
    return Counter(row[:12] for row in findings), Counter(odd)


def one_by_one(events: pl.DataFrame, known_at: date | None) -> tuple[Counter[Row], Counter[Row]]:
    """What the check of one child says, of one after the other."""
    findings: Counter[Row] = Counter()
    odd: Counter[Row] = Counter()
    for story in read(events):
        report = check(story, BOOK, as_at=AS_AT, known_at=known_at)
        for finding in report.findings:
            days = (None if at is None else day_of(at) for at in (finding.started, finding.due, finding.done))
            version = finding.version
            law = (version.edition, version.force.value, version.evidence.value) if version else (None, None, None)
            told = (finding.child, finding.rule, finding.status.value, *days, finding.days_late, finding.unit)
            findings[*told, *law, ";".join(finding.missing)] += 1
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
