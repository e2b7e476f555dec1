"""Which events count as what: the plan made, the case open, the enquiry over. Shared by the rules that speak of them."""

from childprotect.conditions import Doubtful, fact, on, stated
from childprotect.spells import During, Spell

CASE_CLOSED = on("case-closed")
TO_ASSESS = on("referral-decided", outcome=("assessment", "strategy-discussion", "immediate-protection"))
TAKEN_UP = Spell(
    "referral that was taken up",
    opens=on("referral", where=~stated("no-further-action", True)),
    closes=CASE_CLOSED,
)
NO_ASSESSMENT = (
    on("referral-decided", outcome=("no-further-action", "early-help"))
    # a referral that came to nothing ends no duty that an earlier one began
    | on("referral", where=stated("no-further-action", True) & ~During(TAKEN_UP))
    | CASE_CLOSED
)
NO_CONFERENCE_NEEDED = on(
    "section-47-completed",
    where=stated("conference-required", False)
    | (
        ~stated("conference-required", True)
        & fact("outcome", "not-substantiated", "substantiated-no-continuing-risk", "legal-action")
        & Doubtful(
            fact("outcome", "legal-action"),
            "legal action does not by itself end the need for a conference",
            settled_by="conference-required",
        )
    ),
)
CONFERENCES = ("initial-conference", "pre-birth-conference")
PLAN_OVER = on("plan-ended") | on("review-conference", where=stated("outcome", "end")) | CASE_CLOSED
MAKE_A_PLAN = (*CONFERENCES, "transfer-in-conference")
PLAN_DECIDED = on(*MAKE_A_PLAN, outcome="plan")
DECIDED_ON_A_PLAN = Spell(
    "conference's decision to make a plan",
    opens=on(*MAKE_A_PLAN, where=stated("outcome", "plan")),
    closes=on("plan-started") | PLAN_OVER,
)
# the start of a plan that a conference on record decided is that plan, and no second one
PLAN_MADE = PLAN_DECIDED | on("plan-started", where=~During(DECIDED_ON_A_PLAN))

HELD = on(*CONFERENCES, where=Doubtful(stated("outcome", "adjourned"), "an adjourned conference decided nothing"))

CASE = Spell("case", opens=on("referral") | on("transfer-notified"), closes=CASE_CLOSED)
PLAN = Spell(
    "child protection plan",
    opens=PLAN_DECIDED | on("plan-started"),
    closes=PLAN_OVER,
)
ENQUIRY = Spell(
    "section 47 enquiry",
    opens=on("section-47-started") | on("strategy-discussion", decision="section-47"),
    closes=on("section-47-completed") | HELD | CASE_CLOSED,
)
ASSESSMENT = Spell(
    "assessment",
    opens=on("assessment-started"),
    closes=on("assessment-completed"),
    same="type",
    each=True,
    resets=CASE_CLOSED,
)
POLICE_PROTECTION = Spell(
    "police protection",
    opens=on("police-protection-started"),
    closes=on("police-protection-ended", "emergency-protection-order-made") | CASE_CLOSED,
)
CHILD_IN_NEED_PLAN = Spell(
    "child in need plan",
    opens=on("child-in-need-plan-started"),
    closes=on("child-in-need-plan-ended") | CASE_CLOSED,
)
EMERGENCY_PROTECTION = Spell(
    "emergency protection order",
    opens=on("emergency-protection-order-made"),
    closes=on("emergency-protection-order-ended", "interim-care-order-made"),
)
CHILD_ASSESSMENT_ORDER = Spell(
    "child assessment order",
    opens=on("child-assessment-order-made"),
    closes=on("child-assessment-order-ended", "emergency-protection-order-made"),
)
LOOKED_AFTER = Spell("looked-after period", opens=on("looked-after-started"), closes=on("looked-after-ended"))
PROCEEDINGS = Spell("care proceedings", opens=on("proceedings-issued"), closes=on("proceedings-concluded"))
PRIVATE_FOSTERING = Spell(
    "private fostering arrangement",
    opens=on("private-fostering-known", "private-fostering-notified"),
    closes=on("private-fostering-ended"),
)
REVIEWED_PLAN = on("review-conference")
ALL_CONFERENCES = on(*MAKE_A_PLAN) | REVIEWED_PLAN
CHILD_SEEN = on("visit", child_seen=True) | on("assessment-completed", child_seen=True)
ENQUIRY_BEGINS = on("strategy-discussion", decision="section-47", where=~During(ENQUIRY)) | on(
    "section-47-started", where=~During(ENQUIRY)
)
_TAKEN_ON = Spell("decision to assess", opens=TO_ASSESS, closes=CASE_CLOSED)
# a referral that came to nothing leaves no case behind, though few records close it
OPEN_CASE = Spell(
    "current case",
    opens=on("referral", where=~stated("no-further-action", True))
    | on("transfer-notified", "section-47-started", "plan-started")
    | on("strategy-discussion", decision="section-47"),
    closes=CASE_CLOSED
    | on("referral-decided", where=stated("outcome", "no-further-action", "early-help") & ~During(_TAKEN_ON)),
)
