"""How many examples the properties draw, and the way to the data that is kept beside the repository.

By default every property draws the same hundred examples on every run and every machine: a test that turns red was
turned by the change at hand, and turns red for everybody. `HYPOTHESIS_PROFILE=nightly` explores: 20,000 examples,
others each time. What it finds is kept in `.hypothesis` and tried first the next time, and printed as a blob that can
be replayed elsewhere; then it becomes an `@example`, or a test of its own. `make nightly` runs properties only:
Hypothesis gives each test that uses `given`, and each state machine, the marker `hypothesis`.
"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

if str(ROOT) not in sys.path:  # so that `tests.strategies` is found however the tests are started
    sys.path.insert(0, str(ROOT))

settings.register_profile("default", max_examples=100, deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    max_examples=20_000,
    deadline=None,
    derandomize=False,  # said, and the database too: what is not said is taken from the profile above
    database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("mutation", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory `shared` beside the repository, which holds reference data that is not part of the package."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here: there is no directory 'shared' beside the repository")
    return SHARED


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 200 columns, in which commands break few lines."""
    monkeypatch.setenv("COLUMNS", "200")
