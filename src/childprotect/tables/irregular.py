"""What is odd in the records of a batch, as a table: steps out of order, other targets, lateness without a reason."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from childprotect.calendars import day_of
from childprotect.chronology import Remark
from childprotect.rulebook import Rulebook
from childprotect.tables.arrays import texts, to_arrow
from childprotect.tables.batches import Rows
from childprotect.tables.checking import Checked
from childprotect.tables.days import number
from childprotect.tables.found import NO_NUMBER
from childprotect.tables.oddities import CODES, odd_in
from childprotect.tables.replaying import replay

_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([("child", _TEXT), ("code", _TEXT), ("at", pa.date32()), ("strand", _TEXT), ("state", _TEXT)])
"""The columns: whose, of which kind, on which day, and, of a step out of order, the strand and where it stood."""
OUT_OF_ORDER = "out-of-order"


def irregular(checked: Checked, rulebook: Rulebook, *, as_at: date, known_at: date | None = None) -> Any:
    """What is odd in a batch that was checked as at these days: an Arrow record batch of `SCHEMA`, by child."""
    batch = checked.batch
    steps = replay(batch, rulebook.charts, as_at=as_at, known_at=known_at, vocabulary=rulebook.vocabulary)
    others = odd_in(checked, rulebook, as_at=as_at, known_at=known_at)
    remarks = [(child, remark) for child in range(len(batch.told_singly)) for remark in batch.remarks(child)]
    codes = [OUT_OF_ORDER, *CODES, *sorted({remark.code for _, remark in remarks} - {OUT_OF_ORDER, *CODES})]
    names = [(table.chart.strand, state) for table in steps.tables for state in table.states]
    first = np.cumsum([0, *(len(table.states) for table in steps.tables)])
    child = np.concatenate([steps.child, others.child, np.array([n for n, _ in remarks], np.int64)])
    code = np.concatenate(
        [np.zeros(len(steps), np.int64), others.code + 1, np.array([codes.index(r.code) for _, r in remarks], np.int64)]
    )
    at = np.concatenate([steps.day, others.day, np.array([_day(remark) for _, remark in remarks], np.int32)])
    stood = np.concatenate([first[steps.strand] + steps.state, np.full(len(child) - len(steps), -1)])
    order = np.argsort(child, kind="stable")
    child, code, at, stood = child[order], code[order], at[order].astype(np.int32), stood[order]
    return pa.record_batch(
        [
            _named(child, batch.names),
            _named(code, texts(codes)),
            to_arrow(at, at == NO_NUMBER).cast(pa.date32()),
            _named(stood, texts([strand for strand, _ in names]), stood < 0),
            _named(stood, texts([state for _, state in names]), stood < 0),
        ],
        schema=SCHEMA,
    )


def _day(remark: Remark) -> int:
    return number(day_of(remark.at))


def _named(codes: Rows, values: Any, none: NDArray[np.bool_] | None = None) -> Any:
    return pa.DictionaryArray.from_arrays(to_arrow(codes.astype(np.int32), none), values)
