"""Arithmetic: the operators of Python, and their nearest relatives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np

from pydezero.core.bind import PYTHON_NUMBERS, bind
from pydezero.core.elementwise import as_sum, binary, unary
from pydezero.core.foreign import left_to
from pydezero.core.power_series import (
    Coefficients,
    ConditionalRule,
    Further,
    Series,
    convolved,
    of_exponential,
    of_logarithm,
    of_power_times_base,
    of_product,
    of_quotient,
    of_square,
)
from pydezero.core.primitive import Elementwise, define, defined, opposite, same, zero
from pydezero.core.typed import binary_function
from pydezero.core.types import Array, ArrayOrNumber, NDArray
from pydezero.core.variable import Operand, Variable
from pydezero.functions.elementwise.slopes import are_positive, may_hold, times_steep
from pydezero.functions.shapes.shape import in_common_dtype

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "add",
    "divide",
    "divmod",
    "floor_divide",
    "mod",
    "multiply",
    "negative",
    "positive",
    "pow",
    "power",
    "reciprocal",
    "remainder",
    "square",
    "subtract",
    "true_divide",
]

add: BinaryFunction = binary(np.add, same, same, "The sum x1 + x2.")
negative: UnaryFunction = unary(np.negative, opposite, "-x; its derivative is -1.")
_plus, _minus = [defined(__name__, name) for name in ("add", "negative")]
subtract: BinaryFunction = binary(
    np.subtract,
    same,
    opposite,
    "The difference x1 - x2; its derivatives are 1 and -1.",
    with_smaller=lambda x, y: as_sum(subtract, _plus, _minus, x, y),
    tangent=lambda ts: ts[0] - ts[1],
)
square: UnaryFunction = unary(
    np.square,
    lambda t, x: 2 * t * x,
    "x * x; its derivative is 2 x.",
    tangent=lambda ts, x: ts[0] * (2 * x),  # of a batch of tangents, x is one
    exponent=2,
    coefficient=of_square,
)
multiply: BinaryFunction = binary(
    np.multiply,
    lambda t, y: t * y,
    lambda t, x: t * x,
    "The product x1 * x2; its derivatives are x2 and x1.",
    with_itself=square,
    coefficient=of_product,
    is_product=True,
)
divide: BinaryFunction = binary(
    np.divide,
    lambda t, y: t / y,
    lambda t, y, out: -t * out / y,
    "The quotient x1 / x2; its derivatives are 1 / x2 and -x1 / x2 ** 2.",
    tangent=lambda ts, y, out: (ts[0] - ts[1] * out) / y,
    coefficient=of_quotient,
)
floor_divide: BinaryFunction = binary(np.floor_divide, zero, zero, "floor(x1 / x2); its derivative is 0.")
remainder: BinaryFunction = binary(
    np.remainder,
    same,
    lambda t, x, y: -t * np.floor_divide(x, y),
    "The remainder x1 - x2 * floor(x1 / x2), with the sign of x2; its derivatives are 1 and -floor(x1 / x2).",
)
positive: UnaryFunction = unary(np.positive, same, "+x, a copy; its derivative is 1.")
reciprocal: UnaryFunction = unary(np.reciprocal, lambda t, out: -t * out * out, "1 / x; its derivative is -1 / x ** 2.")

_INTEGER: Final = np.dtype(np.int64)


def _one_at_zeros(x: Array, of: Array) -> Array:
    """x, with ones where `of` is 0."""
    zeros = np.equal(of, 0)
    return x if type(zeros) is np.ndarray and not zeros.any() else np.where(zeros, 1, x)


def exponent_below(x: Array, y: Array) -> Array:
    """y - 1, and 1 where y is 0 and x ** -1 infinite: there the product of both is 0.

    Elsewhere y - 1 is left, since x ** (y - 1) is the derivative of the product with respect to y.
    """
    zeros = np.equal(y, 0)
    if type(zeros) is np.ndarray and not zeros.any():
        return y - 1
    least = np.finfo(x.dtype).tiny if getattr(x, "dtype", _INTEGER).kind in "fc" else 1
    return np.where(zeros & np.less(abs(x), least), 1, y - 1)


def _lower_power(x: Array, y: Array) -> Array:
    return np.power(x, y)


def _lower_power_rule_y(t: Array, x: Array, out: Array) -> Array:
    return times_steep(t, out * np.log(_one_at_zeros(x, out)))


# x ** y in the derivative of x ** (y + 1): at x = 0, y = 0 it falls without end as y grows.
_lower_power_p: Final[Elementwise] = define(
    Elementwise, "lower_power", _lower_power, lambda t, x, y: power_rule_x(t, x, y), _lower_power_rule_y
)


def power_rule_x(t: Array, x: Array, y: Array) -> Array:
    """The rule of x ** y for x. Where y is 0 that is 0, also at x = 0, where x ** (y - 1) is infinite."""
    return t * (y * bind(_lower_power_p, x, exponent_below(x, y)))


def _power_times_log(x: Array, y: Array, power: Array) -> Array:  # the rules need y
    return power * np.log(_one_at_zeros(x, x))


def _power_times_log_rule_x(t: Array, x: Array, y: Array) -> Array:
    # Where x is 0 and y above 1 the logarithm is infinite, but the product tends to 0.
    vanishes = np.equal(x, 0) & np.greater(np.real(y), 1)
    return times_steep(t, np.where(vanishes, 0, x ** (y - 1) * (1 + y * np.log(np.where(vanishes, 1, x)))))


# x ** y log(x), given x ** y, as it is known. That product may vanish while its derivative does not.
_power_times_log_p: Final[Elementwise] = define(
    Elementwise,
    "power_times_log",
    _power_times_log,
    _power_times_log_rule_x,
    lambda t, x, out: t * out * np.log(_one_at_zeros(x, x)),
    zero,
)


def power_rule_y(t: Array, x: Array, y: Array, power: Array) -> Array:
    """The rule of x ** y for y. Where x is 0, log(x) is -inf but the product with x ** y tends to 0."""
    return t * bind(_power_times_log_p, x, y, power)


# Up to this exponent the derivative rules of an integral power, each of which leads to the next lower power, are few.
_FEW_POWERS: Final = 8


def _power_coefficient(k: int, out: Coefficients, x: Coefficients, n: Array) -> Array:
    """The coefficient of out = x ** n, from x out' = n out x'.

    Where x is 0 at first, out is like t ** n: its coefficients are 0 up to n, the next one is infinite, and those above
    are not known.
    """
    total = of_power_times_base(k, out, x, n)
    if total is None:
        return None
    base, value = x(0), out(0)
    if isinstance(value, np.ndarray | np.generic):  # whether the value of a Variable has been rounded away is not asked
        lost = np.isfinite(base) & np.not_equal(base, 0) & (np.equal(value, 0) | np.isinf(value))
        if np.any(lost):
            usual = _quotient_of_power(k, total, np.where(lost, 1, base), x, n)
            return np.where(lost, _extreme_power_coefficient(k, x, n), usual)
    return _quotient_of_power(k, total, base, x, n)


def _quotient_of_power(k: int, total: Array, base: Array, x: Coefficients, n: Array) -> Array:
    at_zero = np.equal(base, 0)
    if not may_hold(at_zero):
        return total / base
    first = np.maximum(np.ceil(np.real(n)), 1)
    binomial = reduce(lambda product, i: product * ((n - i) / (i + 1)), range(k), 1.0)
    steep = np.nan if x(1) is None else binomial * base ** (n - k) * x(1) ** k
    below = np.where(np.less(k, first), 0, np.where(np.equal(k, first), steep, np.nan))
    return np.where(at_zero, below, total / np.where(at_zero, 1, base))


def _extreme_power_coefficient(k: int, x: Coefficients, n: Array) -> Array:
    """The coefficient of x ** n where that is 0 or infinite by rounding: x(0) ** (n - k) times what is not."""
    base = x(0)
    factors: list[Array] = [np.ones_like(base)]
    for i in range(1, k + 1):
        total = np.zeros_like(base)
        for j in range(1, i + 1):
            a = x(j)
            if a is not None:
                scaled = np.where(np.equal(a, 0), 0, a * base ** (j - 1))
                total = total + ((n + 1) * (j / i) - 1) * scaled * factors[i - j]
        factors.append(total)
    return base ** (n - k) * factors[k]


def _is_a_count(n: Array) -> Array:
    """Whether an exponent is an integer from 0 on, of which the power is a polynomial."""
    return np.logical_and(np.equal(n, np.floor(np.real(n))), np.greater_equal(np.real(n), 0))


def _has_power_coefficient(moving: Sequence[int], x: Array, n: Array) -> bool:
    """Whether the coefficients of x ** n follow by division by x: where it may be 0, n must be no integer from 0 on."""
    return list(moving) == [0] and not (may_hold(_is_a_count(n)) and may_hold(np.equal(x, 0)))


def power_series(out: Series, x: Series, y: Series) -> Further:
    """The coefficients of x ** y: where y moves, too, those of exp(y log(x))."""
    if not y.moves:
        return lambda k: _power_coefficient(k, out, x, y(0))
    log = of_logarithm(x)
    exponent = Series([y(0) * log(0)], lambda k: convolved(y, log, k))
    return lambda k: of_exponential(k, out, exponent)


def has_power_series(moving: Sequence[int], x: Array, y: Array) -> bool:
    """Whether the coefficients of x ** y follow from its logarithm, if both move, or by division by x."""
    if list(moving) == [0, 1]:
        return are_positive(x)
    return _has_power_coefficient(moving, x, y)


def _has_coefficient_of_number(moving: Sequence[int], x: Array, n: complex) -> bool:
    few = type(n) is not complex and n in range(_FEW_POWERS + 1)
    return not few and _has_power_coefficient(moving, x, n)


_power: BinaryFunction = binary(
    np.power,
    power_rule_x,
    lambda t, x, y, out: power_rule_y(t, x, y, out),
    "x ** y.",
    name="power_by_array",  # the power by a number has the short name
    coefficient=ConditionalRule(power_series, has_power_series),
)


def _power_by_number(x: Array, n: complex) -> Array:
    return x**n


def _power_by_number_rule(t: Array, x: Array, n: complex) -> Array:
    return np.zeros_like(t) if n == 0 else t * (n * x ** (n - 1))


_power_by_number_p: Final = define(
    Elementwise,
    "power",
    _power_by_number,
    _power_by_number_rule,
    exponent=lambda params: params["n"],
    coefficient=ConditionalRule(
        lambda out, x, n: lambda k: _power_coefficient(k, out, x, n), _has_coefficient_of_number
    ),
)


def _exponent(n: Array) -> Array:
    return int(n) if type(n) is bool else n


@binary_function
def power(x1: Operand, x2: Operand, /) -> Array:
    """x1 ** x2; its derivatives are x2 x1 ** (x2 - 1) and log(x1) x1 ** x2 (DLMF 4.7).

    Elementwise; the arguments broadcast against each other. The derivative with respect to x2 is real only where x1 is
    positive; where x1 is negative it is nan, as `np.log(x1)` is.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> power(Variable(np.array([1.0, 2.0, 3.0])), 2)
    variable([1. 4. 9.])
    """
    if type(x2) in PYTHON_NUMBERS:
        if type(x1) is Variable:
            return square(x1) if x2 == 2 else bind(_power_by_number_p, x1, n=_exponent(x2))
    elif type(x1) in PYTHON_NUMBERS and type(x2) is Variable and (x2.node.is_number or x2.dtype.kind in "fc"):
        if not x2.node.is_number:  # of two numbers Python makes one
            # A Python number takes the dtype of the other operand; its logarithm would no longer.
            x1 = np.result_type(x2.dtype, x1).type(x1)
    elif getattr(x1, "dtype", None) is not getattr(x2, "dtype", None) and Variable in (type(x1), type(x2)):
        result = left_to(x1 if type(x2) is Variable else x2, "power_by_array", np.power, x1, x2)
        if result is not NotImplemented:
            return result
        x1, x2 = in_common_dtype(x1, x2)
    return _power(x1, x2)


@overload
def divmod(x1: Variable, x2: Operand, /) -> tuple[Variable, Variable]: ...
@overload
def divmod(x1: ArrayOrNumber, x2: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def divmod(x1: ArrayOrNumber, x2: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
def divmod(x1: Any, x2: Any, /) -> tuple[Any, Any]:
    """The pair of `floor_divide(x1, x2)` and `remainder(x1, x2)`, elementwise.

    >>> from pydezero import as_variable
    >>> divmod(as_variable(7.0), 3.0)
    (variable(2.0), variable(1.0))
    """
    return floor_divide(x1, x2), remainder(x1, x2)


# NumPy's other names.
mod = remainder
pow = power
true_divide = divide
