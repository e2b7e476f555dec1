"""What comes with an extra: where it is not installed, it is said in one way what to install."""

import subprocess
import sys
from pathlib import Path

import pytest

from childprotect import UnreadableInput
from childprotect.cli.app import run
from childprotect.records import read
from childprotect.records.extras import library


def test_a_library_that_is_there_is_given() -> None:
    assert library("json", "x", "JSON") is sys.modules["json"]


def test_of_one_that_is_missing_it_is_said_what_needs_it_and_which_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    heads = {"ijson": (b'[{"la_child_id": "C-101"}]', "JSON as a stream"), "pyarrow": (b"PAR1", "Parquet, Arrow")}
    for name, (head, what) in heads.items():
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
        path.write_bytes(head)
        with pytest.raises(UnreadableInput, match=f"x: {what}.* needs {name}, which is not installed") as caught:
            list(read(path))
        assert caught.value.expected == "the extra formats: pip install 'childprotect[formats]'"


def test_a_database_names_its_own_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    assert run(["check", "sqlite:///x.db"]) == 2
    expected = "the database: a database needs sqlalchemy, which is not installed; expected the extra databases: "
    assert expected + "pip install 'childprotect[databases]'" in capsys.readouterr().err


def test_a_part_of_python_that_is_missing_is_no_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ssd_contacts.csv").write_text("cont_person_id,cont_contact_date\nC-1,2024-01-02\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    with pytest.raises(UnreadableInput, match="a folder of tables needs sqlite3, which is not installed") as caught:
        read(tmp_path)
    assert caught.value.expected == "a Python that was built with it"


@pytest.mark.parametrize("what", ["tables", "measures"])
def test_tables_that_lack_a_library_say_which_extra_to_install(what: str) -> None:
    code = f"import sys; sys.modules['polars'] = None\nimport childprotect.{what}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: {what} need polars, which is not installed; "
        "expected the extra tables: pip install 'childprotect[tables]'"
    )
