"""The check of lead time, and of what must be in place or up to date on the day of the check."""

from collections.abc import Iterator
from datetime import date, timedelta

from childprotect.calendars import Moment, day_of, lasted
from childprotect.case import Case, absent_on, outside
from childprotect.conditions import Hit, Truth
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.explaining import hours_between
from childprotect.findings import Finding
from childprotect.periods import Period, Unit
from childprotect.requirements import Wait
from childprotect.rules import Before, Current
from childprotect.statuses import Status
from childprotect.versions import NotAssessed, Version
from childprotect.wording import counted, day_in_words, event_in_words, not_held, the_event

Judged = Finding | NotAssessed
_ONE_DAY = timedelta(days=1)


def check_before(rule: Before, case: Case) -> Iterator[Judged]:
    """A finding for every anchor: did an event of its own come long enough before it."""
    events = case.story.find(rule.event)
    anchors = case.story.find(rule.anchor)
    for anchor in anchors:
        # two anchors of one day share what came before
        bounds = [hit for hit in (*anchors, *case.story.find(rule.since)) if hit.event.day < anchor.event.day]
        bound = max((hit.place for hit in bounds if hit.truth), default=-1)
        rival = max((hit for hit in bounds if hit.truth is None), key=lambda hit: hit.place, default=None)
        version = rule.version_on(anchor.event.day)
        if version is None:
            yield outside(rule, anchor.event)
        elif (gone := case.gone(rule, anchor.event)) is not None:
            yield gone
        else:
            own = [hit for hit in events if bound < hit.place < anchor.place]
            yield _lead(rule, version, anchor, own, rival, case)


def _lead(rule: Before, version: Version, anchor: Hit, own: list[Hit], rival: Hit | None, case: Case) -> Finding:
    """The verdict on one anchor. What came before a `rival`, an event that may be another anchor, may be that one's."""
    period, event = version.requires, anchor.event
    assert isinstance(period, Period)
    wait = Wait(period)

    def cannot_tell(missing: tuple[str, ...], why: str) -> Finding:
        return Finding(
            case.chronology.child, rule, Status.CANNOT_TELL, case.as_at, version, event, missing=missing, why=why
        )

    if absent := tuple(sorted(kind for kind in rule.event.kinds if not case.story.covers.holds(kind))):
        return cannot_tell(absent, not_held(absent))
    if anchor.truth is None:
        missing = rule.anchor.missing(event, case.story)
        return cannot_tell(missing, f"whether {the_event(event)} calls for it is not recorded")
    try:
        due = period.before(event.at)
    except OutOfRange as error:
        return cannot_tell((event.kind,), str(error))
    certain = [hit for hit in own if hit.truth and (rival is None or rival.place < hit.place)]
    last = certain[-1].event if certain else None
    # a doubtful one would decide if it came later, or if there is no other
    doubtful = [hit.event for hit in own if hit not in certain and (last is None or hit.event.day > last.day)]
    in_time = last is not None and _in_time(last, event, period, due)
    if doubtful and (in_time or last is None):
        missing_names = [name for e in doubtful for name in rule.event.missing(e, case.story)]
        if rival is not None:
            missing_names += (rule.anchor | rule.since).missing(rival.event, case.story)
        return cannot_tell(
            tuple(dict.fromkeys(missing_names)),
            f"whether {the_event(doubtful[-1])} was the one required is not recorded",
        )
    if last is None:
        since = case.story.covers.since
        if since is not None and day_of(due) < since:
            return cannot_tell(
                (rule.event.patterns[0][0],), f"this source tells everything only from {day_in_words(since)}"
            )
        wanted = event_in_words(rule.event.patterns[0][0])
        limit = f"at least {period} before was {day_in_words(due)}"
        why = f"there is no {wanted} on record before {the_event(event)}; {limit}"
        return Finding(
            case.chronology.child,
            rule,
            Status.OVERDUE,
            case.as_at,
            version,
            event,
            due=due,
            why=why,
            ended=event.day,
            wait=wait,
        )
    try:
        taken = hours_between(last.at, event.at) if wait.in_hours else _lead_in_words(wait, last.day, event.day)
    except (OutOfRange, OverflowError) as error:
        return cannot_tell((last.kind,), str(error))
    why = f"{the_event(last)} was {taken} before {the_event(event)}; at least {period} before was {day_in_words(due)}"
    if in_time is None:
        untimed = tuple(f"{e.kind}.at" for e in (last, event) if not e.timed)
        return cannot_tell(untimed, f"{why}; the time of day is not recorded")
    status = Status.MET if in_time else Status.LATE
    return Finding(case.chronology.child, rule, status, case.as_at, version, event, last, due, (), why, wait=wait)


def _lead_in_words(wait: Wait, day: date, anchor: date) -> str:
    """How long before: the days from the event to the eve of the anchor, which are those that a lead is made of."""
    return counted(wait.elapsed(day - _ONE_DAY, anchor - _ONE_DAY), wait.unit)


def _in_time(event: Event, anchor: Event, period: Period, due: Moment) -> Truth:
    if period.unit is not Unit.HOURS:
        return event.day <= day_of(due)
    shortest, longest = lasted(event.at, anchor.at)
    lead = timedelta(hours=period.n)
    return True if shortest >= lead else None if longest >= lead else False


