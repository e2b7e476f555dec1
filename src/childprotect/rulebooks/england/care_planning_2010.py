"""The Care Planning, Placement and Case Review Regulations 2010: visits to children who are looked after, and reviews.

In force since 1 April 2011, amended on 1 April 2015. How often a child must be visited depends on the placement, which is
a fact of its start: `placement` (`parents-interim-order`, `temporary-connected-person`, `long-term-foster`) and
`until-18`. Where none of these is recorded, the usual visits are due.
"""

from datetime import date

from attrs import evolve

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import Condition, Match, fact, on, stated
from childprotect.periods import months, weeks, working_days
from childprotect.requirements import Cadence
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.matches import LOOKED_AFTER
from childprotect.rulebooks.england.provisions import M, P, S, v
from childprotect.rules import Every, Rule
from childprotect.spells import During, Spell
from childprotect.versions import Absence

CPR2010 = Instrument(
    "CPR2010",
    "Care Planning, Placement and Case Review (England) Regulations 2010",
    Force.STATUTE,
    in_force=date(2011, 4, 1),
)
CPR2015 = Instrument(
    "CPR2010-2015",
    "Care Planning, Placement and Case Review (England) Regulations 2010, as amended in 2015",
    Force.STATUTE,
    in_force=date(2015, 4, 1),
    dated=Evidence.PRIMARY,
)
_BEFORE = Absence(FIRST_DAY, CPR2010.eve, "the Regulations of 2010 were not in force yet, and no source was seen")

_INTERIM = Spell(
    "interim care order", opens=on("interim-care-order-made"), closes=on("proceedings-concluded", "looked-after-ended")
)
_HOME = ("parents-interim-order", "temporary-connected-person")
# under an interim order the child may be at home: a placement that is not recorded then leaves it open
_AT_HOME = stated("placement", *_HOME) | (During(_INTERIM) & fact("placement", *_HOME))
_LONG_TERM = stated("placement", "long-term-foster")
_TO_18 = stated("until-18", True)
_MOVED = on("placement-started", "looked-after-ended")


def _placed(where: Condition) -> Match:
    return on("placement-started", where=where)


def _while(name: str, where: Condition) -> During:
    return During(Spell(name, opens=_placed(where), closes=_MOVED))


# regulation 28: "within one week of the start of any placement"; "at intervals of not more than six weeks for the first
# year of any placement"
_USUAL = ~_AT_HOME & ~_LONG_TERM & ~_TO_18
USUAL_VISITS = Every(
    id="looked-after-visit",
    title="visits to a looked-after child",
    opens=_placed(_USUAL),
    event=on("looked-after-visit"),
    again=on("looked-after-visit", where=_while("placement with the usual visits", _USUAL)),
    stops=_MOVED,
    versions=(
        v(
            CPR2010,
            Cadence(first=weeks(1), then=weeks(6)),
            P,
            "E55",
            "E55-year",
            provision="regulation 28",
            note="a child at home under a care order is visited as often",
        ),
    ),
    absent=(_BEFORE,),
)

# regulation 28: after the first year every three months, where the placement is meant to last until the child is 18
VISITS_UNTIL_18 = Every(
    id="looked-after-visit-placed-to-18",
    title="visits to a looked-after child who is placed until 18",
    opens=_placed(_TO_18 & ~_AT_HOME & ~_LONG_TERM),
    event=on("looked-after-visit"),
    again=on("looked-after-visit", where=_while("placement until 18", _TO_18 & ~_AT_HOME & ~_LONG_TERM)),
    stops=_MOVED,
    versions=(
        v(
            CPR2010,
            Cadence(first=weeks(1), then=weeks(6), later=months(3), after=months(12)),
            P,
            "E55",
            "E55-year",
            provision="regulation 28",
        ),
    ),
    absent=(_BEFORE,),
)

# amended on 1 April 2015: long-term foster placements
VISITS_LONG_TERM = Every(
    id="looked-after-visit-long-term-foster",
    title="visits to a child in a long-term foster placement",
    opens=_placed(_LONG_TERM),
    event=on("looked-after-visit"),
    again=on("looked-after-visit", where=_while("long-term foster placement", _LONG_TERM)),
    stops=_MOVED,
    versions=(
        evolve(
            v(
                CPR2010,
                Cadence(first=weeks(1), then=weeks(6)),
                P,
                "E55",
                "E55-year",
                provision="regulation 28",
                note="before 1 April 2015 there were no visits of their own for long-term foster placements",
            ),
            until=CPR2015.eve,
        ),
        v(
            CPR2015,
            Cadence(first=weeks(1), then=weeks(6), later=months(6), after=months(12)),
            S,
            "E56",
            "E56b",
            provision="regulation 28",
            note="up to six months; that this begins after the first year is from memory",
        ),
    ),
    absent=(_BEFORE,),
)

# regulation 28: at home under an interim care order, or with a temporary carer (regulation 24): weekly until the first
# review, then every four weeks
_REVIEWED = During(Spell("time since the first review", opens=on("looked-after-review"), closes=LOOKED_AFTER.closes))
_HOME_NOW = _while("placement at home", _AT_HOME)
VISITS_AT_HOME = Every(
    id="looked-after-visit-at-home",
    title="visits to a child at home under an interim care order, before the first review",
    opens=_placed(_AT_HOME),
    event=on("looked-after-visit"),
    again=on("looked-after-visit", where=_HOME_NOW & ~_REVIEWED),
    stops=_MOVED | on("looked-after-review"),
    versions=(v(CPR2010, Cadence(first=weeks(1), then=weeks(1)), P, "E55-page", provision="regulation 28"),),
    absent=(_BEFORE,),
)
VISITS_AT_HOME_REVIEWED = Every(
    id="looked-after-visit-at-home-reviewed",
    title="visits to a child at home under an interim care order, after the first review",
    opens=on("looked-after-review", where=_HOME_NOW & ~_REVIEWED),
    event=on("looked-after-visit"),
    again=on("looked-after-visit", where=_HOME_NOW & _REVIEWED),
    stops=_MOVED,
    continues=True,
    versions=(v(CPR2010, Cadence(first=weeks(4), then=weeks(4)), P, "E55-page", provision="regulation 28"),),
    absent=(_BEFORE,),
)

# regulation 33: reviews
REVIEWS = Every(
    id="looked-after-review",
    title="reviews of a looked-after child",
    opens=on("looked-after-started", where=~During(LOOKED_AFTER)),
    event=on("looked-after-review"),
    again=on("looked-after-review", where=During(LOOKED_AFTER)),
    stops=LOOKED_AFTER.closes,
    versions=(v(CPR2010, Cadence(first=working_days(20), second=months(3), then=months(6)), M),),
    absent=(_BEFORE,),
)

RULES: tuple[Rule, ...] = (
    USUAL_VISITS,
    VISITS_UNTIL_18,
    VISITS_LONG_TERM,
    VISITS_AT_HOME,
    VISITS_AT_HOME_REVIEWED,
    REVIEWS,
)
INSTRUMENTS = (CPR2010, CPR2015)
