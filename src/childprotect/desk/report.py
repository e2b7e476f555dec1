"""The report on an authority, in the shape of the inspection's own: what was asked in 2012, answered from the records.

Every sentence that dates and records settle is answered by figures and their cases. Every other one is left open, with
room for a person. No judgement (outstanding, good, adequate, inadequate) is ever worked out: what people judged is
shown as they gave it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import field, frozen

from childprotect.calendars import day_of
from childprotect.desk.answers import Answer, Case, Verdict, answers, told_of
from childprotect.desk.board import Board, Trained, board
from childprotect.desk.desk import Desk
from childprotect.desk.duties import Kept, duties
from childprotect.desk.improving import HEREFORDSHIRE_2012, Plan, Progress, progress
from childprotect.desk.judgements import Judgements
from childprotect.desk.worklist import HORIZON, Worklist, worklist_of
from childprotect.measures import MEASURES, Measured, Trend, measured, trend
from childprotect.periods import Period, months
from childprotect.records.source import Account
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row

YEAR = months(12)
OVERALL, HELP, PRACTICE, LEADERSHIP = (
    "Overall effectiveness",
    "The effectiveness of the help and protection provided to children, young people, families and carers",
    "The quality of practice",
    "Leadership and governance",
)
SECTIONS = (OVERALL, HELP, PRACTICE, LEADERSHIP)
"""The sections of the inspection report of September 2012, whose headings these are."""
_FIRST = {OVERALL: 12, HELP: 17, PRACTICE: 26, LEADERSHIP: 41}
"""The first paragraph of each section."""
TRENDS = ("referrals", "section-47s", "conferences-in-15-days", "plans-open", "plans-again", "referrals-again")
"""The measures of which the report draws the course by month."""


@frozen
class AuthorityReport:
    """A report on an authority as at a day: the answers, the plan, the worklist, the board's figures, the measures."""

    name: str
    as_at: date
    first: date
    """The first day of the period of which duties and figures are told."""
    answers: tuple[Answer, ...] = field(repr=False)
    """Every paragraph of the inspection report that holds a finding."""
    duties: tuple[Kept, ...] = field(repr=False)
    """Every rule that had something to judge."""
    progress: tuple[Progress, ...] = field(repr=False)
    plan: Plan = field(repr=False)
    worklist: Worklist = field(repr=False)
    board: Board = field(repr=False)
    measures: tuple[Measured, ...] = field(repr=False)
    trends: tuple[Trend, ...] = field(repr=False)
    judgements: Judgements = field(repr=False)
    children: int = 0
    known_at: date | None = None
    population: int | None = None
    warning: str = ""
    """What stands above everything: that the records are invented."""
    account: Account | None = field(default=None, repr=False)
    """What became of every row of the records, where that is known."""

    def of(self, section: str) -> tuple[Answer, ...]:
        """The answers of one section."""
        return tuple(answer for answer in self.answers if section_of(answer.row) == section)

    def having(self, *verdicts: Verdict) -> tuple[Answer, ...]:
        """The answers with one of these verdicts."""
        return tuple(answer for answer in self.answers if answer.verdict in verdicts)


def section_of(row: Row) -> str:
    """The section of the inspection report in which a numbered paragraph stands."""
    number = int(re.match(r"\d+", row.id)[0])  # type: ignore[index]
    return max((title for title in SECTIONS if _FIRST[title] <= number), key=_FIRST.__getitem__)


def _rows() -> tuple[Row, ...]:
    return tuple(row for row in england.inspection() if row.id[0].isdigit())


def authority_report(
    records: Any,
    as_at: date,
    *,
    period: Period = YEAR,
    horizon: Period = HORIZON,
    plan: Plan | None = None,
    population: int | None = None,
    training: Sequence[Trained] = (),
    judgements: Judgements | None = None,
    name: str = "",
    warning: str = "",
    account: Account | None = None,
    **how: Any,
) -> AuthorityReport:
    """The report on an authority's records, as things stood on `as_at`.

    `records` and `how` are as in `Desk.of`. Duties and figures are those of `period`, which ends on `as_at`; `horizon`
    is that of the worklist. `plan` is the improvement plan, the areas of September 2012 unless another is given;
    `population` the number of children in the area, which rates need; `account` tells what became of the rows. A plan
    that begins after `as_at` has nothing to tell yet. Raises `UnreadableInput`.
    """
    desk = records if isinstance(records, Desk) else Desk.of(records, as_at, **how)
    first = day_of(period.before(as_at)) + timedelta(days=1)
    told = told_of(desk)
    course = day_of(months(36).before(as_at)) + timedelta(days=1)
    asked = plan or HEREFORDSHIRE_2012
    return AuthorityReport(
        name=name or desk.events.name,
        as_at=as_at,
        first=first,
        answers=answers(_rows(), told, desk.rulebook, first, as_at, population=population),
        duties=duties(desk, told, first, as_at),
        progress=progress(asked, told, desk.rulebook, population=population) if asked.since <= as_at else (),
        plan=asked,
        worklist=worklist_of(desk, horizon),
        board=board(desk, told, first, as_at, training=training),
        measures=tuple(measured(one, told, first, as_at, population=population)[0] for one in MEASURES.values()),
        trends=tuple(trend(MEASURES[id], told, course, as_at, population=population) for id in TRENDS),
        judgements=judgements or Judgements(),
        children=told.events["child"].n_unique(),
        known_at=desk.known_at,
        population=population,
        warning=warning,
        account=account,
    )


