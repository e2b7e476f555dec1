"""How a payload, a mapping, a folder of tables and a file of columns are tried, and what must come of it."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from childprotect import ProfileError, UnreadableInput
from childprotect.records import Columns, Reading, Source, read, read_arrow, read_csv, read_dfe_api, read_parquet
from childprotect.records.mapping import RESERVED
from childprotect.vocabulary import Form, form_of
from fuzz.records import PERSONAL
from fuzz.sources import EPISODES, MARK, PARTS
from fuzz.truths import accepted, must, plain, private, refused


def _tried(path: Path, reader: Callable[[], Source]) -> Source | None:
    """What was read, whole; nothing where it was refused as it should be."""
    try:
        source = reader()
        children = list(source)
    except UnreadableInput as error:
        refused(error, path)
        return None
    accepted(source, children)
    return source


# --- payloads


class _Unclear(ValueError):
    """Nobody can say how many rows that is."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise _Unclear
    return dict(pairs)


def _counted(record: Any, holds: tuple[str, ...]) -> int:
    """How many rows a record is: itself, and what stands in each of its arrays."""
    if not isinstance(record, dict):
        return 1
    if record.keys() & {*PARTS, EPISODES, "child_details"} - {
        *holds,
        *(["child_details"] if EPISODES in holds else []),
    }:
        raise _Unclear  # it has no place here
    if isinstance(details := record.get("child_details"), dict):
        _counted(details, ())
    count = 1
    for name in holds:
        parts = record.get(name)
        within = tuple(PARTS) if name == EPISODES else ()
        count += sum(_counted(part, within) for part in parts) if isinstance(parts, list) else int(parts is not None)
    return count


def payload(path: Path) -> bool:
    """A payload of the daily API: every record in it is a row that is read or rejected."""
    source = _tried(path, lambda: read_dfe_api(str(path)))
    if source is None:
        return False
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_once)
        count = sum(_counted(child, (EPISODES,)) for child in (whole if isinstance(whole, list) else [whole]))
    except (ValueError, RecursionError):  # another encoding, or what is unclear
        return True
    must(source.account.rows == count, "a record was lost in silence", f"{source.account.rows} of {count}")
    return True


# --- mappings


def mapping(path: Path) -> bool:
    """A mapping, and a small table of just the columns, events and values that it names."""
    try:
        columns = Columns.load(path)
    except UnreadableInput as error:
        must(str(error).startswith(f"{path}: "), "the message does not begin with the file")
        plain(error.problem)
        return False
    except ProfileError as error:
        must(error.problems, "a mapping is refused without a problem")
        must(str(path) in str(error), "the message does not name the file")
        for problem in error.problems:
            must(problem.strip(), "an empty problem")
            plain(problem)
        return False
    text = path.read_text(encoding="utf-8-sig")
    must(repr(Columns.parse(text, path=str(path))) == repr(columns), "load and parse differ")
    table = path.with_suffix(".csv")
    content, count = _table_of(columns)
    table.write_bytes(content)
    try:
        source = read_csv(str(table), Reading(columns=columns))
        children = list(source)
    except UnreadableInput as error:
        must(str(error).startswith((f"{table}: ", f"{path}: ")), "the message names neither the file nor the mapping")
        must(str(error).isprintable(), "the message is not one line that can be printed")
        plain(error.problem)
        private([str(error)], [text])
        return True
    private([repr(source), *map(repr, children)], [text])
    plain(" ".join(entry.because for entry in source.rejections))
    if columns.encoding in (None, "utf-8"):
        must(source.account.rows == count, "a row was lost in silence", f"{source.account.rows} of {count}")
    return True


def _table_of(columns: Columns) -> tuple[bytes, int]:
    names = {*("child", "event", "at"), *columns.columns}
    day = datetime(2024, 3, 1, 10, 30).strftime(columns.dates) if columns.dates else "2024-03-01"  # noqa: DTZ001
    lines = []
    for event in [*columns.events, "referral", "visit"]:
        row = {"child": "C-101", "event": event, "at": day}
        row |= {fact: next(iter(columns.values.get(fact, ())), _plain_value(fact, day)) for fact in names - row.keys()}
        lines.append([row[name] for name in sorted(names)])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=columns.separator or ",", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([columns.columns.get(name, name) for name in sorted(names)])
    writer.writerows(lines)
    try:
        return text.getvalue().encode(columns.encoding or "utf-8", "replace"), len(lines)
    except (LookupError, ValueError):  # such an encoding writes nothing
        return text.getvalue().encode("utf-8", "replace"), len(lines)


def _plain_value(fact: str, day: str) -> str:
    if fact in RESERVED:
        return {"recorded": day, "ref": "r1", "withdrawn": "no"}.get(fact, "")
    match form_of(fact):
        case Form.DATE:
            return day
        case Form.FLAG:
            return "true"
        case _:
            return PERSONAL


# --- tables


def tables(path: Path) -> bool:
    """A folder of tables: every line of each is a row that is read or rejected."""
    folder = path.with_name(f"{path.stem}-tables")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    whole: dict[str, bytes] = {}
    for part in (b"\n" + path.read_bytes()).split(b"\n" + MARK.encode())[1:]:
        name, _, content = part.partition(b"\n")
        said = name.decode("ascii", "ignore")
        if said.replace(".", "").replace("_", "").isalnum() and len(said) < 80:
            whole[said] = content
            (folder / said).write_bytes(content)
    try:
        source = read(str(folder))
        children = list(source)
    except UnreadableInput as error:
        must(str(error).startswith(str(folder)), "the message does not begin with the folder")
        must(error.problem and error.expected, "the message does not say what was wrong and what was expected")
        must(str(error).isprintable(), "the message is not one line that can be printed")
        plain(error.problem)
        private([str(error)], ())
        return False
    accepted(source, children)
    counts = [_lines(content) for content in whole.values()]
    known = source.recognised.count("ssd_") == len(counts)
    if known and all(count is not None for count in counts):
        count = sum(filter(None, counts))
        must(source.account.rows == count, "a row was lost in silence", f"{source.account.rows} of {count}")
    return True


def _lines(content: bytes) -> int | None:
    """How many rows a table has, where a line is a row for certain."""
    if any(mark in content for mark in (b'"', b"\r", b"\0", b"\xff", b"\xfe")):
        return None
    lines = [line.decode("utf-8", "replace") for line in content.split(b"\n")[1:]]
    delimiter = max(",;\t|", key=content.split(b"\n")[0].decode("utf-8", "replace").count)
    return len([line for line in lines if line.replace(delimiter, "").strip()])


# --- columns


def parquet(path: Path) -> bool:
    """A file of columns: as many rows are read or rejected as it holds."""
    is_parquet = path.read_bytes().startswith(b"PAR1")
    source = _tried(path, lambda: (read_parquet if is_parquet else read_arrow)(str(path)))
    if source is None:
        return False
    if is_parquet:
        count = pq.read_metadata(path).num_rows
    else:
        head = path.read_bytes()
        made = pa.ipc.open_file(head) if head.startswith(b"ARROW1") else pa.ipc.open_stream(head)
        count = made.read_all().num_rows
    must(source.account.rows == count, "a row was lost in silence", f"{source.account.rows} of {count}")
    return True
