"""Functions that repeat the elements of an array. Their transposes add up all repetitions of one element."""

from __future__ import annotations

import math
import operator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.batching import as_rows
from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import snapshot
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Index, Listed, Shape
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.nondifferentiable.functions import known
from pydezero.functions.reductions.sums import sum
from pydezero.functions.shapes.shape import along, broadcast_to, reshape

__all__ = [
    "repeat",
    "resize",
    "tile",
]


def _repeat_rule(g: Array, x_shape: tuple[int, ...], repeats: int, axis: int) -> Array:
    return np.add.reduce(np.reshape(g, (*x_shape[: axis + 1], repeats, *x_shape[axis + 1 :])), axis=axis + 1)


def _repeat_each(x: Array, repeats: NDArray[Any], axis: int) -> Array:
    # Not all libraries that speak NumPy's protocols take an ndarray there.
    return np.repeat(x, repeats if type(x) is np.ndarray else repeats.tolist(), axis=axis)


def _add_runs(x: Array, counts: NDArray[Any], axis: int) -> Array:
    """The sums of runs of elements along an axis; `counts` says how long each is, and a run of none adds up to 0."""
    if type(x) is not np.ndarray:
        out = np.zeros_like(x, shape=(*x.shape[:axis], len(counts), *x.shape[axis + 1 :]))
        run = beside(np.repeat(np.arange(len(counts)), counts), x)
        WORDS[type(x)].add_at(out, (*(slice(None),) * axis, run), x)
        return out
    has_any = counts > 0
    starts = (np.cumsum(counts) - counts)[has_any]
    if has_any.all():
        return np.add.reduceat(x, starts, axis=axis)
    out = np.zeros_like(x, shape=(*x.shape[:axis], len(counts), *x.shape[axis + 1 :]))
    if has_any.any():
        where: Index = (*(slice(None),) * axis, has_any)
        out[where] = np.add.reduceat(x, starts, axis=axis)
    return out


def _resize_rule(g: Array, x_shape: tuple[int, ...]) -> Array:
    g = np.reshape(g, -1)
    size = math.prod(x_shape)
    times, rest = divmod(g.size, size)
    out = np.add.reduce(np.reshape(g[: times * size], (times, size)), axis=0)
    if rest:
        out = out + np.pad(g[times * size :], (0, size - rest))
    return np.reshape(out, x_shape)


_repeat_p: Final[Linear] = define(
    Linear,
    "repeat",
    np.repeat,
    _repeat_rule,
    batch=lambda _, x, repeats, axis: bind(_repeat_p, x, repeats=repeats, axis=axis + 1),
)
_repeat_each_p: Final[Linear] = define(
    Linear,
    "repeat_each",
    _repeat_each,
    lambda g, repeats, axis: bind(_add_runs_p, g, counts=repeats, axis=axis),
    batch=lambda _, x, repeats, axis: bind(_repeat_each_p, x, repeats=repeats, axis=axis + 1),
)
_add_runs_p: Final[Linear] = define(
    Linear,
    "add_runs",
    _add_runs,
    lambda g, counts, axis: bind(_repeat_each_p, g, repeats=counts, axis=axis),
    batch=lambda _, x, counts, axis: bind(_add_runs_p, x, counts=counts, axis=axis + 1),
)

_resize_p: Final[Linear] = define(
    Linear,
    "resize",
    np.resize,
    _resize_rule,
    batch=lambda _, x, new_shape: getitem(
        as_rows(x), (slice(None), np.resize(np.arange(math.prod(x.shape[1:])), new_shape))
    ),
)


@array_function
@without_variables(np.repeat)
def repeat(a: Operand, repeats: ArrayOrNumber | Listed, axis: int | None = None) -> Array:
    """An array with each element along an axis several times, of the raveled array by default.

    `repeats` says how often: an integer, or an integer for each place along the axis.

    Raises:
        ValueError: `repeats` is negative, or of another length than the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> repeat(Variable(np.array([1.0, 2.0])), [2, 1])
    variable([1. 1. 2.])
    """
    a, axis = along(a, axis)
    counts = np.asarray(known(repeats, "the repeats of np.repeat"))
    if counts.size == 1:
        return bind(_repeat_p, a, repeats=operator.index(counts.item()), axis=axis)
    return bind(_repeat_each_p, a, repeats=snapshot(counts), axis=axis)


@array_function
@without_variables(np.tile)
def tile(A: Operand, reps: Shape) -> Array:  # noqa: N803  # NumPy's name
    """The array as a tile, laid so many times along each axis; `reps` for less axes is for the last ones.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tile(Variable(np.array([1.0, 2.0])), (2, 2))
    variable([[1. 2. 1. 2.]
              [1. 2. 1. 2.]])
    """
    shape = shape_of(A)
    counts = tuple([operator.index(n) for n in np.atleast_1d(reps)])
    ndim = max(len(counts), len(shape))
    shape = (1,) * (ndim - len(shape)) + shape
    counts = (1,) * (ndim - len(counts)) + counts
    # Where there is something to repeat, an axis in front of the tile's own one.
    apart: list[int] = []
    laid: list[int] = []
    for count, n in zip(counts, shape, strict=True):
        apart += [n] if count == 1 else [1, n]
        laid += [n] if count == 1 else [count, n]
    tiles = broadcast_to(reshape(A, tuple(apart)), tuple(laid))
    return reshape(tiles, tuple([count * n for count, n in zip(counts, shape, strict=True)]))


@array_function
@without_variables(np.resize)
def resize(a: Operand, new_shape: Shape) -> Array:
    """The elements of a, one after another and over again, until an array of the new shape is full.

    Elements for which there is no room are left out; if a has no elements the result is zeros. (The method of the same
    name of an ndarray is another function, which changes the array.)

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resize(Variable(np.array([1.0, 2.0])), (3,))
    variable([1. 2. 1.])
    """
    shape = tuple([operator.index(n) for n in np.atleast_1d(new_shape)])
    if any(n < 0 for n in shape):
        raise ValueError(f"resize: all lengths of new_shape must be at least 0, got {new_shape}")
    if not math.prod(shape_of(a)):
        return broadcast_to(sum(a), shape)
    return bind(_resize_p, a, new_shape=shape)
