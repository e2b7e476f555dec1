"""What every reader gives: a source that yields one chronology a child, and keeps account of what it could not read.

Nothing is lost silently: what is rejected is counted, listed with its place, and marked on the child's chronology, so
that findings which it could have changed become *cannot tell*. No value of the file is repeated in a message except
the child's identifier and dates: anything else might be personal.
"""

import os
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, BinaryIO

from attrs import define, field, frozen

from childprotect.calendars import LAST_DAY
from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput

Progress = Callable[[int], None]
"""Called with the number of bytes read since the last call."""

_A_YEAR = timedelta(days=366)
_AS_AT = "the one as at which all is judged"
FIRST_PLAUSIBLE = date(1900, 1, 1)
_PARTS = 256
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:+.Z-]{0,21})?")


@frozen
class Rejection:
    """An entry that was not read, or is in doubt: where it stands, whose it is (None if nobody knows), and why."""

    place: str
    child: str | None
    because: str

    def to_dict(self) -> dict[str, str | None]:
        """As the JSON report shows it."""
        return {"place": self.place, "child": self.child, "because": self.because}


@define
class Account:
    """What became of every row: each is either read whole, or rejected in whole or in part.

    A *row* is a row of a table, or what would be one: an assessment in a census, an episode in JSON. Every rejected
    row is in `rejections`, with one entry for each of its faults; what was read, and may not be meant, is in `doubts`.
    `unused` counts columns and elements that no reader knows, by name; `missing` names tables and columns that were
    looked for, and are not there or were never filled.
    """

    rows: int = 0
    rejections: list[Rejection] = field(factory=list)
    doubts: list[Rejection] = field(factory=list)
    unused: Counter[str] = field(factory=Counter)
    missing: list[str] = field(factory=list)
    _rejected: set[int] = field(factory=set, repr=False)

    @property
    def rejected(self) -> int:
        """How many rows were rejected, in whole or in part."""
        return len(self._rejected)

    @property
    def read(self) -> int:
        """How many rows were read whole."""
        return self.rows - self.rejected

    def next_row(self) -> None:
        """Count a row; what is rejected from now on is of this row."""
        self.rows += 1

    def reject(self, place: str, child: str | None, because: str) -> None:
        """List an entry of the current row that could not be read."""
        self.rejections.append(Rejection(place, child, because))
        self._rejected.add(self.rows)

    def reject_rows(self, places: Iterable[str], child: str | None, because: str) -> None:
        """Count several rows that could not be read for one reason, and list each with its place."""
        for place in places:
            self.next_row()
            self.reject(place, child, because)

    def add(self, other: "Account") -> None:
        """Add the account of other rows, which are told by their own numbers."""
        self.rows += other.rows
        self.rejections += other.rejections
        self.doubts += other.doubts
        self.unused.update(other.unused)
        self.missing += (name for name in other.missing if name not in self.missing)
        self._rejected |= other._rejected

    def doubt(self, place: str, child: str | None, because: str) -> None:
        """List what was read, and may not be meant."""
        self.doubts.append(Rejection(place, child, because))

    def last_of(self, days: Iterable[date]) -> date:
        """The last of the days of events, as at which a source speaks that does not say so; it may be a slip."""
        *others, last = sorted(days)
        if others and last - others[-1] > _A_YEAR:
            alone = f"{last} is more than a year after every other date"
            self.doubt("the last date", None, f"{alone}; where no other day is named, it is {_AS_AT}")
        return last

    def to_dict(self) -> dict[str, Any]:
        """As the JSON report shows it."""
        return {
            "rows": self.rows,
            "read": self.read,
            "rejected": self.rejected,
            "rejections": [rejection.to_dict() for rejection in self.rejections],
            "doubts": [doubt.to_dict() for doubt in self.doubts],
            "unused": dict(self.unused),
            "missing": self.missing,
        }


