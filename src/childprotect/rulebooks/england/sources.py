"""Where the words of the law were seen. The codes are those of the project's reference on timescales.

No edition of the guidance could be read in the original, so most entries are procedure manuals that restate it; the
addresses are given as they were noted. Quotes are at most 25 words.
"""

from childprotect.authority import Citation, Instrument

_SEEN = {
    "E01": (
        "communitycare.co.uk/2012/06/12/ministers-confirm-removal-of-child-assessment-timescales/",
        "initial assessments must take place within 10 working days of a referral and core assessments within 35 working days",
    ),
    "E02": (
        "workingtogetheronline.co.uk/glossary/init_assess.html",
        "must be undertaken within a maximum of 10 working days of a Referral but may be completed much sooner",
    ),
    "E03": (
        "studylib.net/doc/8674232/flowcharts-of-key-processes",
        "acknowledge receipt of referral and decide on next course of action within one working day",
    ),
    "E03-initial": (
        "studylib.net/doc/8674232/flowcharts-of-key-processes",
        "Initial assessment completed within 10 working days from referral",
    ),
    "E04": (
        "coventryscb.proceduresonline.com/chapters/p_int_cor_ass.html",
        "Working Together to Safeguard Children 2010 provides that this maximum timescale can be increased to 10 working days",
    ),
    "E05": (
        "id.esd.org.uk/metricType/2234",
        "On receipt of a referral the local authority has one working day to decide what further work needs to be done",
    ),
    "E05-new": (
        "id.esd.org.uk/metricType/2234",
        "at the point of referral ... or when new information on an open case",
    ),
    "E06": (
        "scie.org.uk/publications/introductionto/childrenssocialcare/waysofworking.asp",
        "Core assessments are repeated every six months for families that receive services",
    ),
    "E08": (
        "devon.gov.uk/index/childrenfamilies/child-protection/child-protection-procedures/cp-sec-2/cp-sec-2-3/cp-sec-2-3-5.htm",
        "completed for all cases that progress beyond an Initial Assessment within 35 working days",
    ),
    "E09": (
        "westmerciaconsortium.proceduresonline.com/chapters/p_initial_cpc.html",
        "within a maximum of 15 days of ... the Strategy Discussion at which the decision to "
        "initiate the Section 47 Enquiry was made",
    ),
    "E10": (
        "westmerciaconsortium.proceduresonline.com/chapters/p_strat_disc.html",
        "updated in line with Working Together 2013, to include the requirement for a Health representative to be invited "
        "to all Strategy Meetings",
    ),
    "E10b": (
        "westmerciaconsortium.proceduresonline.com/chapters/p_strat_disc.html",
        "must hold a Strategy Discussion/Meeting whenever there is reasonable cause to suspect",
    ),
    "E17": (
        "trixresources.proceduresonline.com/nat_key/keywords/rev_chi_prot_conf.html",
        "normally convened three months after a Child Protection Plan is first drawn up, then at intervals of not more "
        "than six months",
    ),
    "E18": (
        "safeguardingchildren.co.uk/managing-a-child-protection-plan",
        "within three months of the Initial Child Protection Conference, and further reviews should be held at intervals "
        "of not more than six months",
    ),
    "E18b": (
        "norfolklscb.org ... /310-child-protection-review-conferences",
        "only a Child Protection Review Conference can decide",
    ),
    "E19": (
        "studylib.net/doc/6806749",
        "first Review Conference should be held within 3 months ... further reviews ... not more than 6 monthly intervals",
    ),
    "E20": (
        "norfolklscb.org ... /36-initial-child-protection-conferences",
        "set the date for the first Core Group meeting to take place within 10 working days of the Initial Conference",
    ),
    "E21": (
        "youngpeople.nyas.net/index.php/protecting-you/child-protection-conferences",
        "Physical, Emotional, Neglect or Sexual abuse",
    ),
    "E21-core": (
        "youngpeople.nyas.net/index.php/protecting-you/child-protection-conferences",
        "10 days after the Child Protection Conference",
    ),
    "E22": (
        "lexology.com/library/detail.aspx?g=97a69ad3-ab58-41b1-90b3-b3a2af026e86",
        "requirement to complete a single assessment within 45 days",
    ),
    "E23": (
        "northumberlandlscb.proceduresonline.com/local_keywords/stat_assess.html",
        "should be no longer than 45 working days from the point of referral",
    ),
    "E24": (
        "trixresources.proceduresonline.com/nat_key/keywords/assessment.html",
        "the social worker should record the reasons for exceeding the time limit",
    ),
    "E24b": (
        "proceduresonline.com/toolkit/glossary/a/cs-assessment",
        "the social worker should record the reasons for exceeding the time limit",
    ),
    "E25": (
        "de.slideshare.net/NathanLoynes/protecting-children-processes-from-referral-to-conference",
        "they must decide within one working day what kind of assessment they should do (if any)",
    ),
    "E26": (
        "expydoc.com/doc/4020392/section-47-enquiries-strategy-discussions",
        "a strategy discussion involving local authority children's social care, the police, health and other bodies such "
        "as the referring agency",
    ),
    "E26b": ("llrscb.proceduresonline.com/chapters/p_strat_disc.html", ""),
    "E28": (
        "northumberlandlscb.proceduresonline.com/chapters/p_strat_disc.html",
        "must include Children's Social Care, Police, Health and other agencies as appropriate",
    ),
    "E29": (
        "proceduresonline.com/surrey/cs/p_contacts_referral.html",
        "Within one working day of a contact being received, a social worker should make a decision about the type of "
        "response that is required",
    ),
    "E29b": (
        "sussexchildprotection.procedures.org.uk/zkyppt/...",
        "must acknowledge referrals within one working day of receipt",
    ),
    "E32": (
        "bexley.proceduresonline.com/p_sec_47_enq.html",
        "within 15 working days of a Strategy Discussion, at which section 47 enquiries were initiated if more than one "
        "has been held",
    ),
    "E32b": (
        "erscp.co.uk/practitioners-and-professionals/attending-a-child-protection-conference-or-core-group/",
        "within 15 working days of the strategy discussion at which the Section 47 enquiries were initiated",
    ),
    "E34": (
        "buckschildrensmapp.co.uk/strategy-discussions/",
        "health practitioners and a police representative should, as a minimum, be involved in the strategy discussion",
    ),
    "E35": ("devonscp.org.uk/document/strategy-discussion-guidance/1617", ""),
    "E03-feedback": (
        "studylib.net/doc/8674232/flowcharts-of-key-processes",
        "Feedback to referrer on next course of action",
    ),
    "E11": (
        "workingtogetheronline.co.uk/glossary/strat_disc.html",
        "normally held following an Initial Assessment which indicates that a child has suffered or is likely to suffer "
        "Significant Harm",
    ),
    "E12": (
        "nscb.org.uk/staff-and-volunteers/procedures/immediate-strategy-discussion",
        "a strategy meeting should be held as soon afterwards as possible",
    ),
    "E14": (
        "nscb.org.uk/staff-and-volunteers/procedures/pre-birth-child-protection-conferences-and-reviews",
        "should have the same status, and proceed in the same way, as other initial child protection conferences",
    ),
    "E33": (
        "lewishamchildcare.proceduresonline.com/p_sec_47_enq.html",
        "must be available in time for an Initial Child Protection Conference",
    ),
    "E35b": (
        "devonscp.org.uk/document/strategy-discussion-guidance/1617",
        "a strategy discussion should take place as soon as possible after action has been taken",
    ),
    "E45": (
        "legislation.gov.uk/id/ukpga/2026/21/section/1",
        "must include the offer under subsection (1) in the letter before proceedings",
    ),
    "E50": (
        "somersetsafeguardingchildren.org.uk/glossary/section-46/",
        "The child may be removed for up to 72 hours",
    ),
    "E50-opening": ("legislation.gov.uk/id/ukpga/1989/41/section/46", ""),
    "E51": (
        "legislation.gov.uk/ukpga/1989/41/part/V/enacted",
        "have effect for such period, not exceeding 7 days beginning with that date",
    ),
    "E52": ("yourrights.org.uk ... /emergency-action.html", "Emergency Protection Order (EPO) for up to eight days"),
    "E52b": (
        "legislation.ky/laws/children-act/part/5/section/48",
        "An emergency protection order may only be extended once",
    ),
    "E53": (
        "familylaw.co.uk ... renewals-of-section-38-orders",
        "longer than 28 days (or a combination of the first two such orders adding up to 12 weeks)",
    ),
    "E53b": (
        "familylawweek.co.uk/site.aspx?i=ed199690",
        "renew an interim order after 8 weeks, and every 4 weeks following the first renewal",
    ),
    "E54": (
        "legislation.gov.uk/ukpga/2014/6/section/14",
        "in any event within twenty-six weeks beginning with the day on which the application was issued",
    ),
    "E54b": (
        "familylaw.co.uk/news_and_comment/public-law-outline-and-public-law-proceedings-materials",
        "for up to 8 weeks at a time",
    ),
    "E55": (
        "legislation.gov.uk/uksi/2010/959/regulation/28/made",
        "within one week of the start of any placement",
    ),
    "E55-page": ("legislation.gov.uk/uksi/2010/959/regulation/28/made", ""),
    "E55-year": (
        "legislation.gov.uk/uksi/2010/959/regulation/28/made",
        "at intervals of not more than six weeks for the first year of any placement",
    ),
    "E56": ("legislation.gov.uk/uksi/2010/959/part/5/2014-08-18", "Version Superseded: 01/04/2015"),
    "E56b": (
        "blackpoolchildcare.proceduresonline.com/p_sw_visits.html",
        "intervals of not more than 6 months",
    ),
    "E57": (
        "legislation.gov.uk/uksi/2005/1533/regulation/8/made",
        "in the first year ... at intervals of not more than six weeks",
    ),
    "E57-aware": (
        "legislation.gov.uk/uksi/2005/1533/regulation/8/made",
        "deemed to begin when the local authority become aware of it",
    ),
    "E57b": (
        "yumpu.com/en/document/view/23054178",
        "an officer of the authority within seven working days to visit the premises",
    ),
    "E59": (
        "docsbay.net/appendix-2-return-interview-form...",
        "The interview should be conducted within 72 hours of their return",
    ),
    "E59-2014": ("trixresources ... indep_return_interview.html", ""),
    "E60": (
        "walsallchildcare.proceduresonline.com/chapters/p_public_law.htm",
        "two key pieces of guidance became effective from 1 April 2008",
    ),
    "E60b": (
        "hertschildcare.proceduresonline.com/p_public_law.html",
        "came into force with effect from 6th April 2010 ... introduced on 22 April 2014",
    ),
    "E61": (
        "docsbay.net/legal-planning-meeting-lpm-made-in-a-child-protection-conference",
        "It is an operational decision to hold a legal planning meeting",
    ),
    "OFSTED": ("ofsted.gov.uk", ""),
    "E37": (
        "luttrellstowncastleresort.com/article/chapter-1-assessing-need-and-providing-help/2162",
        "are substantiated and the child is judged to be suffering or likely to suffer",
    ),
    "E49": (
        "legislation.gov.uk/ukpga/1989/41/section/47/2010-01-12/data.xht",
        "have reasonable cause to suspect that a child who lives, or is found, in their area is suffering, or is likely to "
        "suffer, significant harm",
    ),
    "E65a": (
        "github.com/data-to-insight/ssd-data-model",
        "Date of the strategy discussion at which the Section 47 Enquiries were initiated",
    ),
    "E65d": ("github.com/data-to-insight/ssd-data-model", ""),
    "E65m": ("github.com/data-to-insight/csc-validator-be-cin", ""),
    "E67b": (
        "liverpoolcs.trixonline.co.uk/chapter/visits-to-children-supported-through-a-child-protection-plan",
        "held within 10 working days of the conference",
    ),
    "E68": ("westmidlands.procedures.org.uk/ypkpqo", ""),
    "E68b": ("teescpp.org.uk", ""),
    "E69": (
        "teescpp.org.uk/discontinuing-the-child-protection-plan",
        "within 15 working days of the new local authority being notified of the family's permanent move",
    ),
    "E81": ("speakcase.app/blog/assessment-timescales-childrens-services", ""),
    "E82": ("safeguarding.wales/chi/c3pt2/c3pt2.p1.html", ""),
    "OFSTED-17": (
        "ofsted.gov.uk",
        "Examples were seen of decisions to close cases inappropriately, leaving children at potential risk of harm.",
    ),
}


def seen(instrument: Instrument, *codes: str, provision: str | None = None) -> tuple[Citation, ...]:
    """Citations of an instrument at the places with these codes."""
    made = []
    for code in codes:
        address, quote = _SEEN[code]
        url = address if "..." in address else f"https://{address}"
        made.append(Citation(instrument.title, url, provision, quote))
    return tuple(made)
