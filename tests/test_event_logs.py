"""Event logs: every event of every child is in them once, at its time in England, and nothing that may be personal."""

import io
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import READ, chronologies

from childprotect import Chronology, Event
from childprotect.chronology import EVERYTHING
from childprotect.conditions import Story
from childprotect.errors import ChildProtectError
from childprotect.records.ocel import TYPES, write_ocel
from childprotect.records.xes import write_xes
from childprotect.rulebooks.england import matches
from childprotect.vocabulary import STANDARD

XES = "{http://www.xes-standard.org/}"
Row = tuple[str, str, datetime]
"""A child, a kind of event, and when."""


def xes(*children: Chronology) -> ElementTree.Element:
    """A log of these children, read as XML."""
    out = io.StringIO()
    write_xes(children, out)
    return ElementTree.fromstring(out.getvalue())


def ocel(*children: Chronology) -> dict[str, Any]:
    """A log of these children, read as JSON."""
    out = io.StringIO()
    write_ocel(children, out)
    log: dict[str, Any] = json.loads(out.getvalue())
    return log


def values(element: ElementTree.Element) -> dict[str, str]:
    """The attributes of a trace or an event, by key; each is there once."""
    found = [(child.attrib["key"], child.attrib["value"]) for child in element if "key" in child.attrib]
    assert len(dict(found)) == len(found)
    return dict(found)


def rows_of_xes(log: ElementTree.Element) -> list[Row]:
    rows = []
    for trace in log.iter(f"{XES}trace"):
        for event in trace.iter(f"{XES}event"):
            told = values(event)
            when = datetime.fromisoformat(told["time:timestamp"])
            rows.append((values(trace)["concept:name"], told["concept:name"], when))
    return rows


def rows_of_ocel(log: dict[str, Any]) -> list[Row]:
    rows = []
    for event in log["events"]:
        (child,) = [related["objectId"] for related in event["relationships"] if related["qualifier"] == "about"]
        rows.append((child.removeprefix("child/"), event["type"], datetime.fromisoformat(event["time"])))
    return rows


def expected(children: Iterable[Chronology]) -> list[Row]:
    """What a log of children with different identifiers holds, told without the library's clock."""
    return [
        (child.child, event.kind, event.at if isinstance(event.at, datetime) else midnight(event.at))
        for child in children
        for event in child.as_known(date.max)
    ]


def midnight(day: date) -> datetime:
    """The first instant of a day in England: in summer time, which begins and ends on a last Sunday, an hour before."""
    last = [max(d for d in range(25, 32) if date(day.year, month, d).weekday() == 6) for month in (3, 10)]
    summer = date(day.year, 3, last[0]) < day <= date(day.year, 10, last[1])
    offset = "+01:00" if summer else "+00:00"
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00{offset}")


def corrected(draw: st.DrawFn, child: Chronology) -> Chronology:
    """The record with some entries corrected, and some taken back."""
    entries = [Event(e.kind, e.at, e.facts, ref=f"r{n}") for n, e in enumerate(child.events)]
    child = Chronology.of(child.child, events=entries)
    for entry in entries:
        match draw(st.integers(0, 5)):
            case 0:
                child = child.correct(str(entry.ref), recorded=date(2028, 1, 1), withdrawn=True)
            case 1:
                child = child.correct(str(entry.ref), recorded=date(2028, 1, 1), at=date(2027, 6, 1))
    return child


