"""The parts of stories in which a court, the police or a carer has a say: orders, proceedings, placements, absences.

As in `parts`, most of it is done in time and some is not. Orders end when they must: that one ran on is rare, and then
more likely a date that was never entered.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # as a script's neighbour it is found by its bare name, and by a type checker from the root
    from examples.data.parts import Case, after, working
else:
    from parts import Case, after, working

TWENTY_SIX_WEEKS = date(2014, 4, 22)
"""From here on proceedings have a limit and interim care orders have none."""
FAMILY_GROUPS = date(2025, 1, 1)
"""When letters before proceedings began to offer a family meeting, ahead of the Act of 2026."""
YEAR = timedelta(days=365)

# --- protective powers


def police_protection(case: Case, day: date, order: bool = False) -> date:
    """Taken into police protection, mostly to the minute, and released or made subject of an order; the day of that."""
    taken, let_go = (case.one_of("08:40", "16:45"), case.one_of("09:30", "12:00")) if case.chance(0.8) else ("", "")
    case.tell(day, "police-protection-started", taken)
    over = day + timedelta(days=case.one_of(1, 2, 3, 3))
    return over if order else case.tell(over, "police-protection-ended", let_go)


def emergency_order(case: Case, day: date, since: date | None = None) -> date:
    """An emergency protection order, of which every other one is extended; the day of its end.

    `since` is the first day of police protection: the order is counted from it.
    """
    case.tell(day, "emergency-protection-order-made")
    last = (since or day) + timedelta(days=7)
    if case.chance(0.5):
        case.tell(last - timedelta(days=1), "emergency-protection-order-extended")
        last += timedelta(days=7)
    return case.tell(last + timedelta(days=case.one_of(-2, -1, 0, 0, 2)), "emergency-protection-order-ended")


# --- before and in court


def pre_proceedings(case: Case, day: date) -> date:
    """From the request for legal advice to the meeting with the parents; the day of that meeting."""
    met = after(case.tell(day, "legal-advice-sought"), case.number(4, 18))
    case.tell(met, "legal-planning-meeting")
    offered = day.month % 2 == 0 if day >= FAMILY_GROUPS else None  # no dice: they are few, and both should occur
    sent = case.tell(after(met, case.number(3, 12)), "letter-before-proceedings", family_group_meeting_offered=offered)
    return case.tell(after(sent, case.number(8, 20)), "pre-proceedings-meeting")


def proceedings(case: Case, issued: date) -> tuple[date, date]:
    """Care proceedings with their interim orders; the days of the first order and of the conclusion."""
    case.tell(issued, "proceedings-issued")
    ordered = case.tell(after(issued, case.number(1, 5)), "interim-care-order-made")
    if issued >= TWENTY_SIX_WEEKS:
        done = issued + timedelta(weeks=case.number(18, 26)) - timedelta(days=case.number(1, 4))
        if case.chance(0.4):
            case.tell(working(done - timedelta(days=7)), "proceedings-extended")
            done += timedelta(weeks=case.one_of(5, 7, 12))
        elif case.chance(0.4):
            done += timedelta(weeks=9)
    else:
        done = issued + timedelta(weeks=case.number(30, 52))
        renewed = working(ordered + timedelta(days=55 + (8 if case.chance(0.1) else 0)))
        while renewed < done:
            case.tell(renewed, "interim-care-order-made")
            renewed = working(renewed + timedelta(days=27 + (5 if case.chance(0.04) else 0)))
    return ordered, case.tell(working(done), "proceedings-concluded")


# --- care


def looked_after(case: Case, day: date, end: date, home: bool = False) -> None:
    """Looked after from one day to another, with reviews; at home, with a relative, or with carers who may change."""
    case.tell(day, "looked-after-started")
    first = case.tell(case.within(day, 20, kept=0.85), "looked-after-review")
    review, wait = first, 80
    while (review := working(review + timedelta(days=wait + (30 if case.chance(0.1) else 0)))) < end:
        case.tell(review, "looked-after-review")
        wait = 170
    if home:
        at_home(case, day, first, end)
        return
    for_good = case.one_of(("foster", True), ("kinship", True), ("long-term-foster", False), ("residential", False))
    moved = day + timedelta(days=case.number(60, 300))
    if moved < end and case.chance(0.6):
        placement(case, day, moved, case.one_of("foster", "residential"))
        day = moved
    placement(case, day, end, *for_good)


def placement(case: Case, day: date, end: date, kind: str, to_18: bool = False) -> None:
    """A placement with carers: visited in the first week, then every six weeks, and less often after a year."""
    later = 170 if kind == "long-term-foster" else 85 if to_18 else 39
    case.tell(day, "placement-started", placement=kind, until_18=to_18 or None)
    visit = day + timedelta(days=case.number(1, 7) if case.chance(0.85) else case.number(8, 12))
    while visit < end:
        case.tell(visit, "looked-after-visit")
        usual = later if visit > day + YEAR else 39
        visit = working(visit + timedelta(days=usual - case.number(0, 8) + (14 if case.chance(0.08) else 0)))


def at_home(case: Case, day: date, reviewed: date, end: date) -> None:
    """At home with parents, or with a relative for now: visited weekly up to the first review, then four-weekly."""
    case.tell(day, "placement-started", placement=case.one_of("parents-interim-order", "temporary-connected-person"))
    visit = day + timedelta(days=case.number(2, 7))
    while visit < end:
        case.tell(visit, "looked-after-visit")
        days = case.number(5, 7) if visit < reviewed else case.number(22, 28)
        visit += timedelta(days=days + (case.number(3, 6) if case.chance(0.15) else 0))


# --- private fostering


def private_fostering(case: Case, day: date, end: date) -> None:
    """A private arrangement, of which the council was told or that it found out, with visits up to its end."""
    told = case.chance(0.6)
    case.tell(day, "private-fostering-notified" if told else "private-fostering-known")
    visit = case.within(day, 7, kept=0.8) if told else day + timedelta(days=case.number(5, 40))
    while visit < end:
        case.tell(visit, "private-fostering-visit")
        usual = 78 if visit > day + YEAR else 38
        visit = working(visit + timedelta(days=usual - case.number(0, 6) + (20 if case.chance(0.12) else 0)))
    case.tell(end, "private-fostering-ended")


# --- missing


def missing(case: Case, day: date, timed: bool) -> date:
    """Missing for a night or two, and mostly an interview on return; the day of the last step."""
    left, back, asked = ("19:30", "11:15", case.one_of("10:00", "10:45", "14:30")) if timed else ("", "", "")
    case.tell(day, "missing", left)
    found = case.tell(day + timedelta(days=case.number(1, 3)), "found", back)
    if case.chance(0.6):
        case.tell(found, "return-interview-offered", "17:00" if timed else "")
    if case.chance(0.85):
        return case.tell(found + timedelta(days=case.one_of(1, 2, 2, 3, 3, 5)), "return-interview", asked)
    return found
