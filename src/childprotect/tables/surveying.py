"""A first look at a table: whom its rows name, and which of them are odd.

A row is odd that names no child, or a child of whom no row says anything: it may be anybody's. So is an identifier that
is written in two ways, or that may be another's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from childprotect.records.arrow_columns import Columnar
from childprotect.records.arrow_rows import is_text
from childprotect.records.entries import text_of
from childprotect.records.event_table import DECIMAL
from childprotect.records.mapping import Columns
from childprotect.tables.arrays import from_arrow
from childprotect.tables.batches import Flags
from childprotect.tables.encoded import Column
from childprotect.tables.identities import Hashes, Runs, are_among, hashes_of, in_order
from childprotect.tables.threads import in_turn
from childprotect.vocabulary import STANDARD

_ASKED = ("child", "event", "at", "coverage")


@frozen(eq=False)
class Surveyed:
    """What a first look has shown."""

    rows: int
    named: Hashes
    """The children, stretch by stretch of their rows."""
    is_tidy: bool
    """Whether all are named as the cells do."""
    has_nobodys: bool
    """Whether a row names no child."""
    silent: frozenset[str]
    """The children of whom no row says anything."""
    unsure: Hashes
    """The children whose identifiers may be another's, or are written in more than one way; in order."""

    def together(self, without: Hashes) -> bool:
        """Whether the rows of each child stand together, once some children are left out."""
        named = self.named[~are_among(self.named, without)] if len(without) else self.named
        # one stretch may be cut by the end of a batch, or by a row that is left out
        stretches = int(np.count_nonzero(named[1:] != named[:-1])) + min(len(named), 1)
        return pl.Series(named).n_unique() == stretches


@frozen(eq=False)
class _Look:
    """What one batch has shown."""

    rows: int
    named: Hashes
    cells: Hashes
    is_tidy: bool
    has_nobodys: bool
    silent: frozenset[str]
    decimals: Any
    """The identifiers that end as numbers with a fraction of nothing, as Arrow has them; None if there are none."""


@frozen
class Survey:
    """How the rows of a table with our columns at these places of its schema are looked at."""

    found: Mapping[str, int]
    columns: Columns

    def of(self, given: Columnar) -> Surveyed:
        """A first look at a table. Its first few columns are gone through once, and where rows are odd once more."""
        child = self.found["child"]
        looks = list(in_turn(self._look, given.batches(self._asked, child)))
        silent = frozenset[str]().union(*(look.silent for look in looks))
        for batch in given.batches(self._asked, child) if silent else ():
            silent -= self._told(batch, silent)
        named = np.concatenate([np.zeros(0, np.uint64), *(look.named for look in looks)])
        is_tidy = all(look.is_tidy for look in looks)
        return Surveyed(
            sum(look.rows for look in looks),
            named,
            is_tidy,
            any(look.has_nobodys for look in looks),
            silent,
            in_order(_alike(looks), *([] if is_tidy else [_of_two_forms(looks)])),
        )

    @property
    def _asked(self) -> list[int]:
        names = _ASKED if "coverage" in self.found else _ASKED[:2]
        return sorted({self.found[name] for name in names})

    def _column(self, batch: Any, name: str) -> Any:
        return batch.column(self._asked.index(self.found[name]))

    def _look(self, batch: Any) -> _Look:
        runs = Runs.of(self._column(batch, "child"))
        there = ~runs.nobody
        named = hashes_of(runs.names)[there]
        cells = named if runs.is_tidy else hashes_of(runs.cells)[there]
        decimals = runs.names.filter(pc.ends_with(runs.names, DECIMAL)) if is_text(runs.names.type) else None
        return _Look(
            len(batch),
            named,
            cells,
            runs.is_tidy,
            not there.all(),
            self._silent(batch, runs),
            decimals if decimals is not None and len(decimals) else None,
        )

    def _silent(self, batch: Any, runs: Runs) -> frozenset[str]:
        """The children of whom no row of the batch says anything."""
        say = self._says(batch)
        if say is None:
            return frozenset()
        told = np.logical_or.reduceat(say, runs.begins[:-1])
        silent = frozenset[str](_texts(runs.names, ~told & ~runs.nobody))
        return silent - frozenset(_texts(runs.names, told)) if silent else silent

    def _told(self, batch: Any, silent: frozenset[str]) -> frozenset[str]:
        """Those of the children of whom a row of the batch says something."""
        runs = Runs.of(self._column(batch, "child"))
        say = self._says(batch)
        told = ~runs.nobody if say is None else np.logical_or.reduceat(say, runs.begins[:-1])
        names = runs.names.cast(pa.string()).filter(pa.array(told))
        return frozenset(names.filter(pc.is_in(names, pa.array(sorted(silent), pa.string()))).to_pylist())

    def _says(self, batch: Any) -> Flags | None:
        """The rows that name an event of ours, or say only what the source could hold; None if that is all of them."""
        events = self._column(batch, "event")
        if pa.types.is_dictionary(events.type) and not events.null_count and all(map(self._is_ours, _values(events))):
            return None
        says = Column.of(events).where(self._is_ours)
        if "coverage" in self.found and not says.all():
            covers, event, at = (_blank(self._column(batch, name)) for name in ("coverage", "event", "at"))
            says |= ~covers & event & at
        return None if says.all() else says

    def _is_ours(self, value: Any) -> bool:
        return self.columns.event(text_of(value) or "") in STANDARD


def _values(events: Any) -> list[Any]:
    values: list[Any] = events.dictionary.to_pylist()
    return values


def _blank(array: Any) -> Flags:
    """The rows in which nothing stands."""
    if pa.types.is_temporal(array.type):  # of which there may be as many as there are rows
        flags: Flags = from_arrow(array.is_null())
        return flags
    return Column.of(array).where(lambda value: not text_of(value))


def _texts(names: Any, these: Flags) -> list[str]:
    texts: list[str] = names.filter(pa.array(these)).cast(pa.string()).to_pylist()
    return texts


def _alike(looks: Sequence[_Look]) -> Hashes:
    """The children whose identifiers may be one number, with `.0` at its end and without."""
    decimals = [look.decimals for look in looks if look.decimals is not None]
    if not decimals:
        return np.zeros(0, np.uint64)
    without = [pc.utf8_slice_codeunits(some, 0, -len(DECIMAL)) for some in decimals]
    plain, whole = (np.concatenate([hashes_of(some) for some in several]) for several in (without, decimals))
    both = are_among(plain, in_order(*(look.named for look in looks)))
    return in_order(plain[both], whole[both])


def _of_two_forms(looks: Sequence[_Look]) -> Hashes:
    """The children who are written in more than one way: the order of their rows is that of how they are written."""
    named, cells = (np.concatenate([getattr(look, part) for look in looks]) for part in ("named", "cells"))
    forms = pl.DataFrame({"named": named, "cells": cells}).unique().group_by("named").len()
    hashes: Hashes = forms.filter(pl.col("len") > 1)["named"].to_numpy()
    return hashes
