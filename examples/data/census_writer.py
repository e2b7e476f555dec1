"""The same kind of record, as the children in need census would hold it.

The census knows less than an event table: no decisions on referrals, no strategy discussions, no core groups, nobody
who took part. What it does hold is arranged by episode, from a referral to the closure of the case, in the order of
the schema of 2025. Like real returns it is not quite even: some software writes flags as 1 and 0 and some as true and
false, and some works out the target of the conference without the bank holidays.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from random import Random
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from childprotect import Event
from childprotect.calendars import england_and_wales

CONFERENCES = ("initial-conference", "pre-birth-conference")
TARGET = 15
_SOURCES = {
    "police": "6",
    "school": "2A",
    "health-visitor": "3B",
    "hospital": "3E",
    "relative": "1A",
    "anonymous": "9",
    "housing": "4",
    "early-help": "5D",
}
_CLOSURES = {
    "adopted": "RC1",
    "died": "RC2",
    "special-guardianship": "RC4",
    "transferred": "RC5",
    "adult-services": "RC6",
    "needs-met": "RC7",
    "no-further-action": "RC8",
    "early-help": "RC9",
}
_CATEGORIES = {"neglect": "NEG", "physical": "PHY", "sexual": "SAB", "emotional": "EMO"}
_FACTORS = ("1B", "2B", "3B", "4A", "4B", "16A", "17A", "18C", "20")


def write_census(children: Iterable[tuple[str, Sequence[Event]]], reference: date, seed: int) -> str:
    """The return of the year that ends on the reference date, for those who were in need in it."""
    message = Element("Message")
    header = SubElement(message, "Header")
    collection = SubElement(header, "CollectionDetails")
    _put(collection, Collection="CIN", Year=reference.year, ReferenceDate=reference)
    source = SubElement(header, "Source")
    _put(source, SourceLevel="L", LEA="999", SoftwareCode="invented", Release="1", SerialNo="001")
    _put(source, DateTime=f"{reference.year}-06-30T09:00:00")
    begins = date(reference.year - 1, reference.month, reference.day) + timedelta(days=1)
    everyone = SubElement(message, "Children")
    for number, (child, events) in enumerate(children):
        episodes = [told for told in _episodes(events) if _in_need(told, begins)]
        if episodes:
            _Return(number, reference, Random(seed * 10_000 + number)).child(everyone, child, episodes)
    indent(message, "  ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(message, encoding="unicode")}\n'


def _put(parent: Element, **values: object) -> None:
    for name, value in values.items():
        if value is not None:
            SubElement(parent, name).text = str(value)


def _episodes(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events from each referral, or move into the area, up to the next."""
    episode: list[Event] = []
    for event in events:
        if event.kind in ("referral", "transfer-notified") and episode:
            yield episode
            episode = []
        episode.append(event)
    yield episode


