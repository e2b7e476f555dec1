"""The measures of what inspectors asked about in 2012, and gave no number for: reported, and not judged."""

from datetime import date

import polars as pl

from childprotect.authority import Evidence
from childprotect.measures import frames
from childprotect.measures.frames import within
from childprotect.measures.measure import Kind, Measure, framed
from childprotect.measures.open_cases import open_cases_within
from childprotect.measures.practice import visits_on_plans
from childprotect.measures.told import Told

_REPORT = "Ofsted, Inspection of local authority arrangements for the protection of children: Herefordshire, 2012"
_NO_NUMBER = "It asks, and gives no number: what is counted, and how, is ours."
_FIRST = "no conference before it is on record under the same plan"
_CONFERENCES = (*frames.CONFERENCES, "review-conference")
_SPELLS = {
    "plan-started": ("plan", 1),
    "plan-ended": ("plan", -1),
    "child-in-need-plan-started": ("need", 1),
    "child-in-need-plan-ended": ("need", -1),
    "section-47-started": ("enquiry", 1),
    "section-47-completed": ("enquiry", -1),
}
_FOLLOWS = (
    "assessment-started",
    "strategy-discussion",
    "section-47-started",
    *frames.CONFERENCES,
    "plan-started",
    "child-in-need-plan-started",
    "early-help-started",
    "transfer-notified",
    "looked-after-started",
    "case-closed",
)
"""What an assessment may lead to."""


