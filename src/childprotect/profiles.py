"""Local profiles: what a council's own procedures set, in one TOML file, on top of the national law.

A profile gives numbers to rules that have none, tightens or loosens those that have, keeps a rule that the guidance has
dropped, sets one aside, names closure days, adds rules. Everything is dated. `rulebook | Profile.load(path)` is the law
as it holds there. A profile with mistakes is refused, with all of them and their places at once.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, field, fields, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from childprotect.authority import Evidence
from childprotect.documents import data_from_toml
from childprotect.errors import ProfileError, UnknownName, UnreadableInput
from childprotect.localising import Places, localised
from childprotect.plain_data import of_type, plain, shown, strict
from childprotect.rulebook import Rulebook
from childprotect.vocabulary import nearest

_GRADES = {grade.letter: grade for grade in Evidence}


def _said(_: object, attribute: Any, value: str) -> None:
    if not value.strip():
        raise ValueError(f"{attribute.name} is empty")


@frozen(kw_only=True)
class LocalRule:
    """What a profile sets for one rule, from a day on: the figure, and how well it is known.

    `requires` is in the form of an exported rulebook: `"10 working days"`, `{every = "6 weeks"}`, `{agencies = [...]}`.
    """

    id: str
    from_: date
    until: date | None = None
    requires: Any = None
    evidence: Evidence = Evidence.LOCAL
    source: str = ""
    quote: str = ""
    note: str = ""
    illustrative: bool = False
    place: str = field(default="", eq=False)
    """Where in the file it stands, for messages."""


@frozen(kw_only=True)
class SetAside:
    """A rule of the guidance that is not followed for some days, and why."""

    id: str
    from_: date
    until: date | None = None
    because: str = field(validator=_said)
    place: str = field(default="", eq=False)


@frozen(kw_only=True)
class Closure:
    """A day on which the council's offices are closed, though it is no bank holiday."""

    day: date
    name: str


@frozen(kw_only=True)
class LocalCalendar:
    """Closure days. They are not counted in the profile's own limits; with `guidance`, not in those of guidance."""

    closures: tuple[Closure, ...] = ()
    guidance: bool = False


@frozen(kw_only=True)
class Profile:
    """A council's practice as dated values. `Profile.load` reads one; `rulebook | profile` applies it."""

    id: str = field(validator=_said)
    authority: str = field(validator=_said)
    title: str = "local procedures"
    practice: bool | tuple[str, ...] = False
    """True for every rule that the rulebook applies on request only, or the ids of some."""
    calendar: LocalCalendar | None = None
    commencing: dict[str, date] = field(factory=dict)
    """First days of instruments that are not in force, by id."""
    rules: tuple[LocalRule, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    added_rules: tuple[dict[str, Any], ...] = ()
    """Rules of the council's own, in the form of an exported rulebook, without versions: `rules` gives them numbers."""
    path: str = field(default="", eq=False)

    @classmethod
    def load(cls, path: str | Path, *, book: Rulebook | None = None) -> "Profile":
        """Read a profile. With `book`, what would keep it from being applied there is found too.

        Raises `UnreadableInput` for what is no TOML, `ProfileError` for a profile with mistakes.
        """
        try:
            text = Path(path).read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
        except UnicodeDecodeError:
            raise UnreadableInput(str(path), "", "it is not UTF-8", "a profile in TOML") from None
        return cls.parse(text, path=str(path), book=book)

    @classmethod
    def parse(cls, text: str, *, path: str = "profile", book: Rulebook | None = None) -> "Profile":
        """As `load`, from text."""
        try:
            data = data_from_toml(text)
        except ValueError as error:
            raise UnreadableInput(path, "", str(error), "a profile in TOML") from None
        profile, problems = _structure(data, text, path)
        if book is not None:
            problems += localised(book, profile, Places(text))[1]
        if problems:
            raise ProfileError(path, problems)
        return profile

    def __ror__(self, book: object) -> Rulebook:
        if not isinstance(book, Rulebook):
            return NotImplemented
        applied, problems = localised(book, self, Places(""))
        if problems:
            raise ProfileError(self.path or self.id, problems)
        return applied


# --- reading


_OURS = ("place", "path", "rules", "set_aside", "added_rules")
"""Fields that no key of the file sets directly."""
_TABLES: dict[str, Any] = {"rule": LocalRule, "set-aside": SetAside}


def _reader() -> Converter:
    converter = strict(Converter(forbid_extra_keys=True))
    converter.register_structure_hook(Evidence, lambda value, _: _grade(value))
    converter.register_structure_hook_func(_is_practice, lambda value, _: _practice(value))
    days = converter.get_structure_hook(dict[str, date])
    converter.register_structure_hook_func(
        lambda kind: kind == dict[str, date], lambda value, kind: days(of_type(value, dict, "a table"), kind)
    )
    for kind in (LocalRule, SetAside, Closure, LocalCalendar, Profile):
        converter.register_structure_hook(kind, _table_reader(kind, converter))
    return converter


def _table_reader(kind: type, converter: Converter) -> Any:
    keys = {a.name: a.name.strip("_").replace("_", "-") for a in fields(kind)}
    names: dict[str, Any] = {name: override(rename=key, omit=name in _OURS) for name, key in keys.items()}
    read: Any = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **names)
    return lambda data, _: read(of_type(data, Mapping, "a table"), kind)


