"""The judgements of people, as they were recorded, and the rule that may limit them. None is ever worked out here.

As TOML:

    overall = "inadequate"
    help-and-protection = "inadequate"
    practice = "inadequate"
    leadership = "adequate"

    [[limit]]                          # where an inspectorate's framework has such a rule
    on = "overall"
    by = "help-and-protection"
    source = "the framework's title and paragraph"
"""

from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from attrs import field, frozen

from childprotect.documents import data_from_toml
from childprotect.errors import DefinitionError, UnknownName, UnreadableInput
from childprotect.plain_data import shown
from childprotect.vocabulary import STANDARD, nearest

GRADES = STANDARD["case-audited"].values["grade"]
"""The four-point scale, from the best."""
JUDGED = ("overall", "help-and-protection", "practice", "leadership")
_LIMIT_KEYS = ("on", "by", "source")


@frozen
class Limit:
    """That one judgement can be no better than another, by the rule of a source."""

    on: str
    by: str
    source: str

    def __str__(self) -> str:
        return f"{_words(self.on)} can be no better than {_words(self.by)} ({self.source})"


@frozen
class Judgements:
    """What people judged, by the name of what they judged; and the limits that their framework sets."""

    grades: Mapping[str, str] = field(factory=dict)
    limits: tuple[Limit, ...] = ()

    def broken(self) -> Iterator[str]:
        """Each limit that the recorded judgements do not keep to, in words."""
        for limit in self.limits:
            grade, least = self.grades.get(limit.on), self.grades.get(limit.by)
            if grade is not None and least is not None and GRADES.index(grade) < GRADES.index(least):
                yield f"{limit}: it is recorded as {grade}, and the other as {least}"

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {"grades": dict(self.grades), "limits": list(map(str, self.limits)), "broken": list(self.broken())}


def load_judgements(path: str | PathLike[str]) -> Judgements:
    """Judgements from a file of TOML.

    Raises `UnreadableInput` for a file that is none, and `DefinitionError` with every problem at once.
    """
    name = fspath(path)
    try:
        data = data_from_toml(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableInput(name, "", error.strerror or str(error), "judgements in TOML") from None
    except ValueError as error:
        raise UnreadableInput(name, "", str(error), "judgements in TOML, as UTF-8") from None
    if problems := list(_problems(data)):
        raise DefinitionError(name, problems)
    limits = tuple(Limit(**one) for one in data.pop("limit", ()))
    return Judgements(data, limits)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    for name, grade in data.items():
        if name == "limit":
            continue
        if name not in JUDGED:
            yield str(UnknownName("judgement", name, nearest(name, JUDGED), " or ".join(JUDGED)))
        elif grade not in GRADES:
            yield f"{name}: {shown(grade)} is no grade; expected {' or '.join(GRADES)}"
    limits = data.get("limit", [])
    if not isinstance(limits, list) or not all(isinstance(one, Mapping) for one in limits):
        yield "limit: expected tables [[limit]]"
        return
    for n, one in enumerate(limits, 1):
        if sorted(one) != sorted(_LIMIT_KEYS) or not all(isinstance(value, str) and value for value in one.values()):
            yield f"limit {n}: expected {', '.join(_LIMIT_KEYS)}, each a text"
            continue
        for key in ("on", "by"):
            if one[key] not in JUDGED:
                yield f"limit {n}: {UnknownName('judgement', one[key], nearest(one[key], JUDGED), ' or '.join(JUDGED))}"


def _words(name: str) -> str:
    return name.replace("-", " ")
