"""The manager's and the inspector's desk: what to do today, what to look at, and what the records show."""

from childprotect.desk.consequences import CONSEQUENCES, Consequence
from childprotect.desk.desk import Desk
from childprotect.desk.holders import Holder
from childprotect.desk.worklist import HORIZON, Task, When, Worklist, worklist, worklist_of

__all__ = [
    "CONSEQUENCES",
    "HORIZON",
    "Consequence",
    "Desk",
    "Holder",
    "Task",
    "When",
    "Worklist",
    "worklist",
    "worklist_of",
]
