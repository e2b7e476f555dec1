"""JSON as a stream of records, one at a time, of which only the fields that are used are ever built.

Everything else is passed over as it is read: a name, a postcode or a pupil number becomes no value of ours.
"""

import codecs
import re
from collections.abc import Callable, Container, Generator, Iterator
from typing import Any, BinaryIO

from childprotect.errors import UnreadableInput
from childprotect.records.extras import library
from childprotect.records.source import Counted, Progress, open_binary

TWICE = "named twice"
"""The key under which a record says that a field of it was there twice; no field is called so."""
DEEPEST = 12
_UTF8 = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_TOO_LARGE = "there is a number that is too large to be read"
_DIGITS = re.compile(r"symbol '-?[0-9][0-9.eE+-]{19}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

Events = Iterator[tuple[str, Any]]
"""What `ijson.basic_parse` gives: what begins or ends, or what kind of value stands there, and the value."""


def records(
    path: str,
    used: Container[str],
    unused: Callable[[str], None],
    expected: str,
    progress: Progress | None,
) -> Generator[Any, None, None]:
    """The elements of the array that a file holds, or the one object that it is.

    Of every object in them, the fields that are `used`, at any depth; the name of each other field goes to `unused`.
    Raises `UnreadableInput` for what is not JSON, where it stops being it.
    """
    ijson = library("ijson", path, "JSON as a stream")
    number = 0
    try:
        for record in _records(path, used, unused, expected, progress, ijson, 0):
            number += 1
            yield record
        return
    except UnreadableInput as error:
        if error.problem != _TOO_LARGE:
            raise
    # the parser written in C gives up at a whole number of more than 64 bits, even where nobody reads it
    yield from _records(path, used, unused, expected, None, ijson.get_backend("python"), number)


def _records(
    path: str,
    used: Container[str],
    unused: Callable[[str], None],
    expected: str,
    progress: Progress | None,
    ijson: Any,
    after: int,
) -> Generator[Any, None, None]:
    """The records with one of the parsers, without the first ones."""
    number = 0
    in_c = ijson.backend != "python"
    with open_binary(path) as file:
        # a number that Python does not build ends the process in a parser written in C, and no number is ever used
        events: Events = ijson.basic_parse(_text(path, file, expected, progress), use_float=in_c)
        try:
            kind, _ = next(events)
            if kind not in ("start_array", "start_map"):
                raise UnreadableInput(path, "", "it is a single value", expected)
            if kind == "start_map":
                yield _counted(path, kind, None, events, used, unused)
                kind = "the end"
            for kind, value in events:
                if kind != "end_array":
                    record = _counted(path, kind, value, events, used, unused if number >= after else _nothing)
                    if number >= after:
                        yield record
                    number += 1
        except ijson.common.JSONError as error:
            place = f"after element {number}" if number else ""
            raise UnreadableInput(path, place, _problem(str(error)), expected) from None
        except UnicodeError:
            raise UnreadableInput(path, "", "it is not text in UTF-16, as its first bytes say", expected) from None
        except UnreadableInput:
            raise
        except (ValueError, ArithmeticError, SystemError):  # what is raised depends on the parser that ijson found
            place = f"after element {number}" if number else ""
            raise UnreadableInput(path, place, _TOO_LARGE, expected) from None


class _FromUtf16:
    """A file in UTF-16, read as UTF-8."""

    def __init__(self, file: Counted) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def read(self, size: int = -1) -> bytes:
        """Like `read` of a file, of about as many bytes. Raises `UnicodeError` for what is no UTF-16."""
        while size and (data := self._file.read(size)):
            if text := self._decoder.decode(data):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode() if size else b""


def _text(path: str, file: BinaryIO, expected: str, progress: Progress | None) -> Counted | _FromUtf16:
    """The file as UTF-8, which JSON is; what says by its first bytes that it is UTF-16 is read all the same."""
    head = file.read(512)
    file.seek(0)
    counted = Counted(file, progress, hide_nul=False)
    if head.startswith(_UTF32) or (b"\0" in head and not head.startswith(_UTF16)):
        raise UnreadableInput(path, "line 1", "it is neither UTF-8 nor UTF-16 with a byte order mark", expected)
    if head.startswith(_UTF16):
        return _FromUtf16(counted)
    if head.startswith(_UTF8):
        file.seek(len(_UTF8))
    return counted


def _problem(said: str) -> str:
    """What is wrong, without the piece of the file that the parser shows with it."""
    known = {
        "premature EOF": "the JSON breaks off before its end",
        "Incomplete": "the JSON breaks off before its end",
        "invalid bytes in UTF8": "it is not text in UTF-8",
        "overflow": _TOO_LARGE,
        "trailing garbage": "something stands after the end of the JSON",
        "Additional data": "something stands after the end of the JSON",
    }
    if _DIGITS.search(said):
        return _TOO_LARGE
    return next((ours for theirs, ours in known.items() if theirs in said), "it is not JSON")


def _counted(
    path: str, kind: str, value: Any, events: Events, used: Container[str], unused: Callable[[str], None]
) -> Any:
    """The record that begins here. What is not used is told once it is whole, since it may have to be read again."""
    names: list[str] = []
    record = _built(path, kind, value, events, used, names.append)
    for name in names:
        unused(name)
    return record


def _nothing(_: str) -> None:
    """Of a record that was read before, no name is told again."""


def _built(
    path: str, kind: str, value: Any, events: Events, used: Container[str], unused: Callable[[str], None]
) -> Any:
    """The value that begins here, with those of its fields that are used."""
    if kind not in ("start_map", "start_array"):
        return value
    top: Any = {} if kind == "start_map" else []
    open_ones: list[Any] = [top]
    field: str = ""
    for kind, value in events:
        here = open_ones[-1]
        if kind == "map_key":
            field = value
            if field in used:
                if field in here:
                    here[TWICE] = field
            else:
                unused(field if _FIELD.fullmatch(field) else "a name that is none of a field")
                _pass_over(path, events)
            continue
        if kind in ("end_map", "end_array"):
            open_ones.pop()
            if not open_ones:
                break
            continue
        opened: Any = {} if kind == "start_map" else [] if kind == "start_array" else None
        if isinstance(here, dict):
            here[field] = value if opened is None else opened
        else:
            here.append(value if opened is None else opened)
        if opened is not None:
            open_ones.append(opened)
            _check_depth(path, len(open_ones))
    return top


def _pass_over(path: str, events: Events) -> None:
    """Read to the end of one value, and keep nothing of it."""
    depth = 0
    for kind, _ in events:
        depth += kind in ("start_map", "start_array")
        depth -= kind in ("end_map", "end_array")
        if not depth:
            return
        _check_depth(path, depth)


def _check_depth(path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise UnreadableInput(path, "", "it is nested too deeply to be records", f"at most {DEEPEST} levels")
