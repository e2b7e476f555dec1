"""The published figures beside those of a simulated authority, with intervals over seeds.

    python proof/calibrated.py FOLDER --write docs/calibrated.md

FOLDER holds DfE's open data on children in need, as downloaded. England and Herefordshire, 2013 and 2024: each row is
calibrated once, let live with twenty seeds, and counted by the library's own measures. Exits with 1 if a published
count is missed by more than 3 per cent, a share by more than 2 points, or bands by a total variation of more than 0.03.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from attrs import evolve, frozen

from childprotect.measures import CELLS, ENGLAND, Published, count, published
from childprotect.simulation import calibrate, live

HEREFORDSHIRE = "E06000019"
AREAS = ((ENGLAND, "England"), (HEREFORDSHIRE, "Herefordshire"))
YEARS = (2013, 2024)
SEEDS = 20
AT_MOST = 25_000
"""Referrals in a simulated year: of a larger area a part is simulated, and its figures are scaled."""
COUNTS, SHARES, BANDS = 0.03, 0.02, 0.03
_BANDED = ("assessments", "conferences")
_WHOLES = [cell.name for cell in CELLS if cell.whole is None]
_NO_ROW = "no row"
_T = 2.093
"""The 97.5th percentile of Student's t for 19 degrees of freedom: twenty seeds."""


@frozen
class Row:
    """One figure as published and as simulated: counts, or shares of the whole of which they are parts."""

    name: str
    published: float | None
    sign: str
    """What stands in the place of a figure that is missing."""
    simulated: float
    half: float
    """Half the width of the interval."""
    is_share: bool

    @property
    def missed(self) -> bool:
        """Whether the two are further from each other than they may be."""
        if self.published is None:
            return False
        off = abs(self.simulated - self.published)
        return off > SHARES if self.is_share else off > COUNTS * self.published

    def line(self) -> str:
        """A line of the table."""
        form = "{:.1%}" if self.is_share else "{:,.0f}"
        told = self.sign if self.published is None else form.format(self.published)
        low, high = self.simulated - self.half, self.simulated + self.half
        off = ""
        if self.published:
            apart = self.simulated - self.published
            off = f"{apart * 100:+.1f} points" if self.is_share else f"{apart / self.published:+.1%}"
        name = f"&nbsp;&nbsp;{self.name.partition('/')[2]}" if "/" in self.name else self.name
        return (
            f"| {name} | {told} | {form.format(self.simulated)} | {form.format(low)} to {form.format(high)} | {off} |"
        )


def rows(told: Published, found: list[Published]) -> Iterator[Row]:
    """Every figure: wholes as counts, parts as shares."""
    for cell in sorted(CELLS, key=lambda cell: _WHOLES.index(cell.whole or cell.name)):
        if cell.whole is None:
            values = [one.numbers[cell.name] for one in found]
            known = told.numbers.get(cell.name)
        else:
            values = [one.share(cell.name) or 0.0 for one in found]
            known = told.share(cell.name)
        half = _T * float(np.std(values, ddof=1)) / len(values) ** 0.5
        yield Row(cell.name, known, _sign(told, cell.name), float(np.mean(values)), half, cell.whole is not None)


def _sign(told: Published, name: str) -> str:
    sign = told.missing.get(name, _NO_ROW)
    return "–" if sign == _NO_ROW else sign


def variation(told: Published, found: list[Published], whole: str) -> float | None:
    """Half the sum of how far the shares of bands are apart; None where not all are published."""
    names = [cell.name for cell in CELLS if cell.whole == whole]
    if any(name not in told.numbers for name in names):
        return None
    known = np.array([told.numbers[name] for name in names])
    came = np.array([np.mean([one.numbers[name] for one in found]) for name in names])
    return float(np.abs(known / known.sum() - came / came.sum()).sum() / 2)


def simulated(told: Published) -> list[Published]:
    """The figures of twenty years that an authority lived, calibrated by these."""
    people = calibrate(told)
    part = min(AT_MOST / people.referrals, 1.0)
    some = evolve(people, referrals=people.referrals * part)
    first = date(told.year - 1, 4, 1)
    lived = (live(some, np.random.default_rng(seed), first=first, even=True) for seed in range(SEEDS))
    counted = (count(one.table(), told.year) for one in lived)
    return [evolve(one, numbers={name: n / part for name, n in one.numbers.items()}) for one in counted]


def section(told: Published, name: str) -> tuple[list[str], list[str]]:
    """One table, and what it misses."""
    found = simulated(told)
    every = list(rows(told, found))
    lines = [
        f"## {name}, year to 31 March {told.year}", "",
        "| figure | published | simulated | interval | apart |", "|---|---|---|---|---|",
        *(row.line() for row in every), "",
    ]  # fmt: skip
    missed = [f"{name} {told.year}: {row.name}" for row in every if row.missed]
    for whole in _BANDED:
        apart = variation(told, found, whole)
        if apart is not None:
            lines += [f"Bands of {whole}: a total variation of {apart:.3f}.", ""]
            missed += [f"{name} {told.year}: bands of {whole}"] if apart > BANDS else []
    return lines, missed


HEAD = """# Calibrated: published figures beside simulated ones

Made by `make calibrated FIGURES=folder`, from DfE's open data on [children in need][dfe], reporting year 2024 (Open
Government Licence). `calibrate` takes one row of those tables and gives a `Population`; that authority then lives
for the year with twenty seeds, and is counted by the library's own measures. The interval is that of the mean, 95 per
cent. Of England a part is simulated, and scaled. All runs are `even`: shares are met as nearly as whole children
permit, so the intervals show what chance is left in a simulation, not how much two real years differ. It is the mean
that matches: one run differs from it, and one that is not `even` differs as much as two real years may.

What stands for a missing figure is as published: `c` suppressed, `u` unreliable, `z` does not apply; a dash where
there is no such figure that year. Such figures are left out: what they would have decided is as in England in 2024.
Only referrals, where they are missing, follow from the assessments: there are as many as lead to these.
Counts are held to 3 per cent, shares to 2 points, bands to a total variation of 0.03.

These figures were put in, and so it is no wonder that they come out. What is shown is that the process, its law and its
calendar, drawn child by child, can be made to agree with all of them at once. Until April 2013 there were initial and
core assessments, of which these tables tell nothing; both are counted here.

[dfe]: https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need
"""


def main() -> None:
    """Print the tables, or write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines, missed = [HEAD], []
    for area, name in AREAS:
        for year in YEARS:
            some, not_met = section(published(options.folder, area=area, year=year), name)
            lines += some
            missed += not_met
    text = "\n".join(lines)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text)
    for one in missed:
        print(f"missed: {one}", file=sys.stderr)
    sys.exit(int(bool(missed)))


if __name__ == "__main__":
    main()
