"""The check of rules with a clock, a column at a time: the verdicts of `timeliness`.

Limits in hours, and how long an episode may last, are not told here: there are few, and their clocks are intricate.
"""

from datetime import date

import numpy as np
from attrs import define, field

from childprotect.calendars import day_of
from childprotect.chronology import Coverage
from childprotect.conditions import NOTHING, Doubtful, Match
from childprotect.events import Event
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Period, Unit
from childprotect.requirements import By, Cadence, Limit, Requirement
from childprotect.rules import AtMost, Duty, Every, Within
from childprotect.tables import days
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.clocks import Clocks, clocks
from childprotect.tables.days import LOST, Days
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
from childprotect.tables.hits import NOBODY, Hits, Missing, Seen, last_before
from childprotect.timeliness import FIRST, NEXT

Wait = Period | By | None
"""How long a clock runs under a version; None where that cannot be said for all children alike."""
_UNDATED = LOST + 1
"""That no date is recorded where one should be."""


def check_within(rule: Within, seen: Seen, as_at: date) -> Told:
    """The findings for every clock that the rule's starts set running."""
    waits = [_plain(version.requires) for version in rule.versions]
    span = _Span(seen, rule, as_at, rule.start, rule.end, rule.discharge, rule.pairing, waits, rule.revived)
    return span.told()


def check_every(rule: Every, seen: Seen, as_at: date) -> Told:
    """The findings for the first, where the rule has one, and for each wait for the next."""
    cadences = [version.requires for version in rule.versions if isinstance(version.requires, Cadence)]
    thens = [None if cadence.depends_on_opening else cadence.then for cadence in cadences]
    again = _Span(seen, rule, as_at, rule.again, rule.event, rule.stops, NEXT, thens).told()
    if not rule.opens.patterns:
        return again
    firsts = [cadence.wait(0) for cadence in cadences]
    first = _Span(seen, rule, as_at, rule.opens, rule.event, rule.stops, FIRST, firsts).told()
    return Found.joined([first[0], again[0]]), np.union1d(first[1], again[1])


def check_at_most(rule: AtMost, seen: Seen, as_at: date) -> Told:
    """Nothing: every child with such an episode is looked at by itself."""
    starts = seen.find(rule.start)
    return NOTHING_FOUND, np.union1d(seen.batch.child[starts.rows], starts.beyond)


def _plain(requires: Requirement) -> Wait:
    if isinstance(requires, Limit):
        return requires.period
    return requires if isinstance(requires, Period | By) else None


