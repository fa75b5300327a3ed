"""Incomplete gamma and beta functions, their inverses, and the distributions that are made of them.

The derivative with respect to the end of the integral is the integrand; see NIST's Digital Library of Mathematical
Functions, 8.8 and 8.17 (https://dlmf.nist.gov/8). Those with respect to the parameters are in `log_moments`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from pydezero.core.types import Array
from pydezero.scipy.special.definition import TernaryFunction, elementwise
from pydezero.scipy.special.densities import (
    beta_density,
    beta_slope_a,
    beta_slope_b,
    gamma_density,
    gamma_slope,
    student_density,
    student_slope,
)
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "bdtr",
    "bdtrc",
    "bdtri",
    "betainc",
    "betaincc",
    "betainccinv",
    "betaincinv",
    "chdtr",
    "chdtrc",
    "chdtri",
    "fdtr",
    "fdtrc",
    "fdtri",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
    "gdtr",
    "gdtrc",
    "gdtrix",
    "nbdtr",
    "nbdtrc",
    "nbdtri",
    "pdtr",
    "pdtrc",
    "pdtri",
    "stdtr",
    "stdtrit",
]


gammainc: BinaryFunction = elementwise(
    special.gammainc,
    {"a": lambda t, x, y: t * gamma_slope(x, y), "x": lambda t, x, y: t * gamma_density(x, y)},
    "The integral of t^(a - 1) exp(-t) from 0 to x, over gamma(a) (DLMF 8.2.4).",
)
gammaincc: BinaryFunction = elementwise(
    special.gammaincc,
    {"a": lambda t, x, y: -t * gamma_slope(x, y), "x": lambda t, x, y: -t * gamma_density(x, y)},
    "1 - gammainc(a, x): the same integral from x on, over gamma(a) (DLMF 8.2.4).",
)
gammaincinv: BinaryFunction = elementwise(
    special.gammaincinv,
    {
        "a": lambda t, x, out: -t * (gamma_slope(x, out) / gamma_density(x, out)),
        "y": lambda t, x, out: t / gamma_density(x, out),
    },
    "The inverse of `gammainc` with respect to x: the x with gammainc(a, x) = y (DLMF 8.2.4).",
)
gammainccinv: BinaryFunction = elementwise(
    special.gammainccinv,
    {
        "a": lambda t, x, out: -t * (gamma_slope(x, out) / gamma_density(x, out)),
        "y": lambda t, x, out: -t / gamma_density(x, out),
    },
    "The inverse of `gammaincc` with respect to x: the x with gammaincc(a, x) = y (DLMF 8.2.4).",
)
betainc: TernaryFunction = elementwise(
    special.betainc,
    {
        "a": lambda t, x, y, z: t * beta_slope_a(x, y, z),
        "b": lambda t, x, y, z: t * beta_slope_b(x, y, z),
        "x": lambda t, x, y, z: t * beta_density(x, y, z),
    },
    "The integral of t^(a - 1) (1 - t)^(b - 1) from 0 to x, over beta(a, b) (DLMF 8.17.2).",
)
betaincc: TernaryFunction = elementwise(
    special.betaincc,
    {
        "a": lambda t, x, y, z: -t * beta_slope_a(x, y, z),
        "b": lambda t, x, y, z: -t * beta_slope_b(x, y, z),
        "x": lambda t, x, y, z: -t * beta_density(x, y, z),
    },
    "1 - betainc(a, b, x), which is betainc(b, a, 1 - x) (DLMF 8.17.4).",
)
betaincinv: TernaryFunction = elementwise(
    special.betaincinv,
    {
        "a": lambda t, x, y, out: -t * (beta_slope_a(x, y, out) / beta_density(x, y, out)),
        "b": lambda t, x, y, out: -t * (beta_slope_b(x, y, out) / beta_density(x, y, out)),
        "y": lambda t, x, y, out: t / beta_density(x, y, out),
    },
    "The inverse of `betainc` with respect to x: the x with betainc(a, b, x) = y (DLMF 8.17.2).",
)
betainccinv: TernaryFunction = elementwise(
    special.betainccinv,
    {
        "a": lambda t, x, y, out: -t * (beta_slope_a(x, y, out) / beta_density(x, y, out)),
        "b": lambda t, x, y, out: -t * (beta_slope_b(x, y, out) / beta_density(x, y, out)),
        "y": lambda t, x, y, out: -t / beta_density(x, y, out),
    },
    "The inverse of `betaincc` with respect to x: the x with betaincc(a, b, x) = y (DLMF 8.17.4).",
)

chdtr: BinaryFunction = elementwise(
    special.chdtr,
    {
        "v": lambda t, x, y: 0.5 * t * gamma_slope(0.5 * x, 0.5 * y),
        "x": lambda t, x, y: 0.5 * t * gamma_density(0.5 * x, 0.5 * y),
    },
    "The chi-square distribution function of v degrees of freedom, gammainc(v / 2, x / 2) (DLMF 8.2.4).",
)
chdtrc: BinaryFunction = elementwise(
    special.chdtrc,
    {
        "v": lambda t, x, y: -0.5 * t * gamma_slope(0.5 * x, 0.5 * y),
        "x": lambda t, x, y: -0.5 * t * gamma_density(0.5 * x, 0.5 * y),
    },
    "1 - chdtr(v, x), which is gammaincc(v / 2, x / 2) (DLMF 8.2.4).",
)
chdtri: BinaryFunction = elementwise(
    special.chdtri,
    {
        "v": lambda t, x, out: -t * (gamma_slope(0.5 * x, 0.5 * out) / gamma_density(0.5 * x, 0.5 * out)),
        "p": lambda t, x, out: -2 * t / gamma_density(0.5 * x, 0.5 * out),
    },
    "The inverse of `chdtrc` with respect to x: the x with chdtrc(v, x) = p (DLMF 8.2.4).",
)
gdtr: TernaryFunction = elementwise(
    special.gdtr,
    {
        "a": lambda t, x, y, z: t * z * gamma_density(y, x * z),
        "b": lambda t, x, y, z: t * gamma_slope(y, x * z),
        "x": lambda t, x, y, z: t * x * gamma_density(y, x * z),
    },
    "The gamma distribution function of rate a and shape b, gammainc(b, a x) (DLMF 8.2.4).",
)
gdtrc: TernaryFunction = elementwise(
    special.gdtrc,
    {
        "a": lambda t, x, y, z: -t * z * gamma_density(y, x * z),
        "b": lambda t, x, y, z: -t * gamma_slope(y, x * z),
        "x": lambda t, x, y, z: -t * x * gamma_density(y, x * z),
    },
    "1 - gdtr(a, b, x), which is gammaincc(b, a x) (DLMF 8.2.4).",
)
pdtr: BinaryFunction = elementwise(
    special.pdtr,
    {"k": None, "m": lambda t, x, y: -t * gamma_density(x // 1 + 1, y)},
    "The probability of at most k events of a Poisson distribution of mean m, gammaincc(k + 1, m) (DLMF 8.4.10).",
)
pdtrc: BinaryFunction = elementwise(
    special.pdtrc,
    {"k": None, "m": lambda t, x, y: t * gamma_density(x // 1 + 1, y)},
    "1 - pdtr(k, m), which is gammainc(k + 1, m) (DLMF 8.4.9).",
)
stdtr: BinaryFunction = elementwise(
    special.stdtr,
    {"df": lambda t, x, y: t * student_slope(x, y), "t": lambda t, x, y: t * student_density(x, y)},
    "Student's distribution function, betainc(df / 2, 1/2, df / (df + t^2)) / 2 for t < 0 (DLMF 8.17.2).",
)
stdtrit: BinaryFunction = elementwise(
    special.stdtrit,
    {
        "df": lambda t, x, out: -t * (student_slope(x, out) / student_density(x, out)),
        "p": lambda t, x, out: t / student_density(x, out),
    },
    "The inverse of `stdtr` with respect to t: the t with stdtr(df, t) = p (DLMF 8.17.2).",
)


def _of_fisher(x: Array, y: Array, z: Array) -> Array:
    total = x * z + y
    below = x * z < y
    # On either side the smaller of two numbers whose sum is 1, whose logarithms are taken.
    density = np.where(
        below,
        beta_density(0.5 * x, 0.5 * y, np.where(below, x * z / total, 0.5)),
        beta_density(0.5 * y, 0.5 * x, np.where(below, 0.5, y / total)),
    )
    return density * (x / total) * (y / total)


def _fisher_slope(slope: Callable[..., Array], of_other: Callable[..., Array], x: Array, y: Array, z: Array) -> Array:
    """Twice the derivative of `fdtr` by dfn or dfd where the end of the integral stays, that of `betainc` by a or b.

    `of_other` is the derivative of `betainc` by the other parameter. `fdtrc` is `betainc` with a and b exchanged, so
    for it this is the derivative by the same parameter.
    """
    total = x * z + y
    below = x * z < y
    return np.where(
        below,
        slope(0.5 * x, 0.5 * y, np.where(below, x * z / total, 0.5)),
        -of_other(0.5 * y, 0.5 * x, np.where(below, 0.5, y / total)),
    )


def _of_scaled_fisher(x: Array, y: Array, z: Array) -> Array:
    """`_of_fisher` times z, which is finite at 0 and far out: the densities of one more are 0 at both ends."""
    total = x * z + y
    below = x * z < y
    a, b = 0.5 * x, 0.5 * y
    density = np.where(
        below,
        beta_density(a + 1, b + 1, np.where(below, x * z / total, 0.5)),
        beta_density(b + 1, a + 1, np.where(below, 0.5, y / total)),
    )
    return density * (a / (a + b)) * (b / (a + b + 1))


def _fisher_by_dfn(x: Array, y: Array, z: Array) -> Array:
    return 0.5 * _fisher_slope(beta_slope_a, beta_slope_b, x, y, z) + _of_scaled_fisher(x, y, z) / x


def _fisher_by_dfd(x: Array, y: Array, z: Array) -> Array:
    return 0.5 * _fisher_slope(beta_slope_b, beta_slope_a, x, y, z) - _of_scaled_fisher(x, y, z) / y


fdtr: TernaryFunction = elementwise(
    special.fdtr,
    {
        "dfn": lambda t, x, y, z: t * _fisher_by_dfn(x, y, z),
        "dfd": lambda t, x, y, z: t * _fisher_by_dfd(x, y, z),
        "x": lambda t, x, y, z: t * _of_fisher(x, y, z),
    },
    "Fisher's distribution function, betainc(dfn / 2, dfd / 2, dfn x / (dfd + dfn x)) (DLMF 8.17.2).",
)
fdtrc: TernaryFunction = elementwise(
    special.fdtrc,
    {
        "dfn": lambda t, x, y, z: -t * _fisher_by_dfn(x, y, z),
        "dfd": lambda t, x, y, z: -t * _fisher_by_dfd(x, y, z),
        "x": lambda t, x, y, z: -t * _of_fisher(x, y, z),
    },
    "1 - fdtr(dfn, dfd, x), which is betainc(dfd / 2, dfn / 2, dfd / (dfd + dfn x)) (DLMF 8.17.4).",
)
bdtr: TernaryFunction = elementwise(
    special.bdtr,
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * beta_density(x // 1 + 1, np.trunc(y) - x // 1, z)},
    "The probability of at most k successes in n trials, 1 - betainc(k + 1, n - k, p) (DLMF 8.17.5).",
)
bdtrc: TernaryFunction = elementwise(
    special.bdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * beta_density(x // 1 + 1, np.trunc(y) - x // 1, z)},
    "1 - bdtr(k, n, p), which is betainc(k + 1, n - k, p) (DLMF 8.17.5).",
)
nbdtr: TernaryFunction = elementwise(
    special.nbdtr,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * beta_density(np.trunc(y), x // 1 + 1, z)},
    "The probability of at most k failures before n successes, betainc(n, k + 1, p) (DLMF 8.17).",
)
nbdtrc: TernaryFunction = elementwise(
    special.nbdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * beta_density(np.trunc(y), x // 1 + 1, z)},
    "1 - nbdtr(k, n, p), which is betaincc(n, k + 1, p) (DLMF 8.17).",
)

# Inverses of these distribution functions.
bdtri: TernaryFunction = elementwise(
    special.bdtri,
    {"k": None, "n": None, "y": lambda t, x, y, out: -t / beta_density(x // 1 + 1, np.trunc(y) - x // 1, out)},
    "The inverse of `bdtr` with respect to p: the p with bdtr(k, n, p) = y (DLMF 8.17.5).",
)
fdtri: TernaryFunction = elementwise(
    special.fdtri,
    {
        "dfn": lambda t, x, y, out: -t * (_fisher_by_dfn(x, y, out) / _of_fisher(x, y, out)),
        "dfd": lambda t, x, y, out: -t * (_fisher_by_dfd(x, y, out) / _of_fisher(x, y, out)),
        "p": lambda t, x, y, out: t / _of_fisher(x, y, out),
    },
    "The inverse of `fdtr` with respect to x: the x with fdtr(dfn, dfd, x) = p (DLMF 8.17.2).",
)
gdtrix: TernaryFunction = elementwise(
    special.gdtrix,
    {
        "a": lambda t, x, out: -t * out / x,
        "b": lambda t, x, y, out: -t * (gamma_slope(y, x * out) / (x * gamma_density(y, x * out))),
        "p": lambda t, x, y, out: t / (x * gamma_density(y, x * out)),
    },
    "The inverse of `gdtr` with respect to x: the x with gdtr(a, b, x) = p (DLMF 8.2.4).",
)
nbdtri: TernaryFunction = elementwise(
    special.nbdtri,
    {"k": None, "n": None, "y": lambda t, x, y, out: t / beta_density(np.trunc(y), x // 1 + 1, out)},
    "The inverse of `nbdtr` with respect to p: the p with nbdtr(k, n, p) = y (DLMF 8.17).",
)
pdtri: BinaryFunction = elementwise(
    special.pdtri,
    {"k": None, "y": lambda t, x, out: -t / gamma_density(x // 1 + 1, out)},
    "The inverse of `pdtr` with respect to m: the m with pdtr(k, m) = y (DLMF 8.4.10).",
)
