"""Functions along axes: chunk by chunk, where a chunk has all of the axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import DaskArray, reshaped, whole_along
from pydezero.arrays.dask.table import as_dask, blockwise, by_elements, instruction
from pydezero.core.types import Array

# Functions of one axis of each argument, which they keep or drop; the name of the parameter is `axis`.
_ROWS: Final = frozenset(
    {
        "argmax",
        "argmin",
        "argpartition",
        "argsort",
        "dct",
        "detrend",
        "diff",
        "dst",
        "fft",
        "hfft",
        "ifft",
        "ihfft",
        "irfft",
        "nanargmax",
        "nanargmin",
        "permute",
        "rfft",
        "unpermute",
        "unwrap",
    }
)


# Those whose axis is None by default.
_OF_ALL: Final = (np.argmax, np.argmin, np.nanargmax, np.nanargmin)


def is_of_rows(name: str) -> bool:
    """Whether a primitive is a function of the elements along one axis."""
    return name in _ROWS


def of_rows(raw: Callable[..., Array], values: Sequence[Array], params: Any) -> DaskArray:
    """The result of a function of the elements along one axis; of all elements in a row where the axis is None."""
    axis = params.get("axis", None if raw in _OF_ALL else -1)
    if axis is None:
        (x,) = values
        found = of_rows(raw, [reshaped(as_dask(x), (-1,))], {**_without_keepdims(params), "axis": 0})
        return reshaped(found, (1,) * x.ndim) if params.get("keepdims") else found
    ndim = values[0].ndim
    axis %= ndim
    function = partial(raw, **{**params, "axis": axis})
    sample = function(*[np.ones([n if i == axis else 1 for i, n in enumerate(x.shape)], x.dtype) for x in values])
    xs = [whole_along(as_dask(x), [axis]) for x in values]
    labels = tuple(range(ndim))
    rest = tuple([i for i in labels if i != axis])
    pairs = [part for x in xs for part in (x, labels)]
    if sample.ndim < ndim:
        return blockwise(function, rest, pairs, sample.dtype)
    out = (*labels[:axis], ndim, *labels[axis + 1 :])
    return blockwise(function, out, pairs, sample.dtype, {ndim: sample.shape[axis]})


def _without_keepdims(params: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key != "keepdims"}


def of_axes(raw: Callable[..., Array], values: Sequence[Array], axis: Sequence[int], **params: Any) -> DaskArray:
    """The result of a function of all elements along axes, in the place of each, or with the length 1 there."""
    ndim = values[0].ndim
    function = partial(raw, axis=tuple(axis), **params)
    shapes = [[n if i in axis else 1 for i, n in enumerate(x.shape)] for x in values]
    sample = function(*[np.ones(shape, x.dtype) for x, shape in zip(values, shapes, strict=True)])
    pairs: list[Any] = []
    for k, x in enumerate(values):
        pairs += [whole_along(as_dask(x), axis), [f"own {k} {i}" if i in axis else f"axis {i}" for i in range(ndim)]]
    out = [f"new {i}" if i in axis else f"axis {i}" for i in range(ndim)]
    return blockwise(function, out, pairs, sample.dtype, {f"new {i}": sample.shape[i] for i in axis})


def _is_whole(x: DaskArray, axis: Sequence[int]) -> bool:
    return x.dtype.kind == "c" or all(x.numblocks[i] == 1 for i in axis) or math.prod(x.shape[i] for i in axis) == 0


@instruction("logsumexp")
def logsumexp(x: DaskArray, axis: Sequence[int]) -> DaskArray:
    """The logarithm of the sum of exponentials along axes, which are kept; in a tree where there are several chunks."""
    from scipy import special

    if _is_whole(x, axis):
        return of_axes(partial(special.logsumexp, keepdims=True), [x], axis)
    top = da.max(x, axis=axis, keepdims=True)
    count = da.sum(by_elements(np.equal, x, top), axis=axis, keepdims=True, dtype=x.dtype)
    rest = da.sum(by_elements(_below, x, top), axis=axis, keepdims=True)
    return by_elements(_put_together, count, rest, top)


def _below(x: Array, top: Array) -> Array:
    return np.where(x == top, 0, np.exp(x - np.where(np.isfinite(top), top, 0)))


def _put_together(count: Array, rest: Array, top: Array) -> Array:
    return np.log(count) + np.log1p(rest / count) + top


@instruction("softmax")
def _softmax(x: DaskArray, axis: Sequence[int]) -> DaskArray:
    from scipy import special

    return of_axes(special.softmax, [x], axis) if _is_whole(x, axis) else _weights(x, logsumexp(x, axis), axis)


@instruction("log_softmax")
def _log_softmax(x: DaskArray, axis: Sequence[int]) -> DaskArray:
    from scipy import special

    return of_axes(special.log_softmax, [x], axis) if _is_whole(x, axis) else x - logsumexp(x, axis)


@instruction("softmax_given_logsumexp")
def _weights(x: Array, y: Array, axis: Sequence[int]) -> DaskArray:
    e = by_elements(_exponential, x, y)
    return by_elements(_per_total, e, da.sum(e, axis=tuple(axis), keepdims=True), y)


def _exponential(x: Array, y: Array) -> Array:
    same = np.equal(x, y) & np.isinf(y)
    return np.exp(np.where(same, 0, x) - np.where(same, 0, y))


def _per_total(e: Array, total: Array, y: Array) -> Array:
    return e / np.where(np.isinf(y), 1, total)


@instruction("euclidean_norm")
def _euclidean(x: DaskArray, axis: Sequence[int], keepdims: Any) -> DaskArray:
    return da.sqrt(da.sum(by_elements(_square, x), axis=tuple(axis), keepdims=bool(keepdims)))


def _square(x: Array) -> Array:
    return np.real(np.conj(x) * x)


@instruction("euclidean_norm.power")
def _power_of_euclidean(x: DaskArray, axis: Sequence[int], keepdims: Any, n: float) -> DaskArray:
    return _euclidean(x, axis, keepdims) ** n


@instruction("p_norm")
def _p_norm(x: DaskArray, axis: Sequence[int], order: float) -> DaskArray:
    total = da.sum(by_elements(_power_of_magnitude, x, order=order), axis=tuple(axis), keepdims=True)
    return by_elements(_root, total, order=order)


def _power_of_magnitude(x: Array, order: float) -> Array:
    return np.abs(x) ** order


def _root(total: Array, order: float) -> Array:
    return total ** np.reciprocal(order, dtype=total.dtype)


@instruction("stand_ins")
def _stand_ins(x: DaskArray, axis: Any) -> DaskArray:
    sizes = by_elements(np.abs, x)
    return by_elements(_stand_in, sizes, da.max(sizes, axis=axis, keepdims=True))


def _stand_in(sizes: Array, largest: Array) -> Array:
    return np.where((sizes == 0) & (largest > 0), np.minimum(0.5 * largest, 1), 0)


@instruction("vander")
def _vander(x: DaskArray, N: int, increasing: bool) -> DaskArray:  # noqa: N803  # NumPy's name
    function = partial(np.vander, N=N, increasing=increasing)
    return blockwise(function, "ij", (x, "i"), function(np.ones(1, x.dtype)).dtype, {"j": N})


@instruction("polyval")
def _polyval(p: Array, x: Array) -> DaskArray:
    """The values of polynomials, whose coefficients lie along the first axis of p; the others broadcast with x."""
    ndim = max(p.ndim - 1, x.ndim)
    labels = [f"axis {i}" for i in range(ndim)]
    pairs = [as_dask(p), ("power", *labels[ndim - (p.ndim - 1) :]), as_dask(x), labels[ndim - x.ndim :]]
    return blockwise(np.polyval, labels, pairs, np.result_type(p, x))


def with_whole(function: Callable[..., Array], values: Sequence[Array], position: int) -> DaskArray:
    """The result of a function that works on one argument element by element, and on all of the others."""
    x = as_dask(values[position])
    labels = [f"element {i}" for i in range(x.ndim)]
    pairs: list[Any] = []
    for k, y in enumerate(values):
        pairs += [as_dask(y), labels if k == position else [f"own {k} {i}" for i in range(y.ndim)]]
    sample = function(*[np.ones((1,) * y.ndim if k == position else y.shape, y.dtype) for k, y in enumerate(values)])
    return blockwise(function, labels, pairs, sample.dtype)


# Functions of this kind, with the position of the argument that they work on element by element.
WITH_WHOLE: Final = {"digitize": 0, "interp": 0, "isin": 0, "searchsorted": 1}
