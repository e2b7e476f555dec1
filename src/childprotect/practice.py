"""The check of rules without a clock: the order of steps, who took part, what was recorded."""

from collections.abc import Callable, Iterator
from datetime import date

from attrs import evolve

from childprotect.calendars import day_of
from childprotect.case import Case, outside
from childprotect.conditions import ALWAYS, Condition, Fact, Hit, Not
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.findings import Finding
from childprotect.periods import Period
from childprotect.phrases import (
    asked,
    either,
    incomplete,
    lacking,
    none_between,
    not_recorded,
    quorum_in_words,
    read_by,
    the_one,
)
from childprotect.requirements import Quorum, Requirement
from childprotect.rules import Attended, Order, Recorded
from childprotect.spells import not_during
from childprotect.statuses import Status
from childprotect.versions import NotAssessed, Version
from childprotect.vocabulary import AGENCIES
from childprotect.wording import (
    agencies_in_words,
    counted,
    day_in_words,
    fact_name,
    listed,
    not_held,
    question,
    shown,
    the_event,
)

Judged = Finding | NotAssessed


def check_order(rule: Order, case: Case) -> Iterator[Judged]:
    """A finding for every `then`: did a `first` of its own come before it, and was nothing left open."""
    story = case.story
    since = story.find(rule.since)
    firsts = story.find(rule.first)
    thens = story.find(rule.then)
    for then in thens:
        version = rule.version_on(then.event.day)
        if version is None:
            yield outside(rule, then.event)
        elif (gone := case.gone(rule, then.event)) is not None:
            yield gone
        elif not rule.first.patterns and rule.closed:
            yield _none_open(rule, version, then, case)
        else:
            # two of `then` on one day rest on the same event: the day does not say which came first
            before = [hit for hit in thens if hit.event.day < then.event.day]
            bound = max([*before, *_certain_before(then, since)], key=_place, default=None)
            after = _comes_after(rule, version, then, firsts, _own(rule, then, firsts, since, bound), bound, case)
            yield _both(after, _none_open(rule, version, then, case)) if rule.closed else after


_GRAVEST_FIRST = (Status.BREACHED, Status.CANNOT_TELL, Status.MET)


def _both(one: Finding, other: Finding) -> Finding:
    """The graver of two findings on one event; where they are alike, one that says both."""
    if one.status is other.status:
        missing = tuple(dict.fromkeys((*one.missing, *other.missing)))
        return evolve(one, missing=missing, why=f"{one.why}; {other.why}")
    return min(one, other, key=lambda finding: _GRAVEST_FIRST.index(finding.status))


def _of_that_day(hit: Hit, then: Hit, same_day: bool) -> bool:
    """Whether it counts though it comes later in the order of the day: nobody knows which was first."""
    return same_day and hit.event.day == then.event.day and not (hit.event.timed and then.event.timed)


def _place(hit: Hit) -> int:
    return hit.place


def _certain_before(then: Hit, hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.place < then.place and hit.truth]


def _own(rule: Order, then: Hit, firsts: list[Hit], since: list[Hit], bound: Hit | None) -> list[Hit]:
    """The events that `then` may rest on: up to it, and since the `bound`, before which all belongs to another."""
    own = [
        hit
        for hit in firsts
        if (bound is None or bound.place < hit.place)
        and (hit.place < then.place or _of_that_day(hit, then, rule.same_day))
    ]
    # what may have begun anew since then makes doubtful what came before it
    anew = max((hit.place for hit in since if hit.place < then.place and hit.truth is None), default=-1)
    return [
        Hit(hit.place, hit.event, None if hit.place < anew or _only_earlier(rule, hit, then) else hit.truth)
        for hit in own
    ]


def _only_earlier(rule: Order, hit: Hit, then: Hit) -> bool:
    return rule.doubt_earlier and hit.event.day < then.event.day


