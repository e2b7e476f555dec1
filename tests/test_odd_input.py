"""Input that is nearly right: as spreadsheets, DataFrames, connection strings and slips of the hand leave it."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from tests.on_disk import census_child, tags, write_census, write_lines, write_table

import childprotect as cp
from childprotect.cli.app import run
from childprotect.records import Columns, Pseudonyms, Source, read
from childprotect.records.reports import CsvReport
from childprotect.rulebooks import england

HEADER = "child,event,at\n"


def table(folder: Path, text: str, name: str = "x.csv") -> str:
    """A file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def stories(source: Source) -> dict[str, cp.Chronology]:
    """The children of a source, by name."""
    return {child.child: child for child in source}


def statuses_of(child: cp.Chronology, as_at: date) -> set[str]:
    """What a check comes to, in all."""
    return {finding.status.value for finding in cp.check(child, england.rulebook, as_at=as_at).findings}


# --- identifiers --------------------------------------------------------------------------------------------------


def test_a_child_with_and_without_a_fraction_of_nothing_in_its_number_is_in_doubt(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        HEADER + "101,referral,2024-03-01\n101.0,referral-decided,2024-03-04\n102,referral,2024-03-01\n",
    )
    source = read(path)
    told = stories(source)
    assert set(told) == {"101", "101.0", "102"}
    for name in ("101", "101.0"):
        assert statuses_of(told[name], date(2024, 6, 1)) <= {"cannot-tell"}
    assert "overdue" in statuses_of(told["102"], date(2024, 6, 1))
    assert [(doubt.child, doubt.because) for doubt in source.account.doubts] == [
        (name, "its number is there with and without .0 at the end, as spreadsheets write it: these may be one child")
        for name in ("101", "101.0")
    ]
    assert (source.account.rows, source.account.read) == (3, 3)


def test_a_table_in_which_all_numbers_have_a_fraction_of_nothing_is_in_no_doubt(tmp_path: Path) -> None:
    source = read(table(tmp_path, HEADER + "101.0,referral,2024-03-01\n102.0,referral,2024-03-01\n"))
    assert set(stories(source)) == {"101.0", "102.0"}
    assert source.account.doubts == []


def test_the_doubt_names_pseudonyms_where_there_are_any(tmp_path: Path) -> None:
    names = Pseudonyms(b"0123456789abcdef")
    path = table(tmp_path, HEADER + "101,referral,2024-03-01\n101.0,visit,2024-03-04\n")
    source = read(path, pseudonyms=names)
    assert {doubt.child for doubt in source.account.doubts} == {names("101"), names("101.0")} == set(stories(source))


def test_columns_are_in_doubt_like_rows_even_if_they_would_be_given_out_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("childprotect.records.spool.MOST_HELD", 1)
    path = tmp_path / "x.parquet"
    frame = pd.DataFrame({"child": ["101", "101.0"], "event": ["referral"] * 2, "at": ["2024-03-01"] * 2})
    frame.to_parquet(path)
    source = read(path)
    assert {child.child for child in source if child.lost} == {"101", "101.0"}
    assert len(source.account.doubts) == 2


@pytest.mark.parametrize("name", ['"C-1\n01"', '"C-1\r\n01"', '"\n01"', '"C-1\n"'])
def test_an_identifier_with_a_line_end_in_it_makes_no_child_of_its_second_half(name: str, tmp_path: Path) -> None:
    known = "C-1,visit,2024-03-02\n01,visit,2024-03-02\nC-2,visit,2024-03-02\n"
    source = read(table(tmp_path, f"{HEADER}{known}{name},referral,2024-03-01\nC-2,visit,2024-03-03\n"))
    told = stories(source)
    assert set(told) == {"C-1", "01", "C-2"}
    assert [event.kind for child in told.values() for event in child] == ["visit"] * 4
    assert not told["C-2"].lost
    assert source.account.rejections
    if "01" in name:
        assert told["01"].lost


# --- CSV as spreadsheets write it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before", ["sep=,\n", "sep=,\r\n", '"sep=,"\n', "SEP=,\n", "\n\n", " \n,,\nsep=,\n", "sep=,\n\n"]
)
def test_what_spreadsheets_write_before_the_header_is_passed_over_and_counted(before: str, tmp_path: Path) -> None:
    source = read(table(tmp_path, f"{before}{HEADER}C-101,referral,2024-03-01\nC-101,visit,2024-13-01\n"))
    told = stories(source)
    assert [event.kind for event in told["C-101"]] == ["referral"]
    lines = before.count("\n")
    assert source.rejections[0].place == f"line {lines + 3}"
    assert sum(source.account.unused.values()) == lines
    assert set(source.account.unused) <= {"sep= before the header", "blank lines before the header"}


