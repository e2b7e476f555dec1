"""What is named on the command line, opened: files, folders and databases, with how they are to be read."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from attrs import define, field, frozen
from cyclopts import Parameter

from childprotect.calendars import LAST_DAY
from childprotect.chronology import Chronology
from childprotect.errors import UnreadableInput
from childprotect.records import Columns, Pseudonyms, Source, broken, read
from childprotect.records.arrow_table import rows_of
from childprotect.records.extras import library

if TYPE_CHECKING:
    from childprotect.cli.bars import Bars

Stage = Callable[[str, int | None], Callable[[int], None]]
"""As in `tables.stages`, which takes a while to be loaded."""

_LONG_INPUT = 4 * 1024 * 1024
_LONG_ROWS = 50_000
"""Rows that take more than a moment, each read by itself."""
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

    Where somebody looks and the input is long, a bar shows the reading, and where all is read before the first child
    is given, then the rest.
    """
    rows = rows_of(what) if sys.stderr.isatty() and os.path.isfile(what) else None
    with contextlib.ExitStack() as stack:
        shown = stack.enter_context(_bars(what)) if sys.stderr.isatty() and is_long(what, rows, _LONG_ROWS) else None
        # of a folder it is not known which of its files are read
        size = os.path.getsize(what) if os.path.isfile(what) else None
        progress = shown.bytes("reading", size) if shown is not None else None
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
        if shown is not None and (rows or source.account.rows):
            done = shown.rows("working through", rows or source.account.rows)
        yield source, done


def is_long(what: str, rows: int | None, least: int) -> bool:
    """Whether there are so many rows; where it is not known how many, whether it is a large file or folder."""
    if rows is not None:
        return rows >= least
    files = [what] if not os.path.isdir(what) else [entry.path for entry in os.scandir(what)]
    return sum(os.path.getsize(file) for file in files if os.path.isfile(file)) > _LONG_INPUT


def _bars(what: str) -> "contextlib.AbstractContextManager[Bars]":
    from childprotect.cli.bars import bars  # only where somebody looks: it is slow to import

    return bars(what)


def stages(what: str, least: int, stack: contextlib.ExitStack) -> Stage:
    """What shows the stages of work in columns, those of at least so many rows, while the stack is open."""
    shown: list[Bars] = []

    def begin(name: str, rows: int | None) -> Callable[[int], None]:
        if not sys.stderr.isatty() or not is_long(what, rows, least):
            return shown_to_nobody
        if not shown:
            shown.append(stack.enter_context(_bars(what)))
        return shown[0].rows(name, rows)

    return begin


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
