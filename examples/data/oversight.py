"""What a full record holds beside the steps: visits, supervision, changes of worker, what other agencies said, audits.

It is added to a finished story, and only for as long as the case, or the plan, is open in it.
"""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # as a script's neighbour it is found by its bare name, and by a type checker from the root
    from examples.data.parts import Case, after, ahead
else:
    from parts import Case, after, ahead

Kinds = tuple[str, ...]

LONG = 60
"""From how many working days on a case is long enough for its worker to change."""
SIGNIFICANT = ("referral", "strategy-discussion", "initial-conference", "review-conference", "plan-ended", "missing")


def oversee(case: Case, until: date) -> None:
    """Add to the record of a case what went on beside the steps; only a full record has any of it."""
    if not case.full:
        return
    closed = ("case-closed",)
    for start, end in _stretches(case, ("referral", "transfer-notified"), closed, until):
        for part in (_supervision, _change_of_worker, _chronology, _agencies, _assurance):
            part(case, start, end)
    for start, end in _stretches(case, ("plan-started",), ("plan-ended", *closed), until):
        _visits(case, start, end, 10)
    for start, end in _stretches(case, ("child-in-need-plan-started",), ("child-in-need-plan-ended", *closed), until):
        _visits(case, start, end, 20)


def _stretches(case: Case, opens: Kinds, closes: Kinds, until: date) -> list[tuple[date, date]]:
    """From each opening to the next closing, or up to the day until which the story is known."""
    starts = sorted({event.day for event in case.events if event.kind in opens and event.day < until})
    ends = sorted(event.day for event in case.events if event.kind in closes)
    found: list[tuple[date, date]] = []
    for start in starts:
        if not found or start >= found[-1][1]:
            ends = [end for end in ends if end >= start]
            found.append((start, min(ends.pop(0), until) if ends else until))
    return found


def _visits(case: Case, start: date, end: date, days: int) -> None:
    """Visits under a plan, about as often as councils have it; now and then there is a gap, or nobody at home."""
    day = start
    while (day := after(day, days - case.number(0, 3) + (case.number(3, 9) if case.chance(0.1) else 0))) < end:
        case.visit(day, seen=0.93)


def _supervision(case: Case, start: date, end: date) -> None:
    """About once a month; now and then a month is left out."""
    day = start
    while (day := after(day, case.number(15, 20) + (case.number(5, 20) if case.chance(0.12) else 0))) < end:
        case.tell(day, "supervision")


def _change_of_worker(case: Case, start: date, end: date) -> None:
    """Another worker takes over, and visits; the old one goes that day, or some days before."""
    if after(start, LONG) >= end or not case.chance(0.4):
        return
    day = after(start, case.number(30, LONG - 10))
    case.tell(ahead(day, case.one_of(0, 0, 6)), "deallocated", worker=case.worker)
    case.worker = f"W-{case.number(1, 24):02}"
    case.allocate(day)
    if (visit := after(day, case.number(1, 8))) < end:
        case.visit(visit)


def _chronology(case: Case, start: date, end: date) -> None:
    """The chronology is brought up to date after most significant events."""
    days = {event.day for event in case.events if event.kind in SIGNIFICANT and start <= event.day}
    for day in sorted(days):
        if case.chance(0.75) and (entered := after(day, case.number(0, 8))) < end:
            case.tell(entered, "chronology-updated")


def _agencies(case: Case, start: date, end: date) -> None:
    """What was asked of other agencies, and what they told."""
    if case.chance(0.3):
        agency = case.one_of("health", "education", "police", "housing")
        asked = case.tell(after(start, case.number(1, 3)), "information-requested", agency=agency)
        if case.chance(0.85) and (received := after(asked, case.number(1, 12))) < end:
            case.tell(received, "information-received", agency=agency)
    if case.chance(0.25):
        meeting = case.one_of("marac", "marac", "mappa", "probation-notice")
        kind = case.one_of("release-date", "licence-conditions") if meeting == "probation-notice" else None
        held = after(start, case.number(4, 25))
        if held < end:
            case.tell(held, meeting, kind=kind)
        if case.chance(0.75) and (filed := after(held, case.number(0, 8))) < end:
            case.tell(filed, "information-filed")


def _assurance(case: Case, start: date, end: date) -> None:
    """An audit with its actions, and another agency that does not agree."""
    if case.chance(0.15) and (day := after(start, case.number(10, 40))) < end:
        case.tell(day, "case-audited", grade=case.one_of("good", "adequate", "adequate", "inadequate"))
        for n in range(1, case.number(1, 2) + 1):
            due = after(day, case.number(10, 20))
            case.tell(day, "audit-action-set", action=f"Q-{n}", due=due)
            if case.chance(0.8):
                case.tell(case.within(ahead(due, 5), 5, kept=0.7), "audit-action-done", action=f"Q-{n}")
    if case.chance(0.12) and (day := after(start, case.number(3, 20))) < end:
        agency = case.one_of("police", "health", "education")
        case.tell(day, "escalation-raised", agency=agency)
        if case.chance(0.85) and (settled := case.within(day, 10, kept=0.7)) < end:
            case.tell(settled, "escalation-resolved", agency=agency)
