"""Small numbers left out of a table, and with them whatever they could be worked out from.

DfE says of its tables on children in need that any number from 1 to 5 is suppressed and replaced by `c`, and that
secondary suppression is applied where necessary; no count from 1 to 5 of an authority stands in the open data from 2013
to 2024. How the secondary cells are chosen is not published, so that is done here in our own way: cells are hidden, the
smallest first, until every hidden small number could be another one and all sums of the table still be right, and until
what is hidden in a sum does not come to a small number itself. As in DfE's tables, nothing is hidden because its
difference from a whole is small. A table is looked at by itself: what two tables tell together, or the months of a year
and the year, is not.

Source: DfE, "Characteristics of children in need", data guidance of the 2020 release, section Confidentiality
(https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need/2020/data-guidance).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

SMALL = 5
"""The largest number that DfE suppresses; none of it is a small number."""
Cell = tuple[int, str]
"""The row of a table and the name of a column."""


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
    """The next cells to hide, while what is hidden comes to little together, or can be worked out."""
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        if parts and one.whole not in hidden and sum(counts[part] for part in parts) <= small:
            yield from _least([one], counts, hidden)
    moves = _moves(counts, sums, hidden)
    for cell in sorted(primary):
        if not _could_be_another(cell, moves):
            yield from _least([one for one in sums if cell in (one.whole, *one.parts)], counts, hidden)
            yield from _least([one for one in sums if not hidden.isdisjoint((one.whole, *one.parts))], counts, hidden)


def _least(sums: Sequence[Sum], counts: Mapping[Cell, int], hidden: set[Cell]) -> Iterator[Cell]:
    """The smallest cell of some sums that is still shown, a whole last; one with nothing in it hides least."""
    parts = {part for one in sums for part in one.parts} - hidden
    wholes = {one.whole for one in sums} - hidden
    if shown := parts or wholes:
        yield min(shown, key=lambda cell: (not counts[cell], counts[cell], cell))


_Moves = Mapping[Cell, tuple[int, int, int]]
_GROUND = -1


def _moves(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell]) -> _Moves:
    """Each hidden cell as an edge from one sum to another, with its number: one more of it is one from here to there.

    A cell stands in two sums at most, that of its row and that of its column; what stands in one goes to the ground. A
    table of sums by rows and by columns can always be signed so that each cell is taken from one sum and put into the
    other, and then another way to fill in the table is a way round.
    """
    within: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
    for n, one in enumerate(sums):
        within[one.whole].append((n, -1))
        for part in one.parts:
            within[part].append((n, 1))
    signs = _signed(within, len(sums))
    moves = {}
    for cell in hidden:
        ends = {sign * signs[n]: n for n, sign in within[cell]}
        moves[cell] = ends.get(-1, _GROUND), ends.get(1, _GROUND), counts[cell]
    return moves


def _signed(within: Mapping[Cell, Sequence[tuple[int, int]]], n: int) -> list[int]:
    """A sign for each sum, so that a cell of two sums stands in them with opposite signs."""
    beside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for ends in within.values():
        if len(ends) == 2:
            (one, a), (other, b) = ends
            beside[one].append((other, -a * b))
            beside[other].append((one, -a * b))
    signs = [0] * n
    for begin in range(n):
        signs[begin] = signs[begin] or 1
        waiting = [begin]
        while waiting:
            one = waiting.pop()
            for other, sign in beside[one]:
                if not signs[other]:
                    signs[other] = sign * signs[one]
                    waiting.append(other)
    return signs


def _could_be_another(cell: Cell, moves: _Moves) -> bool:
    """Whether a hidden cell could hold one more or one less, with others changed so that all sums stay right."""
    here, there, n = moves[cell]
    return here == there or _leads(there, here, cell, moves) or (n > 0 and _leads(here, there, cell, moves))


def _leads(begin: int, end: int, without: Cell, moves: _Moves) -> bool:
    """Whether a way leads from one sum to another: forwards along any other cell, back where it holds something."""
    steps: dict[int, list[int]] = defaultdict(list)
    for cell, (here, there, n) in moves.items():
        if cell != without:
            steps[here].append(there)
            if n:
                steps[there].append(here)
    seen, waiting = {begin}, [begin]
    while waiting:
        for one in steps[waiting.pop()]:
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return end in seen
