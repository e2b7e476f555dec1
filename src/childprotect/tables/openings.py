"""Spells of which each opening has a story of its own: `Spell._still_open`, for all openings before all places at once.

Where closings must agree with openings, or one closing ends one opening, the last opening does not tell all: two
assessments begun and one completed may leave one open. There are few of these to a child, so every opening is held
against every closing and every other opening.
"""

from collections.abc import Callable

import numpy as np
from attrs import define
from numpy.typing import NDArray

from childprotect.tables.batches import Flags, Rows
from childprotect.tables.shapes import FALSE, TRUE, UNKNOWN

Truths = NDArray[np.int8]
Values = Callable[[Rows], NDArray[np.int64]]
"""The value of the fact on which they must agree, as a number; -1 where it is not recorded, or nothing must agree."""


def between(rows: Rows, first: Rows, places: Rows) -> tuple[Rows, Rows]:
    """Of each place, every one of `rows` from `first` on and before it: the number of the place, and the row."""
    begins = np.searchsorted(rows, first, side="left")
    lengths = np.maximum(np.searchsorted(rows, places, side="left") - begins, 0)
    of = np.repeat(np.arange(len(places)), lengths)
    before = np.cumsum(lengths) - lengths
    return of, rows[np.arange(len(of)) - before[of] + begins[of]]


@define(eq=False)
class Openings:
    """Openings before places, place by place and in order, and what may have closed them."""

    of: Rows
    """The number of the place."""
    row: Rows
    truth: Truths
    """Whether it is still open."""
    pair: Rows
    """For each closing after an opening that agrees with it: which of the openings."""
    closing: Rows
    """And the row that closes it, or may."""


def still_open(
    opens: Rows,
    sure_opens: Flags,
    closes: Rows,
    sure_closes: Flags,
    doubts: Rows,
    since: Rows,
    places: Rows,
    values: Values,
    *,
    same: bool,
    each: bool,
    held: bool,
) -> Openings:
    """Every opening from `since` on and before each place, and whether it is still open.

    `doubts` certainly make it doubtful. `same` is whether they must agree on a fact; with `each`, one closing ends one
    opening; `held` is whether the source holds every way in which one closes.
    """
    of, opening = between(opens, since, places)
    n, own = len(of), values(opening)
    place = places[of]
    pair, closing = between(closes, opening + 1, place)
    theirs = values(closing)
    agrees = _agree(own[pair], theirs)
    pair, closing, theirs = pair[agrees], closing[agrees], theirs[agrees]
    sure = sure_closes[np.searchsorted(closes, closing)]
    closed, maybe = np.bincount(pair[sure], minlength=n) > 0, np.bincount(pair[~sure], minlength=n) > 0
    says_which = np.bincount(pair[sure & (theirs >= 0)], minlength=n) > 0

    # whether what closed it may have closed another: there are more of them, or it does not say which
    certain = closes[sure_closes]
    opened = np.bincount(of, minlength=len(places))
    oldest = np.zeros(len(places), np.int64)
    oldest[of[::-1]] = opening[::-1]
    ends = np.bincount(between(certain, oldest + 1, places)[0], minlength=len(places))
    of_another = ~says_which & (opened > ends)[of] & same
    if each:
        one, rival = between(opens, since[of], place)
        alike = _agree(own[one], values(rival))
        one, rival = one[alike], rival[alike]
        rivals = np.bincount(one, minlength=n)
        oldest = np.zeros(n, np.int64)
        oldest[one[::-1]] = rival[::-1]
        end_of, end = between(certain, oldest + 1, place)
        enough = np.bincount(end_of[_agree(own[end_of], values(end))], minlength=n)
        of_another = of_another | (rivals > enough)
    doubted = np.bincount(between(doubts, opening + 1, place)[0], minlength=n) > 0
    unclear = maybe | doubted | ~sure_opens[np.searchsorted(opens, opening)] | (not held)
    truths = np.where(closed, np.where(of_another, UNKNOWN, FALSE), np.where(unclear, UNKNOWN, TRUE))
    return Openings(of, opening, truths.astype(np.int8), pair, closing)


def _agree(some: NDArray[np.int64], others: NDArray[np.int64]) -> Flags:
    agrees: Flags = (some == others) | (some < 0) | (others < 0)
    return agrees
