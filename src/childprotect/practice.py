"""The check of rules without a clock: the order of steps, who took part, what was recorded."""

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from childprotect.calendars import day_of
from childprotect.case import Case, outside
from childprotect.conditions import ALWAYS, AllOf, Condition, Fact, Hit, Stated
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.findings import Finding
from childprotect.periods import Period
from childprotect.requirements import Quorum, Requirement
from childprotect.rules import Attended, Order, Recorded
from childprotect.statuses import Status
from childprotect.versions import NotAssessed, Version
from childprotect.vocabulary import AGENCIES, printable
from childprotect.wording import agencies_in_words, counted, day_in_words, event_in_words, listed, the_event

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
            before = [hit.place for hit in thens if hit.event.day < then.event.day]
            after = _comes_after(rule, version, then, _own(rule, then, firsts, since, before), case)
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


def _own(rule: Order, then: Hit, firsts: list[Hit], since: list[Hit], before: list[int]) -> list[Hit]:
    """The events that `then` may rest on: up to it, and since the last of those `before` or the last `since`."""
    bound = max([*before, *(hit.place for hit in since if hit.place < then.place and hit.truth)], default=-1)
    own = [
        hit
        for hit in firsts
        if bound < hit.place and (hit.place < then.place or _of_that_day(hit, then, rule.same_day))
    ]
    # what may have begun anew since then makes doubtful what came before it
    anew = max((hit.place for hit in since if hit.place < then.place and hit.truth is None), default=-1)
    return [
        Hit(hit.place, hit.event, None if hit.place < anew or _only_earlier(rule, hit, then) else hit.truth)
        for hit in own
    ]


def _only_earlier(rule: Order, hit: Hit, then: Hit) -> bool:
    return rule.doubt_earlier and hit.event.day < then.event.day


