"""A measure of a period: the figure, how far chance may have moved it, and the cases behind it; whole and by group."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from childprotect.errors import UnknownName
from childprotect.measures.groups import with_group
from childprotect.measures.measure import Kind, Measure
from childprotect.measures.suppressing import SMALL, Sum, hidden_in
from childprotect.measures.told import Told
from childprotect.shares import interval
from childprotect.wording import listed

PER = 10_000
"""Rates are for so many children."""
SUPPRESSED = "c"
"""What DfE writes in the place of a figure that would tell of too few children."""


@frozen(kw_only=True)
class Measured:
    """A measure of a period, of a whole authority or of one group in it.

    What is None is not there: `because` says why there is no figure at all, and `hidden` names the fields that are
    suppressed. `text` writes a field as a table shows it.
    """

    measure: Measure = field(repr=lambda measure: repr(measure.id))
    first: date
    last: date
    group: str | None = None
    """The team, the worker, or the value of the column; "" for cases of which none is known; None for the whole."""
    numerator: int | None = None
    """The cases that were kept; of a count and a rate, all cases; None for a length."""
    denominator: int | None = None
    """The cases that count: those kept and those not; of a rate, the children of the authority; None for a count."""
    share: float | None = None
    """The numerator as a share of the denominator, from 0 to 1; of a rate, how many there are for 10,000 children."""
    low: float | None = None
    """The lower bound of Wilson's interval, which holds the true share in 95 of 100; only shares have one."""
    high: float | None = None
    median: float | None = None
    """Of how long the cases took, in `measure.unit`, of those of which it is known and that are not left out."""
    cannot_tell: int | None = None
    """Cases of which nobody can tell: in neither numerator nor denominator."""
    left_out: int | None = None
    """Cases that are left out by the definition."""
    bands: Mapping[str, int | None] = field(factory=dict)
    """Of a length, how many cases fall in each band."""
    because: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def value(self) -> float | None:
        """The figure itself: the share, the rate, the count or the median, as the kind of the measure says."""
        match self.measure.kind:
            case Kind.COUNT:
                return self.numerator
            case Kind.LENGTH:
                return self.median
        return self.share

    def text(self, name: str) -> str:
        """A field, or a band, as a table shows it: `c` where it is suppressed, nothing where it is not there."""
        if name in self.hidden:
            return SUPPRESSED
        told = self.bands[name] if name in self.bands else getattr(self, name)
        if told is None:
            return ""
        if name in ("share", "low", "high") and self.measure.kind is Kind.SHARE:
            return f"{told:.1%}"
        return f"{told:,.1f}" if isinstance(told, float) else f"{told:,}" if isinstance(told, int) else str(told)


def measured(
    measure: Measure,
    told: Told,
    first: date,
    last: date,
    *,
    by: str | None = None,
    population: int | None = None,
    suppress: bool = False,
    small: int = SMALL,
) -> tuple[Measured, ...]:
    """The measure of the period from `first` to `last`: the whole, then, with `by`, each group in order of its name.

    `by` is `team` or `worker` (of who had the case on its day, see `groups`), or a column of the table of events. The
    groups add up to the whole. `population` is how many children the authority has, which rates need; a rate has no
    groups, as nobody knows the children of a team. With `suppress`, counts from 1 to `small` are left out as DfE does,
    and whatever they could be worked out from: see `suppressing`.

    A denominator of zero gives no share, and `because` says so. Raises `UnknownName` for a column that there is not,
    `ValueError` for a period that ends before it begins or goes beyond what is told.
    """
    cases = behind(measure, told, first, last, by=by)
    found = of_cases(measure, told, cases, first, last, by=by, population=population)
    return hide(found, small) if suppress else found


def behind(measure: Measure, told: Told, first: date, last: date, *, by: str | None = None) -> pl.DataFrame:
    """The cases behind a figure: the columns of `Measure.cases`, and with `by` the column `group`.

    Where the records do not hold what the measure turns on, or something of a child could not be read, no case is kept
    or not kept: nobody can tell.
    Raises as `measured` does.
    """
    refuse_untold(told, first, last)
    if measure.rule is not None and told.findings is None:
        raise UnknownName(
            "findings of rule", measure.rule, expected="records that were checked: Told.of(..., rulebook=...)"
        )
    cases = measure.cases(told, first, last)
    if told.lacks(measure.needs):
        cases = cases.with_columns(kept=pl.lit(None, pl.Boolean))
    elif told.lost and measure.rule is None and measure.kind in (Kind.SHARE, Kind.LENGTH):
        # a finding has its own doubts, and a case that is there is there
        cases = cases.with_columns(kept=pl.when(~pl.col("child").is_in(sorted(told.lost))).then("kept"))
    return cases if by is None else with_group(cases, told, by)


def refuse_untold(told: Told, first: date, last: date) -> None:
    """Raise `ValueError` for a period that ends before it begins, or goes beyond what is told."""
    if last < first:
        raise ValueError(f"the period ends on {last}, before it begins on {first}")
    if last > told.as_at:
        raise ValueError(f"the period ends on {last}, and nothing is told of the days after {told.as_at}")


