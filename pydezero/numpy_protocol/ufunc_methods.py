"""The methods of ufuncs, of Variables: `np.add.reduce`, `np.multiply.outer` and others.

Every differentiable ufunc of two arguments has `outer`. The methods that combine many elements, `reduce`, `accumulate`
and `reduceat`, are those of the ufuncs in `REDUCTIONS`, which are associative. `at` would write into an array, and is
missing: `Variable.at` is there instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy._globals import _NoValue  # the stubs of NumPy 2.0 lack np._NoValue
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import DTypeLike

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.placing import as_plain, beside
from pydezero.core.primitive import General, define
from pydezero.core.snapshot import is_array
from pydezero.core.types import Array, Axis, Index
from pydezero.core.variable import Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where as choose
from pydezero.functions.indexing.indexing import scatter, take
from pydezero.functions.joining.joining import concatenate, stack
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions.cumulative import cumprod, cumsum
from pydezero.functions.reductions.extremes import max as largest
from pydezero.functions.reductions.extremes import min as smallest
from pydezero.functions.reductions.products import prod
from pydezero.functions.reductions.softmax import weights
from pydezero.functions.reductions.sums import sum as total
from pydezero.functions.shapes.shape import astype, moveaxis, normalize_axes, reshape


def _logaddexp_reduce(x: Array, axis: Axis) -> Array:
    return np.logaddexp.reduce(x, axis=axis, keepdims=True)


_logaddexp_p: Final[General] = define(
    General,
    "logaddexp.reduce",
    _logaddexp_reduce,
    lambda g, x, out, axis: g * weights(x, out, axis),
    batch=lambda _, x, axis: bind(_logaddexp_p, x, axis=shifted(axis)),
)


def _logaddexp(a: Array, axis: Axis, keepdims: bool) -> Array:
    shape = shape_of(a)
    axes = normalize_axes(axis, len(shape))
    out = bind(_logaddexp_p, a, axis=axes)
    return out if keepdims else reshape(out, tuple([n for i, n in enumerate(shape) if i not in axes]))


def _logaddexp2(a: Array, axis: Axis, keepdims: bool) -> Array:
    return _logaddexp(a * math.log(2), axis, keepdims) / math.log(2)


def _without_nan(reduction: Callable[..., Array], filler: float) -> Callable[..., Array]:
    """A reduction that leaves nan out, and gives nan where there is nothing else."""

    def reduced(a: Array, axis: Axis, keepdims: bool) -> Array:
        if a.dtype.kind != "f":
            return reduction(a, axis=axis, keepdims=keepdims)
        is_nan = np.isnan(a)
        out = reduction(choose(is_nan, filler, a), axis=axis, keepdims=keepdims)
        return choose(nondifferentiable(np.all, is_nan, axis=axis, keepdims=keepdims), np.nan, out)

    return reduced


REDUCTIONS: Final[dict[np.ufunc, Callable[..., Array]]] = {
    np.add: total,
    np.multiply: prod,
    np.maximum: largest,
    np.minimum: smallest,
    np.fmax: _without_nan(largest, -np.inf),
    np.fmin: _without_nan(smallest, np.inf),
    np.logaddexp: _logaddexp,
    np.logaddexp2: _logaddexp2,
}
"""The function of an array, axes and `keepdims` that computes `ufunc.reduce`."""


def in_dtype(name: str, x: Array, dtype: DTypeLike) -> Array:
    """An operand in the dtype that a ufunc is asked to compute in.

    Raises:
        TypeError: the dtype has no derivatives, or the conversion would lose the imaginary part.
    """
    target = np.dtype(dtype)
    if target.kind not in "fc":
        raise TypeError(
            f"{name} of a Variable: dtype={target} has no derivatives; pass pydezero.value(x) if none are needed"
        )
    source = as_plain(x).dtype if not isinstance(x, Variable) else x.dtype
    if not np.can_cast(source, target, "same_kind"):
        raise TypeError(f"{name} of a Variable: dtype={target} would lose the imaginary part of an operand of {source}")
    return astype(x, target)


def outer(_ufunc: np.ufunc, function: Callable[..., Array], x: Array, y: Array) -> Array:
    """The function of all pairs of an element of x with an element of y: the axes of x, then those of y."""
    # To NumPy numbers are arrays here, whose dtype counts.
    x, y = [v if type(v) is Variable or is_array(v) else beside(np.asarray(v), x, y) for v in (x, y)]
    return function(reshape(x, shape_of(x) + (1,) * len(shape_of(y))), y)


def reduce(
    ufunc: np.ufunc,
    function: Callable[..., Array],
    array: Array,
    axis: Axis = 0,
    keepdims: bool = False,
    initial: Array = None,
    where: Array = True,
) -> Array:
    """All elements along some axes, and `initial`, combined by the function.

    Raises:
        ValueError: the ufunc has no identity, and there is no element, or a `where` without an `initial`; or `where`
            does not broadcast to the shape of the array.
    """
    shape = shape_of(array)
    if not shape and axis in (0, -1):
        axis = ()  # NumPy takes a scalar for a vector here
    has_initial = initial is not None and initial is not _NoValue
    if where is not True:
        if np.broadcast_shapes(shape_of(where), shape) != shape:
            raise ValueError(f"{ufunc.__name__}.reduce: where= of shape {shape_of(where)} for an array of {shape}")
        if ufunc.identity is None and not has_initial:
            raise ValueError(f"{ufunc.__name__}.reduce has no identity: where= needs an initial= beside it")
        array = choose(where, array, astype(initial if ufunc.identity is None else ufunc.identity, array.dtype))
    if has_initial and not math.prod(shape):
        nothing = total(array, axis, keepdims=keepdims)
        return nothing + astype(initial, nothing.dtype)
    out = REDUCTIONS[ufunc](array, axis=axis, keepdims=keepdims)
    return function(out, astype(initial, out.dtype)) if has_initial else out


def accumulate(ufunc: np.ufunc, function: Callable[..., Array], array: Array, axis: int = 0) -> Array:
    """The reduction, for each element along an axis, of all elements up to it."""
    if not shape_of(array):
        raise TypeError(f"np.{ufunc.__name__}.accumulate: of a scalar there is nothing to accumulate")
    if ufunc in (np.add, np.multiply):
        return cumsum(array, axis) if ufunc is np.add else cumprod(array, axis)
    return moveaxis(_running(function, moveaxis(array, axis, -1)), -1, axis)


def _running(function: Callable[..., Array], x: Array) -> Array:
    """The combination, for each element along the last axis, of all elements up to it.

    The results at odd places are the running reduction of pairs of elements, and one more element makes those at even
    places. So the function is called about twice for each element, in a number of steps that is logarithmic.
    """
    shape = shape_of(x)
    if shape[-1] < 2:
        return x
    if shape[-1] % 2:
        before = _running(function, x[..., :-1])
        return concatenate([before, function(before[..., -1:], x[..., -1:])], axis=-1)
    odd = _running(function, function(x[..., ::2], x[..., 1::2]))
    even = concatenate([x[..., :1], function(odd[..., :-1], x[..., 2::2])], axis=-1)
    return reshape(stack([even, odd], axis=-1), shape)


def reduceat(
    ufunc: np.ufunc, function: Callable[..., Array], array: Array, indices: Sequence[int], axis: int = 0
) -> Array:
    """Reductions of slices along an axis, each from an index to the next one, the last one to the end.

    If the next index is not larger, the slice is the element at the index alone. Errors are those of NumPy.
    """
    shape = shape_of(array)
    axis = normalize_axis_index(axis, len(shape))
    starts = undifferentiated(indices)
    if type(starts) is Variable:
        raise TypeError(
            f"np.{ufunc.__name__}.reduceat: the indices depend on what is batched or traced, and the lengths of the "
            "slices with them; indices that are the same for all examples are plain integers"
        )
    counts = np.add.reduceat(np.ones(shape[axis], np.intp), starts)
    starts = np.asarray(starts, np.intp)
    front = (slice(None),) * axis
    if ufunc is np.add:
        return _sums_of_slices(array, starts, counts, axis, front)
    array = _promoted(ufunc, array)
    if not len(starts):
        return array[(*front, slice(0, 0))]
    slices = [array[(*front, slice(start, start + n))] for start, n in zip(starts, counts, strict=True)]
    return stack([REDUCTIONS[ufunc](x, axis=axis, keepdims=False) for x in slices], axis=axis)


def _sums_of_slices(array: Array, starts: Array, counts: Array, axis: int, front: Index) -> Array:
    """The sums of slices of an array, computed at once: each element is added to the sum of its slice."""
    shape = shape_of(array)
    of_slice = np.repeat(np.arange(len(starts)), counts)
    places = np.arange(len(of_slice)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    result_shape = (*shape[:axis], len(starts), *shape[axis + 1 :])
    return scatter(take(_promoted(np.add, array), places, axis), (*front, of_slice), result_shape)


def _promoted(ufunc: np.ufunc, array: Array) -> Array:
    """An array in the dtype of its reductions: sums and products of small integers are larger ones."""
    dtype: np.dtype[Any] = ufunc.reduce(np.ones(1, array.dtype)).dtype
    return array if array.dtype == dtype else array * dtype.type(1)


METHODS: Final[dict[str, Callable[..., Array]]] = {
    "accumulate": accumulate,
    "outer": outer,
    "reduce": reduce,
    "reduceat": reduceat,
}
"""The methods of a ufunc as functions of the ufunc, our function of its name, and the arguments."""