@st.composite
def families(draw: st.DrawFn) -> list[Chronology]:
    """A few children with different identifiers, whatever happened to them."""
    kinds = draw(st.sampled_from([READ, tuple(STANDARD)]))
    names = draw(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"])), unique=True))
    some = [name for name in names if name and not name.endswith(")")][:4]
    children = [draw(chronologies(kinds=kinds)) for _ in some]
    return [
        corrected(draw, Chronology.of(name, events=child.events)) for name, child in zip(some, children, strict=True)
    ]


@given(families())
def test_every_event_of_every_child_is_in_a_xes_log_once_and_in_order(children: list[Chronology]) -> None:
    log = xes(*children)
    assert rows_of_xes(log) == expected(children)
    assert [values(trace)["concept:name"] for trace in log.iter(f"{XES}trace")] == [c.child for c in children]


@given(families())
def test_every_event_of_every_child_is_in_an_ocel_log_once_and_in_order(children: list[Chronology]) -> None:
    log = ocel(*children)
    assert rows_of_ocel(log) == expected(children)
    assert [o["id"] for o in log["objects"] if o["type"] == "child"] == [f"child/{c.child}" for c in children]


SCHEMA = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": {"type": "array", "items": {"$ref": "#/$defs/declared"}},
        "objectTypes": {"type": "array", "items": {"$ref": "#/$defs/declared"}},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "time": {"type": "string", "format": "date-time"},
                    "attributes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["name", "value"],
                            "properties": {"name": {"type": "string"}, "value": {"type": ["string", "boolean"]}},
                        },
                    },
                    "relationships": {"$ref": "#/$defs/relationships"},
                },
            },
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "attributes": {"type": "array", "maxItems": 0},
                    "relationships": {"$ref": "#/$defs/relationships"},
                },
            },
        },
    },
    "additionalProperties": False,
    "$defs": {
        "declared": {
            "type": "object",
            "required": ["name", "attributes"],
            "properties": {
                "name": {"type": "string"},
                "attributes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "type"],
                        "properties": {
                            "name": {"type": "string"},
                            "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                        },
                    },
                },
            },
        },
        "relationships": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["objectId", "qualifier"],
                "additionalProperties": False,
                "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
            },
        },
    },
}
"""What the schema of OCEL 2.0 in JSON asks for, as far as a log of ours goes (our objects have no attributes)."""
PYTHON = {"string": str, "boolean": bool}


@given(families())
def test_an_ocel_log_keeps_the_rules_of_its_schema(children: list[Chronology]) -> None:
    log = ocel(*children)
    jsonschema.validate(log, SCHEMA)
    for one, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        ids = [entry["id"] for entry in log[one]]
        assert len(set(ids)) == len(ids)
        declared = {entry["name"]: {a["name"]: a["type"] for a in entry["attributes"]} for entry in log[types]}
        assert len(declared) == len(log[types])
        assert {entry["type"] for entry in log[one]} == declared.keys()
        for entry in log[one]:
            for attribute in entry["attributes"]:
                assert isinstance(attribute["value"], PYTHON[declared[entry["type"]][attribute["name"]]])
    objects = {entry["id"]: entry["type"] for entry in log["objects"]}
    assert set(objects.values()) <= set(TYPES)
    for entry in (*log["events"], *log["objects"]):
        related = [(relation["objectId"], relation["qualifier"]) for relation in entry["relationships"]]
        assert len(set(related)) == len(related)
        assert {object_id for object_id, _ in related} <= objects.keys()


@given(families())
def test_every_object_that_lasts_begins_once_and_nothing_of_it_comes_before(children: list[Chronology]) -> None:
    log = ocel(*children)
    said: dict[str, list[str]] = {}
    for event in log["events"]:
        for relation in event["relationships"]:
            said.setdefault(relation["objectId"], []).append(relation["qualifier"])
    for entry in log["objects"]:
        words = said.get(entry["id"], [])
        match entry["type"]:
            case "child":
                assert set(words) <= {"about"}
            case "conference":
                assert words == ["holds"]
            case _:
                assert words[0] == "begins"
                assert words.count("begins") == 1
                assert "during" not in words[words.index("ends") :] if "ends" in words else True


SPELLS = {
    "case": matches.CASE,
    "assessment": matches.ASSESSMENT,
    "enquiry": matches.ENQUIRY,
    "plan": matches.PLAN,
    "child-in-need-plan": matches.CHILD_IN_NEED_PLAN,
    "police-protection": matches.POLICE_PROTECTION,
    "looked-after": matches.LOOKED_AFTER,
    "private-fostering": matches.PRIVATE_FOSTERING,
}


