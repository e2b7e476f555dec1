"""Where the rows of the Standard Safeguarding Dataset come from: whatever answers SQL, one child at a time.

Nothing is ever written: every statement is a SELECT, made of the names below and of what the catalogue calls them. The
database sorts, so memory stays flat; rows are put together by asking whether identifiers are equal, never which comes
first, because every database has an order of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from itertools import groupby
from typing import Any
from uuid import uuid4
from weakref import finalize

from attrs import define, field, frozen

from childprotect.errors import UnreadableInput
from childprotect.records.same_record import UNFILLED, number_of
from childprotect.records.telling import Record

EXPECTED = "tables of the Standard Safeguarding Dataset, such as ssd_cin_episodes, with their column of the person"
TABLES: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        # no file of the reference defines this table: of its fields only pers_person_id is named, as the key of others
        "ssd_person": "pers_person_id pers_dob pers_expected_dob pers_death_date",
        "ssd_contacts": "cont_person_id cont_contact_id cont_contact_date",
        "ssd_cin_episodes": """cine_person_id cine_referral_id cine_referral_date cine_referral_nfa
            cine_referral_outcome_json cine_close_date cine_close_reason""",
        "ssd_cin_assessments": """cina_person_id cina_assessment_id cina_assessment_start_date
            cina_assessment_auth_date cina_assessment_child_seen""",
        "ssd_s47_enquiry": """s47e_person_id s47e_s47_enquiry_id s47e_s47_start_date s47e_s47_end_date s47e_s47_nfa
            s47e_s47_outcome_json""",
        "ssd_initial_cp_conference": """icpc_person_id icpc_icpc_id icpc_s47_enquiry_id icpc_icpc_transfer_in
            icpc_icpc_target_date icpc_icpc_date icpc_icpc_outcome_cp_flag icpc_icpc_outcome_json""",
        "ssd_cp_plans": """cppl_person_id cppl_cp_plan_id cppl_cp_plan_start_date cppl_cp_plan_end_date
            cppl_cp_plan_initial_category cppl_cp_plan_ola""",
        "ssd_cp_reviews": """cppr_person_id cppr_cp_review_id cppr_cp_plan_id cppr_cp_review_due cppr_cp_review_date
            cppr_cp_review_outcome_continue_cp cppr_cp_review_quorate""",
        "ssd_cp_visits": """cppv_person_id cppv_cp_visit_id cppv_cp_visit_date cppv_cp_visit_seen
            cppv_cp_visit_seen_alone""",
        "ssd_pre_proceedings": """prep_person_id prep_table_id prep_pre_pro_decision_date
            prep_initial_pre_pro_meeting_date prep_pre_pro_letter_date""",
    }.items()
}
"""The tables and the columns that are read, by the names of the data set: the person first, then the row.

