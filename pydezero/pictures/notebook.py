"""What shows itself as a picture in a notebook. How it is drawn is the business of `pydezero.pictures`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.pictures.picture import Picture


class ShowsPicture:
    """A record of a computation, of which a notebook shows a picture beside the text.

    The picture is an SVG; where that cannot be made, the text of a Mermaid diagram. Where there is nothing to see, or
    too much, the notebook is left to show the text form.
    """

    __slots__ = ()

    def _repr_svg_(self) -> str | None:
        picture = _legible(self)
        return None if picture is None else picture._repr_svg_()

    def _repr_html_(self) -> str | None:
        picture = _legible(self)
        return None if picture is None else picture._repr_html_()


def picture_of(shown: ShowsPicture) -> Picture:
    """The picture of a Graph or Variable. What draws it is imported when it is first asked for."""
    picture: Picture = import_module("pydezero.pictures.draw").draw(shown)
    return picture


def _legible(shown: ShowsPicture) -> Picture | None:
    picture: Picture | None = import_module("pydezero.pictures.draw").legible(shown)
    return picture
