"""The daily API: what it holds, what it cannot hold, what is to be purged, and what becomes of what is wrong in it."""

import copy
import json
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.on_disk import write_lines

import childprotect as cp
from childprotect.chronology import Expected
from childprotect.errors import UnreadableInput
from childprotect.records import Pseudonyms, Reading, Source, read, read_dfe_api
from childprotect.records.dfe_api import COVERS, FACTS, KINDS
from childprotect.records.json_stream import DEEPEST
from childprotect.rulebooks import england

Json = dict[str, Any]
BOOK = england.rulebook.with_practice()
PERSONAL = {
    "unique_pupil_number": "UPNPLANTED001",
    "former_unique_pupil_number": "UPNPLANTED002",
    "first_name": "Namewithin",
    "surname": "Surnamewithin",
    "sex": "PLANTEDSEX",
    "ethnicity": "PLANTEDETHNIC",
    "disabilities": ["PLANTEDHAND"],
    "postcode": "ZZ99 9ZZ",
    "uasc_end_date": "1999-09-09",
}
"""What must never come out again, besides the date of birth."""
BORN = "2011-11-11"


def episode(**changes: Any) -> Json:
    """An episode in which everything that is read has a value."""
    told: Json = {
        "social_care_episode_id": "EPISODE-PLANTED",
        "referral_date": "2023-05-02",
        "referral_source": "1A",
        "referral_no_further_action_flag": False,
        "care_worker_details": [{"worker_id": "WORKERPLANTED", "start_date": "2023-05-03", "end_date": "2024-03-01"}],
        "child_and_family_assessments": [
            {"start_date": "2023-05-03", "authorisation_date": "2023-06-30", "factors": ["1C"], "purge": False}
        ],
        "child_in_need_plans": [{"start_date": "2023-12-04", "end_date": "2024-03-01", "purge": False}],
        "section_47_assessments": [
            {
                "start_date": "2023-06-01",
                "icpc_required_flag": True,
                "icpc_date": "2023-06-22",
                "end_date": "2023-06-22",
                "purge": False,
            }
        ],
        "child_protection_plans": [{"start_date": "2023-06-22", "end_date": "2023-12-04", "purge": False}],
        "child_looked_after_placements": [
            {
                "start_date": "2023-07-03",
                "start_reason": "S",
                "placement_type": "U4",
                "postcode": "YY88 8YY",
                "end_date": "2023-08-01",
                "end_reason": "X1",
            },
            {"start_date": "2023-08-01", "start_reason": "P", "end_date": "2023-09-01", "end_reason": "E4A"},
        ],
        "adoption": {"matched_date": "2023-01-15"},
        "closure_date": "2024-03-01",
        "closure_reason": "RC7",
        "purge": False,
    }
    return told | changes


def child(*episodes: Json, name: str = "C1", **changes: Any) -> Json:
    """A child with these episodes."""
    told: Json = {
        "la_child_id": name,
        "mis_child_id": "MISPLANTED",
        "purge": False,
        "child_details": {**PERSONAL, "date_of_birth": BORN, "purge": False},
        "health_and_wellbeing": {"sdq_assessments": [{"date": "2023-06-14", "score": 20}], "purge": False},
        "social_care_episodes": list(episodes),
    }
    return told | changes


def written(folder: Path, payload: Any, encoding: str = "utf-8") -> Path:
    path = folder / "payload.json"
    path.write_bytes(json.dumps(payload, ensure_ascii=False).encode(encoding))
    return path


def taken(folder: Path, payload: Any) -> tuple[Source, list[cp.Chronology]]:
    """A payload as read, to its end."""
    source = read(written(folder, payload))
    return source, list(source)


def told(folder: Path, *episodes: Json, **changes: Any) -> cp.Chronology:
    ((story,),) = (taken(folder, [child(*episodes, **changes)])[1],)
    return story


def days(story: cp.Chronology, *kinds: str) -> list[str]:
    return [event.day.isoformat() for event in story if event.kind in kinds]


