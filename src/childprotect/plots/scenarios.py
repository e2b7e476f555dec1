"""Two scenarios side by side, on the same scale: small multiples."""

from collections.abc import Mapping
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING

from childprotect.errors import NotDrawable
from childprotect.plots.canvas import (
    ALLOWED,
    BLUE,
    LINES,
    MARGIN,
    PLAIN,
    SMALL,
    WIDTH,
    Look,
    finished,
    folded,
    page,
    write,
)
from childprotect.plots.drawing import drawable, width_of
from childprotect.plots.given import (
    Number,
    heading,
    in_figures,
    limits_of,
    mapping,
    name,
    numbers_by_name,
    opening,
    series_by_name,
)
from childprotect.plots.panels import Days, in_words, limit_line, line_alone, scale, seen, spanned
from childprotect.plots.pictures import Picture
from childprotect.wording import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Numbers = Mapping[str, Number] | Mapping[str, Mapping[date, Number]]
"""Counts by name, or numbers by day by name."""
_SECOND = Look("#ffffff", "\\\\\\\\", BLUE)
_HIGH = 1.5
_BAR = 0.2
_SAME = "the same names in both scenarios"


def beside(
    left: Numbers,
    right: Numbers,
    *,
    names: tuple[str, str] = ("first", "second"),
    limits: Mapping[str, Number] | None = None,
    title: str = "Two scenarios",
    what: str = "children",
) -> Picture:
    """Two scenarios on the same scale: a row of two panels for each series, or a pair of bars for each count.

    `left` and `right` have the same names, and for each either numbers by day, as `load` takes them, or one number. In
    a panel at the right the line of the left one is repeated, thin and dotted. `limits` are drawn across the panels of
    the series that they name. Raises `NotDrawable`.

    >>> now, then = {"referral": 100, "plan": 10}, {"referral": 110, "plan": 13}
    >>> print(beside(now, then, names=("as it is", "a tenth more referrals"), title="From referral to plan").text)
    From referral to plan: "as it is" beside "a tenth more referrals", children.
    referral: 100 in "as it is", 110 in "a tenth more referrals" (10 more).
    plan: 10 in "as it is", 13 in "a tenth more referrals" (3 more).
    """
    if not isinstance(names, tuple) or len(names) != 2:
        raise NotDrawable("names", "they are not two", "a name for each of the scenarios")
    called = (name(names[0], "names"), name(names[1], "names"))
    said, noun = heading(title), name(what, "what")
    by_day = {isinstance(one, Mapping) for some in (left, right) for one in _values(some)}
    if len(by_day) > 1:
        raise NotDrawable("left and right", "some are series and some are counts", "the same in both scenarios")
    text = [opening(said, f'"{called[0]}" beside "{called[1]}", {noun}.')]
    if not by_day:
        with page(said, ["Nothing is given for either scenario."], 0.2) as (made, _):
            return finished(made, [f"{text[0]} Nothing is given for either, so there is nothing to see."])
    if by_day == {True}:
        first, then = series_by_name(left, "left"), series_by_name(right, "right")
        _agree(list(first), list(then))
        return _series(first, then, called, limits_of(limits, first), said, noun, text)
    counts, others = numbers_by_name(left, "left"), numbers_by_name(right, "right")
    _agree(list(counts), list(others))
    limits_of(limits, {})
    return _counts(counts, others, called, said, noun, text)


def _values(given: object) -> list[object]:
    return list(mapping(given, "left and right", "a mapping of names to numbers, or to numbers by day").values())


def _agree(ours: list[str], theirs: list[str]) -> None:
    if alone := [repr(one) for one in (*ours, *theirs) if (one in ours) != (one in theirs)]:
        raise NotDrawable("left and right", f"only one of them has {listed(alone)}", _SAME)


