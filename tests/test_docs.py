"""Pages made from the values are up to date, those written by hand agree with them, and the picture with the charts."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import fields

from childprotect.cli import converting
from childprotect.cli.reporting import FORMS
from childprotect.records import FORMATS, Columns
from childprotect.records.findings_table import findings_schema
from childprotect.records.keeping import COMPARED, PRESENCE, STAFF
from childprotect.records.ssd import FACTS_OF, HOLDS
from childprotect.rulebooks import england
from childprotect.rulebooks.england import dfe_validation
from childprotect.rulebooks.england.picture import STEPS
from childprotect.vocabulary import STANDARD

ROOT = Path(__file__).parent.parent
RECORDS_IN = (ROOT / "docs" / "records-in.md").read_text(encoding="utf-8")
EVIDENCE_OUT = (ROOT / "docs" / "evidence-out.md").read_text(encoding="utf-8")


def test_the_pages_made_from_the_values_are_up_to_date() -> None:
    command = [sys.executable, "-X", "utf8", "docs/generate.py", "--check"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(("first", "then"), STEPS, ids=lambda name: name)
def test_every_arrow_of_the_picture_is_a_step_that_the_charts_permit(first: str, then: str) -> None:
    """Where a chart knows both events, the second may follow where the first leads."""
    assert first in STANDARD
    assert then in STANDARD
    shared = [chart for chart in england.charts.values() if {first, then} <= chart.event_set]
    for chart in shared:
        reached = {move.target for move in chart.moves if move.event == first}
        assert any(then in chart.permitted(state) for state in reached), chart.strand


def test_the_picture_shows_the_limits_of_the_day_that_it_is_drawn_for() -> None:
    now = england.journey_picture()
    assert "referral -. within 45 working days .-> assessment_completed" in now
    assert "referral -- within 1 working day --> referral_decided" in now
    assert "initial_conference -. within 3 months .-> review_conference" in now
    from childprotect.rulebooks.england.picture import picture

    then = picture(england.rulebook, day=date(2012, 9, 19))
    assert "referral -. within 10 working days .-> assessment_completed" in then
    assert "45 working days" not in then


def test_the_picture_can_be_drawn_for_graphviz() -> None:
    drawn = england.journey_picture("dot")
    assert drawn.startswith("digraph journey {")
    assert '"referral" -> "assessment-completed" [label="within 45 working days", style=dashed];' in drawn


def cells(page: str, column: int) -> str:
    """What stands in a column of the tables of a page, by its place."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return "\n".join(row[column] for row in rows if len(row) > column)


@pytest.mark.parametrize("rule", dfe_validation.RULES, ids=lambda rule: str(rule.number))
def test_the_table_of_validation_rules_says_what_the_rules_say(rule: dfe_validation.Validation) -> None:
    ours = ", ".join(f"`{name}`" for name in rule.rules)
    kind = rule.kind.partition(",")[0]
    row = f"| [{rule.number}]({rule.url}) | {ours} | {rule.when} | {rule.message}; {kind} | {rule.differs} |"
    assert row in EVIDENCE_OUT.splitlines()


def test_the_table_of_validation_rules_has_no_other_row() -> None:
    listed = [line for line in EVIDENCE_OUT.splitlines() if "/cin_validator/rules/" in line]
    assert len(listed) == len(dfe_validation.RULES)


def test_every_column_of_the_findings_is_explained_and_no_other() -> None:
    table = EVIDENCE_OUT.partition("| column | holds |")[2].partition("\n\n")[0]
    assert set(re.findall("`([a-z_]+)`", cells(table, 0))) == set(findings_schema().names)


def test_every_format_that_can_be_read_is_on_the_page_and_no_other() -> None:
    table = RECORDS_IN.partition("| format | what | recognised by |")[2].partition("\n\n")[0]
    assert set(re.findall("`([a-z-]+)`", cells(table, 0))) == {reader.format for reader in FORMATS}


def test_every_end_of_a_name_that_can_be_written_is_on_the_page() -> None:
    ends = {end for known in converting.FORMATS for end in known.suffixes} | FORMS.keys()
    assert {end for end in ends if f"`{end}`" not in EVIDENCE_OUT} <= {".xml"}
    assert "FILE.xml" in EVIDENCE_OUT


def test_every_column_of_the_dataset_that_becomes_something_is_on_the_page_beside_it() -> None:
    rows = [line for line in RECORDS_IN.splitlines() if line.startswith("|")]
    for column, names in {**HOLDS, **FACTS_OF}.items():
        told = next((row for row in rows if f"`{column}`" in row), "")
        said = set(re.findall("`([a-z0-9-]+)`", told))
        # a pre-birth conference is in that table as an initial one
        wanted = {name.rpartition(".")[2] for name in names} - {"pre-birth-conference"}
        assert wanted <= said, column


def test_the_mapping_on_the_page_is_the_one_that_is_run() -> None:
    mapping = (ROOT / "examples" / "formats" / "own-columns.toml").read_text(encoding="utf-8")
    assert f"```toml\n{mapping}```" in RECORDS_IN
    shown = Columns.parse(mapping)
    assert all(getattr(shown, field.name) for field in fields(Columns) if field.name != "path"), "something is missing"


def test_what_is_kept_of_prose_is_on_the_page() -> None:
    for name in PRESENCE | COMPARED | STAFF:
        assert f"`{name}`" in cells(RECORDS_IN, 0), name


@pytest.mark.parametrize("module", sorted((ROOT / "src/childprotect/records").glob("[a-z]*.py")), ids=lambda p: p.stem)
def test_every_module_of_records_is_on_the_map(module: Path) -> None:
    assert f"`{module.stem}`" in (ROOT / "docs" / "design.md").read_text(encoding="utf-8")


def test_the_published_table_is_made_in_any_folder_and_counts_as_the_rule_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    there: dict[str, Any] = {}
    for block in re.findall("```python\n(.*?)```", page, re.DOTALL):
        exec(block, there)
    held = there["held"].with_columns(there["working_days"]("started", "done").alias("days"))
    assert all((row["days"] <= 15) is (row["status"] == "met") for row in held.iter_rows(named=True))
    starts = [date(2023, 3, 1) + timedelta(days=n) for n in range(400)]
    spans = [(start, start + timedelta(days=n)) for start in starts for n in range(30)]
    frame = pl.DataFrame(spans, ["start", "end"], orient="row").with_columns(there["working_days"]("start", "end"))
    rule = england.rule("initial-conference")
    due = {start: rule.due(start).on for start in starts}
    assert [days <= 15 for days, _ in frame.rows()] == [end <= due[start] for start, end in spans]
