"""The records that stand in one child of the daily API: each once, and none of which two versions are there."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from attrs import define, field

from childprotect.events import Lost
from childprotect.records.same_record import WHICH, content_of, differing, number_of
from childprotect.records.source import Account
from childprotect.records.telling import Record, Telling

Kinds = tuple[str | None, ...]
EPISODES, PLANS, WORKERS = "social_care_episodes", "child_protection_plans", "care_worker_details"
NUMBERS = {
    EPISODES: "social_care_episode_id",
    "child_and_family_assessments": "child_and_family_assessment_id",
    "child_in_need_plans": "child_in_need_plan_id",
    "section_47_assessments": "section_47_assessment_id",
    PLANS: "child_protection_plan_id",
    "child_looked_after_placements": "child_looked_after_placement_id",
}
"""What a record is known by, in each array. A worker's number is that of a person, and may stand there often."""
_IDS = frozenset(NUMBERS.values())
PARTS = (
    "child_and_family_assessments",
    "child_in_need_plans",
    "section_47_assessments",
    "child_looked_after_placements",
    PLANS,
    WORKERS,
)
"""The arrays that stand in an episode."""
_Key = tuple[str, str]
"""The array of a record, and its number."""


@define
class OneChild(Telling):
    """A child, and which of its records are there again, say different things, or were taken in already.

    All of it in whichever episode.
    """

    repeated: frozenset[_Key] = frozenset()
    doubtful: frozenset[_Key] = frozenset()
    taken: set[tuple[_Key | None, Hashable]] = field(factory=set)

    def is_doubtful(self, name: str, part: Record) -> bool:
        """Whether a record of that array is there with other content too."""
        return _key(name, part) in self.doubtful


def child_of(name: str, account: Account, record: Record) -> OneChild:
    """A child of whom nothing was taken in yet."""
    numbered = list(_numbered(record))
    if len({key for key, _ in numbered}) == len(numbered):
        return OneChild(name, account)
    repeated = frozenset(key for key, times in Counter(key for key, _ in numbered).items() if times > 1)
    return OneChild(name, account, repeated=repeated, doubtful=differing(numbered, _IDS))


def places_of(place: str, record: Any) -> Iterator[str]:
    """The places of a record and of all that stand in it, each of which is a row."""
    yield place
    for name in (EPISODES, *PARTS) if isinstance(record, dict) else ():
        parts = record.get(name)
        if isinstance(parts, list):
            for part in parts:
                yield from places_of(f"{place}, {name}", part)
        elif parts is not None:
            yield f"{place}, {name}"


def pass_over(account: Account, record: Any) -> None:
    """Count a record that is to be purged: it was read, and says that it is none."""
    for _ in places_of("", record):
        account.next_row()


def _numbered(record: Record) -> Iterator[tuple[_Key, Record]]:
    """The records of a child that have a number, those to be purged among them: what is there again is doubtful too."""
    for name in (EPISODES, *PARTS):
        parts = record.get(name)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                key = _key(name, part)
                if key is not None:
                    yield key, part
                if name == EPISODES:
                    yield from _numbered(part)


def _key(name: str, part: Record) -> _Key | None:
    number = number_of(part.get(NUMBERS[name])) if name in NUMBERS else None
    return None if number is None else (name, number)


def objects_in(told: OneChild, record: Record, name: str, kinds: Kinds) -> Iterator[Record]:
    """The records in an array that are not to be purged, each once. What else stands there is rejected, as a row."""
    parts = record.get(name)
    if parts is None:
        return
    known: set[object] = set()
    for part in parts if isinstance(parts, list) else [parts]:
        if not isinstance(parts, list) or not isinstance(part, dict):
            why = f"{name} is not an array" if not isinstance(parts, list) else f"there is no object in {name}"
            _miss(told, name, [f"child {told.child}, {name}"], why, kinds)
            continue
        if part.get("purge") is True:
            pass_over(told.account, part)
            continue
        key = _key(name, part)
        is_repeated = key is not None and key in told.repeated
        # what stands there alone is compared with nothing: most records, and to compare them would double the time
        content = content_of(part, _IDS) if is_repeated or len(parts) > 1 else None
        if content is not None and (content in known or (key, content) in told.taken):
            why = "the same is there before; it is read once"
            told.account.reject_rows(places_of(f"child {told.child}, {name}", part), told.child, why)
        elif name != EPISODES and told.is_doubtful(name, part):
            _miss(told, name, places_of(f"child {told.child}, {name}", part), WHICH, kinds)
        else:
            yield part
        known.add(content)
        if key is not None and is_repeated:
            told.taken.add((key, content))


def _miss(told: Telling, name: str, places: Iterable[str], why: str, kinds: Kinds) -> None:
    """Reject what stands in an array, and remember what it would have been."""
    told.account.reject_rows(places, told.child, why)
    told.lost += [Lost(kind, name, why) for kind in kinds]
    if name == PLANS:
        told.plan_starts.add(None)
