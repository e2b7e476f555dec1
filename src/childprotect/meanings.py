"""What every kind of event and every fact of the vocabulary means, so that people know what to call theirs.

>>> MEANINGS["core-group"].facts
('agencies', 'plan-updated')
>>> FACTS["quorate"]
'whether enough agencies took part for the conference to decide'
"""

from collections.abc import Mapping

from attrs import field, frozen

_CONFERENCE = "outcome agencies quorate parents-attended child-participation interpreter chair chair-present"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@frozen
class Meaning:
    """What a kind of event is, the facts that it can carry, and whose doing it is, if that is always the same."""

    sentence: str
    facts: tuple[str, ...] = field(default="", converter=_names)
    by: str = ""


_COUNCIL, _POLICE, _COURT, _PROBATION = "the local authority", "the police", "the court", "probation"

MEANINGS: Mapping[str, Meaning] = {
    "contact": Meaning(
        "Somebody told the authority of a child, and it is not decided yet that it is a referral.", "source"
    ),
    "early-help-started": Meaning("A plan of help below the threshold of social care began.", "plan"),
    "early-help-ended": Meaning("That help ended; `step-up` if it went to social care.", "outcome"),
    "referral": Meaning(
        "Services were asked for, for a child whose case was not open.",
        "source priority domestic-abuse incident-date no-further-action",
    ),
    "referral-acknowledged": Meaning("Who referred was told that the referral had arrived.", by=_COUNCIL),
    "referral-decided": Meaning(
        "It was decided what is done about the referral.", "outcome decided-by threshold", by=_COUNCIL
    ),
    "referrer-informed": Meaning("Who referred was told what was decided.", by=_COUNCIL),
    "transfer-notified": Meaning(
        "Another authority told of a child with a child protection plan who moves in.", by="the other authority"
    ),
    "allocated": Meaning(
        "A worker was given the case.", "worker qualified newly-qualified agency-staff team", by=_COUNCIL
    ),
    "new-information": Meaning("A new report, concern or incident reached a case that was open already.", "source"),
    "missing": Meaning("The child was reported missing."),
    "found": Meaning("The missing child was found, or came back."),
    "police-protection-started": Meaning("A constable took the child into police protection.", by=_POLICE),
    "emergency-protection-order-made": Meaning("An emergency protection order was made.", by=_COURT),
    "emergency-protection-order-extended": Meaning("The emergency protection order was extended.", by=_COURT),
    "police-protection-ended": Meaning("The child was no longer in police protection."),
    "emergency-protection-order-ended": Meaning("The emergency protection order ended."),
    "child-assessment-order-made": Meaning("The time of a child assessment order began.", by=_COURT),
    "child-assessment-order-ended": Meaning("The child assessment order ended."),
    "assessment-started": Meaning("An assessment began.", "type reason", by=_COUNCIL),
    "strategy-discussion": Meaning(
        "Social care, the police, health and others met or called, and decided whether there will be an enquiry.",
        "agencies decision form",
    ),
    "section-47-started": Meaning(
        "The enquiry began, into whether the child suffers or is likely to suffer significant harm.",
        "lead-qualified transferred-in conference-required recorded-target",
        by=_COUNCIL,
    ),
    "visit": Meaning(
        "The child was visited, whether or not the child was seen.",
        "child-seen seen-alone announced interpreter purpose worker",
    ),
    "assessment-completed": Meaning(
        "The assessment was finished: in the census, when it was authorised.",
        "type outcome authorised-by late-reason child-seen",
        by=_COUNCIL,
    ),
    "section-47-completed": Meaning("The enquiry came to its end.", "outcome conference-required", by=_COUNCIL),
    "conference-requested": Meaning("A conference was asked for.", by=_COUNCIL),
    "conference-report-shared": Meaning("A report for the conference reached somebody before it.", "with agency"),
    "initial-conference": Meaning(
        "The conference that decides whether there will be a child protection plan.", f"{_CONFERENCE} recorded-under"
    ),
    "pre-birth-conference": Meaning(
        "The same, of a child not yet born. Its status is that of an initial conference.",
        f"{_CONFERENCE} recorded-under",
    ),
    "transfer-in-conference": Meaning(
        "The same, of a child who has moved in with a child protection plan.", _CONFERENCE
    ),
    "conference-record-circulated": Meaning("The minutes of the conference were sent out."),
    "plan-started": Meaning("The child protection plan began.", "categories category contingency exit-criteria"),
    "core-group": Meaning("The few people who carry out the plan met.", "agencies plan-updated"),
    "review-conference": Meaning(
        "The conference that keeps or ends the child protection plan.",
        f"{_CONFERENCE} category recorded-due",
    ),
    "plan-action-set": Meaning("An action was put into the plan.", "action owner due measure"),
    "plan-action-done": Meaning("An action of the plan was done.", "action"),
    "plan-ended": Meaning("The child protection plan ended.", "reason by"),
    "child-in-need-plan-started": Meaning("A child in need plan began.", by=_COUNCIL),
    "child-in-need-review": Meaning("A child in need plan was reviewed."),
    "child-in-need-plan-ended": Meaning("The child in need plan ended.", by=_COUNCIL),
    "legal-advice-sought": Meaning("Social care asked its lawyers.", by=_COUNCIL),
    "legal-planning-meeting": Meaning("Social care and its lawyers met about the child.", "decision", by=_COUNCIL),
    "letter-before-proceedings": Meaning(
        "The parents were sent the letter that comes before care proceedings.",
        "family-group-meeting-offered",
        by=_COUNCIL,
    ),
    "pre-proceedings-meeting": Meaning("The meeting to which that letter invites took place.", "decision"),
    "proceedings-issued": Meaning("Care proceedings began: the court issued the application.", by=_COURT),
    "interim-care-order-made": Meaning("An interim care order was made.", by=_COURT),
    "proceedings-extended": Meaning("The court gave the proceedings more time.", by=_COURT),
    "proceedings-concluded": Meaning("The care proceedings ended.", "decision", by=_COURT),
    "looked-after-started": Meaning("The child began to be looked after by the authority.", by=_COUNCIL),
    "placement-started": Meaning("A looked-after child was placed, or moved.", "placement until-18", by=_COUNCIL),
    "looked-after-visit": Meaning("A looked-after child was visited.", "child-seen seen-alone worker", by=_COUNCIL),
    "looked-after-review": Meaning("The case of a looked-after child was reviewed."),
    "looked-after-ended": Meaning("The child was no longer looked after.", by=_COUNCIL),
    "private-fostering-notified": Meaning("The authority was told of a private fostering."),
    "private-fostering-known": Meaning("The authority learned of a private fostering of which it had not been told."),
    "private-fostering-visit": Meaning("A privately fostered child was visited.", "child-seen seen-alone", by=_COUNCIL),
    "private-fostering-ended": Meaning("The private fostering ended."),
    "return-interview-offered": Meaning("The child who came back was offered a talk about it.", by=_COUNCIL),
    "return-interview": Meaning("That talk took place."),
    "supervision": Meaning("A worker and a manager went through the case.", "worker manager actions", by=_COUNCIL),
    "management-decision": Meaning("A manager decided something about the case.", "manager actions", by=_COUNCIL),
    "chronology-updated": Meaning("The chronology on the file was brought up to date.", "worker", by=_COUNCIL),
    "probation-notice": Meaning("Probation told of somebody who may be a risk.", "kind", by=_PROBATION),
    "marac": Meaning("The child's family was discussed at a MARAC, which is about domestic abuse."),
    "mappa": Meaning("Somebody who may be a risk to the child was discussed at a MAPPA meeting."),
    "information-filed": Meaning("What others had sent was put on the child's file.", "about agency", by=_COUNCIL),
    "information-requested": Meaning("Another agency was asked for information.", "agency"),
    "information-received": Meaning("That agency answered.", "agency"),
    "case-audited": Meaning("The case was audited.", "grade themes outcome agency"),
    "audit-action-set": Meaning("The audit asked for something to be done.", "action owner due measure"),
    "audit-action-done": Meaning("What the audit had asked for was done.", "action"),
    "escalation-raised": Meaning("A disagreement with an agency was taken to those above.", "agency"),
    "escalation-resolved": Meaning("The disagreement was settled.", "agency"),
    "feedback-received": Meaning("The child, the parents or an agency said how they found the service.", "from"),
    "deallocated": Meaning("A worker no longer had the case.", "worker", by=_COUNCIL),
    "case-closed": Meaning("The case was closed.", "reason", by=_COUNCIL),
}
"""By the name of the kind."""

