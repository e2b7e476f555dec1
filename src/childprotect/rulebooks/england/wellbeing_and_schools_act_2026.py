"""The Children's Wellbeing and Schools Act 2026, as far as it is known. Royal Assent was on 29 April 2026.

No date on which section 1 comes into force was seen, so it is not in force until someone sets one:
`rulebook.commencing("CWSA2026-1", day)`, or a local profile. Section 3 (multi-agency child protection teams) is a duty of
the safeguarding partners and says nothing about one child's record; its regulations were aimed at late 2027.
"""

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import fact, on
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.provisions import P, v
from childprotect.rules import Recorded, Rule
from childprotect.versions import Absence

CWSA2026_1 = Instrument(
    "CWSA2026-1",
    "Children's Wellbeing and Schools Act 2026, section 1, which inserts section 31ZA into the Children Act 1989",
    Force.STATUTE,
    in_force=None,
    dated=Evidence.PRIMARY,
    dated_note="no date of commencement was seen",
)

# section 1: "must include the offer under subsection (1) in the letter before proceedings"
FAMILY_GROUP_MEETING = Recorded(
    id="family-group-meeting-offered",
    title="offer of a family group decision-making meeting before an application",
    event=on("letter-before-proceedings"),
    must=fact("family-group-meeting-offered", True),
    versions=(
        v(
            CWSA2026_1,
            None,
            P,
            "E45",
            provision="section 1",
            note="there is an exception where a meeting would not be in the child's best interests, which no fact records",
        ),
    ),
    absent=(Absence(FIRST_DAY, None, "section 1 of the Act of 2026 is not in force until someone sets the date"),),
)

RULES: tuple[Rule, ...] = (FAMILY_GROUP_MEETING,)
INSTRUMENTS = (CWSA2026_1,)
