"""An event table of N rows, sixteen a child, as CSV or as Parquet, for the benchmarks.

A child's rows stand together in order of the children, as a system exports them; days differ from child to child.
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

_STORY: list[tuple[str, dict[str, str]]] = [
    ("referral", {}),
    ("referral-decided", {"outcome": "assessment"}),
    ("assessment-started", {"type": "single"}),
    ("strategy-discussion", {"agencies": "social-care;police;health", "decision": "section-47"}),
    ("section-47-started", {}),
    ("visit", {"child-seen": "true"}),
    ("section-47-completed", {"outcome": "conference"}),
    ("initial-conference", {"outcome": "plan", "agencies": "social-care;health"}),
    ("plan-started", {"categories": "neglect"}),
    ("core-group", {"agencies": "social-care;health"}),
    ("visit", {"child-seen": "yes", "seen-alone": "no"}),
    ("review-conference", {"outcome": "continue"}),
    ("visit", {"child-seen": "true"}),
    ("review-conference", {"outcome": "end"}),
    ("plan-ended", {"reason": "no-longer-at-risk"}),
    ("case-closed", {"reason": "needs-met"}),
]
COLUMNS = "child event at outcome type agencies decision child-seen seen-alone categories reason note".split()


def rows(n: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """The rows, by column."""
    chance = random.Random(seed)
    for number in range(n // len(_STORY)):
        day = date(2022, 1, 1) + timedelta(days=chance.randrange(700))
        for kind, facts in _STORY:
            yield {"child": f"B{number:07}", "event": kind, "at": day.isoformat(), **facts}
            day += timedelta(days=0 if kind == "initial-conference" else chance.randrange(12))


def write_with_stray(path: Path, n: int) -> None:
    """Write it as Parquet, with one row in its middle that may be anybody's."""
    write_parquet(path, n, stray=n // 2)


def write_csv(path: Path, n: int, bad: int | None = None) -> None:
    """Write a table of n rows, of which one may be no row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(rows(n)):
            if number == bad:
                file.write(f'{row["child"]},"visit,2024-01-02\n')
            else:
                writer.writerow(row)


def write_parquet(path: Path, n: int, stray: int | None = None) -> None:
    """Write the same table with types; one row may name no child, and another one in a column where that is a slip."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"at": pa.date32(), **dict.fromkeys(("child-seen", "seen-alone"), pa.bool_())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    told = rows(n)
    with parquet.ParquetWriter(path, schema) as writer:
        # some at a time: the memory of this process would be counted as that of those that it starts
        while some := list(islice(told, 20_000)):
            if stray is not None and 0 <= stray < len(some):
                some[stray] = {**some[stray], "child": "", "reason": some[0]["child"]}
            stray = None if stray is None else stray - len(some)
            columns = [[_cell(name, row.get(name)) for row in some] for name in COLUMNS]
            arrays = [pa.array(cells, kind.type) for cells, kind in zip(columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=20_000)


def _cell(name: str, text: str | None) -> object:
    if text is None:
        return None
    return date.fromisoformat(text) if name == "at" else text in ("true", "yes") if "seen" in name else text


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]), int(sys.argv[2]))
