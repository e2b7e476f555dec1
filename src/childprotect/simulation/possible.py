"""What cannot be, whatever chance does: work that nobody could ever do, and what would come only after its end."""

from collections.abc import Iterator

from childprotect.simulation.arriving import mean_family
from childprotect.simulation.offices import WORKING_YEAR
from childprotect.simulation.people import Staffing, Work
from childprotect.simulation.population import Population

TIMES = 5
"""A queue may grow for years; where so many times more comes than can be done, nearly nothing is ever done."""
_A_WEEK = 5
"""A plan in calendar days has at least as many fewer working days."""
_DAYS_OF_A_WEEK = 7


def never(population: Population) -> Iterator[str]:
    """What would only be done after all that it belongs to has ended."""
    soonest = int(population.gathering.shares.nonzero()[0][0])
    longest = int(population.plan_lasts.shares.nonzero()[0][-1])
    if not population.plan_lasts.working:
        longest = longest * _A_WEEK // _DAYS_OF_A_WEEK + 1
    if soonest > longest:
        yield (
            f"population.gathering: {soonest} working days or more, and no plan lasts longer than {longest}: no core "
            "group would ever meet"
        )


def beyond_all(population: Population, staffing: Staffing) -> Iterator[str]:
    """Work that comes in a year, where all who are there could do no more than a small part of it in one.

    Counted is less than there is: the decisions on referrals, one assessment of those that are assessed, and that a
    case is held while its assessment is planned.
    """
    children = mean_family(population)
    cases = population.referrals / children
    assessed = cases * (1 - population.no_further_action) * (1 - population.closed_early)
    effort = 1 + staffing.siblings * (children - 1)
    deciding, assessing = (staffing.work.get(kind, Work()) for kind in ("referral-decided", "assessment-completed"))
    workers = [(kind, n) for team in staffing.teams for kind, n in team.workers]
    there = sum(n for _, n in workers) * max(WORKING_YEAR - staffing.leave - staffing.sickness, 0.0)
    held = sum(kind.caseload * n for kind, n in workers) * WORKING_YEAR
    managing = sum(team.managers for team in staffing.teams) * WORKING_YEAR
    for what, comes, possible in (
        ("staff.work.referral-decided.manager: decisions on referrals", cases * deciding.manager * effort, managing),
        ("staff.work.assessment-completed.worker: assessments", assessed * assessing.worker * effort, there),
        ("staff.worker: cases that are held while they are assessed", assessed * assessing.ahead.mean, held),
    ):
        if comes > TIMES * possible:
            yield f"{what} take {comes:,.0f} working days a year; all who are there have {possible:,.0f}"
