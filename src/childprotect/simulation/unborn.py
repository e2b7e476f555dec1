"""What the record of a child says before the child is born: nobody sees them, and the conference is a pre-birth one.

The event table has no column for a birth. So it tells of one by what is missing before it.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from childprotect.events import Facts
from childprotect.paths import Step

_SEEN = ("child-seen", "seen-alone")
_NOBODY = dict.fromkeys(_SEEN, False)
NOT_TOLD = -1


def before_birth(step: Step) -> Step | None:
    """What is written down of a step while the child is not born; None where nothing is.

    The conference ends an enquiry of its own: a section 47 enquiry asks what was seen of the child. An assessment does
    not say whether they were seen, and on visits they were not.
    """
    match step.kind:
        case "initial-conference":
            return evolve(step, kind="pre-birth-conference")
        case "section-47-completed":
            return None
        case "visit":
            return evolve(step, facts=Facts({**step.facts, **_NOBODY}))
        case "assessment-completed":
            return evolve(step, facts=Facts({name: told for name, told in step.facts.items() if name not in _SEEN}))
    return step


def with_those_before_birth(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps, and after them those that stand for them before a birth."""
    told = tuple(steps)
    return tuple(dict.fromkeys((*told, *(step for one in told if (step := before_birth(one)) is not None))))


def places_before_birth(steps: Sequence[Step]) -> NDArray[np.int64]:
    """For each of these steps, the place among them of the one that stands for it before a birth, or `NOT_TOLD`."""
    places = {step: n for n, step in enumerate(steps)}
    instead = [before_birth(step) for step in steps]
    return np.array([NOT_TOLD if step is None else places[step] for step in instead], np.int64)