FACTS: Mapping[str, str] = {
    "about": "what the information that was filed is about",
    "action": "which action it is, so that its end finds its beginning",
    "actions": "what was decided to be done",
    "agencies": "the agencies that took part",
    "agency": "the agency in question",
    "agency-staff": "whether the worker is from an agency for temporary staff",
    "announced": "whether the family knew beforehand",
    "authorised-by": "who signed it off",
    "by": "what or who ended the plan",
    "categories": "the categories of harm for which there is a plan",
    "category": "the category of harm, where there is one",
    "chair": "who chaired the conference",
    "chair-present": "whether the chair was there",
    "child-participation": "whether the child took part, or the child's views were heard",
    "child-seen": "whether the child was seen",
    "conference-required": "whether the enquiry led to the view that a conference is needed",
    "contingency": "whether the plan says what happens if it does not work",
    "decided-by": "who decided",
    "decision": "what was decided",
    "domestic-abuse": "whether the referral is about domestic abuse",
    "due": "the day by which it is to be done",
    "exit-criteria": "whether the plan says what must change for it to end",
    "family-group-meeting-offered": "whether the family was offered a meeting of its own to make decisions",
    "form": "how the discussion was held, as a meeting or by telephone",
    "from": "who gave the feedback",
    "grade": "how the audit judged the work",
    "incident-date": "the day of the incident that the referral is about",
    "interpreter": "who interpreted, if anybody did",
    "kind": "what the notification is about",
    "late-reason": "why it was late, where a reason was given",
    "lead-qualified": "whether a qualified social worker leads the enquiry",
    "manager": "who the manager is",
    "measure": "by what it is seen that the action worked",
    "newly-qualified": "whether the worker is in the first year after qualifying",
    "no-further-action": "whether the referral led to nothing further",
    "outcome": "what it came to",
    "owner": "who is to do the action",
    "parents-attended": "whether the parents, or one of them, were there",
    "placement": "what kind of placement it is",
    "plan": "what the plan of early help is called",
    "plan-updated": "whether the core group brought the plan up to date",
    "priority": "how urgent it was judged to be",
    "purpose": "what the visit was for",
    "qualified": "whether the worker is a qualified social worker",
    "quorate": "whether enough agencies took part for the conference to decide",
    "reason": "why",
    "recorded-due": "the day by which the authority itself recorded the review as due",
    "recorded-target": "the target date of the conference that the authority itself recorded",
    "recorded-under": "where the census has the conference, if not under an enquiry",
    "seen-alone": "whether the child was seen without the parents or carers",
    "source": "who made the contact or the referral",
    "team": "the team of the worker",
    "themes": "what the audit was about",
    "threshold": "the level of need that was applied",
    "transferred-in": "whether the enquiry came with the child from another authority",
    "type": "which kind of assessment it is",
    "until-18": "whether the placement is meant to last until the child is 18",
    "with": "with whom the report was shared",
    "worker": "who the worker is",
}
"""By the name of the fact: what it says, whichever event has it."""
