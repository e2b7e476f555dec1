"""Local profiles: what is read, what is refused and where, and what the law is where one applies."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from childprotect import Chronology, Finding, Profile, ProfileError, Rulebook, UnreadableInput, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.periods import Period, months, weeks, working_days
from childprotect.profiles import Closure, LocalCalendar, LocalRule, SetAside
from childprotect.requirements import Cadence, Limit, Quorum, Requirement
from childprotect.rulebooks import england
from childprotect.rules import KINDS, Before
from childprotect.versions import Version

LAW = england.rulebook
HEAD = 'id = "ANYTOWN"\nauthority = "Anytown"\n'
EXAMPLES = Path(__file__).parent.parent / "examples" / "profiles"


def problems(text: str, head: str = HEAD) -> list[str]:
    """What is wrong with a profile; its text begins on line 3."""
    with pytest.raises(ProfileError) as caught:
        Profile.parse(head + text, path="anytown.toml", book=LAW)
    assert str(caught.value).startswith("profile anytown.toml is declared wrongly: ")
    return list(caught.value.problems)


def problem(text: str, head: str = HEAD) -> str:
    """The one thing that is wrong."""
    (only,) = problems(text, head)
    return only


def laid(text: str, book: Rulebook = LAW) -> Rulebook:
    """The law with a profile on top."""
    return book | Profile.parse(HEAD + text)


def rule(id: str, requires: str | None, since: str = "2014-01-01", *more: str) -> str:
    """An entry of a profile; without `requires` if it is None."""
    figure = [] if requires is None else [f"requires = {requires}"]
    return "\n".join(["[[rule]]", f'id = "{id}"', f"from = {since}", *figure, *more, ""])


def local(book: Rulebook, id: str) -> list[Version]:
    """The versions of a rule that a profile set."""
    return [version for version in book[id].versions if version.edition == "ANYTOWN"]


def story(*events: Any) -> Chronology:
    return Chronology.of("C-101", events=events)


def found(book: Rulebook, id: str, as_at: date, *events: Any) -> list[Finding]:
    """What the check says of one rule."""
    report = check(story(*events), book, as_at=as_at)
    return [finding for finding in report.findings if finding.rule == id]


# --- what is read

WHOLE = """id = "ANYTOWN-2024"
authority = "Anytown"
title = "procedures of 2024"
practice = ["plan-contingency"]

[calendar]
guidance = true
closures = [{ day = 2024-12-27, name = "offices closed" }]

[commencing]
CWSA2026-1 = 2027-01-04

[[rule]]
id = "initial-conference"
from = 2024-01-01
until = 2024-12-31
requires = "12 working days"
evidence = "P"
source = "https://procedures.example/conferences"
quote = "within twelve working days"
note = "agreed by the partnership"

[[rule]]
id = "core-group"
from = "2024-01-01"
requires = { every = "6 weeks" }
illustrative = true

[[set-aside]]
id = "first-core-group"
from = 2024-01-01
until = 2024-06-30
because = "the group met with the conference"

[[added-rule]]
id = "visit-after-conference"
title = "visit after a conference"
kind = "within"
start = [{ on = ["initial-conference"] }]
end = [{ on = ["visit"], where = { fact = "child-seen", is = [true] } }]
"""


def test_a_profile_is_read_into_values() -> None:
    read = Profile.parse(WHOLE)
    assert (read.id, read.authority, read.title) == ("ANYTOWN-2024", "Anytown", "procedures of 2024")
    assert read.practice == ("plan-contingency",)
    assert read.calendar == LocalCalendar(
        closures=(Closure(day=date(2024, 12, 27), name="offices closed"),), guidance=True
    )
    assert read.commencing == {"CWSA2026-1": date(2027, 1, 4)}
    assert read.rules == (
        LocalRule(
            id="initial-conference",
            from_=date(2024, 1, 1),
            until=date(2024, 12, 31),
            requires="12 working days",
            evidence=Evidence.PRIMARY,
            source="https://procedures.example/conferences",
            quote="within twelve working days",
            note="agreed by the partnership",
        ),
        LocalRule(id="core-group", from_=date(2024, 1, 1), requires={"every": "6 weeks"}, illustrative=True),
    )
    assert read.set_aside == (
        SetAside(
            id="first-core-group",
            from_=date(2024, 1, 1),
            until=date(2024, 6, 30),
            because="the group met with the conference",
        ),
    )
    assert [entry["id"] for entry in read.added_rules] == ["visit-after-conference"]
    assert [entry.place for entry in (*read.rules, *read.set_aside)] == [
        "line 13, rule 1 (initial-conference)",
        "line 23, rule 2 (core-group)",
        "line 29, set-aside 1 (first-core-group)",
    ]


def test_the_least_profile_has_an_id_and_an_authority_and_the_defaults() -> None:
    least = Profile.parse(HEAD)
    assert least == Profile(id="ANYTOWN", authority="Anytown")
    assert (least.title, least.practice, least.calendar, least.commencing) == ("local procedures", False, None, {})
    entry = LocalRule(id="core-group", from_=date(2024, 1, 1))
    assert (entry.until, entry.evidence, entry.illustrative) == (None, Evidence.LOCAL, False)


def test_a_local_version_says_whose_it_is_from_when_and_how_well_it_is_known() -> None:
    book = LAW | Profile.parse(WHOLE, book=LAW)
    seen = book["initial-conference"].version_on(date(2024, 6, 1))
    assert seen is not None
    assert (seen.edition, seen.force, seen.evidence) == ("ANYTOWN-2024", Force.LOCAL, Evidence.PRIMARY)
    assert (seen.in_force, seen.until, seen.note) == (
        date(2024, 1, 1),
        date(2024, 12, 31),
        "agreed by the partnership",
    )
    assert seen.instrument.title == "Anytown: procedures of 2024"
    (citation,) = seen.citations
    assert str(citation) == (
        "Anytown: procedures of 2024 (seen at https://procedures.example/conferences): “within twelve working days”"
    )
    example = book["core-group"].version_on(date(2024, 6, 1))
    assert example is not None
    assert (example.citations, example.illustrative) == ((), True)
    assert example.grade == "an illustrative figure, memory (M)"


def test_evidence_is_what_is_seen_locally_unless_it_is_given() -> None:
    for more, grade in (((), "local (L)"), (('evidence = "S?"',), "secondary-undated (S?)")):
        (version,) = local(laid(rule("child-seen", '"5 working days"', "2014-01-01", *more)), "child-seen")
        assert (version.grade, version.citations) == (grade, ())


def test_a_grade_that_is_none_is_told_with_those_that_there_are() -> None:
    told = problem(rule("child-seen", '"5 working days"', "2014-01-01", 'evidence = "Z"'))
    assert told == "line 3, rule 1 (child-seen): evidence: 'Z' is no grade; expected one of P, S, S?, L, M"


def test_an_illustrative_figure_has_no_source() -> None:
    text = rule("child-seen", '"5 working days"', "2014-01-01", "illustrative = true", 'source = "a page"')
    assert problem(text) == "line 3, rule 1 (child-seen): a figure that is illustrative has no source"


def test_what_rests_on_memory_has_no_source() -> None:
    text = rule("child-seen", '"5 days"', "2014-01-01", 'evidence = "M"', 'source = "a page"')
    assert problem(text) == "line 3, rule 1 (child-seen): what rests on memory has no source"
    (version,) = local(laid(text.replace('source = "a page"', "")), "child-seen")
    assert version.grade == "memory (M)"


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_the_profiles_that_are_shipped_can_be_laid_over_the_law(name: str) -> None:
    shipped = Profile.load(EXAMPLES / name, book=LAW)
    assert (LAW | shipped).diff(LAW)


def test_a_profile_can_be_written_with_dotted_keys_and_tables_in_a_line() -> None:
    text = """
