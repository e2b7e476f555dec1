"""The inspection as data: every row is there, names what exists, and says why where nothing answers it.

Two tests hold the files to the documents that they stand for, where those are at hand.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import childprotect as cp
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row, Timescale
from childprotect.vocabulary import STANDARD

ROWS = england.inspection()
TIMESCALES = england.timescales()
RULES = {*england.rulebook, *england.practice}
BULLETS = [*(f"I{n}" for n in range(1, 5)), *(f"T{n}" for n in range(1, 14)), *(f"S{n}" for n in range(1, 5))]


def test_there_are_21_bullets_every_paragraph_from_12_to_46_and_the_record_of_judgements() -> None:
    ids = [row.id for row in ROWS]
    assert ids[:21] == BULLETS
    assert ids[-1] == "record"
    paragraphs = {int(match[0]) for name in ids[21:-1] if (match := re.match(r"\d+", name))}
    assert paragraphs == set(range(12, 47))
    assert [name for name, n in Counter(ids).items() if n > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_names_what_exists_or_says_why_no_computer_can_judge_it(row: Row) -> None:
    assert set(row.rules) <= RULES
    assert set(row.records) <= set(STANDARD)
    assert row.judged in ("whole", "part", "none")
    assert 0 < len(row.finding.split()) <= 20
    if row.judged == "none":
        assert (row.rules, row.records) == ((), ())
        assert row.because
    else:
        assert row.rules or row.records
        assert row.judged == "whole" or row.because


@pytest.mark.parametrize("rule", england.practice.rules, ids=lambda rule: rule.id)
def test_behind_every_rule_of_practice_stands_a_row_of_the_inspection(rule: object) -> None:
    assert any(rule.id in row.rules for row in ROWS)  # type: ignore[attr-defined]


def test_what_no_computer_can_judge_is_in_every_report() -> None:
    report = cp.check(cp.Chronology.of("C-101"), england.rulebook, as_at=date(2012, 9, 19))
    told = {entry.id: entry.because for entry in report.not_assessed}
    silent = [row for row in ROWS if row.judged == "none"]
    assert len(silent) > 15
    for row in silent:
        assert told[f"inspection-{row.id}"].endswith(row.because)


@pytest.mark.parametrize("line", TIMESCALES, ids=lambda line: f"{line.section}-{line.id}")
def test_a_timescale_is_carried_or_left_out_for_a_reason(line: Timescale) -> None:
    assert set(line.rules) <= RULES
    assert {name.partition(".")[0] for name in line.vocabulary} <= set(STANDARD)
    assert bool(line.rules or line.vocabulary) is not bool(line.left_out)


@pytest.mark.parametrize("rule", england.rulebook.rules, ids=lambda rule: rule.id)
def test_every_rule_carries_a_row_of_the_reference_or_of_the_inspection(rule: object) -> None:
    name = rule.id  # type: ignore[attr-defined]
    assert any(name in line.rules for line in TIMESCALES) or any(name in row.rules for row in ROWS)


# --- against the documents


def _cells(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|") and not set(line) <= set("|- "):
            yield [cell.strip(" *") for cell in line.strip("|").split("|")]


def test_no_row_of_the_map_of_the_inspection_is_missing(shared: Path) -> None:
    text = (shared / "law" / "inspection-map.md").read_text("utf-8")
    wanted = [cells[0] for cells in _cells(text) if re.fullmatch(r"[ITS]\d+|\d\d[a-h]?|Record", cells[0])]
    assert len(wanted) > 100
    assert [name.lower() if name == "Record" else name for name in wanted] == [row.id for row in ROWS]


_CODES = {"C": "whole", "P": "part", "N": "none"}
_READ_OTHERWISE = {
    "17g": "a proxy, which is a part",
    "23b": "nothing in the vocabulary holds ethnicity, religion or culture",
    "25c": "no event says when a service was asked for",
    "34b": "no fact says that an advocate was there",
    "45b": "no event, and nothing about a child",
    "45c": "no event, and nothing about a child",
}


def test_a_row_is_judged_as_the_map_says_or_the_reason_is_here(shared: Path) -> None:
    text = (shared / "law" / "inspection-map.md").read_text("utf-8")
    codes = {cells[0].replace("Record", "record"): cells[-1] for cells in _cells(text)}
    for row in ROWS:
        if row.id not in _READ_OTHERWISE:
            code = codes[row.id]
            mixed = "/" in code or re.search(r"\bN\b.+|.+\bN\b|\bP\b", code) is not None
            assert row.judged == ("part" if mixed else _CODES[code[0]]), (row.id, code)


def test_no_row_of_the_tables_of_timescales_is_missing(shared: Path) -> None:
    text = (shared / "law" / "timescales.md").read_text("utf-8")
    sections = dict(re.findall(r"^#{2,3} (\d(?:\.\d)?)\b.*?\n(.*?)(?=^#{2,3} )", text, flags=re.M | re.S))
    known = {section: {line.id for line in TIMESCALES if line.section == section} for section in sections}
    found = 0
    for section in ("2", "3.1", "3.2", "3.4", "4"):
        for cells in _cells(sections[section]):
            for name in re.findall(r"[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*", cells[0].partition("(")[0]):
                if name not in ("ICPC", "TRANSFER", "REF", "LAC"):
                    found += 1
                    assert any(name in line or line in name for line in known[section]), (section, name)
    assert found > 60


_SECTIONS = {"2": ("WT2010", 6), "3.1": ("WT2006", 3), "3.2": ("WT2013", 4), "3.4": ("WT2018", 5), "4": (None, 6)}
"""For each table: its edition, and in which column the grade stands."""
_GRADED_OTHERWISE = {
    "CA-CORE": "the row is about the core group; the limit is that of CA-COMPLETE",
    "END": "the row is about the grounds; the transfer has a row of its own",
    "S47-DUTY": "the row is about the enquiry; the discussion has a row of its own",
    "EPO-EXT": "from memory, and said in the note of the version, whose limit has a source",
    "ICO-NEW": "the row says that no limit is left; the limit before is that of ICO-OLD",
    "PLO": "the meeting is graded by what the inspection says of it",
    "LPM": "the meeting is graded by what the inspection says of it",
    "LAC-VISIT": "the amendment of 2015 is a version of its own, and was seen at second hand",
    "RHI": "that the guidance of 2009 said 72 hours is from memory, as the row says",
}
"""Rows whose grade is not that of every rule which carries them, and why."""


def test_a_version_carries_the_grade_of_its_row_in_the_reference(shared: Path) -> None:
    text = (shared / "law" / "timescales.md").read_text("utf-8")
    sections = dict(re.findall(r"^#{2,3} (\d(?:\.\d)?)\b.*?\n(.*?)(?=^#{2,3} )", text, flags=re.M | re.S))
    compared = 0
    for section, (edition, column) in _SECTIONS.items():
        codes = {cells[0].strip("(*) "): cells[column] for cells in _cells(sections[section]) if len(cells) > column}
        for line in TIMESCALES:
            if line.section != section or line.id not in codes or line.id in _GRADED_OTHERWISE:
                continue
            letters = set(re.findall(r"S\?|[PSLM]\b", codes[line.id]))
            for rule in (england.rule(name) for name in line.rules):
                for version in rule.versions:
                    if edition in (None, version.edition) and version.force.value != "local":
                        compared += 1
                        assert version.evidence.letter in letters, (section, line.id, rule.id, version.edition)
    assert compared > 40
