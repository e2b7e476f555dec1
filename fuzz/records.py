"""Files of records that are nearly right: event tables and censuses of invented children, with odd things in them."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from childprotect.vocabulary import AGENCIES, CATEGORIES, STANDARD, Form, form_of
from fuzz.mutations import DATES, LONGEST, NUMBERS, mutated, noise

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PERSONAL = "Jane Smith"
"""What is planted wherever a file can hold something personal, and must never come out."""

Row = dict[str, Any]
KINDS = tuple(STANDARD)
NAME_LIKE = "name surname worker chair note address upn born ethnicity with source".split()
FACTS = sorted(STANDARD.facts - {"with"})
CHILDREN = (
    "C-101",
    "C-102",
    "C-103",
    "C-104",
    "007",
    "\u00d1-5",
    "=1+1",
    "-3",
    "C 9",
    "\u6f22",
    "c-101",
    "@x",
    "x" * 300,
)
ODD_CHILDREN = ("", " ", "C\u200b1", "a\nb", "\0", "\ufffd", ";", "'", '"', "C-101,referral", "\u202eC", "\x1b[31m")
ODD = (
    *DATES,
    *NUMBERS,
    "",
    " ",
    PERSONAL,
    f"plan ({PERSONAL})",
    "y",
    "N",
    "TRUE",
    "plam",
    "\0",
    "\x85",
    "a\nb",
    "a\r\nb",
)
HUGE = ("x" * 70_000, "x" * 140_000, ";" * 5000, f"{PERSONAL};" * 2000, "=" * 3000, "\n" * 3000, "9" * 5000, "-" * 9000)


def day(rng: Random) -> str:
    """A day on which something may have happened; now and then a moment, or no day at all."""
    told = (date(2006, 1, 1) + timedelta(days=rng.randrange(7700))).isoformat()
    choice = rng.random()
    if choice < 0.06:
        return rng.choice(DATES)
    if choice < 0.12:
        return f"{told}T{rng.randrange(24):02}:{rng.randrange(60):02}:00{rng.choice(('', 'Z', '+01:00', '-11:30'))}"
    return told


def near(rng: Random, start: date) -> str:
    """A day shortly after a start, so that clocks meet."""
    return (start + timedelta(days=rng.choice((0, 1, 2, 7, 15, 20, 40, 100, 200)))).isoformat()


def _value(rng: Random, kind: str, fact: str) -> str:
    closed = STANDARD[kind].values.get(fact, ()) if kind in STANDARD else ()
    form = form_of(fact)
    if rng.random() < 0.12:
        return rng.choice(ODD)
    if closed:
        return rng.choice(closed)
    if form is Form.FLAG:
        return rng.choice(("true", "false", "yes", "no", "1", "0", "True", ""))
    if form is Form.DATE:
        return day(rng)
    if form is Form.SET:
        names = [rng.choice((*AGENCIES, *CATEGORIES, PERSONAL)) for _ in range(rng.randint(0, 4))]
        return rng.choice((";", "; ", ";;")).join(names)
    return rng.choice(("", PERSONAL, "none", "child", "parents", "foster", "1", f"told by {PERSONAL}"))


def rows(rng: Random) -> list[Row]:
    """Some rows of an event table: most of them good, of a few children, on days that crowd together."""
    start = date(2006, 1, 1) + timedelta(days=rng.randrange(7500))
    children = [rng.choice(CHILDREN) for _ in range(rng.randint(1, 3))]
    few = [rng.choice(KINDS) for _ in range(rng.randint(1, 5))]
    columns = [rng.choice(FACTS) for _ in range(rng.randint(0, 5))]
    columns += [rng.choice(NAME_LIKE) for _ in range(rng.randint(0, 3))]
    columns += [name for name in ("recorded", "ref", "withdrawn") if rng.random() < 0.15]
    return [_row(rng, rng.choice(children), few, columns, start) for _ in range(rng.randint(1, 9))]


def _row(rng: Random, child: str, kinds: Sequence[str], columns: Sequence[str], start: date) -> Row:
    kind = (
        rng.choice(kinds) if rng.random() < 0.9 else rng.choice((rng.choice(KINDS)[:-2], "referal", "visit by", *ODD))
    )
    at = near(rng, start) if rng.random() < 0.85 else rng.choice((day(rng), *ODD))
    row: Row = {"child": child if rng.random() < 0.97 else rng.choice(ODD_CHILDREN), "event": kind, "at": at}
    for name in columns:
        match name:
            case "recorded":
                row[name] = rng.choice(("", day(rng), near(rng, start), *ODD[-3:]))
            case "ref":
                row[name] = rng.choice(("", "r1", "r1", "r2", PERSONAL))
            case "withdrawn":
                row[name] = rng.choice(("", "no", "yes", "false", rng.choice(ODD)))
            case _ if name in NAME_LIKE:
                row[name] = rng.choice((PERSONAL, PERSONAL.upper(), f"{PERSONAL}, mother", "", rng.choice(ODD)))
            case _:
                row[name] = _value(rng, kind, name)
    return row


# --- as CSV


def as_csv(told: list[Row], rng: Random) -> bytes:
    """The rows as CSV, sometimes with a header, a row or an encoding that is odd."""
    columns = list(dict.fromkeys(name for row in told for name in row))
    if rng.random() < 0.3:
        rng.shuffle(columns)
    lines = [[row.get(name, "") for name in columns] for row in told]
    header = [_spelt(name, rng) for name in columns]
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        _spoil_table(header, lines, rng)
    text = io.StringIO()
    delimiter = "," if rng.random() < 0.98 else rng.choice(";\t|")
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)),
        lineterminator=rng.choice(("\n", "\n", "\r\n", "\r")),
    )
    writer.writerow(header)
    for line in lines:
        if rng.random() < 0.05:
            text.write(_odd_line(rng))
        writer.writerow(line)
    return _encoded(text.getvalue(), rng)


def _spelt(name: str, rng: Random) -> str:
    if rng.random() < 0.93:
        return name
    return rng.choice((name.upper(), name.replace("-", "_"), name.replace("-", " "), f" {name} ", name[:-1], ""))


def _spoil_table(header: list[str], lines: list[list[str]], rng: Random) -> None:
    """Drop or double a column, make a row longer or shorter, make a cell huge, leave rows blank."""
    place, line = rng.randrange(len(header)), rng.choice(lines)
    match rng.randrange(8):
        case 0 if len(header) > 1:
            for cells in (header, *lines):
                del cells[place : place + 1]
        case 1:
            for cells in (header, *lines):
                cells[place:place] = cells[place : place + 1]
        case 2:
            del line[rng.randrange(len(line) + 1) :]
        case 3:
            line += [rng.choice(("", PERSONAL, "x")) for _ in range(rng.choice((1, 2, 3000)))]
        case 4 if line:
            line[rng.randrange(len(line))] = rng.choice(HUGE if rng.random() < 0.3 else ODD)
        case 5:
            lines.insert(0, [rng.choice(("", " ", PERSONAL))] * rng.choice((0, 1, len(header))))
        case 6:
            lines += lines * (60 if rng.random() < 0.05 else 2)
        case 7:
            line.insert(0, rng.choice(("", PERSONAL)))


def _odd_line(rng: Random) -> str:
    return rng.choice(
        (
            "\n",
            " , ,\n",
            f'C-101,referral,2024-01-02,"{PERSONAL}\n',
            f'C-101,"referral"{PERSONAL},2024-01-02\n',
            f'"{PERSONAL}\n',
            '"""\n',
            f"{PERSONAL}\n",
            "C-101,referral\n",
            "\0\n",
            ",,,,,,,,,,,,,,,,,,,,,,\n",
            "\x1a\n",
            "# a remark\n",
            "C-101,plan-started,2024-02-31\n",
        )
    )


