"""The names that records, rules and reports share: kinds of event and their facts.

Names are kebab-case wherever they are data. The set is open: `STANDARD.extended(...)` registers more kinds. The order
of the table is the order in which things happen in the process; it decides between events of the same day whose times
are not known.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum

from attrs import field, frozen

from childprotect.errors import UnknownName


class Form(Enum):
    """What the value of a fact looks like."""

    TEXT = "text"
    FLAG = "true or false"
    SET = "names separated by ;"
    DATE = "a date"


_FLAGS = """agency-staff announced chair-present child-participation child-seen conference-required contingency
domestic-abuse exit-criteria family-group-meeting-offered lead-qualified newly-qualified no-further-action
parents-attended plan-updated qualified quorate seen-alone transferred-in until-18""".split()
_SETS = ("agencies", "categories", "themes")
_DATES = ("due", "incident-date", "recorded-due", "recorded-target")

_TEXTS = """about action actions agency authorised-by category chair decided-by form from late-reason manager measure
owner priority purpose recorded-under source team threshold worker""".split()

AGENCIES = "social-care police health education probation housing adult-services voluntary legal referrer".split()
CATEGORIES = "neglect physical sexual emotional".split()
THEMES = """analysis changes-of-worker childs-experience closure conferences core-groups culture escalation family
information-sharing legal-planning management-oversight new-information outcomes planning recording risk supervision
thresholds timeliness visits""".split()
"""What an audit may be about: those of the inspection of September 2012. Any other is counted and not shown."""
NEAR = {
    "agencies": AGENCIES,
    "with": ["parents", "child", "chair"],
    "placement": "parents-interim-order parents-care-order temporary-connected-person long-term-foster foster".split(),
}
"""Facts that are open, of which a name close to one of ours was meant and misspelt."""
_OPEN = {
    "about": frozenset({"mappa", "marac", "probation-notice"}),
    "agency": frozenset(AGENCIES),
    "categories": frozenset((*CATEGORIES, "multiple")),
    "category": frozenset((*CATEGORIES, "multiple")),
    "from": frozenset((*AGENCIES, "child", "parents")),
    "recorded-under": frozenset({"episode"}),
    "themes": frozenset(THEMES),
}
_SHOWABLE = frozenset((*AGENCIES, *CATEGORIES, *THEMES, "multiple"))  # "multiple" is a word of the census


@frozen
class EventKind:
    """A kind of event: its name, its strand, how a sentence names it, and the values that its facts may take.

    `values` lists the closed facts only; any other fact is free. `opens` and `closes` name a spell (`plan`, `case`)
    that the event begins or ends, so that two events of one day can be put in order.
    """

    name: str
    strand: str
    words: str
    """The event in a sentence, with no article: "strategy discussion", "section 47 enquiry started"."""
    values: Mapping[str, tuple[str, ...]] = field(factory=dict, hash=False)
    opens: str | None = None
    closes: str | None = None
    begins: frozenset[str] = frozenset()
    """The spells to whose beginning it belongs. Where a case ends and begins again on one day, such events come after
    the others, which complete the one that ended."""


@frozen(repr=False)
class Vocabulary(Mapping[str, EventKind]):
    """Kinds of event by name, in the order of the process.

    >>> STANDARD["strategy-discussion"].strand
    'enquiry'
    >>> STANDARD.kind("stratgy-discussion")
    Traceback (most recent call last):
    ...
    childprotect.errors.UnknownName: unknown event 'stratgy-discussion'; perhaps 'strategy-discussion' was meant
    """

    kinds: tuple[EventKind, ...]
    _by_name: dict[str, EventKind] = field(init=False, eq=False)
    _ranks: dict[str, int] = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {kind.name: kind for kind in self.kinds})
        object.__setattr__(self, "_ranks", {kind.name: rank for rank, kind in enumerate(self.kinds)})

    def __getitem__(self, name: str) -> EventKind:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self)} kinds of event>"

    @property
    def facts(self) -> frozenset[str]:
        """The facts that are known by name. Any other is free, unless its name is close to one of these."""
        return frozenset((*_FORMS, *_TEXTS, *NEAR, *(fact for kind in self.kinds for fact in kind.values)))

    @property
    def ranks(self) -> Mapping[str, int]:
        """The place of each kind in the order of the process."""
        return self._ranks

    def kind(self, name: str) -> EventKind:
        """The kind of that name. Raises `UnknownName`, which says which name was probably meant."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName("event", name, nearest(name, self._by_name)) from None

    def check_fact(self, kind: str, fact: str, value: object) -> None:
        """Raise `UnknownName` if the fact is a closed one and the value is not among its values.

        Of agencies and placements, only a name close to one of ours is refused: it was meant, and misspelt.
        """
        if (ours := NEAR.get(fact)) is not None:
            names = value if isinstance(value, frozenset) else {value} if isinstance(value, str) else set[str]()
            for name in sorted(map(str, names)):
                if name not in ours and (probably := nearest(name, ours)) is not None:
                    raise UnknownName(f"{fact} of {kind}", name, probably)
        allowed = self._by_name[kind].values.get(fact)
        if allowed is None or not isinstance(value, str) or value in allowed:
            return
        raise UnknownName(f"{fact} of {kind}", value, nearest(value, allowed), " or ".join(allowed))

    def extended(self, kinds: Iterable[EventKind]) -> "Vocabulary":
        """This vocabulary and more kinds, which come after it in the order of the process."""
        return Vocabulary((*self.kinds, *kinds))


