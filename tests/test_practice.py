"""Rules without a clock: what must hold of an event or be recorded of it, who takes part, what is signed off."""

from datetime import date
from itertools import groupby
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import IRRELEVANT, clusters, days_of, events

from childprotect import Chronology, Coverage, Event, Finding, Report, Rulebook, Status, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import NOTHING, Doubtful, fact, on, stated
from childprotect.errors import DefinitionError
from childprotect.events import Lost
from childprotect.periods import Period, days, hours, working_days
from childprotect.requirements import Quorum
from childprotect.rules import Attended, Order, Recorded, Rule
from childprotect.spells import During, Spell
from childprotect.versions import NotAssessed, Version
from childprotect.vocabulary import AGENCIES

Told = tuple[Any, ...]
LATER = date(2025, 6, 1)
LAW = Instrument("ACT", "An Act", Force.LOCAL, date(2000, 1, 1))


def version(requires: Any = None) -> Version:
    """A version of a rule of our own."""
    return Version(instrument=LAW, requires=requires, evidence=Evidence.LOCAL)


def report(rule: Rule, *told: Told | Event, **known: Any) -> Report:
    """What the rule says of these events."""
    return check(Chronology.of("C-101", events=told, **known), Rulebook("ours", (rule,)), as_at=LATER)


def only(rule: Rule, *told: Told | Event, **known: Any) -> Finding:
    """The one thing that the rule says of these events."""
    (finding,) = report(rule, *told, **known).findings
    return finding


def statuses(rule: Rule, *told: Told | Event, **known: Any) -> list[str]:
    """The statuses of what the rule says of these events."""
    return [finding.status.value for finding in report(rule, *told, **known).findings]


# --- what must hold of an event

VISIT = "2024-03-01", "visit"
SEEN = Recorded(
    id="seen", title="the child was seen", event=on("visit"), must=fact("child-seen", True), versions=(version(),)
)
ALONE = evolve(SEEN, must=fact("child-seen", True) & fact("seen-alone", True))
NO_CHILD = evolve(SEEN, must=fact("interpreter", "none", "professional", "family-adult"))


@pytest.mark.parametrize(
    ("rule", "facts", "status", "missing"),
    [
        (SEEN, {"child-seen": True}, Status.MET, ()),
        (SEEN, {"child-seen": False}, Status.BREACHED, ()),
        (SEEN, {}, Status.CANNOT_TELL, ("visit.child-seen",)),
        (ALONE, {"child-seen": True, "seen-alone": True}, Status.MET, ()),
        (ALONE, {"child-seen": False}, Status.BREACHED, ()),  # alone or not
        (ALONE, {"child-seen": True}, Status.CANNOT_TELL, ("visit.seen-alone",)),
        (ALONE, {}, Status.CANNOT_TELL, ("visit.child-seen", "visit.seen-alone")),
        (NO_CHILD, {"interpreter": "professional"}, Status.MET, ()),
        (NO_CHILD, {"interpreter": "child"}, Status.BREACHED, ()),
    ],
)
def test_what_must_hold_of_an_event_holds_or_does_not_or_is_not_recorded(
    rule: Recorded, facts: dict[str, Any], status: Status, missing: tuple[str, ...]
) -> None:
    finding = only(rule, (*VISIT, facts))
    assert (finding.status, finding.missing) == (status, missing)
    assert (finding.due, finding.done, finding.days_late, finding.unit) == (None,) * 4


def test_what_a_source_cannot_record_of_an_event_is_not_a_breach() -> None:
    finding = only(SEEN, VISIT, covers=Coverage(facts=frozenset()))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("visit.child-seen",))


