"""What inspectors asked of the record in September 2012, as rules: not when, but who, what and whether.

None has a number, and none is law of its own. They are applied on request: `england.rulebook.with_practice()`. Behind
each stands a row of the inspection, in `inspection.toml`.
"""

from attrs import evolve

from childprotect.conditions import ALWAYS, Doubtful, fact, on, stated
from childprotect.pairing import Pairing, Repeats
from childprotect.requirements import By, Requirement
from childprotect.rulebooks.england.instruments import OFSTED_2012
from childprotect.rulebooks.england.matches import (
    ALL_CONFERENCES,
    ASSESSMENT,
    CASE_CLOSED,
    CHILD_ASSESSMENT_ORDER,
    CHILD_IN_NEED_PLAN,
    EMERGENCY_PROTECTION,
    ENQUIRY,
    ENQUIRY_BEGINS,
    HELD,
    LOOKED_AFTER,
    OPEN_CASE,
    PLAN,
    PLAN_OVER,
    POLICE_PROTECTION,
    PRIVATE_FOSTERING,
    PROCEEDINGS,
)
from childprotect.rulebooks.england.provisions import P, v
from childprotect.rulebooks.england.working_together import wt2023
from childprotect.rules import Current, Duty, Order, Recorded, Rule, Within
from childprotect.spells import Spell
from childprotect.versions import Absence, Version

_EACH = Pairing(Repeats.EACH)


def _asked(where: str, requires: Requirement = None, note: str = "") -> tuple[Version, ...]:
    return (v(OFSTED_2012, requires, P, "OFSTED", provision=where, note=note),)


_ANSWERED = on("assessment-completed", "strategy-discussion", "review-conference", "transfer-in-conference") | HELD
_SIGNIFICANT = on(
    "referral",
    "new-information",
    "strategy-discussion",
    "section-47-started",
    "section-47-completed",
    "initial-conference",
    "pre-birth-conference",
    "transfer-in-conference",
    "review-conference",
    "plan-started",
    "plan-ended",
    "police-protection-started",
    "emergency-protection-order-made",
    "proceedings-issued",
    "looked-after-started",
    "looked-after-ended",
    "missing",
)

