"""The records that have a picture, as far as the type checker sees.

Pictures are drawn of Variables and graphs, so their room stands above this one. The methods are declared here and
filled in by `pydezero.pictures.notebook` when the package is imported.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING


class Pictured:
    """A record of a computation, of which a notebook shows a picture beside the text."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _repr_svg_(self) -> str | None: ...
        def _repr_html_(self) -> str | None: ...


class PicturedGraph(Pictured):
    """A record whose picture can be written into a file."""

    __slots__ = ()

    if TYPE_CHECKING:

        def to_dot(self) -> str: ...
        def to_mermaid(self) -> str: ...
        def save(self, path: str | PathLike[str]) -> None: ...
