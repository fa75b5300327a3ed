"""Elements at places that are Dask arrays themselves, and their transpose, chunk by chunk of the places.

The values of such an index array are not known before they are computed, so that it goes through all of its axis, as
through the rows of a table. An index array that counts an axis, as `np.arange(n)` beside labels does, takes each chunk
of that axis to the chunk of the places beside it. So labels of many rows, or rows of a table for many places, are found
without putting anything large together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import attrs
import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import DaskArray, in_chunks_of, whole_along
from pydezero.arrays.dask.table import as_dask, blockwise
from pydezero.core.types import Array, Index

_WHOLE: Final = slice(None)

# In the place of an index array that is an argument.
_ARRAY: Final = Ellipsis


@attrs.frozen(eq=False)
class Plan:
    """How an index acts on the axes of an array.

    Attributes:
        items: of the index: slices and None, `_ARRAY`, or for an index array that counts an axis of the array that axis
            and the one of the grid along which it counts.
        arrays: the other index arrays.
        axes: a label for each axis of the array: of one that is counted that of the grid.
        grid: labels of the axes that the index arrays broadcast to.
        selection: labels of the axes of what is selected.
        through: the axes of the array that the other index arrays go through.
    """

    items: tuple[Any, ...]
    arrays: tuple[Array, ...]
    axes: tuple[str, ...]
    grid: tuple[str, ...]
    selection: tuple[str, ...]
    through: tuple[int, ...]

    def filled(self, shape: Sequence[int], arrays: Sequence[Array]) -> Index:
        """The index of a chunk of this shape, for chunks of the index arrays."""
        remaining = iter(arrays)
        return tuple([self._filled_item(item, shape, remaining) for item in self.items])

    def _filled_item(self, item: Any, shape: Sequence[int], remaining: Any) -> Any:
        if item is _ARRAY:
            return next(remaining)
        if not isinstance(item, tuple):
            return item
        axis, along = item
        lengths = [1] * len(self.grid)
        lengths[along] = -1
        return np.reshape(np.arange(shape[axis]), lengths)

    def labelled_arrays(self) -> list[Any]:
        """The index arrays, each followed by the labels of its axes."""
        pairs: list[Any] = []
        for y in self.arrays:
            pairs += [as_dask(y), self.grid[len(self.grid) - y.ndim :]] if np.ndim(y) else [y, None]
        return pairs


def plan_of(index: Sequence[Any], shape: Sequence[int], at_once: int) -> Plan | None:
    """The plan for an index of arrays and integers, whole slices, `...` and None.

    There is none for another index, or if one task would go through more elements than `at_once`.
    """
    items = _items(index, len(shape))
    places = [i for i, item in enumerate(items) if _is_place(item)]
    if not all(_is_place(item) or item is None or item == _WHOLE for item in items) or any(
        getattr(items[i], "dtype", np.dtype(type(items[i]))).kind == "b" for i in places
    ):
        return None
    grid_shape = np.broadcast_shapes(*[np.shape(items[i]) for i in places])
    grid = tuple([f"grid {k}" for k in range(len(grid_shape))])
    axes: list[str] = []
    rest: list[str] = []
    for i, item in enumerate(items):
        if item is None:
            rest.append(f"new {i}")
            continue
        axis = len(axes)
        along = _counted(item, shape[axis], grid_shape) if _is_place(item) else None
        if along is not None and grid[along] not in axes:
            axes.append(grid[along])
            items[i] = (axis, along)
        else:
            axes.append(f"axis {axis}")
        if not _is_place(item):
            rest.append(axes[-1])
    arrays = [items[i] for i in places if not isinstance(items[i], tuple)]
    through = [axis for axis, label in enumerate(axes) if label not in grid and label not in rest]
    if math.prod([shape[axis] for axis in through]) > at_once:
        return None
    front = 0 if places[-1] - places[0] >= len(places) else places[0]  # in front of all, if something stands between
    selection = (*rest[:front], *grid, *rest[front:])
    held = [_ARRAY if i in places and not isinstance(item, tuple) else item for i, item in enumerate(items)]
    return Plan(tuple(held), tuple(arrays), tuple(axes), grid, selection, tuple(through))


def _items(index: Sequence[Any], ndim: int) -> list[Any]:
    """The items of an index, with one for each axis of the array."""
    missing = [_WHOLE] * (ndim - sum(item is not None and item is not Ellipsis for item in index))
    where = next((i for i, item in enumerate(index) if item is Ellipsis), len(index))
    return [*index[:where], *missing, *index[where + 1 :]]


def _is_place(item: Any) -> bool:
    return item is not None and type(item) is not slice


def _counted(item: Any, n: int, grid_shape: Sequence[int]) -> int | None:
    """The axis of the grid along which an index array counts all n elements of an axis; None if it does not."""
    if type(item) is not np.ndarray or item.size != n or n not in item.shape or n == 1:
        return None
    along = len(grid_shape) - item.ndim + item.shape.index(n)
    return along if grid_shape[along] == n and np.array_equal(np.ravel(item), np.arange(n)) else None


def gathered(plan: Plan, x: Array) -> DaskArray:
    """x[index]."""
    x = whole_along(as_dask(x), plan.through)
    pairs = [x, plan.axes, *plan.labelled_arrays()]
    news = {label: 1 for label in plan.selection if label not in (*plan.grid, *plan.axes)}
    return blockwise(partial(_gathered_chunk, plan.filled), plan.selection, pairs, x.dtype, news)


def _gathered_chunk(filled: Any, x: Array, *arrays: Array) -> Array:
    return x[filled(x.shape, arrays)]


def scattered_at(plan: Plan, g: Array, shape: Sequence[int]) -> DaskArray:
    """Zeros of a shape with g added at the index: one array for each chunk of places, which are added in a tree."""
    summed = [label for label in plan.grid if label not in plan.axes]
    through = {plan.axes[axis]: shape[axis] for axis in plan.through}
    pairs = [as_dask(g), plan.selection, *plan.labelled_arrays()]
    parts = da.blockwise(
        partial(_scattered_chunk, plan, through, len(summed)),
        (*summed, *plan.axes),
        *pairs,
        new_axes=through,
        adjust_chunks=dict.fromkeys(summed, 1),
        concatenate=True,
        dtype=g.dtype,
        meta=np.empty((0,) * (len(summed) + len(shape)), g.dtype),
    )
    total = da.sum(parts, axis=tuple(range(len(summed))), dtype=g.dtype) if summed else parts
    return in_chunks_of(total, shape)


def _scattered_chunk(plan: Plan, through: dict[str, int], summed: int, g: Array, *arrays: Array) -> Array:
    lengths = {**dict(zip(plan.selection, g.shape, strict=True)), **through}
    out = np.zeros([lengths[label] for label in plan.axes], g.dtype)
    np.add.at(out, plan.filled(out.shape, arrays), g)
    return np.reshape(out, (1,) * summed + out.shape)
