"""Binomial coefficients, rising factorials, and what is counted by them, as functions of real numbers.

They are quotients of gamma functions (DLMF 5.2.4 and 5.2.5, https://dlmf.nist.gov/5.2). One in the denominator with a
negative argument is taken to 1 minus that by the reflection formula (DLMF 5.5.3), because it has poles there, at which
the quotient is smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import as_operand, in_dtype
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy
from pydezero.scipy.special.definition import binary
from pydezero.scipy.special.gammas import fall_of_psi
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "binom",
    "comb",
    "factorial",
    "perm",
    "poch",
]


def _binom_rule_n(t: Array, x: Array, y: Array, out: Array) -> Array:
    n, k, beyond = x, y, (x - y < -0.5) & (y >= -0.5)
    closed = -out * fall_of_psi(np.where(beyond, 1, n - k + 1), np.where(beyond, 0, k))
    n, k = np.where(beyond, n, 0), np.where(beyond, k, 1)
    return t * np.where(beyond, _reflected(n, k, n - k + 1, special.psi(n + 1) - special.psi(k - n), 1), closed)


def _binom_rule_k(t: Array, x: Array, y: Array, out: Array) -> Array:
    n, k = x, y
    beyond, negative = (n - k < -0.5) & (k >= -0.5), (k < -0.5) & (n - k >= -0.5)
    either = beyond | negative
    start, fall, end = (np.where(either, i, x) for i, x in ((1, n - k + 1), (0, 2 * k - n), (1, k + 1)))
    closed = out * fall_of_psi(start, fall, end)
    # binom(n, k) is binom(n, n - k).
    k = np.where(negative, n - k, k)
    n, k = np.where(either, n, 0), np.where(either, k, 1)
    slope = _reflected(n, k, n - k + 1, special.psi(k - n) - special.psi(k + 1), -1)
    return t * np.where(either, np.where(negative, -slope, slope), closed)


def _reflected(n: Array, k: Array, c: Array, slope: Array, sign: int) -> Array:
    """The derivative of beta(n + 1, k - n) sin(pi c) / pi, of which the beta function has the logarithmic `slope`."""
    return special.beta(n + 1, k - n) * (slope * np.sin(math.pi * c) * (1 / math.pi) + sign * np.cos(math.pi * c))


binom: BinaryFunction = binary(
    special.binom,
    _binom_rule_n,
    _binom_rule_k,
    "The binomial coefficient, gamma(n + 1) / (gamma(k + 1) gamma(n - k + 1)), of real n and k (DLMF 1.2.6).",
    ("n", "k"),
)


def _poch_rule_z(t: Array, x: Array, y: Array, out: Array) -> Array:
    end = x + y
    beyond, poles = (x < 0.5) & (end >= 0.5), (x <= 0) & (x == np.floor(x)) & (end <= 0) & (end == np.floor(end))
    either = beyond | poles
    closed = -out * fall_of_psi(np.where(either, 1, x), np.where(either, 0, y))
    z, m = np.where(beyond, x, 0), np.where(beyond, end, 1)
    angle = math.pi * z
    slope = (special.psi(m) - special.psi(1 - z)) * np.sin(angle) * (1 / math.pi) + np.cos(angle)
    of_beyond = special.gamma(m) * special.gamma(1 - z) * slope
    start, end = np.where(poles, 1 - x, 1), np.where(poles, 1 - x - y, 1)
    of_poles = out * (special.psi(end) - special.psi(start))
    return t * np.where(beyond, of_beyond, np.where(poles, of_poles, closed))


poch: BinaryFunction = binary(
    special.poch,
    _poch_rule_z,
    lambda t, x, y, out: t * out * special.psi(x + y),
    "The rising factorial (Pochhammer's symbol), gamma(z + m) / gamma(z) (DLMF 5.2.5).",
    ("z", "m"),
)


def _refuse_exact(name: str, exact: bool) -> None:
    if exact:
        raise TypeError(f"scipy.special.{name}: exact=True counts by integers, which have no derivative; leave it out")


def _where_counted(n: Array, k: Array, count: Callable[[Array, Array], Array]) -> Array:
    """The number of k of n things, and 0 for other k, of which none is computed."""
    counted = (k <= n) & (n >= 0) & (k >= 0)
    return np.where(counted, count(np.where(counted, n, 1), np.where(counted, k, 1)), 0)


@overload
def comb(
    N: Variable,  # noqa: N803  # SciPy's name
    k: Operand,
    *,
    exact: bool = False,
    repetition: bool = False,
) -> Variable: ...
@overload
def comb(
    N: ArrayOrNumber,  # noqa: N803  # SciPy's name
    k: Variable,
    *,
    exact: bool = False,
    repetition: bool = False,
) -> Variable: ...
@overload
def comb(
    N: ArrayOrNumber,  # noqa: N803  # SciPy's name
    k: ArrayOrNumber,
    *,
    exact: bool = False,
    repetition: bool = False,
) -> NDArray[Any]: ...
@takes_lists
@as_in_scipy(special.comb)
def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:  # noqa: N803  # SciPy's name
    """The number of ways to choose k of N things, binom(N, k), and 0 where k is not between 0 and N (DLMF 26.3.1).

    With `repetition` a thing may be chosen again: binom(N + k - 1, k).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(lambda n: comb(n, 2))(5.0), 6)
    np.float64(4.5)
    """
    _refuse_exact("comb", exact)
    n, k = as_operand(N), as_operand(k)
    if not repetition:
        return _where_counted(n, k, binom)
    nothing = (n == 0) & (k == 0)
    return np.where(nothing, 1.0, binom(np.where(nothing, 1, n) + k - 1, k))


@overload
def perm(N: Variable, k: Operand, exact: bool = False) -> Variable: ...  # noqa: N803  # SciPy's name
@overload
def perm(N: ArrayOrNumber, k: Variable, exact: bool = False) -> Variable: ...  # noqa: N803  # SciPy's name
@overload
def perm(N: ArrayOrNumber, k: ArrayOrNumber, exact: bool = False) -> NDArray[Any]: ...  # noqa: N803  # SciPy's name
@takes_lists
@as_in_scipy(special.perm)
def perm(N: Any, k: Any, exact: bool = False) -> Any:  # noqa: N803  # SciPy's name
    """The number of ways to take k of N things in order, poch(N - k + 1, k), and 0 for other k (DLMF 26.3.1).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(lambda n: perm(n, 2))(5.0), 6)
    np.float64(9.0)
    """
    _refuse_exact("perm", exact)
    n, k = as_operand(N), as_operand(k)
    return _where_counted(n, k, lambda n, k: poch(n - k + 1, k))


@overload
def factorial(n: Variable, exact: bool = False) -> Variable: ...
@overload
def factorial(n: ArrayOrNumber, exact: bool = False) -> NDArray[Any]: ...
@takes_lists
@as_in_scipy(special.factorial)
def factorial(n: Any, exact: bool = False) -> Any:
    """The factorial of n as a function of real numbers, gamma(n + 1), and 0 for negative ones (DLMF 5.4.1).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(factorial)(2.0), 6)
    np.float64(1.845569)
    """
    _refuse_exact("factorial", exact)
    n = as_operand(n)
    n = in_dtype(n, np.result_type(n.dtype, np.float64))
    negative = n < 0
    return np.where(negative, 0, special.gamma(np.where(negative, 0, n) + 1))
