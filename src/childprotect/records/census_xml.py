"""The children in need census as a stream of XML elements, so that memory stays flat however long the file.

A DOCTYPE is refused, and with it every entity that a file could define. Elements come out with the names of
`census_elements`: without a namespace, and with its capitals.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from childprotect.errors import UnreadableInput
from childprotect.records.census_elements import KNOWN, PLACES, SPELT
from childprotect.records.source import Counted, Hashes, Progress, clean_identifier, open_binary

EXPECTED = "a children in need census: <Message> with <Header> and <Children>"
OTHERS = "(other names)"
"""Under this the account counts elements with an unusual name, or beyond the first names that it lists."""
_MOST_NAMES = 60
_USUAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_CHUNK = 65536
_BLOCK = 1 << 18
_DECLARATION = re.compile(
    rb"""(\xef\xbb\xbf)?(<\?xml\s+version=["']1\.0["'](\s+encoding=["'](utf-8|us-ascii)["'])?\s*\?>)?""", re.IGNORECASE
)
"""How a file begins in which every character of the markup is one byte; of any other, nothing."""
_PLAIN = re.compile(rb"<LAchildID>([^<&]*)</LAchildID>")


class _RootSeen(Exception):
    """The prolog is over."""


class _NotPlain(Exception):
    """A search of the bytes might not find what an XML parser would."""


def refuse_doctype(path: str, file: BinaryIO) -> None:
    """A DOCTYPE can only stand before the root element: let expat read that far, and no further."""

    def refuse(*_: object) -> None:
        place = f"line {parser.CurrentLineNumber}"
        raise UnreadableInput(path, place, "it has a DOCTYPE, which could define entities", "a census without one")

    def stop(*_: object) -> None:
        raise _RootSeen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)  # expat 2.6 and later may wait for more before it reads what it has
    except (_RootSeen, UnreadableInput) as seen:
        if isinstance(seen, UnreadableInput):
            raise
    except expat.ExpatError as error:
        raise _broken(path, str(error)) from None
    except (LookupError, ValueError):
        raise UnreadableInput(path, "line 1", "its encoding is not one that can be read", "XML in UTF-8") from None


def repeated_identifiers(path: str) -> frozenset[int]:
    """The hashes of the identifiers that the file names more than once; eight bytes a child while it looks.

    The file is read for this alone, because what is said of a child in one place might be wrong for what is said of
    it further down. Where the XML breaks off, whoever reads the children will say so.
    """
    try:
        return _more_than_once(_plain_identifiers(path))
    except _NotPlain:
        return _more_than_once(_identifiers(path))


def _more_than_once(texts: Iterable[str]) -> frozenset[int]:
    hashes = Hashes()
    for text in texts:
        if (identifier := clean_identifier(text)) is not None:
            hashes.add(identifier)
    return hashes.repeated()


def _plain_identifiers(path: str) -> Iterator[str]:
    """The text of every LAchildID, looked up in the bytes: a fifth of the time that an XML parser takes.

    Only in a file in which a search finds what a parser would. Raises `_NotPlain` in any other: in another encoding,
    with comments, CDATA or instructions, or with a mention of LAchildID that is no plain start or end of one.
    """
    with open_binary(path) as file:
        data = file.read(_BLOCK)
        data = _DECLARATION.sub(b"", data, count=1)  # it matches nothing too, so always at the beginning
        while data:
            more = file.read(_BLOCK)
            end = _last_start(data) if more else len(data)
            piece, data = data[:end], data[end:] + more
            texts = _PLAIN.findall(piece)
            mentions = piece.lower().count(b"lachildid")
            if mentions != 2 * len(texts) or any(odd in piece for odd in (b"<!", b"<?", b"\0")):
                raise _NotPlain
            try:
                yield from map(bytes.decode, texts)
            except UnicodeDecodeError:
                raise _NotPlain from None


def _last_start(data: bytes) -> int:
    """Where the last start of an element begins: no text of an identifier goes across it."""
    place = len(data) - 1
    while (place := data.rfind(b"<", 0, place)) >= 0:
        if data[place + 1 : place + 2] != b"/":
            return place
    raise _NotPlain


