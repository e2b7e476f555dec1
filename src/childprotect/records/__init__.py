"""Records in: whatever a council holds becomes chronologies, one child at a time. Nothing else knows a file format."""

from typing import Any

from childprotect.records import arrow_table, cin_census, event_table
from childprotect.records.arrow_table import read_arrow, read_frame, read_parquet
from childprotect.records.cin_census import read_census
from childprotect.records.event_table import read_csv, read_json_lines
from childprotect.records.mapping import Columns
from childprotect.records.pseudonyms import Pseudonyms
from childprotect.records.recognising import Reader, Reading, given, installed, recognised
from childprotect.records.source import Progress, Rejection, Source

__all__ = [
    "READERS",
    "Columns",
    "Pseudonyms",
    "Reader",
    "Reading",
    "Rejection",
    "Source",
    "read",
    "read_arrow",
    "read_census",
    "read_csv",
    "read_frame",
    "read_json_lines",
    "read_parquet",
]

READERS: tuple[Reader, ...] = (
    cin_census.READER,
    event_table.JSON_LINES,
    arrow_table.PARQUET,
    arrow_table.ARROW,
    arrow_table.FRAME,
)
"""The formats that can be read, in the order in which they are recognised. A CSV event table is what remains."""


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
    reader, mark = recognised(asked, (*READERS, *installed(), event_table.CSV))
    source = reader.read(asked, Reading(progress=progress, columns=columns, pseudonyms=pseudonyms, schema=schema))
    source.recognised = "; ".join(filter(None, (mark, source.recognised)))
    return source
