"""`logsumexp` and its derivatives: `softmax`, `log_softmax`."""

from __future__ import annotations

from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import all_batched, shifted
from pydezero.core.bind import bind
from pydezero.core.broadcasting import reduced_axes
from pydezero.core.primitive import General, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber, Axis
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.reductions.softmax import difference, log_softmax_along, softmax_along, weights
from pydezero.functions.shapes.shape import broadcast_to, squeeze
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy
from pydezero.scipy.special.ufuncs import special

__all__ = [
    "log_softmax",
    "logsumexp",
    "softmax",
]


def _exponentials(x: Array, y: Array, out: Array) -> Array:
    """The exponentials over that of `out`; one with the factor 0 may be infinite, and is 1 then."""
    too_large = np.equal(y, 0) & np.greater(np.real(x), np.real(out) + np.log(np.finfo(out.dtype).max))
    return np.exp(difference(np.where(too_large, out, x), out))


def _total(terms: Array, axis: tuple[int, ...], signed: bool) -> Array:
    """The sum of the terms, whose absolute value is 1 but for the rounding of a large `out`, to divide them by.

    Where it is 0 it has no sign, and what is divided is to be 0, or to remain if there is no question of a sign.
    """
    total = np.sum(terms, axis=axis, keepdims=True)
    return np.where(np.equal(total, 0), np.inf if signed else 1, total)


def _scaled_rule_x(g: Array, x: Array, y: Array, out: Array, axis: tuple[int, ...], signed: bool) -> Array:
    terms = y * _exponentials(x, y, out)
    return g * (terms / _total(terms, axis, signed))


def _scaled_rule_y(g: Array, x: Array, y: Array, out: Array, axis: tuple[int, ...], signed: bool) -> Array:
    exponentials = _exponentials(x, y, out)
    return g * (exponentials / _total(y * exponentials, axis, signed))


def _sign(x: Array, y: Array, out: Array, axis: tuple[int, ...]) -> Array:
    return np.sign(np.sum(y * _exponentials(x, y, out), axis=axis, keepdims=True))


def _logsumexp_of_array(x: Array, axis: tuple[int, ...]) -> Array:
    """SciPy's logsumexp with keepdims=True, several times faster and as precise where the maxima are finite."""
    top = np.max(x, axis=axis, keepdims=True) if x.size and x.dtype.kind != "c" else np.inf
    if not np.all(np.isfinite(top)):
        return special.logsumexp(x, axis=axis, keepdims=True)
    is_top = np.equal(x, top)
    count = np.sum(is_top, axis=axis, keepdims=True, dtype=x.dtype.type)
    rest = np.sum(np.where(is_top, 0, np.exp(x - top)), axis=axis, keepdims=True)
    return np.log(count) + np.log1p(rest / count) + top


_logsumexp_p: Final[General] = define(
    General,
    "logsumexp",
    _logsumexp_of_array,
    lambda g, x, out, axis: g * weights(x, out, axis),
    batch=lambda _, x, axis: bind(_logsumexp_p, x, axis=shifted(axis)),
)


def _scaled_logsumexp(x: Array, y: Array, axis: tuple[int, ...], signed: bool) -> Array:
    if signed:
        return special.logsumexp(x, axis=axis, b=y, keepdims=True, return_sign=True)[0]
    return special.logsumexp(x, axis=axis, b=y, keepdims=True)


_scaled_p: Final[General] = define(
    General,
    "logsumexp.scaled",
    _scaled_logsumexp,
    _scaled_rule_x,
    _scaled_rule_y,
    batch=lambda batched, x, y, axis, signed: bind(
        _scaled_p, *all_batched(batched, (x, y)), axis=shifted(axis), signed=signed
    ),
)