Nothing else is ever asked for: not names, not addresses, not workers or teams.
"""

Row = Sequence[Any]
Ask = Callable[[str], Iterator[Row]]
_AT_A_TIME = 1000
_BATCH = str(1 << 18)
"""Bytes."""


@frozen
class Broken:
    """A line of a file that is no row, with what stands in it: one of its cells may be the identifier of a child."""

    table: str
    place: str
    because: str
    cells: frozenset[str] = field(repr=False)


@frozen
class Person:
    """All rows of one child, by table; `alike` if they spell its identifier in one way.

    `shared` are those rows that are under another child too, by table and by the number of the row.
    """

    identifier: str
    rows: Mapping[str, Sequence[Record]] = field(repr=False)
    alike: bool = True
    shared: frozenset[tuple[str, str | None]] = field(default=frozenset(), repr=False)


@define(eq=False)
class Tables:
    """The tables of one source.

    `columns` says for each table which of our columns it has, and how a statement names them; `names` how a statement
    names the table. `ask` gives the rows that answer a statement, as they come; several may be open at a time.
    """

    name: str
    columns: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    ask: Ask = field(repr=False)
    broken: Sequence[Broken] = ()
    closed: Callable[[], None] = field(default=lambda: None, repr=False)
    in_order: bool = False
    """Whether the rows of a table come in the order of the children without being asked to."""
    _at_the_end: Callable[[], object] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._at_the_end = finalize(self, self.closed)  # also where nobody reads to the end
        if not self.columns.keys() - {"ssd_person"}:
            raise UnreadableInput(self.name, "", "it has no table of ours", EXPECTED)
        for table, columns in self.columns.items():
            person = TABLES[table][0]
            if person not in columns:
                raise UnreadableInput(self.name, table, f"there is no column {person}", EXPECTED)

    def close(self) -> None:
        """Give back what was opened for reading, and only that."""
        self._at_the_end()

    def missing(self) -> Iterator[str]:
        """The tables of ours that are not there, and the columns of those that are."""
        for table, columns in TABLES.items():
            if table not in self.columns:
                yield table
            else:
                yield from (f"{table}.{column}" for column in columns if column not in self.columns[table])

    def values(self, table: str, column: str) -> Iterator[object]:
        """What stands in a column, each value once."""
        for row in self.ask(f"SELECT DISTINCT {self.columns[table][column]} FROM {self.names[table]}"):
            yield row[0]

    def identifiers(self) -> Iterator[str]:
        """The identifier of every child of any table, in the order of the database; an empty one for rows without."""
        every = " UNION ".join(
            f"SELECT DISTINCT {person_in(columns[TABLES[table][0]])} AS who FROM {self.names[table]}"
            for table, columns in self.columns.items()
        )
        for row in self.ask(f"SELECT who FROM ({every}) people ORDER BY who"):
            yield str(row[0] or "")

    def people(self) -> Iterator[Person]:
        """Every child of any table, with all its rows. Rows without an identifier come together, under an empty one.

        Raises `UnreadableInput` where the rows of a table come in another order than the children.
        """
        streams = {table: _Ahead(self.ask(self._rows(table)), tuple(self.columns[table])) for table in self.columns}
        shared = _Ahead(self.ask(sql) if (sql := self._shared()) else iter(()), ("table", "number"))
        for _, spelt in groupby(self.identifiers(), key=str.casefold):
            group = list(spelt)
            for identifier in group:
                # where the database takes C-1 and c-1 for one, it gives only one of the two, and rows of both
                alone = len(group) == 1
                rows, spellings = {}, {identifier}
                for table, stream in streams.items():
                    rows[table] = stream.take(identifier, alone, spellings)
                under_others = shared.take(identifier, alone, set())
                numbers = frozenset((entry["table"], number_of(entry["number"])) for entry in under_others)
                yield Person(identifier, rows, len(spellings) == 1, numbers)
        for table, stream in (*streams.items(), ("", shared)):
            if stream.head is not None:
                why = "its rows come in another order than the children, so they cannot be put together"
                raise UnreadableInput(self.name, table, why, "identifiers of one kind in all tables")

    def _shared(self) -> str:
        """What asks for the rows whose number is under more than one child, or under none too; all in one statement.

        An engine gives a connection to every statement, and has not many of them. A table in which no number is there
        twice is not asked: that is known in a quarter of the time.
        """
        parts = []
        fillers = ", ".join(f"'{filler}'" for filler in ("", *sorted(UNFILLED)))
        for table, columns in self.columns.items():
            person, number = TABLES[table][:2]
            if table == "ssd_person" or number not in columns:
                continue
            who, said = person_in(columns[person]), f"LOWER({person_in(columns[number])})"
            held = f"SELECT {who} AS who, {said} AS number FROM {self.names[table]}"
            twice = f"SELECT number FROM ({held}) again WHERE number NOT IN ({fillers}) GROUP BY number HAVING"
            if next(self.ask(f"{twice} COUNT(number) > 1"), None) is not None:
                several = f"{twice} MIN(who) <> MAX(who)"
                parts.append(
                    f"SELECT DISTINCT who, '{table}' AS held, number FROM ({held}) x WHERE number IN ({several})"
                )
        return f"SELECT who, held, number FROM ({' UNION ALL '.join(parts)}) shared ORDER BY who" if parts else ""

    def _rows(self, table: str) -> str:
        asked = ", ".join(self.columns[table].values())
        order = "" if self.in_order else " ORDER BY who"
        return (
            f"SELECT {person_in(self.columns[table][TABLES[table][0]])} AS who, {asked} FROM {self.names[table]}{order}"
        )


def person_in(column: str) -> str:
    """How a statement names the identifier in a column: as text, without spaces around it, never NULL."""
    return f"LTRIM(RTRIM(COALESCE(CAST({column} AS VARCHAR(255)), '')))"


class _Ahead:
    """The rows of a table, of which the next is known before it is taken."""

    def __init__(self, rows: Iterator[Row], columns: tuple[str, ...]) -> None:
        self._rows = rows
        self._columns = columns
        self.head = next(rows, None)

    def take(self, identifier: str, folded: bool, spellings: set[str]) -> list[Record]:
        taken: list[Record] = []
        wanted = identifier.casefold()
        head, rows, columns = self.head, self._rows, self._columns
        while head is not None:
            who = str(head[0] or "")
            if who != identifier and not (folded and who.casefold() == wanted):
                break
            spellings.add(who)
            taken.append(dict(zip(columns, head[1:], strict=True)))
            head = next(rows, None)
        self.head = head
        return taken


def is_database(what: object) -> bool:
    """Whether it is an engine or a connection: of SQLAlchemy, or one with the interface of PEP 249."""
    if hasattr(what, "dialect"):
        return callable(getattr(what, "connect", None)) or callable(getattr(what, "execute", None))
    return callable(getattr(what, "cursor", None)) and callable(getattr(what, "commit", None))


def open_database(what: Any, name: str, schema: str | None) -> Tables:
    """The tables behind an engine or a connection, in a schema if one is named. Raises `UnreadableInput`."""
    if hasattr(what, "dialect"):
        return _open_sqlalchemy(what, name, schema)
    vendor = str(what.adbc_get_info().get("vendor_name")).casefold() if _is_adbc(what) else None
    sqlite = vendor == "sqlite" or "sqlite3" in _modules(what)
    # of a column of SQLite, which has no type, ADBC guesses one from the first rows, and stops where it was wrong
    as_text = vendor == "sqlite"

    def ask(sql: str) -> Iterator[Row]:
        try:
            with _cursor(what, own_connection=not sqlite) as cursor:
                if vendor == "postgresql":  # else it gathers 16 MB of every table
                    cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": _BATCH})
                cursor.execute(sql)
                yield from _fetched(cursor) if vendor is None else _in_batches(cursor.fetch_record_batch())
        except Exception as error:  # each driver has errors of its own, and what they say might be personal
            raise _no_answer(name, error) from None

    catalogue = ask(_SQLITE_CATALOGUE if sqlite else _CATALOGUE)
    return _tables(name, catalogue, schema, ask, _quoted, "COALESCE(CAST({} AS TEXT), '')" if as_text else "{}")


def _is_adbc(what: object) -> bool:
    return "adbc_driver_manager" in _modules(what)


def _modules(what: object) -> set[str]:
    """The packages that an object is of, by its own class or one above it."""
    return {made.__module__.partition(".")[0] for made in type(what).__mro__}


def _fetched(cursor: Any) -> Iterator[Row]:
    while rows := cursor.fetchmany(_AT_A_TIME):
        yield from rows


def _in_batches(reader: Any) -> Iterator[Row]:
    """The rows of Arrow batches, however long one is: those that ADBC gives one by one, by far quicker."""
    for batch in reader:
        for begin in range(0, batch.num_rows, _AT_A_TIME):
            yield from zip(*(column.to_pylist() for column in batch.slice(begin, _AT_A_TIME).columns), strict=True)


def _no_answer(name: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(name, "", f"the database gave no answer ({type(error).__name__})", EXPECTED)


@contextmanager
def _cursor(what: Any, *, own_connection: bool) -> Iterator[Any]:
    """A cursor that gives its rows as they come, while others do the same."""
    modules = _modules(what)
    with ExitStack() as stack:
        if modules & {"psycopg", "psycopg2"}:
            # one without a name would fetch all rows at once; outside a transaction it has to be held
            cursor = what.cursor(name=f"childprotect_{uuid4().hex}", withhold=bool(what.autocommit))
        elif _is_adbc(what) and own_connection:
            cursor = stack.enter_context(what.adbc_clone()).cursor()  # a connection answers one statement at a time
        else:
            cursor = what.cursor()
        stack.enter_context(closing(cursor))
        if "psycopg" in modules:
            from psycopg.rows import tuple_row

            cursor.row_factory = tuple_row
        elif "sqlite3" in modules:
            cursor.row_factory = None
        yield cursor


def _open_sqlalchemy(what: Any, name: str, schema: str | None) -> Tables:
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    def ask(sql: str) -> Iterator[Row]:
        # an engine gives every statement a connection of its own: not every driver answers two on one at a time
        opened = what.connect() if hasattr(what, "connect") else nullcontext(what)
        try:
            with opened as connection:
                how = {"stream_results": True, "yield_per": _AT_A_TIME}
                with closing(connection.execute(sqlalchemy.text(sql), execution_options=how)) as result:
                    yield from result
        except SQLAlchemyError as error:
            raise _no_answer(name, error) from None

    try:
        found = sqlalchemy.inspect(what)
        known = [
            table
            for table in (*found.get_table_names(schema), *found.get_view_names(schema))
            if table.casefold() in TABLES
        ]
        catalogue = [
            (schema or "", table, column["name"]) for table in known for column in found.get_columns(table, schema)
        ]
    except SQLAlchemyError as error:
        raise _no_answer(name, error) from None
    return _tables(name, catalogue, schema, ask, what.dialect.identifier_preparer.quote_identifier, "{}")


def _tables(
    name: str, catalogue: Iterable[Row], schema: str | None, ask: Ask, quoted: Callable[[str], str], column: str
) -> Tables:
    """The tables of ours in a catalogue of schemas, tables and columns; `column` is how one is asked for."""
    found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for where, table, said in catalogue:
        if schema is None or where.casefold() == schema.casefold():
            places = found.setdefault(table.casefold(), {})
            places.setdefault((where, table), {})[said.casefold()] = column.format(quoted(said))
    columns, names = {}, {}
    for table in sorted(found.keys() & TABLES.keys()):
        if len(found[table]) > 1:
            raise UnreadableInput(name, table, "it is there more than once", "the name of the schema to read")
        (((where, said), has),) = found[table].items()
        names[table] = f"{quoted(where)}.{quoted(said)}" if where else quoted(said)
        columns[table] = {wanted: has[wanted] for wanted in TABLES[table] if wanted in has}
    return Tables(name, columns, names, ask)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_NAMES = ", ".join(f"'{table}'" for table in TABLES)
_CATALOGUE = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    f"WHERE LOWER(table_name) IN ({_NAMES})"
)
_SQLITE_CATALOGUE = (
    "SELECT 'main', m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p "
    f"WHERE m.type IN ('table', 'view') AND LOWER(m.name) IN ({_NAMES})"
)