def test_the_separator_that_is_said_is_the_one_that_is_used(tmp_path: Path) -> None:
    text = "child|event|at|late,reason;x\nC-101|referral|2024-03-01|\n"
    assert [event.kind for event in stories(read(table(tmp_path, f"sep=|\n{text}")))["C-101"]] == ["referral"]
    with pytest.raises(cp.UnreadableInput, match="line 1: the header has no column"):
        read(table(tmp_path, text))


def test_a_header_that_is_wrong_after_blank_lines_is_told_with_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(cp.UnreadableInput, match="line 3: the header has no column event"):
        read(table(tmp_path, "\n\nchild,at\nC-101,2024-03-01\n"))


def test_a_file_of_blank_lines_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(cp.UnreadableInput):
        read(table(tmp_path, "sep=,\n\n\n"))


@pytest.mark.parametrize("names", [("=x", "'=x", "''=x"), ("-1", "'-1"), ("@x", "'@x", "x")])
def test_two_children_never_look_alike_in_the_findings(names: tuple[str, ...]) -> None:
    report = CsvReport()
    for name in names:
        story = cp.Chronology.of(name, events=[("2024-03-01", "referral")])
        report.add(cp.check(story, england.rulebook, as_at=date(2024, 6, 1)))
    out = io.StringIO()
    report.finish([], out)
    report.close()
    written = {row["child"] for row in csv.DictReader(io.StringIO(out.getvalue()))}
    assert len(written) == len(names)
    assert not any(name.startswith(("=", "-", "@")) for name in written)


# --- dates --------------------------------------------------------------------------------------------------------


def test_a_form_of_dates_that_was_stated_is_the_only_one(tmp_path: Path) -> None:
    """2024-03-04 is the third of April in it, and 2024-03-22 is no date at all."""
    path = table(tmp_path, HEADER + "C-101,referral,2024-03-04\nC-101,visit,2024-03-22\n")
    source = read(path, columns=Columns(dates="%Y-%d-%m"))
    assert [event.at for event in stories(source)["C-101"]] == [date(2024, 4, 3)]
    assert [entry.because for entry in source.rejections] == ["'at' '2024-03-22' is not a date such as 2012-03-09"]


def test_a_fact_in_another_form_than_the_stated_one_is_not_recorded(tmp_path: Path) -> None:
    facts = {"recorded-target": "2024-03-22"}
    path = write_table(tmp_path / "x.csv", ("01/03/2024", "section-47-started", facts))
    told = stories(read(path, columns=Columns(dates="%d/%m/%Y")))["C-1"]
    assert "recorded-target" not in told.events[0].facts
    assert ["recorded-target of section-47-started is not a date" in remark.because for remark in told.remarks] == [
        True
    ]


def test_columns_of_dates_are_dates_whatever_form_was_stated_for_text() -> None:
    day = date(2024, 3, 22)
    frame = pd.DataFrame({"child": ["C-101"], "event": ["section-47-started"], "at": [day], "recorded-target": [day]})
    (event,) = stories(read(frame, columns=Columns(dates="%Y-%d-%m")))["C-101"].events
    assert (event.at, event.facts["recorded-target"]) == (day, day)


def slip(folder: Path, kind: str) -> Path:
    """A source with a slip: all is of 2024, and one event of 2050."""
    days = ["2024-03-01", "2050-03-04", "2024-03-02"]
    if kind == "csv":
        return write_table(folder / "x.csv", *((day, "visit") for day in days))
    if kind == "jsonl":
        return write_lines(folder / "x.jsonl", *({"child": "C-1", "event": "visit", "at": day} for day in days))
    if kind == "parquet":
        pd.DataFrame({"child": "C-1", "event": "visit", "at": days}).to_parquet(folder / "x.parquet")
        return folder / "x.parquet"
    if kind == "xml":
        plans = "".join(f"<CINPlanDates>{tags(CINPlanStartDate=day)}</CINPlanDates>" for day in days)
        return write_census(folder / "x.xml", census_child(plans), reference=None)
    episodes = [{"referral_date": day} for day in days]
    (folder / "x.json").write_text(json.dumps([{"la_child_id": "C-1", "social_care_episodes": episodes}]))
    return folder / "x.json"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xml", "json"])
