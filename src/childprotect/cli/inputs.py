"""What is named on the command line, opened: files, folders and databases, with how they are to be read."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any

from attrs import define, field, frozen
from cyclopts import Parameter

from childprotect.calendars import LAST_DAY
from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput
from childprotect.records import Columns, Pseudonyms, Source, broken, read
from childprotect.records.extras import library

_LONG_INPUT = 4 * 1024 * 1024
_URL = re.compile(r"[a-z][a-z0-9_]+(\+[a-z0-9_]+)?://", re.IGNORECASE)
"""Two letters at least: a drive has one."""
_SECRET = re.compile(r"(?<=://)\S*@|(?<=:/)[^/\s]\S*@|(?<=[?&]password=)[^&\s]+", re.IGNORECASE)
_A_URL = "a database URL such as sqlite:///file.db or postgresql://user@host/name"

_IN_TWO = "is in another of the files too, and what one of them holds is not held against the other"

AsAt = Annotated[date | None, Parameter(help="Judge all as things stood on this day, such as 2012-10-31.")]
KnownAt = Annotated[date | None, Parameter(help="Use only what had been recorded by this day, such as 2012-11-30.")]


@Parameter(name="*")
@frozen
class How:
    """How to read what is named."""

    columns: Annotated[
        str | None, Parameter(help="What the columns of an event table are called: a mapping in TOML.")
    ] = None
    pseudonymise: Annotated[
        str | None, Parameter(help="Name children by pseudonyms, made with the key in this file.")
    ] = None
    schema: Annotated[str | None, Parameter(help="The schema of a database in which the tables are.")] = None

    def pseudonyms(self) -> Pseudonyms | None:
        """The pseudonyms of the key, if there is one. Raises `UnreadableInput`."""
        return Pseudonyms.from_file(self.pseudonymise) if self.pseudonymise is not None else None

    def layout(self) -> Columns | None:
        """What the columns are called, if that is said. Raises `UnreadableInput`."""
        return Columns.load(self.columns) if self.columns is not None else None

    @property
    def is_plain(self) -> bool:
        """Whether children keep their names."""
        return self.pseudonymise is None


PLAIN = How()


def is_database(what: str) -> bool:
    """Whether it is the URL of a database."""
    return _URL.match(what) is not None


def without_secrets(text: str) -> str:
    """The text with the users and passwords of its URLs left out."""
    return _SECRET.sub(lambda found: "***@" if found[0].endswith("@") else "***", text)


def possible(as_at: date | None) -> None:
    """Refuse a day beyond the calendar."""
    if as_at is not None and as_at > LAST_DAY:
        raise UnreadableInput("--as-at", "", f"{as_at} is beyond the calendar", f"a day up to {LAST_DAY}")


def chronologies(
    what: str, how: How, sources: list[Source], as_at: date | None = None
) -> Iterator[tuple[Source, Chronology]]:
    """Read a file, a folder or a database child by child; the source is added to `sources`.

    With a progress bar on standard error if the input is long and someone looks. Raises `UnreadableInput`.
    """
    with opened(what, how, sources, as_at) as (source, done):
        for chronology in source:
            yield source, chronology
            done(len(chronology))


@contextlib.contextmanager
def opened(
    what: str, how: How, sources: list[Source], as_at: date | None = None
) -> Iterator[tuple[Source, Callable[[int], None]]]:
    """The source of what is named, which is added to `sources`, and what is to be told of how many events were done.

    Where all is read before the first child is given, the progress bar is that of the reading, then of the rest.
    """
    size = os.path.getsize(what) if os.path.isfile(what) else 0
    looked_at = size > _LONG_INPUT and sys.stderr.isatty()
    with contextlib.ExitStack() as stack:
        reading = stack.enter_context(contextlib.ExitStack())
        progress = reading.enter_context(_bar(f"reading {what}", size)) if looked_at else None
        given: Any = what
        if is_database(what):
            given, name = stack.enter_context(_database(what))
        source = read(given, progress=progress, columns=how.layout(), pseudonyms=how.pseudonyms(), schema=how.schema)
        if given is not what:
            source.path = name
        sources.append(source)
        if as_at is not None:
            source.as_at = as_at
        done: Callable[[int], None] = shown_to_nobody
        if looked_at and source.account.rows:
            reading.close()
            done = stack.enter_context(_bar(f"working through {what}", source.account.rows, rows=True))
        yield source, done


def _bar(what: str, total: int, *, rows: bool = False) -> contextlib.AbstractContextManager[Callable[[int], None]]:
    from childprotect.cli import screens  # only where somebody looks: it is slow to import

    return screens.progress_bar(what, total, rows=rows)


def shown_to_nobody(n: int) -> None:
    """Where nobody looks, nothing is shown."""


@define
class Met:
    """The children that were met, where there are several files: by a number each, with that of their first file."""

    several: bool
    _first: dict[int, int] = field(factory=dict)

    def one(self, child: str, file: int, source: Source) -> None:
        """Put on the account of a source that a child of it was met in another file."""
        if self.several and self._first.setdefault(hash(child), file) != file:
            source.account.doubt("in two files", child, _IN_TWO)


def tell_broken() -> None:
    """One line on standard error for each reader of another package that cannot be used."""
    for reader in broken():
        print(f"childprotect: {reader}", file=sys.stderr)


@contextlib.contextmanager
def _database(url: str) -> Iterator[tuple[Any, str]]:
    """An engine for a URL, with the name that messages give it. What a driver says may hold a password, or a record."""
    name = "the database"
    library("sqlalchemy", name, "a database", "databases")
    import sqlalchemy

    try:
        made = sqlalchemy.make_url(url)
        backend, file = made.get_backend_name(), made.database or ""
        # what stands before an @ may be a password that was not escaped
        name = f"a {backend} database" if "@" in f"{made.host}{file}" else f"{backend}://{made.host or ''}/{file}"
        if backend == "sqlite" and not os.path.isfile(file):
            raise UnreadableInput(name, "", "there is no such file", "the path of a file that exists")
        engine = sqlalchemy.create_engine(made)
    except (sqlalchemy.exc.ArgumentError, ValueError, TypeError) as error:
        if isinstance(error, UnreadableInput):
            raise
        raise UnreadableInput(name, "", "its URL cannot be read", _A_URL) from None
    except ModuleNotFoundError as error:
        why = f"its driver, {error.name}, is not installed"
        raise UnreadableInput(name, "", why, "a driver that is, named as in postgresql+psycopg://") from None
    try:
        yield engine, name
    except UnreadableInput as error:
        raise UnreadableInput(name, error.place, error.problem, error.expected) from None
    except (sqlalchemy.exc.SQLAlchemyError, _error_of(engine)) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise UnreadableInput(name, "", f"it cannot be read ({kind})", "a database that answers") from None
    finally:
        engine.dispose()


def _error_of(engine: Any) -> type[Exception]:
    """What the driver raises, where a reader asks it directly."""
    error: type[Exception] = engine.dialect.loaded_dbapi.Error
    return error
