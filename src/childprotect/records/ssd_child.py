"""The rows of one child in the Standard Safeguarding Dataset, translated into events.

No `strategy-discussion` is made of an enquiry, though its start is defined as the date of one. Many councils record the
start of the enquiry there, and a discussion made of it would be met by definition: nobody would have recorded that it
was held, or who took part. The conference is counted from `section-47-started`, which is that same day.

No `proceedings-issued` and no `transfer-notified` either: the letter that care proceedings are intended is no issue,
and no field tells when the move was notified.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from childprotect.chronology import Expected
from childprotect.documents import data_from_json
from childprotect.events import Lost
from childprotect.records.same_record import UNFILLED, WHICH, WHOSE, content_of, differing, number_of
from childprotect.records.ssd_tables import TABLES
from childprotect.records.telling import Record, Span, Telling, iso_day, said, span_of

_BRITISH = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: .*)?")
CATEGORIES = {
    "neglect": "neglect",
    "physical abuse": "physical",
    "sexual abuse": "sexual",
    "emotional abuse": "emotional",
    "multiple": "multiple",
    "neg": "neglect",
    "phy": "physical",
    "sab": "sexual",
    "emo": "emotional",
    "mul": "multiple",
}
"""Categories of abuse as the data set writes them, and as the census does, from which councils fill the field."""
_ENQUIRY_WORDS = {
    "initial cp conference": "CP_CONFERENCE_FLAG",
    "initiate legal action": "LEGAL_ACTION_FLAG",
    "no further action": "NFA_FLAG",
    "nfa - continue with family assessment": "NFA_CONTINUE_SINGLE_FLAG",
    "other agency to monitor child's welfare": "MONITOR_FLAG",
    "provision of services (s17)": "PROV_OF_SERVICES_FLAG",
    "provision of short break care (s17)": "PROV_OF_SB_CARE_FLAG",
    "other outcome": "OTHER_OUTCOMES_EXIST_FLAG",
}
_ENQUIRY_FLAGS = tuple(_ENQUIRY_WORDS.values())
_REFERRAL_WORDS = {
    "no further action": "NFA_FLAG",
    "assessment required": "SINGLE_ASSESSMENT_FLAG",
    "strategy discussion and/or section 47 enquiry": "STRATEGY_DISCUSSION_FLAG",
    "step-down to early help": "NOT_ASKED_FLAG",
    "advice and information or signpost to other services": "NOT_ASKED_FLAG",
    "other": "NOT_ASKED_FLAG",
}
_REFERRAL_FLAGS = (
    "NFA_FLAG SINGLE_ASSESSMENT_FLAG STRATEGY_DISCUSSION_FLAG CP_CONFERENCE_FLAG CP_TRANSFER_IN_FLAG".split()
)
"""Of what may follow a referral, nothing, and that with which nothing does not go together."""


@frozen
class _Plan:
    """A child protection plan, as far as reviews are checked against it."""

    started: date | None
    ended: bool


@frozen
class OneChild:
    """The rows of one child on their way into a chronology.

    `may_be` says which kinds of event a table dates; `shared` which rows, by table and number, another child has too.
    """

    told: Telling
    rows: Mapping[str, Sequence[Record]]
    may_be: Callable[[str], Sequence[str | None]]
    shared: Collection[tuple[str, str | None]] = ()
    _plans: dict[str | None, _Plan] = field(factory=dict, init=False)

    def tell(self) -> tuple[date | Expected | None, date | None]:
        """Take in all rows, the plans first: the outcome of a conference may rest on them. When born, and when died."""
        told = self.told
        told.plan_starts.add(None)  # an outcome has a field of its own: where it is empty, it is not that of no plan
        born, died = self._born_and_died()
        for record in self._each("ssd_cp_plans"):
            self._plan(record)
        for record in self._each("ssd_contacts"):
            told.begin("contact", record, "cont_contact_date")
        spans: list[Span | None] = []
        for record in self._each("ssd_cin_episodes"):
            spans.append(span_of(*map(record.get, ("cine_referral_date", "cine_close_date", "cine_referral_nfa"))))
            self._referral(record)
        told.keep_apart("cine_referral_date", spans)
        for record in self._each("ssd_cin_assessments"):
            seen = {"child-seen": told.flag(record, "cina_assessment_child_seen", "assessment-completed")}
            started = told.begin("assessment-started", record, "cina_assessment_start_date")
            told.add("assessment-completed", record, "cina_assessment_auth_date", seen, not_before=started)
        started_on: dict[str | None, date | None] = {}
        for record in self._each("ssd_s47_enquiry"):
            started_on[_link(record, "s47e_s47_enquiry_id")] = self._enquiry(record)
        for record in self._each("ssd_initial_cp_conference"):
            self._conference(record, started_on)
        for record in self._each("ssd_cp_reviews"):
            self._review(record)
        for record in self._each("ssd_cp_visits"):
            seen = {
                "child-seen": told.flag(record, "cppv_cp_visit_seen", "visit"),
                "seen-alone": told.flag(record, "cppv_cp_visit_seen_alone", "visit"),
            }
            self._held("visit", record, "cppv_cp_visit_date", any(seen.values()))
            told.add("visit", record, "cppv_cp_visit_date", seen)
        for record in self._each("ssd_pre_proceedings"):
            told.add("legal-planning-meeting", record, "prep_pre_pro_decision_date")
            told.add("letter-before-proceedings", record, "prep_pre_pro_letter_date")
            told.add("pre-proceedings-meeting", record, "prep_initial_pre_pro_meeting_date")
        return born, died

    def _each(self, table: str) -> Iterator[Record]:
        """The rows of a table, counted; one that is there twice counts once, and where they differ neither does."""
        told, person = self.told, TABLES[table][0]
        column = person if table == "ssd_person" else TABLES[table][1]
        beside = frozenset((person, column))
        rows = self.rows.get(table, ())
        numbers = [number_of(record.get(column)) for record in rows]
        numbered = list(zip(numbers, rows, strict=True))
        twice = len(set(numbers)) < len(numbers)
        # two rows of a person are compared by what they say of the birth and the death, and may be two children
        doubtful = differing(numbered, beside) - {None} if twice and column != person else frozenset()
        known: set[object] = set()
        told.where = f"{table}, "
        for number, record in numbered:
            told.account.next_row()
            content = (number, content_of(record, beside)) if twice and number else None
            if content is not None and content in known:
                told.reject(column, "the same row is there twice, and counts once")
            elif number in doubtful or (number and (table, number) in self.shared):
                why = WHICH if number in doubtful else WHOSE
                told.reject(column, why)
                # of an episode that may have been open at another time, nobody can tell which work belongs to it
                every = [None] if table == "ssd_cin_episodes" else []
                told.lost += [Lost(kind, column, why) for kind in (*self.may_be(table), *every)]
            else:
                yield record
            known.add(content)

    def _born_and_died(self) -> tuple[date | Expected | None, date | None]:
        told = self.told
        people = [
            (told.born(record, "pers_dob", "pers_expected_dob"), told.died(record, "pers_death_date"))
            for record in self._each("ssd_person")
        ]
        if len(set(people)) > 1:
            told.lose(None, "pers_person_id", "two rows with one identifier differ, and may be two children")
        return people[0] if people else (None, None)

    def _referral(self, record: Record) -> None:
        told = self.told
        outcome = self._outcome("referral", record, "cine_referral_outcome_json", _REFERRAL_FLAGS, _REFERRAL_WORDS)
        flag = told.flag(record, "cine_referral_nfa", "referral")
        nothing = self._agreed("referral", "cine_referral_nfa", flag, outcome.pop("NFA_FLAG", None))
        if nothing and any(outcome.values()):
            told.lose("referral", "cine_referral_outcome_json", "it says that nothing follows, and what follows")
            nothing = None
        referred = told.begin("referral", record, "cine_referral_date", {"no-further-action": nothing})
        told.closure(record, "cine_close_date", "cine_close_reason", referred)

    def _enquiry(self, record: Record) -> date | None:
        """An enquiry, with the target that stands in the row of its conference."""
        told, ended = self.told, "section-47-completed"
        outcome = self._outcome(ended, record, "s47e_s47_outcome_json", _ENQUIRY_FLAGS, _ENQUIRY_WORDS)
        flag = told.flag(record, "s47e_s47_nfa", ended)
        nothing = self._agreed(ended, "s47e_s47_nfa", flag, outcome.get("NFA_FLAG"))
        nothing = nothing or outcome.get("NFA_CONTINUE_SINGLE_FLAG")
        conference, legal = outcome.get("CP_CONFERENCE_FLAG"), outcome.get("LEGAL_ACTION_FLAG")
        facts: dict[str, object] = {}
        if nothing and (conference or legal):
            told.lose(ended, "s47e_s47_outcome_json", "it says that nothing follows, and what follows")
        elif conference:
            facts = {"outcome": "conference", "conference-required": True}
        elif nothing:
            facts = {"conference-required": False}
        elif legal:
            facts = {"outcome": "legal-action"}
        elif conference is False and any(outcome.values()):
            facts = {"conference-required": False}
        target = {"recorded-target": self._target(_link(record, "s47e_s47_enquiry_id"))}
        started = told.begin("section-47-started", record, "s47e_s47_start_date", target)
        told.add(ended, record, "s47e_s47_end_date", facts, not_before=started)
        return started

    def _target(self, enquiry: str | None) -> date | None:
        """The day by which the conference of an enquiry was to be; None where its rows do not agree on one."""
        days = {
            iso_day(row["icpc_icpc_target_date"])
            for row in self.rows.get("ssd_initial_cp_conference", ())
            if enquiry and _link(row, "icpc_s47_enquiry_id") == enquiry and "icpc_icpc_target_date" in row
        }
        return days.pop() if len(days) == 1 else None

    def _conference(self, record: Record, started_on: Mapping[str | None, date | None]) -> None:
        told, initial, transfer = self.told, "initial-conference", "transfer-in-conference"
        told.date_of(record, "icpc_icpc_target_date")  # it belongs to the enquiry; here it is seen whether it is a date
        moved_in = told.flag(record, "icpc_icpc_transfer_in", transfer)
        enquiry = _link(record, "icpc_s47_enquiry_id")
        if moved_in is None and (said(record.get("icpc_icpc_transfer_in")) or enquiry is None):
            why = "whether it was the conference of a child who moved in is not recorded"
            for kind in (initial, transfer):
                told.lose(kind, "icpc_icpc_transfer_in", why)
            return
        kind = transfer if moved_in else initial
        outcome = self._outcome(kind, record, "icpc_icpc_outcome_json", ("CP_FLAG",), {})
        flag = told.flag(record, "icpc_icpc_outcome_cp_flag", kind)
        plan = self._agreed(kind, "icpc_icpc_outcome_cp_flag", flag, outcome.get("CP_FLAG"))
        self._held(kind, record, "icpc_icpc_date", plan)
        facts: dict[str, object] = {} if plan is None else {"outcome": "plan" if plan else "no-plan"}
        not_before = started_on.get(enquiry) if enquiry and not moved_in else None
        told.conference(record, "icpc_icpc_date", facts, kind, not_before=not_before)

    def _plan(self, record: Record) -> None:
        told = self.told
        start, end = "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"
        number = _link(record, "cppl_cp_plan_id")
        if told.flag(record, "cppl_cp_plan_ola", "plan-started"):
            # its conferences and reviews are on record elsewhere, so nothing can be said of it, and it cannot be denied
            why = "the plan is that of another authority, whose records are not here"
            told.lost.append(Lost("plan-started", "cppl_cp_plan_ola", why))
            self._plans[number] = _Plan(None, True)
            return
        category = self._categories(record)
        started = told.begin("plan-started", record, start, {"categories": category})
        told.plan_starts.add(started)
        ended = told.add("plan-ended", record, end, not_before=started)
        self._plans[number] = _Plan(started, ended is not None)

    def _categories(self, record: Record) -> frozenset[str] | None:
        """The categories of a plan; of several, those that are listed after the word for several."""
        column = "cppl_cp_plan_initial_category"
        word, _, several = str(record.get(column, "")).casefold().partition(":")
        names = [name.strip(" []") for name in re.split("[,;/&]", several or word)]
        if not any(names):
            return None
        if not all(name in CATEGORIES for name in names):
            self.told.lose("plan-started", column, f"{column} is no category that we know")
            return None
        return frozenset(CATEGORIES[name] for name in names)

    def _review(self, record: Record) -> None:
        """A review that was held; one that is only planned has no date yet."""
        told, kind, name = self.told, "review-conference", "cppr_cp_review_outcome_continue_cp"
        on = told.flag(record, name, kind)
        quorate = told.flag(record, "cppr_cp_review_quorate", kind)
        self._held(kind, record, "cppr_cp_review_date", on or quorate)
        plan = self._plans.get(link) if (link := _link(record, "cppr_cp_plan_id")) else None
        if on is False and said(record.get("cppr_cp_review_date")) and plan and self._goes_on(record, plan):
            told.lose(kind, name, f"{name} says that the plan was to end, and it went on")
            on = None
        facts = {
            "outcome": None if on is None else "continue" if on else "end",
            "quorate": quorate,
            "recorded-due": told.date_of(record, "cppr_cp_review_due"),
        }
        told.add(kind, record, "cppr_cp_review_date", facts, plan.started if plan else None)

    def _goes_on(self, record: Record, plan: _Plan) -> bool:
        """Whether the plan has no end, or was reviewed again."""
        day = iso_day(record["cppr_cp_review_date"])
        later = (
            other_day
            for other in self.rows.get("ssd_cp_reviews", ())
            if _link(other, "cppr_cp_plan_id") == _link(record, "cppr_cp_plan_id")
            if (other_day := iso_day(other.get("cppr_cp_review_date"))) is not None
        )
        return not plan.ended or any(day is not None and other_day > day for other_day in later)

    def _held(self, kind: str, record: Record, name: str, told_of: bool | None) -> None:
        """What has an outcome was held; if it has no date, that is lost. A flag that says no may be a default."""
        if told_of and not said(record.get(name)):
            self.told.lose(kind, name, f"there is no {name}")

    def _agreed(self, kind: str, name: str, flag: bool | None, other: bool | None) -> bool | None:
        """What two fields say of one thing; where they differ, neither is believed."""
        if flag is not None and other is not None and flag is not other:
            self.told.lose(kind, name, f"{name} and the outcome beside it differ")
            return None
        return other if flag is None else flag

    def _outcome(
        self, kind: str, record: Record, name: str, wanted: Iterable[str], words: Mapping[str, str]
    ) -> dict[str, bool]:
        """The flags of an outcome, in JSON or as the words that stand for one; what is empty is left out."""
        value = record.get(name)
        if value is None:
            return {}
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            try:
                value = data_from_json(value)
            except ValueError:
                self.told.lose(kind, name, f"{name} is no JSON that can be read")
                return {}
        elif isinstance(value, str):
            value = {words.get(value.strip().casefold()): True}
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict) or None in value:
            self.told.lose(kind, name, f"{name} is no outcome that we know")
            return {}
        flags = {key: self.told.flag(value, key, kind) for key in wanted}
        return {key: flag for key, flag in flags.items() if flag is not None}


def cleaned(table: str, row: Record) -> Record:
    """What a row says: without what nobody has filled, and with the dates about pre-proceedings as they are defined."""
    record = {}
    british = table == "ssd_pre_proceedings"
    for column, value in row.items():
        if isinstance(value, str):
            value = value.strip()
            if not value or value.casefold() in UNFILLED:
                continue
            if british and (parts := _BRITISH.fullmatch(value)):
                value = "-".join(reversed(parts.groups()))
        elif value is None:
            continue
        record[column] = value
    return record


def _link(record: Record, column: str) -> str | None:
    """The number of a row, here or in another table; None if it is not there."""
    number = record.get(column)
    return None if number is None else str(number).removesuffix(".0")
