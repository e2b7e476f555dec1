"""The children in need census as a stream of XML elements, so that memory stays flat however long the file.

A DOCTYPE is refused, and with it every entity that a file could define.
"""

from collections.abc import Generator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from childprotect.errors import UnreadableInput
from childprotect.records.source import Counted, Progress

EXPECTED = "a children in need census: <Message> with <Header> and <Children>"


class _RootSeen(Exception):
    """The prolog is over."""


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
        while chunk := file.read(65536):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)  # expat 2.6 and later may wait for more before it reads what it has
    except (_RootSeen, UnreadableInput) as seen:
        if isinstance(seen, UnreadableInput):
            raise
    except expat.ExpatError as error:
        raise _broken(path, str(error)) from None
    except (LookupError, ValueError):
        raise UnreadableInput(path, "line 1", "its encoding is not one that can be read", "XML in UTF-8") from None


def _broken(path: str, error: str) -> UnreadableInput:
    problem, _, place = error.partition(": ")
    return UnreadableInput(path, place, f"the XML breaks off or is not well formed ({problem})", EXPECTED)


def elements(path: str, file: BinaryIO, progress: Progress | None) -> Generator[Element, None, None]:
    """The header, then all that stands in <Children>; each is taken out of the tree once it has been used."""
    with file:
        mark = file.read(2)
        utf16 = mark in (b"\xff\xfe", b"\xfe\xff") or b"\0" in mark
        file.seek(0)
        events = iterparse(Counted(file, progress, hide_nul=not utf16), events=("start", "end"))
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
                elif depth == 1 and element.tag == header and not header_seen:
                    header_seen = True
                    yield _stripped(element, prefix)
                elif element is parent:
                    parent = None
                elif depth == 1 and element.tag == child:
                    raise UnreadableInput(path, "<Child>", "a child stands outside <Children>", EXPECTED)
            if not header_seen:
                raise UnreadableInput(path, "", "there is no <Header>", EXPECTED)
            if not children_seen:
                raise UnreadableInput(path, "", "there is no <Children>", EXPECTED)
        except ParseError as error:
            raise _broken(path, str(error)) from None


def _qualified(prefix: str, name: str) -> str:
    return f"{prefix}}}{name}" if prefix else name


def _stripped(element: Element, prefix: str) -> Element:
    """The element with no namespace in its names, so that the rest of the reader need not know of one."""
    if prefix:
        for part in element.iter():
            part.tag = part.tag.rpartition("}")[2]
    return element
