"""Rules as plain data and back: what TOML and JSON hold of a rule, a condition, a period.

The form is meant to be read and written by people. A period is a text (`15 working days`), a condition a small table
(`{fact = "outcome", is = ["plan"]}`), and spells, instruments and calendars are named once and spoken of by name.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, fields, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from childprotect.authority import Citation, Evidence, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.charts import Chart, Move
from childprotect.conditions import ALWAYS, AllOf, AnyOf, Condition, Doubtful, Fact, Match, Not, Stated
from childprotect.errors import DefinitionError
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import MonthEnd, Period, Roll
from childprotect.requirements import By, Cadence, Limit, Quorum, Requirement
from childprotect.rules import KINDS, Rule
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version

Data = dict[str, Any]
_KINDS: dict[str, type[Rule]] = {kind.__name__.lower(): kind for kind in KINDS}
_NAMES = {"while_": "while", "versions": "version", "citations": "source"}
_EVIDENCE = {grade.letter: grade for grade in Evidence}


@frozen(eq=False)
class Forms:
    """A converter between values and plain data, with what was named so far: one for each book."""

    spells: dict[str, Spell] = field(factory=dict)
    instruments: dict[str, Instrument] = field(factory=dict)
    calendars: dict[str, WorkingDays] = field(factory=dict)
    converter: Converter = field(init=False, factory=lambda: Converter(omit_if_default=True, forbid_extra_keys=True))

    def __attrs_post_init__(self) -> None:
        _register_names(self)
        _register_values(self)
        for kind in (Instrument, Absence, NotAssessed, Citation, Move, Chart, Pairing, Version, *KINDS):
            _register(self.converter, kind)

    def rule_to_data(self, rule: Rule) -> Data:
        """One rule, with its kind."""
        plain: Data = _writer(self.converter, type(rule))(rule)
        return {"id": plain.pop("id"), "kind": type(rule).__name__.lower(), **plain}

    def rule_from_data(self, data: Mapping[str, Any]) -> Rule:
        """One rule of the kind that it names. Raises `ValueError`, or what cattrs raises."""
        kind = _KINDS.get(str(data.get("kind")))
        if kind is None:
            raise ValueError(f"kind {data.get('kind')!r} is none of {', '.join(_KINDS)}")
        rule: Rule = self.converter.structure({key: value for key, value in data.items() if key != "kind"}, kind)
        return rule

    def spell_to_data(self, spell: Spell) -> Data:
        """A spell written out."""
        plain: Data = _writer(self.converter, Spell)(spell)
        return plain

    def spell_from_data(self, data: Mapping[str, Any]) -> Spell:
        """A spell that was written out; from now on it can be named."""
        spell: Spell = _reader(self.converter, Spell)(data, Spell)
        self.spells[spell.name] = spell
        return spell


def book_to_data(
    name: str,
    rules: Iterable[Rule],
    charts: Iterable[Chart],
    silent: Iterable[NotAssessed],
    on_request: Iterable[Rule] = (),
) -> Data:
    """A rulebook as plain data: instruments, calendars and spells by name, then the rest."""
    forms = Forms()
    plain = forms.converter.unstructure
    told = [forms.rule_to_data(rule) for rule in rules]
    asked = [forms.rule_to_data(rule) for rule in on_request]
    spells = [forms.spell_to_data(spell) for spell in forms.spells.values()]
    data: Data = {
        "name": name,
        "instrument": [_writer(forms.converter, Instrument)(instrument) for instrument in forms.instruments.values()],
        "calendar": [_closures(calendar) for calendar in forms.calendars.values()],
        "spell": spells,
        "rule": told,
        "on-request": asked,
        "chart": [plain(chart) for chart in charts],
        "silent": [plain(entry) for entry in silent],
    }
    return {key: value for key, value in data.items() if value}


def book_from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `book_to_data` wrote, as values by name: name, rules, charts, silent, on_request. Raises as cattrs does."""
    forms = Forms()
    for entry in data.get("instrument", ()):
        instrument = _reader(forms.converter, Instrument)(entry, Instrument)
        forms.instruments[instrument.id] = instrument
    for entry in data.get("calendar", ()):
        closures = [(closure["day"], closure["name"]) for closure in entry["closures"]]
        forms.calendars[entry["name"]] = england_and_wales().with_closures(entry["name"], closures)
    for entry in data.get("spell", ()):
        forms.spell_from_data(entry)
    rules = tuple(forms.rule_from_data(entry) for entry in data.get("rule", ()))
    charts = forms.converter.structure(data.get("chart", []), tuple[Chart, ...])
    silent = forms.converter.structure(data.get("silent", []), tuple[NotAssessed, ...])
    asked = tuple(forms.rule_from_data(entry) for entry in data.get("on-request", ()))
    by_strand = {chart.strand: chart for chart in charts}
    return {"name": data["name"], "rules": rules, "charts": by_strand, "silent": silent, "on_request": asked}


