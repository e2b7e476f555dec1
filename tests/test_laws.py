"""Laws that hold of every record, whatever it says."""

from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import example, given, note
from hypothesis import strategies as st
from tests.strategies import (
    IRRELEVANT,
    READ,
    cases,
    chronologies,
    coverages,
    days,
    days_of,
    event_lists,
    events,
    lost_entries,
    moment,
)

from childprotect import Chronology, Event, Finding, Journey, Profile, Report, Rulebook, Status, check
from childprotect.chronology import Lost
from childprotect.periods import Period
from childprotect.profiles import LocalRule
from childprotect.requirements import Cadence, Limit
from childprotect.rulebooks import england
from childprotect.rules import KINDS, Current, Rule, Within
from childprotect.vocabulary import AGENCIES, STANDARD

Case = tuple[Chronology, date]
STEP = timedelta(days=1)


def told(report: Report) -> list[dict[str, Any]]:
    """The findings of a report, in an order of their own."""
    return sorted((finding.to_dict() for finding in report.findings), key=str)


def judged(story: Chronology, as_at: date, rulebook: Rulebook = england.rulebook) -> dict[Any, Finding]:
    """The findings by rule and trigger. Triggers that are alike to the last fact count as one."""
    found = {}
    for finding in check(story, rulebook, as_at=as_at).findings:
        found[finding.rule, finding.trigger] = finding
    return found


def again(story: Chronology, events: list[Event]) -> Chronology:
    """The same child with other events."""
    return Chronology.of(story.child, born=story.born, died=story.died, events=events, covers=story.covers)


def tightened(rulebook: Rulebook) -> Rulebook:
    """The rulebook with every limit one unit shorter, where there is room. A date on the record stays what it is."""

    def shorter(requires: Any) -> Any:
        match requires:
            case Period():
                return evolve(requires, n=max(1, requires.n - 1))
            case Cadence():
                waits = {name: shorter(getattr(requires, name)) for name in ("then", "first", "second", "later")}
                return evolve(requires, **waits)
            case Limit():
                return evolve(
                    requires,
                    period=shorter(requires.period),
                    extension=shorter(requires.extension),
                    renewed=shorter(requires.renewed),
                    times=requires.times and max(1, requires.times - 1),
                )
        return requires

    def tight(rule: Rule) -> Rule:
        versions = tuple(evolve(version, requires=shorter(version.requires)) for version in rule.versions)
        return evolve(rule, versions=versions)

    return evolve(rulebook, rules=tuple(map(tight, rulebook.rules)))


# --- whatever the record says


_REVIEWED = Chronology.of("C-1", events=[("2012-01-05", "initial-conference"), ("2012-04-01", "review-conference")])


@given(cases(covers=coverages()), lost_entries() | st.just([]))
def test_every_record_gets_an_answer_and_every_answer_explains_itself(case: Case, lost: list[Lost]) -> None:
    story, as_at = case
    report = check(evolve(story, lost=tuple(lost)), england.rulebook, as_at=as_at)
    for finding in report.findings:
        assert finding.because.endswith(".")
        assert finding.because[0] == finding.because[0].upper()
        assert finding.explain().startswith(finding.law.title)
        assert "None" not in finding.explain()
    assert report.to_dict()["as_at"] == as_at.isoformat()


@given(cases(covers=coverages()))
@example((_REVIEWED, date(2013, 1, 1)))
def test_whatever_cannot_be_told_names_what_is_missing(case: Case) -> None:
    story, as_at = case
    for finding in check(story, england.rulebook, as_at=as_at).cannot_tell:
        assert finding.missing, finding.because


@given(cases())
def test_no_finding_rests_on_an_event_after_the_day_of_the_check(case: Case) -> None:
    story, as_at = case
    for finding in check(story, england.rulebook, as_at=as_at).findings:
        assert finding.trigger is None or finding.trigger.day <= as_at
        assert finding.answer is None or finding.answer.day <= as_at


