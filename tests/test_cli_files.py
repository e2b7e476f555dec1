"""The command line and files: reports and conversions written, databases opened, children under pseudonyms."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.commands import Capture, error, out_of
from tests.on_disk import census_child, tags, write_census

from childprotect import Chronology, UnreadableInput
from childprotect.cli import converting
from childprotect.cli.app import run
from childprotect.cli.converting import FORMATS, Carried, Format, format_of
from childprotect.cli.inputs import without_secrets
from childprotect.records import READERS, Pseudonyms, Reader, Reading, Source, read
from childprotect.records.recognising import Given

EXAMPLES = Path(__file__).parent.parent / "examples" / "data"
pytestmark = pytest.mark.usefixtures("wide")
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def cases(tmp_path: Path) -> str:
    text = (
        "child,event,at,agencies,decision\nC-101,referral,2012-09-03,,\nC-101,strategy-discussion,2012-09-05,police,\n"
        "C-102,referral,2012-13-03,,\nC-102,referral,2012-09-03,,\n"
    )
    (tmp_path / "cases.csv").write_text(text, encoding="utf-8")
    return str(tmp_path / "cases.csv")


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "key").write_text(KEY + "\n", encoding="utf-8")
    return str(tmp_path / "key")


# --- rows ---------------------------------------------------------------------------------------------------------


def test_every_report_accounts_for_every_row(cases: str, tmp_path: Path, capsys: Capture) -> None:
    census = str(write_census(tmp_path / "c.xml", census_child(tags(CINreferralDate="2023-02-30"))))
    for path in (cases, census, str(EXAMPLES / "events.csv"), str(EXAMPLES / "census.xml")):
        (source,) = json.loads(out_of(capsys, "check", path, "--format", "json"))["sources"]
        rows, whole, rejected = source["rows"], source["read"], source["rejected"]
        assert whole + rejected == rows > 0
        line = f"  {rows} rows: {whole} read, {rejected} rejected in whole or in part\n"
        assert line in out_of(capsys, "check", path)
    assert "  4 rows: 3 read, 1 rejected in whole or in part\n" in out_of(capsys, "explain", cases, "C-101")


# --- check --out --------------------------------------------------------------------------------------------------

FORMS = {"report.csv": "csv", "report.json": "json", "report.TXT": "text"}


@pytest.mark.parametrize("name", FORMS)
def test_a_report_can_be_written_to_a_file_whose_name_says_what_it_is(
    name: str, cases: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / name
    printed = out_of(capsys, "check", cases, "--format", FORMS[name])
    told = out_of(capsys, "check", cases, "--out", str(path))
    assert path.read_text(encoding="utf-8").split() == printed.split()
    assert "  4 rows: 3 read, 1 rejected in whole or in part\n" in told
    assert told.endswith(f"wrote {path}\n")
    assert "exists already; expected another name, or --force" in error(capsys, "check", cases, "--out", str(path))
    path.write_text("old", encoding="utf-8")
    assert run(["check", cases, "--out", str(path), "--force", "--fail-on-breach"]) == 1
    assert path.read_text(encoding="utf-8").split() == printed.split()


@pytest.mark.parametrize("end", ["txt", "json", "csv", "parquet"])
def test_a_folder_that_is_not_there_is_an_error_before_anything_is_read(
    end: str, tmp_path: Path, capsys: Capture
) -> None:
    path = str(tmp_path / "none" / f"x.{end}")
    told = error(capsys, "check", str(tmp_path / "unread.csv"), "--out", path)
    assert told.startswith(f"{path}: it cannot be written (No such file or directory); expected a folder")


def test_a_report_as_parquet_has_a_row_for_every_finding(cases: str, tmp_path: Path, capsys: Capture) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `formats` is not installed")
    rows = list(csv.DictReader(io.StringIO(out_of(capsys, "check", cases, "--format", "csv"))))
    told = out_of(capsys, "check", cases, "--out", str(tmp_path / "report.parquet"))
    assert told.endswith(f"wrote {tmp_path / 'report.parquet'}\n")
    table = parquet.read_table(tmp_path / "report.parquet").to_pylist()
    for name in ("child", "rule", "status", "because"):
        assert [row[name] for row in table] == [row[name] for row in rows]


def test_a_check_that_cannot_be_made_leaves_the_old_report(cases: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old", encoding="utf-8")
    broken = tmp_path / "broken.xml"
    broken.write_text((EXAMPLES / "census.xml").read_text(encoding="utf-8")[:-200], encoding="utf-8")
    error(capsys, "check", cases, str(broken), "--out", str(path), "--force")
    assert path.read_text(encoding="utf-8") == "old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["broken.xml", "cases.csv", "report.csv"]


MISUSE: dict[str, tuple[list[str], str]] = {
    "a name that says nothing": (
        ["--out", "report"],
        "no report that we write; expected one of .txt, .json, .csv, .parquet",
    ),
    "another format": (["--out", "r.csv", "--format", "json"], "its name says csv, and --format is json"),
    "a folder": (["--out", "{folder}.csv"], "it is a folder"),
    "standard output": (["--out", "-"], "--out requires an argument"),
    "force without a file": (["--force"], "no file is written"),
    "a key that is not there": (["--pseudonymise", "{folder}/none"], "there is no such file"),
    "a mapping that is not there": (["--columns", "{folder}/none"], "none: "),
}


@pytest.mark.parametrize("kind", MISUSE)
def test_misuse_is_one_line(kind: str, cases: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "folder.csv").mkdir()
    arguments, why = MISUSE[kind]
    named = [argument.replace("{folder}", str(tmp_path / "folder")) for argument in arguments]
    assert why in error(capsys, "check", cases, *named)


def test_the_columns_of_a_table_can_have_other_names(tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "theirs.csv"
    table.write_text("PersonID,What,Day\nC-101,Referral made,2024-01-02\n", encoding="utf-8")
    mapping = tmp_path / "columns.toml"
    mapping.write_text(
        '[columns]\nchild = "PersonID"\nevent = "What"\nat = "Day"\n[events]\n"Referral made" = "referral"\n',
        encoding="utf-8",
    )
    told = out_of(capsys, "check", str(table), "--columns", str(mapping), "--as-at", "2024-02-01")
    assert "C-101  referral-decision  overdue" in told


# --- convert ------------------------------------------------------------------------------------------------------


def arguments(known: Format) -> list[str]:
    return ["--year", "2024"] if known.dated else []


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffixes[0])
def test_records_are_converted_to_every_format(known: Format, tmp_path: Path, capsys: Capture) -> None:
    for suffix in known.suffixes:
        path = tmp_path / f"out{suffix}"
        told = out_of(capsys, "convert", str(EXAMPLES / "events.csv"), str(path), *arguments(known))
        assert "rows: " in told
        assert "recognised: it is text with a header row" in told
        assert f"wrote {path}: {known.title}" in told
        whole = path.read_bytes()
        assert b"EX0001" in whole
        assert "it exists already" in error(
            capsys, "convert", str(EXAMPLES / "events.csv"), str(path), *arguments(known)
        )
        path.write_bytes(b"old")
        out_of(capsys, "convert", str(EXAMPLES / "events.csv"), str(path), "--force", *arguments(known))
        assert len(path.read_bytes()) == len(whole)


@pytest.mark.parametrize(
    "known",
    [known for known in FORMATS if known.title.startswith("an event table")],
    ids=lambda known: known.suffixes[0],
)
def test_an_event_table_that_was_written_reads_back_equal(known: Format, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / f"out{known.suffixes[0]}"
    out_of(capsys, "convert", str(EXAMPLES / "events.csv"), str(path))
    before, after = ({child.child: child.events for child in read(name)} for name in (EXAMPLES / "events.csv", path))
    assert after == before


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffixes[0])
def test_input_that_cannot_be_read_leaves_what_was_there(known: Format, tmp_path: Path, capsys: Capture) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text((EXAMPLES / "census.xml").read_text(encoding="utf-8")[:-200], encoding="utf-8")
    path = tmp_path / f"out{known.suffixes[0]}"
    path.write_bytes(b"old")
    error(capsys, "convert", str(broken), str(path), "--force", *arguments(known))
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_end_of_the_name_says_the_format(tmp_path: Path, cases: str, capsys: Capture) -> None:
    assert format_of("a/B.OCEL.JSON", None).title == "an event log (OCEL 2.0)"
    assert "expected a name that ends in .csv, .jsonl, .parquet" in error(capsys, "convert", cases, "out.json")
    assert "expected --year, from 2009 to 2050" in error(capsys, "convert", cases, "out.xml")
    assert "expected --year, from 2009" in error(capsys, "convert", cases, "out.xml", "--year", "1999")
    assert "--year is for a census" in error(capsys, "convert", cases, "out.csv", "--year", "2024")
    suffixes = [suffix for known in FORMATS for suffix in known.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_of_records_that_end_before_a_census_speaks_it_is_said(tmp_path: Path, capsys: Capture) -> None:
    told = out_of(capsys, "convert", "examples/data/census.xml", str(tmp_path / "c.xml"), "--year", "2026")
    said = "the records end on Mon 31 Mar 2025, and it speaks as at Tue 31 Mar 2026: it says that nothing has happened"
    assert said in " ".join(told.split())
    told = out_of(capsys, "convert", "examples/data/census.xml", str(tmp_path / "d.xml"), "--year", "2025")
    assert "the records end" not in told


def test_what_the_writer_leaves_out_is_told(
    cases: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a format of the test's own, so that the command is held to what it says whatever the others do."""
    known = Format((".names",), "a list of names", write_names)
    monkeypatch.setattr(converting, "FORMATS", (known,))
    path = tmp_path / "out.names"
    told = out_of(capsys, "convert", cases, str(path))
    assert path.read_text(encoding="utf-8") == "C-101\nC-102\n"
    assert "  left out: 3 of event\n" in told
    assert "  in doubt, so that all of it is cannot tell:\n    1 child: a doubt of the test's own\n" in told
    assert "of dates" not in told
    assert "rejected: line 4 (child C-102)" in told


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffixes[0])
def test_of_a_child_who_has_died_or_grown_up_nothing_wrong_is_told_after_a_conversion(
    known: Format, tmp_path: Path, capsys: Capture
) -> None:
    """The dates stay behind, and with them why every duty fell away."""
    away = {"C-1": tags(PersonDeathDate="2023-05-20"), "C-2": tags(PersonBirthDate="2005-05-20"), "C-3": ""}
    referred = tags(CINreferralDate="2023-05-02")
    told = (census_child(referred, name=name, identifiers=dates) for name, dates in away.items())
    path = write_census(tmp_path / "c.xml", *told)
    out = tmp_path / f"out{known.suffixes[0]}"
    printed = out_of(capsys, "convert", str(path), str(out), *arguments(known))
    assert "left out: 2 of dates of birth or death" in printed
    whole = out.read_bytes()
    assert b"2023-05-20" not in whole
    assert b"2005-05-20" not in whole
    if known.title.startswith("an event log"):
        return  # a log is not read back
    found = json.loads(out_of(capsys, "check", str(out), "--as-at", "2024-03-31", "--format", "json"))["findings"]
    statuses = {name: {entry["status"] for entry in found if entry["child"] == name} for name in away}
    assert statuses["C-1"] | statuses["C-2"] == {"cannot-tell"}
    assert "overdue" in statuses["C-3"]


