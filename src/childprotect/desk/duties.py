"""Every rule over a period: how much was kept, and the cases in which it was not, with the reasons of the gravest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from attrs import field, frozen

from childprotect.calendars import day_of
from childprotect.desk.answers import Case, not_kept
from childprotect.desk.desk import Desk
from childprotect.findings import Finding
from childprotect.measures import Measured, Told, measured, of_rule
from childprotect.rules import Duty, Rule

REASONS = 3
"""Of so many cases of a rule the reason is told in words."""


@frozen
class Kept:
    """One rule over a period: its figure, the cases that were not kept, and the reasons of the first of them."""

    rule: Rule = field(repr=lambda rule: repr(rule.id))
    figure: Measured = field(repr=False)
    cases: tuple[Case, ...] = field(repr=False)
    reasons: tuple[str, ...] = field(repr=False, default=())


def duties(desk: Desk, told: Told, first: date, last: date) -> tuple[Kept, ...]:
    """Every rule with a number that had something to judge in the period, in the order of the rulebook."""
    by_rule: dict[str, list[Case]] = defaultdict(list)
    for case in not_kept(told, desk.rulebook, first, last):
        by_rule[case.rule].append(case)
    reasons = _reasons(desk, [case for cases in by_rule.values() for case in cases[:REASONS]])
    found = []
    for rule in desk.rulebook.applied:
        if not rule.versions or (isinstance(rule, Duty) and rule.only_told):
            continue
        figure = measured(of_rule(rule), told, first, last)[0]
        if figure.denominator or figure.cannot_tell:
            cases = tuple(by_rule[rule.id])
            found.append(Kept(rule, figure, cases, tuple(reasons.get(case, "") for case in cases[:REASONS])))
    return tuple(found)


def _reasons(desk: Desk, cases: Sequence[Case]) -> dict[Case, str]:
    """The reason of each case, from the check of its child."""
    by_child: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_child[case.child].append(case)
    found: dict[Case, str] = {}
    for chronology in desk.chronologies(by_child.keys()):
        told = {(f.rule, f.status, _on(f)): f.because for f in desk.report(chronology).breaches}
        found |= {case: told.get((case.rule, case.status, case.on), "") for case in by_child[chronology.child]}
    return found


def _on(finding: Finding) -> date | None:
    at = finding.due if finding.due is not None else finding.started
    return None if at is None else day_of(at)
