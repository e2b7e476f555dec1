"""What the records show of each thing that inspectors looked for in 2012: found, not found, or nothing can be said.

A row of the inspection names rules and measures. Its answer has their figures over a period, and the cases in which a
rule was not kept. It is *not found* only where all that the row rests on could be judged: a rule without a local
number, a source that cannot hold what it reads, or a single case of which nobody can tell, and it is *cannot tell*.
Rules without any number, and measures, give figures: whom these concern is told, and never that anything was not kept.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

import polars as pl
from attrs import evolve, field, frozen

from childprotect.desk.desk import Desk
from childprotect.measures import MEASURES, Kind, Measure, Measured, Told, behind, measured, of_duty, of_rule
from childprotect.rulebook import Rulebook
from childprotect.rulebooks.england.inspection import Row
from childprotect.rules import Current, Duty, Rule
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
class Concerned:
    """A case that a figure concerns: told, and not judged."""

    child: str
    measure: str
    """The id of the measure, or of the rule without a number."""
    day: date
    """By which it falls into the period."""
    amount: int | None
    """How much of the unit of the measure, where that is told of such a case."""


@frozen
class Answer:
    """What the records show of one row of the inspection, from `first` to `last`."""

    row: Row
    first: date
    last: date
    verdict: Verdict
    figures: tuple[Measured, ...] = field(repr=False)
    """The shares of its rules that were kept, then what was done of those without a number, then its measures."""
    cases: tuple[Case, ...] = field(repr=False)
    """Where a rule was not kept, the longest overdue first."""
    unknown: int = 0
    """Duties of which nobody can tell."""
    unjudged: tuple[str, ...] = ()
    """Why not all of it could be judged: what has no number, what the source cannot hold."""
    told_only: tuple[str, ...] = ()
    """Rules that have no number anywhere, of which only the time taken is told."""
    concerned: tuple[Concerned, ...] = field(default=(), repr=False)
    """Whom its figures concern, where one concerns some before others: told, and not judged; the longest first."""

    @property
    def children(self) -> tuple[str, ...]:
        """The children of the cases, each once."""
        return tuple(dict.fromkeys(case.child for case in self.cases))

    @property
    def because(self) -> str:
        """The verdict in a sentence."""
        decided = sum(
            one.denominator or 0 for one in self.figures if one.measure.id in self.row.rules and not one.measure.duty
        )
        match self.verdict:
            case Verdict.FOUND:
                n, children = len(self.cases), len(self.children)
                text = f"Found: {n} of {counted(decided, 'duties', 'duty')} not kept, "
                return f"{text}in the records of {counted(children, 'children', 'child')}."
            case Verdict.NOT_FOUND:
                what = "what can be judged of the period" if self.told_only else "what there was in the period"
                return f"Not found: {what} was kept ({counted(decided, 'duties', 'duty')})."
            case Verdict.CANNOT_TELL:
                reasons = list(self.unjudged)
                reasons += (
                    [f"of {counted(self.unknown, 'cases', 'case')} the records do not say"] if self.unknown else []
                )
                kept = f"; what could be judged was kept ({counted(decided, 'duties', 'duty')})" if decided else ""
                return f"Cannot tell: {'; '.join(reasons)}{kept}."
            case Verdict.NO_CASE:
                return "Nothing can be said: the records of the period have no case of it."
            case Verdict.FIGURES if self.row.whom:
                text = f"The figures are of all children: nothing on record says who is one of the {self.row.whom}"
                return f"{text}, of whom alone this tells."
            case Verdict.FIGURES:
                return "The figures are told; no value of them is the right one, and they are not judged."
        return f"For a person to judge: {self.row.because}."


def told_of(desk: Desk) -> Told:
    """The records of a desk as measures read them."""
    known = (
        evolve(story, events=story.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary))
        for story in desk.chronologies()
    )
    return Told.of_chronologies(known, as_at=desk.as_at, rulebook=desk.rulebook, findings=desk.findings)


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

    `told` has the findings of a check by `rulebook`, and its duties without a number. Duties fall into the period by
    the day on which they were due. Raises `ValueError` for a period that ends before it begins, or goes beyond what is
    told.
    """
    period = _Period(told, rulebook, first, last, population, not_kept(told, rulebook, first, last))
    return tuple(_answer(row, period) for row in rows)


