"""What the records show of each thing that inspectors looked for in 2012: found, not found, or nothing can be said.

A row of the inspection names rules and measures. Its answer has their figures over a period, and the cases in which a
rule was not kept. It is *not found* only where all that the row rests on could be judged: a rule without a local
number, a source that cannot hold what it reads, or a single case of which nobody can tell, and it is *cannot tell*.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl
from attrs import evolve, field, frozen

from childprotect.desk.desk import Desk
from childprotect.measures import MEASURES, Measured, Told, measured, of_rule
from childprotect.rulebook import Rulebook
from childprotect.rulebooks.england.inspection import Row
from childprotect.rules import Duty, Rule
from childprotect.statuses import Status
from childprotect.wording import counted, listed


class Verdict(StrEnum):
    """What the records show of one thing that inspectors looked for."""

    FOUND = "found"
    """Something that was to be done was not done, or not in time, in the cases that are named."""
    NOT_FOUND = "not found"
    """All of it could be judged, and all of it was kept."""
    CANNOT_TELL = "cannot tell"
    """Nothing was found, and not all of it could be judged."""
    NO_CASE = "no case"
    """There is nothing on record to judge."""
    FIGURES = "figures"
    """Figures of which no right value is known: they are told and not judged."""
    TO_JUDGE = "for a person to judge"
    """No date and no record settles it."""


@frozen
class Case:
    """A duty to one child that was not kept, as the table of findings tells it."""

    child: str
    rule: str
    status: Status
    on: date
    """The day on which it was due, or, without a due date, on which it arose."""
    days_late: int | None
    unit: str | None

    def __str__(self) -> str:
        late = "" if self.days_late is None else f", {counted(self.days_late, (self.unit or 'days').replace('-', ' '))}"
        return f"{self.child}: {self.rule} {self.status.value}{late} ({self.on.isoformat()})"


@frozen
class Answer:
    """What the records show of one row of the inspection, from `first` to `last`."""

    row: Row
    first: date
    last: date
    verdict: Verdict
    figures: tuple[Measured, ...] = field(repr=False)
    """The shares of its rules that were kept, then its measures."""
    cases: tuple[Case, ...] = field(repr=False)
    """Where a rule was not kept, the longest overdue first."""
    unknown: int = 0
    """Duties of which nobody can tell."""
    unjudged: tuple[str, ...] = ()
    """Why not all of it could be judged: what has no number, what the source cannot hold."""
    told_only: tuple[str, ...] = ()
    """Rules that have no number anywhere, of which only the time taken is told."""

    @property
    def children(self) -> tuple[str, ...]:
        """The children of the cases, each once."""
        return tuple(dict.fromkeys(case.child for case in self.cases))

    @property
    def because(self) -> str:
        """The verdict in a sentence."""
        decided = sum(one.denominator or 0 for one in self.figures if one.measure.rule)
        match self.verdict:
            case Verdict.FOUND:
                n, children = len(self.cases), len(self.children)
                text = f"Found: {n} of {counted(decided, 'duties', 'duty')} not kept, "
                return f"{text}in the records of {counted(children, 'children', 'child')}."
            case Verdict.NOT_FOUND:
                return f"Not found: all {counted(decided, 'duties', 'duty')} of the period kept." if decided else ""
            case Verdict.CANNOT_TELL:
                reasons = list(self.unjudged)
                reasons += (
                    [f"of {counted(self.unknown, 'duties', 'duty')} the records do not say"] if self.unknown else []
                )
                kept = f"; {counted(decided, 'duties', 'duty')} could be judged and were kept" if decided else ""
                return f"Cannot tell: {'; '.join(reasons)}{kept}."
            case Verdict.NO_CASE:
                return "Nothing can be said: the records of the period have no case of it."
            case Verdict.FIGURES:
                return "The figures are told; no value of them is the right one, and they are not judged."
        return f"For a person to judge: {self.row.because}."


def told_of(desk: Desk) -> Told:
    """The records of a desk as measures read them."""
    known = (
        evolve(story, events=story.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary))
        for story in desk.chronologies()
    )
    return Told.of_chronologies(known, as_at=desk.as_at, findings=desk.findings)


def answers(
    rows: Sequence[Row],
    told: Told,
    rulebook: Rulebook,
    first: date,
    last: date,
    *,
    population: int | None = None,
) -> tuple[Answer, ...]:
    """What the records show of some rows of the inspection, in their order, from `first` to `last`, both included.

    `told` has the findings of a check by `rulebook`. Duties fall into the period by the day on which they were due.
    Raises `ValueError` for a period that ends before it begins, or goes beyond what is told.
    """
    figures: dict[str, Measured] = {}

    def figure(id: str) -> Measured:
        if id not in figures:
            one = MEASURES[id] if id in MEASURES else of_rule(rulebook[id])
            figures[id] = measured(one, told, first, last, population=population)[0]
        return figures[id]

    failed = not_kept(told, first, last)
    return tuple(_answer(row, told, rulebook, first, last, figure, failed) for row in rows)


def _answer(row: Row, told: Told, book: Rulebook, first: date, last: date, figure: Any, failed: Any) -> Answer:
    there = {rule.id: rule for rule in book.applied}
    rules = [there[id] for id in row.rules if id in there]
    told_only = tuple(rule.id for rule in rules if isinstance(rule, Duty) and rule.only_told)
    judged = [rule for rule in rules if rule.id not in told_only]
    unjudged = tuple(_unjudged(row, book, judged, told_only, told, first, last))
    shares = [figure(rule.id) for rule in judged if rule.versions]
    found = tuple(case for case in failed if case.rule in row.rules)
    unknown = sum(one.cannot_tell or 0 for one in shares)
    decided = sum(one.denominator or 0 for one in shares)
    if row.judged == "none":
        verdict = Verdict.TO_JUDGE
    elif found:
        verdict = Verdict.FOUND
    elif unknown or unjudged:
        verdict = Verdict.CANNOT_TELL
    elif decided:
        verdict = Verdict.NOT_FOUND
    else:
        verdict = Verdict.NO_CASE if judged or not row.measures else Verdict.FIGURES
    seen = tuple(one for one in shares if one.denominator or one.cannot_tell)
    others = tuple(figure(id) for id in row.measures)
    return Answer(row, first, last, verdict, seen + others, found, unknown, unjudged, told_only)


def _unjudged(
    row: Row, book: Rulebook, rules: Sequence[Rule], told_only: Sequence[str], told: Told, first: date, last: date
) -> Iterator[str]:
    """Why rules of the row could not be judged at all, in words."""
    there = {rule.id for rule in rules}
    without = [id for id in row.rules if id in book and not book[id].versions]
    if without:
        yield f"no number is set for {listed(without)}, which a local profile would give"
    left_out = [id for id in row.rules if id not in there and id not in without and id not in told_only]
    if left_out:
        yield f"{listed(left_out)} {'was' if len(left_out) == 1 else 'were'} not applied"
    for rule in rules:
        in_force = any(rule.version_on(day) is not None for day in (first, last))
        if in_force and told.kinds is not None and (lacks := sorted(rule.triggers - told.kinds)):
            yield f"the records cannot hold what {rule.id} reads ({listed(lacks)})"


def not_kept(told: Told, first: date, last: date) -> tuple[Case, ...]:
    """Every duty of the period that was not kept, the longest overdue first."""
    assert told.findings is not None, "the records of a desk are checked"
    failed = [status.value for status in Status if status.is_breach]
    day = pl.coalesce("due", "started")
    found = (
        told.findings.lazy()
        .filter(pl.col("status").cast(pl.String).is_in(failed) & day.is_between(first, last))
        .select(
            pl.col("child").cast(pl.String),
            pl.col("rule").cast(pl.String),
            pl.col("status").cast(pl.String),
            day.alias("on"),
            "days_late",
            pl.col("unit").cast(pl.String),
        )
        .sort("days_late", "on", "child", "rule", descending=[True, False, False, False], nulls_last=True)
        .collect()
    )
    return tuple(Case(child, rule, Status(status), *rest) for child, rule, status, *rest in found.iter_rows())