def _encoded(text: str, rng: Random) -> bytes:
    if rng.random() < 0.93:
        return text.encode("utf-8", "surrogatepass")
    return text.encode(rng.choice(("utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-16-le")), "replace")


# --- as JSON Lines


def as_lines(told: list[Row], rng: Random) -> bytes:
    """The rows as JSON Lines, with values of other types, and lines that are none."""
    lines: list[str] = []
    for row in told:
        if rng.random() < 0.06:
            lines.append(_odd_json(rng))
        if rng.random() < 0.3:
            row = {_spelt(name, rng): _typed(value, rng) for name, value in row.items()}
        lines.append(json.dumps(row, ensure_ascii=rng.random() < 0.5))
        if rng.random() < 0.03:
            lines[-1] = f'{lines[-1][:-1]}, "{rng.choice((*row, PERSONAL))}": {_odd_json(rng)}}}'
    return _encoded(rng.choice(("\n", "\n", "\n", "\r\n", "\n\n", "\r", " ")).join(lines) + rng.choice(("\n", "")), rng)


def _typed(value: Any, rng: Random) -> Any:
    if rng.random() < 0.7:
        return value
    made: tuple[Callable[[], Any], ...] = (
        lambda: str(value).split(";"),
        lambda: [value, PERSONAL],
        lambda: {"value": value, "name": PERSONAL},
        lambda: None,
        lambda: rng.random() < 0.5,
        lambda: rng.choice((0, 1, -1, 10**30, 1.5, float("inf"), float("nan"), 1e300)),
        lambda: rng.choice(ODD),
        lambda: rng.choice(HUGE if rng.random() < 0.1 else ODD),
        lambda: rng.choice(("\ud800", "\ud83d", "\0", "\u2028", "\x7f")),
        lambda: [[None, [True, {"a": PERSONAL}]], value],
        list,
        dict,
    )
    return rng.choice(made)()


