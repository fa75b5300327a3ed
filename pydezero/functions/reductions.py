"""Reductions along axes, and running sums."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.cotangent import Pending
from pydezero.core.primitive import General, Linear, Plain, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, Operand
from pydezero.core.variable import Variable, shape_of, undifferentiated
from pydezero.functions.indexing import getitem_rule
from pydezero.functions.shape import normalize_axes, normalize_axis

__all__ = [
    "cumsum",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]

# Up to this many elements NumPy takes longer to set up a broadcast view than to write the elements out.
_SMALL: Final = 1 << 10


def _kept(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """A result or cotangent of a reduction, as if it had been made with keepdims; a scalar broadcasts as it is."""
    if len(g.shape) in (0, len(x_shape)):
        return g
    axes = normalize_axes(axis, len(x_shape))
    return np.reshape(g, tuple([1 if i in axes else n for i, n in enumerate(x_shape)]))


def _restored(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """The cotangent of a reduction, along the axes that were reduced again."""
    kept = _kept(g, x_shape, axis)
    if isinstance(kept, np.ndarray | np.generic) and math.prod(x_shape) <= _SMALL:
        return np.full(x_shape, kept)
    return np.broadcast_to(kept, x_shape)


def _of_batch(axis: Axis, x: Array) -> tuple[int, ...]:
    """The axes of the examples of a batch that an `axis` argument names."""
    return shifted(normalize_axes(axis, len(x.shape) - 1))


def _count(x_shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements are reduced to one."""
    count = 1
    for i in normalize_axes(axis, len(x_shape)):
        count *= x_shape[i]
    return count


def _extreme_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    """The cotangent shared evenly among the elements that are equal to the extreme one."""
    values, extreme = undifferentiated(x), undifferentiated(out)
    if type(values) is Variable:
        return _kept(g, x.shape, axis) * bind(_shares_p, values, extreme, axis=axis, dtype=g.dtype)
    if x.shape and not out.shape and isinstance(g, np.ndarray | np.generic):
        chosen = np.equal(values, extreme)
        where = np.nonzero(chosen if np.any(chosen) else np.isnan(values))  # nan is not equal to itself
        shares = np.full(len(where[0]), 1 / len(where[0]), g.dtype)
        return Pending([(where, g * shares)], getitem_rule, x.shape)
    chosen, ties = _chosen(values, extreme, axis, g.dtype)
    return _kept(g, x.shape, axis) / ties * chosen