RULES: tuple[Rule, ...] = (
    Recorded(
        id="referral-decided-by",
        title="a manager decides on a referral",
        event=on("referral-decided"),
        versions=_asked("paragraphs 12, 13 and 27", ("decided-by",)),
    ),
    Recorded(
        id="assessment-authorised",
        title="a manager authorises an assessment",
        event=on("assessment-completed"),
        versions=_asked("paragraphs 12 and 13", ("authorised-by",)),
    ),
    Recorded(
        id="assessment-child-seen",
        title="the child was seen for an assessment",
        event=on("assessment-completed"),
        must=fact("child-seen", True),
        versions=_asked("paragraphs 12 and 33"),
    ),
    Recorded(
        id="section-47-lead-qualified",
        title="a qualified social worker leads a section 47 enquiry",
        event=on("section-47-started"),
        must=fact("lead-qualified", True),
        versions=_asked("paragraph 30"),
    ),
    Order(
        id="enquiry-child-seen",
        title="the child was seen in a section 47 enquiry",
        then=on("section-47-completed"),
        first=on("visit", child_seen=True)
        | on(
            "assessment-completed",
            where=fact("child-seen", True) & Doubtful(ALWAYS, "it may have been before the enquiry"),
        ),
        since=ENQUIRY_BEGINS | CASE_CLOSED,
        same_day=True,
        versions=_asked("paragraphs 30 and 33"),
    ),
    Order(
        id="enquiry-child-seen-alone",
        title="the child was seen alone in a section 47 enquiry",
        then=on("section-47-completed"),
        first=on("visit", child_seen=True, seen_alone=True),
        since=ENQUIRY_BEGINS | CASE_CLOSED,
        same_day=True,
        versions=_asked("paragraphs 12 and 33", note="where appropriate: a very young child cannot be seen alone"),
    ),
    Order(
        id="section-47-outcome-authorised",
        title="a manager decides on the outcome of a section 47 enquiry",
        then=on("section-47-completed"),
        first=on("management-decision"),
        since=ENQUIRY_BEGINS | CASE_CLOSED,
        same_day=True,
        doubt_earlier=True,
        versions=_asked("paragraphs 12, 13 and 30"),
    ),
    Recorded(
        id="visit-recorded",
        title="whether the child was seen, and seen alone, on a visit",
        event=on("visit"),
        versions=_asked("paragraph 33", ("child-seen", "seen-alone")),
    ),
    Recorded(
        id="interpreter-not-a-child",
        title="no child interprets",
        event=on("visit") | ALL_CONFERENCES,
        must=~fact("interpreter", "child"),
        versions=_asked("paragraph 23"),
    ),
    Recorded(
        id="conference-participation",
        title="whether parents attended a conference and the child took part",
        event=on("initial-conference", "pre-birth-conference", "transfer-in-conference"),
        versions=_asked("paragraphs 34 and 36", ("parents-attended", "child-participation")),
    ),
    Order(
        id="report-before-conference",
        title="a report was shared with the parents before a conference",
        then=ALL_CONFERENCES,
        first=on("conference-report-shared", with_="parents"),
        since=CASE_CLOSED,
        versions=_asked("paragraph 36"),
    ),
    Recorded(
        id="plan-contingency",
        title="a child protection plan says what happens if it fails",
        event=on("plan-started"),
        must=fact("contingency", True),
        versions=_asked("paragraphs 18 and 37"),
    ),
    Recorded(
        id="plan-exit-criteria",
        title="a child protection plan says how it can end",
        event=on("plan-started"),
        must=fact("exit-criteria", True),
        versions=_asked("paragraph 25"),
    ),
    Recorded(
        id="plan-action-recorded",
        title="owner, due date and measure of an action in a plan",
        event=on("plan-action-set"),
        versions=_asked("paragraph 37", ("owner", "due", "measure")),
    ),
    Within(
        id="plan-action-done",
        title="an action in the plan done by its date",
        start=on("plan-action-set"),
        end=on("plan-action-done"),
        discharge=PLAN_OVER,
        pairing=Pairing(Repeats.EACH, same="action"),
        versions=_asked("paragraphs 18 and 37", By("due")),
    ),
    Recorded(
        id="core-group-recorded",
        title="who took part in a core group",
        event=on("core-group"),
        versions=_asked("paragraph 36", ("agencies",)),
    ),
    Current(
        id="allocated-to-qualified-worker",
        title="an open case has a qualified social worker",
        while_=OPEN_CASE,
        held=Spell(
            "allocation to a qualified social worker",
            opens=on("allocated", qualified=True),
            closes=on("deallocated") | on("allocated", qualified=False),
            same="worker",
            resets=CASE_CLOSED,
            # the case may have gone to the other worker, or both may work on it
            doubted_by=on("allocated", qualified=False),
        ),
        versions=(evolve(_asked("paragraph 18")[0], until=wt2023.WT2023.eve),),
        absent=(
            Absence(
                wt2023.WT2023.begins,
                None,
                "since the edition of December 2023 a lead practitioner who is no social worker may lead work under section 17",
            ),
        ),
    ),
    Duty(
        id="new-information-answered",
        title="an assessment, a strategy discussion or a review after new information",
        start=on("new-information"),
        end=_ANSWERED,
        discharge=CASE_CLOSED,
        pairing=_EACH,
        versions=_asked("paragraphs 13, 31 and 43", note="no number"),
    ),
    *(
        Duty(
            id=f"{kind}-filed",
            title=f"{words} on the file",
            start=on(kind),
            end=on("information-filed", where=~stated("about", *({"probation-notice", "marac", "mappa"} - {kind}))),
            pairing=_EACH,
            versions=_asked("paragraph 21", note="no number"),
        )
        for kind, words in (
            ("probation-notice", "a notification from probation"),
            ("marac", "what a MARAC meeting said"),
            ("mappa", "what a MAPPA meeting said"),
        )
    ),
    Duty(
        id="information-received",
        title="reply to a request for information",
        start=on("information-requested"),
        end=on("information-received"),
        pairing=Pairing(Repeats.EACH, same="agency"),
        versions=_asked("paragraph 26", note="no number"),
    ),
    Current(
        id="chronology-current",
        title="a chronology that holds the last significant event",
        while_=OPEN_CASE,
        event=on("chronology-updated"),
        behind=_SIGNIFICANT,
        versions=_asked("paragraph 40"),
    ),
    Order(
        id="closure-authorised",
        title="a manager decides on the closure of a case",
        then=on("case-closed", where=~stated("reason", "died")),
        first=on("management-decision"),
        since=on(
            "referral",
            "new-information",
            "strategy-discussion",
            "assessment-completed",
            "section-47-started",
            "section-47-completed",
            "initial-conference",
            "pre-birth-conference",
            "transfer-in-conference",
            "review-conference",
            "plan-ended",
        ),
        same_day=True,
        doubt_earlier=True,
        versions=_asked("paragraph 17, and the first area for improvement"),
    ),
    Order(
        id="closed-with-nothing-open",
        title="a case closes with nothing left open",
        then=on("case-closed", where=~stated("reason", "died")),
        closed=(
            PLAN,
            ENQUIRY,
            ASSESSMENT,
            CHILD_IN_NEED_PLAN,
            Spell(
                "new information not yet answered",
                opens=on("new-information"),
                closes=_ANSWERED,
                resets=CASE_CLOSED,
            ),
            Spell(
                "action in the plan",
                opens=on("plan-action-set"),
                closes=on("plan-action-done"),
                same="action",
                each=True,
                resets=PLAN_OVER,
            ),
            Spell(
                "escalation",
                opens=on("escalation-raised"),
                closes=on("escalation-resolved"),
                same="agency",
                each=True,
                resets=CASE_CLOSED,
            ),
            LOOKED_AFTER,
            PROCEEDINGS,
            POLICE_PROTECTION,
            CHILD_ASSESSMENT_ORDER,
            Spell("missing episode", opens=on("missing"), closes=on("found")),
            EMERGENCY_PROTECTION,
            PRIVATE_FOSTERING,
        ),
        versions=_asked("paragraph 17, and the first area for improvement"),
    ),
    Within(
        id="audit-action-done",
        title="an audit action done by its date",
        start=on("audit-action-set"),
        end=on("audit-action-done"),
        pairing=Pairing(Repeats.EACH, same="action"),
        versions=_asked("paragraph 44", By("due")),
    ),
)