def _odd_json(rng: Random) -> str:
    deep = rng.randint(880, 1010) if rng.random() < 0.7 else rng.choice((5, 400, 20_000))
    return rng.choice(
        (
            "[" * deep + "]" * deep,
            '{"a":' * deep + "1" + "}" * deep,
            f'{{"child": "C-101", "event": "visit", "at": "2024-01-02", "agencies": {"[" * deep}{"]" * deep}}}',
            "null",
            "[]",
            f'"{PERSONAL}"',
            "-",
            "9" * rng.choice((10, 4300, 4301, 5000)),
            f'{{"child": "C-101", "name": "{PERSONAL}',
            '{"child": "C-101", "event": "visit", ' + '\\"' * rng.choice((3, 3000)),
            '"' * rng.choice((3, 2001)),
            f'{{"child": {"9" * 4301}, "event": "visit", "at": "2024-01-02"}}',
            f"{{'child': 'C-101', 'name': '{PERSONAL}'}}",
            "NaN",
            "{}",
            '{"child": "C-101"} {"child": "C-102"}',
        )
    )


# --- as a census


_DATED = """CINreferralDate CINclosureDate DateOfInitialCPC AssessmentActualStartDate AssessmentAuthorisationDate
S47ActualStartDate InitialCPCtarget CPPstartDate CPPendDate CPPreviewDate CINPlanStartDate CINplanEndDate LBPSentDate
InitialPPMeetingDate CourtAppDate PersonBirthDate ExpectedPersonBirthDate PersonDeathDate ReferenceDate""".split()
_FLAGGED = "ReferralNFA ICPCnotRequired FGDMMeetingOffer".split()
_CODED = {"ReasonForClosure": "RC1 RC2 RC7 RC9 RC99", "InitialCategoryOfAbuse": "NEG PHY SAB EMO MUL XXX"}
_FREE = "LAchildID UPN Surname Forename Worker Note Ethnicity Disability Postcode".split()
_BLOCKS = """Child ChildIdentifiers ChildCharacteristics CINdetails Assessments CINPlanDates Section47
ChildProtectionPlans Reviews PreProceedingsAndFGDM Children Header Message CollectionDetails""".split()
_INSIDE = {
    "CINdetails": """CINreferralDate CINreferralDate ReferralNFA CINclosureDate ReasonForClosure DateOfInitialCPC
        Assessments CINPlanDates Section47 Section47 ChildProtectionPlans PreProceedingsAndFGDM Note""".split(),
    "Assessments": "AssessmentActualStartDate AssessmentAuthorisationDate Worker".split(),
    "CINPlanDates": "CINPlanStartDate CINplanEndDate".split(),
    "Section47": "S47ActualStartDate InitialCPCtarget DateOfInitialCPC ICPCnotRequired Worker".split(),
    "ChildProtectionPlans": "CPPstartDate CPPendDate InitialCategoryOfAbuse Reviews Note".split(),
    "Reviews": "CPPreviewDate CPPreviewDate".split(),
    "PreProceedingsAndFGDM": "LBPSentDate InitialPPMeetingDate CourtAppDate FGDMMeetingOffer".split(),
}


