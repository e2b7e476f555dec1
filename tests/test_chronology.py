"""A chronology: events in order, two times for each, corrections that edit nothing, and what a source can hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import combinations, permutations
from random import Random
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import READ, chronologies, days, event_lists, events

from childprotect import ChildProtectError, Chronology, Coverage, Event, Expected, UnknownName, check
from childprotect.chronology import EVERYTHING, Remark
from childprotect.events import Facts, Lost, parse_moment, value_in_words
from childprotect.ordering import in_order, unsettled
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD, EventKind

AS_AT = date(2030, 1, 1)


def kinds(*events: tuple[str | datetime, str]) -> list[str]:
    """The kinds of these events in the order in which a chronology puts them."""
    return [event.kind for event in Chronology.of("C-1", events=events)]


# --- moments and facts


def test_a_date_is_a_day_and_a_time_with_an_offset_is_a_moment() -> None:
    assert parse_moment("2012-09-03") == date(2012, 9, 3)
    assert parse_moment("2012-09-03T16:40:00+01:00") == datetime(2012, 9, 3, 15, 40, tzinfo=UTC)


def test_a_time_without_an_offset_is_only_a_day() -> None:
    read = parse_moment("2012-09-03T16:40:00")
    assert read == date(2012, 9, 3)
    assert not isinstance(read, datetime)


@pytest.mark.parametrize("text", ["", "yesterday", "2012-13-01", "2012-02-30", "03/09/2012", "2012-09-03T25:00"])
def test_what_is_not_a_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(text)


def test_an_event_refuses_a_time_without_a_zone_and_says_what_to_write() -> None:
    naive = datetime(2012, 9, 3, 16, 40)  # noqa: DTZ001
    with pytest.raises(
        ValueError, match=r"needs a time zone, for instance 2012-09-03T16:40:00\+00:00; or give the date"
    ):
        Event("referral", naive)


def test_an_event_falls_on_its_day_in_england() -> None:
    assert Event("referral", "2024-06-30T23:30:00+00:00").day == date(2024, 7, 1)
    assert Event("referral", "2024-06-30T23:30:00+00:00").timed
    assert Event("referral", "2024-06-30").day == date(2024, 6, 30)
    assert not Event("referral", "2024-06-30").timed


def test_facts_are_a_mapping_that_cannot_change_and_that_leaves_out_what_is_unknown() -> None:
    event = Event("visit", "2024-03-01", {"agencies": ["police", "health"], "child-seen": True, "purpose": None})
    assert dict(event.facts) == {"agencies": frozenset({"police", "health"}), "child-seen": True}
    assert len(event.facts) == 2
    assert event.facts["child-seen"] is True
    assert event.facts.get("purpose") is None
    assert event.facts.get("purpose", "?") == "?"
    with pytest.raises(TypeError):
        event.facts["child-seen"] = False  # type: ignore[index]
    with pytest.raises(KeyError):
        event.facts["purpose"]


def test_facts_do_not_follow_the_mapping_that_they_were_made_from() -> None:
    values = {"outcome": "plan"}
    event = Event("initial-conference", "2024-03-01", values)
    values["outcome"] = "no-plan"
    assert event.facts["outcome"] == "plan"
    assert event.facts is Event("initial-conference", "2024-03-01", event.facts).facts


@pytest.mark.parametrize("many", [{"police", "health"}, ["health", "police"], ("police", "health", "police")])
def test_events_that_say_the_same_are_equal_and_hash_alike(many: object) -> None:
    one = Event("strategy-discussion", "2024-03-01", {"agencies": many, "decision": "section-47"})
    other = Event("strategy-discussion", date(2024, 3, 1), {"decision": "section-47", "agencies": {"health", "police"}})
    assert one == other
    assert hash(one) == hash(other)
    assert one != Event("strategy-discussion", "2024-03-01", {"decision": "section-47"})


def test_an_event_prints_its_day_its_kind_and_its_facts() -> None:
    event = Event("strategy-discussion", "2024-03-22", {"agencies": {"police", "health"}, "decision": "section-47"})
    assert str(event) == "2024-03-22 strategy-discussion (agencies: health, police, decision: section-47)"
    assert str(Event("referral", "2024-03-22")) == "2024-03-22 referral"
    assert str(Event("visit", "2024-03-22", {"child-seen": False})) == "2024-03-22 visit (child-seen: no)"
    assert str(Event("referral", "2024-03-22", {"incident-date": date(2024, 3, 1)})).endswith(
        "(incident-date: 2024-03-01)"
    )
    assert value_in_words(True) == "true"
    assert value_in_words(date(2024, 3, 22)) == "2024-03-22"


def test_what_might_be_personal_is_never_printed() -> None:
    event = Event(
        "visit", "2024-03-22", {"worker": "Jo Bloggs", "purpose": "see Jo", "agencies": {"police", "Jo Bloggs"}}
    )
    for text in (str(event), repr(event), repr(event.facts), repr(Chronology.of("C-1", events=[event]))):
        assert "Jo" not in text
    assert str(event) == "2024-03-22 visit (agencies: police)"
    assert repr(event.facts) == "<Facts: worker, purpose, agencies>"
    assert repr(Facts()) == "<Facts: none>"


# --- building one


def test_an_unknown_kind_of_event_is_an_error_that_says_which_was_meant() -> None:
    with pytest.raises(UnknownName, match="perhaps 'strategy-discussion' was meant") as caught:
        Chronology.of("C-1", events=[("2024-03-01", "stratgey-discussion")])
    assert (caught.value.name, caught.value.probably) == ("stratgey-discussion", "strategy-discussion")


def test_an_unknown_value_of_a_closed_fact_is_an_error_and_of_a_free_one_is_not() -> None:
    with pytest.raises(
        UnknownName, match="decision of strategy-discussion 'section-74'; perhaps 'section-47' was meant"
    ):
        Chronology.of("C-1", events=[("2024-03-01", "strategy-discussion", {"decision": "section-74"})])
    assert len(Chronology.of("C-1", events=[("2024-03-01", "visit", {"purpose": "anything"})])) == 1


def test_neither_birth_nor_death_is_printed() -> None:
    story = Chronology.of("C-1", born=date(2016, 5, 4), died=date(2024, 1, 2))
    assert "2016" not in repr(story)
    assert "2024" not in repr(story)
    assert story.born == date(2016, 5, 4)
    assert Chronology.of("C-1", born=Expected(date(2024, 5, 4))).born == Expected(date(2024, 5, 4))


def test_a_chronology_keeps_what_its_source_could_not_say() -> None:
    lost, remark = Lost("referral", "row 3", "no date"), Remark("odd", date(2024, 1, 1), "It is odd.")
    story = Chronology.of("C-1", lost=[lost], remarks=[remark], covers=Coverage(frozenset({"referral"})))
    assert (story.lost, story.remarks) == ((lost,), (remark,))
    assert (len(story), list(story), story.events) == (0, [], ())


# --- order


def test_events_come_in_order_of_day_however_they_were_given() -> None:
    assert kinds(("2024-03-04", "referral-decided"), ("2024-03-01", "referral")) == ["referral", "referral-decided"]


def test_events_of_one_day_come_in_the_order_of_the_process() -> None:
    day = "2024-03-01"
    process = ["referral", "referral-decided", "strategy-discussion", "section-47-started", "initial-conference"]
    assert kinds(*[(day, kind) for kind in reversed(process)]) == process


def test_where_times_are_known_they_decide() -> None:
    assert kinds(("2024-03-01T09:00:00+00:00", "referral-decided"), ("2024-03-01T11:00:00+00:00", "referral")) == [
        "referral-decided",
        "referral",
    ]


def test_times_of_different_zones_are_compared_as_moments() -> None:
    assert kinds(("2024-06-03T10:30:00+01:00", "visit"), ("2024-06-03T10:00:00+00:00", "referral")) == [
        "visit",
        "referral",
    ]


def test_two_moments_of_one_zone_are_compared_as_moments_though_the_clock_went_back_between() -> None:
    zone = ZoneInfo("Europe/London")
    before = datetime(2024, 10, 27, 1, 40, tzinfo=zone, fold=0)
    after = datetime(2024, 10, 27, 1, 20, tzinfo=zone, fold=1)
    assert kinds((after, "visit"), (before, "supervision")) == ["supervision", "visit"]


ENQUIRY: dict[str, object] = {}
NO_CONFERENCE = {"conference-required": False}


@pytest.mark.parametrize("at", ["2024-07-04T00:30+01:00", "2024-07-03T23:30Z", "2024-07-03T18:30-05:00"])
@pytest.mark.parametrize("timed", [ENQUIRY, NO_CONFERENCE])
def test_a_time_that_one_of_two_of_a_kind_has_changes_nothing_however_it_is_written(at: str, timed: object) -> None:
    untimed = NO_CONFERENCE if timed is ENQUIRY else ENQUIRY
    told = [("2024-07-04", "section-47-started", untimed), (at, "section-47-started", timed)]
    for given_ in (told, told[::-1]):
        story = Chronology.of("C-1", events=given_)
        assert [dict(event.facts) for event in story] == [ENQUIRY, NO_CONFERENCE], "as where neither has a time"


def test_of_two_that_say_the_same_the_one_without_a_time_comes_first() -> None:
    told = [("2024-07-04T00:30+01:00", "visit"), ("2024-07-04", "visit")]
    for given_ in (told, told[::-1]):
        assert [event.timed for event in Chronology.of("C-1", events=given_)] == [False, True]


def test_an_event_without_a_time_takes_its_place_in_the_process_among_those_that_have_one() -> None:
    assert kinds(
        ("2024-03-01T15:00:00+00:00", "initial-conference"),
        ("2024-03-01", "strategy-discussion"),
        ("2024-03-01", "conference-record-circulated"),
        ("2024-03-01T09:00:00+00:00", "referral"),
    ) == ["referral", "strategy-discussion", "initial-conference", "conference-record-circulated"]


def test_what_was_open_that_morning_is_closed_before_it_begins_again() -> None:
    assert kinds(("2024-01-01", "referral"), ("2024-03-01", "referral"), ("2024-03-01", "case-closed")) == [
        "referral",
        "case-closed",
        "referral",
    ]


def test_what_was_not_open_that_morning_begins_before_it_ends() -> None:
    assert kinds(("2024-03-01", "case-closed"), ("2024-03-01", "referral")) == ["referral", "case-closed"]
    closed_before = [("2024-01-01", "referral"), ("2024-02-01", "case-closed")]
    assert kinds(*closed_before, ("2024-03-01", "case-closed"), ("2024-03-01", "referral"))[2:] == [
        "referral",
        "case-closed",
    ]


REOPENED = (("2024-01-01", "referral"), ("2024-03-01", "referral"), ("2024-03-01", "case-closed"))


def test_the_closure_comes_first_also_where_the_new_referral_has_a_time_and_the_closure_has_none() -> None:
    timed = ("2024-03-01T10:00:00+00:00", "referral")
    assert kinds(REOPENED[0], timed, REOPENED[2]) == ["referral", "case-closed", "referral"]


def test_the_closure_comes_first_also_where_something_else_that_day_has_a_time() -> None:
    told = kinds(*REOPENED, ("2024-03-01T10:00:00+00:00", "marac"))
    assert [kind for kind in told if kind != "marac"] == ["referral", "case-closed", "referral"]


def test_a_time_on_something_else_does_not_change_the_order_of_the_rest() -> None:
    rest = [("2024-03-01T09:00:00+00:00", "referral-acknowledged"), ("2024-03-01", "referral-acknowledged")]
    alone = Chronology.of("C-1", events=rest).events
    for hour in (8, 10):
        more = Chronology.of("C-1", events=[*rest, (f"2024-03-01T{hour:02}:00:00+00:00", "marac")])
        assert tuple(event for event in more if event.kind != "marac") == alone


@pytest.mark.parametrize("told", list(permutations(["referral", "case-closed"])))
def test_what_was_open_in_the_morning_does_not_depend_on_the_order_in_which_the_day_before_was_told(
    told: tuple[str, str],
) -> None:
    before = [("2024-03-01", kind) for kind in told]
    assert kinds(*before, ("2024-03-02", "case-closed"), ("2024-03-02", "referral")) == [
        "referral",
        "case-closed",
        "referral",
        "case-closed",
    ]


def test_a_kind_that_the_vocabulary_does_not_know_comes_last_on_its_day() -> None:
    strange = Event("strange", "2024-03-01")
    assert in_order([strange, Event("case-closed", "2024-03-01")])[-1] is strange
    timed = Event("case-closed", "2024-03-01T10:00:00+00:00")
    assert in_order([strange, timed]) == (timed, strange)


def test_more_kinds_can_be_registered_and_come_after_the_others() -> None:
    more = STANDARD.extended([EventKind("panel", "local", "panel", {"outcome": ("yes", "no")})])
    story = Chronology.of("C-1", events=[("2024-03-01", "panel"), ("2024-03-01", "case-closed")], vocabulary=more)
    assert [event.kind for event in story] == ["case-closed", "panel"]
    longer = story.add(Event("panel", "2024-02-01"), vocabulary=more)
    assert [event.kind for event in longer] == ["panel", "case-closed", "panel"]
    with pytest.raises(UnknownName):
        Chronology.of("C-1", events=[("2024-03-01", "panel", {"outcome": "maybe"})], vocabulary=more)


# --- what an entry that could not be read may have done to the order

_TURNING = tuple(name for name, kind in STANDARD.items() if kind.opens or kind.closes or kind.begins)
_THREE_DAYS = st.sampled_from([date(2024, 3, 1) + timedelta(days=n) for n in range(3)])


def _on(day: str, *kinds: str) -> list[Event]:
    return [Event(kind, day) for kind in kinds]


@given(
    st.lists(events(_THREE_DAYS, _TURNING), min_size=2, max_size=8),
    st.lists(events(_THREE_DAYS, _TURNING), min_size=1, max_size=2),
)
@example(
    # the discussion has no time of day, and would come after its referral
    [Event("section-47-started", "2024-03-01T09:00:00+00:00"), Event("strategy-discussion", "2024-03-01")],
    [Event("referral", "2024-03-01T10:00:00+00:00")],
)
@example(
    # the case was closed and begins again: whatever was completed that day comes before the referral
    [
        *_on("2024-03-01", "referral"),
        *_on("2024-03-02", "case-closed", "referral"),
        Event("strategy-discussion", "2024-03-02T10:00:00+00:00"),
    ],
    [Event("assessment-completed", "2024-03-02T12:00:00+00:00")],
)
@example(
    # the case begins again on the second day, and so the plan is open on the third
    [
        *_on("2024-03-01", "referral"),
        *_on("2024-03-02", "referral", "initial-conference", "plan-ended"),
        *_on("2024-03-03", "conference-requested", "initial-conference", "plan-ended"),
    ],
    _on("2024-03-02", "case-closed"),
)
def test_only_what_is_unsettled_changes_places_for_an_entry_that_was_lost(told: list[Event], gone: list[Event]) -> None:
    told = [evolve(event, ref=f"entry {n}") for n, event in enumerate(told)]
    lost = [Lost(event.kind, "row 7", "no date") for event in gone]
    torn = Chronology.of("C-1", events=told, lost=lost)
    places = {event.ref: n for n, event in enumerate(Chronology.of("C-1", events=[*told, *gone]))}
    pairs = unsettled(torn.events, lost)
    for one, other in combinations(torn, 2):
        if places[one.ref] > places[other.ref]:
            both = one.kind, other.kind
            assert any((a in some and b in others) for a, b in (both, both[::-1]) for some, others in pairs), both


@pytest.mark.parametrize("kind", ["visit", "case-closed", "referral", "strategy-discussion"])
def test_a_day_with_the_usual_order_is_settled_whatever_was_lost(kind: str) -> None:
    plain = [("2024-03-01", "referral"), ("2024-03-01", "visit"), ("2024-03-04", "strategy-discussion")]
    told = [
        *plain,
        ("2024-03-04", "section-47-started"),
        ("2024-06-03T10:00:00+01:00", "visit"),
        ("2024-09-02", "visit"),
    ]
    assert unsettled(Chronology.of("C-1", events=told), [Lost(kind, "row 7", "no date")]) == []


def test_a_closure_that_was_lost_unsettles_a_day_on_which_the_case_may_have_begun_again() -> None:
    again = [("2023-03-01", "referral"), ("2024-03-01", "referral"), ("2024-03-01", "assessment-completed")]
    closed, visit = ([Lost(kind, "row 7", "no date")] for kind in ("case-closed", "visit"))
    ((some, others),) = unsettled(Chronology.of("C-1", events=again), closed)
    assert some | others == {"referral", "assessment-completed"}
    assert some.isdisjoint(others)
    assert unsettled(Chronology.of("C-1", events=again), visit) == []


@given(chronologies())
def test_days_never_go_backwards_and_nothing_is_lost(story: Chronology) -> None:
    told = [event.day for event in story]
    assert told == sorted(told)
    assert len(story) == len(story.events)


@given(event_lists(timed=True), days())
def test_moments_never_go_backwards(told: list[Event], day: date) -> None:
    moments = [event.at for event in Chronology.of("C-1", events=told) if isinstance(event.at, datetime)]
    assert moments == sorted(moments)


_TWO_KINDS = ("section-47-started", "assessment-completed")


@given(st.lists(events(_THREE_DAYS, _TWO_KINDS), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_is_that_of_the_instants_however_they_are_written_and_in_whatever_order_they_come(
    told: list[Event], chance: Random
) -> None:
    told = [evolve(event, ref=f"entry {n}") for n, event in enumerate(told)]
    again = [
        evolve(event, at=event.at.astimezone(timezone(timedelta(minutes=30 * chance.randint(-22, 28)))))
        if isinstance(event.at, datetime)
        else event
        for event in chance.sample(told, len(told))
    ]
    both = (Chronology.of("C-1", events=some) for some in (told, again))
    assert [event.ref for event in next(both)] == [event.ref for event in next(both)]


@given(event_lists(), event_lists())
def test_adding_events_later_equals_having_had_them_from_the_start(some: list[Event], more: list[Event]) -> None:
    whole = Chronology.of("C-1", events=[*some, *more])
    assert Chronology.of("C-1", events=some).add(*more) == whole


def test_adding_leaves_the_old_chronology_as_it_was() -> None:
    story = Chronology.of("C-1", events=[("2024-03-01", "referral")])
    longer = story.add(Event("case-closed", "2024-04-01"))
    assert (len(story), len(longer)) == (1, 2)


def test_one_event_given_twice_is_two_entries_as_two_alike_are() -> None:
    begun = Event("looked-after-started", "2024-03-01")
    given, alike = (Chronology.of("C-1", events=told) for told in ([begun, begun], [begun, evolve(begun)]))
    assert given == alike
    assert given.events[0] is not given.events[1]
    as_at = date(2024, 6, 3)
    found = [check(story, england.rulebook, as_at=as_at).findings for story in (given, alike, given.add(begun))]
    assert [[finding.rule for finding in findings] for findings in found] == [["looked-after-review"]] * 3


# --- two times

CONFERENCE = Event("initial-conference", "2024-03-01", {"outcome": "plan"}, ref="a")


def outcomes(story: Chronology, known_at: date | None = None) -> list[object]:
    """The outcomes of the events as they were known."""
    return [event.facts.get("outcome") for event in story.as_known(AS_AT, known_at)]


def test_a_correction_adds_a_later_version_and_edits_nothing() -> None:
    story = Chronology.of("C-1", events=[CONFERENCE])
    corrected = story.correct("a", recorded=date(2024, 3, 10), facts={"outcome": "no-plan"})
    assert story.events == (CONFERENCE,)
    assert len(corrected) == 2
    assert CONFERENCE in corrected.events
    assert outcomes(corrected) == ["no-plan"]
    assert outcomes(corrected, date(2024, 3, 9)) == ["plan"]
    assert outcomes(corrected, date(2024, 3, 10)) == ["no-plan"]
    assert outcomes(corrected, date(2024, 2, 28)) == []


def test_a_correction_of_a_correction_starts_from_the_latest_version() -> None:
    story = Chronology.of("C-1", events=[CONFERENCE])
    once = story.correct("a", recorded=date(2024, 3, 10), facts={"outcome": "no-plan"})
    twice = once.correct("a", recorded=date(2024, 3, 20), at="2024-03-02")
    (event,) = twice.as_known(AS_AT)
    assert (event.day, event.facts["outcome"]) == (date(2024, 3, 2), "no-plan")


def test_a_correction_made_on_the_day_of_the_event_counts() -> None:
    story = Chronology.of("C-1", events=[CONFERENCE])
    assert outcomes(story.correct("a", recorded=CONFERENCE.day, facts={"outcome": "no-plan"})) == ["no-plan"]


@given(st.permutations(["plan", "no-plan", "adjourned"]))
def test_of_two_corrections_made_on_one_day_the_second_counts(said: list[str]) -> None:
    first, second, third = said
    story = Chronology.of("C-1", events=[Event("initial-conference", "2024-03-01", {"outcome": first}, ref="a")])
    day = date(2024, 3, 10)
    once = story.correct("a", recorded=day, facts={"outcome": second})
    assert outcomes(once.correct("a", recorded=day, facts={"outcome": third})) == [third]


def test_an_entry_can_be_withdrawn() -> None:
    story = Chronology.of("C-1", events=[CONFERENCE]).correct("a", recorded=date(2024, 3, 10), withdrawn=True)
    assert story.as_known(AS_AT) == ()
    assert story.as_known(AS_AT, date(2024, 3, 9)) == (CONFERENCE,)


def test_correcting_an_entry_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ChildProtectError, match="no entry 'b' to correct; give events a ref"):
        Chronology.of("C-1", events=[CONFERENCE]).correct("b", recorded=date(2024, 3, 10))


def test_an_event_that_does_not_say_when_it_was_recorded_was_known_when_it_happened() -> None:
    late = Event("referral", "2024-03-01", recorded=date(2024, 5, 1))
    story = Chronology.of("C-1", events=[late, Event("case-closed", "2024-04-01")])
    assert [event.kind for event in story.as_known(AS_AT, date(2024, 4, 1))] == ["case-closed"]
    assert len(story.as_known(AS_AT, date(2024, 5, 1))) == 2
    assert len(story.as_known(AS_AT)) == 2


def test_what_happened_after_the_day_is_left_out() -> None:
    story = Chronology.of("C-1", events=[("2024-03-01", "referral"), ("2024-03-02", "case-closed")])
    assert [event.kind for event in story.as_known(date(2024, 3, 1))] == ["referral"]
    assert len(story.as_known(date(2024, 3, 2))) == 2


def test_an_event_moved_past_the_day_by_a_correction_is_left_out_and_does_not_come_back() -> None:
    story = Chronology.of("C-1", events=[CONFERENCE]).correct("a", recorded=date(2024, 3, 10), at="2024-03-20")
    assert story.as_known(date(2024, 3, 15)) == ()


def test_an_entry_that_was_withdrawn_has_no_say_in_the_order_of_the_others() -> None:
    day = [Event("case-closed", "2024-03-01"), Event("referral", "2024-03-01")]
    mistaken = Event("referral", "2024-01-01", ref="x")
    story = Chronology.of("C-1", events=[mistaken, *day]).correct("x", recorded=date(2024, 1, 5), withdrawn=True)
    assert story.as_known(AS_AT) == Chronology.of("C-1", events=day).as_known(AS_AT)


@given(chronologies(), days(), days())
def test_what_is_known_only_grows_where_nothing_is_corrected(story: Chronology, one: date, other: date) -> None:
    earlier, later = sorted([one, other])
    assert set(story.as_known(AS_AT, earlier)) <= set(story.as_known(AS_AT, later))


# --- coverage


def test_a_source_that_says_nothing_of_itself_holds_everything() -> None:
    assert all(EVERYTHING.holds(kind, "anything") for kind in STANDARD)
    assert EVERYTHING.since is None


def test_a_source_holds_the_kinds_and_the_facts_that_it_lists() -> None:
    covers = Coverage(frozenset({"referral"}), frozenset({"outcome"}))
    assert covers.holds("referral")
    assert covers.holds("referral", "outcome")
    assert not covers.holds("referral", "source")
    assert not covers.holds("core-group")
    assert not covers.holds("core-group", "outcome")
    assert Coverage(facts=frozenset({"outcome"})).holds("core-group", "outcome")
    assert Coverage(kinds=frozenset(READ)).holds("core-group", "anything")


@pytest.mark.parametrize(
    ("value", "found"),
    [({"a": "Smith"}, "dict"), (b"Smith", "bytes"), ([["Smith"]], "a set of other things"), (object(), "object")],
)
def test_a_fact_that_nobody_can_compare_is_refused_without_a_word_of_its_value(value: object, found: str) -> None:
    with pytest.raises(ValueError, match=rf"fact 'outcome' is a text, .* or a set of these, not {found}$") as refused:
        Event("referral-decided", "2024-03-01", {"outcome": value})
    assert "Smith" not in str(refused.value)
