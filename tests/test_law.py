"""Worked cases of law: every case in `law/*.toml` is a test.

A case is a record, the day on which it is judged, and what one rule must say of it. The dates were counted by hand,
and `why` shows the counting. The files can be read, and added to, without knowing Python; a key that is not known
here, or a version of a rule without its cases, fails.

A file names its `rule` once, or each case names its own. The keys of a case:

- `title`, `edition` (left out where there is no finding), `events`, `as_at`, `expect`, `why`;
- `events`: the day (or the moment), the kind, and facts as `name=value`, with sets joined by `;`. `recorded=` is the
  day on which the entry was made, `ref=` its identity, `withdrawn=true` takes it back;
- `known_at`: judge by what was recorded by that day;
- `born`, `died`, `birth_expected`: of the child;
- `source_lacks`: kinds of event, or `kind.fact`, that the source has no place for; `source_since`: the first day of
  which it tells everything; `source_may_lack`: kinds that it may lack from before that day, even of
  a case that it holds;
- `unreadable`: kinds of entry that could not be read, `any` where even the kind is unknown;
- `not_assessed`: the report must list the rule as not assessed, because it has no version for that day;
- `local`: what a local profile sets for the rule from April 2006 on, in the form of a profile (`"10 working days"`,
  `{ every = "6 weeks" }`); its edition is LOCAL. Given once for a file, or by a case;
- `commencing`: instruments that are put in force, with the day: `{ CWSA2026-1 = 2027-01-04 }`;
- `elapsed`: for a duty without a number, the days that are told, one or a list, and no finding.

Rules of practice are applied too. `expect` is one finding or a list of them, in order: `status`, `edition` (that of
the case, unless given), `started`,
`due`, `done`, `days_late`, `missing`, and `not_counted`, the bank holidays that lengthened the limit.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict, field, fields_dict, frozen
from attrs.validators import deep_iterable, instance_of, optional
from tests.said import on_disk, said

import childprotect as cp
from childprotect import Status
from childprotect.calendars import Moment, day_of
from childprotect.events import Lost, parse_moment
from childprotect.periods import Period, Unit
from childprotect.profiles import LocalRule, Profile
from childprotect.requirements import Cadence, Limit, Requirement
from childprotect.rulebooks import england
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rules import AtMost, Before, Current, Duty, Every, Recorded, Rule, Within
from childprotect.versions import Version
from childprotect.vocabulary import AGENCIES, CATEGORIES, STANDARD, Form, form_of
from childprotect.wording import day_in_words

LAW = Path(__file__).parent / "law"
BOOK = england.rulebook.with_practice()

_a_day = instance_of(date)
_names = deep_iterable(instance_of(str), instance_of(tuple))
_numbers = deep_iterable(instance_of(int), instance_of(tuple))
_days = deep_iterable(_a_day, instance_of(tuple))


@frozen(kw_only=True)
class Expected:
    """What one finding must be; None is not checked, except that nothing may be done where no `done` is given."""

    status: Status = field(converter=Status)
    edition: str = field(validator=instance_of(str))
    started: Moment | None = field(default=None, validator=optional(_a_day))
    due: Moment | None = field(default=None, validator=optional(_a_day))
    done: Moment | None = field(default=None, validator=optional(_a_day))
    days_late: int | None = field(default=None, validator=optional(instance_of(int)))
    missing: tuple[str, ...] | None = field(default=None, validator=optional(_names))
    not_counted: tuple[date, ...] | None = field(default=None, validator=optional(_days))


@frozen(kw_only=True)
class Case:
    """One worked case."""

    rule: Rule
    title: str = field(validator=instance_of(str))
    why: str = field(validator=instance_of(str))
    events: tuple[cp.Event, ...]
    as_at: date = field(validator=_a_day)
    expect: tuple[Expected, ...]
    edition: str | None = field(default=None, validator=optional(instance_of(str)))
    known_at: date | None = field(default=None, validator=optional(_a_day))
    born: date | None = field(default=None, validator=optional(_a_day))
    died: date | None = field(default=None, validator=optional(_a_day))
    birth_expected: date | None = field(default=None, validator=optional(_a_day))
    source_lacks: tuple[str, ...] = field(default=(), validator=_names)
    source_since: date | None = field(default=None, validator=optional(_a_day))
    source_may_lack: tuple[str, ...] = field(default=(), validator=_names)
    unreadable: tuple[str, ...] = field(default=(), validator=_names)
    not_assessed: bool = field(default=False, validator=instance_of(bool))
    local: Any = None
    commencing: Mapping[str, date] = field(factory=dict)
    elapsed: tuple[int, ...] = field(default=(), validator=_numbers)

    @property
    def id(self) -> str:
        return f"{self.rule.id}/{self.edition or 'no finding'}/{self.title}"

    @property
    def chronology(self) -> cp.Chronology:
        return cp.Chronology.of(
            "C-101",
            born=cp.Expected(self.birth_expected) if self.birth_expected else self.born,
            died=self.died,
            events=self.events,
            covers=_coverage(self),
            lost=[Lost(None if kind == "any" else kind, "row 7", "it is not a date") for kind in self.unreadable],
        )

    @property
    def report(self) -> cp.Report:
        return cp.check(self.chronology, self.book, as_at=self.as_at, known_at=self.known_at)

    @property
    def book(self) -> cp.Rulebook:
        """The law with what inspectors asked for, and with the figure that the case gives the rule."""
        if self.local is None and not self.commencing:
            return BOOK
        rules = () if self.local is None else (LocalRule(id=self.rule.id, from_=FIRST_DAY, requires=self.local),)
        book: cp.Rulebook = BOOK | Profile(
            id="LOCAL", authority="Anytown", rules=rules, commencing=dict(self.commencing)
        )
        return book

    def findings_in(self, report: cp.Report) -> list[cp.Finding]:
        """What the report says of this rule."""
        return [finding for finding in report.findings if finding.rule == self.rule.id]


# --- reading the files


def cases_in(text: str, place: str) -> Iterator[Case]:
    """The cases of one file. Raises `ValueError`, with the place, for anything that is not as described above."""
    file = tomllib.loads(text)
    where = place
    try:
        _refuse_unknown(file, {"rule", "case", "local"})
        for table in file["case"]:
            where = f"{place}, case {table.get('title')!r}"
            case = _case({**({"local": file["local"]} if "local" in file else {}), **table}, file.get("rule"))
            assert case.chronology.child  # building it checks the names of events and the values of their facts
            yield case
    except (TypeError, KeyError, ValueError, cp.ChildProtectError) as error:
        raise ValueError(f"{where}: {error}") from error


def _case(table: dict[str, Any], rule: str | None) -> Case:
    _refuse_unknown(table, set(fields_dict(Case)))
    if ("rule" in table) is (rule is not None):
        raise ValueError("the rule is named once: by the file, or by each case of it")
    if "elapsed" in table:
        days = table["elapsed"] if isinstance(table["elapsed"], list) else [table["elapsed"]]
        table = {"expect": [], **table, "elapsed": days}
    found = table["expect"] if isinstance(table["expect"], list) else [table["expect"]]
    if found and "edition" not in table:
        raise ValueError("a case with a finding needs an edition")
    fixed = {
        "rule": BOOK.rule(rule or table["rule"]),
        "events": tuple(event_from(line) for line in table["events"]),
        "expect": tuple(_expected(entry, table["edition"]) for entry in found),
    }
    return Case(**(_tuples(table) | fixed))


def _expected(table: dict[str, Any], edition: str) -> Expected:
    _refuse_unknown(table, set(fields_dict(Expected)))
    return Expected(**({"edition": edition} | _tuples(table)))


def _refuse_unknown(table: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}; expected {', '.join(sorted(known))}")


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def event_from(line: str) -> cp.Event:
    """The event that a line such as `2012-09-05 strategy-discussion decision=section-47` tells of."""
    at, kind, *rest = line.split()
    values = dict(part.split("=", 1) for part in rest)
    recorded, ref, withdrawn = values.pop("recorded", None), values.pop("ref", None), values.pop("withdrawn", "false")
    return cp.Event(
        kind,
        parse_moment(at),
        {name: _value(name, text) for name, text in values.items()},
        recorded=date.fromisoformat(recorded) if recorded else None,
        ref=ref,
        withdrawn=_flag(withdrawn),
    )


_CLOSED_SETS = {"agencies": set(AGENCIES), "categories": set(CATEGORIES)}


def _value(name: str, text: str) -> Any:
    match form_of(name):
        case Form.FLAG:
            return _flag(text)
        case Form.DATE:
            return date.fromisoformat(text)
        case Form.SET:
            names = frozenset(text.split(";"))
            unknown = names - _CLOSED_SETS.get(name, names)
            if unknown:
                raise KeyError(f"{name} cannot be {', '.join(sorted(unknown))}")
            return names
        case Form.TEXT:
            return text


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _coverage(case: Case) -> cp.Coverage:
    lacking = [entry.partition(".") for entry in case.source_lacks]
    for kind, _, _ in lacking:
        STANDARD.kind(kind)
    kinds = {kind for kind, _, fact in lacking if not fact}
    facts = {fact for _, _, fact in lacking if fact}
    known_facts = _FACTS_WANTED.union(*(event.facts for event in case.events))
    return cp.Coverage(
        kinds=frozenset(STANDARD) - kinds if kinds else None,
        facts=known_facts - facts if facts else None,
        since=case.source_since,
        whole=frozenset(STANDARD) - frozenset(case.source_may_lack),
    )


_FACTS_WANTED = frozenset(
    name
    for rule in BOOK.rules
    if isinstance(rule, Recorded)
    for version in rule.versions
    for name in (version.requires if isinstance(version.requires, tuple) else ())
)

CASES = [case for path in sorted(LAW.glob("*.toml")) for case in cases_in(path.read_text("utf-8"), path.name)]


# --- the cases

SAID = on_disk()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    report = case.report
    findings = case.findings_in(report)
    told = "\n".join([case.why.strip(), *(finding.explain() for finding in findings)])
    wanted = [_wanted(expected) for expected in case.expect]
    seen = [_seen(finding, like) for finding, like in zip_longest(findings, wanted, fillvalue=None) if finding]
    assert seen == wanted, told
    assert {(finding.child, finding.as_at, finding.rule) for finding in findings} <= {
        (case.chronology.child, case.as_at, case.rule.id)
    }, told
    took = [entry for entry in report.elapsed if entry.rule == case.rule.id]
    assert tuple(entry.days for entry in took) == case.elapsed, told
    assert [entry.version.edition for entry in took] == [case.edition for _ in took], told
    if case.not_assessed:
        assert case.rule.id in {entry.id for entry in report.not_assessed}, told
    assert said(findings, report) == SAID.get(case.id), "read what is said now, and if it is right: make said"


def _wanted(expected: Expected) -> dict[str, Any]:
    """What is expected, as far as it is given; and that nothing was done, where no `done` is given."""
    given = {name: value for name, value in asdict(expected, recurse=False).items() if value is not None}
    if expected.status is not Status.CANNOT_TELL:
        given["done"] = expected.done
    return given


def _seen(finding: cp.Finding, like: dict[str, Any] | None) -> dict[str, Any]:
    """The finding, as far as `like` speaks of it; all of it, if nothing was expected."""
    limit = finding.deadline
    seen = {
        "status": finding.status,
        "edition": finding.version.edition if finding.version else None,
        "started": finding.started,
        "due": finding.due,
        "done": finding.done,
        "days_late": finding.days_late,
        "missing": finding.missing,
        "not_counted": tuple(day for day, _ in limit.days_not_counted) if limit else (),
    }
    if like is None:
        return seen
    return {name: _as_precise(seen[name], value) for name, value in like.items()}


def _as_precise(seen: Any, wanted: Any) -> Any:
    """A moment as a day, where only the day is expected."""
    return day_of(seen) if isinstance(seen, datetime) and not isinstance(wanted, datetime) else seen


@pytest.mark.parametrize("case", [case for case in CASES if case.born or case.died], ids=lambda case: case.id)
def test_birth_and_death_are_never_printed(case: Case) -> None:
    report = case.report
    told = str(report.to_dict()) + "".join(finding.explain() for finding in report.findings)
    events = {event.day for event in case.events}
    for day in (case.born, case.died):
        if day is not None:
            assert day not in events, "choose another day, so that it can be told apart"
            assert day.isoformat() not in told
            assert day_in_words(day) not in told


# --- the cases as a whole: nothing in the rulebook without its cases, nothing in a case that says too little

LEAD = {"met on the last day", "late the day after", "overdue", "cannot tell"}
AGE = {"met", "overdue the day after", "cannot tell"}
TOLD = {"told when it was done", "told while it is not"}
CLOCK = {
    "met on the last day",
    "late the day after",
    "pending on the last day",
    "overdue the day after",
    "discharged",
    "cannot tell",
}
NO_CLOCK = {"met", "breached", "cannot tell"}


def required_of(rule: Rule, version: Version) -> set[str]:
    """What the cases of one version must show, by the kind of its rule and the unit of its limit."""
    if isinstance(rule, Within | Every | AtMost):
        return TOLD if version.requires is None else CLOCK | _edges(version.requires)
    if isinstance(rule, Before):
        return LEAD
    return AGE if isinstance(version.requires, Period) and isinstance(rule, Current) else NO_CLOCK


def _edges(requires: Requirement) -> set[str]:
    requires = requires.then if isinstance(requires, Cadence) else requires
    requires = requires.period if isinstance(requires, Limit) else requires
    match requires.unit if isinstance(requires, Period) else None:
        case Unit.WORKING_DAYS:
            return {"a bank holiday in the limit"}
        case Unit.MONTHS:
            return {"a month without that day"}
        case _:
            return set()


def shown_by(expected: Expected, as_at: date) -> Iterator[str]:
    """What one expected finding shows."""
    status, due = expected.status, expected.due
    yield status.value.replace("-", " ")
    if due is None:
        return
    if status is Status.MET and expected.done == due:
        yield "met on the last day"
    if status is Status.PENDING and as_at == due:
        yield "pending on the last day"
    if status is Status.LATE and expected.days_late == 1:
        yield "late the day after"
    if status is Status.OVERDUE and expected.days_late == 1:
        yield "overdue the day after"
    if expected.not_counted:
        yield "a bank holiday in the limit"
    if expected.started is not None and expected.started.day != due.day:
        yield "a month without that day"


PAIRS = [(rule, version) for rule in BOOK.rules for version in rule.versions]


@pytest.mark.parametrize(("rule", "version"), PAIRS, ids=[f"{rule.id}/{version.edition}" for rule, version in PAIRS])
def test_every_version_has_its_cases(rule: Rule, version: Version) -> None:
    assert required_of(rule, version) - shown_of(rule, version.edition) == set()


def shown_of(rule: Rule, edition: str) -> set[str]:
    """What the cases of one version of a rule show."""
    cases = [case for case in CASES if case.rule is rule]
    found = [(expected, case) for case in cases for expected in case.expect if expected.edition == edition]
    shown = {what for expected, case in found for what in shown_by(expected, case.as_at)}
    for case in cases:
        if case.elapsed and case.edition == edition:
            done = any(entry.answer for entry in case.report.elapsed if entry.rule == rule.id)
            shown.add("told when it was done" if done else "told while it is not")
    return shown


LOCAL_ONLY = [rule for rule in BOOK.rules if all(version.requires is None for version in rule.versions)]
LOCAL_ONLY = [rule for rule in LOCAL_ONLY if not rule.can_require(None) or isinstance(rule, Duty)]


@pytest.mark.parametrize("rule", LOCAL_ONLY, ids=lambda rule: rule.id)
def test_every_rule_without_a_national_number_has_its_cases_under_a_local_one(rule: Rule) -> None:
    (local,) = {str(case.local): case for case in CASES if case.rule is rule and case.local is not None}.values()
    version = local.book[rule.id].versions[0]
    assert required_of(rule, version) - shown_of(rule, "LOCAL") == set()


def test_titles_are_unique_within_a_version() -> None:
    assert [name for name, n in Counter(case.id for case in CASES).items() if n > 1] == []


def test_expectations_say_what_their_status_needs() -> None:
    assert [f"{case.id}: {problem}" for case in CASES for problem in _says_too_little(case)] == []


def _says_too_little(case: Case) -> Iterator[str]:
    if not case.why.strip():
        yield "no reason"
    timed = isinstance(case.rule, Within | Every | AtMost)
    for expected in case.expect:
        needed = ["started"]
        if expected.status is Status.CANNOT_TELL:
            needed = ["missing"]
        elif timed:
            needed += ["due"] if expected.status is Status.OVERDUE else ["due", "days_late"]
            needed += ["done"] if expected.status in (Status.MET, Status.LATE) else []
        yield from (f"{expected.status} without {name}" for name in needed if getattr(expected, name) is None)


# --- the runner itself

GOOD = """
rule = "referral-decision"
[[case]]
title = "met"
edition = "WT2010"
events = ["2012-09-03 referral", "2012-09-04 referral-decided outcome=assessment"]
as_at = 2012-09-30
expect = { status = "met", started = 2012-09-03, due = 2012-09-04, done = 2012-09-04, days_late = 0 }
why = "Day 1 is Tue 4 Sep."
"""


def _read(text: str) -> Iterable[Case]:
    return list(cases_in(text, "a.toml"))


def test_a_file_is_read() -> None:
    (case,) = _read(GOOD)
    assert case.id == "referral-decision/WT2010/met"
    assert case.events[1].facts["outcome"] == "assessment"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("as_at", "as-at"),
        ("days_late", "late"),
        ("rule =", "rules ="),
        ('"met", started', '"kept", started'),
        ("2012-09-30", '"2012-09-30"'),
        ("referral-decided", "referral-decidded"),
        ("outcome=assessment", "outcome=assesment"),
        ("outcome=assessment", "agencies=polite"),
        ("outcome=assessment", "child-seen=perhaps"),
        ('rule = "referral-decision"', 'rule = "referral-decison"'),
        ('edition = "WT2010"', ""),
        ('title = "met"', 'title = "met"\nrule = "referral-decision"'),
    ],
)
def test_a_slip_of_the_pen_is_refused(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^a\.toml"):
        _read(GOOD.replace(right, wrong, 1))


def test_a_wrong_expectation_fails() -> None:
    (case,) = _read(GOOD.replace("due = 2012-09-04", "due = 2012-09-05"))
    with pytest.raises(AssertionError, match=r"Day 1 is Tue 4 Sep"):
        test_case(case)
