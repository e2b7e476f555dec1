"""Event tables whose columns have other names: one TOML file says what each is called, and what its values mean.

separator = ";"
encoding = "windows-1252"
dates = "%d/%m/%Y"

[columns]              # ours = theirs
child = "PersonID"
event = "Event type"
at = "Event date"
child-seen = "Seen"

[events]               # theirs = ours
"Strategy meeting" = "strategy-discussion"

[values.outcome]       # theirs = ours
"Plan made" = "plan"
"""

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen


@frozen(kw_only=True)
class Columns:
    """What an event table calls its columns, kinds of event and values."""

    columns: Mapping[str, str] = field(factory=dict)
    """Our name of a column: theirs."""
    events: Mapping[str, str] = field(factory=dict)
    """Their name of an event: ours."""
    values: Mapping[str, Mapping[str, str]] = field(factory=dict)
    """For a fact of ours, their value: ours."""
    dates: str | None = None
    """How dates are written, as for `datetime.strptime`; None for 2012-09-03."""
    separator: str = ","
    encoding: str | None = None
    path: str = ""

    @classmethod
    def load(cls, path: str | Path) -> "Columns":
        """Read a mapping. Raises `UnreadableInput`, or `ProfileError` with all that is wrong in it."""
        raise NotImplementedError