def nearest(name: str, names: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The name that was probably meant, if one is close; underscores, spaces and capitals are forgiven."""
    tidy = name.strip().casefold().replace("_", "-").replace(" ", "-")
    by_tidy = {other.casefold(): other for other in names}
    found = get_close_matches(tidy, by_tidy, n=1, cutoff=cutoff)
    return by_tidy[found[0]] if found else None


def values_of(fact: str) -> frozenset[str]:
    """The values of a fact that are ours, whatever the event; any other may be anything that somebody wrote."""
    return _CLOSED.get(fact, frozenset()) | _OPEN.get(fact, frozenset())


def printable(kind: str, fact: str, value: object) -> str | None:
    """The value of a fact in words, if it can be shown: a flag, a date, a value or a name that is ours.

    Anything else might be personal (a worker's name, a note, a column that we do not know) and gives None.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return ", ".join(sorted(value & _SHOWABLE)) or None
    known = _CLOSED.get(fact, frozenset()) if kind in STANDARD else frozenset()
    return str(value) if value in known else None


def form_of(fact: str) -> Form:
    """How the value of a fact is written; a fact that is not known here is text."""
    return _FORMS.get(fact, Form.TEXT)


_FORMS = {
    **dict.fromkeys(_FLAGS, Form.FLAG),
    **dict.fromkeys(_SETS, Form.SET),
    **dict.fromkeys(_DATES, Form.DATE),
}

_CONFERENCE = {"outcome": ("plan", "no-plan", "adjourned")}
_ASSESSMENT = {"type": ("initial", "core", "single")}
_PLAN_END = "no-longer-at-risk moved reached-18 left-uk looked-after died".split()
_REFERRAL_OUTCOMES = "no-further-action early-help assessment strategy-discussion immediate-protection".split()
_DECISIONS = "section-47 child-in-need no-further-action immediate-protection further-discussion".split()
_ENQUIRY_OUTCOMES = "not-substantiated substantiated-no-continuing-risk conference legal-action".split()
_CLOSURES = (
    "adopted died child-arrangements-order special-guardianship transferred adult-services needs-met "
    "no-further-action early-help".split()
)


def _kinds(strand: str, *rows: tuple[str, str] | tuple[str, str, Mapping[str, Iterable[str]]]) -> list[EventKind]:
    kinds = []
    for name, words, *closed in rows:
        values = {fact: tuple(values) for fact, values in (closed[0] if closed else {}).items()}
        opens, closes = _SPELLS.get(name, (None, None))
        begins = frozenset(spell for spell, names in _BEGINNINGS.items() if name in names) | (
            {opens} if opens else set()
        )
        kinds.append(EventKind(name, strand, words, values, opens, closes, frozenset(begins)))
    return kinds


_BEGINNINGS = {
    "case": """contact referral-acknowledged referral-decided referrer-informed transfer-notified allocated
    assessment-started strategy-discussion section-47-started conference-requested conference-report-shared
    initial-conference pre-birth-conference transfer-in-conference plan-started""".split(),
    "plan": """conference-requested conference-report-shared""".split(),
    "looked-after": ["placement-started"],
    "private-fostering": ["private-fostering-notified"],
}
_SPELLS: dict[str, tuple[str | None, str | None]] = {
    "early-help-started": ("early-help", None),
    "early-help-ended": (None, "early-help"),
    **dict.fromkeys(("referral", "transfer-notified"), ("case", None)),
    "case-closed": (None, "case"),
    **dict.fromkeys(
        ("initial-conference", "pre-birth-conference", "transfer-in-conference", "plan-started"), ("plan", None)
    ),
    "plan-ended": (None, "plan"),
    "child-in-need-plan-started": ("child-in-need-plan", None),
    "child-in-need-plan-ended": (None, "child-in-need-plan"),
    "police-protection-started": ("police-protection", None),
    "police-protection-ended": (None, "police-protection"),
    "emergency-protection-order-made": ("emergency-protection-order", None),
    "emergency-protection-order-ended": (None, "emergency-protection-order"),
    "child-assessment-order-made": ("child-assessment-order", None),
    "child-assessment-order-ended": (None, "child-assessment-order"),
    "proceedings-issued": ("proceedings", None),
    "proceedings-concluded": (None, "proceedings"),
    "looked-after-started": ("looked-after", None),
    "looked-after-ended": (None, "looked-after"),
    "private-fostering-known": ("private-fostering", None),
    "private-fostering-ended": (None, "private-fostering"),
    "missing": ("missing", None),
    "found": (None, "missing"),
    "allocated": ("allocation", None),
    "deallocated": (None, "allocation"),
}

STANDARD = Vocabulary(
    (
        *_kinds(
            "front-door",
            ("contact", "contact"),
            ("early-help-started", "start of early help", {"plan": ("caf", "early-help")}),
            ("early-help-ended", "end of early help", {"outcome": ("step-up", "needs-met", "closed")}),
            ("referral", "referral"),
            ("referral-acknowledged", "acknowledgement of the referral"),
            ("referral-decided", "decision on the referral", {"outcome": _REFERRAL_OUTCOMES}),
            ("referrer-informed", "feedback to the referrer"),
        ),
        # a child who moves in has a case from then on, as one who is referred has
        *_kinds("conference", ("transfer-notified", "notification of a child moving in with a child protection plan")),
        *_kinds(
            "case",
            ("allocated", "allocation of the case"),
            ("new-information", "new information on the open case"),
        ),
        *_kinds("missing", ("missing", "report that the child was missing"), ("found", "return of the child")),
        *_kinds(
            "protective-powers",
            ("police-protection-started", "start of police protection"),
            ("emergency-protection-order-made", "emergency protection order"),
            ("emergency-protection-order-extended", "extension of the emergency protection order"),
            ("police-protection-ended", "end of police protection"),
            ("emergency-protection-order-ended", "end of the emergency protection order"),
            ("child-assessment-order-made", "start of the child assessment order"),
            ("child-assessment-order-ended", "end of the child assessment order"),
        ),
        *_kinds(
            "assessment",
            (
                "assessment-started",
                "start of the assessment",
                {**_ASSESSMENT, "reason": ("referral", "new-information", "strategy-discussion", "update")},
            ),
        ),
        *_kinds(
            "enquiry",
            ("strategy-discussion", "strategy discussion", {"decision": _DECISIONS}),
            ("section-47-started", "start of the section 47 enquiry"),
        ),
        *_kinds(
            "contact with the child",
            ("visit", "visit to the child", {"interpreter": ("none", "professional", "family-adult", "child")}),
        ),
        *_kinds("assessment", ("assessment-completed", "completed assessment", _ASSESSMENT)),
        *_kinds("enquiry", ("section-47-completed", "end of the section 47 enquiry", {"outcome": _ENQUIRY_OUTCOMES})),
        *_kinds(
            "conference",
            ("conference-requested", "request for a conference"),
            ("conference-report-shared", "sharing of the conference report"),
            ("initial-conference", "initial child protection conference", _CONFERENCE),
            ("pre-birth-conference", "pre-birth child protection conference", _CONFERENCE),
            ("transfer-in-conference", "transfer-in child protection conference", _CONFERENCE),
            ("conference-record-circulated", "circulation of the conference minutes"),
        ),
        *_kinds(
            "plan",
            ("plan-started", "start of the child protection plan"),
            ("core-group", "core group"),
            ("review-conference", "review child protection conference", {"outcome": ("continue", "end")}),
            ("plan-action-set", "setting of the action in the plan"),
            ("plan-action-done", "completion of the action in the plan"),
            (
                "plan-ended",
                "end of the child protection plan",
                {"reason": _PLAN_END, "by": ("review-conference", "manager")},
            ),
        ),
        *_kinds(
            "child-in-need",
            ("child-in-need-plan-started", "start of the child in need plan"),
            ("child-in-need-review", "child in need review"),
            ("child-in-need-plan-ended", "end of the child in need plan"),
        ),
        *_kinds(
            "court",
            ("legal-advice-sought", "request for legal advice"),
            ("legal-planning-meeting", "legal planning meeting"),
            ("letter-before-proceedings", "letter before proceedings"),
            ("pre-proceedings-meeting", "pre-proceedings meeting"),
            ("proceedings-issued", "issue of proceedings"),
            ("interim-care-order-made", "interim care order"),
            ("proceedings-extended", "extension of the proceedings"),
            ("proceedings-concluded", "conclusion of proceedings"),
        ),
        *_kinds(
            "care",
            ("looked-after-started", "start of the looked-after period"),
            ("placement-started", "start of the placement"),
            ("looked-after-visit", "visit to the looked-after child"),
            ("looked-after-review", "looked-after review"),
            ("looked-after-ended", "end of the looked-after period"),
        ),
        *_kinds(
            "private-fostering",
            ("private-fostering-notified", "notification of private fostering"),
            ("private-fostering-known", "discovery of private fostering"),
            ("private-fostering-visit", "private fostering visit"),
            ("private-fostering-ended", "end of private fostering"),
        ),
        *_kinds(
            "missing",
            ("return-interview-offered", "offer of a return interview"),
            ("return-interview", "return interview"),
        ),
        *_kinds(
            "case",
            ("supervision", "supervision"),
            ("management-decision", "management decision"),
            ("chronology-updated", "update of the chronology"),
        ),
        *_kinds(
            "sharing",
            ("probation-notice", "notification from probation", {"kind": ("release-date", "licence-conditions")}),
            ("marac", "MARAC meeting"),
            ("mappa", "MAPPA meeting"),
            ("information-filed", "filing of the information"),
            ("information-requested", "request for information"),
            ("information-received", "reply to the request for information"),
        ),
        *_kinds(
            "assurance",
            ("case-audited", "audit of the case", {"grade": ("outstanding", "good", "adequate", "inadequate")}),
            ("audit-action-set", "setting of the audit action"),
            ("audit-action-done", "completion of the audit action"),
            ("escalation-raised", "escalation"),
            ("escalation-resolved", "resolution of the escalation"),
            ("feedback-received", "feedback"),
        ),
        *_kinds(
            "case",
            ("deallocated", "end of the allocation"),
            ("case-closed", "closure of the case", {"reason": _CLOSURES}),
        ),
    )
)
"""The vocabulary of the English process."""

_CLOSED = {
    fact: frozenset((*NEAR.get(fact, ()), *(value for kind in STANDARD.kinds for value in kind.values.get(fact, ()))))
    for fact in STANDARD.facts
}
"""The values of a fact that are ours, whatever the event: a child may interpret on a visit or at a conference."""
