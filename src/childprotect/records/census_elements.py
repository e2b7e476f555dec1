"""The elements of the children in need census from 2017 to 2026: where each stands, in which years, and what for.

It follows hand-kept schemas of those years, since no official one is published, and sample returns. They differ: the
sample of 2026 has a block of pre-proceedings that the schema of 2026 has not. The reader takes an element in every
year, whichever it belongs to, and its name in any mixture of capitals.
"""

from collections.abc import Iterator, Mapping
from enum import Enum

from attrs import frozen

FIRST_YEAR = 2017
LAST_YEAR = 2026


class Use(Enum):
    """What the reader does with an element."""

    READ = "read"
    HOLDS = "holds others"
    PERSONAL = "left out: personal"
    NOT_NEEDED = "left out: no rule needs it"


@frozen
class CensusElement:
    """An element in its place: `parent` is the element in which it stands, empty for the root.

    `since` and `until` are the first and the last census that have it, by the year in which it is collected. What
    came before 2017 is not told here. `schema` is false for what is in sample returns and in no schema.
    """

    parent: str
    name: str
    use: Use
    what: str = ""
    """What it becomes, in the names of the vocabulary, or what it is."""
    since: int = FIRST_YEAR
    until: int = LAST_YEAR
    schema: bool = True

    def in_year(self, year: int) -> bool:
        """Whether the census that is collected in that year has it; what comes after 2026 is taken to be like 2026."""
        return self.since <= min(year, LAST_YEAR) <= self.until


def _in(parent: str, use: Use, since: int = FIRST_YEAR, **names: str) -> Iterator[CensusElement]:
    return (CensusElement(parent, name, use, what, since) for name, what in names.items())


_PRE_PROCEEDINGS = {
    "LBPSentDate": (Use.READ, "letter-before-proceedings"),
    "FGDMMeetingOffer": (Use.READ, "family-group-meeting-offered of the letter"),
    "InitialPPMeetingDate": (Use.READ, "pre-proceedings-meeting"),
    "CourtAppDate": (Use.READ, "proceedings-issued"),
    "PPStartDate": (Use.NOT_NEEDED, "start of pre-proceedings"),
    "FGDMMeetingFac": (Use.NOT_NEEDED, "whether a family group meeting was held"),
    "ReviewMeetingsCount": (Use.NOT_NEEDED, "number of review meetings"),
    "StepDecisionDate": (Use.NOT_NEEDED, "decision on the next step"),
    "PPOutcome": (Use.NOT_NEEDED, "outcome of pre-proceedings"),
    "LetterInitCPDate": (Use.NOT_NEEDED, "letter of intent to begin care proceedings"),
}

