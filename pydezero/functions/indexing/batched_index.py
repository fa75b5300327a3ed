"""Indices of a batch that select from every example what an index selects from one.

Integers and slices just get a slice in front. Index arrays are harder, because NumPy puts their axes in the place of
the arrays if these stand side by side, and in front of all others if something stands between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from pydezero.core.batching import with_ndim
from pydezero.core.types import Array, Index
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.indexing.index import is_integer


@attrs.frozen(eq=False)
class BatchIndex:
    """An index of a batch, and the order of the axes in the selection.

    `ndim` is the number of axes of the selection from one example. The axes `source` of the selection from the batch
    are moved to `destination`, to have the examples along the first axis and the other axes in NumPy's order.
    """

    index: tuple[Index, ...]
    ndim: int
    source: tuple[int, ...] = ()
    destination: tuple[int, ...] = ()

    def examples_first(self, selected: Array) -> Array:
        """The selection from the batch with the examples along the first axis."""
        return np.moveaxis(selected, self.source, self.destination) if self.source else selected

    def as_selected(self, values: Array, is_batched: bool = True) -> Array:
        """Values that broadcast to the selection from an example, in a shape that broadcasts to that from the batch."""
        shape = shape_of(values)
        if not is_batched:
            if not self.source or not shape:
                return values
            values, shape = np.expand_dims(values, 0), (1, *shape)
        if len(shape) <= self.ndim:
            values = with_ndim(values, shape, self.ndim)
        return np.moveaxis(values, self.destination, self.source) if self.source else values


@attrs.frozen(eq=False)
class _Layout:
    """An index of one example with masks and the ellipsis spelled out, and the order of the axes in the selection.

    If there are index arrays, integers count as arrays, too; `is_separated` says that something stands between them.
    Their `array_axes` axes come behind `before` others in the selection, or first of all if they are separated. `ndim`
    is the number of all axes.
    """

    items: list[Index]
    is_separated: bool
    before: int
    array_axes: int
    ndim: int


def index_of_examples(index: Index, shape: tuple[int, ...]) -> BatchIndex:
    """The index of a batch of examples of this shape, for an index that is the same for each of them."""
    items = index if type(index) is tuple else (index,)
    layout = _layout(items, list(map(_ndim, items)), shape)
    if layout.is_separated:
        return BatchIndex((slice(None), *items), layout.ndim, (layout.array_axes,), (0,))
    return BatchIndex((slice(None), *items), layout.ndim)


def index_of_each(
    items: Sequence[Index], is_batch: Sequence[bool], shape: tuple[int, ...], size: int, of_batch: bool
) -> BatchIndex:
    """The index of a batch of arrays of this shape, or of one such array, that has another array for each example.

    Raises:
        TypeError: one of the arrays is a mask, which selects another number of elements from each example.
    """
    for item, each in zip(items, is_batch, strict=True):
        if each and item.dtype.kind == "b":
            raise TypeError(
                "x[mask] under vmap: the number of elements that a mask selects differs between the examples. "
                "Write np.where(mask, x, 0), or np.where(mask, v, x) rather than x.at[mask].set(v)"
            )
    layout = _layout(items, [_ndim(item) - each for item, each in zip(items, is_batch, strict=True)], shape)
    n, before = layout.array_axes, layout.before
    batches = {id(item) for item, each in zip(items, is_batch, strict=True) if each}
    aligned = [with_ndim(item, item.shape, n) if id(item) in batches else item for item in layout.items]
    if of_batch:
        # The numbers are an array in front of all others, so that the axes of all arrays come first.
        numbers = np.reshape(np.arange(size), (size,) + (1,) * n)
        stay = layout.is_separated or not n or not before
        moved = () if stay else tuple(range(1, n + 1))
        return BatchIndex((numbers, *aligned), layout.ndim, moved, tuple([i + before for i in moved]))
    places = [i for i, item in enumerate(aligned) if _is_place(item)]
    if places[-1] - places[0] >= len(places):  # separated
        return BatchIndex(tuple(aligned), layout.ndim)
    moved = tuple(range(before, before + 1 + n * layout.is_separated))
    return BatchIndex(tuple(aligned), layout.ndim, moved, tuple(range(len(moved))))


def _layout(items: Sequence[Index], array_ndims: Sequence[int], shape: tuple[int, ...]) -> _Layout:
    """The layout of items that have `array_ndims` axes each for one example."""
    has_arrays = any(_is_array(item, ndim) for item, ndim in zip(items, array_ndims, strict=True))
    places = [i for i, item in enumerate(items) if has_arrays and _is_place(item)]
    is_separated = bool(places) and places[-1] - places[0] >= len(places)
    used = sum(_axes_used(item) for item in items)
    expanded: list[Index] = []
    before = 0
    array_axes = 0
    for item, ndim in zip(items, array_ndims, strict=True):
        if item is Ellipsis:
            expanded += [slice(None)] * (len(shape) - used)
        elif _is_mask(item):
            expanded += np.nonzero(item)
            array_axes = max(array_axes, 1)
        else:
            expanded.append(item)
            array_axes = max(array_axes, 1 if isinstance(item, bool | np.bool) else ndim)
    for item in expanded:
        if _is_place(item):
            break
        before += 1
    kept = sum(not _is_place(item) for item in expanded)
    implied = len(shape) - used if Ellipsis not in map(_ellipsis, items) else 0
    return _Layout(expanded, is_separated, before, array_axes, kept + implied + array_axes)


def _ellipsis(item: Index) -> Index:
    return Ellipsis if item is Ellipsis else None


def _is_place(item: Index) -> bool:
    """Whether an item counts as an array where there is any: it is an array, an integer or a mask."""
    return not (item is None or item is Ellipsis or isinstance(item, slice))


def _is_array(item: Index, ndim: int) -> bool:
    return isinstance(item, bool | np.bool) or (_is_place(item) and not is_integer(item) and ndim > 0)


def _is_mask(item: Index) -> bool:
    return not isinstance(item, Variable) and _ndim(item) > 0 and item.dtype.kind == "b"


def _ndim(item: Index) -> int:
    return len(shape_of(item)) if _is_place(item) else 0


def _axes_used(item: Index) -> int:
    """The number of axes of the indexed array that an item is for."""
    if item is None or item is Ellipsis or isinstance(item, bool | np.bool):
        return 0
    return _ndim(item) if _is_mask(item) else 1
