"""The check of rules with a clock, a column at a time: the verdicts of `timeliness`.

Children are left to the check of one child who have several episodes of a kind that must not last too long, or several
starts of which an end says by a fact which it answers; and those of whom `lengths` does not tell.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from attrs import define

from childprotect.pairing import Repeats, Run
from childprotect.requirements import By
from childprotect.rules import AtMost, Duty, Every, Within
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, UNTIMED, Rows
from childprotect.tables.clocks import Clocks, clocks
from childprotect.tables.days import LOST
from childprotect.tables.doubts import Doubt
from childprotect.tables.found import (
    CANNOT_TELL,
    DISCHARGED,
    LATE,
    MET,
    NO_NUMBER,
    NOTHING_FOUND,
    OVERDUE,
    PENDING,
    Codes,
    Found,
    Told,
)
from childprotect.tables.hits import NOBODY, Hits, Seen
from childprotect.tables.lengths import UNDATED, Lengths, of_episodes, of_first, of_next, of_within
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN

_Timed = Within | AtMost | Every
_Of = Callable[[Seen, Any, Rows, Codes], Lengths]
"""How long the clocks of a rule run, from these starts, under these versions."""
_LENGTHS: dict[tuple[type, bool], _Of] = {
    (Within, False): of_within,
    (Duty, False): of_within,
    (AtMost, False): of_episodes,
    (Every, True): of_first,
    (Every, False): of_next,
}
"""By the kind of rule, and whether it is the wait for the first of many."""


def check_timed(rule: _Timed, seen: Seen, as_at: date) -> Told:
    """The findings for every clock that the rule's starts set running."""
    parts = [span.told() for span in spans(rule, seen, as_at)]
    found = [part for part, _ in parts]
    return (found[0] if len(found) == 1 else Found.joined(found)), _every([asked for _, asked in parts])


def spans(rule: _Timed, seen: Seen, as_at: date) -> list["Span"]:
    """The ends of the clocks of a rule, one for each of its runs."""
    return [Span(seen, rule, as_at, run, _LENGTHS[type(rule), run.first]) for run in rule.runs]