def plain_report(report: AuthorityReport) -> Mapping[str, Any]:
    """The report as plain data, with every case."""
    return {
        "name": report.name,
        "warning": report.warning,
        "as_at": report.as_at.isoformat(),
        "known_at": report.known_at and report.known_at.isoformat(),
        "period": [report.first.isoformat(), report.as_at.isoformat()],
        "rows": None if report.account is None else report.account.to_dict(),
        "children": report.children,
        "population": report.population,
        "answers": [{**_answer(answer), "section": section_of(answer.row)} for answer in report.answers],
        "duties": [
            {
                "rule": one.rule.id,
                "title": one.rule.title,
                "figure": figure(one.figure),
                "cases": [_case(case) for case in one.cases],
                "reasons": list(one.reasons),
            }
            for one in report.duties
        ],
        "plan": {
            "title": report.plan.title,
            "since": report.plan.since.isoformat(),
            "areas": [_area(one) for one in report.progress],
        },
        "worklist": {
            "until": report.worklist.until.isoformat(),
            "counts": {when.value: n for when, n in report.worklist.counts.items()},
            "tasks": [
                {
                    "child": task.child,
                    "rule": task.rule,
                    "when": task.when.value,
                    "due": task.due and task.due.isoformat(),
                    "consequence": task.consequence.name.lower(),
                    "because": task.because,
                }
                for task in report.worklist
            ],
        },
        "board": _board(report.board),
        "measures": [figure(one) for one in report.measures],
        "judgements": report.judgements.plain(),
    }


def figure(one: Measured) -> dict[str, Any]:
    """A figure as plain data."""
    return {
        "id": one.measure.id,
        "title": one.measure.title,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "share": one.share,
        "low": one.low,
        "high": one.high,
        "median": one.median,
        "unit": one.measure.unit,
        "bands": dict(one.bands),
        "cannot_tell": one.cannot_tell,
        "left_out": one.left_out,
        "because": one.because,
        "source": one.measure.source,
        "evidence": one.measure.evidence.value,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.row.id,
        "finding": answer.row.finding,
        "verdict": answer.verdict.value,
        "because": answer.because,
        "for_a_person": answer.row.because if answer.row.judged != "whole" else "",
        "not_judged": [*answer.unjudged, *answer.told_only],
        "figures": [figure(one) for one in answer.figures],
        "children": list(answer.children),
        "concerned": [
            {"child": one.child, "measure": one.measure, "day": one.day.isoformat(), "amount": one.amount}
            for one in answer.concerned
        ],
        "cases": len(answer.cases),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "child": case.child,
        "status": case.status.value,
        "on": case.on.isoformat(),
        "days_late": case.days_late,
        "unit": case.unit,
    }


def _area(one: Progress) -> dict[str, Any]:
    return {
        "id": one.area.row.id,
        "area": one.area.row.finding,
        "due": one.due.isoformat(),
        "state": one.state.value,
        "overdue": one.is_overdue,
        "because": one.because,
        "before": _answer(one.before),
        "now": _answer(one.lately),
        "trends": {one.measure.id: one.verdict for one in one.trends},
    }


def _board(told: Board) -> dict[str, Any]:
    return {
        "attendance": [
            {"meeting": a.meeting, "held": a.held, "recorded": a.recorded, "present": dict(a.present)}
            for a in told.attendance
        ],
        "reports": dict(told.reports),
        "escalations": [_reply(one) for one in told.escalations],
        "information": [_reply(one) for one in told.information],
        "episodes": [
            {
                "what": one.what,
                "begun": one.begun,
                "children": one.children,
                "still": one.still,
                "unknown": one.unknown,
            }
            for one in told.episodes
        ],
        "feedback": dict(told.feedback),
        "shares": [figure(one) for one in told.shares],
        "training": [{"agency": one.agency, "invited": one.invited, "attended": one.attended} for one in told.training],
        "missing": [
            {"what": one.what, "findings": one.findings, "children": one.children, "rules": list(one.rules)}
            for one in told.missing
        ],
    }


def _reply(one: Any) -> dict[str, Any]:
    return {
        "agency": one.agency,
        "asked": one.asked,
        "answered": one.answered,
        "unknown": one.unknown,
        "median": one.median,
        "waiting": list(one.waiting),
    }
