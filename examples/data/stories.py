"""Invented children: small stories of the child protection process, told as lists of events.

A story is a function that tells what happened to one child from a day on. The stories of `ROUTINE` go as they should,
give or take a late meeting; each of `MESSY` has something odd in it, of the kind that real records have. Nobody in
here exists, and the timing is only believable, not measured.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from childprotect import Event

if TYPE_CHECKING:  # as a script's neighbour it is found by its bare name, and by a type checker from the root
    from examples.data import care
    from examples.data.oversight import oversee
    from examples.data.parts import EVERYONE, ONE_ASSESSMENT, SOURCES, Case, after, working
else:
    import care
    from oversight import oversee
    from parts import EVERYONE, ONE_ASSESSMENT, SOURCES, Case, after, working

# --- the stories in which everything goes its way


def nothing_further(case: Case, day: date) -> None:
    """Referred, and no further action."""
    case.referral(day, "no-further-action")
    case.close("no-further-action")


def early_help(case: Case, day: date) -> None:
    """Referred, and passed to early help."""
    decided = case.referral(day, "early-help")
    case.tell(decided, "early-help-started", plan="caf" if day < ONE_ASSESSMENT else "early-help")
    case.close("early-help")


def assessed_and_closed(case: Case, day: date) -> None:
    """Referred, assessed, and closed."""
    case.assessment(day, case.referral(day))
    case.close(case.one_of("no-further-action", "no-further-action", "early-help"))


def in_need(case: Case, day: date) -> None:
    """Assessed as a child in need; often something new comes in, and calls for another assessment."""
    completed = case.assessment(day, case.referral(day))
    case.child_in_need(completed, case.number(1, 4))
    if case.chance(0.85):
        told = case.tell(after(completed, case.number(15, 30)), "new-information")
        kind, limit = ("initial", 10) if told < ONE_ASSESSMENT else ("single", 40)
        case.assess(told, case.within(told, limit, kept=0.6), kind, "new-information")
    case.close()


def enquiry_only(case: Case, day: date) -> None:
    """An enquiry that needs no conference."""
    decided = case.referral(day, "strategy-discussion")
    completed = case.assessment(day, decided)
    case.enquiry(decided, case.one_of("not-substantiated", "substantiated-no-continuing-risk"))
    if case.chance(0.5):
        case.child_in_need(completed)
    case.close()


def conference_without_plan(case: Case, day: date) -> None:
    """An enquiry and a conference, which makes no plan."""
    decided = case.taken_up(day)
    case.child_in_need(case.conference(case.enquiry(decided), "no-plan"))
    case.close()


def enquiry_to_plan_to_end(case: Case, day: date) -> None:
    """From referral to the end of a plan, and a step down to a child in need plan."""
    decided = case.taken_up(day)
    held = case.conference(case.enquiry(after(decided, case.number(0, 3))))
    case.child_in_need(case.plan(held, case.one_of(2, 2, 2, 3, 3, 4)))
    case.close()


def plan_to_care(case: Case, day: date) -> None:
    """A plan that is not enough: the steps before proceedings, an application, and the child is looked after."""
    decided = case.taken_up(day)
    reviewed = case.review(case.start_plan(case.conference(case.enquiry(decided))), 3)
    met = care.pre_proceedings(case, after(reviewed, case.number(3, 15)))
    into_care(case, after(met, case.number(5, 30)), home=case.chance(0.45))


def into_care(case: Case, issued: date, home: bool = False) -> None:
    """From the application to the day on which the child is no longer looked after, which may be years later."""
    ordered, done = care.proceedings(case, issued)
    if any(event.kind == "plan-started" for event in case.events):
        case.tell(ordered, "plan-ended", reason="looked-after", by="manager")
    end = done if home else working(done + timedelta(days=case.number(60, 1000)))
    care.looked_after(case, ordered, end, home)
    if case.chance(0.3):
        care.missing(case, ordered + timedelta(days=case.number(30, 90)), timed=case.chance(0.6))
    case.tell(end, "looked-after-ended")
    case.close("needs-met" if home else case.one_of("needs-met", "adopted", "special-guardianship"))


def emergency(case: Case, day: date) -> None:
    """Protected on the day of the referral, by the police, by an order, or by one after the other."""
    case.tell(day, "referral", source=case.one_of("police", "hospital"))
    case.tell(day, "referral-acknowledged")
    case.tell(day, "referral-decided", outcome="immediate-protection", decided_by=case.manager)
    case.allocate(after(day, 1))
    case.assessment(day, day)
    how = case.one_of("police", "order", "both")
    if how == "police":
        over = care.police_protection(case, day)
    elif how == "order":
        over = care.emergency_order(case, day)
    else:
        over = care.emergency_order(case, care.police_protection(case, day, order=True), since=day)
    if how != "police" and case.chance(0.6):
        case.enquiry(after(day, case.number(0, 2)), "legal-action")
        into_care(case, working(over), home=case.chance(0.4))
        return
    case.child_in_need(case.plan(case.conference(case.enquiry(after(day, case.number(0, 2)))), 2))
    case.close()


def private_fostering(case: Case, day: date) -> None:
    """A child who lives with neither parents nor relatives, and is visited there."""
    decided = case.referral(day)
    case.assessment(day, decided)
    care.private_fostering(case, decided, working(decided + timedelta(days=case.number(90, 700))))
    case.close()


def runaway(case: Case, day: date) -> None:
    """In need, and missing from home more than once."""
    completed = case.assessment(day, case.referral(day))
    case.child_in_need(completed, 2)
    for n in range(case.number(1, 3)):
        care.missing(case, after(completed, 20 * n + case.number(5, 15)), timed=case.chance(0.6))
    case.close()


# --- the stories in which something is odd


def several_discussions(case: Case, day: date) -> None:
    """Three strategy discussions in one enquiry: the conference is counted from the one that decided on it."""
    decided = case.taken_up(day)
    case.discussion(decided, "further-discussion")
    discussed = case.enquiry(after(decided, 2))
    case.discussion(after(discussed, 2))
    case.plan(case.conference(discussed), 2)
    case.close()


def two_enquiries(case: Case, day: date) -> None:
    """A first enquiry that finds nothing, and a second, months later, that leads to a plan."""
    decided = case.taken_up(day)
    case.enquiry(decided, "not-substantiated")
    later = case.tell(after(case.last, 30), "new-information")
    case.plan(case.conference(case.enquiry(after(later, 1))), 2)
    case.close()


def two_plans(case: Case, day: date) -> None:
    """A plan, a closed case, and a year later another plan."""
    enquiry_to_plan_to_end(case, day)
    enquiry_to_plan_to_end(case, after(case.last, case.number(120, 250)))


def back_on_the_day_of_closure(case: Case, day: date) -> None:
    """Closed, and referred again on the same day."""
    assessed_and_closed(case, day)
    enquiry_only(case, case.last)


def moved_in(case: Case, day: date) -> None:
    """A child with a plan moves in from another area."""
    case.tell(day, "transfer-notified")
    case.allocate(after(day, 1))
    case.plan(case.conference(day, kind="transfer-in-conference"), 2)
    case.close()


def moved_in_and_on(case: Case, day: date) -> None:
    """A child with a plan moves in, and on to a third area before the conference is due."""
    case.tell(day, "transfer-notified")
    case.tell(after(day, 9), "case-closed", reason="transferred")


def unborn(case: Case, day: date) -> None:
    """A conference before the birth."""
    decided = case.taken_up(day)
    case.plan(case.conference(case.enquiry(decided), kind="pre-birth-conference"), 2)
    case.close()


def closed_with_plan_open(case: Case, day: date) -> None:
    """The case is closed while the plan is open."""
    decided = case.taken_up(day)
    case.review(case.start_plan(case.conference(case.enquiry(decided))), 3)
    case.close("transferred")


def died(case: Case, day: date) -> None:
    """The child dies days after the conference; every duty to the child falls away."""
    decided = case.referral(day, "strategy-discussion")
    held = case.conference(case.enquiry(decided))
    case.tell(held, "plan-started", categories={"physical"})
    day = case.tell(after(held, 3), "plan-ended", reason="died", by="manager")
    case.events = [event for event in case.events if event.day <= day]
    case.tell(day, "case-closed", reason="died")


def moved_away(case: Case, day: date) -> None:
    """The family moves out of the area before the first core group is due."""
    decided = case.taken_up(day)
    held = case.conference(case.enquiry(decided))
    case.tell(held, "plan-started", categories={"neglect"})
    case.tell(after(held, 6), "plan-ended", reason="moved", by="manager")
    case.close("transferred")


def conference_without_enquiry(case: Case, day: date) -> None:
    """A conference with no enquiry before it."""
    decided = case.referral(day)
    case.assessment(day, decided)
    case.plan(case.conference(decided), 2)
    case.close()


def plan_upon_plan(case: Case, day: date) -> None:
    """A second plan is started while the first is open, without a conference of its own."""
    decided = case.taken_up(day)
    held = case.conference(case.enquiry(decided))
    case.tell(after(held, case.number(20, 40)), "plan-started", categories={"emotional"})
    case.plan(held, 2)
    case.close()


def enquiry_without_discussion(case: Case, day: date) -> None:
    """An enquiry is recorded as started, and no strategy discussion before it."""
    decided = case.referral(day)
    case.assessment(day, decided)
    started = case.tell(after(decided, 1), "section-47-started", lead_qualified=True)
    case.tell(after(started, 5), "section-47-completed", outcome="not-substantiated", conference_required=False)
    case.close()


def decision_not_recorded(case: Case, day: date) -> None:
    """Nobody wrote down what the strategy discussion decided, or who took part; the enquiry went on all the same."""
    decided = case.taken_up(day)
    case.tell(decided, "strategy-discussion")
    started = case.tell(after(decided, 1), "section-47-started", lead_qualified=True) if case.chance(0.5) else decided
    case.plan(case.conference(started), 2)
    case.close()


def outcome_not_recorded(case: Case, day: date) -> None:
    """The enquiry ended, and its outcome is not recorded, so nobody can tell whether a conference was due."""
    decided = case.taken_up(day)
    started = case.tell(case.discussion(decided), "section-47-started", lead_qualified=True)
    case.tell(after(started, 8), "section-47-completed")
    case.child_in_need(case.last)
    case.close()


def conference_never_held(case: Case, day: date) -> None:
    """A conference is required, none is held, and the plan that the record shows has no conference and no category."""
    decided = case.taken_up(day)
    discussed = case.enquiry(decided)
    case.tell(after(discussed, 25), "plan-started")
    case.close("transferred")


def ended_by_a_manager(case: Case, day: date) -> None:
    """A manager ends the plan because the risk has gone, and no review decided it."""
    held = case.conference(case.enquiry(case.taken_up(day)))
    reviewed = case.review(case.start_plan(held), 3)
    case.tell(after(reviewed, 20), "plan-ended", reason="no-longer-at-risk", by="manager")
    case.close()


def end_not_recorded(case: Case, day: date) -> None:
    """The plan ends after a review, and nobody wrote down what that review decided."""
    held = case.conference(case.enquiry(case.taken_up(day)))
    reviewed = case.tell(after(case.start_plan(held), 55), "review-conference", agencies=EVERYONE)
    case.tell(reviewed, "plan-ended", reason="no-longer-at-risk")
    case.close()


def drifting(case: Case, day: date) -> None:
    """A plan that is reviewed once, or never, and then forgotten until the family has moved."""
    day = case.start_plan(case.conference(case.enquiry(case.taken_up(day))))
    if case.chance(0.5):
        day = case.review(day, 3)
    case.tell(after(day, 160), "plan-ended", reason="moved", by="manager")
    case.close("transferred")


def adjourned(case: Case, day: date) -> None:
    """The conference is adjourned, and held again: it was in time the first time."""
    decided = case.taken_up(day)
    held = case.conference(case.enquiry(decided), "adjourned")
    held = case.tell(after(held, 5), "initial-conference", agencies=EVERYONE, outcome="plan")
    case.plan(held, 2)
    case.close()


def recorded_late(case: Case, day: date) -> None:
    """Everything is done, and recorded weeks later: what was known at the time looks worse than what happened."""
    case.lag = 30
    enquiry_to_plan_to_end(case, day)


def by_the_clock(case: Case, day: date) -> None:
    """An urgent afternoon, recorded to the minute."""
    case.tell(day, "referral", "09:10", source="hospital")
    case.tell(day, "referral-acknowledged", "09:45")
    case.tell(day, "referral-decided", "11:20", outcome="immediate-protection")
    case.tell(day, "police-protection-started", "12:05")
    discussed = case.enquiry(day, at="14:30")
    case.tell(after(day, 1), "police-protection-ended", "12:00")
    case.assessment(day, after(day, 1))
    case.plan(case.conference(discussed), 2)
    case.close()


def wrong_form(case: Case, day: date) -> None:
    """The assessment was recorded on the form of another time: a core one since 2013, before then one of no type."""
    decided = case.referral(day)
    case.tell(decided, "assessment-started")
    completed = after(day, case.number(5, 30))
    case.tell(completed, "assessment-completed", type="core" if day >= ONE_ASSESSMENT else None)
    case.child_in_need(completed)
    case.close()


def closed_undecided(case: Case, day: date) -> None:
    """Never decided and never answered: closed when it turned out that another area knew the child."""
    case.tell(day, "referral", source=case.one_of(*SOURCES))
    case.tell(after(day, case.one_of(1, 6)), "case-closed", reason="transferred")


def turned_18(case: Case, day: date) -> None:
    """The young person turns 18 with the assessment just begun, and moves on to adult services."""
    decided = case.referral(day)
    case.tell(decided, "assessment-started", type="single" if day >= ONE_ASSESSMENT else "initial", reason="referral")
    case.tell(after(decided, 5), "case-closed", reason="adult-services")


def child_assessment_order(case: Case, day: date) -> None:
    """The parents let nobody see the child, and a court orders the assessment."""
    decided = case.referral(day)
    ordered = case.tell(after(decided, 10), "child-assessment-order-made")
    completed = case.assessment(day, decided)
    case.tell(ordered + timedelta(days=8 if day.year % 2 else 6), "child-assessment-order-ended")
    case.child_in_need(max(completed, case.last))
    case.close()


def end_of_order_not_recorded(case: Case, day: date) -> None:
    """An emergency protection order of which nobody entered the end; the child is looked after long since."""
    decided = case.taken_up(day)
    case.enquiry(decided, "legal-action")
    case.tell(decided, "emergency-protection-order-made")
    care.looked_after(case, after(decided, 4), end := working(day + timedelta(days=case.number(150, 400))))
    case.tell(end, "looked-after-ended")
    case.close()


def forgotten_arrangement(case: Case, day: date) -> None:
    """Privately fostered, visited once or never, and then forgotten until the child goes home."""
    decided = case.referral(day)
    case.assessment(day, decided)
    case.tell(decided, "private-fostering-notified")
    if case.chance(0.5):
        case.tell(after(decided, 5), "private-fostering-visit")
    case.tell(after(decided, 120), "private-fostering-ended")
    case.close()


def nobody_visits(case: Case, day: date) -> None:
    """Looked after in a placement in which nobody visits, or reviews anything, after the first weeks."""
    decided = case.taken_up(day)
    ordered = case.tell(after(case.enquiry(decided, "legal-action"), 7), "looked-after-started")
    kind = case.one_of("foster", "long-term-foster", "parents-interim-order")
    case.tell(ordered, "placement-started", placement=kind, until_18=kind == "foster")
    for days in (6, 10, 40):
        case.tell(ordered + timedelta(days=days), "looked-after-visit")
    case.tell(after(ordered, 19), "looked-after-review")
    case.tell(after(ordered, 250), "looked-after-ended")
    case.close()


def never_interviewed(case: Case, day: date) -> None:
    """Missing, found, and nobody asks why."""
    completed = case.assessment(day, case.referral(day))
    case.tell(after(completed, 3), "missing", "21:00")
    case.tell(after(completed, 4), "found", "07:40")
    case.child_in_need(after(completed, 5))
    case.close()


Story = Callable[[Case, date], None]

ROUTINE: tuple[Story, ...] = (
    *(emergency, enquiry_only, enquiry_to_plan_to_end, enquiry_to_plan_to_end, assessed_and_closed, early_help),
    *(in_need, plan_to_care, assessed_and_closed, private_fostering, emergency, in_need, enquiry_only),
    *(plan_to_care, conference_without_plan, enquiry_to_plan_to_end, runaway, in_need, assessed_and_closed),
    nothing_further,
)
"""As often as they stand here, in turn."""

MESSY: tuple[Story, ...] = (
    *(several_discussions, enquiry_without_discussion, back_on_the_day_of_closure, two_plans, moved_in, unborn),
    *(closed_with_plan_open, died, moved_away, conference_without_enquiry, plan_upon_plan, two_enquiries),
    *(decision_not_recorded, outcome_not_recorded, conference_never_held, ended_by_a_manager, end_not_recorded),
    *(drifting, adjourned, recorded_late, by_the_clock, wrong_form, closed_undecided, turned_18, moved_in_and_on),
    *(child_assessment_order, end_of_order_not_recorded, forgotten_arrangement, nobody_visits, never_interviewed),
)
"""In turn."""


def invent(prefix: str, days: Sequence[date], until: date, seed: int) -> Iterator[tuple[str, list[Event]]]:
    """A child for every day, whose story begins on it and is known up to `until`. Every fourth one is messy."""
    for number, day in enumerate(days, start=1):
        case = Case(f"{prefix}{number:04d}", seed * 10_000 + number)
        messy = number // 4
        story = ROUTINE[(number - messy) % len(ROUTINE)] if number % 4 else MESSY[messy % len(MESSY)]
        story(case, day)
        oversee(case, until)
        known = [event for event in case.events if max(event.day, event.recorded or event.day) <= until]
        if known:
            yield case.child, sorted(known, key=lambda event: event.day)


def spread(first: date, last: date, count: int) -> list[date]:
    """So many working days from `first` to `last`, evenly."""
    span = (last - first).days
    return [working(first + timedelta(days=span * n // (count - 1))) for n in range(count)]