def _closures(calendar: WorkingDays) -> Data:
    usual = england_and_wales().holidays
    closed = [{"day": day, "name": name} for day, name in calendar.holidays.items() if day not in usual]
    return {"name": calendar.name, "closures": closed}


# --- classes, field by field


def _renamed(kind: type) -> Data:
    named = [a.name for a in fields(kind) if a.init and a.name != "replaces"]
    names = {**_NAMES, "instrument": "edition"} if kind is Version else _NAMES
    renamed: Data = {name: override(rename=names.get(name, name.replace("_", "-"))) for name in named}
    return renamed | ({"replaces": override(omit=True)} if kind is Version else {})


def _writer(converter: Converter, kind: type) -> Any:
    return make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, **_renamed(kind))


def _reader(converter: Converter, kind: type) -> Any:
    return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **_renamed(kind))


def _register(converter: Converter, kind: type) -> None:
    """Write and read a class by its fields: hyphens in names, defaults left out, nothing unknown accepted."""
    if kind is not Instrument:
        converter.register_unstructure_hook(kind, _writer(converter, kind))
        converter.register_structure_hook(kind, _reader(converter, kind))


# --- what is named once


def _register_names(forms: Forms) -> None:
    def instrument_to_data(instrument: Instrument) -> str:
        forms.instruments[instrument.id] = instrument
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
    converter.register_structure_hook(Instrument, lambda name, _: _named(name, forms.instruments, "instrument"))
    converter.register_unstructure_hook(Spell, spell_to_data)
    converter.register_structure_hook(Spell, lambda name, _: _named(name, forms.spells, "spell"))


def _named(name: Any, known: Mapping[str, Any], what: str) -> Any:
    if name not in known:
        raise ValueError(f"there is no {what} named {name!r}; expected one of {', '.join(known)}")
    return known[name]


# --- what is a text or a small table


