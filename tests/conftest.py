"""How many examples the properties draw, and the way to the data that is kept beside the repository."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

if str(ROOT) not in sys.path:  # so that `tests.strategies` is found however the tests are started
    sys.path.insert(0, str(ROOT))

settings.register_profile("default", max_examples=100, deadline=None, derandomize=True)
settings.register_profile(
    "nightly", max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory `shared` beside the repository, which holds reference data that is not part of the package."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here: there is no directory 'shared' beside the repository")
    return SHARED
