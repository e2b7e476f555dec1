"""The episode of a case in England, as stages: from a referral, or a child who moves in, to the closed case.

What may follow is in the charts; how often and how long comes from a `Population`. What a rule requires to be recorded
of an event is recorded, unless the population leaves it out.
"""

from collections.abc import Mapping
from typing import Any

from childprotect.events import Facts
from childprotect.paths import Step, required_of
from childprotect.rulebooks import england
from childprotect.simulation.delays import Delay, mixed
from childprotect.simulation.pathway import Pathway
from childprotect.simulation.population import Population
from childprotect.simulation.stages import BEGIN, Kept, Stage, Way
from childprotect.vocabulary import STANDARD

ONE_ASSESSMENT = min(v.in_force for v in england.rule("single-assessment").versions if v.in_force is not None)
"""Referrals from this day on have one assessment; those before it an initial and perhaps a core one."""
_RULES = england.rulebook.with_practice().rules
_LATE_FIRST_REVIEW, _LATE_REVIEW = Delay.bands({(68, 95): 1}), Delay.bands({(134, 165): 1})
"""In working days: reviews fall on one. Beyond three and six months, wherever they begin."""


def pathway(population: Population, *, one_assessment: bool = True) -> Pathway:
    """An episode in this authority; or, before 15 April 2013, with an initial and a core assessment."""
    assess = _assessment if one_assessment else _two_assessments
    needless = _needless(population)
    return Pathway(
        (
            *_front_door(population),
            *assess(population, "assessed", {"not-in-need": needless, "in-need": 1 - needless}),
            *assess(population, "looked-into", {"assessed-too": 1.0}),
            *_enquiry(population, "enquiry", "looked-into", population.discussing),
            *_enquiry(
                population, "another", "no-conference: enquiry", population.until_again, population.enquired_again
            ),
            *_moving_in(population),
            *_plan(population),
            *_need(population),
            *_closing(population),
        ),
        england.charts,
    )


HELD = ("plan: enquiry", "no-plan: enquiry"), ("plan: another", "no-plan: another")
"""The ways to an initial conference: of the first enquiry, and of another one in the same episode."""
_CONFERENCE = {"interpreter": "none", "quorate": True, "parents-attended": True}
_ALSO: Mapping[str, Mapping[str, Any]] = {
    "allocated": {"qualified": True},
    "assessment-completed": {"child-seen": True},
    "conference-report-shared": {"with": "parents"},
    "core-group": {"plan-updated": True},
    "initial-conference": _CONFERENCE,
    "plan-started": {"contingency": True, "exit-criteria": True},
    "review-conference": _CONFERENCE,
    "section-47-started": {"lead-qualified": True},
    "transfer-in-conference": _CONFERENCE,
    "visit": {"child-seen": True, "seen-alone": True, "interpreter": "none"},
}
"""What is recorded of events where nothing is amiss."""


def _step(kind: str, **facts: Any) -> Step:
    given = {**_ALSO.get(kind, {}), **{name.replace("_", "-"): value for name, value in facts.items()}}
    values = STANDARD[kind].values
    asked = {name: value for name, value in required_of(kind, _RULES, values).items() if name not in given}
    return Step(kind, Facts({**asked, **given}))


def _shared(name: str, steps: Mapping[Any, float], share: float = 1.0) -> tuple[Way, ...]:
    """One way that may be written down differently, by parts of any sum."""
    whole = sum(steps.values())
    return tuple(Way(name, step, share * part / whole) for step, part in steps.items())


def _sometimes(name: str, step: Step, failing: float, share: float = 1.0) -> tuple[Way, ...]:
    """A way on which something is written down, but for a share of failings."""
    return (Way(name, step, share * (1 - failing)), Way(name, None, share * failing))


def _closing(people: Population) -> tuple[Stage, ...]:
    """The end of a case, when all else has come to its end."""
    ends: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "no-further-action": (("nothing-further", "not-in-need"), ()),
        "needs-met": (("in-need", "looked-into", "notified"), ("moved-away",)),
        "transferred": (("moved-away",), ()),
    }
    return tuple(
        Stage(
            after,
            _decided(f"closed: {reason}", _step("case-closed", reason=reason), people.unauthorised),
            people.closing,
            last=True,
            unless=unless,
        )
        for reason, (after, unless) in ends.items()
    )


def _decided(name: str, step: Step, unauthorised: float, share: float = 1.0) -> tuple[Way, ...]:
    """A way on which a manager decides, but for a share of failings."""
    decision = _step("management-decision")
    return (
        Way(name, (decision, step), share * (1 - unauthorised)),
        Way(name, step, share * unauthorised),
    )


