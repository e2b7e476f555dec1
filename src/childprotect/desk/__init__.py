"""The manager's and the inspector's desk: what to do today, what to look at, and what the records show."""

from childprotect.desk.answers import Answer, Verdict
from childprotect.desk.audit_tables import template, with_audits
from childprotect.desk.audits import Audits, audits
from childprotect.desk.board import Board, Trained, read_training
from childprotect.desk.consequences import CONSEQUENCES, Consequence
from childprotect.desk.criteria import CRITERIA, Criterion
from childprotect.desk.desk import Desk
from childprotect.desk.holders import Holder
from childprotect.desk.improving import HEREFORDSHIRE_2012, Area, Plan, Progress, State, load_plan
from childprotect.desk.judgements import Judgements, Limit, load_judgements
from childprotect.desk.laying_out import document_of
from childprotect.desk.looking import Looked
from childprotect.desk.report import AuthorityReport, authority_report, plain_report
from childprotect.desk.selecting import Selected, closed_within, current, riskiest, sample
from childprotect.desk.sheets import sheet, sheets
from childprotect.desk.worklist import HORIZON, Task, When, Worklist, worklist, worklist_of
from childprotect.desk.writing import html, markdown

__all__ = [
    "CONSEQUENCES",
    "CRITERIA",
    "HEREFORDSHIRE_2012",
    "HORIZON",
    "Answer",
    "Area",
    "Audits",
    "AuthorityReport",
    "Board",
    "Consequence",
    "Criterion",
    "Desk",
    "Holder",
    "Judgements",
    "Limit",
    "Looked",
    "Plan",
    "Progress",
    "Selected",
    "State",
    "Task",
    "Trained",
    "Verdict",
    "When",
    "Worklist",
    "audits",
    "authority_report",
    "closed_within",
    "current",
    "document_of",
    "html",
    "load_judgements",
    "load_plan",
    "markdown",
    "plain_report",
    "read_training",
    "riskiest",
    "sample",
    "sheet",
    "sheets",
    "template",
    "with_audits",
    "worklist",
    "worklist_of",
]
