"""Working Together, 2026: it exists and is in force, but none of its figures was seen.

Every figure is carried over from 2023, and says so.
"""

from datetime import date

from childprotect.authority import Evidence, Force, Instrument
from childprotect.rulebooks.england.provisions import M, Provisions
from childprotect.rulebooks.england.working_together import wt2023
from childprotect.versions import Version

WT2026 = Instrument(
    "WT2026",
    "Working Together to Safeguard Children, 2026",
    Force.GUIDANCE,
    in_force=date(2026, 3, 18),
    dated=Evidence.SECONDARY,
    dated_note="no timescale of this edition was seen; its figures are carried over from WT2023",
)

PROVISIONS: Provisions = {
    rule_id: Version(
        instrument=WT2026,
        requires=version.requires,
        evidence=M,
        carried_over="WT2023",
        note="this edition was not seen; the figure is carried over from WT2023 and unverified",
    )
    for rule_id, version in wt2023.PROVISIONS.items()
}
