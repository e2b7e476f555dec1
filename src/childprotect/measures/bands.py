"""The bands into which figures are parted by how long something took, as DfE's columns name them."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Bands:
    """Bands of days, in order: the last day of each by the name of its part, and the name of all that is longer.

    The first begins with day 0, each other one on the day after the one before it.
    """

    last: Mapping[str, int]
    beyond: str

    @property
    def names(self) -> tuple[str, ...]:
        """The parts, the open one last: `plans-ended/longer` is the part `longer` of `plans-ended`."""
        return (*self.last, self.beyond)


_LASTED = Bands({"3-months": 91, "6-months": 182, "1-year": 364, "2-years": 729}, "longer")
"""Only the 91 days are known to be DfE's; the others are half a year and whole years."""
BANDS: Mapping[str, Bands] = {
    "assessments": Bands(
        {"0": 0, "1-10": 10, "11-20": 20, "21-30": 30, "31-40": 40, "41-45": 45, "46-50": 50, "51-60": 60}, "61"
    ),
    "conferences": Bands({"0-10": 10, "11-15": 15, "16-20": 20}, "21"),
    "plans-ended": _LASTED,
    "plans-open": _LASTED,
}
"""The bands of each figure that has some: in working days those of assessments and conferences, else in days."""
