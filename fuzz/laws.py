"""Profiles and exported rulebooks that are nearly right: good ones with parts dropped, doubled, moved and made odd."""

import json
import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import tomli_w

from childprotect.authority import Evidence
from childprotect.rulebooks import england
from fuzz.mutations import DATES, NUMBERS, mutated, noise
from fuzz.records import EXAMPLES

Data = dict[str, Any]
_FIGURES: tuple[Any, ...] = (
    *(
        "10 working days",
        "72 hours",
        "3 months",
        "7 days beginning with the day",
        "1 week",
        "9999 working days",
        "9999 months",
    ),
    *(
        "0 days",
        "10000 days",
        "-1 days",
        "1 fortnight",
        "",
        " 5 days ",
        "1 days",
        "15  working days",
        "9999 weeks",
        "9999 hours",
    ),
    *("\uff11\uff10 days", "\u0661 day", "1 working day beginning with the day", "24 hours beginning with the day"),
    *(
        {"every": "6 weeks"},
        {"every": "6 weeks", "first": "10 working days"},
        {"every": "6 weeks", "later": "12 weeks"},
    ),
    {"every": "6 weeks", "first": "1 week", "second": "4 weeks", "later": "12 weeks", "after": "12 months"},
    *(
        {"at-most": "8 days"},
        {"at-most": "8 days", "extension": "7 days", "times": 1},
        {"at-most": "72 hours", "times": 0},
    ),
    *(
        {"agencies": ["social-care", "police"]},
        {"agencies": ["social-care"], "others": 2},
        {"agencies": [], "others": -1},
    ),
    *({"facts": ["owner", "due"]}, {"by": "due"}, {"by": "outcome"}, {"facts": []}, {"agencies": ["polise"]}, {}),
    *(
        {"period": "3 months", "month-end": "roll-over"},
        {"period": "2 days", "roll": "forward"},
        {"period": "2 days", "roll": 1},
    ),
    *({"period": "5 working days", "calendar": "Anytown"}, {"every": "1 week", "at-most": "1 week"}, 5, True, None, []),
)
_ODD: tuple[Any, ...] = (
    *(
        0,
        -1,
        1,
        10**19,
        -(10**40),
        1.5,
        float("inf"),
        float("nan"),
        True,
        False,
        "",
        " ",
        "x",
        "x" * 3000,
        [],
        {},
        [[]],
        [{}],
    ),
    *(
        date(2024, 1, 1),
        date.min,
        date.max,
        datetime(2024, 1, 1, 12, tzinfo=UTC),
        datetime.fromisoformat("2024-01-01T12:00"),
        time(12, 30),
    ),
    *(
        ["x"],
        ["x", 1],
        {"x": 1},
        {"": {}},
        "\0",
        "\u202e",
        "\u2028",
        "a\nb",
        "\ud7ff",
        "\U0001f9d2",
        "'",
        '"',
        "\\",
        "{0}",
        "%s",
    ),
    *(
        DATES[0],
        DATES[1],
        DATES[4],
        DATES[5],
        NUMBERS[9],
        "plan",
        "referral",
        "always",
        {"always": True},
        {"not": {"always": True}},
    ),
    *(
        {"fact": "outcome", "is": [{}]},
        {"fact": "outcome", "is": [[1]]},
        {"during": "plan"},
        {"on": []},
        {"on": ["referral"]},
    ),
    *(
        [{"on": ["referral"], "where": {"fact": "x", "is": [1, "1", True, 1.0]}}],
        {"all": []},
        {"any": [{"always": True}]},
        None,
    ),
)


def _day(rng: Random) -> Any:
    if rng.random() < 0.96:
        return date(rng.randrange(2004, 2030), rng.randint(1, 12), rng.choice((1, 15, 28)))
    return rng.choice((date.max, date.min, date(1991, 10, 13), date(2051, 1, 1), *DATES[:3], 5))


def _after(start: Any, rng: Random) -> Any:
    """A last day that mostly comes after the first."""
    orderly = type(start) is date and start < date(9000, 1, 1) and rng.random() < 0.9
    return start + timedelta(days=rng.randrange(2000)) if orderly else _day(rng)


@cache
def _book() -> Data:
    """England and its practice as plain data, and a book that a profile was laid over."""
    return tomllib.loads(england.rulebook.with_practice().export("toml"))


@cache
def _rules() -> dict[str, str]:
    """The rules by id, each with its kind."""
    return {rule["id"]: rule["kind"] for rule in _book()["rule"]}


