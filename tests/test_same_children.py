"""The 300 children of the examples as tables of a case system and as a payload of the daily API.

Whatever either says of them is what the full records say, or *cannot tell*; what it says otherwise has its reason here.
As event tables and as a census they are in `test_every_format`.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests import ssd_files
from tests.test_coverage import SETTLED, THIRD_THINGS
from tests.test_every_format import AS_A_CENSUS, EXAMPLES, Key, found

from childprotect.cli.app import run
from childprotect.records import read

AS_AT = "2026-03-31"
Said = dict[Key, list[str]]
AS_TABLES = {
    ("plan-from-conference", "cannot-tell", "met"): "a conference on the day of a plan had the plan as its outcome",
    (
        "initial-conference",
        "cannot-tell",
        "late",
    ): "a conference that was adjourned is in no table, and the next one is",
}
"""What the same children come to in tables besides the third things of the worked cases: rule, before, after, why."""


@pytest.fixture(scope="module")
def whole() -> Said:
    said = found(read(EXAMPLES / "events.csv"), AS_AT)
    assert len({child for child, _, _ in said}) > 250
    return said


def third_things(whole: Said, seen: Said) -> set[tuple[str, str, str]]:
    """What is said otherwise: rule, what the full record says, what is said."""
    settled = {status.value for status in SETTLED}
    return {
        (rule, ", ".join(whole.get((child, rule, began), ["nothing"])), status)
        for (child, rule, began), statuses in seen.items()
        for status in statuses
        if status in settled and status not in whole.get((child, rule, began), ())
    }


def decided(seen: Said) -> int:
    """How many findings are not *cannot tell*."""
    settled = {status.value for status in SETTLED}
    return sum(status in settled for statuses in seen.values() for status in statuses)


@pytest.mark.parametrize("form", ["csv", "parquet", "sqlite"])
def test_the_same_children_in_a_case_system_give_the_same_findings_or_cannot_tell(
    form: str, whole: Said, tmp_path: Path
) -> None:
    data = ssd_files.tables_of(read(EXAMPLES / "events.csv"))
    if form == "sqlite":
        connection = sqlite3.connect(tmp_path / "ssd.db")
        ssd_files.fill(connection, data)
        seen = found(read(connection), AS_AT)
        connection.close()
    else:
        write = ssd_files.write_csv if form == "csv" else ssd_files.write_parquet
        seen = found(read(write(tmp_path / form, data)), AS_AT)
    assert third_things(whole, seen) - THIRD_THINGS["ssd"].keys() - AS_TABLES.keys() == set()
    assert decided(seen) > 500


def test_the_same_children_in_a_payload_of_the_daily_api_give_the_same_findings_or_cannot_tell(
    whole: Said, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    census, payload = tmp_path / "census.xml", tmp_path / "payload.json"
    assert run(["convert", str(EXAMPLES / "events.csv"), str(census), "--year", "2026"]) == 0
    capsys.readouterr()
    ends = {
        child.child: [event.day.isoformat() for event in child if event.kind == "section-47-completed"]
        for child in read(EXAMPLES / "events.csv")
    }
    payload.write_text(json.dumps(list(as_payload(census, ends))), encoding="utf-8")
    seen = found(read(payload), AS_AT)
    known = THIRD_THINGS["dfe-api"].keys() | AS_A_CENSUS.keys() | AS_TABLES.keys()
    assert third_things(whole, seen) - known == set()
    assert decided(seen) > 100
    assert "met" not in {status for (_, rule, _), said in seen.items() if "review" in rule for status in said}


_PARTS = {
    "Assessments": (
        "child_and_family_assessments",
        {"AssessmentActualStartDate": "start_date", "AssessmentAuthorisationDate": "authorisation_date"},
    ),
    "CINPlanDates": ("child_in_need_plans", {"CINPlanStartDate": "start_date", "CINPlanEndDate": "end_date"}),
    "Section47": ("section_47_assessments", {"S47ActualStartDate": "start_date", "DateOfInitialCPC": "icpc_date"}),
    "ChildProtectionPlans": ("child_protection_plans", {"CPPstartDate": "start_date", "CPPendDate": "end_date"}),
}
_EPISODE = {"CINreferralDate": "referral_date", "CINclosureDate": "closure_date", "ReasonForClosure": "closure_reason"}


def as_payload(census: Path, ends: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """The children of a census as records of the API, with the `ends` of their enquiries, which no census holds."""
    for child in ElementTree.parse(census).iter("Child"):
        episodes, name_of_child = [], child.findtext("ChildIdentifiers/LAchildID") or ""
        for part in child.iter("CINdetails"):
            episode: dict[str, Any] = _fields(part, _EPISODE)
            for name, (list_name, fields) in _PARTS.items():
                records = [_fields(record, fields) for record in part.findall(name)]
                for record, element in zip(records, part.findall(name), strict=True):
                    if (flag := element.findtext("ICPCnotRequired")) is not None:
                        record["icpc_required_flag"] = flag not in ("true", "1")
                    if name == "Section47" and "start_date" in record:
                        end = min((day for day in ends[name_of_child] if day >= record["start_date"]), default=None)
                        record |= {"end_date": end} if end else {}
                if records:
                    episode[list_name] = records
            episodes.append(episode)
        yield {"la_child_id": name_of_child, "social_care_episodes": episodes}


def _fields(part: ElementTree.Element, names: dict[str, str]) -> dict[str, Any]:
    return {ours: text for name, ours in names.items() if (text := part.findtext(name)) is not None}
