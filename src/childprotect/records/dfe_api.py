"""The Department for Education's daily API for children's social care (specification 1.0.1), as JSON.

A payload is an array of children; one child by itself is read too. It holds no review, no target date, no category of
a plan, no strategy discussion and no visit, so nothing that rests on one of these can be judged. A payload is taken to
hold the whole record of each of its children over two years, which is the window that councils send. What a council
sends only because it changed is no record to judge.

A record that is to be purged is no record, and what stands in it is none. Of a care worker only the dates are read:
the case is allocated when a worker begins, and deallocated when one ends and no other goes on. Whether a worker is
qualified is not said.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from attrs import define, evolve, field
from dateutil.relativedelta import relativedelta

from childprotect.chronology import Chronology, Coverage, Expected
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.records.dfe_api_records import (
    EPISODES,
    NUMBERS,
    PARTS,
    PLANS,
    WORKERS,
    Kinds,
    OneChild,
    child_of,
    objects_in,
    pass_over,
    places_of,
)
from childprotect.records.json_stream import TWICE, records
from childprotect.records.recognising import PLAIN, Given, Reader, Reading, of_file
from childprotect.records.same_record import WHICH
from childprotect.records.source import Account, Hashes, Progress, Source
from childprotect.records.telling import Record, Span, Telling, said, span_of

FORMAT = "dfe-api"
EXPECTED = "the daily API of the Department for Education: an array of children with la_child_id"
KINDS = frozenset(
    """referral case-closed allocated deallocated assessment-started assessment-completed section-47-started
    section-47-completed initial-conference pre-birth-conference plan-started plan-ended child-in-need-plan-started
    child-in-need-plan-ended looked-after-started placement-started looked-after-ended""".split()
)
"""What the API can hold. A pre-birth conference is in it, as an initial one; a transfer-in conference has no place."""
FACTS = frozenset(("reason", "conference-required", "no-further-action"))
# Held whole, however old: what a payload holds of a case, a plan or an enquiry. Assessments are sent if they began or
# ended within the window, workers and placements if they had not ended before it, so that those of an old case may be
# missing. So it is in the queries with which the sector builds payloads; the specification itself does not say.
WHOLE = KINDS - {
    *("assessment-started", "assessment-completed", "allocated", "deallocated"),
    *("looked-after-started", "placement-started", "looked-after-ended"),
}
COVERS = Coverage(KINDS, FACTS, whole=WHOLE)
_WINDOW = relativedelta(years=2)

_TYPES: dict[str, Any] = {
    **dict.fromkeys(("date_of_birth", "expected_date_of_birth", "referral_date", "closure_date"), str),
    **dict.fromkeys(("start_date", "end_date", "authorisation_date", "icpc_date"), str),
    **dict.fromkeys(("closure_reason", "start_reason", "end_reason"), str),
    **dict.fromkeys(("referral_no_further_action_flag", "icpc_required_flag"), bool | str),
    "purge": bool,
}
"""The fields that are read, whichever record they stand in, and the types that they may have."""
_PASSED_OVER = frozenset(
    """mis_child_id health_and_wellbeing referral_source adoption care_leavers worker_id unique_pupil_number
    former_unique_pupil_number unique_pupil_number_unknown_reason first_name surname sex ethnicity disabilities postcode
    uasc_flag uasc_end_date factors placement_type change_reason""".split()
)
"""The fields of the specification that no rule uses: of these, not even the values are built."""
_MOVES = frozenset("PLTUB")
"""Reasons for which a placement begins, other than S: the place, the carer or the legal status changed."""
_CEASED = re.compile("E[0-9]{1,2}[AB]?")
"""Reasons for which a placement ends, and with it the time of being looked after. It goes on after X1."""

_PLAN = ("plan-started", "plan-ended")
_NEED = ("child-in-need-plan-started", "child-in-need-plan-ended")
_ASSESSMENT = ("assessment-started", "assessment-completed")
_ALLOCATION = ("allocated", "deallocated")
_CARE = ("looked-after-started", "placement-started", "looked-after-ended")


def read_dfe_api(path: str, reading: Reading = PLAIN) -> Source:
    """Read a payload, streaming, in two passes. Raises `UnreadableInput` if it is not one, or breaks off."""
    first, known = Account(), _Known()
    children = _told(path, reading, first, known)
    days = {event.day for child in children for event in child.events}
    if not days:
        why = first.rejections[0].because if first.rejections else "there are no dates in it"
        raise UnreadableInput(path, "", f"no event could be read: {why}", EXPECTED)
    account = Account()
    source = Source(path, FORMAT, account.last_of(days), account=account)
    return source.give(_told(path, reading, account, known.again(source.as_at), reading.progress))


@define
class _Known:
    """Children of a payload, as numbers: the first time through it finds those that there is more than one word on."""

    seen: Hashes | None = field(factory=Hashes)
    """All of them, the first time through; a set of as many would be ten times as large."""
    twice: frozenset[int] = frozenset()
    purged: set[int] = field(factory=set)
    covers: Coverage = COVERS

    def again(self, as_at: date) -> "_Known":
        """What is known of the whole payload, and from when on it tells everything, when it is read once more."""
        since = as_at - _WINDOW + timedelta(days=1)
        twice = self.seen.repeated() if self.seen is not None else self.twice
        return _Known(None, twice, self.purged, evolve(COVERS, since=since))


def _told(
    path: str, reading: Reading, account: Account, known: _Known, progress: Progress | None = None
) -> Iterator[Chronology]:
    def unused(name: str) -> None:
        if name not in _PASSED_OVER:
            account.unused[name] += 1

    for number, record in enumerate(records(path, _USED, unused, EXPECTED, progress), start=1):
        child = _child(f"child {number} of the file", record, reading, account, known)
        if child is not None:
            yield child


def _child(place: str, record: Any, reading: Reading, account: Account, known: _Known) -> Chronology | None:
    if not isinstance(record, dict):
        account.reject_rows([place], None, "it is not an object")
        return None
    name = reading.child(record.get("la_child_id"))
    if name is None:
        account.reject_rows(places_of(place, record), None, "it has no la_child_id that can be read")
        return None
    key = hash(name)
    if record.get("purge") is True:
        known.purged.add(key)
        pass_over(account, record)
        return None
    account.next_row()
    told = child_of(name, account, record)
    if known.seen is not None:
        known.seen.add(name)
    if key in known.twice:
        told.lose(None, "la_child_id", "the child is in the file more than once, and each part is judged by itself")
    if key in known.purged:
        told.lose(None, "purge", "the child is to be purged too, and nothing says whether before or after this")
    _sound(told, record, "child")
    born = _born(told, record)
    episodes = list(objects_in(told, record, EPISODES, (None,)))
    if len(episodes) > 1:
        told.keep_apart(EPISODES, map(_open, episodes))
    plans = [[*objects_in(told, episode, PLANS, _PLAN)] for episode in episodes]
    for n, own in enumerate(plans, start=1):
        for plan in _rows_of(told, n, PLANS, own):
            _plan(told, plan)
    for n, episode in enumerate(episodes, start=1):
        _episode(told, n, episode)
    _allocations(told, episodes)
    return told.chronology(born, None, known.covers)


def _rows_of(told: Telling, episode: int, name: str, parts: Iterable[Record]) -> Iterator[Record]:
    """The parts of an episode, each of which is a row, and is named so in messages."""
    for n, part in enumerate(parts, start=1):
        told.where = f"{name} {n} of episode {episode} of "
        told.account.next_row()
        yield part


def _sound(told: Telling, record: Record, place: str) -> bool:
    """Whether every field of a record is of the type that it should be, and there once; otherwise it is rejected.

    `place` is where it stands: the name of the array, or of the field. What is read elsewhere and has no place in such
    a record is counted by name; records that have none are rejected.
    """
    kinds, allowed = _FIELDS[place]
    for name in [name for name in record if name not in allowed and name != TWICE]:
        told.account.unused[name] += 1
        if name in _FIELDS:
            why = f"{name} has no place in {place}"
            parts = record[name] if isinstance(record[name], list) else [record[name]]
            told.reject(name, why)
            for part in parts:
                place = f"{told.where}child {told.child}, {name}"
                told.account.reject_rows(places_of(place, part), told.child, "it is not looked for")
            told.lost += [Lost(kind, name, why) for kind in _FIELDS[name][0]]
    wrong = [name for name in allowed & _TYPES.keys() if not isinstance(record.get(name), _TYPES[name] | None)]
    why = f"{min(wrong)} is not {'text' if _TYPES[min(wrong)] is str else 'true or false'}" if wrong else ""
    if TWICE in record:
        wrong, why = [record[TWICE]], f"{record[TWICE]} is there twice"
    if why:
        told.reject(min(wrong), why)
        told.lost += [Lost(kind, min(wrong), why) for kind in kinds]
    return not why


def _born(told: Telling, record: Record) -> date | Expected | None:
    """The date of birth, which alone is read of the child's details."""
    details = record.get("child_details")
    if details is None:
        return None
    if not isinstance(details, dict):
        told.reject("child_details", "child_details is not an object")
        return None
    if details.get("purge") is True or not _sound(told, details, "child_details"):
        return None
    return told.born(details, "date_of_birth", "expected_date_of_birth")


