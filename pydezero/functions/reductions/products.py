"""Products along axes, whose derivatives are right at zeros, too."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.reductions.sums import count_of, kept, of_batch, options, restored
from pydezero.functions.shapes.shape import axes_of_reduction

__all__ = [
    "prod",
]


def _prod_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    if _is_divisible(out):
        return kept(g * out, x.shape, axis) / x
    return restored(g, x.shape, axis) * _others(x, axis)


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
    axes = axes_of_reduction(axis, len(x.shape))
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


prod_p: Final[General] = define(
    General,
    "prod",
    np.prod,
    _prod_rule,
    batch=lambda _, x, axis, keepdims: bind(prod_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    tangent=_prod_tangent,
)


@array_function
def prod(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The product of the elements along some axes, all of them by default.

    Zeros among the elements are no obstacle to any derivative. The other parameters are those of `sum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> prod(Variable(np.array([2.0, 3.0])))
    variable(6.0)
    """
    if dtype is not None or initial is not None or where is not True:
        return options().prod(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)
    return bind(prod_p, a, axis=axis, keepdims=keepdims)
