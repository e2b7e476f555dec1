"""The rows of a timeline on the page: strands with their events, clocks with their bars, and the key."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from childprotect.findings import Finding
from childprotect.plots.canvas import (
    ALLOWED,
    BLACK,
    FAINT,
    GONE,
    LATE,
    LEAD,
    MARGIN,
    NOT_COUNTED,
    PLAIN,
    RULE,
    SMALL,
    UNKNOWN,
    VERMILION,
    WAITING,
    WIDTH,
    Look,
    Page,
    date_axis,
    end_of,
    middle_of,
    place_of,
    short_day,
    write,
)
from childprotect.plots.clocks import Part, Row, is_lead, parts_of, uncounted
from childprotect.plots.drawing import drawable, width_of
from childprotect.plots.strands import Flag, Strand, flags
from childprotect.statuses import Status
from childprotect.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Window = tuple[date | None, date | None]
"""The first and the last day that are shown, where these were set."""
_GUTTER = 1.35
"""Inches at the left, for the names of strands and how each clock stands."""
_WIDE = WIDTH - 2 * MARGIN - _GUTTER
_HEAD, _APART, _TRACK, _FLAG = 0.24, 0.1, 0.25, 0.155
_CLOCK, _BAR = 0.43, 0.15
_AXIS, _KEY = 0.42, 0.22
_TALL = 5.0
_NARROWEST = 0.03
"""Inches of a weekend that can still be seen."""
_NEAR = 1.4
"""How many times as long the days may become for the day of the check to be among them."""


@frozen
class Span:
    """The days that are shown, from one place on the axis to another."""

    first: float
    last: float

    @property
    def inch(self) -> float:
        """Days to an inch."""
        return (self.last - self.first) / _WIDE

    @classmethod
    def of(cls, strands: Sequence[Strand], rows: Sequence[Row], as_at: date, window: Window) -> "Span":
        """The days of all events and clocks, with room for names at the right; or those of the window.

        A clock that is overdue for years would leave nothing of the rest: it is cut off, and goes on in words.
        """
        findings = [finding for row in rows for finding in row.findings]
        places = [place_of(event.day) for strand in strands for event in strand.events]
        places += [place_of(finding.started) for finding in findings if finding.started is not None]
        ends = [end_of(at) for finding in findings for at in (finding.due, finding.done, finding.ended) if at]
        first, last = min([*places, *ends], default=0.0), max([at + 1 for at in places] + ends, default=1.0)
        if end_of(as_at) - first <= max(_NEAR * (last - first), 14):
            last = max(last, end_of(as_at))
        since, until = window
        first = place_of(since) if since is not None else first - 0.01 * (last - first)
        if until is not None:
            return cls(first, max(end_of(until), first + 1))
        for strand in strands:
            for event, words in strand.names():
                room = min(width_of(drawable(words), SMALL) + 0.1, 0.5 * _WIDE)
                last = max(last, first + (middle_of(event.at) - first) * _WIDE / (_WIDE - room))
        return cls(first, last + 0.02 * (last - first))


@frozen(eq=False)
class Drawing:
    """Where everything is: worked out before there is a page, since the page must be as high as it needs."""

    strands: tuple[Strand, ...]
    rows: tuple[Row, ...]
    as_at: date
    span: Span
    flags: tuple[tuple[Flag, ...], ...]
    """The names in each strand."""
    unnamed: int
    """How many events have no name beside them for want of room."""

    @classmethod
    def of(cls, strands: Sequence[Strand], rows: Sequence[Row], as_at: date, window: Window) -> "Drawing":
        """Use it within `our_settings`."""
        span = Span.of(strands, rows, as_at, window)
        wide = span.inch
        placed = [
            flags(
                strand,
                lambda event: middle_of(event.at),
                lambda words: (width_of(drawable(words), SMALL) + 0.12) * wide,
            )
            for strand in strands
        ]
        unnamed = sum(left for _, left in placed)
        return cls(tuple(strands), tuple(rows), as_at, span, tuple(tuple(some) for some, _ in placed), unnamed)

    @property
    def height(self) -> float:
        """Inches of the page that it needs."""
        if not self.strands and not self.rows:
            return 0.2
        return self._above + self._rows_height + _AXIS + _KEY * len(self._key_lines) + 0.1

    @property
    def _above(self) -> float:
        """Inches for dates above, where those below are far off."""
        return _AXIS - 0.1 if self._rows_height > _TALL else 0.0

    @property
    def _rows_height(self) -> float:
        events = sum(_TRACK + _FLAG * _levels(some) for some in self.flags) + (_HEAD if self.strands else 0)
        return events + (_APART + _HEAD + _CLOCK * len(self.rows) if self.rows else 0) + 0.08

    @property
    def remarks(self) -> list[str]:
        """What cannot be seen, in words."""
        words = []
        if self.unnamed:
            some = counted(self.unnamed, "events are", "event is")
            words.append(f"For want of room, {some} named in the words only.")
        if self._is_cut:
            words.append("The day of the check lies beyond the right edge: bars with an arrow go on.")
        if not self._shades and any(finding.unit == "working-days" for finding in self._findings):
            words.append("At this scale, days that are not counted are too narrow to be shaded.")
        return words

    @property
    def _findings(self) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings]

    @property
    def _is_cut(self) -> bool:
        return any(part.last > self.span.last for finding in self._findings for part in parts_of(finding))

    @property
    def _shades(self) -> bool:
        return 2 / self.span.inch >= _NARROWEST

    def draw(self, made: Page, top: float) -> None:
        """Draw it on a page, from a place downwards."""
        top += self._above
        axes = made.panel(MARGIN + _GUTTER, top, _WIDE, self._rows_height)
        axes.set_ylim(self._rows_height, 0)
        axes.set_yticks([])
        date_axis(axes, self.span.first, self.span.last, _WIDE)
        if self._rows_height > _TALL:
            axes.tick_params(axis="x", top=True, labeltop=True)
        y = 0.0
        if self.strands:
            self._head(axes, y, "Events")
            y += _HEAD
        for strand, names in zip(self.strands, self.flags, strict=True):
            y += _TRACK + _FLAG * _levels(names)
            self._strand(axes, y - 0.12, strand, names)
        if self.rows:
            y += _APART
            self._head(axes, y, "Clocks")
            y += _HEAD
        for row in self.rows:
            self._clock(axes, y, row)
            y += _CLOCK
        if self.span.first <= end_of(self.as_at) <= self.span.last:
            self._as_at(axes)
        self._key(made, top + self._rows_height + _AXIS)

    def _head(self, axes: "Axes", y: float, words: str) -> None:
        write(axes, self._gutter, y + 0.14, words, PLAIN, weight="bold")

    @property
    def _gutter(self) -> float:
        return self.span.first - _GUTTER * self.span.inch

    def _as_at(self, axes: "Axes") -> None:
        at, inch = end_of(self.as_at), self.span.inch
        axes.axvline(at, color=BLACK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1.5)
        words = f"as at {short_day(self.as_at)}"
        side = "right" if at - self.span.first > _WIDE * inch / 2 else "left"
        write(axes, at + (-0.06 if side == "right" else 0.06) * inch, 0.1, words, SMALL, ha=side, weight="bold")

    def _strand(self, axes: "Axes", y: float, strand: Strand, names: Sequence[Flag]) -> None:
        write(axes, self._gutter, y, strand.name, PLAIN)
        axes.plot([self.span.first, self.span.last], [y, y], color=RULE, linewidth=1, zorder=1)
        for flag in names:
            line = y - 0.14 - _FLAG * flag.level
            if flag.level:
                axes.plot([flag.at, flag.at], [y, line], color=FAINT, linewidth=0.7, zorder=1.2)
            write(axes, flag.at + 0.05 * self.span.inch, line, flag.words, bbox=_PAPER, zorder=1.6)
        at = [middle_of(event.at) for event in strand.events]
        axes.plot(at, [y] * len(at), "o", markersize=5.5, color=BLACK, markeredgecolor="white", markeredgewidth=0.7)

    def _clock(self, axes: "Axes", y: float, row: Row) -> None:
        bar = y + 0.25
        bold = "bold" if row.worst.is_breach else "normal"
        write(axes, self._gutter, bar + _BAR / 2, row.standing, SMALL, weight=bold)
        parts = [(finding, parts_of(finding, in_lane=row.is_lane)) for finding in row.findings]
        for finding, some in parts:
            for part in some:
                _area(axes, part, bar, fill=True)
            if some and self._shades:
                self._shade(axes, finding, some, bar)
        for finding, some in parts:
            for part in some:
                _area(axes, part, bar, fill=False)
            self._marks(axes, finding, some, bar + _BAR / 2)
        begins = [place_of(finding.started) for finding in row.findings if finding.started is not None]
        is_bold = row.worst.is_breach and not row.is_lane
        words = next(line for line in row.lines if width_of(drawable(line), SMALL, is_bold) < _WIDE - 0.1)
        end = self.span.last - (width_of(drawable(words), SMALL, is_bold) + 0.05) * self.span.inch
        at = max(self.span.first, min(min(begins, default=self.span.first), end))
        write(axes, at, y + 0.16, words, weight="bold" if is_bold else "normal", bbox=_PAPER, zorder=2)

    def _shade(self, axes: "Axes", finding: Finding, parts: Sequence[Part], bar: float) -> None:
        last = min(max(part.last for part in parts), self.span.last)
        stretches = [
            (first.toordinal(), (end - first).days + 1)
            for first, end in uncounted(finding, last)
            if end.toordinal() + 1 > self.span.first
        ]
        axes.broken_barh(stretches, (bar - 0.03, _BAR + 0.06), facecolor=NOT_COUNTED, linewidth=0, zorder=2.2)

    def _marks(self, axes: "Axes", finding: Finding, parts: Sequence[Part], y: float) -> None:
        """What was done, what goes on, what nobody can tell, and a breach that has no clock."""
        how: dict[str, Any] = {"markeredgecolor": BLACK, "zorder": 3, "linestyle": "none"}
        if finding.started is not None and not parts:
            axes.plot([middle_of(finding.started)], [y], "X", markersize=8, color=VERMILION, **how)
        if finding.status in _ANSWERED and finding.done is not None:
            colour = BLACK if finding.status is Status.LATE else "white"
            axes.plot([middle_of(finding.done)], [y], "D", markersize=4.5, color=colour, **how)
        if not parts:
            return
        first, last = max(parts[0].first, self.span.first), min(parts[-1].last, self.span.last)
        if finding.status is Status.CANNOT_TELL and first < last:
            write(axes, (first + last) / 2, y, "?", PLAIN, ha="center", weight="bold", bbox=_PAPER, zorder=3)
        if _goes_on(finding):
            axes.plot([last], [y], ">", markersize=7, color=VERMILION, clip_on=False, **how)

    @property
    def _key_lines(self) -> list[list[str]]:
        """The signs to explain, in lines of a page."""
        lines: list[list[str]] = [[]]
        used = 0.0
        for words in self._signs():
            wide = 0.55 + width_of(words, SMALL) + 0.2
            if used and used + wide > WIDTH - 2 * MARGIN:
                lines.append([])
                used = 0.0
            lines[-1].append(words)
            used += wide
        return lines

    def _signs(self) -> Iterator[str]:
        looks = {part.look for finding in self._findings for part in parts_of(finding)}
        yield from (words for words, look in _LOOKS.items() if look in looks)
        statuses = {finding.status for finding in self._findings if finding.done is not None}
        yield from (words for words, status in _ANSWERS.items() if status in statuses)
        if any(_goes_on(finding) for finding in self._findings):
            yield _OPEN
        if any(not parts_of(finding) for finding in self._findings):
            yield _NO_CLOCK
        if self._shades and any(finding.unit == "working-days" for finding in self._findings):
            yield _SHADED

    def _key(self, made: Page, top: float) -> None:
        for n, line in enumerate(self._key_lines):
            axes = made.panel(MARGIN, top + n * _KEY, WIDTH - 2 * MARGIN, _KEY)
            axes.axis("off")
            axes.set_xlim(0, WIDTH - 2 * MARGIN)
            axes.set_ylim(_KEY, 0)
            at = 0.0
            for words in line:
                _sign(axes, words, at)
                write(axes, at + 0.42, _KEY / 2, words)
                at += 0.55 + width_of(words, SMALL) + 0.2


_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.6}
"""Under words: it covers what lies between two lines of them too, so that no line of days runs through a block."""
_ANSWERED = (Status.MET, Status.LATE)
_ANSWERS = {"done in time": Status.MET, "done late": Status.LATE}
_OPEN, _NO_CLOCK = "still not done", "breach of a duty without a clock"
_SHADED = "not counted: weekend or bank holiday"
_MARKS = {
    "done in time": ("D", "white", 5),
    "done late": ("D", BLACK, 5),
    _OPEN: (">", VERMILION, 7),
    _NO_CLOCK: ("X", VERMILION, 8),
}
_LOOKS: dict[str, Look] = {
    "time allowed": ALLOWED,
    "late or overdue": LATE,
    "time left": WAITING,
    "nobody can tell": UNKNOWN,
    "fell away": GONE,
    "needed before the event": LEAD,
}


def _goes_on(finding: Finding) -> bool:
    return finding.status is Status.OVERDUE and finding.ended is None and not is_lead(finding)


def _levels(names: Sequence[Flag]) -> int:
    return 1 + max((flag.level for flag in names), default=-1)


def _area(axes: "Axes", part: Part, top: float, *, fill: bool) -> None:
    """The fill of a stretch, or its edge and hatch, which go over what is shaded."""
    how = part.look.patch()
    drawn = {"color": how["facecolor"], "linewidth": 0} if fill else {**how, "facecolor": "none", "linewidth": 0.8}
    axes.barh([top], [part.last - part.first], _BAR, [part.first], align="edge", zorder=2 if fill else 2.5, **drawn)


def _sign(axes: "Axes", words: str, at: float) -> None:
    top = (_KEY - _BAR) / 2
    if (look := _LOOKS.get(words)) is not None:
        part = Part(at, at + 0.34, look)
        _area(axes, part, top, fill=True)
        _area(axes, part, top, fill=False)
    elif words == _SHADED:
        axes.barh([top - 0.02], [0.34], _BAR + 0.04, [at], align="edge", color=NOT_COUNTED, linewidth=0)
    else:
        marker, colour, size = _MARKS[words]
        axes.plot([at + 0.17], [_KEY / 2], marker, markersize=size, color=colour, mec=BLACK)