def counted(record: Any) -> int:
    """How many records a payload holds: every object that stands in an array, and whatever else does."""
    arrays = [value for key, value in record.items() if isinstance(value, list) and key not in ("factors",)]
    return 1 + sum(counted(part) if isinstance(part, dict) else 1 for array in arrays for part in array)


def test_a_full_record(tmp_path: Path) -> None:
    source, (story,) = taken(tmp_path, [child(episode())])
    assert [(event.day.isoformat(), event.kind, dict(event.facts)) for event in story] == [
        ("2023-05-02", "referral", {"no-further-action": False}),
        ("2023-05-03", "allocated", {}),
        ("2023-05-03", "assessment-started", {}),
        ("2023-06-01", "section-47-started", {"conference-required": True}),
        ("2023-06-22", "section-47-completed", {"conference-required": True}),
        ("2023-06-22", "initial-conference", {"outcome": "plan"}),
        ("2023-06-22", "plan-started", {}),
        ("2023-06-30", "assessment-completed", {}),
        ("2023-07-03", "looked-after-started", {}),
        ("2023-07-03", "placement-started", {}),
        ("2023-08-01", "placement-started", {}),
        ("2023-09-01", "looked-after-ended", {}),
        ("2023-12-04", "plan-ended", {}),
        ("2023-12-04", "child-in-need-plan-started", {}),
        ("2024-03-01", "child-in-need-plan-ended", {}),
        ("2024-03-01", "deallocated", {}),
        ("2024-03-01", "case-closed", {"reason": "needs-met"}),
    ]
    assert {event.kind for event in story} <= KINDS
    assert {name for event in story for name in event.facts} <= FACTS | {"outcome"}
    assert (story.born, story.lost) == (date(2011, 11, 11), ())
    assert story.covers == evolve(COVERS, since=date(2022, 3, 2))  # two years up to the last date
    assert (source.format, source.as_at, source.children) == ("dfe-api", date(2024, 3, 1), 1)
    assert source.recognised == 'it is JSON with "la_child_id"'


def test_one_child_by_itself_is_read_as_an_array_of_one(tmp_path: Path) -> None:
    alone, (story,) = taken(tmp_path, child(episode()))
    _, (same,) = taken(tmp_path, [child(episode())])
    assert story == same
    assert alone.account.rows == counted(child(episode()))


def test_an_unborn_child_has_the_date_that_is_expected(tmp_path: Path) -> None:
    story = told(tmp_path, episode(), child_details={"expected_date_of_birth": "2023-10-01"})
    assert story.born == Expected(date(2023, 10, 1))


@pytest.mark.parametrize(
    ("referred", "assessed", "status"),
    [
        ("2021-06-01", [], "cannot-tell"),
        ("2021-06-01", [{"start_date": "2023-05-03", "authorisation_date": "2023-06-30"}], "cannot-tell"),
        ("2022-03-01", [{"start_date": "2022-03-02", "authorisation_date": "2022-03-31"}], "met"),
        ("2022-03-02", [], "overdue"),
    ],
)
def test_of_a_case_older_than_the_window_an_assessment_may_be_missing(
    referred: str, assessed: list[Json], status: str, tmp_path: Path
) -> None:
    """The last date is Fri 1 Mar 2024, and so the window begins on Wed 2 Mar 2022."""
    old = {"referral_date": referred, "child_and_family_assessments": assessed}
    source, stories = taken(tmp_path, [child(old), child(episode(), name="C2")])
    found = cp.check(stories[0], england.rulebook, as_at=source.as_at).findings
    assert [finding.status.value for finding in found if finding.rule == "single-assessment"] == [status]


MET = {"initial-conference", "single-assessment", "plan-from-conference"}
"""The rules whose answer the API can hold."""


