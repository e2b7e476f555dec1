"""A measure as a value: what is counted, of what, what is left out, who defined it so, and the cases that count."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Literal

import polars as pl
from attrs import field, frozen

from childprotect.authority import Evidence
from childprotect.measures.bands import Bands
from childprotect.measures.cells import Published
from childprotect.measures.told import Told

COLUMNS = {"child": pl.String, "day": pl.Date, "kept": pl.Boolean, "days": pl.Int32, "left_out": pl.String}
"""The columns of the cases of a measure, and their types."""
Cases = Callable[[Told, date, date], pl.DataFrame]
"""The cases of a period: see `Measure.cases`."""


class Kind(StrEnum):
    """What comes out of the cases."""

    SHARE = "share"
    """How many of the cases that count were kept."""
    COUNT = "count"
    """How many cases there are."""
    RATE = "rate"
    """How many cases there are for every 10,000 children."""
    LENGTH = "length"
    """How long the cases took: the median, and how many fall in each band."""


@frozen
class Break:
    """A day on which a definition changed, so that what lies before and after is not compared."""

    on: date
    """The first day of the new definition."""
    because: str
    published: bool = False
    """Whether only published figures break there: those that are counted here are by one definition throughout."""


@frozen(kw_only=True, eq=False)
class Measure:
    """One indicator: everything that a reader must know of it, and the cases from which all its figures follow.

    `numerator`, `denominator` and `exclusions` are in words; `source` says who defined it, `evidence` how well that is
    known, and `left_open` what the source leaves open and how it is read here ("" where it leaves nothing open).
    """

    id: str
    title: str
    kind: Kind
    numerator: str
    denominator: str = ""
    exclusions: str = ""
    source: str
    evidence: Evidence
    left_open: str = ""
    breaks: tuple[Break, ...] = ()
    cases: Cases = field(repr=False)
    """The cases of a period, from what is told, its first and its last day: a frame with `COLUMNS`, a row for each.

    `child`; `day`, by which the case falls into the period; `kept`, true or false, null where nobody can tell; `days`,
    how long it took in `unit`, null where that is not known; `left_out`, why the case is not in the denominator, null
    for those that are.
    """
    at_end: bool = False
    """Whether the cases are those that stand on the last day, or are kept or not as things stand on it.

    Those of a year are then not those of its months.
    """
    unit: Literal["working days", "days", "changes"] | None = None
    """What `days` counts; None where nothing is."""
    bands: Bands | None = None
    """The bands into which cases are parted by `days`."""
    better: Literal["higher", "lower"] | None = None
    """Which way is better; None where no right value is known, and the figure is reported and not judged."""
    needs: frozenset[str] = frozenset()
    """The kinds of event of which there must be one on record: where a source has none at all, nobody can tell."""
    cells: tuple[str, ...] = ()
    """The figures of `CELLS` that DfE publishes for it: parts that add up to the numerator, or the whole itself."""
    rule: str | None = None
    """The rule whose findings are counted."""
    duty: str | None = None
    """The rule without a number of whose duties it is told how long they took."""
    concerns: bool | None = None
    """Which cases a reader who looks for failings looks at: those kept, or those not kept. None where all are alike.

    Without it, those on the worse side, where one is `better`. It says whom a figure concerns, not that it is wrong.
    """

    @property
    def looked_at(self) -> bool | None:
        """The value of `kept` in the cases that the figure concerns; None where it concerns nobody before others."""
        if self.concerns is not None or self.better is None or self.kind is not Kind.SHARE:
            return self.concerns
        return self.better == "lower"

    def published_in(self, told: Published) -> float | None:
        """The same figure as DfE publishes it: a share, or a number; None where it does not, or where some is missing.

        A share is of the whole of DfE's table, which may hold cases of which here nobody can tell.
        """
        numbers = [told.numbers.get(cell) for cell in self.cells]
        known = [n for n in numbers if n is not None]
        if not known or len(known) < len(numbers):
            return None
        if self.kind is not Kind.SHARE:
            return sum(known)
        whole = told.numbers.get(self.cells[0].partition("/")[0])
        return sum(known) / whole if whole else None

    def breaks_within(self, first: date, last: date) -> tuple[Break, ...]:
        """The breaks that part the figures of a stretch of days: after its first day, up to its last."""
        return tuple(one for one in self.breaks if first < one.on <= last and not one.published)


def framed(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    """The frame as the cases of a measure: `COLUMNS` only, each from its expression, its own column, or null."""
    told = {name: pl.col(name) if name in frame.columns else pl.lit(None) for name in COLUMNS} | columns
    return frame.select(told[name].cast(kind).alias(name) for name, kind in COLUMNS.items())
