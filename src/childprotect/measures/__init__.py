"""The published indicators, counted from records as DfE counts them."""

from childprotect.measures.cells import CELLS, Cell, Published
from childprotect.measures.counting import count
from childprotect.measures.reading import ENGLAND, published

__all__ = ["CELLS", "ENGLAND", "Cell", "Published", "count", "published"]
