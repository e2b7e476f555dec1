"""The last days of a table: as at which a source speaks that does not say so itself.

Most rows need not be read for that. Of every batch the latest days are looked at, until a row of them is an event.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from childprotect.records.arrow_rows import Rows
from childprotect.records.event_table import Taking
from childprotect.records.recognising import Reading
from childprotect.records.source import Source
from childprotect.tables.columns import Reader
from childprotect.tables.days import FAR, LOST, day

_AT_ONCE = 16
"""Rows of a day that are read before the next are."""


def last_days(batches: Iterator[Any], reader: Reader, reading: Reading) -> set[date]:
    """The last two days on which anything happened, as far as there are any; `reader` knows the columns of a batch."""
    last: list[int] = []
    for batch in batches:
        days, _ = reader.when(batch, "at")
        for latest in np.unique(days[(days != FAR) & (days != LOST)])[::-1].tolist():
            if len(last) == 2 and latest <= last[1]:
                break
            if latest not in last and _happened(batch, np.flatnonzero(days == latest), reader, reading):
                last = sorted((*last, latest), reverse=True)[:2]
    return {day(number) for number in last}


def _happened(batch: Any, rows: Any, reader: Reader, reading: Reading) -> bool:
    """Whether any of these rows is an event, as they are read one by one."""
    for begin in range(0, len(rows), _AT_ONCE):
        few = batch.take(pa.array(rows[begin : begin + _AT_ONCE]))
        taking = Taking(Source("", "", date.min), reading, reader.entries)
        read = Rows.of(few, reader.places, reader.entries)
        for place in range(len(few)):
            taking.entry("", *read.cells_of(place))
        if taking.days:
            return True
    return False