def check_current(rule: Current, case: Case) -> Iterator[Judged]:
    """At most one finding: is that which must be in place there, and not out of date, on the day of the check."""
    version = rule.version_on(case.as_at)
    end = len(case.story.events)
    if version is None:
        yield absent_on(rule, case.as_at)
        return
    if case.fell_away is not None:
        return
    wanted = rule.held.opens.kinds if rule.held else rule.event.kinds | rule.behind.kinds
    if absent := sorted(kind for kind in wanted if not case.story.covers.holds(kind)):
        yield NotAssessed(rule.id, not_held(absent))
        return
    running = rule.while_.open_at(end, case.story)
    began = case.story.find(rule.while_.opens)
    if running is False or not began:
        return
    opened = rule.while_.opened_by(end, case.story) or began[-1].event
    if running is None:
        missing = rule.while_.missing_at(end, case.story)
        why = f"whether the {rule.while_.name} is open on {day_in_words(case.as_at)} is not recorded"
        yield _standing(rule, version, Status.CANNOT_TELL, opened, case, why, missing)
    elif rule.held is not None:
        yield from _in_place(rule, version, opened, case)
    elif rule.behind.patterns:
        yield from _behind(rule, version, opened, case)
    else:
        yield from _fresh(rule, version, opened, case)


def _standing(
    rule: Current, version: Version, status: Status, trigger: Event, case: Case, why: str, missing: tuple[str, ...] = ()
) -> Finding:
    return Finding(case.chronology.child, rule, status, case.as_at, version, trigger, missing=missing, why=why)


def _in_place(rule: Current, version: Version, opened: Event, case: Case) -> Iterator[Finding]:
    assert rule.held is not None
    end, today = len(case.story.events), day_in_words(case.as_at)
    since = f"the {rule.while_.name} is open since {the_event(opened)}"
    held = rule.held.open_at(end, case.story)
    if held:
        yield _standing(rule, version, Status.MET, opened, case, f"{since}, with {rule.held.name} on {today}")
    elif held is None:
        missing = rule.held.missing_at(end, case.story)
        why = f"{since}; whether there is {rule.held.name} on {today} is not recorded"
        yield _standing(rule, version, Status.CANNOT_TELL, opened, case, why, missing)
    elif opened.day < case.as_at:
        yield _standing(rule, version, Status.BREACHED, opened, case, f"{since}, without {rule.held.name} on {today}")


def _behind(rule: Current, version: Version, opened: Event, case: Case) -> Iterator[Finding]:
    start = case.story.place(opened)
    events = [hit for hit in case.story.find(rule.event) if hit.place > start]
    last = next((hit.event for hit in reversed(events) if hit.truth), None)
    newer = [
        hit
        for hit in case.story.find(rule.behind)
        if hit.place > start and hit.event.day < case.as_at and (last is None or hit.event.day > last.day)
    ]
    certain = [hit.event for hit in newer if hit.truth]
    maybe = [hit.event for hit in events if hit.truth is None and certain and hit.event.day >= certain[-1].day]
    wanted = event_in_words(rule.event.patterns[0][0])
    if maybe or (newer and not certain):
        match, doubtful = (rule.event, maybe[0]) if maybe else (rule.behind, newer[0].event)
        missing = match.missing(doubtful, case.story)
        yield _standing(
            rule,
            version,
            Status.CANNOT_TELL,
            doubtful,
            case,
            f"whether {the_event(doubtful)} counts is not recorded",
            missing,
        )
    elif certain:
        known = f"the last {wanted} was on {day_in_words(last.at)}" if last else f"there is no {wanted} on record"
        why = f"{known}, and {the_event(certain[-1])} came after"
        yield _standing(rule, version, Status.BREACHED, certain[-1], case, why)
    elif last is not None:
        yield _standing(rule, version, Status.MET, last, case, f"nothing that counts came after {the_event(last)}")


def _fresh(rule: Current, version: Version, opened: Event, case: Case) -> Iterator[Finding]:
    period = version.requires
    assert isinstance(period, Period)
    events = [hit for hit in case.story.find(rule.event) if hit.place > case.story.place(opened)]
    last = next((hit.event for hit in reversed(events) if hit.truth), None)
    maybe = [hit.event for hit in events if hit.truth is None and (last is None or hit.event.day > last.day)]
    if last is None and not maybe:
        return  # that there is none at all is the business of the rules on the first
    try:
        fresh = last is not None and case.as_at <= day_of(period.due(last.day))
    except OutOfRange as error:
        yield _standing(rule, version, Status.CANNOT_TELL, opened, case, str(error), rule.event.patterns[0][:1])
        return
    if not fresh and maybe:
        missing = rule.event.missing(maybe[-1], case.story)
        yield _standing(
            rule,
            version,
            Status.CANNOT_TELL,
            maybe[-1],
            case,
            f"whether {the_event(maybe[-1])} counts is not recorded",
            missing,
        )
        return
    assert last is not None
    due = period.due(last.day)
    status = Status.MET if fresh else Status.OVERDUE
    current = f"it {'is' if fresh else 'was'} current to {day_in_words(due)}"
    why = f"{the_event(last)} is the last; while the {rule.while_.name} is open it may be {period} old: {current}"
    yield Finding(
        case.chronology.child,
        rule,
        status,
        case.as_at,
        version,
        last,
        last if fresh else None,
        due,
        why=why,
        wait=Wait(period),
    )
