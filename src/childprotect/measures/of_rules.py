"""Every rule as a measure: how many of its duties were done in time, of those whose time had come."""

from datetime import date
from typing import Any

import polars as pl

from childprotect.authority import Evidence
from childprotect.errors import DefinitionError
from childprotect.measures.frames import working_days
from childprotect.measures.measure import COLUMNS, Cases, Kind, Measure, framed
from childprotect.measures.told import Told
from childprotect.rulebook import Rulebook
from childprotect.rules import Current, Duty, Law
from childprotect.statuses import Status

_LEFT_OUT = {
    Status.PENDING.value: "it is not due yet",
    Status.DISCHARGED.value: "the duty fell away before it fell due",
}
_FELL_AWAY = "the duty fell away before it was done"
_GRADES = list(Evidence)
"""From the best supported to the least."""


def of_rule(rule: Law, *, id: str = "", title: str = "") -> Measure:
    """The share of the duties of a rule that were kept, of those that fell due in the period, as its findings say.

    A duty falls into the period by the day on which it was due; one without a due date by the day on which it arose. So
    what is overdue and was never done is counted, which figures of what was done leave out. `days` are from the start
    of the clock to what was done, in working days where the rule counts in them. Of a rule on what is in place as
    things stand, such as a worker for each open case, the findings are those of the last day that is told of, and fall
    on that. Raises `DefinitionError` for a rule without a number, of which no duty is ever met or not.
    """
    if _is_told_only(rule):
        raise DefinitionError(f"a measure of rule {rule.id!r}", ["the rule has no number: what it took is only told"])
    return Measure(
        id=id or rule.id,
        title=title or f"In time: {rule.title}",
        kind=Kind.SHARE,
        numerator="those that were met",
        denominator=(
            "duties of this rule that fell due in the period and were met, late, overdue or breached; of a rule "
            "without a due date, those that arose in it"
        ),
        exclusions="Duties that are not due yet, or that fell away before they fell due.",
        **_known_of(rule),
        cases=_findings_of(rule),
        at_end=isinstance(rule, Current),
        better="higher",
        rule=rule.id,
    )


def of_duty(rule: Law) -> Measure:
    """The share of the duties of a rule without a number that arose in the period and were done by its last day.

    A duty falls into the period by the day on which it arose. `days` are calendar days from then to what was done. None
    is late, since no number is set: what is not done on the last day is a case that the figure concerns, and what arose
    the day before is among them. `Told.duties` has them; where it is None nobody can tell. Raises `DefinitionError` for
    a rule with a number: see `of_rule`.
    """
    if not _is_told_only(rule):
        raise DefinitionError(f"a measure of rule {rule.id!r} as a duty without a number", ["the rule has a number"])
    return Measure(
        id=rule.id,
        title=f"Done by the last day: {rule.title}",
        kind=Kind.SHARE,
        numerator="those that were done by the last day",
        denominator="duties of this rule that arose in the period",
        exclusions="Duties that fell away by the last day before they were done.",
        **_known_of(rule),
        cases=_told_of(rule),
        at_end=True,
        unit="days",
        duty=rule.id,
        concerns=False,
    )


def of_rulebook(rulebook: Rulebook) -> tuple[Measure, ...]:
    """Each rule that the rulebook applies, and that can be met or not, as a measure; in its order."""
    return tuple(of_rule(rule) for rule in rulebook.applied if not _is_told_only(rule))


def _is_told_only(rule: Law) -> bool:
    return isinstance(rule, Duty) and bool(rule.versions) and rule.only_told


def _known_of(rule: Law) -> dict[str, Any]:
    """Who says so, and how well that is known."""
    editions = [version.edition for version in rule.versions]
    grades = {version.evidence for version in rule.versions}
    return {
        "source": f"the rule {rule.id}, in {', '.join(editions)}"
        if editions
        else f"the rule {rule.id}, of local practice only",
        "evidence": max(grades, key=_GRADES.index, default=Evidence.LOCAL),
        "left_open": "" if len(grades) < 2 else "Editions are not equally well known; the grade is that of the least.",
    }


def _told_of(rule: Law) -> Cases:
    def cases(told: Told, first: date, last: date) -> pl.DataFrame:
        if told.duties is None:
            return pl.DataFrame(schema=COLUMNS)
        of_it = (pl.col("rule") == rule.id) & pl.col("started").is_between(first, last)
        done = (pl.col("done") <= last).fill_null(False)
        fell = (pl.col("fell_away") != "") & (pl.col("until") <= last)
        return framed(
            told.duties.filter(of_it),
            day=pl.col("started"),
            kept=pl.when(pl.col("unclear") == "").then(done),
            days=pl.when(done).then(pl.col("days")),
            left_out=pl.when(fell).then(pl.lit(_FELL_AWAY)),
        )

    return cases


def _findings_of(rule: Law) -> Cases:
    def cases(told: Told, first: date, last: date) -> pl.DataFrame:
        found = told.made(f"rule {rule.id}", lambda told: _duties(told, rule))
        return framed(found.filter(pl.col("day").is_between(first, last)))

    return cases


def _duties(told: Told, rule: Law) -> pl.DataFrame:
    """All findings of a rule as cases, whatever the period."""
    assert told.findings is not None, "measuring refuses what was not checked"
    texts = [pl.col(name).cast(pl.String) for name in ("child", "status", "unit")]
    of_it = told.findings.filter(pl.col("rule").cast(pl.String) == rule.id)
    day = pl.lit(told.as_at) if isinstance(rule, Current) else pl.coalesce("due", "started")
    found = of_it.select(*texts, "started", "due", "done").with_columns(day=day)
    passed = (pl.col("done") - pl.col("started")).dt.total_days()
    found = found.with_columns(working_days(found, "started", "done").alias("working"))
    status = pl.col("status")
    return found.with_columns(
        kept=pl.when(status != Status.CANNOT_TELL.value).then(status == Status.MET.value),
        left_out=status.replace_strict(_LEFT_OUT, default=None, return_dtype=pl.String),
        days=pl.when(pl.col("unit") == "working-days").then(pl.col("working")).otherwise(passed),
    )