@given(cases())
def test_met_and_late_are_decided_by_the_due_date_alone(case: Case) -> None:
    story, as_at = case
    for finding in check(story, england.rulebook, as_at=as_at).findings:
        if finding.due is None:
            continue
        assert isinstance(finding.due, date)
        if finding.status is Status.MET:
            assert finding.answer is not None
            assert finding.answer.day <= finding.due
        if finding.status is Status.LATE:
            assert finding.answer is not None
            assert finding.answer.day > finding.due
        if finding.status is Status.PENDING:
            assert as_at <= finding.due
        if finding.status is Status.OVERDUE:
            assert as_at > finding.due


@given(cases())
def test_a_check_is_a_function_of_what_it_is_given(case: Case) -> None:
    story, as_at = case
    assert check(story, england.rulebook, as_at=as_at) == check(story, england.rulebook, as_at=as_at)


# --- what changes nothing


@given(cases(), st.data())
def test_adding_an_irrelevant_event_changes_nothing(case: Case, data: st.DataObject) -> None:
    story, as_at = case
    extra = data.draw(st.lists(events(days_of(story), IRRELEVANT), min_size=1, max_size=3))
    more = again(story, [*story.events, *extra])
    before, after = (check(s, england.rulebook, as_at=as_at) for s in (story, more))
    note(str([str(event) for event in more]))
    assert after.findings == before.findings
    assert after.irregularities == before.irregularities
    assert after.not_assessed == before.not_assessed


@given(st.data(), chronologies())
def test_permuting_same_day_events_changes_nothing(data: st.DataObject, story: Chronology) -> None:
    shuffled = data.draw(st.permutations(list(story.events)))
    assert again(story, shuffled).events == story.events


@given(st.data(), days(date(2006, 1, 1), date(2026, 1, 1)))
def test_permuting_the_events_of_one_crowded_day_changes_nothing(data: st.DataObject, day: date) -> None:
    crowd = data.draw(st.lists(events(st.just(day) | st.just(day + STEP)), min_size=2, max_size=8))
    shuffled = data.draw(st.permutations(crowd))
    assert Chronology.of("C-1", events=shuffled).events == Chronology.of("C-1", events=crowd).events


@given(cases())
def test_joining_an_empty_rulebook_changes_nothing(case: Case) -> None:
    story, as_at = case
    joined = england.rulebook | Rulebook("nothing", ())
    assert joined == england.rulebook
    assert check(story, joined, as_at=as_at) == check(story, england.rulebook, as_at=as_at)


# --- limits and time


@given(cases())
def test_tightening_a_limit_never_rescues(case: Case) -> None:
    story, as_at = case
    tight = judged(story, as_at, tightened(england.rulebook))
    for key, finding in judged(story, as_at).items():
        if finding.is_breach:
            assert tight[key].is_breach, tight[key].because


@given(cases())
def test_tightening_a_limit_never_makes_a_deadline_later(case: Case) -> None:
    story, as_at = case
    tight = judged(story, as_at, tightened(england.rulebook))
    for key, finding in judged(story, as_at).items():
        other = tight[key]
        if finding.due is not None and other.due is not None:
            assert other.due <= finding.due


@given(cases(), st.integers(0, 500))
def test_a_breach_never_becomes_met_as_as_at_grows(case: Case, later: int) -> None:
    story, as_at = case
    then = judged(story, as_at + timedelta(days=later))
    for key, finding in judged(story, as_at).items():
        if finding.is_breach and key in then:
            assert then[key].status is not Status.MET, then[key].because


@given(cases(), st.integers(0, 500))
def test_what_was_met_in_time_stays_met_as_as_at_grows(case: Case, later: int) -> None:
    story, as_at = case
    then = judged(story, as_at + timedelta(days=later))
    for key, finding in judged(story, as_at).items():
        if finding.status is Status.MET and isinstance(finding.law, Within):
            assert then[key].status is Status.MET, then[key].because


_SAME_EDITION = (2006, 2007, 2008, 2010, 2011, 2013, 2015, 2016, 2018, 2019, 2020, 2024)
"""Years whose autumn, and that of the next year, lie in one edition and have no bank holiday before Christmas."""


