"""What fuzzing found, each with the smallest input that shows it; and a little fuzzing in every run of the tests.

`fuzz/` makes odd files and profiles without end. The few hundred of each kind below are always the same.
"""

import io
import json
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fuzz import driving
from fuzz.run import main, watched
from fuzz.targets import TARGETS, Target
from fuzz.truths import Fault
from tests.on_disk import only_child, write_lines

from childprotect import Profile, ProfileError, Rulebook, UnreadableInput
from childprotect.cli.app import run
from childprotect.errors import DefinitionError
from childprotect.events import Event
from childprotect.records import Columns, read
from childprotect.rulebooks import england

ROOT = Path(__file__).resolve().parents[1]
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
    assert "line 2" not in told
    assert "line 3 (child C-1): outcome of referral is not one value" in told
    assert "jane" not in told.casefold()


def test_the_reference_of_an_entry_is_shown_nowhere(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", {**GOOD, "ref": "Jane Smith, 4 May"})
    story = only_child(path)
    assert story.events[0].ref == "Jane Smith, 4 May"
    for thing in (story, story.events[0], Event("referral", "2024-01-02", ref="Jane Smith")):
        assert "Jane" not in repr(thing)
        assert "Jane" not in str(thing)


def test_an_arrow_file_with_a_text_that_is_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    """It ended the process, with nothing said: Arrow believes what a file says of itself."""
    child = "C-1" + "0" * 94
    sink = io.BytesIO()
    table = pa.table({"child": [child], "event": ["referral"], "at": ["2024-01-02"]})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    good, path = sink.getvalue(), tmp_path / "x.arrow"
    path.write_bytes(good)
    assert len(only_child(path)) == 1
    offsets = good.rindex(struct.pack("<ii", 0, len(child)))
    path.write_bytes(good[:offsets] + struct.pack("<ii", 0, 2**30) + good[offsets + 8 :])
    with pytest.raises(UnreadableInput, match="it is damaged, or holds what we cannot read"):
        read(str(path))


def test_an_arrow_file_whose_name_of_a_column_is_no_text_is_refused(tmp_path: Path) -> None:
    sink, path = io.BytesIO(), tmp_path / "x.arrow"
    table = pa.table({"child": ["C-1"], "event": ["referral"], "at": ["2024-01-02"], "another": ["x"]})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    path.write_bytes(sink.getvalue().replace(b"another", b"anothe\xf4"))
    with pytest.raises(UnreadableInput, match="it is damaged, or holds what we cannot read"):
        read(str(path))


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "1e" + "9" * 40])
def test_a_payload_with_a_number_that_python_does_not_build_is_refused(number: str, tmp_path: Path) -> None:
    """Where ijson has its parser in C, it went on after the error, and now and then ended the process."""
    path = tmp_path / "x.json"
    path.write_text(f'[{{"la_child_id": "C-1"}}, {{"la_child_id": "C-2", "x": {number}}}]', encoding="utf-8")
    with pytest.raises(UnreadableInput, match="after element 1: there is a number that is too large to be read"):
        read(str(path))


@pytest.mark.parametrize("name", ["\\u0000", "utf-8\\u0000", "undefined"])
def test_a_mapping_with_an_encoding_that_python_objects_to_is_refused_in_our_words(name: str) -> None:
    with pytest.raises(ProfileError) as caught:
        Columns.parse(f'encoding = "{name}"')
    (problem,) = caught.value.problems
    assert problem.endswith("is no encoding that we know, such as utf-8 or windows-1252")


# --- profiles

HEAD = 'id = "X"\nauthority = "Anytown"\n'


def test_the_lines_of_a_long_profile_are_found_in_one_go() -> None:
    """Every entry looked for its line from the first: 2000 of them took twenty seconds."""
    entry = '[[rule]]\nid = "core-group"\nfrom = 2024-01-01\nrequires = {every = "4 weeks"}\n'
    start = time.process_time()
    with pytest.raises(ProfileError) as caught:
        Profile.parse(HEAD + entry * 2000 + '[[rule]]\nid = "core-group"\n')
    assert time.process_time() - start < 2 * SECONDS
    assert caught.value.problems == ("line 8003, rule 2001 (core-group): from: from is missing",)


