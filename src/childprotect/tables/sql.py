"""Rules as SQL, so that a council can run them inside its warehouse: text is made here, and nothing is ever executed.

`calendar_sql` makes the table of working days, `rule_sql` and `rulebook_sql` the findings. All is generated from the
values of the rulebook. What SQL cannot tell is `cannot-tell`; a rule that cannot be said raises `NotExpressible`, and
`expressible` says of each rule why. `docs/sql.md` is the page on it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from attrs import evolve

from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.conditions import matches_in
from childprotect.errors import DefinitionError, NotExpressible, OutOfRange
from childprotect.pairing import Repeats
from childprotect.periods import Period, Roll, Unit
from childprotect.rulebook import Rulebook
from childprotect.rules import Rule, Within
from childprotect.spells import Spell
from childprotect.tables.sql_clocks import Clocks, period_of
from childprotect.tables.sql_said import (
    conditions_in,
    dates_of,
    facts_of,
    named,
    quoted,
    spells_in,
    spells_of,
    why_not_said,
)
from childprotect.tables.sql_story import Script, Told, Warehouse, kinds_of

__all__ = ["COLUMNS", "Warehouse", "calendar_sql", "expressible", "rule_sql", "rulebook_sql"]
COLUMNS = ("child", "rule", "status", "started", "due", "done", "days_late", "edition")
"""The columns of the findings."""
_NEEDED = ("child", "event", "at")
_AT_ONCE = 1_000
"""How many rows one INSERT holds."""


def calendar_sql(calendar: WorkingDays | None = None, table: str = "working_days") -> str:
    """The statements that make the table of a calendar: a row for every day from its first to its last.

    `day`, and its `number` from 1; whether it is `working`; how many working days are `counted` up to and including it;
    which `working_day` it is, and NULL where it is none. So the last of 15 working days after a day is the row whose
    `working_day` is its `counted` and 15. Then the `month`, counted through the years, `day_of_month` and
    `month_length`. None is the calendar of England and Wales.

    >>> print(calendar_sql().splitlines()[0])
    CREATE TABLE working_days (
    """
    calendar = calendar if calendar is not None else england_and_wales()
    rows = list(_rows(calendar))
    inserts = [
        f"INSERT INTO {table} VALUES\n" + ",\n".join(rows[n : n + _AT_ONCE]) + ";\n"
        for n in range(0, len(rows), _AT_ONCE)
    ]
    return (
        f"CREATE TABLE {table} (\n  day DATE NOT NULL PRIMARY KEY,\n  number BIGINT NOT NULL UNIQUE,\n"
        "  working BOOLEAN NOT NULL,\n  counted BIGINT NOT NULL,\n  working_day BIGINT UNIQUE,\n"
        "  month BIGINT NOT NULL,\n  day_of_month BIGINT NOT NULL,\n  month_length BIGINT NOT NULL\n);\n"
    ) + "".join(inserts)


def _rows(calendar: WorkingDays) -> Iterator[str]:
    counted, day, number = 0, calendar.first, 0
    while day <= calendar.last:
        number += 1
        working = calendar.is_working(day)
        counted += working
        month = day.year * 12 + day.month
        length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        nth = counted if working else "NULL"
        said = "TRUE" if working else "FALSE"
        yield f"('{day.isoformat()}', {number}, {said}, {counted}, {nth}, {month}, {day.day}, {length})"
        day += timedelta(days=1)


def rule_sql(rule: Rule, warehouse: Warehouse, as_at: date | str) -> str:
    """A SELECT of the findings of one rule, with the `COLUMNS`, as at a day of the calendar.

    `as_at` is that day, or, as text, a parameter of the database that holds it (`$as_at`), which goes into the SQL as
    it is; on a day that the calendar has not, nothing is found. Raises `NotExpressible` for a rule that cannot be said,
    `OutOfRange` for a day outside the calendar, `DefinitionError` for a table without its columns.
    """
    if reasons := _why_not(rule, warehouse):
        raise NotExpressible(rule.id, reasons)
    assert isinstance(rule, Within), "another kind of rule can be said"
    return _query([rule], warehouse, as_at)


def rulebook_sql(rulebook: Rulebook, warehouse: Warehouse, as_at: date | str) -> str:
    """A SELECT of the findings of every rule of a book that can be said; comments name the others, with the reasons.

    `as_at` and errors as in `rule_sql`; `NotExpressible` where no rule can be said.
    """
    warehouse = evolve(warehouse, vocabulary=rulebook.vocabulary)
    reasons = expressible(rulebook, warehouse)
    rules = [rule for rule in rulebook.applied if isinstance(rule, Within) and not reasons[rule.id]]
    if not rules:
        raise NotExpressible(rulebook.name, ["no rule of it can be said"])
    left_out = "".join(f"-- not in here: {id_}: {'; '.join(why)}\n" for id_, why in reasons.items() if why)
    return left_out + _query(rules, warehouse, as_at)


def expressible(rulebook: Rulebook, warehouse: Warehouse) -> dict[str, tuple[str, ...]]:
    """Every rule that a book applies by its id, with the reasons why it cannot be said in SQL: none if it can."""
    warehouse = evolve(warehouse, vocabulary=rulebook.vocabulary)
    return {rule.id: _why_not(rule, warehouse) for rule in rulebook.applied}


def _query(rules: list[Within], warehouse: Warehouse, as_at: date | str) -> str:
    _check(warehouse)
    calendar = warehouse.calendars[0][1]
    if isinstance(as_at, date):
        if not calendar.first <= as_at <= calendar.last:
            raise OutOfRange(f"{as_at.isoformat()} is outside the {calendar.name} calendar")
        as_at = f"'{as_at.isoformat()}'"
    matches = [match for rule in rules for match in matches_in(rule)]
    told = Told(
        Script(),
        warehouse,
        frozenset().union(*(kinds_of(rule, warehouse.vocabulary) for rule in rules)),
        frozenset().union(*map(facts_of, rules)),
        frozenset().union(*map(dates_of, rules)),
        spells_of(matches),
    )

    def asked_of(spell: Spell) -> Iterable[str]:
        return {kind for m in matches for kind, condition in m.patterns if spell in spells_in(condition)}

    told.put(as_at, asked_of)
    selects = [Clocks(told, rule, f"r{n}_").put() for n, rule in enumerate(rules, 1)]
    return f"{told.script}\n" + "\nUNION ALL\n".join(selects)


def _check(warehouse: Warehouse) -> None:
    problems = [f"it has no column {name!r}" for name in _NEEDED if warehouse.column(name) is None]
    if warehouse.column("coverage") is not None:
        problems.append(
            "it has a column 'coverage': leave it and its rows out in a view, and say with `covers` what it holds"
        )
    tidy = [warehouse.column(named(column)) for column in warehouse.columns]
    problems += [
        f"it has two columns {named(column)!r}"
        for column, one in zip(warehouse.columns, tidy, strict=True)
        if one != quoted(column)
    ]
    (_, first), *others = warehouse.calendars
    problems += [
        f"the calendar {other.name!r} has other days than {first.name!r}"
        for _, other in others
        if (other.first, other.last) != (first.first, first.last)
    ]
    if problems:
        raise DefinitionError(f"table {warehouse.events!r}", problems)


def _why_not(rule: Rule, warehouse: Warehouse) -> tuple[str, ...]:
    """Why a rule cannot be said in SQL; nothing if it can."""
    if not isinstance(rule, Within):
        return (f"it is of the kind {type(rule).__name__}, and only Within is said in SQL",)
    if all(version.requires is None for version in rule.versions):
        return ("no version of it has a number, so nothing is judged",)
    return tuple(dict.fromkeys(_why_not_within(rule, warehouse)))


def _why_not_within(rule: Within, warehouse: Warehouse) -> Iterator[str]:
    for version in rule.versions:
        if isinstance(period := period_of(version.requires), Period):
            yield from _why_not_counted(period, warehouse)
        if version.in_force is not None and version.in_force <= warehouse.calendars[0][1].first:
            yield f"its version {version.edition} is older than the calendar"
    if rule.pairing.later or not rule.pairing.itself:
        yield "its pairing is one of a duty that recurs"
    if rule.pairing.same is not None and rule.pairing.repeats is not Repeats.EACH:
        yield f"which starts are repeats of each other depends on {rule.pairing.same}"
    for kind in sorted(rule.reads):
        if kind not in warehouse.vocabulary:
            yield f"{kind} is no event of the vocabulary"
        elif (known := warehouse.vocabulary[kind]).opens is not None and known.opens == known.closes:
            yield f"{kind} ends what it begins"
    for match in matches_in(rule):
        for condition in conditions_in(match):
            if (why := why_not_said(condition)) is not None:
                yield why


def _why_not_counted(period: Period, warehouse: Warehouse) -> Iterator[str]:
    if period.unit is Unit.HOURS:
        yield "it counts hours, and a day has no time"
    if period.roll is not Roll.NONE:
        yield "its last day moves where it is no working day"
    if period.unit is Unit.WORKING_DAYS and warehouse.table_of(period.working_calendar) is None:
        yield f"the warehouse has no table of the calendar {period.working_calendar.name!r}"