def write_names(chronologies: Iterable[Chronology], out: str, year: int, force: bool) -> Carried:
    """A writer that keeps the names only."""
    events = 0
    with open(out, "x", encoding="utf-8") as file:
        for chronology in chronologies:
            events += len(chronology)
            file.write(f"{chronology.child}\n")
    return Carried({"event": events}, {"a doubt of the test's own": 1})


# --- databases ----------------------------------------------------------------------------------------------------


def _read_engine(given: Given, reading: Reading) -> Source:
    """A reader for a database with a table of children and the days of their referrals."""
    with given.what.connect() as connection:
        rows = list(connection.exec_driver_sql("SELECT child, day FROM referrals ORDER BY child"))
    if not rows:
        raise UnreadableInput(given.name, "referrals", "it has no rows", "a referral")
    told = [Chronology.of(str(reading.child(child)), events=[(day, "referral")]) for child, day in rows]
    source = Source(given.name, "their-database", told[-1].events[0].day)
    for _ in rows:
        source.account.next_row()
    return source.give(iter(told))


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A SQLite file, and a reader that knows it."""
    pytest.importorskip("sqlalchemy", reason="the extra `databases` is not installed")
    reader = Reader(
        "their-database",
        "a database",
        lambda given: "it is an engine" if hasattr(given.what, "dialect") else None,
        _read_engine,
    )
    monkeypatch.setattr("childprotect.records.READERS", (reader, *READERS))
    path = tmp_path / "file.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE referrals (child TEXT, day TEXT)")
    connection.execute("INSERT INTO referrals VALUES ('C-101', '2024-01-02')")
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def test_a_database_is_named_by_its_url(database: str, key: str, capsys: Capture) -> None:
    told = out_of(capsys, "check", database, "--as-at", "2024-02-01")
    assert told.startswith(f"{database}: their-database, 1 child, 1 event, as at Thu 1 Feb 2024\n")
    assert "C-101  referral-decision  overdue" in told
    assert "C-101, as at" in out_of(capsys, "explain", database, "C-101")
    assert "C-101" not in out_of(capsys, "check", database, "--pseudonymise", key)
    assert "there is no child 'C-9' in it" in error(capsys, "explain", database, "C-9")


SECRET = "hunter2"
URLS: dict[str, tuple[str, str]] = {
    "no such file": ("sqlite:////none/file.db", "sqlite:////none/file.db: there is no such file"),
    "nothing in memory": ("sqlite://", "there is no such file"),
    "an unknown kind of database": (f"nonesuch://user:{SECRET}@host/name", "its URL cannot be read"),
    "a driver that is not installed": (f"mysql+pymysql://user:{SECRET}@host/name", "is not installed"),
    "a server that does not answer": (
        f"postgresql+psycopg://user:{SECRET}@127.0.0.1:9/name?connect_timeout=2",
        "postgresql://127.0.0.1/name: it cannot be read (OperationalError)",
    ),
    "a password with signs in it": (f"postgresql://user:{SECRET}/x@{SECRET}@127.0.0.1:1/name", ""),
    "a password among the options": (f"sqlite:////none/file.db?password={SECRET}", "there is no such file"),
    "a port that is none": (f"postgresql://user:{SECRET}@host:nine/name", "its URL cannot be read"),
}


@pytest.mark.parametrize("kind", URLS)
def test_a_database_that_cannot_be_opened_is_one_line_without_the_password(
    kind: str, database: str, capsys: Capture
) -> None:
    url, why = URLS[kind]
    if "psycopg:" in url:
        pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    for arguments in (["check", url], ["explain", url, "C-101"], ["convert", url, "none.xes"]):
        line = error(capsys, *arguments)
        assert why in line
        assert SECRET not in line
    assert SECRET not in error(capsys, "explain", "a", "b", url)
    assert not Path("none.xes").exists()


def test_what_is_in_a_database_that_no_reader_reads_is_not_told(database: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "prose.db").write_text("Zebedee " * 1000, encoding="utf-8")
    line = error(capsys, "check", f"sqlite:///{tmp_path / 'prose.db'}")
    assert "it cannot be read (DatabaseError)" in line
    assert "Zebedee" not in line
    connection = sqlite3.connect(database.removeprefix("sqlite:///"))
    connection.execute("DELETE FROM referrals")
    connection.commit()
    connection.close()
    assert f"{database}: referrals: it has no rows; expected a referral" in error(capsys, "check", database)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x://user:p@host/y is not", "x://***@host/y is not"),
        ("a://b?Password=p&x=1", "a://b?Password=***&x=1"),
        ("mail to a@b, see http://c/d", "mail to a@b, see http://c/d"),
    ],
)
def test_no_password_of_a_url_is_shown(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


# --- pseudonyms ---------------------------------------------------------------------------------------------------


def test_with_a_key_no_output_names_a_child_and_explain_takes_either_name(
    cases: str, key: str, tmp_path: Path, capsys: Capture
) -> None:
    name = Pseudonyms(KEY.encode())("C-101")
    for form in ("text", "json", "csv"):
        told = out_of(capsys, "check", cases, "--format", form, "--pseudonymise", key)
        assert "C-10" not in told
        assert name in told
    for asked in ("C-101", name):
        told = out_of(capsys, "explain", cases, asked, "--pseudonymise", key)
        assert told.startswith(f"{name}, as at ")
        assert "C-101" not in told
    assert "there is no such child in it" in error(capsys, "explain", cases, "C-999", "--pseudonymise", key)
    assert "C-999" not in error(capsys, "explain", cases, "C-999", "--pseudonymise", key)


def test_a_report_under_pseudonyms_says_the_same_of_each_child(cases: str, key: str, capsys: Capture) -> None:
    names = Pseudonyms(KEY.encode())
    plain, hidden = (
        list(csv.DictReader(io.StringIO(out_of(capsys, "check", cases, "--format", "csv", *more))))
        for more in ((), ("--pseudonymise", key))
    )
    assert [{**row, "child": names(row["child"])} for row in plain] == hidden


KEYS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a key that is too short": (lambda path: path.write_text("short"), "a key of 5 bytes can be guessed"),
    "an empty key": (lambda path: path.write_text(" \n"), "a key of 0 bytes can be guessed"),
    "no key": (lambda path: None, "there is no such file"),
    "a folder": (lambda path: path.mkdir(), "it is a folder"),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("command", ["check", "explain"])
def test_a_key_that_is_none_is_one_line(kind: str, command: str, cases: str, tmp_path: Path, capsys: Capture) -> None:
    make, why = KEYS[kind]
    make(tmp_path / "the-key")
    more = ["C-101"] if command == "explain" else []
    line = error(capsys, command, cases, *more, "--pseudonymise", str(tmp_path / "the-key"))
    assert line.startswith(f"{tmp_path / 'the-key'}: {why}")