def _open(episode: Record) -> Span | None:
    """From when to when a case was open."""
    return span_of(*map(episode.get, ("referral_date", "closure_date", "referral_no_further_action_flag")))


def _episode(told: OneChild, number: int, record: Record) -> None:
    """One episode, from referral to closure, with all that stands in it but its plans and workers."""
    told.account.next_row()
    told.where = f"episode {number} of "
    sound = _sound(told, record, EPISODES)
    if told.is_doubtful(EPISODES, record):  # and with it, which of the work that stands in it was done
        told.reject(NUMBERS[EPISODES], WHICH)
        told.lost += [Lost(kind, NUMBERS[EPISODES], WHICH) for kind in (*_FIELDS[EPISODES][0], None)]
    elif sound:
        nfa = told.flag(record, "referral_no_further_action_flag", "referral")
        dated = {name: record.get(name) for name in ("referral_date", "closure_date", "closure_reason")}
        referred = told.begin("referral", dated, "referral_date", {"no-further-action": nfa})
        told.closure(record, "closure_date", "closure_reason", referred)
    for name, (kinds, tell) in _TOLD.items():
        for part in _rows_of(told, number, name, objects_in(told, record, name, kinds)):
            if _sound(told, part, name):
                tell(told, part)


def _span(told: Telling, record: Record, begin: str, end: str, ended: str = "end_date") -> date | None:
    """What begins and ends; its first day."""
    dated = {name: record.get(name) for name in ("start_date", ended)}
    return told.span(begin, end, dated, "start_date", ended)