@overload
def logsumexp(
    a: Variable,
    axis: Axis = None,
    b: Operand | None = None,
    keepdims: bool = False,
    return_sign: Literal[False] = False,
) -> Variable: ...
@overload
def logsumexp(
    a: ArrayOrNumber, axis: Axis = None, *, b: Variable, keepdims: bool = False, return_sign: Literal[False] = False
) -> Variable: ...
@overload
def logsumexp(
    a: ArrayOrNumber,
    axis: Axis = None,
    b: ArrayOrNumber | None = None,
    keepdims: bool = False,
    return_sign: Literal[False] = False,
) -> NDArray[Any]: ...
@overload
def logsumexp(
    a: Variable, axis: Axis = None, b: Operand | None = None, keepdims: bool = False, *, return_sign: Literal[True]
) -> tuple[Variable, Variable]: ...
@overload
def logsumexp(
    a: ArrayOrNumber, axis: Axis = None, *, b: Variable, keepdims: bool = False, return_sign: Literal[True]
) -> tuple[Variable, Variable]: ...
@overload
def logsumexp(
    a: ArrayOrNumber,
    axis: Axis = None,
    b: ArrayOrNumber | None = None,
    keepdims: bool = False,
    *,
    return_sign: Literal[True],
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(special.logsumexp)
def logsumexp(a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log(sum(exp(a))) along some axes, all of them by default, without overflow.

    With `b`, which broadcasts against a, the exponentials are multiplied by it first; it may be negative, and is
    differentiated, too. With `return_sign` the result is the pair of the logarithm of the absolute value of the sum and
    its sign, whose derivative is 0. Where all elements are -inf, each has the derivative 1, as in `np.logaddexp`.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(logsumexp)(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    a, b = as_operand(a), None if b is None else as_operand(b)
    shape = shape_of(a) if b is None else np.broadcast_shapes(shape_of(a), shape_of(b))
    a, b = _whole(a, shape), None if b is None else _whole(b, shape)
    axes = _axes(axis, shape)
    if return_sign and (a.dtype.kind == "c" or (b is not None and b.dtype.kind == "c")):
        both = _squeezed(_logsumexp(a, b, axes, False), shape, axes, keepdims)
        return np.real(both), np.exp(1j * np.imag(both))
    out = _logsumexp(a, b, axes, return_sign)
    if not return_sign:
        return _squeezed(out, shape, axes, keepdims)
    sign = np.where(np.isneginf(out), 0, out**0 if b is None else _sign(a, b, out, axes))
    return _squeezed(out, shape, axes, keepdims), _squeezed(sign, shape, axes, keepdims)


def _axes(axis: Axis, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of `_whole` that an argument names, counted from the front; all of them for None."""
    return reduced_axes(axis, len(shape) or 1)


def _whole(x: Array, shape: tuple[int, ...]) -> Array:
    """The array broadcast to a shape, of one axis instead of none."""
    x = broadcast_to(x, shape)
    return x if shape else np.reshape(x, (1,))


def _logsumexp(a: Array, b: Array, axes: tuple[int, ...], signed: bool) -> Array:
    return bind(_logsumexp_p, a, axis=axes) if b is None else bind(_scaled_p, a, b, axis=axes, signed=signed)


def _squeezed(out: Array, shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> Array:
    return out if keepdims and shape else squeeze(out, axes)


@array_function
@as_in_scipy(special.softmax)
def softmax(x: Operand, axis: Axis = None) -> Array:
    """exp(x) / sum(exp(x)) along some axes, all of them by default, without overflow.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> softmax(Variable(np.array([1.0, 1.0])))
    variable([0.5 0.5])
    """
    x = as_operand(x)
    shape = shape_of(x)
    return np.reshape(softmax_along(_whole(x, shape), _axes(axis, shape)), shape)


@array_function
@as_in_scipy(special.log_softmax)
def log_softmax(x: Operand, axis: Axis = None) -> Array:
    """log(softmax(x)) = x - log(sum(exp(x))), precise where it is far below 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> log_softmax(Variable(np.array([0.0, 1000.0])))
    variable([-1000.     0.])
    """
    x = as_operand(x)
    shape = shape_of(x)
    return np.reshape(log_softmax_along(_whole(x, shape), _axes(axis, shape)), shape)
