"""Which format something is in: the readers that there are, ours and other people's, asked one after the other.

A package adds a reader by an entry point of the group `childprotect.readers` that names a `Reader`:

    [project.entry-points."childprotect.readers"]
    my-system = "my_package:READER"

One that cannot be loaded, or that fails where it only has to recognise, does not keep the others from reading.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from importlib.metadata import entry_points
from os import PathLike, fspath, path
from typing import Any

from attrs import evolve, field, frozen

from childprotect.chronology import Chronology, Coverage
from childprotect.errors import ChildProtectError, UnreadableInput
from childprotect.records.mapping import Columns
from childprotect.records.mistaken import NO_TABLES, instead_of
from childprotect.records.pseudonyms import Pseudonyms
from childprotect.records.source import Progress, Source, clean_identifier, open_binary

GROUP = "childprotect.readers"
_URL = re.compile("[a-z][a-z0-9+.:_-]+://", re.IGNORECASE)
_RECORD = re.compile(r"[,;\t{<|]")
"""What a text of several lines has that is no path but a table, a record or a document."""
_SECRET = re.compile(
    r"\b(password|passwd|pwd|accesstoken|authtoken)\s*=|^[^/\\\s]+:[^/\\\s]+@|:/+[^/\s]+:.*@", re.IGNORECASE
)
"""How what may hold a password is known, though it was given as a path."""
_HEAD = 4096


@frozen(kw_only=True)
class Reading:
    """How to read: what every reader is given besides what it reads."""

    progress: Progress | None = None
    columns: Columns | None = None
    """What the columns of an event table are called, where they have other names than ours."""
    pseudonyms: Pseudonyms | None = None
    schema: str | None = None
    """The schema of a database in which the tables are."""

    def child(self, identifier: object) -> str | None:
        """The name that a child has in everything that is read; None for what is no identifier."""
        text = str(identifier) if isinstance(identifier, str | int) and not isinstance(identifier, bool) else None
        name = clean_identifier(text)
        return self.pseudonyms(name) if name is not None and self.pseudonyms is not None else name


PLAIN = Reading()


@frozen
class Given:
    """What is to be recognised: a path with the beginning of its file, a folder, or an object of somebody's library."""

    what: Any = field(repr=False)
    path: str | None
    head: bytes = field(default=b"", repr=False)
    """The first bytes of a file, without a byte order mark; empty for a folder and an object."""

    @property
    def name(self) -> str:
        """How messages name it."""
        return self.path if self.path is not None else f"a {type(self.what).__module__}.{type(self.what).__qualname__}"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.path is not None and path.isdir(self.path)

    @property
    def first(self) -> str:
        """The first character of a text file that is not space, whatever its encoding; empty if there is none."""
        return self.head.replace(b"\0", b"").lstrip()[:1].decode("ascii", "replace")


@frozen
class Reader:
    """A format: its name, what it is in words, how it is recognised, how it is read, and what it can hold at most.

    `recognise` gives the mark by which something is recognised, in words (`the root element is <Message>`), or None.
    `read` gives the source; it may raise `UnreadableInput`.
    """

    format: str
    title: str
    recognise: Callable[[Given], str | None] = field(repr=False)
    read: Callable[[Given, Reading], Source] = field(repr=False)
    covers: Coverage = field(default=Coverage(), repr=False)
    by: str = field(default="", kw_only=True, repr=False)
    """By what it is recognised, in a few words, for a list of the formats."""


def of_file(read: Callable[[str, Reading], Source]) -> Callable[[Given, Reading], Source]:
    """How a reader reads what it is given, where it reads a file by its path."""
    return lambda given, reading: read(str(given.path), reading)


def begins(marks: Mapping[bytes, str]) -> Callable[[Given], str | None]:
    """How a reader recognises a file by its first bytes: the words for each beginning."""
    return lambda given: next((mark for head, mark in marks.items() if given.head.startswith(head)), None)


def begins_as_text(first: str, mark: str) -> Callable[[Given], str | None]:
    """How a reader recognises a text file by its first character that is not space, whatever its encoding."""
    return lambda given: mark if given.first == first else None


