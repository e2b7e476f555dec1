"""What conditions and matches say, as SQL.

The truth of a condition is SQL's own: NULL is unknown, and `AND`, `OR` and `NOT` follow the same three-valued logic as
`conditions`. So a condition on a row is one boolean expression over its columns.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from childprotect.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    Doubtful,
    Fact,
    Match,
    Not,
    Stated,
    matches_in,
    parts_of,
)
from childprotect.requirements import By
from childprotect.rules import Within
from childprotect.spells import During, Spell
from childprotect.vocabulary import Form, form_of


def named(column: str) -> str:
    """Our name of a column."""
    return column.strip().casefold().replace("_", "-").replace(" ", "-")


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as a literal."""
    return "'" + value.replace("'", "''") + "'"


def among(names: Iterable[str]) -> str:
    """Literals as the right side of IN."""
    return f"({', '.join(text(name) for name in sorted(names))})"


# --- what rules read


def spells_in(condition: object) -> Iterator[Spell]:
    """The spells that a condition asks about; not those that these ask about in their turn."""
    if isinstance(condition, During):
        yield condition.spell
    elif isinstance(condition, tuple):
        for part in condition:
            yield from spells_in(part)
    elif isinstance(condition, Condition):
        for part in parts_of(condition):
            yield from spells_in(part)


def spells_of(matches: Iterable[Match]) -> dict[Spell, int]:
    """Every spell that matches ask about, those first that others ask about, each with the depth at which it lies."""
    found: dict[Spell, int] = {}
    for match in matches:
        for _, condition in match.patterns:
            for spell in spells_in(condition):
                inner = spells_of((spell.opens, spell.closes, spell.resets, spell.doubted_by))
                found |= inner
                found[spell] = 1 + max(inner.values(), default=0)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def conditions_in(value: object) -> Iterator[Condition]:
    """Every condition in a value, however deep."""
    if isinstance(value, Condition):
        yield value
    for part in value if isinstance(value, tuple) else parts_of(value):
        yield from conditions_in(part)


def facts_of(rule: Within) -> frozenset[str]:
    """The facts that a rule reads as text or as a flag."""
    read = {c.name for m in matches_in(rule) for c in conditions_in(m) if isinstance(c, Fact | Stated)}
    return frozenset(read | ({rule.pairing.same} if rule.pairing.same else set()))


def dates_of(rule: Within) -> frozenset[str]:
    """The facts in which a rule finds the date by which something is due."""
    return frozenset(version.requires.fact for version in rule.versions if isinstance(version.requires, By))


def due_column(fact: str) -> str:
    """The column of `told` that holds such a date, as a number."""
    return quoted(f"{fact} as a number")


# --- truth


def why_not_said(condition: Condition) -> str | None:
    """Why a condition, without what is in it, cannot be said in SQL; None if it can."""
    if isinstance(condition, Fact | Stated):
        form = form_of(condition.name)
        kind = bool if form is Form.FLAG else str
        if form in (Form.SET, Form.DATE) or not all(type(value) is kind for value in condition.values):
            return f"it compares {condition.name}, which is no text and no flag"
    elif isinstance(condition, During):
        if condition.spell.same or condition.spell.each:
            return f"which opening of a {condition.spell.name} a closing belongs to is more than SQL tells here"
    elif condition is not ALWAYS and not isinstance(condition, AllOf | AnyOf | Not | Doubtful):
        return f"it asks for {type(condition).__name__}, of which SQL knows nothing"
    return None


def truth(condition: Condition, row: str, spell: Callable[[Spell], str]) -> str:
    """A condition on a row as a boolean expression, NULL where it is unknown. `spell` names the column of a spell."""
    match condition:
        case Fact(name, values):
            return _one_of(f"{row}.{quoted(name)}", values)
        case Stated(name, values):
            return f"COALESCE({_one_of(f'{row}.{quoted(name)}', values)}, FALSE)"
        case Doubtful(of=of):
            return f"CASE WHEN {truth(of, row, spell)} THEN NULL ELSE TRUE END"
        case AllOf(parts):
            return f"({' AND '.join(truth(part, row, spell) for part in parts)})" if parts else "TRUE"
        case AnyOf(parts):
            return f"({' OR '.join(truth(part, row, spell) for part in parts)})" if parts else "FALSE"
        case Not(part):
            return f"NOT ({truth(part, row, spell)})"
        case During(asked):
            return f"{row}.{spell(asked)}"
    return "TRUE"


def _one_of(column: str, values: Iterable[Any]) -> str:
    names = {str(value).lower() if isinstance(value, bool) else value for value in values}
    return f"{column} IN {among(names)}" if names else f"CASE WHEN {column} IS NOT NULL THEN FALSE END"


def counts(match: Match, row: str, spell: Callable[[Spell], str]) -> str:
    """Whether a row counts for a match, as `Match.truth`."""
    of_kind: dict[str, list[Condition]] = {}
    for kind, condition in match.patterns:
        of_kind.setdefault(kind, []).append(condition)
    if not of_kind:
        return "FALSE"
    cases = [
        f"WHEN {text(kind)} THEN {' OR '.join(truth(condition, row, spell) for condition in conditions)}"
        for kind, conditions in of_kind.items()
    ]
    return f"CASE {row}.event {' '.join(cases)} ELSE FALSE END"
