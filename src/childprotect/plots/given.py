"""What is handed over to be drawn, read strictly: a picture of nonsense looks like a picture of facts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import isfinite
from numbers import Integral, Real
from typing import Any, TypeVar

from childprotect.errors import NotDrawable
from childprotect.wording import listed

Number = int | float
"""A count, or the mean of some counts."""
Kind = TypeVar("Kind")
_LONGEST = 40
"""Characters of a name that are shown."""
_TITLE = 70
"""Characters of a title that are shown."""
_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def of_kind(value: object, kind: type[Kind], what: str, expected: str) -> Kind:
    """The value, if it is of that kind. Raises `NotDrawable`; names what it is, and never what it holds."""
    if not isinstance(value, kind):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", expected)
    return value


def mapping(value: object, what: str, expected: str) -> Mapping[Any, Any]:
    """The value, if it is a mapping. Raises `NotDrawable`."""
    if not isinstance(value, Mapping):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", expected)
    return value


def number(value: object, what: str) -> Number:
    """A number that is finite and not negative: whole ones as `int`, others as `float`. Raises `NotDrawable`."""
    expected = "a number of 0 or more"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", expected)
    if not isfinite(value):
        raise NotDrawable(what, f"{float(value)} is no amount", expected)
    if value < 0:
        raise NotDrawable(what, f"{float(value):g} is negative", expected)
    return int(value) if isinstance(value, Integral) else float(value)


def whole(value: object, what: str, least: int = 0) -> int:
    """A whole number of `least` or more. Raises `NotDrawable`."""
    expected = f"a whole number of {least} or more"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", expected)
    if value < least:
        raise NotDrawable(what, f"{int(value)} is too small", expected)
    return int(value)


def day(value: object, what: str) -> date:
    """A day, and no moment: a moment is another day in another time zone. Raises `NotDrawable`."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", "a date without a time")
    return value


def listing(value: object, what: str, expected: str) -> Iterable[Any]:
    """Something that can be gone through and is no text. Raises `NotDrawable`."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise NotDrawable(what, f"it is of the type {type(value).__name__}", expected)
    return value


def numbers_by_name(value: object, what: str) -> dict[str, Number]:
    """Numbers by name, in their order. Raises `NotDrawable`."""
    given = mapping(value, what, "a mapping of names to numbers")
    return {name(key, f"a name in {what}"): number(n, f"{what}, {name(key, what)!r}") for key, n in given.items()}


def series_by_name(value: object, what: str) -> dict[str, dict[date, Number]]:
    """Numbers by day by name, the days in order. Raises `NotDrawable`."""
    expected = "a mapping of names to numbers by day, such as {'caseload': {date(2024, 1, 1): 14}}"
    read = {}
    for key, days in mapping(value, what, expected).items():
        where = f"{what}, {name(key, f'a name in {what}')!r}"
        numbers = mapping(days, where, "a mapping of days to numbers")
        found = {day(on, f"a day of {where}"): number(n, f"{where} on {on}") for on, n in numbers.items()}
        read[name(key, what)] = dict(sorted(found.items()))
    return read


def limits_of(limits: object, series: Mapping[str, object]) -> dict[str, Number]:
    """The limits of those series that have one, by name; None is none. Raises `NotDrawable`."""
    read = numbers_by_name({} if limits is None else limits, "limits")
    if stray := [repr(one) for one in read if one not in series]:
        raise NotDrawable("limits", f"there is no series {listed(stray, 'or')}", "the names of series")
    return read


def name(value: object, what: str, longest: int = _LONGEST) -> str:
    """A name as it is shown: one line, of at most so many characters. Raises `NotDrawable` for what is no text."""
    text = of_kind(value, str, what, "a text")
    shown = "".join(letter if letter.isprintable() else _UNSHOWN for letter in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def heading(value: object) -> str:
    """A title as it is shown: one line, of at most 70 characters. Raises `NotDrawable` for what is no text."""
    return name(value, "title", _TITLE)


def in_figures(n: Number) -> str:
    """`1,234`, or `12.5` for a mean: two places at most."""
    return f"{n:,}" if isinstance(n, int) else f"{n:,.2f}".rstrip("0").rstrip(".")


def opening(title: str, rest: str) -> str:
    """The first line of a text alternative: `From referral to plan: 120 children`; a question has its own stop."""
    return f"{title}{'' if title.endswith(('?', '!', '.')) else ':'} {rest}"
