"""Records in: whatever a council holds becomes chronologies, one child at a time. Nothing else knows a file format."""

from itertools import chain
from typing import Any

from childprotect.records import cin_census, event_table
from childprotect.records.cin_census import read_census
from childprotect.records.event_table import read_csv, read_json_lines
from childprotect.records.mapping import Columns
from childprotect.records.pseudonyms import Pseudonyms
from childprotect.records.recognising import Broken, Reader, Reading, given, installed, recognised
from childprotect.records.source import Progress, Rejection, Source

__all__ = [
    "FORMATS",
    "READERS",
    "Broken",
    "Columns",
    "Pseudonyms",
    "Reader",
    "Reading",
    "Rejection",
    "Source",
    "broken",
    "read",
    "read_census",
    "read_csv",
    "read_json_lines",
    "readers",
]

READERS: tuple[Reader, ...] = (cin_census.READER, event_table.JSON_LINES)
"""The formats that can be read, in the order in which they are recognised. A CSV event table is what remains."""
FORMATS = (*READERS, event_table.CSV)
"""All formats of ours. Readers of other packages come before the last one."""


def read(
    what: Any,
    *,
    progress: Progress | None = None,
    columns: Columns | None = None,
    pseudonyms: Pseudonyms | None = None,
    schema: str | None = None,
) -> Source:
    """Read records of children, whichever of the formats they are in: the path of a file or folder, or an object.

    Iterate the source for its chronologies; `source.format` and `source.recognised` say what was recognised, and by
    what. `progress` is called with the number of bytes read as they are read; the others are fields of `Reading`.
    Raises `UnreadableInput` for what no reader knows.
    """
    asked = given(what)
    # those of other packages are only loaded for what is in none of our formats
    reader, mark = recognised(asked, chain(READERS, installed(), (event_table.CSV,)))
    source = reader.read(asked, Reading(progress=progress, columns=columns, pseudonyms=pseudonyms, schema=schema))
    source.recognised = mark
    return source


def readers() -> tuple[Reader, ...]:
    """Every format that can be read here, in the order in which they are recognised; other packages' readers too."""
    return (*READERS, *(reader for reader in installed() if isinstance(reader, Reader)), event_table.CSV)


def broken() -> tuple[Broken, ...]:
    """The readers of other packages that cannot be used, and why: what they would read is in no format that we know."""
    return tuple(reader for reader in installed() if isinstance(reader, Broken))
