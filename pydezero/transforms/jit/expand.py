"""Operations that are written as others: composed functions, and the library's own elementwise ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise
from pydezero.core.types import Array, Axis, Index, KeepDims
from pydezero.functions.indexing.at import at
from pydezero.functions.indexing.indexing import scatter_p
from pydezero.functions.reductions.softmax import difference, log_softmax_of_array, softmax_of_array
from pydezero.functions.shapes.padding_rules import Widths, runs_of_padding
from pydezero.functions.shapes.shape import axes_of_reduction
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.trace import trace


def _mean(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / _count(x, axis)


def _count(x: Array, axis: Axis) -> float:
    count = 1
    for i in axes_of_reduction(axis, len(x.shape)):
        count *= x.shape[i]
    return float(count)


def _var(x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    deviation = x - _mean(x, axis, True)
    return np.sum(deviation * deviation, axis=axis, keepdims=keepdims) / max(_count(x, axis) - ddof, 0.0)


def _std(x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    return np.sqrt(_var(x, axis, ddof, keepdims))


def _shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> Array:
    axes = axes_of_reduction(axis, len(x.shape))
    kept = np.reshape(extreme, tuple([1 if i in axes else n for i, n in enumerate(x.shape)]))
    # Where the extreme is nan, so is an element, which is not equal to itself.
    chosen = (np.equal(x, kept) | (np.isnan(x) & np.isnan(kept))).astype(dtype)
    return chosen / np.sum(chosen, axis=axes, keepdims=True)


def _roll(x: Array, shift: tuple[int, ...], axis: tuple[int, ...]) -> Array:
    for by, i in zip(shift, axis, strict=True):
        n = x.shape[i]
        cut = n - by % n if n else 0
        if cut < n:
            before = (slice(None),) * i
            x = np.concatenate([x[(*before, slice(cut, None))], x[(*before, slice(None, cut))]], axis=i)
    return x


def _round(x: Array, decimals: int) -> Array:
    factor = 10.0 ** abs(decimals)
    if decimals > 0:
        return np.rint(x * factor) / factor
    return np.rint(x / factor) * factor if decimals else np.rint(x)


def _logsumexp(x: Array, axis: tuple[int, ...]) -> Array:
    top = np.max(x, axis=axis, keepdims=True)
    is_top = np.equal(x, top)
    count = np.sum(is_top.astype(x.dtype), axis=axis, keepdims=True)
    shifted = np.exp(x - np.where(np.isfinite(top), top, 0))
    rest = np.sum(np.where(is_top, 0, shifted), axis=axis, keepdims=True)
    return np.log(count) + np.log1p(rest / count) + top


def _softmax_given_logsumexp(x: Array, y: Array, axis: tuple[int, ...]) -> Array:
    e = np.exp(difference(x, y))
    return e / np.where(np.isinf(y), 1, np.sum(e, axis=axis, keepdims=True))


def _pad_repeating(x: Array, mode: str, widths: Widths) -> Array:
    for axis, (before, after) in enumerate(widths):
        lead, n = (slice(None),) * axis, x.shape[axis]
        parts = [x]
        for first, length in ((-before, before), (n, after)):
            runs = runs_of_padding(mode, n, first, length) if length else ()
            pieces = [_repeated(x[(*lead, source)], axis, piece.stop - piece.start) for piece, source in runs]
            parts = [*pieces, *parts] if first < 0 else [*parts, *pieces]
        x = np.concatenate(parts, axis=axis)
    return x


def _fold(x: Array, mode: str, widths: Widths) -> Array:
    for axis, (before, after) in enumerate(widths):
        lead, n = (slice(None),) * axis, x.shape[axis] - before - after
        core = x[(*lead, slice(before, before + n))]
        indices: list[Index] = [...]
        parts = [core]
        for first, start, length in ((-before, 0, before), (n, before + n, after)):
            for piece, source in runs_of_padding(mode, n, first, length) if length else ():
                part = x[(*lead, slice(start + piece.start, start + piece.stop))]
                is_one = len(range(*source.indices(n))) == 1
                indices.append((*lead, source))
                parts.append(np.sum(part, axis=axis, keepdims=True) if is_one else part)
        x = bind(scatter_p, *parts, indices=indices, shape=core.shape)
    return x


def _repeated(x: Array, axis: int, n: int) -> Array:
    """Elements along an axis, of which one may stand for n."""
    return np.broadcast_to(x, (*x.shape[:axis], n, *x.shape[axis + 1 :]))


def _nanmax(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    return _of_numbers(np.max, x, -np.inf, axis, keepdims)


def _nanmin(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    return _of_numbers(np.min, x, np.inf, axis, keepdims)


def _of_numbers(extreme: Callable[..., Array], x: Array, instead: float, axis: Axis, keepdims: KeepDims) -> Array:
    """An extreme of the elements that are not nan; nan where all are."""
    is_missing = np.isnan(x)
    found = extreme(np.where(is_missing, instead, x), axis=axis, keepdims=keepdims)
    return np.where(np.all(is_missing, axis=axis, keepdims=keepdims), np.nan, found)


def _nan_shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> Array:
    axes = axes_of_reduction(axis, len(x.shape))
    kept = np.reshape(extreme, tuple([1 if i in axes else n for i, n in enumerate(x.shape)]))
    chosen = np.equal(x, kept).astype(dtype)
    ties = np.sum(chosen, axis=axes, keepdims=True)
    return chosen / np.where(ties == 0, 1, ties)


def _xlogy(x: Array, y: Array) -> Array:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log(y))


def _xlog1py(x: Array, y: Array) -> Array:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log1p(y))


def _trace(x: Array, offset: int) -> Array:
    return np.sum(np.diagonal(x, offset, -2, -1), axis=-1)


def _diff(x: Array, axis: int) -> Array:
    lead = (slice(None),) * axis
    return x[(*lead, slice(1, None))] - x[(*lead, slice(None, -1))]


def _tril(x: Array, k: int) -> Array:
    return np.where(np.tri(x.shape[-2], x.shape[-1], k, dtype=bool), x, 0)


def _triu(x: Array, k: int) -> Array:
    return np.where(np.tri(x.shape[-2], x.shape[-1], k - 1, dtype=bool), 0, x)


def _repeat(x: Array, repeats: int, axis: int) -> Array:
    shape = x.shape
    one = x[(slice(None),) * (axis + 1) + (None,)]
    wide = np.broadcast_to(one, (*shape[: axis + 1], repeats, *shape[axis + 1 :]))
    return np.reshape(wide, (*shape[:axis], shape[axis] * repeats, *shape[axis + 1 :]))


def _argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    return _first_of(np.max, x, axis, keepdims)


def _argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    return _first_of(np.min, x, axis, keepdims)


def _first_of(extreme: Callable[..., Array], x: Array, axis: int | None, keepdims: bool) -> Array:
    """The place of the first extreme, or of the first nan."""
    if x.dtype.kind == "b":
        x = x.astype(np.int8)
    shape, ndim = x.shape, len(x.shape)
    if axis is None:
        x, axis = np.reshape(x, -1), 0
        shape_kept = (1,) * ndim
    else:
        axis %= ndim
        shape_kept = (*shape[:axis], 1, *shape[axis + 1 :])
    n = x.shape[axis]
    places = np.reshape(np.arange(n), (n,) + (1,) * (len(x.shape) - 1 - axis))
    is_found = (x == extreme(x, axis=axis, keepdims=True)) | (x != x)
    found = np.min(np.where(is_found, places, n), axis=axis)
    return np.reshape(found, shape_kept) if keepdims else found


def _permute(x: Array, order: Array, axis: int) -> Array:
    return x[_index_along(order, axis)] if x.shape[axis] > 1 else x


def _unpermute(x: Array, order: Array, axis: int) -> Array:
    return at(np.zeros_like(x))[_index_along(order, axis)].set(x) if x.shape[axis] > 1 else x


def _index_along(order: Array, axis: int) -> Index:
    """The index of the elements at some places along an axis."""
    index: list[Any] = list(np.ix_(*[np.arange(n) for n in order.shape]))
    index[axis] = order
    return tuple(index)


def _count_nonzero(x: Array, axis: Axis = None, keepdims: KeepDims = False) -> Array:
    return np.sum(x != 0, axis=axis, keepdims=keepdims)


_FUNCTIONS: Final[Mapping[str, Callable[..., Array]]] = MappingProxyType(
    {
        "fold": _fold,
        "log_softmax": log_softmax_of_array,
        "logsumexp": _logsumexp,
        "mean": _mean,
        "nan_shares": _nan_shares,
        "nanmax": _nanmax,
        "nanmin": _nanmin,
        "round": _round,
        "shares": _shares,
        "softmax": softmax_of_array,
        "softmax_given_logsumexp": _softmax_given_logsumexp,
        "std": _std,
        "trace": _trace,
        "var": _var,
        "xlog1py": _xlog1py,
        "xlogy": _xlogy,
    }
)
"""How operations on floats of one dtype are written, by their names."""

_OF_ANY: Final[Mapping[str, Callable[..., Array]]] = MappingProxyType(
    {
        "argmax": _argmax,
        "argmin": _argmin,
        "count_nonzero": _count_nonzero,
        "diff": _diff,
        "pad_repeating": _pad_repeating,
        "permute": _permute,
        "repeat": _repeat,
        "roll": _roll,
        "tril": _tril,
        "triu": _triu,
        "unpermute": _unpermute,
    }
)
"""The same for numbers of any dtype."""


def expansion(equation: Equation) -> Graph[..., Any] | None:
    """The graph of other operations that gives the same as an equation; None if there is none.

    Its inputs are the references among the inputs of the equation; numbers are part of it.
    """
    primitive = equation.primitive
    function = _FUNCTIONS.get(primitive.name)
    are_floats = all(x.dtype == equation.references[0].dtype and x.dtype.kind == "f" for x in equation.references)
    if function is not None and not are_floats:
        return None
    function = function or _OF_ANY.get(primitive.name)
    if function is None:
        if not isinstance(primitive, Elementwise) or isinstance(primitive.raw, np.ufunc):
            return None
        if not hasattr(primitive.raw, "__code__"):
            return None
        function = primitive.raw
    (y,) = equation.outputs

    def of_arrays(*arrays: Array) -> Array:
        rest = iter(arrays)
        inputs = [next(rest) if type(x) is Reference else x for x in equation.inputs]
        return function(*inputs, **equation.parameters)

    examples = [np.ones(x.shape, x.dtype)[()] for x in equation.references]
    try:
        with np.errstate(all="ignore"):
            graph = simplify(trace(of_arrays)(*examples))
    except Exception:  # whatever it is, the function is called as it is
        return None
    if len(graph.outputs) != 1 or (graph.outputs[0].shape, graph.outputs[0].dtype) != (y.shape, y.dtype):
        return None
    return graph