def _series(
    left: dict[str, dict[date, Number]],
    right: dict[str, dict[date, Number]],
    names: tuple[str, str],
    limits: dict[str, Number],
    title: str,
    what: str,
    text: list[str],
) -> Picture:
    if len(left) > len(LINES):
        raise NotDrawable("left and right", f"they have {len(left)} series", f"at most {len(LINES)}")
    days = {on for some in (left, right) for one in some.values() for on in one}
    if not days:
        with page(title, ["No day is on record."], 0.2) as (made, _):
            return finished(made, [f"{text[0]} No day is on record, so there is nothing to see."])
    text = [f"{text[0][:-1]} by day, {spanned(days)}."]
    wide = (WIDTH - 2 * MARGIN - 0.7) / 2
    places = (MARGIN + 0.4, MARGIN + 0.7 + wide)
    few, shown = seen([*left.values(), *right.values()])
    seen_left, seen_right = dict(zip(left, few, strict=False)), dict(zip(right, few[len(left) :], strict=True))
    subtitle = [f"Thin and dotted at the right: the line of “{names[0]}” again. {shown}".rstrip()]
    with page(title, subtitle, 0.36 + len(left) * _HIGH + 0.42) as (made, top):
        for at, called in zip(places, names, strict=True):
            made.words(called, at, top + 0.05, 10, weight="bold")
        for place, (one, ours) in enumerate(left.items()):
            theirs, below, limit = right[one], top + 0.36 + place * _HIGH, limits.get(one)
            bound = f" (dashes: the limit of {in_figures(limit)})" if limit is not None else ""
            made.words(f"{one}, number of {what}{bound}", places[0], below, PLAIN)
            first, then = seen_left[one], seen_right[one]
            for at, drawn in zip(places, (first, then), strict=True):
                axes = made.panel(at, below + 0.24, wide, _HIGH - 0.42)
                scale(axes, [limit or 0, *first.values(), *then.values()], days, wide)
                axes.tick_params(labelleft=at == places[0], labelbottom=place == len(left) - 1)
                if limit is not None:
                    limit_line(axes, limit)
                if at != places[0]:
                    line_alone(axes, first, again=True)
                line_alone(axes, drawn)
            text += _said(one, (ours, theirs), names, limit)
        text += [shown] if shown else []
    return finished(made, text)


def _said(one: str, both: tuple[Days, Days], names: tuple[str, str], limit: Number | None) -> list[str]:
    """Each scenario in a sentence, and how their means differ."""
    lines = [in_words(f'{one} in "{called}"', days, limit) for called, days in zip(names, both, strict=True)]
    if all(both):
        first, then = (round(fmean(days.values()), 2) for days in both)
        lines.append(f'{one}, on average: {_differs(first, then)} in "{names[1]}".')
    return lines


def _differs(first: Number, then: Number) -> str:
    if first == then:
        return "the same"
    return f"{in_figures(abs(round(then - first, 2)))} {'more' if then > first else 'fewer'}"


def _counts(
    left: dict[str, Number], right: dict[str, Number], names: tuple[str, str], title: str, what: str, text: list[str]
) -> Picture:
    for one, n in left.items():
        differs = _differs(n, right[one])
        text.append(f'{one}: {in_figures(n)} in "{names[0]}", {in_figures(right[one])} in "{names[1]}" ({differs}).')
    names_wide, figures = 1.75, 1.0
    step = 2 * _BAR + 0.2
    height, most = len(left) * step, max([*left.values(), *right.values(), 1])
    with page(title, [f"Number of {what}"], height + 0.5) as (made, top):
        wide = WIDTH - 2 * MARGIN - names_wide - figures
        axes = made.panel(MARGIN + names_wide, top + 0.35, wide, height)
        axes.axis("off")
        axes.set_xlim(0, most)
        axes.set_ylim(height, 0)
        unit = most / wide
        for row, one in enumerate(left):
            place = row * step
            lines = "\n".join(folded(one, names_wide - 0.15, PLAIN)[:2])
            write(axes, -0.12 * unit, place + _BAR, lines, PLAIN, ha="right", linespacing=1.1)
            for n, (numbers, look) in enumerate(((left, ALLOWED), (right, _SECOND))):
                axes.barh(place + n * _BAR, numbers[one], _BAR, align="edge", linewidth=0.8, **look.patch())
                write(axes, numbers[one] + 0.08 * unit, place + (n + 0.5) * _BAR, in_figures(numbers[one]), SMALL)
        _key(made.panel(MARGIN, top + 0.02, WIDTH - 2 * MARGIN, 0.2), names)
    return finished(made, text)


def _key(axes: "Axes", names: tuple[str, str]) -> None:
    axes.axis("off")
    axes.set_xlim(0, WIDTH - 2 * MARGIN)
    axes.set_ylim(0, 1)
    at = 1.75
    for called, look in zip(names, (ALLOWED, _SECOND), strict=True):
        axes.barh(0.1, 0.3, 0.8, left=at, align="edge", linewidth=0.8, **look.patch())
        write(axes, at + 0.38, 0.5, called, PLAIN)
        at += 0.38 + width_of(drawable(called), PLAIN) + 0.3
