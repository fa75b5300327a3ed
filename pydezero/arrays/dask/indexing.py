"""Indexing, its transpose, and arrays with some elements replaced.

An index is taken apart. What NumPy calls basic (integers, slices, None) acts on each axis alone. Index arrays, which
NumPy broadcasts against each other, act on their axes together: these are brought to the front and made one axis, along
which the places are taken or added up. So there is one gather and one scatter, along one axis.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import attrs
import dask.array as da
import numpy as np
from numpy.typing import NDArray

from pydezero.arrays.dask.chunks import ChunkedShape, DaskArray, chunks_of, in_chunks_of, reshaped
from pydezero.arrays.dask.table import as_dask, by_elements, instruction
from pydezero.core.types import Array, Index

_Places: TypeAlias = NDArray[np.intp]

_ALL: Final = slice(None)


@attrs.frozen(eq=False)
class _Parts:
    """An index of an array of a shape, taken apart.

    Attributes:
        basic: a slice or an integer for each axis of the array, where there is an index array the whole slice.
        axes: the axes with index arrays.
        places: for each element of the index arrays, its place among the elements of these axes in a row.
        shape: the shape that the index arrays broadcast to.
        front: the axis of the result from which on it has that shape, before the axes of `news` are put in.
        news: the axes of the result that are new, of length 1.
    """

    basic: tuple[Any, ...]
    axes: tuple[int, ...]
    places: _Places
    shape: tuple[int, ...]
    front: int
    news: tuple[int, ...]

    @property
    def begin(self) -> int:
        """The axis from which on the result has that shape where the new axes are not in it yet."""
        return self.front - sum(i < self.front for i in self.news)


def _parts(index: Index, shape: Sequence[int]) -> _Parts:
    """An index taken apart.

    Raises:
        IndexError: it has more entries than there are axes, or a place is out of bounds.
    """
    items = _items(index, len(shape))
    # An integer counts as an array among arrays.
    has_arrays = any(isinstance(item, np.ndarray) for item in items)
    basic: list[Any] = []
    axes: list[int] = []
    arrays: list[_Places] = []
    news: list[int] = []
    at: list[int] = []  # where in the items the arrays stand, to see whether they stand together
    kept = 0  # the axes of the result so far
    front: int | None = None
    for place, item in enumerate(items):
        if item is None:
            news.append(kept)
            kept += 1
            continue
        axis, n = len(basic), shape[len(basic)]
        if isinstance(item, slice):
            basic.append(item)
            kept += 1
        elif has_arrays:
            axes.append(axis)
            arrays.append(_in_bounds(np.asarray(item), n, axis))
            basic.append(_ALL)
            at.append(place)
            front = kept if front is None else front
        else:
            basic.append(int(_in_bounds(np.asarray(item), n, axis)))
    broadcast = np.broadcast_arrays(*arrays) if arrays else []
    common = broadcast[0].shape if arrays else ()
    if at and at != list(range(at[0], at[-1] + 1)):
        front = 0
    lengths = [shape[axis] for axis in axes]
    places = np.ravel_multi_index(broadcast, lengths) if arrays and 0 not in common else np.zeros(common, np.intp)
    begin = front or 0
    moved = [i if i < begin else i + len(common) for i in news] if arrays else news
    return _Parts(tuple(basic), tuple(axes), places.astype(np.intp), common, begin, tuple(moved))


def _items(index: Index, ndim: int) -> list[Any]:
    """The entries of an index, with one for each axis: masks as the places where they hold, `...` written out."""
    items: list[Any] = []
    for item in index if type(index) is tuple else (index,):
        if isinstance(item, np.ndarray) and item.dtype.kind == "b":
            items += list(np.nonzero(item))
        else:
            items.append(item)
    missing = ndim - sum(item is not None and item is not Ellipsis for item in items)
    if missing < 0:
        raise IndexError(f"too many indices for an array with {ndim} axes: {ndim - missing}")
    where = next((i for i, item in enumerate(items) if item is Ellipsis), len(items))
    return [*items[:where], *[_ALL] * missing, *items[where + 1 :]]


def _in_bounds(places: NDArray[Any], n: int, axis: int) -> _Places:
    if places.size and (places.min() < -n or places.max() >= n):
        raise IndexError(f"an index is out of bounds for axis {axis} of length {n}")
    return np.where(places < 0, places + n, places).astype(np.intp)


def _kept_axes(parts: _Parts) -> list[int]:
    """The axes of the array that are left by integers, and are not those of index arrays."""
    return [i for i, item in enumerate(parts.basic) if isinstance(item, slice) and i not in parts.axes]


def _of_truths(index: Index, ndim: int) -> tuple[Index, list[int]]:
    """An index in which each truth is an index array of an axis of length 1, and the places of these new axes."""
    items = index if type(index) is tuple else (index,)
    is_truth = [np.ndim(item) == 0 and getattr(item, "dtype", np.dtype(type(item))).kind == "b" for item in items]
    if True not in is_truth:
        return index, []
    taken = sum(_axes_taken(item) for item in items if item is not Ellipsis)
    found: list[Any] = []
    axes: list[int] = []
    axis = 0
    for item, truth in zip(items, is_truth, strict=True):
        if truth:
            axes.append(axis)
            found.append(np.nonzero(np.atleast_1d(item))[0])
        else:
            found.append(item)
        axis += 1 if truth else ndim - taken if item is Ellipsis else _axes_taken(item)
    return tuple(found), axes


def _axes_taken(item: Any) -> int:
    """How many axes of the array an entry of an index stands for."""
    if item is None:
        return 0
    dtype = getattr(item, "dtype", np.dtype(type(item)) if isinstance(item, bool) else None)
    return np.ndim(item) if dtype is not None and dtype.kind == "b" else 1


@instruction("getitem")
def getitem(x: DaskArray, index: Index) -> DaskArray:
    """x[index], with every index that NumPy knows."""
    index, new = _of_truths(index, x.ndim)
    x = da.expand_dims(x, new) if new else x
    parts = _parts(index, x.shape)
    out = x[parts.basic]
    if parts.axes:
        # No axis has been dropped, since integers count as arrays here.
        rest = _kept_axes(parts)
        lengths = tuple([out.shape[axis] for axis in rest])
        rows = da.transpose(out, (*parts.axes, *rest))
        rows = reshaped(rows, (math.prod([x.shape[axis] for axis in parts.axes]), *lengths))
        taken = reshaped(rows[np.ravel(parts.places)], (*parts.shape, *lengths))
        count = len(parts.shape)
        order = [*range(count, count + parts.begin), *range(count), *range(count + parts.begin, taken.ndim)]
        out = da.transpose(taken, order)
    return da.expand_dims(out, parts.news) if parts.news else out


@instruction("scatter")
def _scatter(*xs: Array, indices: list[Index], shape: Sequence[int]) -> DaskArray:
    """Zeros with arrays added at indices."""
    dtype = np.result_type(*[x.dtype for x in xs])
    ints = [i for i, index in enumerate(indices) if type(index) is int]
    terms = [scattered(xs[i], index, shape) for i, index in enumerate(indices) if type(index) is not int]
    if ints:  # the elements of a loop, all at once
        rows = da.stack([as_dask(xs[i]) for i in ints])
        terms.append(scattered(rows, np.asarray([indices[i] for i in ints]), shape))
    total = terms[0]
    for term in terms[1:]:
        total = by_elements(np.add, total, term)
    return in_chunks_of(total.astype(dtype), shape)


def scattered(x: Array, index: Index, shape: Sequence[int]) -> DaskArray:
    """Zeros of a shape with x added at an index, which may name an element several times."""
    x = as_dask(x)
    if index is Ellipsis:
        return x
    index, new = _of_truths(index, len(shape))
    if new:
        lengths = list(shape)
        for axis in new:
            lengths.insert(axis, 1)
        return da.squeeze(scattered(x, index, lengths), tuple(new))
    parts = _parts(index, shape)
    out = da.squeeze(x, axis=parts.news) if parts.news else x
    if parts.axes:
        out = _added_at_places(out, parts, shape)
    for axis, item in enumerate(parts.basic):
        if axis in parts.axes:
            continue
        if isinstance(item, slice):
            out = _spread(out, axis, item, shape[axis], _chunks_along(shape, axis, x.dtype))
        else:
            out = _spread(
                da.expand_dims(out, axis), axis, slice(item, item + 1), shape[axis], _chunks_along(shape, axis, x.dtype)
            )
    return out


def _chunks_along(shape: Sequence[int], axis: int, dtype: np.dtype[Any]) -> tuple[int, ...]:
    return chunks_of(shape, dtype)[axis]


def _added_at_places(x: DaskArray, parts: _Parts, shape: Sequence[int]) -> DaskArray:
    """The elements of x added up at the places of index arrays, whose axes are where they were in the array."""
    count = len(parts.shape)
    end = parts.begin + count
    rows = da.transpose(x, [*range(parts.begin, end), *range(parts.begin), *range(end, x.ndim)])
    rows = reshaped(rows, (parts.places.size, *rows.shape[count:]))
    lengths = [shape[axis] for axis in parts.axes]
    total = _added(rows, np.ravel(parts.places), math.prod(lengths), chunks_of(shape, x.dtype)[parts.axes[0]])
    total = reshaped(total, (*lengths, *total.shape[1:]))
    rest = [axis for axis in range(len(shape)) if axis not in parts.axes]
    back = np.argsort([*parts.axes, *rest]).tolist()
    return da.transpose(total, back)


def _added(rows: DaskArray, places: _Places, n: int, chunks: tuple[int, ...]) -> DaskArray:
    """Zeros of n rows, with rows added at places: in sorted order each chunk of the result is made of a few chunks."""
    if not n or not places.size:
        return da.zeros(
            (n, *rows.shape[1:]), dtype=rows.dtype, chunks=(chunks_of((n,), rows.dtype)[0], *rows.chunks[1:])
        )
    if sum(chunks) != n:
        chunks = chunks_of((n,), rows.dtype)[0]
    order = np.argsort(places, kind="stable")
    if not np.array_equal(order, np.arange(len(order))):
        rows = rows[order]
    places = places[order]
    ends = np.cumsum(chunks)
    bounds = np.searchsorted(places, ends, side="left")
    parts = []
    start = row = 0
    for length, stop, end in zip(chunks, bounds.tolist(), ends.tolist(), strict=True):
        rest = rows[start:stop]
        if start == stop:
            parts.append(da.zeros((length, *rows.shape[1:]), dtype=rows.dtype, chunks=(length, *rows.chunks[1:])))
        else:
            rest = rest.rechunk({0: -1})
            add = partial(_add_at, places=places[start:stop] - row, n=length)
            parts.append(rest.map_blocks(add, dtype=rows.dtype, chunks=((length,), *rest.chunks[1:])))
        start, row = stop, end
    return da.concatenate(parts, axis=0)


def _add_at(x: NDArray[Any], places: _Places, n: int) -> NDArray[Any]:
    out = np.zeros((n, *x.shape[1:]), x.dtype)
    np.add.at(out, places, x)
    return out


def _spread(x: DaskArray, axis: int, item: slice, n: int, chunks: tuple[int, ...]) -> DaskArray:
    """Zeros of length n along an axis, with x in the places of a slice."""
    start, stop, step = item.indices(n)
    if (start, stop, step) == (0, n, 1):
        return x
    if step == 1:
        return da.concatenate([_zeros_along(x, axis, start), x, _zeros_along(x, axis, n - start - x.shape[axis])], axis)
    rows = da.moveaxis(x, axis, 0)
    return da.moveaxis(_added(rows, np.arange(start, stop, step)[: rows.shape[0]], n, chunks), 0, axis)


def _zeros_along(x: DaskArray, axis: int, n: int) -> DaskArray:
    """Zeros like x, of another length along an axis."""
    along = chunks_of((n,), x.dtype)[0] if n else (0,)
    chunks = (*x.chunks[:axis], along, *x.chunks[axis + 1 :])
    return da.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), dtype=x.dtype, chunks=chunks)


@instruction("set")
def _set(x: Array, y: Array, index: Index) -> DaskArray:
    """A copy of x in which the elements at an index are y; of several for one element the last one stays."""
    x = as_dask(x)
    dtype = np.result_type(x, y)
    index, new = _of_truths(index, x.ndim)
    if new:
        return da.squeeze(_set(da.expand_dims(x, new), y, index), tuple(new))
    values = _broadcast_to_index(y, index, x.shape)
    parts = _parts(index, x.shape)
    if parts.axes:
        last = _last_of_each(np.ravel(parts.places))
        own = np.zeros(parts.places.size, bool)
        own[last] = True
        shape = [1] * (values.ndim - len(parts.news))
        shape[parts.begin : parts.begin + len(parts.shape)] = parts.shape
        mask = np.reshape(own, shape)
        mask = np.expand_dims(mask, parts.news) if parts.news else mask
        values = by_elements(np.where, mask, values, np.zeros((), values.dtype))
    lengths = ChunkedShape(x.shape, x.chunks)
    touched = scattered(da.ones(values.shape, dtype=bool, chunks=values.chunks), index, lengths)
    return by_elements(np.where, touched, scattered(values, index, lengths), x).astype(dtype)


def _broadcast_to_index(y: Array, index: Index, shape: tuple[int, ...]) -> DaskArray:
    """Values repeated to the shape of what an index picks out of an array of a shape."""
    like = getitem(da.zeros(shape, chunks=shape), index)
    while np.ndim(y) > like.ndim:
        y = y[0]  # of length 1, as NumPy takes it
    return da.broadcast_to(as_dask(y), like.shape)


def _last_of_each(places: _Places) -> _Places:
    """Where the last one of equal places stands, for each place."""
    _, last = np.unique(places[::-1], return_index=True)
    found: _Places = places.size - 1 - last
    return found
