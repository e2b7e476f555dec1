"""What an event table says of its sources: it is carried, declared, and whatever is done to it never claims more."""

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.on_disk import only_child

import childprotect as cp
from childprotect.chronology import Coverage
from childprotect.events import Lost
from childprotect.records import Columns, arrow_columns, read, spool
from childprotect.records.event_table_coverage import NOTHING, both, written
from childprotect.records.event_table_coverage import read as coverage_of
from childprotect.records.event_table_writer import Format, write_event_table
from childprotect.rulebooks import england

CENSUS = Path(__file__).parent.parent / "examples" / "data" / "census.xml"
BOOK = england.rulebook.with_practice()
REVIEWS = Coverage(
    frozenset({"plan-started", "review-conference", "visit"}),
    frozenset({"visit.child-seen", "outcome"}),
    date(2023, 4, 1),
    frozenset({"visit"}),
)
TEXT = (
    "holds: plan-started review-conference visit | facts: outcome visit.child-seen | whole: visit | since: 2023-04-01"
)
FORMATS: tuple[Format, ...] = ("csv", "json-lines", "parquet", "arrow")


def stories() -> list[cp.Chronology]:
    """Children of a source that holds reviews, of one that holds referrals, and of one that holds everything."""
    told = [("2024-03-01", "plan-started"), ("2024-05-01", "review-conference", {"outcome": "continue"})]
    return [
        cp.Chronology.of("C-101", events=told, covers=REVIEWS),
        cp.Chronology.of("C-102", events=[("2024-03-01", "referral")], covers=Coverage(frozenset({"referral"}))),
        cp.Chronology.of("C-103", events=[("2024-03-02", "referral")], lost=[Lost("visit", "x", "y")], covers=REVIEWS),
        cp.Chronology.of("C-104", events=[("2024-03-03", "referral", {"priority": "high"})]),
    ]


def covers_of(source: Iterable[cp.Chronology]) -> dict[str, Coverage]:
    return {story.child: story.covers for story in source}


def settled(path: Path) -> Counter[str]:
    """What is told of all children but *cannot tell*."""
    told: Counter[str] = Counter()
    for child in read(path):
        told.update(finding.status.value for finding in cp.check(child, BOOK, as_at=date(2025, 3, 31)).findings)
    assert told["cannot-tell"] > 100
    del told["cannot-tell"]
    return told


