"""One child as a check sees it: what was known, as at a date, and whether every duty has fallen away."""

from datetime import MAXYEAR, date

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.conditions import Story
from childprotect.events import Event
from childprotect.rules import Law
from childprotect.versions import NotAssessed

_ADULT_AT = 18


@frozen(eq=False)
class Case:
    """A chronology with its events indexed, and the day of the check.

    `fell_away` is the day on which every duty to the child fell away, and why, if that was by `as_at`.
    """

    chronology: Chronology
    story: Story
    as_at: date
    fell_away: tuple[date, str] | None
    everything: Chronology | None = None
    """What the source tells with every version of every entry, where that is more than was known."""

    def gone(self, rule: Law, event: Event) -> NotAssessed | None:
        """Why an event that came after every duty had fallen away is not judged."""
        if self.fell_away is None or event.day <= self.fell_away[0]:
            return None
        return NotAssessed(rule.id, f"the duty fell away: {self.fell_away[1]}")

    def first_recorded(self, event: Event) -> date | None:
        """The day on which an entry was first made; None where that is not recorded."""
        if self.everything is None or event.ref is None:
            return event.recorded
        days = [other.recorded for other in self.everything.events if other.ref == event.ref]
        return None if None in days else min(day for day in days if day is not None)


def fell_away(chronology: Chronology, as_at: date) -> tuple[date, str] | None:
    """When and why every duty fell away. The dates are personal, and only the reason is ever printed."""
    if chronology.born is None and chronology.died is None:
        return None
    ends = []
    if isinstance(chronology.born, date):
        ends.append((adult_on(chronology.born), "the child reached 18"))
    if chronology.died is not None:
        ends.append((chronology.died, "the child died"))
    past = [end for end in ends if end[0] <= as_at]
    return min(past) if past else None


def adult_on(born: date) -> date:
    """The eighteenth birthday; for a child born on 29 February, 1 March, the later of the two readings."""
    if born.year + _ADULT_AT > MAXYEAR:
        return date.max
    if (born.month, born.day) == (2, 29):  # eighteen years after a leap year is none
        return date(born.year + _ADULT_AT, 3, 1)
    return born.replace(year=born.year + _ADULT_AT)


def outside(rule: Law, event: Event) -> NotAssessed:
    """Why a trigger is not judged: no version of the rule was in force on its day."""
    return absent_on(rule, event.day)


def absent_on(rule: Law, day: date) -> NotAssessed:
    """Why nothing is judged by a rule on a day on which no version of it was in force."""
    for absence in rule.absent:
        if absence.since <= day and (absence.until is None or day <= absence.until):
            return NotAssessed(rule.id, absence.because)
    return NotAssessed(rule.id, "triggers on days for which this rulebook has no version of the rule")
