"""Event tables taken in as columns: whole children, some hundred thousand rows at a time.

The rows of a child may stand anywhere. Where each child's stand together, the table is read as it comes; else it is put
in order of children first, by way of temporary files where it is large.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field
from numpy.typing import NDArray

from childprotect.chronology import Chronology, Coverage
from childprotect.records.event_table import Taking
from childprotect.tables.columns import Chunk, Reader, children_of
