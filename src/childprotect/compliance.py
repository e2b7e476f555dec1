"""The check: one child's chronology against a rulebook, as at a date.

A pure function. Each kind of rule has one interpreter here. The worst thing this module could say is a wrong "met", so
wherever a fact that is missing could change the answer, the answer is *cannot tell*, and names the fact.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import evolve

from childprotect.calendars import refuse_other_than_days
from childprotect.case import Case, fell_away
from childprotect.chronology import Chronology, Coverage
from childprotect.conditions import Story
from childprotect.events import Event, Lost
from childprotect.findings import Elapsed, Finding, Irregularity, Report
from childprotect.journeys import irregularities_of
from childprotect.ordering import unsettled
from childprotect.practice import check_attended, check_order, check_recorded
from childprotect.rulebook import Rulebook
from childprotect.rules import AtMost, Attended, Before, Current, Duty, Every, Order, Recorded, Rule, Within
from childprotect.standing import check_before, check_current
from childprotect.statuses import Status
from childprotect.timeliness import check_timed, told_only
from childprotect.versions import NotAssessed
from childprotect.wording import day_in_words, event_in_words

_Judged = Finding | NotAssessed | Elapsed
_Check = Callable[[Any, Case], Iterable[_Judged]]
_CHECKS: dict[type, _Check] = {
    Within: check_timed,
    Duty: check_timed,
    AtMost: check_timed,
    Before: check_before,
    Every: check_timed,
    Current: check_current,
    Order: check_order,
    Attended: check_attended,
    Recorded: check_recorded,
}


def check(chronology: Chronology, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Report:
    """Judge a chronology by a rulebook, as things stood on `as_at`, with what was known on `known_at`.

    Events after `as_at` are left out, and, where `known_at` is given, what was recorded after it. Never raises for
    anything that the record says: what cannot be judged is *cannot tell*. Raises `UnreadableInput` where `as_at` or
    `known_at` is no date, such as text or a moment.

    >>> from childprotect.rulebooks import england
    >>> story = Chronology.of("C-101", events=[("2012-09-03", "referral"), ("2012-09-04", "referral-decided")])
    >>> check(story, england.rulebook, as_at=date(2012, 10, 31)).summary["referral-decision"]
    {'met': 1}
    """
    case = _case(chronology, rulebook, as_at, known_at)
    known, events, lost = case.chronology, case.chronology.events, case.story.lost
    findings: list[Finding] = []
    silent: list[NotAssessed] = []
    told: list[Elapsed] = []
    upset = _upset(case, rulebook) if lost else set()
    may_matter = {rule.id for rule in rulebook.applied if not lost.isdisjoint({None, *rule.reads})} if lost else set()
    may_matter |= upset
    for rule in rulebook.triggered_by(case.story.kinds, may_matter):
        judged = _CHECKS[type(rule)](rule, case)
        if rule.id in may_matter:
            judged = _in_doubt(rule, case, judged, rule.id in upset)
        for entry in judged:
            if isinstance(entry, Finding):
                findings.append(entry)
            elif isinstance(entry, Elapsed):
                told.append(entry)
            else:
                silent.append(entry)
    odd = irregularities_of(known, events, rulebook.moved_by) + _remarks(chronology)
    odd += oddities(findings, chronology.covers)
    return Report(as_at, tuple(findings), odd, _not_assessed(silent, rulebook), tuple(told))


def told_only_of(
    chronology: Chronology, rulebook: Rulebook, *, as_at: date
) -> Iterator[tuple[Duty, Event, Elapsed | NotAssessed]]:
    """Every duty without a number that arose: its rule, what began it, and how long it took, or why nobody can tell.

    As `check` tells it, clock by clock: that names each reason once, and not what it is a reason of.
    """
    duties = [
        rule
        for rule in rulebook.triggered_by({e.kind for e in chronology.events})
        if isinstance(rule, Duty) and rule.only_told
    ]
    if not duties:
        return
    case = _case(chronology, rulebook, as_at, None)
    for rule in duties:
        in_doubt = not case.story.lost.isdisjoint({None, *rule.reads})
        for began, told in told_only(rule, case):
            yield rule, began, NotAssessed(rule.id, _LOST) if in_doubt else told


def _case(chronology: Chronology, rulebook: Rulebook, as_at: date, known_at: date | None) -> Case:
    refuse_other_than_days(as_at, known_at)
    events = chronology.as_known(as_at, known_at, vocabulary=rulebook.vocabulary)
    known = chronology if events is chronology.events else evolve(chronology, events=events)
    lost = frozenset([entry.kind for entry in chronology.lost])
    return Case(known, Story(events, chronology.covers, lost), as_at, fell_away(chronology, as_at), chronology)


def _in_doubt(rule: Rule, case: Case, judged: Iterable[_Judged], upset: bool) -> Iterator[_Judged]:
    """What is left of what was judged, where an entry that could not be read may have changed it."""
    judged = tuple(judged)
    yield from (entry for entry in judged if isinstance(entry, NotAssessed))
    only_told = isinstance(rule, Duty) and rule.only_told
    if only_told or any(isinstance(entry, Elapsed) for entry in judged):
        yield NotAssessed(rule.id, _LOST)
    if not only_told:
        yield from _unreadable(rule, case, [entry for entry in judged if isinstance(entry, Finding)], upset)


def _not_assessed(silent: list[NotAssessed], rulebook: Rulebook) -> tuple[NotAssessed, ...]:
    """What was not assessed here, and what never is: each once."""
    here = tuple(dict.fromkeys(silent))
    return here + rulebook.not_assessed_beside(here)


_WITH_A_DATE = (Within, Every)
_LOST = "an entry that may have changed it could not be read"


def _remarks(chronology: Chronology) -> tuple[Irregularity, ...]:
    return tuple([Irregularity(chronology.child, r.code, r.at, r.because) for r in chronology.remarks])


def oddities(findings: Sequence[Finding], covers: Coverage) -> tuple[Irregularity, ...]:
    """What is odd in what findings rest on: a target that differs from ours, no reason for having been late."""
    dated = [finding for finding in findings if finding.due is not None and isinstance(finding.law, _WITH_A_DATE)]
    return (*_other_targets(dated), *_without_reason(dated, covers)) if dated else ()


def _other_targets(findings: Sequence[Finding]) -> Iterator[Irregularity]:
    for finding in findings:
        for recorded in _recorded_dues(finding):
            if recorded is not None and recorded != finding.due:
                what = f"The recorded target of {_day(recorded)} for the {finding.wanted} is not the computed one: "
                computed = f"{day_in_words(finding.due)} is {finding.deadline}."
                yield Irregularity(finding.child, "recorded-target-differs", finding.started, what + computed)


RECORDED_DUE = "recorded-due"
"""The fact of what was done in which a source may say when it was due."""


def _recorded_dues(finding: Finding) -> tuple[object, object]:
    """When the source says that it was due: at the start, where the rule names the fact, and with what was done."""
    named = finding.law.recorded_due if isinstance(finding.law, Within) else None
    return (
        finding.trigger.facts.get(named) if named and finding.trigger else None,
        finding.answer.facts.get(RECORDED_DUE) if finding.answer else None,
    )


def _without_reason(findings: Sequence[Finding], covers: Coverage) -> Iterator[Irregularity]:
    for finding in findings:
        law, answer = finding.law, finding.answer
        if not isinstance(law, Within) or not law.late_reason or not answer or finding.status is not Status.LATE:
            continue
        if not answer.facts.get(law.late_reason) and covers.holds(answer.kind, law.late_reason):
            text = f"The {finding.wanted} was late, and no reason for passing the limit is on record."
            yield Irregularity(finding.child, "late-without-reason", finding.done, text)


def _day(recorded: object) -> str:
    return day_in_words(recorded) if isinstance(recorded, date) else "another form"


def only_ends(rule: Rule) -> frozenset[str]:
    """The kinds of event that can answer the rule, and do nothing else to it."""
    if isinstance(rule, Within):
        return rule.end.kinds - rule.start.kinds - rule.discharge.kinds - rule.revived.kinds - rule.extends.kinds
    if isinstance(rule, AtMost):
        return (rule.end.kinds | rule.extends.kinds) - rule.start.kinds - rule.anew.kinds - _opening(rule)
    # the wait for the first of a duty that continues another counts from the last such event before
    if not isinstance(rule, Every) or rule.continues:
        return frozenset()
    return rule.event.kinds - rule.opens.kinds - rule.stops.kinds


def _opening(rule: AtMost) -> frozenset[str]:
    return rule.counted_from.kinds if rule.counted_from else frozenset()


def _upset(case: Case, rulebook: Rulebook) -> set[str]:
    """The rules that read events which an entry that could not be read may have made change places."""
    pairs = unsettled(case.story.events, case.chronology.lost, rulebook.vocabulary)
    return {
        rule.id
        for rule in rulebook.applied
        if any(not rule.reads.isdisjoint(some) and not rule.reads.isdisjoint(others) for some, others in pairs)
    }


def _unreadable(rule: Rule, case: Case, found: list[Finding], upset: bool) -> Iterator[Finding]:
    entries = [e for e in case.chronology.lost if upset or e.kind is None or e.kind in rule.reads]
    why = "; ".join(dict.fromkeys(map(_in_words, entries)))
    missing = tuple(sorted({entry.kind for entry in entries if entry.kind}))
    # what was certainly done in time stays done: an unreadable entry of the same kind cannot undo it
    unharmed = not upset and all(entry.kind in only_ends(rule) for entry in entries)
    for finding in found:
        if unharmed and finding.status is Status.MET:
            yield finding
        else:
            yield evolve(finding, status=Status.CANNOT_TELL, answer=None, missing=missing, why=why)
    if not found and any(entry.kind in rule.triggers for entry in entries):
        yield Finding(case.chronology.child, rule, Status.CANNOT_TELL, case.as_at, missing=missing, why=why)


def _in_words(entry: Lost) -> str:
    kind = f"an entry of this kind: {event_in_words(entry.kind)}" if entry.kind else "an entry of any kind"
    return f"{entry.place}, which may be {kind}, could not be read ({entry.because})"
