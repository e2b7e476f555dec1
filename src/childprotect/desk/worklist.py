"""The worklist: what is overdue, due today, due soon, and what nobody can tell, the gravest first.

In 2012 inspectors found that "there has been ineffective oversight of assessments that are overdue" (Ofsted,
Herefordshire, September 2012, paragraph 44). A worklist is that oversight: every line is a finding of the check, with
its reason and source.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl
from attrs import field, frozen

from childprotect.calendars import LAST_DAY, day_of
from childprotect.case import fell_away
from childprotect.chronology import Chronology
from childprotect.compliance import check
from childprotect.conditions import Story
from childprotect.desk.consequences import CONSEQUENCES, Consequence, consequence_of
from childprotect.desk.desk import Desk
from childprotect.desk.holders import BY, Holder
from childprotect.desk.settled import TIMED, is_later, is_settled, may_have_begun
from childprotect.errors import OutOfRange, UnknownName
from childprotect.findings import Finding
from childprotect.periods import Period, Unit, days, working_days
from childprotect.rulebook import Rulebook
from childprotect.rulebooks.england.matches import CASE
from childprotect.rules import Current
from childprotect.statuses import Status
from childprotect.vocabulary import nearest

HORIZON = working_days(10)
CLOCKS = (*TIMED, Current)
"""The kinds of rule that ask for something to be done from now on; the others judge what is past."""


class When(StrEnum):
    """When something is to be done."""

    OVERDUE = "overdue"
    """Its day has passed; or it should be in place, and is not."""
    TODAY = "due today"
    SOON = "due soon"
    """Within the horizon."""
    UNKNOWN = "cannot tell"
    """It may be overdue: the record does not say."""


@frozen
class Task:
    """One line of a worklist: a duty to one child that waits, who holds the case, and what is at stake."""

    finding: Finding
    when: When
    consequence: Consequence
    holder: Holder = field(repr=False)
    closed: date | None = None
    """The day on which the case was closed with it undone, where it was, and is not open again."""

    @property
    def child(self) -> str:
        """The child's identifier."""
        return self.finding.child

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.finding.rule

    @property
    def what(self) -> str:
        """What is to be done, in words: "review child protection conference"."""
        return self.finding.wanted

    @property
    def due(self) -> date | None:
        """The last day; None where nobody can tell, and for what is to be in place at all times."""
        return None if self.finding.due is None else day_of(self.finding.due)

    @property
    def days_over(self) -> int | None:
        """How long it has been overdue, in what `finding.unit` says; None where it is not, or has no day."""
        return self.finding.days_late if self.when is When.OVERDUE else None

    @property
    def days_left(self) -> int | None:
        """How long is left, in what `finding.unit` says: 0 today; None where it is overdue or nobody can tell."""
        due, wait = self.due, self.finding.wait
        if self.when not in (When.TODAY, When.SOON) or due is None or wait is None:
            return None
        try:
            return wait.elapsed(self.finding.as_at, due)
        except OutOfRange:
            return None

    @property
    def because(self) -> str:
        """The reason, in a sentence or two."""
        return self.finding.because

    @property
    def edition(self) -> str | None:
        """The law by its short name, such as `WT2023`; None where no version is named."""
        return None if self.finding.version is None else self.finding.version.edition

    @property
    def source(self) -> str:
        """The law that it rests on: its edition, and where it was seen, if it was."""
        version = self.finding.version
        if version is None:
            return ""
        seen = "; ".join(map(str, version.citations)) or "not seen: from memory"
        return f"{version.instrument.title} ({version.edition}; evidence {version.grade}): {seen}"