@define(eq=False, slots=False)
class Span:
    """What sets a clock running, answers it, makes it fall away, and how long it runs."""

    seen: Seen
    rule: _Timed
    as_at: date
    run: Run
    lengths: _Of

    def told(self) -> Told:
        """What columns can tell of it."""
        asked = self._intricate()
        requires = np.array([version.requires is not None for version in self.rule.versions], np.bool_)
        if not requires.any():
            return NOTHING_FOUND, asked
        running, version = self.running()
        if not (judged := requires[version]).all():
            running, version = running.these(judged), version[judged]
        found, more = self._judge(running, version)
        return found, np.union1d(asked, more)

    def running(self) -> tuple[Clocks, Codes]:
        """The clocks that run, and the places of the versions under which each began."""
        all_starts = self.seen.find(self.run.start)
        there = self.seen.version_on(self.rule, all_starts.rows) >= 0
        starts = all_starts if there.all() else Hits(all_starts.rows[there], all_starts.sure[there])
        ends, discharges, revivals = map(self.seen.find, (self.run.end, self.run.discharge, self.run.revived))
        running = clocks(self.seen, starts, all_starts.rows, ends, discharges, revivals, self.run.pairing)
        return running, self.seen.version_on(self.rule, running.began)

    def _intricate(self) -> Rows:
        """The children whose clocks columns do not tell: they have several starts."""
        of_fact = self.run.pairing.same is not None and self.run.pairing.repeats is not Repeats.EACH
        if not of_fact and not isinstance(self.rule, AtMost):
            return NOBODY
        starts = self.seen.find(self.run.start).rows
        if of_fact and not isinstance(self.rule, AtMost):
            starts = starts[self.seen.version_on(self.rule, starts) >= 0]
        return _several(self.seen.batch.child[starts])

    # --- what became of the clocks

    def _judge(self, running: Clocks, version: Codes) -> Told:
        """What became of clocks. What is settled first stays: a later doubt is only of what is not yet in doubt."""
        began, batch = running.began, self.seen.batch
        names = batch.shapes.names
        found = Found.blank(began, version)
        doubt = Doubt(found, self.seen)
        if not batch.covers.holds_any(self.run.answers):
            doubt.put(np.ones(len(began), np.bool_), names.place(self.run.end.patterns[0][:1]))
            return found, NOBODY
        lengths = self.lengths(self.seen, self.rule, began, version)
        due, found.since = lengths.due, lengths.since
        doubt.ask(lengths.ask)
        if isinstance(self.rule, Every):
            doubt.put_missing(lengths.doubted < FAR_ROW, self.rule.opens, lengths.doubted)
        doubt.put_named(due == LOST, began, "")
        for n, period in enumerate(lengths.periods):
            if isinstance(period, By):
                doubt.put_named((due == UNDATED) & (lengths.period == n), began, f".{period.fact}")
        doubt.put_missing(~running.sure, self.run.start, began)
        found.due = np.where(doubt.put_so_far, NO_NUMBER, due)
        found.due_at = np.where(doubt.put_so_far, UNTIMED, lengths.due_at)
        status = self._verdict(running, lengths)
        self._doubt(running, lengths, status, doubt)
        found.status = np.where(doubt.put_so_far, CANNOT_TELL, status)
        found.answer = np.where((found.status == MET) | (found.status == LATE), running.end, FAR_ROW)
        fell = (found.status == OVERDUE) & (running.discharge < FAR_ROW)
        found.ended = np.where(fell, batch.day_of(running.discharge), NO_NUMBER)
        breach = (found.status == LATE) | (found.status == OVERDUE)
        ended = np.where(found.status == LATE, running.end, running.discharge)
        until = np.where(ended < FAR_ROW, batch.day_of(ended), days.number(self.as_at)).astype(np.int32)
        late, found.working = lengths.late(breach, found.answer, until)
        found.late = np.where(found.status == CANNOT_TELL, NO_NUMBER, late)
        return found, doubt.beyond()

    def _verdict(self, running: Clocks, lengths: Lengths) -> Codes:
        """The status if every doubtful event is left out of account; -1 if only the time of day would tell."""
        batch, due = self.seen.batch, lengths.due
        away = batch.fell[batch.child[running.began]]
        ended, discharged = running.end < FAR_ROW, running.discharge < FAR_ROW
        end_day = batch.day_of(running.end)
        in_time, fell_in_time = lengths.in_time(running.end), lengths.in_time(running.discharge)
        status: Codes = np.select(
            [
                ended & (end_day <= away),
                discharged & (fell_in_time != FALSE),
                away <= due,
                ended,
                discharged,
                np.full(len(due), days.number(self.as_at)) <= due,
            ],
            [
                np.where(in_time == TRUE, MET, np.where(in_time == UNKNOWN, -1, LATE)),
                np.where(fell_in_time == TRUE, DISCHARGED, -1),
                DISCHARGED,
                LATE,
                OVERDUE,
                PENDING,
            ],
            OVERDUE,
        )
        return status

    def _doubt(self, running: Clocks, lengths: Lengths, status: Codes, doubt: Doubt) -> None:
        """Where a time or a fact that is not recorded could change the status, and what a source cannot hold."""
        batch, covers, names = self.seen.batch, self.seen.batch.covers, self.seen.batch.shapes.names
        settles = np.where(running.end < FAR_ROW, running.end, running.discharge)
        doubt.put_untimed(status == -1, lengths.counted, settles)
        earlier = running.maybe_start
        other = (earlier < FAR_ROW) & (earlier != running.began) & ~doubt.put_so_far
        if other.any():
            some = running.these(other)
            version = self.seen.version_on(self.rule, earlier[other])
            told = self.lengths(self.seen, self.rule, earlier[other], version)
            theirs = np.where((told.due == LOST) | (told.due == UNDATED), -1, self._verdict(some, told))
            unclear = other.copy()
            unclear[other], other[other] = told.ask, theirs != status[other]
            doubt.ask(unclear)
            doubt.put_missing(other, self.run.start, earlier)
        undone = (status == LATE) | (status == OVERDUE) | (status == PENDING)
        maybe = (running.maybe_end < FAR_ROW) & undone & (lengths.in_time(running.maybe_end) != FALSE)
        doubt.put_missing(maybe, self.run.end, running.maybe_end, self._same)
        unsettled = (status == OVERDUE) | ((status == LATE) & (running.renewed < FAR_ROW))
        fell = (running.maybe_discharge < FAR_ROW) & unsettled
        fell &= lengths.in_time(running.maybe_discharge) != FALSE
        doubt.put_missing(fell, self.run.discharge, running.maybe_discharge)
        if isinstance(self.rule, AtMost | Duty) and (absent := covers.absent(self.run.end.kinds)):
            doubt.put((status == OVERDUE) | (status == LATE), names.place(absent))
        absent = covers.absent(self.run.discharge.kinds)
        if absent and not (isinstance(self.rule, Within) and len(absent) < len(self.run.discharge.kinds)):
            doubt.put(status == OVERDUE, names.place(absent))  # one way to fall away is enough
        if covers.since is not None and (
            lacks := covers.may_lack(self.run.end.kinds | self.run.discharge.kinds, date.min)
        ):
            old = batch.day_of(running.began) < days.number(covers.since)
            doubt.put(old & (status != MET) & (status != DISCHARGED), names.place(lacks))

    @property
    def _same(self) -> str | None:
        """The fact by which an end says which of several starts it belongs to."""
        return None if isinstance(self.rule, Every) else self.run.pairing.same


def _every(children: list[Rows]) -> Rows:
    """All of the children, each once."""
    return children[0] if len(children) == 1 else np.unique(np.concatenate(children))


def _several(children: Rows) -> Rows:
    """The children that occur more than once, in a column in their order."""
    return np.unique(children[1:][children[1:] == children[:-1]])
