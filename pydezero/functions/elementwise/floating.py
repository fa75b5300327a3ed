"""Floating-point numbers as such: their parts and neighbours, remainders, rounding, and the replacement of nan.

Where a result is constant between its steps (a rounded number, a spacing) its derivative is 0, at the steps too. An
exponent is an integer and not differentiated at all: it is a plain array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.placing import beside
from pydezero.core.primitive import Elementwise, Nondifferentiable, define, same, zero
from pydezero.core.snapshot import as_constant
from pydezero.core.typed import array_function, binary_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.arithmetic import positive, power
from pydezero.functions.elementwise.complex import imag, real
from pydezero.functions.elementwise.kinks import trunc
from pydezero.functions.shapes.shape import astype

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "around",
    "float_power",
    "fmod",
    "frexp",
    "ldexp",
    "modf",
    "nan_to_num",
    "nextafter",
    "round",
    "spacing",
]

fmod: BinaryFunction = binary(
    np.fmod,
    same,
    # x - out is a multiple of y; rint mends what the division rounds.
    lambda t, x, y, out: -t * np.rint((x - out) / y),
    "The remainder x1 - x2 * trunc(x1 / x2), with the sign of x1; its derivatives are 1 and -trunc(x1 / x2).",
)
nextafter: BinaryFunction = binary(
    np.nextafter,
    same,
    zero,
    "The next floating-point number after x1 towards x2; its derivatives are 1 and 0.",
)
spacing: UnaryFunction = unary(
    np.spacing, zero, "The distance between x and the nearest adjacent number; its derivative is 0."
)

_ldexp_p: Final = define(Elementwise, "ldexp", np.ldexp, lambda t, y: np.ldexp(t, y), None)


def _fraction(x: Array) -> Array:
    return np.modf(x)[0]


def _exponent(x: Array) -> Array:
    return np.frexp(x)[1]


_fraction_p: Final = define(Elementwise, "modf", _fraction, same)
_round_p: Final = define(Elementwise, "round", np.round, zero)
_exponent_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "frexp", _exponent, None, batch=lambda _, x: bind(_exponent_p, x)
)


@binary_function
@without_variables(np.float_power)
def float_power(x1: Operand, x2: Operand, /) -> Array:
    """x1 ** x2 in double precision at least, also of integers. The derivative is that of `power`.

    >>> from pydezero import as_variable
    >>> float_power(as_variable(2), -2)
    variable(0.25)
    """
    return power(_at_least_double(x1), _at_least_double(x2))


def _at_least_double(x: Array) -> Array:
    if isinstance(x, bool | int | float | complex):
        return x
    if type(x) is not Variable:
        x = as_constant(x, "float_power")
    dtype = np.result_type(x.dtype, np.float64)
    return x if x.dtype == dtype else x.astype(dtype)


@binary_function
def ldexp(x1: Operand, x2: Operand, /) -> Array:
    """x1 * 2 ** x2 for an integer x2, which is not differentiated.

    >>> from pydezero import as_variable
    >>> ldexp(as_variable(3.0), 2)
    variable(12.0)
    """
    return bind(_ldexp_p, x1, undifferentiated(x2))


@overload
def frexp(x: Variable, /) -> tuple[Variable, NDArray[np.int32]]: ...
@overload
def frexp(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[np.int32]]: ...
def frexp(x: Any, /) -> tuple[Any, Any]:
    """The pair of a mantissa, from 0.5 to 1 in magnitude, and a plain integer exponent: x = mantissa * 2 ** exponent.

    The derivative of the mantissa is 2 ** -exponent.

    >>> from pydezero import as_variable
    >>> mantissa, exponent = frexp(as_variable(12.0))
    >>> mantissa, int(exponent)
    (variable(0.75), 4)
    """
    if type(x) is not Variable:
        return np.frexp(x)
    exponent = bind(_exponent_p, undifferentiated(x))
    return ldexp(x, -exponent), exponent


@overload
def modf(x: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def modf(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
def modf(x: Any, /) -> tuple[Any, Any]:
    """The pair of the fractional part of x, with derivative 1, and its integral part, with derivative 0.

    Both have the sign of x.

    >>> from pydezero import as_variable
    >>> modf(as_variable(-2.5))
    (variable(-0.5), variable(-2.0))
    """
    if type(x) is not Variable:
        return np.modf(x)
    return bind(_fraction_p, x), trunc(x)


@array_function
def round(a: Operand, decimals: int = 0) -> Array:
    """a rounded to a number of decimals, halves to the even neighbour; its derivative is 0.

    >>> from pydezero import as_variable
    >>> round(as_variable(1.25), 1)
    variable(1.2)
    """
    return bind(_round_p, a, decimals=decimals)


@array_function
@without_variables(np.nan_to_num)
def nan_to_num(
    x: Operand,
    copy: bool = True,  # NumPy's parameter: nothing is ever overwritten
    nan: Operand = 0.0,
    posinf: Operand | None = None,
    neginf: Operand | None = None,
) -> Array:
    """x with `nan` in the place of nan, and `posinf` and `neginf` in the place of the infinities.

    These are the largest and the smallest finite number by default. Of a complex number both parts are treated so. The
    derivative goes to x where it is finite, and to the replacement elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nan_to_num(Variable(np.array([1.0, np.nan])), nan=5.0)
    variable([1. 5.])
    """
    if not isinstance(x, Variable):
        x = np.asarray(x)
    if x.dtype.kind == "c":
        parts = [_finite(part, nan, posinf, neginf) for part in (real(x), imag(x))]
        return parts[0] + 1j * parts[1]
    return _finite(x, nan, posinf, neginf) if x.dtype.kind == "f" else positive(x)


def _finite(x: Array, nan: Operand, posinf: Operand | None, neginf: Operand | None) -> Array:
    value = undifferentiated(x)
    if isinstance(value, np.ndarray | np.generic) and np.isfinite(value).all():
        return positive(x)
    limits = np.finfo(x.dtype)
    of_highest = beside(astype(limits.max if posinf is None else posinf, x.dtype), x)
    of_lowest = beside(astype(limits.min if neginf is None else neginf, x.dtype), x)
    bounded = where(value == np.inf, of_highest, where(value == -np.inf, of_lowest, x))
    return where(value != value, beside(astype(nan, x.dtype), x), bounded)  # nan is not equal to itself


# NumPy's other names.
around = round