@frozen(eq=False)
class _Period:
    """What the answers of a period share: each figure is counted once."""

    told: Told
    book: Rulebook
    first: date
    last: date
    population: int | None
    failed: tuple[Case, ...]
    _figures: dict[str, tuple[Measured, tuple[Concerned, ...]]] = field(factory=dict, init=False)

    def figure(self, id: str) -> Measured:
        """The figure of a measure or a rule."""
        return self._of(id)[0]

    def concerned(self, id: str) -> tuple[Concerned, ...]:
        """Whom it concerns, the longest first."""
        return self._of(id)[1]

    def _of(self, id: str) -> tuple[Measured, tuple[Concerned, ...]]:
        if id not in self._figures:
            if (one := MEASURES.get(id)) is None:
                rule = self.book[id]
                one = of_duty(rule) if isinstance(rule, Duty) and rule.only_told else of_rule(rule)
            figure = measured(one, self.told, self.first, self.last, population=self.population)[0]
            self._figures[id] = figure, concerned(one, self.told, self.first, self.last)
        return self._figures[id]


def concerned(measure: Measure, told: Told, first: date, last: date) -> tuple[Concerned, ...]:
    """Whom a figure of a period concerns, the longest first; nobody, where it concerns all alike, or is judged."""
    if measure.rule is not None or (looked_at := measure.looked_at) is None:
        return ()
    these = (pl.col("kept") == looked_at) & pl.col("left_out").is_null()
    if measure.kind is Kind.LENGTH:
        these &= pl.col("days") > 0
    found = behind(measure, told, first, last).filter(these.fill_null(False))
    found = found.sort("days", "day", "child", descending=[True, False, False], nulls_last=True)
    rows = found.select("child", "day", "days").iter_rows()
    return tuple(Concerned(child, measure.id, day, days) for child, day, days in rows)


def _answer(row: Row, period: _Period) -> Answer:
    book, figure = period.book, period.figure
    there = {rule.id: rule for rule in book.applied}
    rules = [there[id] for id in row.rules if id in there]
    told_only = tuple(rule.id for rule in rules if isinstance(rule, Duty) and rule.only_told)
    judged = [rule for rule in rules if rule.id not in told_only]
    unjudged = tuple(_unjudged(row, book, judged, told_only, period.told, period.first, period.last))
    shares = [figure(rule.id) for rule in judged if rule.versions]
    seen = tuple(one for one in shares if one.denominator or one.cannot_tell)
    others = tuple(one for one in map(figure, told_only) if one.denominator or one.cannot_tell or one.left_out)
    others += tuple(map(figure, row.measures))
    whom = tuple(one for id in (*told_only, *row.measures) for one in period.concerned(id))
    unknown = sum(one.cannot_tell or 0 for one in shares)
    if row.whom:
        return Answer(row, period.first, period.last, Verdict.FIGURES, seen + others, (), unknown, unjudged, told_only)
    found = tuple(case for case in period.failed if case.rule in row.rules)
    decided = sum(one.denominator or 0 for one in shares)
    if row.judged == "none":
        verdict = Verdict.TO_JUDGE
    elif found:
        verdict = Verdict.FOUND
    elif unknown or unjudged:
        verdict = Verdict.CANNOT_TELL
    elif decided:
        verdict = Verdict.NOT_FOUND
    elif any(one.denominator or one.numerator for one in others):
        verdict = Verdict.FIGURES
    else:
        unknown = sum(one.cannot_tell or 0 for one in others)
        verdict = Verdict.CANNOT_TELL if unknown else Verdict.NO_CASE
    return Answer(row, period.first, period.last, verdict, seen + others, found, unknown, unjudged, told_only, whom)


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
    if told_only and told.duties is None:
        yield f"how long {listed(told_only)} took was not worked out"
    for rule in rules:
        in_force = any(rule.version_on(day) is not None for day in (first, last))
        if in_force and told.kinds is not None and (lacks := sorted(rule.triggers - told.kinds)):
            yield f"the records cannot hold what {rule.id} reads ({listed(lacks)})"


def not_kept(told: Told, rulebook: Rulebook, first: date, last: date) -> tuple[Case, ...]:
    """Every duty of the period that was not kept, the longest overdue first.

    A duty falls into it by the day on which it was due, else arose; one on what is in place as things stand, by the day
    as at which the records are told, as its share is counted.
    """
    assert told.findings is not None, "the records of a desk are checked"
    failed = [status.value for status in Status if status.is_breach]
    now = [rule.id for rule in rulebook.applied if isinstance(rule, Current)]
    stands = pl.col("rule").cast(pl.String).is_in(now)
    day = pl.when(stands).then(pl.lit(told.as_at)).otherwise(pl.coalesce("due", "started"))
    found = (
        told.findings.lazy()
        .filter(pl.col("status").cast(pl.String).is_in(failed) & day.is_between(first, last))
        .select(
            pl.col("child").cast(pl.String),
            pl.col("rule").cast(pl.String),
            pl.col("status").cast(pl.String),
            pl.coalesce("due", "started").alias("on"),
            "days_late",
            pl.col("unit").cast(pl.String),
        )
        .sort("days_late", "on", "child", "rule", descending=[True, False, False, False], nulls_last=True)
        .collect()
    )
    return tuple(Case(child, rule, Status(status), *rest) for child, rule, status, *rest in found.iter_rows())
