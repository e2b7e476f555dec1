"""The shape of every rule that rests on the guidance: what starts it, what answers it, what makes it fall away.

Written once. The figures, their dates and their sources are with the editions, in `working_together`; which end answers
which start is reasoned, rule by rule, in `docs/pairing.md`.
"""

from childprotect.conditions import Doubtful, on, stated
from childprotect.pairing import Pairing, Repeats
from childprotect.rulebooks.england.instruments import CIN_CENSUS, FIRST_DAY, OFSTED_2012
from childprotect.rulebooks.england.matches import (
    ASSESSMENT,
    CASE,
    CASE_CLOSED,
    CONFERENCES,
    ENQUIRY,
    ENQUIRY_BEGINS,
    NO_ASSESSMENT,
    NO_CONFERENCE_NEEDED,
    PLAN,
    PLAN_DECIDED,
    PLAN_MADE,
    PLAN_OVER,
    TO_ASSESS,
)
from childprotect.rulebooks.england.provisions import P, v
from childprotect.rulebooks.england.working_together import versions_of, wt2010, wt2013, wt2023
from childprotect.rules import Attended, Duty, Every, Order, Recorded, Rule, Within
from childprotect.spells import During
from childprotect.versions import Absence

_NOT_SEEN = "no source was seen for this clause in the editions of these days"

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
        absent=(Absence(FIRST_DAY, wt2010.WT2010.eve, "no source was seen for this step before 2010"),),
    ),
    Duty(
        id="referrer-informed",
        title="feedback to the referrer on what was decided",
        start=on("referral-decided"),
        end=on("referrer-informed"),
        pairing=Pairing(Repeats.EACH),
        versions=versions_of("referrer-informed"),
        absent=(
            Absence(FIRST_DAY, wt2010.WT2010.eve, _NOT_SEEN),
            Absence(wt2013.WT2013.begins, None, _NOT_SEEN),
        ),
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
            Absence(
                wt2013.WT2013.begins, None, "the 2013 edition removed the requirement; a local profile may keep it"
            ),
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
            Absence(
                wt2013.WT2013.begins, None, "the 2013 edition removed the requirement; a local profile may keep it"
            ),
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
        late_reason="late-reason",
        versions=versions_of("single-assessment"),
        absent=(Absence(FIRST_DAY, wt2013.WT2013.eve, "before 2013 there were initial and core assessments"),),
    ),
    Within(
        id="new-information-assessment",
        title="assessment after new information on an open case",
        start=on("new-information", where=During(CASE)),
        end=on(
            "assessment-completed",
            where=Doubtful(stated("type", "core"), "the guidance speaks of a further initial assessment"),
        ),
        discharge=CASE_CLOSED,
        pairing=Pairing(Repeats.EACH),
        versions=versions_of("new-information-assessment"),
        absent=(
            Absence(FIRST_DAY, wt2010.WT2010.eve, "no source was seen for this clock before 2010"),
            Absence(wt2013.WT2013.begins, None, "no source was seen for this clock since the 2013 edition"),
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
    Duty(
        id="section-47-completion",
        title="length of a section 47 enquiry",
        start=ENQUIRY_BEGINS,
        end=on("section-47-completed"),
        discharge=CASE_CLOSED,
        versions=versions_of("section-47-completion"),
        absent=(
            Absence(FIRST_DAY, wt2010.WT2010.eve, _NOT_SEEN),
            Absence(wt2013.WT2013.begins, wt2023.WT2023.eve, _NOT_SEEN),
        ),
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
        discharge=NO_CONFERENCE_NEEDED
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
        versions=(
            v(CIN_CENSUS, None, P, "E65m", note="the census holds that a plan starts on the date of its conference"),
        ),
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
        versions=(v(OFSTED_2012, None, P, "OFSTED-17", provision="paragraph 17, and the first area for improvement"),),
    ),
)