def _register_values(forms: Forms) -> None:
    converter = forms.converter
    for kind in (Repeats, Roll, MonthEnd):
        converter.register_unstructure_hook(kind, lambda member: member.name.lower().replace("_", "-"))
        converter.register_structure_hook(kind, lambda text, kind: kind[str(text).upper().replace("-", "_")])
    converter.register_unstructure_hook(Evidence, lambda grade: grade.letter)
    converter.register_structure_hook(Evidence, lambda letter, _: _named(letter, _EVIDENCE, "grade"))
    converter.register_unstructure_hook(date, lambda day: day)
    converter.register_structure_hook(date, lambda value, _: day_from_data(value))
    converter.register_unstructure_hook(Period, lambda period: _period_to_data(period, forms))
    converter.register_structure_hook(Period, lambda data, _: period_from_data(data, forms.calendars))
    converter.register_unstructure_hook_func(
        lambda kind: kind == Requirement, lambda value: _requirement_to_data(value, forms)
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


def _is_condition(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Condition)


def day_from_data(value: Any) -> date:
    """A day, from a day or from text. Raises `ValueError`."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not date:
        raise ValueError(f"{value!r} is no date such as 2013-04-15")
    return value


def _period_to_data(period: Period, forms: Forms) -> Any:
    special: Data = {}
    if period.calendar is not None:
        forms.calendars[period.calendar.name] = period.calendar
        special["calendar"] = period.calendar.name
    if period.roll is not Roll.NONE:
        special["roll"] = period.roll.name.lower()
    if period.month_end is not MonthEnd.CLAMP:
        special["month-end"] = "roll-over"
    return {"period": str(period), **special} if special else str(period)


def period_from_data(data: Any, calendars: Mapping[str, WorkingDays]) -> Period:
    """A period, from a text or from a table with a calendar or a rounding. Raises `ValueError`."""
    if isinstance(data, str):
        return Period.parse(data)
    if not isinstance(data, Mapping) or "period" not in data:
        raise ValueError(f"{data!r} is no period; expected for instance '15 working days'")
    period = Period.parse(data["period"])
    if "calendar" in data:
        period = evolve(period, calendar=_named(data["calendar"], calendars, "calendar"))
    if "roll" in data:
        period = evolve(period, roll=_named(data["roll"], {roll.name.lower(): roll for roll in Roll}, "rounding"))
    if "month-end" in data:
        period = evolve(period, month_end=MonthEnd.ROLL_OVER)
    return period


def _requirement_to_data(requires: Requirement, forms: Forms) -> Any:
    def named(*names: str) -> Data:
        values = {name: getattr(requires, name) for name in names}
        return {name: _period_to_data(value, forms) for name, value in values.items() if value is not None}

    match requires:
        case Cadence():
            return {"every": _period_to_data(requires.then, forms), **named("first", "second", "later", "after")}
        case Limit():
            times = {"times": requires.times} if requires.times is not None else {}
            return {"at-most": _period_to_data(requires.period, forms), **named("extension", "renewed"), **times}
        case By():
            return {"by": requires.fact}
        case Quorum():
            return {"agencies": sorted(requires.agencies), "others": requires.others}
        case frozenset():
            return {"agencies": sorted(requires)}
        case tuple():
            return {"facts": list(requires)}
        case Period():
            return _period_to_data(requires, forms)
    return None


_REQUIREMENTS = {
    "every": {"first", "second", "later", "after"},
    "at-most": {"extension", "renewed", "times"},
    "by": set[str](),
    "agencies": {"others"},
    "facts": set[str](),
}


def requirement_from_data(data: Any, calendars: Mapping[str, WorkingDays]) -> Requirement:
    """What a version requires: a period, or a table with one of `every`, `at-most`, `by`, `agencies`, `facts`.

    Raises `ValueError` for anything else.
    """
    if data is None:
        return None
    if isinstance(data, str) or "period" in data:
        return period_from_data(data, calendars)
    main = next((name for name in _REQUIREMENTS if name in data), None)
    if main is None or (unknown := set(data) - {main} - _REQUIREMENTS[main]):
        what = f"no {', '.join(sorted(unknown))}" if main else f"one of {', '.join(_REQUIREMENTS)}, not {data!r}"
        raise ValueError(f"a requirement {'knows' if main else 'is a period, or a table with'} {what}")
    periods = {
        name: period_from_data(value, calendars)
        for name, value in data.items()
        if name not in ("times", "by", "agencies", "others", "facts")
    }
    match main:
        case "every":
            return Cadence(then=periods.pop("every"), **periods)
        case "at-most":
            return Limit(periods.pop("at-most"), times=data.get("times"), **periods)
        case "by":
            return By(data["by"])
        case "agencies" if "others" in data:
            return Quorum(frozenset(data["agencies"]), data["others"])
        case "agencies":
            return frozenset(data["agencies"])
    return tuple(data["facts"])


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


def _match_from_data(data: Iterable[Mapping[str, Any]], forms: Forms) -> Match:
    patterns: list[tuple[str, Condition]] = []
    for entry in data:
        if unknown := set(entry) - {"on", "where"}:
            raise ValueError(f"a match knows on and where, not {', '.join(sorted(unknown))}")
        condition = _condition_from_data(entry["where"], forms) if "where" in entry else ALWAYS
        patterns += [(kind, condition) for kind in entry["on"]]
    return Match(tuple(patterns))


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


def _condition_from_data(data: Mapping[str, Any], forms: Forms) -> Condition:
    match dict(data):
        case {"fact": str(name), "is": [*values], **rest} if not rest:
            return Fact(name, frozenset(values))
        case {"stated": str(name), "is": [*values], **rest} if not rest:
            return Stated(name, frozenset(values))
        case {"all": [*parts], **rest} if not rest:
            return AllOf(tuple(_condition_from_data(part, forms) for part in parts))
        case {"any": [*parts], **rest} if not rest:
            return AnyOf(tuple(_condition_from_data(part, forms) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(_condition_from_data(part, forms))
        case {"during": name, **rest} if not rest:
            return During(_named(name, forms.spells, "spell"))
        case {"doubtful-if": of, "because": str(because), **rest} if set(rest) <= {"settled-by"}:
            return Doubtful(_condition_from_data(of, forms), because, rest.get("settled-by"))
        case {"always": True, **rest} if not rest:
            return ALWAYS
    raise ValueError(f"{dict(data)!r} is no condition: expected fact, stated, all, any, not, during or doubtful-if")
