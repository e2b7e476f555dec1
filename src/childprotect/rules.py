"""Rules as values: what must follow what, by when, in which edition of the law, and who says so.

A small closed set of kinds, each a frozen value. A rule holds no code: the check of each kind is written once, in the
modules that `compliance` joins. Every rule has dated versions; the day of the trigger chooses the version.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from attrs import field, frozen

from childprotect.calendars import Moment, day_of
from childprotect.conditions import ALWAYS, NOTHING, Condition, Match, matches_in
from childprotect.deadlines import Deadline, deadline
from childprotect.errors import DefinitionError, UnknownName
from childprotect.pairing import FIRST_OF_MANY, NEXT_OF_MANY, Pairing, Run
from childprotect.periods import Period, Unit
from childprotect.requirements import By, Cadence, Limit, Quorum, Requirement, in_words
from childprotect.spells import Spell
from childprotect.versions import Absence, Version, version_problems


@frozen(kw_only=True)
class Law:
    """What every rule has. Use one of the kinds below.

    A rule without versions is known but not applied: nothing is required until a local profile gives it one.
    """

    id: str
    title: str
    versions: tuple[Version, ...]
    absent: tuple[Absence, ...] = ()
    reads: frozenset[str] = field(init=False, eq=False, repr=False)
    """Every kind of event that can change a finding."""
    _dated: tuple[Version, ...] = field(init=False, eq=False, repr=False)
    _begins: tuple[date, ...] = field(init=False, eq=False, repr=False)
    """The days from which the dated versions are in force, in order: no two of them overlap."""

    def __attrs_post_init__(self) -> None:
        read = (match.kinds for match in matches_in(self))
        object.__setattr__(self, "reads", self.triggers.union(*read))
        problems = [*version_problems(self.versions), *self._requirement_problems()]
        if problems:
            raise DefinitionError(f"rule {self.id!r}", problems)
        dated = [(version.in_force, version) for version in self.versions if version.in_force is not None]
        object.__setattr__(self, "_dated", tuple(version for _, version in dated))
        object.__setattr__(self, "_begins", tuple(day for day, _ in dated))

    def _requirement_problems(self) -> Iterator[str]:
        for version in self.versions:
            if not self.can_require(version.requires):
                what = in_words(version.requires)
                yield f"version {version.edition} requires {what}, which this kind of rule cannot check"

    def can_require(self, requires: Requirement) -> bool:
        """Whether a version of this rule may require that."""
        return requires is None

    def version_on(self, day: date) -> Version | None:
        """The version in force on that day, or None."""
        if not (begun := bisect_right(self._begins, day)):
            return None
        version = self._dated[begun - 1]
        return version if version.until is None or day <= version.until else None

    def due(self, start: Moment) -> Deadline:
        """The deadline that a start on that day gives, under the version then in force.

        For a cadence it is the next one after `start`. Raises `UnknownName` where no version was in force, `TypeError`
        for a rule without a clock, and what `Period.due` raises.
        """
        day = day_of(start)
        version = self.version_on(day)
        if version is None:
            raise UnknownName("version of", self.id, expected=f"a day on which it was in force, not {day}")
        return deadline(self, version, start)

    @property
    def triggers(self) -> frozenset[str]:
        """The kinds of event that call for a finding."""
        return frozenset()

    @property
    def wants(self) -> Match:
        """What would fulfil the duty; nothing where a rule has no such event."""
        return NOTHING


@frozen(kw_only=True)
class Within(Law):
    """The end no later than a period after the start, or by the date that the start names.

    `discharge` lists what makes the duty fall away before then; `revived` what takes a discharge of its own kind back.
    `extends` lists what lengthens a `Limit`. `recorded_due` names the fact of the start in which a source may hold a
    due date of its own; one that differs from ours is an irregularity. `late_reason` names the fact of the end that
    must say why the limit was passed.
    """

    start: Match
    end: Match
    discharge: Match = NOTHING
    revived: Match = NOTHING
    extends: Match = NOTHING
    pairing: Pairing = Pairing()
    recorded_due: str | None = None
    late_reason: str | None = None
    runs: tuple[Run, ...] = field(init=False, eq=False, repr=False)

    @runs.default
    def _runs(self) -> tuple[Run, ...]:
        return (Run(self.start, self.end, self.discharge, self.revived, self.pairing),)

    def can_require(self, requires: Requirement) -> bool:
        """A period, a date on the record, or, where something extends it, a limit."""
        return isinstance(requires, Limit if self.extends.patterns else Period | By)

    @property
    def triggers(self) -> frozenset[str]:
        return self.start.kinds

    @property
    def wants(self) -> Match:
        return self.end


@frozen(kw_only=True)
class Duty(Within):
    """A clause without a number ("without delay"): how long it took is told, and never judged.

    A local version that gives a period is judged like any `Within`.
    """

    @property
    def only_told(self) -> bool:
        """Whether no version of it has a number, so that it can be neither kept nor broken."""
        return all(version.requires is None for version in self.versions)

    def can_require(self, requires: Requirement) -> bool:
        """Nothing, or a period."""
        return requires is None or isinstance(requires, Period)


@frozen(kw_only=True)
class AtMost(Law):
    """The longest that an episode may last, from its start to its end.

    `extends` lists what lengthens it. `counted_from` is a spell that the episode may follow: if it was opened no longer
    than `reach` before, the clock counts from the day of its opening. An episode that follows another is a renewal,
    unless one of `anew` lies between. With `holidays`, it is open whether a last day that is a Sunday or a bank holiday
    moves on.
    """

    start: Match
    end: Match
    extends: Match = NOTHING
    counted_from: Spell | None = None
    reach: Period | None = None
    anew: Match = NOTHING
    holidays: bool = False
    pairing: Pairing = Pairing()
    runs: tuple[Run, ...] = field(init=False, eq=False, repr=False)

    @runs.default
    def _runs(self) -> tuple[Run, ...]:
        return (Run(self.start, self.end, pairing=self.pairing),)

    def can_require(self, requires: Requirement) -> bool:
        """A limit."""
        return isinstance(requires, Limit)

    @property
    def triggers(self) -> frozenset[str]:
        return self.start.kinds

    @property
    def wants(self) -> Match:
        return self.end


@frozen(kw_only=True)
class Before(Law):
    """Lead time: the event at least a period before the anchor, for every anchor.

    Each anchor needs an event of its own: one since the anchor before it, or since one of `since`. Where there are
    several, the last decides.
    """

    event: Match
    anchor: Match
    since: Match = NOTHING

    def can_require(self, requires: Requirement) -> bool:
        """A period."""
        return isinstance(requires, Period)

    @property
    def triggers(self) -> frozenset[str]:
        return self.anchor.kinds

    @property
    def wants(self) -> Match:
        return self.event


@frozen(kw_only=True)
class Every(Law):
    """The event again and again: the next no later than a period after the last.

    `again` says which of the events call for a next one; `opens` starts the wait for the first, where the versions set
    one; `stops` ends the duty. If it `continues` another duty, the wait for the first counts from the last such event
    before the opening.
    """

    event: Match
    again: Match
    opens: Match = NOTHING
    stops: Match = NOTHING
    continues: bool = False
    runs: tuple[Run, ...] = field(init=False, eq=False, repr=False)

    @runs.default
    def _runs(self) -> tuple[Run, ...]:
        first = Run(self.opens, self.event, self.stops, pairing=FIRST_OF_MANY, first=True)
        following = Run(self.again, self.event, self.stops, pairing=NEXT_OF_MANY)
        return (first, following) if self.opens.patterns else (following,)

    def can_require(self, requires: Requirement) -> bool:
        """A cadence, with a wait for the first if something opens the duty."""
        return isinstance(requires, Cadence) and (
            requires.first is not None if self.opens.patterns else not (requires.first or requires.depends_on_opening)
        )

    @property
    def triggers(self) -> frozenset[str]:
        return self.again.kinds | self.opens.kinds

    @property
    def wants(self) -> Match:
        return self.event


@frozen(kw_only=True)
class Current(Law):
    """Freshness, on the day of the check: while a spell is open, something is in place and not out of date.

    One of three: `event` no older than the period that the version gives; `event` no older than the last of `behind`;
    or the spell `held` is open too. The past is not judged: ask as at another day.
    """

    while_: Spell
    event: Match = NOTHING
    behind: Match = NOTHING
    held: Spell | None = None

    def can_require(self, requires: Requirement) -> bool:
        """A period where the age of the event counts, else nothing."""
        ages = not self.behind.patterns and self.held is None
        return _in_days(requires) if ages else requires is None

    @property
    def triggers(self) -> frozenset[str]:
        return self.while_.opens.kinds

    @property
    def wants(self) -> Match:
        return self.event


@frozen(kw_only=True)
class Order(Law):
    """Sequence: `then` must come after one of `first`, and never while one of the spells `closed` is open.

    Each `then` needs a `first` of its own: one that came no earlier than the last `then`, or the last `since`. With
    `same_day`, one of the day of `then` counts whichever was first: a manager signs off what was done that day. With
    `doubt_earlier`, it is doubtful whether one of an earlier day was about this: a decision does not say.
    """

    then: Match
    first: Match = NOTHING
    since: Match = NOTHING
    closed: tuple[Spell, ...] = ()
    same_day: bool = False
    doubt_earlier: bool = False

    @property
    def triggers(self) -> frozenset[str]:
        return self.then.kinds


@frozen(kw_only=True)
class Attended(Law):
    """Participants: the agencies that a version requires took part in the event."""

    event: Match

    def can_require(self, requires: Requirement) -> bool:
        """Agencies, or a quorum of them."""
        return isinstance(requires, frozenset | Quorum)

    @property
    def triggers(self) -> frozenset[str]:
        return self.event.kinds


@frozen(kw_only=True)
class Recorded(Law):
    """Completeness: what a version requires is recorded of the event.

    Facts by name; or, where `must` is given, that the condition holds of the event; or, where a version gives a period,
    that the entry was made within it. All versions of one rule require the same of these.
    """

    event: Match
    must: Condition = ALWAYS

    def can_require(self, requires: Requirement) -> bool:
        """Names of facts or a period; nothing where `must` says it all."""
        return requires is None if self.must is not ALWAYS else isinstance(requires, tuple) or _in_days(requires)

    def _requirement_problems(self) -> Iterator[str]:
        yield from super()._requirement_problems()
        if len({isinstance(version.requires, Period) for version in self.versions}) > 1:
            yield "some versions name facts and others a period; two rules can say that"

    @property
    def triggers(self) -> frozenset[str]:
        return self.event.kinds


def _in_days(requires: Requirement) -> bool:
    """Whether it is a period that a day without a time is enough for."""
    return isinstance(requires, Period) and requires.unit is not Unit.HOURS


Rule = Within | Duty | AtMost | Before | Every | Current | Order | Attended | Recorded
KINDS: tuple[type[Rule], ...] = (Within, Duty, AtMost, Before, Every, Current, Order, Attended, Recorded)
"""The kinds of rule, for what must know them all."""
