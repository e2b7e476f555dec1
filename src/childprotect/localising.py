"""A local profile laid over a rulebook: every entry applied, and every problem found on the way."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields, frozen
from cattrs import transform_error

from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.errors import ChildProtectError, UnknownName
from childprotect.forms import Forms, requirement_from_data
from childprotect.overlays import Loosened, set_aside, with_local
from childprotect.periods import Period, Unit
from childprotect.requirements import Cadence, Quorum, Requirement
from childprotect.rulebook import Rulebook
from childprotect.rules import Every, Rule
from childprotect.versions import Version
from childprotect.vocabulary import AGENCIES, nearest
from childprotect.wording import days_in_words

if TYPE_CHECKING:
    from childprotect.profiles import LocalRule, Profile, SetAside


def localised(book: Rulebook, profile: "Profile", places: "Places") -> tuple[Rulebook, list[str]]:
    """The law of a book as it holds where the profile applies, and what keeps the profile from being applied."""
    desk = _Desk(profile, book, places)
    return desk.book, desk.problems


@frozen
class Places:
    """Where in the text the tables of a profile begin."""

    text: str

    def of(self, table: str, n: int, name: str = "") -> str:
        """`line 12, rule 2 (child-seen)`."""
        lines = [at for at, line in enumerate(self.text.splitlines(), 1) if line.strip() == f"[[{table}]]"]
        line = f"line {lines[n]}, " if n < len(lines) else ""
        return f"{line}{table} {n + 1}" + (f" ({name})" if name else "")


class _Desk:
    """A profile laid over a rulebook: the book that results, and every problem on the way."""

    def __init__(self, profile: "Profile", book: Rulebook, places: Places) -> None:
        self.profile = profile
        self.places = places
        self.problems: list[str] = []
        self.calendar = self._calendar()
        self.known = {rule.id: rule for rule in (*book.rules, *book.on_request)}
        wanted = self._commence(self._asked(book))
        self.rules = {rule.id: rule for rule in wanted.rules}
        self._add()
        if profile.calendar is not None and profile.calendar.guidance and self.calendar is not None:
            self.rules = {name: self._closed(rule) for name, rule in self.rules.items()}
        for entry in profile.set_aside:
            self._set_aside(entry)
        for local in profile.rules:
            self._local(local)
        on_request = tuple(rule for rule in book.on_request if rule.id not in self.rules)
        self.book = evolve(
            wanted, name=f"{book.name} | {profile.id}", rules=tuple(self.rules.values()), on_request=on_request
        )

    def _calendar(self) -> WorkingDays | None:
        if self.profile.calendar is None:
            return None
        closures = [(closure.day, closure.name) for closure in self.profile.calendar.closures]
        try:
            return england_and_wales().with_closures(self.profile.authority, closures)
        except ValueError as error:
            self.problems.append(f"calendar: {error}")
            return None

    def _asked(self, book: Rulebook) -> Rulebook:
        practice = self.profile.practice
        if practice is True:
            return book.with_practice()
        ids = {entry.id for entry in self.profile.rules}
        if isinstance(practice, tuple):
            self.problems += [f"practice: {_unknown(name, self.known)}" for name in practice if name not in self.known]
            ids |= set(practice)
        return book.with_practice(ids & {rule.id for rule in book.on_request})

    def _commence(self, book: Rulebook) -> Rulebook:
        for edition, day in self.profile.commencing.items():
            try:
                book = book.commencing(edition, day)
            except UnknownName as error:
                self.problems.append(f"commencing: {error}")
        return book

    def _add(self) -> None:
        forms = Forms()
        for rule in self.known.values() if self.profile.added_rules else ():
            forms.rule_to_data(rule)  # so that the spells of the book can be named
        for n, entry in enumerate(self.profile.added_rules):
            where = self.places.of("added-rule", n, str(entry.get("id", "")))
            if "version" in entry:
                self.problems.append(f"{where}: an added rule has no version; its figure is a [[rule]]")
                continue
            try:
                rule = forms.rule_from_data({**entry, "version": []})
            except Exception as error:
                self.problems += [f"{where}: {problem}" for problem in plain(error)]
                continue
            if rule.id in self.known:
                self.problems.append(f"{where}: the rulebook has a rule of this id; use [[rule]] to set its figure")
            self.rules[rule.id] = rule

    def _set_aside(self, entry: "SetAside") -> None:
        where = entry.place or f"set-aside ({entry.id})"
        rule = self._rule(where, entry.id)
        if rule is not None and self._dated(where, entry.from_, entry.until):
            why = f"set aside by {self.profile.authority} {days_in_words(entry.from_, entry.until)}: {entry.because}"
            try:
                self.rules[rule.id] = set_aside(rule, entry.from_, entry.until, why)
            except Loosened as refusal:
                self.problems.append(f"{where}: {refusal}")

    def _local(self, entry: "LocalRule") -> None:
        where = entry.place or f"rule ({entry.id})"
        rule = self._rule(where, entry.id)
        if rule is None or not self._dated(where, entry.from_, entry.until):
            return
        try:
            version = self._version(rule, entry)
            overlapping = [v for v in rule.versions if v.edition == self.profile.id and _meet(v, version)]
            if overlapping:
                raise ValueError("it overlaps another entry for the same rule")
            if not rule.can_require(version.requires):
                raise ValueError(f"a rule of kind {type(rule).__name__.lower()} cannot require {entry.requires!r}")
            self.rules[rule.id] = with_local(rule, version, self.known.get(rule.id, rule))
        except (ValueError, KeyError, TypeError, Loosened, ChildProtectError) as error:
            self.problems.append(f"{where}: {error}")

    def _rule(self, where: str, rule_id: str) -> Rule | None:
        if rule_id not in self.rules:
            self.problems.append(f"{where}: {_unknown(rule_id, self.known)}")
        return self.rules.get(rule_id)

    def _dated(self, where: str, since: date, until: date | None) -> bool:
        if until is not None and until < since:
            self.problems.append(f"{where}: until {until} is before from {since}")
            return False
        return True

    def _version(self, rule: Rule, entry: "LocalRule") -> Version:
        instrument = Instrument(
            self.profile.id,
            f"{self.profile.authority}: {self.profile.title}",
            Force.LOCAL,
            in_force=min(local.from_ for local in self.profile.rules),
            dated=Evidence.LOCAL,
        )
        cited = bool(entry.source) and entry.evidence is not Evidence.MEMORY
        if entry.illustrative and cited:
            raise ValueError("a figure that is illustrative has no source")
        return Version(
            instrument=instrument,
            in_force=entry.from_,
            until=entry.until,
            requires=self._requirement(rule, entry.requires),
            evidence=Evidence.MEMORY if entry.illustrative else entry.evidence,
            citations=(Citation(instrument.title, entry.source, None, entry.quote),) if cited else (),
            note=entry.note,
            illustrative=entry.illustrative,
        )

    def _requirement(self, rule: Rule, data: Any) -> Requirement:
        calendars = {self.calendar.name: self.calendar} if self.calendar else {}
        requires = requirement_from_data(data, calendars)
        wanted = requires.agencies if isinstance(requires, Quorum) else requires
        if isinstance(wanted, frozenset):
            for name in sorted(wanted - set(AGENCIES)):
                raise UnknownName("agency", name, nearest(name, AGENCIES), ", ".join(AGENCIES))
        if isinstance(requires, Cadence) and isinstance(rule, Every) and rule.opens.patterns and requires.first is None:
            requires = evolve(requires, first=requires.then)
        return _on_calendar(requires, self.calendar) if self.calendar else requires

    def _closed(self, rule: Rule) -> Rule:
        """The rule with the closure days left out of the limits of its guidance."""
        assert self.calendar is not None
        versions = [
            evolve(
                version,
                requires=_on_calendar(version.requires, self.calendar),
                departure=f"the closure days of {self.profile.authority} are not counted",
            )
            if version.force is not Force.STATUTE and _on_calendar(version.requires, self.calendar) != version.requires
            else version
            for version in rule.versions
        ]
        return evolve(rule, versions=tuple(versions))


def _unknown(name: str, known: Mapping[str, Rule]) -> str:
    return str(UnknownName("rule", name, nearest(name, known)))


def _meet(one: Version, other: Version) -> bool:
    assert one.in_force is not None and other.in_force is not None
    return one.in_force <= (other.until or date.max) and other.in_force <= (one.until or date.max)


def _on_calendar(requires: Requirement, calendar: WorkingDays) -> Requirement:
    """The same requirement with its working days counted in another calendar."""
    if isinstance(requires, Period):
        return evolve(requires, calendar=calendar) if requires.unit is Unit.WORKING_DAYS else requires
    if isinstance(requires, Cadence):
        moved: dict[str, Any] = {name: _on_calendar(period, calendar) for name, period in _periods(requires)}
        return evolve(requires, **moved)
    return requires


def _periods(cadence: Cadence) -> Iterator[tuple[str, Period]]:
    for attribute in fields(Cadence):
        period = getattr(cadence, attribute.name)
        if period is not None:
            yield attribute.name, period


def plain(error: BaseException) -> list[str]:
    """What cattrs found wrong, with the name of the key instead of a path of Python."""
    told = transform_error(error, format_exception=_said)
    return [_tidy(text) for text in told]


def _said(error: BaseException, kind: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{str(error.args[0]).strip('_').replace('_', '-')} is missing"
    if isinstance(error, ValueError | TypeError):
        return str(error)
    return f"{error}"


def _tidy(text: str) -> str:
    what, _, where = text.partition(" @ ")
    key = where.removeprefix("$").strip(".").replace("_.", ".").strip("_").replace("_", "-")
    what = re.sub(r"^Extra fields in constructor for \w+: ", "unknown key ", what)
    return f"{key}: {what}" if key else what
