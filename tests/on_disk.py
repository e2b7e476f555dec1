"""Files to read: event tables and censuses written to a folder, and what the check says of them."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import parse

import childprotect as cp
from childprotect.records import Source, read
from childprotect.rulebooks import england

Row = tuple[str, str] | tuple[str, str, Mapping[str, str]]
"""A day and a kind of event, and the facts as they are written in a cell."""


def write_table(path: Path, *rows: Row, child: str = "C-1") -> Path:
    """An event table of one child, with a column for every fact that a row has."""
    dicts = [{"child": child, "at": row[0], "event": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]
    columns = dict.fromkeys(("child", "event", "at", *(name for entry in dicts for name in entry)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(dicts)
    return path


def write_lines(path: Path, *rows: Mapping[str, object]) -> Path:
    """An event table with a JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def census_child(*episodes: str, name: str = "C-1", identifiers: str = "") -> str:
    """A child of a census; an episode is what stands in <CINdetails>."""
    told = "".join(f"<CINdetails>{episode}</CINdetails>" for episode in episodes)
    return (
        f"<Child><ChildIdentifiers><LAchildID>{name}</LAchildID>{identifiers}</ChildIdentifiers>"
        f"<ChildCharacteristics><Ethnicity>NOBT</Ethnicity></ChildCharacteristics>{told}</Child>"
    )


def census_text(*children: str, reference: str | None = "2024-03-31") -> str:
    """A census of these children."""
    said = "" if reference is None else f"<ReferenceDate>{reference}</ReferenceDate>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Message><Header><CollectionDetails><Collection>CIN</Collection>{said}</CollectionDetails></Header>\n"
        f"<Children>\n{''.join(child + chr(10) for child in children)}</Children></Message>\n"
    )


def write_census(path: Path, *children: str, reference: str | None = "2024-03-31") -> Path:
    """The census as a file."""
    path.write_text(census_text(*children, reference=reference), encoding="utf-8")
    return path


RECORDS = """cindetails assessments cinplandates section47 childprotectionplans cppreviewdate
preproceedingsandfgdm""".split()


def rows_in(path: Path) -> int:
    """How many rows a census has, counted in its elements: the header, what stands in <Children>, every record."""
    root = parse(path).getroot()
    plain = [(element, element.tag.rpartition("}")[2]) for element in root.iter()]
    within = [element for element, name in plain if name == "Children" and element in list(root)]
    rows = 1
    for children in within:
        for child in children:
            rows += 1 + sum(part.tag.rpartition("}")[2].casefold() in RECORDS for part in child.iter())
    return rows


def tags(**values: str | Sequence[str]) -> str:
    """Elements with their text; a sequence repeats the element."""
    pairs = [(name, text) for name, value in values.items() for text in ([value] if isinstance(value, str) else value)]
    return "".join(f"<{name}>{text}</{name}>" for name, text in pairs)


def judged(
    path: Path, as_at: str | None = None, book: cp.Rulebook = england.rulebook
) -> tuple[Source, dict[str, cp.Report]]:
    """A file as read, and the report on each child."""
    source = read(str(path))
    day = date.fromisoformat(as_at) if as_at else source.as_at
    return source, {child.child: cp.check(child, book, as_at=day) for child in source}


def only_child(path: Path) -> cp.Chronology:
    """The one chronology of a file."""
    (chronology,) = read(str(path))
    return chronology


def statuses(reports: Iterable[cp.Report], rule: str) -> list[str]:
    """What the reports say of a rule, in order."""
    return [finding.status.value for report in reports for finding in report.findings if finding.rule == rule]
