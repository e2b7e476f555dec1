"""The children in need census, as XML: one child at a time, so that memory stays flat however long the file.

The reader translates the census's words into ours, keeps the identifier and the dates that rules use, and drops
everything else. What the census cannot hold (core groups, decisions on referrals, who took part) is left to the
coverage, so that it is *cannot tell* and never *overdue*.
"""

from collections.abc import Generator, Iterator, Mapping
from datetime import date, timedelta
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from attrs import define, field
from dateutil.relativedelta import relativedelta

from childprotect.chronology import Chronology, Coverage, Expected, Remark
from childprotect.errors import UnreadableInput
from childprotect.events import Event, Facts, Lost
from childprotect.ordering import in_order
from childprotect.records.source import (
    Counted,
    Progress,
    Rejection,
    Source,
    clean_identifier,
    implausible,
    open_binary,
    quoted,
)

KINDS = frozenset(
    """referral case-closed assessment-started assessment-completed section-47-started initial-conference
    pre-birth-conference transfer-in-conference plan-started plan-ended review-conference child-in-need-plan-started
    child-in-need-plan-ended letter-before-proceedings pre-proceedings-meeting proceedings-issued""".split()
)
"""What the census can hold. Pre-birth and transfer-in conferences are in it, as initial conferences."""
FACTS = frozenset(
    "categories reason conference-required no-further-action recorded-target family-group-meeting-offered".split()
)

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_CLOSURES = {
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child-arrangements-order",
    "RC4": "special-guardianship",
    "RC5": "transferred",
    "RC6": "adult-services",
    "RC7": "needs-met",
    "RC8": "no-further-action",
    "RC9": "early-help",
}
_CATEGORIES = {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple"}
_EXPECTED = "a children in need census: <Message> with <Header> and <Children>"
_A_YEAR = relativedelta(years=1)


def read_census(path: str, progress: Progress | None = None) -> Source:
    """Read a census file, streaming. Raises `UnreadableInput` if it is not one, at once or where the XML breaks off.

    A DOCTYPE is refused, and with it every entity that a file could define.
    """
    with open_binary(path) as file:
        _refuse_doctype(path, file)
    file = open_binary(path)
    stream = _elements(path, file, progress)
    said = next((part.text or "" for part in next(stream).iter() if part.tag == "ReferenceDate"), "").strip()
    reference = _day(said)
    try:
        as_at = reference or _last_date(path)
    except UnreadableInput:
        stream.close()
        raise
    source = Source(path, "cin-census", as_at)
    if said and reference is None:
        why = f"ReferenceDate{quoted(said)} cannot be meant; the last date of the file is taken"
        source.reject("<Header>", None, why)
    covers = Coverage(KINDS, FACTS, since=as_at - _A_YEAR + timedelta(days=1))
    # the list and not the source: a cycle between the two would keep the file open after both are gone
    source._chronologies = _children(stream, source.rejections, covers)
    return source


class _RootSeen(Exception):
    """The prolog is over."""


def _refuse_doctype(path: str, file: BinaryIO) -> None:
    """A DOCTYPE can only stand before the root element: let expat read that far, and no further."""

    def refuse(*_: object) -> None:
        place = f"line {parser.CurrentLineNumber}"
        raise UnreadableInput(path, place, "it has a DOCTYPE, which could define entities", "a census without one")

    def stop(*_: object) -> None:
        raise _RootSeen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        while chunk := file.read(65536):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)  # expat 2.6 and later may wait for more before it reads what it has
    except (_RootSeen, UnreadableInput) as seen:
        if isinstance(seen, UnreadableInput):
            raise
    except expat.ExpatError as error:
        raise _broken(path, str(error)) from None
    except (LookupError, ValueError):
        raise UnreadableInput(path, "line 1", "its encoding is not one that can be read", "XML in UTF-8") from None


def _broken(path: str, error: str) -> UnreadableInput:
    problem, _, place = error.partition(": ")
    return UnreadableInput(path, place, f"the XML breaks off or is not well formed ({problem})", _EXPECTED)


