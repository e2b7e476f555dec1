"""What the inspection of September 2012 found, one failing after the other, and how each comes into a sound record.

Each failing names the rows of the inspection that it shows, the rules that find it, and a pure function from a sound
record to one with that failing and no other. Some break no rule: the guidance gives no number, or there is nothing that
could be broken. They are in the records all the same, for figures to show.
"""

from collections.abc import Mapping

from attrs import frozen

from childprotect.rulebooks import england
from childprotect.simulation import plants_assessing as assessing
from childprotect.simulation import plants_enquiring as enquiring
from childprotect.simulation import plants_overseeing as overseeing
from childprotect.simulation import plants_planning as planning
from childprotect.simulation.plants_assessing import Plant, with_other_facts
from childprotect.simulation.plants_overseeing import not_told
from childprotect.simulation.plants_planning import conference_told, plan_with


@frozen
class Failing:
    """One failing: the rows of the inspection that it shows, and the rules that must find it, and no other.

    `plant` gives None for a record that has no place for it. `cases` is how many cases of the showcase have it.
    """

    id: str
    cases: int
    rules: tuple[str, ...]
    in_words: str
    plant: Plant
    also: tuple[str, ...] = ()
    """Rows that it shows though they name none of its rules."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The ids of the rows of the inspection that it shows, in their order."""
        named = {row.id for row in england.inspection() if not ({*row.rules}.isdisjoint(self.rules) or row.whom)}
        shown = named | {*self.also}
        return tuple(row.id for row in england.inspection() if row.id in shown)


def _failing(id: str, cases: int, rules: str, in_words: str, plant: Plant, also: str = "") -> Failing:
    return Failing(id, cases, tuple(rules.split()), in_words, plant, tuple(also.split()))


_BOTH_OPEN = "closed-with-open-work closed-with-nothing-open"

_SHARING = (
    _failing("news-unanswered", 4, "new-information-assessment new-information-answered",
             "new information on an open case led to nothing", assessing.news_unanswered),
    _failing("news-answered-late", 3, "new-information-assessment new-information-answered",
             "new information led to an assessment only after weeks", assessing.news_answered_late),
    _failing("news-only-discussed", 3, "new-information-assessment",
             "new information was discussed in time, and not assessed", assessing.news_only_discussed),
    _failing("legal-planning-late", 3, "legal-planning-meeting",
             "the legal planning meeting was held three weeks after advice was sought", overseeing.legal_planning_late),
    _failing("legal-planning-not-held", 4, "legal-planning-meeting",
             "legal advice was sought, and no legal planning meeting followed", overseeing.legal_planning_not_held),
    _failing("fostering-first-visit-late", 3, "private-fostering-first-visit",
             "the first visit to a privately fostered child came after three weeks",
             overseeing.first_fostering_visit_late),
    _failing("fostering-visits-apart", 5, "private-fostering-visit",
             "a privately fostered child was not visited for ten weeks", overseeing.fostering_visits_apart),
    _failing("escalation-unresolved", 6, "escalation-resolved",
             "a professional escalated a concern, and it was never resolved",
             not_told("escalation-resolved", only_open=True)),
    _failing("no-return-interview", 5, "return-interview",
             "a child came back, and a return interview was neither offered nor held",
             not_told("return-interview", "return-interview-offered")),
    _failing("return-interview-late", 3, "return-interview",
             "a child who had been missing was talked to only after a week", overseeing.interview_late),
    _failing("probation-not-filed", 7, "", "what probation told of a release is not on the child's file",
             not_told("information-filed", about="probation-notice"), "T13 21b"),
    _failing("marac-not-filed", 4, "", "what a MARAC meeting said is not on the child's file",
             not_told("information-filed", about="marac"), "T13 21c"),
    _failing("mappa-not-filed", 5, "", "what a MAPPA meeting said is not on the child's file",
             not_told("information-filed", about="mappa"), "T13 21c"),
    _failing("information-not-shared", 6, "", "health services never replied to a request for information",
             not_told("information-received"), "26b"),
    _failing("audit-action-open", 8, "audit-action-done", "an action of an audit is long due, and not done",
             not_told("audit-action-done")),
    _failing("audit-in-form-only", 5, "", "an audit names no theme, and nothing came of it for the child",
             overseeing.audited_in_form_only, "S4 44c"),
    _failing("no-feedback", 9, "", "nobody asked the family what they thought", overseeing.no_feedback, "S3 25a 44b"),
    _failing("child-interprets", 4, "interpreter-not-a-child", "a child interpreted on a visit",
             overseeing.with_child_as_interpreter),
    _failing("no-health-report", 7, "", "the health services brought no report to the conference",
             enquiring.no_reports_of_agencies, "22b"),
)  # fmt: skip