def _identifiers(path: str) -> Iterator[str]:
    """The text of every LAchildID, in any mixture of capitals, up to where the XML breaks off."""
    text: list[str] = []
    texts: list[str] = []

    def start(name: str, _: Any) -> None:
        if name[-9:].casefold() == "lachildid":
            text.clear()
            parser.CharacterDataHandler = text.append
            parser.EndElementHandler = end

    def end(_: str) -> None:
        parser.CharacterDataHandler = parser.EndElementHandler = None
        texts.append("".join(text))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with open_binary(path) as file:
        stream = _counted(file, None)
        with suppress(expat.ExpatError):
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from texts
                texts.clear()
            parser.Parse(b"", True)
    yield from texts


def _broken(path: str, error: str) -> UnreadableInput:
    problem, _, place = error.partition(": ")
    return UnreadableInput(path, place, f"the XML breaks off or is not well formed ({problem})", EXPECTED)


def _counted(file: BinaryIO, progress: Progress | None) -> Counted:
    mark = file.read(2)
    file.seek(0)
    utf16 = mark in (b"\xff\xfe", b"\xfe\xff") or b"\0" in mark
    return Counted(file, progress, hide_nul=not utf16)


def elements(
    path: str, file: BinaryIO, progress: Progress | None, unused: Counter[str]
) -> Generator[Element, None, None]:
    """The header, then all that stands in <Children>; each is taken out of the tree once it has been used.

    What stands beside them is counted in `unused` by name.
    """
    with file:
        events = iterparse(_counted(file, progress), events=("start", "end"))
        try:
            _, root = next(events)
            prefix = root.tag.rpartition("}")[0]
            if root.tag.rpartition("}")[2] != "Message":
                raise UnreadableInput(path, "", "the root element is not <Message>", EXPECTED)
            children, child, header = (_qualified(prefix, name) for name in ("Children", "Child", "Header"))
            header_seen = children_seen = False
            parent: Element | None = None
            depth = 1
            for event, element in events:
                if event == "start":
                    depth += 1
                    if depth == 2 and element.tag == children:
                        if not header_seen:
                            raise UnreadableInput(path, "before <Children>", "there is no <Header>", EXPECTED)
                        parent, children_seen = element, True
                    continue
                depth -= 1
                if depth == 2 and parent is not None:
                    yield _stripped(element, prefix)
                    parent.clear()
                elif depth == 1:
                    if element.tag == header and not header_seen:
                        header_seen = True
                        yield _stripped(element, prefix)
                    elif element is parent:
                        parent = None
                    elif element.tag == child:
                        raise UnreadableInput(path, "<Child>", "a child stands outside <Children>", EXPECTED)
                    else:
                        count_unused(unused, element.tag.rpartition("}")[2])
                    root.clear()
            if not header_seen:
                raise UnreadableInput(path, "", "there is no <Header>", EXPECTED)
            if not children_seen:
                raise UnreadableInput(path, "", "there is no <Children>", EXPECTED)
        except ParseError as error:
            raise _broken(path, str(error)) from None


def spelt(element: Element, unused: Counter[str]) -> list[Element]:
    """Spell the parts of an element as the table of elements does; those that are read, but not where they stand.

    What is in no table is counted in `unused`, once for every element.
    """
    misplaced = []
    for parent in element.iter():
        if len(parent):
            names = PLACES.get(parent.tag, frozenset())
            for part in parent:
                if part.tag in names:
                    continue
                plain = part.tag.casefold()
                if (ours := SPELT.get((parent.tag, plain))) is not None:
                    part.tag = ours
                elif plain not in KNOWN:
                    count_unused(unused, part.tag)
                elif KNOWN[plain]:
                    misplaced.append(part)
    return misplaced


def count_unused(unused: Counter[str], name: str) -> None:
    """Count an element that no reader knows. Names that are not of the usual form might be somebody's."""
    listed = name in unused or (len(unused) < _MOST_NAMES and _USUAL.fullmatch(name))
    unused[name if listed else OTHERS] += 1


def _qualified(prefix: str, name: str) -> str:
    return f"{prefix}}}{name}" if prefix else name


def _stripped(element: Element, prefix: str) -> Element:
    """The element with no namespace in its names, so that the rest of the reader need not know of one."""
    if prefix:
        for part in element.iter():
            part.tag = part.tag.rpartition("}")[2]
    return element
