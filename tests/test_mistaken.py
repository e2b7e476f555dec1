"""What is handed over by accident is named, with what to give instead."""

import bz2
import gzip
import io
import lzma
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from childprotect import UnreadableInput
from childprotect.cli.app import run
from childprotect.records import Columns, read, read_csv

TABLE = b"child,event,at\nC-101,referral,2024-01-02\n"


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, TABLE)
    return made.getvalue()


OFFICE = "it is a workbook or another document of an office program"
SHEET = "one of its sheets, saved as CSV"
PACKED = "it is packed", "the file that is packed in it"
MISTAKEN = {
    "a PDF": (b"%PDF-1.7\n" + TABLE, "it is a PDF", "the records that it was made from"),
    "an .xlsx": (archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), OFFICE, SHEET),
    "an .xlsx of another program": (archive("docProps/app.xml", "xl/workbook.xml"), OFFICE, SHEET),
    "an .xls": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), OFFICE, SHEET),
    "a zip": (archive("events.csv"), "it is a zip archive", "a file or the folder that is packed in it"),
    "gzip": (gzip.compress(TABLE), *PACKED),
    "bzip2": (bz2.compress(TABLE), *PACKED),
    "xz": (lzma.compress(TABLE), *PACKED),
    "an array": (
        b" [1]",
        "it is a JSON array, and not one of the DfE's daily API, whose children have la_child_id",
        "JSON Lines, which have an object on every line; or children as that API sends them",
    ),
}


@pytest.mark.parametrize("kind", MISTAKEN)
def test_what_is_handed_over_by_accident_is_named_whatever_its_name(kind: str, tmp_path: Path) -> None:
    content, what, instead = MISTAKEN[kind]
    path = tmp_path / "events.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableInput) as refused:
        read(path)
    assert (refused.value.problem, refused.value.expected) == (what, instead)


def test_a_file_of_sqlite_is_refused_with_the_url_by_which_it_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ssd_cin_episodes (cine_person_id, cine_referral_id, cine_referral_date)")
        connection.execute("INSERT INTO ssd_cin_episodes VALUES ('C-101', '1', '2024-01-02')")
        connection.commit()
    assert run(["check", str(path)]) == 2
    told = capsys.readouterr().err
    assert told == f"childprotect: {path}: it is an SQLite database; expected its URL: sqlite:///{path}\n"
    assert run(["check", told.split()[-1]]) == 0
    assert "ssd, 1 child, 1 event, as at Tue 2 Jan 2024" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TABLE, b'{"child": "C-101", "event": "referral", "at": "2024-01-02"}\n'])
def test_utf_16_without_its_mark_is_told_and_read_where_it_is_named(text: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(text.decode().encode(encoding))
    with pytest.raises(UnreadableInput, match="it seems to be text in UTF-16 without a byte order mark"):
        read(path)
    (child,) = read(path, columns=Columns(encoding=encoding))
    assert [event.kind for event in child] == ["referral"]


def test_a_table_with_a_nul_in_it_is_no_utf_16(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"c" + b"hild,event,at,\0\0\0\nC-101,referral,2024-01-02,\n")
    assert [child.child for child in read_csv(str(tmp_path / "t"))] == ["C-101"]


def test_one_json_document_over_several_lines_is_told_from_lines_of_which_one_is_bad(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text('{\n "children": [\n  {"child": "C-1"}\n ]\n}\n', encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"line 1: .*, and the file may be one document over several lines"):
        read(path)
    path.write_text('{"child": "C-1"}\n{"child": \n', encoding="utf-8")
    with pytest.raises(UnreadableInput, match="line 1: no event could be read: the object has no event or at;"):
        read(path)
