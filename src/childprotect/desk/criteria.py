"""Which cases to look at first: criteria as values, each with its sentence, so that they can be argued with.

No research stands behind their weights and no law behind their numbers. They are this library's, taken from what the
inspection of September 2012 found, and can be replaced: `riskiest(desk, 20, criteria=(...))`. What nobody can tell
counts as a reason to look.
"""

from collections.abc import Callable, Mapping
from datetime import date

from attrs import field, frozen

from childprotect.chronology import Expected
from childprotect.conditions import Truth, on
from childprotect.desk.consequences import Consequence, consequence_of
from childprotect.desk.looking import Looked
from childprotect.desk.worklist import When
from childprotect.errors import OutOfRange
from childprotect.periods import Period, months, weeks
from childprotect.rulebooks import england
from childprotect.rulebooks.england.matches import (
    CHILD_IN_NEED_PLAN,
    CHILD_SEEN,
    ENQUIRY,
    LOOKED_AFTER,
    OPEN_CASE,
    PLAN,
    PLAN_MADE,
)
from childprotect.rules import Current, Order
from childprotect.spells import Spell
from childprotect.statuses import Status

YEAR = months(12)


def _spells_of(rule: str) -> Mapping[str, Spell]:
    """The spells that a rule of practice speaks of, by name: what they are is said once, there."""
    law = england.practice[rule]
    spells = law.closed if isinstance(law, Order) else (law.held,) if isinstance(law, Current) else ()
    return {spell.name: spell for spell in spells if spell is not None}


_UNANSWERED = _spells_of("closed-with-nothing-open")["new information not yet answered"]
_HELD = _spells_of("allocated-to-qualified-worker")["allocation to a qualified social worker"]


@frozen
class Criterion:
    """A reason to look at a case: its name, a sentence, how much it weighs, and whether it holds of a case.

    `holds` answers None where nobody can tell. The sentence of a `personal` one is never shown with a case.
    """

    name: str
    sentence: str
    holds: Callable[[Looked], Truth] = field(repr=False, eq=False)
    weight: int = 1
    personal: bool = False


PERSONAL = "A circumstance of the child that is not printed."
"""What is shown in place of the sentence of a personal criterion."""


def _waits(consequence: Consequence) -> Callable[[Looked], Truth]:
    def holds(case: Looked) -> Truth:
        when = {task.when for task in case.tasks if task.consequence is consequence}
        return True if When.OVERDUE in when else None if When.UNKNOWN in when else False

    return holds


def _audit_left(case: Looked) -> Truth:
    found = {one.status for one in case.troubles if one.rule == "audit-action-done"}
    return True if Status.OVERDUE in found else None if Status.CANNOT_TELL in found else False


def _safety_failed(case: Looked) -> Truth:
    since = _before(YEAR, case.as_at)
    found: Truth = False
    for one in case.troubles:
        if consequence_of(one.rule) is Consequence.SAFETY and (one.due is None or one.due >= since):
            if one.status.is_breach:
                return True
            found = None
    return found


_CLOSURES = ("closed-with-open-work", "closed-with-nothing-open")


def _closed_with_open_work(case: Looked) -> Truth:
    found = {one.status for one in case.troubles if one.rule in _CLOSURES}
    if any(status.is_breach for status in found):
        return True
    return None if Status.CANNOT_TELL in found else False


def _planned_again(case: Looked) -> Truth:
    certain, perhaps = case.found(PLAN_MADE)
    if len(certain) > 1:
        return True
    earlier = bool(certain or perhaps) and case.may_lack({"plan-started"})
    return None if len(certain) + len(perhaps) > 1 or earlier else False


def _back_within_a_year(case: Looked) -> Truth:
    before: date | None = None
    referred = False
    for event in case.events:
        if event.kind == "referral":
            if before is not None and event.day <= _after(YEAR, before):
                return True
            referred = True
        if event.kind in ("referral", "case-closed"):
            before = event.day
    return None if referred and case.may_lack({"referral", "case-closed"}) else False


def _unanswered(case: Looked) -> Truth:
    return case.is_open(_UNANSWERED)


_WATCHED = (OPEN_CASE, PLAN, ENQUIRY, CHILD_IN_NEED_PLAN, LOOKED_AFTER)
_SEEN = CHILD_SEEN | on("looked-after-visit", child_seen=True)