@pytest.mark.parametrize("form", FORMATS)
def test_every_child_keeps_the_coverage_of_its_own_source(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "x"
    told = write_event_table(stories(), path, form)
    source = read(path)
    children = list(source)
    found = covers_of(children)
    assert found["C-101"] == found["C-103"] == REVIEWS
    assert (found["C-102"].kinds, found["C-102"].since) == (frozenset({"referral"}), None)
    assert (found["C-104"].kinds, found["C-104"].holds("visit", "child-seen")) == (None, True)
    assert [child.events for child in children] == [child.events for child in stories()]
    assert [lost.kind for lost in children[2].lost] == ["visit"]
    assert told.not_held == {}
    assert (source.account.rows, source.account.rejected) == (told.rows, 1)
    again = tmp_path / "again"
    write_event_table(children, again, form)
    assert [(child.events, child.covers) for child in read(again)] == [(c.events, c.covers) for c in children]


@pytest.mark.parametrize("form", FORMATS)
def test_a_fact_that_only_another_source_of_the_table_holds_is_not_held(form: Format, tmp_path: Path) -> None:
    """The column is there for the sake of one child, and says nothing of another."""
    seen = Coverage(facts=frozenset({"child-seen"}))
    told = [cp.Event("visit", "2024-03-01", {"child-seen": True}), cp.Event("visit", "2024-03-01", {"purpose": "x"})]
    pair = [
        cp.Chronology.of("C-1", events=told[:1], covers=seen),
        cp.Chronology.of("C-2", events=told[1:], covers=Coverage(facts=frozenset({"purpose"}))),
    ]
    path = tmp_path / "x"
    write_event_table(pair, path, form)
    assert covers_of(read(path)) == covers_of(pair)


def test_a_table_of_which_the_columns_say_all_has_no_coverage_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_event_table([cp.Chronology.of("C-1", events=[("2024-03-01", "referral")])], path)
    assert "coverage" not in path.read_text("utf-8")
    assert len(path.read_text("utf-8").splitlines()) == 2


# --- what people do to a table


Rows = list[dict[str, Any]]


def _shuffled(rows: Rows) -> Rows:
    return random.Random(7).sample(rows, len(rows))


def _filled_down(rows: Rows) -> Rows:
    told = {row["child"]: row["coverage"] for row in rows if row["coverage"]}
    return [{**row, "coverage": told[row["child"]]} for row in rows]


UNCHANGED: dict[str, Callable[[Rows], Rows]] = {
    "as it is": lambda rows: rows,
    "sorted by date": lambda rows: sorted(rows, key=lambda row: str(row["at"])),
    "in any order": _shuffled,
    "filled down": _filled_down,
    "filled down, and the rows of the coverage gone": lambda rows: [row for row in _filled_down(rows) if row["event"]],
}
IN_DOUBT: dict[str, Callable[[Rows], Rows]] = {
    "without the column": lambda rows: [{k: v for k, v in row.items() if k != "coverage"} for row in rows],
    "without its rows": lambda rows: [row for row in rows if not row["coverage"]],
    "without its text": lambda rows: [{**row, "coverage": None} for row in rows],
    "with its text cut off": lambda rows: [{**row, "coverage": (row["coverage"] or "")[:255] or None} for row in rows],
    "only some rows": lambda rows: [row for row in rows if row["event"] in ("plan-started", "review-conference")],
}


def converted(rows: Rows, path: Path) -> Path:
    """The rows in the container that the name of the file says."""
    names = list(rows[0])
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, names)
            out.writeheader()
            out.writerows(rows)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        parquet.write_table(pa.table({name: [row[name] for row in rows] for name in names}), path)
    return path


@pytest.fixture(scope="module")
def rows() -> Rows:
    """A census as the rows of an event table."""
    out = io.BytesIO()
    write_event_table(read(CENSUS), out)
    return [
        {name: cell or None for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(out.getvalue().decode()))
    ]


