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

from childprotect.measures.bands import BANDS, Bands
from childprotect.measures.cells import CELLS, Cell, Published
from childprotect.measures.counting import count
from childprotect.measures.indicators import MEASURES, NOT_COUNTED, measure
from childprotect.measures.measure import Break, Kind, Measure
from childprotect.measures.measuring import Measured, behind, measured
from childprotect.measures.of_rules import of_rule, of_rulebook
from childprotect.measures.reading import ENGLAND, published
from childprotect.measures.told import Told
from childprotect.measures.trending import Point, Trend, trend, trends

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
    "of_rule",
    "of_rulebook",
    "published",
    "trend",
    "trends",
]
