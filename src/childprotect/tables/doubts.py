"""Findings of which nobody can tell, as they become known: what is settled first stays."""

import numpy as np
from attrs import define, field

from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.found import Codes, Found
from childprotect.tables.hits import NOBODY, Missing, Seen


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
        for kind in self.seen.kinds_of(rows[these]):
            of_kind = these & np.isin(rows, self.seen.batch.of_kind(kind))
            self.put(of_kind, self.seen.batch.shapes.names.place((kind + suffix,)))

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

    def put_missing(self, these: Flags, missing: Missing, rows: Rows) -> None:
        """That of these nobody can tell, because of other rows."""
        these = these & ~self.put_so_far
        if these.any():
            names, beyond = missing(rows[these])
            self.found.missing[these] = names
            self._beyond.append(beyond)
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
