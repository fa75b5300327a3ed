"""Norms of vectors and matrices, and condition numbers.

Where a norm has no derivative because it, or an element, is 0, that part of the derivative is taken to be 0, like the
derivative of `absolute` at 0.
"""

from __future__ import annotations

import math
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.primitive import General, Nondifferentiable, define
from pydezero.core.roots import of_square
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.core.variable import Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent
from pydezero.functions.linalg.matrices import check_matrices, conj, identity_like, zero_tolerance
from pydezero.functions.linalg.singular_values import svdvals
from pydezero.functions.shapes.shape import normalize_axes, reshape

__all__ = [
    "cond",
    "matrix_norm",
    "norm",
    "vector_norm",
]

Order: TypeAlias = float | Literal["fro", "f", "nuc"] | None


def _euclidean(x: Array, axis: tuple[int, ...], keepdims: KeepDims) -> Array:
    if len(axis) == x.ndim and not keepdims:
        return np.linalg.norm(x)
    squares: Array = np.real(conj(x) * x)
    return np.sqrt(np.sum(squares, axis=axis, keepdims=keepdims))


def _p_norm(x: Array, axis: tuple[int, ...], order: float) -> Array:
    total = np.add.reduce(np.abs(x) ** order, axis=axis, keepdims=True)
    return total ** np.reciprocal(order, dtype=total.dtype)


def _euclidean_rule(g: Array, x: Array, out: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    at_zero = undifferentiated(out) == 0
    scale, at = _per_norm(g, out, at_zero), kinks(g, at_zero)
    if out.shape and not keepdims:
        scale = np.expand_dims(scale, axis)
        at = None if at is None else np.expand_dims(at, axis)
    found = scale * conj(x)
    return found if at is None else found + no_slope(conj(x), at)


def _along(t: Array, x: Array, out: Array, axis: tuple[int, ...], keepdims: KeepDims) -> Array:
    """The products of tangents and vectors."""
    if len(axis) == x.ndim:
        return np.reshape(np.ravel(conj(x)) @ np.ravel(t), out.shape)
    return np.sum(conj(x) * t, axis=axis, keepdims=keepdims)


def _euclidean_tangent(ts: list[Array], x: Array, out: Array, axis: tuple[int, ...], keepdims: KeepDims) -> Array:
    at_zero = undifferentiated(out) == 0
    found = _per_norm(_along(ts[0], x, out, axis, keepdims), out, at_zero)
    if not may_hold(at_zero):
        return found
    at = np.expand_dims(at_zero, axis) if out.shape and not keepdims else at_zero
    of_kinks = no_slope_of_tangent(x, ts[0], at)
    return found + np.reshape(np.sum(np.real(of_kinks), axis=axis, keepdims=keepdims), out.shape)


def _per_norm(t: Array, out: Array, is_zero: Array) -> Array:
    """t divided by a norm, and 0 where that is 0."""
    if may_hold(is_zero):
        return np.where(is_zero, 0, t / np.where(is_zero, 1, out))
    return t / out


def _p_norm_slopes(x: Array, out: Array, order: float) -> Array:
    """The derivative of a norm with respect to each element, 0 where the norm is 0."""
    # The ratio of an element to the norm overflows for no order.
    magnitude = np.abs(x)
    at_zero = undifferentiated(magnitude) == 0
    if not may_hold(at_zero) and not may_hold(undifferentiated(out) == 0):
        return (magnitude / out) ** (order - 1) * (conj(x) / magnitude)
    magnitude = np.where(at_zero, 1, magnitude)
    ratio = magnitude / np.where(undifferentiated(out) == 0, 1, out)
    direction = conj(x) / magnitude
    if may_hold(at_zero):
        # With an order above 2 the power falls to 0 faster than x does.
        direction = np.where(at_zero, 0 if order > 2 else no_slope(direction, at_zero), direction)
    return np.where(undifferentiated(out) == 0, 0, ratio ** (order - 1) * direction)


def _p_norm_rule(g: Array, x: Array, out: Array, order: float) -> Array:
    found, at = g * _p_norm_slopes(x, out, order), kinks(g, undifferentiated(out) == 0)
    return found if at is None else found + no_slope(conj(x), at)


def _p_norm_tangent(ts: list[Array], x: Array, out: Array, axis: tuple[int, ...], order: float) -> Array:
    of_each, at_zero = ts[0] * _p_norm_slopes(x, out, order), undifferentiated(out) == 0
    if may_hold(at_zero):
        of_each = of_each + no_slope_of_tangent(x, ts[0], at_zero)
    return np.sum(np.real(of_each), axis=axis, keepdims=True)


def _power_of_euclidean(x: Array, axis: tuple[int, ...], keepdims: KeepDims, n: float) -> Array:
    return _euclidean(x, axis, keepdims) ** n


def _power_of_euclidean_rule(g: Array, x: Array, out: Array, axis: tuple[int, ...], keepdims: bool, n: float) -> Array:
    scale = of_square(g, out, n)
    return (np.expand_dims(scale, axis) if out.shape and not keepdims else scale) * conj(x)


_power_of_euclidean_p: Final[General] = define(
    General,
    "euclidean_norm.power",
    _power_of_euclidean,
    _power_of_euclidean_rule,
    batch=lambda _, x, axis, keepdims, n: bind(_power_of_euclidean_p, x, axis=shifted(axis), keepdims=keepdims, n=n),
    tangent=lambda ts, x, out, axis, keepdims, n: of_square(_along(ts[0], x, out, axis, keepdims), out, n),
)
_euclidean_p: Final[General] = define(
    General,
    "euclidean_norm",
    _euclidean,
    _euclidean_rule,
    batch=lambda _, x, axis, keepdims: bind(_euclidean_p, x, axis=shifted(axis), keepdims=keepdims),
    tangent=_euclidean_tangent,
    power=_power_of_euclidean_p,
)
# Here the axes that are reduced are kept, with length 1.
_p_norm_p: Final[General] = define(
    General,
    "p_norm",
    _p_norm,
    _p_norm_rule,
    batch=lambda _, x, axis, order: bind(_p_norm_p, x, axis=shifted(axis), order=order),
    tangent=_p_norm_tangent,
)


def _of_vectors(x: Array, order: Order, axis: tuple[int, ...]) -> Array:
    """A norm of the elements along some axes, which may be kept with length 1."""
    if isinstance(order, str):
        raise ValueError(f"linalg.norm: {order!r} is a norm of matrices, not of vectors; give a number or None")
    if order == math.inf:
        return _largest(np.abs(_without_smaller_zeros(x, axis)), axis)
    if order == -math.inf:
        return _smallest(np.abs(x), axis)
    if order == 0:
        return _total(np.sign(np.abs(x)), axis)
    if order == 1:
        return _total(np.abs(x), axis)
    return bind(_p_norm_p, x, axis=axis, order=order)


def _largest(x: Array, axis: Axis) -> Array:
    """The largest of numbers that are not negative, 0 where there are none."""
    if 0 in x.shape:
        return _total(x, axis)
    return np.max(x, axis=axis, keepdims=True)


def _stand_ins(x: Array, axis: Axis) -> Array:
    """Numbers that are smaller than the largest magnitude, for the zeros that are smaller; 0 for all other elements."""
    sizes = np.abs(x)
    largest = np.max(sizes, axis=axis, keepdims=True)
    return np.where((sizes == 0) & (largest > 0), np.minimum(0.5 * largest, 1), 0)


_stand_ins_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "stand_ins", _stand_ins, None, batch=lambda _, x, axis: bind(_stand_ins_p, x, axis=shifted(axis))
)