def test_what_must_hold_is_told_with_what_is_recorded_and_nothing_personal() -> None:
    assert only(SEEN, (*VISIT, {"child-seen": True})).because == (
        "The visit to the child on Fri 1 Mar 2024 is recorded with child seen: yes."
    )
    assert only(SEEN, (*VISIT, {"child-seen": False})).because == (
        "The visit to the child on Fri 1 Mar 2024 is recorded with child seen: no."
    )
    unsaid = only(SEEN, VISIT).because
    assert unsaid == (
        "Cannot tell: for the visit to the child on Fri 1 Mar 2024, whether the child was seen is not recorded."
    )
    named = evolve(SEEN, must=fact("worker", "qualified"))
    assert only(named, (*VISIT, {"worker": "Jo Bloggs"})).because.endswith("worker: a value that is not shown here.")


@pytest.mark.parametrize("requires", [("outcome",), days(3), frozenset({"police"})])
def test_where_something_must_hold_a_version_requires_nothing_else(requires: Any) -> None:
    with pytest.raises(DefinitionError, match="which this kind of rule cannot check"):
        evolve(SEEN, versions=(version(requires),))


# --- how soon it was put on record


def lag(period: Period = working_days(2), **more: Any) -> Recorded:
    """A visit is put on record within so long."""
    return Recorded(id="lag", title="the entry of a visit", event=on("visit", **more), versions=(version(period),))


@pytest.mark.parametrize(
    ("period", "recorded", "status"),
    [
        (working_days(2), date(2024, 3, 1), Status.MET),
        (working_days(2), date(2024, 3, 5), Status.MET),  # Tuesday after a Friday
        (working_days(2), date(2024, 3, 6), Status.BREACHED),
        (days(2), date(2024, 3, 3), Status.MET),
        (days(2), date(2024, 3, 4), Status.BREACHED),
        (days(2), date(2024, 2, 29), Status.CANNOT_TELL),
        (days(2), None, Status.CANNOT_TELL),
    ],
    ids=str,
)
def test_an_entry_was_made_in_time_or_late_or_nobody_knows_when(
    period: Period, recorded: date | None, status: Status
) -> None:
    finding = only(lag(period), Event("visit", "2024-03-01", recorded=recorded))
    assert (finding.status, finding.missing) == (
        status,
        ("visit.recorded",) if status is Status.CANNOT_TELL else (),
    )


def test_an_entry_that_was_corrected_was_made_when_it_was_first_made() -> None:
    story = Chronology.of("C-101", events=[Event("visit", "2024-03-01", recorded=date(2024, 3, 1), ref="a")])
    moved = story.correct("a", recorded=date(2024, 6, 3), facts={"child-seen": True})
    late = Chronology.of("C-101", events=[Event("visit", "2024-03-01", recorded=date(2024, 4, 2), ref="a")])
    later = late.correct("a", recorded=date(2024, 6, 3), facts={"child-seen": True})
    for chronology, status in ((moved, Status.MET), (later, Status.BREACHED)):
        for known_at in (date(2024, 6, 2), date(2024, 6, 3), None):
            (finding,) = check(chronology, Rulebook("ours", (lag(),)), as_at=LATER, known_at=known_at).findings
            assert finding.status is status


@pytest.mark.parametrize("noticed", [date(2024, 3, 1), date(2024, 6, 3)], ids=str)
def test_when_an_entry_was_first_made_is_not_known_from_the_day_on_which_it_was_corrected(noticed: date) -> None:
    story = Chronology.of("C-101", events=[Event("visit", "2024-03-01", ref="a")])
    corrected = story.correct("a", recorded=noticed, facts={"child-seen": True})
    for chronology in (story, corrected):
        (finding,) = check(chronology, Rulebook("ours", (lag(),)), as_at=LATER).findings
        assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("visit.recorded",))


def test_a_source_that_does_not_say_when_its_entries_were_made_is_not_assessed() -> None:
    covers = Coverage(facts=frozenset({"child-seen"}))
    found = report(lag(), VISIT, covers=covers)
    assert found.findings == ()
    assert found.not_assessed == (NotAssessed("lag", "this source does not say when its entries were made"),)


def test_an_entry_outside_the_calendar_cannot_be_told() -> None:
    finding = only(lag(), Event("visit", "2024-03-01", recorded=date(2051, 1, 1)))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("visit",))
    assert "outside the England and Wales calendar" in finding.because


