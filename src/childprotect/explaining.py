"""Findings in words: the sentence, and the tree of law, counting and source behind it.

A sentence names days, events and facts of ours, and nothing else of the record.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from childprotect.calendars import Moment, day_of, lasted
from childprotect.conditions import ALWAYS
from childprotect.deadlines import Deadline
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.periods import Period
from childprotect.requirements import By, Quorum, Wait
from childprotect.rules import AtMost, Attended, Before, Current, Law, Order, Recorded
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
)

if TYPE_CHECKING:
    from childprotect.findings import Elapsed, Finding

ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def because(finding: "Finding") -> str:
    """The finding as one or two sentences."""
    forward = finding.wait is not None and not isinstance(finding.law, Before | Current)
    match finding.status:
        case Status.MET | Status.LATE if forward:
            text = _answered(finding)
        case Status.OVERDUE | Status.PENDING if forward:
            text = _unanswered(finding)
        case Status.CANNOT_TELL:
            text = sentence(f"cannot tell: {finding.why}")
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
    started, done = event_in_words(start.kind), event_in_words(finding.answer.kind)
    if isinstance(wait.period, By):
        taken = f"set on {day_in_words(start.at)}"
    elif wait.in_hours:
        taken = f"{hours_between(start.at, finding.answer.at)} after the {started} on {day_in_words(start.at)}"
    elif finding.answer.day == start.day:
        taken = f"on the same day as the {started}"
    else:
        taken = f"{_elapsed(wait, start.day, finding.answer.day)} after the {started} on {day_in_words(start.at)}"
    late = f": {_lateness(finding)} late" if finding.status is Status.LATE else ""
    text = sentence(f"{done} on {day_in_words(finding.answer.at)}, {taken}")
    return f"{text} The limit is {wait}, which ended on {day_in_words(finding.due)}{late}."


def _lateness(finding: "Finding") -> str:
    assert finding.wait and finding.answer and finding.due is not None
    if finding.wait.in_hours and isinstance(finding.due, datetime):
        return hours_between(finding.due, finding.answer.at)
    return _past(finding.wait, day_of(finding.due), finding.answer.day)


def _unanswered(finding: "Finding") -> str:
    assert finding.trigger and finding.wait and finding.due is not None
    wait = finding.wait
    begun = wait.since or finding.trigger
    if isinstance(finding.law, AtMost):
        return _lasting(finding, wait, begun)
    start = f"The {event_in_words(begun.kind)} was on {day_in_words(begun.at)}"
    what = wanted(finding.law)
    if finding.status is Status.PENDING:
        left = _elapsed(wait, finding.as_at, day_of(finding.due))
        until = f"due by {day_in_words(finding.due)}, {left} after {day_in_words(finding.as_at)}"
        return f"Not due yet: {what}. {start}; the limit is {wait}: {until}."
    until_when = finding.ended or finding.as_at
    passed = _past(wait, day_of(finding.due), until_when)
    overdue = f"{passed} overdue {'by' if finding.ended else 'as at'} {day_in_words(until_when)}"
    limit = f"the limit is {wait}, which ended on {day_in_words(finding.due)}"
    more = "further " if finding.trigger.kind in finding.law.wants.kinds else ""
    counts = that_counts(finding.law)
    ended = f" {sentence(finding.why)}" if finding.why else ""
    return f"No {more}{what}{counts} is on record. {start}; {limit}: {overdue}.{ended}"


def _lasting(finding: "Finding", wait: Wait, begun: Event) -> str:
    """An episode that has not ended, as far as the record says."""
    assert finding.trigger and finding.due is not None
    what = the_event(finding.trigger)
    since = f", counted from {day_in_words(begun.at)}" if begun is not finding.trigger else ""
    limit = f"it may last {wait}{since}, which {{}} on {day_in_words(finding.due)}"
    if finding.status is Status.PENDING:
        return f"Not over yet: {what}; {limit.format('ends')}."
    past = _past(wait, day_of(finding.due), finding.as_at)
    today = f"{past} past it on {day_in_words(finding.as_at)}"
    ended = f" {sentence(finding.why)}" if finding.why else ""
    return f"No end of {what} is on record; {limit.format('ended')}: {today}.{ended}"


def wanted(law: Law) -> str:
    """What the duty is for, in words: "initial child protection conference"."""
    patterns = law.wants.patterns
    return event_in_words(patterns[0][0]) if patterns else law.title


def that_counts(law: Law) -> str:
    """` that counts`, where not every event of the kind that is wanted would do."""
    return "" if all(condition is ALWAYS for _, condition in law.wants.patterns) else " that counts"


def elapsed(entry: "Elapsed") -> str:
    """How long a duty without a number took, in one or two sentences."""
    start = the_event(entry.trigger)
    took = counted(entry.days, "days")
    if entry.answer is not None:
        text = f"{event_in_words(entry.answer.kind)} on {day_in_words(entry.answer.at)}, {took} after {start}"
    elif entry.fell_away:
        none = f"no {wanted(entry.law)}{that_counts(entry.law)}"
        text = f"{none} is on record in the {took} from {start} to the {entry.fell_away}"
    else:
        none = f"no {wanted(entry.law)}{that_counts(entry.law)}"
        text = f"{none} is on record {took} after {start}, as at {day_in_words(entry.until)}"
    return f"{sentence(text)} No number is set for it."


def hours_between(start: Moment, end: Moment) -> str:
    """`71 hours`, `72 hours and 30 minutes`, or `between 48 and 96 hours` where a time of day is not known."""
    shortest, longest = lasted(start, end)
    if shortest != longest:
        return f"between {shortest // _HOUR} and {-(-longest // _HOUR)} hours"
    minutes = shortest % _HOUR // timedelta(minutes=1)
    more = f" and {counted(minutes, 'minutes')}" if minutes else ""
    whole = shortest // _HOUR
    return f"{counted(whole, 'hours')}{more}" if whole or not minutes else counted(minutes, "minutes")


def _elapsed(wait: Wait, start: date, end: date) -> str:
    """How far end is past start, in words."""
    try:
        return counted(wait.elapsed(start, end), wait.unit)
    except OutOfRange:
        return "more working days than the calendar has"


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
                return f"taking part: {agencies_in_words(requires.agencies)} and at least {requires.others} more"
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
