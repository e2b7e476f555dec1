"""How plain data is read from TOML or JSON: every value of the type that is expected, every problem in plain words."""

import re
from collections.abc import Mapping
from datetime import date, time
from types import GenericAlias
from typing import Any, get_args, get_origin

from cattrs import Converter, transform_error

_DEEP = 3
"""How far lists and tables are shown in a message."""


def strict(converter: Converter) -> Converter:
    """The converter, which from now on takes no text for a number, no number for a flag and no text for a list."""
    converter.register_structure_hook(date, lambda value, _: day_from_data(value))
    # an enumeration that is text too, as `Force`, needs a hook of its own beside this one
    converter.register_structure_hook(str, lambda value, _: of_type(value, str, "text"))
    converter.register_structure_hook(bool, lambda value, _: of_type(value, bool, "true or false"))
    converter.register_structure_hook_factory(_is_tuple, _tuple_hook)
    return converter


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple_hook(kind: Any, converter: Any) -> Any:
    as_list: Any = GenericAlias(list, get_args(kind)[0])
    read = converter.get_structure_hook(as_list)
    return lambda data, _: tuple(read(of_type(data, list, "a list"), as_list))


def of_type(value: Any, kind: type, name: str) -> Any:
    """The value, if it is of that type. Raises `ValueError` where it is not; true is no number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{shown(value)} is not {name}")
    return value


def named(name: Any, known: Mapping[str, Any], what: str) -> Any:
    """What bears that name. Raises `ValueError`, which lists the names that there are."""
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"there is no {what} named {shown(name)}; expected one of {', '.join(known)}")
    return known[name]


def names_from_data(data: Any, what: str) -> list[str]:
    """A list of names, which may be empty. Raises `ValueError`."""
    return [
        of_type(name, str, f"one of the {what}, which are text") for name in of_type(data, list, f"a list of {what}")
    ]


def day_from_data(value: Any) -> date:
    """A day, from a day or from text. Raises `ValueError`."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{shown(value)} is no date such as 2013-04-15") from None


def shown(value: Any, deep: int = _DEEP) -> str:
    """A value of TOML or JSON as a message shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | dict) and not deep:
        return "…"
    if isinstance(value, list):
        return f"[{', '.join([shown(entry, deep - 1) for entry in value])}]"
    if isinstance(value, dict):
        return f"{{{', '.join([f'{key!r}: {shown(entry, deep - 1)}' for key, entry in value.items()])}}}"
    return "nothing" if value is None else repr(value)


def plain(error: BaseException) -> list[str]:
    """What cattrs found wrong, with the name of the key instead of a path of Python."""
    return [_tidy(text) for text in transform_error(error, format_exception=_said)]


def _said(error: BaseException, kind: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{str(error.args[0]).strip('_').replace('_', '-')} is missing"
    return "it is nested too deeply to be read" if isinstance(error, RecursionError) else str(error)


def _tidy(text: str) -> str:
    what, _, where = text.rpartition(" @ $")  # the last, since what is wrong may be a value with such a sign in it
    key = where.strip(".").replace("_.", ".").strip("_").replace("_", "-")
    what = re.sub(r"^Extra fields in constructor for \w+: ", "unknown key ", what)
    return f"{key}: {what}" if key else what
