"""Sets of results that depend on all elements along some axes, or on those that a mask names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.pattern.sets import Sets, Share, gathered

Shape = tuple[int, ...]


def reduced(sets: Sets, shape: Shape, axes: Sequence[int]) -> Sets:
    """The unions along some axes, which have length 1 afterwards."""
    if not sets or not axes:
        return sets
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    groups = np.broadcast_to(np.arange(math.prod(kept)).reshape(kept), shape).ravel()
    return gathered([Share(sets, np.arange(groups.size), groups)], kept)


def spread(sets: Sets, shape: Shape) -> Sets:
    """The sets, repeated to a shape."""
    return tuple([part.reshaped(np.broadcast_to(part.rows, shape)) for part in sets])


def along(sets: Sets, shape: Shape, axis: int, out_shape: Shape, mask: NDArray[np.bool] | None = None) -> Sets:
    """The sets of what is computed along one axis: each result of all elements on its line, or of those in a mask.

    The mask has a row for each result on a line and a column for each element.
    """
    if mask is None:
        return spread(reduced(sets, shape, [axis]), out_shape)
    return along_pairs(sets, shape, axis, out_shape, *np.nonzero(mask))


def along_pairs(
    sets: Sets, shape: Shape, axis: int, out_shape: Shape, results: NDArray[np.intp], elements: NDArray[np.intp]
) -> Sets:
    """The sets of what is computed along one axis: pairs of a result and an element that it depends on."""
    sources = np.moveaxis(np.arange(math.prod(shape)).reshape(shape), axis, -1)[..., elements]
    groups = np.moveaxis(np.arange(math.prod(out_shape)).reshape(out_shape), axis, -1)[..., results]
    return gathered([Share(sets, sources.ravel(), groups.ravel())], out_shape)


def by_leading(sets: Sets, shape: Shape, core: int, out_shape: Shape, out_core: int) -> Sets:
    """The sets of results that depend on all elements in the last axes, and are kept apart along those before.

    These broadcast against each other. `core` and `out_core` are the numbers of last axes.
    """
    core = min(core, len(shape))
    found = reduced(sets, shape, range(len(shape) - core, len(shape)))
    leading = shape[: len(shape) - core] + (1,) * out_core
    return spread(tuple([part.reshaped(part.rows.reshape(leading)) for part in found]), out_shape)


def within(sets: Sets, shape: Shape, core: int, mask: NDArray[np.bool], out_core: Shape) -> Sets:
    """The sets of results that depend on those elements in the last axes that a mask names, apart along those before.

    The mask has a row for each result in the last axes, of shape `out_core`, and a column for each element in the last
    `core` axes.
    """
    leading = shape[: len(shape) - core]
    flat = tuple([part.reshaped(part.rows.reshape(*leading, mask.shape[1])) for part in sets])
    found = along(flat, (*leading, mask.shape[1]), len(leading), (*leading, mask.shape[0]), mask)
    return tuple([part.reshaped(part.rows.reshape(*leading, *out_core)) for part in found])


def windowed(sets: Sets, shape: Shape, mask: NDArray[np.bool], margins: Sequence[int]) -> Sets:
    """The sets of a correlation in the last axes: each result depends on the elements in its window that a mask names.

    The margins, on both sides of each of these axes, are of zeros.
    """
    count = mask.ndim
    numbers = np.arange(1, math.prod(shape) + 1).reshape(shape)
    widths = [(0, 0)] * (len(shape) - count) + [(n, n) for n in margins]
    axes: Any = tuple(range(len(shape) - count, len(shape)))  # the stubs of NumPy 2.0 know one axis alone
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(numbers, widths), mask.shape, axis=axes)
    out_shape = windows.shape[: len(shape)]
    elements = windows[..., mask]
    groups = np.broadcast_to(np.arange(math.prod(out_shape)).reshape(*out_shape, 1), elements.shape)
    inside = elements > 0
    return gathered([Share(sets, elements[inside] - 1, groups[inside])], out_shape)
