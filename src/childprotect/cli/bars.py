"""What long work shows on a terminal: the stage that it is at, and how much of it is done.

Of a stage whose length nobody knows, only what was done is shown. The time that is left is told where some of a stage
is done, as if the rest went as that did.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from attrs import define, field
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID
from rich.table import Column
from rich.text import Text

_AT_LEAST = 2.0
"""Seconds of a stage after which it is said how long the rest takes."""


def amount(done: float, total: float | None, *, rows: bool) -> str:
    """What was done, in rows or bytes, of how much there is.

    >>> amount(25, 100, rows=True), amount(25, None, rows=True), amount(500_000, 2_000_000, rows=False)
    ('25/100 rows', '25 rows', '500.0 kB/2.0 MB')
    """
    parts = [done] if total is None else [done, total]
    return "/".join(f"{part:.0f}" if rows else decimal(int(part)) for part in parts) + (" rows" if rows else "")


def time_left(elapsed: float, done: float, total: float | None) -> str:
    """The time that is left, from the whole time of the stage in seconds: rows come in larger parts.

    >>> time_left(60, 25, 100), time_left(60, 25, None), time_left(60, 0, 100), time_left(1, 25, 100)
    ('0:03:00 left', '', '', '')
    """
    if total is None or not 0 < done < total or elapsed < _AT_LEAST:
        return ""
    return f"{timedelta(seconds=round(elapsed * (total - done) / done))} left"


# where a line is too short, the name of the file is cut, and never the numbers
_WHOLE = Column(no_wrap=True)
_BAR = 20


class _Name(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.description, no_wrap=True, overflow="ellipsis")


class _Amount(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(amount(task.completed, task.total, rows=task.fields["rows"]))


class _Left(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(time_left(task.elapsed or 0.0, task.completed, task.total))


@define
class Bars:
    """A bar for the stage that the work is at; one stage after the other."""

    what: str
    _progress: Progress
    _task: dict[str, TaskID] = field(factory=dict)
    """The stage that is shown, by its name."""

    def rows(self, name: str, total: int | None) -> Callable[[int], None]:
        """Begin a stage of so many rows, if that is known; what it gives is told of rows that were done."""
        return self._begin(name, total, rows=True)

    def bytes(self, name: str, total: int | None) -> Callable[[int], None]:
        """The same of bytes."""
        return self._begin(name, total, rows=False)

    def _begin(self, name: str, total: int | None, *, rows: bool) -> Callable[[int], None]:
        for task in self._task.values():
            self._progress.remove_task(task)
        self._task = {name: self._progress.add_task(f"{name} {self.what}", total=total, rows=rows)}

        def done(n: int) -> None:
            if name in self._task:
                self._progress.advance(self._task[name], n)

        return done


@contextmanager
def bars(what: str) -> Iterator[Bars]:
    """Bars on standard error, which are gone when the work is done."""
    columns = (_Name(), BarColumn(_BAR), _Amount(_WHOLE), _Left(_WHOLE))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(what, progress)
