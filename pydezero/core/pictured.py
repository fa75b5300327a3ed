"""The records that have a picture.

Pictures are drawn of Variables and graphs, so their room stands above this one. Here are the methods that ask for them,
by the hook "pictures"; the module that draws is imported with the first.
"""

from __future__ import annotations

from os import PathLike
from typing import Any

from pydezero.lazy import hooked


class Pictured:
    """A record of a computation, of which a notebook shows a picture beside the text."""

    __slots__ = ()

    def _repr_svg_(self) -> str | None:
        """The picture as an SVG, for a notebook; None where there is no picture to show, or no program to draw it."""
        picture = _draw().legible(self)
        svg: str | None = None if picture is None else picture._repr_svg_()
        return svg

    def _repr_html_(self) -> str | None:
        """The text of the diagram, for a notebook, where the picture cannot be drawn."""
        picture = _draw().legible(self)
        html: str | None = None if picture is None else picture._repr_html_()
        return html


class PicturedGraph(Pictured):
    """A record whose picture can be written into a file."""

    __slots__ = ()

    def to_dot(self) -> str:
        """The picture of the graph in the language of Graphviz, with loops folded; `draw` has more to choose from."""
        text: str = _draw().draw(self).to_dot()
        return text

    def to_mermaid(self) -> str:
        """The picture of the graph in the language of Mermaid, with loops folded; `draw` has more to choose from."""
        text: str = _draw().draw(self).to_mermaid()
        return text

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture of the graph into a file.

        Args:
            path: ends in .svg, .png, .pdf, .dot or .mmd (Mermaid), which says what is written.

        Raises:
            ValueError: it ends in something else.
            ImportError: an image is asked for, and the Python package graphviz is not installed.
            RuntimeError: likewise, and the program `dot` of Graphviz is not installed.
        """
        _draw().draw(self).save(path)


def _draw() -> Any:  # Any: the module that draws
    return hooked("pictures")