def _plan(told: Telling, record: Record) -> None:
    """A child protection plan. Its conference is found by the day, as in the census."""
    sound = _sound(told, record, PLANS)
    told.plan_starts.add(_span(told, record, *_PLAN) if sound else None)


def _assessment(told: Telling, record: Record) -> None:
    """An assessment is complete when it was authorised. The API does not say its type."""
    _span(told, record, *_ASSESSMENT, ended="authorisation_date")


def _section_47(told: Telling, record: Record) -> None:
    """An enquiry and its conference."""
    facts = {"conference-required": told.flag(record, "icpc_required_flag", "section-47-started")}
    dated = {name: record.get(name) for name in ("start_date", "icpc_date", "end_date")}
    started = told.begin("section-47-started", dated, "start_date", facts)
    told.conference(record, "icpc_date", {}, not_before=started)
    told.add("section-47-completed", record, "end_date", facts, not_before=started)


def _child_in_need_plan(told: Telling, record: Record) -> None:
    _span(told, record, *_NEED)


def _placement(told: Telling, record: Record) -> None:
    """A placement; the first of a period of care begins that period, and the last one ends it."""
    began, ended = (str(record.get(name) or "").strip().upper() for name in ("start_reason", "end_reason"))
    started = told.begin("placement-started", record, "start_date")
    if began == "S":
        told.add("looked-after-started", record, "start_date")
    elif began not in _MOVES:
        told.lose("looked-after-started", "start_reason", "start_reason is no code that we know")
    if _CEASED.fullmatch(ended):
        told.add("looked-after-ended", record, "end_date", not_before=started)
    elif ended == "X1":
        told.date_of(record, "end_date")  # that of no event, but a row whose date cannot be read is not read whole
    elif ended or said(record.get("end_date")):
        told.lose("looked-after-ended", "end_reason", "end_reason is no code that we know")


