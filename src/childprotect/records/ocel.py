"""Event logs as OCEL 2.0 in JSON: events, and the objects that they are about.

An object is a child, a conference, or a spell: a case, an assessment, an enquiry, a plan. Which events begin and end a
spell is what the rules go by; here it is told of what is on record, as if the source could hold everything, and what
may or may not begin or end one does not. Each event is `about` its child; it `begins` or `ends` a spell, or happens
`during` one.
"""

import json
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from attrs import define, field, frozen

from childprotect.chronology import EVERYTHING, Chronology
from childprotect.conditions import Match, Story, on
from childprotect.events import Event
from childprotect.records.event_logs import Shown, Told, instant, shown, told
from childprotect.rulebooks.england import matches
from childprotect.spells import Spell, agree
from childprotect.vocabulary import STANDARD

CHILD, CONFERENCE, CASE = "child", "conference", "case"
_SPOOL = 4 * 1024 * 1024


@frozen
class _Kind:
    """A type of object that lasts: its spell, and the strand whose events belong to it while it does."""

    name: str
    spell: Spell
    strand: str | None = None
    """None where every event belongs to it."""


def _plain(name: str) -> Spell:
    """A spell that rules do not speak of, as the vocabulary has it."""
    opens = on(*(kind.name for kind in STANDARD.kinds if kind.opens == name))
    return Spell(name, opens, closes=on(*(kind.name for kind in STANDARD.kinds if kind.closes == name)))


_KINDS = (
    _Kind(CASE, matches.CASE),
    _Kind("early-help", _plain("early-help"), "front-door"),
    _Kind("assessment", matches.ASSESSMENT, "assessment"),
    _Kind("enquiry", matches.ENQUIRY, "enquiry"),
    _Kind("plan", matches.PLAN, "plan"),
    _Kind("child-in-need-plan", matches.CHILD_IN_NEED_PLAN, "child-in-need"),
    _Kind("police-protection", matches.POLICE_PROTECTION, "protective-powers"),
    _Kind("emergency-protection-order", matches.EMERGENCY_PROTECTION, "protective-powers"),
    _Kind("child-assessment-order", matches.CHILD_ASSESSMENT_ORDER, "protective-powers"),
    _Kind("proceedings", matches.PROCEEDINGS, "court"),
    _Kind("looked-after", matches.LOOKED_AFTER, "care"),
    _Kind("private-fostering", matches.PRIVATE_FOSTERING, "private-fostering"),
    _Kind("missing", _plain("missing"), "missing"),
    _Kind("allocation", _plain("allocation"), "case"),
)
TYPES = (CHILD, CONFERENCE, *(kind.name for kind in _KINDS))
"""The types of object, in the order in which a log declares them."""


def write_ocel(chronologies: Iterable[Chronology], out: IO[str]) -> None:
    """Write a log of these children to a text stream, which is to be in UTF-8.

    Memory stays flat: objects wait in a file until the events are written, and types come last. Raises
    `ChildProtectError` for an identifier that no log can hold.
    """
    kinds: dict[str, Shown] = {}
    types: set[str] = set()
    with SpooledTemporaryFile(_SPOOL, "w+", encoding="utf-8", newline="") as spool:
        out.write('{"events": [')
        first = True
        for child in told(chronologies):
            events, objects = _log(child)
            for event in events:
                named = {entry["name"]: entry["value"] for entry in event["attributes"]}
                kinds.setdefault(event["type"], {}).update(named)
                out.write(("\n" if first else ",\n") + _json(event))
                first = False
            for made in objects:
                spool.write(("\n" if not types else ",\n") + _json(made))
                types.add(made["type"])
        out.write('\n],\n"objects": [')
        spool.seek(0)
        while chunk := spool.read(_SPOOL):
            out.write(chunk)
    event_types = [{"name": kind, "attributes": _attributes(kinds[kind])} for kind in STANDARD if kind in kinds]
    event_types += [{"name": kind, "attributes": _attributes(kinds[kind])} for kind in kinds if kind not in STANDARD]
    object_types = [{"name": name, "attributes": []} for name in TYPES if name in types]
    out.write(f'\n],\n"eventTypes": {_json(event_types)},\n"objectTypes": {_json(object_types)}}}\n')


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _attributes(examples: Shown) -> list[dict[str, str]]:
    return [
        {"name": name, "type": "boolean" if isinstance(value, bool) else "string"}
        for name, value in sorted(examples.items())
    ]