@define(eq=False, slots=False)
class _Span:
    """The ends of a clock, as `timeliness` has them: what starts it, answers it, makes it fall away, how long it runs."""

    seen: Seen
    rule: Within | Every
    as_at: date
    start: Match
    end: Match
    discharge: Match
    pairing: Pairing
    waits: list[Wait]
    revived: Match = NOTHING

    def told(self) -> Told:
        """What columns can tell of it."""
        batch, all_starts = self.seen.batch, self.seen.find(self.start)
        version = self.seen.version_on(self.rule, all_starts.rows)
        there = version >= 0
        starts = Hits(all_starts.rows[there], all_starts.sure[there], all_starts.beyond)
        ends, discharges, revivals = map(self.seen.find, (self.end, self.discharge, self.revived))
        beyond = [hits.beyond for hits in (starts, ends, discharges, revivals)]
        beyond.append(batch.child[starts.rows[self._intricate(version[there])]])
        beyond.append(self._extended(starts))
        if self.pairing.same is not None and self.pairing.repeats is not Repeats.EACH:
            beyond.append(_several(batch.child[starts.rows]))
        running = clocks(self.seen, starts, all_starts.rows, ends, discharges, revivals, self.pairing)
        judged = self.seen.version_on(self.rule, running.began)
        requires = np.array([v.requires is not None for v in self.rule.versions], np.bool_)
        judged_at_all = requires[judged] if len(requires) else np.zeros(0, np.bool_)
        found, more = self._judge(running.these(judged_at_all), judged[judged_at_all])
        return found, np.unique(np.concatenate([*beyond, more]))

    def _intricate(self, version: Codes) -> Flags:
        """The starts under a version whose wait is not the same for all."""
        odd = [
            version.requires is not None and (wait is None or (isinstance(wait, Period) and wait.unit is Unit.HOURS))
            for version, wait in zip(self.rule.versions, self.waits, strict=True)
        ]
        return np.array(odd, np.bool_)[version]

    def _extended(self, starts: Hits) -> Rows:
        """The children for whom the limit may have been extended."""
        if not isinstance(self.rule, Within) or not self.rule.extends.patterns:
            return np.zeros(0, np.int64)
        if not all(map(self.seen.batch.covers.holds, self.rule.extends.kinds)):
            return self.seen.batch.child[starts.rows]
        extends = self.seen.find(self.rule.extends)
        return np.union1d(self.seen.batch.child[extends.rows], extends.beyond)

    # --- what became of the clocks

    def _judge(self, running: Clocks, version: Codes) -> Told:
        """What became of clocks. What is settled first stays: a later doubt is only of what is not yet in doubt."""
        began, batch = running.began, self.seen.batch
        names = batch.shapes.names
        since, due = self._due(began, version)
        found = Found.blank(began, version, since)
        doubt = _Doubt(found, batch.child)
        if (unheld := _nothing_answers(self.end, batch.covers)) is not None:
            found.since[:] = FAR_ROW
            doubt.put(np.ones(len(began), np.bool_), names.place(unheld))
            return found, NOBODY
        doubt.put_named(due == LOST, began, self.seen, "")
        for n, wait in enumerate(self.waits):
            if isinstance(wait, By):
                doubt.put_named((due == _UNDATED) & (version == n), began, self.seen, f".{wait.fact}")
        doubt.put_missing(~running.sure, self.seen.missing(self.start), began)
        found.due = np.where(doubt.put_so_far, NO_NUMBER, due)
        status = self._verdict(running, due)
        self._doubt(running, due, status, doubt)
        found.status = np.where(doubt.put_so_far, CANNOT_TELL, status)
        found.answer = np.where((found.status == MET) | (found.status == LATE), running.end, FAR_ROW)
        found.late = self._late(running, version, found)
        return found, doubt.beyond()

    def _due(self, starts: Rows, version: Codes) -> tuple[Rows, Days]:
        """What each clock is counted from, where that is not its start, and the last day in time."""
        batch = self.seen.batch
        since = np.full(len(starts), FAR_ROW)
        if isinstance(self.rule, Every) and self.start is self.rule.opens and self.rule.continues:
            first = batch.begins[batch.child[starts]]
            stopped = last_before(self.seen.find(self.rule.stops).rows, starts, first)
            last = last_before(self.seen.find(self.rule.event).certain, starts, np.maximum(first, stopped + 1))
            since = np.where(last >= 0, last, FAR_ROW)
        counted = batch.day_of(np.where(since < FAR_ROW, since, starts))
        due = np.full(len(starts), LOST, np.int32)
        for n, wait in enumerate(self.waits):
            these = version == n
            if not these.any():
                continue
            if isinstance(wait, By):
                due[these] = self._dates(wait.fact, starts[these])
            elif isinstance(wait, Period) and wait.unit is not Unit.HOURS:
                due[these] = days.due(wait, counted[these])
        return since, due

    def _dates(self, fact: str, rows: Rows) -> Days:
        """The date that stands on the record as a fact."""
        shapes = self.seen.batch.shapes

        def date_of(event: Event) -> int:
            recorded = event.facts.get(fact)
            return days.number(day_of(recorded)) if isinstance(recorded, date) else int(_UNDATED)

        return self.seen.of_shapes(f"date {fact}", fact, rows, date_of).astype(np.int32)

    def _verdict(self, running: Clocks, due: Days) -> Codes:
        """The status if every doubtful event is left out of account."""
        batch = self.seen.batch
        away = batch.fell[batch.child[running.began]]
        ended, discharged = running.end < FAR_ROW, running.discharge < FAR_ROW
        end_day, discharge_day = batch.day_of(running.end), batch.day_of(running.discharge)
        status: Codes = np.select(
            [
                ended & (end_day <= away),
                discharged & (discharge_day <= due),
                away <= due,
                ended,
                discharged,
                np.full(len(due), days.number(self.as_at)) <= due,
            ],
            [np.where(end_day <= due, MET, LATE), DISCHARGED, DISCHARGED, LATE, OVERDUE, PENDING],
            OVERDUE,
        )
        return status

    def _doubt(self, running: Clocks, due: Days, status: Codes, doubt: "_Doubt") -> None:
        """Where a fact that is not recorded could change the status, and what a source cannot hold."""
        batch, covers, names = self.seen.batch, self.seen.batch.covers, self.seen.batch.shapes.names
        earlier = running.maybe_start
        other = (earlier < FAR_ROW) & (earlier != running.began) & ~doubt.put_so_far
        if other.any():
            other[other] = self._status_from(running.these(other), earlier[other]) != status[other]
            doubt.put_missing(other, self.seen.missing(self.start), earlier)
        undone = (status == LATE) | (status == OVERDUE) | (status == PENDING)
        maybe = (running.maybe_end < FAR_ROW) & undone & (batch.day_of(running.maybe_end) <= due)
        doubt.put_missing(maybe, self.seen.missing(self.end), running.maybe_end)
        unsettled = (status == OVERDUE) | ((status == LATE) & (running.renewed < FAR_ROW))
        fell = (running.maybe_discharge < FAR_ROW) & unsettled & (batch.day_of(running.maybe_discharge) <= due)
        doubt.put_missing(fell, self.seen.missing(self.discharge), running.maybe_discharge)
        if isinstance(self.rule, Duty) and (absent := _absent(self.end, covers)):
            doubt.put((status == OVERDUE) | (status == LATE), names.place(absent))
        absent = _absent(self.discharge, covers)
        if absent and not (isinstance(self.rule, Within) and len(absent) < len(self.discharge.kinds)):
            doubt.put(status == OVERDUE, names.place(absent))  # one way to fall away is enough
        if covers.since is not None and (lacks := covers.may_lack(self.end.kinds | self.discharge.kinds, date.min)):
            old = batch.day_of(running.began) < days.number(covers.since)
            doubt.put(old & (status != MET) & (status != DISCHARGED), names.place(lacks))

    def _status_from(self, running: Clocks, starts: Rows) -> Codes:
        """The status that clocks would have if they had been started by others; -1 where nobody can tell."""
        version = self.seen.version_on(self.rule, starts)
        _, due = self._due(starts, version)
        status = self._verdict(running, due)
        return np.where((due == LOST) | (due == _UNDATED), -1, status)

    def _late(self, running: Clocks, version: Codes, found: Found) -> Days:
        """How far past due it was done, or is by now."""
        breach = (found.status == LATE) | (found.status == OVERDUE)
        late = np.where((found.status == CANNOT_TELL), NO_NUMBER, 0).astype(np.int32)
        ended = np.where(found.status == LATE, running.end, running.discharge)
        until = np.where(ended < FAR_ROW, self.seen.batch.day_of(ended), days.number(self.as_at)).astype(np.int32)
        for n, wait in enumerate(self.waits):
            these = breach & (version == n)
            if these.any():
                period = wait if isinstance(wait, Period) else None
                passed = days.elapsed(period, found.due[these], until[these])
                late[these] = np.where(passed == LOST, NO_NUMBER, passed)
        return late


