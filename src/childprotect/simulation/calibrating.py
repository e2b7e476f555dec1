"""A population made from the published figures of an authority: it is let live, counted, and corrected, some rounds.

Every figure that is published has a number of the population that it decides. Those that are suppressed or unreliable
decide nothing: what they would have decided stays as in the population that one begins with.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
from attrs import evolve, frozen

from childprotect.errors import DefinitionError
from childprotect.measures import BANDS, Published, count
from childprotect.simulation.delays import Band, Delay
from childprotect.simulation.drawing import Told
from childprotect.simulation.living import live
from childprotect.simulation.population import Population

_CATEGORIES = ("neglect", "emotional", "physical", "sexual", "multiple")
ROUNDS = 28
"""So many rounds come near enough to the tables of any authority that was tried."""
_WHOLE = 10
"""So many rounds correct by all that is missing; each after that by less, so that chance evens out."""
_LARGER = 4
"""How many times as many referrals the last quarter of the rounds has: they are to be exact."""
_SEED = 1989
_UTMOST = 0.97
"""How far a band may lean, and of how many referrals there may be a strategy discussion."""
_LEAST = 0.001
"""The share that each band has to begin with."""
_STEP = 0.5
"""How far a band leans more for each part of those wanted that is missing."""
_MOST = 3.0
_PAST = (0.2, 3.0)
_AGAIN_WITHIN = (60, 365)
_LESS_SOON = -0.7
"""The more are to come back within the year, the sooner they come back."""
_QUARTERS = {"3-months": [3], "6-months": [2], "1-year": [0, 1]}
"""Plans that are open for so long began in these quarters."""
_GENTLY = 0.7
_FEW_AGAIN = 4
"""Second assessments are a small part of all: for one in a hundred more of all, four in a hundred more of them."""


@frozen
class _Bands:
    """The shares of the bands of a delay, and how far each leans."""

    shares: Mapping[str, float]
    leans: Mapping[str, float]
    of: Mapping[str, Band]

    @classmethod
    def of_delay(cls, delay: Delay, of: Mapping[str, Band]) -> "_Bands":
        """The shares that the bands have in a delay; none is nothing, so that each can grow."""
        shares = {name: max(float(delay.shares[a : b + 1].sum()), _LEAST) for name, (a, b) in of.items()}
        return cls(shares, {}, of)

    def delay(self, *, working: bool) -> Delay:
        told = {band: max(self.shares[name], 1e-6) for name, band in self.of.items()}
        leans = {band: self.leans.get(name, 0.5) for name, band in self.of.items()}
        return Delay.bands(told, leans=leans, working=working)

    def nearer(self, wanted: Published, found: Published, whole: str, gain: float) -> "_Bands":
        """With each share corrected by what was wanted and found of it; those not published by what is left."""
        told = list(_compared(wanted, found, whole, tuple(self.of)))
        every, came = sum(want for _, want, _ in told), sum(have for *_, have in told)
        if not every or not came:
            return self
        shares = {
            name: self.shares[name] * _ratio(want / every, have / came) ** gain
            for names, want, have in told
            for name in names
        }
        whole_of = sum(shares.values())
        return evolve(self, shares={name: shares.get(name, 0.0) / whole_of for name in self.of})

    def leaning(self, wanted: Published, found: Published, whole: str, gain: float) -> "_Bands":
        """With bands that lean so that as many are still open as were wanted; of those not published, as are left."""
        leans = dict(self.leans)
        for names, told, came in _compared(wanted, found, whole, tuple(self.of)):
            more = float(np.clip(told / max(came, 1e-9) - 1, -1, 1))
            leans |= {
                name: float(np.clip(leans.get(name, 0.5) + _STEP * gain * more, 1 - _UTMOST, _UTMOST)) for name in names
            }
        return evolve(self, leans=leans)


def _compared(
    wanted: Published, found: Published, whole: str, bands: tuple[str, ...]
) -> Iterator[tuple[list[str], float, float]]:
    """The bands that are published, each by itself, and all others together: how many were wanted, and were found."""
    known = [name for name in bands if f"{whole}/{name}" in wanted.numbers]
    others = [name for name in bands if name not in known]
    for name in known:
        yield [name], wanted.numbers[f"{whole}/{name}"], found.numbers[f"{whole}/{name}"]
    if known and others and whole in wanted.numbers:
        left = wanted.numbers[whole] - sum(wanted.numbers[f"{whole}/{name}"] for name in known)
        yield others, max(left, 0.0), sum(found.numbers[f"{whole}/{name}"] for name in others)


def calibrate(
    row: Published,
    base: Population | None = None,
    *,
    rounds: int = ROUNDS,
    referrals: int = 25_000,
    told: Told | None = None,
) -> Population:
    """A population that, let live, gives the figures of an authority's row of DfE's tables.

    What they do not tell is as in `base`, to begin with as in England in 2024. In each round an authority with so many
    `referrals` a year is let live, counted, and corrected: with fewer rounds it comes less near, with fewer referrals
    it corrects what is chance; the last quarter of the rounds has four times as many. `told` is called after each with
    how many of how many are done. `undecided` says what rests on the base, for want of which figures; of its
    `not_in_need` no more is kept than the others leave. Raises `DefinitionError` where neither referrals nor
    assessments are published, or none: then nobody can tell how many children there are.
    """
    if not row.numbers.get("referrals", row.numbers.get("assessments")):
        raise DefinitionError("a calibration", ["neither referrals nor assessments are published"])
    people = base or Population()
    people = evolve(people, **_as_published(row, people))
    delays = [(name, whole, of) for name, whole, of in _DELAYS if any(f"{whole}/{band}" in row.numbers for band in of)]
    bands = {name: _Bands.of_delay(getattr(people, name), of) for name, _, of in delays}
    first = date(row.year - 1, 4, 1)
    for n in range(rounds):
        gain = min(1.0, _WHOLE / (n + 1))
        people = _with_delays(people, bands)
        size = referrals * (_LARGER if n >= rounds * 3 // 4 else 1)
        lived = live(evolve(people, referrals=size), np.random.default_rng((_SEED, n)), first=first, even=True)
        found = count(lived.table(), row.year)
        scale = people.referrals / size
        found = evolve(found, numbers={name: figure * scale for name, figure in found.numbers.items()})
        bands = {name: bands[name].nearer(row, found, whole, gain) for name, whole, _ in delays}
        if "plan_lasts" in bands:
            bands["plan_lasts"] = bands["plan_lasts"].leaning(row, found, "plans-open", gain)
        people = _corrected(people, row, found, gain)
        if told is not None:
            told(n + 1, rounds)
    # no more are not in need than are assessed without an enquiry; while it is corrected that share may be beyond it
    needless = min(people.not_in_need, (1 - people.no_further_action) * (1 - people.discussed))
    return evolve(_with_delays(people, bands), not_in_need=needless)


def _with_delays(people: Population, bands: Mapping[str, _Bands]) -> Population:
    delays: dict[str, Any] = {name: some.delay(working=name != "plan_lasts") for name, some in bands.items()}
    return evolve(people, **delays)


def _reaching(whole: str, longest: int, *, shortest: int = 0) -> Mapping[str, Band]:
    """The bands of a figure, each with its first and last day: nothing is shorter or longer than these."""
    bands = BANDS[whole]
    lasts = (*bands.last.values(), longest)
    firsts = (shortest, *(last + 1 for last in bands.last.values()))
    return dict(zip(bands.names, zip(firsts, lasts, strict=True), strict=True))


_DELAYS = (
    ("assessing", "assessments", _reaching("assessments", 120)),
    ("conferring", "conferences", _reaching("conferences", 60)),
    ("plan_lasts", "plans-ended", _reaching("plans-ended", 1400, shortest=1)),
)
"""Delays of a population, with the figure whose bands they are, and the bands."""


def _as_published(row: Published, base: Population) -> dict[str, Any]:
    """What is taken as it stands."""
    told: dict[str, Any] = {"referrals": row.numbers.get("referrals", row.numbers.get("assessments"))}
    some = {
        name: row.numbers[f"plans-started/{name}"] for name in _CATEGORIES if f"plans-started/{name}" in row.numbers
    }
    if some and "plans-started" in row.numbers:
        # what is suppressed is as before, in what is left
        others = {name: part for name, part in base.categories.items() if name not in some}
        left = max(row.numbers["plans-started"] - sum(some.values()), 0.0)
        whole = sum(others.values())
        told["categories"] = {**some, **{name: left * part / whole for name, part in others.items()}}
    return told


def _corrected(people: Population, wanted: Published, found: Published, gain: float) -> Population:
    """The population with each of its numbers corrected by the figure that it decides, as wanted and as found."""

    def ratio(want: float | None, came: float | None) -> float:
        return float(_ratio(want, came) ** gain)

    def by(name: str, of: str | None = None) -> float:
        return ratio(_figure(wanted, name, of), _figure(found, name, of))

    def shared(value: float, times: float) -> float:
        return min(value * times, 1.0)

    changes: dict[str, Any] = {
        "again": shared(people.again, by("referrals/again", "referrals")),
        "no_further_action": shared(people.no_further_action, by("referrals/no-further-action", "referrals")),
        "not_in_need": shared(people.not_in_need, by("referrals/not-in-need", "referrals")),
        "enquired_again": shared(people.enquired_again, ratio(_repeats(wanted), _repeats(found))),
        "conference_needed": shared(people.conference_needed, by("conferences", "section-47s")),
        "planned": shared(people.planned, by("plans-started", "conferences")),
        "planned_again": shared(people.planned_again, by("plans-started/again", "plans-started")),
        "reviewed_late": shared(people.reviewed_late, ratio(_late(wanted), _late(found))),
    }
    if "section-47s" in wanted.numbers and people.enquired:
        enquiries = people.discussed * people.enquired * by("section-47s")
        discussed = min(enquiries / people.enquired, _UTMOST)
        changes["discussed"] = discussed
        changes["enquired"] = min(enquiries / discussed, 1.0) if discussed else people.enquired
    if "plans-ended" in wanted.numbers:
        changes["past"] = (float(np.clip((people.past or (1.0,))[0] * by("plans-ended"), *_PAST)),)
    if _soon(wanted) is not None:
        soon = (ratio(_soon(wanted), _soon(found)) - 1) * _LESS_SOON + 1
        changes["again_within"] = int(np.clip(round(people.again_within * soon), *_AGAIN_WITHIN))
    if any(f"plans-open/{name}" in wanted.numbers for name in _QUARTERS):
        quarters = np.array(people.quarters)
        for name, some in _QUARTERS.items():
            quarters[some] *= by(f"plans-open/{name}") ** _GENTLY
        changes["quarters"] = tuple((quarters / quarters.mean()).tolist())
    if "referrals" in wanted.numbers:
        changes["assessed_again"] = shared(people.assessed_again, by("assessments") ** _FEW_AGAIN)
    else:
        changes["referrals"] = people.referrals * by("assessments")
    return evolve(people, **changes)


_DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "again": ("referrals/again", "referrals"),
    "no_further_action": ("referrals/no-further-action", "referrals"),
    "not_in_need": ("referrals/not-in-need", "referrals"),
    "assessed_again": ("assessments", "referrals"),
    "discussed": ("section-47s",),
    "enquired": ("section-47s",),
    "enquired_again": ("section-47s", "children-enquired"),
    "conference_needed": ("conferences", "section-47s"),
    "planned": ("plans-started", "conferences"),
    "planned_again": ("plans-started/again", "plans-started"),
    "reviewed_late": ("plans-to-review", "plans-to-review/on-time"),
    "again_within": ("referrals/again", "children-referred", "referrals"),
    "past": ("plans-ended",),
    "categories": ("plans-started", *(f"plans-started/{name}" for name in _CATEGORIES)),
    **{name: tuple(f"{whole}/{band}" for band in of) for name, whole, of in _DELAYS},
}
"""By field of a population, the figures that decide it."""


def undecided(row: Published) -> dict[str, tuple[str, ...]]:
    """The fields of a population that rest, in whole or in part, on the one that one begins with; and what is missing.

    That is: by field, the figures that would decide it and that are not published.
    """
    missing = {
        name: tuple(figure for figure in figures if figure not in row.numbers) for name, figures in _DECIDED_BY.items()
    }
    return {name: figures for name, figures in missing.items() if figures}


def _figure(row: Published, name: str, of: str | None = None) -> float | None:
    """A figure, or for one of another; None where it is missing."""
    if of is None or name not in row.numbers or of not in row.numbers:
        return row.numbers.get(name) if of is None else None
    return row.numbers[name] / row.numbers[of] if row.numbers[of] else None


def _repeats(row: Published) -> float | None:
    """How many enquiries follow another one of the same child in the year, for each child with one."""
    every = _figure(row, "section-47s", "children-enquired")
    return None if every is None else every - 1


def _soon(row: Published) -> float | None:
    """Of those referred again, those whose referral before was in the same year too."""
    several, again = (
        _figure(row, "referrals", "children-referred"),
        _figure(row, "referrals/again", "children-referred"),
    )
    return None if several is None or not again else (several - 1) / again


def _late(row: Published) -> float | None:
    """Of the plans that are to be reviewed, those that were not in time."""
    in_time = row.share("plans-to-review/on-time")
    return None if in_time is None else 1 - in_time


def _ratio(wanted: float | None, found: float | None) -> float:
    """By what to multiply; never so much that one round upsets the others, and 1 where a figure is missing."""
    if wanted is None or found is None:
        return 1.0
    return float(np.clip(wanted / found if found > 0 else _MOST, 1 / _MOST, _MOST)) if wanted > 0 else 0.0