def _front_door(people: Population) -> tuple[Stage, ...]:
    sources = {_step("referral", source=source): part for source, part in people.sources.items()}
    nothing = people.no_further_action
    going_on = 1 - nothing
    return (
        Stage(BEGIN, (*_shared("referred", sources, 1 - people.moved_in), Way("moves-in", None, people.moved_in))),
        Stage("referred", (Way("acknowledged", _step("referral-acknowledged")),), people.acknowledging),
        Stage(
            "referred",
            (
                Way("nothing-further", _step("referral-decided", outcome="no-further-action"), nothing),
                Way(
                    "looked-into", _step("referral-decided", outcome="strategy-discussion"), going_on * people.discussed
                ),
                Way("assessed", _step("referral-decided", outcome="assessment"), going_on * (1 - people.discussed)),
            ),
            people.deciding,
        ),
        Stage(
            "referred",
            _sometimes("noted: referral", _CHRONOLOGY, people.chronology_behind),
            no_later=("nothing-further", "looked-into", "assessed"),
        ),
    )


def _allocated(people: Population, way: str, delay: Delay) -> Stage:
    """The case of those who took a way gets a social worker."""
    name, few = f"allocated: {way}", people.unqualified
    ways = (Way(name, _step("allocated"), 1 - few), Way(name, _step("allocated", qualified=False), few))
    return Stage(way, ways, delay)


def _needless(people: Population) -> float:
    """Of the children assessed without an enquiry, those found not to be in need."""
    assessed = (1 - people.no_further_action) * (1 - people.discussed)
    return min(people.not_in_need / assessed, 1.0) if assessed else 0.0


def _assessment(people: Population, way: str, in_need: Mapping[str, float]) -> tuple[Stage, ...]:
    """One assessment of those who took a way, and how many are `in-need` then, or are not; later perhaps another."""
    started = _step("assessment-started", type="single", reason="referral")
    completed = _step("assessment-completed", type="single")
    stages = (
        _allocated(people, way, people.allocating),
        Stage(f"allocated: {way}", (Way(f"assessing: {way}", started),)),
        *_ending_of(f"assessing: {way}", completed, in_need, people, people.assessing),
    )
    if "in-need" not in in_need:
        return stages
    again = _step("assessment-started", type="single", reason="new-information")
    return (
        *stages,
        Stage("in-need", (Way("news", _step("new-information"), people.assessed_again),), people.until_again),
        Stage("news", _sometimes("noted: news", _CHRONOLOGY, people.chronology_behind)),
        Stage("news", (Way("assessing-again", again),)),
        Stage("assessing-again", (Way("assessed-again", completed),), people.assessing),
    )


def _two_assessments(people: Population, way: str, in_need: Mapping[str, float]) -> tuple[Stage, ...]:
    """The same with an initial assessment and a core one after it."""
    initial, core = (_step("assessment-started", type=kind, reason="referral") for kind in ("initial", "core"))
    completed, further = (_step("assessment-completed", type=kind) for kind in ("initial", "core"))
    return (
        _allocated(people, way, people.allocating),
        Stage(f"allocated: {way}", (Way(f"begun: {way}", initial),)),
        Stage(f"begun: {way}", (Way(f"first-done: {way}", completed),), people.assessing_first),
        Stage(f"first-done: {way}", (Way(f"assessing: {way}", core),), Delay.of(1)),
        *_ending_of(f"assessing: {way}", further, in_need, people, people.assessing_further),
    )


def _ending_of(
    way: str, completed: Step, in_need: Mapping[str, float], people: Population, delay: Delay
) -> tuple[Stage, ...]:
    """How an assessment ends: while its case is open, or after that was closed."""
    early = people.closed_early if len(in_need) > 1 else 0.0
    closed = _step("case-closed", reason="needs-met")
    return (
        Stage(way, (Way(f"left: {way}", None, early), Way(f"carried-on: {way}", None, 1 - early))),
        Stage(f"carried-on: {way}", tuple(Way(name, completed, share) for name, share in in_need.items()), delay),
        Stage(f"left: {way}", _decided(f"closed: {way}", closed, people.unauthorised), people.closing),
        Stage(f"closed: {way}", (Way(f"completed: {way}", completed),), delay),
    )


def _enquiry(people: Population, name: str, after: str, delay: Delay, share: float = 1.0) -> tuple[Stage, ...]:
    """A strategy discussion, an enquiry, and a conference if one is needed."""

    def discussion(decision: str) -> dict[Step, float]:
        whole = _step("strategy-discussion", decision=decision)
        without = _step("strategy-discussion", decision=decision, agencies=whole.facts["agencies"] - {"police"})
        return {whole: 1 - people.without_police, without: people.without_police}

    conference = {"plan": people.planned, "no-plan": 1 - people.planned}
    return (
        Stage(
            after,
            (
                *_shared(f"discussed: {name}", discussion("section-47"), share * people.enquired),
                *_shared(f"no-enquiry: {name}", discussion("child-in-need"), share * (1 - people.enquired)),
            ),
            delay,
        ),
        Stage(f"discussed: {name}", (Way(f"enquiring: {name}", _step("section-47-started")),)),
        Stage(
            f"enquiring: {name}",
            (
                Way(f"to-conference: {name}", None, people.conference_needed),
                Way(f"to-none: {name}", None, 1 - people.conference_needed),
            ),
        ),
        Stage(
            f"to-conference: {name}",
            tuple(
                Way(f"{outcome}: {name}", _step("initial-conference", outcome=outcome), share)
                for outcome, share in conference.items()
            ),
            people.conferring,
        ),
        Stage(
            f"to-conference: {name}",
            _decided(f"found: {name}", _step("section-47-completed", outcome="conference"), people.unauthorised),
            people.enquiring,
            no_later=(f"plan: {name}", f"no-plan: {name}"),
        ),
        Stage(
            f"to-none: {name}",
            tuple(
                way
                for outcome, share in (
                    ("not-substantiated", people.unsubstantiated),
                    ("substantiated-no-continuing-risk", 1 - people.unsubstantiated),
                )
                for way in _decided(
                    f"no-conference: {name}",
                    _step("section-47-completed", outcome=outcome),
                    people.unauthorised,
                    share,
                )
            ),
            people.enquiring,
        ),
        *_within_enquiry(people, name),
    )


