"""Nothing personal gets out: of all that a file holds, only the child's identifier and the dates of the process.

Recognisable values are planted wherever a file can hold them, in good rows and in bad ones. Everything that the
library and the command line can print, write, log or keep is then searched for them.
"""

import json
import logging
import pickle
from collections.abc import Iterator, Mapping, Set
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.planted import BAD, FORMATS, GOOD, NAME, PERSONAL, csv_text, leaks, row, text_of
from tests.test_cli_files import arguments

import childprotect as cp
from childprotect.cli.app import run
from childprotect.cli.converting import FORMATS as WRITTEN
from childprotect.cli.converting import Format
from childprotect.records import Pseudonyms, read
from childprotect.rulebooks import england

Capture = pytest.CaptureFixture[str]
STAFF = ("Ottoline", "Featherstonehaugh")
"""Names of workers: an allocation is by worker, so an object keeps them where there is no key. Nothing shows them."""
KEY = b"0123456789abcdef0123456789abcdef"


def planted(kind: str, folder: Path) -> Path:
    """The file of that format."""
    path = FORMATS[kind](folder)
    assert len(leaks(text_of(path))) >= 6, "the values are planted"
    return path


def children(path: Path, pseudonyms: Pseudonyms | None = None) -> list[str]:
    return [child.child for child in read(path, pseudonyms=pseudonyms)]


