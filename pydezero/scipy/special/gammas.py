"""The gamma function and its relatives: beta, polygamma, zeta.

The derivatives are those of NIST's Digital Library of Mathematical Functions, chapters 5 and 25
(https://dlmf.nist.gov/5).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.primitive import zero
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import as_operand
from pydezero.scipy.operands import check_given, takes_lists
from pydezero.scipy.signatures import as_in_scipy
from pydezero.scipy.special.definition import binary, elementwise, unary
from pydezero.scipy.special.hurwitz import hurwitz
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "beta",
    "betaln",
    "digamma",
    "gamma",
    "gammaln",
    "gammasgn",
    "loggamma",
    "multigammaln",
    "polygamma",
    "psi",
    "rgamma",
    "zeta",
]


def _rgamma_rule(t: Array, x: Array) -> Array:
    """The rule of 1 / gamma, which has no poles: on the left, where gamma and psi have poles, by reflection."""
    left = np.real(x) < 0.5
    right = np.where(left, 1, x)
    mirrored = 1 - np.where(left, x, 0)
    # 1 / gamma(x) is sin(pi x) gamma(1 - x) / pi.
    angle = np.pi * (1 - mirrored)
    of_left = special.gamma(mirrored) * (np.cos(angle) - np.sin(angle) * special.psi(mirrored) * (1 / np.pi))
    return t * np.where(left, of_left, -special.rgamma(right) * special.psi(right))


def fall_of_psi(x: Array, y: Array, end: Array = None) -> Array:
    """psi(x) - psi(x + y), for small y as a power series whose coefficients are derivatives of psi.

    `end` is x + y, where that is known with more digits.
    """
    near = abs(y) < 0.01 * x
    closed = special.psi(x) - special.psi(x + y if end is None else end)
    if type(near) is np.ndarray and not near.any():
        return closed
    at, step = np.where(near, x, 1), np.where(near, y, 0)
    series: Array = 0
    for n in range(8, 0, -1):
        series = (series + (-1) ** n * hurwitz(n + 1.0, at)) * step
    return np.where(near, series, closed)[()]  # a number, if x is one: CuPy multiplies by it, and by no ndarray


psi: UnaryFunction = unary(
    special.psi,
    lambda t, x: t * hurwitz(2.0, x),
    "The digamma function, gamma'(x) / gamma(x), the derivative of `gammaln` (DLMF 5.2.2).",
)
digamma: UnaryFunction = psi
gamma: UnaryFunction = unary(
    special.gamma,
    lambda t, x, out: t * out * special.psi(x),
    "The gamma function, the integral of t^(x - 1) exp(-t) over t > 0 (DLMF 5.2.1).",
)
gammaln: UnaryFunction = unary(
    special.gammaln,
    lambda t, x: t * special.psi(x),
    "log |gamma(x)|, the logarithm of the absolute value of the gamma function (DLMF 5.2.1).",
)
loggamma: UnaryFunction = unary(
    special.loggamma,
    lambda t, x: t * special.psi(x),
    "log gamma(x), continuous on the complex plane without the negative axis (DLMF 5.2.1).",
)
rgamma: UnaryFunction = unary(
    special.rgamma, _rgamma_rule, "1 / gamma(x), which is smooth everywhere and 0 at 0, -1, -2, ... (DLMF 5.7.1)."
)
gammasgn: UnaryFunction = unary(
    special.gammasgn,
    zero,
    "The sign of the gamma function, which changes at its poles 0, -1, ...; its derivative is 0 (DLMF 5.2.1).",
)
beta: BinaryFunction = binary(
    special.beta,
    lambda t, x, y, out: t * out * fall_of_psi(x, y),
    lambda t, x, y, out: t * out * fall_of_psi(y, x),
    "The beta function, gamma(a) gamma(b) / gamma(a + b) (DLMF 5.12.1).",
    ("a", "b"),
)
betaln: BinaryFunction = binary(
    special.betaln,
    lambda t, x, y: t * fall_of_psi(x, y),
    lambda t, x, y: t * fall_of_psi(y, x),
    "log |beta(a, b)|, the logarithm of the absolute value of the beta function (DLMF 5.12.1).",
    ("a", "b"),
)
riemann: UnaryFunction = elementwise(special.zeta, {"x": None}, "The Riemann zeta function.", "zeta.riemann")


@overload
def zeta(x: Operand, q: Variable) -> Variable: ...
@overload
def zeta(x: Variable, q: ArrayOrNumber | None = None) -> Variable: ...
@overload
def zeta(x: ArrayOrNumber, q: ArrayOrNumber | None = None) -> NDArray[Any]: ...
@as_in_scipy(special.zeta)
@takes_lists
def zeta(x: Any, q: Any = None) -> Any:
    """The Hurwitz zeta function, the sum of (k + q)^(-x) over k = 0, 1, ...; without q, Riemann's (DLMF 25.11.1).

    It is differentiated with respect to q, and not with respect to x.

    Raises:
        TypeError: the derivative with respect to x is asked for.

    >>> from pydezero import grad
    >>> round(grad(lambda q: zeta(2.0, q))(1.0), 6)
    np.float64(-2.404114)
    """
    return riemann(x) if q is None else hurwitz(x, q)


@overload
def polygamma(n: Operand, x: Variable) -> Variable: ...
@overload
def polygamma(n: ArrayOrNumber, x: ArrayOrNumber) -> NDArray[Any]: ...
@takes_lists
@as_in_scipy(special.polygamma)
def polygamma(n: Any, x: Any) -> Any:
    """The n-th derivative of the digamma function, (-1)^(n + 1) n! zeta(n + 1, x) for n > 0 (DLMF 5.15).

    It is differentiated with respect to x; the orders n are integers that are given.

    Raises:
        TypeError: the derivative with respect to n is asked for.

    >>> from pydezero import grad
    >>> round(grad(lambda x: polygamma(0, x))(1.0), 6)
    np.float64(1.644934)
    """
    check_given("scipy.special.polygamma", "n", n)
    n = as_operand(n)
    factor = (-1.0) ** (n + 1) * special.gamma(n + 1.0)
    if type(n) is not Variable and not np.ndim(n):  # one order, of which one of the two formulas is enough
        return special.psi(x) if n == 0 else factor * hurwitz(n + 1, x)
    return np.where(np.equal(n, 0), special.psi(x), factor * hurwitz(np.where(np.equal(n, 0), 2, n + 1), x))


@overload
def multigammaln(a: Variable, d: int) -> Variable: ...
@overload
def multigammaln(a: ArrayOrNumber, d: int) -> NDArray[Any]: ...
@takes_lists
@as_in_scipy(special.multigammaln)
def multigammaln(a: Any, d: int) -> Any:
    """log(pi^(d (d - 1) / 4) gamma(a) gamma(a - 1/2) ... gamma(a - (d - 1) / 2)), for dimension d (DLMF 35.3.4).

    Raises:
        ValueError: d is not a positive integer.

    >>> from pydezero import grad
    >>> round(grad(lambda a: multigammaln(a, 2))(3.0), 6)
    np.float64(1.625941)
    """
    if d < 1 or math.floor(d) != d:
        raise ValueError(f"multigammaln: d must be a positive integer, got {d}")
    constant = np.float64(d * (d - 1) * 0.25 * math.log(math.pi))
    return sum((gammaln(a - 0.5 * j) for j in range(1, int(d))), gammaln(a)) + constant
