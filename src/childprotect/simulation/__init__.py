"""An authority that lives: journeys drawn from the charts, and people who are too busy to be in time.

>>> import numpy as np
>>> from datetime import date
>>> year = live(Population(referrals=1500), np.random.default_rng(1), first=date(2023, 4, 1))
>>> year.table().num_rows == len(year)
True
"""

from childprotect.simulation.calibrating import calibrate, undecided
from childprotect.simulation.comparing import Comparison, Difference, compare
from childprotect.simulation.delays import Delay
from childprotect.simulation.living import Lived, live
from childprotect.simulation.outcomes import MEASURES, Ran, came, figures, late, took
from childprotect.simulation.people import AGENCY, NEWLY_QUALIFIED, QUALIFIED, Staffing, Team, Work, Worker
from childprotect.simulation.population import SCHOOL_HOLIDAYS, Population
from childprotect.simulation.scenarios import Scenario
from childprotect.simulation.waiting import Gate, Log
from childprotect.simulation.working import Worked, work

__all__ = [
    "AGENCY", "MEASURES", "NEWLY_QUALIFIED", "QUALIFIED", "SCHOOL_HOLIDAYS", "Comparison", "Delay", "Difference",
    "Gate", "Lived", "Log", "Population", "Ran", "Scenario", "Staffing", "Team", "Work", "Worked", "Worker",
    "calibrate", "came", "compare", "figures", "late", "live", "took", "undecided", "work",
]  # fmt: skip
