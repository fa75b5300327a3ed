"""Exponential, sine and cosine integrals, the dilogarithm, and hypergeometric functions.

They are differentiated with respect to the last argument, and not with respect to the parameters in front. The
derivatives are those of NIST's Digital Library of Mathematical Functions, chapters 6, 13, 15, 19 and 25
(https://dlmf.nist.gov/6).
"""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pydezero.core.typed import BinaryFunction, UnaryFunction
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.scipy.special.definition import QuaternaryFunction, TernaryFunction, elementwise, unary

__all__ = [
    "ellipe",
    "ellipk",
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
    "The confluent hypergeometric limit function 0F1(; v; z).",
)
hyp1f1: TernaryFunction = elementwise(
    special.hyp1f1,
    {"a": None, "b": None, "x": lambda t, x, y, z: t * (x / y) * special.hyp1f1(x + 1, y + 1, z)},
    "Kummer's confluent hypergeometric function 1F1(a; b; x).",
)
hyperu: TernaryFunction = elementwise(
    special.hyperu,
    {"a": None, "b": None, "x": lambda t, x, y, z: -t * x * special.hyperu(x + 1, y + 1, z)},
    "Tricomi's confluent hypergeometric function U(a, b, x).",
)


def _hyp2f1_rule(t: Array, xs: tuple[Array, ...]) -> Array:
    a, b, c, z = xs
    return t * (a * b / c) * special.hyp2f1(a + 1, b + 1, c + 1, z)


hyp2f1: QuaternaryFunction = elementwise(
    special.hyp2f1,
    {"a": None, "b": None, "c": None, "z": _hyp2f1_rule},
    "Gauss's hypergeometric function 2F1(a, b; c; z).",
)


def _apart(x: Array) -> tuple[Array, Array]:
    """The mask of what is near 0, where a closed form cancels; and x, with another number there."""
    near = abs(x) < 0.5
    return near, np.where(near, 0.5, x)


def _ellipk_rule(t: Array, x: Array) -> Array:
    near, m = _apart(x)
    closed = (special.ellipe(m) / (1 - m) - special.ellipk(m)) / (2 * m)
    return t * np.where(near, math.pi / 8 * special.hyp2f1(1.5, 1.5, 2.0, np.where(near, x, 0)), closed)


def _ellipe_rule(t: Array, x: Array) -> Array:
    near, m = _apart(x)
    closed = (special.ellipe(m) - special.ellipk(m)) / (2 * m)
    return t * np.where(near, -math.pi / 8 * special.hyp2f1(0.5, 1.5, 2.0, np.where(near, x, 0)), closed)


ellipk: UnaryFunction = unary(
    special.ellipk, _ellipk_rule, "The complete elliptic integral of the first kind, of the parameter m."
)
ellipe: UnaryFunction = unary(
    special.ellipe, _ellipe_rule, "The complete elliptic integral of the second kind, of the parameter m."
)

exp1: UnaryFunction = unary(special.exp1, lambda t, x: -t * (np.exp(-x) / x), "The exponential integral E1.")
expi: UnaryFunction = unary(special.expi, lambda t, x: t * (np.exp(x) / x), "The exponential integral Ei.")


def _expn_rule(t: Array, x: Array, y: Array, out: Array) -> Array:
    # Of order 0 the function is exp(-x) / x, and SciPy has none below.
    first = x == 0
    at_first = out * (1 + 1 / np.where(first, y, 1))
    return -t * np.where(first, at_first, special.expn(x - (x != 0), y))


expn: BinaryFunction = elementwise(
    special.expn, {"n": None, "x": _expn_rule}, "The generalized exponential integral of integer order n."
)


def _spence_rule(t: Array, x: Array) -> Array:
    near, difference = _apart(1 - x)
    closed = np.log(np.where(near, 0.5, x)) / difference
    return t * np.where(near, -special.hyp2f1(1.0, 1.0, 2.0, np.where(near, 1 - x, 0)), closed)


spence: UnaryFunction = unary(
    special.spence,
    _spence_rule,
    "Spence's function, the dilogarithm of 1 - z; its derivative at 0 is infinite.",
)


def _cosh_over(x: Array) -> Array:
    return np.cosh(x) / x


def _sinh_over(x: Array) -> Array:
    if x.dtype.kind == "c":
        return np.sinc(x * (1j / math.pi))
    return 0.5 * (special.exprel(x) + special.exprel(-x))


def _sici_si(x: Array) -> Array:
    return special.sici(x)[0]


def _sici_ci(x: Array) -> Array:
    return special.sici(x)[1]


def _shichi_shi(x: Array) -> Array:
    return special.shichi(x)[0]


def _shichi_chi(x: Array) -> Array:
    return special.shichi(x)[1]


_si: UnaryFunction = elementwise(_sici_si, {"x": lambda t, x: t * np.sinc(x * (1 / math.pi))}, "", "sici.si")
_ci: UnaryFunction = elementwise(_sici_ci, {"x": lambda t, x: t * (np.cos(x) / x)}, "", "sici.ci")
_shi: UnaryFunction = elementwise(_shichi_shi, {"x": lambda t, x: t * _sinh_over(x)}, "", "shichi.shi")
_chi: UnaryFunction = elementwise(_shichi_chi, {"x": lambda t, x: t * _cosh_over(x)}, "", "shichi.chi")


@overload
def sici(x: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def sici(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
def sici(x: Any, /) -> tuple[Any, Any]:
    """The pair of the sine integral Si and the cosine integral Ci.

    >>> from pydezero import grad
    >>> grad(lambda x: sici(x)[0])(0.0)
    np.float64(1.0)
    """
    return (_si(x), _ci(x)) if type(x) is Variable else special.sici(x)


@overload
def shichi(x: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def shichi(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
def shichi(x: Any, /) -> tuple[Any, Any]:
    """The pair of the hyperbolic sine integral Shi and the hyperbolic cosine integral Chi.

    >>> from pydezero import grad
    >>> grad(lambda x: shichi(x)[0])(0.0)
    np.float64(1.0)
    """
    return (_shi(x), _chi(x)) if type(x) is Variable else special.shichi(x)