_ENQUIRIES = (
    _failing("child-not-seen", 3, "enquiry-child-seen enquiry-child-seen-alone",
             "an enquiry ended, and nobody had seen the child in it", enquiring.child_not_seen),
    _failing("decided-not-begun", 3, "initial-conference",
             "a strategy discussion decided on an enquiry, and none was begun", enquiring.decided_not_begun, "30c"),
    _failing("discussed-late", 5, "strategy-discussion-held",
             "harm was suspected, and the agencies talked of it only days later", enquiring.discussed_late),
    _failing("conference-late", 6, "initial-conference",
             "the initial conference was held four weeks after the enquiry had begun", enquiring.conference_late),
    _failing("conference-report-late", 4, "conference-report-shared",
             "the parents saw the report on the eve of the initial conference", enquiring.conference_report_late),
    _failing("conference-report-missing", 3, "report-before-conference conference-report-shared",
             "the parents never saw the report for the initial conference", enquiring.conference_report_missing),
    _failing("conference-not-quorate", 5, "conference-quorum",
             "social care and health alone decided at an initial conference",
             conference_told(agencies=frozenset({"social-care", "health"}))),
    _failing("participation-unrecorded", 4, "conference-participation",
             "the record does not say whether the child took part in the conference",
             conference_told(child_participation=None)),
    _failing("outcome-missing", 5, "section-47-outcome", "the record does not say what an enquiry found",
             enquiring.no_outcome),
    _failing("outcome-unauthorised", 7, "section-47-outcome-authorised",
             "no manager decided on what an enquiry found", enquiring.outcome_unauthorised),
    _failing("not-decided-on", 3, "section-47-after-strategy-discussion",
             "an enquiry began on which no strategy discussion had decided", enquiring.not_decided_on),
    _failing("without-police", 11, "strategy-discussion-attendance",
             "the police took no part in the strategy discussion", enquiring.without_police),
    _failing("lead-unqualified", 4, "section-47-lead-qualified",
             "somebody who is no qualified social worker led an enquiry",
             with_other_facts("section-47-started", lead_qualified=False)),
    _failing("not-seen-alone", 8, "enquiry-child-seen-alone", "a child was seen in an enquiry, and never alone",
             enquiring.not_seen_alone),
)  # fmt: skip

_PLANS = (
    _failing("review-not-held", 3, "review-conference", "a review is long due, and was not held",
             planning.review_not_held),
    _failing("review-late", 3, "review-conference", "a review was held more than six months after the one before",
             planning.review_late),
    _failing("first-review-late", 4, "first-review-conference",
             "the first review was held more than three months after the conference", planning.first_review_late),
    _failing("no-core-group", 3, "first-core-group", "a child has had a plan for months, and no core group has met",
             planning.no_core_group),
    _failing("closed-on-a-plan", 4, _BOTH_OPEN, "a case was closed while the child protection plan was open",
             overseeing.closed_on_a_plan),
    _failing("core-groups-apart", 5, "core-group", "core groups did not meet for months", planning.core_groups_apart),
    _failing("plan-not-visited", 7, "child-protection-visit", "a child with a plan was not seen for a month",
             planning.not_visited_on_a_plan),
    _failing("action-not-done", 6, "plan-action-done", "an action of a plan is long due, and not done",
             planning.action_not_done),
    _failing("review-report-late", 6, "review-report-shared", "the parents saw the report on the eve of the review",
             planning.review_report_late),
    _failing("review-report-missing", 3, "report-before-conference review-report-shared",
             "the parents never saw the report for the review", planning.review_report_missing),
    _failing("ended-by-a-manager", 5, "plan-ended-by-review", "a manager ended a plan, and no review had met",
             planning.ended_by_a_manager),
    _failing("first-core-group-late", 5, "first-core-group",
             "a first core group met three weeks after the conference",
             planning.first_core_group_late),
    _failing("chair-changed", 4, "", "every review of a plan had another chair", planning.chair_changed, "36e"),
    _failing("always-announced", 6, "", "all visits of a plan were announced", planning.always_announced, "33c"),
    _failing("core-group-unrecorded", 4, "core-group-recorded", "the record of a core group does not say who was there",
             planning.core_group_unrecorded),
    _failing("no-contingency", 10, "plan-contingency", "a plan does not say what happens if it fails",
             plan_with(contingency=False)),
    _failing("no-exit", 9, "plan-exit-criteria", "a plan does not say how it can end", plan_with(exit_criteria=False)),
    _failing("no-category", 3, "plan-category", "the record does not say why the child has a plan",
             plan_with(categories=None)),
    _failing("not-measurable", 7, "plan-action-recorded", "an action of a plan has no owner and no measure",
             planning.action_not_measurable),
    _failing("no-decision-on-plan", 3, "plan-from-conference",
             "a plan was started on which the conference had not decided",
             planning.no_decision_on_it),
    _failing("ended-early", 36, "", "a review of the summer ended a plan, and the case was closed within the week",
             planning.ended_early, "26a 45d"),
)  # fmt: skip

