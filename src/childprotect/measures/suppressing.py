"""Small numbers left out of a table, and with them whatever they could be worked out from.

DfE says of its tables on children in need that any number from 1 to 5 is suppressed and replaced by `c`, and that
secondary suppression is applied where necessary; no count from 1 to 5 of an authority stands in the open data from 2013
to 2024. How the secondary cells are chosen is not published, so that is done here in our own way: cells are hidden, the
smallest first, until no hidden small number can be solved for from the sums of the table, and until what is hidden in a
sum does not come to a small number itself. As in DfE's tables, nothing is hidden because its difference from a whole is
small. A table is looked at by itself: what two tables tell together, or the months of a year and the year, is not.

Source: DfE, "Characteristics of children in need", data guidance of the 2020 release, section Confidentiality
(https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need/2020/data-guidance).
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import frozen

SMALL = 5
"""The largest number that DfE suppresses; none of it is a small number."""
Cell = tuple[int, str]
"""The row of a table and the name of a column."""
_ONE = 1 - 1e-9


@frozen
class Sum:
    """That some cells of a table add up to another."""

    whole: Cell
    parts: tuple[Cell, ...]


def hidden_in(counts: Mapping[Cell, int], sums: Sequence[Sum], small: int = SMALL) -> frozenset[Cell]:
    """Which cells of a table are not shown: those from 1 to `small`, and those by which they could be worked out."""
    hidden = {cell for cell, n in counts.items() if 0 < n <= small}
    primary = frozenset(hidden)
    while (more := next(_exposed(counts, sums, hidden, primary, small), None)) is not None:
        hidden.add(more)
    return frozenset(hidden)


def _exposed(
    counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], primary: frozenset[Cell], small: int
) -> Iterator[Cell]:
    """The next cells to hide, while what is hidden can be worked out, or comes to little together."""
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        if parts and one.whole not in hidden and sum(counts[part] for part in parts) <= small:
            yield from _least(one, counts, hidden)
    solved = _solved(sums, hidden) & primary
    for one in sums:
        if not solved.isdisjoint((one.whole, *one.parts)):
            yield from _least(one, counts, hidden)


def _least(one: Sum, counts: Mapping[Cell, int], hidden: set[Cell]) -> Iterator[Cell]:
    """The smallest cell of a sum that is still shown; one with nothing in it tells least, and hides least."""
    shown = [cell for cell in one.parts if cell not in hidden]
    if shown:
        yield min(shown, key=lambda cell: (not counts[cell], counts[cell]))
    elif one.whole not in hidden:
        yield one.whole


def _solved(sums: Sequence[Sum], hidden: set[Cell]) -> set[Cell]:
    """The hidden cells of which the sums leave only one value.

    They are those whose unit vector is a combination of the sums: its projection on the space of these is itself.
    """
    told = [one for one in sums if not hidden.isdisjoint((one.whole, *one.parts))]
    if not told:
        return set()
    cells = sorted(hidden, key=str)
    place = {cell: n for n, cell in enumerate(cells)}
    table = np.zeros((len(told), len(cells)))
    for row, one in zip(table, told, strict=True):
        for cell, sign in ((one.whole, -1.0), *((part, 1.0) for part in one.parts)):
            if cell in place:
                row[place[cell]] += sign
    _, sizes, space = np.linalg.svd(table, full_matrices=False)
    share = (space[sizes > 1e-9] ** 2).sum(axis=0)
    return {cell for cell, part in zip(cells, share.tolist(), strict=True) if part >= _ONE}
