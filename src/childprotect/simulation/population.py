"""An authority in numbers: how many are referred, which share of them comes how far, and how long each thing takes.

A `Population` is a value. It holds what the charts and the law do not know, and nothing that they do. The figures that
it begins with are those of England in the year to 31 March 2024, where DfE publishes them; those that nobody publishes
are assumptions, and `assumed()` lists them. `calibrate` puts an authority's own figures in.
"""

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import evolve, frozen

from childprotect.errors import DefinitionError
from childprotect.simulation.declaring import (
    ASSUMED,
    PUBLISHED,
    every,
    lasts,
    number,
    numbers,
    parts,
    problems,
    share,
    waits,
)
from childprotect.simulation.delays import AT_ONCE, Delay

SCHOOL_HOLIDAYS = (1.05, 1.0, 1.1, 0.9, 1.05, 1.1, 1.05, 0.7, 1.0, 1.1, 1.1, 0.85)
"""Months in which fewer are referred while schools are closed: at Easter, in the summer, and at Christmas. Assumed:
nobody publishes referrals by month."""
MONTHS: Mapping[str, tuple[float, ...]] = {"school-holidays": SCHOOL_HOLIDAYS}
"""Patterns of months that have a name."""


@frozen(kw_only=True)
class Population:
    """What is drawn of an authority. Raises `DefinitionError`, with all that is wrong.

    >>> Population(referrals=1500, conference_needed=0.4).referrals
    1500
    """

    referrals: float = number(621880, PUBLISHED)
    """Children referred in a year."""
    past: tuple[float, ...] = numbers(())
    """For the years before the first, the last of them first, how many were referred in each for one in the first.
    The last figure holds for all the years before."""
    quarters: tuple[float, ...] = parts((1.0,) * 4)
    """How many are referred in each quarter of the first year, for one in an average quarter of it."""
    months: tuple[float, ...] = parts((1.0,) * 12, 12)
    """January to December: how many are referred on a day of the month for one on a day of an average month; with fewer
    while schools are closed in `SCHOOL_HOLIDAYS`."""
    day_off: float = share(0.15)
    """How many are referred on a day of a weekend or a bank holiday for one on a working day."""
    families: tuple[float, ...] = parts((0.6, 0.25, 0.1, 0.05))
    """The shares of families of whom one, two, three ... children are referred together."""
    sources: Mapping[str, float] = parts(
        attrs.Factory(
            lambda: {
                "individual": 49870.0, "schools": 126460.0, "education": 10330.0, "health": 91370.0, "housing": 7710.0,
                "local-authority": 87980.0, "police": 177210.0, "legal": 27590.0, "other": 26120.0,
                "anonymous": 10030.0, "unknown": 7190.0,
            }
        ),
        source=PUBLISHED,
    )  # fmt: skip
    """Who refers, as parts of any sum."""

    again: float = share(0.224, PUBLISHED)
    """Of the children referred, those who were referred in the twelve months before."""
    again_within: int = number(365)
    """The days within which they come back."""
    known: float = share(0.1)
    """Of the other referrals, those of children who were referred longer ago."""
    no_further_action: float = share(0.063, PUBLISHED)
    """Of the referrals, those with which nothing further is done."""
    not_in_need: float = share(0.303, PUBLISHED)
    """Of the referrals, those after whose assessment the child is found not to be in need."""
    assessed_again: float = share(0.2)
    """Of the children found in need, those who are assessed once more while the case is open."""
    discussed: float = share(0.38)
    """Of the referrals that are assessed, those on which there is a strategy discussion."""
    enquired: float = share(0.85)
    """Of the strategy discussions, those that decide on an enquiry under section 47."""
    conference_needed: float = share(0.31)
    """Of the enquiries, those that lead to a conference."""
    unsubstantiated: float = share(0.5)
    """Of the enquiries that lead to no conference, those in which no concern was substantiated; in the others it was,
    without a continuing risk."""
    enquired_again: float = share(0.12)
    """Of the children with an enquiry and no conference, those with another enquiry in the same case."""
    unborn: float = share(0.06)
    """Of the children with an initial conference, those who are not yet born."""
    planned: float = share(0.86)
    """Of the conferences, those that decide on a plan."""
    moved_in: float = share(0.01, below=True)
    """Of the referrals, those of a child who moves in with a plan of another authority."""
    moved_away: float = share(0.04)
    """Of the plans, those that end because the child moves to another authority, to which the case goes."""
    planned_again: float = share(0.247, PUBLISHED)
    """Of the plans started, those of children who had one before."""
    categories: Mapping[str, float] = parts(
        attrs.Factory(
            lambda: {"neglect": 30950.0, "emotional": 23150.0, "physical": 4810.0, "sexual": 2160.0, "multiple": 1040.0}
        ),
        source=PUBLISHED,
    )
    """Why plans start, as parts of any sum."""

    acknowledging: Delay = waits({(0, 1): 1})
    deciding: Delay = waits({(0, 0): 0.7, (1, 1): 0.25, (2, 5): 0.05})
    allocating: Delay = waits({(0, 2): 1})
    assessing: Delay = waits(
        {
            (0, 0): 9880, (1, 10): 73420, (11, 20): 110950, (21, 30): 102600, (31, 40): 129690, (41, 45): 116670,
            (46, 50): 38560, (51, 60): 29490, (61, 120): 31900,
        },
        PUBLISHED,
    )  # fmt: skip
    """From the start of an assessment to its end."""
    assessing_first: Delay = waits({(0, 5): 0.3, (6, 10): 0.5, (11, 20): 0.2})
    """From the start of an initial assessment to its end, until 14 April 2013."""
    assessing_further: Delay = waits({(10, 25): 0.35, (26, 35): 0.4, (36, 80): 0.25})
    """From the start of a core assessment to its end, until 14 April 2013."""
    discussing: Delay = waits({(0, 0): 0.4, (1, 5): 0.4, (6, 20): 0.2})
    """From the decision on a referral to the strategy discussion."""
    enquiring: Delay = waits({(0, 10): 0.8, (11, 20): 0.2})
    """From the start of an enquiry to its end."""
    conferring: Delay = waits({(0, 10): 6800, (11, 15): 50780, (16, 20): 6300, (21, 60): 8350}, PUBLISHED)
    """From the start of the enquiry to the conference."""
    visiting: Delay = waits({(0, 3): 0.9, (4, 10): 0.1})
    """From the start of the enquiry to the visit to the child."""
    reporting: Delay = waits({(3, 9): 1})
    """From the start of the enquiry to the report that parents see before the conference."""
    receiving: Delay = waits({(5, 15): 0.8, (16, 40): 0.2})
    """From the notice that a child with a plan moves in to the conference."""
    gathering: Delay = waits({(3, 10): 0.9, (11, 20): 0.1})
    """From the conference to the first core group."""
    closing: Delay = waits({(0, 10): 1})
    """From the end of all work to the end of the case."""
    reviewed_late: float = share(0.05, failing=True)
    """Of the review conferences, those that are later than the law permits."""

    needed: Delay = lasts({(14, 91): 0.4, (92, 182): 0.3, (183, 364): 0.2, (365, 729): 0.1})
    """How long a child is in need after the assessment."""
    stepped_down: Delay = lasts({(28, 91): 0.5, (92, 182): 0.5})
    """How long a child is in need after a plan has ended."""
    born: Delay = lasts({(14, 84): 1})
    """From the conference on a child not yet born to the birth."""
    plan_lasts: Delay = lasts(
        {(1, 91): 10240, (92, 182): 7350, (183, 364): 27240, (365, 729): 15640, (730, 1400): 2400}, PUBLISHED, least=1
    )
    until_again: Delay = lasts({(30, 180): 1}, least=1)
    """From an enquiry to another in the same case, and from an assessment to what makes another necessary."""

    first_review: Delay = every({(40, 57): 1}, most=57)
    """From the start of a plan to its first review, where that is not late: within three months wherever they begin."""
    reviews: Delay = every({(85, 117): 1}, most=117)
    """From one review of a plan to the next, where that is not late: within six months."""
    core_groups: Delay = every({(20, 30): 1})
    """From one core group to the next."""
    visits: Delay = every({(7, 10): 1})
    """From one visit to a child with a plan to the next."""
    need_reviews: Delay = every({(50, 64): 1})
    """From one review of a plan of a child in need to the next."""
    need_visits: Delay = every({(15, 30): 1})
    """From one visit to a child in need to the next."""

    without_police: float = share(0.0, failing=True)
    """Of the strategy discussions, those in which the police took no part."""
    without_contingency: float = share(0.0, failing=True)
    """Of the plans, those without a contingency plan."""
    closed_early: float = share(0.0, failing=True)
    """Of the children assessed, those whose case is closed while the assessment is open."""
    not_seen_alone: float = share(0.0, failing=True)
    """Of the children in an enquiry, those who are not seen alone in it."""
    unauthorised: float = share(0.0, failing=True)
    """Of the enquiries and the cases that end, those of which no manager decides it."""
    without_report: float = share(0.0, failing=True)
    """Of the conferences, those before which parents see no report."""
    chronology_behind: float = share(0.0, failing=True)
    """Of the significant events, those that do not go into the chronology."""
    unqualified: float = share(0.0, failing=True)
    """Of the cases, those allocated to somebody who is no qualified social worker."""

    def __attrs_post_init__(self) -> None:
        if wrong := problems(self):
            raise DefinitionError("a population", wrong)

    def at_once(self) -> "Population":
        """The same authority, if whatever can be done at once were, on days off too, and no review were late."""
        changes: dict[str, Any] = {a.name: AT_ONCE for a in attrs.fields(Population) if a.metadata.get("wait")}
        return evolve(self, reviewed_late=0.0, **changes)

    def prompt(self) -> "Population":
        """The same authority, if it did at once whatever it can, and left out nothing."""
        failings: dict[str, Any] = {a.name: 0.0 for a in attrs.fields(Population) if a.metadata.get("failing")}
        return evolve(self.at_once(), **failings)

    @staticmethod
    def assumed() -> tuple[str, ...]:
        """The names of the figures that nobody publishes."""
        return tuple(a.name for a in attrs.fields(Population) if a.metadata.get("source") == ASSUMED)