calendar.guidance = true
calendar.closures = [{ day = 2024-12-27, name = "closed" }]
rule = [{ id = "initial-conference", from = 2014-01-01, requires = "9 working days" }]
set-aside = [{ id = "first-core-group", from = 2014-01-01, because = "of a reason" }]
"""
    book = laid(text)
    assert [v.requires for v in local(book, "initial-conference")] == [working_days(9, calendar=_calendar(book))]
    assert book["first-core-group"].version_on(date(2014, 1, 1)) is None


def _calendar(book: Rulebook) -> Any:
    (version,) = local(book, "initial-conference")
    assert isinstance(version.requires, Period)
    return version.requires.calendar


def test_what_stands_in_a_line_is_named_by_its_number() -> None:
    text = 'rule = [{ id = "core-group", from = 2014-01-01 }, { id = "oops", from = 2014-01-01 }]\n'
    told = problems(text)
    assert [entry.partition(": ")[0] for entry in told] == ["rule 1 (core-group)", "rule 2 (oops)"]


def test_the_requirement_can_be_a_table_of_its_own() -> None:
    text = '[[rule]]\nid = "core-group"\nfrom = 2014-01-01\n[rule.requires]\nevery = "6 weeks"\n'
    assert [v.requires for v in local(laid(text), "core-group")] == [Cadence(weeks(6))]


# --- files


def written(folder: Path, data: str | bytes, name: str = "anytown.toml") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_profile_is_loaded_from_a_file_whatever_ends_its_lines(tmp_path: Path) -> None:
    text = WHOLE.replace("12 working days", "oops")
    for n, end in enumerate(("\n", "\r\n")):
        path = written(tmp_path, text.replace("\n", end), f"{n}.toml")
        with pytest.raises(ProfileError) as caught:
            Profile.load(path, book=LAW)
        assert caught.value.what == f"profile {path}"
        (told,) = caught.value.problems
        assert told.startswith("line 13, rule 1 (initial-conference): 'oops' is no period")
    assert Profile.load(written(tmp_path, WHOLE)).path == str(tmp_path / "anytown.toml")
    assert Profile.load(str(written(tmp_path, WHOLE))) == Profile.parse(WHOLE)


NO_TOML: dict[str, bytes] = {
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00",
    "UTF-16": HEAD.encode("utf-16"),
    "Latin-1": f'{HEAD}title = "Børn"\n'.encode("latin-1"),
    "a NUL": f'{HEAD}title = "\0"\n'.encode(),
    "a table of events": b"child,event,at\nC-101,referral,2024-01-01\n",
    "JSON": b'{"id": "ANYTOWN", "authority": "Anytown"}',
    "a key twice": f'{HEAD}id = "ELSEWHERE"\n'.encode(),
    "a table twice": f"{HEAD}[calendar]\n[calendar]\n".encode(),
    "a text that does not end": f'{HEAD}title = "\n'.encode(),
    "a day that is none": (HEAD + rule("core-group", '{ every = "6 weeks" }', "2014-02-30")).encode(),
}


@pytest.mark.parametrize("kind", NO_TOML)
def test_a_file_that_is_no_toml_is_refused_by_its_name(kind: str, tmp_path: Path) -> None:
    path = written(tmp_path, NO_TOML[kind])
    with pytest.raises(UnreadableInput) as caught:
        Profile.load(path, book=LAW)
    assert caught.value.path == str(path)
    assert caught.value.expected == "a profile in TOML"
    assert str(caught.value).startswith(f"{path}: it is no")


def test_a_file_that_is_not_there_or_no_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone.toml")
    for path in (tmp_path / "gone.toml", tmp_path, tmp_path / "loop", tmp_path / "nowhere"):
        with pytest.raises(OSError, match=r"director|links"):
            Profile.load(path)


def test_a_link_to_a_profile_is_that_profile(tmp_path: Path) -> None:
    os.symlink(written(tmp_path, WHOLE), tmp_path / "link.toml")
    assert Profile.load(tmp_path / "link.toml") == Profile.parse(WHOLE)


def test_a_file_may_begin_with_the_mark_of_some_editors(tmp_path: Path) -> None:
    assert Profile.load(written(tmp_path, b"\xef\xbb\xbf" + WHOLE.encode())) == Profile.parse(WHOLE)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("[" * 5000 + "]" * 5000, "it is nested too deeply to be read"),
        ("{a=" * 3000 + "1" + "}" * 3000, "it is nested too deeply to be read"),
        ("9" * 5000, "it is no TOML: "),
    ],
    ids=["lists", "tables", "digits"],
)
def test_what_no_reader_of_toml_takes_is_refused(value: str, told: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        Profile.parse(f"{HEAD}x = {value}", path="anytown.toml")
    assert str(caught.value).startswith(f"anytown.toml: {told}")


def test_an_id_and_an_authority_and_a_reason_say_something() -> None:
    assert problems("", 'id = ""\nauthority = " "\n') == ["id is empty", "authority is empty"]
    told = problem(aside("initial-conference", "2014-01-01").replace('"of a reason"', '""'))
    assert told == "line 3, set-aside 1 (initial-conference): because is empty"
    with pytest.raises(ValueError, match="id is empty"):
        Profile(id="", authority="Anytown")


def test_an_empty_file_lacks_an_id_and_an_authority() -> None:
    assert problems("", head="") == ["id is missing", "authority is missing"]


# --- keys that are not known, and values of another type

VALUES = {
    "id": '"core-group"',
    "from": "2014-01-01",
    "until": "2014-12-31",
    "requires": '{ every = "6 weeks" }',
    "evidence": '"L"',
    "source": '"a page"',
    "quote": '"of it"',
    "note": '"a note"',
    "illustrative": "false",
}
ASIDE = {"id": '"initial-conference"', "from": "2014-01-01", "until": "2014-12-31", "because": '"of a reason"'}


def table(name: str, values: dict[str, str], misspelt: str = "") -> str:
    keys = {key: f"{key[:-1]}x" if key == misspelt else key for key in values}
    return "\n".join([f"[[{name}]]", *(f"{keys[key]} = {value}" for key, value in values.items()), ""])


@pytest.mark.parametrize(("name", "values"), [("rule", VALUES), ("set-aside", ASIDE)], ids=["rule", "set-aside"])
def test_every_key_of_an_entry_that_is_misspelt_is_told_with_its_place(name: str, values: dict[str, str]) -> None:
    assert laid(table(name, values)) != LAW
    for key in values:
        told = problems(table(name, values, misspelt=key))
        shown = "" if key == "id" else f" ({values['id'].strip(chr(34))})"
        assert all(entry.startswith(f"line 3, {name} 1{shown}: ") for entry in told), told
        assert any(entry.endswith(f"unknown key {key[:-1]}x") for entry in told), told
        wanted = key in ("id", "from", "because")
        assert any(f"{key} is missing" in entry for entry in told) is wanted, told


@pytest.mark.parametrize("key", ["id", "authority", "title", "practice", "calendar", "commencing"])
def test_a_key_of_the_profile_that_is_misspelt_is_told_with_the_one_that_was_meant(key: str) -> None:
    values = {
        "id": '"ANYTOWN"',
        "authority": '"Anytown"',
        "title": '"a title"',
        "practice": "true",
        "calendar": "{ guidance = false }",
        "commencing": "{ CWSA2026-1 = 2027-01-04 }",
    }
    head = "".join(f"{f'{name}s' if name == key else name} = {value}\n" for name, value in values.items())
    told = problems("", head)
    assert told[0] == f"unknown key '{key}s'; perhaps {key!r} was meant"
    assert told[1:] == ([f"{key} is missing"] if key in ("id", "authority") else [])


@pytest.mark.parametrize("name", ["rules", "set_aside", "added_rule", "added-rules"])
def test_a_table_that_is_misspelt_is_told_with_the_one_that_was_meant(name: str) -> None:
    meant = name.removesuffix("s").replace("_", "-")
    assert problem(f'[[{name}]]\nid = "core-group"\n') == f"unknown key {name!r}; perhaps {meant!r} was meant"


@pytest.mark.parametrize("key", ["path", "place", "set_aside", "added_rules", "zzz"])
def test_a_name_of_ours_is_no_key_of_a_profile(key: str) -> None:
    assert problem(f'{key} = "x"\n').startswith(f"unknown key {key!r}; ")


def test_a_key_of_ours_is_no_key_of_an_entry() -> None:
    for key in ("place", "from_"):
        text = rule("core-group", '{ every = "6 weeks" }', "2014-01-01", f'{key} = "x"')
        assert problem(text) == f"line 3, rule 1 (core-group): unknown key {key}"


def test_keys_of_the_calendar_and_of_a_closure_that_are_misspelt_are_told() -> None:
    text = (
        '[calendar]\nguidence = true\nclosures = [{ day = 2024-12-27, nam = "x" }, { dy = 2024-12-30, name = "x" }]\n'
    )
    assert set(problems(text)) == {
        "calendar: unknown key guidence",
        "calendar.closures[0]: unknown key nam",
        "calendar.closures[0].name: name is missing",
        "calendar.closures[1]: unknown key dy",
        "calendar.closures[1].day: day is missing",
    }


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("value", ["5", "1.5", "[]", "{}", '["x"]', "2014-01-01T00:00:00", "07:30:00", "nan"])
def test_a_value_of_another_type_is_refused_with_its_place(key: str, value: str) -> None:
    values = {**VALUES, key: value}
    told = problems(table("rule", values))
    assert len(told) == 1
    assert told[0].startswith("line 3, rule 1 (")
    if key != "requires":
        assert f": {key}: " in told[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("title = 2", "title: 2 is not text"),
        ('practice = "all"', "practice: 'all' is neither true, false nor a list of rules"),
        ("practice = 5", "practice: 5 is neither true, false nor a list of rules"),
        ("practice = [1]", "practice: [1] is neither true, false nor a list of rules"),
        ('calendar = { guidance = "yes" }', "calendar.guidance: 'yes' is not true or false"),
        ("calendar = { guidance = 1 }", "calendar.guidance: 1 is not true or false"),
        ("calendar = 5", "calendar: 5 is not a table"),
        ("calendar = []", "calendar: [] is not a table"),
        ("commencing = 5", "commencing: 5 is not a table"),
        ('[calendar]\nclosures = "2024-12-27"', "calendar.closures: '2024-12-27' is not a list"),
        ("[calendar]\nclosures = [2024-12-27]", "calendar.closures[0]: 2024-12-27 is not a table"),
        ("rule = 5", "rule: expected tables that begin with [[rule]]"),
        ("rule = [5]", "rule: expected tables that begin with [[rule]]"),
        ("rule = {}", "rule: expected tables that begin with [[rule]]"),
        ('[rule]\nid = "core-group"', "rule: expected tables that begin with [[rule]]"),
        ('set-aside = "all"', "set-aside: expected tables that begin with [[set-aside]]"),
        ('[added-rule]\nid = "x"', "added-rule: expected tables that begin with [[added-rule]]"),
    ],
)
def test_a_part_of_the_profile_of_another_type_is_refused(line: str, told: str) -> None:
    assert problem(f"{line}\n") == told


def test_an_id_and_an_authority_are_text() -> None:
    assert problems("", 'id = 5\nauthority = ["Anytown"]\n') == [
        "id: 5 is not text",
        "authority: ['Anytown'] is not text",
    ]


@pytest.mark.parametrize("line", ["calendar = 5", "calendar = []", "commencing = 5", "commencing = []"])
def test_a_table_of_the_profile_that_is_none_is_told_by_its_name(line: str) -> None:
    assert problem(f"{line}\n").startswith(line.partition(" ")[0])


# --- dates


@pytest.mark.parametrize("value", ["20140101", "true", '"1 May 2014"', '""', "2014-01-01T09:00:00Z"])
@pytest.mark.parametrize("key", ["from", "until"])
def test_a_day_that_is_none_is_refused_with_its_place(key: str, value: str) -> None:
    told = problem(table("rule", {**VALUES, key: value}))
    assert told.startswith(f"line 3, rule 1 (core-group): {key}: ")


def test_a_day_that_is_none_is_told_as_it_is_written() -> None:
    for value, shown in (
        ('"1 May"', "'1 May'"),
        ("2014-01-01T00:00:00", "2014-01-01T00:00:00"),
        ("20140101", "20140101"),
        ("[[[[1]]]]", "[[[…]]]"),
        ("{ day = 1 }", "{'day': 1}"),
    ):
        told = problem(table("rule", {**VALUES, "from": value}))
        assert told == f"line 3, rule 1 (core-group): from: {shown} is no date such as 2013-04-15"


def test_a_grade_that_is_a_list_is_told() -> None:
    told = problem(table("rule", {**VALUES, "evidence": '["L"]'}))
    assert told.startswith("line 3, rule 1 (core-group): evidence: ['L'] is no grade; expected one of P")


def test_a_day_may_be_written_as_text() -> None:
    text = table("rule", {**VALUES, "from": '"2014-01-01"', "until": '"2014-12-31"'})
    assert laid(text) == laid(table("rule", VALUES))


def test_an_entry_that_ends_before_it_begins_is_refused() -> None:
    for name, values in (("rule", VALUES), ("set-aside", ASIDE)):
        text = table(name, {**values, "until": "2013-12-31"})
        shown = values["id"].strip('"')
        assert problem(text) == f"line 3, {name} 1 ({shown}): until 2013-12-31 is before from 2014-01-01"


def test_an_entry_may_hold_for_one_day() -> None:
    book = laid(rule("initial-conference", '"9 working days"', "2014-06-02", "until = 2014-06-02"))
    editions = {day: book["initial-conference"].version_on(date(2014, 6, day)) for day in (1, 2, 3)}
    assert {day: version and version.edition for day, version in editions.items()} == {
        1: "WT2013",
        2: "ANYTOWN",
        3: "WT2013",
    }


def test_a_profile_may_begin_before_the_first_edition_and_end_after_the_last() -> None:
    book = laid(rule("initial-conference", '"9 working days"', "2000-01-01", "until = 2040-12-31"))
    for day, edition in ((date(2000, 1, 1), "ANYTOWN"), (date(2040, 12, 31), "ANYTOWN"), (date(2041, 1, 1), "WT2026")):
        version = book["initial-conference"].version_on(day)
        assert version is not None and version.edition == edition
    assert book["initial-conference"].version_on(date(1999, 12, 31)) is None
    assert not any(version.departure for version in local(book, "initial-conference"))


def test_two_entries_for_one_rule_that_overlap_are_refused_and_neighbours_are_not() -> None:
    first = rule("core-group", '{ every = "6 weeks" }', "2014-01-01", "until = 2014-12-31")
    for since in ("2014-01-01", "2014-12-31", "2013-01-01"):
        told = problem(first + rule("core-group", '{ every = "4 weeks" }', since))
        assert told == "line 8, rule 2 (core-group): it overlaps another entry for the same rule"
    after = rule("core-group", '{ every = "4 weeks" }', "2015-01-01")
    assert laid(first + after) == laid(after + first)
    assert [v.requires for v in local(laid(first + after), "core-group")] == [Cadence(weeks(6)), Cadence(weeks(4))]


# --- every problem at once, each with its line

FIVE_TABLES = """practice = ["plan-contingncy", "zzz"]

