"""The distances of `scipy.spatial` of Variables and of arrays, in `pydezero.scipy.spatial.distance`."""

from typing import TYPE_CHECKING

__all__: list[str] = []

if TYPE_CHECKING:
    from pydezero.scipy.spatial import distance as distance
else:
    from pydezero.lazy import attributes

    __getattr__, __dir__ = attributes(__name__)
