"""One record that is there more than once: with one content it is read once, with different ones not at all.

Of an assessment that a file holds as it was and as it was corrected, nobody can tell which is right. Were both read,
the earlier date would make late work look done in time; so neither is, and what they would have dated is lost.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

WHICH = "the record is there more than once, with different content; which is right cannot be told"
WHOSE = "the number of the record stands under another child, or under none, too; whose it is cannot be told"
UNFILLED = frozenset({"placeholder_data", "null"})
"""What stands in a field that nobody has filled: the data set's own word, and that of a database's export."""

Key = TypeVar("Key", bound=Hashable)


def number_of(value: object) -> str | None:
    """What a record is known by, or None where that is empty, not filled, or no single value.

    Capitals, space around it and a fraction of nothing do not matter: 101.0 is 101.
    """
    if value is None or (not isinstance(value, str) and isinstance(value, bool | list | dict)):
        return None
    number = str(value).strip().casefold().removesuffix(".0")
    return number if number and number not in UNFILLED else None


def content_of(value: Any, leave_out: frozenset[str]) -> Hashable:
    """All that a value says, but for the fields `leave_out`, at any depth; empty fields say nothing."""
    if isinstance(value, Mapping):
        parts = value.items()
        return frozenset([(k, content_of(v, leave_out)) for k, v in parts if k not in leave_out and v is not None])
    if isinstance(value, list):
        return tuple([content_of(part, leave_out) for part in value])
    return value.__class__, repr(value)  # a driver may give what cannot be hashed


def differing(records: Iterable[tuple[Key, Any]], leave_out: frozenset[str]) -> frozenset[Key]:
    """The keys under which there are records that do not say the same."""
    known: defaultdict[Key, list[Any]] = defaultdict(list)
    for key, record in records:
        known[key].append(record)
    return frozenset(
        key
        for key, several in known.items()
        if len(several) > 1 and len({content_of(record, leave_out) for record in several}) > 1
    )