@pytest.fixture(scope="module")
def whole(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    return settled(converted(rows, tmp_path_factory.mktemp("whole") / "x.csv"))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("kind", UNCHANGED)
def test_another_order_of_the_rows_changes_no_finding(
    kind: str, suffix: str, rows: Rows, whole: Counter[str], tmp_path: Path
) -> None:
    some = {f"CX{n:04}" for n in range(60)} if suffix != ".csv" else {row["child"] for row in rows}
    few = [row for row in rows if row["child"] in some]
    expected = whole if len(few) == len(rows) else settled(converted(few, tmp_path / "y.csv"))
    assert settled(converted(UNCHANGED[kind](few), tmp_path / f"x{suffix}")) == expected
    assert expected["met"] > 20


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("kind", IN_DOUBT)
def test_a_coverage_that_is_lost_leaves_nothing_settled(kind: str, suffix: str, rows: Rows, tmp_path: Path) -> None:
    some = [row for row in rows if row["child"] < "CX0150"]
    assert settled(converted(some, tmp_path / "whole.csv"))["met"] > 20
    assert settled(converted(IN_DOUBT[kind](some), tmp_path / f"x{suffix}")) == Counter()


def test_the_rows_of_lines_say_that_there_is_a_coverage_also_where_the_first_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_event_table(stories(), path, "json-lines")
    lines = [line for line in path.read_text("utf-8").splitlines() if json.loads(line)["event"]]
    path.write_text("\n".join(lines), "utf-8")
    assert covers_of(read(path)) == dict.fromkeys(("C-101", "C-102", "C-103", "C-104"), NOTHING)


def test_what_is_added_by_hand_is_in_doubt_for_a_child_without_a_coverage(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"child,event,at,coverage\nC-1,,,{TEXT}\nC-1,visit,2024-01-02,\nC-2,visit,2024-01-03,\n", "utf-8")
    one, other = read(path)
    assert (one.covers.kinds, one.lost) == (REVIEWS.kinds, ())
    assert other.covers == NOTHING
    ((lost),) = other.lost
    assert (lost.kind, lost.because) == (None, "no row says what the source could hold of the child")


WRONG = {
    "visits only": "the coverage is not as 'holds: referral visit | facts: all | whole: all | since: always'",
    TEXT[:60]: "the coverage is not as 'holds: referral visit | facts: all | whole: all | since: always'",
    TEXT.replace("whole: visit", "whole: visitation"): "the coverage names an event that we do not know",
    TEXT.replace("conference visit |", "conference visitation |"): "the coverage names an event that we do not know",
    TEXT.replace("outcome", "Zebedee's"): "the coverage names a fact by what is no name of one",
    TEXT.replace("visit.child", "zebedee.child"): "the coverage names a fact by what is no name of one",
    TEXT[:-1]: "the coverage is since what is no date such as 2024-04-01",
    TEXT.replace("2023", "1823"): "the coverage is since what is no date such as 2024-04-01",
}


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("event", [",", "visit,2024-01-03"])
def test_a_coverage_that_cannot_be_read_is_a_row_that_is_rejected_and_leaves_the_child_in_doubt(
    text: str, event: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'child,event,at,coverage\nC-1,visit,2024-01-02,\nC-1,{event},"{text}"\n', "utf-8")
    source = read(path)
    (child,) = source
    assert [(entry.place, entry.child, entry.because) for entry in source.rejections] == [
        ("line 3", "C-1", WRONG[text])
    ]
    assert (child.covers, [lost.kind for lost in child.lost]) == (NOTHING, [None])
    assert (source.account.rows, source.account.read, len(child)) == (2, 1, 1)


@pytest.mark.parametrize("text", ["", TEXT, "spoilt"])
@pytest.mark.parametrize("event", ["holiday", "S47"])
def test_an_unknown_event_beside_it_makes_nobody_known(event: str, text: str, tmp_path: Path) -> None:
    """Another row that says who it is by the same slip was held against that child, and not against whom it names."""
    path = tmp_path / "x.csv"
    rows = f'C-1,visit,2024-01-02,,\nC-1,,,,{TEXT}\nvisit,{event},2024-01-03,,"{text}"\nvisit,,2024-01-03,C-1,\n'
    path.write_text(f"child,event,at,outcome,coverage\n{rows}", "utf-8")
    source = read(path)
    known, _ = source
    assert (known.child, [lost.place for lost in known.lost if lost.kind is None]) == ("C-1", ["line 5"])
    assert [entry.place for entry in source.rejections] == ["line 4", "line 5"]


@pytest.mark.parametrize("event", ["holiday", "S47"])
def test_an_unknown_event_beside_it_is_in_doubt_as_any_other(event: str, tmp_path: Path) -> None:
    """As where the coverage was filled down: a name like none of ours put all in doubt that the child has."""
    other = "holds: visit | facts: all | whole: all | since: always"
    told = {}
    for text in ("", TEXT, other, "spoilt"):
        path = tmp_path / "x.csv"
        rows = f'C-1,visit,2024-01-02,\nC-1,,,{TEXT}\nC-1,{event},2024-01-03,"{text}"\n'
        path.write_text(f"child,event,at,coverage\n{rows}", "utf-8")
        (told[text],) = read(path)
    assert told[TEXT] == told[""]
    assert [lost.kind for lost in told["spoilt"].lost] == [None]
    assert told[other].lost == told[""].lost
    assert told[other].covers == both(told[""].covers, coverage_of(other))
    assert told[other].covers != told[""].covers


def test_a_coverage_without_a_child_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"child,event,at,coverage\nC-1,visit,2024-01-02,\n,,,{TEXT}\n", "utf-8")
    source = read(path)
    assert covers_of(source) == {"C-1": NOTHING}
    assert [entry.because for entry in source.rejections] == ["the row names no child"]


