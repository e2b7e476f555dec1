"""Which format something is in; and readers of other packages, good and broken ones."""

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.on_disk import census_child, census_text, tags, write_lines, write_table

from childprotect import UnreadableInput
from childprotect.cli.app import run
from childprotect.records import FORMATS, Source, broken, read, readers
from childprotect.records.recognising import Given, given

CENSUS = census_text(census_child(tags(CINreferralDate="2023-05-02")))
TABLE = "child,event,at\nC-101,referral,2024-01-02\n"
LINE = '{"child": "C-101", "event": "referral", "at": "2024-01-02"}\n'
RECOGNISED: dict[str, tuple[bytes, str, str]] = {
    "a census": (CENSUS.encode(), "cin-census", "it is XML"),
    "a census after a byte order mark and space": (
        b"\xef\xbb\xbf \n" + CENSUS[39:].encode(),
        "cin-census",
        "it is XML",
    ),
    "a census in UTF-16": (CENSUS.replace("UTF-8", "UTF-16").encode("utf-16"), "cin-census", "it is XML"),
    "JSON Lines": (LINE.encode(), "event-table", "its first line is a JSON object"),
    "JSON Lines after a byte order mark": (b"\xef\xbb\xbf" + LINE.encode(), "event-table", "its first line is a JSON"),
    "a table": (TABLE.encode(), "event-table", "it is text with a header row"),
    "a table with other line ends": (TABLE.replace("\n", "\r\n").encode(), "event-table", "it is text with a header"),
}


@pytest.mark.parametrize("kind", RECOGNISED)
def test_the_content_says_which_format_it_is_and_the_name_does_not(kind: str, tmp_path: Path) -> None:
    content, name, mark = RECOGNISED[kind]
    for file in ("x.csv", "x.xml", "x"):
        (tmp_path / file).write_bytes(content)
        source = read(tmp_path / file)
        assert [child.child for child in source] in (["C-101"], ["C-1"])
        assert source.format == name
        assert source.recognised.startswith(mark)
        assert source.to_dict()["recognised"] == source.recognised


def test_an_object_that_nobody_knows_is_named_by_its_kind_and_never_by_what_is_in_it() -> None:
    with pytest.raises(UnreadableInput) as caught:
        read({"name": "Zebedee"})
    assert str(caught.value).startswith("a builtins.dict: it is in no format that we know; expected one of: ")
    assert "Zebedee" not in repr(given({"name": "Zebedee"}))


def test_a_record_that_is_given_for_a_path_is_not_repeated() -> None:
    with pytest.raises(UnreadableInput, match="a text of several lines is no path") as caught:
        read("child,event,at\nZebedee,referral,2024-03-01\n")
    assert "Zebedee" not in str(caught.value)


def test_every_format_of_ours_says_what_it_is_and_by_what_it_is_recognised() -> None:
    for reader in FORMATS:
        assert reader.title
        assert reader.by, reader.title
    assert readers() == FORMATS


