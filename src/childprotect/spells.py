"""Spells: stretches of time between an event that opens them and one that closes them, and what happens during one.

An open case, a running plan, an enquiry: whether one is open when something else happens has three answers, because a
closing may be doubtful, unreadable, or nothing that the source could have held.
"""

from collections.abc import Iterator

from attrs import frozen

from childprotect.conditions import NOTHING, AllOf, Condition, Hit, Match, Not, Story, Truth
from childprotect.events import Event


def agree(event: Event, other: Event, fact: str | None) -> bool:
    """Whether two events agree on a fact, where both record it; None is no fact to agree on."""
    before, after = (event.facts.get(fact), other.facts.get(fact)) if fact else (None, None)
    return before is None or after is None or bool(before == after)


@frozen
class Spell:
    """A stretch of time between an event that opens it and one that closes it: a plan, an enquiry, a case.

    `same` names a fact on which opening and closing must agree where both record it (the type of an assessment). With
    `each`, one closing ends one opening: two assessments begun and one completed may leave one open. `resets` ends all.
    `doubted_by` lists what makes it doubtful whether it is still open.
    """

    name: str
    opens: Match
    closes: Match
    same: str | None = None
    each: bool = False
    resets: Match = NOTHING
    doubted_by: Match = NOTHING

    def is_open(self, event: Event, story: Story) -> Truth:
        """Whether the spell is open when `event` happens; None where the record, or its source, cannot say."""
        return self.open_at(story.place(event), story)

    def open_at(self, place: int, story: Story) -> Truth:
        """Whether the spell is open before the event at that place; `len(story.events)` is after the last one."""
        if not story.covers.holds_any(self.opens.kinds):
            return None
        unsettled = bool(story.lost_of(self.opens.kinds))
        if not (openings := self._until(self.opens, place, story)):
            return None if unsettled else False
        closings = self._until(self.closes, place, story)
        for opening in openings:
            truth = self._still_open(opening, closings, place, story)
            if truth:
                return True
            unsettled = unsettled or truth is None
        return None if unsettled else False

    def opened_by(self, place: int, story: Story) -> Event | None:
        """The event that certainly opened the spell, if it is certainly open before that place: the first of them."""
        openings, closings = self._until(self.opens, place, story), self._until(self.closes, place, story)
        return next((o.event for o in openings if self._still_open(o, closings, place, story)), None)

    def missing(self, event: Event, story: Story) -> tuple[str, ...]:
        """What would settle whether the spell is open, as `kind` or `kind.fact`; empty if it is settled."""
        return self.missing_at(story.place(event), story)

    def missing_at(self, place: int, story: Story) -> tuple[str, ...]:
        """As `missing`, for a place as in `open_at`."""
        if self.open_at(place, story) is not None:
            return ()
        if not story.covers.holds_any(self.opens.kinds):
            return tuple(sorted(self.opens.kinds))
        names = [*story.lost_of(self.kinds)]
        closings = self._until(self.closes, place, story)
        for opening in self._until(self.opens, place, story):
            if self._still_open(opening, closings, place, story) is not None:
                continue
            names += self.opens.missing(opening.event, story) if opening.truth is None else ()
            for closing in self._of(opening, closings):
                names += self.closes.missing(closing.event, story)
            names += story.covers.absent(self.closes.kinds)
        return tuple(dict.fromkeys(names or sorted(self.closes.kinds)))

    def unseen(self, story: Story) -> tuple[str, ...]:
        """The kinds that open it and that the source does not hold: that none is open on record does not settle it."""
        return story.covers.absent(self.opens.kinds)

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of event that opens or closes it."""
        return self.opens.kinds | self.closes.kinds | self.resets.kinds | self.doubted_by.kinds

    def _still_open(self, opening: Hit, closings: list[Hit], place: int, story: Story) -> Truth:
        """Whether what began there is open: False if certainly closed, None if it may be or may not have begun."""
        if closings and (own := self._of(opening, closings)):
            if not any(closing.truth for closing in own):
                return None
            return None if self._may_be_of_another(opening, own, place, story) else False
        if opening.truth is None or (story.lost and story.lost_of(self.closes.kinds | self.resets.kinds)):
            return None
        doubts = self._until(self.doubted_by, place, story)
        if doubts and any(hit.truth and hit.place > opening.place for hit in doubts):
            return None
        return None if story.covers.absent(self.closes.kinds) else True

    def _may_be_of_another(self, opening: Hit, closings: list[Hit], place: int, story: Story) -> bool:
        """Whether what closed may have closed another opening: there are more of them, or it does not say which."""
        openings = self._until(self.opens, place, story)
        since = openings[0].place
        closed = [hit for hit in self._until(self.closes, place, story) if hit.truth and hit.place > since]
        if self.each:
            rivals = [hit for hit in openings if agree(hit.event, opening.event, self.same)]
            enough = [
                hit for hit in closed if hit.place > rivals[0].place and agree(hit.event, opening.event, self.same)
            ]
            if len(rivals) > len(enough):
                return True
        if self.same is None or len(openings) <= len(closed):
            return False
        return not any(self.same in hit.event.facts for hit in closings if hit.truth)

    def _of(self, opening: Hit, closings: list[Hit]) -> list[Hit]:
        """Those that may have closed it. What both closes and opens closes what was open, and not what it opens."""
        later = [closing for closing in closings if closing.place > opening.place]
        return later if self.same is None else [c for c in later if agree(opening.event, c.event, self.same)]

    def _until(self, match: Match, place: int, story: Story) -> list[Hit]:
        """What came before that place, since the last reset; the event there neither opens nor closes anything."""
        if not match.patterns or not (hits := story.find(match)):
            return []
        reset = -1
        if self.resets.patterns and (resets := story.find(self.resets)):
            reset = max((hit.place for hit in resets if hit.place < place and hit.truth), default=-1)
        return [hit for hit in hits if reset < hit.place < place]


@frozen
class During(Condition):
    """The event falls in a spell that is open: an open case, a running plan."""

    spell: Spell

    def holds(self, event: Event, story: Story) -> Truth:
        """Whether the spell is open just then, as far as the record can say."""
        return self.spell.is_open(event, story)

    def missing(self, event: Event, story: Story) -> tuple[str, ...]:
        """What would settle whether the spell was open."""
        return self.spell.missing(event, story)

    def __str__(self) -> str:
        return f"while the {self.spell.name} is open"


def not_during(condition: Condition) -> Iterator[Spell]:
    """The spells that must not be open for the condition to hold."""
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        if isinstance(part, Not) and isinstance(part.part, During):
            yield part.part.spell