def _comes_after(
    rule: Order, version: Version, then: Hit, firsts: list[Hit], own: list[Hit], bound: Hit | None, case: Case
) -> Finding:
    event = then.event
    what = the_event(event)

    def finding(status: Status, why: str, answer: Event | None = None, missing: tuple[str, ...] = ()) -> Finding:
        return Finding(case.chronology.child, rule, status, case.as_at, version, event, answer, None, missing, why)

    certain = [hit.event for hit in own if hit.truth]
    if certain and (unseen := _begun_unseen(rule, certain[-1], event, case)):
        why = f"whether {the_one(certain[-1], rule.first)} counts for {what}: {not_held(unseen)}"
        return finding(Status.CANNOT_TELL, why, missing=unseen)
    if certain:
        return finding(Status.MET, _rests_on(rule, event, certain[-1]), certain[-1])
    if then.truth is None:
        missing = rule.then.missing(event, case.story)
        return finding(Status.CANNOT_TELL, _may_not_apply(event, missing), missing=missing)
    doubtful = [hit.event for hit in own]
    if doubtful:
        last = doubtful[-1]
        unknown = [rule.first.missing(other, case.story) for other in doubtful]
        unknown += [rule.since.missing(other, case.story) for other in case.story.events]
        missing = tuple(sorted({name for names in unknown for name in names}))
        if not missing:
            why = f"whether {the_event(last)} was about {what}: the record does not say"
            return finding(Status.CANNOT_TELL, why, missing=(last.kind,))
        seen = listed([the_one(e, rule.first) for e in doubtful], "or")
        reasons = lacking(missing, last, rule.first.doubts(last, case.story))
        return finding(Status.CANNOT_TELL, f"whether {seen} counts for {what}: {reasons}", missing=missing)
    covers = case.story.covers
    if absent := covers.absent(rule.first.kinds):
        return finding(Status.CANNOT_TELL, not_held(absent), missing=absent)
    if covers.since is not None and event.day < covers.since:
        why = f"this source is complete only from {day_in_words(covers.since)}, and may lack what came before {what}"
        return finding(Status.CANNOT_TELL, why, missing=(rule.first.patterns[0][0],))
    if lacks := covers.may_lack(rule.first.kinds, bound.event.day if bound else date.min):
        return finding(Status.CANNOT_TELL, incomplete(covers.since, lacks), missing=lacks)
    left_out = [hit.event for hit in firsts if bound is not None and hit.place <= bound.place]
    why = none_between(either(rule.first), what, bound.event if bound else None, left_out[-1] if left_out else None)
    return finding(Status.BREACHED, why)


def _begun_unseen(rule: Order, first: Event, then: Event, case: Case) -> tuple[str, ...]:
    """The kinds that the source does not hold, one of which may have begun it anew between the two.

    What begins something only while it is not open has begun nothing where it was open all the time. Between two of one
    day nothing is taken to lie.
    """
    story = case.story
    if first.day == then.day:
        return ()

    def may_begin(condition: Condition) -> bool:
        return not any(spell.is_open(first, story) and spell.is_open(then, story) for spell in not_during(condition))

    kinds = (kind for kind, condition in rule.since.patterns if not story.covers.holds(kind) and may_begin(condition))
    return tuple(sorted(set(kinds)))


def _rests_on(rule: Order, event: Event, first: Event) -> str:
    """That the first is there; of two of one day it says no order, where a time of day is not known."""
    what, told = the_event(event), the_one(first, rule.first)
    if first.day < event.day or (first.timed and event.timed):
        return f"{told} is on record before {what}"
    # a decision does not say what it was about
    taken = ", and is taken to be about it" if rule.doubt_earlier else ""
    return f"{told} is on record on the day of {what}{taken}"


def _may_not_apply(event: Event, missing: tuple[str, ...]) -> str:
    return f"whether the rule applies to {the_event(event)}: {lacking(missing, event)}"


def _none_open(rule: Order, version: Version, then: Hit, case: Case) -> Finding:
    event = then.event
    what = the_event(event)
    states = [(spell, spell.is_open(event, case.story)) for spell in rule.closed]
    left_open = [spell.name for spell, truth in states if truth]
    unknown = [spell for spell, truth in states if truth is None]
    unseen = tuple(sorted({kind for spell in rule.closed for kind in spell.unseen(case.story)}))
    missing: tuple[str, ...] = ()
    if left_open and then.truth is None:
        missing = rule.then.missing(event, case.story)
        status, why = Status.CANNOT_TELL, _may_not_apply(event, missing)
    elif left_open:
        status, why = Status.BREACHED, f"still open at {what}: {listed(left_open)}"
    elif unknown:
        missing = tuple(dict.fromkeys(name for spell in unknown for name in spell.missing(event, case.story)))
        names = listed([spell.name for spell in unknown], "or")
        status, why = Status.CANNOT_TELL, f"whether any {names} remained open at {what}: {lacking(missing, event)}"
    elif unseen:
        names = listed([spell.name for spell in rule.closed], "or")
        none = f"nothing that is on record was left open at {what}: no {names}"
        status, why, missing = Status.CANNOT_TELL, f"{none}; but {not_held(unseen)}", unseen
    else:
        names = listed([spell.name for spell in rule.closed], "or")
        status, why = Status.MET, f"nothing was left open at {what}: no {names}"
    return Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, missing, why)


def check_attended(rule: Attended, case: Case) -> Iterator[Judged]:
    """A finding for every such event: were the agencies there that its version requires."""
    return _check_each(rule, case, _attended)


def check_recorded(rule: Recorded, case: Case) -> Iterator[Judged]:
    """A finding for every such event: does the record hold what its version requires."""

    if rule.must is not ALWAYS:
        yield from _check_each(rule, case, lambda _, event, case: _holds(rule.must, event, case))
    elif not isinstance(rule.versions[0].requires, Period):
        yield from _check_each(rule, case, _recorded)
    elif case.story.covers.holds_fact("recorded"):
        yield from _check_each(rule, case, _entered)
    else:
        yield NotAssessed(rule.id, "this source does not say when its entries were made")


_KNOWN = frozenset(AGENCIES) - {"referrer"}
"""Agencies that count towards a quorum. The referrer is a role, and may be one of the others."""
_Judgement = tuple[Status, str, tuple[str, ...]]
"""A status, why, and what is missing."""


