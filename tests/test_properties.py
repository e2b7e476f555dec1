"""The profiles that properties run under, and the marker by which `make nightly` finds them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import test_stateful

ROOT = Path(__file__).parent.parent


def test_the_default_draws_few_examples_and_the_same_on_every_run() -> None:
    default = settings.get_profile("default")
    assert (default.max_examples, default.derandomize, default.deadline) == (100, True, None)


def test_the_nightly_profile_explores_and_tells_how_to_replay_what_it_finds() -> None:
    nightly = settings.get_profile("nightly")
    assert (nightly.max_examples, nightly.derandomize, nightly.deadline) == (20_000, False, None)
    assert nightly.print_blob
    assert nightly.database is not None


def test_the_environment_chooses_the_profile() -> None:
    wanted = os.environ.get("HYPOTHESIS_PROFILE", "default")
    assert settings().max_examples == settings.get_profile(wanted).max_examples


@pytest.mark.parametrize("file", [*sorted((ROOT / "tests" / "laws").glob("*.py")), ROOT / "tests" / "test_stateful.py"])
def test_no_law_sets_a_number_of_examples_that_the_profile_cannot_raise(file: Path) -> None:
    assert not re.search(r"max_examples=\d", file.read_text(encoding="utf-8"))


def test_the_state_machine_follows_the_profile() -> None:
    assert test_stateful.TestOneChildsJourney.settings.max_examples == settings().max_examples


@given(anything=st.none())
def test_a_property_is_marked_as_one(request: pytest.FixtureRequest, anything: None) -> None:
    assert request.node.get_closest_marker("hypothesis") is not None


def test_nothing_else_is_marked_as_one(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("hypothesis") is None


def test_the_marker_selects_properties_and_state_machines_and_nothing_else() -> None:
    files = ["tests/test_engine.py", "tests/test_journeys.py"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", "hypothesis"]
    ran = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [line.partition("::")[2] for line in ran.stdout.splitlines() if "::" in line]
    assert "TestEveryWayAgrees::runTest" in found
    assert "test_what_may_not_follow_is_refused_whatever_its_facts" in found
    assert "test_two_machines_of_one_chart_stand_apart" not in found
    assert "test_a_withdrawn_entry_is_not_replayed" not in found
