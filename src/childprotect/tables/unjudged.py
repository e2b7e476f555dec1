"""What is told and not judged, a column at a time: why something was not assessed, and how long what is only told took.

The same as what `compliance.check` lists beside its findings. Reasons are few, and each is told once for all children.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
from attrs import define, field

from childprotect.case import absent_on, fell_away
from childprotect.conditions import ALWAYS, Match
from childprotect.periods import Period
from childprotect.phrases import incomplete
from childprotect.rules import AtMost, Attended, Before, Current, Duty, Every, Order, Recorded, Rule, Within
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.checking import Checked
from childprotect.tables.clocked import spans
from childprotect.tables.days import FAR, Days, day, number
from childprotect.tables.hits import NOBODY, Seen
from childprotect.versions import NotAssessed
from childprotect.wording import event_in_words, not_held


@define(eq=False)
class Unjudged:
    """What is not judged in the columns of a batch. The children who were looked at one by one have reports of it."""

    not_assessed: set[NotAssessed] = field(factory=set)
    done: dict[str, Counter[int]] = field(factory=dict)
    """For each duty without a number, how many took so many days."""
    undone: dict[str, Counter[int]] = field(factory=dict)
    """For each duty without a number, how many were not done for so many days."""


def unjudged(checked: Checked, as_at: date) -> Unjudged:
    """What is not judged in a batch that was checked as at this day."""
    found = Unjudged()
    for rule, _ in checked.columns:
        looked = _Looked(checked.seen, rule, as_at, checked.beyond[rule.id])
        found.not_assessed |= {NotAssessed(rule.id, because) for because in looked.why_not()}
        if isinstance(rule, Duty):
            done, undone = looked.took(rule)
            found.done[rule.id], found.undone[rule.id] = done, undone
            found.not_assessed |= {NotAssessed(rule.id, because) for because in looked.unclear}
    return found


@define(eq=False)
class _Looked:
    """One rule over one batch; the children who were `asked` are left out."""

    seen: Seen
    rule: Rule
    as_at: date
    asked: Flags
    unclear: list[str] = field(factory=list)
    """Why it is not told how long a duty took."""

    def why_not(self) -> Iterator[str]:
        """Why what may have called for a finding by the rule was not assessed."""
        match self.rule:
            case Current():
                yield from self._today(self.rule)
            case Recorded() if self._when_entered(self.rule):
                if len(self._triggers()):
                    yield "this source does not say when its entries were made"
            case Within() | AtMost():
                yield from self._outside(self.rule.start)
            case Every():
                yield from self._outside(self.rule.opens)
                yield from self._outside(self.rule.again)
            case Before():
                yield from self._outside_or_gone(self.rule.anchor)
            case Order():
                yield from self._outside_or_gone(self.rule.then)
            case Attended() | Recorded():
                yield from self._outside_or_gone(self.rule.event)

    def _when_entered(self, rule: Recorded) -> bool:
        """Whether it is about when entries were made, which the source does not say."""
        when = rule.must is ALWAYS and isinstance(rule.versions[0].requires, Period)
        return when and not self.seen.batch.covers.holds_fact("recorded")

    def _today(self, rule: Current) -> Iterator[str]:
        covers, triggers = self.seen.batch.covers, self._triggers()
        if not len(triggers):
            return
        if rule.version_on(self.as_at) is None:
            yield absent_on(rule, self.as_at).because
            return
        wanted = rule.held.opens.kinds if rule.held else rule.event.kinds | rule.behind.kinds
        absent = covers.absent(wanted)
        if absent and (self._away(triggers) == FAR).any():
            yield not_held(absent)

    def _triggers(self) -> Rows:
        batch = self.seen.batch
        rows: Rows = np.concatenate([NOBODY, *map(batch.of_kind, self.rule.triggers)])
        return rows[~self.asked[batch.child[rows]]]

    def _hits(self, match: Match) -> Rows:
        rows = self.seen.find(match).rows
        return rows[~self.asked[self.seen.batch.child[rows]]]

    def _away(self, rows: Rows) -> Days:
        """The last day on which anything is owed to the child of each row."""
        batch = self.seen.batch
        away: Days = batch.fell[batch.child[rows]]
        return away

    def _outside(self, match: Match) -> Iterator[str]:
        """Why nothing is judged on days for which there is no version."""
        rows = self._hits(match)
        outside = rows[self.seen.version_on(self.rule, rows) < 0]
        for n in np.unique(self.seen.batch.day_of(outside)):
            yield absent_on(self.rule, day(n)).because

    def _outside_or_gone(self, match: Match) -> Iterator[str]:
        """The same, and why nothing is judged after every duty has fallen away."""
        yield from self._outside(match)
        rows = self._hits(match)
        gone = self.seen.batch.day_of(rows) > self._away(rows)
        yield from self._fell_away(rows[gone & (self.seen.version_on(self.rule, rows) >= 0)])

    def _fell_away(self, rows: Rows) -> Iterator[str]:
        batch = self.seen.batch
        for child in np.unique(batch.child[rows]).tolist():
            fell = fell_away(batch.tell(child), self.as_at)
            assert fell is not None, "a child to whom nothing is owed any more"
            yield f"the duty fell away: {fell[1]}"

    def took(self, rule: Duty) -> tuple[Counter[int], Counter[int]]:
        """How many took so many days, and how many were not done for so many: as `timeliness` tells it."""
        silent = np.array([version.requires is None for version in rule.versions], np.bool_)
        if not silent.any():
            return Counter(), Counter()
        batch, covers = self.seen.batch, self.seen.batch.covers
        (span,) = spans(rule, self.seen, self.as_at)
        running, version = span.running()
        running = running.these(silent[version] & ~self.asked[batch.child[running.began]])
        if absent := covers.absent(rule.end.kinds):
            self.unclear += [not_held(absent)] if len(running.began) else []
            return Counter(), Counter()
        if covers.since is not None and (lacks := covers.may_lack(rule.end.kinds | rule.discharge.kinds, date.min)):
            old = batch.day_of(running.began) < number(covers.since)
            self.unclear += [incomplete(covers.since, lacks)] if old.any() else []
            running = running.these(~old)
        self._doubt(running.began[~running.sure], "it is not clear whether the {} began it")
        running = running.these(running.sure)
        maybe = (running.maybe_end < FAR_ROW) & (batch.day_of(running.maybe_end) <= self._away(running.began))
        self._doubt(running.maybe_end[maybe], "it is not clear whether the {} fulfils it")
        running = running.these(~maybe)
        away = self._away(running.began)
        ended = (running.end < FAR_ROW) & (batch.day_of(running.end) <= away)
        fell = ~ended & (running.discharge < FAR_ROW) & (batch.day_of(running.discharge) <= away)
        gone = ~ended & ~fell & (away != FAR)
        self.unclear += self._fell_away(running.began[gone])
        settled = np.where(ended, running.end, np.where(fell, running.discharge, FAR_ROW))
        until = np.where(ended | fell, batch.day_of(settled), number(self.as_at))
        days = until - batch.day_of(running.began)
        done = running.end < FAR_ROW
        return _counted(days[done & ~gone]), _counted(days[~done & ~gone])

    def _doubt(self, rows: Rows, because: str) -> None:
        self.unclear += [because.format(event_in_words(kind)) for kind, _ in self.seen.by_kind(rows)]


def _counted(days: Days) -> Counter[int]:
    values, counts = np.unique(days, return_counts=True)
    return Counter(dict(zip(values.tolist(), counts.tolist(), strict=True)))