@pytest.mark.parametrize("name", SPELLS)
@given(data=st.data())
def test_what_is_open_in_a_log_is_what_the_rules_take_to_be_open(name: str, data: st.DataObject) -> None:
    kinds = sorted(SPELLS[name].kinds)
    child = data.draw(chronologies(kinds=kinds) | chronologies(kinds=(*kinds, "visit", *READ)))
    if data.draw(st.booleans()) or not all("type" in e.facts for e in child if e.kind.startswith("assessment")):
        # where only some say their type, which assessment was completed is a guess, and a log has to make one
        events = [evolve(event, facts={k: v for k, v in event.facts.items() if k != "type"}) for event in child]
        child = Chronology.of(child.child, events=events)
    story = Story(child.as_known(date.max), EVERYTHING)
    still_open: set[str] = set()
    for place, event in enumerate(ocel(child)["events"]):
        truth = SPELLS[name].open_at(place, story)
        assert truth in (bool(still_open), None)
        for relation in event["relationships"]:
            if relation["objectId"].startswith(f"{name}/"):
                still_open |= {relation["objectId"]} if relation["qualifier"] == "begins" else set()
                still_open -= {relation["objectId"]} if relation["qualifier"] == "ends" else set()


def test_a_xes_log_declares_what_it_uses() -> None:
    log = xes(STORY)
    assert log.tag == f"{XES}log"
    assert log.attrib == {"xes.version": "1849.2016", "xes.features": ""}
    order = [child.tag.removeprefix(XES) for child in log]
    assert order == ["extension"] * 3 + ["global"] * 2 + ["classifier", "string", "trace"]
    prefixes = {extension.attrib["prefix"] for extension in log.iter(f"{XES}extension")}
    used = {key.partition(":")[0] for event in log.iter(f"{XES}event") for key in values(event) if ":" in key}
    assert used == prefixes == {"concept", "lifecycle", "time"}
    scopes = {scope.attrib["scope"]: values(scope).keys() for scope in log.iter(f"{XES}global")}
    assert all(values(event).keys() >= scopes["event"] for event in log.iter(f"{XES}event"))
    assert all(values(trace).keys() >= scopes["trace"] for trace in log.iter(f"{XES}trace"))
    (classifier,) = log.iter(f"{XES}classifier")
    assert classifier.attrib == {"name": "Activity", "scope": "event", "keys": "concept:name"}


STORY = Chronology.of(
    "C-101",
    events=[
        ("2024-03-01", "referral"),
        ("2024-03-04", "referral-decided", {"outcome": "strategy-discussion", "decided-by": "Ann Namewithin"}),
        (
            "2024-03-05",
            "strategy-discussion",
            {"decision": "section-47", "agencies": {"police", "health", "Namewithin"}, "form": "Namewithin"},
        ),
        ("2024-03-05", "section-47-started", {"recorded-target": date(2024, 3, 26), "lead-qualified": True}),
        ("2024-03-06", "assessment-started"),
        (datetime(2024, 3, 22, 10, 30, tzinfo=UTC), "initial-conference", {"outcome": "plan", "quorate": False}),
        ("2024-03-22", "plan-started", {"born-on": date(2011, 11, 11), "Namewithin": True}),
        ("2024-03-25", "section-47-completed"),
        ("2024-04-02", "assessment-completed"),
        ("2024-04-03", "core-group"),
        ("2024-06-10", "review-conference", {"outcome": "end"}),
        ("2024-06-11", "plan-ended"),
        ("2024-07-01", "case-closed", {"reason": "needs-met"}),
    ],
)
BELONGS = {
    "referral": "case/1 begins",
    "referral-decided": "case/1 during",
    "strategy-discussion": "case/1 during, enquiry/1 begins",
    "section-47-started": "case/1 during, enquiry/1 during",
    "assessment-started": "case/1 during, assessment/1 begins",
    "initial-conference": "case/1 during, enquiry/1 ends, plan/1 begins, conference/1 holds",
    "plan-started": "case/1 during, plan/1 during",
    "section-47-completed": "case/1 during, enquiry/1 ends",
    "assessment-completed": "case/1 during, assessment/1 ends",
    "core-group": "case/1 during, plan/1 during",
    "review-conference": "case/1 during, plan/1 ends, conference/2 holds",
    "plan-ended": "case/1 during, plan/1 ends",
    "case-closed": "case/1 ends",
}


