"""What may follow what in the English process, strand by strand.

Each chart is small enough to read on a page. `provision` names in a few words what lays a step down; where a source of
the step was seen it is the same as that of the rule on it, in `provisions.py`.
"""

from childprotect.charts import Chart, Move

_GUIDANCE = "Working Together, managing individual cases"
_STRATEGY = "Working Together, strategy discussions"
_S47 = "Children Act 1989, section 47, and Working Together"
_ICPC = "Working Together, initial child protection conferences"
_PLAN = "Working Together, the child protection plan"
_REVIEW = "Working Together, review conferences"

FRONT_DOOR = Chart(
    "front-door",
    "none",
    (
        Move(("none", "contact", "decided"), "contact", "contact", provision="local practice"),
        Move(("early-help",), "contact", "early-help", provision="local practice"),
        Move(("referred",), "contact", "referred", provision="local practice"),
        Move(("none", "contact", "decided"), "early-help-started", "early-help", provision="local practice"),
        Move(("referred",), "early-help-started", "referred", provision="local practice"),
        Move(("early-help",), "early-help-ended", "none", provision="local practice"),
        Move(("referred",), "early-help-ended", "referred", provision="local practice"),
        Move(("decided",), "early-help-ended", "decided", provision="local practice"),
        Move(("none", "contact", "early-help", "decided"), "referral", "referred", provision=_GUIDANCE),
        Move(("referred",), "referral-acknowledged", "referred", provision=_GUIDANCE),
        Move(("decided",), "referral-acknowledged", "decided", provision=_GUIDANCE),
        Move(("referred",), "referral-decided", "decided", provision=_GUIDANCE),
        Move(("decided",), "referrer-informed", "decided", provision=_GUIDANCE),
    ),
    final=("none", "decided"),
    title="Front door: contact, early help, referral",
)

ASSESSMENT = Chart(
    "assessment",
    "none",
    (
        Move(("none", "completed"), "assessment-started", "initial", "type", {"initial"}, "Framework for Assessment"),
        Move(
            ("none", "completed", "initial"), "assessment-started", "core", "type", {"core"}, "Framework for Assessment"
        ),
        Move(("none", "completed"), "assessment-started", "assessing", provision=_GUIDANCE),
        Move(("core",), "assessment-completed", "core", "type", {"initial"}, "Framework for Assessment"),
        Move(("initial", "core", "assessing"), "assessment-completed", "completed", provision=_GUIDANCE),
    ),
    final=("none", "completed"),
    title="Assessment",
)

_AGAIN = ("none", "discussed", "concluded", "conference-held")
_NO_ENQUIRY = {"child-in-need", "no-further-action"}
_NO_CONFERENCE = {"not-substantiated", "substantiated-no-continuing-risk"}

ENQUIRY = Chart(
    "enquiry",
    "none",
    (
        Move((*_AGAIN, "enquiring"), "strategy-discussion", "enquiring", "decision", {"section-47"}, _STRATEGY),
        Move(_AGAIN, "strategy-discussion", "concluded", "decision", _NO_ENQUIRY, _STRATEGY),
        Move(_AGAIN, "strategy-discussion", "discussed", provision=_STRATEGY),
        Move(("enquiring",), "strategy-discussion", "enquiring", provision=_STRATEGY),
        Move(("discussed", "enquiring"), "section-47-started", "enquiring", provision=_S47),
        Move(("enquiring",), "section-47-completed", "concluded", "outcome", _NO_CONFERENCE, _S47),
        Move(("enquiring",), "section-47-completed", "conference-due", provision=_S47),
        Move(("conference-due",), "section-47-completed", "conference-due", provision=_S47),
        Move(("conference-held",), "section-47-completed", "conference-held", provision=_S47),
        Move(("conference-due",), "strategy-discussion", "conference-due", provision=_STRATEGY),
        Move(
            ("enquiring", "conference-due", "conference-held"), "initial-conference", "conference-held", provision=_ICPC
        ),
        Move(
            ("enquiring", "conference-due", "conference-held"),
            "pre-birth-conference",
            "conference-held",
            provision=_ICPC,
        ),
    ),
    final=("none", "concluded", "conference-held"),
    title="Enquiry: strategy discussion and section 47",
)