ELEMENTS: tuple[CensusElement, ...] = (
    *_in("", Use.HOLDS, Message="the return of one authority"),
    *_in("Message", Use.HOLDS, Header="", Children=""),
    *_in("Header", Use.HOLDS, CollectionDetails=""),
    *_in("Header", Use.NOT_NEEDED, Source="who sent the return, and with what"),
    *_in("CollectionDetails", Use.READ, ReferenceDate="the day as at which the source speaks"),
    *_in("CollectionDetails", Use.NOT_NEEDED, Collection="name of the collection", Year="year of the collection"),
    *_in(
        "Source",
        Use.NOT_NEEDED,
        SourceLevel="who sends it",
        LEA="number of the authority",
        SoftwareCode="software that made it",
        Release="version of the software",
        SerialNo="number of the submission",
        DateTime="when it was made",
    ),
    *_in("Children", Use.HOLDS, Child="one child"),
    *_in("Child", Use.HOLDS, ChildIdentifiers="", CINdetails="an episode, from referral to closure"),
    *_in("Child", Use.PERSONAL, ChildCharacteristics="who the child is"),
    *_in(
        "ChildIdentifiers",
        Use.READ,
        LAchildID="the identifier of the child",
        PersonBirthDate="age, for duties that end with childhood; never shown",
        ExpectedPersonBirthDate="that the child is not born yet; never shown",
        PersonDeathDate="death, which ends every duty; never shown",
    ),
    *_in(
        "ChildIdentifiers",
        Use.PERSONAL,
        UPN="unique pupil number",
        FormerUPN="former unique pupil number",
        UPNunknown="why there is no unique pupil number",
    ),
    CensusElement("ChildIdentifiers", "GenderCurrent", Use.PERSONAL, "gender", until=2024),
    CensusElement("ChildIdentifiers", "Sex", Use.PERSONAL, "sex", since=2025),
    *_in("ChildCharacteristics", Use.PERSONAL, Ethnicity="ethnicity", Disabilities="disabilities"),
    *_in("Disabilities", Use.PERSONAL, Disability="disability"),
    *_in(
        "CINdetails",
        Use.READ,
        CINreferralDate="referral",
        CINclosureDate="case-closed",
        ReasonForClosure="reason of the closure",
        DateOfInitialCPC="initial-conference outside any section 47 enquiry",
    ),
    *_in("CINdetails", Use.NOT_NEEDED, ReferralSource="who referred", PrimaryNeedCode="main need at referral"),
    *_in("CINdetails", Use.HOLDS, Assessments="an assessment"),
    *_in("CINdetails", Use.HOLDS, 2022, CINPlanDates="a child in need plan"),
    *_in("CINdetails", Use.HOLDS, Section47="a section 47 enquiry"),
    *_in("CINdetails", Use.READ, ReferralNFA="no-further-action of the referral"),
    *_in("CINdetails", Use.HOLDS, ChildProtectionPlans="a child protection plan"),
    CensusElement(
        "CINdetails", "PreProceedingsandFGDM", Use.HOLDS, "pre-proceedings and family group meeting", 2026, schema=False
    ),
    *_in(
        "Assessments",
        Use.READ,
        AssessmentActualStartDate="assessment-started",
        AssessmentAuthorisationDate="assessment-completed",
    ),
    *_in(
        "Assessments",
        Use.NOT_NEEDED,
        AssessmentInternalReviewDate="internal review of the assessment",
        FactorsIdentifiedAtAssessment="what was found",
    ),
    *_in("FactorsIdentifiedAtAssessment", Use.NOT_NEEDED, AssessmentFactors="factor"),
    *_in(
        "CINPlanDates",
        Use.READ,
        2022,
        CINPlanStartDate="child-in-need-plan-started",
        CINPlanEndDate="child-in-need-plan-ended",
    ),
    *_in(
        "Section47",
        Use.READ,
        S47ActualStartDate="section-47-started",
        InitialCPCtarget="recorded-target of the enquiry, compared with the computed one",
        DateOfInitialCPC="initial-conference",
        ICPCnotRequired="conference-required of the enquiry, the other way round",
    ),
    *_in(
        "ChildProtectionPlans",
        Use.READ,
        CPPstartDate="plan-started",
        CPPendDate="plan-ended",
        InitialCategoryOfAbuse="categories of the plan",
    ),
    *_in(
        "ChildProtectionPlans",
        Use.NOT_NEEDED,
        LatestCategoryOfAbuse="category at the end",
        NumberOfPreviousCPP="number of earlier plans",
    ),
    *_in("ChildProtectionPlans", Use.HOLDS, Reviews=""),
    *_in("Reviews", Use.READ, CPPreviewDate="review-conference"),
    *(
        CensusElement("PreProceedingsandFGDM", name, use, what, 2026, schema=False)
        for name, (use, what) in _PRE_PROCEEDINGS.items()
    ),
)
"""Every element of the census, in the order of the schemas, what is read before what is left out."""

ROWS = frozenset(
    """CINdetails Assessments CINPlanDates Section47 ChildProtectionPlans CPPreviewDate PreProceedingsandFGDM""".split()
)
"""The elements that hold a record each, besides the header and the child."""

PLACES: Mapping[str, frozenset[str]] = {
    parent: frozenset(one.name for one in ELEMENTS if one.parent == parent)
    for parent in {one.parent for one in ELEMENTS}
}
"""The names that may stand within an element."""

SPELT: Mapping[tuple[str, str], str] = {(one.parent, one.name.casefold()): one.name for one in ELEMENTS}
"""The name as it is spelt here, by the element in which it stands and the name without capitals."""

KNOWN: Mapping[str, bool] = {
    name: any(one.use in (Use.READ, Use.HOLDS) for one in ELEMENTS if one.name.casefold() == name)
    for name in {one.name.casefold() for one in ELEMENTS}
}
"""Every name without capitals, and whether the reader uses such an element somewhere."""
DATES = {
    "CINreferralDate": "referral",
    "CINclosureDate": "case-closed",
    "AssessmentActualStartDate": "assessment-started",
    "AssessmentAuthorisationDate": "assessment-completed",
    "CINPlanStartDate": "child-in-need-plan-started",
    "CINPlanEndDate": "child-in-need-plan-ended",
    "S47ActualStartDate": "section-47-started",
    "DateOfInitialCPC": "initial-conference",
    "CPPstartDate": "plan-started",
    "CPPendDate": "plan-ended",
    "CPPreviewDate": "review-conference",
    "LBPSentDate": "letter-before-proceedings",
    "InitialPPMeetingDate": "pre-proceedings-meeting",
    "CourtAppDate": "proceedings-issued",
}
"""The events that elements date."""
