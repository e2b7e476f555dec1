"""One case as a criterion looks at it: its record, and what the check and the worklist made of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

import polars as pl
from attrs import field, frozen

from childprotect.chronology import Chronology
from childprotect.conditions import Match, Story, Truth
from childprotect.desk.desk import Desk
from childprotect.desk.worklist import Task, worklist_of
from childprotect.events import Event
from childprotect.findings import Report
from childprotect.spells import Spell
from childprotect.statuses import Status

_TROUBLE = [status.value for status in Status if status.is_breach or status is Status.CANNOT_TELL]


@frozen
class Trouble:
    """A finding that is a breach, or of which nobody can tell: the rule, the status, and the day it was due, if any."""

    rule: str
    status: Status
    due: date | None


@frozen(eq=False, slots=False)
class Looked:
    """A case as known for the desk, with its lines of the worklist, and its findings that are not well."""

    desk: Desk = field(repr=False)
    chronology: Chronology
    tasks: tuple[Task, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def child(self) -> str:
        """The child's identifier."""
        return self.chronology.child

    @property
    def as_at(self) -> date:
        """The day of the desk."""
        return self.desk.as_at

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events that are known, in order."""
        return known(self.desk, self.chronology)

    @cached_property
    def story(self) -> Story:
        """The events by kind, with what the source is able to hold."""
        return story_of(self.chronology, self.events)

    @cached_property
    def report(self) -> Report:
        """The whole check of the child. It takes a thousandth of a second: `troubles` cost nothing."""
        return self.desk.report(self.chronology)

    def is_open(self, spell: Spell) -> Truth:
        """Whether a spell is open on the day of the desk; None where nobody can tell."""
        return spell.open_at(len(self.events), self.story)

    def opened(self, spell: Spell) -> Event | None:
        """What opened a spell that is certainly open."""
        return spell.opened_by(len(self.events), self.story)

    def found(self, match: Match) -> tuple[list[Event], list[Event]]:
        """The events that count, and those that may."""
        hits = self.story.find(match)
        return [hit.event for hit in hits if hit.truth], [hit.event for hit in hits if hit.truth is None]

    def may_lack(self, kinds: Collection[str], after: date = date.min) -> bool:
        """Whether an event of these kinds may have happened since then and not be there to read."""
        return may_lack(self.story, kinds, after)


def known(desk: Desk, chronology: Chronology) -> tuple[Event, ...]:
    """The events of a child as known for the desk."""
    return chronology.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary)


def story_of(chronology: Chronology, events: tuple[Event, ...]) -> Story:
    """The events of a child, with what its source is able to hold and what of it could not be read."""
    return Story(events, chronology.covers, frozenset(entry.kind for entry in chronology.lost))


def may_lack(story: Story, kinds: Collection[str], after: date = date.min) -> bool:
    """Whether an event of these kinds may have happened since then and not be there to read.

    The source has no place for one of them, does not reach back so far, or an entry could not be read.
    """
    kinds = frozenset(kinds)
    return bool(story.lost_of(kinds) or story.covers.absent(kinds) or story.covers.may_lack(kinds, after))


def looked_at(desk: Desk, children: Collection[str] | None = None) -> Iterator[Looked]:
    """Every case of a desk, or some, each looked at once."""
    tasks = _by_child(worklist_of(desk))
    troubles = _troubles(desk)
    for chronology in desk.chronologies(children):
        child = chronology.child
        yield Looked(desk, chronology, tuple(tasks.get(child, ())), troubles.get(child, ()))


def _by_child(tasks: Iterable[Task]) -> Mapping[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.child, []).append(task)
    return found


def _troubles(desk: Desk) -> dict[str, tuple[Trouble, ...]]:
    rows = (
        desk.findings.lazy()
        .select(pl.col("child", "rule", "status").cast(pl.String), "due")
        .filter(pl.col("status").is_in(_TROUBLE))
        .collect()
    )
    found: dict[str, list[Trouble]] = {}
    for child, rule, status, due in rows.iter_rows():
        found.setdefault(child, []).append(Trouble(rule, Status(status), due))
    return {child: tuple(some) for child, some in found.items()}
