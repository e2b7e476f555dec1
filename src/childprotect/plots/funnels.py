"""From referral to plan: how many came so far, and what share of those a step before."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from childprotect.chronology import Chronology
from childprotect.plots.canvas import ALLOWED, MARGIN, PLAIN, SMALL, WIDTH, finished, folded, page, write
from childprotect.plots.given import Number, day, heading, in_figures, listing, name, numbers_by_name, of_kind, opening
from childprotect.plots.pictures import Picture
from childprotect.plots.shares import of_before
from childprotect.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS: Mapping[str, frozenset[str]] = {
    "referral": frozenset({"referral"}),
    "assessment": frozenset({"assessment-started", "assessment-completed"}),
    "strategy discussion": frozenset({"strategy-discussion"}),
    "section 47 enquiry": frozenset({"section-47-started", "section-47-completed"}),
    "initial conference": frozenset({"initial-conference", "pre-birth-conference"}),
    "child protection plan": frozenset({"plan-started"}),
}
"""The steps from referral to plan, and the kinds of event that show that a child came so far."""
_NAMES, _FIGURES = 1.75, 2.35
"""Inches for the names at the left, and for the figures at the right."""
_BAR, _GAP = 0.34, 0.22


def reached(
    chronologies: Iterable[Chronology], *, as_at: date, steps: Mapping[str, frozenset[str]] = STEPS
) -> dict[str, int]:
    """How many of the children came at least as far as each step by `as_at`: what `funnel` draws.

    A child counts once, at the furthest step on record and at all before it, whether or not these are on record: many
    sources cannot hold a strategy discussion. A child of whom no step is on record counts nowhere. Raises
    `NotDrawable`.
    """
    until = day(as_at, "as_at")
    found = dict.fromkeys(steps, 0)
    for chronology in listing(chronologies, "chronologies", "chronologies"):
        one = of_kind(chronology, Chronology, "chronologies", "chronologies")
        kinds = {event.kind for event in one.as_known(until)}
        came = [step for step, shows in steps.items() if not kinds.isdisjoint(shows)]
        for step in steps:
            found[step] += bool(came)
            if came and step == came[-1]:
                break
    return found


def funnel(counts: Mapping[str, Number], *, title: str = "From referral to plan", what: str = "children") -> Picture:
    """How many came to each step, in the order of `counts`, with the share of the step before beside each.

    `counts` are numbers of 0 or more by the name of the step; a mean need not be whole. `what` is counted. A step with
    more than the one before is drawn as it is. Raises `NotDrawable`.

    >>> print(funnel({"referral": 120, "assessment": 90, "conference": 9}).text)
    From referral to plan: children at each of 3 steps.
    referral: 120.
    assessment: 90, which is 75% of the step before.
    conference: 9, which is 10% of the step before.
    From the first step to the last: 8%.
    """
    read = numbers_by_name(counts, "counts")
    said, unit, steps = heading(title), name(what, "what"), list(read.items())
    if not steps:
        text = [opening(said, "no step was given, so there is nothing to see.")]
        with page(said, ["No step was given."], 0.2) as (made, _):
            return finished(made, text)
    shares = ["", *(of_before(n, before) for (_, before), (_, n) in pairwise(steps))]
    height = len(steps) * (_BAR + _GAP)
    with page(said, [f"Number of {unit} at each step, and the share of the step before"], height + 0.15) as (
        made,
        top,
    ):
        axes = made.panel(MARGIN + _NAMES, top, WIDTH - 2 * MARGIN - _NAMES - _FIGURES, height)
        axes.axis("off")
        axes.set_xlim(0, max(1, *(n for _, n in steps)))
        axes.set_ylim(height, 0)
        _bars(axes, steps, shares)
    text = [opening(said, f"{unit} at each of {counted(len(steps), 'steps')}.")]
    for (step, n), share in zip(steps, shares, strict=True):
        text.append(f"{step}: {in_figures(n)}{_which_is(share)}.")
    if len(steps) > 2:
        text.append(f"From the first step to the last: {of_before(steps[-1][1], steps[0][1])}.")
    return finished(made, text)


def _which_is(share: str) -> str:
    if not share:
        return ""
    return f", which is {share} of the step before" if share.endswith("%") else f" ({share})"


def _bars(axes: "Axes", steps: list[tuple[str, Number]], shares: list[str]) -> None:
    places = [n * (_BAR + _GAP) for n in range(len(steps))]
    for (upper, (_, before)), (lower, (_, n)) in pairwise(zip(places, steps, strict=True)):
        axes.fill_betweenx([upper + _BAR, lower], [0, 0], [before, n], facecolor="#ededed", linewidth=0)
    axes.barh(places, [n for _, n in steps], _BAR, align="edge", linewidth=0.8, **ALLOWED.patch())
    unit = axes.get_xlim()[1] / (WIDTH - 2 * MARGIN - _NAMES - _FIGURES)
    for place, (step, n), share in zip(places, steps, shares, strict=True):
        lines = "\n".join(folded(step, _NAMES - 0.15, PLAIN)[:2])
        write(axes, -0.12 * unit, place + _BAR / 2, lines, PLAIN, ha="right", linespacing=1.1)
        write(axes, n + 0.08 * unit, place + _BAR / 2, in_figures(n), PLAIN, weight="bold")
        if share:
            at = n + (0.16 + 0.085 * len(in_figures(n))) * unit
            words = f"{share} of the step before" if share.endswith("%") else share
            write(axes, at, place + _BAR / 2, words, SMALL)
