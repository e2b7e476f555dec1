"""A rulebook as a document: TOML that can be read back, JSON, Markdown for people."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

import tomli_w

from childprotect.charts import Chart
from childprotect.documents import data_from_json, data_from_toml
from childprotect.errors import DefinitionError
from childprotect.explaining import required
from childprotect.forms import book_from_data, book_to_data
from childprotect.rules import Rule
from childprotect.versions import NotAssessed, Version
from childprotect.wording import day_in_words, days_in_words, listed

FORMATS = ("toml", "json", "markdown")


class Book(Protocol):
    """What a document tells of a rulebook."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules."""
        ...

    @property
    def charts(self) -> Mapping[str, Chart]:
        """Its charts by strand."""
        ...

    @property
    def silent(self) -> tuple[NotAssessed, ...]:
        """What no rule of it can judge."""
        ...

    @property
    def on_request(self) -> tuple[Rule, ...]:
        """Its rules that are applied on request only."""
        ...

    @property
    def day(self) -> date | None:
        """The day whose law it is, if it was cut to one."""
        ...


def export(book: Book, format: str) -> str:
    """The whole book in one of `FORMATS`. Raises `ValueError` for another."""
    if format == "markdown":
        return markdown(book)
    if format not in FORMATS:
        raise ValueError(f"a rulebook is not written as {format!r}; expected one of {', '.join(FORMATS)}")
    data = book_to_data(book.name, book.rules, book.charts.values(), book.silent, book.on_request, book.day)
    if format == "toml":
        return tomli_w.dumps(data)
    return json.dumps(data, indent=2, ensure_ascii=False, default=_iso) + "\n"


def load(text: str) -> dict[str, Any]:
    """The parts, by name, of a book that was exported as TOML or as JSON. Raises `DefinitionError`."""
    try:
        data = data_from_json(text) if text.lstrip().startswith("{") else data_from_toml(text)
    except ValueError as error:
        raise DefinitionError("the rulebook", [str(error)]) from None
    return book_from_data(data)


def _iso(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def markdown(book: Book) -> str:
    """Every rule with its versions, sources and grades."""
    return "".join(_rule(rule) for rule in book.rules).lstrip("\n")


def _rule(rule: Rule) -> str:
    kind = type(rule).__name__
    title = rule.title[0].upper() + rule.title[1:]
    lines = [f"\n## `{rule.id}`\n\n{title}. Kind: {kind}.\n\n", *_shape(rule)]
    if rule.versions:
        lines.append(
            "\n| edition | requires | in force | force | evidence | seen at | note |\n|---|---|---|---|---|---|---|\n"
        )
        lines += [_version(rule, version) for version in rule.versions]
    for absence in rule.absent:
        lines.append(f"\nNone {days_in_words(absence.since, absence.until)}: {absence.because}.\n")
    return "".join(lines)


_FLAGS = "same_day doubt_earlier holidays continues".split()
_SPELLS = {"while open": "while_", "in place": "held", "counted from the start of": "counted_from"}
_SHAPE = (
    "start end discharge revived extends anew event anchor again stops then first since behind must pairing".split()
)


def _shape(rule: Rule) -> Iterator[str]:
    for name in _SHAPE:
        value = getattr(rule, name, None)
        if value is not None and str(value) not in ("", "always"):
            yield f"* {name}: {value}\n"
    flags = [name.replace("_", " ") for name in _FLAGS if getattr(rule, name, False)]
    if flags:
        yield f"* {listed(flags)}\n"
    if spells := getattr(rule, "closed", ()):
        yield f"* never while open: {listed([spell.name for spell in spells], 'or')}\n"
    for name, attribute in (
        ("while open", "while_"),
        ("in place", "held"),
        ("counted from the start of", "counted_from"),
    ):
        if (spell := getattr(rule, attribute, None)) is not None:
            yield f"* {name}: {spell.name}\n"


def _version(rule: Rule, version: Version) -> str:
    seen = ", ".join(citation.url for citation in version.citations) or "nowhere"
    what = required(rule, version).removeprefix(f"{rule.title}: ")
    what = "no number" if what == rule.title and version.requires is None and hasattr(rule, "discharge") else what
    note = "; ".join(filter(None, (version.departure and f"local departure: {version.departure}", version.note)))
    cells = (version.edition, what, dates(version), version.force.value.replace("-", " "), version.grade, seen, note)
    return f"| {' | '.join(cells)} |\n"


def dates(version: Version) -> str:
    """From when to when a version holds, in words."""
    if version.in_force is None:
        return "not in force"
    return f"{day_in_words(version.in_force)} to {day_in_words(version.until) if version.until else 'now'}"
