"""Incomplete gamma and beta functions, their inverses, and the distributions that are made of them.

The derivative with respect to the end of the integral is the integrand; see NIST's Digital Library of Mathematical
Functions, 8.8 and 8.17 (https://dlmf.nist.gov/8). Those with respect to the parameters are in `log_moments`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from pydezero.core.typed import BinaryFunction
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

__all__ = [
    "bdtr",
    "bdtrc",
    "betainc",
    "betaincc",
    "betainccinv",
    "betaincinv",
    "chdtr",
    "chdtrc",
    "chdtri",
    "fdtr",
    "fdtrc",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
    "gdtr",
    "gdtrc",
    "nbdtr",
    "nbdtrc",
    "pdtr",
    "pdtrc",
    "stdtr",
    "stdtrit",
]


gammainc: BinaryFunction = elementwise(
    special.gammainc,
    {"a": lambda t, x, y: t * gamma_slope(x, y), "x": lambda t, x, y: t * gamma_density(x, y)},
    "The regularized lower incomplete gamma function.",
)
gammaincc: BinaryFunction = elementwise(
    special.gammaincc,
    {"a": lambda t, x, y: -t * gamma_slope(x, y), "x": lambda t, x, y: -t * gamma_density(x, y)},
    "1 - gammainc(a, x).",
)
gammaincinv: BinaryFunction = elementwise(
    special.gammaincinv,
    {
        "a": lambda t, x, out: -t * (gamma_slope(x, out) / gamma_density(x, out)),
        "y": lambda t, x, out: t / gamma_density(x, out),
    },
    "The inverse of `gammainc` with respect to x.",
)
gammainccinv: BinaryFunction = elementwise(
    special.gammainccinv,
    {
        "a": lambda t, x, out: -t * (gamma_slope(x, out) / gamma_density(x, out)),
        "y": lambda t, x, out: -t / gamma_density(x, out),
    },
    "The inverse of `gammaincc` with respect to x.",
)
betainc: TernaryFunction = elementwise(
    special.betainc,
    {
        "a": lambda t, x, y, z: t * beta_slope_a(x, y, z),
        "b": lambda t, x, y, z: t * beta_slope_b(x, y, z),
        "x": lambda t, x, y, z: t * beta_density(x, y, z),
    },
    "The regularized incomplete beta function.",
)
betaincc: TernaryFunction = elementwise(
    special.betaincc,
    {
        "a": lambda t, x, y, z: -t * beta_slope_a(x, y, z),
        "b": lambda t, x, y, z: -t * beta_slope_b(x, y, z),
        "x": lambda t, x, y, z: -t * beta_density(x, y, z),
    },
    "1 - betainc(a, b, x).",
)
betaincinv: TernaryFunction = elementwise(
    special.betaincinv,
    {
        "a": lambda t, x, y, out: -t * (beta_slope_a(x, y, out) / beta_density(x, y, out)),
        "b": lambda t, x, y, out: -t * (beta_slope_b(x, y, out) / beta_density(x, y, out)),
        "y": lambda t, x, y, out: t / beta_density(x, y, out),
    },
    "The inverse of `betainc` with respect to x.",
)
betainccinv: TernaryFunction = elementwise(
    special.betainccinv,
    {
        "a": lambda t, x, y, out: -t * (beta_slope_a(x, y, out) / beta_density(x, y, out)),
        "b": lambda t, x, y, out: -t * (beta_slope_b(x, y, out) / beta_density(x, y, out)),
        "y": lambda t, x, y, out: -t / beta_density(x, y, out),
    },
    "The inverse of `betaincc` with respect to x.",
)

chdtr: BinaryFunction = elementwise(
    special.chdtr,
    {
        "v": lambda t, x, y: 0.5 * t * gamma_slope(0.5 * x, 0.5 * y),
        "x": lambda t, x, y: 0.5 * t * gamma_density(0.5 * x, 0.5 * y),
    },
    "The distribution function of the chi-square distribution of v degrees of freedom.",
)
chdtrc: BinaryFunction = elementwise(
    special.chdtrc,
    {
        "v": lambda t, x, y: -0.5 * t * gamma_slope(0.5 * x, 0.5 * y),
        "x": lambda t, x, y: -0.5 * t * gamma_density(0.5 * x, 0.5 * y),
    },
    "1 - chdtr(v, x).",
)
chdtri: BinaryFunction = elementwise(
    special.chdtri,
    {
        "v": lambda t, x, out: -t * (gamma_slope(0.5 * x, 0.5 * out) / gamma_density(0.5 * x, 0.5 * out)),
        "p": lambda t, x, out: -2 * t / gamma_density(0.5 * x, 0.5 * out),
    },
    "The inverse of `chdtrc` with respect to x.",
)
gdtr: TernaryFunction = elementwise(
    special.gdtr,
    {
        "a": lambda t, x, y, z: t * z * gamma_density(y, x * z),
        "b": lambda t, x, y, z: t * gamma_slope(y, x * z),
        "x": lambda t, x, y, z: t * x * gamma_density(y, x * z),
    },
    "The distribution function of the gamma distribution of rate a and shape b.",
)
gdtrc: TernaryFunction = elementwise(
    special.gdtrc,
    {
        "a": lambda t, x, y, z: -t * z * gamma_density(y, x * z),
        "b": lambda t, x, y, z: -t * gamma_slope(y, x * z),
        "x": lambda t, x, y, z: -t * x * gamma_density(y, x * z),
    },
    "1 - gdtr(a, b, x).",
)
pdtr: BinaryFunction = elementwise(
    special.pdtr,
    {"k": None, "m": lambda t, x, y: -t * gamma_density(x // 1 + 1, y)},
    "The probability of at most k events in a Poisson distribution of mean m.",
)
pdtrc: BinaryFunction = elementwise(
    special.pdtrc, {"k": None, "m": lambda t, x, y: t * gamma_density(x // 1 + 1, y)}, "1 - pdtr(k, m)."
)
stdtr: BinaryFunction = elementwise(
    special.stdtr,
    {"df": lambda t, x, y: t * student_slope(x, y), "t": lambda t, x, y: t * student_density(x, y)},
    "The distribution function of Student's distribution of df degrees of freedom.",
)
stdtrit: BinaryFunction = elementwise(
    special.stdtrit,
    {
        "df": lambda t, x, out: -t * (student_slope(x, out) / student_density(x, out)),
        "p": lambda t, x, out: t / student_density(x, out),
    },
    "The inverse of `stdtr` with respect to t.",
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


fdtr: TernaryFunction = elementwise(
    special.fdtr,
    {"dfn": None, "dfd": None, "x": lambda t, x, y, z: t * _of_fisher(x, y, z)},
    "The distribution function of Fisher's distribution of dfn and dfd degrees of freedom.",
)
fdtrc: TernaryFunction = elementwise(
    special.fdtrc,
    {"dfn": None, "dfd": None, "x": lambda t, x, y, z: -t * _of_fisher(x, y, z)},
    "1 - fdtr(dfn, dfd, x).",
)
bdtr: TernaryFunction = elementwise(
    special.bdtr,
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * beta_density(x // 1 + 1, y - x // 1, z)},
    "The probability of at most k successes in n trials that succeed with probability p.",
)
bdtrc: TernaryFunction = elementwise(
    special.bdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * beta_density(x // 1 + 1, y - x // 1, z)},
    "1 - bdtr(k, n, p).",
)
nbdtr: TernaryFunction = elementwise(
    special.nbdtr,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * beta_density(y, x // 1 + 1, z)},
    "The probability of at most k failures before n successes, each of probability p.",
)
nbdtrc: TernaryFunction = elementwise(
    special.nbdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * beta_density(y, x // 1 + 1, z)},
    "1 - nbdtr(k, n, p).",
)
