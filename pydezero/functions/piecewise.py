"""Functions with kinks and steps, and choices between arrays.

At a step the derivative is 0 on either side and is taken to be 0 at the step itself. At a kink where two branches meet
each of them gets half, which is what a central difference sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, Final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.conform import unbroadcast
from pydezero.core.elementwise import binary, unary
from pydezero.core.index import frozen_index
from pydezero.core.primitive import Elementwise, General, Linear, define, zero
from pydezero.core.typed import array_function, unary_function, without_variables
from pydezero.core.types import Array, BinaryFunction, Operand, UnaryFunction
from pydezero.core.variable import Variable, shape_of, undifferentiated
from pydezero.functions.arithmetic import positive
from pydezero.functions.complex import conjugate
from pydezero.functions.indexing import getitem, put, take
from pydezero.functions.plain import plain
from pydezero.functions.shape import astype

__all__ = [
    "absolute",
    "ceil",
    "clip",
    "copysign",
    "fabs",
    "floor",
    "fmax",
    "fmin",
    "heaviside",
    "maximum",
    "minimum",
    "piecewise",
    "rint",
    "sign",
    "trunc",
    "where",
]

floor: UnaryFunction = unary(np.floor, zero, "The largest integer <= x; its derivative is 0.")
ceil: UnaryFunction = unary(np.ceil, zero, "The smallest integer >= x; its derivative is 0.")
rint: UnaryFunction = unary(np.rint, zero, "The nearest integer; its derivative is 0.")
trunc: UnaryFunction = unary(np.trunc, zero, "The nearest integer towards 0; its derivative is 0.")
fabs: UnaryFunction = unary(
    np.fabs, lambda t, x: t * np.sign(x), "The absolute value of a real x; its derivative at 0 is taken to be 0."
)

_real_absolute: UnaryFunction = unary(np.absolute, lambda t, x: t * np.sign(x), "|x| of a real x.")
_real_sign: UnaryFunction = unary(np.sign, zero, "The sign of a real x.")

# d|z|/dRe(z) - i d|z|/dIm(z) = conj(z) / |z|, and 0 at 0 like the derivative of the real absolute.
_complex_absolute_p: Final[General] = define(
    General,
    "absolute",
    np.absolute,
    lambda g, x, out: g * (conjugate(x) / np.where(out == 0, 1, out)),
    batch=lambda _, x: bind(_complex_absolute_p, x),
)


@unary_function
def absolute(x: Operand, /) -> Array:
    """The absolute value of a real or complex x, elementwise; its derivative at 0 is taken to be 0.

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        return bind(_complex_absolute_p, x)
    return _real_absolute(x)


