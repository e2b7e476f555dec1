"""The published indicators, counted from records as DfE counts them."""

from childprotect.measures.bands import BANDS, Bands
from childprotect.measures.cells import CELLS, Cell, Published
from childprotect.measures.counting import count
from childprotect.measures.reading import ENGLAND, published

__all__ = ["BANDS", "CELLS", "ENGLAND", "Bands", "Cell", "Published", "count", "published"]
