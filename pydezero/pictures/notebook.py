"""The pictures of Variables and graphs, as methods of theirs; the module that draws is imported with the first."""

from __future__ import annotations

from os import PathLike
from typing import Any

from pydezero.core.pictured import Pictured, PicturedGraph
from pydezero.lazy import load


def _repr_svg_(self: Pictured) -> str | None:
    """The picture as an SVG, for a notebook; None where there is none to show, or no program that draws it."""
    picture = _draw().legible(self)
    svg: str | None = None if picture is None else picture._repr_svg_()
    return svg


def _repr_html_(self: Pictured) -> str | None:
    """The text of the diagram, for a notebook, where the picture cannot be drawn."""
    picture = _draw().legible(self)
    html: str | None = None if picture is None else picture._repr_html_()
    return html


def to_dot(self: PicturedGraph) -> str:
    """The picture of the graph in the language of Graphviz, with loops folded; `draw` has more to choose from."""
    text: str = _draw().draw(self).to_dot()
    return text


def to_mermaid(self: PicturedGraph) -> str:
    """The picture of the graph in the language of Mermaid, with loops folded; `draw` has more to choose from."""
    text: str = _draw().draw(self).to_mermaid()
    return text


def save(self: PicturedGraph, path: str | PathLike[str]) -> None:
    """Write the picture of the graph into a file.

    Args:
        self: the graph.
        path: ends in .svg, .png, .pdf, .dot or .mmd (Mermaid), which says what is written.

    Raises:
        ValueError: it ends in something else.
        ImportError: an image is asked for, and the Python package graphviz is not installed.
        RuntimeError: likewise, and the program `dot` of Graphviz is not installed.
    """
    _draw().draw(self).save(path)


def _draw() -> Any:  # Any: the module that draws
    return load("pydezero.pictures", "draw")


def install() -> None:
    """Give Variables and graphs their pictures."""
    for shows in (_repr_svg_, _repr_html_):
        setattr(Pictured, shows.__name__, shows)
    for writes in (to_dot, to_mermaid, save):
        setattr(PicturedGraph, writes.__name__, writes)