@frozen
class Worklist:
    """What is to be done, as at a day, up to `until`: the gravest first, then by the day on which it was or is due.

    What was left undone in a case that is closed comes after all else: it may be too late for it.
    """

    as_at: date
    until: date
    tasks: tuple[Task, ...]

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)

    def having(self, *when: When) -> tuple[Task, ...]:
        """The tasks that are to be done then."""
        return tuple(task for task in self.tasks if task.when in when)

    def by(self, what: str) -> dict[str, "Worklist"]:
        """One worklist for each `worker`, `team`, `manager` or `child`; under "" what no record gives to anybody.

        Raises `UnknownName`.
        """
        known_as(what)
        found: dict[str, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(whose(task, what) or "", []).append(task)
        return {name: Worklist(self.as_at, self.until, tuple(found[name])) for name in sorted(found)}

    @property
    def counts(self) -> dict[When, int]:
        """How many there are of each."""
        counts = Counter(task.when for task in self.tasks)
        return {when: counts[when] for when in When}

    def with_those_of(self, other: "Worklist") -> "Worklist":
        """The tasks of both lists, in order. Both are of one day: the day and the horizon are those of this one."""
        return Worklist(self.as_at, self.until, tuple(sorted((*self.tasks, *other.tasks), key=_place)))


def known_as(what: str) -> None:
    """Raise `UnknownName` for what no worklist can be told by."""
    if what not in (*BY, "child"):
        raise UnknownName("holder", what, nearest(what, (*BY, "child")), ", ".join((*BY, "child")))


def whose(task: Task, what: str) -> str | None:
    """The worker, team, manager or child of a task, as far as the record says."""
    name: str | None = task.child if what == "child" else getattr(task.holder, what)
    return name


def worklist(
    records: Any,
    as_at: date,
    horizon: Period | None = HORIZON,
    *,
    consequences: Mapping[str, Consequence] = CONSEQUENCES,
    **how: Any,
) -> Worklist:
    """What is overdue, due today, due within the horizon, and what is unknown, in an authority's records.

    `records` and `how` are as in `Desk.of`. `horizon` counts from `as_at`; one in hours touches whole days, and without
    one nothing is listed that is due later than today. `consequences` ranks rules otherwise than `CONSEQUENCES` does.
    Raises `UnreadableInput`, and `OutOfRange` for a horizon beyond the calendar.

    Not on the list is what no longer can be done, since the duty has fallen away, and what is certainly done, where
    only nobody can tell whether in time: both are in the report.

    >>> from childprotect import Chronology
    >>> from datetime import date
    >>> story = Chronology.of("C-101", events=[("2024-03-01", "referral")])
    >>> for task in worklist([story], date(2024, 3, 4)):
    ...     print(task.child, task.when, task.due, task.what)
    C-101 due today 2024-03-04 decision on the referral
    C-101 due today 2024-03-04 acknowledgement of the referral
    """
    return worklist_of(Desk.of(records, as_at, **how), horizon, consequences=consequences)


def worklist_of(
    desk: Desk, horizon: Period | None = HORIZON, *, consequences: Mapping[str, Consequence] = CONSEQUENCES
) -> Worklist:
    """The worklist of a desk, whose records were read and checked before."""
    until = last_day(desk.as_at, horizon)
    rules = _that_wait(desk, until)
    books: dict[frozenset[str], Rulebook] = {}
    tasks: list[Task] = []
    for chronology in desk.chronologies(rules.keys()) if rules else ():
        asked = rules[chronology.child]
        if asked not in books:
            some = tuple(rule for rule in desk.rulebook.applied if rule.id in asked)
            books[asked] = Rulebook(desk.rulebook.name, some, vocabulary=desk.rulebook.vocabulary)
        tasks += _tasks(desk, chronology, books[asked], until, consequences)
    return Worklist(desk.as_at, until, tuple(sorted(tasks, key=_place)))


def last_day(as_at: date, horizon: Period | None) -> date:
    """The last day of a horizon that begins on a day. Raises `OutOfRange` where it is beyond the calendar."""
    if horizon is None:
        return as_at
    if horizon.unit is Unit.HOURS:
        # it begins on a day, and not at a time of it
        horizon = days(horizon.days_at_most)
    until = max(as_at, day_of(horizon.due(as_at)))
    if until > LAST_DAY:
        raise OutOfRange(f"{horizon} from {as_at} is beyond the calendar, which ends on {LAST_DAY}")
    return until


_UNDONE = (Status.OVERDUE, Status.BREACHED)
_ORDER = list(When)


def _that_wait(desk: Desk, until: date) -> dict[str, frozenset[str]]:
    """The rules of which a finding may be a task, by child: to have reasons, these are looked at one by one."""
    clocks = [rule.id for rule in desk.rulebook.applied if isinstance(rule, CLOCKS)]
    waits = pl.col("status").cast(pl.String).is_in([*_UNDONE, Status.CANNOT_TELL])
    soon = pl.col("due").is_between(desk.as_at, until)
    rule = pl.col("rule").cast(pl.String)
    found = desk.findings.lazy().filter(rule.is_in(clocks) & (waits | soon))
    by_child = found.group_by(pl.col("child").cast(pl.String)).agg(rule.unique()).collect()
    return {child: frozenset(rules) for child, rules in by_child.iter_rows()}


def _place(task: Task) -> tuple[Any, ...]:
    closed = task.closed is not None
    return closed, task.consequence, _ORDER.index(task.when), task.due or date.min, task.child, task.rule


def _tasks(
    desk: Desk, chronology: Chronology, book: Rulebook, until: date, consequences: Mapping[str, Consequence]
) -> list[Task]:
    if fell_away(chronology, desk.as_at) is not None:
        return []  # of a child who died or grew up nothing can be done any more
    report = check(chronology, book, as_at=desk.as_at, known_at=desk.known_at)
    found = {rule: [f for f in report.findings if f.rule == rule] for rule in {f.rule: None for f in report.findings}}
    events = chronology.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary)
    story = Story(events, chronology.covers, frozenset(entry.kind for entry in chronology.lost))
    waiting = [one for some in found.values() for one in _waiting(some, chronology, story, until)]
    if not waiting:
        return []
    holder, closure = Holder.of(events), _closure(story)
    return [
        Task(finding, when, consequence_of(finding.rule, consequences), holder, _closed(finding, closure))
        for finding, when in waiting
    ]


