"""The fields of a population: what each may hold, where its figure comes from, and what is expected instead."""

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

import attrs
from attrs import field

from childprotect.simulation.delays import Delay

PUBLISHED = "published"
ASSUMED = "assumed"
Check = Callable[[Any], str | None]
"""What is expected in the place of a value; None where it is that."""


def share(default: float, source: str = ASSUMED, *, failing: bool = False, below: bool = False) -> Any:
    """A share of cases; one of what must not be at all is `failing`; one that cannot be all is `below` 1."""

    def check(value: Any) -> str | None:
        if not _is_number(value) or not 0 <= value <= 1:
            return "a share from 0 to 1"
        return "less: nobody would be referred" if below and value == 1 else None

    return _field(default, check, source, share=True, failing=failing)


def number(default: float, source: str = ASSUMED) -> Any:
    """A number of 0 or more."""
    return _field(default, lambda value: None if _is_number(value) and _is_some(value) else "0 or more", source)


def numbers(default: tuple[float, ...], source: str = ASSUMED) -> Any:
    """Numbers of 0 or more, or none at all."""

    def check(value: Any) -> str | None:
        known = isinstance(value, tuple | list) and all(_is_number(part) and _is_some(part) for part in value)
        return None if known else "numbers of 0 or more"

    return _field(default, check, source, several=True)


def parts(default: Any, n: int | None = None, source: str = ASSUMED) -> Any:
    """Parts of any sum: numbers, or numbers by name; so many where their number is known."""
    several = "several numbers" if n is None else f"{n} numbers"

    def check(value: Any) -> str | None:
        told = _parts_of(value)
        known = told and all(_is_number(part) and _is_some(part) for part in told)
        right = known and sum(told) > 0 and n in (None, len(told))
        return None if right else f"{several} from 0 on, and some above 0"

    return _field(default, check, source, several=True)


def waits(bands: Mapping[tuple[int, int], float], source: str = ASSUMED) -> Any:
    """How long something takes in working days that nobody needs: it could be done at once."""
    return _field(Delay.bands(bands), _delay(), source, wait=True)


def lasts(bands: Mapping[tuple[int, int], float], source: str = ASSUMED, *, least: int = 0) -> Any:
    """How long something lasts by its nature, in calendar days."""
    return _field(Delay.bands(bands, working=False), _delay(least), source, wait=False)


def every(bands: Mapping[tuple[int, int], float], *, most: int | None = None) -> Any:
    """How long it is from one time to the next, in working days; never on the same day, nor later than at most."""
    return _field(Delay.bands(bands), _delay(1, most), ASSUMED, often=True)


def problems(of: Any) -> list[str]:
    """What is wrong with the fields of a value, each by name."""
    found = []
    for attribute in attrs.fields(type(of)):
        value, several = getattr(of, attribute.name), attribute.metadata["several"]
        expected = attribute.metadata["check"](value)
        if expected is not None:
            found.append(f"{attribute.name} {'are' if several else 'is'} {_said(value, several)}; expected {expected}")
    return found


def _field(default: Any, check: Check, source: str, *, several: bool = False, **metadata: Any) -> Any:
    return field(default=default, metadata={"check": check, "source": source, "several": several, **metadata})


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_some(value: float) -> bool:
    return 0 <= value < math.inf


def _parts_of(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Mapping):
        return tuple(value.values())
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else ()


def _delay(least: int = 0, most: int | None = None) -> Check:
    """A delay, or what is expected: of so many days at least, and in working days up to so many where that is said."""

    def check(value: Any) -> str | None:
        if not isinstance(value, Delay):
            return "a Delay, such as Delay.of(3)"
        if value.shares[:least].any():
            return f"no less than {least} day{'s' if least > 1 else ''}"
        if most is not None and (not value.working or value.shares[most + 1 :].any()):
            return f"working days, and no more than {most}: the law lets no more pass"
        return None

    return check


def _said(value: Any, several: bool) -> str:
    if isinstance(value, Delay):
        days = value.shares.nonzero()[0]
        return f"{days[0]} to {days[-1]} {'working' if value.working else 'calendar'} days"
    told = _parts_of(value) if several else ()
    if told:
        return ", ".join(f"{part:g}" if _is_number(part) else repr(part) for part in told[:12])
    if several and isinstance(value, Iterable) and not isinstance(value, str):
        return "none"
    return f"{value:g}" if _is_number(value) else repr(value)