def test_nothing_is_met_whose_answer_the_api_cannot_hold(tmp_path: Path) -> None:
    """Over every rule of the law and of practice, and those without a number told a number that is easily kept."""
    source, (story,) = taken(tmp_path, [child(episode(), {"referral_date": "2024-03-05"})])
    found = cp.check(story, BOOK, as_at=source.as_at).findings
    assert {finding.rule for finding in found if finding.status is cp.Status.MET} == MET
    assert {f.status.value for f in found if f.rule not in MET} <= {"cannot-tell", "discharged", "pending"}
    for rule in ("first-review-conference", "plan-category", "first-core-group", "section-47-outcome"):
        assert {f.status for f in found if f.rule == rule} == {cp.Status.CANNOT_TELL}, rule


DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31)).map(date.isoformat)
MAYBE = st.none() | DAYS
FLAGS = st.none() | st.booleans()


def parts(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Json]]:
    return st.lists(st.fixed_dictionaries({}, optional={**fields, "purge": st.booleans()}), max_size=2)


EPISODES = st.lists(
    st.fixed_dictionaries(
        {"referral_date": DAYS},
        optional={
            "referral_no_further_action_flag": FLAGS,
            "closure_date": MAYBE,
            "closure_reason": st.sampled_from(["RC1", "RC7", "RC8", "?"]),
            "care_worker_details": parts(start_date=MAYBE, end_date=MAYBE),
            "child_and_family_assessments": parts(start_date=MAYBE, authorisation_date=MAYBE),
            "child_in_need_plans": parts(start_date=MAYBE, end_date=MAYBE),
            "section_47_assessments": parts(
                start_date=MAYBE, icpc_required_flag=FLAGS, icpc_date=MAYBE, end_date=MAYBE
            ),
            "child_protection_plans": parts(start_date=MAYBE, end_date=MAYBE),
            "child_looked_after_placements": parts(
                start_date=MAYBE,
                start_reason=st.sampled_from(["S", "P", "?"]),
                end_date=MAYBE,
                end_reason=st.sampled_from(["X1", "E11", "?"]),
            ),
        },
    ),
    min_size=1,
    max_size=3,
)
ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@ON_DISK
@given(EPISODES)
def test_whatever_it_holds_nothing_else_is_met_and_every_row_is_accounted_for(
    tmp_path: Path, episodes: list[Json]
) -> None:
    payload = [child(*episodes), child(episode(), name="C2")]
    source, stories = taken(tmp_path, payload)
    for story in stories:
        assert {event.kind for event in story} <= KINDS
        for finding in cp.check(story, BOOK, as_at=source.as_at).findings:
            assert finding.status is not cp.Status.MET or finding.rule in MET, finding
    account = source.account
    assert account.read + account.rejected == account.rows == sum(map(counted, payload))


def test_a_child_that_is_to_be_purged_is_no_child(tmp_path: Path) -> None:
    source, (story,) = taken(tmp_path, [child(episode(), name="C1", purge=True), child(episode(), name="C2")])
    assert (story.child, source.children) == ("C2", 1)
    assert (source.account.rows, source.account.rejected) == (2 * counted(child(episode())), 0)


@pytest.mark.parametrize("first", ["purged", "told"])
def test_a_child_that_is_told_and_purged_in_one_payload_is_not_judged(first: str, tmp_path: Path) -> None:
    both = [child(episode(), purge=True), child(episode())]
    _, (story,) = taken(tmp_path, both if first == "purged" else both[::-1])
    assert [lost.kind for lost in story.lost] == [None]
    assert cp.Status.MET not in {f.status for f in cp.check(story, BOOK, as_at=date(2024, 3, 1)).findings}


def test_an_episode_that_is_to_be_purged_is_none(tmp_path: Path) -> None:
    another = episode(purge=True, social_care_episode_id="ANOTHER")
    story = told(tmp_path, another, episode(referral_date="2023-05-09"))
    assert days(story, "referral") == ["2023-05-09"]
    assert len(story) == len(told(tmp_path, episode()))