def _incidents(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each referral, how many days after the incident it came; null where it says no day, or a later one."""
    days = (pl.col("day") - pl.col("incident-date")).dt.total_days()
    known = pl.when(days >= 0)
    return framed(within(told.of_kinds("referral"), first, last), kept=known.then(True), days=known.then(days))


def _followed(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each assessment that ended, whether something came of it up to the last day, or was under way."""
    kinds = dict.fromkeys(("assessment-completed", *_FOLLOWS, *_SPELLS))
    events = told.of_kinds(*kinds).filter(pl.col("day") <= last).select("child", "event", "day")
    running = [
        sum((pl.when(pl.col("event") == kind).then(step).otherwise(0) for kind, step in steps), pl.lit(0))
        for steps in (
            [(kind, step) for kind, (of, step) in _SPELLS.items() if of == name] for name in ("plan", "need", "enquiry")
        )
    ]
    opened = pl.any_horizontal(*(step.cum_sum().over("child") > 0 for step in running))
    follows = pl.when(pl.col("event").is_in(_FOLLOWS)).then(pl.col("day"))
    seen = events.with_columns(opened=opened, came=follows.max().over("child"))
    ended = within(seen.filter(pl.col("event") == "assessment-completed"), first, last)
    # on one day an assessment may stand before or after what it led to
    return framed(ended, kept=pl.col("opened") | (pl.col("came") >= pl.col("day")).fill_null(False))


def _unannounced(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(visits_on_plans(told, first, last), kept=~pl.col("announced"))


def _plans_unannounced(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each plan with a visit in the period, whether one of these at least was not announced; by the last of them."""
    visits = within(told.of_kinds("visit"), first, last).select("child", "announced", held="day")
    both = frames.plans(told).join(visits, on="child", maintain_order="left")
    own = both.filter((pl.col("day") <= pl.col("held")) & (pl.col("end").is_null() | (pl.col("held") <= pl.col("end"))))
    told_of = own.group_by("child", "place", maintain_order=True).agg(
        pl.col("held").max(),
        some=(~pl.col("announced")).any(),
        unclear=pl.col("announced").is_null().any(),
    )
    kept = pl.when("some").then(True).when(~pl.col("unclear")).then(False)
    return framed(told_of, day=pl.col("held"), kept=kept)


def _same_chair(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each review conference, whether who chaired the conference before it, under the same plan, chaired it too."""
    events = told.of_kinds(*_CONFERENCES, "plan-ended").select("child", "event", "day", "chair")
    before, chair = (pl.col(name).shift(1).over("child") for name in ("event", "chair"))
    none = (before == "plan-ended") | before.is_null()
    found = events.with_columns(kept=pl.col("chair") == chair, left_out=pl.when(none).then(pl.lit(_FIRST)))
    return framed(within(found.filter(pl.col("event") == "review-conference"), first, last))


def _health_reports(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each conference, whether a report of the health services was shared since the conference before it."""
    kinds = (*_CONFERENCES, "conference-report-shared")
    events = told.of_kinds(*kinds).select("child", "event", "day", "agency", "with")
    held = pl.col("event").is_in(_CONFERENCES)
    # a report of the day of a conference is for that one, wherever it stands among the events of the day
    events = events.with_columns(held=held).sort("child", "day", "held", maintain_order=True)
    place = pl.col("held").cum_sum().over("child")
    events = events.with_columns(place=place - pl.col("held").cast(pl.UInt32))
    reports = events.filter(~pl.col("held")).group_by("child", "place")
    from_whom = reports.agg(
        health=(pl.col("agency") == "health").any(),
        known=pl.col("agency").is_not_null().any(),
        unclear=(pl.col("agency").is_null() & ~pl.col("with").is_in(["parents", "child"]).fill_null(False)).any(),
    )
    found = events.filter("held").join(from_whom, on=["child", "place"], how="left", maintain_order="left")
    kept = pl.when("health").then(True).when(pl.col("known") & ~pl.col("unclear")).then(False)
    return framed(within(found, first, last), kept=kept)


def _feedback(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each child with an open case in the period, whether anybody's view of the service is on record in it."""
    given = within(told.of_kinds("feedback-received"), first, last).select("child").unique()
    cases = open_cases_within(told, first, last).select("child").unique(maintain_order=True)
    found = cases.join(given.with_columns(kept=pl.lit(True)), on="child", how="left", maintain_order="left")
    return framed(found, day=pl.lit(last), kept=pl.col("kept").fill_null(False))


def _outcomes(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each audit, whether an outcome is recorded; null where none of all audits has one: there may be no place."""
    audits = told.of_kinds("case-audited")
    somewhere = pl.lit(audits["outcome"].null_count() < len(audits))
    return framed(within(audits, first, last), kept=pl.when(somewhere).then(pl.col("outcome").is_not_null()))


TO_REFERRAL = Measure(
    id="incident-to-referral-days",
    title="From the incident to the referral",
    kind=Kind.LENGTH,
    numerator="",
    denominator="referrals in the period that tell the day of the incident",
    exclusions="Of a referral that tells no day of an incident, or one after itself, nobody can tell.",
    source=f"{_REPORT}, paragraph 27",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} The days are calendar days. It is reported, not judged.",
    cases=_incidents,
    unit="days",
    needs=frozenset({"referral"}),
    concerns=True,
)
FOLLOWED = Measure(
    id="assessments-followed",
    title="Assessments after which something was done",
    kind=Kind.SHARE,
    numerator=(
        "those during a plan or an enquiry, and those after which, up to the last day, another assessment, a strategy "
        "discussion, an enquiry, a conference, a plan or early help was begun, or the case was closed"
    ),
    denominator="assessments that ended in the period, of each type",
    source=f"{_REPORT}, paragraph 31",
    evidence=Evidence.PRIMARY,
    left_open=(
        f"{_NO_NUMBER} What an assessment called for a person must read; one that ended the day before counts too, and "
        "services that are no plan leave no event."
    ),
    cases=_followed,
    at_end=True,
    needs=frozenset({"assessment-completed"}),
    concerns=False,
)
UNANNOUNCED = Measure(
    id="plan-visits-unannounced",
    title="Visits under a child protection plan that were not announced",
    kind=Kind.SHARE,
    numerator="those of which the family did not know beforehand",
    denominator="visits in the period to children who had a plan on that day, of which it is recorded",
    source=f"{_REPORT}, paragraph 33",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} Visits of both kinds are good practice; no right share is known.",
    cases=_unannounced,
    needs=frozenset({"visit"}),
)
PLANS_UNANNOUNCED = Measure(
    id="plans-with-unannounced-visit",
    title="Child protection plans with a visit that was not announced",
    kind=Kind.SHARE,
    numerator="those with a visit in the period of which the family did not know beforehand",
    denominator="plans with a visit in the period, where all of these say whether they were announced or one was not",
    source=f"{_REPORT}, paragraph 33",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} Of a plan with one visit it says little.",
    cases=_plans_unannounced,
    at_end=True,
    needs=frozenset({"visit"}),
    concerns=False,
)
SAME_CHAIR = Measure(
    id="reviews-with-same-chair",
    title="Review conferences with the chair of the conference before",
    kind=Kind.SHARE,
    numerator="those chaired by who chaired the conference before",
    denominator="review conferences in the period of which both chairs are recorded",
    exclusions="Reviews before which no conference is on record since the last plan ended.",
    source=f"{_REPORT}, paragraph 36",
    evidence=Evidence.PRIMARY,
    left_open=_NO_NUMBER,
    cases=_same_chair,
    needs=frozenset({"review-conference"}),
    concerns=False,
)
HEALTH_REPORTS = Measure(
    id="conferences-with-health-report",
    title="Conferences with a report of the health services",
    kind=Kind.SHARE,
    numerator="those for which a report of the health services was shared",
    denominator=(
        "conferences in the period for which it is on record whose reports were shared: that of one agency at least"
    ),
    exclusions=(
        "Of conferences without any agency's report on record nobody can tell: it may be that none is recorded. Nor "
        "where a report that went to others than the family names no agency."
    ),
    source=f"{_REPORT}, paragraph 22",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} A report is for the next conference on or after its day.",
    cases=_health_reports,
    needs=frozenset({"conference-report-shared"}),
    concerns=False,
)
FEEDBACK = Measure(
    id="children-with-feedback",
    title="Children of whom somebody's view of the service was heard",
    kind=Kind.SHARE,
    numerator="those of whom feedback is on record in the period, from whomever",
    denominator="children with a case that was open on a day of the period",
    source=f"{_REPORT}, paragraphs 25 and 44, and area for improvement within six months",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} Nothing says that every family must be asked.",
    cases=_feedback,
    at_end=True,
    needs=frozenset({"feedback-received"}),
    concerns=False,
)
OUTCOMES = Measure(
    id="audits-with-outcome",
    title="Case audits with an outcome for the child",
    kind=Kind.SHARE,
    numerator="those of which it is recorded what came of them",
    denominator="audits of cases in the period",
    exclusions="Where not one audit has an outcome on record nobody can tell: there may be no place for it.",
    source=f"{_REPORT}, paragraph 44, and area for improvement within six months",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} Of what an audit found in order nothing needs to come.",
    cases=_outcomes,
    needs=frozenset({"case-audited"}),
    concerns=False,
)
MEASURES = (
    TO_REFERRAL,
    FOLLOWED,
    UNANNOUNCED,
    PLANS_UNANNOUNCED,
    SAME_CHAIR,
    HEALTH_REPORTS,
    FEEDBACK,
    OUTCOMES,
)
"""Each with whom it concerns; none has a right value."""