[calendar]
guidence = true
closures = [{ day = "1 May", name = "x" }]

[commencing]
CWSA = 2027-01-04
WT2018 = 2027-01-04

[[rule]]
id = "inital-conference"
from = 2014-01-01
requires = "10 working days"

[[rule]]
id = "core-group"
from = 2014-01-01
requires = "6 weeks"
untill = 2014-12-31

[[rule]]
id = "core-group"
from = 2014-01-01
requires = "6 weeks"

[[set-aside]]
id = "police-protection"
from = 2014-01-01
because = "of a reason"

[[set-aside]]
id = "initial-conference"
from = 2014-01-01

[[added-rule]]
id = "a"
kind = "wihtin"

[[added-rule]]
id = "b"
title = "b"
kind = "attended"
"""


def test_every_problem_of_every_table_is_told_at_once_with_its_line() -> None:
    told = problems(FIVE_TABLES)
    assert sorted(told) == sorted(
        [
            "practice: unknown rule 'plan-contingncy'; perhaps 'plan-contingency' was meant",
            "practice: unknown rule 'zzz'",
            "calendar: unknown key guidence",
            next(entry for entry in told if entry.startswith("calendar.closures[0].day: ")),
            "commencing: unknown instrument that is not in force 'CWSA'",
            "commencing: unknown instrument that is not in force 'WT2018'",
            "line 13, rule 1 (inital-conference): unknown rule 'inital-conference'; "
            "perhaps 'initial-conference' was meant",
            "line 18, rule 2 (core-group): unknown key untill",
            "line 24, rule 3 (core-group): a rule of kind every cannot require '6 weeks'",
            "line 29, set-aside 1 (police-protection): CA1989 is statute and cannot be set aside",
            "line 34, set-aside 2 (initial-conference): because: because is missing",
            "line 38, added-rule 1 (a): kind 'wihtin' is none of within, duty, atmost, before, every, current, order, "
            "attended, recorded",
            "line 42, added-rule 2 (b): event: event is missing",
        ]
    )


def test_two_problems_of_one_entry_are_both_told() -> None:
    text = '[[rule]]\nid = "core-group"\nfrom = "x"\nuntil = 5\nevidence = "Z"\nrequires = 5\n'
    told = problems(text)
    assert [entry.split(": ")[1] for entry in told] == ["from", "until", "evidence"]
    assert all(entry.startswith("line 3, rule 1 (core-group): ") for entry in told)


def test_what_only_the_law_can_tell_is_told_when_the_profile_is_laid_over_it() -> None:
    text = HEAD + rule("inital-conference", '"10 working days"') + rule("core-group", '"6 weeks"')
    profile = Profile.parse(text, path="anytown.toml")
    with pytest.raises(ProfileError) as caught:
        assert LAW | profile
    assert caught.value.what == "profile anytown.toml"
    assert [entry.partition(": ")[0] for entry in caught.value.problems] == [
        "line 3, rule 1 (inital-conference)",
        "line 7, rule 2 (core-group)",
    ]
    by_hand = Profile(id="X", authority="Y", rules=(LocalRule(id="zzz", from_=date(2014, 1, 1)),))
    with pytest.raises(ProfileError) as caught:
        assert LAW | by_hand
    assert (caught.value.what, caught.value.problems) == ("profile X", ("rule (zzz): unknown rule 'zzz'",))


def test_a_profile_is_laid_over_a_rulebook_and_nothing_else() -> None:
    with pytest.raises(TypeError):
        assert [] | Profile(id="X", authority="Y")


@pytest.mark.parametrize("header", ["[[rule]] # ours", "[[ rule ]]", '[["rule"]]', "  [['rule']]"])
def test_the_line_of_a_table_is_found_however_its_header_is_written(header: str) -> None:
    text = rule("inital-conference", '"3 days"').replace("[[rule]]", header) + rule("core-grup", '"3 days"')
    assert [entry.partition(",")[0] for entry in problems(text)] == ["line 3", "line 7"]


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_header_in_a_text_is_none(quotes: str) -> None:
    for text in (f"title = {quotes}\n[[rule]]\n{quotes}\n", f"title = {quotes}\n# \" ' \n[[rule]]{quotes} # ' \"\n"):
        line = 3 + text.count("\n")
        assert problem(text + rule("core-grup", '"3 days"')).startswith(f"line {line}, rule 1 (core-grup): ")


@pytest.mark.parametrize("char", ["\u2028", "\u0085", "\u2029"])
def test_a_line_ends_where_toml_ends_it(char: str) -> None:
    assert problem(f'title = "a{char}b"\n' + rule("core-grup", '"3 days"')).startswith("line 4, ")


def test_a_profile_has_an_id_that_no_version_of_the_book_has() -> None:
    ours = Profile.parse(HEAD + rule("initial-conference", '"10 working days"', "2020-01-01"))
    told = "id: the rulebook has versions of {!r}; a profile has an id of its own"
    for book, profile in ((LAW | ours, ours), (LAW, evolve(ours, id="WT2018"))):
        with pytest.raises(ProfileError) as caught:
            assert book | profile
        assert caught.value.problems == (told.format(profile.id),)


# --- which figure fits which rule

FORMS = {
    "a period": '"2 working days"',
    "a cadence": '{ every = "1 day" }',
    "a limit": '{ at-most = "1 day" }',
    "a date on the record": '{ by = "due" }',
    "agencies": '{ agencies = ["social-care", "police", "health"] }',
    "a quorum": '{ agencies = ["social-care", "police", "health"], others = 1 }',
    "facts": '{ facts = ["decided-by"] }',
    "nothing": None,
}
FITS: dict[str, set[str]] = {
    "referral-decision": {"a period", "a date on the record"},
    "plan-action-done": {"a period", "a date on the record"},
    "care-proceedings": {"a limit"},
    "child-seen": {"a period"},
    "police-protection": {"a limit"},
    "conference-report-shared": {"a period"},
    "core-group": {"a cadence"},
    "child-protection-visit": {"a cadence"},
    "assessment-current": {"a period"},
    "chronology-current": {"nothing"},
    "allocated-to-qualified-worker": {"nothing"},
    "closed-with-open-work": {"nothing"},
    "conference-quorum": {"agencies", "a quorum"},
    "recording-lag": {"a period", "facts"},
    "referral-decided-by": {"facts"},
    "plan-contingency": {"nothing"},
}


OTHERWISE = {
    ("child-seen", "nothing"): "a duty has no number until it is given one: requires is missing",
    # nationally facts are required, and what is recorded is checked in one way only
    ("referral-decided-by", "a period"): "the other versions of this rule require something of another kind",
}


@pytest.mark.parametrize("id", FITS)
def test_a_figure_that_fits_the_rule_is_taken_and_another_is_refused(id: str) -> None:
    known = LAW.with_practice()[id]
    for form, figure in FORMS.items():
        text = rule(id, figure)
        if form in FITS[id]:
            assert local(laid(text), id), form
            continue
        kind = f"a rule of kind {type(known).__name__.lower()} cannot require"
        because = OTHERWISE.get((id, form), kind)
        assert problem(text).startswith(f"line 3, rule 1 ({id}): {because}")


def test_every_kind_of_rule_is_among_those_figures() -> None:
    assert {type(LAW.with_practice()[id]) for id in FITS} == set(KINDS)


@pytest.mark.parametrize(
    ("id", "figure", "requires"),
    [
        ("initial-conference", '"7 days beginning with the day"', Period.parse("7 days beginning with the day")),
        ("initial-conference", '" 10 working days "', working_days(10)),
        ("initial-conference", '{ period = "1 week" }', weeks(1)),
        ("initial-conference", '"1 week"', weeks(1)),
        ("child-protection-visit", '{ every = "2 weeks" }', Cadence(weeks(2), first=weeks(2))),
        ("child-protection-visit", '{ every = "2 weeks", first = "1 week" }', Cadence(weeks(2), first=weeks(1))),
        (
            "supervision",
            '{ every = "4 weeks", first = "1 week", second = "2 weeks", later = "6 weeks", after = "26 weeks" }',
            Cadence(weeks(4), first=weeks(1), second=weeks(2), later=weeks(6), after=weeks(26)),
        ),
        ("core-group", '{ every = "6 weeks" }', Cadence(weeks(6))),
        (
            "conference-quorum",
            '{ agencies = ["social-care"], others = 2 }',
            Quorum(frozenset({"social-care"}), 2),
        ),
        ("conference-quorum", '{ agencies = ["police", "social-care"] }', frozenset({"police", "social-care"})),
        ("referral-decided-by", '{ facts = ["decided-by", "outcome"] }', ("decided-by", "outcome")),
        (
            "emergency-protection-order",
            '{ at-most = "7 days", extension = "7 days", times = 1, renewed = "2 days" }',
            Limit(Period.parse("7 days"), Period.parse("7 days"), 1, Period.parse("2 days")),
        ),
    ],
)
def test_a_figure_is_read_as_it_is_written(id: str, figure: str, requires: Requirement) -> None:
    assert [version.requires for version in local(laid(rule(id, figure)), id)] == [requires]


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ('"10 workingdays"', "'10 workingdays' is no period; expected one such as '15 working days' or '72 hours'"),
        ('"ten working days"', "'ten working days' is no period"),
        ('"-1 days"', "'-1 days' is no period"),
        ('"1.5 days"', "'1.5 days' is no period"),
        ('"99999 days"', "'99999 days' is no period"),
        ('""', "'' is no period"),
        ('"0 days"', "a period is 1 or more of its unit, not 0"),
        ("{}", "a requirement is a period, or a table with one of every, at-most, by, agencies, facts, not {}"),
        ('{ evry = "1 day" }', "a requirement is a period, or a table with one of every"),
        ('["10 days"]', "a requirement is a period, or a table with one of every"),
        ('{ every = "6 weeks", frist = "1 week" }', "a requirement knows no frist"),
        ('{ every = "6 weeks", at-most = "1 week" }', "a requirement knows no at-most"),
        ('{ by = "due", others = 2 }', "a requirement knows no others"),
        ("{ every = 6 }", "6 is no period; expected for instance '15 working days'"),
        ('{ every = { perod = "6 weeks" } }', "{'perod': '6 weeks'} is no period"),
        ("{ period = 10 }", "10 is not a period such as '15 working days'"),
        ("{ every = { period = 3 } }", "3 is not a period such as '15 working days'"),
        (
            '{ period = "2 months", month-end = "zzz" }',
            "there is no end of a month named 'zzz'; expected one of clamp,",
        ),
        ('{ period = "10 working days", calender = "x" }', "a period knows no calender"),
        ('{ period = "10 working days", every = "6 weeks" }', "a period knows no every"),
        ("5", "a requirement is a period, or a table with one of every, at-most, by, agencies, facts, not 5"),
        ("true", "a requirement is a period, or a table with one of every, at-most, by, agencies, facts, not true"),
        ("{ by = 5 }", "5 is not the name of a fact"),
        ('{ facts = "outcome" }', "'outcome' is not a list of facts"),
        ("{ facts = [2014-01-01] }", "2014-01-01 is not one of the facts, which are text"),
        ("{ agencies = 5 }", "5 is not a list of agencies"),
        ('{ agencies = ["police", 5] }', "5 is not one of the agencies, which are text"),
        ('{ agencies = ["police"], others = "x" }', "'x' is not a whole number of others"),
        ('{ agencies = ["police"], others = true }', "true is not a whole number of others"),
        ('{ at-most = "1 week", extension = "1 day", times = 1.5 }', "1.5 is not a whole number of times"),
        ('{ at-most = "48 hours", times = 1 }', "times says how many extensions count, and there is no extension"),
        ('{ every = "6 weeks", later = "12 weeks" }', "later says what replaces the wait, and after says when"),
        ('{ every = "6 weeks", after = "12 months" }', "later says what replaces the wait, and after says when"),
        ('{ period = "1 week", calendar = "Anytown" }', "there is no calendar named 'Anytown'"),
        ('{ period = "1 week", roll = "sideways" }', "there is no rounding named 'sideways'"),
        ('{ at-most = "1 week", extension = "1 day", times = 0 }', "times is 1 or more, not 0"),
        ('{ agencies = ["police"], others = -1 }', "others is 0 or more, not -1"),
    ],
)
def test_a_figure_that_is_none_is_refused(figure: str, told: str) -> None:
    assert problem(rule("initial-conference", figure)).startswith(f"line 3, rule 1 (initial-conference): {told}")


@pytest.mark.parametrize(
    ("id", "figure"),
    [
        ("section-47-outcome", "{ facts = [] }"),
        ("strategy-discussion-attendance", "{ agencies = [] }"),
        ("conference-quorum", "{ agencies = [], others = 0 }"),
    ],
)
def test_a_figure_that_anything_would_meet_is_refused(id: str, figure: str) -> None:
    told = problem(rule(id, figure, "2001-01-01", "until = 2002-01-01"))
    assert told == f"line 3, rule 1 ({id}): it names nobody and nothing, so anything would do"


def test_a_date_on_the_record_is_one_that_a_record_can_hold() -> None:
    for fact in ("deu", "outcome", "owner"):
        told = problem(rule("plan-action-done", f'{{ by = "{fact}" }}'))
        assert told == f"line 3, rule 1 (plan-action-done): no fact '{fact}' holds a date"


def test_a_fact_that_is_misspelt_is_told_and_one_of_the_councils_own_is_taken() -> None:
    told = problems(
        rule("section-47-outcome", '{ facts = ["outcom", "decidedby", "colour-of-the-form", "decided"] }', "2025-01-01")
    )
    assert [entry.partition("unknown ")[2] for entry in told] == [
        "fact 'outcom'; perhaps 'outcome' was meant",
        "fact 'decidedby'; perhaps 'decided-by' was meant",
    ]


def test_what_is_recorded_is_asked_for_by_fact_or_by_time_and_not_by_both() -> None:
    facts = rule("recording-lag", '{ facts = ["outcome"] }', "2015-01-01")
    told = problem(rule("recording-lag", '"5 days"', "2014-01-01", "until = 2014-12-31") + facts)
    assert told.startswith(
        "line 8, rule 2 (recording-lag): the other versions of this rule require something of another"
    )


def test_the_end_of_a_month_may_be_the_usual_one() -> None:
    figures = [
        local(laid(rule("core-group", f'{{ every = {{ period = "2 months", month-end = "{end}" }} }}')), "core-group")
        for end in ("clamp", "roll-over")
    ]
    assert [version.requires == Cadence(months(2)) for (version,) in figures] == [True, False]


@pytest.mark.parametrize("id", ["recording-lag", "assessment-current"])
def test_what_is_counted_from_a_day_without_a_time_has_no_limit_in_hours(id: str) -> None:
    assert problem(rule(id, '"24 hours"')).startswith(f"line 3, rule 1 ({id}): a rule of kind ")


def test_an_agency_that_nobody_knows_is_told() -> None:
    for figure in ('{ agencies = ["police", "helth"] }', '{ agencies = ["helth"], others = 1 }'):
        told = problem(rule("conference-quorum", figure))
        assert told == "line 3, rule 1 (conference-quorum): unknown agency 'helth'; perhaps 'health' was meant"
    both = problems(rule("conference-quorum", '{ agencies = ["helth", "polise"] }'))
    assert [entry.split("'")[1] for entry in both] == ["helth", "polise"]


def test_a_rule_that_nobody_knows_is_told_with_the_one_that_was_meant() -> None:
    told = problem(rule("core-grup", '{ every = "6 weeks" }'))
    assert told == "line 3, rule 1 (core-grup): unknown rule 'core-grup'; perhaps 'core-group' was meant"


# --- tighter and looser

GUIDANCE: list[tuple[str, str, bool]] = [
    ("initial-conference", '"15 working days"', False),
    ("initial-conference", '"14 working days"', False),
    ("initial-conference", '"16 working days"', True),
    # fifteen working days end on the 21st day from a weekday, on the 20th from a Saturday, on the 19th from a Sunday,
    # and later over Christmas
    ("initial-conference", '"19 days"', False),
    ("initial-conference", '"20 days"', True),
    ("initial-conference", '"21 days"', True),
    ("initial-conference", '"3 weeks"', True),
    ("initial-conference", '"2 weeks"', False),
    ("initial-conference", '"1 month"', True),
    ("initial-conference", '"15 working days beginning with the day"', False),
    ("initial-conference", '"16 working days beginning with the day"', True),
    ("initial-conference", '"456 hours"', True),  # from a Sunday to a Friday, 19 days on, and an hour more in March
    ("initial-conference", '"457 hours"', True),
    ("initial-conference", '{ by = "due" }', True),
    # three months can be as short as 89 days, and sixty working days over Easter and May take 90
    ("first-review-conference", '"89 days"', False),
    ("first-review-conference", '"90 days"', True),
    ("first-review-conference", '"55 working days"', False),
    ("first-review-conference", '"60 working days"', True),
    ("return-interview", '"71 hours"', False),
    ("return-interview", '"73 hours"', True),
    ("return-interview", '"4 days"', True),
    ("return-interview", '"3 days"', True),
    ("return-interview", '"2 days"', True),  # 73 hours at the end of October
    ("return-interview", '"1 day"', False),
    # from a Thursday, three working days end on a Tuesday
    ("return-interview", '"3 working days"', True),
    ("first-review-conference", '{ period = "3 months", roll = "forward" }', True),
    ("first-review-conference", '{ period = "3 months", month-end = "roll-over" }', True),
    ("review-conference", '{ every = "6 months" }', False),
    ("review-conference", '{ every = "3 months" }', False),
    ("review-conference", '{ every = "7 months" }', True),
    ("review-conference", '{ every = "181 days" }', False),
    ("review-conference", '{ every = "26 weeks" }', True),
    ("strategy-discussion-attendance", '{ agencies = ["social-care", "police", "health"] }', False),
    ("strategy-discussion-attendance", '{ agencies = ["social-care", "police", "health", "legal"] }', False),
    ("strategy-discussion-attendance", '{ agencies = ["social-care", "police"] }', True),
    ("strategy-discussion-attendance", '{ agencies = ["social-care", "police", "legal"] }', True),
    ("strategy-discussion-attendance", '{ agencies = ["social-care"], others = 5 }', True),
    ("strategy-discussion-attendance", '{ agencies = ["social-care", "police", "health"], others = 1 }', False),
    ("section-47-outcome", '{ facts = ["outcome"] }', False),
    ("section-47-outcome", '{ facts = ["outcome", "conference-required"] }', False),
    ("section-47-outcome", '{ facts = ["conference-required"] }', True),
    ("closed-with-open-work", "", False),
    ("child-seen", '"90 days"', False),
    ("core-group", '{ every = "52 weeks" }', False),
]


@pytest.mark.parametrize(("id", "figure", "looser"), GUIDANCE)
def test_a_figure_that_can_permit_more_than_guidance_is_a_departure_and_no_other(
    id: str, figure: str, looser: bool
) -> None:
    book = laid(rule(id, figure or None, "2018-07-04", "until = 2023-12-14"))
    (version,) = local(book, id)
    national = LAW[id].version_on(date(2020, 1, 1))
    assert bool(version.departure) is looser
    if looser:
        assert national is not None
        assert f", where {national.edition} requires " in version.departure


def test_a_departure_says_both_figures_in_words() -> None:
    for id, figure, told in (
        ("initial-conference", '"20 working days"', "20 working days, where WT2018 requires 15 working days"),
        (
            "strategy-discussion-attendance",
            '{ agencies = ["social-care", "police"] }',
            "police, social-care, where WT2018 requires health, police, social-care",
        ),
        (
            "review-conference",
            '{ every = "8 months" }',
            "every 8 months at most, where WT2018 requires every 6 months at most",
        ),
        (
            "section-47-outcome",
            '{ facts = ["conference-required"] }',
            "conference-required, where WT2018 requires outcome",
        ),
    ):
        (version,) = local(laid(rule(id, figure, "2018-07-04", "until = 2023-12-14")), id)
        assert version.departure == told


def test_a_figure_over_several_editions_departs_from_each_that_it_loosens_and_from_no_other() -> None:
    book = laid(
        rule(
            "strategy-discussion-attendance",
            '{ agencies = ["social-care", "police"] }',
            "2000-01-01",
            "until = 2030-12-31",
        )
    )
    pieces = local(book, "strategy-discussion-attendance")
    assert (pieces[0].in_force, pieces[-1].until) == (date(2000, 1, 1), date(2030, 12, 31))
    for before, after in pairwise(pieces):
        assert before.until is not None and before.until + timedelta(days=1) == after.in_force
    # the editions of 2006 and 2010 asked for these two only, and before 2006 nobody asked
    departs = [piece for piece in pieces if piece.departure]
    assert [piece.in_force for piece in departs] == [
        date(2013, 4, 15),
        date(2015, 3, 26),
        date(2018, 7, 4),
        date(2023, 12, 15),
        date(2026, 3, 18),
    ]
    for edition, piece in zip(EDITIONS, departs, strict=True):
        assert piece.departure == f"police, social-care, where {edition} requires health, police, social-care"


EDITIONS = ("WT2013", "WT2015", "WT2018", "WT2023", "WT2026")

STATUTE_KEPT: list[tuple[str, str]] = [
    ("private-fostering-first-visit", '"7 working days"'),
    ("private-fostering-first-visit", '"5 working days"'),
    # seven working days are never over before the ninth day
    ("private-fostering-first-visit", '"9 days"'),
    ("private-fostering-visit", '{ every = "6 weeks", later = "12 weeks", after = "12 months" }'),
    ("private-fostering-visit", '{ every = "4 weeks" }'),
    ("looked-after-visit", '{ every = "6 weeks", first = "1 week" }'),
    ("looked-after-visit", '{ every = "41 days", first = "7 days beginning with the day" }'),
    ("looked-after-review", '{ every = "6 months", first = "20 working days", second = "3 months" }'),
    ("looked-after-review", '{ every = "3 months", first = "20 working days" }'),
    ("police-protection", '{ at-most = "72 hours" }'),
    ("police-protection", '{ at-most = "24 hours" }'),
    ("emergency-protection-order", '{ at-most = "8 days beginning with the day", extension = "7 days", times = 1 }'),
    ("emergency-protection-order", '{ at-most = "8 days beginning with the day" }'),
    ("emergency-protection-order", '{ at-most = "7 days" }'),
    ("child-assessment-order", '{ at-most = "6 days" }'),
    ("care-proceedings", '{ at-most = "26 weeks beginning with the day", extension = "8 weeks" }'),
    ("care-proceedings", '{ at-most = "20 weeks", extension = "4 weeks", times = 2 }'),
    ("enquiry-after-emergency-action", '"1 working day"'),
]
STATUTE_LOOSENED: list[tuple[str, str]] = [
    ("private-fostering-first-visit", '"8 working days"'),
    ("private-fostering-first-visit", '"10 days"'),
    ("private-fostering-first-visit", '"2 weeks"'),
    ("private-fostering-first-visit", '{ by = "due" }'),
    ("private-fostering-visit", '{ every = "7 weeks" }'),
    ("private-fostering-visit", '{ every = "6 weeks", later = "13 weeks", after = "12 months" }'),
    ("private-fostering-visit", '{ every = "6 weeks", later = "12 weeks", after = "1 month" }'),
    ("private-fostering-visit", '{ every = { period = "6 weeks", roll = "forward" } }'),
    ("looked-after-visit", '{ every = "6 weeks", first = "8 days" }'),
    ("looked-after-visit", '{ every = "43 days", first = "1 week" }'),
    ("looked-after-visit", '{ every = "6 weeks", first = "1 week", later = "12 weeks", after = "12 months" }'),
    ("looked-after-review", '{ every = "6 months", first = "20 working days" }'),
    ("looked-after-review", '{ every = "6 months", first = "20 working days", second = "4 months" }'),
    (
        "looked-after-review",
        '{ every = { period = "6 months", month-end = "roll-over" }, first = "20 working days", second = "3 months" }',
    ),
    ("police-protection", '{ at-most = "73 hours" }'),
    # three days from nine in the morning end at midnight, 72 hours at nine
    ("police-protection", '{ at-most = "3 days" }'),
    ("police-protection", '{ at-most = "4 days" }'),
    ("police-protection", '{ at-most = "72 hours", extension = "1 day" }'),
    ("emergency-protection-order", '{ at-most = "8 days" }'),
    ("emergency-protection-order", '{ at-most = "8 days beginning with the day", extension = "8 days", times = 1 }'),
    ("emergency-protection-order", '{ at-most = "8 days beginning with the day", extension = "7 days", times = 2 }'),
    ("emergency-protection-order", '{ at-most = "8 days beginning with the day", extension = "7 days" }'),
    ("child-assessment-order", '{ at-most = "7 days" }'),
    ("child-assessment-order", '{ at-most = "7 days beginning with the day", extension = "1 day", times = 1 }'),
    ("care-proceedings", '{ at-most = "26 weeks", extension = "8 weeks" }'),
    ("care-proceedings", '{ at-most = "26 weeks beginning with the day", extension = "9 weeks" }'),
]


@pytest.mark.parametrize(("id", "figure"), STATUTE_KEPT)
def test_a_figure_within_an_act_is_taken_and_is_no_departure(id: str, figure: str) -> None:
    (version,) = local(laid(rule(id, figure, "2016-01-01")), id)
    assert version.departure == ""


@pytest.mark.parametrize(("id", "figure"), STATUTE_LOOSENED)
def test_a_figure_that_can_permit_more_than_an_act_is_refused(id: str, figure: str) -> None:
    told = problem(rule(id, figure, "2016-01-01"))
    national = LAW[id].version_on(date(2016, 1, 1))
    assert national is not None
    assert told.startswith(f"line 3, rule 1 ({id}): ")
    assert f", where {national.edition} requires " in told
    assert told.endswith(": an Act or regulations cannot be loosened")


def test_the_limit_of_a_renewal_is_the_acts_too() -> None:
    # until April 2014 an interim care order could last 8 weeks, and 4 when it was renewed
    kept = '{ at-most = "8 weeks beginning with the day", renewed = "4 weeks beginning with the day" }'
    (version,) = local(laid(rule("interim-care-order", kept, "2013-01-01", "until = 2013-12-31")), "interim-care-order")
    assert version.departure == ""
    for figure in ('{ at-most = "8 weeks beginning with the day" }', kept.replace("4 weeks", "5 weeks")):
        told = problem(rule("interim-care-order", figure, "2013-01-01", "until = 2013-12-31"))
        assert told.endswith(": an Act or regulations cannot be loosened")


def test_an_act_is_not_loosened_on_days_with_many_bank_holidays_either() -> None:
    """From 21 April 2011, with Easter, a royal wedding and May, 26 working days took longer than six weeks."""
    assert working_days(26).due(date(2011, 4, 21)) > weeks(6).due(date(2011, 4, 21))
    told = problem(rule("looked-after-visit", '{ every = "26 working days", first = "1 week" }', "2011-04-01"))
    assert told.endswith(": an Act or regulations cannot be loosened")


def test_closure_days_loosen_no_act() -> None:
    told = problem(CLOSED.format(guidance="false") + rule("private-fostering-first-visit", '"7 working days"'))
    assert told.endswith(": an Act or regulations cannot be loosened")
    assert laid(CLOSED.format(guidance="false") + rule("private-fostering-first-visit", '"4 working days"'))


@pytest.mark.parametrize("guidance", ["false", "true"])
def test_a_limit_of_ours_with_closure_days_is_looser_than_the_same_limit_without(guidance: str) -> None:
    for figure, looser in (('"15 working days"', True), ('"12 working days"', False)):
        book = laid(CLOSED.format(guidance=guidance) + rule("initial-conference", figure))
        assert [bool(version.departure) for version in local(book, "initial-conference")].count(looser) > 0
        assert all(bool(version.departure) is looser for version in local(book, "initial-conference"))


def test_a_rule_is_not_set_aside_and_given_a_figure_for_the_same_days() -> None:
    aside_in_2019 = aside("initial-conference", "2019-01-01", "2019-12-31")
    for since, until in (("2018-07-04", "2023-12-14"), ("2019-12-31", "2020-12-31"), ("2018-07-04", "2019-01-01")):
        told = problem(aside_in_2019 + rule("initial-conference", '"10 working days"', since, f"until = {until}"))
        assert told == "line 8, rule 1 (initial-conference): it is set aside on some of the same days"
    book = laid(aside_in_2019 + rule("initial-conference", '"60 working days"', "2020-01-01", "until = 2020-12-31"))
    assert [bool(version.departure) for version in local(book, "initial-conference")] == [True]


def test_a_second_profile_is_compared_with_the_law_and_not_with_the_first() -> None:
    def profile(id: str, text: str) -> Profile:
        return Profile.parse(HEAD.replace("ANYTOWN", id) + text)

    first = profile("ONE", rule("initial-conference", '"20 working days"', "2018-07-04", "until = 2023-12-14"))
    second = profile("TWO", rule("initial-conference", '"18 working days"', "2018-07-04", "until = 2023-12-14"))
    version = (LAW | first | second)["initial-conference"].version_on(date(2020, 1, 1))
    assert first.id not in {version.edition for version in (LAW | first | second)["initial-conference"].versions}
    assert version is not None
    assert version.departure == "18 working days, where WT2018 requires 15 working days"
    tighter = profile("ONE", rule("private-fostering-first-visit", '"5 working days"'))
    for text in (
        rule("private-fostering-first-visit", '"8 working days"'),
        aside("private-fostering-first-visit", "2014-01-01"),
    ):
        with pytest.raises(ProfileError, match=r"cannot be (set aside|loosened)"):
            assert LAW | tighter | profile("TWO", text)
    kept = LAW | tighter | profile("TWO", rule("private-fostering-first-visit", '"7 working days"'))
    assert kept["private-fostering-first-visit"].versions[-1].edition == "TWO"


def test_a_second_profile_loosens_no_act_that_began_while_the_first_held() -> None:
    first = Profile.parse(HEAD + rule("care-proceedings", '{ at-most = "20 weeks" }', "2010-01-01"))
    looser = '{ at-most = "30 weeks" }'
    for since, until, free in (("2010-01-01", "2014-04-21", True), ("2010-01-01", "2014-04-22", False)):
        text = HEAD.replace("ANYTOWN", "TWO") + rule("care-proceedings", looser, since, f"until = {until}")
        if free:
            assert LAW | first | Profile.parse(text)
        else:
            with pytest.raises(ProfileError, match="cannot be loosened"):
                assert LAW | first | Profile.parse(text)


def test_a_figure_before_and_after_an_act_is_free() -> None:
    """The limit of care proceedings began in April 2014, that of interim care orders ended then."""
    weeks_30 = '{ at-most = "30 weeks" }'
    book = laid(rule("care-proceedings", weeks_30, "2010-01-01", "until = 2014-04-21"))
    assert [v.departure for v in local(book, "care-proceedings")] == [""]
    assert "cannot be loosened" in problem(rule("care-proceedings", weeks_30, "2010-01-01", "until = 2014-04-22"))
    book = laid(rule("interim-care-order", weeks_30, "2014-04-22"))
    assert [v.departure for v in local(book, "interim-care-order")] == [""]


def profiled(id: str, text: str) -> Profile:
    return Profile.parse(HEAD.replace("ANYTOWN", id) + text)


def test_a_second_profile_is_compared_with_every_edition_that_the_first_stands_in_for() -> None:
    days = ("2009-01-01", "until = 2012-12-31")
    first = profiled("ONE", rule("initial-assessment", '"5 working days"', *days))
    second = profiled("TWO", rule("initial-assessment", '"8 working days"', *days))
    assert [version.edition for version in (LAW | first)["initial-assessment"].versions].count("ONE") == 1
    # seven working days in the edition of 2006, ten in that of 2010
    told = [
        (v.in_force, v.departure) for v in (LAW | first | second)["initial-assessment"].versions if v.edition == "TWO"
    ]
    assert told == [
        (date(2009, 1, 1), "8 working days, where WT2006 requires 7 working days"),
        (date(2010, 3, 17), ""),
    ]


def test_a_second_profile_is_compared_with_editions_that_began_after_the_first() -> None:
    days = ("2000-01-01", "until = 2013-04-14")
    first, second = (
        profiled(id, rule("strategy-discussion-attendance", f"{{ agencies = {who} }}", *days))
        for id, who in (("ONE", '["social-care", "police"]'), ("TWO", '["social-care"]'))
    )
    versions = [v for v in (LAW | first | second)["strategy-discussion-attendance"].versions if v.edition == "TWO"]
    assert [(v.in_force, bool(v.departure)) for v in versions] == [
        (date(2000, 1, 1), False),
        (date(2006, 4, 1), True),
        (date(2010, 3, 17), True),
    ]


@pytest.mark.parametrize("format", ["toml", "json"])
def test_a_book_that_was_exported_still_knows_the_act_behind_a_local_figure(format: str) -> None:
    book = LAW | profiled("ONE", rule("private-fostering-first-visit", '"5 working days"'))
    read = Rulebook.load(book.export(format))
    with pytest.raises(ProfileError, match="50 working days, where PF2005 requires 7 working days: an Act"):
        assert read | profiled("TWO", rule("private-fostering-first-visit", '"50 working days"'))
    with pytest.raises(ProfileError, match="PF2005 is statute and cannot be set aside"):
        assert read | profiled("TWO", aside("private-fostering-first-visit", "2015-01-01", "2015-01-01"))


def test_a_figure_in_place_of_an_act_says_what_the_act_requires() -> None:
    told = "it stands in for PF2005, an Act or regulations, which requires 7 working days"
    for more, note in (([], told), (['note = "agreed"'], f"agreed; {told}")):
        book = laid(rule("private-fostering-first-visit", '"5 working days"', "2014-01-01", *more))
        (version,) = local(book, "private-fostering-first-visit")
        assert version.note == note
    (finding,) = found(
        book, "private-fostering-first-visit", date(2016, 1, 1), ("2015-06-01", "private-fostering-notified")
    )
    assert told in finding.explain()
    (unnumbered,) = local(
        laid(rule("enquiry-after-emergency-action", '"1 working day"')), "enquiry-after-emergency-action"
    )
    assert unnumbered.note == "it stands in for CA1989, an Act or regulations"


def test_a_figure_of_more_working_days_than_the_calendar_has_is_told() -> None:
    guidance = Version(
        instrument=Instrument("G", "guidance", Force.GUIDANCE, date(2010, 1, 1)),
        requires=months(1),
        evidence=Evidence.PRIMARY,
    )
    lead = Before(id="lead", title="t", event=on("visit"), anchor=on("found"), versions=(guidance,))
    with pytest.raises(ProfileError) as caught:
        assert Rulebook("a book", (lead,)) | Profile.parse(HEAD + rule("lead", '"9999 working days"'))
    (told,) = caught.value.problems
    assert told.startswith("line 3, rule 1 (lead): 9999 working days before ")


# --- findings


def test_a_finding_under_a_departure_says_so_and_no_other_does() -> None:
    book = laid(
        rule("initial-conference", '"20 working days"', "2014-01-01", "until = 2014-12-31")
        + rule("initial-conference", '"10 working days"', "2015-01-01")
    )

    def only(discussed: str, held: str) -> Finding:
        events = ((discussed, "strategy-discussion", {"decision": "section-47"}), (held, "initial-conference"))
        (finding,) = found(book, "initial-conference", date(2016, 12, 31), *events)
        return finding

    # 18 working days: late by the guidance, in time by the local figure
    departs = only("2014-03-05", "2014-03-31")
    told = "Local departure: 20 working days, where WT2013 requires 15 working days."
    assert departs.status == "met"
    assert departs.because.endswith(told)
    assert departs.to_dict()["departure"] == "20 working days, where WT2013 requires 15 working days"
    assert "local departure: 20 working days, where WT2013 requires 15 working days" in departs.explain()
    assert departs.to_dict()["force"] == "local"
    tighter = only("2015-03-05", "2015-03-24")
    assert tighter.status == "late"
    national = only("2013-06-03", "2013-06-20")
    assert national.status == "met"
    for finding in (tighter, national):
        assert "departure" not in finding.because + finding.explain()
        assert finding.to_dict()["departure"] is None


DEPARTURES: list[tuple[str, str, Sequence[Any]]] = [
    ("return-interview", '"5 days"', [("2019-03-01", "found"), ("2019-03-05", "return-interview")]),
    (
        "review-conference",
        '{ every = "8 months" }',
        [
            ("2019-01-07", "initial-conference", {"outcome": "plan"}),
            ("2019-03-04", "review-conference", {"outcome": "continue"}),
        ],
    ),
    (
        "strategy-discussion-attendance",
        '{ agencies = ["social-care"] }',
        [("2019-03-04", "strategy-discussion", {"agencies": {"social-care"}})],
    ),
    ("strategy-discussion-attendance", '{ agencies = ["social-care"] }', [("2019-03-04", "strategy-discussion")]),
    (
        "section-47-outcome",
        '{ facts = ["conference-required"] }',
        [("2019-03-04", "section-47-completed", {"outcome": "not-substantiated"})],
    ),
]


@pytest.mark.parametrize(("id", "figure", "events"), DEPARTURES)
def test_a_finding_of_every_kind_and_status_says_that_it_departs(id: str, figure: str, events: Sequence[Any]) -> None:
    findings = found(laid(rule(id, figure)), id, date(2019, 12, 31), *events)
    assert findings
    for finding in findings:
        assert finding.version is not None and finding.version.departure
        assert f"Local departure: {finding.version.departure}." in finding.because
    for finding in found(LAW, id, date(2019, 12, 31), *events):
        assert "departure" not in finding.because


def test_a_finding_under_an_illustrative_figure_says_that_it_is_nobodys() -> None:
    for more, told in (("illustrative = true", True), ("illustrative = false", False)):
        book = laid(rule("child-seen", '"5 working days"', "2014-01-01", more))
        (finding,) = found(book, "child-seen", date(2019, 12, 31), ("2019-03-04", "referral"))
        assert (" is an illustration and not a local rule that was seen" in finding.because) is told
        assert finding.to_dict()["illustrative"] is told


def test_a_duty_without_a_number_is_told_until_a_profile_gives_it_one_and_judged_from_then_on() -> None:
    book = laid(rule("child-seen", '"5 working days"'))
    events = [
        ("2013-03-04", "referral"),
        ("2013-03-20", "assessment-completed", {"child-seen": True}),
        ("2014-03-03", "referral"),
        ("2014-03-20", "assessment-completed", {"child-seen": True}),
    ]
    report = check(story(*events), book, as_at=date(2015, 1, 1))
    assert [finding.status for finding in report.findings if finding.rule == "child-seen"] == ["late"]
    assert [(told.trigger.day, told.days) for told in report.elapsed if told.rule == "child-seen"] == [
        (date(2013, 3, 4), 16)
    ]
    assert "child-seen" not in {entry.id for entry in report.not_assessed}


@pytest.mark.parametrize("id", sorted(rule.id for rule in LAW.rules if not rule.versions))
def test_a_rule_without_a_national_number_is_off_until_a_profile_gives_one(id: str) -> None:
    figures = [figure for figure in FORMS.values() if figure is not None]
    off = {entry.id for entry in LAW.not_assessed}
    assert id in off
    for figure in figures:
        try:
            book = laid(rule(id, figure))
        except ProfileError:
            continue
        assert id not in {entry.id for entry in book.not_assessed}
        assert id in {applied.id for applied in book.applied}
        gap = [absence for absence in book[id].absent if absence.until is None or absence.until >= date(2014, 1, 1)]
        assert gap == []
        break
    else:
        pytest.fail("no figure switches it on")


# --- closure days

CLOSED = """[calendar]
guidance = {guidance}
closures = [
    {{ day = 2024-12-27, name = "offices closed" }},
    {{ day = 2024-12-28, name = "a Saturday" }},
    {{ day = 2024-12-30, name = "offices closed" }},
    {{ day = 2024-12-26, name = "Boxing Day again" }},
]
"""


BOXING_DAY = '[{ day = 2024-12-26, name = "Boxing Day again" }]'


def test_closure_days_are_not_counted_in_the_limits_of_the_profile() -> None:
    figures = rule("child-seen", '"5 working days"') + rule(
        "supervision", '{ every = "5 working days", first = "2 working days" }'
    )
    without, with_closures = laid(figures), laid(CLOSED.format(guidance="false") + figures)
    start = date(2024, 12, 23)
    # 24, 27, 30, 31 December and 2 January; then without the 27th and the 30th
    assert without["child-seen"].due(start).on == date(2025, 1, 2)
    limit = with_closures["child-seen"].due(start)
    assert limit.on == date(2025, 1, 6)
    assert [name for _, name in limit.days_not_counted].count("offices closed") == 2
    supervised = found(with_closures, "supervision", date(2024, 12, 24), ("2024-12-24", "referral"))
    assert [finding.due for finding in supervised] == [date(2025, 1, 2)]
    assert with_closures["supervision"].due(start).on == date(2025, 1, 6)
    # the calendar knows Boxing Day, and a Saturday is never counted
    assert [name for day, name in limit.days_not_counted if day == date(2024, 12, 26)] == ["Boxing Day"]


def test_closure_days_leave_the_national_limits_alone_unless_the_profile_says_so() -> None:
    book = laid(CLOSED.format(guidance="false"))
    assert book == LAW
    assert book["initial-conference"].due(date(2024, 12, 23)).on == date(2025, 1, 16)


def test_closure_days_in_the_limits_of_guidance_are_a_departure_and_leave_statute_alone() -> None:
    book = laid(CLOSED.format(guidance="true"))
    assert book["initial-conference"].due(date(2024, 12, 23)).on == date(2025, 1, 20)
    assert book["private-fostering-first-visit"].due(date(2024, 12, 23)).on == date(2025, 1, 6)
    for old in LAW.rules:
        for version, before in zip(book[old.id].versions, old.versions, strict=True):
            counted = isinstance(before.requires, Period) and before.requires.unit == "working-days"
            marked = counted and before.force is not Force.STATUTE
            assert version.departure == ("the closure days of Anytown are not counted" if marked else "")
            assert marked or version == before
    events = (("2024-12-23", "strategy-discussion", {"decision": "section-47"}), ("2025-01-20", "initial-conference"))
    (finding,) = found(book, "initial-conference", date(2025, 2, 1), *events)
    assert finding.status == "met"
    assert finding.because.endswith("Local departure: the closure days of Anytown are not counted.")


@pytest.mark.parametrize("closures", ["[]", '[{ day = 2024-12-28, name = "a Saturday" }]', BOXING_DAY])
def test_a_calendar_that_closes_nothing_changes_nothing(closures: str) -> None:
    book = laid(f"[calendar]\nguidance = true\nclosures = {closures}\n" + rule("child-seen", '"5 working days"'))
    assert book == laid(rule("child-seen", '"5 working days"'))


def test_closure_days_are_left_out_of_every_part_of_a_limit() -> None:
    shape = 'start = [{ on = ["missing"] }]\nend = [{ on = ["found"] }]'
    figure = '{ at-most = "2 working days", renewed = "1 working day", extension = "1 week" }'
    book = laid(CLOSED.format(guidance="false") + added("atmost", shape) + rule("ours", figure))
    assert book["ours"].due(date(2024, 12, 24)).on == date(2025, 1, 2)
    (version,) = local(book, "ours")
    assert isinstance(version.requires, Limit) and version.requires.renewed is not None
    assert version.requires.renewed.calendar == version.requires.period.calendar is not None


def test_closure_days_leave_alone_what_an_earlier_profile_set_in_place_of_an_act() -> None:
    ours = Profile.parse(HEAD + rule("private-fostering-first-visit", '"7 working days"'))
    closed = Profile.parse(HEAD.replace("ANYTOWN", "TWO") + CLOSED.format(guidance="true"))
    assert (LAW | ours | closed)["private-fostering-first-visit"] == (LAW | ours)["private-fostering-first-visit"]


def test_closure_days_add_to_the_departure_and_to_the_closure_days_of_an_earlier_profile() -> None:
    ours = Profile.parse(HEAD + rule("initial-conference", '"20 working days"', "2018-07-04", "until = 2023-12-14"))
    both = CLOSED.format(guidance="true").replace("2024-12-30", "2022-12-30").replace("2024-12-27", "2022-12-29")
    two, three = (
        Profile.parse(f'id = "{id}"\nauthority = "{id.title()}"\n{text}')
        for id, text in (("TWO", both), ("THREE", both.replace("2022-12-29", "2022-12-28")))
    )
    book = LAW | ours | two | three
    version = book["initial-conference"].version_on(date(2020, 1, 1))
    assert version is not None
    assert version.departure == (
        "20 working days, where WT2018 requires 15 working days; the closure days of Two are not counted; "
        "the closure days of Three are not counted"
    )
    closed = [
        day for day, name in book["initial-conference"].due(date(2022, 12, 23)).days_not_counted if "office" in name
    ]
    assert closed == [date(2022, 12, 28), date(2022, 12, 29), date(2022, 12, 30)]
    assert LAW | two | two == LAW | two


def test_a_lead_time_with_closure_days_is_longer_and_no_departure() -> None:
    lead = rule("conference-report-shared", '"2 working days"')
    closed = Profile.parse(HEAD.replace("ANYTOWN", "TWO") + CLOSED.format(guidance="true"))
    (version,) = local(laid(lead) | closed, "conference-report-shared")
    (before,) = local(laid(lead), "conference-report-shared")
    assert (version.departure, version.requires == before.requires) == ("", False)


def test_a_departure_by_closure_days_or_rounding_says_so() -> None:
    days = ("2018-07-04", "until = 2023-12-14")
    for head, figure, told in (
        (
            CLOSED.format(guidance="false"),
            '"15 working days"',
            "15 working days (by the calendar of Anytown, ANYTOWN)",
        ),
        (
            "",
            '{ period = "15 working days", roll = "forward", month-end = "roll-over" }',
            "",
        ),
    ):
        (version,) = local(laid(head + rule("initial-conference", figure, *days)), "initial-conference")
        assert version.departure == (told and f"{told}, where WT2018 requires 15 working days")
    figure = '{ period = "3 months", roll = "forward", month-end = "roll-over" }'
    (version,) = local(laid(rule("first-review-conference", figure, *days)), "first-review-conference")
    assert version.departure == (
        "3 months (a last day that is no working day moves to the next working day; in a month that is too short, "
        "the first day of the next month), where WT2018 requires 3 months"
    )


def test_every_closure_outside_the_calendar_is_told() -> None:
    told = problems('[calendar]\nclosures = [{ day = 2060-12-27, name = "x" }, { day = 1980-12-27, name = "y" }]\n')
    assert told[0].startswith("calendar: 27 December 2060 is outside the England and Wales calendar")
    assert told[1].startswith("calendar: 27 December 1980 is outside the England and Wales calendar")


# --- keeping, setting aside, bringing into force, practice


def test_a_rule_that_the_guidance_has_dropped_can_be_kept() -> None:
    book = laid(rule("initial-assessment", '"10 working days"', "2013-04-15", "until = 2016-09-30"))
    kept = book["initial-assessment"]
    editions = {
        day: version.edition if (version := kept.version_on(day)) else None
        for day in (date(2013, 4, 14), date(2013, 4, 15), date(2016, 9, 30), date(2016, 10, 1))
    }
    assert list(editions.values()) == ["WT2010", "ANYTOWN", "ANYTOWN", None]
    (absence,) = kept.absent
    assert (absence.since, absence.until) == (date(2016, 10, 1), None)
    assert [version.departure for version in local(book, "initial-assessment")] == [""]


def test_a_rule_kept_from_before_the_end_departs_on_the_days_of_the_guidance_only() -> None:
    book = laid(rule("core-assessment", '"40 working days"', "2012-04-15", "until = 2016-09-30"))
    told = [(version.in_force, version.until, bool(version.departure)) for version in local(book, "core-assessment")]
    assert told == [
        (date(2012, 4, 15), date(2013, 4, 14), True),
        (date(2013, 4, 15), date(2016, 9, 30), False),
    ]


def aside(id: str, since: str, until: str | None = None) -> str:
    end = [f"until = {until}"] if until else []
    return "\n".join(["[[set-aside]]", f'id = "{id}"', f"from = {since}", *end, 'because = "of a reason"', ""])


def test_a_rule_of_guidance_can_be_set_aside_for_some_days_and_is_listed_with_the_reason() -> None:
    book = laid(aside("initial-conference", "2014-01-01", "2014-06-30"))
    kept = book["initial-conference"]
    for day, there in (
        (date(2013, 12, 31), True),
        (date(2014, 1, 1), False),
        (date(2014, 6, 30), False),
        (date(2014, 7, 1), True),
    ):
        assert (kept.version_on(day) is not None) is there
    told = "set aside by Anytown from Wed 1 Jan 2014 to Mon 30 Jun 2014: of a reason"
    assert [absence.because for absence in kept.absent] == [told]
    report = check(
        story(("2014-03-03", "strategy-discussion", {"decision": "section-47"})), book, as_at=date(2014, 12, 31)
    )
    assert [entry.because for entry in report.not_assessed if entry.id == "initial-conference"] == [told]
    assert "initial-conference" not in report.summary


def test_a_rule_can_be_set_aside_for_good() -> None:
    book = laid(aside("initial-conference", "2000-01-01"))
    assert book["initial-conference"].versions == ()
    told = {entry.id: entry.because for entry in book.not_assessed}
    assert told["initial-conference"] == "set aside by Anytown from Sat 1 Jan 2000 on: of a reason"


def test_two_rules_set_aside_on_days_that_overlap_are_both_off() -> None:
    book = laid(
        aside("initial-conference", "2014-01-01", "2014-06-30")
        + aside("initial-conference", "2014-06-01", "2014-12-31")
    )
    kept = book["initial-conference"]
    for day in (date(2014, 1, 1), date(2014, 6, 15), date(2014, 12, 31)):
        assert kept.version_on(day) is None
        assert len([gap for gap in kept.absent if gap.since <= day and (gap.until is None or day <= gap.until)]) == 1
    assert kept.version_on(date(2015, 1, 1)) is not None


@pytest.mark.parametrize(
    "id", sorted(rule.id for rule in LAW.rules if any(v.force is Force.STATUTE and v.in_force for v in rule.versions))
)
def test_no_rule_of_an_act_can_be_set_aside(id: str) -> None:
    told = problem(aside(id, "2000-01-01"))
    assert told.startswith(f"line 3, set-aside 1 ({id}): ")
    assert told.endswith(" is statute and cannot be set aside")


def test_an_act_can_be_set_aside_on_days_on_which_it_was_not_in_force() -> None:
    book = laid(aside("care-proceedings", "2010-01-01", "2014-04-21"))
    assert book["care-proceedings"].versions == LAW["care-proceedings"].versions
    assert "is statute" in problem(aside("care-proceedings", "2010-01-01", "2014-04-22"))


def test_what_is_set_aside_must_be_known_and_have_a_reason() -> None:
    told = problem(aside("inital-conference", "2014-01-01"))
    assert told.endswith("unknown rule 'inital-conference'; perhaps 'initial-conference' was meant")


def test_practice_is_asked_for_as_a_whole_or_by_name_or_by_a_figure() -> None:
    on_request = {rule.id for rule in LAW.on_request}
    assert set(laid("practice = true\n")) == set(LAW) | on_request
    assert laid("practice = false\n") == LAW
    assert laid("practice = []\n") == LAW
    some = laid('practice = ["plan-contingency", "marac-filed"]\n')
    assert set(some) - set(LAW) == {"plan-contingency", "marac-filed"}
    assert {rule.id for rule in some.on_request} == on_request - {"plan-contingency", "marac-filed"}
    by_figure = laid(rule("marac-filed", '"3 days"'))
    assert set(by_figure) - set(LAW) == {"marac-filed"}
    assert "marac-filed" not in {rule.id for rule in by_figure.on_request}


def test_a_rule_of_practice_that_is_asked_for_can_be_set_aside() -> None:
    book = laid('practice = ["plan-contingency"]\n' + aside("plan-contingency", "2014-01-01"))
    assert book["plan-contingency"].version_on(date(2014, 1, 1)) is None
    told = problem(aside("plan-contingency", "2014-01-01"))
    assert told.endswith("'plan-contingency' is applied on request: name it under practice")


def test_an_act_that_is_not_in_force_comes_into_force_on_the_day_of_the_profile() -> None:
    book = laid("[commencing]\nCWSA2026-1 = 2027-01-04\n")
    offered = book["family-group-meeting-offered"]
    assert offered.version_on(date(2027, 1, 3)) is None
    version = offered.version_on(date(2027, 1, 4))
    assert version is not None
    assert (version.edition, version.force) == ("CWSA2026-1", Force.STATUTE)
    told = problem("[commencing]\nCWSA2026-1 = 2027-01-04\n" + aside("family-group-meeting-offered", "2027-01-04"))
    assert told.endswith("CWSA2026-1 is statute and cannot be set aside")


def test_an_act_that_is_misspelt_is_told_with_the_one_that_was_meant() -> None:
    told = problem("[commencing]\nCWSA2026-2 = 2027-01-04\n")
    assert told == "commencing: unknown instrument that is not in force 'CWSA2026-2'; perhaps 'CWSA2026-1' was meant"


def test_a_commencement_that_is_no_day_is_told() -> None:
    told = problems('[commencing]\nCWSA2026-1 = "soon"\nX = 5\n')
    assert [entry.partition(": ")[0] for entry in told] == ["commencing['CWSA2026-1']", "commencing['X']"]


# --- rules of the council's own

ADDED: dict[str, tuple[str, str | None]] = {
    "within": ('start = [{ on = ["referral"] }]\nend = [{ on = ["visit"] }]', '"3 days"'),
    "duty": ('start = [{ on = ["referral"] }]\nend = [{ on = ["visit"] }]', '"3 days"'),
    "atmost": ('start = [{ on = ["missing"] }]\nend = [{ on = ["found"] }]', '{ at-most = "3 days" }'),
    "before": ('event = [{ on = ["visit"] }]\nanchor = [{ on = ["review-conference"] }]', '"3 months"'),
    "every": ('event = [{ on = ["visit"] }]\nagain = [{ on = ["visit"] }]', '{ every = "3 days" }'),
    "current": ('while = "case"\nevent = [{ on = ["chronology-updated"] }]', '"3 months"'),
    "order": ('then = [{ on = ["case-closed"] }]\nfirst = [{ on = ["visit"] }]', None),
    "attended": ('event = [{ on = ["core-group"] }]', '{ agencies = ["police"] }'),
    "recorded": ('event = [{ on = ["visit"] }]', '{ facts = ["purpose"] }'),
}
RECORD = [
    ("2024-01-02", "referral"),
    ("2024-01-08", "visit"),
    ("2024-02-01", "missing"),
    ("2024-02-09", "found"),
    ("2024-03-01", "core-group", {"agencies": {"health"}}),
    ("2024-03-01", "chronology-updated"),
    ("2024-04-01", "review-conference"),
    ("2024-09-01", "visit"),
]


def added(kind: str, shape: str) -> str:
    return f'[[added-rule]]\nid = "ours"\ntitle = "a rule of ours"\nkind = "{kind}"\n{shape}\n'


@pytest.mark.parametrize("kind", ADDED)
def test_a_rule_of_any_kind_can_be_added_and_is_judged_by_the_figure_of_the_profile(kind: str) -> None:
    shape, figure = ADDED[kind]
    off = laid(added(kind, shape))
    assert type(off["ours"]).__name__.lower() == kind
    assert off["ours"].versions == ()
    assert "ours" in {entry.id for entry in off.not_assessed}
    book = laid(added(kind, shape) + rule("ours", figure, "2024-01-01"))
    events = RECORD if kind != "order" else [*RECORD[2:-1], ("2024-09-01", "case-closed")]
    findings = found(book, "ours", date(2024, 9, 2), *events)
    assert any(finding.is_breach for finding in findings), findings
    assert all(finding.to_dict()["edition"] == "ANYTOWN" for finding in findings)


def test_every_kind_of_rule_can_be_added() -> None:
    assert set(ADDED) == {kind.__name__.lower() for kind in KINDS}


def test_an_added_rule_may_speak_of_the_spells_of_the_book() -> None:
    shape = 'start = [{ on = ["visit"], where = { during = "child protection plan" } }]\nend = [{ on = ["visit"] }]'
    book = laid(added("within", shape) + rule("ours", '"3 days"', "2024-01-01"))
    assert found(book, "ours", date(2024, 2, 1), ("2024-01-02", "visit")) == []
    assert len(found(book, "ours", date(2024, 2, 1), ("2024-01-01", "plan-started"), ("2024-01-02", "visit"))) == 1


WHOLE_RULE = ("attended", 'event = [{ on = ["visit"] }]')
BAD_SHAPES: dict[str, tuple[str, str, str]] = {
    "no kind that there is": ("wihtin", ADDED["within"][0], "kind 'wihtin' is none of within, duty"),
    "no end": ("within", 'start = [{ on = ["referral"] }]', "end: end is missing"),
    "no again": ("every", 'event = [{ on = ["visit"] }]', "again: again is missing"),
    "no anchor": ("before", 'event = [{ on = ["visit"] }]', "anchor: anchor is missing"),
    "no spell": ("current", 'event = [{ on = ["visit"] }]', "while: while is missing"),
    "no then": ("order", 'first = [{ on = ["visit"] }]', "then: then is missing"),
    "no event": ("attended", "", "event: event is missing"),
    "a key of another kind": ("recorded", 'event = [{ on = ["visit"] }]\nend = []', "unknown key end"),
    "a match without a kind": ("attended", "event = [{}]", "event: on is missing"),
    "a match with another key": (
        "attended",
        'event = [{ on = ["visit"], when = 1 }]',
        "event: a match knows on and where, not when",
    ),
    "a number for a match": ("attended", "event = 5", "event: 5 is not a list of tables such as { on = ['visit'] }"),
    "a text for a match": ("attended", 'event = "visit"', "event: 'visit' is not a list of tables such as"),
    "texts for a match": ("attended", 'event = ["visit"]', "event: 'visit' is not a table such as { on = ['visit'] }"),
    "a text for kinds": ("attended", 'event = [{ on = "visit" }]', "event: 'visit' is not a list of kinds of event"),
    "no match": ("attended", "event = []", "event: it names no kind of event, so nothing would ever count"),
    "no kinds": ("attended", "event = [{ on = [] }]", "event: it names no kind of event, so nothing would ever count"),
    "a kind that nobody knows": (
        "attended",
        'event = [{ on = ["vist"] }]',
        "unknown event 'vist'; perhaps 'visit' was meant",
    ),
    "a kind like no other": (
        "attended",
        'event = [{ on = ["tea"] }]',
        "unknown event 'tea'; expected a kind of event of",
    ),
    "a fact that is misspelt": (
        "attended",
        'event = [{ on = ["visit"], where = { all = [{ not = { fact = "child-sen", is = [true] } }] } }]',
        "unknown fact 'child-sen'; perhaps 'child-seen' was meant",
    ),
    "a fact that would settle it and is misspelt": (
        "attended",
        'event = [{ on = ["visit"], where = { doubtful-if = { stated = "of", is = ["x"] }, because = "x", '
        'settled-by = "child-sen" } }]',
        "unknown fact 'child-sen'; perhaps 'child-seen' was meant",
    ),
    "a value that is misspelt": (
        "attended",
        'event = [{ on = ["initial-conference"], where = { any = [{ fact = "outcome", is = ["pln", "plan"] }] } }]',
        "unknown outcome of initial-conference 'pln'; perhaps 'plan' was meant",
    ),
    "a value that is misspelt in what must hold": (
        "recorded",
        'event = [{ on = ["plan-ended"] }]\nmust = { fact = "reason", is = ["movd"] }',
        "unknown reason of plan-ended 'movd'; perhaps 'moved' was meant",
    ),
    "a list for a value": (
        "attended",
        'event = [{ on = ["visit"], where = { fact = "purpose", is = [["x"]] } }]',
        "event: ['x'] is no value of a fact",
    ),
    "a condition of no value": (
        "attended",
        'event = [{ on = ["visit"], where = { fact = "purpose", is = [] } }]',
        "event: {'fact': 'purpose', 'is': []} is no condition",
    ),
    "a condition of no parts": (
        "attended",
        'event = [{ on = ["visit"], where = { all = [] } }]',
        "event: {'all': []} is no condition",
    ),
    "a text for a flag": ("order", ADDED["order"][0] + '\nsame-day = "yes"', "same-day: 'yes' is not true or false"),
    "a text for a list": ("order", ADDED["order"][0] + '\nclosed = "case"', "closed: 'case' is not a list"),
    "a number for a fact": ("within", ADDED["within"][0] + "\npairing = { same = 5 }", "pairing.same: 5 is not text"),
    "a fact to agree on that is misspelt": (
        "within",
        ADDED["within"][0] + '\npairing = { same = "outcom" }\nlate-reason = "late-reson"',
        "unknown fact 'outcom'; perhaps 'outcome' was meant",
    ),
    "a text for a table": ("within", ADDED["within"][0] + '\npairing = "each"', "pairing: 'each' is not a table"),
    "an order of nothing": ("order", 'then = [{ on = ["visit"] }]', "an order needs first, what must come before, or"),
    "nothing that is current": (
        "current",
        'while = "case"',
        "a current rule needs event, what is there and not out of",
    ),
    "a condition without a meaning": (
        "attended",
        'event = [{ on = ["visit"], where = { fact = "purpose" } }]',
        "event: {'fact': 'purpose'} is no condition: expected fact, stated",
    ),
    "a condition with one value for a list": (
        "attended",
        'event = [{ on = ["visit"], where = { fact = "purpose", is = "x" } }]',
        "event: {'fact': 'purpose', 'is': 'x'} is no condition",
    ),
    "a spell that nobody knows": (
        "current",
        'while = "plan"\nevent = [{ on = ["visit"] }]',
        "while: there is no spell named 'plan'; expected one of",
    ),
    "a spell in a condition that nobody knows": (
        "attended",
        'event = [{ on = ["visit"], where = { during = "plan" } }]',
        "event: there is no spell named 'plan'; expected one of",
    ),
    "a policy that nobody knows": (
        "within",
        ADDED["within"][0] + '\npairing = { repeats = "always" }',
        "pairing.repeats: there is no policy named 'always'; expected one of keep-first, restart, each",
    ),
    "a day that is none": (
        "attended",
        'event = [{ on = ["visit"] }]\nabsent = [{ since = "x" }]',
        "absent[0].since: ",
    ),
}


@pytest.mark.parametrize("case", BAD_SHAPES)
def test_an_added_rule_of_a_wrong_shape_is_refused_with_its_place(case: str) -> None:
    kind, shape, told = BAD_SHAPES[case]
    first, *more = problems(added(kind, shape))
    assert first.startswith(f"line 3, added-rule 1 (ours): {told}")
    assert [entry.partition("unknown ")[2] for entry in more] == (
        ["fact 'late-reson'; perhaps 'late-reason' was meant"] if "late-reson" in shape else []
    )


def test_an_added_rule_is_known_by_an_id_and_a_title_that_say_something() -> None:
    whole = added(*WHOLE_RULE)
    assert problems(whole.replace('"ours"', '""').replace('"a rule of ours"', '" "')) == [
        "line 3, added-rule 1: id is empty",
        "line 3, added-rule 1: title is empty",
    ]
    assert problem(whole.replace('"ours"', "5")) == "line 3, added-rule 1 (5): id: 5 is not text"


def test_two_added_rules_have_ids_of_their_own() -> None:
    whole = added(*WHOLE_RULE)
    assert problem(whole + whole) == "line 8, added-rule 2 (ours): another added rule has this id"


def test_an_added_rule_may_ask_for_facts_of_the_councils_own() -> None:
    shape = 'event = [{ on = ["visit"], where = { fact = "colour-of-the-form", is = ["blue", 5, true] } }]'
    shape += '\nmust = { stated = "decided-by", is = ["a manager"] }'
    assert laid(added("recorded", shape) + rule("ours", None))["ours"].versions


def test_an_added_rule_may_name_what_must_be_in_place() -> None:
    book = laid(added("current", 'while = "case"\nheld = "child protection plan"') + rule("ours", None))
    assert book["ours"].versions
    closed = laid(added("order", 'then = [{ on = ["case-closed"] }]\nclosed = ["case"]') + rule("ours", None))
    assert closed["ours"].versions


def test_an_added_rule_without_an_id_a_title_or_a_kind_is_refused() -> None:
    whole = added("attended", 'event = [{ on = ["visit"] }]')
    for line, told in (
        ('id = "ours"\n', "line 3, added-rule 1: id: id is missing"),
        ('title = "a rule of ours"\n', "line 3, added-rule 1 (ours): title: title is missing"),
        ('kind = "attended"\n', "line 3, added-rule 1 (ours): kind nothing is none of within, duty"),
    ):
        assert problem(whole.replace(line, "")).startswith(told)


def test_an_added_rule_takes_its_figures_from_the_profile_only() -> None:
    version = '[[added-rule.version]]\nedition = "WT2018"\nrequires = "3 days"\nevidence = "P"\n'
    (told,) = problems(added("within", ADDED["within"][0]) + version)
    assert told.startswith("line 3, added-rule 1 (ours): ")


def test_an_added_rule_has_an_id_of_its_own() -> None:
    for id in ("initial-conference", "core-group", "plan-contingency"):
        text = added("attended", 'event = [{ on = ["visit"] }]').replace('"ours"', f'"{id}"')
        assert problem(text) == (
            f"line 3, added-rule 1 ({id}): the rulebook has a rule of this id; use [[rule]] to set its figure"
        )


# --- what a profile leaves alone


def test_an_empty_profile_changes_nothing() -> None:
    empty = Profile(id="ANYTOWN", authority="Anytown")
    for book in (LAW, england.practice, LAW.with_practice(), Rulebook("nothing", ())):
        made = book | empty
        assert made == book
        assert (made.on_request, made.not_assessed, made.charts) == (book.on_request, book.not_assessed, book.charts)
        assert made.vocabulary is book.vocabulary
        assert not made.diff(book)
    assert (LAW | empty).name == "england | ANYTOWN"
    assert LAW | empty | empty == LAW


def test_a_profile_changes_no_rule_that_it_does_not_name() -> None:
    book = LAW | Profile.load(EXAMPLES / "herefordshire-2012.toml", book=LAW)
    named = {"initial-assessment", "core-assessment", "single-assessment"}
    for id, before in LAW.items():
        if any(version.edition == "HEREFORDSHIRE-2012" for version in book[id].versions) or id in named:
            continue
        assert book[id] == before
    assert england.rulebook == LAW, "the book that it was laid over is as it was"


def test_setting_aside_twice_is_setting_aside_once() -> None:
    profile = Profile.parse(HEAD + aside("initial-conference", "2014-01-01", "2014-06-30"))
    assert LAW | profile | profile == LAW | profile


def test_the_order_of_the_entries_does_not_matter() -> None:
    one = rule("core-group", '{ every = "6 weeks" }')
    two = rule("initial-conference", '"10 working days"')
    three = aside("first-core-group", "2014-01-01")
    assert laid(one + two + three) == laid(three + two + one) == laid(two + three + one)


def test_two_profiles_with_ids_of_their_own_are_both_laid_over_the_law() -> None:
    ours = Profile.parse(HEAD + rule("core-group", '{ every = "6 weeks" }'))
    theirs = Profile.parse(HEAD.replace("ANYTOWN", "REGION") + rule("child-seen", '"5 working days"'))
    both = LAW | ours | theirs
    assert both.name == "england | ANYTOWN | REGION"
    assert [version.edition for version in both["core-group"].versions] == ["ANYTOWN"]
    assert both["child-seen"].versions[-1].edition == "REGION"
    assert both == LAW | theirs | ours
