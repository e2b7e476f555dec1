"""How long it took, against the limit: the days to a conference, the days of an assessment."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from childprotect.calendars import day_of
from childprotect.errors import NotDrawable
from childprotect.findings import Finding
from childprotect.periods import Period, Unit
from childprotect.plots.canvas import (
    ALLOWED,
    BLACK,
    FAINT,
    LATE,
    MARGIN,
    PLAIN,
    SMALL,
    VERMILION,
    WIDTH,
    Look,
    counts_axis,
    finished,
    page,
    write,
)
from childprotect.plots.given import heading, listing, name, of_kind, opening, whole
from childprotect.plots.pictures import Picture
from childprotect.plots.shares import Share
from childprotect.statuses import Status
from childprotect.wording import counted, listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONFERENCE_BANDS = (10, 15, 20)
"""The last working day of each band in which the DfE publishes initial conferences; the last band is open."""
ASSESSMENT_BANDS = (10, 20, 30, 40, 45, 50, 60)
"""The last working day of each band in which the DfE publishes assessments; the last band is open."""
_OVERDUE = Look("#ffffff", "xxxx", VERMILION)
_MOST = 60
"""As many bars as can be told apart across a page."""
_HEIGHT = 2.9


@frozen(kw_only=True)
class Waited:
    """How long one duty took, each time that there was it: the arguments of `waits`, from findings."""

    days: tuple[int, ...]
    """Of what was done, in time or late."""
    limit: int
    unit: str
    """`working-days` or `days`."""
    overdue: int = 0
    """Not done, and the limit has passed."""
    pending: int = 0
    cannot_tell: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding], rule: str) -> "Waited":
        """From the findings of any number of children, those of one rule.

        Raises `NotDrawable` where there is none with a clock, or where their limits differ or are no number of days: a
        distribution has one limit.
        """
        mine = [one for one in listing(findings, "findings", "findings of a check") if one.rule == rule]
        timed = [one for one in mine if one.due is not None and one.status is not Status.CANNOT_TELL]
        limits = {one.wait.period for one in timed if one.wait is not None and not one.wait.extensions}
        if len(limits) != 1 or any(one.wait is None or one.wait.extensions for one in timed):
            told = listed(sorted(str(limit) for limit in limits)) if limits else "no limit"
            raise NotDrawable(f"findings of {rule!r}", f"they have {told}", "findings with one limit in days")
        (limit,) = limits
        if not isinstance(limit, Period) or limit.unit not in (Unit.WORKING_DAYS, Unit.DAYS):
            raise NotDrawable(f"findings of {rule!r}", f"their limit is {limit}", "a limit in days or working days")
        done = [one for one in timed if one.status in (Status.MET, Status.LATE) and one.answer is not None]
        statuses = Counter(one.status for one in mine)
        return cls(
            # counted back from the last day, so that it does not matter which day was the first
            days=tuple(
                max(0, limit.n + limit.elapsed(day_of(one.due), one.answer.day))
                for one in done
                if one.due is not None and one.answer is not None
            ),
            limit=limit.n,
            unit=limit.lateness_unit,
            overdue=statuses[Status.OVERDUE],
            pending=statuses[Status.PENDING],
            cannot_tell=statuses[Status.CANNOT_TELL],
        )

    def picture(self, *, bands: Sequence[int] | None = None, title: str, what: str) -> Picture:
        """As `waits` draws it."""
        return waits(
            self.days,
            self.limit,
            overdue=self.overdue,
            pending=self.pending,
            cannot_tell=self.cannot_tell,
            unit=self.unit,
            bands=bands,
            title=title,
            what=what,
        )


def waits(
    days: Iterable[int],
    limit: int,
    *,
    overdue: int = 0,
    pending: int = 0,
    cannot_tell: int = 0,
    unit: str = "working-days",
    bands: Sequence[int] | None = None,
    title: str = "Working days to the initial conference",
    what: str = "conferences",
) -> Picture:
    """How many took how long, with what took longer than the limit hatched, and the share within the limit in words.

    `days` are those of what was done. What was not done and is past the limit (`overdue`) has a bar of its own, and
    counts as not in time; what is `pending`, or nobody can tell, is named and is in no share. `unit` is `working-days`
    or `days`. `bands` are the last days of bands, of which the limit must be one (`CONFERENCE_BANDS`,
    `ASSESSMENT_BANDS`); without them there is a bar for each day. Raises `NotDrawable`.

    >>> print(waits([9, 12, 14, 15, 15, 19], 15, overdue=1).text)
    Working days to the initial conference: conferences against a limit of 15 working days, 6 done.
    Within the limit: 5 of 7 (71%; 95% interval 36% to 92%).
    Half of those done took 14 working days or fewer; the longest took 19.
    Past the limit: 1 done late, 1 not done.
    9 working days: 1. 12 working days: 1. 14 working days: 1. 15 working days: 2. 19 working days: 1, past the limit.
    """
    took = sorted(whole(n, "days") for n in listing(days, "days", "whole numbers of days"))
    most = whole(limit, "limit", 1)
    left = {
        "overdue": whole(overdue, "overdue"),
        "pending": whole(pending, "pending"),
        "cannot tell": whole(cannot_tell, "cannot_tell"),
    }
    if of_kind(unit, str, "unit", "a text") not in ("working-days", "days"):
        raise NotDrawable("unit", f"{name(unit, 'unit')!r} is none", "'working-days' or 'days'")
    uppers = _uppers(most, took[-1] if took else 0) if bands is None else _bands(bands, most)
    said, noun = heading(title), name(what, "what")
    bars = _bars(took, uppers)
    words = _words(took, most, left, unit)
    text = [opening(said, f"{noun} against a limit of {counted(most, unit)}, {len(took):,} done."), *words]
    told = [(_band(first, last, unit), n, ", past the limit" if first > most else "") for first, last, n in bars if n]
    text += [" ".join(f"{band}: {n:,}{past}." for band, n, past in told)] if told else []
    with page(said, words[:1] + words[2:], _HEIGHT + 0.9) as (made, top):
        axes = made.panel(MARGIN + 0.45, top + 0.2, WIDTH - 2 * MARGIN - 0.5, _HEIGHT)
        _draw(axes, bars, most, left["overdue"], bands is not None)
        axes.set_xlabel("working days" if unit == "working-days" else "days", fontsize=PLAIN, labelpad=5)
        made.words(f"number of {noun}", MARGIN, top, SMALL, color=FAINT)
        _mark_limit(axes, bars, most, f"limit: {counted(most, unit)}")
    return finished(made, text)


_Bar = tuple[int, int | None, int]
"""The first and the last day of a bar, and how many; the last one may be open."""


def _uppers(limit: int, longest: int) -> list[int]:
    """The last days of bars: one a day, or so many that a page can hold them; the limit is always one of them."""
    step = max(1, -(-2 * limit // _MOST))
    last = min(max(longest, limit + 2 * step), 2 * limit + 5 * step)
    return sorted({*range(limit, -1, -step), *range(limit, last + 1, step)})


def _bands(bands: object, limit: int) -> list[int]:
    uppers = [whole(n, "bands") for n in listing(bands, "bands", "the last days of bands")]
    if any(first >= then for first, then in pairwise(uppers)):
        raise NotDrawable("bands", "they do not rise", "the last day of each band, in order")
    if limit not in uppers:
        problem = f"the limit of {limit} lies within one, which would be in time and late at once"
        raise NotDrawable("bands", problem, f"{limit} among the last days")
    return uppers


def _bars(took: list[int], uppers: list[int]) -> list[_Bar]:
    firsts = [0, *(n + 1 for n in uppers)]
    bars: list[_Bar] = [
        (first, last, sum(first <= n <= last for n in took)) for first, last in zip(firsts, uppers, strict=False)
    ]
    return [*bars, (firsts[-1], None, sum(n >= firsts[-1] for n in took))]


def _band(first: int, last: int | None, unit: str = "") -> str:
    numbers = f"{first} or more" if last is None else str(first) if first == last else f"{first} to {last}"
    if not unit:
        return numbers
    return counted(first, unit) if first == last else f"{numbers} {unit.replace('-', ' ')}"


def _words(took: list[int], limit: int, left: dict[str, int], unit: str) -> list[str]:
    """The share within the limit, how long it took, what was past the limit, and what is in no share."""
    late = sum(n > limit for n in took)
    decided = len(took) + left["overdue"]
    if not decided:
        lines = ["Within the limit: nothing was done yet or overdue, so there is no share."]
    else:
        lines = [f"Within the limit: {Share.of(len(took) - late, decided)}."]
    if took:
        half = took[(len(took) - 1) // 2]
        lines.append(f"Half of those done took {counted(half, unit)} or fewer; the longest took {took[-1]}.")
    else:
        lines.append("None was done.")
    lines.append(f"Past the limit: {late:,} done late, {left['overdue']:,} not done.")
    outside = [f"{left['pending']:,} not done and not yet due"] if left["pending"] else []
    outside += [f"{left['cannot tell']:,} of which nobody can tell"] if left["cannot tell"] else []
    return [*lines, f"In no share: {listed(outside)}."] if outside else lines


def _draw(axes: "Axes", bars: list[_Bar], limit: int, overdue: int, named: bool) -> None:
    """A bar for each band; the open one only where it is needed, and what is overdue apart from all others."""
    shown = [bar for bar in bars if named or bar[1] is not None or bar[2]]
    for at, (first, _, n) in enumerate(shown):
        look = LATE if first > limit else ALLOWED
        if n:
            axes.bar(at, n, 0.86, linewidth=0.8, **look.patch())
            if len(shown) <= 24:
                write(axes, at, n, f"{n:,}", SMALL, ha="center", va="bottom")
    ticks, place = _ticks(shown, named), len(shown) - 1.0
    if overdue:
        place = 1.05 * len(shown) + 0.6
        axes.bar(place, overdue, 0.86, linewidth=0.8, **_OVERDUE.patch())
        write(axes, place, overdue, f"{overdue:,}", SMALL, ha="center", va="bottom")
        ticks.append((place, "not\ndone"))
    axes.set_xticks([place for place, _ in ticks], [words for _, words in ticks])
    axes.set_xlim(-0.7, place + 0.8)
    counts_axis(axes, max([n for *_, n in shown] + [overdue, 1]) * 1.16)


def _ticks(shown: list[_Bar], named: bool) -> list[tuple[float, str]]:
    """The words below the bars: all of a few, else those of round numbers and of the open one."""
    words = [_band(first, last) for first, last, _ in shown]
    if named or len(shown) <= 12:
        return list(enumerate(words))
    step = next(step for step in (2, 5, 10, 20, 50, 100, 1000, 10**9) if shown[-1][0] / step <= 12)
    round_ones = [n for n, (_, last, _) in enumerate(shown) if last is not None and last % step == 0]
    if shown[-1][1] is not None:
        return [(n, words[n]) for n in round_ones]
    apart = len(shown) - 1 - 0.08 * len(shown)
    return [*((n, words[n]) for n in round_ones if n < apart), (len(shown) - 1, f"{shown[-1][0]}+")]


def _mark_limit(axes: "Axes", bars: list[_Bar], limit: int, words: str) -> None:
    at = next(place for place, (_, last, _) in enumerate(bars) if last == limit) + 0.5
    axes.axvline(at, color=BLACK, linewidth=1.4, linestyle=(0, (5, 2)))
    right = axes.get_xlim()[1]
    space = 0.012 * right
    high = axes.get_ylim()[1]
    side = "left" if at < 0.75 * right else "right"
    write(axes, at + (space if side == "left" else -space), high * 0.97, words, PLAIN, ha=side, va="top", weight="bold")
