"""Rules that have no national number: known, and off until a local profile sets one.

What is seen is that councils have such rules, never a figure that holds for all. So each has a shape here and no number.
"""

from childprotect.conditions import on, stated
from childprotect.pairing import Pairing, Repeats
from childprotect.rulebooks.england.instruments import FIRST_DAY, OFSTED_2012
from childprotect.rulebooks.england.matches import (
    ALL_CONFERENCES,
    CASE_CLOSED,
    CHILD_IN_NEED_PLAN,
    CHILD_SEEN,
    ENQUIRY,
    MAKE_A_PLAN,
    NO_ASSESSMENT,
    OPEN_CASE,
    PLAN,
    PLAN_MADE,
    PLAN_OVER,
    REVIEWED_PLAN,
    TO_ASSESS,
)
from childprotect.rulebooks.england.provisions import P, v
from childprotect.rulebooks.england.working_together import versions_of
from childprotect.rules import Attended, Before, Current, Duty, Every, Recorded, Rule, Within
from childprotect.spells import During, Spell
from childprotect.versions import Absence
from childprotect.vocabulary import STANDARD

NO_NUMBER = "no national number stands behind it; it is off until a local profile sets one"
_OFF = (Absence(FIRST_DAY, None, NO_NUMBER),)
_CIN_STARTED = on("child-in-need-plan-started")
_CIN_OVER = on("child-in-need-plan-ended") | CASE_CLOSED
_SEEN = on("visit", child_seen=True)
_EACH = Pairing(Repeats.EACH)

RULES: tuple[Rule, ...] = (
    Duty(
        id="strategy-discussion-held",
        title="strategy discussion once harm is suspected",
        start=on("referral-decided", outcome=("strategy-discussion", "immediate-protection"))
        | on("police-protection-started", "emergency-protection-order-made", where=~During(ENQUIRY)),
        end=on("strategy-discussion"),
        discharge=CASE_CLOSED,
        versions=versions_of("strategy-discussion-held"),
        absent=_OFF,
    ),
    Duty(
        id="child-seen",
        title="the child seen after a referral",
        start=on("referral"),
        end=CHILD_SEEN,
        discharge=NO_ASSESSMENT,
        revived=TO_ASSESS,
        versions=versions_of("child-seen"),
        absent=_OFF,
    ),
    Every(
        id="child-protection-visit",
        title="visits to a child with a child protection plan",
        opens=PLAN_MADE,
        event=_SEEN,
        again=on("visit", where=_SEEN.patterns[0][1] & During(PLAN)),
        stops=PLAN_OVER,
        versions=(),
        absent=_OFF,
    ),
    Every(
        id="child-in-need-visit",
        title="visits to a child with a child in need plan",
        opens=_CIN_STARTED,
        event=_SEEN,
        again=on("visit", where=_SEEN.patterns[0][1] & During(CHILD_IN_NEED_PLAN)),
        stops=_CIN_OVER,
        versions=(),
        absent=_OFF,
    ),
    Every(
        id="child-in-need-review",
        title="reviews of a child in need plan",
        opens=_CIN_STARTED,
        event=on("child-in-need-review"),
        again=on("child-in-need-review", where=During(CHILD_IN_NEED_PLAN)),
        stops=_CIN_OVER,
        versions=(),
        absent=_OFF,
    ),
    Every(
        id="core-group",
        title="core groups after the first",
        event=on("core-group"),
        again=on("core-group", where=During(PLAN)),
        stops=PLAN_OVER,
        versions=(),
        absent=_OFF,
    ),
    Attended(
        id="core-group-quorum",
        title="who takes part in a core group",
        event=on("core-group"),
        versions=(),
        absent=_OFF,
    ),
    Before(
        id="conference-report-shared",
        title="report shared with the parents before a conference",
        event=on("conference-report-shared", with_="parents"),
        anchor=on(*MAKE_A_PLAN),
        since=REVIEWED_PLAN | CASE_CLOSED,
        versions=(),
        absent=_OFF,
    ),
    Before(
        id="review-report-shared",
        title="report shared with the parents before a review conference",
        event=on("conference-report-shared", with_="parents"),
        anchor=REVIEWED_PLAN,
        since=on(*MAKE_A_PLAN) | CASE_CLOSED,
        versions=(),
        absent=_OFF,
    ),
    Attended(
        id="conference-quorum",
        title="who takes part in a conference",
        event=ALL_CONFERENCES,
        versions=(),
        absent=_OFF,
    ),
    Within(
        id="conference-record-circulated",
        title="circulation of the record of a conference",
        start=ALL_CONFERENCES,
        end=on("conference-record-circulated"),
        pairing=_EACH,
        versions=(),
        absent=_OFF,
    ),
    Every(
        id="supervision",
        title="supervision of an open case",
        opens=on("referral", where=~stated("no-further-action", True) & ~During(OPEN_CASE))
        | on("transfer-notified", where=~During(OPEN_CASE)),
        event=on("supervision"),
        again=on("supervision", where=During(OPEN_CASE)),
        stops=OPEN_CASE.closes,
        versions=(),
        absent=_OFF,
    ),
    Current(
        id="assessment-current",
        title="an assessment that is not out of date while the case is open",
        while_=OPEN_CASE,
        event=on("assessment-completed", where=~stated("type", "initial")),
        versions=(),
        absent=_OFF,
    ),
    Recorded(
        id="recording-lag",
        title="time from an event to its entry in the record",
        event=on(*STANDARD),
        versions=(),
        absent=_OFF,
    ),
    Duty(
        id="first-contact-after-transfer",
        title="first contact after the case went to another worker",
        start=on("allocated", where=During(Spell("earlier allocation", opens=on("allocated"), closes=CASE_CLOSED))),
        end=on("visit", child_seen=True),
        discharge=CASE_CLOSED,
        versions=(),
        absent=_OFF,
    ),
    Duty(
        id="legal-planning-meeting",
        title="legal planning meeting after legal advice was sought",
        start=on("legal-advice-sought"),
        end=on("legal-planning-meeting"),
        discharge=CASE_CLOSED,
        versions=(
            v(
                OFSTED_2012,
                None,
                P,
                "OFSTED",
                provision="areas for improvement, immediately: legal advice sought in time",
                note="no national number",
            ),
        ),
        absent=_OFF,
    ),
    Within(
        id="escalation-resolved",
        title="resolution of an escalation",
        start=on("escalation-raised"),
        end=on("escalation-resolved"),
        pairing=Pairing(Repeats.EACH, same="agency"),
        versions=(),
        absent=_OFF,
    ),
)