def _chosen(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """Whether an element is an extreme one, and how many of them tie for it."""
    chosen = np.equal(x, _kept(extreme, x.shape, axis))
    ties = np.add.reduce(chosen, axis=axis, keepdims=True, dtype=dtype)
    if not np.all(ties):  # nan is not equal to itself
        chosen = chosen | np.isnan(x)
        ties = np.add.reduce(chosen, axis=axis, keepdims=True, dtype=dtype)
    return chosen, ties


def _shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> Array:
    """The part of the cotangent that each element gets."""
    chosen, ties = _chosen(x, extreme, axis, dtype)
    return chosen / ties


_shares_p: Final[Plain] = define(
    Plain,
    "shares",
    _shares,
    None,
    batch=lambda _, x, extreme, axis, dtype: bind(_shares_p, x, extreme, axis=_of_batch(axis, x), dtype=dtype),
)


def _prod_rule(g: Array, x: Array, axis: Axis) -> Array:
    axes = normalize_axes(axis, len(x.shape))
    rest = tuple(i for i in range(len(x.shape)) if i not in axes)
    order = rest + axes
    front = tuple(x.shape[i] for i in rest)
    others = _products_of_others(np.reshape(np.transpose(x, order), (*front, _count(x.shape, axis))))
    others = np.reshape(others, tuple(x.shape[i] for i in order))
    return _restored(g, x.shape, axis) * np.transpose(others, tuple(np.argsort(order).tolist()))


def _products_of_others(x: Array) -> Array:
    """For each element the product of all others along the last axis.

    By products of pairs, of pairs of pairs, and so on, and never by division, so that zeros are right, and all further
    derivatives at them.
    """
    n = x.shape[-1]
    if n <= 1:
        return np.ones_like(x)
    even, odd, last = x[..., : n - n % 2 : 2], x[..., 1::2], x[..., n - n % 2 :]
    others = _products_of_others(np.concatenate([even * odd, last], axis=-1))
    of_pairs = others[..., : n // 2]
    pairs = np.stack([of_pairs * odd, of_pairs * even], axis=-1)
    return np.concatenate([np.reshape(pairs, (*x.shape[:-1], n - n % 2)), others[..., n // 2 :]], axis=-1)


def _var_rule(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    deviation = np.conjugate(x - np.mean(x, axis=axis, keepdims=True))
    return _restored(g * (2 / (_count(x.shape, axis) - ddof)), x.shape, axis) * deviation


def _std_rule(g: Array, x: Array, out: Array, axis: Axis, ddof: float) -> Array:
    # Where all elements are equal there is no derivative; like that of absolute at 0, it is taken to be 0.
    return _var_rule(0.5 * g / np.where(out == 0, 1, out), x, axis, ddof)


def _cumsum_rule(g: Array, x_shape: tuple[int, ...], axis: int | None) -> Array:
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], x_shape)
    backwards = (slice(None),) * axis + (slice(None, None, -1),)
    return np.cumsum(g[backwards], axis=axis)[backwards]


_sum_p: Final[Linear] = define(
    Linear,
    "sum",
    lambda x, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, x_shape, axis: _restored(g, x_shape, axis),
    batch=lambda _, x, axis, keepdims: bind(_sum_p, x, axis=_of_batch(axis, x), keepdims=keepdims),
)
_mean_p: Final[Linear] = define(
    Linear,
    "mean",
    lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    lambda g, x_shape, axis: _restored(g / _count(x_shape, axis), x_shape, axis),
    batch=lambda _, x, axis, keepdims: bind(_mean_p, x, axis=_of_batch(axis, x), keepdims=keepdims),
)
_prod_p: Final[General] = define(
    General,
    "prod",
    lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    _prod_rule,
    batch=lambda _, x, axis, keepdims: bind(_prod_p, x, axis=_of_batch(axis, x), keepdims=keepdims),
)
_max_p: Final[General] = define(
    General,
    "max",
    lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(_max_p, x, axis=_of_batch(axis, x), keepdims=keepdims),
)
_min_p: Final[General] = define(
    General,
    "min",
    lambda x, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(_min_p, x, axis=_of_batch(axis, x), keepdims=keepdims),
)
_var_p: Final[General] = define(
    General,
    "var",
    lambda x, axis, ddof, keepdims: np.var(x, axis=axis, ddof=ddof, keepdims=keepdims),
    _var_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(_var_p, x, axis=_of_batch(axis, x), ddof=ddof, keepdims=keepdims),
)
_std_p: Final[General] = define(
    General,
    "std",
    lambda x, axis, ddof, keepdims: np.std(x, axis=axis, ddof=ddof, keepdims=keepdims),
    _std_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(_std_p, x, axis=_of_batch(axis, x), ddof=ddof, keepdims=keepdims),
)
_cumsum_p: Final[Linear] = define(
    Linear,
    "cumsum",
    lambda x, axis: np.cumsum(x, axis=axis),
    _cumsum_rule,
    batch=lambda _, x, axis: bind(
        _cumsum_p, np.reshape(x, (len(x), -1)) if axis is None else x, axis=1 if axis is None else axis + 1
    ),
)


@array_function
def sum(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The sum of the elements along some axes, all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sum(Variable(np.ones((2, 3))), axis=0)
    variable([2. 2. 2.])
    """
    return bind(_sum_p, a, axis=axis, keepdims=keepdims)


@array_function
def mean(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The arithmetic mean of the elements along some axes, all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> mean(Variable(np.array([1.0, 3.0])))
    variable(2.0)
    """
    return bind(_mean_p, a, axis=axis, keepdims=keepdims)


@array_function
def prod(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The product of the elements along some axes, all of them by default.

    Zeros among the elements are no obstacle to any derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> prod(Variable(np.array([2.0, 3.0])))
    variable(6.0)
    """
    return bind(_prod_p, a, axis=axis, keepdims=keepdims)


@array_function
def max(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest element along some axes; elements that tie for it share the derivative evenly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> max(Variable(np.array([2.0, 3.0])))
    variable(3.0)
    """
    return bind(_max_p, a, axis=axis, keepdims=keepdims)


@array_function
def min(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The smallest element along some axes; elements that tie for it share the derivative evenly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> min(Variable(np.array([2.0, 3.0])))
    variable(2.0)
    """
    return bind(_min_p, a, axis=axis, keepdims=keepdims)


@array_function
def var(a: Operand, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Array:
    """The variance along some axes: the mean of the squared magnitudes of the deviations from the mean.

    The sum of squares is divided by the number of elements less `ddof`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> var(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    return bind(_var_p, a, axis=axis, ddof=ddof, keepdims=keepdims)


@array_function
def std(a: Operand, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Array:
    """The standard deviation along some axes, the root of `var`; where it is 0 its derivative is taken to be 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> std(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    return bind(_std_p, a, axis=axis, ddof=ddof, keepdims=keepdims)


@array_function
def cumsum(a: Operand, axis: int | None = None) -> Array:
    """The running sum along an axis, or over all elements in one axis by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumsum(Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 3. 6.])
    """
    return bind(_cumsum_p, a, axis=axis if axis is None else normalize_axis(axis, len(shape_of(a))))