def test_how_soon_it_was_put_on_record_is_told_in_words() -> None:
    finding = only(lag(), Event("visit", "2024-03-01", recorded=date(2024, 3, 8)))
    assert finding.because == (
        "The visit to the child on Fri 1 Mar 2024 was recorded 5 working days later, on Fri 8 Mar 2024; the limit is "
        "2 working days."
    )
    assert "law: recorded within 2 working days [ACT" in finding.explain()
    sunday = only(lag(), Event("visit", "2024-03-02", recorded=date(2024, 3, 3)))
    assert "was recorded within the same working day, on Sun 3 Mar 2024; " in sunday.because
    assert (
        "was recorded on the same day; " in only(lag(), Event("visit", "2024-03-01", recorded=date(2024, 3, 1))).because
    )
    unknown = only(lag(), VISIT)
    assert unknown.because.endswith(
        "the record does not say when the visit to the child on Fri 1 Mar 2024 was recorded."
    )


def test_an_entry_has_no_time_of_day_so_that_hours_cannot_be_required() -> None:
    with pytest.raises(DefinitionError, match="which this kind of rule cannot check"):
        lag(hours(24))


def test_an_event_to_which_the_rule_may_not_apply_cannot_be_told() -> None:
    told = Event("visit", "2024-03-01", recorded=date(2024, 3, 1))
    finding = only(lag(purpose="statutory"), told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, ("visit.purpose",))
    assert statuses(lag(purpose="statutory"), evolve(told, facts={"purpose": "social"})) == []


# --- facts by name

SAID = Recorded(id="said", title="said", event=on("plan-action-set"), versions=(version(("owner", "due", "measure")),))
ACTION = "2024-03-01", "plan-action-set"
DUE = date(2024, 4, 2)


def test_what_is_not_on_record_is_named_in_words_of_the_field() -> None:
    assert only(SAID, (*ACTION, {"owner": "x", "due": DUE, "measure": "y"})).status is Status.MET
    breached = only(SAID, (*ACTION, {"owner": "x"}))
    assert breached.status is Status.BREACHED
    assert "the date by which it is due and how it is measured are not recorded" in breached.because
    other = evolve(SAID, versions=(version(("next-step",)),))
    assert "the next step is not recorded" in only(other, ACTION).because


def test_a_fact_that_the_source_could_hold_and_does_not_is_a_breach_whatever_else_it_cannot_hold() -> None:
    covers = Coverage(facts=frozenset({"owner"}))
    assert only(SAID, (*ACTION, {"owner": "x"}), covers=covers).missing == (
        "plan-action-set.due",
        "plan-action-set.measure",
    )
    assert only(SAID, ACTION, covers=covers).status is Status.BREACHED


# --- who takes part

MEETING = "2024-03-01", "strategy-discussion"


def quorum(agencies: set[str], others: int) -> Attended:
    """Certain agencies, and so many others."""
    requires = Quorum(frozenset(agencies), others)
    return Attended(id="there", title="there", event=on("strategy-discussion"), versions=(version(requires),))


TWO_MORE = quorum({"social-care"}, 2)


@pytest.mark.parametrize(
    ("there", "status"),
    [
        ({"social-care", "police", "health"}, Status.MET),
        ({"social-care", "police", "health", "education"}, Status.MET),
        ({"social-care", "police"}, Status.BREACHED),
        ({"police", "health", "education"}, Status.BREACHED),
        ({"social-care"}, Status.BREACHED),
        (set(), Status.BREACHED),
        ({"social-care", "police", "Jo Bloggs"}, Status.CANNOT_TELL),
        ({"social-care", "Jo Bloggs", "Jim"}, Status.CANNOT_TELL),
        ({"social-care", "Jo Bloggs"}, Status.BREACHED),  # one more at most
        ({"police", "health", "Jo Bloggs"}, Status.BREACHED),
        ({"social-care", "police", "health", "Jo Bloggs"}, Status.MET),
        ({"social-care", "police", "referrer"}, Status.CANNOT_TELL),  # who may be one of the others
        ({"social-care", "police", "health", "referrer"}, Status.MET),
        (None, Status.CANNOT_TELL),
    ],
)
def test_a_quorum_was_there_or_was_not_or_some_who_were_there_are_not_known_as_agencies(
    there: set[str] | None, status: Status
) -> None:
    finding = only(TWO_MORE, (*MEETING, {"agencies": there}))
    assert finding.status is status
    assert finding.missing == (("strategy-discussion.agencies",) if status is Status.CANNOT_TELL else ())
    assert "Jo" not in finding.explain()


