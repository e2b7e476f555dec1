"""One invented child in the summer of 2012, from referral to closure, with one thing going wrong.

The guidance of the time wanted the police in every strategy discussion. Here they were left out; all else was done.
"""

import sys
from datetime import date
from pathlib import Path

import childprotect as cp
from childprotect.plots import timeline
from childprotect.rulebooks import england


def standing(journey: cp.Journey) -> str:
    return ", ".join(f"{strand}: {state}" for strand, state in journey.states.items() if state != "none")


# A chronology is what the record says: the day, what happened, and what is known of it.
story = cp.Chronology.of(
    "EX-2012",
    events=[
        ("2012-05-16", "referral", {"source": "school"}),
        ("2012-05-17", "referral-acknowledged"),
        ("2012-05-17", "referral-decided", {"outcome": "assessment"}),
        ("2012-05-17", "assessment-started", {"type": "initial"}),
        ("2012-05-21", "strategy-discussion", {"agencies": {"social-care", "health"}, "decision": "section-47"}),
        ("2012-05-21", "section-47-started"),
        ("2012-05-25", "assessment-completed", {"type": "initial"}),
    ],
)

# A journey says where the child stands, strand by strand, and what may follow.
journey = cp.Journey.replay(story, england.charts)
print("On 25 May 2012:", standing(journey))
steps = [f"  {step}" for step in journey.permitted if step.strand == "enquiry"]
print("In the enquiry there may follow:", *steps, sep="\n")

# A rule knows how much time there is: here two holidays, for a jubilee, fall into the three weeks.
limit = england.rule("initial-conference").due(date(2012, 5, 21))
print(f"The conference is due by {limit.on}: {limit}.")

# Each step gives a new journey, and the old one stays. A step that the charts do not permit would be refused.
journey = journey.apply("section-47-completed", at="2012-06-11", outcome="conference")
journey = journey.apply("initial-conference", at="2012-06-13", outcome="plan")  # on the last day
journey = journey.apply("plan-started", at="2012-06-13", categories={"neglect"})
journey = journey.apply("core-group", at="2012-06-26")
journey = journey.apply("review-conference", at="2012-09-10", outcome="continue")
journey = journey.apply("review-conference", at="2013-03-06", outcome="end")
journey = journey.apply("plan-ended", at="2013-03-06", reason="no-longer-at-risk")
journey = journey.apply("case-closed", at="2013-03-20", reason="needs-met")
print("On 20 March 2013:", standing(journey))
# A check holds the whole record against the law of each day.
report = cp.check(journey.chronology, england.rulebook, as_at=date(2013, 3, 31))
for finding in report.breaches:
    print(f"\nWhat went wrong:\n{finding.explain()}\n")
print("The other duties:", ", ".join(sorted({finding.status for finding in report.findings if not finding.is_breach})))
picture = timeline(journey.chronology, england.rulebook, date(2013, 3, 31))
picture.save(Path(*sys.argv[1:2]) / "one-childs-journey.svg", force=True)
