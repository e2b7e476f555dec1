"""Which events count, judged from plain conditions over recorded facts; and what was open when something happened.

A happening is `(when, kind, facts)`, a story a list of them in order. A match is a row of `(kind, condition)`. A
condition is a tuple: `("always",)`, `("fact", name, values)`, `("stated", name, values)`, `("not", c)`,
`("all", [c, ...])`, `("any", [c, ...])`, `("during", spell)`, `("doubtful", c)`. A spell is a dict with the matches
`opens`, `closes`, `resets` and `doubted_by`, a fact `same` (or None) and a flag `each`.
"""

from collections.abc import Sequence
from typing import Any

from tests.oracles.lengths import When

Happening = tuple[When, str, dict[str, Any]]
Story = list[Happening]
Condition = tuple[Any, ...]
Match = Sequence[tuple[str, Condition]]
Spell = dict[str, Any]


class Doubt(Exception):
    """The record leaves it open. These oracles judge only what it settles."""


def counts(match: Match, story: Story, place: int) -> bool:
    """Whether the happening at that place is one of those that the match means."""
    answer = whether_it_counts(match, story, place)
    if answer is None:
        raise Doubt(f"{story[place][1]} on {story[place][0]}")
    return answer


def whether_it_counts(match: Match, story: Story, place: int) -> bool | None:
    """The same, with None where nobody can tell."""
    answers = [holds(condition, story, place) for wanted, condition in match if wanted == story[place][1]]
    if True in answers:
        return True
    return None if None in answers else False


def all_that_count(match: Match, story: Story) -> list[int]:
    """The places of all happenings that the match means."""
    return [place for place in range(len(story)) if counts(match, story, place)]


def holds(condition: Condition, story: Story, place: int) -> bool | None:
    """Whether the condition holds of the happening at that place; None where nobody can tell."""
    facts = story[place][2]
    match condition:
        case ("always",):
            return True
        case ("fact", name, values):
            return facts[name] in values if name in facts else None
        case ("stated", name, values):
            return name in facts and facts[name] in values
        case ("not", part):
            answer = holds(part, story, place)
            return None if answer is None else not answer
        case ("all", parts):
            answers = [holds(part, story, place) for part in parts]
            if False in answers:
                return False
            return None if None in answers else True
        case ("any", parts):
            answers = [holds(part, story, place) for part in parts]
            if True in answers:
                return True
            return None if None in answers else False
        case ("during", spell):
            return is_open(spell, story, place)
        case ("doubtful", part):
            return None if holds(part, story, place) is not False else True
    raise AssertionError(f"no such condition: {condition}")


def is_open(spell: Spell, story: Story, place: int) -> bool | None:
    """Whether the spell is open just before the happening at that place.

    Where one closing ends one opening, and there were fewer of them, nobody can tell which opening is left.
    """
    openings: list[int] = []
    every_opening: list[int] = []
    closings: list[int] = []
    doubted: list[int] = []
    for earlier in range(place):
        if counts(spell["resets"], story, earlier):
            openings, every_opening, closings, doubted = [], [], [], []
        if counts(spell["closes"], story, earlier):
            openings = [o for o in openings if not _agree(spell["same"], story, o, earlier)]
            closings.append(earlier)
        if counts(spell["doubted_by"], story, earlier):
            doubted = list(openings)
        if counts(spell["opens"], story, earlier):
            openings.append(earlier)
            every_opening.append(earlier)
    if any(opening not in doubted for opening in openings):
        return True
    if openings:
        return None
    if spell["each"]:
        for opening in every_opening:
            alike = [o for o in every_opening if _agree(spell["same"], story, o, opening)]
            ended = [c for c in closings if c > alike[0] and _agree(spell["same"], story, c, opening)]
            if len(ended) < len(alike):
                return None
    return False


def _agree(fact: str | None, story: Story, one: int, other: int) -> bool:
    if fact is None:
        return True
    ours, theirs = story[one][2].get(fact), story[other][2].get(fact)
    return ours is None or theirs is None or bool(ours == theirs)