@define(eq=False, slots=False)
class _Doubt:
    """Findings of which nobody can tell, as they become known."""

    found: Found
    child: Rows
    _beyond: list[Rows] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.put_so_far = np.zeros(len(self.found), np.bool_)

    def put(self, these: Flags, missing: Codes | int) -> None:
        """That of these nobody can tell, if it is not yet known, and what is missing."""
        these = these & ~self.put_so_far
        self.found.missing[these] = missing if isinstance(missing, int) else missing[these]
        self.put_so_far |= these

    def put_named(self, these: Flags, rows: Rows, seen: Seen, suffix: str) -> None:
        """That of these nobody can tell, and that it is the kinds of other rows, or a fact of them, that are missing."""
        for kind in seen.kinds_of(rows[these]):
            of_kind = these & np.isin(rows, seen.batch.of_kind(kind))
            self.put(of_kind, seen.batch.shapes.names.place((kind + suffix,)))

    def put_missing(self, these: Flags, missing: Missing, rows: Rows) -> None:
        """That of these nobody can tell, because of other rows."""
        these = these & ~self.put_so_far
        if these.any():
            names, beyond = missing(rows[these])
            self.found.missing[these] = names
            self._beyond.append(beyond)
            self.put_so_far |= these

    def beyond(self) -> Rows:
        """The children of whom columns cannot tell what is missing."""
        return np.concatenate([NOBODY, *self._beyond])


def _absent(match: Match, covers: Coverage) -> tuple[str, ...]:
    return tuple(sorted(kind for kind in match.kinds if not covers.holds(kind)))


def _nothing_answers(end: Match, covers: Coverage) -> tuple[str, ...] | None:
    """What is missing where the source can hold none of what would answer; None if it can."""
    answers = [kind for kind, condition in end.patterns if not isinstance(condition, Doubtful)] or end.kinds
    return None if any(map(covers.holds, answers)) else end.patterns[0][:1]


def _several(children: Rows) -> Rows:
    """The children that occur more than once, in a column in their order."""
    return np.unique(children[1:][children[1:] == children[:-1]])
