"""Sources of other kinds that are nearly right: payloads of the daily API, mappings of columns, tables, columns."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from childprotect.records.ssd_tables import TABLES
from childprotect.vocabulary import STANDARD
from fuzz.mutations import DATES, LONGEST, mutated, noise
from fuzz.records import CHILDREN, EXAMPLES, FACTS, HUGE, KINDS, ODD, ODD_CHILDREN, PERSONAL, Row, as_csv, near, rows

FORMATS = EXAMPLES / "formats"
MARK = "== "
"""What begins the line before each table of several in one input, with the name of its file."""
PARTS: dict[str, tuple[str, ...]] = {
    "child_and_family_assessments": ("start_date", "authorisation_date"),
    "child_in_need_plans": ("start_date", "end_date"),
    "section_47_assessments": ("start_date", "icpc_required_flag", "icpc_date", "end_date"),
    "child_protection_plans": ("start_date", "end_date"),
    "child_looked_after_placements": ("start_date", "start_reason", "end_date", "end_reason"),
    "care_worker_details": ("start_date", "end_date"),
}
EPISODES = "social_care_episodes"
_PERSONAL = [*"first_name surname postcode unique_pupil_number worker_id mis_child_id another".split(), PERSONAL]
_MISPLACED = (*PARTS, EPISODES, "child_details", "start_date", "la_child_id", "purge", "referral_date")


# --- payloads


def _day(rng: Random, start: date) -> Any:
    choice = rng.random()
    return near(rng, start) if choice < 0.9 else rng.choice((*ODD, None)) if choice < 0.96 else _odd(rng)


def _odd(rng: Random) -> Any:
    made: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, float("nan"), [], {}, [[]], [{}], [PERSONAL], "")
    return rng.choice((*made, {"a": PERSONAL}, rng.choice(ODD), rng.choice(HUGE) if rng.random() < 0.1 else "\ud800"))


def _field(name: str, rng: Random, start: date) -> Any:
    if rng.random() < 0.03:
        return _odd(rng)
    if name.endswith("_flag"):
        return rng.choice((True, False, True, False, "true", "0", None, PERSONAL))
    if name.endswith("reason"):
        return rng.choice(("S", "P", "U", "X1", "E3", "E4A", "RC1", "RC7", "", None, PERSONAL))
    return _day(rng, start)


def _record(names: tuple[str, ...], rng: Random, start: date) -> Row:
    record = {name: _field(name, rng, start) for name in names if rng.random() < 0.85}
    if rng.random() < 0.15:
        record[rng.choice(_PERSONAL)] = PERSONAL
    if rng.random() < 0.05:
        record["purge"] = rng.choice((True, True, False, None, "true", PERSONAL))
    if rng.random() < 0.02:
        record[rng.choice(_MISPLACED)] = rng.choice((near(rng, start), [{"start_date": near(rng, start)}], _odd(rng)))
    return record


def _array(parts: list[Any], rng: Random) -> Any:
    choice = rng.random()
    if choice < 0.04:
        parts = [*parts, *parts]
    elif choice < 0.08:
        parts.insert(rng.randint(0, len(parts)), _odd(rng))
    elif choice < 0.1:
        return parts[0] if parts else _odd(rng)
    return parts


def _episode(rng: Random, start: date) -> Row:
    names = ("referral_date", "referral_no_further_action_flag", "closure_date", "closure_reason")
    episode = _record(names, rng, start)
    for name, fields in PARTS.items():
        if rng.random() < 0.4:
            count = rng.choice((0, 1, 1, 2, 3))
            episode[name] = _array([_record(fields, rng, start) for _ in range(count)], rng)
    return episode


def payload(rng: Random) -> bytes:
    """A payload of a few children."""
    start = date(2006, 1, 1) + timedelta(days=rng.randrange(7500))
    children: list[Any] = []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        child = _record((), rng, start)
        if rng.random() < 0.97:
            child["la_child_id"] = rng.choice(CHILDREN if rng.random() < 0.93 else (*ODD_CHILDREN, 7, None, [], True))
        if rng.random() < 0.5:
            details = _record(("date_of_birth", "expected_date_of_birth", "first_name"), rng, start)
            child["child_details"] = details if rng.random() < 0.96 else _odd(rng)
        if rng.random() < 0.95:
            child[EPISODES] = _array([_episode(rng, start) for _ in range(rng.choice((0, 1, 1, 2)))], rng)
        children.append(child)
    whole = children[0] if children and rng.random() < 0.1 else _array(children, rng)
    text = json.dumps(whole, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    if rng.random() < 0.04:  # a name twice, a number without end, a nest without end
        odd = rng.choice(('"purge": true, ', '"start_date": "2024-01-02", ', f'"x": {"9" * 5000}, ', '"a": 1e9999, '))
        odd = odd if rng.random() < 0.7 else f'"{rng.choice(_MISPLACED)}": {"[" * 30}{"]" * 30}, '
        place = text.find("{", rng.randrange(len(text))) + 1
        text = text[:place] + odd + text[place:]
    encoding = "utf-8" if rng.random() < 0.95 else rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"))
    return text.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")


# --- mappings of columns

_ENCODINGS = """utf-8 utf-8-sig windows-1252 latin-1 utf-16 utf-16-le utf-32 utf-7 cp037 rot13 base64 hex idna punycode
undefined unicode_escape raw_unicode_escape mbcs zip bz2 ascii cp932 utf_8 x""".split()
_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%y", "%x", "%c", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%j %Y")
_ODD_FORMS = (
    "",
    "%",
    "%%",
    "%Q",
    "%d/%m",
    "%s",
    "%G-W%V-%u",
    "%Y%m%d%f",
    "%d/%m/%Y%Y",
    "(%d",
    "%d/%m/%Y\0",
    "%n",
    "%P",
)


def _toml(value: Any) -> str:
    return json.dumps(value) if not isinstance(value, date) else value.isoformat()


def _name(rng: Random) -> Any:
    if rng.random() < 0.9:
        return rng.choice(
            ("PersonID", "Event type", "Event date", "Seen", "Who came", "Team code", "child", "AT", " x ")
        )
    return rng.choice((*ODD, "a,b", '"', ";", 5, [], {}, True, 1.5, "x" * 5000, "\u202e"))


def mapping(rng: Random) -> bytes:
    """A mapping of columns."""
    ours = ["child", "event", "at", *rng.sample(FACTS, 3), "our-own-fact", "recorded", "ref", "withdrawn", "coverage"]
    lines: list[tuple[str, Any]] = []
    for key, values, odd in (
        ("separator", [";", ",", "\t", "|"], ["", ";;", "\n", '"', "\0", "\u00e9", " ", "x", 5, "\U0001f9d2"]),
        ("encoding", _ENCODINGS, ["", "\0", 5, [], "utf-8\0", "x" * 3000, "\u00e9", "../x", "a b"]),
        ("dates", _FORMS, [*_ODD_FORMS, 5, [], "%d" * 300]),
        ("holds", [["visit", "referral"], [*KINDS[:9]]], [[], ["x"], "visit", [5], [[]], [PERSONAL]]),
        ("facts", [["outcome"], ["visit.child-seen", "our-own-fact"]], [["a.b"], ["."], [".x"], ["visit."], 5, [{}]]),
        ("since", [date(2023, 4, 1)], ["2023-04-01", date.min, date.max, 5, [], "x"]),
    ):
        if rng.random() < 0.3:
            lines.append((key, rng.choice(values if rng.random() < 0.85 else odd)))
    if rng.random() < 0.04:
        lines.append((rng.choice(("colums", "x", "path", "a b", "")), rng.choice((1, "x", {}))))
    text = "".join(f"{json.dumps(key) if not key.isalpha() else key} = {_toml(value)}\n" for key, value in lines)
    tables: list[tuple[str, list[tuple[str, Any]]]] = [
        (
            "columns",
            [(name, _name(rng) if rng.random() < 0.1 else f"Their {name}") for name in ours if rng.random() < 0.4],
        ),
        ("events", [(str(_name(rng)), rng.choice(KINDS)) for _ in range(rng.randint(0, 3))]),
    ]
    for fact in rng.sample([*FACTS, "our-own-fact"], rng.randint(0, 2)):
        known = sorted({v for kind in STANDARD for v in STANDARD[kind].values.get(fact, ())}) or ["true", "x"]
        tables.append((f"values.{fact}", [(str(_name(rng)), rng.choice((*known, True))) for _ in range(2)]))
    for name, entries in tables:
        if rng.random() < 0.05:
            entries.append((str(_name(rng)), rng.choice((*ODD, 5, [], {}, "visit"))))
        if rng.random() < 0.03:
            name = rng.choice(("columns", f"values.{PERSONAL.split()[0]}", "values", "[columns]", "columns.x"))
        if entries or rng.random() < 0.1:
            text += f"[{name}]\n"
            text += "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in dict(entries).items())
    return text.encode("utf-8" if rng.random() < 0.97 else rng.choice(("utf-8-sig", "utf-16", "cp1252")), "replace")


# --- tables of the Standard Safeguarding Dataset


def _cell(column: str, rng: Random, start: date) -> str:
    if rng.random() < 0.05:
        return rng.choice((*ODD, "NULL", "1900-01-01", "9999-12-31"))
    if column.endswith("person_id"):
        return (
            rng.choice(CHILDREN[:6]) if rng.random() < 0.95 else rng.choice((*ODD_CHILDREN, "7.0", "c-101", "C-101\t"))
        )
    if column.endswith(("_date", "_due", "_dob")):
        return near(rng, start) if rng.random() < 0.9 else rng.choice(("", *DATES))
    if column.endswith("_id"):
        return rng.choice(("1", "2", "3", "2.0", ""))
    if column.endswith("_json"):
        return rng.choice(
            ('{"CP_FLAG": "Y"}', '{"NFA_FLAG": "N", "x": 1}', "[]", "{", '{"NFA_FLAG": []}', PERSONAL, "[" * 900)
        )
    return rng.choice(("Y", "N", "true", "0", "", "neglect", "RC7", "multiple: neglect, physical", PERSONAL))


def tables(rng: Random) -> bytes:
    """One or two tables, each below the name of its file."""
    start = date(2006, 1, 1) + timedelta(days=rng.randrange(7500))
    whole = b""
    for table in rng.sample(sorted(TABLES), rng.choice((1, 2, 2))):
        columns = [name for name in TABLES[table] if rng.random() < 0.93] + ["name"] * (rng.random() < 0.3)
        if not columns:
            continue
        made = [{name: _cell(name, rng, start) for name in columns} for _ in range(rng.randint(1, 6))]
        for row in made:
            if "name" in row:
                row["name"] = PERSONAL
        name = f"{table}.csv" if rng.random() < 0.97 else rng.choice((table.upper() + ".CSV", f"dbo.{table}.csv"))
        content = as_csv(made, rng)
        if rng.random() < 0.25:
            content = mutated(content, rng)
        whole += f"{MARK}{name}\n".encode() + content.rstrip(b"\n") + b"\n"
    return whole


# --- columns with types

_STAMPS = (0, 1, -1, 1_709_251_200, 253_402_300_800, -62_135_596_801, 2**62, -(2**63) + 1)
_TYPES: tuple[tuple[Any, Callable[[Random], Any]], ...] = (
    (pa.binary(), lambda rng: rng.choice((b"C-101", b"\xff", b"", PERSONAL.encode()))),
    (pa.date32(), lambda rng: rng.choice((0, 19_783, -719_163, 2_932_897, 2**31 - 1, -(2**31)))),
    (pa.date64(), lambda rng: 86_400_000 * rng.choice((0, 19_783, -719_163, 2_932_897))),
    *((pa.timestamp(unit), lambda rng: rng.choice(_STAMPS)) for unit in ("s", "ms", "us", "ns")),
    *((pa.timestamp("us", zone), lambda rng: rng.choice(_STAMPS)) for zone in ("UTC", "Europe/London", "+23:59")),
    (pa.timestamp("s", "No/Where"), lambda rng: rng.choice(_STAMPS)),
    (pa.bool_(), lambda rng: rng.random() < 0.5),
    (pa.int64(), lambda rng: rng.choice((0, 7, -1, 2**63 - 1, -(2**63)))),
    (pa.uint64(), lambda rng: rng.choice((0, 7, 2**64 - 1))),
    (pa.float64(), lambda rng: rng.choice((0.0, 7.0, 1.5, float("nan"), float("inf"), 1e300))),
    (pa.decimal128(38, 2), lambda rng: rng.choice((Decimal("7.00"), Decimal("-1.5"), Decimal(10) ** 35))),
    (pa.list_(pa.string()), lambda rng: rng.choice(([], ["police", "health"], [None], [PERSONAL]))),
    (pa.list_(pa.list_(pa.string())), lambda rng: rng.choice(([], [["police"]], [None]))),
    (pa.struct([("name", pa.string())]), lambda rng: {"name": PERSONAL}),
    (pa.map_(pa.string(), pa.string()), lambda rng: [("name", PERSONAL)]),
    (pa.time64("us"), lambda rng: rng.choice((0, 86_399_999_999))),
    (pa.duration("s"), lambda rng: rng.choice((0, -5, 2**62))),
    (pa.null(), lambda rng: None),
)
_TEXTS = (pa.string(), pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view())


def _column(values: list[str], rng: Random) -> Any:
    if rng.random() < 0.88:
        told = [value.encode("utf-8", "replace").decode() if rng.random() < 0.97 else None for value in values]
        return pa.array(told, pa.string()).cast(rng.choice(_TEXTS))
    kind, value = rng.choice(_TYPES)
    return pa.array([value(rng) if rng.random() < 0.9 else None for _ in values], kind)


def columns(rng: Random) -> bytes:
    """An event table in Parquet, or in an Arrow file or stream."""
    told = rows(rng)
    names = list(dict.fromkeys(name for row in told for name in row))
    made = [_column([str(row.get(name, "")) for row in told], rng) for name in names]
    if rng.random() < 0.04:
        names.append(rng.choice((names[0], "Child", "", "x", "no\nname")))
        made.append(made[rng.randrange(len(made))])
    if rng.random() < 0.03:
        del names[0], made[0]
    table = pa.Table.from_arrays(made, names)
    if rng.random() < 0.03:
        table = table.slice(0, 0)
    sink = io.BytesIO()
    if rng.random() < 0.5:
        try:
            how = rng.choice(("none", "snappy", "zstd", "gzip", "lz4"))
            pq.write_table(table, sink, compression=how, row_group_size=rng.choice((1, 3, 100)))
            return sink.getvalue()
        except (pa.ArrowException, ValueError):  # of a type that Parquet does not have
            sink = io.BytesIO()
    how_packed = pa.ipc.IpcWriteOptions(compression=rng.choice((None, None, "lz4", "zstd")))
    opened = pa.ipc.new_file if rng.random() < 0.5 else pa.ipc.new_stream
    with opened(sink, table.schema, options=how_packed) as writer:
        writer.write_table(table, max_chunksize=rng.choice((1, 3, 100)))
    return sink.getvalue()


# --- any of them, and spoilt


def _spoilt(make: Callable[[Random], bytes], seeds: list[bytes]) -> Callable[[Random], bytes]:
    """As the grammar makes it, or with bytes of that, or of an example, changed."""

    def made(rng: Random) -> bytes:
        choice = rng.random()
        if choice < 0.6:
            return make(rng)[:LONGEST]
        if choice < 0.98:
            return mutated(make(rng) if choice < 0.85 or not seeds else rng.choice(seeds), rng, seeds)
        return noise(rng)

    return made


payload_file = _spoilt(payload, [path.read_bytes() for path in sorted(FORMATS.glob("*.json"))])
mapping_file = _spoilt(mapping, [(FORMATS / "own-columns.toml").read_bytes()])
tables_file = _spoilt(
    tables, [f"{MARK}{path.name}\n".encode() + path.read_bytes() for path in sorted((FORMATS / "ssd").glob("*.csv"))]
)
parquet_file = _spoilt(columns, [])
