"""Plain data, read strictly: no value is taken for one of another type, and every problem is told in plain words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from attrs import field, frozen
from cattrs import Converter

from childprotect.plain_data import day_from_data, named, names_from_data, of_type, plain, shown, strict


@frozen
class Room:
    """A thing with a part whose name cannot be its own in Python."""

    from_: date
    of_whom: str = "C-101"


@frozen
class Visit:
    """A thing with a part of every form."""

    day: date
    by_whom: str
    seen: bool = False
    themes: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    rooms: tuple[Room, ...] = ()
    in_: Room | None = field(default=None)


@frozen
class Ray:
    """A thing whose part has the shortest of names."""

    X: str


GOOD = {"day": "2024-01-02", "by_whom": "social-care"}


def read(data: Any) -> Visit:
    return strict(Converter(forbid_extra_keys=True)).structure(data, Visit)


def wrong(**more: Any) -> list[str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        read({name: value for name, value in {**GOOD, **more}.items() if value is not None})
    return plain(caught.value)


def refusal(call: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call(*arguments)
    return str(caught.value)


def test_values_of_the_type_that_is_expected_are_read() -> None:
    rooms = [{"from_": date(2024, 1, 2)}, {"from_": "2024-01-03", "of_whom": "C-102"}]
    whole = {**GOOD, "seen": True, "themes": ["home", "school"], "days": ["2024-01-04"], "rooms": rooms}
    assert read(whole) == Visit(
        date(2024, 1, 2),
        "social-care",
        True,
        ("home", "school"),
        (date(2024, 1, 4),),
        (Room(date(2024, 1, 2)), Room(date(2024, 1, 3), "C-102")),
    )


PROBLEMS: dict[str, tuple[dict[str, Any], str]] = {
    "a number for text": ({"by_whom": 3}, "by-whom: 3 is not text"),
    "a list for text": ({"by_whom": ["police"]}, "by-whom: ['police'] is not text"),
    "a flag for text": ({"by_whom": True}, "by-whom: true is not text"),
    "a number for a flag": ({"seen": 1}, "seen: 1 is not true or false"),
    "text for a flag": ({"seen": "true"}, "seen: 'true' is not true or false"),
    "text for a list": ({"themes": "home"}, "themes: 'home' is not a list"),
    "a table for a list": ({"themes": {"home": 1}}, "themes: {'home': 1} is not a list"),
    "a number in a list": ({"themes": ["home", 2]}, "themes[1]: 2 is not text"),
    "a day that is none": ({"day": "2024-02-30"}, "day: '2024-02-30' is no date such as 2013-04-15"),
    "a day that is none in a list": ({"days": ["2024-02-01", "x"]}, "days[1]: 'x' is no date such as 2013-04-15"),
    "a value with the sign that stands before a place": (
        {"seen": "at home @ $5"},
        "seen: 'at home @ $5' is not true or false",
    ),
    "a key that nobody knows": ({"colour": 1}, "unknown key colour"),
    "a part that is missing": ({"by_whom": None}, "by-whom: by-whom is missing"),
    "a part of a part that is missing": ({"rooms": [{}]}, "rooms[0].from: from is missing"),
    "a value in a part": ({"rooms": [{"from_": 7}]}, "rooms[0].from: 7 is no date such as 2013-04-15"),
    "a name in a part": (
        {"rooms": [{"from_": "2024-01-02", "of_whom": 7}]},
        "rooms[0].of-whom: 7 is not text",
    ),
    "a key in a part that nobody knows": (
        {"rooms": [{"from_": "2024-01-02", "of_wohm": "C-102"}]},
        "rooms[0]: unknown key of_wohm",
    ),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_is_told_in_plain_words_with_its_key(kind: str) -> None:
    more, told = PROBLEMS[kind]
    assert wrong(**more) == [told]


def test_all_problems_are_told_at_once() -> None:
    told = ["day: day is missing", "by-whom: 3 is not text", "seen: 'no' is not true or false"]
    assert wrong(day=None, by_whom=3, seen="no") == told


def test_the_key_of_a_part_is_told_without_the_mark_that_python_needs() -> None:
    assert wrong(in_={"from_": "x"}) == ["in.from: 'x' is no date such as 2013-04-15"]


@pytest.mark.parametrize(("data", "told"), [({}, "X: X is missing"), ({"X": 1}, "X: 1 is not text")])
def test_no_letter_of_a_key_is_lost(data: dict[str, int], told: str) -> None:
    with pytest.raises(Exception, match="While structuring Ray") as caught:
        strict(Converter()).structure(data, Ray)
    assert plain(caught.value) == [told]


def test_what_is_no_table_at_all_is_told_without_a_key() -> None:
    with pytest.raises(ValueError, match="list") as caught:
        strict(Converter()).structure("home", tuple[str, ...])
    assert plain(caught.value) == ["'home' is not a list"]


def test_what_stands_alone_is_told_without_a_key() -> None:
    assert plain(ValueError("it is wrong")) == ["it is wrong"]
    assert plain(KeyError("_of_whom_")) == ["of-whom is missing"]
    assert plain(RecursionError("maximum recursion depth exceeded")) == ["it is nested too deeply to be read"]


# --- one value


@pytest.mark.parametrize(("value", "kind"), [("a", str), (1, int), (True, bool), ([], list), ({}, dict)])
def test_a_value_of_the_type_is_given_back(value: Any, kind: type) -> None:
    assert of_type(value, kind, "x") is value


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (True, int, "true is not a number"),
        (False, object, "false is not a number"),
        (1, bool, "1 is not a number"),
        ("1", int, "'1' is not a number"),
        (None, str, "nothing is not a number"),
    ],
)
def test_a_value_of_another_type_is_refused_as_it_was_written(value: Any, kind: type, told: str) -> None:
    assert refusal(of_type, value, kind, "a number") == told


def test_what_bears_a_name_is_given_and_every_name_is_told_where_none_does() -> None:
    spells = {"plan": 1, "case": 2}
    assert named("case", spells, "spell") == 2
    told = "there is no spell named {}; expected one of plan, case"
    assert refusal(named, "paln", spells, "spell") == told.format("'paln'")
    assert refusal(named, 7, spells, "spell") == told.format("7")
    assert refusal(named, ["plan"], spells, "spell") == told.format("['plan']")


def test_a_list_of_names_may_be_empty_and_holds_nothing_but_text() -> None:
    assert names_from_data(["police", "health"], "agencies") == ["police", "health"]
    assert names_from_data([], "agencies") == []
    assert refusal(names_from_data, "police", "agencies") == "'police' is not a list of agencies"
    assert refusal(names_from_data, ["police", 4], "agencies") == "4 is not one of the agencies, which are text"


@pytest.mark.parametrize("value", [date(2013, 4, 15), "2013-04-15"])
def test_a_day_is_read_from_a_day_or_from_text(value: object) -> None:
    assert day_from_data(value) == date(2013, 4, 15)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("15/04/2013", "'15/04/2013'"),
        (20130415, "20130415"),
        (datetime(2013, 4, 15, 9, 30, tzinfo=UTC), "2013-04-15T09:30:00+00:00"),
        (time(9, 30), "09:30:00"),
        (None, "nothing"),
        (True, "true"),
    ],
)
def test_what_is_no_day_is_refused_as_it_was_written(value: object, told: str) -> None:
    assert refusal(day_from_data, value) == f"{told} is no date such as 2013-04-15"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "true"),
        (False, "false"),
        (None, "nothing"),
        (7, "7"),
        (1.5, "1.5"),
        ("it's", '"it\'s"'),
        (date(2013, 4, 15), "2013-04-15"),
        (time(16, 40), "16:40:00"),
        (["a", 1, True], "['a', 1, true]"),
        ({"a": "b", "c": None}, "{'a': 'b', 'c': nothing}"),
        ([], "[]"),
        ({}, "{}"),
        ([[["a"]]], "[[['a']]]"),
        ([[[["a"]]]], "[[[…]]]"),
        ({"a": {"b": {"c": "d"}}}, "{'a': {'b': {'c': 'd'}}}"),
        ({"a": {"b": {"c": {"d": "e"}}}}, "{'a': {'b': {'c': …}}}"),
        ([{"a": [{"b": 1}, 2]}], "[{'a': […, 2]}]"),
    ],
    ids=str,
)
def test_a_value_is_shown_as_people_write_it_and_not_deeper_than_anyone_reads(value: object, told: str) -> None:
    assert shown(value) == told