def related(entry: dict[str, Any]) -> str:
    """What an event or an object is related to, without the child."""
    some = [(r["objectId"].replace("/C-101", ""), r["qualifier"]) for r in entry["relationships"]]
    return ", ".join(f"{name} {qualifier}" for name, qualifier in some if name != "child")


def test_events_belong_to_the_spells_that_they_begin_end_or_fall_in() -> None:
    log = ocel(STORY)
    assert {event["type"]: related(event) for event in log["events"]} == BELONGS
    assert {entry["id"].replace("/C-101", ""): related(entry) for entry in log["objects"]} == {
        "child": "",
        "case/1": "",
        "assessment/1": "case/1 within",
        "enquiry/1": "case/1 within",
        "plan/1": "case/1 within",
        "conference/1": "case/1 during, enquiry/1 ends, plan/1 begins",
        "conference/2": "case/1 during, plan/1 ends",
    }


def belonging(*events: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> list[str]:
    return [related(event) for event in ocel(Chronology.of("C-101", events=events))["events"]]


def test_two_assessments_are_two_objects_and_each_ends_with_its_own_completion() -> None:
    core, initial = {"type": "core"}, {"type": "initial"}
    assert belonging(
        ("2010-03-01", "assessment-started", initial),
        ("2010-03-02", "assessment-started", core),
        ("2010-03-09", "assessment-completed", core),
        ("2010-03-10", "assessment-completed", initial),
        ("2010-03-11", "assessment-completed", initial),
    ) == [
        "assessment/1 begins",
        "assessment/2 begins",
        "assessment/2 ends",
        "assessment/1 ends",
        "",
    ]


def test_a_completion_that_does_not_say_of_which_assessment_ends_the_first() -> None:
    assert belonging(
        ("2024-03-01", "assessment-started"),
        ("2024-03-02", "assessment-started"),
        ("2024-03-09", "assessment-completed"),
        ("2024-03-10", "assessment-completed"),
    ) == ["assessment/1 begins", "assessment/2 begins", "assessment/1 ends", "assessment/2 ends"]


def test_a_closure_ends_what_was_open_and_what_begins_later_is_another() -> None:
    assert belonging(
        ("2024-03-01", "referral"),
        ("2024-03-02", "plan-started"),
        ("2024-03-03", "case-closed"),
        ("2024-04-01", "referral"),
        ("2024-04-02", "plan-started"),
        ("2024-04-03", "plan-ended"),
    ) == [
        "case/1 begins",
        "case/1 during, plan/1 begins",
        "case/1 ends, plan/1 ends",
        "case/2 begins",
        "case/2 during, plan/2 begins",
        "case/2 during, plan/2 ends",
    ]


def test_what_certainly_opens_nothing_is_no_object() -> None:
    """A strategy discussion that does not say what it decided may have begun an enquiry, or not."""
    assert belonging(("2024-03-01", "strategy-discussion"), ("2024-03-02", "section-47-completed")) == ["", ""]
    assert belonging(("2024-03-01", "initial-conference", {"outcome": "no-plan"})) == ["conference/1 holds"]


def test_facts_are_shown_as_far_as_they_are_ours_and_nothing_else_is() -> None:
    told = [values(event) for event in xes(STORY).iter(f"{XES}event")]
    log = ocel(STORY)
    as_json = [{entry["name"]: entry["value"] for entry in event["attributes"]} for event in log["events"]]
    for n, facts in {
        2: {"agencies": "health, police", "decision": "section-47", "time-known": False},
        3: {"lead-qualified": True, "recorded-target": "2024-03-26", "time-known": False},
        5: {"outcome": "plan", "quorate": False, "time-known": True},
        6: {"time-known": False},
    }.items():
        assert as_json[n] == facts
        text = {name: str(value).lower() if isinstance(value, bool) else value for name, value in facts.items()}
        assert {name: value for name, value in told[n].items() if ":" not in name} == text
    everything = json.dumps(log) + ElementTree.tostring(xes(STORY), encoding="unicode")
    for personal in ("Namewithin", "2011-11-11", "born-on"):
        assert personal not in everything


def test_flags_are_booleans_in_xes_and_text_is_text() -> None:
    kinds = {child.attrib["key"]: child.tag.removeprefix(XES) for child in xes(STORY).iter() if "key" in child.attrib}
    assert kinds["quorate"] == kinds["time-known"] == "boolean"
    assert kinds["outcome"] == kinds["recorded-target"] == "string"
    assert kinds["time:timestamp"] == "date"


def test_a_day_is_its_first_instant_in_england_in_winter_and_in_summer_time() -> None:
    child = Chronology.of(
        "C-1",
        events=[
            ("2024-03-31", "visit"),
            ("2024-04-01", "visit"),
            ("2024-10-27", "visit"),
            (datetime(2024, 7, 1, 23, 30, tzinfo=UTC), "visit"),
        ],
    )
    times = [values(event)["time:timestamp"] for event in xes(child).iter(f"{XES}event")]
    assert times == [
        "2024-03-31T00:00:00+00:00",
        "2024-04-01T00:00:00+01:00",
        "2024-07-02T00:30:00+01:00",
        "2024-10-27T00:00:00+01:00",
    ]
    assert [event["time"] for event in ocel(child)["events"]] == times


def test_a_correction_is_told_as_it_is_known_now_with_the_day_on_which_it_was_entered() -> None:
    child = Chronology.of("C-1", events=[Event("visit", "2024-03-01", ref="a"), Event("visit", "2024-03-02", ref="b")])
    child = child.correct("a", recorded=date(2024, 4, 1), at=date(2024, 3, 5))
    child = child.correct("b", recorded=date(2024, 4, 1), withdrawn=True)
    (event,) = ocel(child)["events"]
    assert event["time"] == "2024-03-05T00:00:00+00:00"
    assert {"name": "recorded", "value": "2024-04-01"} in event["attributes"]


def test_a_child_of_whom_nothing_is_known_is_in_the_log_all_the_same() -> None:
    child = Chronology.of("C-1")
    assert [values(trace) for trace in xes(child).iter(f"{XES}trace")] == [{"concept:name": "C-1"}]
    assert [entry["id"] for entry in ocel(child)["objects"]] == ["child/C-1"]


def test_two_children_with_one_identifier_are_two_in_the_log() -> None:
    children = [
        Chronology.of(name, events=[("2024-03-01", "referral")]) for name in ("C-1", "C-1", "C-1 (2)", "C-1", "C-2")
    ]
    names = [name for name, _, _ in rows_of_xes(xes(*children))]
    assert len(set(names)) == 5
    assert names[0] == "C-1" and names[4] == "C-2"
    log = ocel(*children)
    assert Counter(entry["type"] for entry in log["objects"]) == {"child": 5, "case": 5}
    assert len({entry["id"] for entry in (*log["objects"], *log["events"])}) == 15


@pytest.mark.parametrize("name", ["", "C\x01", "C\n1", "C\ud800"])
@pytest.mark.parametrize("write", [write_xes, write_ocel])
def test_an_identifier_that_no_log_can_hold_is_refused_and_not_repeated(name: str, write: Any) -> None:
    with pytest.raises(ChildProtectError, match="fits in no event log"):
        write([Chronology.of(name, events=[("2024-03-01", "referral")])], io.StringIO())


def test_an_identifier_with_signs_of_its_own_meaning_in_a_format_stays_as_it_is() -> None:
    name = "<C> & \"1\" 'Ü' </trace>"
    child = Chronology.of(name, events=[("2024-03-01", "referral")])
    assert rows_of_xes(xes(child))[0][0] == name
    assert rows_of_ocel(ocel(child))[0][0] == name


def test_a_log_of_nobody_is_a_log() -> None:
    assert list(xes().iter(f"{XES}trace")) == []
    assert ocel() == {"events": [], "objects": [], "eventTypes": [], "objectTypes": []}


def test_children_are_written_as_they_come() -> None:
    """Of a log, what is known of a child is on its way before the next child is read."""
    written: list[int] = []

    def children(out: io.StringIO) -> Iterable[Chronology]:
        for n in range(3):
            written.append(len(out.getvalue()))
            yield Chronology.of(f"C-{n}", events=STORY.events)

    for write in (write_xes, write_ocel):
        written.clear()
        out = io.StringIO()
        write(children(out), out)
        assert written[1] - written[0] > 1000 and written[2] - written[1] > 1000
