"""Views as places: what NumPy's own functions do to the strides of an array without reading it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.jit.program import Place, Shape
from pydezero.transforms.staging.equation import Reference

VIEWS: Final = (
    "broadcast_to",
    "diagonal",
    "flip",
    "getitem",
    "reshape",
    "rot90",
    "sliding_window_view",
    "spread_windows",
    "transpose",
)
"""The names of what gives elements of an array, and computes nothing."""


def view_of(place: Place, x: Reference, shape: Shape, function: Callable[[Array], Array]) -> Place | None:
    """The place that a function takes a place to; None if it is no view, or has another shape.

    The function is applied to an array of bytes with the same strides, one byte for each element. Its memory is the
    operating system's promise of zeros until someone reads it.
    """
    first, last = 0, 0
    for n, stride in zip(x.shape, place.strides, strict=True):
        if n:
            first, last = first + min(0, stride * (n - 1)), last + max(0, stride * (n - 1))
    memory = np.empty(last - first + 1, np.uint8)
    whole = np.lib.stride_tricks.as_strided(memory[-first:], x.shape, place.strides)
    try:
        found = function(whole)
    except (IndexError, ValueError, TypeError):
        return None
    if type(found) is not np.ndarray or found.shape != shape:
        return None
    if not found.size:
        return Place(place.buffer, 0, (0,) * len(shape), place.steps)
    start = found.__array_interface__["data"][0] - memory.__array_interface__["data"][0]
    if not np.may_share_memory(found, memory):
        return None
    return Place(place.buffer, place.offset + start + first, found.strides, place.steps)


def whole_index(index: Any) -> Any:
    """An index for the same elements, which gives an array of shape () and not a scalar for a single element."""
    parts = index if type(index) is tuple else (index,)
    return parts if any(part is ... for part in parts if not isinstance(part, np.ndarray)) else (*parts, ...)