CONFERENCE = Chart(
    "conference",
    "none",
    (
        Move(("none", "held"), "conference-requested", "requested", provision=_ICPC),
        Move(
            ("none", "held"),
            "transfer-notified",
            "transfer-notified",
            provision="Working Together, moves between areas",
        ),
        Move(("none", "requested"), "conference-report-shared", "requested", provision="local practice"),
        Move(("transfer-notified",), "conference-report-shared", "transfer-notified", provision="local practice"),
        Move(("held",), "conference-report-shared", "held", provision="local practice, before a review"),
        *(
            Move(sources, kind, target, "outcome", values, _ICPC)
            for kind in ("initial-conference", "pre-birth-conference")
            for sources, target, values in (
                (("none", "requested", "held"), "requested", {"adjourned"}),
                (("transfer-notified",), "transfer-notified", {"adjourned"}),
            )
        ),
        *(
            Move(("none", "requested", "held", "transfer-notified"), kind, "held", provision=_ICPC)
            for kind in ("initial-conference", "pre-birth-conference")
        ),
        Move(
            ("transfer-notified",), "transfer-in-conference", "held", provision="Working Together, moves between areas"
        ),
        Move(("held",), "conference-record-circulated", "held", provision="local practice"),
    ),
    final=("none", "held"),
    title="Conference",
)

PLAN = Chart(
    "plan",
    "none",
    (
        Move(("none", "ended"), "plan-started", "open", provision=_PLAN),
        Move(("open",), "core-group", "open", provision=_PLAN),
        Move(("open",), "plan-action-set", "open", provision=_PLAN),
        Move(("open",), "plan-action-done", "open", provision=_PLAN),
        Move(("open",), "review-conference", "end-decided", "outcome", {"end"}, _REVIEW),
        Move(("open",), "review-conference", "open", provision=_REVIEW),
        Move(("open", "end-decided"), "plan-ended", "ended", provision=_REVIEW),
    ),
    final=("none", "ended"),
    title="Child protection plan: core groups and reviews",
)

CHILD_IN_NEED = Chart(
    "child-in-need",
    "none",
    (
        Move(("none", "ended"), "child-in-need-plan-started", "open", provision="Children Act 1989, section 17"),
        Move(("open",), "child-in-need-review", "open", provision="local practice"),
        Move(("open",), "child-in-need-plan-ended", "ended", provision="local practice"),
    ),
    final=("none", "ended"),
    title="Child in need",
)

PROTECTIVE_POWERS = Chart(
    "protective-powers",
    "none",
    (
        Move("none", "police-protection-started", "police-protection", provision="Children Act 1989, section 46"),
        Move("police-protection", "police-protection-ended", "none", provision="Children Act 1989, section 46"),
        Move(
            ("none", "police-protection"),
            "emergency-protection-order-made",
            "emergency-protection",
            provision="Children Act 1989, section 44",
        ),
        Move("emergency-protection", "police-protection-ended", "emergency-protection"),
        Move(
            "emergency-protection",
            "emergency-protection-order-extended",
            "emergency-protection-extended",
            provision="Children Act 1989, section 45: once only",
        ),
        Move("emergency-protection-extended", "police-protection-ended", "emergency-protection-extended"),
        Move(
            ("emergency-protection", "emergency-protection-extended"),
            "emergency-protection-order-ended",
            "none",
            provision="Children Act 1989, section 45",
        ),
        Move(
            "none", "child-assessment-order-made", "child-assessment-order", provision="Children Act 1989, section 43"
        ),
        Move(
            "child-assessment-order", "child-assessment-order-ended", "none", provision="Children Act 1989, section 43"
        ),
        Move(
            "child-assessment-order",
            "emergency-protection-order-made",
            "emergency-protection",
            provision="Children Act 1989, section 44",
        ),
    ),
    final=("none",),
    title="Protective powers",
)

