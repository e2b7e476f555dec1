"""The manager's and the inspector's desk: what to do today, what to look at, and what the records show."""

from childprotect.desk.audit_tables import template, with_audits
from childprotect.desk.audits import Audits, audits
from childprotect.desk.consequences import CONSEQUENCES, Consequence
from childprotect.desk.criteria import CRITERIA, Criterion
from childprotect.desk.desk import Desk
from childprotect.desk.holders import Holder
from childprotect.desk.looking import Looked
from childprotect.desk.selecting import Selected, closed_within, current, riskiest, sample
from childprotect.desk.sheets import sheet, sheets
from childprotect.desk.worklist import HORIZON, Task, When, Worklist, worklist, worklist_of

__all__ = [
    "CONSEQUENCES",
    "CRITERIA",
    "HORIZON",
    "Audits",
    "Consequence",
    "Criterion",
    "Desk",
    "Holder",
    "Looked",
    "Selected",
    "Task",
    "When",
    "Worklist",
    "audits",
    "closed_within",
    "current",
    "riskiest",
    "sample",
    "sheet",
    "sheets",
    "template",
    "with_audits",
    "worklist",
    "worklist_of",
]
