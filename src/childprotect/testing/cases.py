"""Cases at the edges of a rule: just in time, on the last day, just too late; and stories with one planted breach.

What is expected is worked out from the rule's own last day and nothing else, so that a check, or a dashboard, can be
held against it.
"""

from datetime import date, datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import assume
from hypothesis import strategies as st

from childprotect.calendars import Moment, day_of, england_and_wales
from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.events import Event, Facts
from childprotect.findings import Finding
from childprotect.paths import Step
from childprotect.periods import Period
from childprotect.rulebook import Rulebook
from childprotect.rules import AtMost, Before, Current, Recorded, Rule
from childprotect.statuses import Status
from childprotect.testing.stories import PLAIN, Story, clock, moment, one_rule, shortest, told
from childprotect.testing.times import FIRST, LAST, dates, drawn
from childprotect.versions import Version

_NO_CLOCK = (Status.MET, Status.BREACHED)
_SUNDAY = 6


@frozen
class Case:
    """A chronology, the day of the check, and what the rule must say of it.

    `book` holds the rule with the one version that the case is about. `past` is how far after the last day in time the
    thing was done, or the check is made: days, or minutes for a limit in hours; None where the rule has no clock.
    """

    chronology: Chronology
    book: Rulebook = field(repr=False)
    as_at: date
    expected: Status
    past: int | None = None
    trigger: Event | None = field(default=None, repr=False)
    """The event that set the clock running, where there is one."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # notebooks and Hypothesis would print every field

    @property
    def rule(self) -> Rule:
        """The rule that the case is about."""
        return self.book.rules[0]

    @property
    def finding(self) -> Finding:
        """What the check says of it."""
        found = check(self.chronology, self.book, as_at=self.as_at).findings
        return [finding for finding in found if self.trigger in (None, finding.trigger)][-1]


def cases_near(rule: Rule, *, breach: bool | None = None) -> st.SearchStrategy[Case]:
    """Cases at the edges of a rule: a day before its limit, on it and a day after; and what breaks a rule without one.

    The days on which they begin lie beside bank holidays, ends of months and clock changes more often than not. With
    `breach`, only cases that are breaches, or that are none. Shrinks to the day nearest the limit, from a plain
    Wednesday. Raises `ValueError` for a rule that can judge nothing: one without a version, or without a number.
    """
    versions = [version for version in rule.versions if version.in_force is not None and _has_story(rule, version)]
    if not versions:
        raise ValueError(f"rule {rule.id!r} can judge nothing; lay a profile over it that gives it a number")
    latest_first = reversed(versions)
    plain_first = sorted(latest_first, key=lambda version: not version.covers(PLAIN))
    return st.sampled_from(range(len(versions))).flatmap(
        lambda n: drawn("cases", lambda draw: _cases(draw, rule, plain_first[n], breach))
    )


def breach_of(rule: Rule) -> st.SearchStrategy[Chronology]:
    """Chronologies of which the rule has one breach to tell from the day after their last event on, and nobody else.

    Shrinks and raises as `cases_near` does.
    """
    return cases_near(rule, breach=True).map(lambda case: case.chronology)


def _has_story(rule: Rule, version: Version) -> bool:
    if isinstance(rule, Before) or (isinstance(rule, Recorded) and isinstance(version.requires, Period)):
        return True
    return clock(rule, version) is not None or shortest(rule, version, Status.BREACHED) is not None


def _cases(draw: st.DrawFn, rule: Rule, version: Version, breach: bool | None) -> Case:
    assert version.in_force is not None
    day = draw(dates(first=max(version.in_force, FIRST), last=min(version.until or LAST, LAST)))
    book = one_rule(rule, version)
    story = clock(rule, version)
    if story is not None:
        return _timed(draw, book, story, day, breach)
    if isinstance(rule, Before):
        return _lead(draw, book, day, breach)
    if isinstance(rule, Recorded) and isinstance(version.requires, Period):
        return _entered(draw, book, version.requires, day, breach)
    wanted = _NO_CLOCK if breach is None else (Status.BREACHED,) if breach else (Status.MET,)
    possible = [(status, found) for status in wanted if (found := shortest(rule, version, status)) is not None]
    status, plain = draw(st.sampled_from(possible))
    as_at = day + timedelta(days=isinstance(rule, Current))
    return Case(_chronology(_moved(plain.steps, day)), book, as_at, status)


def _past(draw: st.DrawFn, breach: bool | None) -> int:
    """How far past the limit: 0 and 1 first, since these are the edge."""
    return draw(st.sampled_from({None: (0, 1, -1, 7), True: (1, 2, 7, 60), False: (0, -1, -2)}[breach]))


def _timed(draw: st.DrawFn, book: Rulebook, story: Story, day: date, breach: bool | None) -> Case:
    events = _moved(story.steps, day)
    (*_, waiting) = check(_chronology(events), book, as_at=day).findings
    # the limit may lie beyond the calendar, or be unsettled on just that day
    assume(waiting.status is Status.PENDING and waiting.due is not None)
    assert waiting.due is not None
    past = _past(draw, breach)
    if story.answer is None or draw(st.booleans()):
        as_at = day_of(waiting.due) + timedelta(days=past)
        assume(as_at >= day and not _may_run_on(book.rules[0], waiting.due))
        return Case(
            _chronology(events), book, as_at, Status.OVERDUE if past > 0 else Status.PENDING, past, waiting.trigger
        )
    at = _after(waiting.due, past, len(events))
    assume(at.date() > day and not (past > 0 and _may_run_on(book.rules[0], waiting.due)))
    answered = _chronology((*events, story.answer.at(at)))
    return Case(answered, book, at.date(), Status.LATE if past > 0 else Status.MET, past, waiting.trigger)


def _after(due: Moment, past: int, n: int) -> datetime:
    return due + timedelta(minutes=past) if isinstance(due, datetime) else moment(due + timedelta(days=past), n)


def _may_run_on(rule: Rule, due: Moment) -> bool:
    """Whether a court may have let an order run on after that day, so that nobody can tell."""
    day = day_of(due)
    free = day.weekday() != _SUNDAY and day not in england_and_wales().holidays
    return isinstance(rule, AtMost) and rule.holidays and not free


def _lead(draw: st.DrawFn, book: Rulebook, day: date, breach: bool | None) -> Case:
    rule = book.rules[0]
    assert isinstance(rule, Before)
    anchor = Step(rule.anchor.patterns[0][0]).at(moment(day, 1))
    (alone,) = check(_chronology((anchor,)), book, as_at=day).findings
    assume(alone.due is not None)
    assert alone.due is not None
    past = _past(draw, breach)
    at = _after(alone.due, past, 0)
    assume(at.date() < day)
    events = (Step(rule.event.patterns[0][0]).at(at), anchor)
    return Case(_chronology(events), book, day, Status.LATE if past > 0 else Status.MET, past)


def _entered(draw: st.DrawFn, book: Rulebook, limit: Period, day: date, breach: bool | None) -> Case:
    rule = book.rules[0]
    assert isinstance(rule, Recorded)
    past = _past(draw, breach)
    entered = day_of(limit.due(day)) + timedelta(days=past)
    assume(entered >= day)
    event = evolve(Step(rule.event.patterns[0][0]).at(day), recorded=entered)
    return Case(_chronology((event,)), book, entered, Status.BREACHED if past > 0 else Status.MET, past)


def _moved(steps: tuple[Step, ...], day: date) -> tuple[Event, ...]:
    """The steps told on a morning, with the dates among their facts as far from it as from the plain Wednesday."""
    moved = day - PLAIN

    def on_its_day(value: object) -> object:
        return value + moved if isinstance(value, date) else value

    return told(
        tuple(Step(s.kind, Facts({name: on_its_day(value) for name, value in s.facts.items()})) for s in steps), day
    )


def _chronology(events: tuple[Event, ...]) -> Chronology:
    return Chronology.of("C-101", events=events)
