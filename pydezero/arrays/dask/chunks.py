"""Shapes that know how the array is divided into chunks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import dask.array as da
import numpy as np
from dask.array.core import normalize_chunks

# Dask's functions and methods have no types.
DaskArray: TypeAlias = Any

Chunks: TypeAlias = tuple[tuple[int, ...], ...]

# Chunks of so many elements together are one: a task takes longer than to compute with these.
_SMALL: Final = 1 << 13


class ChunkedShape(tuple[int, ...]):
    """The shape of a Dask array, with its chunks.

    A derivative rule keeps the shape of an argument alone, as of any array. Here the chunks come along, so that a
    cotangent gets the chunks of what it is the cotangent of.
    """

    chunks: Chunks

    def __new__(cls, shape: Sequence[int], chunks: Chunks) -> ChunkedShape:
        """A shape, and the lengths of the chunks along each axis."""
        made = super().__new__(cls, shape)
        made.chunks = chunks
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return ChunkedShape, (tuple(self), self.chunks)


def chunks_of(shape: Sequence[int], dtype: np.dtype[Any]) -> Chunks:
    """The chunks that an array of a shape gets: those that the shape knows, or what Dask finds convenient."""
    if isinstance(shape, ChunkedShape):
        return shape.chunks
    found: Chunks = normalize_chunks("auto", shape=tuple(shape), dtype=dtype)
    return found


def in_chunks_of(x: DaskArray, shape: Sequence[int]) -> DaskArray:
    """An array of this shape in the chunks that the shape knows, if it knows any."""
    return x.rechunk(shape.chunks) if isinstance(shape, ChunkedShape) and x.chunks != shape.chunks else x


def without_empty(x: DaskArray) -> DaskArray:
    """An array without the chunks of no elements that a selection leaves, of which Dask's reductions make nan."""
    if not any(0 in lengths and n for lengths, n in zip(x.chunks, x.shape, strict=True)):
        return x
    chunks = [tuple([m for m in lengths if m]) if n else lengths for lengths, n in zip(x.chunks, x.shape, strict=True)]
    return x.rechunk(tuple(chunks))


def whole_along(x: DaskArray, axes: Sequence[int]) -> DaskArray:
    """An array with one chunk along each of some axes."""
    joined = {axis: -1 for axis in axes if x.numblocks[axis] > 1}
    return x.rechunk(joined) if joined else x


def small_joined(x: DaskArray, axis: int) -> DaskArray:
    """An array in which neighbouring chunks along an axis are one, where they are small together.

    What is joined of parts has a chunk for each. Where its parts are made of parts again, as in a recurrence that is
    solved by halves, the number of chunks would grow with that of the elements.
    """
    others = math.prod([max(lengths) for i, lengths in enumerate(x.chunks) if i != axis])
    joined: list[int] = []
    for n in x.chunks[axis]:
        if joined and (joined[-1] + n) * others <= _SMALL:
            joined[-1] += n
        else:
            joined.append(n)
    return x.rechunk({axis: tuple(joined)}) if len(joined) < x.numblocks[axis] else x


def reshaped(x: DaskArray, shape: tuple[int, ...]) -> DaskArray:
    """The elements in another shape; where axes are divided unevenly, by way of one axis of all elements."""
    if not x.size:
        lengths = np.reshape(np.broadcast_to(0, x.shape), shape).shape
        return da.zeros(lengths, dtype=x.dtype, chunks=lengths)  # Dask loses the chunks of no elements
    try:
        return da.reshape(x, shape)
    except NotImplementedError:
        return da.reshape(da.reshape(x, (-1,)), shape)
