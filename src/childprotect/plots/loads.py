"""Caseload and queue over time."""

from collections.abc import Mapping
from datetime import date

from childprotect.errors import NotDrawable
from childprotect.plots.canvas import FAINT, LINES, MARGIN, PLAIN, SMALL, WIDTH, finished, page
from childprotect.plots.drawing import drawable, width_of
from childprotect.plots.given import Number, heading, in_figures, limits_of, name, opening, series_by_name
from childprotect.plots.panels import Label, ends, in_words, last_of, limit_line, line, scale, seen, spanned
from childprotect.plots.pictures import Picture

_HEIGHT = 2.9


def load(
    series: Mapping[str, Mapping[date, Number]],
    *,
    limits: Mapping[str, Number] | None = None,
    title: str = "Caseload and queue over time",
    what: str = "children",
) -> Picture:
    """Numbers by day, one line a name, with each name at the end of its line; and the limits of those that have one.

    `series` maps up to six names to numbers of 0 or more by day; a mean need not be whole. A line joins the days that
    are given: a day that is not given is not zero. Of more than 400 days the mean of each week is drawn, or of each
    month; the words tell of the days. `limits` are by the names of their series. `what` is counted. Raises
    `NotDrawable`.

    >>> queue = {date(2024, 1, 8): 4, date(2024, 1, 15): 9, date(2024, 1, 22): 6}
    >>> print(load({"waiting for allocation": queue}, limits={"waiting for allocation": 5}).text)
    Caseload and queue over time: children by day, from Mon 8 Jan 2024 to Mon 22 Jan 2024.
    waiting for allocation: 4 on Mon 8 Jan 2024 and 6 on Mon 22 Jan 2024; lowest 4 on Mon 8 Jan 2024, highest 9 on \
Mon 15 Jan 2024; on average 6.33; above 5 on 2 of 3 days.
    """
    read = series_by_name(series, "series")
    if len(read) > len(LINES):
        raise NotDrawable("series", f"there are {len(read)}", f"at most {len(LINES)}, which can be told apart")
    bounds = limits_of(limits, read)
    said, noun = heading(title), name(what, "what")
    days = [on for one in read.values() for on in one]
    if not days:
        with page(said, ["No day is on record."], 0.2) as (made, _):
            return finished(made, [opening(said, "no day is on record, so there is nothing to see.")])
    span = spanned(days)
    text = [opening(said, f"{noun} by day, {span}.")]
    text += [in_words(one, numbers, bounds.get(one)) for one, numbers in read.items()]
    few, drawn = seen(read.values())
    text += [drawn] if drawn else []
    shown = dict(zip(read, few, strict=True))
    with page(said, [drawn] if drawn else [], _HEIGHT + 0.75) as (made, top):
        lines = [Label(*last_of(one), words, place) for place, (words, one) in enumerate(shown.items()) if one]
        across = {f"limit: {in_figures(most)}" for most in bounds.values()}
        right = max(width_of(drawable(words), PLAIN) for words in (*read, *across)) + 0.28
        width = WIDTH - 2 * MARGIN - 0.45 - right
        axes = made.panel(MARGIN + 0.45, top + 0.2, width, _HEIGHT)
        made.words(f"number of {noun}", MARGIN, top - 0.06, SMALL, color=FAINT)
        scale(axes, [*bounds.values(), *(n for one in shown.values() for n in one.values())], days, width)
        for place, one in enumerate(shown.values()):
            line(axes, one, place)
        for most in set(bounds.values()):
            limit_line(axes, most)
            lines.append(Label(axes.get_xlim()[1], most, f"limit: {in_figures(most)}"))
        ends(axes, lines, _HEIGHT)
    return finished(made, text)