@given(st.data(), st.sampled_from(_SAME_EDITION))
def test_moving_a_whole_story_by_364_days_inside_a_stretch_without_holidays_moves_every_due_date_by_364(
    data: st.DataObject, year: int
) -> None:
    shift = timedelta(days=364)
    # 45 working days after the middle of October is before Christmas
    on = days(date(year, 9, 3), date(year, 10, 14))
    story = Chronology.of("C-1", events=data.draw(st.lists(events(on), max_size=10)))
    moved = again(story, [evolve(event, at=event.at + shift) for event in story])
    as_at = data.draw(days(date(year, 9, 3), date(year, 12, 20)))
    before, after = (check(s, england.rulebook, as_at=d) for s, d in ((story, as_at), (moved, as_at + shift)))
    assert len(before.findings) == len(after.findings)
    for old, new in zip(before.findings, after.findings, strict=True):
        assert (old.rule, old.missing) == (new.rule, new.missing)
        if old.unit == "days":
            continue  # a limit in months follows the calendar: a year less a day is not twelve months
        assert old.status is new.status
        assert old.days_late == new.days_late
        assert (old.due is None) is (new.due is None)
        if old.due is not None and new.due is not None:
            assert new.due == old.due + shift


# --- corrections


@given(cases(personal=False), st.data())
def test_correcting_an_event_equals_never_having_erred_for_known_at_after_it(case: Case, data: st.DataObject) -> None:
    story, as_at = case
    right = data.draw(events(days_of(story)))
    wrong = data.draw(events(st.just(right.day)))
    noticed = right.day + timedelta(days=data.draw(st.just(0) | st.integers(0, 60)))
    never_erred = again(story, [*story.events, evolve(right, ref="x")])
    erred = again(story, [*story.events, evolve(wrong, ref="x")])
    corrected = erred.correct("x", recorded=noticed, kind=right.kind, at=right.at, facts=right.facts)
    for known_at in (None, noticed, noticed + timedelta(days=1000)):
        right_then = check(never_erred, england.rulebook, as_at=as_at, known_at=known_at)
        assert told(check(corrected, england.rulebook, as_at=as_at, known_at=known_at)) == told(right_then)


@given(cases(personal=False), st.data())
def test_a_correction_changes_nothing_for_known_at_before_it(case: Case, data: st.DataObject) -> None:
    story, as_at = case
    wrong = data.draw(events(days_of(story)))
    erred = again(story, [*story.events, evolve(wrong, ref="x")])
    noticed = wrong.day + timedelta(days=data.draw(st.integers(1, 60)))
    right = data.draw(events(st.just(wrong.day)))
    corrected = erred.correct("x", recorded=noticed, kind=right.kind, facts=right.facts)
    known_at = noticed - STEP
    assert check(corrected, england.rulebook, as_at=as_at, known_at=known_at) == check(
        erred, england.rulebook, as_at=as_at, known_at=known_at
    )


@given(cases(personal=False), st.data())
def test_withdrawing_an_entry_equals_never_having_made_it(case: Case, data: st.DataObject) -> None:
    story, as_at = case
    mistaken = data.draw(events(days_of(story)))
    entered = again(story, [*story.events, evolve(mistaken, ref="x")])
    withdrawn = entered.correct(
        "x", recorded=mistaken.day + timedelta(days=data.draw(st.integers(0, 9))), withdrawn=True
    )
    assert told(check(withdrawn, england.rulebook, as_at=as_at)) == told(check(story, england.rulebook, as_at=as_at))


# --- rulebooks and journeys


@given(cases(), st.sets(st.sampled_from(sorted(england.rulebook))))
def test_the_union_of_rulebooks_gives_the_union_of_findings(case: Case, some: set[str]) -> None:
    story, as_at = case
    rest = set(england.rulebook) - some
    left, right = england.rulebook - rest, england.rulebook - some
    whole = check(story, left | right, as_at=as_at)
    parts = [check(story, book, as_at=as_at).findings for book in (left, right)]
    assert set(whole.findings) == {finding for findings in parts for finding in findings}
    assert len(whole.findings) == sum(map(len, parts))