def test_a_quorum_is_told_in_words() -> None:
    what = "the strategy discussion on Fri 1 Mar 2024"
    there = {"social-care", "police", "health"}
    assert only(TWO_MORE, (*MEETING, {"agencies": there})).because == (
        f"Health, the police and social care took part in {what}."
    )
    assert only(TWO_MORE, (*MEETING, {"agencies": {"social-care", "police"}})).because == (
        f"Recorded at {what}: the police and social care; required: social care and at least 2 other agencies."
    )
    assert "nobody from social care" in only(TWO_MORE, (*MEETING, {"agencies": {"police"}})).because.lower()
    assert "law: taking part: social care and at least 2 other agencies [ACT" in only(TWO_MORE, MEETING).explain()


def test_a_meeting_of_which_the_record_says_that_it_was_not_quorate_was_not() -> None:
    there = {"social-care", "police", "health"}
    told = only(TWO_MORE, (*MEETING, {"agencies": there, "quorate": False}))
    assert told.status is Status.BREACHED
    assert told.because == "The strategy discussion on Fri 1 Mar 2024 is recorded as not quorate."
    assert only(TWO_MORE, (*MEETING, {"agencies": there, "quorate": True})).status is Status.MET
    assert only(TWO_MORE, (*MEETING, {"agencies": {"police"}, "quorate": True})).status is Status.BREACHED
    listed = Attended(id="a", title="a", event=on("strategy-discussion"), versions=(version(frozenset({"police"})),))
    assert only(listed, (*MEETING, {"agencies": there, "quorate": False})).status is Status.MET, "a list is a list"


real = [name for name in AGENCIES if name != "referrer"]
some_agencies = st.frozensets(st.sampled_from(real))


@given(some_agencies, st.frozensets(st.sampled_from(real), max_size=3), st.integers(0, 4))
def test_a_quorum_is_met_exactly_if_those_agencies_were_there_and_so_many_others(
    there: frozenset[str], wanted: frozenset[str], others: int
) -> None:
    finding = only(quorum(set(wanted), others), (*MEETING, {"agencies": there}))
    assert finding.status is (Status.MET if wanted <= there and len(there) >= len(wanted) + others else Status.BREACHED)


@given(some_agencies, st.sampled_from(real))
def test_one_more_who_takes_part_never_breaks_a_quorum(there: frozenset[str], more: str) -> None:
    for rule in (TWO_MORE, quorum(set(), 3)):
        before, after = (only(rule, (*MEETING, {"agencies": who})).status for who in (there, there | {more}))
        assert after is Status.MET or before is Status.BREACHED


# --- signed off on the day


def signed(same_day: bool = True, **more: Any) -> Order:
    """The end of an enquiry rests on a manager's decision since the enquiry began."""
    parts: dict[str, Any] = {"first": on("management-decision"), "since": on("section-47-started")} | more
    return Order(
        id="signed", title="signed", then=on("section-47-completed"), same_day=same_day, versions=(version(),), **parts
    )


BEGUN, DONE, DECIDED = "section-47-started", "section-47-completed", "management-decision"


