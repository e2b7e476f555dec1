"""Rules as values: what must follow what, by when, in which edition of the law, and who says so.

A small closed set of kinds, each a frozen value. A rule holds no code: the check of each kind is written once, in
`compliance`. Every rule has dated versions; the day of the trigger chooses the version.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from attrs import evolve, field, frozen

from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.calendars import Moment, day_of
from childprotect.charts import Chart
from childprotect.conditions import NOTHING, Match
from childprotect.errors import DefinitionError, UnknownName
from childprotect.pairing import Pairing
from childprotect.periods import Period
from childprotect.spells import Spell
from childprotect.vocabulary import STANDARD, Vocabulary, nearest
from childprotect.wording import day_in_words, listed


@frozen
class Cadence:
    """What a recurring duty requires: the first within one period, or None, and each next within another."""

    then: Period
    first: Period | None = None

    def __str__(self) -> str:
        opening = f"first within {self.first}, then " if self.first else ""
        return f"{opening}every {self.then} at most"


Requirement = Period | Cadence | frozenset[str] | tuple[str, ...] | None
"""A period, a cadence, agencies, names of facts; None where the order itself is all that is required."""


@frozen(kw_only=True)
class Version:
    """One dated version of a rule: what one instrument requires, how strongly, and how well that is known.

    Force and dates are the instrument's unless given. `carried_over` names the edition whose figure is assumed to
    continue because the text of this one was not seen. A version that rests on memory has no citations.
    """

    instrument: Instrument
    requires: Requirement = None
    evidence: Evidence
    citations: tuple[Citation, ...] = field(default=())
    force: Force = field()
    in_force: date = field()
    until: date | None = field()
    carried_over: str | None = None
    note: str = ""

    @force.default
    def _(self) -> Force:
        return self.instrument.force

    @in_force.default
    def _(self) -> date:
        return self.instrument.in_force

    @until.default
    def _(self) -> date | None:
        return self.instrument.until

    @citations.validator
    def _no_borrowed_dignity(self, _: object, citations: tuple[Citation, ...]) -> None:
        if citations and self.evidence is Evidence.MEMORY:
            raise DefinitionError(f"version {self.edition}", ["it rests on memory, so it cannot carry a citation"])

    @property
    def edition(self) -> str:
        """The id of the instrument: `WT2018`."""
        return self.instrument.id

    def covers(self, day: date) -> bool:
        """Whether this version was in force on that day."""
        return self.in_force <= day and (self.until is None or day <= self.until)

    @property
    def grade(self) -> str:
        """The evidence in words: `secondary (S)`, or that the figure is carried over."""
        if self.carried_over:
            return f"carried over from {self.carried_over}, unverified ({self.evidence.letter})"
        return f"{self.evidence.value} ({self.evidence.letter})"


@frozen
class Absence:
    """Why a rule has no version for some days, so that no gap is silent."""

    since: date
    until: date | None
    because: str


@frozen(kw_only=True)
class Law:
    """What every rule has. Use one of the kinds below."""

    id: str
    title: str
    versions: tuple[Version, ...]
    absent: tuple[Absence, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [*_version_problems(self.versions), *self._requirement_problems()]
        if problems:
            raise DefinitionError(f"rule {self.id!r}", problems)

    def _requirement_problems(self) -> Iterator[str]:
        for version in self.versions:
            if not self._can_require(version.requires):
                yield f"version {version.edition} requires {version.requires!r}, which this kind of rule cannot check"

    def _can_require(self, requires: Requirement) -> bool:
        return requires is None

    def version_on(self, day: date) -> Version | None:
        """The version in force on that day, or None."""
        for version in reversed(self.versions):  # most days asked about are recent
            if version.in_force <= day:
                return version if version.until is None or day <= version.until else None
        return None

    @property
    def triggers(self) -> frozenset[str]:
        """The kinds of event that call for a finding."""
        return frozenset()

    @property
    def reads(self) -> frozenset[str]:
        """Every kind of event that can change a finding."""
        return self.triggers

    def due(self, start: Moment) -> "Deadline":
        """The deadline that a start on that day gives, under the version then in force.

        Raises `UnknownName` where no version was in force, and what `Period.due` raises.
        """
        day = day_of(start)
        version = self.version_on(day)
        if version is None:
            raise UnknownName("version of", self.id, expected=f"a day on which it was in force, not {day}")
        return deadline(self, version, start)


@frozen(kw_only=True)
class Within(Law):
    """The end no later than a period after the start. `discharge` lists what makes the duty fall away before then.

    `revived` lists what takes a discharge of its own kind back. `recorded_due` names the fact of the start in which a
    source may hold a due date of its own; one that differs from ours is an irregularity.
    """

    start: Match
    end: Match
    discharge: Match = NOTHING
    revived: Match = NOTHING
    pairing: Pairing = Pairing()
    recorded_due: str | None = None

    def _can_require(self, requires: Requirement) -> bool:
        return isinstance(requires, Period)

    @property
    def triggers(self) -> frozenset[str]:
        return self.start.kinds

    @property
    def reads(self) -> frozenset[str]:
        return self.start.kinds | self.end.kinds | self.discharge.kinds | self.revived.kinds


@frozen(kw_only=True)
class Every(Law):
    """The event again and again: the next no later than a period after the last.

    `again` says which of the events call for a next one; `opens` starts the wait for the first, where the versions set
    one; `stops` ends the duty.
    """

    event: Match
    again: Match
    opens: Match = NOTHING
    stops: Match = NOTHING

    def _can_require(self, requires: Requirement) -> bool:
        return isinstance(requires, Cadence) and (requires.first is not None) == bool(self.opens.patterns)

    @property
    def triggers(self) -> frozenset[str]:
        return self.again.kinds | self.opens.kinds

    @property
    def reads(self) -> frozenset[str]:
        return self.event.kinds | self.triggers | self.stops.kinds


@frozen(kw_only=True)
class Order(Law):
    """Sequence: `then` must come after one of `first`, and never while one of the spells `closed` is open.

    Each `then` needs a `first` of its own: one that came no earlier than the last `then`, or the last `since`.
    """

    then: Match
    first: Match = NOTHING
    since: Match = NOTHING
    closed: tuple[Spell, ...] = ()

    @property
    def triggers(self) -> frozenset[str]:
        return self.then.kinds

    @property
    def reads(self) -> frozenset[str]:
        spells = [match.kinds for spell in self.closed for match in (spell.opens, spell.closes)]
        return self.then.kinds.union(self.first.kinds, self.since.kinds, *spells)


@frozen(kw_only=True)
class Attended(Law):
    """Participants: the agencies that a version requires took part in the event."""

    event: Match

    def _can_require(self, requires: Requirement) -> bool:
        return isinstance(requires, frozenset)

    @property
    def triggers(self) -> frozenset[str]:
        return self.event.kinds


@frozen(kw_only=True)
class Recorded(Law):
    """Completeness: the facts that a version requires are recorded of the event."""

    event: Match

    def _can_require(self, requires: Requirement) -> bool:
        return isinstance(requires, tuple)

    @property
    def triggers(self) -> frozenset[str]:
        return self.event.kinds


Rule = Within | Every | Order | Attended | Recorded
TimedRule = Within | Every


def _version_problems(versions: tuple[Version, ...]) -> Iterator[str]:
    for version in versions:
        if version.until is not None and version.until < version.in_force:
            yield f"version {version.edition} ends before it begins"
    for before, after in pairwise(versions):
        if before.until is None or before.until >= after.in_force:
            yield f"versions {before.edition} and {after.edition} overlap or are out of order"


@frozen
class Deadline:
    """The last day that a version of a rule permits, and how it was counted. Prints its own counting.

    `days_not_counted` are the holidays that a count in working days left out; weekends go without saying.
    """

    rule: Law = field(repr=lambda rule: repr(rule.id))
    version: Version = field(repr=lambda version: repr(version.edition))
    period: Period
    starts: Moment
    on: Moment
    days_not_counted: tuple[tuple[date, str], ...] = ()

    def __str__(self) -> str:
        text = f"{self.period} after {day_in_words(self.starts)}"
        if self.period.counting.value != "from the next day":
            text = f"{self.period}, {day_in_words(self.starts)}"
        if self.days_not_counted:
            text += f", not counting {listed(name for _, name in self.days_not_counted)}"
        return text


def deadline(rule: Law, version: Version, start: Moment, *, first: bool = False) -> Deadline:
    """The deadline under one version; for a cadence, the next after `start`, or the `first`."""
    period = period_of(version, first=first)
    on = period.due(start)
    skipped: tuple[tuple[date, str], ...] = ()
    if period.lateness_unit == "working-days":
        begin = day_of(start)
        if period.counting.value != "from the next day":
            begin -= timedelta(days=1)
        skipped = period.working_calendar.not_counted(begin, day_of(on))
    return Deadline(rule, version, period, start, on, skipped)


def period_of(version: Version, *, first: bool = False) -> Period:
    """The period that a version of a timed rule requires. Raises `TypeError` for a rule without a clock."""
    requires = version.requires
    if isinstance(requires, Cadence):
        requires = requires.first if first else requires.then
    if not isinstance(requires, Period):
        raise TypeError(f"{version.edition} sets no period here, but {requires!r}")
    return requires


@frozen
class NotAssessed:
    """Something that is not judged, and why: listed, never hidden."""

    id: str
    because: str

    def to_dict(self) -> dict[str, str]:
        """As the JSON report shows it."""
        return {"id": self.id, "because": self.because}


@frozen(repr=False, eq=False)
class Rulebook(Mapping[str, Rule]):
    """Rules by id, with the charts that say what may follow what, and a list of what is not assessed.

    `|` joins two books (where both have a rule, the right one's counts), `-` leaves rules out by id, `on(day)` keeps
    the versions in force on a day.
    """

    name: str
    rules: tuple[Rule, ...]
    charts: Mapping[str, Chart] = field(factory=dict)
    not_assessed: tuple[NotAssessed, ...] = ()
    vocabulary: Vocabulary = STANDARD
    _by_id: dict[str, Rule] = field(init=False)

    def __attrs_post_init__(self) -> None:
        by_id = {rule.id: rule for rule in self.rules}
        if len(by_id) < len(self.rules):
            raise DefinitionError(f"rulebook {self.name!r}", ["two rules have the same id"])
        object.__setattr__(self, "_by_id", by_id)

    def __getitem__(self, rule_id: str) -> Rule:
        return self._by_id[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and (self.rules, self.charts) == (other.rules, other.charts)

    def __hash__(self) -> int:
        return hash(tuple(self._by_id))

    def __repr__(self) -> str:
        return f"<Rulebook {self.name!r}: {len(self)} rules>"

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises `UnknownName`, which says which one was probably meant."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            raise UnknownName("rule", rule_id, nearest(rule_id, self._by_id)) from None

    def __or__(self, other: "Rulebook") -> "Rulebook":
        rules = {**self._by_id, **other._by_id}
        known = {entry.id for entry in other.not_assessed}
        silent = tuple(e for e in self.not_assessed if e.id not in other._by_id and e.id not in known)
        return Rulebook(
            f"{self.name} | {other.name}",
            tuple(rules.values()),
            {**self.charts, **other.charts},
            silent + other.not_assessed,
            self.vocabulary,
        )

    def __sub__(self, rule_ids: Iterable[str]) -> "Rulebook":
        left_out = set(rule_ids)
        return evolve(self, rules=tuple(rule for rule in self.rules if rule.id not in left_out))

    def on(self, day: date) -> "Rulebook":
        """The law of a day: each rule with the one version then in force; rules with none are left out."""
        rules = [(rule, rule.version_on(day)) for rule in self.rules]
        kept = tuple(evolve(rule, versions=(version,)) for rule, version in rules if version is not None)
        return evolve(self, name=f"{self.name} on {day}", rules=kept)
