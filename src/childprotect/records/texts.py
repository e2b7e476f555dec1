"""Text files in the encodings that are about: UTF-8 and UTF-16 with their marks, and Windows-1252.

A file in which there are bytes beyond ASCII and none of them make up a character of UTF-8 is Windows-1252. In any other
a byte that is not UTF-8 costs its line.
"""

import re
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import BinaryIO

from attrs import define, field

from childprotect.errors import UnreadableInput
from childprotect.records.source import open_binary

UTF_8 = "UTF-8"
_WINDOWS = "Windows-1252"
_BLOCK = 1 << 20
_HALVES = 64
"""Bytes by which UTF-16 is known: in ASCII, every other one of them is NUL."""
_CHARACTER = re.compile(
    b"[\xc2-\xdf][\x80-\xbf]"
    b"|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    b"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""A character of UTF-8 that is more than one byte."""


def open_text(
    path: str, encoding: str | None = None, *, errors: str | None = None
) -> tuple[BinaryIO, TextIOWrapper, str]:
    """A file open for reading: the bytes, which tell how far it is read, the text, and what its encoding is called.

    Line ends stay as they are. Bytes that are not of the encoding become surrogates or U+FFFD, so that they can be
    found, unless `errors` names another way. Raises `UnreadableInput` for what cannot be opened.
    """
    name = encoding or encoding_of(path)
    file = open_binary(path)
    codec = "utf-8-sig" if name.casefold().replace("_", "-") in ("utf-8", "utf8") else name
    # what is no part of a double byte cannot be told by a surrogate
    errors = errors or ("surrogateescape" if codec in ("utf-8-sig", _WINDOWS) else "replace")
    text = TextIOWrapper(file, encoding=codec, errors=errors, newline="")
    try:
        text.read(1)
        text.seek(0)
    except UnicodeError:  # UTF-16 without its mark, where a mapping names it; and what is no encoding of files
        text.close()
        raise UnreadableInput(path, "", f"it is not text in {name}", "a file in the encoding that was named") from None
    return file, text, name


def encoding_of(path: str) -> str:
    """The encoding of a file, by its mark or by what is in it; the file is read up to the first character of UTF-8.

    Raises `UnreadableInput` for UTF-16 without its mark: which half of a character comes first would be a guess.
    """
    plain = True
    with open_binary(path) as file:
        block = file.read(_BLOCK)
        if block.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "UTF-16"
        if block.startswith(b"\xef\xbb\xbf"):
            return UTF_8
        halves = block[:_HALVES:2], block[1:_HALVES:2]
        if len(block) > 1 and any(not any(zeros) and 0 not in text for zeros, text in (halves, halves[::-1])):
            why = "it seems to be text in UTF-16 without a byte order mark"
            raise UnreadableInput(path, "", why, "UTF-8, UTF-16 with its mark, or a mapping that names the encoding")
        rest = b""
        while block:
            if not block.isascii():
                plain = False
                if _CHARACTER.search(rest + block):
                    return UTF_8
            rest = block[-3:]
            block = file.read(_BLOCK)
    return UTF_8 if plain else _WINDOWS


@define
class Lines:
    """Lines of text, numbered, of which the last ones taken can be put back."""

    lines: Iterator[str]
    number: int = 0
    taken: list[str] = field(factory=list)
    _again: list[str] = field(factory=list)

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self.lines)
        self.number += 1
        self.taken.append(line)
        return line

    def next_if(self, wanted: Callable[[str], bool]) -> str | None:
        """The next line, if it is one that is wanted; else it stays where it is."""
        line = next(self, None)
        if line is None or wanted(line):
            return line
        self.put_back([self.taken.pop()])
        return None

    def put_back(self, lines: list[str]) -> None:
        self.number -= len(lines)
        self._again += reversed(lines)
