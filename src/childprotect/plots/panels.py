"""Lines over days that are told apart by dashes, markers and words at their ends: no legend, and no colour needed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, Any

from attrs import frozen

from childprotect.plots.canvas import BLACK, BLUE, FAINT, LINES, PLAIN, counts_axis, date_axis, middle_of, write
from childprotect.plots.given import Number, in_figures
from childprotect.wording import day_in_words, days_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Days = Mapping[date, Number]
_APART = 0.17
"""Inches between two labels."""
_FEW = 40
"""As many points as can be marked one by one."""
_DENSE = 400
"""As many points of a line as can be seen; of more the means of weeks are drawn, or of months."""


def line_alone(axes: "Axes", days: Days, *, again: bool = False) -> None:
    """The only line of a panel; or, thin and dotted, that of another panel `again`."""
    how: dict[str, Any] = {"color": BLUE, "linewidth": 1.8, "clip_on": False, "zorder": 3}
    if again:
        how |= {"color": "#6e6e6e", "linewidth": 1.3, "linestyle": (0, (1, 1.5)), "zorder": 2.5}
    axes.plot([middle_of(on) for on in days], list(days.values()), marker="." if len(days) <= _FEW else None, **how)


def line(axes: "Axes", days: Days, place: int) -> None:
    """The line of the series in that place, with its own dashes and marker."""
    colour, dashes, marker = LINES[place]
    every = 1 if len(days) <= _FEW else max(1, len(days) // 9)
    axes.plot(
        [middle_of(on) for on in days],
        list(days.values()),
        color=colour,
        linestyle=dashes,
        linewidth=2,
        marker=marker,
        markersize=4.5,
        markevery=(place * every // len(LINES), every),
        markeredgecolor=BLACK,
        markeredgewidth=0.6,
        clip_on=False,  # a line of zeros lies upon the axis
        zorder=3,
    )


@frozen
class Label:
    """Where a line ends, along the days and up, with its name, and its place among the lines if it has one."""

    end: float
    level: Number
    words: str
    place: int | None = None


def last_of(days: Days) -> tuple[float, Number]:
    """Where the line of a series ends."""
    last = max(days)
    return middle_of(last), days[last]


def ends(axes: "Axes", labels: list[Label], height: float) -> None:
    """Names at the right of a panel that is so many inches high, each as near to its line as the others allow."""
    low, high = axes.get_ylim()
    apart = _APART * (high - low) / height
    ordered = sorted(labels, key=lambda label: (label.level, label.words))
    places: list[float] = []
    for label in ordered:
        places.append(max(label.level, places[-1] + apart if places else low))
    for n in reversed(range(len(places))):
        places[n] = min(places[n], places[n + 1] - apart if n + 1 < len(places) else high)
    left, right = axes.get_xlim()
    joint, beside, words = (right + part * (right - left) for part in (0.02, 0.03, 0.045))
    for at, label in zip(places, ordered, strict=True):
        line_up, across = [label.level, label.level, at], [label.end, right, joint]
        # dotted, so that it is not taken for the line itself where that ends early
        axes.plot(across, line_up, color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)), clip_on=False)
        if label.place is not None:
            colour, _, marker = LINES[label.place]
            how = {"markeredgecolor": BLACK, "markeredgewidth": 0.6, "linestyle": "none", "clip_on": False}
            axes.plot([beside], [at], marker=marker, markersize=5, color=colour, **how)  # type: ignore[arg-type]
        write(axes, words, at, label.words, PLAIN)


def scale(axes: "Axes", numbers: Iterable[Number], days: Collection[date], width: float) -> None:
    """Axes that hold these numbers, from nothing up, and these days; the panel is so many inches wide."""
    counts_axis(axes, max([*numbers, 1]) * 1.08)
    date_axis(axes, min(days).toordinal(), max(days).toordinal() + 1, width)


def seen(series: Iterable[Days]) -> tuple[list[Days], str]:
    """The series as they can be seen, all alike, and what is drawn then: of many days the mean of each week or month.

    A mean is that of the days that are given; it stands on the middle one of these.
    """
    every = list(series)
    if all(len(days) <= _DENSE for days in every):
        return every, ""
    weeks = [_means(days, lambda day: day.isocalendar()[:2]) for days in every]
    if all(len(days) <= _DENSE for days in weeks):
        return weeks, "Drawn is the mean of each week."
    return [_means(days, lambda day: (day.year, day.month)) for days in every], "Drawn is the mean of each month."


def _means(days: Days, period: Callable[[date], object]) -> Days:
    parts = [list(some) for _, some in groupby(days, period)]
    return {some[len(some) // 2]: fmean(days[day] for day in some) for some in parts}


def spanned(days: Collection[date]) -> str:
    """`from Mon 8 Jan 2024 to Mon 22 Jan 2024`."""
    first, last = min(days), max(days)
    return days_in_words(first, last) if first < last else f"on {day_in_words(first)} only"


def limit_line(axes: "Axes", limit: Number) -> None:
    """A line across the panel, thinner and longer in its dashes than any series."""
    axes.axhline(limit, color=BLACK, linewidth=1, linestyle=(0, (12, 4)))


def in_words(name: str, days: Days, limit: Number | None = None) -> str:
    """A series in a sentence: from what to what, its mean, its lowest and highest, and how often over the limit."""
    if not days:
        return f"{name}: no day is on record."
    first, last = min(days), max(days)
    if len(days) == 1:
        text = f"{name}: {in_figures(days[first])} on {day_in_words(first)}, the only day"
    elif len(set(days.values())) == 1:
        text = f"{name}: {in_figures(days[first])} all the time, {days_in_words(first, last)}"
    else:
        least, most = min(days, key=days.__getitem__), max(days, key=days.__getitem__)
        text = (
            f"{name}: {in_figures(days[first])} on {day_in_words(first)} and {in_figures(days[last])} on "
            f"{day_in_words(last)}; lowest {in_figures(days[least])} on {day_in_words(least)}, highest "
            f"{in_figures(days[most])} on {day_in_words(most)}; on average {in_figures(fmean(days.values()))}"
        )
    if limit is not None:
        over = sum(n > limit for n in days.values())
        text += f"; above {in_figures(limit)} on {over:,} of {len(days):,} days"
    return f"{text}."