def _escaped(text: str) -> str:
    tidy = "".join(c for c in text if c in "\t\n\r" or c >= " ")
    return tidy.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _leaf(name: str, rng: Random, start: date) -> str:
    if rng.random() < 0.07:
        text = rng.choice(HUGE if rng.random() < 0.01 else ODD)
    elif name in _DATED:
        text = near(rng, start) if rng.random() < 0.9 else day(rng)
    elif name in _FLAGGED:
        text = rng.choice(("true", "false", "1", "0", "True", "Y"))
    elif name in _CODED:
        text = rng.choice(_CODED[name].split())
    else:
        text = PERSONAL
    return f"<{name}{_attribute(rng)}>{_dressed(_escaped(text), rng)}</{name}>"


def _attribute(rng: Random) -> str:
    return (
        ""
        if rng.random() < 0.98
        else rng.choice((f' name="{PERSONAL}"', ' x="&#x41;"', ' xmlns="urn:x"', " xml:lang='en'"))
    )


def _dressed(text: str, rng: Random) -> str:
    if rng.random() < 0.96:
        return text
    return rng.choice(
        (
            f"<![CDATA[{text}]]>",
            f"<!-- {PERSONAL} -->{text}",
            f" \n{text}\t",
            f"<?x {PERSONAL}?>{text}",
            f"<b>{text}</b>",
        )
    )


def _block(name: str, rng: Random, start: date, deep: int = 0) -> str:
    parts = [part for part in _INSIDE.get(name, ()) if rng.random() < 0.6]
    if rng.random() < 0.06:
        parts.insert(rng.randint(0, len(parts)), rng.choice((*_DATED, *_FLAGGED, *_CODED, *_FREE, *_BLOCKS)))
    if rng.random() < 0.03:
        parts += parts * (30 if rng.random() < 0.1 else 1)
    inside = [
        _block(part, rng, start, deep + 1) if part in _INSIDE and deep < 6 else _leaf(part, rng, start)
        for part in parts
    ]
    if rng.random() < 0.03:
        name = rng.choice((name.upper(), name.lower(), f"{name}2"))
    return f"<{name}>{''.join(inside)}</{name}>"


def _child(rng: Random, start: date) -> str:
    name = rng.choice(CHILDREN) if rng.random() < 0.95 else rng.choice(ODD_CHILDREN)
    told = f"<LAchildID>{_escaped(name)}</LAchildID>" if rng.random() < 0.98 else ""
    told += "".join(
        _leaf(part, rng, start) for part in ("PersonBirthDate", "PersonDeathDate", "Surname") if rng.random() < 0.2
    )
    episodes = "".join(_block("CINdetails", rng, start) for _ in range(rng.choice((0, 1, 1, 2))))
    blocks = [f"<ChildIdentifiers>{told}</ChildIdentifiers>", episodes]
    if rng.random() < 0.05:
        rng.shuffle(blocks)
        del blocks[rng.randrange(3) :]
    return f"<Child>{''.join(blocks)}</Child>\n"


