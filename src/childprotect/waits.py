"""How long one clock runs: which period applies to which start, from when it counts, and what lengthened it."""

from collections.abc import Callable
from datetime import date, timedelta

from attrs import evolve, frozen

from childprotect.calendars import Moment, bounds_of, day_of, england_and_wales
from childprotect.case import Case
from childprotect.conditions import Hit
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.pairing import Clock, one_a_day
from childprotect.periods import Period, days, months
from childprotect.phrases import lacking
from childprotect.requirements import Cadence, Limit, Wait
from childprotect.rules import AtMost, Every, Within
from childprotect.versions import Version
from childprotect.wording import day_in_words, not_held, the_event

_SUNDAY = 6
_MANY = 50
"""More extensions than any court would give, where the source does not hold them."""
_YEAR = months(12)


@frozen
class Unsettled:
    """Nobody can tell how long the clock runs: what is missing, and why that matters.

    `waits` are what it may be; where all of them come to the same, it does not matter.
    """

    missing: tuple[str, ...]
    because: str
    waits: tuple[Wait, ...] = ()


def wait_within(rule: Within, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The limit of the version, with the extensions on record."""
    assert isinstance(version.requires, Limit)
    return _extended(rule, Wait(version.requires.period), version.requires, start, clock, case)


def wait_first(rule: Every, start: Event, version: Version, clock: Clock, case: Case) -> Wait | Unsettled:
    """The wait for the first; one that continues another duty counts from the last such event before."""
    assert isinstance(version.requires, Cadence)
    place = case.story.place(start)
    since = None
    if rule.continues:
        stopped = max((hit.place for hit in case.story.find(rule.stops) if hit.place < place), default=-1)
        before = [hit.event for hit in case.story.find(rule.event) if stopped < hit.place < place and hit.truth]
        since = before[-1] if before else None
    return Wait(version.requires.wait(0), since)


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
        why = lacking(missing, opening.event)
        return Unsettled(missing, f"whether {the_event(opening.event)} began the duty: {why}")
    if cadence.later is not None and cadence.after is not None:
        try:
            if start.day >= day_of(cadence.after.due(opening.event.day)):
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
    if limit.renewed is not None:
        wait = _renewed(rule, limit.period, limit.renewed, start, case)
    else:
        wait = _counted_from(rule, limit.period, start, case)
    waits = (wait,) if isinstance(wait, Wait) else wait.waits
    if any(_outlasts(rule, possible, start) for possible in waits):
        why = f"the law changed while {the_event(start)} was in force"
        why += ", and this rulebook does not know which limit then applied"
        return Unsettled((f"{start.kind}.at",), why, (*waits, Wait(limit.period, None, _MANY, _YEAR)))
    if isinstance(wait, Unsettled):
        return wait
    extended = _extended(rule, wait, limit, start, clock, case)
    return _moved_on(extended, start) if rule.holidays and isinstance(extended, Wait) else extended


def _outlasts(rule: AtMost, wait: Wait, start: Event) -> bool:
    """Whether the wait ends on a day on which the law that set it is no more, and none like it took its place."""
    due = _due(wait, start)
    return due is not None and rule.version_on(day_of(due)) is None


def _counted_from(rule: AtMost, period: Period, start: Event, case: Case) -> Wait | Unsettled:
    """The wait from the start, or from what opened the spell that it followed."""
    spell, story = rule.counted_from, case.story
    if spell is None or rule.reach is None:
        return Wait(period)
    place = story.place(start)
    before = [hit for hit in story.find(spell.opens) if hit.place < place]
    reaches = [(hit, _due(Wait(rule.reach), hit.event)) for hit in before]
    near = [hit for hit, until in reaches if until is None or day_of(until) >= start.day]
    if near and near[0].truth:
        return Wait(period, near[0].event)
    running = spell.open_at(place, story)
    if running is False and not near:
        return Wait(period)
    if running is None and not before:
        missing = spell.missing_at(place, story)
        why = f"whether there was {spell.name} before {the_event(start)}: {lacking(missing, start)}"
        return Unsettled(missing, why)
    why = f"the {spell.name} cannot have lasted until {the_event(start)}, and its end is not on record"
    return Unsettled((spell.closes.patterns[0][0],), why, (Wait(period), Wait(period, before[-1].event)))


def longest(rule: AtMost) -> Callable[[Event], date]:
    """The last day that an episode can have reached: what starts after it is another episode."""

    def last(start: Event) -> date:
        version = rule.version_on(start.day)
        assert version is not None and isinstance(version.requires, Limit)
        limit = version.requires
        due = _due(Wait(limit.period, None, limit.times or _MANY, limit.extension), start)
        return date.max if due is None else day_of(due)

    return last


def _renewed(rule: AtMost, first: Period, again: Period, start: Event, case: Case) -> Wait | Unsettled:
    """The limit of a renewal. One made early may run to the end of the first: the text of the law was not seen."""
    place = case.story.place(start)
    since = max((hit.place for hit in case.story.find(rule.anew) if hit.place < place and hit.truth), default=-1)
    earlier = [hit.event for hit in case.story.find(rule.start) if since < hit.place < place]
    earlier = [event for event in earlier if event.day < start.day]
    if not earlier:
        return Wait(first)
    renewal, rest = Wait(again), Wait(first, earlier[0])
    last = case.story.place(earlier[-1])
    maybe = [hit.event for hit in case.story.find(rule.anew) if hit.truth is None and last < hit.place < place]
    if maybe:
        why = f"whether {the_event(maybe[-1])} began new proceedings: {rule.anew.doubts(maybe[-1], case.story)}"
        return Unsettled((maybe[-1].kind,), why, (renewal, Wait(first)))
    if absent := case.story.covers.absent(rule.anew.kinds):
        return Unsettled(absent, not_held(absent), (renewal, Wait(first)))
    short, long = _due(renewal, start), _due(rest, start)
    if short is not None and long is not None and bounds_of(short)[1] < bounds_of(long)[1]:
        why = (
            f"whether {the_event(start)}, made before the first {first.length} were over, could run to the end of them"
        )
        why += ": this rulebook does not know"
        return Unsettled((f"{start.kind}.at",), why, (renewal, rest))
    return renewal


def _moved_on(wait: Wait, start: Event) -> Wait | Unsettled:
    """The wait, if its last day is neither a Sunday nor a bank holiday; else that it may end a day or more later."""
    due = _due(wait, start)
    if wait.extensions or due is None or (free := _free(day_of(due))) == day_of(due):
        return wait
    later = evolve(wait, extensions=1, extension=days((free - day_of(due)).days))
    which = "Sunday" if day_of(due).weekday() == _SUNDAY else "bank holiday"
    why = f"the last day, {day_in_words(due)}, was a {which}, and the court may have let {the_event(start)} run on"
    return Unsettled((f"{start.kind}.at",), why, (wait, later))


def _free(day: date) -> date:
    """The first day from then on that is neither a Sunday nor a bank holiday."""
    while day.weekday() == _SUNDAY or day in england_and_wales().holidays:
        day += timedelta(days=1)
    return day


def _extended(
    rule: Within | AtMost, wait: Wait, limit: Limit, start: Event, clock: Clock, case: Case
) -> Wait | Unsettled:
    """The wait with every extension that was made while it ran, as far as so many count; of one day only one."""
    if limit.extension is None:
        return wait
    most = evolve(wait, extensions=limit.times or _MANY, extension=limit.extension)
    if absent := case.story.covers.absent(rule.extends.kinds):
        return Unsettled(absent, not_held(absent), (wait, most))
    first = case.story.place(start)
    last = case.story.place(clock.end) if clock.end else len(case.story.events)
    for hit in one_a_day(hit for hit in case.story.find(rule.extends) if first < hit.place < last):
        due = _due(wait, start)
        if due is None or wait.extensions == limit.times:
            break
        in_time = hit.event.day <= day_of(due)
        may_run_on = isinstance(rule, AtMost) and rule.holidays and not wait.extensions
        if in_time and hit.truth:
            wait = evolve(wait, extensions=wait.extensions + 1, extension=limit.extension)
        elif in_time or (may_run_on and hit.event.day <= _free(day_of(due))):
            missing = rule.extends.missing(hit.event, case.story) or (f"{hit.event.kind}.at",)
            why = lacking(missing, hit.event) if hit.truth is None else "the order may not have run on until then"
            return Unsettled(missing, f"whether {the_event(hit.event)} extended the limit: {why}", (wait, most))
        elif limit.times is None:
            why = f"{the_event(hit.event)} was made after the limit"
            why += ", and this rulebook does not know from when it counts"
            return Unsettled((f"{hit.event.kind}.at",), why, (wait, Wait(limit.extension, hit.event)))
    return wait


def _due(wait: Wait, start: Event) -> Moment | None:
    """The last day, or None where it lies beyond the calendar."""
    try:
        return wait.due(start)
    except OutOfRange:
        return None
