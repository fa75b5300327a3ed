"""Exponential, sine and cosine integrals, the dilogarithm, and hypergeometric functions.

They are differentiated with respect to the last argument, and not with respect to the parameters in front. The
derivatives are those of NIST's Digital Library of Mathematical Functions, chapters 6, 13, 15 and 25
(https://dlmf.nist.gov/6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.special.definition import (
    QuaternaryFunction,
    TernaryFunction,
    apart,
    elementwise,
    one_output,
    unary,
)
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "exp1",
    "expi",
    "expn",
    "hyp0f1",
    "hyp1f1",
    "hyp2f1",
    "hyperu",
    "shichi",
    "sici",
    "spence",
]

hyp0f1: BinaryFunction = elementwise(
    special.hyp0f1,
    {"v": None, "z": lambda t, x, y: t * special.hyp0f1(x + 1, y) / x},
    "0F1(; v; z), the sum of z^k / ((v)_k k!), with (v)_k = poch(v, k) (DLMF 16.2.1).",
)
hyp1f1: TernaryFunction = elementwise(
    special.hyp1f1,
    {"a": None, "b": None, "x": lambda t, x, y, z: t * (x / y) * special.hyp1f1(x + 1, y + 1, z)},
    "Kummer's function 1F1(a; b; x), the sum of (a)_k x^k / ((b)_k k!), (a)_k = poch(a, k) (DLMF 13.2.2).",
)
hyperu: TernaryFunction = elementwise(
    special.hyperu,
    {"a": None, "b": None, "x": lambda t, x, y, z: -t * x * special.hyperu(x + 1, y + 1, z)},
    "Tricomi's function U(a, b, x), the solution of Kummer's equation like x^(-a) for large x (DLMF 13.2.6).",
)


def _hyp2f1_rule(t: Array, xs: tuple[Array, ...]) -> Array:
    a, b, c, z = xs
    return t * (a * b / c) * special.hyp2f1(a + 1, b + 1, c + 1, z)


hyp2f1: QuaternaryFunction = elementwise(
    special.hyp2f1,
    {"a": None, "b": None, "c": None, "z": _hyp2f1_rule},
    "Gauss's function 2F1(a, b; c; z), the sum of (a)_k (b)_k z^k / ((c)_k k!), (a)_k = poch(a, k) (DLMF 15.2.1).",
)


exp1: UnaryFunction = unary(
    special.exp1,
    lambda t, x: -t * (np.exp(-x) / x),
    "The exponential integral E1, that of exp(-t) / t from x on (DLMF 6.2.1).",
)
expi: UnaryFunction = unary(
    special.expi,
    lambda t, x: t * (np.exp(x) / x),
    "The exponential integral Ei, the principal value of that of exp(t) / t up to x (DLMF 6.2.5).",
)


def _expn_rule(t: Array, x: Array, y: Array, out: Array) -> Array:
    # Of order 0 the function is exp(-x) / x, and SciPy has none below. It truncates the order.
    n = np.trunc(x)
    first = n == 0
    at_first = out * (1 + 1 / np.where(first, y, 1))
    return -t * np.where(first, at_first, special.expn(n - (n != 0), y))


expn: BinaryFunction = elementwise(
    special.expn,
    {"n": None, "x": _expn_rule},
    "The exponential integral of integer order n, that of exp(-x t) / t^n from t = 1 on (DLMF 8.19.3).",
)


def _spence_rule(t: Array, x: Array) -> Array:
    near, difference = apart(1 - x)
    closed = np.log(np.where(near, 0.5, x)) / difference
    return t * np.where(near, -special.hyp2f1(1.0, 1.0, 2.0, np.where(near, 1 - x, 0)), closed)


spence: UnaryFunction = unary(
    special.spence,
    _spence_rule,
    "Spence's function, the integral of log(t) / (1 - t) from 1 to z, the dilogarithm of 1 - z (DLMF 25.12.2).",
)


def _cosh_over(x: Array) -> Array:
    return np.cosh(x) / x


def _sinh_over(x: Array) -> Array:
    if x.dtype.kind == "c":
        return np.sinc(x * (1j / math.pi))
    return 0.5 * (special.exprel(x) + special.exprel(-x))


_sici_si = one_output(special.sici, 0, "_sici_si")
_sici_ci = one_output(special.sici, 1, "_sici_ci")
_shichi_shi = one_output(special.shichi, 0, "_shichi_shi")
_shichi_chi = one_output(special.shichi, 1, "_shichi_chi")
_si: UnaryFunction = elementwise(_sici_si, {"x": lambda t, x: t * np.sinc(x * (1 / math.pi))}, "", "sici.si")
_ci: UnaryFunction = elementwise(_sici_ci, {"x": lambda t, x: t * (np.cos(x) / x)}, "", "sici.ci")
_shi: UnaryFunction = elementwise(_shichi_shi, {"x": lambda t, x: t * _sinh_over(x)}, "", "shichi.shi")
_chi: UnaryFunction = elementwise(_shichi_chi, {"x": lambda t, x: t * _cosh_over(x)}, "", "shichi.chi")


@overload
def sici(x: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def sici(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@takes_lists
def sici(x: Any, /) -> tuple[Any, Any]:
    """The integrals Si of sin(t) / t from 0 to x, and Ci of cos(t) / t from infinity to x (DLMF 6.2.9, 6.2.11).

    >>> from pydezero import grad
    >>> grad(lambda x: sici(x)[0])(0.0)
    np.float64(1.0)
    """
    return (_si(x), _ci(x)) if type(x) is Variable else special.sici(x)


@overload
def shichi(x: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def shichi(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@takes_lists
def shichi(x: Any, /) -> tuple[Any, Any]:
    """The hyperbolic integrals Shi of sinh(t) / t, and Chi of cosh(t) / t (DLMF 6.2.15, 6.2.16).

    >>> from pydezero import grad
    >>> grad(lambda x: shichi(x)[0])(0.0)
    np.float64(1.0)
    """
    return (_shi(x), _chi(x)) if type(x) is Variable else special.shichi(x)