@pytest.mark.parametrize(
    ("told", "with_same_day", "without"),
    [
        ([("2024-03-15", DECIDED), ("2024-03-20", DONE)], "met", "met"),
        ([("2024-03-20", DONE), ("2024-03-20", DECIDED)], "met", "breached"),  # in the order of the process it is later
        ([("2024-03-20", DONE), ("2024-03-21", DECIDED)], "breached", "breached"),
        ([("2024-03-20T15:00:00+00:00", DONE), ("2024-03-20", DECIDED)], "met", "breached"),
        ([("2024-03-20", DONE), ("2024-03-20T15:00:00+00:00", DECIDED)], "met", "breached"),
        ([("2024-03-20T09:00:00+00:00", DONE), ("2024-03-20T15:00:00+00:00", DECIDED)], "breached", "breached"),
        ([("2024-03-20T15:00:00+00:00", DONE), ("2024-03-20T09:00:00+00:00", DECIDED)], "met", "met"),
        ([("2024-03-01", DECIDED), ("2024-03-20", DONE)], "breached", "breached"),  # before the enquiry
    ],
)
def test_of_two_events_of_one_day_nobody_knows_which_was_first_unless_both_have_a_time(
    told: list[Told], with_same_day: str, without: str
) -> None:
    begun = ("2024-03-08", BEGUN)
    assert statuses(signed(), begun, *told) == [with_same_day]
    assert statuses(signed(same_day=False), begun, *told) == [without]


def test_one_decision_of_the_day_signs_off_all_that_was_done_on_it() -> None:
    told = [("2024-03-08", BEGUN), ("2024-03-20", DONE), ("2024-03-20", DONE, {"outcome": "conference"})]
    assert statuses(signed(), *told, ("2024-03-20", DECIDED)) == ["met", "met"]


def test_a_decision_of_the_day_that_may_count_leaves_it_unknown() -> None:
    rule = signed(first=on(DECIDED, about="enquiry"))
    finding = only(rule, ("2024-03-08", BEGUN), ("2024-03-20", DONE), ("2024-03-20", DECIDED))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{DECIDED}.about",))


def test_what_may_have_begun_anew_makes_doubtful_what_came_before_it() -> None:
    rule = signed(since=on(BEGUN, transferred_in=False))
    told = [("2024-03-11", DECIDED), ("2024-03-12", BEGUN), ("2024-03-20", DONE)]
    finding = only(rule, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{BEGUN}.transferred-in",))
    assert only(rule, *told, ("2024-03-13", DECIDED)).status is Status.MET
    assert only(rule, told[0], (*told[1], {"transferred-in": True}), told[2]).status is Status.MET
    assert only(rule, told[0], (*told[1], {"transferred-in": False}), told[2]).status is Status.BREACHED


def test_a_decision_of_an_earlier_day_may_have_been_about_something_else_where_the_rule_says_so() -> None:
    rule = evolve(signed(), doubt_earlier=True)
    begun, done = ("2024-03-08", BEGUN), ("2024-03-20", DONE)
    assert only(rule, begun, ("2024-03-20", DECIDED), done).status is Status.MET
    finding = only(rule, begun, ("2024-03-19", DECIDED), done)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (DECIDED,))
    assert finding.because == (
        "Cannot tell whether the management decision on Tue 19 Mar 2024 was about the end of the section 47 enquiry "
        "on Wed 20 Mar 2024: the record does not say."
    )
    assert only(rule, begun, done).status is Status.BREACHED


# --- laws

BY_NAME = evolve(SAID, event=on("visit"), versions=(version(("child-seen", "seen-alone")),))
RULES: tuple[Rule, ...] = (SEEN, ALONE, NO_CHILD, BY_NAME, lag(), lag(days(3), purpose="statutory"), TWO_MORE, signed())
KINDS = ("visit", "strategy-discussion", BEGUN, DONE, DECIDED)
_FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "visit": {
        "child-seen": st.booleans(),
        "seen-alone": st.booleans(),
        "purpose": st.sampled_from(["statutory", "social"]),
        "interpreter": st.sampled_from(["none", "child"]),
    },
    "strategy-discussion": {"agencies": some_agencies},
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, Chronology]:
    """A rule, and a record that crowds together what such rules read."""
    some = st.sampled_from(draw(st.lists(clusters(date(2024, 1, 2)), min_size=1, max_size=5, unique=True)))
    told = []
    for event in draw(st.lists(events(some, KINDS), max_size=8)):
        facts = {name: draw(values) for name, values in _FACTS.get(event.kind, {}).items() if draw(st.integers(0, 3))}
        recorded = draw(st.none() | clusters(event.day))
        told.append(evolve(event, facts=facts, recorded=recorded))
    return draw(st.sampled_from(RULES)), Chronology.of("C-101", events=told)


