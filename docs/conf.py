"""Sphinx: the pages as HTML, with no network."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "childprotect"
author = "The childprotect developers"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build", "proved.md", "fuzzed.md"]
myst_heading_anchors = 3


def setup(app: Sphinx) -> None:
    """Diagrams are shown as text here; hosts that know Mermaid draw them."""
    app.add_lexer("mermaid", TextLexer)