@frozen
class Broken:
    """A reader of another package that cannot be used, and why."""

    name: str
    package: str
    because: str

    def __str__(self) -> str:
        return f"the reader {self.name!r} of {self.package} cannot be used: {self.because}"


def given(what: Any) -> Given:
    """A path, or anything else, ready to be recognised. Raises `UnreadableInput` for a file that cannot be opened."""
    if not isinstance(what, str | PathLike):
        return Given(what, None)
    name = fspath(what)
    if isinstance(name, str) and "\n" in name and _RECORD.search(name):  # not repeated: it may be a child's
        raise UnreadableInput(
            "a text", "", "a text of several lines is no path", "a path; what is in a file is read there"
        )
    if isinstance(name, str) and _URL.match(name):
        # it may hold a password
        raise UnreadableInput("a URL", "", "a URL is no path", "a path, or what sqlalchemy.create_engine makes of it")
    if isinstance(name, str) and _SECRET.search(name) and not path.exists(name):
        why = "there is no such file, and it looks like what a database is opened with"
        raise UnreadableInput("a connection string", "", why, "a path; or a URL, an engine or a connection")
    if path.isdir(name):
        return Given(what, name)
    with open_binary(name) as file:
        head = file.read(_HEAD)
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return Given(what, name, head)


def installed() -> Iterator[Reader | Broken]:
    """The readers of other packages, by name, and in place of what is none, why it is none."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        package = (entry.dist and entry.dist.name) or "a package without a name"
        try:
            loaded = entry.load()
        except (Exception, SystemExit) as error:
            # whatever a package does when it is imported, our own formats can still be read
            yield Broken(entry.name, package, f"{type(error).__name__} when it is loaded")
            continue
        if isinstance(loaded, Reader) and {str} == set(map(type, (loaded.format, loaded.title, loaded.by))):
            yield evolve(loaded, recognise=partial(_guarded, loaded.recognise), read=partial(_guarded_read, loaded))
        else:
            yield Broken(entry.name, package, f"{entry.value} is no childprotect.records.Reader")


def _guarded(recognise: Callable[[Given], str | None], what: Given) -> str | None:
    """What somebody else's function says of what may be no business of its own; nothing where it fails.

    A function that answers False has not recognised it, and one that answers True does not say by what.
    """
    try:
        mark = recognise(what)
    except (Exception, SystemExit):
        return None
    return mark if isinstance(mark, str) else None


def _guarded_read(reader: Reader, what: Given, reading: Reading) -> Source:
    """The source of somebody else's reader, of which an error that is none of ours may repeat a value of the file."""

    def told(chronologies: Iterator[Chronology]) -> Iterator[Chronology]:
        with _failing(reader, what):
            for chronology in chronologies:
                if not isinstance(chronology, Chronology):
                    raise TypeError
                yield chronology

    with _failing(reader, what):
        source = reader.read(what, reading)
        if not isinstance(source, Source) or not isinstance(source.as_at, date):
            raise TypeError
        return source.give(told(source._chronologies))


@contextmanager
def _failing(reader: Reader, what: Given) -> Iterator[None]:
    try:
        yield
    except ChildProtectError:
        raise
    except (Exception, SystemExit) as error:
        why = f"the reader of {reader.format}, of another package, failed ({type(error).__name__})"
        raise UnreadableInput(what.name, "", why, "what that package can read") from None


def recognised(what: Given, readers: Iterable[Reader | Broken]) -> tuple[Reader, str]:
    """The first reader that knows it, and the mark by which.

    Raises `UnreadableInput`, which says what to give instead, or lists what can be read.
    """
    tried, unusable = [], ""
    for reader in readers:
        if isinstance(reader, Broken):
            unusable += f" ({reader})"
        # an object of somebody else's may raise anything when it is only asked what it has
        elif (mark := _guarded(reader.recognise, what) if what.path is None else reader.recognise(what)) is not None:
            return reader, mark
        else:
            tried.append(reader.title)
    problem, expected = "it is in no format that we know", f"one of: {'; '.join(tried)}"
    if what.is_folder:
        problem, expected = NO_TABLES
    elif what.path is not None:
        empty = "the file is empty", expected
        problem, expected = (instead_of(what.path, what.head) or (problem, expected)) if what.first else empty
    raise UnreadableInput(what.name, "", problem + unusable, expected)
