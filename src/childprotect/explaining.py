"""Findings in words: the sentence, and the tree of law, counting and source behind it.

A sentence names days, events and facts of ours, and nothing else of the record.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from childprotect.calendars import Moment, day_of, lasted
from childprotect.deadlines import Deadline
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.periods import Period
from childprotect.phrases import either, quorum_in_words, the_one
from childprotect.requirements import By, Quorum, Wait
from childprotect.rules import AtMost, Attended, Before, Current, Law, Order, Recorded, Within
from childprotect.statuses import Reason, Status
from childprotect.versions import Version
from childprotect.wording import (
    agencies_in_words,
    counted,
    day_in_words,
    event_in_words,
    listed,
    sentence,
    the_event,
    with_article,
)

if TYPE_CHECKING:
    from childprotect.findings import Elapsed, Finding

ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_BACKWARD = (Before, Current)


def because(finding: "Finding") -> str:
    """The finding as one or two sentences."""
    forward = finding.wait is not None and not isinstance(finding.law, _BACKWARD)
    match finding.status:
        case Status.MET | Status.LATE if forward:
            text = _answered(finding)
        case Status.OVERDUE | Status.PENDING if forward:
            text = _unanswered(finding)
        case Status.CANNOT_TELL:
            text = sentence(f"cannot tell{'' if finding.why.startswith('whether ') else ':'} {finding.why}")
        case _:
            text = sentence(finding.why)
    if finding.version is not None and finding.version.departure:
        text += f" Local departure: {finding.version.departure}."
    if finding.version is not None and finding.version.illustrative:
        text += " The figure is an illustration and not a local rule that was seen."
    return text


def _answered(finding: "Finding") -> str:
    assert finding.trigger and finding.answer and finding.wait and finding.due is not None
    wait = finding.wait
    start = wait.since or finding.trigger
    late = f": {_lateness(finding)}" if finding.status is Status.LATE else ""
    done = _done(finding, finding.trigger, finding.answer)
    if isinstance(wait.period, By):
        return f"{sentence(done)} It was due by {_the_date_set(finding, start)}{late}."
    started = event_in_words(start.kind)
    if wait.in_hours:
        taken = f"{hours_between(start.at, finding.answer.at)} after the {started} on {day_in_words(start.at)}"
    elif finding.answer.day == start.day:
        taken = f"on the same day as the {started}"
    else:
        taken = f"{_elapsed(wait, start.day, finding.answer.day)} after the {started} on {day_in_words(start.at)}"
    counted_from = start is not finding.trigger and isinstance(finding.law, AtMost)
    whence = f", from which {the_event(finding.trigger)} is counted" if counted_from else ""
    return f"{sentence(f'{done}, {taken}{whence}')} {_limit(finding, wait)}{late}."


def _done(finding: "Finding", trigger: Event, answer: Event) -> str:
    """What was done, with what the rule asked of it: `visit to the child on Mon 10 Sep 2012 (child seen)`."""
    done = the_one(answer, finding.law.wants)
    if not isinstance(finding.law, AtMost) or done.startswith("the end of "):
        return done.removeprefix("the ")
    return f"next {done.removeprefix('the ')}" if answer.kind == trigger.kind else f"end with {done}"


def _limit(finding: "Finding", wait: Wait) -> str:
    """`The limit is 10 working days, which ended on Mon 24 Sep 2012`; and what for, if not for what the rule names."""
    assert finding.due is not None
    other = finding.answer is not None and event_in_words(finding.answer.kind) != wanted(finding.law)
    what = f" for {with_article(either(finding.law.wants))}" if other and not isinstance(finding.law, AtMost) else ""
    ends = "ends" if finding.as_at <= day_of(finding.due) else "ended"
    return f"The limit{what} is {wait}, which {ends} on {day_in_words(finding.due)}"


def _the_date_set(finding: "Finding", start: Event) -> str:
    assert finding.due is not None
    return f"{day_in_words(finding.due)}, the date set for it on {day_in_words(start.at)}"


def _lateness(finding: "Finding") -> str:
    assert finding.trigger and finding.wait and finding.answer and finding.due is not None
    past = "over the limit" if isinstance(finding.law, AtMost) else "late"
    if not finding.wait.in_hours:
        return f"{_past(finding.wait, day_of(finding.due), finding.answer.day)} {past}"
    if isinstance(finding.due, datetime):
        return f"{hours_between(finding.due, finding.answer.at)} {past}"
    assert isinstance(finding.wait.period, Period)
    limit = timedelta(hours=finding.wait.period.n)
    shortest, longest = lasted((finding.wait.since or finding.trigger).at, finding.answer.at)
    return f"{_hours(shortest - limit, longest - limit)} {past}"


def _unanswered(finding: "Finding") -> str:
    assert finding.trigger and finding.wait and finding.due is not None
    wait = finding.wait
    begun = wait.since or finding.trigger
    if isinstance(finding.law, AtMost):
        return _lasting(finding, finding.law, wait, begun)
    what = either(finding.law.wants)
    again = begun.kind in finding.law.wants.kinds
    if finding.status is Status.PENDING:
        return _pending(finding, wait, begun, f"next {what}" if again else what)
    until = day_in_words(day_of(finding.due) if finding.perhaps else finding.ended or finding.as_at)
    bounded = f"from {the_event(begun)} to {until}" if finding.perhaps or finding.ended else f"since {the_event(begun)}"
    same = finding.law.pairing.same if isinstance(finding.law, Within) else None
    alike = f" (same {same})" if same in finding.trigger.facts else ""
    due = f"{day_in_words(finding.due)} ({wait})"
    due = _the_date_set(finding, begun) if isinstance(wait.period, By) else due
    passed = f"{_past(wait, day_of(finding.due), finding.ended or finding.as_at)} overdue"
    # what fell away was not done until then
    when = f", and still not done, at {finding.why}" if finding.ended else f" as at {day_in_words(finding.as_at)}"
    text = f"No {'further ' if again else ''}{what}{alike} is on record {bounded}. It was due by {due}: {passed}{when}."
    return f"{text}{_perhaps(finding, 'may have been what was due')}"


def _pending(finding: "Finding", wait: Wait, begun: Event, what: str) -> str:
    assert finding.due is not None
    if finding.as_at == day_of(finding.due):
        text = f"Due today, {day_in_words(finding.due)}: {what}."
    else:
        left = _elapsed(wait, finding.as_at, day_of(finding.due))
        until = f"due by {day_in_words(finding.due)}, in {left} as at {day_in_words(finding.as_at)}"
        text = f"Not due yet: {what}, {until}."
    if isinstance(wait.period, By):
        return f"{text} That is the date set for it on {day_in_words(begun.at)}."
    return f"{text} From {the_event(begun)} the limit is {wait}."


def _perhaps(finding: "Finding", might: str) -> str:
    return f" {sentence(f'{the_event(finding.perhaps)} {might}, and was after the limit')}" if finding.perhaps else ""


def _lasting(finding: "Finding", law: AtMost, wait: Wait, begun: Event) -> str:
    """An episode that has not ended, as far as the record says."""
    assert finding.trigger and finding.due is not None
    episode = event_in_words(finding.trigger.kind).removeprefix("start of ").removeprefix("the ")
    text = f"The {episode} from {day_in_words(finding.trigger.at)} has no {'certain ' if finding.perhaps else ''}end"
    text += " on record yet." if finding.status is Status.PENDING else " on record."
    if begun is not finding.trigger:
        text += f" It is counted from {the_event(begun)}."
    text = f"{text} {_limit(finding, wait)}"
    if finding.status is Status.PENDING:
        return f"{text}."
    past = _past(wait, day_of(finding.due), finding.as_at)
    return f"{text}: {past} over the limit as at {day_in_words(finding.as_at)}.{_perhaps(finding, 'may have ended it')}"


def wanted(law: Law) -> str:
    """What the duty is for, in words: "initial child protection conference"."""
    patterns = law.wants.patterns
    return event_in_words(patterns[0][0]) if patterns else law.title


def elapsed(entry: "Elapsed") -> str:
    """How long a duty without a number took, in one or two sentences."""
    start = the_event(entry.trigger)
    took = counted(entry.days, "days")
    none = f"no {either(entry.law.wants)} is on record"
    if entry.answer is not None:
        text = f"{the_one(entry.answer, entry.law.wants).removeprefix('the ')}, {took} after {start}"
    elif entry.fell_away:
        text = f"{none} from {start} to {entry.fell_away}: {took}"
    else:
        text = f"{none} since {start}: {took} as at {day_in_words(entry.until)}"
    return f"{sentence(text)} No timescale is set for it."


def hours_between(start: Moment, end: Moment) -> str:
    """`71 hours`, `72 hours and 30 minutes`, or `more than 48 and less than 96 hours` where a time is not known."""
    return _hours(*lasted(start, end))


def _hours(shortest: timedelta, longest: timedelta) -> str:
    if shortest != longest:
        least = (
            f"{'more than' if shortest % _HOUR else 'at least'} {shortest // _HOUR} and " if shortest >= _HOUR else ""
        )
        return f"{least}{'less than' if longest % _HOUR else 'at most'} {-(-longest // _HOUR)} hours"
    minutes = shortest % _HOUR // timedelta(minutes=1)
    more = f" and {counted(minutes, 'minutes')}" if minutes else ""
    whole = shortest // _HOUR
    return f"{counted(whole, 'hours')}{more}" if whole or not minutes else counted(minutes, "minutes")


def _elapsed(wait: Wait, start: date, end: date) -> str:
    """How far end is past start, in words."""
    try:
        return counted(wait.elapsed(start, end), wait.unit)
    except OutOfRange:
        return "more working days than can be counted"


def _past(wait: Wait, due: date, day: date) -> str:
    """How far a day is past the limit; a Saturday after a Friday is past it by no working day."""
    words = _elapsed(wait, due, day)
    return "less than a working day" if words.startswith("0 ") else words


def reason(finding: "Finding") -> Reason:
    """The explanation as a tree: the sentence, the law, the counting, the source."""
    parts = [Reason(finding.because)]
    if finding.version is not None:
        parts.append(_law_reason(finding.law, finding.version, finding.trigger))
    if (limit := finding.deadline) is not None:
        parts.append(_count_reason(limit))
    if finding.missing:
        parts.append(Reason(f"missing: {', '.join(finding.missing)}"))
    return Reason(f"{finding.law.title} [{finding.rule}]: {finding.status.value.replace('-', ' ')}", tuple(parts))


def _law_reason(law: Law, version: Version, trigger: Event | None) -> Reason:
    ends = f"to {day_in_words(version.until)}" if version.until else "and current"
    chosen = f", chosen by the date of the {event_in_words(trigger.kind)}" if trigger else ""
    chosen = ", chosen by the day of the check" if isinstance(law, Current) else chosen
    assert version.in_force is not None, "a finding under a version that was not in force"
    parts = [Reason(f"in force from {day_in_words(version.in_force)} {ends}{chosen}")]
    if version.departure:
        parts.append(Reason(f"local departure: {version.departure}"))
    if version.note:
        parts.append(Reason(sentence(version.note)))
    if version.instrument.dated_note:
        parts.append(Reason(sentence(version.instrument.dated_note)))
    parts += [Reason(f"source: {citation}") for citation in version.citations]
    if not version.citations:
        parts.append(Reason("source: none that could be verified"))
    return Reason(
        f"law: {required(law, version)} [{version.edition}, {version.force.value.replace('-', ' ')}, "
        f"evidence: {version.grade}]",
        tuple(parts),
    )


def required(law: Law, version: Version) -> str:
    """What a version requires, in words."""
    requires = version.requires
    match law:
        case Attended():
            if isinstance(requires, Quorum):
                return f"taking part: {quorum_in_words(requires)}"
            assert isinstance(requires, frozenset)
            return f"taking part: {agencies_in_words(requires)}"
        case Recorded() if isinstance(requires, tuple):
            return f"on record: {listed(requires)}"
        case Recorded() if isinstance(requires, Period):
            return f"recorded within {requires}"
        case Before():
            return f"{law.title}: at least {requires} before"
        case Order():
            return law.title
    return law.title if requires is None else f"{law.title}: {requires}"


def _count_reason(limit: Deadline) -> Reason:
    if isinstance(limit.period, By):
        return Reason(f"due by {day_in_words(limit.on)}: {limit}")
    hours = limit.wait.in_hours
    parts = [
        Reason("an hour is an hour, whatever the clocks do" if hours else f"counted {limit.period.counting.value}")
    ]
    if limit.period.lateness_unit == "working-days":
        span = (day_of(limit.on) - day_of(limit.starts)).days
        weekend = sum((day_of(limit.starts) + timedelta(n)).weekday() > 4 for n in range(1, span + 1))
        skipped = [f"{name} ({day_in_words(day)})" for day, name in limit.days_not_counted]
        weekends = [] if not weekend else ["1 day of a weekend" if weekend == 1 else f"{weekend} days of weekends"]
        if left_out := [*weekends, *skipped]:
            parts.append(Reason(f"not counted: {listed(left_out)}"))
        if limit.period.working_calendar.is_projected(day_of(limit.on)):
            parts.append(Reason("the bank holidays of that year are projected: they have not been published"))
    return Reason(f"due by {day_in_words(limit.on)}: {limit}", tuple(parts))
