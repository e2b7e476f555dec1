"""Documents written: one file of HTML that needs no network and no script, Markdown, and plain data."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from attrs import asdict, define

from childprotect.desk.documents import (
    Block,
    Cell,
    Document,
    Drawn,
    Link,
    Listed,
    Paragraph,
    Section,
    Table,
    ToJudge,
    parts_of,
)
from childprotect.plots import Picture
from childprotect.records.extras import library

_LONG = 30
"""More sections than a reader looks through: then the contents have those of the first level only."""
_DEEPEST = 5
"""Headings go from 2, under the title, to 6."""


def html(document: Document) -> str:
    """The document as one page of HTML: it prints well, and can be read aloud and without a script."""
    parts = [(number, min(depth, _DEEPEST) + 1, section) for number, depth, section in document.numbered()]
    page: str = _template().render(
        document=document,
        parts=parts,
        kind=lambda block: type(block).__name__,
        drawn=_Drawings(),
        parts_of=parts_of,
        deepest=3 if len(parts) <= _LONG else 2,
        places={section.key: number for number, _, section in document.numbered() if section.key},
    )
    return "\n".join(line.rstrip() for line in page.split("\n") if line.strip()) + "\n"


@cache
def _template() -> Any:
    jinja2 = library("jinja2", "childprotect.desk", "a page of HTML", "desk")
    # nothing of a record is taken for markup
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("childprotect.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("document.html")


def markdown(document: Document) -> str:
    """The document as Markdown. A picture is told in words, and a choice of grades is a list of boxes."""
    lines = [f"# {_plain(document.title)}", ""]
    if document.warning:
        lines += [f"> **{_plain(document.warning)}**", ""]
    for line in document.lines:
        lines += [_plain(line), ""]
    for number, depth, section in document.numbered():
        lines += [f"{'#' * (min(depth, _DEEPEST) + 1)} {number} {_plain(section.title)}", ""]
        for block in section.blocks:
            lines += [*_WRITTEN[type(block)](block), ""]
    return "\n".join(lines).rstrip() + "\n"


_IDS = re.compile(r'( id="|url\(#|href="#)')


@define
class _Drawings:
    """The pictures of one page, as elements, in which no two parts have the same id."""

    _n: int = 0

    def __call__(self, picture: Picture) -> str:
        self._n += 1
        _, tag, rest = picture.svg().partition("<svg ")
        return _IDS.sub(rf"\g<1>drawn-{self._n}-", tag + rest)


_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def _plain(text: str) -> str:
    """Text in which nothing is taken for markup, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _paragraph(block: Paragraph) -> Iterator[str]:
    text = _plain(block.text)
    # a number and a point at the beginning of a line would make a list
    text = re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
    text = re.sub(r"^([-+])", r"\\\1", text)
    yield f"*{text}*" if block.note else text


def _listed(block: Listed) -> Iterator[str]:
    yield from (f"* {_plain(item)}" for item in block.items)


def _table(block: Table) -> Iterator[str]:
    yield f"**{_plain(block.caption)}**"
    yield ""
    yield f"| {' | '.join(_plain(column.title) for column in block.columns)} |"
    yield f"|{'|'.join('---:' if column.number else '---' for column in block.columns)}|"
    for row in block.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(cell: Cell) -> str:
    return " ".join(_plain(part.text if isinstance(part, Link) else part) for part in parts_of(cell))


def _drawn(block: Drawn) -> Iterator[str]:
    yield from (f"> {_plain(line)}" for line in block.picture.text.splitlines() if line.strip())


def _to_judge(block: ToJudge) -> Iterator[str]:
    yield f"**For a person to judge:** {_plain(block.question)}"
    if block.because:
        yield ""
        yield _plain(block.because)
    yield ""
    if block.answer:
        yield f"Recorded: {_plain(block.answer)}"
    elif block.grades:
        yield from (f"* [ ] {grade}" for grade in block.grades)
    else:
        yield "\\_" * 40


_WRITTEN: Mapping[type[Block], Callable[[Any], Iterator[str]]] = {
    Paragraph: _paragraph,
    Listed: _listed,
    Table: _table,
    Drawn: _drawn,
    ToJudge: _to_judge,
}


def plain(document: Document) -> dict[str, Any]:
    """The document as plain data: every block has a `kind`; of a picture, its words."""
    return {
        "title": document.title,
        "warning": document.warning,
        "lines": list(document.lines),
        "sections": [_plain_section(section) for section in document.sections],
    }


def _plain_section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "blocks": [_plain_block(block) for block in section.blocks],
        "sections": [_plain_section(one) for one in section.sections],
    }


def _plain_block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Drawn):
        return {"kind": kind, "text": block.picture.text}
    return {"kind": kind, **asdict(block)}
