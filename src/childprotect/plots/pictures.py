"""A picture with its text alternative, as SVG or PNG: the same bytes for the same facts, and whole files only."""

from hashlib import sha256
from io import BytesIO, StringIO
from os import PathLike, fspath
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from attrs import field, frozen

from childprotect.errors import UnwritableOutput
from childprotect.plots.drawing import our_settings
from childprotect.records.safely import written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FINE = 200
"""Dots an inch of a PNG: 1600 across, sharp in print and on a screen."""


@frozen(eq=False)
class Picture:
    """A figure of Matplotlib, and in `text` the same facts in words: what a reader hears who cannot see it.

    The first line of the text says what the picture is. Notebooks show the picture.
    """

    figure: "Figure" = field(repr=False)
    text: str = field(repr=False)

    @property
    def title(self) -> str:
        """What the picture is: the first line of its text."""
        return self.text.partition("\n")[0]

    def svg(self) -> str:
        """The picture as SVG, with the text as its title and description. It holds no date and nothing random."""
        drawn = StringIO()
        with our_settings():
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        before, tag, after = drawn.getvalue().partition("<svg ")
        # several pictures may stand in one page of HTML, where an id must be the only one of its name
        name = f"picture-{sha256(self.text.encode()).hexdigest()[:12]}"
        inside, end, rest = after.partition(">")
        said = f"\n <title id='{name}'>{escape(self.title)}</title>"
        said += f"\n <desc id='{name}-text'>{escape(self.text)}</desc>"
        return f"{before}{tag}role='img' aria-labelledby='{name} {name}-text' {inside}{end}{said}{rest}"

    def png(self) -> bytes:
        """The picture as PNG, 1600 pixels across, with the text as its title and description."""
        drawn = BytesIO()
        with our_settings():
            said = {"Title": self.title, "Description": self.text, "Software": None}
            self.figure.savefig(drawn, format="png", dpi=_FINE, metadata=said)
        return drawn.getvalue()

    def save(self, path: str | PathLike[str], *, force: bool = False) -> None:
        """Write the picture as SVG or PNG, which the end of the name decides. The file is whole or not there.

        A file that exists is only overwritten with `force`. Raises `UnwritableOutput`, before anything is written.
        """
        path = fspath(path)
        match PurePath(path).suffix.lower():
            case ".svg":
                content = self.svg().encode()
            case ".png":
                content = self.png()
            case other:
                problem = f"a picture is not written as {other}" if other else "its name does not say what to write"
                raise UnwritableOutput(path, problem, "a name that ends in .svg or .png")
        with written(path, force=force) as file:
            file.write(content)

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.text
