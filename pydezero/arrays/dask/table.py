"""The table of what Dask is told for a primitive, and the two ways to compute any function chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import dask.array as da
import numpy as np
from dask.array.core import elemwise

from pydezero.arrays.dask.chunks import DaskArray
from pydezero.core.types import Array

# From the arguments of a primitive, of which one at least is a Dask array, and its parameters to its outputs.
Instruction = Callable[..., Any]

INSTRUCTIONS: Final[dict[str, Instruction]] = {}
"""What Dask is told for a primitive, by its name."""


def instruction(*names: str) -> Callable[[Instruction], Instruction]:
    """A decorator that enters a function in the table, under the names of some primitives."""

    def enter(function: Instruction) -> Instruction:
        INSTRUCTIONS.update(dict.fromkeys(names, function))
        return function

    return enter


def in_rows(x: Array) -> Array:
    """An ndarray in C order, and anything else as it is.

    Dask names its tasks after the memory of a constant and not its strides: a square matrix and its transpose have one
    name, and so would have two tasks of which each computes with one of them.
    """
    return np.asarray(x, order="C") if type(x) is np.ndarray else x


def as_dask(x: Array) -> DaskArray:
    """An operand as a Dask array, an ndarray in one chunk."""
    return x if isinstance(x, da.Array) else da.asarray(in_rows(x), chunks=-1)


def by_elements(function: Callable[..., Array], /, *xs: Array, **params: Any) -> DaskArray:
    """The result of a function that works element by element: one task for each chunk.

    The parameters are those of a primitive, of which one may be called `function`.
    """
    found: DaskArray = elemwise(partial(function, **params) if params else function, *xs)
    return found


def unchanged(function: Callable[..., Array], x: DaskArray, **params: Any) -> DaskArray:
    """An array that a function returns as it is, or raises an error for when it is computed."""
    meta = np.empty((0,) * x.ndim, x.dtype)
    found: DaskArray = da.map_blocks(partial(function, **params), x, dtype=x.dtype, meta=meta)
    return found


def blockwise(
    function: Callable[..., Array],
    out: Sequence[Any],
    pairs: Sequence[Any],
    dtype: np.dtype[Any],
    new: Mapping[Any, int] | None = None,
) -> DaskArray:
    """The result of a function of chunks, whose axes have labels: there is one task for each chunk of the result.

    `pairs` are the arguments, each followed by the labels of its axes. Axes that are not in the result, whose labels
    are `out`, are given to the function whole. `new` are the lengths of those that only the result has.
    """
    meta = np.empty((0,) * len(out), dtype)
    found: DaskArray = da.blockwise(
        function, out, *pairs, new_axes=dict(new or {}), concatenate=True, dtype=meta.dtype, meta=meta
    )
    return found


def several_blockwise(
    function: Callable[..., Any], loops: Sequence[Any], pairs: Sequence[Any], samples: Sequence[Array]
) -> tuple[DaskArray, ...]:
    """The outputs of a function of chunks that has several, which is computed once for all of them.

    `loops` are the labels of the axes that all outputs have, one chunk for each chunk of the arguments. Behind them an
    output has those of its sample. Arguments are as for `blockwise`.
    """
    # One block for each place, which is a tuple and no array.
    together = da.blockwise(
        function, loops, *pairs, concatenate=True, dtype=samples[0].dtype, meta=np.empty((0,) * len(loops))
    )
    found = []
    for i, y in enumerate(samples):
        new = [f"new {axis}" for axis in range(y.ndim - len(loops))]
        lengths = dict(zip(new, y.shape[len(loops) :], strict=True))
        found.append(blockwise(_item, (*loops, *new), (together, tuple(loops), i, None), y.dtype, lengths))
    return tuple(found)


def _item(outputs: Any, i: int) -> Array:
    return np.asarray(outputs[i])


def by_matrices(
    function: Callable[..., Array],
    xs: Sequence[Array],
    ndims: Sequence[int],
    result: Sequence[int],
    dtype: np.dtype[Any] | None = None,
) -> DaskArray:
    """The result of a function of the last axes of its arguments, for all places of the others.

    There is one task for each chunk. `ndims` has the number of axes that the function works on, of each argument, and
    `result` the lengths of the axes that it puts in their place. The axes before them broadcast.
    """
    loops = max([x.ndim - ndim for x, ndim in zip(xs, ndims, strict=True)])
    pairs: list[Any] = []
    for i, (x, ndim) in enumerate(zip(xs, ndims, strict=True)):
        own = tuple([f"own {i} {axis}" for axis in range(ndim)])
        pairs += [as_dask(x), (*_loop(loops)[loops - (x.ndim - ndim) :], *own)]
    new = [f"new {axis}" for axis in range(len(result))]
    lengths = dict(zip(new, result, strict=True))
    return blockwise(function, (*_loop(loops), *new), pairs, dtype or dtype_of(function, xs), lengths)


def _loop(count: int) -> tuple[str, ...]:
    return tuple([f"loop {axis}" for axis in range(count)])


def dtype_of(function: Callable[..., Array], xs: Sequence[Array]) -> np.dtype[Any]:
    """The dtype of the result of a function: of arrays like these with one element each."""
    found: np.dtype[Any] = function(*[np.ones((1,) * x.ndim, x.dtype) for x in xs]).dtype
    return found


def by_rows(
    function: Callable[..., Array], xs: Sequence[Array], axes: Sequence[int], length: int | None, dtype: Any = None
) -> DaskArray:
    """The result of a function along one axis of each argument.

    The function gets arrays whose last axis is that one. The axis of its result takes the place of the axis of the
    first argument. `length` is the length of that axis in the result, None if the function reduces it.
    """
    moved = [da.moveaxis(as_dask(x), axis, -1) for x, axis in zip(xs, axes, strict=True)]
    out = by_matrices(function, moved, [1] * len(moved), () if length is None else (length,), dtype)
    return out if length is None else da.moveaxis(out, -1, axes[0] % xs[0].ndim)
