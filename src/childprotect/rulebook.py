"""Rulebooks: rules by id, with the charts of the same nation; joined, cut to a day, compared."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from attrs import evolve, field, fields, frozen

from childprotect.charts import Chart, MovedBy, moved_by
from childprotect.conditions import Match
from childprotect.errors import DefinitionError, UnknownName
from childprotect.explaining import required
from childprotect.rules import Duty, Rule
from childprotect.versions import NotAssessed, Version
from childprotect.vocabulary import STANDARD, Vocabulary, nearest
from childprotect.wording import counted, days_in_words


@frozen(repr=False, eq=False)
class Rulebook(Mapping[str, Rule]):
    """Rules by id, with the charts that say what may follow what, and a list of what is not assessed.

    `|` joins two books (where both have a rule, the right one's counts) or puts a local profile on top, `-` leaves
    rules out by id, `on(day)` keeps the versions in force on a day. `silent` is what no rule of the book can judge,
    and why.
    """

    name: str
    rules: tuple[Rule, ...]
    charts: Mapping[str, Chart] = field(factory=dict)
    silent: tuple[NotAssessed, ...] = ()
    vocabulary: Vocabulary = STANDARD
    on_request: tuple[Rule, ...] = ()
    """Rules that are known and only applied when asked for: `with_practice`, or a local profile."""
    day: date | None = None
    """The day whose law it is, if it was cut to one: `on`."""
    applied: tuple[Rule, ...] = field(init=False)
    """The rules that have a version, and so can say something."""
    moved_by: MovedBy = field(init=False)
    """For each kind of event, the charts that it moves."""
    not_assessed: tuple[NotAssessed, ...] = field(init=False)
    """What is never judged: `silent`, and each rule that has no version or none in force, with the reason."""
    _never_assessed: frozenset[NotAssessed] = field(init=False)
    _by_id: dict[str, Rule] = field(init=False)
    _by_trigger: dict[str, frozenset[int]] = field(init=False)
    """For each kind of event, which of the rules applied it can call for a finding by."""

    def __attrs_post_init__(self) -> None:
        by_id = {rule.id: rule for rule in self.rules}
        if len(by_id) < len(self.rules):
            raise DefinitionError(f"rulebook {self.name!r}", ["two rules have the same id"])
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "applied", tuple(rule for rule in self.rules if rule.versions))
        triggers = frozenset[str]().union(*(rule.triggers for rule in self.applied))
        by_trigger = {
            kind: frozenset(n for n, rule in enumerate(self.applied) if kind in rule.triggers) for kind in triggers
        }
        object.__setattr__(self, "_by_trigger", by_trigger)
        object.__setattr__(self, "moved_by", moved_by(self.charts))
        off = [NotAssessed(rule.id, why) for rule in self.rules if (why := _why_off(rule))]
        asked = [NotAssessed(rule.id, _ON_REQUEST) for rule in self.on_request if rule.id not in by_id]
        object.__setattr__(self, "not_assessed", tuple(dict.fromkeys((*off, *asked, *self.silent))))
        object.__setattr__(self, "_never_assessed", frozenset(self.not_assessed))

    def __getitem__(self, rule_id: str) -> Rule:
        return self._by_id[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rulebook):
            return NotImplemented
        ours = (self.rules, self.charts, self.silent, self.on_request)
        return ours == (other.rules, other.charts, other.silent, other.on_request)

    def __hash__(self) -> int:
        return hash(tuple(self._by_id))

    def __repr__(self) -> str:
        return f"<Rulebook {self.name!r}: {counted(len(self), 'rules')}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # notebooks and Hypothesis would print every field

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises `UnknownName`, which says which one was probably meant."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            raise UnknownName("rule", rule_id, nearest(rule_id, self._by_id)) from None

    def triggered_by(self, kinds: Iterable[str], more: Collection[str] = ()) -> list[Rule]:
        """The rules applied that events of these kinds can call for a finding by, and `more` by id, in their order."""
        places: set[int] = set()
        places.update(*[self._by_trigger.get(kind, ()) for kind in kinds])
        if more:
            places |= {place for place, rule in enumerate(self.applied) if rule.id in more}
        return [self.applied[place] for place in sorted(places)]

    def not_assessed_beside(self, told: Collection[NotAssessed]) -> tuple[NotAssessed, ...]:
        """What is never judged, without what is told already."""
        if self._never_assessed.isdisjoint(told):
            return self.not_assessed
        return tuple(entry for entry in self.not_assessed if entry not in told)

    def __or__(self, other: object) -> "Rulebook":
        if not isinstance(other, Rulebook):
            return NotImplemented
        rules = {**self._by_id, **other._by_id}
        silent = {entry.id: entry for entry in (*self.silent, *other.silent) if entry.id not in rules}
        return Rulebook(
            f"{self.name} | {other.name}",
            tuple(rules.values()),
            {**self.charts, **other.charts},
            tuple(silent.values()),
            self.vocabulary,
            tuple({rule.id: rule for rule in (*self.on_request, *other.on_request) if rule.id not in rules}.values()),
        )

    def __sub__(self, rule_ids: Iterable[str]) -> "Rulebook":
        left_out = set(rule_ids)
        return evolve(self, rules=tuple(rule for rule in self.rules if rule.id not in left_out))

    def on(self, day: date) -> "Rulebook":
        """The law of a day: each rule with the one version then in force; rules with none are left out."""
        rules = [(rule, rule.version_on(day)) for rule in self.rules]
        kept = tuple(evolve(rule, versions=(version,)) for rule, version in rules if version is not None)
        return evolve(self, name=f"{self.name} on {day}", rules=kept, day=day)

    def with_practice(self, rule_ids: Iterable[str] | None = None) -> "Rulebook":
        """The book with the rules that it applies on request only; all of them, or those named."""
        wanted = {rule.id for rule in self.on_request} if rule_ids is None else set(rule_ids)
        return evolve(
            self,
            rules=(*self.rules, *(rule for rule in self.on_request if rule.id in wanted)),
            on_request=tuple(rule for rule in self.on_request if rule.id not in wanted),
        )

    def commencing(self, edition: str, day: date) -> "Rulebook":
        """The book with an instrument that was not in force yet in force from `day`. Raises `UnknownName`."""
        waiting = {v.edition for rule in self.rules for v in rule.versions if v.in_force is None}
        if edition not in waiting:
            raise UnknownName("instrument that is not in force", edition, nearest(edition, waiting))
        rules = tuple(_commenced(rule, edition, day) for rule in self.rules)
        return evolve(self, name=f"{self.name} with {edition} from {day}", rules=rules)

    def export(self, format: str = "toml") -> str:
        """The whole book as `toml`, `json` or `markdown`; `Rulebook.load` reads the first two back."""
        from childprotect.exports import export  # only where it is asked for: its libraries are slow to import

        return export(self, format)

    @classmethod
    def load(cls, text: str) -> "Rulebook":
        """The book that `export` wrote as TOML or JSON. Raises `DefinitionError` for what is none."""
        from childprotect.exports import load

        return cls(**load(text))

    def unverified(self) -> tuple["Unverified", ...]:
        """What rests on less than a named source: each such version of each rule, and why."""
        versions = ((rule, version) for rule in self.rules for version in rule.versions)
        return tuple(Unverified(rule, version, why) for rule, version in versions for why in _less(version))

    def diff(self, other: "Rulebook") -> "Difference":
        """What changed from the other book to this one: the other is the base.

        Two versions of one rule are the same if they require the same with the same force, whatever their editions, and
        unless both books are the law of one day, on the same days.
        """
        ours, theirs = ({rule.id: rule for rule in book.rules if rule.versions} for book in (self, other))
        changes = (
            Change(name, theirs[name], rule, self.day is not None and other.day is not None)
            for name, rule in ours.items()
            if name in theirs
        )
        return Difference(
            other.name,
            self.name,
            tuple(rule for name, rule in ours.items() if name not in theirs),
            tuple(rule for name, rule in theirs.items() if name not in ours),
            tuple(change for change in changes if change),
        )


_ON_REQUEST = "what inspectors asked of the record, and no law of its own: applied on request"
_NO_NUMBER = (
    "no national number stands behind it: the time it took is told, and judged only where a local profile sets one"
)


def _why_off(rule: Rule) -> str:
    """Why a rule of the book can never judge anything; nothing if it can."""
    if all(version.in_force is None for version in rule.versions):
        why = "no version of it is in force" if rule.versions else "no version of it is in the rulebook"
        return rule.absent[0].because if rule.absent else why
    return _NO_NUMBER if isinstance(rule, Duty) and rule.only_told else ""


def _commenced(rule: Rule, edition: str, day: date) -> Rule:
    if not any(version.in_force is None and version.edition == edition for version in rule.versions):
        return rule
    versions = [
        evolve(version, in_force=day) if version.in_force is None and version.edition == edition else version
        for version in rule.versions
    ]
    eve = day - timedelta(days=1) if day > date.min else day
    absent = [evolve(a, until=min(a.until or eve, eve)) for a in rule.absent if a.since < day]
    return evolve(rule, versions=tuple(versions), absent=tuple(absent))


@frozen
class Unverified:
    """A version of a rule that rests on less than a named source, and why."""

    rule: Rule = field(repr=lambda rule: repr(rule.id))
    version: Version = field(repr=lambda version: repr(version.edition))
    because: str

    def __str__(self) -> str:
        return f"{self.rule.id} {self.version.edition}: {self.because}"


def _less(version: Version) -> Iterator[str]:
    if version.carried_over:
        yield version.grade
    elif version.evidence.letter not in ("P", "S"):
        yield f"{version.evidence.meaning} ({version.evidence.letter})"
    elif not version.citations:
        yield "no source is named"


def _shape(rule: Rule) -> Rule:
    """A rule without its figures."""
    return evolve(rule, versions=(), absent=(), title="")


def _same(one: Version | None, other: Version | None) -> bool:
    """Whether two versions require the same with the same force, whatever their editions."""
    if one is None or other is None:
        return one is other
    ours = (one.requires, one.force, one.departure, one.in_force is None)
    return ours == (other.requires, other.force, other.departure, other.in_force is None)


def _differences(before: Rule, after: Rule, of_one_day: bool) -> Iterator[str]:
    """In words, what two rules of one id require differently; of two dated ones, day by day."""
    if _shape(before) != _shape(after):
        yield f"{_matches(before)} became {_matches(after)}"
    if len(before.versions) == 1 and len(after.versions) == 1:
        old, new = before.versions[0], after.versions[0]
        if of_one_day or (old.in_force, old.until) == (new.in_force, new.until):
            if not _same(old, new):
                yield f"{_version(before, old)} became {_version(after, new)}"
            return
    for since, until in _stretches((*before.versions, *after.versions)):
        then, now = before.version_on(since), after.version_on(since)
        if not _same(then, now):
            yield f"{_version(after, now)} instead of {_version(before, then)} {days_in_words(since, until)}"
    then_waiting, now_waiting = (
        {version.edition: version for version in rule.versions if version.in_force is None} for rule in (before, after)
    )
    commenced = {v.edition for v in (*before.versions, *after.versions) if v.in_force is not None}
    for edition in dict.fromkeys((*then_waiting, *now_waiting)):
        then, now = then_waiting.get(edition), now_waiting.get(edition)
        if edition not in commenced and not _same(then, now):  # else it is told day by day
            yield f"{_version(after, now)} instead of {_version(before, then)}"


def _stretches(versions: Iterable[Version]) -> Iterator[tuple[date, date | None]]:
    """The days on which none of the versions begins or ends, stretch by stretch."""
    days: set[date] = set()
    for version in versions:
        days |= {version.in_force} if version.in_force else set()
        days |= {version.until + timedelta(days=1)} if version.until and version.until < date.max else set()
    starts = sorted(days)
    for start, after in zip_longest(starts, starts[1:]):
        yield start, after - timedelta(days=1) if after else None


@frozen
class Change:
    """One rule in two books."""

    rule: str
    before: Rule
    after: Rule
    of_one_day: bool = False
    """Whether both are the law of one day, so that it does not matter from when to when they hold."""

    def __bool__(self) -> bool:
        return any(_differences(self.before, self.after, self.of_one_day))

    def __str__(self) -> str:
        return f"{self.rule}: {'; '.join(_differences(self.before, self.after, self.of_one_day))}"


@frozen
class Difference:
    """What changed from one rulebook to another. False if nothing did."""

    base: str
    name: str
    added: tuple[Rule, ...] = ()
    removed: tuple[Rule, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        lines = [f"From {self.base} to {self.name}:" if self else f"No difference between {self.base} and {self.name}."]
        lines += [f"  + {rule.id}: {_told(rule)}" for rule in self.added]
        lines += [f"  - {rule.id}: {_told(rule)}" for rule in self.removed]
        lines += [f"  ~ {change}" for change in self.changed]
        return "\n".join(lines)


def _told(rule: Rule) -> str:
    """What the versions of a rule require, with their dates where there is more than one."""
    if len(rule.versions) == 1:
        return _version(rule, rule.versions[0])
    return "; ".join(f"{_version(rule, version)} from {version.in_force}" for version in rule.versions)


def _version(rule: Rule, version: Version | None) -> str:
    if version is None:
        return "nothing"
    what = required(rule, version).removeprefix(f"{rule.title}: ")
    departure = f", local departure: {version.departure}" if version.departure else ""
    waiting = ", not in force" if version.in_force is None else ""
    return f"{what} [{version.edition}, {version.force.value.replace('-', ' ')}{departure}{waiting}]"


def _matches(rule: Rule) -> str:
    """The matches of a rule, in words."""
    values = {attribute.name: getattr(rule, attribute.name) for attribute in fields(type(rule))}
    matches = [f"{name} {value}" for name, value in values.items() if isinstance(value, Match) and value.patterns]
    return "; ".join(matches)