def _grade(value: Any) -> Evidence:
    if not isinstance(value, str) or value not in _GRADES:
        raise ValueError(f"{shown(value)} is no grade; expected one of {', '.join(_GRADES)}")
    return _GRADES[value]


def _is_practice(kind: Any) -> bool:
    return bool(kind == bool | tuple[str, ...])


def _practice(value: Any) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    raise ValueError(f"{shown(value)} is neither true, false nor a list of rules")


def _structure(data: Mapping[str, Any], text: str, path: str) -> tuple[Profile, list[str]]:
    """The profile as far as it can be read, and what cannot be."""
    reader, places, problems = _reader(), Places(text), list[str]()
    head = {key: value for key, value in data.items() if key not in (*_TABLES, "added-rule")}
    found: dict[str, list[Any]] = {name: [] for name in _TABLES}
    for name, kind in _TABLES.items():
        for n, entry in enumerate(_listed(data.get(name, []), name, problems)):
            where = places.of(name, n, str(entry.get("id", "")))
            try:
                found[name].append(evolve(reader.structure(entry, kind), place=where))
            except Exception as error:
                problems += [f"{where}: {problem}" for problem in plain(error)]
    profile, mistakes = _head(head, reader)
    problems = [*mistakes, *problems]
    added = tuple(_listed(data.get("added-rule", []), "added-rule", problems))
    rules, aside = tuple(found["rule"]), tuple(found["set-aside"])
    return evolve(profile, rules=rules, set_aside=aside, added_rules=added, path=path), problems


def _head(head: dict[str, Any], reader: Converter) -> tuple[Profile, list[str]]:
    """The profile without its tables; what cannot be read is left out and told."""
    known = {a.name.replace("_", "-") for a in fields(Profile) if a.name not in _OURS}
    problems = [f"{_unknown_key(key, known)}" for key in head if key not in known]
    good: dict[str, Any] = {"id": "profile", "authority": "?"}
    problems += [f"{key} is missing" for key in good if key not in head]
    for key in (key for key in head if key in known):
        try:
            reader.structure({**good, key: head[key]}, Profile)
            good[key] = head[key]
        except Exception as error:
            problems += plain(error)
    return reader.structure(good, Profile), problems


def _unknown_key(key: str, known: set[str]) -> str:
    expected = ", ".join(sorted(known | {*_TABLES, "added-rule"}))
    return str(UnknownName("key", key, nearest(key, [*known, *_TABLES, "added-rule"]), expected))


def _listed(value: Any, name: str, problems: list[str]) -> list[dict[str, Any]]:
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return value
    problems.append(f"{name}: expected tables that begin with [[{name}]]")
    return []