_STRANDS = tuple(dict.fromkeys([*READ, "contact", "allocated", "visit", "proceedings-issued", "missing", "found"]))


@given(event_lists(kinds=_STRANDS, max_size=20), st.integers(0, 20))
@example([Event("referral", "2024-03-01"), Event("referral-decided", "2024-03-04")], 1)
@example([Event("referral", "2024-03-01"), Event("referral-decided", moment(date(2024, 3, 1), 9))], 1)
def test_replaying_a_prefix_and_applying_the_rest_equals_replaying_all(told: list[Event], cut: int) -> None:
    story = Chronology.of("C-1", events=[])
    permitted: list[Event] = []
    for event in Chronology.of("C-1", events=told):  # keep what fits, so that the story is a permitted one
        longer = again(story, [*permitted, event])
        if not Journey.replay(longer, england.charts).irregularities:
            permitted.append(event)
    whole = again(story, permitted)
    journey = Journey.replay(again(story, list(whole.events[:cut])), england.charts)
    for event in whole.events[cut:]:
        journey = journey.apply_event(event)
    assert journey == Journey.replay(whole, england.charts)


# --- every kind of rule: the law, what inspectors asked for, and figures for what has no national number

_FIGURES = {
    "strategy-discussion-held": "24 hours",
    "child-seen": "72 hours",
    "section-47-completion": "15 working days",
    "child-protection-visit": {"every": "10 working days"},
    "child-in-need-visit": {"every": "6 weeks", "second": "2 weeks"},
    "core-group": {"every": "6 weeks"},
    "core-group-quorum": {"agencies": ["social-care"], "others": 2},
    "conference-report-shared": "2 working days",
    "review-report-shared": "48 hours",
    "conference-record-circulated": "20 working days",
    "supervision": {"every": "1 month"},
    "assessment-current": "12 months",
    "recording-lag": "2 working days",
    "escalation-resolved": "10 working days",
}
_FIRST_DAY = date(2006, 4, 1)
EVERY_KIND: Rulebook = england.rulebook | Profile(
    id="ANYTOWN",
    authority="Anytown",
    practice=True,
    rules=tuple(LocalRule(id=name, from_=_FIRST_DAY, requires=figure) for name, figure in _FIGURES.items()),
)
_WORKER, _NAME, _FLAG = st.sampled_from("ab"), st.sampled_from(["x", "y"]), st.booleans()
_MORE_FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "visit": {"child-seen": _FLAG, "seen-alone": _FLAG},
    "assessment-completed": {"child-seen": _FLAG},
    "allocated": {"qualified": _FLAG, "worker": _WORKER},
    "deallocated": {"worker": _WORKER},
    "placement-started": {
        "placement": st.sampled_from(["parents-interim-order", "long-term-foster", "residential"]),
        "until-18": _FLAG,
    },
    "plan-action-set": {"due": days(_FIRST_DAY, date(2026, 1, 1)), "action": _NAME},
    "plan-action-done": {"action": _NAME},
    "conference-report-shared": {"with": st.sampled_from(["parents", "chair"])},
    "core-group": {"agencies": st.frozensets(st.sampled_from(AGENCIES), max_size=4)},
    "letter-before-proceedings": {"family-group-meeting-offered": _FLAG},
}
_STRANDS_OF_KINDS = (
    tuple(STANDARD),
    tuple(name for name, kind in STANDARD.items() if kind.strand in ("protective-powers", "court", "enquiry")),
    tuple(name for name, kind in STANDARD.items() if kind.strand in ("care", "court", "private-fostering")),
    tuple(name for name, kind in STANDARD.items() if kind.strand in ("plan", "conference", "child-in-need")),
    tuple(name for name, kind in STANDARD.items() if kind.strand in ("case", "missing", "front-door")),
)


