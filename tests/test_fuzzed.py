"""What fuzzing found, each with the smallest input that shows it."""

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.on_disk import only_child, write_lines

from childprotect import Profile, ProfileError, Rulebook, UnreadableInput
from childprotect.chronology import Event
from childprotect.cli.app import run
from childprotect.errors import DefinitionError
from childprotect.records import read
from childprotect.rulebooks import england

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
