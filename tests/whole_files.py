"""For `make mutation`: thousands of tests that are named one by one are collected by whole files, four times as fast.

Of what is then collected only the tests that were named are kept. The slow ones come last, for most faults are told
before them; the quick ones are shuffled, always alike, because neighbours tell much the same.
"""

import json
from pathlib import Path
from zlib import crc32

import pytest

_STATS = Path("mutmut-stats.json")
_NAMED = pytest.StashKey[frozenset[str]]()
_SLOW = 0.05
"""Seconds."""


def pytest_configure(config: pytest.Config) -> None:
    """Collect the files in which the tests are."""
    named = frozenset(arg for arg in config.args if "::" in arg)
    config.stash[_NAMED] = named
    if named:
        config.args[:] = sorted({arg.partition("::")[0] for arg in config.args})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep those that were named."""
    named = config.stash[_NAMED]
    if not named:
        return
    lasted = json.loads(_STATS.read_text(encoding="utf-8"))["duration_by_test"] if _STATS.exists() else {}

    def place(item: pytest.Item) -> tuple[float, int]:
        seconds = lasted.get(item.nodeid, 0.0)
        return (seconds if seconds > _SLOW else 0.0, crc32(item.nodeid.encode()))

    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in named])
    items[:] = sorted((item for item in items if item.nodeid in named), key=place)
