"""What fuzzing found, each with the smallest input that shows it."""

import json
import time
from pathlib import Path

import pytest
from tests.on_disk import only_child, write_lines

from childprotect.chronology import Event
from childprotect.cli.app import run
from childprotect.records import read

GOOD = {"child": "C-1", "event": "referral", "at": "2024-01-02"}
SECONDS = 1.0
"""Processor time in which an input of some kilobytes is read, at the very most."""


# --- records


def test_a_broken_line_of_json_is_gone_through_once(tmp_path: Path) -> None:
    """From each quotation mark the line was read to its end: 24 kB took three seconds, and 1 MB more than an hour."""
    path = write_lines(tmp_path / "x.jsonl", GOOD)
    for end in ("", "\\", '"'):
        path.write_text(json.dumps(GOOD) + "\n{" + '"' + '\\"' * 30_000 + end, encoding="utf-8")
        start = time.process_time()
        source = read(str(path))
        assert time.process_time() - start < SECONDS
        assert [entry.place for entry in source.rejections] == ["line 2"]


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ('{"child": "C-1", "note": "she said \\"no', "C-1"),
        ('{"child": "C-1", "note": "a back\\\\", "at', "C-1"),
        ('{"child": "C\\"1", "note', None),
        ('{"note": "of \\"7\\" or of 7', "7"),
        ('{"child": "C-1', None),
    ],
)
def test_a_text_that_breaks_off_names_nobody_and_a_number_in_it_may(
    line: str, owner: str | None, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "x.jsonl", GOOD, {**GOOD, "child": 7})
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    (rejection,) = read(str(path)).rejections
    assert rejection.child == owner


def test_spaces_past_the_last_column_are_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("child,event,at\nC-1,referral,2024-01-02,, \n,,, \n \n", encoding="utf-8")
    source = read(str(path))
    assert [len(child) for child in source] == [1]
    assert source.rejections == []


def test_an_object_with_a_name_twice_is_refused_and_its_first_value_not_forgotten(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", GOOD)
    twice = '{"child": "C-1", "event": "referral-decided", "at": "2024-01-03", "at": "2024-02-03"}'
    path.write_text(path.read_text(encoding="utf-8") + twice, encoding="utf-8")
    source = read(str(path))
    assert [(entry.place, entry.child, entry.because) for entry in source.rejections] == [
        ("line 2", "C-1", "the object has a name twice")
    ]
    (child,) = source
    assert [lost.kind for lost in child.lost] == ["referral-decided"]


def test_the_name_of_a_column_is_in_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever exports a spreadsheet with people as columns has their names in the header."""
    path = write_lines(tmp_path / "x.jsonl", GOOD, {**GOOD, "Jane Smith": {"seen": True}}, {**GOOD, "outcome": [1]})
    assert run(["check", str(path)]) == 0
    told = capsys.readouterr().out
    assert "line 2 (child C-1): a fact of referral is not one value" in told
    assert "line 3 (child C-1): outcome of referral is not one value" in told
    assert "jane" not in told.casefold()


def test_the_reference_of_an_entry_is_shown_nowhere(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", {**GOOD, "ref": "Jane Smith, 4 May"})
    story = only_child(path)
    assert story.events[0].ref == "Jane Smith, 4 May"
    for thing in (story, story.events[0], Event("referral", "2024-01-02", ref="Jane Smith")):
        assert "Jane" not in repr(thing)
        assert "Jane" not in str(thing)