def _check_each(
    rule: Attended | Recorded, case: Case, judge: Callable[[Requirement, Event, Case], _Judgement]
) -> Iterator[Judged]:
    for hit in case.story.find(rule.event):
        event = hit.event
        version = rule.version_on(event.day)
        if version is None:
            yield outside(rule, event)
            continue
        if (gone := case.gone(rule, event)) is not None:
            yield gone
            continue
        if hit.truth is None:
            missing = rule.event.missing(event, case.story)
            status, why = Status.CANNOT_TELL, _may_not_apply(event, missing)
        else:
            status, why, missing = judge(version.requires, event, case)
        yield Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, missing, why)


def _attended(required: Requirement, event: Event, case: Case) -> _Judgement:
    what = the_event(event)
    present = event.facts.get("agencies")
    if not isinstance(present, frozenset):
        return Status.CANNOT_TELL, f"the record does not say who took part in {what}", (f"{event.kind}.agencies",)
    wanted, others = (required.agencies, required.others) if isinstance(required, Quorum) else (required, 0)
    assert isinstance(wanted, frozenset)
    there = agencies_in_words(present)
    if isinstance(required, Quorum) and event.facts.get("quorate") is False:
        return Status.BREACHED, f"{what} is recorded as not quorate", ()
    needed = f"required: {quorum_in_words(required) if isinstance(required, Quorum) else agencies_in_words(wanted)}"
    known = (present & _KNOWN) - wanted
    if wanted <= present and len(known) < others <= len(present - wanted):
        why = f"not all of those recorded at {what}, {there}, are known as agencies; {needed}"
        return Status.CANNOT_TELL, why, (f"{event.kind}.agencies",)
    if not wanted <= present:
        absent = agencies_in_words(wanted - present, "or")
        only = f", only {there}" if present else ""
        return Status.BREACHED, f"nobody from {absent} is recorded at {what}{only}", ()
    if len(present - wanted) < others:
        return Status.BREACHED, f"recorded at {what}: {there}; {needed}", ()
    return Status.MET, f"{there if others else agencies_in_words(wanted)} took part in {what}", ()


def _holds(must: Condition, event: Event, case: Case) -> _Judgement:
    what = the_event(event)
    truth = must.holds(event, case.story)
    if truth is None:
        missing = must.missing(event, case.story)
        return Status.CANNOT_TELL, f"for {what}, {lacking(missing, event)}", missing
    said = {name: shown(event, name) or "a value that is not shown here" for name in read_by(must)}
    why = f"{what} is recorded with {listed([f'{fact_name(name)}: {text}' for name, text in said.items()])}"
    if truth and isinstance(must, Not) and isinstance(must.part, Fact):
        # that it is not the one value says nothing in favour of the other
        why += "".join(f"; the rule asks only that it is not {refused}" for _, refused in asked(must.part))
    return (Status.MET if truth else Status.BREACHED), why, ()


def _entered(required: Requirement, event: Event, case: Case) -> _Judgement:
    assert isinstance(required, Period)
    what = the_event(event)
    entered = case.first_recorded(event)
    if entered is None:
        return Status.CANNOT_TELL, f"the record does not say when {what} was recorded", (f"{event.kind}.recorded",)
    if entered < event.day:
        why = f"the entry for {what} is dated {day_in_words(entered)}, before it happened"
        return Status.CANNOT_TELL, why, (f"{event.kind}.recorded",)
    try:
        due = required.due(event.day)
        taken = counted(required.elapsed(event.day, entered), required.lateness_unit)
    except OutOfRange as error:
        return Status.CANNOT_TELL, str(error), (event.kind,)
    later = "within the same working day" if taken.startswith("0 ") else f"{taken} later"
    when = "on the same day" if entered == event.day else f"{later}, on {day_in_words(entered)}"
    text = f"{what} was recorded {when}; the limit is {required}"
    return (Status.MET if entered <= day_of(due) else Status.BREACHED), text, ()


def _recorded(required: Requirement, event: Event, case: Case) -> _Judgement:
    assert isinstance(required, tuple)
    covers = case.story.covers
    what = the_event(event)
    absent = [name for name in required if event.facts.get(name) in (None, "", frozenset())]
    if not absent:
        return Status.MET, f"the entry for {what} records {listed([_answered(event, name) for name in required])}", ()
    held = [name for name in absent if covers.holds(event.kind, name)]
    if not held:
        why = f"for {what}, this source has no place to record {listed(map(question, absent))}"
        return Status.CANNOT_TELL, why, tuple(f"{event.kind}.{name}" for name in absent)
    return Status.BREACHED, f"for {what}, {not_recorded([question(name) for name in held])}", ()


def _answered(event: Event, fact: str) -> str:
    """What a fact answers, and the answer where it is yes or no: that it was asked is not that it was so."""
    said = shown(event, fact) if isinstance(event.facts.get(fact), bool) else None
    return question(fact) + (f" ({said})" if said else "")
