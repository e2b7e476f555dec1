"""Libraries that come with an extra: imported where they are needed, and if they are missing, it is said what to do."""

from importlib import import_module
from typing import Any

from childprotect.errors import UnreadableInput


def library(name: str, path: str, what: str, extra: str = "formats", *, instead: str | None = None) -> Any:
    """A library of that name, which reading or writing `what` needs. `path` is what is read or written.

    Raises `UnreadableInput`, which names the extra to install, where it is not there; or says what is needed `instead`
    of an extra, for a part of Python that not every Python has.
    """
    try:
        return import_module(name)
    except ImportError:
        needed = instead or f"the extra {extra}: pip install 'childprotect[{extra}]'"
        raise UnreadableInput(path, "", f"{what} needs {name}, which is not installed", needed) from None


def arrow(path: str) -> Any:
    """pyarrow. Raises `UnreadableInput` where it is not installed."""
    return library("pyarrow", path, "Parquet, Arrow or a DataFrame")


def imported(*names: str, what: str, extra: str) -> None:
    """Import libraries without which a package of ours cannot be imported.

    Raises `ModuleNotFoundError`, as any import does, where one is not there; it names the extra to install.
    """
    for name in names:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            why = f"{what} need {name}, which is not installed; expected the extra {extra}"
            raise ModuleNotFoundError(f"{why}: pip install 'childprotect[{extra}]'", name=error.name) from None
