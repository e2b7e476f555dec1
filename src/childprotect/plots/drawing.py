"""How Matplotlib is used here: never by its global state, with settings of our own, by one thread at a time.

A reader's own style must not change a picture that is compared byte for byte, and ours must not change the reader's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import RLock
from typing import Any

from childprotect.records.extras import library

_ALONE = RLock()
"""Matplotlib reads its settings from one place for the whole process."""
_OURS = {
    "font.size": 9,
    "hatch.linewidth": 0.9,
    "svg.fonttype": "none",  # words stay words: they can be searched, read aloud and enlarged
    "svg.hashsalt": "childprotect",
    "axes.unicode_minus": False,
    "path.simplify": False,
}
_NOT_STYLE = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk.", "date.", "savefig.directory", "agg.")
_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def needed() -> Any:
    """Matplotlib. Raises `UnreadableInput`, which names the extra to install, where it is not there."""
    return library("matplotlib", "childprotect.plots", "a picture", "plots")


@contextmanager
def our_settings() -> Iterator[None]:
    """Within it figures are made and written, whatever the process has set; afterwards all is as it was."""
    matplotlib = needed()
    with _ALONE, matplotlib.rc_context({**_defaults(), **_OURS}):
        yield


@cache
def _defaults() -> dict[str, Any]:
    """How Matplotlib looks when nobody has set anything."""
    defaults = needed().rcParamsDefault
    return {name: defaults[name] for name in defaults if not name.startswith(_NOT_STYLE)}


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in inches, at a size in points. Use it within `our_settings`."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def drawable(text: str) -> str:
    """The text with a mark in place of each letter that the font does not have."""
    known = _letters()
    return "".join(letter if letter == "\n" or ord(letter) in known else _UNSHOWN for letter in text)


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())