def test_of_two_coverages_of_one_child_only_what_both_hold_is_held(tmp_path: Path) -> None:
    other = "holds: visit referral | facts: child-seen | whole: all | since: 2024-01-01"
    path = tmp_path / "x.csv"
    header = "child,event,at,outcome,child-seen,coverage\n"
    path.write_text(f"{header}C-1,visit,2024-01-02,,,\nC-1,,,,,{TEXT}\nC-1,,,,,{other}\n", "utf-8")
    expected = Coverage(frozenset({"visit"}), frozenset({"visit.child-seen"}), date(2024, 1, 1), frozenset({"visit"}))
    assert only_child(path).covers == expected
    assert both(coverage_of(TEXT), coverage_of(other)) == both(coverage_of(other), coverage_of(TEXT)) == expected


@pytest.mark.parametrize(
    "covers",
    [
        REVIEWS,
        NOTHING,
        Coverage(),
        Coverage(since=date(2024, 1, 1)),
        Coverage(facts=frozenset({"our-own-fact", "recorded"})),
    ],
)
def test_the_text_of_a_coverage_reads_back_and_is_no_formula(covers: Coverage) -> None:
    assert coverage_of(written(covers)) == covers
    assert written(covers).startswith("holds: ")


def test_what_a_table_cannot_hold_is_left_out_of_its_text() -> None:
    strange = Coverage(frozenset({"visit", "dance"}), frozenset({"Our Fact", "a | b", "dance.with", "outcome"}))
    assert written(strange) == "holds: visit | facts: outcome | whole: all | since: always"


def test_a_column_of_a_fact_that_is_gone_is_no_place_for_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"child,event,at,outcome,coverage\nC-1,visit,2024-01-02,,\nC-1,,,,{TEXT}\n", "utf-8")
    assert only_child(path).covers.facts == frozenset({"outcome"})