def test_a_last_date_that_stands_alone_is_told_since_the_source_speaks_as_at_it(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = slip(tmp_path, kind)
    source = read(path)
    assert source.as_at == date(2050, 3, 4)
    (doubt,) = source.account.doubts
    assert doubt.because == (
        "2050-03-04 is more than a year after every other date; where no other day is named, it is the one as at which "
        "all is judged"
    )
    assert source.to_dict()["doubts"] == [doubt.to_dict()]
    assert run(["check", str(path)]) == 0
    assert "in doubt: the last date: 2050-03-04 is more than a year after" in capsys.readouterr().out


def test_a_date_that_does_not_stand_alone_and_a_stated_one_are_in_no_doubt(tmp_path: Path) -> None:
    near = write_table(tmp_path / "x.csv", ("2023-03-02", "visit"), ("2024-03-02", "visit"), ("2024-03-02", "referral"))
    only = write_table(tmp_path / "y.csv", ("2024-03-02", "visit"))
    referred = census_child(tags(CINreferralDate="2012-05-02"))
    for path in (near, only, write_census(tmp_path / "x.xml", referred, reference="2024-03-31")):
        assert read(path).account.doubts == []


# --- DataFrames and other objects ---------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["at", "recorded", "Event date"])
def test_a_column_of_moments_with_and_without_a_zone_is_refused_since_a_day_could_move(column: str) -> None:
    """pandas takes those without a zone for UTC: half past eleven in the evening of a day in July would be the next."""
    mixed = pd.Series(
        [datetime(2024, 7, 1, 23, 30), datetime(2024, 7, 1, 23, 30, tzinfo=UTC)],  # noqa: DTZ001
        dtype=object,
    )
    frame = pd.DataFrame({"child": ["C-101"] * 2, "event": ["visit"] * 2, "at": ["2024-07-01"] * 2})
    frame[column] = mixed
    columns = Columns(columns={"at": column}) if column == "Event date" else None
    with pytest.raises(cp.UnreadableInput, match="moments with a time zone and without one") as caught:
        read(frame, columns=columns)
    assert "2024" not in str(caught.value)


def test_a_column_of_moments_that_nobody_reads_and_one_of_one_kind_are_no_problem() -> None:
    naive, aware = datetime(2024, 7, 1, 23, 30), datetime(2024, 7, 1, 23, 30, tzinfo=UTC)  # noqa: DTZ001
    frame = pd.DataFrame({"child": ["C-101"] * 2, "event": ["visit"] * 2})
    frame["at"] = pd.Series([naive, naive], dtype=object)
    frame["recorded"] = pd.Series([aware, None], dtype=object)
    frame["loaded"] = pd.Series([aware, naive], dtype=object)
    events = stories(read(frame))["C-101"].events
    assert [(event.day, event.recorded) for event in events] == [
        (date(2024, 7, 1), date(2024, 7, 2)),
        (date(2024, 7, 1), None),
    ]


class Unwilling:
    """An object that answers every question with an error, with a value in it."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"Zebedee has no {name}")


def test_an_object_that_raises_when_it_is_asked_for_anything_is_in_no_format_that_we_know() -> None:
    with pytest.raises(cp.UnreadableInput, match=r"a [a-z_.]*test_odd_input\.Unwilling: it is in no format") as caught:
        read(Unwilling())
    assert "Zebedee" not in str(caught.value)


def test_a_relation_of_duckdb_is_read() -> None:
    relation = duckdb.sql("SELECT 'C-101' AS child, 'referral' AS event, DATE '2024-03-01' AS at")
    assert [event.at for event in stories(read(relation))["C-101"]] == [date(2024, 3, 1)]


# --- the daily API ------------------------------------------------------------------------------------------------


def payload(folder: Path, *odd: str) -> str:
    """Three children, of whom the second has fields with these values as they are written."""
    fields = "".join(f'"field_{n}": {value}, ' for n, value in enumerate(odd))
    children = [
        f'{{"la_child_id": "C-{n}", {fields if n == 2 else ""}"own": 1, '
        '"social_care_episodes": [{"referral_date": "2024-03-01"}]}'
        for n in (1, 2, 3)
    ]
    return table(folder, f"[{', '.join(children)}]", "x.json")


@pytest.mark.parametrize("number", ["9223372036854775808", "-1e400", "1e999999", "9" * 400])
def test_a_number_that_is_large_costs_nothing_where_it_is_not_read(number: str, tmp_path: Path) -> None:
    source = read(payload(tmp_path, number, f"[{number}]"))
    assert list(stories(source)) == ["C-1", "C-2", "C-3"]
    assert source.rejections == []
    assert source.account.unused == {"field_0": 1, "field_1": 1, "own": 3}


def test_a_large_number_where_text_is_read_costs_that_record(tmp_path: Path) -> None:
    text = Path(payload(tmp_path)).read_text(encoding="utf-8")
    path = table(tmp_path, text.replace('"2024-03-01"', "9223372036854775808", 1), "y.json")
    source = read(path)
    told = stories(source)
    assert [len(child) for child in told.values()] == [0, 1, 1]
    assert [entry.child for entry in source.rejections] == ["C-1"]
    assert "9223372036854775808" not in str(source.to_dict())


def test_a_payload_that_breaks_off_after_a_large_number_is_told_so(tmp_path: Path) -> None:
    text = Path(payload(tmp_path, "9223372036854775808")).read_text(encoding="utf-8")
    with pytest.raises(cp.UnreadableInput, match="the JSON breaks off before its end"):
        list(read(table(tmp_path, text[:-30], "y.json")))


# --- secrets ------------------------------------------------------------------------------------------------------

SECRETS = (
    "Server=db.example;Database=x;User Id=sa;Password=hunter2",
    "DRIVER={ODBC Driver 18};SERVER=db.example;UID=sa;PWD=hunter2;",
    "host=db.example user=sa password=hunter2",
    "host=db.example password = 'hunter2 x'",
    "postgresql://sa:hunter2@db.example/x",
    "postgresql+psycopg://sa:hunter2@db.example/x?sslmode=require",
    "postgres:/sa:hunter2@db.example/x",
    "mssql+pyodbc:///?odbc_connect=PWD%3Dhunter2",
    "jdbc:sqlserver://db.example;user=sa;password=hunter2",
    "sa:hunter2@db.example/x",
)


@pytest.mark.parametrize("text", SECRETS)
def test_a_connection_string_given_as_a_path_is_never_repeated(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(cp.UnreadableInput) as caught:
        read(text)
    assert "hunter2" not in str(caught.value)
    out = str(tmp_path / "x.csv")
    for command in (["check", text], ["explain", text, "C-101"], ["convert", text, out], ["check", text, "--out", out]):
        assert run(command) == 2
        told = capsys.readouterr()
        assert "hunter2" not in told.out + told.err
        assert told.err.count("\n") == 1


def test_a_file_with_such_a_name_is_read_all_the_same(tmp_path: Path) -> None:
    assert set(stories(read(table(tmp_path, HEADER + "C-101,visit,2024-03-01\n", "password=x.csv")))) == {"C-101"}


# --- several files ------------------------------------------------------------------------------------------------


def test_several_files_of_different_formats_are_judged_each_as_at_its_own_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = write_table(tmp_path / "x.csv", ("2024-06-03", "referral"), child="C-101")
    census = write_census(tmp_path / "x.xml", census_child(tags(CINreferralDate="2024-03-04"), name="C-102"))
    lines = write_lines(tmp_path / "x.jsonl", {"child": "C-103", "event": "referral", "at": "2024-05-01"})
    assert run(["check", str(rows), str(census), str(lines), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["format"], one["as_at"], one["children"], one["doubts"]) for one in told["sources"]] == [
        ("event-table", "2024-06-03", 1, []),
        ("cin-census", "2024-03-31", 1, []),
        ("event-table", "2024-05-01", 1, []),
    ]
    assert {entry["child"] for entry in told["findings"]} == {"C-101", "C-102", "C-103"}


@pytest.mark.parametrize("form", ["text", "json", "csv", "parquet"])
def test_a_child_who_is_in_two_files_is_told(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    rows = write_table(tmp_path / "x.csv", ("2024-03-04", "referral"), child="C-101")
    both = (census_child(tags(CINreferralDate="2024-03-04"), name=name) for name in ("C-101", "C-102"))
    census = write_census(tmp_path / "x.xml", *both)
    out = ["--out", str(tmp_path / "o.parquet")] if form == "parquet" else ["--format", form]
    assert run(["check", str(rows), str(census), *out]) == 0
    told = capsys.readouterr()
    because = "is in another of the files too, and what one of them holds is not held against the other"
    if form == "json":
        first, second = json.loads(told.out)["sources"]
        assert first["doubts"] == []
        assert [(doubt["child"], doubt["because"]) for doubt in second["doubts"]] == [("C-101", because)]
    else:
        assert f"C-101): {because}" in (told.err if form == "csv" else told.out)
    assert "C-102)" not in told.out + told.err
