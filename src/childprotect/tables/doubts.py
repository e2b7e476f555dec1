"""Findings of which nobody can tell, as they become known: what is settled first stays."""

import numpy as np
from attrs import define, field

from childprotect.conditions import Match
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.found import Codes, Found
from childprotect.tables.hits import NOBODY, Seen
from childprotect.tables.missing import missing_of


@define(eq=False, slots=False)
class Doubt:
    """Which findings are in doubt so far, and whom columns cannot tell of."""

    found: Found
    seen: Seen
    _beyond: list[Rows] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.put_so_far = np.zeros(len(self.found), np.bool_)

    def put(self, these: Flags, missing: Codes | int) -> None:
        """That of these nobody can tell, if it is not yet known, and what is missing."""
        these = these & ~self.put_so_far
        self.found.missing[these] = missing if isinstance(missing, int) else missing[these]
        self.put_so_far |= these

    def put_named(self, these: Flags, rows: Rows, suffix: str) -> None:
        """That of these nobody can tell, and that what is missing are the kinds of other rows, or a fact of them."""
        if not these.any():
            return
        names, missing = self.seen.batch.shapes.names, np.zeros(len(these), np.int64)
        missing[these] = self.seen.of_shapes(
            f"kind{suffix}", names, rows[these], lambda event: names.place((event.kind + suffix,))
        )
        self.put(these, missing)

    def put_untimed(self, these: Flags, starts: Rows, ends: Rows) -> None:
        """That of these nobody can tell for want of a time of day, at one end or both."""
        these = these & ~self.put_so_far
        if not these.any():
            return
        batch, names = self.seen.batch, self.seen.batch.shapes.names
        missing = np.zeros(len(these), np.int64)
        for place in np.flatnonzero(these):
            rows = [row for row in (starts[place], ends[place]) if row < FAR_ROW and not batch.timed[row]]
            missing[place] = names.place(f"{batch.shapes.said[batch.shape[row]].kind}.at" for row in rows)
        self.put(these, missing)

    def put_missing(self, these: Flags, match: Match, rows: Rows, same: str | None = None) -> None:
        """That of these nobody can tell, as it is not known whether other rows count; `same` as in `missing_of`."""
        these = these & ~self.put_so_far
        if these.any():
            self.found.missing[these] = missing_of(self.seen, match, rows[these], same)
            self.put_so_far |= these

    def ask(self, these: Flags) -> None:
        """That the check of one child must say what it is with these."""
        these = these & ~self.put_so_far
        if these.any():
            self._beyond.append(self.seen.batch.child[self.found.trigger[these]])
            self.put_so_far |= these

    def beyond(self) -> Rows:
        """The children of whom columns cannot tell."""
        return np.concatenate([NOBODY, *self._beyond])
