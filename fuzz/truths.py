"""What must be true of whatever is read, and of whatever is refused: the checks that the targets share."""

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from xml.etree import ElementTree

from childprotect import Chronology, UnreadableInput
from childprotect.records import Source
from fuzz.records import PERSONAL


class Fault(AssertionError):
    """Something that must never happen, in words, and what shows it."""

    def __init__(self, what: str, shown: str = "") -> None:
        self.what = what
        super().__init__(f"{what}: {shown}" if shown else what)


def must(true: object, otherwise: str, shown: str = "") -> None:
    if not true:
        raise Fault(otherwise, shown)


_QUOTED = re.compile(r"'[^']*'|unknown key \S+")
"""What a message repeats of the file."""
_PYTHON = re.compile(
    r"object is not|has no attribute|NoneType|unhashable|Traceback|<class |<built-in|unknown error"
    r"|positional argument|keyword argument|unsupported operand|not supported between|invalid type"
    r"|recursion depth|Errno|\bsys\.|\bNone\b|list index|embedded null|undefined enc"
)


def plain(message: str) -> None:
    """A message is for people."""
    message = _QUOTED.sub("", message)
    if (found := _PYTHON.search(message)) is not None:
        place = found.start()
        raise Fault(f"a message speaks of Python ({found[0]})", message[max(place - 200, 0) : place + 100])


def private(texts: Iterable[str], names: Collection[str]) -> None:
    """No text holds the name that was planted, unless the file calls a child or a column by it: these are shown."""
    words = [word for word in PERSONAL.casefold().split() if not any(word in name.casefold() for name in names)]
    for text in texts:
        folded = text.casefold()
        for word in words:
            if word in folded:
                place = folded.index(word)
                raise Fault("a personal value comes out", text[max(place - 150, 0) : place + 50])


# --- readers of records


def refused(error: UnreadableInput, path: Path) -> None:
    must(str(error).startswith(f"{path}: "), "the message does not begin with the file")
    must(error.problem and error.expected, "the message does not say what was wrong and what was expected")
    must(str(error).isprintable(), "the message is not one line that can be printed")
    plain(error.problem)
    private([str(error)], ())


_PLACE = re.compile(
    r"(line|row) \d+|<Header>|(element \d+ of <Children>|child \d+ of the file)(, \w+)*|([\w, ]+ )?child .+, .+"
    r"|(?i:(dbo\.)?ssd_\w+(\.csv, line \d+)?)|ssd_\w+, row \d+ of \d+ without an identifier",
    re.DOTALL,
)


def accepted(source: Source, children: list[Chronology]) -> None:
    names = [child.child for child in children]
    must(source.children == len(children), "the source has miscounted the children")
    must(source.events == sum(map(len, children)), "the source has miscounted the events")
    for rejection in source.rejections:
        must(_PLACE.fullmatch(rejection.place), "a rejection has no place", rejection.place)
        must(rejection.because.isprintable(), "a reason is not one line", rejection.because)
        plain(rejection.because)
    account = source.account
    must(0 <= account.rejected <= account.rows, "more rows are rejected than there are")
    must(account.rejected <= len(account.rejections), "a row is rejected and not listed")
    shown = [repr(source), *(entry.because for entry in source.rejections)]
    for child in children:
        shown += [repr(child), *map(str, child.events)]
        shown += [entry.because for entry in child.lost] + [entry.because for entry in child.remarks]
    columns = [name for child in children[:1] for name in child.covers.facts or ()]
    # a name of a column or field is counted by its name, if it is one word
    columns += [name for name in account.unused if " " not in name]
    private(shown, [*names, *columns])


def _in_silence(data: bytes, format: str, source: Source) -> None:
    """Every line, row or element of the file became an event or a child, or was rejected."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # UTF-16, of which a line is no line of bytes
    if format == "json-lines":
        lines = re.split("\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))
        must(
            source.events + len(source.rejections) == len(list(filter(str.strip, lines))), "a line was lost in silence"
        )
    elif format == "csv" and not re.search(rb'["\r]', data):
        rows = [row for row in data.split(b"\n")[1:] if row.decode("utf-8", "surrogateescape").replace(",", "").strip()]
        must(source.events + len(source.rejections) == len(rows), "a row was lost in silence")
    elif format == "census" and b"\0" not in data:
        root = ElementTree.fromstring(data)
        parts = sum(len(part) for part in root if part.tag.rpartition("}")[2] == "Children")
        whole = [entry for entry in source.rejections if entry.place.endswith((" of the file", " of <Children>"))]
        must(source.children + len(whole) == parts, "a child was lost in silence")


def reading(format: str, reader: Callable[[str], Source]) -> Callable[[Path], bool]:
    def attempt(path: Path) -> bool:
        try:
            source = reader(str(path))
            children = list(source)
        except UnreadableInput as error:
            refused(error, path)
            return False
        accepted(source, children)
        _in_silence(path.read_bytes(), format, source)
        return True

    return attempt