_BEYOND_THE_CASE = frozenset({"audit-action-done"})
"""What is to be done whether or not the case is open: audits are of closed cases too."""


def _closure(story: Story) -> date | None:
    """The day on which the case was closed, if it certainly is."""
    closures = story.find(CASE.closes)
    return closures[-1].event.day if closures and CASE.open_at(len(story.events), story) is False else None


def _closed(finding: Finding, closure: date | None) -> date | None:
    """The closure, if the duty began before."""
    if closure is None or finding.trigger is None or finding.rule in _BEYOND_THE_CASE:
        return None
    return closure if finding.trigger.day <= closure else None


def _waiting(
    findings: Sequence[Finding], chronology: Chronology, story: Story, until: date
) -> Collection[tuple[Finding, When]]:
    """Those findings of one rule that ask for something to be done, with when."""
    waiting = [(finding, when) for finding in findings if (when := _certainly(finding, until)) is not None]
    doubtful = [finding for finding in findings if finding.status is Status.CANNOT_TELL]
    waiting += [
        (finding, When.UNKNOWN)
        for finding in doubtful
        if not is_settled(finding, story) and not is_later(finding, chronology, until)
    ]
    if doubtful and not waiting and may_have_begun(doubtful[-1], chronology):
        # all that is on record is done, and a row that could not be read may have called for the same again
        waiting.append((doubtful[-1], When.UNKNOWN))
    return waiting


def _certainly(finding: Finding, until: date) -> When | None:
    """When the duty is to be done, where the record says so; None where there is nothing to do, or not yet."""
    if finding.status in _UNDONE:
        return When.OVERDUE if finding.ended is None else None
    due = None if finding.due is None else day_of(finding.due)
    # what is up to date is to be renewed by then
    waits = finding.status is Status.PENDING or (finding.status is Status.MET and isinstance(finding.law, Current))
    if not waits or due is None or not finding.as_at <= due <= until:
        return None
    return When.TODAY if due == finding.as_at else When.SOON
