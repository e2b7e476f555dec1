"""The same rules over tables: a whole population checked in columns, and each row explained as for one child."""

from childprotect.records.extras import imported

imported("numpy", "polars", "pyarrow", what="tables", extra="tables")

from childprotect.tables.lazily import Findings, check  # noqa: E402 (it is said first what to install)
from childprotect.tables.portable import PortableCheck  # noqa: E402
from childprotect.tables.scanning import Events, scan  # noqa: E402

__all__ = ["Events", "Findings", "PortableCheck", "check", "scan"]