def _elements(path: str, file: BinaryIO, progress: Progress | None) -> Generator[Element, None, None]:
    """The header, then all that stands in <Children>; each is taken out of the tree once it has been used."""
    with file:
        mark = file.read(2)
        utf16 = mark in (b"\xff\xfe", b"\xfe\xff") or b"\0" in mark
        file.seek(0)
        events = iterparse(Counted(file, progress, hide_nul=not utf16), events=("start", "end"))
        try:
            _, root = next(events)
            prefix = root.tag.rpartition("}")[0]
            if root.tag.rpartition("}")[2] != "Message":
                raise UnreadableInput(path, "", "the root element is not <Message>", _EXPECTED)
            children, child, header = (_qualified(prefix, name) for name in ("Children", "Child", "Header"))
            header_seen = children_seen = False
            parent: Element | None = None
            depth = 1
            for event, element in events:
                if event == "start":
                    depth += 1
                    if depth == 2 and element.tag == children:
                        if not header_seen:
                            raise UnreadableInput(path, "before <Children>", "there is no <Header>", _EXPECTED)
                        parent, children_seen = element, True
                    continue
                depth -= 1
                if depth == 2 and parent is not None:
                    yield _stripped(element, prefix)
                    parent.clear()
                elif depth == 1 and element.tag == header and not header_seen:
                    header_seen = True
                    yield _stripped(element, prefix)
                elif element is parent:
                    parent = None
                elif depth == 1 and element.tag == child:
                    raise UnreadableInput(path, "<Child>", "a child stands outside <Children>", _EXPECTED)
            if not header_seen:
                raise UnreadableInput(path, "", "there is no <Header>", _EXPECTED)
            if not children_seen:
                raise UnreadableInput(path, "", "there is no <Children>", _EXPECTED)
        except ParseError as error:
            raise _broken(path, str(error)) from None


def _qualified(prefix: str, name: str) -> str:
    return f"{prefix}}}{name}" if prefix else name


def _stripped(element: Element, prefix: str) -> Element:
    """The element with no namespace in its names, so that the rest of the reader need not know of one."""
    if prefix:
        for part in element.iter():
            part.tag = part.tag.rpartition("}")[2]
    return element


def _day(text: str) -> date | None:
    """The day that a text names, or None; a time of day after it is allowed."""
    try:
        day = date.fromisoformat(text[:10] if text[10:11] == "T" else text)
    except ValueError:
        return None
    return None if implausible(day) else day


def _last_date(path: str) -> date:
    """The last date of any event in the file, for a census that does not say its reference date."""
    stream = _elements(path, open_binary(path), None)
    next(stream)
    days = [event.day for child in _children(stream, [], Coverage()) for event in child.events]
    if not days:
        raise UnreadableInput(path, "<Header>", "there is no <ReferenceDate>, and no date of any event", _EXPECTED)
    return max(days)


def _children(stream: Iterator[Element], rejections: list[Rejection], covers: Coverage) -> Iterator[Chronology]:
    seen: set[int] = set()
    for number, element in enumerate(stream, start=1):
        if element.tag != "Child":
            rejections.append(Rejection(f"element {number} of <Children>", None, "it is not a <Child>"))
            continue
        identifiers = _child(element, "ChildIdentifiers")
        name = clean_identifier(_text(identifiers, "LAchildID")) if identifiers is not None else None
        if name is None:
            rejections.append(Rejection(f"child {number} of the file", None, "it has no LAchildID that can be read"))
            continue
        told = _Translation(name, rejections)
        key = hash(name)
        if key in seen:
            told.lose(None, "LAchildID", "the child was in the file before, and each part was judged without the other")
        seen.add(key)
        yield told.chronology(identifiers, element, covers)


def _child(element: Element, name: str) -> Element | None:
    for child in element:
        if child.tag == name:
            return child
    return None


def _text(element: Element, name: str) -> str | None:
    child = _child(element, name)
    text = child.text if child is not None else None
    return text.strip() or None if text else None


