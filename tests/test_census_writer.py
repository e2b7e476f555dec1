"""A census written from chronologies: what it can hold comes back equal, and what it cannot hold is counted."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.on_disk import rows_in

import childprotect as cp
from childprotect.chronology import Chronology, Expected
from childprotect.events import Event, Lost
from childprotect.records import Source, read
from childprotect.records.census_elements import ELEMENTS, Use
from childprotect.records.census_writer import Written, write_census
from childprotect.records.cin_census import CATEGORIES, KINDS
from childprotect.records.telling import CLOSURES
from childprotect.testing import chronologies, events
from childprotect.vocabulary import STANDARD

ROOT = Path(__file__).parent.parent
Held = tuple[str, date, frozenset[tuple[str, Any]]]


def written(stories: Iterable[Chronology], year: int = 2026, authority: str | None = None) -> tuple[bytes, Written]:
    out = io.BytesIO()
    told = write_census(stories, out, year=year, authority=authority)
    return out.getvalue(), told


def reread(path: Path, stories: Iterable[Chronology], year: int = 2026) -> tuple[Source, list[Chronology], Written]:
    content, told = written(stories, year)
    path.write_bytes(content)
    source = read(str(path))
    return source, list(source), told


def known_to(story: Chronology, year: int) -> tuple[Event, ...]:
    """What the census of a year knows."""
    return story.as_known(date(year, 3, 31))


def held(story: Chronology, year: int) -> set[Held]:
    """What a census can hold of a chronology, worked out by itself: events that are alike in all it holds are one."""
    told: dict[str, list[Event]] = {kind: [] for kind in KINDS}
    for event in known_to(story, year):
        if event.kind in KINDS and event.day.year >= 1900:
            told[event.kind].append(event)
    if not told["referral"]:
        return set()
    kept: list[tuple[str, Event]] = [
        *(("referral", event) for event in told["referral"]),
        *(("section-47-started", event) for event in told["section-47-started"]),
    ]
    for start, end in (
        ("referral", "case-closed"),
        ("assessment-started", "assessment-completed"),
        ("plan-started", "plan-ended"),
    ):
        ended: list[Event] = []
        for event in sorted(told[end], key=lambda event: event.day):
            if sum(begun.day <= event.day for begun in told[start]) > len(ended):
                ended.append(event)
        kept += [(start, event) for event in told[start]] + [(end, event) for event in ended]
    plans = {event.day for event in told["plan-started"]}
    kept += [
        ("review-conference", event) for event in told["review-conference"] if min(plans, default=date.max) <= event.day
    ]
    kept += [
        ("initial-conference", event)
        for kind in ("initial-conference", "pre-birth-conference", "transfer-in-conference")
        for event in told[kind]
        if event.facts.get("outcome") != "adjourned"
    ]
    if year >= 2022:
        kept += [(kind, event) for kind in told for event in told[kind] if kind.startswith("child-in-need-plan")]
    if year >= 2026:
        steps = ("letter-before-proceedings", "pre-proceedings-meeting", "proceedings-issued")
        kept += [(kind, event) for kind in steps for event in told[kind]]
    known = known_to(story, year)
    begun = {id(event): decided_on(event, known) for event in told["section-47-started"]}
    enquiries = set(begun.values())
    return {
        (
            kind,
            begun.get(id(event), event.day),
            frozenset(
                {
                    **facts(kind, event, enquiries, plans),
                    **({"conference-required": False} if needed_none(event, known) else {}),
                }.items()
            ),
        )
        for kind, event in kept
    }


def died_by(story: Chronology, year: int) -> date | None:
    return None if story.died is None or story.died > date(year, 3, 31) else story.died


def held_conference(event: Event) -> bool:
    conference = event.kind in ("initial-conference", "pre-birth-conference", "transfer-in-conference")
    return conference and event.facts.get("outcome") != "adjourned"


def decided_on(enquiry: Event, known: Sequence[Event]) -> date:
    """The first discussion that decided on it, after all that belongs to an earlier enquiry."""
    day = enquiry.day
    place = next((n for n, event in enumerate(known) if event is enquiry), 0)
    for event in reversed(known[:place]):
        if held_conference(event) or event.kind in ("section-47-started", "section-47-completed", "case-closed"):
            break
        if event.kind == "strategy-discussion" and event.facts.get("decision") == "section-47":
            day = event.day if event.day.year >= 1900 else day
    return day


def needed_none(enquiry: Event, known: Sequence[Event]) -> bool:
    """Whether the end that is left for it, once later enquiries had theirs, says that no conference was needed."""
    place = next((n for n, event in enumerate(known) if event is enquiry), len(known))
    later = 0
    if enquiry.kind != "section-47-started":
        return False
    for event in known[place + 1 :]:
        if event.kind == "section-47-started":
            later += 1
        elif event.kind == "section-47-completed" or held_conference(event):
            if not later:
                outcome = event.facts.get("outcome") in ("not-substantiated", "substantiated-no-continuing-risk")
                none = event.facts.get("conference-required", False if outcome else None) is False
                that_day = any(held_conference(other) and other.day == event.day for other in known)
                return event.kind == "section-47-completed" and none and not that_day
            later -= 1
    return False


def facts(kind: str, event: Event, enquiries: set[date], plans: set[date]) -> dict[str, Any]:
    """The facts of an event that a census can hold, and those that are taken from where it stands."""
    said = event.facts
    match kind:
        case "referral":
            flags = ["no-further-action"]
        case "section-47-started":
            flags = ["conference-required", "recorded-target"]
        case "letter-before-proceedings":
            flags = ["family-group-meeting-offered"]
        case "case-closed":
            return {"reason": said["reason"]} if said.get("reason") in CLOSURES.values() else {}
        case "plan-started":
            some = said.get("categories")
            if not some:
                return {}
            known = len(some) == 1 and some <= set(CATEGORIES.values())
            return {"categories": some if known else frozenset({"multiple"})}
        case "initial-conference":
            under = said.get("recorded-under") == "episode" or event.kind == "transfer-in-conference"
            outside = under or not any(day <= event.day for day in enquiries)
            outcome = "plan" if event.day in plans else None if any(day > event.day for day in plans) else "no-plan"
            return {**({"recorded-under": "episode"} if outside else {}), **({"outcome": outcome} if outcome else {})}
        case _:
            return {}
    return {name: said[name] for name in flags if isinstance(said.get(name), bool | date)}


def plain(story: Chronology) -> set[Held]:
    return {(event.kind, event.day, frozenset(event.facts.items())) for event in story}


@st.composite
def of_the_census(draw: st.DrawFn) -> Chronology:
    """Chronologies of a few days, most of whose events a census could hold, facts of ours or of others among them."""
    crowd = st.sampled_from([date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 20), date(2024, 6, 3), date(2025, 1, 6)])
    told = draw(
        st.lists(
            events(kinds=sorted({*KINDS, "visit", "strategy-discussion", "section-47-completed"}), on=crowd),
            max_size=14,
        )
    )
    extra = st.fixed_dictionaries(
        {},
        optional={
            "recorded-target": crowd,
            "source": st.just("police"),
            "recorded-under": st.just("episode"),
        },
    )
    more = [Event(event.kind, event.at, {**draw(extra), **event.facts}, event.recorded) for event in told]
    born = draw(st.none() | st.just(date(2015, 2, 28)) | st.just(Expected(date(2024, 8, 1))))
    return Chronology.of("C-101", born=born, died=draw(st.none() | st.just(date(2025, 2, 1))), events=more)


@given(of_the_census() | chronologies(), st.sampled_from([2017, 2022, 2025, 2026]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_a_census_can_hold_comes_back_equal(tmp_path: Path, story: Chronology, year: int) -> None:
    source, (again,), told = reread(tmp_path / "c.xml", [story], year)
    assert plain(again) == held(story, year)
    assert again.child == story.child
    if not told.in_doubt:
        by_then = None if isinstance(story.born, date) and story.born > date(year, 3, 31) else story.born
        assert (again.born, again.died) == (by_then, died_by(story, year))
        assert {rejection.place for rejection in source.rejections} <= {"child C-101, CINdetails"}
    else:
        assert None in {entry.kind for entry in again.lost}
    assert told.events + sum(n for kind, n in told.left_out.items() if kind in STANDARD) == len(known_to(story, year))
    assert told.events == len(again)
    assert source.account.rows == rows_in(tmp_path / "c.xml")
    # and what has been read from a census is held by one whole
    _, (third,), same = reread(tmp_path / "again.xml", [again], year)
    assert evolve(third, lost=()) == evolve(again, lost=())
    assert same.left_out == {}
    assert bool(same.in_doubt) is bool(told.in_doubt)


@given(st.lists(of_the_census(), max_size=4))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_children_come_back_in_their_order(tmp_path: Path, stories: list[Chronology]) -> None:
    named = [evolve(story, child=f"C-{n}") for n, story in enumerate(stories)]
    source, again, told = reread(tmp_path / "c.xml", named)
    assert [story.child for story in again] == [story.child for story in named]
    assert (told.children, told.events) == (source.children, source.events) == (len(named), sum(map(len, again)))


def test_the_example_census_comes_back_equal(tmp_path: Path) -> None:
    """With its order, its coverage and the outcomes of its conferences; reviews that two plans name are there once."""
    source = read(str(ROOT / "examples" / "data" / "census.xml"))
    told = list(source)
    _, again, _ = reread(tmp_path / "c.xml", told, 2025)
    assert len(again) == 318
    assert [evolve(story, events=()) for story in again] == [evolve(story, events=()) for story in told]
    assert [tuple(dict.fromkeys(story.events)) for story in told] == [story.events for story in again]
    outcomes = {event.facts.get("outcome") for story in again for event in story if event.kind == "initial-conference"}
    assert outcomes == {"plan", "no-plan", None}


STORY = Chronology.of(
    "C-101",
    born=date(2015, 3, 27),
    events=[
        ("2024-03-01", "referral", {"no-further-action": False, "source": "police"}),
        ("2024-03-04", "strategy-discussion", {"agencies": {"police", "social-care", "health"}}),
        ("2024-03-04", "section-47-started", {"conference-required": True, "recorded-target": date(2024, 3, 25)}),
        ("2024-03-22", "initial-conference", {"outcome": "plan", "agencies": {"police"}}),
        ("2024-03-22", "plan-started", {"categories": {"neglect"}}),
        ("2024-06-20", "review-conference", {"outcome": "end"}),
        ("2024-06-20", "plan-ended", {"reason": "no-longer-at-risk"}),
        ("2024-06-21", "case-closed", {"reason": "needs-met"}),
    ],
)


def test_what_a_census_has_no_place_for_is_counted_by_name() -> None:
    _, told = written([STORY])
    assert told == Written(
        1,
        7,
        {
            "strategy-discussion": 1,
            "referral.source": 1,
            "initial-conference.agencies": 1,
            "review-conference.outcome": 1,
            "plan-ended.reason": 1,
        },
    )


def test_a_file_is_in_the_order_of_the_schema() -> None:
    content, _ = written([STORY], authority="999")
    root = fromstring(content)
    assert root.findtext("Header/CollectionDetails/ReferenceDate") == "2026-03-31"
    assert root.findtext("Header/Source/LEA") == "999"
    episode = root.find("Children/Child/CINdetails")
    assert episode is not None
    assert (
        [part.tag for part in episode.iter()]
        == """CINdetails CINreferralDate CINclosureDate ReasonForClosure
        Section47 S47ActualStartDate InitialCPCtarget DateOfInitialCPC ICPCnotRequired ReferralNFA
        ChildProtectionPlans CPPstartDate CPPendDate InitialCategoryOfAbuse Reviews CPPreviewDate""".split()
    )


def test_nothing_is_written_but_what_the_reader_takes() -> None:
    extra = ("2024-07-01", "visit", {"worker": "Ms Planted", "note": "SW1A 1AA"})
    personal = Chronology.of("C-101", events=[*STORY.events, extra])
    content, told = written([personal])
    used = {one.name for one in ELEMENTS if one.use in (Use.READ, Use.HOLDS)}
    header = {"Collection", "Year", "Source", "SourceLevel"}
    assert {part.tag for part in fromstring(content).iter()} <= used | header
    assert b"Planted" not in content
    assert b"SW1A" not in content
    assert not any("Planted" in name or "SW1A" in name for name in told.left_out)


def test_a_case_that_is_closed_and_referred_again_on_a_day_is_two_episodes(tmp_path: Path) -> None:
    told = [("2024-03-01", "referral"), ("2024-03-20", "case-closed"), ("2024-03-20", "referral")]
    for more in ([], [("2024-05-01", "case-closed")]):
        story = Chronology.of("C-101", events=[*told, *more])
        _, (again,), _ = reread(tmp_path / "c.xml", [story])
        assert (again.events, again.lost) == (story.events, ())


def test_what_the_census_of_a_year_has_not_is_left_out(tmp_path: Path) -> None:
    story = Chronology.of(
        "C-101",
        events=[
            ("2020-03-02", "referral"),
            ("2020-03-04", "child-in-need-plan-started"),
            ("2020-04-06", "letter-before-proceedings"),
        ],
    )
    kinds = {
        year: [event.kind for event in reread(tmp_path / "c.xml", [story], year)[1][0]] for year in (2021, 2025, 2026)
    }
    assert kinds == {
        2021: ["referral"],
        2025: ["referral", "child-in-need-plan-started"],
        2026: ["referral", "child-in-need-plan-started", "letter-before-proceedings"],
    }
    assert written([story], 2021)[1].left_out == {"child-in-need-plan-started": 1, "letter-before-proceedings": 1}


def test_without_a_referral_there_is_no_episode(tmp_path: Path) -> None:
    story = Chronology.of("C-101", events=STORY.events[1:])
    _, (again,), told = reread(tmp_path / "c.xml", [story])
    assert (again.events, again.lost, told.events) == ((), (), 0)
    assert sum(told.left_out.values()) == len(story)


def test_an_adjourned_conference_is_no_conference_that_decided_against_a_plan(tmp_path: Path) -> None:
    told = [
        ("2024-03-01", "referral"),
        ("2024-03-04", "section-47-started"),
        ("2024-03-22", "initial-conference", {"outcome": "adjourned"}),
    ]
    _, (again,), left = reread(tmp_path / "c.xml", [Chronology.of("C-101", events=told)])
    assert [event.kind for event in again] == ["referral", "section-47-started"]
    assert left.left_out == {"initial-conference": 1}
    assert left.in_doubt == {"a conference was adjourned": 1}


@pytest.mark.parametrize("died", [None, date(2024, 12, 1)])
@pytest.mark.parametrize("kind", [None, "plan-ended"])
def test_what_was_lost_stays_in_doubt(kind: str | None, died: date | None, tmp_path: Path) -> None:
    from childprotect.rulebooks import england

    story = evolve(STORY, died=died, lost=(Lost(kind, "row 7", "no date"),))
    source, (again,), told = reread(tmp_path / "c.xml", [story])
    assert again.events == reread(tmp_path / "plain.xml", [STORY])[1][0].events
    assert [lost.kind for lost in again.lost] == [None]
    assert told.in_doubt == {"an entry could not be read": 1}
    report = cp.check(again, england.rulebook, as_at=source.as_at)
    assert not [finding for finding in report.findings if finding.status is cp.Status.MET]


def test_what_no_census_could_hold_is_lost_without_a_doubt(tmp_path: Path) -> None:
    story = evolve(STORY, lost=(Lost("visit", "row 7", "no date"),))
    assert reread(tmp_path / "c.xml", [story])[1][0].lost == ()


@pytest.mark.parametrize("name", [" C-1", "", "C-\x01", "C\n1"])
def test_an_identifier_that_would_be_read_as_another_is_not_written(name: str, tmp_path: Path) -> None:
    source, again, told = reread(tmp_path / "c.xml", [evolve(STORY, child=name), STORY])
    assert [story.child for story in again] == ["C-101"]
    assert told.left_out["children whose identifier a census cannot hold"] == 1
    assert (told.children, source.rejections) == (1, [])


@pytest.mark.parametrize("name", ["<&>\"'", "Zo\u00eb-1", "C 1", "\U0001f476"])
def test_an_identifier_may_hold_any_character_that_can_be_seen(name: str, tmp_path: Path) -> None:
    assert [story.child for story in reread(tmp_path / "c.xml", [evolve(STORY, child=name)])[1]] == [name]


@pytest.mark.parametrize("year", [1999, 2008, 2051])
def test_a_year_without_a_census_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=f"the census of {year} is not one of 2009 to 2050"):
        written([STORY], year)


def test_days_that_no_reader_takes_are_left_out(tmp_path: Path) -> None:
    story = Chronology.of("C-101", born=date(1890, 1, 1), events=[*STORY.events, ("2051-01-01", "review-conference")])
    source, (again,), told = reread(tmp_path / "c.xml", [story])
    assert (again.born, source.rejections) == (None, [])
    assert told.left_out["PersonBirthDate outside the years that are read"] == 1
    assert told.left_out["events after the reference date"] == 1


def test_a_census_is_written_child_by_child() -> None:
    """The file is not held in memory: what is written has been given up before the next child is asked for."""
    out = io.BytesIO()
    sizes: list[int] = []

    def stories() -> Iterable[Chronology]:
        for n in range(5):
            sizes.append(out.tell())
            yield evolve(STORY, child=f"C-{n}")

    write_census(stories(), out, year=2025)
    assert sizes == sorted(set(sizes))


ENQUIRY = [("2024-03-01", "referral"), ("2024-03-04", "section-47-started", {"conference-required": True})]
NONE_NEEDED = {"outcome": "not-substantiated"}


def of_the_conference(story: Chronology) -> list[tuple[str, date | None]]:
    from childprotect.rulebooks import england

    report = cp.check(story, england.rulebook, as_at=date(2024, 7, 1))
    found = [finding for finding in report.findings if finding.rule == "initial-conference"]
    return [(finding.status.value, finding.trigger.day if finding.trigger else None) for finding in found]


@pytest.mark.parametrize(
    ("end", "becomes"),
    [
        (("2024-03-15", "section-47-completed", {"conference-required": False}), "discharged"),
        (("2024-03-15", "section-47-completed", NONE_NEEDED), "discharged"),
        (("2024-03-15", "section-47-completed", {**NONE_NEEDED, "conference-required": True}), "overdue"),
        (("2024-03-15", "section-47-completed", {"outcome": "conference"}), "overdue"),
        (("2024-03-15", "section-47-completed", {}), "overdue"),
    ],
)
def test_an_enquiry_that_ended_with_no_need_of_a_conference_is_read_back_as_that(
    end: tuple[Any, ...], becomes: str, tmp_path: Path
) -> None:
    story = Chronology.of("C-101", events=[*ENQUIRY, end])
    _, (again,), told = reread(tmp_path / "c.xml", [story], 2025)
    assert [status for status, _ in of_the_conference(again)] == [becomes]
    if becomes == "discharged":
        assert of_the_conference(story) == of_the_conference(again)
        assert told.left_out["section-47-started.conference-required"] == 1


@pytest.mark.parametrize("conference", ["2024-03-13", "2024-03-15"])
def test_a_conference_that_was_held_by_then_is_not_undone_by_the_end_of_the_enquiry(
    conference: str, tmp_path: Path
) -> None:
    ended = ("2024-03-15", "section-47-completed", NONE_NEEDED)
    story = Chronology.of("C-101", events=[*ENQUIRY, ended, (conference, "initial-conference")])
    _, (again,), _ = reread(tmp_path / "c.xml", [story], 2025)
    assert of_the_conference(again) == of_the_conference(story) == [("met", date(2024, 3, 4))]


def test_the_end_of_a_later_enquiry_says_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    later = [("2024-05-01", "section-47-started"), ("2024-05-10", "section-47-completed", NONE_NEEDED)]
    story = Chronology.of("C-101", events=[*ENQUIRY, ("2024-03-20", "initial-conference"), *later])
    _, (again,), _ = reread(tmp_path / "c.xml", [story], 2025)
    expected = [("met", date(2024, 3, 4)), ("discharged", date(2024, 5, 1))]
    assert of_the_conference(again) == of_the_conference(story) == expected


def test_a_census_does_not_know_what_came_after_its_reference_date(tmp_path: Path) -> None:
    story = Chronology.of("C-101", events=[*ENQUIRY, ("2024-04-02", "section-47-completed", NONE_NEEDED)])
    _, (again,), _ = reread(tmp_path / "c.xml", [story], 2024)
    assert [status for status, _ in of_the_conference(again)] == ["overdue"]


def test_an_enquiry_begins_on_the_day_of_the_discussion_that_decided_on_it(tmp_path: Path) -> None:
    """Fifteen working days from the discussion end on 22 March; from the enquiry's own day, on 26 March."""
    events = [
        ("2024-02-20", "referral"),
        ("2024-02-27", "strategy-discussion", {"decision": "further-discussion"}),
        ("2024-03-01", "strategy-discussion", {"decision": "section-47"}),
        ("2024-03-05", "section-47-started"),
        ("2024-03-25", "initial-conference"),
    ]
    story = Chronology.of("C-101", events=events)
    _, (again,), told = reread(tmp_path / "c.xml", [story], 2025)
    assert of_the_conference(again) == of_the_conference(story) == [("late", date(2024, 3, 1))]
    assert told.left_out["section-47-started, written on the day of its strategy discussion"] == 1
    closed = [("2024-03-02", "case-closed"), ("2024-03-02", "referral")]
    _, (again,), told = reread(tmp_path / "c.xml", [Chronology.of("C-101", events=[*events, *closed])], 2025)
    assert of_the_conference(again) == [("met", date(2024, 3, 5))]