Case = tuple[Rule, Chronology]


def judged(rule: Rule, story: Chronology) -> list[Finding]:
    """What the rule says of the record, a year after all of it."""
    return list(check(story, Rulebook("ours", (rule,)), as_at=date(2026, 6, 1)).findings)


def with_more(story: Chronology, *more: Event) -> Chronology:
    """The same record with more in it."""
    return evolve(story, events=Chronology.of("C-101", events=[*story.events, *more]).events)


@given(cases())
def test_every_event_that_calls_for_it_gives_one_finding_that_explains_itself(case: Case) -> None:
    rule, story = case
    found = judged(rule, story)
    triggers = [event for event in story if event.kind in rule.triggers]
    assert {id(finding.trigger) for finding in found} <= set(map(id, triggers))
    assert len(found) == len({id(finding.trigger) for finding in found})
    assert rule is RULES[5] or len(found) == len(triggers), "but for those of another purpose"
    for finding in found:
        assert finding.status in (Status.MET, Status.BREACHED, Status.CANNOT_TELL)
        assert bool(finding.missing) == (finding.status is Status.CANNOT_TELL)
        assert "None" not in finding.explain()


@given(cases(), st.data())
def test_adding_an_irrelevant_event_or_another_order_of_entries_changes_nothing(
    case: Case, data: st.DataObject
) -> None:
    rule, story = case
    more = data.draw(st.lists(events(days_of(story), IRRELEVANT, timed=False), min_size=1, max_size=3))
    assert judged(rule, with_more(story, *more)) == judged(rule, story)
    shuffled = Chronology.of("C-101", events=data.draw(st.permutations(story.events)))
    assert judged(rule, shuffled) == judged(rule, story)


@given(cases(), st.none() | st.sampled_from(KINDS))
def test_a_lost_entry_leaves_nothing_certain_that_it_could_have_changed(case: Case, kind: str | None) -> None:
    rule, story = case
    torn = judged(rule, evolve(story, lost=(Lost(kind, "row 7", "no date"),)))
    if kind is None or kind in rule.reads:
        assert {finding.status for finding in torn} <= {Status.CANNOT_TELL}
    else:  # it can have changed the order of a day, and no more
        for was, became in zip(judged(rule, story), torn, strict=True):
            assert became.status is Status.CANNOT_TELL or became == was
    if not any(len(list(today)) > 1 for _, today in groupby(story, lambda event: event.day)):
        assert kind is None or kind in rule.reads or torn == judged(rule, story)


@given(cases())
def test_a_source_with_no_place_for_any_fact_breaks_no_rule_on_what_is_recorded(case: Case) -> None:
    rule, story = case
    if isinstance(rule, Order):
        return
    bare = [evolve(event, facts={}, recorded=None) for event in story]
    found = judged(rule, Chronology.of("C-101", events=bare, covers=Coverage(facts=frozenset())))
    assert {finding.status for finding in found} <= {Status.CANNOT_TELL}


@given(cases(), st.data())
def test_recording_more_never_turns_a_certain_answer_on_what_must_hold(case: Case, data: st.DataObject) -> None:
    _, story = case
    filled = []
    for event in story:
        absent = {n: values for n, values in _FACTS.get(event.kind, {}).items() if n not in event.facts}
        filled.append(evolve(event, facts={**event.facts, **{n: data.draw(v) for n, v in absent.items()}}))
    for rule in (SEEN, ALONE, NO_CHILD):
        for before, after in zip(judged(rule, story), judged(rule, evolve(story, events=tuple(filled))), strict=True):
            assert before.status in (Status.CANNOT_TELL, after.status)