_FITTING: dict[str, tuple[Any, ...]] = {
    "every": ({"every": "4 weeks"}, {"every": "10 working days", "first": "5 working days"}),
    "atmost": ({"at-most": "48 hours"}, {"at-most": "8 days", "extension": "7 days", "times": 1}),
    "attended": ({"agencies": ["social-care", "police"]}, {"agencies": ["police"], "others": 2}),
    "recorded": ({"facts": ["owner", "due"]}, "5 days"),
    "within": (
        "10 working days",
        "3 weeks",
        "1 day",
        "2 months",
        {"by": "due"},
        {"at-most": "30 weeks", "extension": "8 weeks"},
    ),
    "current": ("12 months", "30 days"),
    "before": ("2 working days", "72 hours"),
    "duty": ("5 working days", "1 day"),
}


# --- profiles


def profile(rng: Random) -> Data:
    """A profile as data: entries for rules of the book, rules of its own, closure days; some of them wrong."""
    data: Data = {
        "id": f"P-{rng.randrange(9)}",
        "authority": rng.choice(("Anytown", "Anytown", "A\nB", "{x}", "\U0001f9d2")),
    }
    if rng.random() < 0.3:
        data["title"] = "local procedures"
    if rng.random() < 0.3:
        data["practice"] = rng.choice((True, True, False, ["plan-contingency"], [rng.choice((*_rules(),))]))
    if rng.random() < 0.3:
        closures = [{"day": _day(rng), "name": "closed"} for _ in range(rng.randint(0, 3))]
        data["calendar"] = {"closures": closures, "guidance": rng.random() < 0.5}
    if rng.random() < 0.15:
        data["commencing"] = {"CWSA2026-1": _day(rng)}
    data["rule"] = [_local(rng) for _ in range(rng.choice((0, 1, 1, 2, 3, 5)))]
    if rng.random() < 0.001:
        data["rule"] *= 1000
    if rng.random() < 0.25:
        data["set-aside"] = [{"id": rng.choice((*_rules(),)), "from": _day(rng), "because": "so"}]
    if rng.random() < 0.3:
        data["added-rule"] = [_own(rng) for _ in range(rng.choice((1, 1, 2)))]
    return data


def _local(rng: Random) -> Data:
    id = rng.choice((*_rules(), "own-1", "own-2")) if rng.random() < 0.97 else "corre-group"
    entry: Data = {"id": id, "from": _day(rng)}
    fitting = _FITTING.get(_rules().get(id, "within"), _FIGURES)
    optional: dict[str, Callable[[], Any]] = {
        "requires": lambda: rng.choice(fitting if rng.random() < 0.8 else _FIGURES),
        "until": lambda: _after(entry["from"], rng),
        "evidence": lambda: rng.choice([grade.letter for grade in Evidence]),
        "source": lambda: rng.choice(("https://procedures.example", "", "x" * 500)),
        "quote": lambda: "as it says",
        "note": lambda: rng.choice(("agreed", "a\nb", "")),
        "illustrative": lambda: rng.random() < 0.5,
    }
    likely = {"requires": 0.95, "until": 0.3}
    entry |= {name: make() for name, make in optional.items() if rng.random() < likely.get(name, 0.15)}
    return {name: value for name, value in entry.items() if value is not None}


def _own(rng: Random) -> Data:
    """A rule of a council's own: one of the book's without its versions, under another name."""
    rule: Data = deepcopy(rng.choice(_book()["rule"]))
    rule.pop("version", None)
    rule.pop("absent", None)
    rule["id"] = rng.choice(("own-1", "own-2"))
    return rule


# --- rulebooks


def book(rng: Random) -> Data:
    """An exported rulebook as data: a few of its rules, with what they speak of."""
    whole = _book()
    rules = rng.sample(whole["rule"], rng.choice((0, 1, 1, 2, 4)))
    data: Data = {"name": "a book", "rule": rules}
    editions = {version["edition"] for rule in rules for version in rule.get("version", ())}
    data["instrument"] = [entry for entry in whole["instrument"] if entry["id"] in editions or rng.random() < 0.05]
    for part, chance in (("chart", 0.15), ("silent", 0.1)):
        if rng.random() < chance:
            data[part] = rng.sample(whole[part], 2)
    if rng.random() < 0.2:
        data["calendar"] = [{"name": "Anytown", "closures": [{"day": date(2024, 12, 27), "name": "closed"}]}]
    if rng.random() < 0.1:
        data["day"] = _day(rng)
    spoken = _spoken(rules, {spell["name"]: spell for spell in whole["spell"]})
    data["spell"] = [spell for spell in whole["spell"] if spell["name"] in spoken]
    return data


