"""What an event table says of its sources: what they could hold of a child, and so what of that child is unknown.

A table that was written from a census carries what the census has no place for, or it would seem not to have been done.
It stands in the column `coverage`, in a row of its own for every child, with neither event nor date:

    holds: referral review-conference | facts: outcome visit.child-seen | whole: referral | since: 2024-04-01

(`all`, or `nothing`, in place of names; `since: always`). All four parts are always there, so that what was cut off is
no coverage. `whole` are the kinds of which events from before `since` are there too. People sort, filter and edit
tables, and none of it makes the table claim more than it did:

* rows in another order are the same;
* without its row, in a table that has the column, all of a child is in doubt; so it is if the text was spoilt;
* without the column that row is one that names no event, which every table rejects: all of the child is in doubt.

Only where the rows and the column are both taken away, it is a table like any other, which is taken to hold everything.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from attrs import frozen

from childprotect.chronology import Coverage
from childprotect.events import Lost
from childprotect.records.mapping import OWN, RECORDED_AT, RESERVED, Columns
from childprotect.records.source import implausible
from childprotect.vocabulary import STANDARD

NOTHING = Coverage(frozenset(), frozenset())
UNTOLD = Lost(None, "the column coverage", "no row says what the source could hold of the child")
EXPECTED = "'holds: referral visit | facts: all | whole: all | since: always'"
_PARTS = re.compile(r"holds: ([^|]+) \| facts: ([^|]+) \| whole: ([^|]+) \| since: ([^| ]+)")
_ALL, _NONE, _EVER = "all", "nothing", "always"


@frozen
class TableCoverage:
    """What a table can hold: what its columns and its mapping leave of what its rows say of each child."""

    most: Coverage
    is_told: bool
    """Whether its rows say so for each child, so that of one of whom they say nothing, nothing counts as held."""

    @classmethod
    def of(cls, columns: Iterable[str], mapping: Columns) -> "TableCoverage":
        """That of a table with these of our columns."""
        columns = frozenset(columns)
        # of what is older than a table tells everything of, nobody has said that any of it is there
        whole = frozenset[str]() if mapping.since is not None else None
        told = Coverage(mapping.holds, mapping.facts, mapping.since, whole)
        most = both(Coverage(facts=facts_of(columns)), told)
        return cls(most, "coverage" in columns)

    def of_child(self, said: Coverage | None) -> Coverage:
        """What is held of a child of whom the rows say this."""
        if said is None:
            return NOTHING if self.is_told else self.most
        return both(self.most, said)


def facts_of(columns: Iterable[str]) -> frozenset[str]:
    """The facts for which columns are a place: when an entry was made is none, but a rule may ask for it."""
    return frozenset(columns) - (set(RESERVED) - {RECORDED_AT})


@lru_cache(maxsize=4096)
def both(one: Coverage, other: Coverage) -> Coverage:
    """What two coverages have in common."""
    kinds, whole = _in_common(one.kinds, other.kinds), _in_common(one.whole, other.whole)
    since = max((day for day in (one.since, other.since) if day is not None), default=None)
    if one.facts is None or other.facts is None:
        return Coverage(kinds, other.facts if one.facts is None else one.facts, since, whole)
    facts = _among(one.facts, other.facts) | _among(other.facts, one.facts)
    return Coverage(kinds, facts, since, whole)


def _in_common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


def _among(facts: frozenset[str], those: frozenset[str]) -> frozenset[str]:
    """Which of the facts are among those, each of which may be that of one kind of event, or of all."""
    return frozenset(fact for fact in facts if fact in those or fact.rpartition(".")[2] in those)


@lru_cache(maxsize=4096)
def written(covers: Coverage) -> str:
    """The coverage as text. What an event table cannot hold anyway, such as kinds that are not ours, is left out."""
    kinds, whole = (None if some is None else some & STANDARD.keys() for some in (covers.kinds, covers.whole))
    facts = None if covers.facts is None else filter(_is_fact, covers.facts)
    since = covers.since.isoformat() if covers.since is not None else _EVER
    return f"holds: {_names(kinds)} | facts: {_names(facts)} | whole: {_names(whole)} | since: {since}"


def _names(names: Iterable[str] | None) -> str:
    return _ALL if names is None else " ".join(sorted(names)) or _NONE


@lru_cache(maxsize=4096)
def read(text: str) -> Coverage:
    """A coverage from its text. Raises `ValueError`, which does not repeat it."""
    found = _PARTS.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(f"the coverage is not as {EXPECTED}")
    kinds, facts, whole = map(_read_names, found.group(1, 2, 3))
    if any(some is not None and not some <= STANDARD.keys() for some in (kinds, whole)):
        raise ValueError("the coverage names an event that we do not know")
    if facts is not None and not all(map(_is_fact, facts)):
        raise ValueError("the coverage names a fact by what is no name of one")
    return Coverage(kinds, facts, _read_day(found[4]), whole)


def _read_names(text: str) -> frozenset[str] | None:
    return None if text == _ALL else frozenset(() if text == _NONE else text.split())


def _read_day(text: str) -> date | None:
    if text == _EVER:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or implausible(day):
        raise ValueError("the coverage is since what is no date such as 2024-04-01")
    return day


def _is_fact(name: str) -> bool:
    kind, _, fact = name.rpartition(".")
    return OWN.fullmatch(fact) is not None and (kind in STANDARD or name == fact)