@unary_function
def sign(x: Operand, /) -> Array:
    """-1, 0 or 1 for a real x, with derivative 0; x / |x| for a complex one, and 0 at 0. Elementwise.

    >>> from pydezero import as_variable
    >>> sign(as_variable(-2.0))
    variable(-1.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        magnitude = absolute(x)
        at_zero = undifferentiated(magnitude) == 0
        return where(at_zero, 0, x / where(at_zero, 1, magnitude))
    return _real_sign(x)


def _of_larger(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.greater(x, y), np.equal(x, y))


def _of_smaller(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.less(x, y), np.equal(x, y))


def _split_at_ties(t: Array, chosen: Array, tied: Array) -> Array:
    """The (co)tangent where an operand is chosen, half of it where it ties with the other, and 0 elsewhere."""
    if type(tied) is np.ndarray and not tied.any():
        return t * chosen.astype(t.dtype)  # quicker than by booleans, of which every product converts its own
    return t * chosen + 0.5 * t * tied


maximum: BinaryFunction = binary(
    np.maximum,
    lambda t, x, y: _of_larger(t, x, y),
    lambda t, x, y: _of_larger(t, y, x),
    "The larger of x and y, nan where one is nan. Where they are equal each gets half of the derivative.",
)
minimum: BinaryFunction = binary(
    np.minimum,
    lambda t, x, y: _of_smaller(t, x, y),
    lambda t, x, y: _of_smaller(t, y, x),
    "The smaller of x and y, nan where one is nan. Where they are equal each gets half of the derivative.",
)
fmax: BinaryFunction = binary(
    np.fmax,
    lambda t, x, y: _of_larger(t, x, y) + t * np.isnan(y),
    lambda t, x, y: _of_larger(t, y, x) + t * np.isnan(x),
    "The larger of x and y, or the one that is not nan. Where they are equal each gets half of the derivative.",
)
fmin: BinaryFunction = binary(
    np.fmin,
    lambda t, x, y: _of_smaller(t, x, y) + t * np.isnan(y),
    lambda t, x, y: _of_smaller(t, y, x) + t * np.isnan(x),
    "The smaller of x and y, or the one that is not nan. Where they are equal each gets half of the derivative.",
)
copysign: BinaryFunction = binary(
    np.copysign,
    lambda t, x, out: t * np.sign(x) * np.sign(out),
    zero,
    "|x| with the sign of y. The derivative with respect to y is 0.",
)
heaviside: BinaryFunction = binary(
    np.heaviside,
    zero,
    lambda t, x: t * np.equal(x, 0),
    "0 where x < 0, 1 where x > 0, y where x is 0. The derivative with respect to x is 0.",
)

_where_p: Final = define(
    Linear,
    "where",
    np.where,
    None,
    lambda g, x, y_shape: unbroadcast(np.where(x, g, 0), y_shape),
    lambda g, x, z_shape: unbroadcast(np.where(x, 0, g), z_shape),
    batch=lambda batched, *args: where(*aligned(batched, args)),
    chooses=True,
)


@overload
def where(condition: Operand, x: Variable, y: Operand, /) -> Variable: ...
@overload
def where(condition: Operand, x: ArrayLike, y: Variable, /) -> Variable: ...
@overload
def where(condition: Operand, x: ArrayLike, y: ArrayLike, /) -> NDArray[Any]: ...
def where(condition: Operand, x: Operand, y: Operand, /) -> Array:
    """Elements of x where `condition` holds, elements of y elsewhere; the three broadcast against each other.

    The condition itself is not differentiated. As in NumPy both branches are evaluated; but a branch that was not taken
    has no derivative, even where that of its functions is infinite: `np.where(x > 0, np.log(x), 0)` has derivative 0
    at 0.

    >>> from pydezero import as_variable
    >>> where(True, as_variable(1.0), 2.0)
    variable(1.0)
    """
    return bind(_where_p, undifferentiated(condition), x, y)


def _clip_rule_x(t: Array, x: Array, y: Array, z: Array) -> Array:
    at_bounds = np.equal(x, y) | np.equal(x, z)
    if type(at_bounds) is np.ndarray and not at_bounds.any():
        inside = np.greater(x, y) & np.less(x, z)
        return t * inside.astype(t.dtype)
    return _of_smaller(_of_larger(t, x, y), np.maximum(x, y), z)


# What np.minimum(np.maximum(x, y), z) is, in one operation.
_clip_p: Final = define(
    Elementwise,
    "clip",
    np.clip,
    _clip_rule_x,
    lambda t, x, y, z: _of_smaller(_of_larger(t, y, x), np.maximum(x, y), z),
    lambda t, x, y, z: _of_larger(t, np.maximum(x, y), z),
)


@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    if a_min is not None and a_max is not None:
        return bind(_clip_p, a, a_min, a_max)
    if a_min is not None:
        return maximum(a, a_min)
    return positive(a) if a_max is None else minimum(a, a_max)


def _conditions(x: Array, condlist: Any) -> list[Array]:
    """The conditions of `np.piecewise`, of which one may come without a list, one by one."""
    items = list(condlist) if isinstance(condlist, list | tuple) or shape_of(condlist) else [condlist]
    if len(x.shape) and items and not shape_of(items[0]):
        items = [condlist]
    items = [undifferentiated(item) for item in items]
    return [item if type(item) is Variable else np.asarray(item, bool) for item in items]


def _with_piece(y: Array, x: Array, condition: Array, piece: Any) -> Array:
    """y with a function of x, or with a constant, where the condition holds."""
    if type(condition) is Variable:
        if callable(piece):
            # An element that the function may be asked for; if there is none, nothing of what it computes is used.
            some = take(undifferentiated(x), plain(np.argmax, condition))
            piece = piece(where(condition, x, some))
        return where(condition, astype(piece, x.dtype), y)
    if callable(piece):
        if not condition.any():
            return y
        piece = piece(getitem(x, condition))
    return put(y, astype(piece, x.dtype), frozen_index(condition))


@array_function
@without_variables(np.piecewise)
def piecewise(x: Operand, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    """Where a condition holds, the function (or the constant) that belongs to it; of several, the last one's.

    A function is called with the elements for which its condition holds, in one axis, and with `args` and `kw`; so what
    it would be elsewhere, infinite or nan, has no part in the derivative. One function more than there are conditions
    is for what is left, which is 0 otherwise. The result has the shape and the dtype of x.

    Where nobody knows how many elements there are, in a batch or a trace, the functions must be elementwise: they are
    called with an array of the shape of x that holds, in the place of all other elements, one for which the condition
    holds.

    Raises:
        ValueError: the numbers of conditions and functions do not match.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.sum(np.piecewise(x, [x > 0], [np.sqrt, 5.0])))(np.array([4.0, 0.0]))
    array([0.25, 0.  ])
    """
    x = x if isinstance(x, Variable) else np.asarray(x)
    conditions = _conditions(x, condlist)
    if len(funclist) == len(conditions) + 1:
        conditions.append(plain(np.logical_not, reduce(partial(plain, np.logical_or), conditions)))
    elif len(funclist) != len(conditions):
        n = len(conditions)
        raise ValueError(f"piecewise: for {n} conditions needs {n} or {n + 1} functions, got {len(funclist)}")
    y = np.zeros_like(x)
    for condition, piece in zip(conditions, funclist, strict=True):
        y = _with_piece(y, x, condition, partial(_call_with, piece, args, kw) if callable(piece) else piece)
    return y


def _call_with(function: Callable[..., Array], args: tuple[Any, ...], kw: dict[str, Any], x: Array) -> Array:
    return function(x, *args, **kw)
