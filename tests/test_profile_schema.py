"""The schema of a profile: it is that of the rulebook, takes the examples, and refuses what the reader refuses."""

import json
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from childprotect import Profile, ProfileError
from childprotect.profile_schema import profile_schema
from childprotect.rulebooks import england

EXAMPLES = sorted((Path(__file__).parents[1] / "examples" / "profiles").glob("*.toml"))
VALIDATOR = Draft202012Validator(profile_schema(england.rulebook))


def plain(text: str) -> Any:
    """A profile as JSON holds it: dates are text."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


def test_the_shipped_schema_is_that_of_the_rulebook_and_a_schema_itself() -> None:
    shipped = json.loads(files("childprotect").joinpath("profile.schema.json").read_text("utf-8"))
    assert shipped == profile_schema(england.rulebook)
    Draft202012Validator.check_schema(shipped)


def test_there_are_two_examples() -> None:
    assert [path.name for path in EXAMPLES] == ["herefordshire-2012.toml", "template.toml"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_keep_to_the_schema_and_can_be_applied(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(plain(path.read_text("utf-8")))) == []
    profile = Profile.load(path, book=england.rulebook)
    ours = england.rulebook | profile
    assert {rule.id for rule in profile.rules} <= {rule.id for rule in ours.applied}


GOOD = """
id = "ANYTOWN"
authority = "Anytown"
practice = ["plan-contingency"]
[calendar]
closures = [{ day = 2026-12-29, name = "closed" }]
[commencing]
CWSA2026-1 = 2027-04-01
[[rule]]
id = "child-protection-visit"
from = 2024-01-01
requires = { every = "10 working days" }
evidence = "L"
[[set-aside]]
id = "single-assessment"
from = 2013-04-15
because = "two assessments were kept"
"""


def test_a_good_profile_is_taken_by_both() -> None:
    assert list(VALIDATOR.iter_errors(plain(GOOD))) == []
    assert Profile.parse(GOOD, book=england.rulebook).authority == "Anytown"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('id = "ANYTOWN"\n', ""),
        ('authority = "Anytown"', "authority = 7"),
        ('authority = "Anytown"', 'authority = "Anytown"\ncolour = "blue"'),
        ('["plan-contingency"]', '["plan-contingencies"]'),
        ("CWSA2026-1", "CWSA2027-1"),
        ('"10 working days"', '"ten working days"'),
        ("every", "each"),
        ('evidence = "L"', 'evidence = "X"'),
        ("because", "why"),
        ('id = "single-assessment"', 'id = "singel-assessment"'),
        ("name =", "title ="),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(right: str, wrong: str) -> None:
    text = GOOD.replace(right, wrong, 1)
    assert text != GOOD
    assert list(VALIDATOR.iter_errors(plain(text))) != []
    with pytest.raises(ProfileError):
        Profile.parse(text, book=england.rulebook)


def test_an_added_rule_brings_no_version_of_its_own_that_could_pass_for_an_act() -> None:
    text = """
id = "T"
authority = "T"
[[added-rule]]
id = "tea"
title = "tea offered"
kind = "within"
start = [{ on = ["referral"] }]
end = [{ on = ["visit"] }]
version = [{ edition = "CA1989", requires = "1 working day", evidence = "P" }]
"""
    with pytest.raises(ProfileError) as refused:
        Profile.parse(text, book=england.rulebook)
    assert refused.value.problems == (
        "line 4, added-rule 1 (tea): an added rule has no version; its figure is a [[rule]]",
    )