GIVES = {
    "child_and_family_assessments": {"assessment-started", "assessment-completed"},
    "child_in_need_plans": {"child-in-need-plan-started", "child-in-need-plan-ended"},
    "section_47_assessments": {"section-47-started", "initial-conference", "section-47-completed"},
    "child_protection_plans": {"plan-started", "plan-ended"},
    "child_looked_after_placements": {"looked-after-started", "placement-started", "looked-after-ended"},
    "care_worker_details": {"allocated", "deallocated"},
}
"""What each array of an episode gives."""


@pytest.mark.parametrize("array", GIVES)
def test_a_part_that_is_to_be_purged_is_none(array: str, tmp_path: Path) -> None:
    whole = told(tmp_path, episode())
    source, (story,) = taken(tmp_path, [child(episode(**{array: [p | {"purge": True} for p in episode()[array]]}))])
    assert {event.kind for event in whole} - {event.kind for event in story} == GIVES[array]
    assert (source.account.rows, story.lost) == (counted(child(episode())), ())


def test_the_outcome_of_a_conference_is_not_that_of_a_plan_that_was_purged(tmp_path: Path) -> None:
    purged = [{"start_date": "2023-06-22", "purge": True}]
    (held,) = [e for e in told(tmp_path, episode(child_protection_plans=purged)) if e.kind == "initial-conference"]
    assert held.facts == {"outcome": "no-plan"}


def test_the_outcome_of_a_conference_is_open_where_a_plan_cannot_be_read(tmp_path: Path) -> None:
    for plan in ({"start_date": 20230622}, {"start_date": "?"}, {"end_date": "2023-12-04"}):
        story = told(tmp_path, episode(child_protection_plans=[plan]))
        assert [dict(event.facts) for event in story if event.kind == "initial-conference"] == [{}], plan


def test_details_that_are_to_be_purged_are_none(tmp_path: Path) -> None:
    assert told(tmp_path, episode(), child_details={"date_of_birth": BORN, "purge": True}).born is None


def test_of_a_child_that_is_there_twice_neither_part_is_judged(tmp_path: Path) -> None:
    source, stories = taken(tmp_path, [child(episode()), child(episode(), name="C2"), child(episode())])
    assert [[lost.kind for lost in story.lost] for story in stories] == [[None], [], [None]]
    assert [rejection.child for rejection in source.rejections] == ["C1", "C1"]
    assert (source.account.rows, source.account.rejected) == (3 * counted(child(episode())), 2)


def test_a_case_stays_allocated_while_somebody_goes_on(tmp_path: Path) -> None:
    workers = [
        {"start_date": "2023-05-03", "end_date": "2023-07-01"},
        {"start_date": "2023-07-01", "end_date": "2023-09-01"},
        {"start_date": "2023-08-01", "end_date": "2023-12-01"},
        {"start_date": "2024-01-01"},
    ]
    story = told(tmp_path, episode(care_worker_details=workers))
    assert days(story, "allocated") == ["2023-05-03", "2023-07-01", "2023-08-01", "2024-01-01"]
    assert days(story, "deallocated") == ["2023-12-01"]


def test_a_worker_who_ends_before_beginning_is_rejected_whoever_goes_on(tmp_path: Path) -> None:
    workers = [{"start_date": "2023-05-03"}, {"start_date": "2023-07-01", "end_date": "2023-06-01"}]
    source, (story,) = taken(tmp_path, [child(episode(care_worker_details=workers))])
    assert [(lost.kind, lost.place) for lost in story.lost] == [("deallocated", "end_date")]
    assert source.account.rejected == 1


@pytest.mark.parametrize(
    ("reasons", "lost"),
    [
        ({"start_reason": "?"}, "looked-after-started"),
        ({"start_reason": None}, "looked-after-started"),
        ({"end_reason": "?"}, "looked-after-ended"),
        ({"end_reason": None}, "looked-after-ended"),
    ],
)
def test_a_placement_that_does_not_say_why_leaves_the_period_of_care_in_doubt(
    reasons: Json, lost: str, tmp_path: Path
) -> None:
    placement = {"start_date": "2023-07-03", "start_reason": "S", "end_date": "2023-08-01", "end_reason": "E11"}
    story = told(tmp_path, episode(child_looked_after_placements=[placement | reasons]))
    assert [entry.kind for entry in story.lost] == [lost]
    assert lost not in {event.kind for event in story}
    assert "placement-started" in {event.kind for event in story}


