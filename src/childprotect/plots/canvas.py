"""What all pictures share: page, colours with a hatch or a shape beside each, dates along an axis.

A page is 8 inches wide: at 800 pixels the smallest letters are 11 pixels high. The colours are those of Okabe and Ito,
which people with any kind of colour vision tell apart; what matters differs in hatch or shape too, and in grey.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import frozen

from childprotect.calendars import Moment, in_england
from childprotect.plots.drawing import drawable, our_settings, width_of
from childprotect.plots.pictures import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 8.0
"""Inches across a page."""
MARGIN = 0.2
TITLE, PLAIN, SMALL = 12.0, 9.0, 8.0
"""Sizes of letters in points."""

BLACK, INK, FAINT, RULE = "#000000", "#1a1a1a", "#595959", "#bfbfbf"
SKY, BLUE, VERMILION, YELLOW = "#56B4E9", "#0072B2", "#D55E00", "#F0E442"
NOT_COUNTED = "#e3e3e3"
LINES: tuple[tuple[str, Any, str], ...] = (
    (BLUE, "solid", "o"),
    (VERMILION, (0, (5, 2)), "s"),
    ("#009E73", (0, (1, 1.4)), "^"),
    (BLACK, (0, (6, 2, 1, 2)), "D"),
    ("#CC79A7", (0, (9, 3)), "v"),
    ("#E69F00", (0, (3, 1, 1, 1, 1, 1)), "P"),
)
"""Colour, dashes and marker of the lines of a picture, in turn: no two share any of the three."""


@frozen
class Look:
    """How an area is drawn."""

    fill: str
    hatch: str = ""
    edge: str = BLACK
    line: Any = "solid"

    def patch(self) -> dict[str, Any]:
        """As Matplotlib is told."""
        return {"facecolor": self.fill, "hatch": self.hatch, "edgecolor": self.edge, "linestyle": self.line}


ALLOWED = Look(SKY)
"""Time that was allowed; what was in time."""
LATE = Look(VERMILION, "////")
"""Time past the limit; what was late."""
WAITING = Look("#ffffff", "", BLUE, (0, (3, 1.5)))
"""Time that is left."""
UNKNOWN = Look(YELLOW, "...")
"""What nobody can tell."""
LEAD = Look("#ffffff", "", BLACK)
"""Time before an event in which what was needed beforehand is late."""
GONE = Look("#ffffff", "", FAINT, (0, (1, 1.2)))
"""A duty that fell away."""


@frozen(eq=False)
class Page:
    """A figure that is filled from the top; places are in inches from its upper left corner."""

    figure: "Figure"
    height: float

    def panel(self, left: float, top: float, width: float, height: float) -> "Axes":
        """An area with axes of its own, and with lines only below."""
        box = (left / WIDTH, 1 - (top + height) / self.height, width / WIDTH, height / self.height)
        axes: Axes = self.figure.add_axes(box)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(FAINT)
        axes.tick_params(labelsize=SMALL, labelcolor=INK, color=FAINT, length=3)
        axes.set_axisbelow(True)
        return axes

    def words(self, text: str, left: float, top: float, size: float = PLAIN, **how: Any) -> None:
        """A line of words whose upper left corner is there."""
        how = {"color": INK, "va": "top", "ha": "left", "parse_math": False, **how}
        self.figure.text(left / WIDTH, 1 - top / self.height, drawable(text), fontsize=size, **how)


@contextmanager
def page(title: str, subtitle: list[str], height: float) -> Iterator[tuple[Page, float]]:
    """A page with a title and lines below it, and the place below these; `height` is that of all that follows.

    What is drawn on it is drawn within `our_settings`.
    """
    with our_settings():
        from matplotlib.figure import Figure

        lines = [line for words in subtitle for line in folded(words, WIDTH - 2 * MARGIN, PLAIN)]
        heading = folded(title, WIDTH - 2 * MARGIN, TITLE, bold=True)
        under = 0.2 + 0.25 * len(heading)
        below = under + 0.07 + 0.18 * len(lines)
        made = Page(Figure((WIDTH, below + height), facecolor="white"), below + height)
        for n, line in enumerate(heading):
            made.words(line, MARGIN, 0.16 + 0.25 * n, TITLE, weight="bold")
        for n, line in enumerate(lines):
            made.words(line, MARGIN, under + 0.18 * n)
        yield made, below


def finished(made: Page, text: list[str]) -> Picture:
    """The page as a picture, with the lines of its text alternative."""
    return Picture(made.figure, "\n".join(text))


def folded(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines that are no wider than so many inches, as far as its words allow."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(drawable(longer), size, bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def write(axes: "Axes", x: float, y: float, text: str, size: float = SMALL, **how: Any) -> None:
    """Words at a place of a panel. Dollars are no formula, and a letter that the font lacks is marked."""
    how = {"color": INK, "va": "center", "ha": "left", "parse_math": False, **how}
    axes.text(x, y, drawable(text), fontsize=size, **how)


def counts_axis(axes: "Axes", highest: float) -> None:
    """An axis upwards of counts, from nothing, with a faint line at each tick."""
    axes.set_ylim(0, highest)
    axes.locator_params(axis="y", integer=True)
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    axes.tick_params(axis="y", length=0)


def place_of(at: Moment) -> float:
    """Where a moment is along an axis of days; a day without a time begins there."""
    if not isinstance(at, datetime):
        return float(at.toordinal())
    local = in_england(at)
    return local.toordinal() + (local.hour * 60 + local.minute) / 1440


def end_of(at: Moment) -> float:
    """Where a moment is along an axis of days; a day without a time ends there."""
    return place_of(at) + (0 if isinstance(at, datetime) else 1)


def middle_of(at: Moment) -> float:
    """Where a point is drawn: a day without a time has it at noon."""
    return place_of(at) + (0 if isinstance(at, datetime) else 0.5)


def short_day(at: Moment) -> str:
    """`3 Sep 2012`."""
    on = in_england(at) if isinstance(at, datetime) else at
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24_000)
"""Months between two ticks."""


def date_axis(axes: "Axes", first: float, last: float, width: float = 6.5) -> None:
    """An axis of days from one place to another, with its ticks at days, Mondays or beginnings of months."""
    axes.set_xlim(first, last)
    most = max(2, int(width / 0.72))
    start, end = date.fromordinal(max(1, int(first))), date.fromordinal(min(date.max.toordinal(), int(last)))
    ticks = _days(start, end, most) or _months(start, end, most)
    labels = []
    year = None
    for on, words in ticks:
        labels.append(f"{words}\n{on.year}" if on.year != year and words else words or str(on.year))
        year = on.year
    axes.set_xticks([on.toordinal() for on, _ in ticks], labels)
    axes.grid(axis="x", color="#ededed", linewidth=0.8)


def _days(start: date, end: date, most: int) -> list[tuple[date, str]]:
    for step in (1, 2, 7, 14):
        if (end - start).days / step <= most:
            begin = start + timedelta(days=-start.weekday() % 7) if step >= 7 else start
            days = [date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal() + 1, step)]
            return [(on, f"{on.day} {_MONTHS[on.month - 1]}") for on in days]
    return []


def _months(start: date, end: date, most: int) -> list[tuple[date, str]]:
    first, last = start.year * 12 + start.month - (start.day == 1), end.year * 12 + end.month - 1
    step = next((step for step in _STEPS if (last - first) / step <= most), _STEPS[-1])
    months = [divmod(month, 12) for month in range(-(-first // step) * step, last + 1, step)]
    return [(date(year, month + 1, 1), _MONTHS[month] if step < 12 else "") for year, month in months if year]
