"""Rules as plain data and back: what TOML and JSON hold of a rule, a condition, a period.

The form is meant to be read and written by people. A period is a text (`15 working days`), a condition a small table
(`{fact = "outcome", is = ["plan"]}`), and spells, instruments and calendars are named once and spoken of by name.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NoReturn

from attrs import field, fields, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.charts import Chart, Move
from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated
from childprotect.errors import DefinitionError
from childprotect.figures import period_from_data, period_to_data, requirement_from_data, requirement_to_data
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Period
from childprotect.plain_data import day_from_data, named, names_from_data, of_type, plain, shown, strict
from childprotect.requirements import Requirement
from childprotect.rules import KINDS, Rule
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version

Data = dict[str, Any]
_KINDS: dict[str, type[Rule]] = {kind.__name__.lower(): kind for kind in KINDS}
_NAMES = {"while_": "while", "versions": "version", "citations": "source"}
_EVIDENCE = {grade.letter: grade for grade in Evidence}
_FORCES = {force.value: force for force in Force}
_REPEATS = {policy.name.lower().replace("_", "-"): policy for policy in Repeats}


@frozen
class _Closure:
    day: date
    name: str


@frozen
class _Calendar:
    """A calendar as it is written: that of England and Wales, and what is closed besides."""

    name: str
    closures: tuple[_Closure, ...]


_CLASSES = (Absence, NotAssessed, Citation, Move, Chart, Pairing, Version, _Closure, _Calendar, *KINDS)
"""What is written field by field."""


@frozen(eq=False)
class Forms:
    """A converter between values and plain data, with what was named so far: one for each book."""

    spells: dict[str, Spell] = field(factory=dict)
    instruments: dict[str, Instrument] = field(factory=dict)
    calendars: dict[str, WorkingDays] = field(factory=dict)
    converter: Converter = field(init=False, factory=lambda: Converter(omit_if_default=True, forbid_extra_keys=True))
    _readers: dict[type, Any] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        strict(self.converter)
        _register_names(self)
        _register_values(self)
        _register_classes(self.converter)

    def rule_to_data(self, rule: Rule) -> Data:
        """One rule, with its kind."""
        plain: Data = self.converter.unstructure(rule)
        return {"id": plain.pop("id"), "kind": type(rule).__name__.lower(), **plain}

    def rule_from_data(self, data: Mapping[str, Any]) -> Rule:
        """One rule of the kind that it names. Raises `ValueError`, or what cattrs raises."""
        kind = _KINDS.get(str(of_type(data, Mapping, "a rule").get("kind")))
        if kind is None:
            raise ValueError(f"kind {shown(data.get('kind'))} is none of {', '.join(_KINDS)}")
        rule: Rule = self.converter.structure({key: value for key, value in data.items() if key != "kind"}, kind)
        return rule

    def spell_to_data(self, spell: Spell) -> Data:
        """A spell written out."""
        plain: Data = _writer(self.converter, Spell)(spell)
        return plain

    def spell_from_data(self, data: Mapping[str, Any]) -> Spell:
        """A spell that was written out; from now on it can be named."""
        spell: Spell = self._written_out(Spell)(data, Spell)
        _once(self.spells, spell.name, spell)
        return spell

    def instrument_from_data(self, data: Mapping[str, Any]) -> Instrument:
        """An instrument that was written out; from now on it can be named."""
        instrument: Instrument = self._written_out(Instrument)(data, Instrument)
        _once(self.instruments, instrument.id, instrument)
        return instrument

    def calendar_from_data(self, data: Mapping[str, Any]) -> WorkingDays:
        """A calendar that was written out as its closure days; from now on it can be named."""
        written: _Calendar = self.converter.structure(data, _Calendar)
        closures = [(closure.day, closure.name) for closure in written.closures]
        calendar = england_and_wales().with_closures(written.name, closures)
        _once(self.calendars, calendar.name, calendar)
        return calendar

    def _written_out(self, kind: type) -> Any:
        """The reader of what is elsewhere spoken of by name, and so has no hook of its own."""
        if kind not in self._readers:
            self._readers[kind] = _reader(self.converter, kind)
        return self._readers[kind]


def book_to_data(
    name: str,
    rules: Iterable[Rule],
    charts: Iterable[Chart],
    silent: Iterable[NotAssessed],
    on_request: Iterable[Rule] = (),
    day: date | None = None,
) -> Data:
    """A rulebook as plain data: instruments, calendars and spells by name, then the rest."""
    forms = Forms()
    plain = forms.converter.unstructure
    write_instrument = _writer(forms.converter, Instrument)
    told = [forms.rule_to_data(rule) for rule in rules]
    asked = [forms.rule_to_data(rule) for rule in on_request]
    spells = [forms.spell_to_data(spell) for spell in forms.spells.values()]
    data: Data = {
        "name": name,
        "day": day,
        "instrument": [write_instrument(instrument) for instrument in forms.instruments.values()],
        "calendar": [_closures(calendar) for calendar in forms.calendars.values()],
        "spell": spells,
        "rule": told,
        "on-request": asked,
        "chart": [plain(chart) for chart in charts],
        "silent": [plain(entry) for entry in silent],
    }
    return {key: value for key, value in data.items() if value}


_PARTS = "name day instrument calendar spell rule on-request chart silent".split()


def book_from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `book_to_data` wrote, as the fields of a rulebook by name.

    Raises `DefinitionError` for anything else, with every problem of the first part that has one.
    """
    if unknown := set(data) - set(_PARTS):
        raise _no_book([f"a rulebook knows {', '.join(_PARTS)}, not {', '.join(sorted(unknown))}"])
    try:
        name = of_type(data["name"], str, "the name of a rulebook")
        day = day_from_data(data["day"]) if "day" in data else None
    except (ValueError, KeyError) as error:
        raise _no_book(plain(error)) from None
    forms = Forms()
    for part, read in (
        ("instrument", forms.instrument_from_data),
        ("calendar", forms.calendar_from_data),
        ("spell", forms.spell_from_data),
    ):
        _entries(data, part, read)
    charts: dict[str, Chart] = {}
    _entries(data, "chart", lambda entry: _chart_from_data(entry, forms, charts))
    return {
        "name": name,
        "day": day,
        "rules": _entries(data, "rule", forms.rule_from_data),
        "charts": charts,
        "silent": _entries(data, "silent", lambda entry: forms.converter.structure(entry, NotAssessed)),
        "on_request": _entries(data, "on-request", forms.rule_from_data),
    }


