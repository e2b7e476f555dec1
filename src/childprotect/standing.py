"""The check of lead time, and of what must be in place or up to date on the day of the check."""

from collections.abc import Iterator
from datetime import date, timedelta

from childprotect.calendars import Moment, day_of, lasted
from childprotect.case import Case, absent_on, outside
from childprotect.conditions import Hit, Match, Truth
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.explaining import hours_between
from childprotect.findings import Finding
from childprotect.periods import Period, Unit
from childprotect.phrases import either, incomplete, lacking, none_between, the_one
from childprotect.requirements import Wait
from childprotect.rules import Before, Current
from childprotect.statuses import Status
from childprotect.versions import NotAssessed, Version
from childprotect.wording import counted, day_in_words, not_held, the_event, with_article

Judged = Finding | NotAssessed
_ONE_DAY = timedelta(days=1)


def check_before(rule: Before, case: Case) -> Iterator[Judged]:
    """A finding for every anchor: did an event of its own come long enough before it."""
    events = case.story.find(rule.event)
    anchors = case.story.find(rule.anchor)
    for anchor in anchors:
        # two anchors of one day share what came before
        bounds = [hit for hit in (*anchors, *case.story.find(rule.since)) if hit.event.day < anchor.event.day]
        bound = max((hit for hit in bounds if hit.truth), key=lambda hit: hit.place, default=None)
        rival = max((hit for hit in bounds if hit.truth is None), key=lambda hit: hit.place, default=None)
        version = rule.version_on(anchor.event.day)
        if version is None:
            yield outside(rule, anchor.event)
        elif (gone := case.gone(rule, anchor.event)) is not None:
            yield gone
        else:
            yield _lead(rule, version, anchor, [hit for hit in events if hit.place < anchor.place], bound, rival, case)


def _lead(
    rule: Before, version: Version, anchor: Hit, before: list[Hit], bound: Hit | None, rival: Hit | None, case: Case
) -> Finding:
    """The verdict on one anchor. What came before the `bound` is of another anchor.

    What came before a `rival`, an event that may be another anchor, may be that one's.
    """
    own = [hit for hit in before if bound is None or bound.place < hit.place]
    period, event = version.requires, anchor.event
    assert isinstance(period, Period)
    wait = Wait(period)

    def cannot_tell(missing: tuple[str, ...], why: str) -> Finding:
        return Finding(
            case.chronology.child, rule, Status.CANNOT_TELL, case.as_at, version, event, missing=missing, why=why
        )

    if absent := case.story.covers.absent(rule.event.kinds):
        return cannot_tell(absent, not_held(absent))
    if anchor.truth is None:
        missing = rule.anchor.missing(event, case.story)
        return cannot_tell(missing, f"whether the rule applies to {the_event(event)}: {lacking(missing, event)}")
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
        missing = tuple(dict.fromkeys(missing_names))
        why = lacking(missing, doubtful[-1], rule.event.doubts(doubtful[-1], case.story))
        return cannot_tell(missing, f"whether {the_one(doubtful[-1], rule.event)} counts for {the_event(event)}: {why}")
    since = case.story.covers.since
    needed = f"the limit was {day_in_words(due)} ({period} before)"
    if last is None:
        if lacks := case.story.covers.may_lack(rule.event.kinds, bound.event.day if bound else date.min):
            return cannot_tell(lacks, incomplete(since, lacks))
        if since is not None and day_of(due) < since:
            complete = f"this source is complete only from {day_in_words(since)}"
            return cannot_tell(
                (rule.event.patterns[0][0],), f"{complete}, and may lack what came before {the_event(event)}"
            )
        left_out = before[-1].event if before else None
        none = none_between(either(rule.event), the_event(event), bound.event if bound else None, left_out)
        return Finding(
            case.chronology.child,
            rule,
            Status.OVERDUE,
            case.as_at,
            version,
            event,
            due=due,
            why=f"{none}; {needed}",
            ended=event.day,
            wait=wait,
        )
    try:
        taken = _lead_in_words(wait, last, event)
    except (OutOfRange, OverflowError) as error:
        return cannot_tell((last.kind,), str(error))
    why = f"{the_one(last, rule.event)} was {taken} {the_event(event)}; {needed}"
    if in_time is None:
        untimed = tuple(f"{e.kind}.at" for e in (last, event) if not e.timed)
        return cannot_tell(untimed, f"{why}, and not every time of day is recorded")
    status = Status.MET if in_time else Status.LATE
    return Finding(case.chronology.child, rule, status, case.as_at, version, event, last, due, (), why, wait=wait)