def _allocations(told: OneChild, episodes: list[Record]) -> None:
    """When a worker begins, and when one ends and no other goes on. Who it is is not read."""
    parts = [[*objects_in(told, episode, WORKERS, _ALLOCATION)] for episode in episodes]
    spans = sorted((begun, over) for own in parts for begun, over in (_days(told, part) for part in own) if begun)
    begins = [begun for begun, _ in spans]
    furthest = list(accumulate((over for _, over in spans), max))
    for n, own in enumerate(parts, start=1):
        for part in _rows_of(told, n, WORKERS, own):
            if not _sound(told, part, WORKERS):
                continue
            dated = {name: part.get(name) for name in ("start_date", "end_date")}
            started, (_, ended) = told.begin("allocated", dated, "start_date"), _days(told, part)
            begun_by_then = bisect_right(begins, ended)
            goes_on = begun_by_then > 0 and furthest[begun_by_then - 1] > ended
            if not goes_on or (started is not None and ended < started):
                told.add("deallocated", dated, "end_date", not_before=started)


def _days(told: Telling, part: Record) -> tuple[date | None, date]:
    """When a worker began, and ended; the last of all days where that is not said, or cannot be read."""
    begun, over = (told.day_of(part[name]) if said(part.get(name)) else None for name in ("start_date", "end_date"))
    return begun, over or date.max


_ENQUIRY = ("section-47-started", "initial-conference", "section-47-completed")
_TOLD: dict[str, tuple[Kinds, Callable[[Telling, Record], None]]] = {
    "child_and_family_assessments": (_ASSESSMENT, _assessment),
    "child_in_need_plans": (_NEED, _child_in_need_plan),
    "section_47_assessments": (_ENQUIRY, _section_47),
    "child_looked_after_placements": (_CARE, _placement),
}
_SPAN = frozenset(("start_date", "end_date", "purge"))
_FIELDS: dict[str, tuple[Kinds, frozenset[str]]] = {
    "child": ((None,), frozenset(("la_child_id", "purge", "child_details", EPISODES))),
    "child_details": ((), frozenset(("date_of_birth", "expected_date_of_birth", "purge"))),
    EPISODES: (
        ("referral", "case-closed"),
        frozenset(
            (
                "referral_date",
                "referral_no_further_action_flag",
                "closure_date",
                "closure_reason",
                "purge",
                *PARTS,
                NUMBERS[EPISODES],
            )
        ),
    ),
    "child_and_family_assessments": (
        _ASSESSMENT,
        frozenset(("start_date", "authorisation_date", "purge", NUMBERS["child_and_family_assessments"])),
    ),
    "child_in_need_plans": (_NEED, _SPAN | {NUMBERS["child_in_need_plans"]}),
    "section_47_assessments": (
        _ENQUIRY,
        _SPAN | {"icpc_required_flag", "icpc_date", NUMBERS["section_47_assessments"]},
    ),
    "child_looked_after_placements": (
        _CARE,
        _SPAN | {"start_reason", "end_reason", NUMBERS["child_looked_after_placements"]},
    ),
    PLANS: (_PLAN, _SPAN | {NUMBERS[PLANS]}),
    WORKERS: (_ALLOCATION, _SPAN - {"purge"}),
}
"""For every place where a record may stand: the kinds of event that are lost with it, and the fields that are read."""
_USED = frozenset(name for _, names in _FIELDS.values() for name in names)


def _recognise(given: Given) -> str | None:
    head = given.head.replace(b"\0", b"")  # of UTF-16, what is ASCII remains
    marks = {"[": (b'"la_child_id"', b'"social_care_episodes"'), "{": (b'"social_care_episodes"', b'"child_details"')}
    found = next((mark.decode() for mark in marks.get(given.first, ()) if mark in head), None)
    return f"it is JSON with {found}" if found else None


READER = Reader(
    FORMAT,
    "a payload of the DfE's daily API (JSON)",
    _recognise,
    of_file(read_dfe_api),
    COVERS,
    by="JSON with `la_child_id`",
)
