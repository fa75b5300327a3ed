"""Functions with kinks and steps, and choices between arrays.

At a step the derivative is 0 on either side and is taken to be 0 at the step itself. At a kink where two branches meet
each of them gets half, which is what a central difference sees.
"""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.conform import unbroadcast
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import General, Linear, define, zero
from pydezero.core.typed import array_function, unary_function
from pydezero.core.types import Array, BinaryFunction, Operand, UnaryFunction
from pydezero.core.variable import Variable, undifferentiated
from pydezero.functions.arithmetic import positive
from pydezero.functions.complex import conjugate

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
    return t * (x > y) + 0.5 * t * (x == y)


def _of_smaller(t: Array, x: Array, y: Array) -> Array:
    return t * (x < y) + 0.5 * t * (x == y)


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
)


@overload
def where(condition: Operand, x: Variable, y: Operand, /) -> Variable: ...
@overload
def where(condition: Operand, x: ArrayLike, y: Variable, /) -> Variable: ...
@overload
def where(condition: Operand, x: ArrayLike, y: ArrayLike, /) -> NDArray[Any]: ...
def where(condition: Operand, x: Operand, y: Operand, /) -> Array:
    """Elements of x where `condition` holds, elements of y elsewhere; the three broadcast against each other.

    The condition itself is not differentiated. As in NumPy both branches are evaluated: where one of them is infinite,
    guard its argument (`np.where(x > 0, np.log(np.where(x > 0, x, 1)), 0)`).

    >>> from pydezero import as_variable
    >>> where(True, as_variable(1.0), 2.0)
    variable(1.0)
    """
    return bind(_where_p, undifferentiated(condition), x, y)


@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    if a_min is None and a_max is None:
        return positive(a)
    if a_min is not None:
        a = maximum(a, a_min)
    return a if a_max is None else minimum(a, a_max)
