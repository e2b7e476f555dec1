"""The measures of who has a case, and of who sees the child: the inspection of 2012 asked, and gave no number."""

from datetime import date

import polars as pl

from childprotect.authority import Evidence
from childprotect.measures import frames
from childprotect.measures.bands import Bands
from childprotect.measures.frames import within
from childprotect.measures.groups import holders
from childprotect.measures.measure import Kind, Measure, framed
from childprotect.measures.open_cases import open_cases
from childprotect.measures.told import Told

_REPORT = "Ofsted, Inspection of local authority arrangements for the protection of children: Herefordshire, 2012"
_NO_NUMBER = "It asks, and gives no number: what is counted, and how, is ours."
_NOT_SEEN = "the child was not seen"
_TOO_YOUNG = "the plan began within the period"


def _without_qualified(told: Told, first: date, last: date) -> pl.DataFrame:
    who = holders(told).filter(pl.col("day") <= last).group_by("child").last()
    these = open_cases(told, last).join(who.drop("day"), on="child", how="left")
    nobody = ~pl.col("held").fill_null(False)
    return framed(these, day=pl.lit(last), kept=nobody | ~pl.col("qualified"))


def _changes(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each open case, how often in the twelve months before it was given to another worker than before."""
    cases = open_cases(told, last)
    given = (
        told.of_kinds("allocated").filter(pl.col("day") <= last).join(cases.select("child", opened="day"), on="child")
    )
    given = given.filter(pl.col("day") >= pl.col("opened"))
    before = pl.col("worker").shift(1).over("child")
    later = pl.int_range(pl.len()).over("child") > 0
    of_year = given.select(
        "child", later=later, changed=pl.col("worker") != before, recent=pl.col("day").dt.offset_by("1y") > last
    )
    counted = (
        of_year.filter(pl.col("later") & pl.col("recent"))
        .group_by("child")
        .agg(days=pl.col("changed").sum(), known=pl.col("changed").is_not_null().all())
    )
    these = cases.join(given.select("child").unique().with_columns(given=pl.lit(True)), on="child", how="left")
    these = these.join(counted, on="child", how="left").with_columns(
        pl.col("days").fill_null(0), pl.col("known").fill_null(True)
    )
    there = pl.when(pl.col("given") & pl.col("known"))
    return framed(these, day=pl.lit(last), kept=there.then(True), days=there.then(pl.col("days")))


def visits_on_plans(told: Told, first: date, last: date) -> pl.DataFrame:
    """The visits to children who had a plan on that day."""
    visits = within(told.of_kinds("visit"), first, last).with_row_index("visit")
    plans = frames.plans(told).select("child", "end", started="day")
    on_plan = (pl.col("started") <= pl.col("day")) & (pl.col("end").is_null() | (pl.col("end") >= pl.col("day")))
    with_plan = visits.join(plans, on="child").filter(on_plan).select("visit").unique()
    return visits.join(with_plan, on="visit", how="semi")


def _seen(told: Told, first: date, last: date) -> pl.DataFrame:
    return framed(visits_on_plans(told, first, last), kept=pl.col("child-seen"))


def _alone(told: Told, first: date, last: date) -> pl.DataFrame:
    unseen = ~pl.col("child-seen").fill_null(True)
    return framed(
        visits_on_plans(told, first, last), kept=pl.col("seen-alone"), left_out=pl.when(unseen).then(pl.lit(_NOT_SEEN))
    )


def _children_seen(told: Told, first: date, last: date) -> pl.DataFrame:
    """Of each plan that was open through the period, whether the child was seen on a visit in it."""
    visits = within(told.of_kinds("visit"), first, last)
    seen = visits.group_by("child").agg(seen=pl.col("child-seen").any(), unclear=pl.col("child-seen").is_null().any())
    these = frames.open_plans(told, last).join(seen, on="child", how="left")
    sure = pl.when(pl.col("seen")).then(True).when(~pl.col("unclear").fill_null(False)).then(False)
    young = pl.when(pl.col("day") > first).then(pl.lit(_TOO_YOUNG))
    return framed(these, day=pl.lit(last), kept=sure, left_out=young, days=pl.lit(None))


WITHOUT_QUALIFIED = Measure(
    id="cases-without-qualified-worker",
    title="Open cases without a qualified social worker",
    kind=Kind.SHARE,
    numerator="those that nobody has, or whose worker is recorded as not qualified",
    denominator="cases open at the end of the last day, of which it is known who has them",
    source=f"{_REPORT}, paragraph 18",
    evidence=Evidence.PRIMARY,
    left_open=(
        f"{_NO_NUMBER} A case that was opened on that day counts too. Since the edition of December 2023 a lead who "
        "is no social worker may lead work with a child in need. The rule allocated-to-qualified-worker judges "
        "each case as it stands today."
    ),
    cases=_without_qualified,
    at_end=True,
    better="lower",
    needs=frozenset({"allocated"}),
)
CHANGES = Measure(
    id="changes-of-worker",
    title="Changes of social worker in 12 months",
    kind=Kind.LENGTH,
    numerator="",
    denominator="cases open at the end of the last day that were given to a worker, with all their workers on record",
    exclusions="Of cases that nobody is on record to have had, and where a worker is not named, nobody can tell.",
    source=f"{_REPORT}, paragraphs 17 and 33, and area for improvement within six months",
    evidence=Evidence.PRIMARY,
    left_open=(
        f"{_NO_NUMBER} A change is an allocation to another worker than the one before, in the same case; who works "
        "on a case beside another counts as one. It is reported, not judged."
    ),
    cases=_changes,
    concerns=True,
    at_end=True,
    unit="changes",
    bands=Bands({"none": 0, "one": 1, "two": 2}, "three-or-more"),
    needs=frozenset({"allocated"}),
)
VISITS_SEEN = Measure(
    id="plan-visits-child-seen",
    title="Visits under a child protection plan on which the child was seen",
    kind=Kind.SHARE,
    numerator="those on which the child was seen",
    denominator="visits in the period to children who had a plan on that day, of which it is recorded",
    source=f"{_REPORT}, paragraph 33",
    evidence=Evidence.PRIMARY,
    left_open=_NO_NUMBER,
    cases=_seen,
    better="higher",
    needs=frozenset({"visit"}),
)
VISITS_ALONE = Measure(
    id="plan-visits-seen-alone",
    title="Visits under a child protection plan on which the child was seen alone",
    kind=Kind.SHARE,
    numerator="those on which the child was seen without parents or carers",
    denominator="visits in the period to children who had a plan on that day, of which it is recorded",
    exclusions="Visits on which the child was not seen at all.",
    source=f"{_REPORT}, paragraph 33",
    evidence=Evidence.PRIMARY,
    left_open=f"{_NO_NUMBER} A child is to be seen alone where that is appropriate, which no record tells.",
    cases=_alone,
    concerns=False,
    needs=frozenset({"visit"}),
)
CHILDREN_SEEN = Measure(
    id="plan-children-seen",
    title="Children on a plan who were seen on a visit in the period",
    kind=Kind.SHARE,
    numerator="those of whom a visit in the period is on record on which the child was seen",
    denominator="plans that were open from the first day of the period to the end of its last",
    exclusions="Plans that began within the period.",
    source=f"{_REPORT}, paragraph 33",
    evidence=Evidence.PRIMARY,
    left_open=(
        f"{_NO_NUMBER} How often a child is to be visited is local: choose a period as long as the local limit, or "
        "give the rule child-protection-visit a limit."
    ),
    cases=_children_seen,
    at_end=True,
    better="higher",
    needs=frozenset({"visit"}),
)
MEASURES = (WITHOUT_QUALIFIED, CHANGES, VISITS_SEEN, VISITS_ALONE, CHILDREN_SEEN)
"""Reported for a manager; no number is national."""
