"""A mapping of columns: what it may say, what is refused in it, and that the same one works for every container."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import childprotect as cp
from childprotect.records import Columns, read
from childprotect.records.keeping import RECORDED

MAPPING = """
dates = "%d/%m/%Y"

[columns]
child = "Person ID"
event = "Event type"
at = "Event date"
child-seen = "Seen"
agencies = "Who came"
our-team = "Team code"

[events]
"Strategy meeting" = "strategy-discussion"
"Home visit" = "visit"

[values.agencies]
"Cops" = "police"
"CSC and health" = "social-care;health"

[values.child-seen]
"Seen" = true
"Not seen" = "false"

[values.decision]
"S47" = "section-47"
"""
HEADER = ["Person ID", "Event type", "Event date", "Seen", "Who came", "Team code", "decision", "Nickname"]
ROWS: list[list[str | None]] = [
    ["C-101", "Strategy meeting", "04/03/2024", None, "Cops;CSC and health", "North 1", "S47", "Zeb"],
    ["C-101", "Home visit", "05/03/2024", "Seen", None, None, None, None],
    ["C-101", "visit", "06/03/2024", "no", None, None, None, None],
    ["C-102", "Strategic meeting", "06/03/2024", None, None, None, None, None],
    ["C-102", "referral", "03/06/2024", None, None, None, None, None],
    ["C-102", "referral", "31/31/2024", None, None, None, None, None],
]


def written(tmp_path: Path, text: str | bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def columns(text: str = MAPPING) -> Columns:
    return Columns.parse(text, path="columns.toml")


def as_table() -> pa.Table:
    return pa.table({name: [row[n] for row in ROWS] for n, name in enumerate(HEADER)})


def as_csv(separator: str = ",") -> str:
    rows: list[list[str | None]] = [[*HEADER], *ROWS]
    return "".join(separator.join(f'"{cell or ""}"' for cell in row) + "\n" for row in rows)


def containers(tmp_path: Path) -> dict[str, Any]:
    lines = [json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in ROWS]
    path = tmp_path / "x.parquet"
    parquet.write_table(as_table(), path)
    return {
        "csv": written(tmp_path, as_csv(), "x.csv"),
        "csv with semicolons": written(tmp_path, as_csv(";"), "y.csv"),
        "csv with tabs": written(tmp_path, as_csv("\t"), "z.csv"),
        "json lines": written(tmp_path, "".join(lines), "x.jsonl"),
        "parquet": path,
        "arrow": as_table(),
        "pandas": as_table().to_pandas(),
    }


CONTAINERS = ["csv", "csv with semicolons", "csv with tabs", "json lines", "parquet", "arrow", "pandas"]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_the_same_mapping_reads_every_container(kind: str, tmp_path: Path) -> None:
    source = read(containers(tmp_path)[kind], columns=columns())
    one, other = list(source)
    strategy, seen, unseen = one
    assert (one.child, strategy.kind, strategy.at) == ("C-101", "strategy-discussion", date(2024, 3, 4))
    assert dict(strategy.facts) == {
        "agencies": frozenset({"police", "social-care", "health"}),
        "our-team": "North 1",
        "decision": "section-47",
    }
    assert (seen.kind, seen.at, dict(seen.facts)) == ("visit", date(2024, 3, 5), {"child-seen": True})
    assert (unseen.at, dict(unseen.facts)) == (date(2024, 3, 6), {"child-seen": False})
    assert one.covers == cp.Coverage(facts=frozenset({"agencies", "child-seen", "decision", "our-team"}))
    assert (other.child, [event.at for event in other]) == ("C-102", [date(2024, 6, 3)])
    meant = {"strategy-discussion", "core-group", "legal-planning-meeting"}  # a strategic meeting may be any meeting
    assert {lost.kind for lost in other.lost} > {"referral", *meant}
    assert (source.account.rows, source.account.rejected) == (6, 2)
    assert set(source.account.unused) == {"Nickname"}
    assert "31/31/2024" not in json.dumps(source.to_dict())


def test_a_file_with_a_mapping_is_loaded_even_if_some_editor_marked_it(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + MAPPING.encode(), "columns.toml")
    assert Columns.load(path).columns["child"] == "Person ID"
    assert Columns.load(path).path == str(path)
    with pytest.raises(cp.UnreadableInput, match="it is not UTF-8"):
        Columns.load(written(tmp_path, b"# \xff", "bad.toml"))
    with pytest.raises(cp.UnreadableInput, match="there is no such file"):
        Columns.load(tmp_path / "none.toml")
    with pytest.raises(cp.UnreadableInput, match="it is no TOML"):
        Columns.parse("= 1")


WRONG = {
    'colums = 1\nseparator = ","': ["unknown key 'colums'; perhaps 'columns' was meant"],
    'separator = ";;"': ["separator: ';;' is not one character that can stand between cells"],
    'separator = "\\""': ["separator: '\"' is not one character that can stand between cells"],
    "separator = 1": ["separator: 1 is not text"],
    'encoding = "utf8000"': ["encoding: 'utf8000' is no encoding that we know, such as utf-8 or windows-1252"],
    "encoding = true": ["encoding: true is not text"],
    'dates = "%d/%m"': ["dates: '%d/%m' does not say day, month and year, as %d/%m/%Y does"],
    'dates = "%Y-%q-%d"': ["dates: '%Y-%q-%d' does not say day, month and year, as %d/%m/%Y does"],
    "columns = 1": ["columns: 1 is not a table"],
    "[columns]\nchild = 1": ["columns.child: 1 is not text"],
    '[columns]\nchild = " "': ["columns.child: the name of the column is empty"],
    '[columns]\nchild-sen = "Seen"': ["columns.child-sen: unknown column 'child-sen'; perhaps 'child-seen' was meant"],
    '[columns]\n"Our Team" = "T"': ["columns.Our Team: a fact of one's own has a name such as our-own-fact"],
    '[events]\nMeeting = "strategy-discusion"': [
        "events.Meeting: unknown event 'strategy-discusion'; perhaps 'strategy-discussion' was meant"
    ],
    "[events]\nMeeting = 7": ["events.Meeting: 7 is not text"],
    '[values.outcom]\nx = "plan"': ["values.outcom: unknown fact 'outcom'; perhaps 'outcome' was meant"],
    '[values.decision]\nx = "section47"': [
        "values.decision.x: unknown value of decision 'section47'; perhaps 'section-47' was meant"
    ],
    '[values.child-seen]\nx = "perhaps"': ["values.child-seen.x: 'perhaps' is neither true nor false"],
    '[values.agencies]\nx = "polise;health"': [
        "values.agencies.x: unknown value of agencies 'polise'; perhaps 'police' was meant"
    ],
    "values = 3": ["values: 3 is not a table"],
    "[values]\noutcome = 3": ["values.outcome: 3 is not a table"],
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_in_a_mapping_is_told_with_its_place(text: str) -> None:
    with pytest.raises(cp.ProfileError) as caught:
        columns(text)
    assert list(caught.value.problems) == WRONG[text]
    assert caught.value.what == "mapping columns.toml"


def test_all_mistakes_are_told_at_once() -> None:
    text = 'separator = ""\nx = 1\n[columns]\nat = 1\n[events]\na = "b"\n[values.decision]\nx = "y"\n'
    with pytest.raises(cp.ProfileError) as caught:
        columns(text)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "unknown key 'x'; expected separator, encoding, dates, holds, facts, since, columns, events, values",
        "separator",
        "columns.at",
        "events.a",
        "values.decision.x",
    ]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_mapping_that_names_a_column_that_is_not_there_is_refused_with_those_near(kind: str, tmp_path: Path) -> None:
    text = MAPPING.replace('"Person ID"', '"PersonID"').replace('"Seen"\n', '"Observed"\n', 1)
    with pytest.raises(cp.UnreadableInput) as caught:
        read(containers(tmp_path)[kind], columns=columns(text))
    there = "there is no column 'PersonID' (there is 'Person ID') or 'Observed', which the mapping columns.toml names"
    assert caught.value.problem == there


def test_a_json_column_that_is_in_no_line_is_refused(tmp_path: Path) -> None:
    text = MAPPING.replace('"Seen"\n', '"Observed"\n', 1)
    with pytest.raises(cp.UnreadableInput, match="there is no column 'Observed', which the mapping"):
        read(containers(tmp_path)["json lines"], columns=columns(text))


def test_a_separator_and_an_encoding_that_are_told_are_taken(tmp_path: Path) -> None:
    text = 'separator = "|"\nencoding = "cp850"\n[columns]\nour-note = "Note"\n'
    path = written(tmp_path, "child|event|at|Note\nC-1|visit|2024-01-02|Jos\u00e9, 1\n".encode("cp850"), "x.csv")
    source = read(path, columns=columns(text))
    ((event,),) = source
    assert event.facts == {"our-note": "Jos\u00e9, 1"}
    assert source.recognised == "it is text with a header row; its encoding is cp850"


def test_a_fact_of_ones_own_is_kept_as_it_is_and_prose_of_ours_is_not(tmp_path: Path) -> None:
    text = '[columns]\nwhy-so-late = "Late reason"\nlate-reason = "Late reason"\n'
    path = written(tmp_path, "child,event,at,Late reason\nC-1,visit,2024-01-02,Was away\n", "x.csv")
    ((event,),) = read(path, columns=columns(text))
    assert event.facts == {"why-so-late": "Was away", "late-reason": RECORDED}
