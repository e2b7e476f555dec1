"""What an analyst does on a bad afternoon: files, folders and packages that are wrong, and what may not come of it."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from tests.on_disk import census_child, tags, write_census

import childprotect as cp
from childprotect.cli.app import run
from childprotect.cli.inputs import without_secrets
from childprotect.errors import UnreadableInput
from childprotect.records import Broken, Columns, Reader, Source, read, recognising
from childprotect.rulebooks import england

Capture = pytest.CaptureFixture[str]
AS_AT = date(2024, 6, 1)


def settled(source: Source) -> set[tuple[str, str]]:
    """What is found met, of every child."""
    return {
        (child.child, finding.rule)
        for child in source
        for finding in cp.check(child, england.rulebook, as_at=AS_AT).findings
        if finding.status is cp.Status.MET
    }


def folder(path: Path, tables: Mapping[str, str]) -> Path:
    """A folder of the Standard Safeguarding Dataset."""
    path.mkdir()
    for name, text in tables.items():
        (path / f"ssd_{name}.csv").write_text(text, encoding="utf-8")
    return path


def payload(path: Path, *episodes: Any) -> Path:
    """A payload of the daily API, of one child."""
    path.write_text(json.dumps([{"la_child_id": "C-1", "social_care_episodes": episodes}]), encoding="utf-8")
    return path


ENQUIRIES = "s47e_person_id,s47e_s47_enquiry_id,s47e_s47_start_date\n{},1,2024-01-02\n"
CONFERENCES = (
    "icpc_person_id,icpc_icpc_id,icpc_s47_enquiry_id,icpc_icpc_transfer_in,icpc_icpc_date\n{},1,{},N,2024-01-10{}\n"
)


def with_conference(kind: str, folder_of: Path, held: str) -> Path:
    """An enquiry, and its conference with something after its date."""
    if kind == "census":
        enquiry = (
            f"<Section47>{tags(S47ActualStartDate='2024-01-02', DateOfInitialCPC='2024-01-10' + held)}</Section47>"
        )
        return write_census(folder_of / "c.xml", census_child(tags(CINreferralDate="2024-01-01") + enquiry))
    if kind == "api":
        enquiries = [{"start_date": "2024-01-02", "icpc_required_flag": True, "icpc_date": "2024-01-10" + held}]
        return payload(folder_of / "p.json", {"referral_date": "2024-01-01", "section_47_assessments": enquiries})
    tables = {"s47_enquiry": ENQUIRIES.format("C-1"), "initial_cp_conference": CONFERENCES.format("C-1", "1", held)}
    return folder(folder_of / "ssd", tables)


@pytest.mark.parametrize("kind", ["census", "api", "ssd"])
def test_a_conference_whose_date_says_that_it_was_cancelled_is_not_met(kind: str, tmp_path: Path) -> None:
    path = with_conference(kind, tmp_path, " cancelled")
    source = read(path)
    assert settled(source) == set()
    assert source.account.rejected == 1
    assert "cancelled" not in str(source.rejections)


@pytest.mark.parametrize("kind", ["census", "api", "ssd"])
@pytest.mark.parametrize("time", [" 00:00:00", "T13:30:00.000", " 01:30:00 PM"])
def test_a_time_after_a_date_takes_nothing_from_it(kind: str, time: str, tmp_path: Path) -> None:
    assert ("C-1", "initial-conference") in settled(read(with_conference(kind, tmp_path, time)))


def test_episodes_of_the_api_that_overlap_leave_all_in_doubt(tmp_path: Path) -> None:
    """As in a census: the assessment of the second would answer the first referral."""
    assessed = [{"start_date": "2024-01-02", "authorisation_date": "2024-01-10"}]
    first, second = {"referral_date": "2024-01-01"}, {"referral_date": "2024-01-02"}
    assert (
        settled(read(payload(tmp_path / "a.json", first, second | {"child_and_family_assessments": assessed}))) == set()
    )
    first["closure_date"] = "2024-01-02"
    apart = payload(tmp_path / "b.json", first, second | {"child_and_family_assessments": assessed})
    assert ("C-1", "single-assessment") in settled(read(apart))


@pytest.mark.parametrize(("closed", "met"), [("", False), ("2024-01-02", True)])
def test_episodes_of_the_data_set_that_overlap_leave_all_in_doubt(closed: str, met: bool, tmp_path: Path) -> None:
    head = "cine_person_id,cine_referral_id,cine_referral_date,cine_close_date\n"
    done = "cina_person_id,cina_assessment_id,cina_assessment_start_date,cina_assessment_auth_date\n"
    tables = {
        "cin_episodes": f"{head}C-1,1,2024-01-01,{closed}\nC-1,2,2024-01-02,\n",
        "cin_assessments": f"{done}C-1,1,2024-01-02,2024-01-10\n",
    }
    assert (("C-1", "single-assessment") in settled(read(folder(tmp_path / "ssd", tables)))) is met


def test_a_record_of_the_api_that_is_there_twice_is_read_once(tmp_path: Path) -> None:
    enquiry = {"start_date": "2024-01-02", "icpc_required_flag": True}
    told = {"referral_date": "2024-01-01", "section_47_assessments": [enquiry, enquiry]}
    source = read(payload(tmp_path / "p.json", told, told))
    (child,) = source
    assert [event.kind for event in child] == ["referral", "section-47-started"]
    assert child.lost == ()
    assert (source.account.rows, source.account.read, source.account.rejected) == (7, 3, 4)


def test_numbers_of_children_with_a_fraction_of_nothing_are_those_of_the_same_children(tmp_path: Path) -> None:
    """A column of whole numbers in which there is a gap is written so by pandas."""
    tables = {
        "s47_enquiry": ENQUIRIES.format("101"),
        "initial_cp_conference": CONFERENCES.format("101.0", "1.0", "") + ",2,,N,2024-01-10\n",
    }
    source = read(folder(tmp_path / "ssd", tables))
    assert ("101", "initial-conference") in settled(source)
    assert (source.children, source.account.rejected) == (1, 1)


def test_a_row_in_which_the_file_ends_is_in_doubt(tmp_path: Path) -> None:
    """It might have gone on to say that the conference was adjourned."""
    path = tmp_path / "t.csv"
    whole = "child,event,at,outcome\nC-1,section-47-started,2024-03-01,\nC-1,initial-conference,2024-03-05,adjourned\n"
    path.write_text(whole.removesuffix(",adjourned\n"), encoding="utf-8")
    source = read(path)
    assert ("C-1", "initial-conference") not in settled(source)
    assert (source.account.rows, source.account.read, source.account.rejected) == (2, 1, 1)
    assert source.rejections[0].child == "C-1"


@pytest.mark.parametrize("number", ["9" * 6000, "1e99999999999999999999"])
@pytest.mark.parametrize("field", ["la_child_id", "postcode", "purge"])
def test_a_number_without_end_is_unreadable_and_not_repeated(field: str, number: str, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(f'[{{"la_child_id": "C-1"}}, {{"{field}": {number}, "social_care_episodes": []}}]', "utf-8")
    with pytest.raises(UnreadableInput) as refused:
        list(read(path))
    assert "999" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16", "idna"])
def test_a_table_in_another_encoding_than_its_mapping_says_is_refused(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("child,event,at\nC-1,visit,2024-01-01\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=f"it is not text in {encoding}"):
        read(path, columns=Columns(encoding=encoding))


@pytest.mark.parametrize("what", ["postgresql://u:Zebedee@h/db", "jdbc:postgresql://u:Zebedee@h/db"])
def test_a_url_is_refused_without_its_password(what: str) -> None:
    with pytest.raises(UnreadableInput, match="create_engine") as refused:
        read(what)
    assert "Zebedee" not in str(refused.value)
    assert "Zebedee" not in without_secrets(what.replace("//", "/"))


def test_a_name_with_a_nul_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="NUL"):
        read("a\0b.csv")


def test_a_database_that_is_locked_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    with sqlite3.connect(path) as owner:
        owner.execute("CREATE TABLE ssd_cp_visits (cppv_person_id, cppv_cp_visit_date)")
        owner.commit()
        owner.execute("BEGIN EXCLUSIVE")
        other = sqlite3.connect(path, timeout=0)
        with pytest.raises(UnreadableInput, match="gave no answer"):
            read(other)
        other.close()
        owner.rollback()
    owner.close()


# --- readers of other packages ------------------------------------------------------------------------------------


def leaves() -> Reader:
    """As a package does that is a script, when it is imported."""
    raise SystemExit(0)


def silent(found: object, mark: Any = None, given: Any = None) -> Reader:
    """A reader that answers in its own way."""
    return Reader("mine", "mine", lambda _: mark, lambda _, __: given)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("child,event,at\nC-1,visit,2024-01-01\n", encoding="utf-8")
    return path


class Named(EntryPoint):
    """An entry point that gives what it is told."""

    def load(self) -> Any:
        made = MADE[self.name]
        return made() if made is leaves else made


MADE: dict[str, Any] = {
    "leaves": leaves,
    "false": silent(None, mark=False),
    "true": silent(None, mark=True),
    "a format that is no text": Reader(1, "mine", lambda _: None, lambda _, __: None),  # type: ignore[arg-type,return-value]
    "no source": silent(None, mark="it"),
    "no day": silent(None, mark="it", given=Source("t", "mine", None)),  # type: ignore[arg-type]
    "no child": silent(None, mark="it", given=Source("t", "mine", AS_AT).give(iter(["Zebedee"]))),  # type: ignore[list-item]
}


@pytest.mark.parametrize("name", MADE)
def test_a_reader_of_another_package_that_is_wrong_costs_nothing_else(
    name: str, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    entry = Named(name, "package:READER", recognising.GROUP)
    monkeypatch.setattr(recognising, "entry_points", lambda group: [entry])
    if name.startswith("no "):
        with pytest.raises(UnreadableInput, match="of another package, failed") as refused:
            list(read(table))
        assert "Zebedee" not in str(refused.value)
    else:
        assert [child.child for child in read(table)] == ["C-1"]
    assert run(["readers"]) == 0
    assert ("cannot be used" in " ".join(capsys.readouterr().out.split())) is (
        name in ("leaves", "a format that is no text")
    )
    if name == "leaves":
        assert [type(entry) for entry in recognising.installed()] == [Broken]
