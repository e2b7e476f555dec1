"""The check of rules with a clock, a column at a time: the verdicts of `timeliness`.

Children are left to the check of one child who have several episodes of a kind that must not last too long, or several
starts of which an end says by a fact which it answers; and those of whom `lengths` does not tell.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from attrs import define

from childprotect.chronology import Coverage
from childprotect.conditions import NOTHING, Doubtful, Match
from childprotect.pairing import FIRST_OF_MANY, NEXT_OF_MANY, Pairing, Repeats
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

_Of = Callable[[Seen, Any, Rows, Codes], Lengths]
"""How long the clocks of a rule run, from these starts, under these versions."""


def check_within(rule: Within, seen: Seen, as_at: date) -> Told:
    """The findings for every clock that the rule's starts set running."""
    return span_within(rule, seen, as_at).told()


def span_within(rule: Within, seen: Seen, as_at: date) -> "Span":
    """The ends of the clocks of such a rule."""
    return Span(seen, rule, as_at, rule.start, rule.end, rule.discharge, rule.pairing, of_within, rule.revived)


def check_every(rule: Every, seen: Seen, as_at: date) -> Told:
    """The findings for the first, where the rule has one, and for each wait for the next."""
    again = Span(seen, rule, as_at, rule.again, rule.event, rule.stops, NEXT_OF_MANY, of_next).told()
    if not rule.opens.patterns:
        return again
    first = Span(seen, rule, as_at, rule.opens, rule.event, rule.stops, FIRST_OF_MANY, of_first).told()
    return Found.joined([first[0], again[0]]), np.union1d(first[1], again[1])


def check_at_most(rule: AtMost, seen: Seen, as_at: date) -> Told:
    """The findings for the episodes of children who have one; those who have several are left to the other check."""
    return Span(seen, rule, as_at, rule.start, rule.end, NOTHING, rule.pairing, of_episodes).told()


@define(eq=False, slots=False)
class Span:
    """The ends of a clock, as in `timeliness`: what starts it, answers it, makes it fall away, how long it runs."""

    seen: Seen
    rule: Within | AtMost | Every
    as_at: date
    start: Match
    end: Match
    discharge: Match
    pairing: Pairing
    lengths: _Of
    revived: Match = NOTHING

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
        all_starts = self.seen.find(self.start)
        there = self.seen.version_on(self.rule, all_starts.rows) >= 0
        starts = all_starts if there.all() else Hits(all_starts.rows[there], all_starts.sure[there])
        ends, discharges, revivals = map(self.seen.find, (self.end, self.discharge, self.revived))
        running = clocks(self.seen, starts, all_starts.rows, ends, discharges, revivals, self.pairing)
        return running, self.seen.version_on(self.rule, running.began)

    def _intricate(self) -> Rows:
        """The children whose clocks columns do not tell: they have several starts."""
        of_fact = self.pairing.same is not None and self.pairing.repeats is not Repeats.EACH
        if not of_fact and not isinstance(self.rule, AtMost):
            return NOBODY
        starts = self.seen.find(self.start).rows
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
        if (unheld := _nothing_answers(self.end, batch.covers)) is not None:
            doubt.put(np.ones(len(began), np.bool_), names.place(unheld))
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
        doubt.put_missing(~running.sure, self.start, began)
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
            doubt.put_missing(other, self.start, earlier)
        undone = (status == LATE) | (status == OVERDUE) | (status == PENDING)
        maybe = (running.maybe_end < FAR_ROW) & undone & (lengths.in_time(running.maybe_end) != FALSE)
        doubt.put_missing(maybe, self.end, running.maybe_end, self._same)
        unsettled = (status == OVERDUE) | ((status == LATE) & (running.renewed < FAR_ROW))
        fell = (running.maybe_discharge < FAR_ROW) & unsettled
        fell &= lengths.in_time(running.maybe_discharge) != FALSE
        doubt.put_missing(fell, self.discharge, running.maybe_discharge)
        if isinstance(self.rule, AtMost | Duty) and (absent := _absent(self.end, covers)):
            doubt.put((status == OVERDUE) | (status == LATE), names.place(absent))
        absent = _absent(self.discharge, covers)
        if absent and not (isinstance(self.rule, Within) and len(absent) < len(self.discharge.kinds)):
            doubt.put(status == OVERDUE, names.place(absent))  # one way to fall away is enough
        if covers.since is not None and (lacks := covers.may_lack(self.end.kinds | self.discharge.kinds, date.min)):
            old = batch.day_of(running.began) < days.number(covers.since)
            doubt.put(old & (status != MET) & (status != DISCHARGED), names.place(lacks))

    @property
    def _same(self) -> str | None:
        """The fact by which an end says which of several starts it belongs to."""
        return None if isinstance(self.rule, Every) else self.pairing.same


def _absent(match: Match, covers: Coverage) -> tuple[str, ...]:
    return tuple(sorted(kind for kind in match.kinds if not covers.holds(kind)))


def _nothing_answers(end: Match, covers: Coverage) -> tuple[str, ...] | None:
    """What is missing where the source can hold none of what would answer; None if it can."""
    answers = [kind for kind, condition in end.patterns if not isinstance(condition, Doubtful)] or end.kinds
    return None if any(map(covers.holds, answers)) else end.patterns[0][:1]


def _several(children: Rows) -> Rows:
    """The children that occur more than once, in a column in their order."""
    return np.unique(children[1:][children[1:] == children[:-1]])