def _comes_after(rule: Order, version: Version, then: Hit, own: list[Hit], case: Case) -> Finding:
    event = then.event
    what = the_event(event)

    def finding(status: Status, why: str, answer: Event | None = None, missing: tuple[str, ...] = ()) -> Finding:
        return Finding(case.chronology.child, rule, status, case.as_at, version, event, answer, None, missing, why)

    certain = [hit.event for hit in own if hit.truth]
    if certain:
        first = certain[-1]
        why = f"{what} came after {the_event(first)}"
        return finding(Status.MET, why, first)
    if then.truth is None:
        missing = rule.then.missing(event, case.story)
        return finding(Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {what}", missing=missing)
    doubtful = [hit.event for hit in own]
    if doubtful:
        unknown = [rule.first.missing(other, case.story) for other in doubtful]
        unknown += [rule.since.missing(other, case.story) for other in case.story.events]
        missing = tuple(sorted({name for names in unknown for name in names}))
        if not missing:
            kind = doubtful[-1].kind
            why = f"whether {the_event(doubtful[-1])} was about {what} is not recorded"
            return finding(Status.CANNOT_TELL, why, missing=(kind,))
        seen = listed([the_event(e) for e in doubtful])
        return finding(Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {seen}", missing=missing)
    covers = case.story.covers
    absent = tuple(sorted(kind for kind in rule.first.kinds if not covers.holds(kind)))
    if absent:
        names = listed([event_in_words(kind) for kind in absent], "or")
        return finding(Status.CANNOT_TELL, f"this source does not hold any {names}", missing=absent)
    if covers.since is not None and event.day < covers.since:
        why = f"this source tells everything only from {day_in_words(covers.since)}"
        return finding(Status.CANNOT_TELL, why, missing=(rule.first.patterns[0][0],))
    wanted = listed([_pattern_in_words(pattern) for pattern in rule.first.patterns], "or")
    return finding(Status.BREACHED, f"before {what} there is no {wanted} on record")


def _pattern_in_words(pattern: tuple[str, Condition]) -> str:
    """`strategy discussion (decision: section-47)`."""
    kind, condition = pattern
    asked = [f"{name}: {listed(said, 'or')}" for name, said in _asked(kind, condition)]
    return event_in_words(kind) + (f" ({', '.join(asked)})" if asked else "")


def _asked(kind: str, condition: Condition) -> Iterator[tuple[str, list[str]]]:
    """The facts that a condition asks for, with the values that will do."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _asked(kind, part)
    elif isinstance(condition, Fact | Stated):
        said = (printable(kind, condition.name, value) or "something else" for value in condition.values)
        yield condition.name.replace("-", " "), sorted(said)


def _none_open(rule: Order, version: Version, then: Hit, case: Case) -> Finding:
    event = then.event
    what = f"{event_in_words(event.kind)} on {day_in_words(event.at)}"
    states = [(spell, spell.is_open(event, case.story)) for spell in rule.closed]
    left_open = [spell.name for spell, truth in states if truth]
    unknown = [spell for spell, truth in states if truth is None]
    missing: tuple[str, ...] = ()
    if left_open and then.truth is None:
        missing = rule.then.missing(event, case.story)
        status, why = Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {the_event(event)}"
    elif left_open:
        status, why = Status.BREACHED, f"{what}, with the {listed(left_open)} still open"
    elif unknown:
        names = listed([spell.name for spell in unknown], "or")
        status, why = Status.CANNOT_TELL, f"whether the {names} had ended by the {what} is not recorded"
        missing = tuple(dict.fromkeys(name for spell in unknown for name in spell.missing(event, case.story)))
    else:
        names = listed([spell.name for spell in rule.closed], "or")
        status, why = Status.MET, f"{what}, with no {names} open"
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
            what = the_event(event)
            why, missing = f"whether the rule applies to {what} is not recorded", rule.event.missing(event, case.story)
            status = Status.CANNOT_TELL
        else:
            status, why, missing = judge(version.requires, event, case)
        yield Finding(case.chronology.child, rule, status, case.as_at, version, event, None, None, missing, why)


def _attended(required: Requirement, event: Event, case: Case) -> _Judgement:
    what = the_event(event)
    present = event.facts.get("agencies")
    if not isinstance(present, frozenset):
        return Status.CANNOT_TELL, f"who took part in {what} is not recorded", (f"{event.kind}.agencies",)
    wanted, others = (required.agencies, required.others) if isinstance(required, Quorum) else (required, 0)
    assert isinstance(wanted, frozenset)
    there = agencies_in_words(present)
    if isinstance(required, Quorum) and event.facts.get("quorate") is False:
        return Status.BREACHED, f"the record says itself that {what} was not quorate", ()
    known = (present & _KNOWN) - wanted
    if wanted <= present and len(known) < others <= len(present - wanted):
        why = f"of those at {what}, {there}, not all are known as agencies; required are {required}"
        return Status.CANNOT_TELL, why, (f"{event.kind}.agencies",)
    if not wanted <= present:
        absent = agencies_in_words(wanted - present, "or")
        return Status.BREACHED, f"nobody from {absent} is recorded at {what}, only {there}", ()
    if len(present - wanted) < others:
        return Status.BREACHED, f"only {there} are recorded at {what}; required are {required}", ()
    return Status.MET, f"{there if others else agencies_in_words(wanted)} took part in {what}", ()


def _holds(must: Condition, event: Event, case: Case) -> _Judgement:
    what = the_event(event)
    truth = must.holds(event, case.story)
    if truth is None:
        missing = must.missing(event, case.story)
        return Status.CANNOT_TELL, f"{listed(missing)} is not recorded of {what}", missing
    said = {name: printable(event.kind, name, event.facts.get(name)) or "something else" for name in must.facts()}
    told = listed([f"{name.replace('-', ' ')}: {text}" for name, text in said.items()])
    return (Status.MET if truth else Status.BREACHED), f"of {what} it is recorded: {told}", ()


def _entered(required: Requirement, event: Event, case: Case) -> _Judgement:
    assert isinstance(required, Period)
    what = the_event(event)
    entered = case.first_recorded(event)
    if entered is None:
        return Status.CANNOT_TELL, f"when the entry of {what} was made is not recorded", (f"{event.kind}.recorded",)
    if entered < event.day:
        why = f"the entry of {what} is of {day_in_words(entered)}, before it happened"
        return Status.CANNOT_TELL, why, (f"{event.kind}.recorded",)
    try:
        due = required.due(event.day)
        taken = counted(required.elapsed(event.day, entered), required.lateness_unit)
    except OutOfRange as error:
        return Status.CANNOT_TELL, str(error), (event.kind,)
    text = f"{what} was put on record {taken} later, on {day_in_words(entered)}; the limit is {required}"
    return (Status.MET if entered <= day_of(due) else Status.BREACHED), text, ()


def _recorded(required: Requirement, event: Event, case: Case) -> _Judgement:
    assert isinstance(required, tuple)
    covers = case.story.covers
    what = the_event(event)
    absent = [name for name in required if event.facts.get(name) in (None, "", frozenset())]
    if not absent:
        return Status.MET, f"{what}: {_named(required)} is on record", ()
    held = [name for name in absent if covers.holds(event.kind, name)]
    if not held:
        why = f"this source does not hold {_named(absent)}, as of {what}"
        return Status.CANNOT_TELL, why, tuple(f"{event.kind}.{name}" for name in absent)
    return Status.BREACHED, f"{what}: {_named(held)} is not on record", ()


_WORDS = {
    "agencies": "who took part",
    "authorised-by": "who authorised it",
    "categories": "the category",
    "child-participation": "whether the child took part",
    "child-seen": "whether the child was seen",
    "decided-by": "who decided it",
    "due": "the date by which it is due",
    "measure": "how it is measured",
    "owner": "who owns it",
    "parents-attended": "whether the parents attended",
    "seen-alone": "whether the child was seen alone",
}


def _named(facts: Sequence[str]) -> str:
    return listed([_WORDS.get(name) or f"the {name.replace('-', ' ')}" for name in facts])
