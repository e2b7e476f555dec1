"""Pictures of one child and of many, each with the same facts in words: SVG and PNG, in colour or black and white.

It needs the extra `plots` (Matplotlib), and takes plain values, from records and from a simulation alike.
"""

from childprotect.plots.distributions import ASSESSMENT_BANDS, CONFERENCE_BANDS, Waited, waits
from childprotect.plots.funnels import STEPS, funnel, reached
from childprotect.plots.loads import load
from childprotect.plots.pictures import Picture
from childprotect.plots.scenarios import beside
from childprotect.plots.timelines import timeline

__all__ = [
    "ASSESSMENT_BANDS",
    "CONFERENCE_BANDS",
    "STEPS",
    "Picture",
    "Waited",
    "beside",
    "funnel",
    "load",
    "reached",
    "timeline",
    "waits",
]
