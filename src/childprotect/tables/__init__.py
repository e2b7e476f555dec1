"""The same rules over tables: a whole population checked in columns, and each row explained as for one child."""

from childprotect.tables.lazily import Findings, check
from childprotect.tables.portable import PortableCheck
from childprotect.tables.scanning import Events, scan

__all__ = ["Events", "Findings", "PortableCheck", "check", "scan"]