def census(rng: Random) -> bytes:
    """A census of a few children, with odd values, misplaced elements, and odd XML."""
    start = date(2006, 1, 1) + timedelta(days=rng.randrange(7500))
    children = "".join(_child(rng, start) for _ in range(rng.randint(0, 4)))
    if rng.random() < 0.001:
        children *= 100
    if rng.random() < 0.05:
        children += rng.choice(
            (f"<Person>{PERSONAL}</Person>", PERSONAL, "<Child/>", "<a>" * 3000 + "</a>" * 3000, "&#0;", "<!-- -->")
        )
    reference = near(rng, start) if rng.random() < 0.9 else rng.choice(("", PERSONAL, *DATES))
    header = (
        f"<Header><CollectionDetails><ReferenceDate>{_escaped(reference)}</ReferenceDate></CollectionDetails></Header>"
    )
    if rng.random() < 0.05:
        header = rng.choice(("", "<Header/>", f"<Header>{PERSONAL}</Header>", header * 2, f"<Children/>{header}"))
    namespace = "" if rng.random() < 0.9 else rng.choice((' xmlns="urn:cin"', ' xmlns:x="urn:cin"', ' xmlns=""'))
    prolog = "" if rng.random() < 0.5 else _prolog(rng)
    after = rng.choice(("", "\n", "<!-- -->"))
    text = f"{prolog}<Message{namespace}>{header}\n<Children>\n{children}</Children></Message>{after}"
    return text.encode("utf-16") if rng.random() < 0.03 else _encoded(text, rng)


def _prolog(rng: Random) -> str:
    if rng.random() < 0.7:
        return '<?xml version="1.0" encoding="UTF-8"?>\n'
    ten = "&a;" * 10
    bomb = f'<!ENTITY a "{PERSONAL}"><!ENTITY b "{ten}"><!ENTITY c "{ten.replace("a", "b")}">'
    return rng.choice(
        (
            *(
                f'<?xml version="1.0" encoding="{name}"?>'
                for name in "utf-7 utf-16 ascii latin-1 cp037 rot13 idna zip x".split()
            ),
            f"<!DOCTYPE Message [{bomb}]>",
            '<!DOCTYPE Message SYSTEM "file:///etc/hostname">',
            f"<!-- {PERSONAL} -->\n",
            f"<?xml-stylesheet {PERSONAL}?>",
            '<?xml version="2.0"?>',
            "\n\n ",
            "<!-- " + "x" * 70_000 + " -->",
        )
    )


# --- any of them, and spoilt


def _head_of(name: str, marks: bytes) -> list[bytes]:
    text = (EXAMPLES / "data" / name).read_bytes()
    lines = text.splitlines(keepends=True)
    if marks:
        head = text[: text.index(marks)]
        children = text.split(marks)[1:7]
        return [head + marks + marks.join(children[n : n + 2]) + b"</Children></Message>" for n in range(0, 6, 2)]
    return [b"".join([lines[0], *lines[n : n + 12]]) for n in range(1, 60, 12)]


SEEDS: dict[str, list[bytes]] = {"csv": _head_of("events.csv", b""), "census": _head_of("census.xml", b"<Child>")}
SEEDS["json-lines"] = [
    b"".join(json.dumps(row).encode() + b"\n" for row in csv.DictReader(io.StringIO(seed.decode())))
    for seed in SEEDS["csv"]
]
_MAKERS: dict[str, Callable[[Random], bytes]] = {
    "csv": lambda rng: as_csv(rows(rng), rng),
    "json-lines": lambda rng: as_lines(rows(rng), rng),
    "census": census,
}


def record_file(format: str, rng: Random) -> bytes:
    """A file of one of the formats: as the grammar makes it, or with bytes of it, or of an example, changed."""
    choice = rng.random()
    if choice < 0.6:
        return _MAKERS[format](rng)[:LONGEST]
    if choice < 0.8:
        return mutated(_MAKERS[format](rng), rng, SEEDS[format])
    if choice < 0.98:
        return mutated(rng.choice(SEEDS[format]), rng, SEEDS[format])
    return noise(rng)


def any_record_file(rng: Random) -> bytes:
    """A file of any of the formats."""
    return record_file(rng.choice(tuple(_MAKERS)), rng)