def _without_smaller_zeros(x: Array, axis: Axis) -> Array:
    """x with other small numbers for the zeros, unless these are the largest.

    They take no part in the norm. But a magnitude has a kink at 0, where its second derivative may not be known.
    """
    if type(x) is not Variable or (x.node.has_one_value and type(x._value) is not Variable) or 0 in x.shape:
        return x  # it is not differentiated twice
    stand_ins = bind(_stand_ins_p, undifferentiated(x), axis=axis)
    taken = stand_ins != 0
    return where(taken, stand_ins, x) if may_hold(taken) else x


def _smallest(x: Array, axis: Axis) -> Array:
    return np.min(x, axis=axis, keepdims=True)


def _total(x: Array, axis: Axis) -> Array:
    return np.sum(x, axis=axis, keepdims=True)


def _of_matrices(x: Array, order: Order, axis: tuple[int, ...]) -> Array:
    """A norm of the matrices in two axes, of which any may be kept with length 1."""
    if order in (1, -1, math.inf, -math.inf):
        summed, rest = axis if abs(order) == 1 else axis[::-1]
        sums = _total(np.abs(x), summed)
        return (_largest if order in (1, math.inf) else _smallest)(sums, rest)
    if order not in (2, -2, "nuc"):
        raise ValueError(
            f"linalg.norm: {order!r} is no norm of matrices; give None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        )
    reduced = {2: _largest, -2: _smallest, "nuc": _total}[order]
    if axis != (len(x.shape) - 2, len(x.shape) - 1):
        x = np.moveaxis(x, axis, (-2, -1))
    return reduced(svdvals(x), -1)


def _inexact(x: Array) -> Array:
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


def _of_axes(x: Array, order: Order, axis: Axis, keepdims: bool, *, of_vectors: bool) -> Array:
    axes = normalize_axes(axis, len(x.shape))
    x = _inexact(x)
    if order is None or (order == 2 if of_vectors else order in ("fro", "f")):
        return bind(_euclidean_p, x, axis=axes, keepdims=keepdims)
    found = _of_vectors(x, order, axes) if of_vectors else _of_matrices(x, order, axes)
    lengths = enumerate(x.shape)
    return reshape(found, [1 if i in axes else length for i, length in lengths if keepdims or i not in axes])


@array_function
@without_variables(np.linalg.norm)
def norm(x: Array, ord: Order = None, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Array:
    """A norm of a vector or matrix, or of the vectors or matrices in one or two axes.

    Args:
        x: an array; without `axis` it has one or two axes, or any number if there is no `ord` either.
        ord: the order. Of vectors the sum of abs(x)**ord to the power of 1 / ord: any number, with inf the largest and
            -inf the smallest magnitude, 0 the number of elements that are not 0 (whose derivative is 0). Of matrices
            "fro" (the root of the sum of squares), "nuc" (the sum of the singular values), 2 and -2 (the largest and
            smallest of them), 1 and -1 (the largest and smallest sum of magnitudes of a column), inf and -inf (of a
            row). By default the root of the sum of squares.
        axis: the axis of the vectors, or the two axes of the matrices.
        keepdims: keep the axes that are reduced, with length 1.

    The derivative of a norm at 0 is taken to be 0, and so is that with respect to an element that is 0 where the order
    is below 2. Elements, and singular values, that tie for the largest or the smallest share the derivative evenly.
    The second derivative of a smooth function of a norm is nan where the norm is 0, and where an element of a norm of
    order 1 is; but that of powers (`norm(x) ** 2`) is right there for the default order.

    Raises:
        ValueError: there is no norm of this order, or of this number of axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> norm(Variable(np.array([3.0, 4.0])))
    variable(5.0)
    """
    ndim = x.ndim
    if axis is None and ord is None:
        return bind(_euclidean_p, _inexact(x), axis=tuple(range(ndim)), keepdims=keepdims)
    count = ndim if axis is None else len(axis) if isinstance(axis, tuple) else 1
    if count not in (1, 2):
        raise ValueError(
            f"linalg.norm: ord={ord!r} of {count} axes (x has the shape {x.shape}); a vector has one and a matrix two. "
            "np.linalg.vector_norm takes any number of axes"
        )
    return _of_axes(x, ord, axis, keepdims, of_vectors=count == 1)


@array_function
@without_variables(np.linalg.matrix_norm)
def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Order = "fro") -> Array:
    """A norm of a matrix, or of each of a stack of them; see `norm` for the orders.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_norm(Variable(np.array([[3.0, 0.0], [0.0, 4.0]])), ord="nuc")
    variable(7.0)
    """
    check_matrices("matrix_norm", shape_of(x))
    return _of_axes(x, ord, (-2, -1), keepdims, of_vectors=False)


@array_function
@without_variables(np.linalg.vector_norm)
def vector_norm(
    x: Array, /, *, axis: int | tuple[int, ...] | None = None, keepdims: bool = False, ord: Order = 2
) -> Array:
    """A norm of the elements along any number of axes, all of them by default; see `norm` for the orders.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vector_norm(Variable(np.array([[3.0, 0.0], [0.0, 4.0]])), ord=1)
    variable(7.0)
    """
    return _of_axes(x, ord, axis, keepdims, of_vectors=True)


def _is_singular(x: Array, p: Any) -> Array:
    """A mask of where a condition number is infinite, or would be but for rounding."""
    infinite = np.isinf(np.linalg.cond(x, p))
    if p == -2:  # the reciprocal of the usual one
        return infinite
    known = np.isfinite(x).all(axis=(-2, -1))  # of the others NumPy's svd raises
    s = np.linalg.svd(np.where(known[..., np.newaxis, np.newaxis], x, 0), compute_uv=False)
    singular: Array = infinite | known & (s[..., -1] <= zero_tolerance(x, *x.shape[-2:]) * s[..., 0])
    return singular


_is_singular_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "is_singular", _is_singular, None, batch=lambda _, x, p: bind(_is_singular_p, x, p=p)
)
_cond_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "condition_number", np.linalg.cond, None, batch=lambda _, x, p: bind(_cond_p, x, p=p)
)


