"""One child's timeline: what happened, strand by strand, and below it every clock, with what went past its end."""

from collections.abc import Sequence
from datetime import date

from childprotect.calendars import day_of
from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.errors import NotDrawable
from childprotect.findings import Finding
from childprotect.plots.canvas import finished, page
from childprotect.plots.clocks import counts_of, parts_of, rows_of
from childprotect.plots.drawing import our_settings
from childprotect.plots.given import day, name, of_kind
from childprotect.plots.pictures import Picture
from childprotect.plots.rows import Drawing, Window
from childprotect.plots.strands import strands_of
from childprotect.plots.telling import later, summary, told
from childprotect.rulebook import Rulebook
from childprotect.wording import counted, day_in_words, days_in_words


def timeline(
    chronology: Chronology,
    rulebook: Rulebook,
    as_at: date,
    *,
    known_at: date | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Picture:
    """What is on record of one child as at a day, and what the rulebook makes of it.

    Above, every event as a point in its strand. Below, every clock as a bar from its start to the end of its last day;
    what is late or overdue goes on hatched, and days that are not counted are shaded. Clocks of a rule that runs more
    than three times share a row. Every breach is drawn, and named in the text; where there are many clocks, some that
    were kept are in the text only. `since` and `until` show a part: the events of these days, and the clocks that run
    then. Nothing of the child but the identifier is shown. Raises `NotDrawable`.
    """
    one = of_kind(chronology, Chronology, "chronology", "a chronology")
    book = of_kind(rulebook, Rulebook, "rulebook", "a rulebook")
    on, known = day(as_at, "as_at"), None if known_at is None else day(known_at, "known_at")
    window = (None if since is None else day(since, "since"), None if until is None else day(until, "until"))
    if window[0] is not None and window[1] is not None and window[1] < window[0]:
        raise NotDrawable("until", f"{window[1]} is before {window[0]}", "a day no earlier than since")
    events = one.as_known(on, known, vocabulary=book.vocabulary)
    left_out = sum(event.day > on or (known is not None and (event.recorded or event.day) > known) for event in one)
    strands = strands_of([event for event in events if _overlaps(event.day, event.day, window)], book)
    findings = [finding for finding in check(one, book, as_at=on, known_at=known).findings if _runs(finding, window)]
    rows, dropped = rows_of(findings)
    title = f"Child {name(one.child, 'chronology.child')}: what happened, and what was due"
    with our_settings():
        drawing = Drawing.of(strands, rows, on, window)
        when = f"s at {day_in_words(on)}{_shown(window)}"
        text = told(f"{title}, a{when}", strands, findings, left_out)
        heading = [
            f"A{when}: {summary(strands, findings)}",
            *later(left_out),
            *([_in_words_only(dropped)] if dropped else []),
        ]
        with page(title, [*heading, *drawing.remarks], drawing.height) as (made, top):
            if strands or rows:
                drawing.draw(made, top)
            return finished(made, text)


def _overlaps(first: date, last: date, window: Window) -> bool:
    since, until = window
    return (since is None or last >= since) and (until is None or first <= until)


def _shown(window: Window) -> str:
    since, until = window
    if since is None:
        return f", shown up to {day_in_words(until)}" if until is not None else ""
    return f", shown {days_in_words(since, until)}"


def _runs(finding: Finding, window: Window) -> bool:
    """Whether a clock runs within the window, or, without a bar, its event lies there."""
    if finding.started is None:
        return window == (None, None)
    first = day_of(finding.started)
    last = max([int(part.last) - 1 for part in parts_of(finding)] + [first.toordinal()])
    return _overlaps(first, date.fromordinal(min(last, date.max.toordinal())), window)


def _in_words_only(dropped: Sequence[Finding]) -> str:
    return f"{counted(len(dropped), 'more clocks are', 'more clock is')} in the words only: {counts_of(dropped)}."