_PLO = "Public Law Outline and its guidance"
COURT = Chart(
    "court",
    "none",
    (
        Move(("none", "advised", "concluded"), "legal-advice-sought", "advised", provision=_PLO),
        Move(("planning",), "legal-advice-sought", "planning", provision=_PLO),
        Move(("pre-proceedings",), "legal-advice-sought", "pre-proceedings", provision=_PLO),
        Move(("none", "advised", "planning", "concluded"), "legal-planning-meeting", "planning", provision=_PLO),
        Move(("pre-proceedings",), "legal-planning-meeting", "pre-proceedings", provision=_PLO),
        Move(("planning", "pre-proceedings"), "letter-before-proceedings", "pre-proceedings", provision=_PLO),
        Move(("pre-proceedings",), "pre-proceedings-meeting", "pre-proceedings", provision=_PLO),
        Move(
            ("none", "advised", "planning", "pre-proceedings", "concluded"),
            "proceedings-issued",
            "proceedings",
            provision="Children Act 1989, section 31",
        ),
        Move(
            ("proceedings", "interim-care"),
            "interim-care-order-made",
            "interim-care",
            provision="Children Act 1989, section 38",
        ),
        Move(
            ("proceedings", "interim-care"),
            "proceedings-concluded",
            "concluded",
            provision="Children Act 1989, section 32",
        ),
        Move("proceedings", "proceedings-extended", "proceedings", provision="Children Act 1989, section 32"),
        Move("interim-care", "proceedings-extended", "interim-care", provision="Children Act 1989, section 32"),
    ),
    final=("none", "advised", "planning", "pre-proceedings", "concluded"),
    title="Court",
)

_CARE = "Care Planning Regulations 2010"
CARE = Chart(
    "care",
    "none",
    (
        Move(("none", "ended"), "looked-after-started", "looked-after", provision=_CARE),
        Move(("looked-after", "placed"), "placement-started", "placed", provision=_CARE),
        Move(("looked-after",), "looked-after-review", "looked-after", provision=_CARE),
        Move(("placed",), "looked-after-review", "placed", provision=_CARE),
        Move(("looked-after",), "looked-after-visit", "looked-after", provision=_CARE),
        Move(("placed",), "looked-after-visit", "placed", provision=_CARE),
        Move(("looked-after", "placed"), "looked-after-ended", "ended", provision=_CARE),
    ),
    final=("none", "ended"),
    title="Care",
)

_FOSTERING = "Private Fostering Regulations 2005"
PRIVATE_FOSTERING = Chart(
    "private-fostering",
    "none",
    (
        Move(("none", "ended"), "private-fostering-notified", "arranged", provision=_FOSTERING),
        Move(("none", "ended", "arranged"), "private-fostering-known", "arranged", provision=_FOSTERING),
        Move(("arranged",), "private-fostering-visit", "arranged", provision=_FOSTERING),
        Move(("arranged",), "private-fostering-ended", "ended", provision=_FOSTERING),
    ),
    final=("none", "ended"),
    title="Private fostering",
)

_MISSING = "Statutory guidance on children who run away or go missing"
MISSING = Chart(
    "missing",
    "none",
    (
        Move(("none", "found", "interviewed"), "missing", "missing", provision=_MISSING),
        Move("missing", "found", "found", provision=_MISSING),
        Move("found", "return-interview-offered", "found", provision=_MISSING),
        Move("found", "return-interview", "interviewed", provision=_MISSING),
    ),
    final=("none", "found", "interviewed"),
    title="Missing from home or care",
)

_WORK = ("new-information", "supervision", "management-decision", "chronology-updated", "visit")
CASE = Chart(
    "case",
    "none",
    (
        Move(("none", "closed"), "referral", "open", provision=_GUIDANCE),
        Move(("none", "closed"), "transfer-notified", "open", provision="Working Together, moves between areas"),
        Move(("open",), "transfer-notified", "open", provision="Working Together, moves between areas"),
        Move(("allocated",), "transfer-notified", "allocated", provision="Working Together, moves between areas"),
        Move(("open", "allocated"), "allocated", "allocated", provision="local practice"),
        Move("allocated", "deallocated", "open", provision="local practice"),
        *(Move(state, kind, state, provision="local practice") for kind in _WORK for state in ("open", "allocated")),
        Move(("open", "allocated"), "case-closed", "closed", provision="local practice"),
        Move("closed", "deallocated", "closed", provision="local practice"),
    ),
    final=("none", "closed"),
    title="Case: open, allocated, closed",
)

CHARTS = {
    chart.strand: chart
    for chart in (
        FRONT_DOOR,
        CASE,
        ASSESSMENT,
        ENQUIRY,
        CONFERENCE,
        PLAN,
        CHILD_IN_NEED,
        PROTECTIVE_POWERS,
        COURT,
        CARE,
        PRIVATE_FOSTERING,
        MISSING,
    )
}
"""Every strand of the English process, by name."""
