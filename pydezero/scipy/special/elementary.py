"""The elementary functions that SciPy adds to NumPy's: logistic functions, powers and inverses, angles in degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.placing import everywhere
from pydezero.core.power_series import ConditionalRule, Further, Series
from pydezero.core.primitive import zero
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.elementwise.arithmetic import has_power_series, power_rule_x, power_rule_y, power_series
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.special.definition import TernaryFunction, binary, elementwise, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "boxcox",
    "boxcox1p",
    "cbrt",
    "cosdg",
    "cosm1",
    "cotdg",
    "exp2",
    "exp10",
    "expit",
    "expm1",
    "exprel",
    "inv_boxcox",
    "inv_boxcox1p",
    "lambertw",
    "log1p",
    "log_expit",
    "logit",
    "powm1",
    "round",
    "sindg",
    "tandg",
    "wrightomega",
]

_LN2: Final = math.log(2.0)
_LN10: Final = math.log(10.0)
_DEGREE: Final = math.pi / 180

exp2: UnaryFunction = unary(
    special.exp2, lambda t, out: t * (out * _LN2), "2^x; its derivative is log(2) 2^x (DLMF 4.7).", "special.exp2"
)
exp10: UnaryFunction = unary(
    special.exp10, lambda t, out: t * (out * _LN10), "10^x; its derivative is log(10) 10^x (DLMF 4.7)."
)
expm1: UnaryFunction = unary(
    special.expm1,
    lambda t, x: t * np.exp(x),
    "exp(x) - 1, precise for small x; its derivative is exp(x) (DLMF 4.7).",
    "special.expm1",
)
log1p: UnaryFunction = unary(
    special.log1p,
    lambda t, x: t / (x + 1),
    "log(1 + x), precise for small x; its derivative is 1 / (1 + x) (DLMF 4.7).",
    "special.log1p",
)
cbrt: UnaryFunction = unary(
    special.cbrt,
    lambda t, out: t / (3 * out * out),
    "The real cube root, x^(1/3); its derivative at 0 is infinite (DLMF 4.2).",
    "special.cbrt",
)
cosm1: UnaryFunction = unary(
    special.cosm1,
    lambda t, x: -t * np.sin(x),
    "cos(x) - 1, precise for small x; its derivative is -sin(x) (DLMF 4.20.2).",
)
sindg: UnaryFunction = unary(
    special.sindg,
    lambda t, x: t * (_DEGREE * special.cosdg(x)),
    "The sine of an angle in degrees, sin(pi x / 180) (DLMF 4.14.1).",
)
cosdg: UnaryFunction = unary(
    special.cosdg,
    lambda t, x: t * (-_DEGREE * special.sindg(x)),
    "The cosine of an angle in degrees, cos(pi x / 180) (DLMF 4.14.2).",
)
tandg: UnaryFunction = unary(
    special.tandg,
    lambda t, out: t * (_DEGREE * (1 + out * out)),
    "The tangent of an angle in degrees, tan(pi x / 180) (DLMF 4.14.4).",
)
cotdg: UnaryFunction = unary(
    special.cotdg,
    lambda t, x: t * (-_DEGREE / special.sindg(x) ** 2),
    "The cotangent of an angle in degrees, cot(pi x / 180) (DLMF 4.14.7).",
)
round: UnaryFunction = unary(special.round, zero, "The nearest integer; its derivative is 0.", "special.round")


def _logistic_density(x: Array, y: Array) -> Array:
    return y * special.expit(-x)


# The derivative of expit(x), which is given to it as y: it is known.
_of_expit: BinaryFunction = elementwise(
    _logistic_density,
    {"x": lambda t, x, out: -t * out * np.tanh(0.5 * x), "y": zero},
    "expit(x) expit(-x).",
    "logistic_density",
)
expit: UnaryFunction = unary(
    special.expit,
    lambda t, x, out: t * _of_expit(x, out),
    "The logistic function, 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2 (DLMF 4.28.4).",
)
log_expit: UnaryFunction = unary(
    special.log_expit,
    lambda t, x: t * special.expit(-x),
    "log(expit(x)) = -log(1 + exp(-x)), precise for large |x| (DLMF 4.28.4).",
)
logit: UnaryFunction = unary(
    special.logit,
    lambda t, x: t / (x * (1 - x)),
    "log(x / (1 - x)) = 2 arctanh(2 x - 1), the inverse of `expit`; steep at 0 and 1 (DLMF 4.37.24).",
)


def _of_exprel(x: Array, exprel: Array) -> Array:
    """The derivative of exprel, which as a hypergeometric function SciPy sums term by term: for large x for ever."""
    near = abs(x) < 1
    is_left, is_right = ~near & np.less(x, 0), ~near & np.greater_equal(x, 0)
    left, right = np.where(is_left, x, -1), np.where(is_right, x, 1)
    of_left = (np.exp(left) - np.where(is_left, exprel, 0)) / left
    at_right = np.where(is_right, exprel, 0)
    of_right = at_right - (at_right - 1) / right
    of_near = 0.5 * everywhere(special.hyp1f1)(2.0, 3.0, np.where(near, x, 0))
    return np.where(near, of_near, np.where(x < 0, of_left, of_right))


exprel: UnaryFunction = unary(
    special.exprel,
    lambda t, x, out: t * _of_exprel(x, out),
    "(exp(x) - 1) / x, and 1 at 0: hyp1f1(1, 2, x) (DLMF 13.6.2).",
)


def _powm1_series(out: Series, x: Series, y: Series) -> Further:
    power = Series([x(0) ** y(0)])
    power.define(power_series(power, x, y))
    return power


powm1: BinaryFunction = binary(
    special.powm1,
    power_rule_x,
    lambda t, x, y: power_rule_y(t, x, y, x**y),
    "x^y - 1, precise for small results; its derivatives are y x^(y - 1) and x^y log(x) (DLMF 4.2).",
    coefficient=ConditionalRule(_powm1_series, has_power_series),
)


def _boxcox_rule_lmbda(t: Array, x: Array, y: Array) -> Array:
    # log(x) exprel(lmbda log(x)), which is smooth at lmbda = 0, is the function; at x = 0 it is -1 / lmbda.
    ends = np.equal(x, 0)
    log = np.log(np.where(ends, 1, x))
    return t * np.where(ends, _inverse_square(y, ends), _slope_of_exprel(y, log))


def _boxcox1p_rule_lmbda(t: Array, x: Array, y: Array) -> Array:
    ends = np.equal(x, -1)
    return t * np.where(ends, _inverse_square(y, ends), _slope_of_exprel(y, np.log1p(np.where(ends, 0, x))))


def _slope_of_exprel(y: Array, log: Array) -> Array:
    z = y * log
    return log * log * _of_exprel(z, special.exprel(z))


def _inverse_square(y: Array, ends: Array) -> Array:
    return np.where(ends, y, 1) ** -2


def _log_of_inverse(y: Array, lmbda: Array) -> Array:
    z = lmbda * y
    small, finite = np.less(abs(z), 1e-17), np.isfinite(z)
    quotient = np.where(small, 1, np.log1p(z) / np.where(small, 1, z))
    if not may_hold(np.logical_not(finite)):
        return y * quotient
    large, factor = np.where(finite, 1, y), np.where(finite, 1, lmbda)  # of a product that overflows it is a sum
    return np.where(finite, y * quotient, (np.log(abs(factor)) + np.log(abs(large))) / factor)


def _log_of_inverse_rule_lmbda(t: Array, x: Array, y: Array) -> Array:
    z = x * y
    near = np.less(abs(z), 0.5)
    at = np.where(near, x, 0)
    found = t * at * at * (-0.5 * everywhere(special.hyp2f1)(2.0, 2.0, 3.0, -np.where(near, z, 0)))
    if not may_hold(np.logical_not(near)):
        return found
    x, y, z = np.where(near, 1, x), np.where(near, 1, y), np.where(near, 1, z)
    return np.where(near, found, t / y * (1 - 1 / (1 + z) - y * _log_inverse(x, y)) / y)


# log1p(lmbda y) / lmbda, the logarithm of the inverse of boxcox, which is y at lmbda = 0, and smooth.
_log_inverse: BinaryFunction = elementwise(
    _log_of_inverse,
    {"y": lambda t, x, y: t / (1 + x * y), "lmbda": _log_of_inverse_rule_lmbda},
    "",
    "inv_boxcox.log",
)


def _inverse_rule_y(t: Array, x: Array, y: Array) -> Array:
    # The inverse to the power 1 - lmbda, of its logarithm, because its rounding would count lmbda times.
    return t * np.exp((1 - y) * _log_inverse(x, y))


def _inverse_rule_lmbda(t: Array, x: Array, y: Array, inverse: Array) -> Array:
    return _log_of_inverse_rule_lmbda(t * inverse, x, y)


boxcox: BinaryFunction = binary(
    special.boxcox,
    lambda t, x, y: t * x ** (y - 1),
    _boxcox_rule_lmbda,
    "(x^lmbda - 1) / lmbda, and log(x) for lmbda = 0 (G. E. P. Box and D. R. Cox, 1964).",
    ("x", "lmbda"),
)
boxcox1p: BinaryFunction = binary(
    special.boxcox1p,
    lambda t, x, y: t * np.exp(special.xlog1py(y - 1, x)),
    _boxcox1p_rule_lmbda,
    "boxcox(1 + x, lmbda) = ((1 + x)^lmbda - 1) / lmbda (G. E. P. Box and D. R. Cox, 1964).",
    ("x", "lmbda"),
)
inv_boxcox: BinaryFunction = binary(
    special.inv_boxcox,
    _inverse_rule_y,
    lambda t, x, y, out: _inverse_rule_lmbda(t, x, y, out),
    "The inverse of `boxcox`, (1 + lmbda y)^(1 / lmbda) (G. E. P. Box and D. R. Cox, 1964).",
    ("y", "lmbda"),
)
inv_boxcox1p: BinaryFunction = binary(
    special.inv_boxcox1p,
    _inverse_rule_y,
    lambda t, x, y: _inverse_rule_lmbda(t, x, y, special.inv_boxcox(x, y)),  # not out + 1, which cancels
    "The inverse of `boxcox1p`, (1 + lmbda y)^(1 / lmbda) - 1 (G. E. P. Box and D. R. Cox, 1964).",
    ("y", "lmbda"),
)

_lambertw: TernaryFunction = elementwise(
    special.lambertw,
    {"z": lambda t, out: t * np.exp(-out) / (1 + out), "k": None, "tol": None},
    "",
    keeps_dtype=False,
)


@overload
def lambertw(z: Variable, k: Operand = 0, tol: float = 1e-8) -> Variable: ...
@overload
def lambertw(z: ArrayOrNumber, k: ArrayOrNumber = 0, tol: float = 1e-8) -> NDArray[Any]: ...
@takes_lists
def lambertw(z: Any, k: Any = 0, tol: float = 1e-8) -> Any:
    """The k-th branch of Lambert's W function, the complex solution w of w exp(w) = z (DLMF 4.13.1).

    It is differentiated with respect to z, and not with respect to the branch k. At the branch point -1/e, where w is
    -1, the derivative is infinite.

    >>> from pydezero import grad
    >>> grad(lambda z: lambertw(z).real)(0.0)
    np.float64(1.0)
    """
    return _lambertw(z, k, tol)


wrightomega: UnaryFunction = unary(
    special.wrightomega,
    lambda t, out: t * (out / (1 + out)),
    "Wright's omega function, lambertw(exp(x)), the solution w of w + log(w) = x (DLMF 4.13.1).",
)