def outputs(path: Path, capsys: Capture, *more: str) -> Iterator[tuple[str, str]]:
    """Every output of the command line for a file, with what was asked."""
    names = children(path, Pseudonyms(KEY) if more else None)
    commands = [["check", "--format", form, "--show", "999"] for form in ("text", "json", "csv")]
    commands += [[*commands[0], "--as-at", "2024-06-01", "--known-at", "2024-06-01"]]
    commands += [["explain", name, "--as-at", day] for name in names for day in ("2023-06-01", "2026-01-01")]
    for command in commands:
        head, *rest = command
        assert run([head, str(path), *rest, *more]) == 0
        told = capsys.readouterr()
        yield " ".join(command), told.out + told.err
    for name in ("report.txt", "report.json", "report.csv"):
        out = path.parent / name
        assert run(["check", str(path), "--out", str(out), "--force", *more]) == 0
        told = capsys.readouterr()
        yield name, told.out + told.err + out.read_text(encoding="utf-8")


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "the-key").write_bytes(KEY)
    return str(tmp_path / "the-key")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_output_holds_anything_personal(
    kind: str, tmp_path: Path, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    path = planted(kind, tmp_path)
    with caplog.at_level(logging.DEBUG):
        for asked, text in outputs(path, capsys):
            assert "C-" in text
            assert leaks(text) == [], asked
    assert leaks(caplog.text) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_with_a_key_no_output_names_a_child(
    kind: str, tmp_path: Path, key: str, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    path = planted(kind, tmp_path)
    with caplog.at_level(logging.DEBUG):
        for asked, text in outputs(path, capsys, "--pseudonymise", key):
            assert "C-" not in text.replace(str(tmp_path), ""), asked
            assert leaks(text) == [], asked
    assert "C-" not in caplog.text.replace(str(tmp_path), "")


@pytest.mark.parametrize("known", WRITTEN, ids=lambda known: known.suffixes[0])
@pytest.mark.parametrize("kind", FORMATS)
def test_no_file_that_is_written_holds_anything_personal(
    kind: str, known: Format, tmp_path: Path, key: str, capsys: Capture
) -> None:
    path = planted(kind, tmp_path)
    out = tmp_path / f"out{known.suffixes[0]}"
    for more in ([], ["--pseudonymise", key]):
        assert run(["convert", str(path), str(out), "--force", *arguments(known), *more]) == 0
        told = capsys.readouterr()
        text = out.read_bytes().decode("utf-8", "replace")
        assert [name for name in leaks(text) if more or name not in STAFF] == []
        assert leaks(told.out + told.err) == []
        assert not (more and '"C-' in text)


def objects(path: Path, pseudonyms: Pseudonyms | None = None) -> list[Any]:
    """Everything that reading, checking and replaying a file makes."""
    source = read(path, pseudonyms=pseudonyms)
    made: list[Any] = []
    for child in source:
        report = cp.check(child, england.rulebook, as_at=date(2026, 1, 1))
        journey = cp.Journey.replay(child, england.charts)
        made += [child, *child, *child.lost, *child.remarks, *(event.facts for event in child)]
        made += [report, *report.findings, *report.irregularities, journey, report.to_dict()]
        made += [finding.reason for finding in report.findings]
        made += [finding.explain() for finding in report.findings]
    assert source.rejections or path.suffix == ".parquet"
    return [*made, *source.rejections, source.to_dict(), source]


@pytest.mark.parametrize("kind", FORMATS)
def test_no_object_shows_anything_personal(kind: str, tmp_path: Path) -> None:
    path = planted(kind, tmp_path)
    for thing in objects(path):
        assert leaks(repr(thing)) == []
        assert leaks(str(thing)) == []
    for thing in objects(path, Pseudonyms(KEY)):
        shown = (repr(thing) + str(thing)).replace(str(tmp_path), "")
        assert leaks(shown) == []
        assert "C-" not in shown


def plain(value: object) -> object:
    """Our values as JSON has them, with every field, whether or not it is shown."""
    kind: type[Any] = type(value)
    if attrs.has(kind):
        return {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(map(str, value)) if isinstance(value, Set) else str(value)


def kept(path: Path, pseudonyms: Pseudonyms | None) -> str:
    """All that chronologies and the account hold, whether or not anything shows it, and how they are pickled.

    Without `born` and `died`, which rules use and nothing prints.
    """
    source = read(path, pseudonyms=pseudonyms)
    told = [attrs.evolve(child, born=None, died=None) for child in source]
    pickled = pickle.dumps((told, source.account))
    assert pickle.loads(pickled) == (told, source.account)
    return json.dumps([told, source.account], default=plain) + pickled.decode("latin-1")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_object_holds_anything_personal(kind: str, tmp_path: Path) -> None:
    path = planted(kind, tmp_path)
    without = kept(path, None)
    assert "C-1" in without
    assert [name for name in leaks(without) if name not in STAFF] == []
    with_key = kept(path, Pseudonyms(KEY))
    assert leaks(with_key) == []
    assert "C-1" not in with_key


UNREADABLE = {
    "a table without a header": csv_text([row(told) for told in GOOD]).split("\n", 1)[1],
    "a table of bad rows": csv_text([row(told) for told in BAD[:8]]),
    "a header with a name in it": f"{NAME},child,event,at,{NAME}\nC-1,referral,{NAME}\n",
    "lines without keys": json.dumps({"name": NAME, "upn": "X817200110042"}),
    "an array of something else": json.dumps([{"name": NAME, "upn": "X817200110042"}]),
    "an array of children that breaks off": f'[{{"la_child_id": "C-1", "child_details": {{"first_name": "{NAME}"',
    "an array of children of a wrong kind": f'[{{"la_child_id": ["{NAME}"], "social_care_episodes": "{NAME}"}}]',
    "prose": f"{NAME} was born on 2017-11-23.\nkerosene\n",
    "a census that breaks off": f"<Message><Header><x>{NAME}</x></Header><Children><Child><{NAME}",
    "a census of another kind": f"<{NAME.replace(' ', '')}/>",
    "a census with an entity": "<Message><Header>&Zebedee;</Header></Message>",
    "a DOCTYPE": f'<!DOCTYPE Zebedee [<!ENTITY x "{NAME}">]><Zebedee/>',
    "Parquet that is none": f"PAR1{NAME}PAR1",
    "Arrow that is none": f"ARROW1\0\0{NAME}ARROW1",
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_no_error_holds_anything_personal(
    kind: str, tmp_path: Path, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "records.dat"
    path.write_text(UNREADABLE[kind], encoding="utf-8")
    commands = [["check", str(path)], ["explain", str(path), "C-1"]]
    commands += [["check", str(path), "--out", str(tmp_path / "report.json")]]
    with caplog.at_level(logging.DEBUG):
        for command in commands:
            assert run(command) == 2
            told = capsys.readouterr()
            assert told.err.startswith("childprotect: ")
            assert leaks(told.out + told.err + caplog.text) == []
    with pytest.raises(cp.UnreadableInput) as caught:
        list(read(path))
    assert leaks(repr(caught.value) + str(vars(caught.value))) == []
    assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize("kind", FORMATS)
def test_no_error_of_a_file_that_breaks_off_holds_anything_personal(kind: str, tmp_path: Path, capsys: Capture) -> None:
    path = planted(kind, tmp_path)
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        whole = file.read_bytes()
        for part in range(1, 12):
            file.write_bytes(whole[: len(whole) * part // 12])
            assert run(["check", str(path), "--as-at", "2026-01-01"]) in (0, 2)
            told = capsys.readouterr()
            assert leaks(told.out + told.err) == []
        file.write_bytes(whole)


def test_a_leak_would_be_seen() -> None:
    assert leaks("Ottoline  F.") == ["Ottoline"]
    assert leaks("born on 23\n  Nov 2017") == ["23 Nov 2017"]
    assert leaks("C-1 referral 2023-05-02") == []
    assert len(PERSONAL) == len(set(PERSONAL))
