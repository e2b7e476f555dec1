"""What a census would settle that the records leave open.

A census says of every child that what it does not tell did not happen, and what it tells was so. Where the records do
not say that, what is read from a census would be a verdict where there was none. Such a child has to be in doubt.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from attrs import evolve

from childprotect.chronology import Chronology, Coverage
from childprotect.events import Event
from childprotect.ordering import in_order
from childprotect.records.census_elements import ELEMENTS
from childprotect.records.census_enquiries import ALONE, CONFERENCES
from childprotect.records.cin_census import KINDS, WHOLE, first_day
from childprotect.rulebooks.england.matches import TO_ASSESS
from childprotect.rulebooks.england.working_together.wt2013 import WT2013

UNREAD = "an entry could not be read"
DECIDED = "the outcome of a conference is not what the dates of plans say"
ADJOURNED = "a conference was adjourned"
NO_END = "a review ended a plan that has no end"
ORDER = "times of day put a day's events in another order than a census would"
REFERRAL = "a decision on a referral led to no assessment, or does not say to what it led"
TYPED = "an initial or a core assessment is on record in years of single ones"
UNPLACED = "an event has no place in a census, such as an end of what did not begin"
NEEDED = "an enquiry ended, and it is not said whether a conference was needed"

_BLOCKS = {
    "child-in-need-plan-started": "CINPlanDates",
    "child-in-need-plan-ended": "CINPlanDates",
    "letter-before-proceedings": "PreProceedingsandFGDM",
    "pre-proceedings-meeting": "PreProceedingsandFGDM",
    "proceedings-issued": "PreProceedingsandFGDM",
}
"""The block of an event, for those that not every census has."""
_FACTS = {"letter-before-proceedings": "family-group-meeting-offered", "plan-started": "categories"}
"""Facts that are to be recorded: without a place for one it is unknown, and by a census that leaves it out, undone."""


def in_year(kind: str, year: int) -> bool:
    """Whether the census of a year has a place for events of a kind that censuses hold."""
    block = _BLOCKS.get(kind)
    return block is None or any(one.name == block and one.in_year(year) for one in ELEMENTS)


def reference_date(year: int) -> date:
    """The day as at which the census of a year speaks."""
    return date(year, 3, 31)


def why_in_doubt(story: Chronology, year: int) -> Iterator[str]:
    """Why all of a child has to be in doubt in the census of a year, in words; nothing for one that need not be."""
    yield from _lacking(story.covers, year)
    if any(entry.kind is None or entry.kind in KINDS for entry in story.lost):
        yield UNREAD


def unsaid(event: Event) -> str | None:
    """Why what an event says, and a census does not, leaves the child in doubt, if so."""
    if event.kind == "referral-decided" and not TO_ASSESS.truth(event, ALONE):
        return REFERRAL
    if event.kind == "assessment-completed" and event.facts.get("type") in ("initial", "core"):
        return TYPED if event.day >= WT2013.begins else None
    return None


def reordered(held: Sequence[Event]) -> str | None:
    """Why events that a census holds, in order, leave the child in doubt because it holds only their days, if so."""
    if not any(event.timed for event in held):
        return None
    again = in_order(evolve(event, at=event.day) for event in held)
    return ORDER if [event.kind for event in again] != [event.kind for event in held] else None


@lru_cache(maxsize=256)
def _lacking(covers: Coverage, year: int) -> tuple[str, ...]:
    """What a source does not hold, and the census of a year claims to hold."""
    # a census has one place for all conferences that may begin a plan
    kinds = frozenset(kind for kind in KINDS - set(CONFERENCES[1:]) if in_year(kind, year))
    places = [*covers.absent(kinds)]
    places += [f"{kind}.{fact}" for kind, fact in _FACTS.items() if kind in kinds and not covers.holds(kind, fact)]
    lacking = [f"the records have no place for {', '.join(sorted(places))}"] if places else []
    if covers.since is not None:
        if covers.since > first_day(reference_date(year)):
            lacking.append(f"the records tell everything only since {covers.since}")
        if covers.whole is not None and (part := (WHOLE & kinds) - covers.whole):
            lacking.append(f"of before, the records may lack {', '.join(sorted(part))}")
    return tuple(lacking)
