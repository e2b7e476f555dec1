"""What is kept of a row, and what is not: readers keep the identifier, dates, and the facts that rules may read.

A column that is none of ours is not kept; its name is counted. Of what is kept, prose is not: whether an action of a
plan is the same is told by a digest of it, and that a reason was written down by a constant. The names of staff and
teams are kept, since allocation is by worker and team, and replaced where children's are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from attrs import field, frozen

from childprotect.errors import UnreadableInput
from childprotect.records.mapping import PLAIN_COLUMNS, RESERVED, Columns
from childprotect.records.pseudonyms import Pseudonyms
from childprotect.vocabulary import STANDARD, nearest, values_of

FACTS = STANDARD.facts
STAFF = frozenset("worker manager chair owner decided-by authorised-by team".split())
"""Facts that name a member of staff, or a team."""
PRESENCE = frozenset("actions late-reason measure purpose threshold".split())
"""Prose of which rules ask only whether it is there."""
RECORDED = "recorded"
"""What stands for prose that is there."""
COMPARED = frozenset({"action"})
"""Prose of which rules ask whether it is the same."""
MOST_NAMES = 60
"""How many names of columns that nobody reads are counted."""
_WORD = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""A value in the form of ours. Anything in another form may be what somebody wrote of somebody."""
_LONGEST_WORD = 32
_DIGEST = re.compile("~[0-9a-z]{12}")
_MEANT = re.compile(r"[\w -]{1,40}", re.ASCII)
"""The name of a column that is close to one that a mapping names."""
OTHERS = "(names that are not shown)"
_USUAL = re.compile(r"[\w-]{1,40}", re.ASCII)
"""The name of a column as a system gives it. One of two words may be that of a person, in a table of people."""


def kept(fact: str, text: str, pseudonyms: Pseudonyms | None) -> str:
    """What is kept of the text of a fact. A value of ours stays as it is, and so does what was kept before."""
    if fact in PRESENCE:
        return RECORDED
    if fact in STAFF:
        return text if pseudonyms is None else pseudonyms(text)
    if fact not in FACTS or text in values_of(fact):
        return text
    if fact not in COMPARED and len(text) <= _LONGEST_WORD and _WORD.fullmatch(text):
        return text
    return digest(text, pseudonyms)


def member_kept(fact: str, text: str, pseudonyms: Pseudonyms | None) -> str:
    """What is kept of a member of a set, such as an agency: a name of ours, or a digest, so that it is counted."""
    return text if fact not in FACTS or text in values_of(fact) else digest(text, pseudonyms)


@lru_cache(maxsize=4096)
def digest(text: str, pseudonyms: Pseudonyms | None = None) -> str:
    """Twelve characters that are the same for the same text, after a `~`; a digest is its own."""
    if _DIGEST.fullmatch(text):
        return text
    if pseudonyms is not None:
        return f"~{pseudonyms(text)[:12]}"
    return f"~{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}"


def tidy(name: str) -> str:
    """The name of a column in the form of ours."""
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


@frozen
class Layout:
    """Which column of theirs is which of ours, by the name that it has in their file."""

    columns: Columns
    _mapped: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    @_mapped.default
    def _by_theirs(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for ours, theirs in self.columns.columns.items():
            found[tidy(theirs)] = (*found.get(tidy(theirs), ()), ours)
        return found

    def ours(self, name: str) -> tuple[str, ...]:
        """Our names of a column, which is usually one; none where nobody reads it."""
        name = tidy(name)
        if (mapped := self._mapped.get(name)) is not None:
            return mapped
        known = name in RESERVED or name in FACTS
        return (name,) if known and name not in self.columns.columns else ()

    def places(self, names: Sequence[str]) -> dict[str, int]:
        """The place of each of our columns among theirs."""
        return {ours: place for place, name in enumerate(names) for ours in self.ours(name)}

    def check(self, names: Iterable[str], path: str, place: str, expected: str) -> None:
        """Raise `UnreadableInput` if the mapping names a column that is not there."""
        there = {tidy(name): name for name in names}
        missing = []
        for theirs in dict.fromkeys(self.columns.columns.values()):
            if tidy(theirs) not in there:
                near = nearest(theirs, filter(_MEANT.fullmatch, there.values()))
                missing.append(f"{theirs!r}" + (f" (there is {near!r})" if near else ""))
        if missing:
            why = f"there is no column {' or '.join(missing)}, which the mapping {self.columns.path} names"
            raise UnreadableInput(path, place, why, expected)


PLAIN_LAYOUT = Layout(PLAIN_COLUMNS)


def count_unused(unused: Counter[str], name: str) -> None:
    """Count a column that nobody reads, by its name if that has the usual form; it may be what stood in a cell."""
    name = name.strip()
    if name not in unused and (len(unused) >= MOST_NAMES or not _USUAL.fullmatch(name)):
        name = OTHERS
    unused[name] += 1
