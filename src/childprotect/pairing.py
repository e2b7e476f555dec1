"""Which end answers which start: the policy as a value, and the clocks that follow from it.

The policy is written down and reasoned in `docs/pairing.md`; read that page first. In one sentence: a clock runs from
its start to the first end that is not before it, unless something discharges it first; a start that comes while a
clock is running is a repeat, and the policy of the rule says what a repeat means.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from attrs import field, frozen

from childprotect.conditions import NOTHING, Doubtful, Hit, Match, Story, Truth
from childprotect.events import Event
from childprotect.spells import agree


class Repeats(Enum):
    """What a second start means while the clock of the first is still running."""

    KEEP_FIRST = "the first start governs; a repeat changes nothing"
    RESTART = "the last start governs; a repeat starts the clock again"
    EACH = "every start has a clock of its own; one end may answer several"


@frozen
class Pairing:
    """How the starts and ends of a rule belong together.

    `same` names a fact on which start and end must agree where both record it; where one does not, and there are
    several starts, it is doubtful which the end answers. With `later`, starts of one day are one start, and an end that
    is of the same kind as the start must be of a later day. A start may say by itself that nothing is due, unless
    `itself` is false.
    """

    repeats: Repeats = Repeats.KEEP_FIRST
    same: str | None = None
    later: bool = False
    itself: bool = True

    def __str__(self) -> str:
        return self.repeats.value + (f"; start and end agree on {self.same}" if self.same else "")


FIRST_OF_MANY = Pairing(itself=False)
"""What opens a recurring duty may end another one of its kind, and never itself: a placement ends the one before."""
NEXT_OF_MANY = Pairing(Repeats.EACH, later=True, itself=False)
"""Each occasion waits for the next: another entry of the same day is the same occasion."""


@frozen(eq=False)
class Run:
    """What sets a clock of a rule running, what answers it, and what makes it fall away.

    `first` is the wait for the first of a recurring duty, which has another for each next one.
    """

    start: Match
    end: Match
    discharge: Match = NOTHING
    revived: Match = NOTHING
    pairing: Pairing = Pairing()
    first: bool = False
    answers: tuple[str, ...] = field(init=False)
    """The kinds of event that can answer it for certain; all that can, where none does."""

    @answers.default
    def _answers(self) -> tuple[str, ...]:
        certain = [kind for kind, condition in self.end.patterns if not isinstance(condition, Doubtful)]
        return tuple(dict.fromkeys(certain or (kind for kind, _ in self.end.patterns)))


class Clock(NamedTuple):
    """One running of a rule's clock: what started it, what answered it, what made it fall away.

    It is counted from `began`. `start` is the event that certainly started it, or None where only `maybe_start` did: an
    event that would have started it if a fact that is missing were known. `maybe_end` and `maybe_discharge` are the
    first such events before any certain one. `renewed` is a certain start that came after `maybe_discharge`: it has a
    clock of its own.
    """

    # a tuple, as `_Closings`: one is made for every rule and child, and a frozen attrs value takes twice as long
    began: Event
    start: Event | None
    maybe_start: Event | None = None
    end: Event | None = None
    maybe_end: Event | None = None
    discharge: Event | None = None
    maybe_discharge: Event | None = None
    renewed: Event | None = None


def clocks(
    story: Story,
    start: Match,
    end: Match,
    discharge: Match = NOTHING,
    pairing: Pairing = Pairing(),
    without: Collection[Event] = (),
    until: Callable[[Event], date] | None = None,
    revived: Match = NOTHING,
) -> list[Clock]:
    """Every clock that the story started, in order.

    A start that is among those `without` a version is no start, and so no repeat. `revived` takes a discharge by an
    event of the same kind back: it was decided to assess, be it before or after it was decided to do nothing, with no
    start between. `until` gives the last day on which another start is still a repeat of one, where that has an end.
    """
    found = starts = story.find(start)
    if without:
        starts = [hit for hit in starts if not any(hit.event is event for event in without)]
    if pairing.later:
        starts = one_a_day(starts)
    if not starts:
        return []
    discharges = story.find(discharge)
    revivals = story.find(revived) if discharges else []
    closings = _Closings(story.find(end), discharges, revivals, starts, found, pairing)
    if len(starts) == 1 or pairing.repeats is _EACH:
        return [closings.clock(hit, None if hit.truth else hit, closings.of(hit)) for hit in starts]
    made = []
    while starts:
        alike = starts
        if pairing.same is not None:
            alike = [hit for hit in starts if agree(starts[0].event, hit.event, pairing.same)]
        closed = closings.of(alike[0])
        stop, renewed = closed.stop(alike)
        last = until(alike[0].event) if until is not None else date.max
        run = alike[:1] + [hit for hit in alike[1:] if hit.place < stop and hit.event.day <= last]
        starts = [hit for hit in starts if hit not in run] if len(run) < len(starts) else []
        governs, maybe = _governing(run, pairing.repeats)
        clock = closings.clock(governs, maybe, closed if governs is alike[0] else closings.of(governs), renewed)
        following = alike[len(run) :]
        if until is not None and following:
            clock = _ended_before(clock, following[0].place, story)
        made.append(clock)
    return made if len(made) == 1 else sorted(made, key=lambda clock: story.place(clock.began))


def one_a_day(hits: Iterable[Hit]) -> list[Hit]:
    """Of those of one day the last that is certain; where none is, the last.

    What stops the duty between two of a day stops it for the first: a child who was seen, moved, and was seen again.
    """
    days: dict[date, Hit] = {}
    for hit in hits:
        known = days.get(hit.event.day)
        if known is None or hit.truth or not known.truth:
            days[hit.event.day] = hit
    return list(days.values())


def _ended_before(clock: Clock, place: int, story: Story) -> Clock:
    """The clock without an end that came after another episode had begun: that is the end of the other.

    What begins the other may end this one too.
    """
    if clock.end is None or story.place(clock.end) <= place:
        return clock
    return clock._replace(end=None)


def _governing(run: list[Hit], repeats: Repeats) -> tuple[Hit, Hit | None]:
    """Of the starts of one run: the one that governs, and the doubtful one that would govern if it were certain."""
    if repeats is Repeats.RESTART:
        run = run[::-1]
    if run[0].truth:
        return run[0], None
    return next((hit for hit in run if hit.truth), run[0]), run[0]


_EACH = Repeats.EACH  # a member of an enum takes as long to look up as all the rest of a comparison
_NEVER = 1 << 60
_First = tuple[Hit | None, Hit | None]
"""The first that is certain, and the first before it that may be one."""


class _Closed(NamedTuple):
    """What closes the clock of one start: its end and its discharge, each with the first before it that may be one."""

    end: Hit | None
    maybe_end: Hit | None
    discharge: Hit | None
    maybe_discharge: Hit | None

    def stop(self, starts: Sequence[Hit]) -> tuple[int, Event | None]:
        """The place at which the clock of the first start stops running: later starts are no repeats of it.

        A doubtful discharge may have stopped it. Then the next certain start, if it comes before anything certain
        stops the clock, begins one of its own; it is given too.
        """
        end, _, discharge, maybe = self
        stop = min(end.place if end else _NEVER, discharge.place if discharge else _NEVER)
        if maybe is not None:
            for hit in starts[1:]:
                if maybe.place < hit.place < stop and hit.truth:
                    return hit.place, hit.event
        return stop, None


class _Closings(NamedTuple):
    """The ends and discharges of one story, in order, and how they close a clock."""

    ends: Sequence[Hit]
    discharges: Sequence[Hit]
    revivals: Sequence[Hit]
    starts: Sequence[Hit]
    begun: Sequence[Hit]
    """All starts, with those on days for which there is no version: they start nothing, but are there."""
    pairing: Pairing

    def of(self, start: Hit) -> _Closed:
        """What closes the clock of a start."""
        end, maybe_end = self._end(start)
        discharge, maybe_discharge = self._discharge(start) if self.discharges else (None, None)
        return _Closed(end, maybe_end, discharge, maybe_discharge)

    def clock(self, start: Hit, maybe: Hit | None, closed: _Closed, renewed: Event | None = None) -> Clock:
        """The clock that runs from `start`; `maybe` is a doubtful start that would have governed."""
        end, maybe_end, discharge, maybe_discharge = closed
        if end and discharge:
            # what was done on the day of the discharge was still done
            end, discharge = (None, discharge) if discharge.event.day < end.event.day else (end, None)
        last = end or discharge
        before = last.place if last else _NEVER
        return Clock(
            start.event,
            start.event if start.truth else None,
            maybe.event if maybe else None,
            end.event if end else None,
            maybe_end.event if maybe_end and maybe_end.place < before else None,
            discharge.event if discharge else None,
            maybe_discharge.event if maybe_discharge and maybe_discharge.place < before else None,
            renewed,
        )

    def _end(self, start: Hit) -> _First:
        later, same, first, maybe = self.pairing.later, self.pairing.same, start.place, None
        for hit in self.ends:
            if hit.place <= first:
                continue
            if later and hit.event.kind == start.event.kind and hit.event.day == start.event.day:
                continue
            if same is not None and not agree(start.event, hit.event, same):
                continue
            if hit.truth if same is None else self._answers(start, hit, same):
                return hit, maybe
            maybe = maybe or hit
        return None, maybe

    def _answers(self, start: Hit, end: Hit, same: str) -> Truth:
        """Whether the end is one at all, and of this start: None if it does not say of which of several."""
        if len(self.starts) == 1 or not end.truth:
            return end.truth
        return True if same in start.event.facts and same in end.event.facts else None

    def _discharge(self, start: Hit) -> _First:
        # the start itself may say that nothing is due: an enquiry recorded as needing no conference
        first, maybe = start.place if self.pairing.itself else start.place + 1, None
        for hit in self.discharges:
            if hit.place >= first:
                holds = self._holds(start, hit) if self.revivals else hit.truth
                if holds:
                    return hit, maybe
                maybe = maybe or (hit if holds is None else None)
        return None, maybe

    def _holds(self, start: Hit, discharge: Hit) -> Truth:
        """Whether the discharge stands: None if it is doubtful, or if a decision may have taken it back."""
        until = next((hit.place for hit in self.begun if hit.place > discharge.place), _NEVER)
        rivals = [
            hit.truth
            for hit in self.revivals
            if hit.event.kind == discharge.event.kind
            and start.place <= hit.place < until
            and hit.place != discharge.place
        ]
        return False if True in rivals else None if None in rivals else discharge.truth