def unseen(after: Period = weeks(6), weight: int = 3) -> Criterion:
    """That a child whose case is open has not been seen for so long: no law has the number."""

    def holds(case: Looked) -> Truth:
        watched = [case.is_open(spell) for spell in _WATCHED]
        if not any(open_ is not False for open_ in watched):
            return False
        since = _before(after, case.as_at)
        opened = [event.day for spell in _WATCHED if (event := case.opened(spell)) is not None]
        if opened and min(opened) >= since:
            return False  # it has not lasted so long
        certain, perhaps = case.found(_SEEN)
        if any(event.day >= since for event in certain):
            return False
        kinds = {"visit"} if case.is_open(LOOKED_AFTER) is False else {"visit", "looked-after-visit"}
        doubtful = any(event.day >= since for event in perhaps) or case.may_lack(kinds, since)
        return None if doubtful or True not in watched else True

    sentence = f"The case is open, and the child was seen on no visit of the last {after.length}."
    return Criterion("not-seen", sentence, holds, weight)


def changes(least: int = 3, within: Period = YEAR, weight: int = 1) -> Criterion:
    """That the case was given to so many workers within a time."""

    def holds(case: Looked) -> Truth:
        since = _before(within, case.as_at)
        given = [event for event in case.found(on("allocated"))[0] if event.day >= since]
        named = {event.facts["worker"] for event in given if "worker" in event.facts}
        unnamed = sum("worker" not in event.facts for event in given)
        if len(named) >= least:
            return True
        return None if len(named) + unnamed >= least or case.may_lack({"allocated"}, since) else False

    sentence = f"The case was given to {least} workers or more within {within.length}."
    return Criterion("changes-of-worker", sentence, holds, weight)


def _not_qualified(case: Looked) -> Truth:
    running, held = case.is_open(OPEN_CASE), case.is_open(_HELD)
    if running is False or held is True:
        return False
    return True if running and held is False and not case.may_lack(_HELD.opens.kinds) else None


def long_plan(after: Period = months(24), weight: int = 1) -> Criterion:
    """That a child protection plan has lasted longer than that."""

    def holds(case: Looked) -> Truth:
        running, since = case.is_open(PLAN), _before(after, case.as_at)
        if running is False:
            return False
        first = case.opened(PLAN)
        return None if first is None else first.day < since

    return Criterion("long-plan", f"A child protection plan of more than {after.length}.", holds, weight)


def _very_young(case: Looked) -> Truth:
    """Where it is known: most sources hold no date of birth."""
    born = case.chronology.born
    if born is None:
        since = _before(YEAR, case.as_at)
        return any(event.day >= since for event in case.found(on("pre-birth-conference"))[0])
    return isinstance(born, Expected) or case.as_at < _after(YEAR, born)


def _unread(case: Looked) -> Truth:
    return bool(case.chronology.lost)


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "safety-waits",
        "What the child's safety hangs on is overdue.",
        _waits(Consequence.SAFETY),
        5,
    ),
    Criterion("closed-with-open-work", "The case was closed with work left open.", _closed_with_open_work, 4),
    Criterion(
        "protection-waits",
        "What decides, carries out or reviews the child's protection is overdue.",
        _waits(Consequence.PROTECTION),
        3,
    ),
    Criterion("new-information", "New information on the open case has had no answer.", _unanswered, 3),
    unseen(),
    Criterion("no-qualified-worker", "The open case has no qualified social worker.", _not_qualified, 3),
    Criterion(
        "safety-failed",
        "What the child's safety hung on was late or was not done within the last 12 months.",
        _safety_failed,
        2,
    ),
    Criterion(
        "back-within-a-year",
        "Referred again within 12 months of an earlier referral, or of the closure of the case.",
        _back_within_a_year,
        2,
    ),
    Criterion("help-waits", "An assessment, or help that was agreed, is overdue.", _waits(Consequence.HELP), 2),
    Criterion("audit-left", "What an audit of the case asked for is overdue.", _audit_left, 2),
    Criterion("second-plan", "A second or later child protection plan.", _planned_again, 2),
    Criterion("very-young", "Unborn, or under one year old.", _very_young, 2, personal=True),
    long_plan(),
    changes(),
    Criterion("unread", "An entry of the record could not be read.", _unread),
)
"""The criteria of `riskiest`, unless others are given."""


def _before(period: Period, day: date) -> date:
    try:
        found = period.before(day)
    except OutOfRange:
        return date.min
    assert isinstance(found, date)
    return found


def _after(period: Period, day: date) -> date:
    try:
        found = period.due(day)
    except OutOfRange:
        return date.max
    assert isinstance(found, date)
    return found
