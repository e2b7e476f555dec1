"""A local profile laid over a rulebook: every entry applied, and every problem found on the way."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from childprotect.added import added_rules, facts_of, misspelt_facts
from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.errors import ChildProtectError, OutOfRange, UnknownName
from childprotect.figures import requirement_from_data
from childprotect.overlays import Loosened, counted_otherwise, set_aside, with_local
from childprotect.periods import Period, Unit
from childprotect.plain_data import shown
from childprotect.requirements import By, Cadence, Quorum, Requirement, with_periods
from childprotect.rulebook import Rulebook
from childprotect.rules import Duty, Every, Recorded, Rule
from childprotect.versions import Version
from childprotect.vocabulary import AGENCIES, Form, form_of, nearest
from childprotect.wording import days_in_words

if TYPE_CHECKING:
    from childprotect.profiles import LocalRule, Profile, SetAside


def localised(book: Rulebook, profile: "Profile", places: "Places") -> tuple[Rulebook, list[str]]:
    """The law of a book as it holds where the profile applies, and what keeps the profile from being applied."""
    desk = _Desk(profile, book, places)
    return desk.book, desk.problems


_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"'  # texts, in which nothing is a header
    r"|'''.*?'''|'[^'\n]*'"
    r"|#[^\n]*"
    r"|^[ \t]*\[\[[ \t]*[\"']?(?P<table>[\w-]+)[\"']?[ \t]*\]\]",
    re.DOTALL | re.MULTILINE,
)


@frozen
class Places:
    """Where in the text the tables of a profile begin."""

    text: str
    _lines: dict[str, list[int]] = field(init=False)
    """The lines on which the tables of each name begin."""

    @_lines.default
    def _found(self) -> dict[str, list[int]]:
        lines: dict[str, list[int]] = {}
        line, last = 1, 0
        for token in _TOKEN.finditer(self.text):
            if token["table"]:
                line, last = line + self.text.count("\n", last, token.start()), token.start()
                lines.setdefault(token["table"], []).append(line)
        return lines

    def of(self, table: str, n: int, name: str = "") -> str:
        """`line 12, rule 2 (child-seen)`."""
        lines = self._lines.get(table, [])
        line = f"line {lines[n]}, " if n < len(lines) else ""
        return f"{line}{table} {n + 1}" + (f" ({name})" if name else "")


class _Desk:
    """A profile laid over a rulebook: the book that results, and every problem on the way."""

    def __init__(self, profile: "Profile", book: Rulebook, places: Places) -> None:
        self.profile = profile
        self.vocabulary = book.vocabulary
        self.places = places
        self.problems: list[str] = []
        self.known = {rule.id: rule for rule in (*book.rules, *book.on_request)}
        if any(version.edition == profile.id for rule in self.known.values() for version in rule.versions):
            self.problems.append(f"id: the rulebook has versions of {profile.id!r}; a profile has an id of its own")
        self.calendar = self._calendar()
        wanted = self._commence(self._asked(book))
        self.rules = {rule.id: rule for rule in wanted.rules}
        self._add()
        if profile.calendar is not None and profile.calendar.guidance:
            why = f"the closure days of {profile.authority} are not counted"
            self.rules = {name: counted_otherwise(rule, self._counted, why) for name, rule in self.rules.items()}
        for entry in profile.set_aside:
            self._set_aside(entry)
        self.done: list[LocalRule] = []
        for local in profile.rules:
            self._local(local)
        on_request = tuple(rule for rule in book.on_request if rule.id not in self.rules)
        self.book = evolve(
            wanted, name=f"{book.name} | {profile.id}", rules=tuple(self.rules.values()), on_request=on_request
        )

    def _calendar(self) -> WorkingDays | None:
        """The calendar with the closure days; none if they close nothing."""
        usual = england_and_wales()
        closures = list[tuple[date, str]]()
        for closure in self.profile.calendar.closures if self.profile.calendar is not None else ():
            try:
                if usual.is_working(closure.day):
                    closures.append((closure.day, closure.name))
            except OutOfRange as error:
                self.problems.append(f"calendar: {error}")
        # two editions of a profile may close on other days: the id tells their calendars apart
        name = f"{self.profile.authority}, {self.profile.id}"
        return usual.with_closures(name, closures) if closures else None

    def _counted(self, period: Period) -> Period:
        """The period with the closure days left out of its working days, beside those of an earlier profile."""
        ours, theirs = self.calendar, period.calendar
        if ours is None or period.unit is not Unit.WORKING_DAYS or theirs == ours:
            return period
        if theirs is not None:
            ours = theirs.with_closures(f"{theirs.name} and {ours.name}", ours.holidays.items())
        return evolve(period, calendar=ours)

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
        entries = self.profile.added_rules
        read = added_rules(entries, list(self.known.values()), self.vocabulary)
        for n, (entry, (rule, problems)) in enumerate(zip(entries, read, strict=True)):
            where = self.places.of("added-rule", n, str(entry.get("id", "")))
            self.problems += [f"{where}: {problem}" for problem in problems]
            if rule is None:
                continue
            if rule.id in self.known:
                self.problems.append(f"{where}: the rulebook has a rule of this id; use [[rule]] to set its figure")
            elif rule.id in self.rules:
                self.problems.append(f"{where}: another added rule has this id")
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
        except (ValueError, ChildProtectError) as error:
            self.problems.append(f"{where}: {error}")
            return
        if problems := [*self._unfit(rule, version, entry)]:
            self.problems += [f"{where}: {problem}" for problem in problems]
            return
        try:
            self.rules[rule.id] = with_local(rule, version, self.known.get(rule.id, rule))
        except (Loosened, ValueError) as refusal:
            self.problems.append(f"{where}: {refusal}")
            return
        self.done.append(entry)

    def _unfit(self, rule: Rule, version: Version, entry: "LocalRule") -> Iterator[str]:
        """In words, why the rule cannot have this version on these days."""
        if any(other.id == rule.id and _meet(other, entry) for other in self.done):
            yield "it overlaps another entry for the same rule"
        if any(aside.id == rule.id and _meet(aside, entry) for aside in self.profile.set_aside):
            yield "it is set aside on some of the same days"
        requires = version.requires
        if not rule.can_require(requires):
            yield f"a rule of kind {type(rule).__name__.lower()} cannot require {shown(entry.requires)}"
        elif isinstance(rule, Duty) and requires is None:
            yield "a duty has no number until it is given one: requires is missing"
        # what is recorded is checked fact by fact or by its time, and one rule has one check
        elif isinstance(rule, Recorded) and len({type(v.requires) for v in (*rule.versions, version)}) > 1:
            yield "the other versions of this rule require something of another kind: facts, or a period"
        yield from self._misnamed(requires)

    def _misnamed(self, requires: Requirement) -> Iterator[str]:
        """In words, each agency and each fact that the figure names and that cannot be meant."""
        agencies = requires.agencies if isinstance(requires, Quorum) else requires
        if isinstance(agencies, frozenset):
            for name in sorted(agencies - set(AGENCIES)):
                yield str(UnknownName("agency", name, nearest(name, AGENCIES), ", ".join(AGENCIES)))
        if requires in (frozenset(), (), Quorum(frozenset(), 0)):
            yield "it names nobody and nothing, so anything would do"
        if isinstance(requires, tuple):
            yield from misspelt_facts(
                requires, self.vocabulary.facts | facts_of((*self.known.values(), *self.rules.values()))
            )
        if isinstance(requires, By) and form_of(requires.fact) is not Form.DATE:
            yield f"no fact {requires.fact!r} holds a date"

    def _rule(self, where: str, rule_id: str) -> Rule | None:
        if rule_id in self.known and rule_id not in self.rules:
            self.problems.append(f"{where}: {rule_id!r} is applied on request: name it under practice")
        elif rule_id not in self.rules:
            self.problems.append(f"{where}: {_unknown(rule_id, {**self.known, **self.rules})}")
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
        if entry.source and (entry.illustrative or entry.evidence is Evidence.MEMORY):
            what = "a figure that is illustrative" if entry.illustrative else "what rests on memory"
            raise ValueError(f"{what} has no source")
        return Version(
            instrument=instrument,
            in_force=entry.from_,
            until=entry.until,
            requires=self._requirement(rule, entry.requires),
            evidence=Evidence.MEMORY if entry.illustrative else entry.evidence,
            citations=(Citation(instrument.title, entry.source, None, entry.quote),) if entry.source else (),
            note=entry.note,
            illustrative=entry.illustrative,
        )

    def _requirement(self, rule: Rule, data: Any) -> Requirement:
        requires = requirement_from_data(data, {self.profile.authority: self.calendar} if self.calendar else {})
        if isinstance(requires, Cadence) and isinstance(rule, Every) and rule.opens.patterns and requires.first is None:
            requires = evolve(requires, first=requires.then)
        return with_periods(requires, self._counted)


def _unknown(name: str, known: Mapping[str, Rule]) -> str:
    return str(UnknownName("rule", name, nearest(name, known)))


def _meet(one: "LocalRule | SetAside", other: "LocalRule | SetAside") -> bool:
    return one.from_ <= (other.until or date.max) and other.from_ <= (one.until or date.max)
