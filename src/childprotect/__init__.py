"""The English child protection process as a library: order, dated law, and an explained check.

>>> import childprotect as cp
>>> from datetime import date
>>> from childprotect.rulebooks import england
>>> met_without_police = ("2012-09-05", "strategy-discussion", {"agencies": {"social-care"}, "decision": "section-47"})
>>> story = cp.Chronology.of("C-101", events=[("2012-09-03", "referral"), met_without_police])
>>> report = cp.check(story, england.rulebook, as_at=date(2012, 10, 31))
>>> [finding.rule for finding in report.breaches][-2:]
['strategy-discussion-attendance', 'initial-conference']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childprotect.charts import Chart, Move
    from childprotect.chronology import Chronology, Coverage, Expected
    from childprotect.compliance import check
    from childprotect.errors import ChildProtectError, NotPermitted, ProfileError, UnknownName, UnreadableInput
    from childprotect.events import Event
    from childprotect.findings import Finding, Report
    from childprotect.journeys import Journey
    from childprotect.profiles import Profile
    from childprotect.rulebook import Rulebook
    from childprotect.statuses import Status

__all__ = [
    "Chart",
    "ChildProtectError",
    "Chronology",
    "Coverage",
    "Event",
    "Expected",
    "Finding",
    "Journey",
    "Move",
    "NotPermitted",
    "Profile",
    "ProfileError",
    "Report",
    "Rulebook",
    "Status",
    "UnknownName",
    "UnreadableInput",
    "check",
]
_HOMES = "charts chronology compliance errors events findings journeys rulebook statuses profiles".split()


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for, so that importing the package costs next to nothing."""
    if name in __all__:
        for module in map(import_module, (f"childprotect.{home}" for home in _HOMES)):
            if getattr(vars(module).get(name), "__module__", None) == module.__name__:
                return globals().setdefault(name, getattr(module, name))
    raise AttributeError(f"module 'childprotect' has no attribute {name!r}")
