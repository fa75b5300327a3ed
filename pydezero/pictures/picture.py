"""`Picture`: a diagram that shows itself."""

from __future__ import annotations

from html import escape
from os import PathLike

import attrs

from pydezero.pictures.diagram import Diagram
from pydezero.pictures.dot import to_dot
from pydezero.pictures.mermaid import to_mermaid
from pydezero.pictures.save import can_draw, save, svg


@attrs.frozen
class Picture:
    """A picture of a computation, as `draw` gives it. A notebook shows it; nothing in it changes.

    Images need the package graphviz (`pip install 'pydezero[graph]'`) and the program `dot`; the two texts need
    nothing.

    Attributes:
        diagram: the picture as data: boxes, arrows, parts and groups.
    """

    diagram: Diagram

    def to_dot(self) -> str:
        """The picture in the language of Graphviz."""
        return to_dot(self.diagram)

    def to_mermaid(self) -> str:
        """The picture in the language of Mermaid: in a block of Markdown that is marked `mermaid`, GitHub draws it."""
        return to_mermaid(self.diagram)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture into a file.

        Args:
            path: ends in .svg, .png, .pdf, .dot or .mmd (Mermaid), which says what is written.

        Raises:
            ValueError: it ends in something else.
            ImportError: an image is asked for, and the package graphviz is not installed.
            RuntimeError: likewise, and the program `dot` is not installed.
        """
        save(self.diagram, path)

    def _repr_svg_(self) -> str | None:
        """The SVG that a notebook shows; None where images cannot be made."""
        return svg(self.diagram) if can_draw() else None

    def _repr_html_(self) -> str | None:
        """The text that a notebook shows where images cannot be made; None where they can."""
        return None if can_draw() else f"<pre>{escape(self.to_mermaid())}</pre>"

    def __repr__(self) -> str:
        return f"<Picture of {self.diagram.name}: {len(self.diagram.boxes)} boxes, {len(self.diagram.arrows)} arrows>"
