"""Texts of TOML and JSON as plain data, or in plain words why they are none."""

import json
import tomllib
from collections.abc import Callable
from typing import Any


class NamedTwice(ValueError):
    """An object of JSON has a name twice, of which the usual readers forget the first."""

    def __init__(self) -> None:
        super().__init__("the object has a name twice")


def data_from_toml(text: str) -> dict[str, Any]:
    """What a text of TOML says. Raises `ValueError`."""
    data: dict[str, Any] = _parsed(tomllib.loads, text, "TOML")
    return data


def data_from_json(text: str) -> Any:
    """What a text of JSON says. Raises `ValueError`, and of these `NamedTwice` for what says two things at once."""
    return _parsed(_load_json, text, "JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        raise NamedTwice
    return named


_load_json = json.JSONDecoder(object_pairs_hook=_once).decode


def _parsed(parse: Callable[[str], Any], text: str, form: str) -> Any:
    try:
        return parse(text)
    except NamedTwice:
        raise
    except RecursionError:
        raise ValueError("it is nested too deeply to be read") from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"it is no {form}: {error}") from None
    except ValueError:
        raise ValueError(f"it is no {form}: a number in it has thousands of digits") from None
