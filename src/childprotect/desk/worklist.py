"""The worklist: what is overdue, due today, due soon, and what nobody can tell, the gravest first.

In 2012 inspectors found that "there has been ineffective oversight of assessments that are overdue" (Ofsted,
Herefordshire, September 2012, paragraph 44). A worklist is that oversight: every line is a finding of the check, with
its reason and source.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl
from attrs import field, frozen

from childprotect.calendars import day_of
from childprotect.chronology import Chronology
from childprotect.conditions import Story
from childprotect.desk.consequences import CONSEQUENCES, Consequence, consequence_of
from childprotect.desk.desk import Desk
from childprotect.desk.holders import BY, Holder
from childprotect.errors import UnknownName
from childprotect.findings import Finding
from childprotect.periods import Period, working_days
from childprotect.rulebooks.england.matches import CASE
from childprotect.rules import AtMost, Current, Every, Within
from childprotect.statuses import Status
from childprotect.vocabulary import nearest

HORIZON = working_days(10)
_CLOCKS = (Within, AtMost, Every, Current)
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
    def because(self) -> str:
        """The reason, in a sentence or two."""
        return self.finding.because

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
    """What is to be done, as at a day, up to `until`: the gravest first, then by the day on which it was or is due."""

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
        if what not in (*BY, "child"):
            raise UnknownName("holder", what, nearest(what, (*BY, "child")), ", ".join((*BY, "child")))
        found: dict[str, list[Task]] = {}
        for task in self.tasks:
            of = task.child if what == "child" else getattr(task.holder, what)
            found.setdefault(of or "", []).append(task)
        return {name: Worklist(self.as_at, self.until, tuple(found[name])) for name in sorted(found)}

    @property
    def counts(self) -> dict[When, int]:
        """How many there are of each."""
        counts = Counter(task.when for task in self.tasks)
        return {when: counts[when] for when in When}


def worklist(
    records: Any,
    as_at: date,
    horizon: Period = HORIZON,
    *,
    consequences: Mapping[str, Consequence] = CONSEQUENCES,
    **how: Any,
) -> Worklist:
    """What is overdue, due today, due within the horizon, and what is unknown, in an authority's records.

    `records` and `how` are as in `Desk.of`; `horizon` counts from `as_at`. What was never done and no longer can be,
    since the duty has fallen away, is not on the list: it is in the report. `consequences` ranks rules otherwise than
    `CONSEQUENCES` does. Raises `UnreadableInput`, and `OutOfRange` for a horizon beyond the calendar.

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
    desk: Desk, horizon: Period = HORIZON, *, consequences: Mapping[str, Consequence] = CONSEQUENCES
) -> Worklist:
    """The worklist of a desk, whose records were read and checked before."""
    until = day_of(horizon.due(desk.as_at))
    waits = (
        pl.col("status").cast(pl.String).is_in([s.value for s in (Status.OVERDUE, Status.BREACHED, Status.CANNOT_TELL)])
    )
    soon = pl.col("due").is_between(desk.as_at, until)
    clocks = [rule.id for rule in desk.rulebook.applied if isinstance(rule, _CLOCKS)]
    children = desk.children_with(pl.col("rule").cast(pl.String).is_in(clocks) & (waits | soon))
    tasks = [
        task
        for chronology in desk.chronologies(set(children))
        for task in _tasks(desk, chronology, until, consequences)
    ]
    return Worklist(desk.as_at, until, tuple(sorted(tasks, key=_place)))


_NO_DAY = date.min
_ORDER = list(When)


def _place(task: Task) -> tuple[Any, ...]:
    return task.consequence, _ORDER.index(task.when), task.due or _NO_DAY, task.child, task.rule


def _tasks(desk: Desk, chronology: Chronology, until: date, consequences: Mapping[str, Consequence]) -> Iterator[Task]:
    events = chronology.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary)
    begun = _case_begun(chronology, events)
    found = [(finding, _when(finding, until, begun)) for finding in desk.report(chronology).findings]
    holder = Holder.of(events) if any(when for _, when in found) else Holder()
    for finding, when in found:
        if when is not None:
            yield Task(finding, when, consequence_of(finding.rule, consequences), holder)


def _case_begun(chronology: Chronology, events: Sequence[Any]) -> date | None:
    """The first day of the case that may be open; None where none is."""
    lost = frozenset(entry.kind for entry in chronology.lost)
    story = Story(events, chronology.covers, lost)
    if CASE.open_at(len(events), story) is False:
        return None
    opened = CASE.opened_by(len(events), story)
    return opened.day if opened is not None else date.min


def _when(finding: Finding, until: date, begun: date | None) -> When | None:
    """When the duty is to be done; None where there is nothing to do, or not yet."""
    if not isinstance(finding.law, _CLOCKS) or finding.ended is not None:
        return None
    due = None if finding.due is None else day_of(finding.due)
    match finding.status:
        case Status.OVERDUE | Status.BREACHED:
            return When.OVERDUE
        case Status.CANNOT_TELL:
            of_case = finding.trigger is None or (begun is not None and finding.trigger.day >= begun)
            return When.UNKNOWN if of_case and finding.answer is None and (due is None or due <= until) else None
        case Status.PENDING | Status.MET if due is not None and finding.as_at <= due <= until:
            # what is up to date is to be renewed by then
            waits = finding.status is Status.PENDING or isinstance(finding.law, Current)
            return (When.TODAY if due == finding.as_at else When.SOON) if waits else None
    return None
