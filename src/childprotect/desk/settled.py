"""Of what nobody can tell: whether anything can be left to do.

That it is unknown whether something was done in time leaves nothing to do, where it is certain that it was done. And
what is not yet due, whether it was done or not, is not yet to be done.
"""

from datetime import date

from childprotect.calendars import day_of
from childprotect.chronology import Chronology
from childprotect.compliance import only_ends
from childprotect.conditions import Story
from childprotect.findings import Finding
from childprotect.pairing import Clock, clocks
from childprotect.rules import AtMost, Every, Rule, Within
from childprotect.waits import longest

TIMED = (Within, AtMost, Every)
"""The kinds of rule of which each finding is one clock."""


def is_settled(finding: Finding, story: Story) -> bool:
    """Whether what a finding asks for is certainly done, or has certainly fallen away, in time or not.

    It is what the entries say that could be read: see `may_have_begun` for the others.
    """
    if finding.trigger is None or not isinstance(finding.law, TIMED):
        return False
    own = [clock for clock in _clocks(finding.law, story) if clock.began == finding.trigger]
    return bool(own) and all(clock.end is not None or clock.discharge is not None for clock in own)


def may_have_begun(finding: Finding, chronology: Chronology) -> bool:
    """Whether an entry that could not be read may have called for the same again, or for this one earlier."""
    closing = _never_sooner(finding.law)
    return any(entry.kind is None or entry.kind not in closing for entry in chronology.lost)


def is_later(finding: Finding, chronology: Chronology, until: date) -> bool:
    """Whether it is due after a day, however it is: what is missing could at most say that it is done already."""
    if finding.due is None or day_of(finding.due) <= until or may_have_begun(finding, chronology):
        return False
    kinds = {name.partition(".")[0] for name in finding.missing}
    return bool(kinds) and kinds <= _never_sooner(finding.law)


def _never_sooner(law: Rule) -> frozenset[str]:
    """The kinds of event that can answer a duty or make it fall away, and never call for it, or make it due sooner."""
    if isinstance(law, Within):
        return only_ends(law) | ((law.end.kinds | law.discharge.kinds) - law.start.kinds - law.revived.kinds)
    return only_ends(law) | (law.stops.kinds - law.opens.kinds if isinstance(law, Every) else frozenset())


def _clocks(law: Within | AtMost | Every, story: Story) -> list[Clock]:
    """The clocks as the check lets them run."""
    until = longest(law) if isinstance(law, AtMost) else None
    found: list[Clock] = []
    for run in law.runs:
        without = [hit.event for hit in story.find(run.start) if law.version_on(hit.event.day) is None]
        found += clocks(story, run.start, run.end, run.discharge, run.pairing, without, until, run.revived)
    return found
