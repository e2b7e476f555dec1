"""For your own tests: strategies for Hypothesis, cases at the edges of every rule, and assertions.

The strategies need Hypothesis (`pip install childprotect[testing]`); the assertions do not.

>>> from childprotect.testing import assert_explained
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childprotect.testing.assertions import assert_conforms, assert_explained
    from childprotect.testing.books import profiles, rulebooks
    from childprotect.testing.cases import Case, breach_of, cases_near
    from childprotect.testing.records import chronologies, events, journeys
    from childprotect.testing.times import dates, periods, working_days_calendars

__all__ = [
    "Case",
    "assert_conforms",
    "assert_explained",
    "breach_of",
    "cases_near",
    "chronologies",
    "dates",
    "events",
    "journeys",
    "periods",
    "profiles",
    "rulebooks",
    "working_days_calendars",
]
_HOMES = {
    "assertions": ("assert_conforms", "assert_explained"),
    "books": ("profiles", "rulebooks"),
    "cases": ("Case", "breach_of", "cases_near"),
    "records": ("chronologies", "events", "journeys"),
    "times": ("dates", "periods", "working_days_calendars"),
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: the assertions need no Hypothesis."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
