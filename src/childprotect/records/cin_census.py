"""The children in need census: its words translated into ours, one child at a time.

The reader keeps the identifier and the dates and codes that rules use, and drops everything else. What the census
cannot hold (core groups, decisions on referrals, who took part) is left to the coverage, so that it is *cannot tell*
and never *overdue*.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from attrs import define, evolve, field
from dateutil.relativedelta import relativedelta

from childprotect.chronology import Chronology, Coverage
from childprotect.errors import UnreadableInput
from childprotect.records.census_elements import ELEMENTS, ROWS, Use
from childprotect.records.census_xml import (
    EXPECTED,
    count_unused,
    elements,
    refuse_doctype,
    repeated_identifiers,
    spelt,
)
from childprotect.records.recognising import PLAIN, Reader, Reading, begins_as_text, of_file
from childprotect.records.source import Account, Source, clean_identifier, open_binary, quoted
from childprotect.records.telling import Record, Span, Telling, iso_day, span_of

KINDS = frozenset(
    """referral case-closed assessment-started assessment-completed section-47-started initial-conference
    pre-birth-conference transfer-in-conference plan-started plan-ended review-conference child-in-need-plan-started
    child-in-need-plan-ended letter-before-proceedings pre-proceedings-meeting proceedings-issued""".split()
)
"""What the census can hold. Pre-birth and transfer-in conferences are in it, as initial conferences."""
FACTS = frozenset(
    "categories reason conference-required no-further-action recorded-target family-group-meeting-offered".split()
)
# Held whole, of whichever year: what the file holds of a case, an enquiry, a plan and its reviews. Assessments are not:
# the DfE's rules want the end of an assessment within the year of the census (8696), and the start of one that is not
# complete (8736), while the case of an old referral stays in it for as long as it is open. The rules on the end of a
# plan (8930), of a child in need plan (4013) and of a case (8620), and on the conference (8715, 8740), leave out plans,
# cases and enquiries of earlier years as a whole.
WHOLE = KINDS - {"assessment-started", "assessment-completed"}
COVERS = Coverage(KINDS, FACTS, whole=WHOLE)
CATEGORIES = {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple"}
Content = tuple[tuple[str, str], ...]
_A_YEAR = relativedelta(years=1)
FORMAT = "cin-census"
TWICE = "the same is there before; it is read once"
_MANY = frozenset({"DateOfInitialCPC", "CPPreviewDate"})
"""What is read and may be there several times in one place; of all else, only what is the same may be."""
_ONCE = frozenset(one.name for one in ELEMENTS if one.use is Use.READ) - _MANY


def read_census(path: str, reading: Reading = PLAIN) -> Source:
    """Read a census file, streaming. Raises `UnreadableInput` if it is not one, at once or where the XML breaks off."""
    with open_binary(path) as file:
        refuse_doctype(path, file)
    file = open_binary(path)
    account = Account()
    stream = elements(path, file, reading.progress, account.unused)
    stated = _reference(next(stream), account)
    reference = iso_day(stated)
    try:
        as_at = reference or _last_date(path, account)
    except UnreadableInput:
        stream.close()
        raise
    source = Source(path, FORMAT, as_at, account=account)
    account.next_row()
    if stated and reference is None:
        why = f"ReferenceDate{quoted(stated)} cannot be meant; the last date of the file is taken"
        account.reject("<Header>", None, why)
    covers = evolve(COVERS, since=first_day(as_at))
    return source.give(_children(path, stream, account, reading, covers))


def first_day(as_at: date) -> date:
    """The first day of the year of a census that speaks as at a day."""
    return as_at - _A_YEAR + timedelta(days=1)


def _reference(header: Element, account: Account) -> str:
    """What the header says of the day as at which it speaks."""
    for part in spelt(header, account.unused):
        if part.tag != "ReferenceDate":
            count_unused(account.unused, part.tag)
    return next((part.text or "" for part in header.iter() if part.tag == "ReferenceDate"), "").strip()


def _last_date(path: str, account: Account) -> date:
    """The last date of any event in the file, for a census that does not say its reference date."""
    stream = elements(path, open_binary(path), None, Counter())
    next(stream)
    days = {event.day for child in _children(path, stream, Account(), PLAIN, COVERS) for event in child.events}
    if not days:
        raise UnreadableInput(path, "<Header>", "there is no <ReferenceDate>, and no date of any event", EXPECTED)
    return account.last_of(days)


def _children(
    path: str, stream: Iterator[Element], account: Account, reading: Reading, covers: Coverage
) -> Iterator[Chronology]:
    repeated = repeated_identifiers(path)
    for number, element in enumerate(stream, start=1):
        misplaced = spelt(element, account.unused)
        if element.tag != "Child":
            why = "it is not a <Child>"
            account.reject_rows(_places(f"element {number} of <Children>", element), None, why)
            continue
        known = [part for part in element if part.tag == "ChildIdentifiers"]
        identifier = clean_identifier(next((part.text for who in known for part in who if _names(part)), None))
        name = reading.child(identifier)
        if identifier is None or name is None:
            why = "it has no LAchildID that can be read"
            account.reject_rows(_places(f"child {number} of the file", element), None, why)
            continue
        yield _chronology(_Child(name, account), element, known, misplaced, hash(identifier) in repeated, covers)


def _names(part: Element) -> bool:
    return part.tag == "LAchildID" and part.text is not None


def _rows(element: Element) -> list[str]:
    """The names of the records that stand within an element, itself among them."""
    return [part.tag for part in element.iter() if part.tag in ROWS]


def _places(place: str, element: Element) -> list[str]:
    """The place of an element that is read as a row, and those of the records within it."""
    return [place, *(f"{place}, {name}" for name in _rows(element))]


def content_of(part: Element) -> Content:
    """All that a part says, by which two that are the same are known."""
    return tuple((inner.tag, (inner.text or "").strip()) for inner in part.iter())


@define
class _Child(Telling):
    """A child, and what was taken in of it already: what is there a second time tells nothing new."""

    taken: dict[str, Element | set[Content]] = field(factory=dict)
    """By name: the only part so far, which is compared with nothing yet, or what all of them say."""

    def again(self, part: Element) -> bool:
        """Whether the same record was there before; then it and all within it are counted and rejected."""
        taken = self.taken.setdefault(part.tag, part)
        if taken is part:
            return False
        if isinstance(taken, Element):
            taken = self.taken[part.tag] = {content_of(taken)}
        content = content_of(part)
        if content not in taken or not any(text for _, text in content):
            taken.add(content)
            return False
        self.account.reject_rows((f"child {self.child}, {name}" for name in _rows(part)), self.child, TWICE)
        return True

    def record(self, element: Element) -> Record:
        """The fields of a part: the text of every element in it; of more than one with a name, the first.

        Of a part within the part, something that it says, so that the record as a whole is seen to say something.
        """
        record: dict[str, str] = {}
        for child in element:
            text = next((said for said in child.itertext() if not said.isspace()), None) if len(child) else child.text
            if text is None:
                continue
            if child.tag not in record:
                record[child.tag] = text
            elif child.tag in _ONCE and text.strip() != record[child.tag].strip():
                self.lose(None, child.tag, f"{child.tag} is there more than once, and says different things")
        return record


def _chronology(
    told: _Child, element: Element, known: list[Element], misplaced: list[Element], repeated: bool, covers: Coverage
) -> Chronology:
    """All that is said of a child; what could stand for anything leaves all of its findings in doubt."""
    account = told.account
    account.next_row()
    rows = account.rows + len(_rows(element)) if misplaced else account.rows
    identifiers = told.record(known[0])
    if repeated:
        why = "the file names this child more than once, and each part is judged without the others"
        told.lose(None, "LAchildID", why)
    if len(known) > 1:
        told.lose(None, "ChildIdentifiers", "ChildIdentifiers is there more than once")
    for part in misplaced:
        told.lose(None, part.tag, f"{part.tag} stands where it is not read")
    all_episodes = [part for part in element if part.tag == "CINdetails"]
    several = len(all_episodes) > 1
    if several:
        spans = {content_of(episode): _span(episode) for episode in all_episodes}
        told.keep_apart("CINdetails", spans.values())
    born = told.born(identifiers, "PersonBirthDate", "ExpectedPersonBirthDate")
    died = told.died(identifiers, "PersonDeathDate")
    episodes = [episode for episode in all_episodes if not (several and told.again(episode))]
    plans = [part for episode in episodes for part in episode if part.tag == "ChildProtectionPlans"]
    for plan in plans:
        if not told.again(plan):
            _plan(told, plan)
    for episode in episodes:
        _episode(told, episode)
    unread = rows - account.rows
    places = (f"child {told.child}, record {n} of {unread} within what stands elsewhere" for n in range(1, unread + 1))
    account.reject_rows(places, told.child, "it stands where it is not read")
    return told.chronology(born, died, covers)


def _span(episode: Element) -> Span | None:
    """From when to when a case was open."""
    return span_of(
        episode.findtext("CINreferralDate"), episode.findtext("CINclosureDate"), episode.findtext("ReferralNFA")
    )


def _episode(told: _Child, episode: Element) -> None:
    """One CINdetails: from referral to closure."""
    told.account.next_row()
    record = told.record(episode)
    nfa = told.flag(record, "ReferralNFA", "referral")
    referred = told.begin("referral", record, "CINreferralDate", {"no-further-action": nfa})
    told.closure(record, "CINclosureDate", "ReasonForClosure", referred)
    _conferences(told, episode, {"recorded-under": "episode"})
    for part in episode:
        take = _PARTS.get(part.tag)
        if take is not None and not told.again(part):
            told.account.next_row()
            take(told, part)


def _conferences(told: _Child, part: Element, facts: Mapping[str, object], not_before: date | None = None) -> None:
    """The conferences of an episode, or of an enquiry: there may be several."""
    for held in part.findall("DateOfInitialCPC"):
        told.conference({held.tag: held.text}, held.tag, dict(facts), not_before=not_before)


def _assessment(told: _Child, part: Element) -> None:
    """An assessment is complete when it was authorised. The census does not say its type, and so neither do we."""
    begun, over = "AssessmentActualStartDate", "AssessmentAuthorisationDate"
    told.span("assessment-started", "assessment-completed", told.record(part), begun, over)


def _section_47(told: _Child, part: Element) -> None:
    """An enquiry, its conferences, and the target that the authority recorded."""
    record = told.record(part)
    not_required = told.flag(record, "ICPCnotRequired", "section-47-started")
    facts = {
        "conference-required": None if not_required is None else not not_required,
        "recorded-target": told.date_of(record, "InitialCPCtarget"),
    }
    started = told.begin("section-47-started", record, "S47ActualStartDate", facts)
    _conferences(told, part, {}, not_before=started)


def _plan(told: _Child, part: Element) -> None:
    """A child protection plan with its reviews."""
    told.account.next_row()
    record = told.record(part)
    code = str(record.get("InitialCategoryOfAbuse", "")).strip()
    if code and code not in CATEGORIES:
        told.lose("plan-started", "InitialCategoryOfAbuse", "InitialCategoryOfAbuse is no code that we know")
    category = CATEGORIES.get(code)
    facts = {"categories": category and frozenset({category})}
    started = told.span("plan-started", "plan-ended", record, "CPPstartDate", "CPPendDate", facts)
    told.plan_starts.add(started)
    held: set[str] = set()
    for reviews in part.iterfind("Reviews"):
        for review in reviews.iterfind("CPPreviewDate"):
            told.account.next_row()
            text = (review.text or "").strip()
            if not text:
                told.lose("review-conference", review.tag, f"there is no date in {review.tag}")
                continue
            if text in held:
                told.reject(review.tag, TWICE)
                continue
            held.add(text)
            told.add("review-conference", {review.tag: review.text}, review.tag, not_before=started)


def _child_in_need_plan(told: _Child, part: Element) -> None:
    """The dates of a child in need plan."""
    record = told.record(part)
    started = told.add("child-in-need-plan-started", record, "CINPlanStartDate")
    told.add("child-in-need-plan-ended", record, "CINPlanEndDate", not_before=started)


def _pre_proceedings(told: _Child, part: Element) -> None:
    """The pre-proceedings block of the census since 2026."""
    record = told.record(part)
    offered = told.flag(record, "FGDMMeetingOffer", "letter-before-proceedings")
    told.add("letter-before-proceedings", record, "LBPSentDate", {"family-group-meeting-offered": offered})
    told.add("pre-proceedings-meeting", record, "InitialPPMeetingDate")
    told.add("proceedings-issued", record, "CourtAppDate")


_PARTS: Mapping[str, Callable[[_Child, Element], None]] = {
    "Assessments": _assessment,
    "CINPlanDates": _child_in_need_plan,
    "Section47": _section_47,
    "PreProceedingsandFGDM": _pre_proceedings,
}
"""What is taken from each part of an episode; its plans have been taken before."""


READER = Reader(
    FORMAT,
    "a children in need census (XML)",
    begins_as_text("<", "it is XML"),
    of_file(read_census),
    COVERS,
    by="XML, with <Message> as its root element",
)