def test_an_act_may_commence_on_the_first_day_that_there_is() -> None:
    book = england.rulebook | Profile.parse(HEAD + "[commencing]\nCWSA2026-1 = 0001-01-01\n")
    assert book == england.rulebook.commencing("CWSA2026-1", date.min)
    (version,) = book["family-group-meeting-offered"].versions
    assert version.in_force == date.min
    assert book["family-group-meeting-offered"].absent == ()


def test_a_number_with_thousands_of_digits_is_refused_in_words() -> None:
    with pytest.raises(UnreadableInput) as caught:
        Profile.parse(f"{HEAD}title = {'9' * 5000}")
    assert caught.value.problem == "it is no TOML: a number in it has thousands of digits"


def test_conditions_that_are_nested_without_end_are_refused() -> None:
    """They could be read, and then neither be checked with nor be written."""
    where: dict[str, Any] = {"fact": "outcome", "is": ["plan"]}
    rule = {"id": "own", "kind": "order", "title": "t", "first": [{"on": ["visit"]}]}
    for depth in range(1, 301):
        where = {"not": where} if depth % 2 else {"all": [where]}
        data = {
            "name": "x",
            "rule": [{**rule, "then": [{"on": ["initial-conference"], "where": where}], "version": []}],
        }
        if depth in (20, 40):
            book = Rulebook.load(json.dumps(data))
            assert Rulebook.load(book.export()) == book
        if depth in (41, 300):
            with pytest.raises(DefinitionError, match="there are more than 40 conditions, each within another"):
                Rulebook.load(json.dumps(data))


# --- exported rulebooks

INSTRUMENT = {"id": "ACT", "title": "an Act", "force": "statute", "in-force": "2000-01-01"}
VERSION = {"edition": "ACT", "evidence": "P"}
RULE: dict[str, Any] = {
    "id": "own",
    "kind": "order",
    "title": "t",
    "then": [{"on": ["case-closed"]}],
    "first": [{"on": ["visit"]}],
    "version": [VERSION],
}
SPELL = {"name": "a spell", "opens": [{"on": ["visit"]}], "closes": [{"on": ["found"]}]}
CHART = {
    "strand": "door",
    "initial": "shut",
    "moves": [
        {"sources": ["shut"], "event": "visit", "target": "open"},
        {"sources": ["open"], "event": "found", "target": "shut"},
    ],
    "final": ["shut"],
}
CALENDAR = {"name": "Anytown", "closures": [{"day": "2024-12-27", "name": "closed"}]}
BOOK: dict[str, Any] = {
    "name": "a book",
    "instrument": [INSTRUMENT],
    "calendar": [CALENDAR],
    "spell": [SPELL],
    "chart": [CHART],
    "rule": [RULE],
}


def test_the_book_that_is_spoilt_below_is_a_good_one() -> None:
    book = Rulebook.load(json.dumps(BOOK))
    assert [*book] == ["own"]
    assert [*book.charts] == ["door"]


def _chart(**changed: object) -> dict[str, object]:
    first, second = CHART["moves"]
    assert isinstance(first, dict)
    return {"chart": [{**CHART, "moves": [{**first, **changed}, second]}]}