def test_a_condition_that_only_what_is_written_down_can_break_is_met_where_nothing_is() -> None:
    rule = evolve(SEEN, must=~stated("interpreter", "child"))
    assert [only(rule, (*VISIT, facts)).status for facts in ({}, {"interpreter": "child"})] == [
        Status.MET,
        Status.BREACHED,
    ]


def test_agencies_in_a_form_that_is_no_set_of_names_cannot_be_told() -> None:
    finding = only(TWO_MORE, (*MEETING, {"agencies": "police"}))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{MEETING[1]}.agencies",))


# --- one event that is two things, and what is missing about a stretch of time

STAY = Spell("stay", opens=on("placement-started"), closes=on("looked-after-ended", reason="moved"))
PERHAPS_AWAY = [("2024-01-05", "placement-started"), ("2024-02-05", "looked-after-ended")]
REASON = ("looked-after-ended.reason",)
AT_HOME = During(STAY)
A, B = "strategy-discussion", "section-47-started"


def order(**parts: Any) -> Order:
    """A discussion comes before an enquiry."""
    given: dict[str, Any] = {"first": on(A), "then": on(B)} | parts
    return Order(id="after", title="after", versions=(version(),), **given)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (order(then=on(B, where=AT_HOME)), [("2024-03-05", B)]),
        (order(first=on(A, where=AT_HOME)), [("2024-03-04", A), ("2024-03-05", B)]),
        (
            order(since=on("referral", where=AT_HOME)),
            [("2024-03-01", A), ("2024-03-04", "referral"), ("2024-03-05", B)],
        ),
        (order(first=NOTHING, then=on(B, where=AT_HOME), closed=(STAY,)), [("2024-03-05", B)]),
        (evolve(SEEN, event=on("visit", where=AT_HOME)), [VISIT]),
        (evolve(SEEN, must=AT_HOME), [VISIT]),
    ],
)
def test_what_would_settle_it_may_be_about_a_stretch_of_time(rule: Rule, told: list[Told]) -> None:
    finding = only(rule, *PERHAPS_AWAY, *told)
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, REASON)
    assert "2024" in finding.because


def test_where_neither_what_came_first_nor_what_was_left_open_is_known_both_are_missing() -> None:
    rule = order(first=on(A, decision="section-47"), closed=(STAY,))
    finding = only(rule, *PERHAPS_AWAY, ("2024-03-04", A), ("2024-03-05", B))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, (f"{A}.decision", *REASON))


@pytest.mark.parametrize(
    ("rule", "told", "status"),
    [
        (order(since=on(B)), [("2024-03-04", A), ("2024-03-05", B)], Status.MET),
        (order(since=on(A)), [("2024-03-04", A), ("2024-03-05", B)], Status.BREACHED),
        (order(first=on(A, B)), [("2024-03-05", B)], Status.BREACHED),
        (order(since=on(B, purpose="x")), [("2024-03-04", A), ("2024-03-05", B)], Status.MET),
        (order(since=on(A, purpose="x")), [("2024-03-04", A), ("2024-03-05", B)], Status.MET),
        (
            order(since=on("referral", purpose="x")),
            [("2024-03-04", A), ("2024-03-05", B), ("2024-03-06", "referral")],
            Status.MET,
        ),
    ],
)
def test_what_begins_anew_came_before_what_comes_after_and_was_neither(
    rule: Order, told: list[Told], status: Status
) -> None:
    assert only(rule, *told).status is status


def test_on_the_first_day_of_which_the_source_tells_everything_what_is_not_there_is_missing() -> None:
    since = Coverage(since=date(2024, 3, 5))
    assert only(order(), ("2024-03-05", B), covers=since).status is Status.BREACHED
    assert only(order(), ("2024-03-04", B), covers=since).status is Status.CANNOT_TELL