def _within_enquiry(people: Population, name: str) -> tuple[Stage, ...]:
    """The visit to the child, the report for the conference, and what goes into the chronology."""
    ended, held = (f"found: {name}", f"no-conference: {name}"), (f"plan: {name}", f"no-plan: {name}")
    return (
        Stage(
            f"enquiring: {name}",
            (
                Way(f"visited: {name}", _step("visit"), 1 - people.not_seen_alone),
                Way(f"visited: {name}", _step("visit", seen_alone=False), people.not_seen_alone),
            ),
            people.visiting,
            no_later=ended,
        ),
        Stage(
            f"to-conference: {name}",
            _sometimes(f"reported: {name}", _step("conference-report-shared"), people.without_report),
            people.reporting,
            no_later=held,
        ),
        *(
            Stage(after, _sometimes(f"noted {n}: {name}", _CHRONOLOGY, people.chronology_behind))
            for n, after in enumerate(((f"discussed: {name}", f"no-enquiry: {name}"), ended, held))
        ),
    )


_CHRONOLOGY = _step("chronology-updated")


def _moving_in(people: Population) -> tuple[Stage, ...]:
    return (
        Stage("moves-in", (Way("notified", _step("transfer-notified")),), Delay.of(0)),
        _allocated(people, "notified", people.allocating),
        Stage("notified", _sometimes("told", _step("conference-report-shared"), people.without_report)),
        Stage("notified", (Way("taken-on", _step("transfer-in-conference", outcome="plan")),), people.receiving),
    )


def _plan(people: Population) -> tuple[Stage | Kept, ...]:
    """The plan of a child, its core groups, visits and reviews, until a review ends it."""
    decided = ("plan: enquiry", "plan: another", "taken-on")
    staying, away = 1 - people.moved_away, people.moved_away
    moved = _step("plan-ended", reason="moved", by="manager")

    def plan(contingency: bool) -> dict[Step, float]:
        return {
            _step("plan-started", categories=frozenset({category}), contingency=contingency): part
            for category, part in people.categories.items()
        }

    return (
        Stage(
            decided,
            (
                *_shared("plan", plan(True), 1 - people.without_contingency),
                *_shared("plan", plan(False), people.without_contingency),
            ),
        ),
        Stage(
            "plan",
            (
                *_sometimes("at-last", _step("conference-report-shared"), people.without_report, staying),
                *_decided("moved-away", moved, people.unauthorised, away),
            ),
            people.plan_lasts,
        ),
        Stage("at-last", (Way("reviewed-at-last", _step("review-conference", outcome="end")),)),
        Stage(
            "reviewed-at-last",
            (Way("plan-ended", _step("plan-ended", reason="no-longer-at-risk", by="review-conference")),),
        ),
        Kept(
            (_step("core-group"),),
            "plan",
            ("reviewed-at-last", "moved-away"),
            people.core_groups,
            people.gathering,
        ),
        Kept(
            (_step("visit"),),
            "plan",
            ("reviewed-at-last", "moved-away"),
            people.visits,
        ),
        Stage("plan", _sometimes("noted: plan", _CHRONOLOGY, people.chronology_behind)),
        Stage(("plan-ended", "moved-away"), _sometimes("noted: plan-ended", _CHRONOLOGY, people.chronology_behind)),
        Kept(
            (_step("conference-report-shared"), _step("review-conference", outcome="continue"), _CHRONOLOGY),
            "plan",
            ("at-last", "moved-away"),
            mixed(people.reviews, _LATE_REVIEW, people.reviewed_late),
            mixed(people.first_review, _LATE_FIRST_REVIEW, people.reviewed_late),
        ),
    )


def _need(people: Population) -> tuple[Stage | Kept, ...]:
    """The plan of a child in need, after an assessment or after another plan."""
    return tuple(
        stage
        for after, lasting in (("in-need", people.needed), ("plan-ended", people.stepped_down))
        for stage in (
            Stage(after, (Way(f"helped: {after}", _step("child-in-need-plan-started")),)),
            Stage(f"helped: {after}", (Way(f"helped-out: {after}", _step("child-in-need-plan-ended")),), lasting),
            Kept((_step("child-in-need-review"),), f"helped: {after}", f"helped-out: {after}", people.need_reviews),
            Kept(
                (_step("visit"),),
                f"helped: {after}",
                f"helped-out: {after}",
                people.need_visits,
            ),
        )
    )
