"""The largest and the smallest element along axes; those that tie share the derivative."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.bind import bind
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.primitive import General, Nondifferentiable, define
from pydezero.core.roots import of_square
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.elementwise.slopes import varies
from pydezero.functions.indexing.indexing import getitem_rule
from pydezero.functions.reductions.sums import HALF, SINGLE, kept, of_batch, options
from pydezero.functions.shapes.shape import in_dtype

__all__ = [
    "amax",
    "amin",
    "max",
    "min",
]

# One element in so many is kept by its place; more of them by a mask, which is quicker then.
_SPARSE: Final = 8


def _extreme_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    """The cotangent shared evenly among the elements that are equal to the extreme one."""
    values, extreme = undifferentiated(x), undifferentiated(out)
    if type(values) is not Variable and x.shape and not out.shape and isinstance(g, np.ndarray | np.generic):
        chosen, count = _chosen_of_all(values, extreme)
        share = np.multiply(g, 1 / count)
        if _SPARSE * count > chosen.size or not isfinite(share):  # whose product with 0 is nan
            return chosen * share
        if count == 1:  # to find one element and write to it takes a fraction of the time that arrays of places take
            place = np.unravel_index(int(chosen.argmax()), chosen.shape)
            return IndexedCotangent([(tuple(map(int, place)), share)], getitem_rule, x.shape)
        return IndexedCotangent([(chosen.nonzero(), np.full(count, share))], getitem_rule, x.shape)
    if g.dtype == HALF:
        return in_dtype(_extreme_rule(in_dtype(g, SINGLE), x, out, axis), HALF)
    if type(values) is Variable:
        return kept(g, x.shape, axis) * bind(_shares_p, values, extreme, axis=axis, dtype=g.dtype)
    chosen, ties = _chosen(values, extreme, axis, g.dtype)
    return WORDS[type(chosen)].shared(kept(g, x.shape, axis), ties, chosen)


def _extreme_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, keepdims: KeepDims) -> Array:
    """The mean of the tangents of the elements that are equal to the extreme one."""
    (t,) = ts
    if t.dtype == HALF:
        return in_dtype(_extreme_tangent([in_dtype(t, SINGLE)], x, out, axis, keepdims), HALF)
    values, extreme = undifferentiated(x), undifferentiated(out)
    if type(values) is Variable:
        return np.sum(t * bind(_shares_p, values, extreme, axis=axis, dtype=t.dtype), axis=axis, keepdims=keepdims)
    if x.shape and not out.shape:
        chosen, count = _chosen_of_all(values, extreme)
        return np.sum(t[chosen if _SPARSE * count > chosen.size else np.nonzero(chosen)]) / count
    chosen, ties = _chosen(values, extreme, axis, t.dtype)
    return np.sum(t * (chosen / ties), axis=axis, keepdims=keepdims)


def _max(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    """`np.max`, without the two functions in Python that NumPy has in between."""
    if type(x) is np.ndarray:
        return np.maximum.reduce(x, axis=axis, keepdims=keepdims)
    return np.max(x, axis=axis, keepdims=keepdims)


def _min(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    """`np.min`, likewise."""
    if type(x) is np.ndarray:
        return np.minimum.reduce(x, axis=axis, keepdims=keepdims)
    return np.min(x, axis=axis, keepdims=keepdims)


def _power_of_max(x: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    return np.max(x, axis=axis, keepdims=keepdims) ** n


def _power_of_min(x: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    return np.min(x, axis=axis, keepdims=keepdims) ** n


def _slopes_of_power(x: Array, out: Array, axis: Axis, n: float, others: Array | int) -> Array:
    """The derivative of a power of an extreme element with respect to each, which share it where they tie.

    The base is the element and not the extreme one, so that those that tie share the second derivative, too. Elements
    that are not extreme have 0 times a power of `others`.
    """
    dtype = SINGLE if out.dtype == HALF else np.dtype(out.dtype)
    shares = bind(_shares_p, undifferentiated(x), undifferentiated(out), axis=axis, dtype=dtype)
    base = np.where(shares == 0, others, x)
    return n * shares * (base if n == 2 else base ** (n - 1))


def _power_of_extreme_rule(g: Array, x: Array, out: Array, axis: Axis, n: float) -> Array:
    if not varies(x):
        return _extreme_rule(of_square(g, out, n) * out, x, out, axis)
    # As without a power, a cotangent that is not finite is nan for all.
    others = kept(undifferentiated(out), x.shape, axis)
    return in_dtype(kept(g, x.shape, axis) * _slopes_of_power(x, out, axis, n, others), g.dtype)


def _power_of_extreme_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, keepdims: KeepDims, n: float) -> Array:
    (t,) = ts
    if not varies(x):
        return of_square(_extreme_tangent(ts, x, out, axis, keepdims), out, n) * out
    return in_dtype(np.sum(t * _slopes_of_power(x, out, axis, n, 0), axis=axis, keepdims=keepdims), t.dtype)


def _chosen_of_all(x: Array, extreme: Array) -> tuple[Array, int]:
    """A mask of the elements that are equal to the extreme element of the whole array, and their number."""
    chosen = np.equal(x, extreme)
    count = _count(chosen)
    if not count:  # nan is not equal to itself
        chosen = np.isnan(x)
        count = _count(chosen)
    return chosen, count


def _count(mask: Array) -> int:
    return int(np.count_nonzero(mask) if isinstance(mask, np.ndarray | np.generic) else mask.sum())


def _chosen(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """A mask of the elements that are equal to the extreme one, and the number of them: 1 where nothing ties."""
    extreme = kept(extreme, x.shape, axis)
    if not isinstance(x, np.ndarray | np.generic):  # elsewhere than on the host it takes longer to look at the numbers
        words = WORDS[type(x)]
        chosen = words.chosen(x, extreme, dtype)
        return chosen, words.sum(chosen, axis=axis, keepdims=True)
    chosen = np.equal(x, extreme)
    if np.count_nonzero(chosen) == extreme.size == np.count_nonzero(np.equal(extreme, extreme)):
        return chosen, dtype.type(1)  # to count along an axis takes longer than to find out that nothing ties
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
    _max,
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
    _min,
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(min_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    tangent=_extreme_tangent,
    chooses=True,
    power=_power_of_min_p,
)


@array_function
def max(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is larger; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> max(Variable(np.array([2.0, 3.0])))
    variable(3.0)
    """
    if initial is not None or where is not True:
        return options().max(a, axis=axis, keepdims=keepdims, initial=initial, where=where)
    return bind(max_p, a, axis=axis, keepdims=keepdims)


@array_function
def min(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is smaller; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> min(Variable(np.array([2.0, 3.0])))
    variable(2.0)
    """
    if initial is not None or where is not True:
        return options().min(a, axis=axis, keepdims=keepdims, initial=initial, where=where)
    return bind(min_p, a, axis=axis, keepdims=keepdims)


# NumPy's other names.
amax = max
amin = min
