"""What every reader gives: a source that yields one chronology a child, and keeps account of what it could not read.

Nothing is lost silently: what is rejected is counted, listed with its place, and marked on the child's chronology, so
that findings which it could have changed become *cannot tell*. No value of the file is repeated in a message except
the child's identifier and dates: anything else might be personal.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from attrs import define, field, frozen

from childprotect.calendars import LAST_DAY
from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput

Progress = Callable[[int], None]
"""Called with the number of bytes read since the last call."""

FIRST_PLAUSIBLE = date(1900, 1, 1)
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:+.Z-]{0,21})?")


@frozen
class Rejection:
    """An entry that was not read: where it stands, whose it is (None if even that is unknown), and why."""

    place: str
    child: str | None
    because: str

    def to_dict(self) -> dict[str, str | None]:
        """As the JSON report shows it."""
        return {"place": self.place, "child": self.child, "because": self.because}


@define
class Source:
    """A file of records: iterate it once, child by child; the counts are complete when the iteration ends.

    `as_at` is the date on which the file speaks: the reference date of a census, or else the last date in it.
    """

    path: str
    format: str
    as_at: date
    children: int = 0
    events: int = 0
    rejections: list[Rejection] = field(factory=list)
    _chronologies: Iterator[Chronology] = field(factory=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Chronology]:
        for chronology in self._chronologies:
            self.children += 1
            self.events += len(chronology.events)
            yield chronology

    def reject(self, place: str, child: str | None, because: str) -> None:
        """Count and list an entry that could not be read."""
        self.rejections.append(Rejection(place, child, because))

    def to_dict(self) -> dict[str, Any]:
        """As the JSON report shows it."""
        return {
            "path": self.path,
            "format": self.format,
            "as_at": self.as_at.isoformat(),
            "children": self.children,
            "events": self.events,
            "rejected": len(self.rejections),
            "rejections": [rejection.to_dict() for rejection in self.rejections],
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
    except OSError as error:
        raise UnreadableInput(path, "", f"it cannot be opened ({error.strerror})", "a file that can be read") from None