@array_function
@without_variables(np.linalg.cond)
def cond(x: Array, p: Order = None) -> Array:
    """The condition number of a matrix, or of each of a stack of them: its norm times the norm of its inverse.

    `p` is the order of the norm (see `norm`); by default it is 2, for which the condition number is the largest
    singular value divided by the smallest. Of a matrix that is singular, up to rounding, it is infinite or as large as
    rounding leaves it, and the derivative is taken to be 0.

    Raises:
        LinAlgError: a matrix is empty; or p is not 2 or -2, and it is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cond(Variable(np.array([[1.0, 0.0], [0.0, 4.0]])))
    variable(4.0)
    """
    check_matrices("cond", shape_of(x))
    plain = undifferentiated(x)
    singular = bind(_is_singular_p, plain, p=p)
    of_singular = bind(_cond_p, plain, p=p) if may_hold(singular) else np.inf
    if p is None or p in (2, -2):
        s: Array = svdvals(x)
        above, below = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
        return np.where(singular, of_singular, above / np.where(singular, 1, below))
    regular: Array = np.where(singular[..., None, None], identity_like(x), x)
    of_regular: Array = matrix_norm(regular, ord=p) * matrix_norm(np.linalg.inv(regular), ord=p)
    return np.where(singular, of_singular, of_regular)
