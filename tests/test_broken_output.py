"""What an analyst writes over by mistake, a disk without room, and what a log leaves out."""

import errno
from pathlib import Path

import pytest

from childprotect.cli.app import run
from childprotect.errors import UnwritableOutput
from childprotect.records.safely import written

Capture = pytest.CaptureFixture[str]
TABLE = "child,event,at,ref,recorded,worker\nC-1,referral,2024-01-01,r1,2024-01-01,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["check", "convert"])
def test_what_is_read_is_never_written_over(command: str, table: Path, capsys: Capture) -> None:
    link = table.with_name("link.csv")
    link.symlink_to(table)
    for out in (table, link):
        assert run([command, str(table), *(["--out"] if command == "check" else []), str(out), "--force"]) == 2
        assert "it is what is to be read" in capsys.readouterr().err
    assert table.read_text(encoding="utf-8") == TABLE


def test_no_table_of_a_folder_that_is_read_is_written_over(tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "ssd_cp_visits.csv"
    table.write_text("cppv_person_id,cppv_cp_visit_date\nC-1,2024-01-01\n", encoding="utf-8")
    before = table.read_bytes()
    assert run(["convert", str(tmp_path), str(table), "--force"]) == 2
    assert "it is what is to be read" in capsys.readouterr().err
    assert table.read_bytes() == before
    assert run(["convert", str(tmp_path), str(tmp_path / "new.csv")]) == 0


@pytest.mark.parametrize("option", ["--columns", "--pseudonymise"])
def test_neither_a_mapping_nor_a_key_is_written_over(option: str, table: Path, capsys: Capture) -> None:
    other = table.with_name("other.csv")
    other.write_text("0123456789abcdef", encoding="utf-8")
    assert run(["check", str(table), option, str(other), "--out", str(other), "--force"]) == 2
    assert "it is what is to be read" in capsys.readouterr().err
    assert other.read_text(encoding="utf-8") == "0123456789abcdef"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EFBIG])
def test_a_disk_without_room_says_which_file_it_was(code: int, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(UnwritableOutput, match=r"out\.csv: it cannot be written"), written(str(path)):
        raise OSError(code, "no room")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".xes", ".jsonocel"])
def test_a_log_says_what_it_leaves_out(suffix: str, table: Path, capsys: Capture) -> None:
    more = "C-1,referral,2024-01-02,r1,2024-01-05,\nC-1,visit,2024-02-30,,,\nC-1,allocated,2024-01-03,,,Ottoline\n"
    table.write_text(TABLE + more, encoding="utf-8")
    assert run(["convert", str(table), str(table.with_suffix(suffix))]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 of entries that were lost" in said
    assert "1 of earlier versions of entries, and withdrawn ones" in said
    assert "left out: 1 of allocated.worker, " in said
    assert "Ottoline" not in said