def test_an_event_of_a_day_without_a_version_hides_no_later_one() -> None:
    found = report(SEEN, ("1999-03-01", "visit"), (*VISIT, {"child-seen": True}))
    assert [finding.status for finding in found.findings] == [Status.MET]
    assert len(found.not_assessed) == 1


def test_every_event_after_the_death_of_the_child_is_listed() -> None:
    found = report(SEEN, ("2024-03-05", "visit"), ("2024-03-06", "contact"), VISIT, died=date(2024, 3, 2))
    assert len(found.findings) == 1
    assert {entry.id for entry in found.not_assessed} == {"seen"}


def test_a_source_may_hold_some_facts_and_when_its_entries_were_made() -> None:
    entered = Event("visit", "2024-03-01", recorded=date(2024, 3, 4))
    assert only(lag(), entered, covers=Coverage(facts=frozenset({"recorded"}))).status is Status.MET
    assert report(lag(), entered, covers=Coverage(facts=frozenset({"child-seen"}))).findings == ()


def test_a_source_may_hold_a_fact_of_one_kind_of_event_only() -> None:
    rule = Recorded(id="who", title="who", event=on("visit"), versions=(version(("worker",)),))
    assert only(rule, VISIT, covers=Coverage(frozenset({"visit"}), frozenset({"worker"}))).status is Status.BREACHED


def test_of_those_who_were_there_and_are_no_agencies_it_is_said_that_they_are_not_known() -> None:
    finding = only(TWO_MORE, (*MEETING, {"agencies": {"social-care", "x", "y"}}))
    assert finding.status is Status.CANNOT_TELL
    assert "social care" in finding.because


def test_of_several_that_may_count_each_is_named() -> None:
    told = [("2024-03-04", A), ("2024-03-05", A), ("2024-03-06", B)]
    finding = only(order(first=on(A, decision="section-47")), *told)
    each = "the strategy discussion on Mon 4 Mar 2024 or the strategy discussion on Tue 5 Mar 2024"
    assert f"whether {each} counts for" in finding.because
    held = Spell("meeting", opens=on("referral"), closes=on("contact", purpose="x"))
    unsure = [*PERHAPS_AWAY, ("2024-02-20", "referral"), ("2024-03-04", "contact"), ("2024-03-05", B)]
    finding = only(order(first=NOTHING, closed=(STAY, held)), *unsure)
    assert "whether any stay or meeting remained open" in finding.because


def test_why_what_came_first_may_not_count_may_be_about_a_stretch_of_time() -> None:
    rule = order(first=on(A, where=Doubtful(During(STAY), "the child was away")))
    finding = only(rule, PERHAPS_AWAY[0], ("2024-03-04", A), ("2024-03-05", B))
    assert finding.status is Status.CANNOT_TELL
    assert "the child was away" in finding.because


def test_what_was_left_open_matters_only_if_the_rule_applies_which_may_be_about_a_stretch_of_time() -> None:
    case = Spell("case", opens=on("referral"), closes=on("case-closed"))
    rule = order(first=NOTHING, then=on(B, where=AT_HOME), closed=(case,))
    finding = only(rule, *PERHAPS_AWAY, ("2024-02-20", "referral"), ("2024-03-05", B))
    assert (finding.status, finding.missing) == (Status.CANNOT_TELL, REASON)


def test_what_was_left_open_is_judged_by_the_version_of_its_day_also_where_the_order_is_right() -> None:
    rule = order(closed=(STAY,))
    finding = only(rule, PERHAPS_AWAY[0], ("2024-03-04", A), ("2024-03-05", B))
    assert (finding.status, finding.version) == (Status.BREACHED, rule.versions[0])


def test_where_nobody_is_recorded_it_is_not_said_who_was_there() -> None:
    rule = Attended(id="a", title="a", event=on(A), versions=(version(frozenset({"police"})),))
    nobody = only(rule, (*MEETING, {"agencies": set[str]()}))
    assert nobody.because == ("Nobody from the police is recorded at the strategy discussion on Fri 1 Mar 2024.")