@define
class _Translation:
    """One child's record on its way into a chronology."""

    child: str
    rejections: list[Rejection]
    events: list[Event] = field(factory=list)
    lost: list[Lost] = field(factory=list)
    remarks: list[Remark] = field(factory=list)
    plan_starts: set[date | None] = field(factory=set)
    """None for a plan whose start could not be read."""

    def chronology(self, identifiers: Element | None, element: Element, covers: Coverage) -> Chronology:
        """The whole record."""
        assert identifiers is not None
        born: date | Expected | None = self.date_of(identifiers, "PersonBirthDate")
        if born is None:
            expected = self.date_of(identifiers, "ExpectedPersonBirthDate")
            born = Expected(expected) if expected else None
        died = self.date_of(identifiers, "PersonDeathDate")
        if died is None and _text(identifiers, "PersonDeathDate"):
            self.lost.append(Lost(None, "PersonDeathDate", "no date that can be read"))
        episodes = [part for part in element if part.tag == "CINdetails"]
        for episode in episodes:
            for part in episode:
                if part.tag == "ChildProtectionPlans":
                    self.plan(part)
        for episode in episodes:
            self.episode(episode)
        return Chronology(
            self.child, born, died, in_order(self.events, lost=self.lost), covers, tuple(self.lost), tuple(self.remarks)
        )

    def episode(self, episode: Element) -> None:
        """One CINdetails: from referral to closure."""
        nfa = self.flag(episode, "ReferralNFA", "referral")
        referred = self.begin("referral", episode, "CINreferralDate", {"no-further-action": nfa})
        for part in episode:
            match part.tag.casefold():
                case "assessments":
                    self.assessment(part)
                case "cinplandates":
                    self.pair("child-in-need-plan", part, "CINPlanStartDate", "CINPlanEndDate")
                case "section47":
                    self.section_47(part)
                case "dateofinitialcpc":
                    self.conference(part, {"recorded-under": "episode"})
                case "preproceedingsandfgdm":
                    self.pre_proceedings(part)
        code = _text(episode, "ReasonForClosure")
        closed = self.add("case-closed", episode, "CINclosureDate", {"reason": _CLOSURES.get(code or "")}, referred)
        if closed and code and code not in _CLOSURES:
            why = "ReasonForClosure is no code that we know; it counts as not recorded."
            self.remarks.append(Remark("unreadable-fact", closed, why))

    def assessment(self, part: Element) -> None:
        """An assessment is complete when it was authorised. The census does not say its type, and so neither do we."""
        started = self.begin("assessment-started", part, "AssessmentActualStartDate")
        self.add("assessment-completed", part, "AssessmentAuthorisationDate", not_before=started)

    def section_47(self, part: Element) -> None:
        """An enquiry, its conference, and the target that the authority recorded."""
        not_required = self.flag(part, "ICPCnotRequired", "section-47-started")
        facts = {
            "conference-required": None if not_required is None else not not_required,
            "recorded-target": self.date_of(part, "InitialCPCtarget"),
        }
        started = self.begin("section-47-started", part, "S47ActualStartDate", facts)
        for held in part.iterfind("DateOfInitialCPC"):
            self.conference(held, {}, not_before=started)

    def conference(self, held: Element, facts: dict[str, object], not_before: date | None = None) -> None:
        """A conference. A plan starts on the day of its conference, so a plan of that day was its outcome."""
        day = _day((held.text or "").strip())
        if day in self.plan_starts:
            facts["outcome"] = "plan"
        elif day is not None and not any(start is None or start > day for start in self.plan_starts):
            facts["outcome"] = "no-plan"
        self.add_text("initial-conference", held.text, "DateOfInitialCPC", facts, not_before)

    def plan(self, part: Element) -> None:
        """A child protection plan with its reviews."""
        code = _text(part, "InitialCategoryOfAbuse")
        if code and code not in _CATEGORIES:
            self.lose("plan-started", "InitialCategoryOfAbuse", "InitialCategoryOfAbuse is no code that we know")
        category = _CATEGORIES.get(code or "")
        started = self.begin("plan-started", part, "CPPstartDate", {"categories": category and frozenset({category})})
        self.plan_starts.add(started)
        self.add("plan-ended", part, "CPPendDate", not_before=started)
        for reviews in part:
            if reviews.tag == "Reviews":
                for review in reviews:
                    if review.tag == "CPPreviewDate":
                        self.add_text("review-conference", review.text, "CPPreviewDate", {}, started)

    def pre_proceedings(self, part: Element) -> None:
        """The pre-proceedings block of the census since 2026."""
        offered = self.flag(part, "FGDMMeetingOffer", "letter-before-proceedings")
        self.add("letter-before-proceedings", part, "LBPSentDate", {"family-group-meeting-offered": offered})
        self.add("pre-proceedings-meeting", part, "InitialPPMeetingDate")
        self.add("proceedings-issued", part, "CourtAppDate")

    def pair(self, kind: str, part: Element, start: str, end: str) -> None:
        """Something that starts and ends."""
        started = self.add(f"{kind}-started", part, self.spelt(part, start))
        self.add(f"{kind}-ended", part, self.spelt(part, end), not_before=started)

    def spelt(self, part: Element, name: str) -> str:
        """The element as this file spells it: the plan dates are written CINPlan... and CINplan... ."""
        return next((child.tag for child in part if child.tag.casefold() == name.casefold()), name)

    def add(
        self,
        kind: str,
        part: Element,
        element: str,
        facts: Mapping[str, object] | None = None,
        not_before: date | None = None,
    ) -> date | None:
        """Add the event that an element dates; its day, or None if there is none that can be read."""
        return self.add_text(kind, _text(part, element), element, facts or {}, not_before)

    def add_text(
        self, kind: str, text: str | None, element: str, facts: Mapping[str, object], not_before: date | None
    ) -> date | None:
        """As `add`, for the text of an element."""
        day = self.read_date(text, element, kind)
        if day is None:
            return None
        if not_before is not None and day < not_before:
            self.lose(kind, element, f"{element} {day} is before the start, {not_before}")
            return None
        self.events.append(Event(kind, day, Facts({name: value for name, value in facts.items() if value is not None})))
        return day

    def begin(self, kind: str, part: Element, element: str, facts: Mapping[str, object] | None = None) -> date | None:
        """As `add`, for what the rest of the part rests on: if that says anything, but not this, the event is lost."""
        if _text(part, element) is None and any(text.strip() for text in part.itertext()):
            self.lose(kind, element, f"there is no {element}")
        return self.add(kind, part, element, facts)

    def date_of(self, part: Element, element: str) -> date | None:
        """The date in an element that dates no event of its own, or None. It may be personal, and is never repeated."""
        text = _text(part, element)
        day = _day(text or "")
        if text and day is None:
            self.reject(element, f"{element} is no date that can be meant")
        return day

    def read_date(self, text: str | None, element: str, kind: str) -> date | None:
        """The date, or None; what is there but cannot be read is rejected and marks the event as lost."""
        text = (text or "").strip()
        if not text:
            return None
        day = _day(text)
        if day is None:
            self.lose(kind, element, f"{element}{quoted(text)} is not a date such as 2012-09-03, from 1900 to 2050")
        return day

    def lose(self, kind: str | None, element: str, why: str) -> None:
        """Reject an element and remember what it would have been."""
        self.reject(element, why)
        self.lost.append(Lost(kind, element, why))

    def reject(self, element: str, why: str) -> None:
        """List an element that could not be read."""
        self.rejections.append(Rejection(f"child {self.child}, {element}", self.child, why))

    def flag(self, part: Element, element: str, kind: str) -> bool | None:
        """true, false, 1 or 0; None where it says nothing. What is none of these costs the event that it tells of."""
        text = _text(part, element)
        flag = _FLAGS.get((text or "").casefold())
        if text and flag is None:
            self.lose(kind, element, f"{element} is neither true nor false")
        return flag