@define(eq=False)
class _Object:
    """An object and what it belongs to; `opened` is the event that began it."""

    id: str
    type: str
    opened: Event | None = None
    relations: dict[tuple[str, str], None] = field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As OCEL has it."""
        return {"id": self.id, "type": self.type, "attributes": [], "relationships": _related(self.relations)}


def _related(relations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": object_id, "qualifier": qualifier} for object_id, qualifier in relations]


def _log(child: Told) -> tuple[Iterator[dict[str, Any]], list[dict[str, Any]]]:
    """The events and the objects of one child."""
    story = Story(child.events, EVERYTHING)
    own = _Object(f"{CHILD}/{child.name}", CHILD)
    objects = [own]
    relations: list[dict[tuple[str, str], None]] = [{(own.id, "about"): None} for _ in child.events]
    for kind in _KINDS:
        for made, place, qualifier in _spans(kind, child.name, story):
            if qualifier == "begins":
                objects.append(made)
                made.relations[own.id, "of"] = None
                cases = [id for id, _ in relations[place] if id.startswith(f"{CASE}/")]
                made.relations |= {(id, "within"): None for id in cases}
            relations[place][made.id, qualifier] = None
    held = [place for place, event in enumerate(child.events) if event.kind in matches.ALL_CONFERENCES.kinds]
    for n, place in enumerate(held, start=1):
        made = _Object(f"{CONFERENCE}/{child.name}/{n}", CONFERENCE)
        made.relations = {(id, "of" if id == own.id else qualifier): None for id, qualifier in relations[place]}
        relations[place][made.id, "holds"] = None
        objects.append(made)
    events = (
        {
            "id": f"event/{child.name}/{n}",
            "type": event.kind,
            "time": instant(event),
            "attributes": [{"name": name, "value": value} for name, value in shown(event).items()],
            "relationships": _related(related),
        }
        for n, (event, related) in enumerate(zip(child.events, relations, strict=True), start=1)
    )
    return events, [made.to_dict() for made in objects]


def _spans(kind: _Kind, child: str, story: Story) -> Iterator[tuple[_Object, int, str]]:
    """Every object of a type, each with the places of the events that begin it, end it, or belong to it.

    One begins with an event that opens its spell where none is open, or, of spells of which each opening has a closing
    of its own, with every such event; a closing then ends the first that it may be of. What closes a spell once more
    (a plan ended by a review, and then ended) ends the last of them too, if it is of its strand.
    """
    spell, count = kind.spell, 0
    opens, closes, resets = (_certain(match, story) for match in (spell.opens, spell.closes, spell.resets))
    now: list[_Object] = []
    last: list[_Object] = []
    for place, event in enumerate(story.events) if opens else ():
        strand = STANDARD[event.kind].strand if event.kind in STANDARD else ""
        begins = place in opens and (spell.each or not now)
        over: list[_Object] = []
        if place in resets:
            over = now
        elif place in closes:
            over = [made for made in now if made.opened is None or agree(made.opened, event, spell.same)]
            over = over[:1] if spell.each else over or (last if strand == kind.strand else [])
        for made in over:
            yield made, place, "ends"
        if over:
            gone = set(map(id, over))
            now, last = [made for made in now if id(made) not in gone], over
        if not begins and not spell.each and kind.strand in (None, strand):
            yield from ((made, place, "during") for made in now)
        if begins:
            count += 1
            now = [*now, _Object(f"{kind.name}/{child}/{count}", kind.name, event)]
            yield now[-1], place, "begins"


def _certain(match: Match, story: Story) -> set[int]:
    """The places of the events that certainly count."""
    return {hit.place for hit in story.find(match) if hit.truth}
