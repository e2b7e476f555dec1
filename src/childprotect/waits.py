"""How long one clock runs: which period applies to which start, from when it counts, and what lengthened it."""

from attrs import frozen

from childprotect.calendars import day_of
from childprotect.case import Case
from childprotect.chronology import Event
from childprotect.conditions import Hit
from childprotect.errors import OutOfRange
from childprotect.pairing import Clock
from childprotect.requirements import Cadence, Limit, Wait
from childprotect.rules import AtMost, Every, Within
from childprotect.versions import Version
from childprotect.wording import day_in_words, event_in_words


@frozen
class Unsettled:
    """Nobody can tell how long the clock runs: what is missing, and why that matters."""

    missing: tuple[str, ...]
    because: str


def wait_within(rule: Within, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The period of the version, with the extensions on record; or the date that the start names."""
    if isinstance(version.requires, Limit):
        return _extended(rule, Wait(version.requires.period), version.requires, start, clock, case)
    assert version.wait is not None, "a version that sets no period"
    return version.wait


def wait_first(rule: Every, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The wait for the first."""
    assert isinstance(version.requires, Cadence)
    return Wait(version.requires.wait(0))


def wait_every(rule: Every, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The wait for the next: it may depend on how many there were, and for how long the duty has run."""
    cadence = version.requires
    assert isinstance(cadence, Cadence)
    if not cadence.depends_on_opening:
        return Wait(cadence.then)
    place = case.story.place(start)
    opening = _last(case, rule, place)
    if opening is None:
        return Wait(cadence.then)
    if opening.truth is None:
        missing = rule.opens.missing(opening.event, case.story)
        return Unsettled(missing, f"whether {_the(opening.event)} began the duty is not recorded")
    if cadence.later is not None and cadence.after is not None:
        try:
            if start.day > cadence.after.due(opening.event.day):
                return Wait(cadence.later)
        except OutOfRange:
            return Wait(cadence.then)
    before = [hit for hit in case.story.find(rule.event) if opening.place < hit.place <= place]
    return Wait(cadence.wait(len({hit.event.day for hit in before})))


def _last(case: Case, rule: Every, place: int) -> Hit | None:
    return next((hit for hit in reversed(case.story.find(rule.opens)) if hit.place <= place), None)


def wait_at_most(rule: AtMost, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The limit: shorter for a renewal, counted from an earlier event where there is one, and with its extensions."""
    limit = version.requires
    assert isinstance(limit, Limit)
    place = case.story.place(start)
    period = limit.period
    if limit.renewed is not None:
        since = max((hit.place for hit in case.story.find(rule.anew) if hit.place < place and hit.truth), default=-1)
        if any(since < hit.place < place and hit.event.day < start.day for hit in case.story.find(rule.start)):
            period = limit.renewed
    counted_from = None
    if rule.counted_from is not None:
        running = rule.counted_from.open_at(place, case.story)
        if running is None:
            missing = rule.counted_from.missing_at(place, case.story)
            return Unsettled(missing, f"whether the {rule.counted_from.name} was running then is not recorded")
        counted_from = rule.counted_from.opened_by(place, case.story) if running else None
    return _extended(rule, Wait(period, counted_from), limit, start, clock, case)


def _extended(
    rule: Within | AtMost, wait: Wait, limit: Limit, start: Event, clock: Clock, case: Case
) -> Wait | Unsettled:
    """The wait with every extension that was made while it ran, as far as so many count."""
    if limit.extension is None:
        return wait
    last = case.story.place(clock.end) if clock.end else len(case.story.events)
    for hit in case.story.find(rule.extends):
        if not case.story.place(start) < hit.place < last or wait.extensions == limit.times:
            continue
        if hit.truth is None:
            missing = rule.extends.missing(hit.event, case.story)
            return Unsettled(missing, f"whether {_the(hit.event)} lengthened it is not recorded")
        longer = Wait(wait.period, wait.since, wait.extensions + 1, limit.extension)
        due = wait.due(start)
        if due is not None and hit.event.day <= day_of(due):
            wait = longer
    return wait


def _the(event: Event) -> str:
    return f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"
