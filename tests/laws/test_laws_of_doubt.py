"""Laws of what a record does not say: it makes things doubtful, and what is told all the same is true of every way to
fill it in.

The worst thing that a check can say is a wrong "met". So what is told of a record with a gap is compared with what is
told once the gap is filled: what was met is then no breach, and what was a breach is not met.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import evolve
from hypothesis import assume, example, given, note
from hypothesis import strategies as st
from tests.laws.messy import BOOKS, FACTS, Case, again, books, cases, days_of, events, judged, kinds_together
from tests.strategies import moment

from childprotect import Chronology, Coverage, Finding, Status, check
from childprotect.events import Lost
from childprotect.rules import Recorded
from childprotect.vocabulary import STANDARD

# --- every answer says what it rests on

_REVIEWED = Chronology.of("C-101", events=[("2012-01-05", "initial-conference"), ("2012-04-01", "review-conference")])


@given(cases(), books())
@example((_REVIEWED, date(2013, 1, 1)), "national")
def test_every_record_gets_an_answer_that_explains_itself_and_says_exactly_what_is_missing(
    case: Case, book: str
) -> None:
    story, as_at = case
    report = check(story, BOOKS[book], as_at=as_at)
    for finding in report.findings:
        assert (finding.child, finding.as_at) == (story.child, as_at)
        assert finding.because.endswith(".") and ".." not in finding.because
        assert finding.because[0] == finding.because[0].upper()
        assert finding.explain().startswith(finding.law.title)
        assert "None" not in finding.explain()
        unheard_of = finding.status is Status.CANNOT_TELL and any(entry.kind is None for entry in story.lost)
        assert bool(finding.missing) == (finding.status is Status.CANNOT_TELL) or unheard_of, finding.because
    for entry in report.elapsed:
        assert entry.because.endswith(" No timescale is set for it.")
    assert report.to_dict()["as_at"] == as_at.isoformat()


@given(cases(), books())
def test_how_long_a_duty_took_never_tells_on_which_day_a_child_died(case: Case, book: str) -> None:
    story, as_at = case
    for entry in check(evolve(story, died=as_at), BOOKS[book], as_at=as_at).elapsed:
        assert any(event.day == entry.until for event in story), "it is the day of an event"


# --- gaps, and every way to fill them in


def by_occasion(found: Mapping[Any, Finding]) -> dict[Any, list[Finding]]:
    """The findings by rule and by the kind and day of the trigger: alike triggers of one day cannot be told apart."""
    occasions: dict[Any, list[Finding]] = {}
    for (rule, trigger), finding in found.items():
        occasions.setdefault((rule, trigger and trigger.kind, trigger and trigger.day), []).append(finding)
    return occasions


def contradictions(with_gap: Mapping[Any, Finding], without: Mapping[Any, Finding]) -> Iterator[str]:
    """What was met of some occasion and is a breach of it now, or the other way round."""
    now = by_occasion(without)
    for occasion, before in by_occasion(with_gap).items():
        after = now.get(occasion, [])
        if all(f.status is Status.MET for f in before) and any(f.is_breach for f in after):
            yield f"{before[0]} THEN {[str(f) for f in after]}"
        if all(f.is_breach for f in before) and after and all(f.status is Status.MET for f in after):
            yield f"{before[0]} THEN {after[0]}"


@given(cases(whole=True), books(), st.data())
def test_no_fact_that_is_missing_turns_met_into_a_breach_or_a_breach_into_met(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    gaps = [(event, fact) for event in story for fact in FACTS[event.kind] if fact not in {*event.facts, *_NOT_ASKED}]
    assume(gaps)
    event, fact = data.draw(st.sampled_from(gaps))
    filled = evolve(event, facts={**event.facts, fact: data.draw(FACTS[event.kind][fact])})
    full = again(story, [filled if other is event else other for other in story])
    before, after = (judged(s, as_at, BOOKS[book]) for s in (story, full))
    asked = {key: finding for key, finding in before.items() if not isinstance(finding.law, Recorded)}
    assert not list(contradictions(asked, after))


_NOT_ASKED = {"quorate", "agency", "action", "worker"}
"""That a meeting was not quorate counts only where it is written down; and names are compared where both are."""


@given(cases(whole=True), books(), st.data())
def test_no_time_of_day_that_is_missing_turns_met_into_a_breach_or_a_breach_into_met(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    assume(len(story) > 0)
    event = data.draw(st.sampled_from(story.events))
    hour = event.at if event.timed else moment(event.day, data.draw(st.integers(2, 21)))
    torn, full = (
        again(story, [evolve(event, at=at) if other is event else other for other in story]) for at in (event.day, hour)
    )
    # a time of day may put the events of the day in another order, and then it decides
    assume([other.ref for other in full] == [other.ref for other in torn])
    assert not list(contradictions(judged(torn, as_at, BOOKS[book]), judged(full, as_at, BOOKS[book])))


@given(cases(whole=True), books(), st.data())
def test_no_entry_that_was_lost_turns_met_into_a_breach_or_a_breach_into_met(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    near = data.draw(st.sampled_from([event.kind for event in story])) if len(story) else None
    entry = data.draw(events(days_of(story), data.draw(kinds_together(near))))
    note(f"lost: {entry}")
    lost = Lost(data.draw(st.just(entry.kind) | st.none()), "row 7", "no date")
    torn = again(evolve(story, lost=(lost,)), story.events)
    full = again(story, [*story.events, entry])
    assert not list(contradictions(judged(torn, as_at, BOOKS[book]), judged(full, as_at, BOOKS[book])))


def test_a_lost_visit_may_be_the_one_from_which_the_first_after_a_review_is_counted() -> None:
    """At home under an interim order: four weeks from the last visit before the review, where there was one."""
    at_home = [
        ("2024-03-01", "looked-after-started"),
        ("2024-03-01", "placement-started", {"placement": "parents-interim-order"}),
        ("2024-04-01", "looked-after-review"),
        ("2024-04-26", "looked-after-visit"),
    ]
    before = ("2024-03-15", "looked-after-visit")
    full, torn = (
        Chronology.of("C-101", events=told, lost=lost)
        for told, lost in (([*at_home, before], ()), (at_home, [Lost("looked-after-visit", "row 7", "no date")]))
    )
    statuses = []
    for story in (full, torn):
        found = check(story, BOOKS["national"], as_at=date(2024, 5, 1)).findings
        statuses.append(next(f.status for f in found if f.rule == "looked-after-visit-at-home-reviewed"))
    assert statuses == [Status.LATE, Status.CANNOT_TELL]


@given(cases(), books(), st.none() | st.sampled_from(tuple(STANDARD)))
def test_a_lost_entry_leaves_certain_only_what_was_certain_before(case: Case, book: str, kind: str | None) -> None:
    story, as_at = case
    whole = check(story, BOOKS[book], as_at=as_at)
    torn = check(evolve(story, lost=(*story.lost, Lost(kind, "row 8", "no date"))), BOOKS[book], as_at=as_at)
    certain = {(f.rule, f.trigger): f.status for f in whole.findings}
    for finding in torn.findings:
        if finding.status is not Status.CANNOT_TELL:
            assert certain[finding.rule, finding.trigger] is finding.status, finding.because
    said = {f.rule for f in torn.findings} | {entry.id for entry in torn.not_assessed}
    assert {f.rule for f in whole.findings} <= said, "nothing goes unsaid"


@given(cases(), books(), st.data())
def test_a_source_that_holds_less_makes_things_doubtful_and_turns_nothing(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    covers = data.draw(less_than(story.covers))
    note(f"instead of {story.covers}")
    whole, blind = (check(evolve(story, covers=c), BOOKS[book], as_at=as_at) for c in (story.covers, covers))
    certain = {(f.rule, f.trigger): f.status for f in whole.findings}
    broken = {f.rule for f in whole.breaches}
    for finding in blind.findings:
        if (status := certain.get((finding.rule, finding.trigger))) is not None:
            assert finding.status in (status, Status.CANNOT_TELL), finding.because
        else:
            # a repeat has a clock of its own where it is doubtful whether what it repeats had fallen away
            assert not finding.is_breach or finding.rule in broken, finding.because
    said = {f.rule for f in blind.findings} | {entry.id for entry in blind.not_assessed}
    told = {f.rule for f in whole.findings} | {e.rule for e in whole.elapsed}
    assert told <= said | {e.rule for e in blind.elapsed}, "nothing goes unsaid"


@given(cases(whole=True), books(), st.data())
def test_nothing_that_a_source_cannot_hold_turns_met_into_a_breach_or_a_breach_into_met(
    case: Case, book: str, data: st.DataObject
) -> None:
    story, as_at = case
    assume(len(story) > 0)
    kind = data.draw(st.sampled_from(sorted({event.kind for event in story})))
    covers = Coverage(frozenset(STANDARD) - {kind})
    seen = again(evolve(story, covers=covers), [event for event in story if event.kind != kind])
    assert not list(contradictions(judged(seen, as_at, BOOKS[book]), judged(story, as_at, BOOKS[book])))


@st.composite
def less_than(draw: st.DrawFn, covers: Coverage) -> Coverage:
    """A source that holds less: fewer kinds of event, fewer facts, or whole from a later day only."""
    kinds = frozenset(STANDARD) if covers.kinds is None else covers.kinds
    facts = STANDARD.facts | {"recorded"} if covers.facts is None else covers.facts
    few = draw(kinds_together())
    since = draw(st.none() | st.dates(covers.since or date(2006, 4, 1), date(2030, 1, 1)))
    return draw(
        st.sampled_from(
            [
                evolve(covers, kinds=kinds - {few[0]}),
                evolve(covers, kinds=kinds & set(few)),
                evolve(covers, facts=facts - {fact for kind in few for fact in FACTS[kind]}),
                evolve(covers, facts=facts - {"recorded"}),
                evolve(covers, since=since or covers.since),
            ]
        )
    )
