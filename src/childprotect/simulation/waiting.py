"""What was waited for, and how long: a log of every gate, and what follows from it."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

ALLOCATION, WORKER, MANAGER, CHAIR, ROOM = "allocation", "worker", "manager", "chair", "room"
GATES = (ALLOCATION, WORKER, MANAGER, CHAIR, ROOM)
"""Where cases wait: for a social worker to be given the case, for one to have time, for a manager, a chair, a room."""

Times = NDArray[np.float64]
"""Times in working days since the beginning."""


@frozen(eq=False)
class Gate:
    """Who came to a gate: when each `asked`, when it `began`, and when it `ended`, in working days.

    What had not begun or ended at the end of the simulation has `inf` there. What ended and never began was given up:
    its case was closed before.
    """

    asked: Times
    began: Times
    ended: Times

    def __len__(self) -> int:
        return len(self.asked)

    def waits(self) -> Times:
        """How long each waited, of those who came to their turn."""
        served = np.isfinite(self.began)
        waits: Times = self.began[served] - self.asked[served]
        return waits

    @property
    def waiting(self) -> int:
        """How many still wait at the end of the simulation: they are in no wait."""
        return int((np.isinf(self.began) & np.isinf(self.ended)).sum())

    def queue(self, at: Times) -> NDArray[np.int64]:
        """How many were waiting at each time."""
        return _inside(self.asked, np.minimum(self.began, self.ended), at)

    def served(self, at: Times) -> NDArray[np.int64]:
        """How many were being served at each time: those of a gate of allocation are the caseload."""
        served = np.isfinite(self.began)
        return _inside(self.began[served], self.ended[served], at)


def _inside(first: Times, last: Times, at: Times) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(first), at, side="right") - np.searchsorted(np.sort(last), at, side="right")


@frozen(eq=False)
class Log:
    """What happened at every gate of an authority, day by day."""

    gates: Mapping[str, Gate]
    days: tuple[date, ...] = field(repr=False)
    """The working days: day n is from time n up to n + 1."""
    first: int
    """The number of the first day of the years that were asked for; those before only fill the authority."""

    def by_day(self, gate: str, *, queue: bool) -> dict[date, int]:
        """The queue at a gate, or those who are served there, at noon of each working day."""
        noon = np.arange(self.first, len(self.days), dtype=np.float64) + 0.5
        counts = self.gates[gate].queue(noon) if queue else self.gates[gate].served(noon)
        return dict(zip(self.days[self.first :], counts.tolist(), strict=True))
