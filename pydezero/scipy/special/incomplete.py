"""Incomplete gamma and beta functions, their inverses, and the distributions that are made of them.

They are differentiated with respect to the end of the integral, and not with respect to the parameters before it. The
derivative of an integral is the integrand; see NIST's Digital Library of Mathematical Functions, 8.8 and 8.17
(https://dlmf.nist.gov/8).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from pydezero.core.typed import BinaryFunction
from pydezero.core.types import Array
from pydezero.scipy.special.definition import TernaryFunction, elementwise, floating

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


def _is_pole(a: Array) -> Array:
    return (a <= 0) & (a == np.floor(a))


def _of_gamma(a: Array, x: Array) -> Array:
    a, x = floating(a, x)
    pole = _is_pole(a)
    a = np.where(pole, 1, a)
    return np.where(pole, 0, special.gammasgn(a) * np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a)))


def _of_beta(a: Array, b: Array, x: Array) -> Array:
    a, b, x = floating(a, b, x)
    pole = _is_pole(a) | _is_pole(b)
    a, b = np.where(pole, 1, a), np.where(pole, 1, b)
    sign = special.gammasgn(a) * special.gammasgn(b) * special.gammasgn(a + b)
    exponent = special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b)
    return np.where(pole, 0, sign * np.exp(exponent))


def _of_student(df: Array, t: Array) -> Array:
    df, t = floating(df, t)
    return np.exp(-0.5 * (df + 1) * np.log1p(t * t / df) - special.betaln(0.5 * df, np.full_like(df, 0.5))) / np.sqrt(
        df
    )


# The densities of distributions, in a form whose derivatives are right at the ends of their domains, too.
_gamma_density: BinaryFunction = elementwise(
    _of_gamma,
    {"a": None, "x": lambda t, x, y, out: t * (_gamma_density(x - 1, y) - out)},
    "x ** (a - 1) exp(-x) / gamma(a).",
    "gamma_density",
)
_beta_density: TernaryFunction = elementwise(
    _of_beta,
    {
        "a": None,
        "b": None,
        "x": lambda t, x, y, z: t * (x + y - 1) * (_beta_density(x - 1, y, z) - _beta_density(x, y - 1, z)),
    },
    "x ** (a - 1) (1 - x) ** (b - 1) / beta(a, b).",
    "beta_density",
)
_student_density: BinaryFunction = elementwise(
    _of_student,
    {"df": None, "t": lambda t, x, y, out: -t * (x + 1) * y * out / (x + y * y)},
    "The density of Student's distribution.",
    "student_density",
)

gammainc: BinaryFunction = elementwise(
    special.gammainc,
    {"a": None, "x": lambda t, x, y: t * _gamma_density(x, y)},
    "The regularized lower incomplete gamma function.",
)
gammaincc: BinaryFunction = elementwise(
    special.gammaincc, {"a": None, "x": lambda t, x, y: -t * _gamma_density(x, y)}, "1 - gammainc(a, x)."
)
gammaincinv: BinaryFunction = elementwise(
    special.gammaincinv,
    {"a": None, "y": lambda t, x, out: t / _gamma_density(x, out)},
    "The inverse of `gammainc` with respect to x.",
)
gammainccinv: BinaryFunction = elementwise(
    special.gammainccinv,
    {"a": None, "y": lambda t, x, out: -t / _gamma_density(x, out)},
    "The inverse of `gammaincc` with respect to x.",
)
betainc: TernaryFunction = elementwise(
    special.betainc,
    {"a": None, "b": None, "x": lambda t, x, y, z: t * _beta_density(x, y, z)},
    "The regularized incomplete beta function.",
)
betaincc: TernaryFunction = elementwise(
    special.betaincc,
    {"a": None, "b": None, "x": lambda t, x, y, z: -t * _beta_density(x, y, z)},
    "1 - betainc(a, b, x).",
)
betaincinv: TernaryFunction = elementwise(
    special.betaincinv,
    {"a": None, "b": None, "y": lambda t, x, y, out: t / _beta_density(x, y, out)},
    "The inverse of `betainc` with respect to x.",
)
betainccinv: TernaryFunction = elementwise(
    special.betainccinv,
    {"a": None, "b": None, "y": lambda t, x, y, out: -t / _beta_density(x, y, out)},
    "The inverse of `betaincc` with respect to x.",
)

chdtr: BinaryFunction = elementwise(
    special.chdtr,
    {"v": None, "x": lambda t, x, y: 0.5 * t * _gamma_density(0.5 * x, 0.5 * y)},
    "The distribution function of the chi-square distribution of v degrees of freedom.",
)
chdtrc: BinaryFunction = elementwise(
    special.chdtrc,
    {"v": None, "x": lambda t, x, y: -0.5 * t * _gamma_density(0.5 * x, 0.5 * y)},
    "1 - chdtr(v, x).",
)
chdtri: BinaryFunction = elementwise(
    special.chdtri,
    {"v": None, "p": lambda t, x, out: -2 * t / _gamma_density(0.5 * x, 0.5 * out)},
    "The inverse of `chdtrc` with respect to x.",
)
gdtr: TernaryFunction = elementwise(
    special.gdtr,
    {
        "a": lambda t, x, y, z: t * z * _gamma_density(y, x * z),
        "b": None,
        "x": lambda t, x, y, z: t * x * _gamma_density(y, x * z),
    },
    "The distribution function of the gamma distribution of rate a and shape b; also differentiated in a.",
)
gdtrc: TernaryFunction = elementwise(
    special.gdtrc,
    {
        "a": lambda t, x, y, z: -t * z * _gamma_density(y, x * z),
        "b": None,
        "x": lambda t, x, y, z: -t * x * _gamma_density(y, x * z),
    },
    "1 - gdtr(a, b, x).",
)
pdtr: BinaryFunction = elementwise(
    special.pdtr,
    {"k": None, "m": lambda t, x, y: -t * _gamma_density(x // 1 + 1, y)},
    "The probability of at most k events in a Poisson distribution of mean m.",
)
pdtrc: BinaryFunction = elementwise(
    special.pdtrc, {"k": None, "m": lambda t, x, y: t * _gamma_density(x // 1 + 1, y)}, "1 - pdtr(k, m)."
)
stdtr: BinaryFunction = elementwise(
    special.stdtr,
    {"df": None, "t": lambda t, x, y: t * _student_density(x, y)},
    "The distribution function of Student's distribution of df degrees of freedom.",
)
stdtrit: BinaryFunction = elementwise(
    special.stdtrit,
    {"df": None, "p": lambda t, x, out: t / _student_density(x, out)},
    "The inverse of `stdtr` with respect to t.",
)


def _of_fisher(x: Array, y: Array, z: Array) -> Array:
    total = x * z + y
    below = x * z < y
    # On either side the smaller of two numbers whose sum is 1, whose logarithms are taken.
    density = np.where(
        below,
        _beta_density(0.5 * x, 0.5 * y, np.where(below, x * z / total, 0.5)),
        _beta_density(0.5 * y, 0.5 * x, np.where(below, 0.5, y / total)),
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
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * _beta_density(x // 1 + 1, y - x // 1, z)},
    "The probability of at most k successes in n trials that succeed with probability p.",
)
bdtrc: TernaryFunction = elementwise(
    special.bdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * _beta_density(x // 1 + 1, y - x // 1, z)},
    "1 - bdtr(k, n, p).",
)
nbdtr: TernaryFunction = elementwise(
    special.nbdtr,
    {"k": None, "n": None, "p": lambda t, x, y, z: t * _beta_density(y, x // 1 + 1, z)},
    "The probability of at most k failures before n successes, each of probability p.",
)
nbdtrc: TernaryFunction = elementwise(
    special.nbdtrc,
    {"k": None, "n": None, "p": lambda t, x, y, z: -t * _beta_density(y, x // 1 + 1, z)},
    "1 - nbdtr(k, n, p).",
)
