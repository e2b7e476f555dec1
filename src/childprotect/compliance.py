"""The check: one child's chronology against a rulebook, as at a date.

A pure function. Each kind of rule has one interpreter here. The worst thing this module could say is a wrong "met", so
wherever a fact that is missing could change the answer, the answer is *cannot tell*, and names the fact.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from attrs import evolve, frozen
from dateutil.relativedelta import relativedelta

from childprotect.calendars import Moment, day_of
from childprotect.chronology import Chronology, Event
from childprotect.conditions import Hit, Match, Story, Truth
from childprotect.errors import NeedsTime, OutOfRange
from childprotect.findings import Finding, Irregularity, Report, Status
from childprotect.journeys import Journey
from childprotect.pairing import Clock, Pairing, Repeats, clocks
from childprotect.periods import Unit
from childprotect.rules import (
    Attended,
    Every,
    Law,
    NotAssessed,
    Order,
    Recorded,
    Rule,
    Rulebook,
    Version,
    Within,
    period_of,
)
from childprotect.vocabulary import printable
from childprotect.wording import agencies_in_words, day_in_words, event_in_words, listed

_ADULT_AT = 18


def check(chronology: Chronology, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Report:
    """Judge a chronology by a rulebook, as things stood on `as_at`, with what was known on `known_at`.

    Events after `as_at` are left out, and, where `known_at` is given, what was recorded after it. Never raises for
    anything that the record says: what cannot be judged is *cannot tell*.

    >>> from childprotect.rulebooks import england
    >>> story = Chronology.of("C-101", events=[("2012-09-03", "referral"), ("2012-09-04", "referral-decided")])
    >>> check(story, england.rulebook, as_at=date(2012, 10, 31)).summary["referral-decision"]
    {'met': 1}
    """
    events = chronology.as_known(as_at, known_at)
    known = chronology if events == chronology.events else evolve(chronology, events=events)
    case = _Case(
        known, Story(events, chronology.covers, rulebook.vocabulary.ranks), as_at, _fell_away(chronology, as_at)
    )
    findings: list[Finding] = []
    silent: list[NotAssessed] = []
    seen = frozenset(case.story.kinds)
    lost = {entry.kind for entry in chronology.lost}
    for rule in rulebook.rules:
        if lost and not lost.isdisjoint({None, *rule.reads}):
            findings += _unreadable(rule, case)
        elif not seen.isdisjoint(rule.triggers):
            for finding in _CHECKS[type(rule)](rule, case):
                if isinstance(finding, Finding):
                    findings.append(finding)
                else:
                    silent.append(finding)
    odd = Journey.replay(known, rulebook.charts).irregularities + _remarks(chronology) + _other_targets(findings)
    return Report(as_at, tuple(findings), odd, (*dict.fromkeys(silent), *rulebook.not_assessed))


@frozen(eq=False)
class _Case:
    """One child, as seen by the check."""

    chronology: Chronology
    story: Story
    as_at: date
    fell_away: tuple[date, str] | None
    """The day on which every duty to the child fell away, and why."""


Judged = Finding | NotAssessed


def _fell_away(chronology: Chronology, as_at: date) -> tuple[date, str] | None:
    # the dates themselves are personal and are never printed
    ends = []
    if isinstance(chronology.born, date):
        ends.append((chronology.born + relativedelta(years=_ADULT_AT), "the child reached 18"))
    if chronology.died is not None:
        ends.append((chronology.died, "the child died"))
    past = [end for end in ends if end[0] <= as_at]
    return min(past) if past else None


def _remarks(chronology: Chronology) -> tuple[Irregularity, ...]:
    return tuple(Irregularity(chronology.child, r.code, r.at, r.because) for r in chronology.remarks)


def _other_targets(findings: list[Finding]) -> tuple[Irregularity, ...]:
    return tuple(
        Irregularity(
            finding.child,
            "recorded-target-differs",
            finding.started,
            f"The recorded target of {day_in_words(recorded)} for the {finding.wanted} is not the computed one: "
            f"{day_in_words(finding.due)} is {finding.deadline}.",
        )
        for finding in findings
        if isinstance(finding.law, Within) and finding.law.recorded_due and finding.trigger and finding.due
        for recorded in [finding.trigger.facts.get(finding.law.recorded_due)]
        if recorded not in (None, finding.due)
    )


def _unreadable(rule: Rule, case: _Case) -> Iterator[Finding]:
    entries = [entry for entry in case.chronology.lost if entry.kind is None or entry.kind in rule.reads]
    why = "; ".join(f"{entry.place} could not be read ({entry.because})" for entry in entries)
    missing = tuple(sorted({entry.kind for entry in entries if entry.kind}))
    found = [finding for finding in _CHECKS[type(rule)](rule, case) if isinstance(finding, Finding)]
    for finding in found:
        yield evolve(finding, status=Status.CANNOT_TELL, missing=missing, why=why)
    if not found and any(entry.kind in rule.triggers for entry in entries):
        yield Finding(case.chronology.child, rule, Status.CANNOT_TELL, case.as_at, missing=missing, why=why)


def _outside(rule: Law, event: Event) -> NotAssessed:
    for absence in rule.absent:
        if absence.since <= event.day and (absence.until is None or event.day <= absence.until):
            return NotAssessed(rule.id, absence.because)
    return NotAssessed(rule.id, "triggers on days for which this rulebook has no version of the rule")


# --- rules with a clock


def _check_within(rule: Within, case: _Case) -> Iterator[Judged]:
    for clock in clocks(case.story, rule.start, rule.end, rule.discharge, rule.pairing):
        yield _judge(rule, rule.start, rule.end, rule.discharge, clock, case)


def _check_every(rule: Every, case: _Case) -> Iterator[Judged]:
    each = Pairing(Repeats.EACH)
    if rule.opens.patterns:
        for clock in clocks(case.story, rule.opens, rule.event, rule.stops):
            yield _judge(rule, rule.opens, rule.event, rule.stops, clock, case, first=True)
    for clock in clocks(case.story, rule.again, rule.event, rule.stops, each):
        yield _judge(rule, rule.again, rule.event, rule.stops, clock, case)


def _judge(
    rule: Within | Every, start: Match, end: Match, discharge: Match, clock: Clock, case: _Case, first: bool = False
) -> Judged:
    began = clock.began
    version = rule.version_on(began.day)
    if version is None:
        return _outside(rule, began)

    def finding(status: Status, **more: Any) -> Finding:
        return Finding(case.chronology.child, rule, status, case.as_at, version, began, first=first, **more)

    holds = case.story.covers.holds
    if not any(holds(kind) for kind in end.kinds):
        kinds = tuple(kind for kind, _ in end.patterns)
        why = f"this source does not hold any {listed([event_in_words(kind) for kind in kinds], 'or')}"
        return finding(Status.CANNOT_TELL, missing=kinds[:1], why=why)
    try:
        due = _due(version, began, first)
    except NeedsTime:
        why = "a limit in hours cannot be counted without the time of day"
        return finding(Status.CANNOT_TELL, missing=(f"{began.kind}.at",), why=why)
    except OutOfRange as error:
        return finding(Status.CANNOT_TELL, missing=(began.kind,), why=str(error))
    if clock.start is None:
        why = f"whether the {event_in_words(began.kind)} on {day_in_words(began.at)} started this clock is not recorded"
        return finding(Status.CANNOT_TELL, missing=start.unknown_facts(began), why=why)
    status, why = _verdict(clock, due, case, discharge)
    if status is None:
        return finding(Status.CANNOT_TELL, due=due, missing=(f"{end.patterns[0][0]}.at",), why=why)
    doubt = _doubt(rule, start, end, discharge, clock, due, status, case, first)
    if doubt is not None:
        missing, why = doubt
        return finding(Status.CANNOT_TELL, due=due, missing=missing, why=why)
    ended = clock.discharge.day if clock.discharge is not None and status is Status.OVERDUE else None
    return finding(status, answer=clock.end, due=due, why=why, ended=ended)


def _due(version: Version, began: Event, first: bool) -> Moment:
    period = period_of(version, first=first)
    return period.due(began.at if period.unit is Unit.HOURS else began.day)


def _verdict(clock: Clock, due: Moment, case: _Case, discharge: Match) -> tuple[Status | None, str]:
    """The status if every doubtful event is left out of account, and why."""
    if clock.end is not None:
        in_time = _in_time(clock.end, due)
        if in_time is None:
            return None, "it was done on the day of the limit, and the time of day is not recorded"
        return (Status.MET if in_time else Status.LATE), ""
    last_day = day_of(due)
    if clock.discharge is not None:
        on, why = clock.discharge.day, _why_discharged(clock.discharge, discharge)
        if on <= last_day:
            return (
                Status.DISCHARGED,
                None,
                f"nothing was due in the end: {why}, and the limit ran to {day_in_words(due)}",
            )
        return Status.OVERDUE, f"it was still not done when it fell away: {why}"
    if case.fell_away is not None and case.fell_away[0] <= last_day:
        why = f"nothing was due in the end: {case.fell_away[1]} before the limit of {day_in_words(due)}"
        return Status.DISCHARGED, why
    if case.as_at <= last_day:
        return Status.PENDING, ""
    maybe = clock.maybe_end
    kind = f"the {event_in_words(maybe.kind)} on {day_in_words(maybe.at)}" if maybe else ""
    return Status.OVERDUE, f"{kind} may have been it, and was after the limit" if maybe else ""


def _in_time(end: Event, due: Moment) -> Truth:
    if not isinstance(due, datetime):
        return end.day <= due
    if isinstance(end.at, datetime):
        return end.at <= due
    return None if end.day == day_of(due) else end.day < day_of(due)


_TELLING = {"reason", "conference-required", "no-further-action"}


def _why_discharged(event: Event, discharge: Match) -> str:
    names = {name for kind, condition in discharge.patterns if kind == event.kind for name in condition.needs()}
    said = {n: printable(event.kind, n, v) for n, v in event.facts.items() if n in names | _TELLING}
    facts = ", ".join(f"{name.replace('-', ' ')}: {text.replace('-', ' ')}" for name, text in said.items() if text)
    return f"{event_in_words(event.kind)} on {day_in_words(event.at)}" + (f" ({facts})" if facts else "")


def _doubt(
    rule: Within | Every,
    start: Match,
    end: Match,
    discharge: Match,
    clock: Clock,
    due: Moment,
    status: Status,
    case: _Case,
    first: bool,
) -> tuple[tuple[str, ...], str] | None:
    """What is missing, and why it matters, if a fact that is not recorded could change the status."""
    earlier = clock.maybe_start
    if earlier is not None and earlier is not clock.began:
        version = rule.version_on(earlier.day)
        if version is not None and _verdict(clock, _due(version, earlier, first), case, discharge)[0] is not status:
            what = f"the {event_in_words(earlier.kind)} on {day_in_words(earlier.at)}"
            return start.unknown_facts(earlier), f"whether {what} started the clock is not recorded"
    done = clock.maybe_end
    if (
        done is not None
        and status in (Status.LATE, Status.OVERDUE, Status.PENDING)
        and _in_time(done, due) is not False
    ):
        why = f"whether the {event_in_words(done.kind)} on {day_in_words(done.at)} was the one required is not recorded"
        return end.unknown_facts(done) or (done.kind,), why
    fell = clock.maybe_discharge
    if fell is not None and status is Status.OVERDUE and fell.day <= day_of(due):
        why = f"whether the {event_in_words(fell.kind)} on {day_in_words(fell.at)} ended the duty is not recorded"
        return discharge.unknown_facts(fell) or (fell.kind,), why
    return None


# --- rules without a clock


def _check_order(rule: Order, case: _Case) -> Iterator[Judged]:
    story = case.story
    since = story.find(rule.since)
    firsts = story.find(rule.first)
    before: Hit | None = None
    for then in story.find(rule.then):
        version = rule.version_on(then.event.day)
        if version is None:
            yield _outside(rule, then.event)
        elif rule.closed:
            yield _none_open(rule, version, then, case)
        else:
            yield _comes_after(rule, version, then, _own(then, firsts, since, before), case)
        before = then


def _own(then: Hit, firsts: list[Hit], since: list[Hit], before: Hit | None) -> list[Hit]:
    """The events that `then` may rest on: up to it, and since the last `then` or the last `since`.

    Two of `then` on one day rest on the same event: the day does not say which came first.
    """
    bounds = [hit.place for hit in since if hit.place < then.place]
    if before is not None and before.event.day < then.event.day:
        bounds.append(before.place)
    bound = max(bounds, default=-1)
    return [hit for hit in firsts if bound < hit.place < then.place]


def _comes_after(rule: Order, version: Version, then: Hit, own: list[Hit], case: _Case) -> Finding:
    event = then.event
    what = f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"
    wanted = listed([_pattern_in_words(pattern) for pattern in rule.first.patterns], "or")

    def finding(status: Status, why: str, answer: Event | None = None, missing: tuple[str, ...] = ()) -> Finding:
        return Finding(case.chronology.child, rule, status, case.as_at, version, event, answer, None, missing, why)

    certain = [hit.event for hit in own if hit.truth]
    if certain:
        first = certain[-1]
        why = f"{what} came after the {event_in_words(first.kind)} on {day_in_words(first.at)}"
        return finding(Status.MET, why, first)
    if then.truth is None:
        missing = rule.then.unknown_facts(event)
        return finding(Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {what}", missing=missing)
    doubtful = [hit.event for hit in own]
    if doubtful:
        missing = tuple(sorted({name for other in doubtful for name in rule.first.unknown_facts(other)}))
        seen = listed([f"the {event_in_words(e.kind)} on {day_in_words(e.at)}" for e in doubtful])
        return finding(Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {seen}", missing=missing)
    covers = case.story.covers
    absent = tuple(sorted(kind for kind in rule.first.kinds if not covers.holds(kind)))
    if absent:
        names = listed([event_in_words(kind) for kind in absent], "or")
        return finding(Status.CANNOT_TELL, f"this source does not hold any {names}", missing=absent)
    if covers.since is not None and event.day < covers.since:
        why = f"this source tells everything only from {day_in_words(covers.since)}"
        return finding(Status.CANNOT_TELL, why, missing=(rule.first.patterns[0][0],))
    return finding(Status.BREACHED, f"before {what} there is no {wanted} on record")


def _pattern_in_words(pattern: tuple[str, Any]) -> str:
    kind, condition = pattern
    return event_in_words(kind) + (f" whose {condition}" if condition.needs() else "")


def _none_open(rule: Order, version: Version, then: Hit, case: _Case) -> Finding:
    event = then.event
    what = f"{event_in_words(event.kind)} on {day_in_words(event.at)}"
    states = {spell.name: spell.is_open(event, case.story) for spell in rule.closed}
    left_open = [name for name, truth in states.items() if truth]
    unknown = [name for name, truth in states.items() if truth is None]
    missing: tuple[str, ...] = ()
    if left_open:
        status, why = Status.BREACHED, f"{what}, with the {listed(left_open)} still open"
    elif unknown:
        status, why = Status.CANNOT_TELL, f"whether the {listed(unknown, 'or')} had ended by the {what} is not recorded"
        ends = {kind for spell in rule.closed if spell.name in unknown for kind, _ in spell.closes.patterns}
        missing = tuple(sorted(kind for kind in ends if not case.story.covers.holds(kind))) or tuple(sorted(ends))
    else:
        status, why = Status.MET, f"{what}, with no {listed(states, 'or')} open"
    return Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, missing, why)


def _check_attended(rule: Attended, case: _Case) -> Iterator[Judged]:
    for hit in case.story.find(rule.event):
        event = hit.event
        version = rule.version_on(event.day)
        if version is None:
            yield _outside(rule, event)
            continue
        required = version.requires
        assert isinstance(required, frozenset)
        present = event.facts.get("agencies")
        what = f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"
        missing: tuple[str, ...] = ()
        if present is None:
            status, missing = Status.CANNOT_TELL, (f"{event.kind}.agencies",)
            why = f"who took part in {what} is not recorded"
        elif required <= present:
            status, why = Status.MET, f"{agencies_in_words(required)} took part in {what}"
        else:
            absent, there = agencies_in_words(required - present, "or"), agencies_in_words(present)
            status, why = Status.BREACHED, f"nobody from {absent} is recorded at {what}, only {there}"
        yield Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, missing, why)


def _check_recorded(rule: Recorded, case: _Case) -> Iterator[Judged]:
    for hit in case.story.find(rule.event):
        event = hit.event
        version = rule.version_on(event.day)
        if version is None:
            yield _outside(rule, event)
            continue
        required = version.requires
        assert isinstance(required, tuple)
        absent = [name for name in required if event.facts.get(name) in (None, "", frozenset())]
        not_held = tuple(f"{event.kind}.{name}" for name in absent if not case.story.covers.holds(event.kind, name))
        what = f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"
        names = listed([name.replace("-", " ") for name in absent or required])
        if not absent:
            status, why = Status.MET, f"{names} recorded of {what}"
        elif not_held:
            status, why = Status.CANNOT_TELL, f"this source does not hold the {names} of {what}"
        else:
            status, why = Status.BREACHED, f"no {names} recorded of {what}"
        yield Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, not_held, why)


_CHECKS: dict[type, Callable[[Any, _Case], Iterator[Judged]]] = {
    Within: _check_within,
    Every: _check_every,
    Order: _check_order,
    Attended: _check_attended,
    Recorded: _check_recorded,
}
