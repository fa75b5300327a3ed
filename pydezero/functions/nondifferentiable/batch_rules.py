"""Batch rules of functions whose results are not differentiated.

NumPy searches in one array at a time. To search in many at once, the elements of all of them are replaced by integers:
the rank among all elements, plus an offset that is larger for each row than for those before. In these rows, one after
another, a single search by NumPy finds the places of all elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.batching import aligned, all_batched, as_rows, batch_size, shifted
from pydezero.core.bind import bind
from pydezero.core.primitive import BatchRule, Nondifferentiable, define
from pydezero.core.types import Array, Axis
from pydezero.core.variable import shape_of
from pydezero.functions.shapes.shape import axes_of_reduction


def refused(function: Callable[..., Any]) -> BatchRule:
    """The rule of a function that finds places, whose number differs between examples: an error."""

    def rule(_batched: Sequence[bool], *args: Array, **params: Any) -> Array:
        raise TypeError(
            f"np.{function.__name__} under vmap: how much it finds differs between the examples. "
            "Write np.where(condition, x, y), which gives every example a result of one shape"
        )

    return rule


def along_axis(function: Callable[..., Any], default: int | None, is_of_one_axis: bool) -> BatchRule:
    """The rule of a function with a parameter `axis`; `is_of_one_axis` says that None means all elements in a row."""

    def rule(_batched: Sequence[bool], x: Array, axis: Axis = default, **params: Any) -> Array:
        ndim = len(x.shape) - 1
        if is_of_one_axis and (axis is None or (not ndim and axis in (0, -1))):
            out = function(as_rows(x), axis=1, **params)
            return np.reshape(out, (x.shape[0],) + (1,) * ndim) if params.get("keepdims") is True else out
        axes = shifted(axes_of_reduction(axis, ndim))
        return function(x, axis=axes[0] if len(axes) == 1 else axes, **params)

    return rule


def outer(function: Callable[..., Any]) -> BatchRule:
    """The rule of the method `outer` of a ufunc."""
    ufunc: np.ufunc = function.__self__  # type: ignore[attr-defined]  # a bound method

    def rule(batched: Sequence[bool], x: Array, y: Array, **params: Any) -> Array:
        added = len(shape_of(y)) - batched[1]
        return ufunc(*aligned(batched, (np.reshape(x, (*shape_of(x), *(1,) * added)), y)), **params)

    return rule


def _holds_for_all(conditions: Array) -> Array:
    return np.all(conditions, axis=tuple(range(1, len(conditions.shape))))


def allclose(batched: Sequence[bool], a: Array, b: Array, **params: Any) -> Array:
    """The rule of `np.allclose`."""
    return _holds_for_all(np.isclose(*aligned(batched, (a, b)), **params))


def matrix_rank(batched: Sequence[bool], a: Array, **params: Any) -> Array:
    """The rule of `np.linalg.matrix_rank`, which takes numbers and vectors, too."""
    if len(a.shape) > 2:
        return np.linalg.matrix_rank(a, **params)
    return np.any(np.not_equal(as_rows(a), 0), axis=1).astype(np.intp)


def array_equal(batched: Sequence[bool], x: Array, y: Array, equal_nan: bool = False) -> Array:
    """The rule of `np.array_equal`."""
    if shape_of(x)[batched[0] :] != shape_of(y)[batched[1] :]:
        return np.zeros(batch_size(batched, (x, y)), bool)
    equal = np.equal(x, y)
    return _holds_for_all(np.logical_or(equal, np.logical_and(np.isnan(x), np.isnan(y))) if equal_nan else equal)


def array_equiv(batched: Sequence[bool], x: Array, y: Array) -> Array:
    """The rule of `np.array_equiv`."""
    try:
        np.broadcast_shapes(shape_of(x)[batched[0] :], shape_of(y)[batched[1] :])
    except ValueError:
        return np.zeros(batch_size(batched, (x, y)), bool)
    return _holds_for_all(np.equal(*aligned(batched, (x, y))))


def _ranks(x: Array, y: Array) -> tuple[Array, Array]:
    """Integers in the order of the elements of x and y, those of each row above those of the rows before."""
    both = np.concatenate([x, y], axis=-1)
    ranks: Array = np.reshape(np.unique(both, return_inverse=True)[1], both.shape)
    rows = np.reshape(np.arange(math.prod(both.shape[:-1])), (*both.shape[:-1], 1))
    ranks = ranks + rows * (ranks.max(initial=0) + 1)
    return ranks[..., : x.shape[-1]], ranks[..., x.shape[-1] :]


def _searchsorted_rows(a: Array, v: Array, side: Any) -> Array:
    """The places of the elements of each row of v in the same row of a."""
    a_ranks, v_ranks = _ranks(a, v)
    first = np.arange(math.prod(a.shape[:-1])) * a.shape[-1]
    return np.searchsorted(a_ranks.ravel(), v_ranks, side) - first.reshape((*a.shape[:-1], 1))


def _digitize_rows(x: Array, bins: Array, right: bool) -> Array:
    """The bins of the elements of each row of x, among those of the same row of bins."""
    steps = np.diff(bins)
    rising = np.all(steps >= 0, axis=-1, keepdims=True)
    if not np.all(rising | np.all(steps <= 0, axis=-1, keepdims=True)):
        raise ValueError("digitize: bins must be monotonically increasing or decreasing")
    side = "left" if right else "right"
    falling = bins.shape[-1] - _searchsorted_rows(bins[..., ::-1], x, side)
    return np.where(rising, _searchsorted_rows(bins, x, side), falling)


def _isin_rows(x: Array, y: Array) -> Array:
    """A mask of the elements of each row of x that are in the same row of y; nan is in none."""
    return np.isin(*_ranks(x, y)) & (x == x)


def _of_rows(name: str, function: Callable[..., Array]) -> Nondifferentiable:
    def batch(batched: Sequence[bool], *args: Array, **params: Any) -> Array:
        return bind(primitive, *all_batched(batched, args), **params)

    primitive = define(Nondifferentiable, name, function, None, batch=batch)
    return primitive


_searchsorted_rows_p: Final = _of_rows("searchsorted_rows", _searchsorted_rows)
_digitize_rows_p: Final = _of_rows("digitize_rows", _digitize_rows)
_isin_rows_p: Final = _of_rows("isin_rows", _isin_rows)


def searchsorted(batched: Sequence[bool], a: Array, v: Array, *sorter: Array, side: Any = "left") -> Array:
    """The rule of `np.searchsorted`."""
    if not (batched[0] or any(batched[2:])):
        return np.searchsorted(a, v, side, *sorter)
    a, v, *sorter = all_batched(batched, (a, v, *sorter))  # type: ignore[assignment]  # none, or one
    if sorter:
        a = np.take_along_axis(a, sorter[0], axis=1)
    return np.reshape(bind(_searchsorted_rows_p, a, as_rows(v), side=side), v.shape)


def digitize(batched: Sequence[bool], x: Array, bins: Array, right: bool = False) -> Array:
    """The rule of `np.digitize`."""
    if not batched[1]:
        return np.digitize(x, bins, right)
    x, bins = all_batched(batched, (x, bins))
    return np.reshape(bind(_digitize_rows_p, as_rows(x), bins, right=right), x.shape)


def isin(batched: Sequence[bool], x: Array, y: Array, invert: bool = False, **params: Any) -> Array:
    """The rule of `np.isin`; the other parameters only say how to compute it."""
    if not batched[1]:
        return np.isin(x, y, invert=invert, **params)
    x, y = all_batched(batched, (x, y))
    found = np.reshape(bind(_isin_rows_p, as_rows(x), as_rows(y)), x.shape)
    return np.logical_not(found) if invert else found


def _lexsort_batched(batched: Sequence[bool], *keys: Array, axis: int) -> Array:
    keys = tuple(all_batched(batched, keys))
    return bind(_lexsort_p, *keys, axis=normalize_axis_index(axis, len(keys[0].shape) - 1) + 1)


def _lexsort(*keys: Array, axis: int) -> Array:
    return np.lexsort(keys, axis=axis)


def _coordinate(indices: Array, position: int, shape: Sequence[int], order: Any) -> Array:
    return np.unravel_index(indices, shape, order)[position]


def _ravel_multi_index(*indices: Array, **params: Any) -> Array:
    return np.ravel_multi_index(indices, **params)


_lexsort_p: Final[Nondifferentiable] = define(Nondifferentiable, "lexsort", _lexsort, None, batch=_lexsort_batched)
_coordinate_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "unravel_index",
    _coordinate,
    None,
    batch=lambda _batched, indices, **params: bind(_coordinate_p, indices, **params),
)
_ravel_multi_index_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "ravel_multi_index",
    _ravel_multi_index,
    None,
    batch=lambda batched, *indices, **params: bind(_ravel_multi_index_p, *aligned(batched, indices), **params),
)


def lexsort(keys: Sequence[Array], axis: int = -1) -> Array:
    """`np.lexsort` of keys of which some stand for more than one value."""
    return bind(_lexsort_p, *keys, axis=axis)


def unravel_index(indices: Array, shape: int | Sequence[int], order: str = "C") -> tuple[Array, ...]:
    """`np.unravel_index` of indices that stand for more than one value."""
    lengths = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    return tuple([bind(_coordinate_p, indices, position=i, shape=lengths, order=order) for i in range(len(lengths))])


def ravel_multi_index(multi_index: Sequence[Array], dims: Sequence[int], **params: Any) -> Array:
    """`np.ravel_multi_index` of indices of which some stand for more than one value."""
    return bind(_ravel_multi_index_p, *multi_index, dims=tuple(dims), **params)