@st.composite
def wide_cases(draw: st.DrawFn) -> Case:
    """A record of any kinds of event with the facts that rules read, and a day on which to judge it."""
    told = []
    for event in draw(event_lists(kinds=draw(st.sampled_from(_STRANDS_OF_KINDS)), max_size=10)):
        more = _MORE_FACTS.get(event.kind, {})
        facts = {name: draw(values) for name, values in more.items() if draw(st.integers(0, 3))}
        recorded = draw(st.none() | st.just(event.day + timedelta(days=draw(st.integers(0, 9)))))
        told.append(evolve(event, facts={**event.facts, **facts}, recorded=recorded))
    story = Chronology.of("C-1", born=draw(st.none() | days(date(1992, 1, 1))), events=told)
    first = min((event.day for event in story), default=_FIRST_DAY)
    return story, first + timedelta(days=draw(st.integers(0, 60) | st.integers(0, 800)))


def test_every_rule_of_the_book_with_all_figures_can_say_something_but_those_without_one() -> None:
    off = {rule.id for rule in EVERY_KIND.rules if not rule.versions}
    assert len(EVERY_KIND.applied) == len(EVERY_KIND) - len(off) > 70
    assert {type(rule) for rule in EVERY_KIND.applied} == set(KINDS)
    assert off.isdisjoint(_FIGURES)


@given(wide_cases())
def test_every_rule_explains_itself_and_says_exactly_what_is_missing(case: Case) -> None:
    story, as_at = case
    report = check(story, EVERY_KIND, as_at=as_at)
    for finding in report.findings:
        assert finding.because.endswith(".")
        assert ".." not in finding.because
        assert "None" not in finding.explain()
        assert bool(finding.missing) == (finding.status is Status.CANNOT_TELL), finding.because
        assert finding.trigger is None or finding.trigger.day <= as_at
        assert finding.answer is None or finding.answer.day <= as_at
    for entry in report.elapsed:
        assert 0 <= entry.days <= (as_at - entry.trigger.day).days
        assert entry.because.endswith(" No number is set for it.")


@given(wide_cases(), st.integers(0, 500))
def test_what_a_clock_says_never_turns_from_a_breach_to_met_nor_from_met_to_anything_as_as_at_grows(
    case: Case, later: int
) -> None:
    story, as_at = case
    then = judged(story, as_at + timedelta(days=later), EVERY_KIND)
    for key, finding in judged(story, as_at, EVERY_KIND).items():
        if isinstance(finding.law, Current) or key not in then:
            continue  # what is in place is asked of one day only; a child of age has no duties
        assert not (finding.is_breach and then[key].status is Status.MET), then[key].because
        assert finding.status is not Status.MET or then[key].status is Status.MET, then[key].because


@given(wide_cases(), st.none() | st.sampled_from(tuple(STANDARD)))
def test_a_lost_entry_leaves_certain_only_what_was_certain_before(case: Case, kind: str | None) -> None:
    story, as_at = case
    whole = judged(story, as_at, EVERY_KIND)
    torn = judged(evolve(story, lost=(Lost(kind, "row 7", "no date"),)), as_at, EVERY_KIND)
    for key, finding in torn.items():
        if finding.status is not Status.CANNOT_TELL:
            assert whole[key].status is finding.status, finding.because
    assert {rule for rule, _ in whole} <= {rule for rule, _ in torn}, "nothing goes unsaid"


@given(st.data(), wide_cases())
def test_no_rule_cares_in_which_order_entries_were_made(data: st.DataObject, case: Case) -> None:
    story, as_at = case
    shuffled = again(story, data.draw(st.permutations(story.events)))
    assert check(shuffled, EVERY_KIND, as_at=as_at) == check(story, EVERY_KIND, as_at=as_at)


@given(wide_cases())
def test_how_long_a_duty_took_never_tells_on_which_day_a_child_died(case: Case) -> None:
    story, as_at = case
    for entry in check(evolve(story, died=as_at), EVERY_KIND, as_at=as_at).elapsed:
        assert any(event.day == entry.until for event in story), "it is the day of an event"