SPOILT: dict[str, tuple[dict[str, object], list[str]]] = {
    "no name": ({"name": None}, ["nothing is not the name of a rulebook"]),
    "instruments that are no list": ({"instrument": {"id": "ACT"}}, ["{'id': 'ACT'} is not a list, as instrument is"]),
    "an instrument that is no table": ({"instrument": [INSTRUMENT, 5]}, ["instrument 2: 5 is not a table"]),
    "an instrument twice": ({"instrument": [INSTRUMENT] * 2}, ["instrument 2: another has the name 'ACT' too"]),
    "a spell twice": ({"spell": [SPELL] * 2}, ["spell 2: another has the name 'a spell' too"]),
    "a chart twice": ({"chart": [CHART] * 2}, ["chart 2: another has the name 'door' too"]),
    "a calendar twice": ({"calendar": [CALENDAR] * 2}, ["calendar 2: another has the name 'Anytown' too"]),
    "a calendar that is no table": ({"calendar": ["x"]}, ["calendar 1: 'x' is not a table"]),
    "a calendar without a name": ({"calendar": [{"closures": []}]}, ["calendar 1: name: name is missing"]),
    "closures that are no list": (
        {"calendar": [{**CALENDAR, "closures": 5}]},
        ["calendar 1: closures: 5 is not a list"],
    ),
    "a closure that is no table": (
        {"calendar": [{**CALENDAR, "closures": [5]}]},
        ["calendar 1: closures[0]: 5 is not a table"],
    ),
    "a closure before the calendar begins": (
        {"calendar": [{**CALENDAR, "closures": [{"day": "1900-01-01", "name": "x"}]}]},
        [
            "calendar 1: 01 January 1900 is outside the England and Wales calendar, which runs from "
            "14 October 1991 to 31 December 2050"
        ],
    ),
    "values of a move that are no list": (
        _chart(values=1.5),
        ["chart 1: moves[0].values: 1.5 is not a list of values"],
    ),
    "values of a move that are lists": (_chart(values=[[]]), ["chart 1: moves[0].values: [] is no value of a fact"]),
    "versions behind one that are no list": (
        {"rule": [{**RULE, "version": [{**VERSION, "replaces": 1.5}]}]},
        ["rule 1: versions[0].replaces: 1.5 is not a list of versions"],
    ),
    "versions behind versions": (
        {"rule": [{**RULE, "version": [{**VERSION, "replaces": [{**VERSION, "replaces": [VERSION]}]}]}]},
        ["rule 1: versions[0].replaces: what a version stands in for stands in for none itself"],
    ),
    "a figure that the rule cannot check": (
        {"rule": [{**RULE, "version": [{**VERSION, "requires": {"every": "6 weeks", "first": "1 week"}}]}]},
        [
            "rule 1: rule 'own' is declared wrongly: version ACT requires first within 1 week, then every 6 weeks at "
            "most, which this kind of rule cannot check"
        ],
    ),
    "agencies that the rule cannot check": (
        {"rule": [{**RULE, "version": [{**VERSION, "requires": {"agencies": ["police", "health"]}}]}]},
        [
            "rule 1: rule 'own' is declared wrongly: version ACT requires health, police, which this kind of rule "
            "cannot check"
        ],
    ),
    "a rule without a kind": (
        {"rule": [{"id": "own"}]},
        ["rule 1: kind nothing is none of within, duty, atmost, before, every, current, order, attended, recorded"],
    ),
    "two problems of one part": (
        {"rule": [{**RULE, "title": 5}, RULE, {**RULE, "then": []}]},
        ["rule 1: title: 5 is not text", "rule 3: then: it names no kind of event, so nothing would ever count"],
    ),
    "a rule twice": ({"rule": [RULE] * 2}, ["two rules have the same id"]),
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_no_rulebook_is_refused_with_every_problem_and_its_place(case: str) -> None:
    """Some of it was a KeyError or a TypeError, some what the readers of TOML, JSON and cattrs raise."""
    changed, problems = SPOILT[case]
    with pytest.raises(DefinitionError) as caught:
        Rulebook.load(json.dumps({**BOOK, **changed}))
    assert list(caught.value.problems) == problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"name": ' + "[" * 100_000, "it is nested too deeply to be read"),
        ("name = " + "[" * 10_000, "it is nested too deeply to be read"),
        ('{"name": ' + "9" * 5000 + "}", "it is no JSON: a number in it has thousands of digits"),
        ("name = " + "9" * 5000, "it is no TOML: a number in it has thousands of digits"),
        ('{"name": "a book", "rule": [], "rule": []}', "the object has a name twice"),
        ('{"name"', "it is no JSON: Expecting ':' delimiter: line 1 column 8 (char 7)"),
        ("name", "it is no TOML: "),
        ("{}", "name is missing"),
    ],
)
def test_a_text_that_is_no_book_is_refused_in_words(text: str, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Rulebook.load(text)
    (told,) = caught.value.problems
    assert told.startswith(problem)


# --- a little of it

FEW = {
    "csv": 300,
    "json-lines": 300,
    "census": 300,
    "read": 200,
    "check": 120,
    "profile": 150,
    "overlay": 40,
    "rulebook": 120,
    "api": 300,
    "mapping": 200,
    "tables": 40,
    "parquet": 250,
}


@pytest.mark.parametrize("name", TARGETS)
def test_odd_input_is_read_or_refused_and_nothing_else(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    path = tmp_path / f"input{target.suffix}"
    came_to = [driving.attempt(target, path, target.input(0, n)) for n in range(FEW[name])]
    assert set(came_to) == {True, False}, "some is read, and some refused"


def test_an_input_is_known_by_its_seed_and_its_number() -> None:
    for target in TARGETS.values():
        first = [target.input(3, n) for n in range(100)]
        assert len(set(first)) > 80
        assert [target.input(3, n) for n in range(100)] == first
        assert [target.input(4, n) for n in range(100)] != first


# --- that it would be seen


def _target(attempt: Any) -> Target:
    return Target("made-up", ".txt", 1, lambda rng: bytes(rng.choices(b"abcdefgh", k=40)), attempt)


def _driven(
    target: Target, path: Path, count: int = 40, limit: float = 5.0
) -> tuple[driving.Tally, list[driving.Found]]:
    tally, found = [0.0] * driving.PLACES, list[driving.Found]()
    driving.drive(target, 0, range(count), path, tally, found.append, limit=limit)
    return tally, found


def test_an_error_is_found_once_and_its_input_made_small(tmp_path: Path) -> None:
    def refuses(path: Path) -> bool:
        if b"a" in path.read_bytes():
            raise KeyError("a")
        return True

    tally, (found,) = _driven(_target(refuses), tmp_path / "x")
    assert found.data == b"a"
    assert found.where.startswith("KeyError at test_fuzzed.py:")
    assert 0 <= tally[driving.ACCEPTED] < 40
    assert tally[driving.REFUSED] == 0


def test_an_input_that_hangs_is_found(tmp_path: Path) -> None:
    def hangs(path: Path) -> bool:
        data = path.read_bytes()
        while b"a" in data:
            pass
        return False

    _, (found,) = _driven(_target(hangs), tmp_path / "x", count=3, limit=0.02)
    assert found.where == "takes more than 5 seconds"
    assert found.data == b"a"


def test_memory_that_is_kept_is_found(tmp_path: Path) -> None:
    kept: list[object] = []

    def keeps(path: Path) -> bool:
        kept.extend([n] for n in range(2000))
        return True

    tally, _ = _driven(_target(keeps), tmp_path / "x", count=100)
    assert driving.keeps(tally) > driving.KEPT
    kept.clear()
    tally, _ = _driven(_target(lambda path: True), tmp_path / "x", count=100)
    assert driving.keeps(tally) <= driving.KEPT


def test_a_name_in_a_message_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "Jane Smith.csv"
    with pytest.raises(Fault, match="a personal value comes out"):
        driving.attempt(TARGETS["csv"], path, b"no table")
    assert driving.attempt(TARGETS["csv"], path.with_name("x.csv"), b"no table") is False


@pytest.mark.parametrize(
    ("work", "arguments", "started", "became"),
    [
        (os._exit, (3,), 0.0, "the process died with 3"),
        (signal.pause, (), -1000.0, "hangs for more than 60 seconds"),
    ],
)
def test_a_process_that_dies_or_hangs_is_found(
    work: Callable[..., None], arguments: tuple[int, ...], started: float, became: str
) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=arguments)
    process.start()
    if not started:
        theirs.close()  # as it is when the process that had it has gone
    tally = [0.0] * driving.PLACES
    tally[driving.STARTED] = started
    assert watched(process, ours, tally, []) == became
    assert not process.is_alive()


def test_fuzzing_prints_a_table_and_says_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--inputs", "20", "--target", "csv"]) == 0
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["target", "inputs", "accepted"]
    assert row.split()[:2] == ["csv", "20"]


def test_a_file_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("no table", encoding="utf-8")
    command = [sys.executable, str(ROOT / "fuzz" / "run.py"), "--target", "csv", "--replay", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "refused, as it should be\n"
