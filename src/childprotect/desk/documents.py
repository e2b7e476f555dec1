"""Documents as values: sections of paragraphs, tables, pictures and boxes that a person fills in.

What a document says is decided elsewhere; here is only what its parts are. `writing` makes HTML, Markdown and plain
data of it.
"""

from collections.abc import Iterator

from attrs import field, frozen

from childprotect.plots import Picture


@frozen
class Paragraph:
    """A paragraph of plain text. A `note` is set apart: what limits the figures above it, where they come from."""

    text: str
    note: bool = False


@frozen
class Listed:
    """A list, one entry a line."""

    items: tuple[str, ...]


@frozen
class Link:
    """Words that lead to the section of that key."""

    text: str
    to: str


Cell = str | Link | tuple[str | Link, ...]
"""Text, a link, or several of them, one after the other."""


@frozen
class Column:
    """A column of a table. Those of numbers are set to the right."""

    title: str
    number: bool = False


@frozen
class Table:
    """A table with a caption that says what it shows. The first cell of each row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field()

    @rows.validator
    def _rectangular(self, _: object, rows: tuple[tuple[Cell, ...], ...]) -> None:
        if any(len(row) != len(self.columns) for row in rows):
            raise ValueError(f"every row has {len(self.columns)} cells")


@frozen
class Drawn:
    """A picture, which carries its own words."""

    picture: Picture


@frozen
class ToJudge:
    """A question that no computer answers, with room for a person to: a choice of `grades`, or `lines` to write on.

    `because` says what the records show of it, and what they cannot. `answer` is what a person recorded, if anyone did.
    """

    question: str
    because: str = ""
    grades: tuple[str, ...] = ()
    lines: int = 2
    answer: str = ""


Block = Paragraph | Listed | Table | Drawn | ToJudge


@frozen
class Section:
    """A heading with what stands under it, and further sections below that."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()
    new_page: bool = False
    """Whether it begins on a page of its own in print."""
    key: str = ""
    """By which links lead to it."""


@frozen
class Document:
    """A whole document. `lines` stand under the title: whose records, as at which day; `warning` above everything."""

    title: str
    lines: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    warning: str = ""

    def numbered(self) -> Iterator[tuple[str, int, Section]]:
        """Every section in order: its number, such as `2.1`, how deep it stands, from 1 on, and the section."""
        yield from _numbered(self.sections, "", 1)


def parts_of(cell: Cell) -> tuple[str | Link, ...]:
    """The parts of a cell."""
    return cell if isinstance(cell, tuple) else (cell,)


def _numbered(sections: tuple[Section, ...], before: str, depth: int) -> Iterator[tuple[str, int, Section]]:
    for n, section in enumerate(sections, 1):
        number = f"{before}{n}"
        yield number, depth, section
        yield from _numbered(section.sections, f"{number}.", depth + 1)
