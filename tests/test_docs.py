"""The pages that are made from the values are up to date, and the picture of the journey keeps to the charts."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from childprotect.rulebooks import england
from childprotect.rulebooks.england.picture import STEPS
from childprotect.vocabulary import STANDARD

ROOT = Path(__file__).parent.parent


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