_ASSESSING = (
    _failing("first-assessment-open", 5, "initial-assessment", "an initial assessment is open and overdue, unseen",
             assessing.first_assessment_open),
    _failing("further-assessment-open", 9, "core-assessment", "a core assessment is open and overdue, unseen",
             assessing.further_assessment_open),
    _failing("assessment-out-of-date", 8, "assessment-current",
             "the assessment of an open case has not been brought up to date for a year",
             assessing.assessment_out_of_date),
    _failing("chronology-behind", 6, "chronology-current", "the chronology does not hold what happened last",
             assessing.chronology_behind),
    _failing("unqualified", 6, "allocated-to-qualified-worker",
             "nobody who has the case is a qualified social worker", overseeing.unqualified),
    _failing("unallocated", 4, "allocated-to-qualified-worker", "nobody has had the case for a month",
             overseeing.unallocated),
    _failing("closed-in-need", 5, "closed-with-nothing-open",
             "a case was closed while the plan of the child in need was open", overseeing.closed_in_need),
    _failing("closed-while-assessed", 6, _BOTH_OPEN, "a case was closed while the core assessment was open",
             overseeing.closed_while_assessed),
    _failing("unsupervised", 10, "supervision", "nobody talked with the social worker about a case for three months",
             overseeing.unsupervised),
    _failing("slow-after-transfer", 5, "first-contact-after-transfer",
             "the team that took a case over did not see the child for weeks", overseeing.slow_after_transfer),
    _failing("need-not-visited", 8, "child-in-need-visit", "a child in need was not seen for two months",
             planning.not_visited_in_need),
    _failing("led-to-nothing", 4, "", "an assessment found a child in need, and nothing followed",
             assessing.led_to_nothing, "31b"),
    _failing("first-assessment-late", 12, "initial-assessment", "an initial assessment took three weeks",
             assessing.first_assessment_late),
    _failing("further-assessment-late", 11, "core-assessment", "a core assessment took ten weeks",
             assessing.further_assessment_late),
    _failing("child-seen-late", 6, "child-seen",
             "nobody saw a child until the assessment was nearly over", assessing.child_seen_late),
    _failing("decided-late", 9, "referral-decision", "the decision on a referral came days late",
             assessing.decided_late),
    _failing("never-acknowledged", 5, "referral-acknowledgement",
             "a referrer never heard that the referral had arrived",
             assessing.never_acknowledged),
    _failing("decided-by-nobody", 8, "referral-decided-by", "no manager is named who decided on a referral",
             with_other_facts("referral-decided", decided_by=None)),
    _failing("assessment-unauthorised", 10, "assessment-authorised", "no manager authorised an assessment",
             with_other_facts("assessment-completed", authorised_by=None)),
    _failing("assessed-unseen", 5, "assessment-child-seen", "a child was not seen for the assessment",
             with_other_facts("assessment-completed", lambda event: event.facts.get("type") == "core",
                              child_seen=False)),
    _failing("closed-by-nobody", 7, "closure-authorised", "a case was closed, and no manager had decided on it",
             overseeing.closed_by_nobody),
    _failing("referred-again", 8, "", "a case was closed, and the child referred again within a month",
             overseeing.referred_again, "17h I1"),
    _failing("referred-late", 10, "", "an agency referred three weeks after what had happened",
             assessing.referred_late, "27b"),
    _failing("visit-unrecorded", 7, "visit-recorded", "the record of a visit does not say whether the child was alone",
             planning.visit_unrecorded),
    _failing("recorded-late", 12, "recording-lag", "a visit was entered in the record two weeks later",
             assessing.recorded_late),
    _failing("no-conference", 44, "", "an enquiry that called for a conference ended without one",
             enquiring.ended_without_conference, "17b 17d 45d"),
    _failing("many-workers", 24, "", "a child had four more social workers in half a year", overseeing.many_workers,
             "S1 17f 33d 46"),
)  # fmt: skip

FAILINGS: tuple[Failing, ...] = (*_SHARING, *_ENQUIRIES, *_PLANS, *_ASSESSING)
"""The scarcest places first."""

_ONLY_TOLD = "no number stands behind it: how long it took is told, and never judged"
_OFF = "the profile of Herefordshire sets no figure, without which it is off"
NO_FAILING: Mapping[str, str] = {
    "child-in-need-review": _OFF,
    "core-group-quorum": _OFF,
    "single-assessment": "before April 2013 there were initial and core assessments",
    **dict.fromkeys(
        (
            "enquiry-after-emergency-action",
            "information-received",
            "letter-before-proceedings",
            "mappa-filed",
            "marac-filed",
            "pre-proceedings-meeting",
            "probation-notice-filed",
            "proceedings-issued",
            "referrer-informed",
            "section-47-completion",
        ),
        _ONLY_TOLD,
    ),
}
"""Rules that rows of the inspection name and that no failing breaks, and why not."""
UNSHOWN: Mapping[str, str] = {
    "35": "it is about disabled children, and nothing on record says who is one",
    "17g": "how children fared over years shows in the length and number of plans, and no length is a failing",
}
"""Rows that records settle wholly or in part and that no failing shows, and why not."""
