"""The stages of long work, for whoever looks: each has a name, and a number of rows where that is known."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import evolve

from childprotect.records.arrow_columns import Columnar

Stage = Callable[[str, int | None], Callable[[int], None]]
"""Called with the name of a stage that begins, and with its rows if it is known how many there are. What it gives is
called with the number of rows that were done since the last call. A stage of the same name begins anew."""
CHECKING = "checking"


def unseen(name: str, rows: int | None) -> Callable[[int], None]:
    """Where nobody looks."""
    return lambda rows: None


def watched(given: Columnar, stage: Stage, name: str) -> Columnar:
    """The table; each time that it is gone through is a stage of that name."""

    def batches(places: Sequence[int], besides: int | None = None) -> Iterator[Any]:
        done = stage(name, given.rows)
        for batch in given.batches(places, besides):
            yield batch
            done(len(batch))

    return evolve(given, batches=batches)