def _of(events: Iterable[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def _in_need(episode: Sequence[Event], begins: date) -> bool:
    """Open at any time of the year, or a referral of the year."""
    closed = _of(episode, "case-closed")
    return not closed or closed[-1].day >= begins


class _Return:
    """One child's part of the return, from one council's software."""

    def __init__(self, number: int, reference: date, dice: Random) -> None:
        self._reference = reference
        self._dice = dice
        self._yes, self._no = ("true", "false") if number % 4 == 0 else ("1", "0")
        self._knows_bank_holidays = number % 3 != 0
        self._plans_before = 0

    def _one_of(self, *options: str) -> str:
        return options[int(self._dice.random() * len(options))]

    def child(self, parent: Element, child: str, episodes: Sequence[Sequence[Event]]) -> None:
        """The child: who it is, as far as the census asks, and its episodes."""
        part = SubElement(parent, "Child")
        events = [event for told in episodes for event in told]
        self._identifiers(SubElement(part, "ChildIdentifiers"), child, events)
        _put(SubElement(part, "ChildCharacteristics"), Ethnicity=self._one_of("WBRI", "WBRI", "WOTH", "MOTH", "NOBT"))
        for episode in episodes:
            self._episode(SubElement(part, "CINdetails"), episode)

    def _identifiers(self, part: Element, child: str, events: Sequence[Event]) -> None:
        born = events[0].day - timedelta(days=200 + int(self._dice.random() * 15 * 365))
        sex, closed = self._one_of("M", "F"), _of(events, "case-closed")
        reason = closed[-1].facts["reason"] if closed else None
        if before_birth := _of(events, "pre-birth-conference"):
            born = before_birth[-1].day + timedelta(days=120)
        elif reason == "adult-services":
            born = closed[-1].day.replace(year=closed[-1].day.year - 18)
        unborn = born > self._reference
        _put(part, LAchildID=child, UPNunknown="UN1" if (self._reference - born).days < 5 * 365 else "UN5")
        _put(part, **{"ExpectedPersonBirthDate" if unborn else "PersonBirthDate": born})
        _put(part, Sex="U" if unborn else sex, PersonDeathDate=closed[-1].day if reason == "died" else None)

    def _episode(self, part: Element, episode: Sequence[Event]) -> None:
        referred = episode[0]
        source = referred.facts.get("source")
        nothing_further = any(e.facts.get("outcome") == "no-further-action" for e in _of(episode, "referral-decided"))
        _put(part, CINreferralDate=referred.day, ReferralSource=_SOURCES[source] if source else "5C")
        if not nothing_further:
            _put(part, PrimaryNeedCode=self._one_of("N1", "N1", "N1", "N4", "N5"))
            for closed in _of(episode, "case-closed"):
                _put(part, CINclosureDate=closed.day, ReasonForClosure=_CLOSURES[closed.facts["reason"]])
            held_in = dict(_enquiries(episode))
            for held in _of(episode, *CONFERENCES, "transfer-in-conference"):
                if held not in held_in.values():
                    _put(part, DateOfInitialCPC=held.day)
            self._assessments(part, episode)
            self._plan_dates(part, episode)
            for started, conference in held_in.items():
                self._enquiry(SubElement(part, "Section47"), started, conference, episode)
        _put(part, ReferralNFA=self._yes if nothing_further else self._no)
        self._plans(part, episode)

    def _assessments(self, parent: Element, episode: Sequence[Event]) -> None:
        started, completed = _of(episode, "assessment-started"), _of(episode, "assessment-completed")
        for start, end in zip_longest(started, completed):
            part = SubElement(parent, "Assessments")
            _put(part, AssessmentActualStartDate=start.day)
            if end is not None:
                _put(part, AssessmentAuthorisationDate=end.day)
                factors = {self._one_of(*_FACTORS), self._one_of(*_FACTORS)}
                found = SubElement(part, "FactorsIdentifiedAtAssessment")
                for factor in sorted(factors):
                    _put(found, AssessmentFactors=factor)

    def _plan_dates(self, parent: Element, episode: Sequence[Event]) -> None:
        started, ended = _of(episode, "child-in-need-plan-started"), _of(episode, "child-in-need-plan-ended")
        for start, end in zip_longest(started, ended):
            _put(
                SubElement(parent, "CINPlanDates"), CINPlanStartDate=start.day, CINPlanEndDate=end.day if end else None
            )

    def _enquiry(self, part: Element, started: Event, held: Event | None, episode: Sequence[Event]) -> None:
        completed = [event for event in _of(episode, "section-47-completed") if event.day >= started.day]
        required = completed[0].facts.get("conference-required", True) if completed else True
        _put(part, S47ActualStartDate=started.day, InitialCPCtarget=self._target(started.day) if required else None)
        _put(part, DateOfInitialCPC=held.day if held else None)
        _put(part, ICPCnotRequired=self._no if required else self._yes)

    def _target(self, started: date) -> date:
        if self._knows_bank_holidays:
            return england_and_wales().add(started, TARGET)
        day, left = started, TARGET
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day

    def _plans(self, parent: Element, episode: Sequence[Event]) -> None:
        ends = _of(episode, "plan-ended")
        for started in _of(episode, "plan-started"):
            part = SubElement(parent, "ChildProtectionPlans")
            ended = ends.pop(0) if ends else None
            category = self._category(started)
            _put(part, CPPstartDate=started.day, CPPendDate=ended.day if ended else None)
            _put(part, InitialCategoryOfAbuse=category, LatestCategoryOfAbuse=category)
            _put(part, NumberOfPreviousCPP=self._plans_before)
            self._plans_before += 1
            until = ended.day if ended else date.max
            held = [event for event in _of(episode, "review-conference") if started.day < event.day <= until]
            if held:
                reviews = SubElement(part, "Reviews")
                for review in held:
                    _put(reviews, CPPreviewDate=review.day)

    def _category(self, started: Event) -> str:
        categories = sorted(started.facts.get("categories", ()))
        return _CATEGORIES[categories[0]] if len(categories) == 1 else "MUL"


def _enquiries(episode: Sequence[Event]) -> Iterator[tuple[Event, Event | None]]:
    """Every enquiry of an episode with its conference: the first one up to the next enquiry."""
    starts = _of(episode, "section-47-started")
    for started, following in zip_longest(starts, starts[1:]):
        until = following.day if following else date.max
        held = (event for event in _of(episode, *CONFERENCES) if started.day <= event.day < until)
        yield started, next(held, None)
