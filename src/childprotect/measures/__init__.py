"""The published indicators counted from records as DfE counts them, and every other measure of how an authority works.

>>> import polars as pl
>>> from datetime import date
>>> from childprotect.measures import Told, measure, measured
>>> events = pl.DataFrame({
...     "child": ["C-1", "C-1", "C-2", "C-2"],
...     "event": ["section-47-started", "initial-conference"] * 2,
...     "at": [date(2024, 1, 8), date(2024, 1, 29), date(2024, 1, 8), date(2024, 1, 30)],
... })
>>> told = Told.of(events, as_at=date(2024, 3, 31))
>>> whole, = measured(measure("conferences-in-15-days"), told, date(2024, 1, 1), date(2024, 3, 31))
>>> whole.numerator, whole.denominator, whole.text("share")
(1, 2, '50.0%')
"""

from childprotect.records.extras import imported

imported("numpy", "polars", "pyarrow", what="measures", extra="tables")

from childprotect.measures.bands import BANDS, Bands  # noqa: E402 (it is said first what to install)
from childprotect.measures.cells import CELLS, Cell, Published  # noqa: E402
from childprotect.measures.counting import count  # noqa: E402
from childprotect.measures.indicators import MEASURES, NOT_COUNTED, measure  # noqa: E402
from childprotect.measures.measure import Break, Kind, Measure  # noqa: E402
from childprotect.measures.measuring import Measured, behind, measured  # noqa: E402
from childprotect.measures.of_rules import of_duty, of_rule, of_rulebook  # noqa: E402
from childprotect.measures.reading import ENGLAND, published  # noqa: E402
from childprotect.measures.told import Told  # noqa: E402
from childprotect.measures.trending import Point, Trend, trend, trends  # noqa: E402

__all__ = [
    "BANDS",
    "CELLS",
    "ENGLAND",
    "MEASURES",
    "NOT_COUNTED",
    "Bands",
    "Break",
    "Cell",
    "Kind",
    "Measure",
    "Measured",
    "Point",
    "Published",
    "Told",
    "Trend",
    "behind",
    "count",
    "measure",
    "measured",
    "of_duty",
    "of_rule",
    "of_rulebook",
    "published",
    "trend",
    "trends",
]