def of_cases(
    measure: Measure,
    told: Told,
    cases: pl.DataFrame,
    first: date,
    last: date,
    *,
    by: str | None = None,
    population: int | None = None,
) -> tuple[Measured, ...]:
    """The figures of cases that are at hand, as `behind` gives them."""
    if by is None:
        return (_figure(measure, told, _Counted.of(cases), first, last, None, population),)
    cases = cases.sort("group")
    counted = _Counted.of(cases)
    found = [_figure(measure, told, counted, first, last, None, population)]
    begin = 0
    for group, n in cases["group"].rle().struct.unnest().select("value", "len").iter_rows():
        found.append(_figure(measure, told, counted[begin : begin + n], first, last, group, None))
        begin += n
    return tuple(found)


def of_nothing(measure: Measure, told: Told, first: date, last: date, group: str | None) -> Measured:
    """The figure of a group that has no case in a period."""
    return _figure(measure, told, _NOTHING, first, last, group, None)


@frozen(eq=False)
class _Counted:
    """The columns of cases, as numbers: there are many groups of few cases, and each is quick so."""

    kept: NDArray[np.int8]
    """1 and 0; -1 where nobody can tell."""
    days: NDArray[np.int32]
    """-1 where it is not known."""
    out: NDArray[np.bool_]
    """Whether it is left out."""

    @classmethod
    def of(cls, cases: pl.DataFrame) -> "_Counted":
        """The numbers of a frame."""
        return cls(
            cases["kept"].cast(pl.Int8).fill_null(-1).to_numpy(),
            cases["days"].fill_null(-1).to_numpy(),
            cases["left_out"].is_not_null().to_numpy(),
        )

    def __getitem__(self, rows: slice) -> "_Counted":
        return _Counted(self.kept[rows], self.days[rows], self.out[rows])


_NOTHING = _Counted(np.empty(0, np.int8), np.empty(0, np.int32), np.empty(0, np.bool_))


def _figure(
    measure: Measure,
    told: Told,
    cases: _Counted,
    first: date,
    last: date,
    group: str | None,
    population: int | None,
) -> Measured:
    known = (cases.kept >= 0) & ~cases.out
    numerator, decided, left_out = int((cases.kept[known] == 1).sum()), int(known.sum()), int(cases.out.sum())
    figures: dict[str, Any] = {"cannot_tell": len(cases.kept) - left_out - decided, "left_out": left_out}
    days = cases.days[known & (cases.days >= 0)]
    if len(days):
        figures["median"] = float(np.median(days))
    because = ""
    match measure.kind:
        case Kind.SHARE if decided:
            low, high = interval(numerator, decided)
            figures |= {"numerator": numerator, "denominator": decided, "share": numerator / decided}
            figures |= {"low": low, "high": high}
        case Kind.SHARE:
            figures |= {"numerator": 0, "denominator": 0}
            because = "there is no case to take a share of"
        case Kind.COUNT:
            figures |= {"numerator": numerator}
        case Kind.RATE:
            figures |= {"numerator": numerator}
            if population:
                figures |= {"denominator": population, "share": numerator * PER / population}
            else:
                because = (
                    "the number of children is not given" if group is None else "nobody knows the children of a group"
                )
        case Kind.LENGTH:
            figures |= {"denominator": decided, "bands": _banded(measure, days)}
            because = "" if decided else "there is no case of which it is known how long it took"
    if measure.duty is not None and told.duties is None:
        because, figures = "the records were not read child by child with a rulebook, which alone tells it", {}
    if missing := told.lacks(measure.needs):
        because = f"no {listed(missing, 'or')} is on record at all"
        figures = {"cannot_tell": figures["cannot_tell"], "left_out": figures["left_out"]}
    return Measured(measure=measure, first=first, last=last, group=group, because=because, **figures)


def _banded(measure: Measure, days: NDArray[np.int32]) -> dict[str, int]:
    if measure.bands is None:
        return {}
    ends = [*measure.bands.last.values()]
    counts = np.bincount(np.searchsorted(ends, days), minlength=len(ends) + 1)
    return dict(zip(measure.bands.names, counts.tolist(), strict=True))


_COUNTS = ("numerator", "denominator", "cannot_tell", "left_out")
_FOLLOWS = {"share": _COUNTS[:2], "low": _COUNTS[:2], "high": _COUNTS[:2], "median": ("denominator",)}
"""What could be worked out from a field, and so is hidden with it."""


def hide(found: tuple[Measured, ...], small: int = SMALL) -> tuple[Measured, ...]:
    """The figures of one period, the whole first, without those that tell of too few: see `suppressing`."""
    counts: dict[tuple[int, str], int] = {}
    for row, one in enumerate(found):
        named = {name: getattr(one, name) for name in _COUNTS} | dict(one.bands)
        if one.measure.kind is Kind.RATE:
            named["denominator"] = None  # how many children an authority has is no secret
        counts |= {(row, name): n for name, n in named.items() if n is not None}
    names = dict.fromkeys(name for _, name in counts)
    rows = range(1, len(found))
    sums = [Sum((0, name), tuple((row, name) for row in rows)) for name in names if rows and (0, name) in counts]
    sums += [
        Sum((row, "denominator"), tuple((row, band) for band in one.bands))
        for row, one in enumerate(found)
        if one.bands
    ]
    hidden = hidden_in(counts, sums, small)
    return tuple(_without(one, {name for of, name in hidden if of == row}) for row, one in enumerate(found))


def _without(one: Measured, names: set[str]) -> Measured:
    names = names | {name for name, of in _FOLLOWS.items() if not names.isdisjoint(of)}
    fields: dict[str, Any] = dict.fromkeys(names - one.bands.keys())
    bands = {name: None if name in names else n for name, n in one.bands.items()}
    return evolve(one, bands=bands, hidden=frozenset(names), **fields)