def _spoken(data: Any, spells: dict[str, Any]) -> set[str]:
    """The names of the spells that some data speaks of, and of those that these speak of."""
    if isinstance(data, str):
        return {data} | (_spoken({**spells[data], "name": ""}, spells) if data in spells else set())
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return {name for part in parts for name in _spoken(part, spells)}


# --- spoilt


def _places(data: Any) -> list[tuple[Any, Any]]:
    """Every place in some data: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    holders = [data]
    for holder in holders:  # grows while it is walked, because the data may be too deep for a recursion
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        holders += [holder[key] for key in keys]
    return found


def _spoil(data: Data, rng: Random) -> None:
    """Change one place: another type, another key, nothing, twice, something from elsewhere."""
    places = _places(data)
    if not places:
        return
    holder, key = rng.choice(places)
    match rng.randrange(9):
        case 0 | 1 | 2:
            holder[key] = deepcopy(rng.choice(_ODD))
        case 3:
            del holder[key]
        case 4 if isinstance(holder, dict):
            value = holder.pop(key)
            name = str(key)
            holder[rng.choice((name[:-1], name.upper(), name.replace("-", "_"), f"{name}s", "", "\0"))] = value
        case 5 if isinstance(holder, list):
            holder += [_copied(holder[key])] * rng.choice((1, 1, 30))
        case 6:
            other, there = rng.choice(places)
            holder[key] = _copied(other[there])
        case 7:
            holder[key] = [holder[key]]
        case 8:
            deep: Any = holder[key]
            nest: Callable[[Any], Any] = rng.choice(
                (lambda x: {"not": x}, lambda x: {"all": [x]}, lambda x: [x], lambda x: {"a": x})
            )
            for _ in range(rng.choice((1, 3, 60, 200))):
                deep = nest(deep)
            holder[key] = deep


def _copied(data: Any) -> Any:
    """A copy, or a number in place of what is too deep to be copied."""
    try:
        return deepcopy(data)
    except RecursionError:
        return 0


def _as_toml(data: Data) -> bytes:
    try:
        return tomli_w.dumps(_without_nothing(data)).encode("utf-8", "surrogatepass")
    except RecursionError:  # the writer gives up before the reader does
        return b'name = "a book"\nrule = ' + b"[" * 600 + b"]" * 600


def _without_nothing(data: Any) -> Any:
    """The data without None, which TOML does not have."""
    if isinstance(data, dict):
        return {str(key): _without_nothing(value) for key, value in data.items() if value is not None}
    return [_without_nothing(value) for value in data if value is not None] if isinstance(data, list) else data


def _as_json(data: Data) -> bytes:
    try:
        return json.dumps(data, default=lambda value: value.isoformat()).encode()
    except RecursionError:
        return b'{"name": "a book", "rule": ' + b"[" * 900 + b"]" * 900 + b"}"


_TEMPLATES = [path.read_bytes() for path in sorted((EXAMPLES / "profiles").glob("*.toml"))]


def _spoilt(data: Data, rng: Random) -> Data:
    data = deepcopy(data)  # parts of it are shared with every other
    for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 4))):
        _spoil(data, rng)
    return data


def profile_file(rng: Random) -> bytes:
    """A profile as TOML: as the grammar makes it, spoilt, or with bytes of it or of an example changed."""
    choice = rng.random()
    if choice < 0.7:
        return _as_toml(_spoilt(profile(rng), rng))
    if choice < 0.85:
        return mutated(_as_toml(profile(rng)), rng)
    return mutated(rng.choice(_TEMPLATES), rng) if choice < 0.98 else noise(rng)


def overlay_file(rng: Random) -> bytes:
    """A profile as TOML that can mostly be read, so that it meets the law."""
    data = deepcopy(profile(rng))
    if rng.random() < 0.3:
        _spoil(data, rng)
    return _as_toml(data) if rng.random() < 0.95 else mutated(rng.choice(_TEMPLATES), rng)


def book_file(rng: Random) -> bytes:
    """An exported rulebook as TOML or JSON, spoilt."""
    choice = rng.random()
    write = rng.choice((_as_toml, _as_json))
    if choice < 0.75:
        return write(_spoilt(book(rng), rng))
    if choice < 0.98:
        return mutated(write(book(rng)), rng)
    return noise(rng)
