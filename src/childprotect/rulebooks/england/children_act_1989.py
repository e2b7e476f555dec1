"""The Children Act 1989, section by section: orders that run out, powers that last hours, and the duty to make enquiries.

In force since 1991; held here from the first day of this rulebook. Sections 31 and 32 were changed on 22 April 2014, and
so was section 38.
"""

from datetime import date

from attrs import evolve

from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import ALWAYS, Doubtful, on
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, days, hours, weeks
from childprotect.requirements import Limit
from childprotect.rulebooks.england.instruments import FIRST_DAY
from childprotect.rulebooks.england.matches import (
    CASE_CLOSED,
    EMERGENCY_PROTECTION,
    ENQUIRY,
    POLICE_PROTECTION,
    PROCEEDINGS,
)
from childprotect.rulebooks.england.matches import CHILD_ASSESSMENT_ORDER as CHILD_ASSESSMENT_ORDER_RUNS
from childprotect.rulebooks.england.provisions import P, S, v
from childprotect.rules import AtMost, Duty, Rule, Within
from childprotect.spells import During
from childprotect.versions import Absence

CA1989 = Instrument(
    "CA1989",
    "Children Act 1989",
    Force.STATUTE,
    in_force=FIRST_DAY,
    dated=Evidence.PRIMARY,
    dated_note="in force since 1991; this rulebook begins in April 2006",
)
_CHANGED = date(2014, 4, 22)
CA1989_2014 = Instrument(
    "CA1989-2014",
    "Children Act 1989 as amended by the Children and Families Act 2014",
    Force.STATUTE,
    in_force=_CHANGED,
    dated=Evidence.SECONDARY,
)

_INCLUSIVE = Counting.BEGINNING_WITH
_IN_TURN = Pairing(Repeats.EACH, later=True)

# section 32: "in any event within twenty-six weeks beginning with the day on which the application was issued"
CARE_PROCEEDINGS = Within(
    id="care-proceedings",
    title="disposal of an application for a care or supervision order",
    start=PROCEEDINGS.opens,
    end=PROCEEDINGS.closes,
    extends=on("proceedings-extended"),
    versions=(
        v(
            CA1989_2014,
            Limit(weeks(26, counting=_INCLUSIVE), extension=weeks(8)),
            P,
            "E54",
            "E54b",
            provision="section 32",
            note="the court may extend it by up to 8 weeks at a time; only extensions that are on record are counted",
        ),
    ),
    absent=(Absence(FIRST_DAY, CA1989_2014.eve, "before 22 April 2014 no Act set a limit"),),
)

# section 38: "renew an interim order after 8 weeks, and every 4 weeks following the first renewal"
INTERIM_CARE_ORDER = AtMost(
    id="interim-care-order",
    title="length of an interim care order",
    start=on("interim-care-order-made"),
    end=on("interim-care-order-made", "proceedings-concluded", "looked-after-ended"),
    anew=on("proceedings-concluded", "looked-after-ended")
    | on("proceedings-issued", where=Doubtful(ALWAYS, "the proceedings before may not have been over")),
    pairing=_IN_TURN,
    versions=(
        evolve(
            v(
                CA1989,
                Limit(weeks(8, counting=_INCLUSIVE), renewed=weeks(4, counting=_INCLUSIVE)),
                S,
                "E53",
                "E53b",
                provision="section 38",
                note="the old text was not seen; that the day of the order is counted is from memory, and that a renewal may run "
                "to the end of the first eight weeks: what depends on it cannot be told",
            ),
            until=CA1989_2014.eve,
        ),
    ),
    absent=(Absence(_CHANGED, None, "since 22 April 2014 the court sets the period"),),
)

# section 43: "have effect for such period, not exceeding 7 days beginning with that date"
CHILD_ASSESSMENT_ORDER = AtMost(
    id="child-assessment-order",
    title="length of a child assessment order",
    start=CHILD_ASSESSMENT_ORDER_RUNS.opens,
    end=CHILD_ASSESSMENT_ORDER_RUNS.closes,
    versions=(
        v(
            CA1989,
            Limit(days(7, counting=_INCLUSIVE)),
            P,
            "E51",
            provision="section 43(5)",
            note="counted from the date by which the order says that the assessment begins: record that date as the start",
        ),
    ),
)

# sections 44 and 45: up to eight days, from the first day of police protection if that came first; extended once
EMERGENCY_PROTECTION_ORDER = AtMost(
    id="emergency-protection-order",
    title="length of an emergency protection order",
    start=EMERGENCY_PROTECTION.opens,
    end=EMERGENCY_PROTECTION.closes,
    extends=on("emergency-protection-order-extended"),
    counted_from=POLICE_PROTECTION,
    reach=hours(72),
    holidays=True,
    versions=(
        v(
            CA1989,
            Limit(days(8, counting=_INCLUSIVE), extension=days(7), times=1),
            S,
            "E52",
            "E52b",
            provision="section 45",
            note="that the first day is counted, and the seven days of the one extension, are from memory and an analogous "
            "Act; so is that the court may run it to noon of the next day where the last one is a Sunday or a public "
            "holiday: what depends on it cannot be told",
        ),
    ),
)

# section 46: "The child may be removed for up to 72 hours"
POLICE_PROTECTION_LIMIT = AtMost(
    id="police-protection",
    title="length of police protection",
    start=on("police-protection-started"),
    end=on("police-protection-ended", "emergency-protection-order-made"),
    versions=(v(CA1989, Limit(hours(72)), S, "E50", "E50-opening", provision="section 46"),),
)

# section 47: enquiries when the authority is told of an emergency protection order or of police protection
ENQUIRY_AFTER_EMERGENCY_ACTION = Duty(
    id="enquiry-after-emergency-action",
    title="enquiry after police protection or an emergency protection order",
    start=on("police-protection-started", "emergency-protection-order-made", where=~During(ENQUIRY)),
    end=on("strategy-discussion", "section-47-started"),
    discharge=CASE_CLOSED,
    versions=(v(CA1989, None, P, "E49", provision="section 47(1)", note="no number"),),
)

RULES: tuple[Rule, ...] = (
    CARE_PROCEEDINGS,
    INTERIM_CARE_ORDER,
    CHILD_ASSESSMENT_ORDER,
    EMERGENCY_PROTECTION_ORDER,
    POLICE_PROTECTION_LIMIT,
    ENQUIRY_AFTER_EMERGENCY_ACTION,
)
INSTRUMENTS = (CA1989, CA1989_2014)