def _chart_from_data(data: Data, forms: Forms, charts: dict[str, Chart]) -> None:
    chart = forms.converter.structure(data, Chart)
    _once(charts, chart.strand, chart)


def _entries(data: Mapping[str, Any], part: str, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Every entry of a part, as `read` takes it."""
    told = data.get(part, [])
    if not isinstance(told, list):
        raise _no_book([f"{shown(told)} is not a list, as {part} is"])
    made: list[Any] = []
    problems: list[str] = []
    for n, entry in enumerate(told, start=1):
        try:
            made.append(read(entry))
        except Exception as error:
            problems += [f"{part} {n}: {problem}" for problem in plain(error)]
    if problems:
        raise _no_book(problems)
    return tuple(made)


def _no_book(problems: Iterable[str]) -> DefinitionError:
    return DefinitionError("the rulebook", problems)


def _once(names: dict[str, Any], name: str, value: Any) -> None:
    """Name a value. Raises `ValueError` where another bears the name."""
    if name in names:
        raise ValueError(f"another has the name {name!r} too")
    names[name] = value


def _closures(calendar: WorkingDays) -> Data:
    usual = england_and_wales()
    closed = [(day, name) for day, name in calendar.holidays.items() if day not in usual.holidays]
    if usual.with_closures(calendar.name, closed) != calendar:
        raise DefinitionError(f"calendar {calendar.name!r}", ["it is not that of England and Wales with closure days"])
    return {"name": calendar.name, "closures": [{"day": day, "name": name} for day, name in closed]}


# --- classes, field by field


def _renamed(converter: Converter, kind: type) -> Data:
    names = {**_NAMES, "instrument": "edition"} if kind is Version else _NAMES
    renamed: Data = {
        a.name: override(rename=names.get(a.name, a.name.replace("_", "-"))) for a in fields(kind) if a.init
    }
    if kind is Version:  # the versions in a version are looked up when there is one: until then there is no reader
        renamed["replaces"] = override(
            unstruct_hook=lambda versions: [converter.unstructure(version) for version in versions],
            struct_hook=lambda data, _: _replaced(data, converter),
        )
    return renamed


def _replaced(data: Any, converter: Converter) -> tuple[Version, ...]:
    versions = tuple(converter.structure(entry, Version) for entry in of_type(data, list, "a list of versions"))
    if any(version.replaces for version in versions):
        raise ValueError("what a version stands in for stands in for none itself")
    return versions


def _writer(converter: Converter, kind: type) -> Any:
    return make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, **_renamed(converter, kind))


def _reader(converter: Converter, kind: type) -> Any:
    read: Any = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **_renamed(converter, kind))
    return lambda data, _: read(of_type(data, Mapping, "a table"), kind)


def _register_classes(converter: Converter) -> None:
    """Write and read classes by their fields: hyphens in names, defaults left out, nothing unknown accepted."""
    # each when it is first met: to make them all takes longer than to read a book
    converter.register_unstructure_hook_factory(_CLASSES.__contains__, lambda kind: _writer(converter, kind))
    converter.register_structure_hook_factory(_CLASSES.__contains__, lambda kind: _reader(converter, kind))


# --- what is named once


def _register_names(forms: Forms) -> None:
    def instrument_to_data(instrument: Instrument) -> str:
        if forms.instruments.setdefault(instrument.id, instrument) != instrument:
            raise DefinitionError(f"instrument {instrument.id!r}", ["two instruments have this id"])
        return instrument.id

    def spell_to_data(spell: Spell) -> str:
        if spell.name not in forms.spells:
            forms.spell_to_data(spell)  # what it speaks of comes first
            forms.spells[spell.name] = spell
        if forms.spells[spell.name] != spell:
            raise DefinitionError(f"spell {spell.name!r}", ["two spells have this name"])
        return spell.name

    converter = forms.converter
    converter.register_unstructure_hook(Instrument, instrument_to_data)
    converter.register_structure_hook(Instrument, lambda name, _: named(name, forms.instruments, "instrument"))
    converter.register_unstructure_hook(Spell, spell_to_data)
    converter.register_structure_hook(Spell, lambda name, _: named(name, forms.spells, "spell"))


# --- what is a text or a small table


def _register_values(forms: Forms) -> None:
    converter = forms.converter
    converter.register_unstructure_hook(Repeats, lambda policy: policy.name.lower().replace("_", "-"))
    converter.register_structure_hook(Repeats, lambda name, _: named(name, _REPEATS, "policy"))
    converter.register_structure_hook(Force, lambda name, _: named(name, _FORCES, "force"))
    converter.register_unstructure_hook(Evidence, lambda grade: grade.letter)
    converter.register_structure_hook(Evidence, lambda letter, _: named(letter, _EVIDENCE, "grade"))
    converter.register_unstructure_hook(date, lambda day: day)
    converter.register_unstructure_hook(Period, lambda period: period_to_data(period, forms.calendars))
    converter.register_structure_hook(Period, lambda data, _: period_from_data(data, forms.calendars))
    converter.register_unstructure_hook_func(
        lambda kind: kind == Requirement, lambda value: requirement_to_data(value, forms.calendars)
    )
    converter.register_structure_hook_func(
        lambda kind: kind == Requirement, lambda data, _: requirement_from_data(data, forms.calendars)
    )
    converter.register_unstructure_hook(Match, lambda match: _match_to_data(match, forms))
    converter.register_structure_hook(Match, lambda data, _: _match_from_data(data, forms))
    converter.register_unstructure_hook_func(_is_condition, lambda condition: _condition_to_data(condition, forms))
    converter.register_structure_hook_func(_is_condition, lambda data, _: _condition_from_data(data, forms))
    converter.register_unstructure_hook_func(
        lambda kind: kind == frozenset[Any], lambda values: sorted(values, key=str)
    )
    converter.register_structure_hook_func(
        lambda kind: kind == frozenset[Any], lambda data, _: _values(of_type(data, list, "a list of values"))
    )


def _is_condition(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Condition)


def _match_to_data(match: Match, forms: Forms) -> list[Data]:
    told: list[Data] = []
    last: Condition | None = None
    for kind, condition in match.patterns:
        if condition == last:
            told[-1]["on"].append(kind)
        else:
            where = {} if condition is ALWAYS else {"where": _condition_to_data(condition, forms)}
            told.append({"on": [kind], **where})
        last = condition
    return told


def _match_from_data(data: Any, forms: Forms) -> Match:
    patterns: list[tuple[str, Condition]] = []
    for entry in of_type(data, list, "a list of tables such as { on = ['visit'] }"):
        if unknown := set(of_type(entry, Mapping, "a table such as { on = ['visit'] }")) - {"on", "where"}:
            raise ValueError(f"a match knows on and where, not {', '.join(sorted(unknown))}")
        condition = _condition_from_data(entry["where"], forms) if "where" in entry else ALWAYS
        patterns += [(kind, condition) for kind in names_from_data(entry["on"], "kinds of event") or _nothing()]
    return Match(tuple(patterns or _nothing()))


def _nothing() -> NoReturn:
    raise ValueError("it names no kind of event, so nothing would ever count")


def _condition_to_data(condition: Condition, forms: Forms) -> Data:
    match condition:
        case Fact(name, values):
            return {"fact": name, "is": sorted(values, key=str)}
        case Stated(name, values):
            return {"stated": name, "is": sorted(values, key=str)}
        case AllOf(parts):
            return {"all": [_condition_to_data(part, forms) for part in parts]}
        case AnyOf(parts):
            return {"any": [_condition_to_data(part, forms) for part in parts]}
        case Not(part):
            return {"not": _condition_to_data(part, forms)}
        case During(spell):
            return {"during": forms.converter.unstructure(spell)}
        case Doubtful(of, because, settled_by):
            settled = {"settled-by": settled_by} if settled_by else {}
            return {"doubtful-if": _condition_to_data(of, forms), "because": because, **settled}
    return {"always": True}


_DEEPEST = 40
"""How many conditions may stand each within another. What is nested deeper could be read, and not be checked with."""


def _condition_from_data(data: Any, forms: Forms, depth: int = 0) -> Condition:
    if depth > _DEEPEST:
        raise ValueError(f"there are more than {_DEEPEST} conditions, each within another")

    def within(part: Any) -> Condition:
        return _condition_from_data(part, forms, depth + 1)

    match data:
        case {"fact": str(name), "is": [_, *_] as values, **rest} if not rest:
            return Fact(name, _values(values))
        case {"stated": str(name), "is": [_, *_] as values, **rest} if not rest:
            return Stated(name, _values(values))
        case {"all": [_, *_] as parts, **rest} if not rest:
            return AllOf(tuple(map(within, parts)))
        case {"any": [_, *_] as parts, **rest} if not rest:
            return AnyOf(tuple(map(within, parts)))
        case {"not": part, **rest} if not rest:
            return Not(within(part))
        case {"during": name, **rest} if not rest:
            return During(named(name, forms.spells, "spell"))
        case {"doubtful-if": of, "because": str(because), **rest} if set(rest) <= {"settled-by"}:
            settled = of_type(rest["settled-by"], str, "the name of a fact") if rest else None
            return Doubtful(within(of), because, settled)
        case {"always": True, **rest} if not rest:
            return ALWAYS
    raise ValueError(f"{shown(data)} is no condition: expected fact, stated, all, any, not, during or doubtful-if")


def _values(values: list[Any]) -> frozenset[Any]:
    if odd := [value for value in values if isinstance(value, list | dict)]:
        raise ValueError(f"{shown(odd[0])} is no value of a fact")
    return frozenset(values)