def _lead_in_words(wait: Wait, event: Event, anchor: Event) -> str:
    """How long before: the days from the event to the eve of the anchor, which are those that a lead is made of."""
    if wait.in_hours:
        return f"{hours_between(event.at, anchor.at)} before"
    lead = counted(wait.elapsed(event.day - _ONE_DAY, anchor.day - _ONE_DAY), wait.unit)
    if event.day == anchor.day:
        return "on the day of"
    return f"{'less than a working day' if lead.startswith('0 ') else lead} before"


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
    if absent := case.story.covers.absent(wanted):
        yield NotAssessed(rule.id, not_held(absent))
        return
    running = rule.while_.open_at(end, case.story)
    began = case.story.find(rule.while_.opens)
    if running is False or not began:
        return
    opened = rule.while_.opened_by(end, case.story) or began[-1].event
    if running is None:
        missing = rule.while_.missing_at(end, case.story)
        reasons = lacking(missing, opened)
        why = f"whether the {rule.while_.name} was still open on {day_in_words(case.as_at)}: {reasons}"
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
    since = f"the {rule.while_.name} has been open since {the_event(opened)}"
    name, held = rule.held.name, rule.held.open_at(end, case.story)
    if held:
        yield _standing(rule, version, Status.MET, opened, case, f"{since}; on {today} there was {with_article(name)}")
    elif held is None:
        missing = rule.held.missing_at(end, case.story)
        why = f"whether there was {with_article(name)} on {today}: {lacking(missing, opened)}; {since}"
        yield _standing(rule, version, Status.CANNOT_TELL, opened, case, why, missing)
    elif opened.day < case.as_at:
        yield _standing(rule, version, Status.BREACHED, opened, case, f"{since}; on {today} there was no {name}")


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
    wanted = either(rule.event)
    if maybe or (newer and not certain):
        match, doubtful = (rule.event, maybe[0]) if maybe else (rule.behind, newer[0].event)
        missing = match.missing(doubtful, case.story)
        yield _standing(
            rule,
            version,
            Status.CANNOT_TELL,
            doubtful,
            case,
            f"whether {the_event(doubtful)} {'counts as' if maybe else 'calls for'} {with_article(wanted)}: "
            + lacking(missing, doubtful, match.doubts(doubtful, case.story)),
            missing,
        )
    elif certain and (lacks := _may_lack(rule.event, certain[-1], case)):
        why = incomplete(case.story.covers.since, lacks)
        yield _standing(rule, version, Status.CANNOT_TELL, certain[-1], case, why, lacks)
    elif certain:
        none = f"no {wanted} is on record since {the_event(opened)}, and {the_event(certain[-1])} calls for one"
        why = f"the last {wanted}, on {day_in_words(last.at)}, was before {the_event(certain[-1])}" if last else none
        yield _standing(rule, version, Status.BREACHED, certain[-1], case, why)
    elif last is not None and (lacks := _may_lack(rule.behind, last, case)):
        why = incomplete(case.story.covers.since, lacks)
        yield _standing(rule, version, Status.CANNOT_TELL, last, case, why, lacks)
    elif last is not None:
        # what happened on the day of the check calls for nothing yet
        span = f"between {the_event(last)} and {day_in_words(case.as_at)}"
        why = f"no event that calls for another is on record {span}"
        yield _standing(rule, version, Status.MET, last, case, why)


def _may_lack(match: Match, after: Event, case: Case) -> tuple[str, ...]:
    return case.story.covers.may_lack(match.kinds, after.day)


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
            f"whether {the_event(maybe[-1])} counts as {with_article(either(rule.event))}: "
            + lacking(missing, maybe[-1], rule.event.doubts(maybe[-1], case.story)),
            missing,
        )
        return
    assert last is not None
    if not fresh and (lacks := _may_lack(rule.event, last, case)):
        why = incomplete(case.story.covers.since, lacks)
        yield _standing(rule, version, Status.CANNOT_TELL, last, case, why, lacks)
        return
    due = period.due(last.day)
    status = Status.MET if fresh else Status.OVERDUE
    current = "it is current" if fresh else f"it is out of date as at {day_in_words(case.as_at)}"
    counts = f"while the {rule.while_.name} is open it counts as current for {period}, to {day_in_words(due)}"
    why = f"the last {either(rule.event)} was on {day_in_words(last.at)}; {counts}: {current}"
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