@define
class Source:
    """Records of many children: iterate it once, child by child; the counts are complete when the iteration ends.

    `path` names the file, or what else was read. `recognised` says by what its format was recognised. `as_at` is the
    date on which the source speaks: the reference date of a census, or else the last date of an event in it.
    """

    path: str
    format: str
    as_at: date
    recognised: str = ""
    children: int = 0
    events: int = 0
    account: Account = field(factory=Account)
    _chronologies: Iterator[Chronology] = field(factory=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Chronology]:
        for chronology in self._chronologies:
            self.children += 1
            self.events += len(chronology.events)
            yield chronology

    def give(self, chronologies: Iterator[Chronology]) -> "Source":
        """This source, with what it yields.

        They may hold its account and never the source: a cycle would keep a file open after both are gone.
        """
        self._chronologies = chronologies
        return self

    @property
    def rejections(self) -> list[Rejection]:
        """What could not be read, so far."""
        return self.account.rejections

    def to_dict(self) -> dict[str, Any]:
        """As the JSON report shows it."""
        return {
            "path": self.path,
            "format": self.format,
            "recognised": self.recognised,
            "as_at": self.as_at.isoformat(),
            "children": self.children,
            "events": self.events,
            **self.account.to_dict(),
        }


def implausible(day: date) -> str | None:
    """Why a date cannot be meant, or None: before 1900, or after the last day that calendars here are declared for."""
    if day < FIRST_PLAUSIBLE or day > LAST_DAY:
        return f"is outside {FIRST_PLAUSIBLE.year} to {LAST_DAY.year}"
    return None


def quoted(text: str) -> str:
    """The text if it looks like a date of ours, else nothing: it might be a name, a telephone number, a birthday."""
    return f" {text!r}" if _DATE_LIKE.fullmatch(text) else ""


def clean_identifier(text: str | None) -> str | None:
    """A child's identifier without surrounding space; None if it is empty or holds control characters."""
    tidy = (text or "").strip()
    return tidy if tidy and tidy.isprintable() and "\ufffd" not in tidy else None


class Hashes:
    """The hashes of identifiers, eight bytes each, of which those that are there more than once can be told."""

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(_PARTS)]

    def add(self, identifier: str) -> None:
        """Take in one more."""
        key = hash(identifier)
        self._parts[key % _PARTS].append(key)

    def repeated(self) -> frozenset[int]:
        """The hashes that were taken in more than once. They are sorted part by part, each as Python's own numbers."""
        return frozenset(key for part in self._parts for key, after in pairwise(sorted(part)) if key == after)


class Counted:
    """A binary file that tells how much of it has been read, and hides NUL bytes, which no text format allows."""

    def __init__(self, file: BinaryIO, progress: Progress | None, *, hide_nul: bool = True) -> None:
        self._file = file
        self._progress = progress
        self._hide_nul = hide_nul

    def read(self, size: int = -1) -> bytes:
        """Like `read` of a file."""
        data = self._file.read(size)
        if self._progress is not None:
            self._progress(len(data))
        return data.replace(b"\0", b"\xef\xbf\xbd") if self._hide_nul and b"\0" in data else data


def open_binary(path: str) -> BinaryIO:
    """Open a file for reading; what cannot be opened is an `UnreadableInput`."""
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        # a file is opened more than once, and a pipe would lose its beginning
        raise UnreadableInput(path, "", "it is a pipe or a device", "a file on disk")
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise UnreadableInput(path, "", "there is no such file", "the path of a file that exists") from None
    except IsADirectoryError:
        raise UnreadableInput(path, "", "it is a folder", "a file") from None
    except ValueError:  # the system knows no name with a NUL in it
        raise UnreadableInput(path.replace("\0", ""), "", "there is a NUL in its name", "the path of a file") from None
    except OSError as error:
        raise UnreadableInput(path, "", f"it cannot be opened ({error.strerror})", "a file that can be read") from None