def fields(record: Json, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every field of a record, and of all that stands in it."""
    for name, value in record.items():
        yield (*way, name)
        if isinstance(value, dict):
            yield from fields(value, (*way, name))
        for n, part in enumerate(value if isinstance(value, list) else []):
            if isinstance(part, dict):
                yield from fields(part, (*way, name, n))


def spoilt(record: Json, way: tuple[str | int, ...], value: Any) -> Json:
    """The record with another value at the end of that way."""
    changed = copy.deepcopy(record)
    here: Any = changed
    for step in way[:-1]:
        here = here[step]
    here[way[-1]] = value
    return changed


USED = [
    way
    for way in fields(child(episode()))
    if way[-1] not in ("la_child_id", "purge", "factors")
    and not {*way} & {*PERSONAL, "health_and_wellbeing", "adoption"}
    and not str(way[-1]).endswith("_id")
    and way[-1] not in ("referral_source", "placement_type", "postcode")
]
"""Every field that is read but the identifier and the flag to purge, which have tests of their own."""
WRONG = [["x"], {"x": "y"}, 20230502, 3.5, "PLANTED", ""]


def met(folder: Path, payload: Any) -> set[tuple[str, str]]:
    """What is met of the first child, by rule and start."""
    story = taken(folder, payload)[1][0]
    found = cp.check(story, BOOK, as_at=date(2024, 3, 1)).findings
    return {(f.rule, str(f.started)) for f in found if f.status is cp.Status.MET}


@pytest.mark.parametrize("way", USED, ids=lambda way: "-".join(map(str, way[-3:])))
def test_what_is_of_a_wrong_type_is_rejected_listed_and_makes_nothing_met(
    way: tuple[str | int, ...], tmp_path: Path
) -> None:
    whole = met(tmp_path, [child(episode())])
    assert len(whole) == 3
    for value in WRONG:
        payload = [spoilt(child(episode()), way, value), child(episode(), name="C2")]
        source, stories = taken(tmp_path, payload)
        assert met(tmp_path, payload) <= whole
        assert len(stories) == 2 and stories[1].lost == ()
        account = source.account
        assert account.read + account.rejected == account.rows
        if value == "" and way[-1] not in ("child_details", "social_care_episodes", *GIVES):
            continue  # an empty field is unknown
        if value == "PLANTED" and way[-1] == "closure_reason":
            assert [remark.code for remark in stories[0].remarks] == ["unreadable-fact"]
            continue
        if way == ("child_details",) and isinstance(value, dict):
            continue  # an object it may be
        assert account.rejected > 0, value
        assert {rejection.child for rejection in source.rejections} == {"C1"}
        assert str(way[-1]) in source.rejections[0].place
        assert "PLANTED" not in str(source.to_dict())
        goes_on = way[-3:] == ("child_looked_after_placements", 0, "end_date") and value == "PLANTED"
        if "child_details" not in way and not goes_on:
            assert stories[0].lost, value


@pytest.mark.parametrize("array", GIVES)
def test_a_part_that_is_no_object_is_a_row_that_is_rejected(array: str, tmp_path: Path) -> None:
    payload = child(episode(**{array: ["PLANTED", *episode()[array], 7]}))
    source, (story,) = taken(tmp_path, [payload])
    assert {event.kind for event in story} >= GIVES[array]
    assert {lost.kind for lost in story.lost} == GIVES[array]
    assert (source.account.rows, source.account.rejected) == (counted(payload), 2)


def test_an_episode_that_is_no_object_leaves_everything_in_doubt(tmp_path: Path) -> None:
    source, (story,) = taken(tmp_path, [child(episode(), "PLANTED")])  # type: ignore[arg-type]
    assert [lost.kind for lost in story.lost] == [None]
    assert source.account.rejected == 1


@pytest.mark.parametrize("name", [None, "", " ", ["C1"], 3.5, True, "C\n1"])
def test_a_child_without_an_identifier_is_rejected_with_all_that_it_holds(name: Any, tmp_path: Path) -> None:
    source, (story,) = taken(tmp_path, [child(episode(), name=name), child(episode(), name="C2")])
    assert story.child == "C2"
    assert source.account.rejected == counted(child(episode()))
    places = Counter(entry.place for entry in source.rejections)
    first = "child 1 of the file"
    assert places == {first: 1, f"{first}, social_care_episodes": 1} | {
        f"{first}, social_care_episodes, {array}": len(episode()[array]) for array in GIVES
    }
    assert {entry.child for entry in source.rejections} == {None}
    assert len(source.rejections) == source.account.rejected


def test_a_flag_to_purge_that_is_neither_true_nor_false_leaves_what_it_stands_in_in_doubt(tmp_path: Path) -> None:
    assert [lost.kind for lost in told(tmp_path, episode(), purge="true").lost] == [None]
    assert [lost.kind for lost in told(tmp_path, episode(purge=1)).lost] == ["referral", "case-closed"]


def test_an_element_that_is_no_child_is_rejected(tmp_path: Path) -> None:
    source, stories = taken(tmp_path, [7, child(episode()), "PLANTED", [child(episode(), name="C3")]])
    assert [story.child for story in stories] == ["C1"]
    assert [r.because for r in source.rejections] == ["it is not an object"] * 3
    assert source.account.rows == 3 + counted(child(episode()))


@pytest.mark.parametrize("level", ["child", "episode", "part"])
def test_a_field_that_is_there_twice_is_not_read_by_its_last_value(level: str, tmp_path: Path) -> None:
    text = json.dumps([child(episode())])
    twice = {
        "child": ('"social_care_episodes": [', '"social_care_episodes": [], "social_care_episodes": ['),
        "episode": ('"closure_date": ', '"closure_date": "2023-12-01", "closure_date": '),
        "part": ('"authorisation_date": ', '"authorisation_date": "2023-12-01", "authorisation_date": '),
    }[level]
    path = tmp_path / "payload.json"
    path.write_text(text.replace(*twice), encoding="utf-8")
    source = read(path)
    (story,) = source
    lost = {"child": {None}, "episode": {"referral", "case-closed"}, "part": GIVES["child_and_family_assessments"]}
    assert {entry.kind for entry in story.lost} == lost[level]
    assert "is there twice" in source.rejections[0].because


def test_a_field_that_is_not_in_the_specification_is_counted_by_name(tmp_path: Path) -> None:
    strange = episode(review_date="2023-09-20", **{"Namewithin Surnamewithin": {"deep": [1, {"x": 2}]}})
    source, (story,) = taken(tmp_path, [child(strange, episode(review_date=[]))])
    assert dict(source.account.unused) == {"review_date": 2, "a name that is none of a field": 1}
    assert story.lost == ()


@pytest.mark.parametrize("array", GIVES)
def test_records_that_stand_where_they_have_no_place_are_rejected_and_leave_their_kinds_in_doubt(
    array: str, tmp_path: Path
) -> None:
    """An enquiry beside the episodes, or in an assessment, is not passed over in silence."""
    in_part = episode(child_and_family_assessments=[{"start_date": "2023-05-03", array: episode()[array]}])
    for payload in (child(episode(), **{array: episode()[array]}), child(in_part)):
        source, (story,) = taken(tmp_path, [payload])
        assert {lost.kind for lost in story.lost} == GIVES[array]
        assert source.account.rejected == len(episode()[array]) + 1  # and what it stands in is not read whole
        assert source.account.rows == counted(payload)
        assert len(source.rejections) == source.account.rejected
        assert dict(source.account.unused) == {array: 1}


def test_a_field_of_another_record_is_counted_by_name(tmp_path: Path) -> None:
    strange = episode(child_in_need_plans=[{"start_date": "2023-12-04", "authorisation_date": "2024-01-01"}])
    source, (story,) = taken(tmp_path, [child(strange)])
    assert dict(source.account.unused) == {"authorisation_date": 1}
    assert (story.lost, source.account.rejected) == ((), 0)


REFUSED = {
    "nothing": ("", "the JSON breaks off before its end"),
    "no JSON": ("{la_child_id: 1}", "it is not JSON"),
    "a text": ('"la_child_id"', "it is a single value"),
    "no children": ("[]", "there are no dates in it"),
    "numbers": ("[1, 2]", "no event could be read: it is not an object"),
    "another array": ('[{"child": "C1"}]', "no event could be read: it has no la_child_id"),
    "another object": ('{"children": []}', "no event could be read: it has no la_child_id"),
    "no dates": ('[{"la_child_id": "C1"}]', "there are no dates in it"),
    "more than one": ('{"la_child_id": "C1"}\n{"la_child_id": "C2"}', "something stands after the end of the JSON"),
    "deep": ("[" * 200_000, "it is nested too deeply to be records"),
    "deep in what is passed over": ('[{"x":' + "[" * 200_000, "it is nested too deeply to be records"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_no_payload_is_refused_with_what_was_expected(how: str, tmp_path: Path) -> None:
    text, problem = REFUSED[how]
    path = tmp_path / "payload.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput) as refused:
        list(read_dfe_api(str(path)))
    assert problem in refused.value.problem
    assert "an array of children" in refused.value.expected or f"at most {DEEPEST}" in refused.value.expected


def test_a_payload_that_breaks_off_anywhere_is_refused_and_says_after_which_child(tmp_path: Path) -> None:
    text = json.dumps([child(episode(), name="C1"), child(episode(), name="C2")])
    second = text.index('"C2"')
    path = tmp_path / "payload.json"
    for end in (*range(second, len(text), 97), len(text) - 1):
        path.write_text(text[:end], encoding="utf-8")
        with pytest.raises(UnreadableInput, match=r"breaks off before its end|is not JSON") as refused:
            read(path)
        assert refused.value.place == ("after element 1" if end < len(text) - 1 else "after element 2")
        assert "within" not in str(refused.value)


def test_what_the_parser_shows_of_the_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_text('[{"la_child_id": "C1", "child_details": {"surname": "Surnamewithin" oops', encoding="utf-8")
    with pytest.raises(UnreadableInput) as refused:
        read(path)
    assert "Surnamewithin" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_are_read_alike(encoding: str, tmp_path: Path) -> None:
    payload = [child(episode(), name=f"Ç{n}", child_details={"surname": "é" * 700}) for n in range(200)]
    source = read(written(tmp_path, payload, encoding))
    assert [story.child for story in source] == [f"Ç{n}" for n in range(200)]
    assert source.account.rejected == 0


@pytest.mark.parametrize(
    ("encoding", "problem"),
    [
        ("utf-16-le", "neither UTF-8 nor UTF-16"),
        ("utf-32", "neither UTF-8 nor UTF-16"),
        ("cp1252", "it is not text in UTF-8"),
    ],
)
def test_an_encoding_that_cannot_be_read_is_refused(encoding: str, problem: str, tmp_path: Path) -> None:
    path = written(tmp_path, [child(episode(), child_details={"surname": "Éva"})], encoding)
    with pytest.raises(UnreadableInput, match=problem):
        read_dfe_api(str(path))


def test_utf_16_that_breaks_off_in_a_character_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, [child(episode())], "utf-16")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UnreadableInput):
        read(path)


def test_lines_that_are_events_are_still_an_event_table(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "e.jsonl", {"child": "C-1", "event": "referral", "at": "2023-05-02"})
    assert read(path).format == "event-table"


@pytest.mark.parametrize("text", ["[1, 2]", '[{"child": "C-1", "event": "referral", "at": "2023-05-02"}]', "[]"])
def test_an_array_in_no_known_shape_is_refused_with_what_can_be_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput, match="it is a JSON array, and not one of the DfE's daily API") as refused:
        read(path)
    assert "JSON Lines" in refused.value.expected


def test_nothing_personal_comes_out_again(tmp_path: Path) -> None:
    strange = episode(closure_date="Namewithin", care_worker_details=[{"worker_id": "WORKERPLANTED", "start_date": 1}])
    source, stories = taken(tmp_path, [child(episode()), child(strange, name="C2"), child(la_child_id=["Namewithin"])])
    reports = [cp.check(story, BOOK, as_at=source.as_at) for story in stories]
    out = str(source.to_dict()) + repr(source) + repr(stories) + "".join(map(str, reports))
    out += json.dumps([report.to_dict() for report in reports]) + "".join(str(f.reason) for f in reports[0].findings)
    assert "C1" in out and "2023-05-02" in out
    for value in (*PERSONAL.values(), BORN, "11 Nov 2011", "PLANTED", "YY88", "U4", "1C"):
        assert str(value) not in out, value


def test_with_a_key_children_have_pseudonyms_in_everything(tmp_path: Path) -> None:
    names = Pseudonyms(b"only for this test, and long")
    path = written(tmp_path, [child(episode(referral_date="?"), name="C10001")])
    source = read_dfe_api(str(path), Reading(pseudonyms=names))
    (story,) = source
    assert story.child == names("C10001") == source.rejections[0].child
    assert "C10001" not in str(source.to_dict()) + repr(story)


def test_without_the_package_that_streams_json_the_refusal_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ijson", None)  # as if it were not installed
    with pytest.raises(UnreadableInput, match=r"ijson, which is not installed; expected the extra formats: pip"):
        read(written(tmp_path, [child(episode())]))


def test_memory_does_not_grow_with_the_payload(tmp_path: Path) -> None:
    peaks = []
    for size in (80, 800):
        path = written(tmp_path, [child(episode(), name=f"C{n}") for n in range(size)])
        tracemalloc.start()
        assert sum(1 for _ in read(path)) == size
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert path.stat().st_size > 1_000_000
    assert peaks[1] < peaks[0] + 150_000


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    path = written(tmp_path, [child(episode(), name=f"C{n}") for n in range(100)])
    told: list[int] = []
    assert len(list(read(path, progress=told.append))) == 100
    assert sum(told) == path.stat().st_size


def test_the_example_of_the_specification_is_read_whole(shared: Path, tmp_path: Path) -> None:
    """The example in the schema of version 1.0.1."""
    spec = json.loads((shared / "data/dfe_api/dfe_csc_api_openapi_v1.0.1.json").read_text(encoding="utf-8"))
    example = spec["components"]["schemas"]["CSC"]["items"]["example"]
    source, (story,) = taken(tmp_path, [example])
    assert (len(story), source.account.rejected, dict(source.account.unused)) == (16, 0, {})
    assert source.account.rows == counted(example)


def test_the_records_of_an_earlier_draft_are_read(shared: Path) -> None:
    """Five invented children of specification 0.8, two of them twice; one is judged in full."""
    path = shared / "data/dfe_api/fake_records_spec0.8_from_staging_sql.json"
    source = read(path)
    stories = list(source)
    assert (source.as_at, source.children, source.events) == (date(2024, 2, 10), 7, 38)
    assert (source.account.rows, source.account.rejected, dict(source.account.unused)) == (32, 4, {})
    assert [story.child for story in stories if story.lost] == ["Child4234"] * 2 + ["Child5234"] * 2
    summaries = [cp.check(story, england.rulebook, as_at=source.as_at).summary for story in stories]
    first = {rule: told for rule, told in summaries[0].items() if set(told) != {"cannot-tell"}}
    assert first == {
        "single-assessment": {"met": 1},
        "initial-conference": {"met": 1},
    }
    assert not any("met" in told for summary in summaries[1:] for told in summary.values())
