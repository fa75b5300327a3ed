"""The primitives behind the reductions along axes, and their derivatives."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.primitive import General, Linear, Nondifferentiable, define
from pydezero.core.roots import of_square
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.core.variable import Variable, undifferentiated
from pydezero.functions.elementwise.slopes import kinks, no_slope, no_slope_of_tangent, varies
from pydezero.functions.indexing.indexing import getitem_rule
from pydezero.functions.shapes.shape import in_dtype, normalize_axes

# Up to this many elements NumPy takes longer to set up a broadcast view than to write the elements out.
_SMALL: Final = 1 << 10


_HALF: Final = np.dtype(np.float16)
# In half precision no count above 65,504 is finite, and none above 2,048 exact. NumPy reduces it in single precision,
# and so do the rules.
_SINGLE: Final = np.dtype(np.float32)


def kept(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """A result or cotangent of a reduction in the shape that keepdims gives it; a scalar broadcasts as it is."""
    if len(g.shape) in (0, len(x_shape)):
        return g
    axes = normalize_axes(axis, len(x_shape))
    return np.reshape(g, tuple([1 if i in axes else n for i, n in enumerate(x_shape)]))


def _restored(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """The cotangent of a reduction, repeated along the axes that were reduced."""
    g = kept(g, x_shape, axis)
    if isinstance(g, np.ndarray | np.generic) and math.prod(x_shape) <= _SMALL:
        return np.full(x_shape, g)
    return np.broadcast_to(g, x_shape)


def of_batch(axis: Axis, x: Array) -> tuple[int, ...]:
    """The axes of the examples of a batch that an `axis` argument names."""
    ndim = len(x.shape)
    return tuple(range(1, ndim)) if axis is None else shifted(normalize_axes(axis, ndim - 1))


def count_of(x_shape: tuple[int, ...], axis: Axis) -> int:
    """The number of elements that are reduced to one."""
    count = 1
    for i in normalize_axes(axis, len(x_shape)):
        count *= x_shape[i]
    return count


# One element in so many is kept by its place; more of them by a mask, which is quicker then.
_SPARSE: Final = 8


def _extreme_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    """The cotangent shared evenly among the elements that are equal to the extreme one."""
    values, extreme = undifferentiated(x), undifferentiated(out)
    if type(values) is not Variable and x.shape and not out.shape and isinstance(g, np.ndarray | np.generic):
        chosen, count = _chosen_of_all(values, extreme)
        share = np.multiply(g, 1 / count)
        if _SPARSE * count > chosen.size:
            return chosen * share
        places = chosen.nonzero()
        if count == 1:  # to write to one element takes a fraction of the time that arrays of places take
            return IndexedCotangent([(tuple([int(i[0]) for i in places]), share)], getitem_rule, x.shape)
        return IndexedCotangent([(places, np.full(count, share))], getitem_rule, x.shape)
    if g.dtype == _HALF:
        return in_dtype(_extreme_rule(in_dtype(g, _SINGLE), x, out, axis), _HALF)
    if type(values) is Variable:
        return kept(g, x.shape, axis) * bind(_shares_p, values, extreme, axis=axis, dtype=g.dtype)
    chosen, ties = _chosen(values, extreme, axis, g.dtype)
    return WORDS[type(chosen)].shared(kept(g, x.shape, axis), ties, chosen)


def _extreme_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, keepdims: KeepDims) -> Array:
    """The mean of the tangents of the elements that are equal to the extreme one."""
    (t,) = ts
    if t.dtype == _HALF:
        return in_dtype(_extreme_tangent([in_dtype(t, _SINGLE)], x, out, axis, keepdims), _HALF)
    values, extreme = undifferentiated(x), undifferentiated(out)
    if type(values) is Variable:
        return np.sum(t * bind(_shares_p, values, extreme, axis=axis, dtype=t.dtype), axis=axis, keepdims=keepdims)
    if x.shape and not out.shape:
        chosen, count = _chosen_of_all(values, extreme)
        return np.sum(t[chosen if _SPARSE * count > chosen.size else np.nonzero(chosen)]) / count
    chosen, ties = _chosen(values, extreme, axis, t.dtype)
    return np.sum(t * (chosen / ties), axis=axis, keepdims=keepdims)


def _power_of_max(x: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    return np.max(x, axis=axis, keepdims=keepdims) ** n


def _power_of_min(x: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    return np.min(x, axis=axis, keepdims=keepdims) ** n


def _slopes_of_power(x: Array, out: Array, axis: Axis, n: float) -> Array:
    """The derivative of a power of an extreme element with respect to each, which share it where they tie.

    The base is the element and not the extreme one, so that those that tie share the second derivative, too.
    """
    dtype = _SINGLE if out.dtype == _HALF else np.dtype(out.dtype)
    shares = bind(_shares_p, undifferentiated(x), undifferentiated(out), axis=axis, dtype=dtype)
    base = np.where(shares == 0, 0, x)
    return n * shares * (base if n == 2 else base ** (n - 1))


def _power_of_extreme_rule(g: Array, x: Array, out: Array, axis: Axis, n: float) -> Array:
    if not varies(x):
        return _extreme_rule(of_square(g, out, n) * out, x, out, axis)
    return in_dtype(kept(g, x.shape, axis) * _slopes_of_power(x, out, axis, n), g.dtype)


def _power_of_extreme_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    (t,) = ts
    if not varies(x):
        return of_square(_extreme_tangent(ts, x, out, axis, keepdims), out, n) * out
    return in_dtype(np.sum(t * _slopes_of_power(x, out, axis, n), axis=axis, keepdims=keepdims), t.dtype)


def _chosen_of_all(x: Array, extreme: Array) -> tuple[Array, int]:
    """A mask of the elements that are equal to the extreme one of them all, and the number of them."""
    chosen = np.equal(x, extreme)
    count = int(np.count_nonzero(chosen))
    if not count:  # nan is not equal to itself
        chosen = np.isnan(x)
        count = int(np.count_nonzero(chosen))
    return chosen, count


def _chosen(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """A mask of the elements that are equal to the extreme one, and the number of them."""
    extreme = kept(extreme, x.shape, axis)
    if not isinstance(x, np.ndarray | np.generic):  # elsewhere than on the host it takes longer to look at the numbers
        words = WORDS[type(x)]
        chosen = words.chosen(x, extreme, dtype)
        return chosen, words.sum(chosen, axis=axis, keepdims=True)
    chosen = np.equal(x, extreme)
    ties = np.add.reduce(chosen, axis=axis, keepdims=True, dtype=dtype.type)
    if not np.all(ties):  # nan is not equal to itself
        chosen = chosen | np.isnan(x)
        ties = np.add.reduce(chosen, axis=axis, keepdims=True, dtype=dtype.type)
    return chosen, ties


def _shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> Array:
    """The part of the cotangent that each element gets."""
    chosen, ties = _chosen(x, extreme, axis, dtype)
    return chosen / ties


_shares_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "shares",
    _shares,
    None,
    batch=lambda _, x, extreme, axis, dtype: bind(_shares_p, x, extreme, axis=of_batch(axis, x), dtype=dtype),
)


def _prod_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    if _is_divisible(out):
        return kept(g * out, x.shape, axis) / x
    return _restored(g, x.shape, axis) * _others(x, axis)


def _prod_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, keepdims: KeepDims) -> Array:
    (t,) = ts
    if _is_divisible(out):
        return out * np.sum(t / x, axis=axis, keepdims=keepdims)
    return np.sum(t * _others(x, axis), axis=axis, keepdims=keepdims)


def _is_divisible(product: Array) -> bool:
    """Whether a product divided by one of its elements is that of the others: nothing is zero, nor rounded to zero."""
    value = undifferentiated(product)
    if type(value) is Variable or value.dtype.kind not in "fc":  # a batch or a trace has no values to look at
        return False
    magnitude = abs(value)
    return bool(np.all((magnitude >= np.finfo(magnitude.dtype).tiny) & (magnitude < np.inf)))


def _others(x: Array, axis: Axis) -> Array:
    """The product of all other elements along the axes, for each element."""
    axes = normalize_axes(axis, len(x.shape))
    rest = tuple(i for i in range(len(x.shape)) if i not in axes)
    order = rest + axes
    front = tuple(x.shape[i] for i in rest)
    others = _products_of_others(np.reshape(np.transpose(x, order), (*front, count_of(x.shape, axis))))
    others = np.reshape(others, tuple(x.shape[i] for i in order))
    return np.transpose(others, tuple(np.argsort(order).tolist()))


def _products_of_others(x: Array) -> Array:
    """The product of all other elements along the last axis, for each element.

    It is computed by products of pairs, of pairs of pairs, and so on, and never by division, so that it is right at
    zeros, and so are all further derivatives.
    """
    n = x.shape[-1]
    if n <= 1:
        return np.ones_like(x)
    even, odd, last = x[..., : n - n % 2 : 2], x[..., 1::2], x[..., n - n % 2 :]
    others = _products_of_others(np.concatenate([even * odd, last], axis=-1))
    of_pairs = others[..., : n // 2]
    pairs = np.stack([of_pairs * odd, of_pairs * even], axis=-1)
    return np.concatenate([np.reshape(pairs, (*x.shape[:-1], n - n % 2)), others[..., n // 2 :]], axis=-1)


def _mean_rule(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    count = count_of(x_shape, axis)
    g = in_dtype(in_dtype(g, _SINGLE) / count, _HALF) if g.dtype == _HALF else g / count
    return _restored(g, x_shape, axis)


def _var_rule(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    if g.dtype == _HALF:
        return in_dtype(_var_rule(in_dtype(g, _SINGLE), in_dtype(x, _SINGLE), axis, ddof), _HALF)
    return _deviation(x, axis) * kept(g * _var_factor(x.shape, axis, ddof), x.shape, axis)


def _var_tangent(ts: list[Array], x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    if ts[0].dtype == _HALF:
        moved = _var_tangent([in_dtype(ts[0], _SINGLE)], in_dtype(x, _SINGLE), axis, ddof, keepdims)
        return in_dtype(moved, _HALF)
    if axis is None and not keepdims:  # a product of vectors is quicker
        total = np.ravel(_deviation(x, axis)) @ np.ravel(ts[0])
    else:
        total = np.sum(_deviation(x, axis) * ts[0], axis=axis, keepdims=keepdims)
    return total * _var_factor(x.shape, axis, ddof)


def _var_factor(x_shape: tuple[int, ...], axis: Axis, ddof: float) -> float:
    """What a deviation is multiplied by; nan for so few elements that the variance is."""
    freedom = count_of(x_shape, axis) - float(ddof)  # a number of a narrow dtype would round or wrap around
    return 2 / freedom if freedom > 0 else math.nan


def _deviation(x: Array, axis: Axis) -> Array:
    """The difference of each element from the mean, conjugated."""
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    return np.conjugate(deviation) if deviation.dtype.kind == "c" else deviation


# Where all elements are equal there is no derivative; like that of absolute at 0, it is taken to be 0.
def _std_rule(g: Array, x: Array, out: Array, axis: Axis, ddof: float) -> Array:
    if g.dtype == _HALF:
        x = in_dtype(x, _SINGLE)
        out = np.reshape(np.std(x, axis=axis, ddof=ddof), out.shape)  # where that in half precision is infinite, too
        return in_dtype(_std_rule(in_dtype(g, _SINGLE), x, out, axis, ddof), _HALF)
    is_zero = _is_zero(x, out, axis)
    if is_zero is None:
        return _var_rule(0.5 * g / out, x, axis, ddof)
    found = _var_rule(np.where(is_zero, 0, 0.5 * g / np.where(is_zero, 1, out)), x, axis, ddof)
    at = kinks(g, is_zero)
    return found if at is None else found + no_slope(_deviation(x, axis), kept(at, x.shape, axis))


def _std_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    if ts[0].dtype == _HALF:
        x = in_dtype(x, _SINGLE)
        out = np.std(x, axis=axis, ddof=ddof, keepdims=keepdims)
        return in_dtype(_std_tangent([in_dtype(ts[0], _SINGLE)], x, out, axis, ddof, keepdims), _HALF)
    is_zero = _is_zero(x, out, axis)
    moved = _var_tangent(ts, x, axis, ddof, keepdims) * 0.5
    if is_zero is None:
        return moved / out
    at, deviation = kept(is_zero, x.shape, axis), _deviation(x, axis)
    of_kinks = np.sum(np.real(no_slope_of_tangent(deviation, ts[0], at)), axis=axis, keepdims=keepdims)
    return np.where(is_zero, 0, moved / np.where(is_zero, 1, out)) + of_kinks


def _power_of_std(x: Array, axis: Axis, ddof: float, keepdims: KeepDims, n: float) -> Array:
    return np.std(x, axis=axis, ddof=ddof, keepdims=keepdims) ** n


def _power_of_std_rule(g: Array, x: Array, out: Array, axis: Axis, ddof: float, n: float) -> Array:
    return _var_rule(0.5 * of_square(g, out, n), x, axis, ddof)


def _power_of_std_tangent(
    ts: list[Array], x: Array, out: Array, axis: Axis, ddof: float, keepdims: KeepDims, n: float
) -> Array:
    return 0.5 * of_square(_var_tangent(ts, x, axis, ddof, keepdims), out, n)


def _is_zero(x: Array, deviation: Array, axis: Axis) -> Array | None:
    """Where a standard deviation is zero but for rounding, that of their mean; None if nowhere."""
    if not count_of(x.shape, axis):
        return None
    values, size = undifferentiated(x), undifferentiated(deviation)
    if type(values) is not Variable and type(size) is not Variable:
        axes = normalize_axes(axis, len(values.shape))
        first = values[tuple([slice(0, 1) if i in axes else slice(None) for i in range(len(values.shape))])]
        # Far quicker than to look at all elements, and enough of nearly all arrays.
        if np.all(size > 1e-3 * np.reshape(abs(first), size.shape)):
            return None
    is_zero: Array = np.reshape(are_equal(values, axis), size.shape) & (size == size)
    return is_zero


def are_equal(x: Array, axis: Axis, mask: Array | None = None) -> Array:
    """Whether all elements along axes are equal, with the axes kept; those that a mask leaves out do not count."""
    if x.dtype.kind == "c":
        return are_equal(np.real(x), axis, mask) & are_equal(np.imag(x), axis, mask)
    lowest, highest = (x, x) if mask is None else (np.where(mask, x, np.inf), np.where(mask, x, -np.inf))
    equal: Array = np.max(highest, axis=axis, keepdims=True) <= np.min(lowest, axis=axis, keepdims=True)
    return equal


sum_p: Final[Linear] = define(
    Linear,
    "sum",
    np.add.reduce,  # which np.sum would call after two functions in Python
    lambda g, x_shape, axis: _restored(g, x_shape, axis),
    batch=lambda _, x, axis, keepdims: bind(sum_p, x, axis=of_batch(axis, x), keepdims=keepdims),
)
mean_p: Final[Linear] = define(
    Linear,
    "mean",
    np.mean,
    _mean_rule,
    batch=lambda _, x, axis, keepdims: bind(mean_p, x, axis=of_batch(axis, x), keepdims=keepdims),
)
prod_p: Final[General] = define(
    General,
    "prod",
    np.prod,
    _prod_rule,
    batch=lambda _, x, axis, keepdims: bind(prod_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    tangent=_prod_tangent,
)
_power_of_max_p: Final[General] = define(
    General,
    "max.power",
    _power_of_max,
    _power_of_extreme_rule,
    batch=lambda _, x, axis, keepdims, n: bind(_power_of_max_p, x, axis=of_batch(axis, x), keepdims=keepdims, n=n),
    tangent=_power_of_extreme_tangent,
    chooses=True,
)
max_p: Final[General] = define(
    General,
    "max",
    np.max,
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(max_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    tangent=_extreme_tangent,
    chooses=True,
    power=_power_of_max_p,
)
_power_of_min_p: Final[General] = define(
    General,
    "min.power",
    _power_of_min,
    _power_of_extreme_rule,
    batch=lambda _, x, axis, keepdims, n: bind(_power_of_min_p, x, axis=of_batch(axis, x), keepdims=keepdims, n=n),
    tangent=_power_of_extreme_tangent,
    chooses=True,
)
min_p: Final[General] = define(
    General,
    "min",
    np.min,
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(min_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    tangent=_extreme_tangent,
    chooses=True,
    power=_power_of_min_p,
)
var_p: Final[General] = define(
    General,
    "var",
    np.var,
    _var_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(var_p, x, axis=of_batch(axis, x), ddof=ddof, keepdims=keepdims),
    tangent=_var_tangent,
)
_power_of_std_p: Final[General] = define(
    General,
    "std.power",
    _power_of_std,
    _power_of_std_rule,
    batch=lambda _, x, axis, ddof, keepdims, n: bind(
        _power_of_std_p, x, axis=of_batch(axis, x), ddof=ddof, keepdims=keepdims, n=n
    ),
    tangent=_power_of_std_tangent,
)
std_p: Final[General] = define(
    General,
    "std",
    np.std,
    _std_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(std_p, x, axis=of_batch(axis, x), ddof=ddof, keepdims=keepdims),
    tangent=_std_tangent,
    power=_power_of_std_p,
)
