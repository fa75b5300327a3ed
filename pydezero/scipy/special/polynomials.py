"""Orthogonal polynomials: their values, differentiated with respect to x, and not with respect to degree or parameters.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 18.9 (https://dlmf.nist.gov/18.9), which
hold at the ends of the interval, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydezero.core.types import Array
from pydezero.scipy.special.definition import QuaternaryFunction, TernaryFunction, elementwise
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "eval_chebyc",
    "eval_chebys",
    "eval_chebyt",
    "eval_chebyu",
    "eval_gegenbauer",
    "eval_genlaguerre",
    "eval_hermite",
    "eval_hermitenorm",
    "eval_jacobi",
    "eval_laguerre",
    "eval_legendre",
    "eval_sh_chebyt",
    "eval_sh_chebyu",
    "eval_sh_jacobi",
    "eval_sh_legendre",
    "lpmv",
]


def _below(n: Array) -> Array:
    """The degree of the derivative; 0 for that of a constant, which has a factor 0."""
    return n - (n != 0)


def _legendre(n: Array, x: Array) -> Array:
    return ((n != 0) * (0.5 * (n + 1))) * special.eval_jacobi(_below(n), 1.0, 1.0, x)


def _chebyt(n: Array, x: Array) -> Array:
    return n * special.eval_chebyu(_below(n), x)


def _chebyu(n: Array, x: Array) -> Array:
    return ((n != 0) * 2.0) * special.eval_gegenbauer(_below(n), 2.0, x)


def _jacobi_rule(t: Array, xs: tuple[Array, ...]) -> Array:
    n, alpha, beta, x = xs
    factor = (n != 0) * (0.5 * (n + alpha + beta + 1))
    return t * factor * special.eval_jacobi(_below(n), alpha + 1, beta + 1, x)


eval_jacobi: QuaternaryFunction = elementwise(
    special.eval_jacobi,
    {"n": None, "alpha": None, "beta": None, "x": _jacobi_rule},
    "The Jacobi polynomial of degree n, orthogonal for (1 - x)^alpha (1 + x)^beta (DLMF 18.3).",
)
eval_gegenbauer: TernaryFunction = elementwise(
    special.eval_gegenbauer,
    {
        "n": None,
        "alpha": None,
        "x": lambda t, x, y, z: t * ((x != 0) * (2 * y)) * special.eval_gegenbauer(_below(x), y + 1, z),
    },
    "The Gegenbauer polynomial of degree n, orthogonal for the weight (1 - x^2)^(alpha - 1/2) (DLMF 18.3).",
)
eval_genlaguerre: TernaryFunction = elementwise(
    special.eval_genlaguerre,
    {
        "n": None,
        "alpha": None,
        "x": lambda t, x, y, z: -t * (x != 0) * special.eval_genlaguerre(_below(x), y + 1, z),
    },
    "The generalized Laguerre polynomial of degree n, orthogonal for x^alpha exp(-x) (DLMF 18.3).",
)
eval_laguerre: BinaryFunction = elementwise(
    special.eval_laguerre,
    {"n": None, "x": lambda t, x, y: -t * (x != 0) * special.eval_genlaguerre(_below(x), 1.0, y)},
    "The Laguerre polynomial of degree n, orthogonal for the weight exp(-x) over x > 0 (DLMF 18.3).",
)
eval_legendre: BinaryFunction = elementwise(
    special.eval_legendre,
    {"n": None, "x": lambda t, x, y: t * _legendre(x, y)},
    "The Legendre polynomial of degree n, orthogonal on [-1, 1] with the weight 1 (DLMF 18.3).",
)
eval_sh_legendre: BinaryFunction = elementwise(
    special.eval_sh_legendre,
    {"n": None, "x": lambda t, x, y: 2 * t * _legendre(x, 2 * y - 1)},
    "The shifted Legendre polynomial, P_n(2 x - 1) (DLMF 18.3).",
)
eval_chebyt: BinaryFunction = elementwise(
    special.eval_chebyt,
    {"n": None, "x": lambda t, x, y: t * _chebyt(x, y)},
    "The Chebyshev polynomial of the first kind, cos(n u) at x = cos(u) (DLMF 18.5.1).",
)
eval_chebyc: BinaryFunction = elementwise(
    special.eval_chebyc,
    {"n": None, "x": lambda t, x, y: t * _chebyt(x, 0.5 * y)},
    "Twice the Chebyshev polynomial of the first kind at x / 2, 2 T_n(x / 2) (DLMF 18.1.3).",
)
eval_sh_chebyt: BinaryFunction = elementwise(
    special.eval_sh_chebyt,
    {"n": None, "x": lambda t, x, y: 2 * t * _chebyt(x, 2 * y - 1)},
    "The shifted Chebyshev polynomial of the first kind, T_n(2 x - 1) (DLMF 18.3).",
)
eval_chebyu: BinaryFunction = elementwise(
    special.eval_chebyu,
    {"n": None, "x": lambda t, x, y: t * _chebyu(x, y)},
    "The Chebyshev polynomial of the second kind, sin((n + 1) u) / sin(u) at x = cos(u) (DLMF 18.5.2).",
)
eval_chebys: BinaryFunction = elementwise(
    special.eval_chebys,
    {"n": None, "x": lambda t, x, y: 0.5 * t * _chebyu(x, 0.5 * y)},
    "The Chebyshev polynomial of the second kind at x / 2, U_n(x / 2) (DLMF 18.1.3).",
)
eval_sh_chebyu: BinaryFunction = elementwise(
    special.eval_sh_chebyu,
    {"n": None, "x": lambda t, x, y: 2 * t * _chebyu(x, 2 * y - 1)},
    "The shifted Chebyshev polynomial of the second kind, U_n(2 x - 1) (DLMF 18.3).",
)
eval_hermite: BinaryFunction = elementwise(
    special.eval_hermite,
    {"n": None, "x": lambda t, x, y: t * (2 * x) * special.eval_hermite(_below(x), y)},
    "The Hermite polynomial of degree n, orthogonal for the weight exp(-x^2) (DLMF 18.3).",
)
eval_hermitenorm: BinaryFunction = elementwise(
    special.eval_hermitenorm,
    {"n": None, "x": lambda t, x, y: t * x * special.eval_hermitenorm(_below(x), y)},
    "The Hermite polynomial He of degree n, orthogonal for the weight exp(-x^2 / 2) (DLMF 18.3).",
)


def _sh_jacobi_rule(t: Array, xs: tuple[Array, ...]) -> Array:
    n, p, q, x = xs
    return t * n * special.eval_sh_jacobi(_below(n), p + 2, q + 1, x)


eval_sh_jacobi: QuaternaryFunction = elementwise(
    special.eval_sh_jacobi,
    {"n": None, "p": None, "q": None, "x": _sh_jacobi_rule},
    "The shifted Jacobi polynomial, eval_jacobi(n, p - q, q - 1, 2 x - 1) / binom(2 n + p - 1, n) (DLMF 18.1.2).",
)


def _lpmv_rule(t: Array, x: Array, y: Array, z: Array, out: Array) -> Array:
    return t * (y * z * out - (y + x) * special.lpmv(x, y - 1, z)) / (z * z - 1)


lpmv: TernaryFunction = elementwise(
    special.lpmv,
    {"m": None, "v": None, "x": _lpmv_rule},
    "The associated Legendre function of order m and degree v, with the phase (-1)^m, for |x| < 1 (DLMF 14.3.1).",
)
