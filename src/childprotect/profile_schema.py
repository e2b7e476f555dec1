"""The JSON Schema of a local profile, made from a rulebook: editors complete and check a profile while it is written.

The file `profile.schema.json` beside this module is the schema for England; `docs/generate.py` writes it.
"""

from typing import Any

from childprotect.authority import Evidence
from childprotect.rulebook import Rulebook
from childprotect.rules import KINDS
from childprotect.vocabulary import AGENCIES, STANDARD, Form, form_of

Schema = dict[str, Any]
_DAY: Schema = {"type": "string", "format": "date"}
_TEXT: Schema = {"type": "string"}
_SAID: Schema = {"type": "string", "minLength": 1}
_PERIOD: Schema = {
    "type": "string",
    "pattern": "^[0-9]{1,4} (hour|day|week|month|working day)s?( beginning with the day)?$",
    "examples": ["15 working days", "72 hours", "3 months"],
}


def _table(required: tuple[str, ...], **properties: Any) -> Schema:
    named = {name.strip("_").replace("_", "-"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": named, "required": list(required), "additionalProperties": False}


_NAMES: Schema = {"type": "array", "items": _TEXT, "minItems": 1}
_AGENCIES: Schema = {"type": "array", "items": {"enum": AGENCIES}, "minItems": 1}
_OTHERS: Schema = {"type": "integer", "minimum": 0}
_TIMES: Schema = {"type": "integer", "minimum": 1}
_REQUIREMENT: Schema = {
    "description": "a period, or a table with one of every, at-most, by, agencies, facts",
    "anyOf": [
        _PERIOD,
        _table(("every",), every=_PERIOD, first=_PERIOD, second=_PERIOD, later=_PERIOD, after=_PERIOD)
        | {"dependentRequired": {"later": ["after"], "after": ["later"]}},
        _table(("at-most",), at_most=_PERIOD, extension=_PERIOD, renewed=_PERIOD, times=_TIMES)
        | {"dependentRequired": {"times": ["extension"]}},
        _table(("by",), by={"enum": [name for name in sorted(STANDARD.facts) if form_of(name) is Form.DATE]}),
        _table(("agencies",), agencies=_AGENCIES, others=_OTHERS),
        _table(("facts",), facts=_NAMES),
    ],
}


def profile_schema(book: Rulebook) -> Schema:
    """The schema of the profiles that can be laid over this book, as draft 2020-12."""
    rules: Schema = {"enum": sorted([*book, *(rule.id for rule in book.on_request)])}
    waiting = sorted({v.edition for rule in book.rules for v in rule.versions if v.in_force is None})
    grades: Schema = {
        "enum": [grade.letter for grade in Evidence],
        "description": "; ".join(f"{grade.letter}: {grade.meaning}" for grade in Evidence),
    }
    named: Schema = {**_TEXT, "description": "the id of a rule of the rulebook, or of an added rule"}
    rule = _table(
        ("id", "from"),
        id={"anyOf": [rules, named]},
        from_=_DAY,
        until=_DAY,
        requires=_REQUIREMENT,
        evidence=grades,
        source=_TEXT,
        quote={**_TEXT, "description": "at most 25 words"},
        note=_TEXT,
        illustrative={"type": "boolean", "description": "an example, and nobody's figure; every finding says so"},
    )
    aside = _table(("id", "from", "because"), id=rules, from_=_DAY, until=_DAY, because=_SAID)
    closure = _table(("day", "name"), day=_DAY, name=_TEXT)
    calendar = _table(
        (),
        closures={"type": "array", "items": closure},
        guidance={"type": "boolean", "description": "leave the closure days out of the limits of guidance too"},
    )
    added: Schema = {
        "type": "object",
        "description": "a rule of the council's own, in the form of an exported rulebook, without versions",
        "properties": {"id": _SAID, "title": _SAID, "kind": {"enum": [kind.__name__.lower() for kind in KINDS]}},
        "required": ["id", "title", "kind"],
    }
    schema = _table(
        ("id", "authority"),
        id={**_SAID, "description": "the name of this edition of the profile, as findings show it"},
        authority=_SAID,
        title=_TEXT,
        practice={
            "description": "true: check what inspectors asked of the record too; or some of those rules",
            "anyOf": [{"type": "boolean"}, {"type": "array", "items": rules}],
        },
        calendar=calendar,
        commencing=_table((), **dict.fromkeys(waiting, _DAY)) if waiting else {"type": "object"},
        rule={"type": "array", "items": rule},
        set_aside={"type": "array", "items": aside},
        added_rule={"type": "array", "items": added},
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "childprotect local profile", **schema}
