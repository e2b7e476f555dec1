"""A children in need census written from chronologies, for tests and simulation: what a census can hold of them.

Written are the identifier, the dates of birth and death, and the records of the episodes; nothing else of a child. So
a file lacks what a return must say besides (ethnicity, who referred), and is no return.

What is read back equals what the census can hold: every event of a kind that it holds, on its day, with the facts
that it holds. Conferences of every kind are initial ones there; one outside any enquiry says that it is recorded under
the episode; of two records that are alike in all, one is held. `Written.left_out` counts the rest. The outcome of a
conference is not written: the reader takes it from the plan that starts on its day. What is later than the reference
date is left out.

A census says that what it does not tell did not happen. Of a child of whom the records leave that open, nothing can be
told from a census: such a child is written with a date of death that cannot be read, so that all that is found of it is
*cannot tell*, and `Written.in_doubt` says why.

An enquiry is written as the census defines it. Its start is the day of the strategy discussion that decided on it,
where that is on record for an earlier day: the limit for the conference counts from there, and from the later day what
was late would be read as in time. An end that says that no conference is needed by the reference date becomes
ICPCnotRequired. That flag has no date: what was decided after the limit is read as if it had been known in time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import IO, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from attrs import define, field, frozen

from childprotect.chronology import Chronology, Expected
from childprotect.events import Event
from childprotect.records.census_doubts import (
    ADJOURNED,
    DECIDED,
    NEEDED,
    NO_END,
    UNPLACED,
    in_year,
    reference_date,
    reordered,
    unsaid,
    why_in_doubt,
)
from childprotect.records.census_elements import DATES, ELEMENTS
from childprotect.records.census_enquiries import CONFERENCES, Ended, ended
from childprotect.records.cin_census import CATEGORIES, KINDS, content_of
from childprotect.records.source import clean_identifier, implausible
from childprotect.records.telling import CLOSURES

_CATEGORY_CODES = {category: code for code, category in CATEGORIES.items()}
_CLOSURE_CODES = {reason: code for code, reason in CLOSURES.items()}
_LAST_DAY = date(9999, 12, 31)
_PLACE = {(one.parent, one.name): n for n, one in enumerate(ELEMENTS)}


@frozen
class Written:
    """What was written, and what a census has no place for.

    `left_out` counts by name: kinds of event, facts as `kind.fact`, and, in words, what is no event. `in_doubt` counts
    children of whom nothing can be told from the census, by why; there may be more than one reason for a child.
    """

    children: int
    events: int
    left_out: Mapping[str, int]
    in_doubt: Mapping[str, int] = field(factory=dict)


def write_census(
    chronologies: Iterable[Chronology], out: IO[bytes], *, year: int, authority: str | None = None
) -> Written:
    """Write a census file in UTF-8 of the collection of a year, as at its 31 March, one child at a time.

    `authority` is its number, three digits, where there is one. A child of whom no referral is told has no episode,
    and none of its events is written. Raises `ValueError` for a year that no census has.
    """
    if not 2009 <= year <= 2050:
        raise ValueError(f"the census of {year} is not one of 2009 to 2050")
    left_out, in_doubt = Counter[str](), Counter[str]()
    children = events = 0
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n' + tostring(_header(year, authority), "utf-8"))
    out.write(b"\n<Children>\n")
    for chronology in chronologies:
        if clean_identifier(chronology.child) != chronology.child:
            left_out["children whose identifier a census cannot hold"] += 1
            left_out.update(event.kind for event in chronology)
            continue
        telling = _Telling(chronology, year, left_out)
        out.write(tostring(telling.child(), "utf-8") + b"\n")
        in_doubt.update(telling.doubts)
        children, events = children + 1, events + telling.written
    out.write(b"</Children>\n</Message>\n")
    return Written(children, events, dict(+left_out), dict(in_doubt))


def _header(year: int, authority: str | None) -> Element:
    header = Element("Header")
    _put(SubElement(header, "CollectionDetails"), Collection="CIN", Year=year, ReferenceDate=reference_date(year))
    _put(SubElement(header, "Source"), SourceLevel="L", LEA=authority)
    return header


def _put(parent: Element, **values: object) -> None:
    for name, value in values.items():
        if value is not None:
            SubElement(parent, name).text = str(value)


@define
class _Telling:
    """One child on the way into a census."""

    chronology: Chronology
    year: int
    left_out: Counter[str]
    written: int = 0
    doubts: set[str] = field(factory=set)
    """Why nothing can be told of the child from the census."""
    _episodes: list[tuple[Event, Element]] = field(factory=list)
    _events: dict[str, list[Event]] = field(factory=dict)
    _order: dict[int, int] = field(factory=dict)
    _ended: Ended = Ended({}, frozenset())

    @property
    def reference(self) -> date:
        """The day as at which the census speaks."""
        return reference_date(self.year)

    def child(self) -> Element:
        """The child with its episodes."""
        element = Element("Child")
        whole, current = (self.chronology.as_known(day) for day in (_LAST_DAY, self.reference))
        self.left_out["earlier versions of entries, and withdrawn ones"] += len(self.chronology) - len(whole)
        self.left_out["events after the reference date"] += len(whole) - len(current)
        self._order = {id(event): n for n, event in enumerate(current)}
        self._ended = ended(current)
        for event in current:
            if event.kind in KINDS and in_year(event.kind, self.year) and not implausible(event.day):
                self._events.setdefault(event.kind, []).append(event)
            else:
                self.left_out[event.kind] += 1
                self._doubt(UNPLACED if event.kind in KINDS else None)
            self._doubt(unsaid(event))
        self._doubt(reordered([event for event in current if event.kind in KINDS]))
        self._refer()
        if self._episodes:
            self._assess()
            self._plan_for_need()
            self._enquire()
            self._protect()
            self._proceed()
            self._close()
        self.left_out.update(event.kind for events in self._events.values() for event in events)
        self._once([(episode, part) for _, episode in self._episodes for part in episode if len(part)])
        self.doubts.update(why_in_doubt(self.chronology, self.year))
        self._identify(SubElement(element, "ChildIdentifiers"))
        element.extend(episode for _, episode in self._episodes)
        self._once([(element, episode) for _, episode in self._episodes])
        for part in list(element.iter()):
            part[:] = sorted(part, key=_place_in(part.tag))
        return element

    def _identify(self, part: Element) -> None:
        born, died = self.chronology.born, self.chronology.died
        birth, expected = (None, born.on) if isinstance(born, Expected) else (born, None)
        _put(part, LAchildID=self.chronology.child)
        for name, day in (("PersonBirthDate", birth), ("ExpectedPersonBirthDate", expected), ("PersonDeathDate", died)):
            if day is not None and implausible(day):
                self.left_out[f"{name} outside the years that are read"] += 1
            elif day is not None and day > self.reference and day is not expected:
                self.left_out[f"{name} after the reference date"] += 1
            else:
                _put(part, **{name: day})
        if self.doubts:
            _put(part, PersonDeathDate="lost")

    def _take(self, kind: str) -> list[Event]:
        """The events of a kind, which are not left out by what takes them."""
        return self._events.pop(kind, [])

    def _told(self, event: Event, *facts: str) -> Event:
        """An event that is written, with such of its facts; the others are left out."""
        self.written += 1
        self.left_out.update(f"{event.kind}.{fact}" for fact in event.facts if fact not in facts)
        if event.timed:
            self.left_out["times of day"] += 1
        if event.recorded is not None:
            self.left_out["days on which an entry was recorded"] += 1
        return event

    def _leave(self, event: Event | None, why: str | None = UNPLACED) -> None:
        """Leave out an event of a kind that a census holds, and have the child in doubt for it."""
        if event is not None:
            self.left_out[event.kind] += 1
            self._doubt(why)

    def _doubt(self, why: str | None) -> None:
        if why is not None:
            self.doubts.add(why)

    def _known(self, event: Event, fact: str, kind: type) -> Any:
        """The value of a fact, if it is one that a census can say; if not, it is left out."""
        value = event.facts.get(fact)
        if value is not None and type(value) is not kind:
            self.left_out[f"{event.kind}.{fact}"] += 1
            return None
        return value

    def _block(self, name: str, day: date) -> Element:
        """A new block in the episode of a day: the last that had begun by then, or else the first."""
        episode = next((part for event, part in reversed(self._episodes) if event.day <= day), self._episodes[0][1])
        return SubElement(episode, name)

    def _refer(self) -> None:
        for event in self._take("referral"):
            nothing_further = self._known(event, "no-further-action", bool)
            self._told(event, "no-further-action")
            episode = Element("CINdetails")
            _put(episode, CINreferralDate=event.day, ReferralNFA=_flag(nothing_further))
            self._episodes.append((event, episode))

    def _close(self) -> None:
        free = list(self._episodes)
        for event in self._take("case-closed"):
            begun = [entry for entry in free if entry[0].day <= event.day]
            first = self._order[id(event)]
            if not begun:
                self._leave(event)
                continue
            # on a day on which one case is closed and the next begins, the order of events tells which is which
            went_on = [entry for entry in begun if entry[1].findtext("ReferralNFA") != "1"] or begun
            episode = next((entry for entry in reversed(went_on) if self._order[id(entry[0])] < first), went_on[-1])
            free.remove(episode)
            reason = event.facts.get("reason")
            self._told(event, *(["reason"] if reason in _CLOSURE_CODES else []))
            _put(episode[1], CINclosureDate=event.day, ReasonForClosure=_CLOSURE_CODES.get(reason))

    def _assess(self) -> None:
        for start, end in self._spans("assessment-started", "assessment-completed"):
            if start is None:
                self._leave(end)
                continue
            part = self._block("Assessments", start.day)
            _put(part, AssessmentActualStartDate=start.day, AssessmentAuthorisationDate=end and end.day)

    def _plan_for_need(self) -> None:
        for start, end in self._spans("child-in-need-plan-started", "child-in-need-plan-ended"):
            if start is None and end is not None:
                self._told(end)
            part = self._block("CINPlanDates", _first(start, end).day)
            _put(part, CINPlanStartDate=start and start.day, CINPlanEndDate=end and end.day)

    def _protect(self) -> None:
        plans: list[tuple[Event, Element]] = []
        for start, end in self._spans("plan-started", "plan-ended", "categories"):
            if start is None:
                self._leave(end)
                continue
            part = self._block("ChildProtectionPlans", start.day)
            _put(part, CPPstartDate=start.day, CPPendDate=end and end.day, InitialCategoryOfAbuse=self._category(start))
            plans.append((start, part))
        told: set[date] = set()
        for event in self._take("review-conference"):
            plan = next((part for start, part in reversed(plans) if start.day <= event.day), None)
            if plan is None or event.day in told:
                self._leave(event, UNPLACED if plan is None else None)
                continue
            told.add(event.day)
            self._told(event)
            if event.facts.get("outcome") == "end" and plan.find("CPPendDate") is None:
                self._doubt(NO_END)
            reviews = plan.find("Reviews")
            _put(SubElement(plan, "Reviews") if reviews is None else reviews, CPPreviewDate=event.day)

    def _category(self, started: Event) -> str | None:
        categories = self._known(started, "categories", frozenset)
        if not categories:
            return None
        code = _CATEGORY_CODES.get(next(iter(categories))) if len(categories) == 1 else None
        if code is None:
            self.left_out["plan-started.categories"] += 1
        return code or "MUL"

    def _enquire(self) -> None:
        enquiries: list[tuple[date, Element]] = []
        for event in self._take("section-47-started"):
            self._told(event, "conference-required", "recorded-target")
            required = self._known(event, "conference-required", bool)
            if id(event) in self._ended.undecided and required is None:
                self._doubt(NEEDED)
            if id(event) in self._ended.no_conference and required is not False:
                self.left_out["section-47-started.conference-required"] += required is not None
                required = False
            begun = self._ended.discussed.get(id(event), event.day)
            if begun != event.day:
                self.left_out["section-47-started, written on the day of its strategy discussion"] += 1
            target = self._known(event, "recorded-target", date)
            if target is not None and implausible(target):
                self.left_out["section-47-started.recorded-target"] += 1
                target = None
            part = self._block("Section47", event.day)
            _put(part, S47ActualStartDate=begun, InitialCPCtarget=target)
            _put(part, ICPCnotRequired=_flag(None if required is None else not required))
            enquiries.append((begun, part))
        plan_starts = {event.day for event in self._events.get("plan-started", ())}
        for kind in CONFERENCES:
            for event in self._take(kind):
                self._confer(event, enquiries, plan_starts)

    def _confer(self, event: Event, enquiries: list[tuple[date, Element]], plan_starts: set[date]) -> None:
        outcome = event.facts.get("outcome")
        if outcome == "adjourned":  # it would be read as a conference that decided something
            self._leave(event, ADJOURNED)
            return
        derived: str | None = "no-plan"
        if event.day in plan_starts:
            derived = "plan"
        elif max(plan_starts, default=event.day) > event.day:
            derived = None
        if (outcome == "plan") is not (derived == "plan"):
            self._doubt(DECIDED)
        outside = event.facts.get("recorded-under") == "episode"
        kept = {"outcome": outcome == derived, "recorded-under": outside}
        self._told(event, *(fact for fact, same in kept.items() if same))
        if event.kind != "initial-conference":
            self.left_out[f"{event.kind}, written as an initial conference"] += 1
        begun = [part for started, part in enquiries if started <= event.day]
        if begun and not outside and event.kind != "transfer-in-conference":
            part = next((one for one in reversed(begun) if one.find("DateOfInitialCPC") is None), begun[-1])
            _put(part, DateOfInitialCPC=event.day)
        else:
            held = self._block("DateOfInitialCPC", event.day)
            held.text = str(event.day)

    def _proceed(self) -> None:
        letters, meetings, issued = (
            self._take(kind) for kind in ("letter-before-proceedings", "pre-proceedings-meeting", "proceedings-issued")
        )
        for n in range(max(len(letters), len(meetings), len(issued))):
            letter, meeting, court = (told[n] if n < len(told) else None for told in (letters, meetings, issued))
            offered = None
            if letter is not None:
                offered = self._known(
                    self._told(letter, "family-group-meeting-offered"), "family-group-meeting-offered", bool
                )
            part = self._block("PreProceedingsandFGDM", _first(letter, meeting, court).day)
            _put(part, LBPSentDate=letter and letter.day, FGDMMeetingOffer=_flag(offered))
            _put(part, InitialPPMeetingDate=meeting and self._told(meeting).day)
            _put(part, CourtAppDate=court and self._told(court).day)

    def _spans(self, start: str, end: str, *facts: str) -> Iterator[tuple[Event | None, Event | None]]:
        """Starts, each with the first end from its day on that no earlier one has; then the ends without a start."""
        ends = self._take(end)
        for begun in self._take(start):
            ended = next((event for event in ends if event.day >= begun.day), None)
            if ended is not None:
                ends.remove(ended)
                self._told(ended)
            yield self._told(begun, *facts), ended
        for ended in ends:
            yield None, ended

    def _once(self, parts: Iterable[tuple[Element, Element]]) -> None:
        """Take out of their parents the parts that are there before: a record that is there twice is read once."""
        told: set[object] = set()
        for parent, part in parts:
            if (content := content_of(part)) in told:
                kinds = [DATES[inner.tag] for inner in part.iter() if inner.tag in DATES]
                self.left_out.update(kinds)
                self.written -= len(kinds)
                parent.remove(part)
            told.add(content)


def _place_in(parent: str) -> Callable[[Element], int]:
    return lambda part: _PLACE[parent, part.tag]


def _first(*events: Event | None) -> Event:
    return next(event for event in events if event is not None)


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(int(value))
