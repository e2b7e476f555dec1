"""A measure period by period, with the breaks in its definition, and whether it has changed more than by chance."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

import polars as pl
from attrs import evolve, field, frozen
from dateutil.relativedelta import relativedelta

from childprotect.errors import UnknownName
from childprotect.measures import control
from childprotect.measures.control import Limits
from childprotect.measures.measure import Break, Kind, Measure
from childprotect.measures.measuring import Measured, behind, of_cases, of_nothing, refuse_untold
from childprotect.measures.told import Told
from childprotect.wording import day_in_words

Every = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)
_DEPENDENT = "not judged: most of what stands at the end of one period stands at the end of the next"
Signal = Literal["", "beyond the limits", "in a row"]


@frozen(kw_only=True)
class Point:
    """One period of a trend."""

    measured: Measured
    phase: int = 0
    """How many breaks in the definition lie before it: only points of one phase are compared."""
    whole: bool = True
    """Whether the period is as long as the others; one that is cut short is shown and not judged."""
    limits: Limits | None = None
    """Between which values chance alone would leave it; None where too few periods are known, or it is not judged."""
    signal: Signal = ""
    """Why it is more than chance, "" where it is not: it lies beyond the limits, or in a row on one side."""

    @property
    def value(self) -> float | None:
        """The figure of the period, None where there is none."""
        return self.measured.value


@frozen(kw_only=True)
class Trend:
    """A measure over some periods, one after the other, of a whole authority or of one group.

    `verdict` says in words what the last phase shows: that there is no more than chance, since when it is higher or
    lower, in which periods it was out of the ordinary, or that there are too few periods to tell.
    """

    measure: Measure = field(repr=lambda measure: repr(measure.id))
    every: Every
    group: str | None
    points: tuple[Point, ...] = field(repr=False)
    breaks: tuple[Break, ...]
    """The breaks in the definition that part the points."""
    verdict: str


def trend(
    measure: Measure,
    told: Told,
    first: date,
    last: date,
    every: Every = "month",
    *,
    population: int | None = None,
) -> Trend:
    """The measure of each month, quarter or year from `first` to `last`, with what is more than chance: see `control`.

    What stands on the last day of a period (`Measure.at_end`) mostly stands on that of the next too, and a control
    chart takes its points for independent: such a trend is shown and not judged, and `verdict` says so.

    Periods are counted from `first`, so that quarters from 1 April are those of the statistics; the last may be cut
    short. A figure is that of `measured` for its period. Where the definition changed within a period, the period
    belongs to the phase in which it begins. Raises as `measured` does, and `UnknownName` for another `every`.
    """
    return trends(measure, told, first, last, every, population=population)[0]


def trends(
    measure: Measure,
    told: Told,
    first: date,
    last: date,
    every: Every = "month",
    *,
    by: str | None = None,
    population: int | None = None,
) -> tuple[Trend, ...]:
    """The trend of the whole, then, with `by`, of each group in order of its name; as `trend` otherwise.

    A group is there if it has a case in any of the periods.
    """
    if every not in _MONTHS:
        raise UnknownName("period", every, expected=" or ".join(_MONTHS))
    refuse_untold(told, first, last)
    spans = list(periods(first, last, every))
    rows: list[dict[str | None, Measured]] = []
    for (begin, end), cases in zip(spans, _cases(measure, told, spans, by), strict=True):
        found = of_cases(measure, told, cases, begin, end, by=by, population=population)
        rows.append({one.group: one for one in found})
    groups = sorted({group for row in rows for group in row if group is not None})
    series = [
        [row.get(group) or of_nothing(measure, told, *span, group) for row, span in zip(rows, spans, strict=True)]
        for group in (None, *groups)
    ]
    whole = [end == begin + relativedelta(months=_MONTHS[every]) - _DAY for begin, end in spans]
    return tuple(_judged(measure, every, some, whole) for some in series)


def periods(first: date, last: date, every: Every) -> Iterator[tuple[date, date]]:
    """The first and the last day of each period, counted from `first`; the last one ends on `last`."""
    n, begin = 0, first
    while begin <= last:
        n += 1
        after = first + relativedelta(months=n * _MONTHS[every])
        yield begin, min(after - _DAY, last)
        begin = after


def _cases(measure: Measure, told: Told, spans: Sequence[tuple[date, date]], by: str | None) -> Iterator[pl.DataFrame]:
    """The cases of each period; of what happens on a day, those of all periods are found at once."""
    if measure.at_end:
        yield from (behind(measure, told, begin, end, by=by) for begin, end in spans)
        return
    cases = behind(measure, told, spans[0][0], spans[-1][1], by=by)
    for begin, end in spans:
        yield cases.filter(pl.col("day").is_between(begin, end))


def _judged(measure: Measure, every: Every, found: Sequence[Measured], whole: Sequence[bool]) -> Trend:
    """The points with their limits and signals, each phase by itself, and what is to be said of the last one."""
    first, last = found[0].first, found[-1].last
    breaks = tuple(sorted(measure.breaks_within(first, last), key=lambda one: one.on))
    points = [
        Point(measured=one, whole=complete, phase=sum(b.on <= one.first for b in breaks))
        for one, complete in zip(found, whole, strict=True)
    ]
    for phase in range(len(breaks) + 1):
        places = [n for n, point in enumerate(points) if point.phase == phase and point.whole]
        for n, point in zip(places, _signalled([points[n] for n in places], measure), strict=True):
            points[n] = point
    judged = [point for point in points if point.whole and point.phase == points[-1].phase]
    told = tuple(points)
    verdict = _DEPENDENT if measure.at_end else _verdict(judged)
    return Trend(measure=measure, every=every, group=found[0].group, points=told, breaks=breaks, verdict=verdict)


def _signalled(points: Sequence[Point], measure: Measure) -> Iterator[Point]:
    if measure.at_end:
        yield from points
        return
    values = [point.value for point in points]
    if measure.kind is Kind.SHARE:
        limits = control.of_shares([(p.measured.numerator or 0, p.measured.denominator or 0) for p in points])
    else:
        limits = control.of_values(values)
    rows = [(begin, end) for begin, end, _ in control.in_rows(control.sides(values, limits))]
    for n, (point, value, limit) in enumerate(zip(points, values, limits, strict=True)):
        signal: Signal = ""
        if value is not None and limit is not None:
            if any(begin <= n <= end for begin, end in rows):
                signal = "in a row"
            if control.is_beyond(value, limit) and _is_rare(point.measured, measure, limit.middle):
                signal = "beyond the limits"
        yield evolve(point, limits=limit, signal=signal)


def _is_rare(one: Measured, measure: Measure, middle: float) -> bool:
    if measure.kind is not Kind.SHARE:
        return True
    return control.is_rare(one.numerator or 0, one.denominator or 0, middle)


def _verdict(points: Sequence[Point]) -> str:
    """What the points of one phase show, in words."""
    known = [point for point in points if point.value is not None]
    if len(known) < control.FEWEST:
        return f"too few periods to tell: {len(known)} with a figure, and {control.FEWEST} are needed"
    values, limits = [point.value for point in points], [point.limits for point in points]
    sides = control.sides(values, limits)
    last = max(n for n, side in enumerate(sides) if side is not None)
    for begin, end, way in control.in_rows(sides):
        if end == last:
            n = sum(one is not None for one in sides[begin : end + 1])
            since = day_in_words(points[begin].measured.first)
            return f"{_WAYS[way]} since {since}: {n} in a row on that side of the middle"
    out = [(point, side) for point, side in zip(points, sides, strict=True) if point.signal == "beyond the limits"]
    if out:
        point, side = out[-1]
        when = day_in_words(point.measured.first)
        others = f", and {len(out) - 1} more before" if len(out) > 1 else ""
        return f"{_WAYS[side or 0]} than chance explains in the period from {when}{others}"
    if any(point.signal for point in points):
        return "no more than chance at the end, after a row on one side of the middle"
    return "no more than chance"


_WAYS = {1: "higher", -1: "lower"}
