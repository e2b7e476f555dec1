"""What holds of every format alike: the account of rows, what a source may hold, and the same children in each."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from tests.planted import FORMATS
from tests.test_coverage import SETTLED, THIRD_THINGS

import childprotect as cp
from childprotect.cli.app import run
from childprotect.cli.converting import FORMATS as WRITTEN
from childprotect.cli.converting import Format
from childprotect.records import Source, read, readers
from childprotect.rulebooks import england

EXAMPLES = Path(__file__).parent.parent / "examples" / "data"
BOOK = england.rulebook.with_practice()
Key = tuple[str, str, str]
"""Child, rule, and the day on which it began."""


def spoilt(name: str, folder: Path) -> Path:
    """A file of that format with good and bad rows."""
    return FORMATS[name](folder)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_read_and_what_is_rejected_are_all_the_rows(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spoilt(name, tmp_path)
    source = read(path)
    list(source)
    account = source.account
    assert account.read + account.rejected == account.rows > 0
    assert account.read > 0
    assert bool(account.rejected) is bool(account.rejections)
    assert len(account.rejections) >= account.rejected
    assert run(["check", str(path), "--format", "json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["sources"]
    assert (told["rows"], told["read"], told["rejected"]) == (account.rows, account.read, account.rejected)
    assert told["recognised"] == source.recognised != ""


@pytest.mark.parametrize("name", FORMATS)
def test_no_source_holds_or_promises_more_than_its_reader_says(name: str, tmp_path: Path) -> None:
    source = read(spoilt(name, tmp_path))
    most = [reader.covers for reader in readers() if reader.format == source.format]
    for child in source:
        assert all(child.covers.holds(event.kind) for event in child)
        assert all(
            (covers.kinds is None or (child.covers.kinds is not None and child.covers.kinds <= covers.kinds))
            and (covers.facts is None or (child.covers.facts is not None and child.covers.facts <= covers.facts))
            for covers in most
        )


# --- the same 300 children in every format ------------------------------------------------------------------------


def found(source: Source, as_at: str) -> dict[Key, list[str]]:
    """What is said of every duty."""
    told: defaultdict[Key, list[str]] = defaultdict(list)
    for child in source:
        report = cp.check(child, BOOK, as_at=cp.Event("visit", as_at).day)
        for finding in report.findings:
            told[child.child, finding.rule, str(finding.started)[:10]].append(finding.status.value)
    return dict(told)


AS_A_CENSUS = {
    ("review-conference", "nothing", "discharged"): "a review that ended the plan, and its end: the first is not said",
}
"""What the same children come to in a census besides the third things of the worked cases: rule, before, after, why."""
READABLE = [known for known in WRITTEN if not known.title.startswith("an event log")]
"""Logs are written and not read."""


@pytest.mark.parametrize("known", READABLE, ids=lambda known: known.suffixes[0])
def test_the_same_children_in_every_format_give_the_same_findings_or_cannot_tell(
    known: Format, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"out{known.suffixes[0]}"
    year = ["--year", "2026"] if known.dated else []
    assert run(["convert", str(EXAMPLES / "events.csv"), str(path), *year]) == 0
    capsys.readouterr()
    as_at = "2026-03-31"
    whole, seen = found(read(EXAMPLES / "events.csv"), as_at), found(read(path), as_at)
    assert len({child for child, _, _ in whole}) > 250
    if not known.dated:
        assert seen == whole
        return
    settled = {status.value for status in SETTLED}
    third = {
        (rule, status, ", ".join(whole.get((child, rule, began), ["nothing"])))
        for (child, rule, began), statuses in seen.items()
        for status in statuses
        if status in settled and status not in whole.get((child, rule, began), ())
    }
    judged = THIRD_THINGS["cin-census"].keys() | AS_A_CENSUS.keys()
    assert third - {(rule, now, full) for rule, full, now in judged} == set()
    assert sum(status in settled for statuses in seen.values() for status in statuses) > 500


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".arrow"])
def test_a_census_as_an_event_table_says_no_third_thing(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    census, out = EXAMPLES / "census.xml", tmp_path / f"out{suffix}"
    assert run(["convert", str(census), str(out)]) == 0
    assert "of kinds" not in capsys.readouterr().out
    whole, seen = found(read(census), "2025-03-31"), found(read(out), "2025-03-31")
    settled = {status.value for status in SETTLED}
    third = [key for key, said in seen.items() if set(said) & settled - set(whole.get(key, ()))]
    assert third == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_source_as_an_event_table_says_no_third_thing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = spoilt(name, tmp_path), tmp_path / "out.csv"
    assert run(["convert", str(path), str(out)]) == 0
    capsys.readouterr()
    whole, seen = found(read(path), "2024-12-31"), found(read(out), "2024-12-31")
    settled = {status.value for status in SETTLED}
    assert seen
    assert [key for key, said in seen.items() if set(said) & settled - set(whole.get(key, ()))] == []
