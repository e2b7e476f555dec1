"""The shape of every English rule: what starts it, what answers it, what makes it fall away. Written once.

The figures, their dates and their sources are in `provisions.py`. Which end answers which start is reasoned, rule by
rule, in `docs/pairing.md`.
"""

from datetime import date, timedelta

from childprotect.conditions import Doubtful, fact, on, stated
from childprotect.pairing import Pairing, Repeats
from childprotect.rulebooks.england.instruments import WT2006, WT2010, WT2013
from childprotect.rulebooks.england.provisions import versions_of
from childprotect.rules import Absence, Attended, Every, NotAssessed, Order, Recorded, Rule, Within
from childprotect.spells import During, Spell

_DAY = timedelta(days=1)

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

_NO_CONFERENCE_NEEDED = stated("conference-required", False) | (
    ~stated("conference-required", True)
    & fact("outcome", "not-substantiated", "substantiated-no-continuing-risk", "legal-action")
    & Doubtful(
        fact("outcome", "legal-action"),
        "legal action does not by itself end the need for a conference",
        settled_by="conference-required",
    )
)

RULES: tuple[Rule, ...] = (
    Within(
        id="referral-decision",
        title="decision on a referral",
        start=on("referral"),
        end=on("referral-decided"),
        discharge=CASE_CLOSED,
        pairing=Pairing(Repeats.EACH),
        versions=versions_of("referral-decision"),
    ),
    Within(
        id="referral-acknowledgement",
        title="acknowledgement of a referral",
        start=on("referral"),
        end=on("referral-acknowledged"),
        pairing=Pairing(Repeats.EACH),
        versions=versions_of("referral-acknowledgement"),
        absent=(Absence(WT2006.in_force, WT2010.in_force - _DAY, "no source was seen for this step before 2010"),),
    ),
    Within(
        id="initial-assessment",
        title="initial assessment",
        start=on("referral"),
        end=on("assessment-completed", type="initial"),
        discharge=NO_ASSESSMENT,
        revived=TO_ASSESS,
        versions=versions_of("initial-assessment"),
        absent=(
            Absence(WT2013.in_force, None, "the 2013 edition removed the requirement; a local profile may keep it"),
        ),
    ),
    Within(
        id="core-assessment",
        title="core assessment",
        start=on("assessment-started", type="core"),
        end=on("assessment-completed", type="core"),
        discharge=CASE_CLOSED,
        versions=versions_of("core-assessment"),
        absent=(
            Absence(WT2013.in_force, None, "the 2013 edition removed the requirement; a local profile may keep it"),
        ),
    ),
    Within(
        id="single-assessment",
        title="assessment from the point of referral",
        start=on("referral"),
        end=on(
            "assessment-completed",
            where=~stated("type", "initial")
            & Doubtful(stated("type", "core"), "a core assessment may be the local name of the whole assessment"),
        ),
        discharge=NO_ASSESSMENT,
        revived=TO_ASSESS,
        versions=versions_of("single-assessment"),
        absent=(
            Absence(WT2006.in_force, WT2013.in_force - _DAY, "before 2013 there were initial and core assessments"),
        ),
    ),
    Within(
        id="new-information-assessment",
        title="assessment after new information on an open case",
        start=on("new-information", where=During(CASE)),
        end=on(
            "assessment-completed",
            where=Doubtful(stated("type", "core"), "the source speaks of a further initial assessment"),
        ),
        discharge=CASE_CLOSED,
        pairing=Pairing(Repeats.EACH),
        versions=versions_of("new-information-assessment"),
        absent=(
            Absence(WT2006.in_force, WT2010.in_force - _DAY, "no source was seen for this clock before 2010"),
            Absence(WT2013.in_force, None, "no source was seen for this clock since the 2013 edition"),
        ),
    ),
    Attended(
        id="strategy-discussion-attendance",
        title="who takes part in a strategy discussion",
        event=on("strategy-discussion"),
        versions=versions_of("strategy-discussion-attendance"),
    ),
    Order(
        id="section-47-after-strategy-discussion",
        title="a section 47 enquiry follows a strategy discussion that decided on it",
        then=on("section-47-started", where=~stated("transferred-in", True)),
        first=on("strategy-discussion", decision="section-47"),
        since=on("section-47-completed", *CONFERENCES) | CASE_CLOSED,
        versions=versions_of("section-47-after-strategy-discussion"),
    ),
    Recorded(
        id="section-47-outcome",
        title="outcome of a section 47 enquiry",
        event=on("section-47-completed"),
        versions=versions_of("section-47-outcome"),
    ),
    Within(
        id="initial-conference",
        title="initial child protection conference",
        start=on("strategy-discussion", decision="section-47") | on("section-47-started"),
        end=on(
            *CONFERENCES,
            where=Doubtful(stated("recorded-under", "episode"), "the census records it outside any section 47 enquiry")
            & Doubtful(stated("outcome", "adjourned"), "an adjourned conference decided nothing"),
        ),
        discharge=on("section-47-completed", where=_NO_CONFERENCE_NEEDED)
        | on("section-47-started", where=stated("conference-required", False))
        | CASE_CLOSED,
        recorded_due="recorded-target",
        versions=versions_of("initial-conference"),
    ),
    Within(
        id="transfer-in-conference",
        title="conference for a child who moved in with a plan",
        start=on("transfer-notified"),
        end=on("transfer-in-conference"),
        discharge=CASE_CLOSED,
        versions=versions_of("transfer-in-conference"),
    ),
    Order(
        id="plan-from-conference",
        title="a child protection plan starts from a conference that decided it",
        then=on("plan-started"),
        first=PLAN_DECIDED,
        since=PLAN_OVER,
        versions=versions_of("plan-from-conference"),
    ),
    Recorded(
        id="plan-category",
        title="category of a child protection plan",
        event=on("plan-started"),
        versions=versions_of("plan-category"),
    ),
    Within(
        id="first-core-group",
        title="first core group",
        start=PLAN_MADE,
        end=on("core-group"),
        discharge=PLAN_OVER,
        versions=versions_of("first-core-group"),
    ),
    Within(
        id="first-review-conference",
        title="first review conference",
        start=PLAN_MADE,
        end=on("review-conference"),
        discharge=PLAN_OVER,
        versions=versions_of("first-review-conference"),
    ),
    Every(
        id="review-conference",
        title="later review conferences",
        event=on("review-conference"),
        again=on("review-conference", where=~stated("outcome", "end") & During(PLAN)),
        stops=PLAN_OVER,
        versions=versions_of("review-conference"),
    ),
    Order(
        id="plan-ended-by-review",
        title="only a review conference ends a plan because the risk has gone",
        then=on("plan-ended", reason="no-longer-at-risk"),
        first=on("review-conference", outcome="end"),
        since=PLAN_MADE,
        versions=versions_of("plan-ended-by-review"),
    ),
    Order(
        id="closed-with-open-work",
        title="a case closes with no open plan, enquiry or assessment",
        then=on("case-closed", where=~stated("reason", "died")),
        closed=(PLAN, ENQUIRY, ASSESSMENT),
        versions=versions_of("closed-with-open-work"),
    ),
)

_NO_NATIONAL_NUMBER = "no national number stands behind it; it is off until a local profile sets one"
_NOT_YET = "a rule of an Act or regulations that this version of the rulebook does not hold yet"

NOT_ASSESSED = (
    *(
        NotAssessed(rule_id, _NO_NATIONAL_NUMBER)
        for rule_id in (
            "strategy-discussion-held child-seen child-protection-visit child-in-need-visit child-in-need-review "
            "core-group conference-report-shared conference-quorum conference-record-circulated supervision "
            "assessment-current recording-lag first-contact-after-transfer legal-planning-meeting escalation-resolved"
        ).split()
    ),
    *(
        NotAssessed(rule_id, _NOT_YET)
        for rule_id in (
            "police-protection emergency-protection-order child-assessment-order interim-care-order care-proceedings "
            "looked-after-visit looked-after-review private-fostering-first-visit private-fostering-visit return-interview"
        ).split()
    ),
    NotAssessed("quality-of-judgement", "whether an assessment, a plan or a decision was a good one is not a date"),
)

FIRST_DAY: date = WT2006.in_force
"""The first day of the first edition in this rulebook."""
