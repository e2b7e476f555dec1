"""The Children (Private Arrangements for Fostering) Regulations 2005: visits to children who are privately fostered."""

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.periods import months, weeks, working_days
from childprotect.requirements import Cadence
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.matches import PRIVATE_FOSTERING
from childprotect.rulebooks.england.provisions import P, v
from childprotect.rules import Every, Rule, Within
from childprotect.spells import During

PF2005 = Instrument(
    "PF2005",
    "Children (Private Arrangements for Fostering) Regulations 2005",
    Force.STATUTE,
    in_force=FIRST_DAY,
    dated=Evidence.PRIMARY,
    dated_note="made in 2005; this rulebook begins in April 2006",
)
_ENDED = PRIVATE_FOSTERING.closes
# a notice of what the authority knew already begins nothing
_AWARE = on("private-fostering-known") | on("private-fostering-notified", where=~During(PRIVATE_FOSTERING))

# regulation 4: "an officer of the authority within seven working days to visit the premises"
FIRST_VISIT = Within(
    id="private-fostering-first-visit",
    title="first visit after notice of private fostering",
    start=on("private-fostering-notified"),
    end=on("private-fostering-visit"),
    discharge=_ENDED,
    versions=(
        v(
            PF2005,
            working_days(7),
            P,
            "E57b",
            provision="regulation 4",
            note="a copy of the Regulations was seen. Councils' manuals speak of one week",
        ),
    ),
)

# regulation 8: "in the first year ... at intervals of not more than six weeks"; "deemed to begin when the local authority
# become aware of it"
VISITS = Every(
    id="private-fostering-visit",
    title="visits to a privately fostered child",
    opens=_AWARE,
    event=on("private-fostering-visit"),
    again=on("private-fostering-visit", where=During(PRIVATE_FOSTERING)),
    stops=_ENDED,
    versions=(
        v(
            PF2005,
            Cadence(first=weeks(6), then=weeks(6), later=weeks(12), after=months(12)),
            P,
            "E57",
            "E57-aware",
            provision="regulation 8",
            note="councils' manuals speak of three months after the first year; the Regulations say twelve weeks",
        ),
    ),
)

RULES: tuple[Rule, ...] = (FIRST_VISIT, VISITS)
INSTRUMENTS = (PF2005,)