# --- tables that are long


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_table_keeps_the_coverage_of_every_child(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    write_event_table(stories(), path, form)
    expected = {child.child: child for child in read(path)}
    for batch in (1, 2, 3, 4):
        monkeypatch.setattr(spool, "MOST_HELD", 8)
        monkeypatch.setattr(arrow_columns, "BATCH", batch)
        source = read(path)
        assert {child.child: child for child in source} == expected
        assert source.children == len(expected)


def test_a_child_without_an_event_does_not_divide_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows come before those of a child that goes on in the next batch."""
    told = [("C-1", "visit", "2024-01-02"), ("C-2", "visit", None), ("C-3", "visit", "2024-01-02")]
    table = pa.table(dict(zip(("child", "event", "at"), zip(*told, told[-1], strict=True), strict=True)))
    parquet.write_table(table, tmp_path / "x.parquet")
    monkeypatch.setattr(spool, "MOST_HELD", 3)
    monkeypatch.setattr(arrow_columns, "BATCH", 3)
    children = [(child.child, len(child), len(child.lost)) for child in read(tmp_path / "x.parquet")]
    assert children == [("C-1", 1, 0), ("C-2", 0, 1), ("C-3", 2, 0)]


# --- what a mapping declares


DECLARED = 'holds = ["referral", "visit"]\nfacts = ["visit.child-seen", "our-team"]\nsince = 2023-04-01\n'
MAPPING = DECLARED + '[columns]\nat = "Day"\nour-team = "Team"\n'
TABLE = pa.table(
    {
        "child": ["C-1", "C-1"],
        "event": ["referral", "visit"],
        "Day": ["2024-01-02", "2024-01-05"],
        "Team": ["North", None],
        "child-seen": [None, "yes"],
        "outcome": [None, None],
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_mapping_says_what_an_export_of_ones_own_holds(suffix: str, tmp_path: Path) -> None:
    path = converted(TABLE.to_pylist(), tmp_path / f"x{suffix}")
    (child,) = read(path, columns=Columns.parse(MAPPING))
    facts = frozenset({"visit.child-seen", "our-team"})
    # nobody has said that anything older is there
    assert child.covers == Coverage(frozenset({"referral", "visit"}), facts, date(2023, 4, 1), frozenset())
    (plain,) = read(path, columns=Columns.parse(MAPPING.removeprefix(DECLARED)))
    assert plain.covers == Coverage(facts=frozenset({"child-seen", "our-team", "outcome"}))


def test_what_a_mapping_says_is_not_held_is_not_said_to_be_undone(tmp_path: Path) -> None:
    path = converted(TABLE.to_pylist(), tmp_path / "x.csv")
    found = {}
    for name, text in (("declared", MAPPING), ("plain", MAPPING.removeprefix(DECLARED))):
        (child,) = read(path, columns=Columns.parse(text))
        report = cp.check(child, england.rulebook, as_at=date(2024, 6, 1))
        found[name] = {finding.status.value for finding in report.findings if finding.rule == "referral-decision"}
    assert found == {"plain": {"overdue"}, "declared": {"cannot-tell"}}


def test_a_mapping_and_the_rows_of_a_table_hold_what_both_say(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"child,event,at,outcome,coverage\nC-1,visit,2024-01-02,,\nC-1,,,,{TEXT}\n", "utf-8")
    (child,) = read(path, columns=Columns(holds=frozenset({"visit", "referral"}), since=date(2024, 1, 1)))
    assert child.covers == Coverage(frozenset({"visit"}), frozenset({"outcome"}), date(2024, 1, 1), frozenset())


def test_a_table_whose_column_of_the_coverage_has_another_name_is_read_with_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"child,event,at,Holds\nC-1,visit,2024-01-02,\nC-1,,,{TEXT}\n", "utf-8")
    (child,) = read(path, columns=Columns(columns={"coverage": "Holds"}))
    assert child.covers == Coverage(REVIEWS.kinds, frozenset(), REVIEWS.since, REVIEWS.whole)


MISTAKES = {
    'holds = ["visits"]': ["holds: unknown event 'visits'; perhaps 'visit' was meant"],
    'holds = "visit"': ["holds: 'visit' is not a list of names"],
    "holds = [1, 2]": ["holds: 1 is not one of the names, which are text"],
    'facts = ["outcom", "child-seen"]': ["facts: unknown fact 'outcom'; perhaps 'outcome' was meant"],
    'facts = ["visits.outcome"]': ["facts: unknown event 'visits'; perhaps 'visit' was meant"],
    'facts = ["visit.our-team"]': [
        "facts: unknown fact 'our-team'; expected a fact of the vocabulary, or of [columns]"
    ],
    'facts = ["ref"]': ["facts: unknown fact 'ref'; expected a fact of the vocabulary, or of [columns]"],
    'since = "2023-04-01"': ["since: '2023-04-01' is no date such as 2023-04-01, without quotation marks"],
    "since = 2023-04-01T00:00:00": [
        "since: 2023-04-01T00:00:00 is no date such as 2023-04-01, without quotation marks"
    ],
    "since = 1823-04-01": ["since: 1823-04-01 is outside 1900 to 2050"],
    "hold = []": ["unknown key 'hold'; perhaps 'holds' was meant"],
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_what_is_declared_is_told(text: str) -> None:
    with pytest.raises(cp.ProfileError) as caught:
        Columns.parse(text)
    assert list(caught.value.problems) == MISTAKES[text]
