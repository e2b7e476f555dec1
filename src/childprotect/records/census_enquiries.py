"""What a census says of an enquiry in one record, where a chronology tells it in several entries.

The day on which an enquiry began is, in the census, the day of the strategy discussion that decided on it. That no
conference was needed is often known only when the enquiry ends, and the census has one flag for it, without a date.
"""

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from childprotect.chronology import EVERYTHING
from childprotect.conditions import Story
from childprotect.events import Event
from childprotect.records.source import implausible
from childprotect.rulebooks.england.matches import NO_CONFERENCE_NEEDED

CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference")
ALONE = Story((), EVERYTHING)
"""For what an event says by itself, whatever else happened."""


@frozen
class Ended:
    """What is said of enquiries besides their own entries, by the identity of the entry that began each."""

    discussed: dict[int, date]
    """The day of the discussion that decided on the enquiry, where that was an earlier day."""
    no_conference: frozenset[int]
    """The enquiries that ended with no need of a conference, and had none by that day."""
    undecided: frozenset[int] = frozenset()
    """The enquiries of whose end it is not said whether a conference was needed, and which had none by that day."""


def ended(events: Iterable[Event]) -> Ended:
    """What the events of a child, in order, say of its enquiries.

    The discussion is the first since an enquiry last began or ended, a conference was held or the case was closed. An
    end belongs to the last enquiry that has neither an end nor a conference.
    """
    discussed: dict[int, date] = {}
    without: dict[int, date] = {}
    undecided: dict[int, date] = {}
    going_on: list[Event] = []
    decided: date | None = None
    for event in events:
        if event.kind == "strategy-discussion":
            if decided is None and event.facts.get("decision") == "section-47" and not implausible(event.day):
                decided = event.day
            continue
        if event.kind == "section-47-started":
            if decided is not None and decided < event.day:
                discussed[id(event)] = decided
            going_on.append(event)
        elif event.kind == "section-47-completed":
            none_needed = NO_CONFERENCE_NEEDED.truth(event, ALONE)
            if going_on and none_needed is not False:
                (without if none_needed else undecided)[id(going_on[-1])] = event.day
            del going_on[-1:]
        elif event.kind in CONFERENCES and event.facts.get("outcome") != "adjourned":
            # one of the day on which it was found that none is needed was held all the same
            without, undecided = _before(event.day, without), _before(event.day, undecided)
            del going_on[-1:]
        elif event.kind != "case-closed":
            continue
        decided = None
    return Ended(discussed, frozenset(without), frozenset(undecided))


def _before(day: date, enquiries: dict[int, date]) -> dict[int, date]:
    return {enquiry: ended for enquiry, ended in enquiries.items() if ended < day}
