"""What a check of tables finds: findings as columns, one batch and rule at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, fields
from numpy.typing import NDArray

from childprotect.statuses import Status
from childprotect.tables.batches import FAR_ROW, UNTIMED, Flags, Rows
from childprotect.tables.days import FAR, Days

STATUSES = tuple(Status)
MET, LATE, OVERDUE, BREACHED, PENDING, DISCHARGED, CANNOT_TELL = range(len(STATUSES))
"""A status as a number: its place among all."""
NO_NUMBER = FAR
"""No day, and no number of days."""
Codes = NDArray[np.int64]


@define(eq=False)
class Found:
    """What one rule says of one batch, a column for each part of a finding. `FAR_ROW` stands for no row."""

    trigger: Rows
    status: Codes
    version: Codes
    """The place of the version among those of the rule."""
    since: Rows
    """What the clock is counted from, where that is not the trigger."""
    answer: Rows
    due: Days
    """The last day in time; `NO_NUMBER` for none."""
    due_at: NDArray[np.int64]
    """The last instant in time, in microseconds since 1970 UTC; `UNTIMED` where there is only a day, or none."""
    late: Days
    """How far past due; `NO_NUMBER` where that is not known."""
    working: Flags
    """Whether lateness is counted in working days, not in days."""
    missing: Codes
    """What the record would have to say: a place among the names of the shapes."""
    ended: Days
    """The day on which a duty that was already overdue fell away; `NO_NUMBER` where it did not."""

    @classmethod
    def blank(cls, trigger: Rows, version: Codes, since: Rows | None = None) -> "Found":
        """Findings of these triggers, of which nothing is told yet: nobody can tell."""
        n = len(trigger)
        status, missing = np.full(n, CANNOT_TELL), np.zeros(n, np.int64)
        since = np.full(n, FAR_ROW) if since is None else since
        none, never = np.full(n, FAR_ROW), np.full(n, NO_NUMBER)
        untimed, days = np.full(n, UNTIMED), np.zeros(n, np.bool_)
        return cls(trigger, status, version, since, none, never, untimed, never.copy(), days, missing, never.copy())

    def __len__(self) -> int:
        return len(self.trigger)

    def these(self, which: Any) -> "Found":
        """Some of the findings, by flags or places."""
        return Found(*(getattr(self, column.name)[which] for column in fields(Found)))

    @classmethod
    def joined(cls, parts: Sequence["Found"]) -> "Found":
        """The findings of several."""
        return cls(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(cls)))


NOTHING_FOUND = Found.blank(np.zeros(0, np.int64), np.zeros(0, np.int64))
Told = tuple[Found, Rows]
"""What columns can tell, and the children of whom they cannot."""