def test_the_formats_are_listed_on_request(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["readers"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    for reader in FORMATS:
        assert any(
            reader.format in line and reader.title in line and reader.by in line for line in told.out.splitlines()
        )


# --- readers of other packages ------------------------------------------------------------------------------------

GOOD = '''
    """A format of three lines: the word LOG, a child and a day."""

    from childprotect import Chronology
    from childprotect.records import Reader, Source
    from pathlib import Path


    def recognise(given):
        return "it begins with LOG" if given.head.startswith(b"LOG") else None


    def read(given, reading):
        _, child, day = Path(given.path).read_text(encoding="utf-8").split()
        story = Chronology.of(reading.child(child), events=[(day, "referral")])
        source = Source(given.path, "log", story.events[0].day)
        source.account.next_row()
        return source.give(iter([story]))


    READER = Reader("log", "a log of our own", recognise, read, by="the word LOG")
'''
Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package of one module: its name, its text, and its entry point."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def installed(name: str, text: str, entry: str) -> None:
        (site / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        about = site / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[childprotect.readers]\n{entry}\n", encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)

    return installed


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "x.log"
    path.write_text("LOG C-101 2024-01-02", encoding="utf-8")
    return path


def test_a_reader_of_another_package_reads_its_own_format(
    install: Install, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnreadableInput, match="line 1: the header has no column"):
        read(log)
    install("their_log", GOOD, "log = their_log:READER")
    source = read(log)
    assert [child.child for child in source] == ["C-101"]
    assert (source.format, source.recognised) == ("log", "it begins with LOG")
    assert [reader.format for reader in readers()][-2:] == ["log", "event-table"]
    assert run(["check", str(log), "--as-at", "2024-02-01"]) == 0
    told = capsys.readouterr()
    assert "1 row: 1 read, 0 rejected" in told.out
    assert "referral-decision" in told.out
    assert told.err == ""
    assert run(["readers"]) == 0
    assert "the word LOG" in capsys.readouterr().out


def test_it_is_asked_after_our_own_formats_and_before_what_is_left_over(install: Install, tmp_path: Path) -> None:
    greedy = GOOD.replace('"it begins with LOG" if given.head.startswith(b"LOG") else None', '"it is anything"')
    install("greedy_log", greedy, "greedy = greedy_log:READER")
    (tmp_path / "c.xml").write_text(CENSUS, encoding="utf-8")
    assert read(tmp_path / "c.xml").format == "cin-census"
    assert read(write_lines(tmp_path / "x.jsonl", {"child": 1, "event": "referral", "at": "2024-01-02"})).children == 0
    with pytest.raises(UnreadableInput, match=r"the reader of log, of another package, failed \(ValueError\)"):
        read(write_table(tmp_path / "x.csv", ("2024-01-02", "referral")))


LATE = """
    def later(story):
        yield story
        raise KeyError("Zebedee")


    def read(given, reading):
        _, child, day = Path(given.path).read_text(encoding="utf-8").split()
        story = Chronology.of(child, events=[(day, "referral")])
        return Source(given.path, "log", story.events[0].day).give(later(story))


    READER = Reader("log", "a log", recognise, read)
"""


def test_what_another_package_says_when_it_fails_is_not_repeated(
    install: Install, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("late_log", GOOD + LATE, "late = late_log:READER")
    source = iter(read(log))
    assert next(source).child == "C-101"
    with pytest.raises(UnreadableInput, match=r"failed \(KeyError\)"):
        next(source)
    assert run(["check", str(log)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "Zebedee" not in told.err


BROKEN: dict[str, tuple[str, str, str]] = {
    "a module that is not there": ("", "x = none_such:READER", "ModuleNotFoundError when it is loaded"),
    "a name that is not there": ("", "x = broken_log:READER", "AttributeError when it is loaded"),
    "a module that fails": ("raise RuntimeError('Zebedee')", "x = broken_log:READER", "RuntimeError when it is loaded"),
    "a module that is no Python": ("def (", "x = broken_log:READER", "SyntaxError when it is loaded"),
    "something else": ("READER = 'a reader'", "x = broken_log:READER", "is no childprotect.records.Reader"),
    "an entry that names nothing": ("", "x = :::", "when it is loaded"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_reader_is_told_and_keeps_nobody_from_reading(
    kind: str, install: Install, tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, entry, why = BROKEN[kind]
    install("broken_log", text, entry)
    (only,) = broken()
    assert (only.name, only.package) == ("x", "broken_log")
    assert why in str(only)
    assert "Zebedee" not in str(only)
    (tmp_path / "c.xml").write_text(CENSUS, encoding="utf-8")
    table = write_table(tmp_path / "x.csv", ("2024-01-02", "referral"))
    for path in (tmp_path / "c.xml", table):
        assert run(["check", str(path)]) == 0
        told = capsys.readouterr()
        assert told.out
        assert told.err == f"childprotect: {only}\n"
    assert run(["readers"]) == 0
    assert "cannot be used" in capsys.readouterr().out
    # a file that the broken one might have read
    (tmp_path / "array.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"it is a JSON array, .* \(the reader 'x' of broken_log cannot be"):
        read(tmp_path / "array.json")


def test_a_reader_that_fails_to_recognise_does_not_recognise(install: Install, tmp_path: Path) -> None:
    failing = GOOD.replace('return "it begins', 'given.head[:1] == b"L" or 1 / 0\n        return "it begins')
    install("failing_log", failing, "failing = failing_log:READER")
    source = read(write_table(tmp_path / "x.csv", ("2024-01-02", "referral")))
    assert isinstance(source, Source)
    assert source.format == "event-table"


def test_what_is_given_shows_no_content() -> None:
    assert repr(Given("Zebedee", "x.csv", b"Zebedee")) == "Given(path='x.csv')"
