"""The children in need census: its words translated into ours, one child at a time.

The reader keeps the identifier and the dates and codes that rules use, and drops everything else. What the census
cannot hold (core groups, decisions on referrals, who took part) is left to the coverage, so that it is *cannot tell*
and never *overdue*.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from attrs import evolve
from dateutil.relativedelta import relativedelta

from childprotect.chronology import Chronology, Coverage
from childprotect.errors import UnreadableInput
from childprotect.records.census_xml import EXPECTED, elements, refuse_doctype
from childprotect.records.recognising import PLAIN, Given, Reader, Reading
from childprotect.records.source import Account, Source, open_binary, quoted
from childprotect.records.telling import Record, Telling, iso_day

KINDS = frozenset(
    """referral case-closed assessment-started assessment-completed section-47-started initial-conference
    pre-birth-conference transfer-in-conference plan-started plan-ended review-conference child-in-need-plan-started
    child-in-need-plan-ended letter-before-proceedings pre-proceedings-meeting proceedings-issued""".split()
)
"""What the census can hold. Pre-birth and transfer-in conferences are in it, as initial conferences."""
FACTS = frozenset(
    "categories reason conference-required no-further-action recorded-target family-group-meeting-offered".split()
)
COVERS = Coverage(KINDS, FACTS)
CATEGORIES = {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple"}
_A_YEAR = relativedelta(years=1)
FORMAT = "cin-census"
ROWS = frozenset(
    """CINdetails Assessments CINPlanDates CINplanDates Section47 ChildProtectionPlans CPPreviewDate
    PreProceedingsAndFGDM PreProceedingsandFGDM""".split()
)
"""The elements that hold a record each, besides the header and the child."""


def read_census(path: str, reading: Reading = PLAIN) -> Source:
    """Read a census file, streaming. Raises `UnreadableInput` if it is not one, at once or where the XML breaks off."""
    with open_binary(path) as file:
        refuse_doctype(path, file)
    file = open_binary(path)
    stream = elements(path, file, reading.progress)
    said = next((part.text or "" for part in next(stream).iter() if part.tag == "ReferenceDate"), "").strip()
    reference = iso_day(said)
    try:
        as_at = reference or _last_date(path)
    except UnreadableInput:
        stream.close()
        raise
    source = Source(path, FORMAT, as_at)
    source.account.next_row()
    if said and reference is None:
        why = f"ReferenceDate{quoted(said)} cannot be meant; the last date of the file is taken"
        source.account.reject("<Header>", None, why)
    covers = evolve(COVERS, since=as_at - _A_YEAR + timedelta(days=1))
    return source.give(_children(stream, source.account, reading, covers))


def _last_date(path: str) -> date:
    """The last date of any event in the file, for a census that does not say its reference date."""
    stream = elements(path, open_binary(path), None)
    next(stream)
    days = [event.day for child in _children(stream, Account(), PLAIN, COVERS) for event in child.events]
    if not days:
        raise UnreadableInput(path, "<Header>", "there is no <ReferenceDate>, and no date of any event", EXPECTED)
    return max(days)


def _children(stream: Iterator[Element], account: Account, reading: Reading, covers: Coverage) -> Iterator[Chronology]:
    seen: set[int] = set()
    for number, element in enumerate(stream, start=1):
        if element.tag != "Child":
            account.reject_rows(1, f"element {number} of <Children>", None, "it is not a <Child>")
            continue
        who = _child(element, "ChildIdentifiers")
        identifiers = _record(who) if who is not None else {}
        name = reading.child(identifiers.get("LAchildID"))
        if name is None:
            rows = 1 + sum(part.tag in ROWS for part in element.iter())
            account.reject_rows(rows, f"child {number} of the file", None, "it has no LAchildID that can be read")
            continue
        account.next_row()
        told = Telling(name, account)
        key = hash(name)
        if key in seen:
            told.lose(None, "LAchildID", "the child was in the file before, and each part was judged without the other")
        seen.add(key)
        born = told.born(identifiers, "PersonBirthDate", "ExpectedPersonBirthDate")
        died = told.died(identifiers, "PersonDeathDate")
        episodes = [part for part in element if part.tag == "CINdetails"]
        for plans in (part for episode in episodes for part in episode if part.tag == "ChildProtectionPlans"):
            _plan(told, plans)
        for episode in episodes:
            _episode(told, episode)
        yield told.chronology(born, died, covers)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if child.tag == name), None)


def _record(element: Element) -> Record:
    """The fields of a part: the text of every element in it; of more than one with a name, the first.

    Of a part within the part, something that it says, so that the record as a whole is seen to say something.
    """
    record: dict[str, str] = {}
    for child in element:
        text = next((said for said in child.itertext() if not said.isspace()), None) if len(child) else child.text
        if text is not None and child.tag not in record:
            record[child.tag] = text
    return record


def _episode(told: Telling, episode: Element) -> None:
    """One CINdetails: from referral to closure."""
    told.account.next_row()
    record = _record(episode)
    nfa = told.flag(record, "ReferralNFA", "referral")
    referred = told.begin("referral", record, "CINreferralDate", {"no-further-action": nfa})
    told.closure(record, "CINclosureDate", "ReasonForClosure", referred)
    for part in episode:
        match part.tag.casefold():
            case "assessments":
                _assessment(told, _record(part))
            case "cinplandates":
                _child_in_need_plan(told, _record(part))
            case "section47":
                _section_47(told, part)
            case "dateofinitialcpc":
                told.conference({part.tag: part.text}, part.tag, {"recorded-under": "episode"})
            case "preproceedingsandfgdm":
                _pre_proceedings(told, _record(part))


def _assessment(told: Telling, record: Record) -> None:
    """An assessment is complete when it was authorised. The census does not say its type, and so neither do we."""
    told.account.next_row()
    started = told.begin("assessment-started", record, "AssessmentActualStartDate")
    told.add("assessment-completed", record, "AssessmentAuthorisationDate", not_before=started)


def _section_47(told: Telling, part: Element) -> None:
    """An enquiry, its conferences, and the target that the authority recorded."""
    told.account.next_row()
    record = _record(part)
    not_required = told.flag(record, "ICPCnotRequired", "section-47-started")
    facts = {
        "conference-required": None if not_required is None else not not_required,
        "recorded-target": told.date_of(record, "InitialCPCtarget"),
    }
    started = told.begin("section-47-started", record, "S47ActualStartDate", facts)
    for held in part.iterfind("DateOfInitialCPC"):
        told.conference({held.tag: held.text}, held.tag, {}, not_before=started)


def _plan(told: Telling, part: Element) -> None:
    """A child protection plan with its reviews."""
    told.account.next_row()
    record = _record(part)
    code = str(record.get("InitialCategoryOfAbuse", "")).strip()
    if code and code not in CATEGORIES:
        told.lose("plan-started", "InitialCategoryOfAbuse", "InitialCategoryOfAbuse is no code that we know")
    category = CATEGORIES.get(code)
    started = told.begin("plan-started", record, "CPPstartDate", {"categories": category and frozenset({category})})
    told.plan_starts.add(started)
    told.add("plan-ended", record, "CPPendDate", not_before=started)
    for reviews in part.iterfind("Reviews"):
        for review in reviews.iterfind("CPPreviewDate"):
            told.account.next_row()
            told.add("review-conference", {review.tag: review.text}, review.tag, not_before=started)


def _child_in_need_plan(told: Telling, record: Record) -> None:
    """The dates of a child in need plan, which are written CINPlan... and CINplan... ."""
    told.account.next_row()
    spelt = {name.casefold(): name for name in record}
    start, end = (spelt.get(name.casefold(), name) for name in ("CINPlanStartDate", "CINPlanEndDate"))
    started = told.add("child-in-need-plan-started", record, start)
    told.add("child-in-need-plan-ended", record, end, not_before=started)


def _pre_proceedings(told: Telling, record: Record) -> None:
    """The pre-proceedings block of the census since 2026."""
    told.account.next_row()
    offered = told.flag(record, "FGDMMeetingOffer", "letter-before-proceedings")
    told.add("letter-before-proceedings", record, "LBPSentDate", {"family-group-meeting-offered": offered})
    told.add("pre-proceedings-meeting", record, "InitialPPMeetingDate")
    told.add("proceedings-issued", record, "CourtAppDate")


def _recognise(given: Given) -> str | None:
    return "it is XML" if given.first == "<" else None


READER = Reader(
    FORMAT,
    "a children in need census (XML)",
    _recognise,
    lambda given, reading: read_census(str(given.path), reading),
    COVERS,
    by="XML, with <Message> as its root element",
)
